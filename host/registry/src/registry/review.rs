//! To review: approve what was read, or send it back.

use std::sync::Arc;

use motcua_model::Moment;
use motcua_model::lifecycle::Stage;

use super::{DeedError, Registry, ToAppend, may};
use crate::ledger::{Act, Deed, Ledger, Principal, Submission};
use crate::refusal::Refusal;

impl Registry {
    /// Approves a submission. The approval names the component that was read; another one is refused.
    ///
    /// # Errors
    /// Every [`DeedError`]; whoever submitted it is refused.
    pub async fn approve(
        &self,
        who: &Principal,
        submission: &Submission,
        component: &str,
        comment: &str,
        now: Moment,
    ) -> Result<Stage, DeedError> {
        let ledger = self
            .enact(who, Act::Approve, &submission.to_string(), now, |ledger| {
                let review = ledger.in_review(submission, "approve")?;
                // Own approval first: whoever has both tokens should hear the real reason.
                review
                    .clone()
                    .approve(who.person.clone(), component, String::new(), now)?;
                may(ledger, who, Act::Approve, Some(&submission.procedure))?;
                Ok(ToAppend::one(
                    Deed::VersionApproved {
                        submission: submission.clone(),
                        component: component.to_owned(),
                        comment: comment.to_owned(),
                    },
                    submission.to_string(),
                ))
            })
            .await?;
        stage(&ledger, submission)
    }

    /// Sends a submission back, saying why.
    ///
    /// # Errors
    /// Every [`DeedError`].
    pub async fn send_back(
        &self,
        who: &Principal,
        submission: &Submission,
        comment: &str,
        now: Moment,
    ) -> Result<Stage, DeedError> {
        let ledger = self
            .enact(who, Act::SendBack, &submission.to_string(), now, |ledger| {
                may(ledger, who, Act::SendBack, Some(&submission.procedure))?;
                ledger.in_review(submission, "send-back")?;
                Ok(ToAppend::one(
                    Deed::VersionSentBack {
                        submission: submission.clone(),
                        comment: comment.to_owned(),
                    },
                    submission.to_string(),
                ))
            })
            .await?;
        stage(&ledger, submission)
    }
}

/// Where a submission stands now.
pub(super) fn stage(ledger: &Arc<Ledger>, submission: &Submission) -> Result<Stage, DeedError> {
    Ok(ledger
        .stage(submission)
        .cloned()
        .ok_or_else(|| Refusal::no_submission(submission))?)
}
