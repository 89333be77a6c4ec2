//! The embedded database on real files: what is kept stays, and nothing that is wrong with a file makes it worse.

mod common;

use std::path::Path;
use std::time::Duration;

use common::{calendar, day, moment, seeded, snapshot, version};
use motcua_store::{
    CompiledFrom, Digest, FILE_NAME, NewVersion, SqliteOptions, SqliteStore, Store, StoreError,
};
use sqlx::sqlite::{SqliteConnectOptions, SqliteConnection};
use sqlx::{ConnectOptions, Connection};

/// The file as any database tool would open it.
async fn by_hand(folder: &Path) -> SqliteConnection {
    SqliteConnectOptions::new()
        .filename(folder.join(FILE_NAME))
        .connect()
        .await
        .unwrap()
}

async fn run(connection: &mut SqliteConnection, sql: &'static str) -> Result<u64, sqlx::Error> {
    sqlx::raw_sql(sql)
        .execute(connection)
        .await
        .map(|done| done.rows_affected())
}

/// Opening must fail, and leave every byte as it was.
async fn refused(folder: &Path) -> StoreError {
    let before = snapshot(folder);
    let error = SqliteStore::open(folder)
        .await
        .expect_err("opened what it should refuse");
    assert_eq!(before, snapshot(folder), "opening changed the file");
    let text = error.text();
    for message in [&text.vi, &text.en] {
        assert!(message.contains(FILE_NAME), "no file in `{message}`");
        assert!(message.len() > 60, "no way out in `{message}`");
    }
    assert_ne!(text.vi, text.en);
    error
}

#[tokio::test]
async fn keeps_versions_and_calendars_across_starts() {
    let folder = tempfile::tempdir().unwrap();
    let from = CompiledFrom {
        source: Digest::of(b"source"),
        compiler: "motcua-compiler 0.1.0",
    };
    let compiled = NewVersion {
        compiled_from: Some(from),
        valid_to: Some(day("2025-06-30")),
        ..version(b"one")
    };
    {
        let store = SqliteStore::open(folder.path()).await.unwrap();
        let kept = store
            .keep_versions(&[compiled, version(b"two"), version(b"two")])
            .await
            .unwrap();
        assert_eq!(
            kept.iter().map(|kept| kept.new).collect::<Vec<_>>(),
            [true, true, false]
        );
        assert_eq!(kept[0].digest, Digest::of(b"one"));
        store
            .keep_calendars(&[calendar(b"2026", 2026), calendar(b"2025", 2025)])
            .await
            .unwrap();
        store.ready().await.unwrap();
        store.close().await.unwrap();
        assert!(matches!(store.versions().await, Err(StoreError::Closed)));
    }
    assert_eq!(snapshot(folder.path()).len(), 1, "closing leaves one file");

    let store = SqliteStore::open(folder.path()).await.unwrap();
    let heads = store.versions().await.unwrap();
    assert_eq!(heads.len(), 2);
    let found = store.compiled(from).await.unwrap().unwrap();
    assert_eq!(found.component, b"one");
    assert_eq!(found.head.valid_from, day("2013-07-01"));
    assert_eq!(found.head.valid_to, Some(day("2025-06-30")));
    assert_eq!(found.head.first_seen_at, moment("2026-11-21T08:00"));
    assert!(heads.contains(&found.head));
    let newer = CompiledFrom {
        compiler: "motcua-compiler 0.2.0",
        ..from
    };
    assert_eq!(store.compiled(newer).await.unwrap(), None);
    assert_eq!(
        store.component(Digest::of(b"two")).await.unwrap().unwrap(),
        b"two"
    );
    assert_eq!(store.component(Digest::of(b"three")).await.unwrap(), None);

    let calendars = store.calendars().await.unwrap();
    assert_eq!(
        calendars
            .iter()
            .map(|calendar| calendar.year)
            .collect::<Vec<_>>(),
        [2025, 2026]
    );
    assert_eq!(
        store.calendar(calendars[1].digest).await.unwrap().as_ref(),
        Some(&calendars[1])
    );
    assert_eq!(store.calendar(Digest::of(b"")).await.unwrap(), None);
}

#[tokio::test]
async fn keeping_again_changes_nothing() {
    let (folder, store) = seeded().await;
    let before = store.versions().await.unwrap();
    let later = NewVersion {
        first_seen_at: moment("2027-01-01T00:00"),
        engine: "another",
        ..version(b"one")
    };
    assert!(!store.keep_versions(&[later]).await.unwrap()[0].new);
    assert_eq!(store.versions().await.unwrap(), before);
    drop(folder);
}

