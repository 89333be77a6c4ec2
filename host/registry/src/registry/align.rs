//! To bring the catalogue in line with the ledger: load what is published and not loaded yet, and exchange timelines.

use std::collections::{BTreeMap, BTreeSet, VecDeque};
use std::sync::{Arc, PoisonError};

use motcua_model::timeline::{Period, Timeline};
use motcua_model::{Date, Moment, Text};
use motcua_store::{Digest, StoreError};

use super::{DeedError, Registry};
use crate::catalogue::Procedure;
use crate::ledger::{Ledger, Published};
use crate::version::Version;

/// So many versions that decide nothing yet, or no more, are kept in memory: enough for a reviewer's next step, and no more however
/// many are submitted. Others are loaded again when they are needed.
pub const MOST_UNPUBLISHED: usize = 4;

/// Versions that are kept in memory.
#[derive(Debug, Default)]
pub(super) struct Versions {
    /// By their digest.
    loaded: BTreeMap<String, Arc<Version>>,
    /// Those that were not published when they were loaded, the oldest first.
    unpublished: VecDeque<String>,
}

impl Versions {
    fn keep(&mut self, version: &Arc<Version>, is_published: impl Fn(&str) -> bool) {
        let digest = version.digest();
        if self.loaded.contains_key(digest) {
            return;
        }
        self.loaded.insert(digest.to_owned(), Arc::clone(version));
        if !is_published(digest) {
            self.unpublished.push_back(digest.to_owned());
        }
        while self.unpublished.len() > MOST_UNPUBLISHED {
            // It may have been published since.
            if let Some(oldest) = self.unpublished.pop_front()
                && !is_published(&oldest)
            {
                self.loaded.remove(&oldest);
            }
        }
    }
}

impl Registry {
    /// A version that is kept in memory, by its digest: one that is published, or one of the last [`MOST_UNPUBLISHED`] others.
    pub fn version(&self, digest: &str) -> Option<Arc<Version>> {
        self.versions
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .loaded
            .get(digest)
            .cloned()
    }

    /// All versions that are kept in memory, by their digest.
    pub(super) fn loaded_versions(&self) -> BTreeMap<String, Arc<Version>> {
        self.versions
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .loaded
            .clone()
    }

    /// Keeps a loaded version in memory.
    pub(super) fn remember(&self, version: &Arc<Version>) {
        let ledger = self.ledger();
        self.versions
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .keep(version, |digest| ledger.is_published(digest));
    }

    /// Keeps versions of the operator's folder in memory. They are about to be published, if they are not yet; those that are not,
    /// since a department speaks for them, are as few as the folder has.
    pub(super) fn remember_folder(&self, versions: &[Arc<Version>]) {
        let mut kept = self.versions.lock().unwrap_or_else(PoisonError::into_inner);
        for version in versions {
            kept.keep(version, |_| true);
        }
    }

    /// A version by its digest: from memory, or loaded from the store.
    ///
    /// # Errors
    /// It is not kept, not as it was kept, or the engine does not load it; or the database does not answer.
    pub async fn load_version(&self, digest: &str) -> Result<Arc<Version>, LoadVersionError> {
        if let Some(version) = self.version(digest) {
            return Ok(version);
        }
        let bytes = self.kept_component(digest).await?;
        let engine = self.parts.engine.clone();
        let loaded = tokio::task::spawn_blocking(move || Version::load(&engine, &bytes))
            .await
            .map_err(|error| {
                LoadVersionError::NotLoaded(Text::new(error.to_string(), error.to_string()))
            })?
            .map_err(|error| LoadVersionError::NotLoaded(error.message()))?;
        let version = Arc::new(loaded);
        self.remember(&version);
        Ok(version)
    }

    /// The bytes of a component, verified.
    pub(super) async fn kept_component(&self, digest: &str) -> Result<Vec<u8>, LoadVersionError> {
        let key: Digest = digest.parse().map_err(|_| {
            LoadVersionError::Altered(Text::new(
                format!("`{digest}` không phải mã băm"),
                format!("`{digest}` is no digest"),
            ))
        })?;
        match self.store().component(key).await {
            Ok(Some(bytes)) => Ok(bytes),
            Ok(None) => Err(LoadVersionError::Altered(Text::new(
                format!("không còn lưu {digest}"),
                format!("{digest} is not kept"),
            ))),
            Err(error @ StoreError::Inconsistent { .. }) => {
                Err(LoadVersionError::Altered(error.text()))
            }
            Err(error) => Err(LoadVersionError::Store(error)),
        }
    }

