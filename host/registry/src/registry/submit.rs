//! To submit: a department sends a component with a signed statement; the gate looks at it, and submission and report are
//! kept together.

use std::sync::Arc;

use motcua_model::lifecycle::{Stage, Submitted};
use motcua_model::statement::Statement;
use motcua_model::{Date, Moment, Text};
use motcua_store::{Digest, NewVersion};

use super::replay::questions;
use super::review::stage;
use super::{ATTEMPTS, DeedError, Registry, ToAppend, may};
use crate::answer::Texts;
use crate::assess::Context;
use crate::gate::{self, GateReport, InForce, ToPass};
use crate::ledger::{Act, Deed, Ledger, Principal, Role, Submission};
use crate::refusal::Refusal;
use crate::signature;
use crate::version::Version;

/// So many numbers a statement may leave out: some, because statements are signed ahead; few, because what is left out is
/// lost, and a procedure without numbers could never be amended.
const MOST_SKIPPED: u32 = 1_000;

/// What a department sends.
#[derive(Clone, Debug)]
pub struct ToSubmit {
    /// The statement, exactly as it was signed.
    pub statement: String,
    /// The signature, base64.
    pub signature: String,
    /// The component.
    pub component: Vec<u8>,
}

impl Registry {
    /// Submits a version. Ownership, signature and number are verified first; what fails there is refused. Then the gate
    /// looks at it, and whatever it finds is kept: the version is in review, or failed.
    ///
    /// # Errors
    /// Every [`DeedError`]. A version that fails the gate is no error: its stage says so.
    pub async fn submit(
        &self,
        who: &Principal,
        to_submit: ToSubmit,
        now: Moment,
    ) -> Result<Stage, DeedError> {
        let to_submit = Arc::new(to_submit);
        for _ in 0..ATTEMPTS {
            self.read_on(now).await?;
            let ledger = self.ledger();
            let now = ledger.moment(now);
            let checked = {
                let (ledger, who) = (Arc::clone(&ledger), who.clone());
                let to_submit = Arc::clone(&to_submit);
                // A large component takes a while to be digested.
                let work = move || check(&ledger, &who, &to_submit, now);
                self.lanes().publishing().run_aside(work).await
            };
            let submitted = match checked {
                Ok(submitted) => submitted,
                Err((subject, refusal)) => {
                    self.keep_refusal(&who.person, Act::Submit.word(), &subject, &refusal, now)
                        .await;
                    return Err(refusal.into());
                }
            };
            let submission = Submission {
                procedure: submitted.procedure.clone(),
                number: submitted.number,
            };
            let against = ledger
                .deciding(&submitted.procedure, submitted.from, now)
                .map(str::to_owned);
            let (report, version) = self.pass(&submitted, &to_submit, now).await?;
            let passed = report.passed;
            // A report is made of texts and numbers: it cannot fail to be written.
            let report = serde_json::to_vec(&report).unwrap_or_default();
            let manifest = version.as_ref().map(|version| version.manifest());
            let versions = version
                .iter()
                .map(|version| NewVersion {
                    component: &to_submit.component,
                    code: &version.manifest().code,
                    slug: &version.manifest().slug,
                    valid_from: version.manifest().valid_from,
                    valid_to: version.manifest().valid_to,
                    contract: version.contract(),
                    engine: crate::load::ENGINE,
                    compiled_from: None,
                    first_seen_at: now,
                })
                .collect();
            let to_append = ToAppend {
                deeds: vec![(
                    Deed::VersionSubmitted {
                        submitted,
                        report: Digest::of(&report).to_string(),
                        passed,
                        against,
                        to: manifest.and_then(|manifest| manifest.valid_to),
                        moves: version.as_ref().is_some_and(|version| version.moves()),
                    },
                    submission.to_string(),
                )],
                versions,
                texts: vec![&report],
            };
            if self
                .append(&who.person, now, Some(ledger.number()), &to_append)
                .await?
            {
                if let Some(version) = &version {
                    self.remember(version);
                }
                self.read_on(now).await?;
                return stage(&self.ledger(), &submission);
            }
        }
        Err(DeedError::Busy)
    }

