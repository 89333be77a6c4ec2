//! To activate, suspend and withdraw: what changes which version decides.

use motcua_model::lifecycle::{Approved, Stage};
use motcua_model::statement::Statement;
use motcua_model::{Date, Moment, Text};

use super::align::LoadVersionError;
use super::review::stage;
use super::{DeedError, Registry, ToAppend, may};
use crate::ledger::{Act, Deed, Ledger, Principal, Submission};
use crate::refusal::{KeyFault, Refusal};
use crate::signature;

impl Registry {
    /// Puts an approved version on its timeline. Digest, signature and approval are verified once more, with what is known
    /// now: a key that was revoked meanwhile counts no more, and bytes that are not the ones reviewed are refused. The
    /// version is loaded before anything is decided, so that what is activated can be answered from.
    ///
    /// # Errors
    /// Every [`DeedError`].
    pub async fn activate(
        &self,
        who: &Principal,
        submission: &Submission,
        now: Moment,
    ) -> Result<Stage, DeedError> {
        let subject = submission.to_string();
        self.read_on(now).await?;
        let checked = self.check_again(who, submission, now).await;
        if let Err(DeedError::Refused(refusal)) = &checked {
            self.keep_refusal(&who.person, Act::Activate.word(), &subject, refusal, now)
                .await;
        }
        checked?;
        let ledger = self
            .enact(who, Act::Activate, &subject, now, |ledger| {
                may(ledger, who, Act::Activate, Some(&submission.procedure))?;
                let approved = approved(ledger, submission)?;
                verify(ledger, approved, now)?;
                Ok(ToAppend::one(
                    Deed::VersionActivated {
                        submission: submission.clone(),
                        component: approved.submitted().component.clone(),
                    },
                    subject.as_str(),
                ))
            })
            .await?;
        stage(&ledger, submission)
    }

    async fn check_again(
        &self,
        who: &Principal,
        submission: &Submission,
        now: Moment,
    ) -> Result<(), DeedError> {
        let ledger = self.ledger();
        may(&ledger, who, Act::Activate, Some(&submission.procedure))?;
        let approved = approved(&ledger, submission)?;
        verify(&ledger, approved, now)?;
        let component = &approved.submitted().component;
        // From the store, not from memory: what another host would load must be what was reviewed.
        self.kept_component(component).await.map_err(refused)?;
        let version = self.load_version(component).await.map_err(refused)?;
        // A slug is an address; two procedures cannot live at one.
        let slug = &version.manifest().slug;
        if let Some(other) = self.catalogue().snapshot().code_of(slug)
            && other != submission.procedure
        {
            return Err(Refusal::Conflict {
                what: Text::new(
                    format!("`{slug}` đã là tên của thủ tục {other}"),
                    format!("`{slug}` is the name of procedure {other} already"),
                ),
            }
            .into());
        }
        Ok(())
    }

    /// Ends an active version from a day of receipt on, at the earliest today. No older version takes its place; a rollback
    /// is a new statement.
    ///
    /// # Errors
    /// Every [`DeedError`].
    pub async fn suspend(
        &self,
        who: &Principal,
        submission: &Submission,
        from: Option<Date>,
        reason: &str,
        now: Moment,
    ) -> Result<Stage, DeedError> {
        let from = from.unwrap_or(now.date());
        let ledger = self
            .enact(who, Act::Suspend, &submission.to_string(), now, |ledger| {
                may(ledger, who, Act::Suspend, Some(&submission.procedure))?;
                must_be_there(ledger, submission)?;
                if from < now.date() {
                    return Err(Refusal::Day {
                        day: from,
                        what: Text::new(
                            format!("không tạm ngừng lùi ngày: {from} đã qua"),
                            format!("a version is not suspended for days that have passed: {from}"),
                        ),
                    });
                }
                Ok(ToAppend::one(
                    Deed::VersionSuspended {
                        submission: submission.clone(),
                        from,
                        reason: reason.to_owned(),
                    },
                    submission.to_string(),
                ))
            })
            .await?;
        stage(&ledger, submission)
    }

    /// Takes back a version that has not begun to decide.
    ///
    /// # Errors
    /// Every [`DeedError`].
    pub async fn withdraw(
        &self,
        who: &Principal,
        submission: &Submission,
        reason: &str,
        now: Moment,
    ) -> Result<Stage, DeedError> {
        let ledger = self
            .enact(who, Act::Withdraw, &submission.to_string(), now, |ledger| {
                may(ledger, who, Act::Withdraw, Some(&submission.procedure))?;
                must_be_there(ledger, submission)?;
                Ok(ToAppend::one(
                    Deed::VersionWithdrawn {
                        submission: submission.clone(),
                        reason: reason.to_owned(),
                    },
                    submission.to_string(),
                ))
            })
            .await?;
        stage(&ledger, submission)
    }
}

fn refused(error: LoadVersionError) -> DeedError {
    match error {
        LoadVersionError::Store(error) => error.into(),
        LoadVersionError::Altered(what) => Refusal::Altered { what }.into(),
        LoadVersionError::NotLoaded(what) => Refusal::NotLoaded { what }.into(),
    }
}

fn must_be_there(ledger: &Ledger, submission: &Submission) -> Result<(), Refusal> {
    match ledger.stage(submission) {
        Some(_) => Ok(()),
        None => Err(Refusal::no_submission(submission)),
    }
}

fn approved<'l>(ledger: &'l Ledger, submission: &Submission) -> Result<&'l Approved, Refusal> {
    match ledger.stage(submission) {
        Some(Stage::Approved(approved)) => Ok(approved),
        Some(stage) => Err(stage.forbids("activate").into()),
        None => Err(Refusal::no_submission(submission)),
    }
}

/// The signature, as far as is known now, and that statement, submission and approval speak of one component.
fn verify(ledger: &Ledger, approved: &Approved, now: Moment) -> Result<(), Refusal> {
    let submitted = approved.submitted();
    let statement = Statement::read(&submitted.statement)?;
    if statement.component != submitted.component
        || statement.procedure != submitted.procedure
        || statement.number != submitted.number
        || statement.from != submitted.from
        || statement.department != submitted.department
    {
        return Err(Refusal::Altered {
            what: Text::new(
                "bản tuyên bố đã ký không nói đúng những gì được trình",
                "the signed statement does not say what was submitted",
            ),
        });
    }
    // A key that is revoked by now puts nothing more in force, even where its signature counted when it was made.
    let revoked = ledger
        .key(&statement.key)
        .is_some_and(|key| key.revoked_from.is_some_and(|from| from <= now));
    if revoked {
        return Err(Refusal::Key {
            key: statement.key,
            what: KeyFault::Revoked,
        });
    }
    signature::verify(
        ledger,
        &statement,
        &submitted.statement,
        &submitted.signature,
        submitted.at,
    )
}
