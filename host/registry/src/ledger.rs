//! What follows from the deeds: departments, tokens, keys, and where each version stands. It is worked out from the chain
//! and kept nowhere else; every host that has read the same entries has the same ledger.

mod deed;
mod people;

use std::ops::Bound::{Excluded, Included};

use motcua_model::lifecycle::{Forbidden, InReview, Stage};
use motcua_model::timeline::{Period, Timeline};
use motcua_model::{Date, Moment, Text};
use motcua_store::DeedRecord;
use rpds::RedBlackTreeMapSync;
use serde::Serialize;

pub use deed::{Deed, Done, Submission};
pub use people::{Act, Authority, Principal, Role, Secret, TOKEN_PREFIX};

use crate::refusal::Refusal;

/// A department.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, utoipa::ToSchema)]
pub struct Department {
    /// Its id.
    pub id: String,
    /// Its name.
    pub name: Text,
    /// National codes that belong to it; one that ends in `*` stands for all that begin so.
    pub codes: Vec<String>,
}

/// A token, without its secret.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, utoipa::ToSchema)]
pub struct Token {
    /// Its id.
    pub id: String,
    /// Whose it is.
    pub person: String,
    /// What it allows.
    #[serde(flatten)]
    pub role: Role,
    /// When it was issued.
    pub issued_at: Moment,
    /// From then on it counts no more.
    pub expires_at: Moment,
    /// When it was revoked, if it was.
    pub revoked_at: Option<Moment>,
}

/// A key of a department.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, utoipa::ToSchema)]
pub struct Key {
    /// Its id.
    pub id: String,
    /// The department.
    pub department: String,
    /// Ed25519 public key, base64.
    pub public: String,
    /// Its signatures count from this moment on.
    pub from: Moment,
    /// Until this moment.
    pub until: Option<Moment>,
    /// Revoked from this moment on.
    pub revoked_from: Option<Moment>,
}

/// Where a version that decides comes from.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, utoipa::ToSchema)]
#[serde(tag = "origin", rename_all = "kebab-case")]
pub enum Origin {
    /// From the operator's folder; nobody signed it.
    Folder,
    /// From a department's submission.
    Submission {
        /// Number of the statement.
        number: u32,
    },
}

/// A version on a timeline, by its digest.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, utoipa::ToSchema)]
pub struct Published {
    /// Digest of the component.
    pub component: String,
    /// Where it comes from.
    #[serde(flatten)]
    pub origin: Origin,
}

/// What follows from the deeds up to [`Ledger::number`].
///
/// A copy shares with its original what neither has changed: one is made for every deed, and what ten years have brought must
/// not be copied each time.
#[derive(Clone, Debug, Default)]
pub struct Ledger {
    number: u64,
    /// The latest moment of an entry: a host whose clock is behind writes no earlier one.
    last_at: Option<Moment>,
    departments: RedBlackTreeMapSync<String, Department>,
    /// By the digest of the secret.
    tokens: RedBlackTreeMapSync<String, Token>,
    keys: RedBlackTreeMapSync<String, Key>,
    submissions: RedBlackTreeMapSync<Submission, Kept>,
    timelines: RedBlackTreeMapSync<String, Timeline<Published>>,
}

/// A submission as the ledger keeps it.
#[derive(Clone, Debug)]
struct Kept {
    stage: Stage,
    /// What its place on the timeline hangs on besides the statement, until it is activated.
    terms: Terms,
}

/// What the gate found of a version: its last day, its transition rule, and what it was compared with.
#[derive(Clone, Debug, Default)]
struct Terms {
    to: Option<Date>,
    moves: bool,
    against: Option<String>,
}

impl Ledger {
    /// The moment to note for a deed done now: never before an earlier deed's, whatever the clocks of several hosts say.
    pub fn moment(&self, now: Moment) -> Moment {
        self.last_at.map_or(now, |last| last.max(now))
    }

    /// The component that decides a day of receipt of a procedure, as known at a moment.
    pub fn deciding(&self, code: &str, day: Date, known_at: Moment) -> Option<&str> {
        let timeline = self.timelines.get(code)?;
        let period = timeline.deciding(day, known_at).ok()?;
        Some(&period.version.component)
    }

    /// The last governing entry that was read.
    pub const fn number(&self) -> u64 {
        self.number
    }

