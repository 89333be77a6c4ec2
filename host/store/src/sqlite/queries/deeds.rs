//! The chain of deeds.

use std::time::Duration;

use sqlx::{QueryBuilder, SqliteConnection};

use super::{SqliteStore, texts, versions};
use crate::plan::{self, Links};
use crate::rows;
use crate::{Appended, Deed, DeedRecord, Digest, StoreError, chain};

/// Rows of one statement: far below SQLite's limit of 32,766 values.
pub const ROWS: usize = 500;

/// How often one looks whether another program has added an entry. SQLite cannot call.
const LOOK: Duration = Duration::from_millis(200);
// What one host does reaches the others within a second, with time left to read it.
const _: () = assert!(LOOK.as_millis() <= 500);

pub async fn append(store: &SqliteStore, deed: Deed<'_>) -> Result<Appended, StoreError> {
    let fault = |error| store.fault(error);
    let mut writing = store.begin().await?;
    if let Some(expected) = deed.expected
        && last_governing(&mut writing).await.map_err(fault)? != rows::number(expected)
    {
        return Ok(Appended::Overtaken);
    }
    for version in deed.versions {
        versions::keep_one(&mut writing, version)
            .await
            .map_err(fault)?;
    }
    for text in deed.texts {
        texts::keep_one(&mut writing, text).await.map_err(fault)?;
    }
    let mut links = Links::after(last(store, &mut writing).await?);
    for entry in deed.entries {
        links.add(entry)?;
    }
    insert(&mut writing, &links.entries).await.map_err(fault)?;
    store.commit(writing).await?;
    told(store, &links.entries);
    Ok(Appended::Done(links.entries))
}

/// Inserts entries that follow the last one.
pub async fn insert(
    deed: &mut SqliteConnection,
    entries: &[DeedRecord],
) -> Result<(), sqlx::Error> {
    for entries in entries.chunks(ROWS) {
        QueryBuilder::new("INSERT INTO deeds (number, kind, governs, entry, hash) ")
            .push_values(entries, |mut row, entry| {
                row.push_bind(rows::number(entry.number))
                    .push_bind(&entry.kind)
                    .push_bind(i64::from(entry.governs))
                    .push_bind(&entry.entry)
                    .push_bind(entry.hash.to_string());
            })
            .build()
            .execute(&mut *deed)
            .await?;
    }
    Ok(())
}

/// Wakes whoever waits in this program, once entries are kept.
pub fn told(store: &SqliteStore, entries: &[DeedRecord]) {
    if let Some(number) = plan::last_governing(entries) {
        store.governed.send_modify(|last| *last = number.max(*last));
    }
}

/// Number and hash of the last entry, in a deed that has begun.
pub async fn last(
    store: &SqliteStore,
    deed: &mut SqliteConnection,
) -> Result<(u64, Digest), StoreError> {
    sqlx::query("SELECT number, hash FROM deeds ORDER BY number DESC LIMIT 1")
        .fetch_optional(deed)
        .await
        .map_err(|error| store.fault(error))?
        .map_or(Ok((0, chain::FIRST)), |row| rows::head(&row))
}

async fn last_governing(connection: &mut SqliteConnection) -> Result<i64, sqlx::Error> {
    sqlx::query_scalar("SELECT coalesce(max(number), 0) FROM deeds WHERE governs = 1")
        .fetch_one(connection)
        .await
}

pub async fn some(
    store: &SqliteStore,
    after: u64,
    limit: u32,
    governing: bool,
) -> Result<Vec<DeedRecord>, StoreError> {
    let sql = if governing {
        "SELECT number, kind, governs, entry, hash FROM deeds WHERE governs = 1 AND number > ? ORDER BY number LIMIT ?"
    } else {
        "SELECT number, kind, governs, entry, hash FROM deeds WHERE number > ? ORDER BY number LIMIT ?"
    };
    sqlx::query(sql)
        .bind(rows::number(after))
        .bind(limit)
        .fetch_all(&store.readers)
        .await
        .map_err(|error| store.fault(error))?
        .iter()
        .map(|row| rows::deed(row))
        .collect()
}

pub async fn head(store: &SqliteStore) -> Result<(u64, Digest), StoreError> {
    let mut reader = store
        .readers
        .acquire()
        .await
        .map_err(|error| store.fault(error))?;
    last(store, &mut reader).await
}

pub async fn wait(store: &SqliteStore, after: u64, at_most: Duration) -> Result<u64, StoreError> {
    let mut governed = store.governed.subscribe();
    let mut seen = 0;
    let looking = async {
        loop {
            // Marked as seen before looking: what is told after the look ends the pause at once.
            governed.borrow_and_update();
            let mut reader = store.readers.acquire().await?;
            seen = last_governing(&mut reader).await?;
            drop(reader);
            if seen > rows::number(after) {
                return Ok(());
            }
            // Both ends of a pause mean the same: look again.
            let _ = tokio::time::timeout(LOOK, governed.changed()).await;
        }
    };
    match tokio::time::timeout(at_most, looking).await {
        Ok(Err(error)) => Err(store.fault(error)),
        // The time may be up before the first look: nothing new is known then.
        Ok(Ok(())) | Err(_) => Ok(u64::try_from(seen).unwrap_or(0).max(after)),
    }
}
