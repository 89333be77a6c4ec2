//! Names the version of wasmtime, to the last digit: code that one version has compiled is never run by another.

const LOCK: &str = "../../Cargo.lock";

fn main() {
    println!("cargo:rerun-if-changed={LOCK}");
    let lock = std::fs::read_to_string(LOCK).unwrap_or_default();
    let version = lock
        .split("[[package]]")
        .find(|package| package.lines().any(|line| line == "name = \"wasmtime\""))
        .and_then(|package| {
            let mut lines = package.lines();
            lines.find_map(|line| line.strip_prefix("version = "))
        })
        .map(|version| version.trim_matches('"'));
    match version {
        Some(version) => println!("cargo:rustc-env=MOTCUA_WASMTIME_VERSION={version}"),
        None => println!("cargo:warning=Cargo.lock does not name the version of wasmtime"),
    }
}
