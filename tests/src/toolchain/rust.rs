//! Rust for WebAssembly. `motcua build` compiles crates by the standard library of that target, or by Debian's compiler and
//! the sources of its library; here one of the two is found, or installed.

use std::fs::{self, File};
use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::sync::OnceLock;

use crate::binary;

const TARGET: &str = "wasm32-unknown-unknown";
/// As much of Debian's as is needed.
const PACKAGES: [&str; 3] = ["rustc-web", "rust-web-src", "lld-22"];

/// The component of a crate, as `motcua build` makes it; the rest of its command line may follow the folder.
///
/// # Errors
/// There is no compiler and none can be installed, or the crate does not compile; in words.
pub fn component(folder: &Path) -> Result<Vec<u8>, String> {
    ready()?;
    let name = folder.file_name().and_then(|name| name.to_str());
    let output = built().join(format!("{}.wasm", name.unwrap_or("crate")));
    let _alone = alone()?;
    let done = binary::command(["build".as_ref(), folder.as_os_str()])
        .arg("-o")
        .arg(&output)
        .output()
        .map_err(|error| format!("motcua does not start: {error}"))?;
    if !done.status.success() {
        let said = String::from_utf8_lossy(&done.stderr);
        return Err(format!("{} does not build:\n{said}", folder.display()));
    }
    fs::read(&output).map_err(|error| format!("{}: {error}", output.display()))
}

/// The target folder of this workspace: crates that are built share what they are made of.
pub fn target() -> PathBuf {
    let motcua = binary::motcua();
    motcua.ancestors().nth(2).unwrap_or(&motcua).to_owned()
}

/// Where what is built is put.
fn built() -> PathBuf {
    target().join("plugins")
}

/// Keeps other test programs from installing and building the same thing meanwhile.
fn alone() -> Result<File, String> {
    let path = built().join("lock");
    let file = fs::create_dir_all(built()).and_then(|()| File::create(&path));
    let locked = file.and_then(|file| file.lock().map(|()| file));
    locked.map_err(|error| format!("{}: {error}", path.display()))
}

/// Finds or installs a compiler.
///
/// # Errors
/// Neither works; what was tried, in words.
pub fn ready() -> Result<(), String> {
    static READY: OnceLock<Result<(), String>> = OnceLock::new();
    READY.get_or_init(find_or_install).clone()
}

fn find_or_install() -> Result<(), String> {
    let _alone = alone()?;
    if installed() {
        say("the standard library for WebAssembly is there");
        return Ok(());
    }
    if runs("rustup", &["target", "add", TARGET]) && installed() {
        say("rustup has installed the standard library for WebAssembly");
        return Ok(());
    }
    if debian() {
        say("Debian's compiler builds its standard library for WebAssembly");
        return Ok(());
    }
    let install: Vec<&str> = ["install", "-y", "--no-install-recommends"]
        .into_iter()
        .chain(PACKAGES)
        .collect();
    if runs("apt-get", &["update"]) && runs("apt-get", &install) && debian() {
        say(
            "apt-get has installed Debian's compiler, which builds its standard library for WebAssembly",
        );
        return Ok(());
    }
    Err(format!(
        "Rust cannot be compiled for WebAssembly here: neither `rustup target add {TARGET}` nor \
         `apt-get install {}` works",
        PACKAGES.join(" ")
    ))
}

/// Whether the compiler of this folder has the library.
fn installed() -> bool {
    let printed = Command::new("rustc")
        .args(["--target", TARGET, "--print", "target-libdir"])
        .stderr(Stdio::null())
        .output();
    let folder = printed
        .ok()
        .and_then(|output| String::from_utf8(output.stdout).ok());
    let entries = folder.and_then(|folder| fs::read_dir(folder.trim()).ok());
    let names = entries
        .into_iter()
        .flatten()
        .flatten()
        .map(|entry| entry.file_name());
    names
        .into_iter()
        .any(|name| name.to_string_lossy().starts_with("libstd-"))
}

fn debian() -> bool {
    let there = |path: &str| Path::new(path).exists();
    there("/usr/bin/rustc")
        && there("/usr/lib/rustlib/src/rust/library/std/Cargo.toml")
        && there("/usr/bin/wasm-ld-22")
}

fn runs(program: &str, arguments: &[&str]) -> bool {
    let status = Command::new(program)
        .args(arguments)
        .env("DEBIAN_FRONTEND", "noninteractive")
        .stdin(Stdio::null())
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .status();
    status.is_ok_and(|status| status.success())
}

fn say(what: &str) {
    // Past the test harness, which keeps what tests print: whoever reads the log wants to know.
    let _ = writeln!(std::io::stderr(), "Rust: {what}");
}
