//! What is in force: all loaded versions by procedure, in one snapshot that is exchanged as a whole. Whoever has begun to
//! answer keeps the snapshot he began with.

use std::collections::BTreeMap;
use std::sync::Arc;

use arc_swap::{ArcSwap, Guard};
use motcua_model::{Date, Text};

use crate::assess::{self, Context};
use crate::error::{AssessError, NotInForce, Period, UnknownProcedure};
use crate::question::{self, Question, QuestionError};
use crate::version::Version;

/// All versions that can be asked.
#[derive(Debug, Default)]
pub struct Catalogue {
    snapshot: ArcSwap<Snapshot>,
}

/// The catalogue at one moment.
#[derive(Clone, Debug, Default)]
pub struct Snapshot {
    /// By code.
    procedures: BTreeMap<Arc<str>, Arc<Procedure>>,
    /// Codes by slug.
    slugs: BTreeMap<Arc<str>, Arc<str>>,
}

/// A procedure with its versions.
#[derive(Clone, Debug)]
pub struct Procedure {
    /// Ascending by first day; no two begin on the same day. At least one.
    versions: Vec<Arc<Version>>,
}

/// Why a version does not fit the catalogue.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum CatalogueError {
    /// Another version of the procedure begins on the same day.
    SameDay {
        /// National code.
        code: String,
        /// The day.
        day: Date,
        /// Digest of the version that is there.
        present: String,
    },
    /// Another procedure has this slug.
    SlugTaken {
        /// The slug.
        slug: String,
        /// The code of the procedure that has it.
        present: String,
        /// The code of the procedure that wants it.
        code: String,
    },
}

impl CatalogueError {
    /// What is wrong and what to do.
    pub fn text(&self) -> Text {
        match self {
            Self::SameDay { code, day, present } => Text::new(
                format!(
                    "thủ tục {code} đã có phiên bản bắt đầu từ ngày {day} ({present}); mỗi ngày chỉ một phiên bản được bắt đầu. \
                     Hãy bỏ một trong hai gói."
                ),
                format!(
                    "procedure {code} has a version that begins on {day} already ({present}); only one can begin on a day. \
                     Remove one of the two packages."
                ),
            ),
            Self::SlugTaken {
                slug,
                present,
                code,
            } => Text::new(
                format!(
                    "`{slug}` đã là tên của thủ tục {present}; hãy đặt tên khác cho thủ tục {code}"
                ),
                format!(
                    "`{slug}` is the name of procedure {present} already; give procedure {code} another one"
                ),
            ),
        }
    }
}

impl std::fmt::Display for CatalogueError {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&self.text().en)
    }
}

impl std::error::Error for CatalogueError {}

impl Catalogue {
    /// What is in force now. Cheap; holds the snapshot for as long as it lives.
    pub fn snapshot(&self) -> Guard<Arc<Snapshot>> {
        self.snapshot.load()
    }

    /// Adds versions at once, all that fit. A version that is there already, by its digest, changes nothing. Answers in the
    /// order asked.
    pub fn add(&self, versions: &[Arc<Version>]) -> Vec<Result<(), CatalogueError>> {
        let mut results = Vec::new();
        self.snapshot.rcu(|snapshot| {
            let mut next = Snapshot::clone(snapshot);
            results = versions.iter().map(|version| next.add(version)).collect();
            next
        });
        results
    }

    /// Answers a question to a procedure by the version in force on its day of receipt. From JSON bytes to JSON bytes.
    ///
    /// # Errors
    /// Every [`AssessError`].
    pub fn assess(
        &self,
        name: &str,
        body: &[u8],
        context: &Context<'_>,
    ) -> Result<Vec<u8>, AssessError> {
        let snapshot = self.snapshot();
        let (version, question, start) = snapshot.procedure(name)?.read(body, context)?;
        version
            .assess_from(question, start, context)?
            .to_json(context)
    }
}

impl Snapshot {
    /// A procedure by its national code or its slug.
    pub fn procedure(&self, name: &str) -> Result<&Arc<Procedure>, AssessError> {
        let code = self.slugs.get(name).map_or(name, |code| &**code);
        self.procedures
            .get(code)
            .ok_or_else(|| AssessError::UnknownProcedure(self.unknown(name)))
    }

    /// All procedures, by code.
    pub fn procedures(&self) -> impl Iterator<Item = &Arc<Procedure>> {
        self.procedures.values()
    }

    /// How many versions there are.
    pub fn version_count(&self) -> usize {
        self.procedures()
            .map(|procedure| procedure.versions.len())
            .sum()
    }

