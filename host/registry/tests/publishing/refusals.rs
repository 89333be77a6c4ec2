//! What must be refused, each with its reason told and kept in the chain.

use motcua_model::lifecycle::Stage;
use motcua_registry::engine::digest;
use motcua_registry::{
    DeedError, NewKey, NewToken, Principal, PrivateKey, Refusal, Role, ToSubmit,
};

use crate::world::*;

fn refused<T: std::fmt::Debug>(result: Result<T, DeedError>) -> Refusal {
    match result {
        Err(DeedError::Refused(refusal)) => {
            let text = refusal.text();
            assert!(!text.vi.is_empty() && !text.en.is_empty() && text.vi != text.en);
            refusal
        }
        other => panic!("{other:?}"),
    }
}

#[tokio::test]
async fn nobody_approves_what_they_submitted_whatever_token_they_hold() {
    let world = World::new().await;
    let bytes = component("2026-01-01", 100);
    let digest = digest(&bytes);
    world
        .submit(bytes, 1, "2026-02-01", "2026-01-02T09:00")
        .await
        .unwrap();
    let same_person = Principal {
        person: world.author.person.clone(),
        role: Role::Reviewer,
    };
    let now = moment("2026-01-03T09:00");
    for who in [&world.author, &same_person] {
        let refusal = refused(
            world
                .registry
                .approve(who, &submission(1), &digest, "", now)
                .await,
        );
        assert_eq!(refusal.code(), "own-approval");
    }
    let stage = world.registry.ledger().stage(&submission(1)).cloned();
    assert!(matches!(stage, Some(Stage::InReview(_))));
    assert_eq!(
        world.refusals().await,
        vec![("own-approval".to_owned(), "approve".to_owned()); 2]
    );
}

#[tokio::test]
async fn an_approval_names_what_was_read() {
    let world = World::new().await;
    world
        .submit(
            component("2026-01-01", 100),
            1,
            "2026-02-01",
            "2026-01-02T09:00",
        )
        .await
        .unwrap();
    let other = digest(&component("2026-01-01", 99));
    let refusal = refused(
        world
            .registry
            .approve(
                &world.reviewer,
                &submission(1),
                &other,
                "",
                moment("2026-01-03T09:00"),
            )
            .await,
    );
    assert_eq!(refusal.code(), "other-component");
}

#[tokio::test]
async fn signatures_that_do_not_hold_are_refused() {
    let world = World::new().await;
    let bytes = component("2026-01-01", 100);
    let good = world.signed(bytes.clone(), 1, "2026-02-01");
    let stranger = PrivateKey::new([9; 32]);
    let with = |statement: String, signature: String| ToSubmit {
        statement,
        signature,
        component: bytes.clone(),
    };
    let foreign_statement = {
        let mut statement = world.statement(&bytes, 1, "2026-02-01");
        statement.key = stranger.id();
        statement.to_text()
    };
    let earlier = good.statement.replace("2026-02-01", "2026-01-01");
    let wrong = [
        (
            "stripped",
            with(good.statement.clone(), String::new()),
            "wrong-signature",
        ),
        (
            "altered",
            with(good.statement.clone(), world.key.sign("something else")),
            "wrong-signature",
        ),
        (
            "another day",
            with(earlier, good.signature.clone()),
            "wrong-signature",
        ),
        (
            "a stranger's",
            with(good.statement.clone(), stranger.sign(&good.statement)),
            "wrong-signature",
        ),
        (
            "a key nobody registered",
            with(foreign_statement.clone(), stranger.sign(&foreign_statement)),
            "unknown-key",
        ),
        (
            "another component",
            ToSubmit {
                component: component("2026-01-01", 99),
                ..good.clone()
            },
            "component-differs",
        ),
        (
            "no statement",
            with("{}".to_owned(), String::new()),
            "unreadable-statement",
        ),
    ];
    let now = moment("2026-01-02T09:00");
    let mut expected = Vec::new();
    for (what, to_submit, code) in wrong {
        let refusal = refused(world.registry.submit(&world.author, to_submit, now).await);
        assert_eq!(refusal.code(), code, "{what}");
        expected.push((code.to_owned(), "submit".to_owned()));
    }
    assert_eq!(world.refusals().await, expected);
    world
        .registry
        .submit(&world.author, good.clone(), now)
        .await
        .unwrap();
    let again = refused(world.registry.submit(&world.author, good, now).await);
    assert_eq!(again.code(), "old-statement", "a statement counts once");
}

