//! Python: `componentize-py`, from PyPI.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use super::{Fault, alone, at, build, examples, path_with, python_environment};

/// Builds the example.
pub fn example() -> Result<PathBuf, Fault> {
    rules("python", &home())
}

/// Builds the `rules.py` of a folder.
pub fn rules(name: &str, folder: &Path) -> Result<PathBuf, Fault> {
    let _alone = alone()?;
    let requirements = home().join("requirements.txt");
    let programs = python_environment("componentize-py", &requirements)?;
    let script = home().join("build.sh");
    let sources = [script.clone(), folder.join("rules.py")];
    let tool = fs::read_to_string(&requirements).map_err(at(&requirements))?;
    build(name, tool.trim(), &sources, |out| {
        let mut command = Command::new(&script);
        command
            .arg(out)
            .arg(folder)
            .env("PATH", path_with(&[programs])?);
        Ok(command)
    })
}

fn home() -> PathBuf {
    examples().join("confirmation-of-postal-activity-python")
}
