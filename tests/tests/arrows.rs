//! Holds the arrows between crates: server → registry → {compiler, engine, store} → model, and who alone may name what.

use std::collections::{BTreeMap, BTreeSet};
use std::process::Command;

use serde_json::Value;

/// Normal (not test-only) dependencies of each workspace crate.
fn dependencies() -> BTreeMap<String, BTreeSet<String>> {
    let output = Command::new(env!("CARGO"))
        .args([
            "metadata",
            "--no-deps",
            "--format-version",
            "1",
            "--offline",
        ])
        .current_dir(concat!(env!("CARGO_MANIFEST_DIR"), "/.."))
        .output()
        .expect("cargo metadata runs");
    assert!(
        output.status.success(),
        "{}",
        String::from_utf8_lossy(&output.stderr)
    );
    let metadata: Value =
        serde_json::from_slice(&output.stdout).expect("cargo metadata prints JSON");
    let packages = metadata["packages"].as_array().expect("packages");
    packages
        .iter()
        .map(|package| {
            let names = package["dependencies"]
                .as_array()
                .expect("dependencies")
                .iter()
                .filter(|dependency| dependency["kind"].is_null())
                .map(|dependency| dependency["name"].as_str().expect("a name").to_owned())
                .collect();
            (package["name"].as_str().expect("a name").to_owned(), names)
        })
        .collect()
}

#[test]
fn crates_point_one_way() {
    let allowed: [(&str, &[&str]); 8] = [
        ("motcua-model", &[]),
        ("motcua-compiler", &["motcua-model"]),
        ("motcua-engine", &["motcua-model"]),
        ("motcua-store", &["motcua-model"]),
        (
            "motcua-registry",
            &[
                "motcua-compiler",
                "motcua-engine",
                "motcua-store",
                "motcua-model",
            ],
        ),
        ("motcua", &["motcua-registry", "motcua-model"]),
        ("motcua-plugin", &["motcua-plugin-macros"]),
        ("motcua-plugin-macros", &["motcua-compiler", "motcua-model"]),
    ];
    let found = dependencies();
    for (name, allowed) in allowed {
        let ours: BTreeSet<_> = found[name]
            .iter()
            .filter(|dependency| dependency.starts_with("motcua"))
            .map(String::as_str)
            .collect();
        let allowed: BTreeSet<_> = allowed.iter().copied().collect();
        assert!(
            ours.is_subset(&allowed),
            "{name} depends on {:?}, allowed are {allowed:?}",
            ours
        );
    }
}

#[test]
fn one_crate_alone_names_each_large_library() {
    let alone = [
        ("wasmtime", "motcua-engine"),
        ("sqlx", "motcua-store"),
        ("axum", "motcua"),
        ("clap", "motcua"),
        ("ureq", "motcua"),
        ("wasm-encoder", "motcua-compiler"),
        ("saphyr-parser", "motcua-compiler"),
    ];
    for (library, owner) in alone {
        for (name, dependencies) in dependencies()
            .iter()
            .filter(|(name, _)| name.starts_with("motcua"))
        {
            assert!(
                name == owner || !dependencies.contains(library),
                "{name} names {library}, which only {owner} may"
            );
        }
    }
}

#[test]
fn the_model_does_nothing_by_itself() {
    let model = &dependencies()["motcua-model"];
    for forbidden in [
        "tokio",
        "tracing",
        "rand",
        "wasmtime",
        "sqlx",
        "axum",
        "motcua-store",
    ] {
        assert!(
            !model.contains(forbidden),
            "the model must not depend on {forbidden}"
        );
    }
}
