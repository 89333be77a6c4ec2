//! What is kept: versions and calendars, deeds and decisions; never edited, never deleted (but for facts whose time is up).
//!
//! This crate alone names `sqlx`. Everything else speaks to [`Store`]; [`SqliteStore`] is the embedded default, one file
//! in the data folder; [`PostgresStore`] serves many hosts. A new thing to keep gets a record in `records`, a method on
//! [`Store`], a table in a **new** file under each folder of `migrations/` (a released migration is never edited) and its
//! queries in each database's `queries`, and a line in `upkeep/tables.rs`. [`open`] takes either database by its [`Place`];
//! [`migrate`], [`backup`], [`restore`] and [`doctor`] are for whoever looks after the data.
//!
//! The deeds are one chain: each entry holds the hash of the one before ([`chain`]). What is in force, who may do what and
//! which keys count is worked out from them by whoever reads them; there is no second place that could say otherwise.
//!
//! Invariants: no clock (the time of a deed is passed in); no method overwrites or removes a row but
//! [`Store::erase_facts`]; whatever goes wrong is a [`StoreError`] that says so to the operator in two languages, with a
//! way out, and leaves the database as it was.

pub mod chain;
mod digest;
mod error;
mod migrations;
mod place;
mod plan;
mod postgres;
mod records;
mod rows;
mod sqlite;
mod upkeep;

use std::future::Future;
use std::pin::Pin;
use std::time::Duration;

use motcua_model::Moment;

pub use digest::{Digest, DigestError};
pub use error::{StoreError, of_system};
pub use place::{Migrated, Place, PostgresAddress, migrate, open};
pub use plan::DECISION_RECORDED;
pub use postgres::{PostgresOptions, PostgresStore};
pub use records::{
    Appended, CalendarRecord, CompiledFrom, DecisionRange, DecisionRecord, Deed, DeedRecord, Kept,
    NewCalendar, NewDecision, NewDeed, NewVersion, Recorded, VersionHead, VersionRecord,
};
pub use sqlite::{FILE_NAME, SqliteOptions, SqliteStore};
pub use upkeep::{Backup, Check, Contents, Counted, Outcome, Restored, backup, doctor, restore};

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

    /// Keeps texts by their digest: reports of the gate, whole calendars, office hours. Answers in the order asked.
    fn keep_texts<'a>(&'a self, texts: &'a [&'a [u8]]) -> Pending<'a, Vec<Kept>>;

    /// One such text, its digest verified; nothing if there is none.
    fn text(&self, digest: Digest) -> Pending<'_, Option<Vec<u8>>>;

    /// Adds entries to the chain of deeds, with the versions and texts that they speak of, all or nothing. Where
    /// [`Deed::expected`] is given and another governing entry has come after it, nothing is added:
    /// [`Appended::Overtaken`]; whoever decided on an older state reads on and decides again.
    fn append<'a>(&'a self, deed: Deed<'a>) -> Pending<'a, Appended>;

    /// Entries after a number, ascending, at most `limit`; only governing ones if asked so.
    fn deeds(&self, after: u64, limit: u32, governing: bool) -> Pending<'_, Vec<DeedRecord>>;

    /// Number and hash of the last entry; 0 and [`chain::FIRST`] while there is none.
    fn head(&self) -> Pending<'_, (u64, Digest)>;

    /// Waits until there is a governing entry after a number, at most so long; answers the number of the last governing
    /// entry. May answer early.
    fn wait(&self, after: u64, at_most: Duration) -> Pending<'_, u64>;

    /// Records decisions, each with its entry in the chain, all or nothing. Where the asker has used an idempotency key
    /// before, nothing is recorded for it and the answer tells what was. Answers in the order given.
    fn record<'a>(&'a self, decisions: &'a [NewDecision<'a>]) -> Pending<'a, Vec<Recorded>>;

    /// What an idempotency key of an asker stands for: the id of the decision and the digest of its request.
    fn request<'a>(&'a self, who: &'a str, key: &'a str) -> Pending<'a, Option<(String, Digest)>>;

    /// One decision; nothing if there is none.
    fn decision<'a>(&'a self, id: &'a str) -> Pending<'a, Option<DecisionRecord>>;

    /// Decisions in the order they were recorded.
    fn decisions<'a>(&'a self, range: DecisionRange<'a>) -> Pending<'a, Vec<DecisionRecord>>;

    /// Erases the sealed facts of decisions recorded before a moment, at most 1,000 at once, with an entry in the chain if
    /// there were any; answers how many. Receipt, answer and digests stay.
    fn erase_facts<'a>(&'a self, before: Moment, entry: NewDeed<'a>) -> Pending<'a, u64>;

    /// Whether the database answers now: what `/readyz` asks.
    fn ready(&self) -> Pending<'_, ()>;

    /// Writes everything back and closes. Later calls fail with [`StoreError::Closed`].
    fn close(&self) -> Pending<'_, ()>;
}
