//! The sandbox with the real program: components are compiled by a process of their own, compiled code is kept from one
//! start to the next, and a version that keeps failing is not run for a while.

use std::fs;
use std::path::Path;
use std::process::{Command, Stdio};
use std::time::Duration;

use guests::written::{Guest, not_plain};
use motcua_model::{Application, Channel, Date, Fact, Moment, Scalar, Subject, Value};
use motcua_registry::engine::{
    COMPILE_COMMAND, Class, Classes, CompileIn, CompileLimit, Engine, Limits, LoadError, NICE,
    Procedure, Rule, Settings, digest,
};
use serde_json::json;
use tests::binary::{self, Server};
use tests::http::{Connection, Response, request};

fn engine(classes: Classes) -> Engine {
    Engine::new(Settings {
        classes,
        compile_in: CompileIn::Child(binary::motcua()),
        cache: None,
    })
    .expect("an engine")
}

fn application() -> Application<'static> {
    Application {
        filed_at: "2024-03-01T08:30".parse::<Moment>().expect("a moment"),
        received_on: "2024-03-04".parse::<Date>().expect("a day"),
        channel: Some(Channel::Online),
        facts: vec![Fact {
            fact: 0,
            value: Value::Scalar(Scalar::Boolean(true)),
        }],
    }
}

/// So much code that no compiler is done with it at once: functions of about 60 KB, each of a long sum.
fn much_code(functions: usize) -> String {
    let sum =
        "(i32.const 7) (i32.xor) (local.get 0) (i32.add) (i32.const 3) (i32.rotl)".repeat(4_000);
    format!("(func (param i32) (result i32) (local.get 0) {sum})").repeat(functions)
}

#[test]
fn a_process_of_its_own_compiles_the_same_code() {
    let child = engine(Classes::default());
    let here = Engine::new(Limits::default()).expect("an engine");
    let plain = Guest::default().component();
    let large = Guest {
        memory: "17",
        ..Guest::default()
    };
    let interpreted = Guest {
        fields: "(func)".repeat(5_000),
        ..Guest::default()
    };
    for component in [
        not_plain(plain.clone()),
        plain,
        large.component(),
        interpreted.component(),
    ] {
        let load = |engine: &Engine| -> Procedure { engine.load(&component).expect("it loads") };
        let (one, other) = (load(&child), load(&here));
        assert_eq!(one.class(), other.class());
        assert_eq!(
            one.assess(&application()).expect("an answer"),
            other.assess(&application()).expect("an answer")
        );
    }
}

/// What the kernel tells of a process, in one of its files.
#[cfg(target_os = "linux")]
fn told_of(process: u32, file: &str) -> String {
    fs::read(format!("/proc/{process}/{file}"))
        .map(|bytes| String::from_utf8_lossy(&bytes).into_owned())
        .unwrap_or_default()
}

/// The 19th field of `stat`, the 17th after the name in brackets.
#[cfg(target_os = "linux")]
fn nice(process: u32) -> Option<i32> {
    let stat = told_of(process, "stat");
    let (_, rest) = stat.rsplit_once(") ")?;
    rest.split(' ').nth(16)?.parse().ok()
}

#[cfg(target_os = "linux")]
#[test]
fn the_compiling_process_has_nothing_but_its_pipes_and_gives_way() {
    let bomb = Guest {
        fields: much_code(12),
        ..Guest::default()
    };
    let bomb = not_plain(bomb.component());
    let engine = engine(Classes::default());
    let (own, limits) = (std::process::id(), Limits::default());
    let compiling = std::thread::spawn(move || engine.load(&bomb).map(|loaded| loaded.class()));
    // Other tests compile here too. Whichever it is, it is looked at after it has set the last of its limits.
    let is_compiling = |process: &u32| {
        told_of(*process, "cmdline").contains(COMPILE_COMMAND)
            && told_of(*process, "stat")
                .rsplit_once(") ")
                .and_then(|(_, rest)| rest.split(' ').nth(1)?.parse().ok())
                == Some(own)
    };
    let seconds = limits.compile_seconds;
    let last = format!("Max cpu time {seconds} {}", seconds + 1);
    let mut seen = None;
    while seen.is_none() && !compiling.is_finished() {
        let processes = fs::read_dir("/proc").expect("processes");
        seen = processes
            .flatten()
            .filter_map(|entry| entry.file_name().to_str()?.parse().ok())
            .filter(is_compiling)
            .find_map(|process| {
                let of_process = told_of(process, "limits");
                let words: Vec<&str> = of_process.split_whitespace().collect();
                let of_process = words.join(" ");
                of_process.contains(&last).then(|| {
                    let files = fs::read_dir(format!("/proc/{process}/fd"));
                    let files = files.map_or(0, Iterator::count);
                    let environment = told_of(process, "environ");
                    (of_process, files, environment, nice(process))
                })
            })
            // It may have ended while it was looked at.
            .filter(|(_, files, _, nice)| *files > 0 && nice.is_some());
    }
    let class = compiling.join().expect("no panic").expect("it loads");
    assert_eq!(class, Class::Compiled);
    let (of_process, files, environment, of_child) = seen.expect("it was seen at work");
    assert_eq!((files, environment.as_str()), (3, ""));
    for limit in [
        "Max core file size 0 0",
        "Max file size 0 0",
        "Max open files 16 16",
        &format!("Max address space {0} {0}", limits.compile_bytes),
    ] {
        assert!(of_process.contains(limit), "{limit}: {of_process}");
    }
    let expected = (nice(own).expect("own") + NICE).min(19);
    assert_eq!(of_child, Some(expected));
}

