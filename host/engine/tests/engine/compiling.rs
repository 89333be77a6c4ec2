//! Processes that should compile and do something else: whatever they do, the host is told what it was, and goes on. That
//! the real one compiles is tried in the workspace's `tests`, which have the program.

use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};

use motcua_engine::{CompileIn, CompileLimit, Engine, Fault, Limits, LoadError, Settings};

use crate::limits;
use guests::written::Guest;

fn load(program: &Path) -> LoadError {
    let engine = Engine::new(Settings {
        compile_in: CompileIn::Child(program.to_owned()),
        ..Limits {
            compile_patience: 2,
            ..limits()
        }
        .into()
    })
    .unwrap();
    engine.load(&Guest::default().component()).unwrap_err()
}

/// What came of a script in the place of the program.
fn with(folder: &Path, name: &str, script: &str) -> LoadError {
    let program: PathBuf = folder.join(name);
    fs::write(&program, format!("#!/bin/sh\n{script}\n")).unwrap();
    fs::set_permissions(&program, fs::Permissions::from_mode(0o700)).unwrap();
    load(&program)
}

/// One test, so that no other thread starts a process while a script is being written.
#[test]
fn whatever_a_compiling_process_does_is_told_and_harms_nobody() {
    let folder = tempfile::tempdir().unwrap();
    let folder = folder.path();
    let platform = |error: LoadError, what: &str| {
        assert!(matches!(error, LoadError::Compiler(_)), "{error:?}");
        assert_eq!(error.fault(), Fault::Platform);
        assert!(error.to_string().contains(what), "{error}");
        assert_ne!(error.message().vi, error.message().en);
    };
    let too_dear = |error: LoadError, limit: CompileLimit, code: &str| {
        assert!(
            matches!(error, LoadError::TooDear { limit: met, .. } if met == limit),
            "{error:?}"
        );
        assert_eq!((error.fault(), error.code()), (Fault::Plugin, code));
        assert_ne!(error.message().vi, error.message().en);
    };
    platform(load(Path::new("/nowhere/motcua")), "cannot be started");
    platform(load(folder), "cannot be started");
    platform(with(folder, "silent", "exit 0"), "gave no answer");
    platform(
        with(folder, "failing", "echo 'no\u{1b}[31m limits' >&2; exit 1"),
        "no\\u{1b}[31m limits",
    );
    platform(
        with(folder, "reading", "cat >/dev/null; exit 3"),
        "gave no answer",
    );
    platform(
        with(folder, "sleeping", "exec /bin/sleep 600"),
        "wall clock",
    );
    platform(
        with(folder, "killed", "kill -KILL $$"),
        "ended from outside",
    );
    platform(
        with(folder, "talking", "printf 'C\\003\\0\\0\\0\\0\\0\\0\\0ab'"),
        "gave no answer",
    );
    platform(
        with(folder, "closing", "exec >&-; exec /bin/sleep 600"),
        "closed its output",
    );
    too_dear(
        with(folder, "slow", "kill -XCPU $$"),
        CompileLimit::Processor,
        "compile-time",
    );
    too_dear(
        with(
            folder,
            "hungry",
            "echo 'memory allocation of 9 bytes failed' >&2; kill -ABRT $$",
        ),
        CompileLimit::Memory,
        "compile-memory",
    );
    too_dear(
        with(folder, "starved", "printf 'M\\0\\0\\0\\0\\0\\0\\0\\0'"),
        CompileLimit::Memory,
        "compile-memory",
    );
    too_dear(
        with(
            folder,
            "flooding",
            "while :; do echo yyyyyyyyyyyyyyyy; done",
        ),
        CompileLimit::Code,
        "code-size",
    );
    for (name, script) in [
        ("refusing", "printf 'F\\004\\0\\0\\0\\0\\0\\0\\0no\\033['"),
        ("crashing", "kill -SEGV $$"),
        ("panicking", "exit 101"),
    ] {
        let error = with(folder, name, script);
        assert!(matches!(error, LoadError::Compile { .. }), "{error:?}");
        assert_eq!(error.fault(), Fault::Plugin);
        assert!(!error.to_string().contains('\u{1b}'));
    }
    // It is started with nothing of this environment.
    with(
        folder,
        "curious",
        "/usr/bin/env > \"$0.env\"; pwd > \"$0.pwd\"",
    );
    let environment = fs::read_to_string(folder.join("curious.env")).unwrap();
    assert!(
        environment
            .lines()
            .all(|line| ["PWD=", "_=", "SHLVL=", "OLDPWD="]
                .iter()
                .any(|own| line.starts_with(own))),
        "{environment}"
    );
    assert_eq!(
        fs::read_to_string(folder.join("curious.pwd")).unwrap(),
        "/\n"
    );
}
