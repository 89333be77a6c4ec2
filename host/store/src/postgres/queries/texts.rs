//! Texts by their digest.

use sqlx::PgConnection;

use super::PostgresStore;
use crate::rows;
use crate::{Digest, Kept, StoreError};

pub async fn keep(store: &PostgresStore, texts: &[&[u8]]) -> Result<Vec<Kept>, StoreError> {
    let mut deed = store.begin().await?;
    let mut kept = Vec::with_capacity(texts.len());
    for text in texts {
        kept.push(
            keep_one(&mut deed, text)
                .await
                .map_err(|error| store.fault(error))?,
        );
    }
    store.commit(deed).await?;
    Ok(kept)
}

/// Keeps one text in a deed that has begun; the first wins.
pub async fn keep_one(deed: &mut PgConnection, text: &[u8]) -> Result<Kept, sqlx::Error> {
    let digest = Digest::of(text);
    let done =
        sqlx::query("INSERT INTO texts (digest, bytes) VALUES ($1, $2) ON CONFLICT DO NOTHING")
            .bind(digest.to_string())
            .bind(text)
            .execute(deed)
            .await?;
    Ok(Kept {
        digest,
        new: done.rows_affected() == 1,
    })
}

pub async fn one(store: &PostgresStore, digest: Digest) -> Result<Option<Vec<u8>>, StoreError> {
    let bytes: Option<Vec<u8>> = sqlx::query_scalar("SELECT bytes FROM texts WHERE digest = $1")
        .bind(digest.to_string())
        .fetch_optional(&store.readers)
        .await
        .map_err(|error| store.fault(error))?;
    bytes
        .map(|bytes| rows::verified("texts", digest, bytes))
        .transpose()
}
