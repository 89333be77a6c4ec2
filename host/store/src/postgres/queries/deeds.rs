//! The chain of deeds.

use std::time::Duration;

use sqlx::PgConnection;

use super::{PostgresStore, texts, versions};
use crate::plan::Links;
use crate::rows;
use crate::{Appended, Deed, DeedRecord, Digest, StoreError, chain};

/// How often one looks by itself, should the call of another host not get through.
const LOOK: Duration = Duration::from_millis(500);
// What one host does reaches the others within a second, with time left to read it.
const _: () = assert!(LOOK.as_millis() <= 500);

pub async fn append(store: &PostgresStore, deed: Deed<'_>) -> Result<Appended, StoreError> {
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
    Ok(Appended::Done(links.entries))
}

/// Inserts entries that follow the last one. A trigger calls every host if one of them governs.
pub async fn insert(deed: &mut PgConnection, entries: &[DeedRecord]) -> Result<(), sqlx::Error> {
    let numbers: Vec<i64> = entries
        .iter()
        .map(|entry| rows::number(entry.number))
        .collect();
    let kinds: Vec<&str> = entries.iter().map(|entry| entry.kind.as_str()).collect();
    let governs: Vec<bool> = entries.iter().map(|entry| entry.governs).collect();
    let lines: Vec<&str> = entries.iter().map(|entry| entry.entry.as_str()).collect();
    let hashes: Vec<String> = entries.iter().map(|entry| entry.hash.to_string()).collect();
    sqlx::query(
        "INSERT INTO deeds (number, kind, governs, entry, hash) \
         SELECT * FROM unnest($1::bigint[], $2::text[], $3::boolean[], $4::text[], $5::text[]) ORDER BY 1",
    )
    .bind(numbers)
    .bind(kinds)
    .bind(governs)
    .bind(lines)
    .bind(hashes)
    .execute(deed)
    .await?;
    Ok(())
}

/// Number and hash of the last entry, in a deed that has begun.
pub async fn last(
    store: &PostgresStore,
    deed: &mut PgConnection,
) -> Result<(u64, Digest), StoreError> {
    sqlx::query("SELECT number, hash FROM deeds ORDER BY number DESC LIMIT 1")
        .fetch_optional(deed)
        .await
        .map_err(|error| store.fault(error))?
        .map_or(Ok((0, chain::FIRST)), |row| rows::head(&row))
}

async fn last_governing(connection: &mut PgConnection) -> Result<i64, sqlx::Error> {
    sqlx::query_scalar("SELECT coalesce(max(number), 0) FROM deeds WHERE governs")
        .fetch_one(connection)
        .await
}

pub async fn some(
    store: &PostgresStore,
    after: u64,
    limit: u32,
    governing: bool,
) -> Result<Vec<DeedRecord>, StoreError> {
    let sql = if governing {
        "SELECT number, kind, governs, entry, hash FROM deeds WHERE governs AND number > $1 ORDER BY number LIMIT $2"
    } else {
        "SELECT number, kind, governs, entry, hash FROM deeds WHERE number > $1 ORDER BY number LIMIT $2"
    };
    sqlx::query(sql)
        .bind(rows::number(after))
        .bind(i64::from(limit))
        .fetch_all(&store.readers)
        .await
        .map_err(|error| store.fault(error))?
        .iter()
        .map(|row| rows::deed(row))
        .collect()
}

pub async fn head(store: &PostgresStore) -> Result<(u64, Digest), StoreError> {
    let mut reader = store
        .readers
        .acquire()
        .await
        .map_err(|error| store.fault(error))?;
    last(store, &mut reader).await
}

/// A database that is away is waited for too; only if it is still away at the end is that the answer.
pub async fn wait(store: &PostgresStore, after: u64, at_most: Duration) -> Result<u64, StoreError> {
    let mut governed = store.governed.subscribe();
    let mut seen = Ok(after);
    let looking = async {
        loop {
            // Marked as seen before looking: what is called after the look ends the pause at once.
            governed.borrow_and_update();
            seen = look(store).await;
            match &seen {
                Ok(number) if *number <= after => {}
                Err(StoreError::Unavailable { .. } | StoreError::Locked { .. }) => {}
                Ok(_) | Err(_) => return,
            }
            // Both ends of a pause mean the same: look again.
            drop(tokio::time::timeout(LOOK, governed.changed()).await);
        }
    };
    drop(tokio::time::timeout(at_most, looking).await);
    seen.map(|number| number.max(after))
}

async fn look(store: &PostgresStore) -> Result<u64, StoreError> {
    let fault = |error| store.fault(error);
    let mut reader = store.readers.acquire().await.map_err(fault)?;
    let number = last_governing(&mut reader).await.map_err(fault)?;
    Ok(u64::try_from(number).unwrap_or(0))
}