    /// Reads on. Entries that a rule of this version of motcua would refuse are refused here, too: whoever writes into the
    /// database by hand does not get past the two people.
    ///
    /// # Errors
    /// An entry cannot be read, or does not follow from the ones before; nothing after it is read.
    pub fn apply(&mut self, record: &DeedRecord) -> Result<(), Inapplicable> {
        let fault = |what: String| Inapplicable {
            number: record.number,
            what,
        };
        if motcua_store::Digest::of(record.entry.as_bytes()) != record.hash {
            return Err(fault("it was changed after it was written".to_owned()));
        }
        let done = Done::read(record).map_err(|error| fault(error.to_string()))?;
        let at = done.at;
        self.take(done)
            .map_err(|forbidden| fault(forbidden.text().en))?;
        self.number = record.number;
        self.last_at = Some(self.moment(at));
        Ok(())
    }

    pub(crate) fn take(&mut self, done: Done) -> Result<(), Forbidden> {
        let Done { at, who, deed, .. } = done;
        match deed {
            Deed::DepartmentAdded {
                department: id,
                name,
                codes,
            } => {
                let department = Department {
                    id: id.clone(),
                    name,
                    codes,
                };
                self.departments.insert_mut(id, department);
            }
            Deed::TokenIssued {
                token: id,
                digest,
                person,
                role,
                expires_at,
            } => {
                let token = Token {
                    id,
                    person,
                    role,
                    issued_at: at,
                    expires_at,
                    revoked_at: None,
                };
                self.tokens.insert_mut(digest, token);
            }
            Deed::TokenRevoked { token: id, .. } => {
                let mut named = self.tokens.iter().filter(|(_, token)| token.id == id);
                let digest = named.next().map(|(digest, _)| digest.clone());
                if let Some(token) = digest.and_then(|digest| self.tokens.get_mut(&digest)) {
                    token.revoked_at.get_or_insert(at);
                }
            }
            Deed::KeyRegistered {
                key: id,
                department,
                public,
                from,
                until,
            } => {
                let key = Key {
                    id: id.clone(),
                    department,
                    public,
                    from,
                    until,
                    revoked_from: None,
                };
                if !self.keys.contains_key(&id) {
                    self.keys.insert_mut(id, key);
                }
            }
            Deed::KeyRevoked { key, from, .. } => {
                if let Some(key) = self.keys.get_mut(&key) {
                    let earliest = key.revoked_from.map_or(from, |before| before.min(from));
                    key.revoked_from = Some(earliest);
                }
            }
            Deed::VersionSeeded {
                procedure,
                component,
                from,
                to,
                moves,
            } => self.publish(procedure, component, Origin::Folder, (from, to, moves), at),
            Deed::VersionSubmitted {
                submitted,
                report,
                passed,
                against,
                to,
                moves,
            } => {
                let submission = Submission {
                    procedure: submitted.procedure.clone(),
                    number: submitted.number,
                };
                let stage = if passed {
                    Stage::InReview(submitted.passed(report))
                } else {
                    Stage::Failed(submitted.failed(report))
                };
                let terms = Terms { to, moves, against };
                self.submissions
                    .insert_mut(submission, Kept { stage, terms });
            }
            Deed::VersionApproved {
                submission,
                component,
                comment,
            } => self.step(&submission, "approve", |stage| match stage {
                Stage::InReview(review) => review
                    .approve(who, &component, comment, at)
                    .map(Stage::Approved),
                stage => Err(stage.forbids("approve")),
            })?,
            Deed::VersionSentBack {
                submission,
                comment,
            } => self.step(&submission, "send-back", |stage| match stage {
                Stage::InReview(review) => review.send_back(who, comment, at).map(Stage::SentBack),
                stage => Err(stage.forbids("send-back")),
            })?,
            Deed::VersionActivated { submission, .. } => {
                self.must_be_next(&submission, at)?;
                self.step(&submission, "activate", |stage| match stage {
                    Stage::Approved(approved) => Ok(Stage::Active(approved.activate(who, at))),
                    stage => Err(stage.forbids("activate")),
                })?;
                if let Some(kept) = self.submissions.get(&submission) {
                    let submitted = kept.stage.submitted();
                    let Terms { to, moves, .. } = kept.terms;
                    let (component, from) = (submitted.component.clone(), submitted.from);
                    let origin = Origin::Submission {
                        number: submission.number,
                    };
                    self.publish(
                        submission.procedure,
                        component,
                        origin,
                        (from, to, moves),
                        at,
                    );
                }
            }
            Deed::VersionSuspended {
                submission,
                from,
                reason,
            } => {
                self.step(&submission, "suspend", |stage| match stage {
                    Stage::Active(active) => {
                        active.suspend(from, who, reason, at).map(Stage::Suspended)
                    }
                    Stage::Suspended(suspended) => suspended
                        .earlier(from, who, reason, at)
                        .map(Stage::Suspended),
                    stage => Err(stage.forbids("suspend")),
                })?;
                self.note(&submission, |period| period.suspensions.push((from, at)));
            }
            Deed::VersionWithdrawn { submission, reason } => {
                self.step(&submission, "withdraw", |stage| match stage {
                    Stage::Approved(approved) => {
                        approved.withdraw(who, reason, at).map(Stage::Withdrawn)
                    }
                    Stage::Active(active) => active.withdraw(who, reason, at).map(Stage::Withdrawn),
                    stage => Err(stage.forbids("withdraw")),
                })?;
                self.note(&submission, |period| period.withdrawn_at = Some(at));
            }
            Deed::Refused { .. }
            | Deed::DecisionRecorded { .. }
            | Deed::FactsErased { .. }
            | Deed::AlarmRaised { .. } => {}
        }
        Ok(())
    }