#[tokio::test]
async fn an_old_statement_does_not_bring_back_an_old_version() {
    let world = World::new().await;
    let old = world.signed(component("2026-01-01", 100), 1, "2026-01-01");
    world
        .publish(
            component("2026-01-01", 100),
            1,
            "2026-01-01",
            "2026-01-02T09:00",
        )
        .await;
    let second = world
        .publish(
            component("2026-01-01", 50),
            2,
            "2026-01-03",
            "2026-01-02T10:00",
        )
        .await;
    let now = moment("2026-01-04T09:00");
    let refusal = refused(world.registry.submit(&world.author, old, now).await);
    assert!(matches!(
        refusal,
        Refusal::OldStatement { number: 1, last: 2 }
    ));
    assert_eq!(
        world.answers("2026-01-04T09:00", "2026-01-04T09:00"),
        second
    );
}

#[tokio::test]
async fn a_department_publishes_only_its_own_procedures_with_its_own_keys() {
    let world = World::new().await;
    let now = moment("2026-01-02T09:00");
    let other = motcua_registry::Department {
        id: "so-khac".to_owned(),
        name: motcua_model::Text::new("Sở khác", "Other"),
        codes: vec!["8.*".to_owned()],
    };
    world
        .registry
        .add_department(&world.operator, other, now)
        .await
        .unwrap();
    let key = PrivateKey::new([9; 32]);
    let new = NewKey {
        department: "so-khac".to_owned(),
        public: key.public(),
        from: now,
        until: None,
    };
    world
        .registry
        .register_key(&world.operator, &new, now)
        .await
        .unwrap();
    // Their author, their key, our procedure.
    let author = Principal {
        person: "em".to_owned(),
        role: Role::Author {
            department: "so-khac".to_owned(),
        },
    };
    let bytes = component("2026-01-01", 100);
    let mut statement = world.statement(&bytes, 1, "2026-02-01");
    statement.department = "so-khac".to_owned();
    statement.key = key.id();
    let text = statement.to_text();
    let to_submit = ToSubmit {
        signature: key.sign(&text),
        statement: text,
        component: bytes.clone(),
    };
    let refusal = refused(world.registry.submit(&author, to_submit, now).await);
    assert_eq!(refusal.code(), "not-owner");
    // Our author, our statement, their key.
    let mut statement = world.statement(&bytes, 1, "2026-02-01");
    statement.key = key.id();
    let text = statement.to_text();
    let to_submit = ToSubmit {
        signature: key.sign(&text),
        statement: text,
        component: bytes,
    };
    let refusal = refused(world.registry.submit(&world.author, to_submit, now).await);
    assert_eq!(refusal.code(), "foreign-key");
    // A reviewer does not submit, an author does not review, a portal does neither.
    let signed = || world.signed(component("2026-01-01", 100), 1, "2026-02-01");
    for who in [&world.reviewer, &world.portal, &world.operator] {
        let refusal = refused(world.registry.submit(who, signed(), now).await);
        assert_eq!(refusal.code(), "not-allowed");
    }
}

#[tokio::test]
async fn a_key_revoked_since_before_the_submission_activates_nothing() {
    let world = World::new().await;
    let bytes = component("2026-01-01", 100);
    let digest = digest(&bytes);
    world
        .submit(bytes.clone(), 1, "2026-02-01", "2026-01-10T09:00")
        .await
        .unwrap();
    let now = moment("2026-01-12T09:00");
    world
        .registry
        .approve(&world.reviewer, &submission(1), &digest, "", now)
        .await
        .unwrap();
    let lost = moment("2026-01-05T00:00");
    world
        .registry
        .revoke_key(&world.operator, &world.key.id(), lost, "mất máy", now)
        .await
        .unwrap();
    let refusal = refused(
        world
            .registry
            .activate(&world.operator, &submission(1), now)
            .await,
    );
    assert_eq!(refusal.code(), "revoked-key");
    let refusal = refused(
        world
            .submit(bytes, 2, "2026-02-01", "2026-01-12T10:00")
            .await,
    );
    assert_eq!(refusal.code(), "revoked-key");
}

