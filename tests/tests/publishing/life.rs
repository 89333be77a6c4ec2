//! A version's whole life, by commands from a department's own machine.

use serde_json::json;
use tests::http::request;

use crate::world::{World, world};

#[test]
fn a_version_goes_from_a_desk_to_force_and_answers() {
    let world = world();
    let department = world.department();
    let (code, slug) = (&department.code, "procedure");
    let (first, digest) = department.submit();
    assert_eq!(first, format!("{code}/1"));

    // The reviewer reads it: the checks, the text, the component itself.
    let shown = department.review(["review", &first]).result();
    for part in [
        "in-review",
        &digest,
        "✓ cases",
        "✓ source",
        "motcua approve",
    ] {
        assert!(shown.contains(part), "{part}:\n{shown}");
    }
    let vietnamese = department
        .review(["review", &first, "--lang", "vi"])
        .result();
    assert!(vietnamese.contains("Cổng kiểm tra: đạt"), "{vietnamese}");
    let source = department.review(["review", &first, "--source"]).result();
    assert!(
        source.contains(code.as_str()) && source.contains(slug),
        "{source}"
    );
    let copy = department.folder.path().join("copy.wasm");
    let copy = copy.to_str().expect("a path");
    department
        .review(["review", &first, "--save", copy])
        .result();
    let inspected = department.review(["inspect", copy, "--json"]).json();
    assert_eq!(inspected["digest"], digest.as_str());

    department
        .review([
            "approve",
            &first,
            "--component",
            &digest,
            "--comment",
            "đạt",
        ])
        .result();
    department.run(["activate", &first]).result();
    let ask = || {
        let body = json!({"received_at": "2026-01-05T09:00", "facts": {"pages": 100, "for_internal_use": false}, "channel": "online"});
        world
            .post(&format!("/procedures/{code}/assess"), "", &body)
            .json()
    };
    let answer = ask();
    assert_eq!(answer["version"]["digest"], digest.as_str());
    assert_eq!(answer["fees"][0]["amount_vnd"], 500_000, "{answer}");

    // An amendment: the fee goes down; the reviewer sees for whom, before anything is in force.
    department.edit("amount: pages * 5000", "amount: pages * 4000");
    department.edit_cases("appraisal: 1000000", "appraisal: 800000");
    let (second, amended) = department.submit();
    assert_eq!(second, format!("{code}/2"));
    let shown = department.review(["review", &second]).result();
    assert!(shown.contains("Điều … Thông tư …"), "{shown}");
    let report = department.review(["review", &second, "--json"]).json();
    let difference = &report["report"]["difference"];
    assert_eq!(difference["old"], digest.as_str());
    assert!(
        difference["changed"]["generated"].as_u64() > Some(0),
        "{difference}"
    );
    assert_eq!(
        ask()["version"]["digest"],
        digest.as_str(),
        "nothing is in force yet"
    );
    let diff = department
        .run(["diff", "1", &amended, "--procedure", code, "--json"])
        .json();
    assert_eq!(diff["new"], amended.as_str());
    assert_eq!(diff["groups"], {
        // The report was made with the same cases and applicants; no decision was recorded.
        difference["groups"].clone()
    });

    department
        .review(["approve", &second, "--component", &amended])
        .result();
    department.run(["activate", &second]).result();
    let answer = ask();
    assert_eq!(answer["version"]["digest"], amended.as_str());
    assert_eq!(answer["fees"][0]["amount_vnd"], 400_000);

    // Both are on the timeline; the first one decides no day any more.
    let versions = department.run(["versions", code, "--json"]).json();
    let versions = versions["versions"].as_array().expect("a list").clone();
    assert_eq!(versions.len(), 2);
    assert_eq!(versions[0]["standing"], "superseded");
    assert!(
        versions[0]["to"].is_null(),
        "another begins on its first day"
    );
    assert_eq!(versions[1]["standing"], "in-force");
    assert_eq!(versions[1]["number"], 2);
    assert_eq!(versions[1]["retroactive"], true);
    let text = department.run(["versions", code]).result();
    assert_eq!(text.lines().count(), 2, "{text}");

    department
        .run(["suspend", &second, "--reason", "sai mức phí"])
        .result();
    let body = json!({"facts": {}});
    let gone = world.post(&format!("/procedures/{code}/assess"), "", &body);
    assert_eq!(
        gone.status,
        404,
        "no older version takes its place: {}",
        gone.text()
    );
    let list = world.get(
        &format!("/submissions?procedure={code}&stage=suspended"),
        &department.reviewer,
    );
    assert_eq!(list.json()["submissions"][0]["number"], 2);
}

