//! Procedures in Rust: they pass the gate, and answer every question as their declarative twins do. And the commands on
//! crates.

use std::path::{Path, PathBuf};
use std::process::{Command, Output};
use std::sync::{Arc, LazyLock};

use motcua_model::lifecycle::Submitted;
use motcua_model::manifest::Rules;
use motcua_registry::compiler::compile;
use motcua_registry::engine::{Engine, Limits, digest, inspect};
use motcua_registry::{CheckId, CheckOutcome, Context, Snapshot, Texts, ToPass, Version, gate};
use tests::binary;
use tests::generate::procedures;
use tests::questions::Questions;
use tests::toolchain::rust;
use tests::world::{World, source};

static WORLD: LazyLock<World> = LazyLock::new(World::read);
static ENGINE: LazyLock<Engine> = LazyLock::new(|| Engine::new(Limits::default()).unwrap());

/// Questions to each pair of twins.
const QUESTIONS: usize = 20_000;
/// Two pages: with more a plugin would not share the pool of the quickest.
const MEMORY_BYTES: u64 = 128 << 10;

fn example(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("../plugins/examples")
        .join(name)
}

#[test]
fn an_aggregated_news_website_is_licensed_alike() {
    same_answers(
        "aggregated-news-website",
        "broadcasting-electronic-information/licence-for-aggregated-news-website",
        "2018-12-24",
    );
}

#[test]
fn a_postal_licence_is_granted_alike() {
    same_answers("postal-licence", "post/postal-licence", "2021-01-01");
}

fn same_answers(plugin: &str, folder: &str, valid_from: &str) {
    let component = rust::component(&example(plugin)).unwrap();
    let coded = passes_the_gate(&component);
    let folder = procedures()
        .join("so-thong-tin-va-truyen-thong")
        .join(folder);
    let file = format!("{valid_from}.yaml");
    let (package, cases) = (
        source(&folder.join(&file)),
        source(&folder.join("cases").join(&file)),
    );
    let twin = compile(&package, Some(&cases)).compiled.unwrap();
    let declared = Version::load(&ENGINE, &twin.component).unwrap();

    let [coded_digest, declared_digest] = [&component, &twin.component].map(|bytes| digest(bytes));
    let context = Context {
        texts: Texts::All,
        ..WORLD.context()
    };
    let questions = Questions::new(declared.manifest(), &package.text, 2_026).take(QUESTIONS);
    let of_cases = declared
        .manifest()
        .cases
        .iter()
        .map(|case| case.question.clone());
    let mut verdicts = std::collections::BTreeMap::new();
    for question in questions.chain(of_cases) {
        let body = question.to_string();
        let answer = |version: &Version| {
            let answer = version.assess_json(body.as_bytes(), &context);
            answer.unwrap_or_else(|error| panic!("{error}: {body}"))
        };
        let (coded, declared) = (answer(&coded), answer(&declared));
        let (coded, declared) = (text(coded), text(declared));
        // Each names its component; nothing else may differ.
        let expected = declared.replace(&declared_digest, &coded_digest);
        assert!(
            coded == expected,
            "{}",
            first_difference(&body, &expected, &coded)
        );
        let verdict: serde_json::Value = serde_json::from_str(&coded).unwrap();
        *verdicts.entry(verdict["verdict"].to_string()).or_insert(0) += 1;
    }
    // Questions that all end alike would show little.
    let often = verdicts.values().filter(|count| **count > 20).count();
    assert!(often >= 3, "{verdicts:?}");
}

fn text(bytes: Vec<u8>) -> String {
    String::from_utf8(bytes).unwrap()
}

fn first_difference(question: &str, expected: &str, got: &str) -> String {
    let same = expected
        .bytes()
        .zip(got.bytes())
        .take_while(|(a, b)| a == b)
        .count();
    let around = |text: &str| {
        let from = same.saturating_sub(300);
        String::from_utf8_lossy(&text.as_bytes()[from..text.len().min(same + 300)]).into_owned()
    };
    format!(
        "{question}\n\nthe package: … {} …\n\nthe code: … {} …",
        around(expected),
        around(got)
    )
}