    /// Whether a submission may be activated after those that were: no later statement is active, and what decides its first
    /// day now is what the reviewer saw it compared with.
    fn must_be_next(&self, submission: &Submission, at: Moment) -> Result<(), Forbidden> {
        let [_, last] = ends(&submission.procedure);
        let mut later = self
            .submissions
            .range((Excluded(submission), Included(&last)));
        let active = |kept: &Kept| matches!(kept.stage, Stage::Active(_) | Stage::Suspended(_));
        if let Some((later, _)) = later.find(|(_, kept)| active(kept)) {
            return Err(Forbidden::Overtaken { by: later.number });
        }
        let Some(Kept { stage, terms }) = self.submissions.get(submission) else {
            return Ok(());
        };
        let deciding = self.deciding(&submission.procedure, stage.submitted().from, at);
        if deciding != terms.against.as_deref() {
            return Err(Forbidden::OtherBefore {
                compared: terms.against.clone(),
                deciding: deciding.map(str::to_owned),
            });
        }
        Ok(())
    }

    /// Moves a submission one step on; where the step is forbidden it stays where it is.
    fn step(
        &mut self,
        submission: &Submission,
        step: &'static str,
        next: impl FnOnce(Stage) -> Result<Stage, Forbidden>,
    ) -> Result<(), Forbidden> {
        let kept = self
            .submissions
            .get_mut(submission)
            .ok_or(Forbidden::NotFrom {
                step,
                stage: "not submitted",
            })?;
        kept.stage = next(kept.stage.clone())?;
        Ok(())
    }

    fn publish(
        &mut self,
        procedure: String,
        component: String,
        origin: Origin,
        (from, to, moves): (Date, Option<Date>, bool),
        at: Moment,
    ) {
        let mut timeline = self.timelines.get(&procedure).cloned().unwrap_or_default();
        timeline.add(Period {
            version: Published { component, origin },
            from,
            to,
            published_at: at,
            moves,
            withdrawn_at: None,
            suspensions: Vec::new(),
        });
        self.timelines.insert_mut(procedure, timeline);
    }

    fn note(&mut self, submission: &Submission, note: impl FnOnce(&mut Period<Published>)) {
        let origin = Origin::Submission {
            number: submission.number,
        };
        let period = self
            .timelines
            .get_mut(&submission.procedure)
            .into_iter()
            .flat_map(|timeline| timeline.periods_mut())
            .find(|period| period.version.origin == origin);
        if let Some(period) = period {
            note(period);
        }
    }

    /// All departments, by id.
    pub fn departments(&self) -> impl Iterator<Item = &Department> {
        self.departments.values()
    }

    /// A department.
    pub fn department(&self, id: &str) -> Option<&Department> {
        self.departments.get(id)
    }

