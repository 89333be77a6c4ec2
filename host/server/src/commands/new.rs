//! `motcua new`: a package that passes `check`, to start from.

use std::fs;
use std::path::Path;

use motcua_model::{Date, Text};
use motcua_registry::compiler::reader::skeleton;

use super::Console;
use crate::failure::Failure;

/// No national code begins so: the author puts the real one in its place.
const PLACEHOLDER_CODE: &str = "0.000000";

/// Writes `<folder>/<valid-from>.yaml` and its cases. Nothing that exists is touched.
pub fn run(console: Console, folder: &Path, valid_from: Date) -> Result<(), Failure> {
    let slug = slug_of(folder)?;
    let (package, cases) = skeleton(slug, PLACEHOLDER_CODE, valid_from);
    let name = format!("{valid_from}.yaml");
    for (path, text) in [
        (folder.join(&name), package),
        (folder.join("cases").join(&name), cases),
    ] {
        if path.exists() {
            return Err(Failure::input(Text::new(
                format!("`{}` đã có; không ghi đè lên bản nào", path.display()),
                format!(
                    "`{}` exists; no version is ever overwritten",
                    path.display()
                ),
            )));
        }
        let parent = path.parent().unwrap_or(folder);
        fs::create_dir_all(parent)
            .and_then(|()| fs::write(&path, text))
            .map_err(|error| {
                Failure::machine(Text::new(
                    format!("không ghi được `{}`: {error}", path.display()),
                    format!("cannot write `{}`: {error}", path.display()),
                ))
            })?;
        console.result(&format!("{}\n", path.display()))?;
    }
    console.say(&Text::new(
        format!(
            "tiếp theo: sửa tệp, rồi `motcua check {0}` và `motcua test {0}`",
            folder.display()
        ),
        format!(
            "next: edit the files, then `motcua check {0}` and `motcua test {0}`",
            folder.display()
        ),
    ));
    Ok(())
}

/// The name in URLs: the last part of the folder.
pub fn slug_of(folder: &Path) -> Result<&str, Failure> {
    let slug = folder
        .file_name()
        .and_then(|name| name.to_str())
        .unwrap_or_default();
    let well_formed = !slug.is_empty()
        && slug.split('-').all(|part| {
            !part.is_empty()
                && part
                    .bytes()
                    .all(|b| b.is_ascii_lowercase() || b.is_ascii_digit())
        });
    if !well_formed {
        return Err(Failure::input(Text::new(
            format!(
                "tên thư mục `{slug}` phải là chữ thường không dấu, số và gạch nối, ví dụ `cap-giay-phep-in`"
            ),
            format!(
                "the folder's name `{slug}` must be small letters, digits and hyphens, such as `licence-to-print`"
            ),
        )));
    }
    Ok(slug)
}
