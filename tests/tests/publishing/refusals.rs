//! What is refused: each with its reason, and with its entry in the chain.

use std::sync::Arc;

use motcua_model::Moment;
use motcua_model::office::OfficeHours;
use motcua_registry::engine::{Engine, Limits};
use motcua_registry::{LoadedCalendar, NewToken, Parts, Principal, Registry, Role};
use motcua_store::Place;
use serde_json::{Value, json};

use crate::world::{World, base64, world};

/// The word of a problem.
fn code_of(problem: &Value) -> &str {
    problem["type"]
        .as_str()
        .and_then(|kind| kind.strip_prefix("urn:motcua:problem:"))
        .unwrap_or_default()
}

#[test]
fn nobody_approves_what_he_submitted_by_whichever_token() {
    let world = world();
    let department = world.department();
    let (name, digest) = department.submit();
    let approve = ["approve", name.as_str(), "--component", &digest];
    department.run(approve).refused("own-approval");
    world.must_have_kept(&department.an(), "approve", "own-approval", &name);
    let as_reviewer = world.token(&department.an(), "reviewer", None);
    world.run(&as_reviewer, approve).refused("own-approval");
    let times = world
        .chain()
        .iter()
        .filter(|entry| {
            entry["subject"] == name.as_str() && entry["body"]["code"] == "own-approval"
        })
        .count();
    assert_eq!(times, 2);
    // Nor does anybody who is no reviewer, nor a reviewer who read another component.
    let other_author = world.token("khac", "author", Some(&department.id));
    world.run(&other_author, approve).refused("not-allowed");
    let other = digest.replace(|digit: char| digit.is_ascii_digit(), "0");
    department
        .review(["approve", &name, "--component", &other])
        .refused("other-component");
    world.must_have_kept(&department.binh(), "approve", "other-component", &name);
    department.run(["activate", &name]).refused("wrong-stage");
    department.review(approve).result();
}

#[test]
fn another_departments_key_and_another_departments_procedure_are_refused() {
    let world = world();
    let (ours, theirs) = (world.department(), world.department());
    let (id, code) = (ours.id.as_str(), ours.code.as_str());
    // Our author, our procedure, but their key.
    let foreign = [
        "submit",
        ours.package(),
        "--key",
        theirs.key(),
        "--department",
        id,
        "--number",
        "1",
    ];
    ours.run(foreign).refused("foreign-key");
    world.must_have_kept(&ours.an(), "submit", "foreign-key", &format!("{code}/1"));
    // Their author with their key, but our procedure.
    let owned = [
        "submit",
        ours.package(),
        "--key",
        theirs.key(),
        "--number",
        "1",
    ];
    theirs.run(owned).refused("not-owner");
    world.must_have_kept(&theirs.an(), "submit", "not-owner", &format!("{code}/1"));
    // A key that nobody registered.
    let stray = ours.folder.path().join("stray.pem");
    let stray = stray.to_str().expect("a path");
    ours.run(["key", "new", "-o", stray]).result();
    let unknown = [
        "submit",
        ours.package(),
        "--key",
        stray,
        "--department",
        id,
        "--number",
        "1",
    ];
    ours.run(unknown).refused("unknown-key");
    // A key that was revoked, before the submission or between submission and activation.
    let (name, digest) = ours.submit();
    ours.review(["approve", &name, "--component", &digest])
        .result();
    ours.run([
        "key",
        "revoke",
        &ours.key_id,
        "--from",
        "2026-01-01",
        "--reason",
        "mất khóa",
    ])
    .result();
    ours.run(["activate", &name]).refused("revoked-key");
    world.must_have_kept(&ours.an(), "activate", "revoked-key", &name);
    ours.run(["submit", ours.package(), "--key", ours.key()])
        .refused("revoked-key");
}