#[tokio::test]
async fn a_deed_is_kept_wholly_or_not_at_all() {
    let (_folder, store) = seeded().await;
    let nameless = NewVersion {
        code: "",
        ..version(b"three")
    };
    assert!(
        store
            .keep_versions(&[version(b"two"), nameless])
            .await
            .is_err()
    );
    assert_eq!(store.component(Digest::of(b"two")).await.unwrap(), None);
}

#[tokio::test]
async fn nobody_edits_or_deletes() {
    let (folder, store) = seeded().await;
    store
        .keep_calendars(&[calendar(b"2026", 2026)])
        .await
        .unwrap();
    let versions = store.versions().await.unwrap();
    let mut tool = by_hand(folder.path()).await;
    for (sql, reason) in [
        (
            "UPDATE versions SET valid_from = '2000-01-01'",
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
    ] {
        let error = run(&mut tool, sql).await.expect_err(sql).to_string();
        assert!(error.contains(reason), "{sql}: {error}");
    }
    // Replacing is an insertion that deletes first; the row that is there wins.
    for sql in [
        "INSERT OR REPLACE INTO versions SELECT digest, 'x', slug, valid_from, valid_to, contract, engine, 0, x'00' \
         FROM versions",
        "INSERT OR REPLACE INTO versions (rowid, digest, code, slug, valid_from, contract, engine, first_seen_at, component) \
         SELECT rowid, 'sha256:' || hex(zeroblob(32)), code, slug, valid_from, contract, engine, 0, x'00' FROM versions",
        "INSERT OR REPLACE INTO compilations SELECT source_digest, compiler, digest, 0 FROM compilations",
        "INSERT OR REPLACE INTO calendars SELECT digest, 'xx', year, 0, x'00' FROM calendars",
    ] {
        assert_eq!(run(&mut tool, sql).await.unwrap(), 0, "{sql}");
    }
    assert_eq!(store.versions().await.unwrap(), versions);
    assert_eq!(store.calendars().await.unwrap()[0].country, "vn");
}

#[tokio::test]
async fn bytes_edited_by_hand_are_noticed() {
    let (folder, store) = seeded().await;
    let mut tool = by_hand(folder.path()).await;
    run(
        &mut tool,
        "DROP TRIGGER versions_are_never_edited; UPDATE versions SET component = x'00'",
    )
    .await
    .unwrap();
    let error = store.component(Digest::of(b"one")).await.unwrap_err();
    assert!(
        matches!(
            error,
            StoreError::Inconsistent {
                table: "versions",
                ..
            }
        ),
        "{error}"
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn many_openings_of_a_new_folder_all_succeed() {
    // What one of them is refused hangs on the moment: tried often, in threads of their own.
    for _ in 0..20 {
        let folder = tempfile::tempdir().unwrap();
        let inner = folder.path().join("new").join("data");
        let openings: Vec<_> = (0..6)
            .map(|_| {
                let inner = inner.clone();
                tokio::spawn(async move { SqliteStore::open(&inner).await })
            })
            .collect();
        let mut stores = Vec::new();
        for opening in openings {
            stores.push(opening.await.unwrap().unwrap());
        }
        stores[0].keep_versions(&[version(b"one")]).await.unwrap();
        for store in stores {
            assert_eq!(store.versions().await.unwrap().len(), 1);
        }
    }
}

#[tokio::test]
async fn a_file_that_is_no_database_is_left_alone() {
    for content in [&b"code,name\n1.003868,x\n"[..], b"SQLite", &[0; 8192]] {
        let folder = tempfile::tempdir().unwrap();
        std::fs::write(folder.path().join(FILE_NAME), content).unwrap();
        let error = refused(folder.path()).await;
        assert!(matches!(error, StoreError::NotADatabase { .. }), "{error}");
    }
    let folder = tempfile::tempdir().unwrap();
    std::fs::create_dir(folder.path().join(FILE_NAME)).unwrap();
    let error = SqliteStore::open(folder.path()).await.unwrap_err();
    assert!(matches!(error, StoreError::NotADatabase { .. }), "{error}");
}

#[tokio::test]
async fn an_empty_file_is_a_database_about_to_be_made() {
    let folder = tempfile::tempdir().unwrap();
    std::fs::write(folder.path().join(FILE_NAME), b"").unwrap();
    SqliteStore::open(folder.path()).await.unwrap();
}

#[tokio::test]
async fn the_database_of_another_program_is_left_alone() {
    let folder = tempfile::tempdir().unwrap();
    let mut tool = SqliteConnectOptions::new()
        .filename(folder.path().join(FILE_NAME))
        .create_if_missing(true)
        .connect()
        .await
        .unwrap();
    run(&mut tool, "CREATE TABLE photos (name TEXT)")
        .await
        .unwrap();
    tool.close().await.unwrap();
    let error = refused(folder.path()).await;
    assert!(
        matches!(error, StoreError::AnotherProgram { .. }),
        "{error}"
    );
}

#[tokio::test]
async fn a_damaged_database_is_reported_and_left_alone() {
    let (folder, store) = seeded().await;
    for n in 0..200_u32 {
        store
            .keep_versions(&[version(&n.to_be_bytes().repeat(500))])
            .await
            .unwrap();
    }
    store.close().await.unwrap();
    let file = folder.path().join(FILE_NAME);
    let sound = std::fs::read(&file).unwrap();

    let mut scribbled = sound.clone();
    for page in 3..40 {
        scribbled[page * 4096..page * 4096 + 200].fill(0xA5);
    }
    std::fs::write(&file, &scribbled).unwrap();
    let error = refused(folder.path()).await;
    assert!(
        matches!(&error, StoreError::Corrupt { findings, .. } if !findings.is_empty()),
        "{error}"
    );

    std::fs::write(&file, &sound[..sound.len() / 2]).unwrap();
    let error = refused(folder.path()).await;
    assert!(matches!(error, StoreError::Corrupt { .. }), "{error}");

    std::fs::write(&file, &sound).unwrap();
    assert_eq!(
        SqliteStore::open(folder.path())
            .await
            .unwrap()
            .versions()
            .await
            .unwrap()
            .len(),
        201
    );
}

#[tokio::test]
async fn a_database_from_a_newer_motcua_is_left_alone() {
    let (folder, store) = seeded().await;
    store.close().await.unwrap();
    let mut tool = by_hand(folder.path()).await;
    run(
        &mut tool,
        "CREATE TABLE of_the_future (x TEXT); INSERT INTO _sqlx_migrations \
         SELECT 9999, 'the future', installed_on, TRUE, checksum, execution_time FROM _sqlx_migrations LIMIT 1",
    )
    .await
    .unwrap();
    tool.close().await.unwrap();
    let error = refused(folder.path()).await;
    assert!(
        matches!(error, StoreError::Newer { found: 9999, known, .. } if known >= 1),
        "{error}"
    );
}

#[tokio::test]
async fn a_database_of_a_different_build_is_left_alone() {
    let (folder, store) = seeded().await;
    store.close().await.unwrap();
    let mut tool = by_hand(folder.path()).await;
    run(&mut tool, "UPDATE _sqlx_migrations SET checksum = x'00'")
        .await
        .unwrap();
    tool.close().await.unwrap();
    let error = refused(folder.path()).await;
    assert!(
        matches!(error, StoreError::Altered { migration: 1, .. }),
        "{error}"
    );
}

#[tokio::test]
async fn another_programs_lock_is_waited_for_and_then_told() {
    let (folder, store) = seeded().await;
    store.close().await.unwrap();
    let options = SqliteOptions {
        busy_timeout: Duration::from_millis(60),
        ..SqliteOptions::default()
    };
    let store = SqliteStore::open_with(folder.path(), options)
        .await
        .unwrap();
    let mut tool = by_hand(folder.path()).await;

    run(&mut tool, "BEGIN IMMEDIATE").await.unwrap();
    let error = store.keep_versions(&[version(b"two")]).await.unwrap_err();
    assert!(
        matches!(error, StoreError::Locked { .. }) && error.is_passing(),
        "{error}"
    );
    assert_eq!(
        store.versions().await.unwrap().len(),
        1,
        "reading goes on beside a writer"
    );
    run(&mut tool, "ROLLBACK").await.unwrap();
    assert!(store.keep_versions(&[version(b"two")]).await.unwrap()[0].new);
    store.close().await.unwrap();

    run(
        &mut tool,
        "PRAGMA locking_mode = EXCLUSIVE; BEGIN EXCLUSIVE; CREATE TABLE t (x); COMMIT",
    )
    .await
    .unwrap();
    let error = SqliteStore::open_with(folder.path(), options)
        .await
        .unwrap_err();
    assert!(matches!(error, StoreError::Locked { .. }), "{error}");
}
