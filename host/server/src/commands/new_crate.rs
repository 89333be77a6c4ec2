//! `motcua new --rust`: a crate that builds, passes its tests and its cases, to start from.

use std::fs;
use std::path::{Path, PathBuf};

use motcua_model::{Date, Text};

use super::Console;
use super::new::slug_of;
use crate::failure::Failure;
use crate::folder::{CRATE_CASES, CRATE_PACKAGE};

/// The files of a crate.
const FILES: [(&str, &str); 5] = [
    ("Cargo.toml", include_str!("new_crate/Cargo.toml.in")),
    (CRATE_PACKAGE, include_str!("new_crate/procedure.yaml")),
    (CRATE_CASES, include_str!("new_crate/cases.yaml")),
    ("src/lib.rs", include_str!("new_crate/lib.rs")),
    (".gitignore", "/target\n"),
];

/// Writes the crate. Nothing that exists is touched.
pub fn run(
    console: Console,
    folder: &Path,
    valid_from: Date,
    sdk: Option<&Path>,
) -> Result<(), Failure> {
    let slug = slug_of(folder)?;
    let sdk = match sdk {
        Some(sdk) => sdk.canonicalize().ok().filter(|sdk| is_sdk(sdk)),
        None => around(folder),
    };
    let sdk = sdk.ok_or_else(|| {
        Failure::input(Text::new(
            "không thấy thư viện `motcua-plugin`; chỉ thư mục `plugins/sdk` của mã nguồn Motcua bằng --sdk THƯ-MỤC",
            "the crate `motcua-plugin` is not to be found; name the folder `plugins/sdk` of Motcua's source by --sdk FOLDER",
        ))
    })?;
    for (name, text) in FILES {
        let path = folder.join(name);
        if path.exists() {
            return Err(Failure::input(Text::new(
                format!("`{}` đã có; không ghi đè lên", path.display()),
                format!("`{}` exists; it is not overwritten", path.display()),
            )));
        }
        let text = text
            .replace("{{slug}}", slug)
            .replace("{{crate}}", &name_of(slug))
            .replace("{{valid_from}}", &valid_from.to_string())
            .replace("{{sdk}}", &sdk.display().to_string());
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
            "tiếp theo: sửa gói và mã, rồi `cargo test` ở trong thư mục, `motcua check {0}` và `motcua test {0}`",
            folder.display()
        ),
        format!(
            "next: edit package and code, then `cargo test` in the folder, `motcua check {0}` and `motcua test {0}`",
            folder.display()
        ),
    ));
    Ok(())
}

/// The name of the crate: cargo takes none that begins with a digit.
fn name_of(slug: &str) -> String {
    if slug.starts_with(|c: char| c.is_ascii_digit()) {
        format!("procedure-{slug}")
    } else {
        slug.to_owned()
    }
}

fn is_sdk(folder: &Path) -> bool {
    fs::read_to_string(folder.join("Cargo.toml"))
        .is_ok_and(|text| text.contains("name = \"motcua-plugin\""))
}

/// The crate `motcua-plugin` in one of the folders around the new one, or around this place.
fn around(folder: &Path) -> Option<PathBuf> {
    let absolute = std::path::absolute(folder).ok();
    let here = std::env::current_dir().ok();
    let places: Vec<PathBuf> = absolute.into_iter().chain(here).collect();
    places
        .iter()
        .flat_map(|place| place.ancestors())
        .map(|place| place.join("plugins").join("sdk"))
        .find(|sdk| is_sdk(sdk))
}
