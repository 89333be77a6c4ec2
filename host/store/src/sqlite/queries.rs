//! What [`Store`] does, in SQL. Rows are read into tuples; a row that does not decode is [`StoreError::Inconsistent`].

use motcua_model::date::LOCAL_OFFSET_SECONDS;
use motcua_model::{Date, Moment};
use sqlx::Row as _;
use sqlx::sqlite::SqliteRow;

use super::{SqliteStore, fault};
use crate::{
    CalendarRecord, CompiledFrom, Digest, Kept, NewCalendar, NewVersion, Pending, Store,
    StoreError, VersionHead, VersionRecord,
};

impl Store for SqliteStore {
    fn keep_versions<'a>(&'a self, versions: &'a [NewVersion<'a>]) -> Pending<'a, Vec<Kept>> {
        Box::pin(async move {
            let fault = |error| fault::of_query(&self.file, error);
            // IMMEDIATE: the lock is taken at once, so that a wait happens before any work.
            let mut deed = self
                .writer
                .begin_with("BEGIN IMMEDIATE")
                .await
                .map_err(fault)?;
            let mut kept = Vec::with_capacity(versions.len());
            for version in versions {
                let digest = Digest::of(version.component);
                let first_seen_at = unix(version.first_seen_at);
                let done = sqlx::query(
                    "INSERT INTO versions (digest, code, slug, valid_from, valid_to, contract, engine, first_seen_at, \
                     component) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)",
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
                .await
                .map_err(fault)?;
                if let Some(from) = version.compiled_from {
                    sqlx::query(
                        "INSERT INTO compilations (source_digest, compiler, digest, first_seen_at) VALUES (?, ?, ?, ?)",
                    )
                    .bind(from.source.to_string())
                    .bind(from.compiler)
                    .bind(digest.to_string())
                    .bind(first_seen_at)
                    .execute(&mut *deed)
                    .await
                    .map_err(fault)?;
                }
                kept.push(Kept {
                    digest,
                    new: done.rows_affected() == 1,
                });
            }
            deed.commit().await.map_err(fault)?;
            Ok(kept)
        })
    }

    fn versions(&self) -> Pending<'_, Vec<VersionHead>> {
        Box::pin(async move {
            let rows = sqlx::query(
                "SELECT digest, code, slug, valid_from, valid_to, contract, engine, first_seen_at FROM versions \
                 ORDER BY code, valid_from, digest",
            )
            .fetch_all(&self.readers)
            .await
            .map_err(|error| fault::of_query(&self.file, error))?;
            rows.iter().map(head).collect()
        })
    }

    fn component(&self, digest: Digest) -> Pending<'_, Option<Vec<u8>>> {
        Box::pin(async move {
            let bytes: Option<Vec<u8>> =
                sqlx::query_scalar("SELECT component FROM versions WHERE digest = ?")
                    .bind(digest.to_string())
                    .fetch_optional(&self.readers)
                    .await
                    .map_err(|error| fault::of_query(&self.file, error))?;
            bytes
                .map(|bytes| verified("versions", digest, bytes))
                .transpose()
        })
    }

    fn compiled<'a>(&'a self, from: CompiledFrom<'a>) -> Pending<'a, Option<VersionRecord>> {
        Box::pin(async move {
            let row = sqlx::query(
                "SELECT digest, code, slug, valid_from, valid_to, contract, engine, versions.first_seen_at, component \
                 FROM compilations JOIN versions USING (digest) WHERE source_digest = ? AND compiler = ?",
            )
            .bind(from.source.to_string())
            .bind(from.compiler)
            .fetch_optional(&self.readers)
            .await
            .map_err(|error| fault::of_query(&self.file, error))?;
            let Some(row) = row else { return Ok(None) };
            let head = head(&row)?;
            let component = column(&row, "versions", "component")?;
            let component = verified("versions", head.digest, component)?;
            Ok(Some(VersionRecord { head, component }))
        })
    }

    fn keep_calendars<'a>(&'a self, calendars: &'a [NewCalendar<'a>]) -> Pending<'a, Vec<Kept>> {
        Box::pin(async move {
            let fault = |error| fault::of_query(&self.file, error);
            let mut deed = self
                .writer
                .begin_with("BEGIN IMMEDIATE")
                .await
                .map_err(fault)?;
            let mut kept = Vec::with_capacity(calendars.len());
            for calendar in calendars {
                let digest = Digest::of(calendar.bytes);
                let done = sqlx::query(
                    "INSERT INTO calendars (digest, country, year, first_seen_at, bytes) VALUES (?, ?, ?, ?, ?)",
                )
                .bind(digest.to_string())
                .bind(calendar.country)
                .bind(calendar.year)
                .bind(unix(calendar.first_seen_at))
                .bind(calendar.bytes)
                .execute(&mut *deed)
                .await
                .map_err(fault)?;
                kept.push(Kept {
                    digest,
                    new: done.rows_affected() == 1,
                });
            }
            deed.commit().await.map_err(fault)?;
            Ok(kept)
        })
    }

    fn calendars(&self) -> Pending<'_, Vec<CalendarRecord>> {
        Box::pin(async move {
            let rows = sqlx::query(
                "SELECT digest, country, year, first_seen_at, bytes FROM calendars ORDER BY country, year, digest",
            )
            .fetch_all(&self.readers)
            .await
            .map_err(|error| fault::of_query(&self.file, error))?;
            rows.iter().map(calendar).collect()
        })
    }

    fn calendar(&self, digest: Digest) -> Pending<'_, Option<CalendarRecord>> {
        Box::pin(async move {
            let row = sqlx::query("SELECT digest, country, year, first_seen_at, bytes FROM calendars WHERE digest = ?")
                .bind(digest.to_string())
                .fetch_optional(&self.readers)
                .await
                .map_err(|error| fault::of_query(&self.file, error))?;
            row.as_ref().map(calendar).transpose()
        })
    }

    fn ready(&self) -> Pending<'_, ()> {
        Box::pin(async move {
            sqlx::query("SELECT 1 FROM versions LIMIT 1")
                .fetch_optional(&self.readers)
                .await
                .map_err(|error| fault::of_query(&self.file, error))?;
            Ok(())
        })
    }

    fn close(&self) -> Pending<'_, ()> {
        Box::pin(async move {
            // The writer last: the last connection writes the log back into the file.
            self.readers.close().await;
            self.writer.close().await;
            Ok(())
        })
    }
}

