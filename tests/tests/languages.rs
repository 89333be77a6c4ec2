//! One procedure, written in each language as a department's programmers might: it passes the gate, imports nothing, and
//! answers every question as its declarative twin does. And what a programmer must not rely on, language by language.

use std::path::{Path, PathBuf};
use std::sync::LazyLock;

use motcua_model::lifecycle::Submitted;
use motcua_registry::engine::{
    Cache, Class, Classes, CompileIn, Engine, Limits, Settings, digest, inspect,
};
use motcua_registry::{CheckId, CheckOutcome, GateReport, Snapshot, ToPass, Version, gate};
use serde_json::{Value, json};
use tests::binary::Server;
use tests::desk::{self, Desk, must};
use tests::generate;
use tests::http::{Connection, request};
use tests::languages::{self, Example, twin};
use tests::toolchain::{self, javascript, python};
use tests::world::World;

static WORLD: LazyLock<World> = LazyLock::new(World::read);
/// Where the code of all tests here is kept; nothing ends a static, so it goes with the temporary files of the machine.
static CACHE: LazyLock<tempfile::TempDir> = LazyLock::new(|| tempfile::tempdir().unwrap());
/// As the host has it: the examples are compiled in a process of its own, with its limits, and kept. And one on the same folder
/// that cannot compile. Both are opened before anything is kept: opening removes what is half written.
static ENGINES: LazyLock<(Engine, Engine)> = LazyLock::new(|| {
    let folder = CACHE.path().join("cache");
    let engine = languages::engine(&folder).unwrap();
    let cache = Cache::open(&folder, Cache::BYTES, || [0; 32]).unwrap();
    let without_compiler = Engine::new(Settings {
        classes: Classes::default(),
        compile_in: CompileIn::Child(PathBuf::from("/nowhere/motcua")),
        cache: Some(cache),
    });
    (engine, without_compiler.unwrap())
});
static ENGINE: LazyLock<&Engine> = LazyLock::new(|| &ENGINES.0);

#[test]
fn rust_answers_as_the_package_does() {
    let (report, plugin) = passes(Example::Rust);
    assert_eq!(
        report.check(CheckId::Admission).unwrap().outcome,
        CheckOutcome::Passed
    );
    same_answers(&plugin);
}

#[test]
fn c_answers_as_the_package_does() {
    let (report, plugin) = passes(Example::C);
    assert_eq!(
        report.check(CheckId::Admission).unwrap().outcome,
        CheckOutcome::Passed
    );
    same_answers(&plugin);
}

#[test]
fn javascript_answers_as_the_package_does() {
    let (report, plugin) = passes(Example::JavaScript);
    assert_eq!(besides(&report), "");
    same_answers(&plugin);
    same_answers(&kept(Example::JavaScript));
}

#[test]
fn python_answers_as_the_package_does() {
    let (report, plugin) = passes(Example::Python);
    assert!(besides(&report).contains("`exports`"), "{report:#?}");
    same_answers(&plugin);
    same_answers(&kept(Example::Python));
}

/// The example out of the cache: there is nothing here that could compile it.
fn kept(example: Example) -> Version {
    Version::load(&ENGINES.1, &example.component().unwrap()).unwrap()
}

/// Twelve and eighteen megabytes go the way of a package: signed, submitted, tried by the gate, approved, activated, asked.
#[tokio::test(flavor = "multi_thread")]
async fn javascript_and_python_are_published_over_http() {
    let folder = tempfile::tempdir().unwrap();
    let (procedures, data) = (folder.path().join("procedures"), folder.path().join("data"));
    generate::write(&procedures, 1).unwrap();
    let server = Server::start(&procedures, &data).unwrap();
    let desk = Desk::open(&["--data".as_ref(), data.as_ref()], server.address)
        .await
        .unwrap();
    let mut connection = Connection::open(server.address).await.unwrap();
    let twin = Version::load(&Engine::new(Limits::default()).unwrap(), &twin()).unwrap();
    let facts = json!({
        "notice_case": "own-services", "scope": "within-province", "has_brand_on_items": true,
        "first_day_of_activity": "2024-02-22",
    });
    let body = json!({"received_at": "2024-03-04T09:00", "filed_at": "2024-03-04T09:00", "channel": "online", "facts": facts});
    let body = body.to_string();
    let question = twin.read(body.as_bytes()).unwrap();
    let expected = twin.assess(question, &WORLD.context()).unwrap();
    let manifest = twin.manifest();
    for (number, example) in [(1, Example::JavaScript), (2, Example::Python)] {
        let component = example.component().unwrap();
        let submission = Desk::submission_from(
            &desk::key(),
            &manifest.code,
            &component,
            number,
            manifest.valid_from,
        );
        let view = must(
            &mut connection,
            "POST",
            "/submissions",
            &desk.author,
            Some(&submission),
        );
        assert_eq!(view.await.unwrap()["stage"], "in-review", "{example:?}");
        desk.approve(&mut connection, &manifest.code, &component, number)
            .await
            .unwrap();
        desk.activate(&mut connection, &manifest.code, number)
            .await
            .unwrap();
        let path = format!("/api/v1/procedures/{}/assess?texts=none", manifest.slug);
        let asked = request("POST", &path, Some(body.as_bytes()));
        let response = connection.send(&asked).await.unwrap();
        assert_eq!(response.status, 200, "{}", response.text());
        let answer = response.json();
        assert_eq!(answer["version"]["digest"], digest(&component).as_str());
        assert_eq!(
            answer["verdict"],
            serde_json::to_value(expected.verdict()).unwrap()
        );
        assert_eq!(answer["total_vnd"], 1_250_000, "{example:?}: {answer}");
    }
}

