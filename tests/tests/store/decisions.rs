//! Decisions: recorded once, found again, their facts erased in time and nothing else.

use std::sync::Arc;

use motcua_store::{
    DecisionRange, DecisionRecord, Digest, NewDecision, NewDeed, NewVersion, Recorded, Store,
    StoreError,
};
use tokio::task::JoinSet;

use crate::ground::{Ground, decision, deed, moment, on_both, verify, version};

on_both!(
    is_found_as_it_was_recorded,
    a_retry_is_told_what_was_recorded,
    a_retry_within_one_batch_is_told_too,
    keys_of_two_askers_are_two_keys,
    races_of_one_key_record_once,
    an_id_is_never_used_twice,
    a_batch_is_recorded_wholly_or_not_at_all,
    large_batches_are_recorded,
    are_listed_by_range,
    facts_are_erased_and_the_receipt_stays,
);

async fn ready(ground: &Ground) -> Arc<dyn Store> {
    let store = ground.open().await;
    store.keep_versions(&[version(b"one")]).await.unwrap();
    store
}

async fn is_found_as_it_was_recorded(ground: Ground) {
    let store = ready(&ground).await;
    let recorded = store.record(&[decision("d1", Some("k1"), b"asked")]).await;
    assert_eq!(recorded.unwrap(), [Recorded::New]);
    let expected = DecisionRecord {
        number: 1,
        id: "d1".to_owned(),
        code: "1.003868".to_owned(),
        component: Digest::of(b"one"),
        who: "portal".to_owned(),
        at: moment("2026-11-21T08:00"),
        receipt: r#"{"verdict":"eligible"}"#.to_owned(),
        facts: Some(b"sealed facts".to_vec()),
        answer: b"sealed answer".to_vec(),
    };
    assert_eq!(store.decision("d1").await.unwrap(), Some(expected));
    assert_eq!(store.decision("d2").await.unwrap(), None);
    assert_eq!(store.record(&[]).await.unwrap(), []);
    assert_eq!(verify(&*store).await, 1);
}

async fn a_retry_is_told_what_was_recorded(ground: Ground) {
    let store = ready(&ground).await;
    store
        .record(&[decision("d1", Some("k1"), b"asked")])
        .await
        .unwrap();
    let retried = store
        .record(&[
            decision("d2", Some("k1"), b"asked"),
            decision("d3", Some("k1"), b"asked otherwise"),
            decision("d4", Some("k2"), b"asked"),
        ])
        .await
        .unwrap();
    let d1 = || "d1".to_owned();
    assert_eq!(
        retried,
        [
            Recorded::Before(d1()),
            Recorded::Another(d1()),
            Recorded::New
        ]
    );
    assert_eq!(store.decision("d2").await.unwrap(), None);
    assert_eq!(verify(&*store).await, 2);
}

async fn a_retry_within_one_batch_is_told_too(ground: Ground) {
    let store = ready(&ground).await;
    let recorded = store
        .record(&[
            decision("d1", Some("k1"), b"asked"),
            decision("d2", None, b"asked"),
            decision("d3", Some("k1"), b"asked"),
            decision("d4", Some("k1"), b"asked otherwise"),
            decision("d5", None, b"asked"),
        ])
        .await
        .unwrap();
    let d1 = || "d1".to_owned();
    assert_eq!(
        recorded,
        [
            Recorded::New,
            Recorded::New,
            Recorded::Before(d1()),
            Recorded::Another(d1()),
            Recorded::New,
        ]
    );
    assert_eq!(verify(&*store).await, 3);
}

async fn keys_of_two_askers_are_two_keys(ground: Ground) {
    let store = ready(&ground).await;
    let mut other = decision("d2", Some("k1"), b"asked");
    other.entry.who = "other portal";
    let both = [decision("d1", Some("k1"), b"asked"), other];
    assert_eq!(
        store.record(&both).await.unwrap(),
        [Recorded::New, Recorded::New]
    );
}

async fn races_of_one_key_record_once(ground: Ground) {
    let stores = [ready(&ground).await, ready(&ground).await];
    for round in 0..4 {
        let mut tasks = JoinSet::new();
        for task in 0..8 {
            let store = Arc::clone(&stores[task % 2]);
            tasks.spawn(async move {
                let (id, key) = (format!("d{round}-{task}"), format!("k{round}"));
                let recorded = store.record(&[decision(&id, Some(&key), b"asked")]).await;
                (id, recorded.unwrap().remove(0))
            });
        }
        let outcomes = tasks.join_all().await;
        let (new, before): (Vec<_>, Vec<_>) = outcomes
            .into_iter()
            .partition(|(_, recorded)| *recorded == Recorded::New);
        let [(winner, _)] = new.as_slice() else {
            panic!("{} recorded the same request", new.len());
        };
        for (_, recorded) in before {
            assert_eq!(recorded, Recorded::Before(winner.clone()));
        }
    }
    assert_eq!(verify(&*stores[0]).await, 4);
}

