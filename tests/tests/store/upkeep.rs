//! Backups, restoring and the doctor, from each database into each.

use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use motcua_store::{
    Check, CompiledFrom, Contents, DecisionRange, Digest, FILE_NAME, NewCalendar, NewDeed,
    NewVersion, Outcome, Place, Store, StoreError, backup, doctor, migrate, restore,
};
use sqlx::migrate::Migrator;
use sqlx::sqlite::{SqliteConnectOptions, SqliteConnection};
use sqlx::{ConnectOptions as _, Connection as _};
use tests::postgres::{Postgres, shared};

use crate::ground::{Ground, append, day, decision, deed, moment, on_both, verify, version};

on_both!(
    is_restored_into_either_database,
    is_made_while_others_write,
    overwrites_nothing,
    a_damaged_backup_is_not_restored,
    damage_is_not_backed_up,
    an_older_backup_is_migrated,
    the_doctor_finds_nothing_wrong,
    the_doctor_finds_each_damage,
    the_doctor_finds_lost_entries,
);

/// Some of everything.
async fn filled(ground: &Ground) -> Arc<dyn Store> {
    let store = ground.open().await;
    let from = CompiledFrom {
        source: Digest::of(b"source"),
        compiler: "motcua-compiler 0.1.0",
    };
    let compiled = NewVersion {
        compiled_from: Some(from),
        valid_to: Some(day("2025-06-30")),
        ..version(b"one")
    };
    store
        .keep_versions(&[compiled, version(&[0; 100])])
        .await
        .unwrap();
    let large: Vec<Vec<u8>> = (0..40_u8).map(|n| vec![n; 300]).collect();
    let large: Vec<NewVersion<'_>> = large.iter().map(|bytes| version(bytes)).collect();
    store.keep_versions(&large).await.unwrap();
    let calendar = NewCalendar {
        country: "vn",
        year: 2026,
        bytes: "tết".as_bytes(),
        first_seen_at: moment("2026-11-21T08:00"),
    };
    store.keep_calendars(&[calendar]).await.unwrap();
    store.keep_texts(&[b"", b"report"]).await.unwrap();
    append(
        &*store,
        &[deed("version-submitted"), deed("version-approved")],
    )
    .await;
    let ids: Vec<String> = (0..1200).map(|n| format!("d{n}")).collect();
    let decisions: Vec<_> = ids
        .iter()
        .enumerate()
        .map(|(n, id)| decision(id, (n % 2 == 0).then_some(id.as_str()), id.as_bytes()))
        .collect();
    store.record(&decisions).await.unwrap();
    let erased = NewDeed {
        body: "{}",
        governs: false,
        ..deed("facts-erased")
    };
    assert_eq!(
        store
            .erase_facts(moment("2026-11-21T09:00"), erased)
            .await
            .unwrap(),
        1000
    );
    append(&*store, &[deed("activated")]).await;
    store
}

/// Everything that the trait shows.
async fn shown(store: &dyn Store) -> String {
    let all = DecisionRange {
        limit: u32::MAX,
        ..DecisionRange::default()
    };
    let mut shown = format!(
        "{:?}\n{:?}\n{:?}\n{:?}\n",
        store.versions().await.unwrap(),
        store.calendars().await.unwrap(),
        store.deeds(0, u32::MAX, false).await.unwrap(),
        store.decisions(all).await.unwrap(),
    );
    for text in [&b""[..], b"report"] {
        shown += &format!("{:?}\n", store.text(Digest::of(text)).await.unwrap());
    }
    shown += &format!("{:?}", store.component(Digest::of(b"one")).await.unwrap());
    shown
}

async fn is_restored_into_either_database(ground: Ground) {
    let store = filled(&ground).await;
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("sao lưu.motcua");
    let made = backup(&ground.place(), &file).await.unwrap();
    assert_eq!(made.contents.head, store.head().await.unwrap());
    assert_eq!(made.contents.rows("versions"), 42);
    assert_eq!(made.contents.rows("decision_facts"), 200);
    assert_eq!(made.bytes, std::fs::metadata(&file).unwrap().len());
    let files = std::fs::read_dir(folder.path()).unwrap().count();
    assert_eq!(files, 1, "a backup is one file");

    for other in [Ground::sqlite(), Ground::postgres()] {
        let restored = restore(&file, &other.place()).await.unwrap();
        assert_eq!(restored.contents, made.contents);
        let copy = other.open().await;
        assert_eq!(shown(&*copy).await, shown(&*store).await);
        let again = folder
            .path()
            .join(format!("{:?}", std::mem::discriminant(&other)));
        let again: Contents = backup(&other.place(), &again).await.unwrap().contents;
        assert_eq!(again, made.contents, "all rows, byte by byte");
        // It is a database like any other: the chain goes on, edits are refused.
        append(&*copy, &[deed("activated")]).await;
        assert_eq!(verify(&*copy).await, made.contents.head.0 + 1);
        other.by_hand("DELETE FROM deeds").await.unwrap_err();
        assert_well(&doctor(&other.place()).await);
    }
}

