//! Decisions, receipts and replay.

use std::sync::Arc;

use motcua_registry::store::DecisionRange;
use motcua_registry::{
    DecideError, Decided, DeedError, Receipt, Refusal, Registry, Replayed, Texts, ToDecide,
};
use serde_json::Value;

use crate::world::*;

const QUESTION: &str =
    r#"{"received_at":"2026-01-05T09:00","channel":"online","facts":{"pages":60}}"#;

async fn decide(
    world: &World,
    registry: &Registry,
    question: &str,
    key: Option<&str>,
) -> Result<Decided, DecideError> {
    let to_decide = ToDecide {
        procedure: "giay-phep-thu",
        question: question.as_bytes(),
        key,
    };
    registry
        .decide(
            &world.portal,
            to_decide,
            Texts::None,
            moment("2026-01-06T09:00"),
        )
        .await
}

async fn world() -> World {
    let world = World::new().await;
    world
        .publish(
            component("2026-01-01", 100),
            1,
            "2026-01-01",
            "2026-01-02T09:00",
        )
        .await;
    world
}

#[tokio::test]
async fn a_decision_keeps_everything_by_which_it_can_be_worked_out_again() {
    let world = world().await;
    let decided = decide(&world, &world.registry, QUESTION, None)
        .await
        .unwrap();
    assert!(decided.new);
    let receipt: Receipt = serde_json::from_str(&decided.receipt).unwrap();
    assert_eq!(receipt.decision, decided.id);
    assert_eq!(receipt.procedure, CODE);
    assert_eq!(receipt.received_on, day("2026-01-05"));
    assert_eq!(receipt.person, "cong");
    assert!(receipt.fuel > 0);
    let record = world.registry.record_of(&decided.id).await.unwrap();
    let kept = format!("{record:?}");
    assert!(!kept.contains("\"pages\""), "facts are sealed");
    assert_eq!(world.registry.answer_of(&record).unwrap(), decided.answer);
    assert_eq!(
        world.registry.replay(&decided.id).await.unwrap(),
        Replayed::Same
    );
    // A later version changes nothing of what was decided.
    world
        .publish(
            component("2026-01-01", 50),
            2,
            "2026-01-01",
            "2026-01-07T09:00",
        )
        .await;
    let other = host(world.folder.path()).await;
    assert_eq!(other.replay(&decided.id).await.unwrap(), Replayed::Same);
    let entry = &world.deeds("decision-recorded").await[0];
    assert_eq!(entry["subject"], decided.id.as_str());
}

#[tokio::test]
async fn a_retry_is_the_same_decision_and_another_request_is_refused() {
    let world = world().await;
    let first = decide(&world, &world.registry, QUESTION, Some("k1"))
        .await
        .unwrap();
    let again = decide(&world, &world.registry, QUESTION, Some("k1"))
        .await
        .unwrap();
    assert!(!again.new);
    assert_eq!((first.id, first.answer), (again.id, again.answer));
    let other = QUESTION.replace("60", "61");
    let error = decide(&world, &world.registry, &other, Some("k1")).await;
    assert!(matches!(
        error,
        Err(DecideError::Deed(DeedError::Refused(
            Refusal::KeyReused { .. }
        )))
    ));
    assert_eq!(
        world.refusals().await,
        [("idempotency-key-reused".to_owned(), "decide".to_owned())]
    );
    let author = world.registry.decide(
        &world.author,
        ToDecide {
            procedure: CODE,
            question: QUESTION.as_bytes(),
            key: None,
        },
        Texts::None,
        moment("2026-01-06T09:00"),
    );
    assert!(author.await.is_err(), "only a portal decides");
}

#[tokio::test]
async fn a_retry_is_safe_whatever_has_changed_since() {
    let world = world().await;
    let first = decide(&world, &world.registry, QUESTION, Some("k1"))
        .await
        .unwrap();
    let now = moment("2026-01-05T10:00");
    let from = Some(day("2026-01-05"));
    world
        .registry
        .suspend(&world.operator, &submission(1), from, "sai phí", now)
        .await
        .unwrap();
    assert!(
        decide(&world, &world.registry, QUESTION, None)
            .await
            .is_err()
    );
    let again = decide(&world, &world.registry, QUESTION, Some("k1"))
        .await
        .unwrap();
    assert_eq!((again.id, again.answer), (first.id, first.answer));
}

#[tokio::test]
async fn what_has_not_been_received_is_not_decided() {
    let world = world().await;
    let later = QUESTION.replace("2026-01-05", "2026-01-07");
    let error = decide(&world, &world.registry, &later, None).await;
    assert!(matches!(
        error,
        Err(DecideError::Deed(DeedError::Refused(Refusal::Day { .. })))
    ));
}

#[tokio::test]
async fn many_at_once_are_each_recorded_once() {
    let world = Arc::new(world().await);
    let mut tasks = Vec::new();
    for at in 0..300u32 {
        let world = Arc::clone(&world);
        tasks.push(tokio::spawn(async move {
            let question = QUESTION.replace("60", &(1 + at % 150).to_string());
            // Each request is sent twice under one key, by two askers at once.
            let key = format!("k{}", at / 2 * 2);
            let question = if at % 2 == 0 {
                question
            } else {
                QUESTION.replace("60", &(at % 150).to_string())
            };
            decide(&world, &world.registry, &question, Some(&key))
                .await
                .unwrap()
                .id
        }));
    }
    let mut ids = std::collections::BTreeSet::new();
    for task in tasks {
        ids.insert(task.await.unwrap());
    }
    assert_eq!(ids.len(), 150);
    let range = DecisionRange {
        limit: 1_000,
        ..DecisionRange::default()
    };
    let found = world
        .registry
        .replay_many(range, None, |_| {})
        .await
        .unwrap();
    assert_eq!((found.decisions, found.same), (150, 150));
    // By the version that would have let fewer through.
    let bytes = component("2026-01-01", 50);
    let digest = world
        .publish(bytes, 2, "2026-03-01", "2026-01-07T09:00")
        .await;
    let found = world
        .registry
        .replay_many(range, Some(&digest), |_| {})
        .await
        .unwrap();
    // Asked of 1 to 150 pages: the version let 100 through, the other one lets 50 through.
    assert_eq!((found.same, found.different), (100, 50));
    let Replayed::Different { differences } = &found.examples[0].replayed else {
        panic!("{:?}", found.examples[0])
    };
    assert!(
        differences
            .iter()
            .any(|changed| changed.pointer == "/verdict")
    );
}

#[tokio::test]
async fn facts_are_erased_and_the_receipt_stays() {
    let world = world().await;
    let decided = decide(&world, &world.registry, QUESTION, None)
        .await
        .unwrap();
    let now = moment("2027-01-06T09:00");
    let erase = |before: &str| {
        world
            .registry
            .erase_facts(&world.operator, moment(before), now)
    };
    assert_eq!(erase("2026-01-06T09:00").await.unwrap(), 0);
    assert_eq!(erase("2026-01-06T09:01").await.unwrap(), 1);
    assert_eq!(
        world.registry.replay(&decided.id).await.unwrap(),
        Replayed::Erased
    );
    let record = world.registry.record_of(&decided.id).await.unwrap();
    assert_eq!((record.receipt, record.facts), (decided.receipt, None));
    assert_eq!(world.deeds("facts-erased").await[0]["body"]["count"], 1);
    let answer: Value = serde_json::from_slice(&decided.answer).unwrap();
    assert_eq!(answer["verdict"], "eligible");
}
