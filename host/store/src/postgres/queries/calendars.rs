//! Calendars, one year each.

use super::PostgresStore;
use crate::rows;
use crate::{CalendarRecord, Digest, Kept, NewCalendar, StoreError};

pub async fn keep(
    store: &PostgresStore,
    calendars: &[NewCalendar<'_>],
) -> Result<Vec<Kept>, StoreError> {
    let mut deed = store.begin().await?;
    let mut kept = Vec::with_capacity(calendars.len());
    for calendar in calendars {
        let digest = Digest::of(calendar.bytes);
        let done = sqlx::query(
            "INSERT INTO calendars (digest, country, year, first_seen_at, bytes) VALUES ($1, $2, $3, $4, $5) ON CONFLICT DO NOTHING",
        )
        .bind(digest.to_string())
        .bind(calendar.country)
        .bind(i64::from(calendar.year))
        .bind(rows::unix(calendar.first_seen_at))
        .bind(calendar.bytes)
        .execute(&mut *deed)
        .await
        .map_err(|error| store.fault(error))?;
        kept.push(Kept {
            digest,
            new: done.rows_affected() == 1,
        });
    }
    store.commit(deed).await?;
    Ok(kept)
}

pub async fn all(store: &PostgresStore) -> Result<Vec<CalendarRecord>, StoreError> {
    sqlx::query("SELECT digest, country, year, first_seen_at, bytes FROM calendars ORDER BY country, year, digest")
        .fetch_all(&store.readers)
        .await
        .map_err(|error| store.fault(error))?
        .iter()
        .map(|row| rows::calendar(row))
        .collect()
}

pub async fn one(
    store: &PostgresStore,
    digest: Digest,
) -> Result<Option<CalendarRecord>, StoreError> {
    sqlx::query(
        "SELECT digest, country, year, first_seen_at, bytes FROM calendars WHERE digest = $1",
    )
    .bind(digest.to_string())
    .fetch_optional(&store.readers)
    .await
    .map_err(|error| store.fault(error))?
    .map(|row| rows::calendar(&row))
    .transpose()
}
