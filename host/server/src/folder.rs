//! Packages, calendars and components as files on disk. Everything is read here and handed on as text or bytes.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use motcua_model::Text;
use motcua_registry::compiler::source::SourceFile;
use motcua_registry::store::of_system;

use crate::failure::{Failure, Turn};

/// The package of a crate.
pub const CRATE_PACKAGE: &str = "procedure.yaml";
/// The cases of a crate.
pub const CRATE_CASES: &str = "cases.yaml";

/// The largest component that is read from disk, in bytes; the engine's own limit is lower.
const MAX_COMPONENT_BYTES: u64 = 64 << 20;
/// The largest text that is read from disk, in bytes; the reader's own limit is lower.
const MAX_TEXT_BYTES: u64 = 4 << 20;

/// A version on disk: a package with its cases, a crate, or a component.
#[derive(Clone, Debug)]
pub enum Found {
    /// `<valid-from>.yaml`, with `cases/<valid-from>.yaml` beside it.
    Package {
        /// The package.
        package: SourceFile,
        /// Its cases, if there are any.
        cases: Option<SourceFile>,
    },
    /// A folder with `Cargo.toml` and [`CRATE_PACKAGE`], whose rules are Rust.
    Crate {
        /// The folder.
        folder: PathBuf,
        /// The package.
        package: SourceFile,
        /// Its cases, if there are any.
        cases: Option<SourceFile>,
    },
    /// A file that begins as WebAssembly does, or ends in `.wasm`.
    Component {
        /// Where it was found.
        path: PathBuf,
        /// The whole file.
        bytes: Vec<u8>,
    },
}

impl Found {
    /// The path as the user knows it.
    pub fn path(&self) -> &str {
        match self {
            Self::Package { package, .. } => &package.path,
            Self::Crate { folder, .. } => folder.to_str().unwrap_or("?"),
            Self::Component { path, .. } => path.to_str().unwrap_or("?"),
        }
    }
}

/// Everything under the given paths, in the order of their names.
pub fn find(paths: &[PathBuf]) -> Result<Vec<Found>, Failure> {
    let mut found = Vec::new();
    for path in paths {
        let metadata = fs::metadata(path).map_err(|error| cannot_read(path, &error))?;
        if metadata.is_dir() {
            let before = found.len();
            walk(path, &mut found)?;
            if found.len() == before {
                return Err(Failure::input(Text::new(
                    format!(
                        "`{}` không có gói thủ tục nào (tệp `<ngày-hiệu-lực>.yaml`)",
                        path.display()
                    ),
                    format!(
                        "`{}` holds no package (files named `<valid-from>.yaml`)",
                        path.display()
                    ),
                )));
            }
        } else {
            found.push(read(path)?);
        }
    }
    Ok(found)
}

/// Whether a folder holds a crate with a package.
fn is_crate(folder: &Path) -> bool {
    folder.join("Cargo.toml").is_file() && folder.join(CRATE_PACKAGE).is_file()
}

fn read_crate(folder: &Path) -> Result<Found, Failure> {
    let cases = folder.join(CRATE_CASES);
    Ok(Found::Crate {
        folder: folder.to_owned(),
        package: text(&folder.join(CRATE_PACKAGE))?,
        cases: match cases.is_file() {
            true => Some(text(&cases)?),
            false => None,
        },
    })
}

fn walk(folder: &Path, found: &mut Vec<Found>) -> Result<(), Failure> {
    if is_crate(folder) {
        found.push(read_crate(folder)?);
        return Ok(());
    }
    for path in entries(folder)? {
        let name = path
            .file_name()
            .and_then(|name| name.to_str())
            .unwrap_or_default();
        if path.is_dir() {
            if name != "cases" && name != "calendars" && !name.starts_with('.') {
                walk(&path, found)?;
            }
        } else if is_yaml(&path) || name.ends_with(".wasm") {
            found.push(read(&path)?);
        }
    }
    Ok(())
}

/// What a folder holds, in the order of names, so that nothing hangs on the file system's.
fn entries(folder: &Path) -> Result<Vec<PathBuf>, Failure> {
    let read = fs::read_dir(folder).map_err(|error| cannot_read(folder, &error))?;
    let mut paths = Vec::new();
    for entry in read {
        paths.push(entry.map_err(|error| cannot_read(folder, &error))?.path());
    }
    paths.sort();
    Ok(paths)
}

