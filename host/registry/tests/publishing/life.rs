//! The life of a version, and what hosts that share a database make of it.

use std::sync::Arc;

use motcua_model::lifecycle::Stage;
use motcua_registry::engine::digest;
use motcua_registry::store::chain;
use motcua_registry::{CheckId, CheckOutcome, MOST_UNPUBLISHED, Origin, Seeded, Source};

use crate::world::*;

#[tokio::test]
async fn from_a_desk_to_force() {
    let world = World::new().await;
    let bytes = component("2026-01-01", 100);
    let digest = motcua_registry::engine::digest(&bytes);
    let stage = world
        .submit(bytes, 1, "2026-02-01", "2026-01-10T09:00")
        .await
        .unwrap();
    assert!(matches!(stage, Stage::InReview(_)), "{stage:?}");
    assert_eq!(
        world.answers("2026-02-01T09:00", "2026-02-02T09:00"),
        "unknown-procedure"
    );
    let report = world.registry.report(&submission(1)).await.unwrap();
    assert!(report.passed);

    let now = moment("2026-01-11T09:00");
    let stage = world
        .registry
        .approve(&world.reviewer, &submission(1), &digest, "đúng", now)
        .await
        .unwrap();
    assert!(matches!(&stage, Stage::Approved(approved) if approved.person == "binh"));
    assert_eq!(
        world.answers("2026-02-01T09:00", "2026-02-02T09:00"),
        "unknown-procedure"
    );

    let stage = world
        .registry
        .activate(&world.author, &submission(1), now)
        .await
        .unwrap();
    assert!(matches!(stage, Stage::Active(_)));
    // Nobody acts at midnight: the day decides.
    assert_eq!(
        world.answers("2026-01-30T09:00", "2026-02-02T09:00"),
        "not-in-force"
    );
    assert_eq!(
        world.answers("2026-02-01T09:00", "2026-02-02T09:00"),
        digest
    );

    let mut verifier = chain::Verifier::default();
    for record in world.registry.store().deeds(0, 1_000, false).await.unwrap() {
        verifier.next(&record).unwrap();
    }
    assert_eq!(
        verifier.head(),
        world.registry.store().head().await.unwrap()
    );
}

#[tokio::test]
async fn a_new_version_is_shown_as_people_affected() {
    let world = World::new().await;
    world
        .publish(
            component("2026-01-01", 100),
            1,
            "2026-01-01",
            "2026-01-10T09:00",
        )
        .await;
    world
        .submit(
            component("2026-03-01", 50),
            2,
            "2026-03-01",
            "2026-02-10T09:00",
        )
        .await
        .unwrap();
    let report = world.registry.report(&submission(2)).await.unwrap();
    let difference = report.difference.expect("there is a version before");
    let text = serde_json::to_string(&difference).unwrap();
    assert!(
        text.contains("not-too-long") && text.contains("Điều 2"),
        "{text}"
    );
}

#[tokio::test]
async fn a_rollback_is_a_new_statement_and_goes_the_same_way() {
    let world = World::new().await;
    let old = component("2026-01-01", 100);
    let first = world
        .publish(old.clone(), 1, "2026-01-01", "2026-01-02T09:00")
        .await;
    let second = world
        .publish(
            component("2026-01-01", 50),
            2,
            "2026-02-01",
            "2026-01-20T09:00",
        )
        .await;
    assert_eq!(
        world.answers("2026-02-03T09:00", "2026-02-03T10:00"),
        second
    );
    let third = world
        .publish(old, 3, "2026-02-04", "2026-02-03T11:00")
        .await;
    assert_eq!(first, third);
    assert_eq!(
        world.answers("2026-02-03T09:00", "2026-02-04T10:00"),
        second
    );
    assert_eq!(world.answers("2026-02-04T09:00", "2026-02-04T10:00"), first);
}

