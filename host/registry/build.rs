//! Names the compiler by what it is made of, so that a component is never taken for the work of another compiler: not
//! after an upgrade, and not while somebody is changing it.

use std::path::{Path, PathBuf};

/// Everything that decides which bytes a package becomes.
const MADE_OF: [&str; 4] = [
    "../compiler/src",
    "../model/src",
    "../../wit",
    "../../Cargo.lock",
];

fn main() {
    let mut files = Vec::new();
    for path in MADE_OF {
        println!("cargo:rerun-if-changed={path}");
        collect(Path::new(path), &mut files);
    }
    files.sort();
    // FNV-1a: it only has to notice changes.
    let mut state: u64 = 0xcbf2_9ce4_8422_2325;
    for file in files {
        let name = file.to_string_lossy().into_owned();
        let content = std::fs::read(&file).unwrap_or_default();
        for byte in name.bytes().chain([0]).chain(content).chain([0]) {
            state = (state ^ u64::from(byte)).wrapping_mul(0x0000_0100_0000_01b3);
        }
    }
    println!("cargo:rustc-env=MOTCUA_COMPILER_FINGERPRINT={state:016x}");
}

fn collect(path: &Path, files: &mut Vec<PathBuf>) {
    match std::fs::read_dir(path) {
        Ok(entries) => entries
            .flatten()
            .for_each(|entry| collect(&entry.path(), files)),
        Err(_) => files.push(path.to_owned()),
    }
}
