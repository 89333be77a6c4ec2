//! Versions, calendars and texts: kept once, never edited, noticed when somebody did.

use motcua_store::{CompiledFrom, Digest, NewCalendar, NewVersion, StoreError};

use crate::ground::{Ground, append, day, decision, deed, moment, on_both, version};

on_both!(
    the_first_wins_and_stays,
    texts_are_kept_by_digest,
    the_database_itself_refuses_edits,
    tampering_is_noticed,
);

async fn the_first_wins_and_stays(ground: Ground) {
    let (store, other) = (ground.open().await, ground.open().await);
    let from = CompiledFrom {
        source: Digest::of(b"source"),
        compiler: "motcua-compiler 0.1.0",
    };
    let compiled = NewVersion {
        compiled_from: Some(from),
        valid_to: Some(day("2025-06-30")),
        ..version(b"one")
    };
    let kept = store
        .keep_versions(&[compiled, version(b"two"), version(b"two")])
        .await
        .unwrap();
    assert_eq!(kept.map_new(), [true, true, false]);
    let heads = store.versions().await.unwrap();
    let later = NewVersion {
        engine: "another",
        ..version(b"one")
    };
    assert!(!other.keep_versions(&[later]).await.unwrap()[0].new);
    assert_eq!(other.versions().await.unwrap(), heads);

    let found = other.compiled(from).await.unwrap().unwrap();
    assert_eq!(found.component, b"one");
    assert_eq!(found.head.valid_to, Some(day("2025-06-30")));
    assert_eq!(found.head.first_seen_at, moment("2026-11-21T08:00"));
    assert!(heads.contains(&found.head));
    assert_eq!(
        store.component(Digest::of(b"two")).await.unwrap().unwrap(),
        b"two"
    );
    assert_eq!(store.component(Digest::of(b"three")).await.unwrap(), None);

    let calendar = |bytes, year| NewCalendar {
        country: "vn",
        year,
        bytes,
        first_seen_at: moment("2026-11-21T08:00"),
    };
    let kept = store
        .keep_calendars(&[
            calendar(b"2026", 2026),
            calendar(b"2025", 2025),
            calendar(b"2026", 2026),
        ])
        .await
        .unwrap();
    assert_eq!(kept.map_new(), [true, true, false]);
    let calendars = other.calendars().await.unwrap();
    let years: Vec<i16> = calendars.iter().map(|calendar| calendar.year).collect();
    assert_eq!(years, [2025, 2026]);
    let one = other.calendar(calendars[1].digest).await.unwrap();
    assert_eq!(one.as_ref(), Some(&calendars[1]));
    assert_eq!(other.calendar(Digest::of(b"")).await.unwrap(), None);
    let nameless = NewVersion {
        code: "",
        ..version(b"three")
    };
    let wrong = store.keep_versions(&[version(b"four"), nameless]).await;
    assert!(matches!(wrong, Err(StoreError::Unfit { .. })), "{wrong:?}");
    assert_eq!(store.component(Digest::of(b"four")).await.unwrap(), None);
    store.ready().await.unwrap();
}

trait MapNew {
    fn map_new(&self) -> Vec<bool>;
}

impl MapNew for Vec<motcua_store::Kept> {
    fn map_new(&self) -> Vec<bool> {
        self.iter().map(|kept| kept.new).collect()
    }
}

async fn texts_are_kept_by_digest(ground: Ground) {
    let store = ground.open().await;
    let kept = store.keep_texts(&[b"a", b"b", b"a"]).await.unwrap();
    assert_eq!(kept.map_new(), [true, true, false]);
    assert_eq!(kept[2].digest, Digest::of(b"a"));
    assert_eq!(store.text(Digest::of(b"a")).await.unwrap().unwrap(), b"a");
    assert_eq!(store.text(Digest::of(b"c")).await.unwrap(), None);
}

