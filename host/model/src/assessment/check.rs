//! Whether an answer fits its manifest and its question. What the manifest makes impossible is refused, however sure the
//! component is of it: a reader of the manifest must be able to rely on it.

#[cfg(test)]
mod tests;

use crate::manifest::{Condition, Document, FactKind, Fee, Manifest};
use crate::{
    Assessment, ConditionOutcome, DocumentNeed, DocumentResult, Fact, FeeDue, FeeResult, Subject,
    TimeLimitResult, Value,
};

use super::{MAX_COPIES, MAX_FEE_VND};

/// How an answer contradicts its manifest or its question. Always the component's fault, never the applicant's or the
/// platform's.
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
    /// A result that makes no sense in itself, or that the manifest makes impossible.
    #[error("{list} {number}: {what}")]
    Absurd {
        /// The manifest's list.
        list: &'static str,
        /// Whose result.
        number: u16,
        /// What is wrong with it.
        what: &'static str,
    },
    /// The time limit cannot be that row, or none, or unknown.
    #[error("the time limit: {what}")]
    TimeLimit {
        /// What is wrong with it.
        what: &'static str,
    },
    /// A fact that is asked for twice because of the same result.
    #[error("the answer asks twice for fact {fact} because of {subject}")]
    AsksTwice {
        /// Position in the manifest's facts.
        fact: u16,
        /// What it is needed for.
        subject: Subject,
    },
    /// A fact that is asked for because of a result that is known.
    #[error("the answer asks for fact {fact} because of {subject}, of which nothing is unknown")]
    AsksInVain {
        /// Position in the manifest's facts.
        fact: u16,
        /// What it would be needed for.
        subject: Subject,
    },
    /// A fact that was told and yet is asked for: whoever is asked for it again could never get on.
    #[error("the answer asks for fact {fact} because of {subject}, although it was told")]
    AsksAgain {
        /// Position in the manifest's facts.
        fact: u16,
        /// What it would be needed for.
        subject: Subject,
    },
}

type Checked = Result<(), AssessmentError>;

