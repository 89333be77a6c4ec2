//! What is in force: all loaded versions by procedure, in one snapshot that is exchanged as a whole. Whoever has begun to
//! answer keeps the snapshot he began with.

use std::collections::BTreeMap;
use std::sync::Arc;

use arc_swap::{ArcSwap, Guard};
use motcua_engine::Class;
use motcua_model::timeline::{Gap, Timeline};
use motcua_model::{Date, Moment, Text};

use crate::assess::{self, Context};
use crate::error::{AssessError, NotInForce, Period, UnknownProcedure};
use crate::ledger::Published;
use crate::question::{self, Question, QuestionError};
use crate::version::Version;

/// All versions that can be asked.
#[derive(Debug, Default)]
pub struct Catalogue {
    snapshot: ArcSwap<Snapshot>,
}

/// What came of asking quickly.
#[derive(Debug)]
pub enum Quickly {
    /// The answer.
    Answered(Vec<u8>),
    /// The version may keep a thread busy: for milliseconds, or for a second if it is interpreted.
    NotQuick(Class),
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
    /// At least one.
    timeline: Timeline<Arc<Version>>,
    /// What was loaded: tells whether the ledger says anything new.
    published: Timeline<Published>,
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
    /// The procedure has another slug.
    OtherSlug {
        /// National code.
        code: String,
        /// The slug that it has.
        present: String,
        /// The slug that it is given.
        slug: String,
    },
}

/// The slugs of versions that are put together: a code has one slug, and a slug one code.
#[derive(Clone, Debug, Default)]
pub struct Slugs {
    by_code: BTreeMap<String, String>,
    by_slug: BTreeMap<String, String>,
}

impl Slugs {
    /// Adds a version.
    ///
    /// # Errors
    /// It does not fit those before: then it is not added.
    pub fn add(&mut self, code: &str, slug: &str) -> Result<(), CatalogueError> {
        fits(
            code,
            slug,
            self.by_code.get(code).map(String::as_str),
            self.by_slug.get(slug).map(String::as_str),
        )?;
        self.by_code.insert(code.to_owned(), slug.to_owned());
        self.by_slug.insert(slug.to_owned(), code.to_owned());
        Ok(())
    }
}