/// The example passes the gate, with all its cases; the report, and the version that was tried.
fn passes(example: Example) -> (GateReport, std::sync::Arc<Version>) {
    let component = example.component().unwrap();
    let inspection = inspect(&component, ENGINE.classes());
    assert_eq!(inspection.refused, None);
    assert_eq!(inspection.imports, [""; 0]);

    let manifest = inspection.manifest.unwrap();
    let from = manifest.valid_from;
    let submitted = Submitted {
        procedure: manifest.code,
        number: 1,
        component: inspection.digest,
        from,
        department: "so-thong-tin-va-truyen-thong".to_owned(),
        key: "k1".to_owned(),
        statement: String::new(),
        signature: String::new(),
        person: "an".to_owned(),
        at: from.midnight(),
    };
    let to_pass = ToPass {
        component: &component,
        submitted: &submitted,
        owned: true,
        in_force: None,
        recorded: &[],
        catalogue: &Snapshot::default(),
    };
    let outcome = gate(&ENGINE, &to_pass, &WORLD.context()).unwrap();
    assert!(outcome.report.passed, "{:#?}", outcome.report);
    let cases = outcome.report.check(CheckId::Cases).unwrap();
    assert_eq!(cases.outcome, CheckOutcome::Passed, "{cases:#?}");
    (outcome.report, outcome.version.unwrap())
}

/// What the gate tells the reviewer of the component besides that it is admitted.
fn besides(report: &GateReport) -> String {
    let check = report.check(CheckId::Admission).unwrap();
    assert_eq!(check.outcome, CheckOutcome::Remark);
    let findings: Vec<&str> = check.findings.iter().map(|f| f.en.as_str()).collect();
    findings.join("\n")
}

/// Every combination of what may be told, so far as it can make a difference: both give the same answer.
fn same_answers(plugin: &Version) {
    let twin = Version::load(&ENGINE, &twin()).unwrap();
    assert_eq!(words(plugin), words(&twin));
    let context = WORLD.context();
    let mut asked = 0;
    for facts in applications() {
        let body = json!({
            "received_at": "2024-03-04T09:00", "filed_at": "2024-03-04T09:00", "channel": "online", "facts": facts,
        });
        let body = body.to_string();
        let answer = |version: &Version| {
            let question = version.read(body.as_bytes()).unwrap();
            let assessed = version.assess(question, &context).unwrap();
            (assessed.assessment().clone(), assessed.verdict())
        };
        assert_eq!(answer(plugin), answer(&twin), "{body}");
        asked += 1;
    }
    assert_eq!(asked, 7 * 4 * 3 * 3);
}

fn applications() -> impl Iterator<Item = Value> {
    let cases = [
        Value::Null,
        json!("own-services"),
        json!("branch-or-office"),
        json!("foreign-agent"),
        json!("foreign-franchise"),
        json!("foreign-representative"),
        json!("foreign-office"),
    ];
    let scopes = [
        Value::Null,
        json!("within-province"),
        json!("inter-provincial"),
        json!("international"),
    ];
    let brands = [Value::Null, json!(true), json!(false)];
    // Of seven working days the last, and one day too late.
    let firsts = [Value::Null, json!("2024-02-22"), json!("2024-02-21")];
    let mut all = Vec::new();
    for case in &cases {
        for scope in &scopes {
            for brand in &brands {
                for first in &firsts {
                    let mut facts = json!({
                        "notice_case": case,
                        "scope": scope,
                        "has_brand_on_items": brand,
                        "first_day_of_activity": first,
                    });
                    if let Some(facts) = facts.as_object_mut() {
                        facts.retain(|_, value| !value.is_null());
                    }
                    all.push(facts);
                }
            }
        }
    }
    all.into_iter()
}