#[tokio::test]
async fn a_byte_changed_between_review_and_activation_activates_nothing() {
    let world = World::new().await;
    let bytes = component("2026-01-01", 100);
    let digest = digest(&bytes);
    world
        .submit(bytes, 1, "2026-02-01", "2026-01-10T09:00")
        .await
        .unwrap();
    let now = moment("2026-01-12T09:00");
    world
        .registry
        .approve(&world.reviewer, &submission(1), &digest, "", now)
        .await
        .unwrap();
    world.damage(&digest).await;
    let refusal = refused(
        world
            .registry
            .activate(&world.operator, &submission(1), now)
            .await,
    );
    assert_eq!(refusal.code(), "altered");
    assert_eq!(
        world.refusals().await,
        [("altered".to_owned(), "activate".to_owned())]
    );
    assert_eq!(
        world.answers("2026-02-02T09:00", "2026-02-02T09:00"),
        "unknown-procedure"
    );
}

#[tokio::test]
async fn a_version_that_fails_the_gate_goes_no_further() {
    let world = World::new().await;
    // One of its own cases does not hold: it lets through what is long.
    let bytes = component_with("2026-01-01", "pages <= 1000", "");
    let digest = digest(&bytes);
    let stage = world
        .submit(bytes, 1, "2026-02-01", "2026-01-10T09:00")
        .await
        .unwrap();
    assert!(matches!(stage, Stage::Failed(_)));
    let report = world.registry.report(&submission(1)).await.unwrap();
    assert!(!report.passed);
    let text = serde_json::to_string(&report).unwrap();
    assert!(text.contains("long"), "the failing case is named: {text}");
    // Neither does what is no component at all, nor one that would begin before its own first day.
    let stage = world
        .submit(b"\0asm".to_vec(), 2, "2026-02-01", "2026-01-10T09:00")
        .await
        .unwrap();
    assert!(matches!(stage, Stage::Failed(_)));
    let stage = world
        .submit(
            component("2026-03-01", 100),
            3,
            "2026-02-01",
            "2026-01-10T09:00",
        )
        .await
        .unwrap();
    assert!(matches!(stage, Stage::Failed(_)));
    let now = moment("2026-01-11T09:00");
    let refusal = refused(
        world
            .registry
            .approve(&world.reviewer, &submission(1), &digest, "", now)
            .await,
    );
    assert_eq!(refusal.code(), "wrong-stage");
}

#[tokio::test]
async fn a_token_counts_until_it_expires_or_is_revoked() {
    let world = World::new().await;
    let bearer = world
        .token("binh", Role::Reviewer, "2026-01-10T00:00", 21)
        .await;
    let ask = |now: &'static str| world.registry.authenticate(&bearer, moment(now));
    assert_eq!(ask("2026-01-09T23:59").await.unwrap(), world.reviewer);
    assert_eq!(
        refused(ask("2026-01-10T00:00").await).code(),
        "expired-token"
    );
    assert_eq!(
        refused(
            world
                .registry
                .authenticate("mct_guess", moment("2026-01-05T00:00"))
                .await
        )
        .code(),
        "unknown-token"
    );
    let id = world
        .registry
        .ledger()
        .tokens()
        .find(|token| token.person == "binh")
        .unwrap()
        .id
        .clone();
    world
        .registry
        .revoke_token(
            &world.operator,
            &id,
            "nghỉ việc",
            moment("2026-01-05T09:00"),
        )
        .await
        .unwrap();
    assert_eq!(
        refused(ask("2026-01-05T10:00").await).code(),
        "revoked-token"
    );
    let codes: Vec<String> = world
        .refusals()
        .await
        .into_iter()
        .map(|(code, _)| code)
        .collect();
    assert_eq!(
        codes,
        ["expired-token", "revoked-token"],
        "guesses do not fill the chain"
    );
    let issued = world.deeds("token-issued").await;
    assert!(
        !issued[0].to_string().contains(&bearer),
        "the secret is kept nowhere"
    );
}

#[tokio::test]
async fn what_was_never_submitted_is_told_as_such_by_every_step() {
    let world = World::new().await;
    let now = moment("2026-01-10T09:00");
    let (registry, none) = (&world.registry, submission(7));
    let (author, reviewer) = (&world.author, &world.reviewer);
    for step in [
        registry.approve(reviewer, &none, "", "", now).await,
        registry.send_back(reviewer, &none, "sai", now).await,
        registry.activate(author, &none, now).await,
        registry.suspend(author, &none, None, "sai", now).await,
        registry.withdraw(author, &none, "sai", now).await,
    ] {
        assert_eq!(refused(step).code(), "unknown");
    }
}

