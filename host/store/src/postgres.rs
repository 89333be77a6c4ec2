//! PostgreSQL 15 or later: one database, any number of hosts.
//!
//! - `open`: everything that must hold before a table is touched.
//! - `queries`: what [`Store`](crate::Store) does, in SQL.
//! - `listen`: being called when another host has added a governing entry.
//! - `fault`: what server and driver say, translated into [`StoreError`].

pub(crate) mod fault;
mod listen;
pub(crate) mod open;
mod queries;

use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use sqlx::PgPool;
use tokio::sync::watch;

use crate::{Migrated, PostgresAddress, StoreError};

/// Whoever writes holds this advisory lock until the end of the transaction ("motcua" in hexadecimal ASCII). So entries of
/// the chain are added one after the other, whichever host adds them, and no two writers can wait for each other.
pub(crate) const WRITERS_LOCK: i64 = 0x6d6f_7463_7561;

/// How the connection to the server behaves.
#[derive(Clone, Copy, Debug)]
pub struct PostgresOptions {
    /// How long to wait for a connection before saying that the database does not answer. Default: 2 s.
    pub acquire_timeout: Duration,
    /// How long one call may take. A server whose machine has gone does not even refuse; only the clock tells.
    /// Default: 30 s.
    pub patience: Duration,
    /// Connections that read at the same time, beside the one that writes and the one that listens. Default: 4.
    pub readers: u32,
}

impl Default for PostgresOptions {
    fn default() -> Self {
        Self {
            acquire_timeout: Duration::from_secs(2),
            patience: Duration::from_secs(30),
            readers: 4,
        }
    }
}

/// A database of a PostgreSQL server. Cheap to clone; all clones are one database.
///
/// While the server is away every call answers [`StoreError::Unavailable`] after at most
/// [`PostgresOptions::acquire_timeout`] or so; when it is back the next call succeeds.
#[derive(Clone)]
pub struct PostgresStore {
    address: PostgresAddress,
    options: PostgresOptions,
    /// One connection: writers wait for each other anyway, and a queue here is fairer than one of locks.
    writer: PgPool,
    readers: PgPool,
    listener: Arc<listen::Listener>,
    /// Changes whenever a governing entry may have come: wakes whoever waits for one.
    governed: watch::Sender<()>,
    migrated: Migrated,
}

impl fmt::Debug for PostgresStore {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        // Not the pools: they would show the password.
        f.debug_tuple("PostgresStore").field(&self.address).finish()
    }
}

impl PostgresStore {
    /// Opens the database. See [`PostgresStore::open_with`].
    pub async fn open(address: &PostgresAddress) -> Result<Self, StoreError> {
        Self::open_with(address, PostgresOptions::default()).await
    }

    /// Opens the database. Before anything is written it is checked: the server must be 15 or later, the database in
    /// UTF-8, empty or ours, and not from a newer motcua. Then migrations that are missing are applied, each wholly or not
    /// at all; of several hosts that start together one applies them and the others wait.
    ///
    /// # Errors
    /// Every [`StoreError`] but `Closed`; the database is then as it was.
    pub async fn open_with(
        address: &PostgresAddress,
        options: PostgresOptions,
    ) -> Result<Self, StoreError> {
        open::open(address, options).await
    }

    /// Which migrations opening has applied.
    pub const fn migrated(&self) -> Migrated {
        self.migrated
    }
}