    /// Loads what the ledger has published and puts each procedure's timeline into the catalogue. A procedure of which a
    /// version cannot be loaded stays as it was.
    pub(super) async fn align(&self, now: Moment) -> Result<(), DeedError> {
        let ledger = self.ledger();
        self.load_missing(&ledger).await?;
        let snapshot = self.catalogue().snapshot().clone();
        let mut changed = Vec::new();
        for (code, timeline) in ledger.timelines() {
            if snapshot.has(code, timeline) {
                self.alarm(code, now, None);
                continue;
            }
            match self.timeline_of(timeline).await {
                Ok(loaded) => {
                    self.alarm(code, now, None);
                    changed.push((code.to_owned(), Procedure::new(loaded, timeline.clone())));
                }
                Err(LoadVersionError::Store(error)) => return Err(error.into()),
                Err(error) => {
                    self.alarm(code, now, Some(error.text()));
                    // A host that has just started has no last good state: it answers the days of what it could load.
                    if snapshot.procedure(code).is_err()
                        && let Some(part) = self.loadable_part(timeline).await
                    {
                        changed.push((code.to_owned(), Procedure::new(part, Timeline::default())));
                    }
                }
            }
        }
        drop(snapshot);
        if !changed.is_empty() {
            self.catalogue().exchange(changed);
        }
        Ok(())
    }

    /// Loads versions that are not in memory, several at a time; those that fail are told one by one later.
    async fn load_missing(&self, ledger: &Ledger) -> Result<(), DeedError> {
        /// Few enough to hold their bytes in memory.
        const BATCH: usize = 64;
        let missing: BTreeSet<&str> = ledger
            .timelines()
            .flat_map(|(_, timeline)| timeline.periods())
            .map(|period| period.version.component.as_str())
            .filter(|digest| self.version(digest).is_none())
            .collect();
        let missing: Vec<&str> = missing.into_iter().collect();
        if missing.len() < 2 {
            return Ok(());
        }
        for batch in missing.chunks(BATCH) {
            let mut components = Vec::with_capacity(batch.len());
            for digest in batch {
                match self.kept_component(digest).await {
                    Ok(bytes) => components.push(bytes),
                    Err(LoadVersionError::Store(error)) => return Err(error.into()),
                    Err(_) => {}
                }
            }
            let (engine, threads) = (self.parts.engine.clone(), self.parts.threads.max(1));
            let loaded = tokio::task::spawn_blocking(move || {
                crate::load::in_parallel(components, threads, |bytes| {
                    Version::load(&engine, &bytes)
                })
            })
            .await;
            for version in loaded.into_iter().flatten().flatten() {
                self.remember(&Arc::new(version));
            }
        }
        Ok(())
    }

    async fn timeline_of(
        &self,
        timeline: &Timeline<Published>,
    ) -> Result<Timeline<Arc<Version>>, LoadVersionError> {
        let mut loaded = Timeline::default();
        for period in timeline.periods() {
            let version = self.load_version(&period.version.component).await?;
            loaded.add(Period {
                version,
                from: period.from,
                to: period.to,
                published_at: period.published_at,
                moves: period.moves,
                withdrawn_at: period.withdrawn_at,
                suspensions: period.suspensions.clone(),
            });
        }
        Ok(loaded)
    }
}

impl Registry {
    /// The timeline with what can be loaded. On the days of what cannot, nothing decides, as if it were suspended: an older
    /// version must not take its place.
    async fn loadable_part(
        &self,
        timeline: &Timeline<Published>,
    ) -> Option<Timeline<Arc<Version>>> {
        let mut loaded = Vec::new();
        for period in timeline.periods() {
            loaded.push(self.load_version(&period.version.component).await.ok());
        }
        let any = loaded.iter().flatten().next().map(Arc::clone)?;
        let mut part = Timeline::default();
        for (period, version) in timeline.periods().iter().zip(loaded) {
            let suspensions = match version {
                Some(_) => period.suspensions.clone(),
                None => vec![(Date::MIN, period.published_at)],
            };
            part.add(Period {
                version: version.unwrap_or_else(|| Arc::clone(&any)),
                from: period.from,
                to: period.to,
                published_at: period.published_at,
                moves: period.moves,
                withdrawn_at: period.withdrawn_at,
                suspensions,
            });
        }
        Some(part)
    }
}

/// Why a version cannot be had.
#[derive(Debug)]
pub enum LoadVersionError {
    /// It is not kept, or not as it was kept.
    Altered(Text),
    /// The engine does not load it.
    NotLoaded(Text),
    /// The database does not answer.
    Store(StoreError),
}

impl LoadVersionError {
    /// What happened.
    pub fn text(&self) -> Text {
        match self {
            Self::Altered(what) => Text::new(
                format!(
                    "phiên bản đang lưu không đúng: {}; phiên bản tốt trước đó vẫn được dùng. Hãy khôi phục từ bản sao lưu.",
                    what.vi
                ),
                format!(
                    "what is kept of a version is wrong: {}; the last good state goes on. Restore it from a backup.",
                    what.en
                ),
            ),
            Self::NotLoaded(what) => Text::new(
                format!(
                    "không nạp được phiên bản: {}; phiên bản tốt trước đó vẫn được dùng",
                    what.vi
                ),
                format!(
                    "a version cannot be loaded: {}; the last good state goes on",
                    what.en
                ),
            ),
            Self::Store(error) => error.text(),
        }
    }
}
