//! What an answer says, point by point, by ids: so that answers of two versions can be held against each other.

use std::collections::BTreeMap;

use motcua_model::manifest::{Manifest, TimeLimitRow};
use motcua_model::{Assessment, DossierNeed, FeeDue, Term, TimeLimitResult};
use serde::Serialize;

use super::difference::DifferenceKind;

/// What is said of something, and the articles it rests on.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Word {
    pub word: String,
    pub articles: Vec<String>,
}

/// By kind and id.
pub(crate) type Observed = BTreeMap<(DifferenceKind, String), Word>;

/// What a version makes of a question.
#[derive(Debug)]
pub(crate) enum Reply {
    Answered(Observed),
    /// It cannot read it; the places it does not take, as JSON pointers.
    Unreadable(Vec<String>),
    /// Its rules failed.
    Failed,
}

impl Reply {
    pub const fn word(&self) -> &'static str {
        match self {
            Self::Answered(_) => "answered",
            Self::Unreadable(_) => "unreadable",
            Self::Failed => "failed",
        }
    }
}

/// Takes an answer apart.
pub(crate) fn observed(
    manifest: &Manifest,
    assessment: &Assessment,
    needs: &[DossierNeed],
) -> Observed {
    use DifferenceKind as Kind;
    let mut out = Observed::new();
    let mut say = |kind, id: &str, word: String, articles: &[&str]| {
        let articles = articles
            .iter()
            .map(|article| (*article).to_owned())
            .collect();
        out.insert((kind, id.to_owned()), Word { word, articles });
    };
    say(Kind::Verdict, "", word(&assessment.verdict()), &[]);
    for (result, exemption) in assessment.exemptions.iter().zip(&manifest.exemptions) {
        say(
            Kind::Exemption,
            &exemption.id,
            word(&result.outcome),
            &[&exemption.basis],
        );
    }
    for (result, condition) in assessment.conditions.iter().zip(&manifest.conditions) {
        say(
            Kind::Condition,
            &condition.id,
            word(&result.outcome),
            &[&condition.basis],
        );
    }
    let documents = assessment.documents.iter().zip(needs);
    for ((result, need), document) in documents.zip(&manifest.documents) {
        let (id, basis) = (&document.id, document.basis.as_str());
        say(Kind::Document, id, word(need), &[basis]);
        if let DossierNeed::Required | DossierNeed::OneOf = need {
            let number =
                |number: Option<u32>| number.map_or_else(|| "?".to_owned(), |n| n.to_string());
            let counts = format!("{}+{}", number(result.originals), number(result.copies));
            say(Kind::DocumentCount, id, counts, &[basis]);
        }
    }
    match assessment.time_limit {
        TimeLimitResult::None => say(Kind::TimeLimit, "", "none".to_owned(), &[]),
        TimeLimitResult::Unknown => say(Kind::TimeLimit, "", "unknown".to_owned(), &[]),
        TimeLimitResult::Row(number) => {
            let rows = manifest.time_limit.iter().flat_map(|limit| &limit.rows);
            if let Some(row) = rows.into_iter().nth(usize::from(number)) {
                let basis = row.statutory.basis.as_str();
                say(Kind::TimeLimit, "", row.id.clone(), &[basis]);
                say(Kind::StatutoryTerm, "", statutory(row), &[basis]);
                let (committed, basis) = match &row.committed {
                    Some(committed) => (term(committed.term), committed.basis.as_str()),
                    None => ("none".to_owned(), basis),
                };
                say(Kind::CommittedTerm, "", committed, &[basis]);
            }
        }
    }
    let mut total = Some(0_u64);
    for (result, fee) in assessment.fees.iter().zip(&manifest.fees) {
        let amount = match result.due {
            FeeDue::NotDue => Some(0),
            FeeDue::Due => result.amount,
            FeeDue::Unknown => None,
        };
        total = total
            .zip(amount)
            .map(|(total, amount)| total.saturating_add(amount));
        let word = match (result.due, amount) {
            (FeeDue::NotDue, _) => "not-due".to_owned(),
            (_, Some(amount)) => amount.to_string(),
            (_, None) => "unknown".to_owned(),
        };
        let relief = result
            .relief
            .and_then(|relief| fee.reliefs.get(usize::from(relief)));
        match relief {
            Some(relief) => say(Kind::Fee, &fee.id, word, &[&fee.basis, &relief.basis]),
            None => say(Kind::Fee, &fee.id, word, &[&fee.basis]),
        }
    }
    let total = total.map_or_else(|| "unknown".to_owned(), |total| total.to_string());
    say(Kind::Total, "", total, &[]);
    for (number, check) in (0_u16..).zip(&manifest.checks) {
        let holds = !assessment.problems.contains(&number);
        let word = if holds { "holds" } else { "fails" };
        say(Kind::Check, &check.id, word.to_owned(), &[]);
    }
    out
}

fn statutory(row: &TimeLimitRow) -> String {
    term(row.statutory.term)
}

/// `15 working-day`: read back by [`term_of`].
fn term(term: Term) -> String {
    format!("{} {}", term.amount, term.unit)
}

/// The term of a word.
pub(crate) fn term_of(word: &str) -> Option<Term> {
    let (amount, unit) = word.split_once(' ')?;
    Some(Term {
        amount: motcua_model::Amount::from_decimal(amount.parse().ok()?)?,
        unit: unit.parse().ok()?,
    })
}

/// The word of an outcome as JSON writes it.
fn word(outcome: &impl Serialize) -> String {
    match serde_json::to_value(outcome) {
        Ok(serde_json::Value::String(word)) => word,
        _ => "?".to_owned(),
    }
}