async fn is_made_while_others_write(ground: Ground) {
    let store = filled(&ground).await;
    let folder = tempfile::tempdir().unwrap();
    let done = Arc::new(AtomicBool::new(false));
    let writing = tokio::spawn({
        let (store, done) = (Arc::clone(&store), Arc::clone(&done));
        async move {
            let mut count = 0;
            while !done.load(Ordering::Relaxed) {
                append(&*store, &[deed("tried")]).await;
                count += 1;
            }
            count
        }
    });
    for n in 0..3 {
        let file = folder.path().join(n.to_string());
        let made = backup(&ground.place(), &file).await.unwrap();
        assert!(made.contents.head.0 >= 1204);
    }
    done.store(true, Ordering::Relaxed);
    let count = writing.await.unwrap();
    assert!(count > 0);
    assert_eq!(verify(&*store).await, 1204 + count);
}

async fn overwrites_nothing(ground: Ground) {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("backup");
    let error = backup(&ground.place(), &file).await.unwrap_err();
    assert!(matches!(error, StoreError::NothingThere { .. }), "{error}");
    assert!(!file.exists());

    let store = filled(&ground).await;
    backup(&ground.place(), &file).await.unwrap();
    let before = (std::fs::read(&file).unwrap(), shown(&*store).await);
    let error = backup(&ground.place(), &file).await.unwrap_err();
    assert!(matches!(error, StoreError::NotEmpty { .. }), "{error}");
    let error = restore(&file, &ground.place()).await.unwrap_err();
    assert!(matches!(error, StoreError::NotEmpty { .. }), "{error}");
    assert_eq!(
        (std::fs::read(&file).unwrap(), shown(&*store).await),
        before
    );

    let error = backup(&ground.place(), &folder.path().join("missing/backup"))
        .await
        .unwrap_err();
    assert!(matches!(error, StoreError::BackupFile { .. }), "{error}");
}

async fn edit(file: &Path, sql: &'static str) {
    let mut tool = open(file).await;
    sqlx::raw_sql(sql).execute(&mut tool).await.unwrap();
    tool.close().await.unwrap();
}

async fn open(file: &Path) -> SqliteConnection {
    let options = SqliteConnectOptions::new().create_if_missing(true);
    options
        .filename(file)
        .foreign_keys(false)
        .connect()
        .await
        .unwrap()
}

async fn a_damaged_backup_is_not_restored(ground: Ground) {
    let source = Ground::sqlite();
    filled(&source).await;
    let folder = tempfile::tempdir().unwrap();
    let sound = folder.path().join("sound");
    backup(&source.place(), &sound).await.unwrap();
    let file = folder.path().join("damaged");
    for sql in [
        "DROP TRIGGER texts_are_never_edited; UPDATE texts SET bytes = x'00' WHERE length(bytes) > 0",
        "DROP TRIGGER deeds_are_never_edited; UPDATE deeds SET entry = entry || ' ' WHERE number = 700",
        "DROP TRIGGER decisions_are_never_deleted; DELETE FROM decisions WHERE number = 9",
        "DROP TRIGGER decisions_are_never_edited; UPDATE decisions SET who = 'x' WHERE number = 9",
    ] {
        std::fs::copy(&sound, &file).unwrap();
        edit(&file, sql).await;
        let error = restore(&file, &ground.place()).await.unwrap_err();
        assert!(
            matches!(error, StoreError::Corrupt { .. }),
            "{sql}: {error}"
        );
    }
    let mut bytes = std::fs::read(&sound).unwrap();
    let middle = bytes.len() / 2;
    bytes[middle..middle + 8192].fill(0xA5);
    std::fs::write(&file, &bytes).unwrap();
    let error = restore(&file, &ground.place()).await.unwrap_err();
    assert!(matches!(error, StoreError::Corrupt { .. }), "{error}");
    for content in ["", "code,name\n"] {
        std::fs::write(&file, content).unwrap();
        let error = restore(&file, &ground.place()).await.unwrap_err();
        assert!(matches!(error, StoreError::NotADatabase { .. }), "{error}");
    }
    let error = restore(&folder.path().join("none"), &ground.place())
        .await
        .unwrap_err();
    assert!(matches!(error, StoreError::BackupFile { .. }), "{error}");
    restore(&sound, &ground.place())
        .await
        .expect("nothing of it was left behind");
}