async fn the_database_itself_refuses_edits(ground: Ground) {
    let store = ground.open().await;
    let from = CompiledFrom {
        source: Digest::of(b"source"),
        compiler: "c",
    };
    let compiled = NewVersion {
        compiled_from: Some(from),
        ..version(b"one")
    };
    store.keep_versions(&[compiled]).await.unwrap();
    let calendar = NewCalendar {
        country: "vn",
        year: 2026,
        bytes: b"2026",
        first_seen_at: moment("2026-11-21T08:00"),
    };
    store.keep_calendars(&[calendar]).await.unwrap();
    store.keep_texts(&[b"a"]).await.unwrap();
    append(&*store, &[deed("one")]).await;
    store
        .record(&[decision("d1", Some("k1"), b"asked")])
        .await
        .unwrap();
    let before = (store.versions().await.unwrap(), store.head().await.unwrap());

    let mut refused = vec![
        (
            "UPDATE versions SET slug = 'x'",
            "a version is never edited",
        ),
        ("DELETE FROM versions", "a version is never deleted"),
        (
            "UPDATE compilations SET compiler = 'x'",
            "a compilation is never edited",
        ),
        ("DELETE FROM compilations", "a compilation is never deleted"),
        (
            "UPDATE calendars SET year = 2000",
            "a calendar is never edited",
        ),
        ("DELETE FROM calendars", "a calendar is never deleted"),
        ("UPDATE texts SET digest = digest", "a text is never edited"),
        ("DELETE FROM texts", "a text is never deleted"),
        ("UPDATE deeds SET kind = 'x'", "a deed is never edited"),
        ("DELETE FROM deeds", "a deed is never deleted"),
        (
            "UPDATE decisions SET receipt = 'x'",
            "a decision is never edited",
        ),
        ("DELETE FROM decisions", "a decision is never deleted"),
        (
            "UPDATE decision_facts SET number = 2",
            "facts are only erased",
        ),
        (
            "INSERT INTO deeds SELECT 9, kind, governs, entry, 'sha256:' || substr(hash, 9) || '0' FROM deeds",
            "a deed comes after the last one",
        ),
        (
            "INSERT INTO deeds SELECT number, kind, governs, entry, hash FROM deeds WHERE number = 1",
            "a deed comes after the last one",
        ),
    ];
    match ground {
        Ground::Sqlite(_) => refused.extend([
            ("INSERT OR REPLACE INTO decisions SELECT * FROM decisions", "never recorded twice"),
            ("INSERT OR REPLACE INTO decision_facts SELECT number, x'00' FROM decision_facts", "never exchanged"),
        ]),
        Ground::Postgres(_) => refused.extend([
            ("TRUNCATE versions CASCADE", "never"),
            ("TRUNCATE calendars", "a calendar is never deleted"),
            ("TRUNCATE texts", "a text is never deleted"),
            ("TRUNCATE deeds CASCADE", "never"),
            ("TRUNCATE decision_facts", "facts are only erased"),
            (
                "INSERT INTO texts SELECT * FROM texts ON CONFLICT (digest) DO UPDATE SET bytes = ''",
                "a text is never edited",
            ),
            (
                "INSERT INTO decision_facts SELECT * FROM decision_facts ON CONFLICT (number) DO UPDATE SET sealed = ''",
                "facts are only erased",
            ),
        ]),
    }
    for (sql, reason) in refused {
        let error = ground.by_hand(sql).await.expect_err(sql).to_string();
        assert!(error.contains(reason), "{sql}: {error}");
    }
    assert_eq!(
        (store.versions().await.unwrap(), store.head().await.unwrap()),
        before
    );
}

async fn tampering_is_noticed(ground: Ground) {
    let store = ground.open().await;
    store.keep_versions(&[version(b"one")]).await.unwrap();
    store.keep_texts(&[b"report"]).await.unwrap();
    ground.drop_trigger("texts", "texts_are_never_edited").await;
    ground
        .drop_trigger("versions", "versions_are_never_edited")
        .await;
    let byte = ground.a_byte();
    ground
        .by_hand(&format!("UPDATE texts SET bytes = {byte}"))
        .await
        .unwrap();
    ground
        .by_hand(&format!("UPDATE versions SET component = {byte}"))
        .await
        .unwrap();
    let text = store.text(Digest::of(b"report")).await.unwrap_err();
    assert!(
        matches!(text, StoreError::Inconsistent { table: "texts", .. }),
        "{text}"
    );
    let component = store.component(Digest::of(b"one")).await.unwrap_err();
    assert!(
        matches!(
            component,
            StoreError::Inconsistent {
                table: "versions",
                ..
            }
        ),
        "{component}"
    );
}
