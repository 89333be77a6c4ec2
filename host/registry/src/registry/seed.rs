//! To seed: what the operator's folder holds is put on the timelines, so that a host answers without anybody having been
//! entered yet. It is not signed, and shown as such; once a department has published a procedure, the folder no longer
//! speaks for it.

use std::collections::BTreeMap;
use std::sync::Arc;

use motcua_model::Moment;

use super::{DeedError, Registry, ToAppend};
use crate::catalogue::{CatalogueError, Slugs, Snapshot};
use crate::ledger::{Act, Deed, Ledger, Origin, Principal, Role};
use crate::load::{LoadFailure, Loaded, Loader, Source};
use crate::version::Version;

/// What became of a version of the folder.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Seeded {
    /// It is on the timeline now.
    New,
    /// It was already.
    Before,
    /// A department publishes this procedure; the folder's version is left aside.
    Signed,
    /// It does not fit the other versions of the folder.
    DoesNotFit(CatalogueError),
}

impl Registry {
    /// Loads what the folder holds and seeds it; answers in the order given. After each, `progress` is told how many are
    /// loaded; it is called from several threads.
    ///
    /// # Errors
    /// The database does not keep it, or the chain cannot be read. What cannot be loaded is told one by one.
    pub async fn seed_folder(
        &self,
        sources: Vec<Source>,
        now: Moment,
        progress: impl Fn(usize) + Send + Sync + 'static,
    ) -> Result<Vec<Result<(Loaded, Seeded), LoadFailure>>, DeedError> {
        let loader = Loader {
            engine: self.parts.engine.clone(),
            store: Arc::clone(self.store()),
            threads: self.parts.threads,
            known: Arc::new(self.loaded_versions()),
        };
        let loaded = loader.load(sources, now, progress).await;
        let versions: Vec<Arc<Version>> = loaded
            .iter()
            .flatten()
            .map(|loaded| Arc::clone(&loaded.version))
            .collect();
        if versions.is_empty() {
            // Nothing to seed; and where nothing could be kept, that is told already.
            return Ok(loaded
                .into_iter()
                .filter_map(Result::err)
                .map(Err)
                .collect());
        }
        let mut seeded = self.seed(&versions, now).await?.into_iter();
        Ok(loaded
            .into_iter()
            .map(|loaded| {
                let loaded = loaded?;
                match seeded.next() {
                    Some(Seeded::DoesNotFit(error)) => Err(LoadFailure::DoesNotFit {
                        path: loaded.path,
                        error,
                    }),
                    Some(outcome) => Ok((loaded, outcome)),
                    None => Ok((loaded, Seeded::Before)),
                }
            })
            .collect())
    }

    /// Puts versions of the folder on the timelines. They must be kept by the store. Answers in the order given.
    ///
    /// # Errors
    /// The database does not keep it, or the chain cannot be read.
    pub async fn seed(
        &self,
        versions: &[Arc<Version>],
        now: Moment,
    ) -> Result<Vec<Seeded>, DeedError> {
        self.remember_folder(versions);
        let who = Principal {
            person: "host".to_owned(),
            role: Role::Operator,
        };
        self.read_on(now).await?;
        let outcomes = judge(&self.ledger(), &self.catalogue().snapshot(), versions);
        if outcomes.contains(&Seeded::New) {
            self.enact(&who, Act::Administer, "", now, |ledger| {
                let deeds = judge(ledger, &self.catalogue().snapshot(), versions)
                    .into_iter()
                    .zip(versions)
                    .filter(|(outcome, _)| *outcome == Seeded::New)
                    .map(|(_, version)| seeded(version))
                    .collect();
                Ok(ToAppend {
                    deeds,
                    ..ToAppend::default()
                })
            })
            .await?;
        }
        Ok(outcomes)
    }
}

fn judge(ledger: &Ledger, catalogue: &Snapshot, versions: &[Arc<Version>]) -> Vec<Seeded> {
    let mut days = BTreeMap::new();
    let mut slugs = Slugs::default();
    versions
        .iter()
        .map(|version| {
            let manifest = version.manifest();
            let code = manifest.code.as_str();
            if ledger.is_signed(code) {
                return Seeded::Signed;
            }
            let present = days
                .entry((code, manifest.valid_from))
                .or_insert_with(|| version.digest());
            if *present != version.digest() {
                return Seeded::DoesNotFit(CatalogueError::SameDay {
                    code: manifest.code.clone(),
                    day: manifest.valid_from,
                    present: (*present).to_owned(),
                });
            }
            if let Err(error) = slugs.add(code, &manifest.slug) {
                return Seeded::DoesNotFit(error);
            }
            // The last of those that begin on this day is the one that decides.
            let last = ledger.timeline(code).and_then(|timeline| {
                timeline
                    .periods()
                    .iter()
                    .rfind(|period| period.from == manifest.valid_from)
            });
            match last {
                Some(period)
                    if period.version.origin == Origin::Folder
                        && period.version.component == version.digest() =>
                {
                    Seeded::Before
                }
                _ => match catalogue.fits(code, &manifest.slug) {
                    Ok(()) => Seeded::New,
                    Err(error) => Seeded::DoesNotFit(error),
                },
            }
        })
        .collect()
}

fn seeded(version: &Version) -> (Deed, String) {
    let manifest = version.manifest();
    let deed = Deed::VersionSeeded {
        procedure: manifest.code.clone(),
        component: version.digest().to_owned(),
        from: manifest.valid_from,
        to: manifest.valid_to,
        moves: version.moves(),
    };
    (deed, manifest.code.clone())
}
