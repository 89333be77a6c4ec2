//! The answer of the contract, decoded: `assessment` of `wit/procedure@1.0.0`, and the verdict that follows from it.
//! Nothing that a component returns is trusted before [`Assessment::check`].

mod check;
mod subject;

use std::fmt;

use serde::{Deserialize, Serialize};

pub use check::AssessmentError;

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

/// Does the law ask for a document in this case? Whether it then must be handed in is drawn from it: see
/// [`crate::dossier`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum DocumentNeed {
    /// No.
    NotNeeded,
    /// Yes.
    Required,
    /// Hangs on a missing fact.
    Unknown,
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

/// What a missing fact is needed for. They are ordered as they are asked for: what decides whether there is a procedure at
/// all comes first, what it costs last.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
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
}

impl fmt::Display for Subject {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Exemption(number) => write!(f, "exemption {number}"),
            Self::Condition(number) => write!(f, "condition {number}"),
            Self::Document(number) => write!(f, "document {number}"),
            Self::TimeLimit => f.write_str("the time limit"),
            Self::Fee(number) => write!(f, "fee {number}"),
        }
    }
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
    /// Whether the law asks for it.
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
    /// In the order to ask: by subject, then by fact.
    pub missing: Vec<MissingFact>,
    /// Checks that fail, ascending.
    pub problems: Vec<u16>,
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
}
