//! What [`Store`] does, in SQL; a module for each kind of thing that is kept.

mod calendars;
mod decisions;
mod deeds;
mod texts;
mod versions;

use std::time::Duration;

use motcua_model::Moment;
use sqlx::{Sqlite, Transaction};

use super::{SqliteStore, fault};
use crate::{
    Appended, CalendarRecord, CompiledFrom, DecisionRange, DecisionRecord, Deed, DeedRecord,
    Digest, Kept, NewCalendar, NewDecision, NewDeed, NewVersion, Pending, Recorded, Store,
    StoreError, VersionHead, VersionRecord,
};

impl SqliteStore {
    /// Begins to write. IMMEDIATE: the lock is taken at once, so that a wait happens before any work.
    async fn begin(&self) -> Result<Transaction<'static, Sqlite>, StoreError> {
        self.writer
            .begin_with("BEGIN IMMEDIATE")
            .await
            .map_err(|error| self.fault(error))
    }

    async fn commit(&self, deed: Transaction<'static, Sqlite>) -> Result<(), StoreError> {
        deed.commit().await.map_err(|error| self.fault(error))
    }

    fn fault(&self, error: sqlx::Error) -> StoreError {
        fault::of_query(&self.file, error)
    }
}

impl Store for SqliteStore {
    fn keep_versions<'a>(&'a self, versions: &'a [NewVersion<'a>]) -> Pending<'a, Vec<Kept>> {
        Box::pin(versions::keep(self, versions))
    }

    fn versions(&self) -> Pending<'_, Vec<VersionHead>> {
        Box::pin(versions::all(self))
    }

    fn component(&self, digest: Digest) -> Pending<'_, Option<Vec<u8>>> {
        Box::pin(versions::component(self, digest))
    }

    fn compiled<'a>(&'a self, from: CompiledFrom<'a>) -> Pending<'a, Option<VersionRecord>> {
        Box::pin(versions::compiled(self, from))
    }

    fn keep_calendars<'a>(&'a self, calendars: &'a [NewCalendar<'a>]) -> Pending<'a, Vec<Kept>> {
        Box::pin(calendars::keep(self, calendars))
    }

    fn calendars(&self) -> Pending<'_, Vec<CalendarRecord>> {
        Box::pin(calendars::all(self))
    }

    fn calendar(&self, digest: Digest) -> Pending<'_, Option<CalendarRecord>> {
        Box::pin(calendars::one(self, digest))
    }

    fn keep_texts<'a>(&'a self, texts: &'a [&'a [u8]]) -> Pending<'a, Vec<Kept>> {
        Box::pin(texts::keep(self, texts))
    }

    fn text(&self, digest: Digest) -> Pending<'_, Option<Vec<u8>>> {
        Box::pin(texts::one(self, digest))
    }

    fn append<'a>(&'a self, deed: Deed<'a>) -> Pending<'a, Appended> {
        Box::pin(deeds::append(self, deed))
    }

    fn deeds(&self, after: u64, limit: u32, governing: bool) -> Pending<'_, Vec<DeedRecord>> {
        Box::pin(deeds::some(self, after, limit, governing))
    }

    fn head(&self) -> Pending<'_, (u64, Digest)> {
        Box::pin(deeds::head(self))
    }

    fn wait(&self, after: u64, at_most: Duration) -> Pending<'_, u64> {
        Box::pin(deeds::wait(self, after, at_most))
    }

    fn record<'a>(&'a self, decisions: &'a [NewDecision<'a>]) -> Pending<'a, Vec<Recorded>> {
        Box::pin(decisions::record(self, decisions))
    }

    fn request<'a>(&'a self, who: &'a str, key: &'a str) -> Pending<'a, Option<(String, Digest)>> {
        Box::pin(decisions::request(self, who, key))
    }

    fn decision<'a>(&'a self, id: &'a str) -> Pending<'a, Option<DecisionRecord>> {
        Box::pin(decisions::one(self, id))
    }

    fn decisions<'a>(&'a self, range: DecisionRange<'a>) -> Pending<'a, Vec<DecisionRecord>> {
        Box::pin(decisions::some(self, range))
    }

    fn erase_facts<'a>(&'a self, before: Moment, entry: NewDeed<'a>) -> Pending<'a, u64> {
        Box::pin(decisions::erase_facts(self, before, entry))
    }

    fn ready(&self) -> Pending<'_, ()> {
        Box::pin(async move {
            sqlx::query("SELECT 1 FROM versions LIMIT 1")
                .fetch_optional(&self.readers)
                .await
                .map_err(|error| self.fault(error))?;
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