    /// The department that a procedure belongs to: the one with the code itself, or else with the longest beginning of it.
    pub fn owner(&self, code: &str) -> Option<&Department> {
        let fits = |own: &str| match own.strip_suffix('*') {
            Some(beginning) => code.starts_with(beginning).then_some(beginning.len()),
            None => (own == code).then_some(usize::MAX),
        };
        self.departments
            .values()
            .filter_map(|department| {
                let best = department.codes.iter().filter_map(|own| fits(own)).max()?;
                Some((best, department))
            })
            .max_by_key(|&(best, _)| best)
            .map(|(_, department)| department)
    }

    /// All tokens.
    pub fn tokens(&self) -> impl Iterator<Item = &Token> {
        self.tokens.values()
    }

    /// All keys, by id.
    pub fn keys(&self) -> impl Iterator<Item = &Key> {
        self.keys.values()
    }

    /// A key.
    pub fn key(&self, id: &str) -> Option<&Key> {
        self.keys.get(id)
    }

    /// All submissions, by code and number.
    pub fn submissions(&self) -> impl Iterator<Item = (&Submission, &Stage)> {
        self.submissions
            .iter()
            .map(|(submission, kept)| (submission, &kept.stage))
    }

    /// Where a submission stands.
    pub fn stage(&self, submission: &Submission) -> Option<&Stage> {
        self.submissions.get(submission).map(|kept| &kept.stage)
    }

    /// What is in review, if that is where it stands.
    ///
    /// # Errors
    /// It stands elsewhere, or there is no such submission.
    pub fn in_review(
        &self,
        submission: &Submission,
        step: &'static str,
    ) -> Result<&InReview, Refusal> {
        match self.stage(submission) {
            Some(Stage::InReview(review)) => Ok(review),
            Some(stage) => Err(stage.forbids(step).into()),
            None => Err(Refusal::no_submission(submission)),
        }
    }

    /// The last number that a statement about a procedure had; 0 while there is none.
    pub fn last_number(&self, code: &str) -> u32 {
        let [first, last] = ends(code);
        self.submissions
            .range(first..=last)
            .next_back()
            .map_or(0, |(last, _)| last.number)
    }

    /// The timeline of a procedure.
    pub fn timeline(&self, code: &str) -> Option<&Timeline<Published>> {
        self.timelines.get(code)
    }

    /// Whether a component is on a timeline.
    pub fn is_published(&self, digest: &str) -> bool {
        self.timelines
            .values()
            .flat_map(|timeline| timeline.periods())
            .any(|period| period.version.component == digest)
    }

    /// All timelines, by code.
    pub fn timelines(&self) -> impl Iterator<Item = (&str, &Timeline<Published>)> {
        self.timelines
            .iter()
            .map(|(code, timeline)| (code.as_str(), timeline))
    }

    /// Whether a department has published a version of this procedure: from then on the folder no longer speaks for it.
    pub fn is_signed(&self, code: &str) -> bool {
        self.timelines.get(code).is_some_and(|timeline| {
            timeline
                .periods()
                .iter()
                .any(|period| period.version.origin != Origin::Folder)
        })
    }
}

/// The first and the last submission that a procedure could have.
fn ends(code: &str) -> [Submission; 2] {
    [0, u32::MAX].map(|number| Submission {
        procedure: code.to_owned(),
        number,
    })
}

impl Authority for Ledger {
    fn principal(&self, bearer: &str, now: Moment) -> Result<Principal, Refusal> {
        let token = self
            .tokens
            .get(&people::digest_of(bearer).to_string())
            .ok_or(Refusal::UnknownToken)?;
        if token.revoked_at.is_some() {
            return Err(Refusal::RevokedToken {
                token: token.id.clone(),
                person: token.person.clone(),
            });
        }
        if token.expires_at <= now {
            return Err(Refusal::ExpiredToken {
                token: token.id.clone(),
                person: token.person.clone(),
                expired_at: token.expires_at,
            });
        }
        Ok(Principal {
            person: token.person.clone(),
            role: token.role.clone(),
        })
    }
}

/// An entry that does not follow from the ones before.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("entry {number} of the deeds cannot be applied: {what}")]
pub struct Inapplicable {
    /// Its number.
    pub number: u64,
    /// Why.
    pub what: String,
}
