//! `motcua build`: a package becomes one self-contained component.

use std::path::Path;

use motcua_model::Text;

use super::Console;
use crate::failure::Failure;
use crate::folder::{self, Found};

/// Compiles the package and writes the component; an existing file is replaced only by a complete one.
pub fn run(console: Console, package: &Path, output: &Path) -> Result<(), Failure> {
    let Found::Package { package, cases } = folder::read(package)? else {
        return Err(Failure::input(Text::new(
            "đây đã là một thành phần; `build` cần một gói (tệp .yaml)",
            "this is a component already; `build` takes a package (a .yaml file)",
        )));
    };
    let compiled = console.compile(&package, cases.as_ref())?;
    replace(output, &compiled.component).map_err(|error| {
        Failure::machine(Text::new(
            format!("không ghi được `{}`: {error}", output.display()),
            format!("cannot write `{}`: {error}", output.display()),
        ))
    })?;
    let digest = motcua_registry::engine::digest(&compiled.component);
    console.say(&Text::new(
        format!("{}: {} byte", output.display(), compiled.component.len()),
        format!("{}: {} bytes", output.display(), compiled.component.len()),
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
