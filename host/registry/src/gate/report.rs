//! What the gate says: kept as JSON by its digest, shown by the API and the console, read by the reviewer.

use motcua_model::Text;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::difference::Difference;

/// The report of the gate on one submission.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct GateReport {
    /// Digest of the component that was tried, worked out from its bytes.
    pub component: String,
    /// National code of the procedure it was submitted for.
    pub procedure: String,
    /// Number of the submission.
    pub number: u32,
    /// Whether it may go on to review: no check failed.
    pub passed: bool,
    /// Each check, in the order in which they are made.
    pub checks: Vec<GateCheck>,
    /// What it used while it was tried, and what it may use.
    pub spent: Spent,
    /// What changes against the version that it takes over from. Absent: there is none, or it could not be loaded.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub difference: Option<Difference>,
    /// Whether a part of it only demonstrates and must not be presented as published.
    pub demonstration: bool,
}

/// One check.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct GateCheck {
    /// A stable word: see [`CheckId`].
    pub id: CheckId,
    /// How it came out.
    pub outcome: CheckOutcome,
    /// In a sentence.
    pub text: Text,
    /// What was found, at most [`GateCheck::FINDINGS`] of it.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub findings: Vec<Text>,
    /// How many more were found that are not told.
    #[serde(default, skip_serializing_if = "is_zero")]
    pub more: usize,
}

/// The checks, in the order in which they are made.
#[derive(
    Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, ToSchema,
)]
#[serde(rename_all = "kebab-case")]
pub enum CheckId {
    /// Signature and ownership.
    Ownership,
    /// The sandbox admits the component.
    Admission,
    /// Component, manifest and submission speak of the same version.
    Names,
    /// What a reviewer reads is what runs.
    Source,
    /// Its own cases.
    Cases,
    /// The same question has the same answer.
    Determinism,
    /// Fuel, memory and output.
    Budget,
    /// Questions at every bound.
    Boundaries,
    /// Committed within statutory, by counting days.
    TimeLimits,
    /// Vietnamese is there.
    Texts,
}

/// How a check came out.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "kebab-case")]
pub enum CheckOutcome {
    /// Nothing to say.
    Passed,
    /// The version cannot go on to review.
    Failed,
    /// Something that a reviewer must know; it does not stop the version.
    Remark,
    /// There was nothing that could be tried, because of a check that failed before.
    NotTried,
}

/// What the component used at most in one call, and what it may use.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Spent {
    /// Questions that were asked of it, each counted as often as it was asked.
    pub questions: usize,
    /// The most fuel one of them took.
    pub fuel_most: u64,
    /// The fuel that each may take.
    pub fuel_budget: u64,
    /// The largest of its memories when it starts, in bytes.
    pub memory_bytes: u64,
    /// How far it may grow by its own word, in bytes. Absent: it gives no word, and the sandbox alone stops it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub memory_most: Option<u64>,
    /// What one memory may have, in bytes.
    pub memory_budget: u64,
    /// The largest answer, in bytes as the host reads it.
    pub output_bytes: usize,
    /// How large an answer may be, in bytes.
    pub output_budget: usize,
    /// The size of the component, in bytes.
    pub component_bytes: usize,
    /// How large a component may be, in bytes.
    pub component_budget: usize,
}

fn is_zero(number: &usize) -> bool {
    *number == 0
}

impl GateCheck {
    /// As many findings of one check are told; a version with more has one cause for most of them.
    pub const FINDINGS: usize = 30;

    /// A check with nothing found.
    pub(crate) fn new(
        id: CheckId,
        outcome: CheckOutcome,
        vi: impl Into<String>,
        en: impl Into<String>,
    ) -> Self {
        Self {
            id,
            outcome,
            text: Text::new(vi, en),
            findings: Vec::new(),
            more: 0,
        }
    }

    pub(crate) fn passed(id: CheckId, vi: impl Into<String>, en: impl Into<String>) -> Self {
        Self::new(id, CheckOutcome::Passed, vi, en)
    }

    pub(crate) fn failed(id: CheckId, vi: impl Into<String>, en: impl Into<String>) -> Self {
        Self::new(id, CheckOutcome::Failed, vi, en)
    }

    pub(crate) fn remark(id: CheckId, vi: impl Into<String>, en: impl Into<String>) -> Self {
        Self::new(id, CheckOutcome::Remark, vi, en)
    }

    /// With what was found, as far as it is told.
    pub(crate) fn finding(mut self, findings: impl IntoIterator<Item = Text>) -> Self {
        for finding in findings {
            if self.findings.len() < Self::FINDINGS {
                self.findings.push(finding);
            } else {
                self.more += 1;
            }
        }
        self
    }
}

impl CheckId {
    /// All of them, in order.
    pub const ALL: [Self; 10] = [
        Self::Ownership,
        Self::Admission,
        Self::Names,
        Self::Source,
        Self::Cases,
        Self::Determinism,
        Self::Budget,
        Self::Boundaries,
        Self::TimeLimits,
        Self::Texts,
    ];

    /// The word in JSON.
    pub const fn word(self) -> &'static str {
        match self {
            Self::Ownership => "ownership",
            Self::Admission => "admission",
            Self::Names => "names",
            Self::Source => "source",
            Self::Cases => "cases",
            Self::Determinism => "determinism",
            Self::Budget => "budget",
            Self::Boundaries => "boundaries",
            Self::TimeLimits => "time-limits",
            Self::Texts => "texts",
        }
    }
}

impl CheckOutcome {
    /// The word in JSON.
    pub const fn word(self) -> &'static str {
        match self {
            Self::Passed => "passed",
            Self::Failed => "failed",
            Self::Remark => "remark",
            Self::NotTried => "not-tried",
        }
    }
}

impl GateReport {
    /// A check by its id.
    pub fn check(&self, id: CheckId) -> Option<&GateCheck> {
        self.checks.iter().find(|check| check.id == id)
    }
}
