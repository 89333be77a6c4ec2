//! The time limit of a procedure: what the law allows, what the department commits to, who does what.

use serde::{Deserialize, Serialize};

use crate::{Term, Text};

/// The time limit: the first row whose `when` holds applies.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct TimeLimit {
    /// From what it runs, in words.
    pub starts: Text,
    /// What happens to the clock while the applicant completes the dossier.
    pub suspension: Suspension,
    /// At least one.
    pub rows: Vec<TimeLimitRow>,
}

/// What a request to complete the dossier does to the clock.
#[derive(
    Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize, utoipa::ToSchema,
)]
#[serde(rename_all = "kebab-case")]
pub enum Suspension {
    /// The term is counted anew once the dossier is complete (NĐ 61/2018/NĐ-CP Điều 19(4)). The default.
    #[default]
    Restart,
    /// The days of completing are not counted.
    Pause,
    /// The clock runs on.
    None,
}

/// One case of the time limit.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct TimeLimitRow {
    /// The word in JSON.
    pub id: String,
    /// When it applies, as text of the package. Absent: in all other cases.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub when: Option<String>,
    /// When it applies, in words.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub because: Option<Text>,
    /// The law's limit.
    pub statutory: CitedTerm,
    /// What the department commits to.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub committed: Option<CommittedTerm>,
    /// Whether an hour limit runs on through days off (domain/time-limits.md, section 3).
    #[serde(default)]
    pub continuous: bool,
    /// Who does what, one after the other, within the committed term.
    #[serde(default)]
    pub steps: Vec<Step>,
}

/// The law's limit with its article.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
pub struct CitedTerm {
    /// How long.
    #[serde(flatten)]
    pub term: Term,
    /// The article.
    pub basis: String,
}

/// What the department commits to, and where that was published.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
pub struct CommittedTerm {
    /// How long.
    #[serde(flatten)]
    pub term: Term,
    /// Whether a province published it or it only demonstrates.
    pub source: CommitmentSource,
    /// The decision that published it, or what it demonstrates.
    pub basis: String,
}

/// Where a committed term comes from.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(rename_all = "kebab-case")]
pub enum CommitmentSource {
    /// A province published it.
    Published,
    /// Chosen for this demonstration within 30–50 %; nobody has published it.
    Demonstration,
}

/// One step of the work on a dossier.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
pub struct Step {
    /// The word in JSON.
    pub id: String,
    /// What is done.
    pub name: Text,
    /// Who does it.
    pub role: Text,
    /// How long.
    #[serde(flatten)]
    pub term: Term,
}
