//! Versions, and what they were compiled from.

use sqlx::SqliteConnection;

use super::SqliteStore;
use crate::rows::{self, Columns};
use crate::{CompiledFrom, Digest, Kept, NewVersion, StoreError, VersionHead, VersionRecord};

pub async fn keep(
    store: &SqliteStore,
    versions: &[NewVersion<'_>],
) -> Result<Vec<Kept>, StoreError> {
    let mut deed = store.begin().await?;
    let mut kept = Vec::with_capacity(versions.len());
    for version in versions {
        kept.push(
            keep_one(&mut deed, version)
                .await
                .map_err(|error| store.fault(error))?,
        );
    }
    store.commit(deed).await?;
    Ok(kept)
}

/// Keeps one version in a deed that has begun. That the first wins is up to the table's trigger.
pub async fn keep_one(
    deed: &mut SqliteConnection,
    version: &NewVersion<'_>,
) -> Result<Kept, sqlx::Error> {
    let digest = Digest::of(version.component);
    let first_seen_at = rows::unix(version.first_seen_at);
    let done = sqlx::query(
        "INSERT INTO versions (digest, code, slug, valid_from, valid_to, contract, engine, first_seen_at, component) \
         VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)",
    )
    .bind(digest.to_string())
    .bind(version.code)
    .bind(version.slug)
    .bind(version.valid_from.to_string())
    .bind(version.valid_to.map(|day| day.to_string()))
    .bind(version.contract)
    .bind(version.engine)
    .bind(first_seen_at)
    .bind(version.component)
    .execute(&mut *deed)
    .await?;
    if let Some(from) = version.compiled_from {
        sqlx::query("INSERT INTO compilations (source_digest, compiler, digest, first_seen_at) VALUES (?, ?, ?, ?)")
            .bind(from.source.to_string())
            .bind(from.compiler)
            .bind(digest.to_string())
            .bind(first_seen_at)
            .execute(&mut *deed)
            .await?;
    }
    Ok(Kept {
        digest,
        new: done.rows_affected() == 1,
    })
}

pub async fn all(store: &SqliteStore) -> Result<Vec<VersionHead>, StoreError> {
    sqlx::query(
        "SELECT digest, code, slug, valid_from, valid_to, contract, engine, first_seen_at FROM versions \
         ORDER BY code, valid_from, digest",
    )
    .fetch_all(&store.readers)
    .await
    .map_err(|error| store.fault(error))?
    .iter()
    .map(|row| rows::version_head(row))
    .collect()
}

pub async fn component(store: &SqliteStore, digest: Digest) -> Result<Option<Vec<u8>>, StoreError> {
    let bytes: Option<Vec<u8>> =
        sqlx::query_scalar("SELECT component FROM versions WHERE digest = ?")
            .bind(digest.to_string())
            .fetch_optional(&store.readers)
            .await
            .map_err(|error| store.fault(error))?;
    bytes
        .map(|bytes| rows::verified("versions", digest, bytes))
        .transpose()
}

pub async fn compiled(
    store: &SqliteStore,
    from: CompiledFrom<'_>,
) -> Result<Option<VersionRecord>, StoreError> {
    sqlx::query(
        "SELECT digest, code, slug, valid_from, valid_to, contract, engine, versions.first_seen_at, component \
         FROM compilations JOIN versions USING (digest) WHERE source_digest = ? AND compiler = ?",
    )
    .bind(from.source.to_string())
    .bind(from.compiler)
    .fetch_optional(&store.readers)
    .await
    .map_err(|error| store.fault(error))?
    .map(|row| rows::version(&row as &dyn Columns))
    .transpose()
}
