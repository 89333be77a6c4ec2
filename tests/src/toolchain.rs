//! Compilers of the languages in which plugins are written: found on this machine, or installed under `target/toolchain`
//! at the versions that the plugins name. What is used is said on standard error; what cannot be had is an error, and
//! nothing is skipped.
//!
//! What is built stays there too, beside what it was built from, and is built again when that has changed.

pub mod c;
pub mod javascript;
pub mod python;
pub mod rust;

use std::ffi::OsString;
use std::fs::{self, File};
use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::Command;

use crate::binary;

/// What went wrong, in a sentence for whoever runs the tests.
pub type Fault = String;

/// The folder of the plugins that show how it is done.
pub fn examples() -> PathBuf {
    root().join("plugins/examples")
}

/// The folder of the contract.
pub fn contract() -> PathBuf {
    root().join("wit/procedure@1.0.0")
}

fn root() -> PathBuf {
    let tests = Path::new(env!("CARGO_MANIFEST_DIR"));
    tests.parent().unwrap_or(tests).to_owned()
}

/// `target/toolchain`.
fn folder() -> Result<PathBuf, Fault> {
    let folder = rust::target().join("toolchain");
    fs::create_dir_all(&folder).map_err(at(&folder))?;
    Ok(folder)
}

/// Past the test harness, which keeps what tests print: whoever reads the log wants to know.
fn say(what: &str) {
    let _ = writeln!(std::io::stderr(), "{what}");
}

pub(crate) fn at<E: std::fmt::Display>(path: &Path) -> impl Fn(E) -> Fault {
    move |error| format!("{}: {error}", path.display())
}

/// Keeps other test programs from installing and building the same thing meanwhile.
fn alone() -> Result<File, Fault> {
    let path = folder()?.join("lock");
    let file = File::create(&path).map_err(at(&path))?;
    file.lock().map_err(at(&path))?;
    Ok(file)
}

/// Runs a command to its end; what it says is told only if it fails.
fn run(command: &mut Command) -> Result<String, Fault> {
    let output = command
        .output()
        .map_err(|error| format!("{command:?} does not start: {error}"))?;
    let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).trim().to_owned();
    if output.status.success() {
        return Ok(text(&output.stdout));
    }
    Err(format!(
        "{command:?} failed ({})\n{}\n{}",
        output.status,
        text(&output.stdout),
        text(&output.stderr)
    ))
}

/// `PATH` with these folders in front.
fn path_with(folders: &[PathBuf]) -> Result<OsString, Fault> {
    let path = std::env::var_os("PATH").unwrap_or_default();
    let all = folders.iter().cloned().chain(std::env::split_paths(&path));
    std::env::join_paths(all).map_err(|error| format!("PATH cannot hold {folders:?}: {error}"))
}

/// Does something to a folder once for each content of a file: the content is noted in it when it has gone well.
fn once(
    folder: &Path,
    wanted: &str,
    make: impl FnOnce() -> Result<(), Fault>,
) -> Result<(), Fault> {
    let note = folder.join("made-of");
    if fs::read_to_string(&note).is_ok_and(|made| made == wanted) {
        return Ok(());
    }
    if folder.exists() {
        fs::remove_dir_all(folder).map_err(at(folder))?;
    }
    fs::create_dir_all(folder).map_err(at(folder))?;
    make()?;
    fs::write(&note, wanted).map_err(at(&note))
}

/// The folder of the programs of a Python environment with what a `requirements.txt` lists.
fn python_environment(name: &str, requirements: &Path) -> Result<PathBuf, Fault> {
    let wanted = fs::read_to_string(requirements).map_err(at(requirements))?;
    let folder = folder()?.join(name);
    once(&folder, &wanted, || {
        say(&format!(
            "Python: pip installs {} into {}",
            wanted.trim(),
            folder.display()
        ));
        let make = || {
            run(Command::new("python3")
                .args(["-m", "venv", "--clear"])
                .arg(&folder))
        };
        if let Err(why) = make() {
            say(&format!(
                "Python: {why}\nPython: apt-get installs python3-venv"
            ));
            apt_get(&["python3", "python3-venv"])?;
            make()?;
        }
        run(Command::new(folder.join("bin/python3"))
            .args([
                "-m",
                "pip",
                "install",
                "--quiet",
                "--disable-pip-version-check",
            ])
            .arg("--requirement")
            .arg(requirements))
        .map(drop)
    })?;
    Ok(folder.join("bin"))
}

/// Installs packages of Debian.
fn apt_get(packages: &[&str]) -> Result<(), Fault> {
    let apt = || {
        let mut command = Command::new("apt-get");
        command
            .arg("--yes")
            .arg("--quiet")
            .env("DEBIAN_FRONTEND", "noninteractive");
        command
    };
    run(apt().arg("update"))?;
    run(apt()
        .arg("install")
        .arg("--no-install-recommends")
        .args(packages))
    .map(drop)
}

/// Builds rules with a plugin's `build.sh`, unless that was done already with the same sources.
///
/// Gives the file with them: a core module or a component, still without package. `sources` are all files that the result hangs on, besides the contract; `command` runs the script and is told where to
/// put the result.
fn build(
    name: &str,
    tool: &str,
    sources: &[PathBuf],
    command: impl FnOnce(&Path) -> Result<Command, Fault>,
) -> Result<PathBuf, Fault> {
    let contract = contract().join("procedure.wit");
    let mut made_of = tool.to_owned();
    for source in sources.iter().chain([&contract]) {
        let text = fs::read_to_string(source).map_err(at(source))?;
        made_of.push_str(&format!("\n==> {}\n{text}", source.display()));
    }
    let folder = folder()?.join("built").join(name);
    let path = folder.join("rules.wasm");
    once(&folder, &made_of, || {
        say(&format!("{tool} builds {name}"));
        run(&mut command(&path)?).map(drop)
    })?;
    Ok(path)
}

/// Puts a package around rules: the component that a department submits.
pub fn with_package(rules: &Path, package: &Path) -> Result<Vec<u8>, Fault> {
    let component = rules.with_extension("component.wasm");
    let _alone = alone()?;
    run(binary::command(["build"])
        .arg(package)
        .arg("--code")
        .arg(rules)
        .arg("-o")
        .arg(&component))?;
    fs::read(&component).map_err(at(&component))
}