#[tokio::test]
async fn the_first_operator_is_made_once() {
    let world = World::new().await;
    let now = moment("2026-01-02T09:00");
    let new = |random| NewToken {
        person: "van-hanh".to_owned(),
        role: Role::Operator,
        expires_at: moment("2026-02-01T00:00"),
        random: [random; 32],
    };
    let (_, secret) = world
        .registry
        .issue_first_token(&new(1), now)
        .await
        .unwrap();
    let who = world
        .registry
        .authenticate(secret.reveal(), now)
        .await
        .unwrap();
    assert_eq!(who, world.operator);
    let refusal = refused(world.registry.issue_first_token(&new(2), now).await);
    assert_eq!(refusal.code(), "conflict");
    let later = moment("2026-02-02T09:00");
    let mut new = new(3);
    new.expires_at = moment("2026-03-01T00:00");
    world.registry.issue_first_token(&new, later).await.unwrap();
}

#[tokio::test]
async fn deeds_written_into_the_database_by_hand_do_not_get_past_two_people() {
    use motcua_registry::store::{Deed, NewDeed};
    let world = World::new().await;
    let bytes = component("2026-01-01", 100);
    let digest = digest(&bytes);
    world
        .submit(bytes, 1, "2026-02-01", "2026-01-10T09:00")
        .await
        .unwrap();
    let body = format!(
        r#"{{"submission":{{"procedure":"{CODE}","number":1}},"component":"{digest}","comment":""}}"#
    );
    let entry = NewDeed {
        kind: "version-approved",
        subject: "",
        who: "an",
        at: moment("2026-01-11T09:00"),
        body: &body,
        governs: true,
    };
    world
        .registry
        .store()
        .append(Deed {
            entries: &[entry],
            ..Deed::default()
        })
        .await
        .unwrap();
    let error = world
        .registry
        .read_on(moment("2026-01-11T09:01"))
        .await
        .unwrap_err();
    assert!(matches!(error, DeedError::Chain(_)), "{error}");
    let stage = world.registry.ledger().stage(&submission(1)).cloned();
    assert!(matches!(stage, Some(Stage::InReview(_))));
    assert_eq!(world.registry.alarms().len(), 1);
}

#[tokio::test]
async fn an_older_statement_is_not_activated_after_a_newer_one() {
    let world = World::new().await;
    let now = moment("2026-01-05T09:00");
    let (old, new) = (component("2026-01-01", 100), component("2026-01-01", 50));
    for (number, bytes) in [(3, &old), (4, &new)] {
        world
            .submit(bytes.clone(), number, "2026-01-06", "2026-01-05T09:00")
            .await
            .unwrap();
        world
            .registry
            .approve(
                &world.reviewer,
                &submission(number),
                &digest(bytes),
                "",
                now,
            )
            .await
            .unwrap();
    }
    let activate = |number| {
        let submission = submission(number);
        let world = &world;
        async move {
            world
                .registry
                .activate(&world.author, &submission, now)
                .await
        }
    };
    activate(4).await.unwrap();
    assert_eq!(refused(activate(3).await).code(), "overtaken");
    assert_eq!(
        world.answers("2026-01-07T09:00", "2026-01-07T09:00"),
        digest(&new)
    );
}

#[tokio::test]
async fn what_was_reviewed_against_another_version_is_reviewed_again() {
    let world = World::new().await;
    let now = moment("2026-01-05T09:00");
    let (first, second) = (component("2026-01-01", 100), component("2026-01-01", 50));
    for (number, bytes) in [(1, &first), (2, &second)] {
        world
            .submit(bytes.clone(), number, "2026-01-06", "2026-01-05T09:00")
            .await
            .unwrap();
        world
            .registry
            .approve(
                &world.reviewer,
                &submission(number),
                &digest(bytes),
                "",
                now,
            )
            .await
            .unwrap();
    }
    world
        .registry
        .activate(&world.operator, &submission(1), now)
        .await
        .unwrap();
    let refusal = refused(
        world
            .registry
            .activate(&world.operator, &submission(2), now)
            .await,
    );
    assert_eq!(
        refusal.code(),
        "other-before",
        "it was compared with nothing"
    );
    world
        .publish(second, 3, "2026-01-06", "2026-01-05T10:00")
        .await;
}