    /// Runs the gate in the lane of publishing.
    async fn pass(
        &self,
        submitted: &Submitted,
        to_submit: &Arc<ToSubmit>,
        now: Moment,
    ) -> Result<(GateReport, Option<Arc<Version>>), DeedError> {
        let in_force = self.decides(&submitted.procedure, submitted.from, now);
        let records = self.recent_decisions(&submitted.procedure).await?;
        // Where its bytes cannot be had the difference is shown all the same, only with fewer applicants made up.
        let before = match &in_force {
            Some(version) => self.kept_component(version.digest()).await.ok(),
            None => None,
        };
        let (engine, calendar) = (self.parts.engine.clone(), Arc::clone(self.calendar()));
        let office = self.parts.office;
        let catalogue = self.catalogue().snapshot().clone();
        let (submitted, to_submit) = (submitted.clone(), Arc::clone(to_submit));
        let seal = self.parts.seal.clone();
        let work = move || {
            let recorded = seal.map_or_else(Vec::new, |seal| questions(&seal, &records));
            let recorded: Vec<gate::Recorded<'_>> = recorded
                .iter()
                .map(|(id, question, asked_at)| gate::Recorded {
                    id,
                    question,
                    asked_at: *asked_at,
                })
                .collect();
            let to_pass = ToPass {
                component: &to_submit.component,
                submitted: &submitted,
                owned: true,
                in_force: in_force.as_deref().map(|version| InForce {
                    version,
                    component: before.as_deref(),
                }),
                recorded: &recorded,
                catalogue: &catalogue,
            };
            let context = Context {
                now,
                calendar: calendar.calendar(),
                office: &office,
                texts: Texts::None,
            };
            gate::gate(&engine, &to_pass, &context)
        };
        let outcome = self.lanes().publishing().run_aside(work).await;
        let outcome = outcome.map_err(|_| DeedError::Busy)?;
        Ok((outcome.report, outcome.version))
    }

    /// The version that decides a procedure on a day, if there is one.
    pub fn decides(&self, code: &str, day: Date, now: Moment) -> Option<Arc<Version>> {
        let snapshot = self.catalogue().snapshot();
        let procedure = snapshot.procedure(code).ok()?;
        procedure.in_force(day, now).ok().map(Arc::clone)
    }

    /// The report of the gate on a submission.
    ///
    /// # Errors
    /// There is no such submission, or the database does not answer.
    pub async fn report(&self, submission: &Submission) -> Result<GateReport, DeedError> {
        let ledger = self.ledger();
        let stage = ledger
            .stage(submission)
            .ok_or_else(|| Refusal::no_submission(submission))?;
        let unreadable = |vi: &str, en: &str| {
            DeedError::Refused(Refusal::Altered {
                what: Text::new(vi, en),
            })
        };
        let digest: Digest = stage
            .report()
            .parse()
            .map_err(|_| unreadable("báo cáo không có mã băm", "the report has no digest"))?;
        let bytes = self
            .store()
            .text(digest)
            .await?
            .ok_or_else(|| unreadable("không còn lưu báo cáo", "the report is not kept"))?;
        serde_json::from_slice(&bytes)
            .map_err(|_| unreadable("không đọc được báo cáo", "the report cannot be read"))
    }
}

/// Whose it is, who signed it, and that it is new.
fn check(
    ledger: &Ledger,
    who: &Principal,
    to_submit: &ToSubmit,
    now: Moment,
) -> Result<Submitted, (String, Refusal)> {
    let statement =
        Statement::read(&to_submit.statement).map_err(|error| (String::new(), error.into()))?;
    let subject = format!("{}/{}", statement.procedure, statement.number);
    let check = || {
        may(ledger, who, Act::Submit, Some(&statement.procedure))?;
        if let Role::Author { department } = &who.role
            && *department != statement.department
        {
            return Err(Refusal::NotOwner {
                procedure: statement.procedure.clone(),
                department: statement.department.clone(),
                owner: Some(department.clone()),
            });
        }
        signature::verify(
            ledger,
            &statement,
            &to_submit.statement,
            &to_submit.signature,
            now,
        )?;
        let last = ledger.last_number(&statement.procedure);
        if statement.number <= last {
            return Err(Refusal::OldStatement {
                number: statement.number,
                last,
            });
        }
        if statement.number > last.saturating_add(MOST_SKIPPED) {
            return Err(Refusal::FarStatement {
                number: statement.number,
                last,
            });
        }
        let sent = Digest::of(&to_submit.component).to_string();
        if statement.component != sent {
            return Err(Refusal::OtherComponent {
                named: crate::question::shown(&statement.component),
                sent,
            });
        }
        Ok(Submitted {
            procedure: statement.procedure.clone(),
            number: statement.number,
            component: sent,
            from: statement.from,
            department: statement.department.clone(),
            key: statement.key.clone(),
            statement: to_submit.statement.clone(),
            signature: to_submit.signature.clone(),
            person: who.person.clone(),
            at: now,
        })
    };
    check().map_err(|refusal| (motcua_engine::printable(&subject), refusal))
}