#[test]
fn a_key_that_never_meets_the_network_signs_and_another_machine_submits() {
    let world = world();
    let department = world.department();
    let signed = department.folder.path().join("signed.json");
    let statement = department.sign("7");
    std::fs::write(&signed, statement.to_string()).expect("written");
    let signed = signed.to_str().expect("a path");
    let out = department
        .run(["submit", department.package(), "--signed", signed, "--json"])
        .json();
    assert_eq!(out["number"], 7);
    assert_eq!(out["stage"], "in-review");
    let life = &out["life"]["submitted"];
    assert_eq!(life["statement"], statement["statement"]);
    // A mended version comes back under the next number, which the host says.
    let name = format!("{}/7", department.code);
    department
        .review(["send-back", &name, "--comment", "thiếu điều khoản"])
        .result();
    assert_eq!(department.submit().0, format!("{}/8", department.code));
}

#[test]
fn a_version_is_withdrawn_only_before_its_first_day() {
    let world = world();
    let department = world.department();
    let line = department
        .run([
            "submit",
            department.package(),
            "--key",
            department.key(),
            "--from",
            "2199-01-01",
        ])
        .result();
    let digest = line.rsplit(' ').next().expect("a digest");
    let name = format!("{}/1", department.code);
    department
        .review(["approve", &name, "--component", digest])
        .result();
    department.run(["activate", &name]).result();
    let versions = department
        .run(["versions", &department.code, "--json"])
        .json();
    assert_eq!(versions["versions"][0]["standing"], "scheduled");
    department
        .run(["withdraw", &name, "--reason", "luật đã sửa"])
        .result();
    let versions = department
        .run(["versions", &department.code, "--json"])
        .json();
    assert_eq!(versions["versions"][0]["standing"], "withdrawn");
    let (begun, _) = department.publish();
    department
        .run(["withdraw", &begun, "--reason", "luật đã sửa"])
        .refused("has-begun");
    department
        .world
        .must_have_kept(&department.an(), "withdraw", "has-begun", &begun);
}

#[test]
fn the_chain_verifies_from_the_host_and_from_the_database_and_a_noted_end_is_found_again() {
    let world = World::new();
    let head = world.run(&world.operator, ["audit", "head"]).result();
    let (number, hash) = head.split_once(' ').expect("number and hash");
    world.token("duc", "auditor", None);
    let database = world.database();
    for from in [&[][..], &database[..]] {
        let arguments = ["audit", "verify", "--noted", number, hash];
        let ran = world.run(
            &world.operator,
            arguments.into_iter().chain(from.iter().copied()),
        );
        assert!(ran.err.contains("the chain is sound"), "{ran:?}");
        let other = format!("{}{}", &hash[..hash.len() - 4], "0000");
        let arguments = ["audit", "verify", "--noted", number, &other];
        let ran = world.run(
            &world.operator,
            arguments.into_iter().chain(from.iter().copied()),
        );
        assert_eq!(ran.code, 4, "{ran:?}");
    }
    let verified = world.get("/audit/verify", &world.operator).json();
    assert_eq!(verified["sound"], true, "{verified}");
    // Backup, restore and doctor, while the host goes on.
    let backup = world.folder.path().join("backup");
    let restored = world.folder.path().join("restored");
    let path = |path: &std::path::Path| path.to_str().expect("a path").to_owned();
    world
        .run("", ["backup", &path(&backup), database[0], database[1]])
        .result();
    world
        .run("", ["restore", &path(&backup), "--data", &path(&restored)])
        .result();
    world
        .run("", ["doctor", "--data", &path(&restored)])
        .result();
    world
        .run("", ["migrate", "--data", &path(&restored)])
        .result();
    let again = world.run("", ["restore", &path(&backup), "--data", &path(&restored)]);
    assert_eq!(again.code, 1, "{again:?}");
}

