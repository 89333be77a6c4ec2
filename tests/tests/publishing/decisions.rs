//! Decisions: recorded once, whatever is retried; worked out again byte for byte; erased when their time is up.

use serde_json::{Value, json};
use tests::http::Response;

use tests::binary;

use crate::world::{Ran, World, ran};

#[test]
fn a_decision_is_recorded_once_replayed_and_erased() {
    let world = World::new();
    let department = world.department();
    let (_, digest) = department.publish();
    let portal = world.token("cong", "portal", None);
    let auditor = world.token("dung", "auditor", None);
    let decide = |key: Option<&str>, body: &Value| -> Response {
        let bearer = format!("Bearer {portal}");
        let mut headers = vec![("authorization", bearer.as_str())];
        headers.extend(key.map(|key| ("idempotency-key", key)));
        let path = format!("/procedures/{}/decisions", department.code);
        world.send("POST", &path, &headers, Some(body))
    };
    let question = json!({"received_at": "2026-01-05T09:00", "channel": "online", "facts": {"pages": 200, "starts_on": "2027-08-19", "head_has_degree": false, "applicant_kind": "organisation"}});

    let first = decide(Some("dossier-1"), &question);
    assert_eq!(first.status, 201, "{}", first.text());
    let decided = first.json();
    let id = decided["id"].as_str().expect("an id").to_owned();
    assert_eq!(
        first.header("location"),
        Some(format!("/api/v1/decisions/{id}").as_str())
    );
    assert_eq!(decided["answer"]["verdict"], "undetermined", "{decided}");
    let receipt = &decided["receipt"];
    assert_eq!(receipt["component"], digest.as_str());
    assert_eq!(receipt["person"], "cong");
    for member in [
        "contract", "engine", "calendar", "office", "facts", "answer",
    ] {
        assert!(
            receipt[member]
                .as_str()
                .is_some_and(|text| !text.is_empty()),
            "{member}"
        );
    }

    // A retry gets the same decision; the key with another body is refused, and that is kept.
    let again = decide(Some("dossier-1"), &question);
    assert_eq!(again.status, 200);
    assert_eq!(again.json(), decided);
    let other = decide(Some("dossier-1"), &json!({"facts": {}}));
    assert_eq!(other.status, 409, "{}", other.text());
    assert_eq!(
        other.json()["type"],
        "urn:motcua:problem:idempotency-key-reused"
    );
    let kept = world
        .chain()
        .into_iter()
        .any(|entry| entry["who"] == "cong" && entry["body"]["code"] == "idempotency-key-reused");
    assert!(kept);
    assert_eq!(decide(None, &json!({"facts": {"nonsense": 1}})).status, 422);
    let path = format!("/procedures/{}/decisions", department.code);
    assert_eq!(world.post(&path, &auditor, &question).status, 403);

    // What was asked stands nowhere in clear.
    let shown = world.get(&format!("/decisions/{id}"), &auditor);
    assert_eq!(shown.json()["answer"], decided["answer"]);
    assert_eq!(shown.json()["receipt"], *receipt);
    // An auditor sees what was asked, and can prove it by the receipt; an operator needs no personal data.
    assert_eq!(shown.json()["question"], question);
    assert!(shown.json()["salt"].is_string());
    let to_operator = world
        .get(&format!("/decisions/{id}"), &world.operator)
        .json();
    assert!(to_operator["question"].is_null(), "{to_operator}");
    let database = std::fs::read(world.data().join("motcua.db")).expect("a file");
    let wal = std::fs::read(world.data().join("motcua.db-wal")).unwrap_or_default();
    for bytes in [database, wal] {
        assert!(!bytes.windows(10).any(|window| window == b"2027-08-19"));
    }

    // Another version takes over; the decision replays by the one that decided it.
    department.edit("amount: pages * 5000", "amount: pages * 4000");
    department.edit_cases("appraisal: 1000000", "appraisal: 800000");
    let (_, amended) = department.publish();
    assert_eq!(
        decide(None, &question).json()["receipt"]["component"],
        amended.as_str()
    );
    let replayed = world.post(&format!("/decisions/{id}/replay"), &auditor, &json!({}));
    assert_eq!(replayed.json(), json!({"outcome": "same"}));
    let figures = world.run(&auditor, ["replay", "--json"]).json();
    assert_eq!(
        (&figures["decisions"], &figures["same"]),
        (&json!(2), &json!(2)),
        "{figures}"
    );
    let one = world
        .run(&auditor, ["replay", "--component", &digest, "--json"])
        .json();
    assert_eq!(one["decisions"], 1);
    let none = world
        .run(&auditor, ["replay", "--procedure", "9.999999", "--json"])
        .json();
    assert_eq!(none["decisions"], 0);
    let what_if = world.run(&auditor, ["replay", "--instead", &amended]);
    assert_eq!(what_if.code, 4, "{what_if:?}");
    let nobodys = format!("sha256:{}", "0".repeat(64));
    let typo = world.run(&auditor, ["replay", "--instead", &nobodys]);
    assert!(typo.err.contains("no version with the digest"), "{typo:?}");
    typo.refused("unknown");

    // Erased, only receipt and answer are left.
    assert_eq!(
        world
            .post(
                "/erasures",
                &auditor,
                &json!({"before": "2190-01-01T00:00"})
            )
            .status,
        403
    );
    let erased = world
        .run(&world.operator, ["erase", "--before", "2190-01-01"])
        .result();
    assert_eq!(erased, "2");
    let replayed = world.post(&format!("/decisions/{id}/replay"), &auditor, &json!({}));
    assert_eq!(replayed.json(), json!({"outcome": "erased"}));
    let shown = world.get(&format!("/decisions/{id}"), &auditor).json();
    assert_eq!(shown["erased"], true);
    assert_eq!(shown["receipt"], *receipt);
    assert_eq!(shown["answer"]["verdict"], decided["answer"]["verdict"]);
    let figures = world.run(&auditor, ["replay", "--json"]).json();
    assert_eq!(figures["erased"], 2, "an erased decision is no failure");
    let missing = world.get("/decisions/nothing", &auditor);
    assert_eq!(missing.status, 404, "{}", missing.text());
    let sound = world.run(&auditor, ["audit", "verify"]);
    assert!(sound.err.contains("the chain is sound"), "{sound:?}");
}