#[test]
fn the_compiling_process_admits_drafts_as_its_parent_does() {
    let draft = Guest::default().draft();
    let allowing = engine(Classes {
        drafts: true,
        ..Classes::default()
    });
    let loaded = allowing.load(&draft).expect("it loads");
    assert_eq!(loaded.contract(), "motcua:procedure@1.1.0");
    let grounds = loaded.grounds(&application(), Subject::TimeLimit);
    assert_eq!(grounds, Ok(Some(Vec::new())));
    assert!(matches!(
        engine(Classes::default()).load(&draft),
        Err(LoadError::Refused(refusal)) if refusal.rule == Rule::Draft
    ));
}

#[test]
fn nothing_built_against_a_draft_is_served() {
    const REFUSED: &str = "built against a draft of the contract";
    let folder = tempfile::tempdir().expect("a folder");
    let released = Guest::default().component();
    procedures(&folder.path().join("procedures"), &released);
    let draft = folder.path().join("procedures/draft.wasm");
    fs::write(&draft, Guest::default().draft()).expect("a draft");
    let inspected = binary::command(["inspect"]).arg(&draft).output();
    let inspected = inspected.expect("it runs");
    let said = String::from_utf8_lossy(&inspected.stderr).into_owned();
    assert!(said.contains(REFUSED), "{said}");
    let server = start(folder.path());
    let answer = ask(&server, 3).json();
    assert_eq!(answer["version"]["digest"], digest(&released));
    assert!(server.comes_to_say(REFUSED, Duration::from_secs(60)));
}

#[test]
fn a_compiler_that_takes_too_much_is_stopped_and_says_which_limit() {
    let bomb = Guest {
        fields: much_code(300),
        ..Guest::default()
    }
    .component();
    let with = |change: fn(&mut Limits)| {
        let mut classes = Classes::default();
        change(&mut classes.interpreted);
        engine(classes).load(&bomb).map(|loaded| loaded.class())
    };
    let met = |result: Result<Class, LoadError>| match result {
        Err(LoadError::TooDear { limit, .. }) => Ok(limit),
        other => Err(other),
    };
    assert_eq!(
        met(with(|limits| limits.compile_seconds = 1)).expect("a limit"),
        CompileLimit::Processor
    );
    assert_eq!(
        met(with(|limits| limits.compile_bytes = 96 << 20)).expect("a limit"),
        CompileLimit::Memory
    );
    assert_eq!(
        met(with(|limits| limits.code_bytes = 100_000)).expect("a limit"),
        CompileLimit::Code
    );
    // What a trap in `start` does is no matter of the compiler.
    let starting = Guest {
        fields: "(func $start unreachable) (start $start)".to_owned(),
        ..Guest::default()
    };
    assert!(matches!(
        engine(Classes::default()).load(&starting.component()),
        Err(LoadError::Trial(_))
    ));
}

#[test]
fn the_compiling_command_is_of_no_use_to_anybody_else() {
    let help = binary::run(["--help"]);
    assert!(!String::from_utf8_lossy(&help.stdout).contains(COMPILE_COMMAND));
    for input in [
        &b""[..],
        b"\xff\xff\xff\xff",
        b"\x02\0\0\0{}",
        b"\x05\0\0\0",
    ] {
        let mut child = Command::new(binary::motcua())
            .arg(COMPILE_COMMAND)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .expect("it starts");
        let mut stdin = child.stdin.take().expect("a pipe");
        let _ = std::io::Write::write_all(&mut stdin, input);
        drop(stdin);
        let output = child.wait_with_output().expect("it ends");
        assert!(!output.status.success() && output.stdout.is_empty());
        assert!(!output.stderr.is_empty());
    }
}

/// A folder of procedures with one plugin in it.
fn procedures(folder: &Path, component: &[u8]) {
    tests::desk::calendars_only(folder).expect("a folder with calendars");
    fs::write(folder.join("plugin.wasm"), component).expect("a plugin");
}

fn start(folder: &Path) -> Server {
    Server::start_within(
        &folder.join("procedures"),
        &folder.join("data"),
        Duration::from_secs(120),
    )
    .expect("motcua serve starts")
}

fn send(server: &Server, method: &str, path: &str, body: Option<&serde_json::Value>) -> Response {
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .expect("a runtime");
    let body = body.map(ToString::to_string);
    let request = request(method, path, body.as_deref().map(str::as_bytes));
    runtime.block_on(async {
        let mut connection = Connection::open(server.address).await.expect("it listens");
        connection.send(&request).await.expect("it answers")
    })
}

const ADDRESS: &str = "/api/v1/procedures/9.000001";

