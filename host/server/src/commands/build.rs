//! `motcua build`: a package, a crate, or a package and its code become one self-contained component.

use std::path::Path;

use motcua_model::Text;

use super::Console;
use crate::failure::Failure;
use crate::folder::{self, Found};

/// Makes the component and writes it; an existing file is replaced only by a complete one.
pub fn run(
    console: Console,
    source: &Path,
    code: Option<&Path>,
    output: &Path,
) -> Result<(), Failure> {
    let component = match (folder::read(source)?, code) {
        (Found::Component { .. }, _) => {
            return Err(Failure::input(Text::new(
                "đây đã là một thành phần; `build` cần một gói (tệp .yaml) hoặc thư mục của một thủ tục viết bằng Rust",
                "this is a component already; `build` takes a package (a .yaml file) or the folder of a procedure in Rust",
            )));
        }
        (Found::Package { package, cases }, Some(code)) => {
            let code = folder::code(code)?;
            console
                .compile_plugin(&package, cases.as_ref(), &code)?
                .component
        }
        (Found::Crate { .. }, Some(_)) => {
            return Err(Failure::input(Text::new(
                "mã của thủ tục này được biên dịch từ chính thư mục của nó; hãy bỏ --code",
                "the code of this procedure is compiled from its own folder; leave --code out",
            )));
        }
        (found, None) => console.component(found)?.component,
    };
    replace(output, &component).map_err(|error| {
        Failure::machine(Text::new(
            format!("không ghi được `{}`: {error}", output.display()),
            format!("cannot write `{}`: {error}", output.display()),
        ))
    })?;
    let digest = motcua_registry::engine::digest(&component);
    console.say(&Text::new(
        format!("{}: {} byte", output.display(), component.len()),
        format!("{}: {} bytes", output.display(), component.len()),
    ));
    console.result(&format!("{digest}\n"))
}

/// Writes beside the file first, so that a full disk leaves the old file whole.
fn replace(path: &Path, bytes: &[u8]) -> std::io::Result<()> {
    let mut name = path.file_name().unwrap_or_default().to_owned();
    name.push(".part");
    let part = path.with_file_name(name);
    std::fs::write(&part, bytes)?;
    std::fs::rename(&part, path).inspect_err(|_| drop(std::fs::remove_file(&part)))
}
