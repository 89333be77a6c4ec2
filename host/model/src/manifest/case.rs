//! Worked examples: a question, and what its answer must say.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::{ConditionOutcome, Date, DossierNeed, ExemptionOutcome, Text, Verdict};

/// A worked example. Values are JSON as the API takes them.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Case {
    /// The word for it.
    pub id: String,
    /// What it shows.
    pub text: Text,
    /// The question, in the form of `POST /procedures/{code}/assess`.
    pub question: serde_json::Value,
    /// What the answer must say; what is left out is not compared.
    pub expect: Expectation,
}

/// What a case expects. Ids that are not named are not compared.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Expectation {
    /// The verdict.
    pub verdict: Verdict,
    /// Outcomes by exemption.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub exemptions: BTreeMap<String, ExemptionOutcome>,
    /// Outcomes by condition.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub conditions: BTreeMap<String, ConditionOutcome>,
    /// Needs by document.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub documents: BTreeMap<String, DossierNeed>,
    /// Row of the time limit that applies.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub time_limit: Option<String>,
    /// Due date by the law.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub statutory_due_on: Option<Date>,
    /// Due date the department commits to.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub committed_due_on: Option<Date>,
    /// Amounts by fee, in đồng; 0 means not due.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub fees: BTreeMap<String, u64>,
    /// Sum of the fees, in đồng.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub total_vnd: Option<u64>,
    /// The facts to ask next, all of them, in order.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub ask_next: Option<Vec<String>>,
    /// The checks that fail, all of them.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub problems: Option<Vec<String>>,
}