async fn damage_is_not_backed_up(ground: Ground) {
    let store = filled(&ground).await;
    ground.drop_trigger("texts", "texts_are_never_edited").await;
    let byte = ground.a_byte();
    ground
        .by_hand(&format!("UPDATE texts SET bytes = {byte}"))
        .await
        .unwrap();
    let folder = tempfile::tempdir().unwrap();
    let error = backup(&ground.place(), &folder.path().join("backup"))
        .await
        .unwrap_err();
    assert!(matches!(error, StoreError::Corrupt { .. }), "{error}");
    assert_eq!(std::fs::read_dir(folder.path()).unwrap().count(), 0);
    drop(store);
}

async fn an_older_backup_is_migrated(ground: Ground) {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("old");
    let migrations = Path::new(env!("CARGO_MANIFEST_DIR")).join("../host/store/migrations/sqlite");
    let migrations = Migrator::new(migrations).await.unwrap();
    let mut old = open(&file).await;
    migrations.run_to(1, &mut old).await.unwrap();
    let digest = Digest::of(b"2026");
    let sql =
        format!("INSERT INTO calendars VALUES ('{digest}', 'vn', 2026, 0, CAST('2026' AS BLOB))");
    sqlx::raw_sql(sqlx::AssertSqlSafe(sql))
        .execute(&mut old)
        .await
        .unwrap();
    old.close().await.unwrap();

    let restored = restore(&file, &ground.place()).await.unwrap();
    assert_eq!(restored.contents.rows("calendars"), 1);
    let migrated = migrate(&ground.place()).await.unwrap();
    assert_eq!(migrated.from, migrated.to, "restoring has migrated it");
    let store = ground.open().await;
    assert_eq!(store.calendars().await.unwrap()[0].bytes, b"2026");
    append(&*store, &[deed("activated")]).await;
}

fn assert_well(checks: &[Check]) {
    for check in checks {
        // How full this machine's disk is, nobody here can know.
        let well = check.outcome == Outcome::Good || check.name == "disk";
        assert!(well, "{check:?}");
    }
}

async fn the_doctor_finds_nothing_wrong(ground: Ground) {
    let nothing = doctor(&ground.place()).await;
    assert_eq!(nothing[0].outcome, Outcome::Bad, "{nothing:?}");
    filled(&ground).await;
    let checks = doctor(&ground.place()).await;
    assert_well(&checks);
    let mut names: Vec<&str> = checks.iter().map(|check| check.name).collect();
    names.retain(|name| !["disk", "server"].contains(name));
    assert_eq!(
        names,
        [
            "connection",
            "migrations",
            "integrity",
            "guards",
            "digests",
            "chain",
            "decisions"
        ]
    );
}

/// Exactly this check, and the guards that were taken away to do the damage, must be bad.
fn assert_found(checks: &[Check], name: &str, what: &str) {
    for check in checks {
        let bad = check.outcome == Outcome::Bad;
        let expected = check.name == name || (check.name == "guards" && !what.is_empty());
        assert_eq!(bad, expected, "{what}: {check:?}");
        if bad {
            assert_ne!(check.found.vi, check.found.en);
            assert!(
                check.found.en.len() + check.way_out.as_ref().map_or(0, |text| text.en.len()) > 60
            );
        }
    }
}

async fn the_doctor_finds_each_damage(ground: Ground) {
    let byte = ground.a_byte();
    for (name, table, trigger, sql) in [
        ("guards", "deeds", "deeds_are_never_edited", String::new()),
        (
            "digests",
            "texts",
            "texts_are_never_edited",
            format!("UPDATE texts SET bytes = {byte}"),
        ),
        (
            "digests",
            "calendars",
            "calendars_are_never_edited",
            format!("UPDATE calendars SET bytes = {byte}"),
        ),
        (
            "digests",
            "versions",
            "versions_are_never_edited",
            format!("UPDATE versions SET component = {byte}"),
        ),
        (
            "chain",
            "deeds",
            "deeds_are_never_edited",
            "UPDATE deeds SET entry = replace(entry, 'version-approved', 'version-refused')"
                .to_owned(),
        ),
        (
            "decisions",
            "decisions",
            "decisions_are_never_edited",
            "UPDATE decisions SET at = at + 1 WHERE number = 9".to_owned(),
        ),
    ] {
        let ground = match ground {
            Ground::Sqlite(_) => Ground::sqlite(),
            Ground::Postgres(_) => Ground::postgres(),
        };
        filled(&ground).await;
        ground.drop_trigger(table, trigger).await;
        if !sql.is_empty() {
            ground.by_hand(&sql).await.unwrap();
        }
        assert_found(
            &doctor(&ground.place()).await,
            name,
            &format!("{name}: {sql}"),
        );
    }
}