/// The gate lets it through with all its cases, and says that its rules are code.
fn passes_the_gate(component: &[u8]) -> Arc<Version> {
    let inspection = inspect(component, ENGINE.classes());
    assert!(inspection.refused.is_none(), "{:?}", inspection.refused);
    assert!(inspection.imports.is_empty());
    let [module] = &*inspection.modules else {
        panic!("{:?}", inspection.modules);
    };
    let [memory] = &*module.memories else {
        panic!("{:?}", module.memories);
    };
    assert!(
        memory
            .maximum_bytes
            .is_some_and(|most| most <= MEMORY_BYTES),
        "{memory:?}"
    );
    assert_eq!(
        memory.maximum_bytes,
        Some(memory.initial_bytes),
        "it never grows"
    );

    let manifest = inspection.manifest.unwrap();
    assert_eq!(manifest.rules, Rules::Plugin);
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
        component,
        submitted: &submitted,
        owned: true,
        in_force: None,
        recorded: &[],
        catalogue: &Snapshot::default(),
    };
    let outcome = gate(&ENGINE, &to_pass, &WORLD.context()).unwrap();
    assert!(outcome.report.passed, "{:#?}", outcome.report);
    let source = outcome.report.check(CheckId::Source).unwrap();
    assert_eq!(source.outcome, CheckOutcome::Remark, "{source:#?}");
    outcome.version.unwrap()
}

fn succeeds(output: &Output) -> String {
    let said = String::from_utf8_lossy(&output.stderr).into_owned();
    assert!(output.status.success(), "{said}");
    said
}

#[test]
fn a_new_crate_is_checked_built_and_tried() {
    rust::ready().unwrap();
    let folder = tempfile::tempdir().unwrap();
    let new = folder.path().join("licence-to-print");
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("..");
    let sdk = root.join("plugins/sdk");
    let run = |command: &str, more: &[&std::ffi::OsStr]| {
        binary::command([command.as_ref(), new.as_os_str()])
            .args(more)
            .current_dir(&root)
            // What other crates are made of is there already.
            .env("CARGO_TARGET_DIR", rust::target())
            .output()
            .unwrap()
    };
    let arguments = ["--valid-from", "2026-01-01", "--rust", "--sdk"].map(std::ffi::OsStr::new);
    let mut arguments = arguments.to_vec();
    arguments.push(sdk.as_os_str());
    succeeds(&run("new", &arguments));
    // The versions of this workspace, so that no registry is asked.
    std::fs::copy(root.join("Cargo.lock"), new.join("Cargo.lock")).unwrap();

    let said = succeeds(&run("check", &[]));
    assert!(said.contains("1 package checked: 1 valid"), "{said}");
    let said = succeeds(&run("test", &[]));
    assert!(said.contains("4 of 4 cases"), "{said}");
    let again = run("new", &arguments);
    assert_eq!(again.status.code(), Some(3), "nothing is overwritten");

    // The unit tests that it comes with run natively, as those of any crate.
    let tests = Command::new(env!("CARGO"))
        .args(["test", "--offline"])
        .env("CARGO_TARGET_DIR", rust::target().join("new-crate"))
        .current_dir(&new)
        .output()
        .unwrap();
    succeeds(&tests);
    let said = String::from_utf8_lossy(&tests.stdout).into_owned();
    let ran = said.lines().find(|line| line.starts_with("running "));
    assert!(
        ran.is_some_and(|line| !line.starts_with("running 0 ")),
        "{said}"
    );

    // The same sources are the same component, wherever their folder is.
    let other = folder.path().join("somewhere/else/licence-to-print");
    std::fs::create_dir_all(other.join("src")).unwrap();
    for file in [
        "Cargo.toml",
        "Cargo.lock",
        "procedure.yaml",
        "cases.yaml",
        "src/lib.rs",
    ] {
        std::fs::copy(new.join(file), other.join(file)).unwrap();
    }
    let built = [&new, &other].map(|crate_folder| {
        let output = crate_folder.join("built.wasm");
        let done = binary::command(["build".as_ref(), crate_folder.as_os_str()])
            .arg("-o")
            .arg(&output)
            .current_dir(&root)
            .env("CARGO_TARGET_DIR", rust::target())
            .output()
            .unwrap();
        succeeds(&done);
        std::fs::read(&output).unwrap()
    });
    assert!(built[0] == built[1], "two folders, two components");
}

#[test]
fn a_mistake_in_the_package_of_a_crate_is_shown_at_its_line() {
    let folder = tempfile::tempdir().unwrap();
    let package =
        std::fs::read_to_string(example("postal-licence").join("procedure.yaml")).unwrap();
    let wrong = package.replacen(
        "facts: [licence_revocation,",
        "facts: [licence_revocatoin,",
        1,
    );
    std::fs::write(folder.path().join("procedure.yaml"), &wrong).unwrap();
    std::fs::write(
        folder.path().join("Cargo.toml"),
        "[package]\nname = \"x\"\n",
    )
    .unwrap();
    let output = binary::run(["check".as_ref(), folder.path().as_os_str()]);
    assert_eq!(output.status.code(), Some(3));
    let said = String::from_utf8_lossy(&output.stderr);
    assert!(
        said.contains("did you mean `licence_revocation`?"),
        "{said}"
    );
    assert!(said.contains("procedure.yaml:"), "{said}");
}
