//! The answer of the contract, decoded: `assessment` of `wit/procedure@1.0.0`, the verdict that follows from it, and the
//! check that it fits its manifest. Nothing that a component returns is trusted before [`Assessment::check`].

use serde::{Deserialize, Serialize};

use crate::Manifest;

/// The largest amount a fee may have, in đồng.
pub const MAX_FEE_VND: u64 = 1_000_000_000_000;
/// The largest number of originals or copies of one document.
pub const MAX_COPIES: u32 = 99;

/// What follows from the outcomes. Drawn by the host, never told by a component.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Verdict {
    /// Every condition that concerns the applicant is satisfied.
    Eligible,
    /// At least one condition is violated.
    Ineligible,
    /// Facts are missing that can still decide it.
    Undetermined,
    /// Nothing speaks against it; the law leaves the rest to the officer's judgement.
    NeedsJudgement,
    /// An exemption applies: this procedure is not needed at all.
    NotRequired,
}

/// Does an exemption apply?
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(rename_all = "kebab-case")]
pub enum ExemptionOutcome {
    /// No.
    DoesNotApply,
    /// Yes: the procedure is not needed.
    Applies,
    /// Hangs on a missing fact.
    Unknown,
}

/// How a condition stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(rename_all = "kebab-case")]
pub enum ConditionOutcome {
    /// Broken.
    Violated,
    /// Met.
    Satisfied,
    /// Hangs on a missing fact.
    Unknown,
    /// Left to the officer's judgement.
    Judgement,
    /// Does not concern this applicant.
    NotApplicable,
}

/// Must a document be handed in?
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(rename_all = "kebab-case")]
pub enum DocumentNeed {
    /// No.
    NotNeeded,
    /// Yes.
    Required,
    /// Hangs on a missing fact.
    Unknown,
    /// One of its group; the applicant chooses which.
    OneOf,
    /// Needed and on file already.
    OnFile,
    /// Needed and replaced by data of a consulted database.
    ReplacedByData,
}

/// Is a fee to be paid?
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(rename_all = "kebab-case")]
pub enum FeeDue {
    /// No.
    NotDue,
    /// Yes.
    Due,
    /// Hangs on a missing fact.
    Unknown,
}

/// Which row of the time limit applies.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum TimeLimitResult {
    /// The law sets no limit for this case.
    None,
    /// The row at this position.
    Row(u16),
    /// Hangs on a missing fact.
    Unknown,
}

/// What a missing fact is needed for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Subject {
    /// An exemption, by position.
    Exemption(u16),
    /// A condition, by position.
    Condition(u16),
    /// A document, by position.
    Document(u16),
    /// The time limit.
    TimeLimit,
    /// A fee, by position.
    Fee(u16),
    /// A check, by position.
    Check(u16),
}

/// One exemption's outcome.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ExemptionResult {
    /// Position in the manifest.
    pub exemption: u16,
    /// Its outcome.
    pub outcome: ExemptionOutcome,
}

/// One condition's outcome.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ConditionResult {
    /// Position in the manifest.
    pub condition: u16,
    /// Its outcome.
    pub outcome: ConditionOutcome,
}

/// One document's need.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct DocumentResult {
    /// Position in the manifest.
    pub document: u16,
    /// Whether it must be handed in.
    pub need: DocumentNeed,
    /// Originals in one dossier; absent while unknown.
    pub originals: Option<u32>,
    /// Copies in one dossier; absent while unknown.
    pub copies: Option<u32>,
}

/// One fee's amount.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct FeeResult {
    /// Position in the manifest.
    pub fee: u16,
    /// Whether it is to be paid.
    pub due: FeeDue,
    /// In whole đồng; absent when not due or unknown.
    pub amount: Option<u64>,
    /// Without any relief, in whole đồng.
    pub full_amount: Option<u64>,
    /// Position in the fee's reliefs.
    pub relief: Option<u16>,
}

/// A fact that is not told and can still change the subject's result.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct MissingFact {
    /// Position in the manifest's facts.
    pub fact: u16,
    /// What it is needed for.
    pub subject: Subject,
}