#[tokio::test]
async fn a_suspended_version_is_not_replaced_by_an_older_one() {
    let world = World::new().await;
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
            "2026-02-01",
            "2026-01-20T09:00",
        )
        .await;
    let now = moment("2026-02-10T09:00");
    world
        .registry
        .suspend(&world.operator, &submission(2), None, "sai mức phí", now)
        .await
        .unwrap();
    assert_eq!(
        world.answers("2026-02-09T09:00", "2026-02-10T10:00"),
        second
    );
    assert_eq!(
        world.answers("2026-02-10T09:00", "2026-02-10T10:00"),
        "not-in-force"
    );
}

#[tokio::test]
async fn a_procedure_that_gets_another_address_is_still_at_the_old_one() {
    let world = World::new().await;
    let first = component("2026-01-01", 100);
    let first = world
        .publish(first, 1, "2026-01-01", "2026-01-02T09:00")
        .await;
    let second = component_at("giay-phep-moi", "2026-02-03", "pages <= 70", "");
    let second = world
        .publish(second, 2, "2026-02-03", "2026-01-05T09:00")
        .await;
    // The reviewer is told, in words.
    let report = world.registry.report(&submission(2)).await.unwrap();
    let names = report.check(CheckId::Names).unwrap();
    assert_eq!(names.outcome, CheckOutcome::Remark);
    let [told] = &names.findings[..] else {
        panic!("{names:?}")
    };
    for text in [&told.vi, &told.en] {
        assert!(text.contains("`giay-phep-thu`"), "{text}");
        assert!(text.contains("`giay-phep-moi`"), "{text}");
    }
    let same = world.registry.report(&submission(1)).await.unwrap();
    let names = same.check(CheckId::Names).unwrap();
    let told = |text: &motcua_model::Text| text.en.contains("address");
    assert!(!names.findings.iter().any(told), "{names:?}");
    // Whoever kept an address is answered, by the version of the day; on another host, too.
    let other = host(world.folder.path()).await;
    for registry in [&world.registry, &other] {
        for name in [CODE, "giay-phep-thu", "giay-phep-moi"] {
            let answers = |received| answers_at(registry, name, received, "2026-03-02T09:00");
            assert_eq!(answers("2026-01-20T09:00"), first, "{name}");
            assert_eq!(answers("2026-02-20T09:00"), second, "{name}");
        }
    }
}

#[tokio::test]
async fn a_suspension_can_be_brought_forward() {
    let world = World::new().await;
    let digest = world
        .publish(
            component("2026-01-01", 100),
            1,
            "2026-01-01",
            "2026-01-02T09:00",
        )
        .await;
    let suspend = |from: &'static str, now: &'static str| {
        let world = &world;
        async move {
            world
                .registry
                .suspend(
                    &world.operator,
                    &submission(1),
                    Some(day(from)),
                    "sai phí",
                    moment(now),
                )
                .await
        }
    };
    suspend("2026-03-02", "2026-02-08T09:00").await.unwrap();
    assert_eq!(
        world.answers("2026-02-16T09:00", "2026-02-16T09:00"),
        digest
    );
    let put_off = suspend("2026-03-09", "2026-02-09T09:00").await;
    assert!(put_off.is_err(), "not put off");
    suspend("2026-02-10", "2026-02-09T09:00").await.unwrap();
    assert_eq!(
        world.answers("2026-02-16T09:00", "2026-02-16T09:00"),
        "not-in-force"
    );
    // Between the two it was known to end on the later day.
    let between = "2026-02-08T12:00";
    for (received, answer) in [
        ("2026-02-16T09:00", digest.as_str()),
        ("2026-03-02T09:00", "not-in-force"),
    ] {
        assert_eq!(world.answers(received, between), answer, "{received}");
    }
    assert_eq!(
        world.answers("2026-03-02T09:00", "2026-02-08T08:59"),
        digest,
        "before the first"
    );
}

