//! Inputs that are kept because they reach something: `tests/fuzz/seeds/<target>/`, a file each.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use super::Target;

/// The folder of a target.
pub fn folder(target: Target) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("fuzz/seeds")
        .join(target.word())
}

/// The inputs of a target, in the order of their names.
///
/// # Errors
/// The folder, or a file in it, cannot be read.
pub fn read(target: Target) -> io::Result<Vec<Vec<u8>>> {
    let mut paths = fs::read_dir(folder(target))?
        .map(|entry| entry.map(|entry| entry.path()))
        .collect::<io::Result<Vec<_>>>()?;
    paths.sort();
    paths.iter().map(fs::read).collect()
}