/// The answer: see `assessment` in the contract. After [`Assessment::check`] each list is in the manifest's order.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Assessment {
    /// One for each exemption.
    pub exemptions: Vec<ExemptionResult>,
    /// One for each condition.
    pub conditions: Vec<ConditionResult>,
    /// One for each document.
    pub documents: Vec<DocumentResult>,
    /// The row of the time limit.
    pub time_limit: TimeLimitResult,
    /// One for each fee.
    pub fees: Vec<FeeResult>,
    /// In the order to ask.
    pub missing: Vec<MissingFact>,
    /// Checks that fail, ascending.
    pub problems: Vec<u16>,
}

/// How an answer contradicts its manifest. Always the component's fault, never the applicant's or the platform's.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum AssessmentError {
    /// A number beyond the manifest's list.
    #[error("the answer names {list} {number}, but the manifest has {len} (counted from 0)")]
    UnknownNumber {
        /// The manifest's list.
        list: &'static str,
        /// The number told.
        number: u16,
        /// The length of the list.
        len: usize,
    },
    /// A number told twice.
    #[error("the answer tells {list} {number} twice")]
    Twice {
        /// The manifest's list.
        list: &'static str,
        /// The number told twice.
        number: u16,
    },
    /// A number of the manifest that is not told.
    #[error("the answer leaves out {list} {number}")]
    Missing {
        /// The manifest's list.
        list: &'static str,
        /// The number left out.
        number: u16,
    },
    /// A result that makes no sense in itself.
    #[error("{list} {number}: {what}")]
    Absurd {
        /// The manifest's list.
        list: &'static str,
        /// Whose result.
        number: u16,
        /// What is wrong with it.
        what: &'static str,
    },
}

impl Assessment {
    /// The verdict that follows from the outcomes: an exemption that applies ends the matter; one that is unknown leaves
    /// it open; then a violated condition, a missing fact and a matter of judgement weigh in this order.
    pub fn verdict(&self) -> Verdict {
        let exempt = |outcome| self.exemptions.iter().any(|e| e.outcome == outcome);
        let any = |outcome| self.conditions.iter().any(|c| c.outcome == outcome);
        if exempt(ExemptionOutcome::Applies) {
            Verdict::NotRequired
        } else if exempt(ExemptionOutcome::Unknown) {
            Verdict::Undetermined
        } else if any(ConditionOutcome::Violated) {
            Verdict::Ineligible
        } else if any(ConditionOutcome::Unknown) {
            Verdict::Undetermined
        } else if any(ConditionOutcome::Judgement) {
            Verdict::NeedsJudgement
        } else {
            Verdict::Eligible
        }
    }

    /// Checks the answer against its manifest and puts each list into the manifest's order.
    pub fn check(&mut self, manifest: &Manifest) -> Result<(), AssessmentError> {
        each_once(
            "exemption",
            &mut self.exemptions,
            manifest.exemptions.len(),
            |r| r.exemption,
        )?;
        each_once(
            "condition",
            &mut self.conditions,
            manifest.conditions.len(),
            |r| r.condition,
        )?;
        each_once(
            "document",
            &mut self.documents,
            manifest.documents.len(),
            |r| r.document,
        )?;
        each_once("fee", &mut self.fees, manifest.fees.len(), |r| r.fee)?;
        for result in &self.documents {
            check_document(result, manifest)?;
        }
        for result in &self.fees {
            check_fee(result, manifest)?;
        }
        let rows = manifest
            .time_limit
            .as_ref()
            .map_or(0, |limit| limit.rows.len());
        if let TimeLimitResult::Row(row) = self.time_limit {
            known("time-limit", row, rows)?;
        }
        let mut last = None;
        for &problem in &self.problems {
            known("check", problem, manifest.checks.len())?;
            if last >= Some(problem) {
                return Err(AssessmentError::Twice {
                    list: "check",
                    number: problem,
                });
            }
            last = Some(problem);
        }
        let subjects = self.exemptions.len()
            + self.conditions.len()
            + self.documents.len()
            + 1
            + self.fees.len()
            + manifest.checks.len();
        if self.missing.len() > subjects * manifest.facts.len() {
            return Err(AssessmentError::Absurd {
                list: "missing",
                number: u16::MAX,
                what: "more missing facts than facts and subjects",
            });
        }
        for missing in &self.missing {
            known("fact", missing.fact, manifest.facts.len())?;
            match missing.subject {
                Subject::Exemption(n) => known("exemption", n, manifest.exemptions.len())?,
                Subject::Condition(n) => known("condition", n, manifest.conditions.len())?,
                Subject::Document(n) => known("document", n, manifest.documents.len())?,
                Subject::Fee(n) => known("fee", n, manifest.fees.len())?,
                Subject::Check(n) => known("check", n, manifest.checks.len())?,
                Subject::TimeLimit => {}
            }
        }
        Ok(())
    }
}