#[tokio::test]
async fn what_is_sent_back_or_withdrawn_never_decides() {
    let world = World::new().await;
    let bytes = component("2026-01-01", 100);
    world
        .submit(bytes.clone(), 1, "2026-02-01", "2026-01-02T09:00")
        .await
        .unwrap();
    let now = moment("2026-01-03T09:00");
    let stage = world
        .registry
        .send_back(&world.reviewer, &submission(1), "thiếu điều luật", now)
        .await
        .unwrap();
    assert!(matches!(stage, Stage::SentBack(_)));
    let digest = motcua_registry::engine::digest(&bytes);
    let again = world
        .registry
        .approve(&world.reviewer, &submission(1), &digest, "", now)
        .await;
    assert!(again.is_err(), "a version sent back is submitted anew");
    world
        .publish(bytes, 2, "2026-02-01", "2026-01-04T09:00")
        .await;
    let stage = world
        .registry
        .withdraw(
            &world.author,
            &submission(2),
            "ban hành lại",
            moment("2026-01-05T09:00"),
        )
        .await
        .unwrap();
    assert!(matches!(stage, Stage::Withdrawn(_)));
    assert_eq!(
        world.answers("2026-02-02T09:00", "2026-02-02T10:00"),
        "not-in-force"
    );
}

#[tokio::test]
async fn hosts_on_one_database_come_to_the_same_state() {
    let world = World::new().await;
    let other = host(world.folder.path()).await;
    let digest = world
        .publish(
            component("2026-01-01", 100),
            1,
            "2026-01-01",
            "2026-01-02T09:00",
        )
        .await;
    let following = {
        let other = other.clone();
        tokio::spawn(async move { other.follow(|| moment("2026-01-02T09:01")).await })
    };
    let mut seen = String::new();
    for _ in 0..50 {
        seen = answers(&other, "2026-01-05T09:00", "2026-01-06T09:00");
        if seen == digest {
            break;
        }
        tokio::time::sleep(std::time::Duration::from_millis(20)).await;
    }
    assert_eq!(seen, digest, "told within a second");
    following.abort();
    // Both decide at once; one order comes out, and nobody approves twice.
    let bytes = component("2026-01-01", 70);
    let digest = motcua_registry::engine::digest(&bytes);
    world
        .submit(bytes, 2, "2026-02-01", "2026-01-03T09:00")
        .await
        .unwrap();
    let now = moment("2026-01-04T09:00");
    let (here, two) = (submission(2), submission(2));
    let (a, b) = tokio::join!(
        world
            .registry
            .approve(&world.reviewer, &here, &digest, "", now),
        other.approve(&world.reviewer, &two, &digest, "", now),
    );
    assert!(a.is_ok() != b.is_ok(), "{a:?} {b:?}");
    assert_eq!(world.deeds("version-approved").await.len(), 2);
}

#[tokio::test]
async fn a_version_that_cannot_be_loaded_leaves_the_last_good_one_serving() {
    let world = World::new().await;
    let first = world
        .publish(
            component("2026-01-01", 100),
            1,
            "2026-01-01",
            "2026-01-02T09:00",
        )
        .await;
    let other = host(world.folder.path()).await;
    let second = world
        .publish(
            component("2026-01-01", 50),
            2,
            "2026-01-05",
            "2026-01-03T09:00",
        )
        .await;
    world.damage(&second).await;
    other.read_on(moment("2026-01-05T09:00")).await.unwrap();
    assert_eq!(
        answers(&other, "2026-01-06T09:00", "2026-01-06T09:00"),
        first
    );
    let alarms = other.alarms();
    assert_eq!(alarms.len(), 1);
    assert_eq!(alarms[0].procedure, CODE);
    assert_eq!(
        world.answers("2026-01-06T09:00", "2026-01-06T09:00"),
        second,
        "the host that had loaded it goes on"
    );
    let fresh = host(world.folder.path()).await;
    assert_eq!(
        answers(&fresh, "2026-01-02T09:00", "2026-01-06T09:00"),
        first
    );
    assert_eq!(
        answers(&fresh, "2026-01-06T09:00", "2026-01-06T09:00"),
        "not-in-force",
        "no older version takes its place"
    );
}

