//! C: clang as it comes with Zig, from PyPI. The bindings are made by the library of `wit-bindgen c`, in `build.rs`.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use super::{Fault, alone, at, build, examples, path_with};

/// Builds the example.
pub fn example() -> Result<PathBuf, Fault> {
    let _alone = alone()?;
    let here = examples().join("confirmation-of-postal-activity-c");
    let programs = super::python_environment("zig", &here.join("requirements.txt"))?;
    let bindings = Path::new(env!("OUT_DIR")).join("bindings-c");
    let sources = [
        "build.sh",
        "rules.c",
        "freestanding/memory.c",
        "freestanding/stdlib.h",
        "freestanding/string.h",
    ];
    let mut sources: Vec<PathBuf> = sources.iter().map(|name| here.join(name)).collect();
    sources.extend(["procedure.c", "procedure.h"].map(|name| bindings.join(name)));
    let requirements = here.join("requirements.txt");
    let tool = fs::read_to_string(&requirements).map_err(at(&requirements))?;
    build("c", tool.trim(), &sources, |out| {
        let mut command = Command::new(here.join("build.sh"));
        command
            .arg(out)
            .env("BINDINGS", &bindings)
            .env("PATH", path_with(&[programs])?);
        Ok(command)
    })
}