fn known(list: &'static str, number: u16, len: usize) -> Result<(), AssessmentError> {
    if usize::from(number) < len {
        Ok(())
    } else {
        Err(AssessmentError::UnknownNumber { list, number, len })
    }
}

/// Every number below `len` exactly once; sorts only when the component did not keep the order.
fn each_once<T>(
    list: &'static str,
    results: &mut [T],
    len: usize,
    number: impl Fn(&T) -> u16,
) -> Result<(), AssessmentError> {
    if !results.is_sorted_by_key(&number) {
        results.sort_by_key(&number);
    }
    for (expected, result) in results.iter().enumerate() {
        let told = number(result);
        known(list, told, len)?;
        match usize::from(told).cmp(&expected) {
            std::cmp::Ordering::Less => return Err(AssessmentError::Twice { list, number: told }),
            std::cmp::Ordering::Greater => {
                return Err(AssessmentError::Missing {
                    list,
                    number: expected as u16,
                });
            }
            std::cmp::Ordering::Equal => {}
        }
    }
    if results.len() < len {
        return Err(AssessmentError::Missing {
            list,
            number: results.len() as u16,
        });
    }
    Ok(())
}

fn check_document(result: &DocumentResult, manifest: &Manifest) -> Result<(), AssessmentError> {
    let absurd = |what| AssessmentError::Absurd {
        list: "document",
        number: result.document,
        what,
    };
    let document = &manifest.documents[usize::from(result.document)];
    if result.originals.max(result.copies) > Some(MAX_COPIES) {
        return Err(absurd("more than 99 originals or copies"));
    }
    match result.need {
        DocumentNeed::OneOf if document.group.is_none() => Err(absurd("`one-of` without a group")),
        DocumentNeed::ReplacedByData if document.replaced_by.is_empty() => {
            Err(absurd("`replaced-by-data`, but no database replaces it"))
        }
        DocumentNeed::NotNeeded if document.when.is_none() && document.group.is_none() => {
            Err(absurd("`not-needed`, but the manifest requires it always"))
        }
        _ => Ok(()),
    }
}

fn check_fee(result: &FeeResult, manifest: &Manifest) -> Result<(), AssessmentError> {
    let absurd = |what| AssessmentError::Absurd {
        list: "fee",
        number: result.fee,
        what,
    };
    let fee = &manifest.fees[usize::from(result.fee)];
    if let Some(relief) = result.relief {
        known("relief", relief, fee.reliefs.len())?;
    }
    if result.amount.max(result.full_amount) > Some(MAX_FEE_VND) {
        return Err(absurd("more than 10^12 đồng"));
    }
    match (result.due, result.amount, result.full_amount) {
        (FeeDue::NotDue, None, None) if result.relief.is_none() => Ok(()),
        (FeeDue::NotDue, ..) => Err(absurd("an amount or a relief, though not due")),
        (_, Some(amount), Some(full)) if amount > full => {
            Err(absurd("an amount above the full amount"))
        }
        (_, Some(_), None) => Err(absurd("an amount without the full amount")),
        (_, Some(amount), Some(full)) if amount < full && result.relief.is_none() => {
            Err(absurd("a lowered amount without a relief"))
        }
        _ => Ok(()),
    }
}