#[test]
fn a_stripped_altered_or_older_statement_is_refused() {
    let world = world();
    let department = world.department();
    let an = department.an();
    let subject = |number: u32| format!("{}/{number}", department.code);
    let signed = department.sign("5");
    let body = department.body(&signed);
    let send = |body: &Value| world.post("/submissions", &department.author, body);

    let mut stripped = body.clone();
    stripped["signature"] = "".into();
    let response = send(&stripped);
    assert_eq!(
        (response.status, code_of(&response.json())),
        (403, "wrong-signature")
    );
    world.must_have_kept(&an, "submit", "wrong-signature", &subject(5));

    for (from, to, number) in [
        ("\"number\":5", "\"number\":6", 6),
        ("2026-01-01", "2026-01-02", 5),
    ] {
        let mut altered = body.clone();
        let text = altered["statement"]
            .as_str()
            .expect("a text")
            .replace(from, to);
        altered["statement"] = text.into();
        let response = send(&altered);
        assert_eq!(
            (response.status, code_of(&response.json())),
            (403, "wrong-signature"),
            "{to}"
        );
        world.must_have_kept(&an, "submit", "wrong-signature", &subject(number));
    }
    let mut unreadable = body.clone();
    unreadable["statement"] = "{}".into();
    let response = send(&unreadable);
    assert_eq!(
        (response.status, code_of(&response.json())),
        (422, "unreadable-statement")
    );
    world.must_have_kept(&an, "submit", "unreadable-statement", "");

    let mut other = body.clone();
    other["component"] = base64(b"\0asm something else").into();
    let response = send(&other);
    assert_eq!(
        (response.status, code_of(&response.json())),
        (422, "component-differs")
    );
    world.must_have_kept(&an, "submit", "component-differs", &subject(5));

    // Taken once, it is old: neither it nor one with a smaller number counts again.
    assert_eq!(send(&body).status, 201);
    for number in ["5", "4"] {
        let old = department.body(&department.sign(number));
        let response = send(&old);
        assert_eq!(
            (response.status, code_of(&response.json())),
            (409, "old-statement")
        );
        world.must_have_kept(
            &an,
            "submit",
            "old-statement",
            &format!("{}/{number}", department.code),
        );
    }
}

#[test]
fn a_byte_that_is_changed_between_review_and_activation_is_found() {
    let world = World::new();
    let department = world.department();
    let (name, digest) = department.submit();
    department
        .review(["approve", &name, "--component", &digest])
        .result();
    world.spoil(&digest);
    department.run(["activate", &name]).refused("altered");
    world.must_have_kept(&department.an(), "activate", "altered", &name);
    let data = world.data();
    let doctor = world.run("", ["doctor", "--data", data.to_str().expect("a path")]);
    assert_eq!(doctor.code, 1, "{doctor:?}");
    let stage = world
        .get(&format!("/submissions/{name}"), &department.reviewer)
        .json();
    assert_eq!(stage["stage"], "approved", "nothing was activated");
}

#[test]
fn a_version_over_the_statutory_limit_and_one_with_a_failing_case_do_not_pass() {
    let world = world();
    let department = world.department();
    // The compiler writes no such component. So the promise is changed behind its back: in the manifest, in place.
    let file = department.folder.path().join("late.wasm");
    let late = file.to_str().expect("a path");
    department
        .run(["build", department.package(), "-o", late])
        .result();
    let bytes = std::fs::read(&file).expect("a file");
    let (from, to) = (
        br#""committed":{"amount":10,"#,
        br#""committed":{"amount":99,"#,
    );
    let at = bytes
        .windows(from.len())
        .position(|window| window == from)
        .expect("the promise stands in the manifest");
    let mut changed = bytes;
    changed[at..at + to.len()].copy_from_slice(to);
    std::fs::write(&file, changed).expect("written");
    let ran = department.run(["submit", late, "--key", department.key()]);
    assert_eq!(ran.code, 3, "{ran:?}");
    assert!(
        ran.out.contains(&format!("{}/1 failed", department.code)),
        "{ran:?}"
    );
    assert!(
        ran.err.contains("✗ admission") && ran.err.contains("statutory"),
        "{ran:?}"
    );

    department.edit_cases("appraisal: 800000", "appraisal: 800001");
    let ran = department.run(["submit", department.package(), "--key", department.key()]);
    assert_eq!(ran.code, 3, "{ran:?}");
    assert!(
        ran.err.contains("✗ cases") && ran.err.contains("organisation-in-time"),
        "{ran:?}"
    );

    for number in [1, 2] {
        let name = format!("{}/{number}", department.code);
        let kept = world.chain().into_iter().any(|entry| {
            entry["kind"] == "version-submitted"
                && entry["subject"] == name.as_str()
                && entry["body"]["passed"] == false
        });
        assert!(kept, "{name}");
        let shown = department.review(["review", &name, "--json"]).json();
        let digest = shown["component"].as_str().expect("a digest").to_owned();
        assert_eq!(shown["stage"], "failed");
        department
            .review(["approve", &name, "--component", &digest])
            .refused("wrong-stage");
        world.must_have_kept(&department.binh(), "approve", "wrong-stage", &name);
    }
}