#[test]
fn a_host_without_the_key_of_its_decisions_does_not_start() {
    let world = World::new();
    let department = world.department();
    department.publish();
    let portal = world.token("cong", "portal", None);
    let path = format!("/procedures/{}/decisions", department.code);
    let question = json!({"received_at": "2026-01-05T09:00", "facts": {"pages": 200}});
    for _ in 0..3 {
        assert_eq!(world.post(&path, &portal, &question).status, 201);
    }
    let data = world.data();
    let World { server, folder, .. } = world;
    server.interrupt().expect("it stops");
    #[cfg(unix)]
    for (path, mode) in [(data.clone(), 0o700), (data.join("motcua.db"), 0o600)] {
        use std::os::unix::fs::PermissionsExt as _;
        let permissions = std::fs::metadata(&path).expect("it is there").permissions();
        assert_eq!(permissions.mode() & 0o777, mode, "{}", path.display());
    }

    // Only for starts that must fail: one that does not would never end.
    let refused = |more: &[&str]| -> Ran {
        let output = binary::command(["serve", "--listen", "127.0.0.1:0", "--procedures"])
            .arg(folder.path().join("procedures"))
            .arg("--data")
            .arg(&data)
            .args(more)
            .env_remove("MOTCUA_FACTS_KEY")
            .output()
            .expect("motcua starts");
        ran(&output)
    };
    let start = |more: &str| {
        let mut arguments = vec!["--data".as_ref(), data.as_os_str()];
        arguments.extend((!more.is_empty()).then(|| std::ffi::OsStr::new(more)));
        let patience = std::time::Duration::from_secs(120);
        binary::Server::start_with(&folder.path().join("procedures"), &arguments, patience)
    };

    // The file is missing: no other key is made in its place.
    let (file, kept) = (data.join("facts.key"), folder.path().join("kept.key"));
    std::fs::rename(&file, &kept).expect("moved");
    let missing = refused(&[]);
    assert_eq!(missing.code, 3, "{missing:?}");
    for way_out in [
        "facts.key",
        "--facts-key FILE",
        "MOTCUA_FACTS_KEY",
        "--facts-key-lost",
    ] {
        assert!(missing.err.contains(way_out), "{way_out}: {missing:?}");
    }
    assert!(!file.exists());
    let vietnamese = refused(&["--lang", "vi"]);
    assert!(
        vietnamese.err.contains("thiếu khóa mã hóa hồ sơ"),
        "{vietnamese:?}"
    );

    // Another key is refused, and the right one is named.
    let other = folder.path().join("other.key");
    std::fs::write(&other, "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=\n").expect("written");
    let wrong = refused(&["--facts-key", other.to_str().expect("a path")]);
    assert_eq!(wrong.code, 3, "{wrong:?}");
    assert!(wrong.err.contains("sealed with key "), "{wrong:?}");

    // With the key, or without it for good, it goes on.
    std::fs::rename(&kept, &file).expect("moved");
    let server = start("").expect("it starts");
    server.interrupt().expect("it stops");
    std::fs::remove_file(&file).expect("lost");
    let server = start("--facts-key-lost").expect("it starts");
    server.interrupt().expect("it stops");
    assert!(file.exists(), "a new key was made");
}