async fn the_doctor_finds_lost_entries(ground: Ground) {
    filled(&ground).await;
    ground
        .drop_trigger("decisions", "decisions_are_never_deleted")
        .await;
    ground
        .by_hand("DELETE FROM decisions WHERE number = 9")
        .await
        .unwrap();
    let checks = doctor(&ground.place()).await;
    assert_found(&checks, "decisions", "a decision is lost");
    let lost = checks
        .iter()
        .find(|check| check.name == "decisions")
        .unwrap();
    assert!(
        lost.found.en.contains("entry 9 records a decision"),
        "{lost:?}"
    );

    ground
        .drop_trigger("deeds", "deeds_are_never_deleted")
        .await;
    if let Ground::Postgres(_) = ground {
        ground
            .by_hand("ALTER TABLE decisions DROP CONSTRAINT decisions_number_fkey")
            .await
            .unwrap();
    }
    let lose = "DELETE FROM deeds WHERE number = 1000";
    match &ground {
        Ground::Sqlite(folder) => edit(&folder.path().join(FILE_NAME), lose).await,
        Ground::Postgres(_) => drop(ground.by_hand(lose).await.unwrap()),
    }
    let checks = doctor(&ground.place()).await;
    let bad = |name| {
        checks
            .iter()
            .any(|check| check.name == name && check.outcome == Outcome::Bad)
    };
    assert!(
        bad("chain") && bad("decisions") && bad("guards"),
        "{checks:?}"
    );
    let text = format!("{checks:?}");
    assert!(text.contains("entry 1000 is missing"), "{text}");
    assert!(
        text.contains("(entry 1000) has no entry in the chain"),
        "{text}"
    );
}

#[tokio::test]
async fn the_doctor_finds_a_damaged_file() {
    let ground = Ground::sqlite();
    let store = filled(&ground).await;
    store.close().await.unwrap();
    let Ground::Sqlite(folder) = &ground else {
        unreachable!()
    };
    let file = folder.path().join(FILE_NAME);
    let mut bytes = std::fs::read(&file).unwrap();
    bytes[3 * 4096..40 * 4096].fill(0xA5);
    std::fs::write(&file, &bytes).unwrap();
    let checks = doctor(&ground.place()).await;
    assert_found(&checks, "integrity", "");
    assert_eq!(
        std::fs::read(&file).unwrap(),
        bytes,
        "the doctor changes nothing"
    );
    std::fs::write(&file, "code,name\n").unwrap();
    assert_found(&doctor(&ground.place()).await, "connection", "");
}

#[tokio::test]
async fn the_doctor_finds_what_is_wrong_with_a_server() {
    let server = shared();
    for (sql, name) in [
        (
            "ALTER TABLE deeds DISABLE TRIGGER deeds_are_appended",
            "guards",
        ),
        (
            "CREATE OR REPLACE FUNCTION motcua_refuse() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN NULL; END'",
            "guards",
        ),
        (
            "INSERT INTO _sqlx_migrations SELECT 9999, 'x', installed_on, TRUE, checksum, 0 FROM _sqlx_migrations LIMIT 1",
            "migrations",
        ),
        (
            "UPDATE pg_index SET indisvalid = false WHERE indexrelid = 'versions_by_code'::regclass",
            "integrity",
        ),
    ] {
        let address = server.database().unwrap();
        let place: Place = address.parse().unwrap();
        migrate(&place).await.unwrap();
        server
            .sql(address.rsplit('/').next().unwrap(), sql)
            .unwrap();
        assert_found(&doctor(&place).await, name, "");
    }
    let nowhere: Place = server.address("nowhere").parse().unwrap();
    assert_found(&doctor(&nowhere).await, "connection", "");

    let careless = Postgres::start_with(&["fsync=off"]).unwrap();
    let place: Place = careless.database().unwrap().parse().unwrap();
    migrate(&place).await.unwrap();
    assert_found(&doctor(&place).await, "server", "");
}