/// The manifest without the rules, which are expressions in one and words in the other.
fn words(version: &Version) -> Value {
    fn forget(value: &mut Value) {
        match value {
            Value::Object(members) => {
                members.retain(|name, _| !["rules", "rule", "when"].contains(&name.as_str()));
                members.values_mut().for_each(forget);
            }
            Value::Array(items) => items.iter_mut().for_each(forget),
            _ => {}
        }
    }
    let mut manifest = serde_json::to_value(&**version.manifest()).unwrap();
    forget(&mut manifest);
    manifest
}

// ---- Traps --------------------------------------------------------------------------------------------------------

fn traps() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("src/toolchain/traps")
}

fn trapped(rules: &Path) -> Version {
    let package = traps().join("2026-01-01.yaml");
    let component = toolchain::with_package(rules, &package).unwrap();
    Version::load(&ENGINE, &component).unwrap()
}

/// What a plugin sees that steps into a trap; nothing: there is no answer, and the fault is the plugin's.
fn seen(version: &Version, trap: &str) -> Option<u64> {
    seen_on(version, trap, "2026-02-02")
}

fn seen_on(version: &Version, trap: &str, day: &str) -> Option<u64> {
    // As text: a float would not hold the number.
    let body = format!(
        r#"{{"received_at": "{day}T09:00", "channel": "online",
            "facts": {{"trap": "{trap}", "wide": 999999.999999999}}}}"#
    );
    let question = version.read(body.as_bytes()).unwrap();
    let assessed = version.assess(question, &WORLD.context()).ok()?;
    assessed.assessment().fees[0].amount
}

/// Seconds since 1970 at which a file was written.
fn written(path: &Path) -> u64 {
    let written = path.metadata().unwrap().modified().unwrap();
    written
        .duration_since(std::time::UNIX_EPOCH)
        .unwrap()
        .as_secs()
}

#[test]
fn traps_of_javascript() {
    let rules = javascript::rules("traps-javascript", &traps().join("rules.js")).unwrap();
    let built = written(&rules);
    let version = trapped(&rules);

    // The clock stands still: whatever the day of the question, it is the time of the build.
    let clock = seen_on(&version, "clock", "2026-02-02").unwrap();
    assert_eq!(seen_on(&version, "clock", "2027-07-07"), Some(clock));
    assert!((built - 600..=built).contains(&clock), "{clock} {built}");

    let random = seen(&version, "random");
    assert!(random.is_some());
    assert_eq!(seen(&version, "random"), random);

    assert_eq!(seen(&version, "wide"), Some(999));
    // 999999.999999999 × 11 is 10,999,999.999999989 in units of 10^-9: 989 at the end.
    assert_eq!(seen(&version, "sum"), Some(989));
    assert_ne!(seen(&version, "float-sum"), Some(989));
    assert!(seen(&version, "float-sum").is_some());
    assert_eq!(seen(&version, "float"), Some(28));
    assert_eq!(seen(&version, "order"), Some(10));
    assert_eq!(seen(&version, "fraction"), None);
}

#[test]
fn traps_of_python() {
    let version = trapped(&python::rules("traps-python", &traps()).unwrap());
    assert_eq!(seen(&version, "clock"), None);
    for frozen in ["random", "order"] {
        let first = seen(&version, frozen);
        assert!(first.is_some(), "{frozen}");
        assert_eq!(seen(&version, frozen), first, "{frozen}");
    }
    assert_eq!(seen(&version, "wide"), Some(999));
    assert_eq!(seen(&version, "sum"), Some(989));
    assert_eq!(seen(&version, "float"), Some(28));
    assert_eq!(seen(&version, "fraction"), None);
}

#[test]
fn each_language_is_in_the_class_it_belongs_to() {
    for (example, class, plain) in [
        (Example::Rust, Class::Compiled, true),
        (Example::C, Class::Compiled, true),
        // All of the engine is one module, so it is asked without what wasmtime puts around components.
        (Example::JavaScript, Class::Interpreted, true),
        (Example::Python, Class::Interpreted, false),
    ] {
        let inspection = inspect(&example.component().unwrap(), ENGINE.classes());
        assert_eq!(
            (inspection.class, inspection.plain),
            (Some(class), plain),
            "{example:?}"
        );
    }
}