#[tokio::test]
async fn a_person_is_one_however_the_name_is_written() {
    let world = World::new().await;
    let bytes = component("2026-01-01", 100);
    let digest = digest(&bytes);
    world
        .submit(bytes, 1, "2026-02-01", "2026-01-02T09:00")
        .await
        .unwrap();
    let shouted = Principal {
        person: world.author.person.to_uppercase(),
        role: Role::Reviewer,
    };
    let now = moment("2026-01-03T09:00");
    let refusal = refused(
        world
            .registry
            .approve(&shouted, &submission(1), &digest, "", now)
            .await,
    );
    assert_eq!(refusal.code(), "own-approval");
    for person in ["An", "Host", "host", "", "аn", "a b"] {
        let token = NewToken {
            person: person.to_owned(),
            role: Role::Reviewer,
            expires_at: moment("2026-02-01T00:00"),
            random: [5; 32],
        };
        let refusal = refused(
            world
                .registry
                .issue_token(&world.operator, &token, now)
                .await,
        );
        assert_eq!(refusal.code(), "conflict", "{person}");
    }
}

#[tokio::test]
async fn a_statement_leaves_room_for_later_ones() {
    let world = World::new().await;
    let far = world.signed(component("2026-01-01", 100), u32::MAX, "2026-02-01");
    let now = moment("2026-01-02T09:00");
    let refusal = refused(world.registry.submit(&world.author, far, now).await);
    assert!(matches!(refusal, Refusal::FarStatement { last: 0, .. }));
    assert!(refusal.text().en.ends_with("number 1"));
}

#[tokio::test]
async fn a_key_that_is_revoked_by_now_activates_nothing() {
    let world = World::new().await;
    let bytes = component("2026-01-01", 100);
    let digest = digest(&bytes);
    world
        .submit(bytes, 1, "2026-02-01", "2026-01-10T09:00")
        .await
        .unwrap();
    let now = moment("2026-01-12T09:00");
    world
        .registry
        .approve(&world.reviewer, &submission(1), &digest, "", now)
        .await
        .unwrap();
    world
        .registry
        .revoke_key(&world.operator, &world.key.id(), now, "mất máy", now)
        .await
        .unwrap();
    let refusal = refused(
        world
            .registry
            .activate(&world.author, &submission(1), now)
            .await,
    );
    assert_eq!(refusal.code(), "revoked-key");
}

#[tokio::test]
async fn a_token_issued_by_another_process_counts_at_once() {
    let world = World::new().await;
    let other = host(world.folder.path()).await;
    let bearer = world
        .token("binh", Role::Reviewer, "2026-02-01T00:00", 33)
        .await;
    let who = other
        .authenticate(&bearer, moment("2026-01-02T09:00"))
        .await
        .unwrap();
    assert_eq!(who, world.reviewer);
}

#[tokio::test]
async fn refusals_do_not_fill_the_chain() {
    let world = World::new().await;
    let now = moment("2026-01-02T09:00");
    for _ in 0..200 {
        let to_submit = world.signed(component("2026-01-01", 100), 1, "2026-02-01");
        refused(world.registry.submit(&world.portal, to_submit, now).await);
    }
    assert_eq!(world.refusals().await.len(), 30);
    let to_submit = world.signed(component("2026-01-01", 100), 1, "2026-02-01");
    let later = moment("2026-01-02T09:01");
    refused(world.registry.submit(&world.portal, to_submit, later).await);
    assert_eq!(world.refusals().await.len(), 31);
}

#[tokio::test]
async fn an_entry_changed_in_the_database_gives_nobody_a_role() {
    let world = World::new().await;
    let bearer = world
        .token("cong", Role::Portal, "2026-02-01T00:00", 44)
        .await;
    world
        .sql(&[
            "DROP TRIGGER deeds_are_never_edited",
            r#"UPDATE deeds SET entry = replace(entry, '"role":"portal"', '"role":"operator"')"#,
        ])
        .await;
    let fresh = host_unread(world.folder.path()).await;
    let now = moment("2026-01-02T09:00");
    let error = fresh.read_on(now).await.unwrap_err();
    assert!(matches!(error, DeedError::Chain(_)), "{error}");
    assert!(fresh.authenticate(&bearer, now).await.is_err());
    assert!(fresh.verify_chain(now).await.unwrap().is_err());
    assert!(fresh.alarms().iter().any(|alarm| alarm.procedure == "*"));
}