#[test]
fn tokens_that_do_not_count_are_refused() {
    let world = world();
    for token in ["", "mct_nobody"] {
        let response = world.get("/submissions", token);
        assert_eq!(response.status, 401);
        assert_eq!(response.header("www-authenticate"), Some("Bearer"));
        assert_eq!(code_of(&response.json()), "unknown-token");
    }
    let body = json!({"person": "em", "role": "auditor", "days": 1});
    let issued = world.post("/tokens", &world.operator, &body).json();
    let token = issued["token"].as_str().expect("a token");
    let id = issued["id"].as_str().expect("an id");
    assert_eq!(world.get("/audit/head", token).status, 200);
    assert_eq!(world.post("/tokens", token, &body).status, 403);
    // What was refused is named by the id that the new token would have had.
    let refused = world.chain().into_iter().any(|entry| {
        entry["kind"] == "refused" && entry["who"] == "em" && entry["body"]["code"] == "not-allowed"
    });
    assert!(refused);
    world
        .run(
            &world.operator,
            ["token", "revoke", id, "--reason", "nghỉ việc"],
        )
        .result();
    world.run(token, ["audit", "head"]).refused("revoked-token");
    world.must_have_kept("em", "authenticate", "revoked-token", "");
    // No secret is told again.
    let list = world
        .run(&world.operator, ["token", "list", "--json"])
        .result();
    assert!(list.contains(id) && !list.contains("mct_"), "{list}");
    let exported = world.run(&world.operator, ["audit", "export"]).result();
    assert!(!exported.contains("mct_"), "no secret is kept");
    let data = world.data();
    let again = [
        "token",
        "first",
        "--person",
        "ke-gian",
        "--data",
        data.to_str().expect("a path"),
    ];
    assert_eq!(world.run("", again).code, 5);
}

#[test]
fn requests_that_cannot_be_meant_are_told_what_would_be_right() {
    let world = world();
    let token = world.operator.as_str();
    for (path, body, status) in [
        ("/departments", json!({"id": "x"}), 422),
        (
            "/departments",
            json!({"id": "x y", "name": {"vi": "x", "en": "x"}, "codes": []}),
            409,
        ),
        ("/tokens", json!({"person": "x", "role": "king"}), 422),
        ("/tokens", json!({"person": "x", "role": "author"}), 422),
        (
            "/tokens",
            json!({"person": "x", "role": "portal", "days": 9999}),
            422,
        ),
        (
            "/keys",
            json!({"department": "nobody", "public": "AAAA"}),
            409,
        ),
        ("/erasures", json!({"before": "yesterday"}), 422),
        ("/replays", json!({"instead": "sha256:00"}), 404),
        ("/submissions/9.9/x/approve", json!({}), 404),
    ] {
        let response = world.post(path, token, &body);
        assert_eq!(
            response.status,
            status,
            "{path} {body}: {}",
            response.text()
        );
        let problem = response.json();
        for language in ["vi", "en"] {
            let detail = problem["detail"][language].as_str().unwrap_or_default();
            assert!(!detail.is_empty(), "{path}: {problem}");
            assert!(!detail.contains("motcua.db"), "{path}: {problem}");
        }
    }
    // Longer than the largest component that is admitted, as base64.
    let long = "x".repeat(33 << 20);
    let body = json!({"statement": "", "signature": "", "component": long});
    let response = world.post("/submissions", token, &body);
    assert_eq!(response.status, 413, "{}", response.text());
    let response = world.post("/departments", token, &json!({"id": "x".repeat(300 << 10)}));
    assert_eq!(response.status, 413, "{}", response.text());
}

#[test]
fn an_expired_token_is_refused() {
    let world = world();
    // A day is the shortest that the host gives; so the token is issued as if it were January.
    let moment = |text: &str| text.parse::<Moment>().expect("a moment");
    let runtime = tokio::runtime::Runtime::new().expect("a runtime");
    let token = runtime.block_on(async {
        let store = motcua_store::open(&Place::Folder(world.data()))
            .await
            .expect("a database");
        let registry = Registry::new(Parts {
            engine: Engine::new(Limits::default()).expect("an engine"),
            store: Arc::clone(&store),
            calendar: Arc::new(LoadedCalendar::read("vn", &[]).expect("an empty calendar")),
            office: OfficeHours::default(),
            seal: None,
            threads: 1,
        });
        let operator = Principal {
            person: "chi".to_owned(),
            role: Role::Operator,
        };
        let token = NewToken {
            person: "giang".to_owned(),
            role: Role::Auditor,
            expires_at: moment("2026-01-09T00:00"),
            random: [9; 32],
        };
        let issued = registry
            .issue_token(&operator, &token, moment("2026-01-02T00:00"))
            .await;
        store.close().await.expect("closed");
        issued.expect("a token").1.reveal().to_owned()
    });
    let mut response = world.get("/audit/head", &token);
    for _ in 0..100 {
        if code_of(&response.json()) != "unknown-token" {
            break;
        }
        std::thread::sleep(std::time::Duration::from_millis(50));
        response = world.get("/audit/head", &token);
    }
    assert_eq!(
        (response.status, code_of(&response.json())),
        (401, "expired-token")
    );
    world.must_have_kept("giang", "authenticate", "expired-token", "");
    world
        .run(&token, ["audit", "head"])
        .refused("expired-token");
}
