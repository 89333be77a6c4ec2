//! The chain of deeds: no gap, no fork, nobody overtaken without being told, everybody woken.

use std::sync::Arc;
use std::time::Duration;

use motcua_store::chain::{Broken, Entry, FIRST, Verifier};
use motcua_store::{Appended, Deed, Digest, NewDeed, Store, StoreError};
use tokio::task::JoinSet;

use crate::ground::{FOREVER, Ground, HANGS, append, deed, on_both, verify, version};

on_both!(
    begins_empty_and_grows,
    a_deed_keeps_what_it_speaks_of_or_nothing,
    a_body_that_is_no_object_is_refused,
    whoever_was_overtaken_is_told,
    races_leave_no_gap,
    one_of_many_wins,
    a_wait_ends_when_another_host_adds,
    a_wait_ends_at_its_time,
    an_entry_changed_by_hand_breaks_the_chain,
    a_hidden_entry_breaks_the_chain,
);

async fn begins_empty_and_grows(ground: Ground) {
    let store = ground.open().await;
    assert_eq!(store.head().await.unwrap(), (0, FIRST));
    assert_eq!(store.deeds(0, 10, false).await.unwrap(), []);
    let quiet = NewDeed {
        governs: false,
        ..deed("refused")
    };
    let first = append(&*store, &[deed("version-submitted"), quiet]).await;
    let second = append(&*store, &[deed("version-approved")]).await;
    let all = store.deeds(0, 10, false).await.unwrap();
    assert_eq!(all, [first, second].concat());
    assert_eq!(store.deeds(1, 1, false).await.unwrap(), all[1..2]);
    let governing = store.deeds(0, 10, true).await.unwrap();
    assert_eq!(governing, [all[0].clone(), all[2].clone()]);
    assert_eq!(verify(&*store).await, 3);
    let entry: Entry<'_> = serde_json::from_str(&all[0].entry).unwrap();
    assert_eq!(entry.who, "nguyễn an");
    assert_eq!(entry.body.get(), r#"{"why":"thông tư mới"}"#);

    store.close().await.unwrap();
    assert!(matches!(store.head().await, Err(StoreError::Closed)));
    let again = ground.open().await;
    assert_eq!(again.deeds(0, 10, false).await.unwrap(), all);
}

async fn a_deed_keeps_what_it_speaks_of_or_nothing(ground: Ground) {
    let store = ground.open().await;
    let (one, report) = ([version(b"one")], [&b"report"[..]]);
    let whole = Deed {
        versions: &one,
        texts: &report,
        entries: &[deed("version-submitted")],
        ..Deed::default()
    };
    assert!(matches!(
        store.append(whole).await.unwrap(),
        Appended::Done(_)
    ));
    assert_eq!(store.versions().await.unwrap().len(), 1);
    assert_eq!(
        store.text(Digest::of(b"report")).await.unwrap().unwrap(),
        b"report"
    );

    let two = [version(b"two")];
    let late = Deed {
        expected: Some(0),
        versions: &two,
        texts: &[b"later"],
        entries: &[deed("version-submitted")],
    };
    assert_eq!(store.append(late).await.unwrap(), Appended::Overtaken);
    let broken = Deed {
        versions: &two,
        texts: &[b"later"],
        entries: &[
            deed("version-submitted"),
            NewDeed {
                body: "{",
                ..deed("x")
            },
        ],
        ..Deed::default()
    };
    assert!(store.append(broken).await.is_err());
    assert_eq!(store.versions().await.unwrap().len(), 1);
    assert_eq!(store.text(Digest::of(b"later")).await.unwrap(), None);
    assert_eq!(verify(&*store).await, 1);
}

async fn a_body_that_is_no_object_is_refused(ground: Ground) {
    let store = ground.open().await;
    for body in ["", "5", "{", "{}\n"] {
        let deed = Deed {
            entries: &[NewDeed { body, ..deed("x") }],
            ..Deed::default()
        };
        let error = store.append(deed).await.unwrap_err();
        assert!(matches!(error, StoreError::Unfit { .. }), "{error}");
    }
}

async fn whoever_was_overtaken_is_told(ground: Ground) {
    let (one, other) = (ground.open().await, ground.open().await);
    let expecting = |expected| Deed {
        expected: Some(expected),
        ..Deed::default()
    };
    let entries = [deed("version-approved")];
    let first = Deed {
        entries: &entries,
        ..expecting(0)
    };
    assert!(matches!(
        one.append(first).await.unwrap(),
        Appended::Done(_)
    ));
    assert_eq!(other.append(first).await.unwrap(), Appended::Overtaken);
    // What does not govern overtakes nobody.
    let quiet = NewDeed {
        governs: false,
        ..deed("refused")
    };
    append(&*one, &[quiet]).await;
    let second = Deed {
        entries: &entries,
        ..expecting(1)
    };
    assert!(matches!(
        other.append(second).await.unwrap(),
        Appended::Done(_)
    ));
    assert_eq!(verify(&*one).await, 3);
}

async fn races_leave_no_gap(ground: Ground) {
    const EACH: u64 = 15;
    let stores = [ground.open().await, ground.open().await];
    let mut tasks = JoinSet::new();
    for task in 0..8 {
        let store = Arc::clone(&stores[task % 2]);
        tasks.spawn(async move {
            for n in 0..EACH {
                let body = format!(r#"{{"task":{task},"n":{n}}}"#);
                let body = NewDeed {
                    body: &body,
                    ..deed("tried")
                };
                append(&*store, &[body, deed("then")]).await;
            }
        });
    }
    tasks.join_all().await;
    assert_eq!(verify(&*stores[0]).await, 8 * EACH * 2);
    // The two entries of a deed follow each other, whoever else was adding.
    let entries = stores[1].deeds(0, 1000, false).await.unwrap();
    for pair in entries.chunks(2) {
        assert_eq!(
            (pair[0].kind.as_str(), pair[1].kind.as_str()),
            ("tried", "then")
        );
    }
}

async fn one_of_many_wins(ground: Ground) {
    let stores = [ground.open().await, ground.open().await];
    for round in 0..5 {
        let mut tasks = JoinSet::new();
        for task in 0..8 {
            let store = Arc::clone(&stores[task % 2]);
            tasks.spawn(async move {
                let deed = Deed {
                    expected: Some(round),
                    entries: &[deed("activated")],
                    ..Deed::default()
                };
                matches!(store.append(deed).await.unwrap(), Appended::Done(_))
            });
        }
        let winners = tasks
            .join_all()
            .await
            .into_iter()
            .filter(|won| *won)
            .count();
        assert_eq!(winners, 1);
    }
    assert_eq!(verify(&*stores[0]).await, 5);
}

async fn a_wait_ends_when_another_host_adds(ground: Ground) {
    let (one, other) = (ground.open().await, ground.open().await);
    for round in 0..3 {
        for adding in [&one, &other] {
            let before = other
                .wait(0, Duration::ZERO)
                .await
                .unwrap()
                .max(verify(&*one).await);
            let waiting = tokio::spawn({
                let other = Arc::clone(&other);
                async move { other.wait(before, FOREVER).await.unwrap() }
            });
            tokio::time::sleep(Duration::from_millis(50 * round)).await;
            let entry = append(&**adding, &[deed("activated")]).await;
            // How soon is said where the store looks; here, on however busy a machine, that it is.
            let seen = tokio::time::timeout(HANGS, waiting).await;
            assert_eq!(seen.expect("woken").unwrap(), entry[0].number);
        }
    }
}

async fn a_wait_ends_at_its_time(ground: Ground) {
    let store = ground.open().await;
    let quiet = NewDeed {
        governs: false,
        ..deed("refused")
    };
    append(&*store, &[deed("activated"), quiet]).await;
    assert_eq!(store.wait(0, FOREVER).await.unwrap(), 1);
    assert_eq!(store.wait(1, Duration::from_millis(600)).await.unwrap(), 1);
}

async fn an_entry_changed_by_hand_breaks_the_chain(ground: Ground) {
    let store = ground.open().await;
    append(&*store, &[deed("one"), deed("two"), deed("three")]).await;
    ground.drop_trigger("deeds", "deeds_are_never_edited").await;
    let edit = "UPDATE deeds SET entry = replace(entry, 'nguyễn an', 'ai khác') WHERE number = 2";
    assert_eq!(ground.by_hand(edit).await.unwrap(), 1);
    assert_eq!(broken(&*store).await, Broken::Changed { number: 2 });
}

async fn a_hidden_entry_breaks_the_chain(ground: Ground) {
    let store = ground.open().await;
    append(&*store, &[deed("one"), deed("suspended")]).await;
    ground.drop_trigger("deeds", "deeds_are_never_edited").await;
    let hide = match ground {
        Ground::Sqlite(_) => "UPDATE deeds SET governs = 0 WHERE number = 2",
        Ground::Postgres(_) => "UPDATE deeds SET governs = false WHERE number = 2",
    };
    assert_eq!(ground.by_hand(hide).await.unwrap(), 1);
    assert_eq!(broken(&*store).await, Broken::Changed { number: 2 });
}

async fn broken(store: &dyn Store) -> Broken {
    let mut verifier = Verifier::default();
    let entries = store.deeds(0, 100, false).await.unwrap();
    entries
        .iter()
        .try_for_each(|entry| verifier.next(entry))
        .expect_err("the chain should not verify")
}