    fn unknown(&self, name: &str) -> UnknownProcedure {
        const LONGEST: usize = 80;
        let near = (name.len() <= LONGEST)
            .then(|| {
                let names = self.procedures.keys().chain(self.slugs.keys());
                names
                    .map(|candidate| (strsim::damerau_levenshtein(name, candidate), candidate))
                    .min_by_key(|&(distance, _)| distance)
                    .filter(|&(distance, candidate)| {
                        distance * 4 <= candidate.len().max(name.len())
                    })
                    .map(|(_, near)| near.to_string())
            })
            .flatten();
        UnknownProcedure {
            asked: question::shown(name),
            near,
        }
    }

    fn add(&mut self, version: &Arc<Version>) -> Result<(), CatalogueError> {
        let manifest = version.manifest();
        if let Some(present) = self.slugs.get(manifest.slug.as_str())
            && **present != *manifest.code
        {
            return Err(CatalogueError::SlugTaken {
                slug: manifest.slug.clone(),
                present: present.to_string(),
                code: manifest.code.clone(),
            });
        }
        let code: Arc<str> = manifest.code.as_str().into();
        let mut versions = self
            .procedures
            .get(&code)
            .map(|present| present.versions.clone())
            .unwrap_or_default();
        match versions.binary_search_by_key(&manifest.valid_from, |version| version.valid_from()) {
            Ok(at) => {
                return match versions.get(at) {
                    Some(present) if present.digest() != version.digest() => {
                        Err(CatalogueError::SameDay {
                            code: manifest.code.clone(),
                            day: manifest.valid_from,
                            present: present.digest().to_owned(),
                        })
                    }
                    _ => Ok(()),
                };
            }
            Err(at) => versions.insert(at, Arc::clone(version)),
        }
        self.slugs
            .insert(manifest.slug.as_str().into(), Arc::clone(&code));
        self.procedures
            .insert(code, Arc::new(Procedure { versions }));
        Ok(())
    }
}

impl Procedure {
    /// Its versions, ascending by first day.
    pub fn versions(&self) -> &[Arc<Version>] {
        &self.versions
    }

    /// The version in force on a day: the latest that has begun, unless it has ended by itself.
    ///
    /// # Errors
    /// On a day without a version none is used instead; the error tells when there is one.
    pub fn in_force(&self, day: Date) -> Result<&Arc<Version>, NotInForce> {
        let begun = self
            .versions
            .partition_point(|version| version.valid_from() <= day);
        self.versions
            .get(..begun)
            .and_then(<[_]>::last)
            .filter(|version| version.manifest().valid_to.is_none_or(|last| day <= last))
            .ok_or_else(|| NotInForce {
                code: self.latest().manifest().code.clone(),
                day,
                periods: self.periods().collect(),
            })
    }

    /// The version that begins last.
    pub fn latest(&self) -> &Arc<Version> {
        // A procedure is made with its first version, and versions are only added.
        &self.versions[self.versions.len() - 1]
    }

    /// When each version is in force: from its first day until it ends by itself or the next one begins.
    pub fn periods(&self) -> impl Iterator<Item = Period> {
        self.versions.iter().enumerate().map(|(at, version)| {
            let next = self
                .versions
                .get(at + 1)
                .and_then(|next| next.valid_from().plus_days(-1));
            let own = version.manifest().valid_to;
            let to = match (own, next) {
                (Some(own), Some(next)) => Some(own.min(next)),
                (own, next) => own.or(next),
            };
            Period {
                from: version.valid_from(),
                to,
            }
        })
    }

    /// Reads a question against the version in force on its day of receipt.
    ///
    /// The day stands in the question, and the version that reads the question hangs on the day. Nearly always it is the
    /// version in force now; so the question is read against that one first, and again against another only if the day
    /// says so.
    fn read<'v, 'b>(
        &'v self,
        body: &'b [u8],
        context: &Context<'_>,
    ) -> Result<(&'v Version, Question<'b>, motcua_model::due::Start), AssessError> {
        let guess = self
            .in_force(context.now.date())
            .unwrap_or_else(|_| self.latest());
        if let Some(question) = question::read_quickly(guess.manifest(), guess.form(), body) {
            let start = assess::start(&question, context)?;
            let version = self.in_force(start.day0).map_err(AssessError::NotInForce)?;
            if Arc::ptr_eq(version, guess) {
                return Ok((version, question, start));
            }
            return Ok((version, version.read(body)?, start));
        }
        // Something is wrong with it, or it is a question to another version. Whichever: the instants decide whose.
        let instants = question::peek(body);
        let seen = Question {
            instants,
            ..Question::default()
        };
        let start = assess::start(&seen, context);
        let version = match &start {
            Ok(start) => match self.in_force(start.day0) {
                Ok(version) => version,
                // Broken JSON is told as such, not as a day without a version.
                Err(missing) => {
                    return Err(match guess.read(body) {
                        Err(AssessError::Question(error @ QuestionError::Broken(_))) => {
                            AssessError::Question(error)
                        }
                        _ => AssessError::NotInForce(missing),
                    });
                }
            },
            Err(_) => guess,
        };
        let question = version.read(body)?;
        Ok((version, question, start?))
    }
}