fn is_yaml(path: &Path) -> bool {
    matches!(
        path.extension().and_then(|e| e.to_str()),
        Some("yaml" | "yml")
    )
}

/// One version.
pub fn read(path: &Path) -> Result<Found, Failure> {
    if path.is_dir() {
        if is_crate(path) {
            return read_crate(path);
        }
        return Err(Failure::input(Text::new(
            format!(
                "`{}` là thư mục nhưng không có `Cargo.toml` cùng `{CRATE_PACKAGE}`; hãy chỉ tệp gói, hoặc thư mục của một \
                 thủ tục viết bằng Rust",
                path.display()
            ),
            format!(
                "`{}` is a folder without `Cargo.toml` and `{CRATE_PACKAGE}`; name a package, or the folder of a procedure \
                 in Rust",
                path.display()
            ),
        )));
    }
    let is_wasm = path.extension().is_some_and(|e| e == "wasm");
    if is_wasm || !is_yaml(path) {
        let bytes = bytes(path, MAX_COMPONENT_BYTES)?;
        if is_wasm || bytes.starts_with(b"\0asm") {
            return Ok(Found::Component {
                path: path.to_owned(),
                bytes,
            });
        }
    }
    let package = match text(path) {
        // Nothing says that it should be text.
        Err(failure) if failure.turn == Turn::Input && !is_yaml(path) => {
            return Err(Failure::input(Text::new(
                format!(
                    "`{}` không phải gói cũng không phải thành phần",
                    path.display()
                ),
                format!("`{}` is neither a package nor a component", path.display()),
            )));
        }
        package => package?,
    };
    let cases = path
        .parent()
        .zip(path.file_name())
        .map(|(folder, name)| folder.join("cases").join(name));
    let cases = match cases {
        Some(path) if path.is_file() => Some(text(&path)?),
        _ => None,
    };
    Ok(Found::Package { package, cases })
}

/// The bytes of the code of a plugin.
pub fn code(path: &Path) -> Result<Vec<u8>, Failure> {
    bytes(path, MAX_COMPONENT_BYTES)
}

/// The calendar files under a folder, all countries, in the order of their names.
pub fn calendars(folder: &Path) -> Result<Vec<SourceFile>, Failure> {
    let mut files = Vec::new();
    let mut pending = vec![folder.to_owned()];
    while let Some(folder) = pending.pop() {
        for path in entries(&folder)? {
            if path.is_dir() {
                pending.push(path);
            } else if is_yaml(&path) {
                files.push(text(&path)?);
            }
        }
    }
    files.sort_by(|a, b| a.path.cmp(&b.path));
    if files.is_empty() {
        return Err(Failure::input(Text::new(
            format!("`{}` không có tệp lịch nào", folder.display()),
            format!("`{}` holds no calendar", folder.display()),
        )));
    }
    Ok(files)
}

/// A text file in UTF-8.
pub fn text(path: &Path) -> Result<SourceFile, Failure> {
    let bytes = bytes(path, MAX_TEXT_BYTES)?;
    let text = String::from_utf8(bytes).map_err(|_| {
        Failure::input(Text::new(
            format!(
                "`{}` không phải là văn bản UTF-8; hãy lưu lại tệp dưới dạng UTF-8",
                path.display()
            ),
            format!(
                "`{}` is not UTF-8 text; save the file as UTF-8",
                path.display()
            ),
        ))
    })?;
    Ok(SourceFile {
        path: path.display().to_string(),
        text,
    })
}

fn bytes(path: &Path, most: u64) -> Result<Vec<u8>, Failure> {
    let length = fs::metadata(path)
        .map_err(|error| cannot_read(path, &error))?
        .len();
    if length > most {
        return Err(Failure::input(Text::new(
            format!(
                "`{}` quá lớn: {length} byte, nhiều nhất {most}",
                path.display()
            ),
            format!(
                "`{}` is too large: {length} bytes, at most {most}",
                path.display()
            ),
        )));
    }
    fs::read(path).map_err(|error| cannot_read(path, &error))
}

fn cannot_read(path: &Path, error: &io::Error) -> Failure {
    let why = of_system(error);
    Failure::machine(Text::new(
        format!("không đọc được `{}`: {}", path.display(), why.vi),
        format!("cannot read `{}`: {}", path.display(), why.en),
    ))
}