impl Assessment {
    /// Checks the answer against its manifest and the facts that its question tells, which come in ascending order. Puts
    /// each list into the manifest's order, and the missing facts into the order to ask.
    ///
    /// # Errors
    /// The first contradiction.
    pub fn check(&mut self, manifest: &Manifest, told: &[Fact<'_>]) -> Checked {
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
        for (result, condition) in self.conditions.iter().zip(&manifest.conditions) {
            check_condition(result.outcome, condition)
                .map_err(|what| absurd("condition", result.condition, what))?;
        }
        for (result, document) in self.documents.iter().zip(&manifest.documents) {
            check_document(result, document)
                .map_err(|what| absurd("document", result.document, what))?;
        }
        self.check_time_limit(manifest)?;
        for (result, fee) in self.fees.iter().zip(&manifest.fees) {
            if let Some(relief) = result.relief {
                known("relief", relief, fee.reliefs.len())?;
            }
            check_fee(result, fee).map_err(|what| absurd("fee", result.fee, what))?;
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
        self.check_missing(manifest, told)
    }

    /// The first row that holds applies: none after one that takes all cases left.
    fn check_time_limit(&self, manifest: &Manifest) -> Checked {
        let rows = manifest
            .time_limit
            .as_ref()
            .map_or(&[][..], |limit| &limit.rows);
        let takes_all = rows.iter().position(|row| row.when.is_none());
        let what = match self.time_limit {
            TimeLimitResult::None if takes_all.is_some() => {
                "`none`, but the manifest has a row for all cases left"
            }
            TimeLimitResult::Unknown if rows.is_empty() => "`unknown`, but the manifest has none",
            TimeLimitResult::Unknown if takes_all == Some(0) => {
                "`unknown`, but the manifest has one row for all cases"
            }
            TimeLimitResult::Row(row) => {
                known("time-limit", row, rows.len())?;
                if takes_all.is_none_or(|takes_all| usize::from(row) <= takes_all) {
                    return Ok(());
                }
                "a row after the one that takes all cases left"
            }
            TimeLimitResult::None | TimeLimitResult::Unknown => return Ok(()),
        };
        Err(AssessmentError::TimeLimit { what })
    }

    /// Each pair once, only for what is unknown, and only what can still be told. Sorts only when the component did not
    /// keep the order.
    fn check_missing(&mut self, manifest: &Manifest, told: &[Fact<'_>]) -> Checked {
        let key = |missing: &super::MissingFact| (missing.subject, missing.fact);
        if !self.missing.is_sorted_by(|a, b| key(a) < key(b)) {
            self.missing.sort_unstable_by_key(key);
            if let Some([twice, _]) = self.missing.array_windows().find(|[a, b]| a == b) {
                return Err(AssessmentError::AsksTwice {
                    fact: twice.fact,
                    subject: twice.subject,
                });
            }
        }
        for missing in &self.missing {
            let (fact, subject) = (missing.fact, missing.subject);
            known("fact", fact, manifest.facts.len())?;
            if !self.is_unknown(subject)? {
                return Err(AssessmentError::AsksInVain { fact, subject });
            }
            if is_told(fact, manifest, told) {
                return Err(AssessmentError::AsksAgain { fact, subject });
            }
        }
        Ok(())
    }
}

fn absurd(list: &'static str, number: u16, what: &'static str) -> AssessmentError {
    AssessmentError::Absurd { list, number, what }
}

fn known(list: &'static str, number: u16, len: usize) -> Checked {
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
) -> Checked {
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

/// A repeating fact counts as told when every row tells all its fields.
fn is_told(fact: u16, manifest: &Manifest, told: &[Fact<'_>]) -> bool {
    let Ok(found) = told.binary_search_by_key(&fact, |told| told.fact) else {
        return false;
    };
    match (&told[found].value, &manifest.facts[usize::from(fact)].kind) {
        (Value::Rows(rows), FactKind::Rows { fields, .. }) => {
            rows.iter().all(|row| row.len() >= fields.len())
        }
        _ => true,
    }
}

/// The number that a text of the package is, where it is a number and no expression.
fn constant(text: &str) -> Option<u64> {
    if text.bytes().all(|byte| byte.is_ascii_digit()) {
        text.parse().ok()
    } else {
        None
    }
}

fn check_condition(outcome: ConditionOutcome, condition: &Condition) -> Result<(), &'static str> {
    let (when, rule) = (condition.when.is_some(), condition.rule.is_some());
    match outcome {
        ConditionOutcome::NotApplicable if !when => {
            Err("`not-applicable`, but the manifest has it concern everybody")
        }
        ConditionOutcome::Satisfied | ConditionOutcome::Violated if !rule => {
            Err("decided, but the manifest leaves it to judgement alone")
        }
        ConditionOutcome::Unknown if !rule && !when => {
            Err("`unknown`, but the manifest leaves it to judgement alone, for everybody")
        }
        ConditionOutcome::Judgement if rule && condition.judgement.is_none() => {
            Err("`judgement`, but the manifest leaves nothing to judgement")
        }
        _ => Ok(()),
    }
}

fn check_document(result: &DocumentResult, document: &Document) -> Result<(), &'static str> {
    if result.originals.max(result.copies) > Some(MAX_COPIES) {
        return Err("more than 99 originals or copies");
    }
    match result.need {
        DocumentNeed::NotNeeded if document.when.is_none() => {
            return Err("`not-needed`, but the manifest requires it always");
        }
        DocumentNeed::Unknown if document.when.is_none() => {
            return Err("`unknown`, but the manifest requires it always");
        }
        // Nobody counts what is not handed in.
        DocumentNeed::NotNeeded => return Ok(()),
        DocumentNeed::Required | DocumentNeed::Unknown => {}
    }
    for (number, text) in [
        (result.originals, &document.originals),
        (result.copies, &document.copies),
    ] {
        if constant(text).is_some_and(|constant| number.map(u64::from) != Some(constant)) {
            return Err("another number of originals or copies than the manifest says");
        }
    }
    Ok(())
}

fn check_fee(result: &FeeResult, fee: &Fee) -> Result<(), &'static str> {
    if result.amount.max(result.full_amount) > Some(MAX_FEE_VND) {
        return Err("more than 10^12 đồng");
    }
    match result.due {
        FeeDue::NotDue if fee.when.is_none() => {
            return Err("`not-due`, but the manifest has it due always");
        }
        FeeDue::Unknown if fee.when.is_none() => {
            return Err("`unknown`, but the manifest has it due always");
        }
        FeeDue::NotDue => {
            return match (result.amount, result.full_amount, result.relief) {
                (None, None, None) => Ok(()),
                _ => Err("an amount or a relief, though not due"),
            };
        }
        FeeDue::Due | FeeDue::Unknown => {}
    }
    match (result.amount, result.full_amount, result.relief) {
        (Some(_), None, _) => return Err("an amount without the full amount"),
        (Some(amount), Some(full), _) if amount > full => {
            return Err("an amount above the full amount");
        }
        (Some(amount), Some(full), None) if amount < full => {
            return Err("a lowered amount without a relief");
        }
        (Some(amount), Some(full), Some(_)) if amount == full => {
            return Err("a relief that lowers nothing");
        }
        (None, _, Some(_)) => return Err("a relief without an amount"),
        (None, Some(_), None) if fee.reliefs.is_empty() => {
            return Err("no amount, though nothing can lower the full amount");
        }
        _ => {}
    }
    let certain = result.due == FeeDue::Due;
    let full = constant(&fee.amount);
    if full.is_some() && result.full_amount != full && (certain || result.full_amount.is_some()) {
        return Err("another full amount than the manifest says");
    }
    let relief = result
        .relief
        .and_then(|relief| fee.reliefs.get(usize::from(relief)))
        .and_then(|relief| constant(&relief.amount));
    if relief.is_some() && result.amount != relief {
        return Err("another amount than the manifest says of the relief");
    }
    Ok(())
}