async fn an_id_is_never_used_twice(ground: Ground) {
    let store = ready(&ground).await;
    store
        .record(&[decision("d1", None, b"asked")])
        .await
        .unwrap();
    let error = store
        .record(&[decision("d1", None, b"asked")])
        .await
        .unwrap_err();
    assert!(matches!(error, StoreError::Unfit { .. }), "{error}");
    assert!(store.record(&[decision("", None, b"asked")]).await.is_err());
    assert_eq!(verify(&*store).await, 1);
}

async fn a_batch_is_recorded_wholly_or_not_at_all(ground: Ground) {
    let store = ready(&ground).await;
    let unknown = NewDecision {
        component: Digest::of(b"never kept"),
        ..decision("d2", None, b"asked")
    };
    let error = store
        .record(&[decision("d1", None, b"asked"), unknown])
        .await;
    assert!(matches!(error, Err(StoreError::Unfit { .. })), "{error:?}");
    assert_eq!(store.decision("d1").await.unwrap(), None);
    assert_eq!(verify(&*store).await, 0);
}

async fn large_batches_are_recorded(ground: Ground) {
    const COUNT: usize = 1200;
    let store = ready(&ground).await;
    let ids: Vec<String> = (0..COUNT).map(|n| format!("d{n}")).collect();
    let all: Vec<NewDecision<'_>> = ids
        .iter()
        .map(|id| decision(id, Some(id), b"asked"))
        .collect();
    let recorded = store.record(&all).await.unwrap();
    assert!(recorded.iter().all(|recorded| *recorded == Recorded::New));
    let again = store.record(&all).await.unwrap();
    for (id, recorded) in ids.iter().zip(again) {
        assert_eq!(recorded, Recorded::Before(id.clone()));
    }
    assert_eq!(verify(&*store).await, COUNT as u64);
}

async fn are_listed_by_range(ground: Ground) {
    let store = ready(&ground).await;
    let other = NewVersion {
        code: "2.001594",
        ..version(b"two")
    };
    store.keep_versions(&[other]).await.unwrap();
    let at = |time: &str| moment(&format!("2026-11-21T{time}"));
    for (id, time, second) in [
        ("a", "08:00", false),
        ("b", "09:00", true),
        ("c", "10:00", false),
        ("d", "11:00", true),
    ] {
        let mut one = decision(id, None, b"asked");
        one.entry.at = at(time);
        if second {
            one.code = "2.001594";
            one.component = Digest::of(b"two");
        }
        store.record(&[one]).await.unwrap();
    }
    let all = DecisionRange {
        limit: 10,
        ..DecisionRange::default()
    };
    for (range, expected) in [
        (all, "abcd"),
        (DecisionRange { limit: 2, ..all }, "ab"),
        (DecisionRange { after: 2, ..all }, "cd"),
        (
            DecisionRange {
                code: Some("2.001594"),
                ..all
            },
            "bd",
        ),
        (
            DecisionRange {
                component: Some(Digest::of(b"one")),
                ..all
            },
            "ac",
        ),
        (
            DecisionRange {
                from: Some(at("09:00")),
                to: Some(at("11:00")),
                ..all
            },
            "bc",
        ),
        (
            DecisionRange {
                code: Some("x"),
                ..all
            },
            "",
        ),
        (DecisionRange { limit: 0, ..all }, ""),
    ] {
        let found = store.decisions(range).await.unwrap();
        let ids: String = found.into_iter().map(|decision| decision.id).collect();
        assert_eq!(ids, expected, "{range:?}");
    }
}

async fn facts_are_erased_and_the_receipt_stays(ground: Ground) {
    let store = ready(&ground).await;
    let ids: Vec<String> = (0..1003).map(|n| format!("d{n}")).collect();
    let old: Vec<NewDecision<'_>> = ids.iter().map(|id| decision(id, None, b"asked")).collect();
    store.record(&old).await.unwrap();
    let mut late = decision("late", None, b"asked");
    late.entry.at = moment("2026-11-21T12:00");
    store.record(&[late]).await.unwrap();
    let before = store.decision("d0").await.unwrap().unwrap();

    let entry = NewDeed {
        body: r#"{"until":"2026-11-21T09:00:00+07:00"}"#,
        governs: false,
        ..deed("facts-erased")
    };
    for expected in [1000, 3, 0] {
        let erased = store.erase_facts(moment("2026-11-21T09:00"), entry).await;
        assert_eq!(erased.unwrap(), expected);
    }
    let after = store.decision("d0").await.unwrap().unwrap();
    assert_eq!(
        after,
        DecisionRecord {
            facts: None,
            ..before
        }
    );
    assert!(
        store
            .decision("late")
            .await
            .unwrap()
            .unwrap()
            .facts
            .is_some()
    );
    // An entry for each time that something was erased, and none for nothing.
    assert_eq!(verify(&*store).await, 1004 + 2);
    let entries = store.deeds(1004, 10, false).await.unwrap();
    let body = r#""body":{"until":"2026-11-21T09:00:00+07:00","count":1000}"#;
    assert!(entries[0].entry.contains(body), "{}", entries[0].entry);
}