fn unix(moment: Moment) -> i64 {
    moment.seconds() - LOCAL_OFFSET_SECONDS
}

fn head(row: &SqliteRow) -> Result<VersionHead, StoreError> {
    const TABLE: &str = "versions";
    let valid_to: Option<String> = column(row, TABLE, "valid_to")?;
    Ok(VersionHead {
        digest: parsed(row, TABLE, "digest")?,
        code: column(row, TABLE, "code")?,
        slug: column(row, TABLE, "slug")?,
        valid_from: parsed(row, TABLE, "valid_from")?,
        valid_to: valid_to
            .map(|day| {
                day.parse::<Date>()
                    .map_err(|error| wrong(row, TABLE, "valid_to", &error))
            })
            .transpose()?,
        contract: column(row, TABLE, "contract")?,
        engine: column(row, TABLE, "engine")?,
        first_seen_at: moment(row, TABLE)?,
    })
}

fn calendar(row: &SqliteRow) -> Result<CalendarRecord, StoreError> {
    const TABLE: &str = "calendars";
    let digest = parsed(row, TABLE, "digest")?;
    Ok(CalendarRecord {
        digest,
        country: column(row, TABLE, "country")?,
        year: column(row, TABLE, "year")?,
        first_seen_at: moment(row, TABLE)?,
        bytes: verified(TABLE, digest, column(row, TABLE, "bytes")?)?,
    })
}

fn moment(row: &SqliteRow, table: &'static str) -> Result<Moment, StoreError> {
    let seconds = column(row, table, "first_seen_at")?;
    Moment::from_unix(seconds).map_err(|error| wrong(row, table, "first_seen_at", &error))
}

fn column<'r, T>(row: &'r SqliteRow, table: &'static str, name: &str) -> Result<T, StoreError>
where
    T: sqlx::Decode<'r, sqlx::Sqlite> + sqlx::Type<sqlx::Sqlite>,
{
    row.try_get(name)
        .map_err(|error| wrong(row, table, name, &error))
}

fn parsed<T>(row: &SqliteRow, table: &'static str, name: &str) -> Result<T, StoreError>
where
    T: std::str::FromStr<Err: std::fmt::Display>,
{
    let text: &str = column(row, table, name)?;
    text.parse()
        .map_err(|error| wrong(row, table, name, &error))
}

fn wrong(
    row: &SqliteRow,
    table: &'static str,
    name: &str,
    what: &dyn std::fmt::Display,
) -> StoreError {
    let key = row
        .try_get::<String, _>("digest")
        .unwrap_or_else(|_| "?".to_owned());
    StoreError::Inconsistent {
        table,
        key,
        what: format!("{name}: {what}"),
    }
}

/// The bytes, if they are the ones the digest was taken of.
fn verified(table: &'static str, digest: Digest, bytes: Vec<u8>) -> Result<Vec<u8>, StoreError> {
    let found = Digest::of(&bytes);
    if found == digest {
        Ok(bytes)
    } else {
        Err(StoreError::Inconsistent {
            table,
            key: digest.to_string(),
            what: format!("its bytes have the digest {found}"),
        })
    }
}
