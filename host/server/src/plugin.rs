//! The code of plugins: Rust is compiled here by the author's own toolchain, what other languages compile to is read.

mod toolchain;

use std::io::IsTerminal;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use motcua_model::Text;
use serde_json::Value;

use crate::failure::{Failure, Turn};
use crate::folder;
use toolchain::Toolchain;

/// The target of every plugin in Rust.
const TARGET: &str = "wasm32-unknown-unknown";
/// Bytes of the stack of a plugin: rules are shallow, and a small stack leaves more of two pages to the arena.
const STACK_BYTES: u32 = 16 << 10;
/// Settings of the release profile, whatever the crate's workspace says: the crate may be one of many.
const PROFILE: [(&str, &str); 8] = [
    ("OPT_LEVEL", "2"),
    ("LTO", "fat"),
    ("CODEGEN_UNITS", "1"),
    ("PANIC", "abort"),
    ("STRIP", "symbols"),
    ("DEBUG", "false"),
    ("OVERFLOW_CHECKS", "true"),
    ("INCREMENTAL", "false"),
];

/// Compiles the crate in a folder; the core module that `wit-bindgen` and the linker make of it.
///
/// The same sources and toolchain give the same bytes wherever the folders are: no path of the machine is in them.
///
/// # Errors
/// There is no toolchain for WebAssembly, or the crate does not compile, which the compiler has said.
pub fn compile(folder: &Path) -> Result<Vec<u8>, Failure> {
    let toolchain = Toolchain::find(folder)?;
    let crates = Crates::of(folder)?;
    let mut command = cargo(folder);
    toolchain.apply(&mut command);
    command
        .args(["build", "--release", "--target", TARGET])
        .args(["--message-format", "json-render-diagnostics"])
        .arg("--target-dir")
        .arg(crates.target.join("plugins"))
        .env("CARGO_ENCODED_RUSTFLAGS", crates.flags().join("\u{1f}"))
        .stderr(Stdio::inherit());
    for (setting, value) in PROFILE {
        command.env(format!("CARGO_PROFILE_RELEASE_{setting}"), value);
    }
    if !std::io::stderr().is_terminal() {
        command.arg("--quiet");
    }
    let output = command.output().map_err(|error| no_cargo(&error))?;
    if !output.status.success() {
        // The compiler has said it.
        return Err(Failure::said(Turn::Input));
    }
    let module = module(&output.stdout, folder).ok_or_else(|| {
        let folder = folder.display();
        Failure::input(Text::new(
            format!("`{folder}` không tạo ra mô-đun nào; thêm `crate-type = [\"cdylib\", \"rlib\"]` vào `[lib]`"),
            format!("`{folder}` makes no module; add `crate-type = [\"cdylib\", \"rlib\"]` to `[lib]`"),
        ))
    })?;
    folder::code(&module)
}

/// Cargo, in a folder: the toolchain that the folder asks for.
fn cargo(folder: &Path) -> Command {
    let mut command = Command::new("cargo");
    command.current_dir(folder).stdin(Stdio::null());
    command
}

fn no_cargo(error: &std::io::Error) -> Failure {
    Failure::machine(Text::new(
        format!("không chạy được `cargo`, cần để biên dịch thủ tục viết bằng Rust: {error}"),
        format!("`cargo`, which compiles a procedure in Rust, cannot be run: {error}"),
    ))
}

/// The module among what cargo says it has made of the crate in a folder.
fn module(messages: &[u8], folder: &Path) -> Option<PathBuf> {
    let manifest = folder.canonicalize().ok()?.join("Cargo.toml");
    let mut found = None;
    for line in messages.split(|byte| *byte == b'\n') {
        let Ok(message) = serde_json::from_slice::<Value>(line) else {
            continue;
        };
        let path = message["manifest_path"].as_str().map(Path::new);
        if message["reason"] == "compiler-artifact" && path == Some(&manifest) {
            let files = message["filenames"].as_array().into_iter().flatten();
            let mut files = files.filter_map(Value::as_str);
            found = files
                .rfind(|file| file.ends_with(".wasm"))
                .map(PathBuf::from)
                .or(found);
        }
    }
    found
}

/// What cargo knows of a crate and those it is made of.
struct Crates {
    /// Where its workspace puts what it builds.
    target: PathBuf,
    /// The folders of crates that come from no registry, with their names.
    local: Vec<(PathBuf, String)>,
}

impl Crates {
    fn of(folder: &Path) -> Result<Self, Failure> {
        let mut command = cargo(folder);
        command.args(["metadata", "--format-version", "1", "--quiet"]);
        command.args(["--filter-platform", TARGET]);
        command.stderr(Stdio::inherit());
        let output = command.output().map_err(|error| no_cargo(&error))?;
        if !output.status.success() {
            return Err(Failure::said(Turn::Input));
        }
        let metadata: Value = serde_json::from_slice(&output.stdout).unwrap_or_default();
        let target = metadata["target_directory"].as_str().unwrap_or("target");
        let local = metadata["packages"]
            .as_array()
            .into_iter()
            .flatten()
            .filter(|package| package["source"].is_null())
            .filter_map(|package| {
                let manifest = Path::new(package["manifest_path"].as_str()?);
                let name = package["name"].as_str()?;
                Some((manifest.parent()?.to_owned(), name.to_owned()))
            });
        Ok(Self {
            target: folder.join(target),
            local: local.collect(),
        })
    }

    /// What the compiler is told: a small stack, a memory that never grows, and other names for the folders of this machine.
    fn flags(&self) -> Vec<String> {
        let mut flags = vec![
            format!("-Clink-arg=-zstack-size={STACK_BYTES}"),
            "-Clink-arg=--no-growable-memory".to_owned(),
        ];
        let mut rename = |folder: &Path, name: &str| {
            flags.push(format!("--remap-path-prefix={}=/{name}", folder.display()));
        };
        if let Some(home) = cargo_home() {
            rename(&home, "cargo");
        }
        // Of two that fit the compiler takes the last: a crate inside another one.
        let mut local: Vec<_> = self.local.iter().collect();
        local.sort();
        for (folder, name) in local {
            rename(folder, name);
        }
        flags
    }
}

/// Where cargo keeps the sources of other crates.
fn cargo_home() -> Option<PathBuf> {
    std::env::var_os("CARGO_HOME")
        .map(PathBuf::from)
        .or_else(|| {
            let home = std::env::var_os("HOME").or_else(|| std::env::var_os("USERPROFILE"))?;
            Some(PathBuf::from(home).join(".cargo"))
        })
}