#[test]
fn everything_goes_on_postgresql_too_and_without_a_key_for_facts_nothing_is_decided() {
    let world = World::on_postgres();
    let department = world.department();
    let (name, digest) = department.submit();
    department
        .run(["approve", &name, "--component", &digest])
        .refused("own-approval");
    world.must_have_kept(&department.an(), "approve", "own-approval", &name);
    department
        .review(["approve", &name, "--component", &digest])
        .result();
    department.run(["activate", &name]).result();
    let body = json!({"received_at": "2026-01-05T09:00", "facts": {}});
    let path = format!("/procedures/{}", department.code);
    let answer = world.post(&format!("{path}/assess"), "", &body).json();
    assert_eq!(answer["version"]["digest"], digest.as_str());
    // No file beside a server's database could be shared by its hosts: the key must be given.
    let portal = world.token("cong", "portal", None);
    let response = world.post(&format!("{path}/decisions"), &portal, &body);
    assert_eq!(response.status, 503, "{}", response.text());
    assert_eq!(response.json()["type"], "urn:motcua:problem:no-facts-key");
    let [option, address] = world.database();
    for command in [&["audit", "verify"][..], &["doctor"][..], &["migrate"][..]] {
        let arguments = command.iter().copied().chain([option, address]);
        world.run(&world.operator, arguments).result();
    }
}

#[test]
fn what_cannot_be_loaded_raises_an_alarm_and_stops_nobody_else() {
    let mut world = World::new();
    let (code, digest) = {
        let department = world.department();
        (department.code.clone(), department.publish().1)
    };
    world.spoil(&digest);
    world.restart();
    let ready = world.ask(&request("GET", "/readyz", None));
    assert_eq!(ready.status, 200, "alarms do not stop the answers");
    assert!(
        ready.text().contains(&format!("alarm {code} ")),
        "{}",
        ready.text()
    );
    let alarms = world.get("/alarms", &world.operator).json();
    assert_eq!(alarms["alarms"][0]["procedure"], code.as_str(), "{alarms}");
    for public in ["/", "/api/v1/procedures", "/api/v1/procedures/9.000000"] {
        let page = world.ask(&request("GET", public, None));
        assert_eq!(page.status, 200, "{public}");
        assert!(!page.text().contains(&digest), "{public} shows an alarm");
    }
    let body = json!({"received_at": "2026-01-05T09:00", "facts": {}});
    assert_eq!(
        world.post("/procedures/9.000000/assess", "", &body).status,
        200
    );
    assert_eq!(
        world
            .post(&format!("/procedures/{code}/assess"), "", &body)
            .status,
        404
    );
}

#[test]
fn a_host_that_takes_only_what_is_signed_begins_with_nothing() {
    let folder = tempfile::tempdir().expect("a folder");
    let procedures = folder.path().join("procedures");
    tests::generate::write(&procedures, 9).expect("packages");
    let data = folder.path().join("data");
    let arguments = [
        "--signed-only".as_ref(),
        "--data".as_ref(),
        data.as_os_str(),
    ];
    let patience = std::time::Duration::from_secs(120);
    let server = tests::binary::Server::start_with(&procedures, &arguments, patience)
        .expect("motcua serve starts");
    let list = crate::world::ask(server.address, &request("GET", "/api/v1/procedures", None));
    assert_eq!(list.json(), json!({"procedures": []}), "{}", list.text());
    assert!(server.comes_to_say("motcua token first", patience));
}