fn ask(server: &Server, facts: usize) -> Response {
    let facts: serde_json::Map<_, _> = (0..facts)
        .map(|number| (format!("fact_{number}"), json!(true)))
        .collect();
    let question = json!({"received_at": "2026-03-02T09:00", "facts": facts});
    send(
        server,
        "POST",
        &format!("{ADDRESS}/assess"),
        Some(&question),
    )
}

#[test]
fn compiled_code_is_kept_and_what_is_wrong_with_it_harms_nobody() {
    let folder = tempfile::tempdir().expect("a folder");
    procedures(
        &folder.path().join("procedures"),
        &Guest::default().component(),
    );
    let cache = folder.path().join("data/cache");
    let doctor = || {
        let data = folder.path().join("data");
        let output = binary::command(["doctor", "--data"])
            .arg(data)
            .output()
            .expect("it runs");
        let text = String::from_utf8_lossy(&output.stdout).into_owned();
        let line = text.lines().find(|line| line.contains("cache"));
        line.unwrap_or_default().to_owned()
    };
    let server = start(folder.path());
    let answer = ask(&server, 3).json();
    drop(server);
    let files: Vec<_> = fs::read_dir(&cache)
        .expect("a cache")
        .map(|entry| entry.expect("a file").path())
        .collect();
    assert_eq!(files.len(), 1);
    let kept = fs::read(&files[0]).expect("code");
    assert!(doctor().contains("code of 1 component"), "{}", doctor());

    let server = start(folder.path());
    assert_eq!(ask(&server, 3).json(), answer);
    assert!(server.said().iter().all(|line| !line.contains("kept code")));
    drop(server);

    let mut spoiled = kept.clone();
    spoiled[kept.len() / 2] ^= 1;
    fs::write(&files[0], &spoiled).expect("written");
    assert!(
        doctor().contains("the seal of 1 of 1 component does not hold"),
        "{}",
        doctor()
    );
    let server = start(folder.path());
    assert_eq!(ask(&server, 3).json(), answer);
    assert!(server.comes_to_say("kept code is not used", Duration::from_secs(60)));
    drop(server);
    assert!(doctor().contains("code of 1 component"), "{}", doctor());
    assert_eq!(fs::read(&files[0]).expect("code"), kept);
}

#[test]
fn a_version_that_keeps_failing_is_told_apart_and_raises_an_alarm() {
    let folder = tempfile::tempdir().expect("a folder");
    let fragile =
        Guest::that("(if (i32.eq (local.get $facts_len) (i32.const 12)) (then unreachable))");
    procedures(&folder.path().join("procedures"), &fragile.component());
    let server = start(folder.path());
    let get = |path: &str| send(&server, "GET", path, None);
    assert_eq!(get(ADDRESS).json()["out_of_order_since"], json!(null));
    assert_eq!(get(ADDRESS).json()["class"], "compiled");
    assert_eq!(ask(&server, 3).status, 200);
    for _ in 0..10 {
        assert_eq!(ask(&server, 12).status, 502);
    }
    let refused = ask(&server, 3);
    assert_eq!(refused.status, 503, "{}", refused.text());
    assert_eq!(refused.json()["type"], "urn:motcua:problem:out-of-order");
    let seconds = refused
        .header("retry-after")
        .and_then(|seconds| seconds.parse::<u32>().ok());
    assert!(
        seconds.is_some_and(|seconds| (1..=30).contains(&seconds)),
        "{seconds:?}"
    );
    assert!(
        refused.json()["detail"]["vi"]
            .as_str()
            .is_some_and(|text| text.contains("cơ quan phát hành"))
    );
    assert!(get("/readyz").text().contains("alarm 9.000001"));
    assert!(get("/metrics").text().contains("motcua_alarms 1"));
    assert!(get("/metrics").text().contains(r#"end="out-of-order"} 1"#));
    assert!(get(ADDRESS).json()["out_of_order_since"].is_string());
    // The others are answered as before: the page, the list, and lists of questions in their places.
    let list = json!({"questions": [{"procedure": "9.000001", "question": {"facts": {}}}]});
    let answers = send(&server, "POST", "/api/v1/assess", Some(&list)).json();
    assert_eq!(answers["answers"][0]["status"], 503);
}

#[test]
fn an_interpreted_component_is_shown_as_such() {
    let folder = tempfile::tempdir().expect("a folder");
    let heavy = Guest {
        fields: "(func)".repeat(5_000),
        ..Guest::default()
    };
    procedures(&folder.path().join("procedures"), &heavy.component());
    let file = folder.path().join("procedures/plugin.wasm");
    let inspected = binary::command(["inspect"])
        .arg(&file)
        .output()
        .expect("it runs");
    let text = String::from_utf8_lossy(&inspected.stdout).into_owned();
    assert!(text.contains("class        interpreted"), "{text}");
    let server = start(folder.path());
    assert_eq!(
        send(&server, "GET", ADDRESS, None).json()["class"],
        "interpreted"
    );
    for _ in 0..3 {
        assert_eq!(ask(&server, 3).status, 200);
    }
}