/// Whether a code may have a slug, where the code has one already or the slug has a code.
fn fits(
    code: &str,
    slug: &str,
    slug_of_code: Option<&str>,
    code_of_slug: Option<&str>,
) -> Result<(), CatalogueError> {
    if let Some(present) = code_of_slug.filter(|present| *present != code) {
        return Err(CatalogueError::SlugTaken {
            slug: slug.to_owned(),
            present: present.to_owned(),
            code: code.to_owned(),
        });
    }
    if let Some(present) = slug_of_code.filter(|present| *present != slug) {
        return Err(CatalogueError::OtherSlug {
            code: code.to_owned(),
            present: present.to_owned(),
            slug: slug.to_owned(),
        });
    }
    Ok(())
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
            Self::OtherSlug {
                code,
                present,
                slug,
            } => Text::new(
                format!(
                    "thủ tục {code} đã có tên `{present}`, nhưng gói này đặt là `{slug}`; mỗi thủ tục chỉ có một tên. \
                     Hãy giữ `{present}` cho mọi phiên bản."
                ),
                format!(
                    "procedure {code} has the name `{present}` already, but this package calls it `{slug}`; a procedure has \
                     one name. Keep `{present}` for all its versions."
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

    /// Puts procedures in the place of those with their codes, all at once.
    pub(crate) fn exchange(&self, procedures: Vec<(String, Procedure)>) {
        self.snapshot.rcu(|snapshot| {
            let mut next = Snapshot::clone(snapshot);
            for (code, procedure) in &procedures {
                next.put(code, procedure.clone());
            }
            next
        });
    }

    /// Answers a question to a procedure by the version in force on its day of receipt. From JSON bytes to JSON bytes. `at` is
    /// when it is asked, by the host's clock; the context may be of a moment in the past.
    ///
    /// # Errors
    /// Every [`AssessError`].
    pub fn assess(
        &self,
        name: &str,
        body: &[u8],
        context: &Context<'_>,
        at: Moment,
    ) -> Result<Vec<u8>, AssessError> {
        let snapshot = self.snapshot();
        let (version, question, start) = snapshot.procedure(name)?.read(body, context)?;
        version
            .assess_for_portal(question, start, context, at)?
            .to_json(context)
    }

    /// The same, unless the version that decides is not known to be quick: then the caller takes a thread that may be kept
    /// busy. One that is out of order says so at once.
    ///
    /// # Errors
    /// Every [`AssessError`].
    pub fn assess_if_quick(
        &self,
        name: &str,
        body: &[u8],
        context: &Context<'_>,
        at: Moment,
    ) -> Result<Quickly, AssessError> {
        let snapshot = self.snapshot();
        let (version, question, start) = snapshot.procedure(name)?.read(body, context)?;
        if !version.is_quick() {
            version.in_order(at)?;
            return Ok(Quickly::NotQuick(version.class()));
        }
        version
            .assess_for_portal(question, start, context, at)?
            .to_json(context)
            .map(Quickly::Answered)
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
            .map(|procedure| procedure.timeline.periods().len())
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

    /// The code of the procedure that lives at a slug.
    pub fn code_of(&self, slug: &str) -> Option<&str> {
        self.slugs.get(slug).map(|code| &**code)
    }

    /// Whether a version with this code and this slug fits those that are here.
    pub(crate) fn fits(&self, code: &str, slug: &str) -> Result<(), CatalogueError> {
        let present = self
            .procedures
            .get(code)
            .map(|procedure| procedure.latest());
        fits(
            code,
            slug,
            present.map(|version| version.manifest().slug.as_str()),
            self.code_of(slug),
        )
    }

    /// Whether a procedure is here just as the ledger has it.
    pub(crate) fn has(&self, code: &str, published: &Timeline<Published>) -> bool {
        self.procedures
            .get(code)
            .is_some_and(|procedure| procedure.published == *published)
    }

    fn put(&mut self, code: &str, procedure: Procedure) {
        let code: Arc<str> = code.into();
        for period in procedure.timeline.periods() {
            // Whoever has a slug keeps it; that it is free is asked before a version is activated.
            self.slugs
                .entry(period.version.manifest().slug.as_str().into())
                .or_insert_with(|| Arc::clone(&code));
        }
        self.procedures.insert(code, Arc::new(procedure));
    }
}

impl Procedure {
    /// A procedure out of its timeline, which has at least one version.
    pub(crate) fn new(timeline: Timeline<Arc<Version>>, published: Timeline<Published>) -> Self {
        Self {
            timeline,
            published,
        }
    }

    /// Everything that was ever put in force.
    pub fn timeline(&self) -> &Timeline<Arc<Version>> {
        &self.timeline
    }

    /// The same by digest, with where each comes from.
    pub fn published(&self) -> &Timeline<Published> {
        &self.published
    }

    /// The version in force on a day of receipt, as known at a moment: the latest that has begun, unless it has ended by
    /// itself or is suspended.
    ///
    /// # Errors
    /// On a day without a version none is used instead; the error tells when there is one.
    pub fn in_force(&self, day: Date, known_at: Moment) -> Result<&Arc<Version>, NotInForce> {
        match self.timeline.deciding(day, known_at) {
            Ok(period) => Ok(&period.version),
            Err(gap) => Err(NotInForce {
                code: self.latest().manifest().code.clone(),
                day,
                suspended_from: match gap {
                    Gap::Suspended(from) => Some(from),
                    Gap::None => None,
                },
                periods: self.periods(known_at).map(|(_, period)| period).collect(),
            }),
        }
    }

    /// The version that begins last.
    pub fn latest(&self) -> &Arc<Version> {
        // A procedure is made with its first version, and versions are only added.
        &self.timeline.periods()[self.timeline.periods().len() - 1].version
    }

    /// The versions known at a moment, each with its days: from its first until it ends by itself, is suspended, or the
    /// next one begins. Ascending; a version whose first day another has taken has none and is left out.
    pub fn periods(&self, known_at: Moment) -> impl Iterator<Item = (&Arc<Version>, Period)> {
        let known: Vec<_> = self
            .timeline
            .periods()
            .iter()
            .filter(|period| period.is_known(known_at))
            .collect();
        (0..known.len()).filter_map(move |at| {
            let period = known[at];
            let next = known.get(at + 1).map(|next| next.from);
            if next == Some(period.from) {
                return None;
            }
            let suspended = period.suspended_from(known_at);
            let before = |day: Option<Date>| day.and_then(|day| day.plus_days(-1));
            let to = [period.to, before(next), before(suspended)]
                .into_iter()
                .flatten()
                .min();
            Some((
                &period.version,
                Period {
                    from: period.from,
                    to,
                },
            ))
        })
    }

    /// Reads a question against the version in force on its day of receipt.
    ///
    /// The day stands in the question, and the version that reads the question hangs on the day. Nearly always it is the
    /// version in force now; so the question is read against that one first, and again against another only if the day
    /// says so.
    pub(crate) fn read<'v, 'b>(
        &'v self,
        body: &'b [u8],
        context: &Context<'_>,
    ) -> Result<(&'v Arc<Version>, Question<'b>, motcua_model::due::Start), AssessError> {
        let guess = self
            .in_force(context.now.date(), context.now)
            .unwrap_or_else(|_| self.latest());
        if let Some(question) = question::read_quickly(guess.manifest(), guess.form(), body) {
            let start = assess::start(&question, context)?;
            let version = self
                .in_force(start.day0, context.now)
                .map_err(AssessError::NotInForce)?;
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
            Ok(start) => match self.in_force(start.day0, context.now) {
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
