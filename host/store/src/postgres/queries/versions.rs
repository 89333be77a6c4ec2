//! Versions, and what they were compiled from.

use sqlx::PgConnection;

use super::PostgresStore;
use crate::rows;
use crate::{CompiledFrom, Digest, Kept, NewVersion, StoreError, VersionHead, VersionRecord};

pub async fn keep(
    store: &PostgresStore,
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

/// Keeps one version in a deed that has begun; the first wins.
pub async fn keep_one(
    deed: &mut PgConnection,
    version: &NewVersion<'_>,
) -> Result<Kept, sqlx::Error> {
    let digest = Digest::of(version.component);
    let first_seen_at = rows::unix(version.first_seen_at);
    let done = sqlx::query(
        "INSERT INTO versions (digest, code, slug, valid_from, valid_to, contract, engine, first_seen_at, component) \
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9) ON CONFLICT DO NOTHING",
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
        sqlx::query(
            "INSERT INTO compilations (source_digest, compiler, digest, first_seen_at) VALUES ($1, $2, $3, $4) \
             ON CONFLICT DO NOTHING",
        )
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

pub async fn all(store: &PostgresStore) -> Result<Vec<VersionHead>, StoreError> {
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

pub async fn component(
    store: &PostgresStore,
    digest: Digest,
) -> Result<Option<Vec<u8>>, StoreError> {
    let bytes: Option<Vec<u8>> =
        sqlx::query_scalar("SELECT component FROM versions WHERE digest = $1")
            .bind(digest.to_string())
            .fetch_optional(&store.readers)
            .await
            .map_err(|error| store.fault(error))?;
    bytes
        .map(|bytes| rows::verified("versions", digest, bytes))
        .transpose()
}

pub async fn compiled(
    store: &PostgresStore,
    from: CompiledFrom<'_>,
) -> Result<Option<VersionRecord>, StoreError> {
    sqlx::query(
        "SELECT digest, code, slug, valid_from, valid_to, contract, engine, versions.first_seen_at, component \
         FROM compilations JOIN versions USING (digest) WHERE source_digest = $1 AND compiler = $2",
    )
    .bind(from.source.to_string())
    .bind(from.compiler)
    .fetch_optional(&store.readers)
    .await
    .map_err(|error| store.fault(error))?
    .map(|row| rows::version(&row))
    .transpose()
}
