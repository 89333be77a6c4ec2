//! What is kept: versions and calendars, content-addressed, never edited, never deleted.
//!
//! This crate alone names `sqlx`. Everything else speaks to [`Store`]; [`SqliteStore`] is the embedded default, one file
//! in the data folder. A new thing to keep gets a record in `records`, a method on [`Store`], a table in a **new** file
//! under `migrations/` (a released migration is never edited) and its queries in `sqlite/queries.rs`.
//!
//! Invariants: no clock (the time of a deed is passed in); no method overwrites or removes a row; whatever goes wrong is a
//! [`StoreError`] that says so to the operator in two languages, with a way out, and leaves the file as it was.

mod digest;
mod error;
mod records;
mod sqlite;

use std::future::Future;
use std::pin::Pin;

pub use digest::{Digest, DigestError};
pub use error::StoreError;
pub use records::{
    CalendarRecord, CompiledFrom, Kept, NewCalendar, NewVersion, VersionHead, VersionRecord,
};
pub use sqlite::{FILE_NAME, SqliteOptions, SqliteStore};

/// A result that is on its way. Boxed, so that `dyn Store` is possible.
pub type Pending<'a, T> = Pin<Box<dyn Future<Output = Result<T, StoreError>> + Send + 'a>>;

/// What any database behind motcua does. Each method is one transaction: all of it is kept, or nothing.
pub trait Store: Send + Sync {
    /// Keeps the versions that are not there yet; what is there stays as it is. Answers in the order asked.
    fn keep_versions<'a>(&'a self, versions: &'a [NewVersion<'a>]) -> Pending<'a, Vec<Kept>>;

    /// All versions without their components, by code, first day and digest.
    fn versions(&self) -> Pending<'_, Vec<VersionHead>>;

    /// A component, its digest verified; nothing if there is no such version.
    fn component(&self, digest: Digest) -> Pending<'_, Option<Vec<u8>>>;

    /// What the source was compiled to by this compiler before, the digest of the component verified.
    fn compiled<'a>(&'a self, from: CompiledFrom<'a>) -> Pending<'a, Option<VersionRecord>>;

    /// Keeps the calendars that are not there yet. Answers in the order asked.
    fn keep_calendars<'a>(&'a self, calendars: &'a [NewCalendar<'a>]) -> Pending<'a, Vec<Kept>>;

    /// All calendars ever seen, by country, year and digest, their digests verified.
    fn calendars(&self) -> Pending<'_, Vec<CalendarRecord>>;

    /// One calendar, its digest verified; nothing if there is none.
    fn calendar(&self, digest: Digest) -> Pending<'_, Option<CalendarRecord>>;

    /// Whether the database answers now: what `/readyz` asks.
    fn ready(&self) -> Pending<'_, ()>;

    /// Writes everything back and closes. Later calls fail with [`StoreError::Closed`].
    fn close(&self) -> Pending<'_, ()>;
}
