//! Records and files that several tests start from.
#![allow(dead_code, reason = "each test binary uses its own part")]

use std::collections::BTreeMap;
use std::path::Path;

use motcua_model::{Date, Moment};
use motcua_store::{CompiledFrom, Digest, NewCalendar, NewVersion, SqliteStore, Store};

pub fn day(text: &str) -> Date {
    text.parse().unwrap()
}

pub fn moment(text: &str) -> Moment {
    text.parse().unwrap()
}

pub fn version(component: &[u8]) -> NewVersion<'_> {
    NewVersion {
        component,
        code: "1.003868",
        slug: "licence-to-publish-non-commercial-material",
        valid_from: day("2013-07-01"),
        valid_to: None,
        contract: "motcua:procedure@1.0.0",
        engine: "wasmtime 48.0.8",
        compiled_from: None,
        first_seen_at: moment("2026-11-21T08:00"),
    }
}

pub fn calendar(bytes: &[u8], year: i16) -> NewCalendar<'_> {
    NewCalendar {
        country: "vn",
        year,
        bytes,
        first_seen_at: moment("2026-11-21T08:00"),
    }
}

/// A store with one version, compiled from a source.
pub async fn seeded() -> (tempfile::TempDir, SqliteStore) {
    let folder = tempfile::tempdir().unwrap();
    let store = SqliteStore::open(folder.path()).await.unwrap();
    let from = CompiledFrom {
        source: Digest::of(b"source"),
        compiler: "motcua-compiler 0.1.0",
    };
    store
        .keep_versions(&[NewVersion {
            compiled_from: Some(from),
            ..version(b"one")
        }])
        .await
        .unwrap();
    (folder, store)
}

/// Every file of the folder with its bytes, but for the index of the log, which readers make and which holds no data, and
/// a log without a record.
pub fn snapshot(folder: &Path) -> BTreeMap<String, Vec<u8>> {
    std::fs::read_dir(folder)
        .unwrap()
        .map(|entry| entry.unwrap())
        .filter(|entry| entry.file_type().unwrap().is_file())
        .map(|entry| {
            (
                entry.file_name().into_string().unwrap(),
                std::fs::read(entry.path()).unwrap(),
            )
        })
        .filter(|(name, _)| !name.ends_with("-shm"))
        .filter(|(name, bytes)| !name.ends_with("-wal") || !bytes.is_empty())
        .collect()
}
