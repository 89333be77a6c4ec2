//! What [`Store`] does, in SQL; a module for each kind of thing that is kept.

mod calendars;
mod decisions;
mod deeds;
mod texts;
mod versions;

use std::time::Duration;

use motcua_model::Moment;
use sqlx::{Postgres, Transaction};

use super::{PostgresStore, WRITERS_LOCK, fault};
use crate::{
    Appended, CalendarRecord, CompiledFrom, DecisionRange, DecisionRecord, Deed, DeedRecord,
    Digest, Kept, NewCalendar, NewDecision, NewDeed, NewVersion, Pending, Recorded, Store,
    StoreError, VersionHead, VersionRecord,
};

/// How much longer than other calls the keeping of versions may take: a host that starts for the first time sends thousands.
const LARGE: u32 = 10;

impl PostgresStore {
    /// Begins to write, once no other host does.
    async fn begin(&self) -> Result<Transaction<'static, Postgres>, StoreError> {
        let mut deed = self
            .writer
            .begin()
            .await
            .map_err(|error| self.fault(error))?;
        sqlx::query("SELECT pg_advisory_xact_lock($1)")
            .bind(WRITERS_LOCK)
            .execute(&mut *deed)
            .await
            .map_err(|error| self.fault(error))?;
        Ok(deed)
    }

    async fn commit(&self, deed: Transaction<'static, Postgres>) -> Result<(), StoreError> {
        deed.commit().await.map_err(|error| self.fault(error))
    }

    fn fault(&self, error: sqlx::Error) -> StoreError {
        fault::of_query(&self.address, error)
    }

    /// The call, but for no longer than our patience.
    fn timely<'a, T: 'a>(
        &'a self,
        call: impl Future<Output = Result<T, StoreError>> + Send + 'a,
    ) -> Pending<'a, T> {
        self.within(self.options.patience, call)
    }

    fn within<'a, T: 'a>(
        &'a self,
        patience: Duration,
        call: impl Future<Output = Result<T, StoreError>> + Send + 'a,
    ) -> Pending<'a, T> {
        Box::pin(async move {
            match tokio::time::timeout(patience, call).await {
                Ok(done) => done,
                Err(_) => Err(StoreError::Unavailable {
                    database: self.address.shown().to_owned(),
                    why: format!("timeout, {} s", patience.as_secs()),
                }),
            }
        })
    }
}

impl Store for PostgresStore {
    fn keep_versions<'a>(&'a self, versions: &'a [NewVersion<'a>]) -> Pending<'a, Vec<Kept>> {
        self.within(
            self.options.patience * LARGE,
            versions::keep(self, versions),
        )
    }

    fn versions(&self) -> Pending<'_, Vec<VersionHead>> {
        self.timely(versions::all(self))
    }

    fn component(&self, digest: Digest) -> Pending<'_, Option<Vec<u8>>> {
        self.timely(versions::component(self, digest))
    }

    fn compiled<'a>(&'a self, from: CompiledFrom<'a>) -> Pending<'a, Option<VersionRecord>> {
        self.timely(versions::compiled(self, from))
    }

    fn keep_calendars<'a>(&'a self, calendars: &'a [NewCalendar<'a>]) -> Pending<'a, Vec<Kept>> {
        self.timely(calendars::keep(self, calendars))
    }

    fn calendars(&self) -> Pending<'_, Vec<CalendarRecord>> {
        self.timely(calendars::all(self))
    }

    fn calendar(&self, digest: Digest) -> Pending<'_, Option<CalendarRecord>> {
        self.timely(calendars::one(self, digest))
    }

    fn keep_texts<'a>(&'a self, texts: &'a [&'a [u8]]) -> Pending<'a, Vec<Kept>> {
        self.timely(texts::keep(self, texts))
    }

    fn text(&self, digest: Digest) -> Pending<'_, Option<Vec<u8>>> {
        self.timely(texts::one(self, digest))
    }

    fn append<'a>(&'a self, deed: Deed<'a>) -> Pending<'a, Appended> {
        self.timely(deeds::append(self, deed))
    }

    fn deeds(&self, after: u64, limit: u32, governing: bool) -> Pending<'_, Vec<DeedRecord>> {
        self.timely(deeds::some(self, after, limit, governing))
    }

    fn head(&self) -> Pending<'_, (u64, Digest)> {
        self.timely(deeds::head(self))
    }

    fn wait(&self, after: u64, at_most: Duration) -> Pending<'_, u64> {
        Box::pin(deeds::wait(self, after, at_most))
    }

    fn record<'a>(&'a self, decisions: &'a [NewDecision<'a>]) -> Pending<'a, Vec<Recorded>> {
        self.timely(decisions::record(self, decisions))
    }

    fn request<'a>(&'a self, who: &'a str, key: &'a str) -> Pending<'a, Option<(String, Digest)>> {
        self.timely(decisions::request(self, who, key))
    }

    fn decision<'a>(&'a self, id: &'a str) -> Pending<'a, Option<DecisionRecord>> {
        self.timely(decisions::one(self, id))
    }

    fn decisions<'a>(&'a self, range: DecisionRange<'a>) -> Pending<'a, Vec<DecisionRecord>> {
        self.timely(decisions::some(self, range))
    }

    fn erase_facts<'a>(&'a self, before: Moment, entry: NewDeed<'a>) -> Pending<'a, u64> {
        self.timely(decisions::erase_facts(self, before, entry))
    }

    fn ready(&self) -> Pending<'_, ()> {
        self.timely(async move {
            sqlx::query("SELECT 1 FROM versions LIMIT 1")
                .fetch_optional(&self.readers)
                .await
                .map_err(|error| self.fault(error))?;
            Ok(())
        })
    }

    fn close(&self) -> Pending<'_, ()> {
        Box::pin(async move {
            let closing = async {
                self.listener.close().await;
                self.readers.close().await;
                self.writer.close().await;
            };
            // The pools count as closed from the first moment; a server that has gone is not waited for.
            drop(tokio::time::timeout(self.options.acquire_timeout * 2, closing).await);
            Ok(())
        })
    }
}
