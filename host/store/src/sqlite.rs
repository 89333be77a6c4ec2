//! The embedded database: one file in the data folder, write-ahead log, full synchronisation.
//!
//! - `open`: everything that must hold before the file is touched.
//! - `queries`: what [`Store`](crate::Store) does, in SQL.
//! - `fault`: what the driver says, translated into [`StoreError`].

pub(crate) mod fault;
pub(crate) mod open;
mod queries;

use std::path::{Path, PathBuf};
use std::time::Duration;

use sqlx::SqlitePool;
use tokio::sync::watch;

use crate::{Migrated, StoreError};

/// The name of the database file in the data folder.
pub const FILE_NAME: &str = "motcua.db";

/// Marks the file as ours in its header ("MCUA"); the first migration writes it.
const APPLICATION_ID: i64 = 1_296_258_369;

/// How the embedded database behaves.
#[derive(Clone, Copy, Debug)]
pub struct SqliteOptions {
    /// How long to wait for another program's lock. Default: 5 s.
    pub busy_timeout: Duration,
    /// Connections that read at the same time, beside the one that writes. Default: 4.
    pub readers: u32,
}

impl Default for SqliteOptions {
    fn default() -> Self {
        Self {
            busy_timeout: Duration::from_secs(5),
            readers: 4,
        }
    }
}

/// The embedded store. Cheap to clone; all clones are one database.
#[derive(Clone, Debug)]
pub struct SqliteStore {
    file: PathBuf,
    /// One connection: SQLite has one writer at a time, and a queue here is fairer than its busy loop.
    writer: SqlitePool,
    readers: SqlitePool,
    /// The last governing entry that this program has added: wakes whoever waits for one.
    governed: watch::Sender<u64>,
    migrated: Migrated,
}

impl SqliteStore {
    /// Opens `motcua.db` in the data folder, or makes both. See [`SqliteStore::open_with`].
    pub async fn open(folder: &Path) -> Result<Self, StoreError> {
        Self::open_with(folder, SqliteOptions::default()).await
    }

    /// Opens the database, or makes it. Before anything is written the file is checked: it must be a database, ours, sound,
    /// writable and not from a newer motcua. Then migrations that are missing are applied, each wholly or not at all.
    ///
    /// # Errors
    /// Every [`StoreError`] but `Closed`; the file is then as it was.
    pub async fn open_with(folder: &Path, options: SqliteOptions) -> Result<Self, StoreError> {
        open::open(folder, options).await
    }

    /// Which migrations opening has applied.
    pub const fn migrated(&self) -> Migrated {
        self.migrated
    }

    /// The database file.
    pub fn file(&self) -> &Path {
        &self.file
    }
}

#[cfg(test)]
mod tests {
    use motcua_model::Date;

    use super::*;
    use crate::{NewVersion, Store};

    /// SQLite says "full" the same way whether the disk has no room or the file has reached its largest number of pages.
    #[tokio::test]
    async fn a_full_disk_keeps_what_was_kept_before() {
        let folder = tempfile::tempdir().unwrap();
        let store = SqliteStore::open(folder.path()).await.unwrap();
        let version = |component| NewVersion {
            component,
            code: "1.003868",
            slug: "x",
            valid_from: Date::MIN,
            valid_to: None,
            contract: "motcua:procedure@1.0.0",
            engine: "wasmtime",
            compiled_from: None,
            first_seen_at: Date::MIN.midnight(),
        };
        store.keep_versions(&[version(b"one")]).await.unwrap();
        sqlx::query("PRAGMA max_page_count = 30")
            .execute(&store.writer)
            .await
            .unwrap();
        let large = vec![7; 1 << 20];
        let error = store
            .keep_versions(&[version(b"two"), version(&large)])
            .await
            .unwrap_err();
        assert!(matches!(error, StoreError::DiskFull { .. }), "{error}");
        assert_eq!(store.versions().await.unwrap().len(), 1);
        assert!(
            store.keep_versions(&[version(b"two")]).await.unwrap()[0].new,
            "a smaller deed still fits"
        );
    }
}
