//! C: clang as it comes with Zig, from PyPI. The bindings are made by the library of `wit-bindgen c`.

use std::fs;
use std::path::PathBuf;
use std::process::Command;

use wit_bindgen_c::Opts;
use wit_bindgen_core::Files;
use wit_bindgen_core::wit_parser::Resolve;

use super::{Fault, alone, at, build, contract, examples, folder, path_with};

/// Builds the example.
pub fn example() -> Result<PathBuf, Fault> {
    let _alone = alone()?;
    let here = examples().join("confirmation-of-postal-activity-c");
    let programs = super::python_environment("zig", &here.join("requirements.txt"))?;
    let bindings = bindings()?;
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

/// Makes the bindings of the contract, as `wit-bindgen c --rename motcua:procedure/rules@1.0.0=rules` does.
fn bindings() -> Result<PathBuf, Fault> {
    let said = |error: &dyn std::fmt::Display| format!("the bindings of the contract: {error}");
    let mut resolve = Resolve::default();
    let (package, _) = resolve
        .push_path(contract())
        .map_err(|error| said(&error))?;
    let world = resolve
        .select_world(&[package], Some("procedure"))
        .map_err(|error| said(&error))?;
    let options = Opts {
        rename: vec![(
            "motcua:procedure/rules@1.0.0".to_owned(),
            "rules".to_owned(),
        )],
        ..Opts::default()
    };
    let mut files = Files::default();
    options
        .build()
        .generate(&mut resolve, world, &mut files)
        .map_err(|error| said(&error))?;
    let folder = folder()?.join("bindings-c");
    fs::create_dir_all(&folder).map_err(at(&folder))?;
    for (name, bytes) in files.iter() {
        let path = folder.join(name);
        fs::write(&path, bytes).map_err(at(&path))?;
    }
    Ok(folder)
}
