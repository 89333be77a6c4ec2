//! Rust for WebAssembly needs its standard library for that target. Either it is there, as `rustup target add` brings it, or
//! Debian's packages let cargo build it on the way.

use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use motcua_model::Text;

use super::TARGET;
use crate::failure::Failure;

/// Where Debian's compiler is; the one of the path may be another, of `rustup`.
const DEBIAN: &str = "/usr/bin/rustc";
/// Debian's linker for WebAssembly, by the version of LLVM that its compiler is built with.
const DEBIAN_LINKERS: [&str; 3] = [
    "/usr/bin/wasm-ld-22",
    "/usr/bin/wasm-ld-23",
    "/usr/bin/wasm-ld",
];

/// A way to compile for WebAssembly.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Toolchain {
    /// The usual one has the library.
    Installed,
    /// Debian's compiler and the sources of its library: cargo builds it first.
    Debian {
        /// The linker.
        linker: PathBuf,
    },
}

impl Toolchain {
    /// The way that this machine has.
    ///
    /// # Errors
    /// It has none; the message says both.
    pub fn find(folder: &Path) -> Result<Self, Failure> {
        if installed(folder) {
            return Ok(Self::Installed);
        }
        debian().ok_or_else(|| {
            Failure::machine(Text::new(
                format!(
                    "máy này chưa biên dịch được Rust sang WebAssembly. Với rustup: `rustup target add {TARGET}`. Với Debian: \
                     `apt-get install rustc-web rust-web-src lld-22`."
                ),
                format!(
                    "this machine cannot compile Rust for WebAssembly yet. With rustup: `rustup target add {TARGET}`. With \
                     Debian: `apt-get install rustc-web rust-web-src lld-22`."
                ),
            ))
        })
    }

    /// Tells cargo.
    pub fn apply(&self, command: &mut Command) {
        let Self::Debian { linker } = self else {
            return;
        };
        command
            .env("RUSTC", DEBIAN)
            // Building the library is not for everybody yet.
            .env("RUSTC_BOOTSTRAP", "1")
            .env("CARGO_TARGET_WASM32_UNKNOWN_UNKNOWN_LINKER", linker)
            .arg("-Zbuild-std=std,panic_abort");
    }
}

/// What a compiler prints about itself, as a path.
fn printed(command: &mut Command, what: &str) -> Option<PathBuf> {
    let output = command
        .args(["--print", what])
        .stdin(Stdio::null())
        .stderr(Stdio::null())
        .output()
        .ok()?;
    let text = String::from_utf8(output.stdout).ok()?;
    let path = PathBuf::from(text.trim());
    (output.status.success() && path.is_absolute()).then_some(path)
}

/// Whether the compiler of a folder has the library: asked in the folder, which may choose its toolchain.
fn installed(folder: &Path) -> bool {
    let mut rustc = Command::new("rustc");
    rustc.current_dir(folder).args(["--target", TARGET]);
    let Some(libraries) = printed(&mut rustc, "target-libdir") else {
        return false;
    };
    let entries = std::fs::read_dir(libraries).into_iter().flatten().flatten();
    entries.map(|entry| entry.file_name()).any(|name| {
        name.to_str()
            .is_some_and(|name| name.starts_with("libstd-"))
    })
}

fn debian() -> Option<Toolchain> {
    let sysroot = printed(&mut Command::new(DEBIAN), "sysroot")?;
    let sources = sysroot.join("lib/rustlib/src/rust/library/std/Cargo.toml");
    let linker = DEBIAN_LINKERS
        .iter()
        .map(Path::new)
        .find(|path| path.is_file())?;
    sources.is_file().then(|| Toolchain::Debian {
        linker: linker.to_owned(),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_way_by_debian_builds_the_library_too() {
        let mut command = Command::new("cargo");
        let linker = PathBuf::from("/usr/bin/wasm-ld-22");
        Toolchain::Debian { linker }.apply(&mut command);
        let arguments: Vec<_> = command.get_args().collect();
        assert_eq!(arguments, ["-Zbuild-std=std,panic_abort"]);
        let environment = command.get_envs().find(|(name, _)| *name == "RUSTC");
        assert_eq!(
            environment.and_then(|(_, value)| value),
            Some(DEBIAN.as_ref())
        );
        let mut usual = Command::new("cargo");
        Toolchain::Installed.apply(&mut usual);
        assert_eq!(usual.get_args().count() + usual.get_envs().count(), 0);
    }
}