#[tokio::test]
async fn the_folder_speaks_only_until_a_department_does() {
    let world = World::new().await;
    let now = moment("2026-01-02T09:00");
    let source = |bytes| Source::Component {
        path: "x.wasm".to_owned(),
        bytes,
    };
    let seeded = component("2026-01-01", 100);
    let digest = motcua_registry::engine::digest(&seeded);
    let seed = |bytes| world.registry.seed_folder(vec![source(bytes)], now, |_| {});
    let outcome = seed(seeded.clone()).await.unwrap().remove(0).unwrap().1;
    assert_eq!(outcome, Seeded::New);
    assert_eq!(
        world.answers("2026-01-03T09:00", "2026-01-03T09:00"),
        digest
    );
    let outcome = seed(seeded).await.unwrap().remove(0).unwrap().1;
    assert_eq!(outcome, Seeded::Before);
    // An edited package begins on the same day: the later one decides, the earlier one stays on record.
    let edited = component("2026-01-01", 99);
    let digest = motcua_registry::engine::digest(&edited);
    seed(edited).await.unwrap();
    assert_eq!(
        world.answers("2026-01-03T09:00", "2026-01-03T09:00"),
        digest
    );
    world
        .publish(
            component("2026-01-01", 50),
            1,
            "2026-02-01",
            "2026-01-20T09:00",
        )
        .await;
    let outcome = seed(component("2026-01-01", 98))
        .await
        .unwrap()
        .remove(0)
        .unwrap()
        .1;
    assert_eq!(outcome, Seeded::Signed);
    assert_eq!(
        world.answers("2026-01-03T09:00", "2026-02-03T09:00"),
        digest
    );
    let snapshot = world.registry.catalogue().snapshot();
    let published = snapshot.procedure(CODE).unwrap().published();
    let origins: Vec<bool> = published
        .periods()
        .iter()
        .map(|period| period.version.origin == Origin::Folder)
        .collect();
    assert_eq!(origins, [true, true, false]);
}

#[tokio::test]
async fn however_many_lie_in_the_folder_none_is_loaded_twice() {
    let world = World::new().await;
    let years = (2010..).take(MOST_UNPUBLISHED + 3);
    let sources = years.map(|year| Source::Component {
        path: format!("{year}.wasm"),
        bytes: component(&format!("{year}-01-01"), 100),
    });
    let now = moment("2026-01-02T09:00");
    let seeded = world.registry.seed_folder(sources.collect(), now, |_| {});
    for loaded in seeded.await.unwrap() {
        let (loaded, outcome) = loaded.unwrap();
        assert_eq!(outcome, Seeded::New);
        let known = world.registry.version(loaded.version.digest()).unwrap();
        assert!(Arc::ptr_eq(&known, &loaded.version), "{}", loaded.path);
    }
}

#[tokio::test]
async fn however_many_are_submitted_few_that_decide_nothing_stay_in_memory() {
    const NOW: &str = "2026-01-11T09:00";
    let world = World::new().await;
    let many = u32::try_from(MOST_UNPUBLISHED).unwrap() + 2;
    let components: Vec<Vec<u8>> = (1..=many)
        .map(|most| component("2026-01-01", 100 + most))
        .collect();
    for (number, component) in (1..).zip(&components) {
        let submitted = world.submit(component.clone(), number, "2026-02-01", NOW);
        assert_eq!(submitted.await.unwrap().word(), "in-review");
    }
    let in_memory = || {
        let kept = |component: &Vec<u8>| world.registry.version(&digest(component)).is_some();
        components.iter().map(kept).collect::<Vec<bool>>()
    };
    assert_eq!(in_memory(), [false, false, true, true, true, true]);
    // One that is not in memory is activated all the same, and stays there whatever is submitted then.
    let (first, now) = (submission(1), moment(NOW));
    let registry = &world.registry;
    let named = digest(&components[0]);
    let approved = registry.approve(&world.reviewer, &first, &named, "", now);
    approved.await.unwrap();
    registry
        .activate(&world.operator, &first, now)
        .await
        .unwrap();
    for number in 200..210 {
        let component = component("2026-01-01", number);
        let submitted = world.submit(component, number, "2026-03-01", NOW);
        assert_eq!(submitted.await.unwrap().word(), "in-review");
    }
    assert_eq!(in_memory(), [true, false, false, false, false, false]);
    assert_eq!(world.answers("2026-02-01T09:00", "2026-02-02T09:00"), named);
}
