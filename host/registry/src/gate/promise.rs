//! The fifth promise, held against answers: what is certain stays as it is when one more fact is told.

use motcua_model::manifest::Manifest;
use motcua_model::{
    Assessment, ConditionOutcome, DocumentNeed, ExemptionOutcome, FeeDue, TimeLimitResult,
};

/// The first thing that was certain before and is otherwise after; nothing when the promise is kept.
pub(crate) fn broken(
    manifest: &Manifest,
    before: &Assessment,
    after: &Assessment,
) -> Option<String> {
    let exemptions = before
        .exemptions
        .iter()
        .zip(&after.exemptions)
        .zip(&manifest.exemptions);
    for ((b, a), exemption) in exemptions {
        if changed(b.outcome, a.outcome, ExemptionOutcome::Unknown) {
            return Some(format!("exemptions.{}", exemption.id));
        }
    }
    let conditions = before
        .conditions
        .iter()
        .zip(&after.conditions)
        .zip(&manifest.conditions);
    for ((b, a), condition) in conditions {
        if changed(b.outcome, a.outcome, ConditionOutcome::Unknown) {
            return Some(format!("conditions.{}", condition.id));
        }
    }
    let documents = before
        .documents
        .iter()
        .zip(&after.documents)
        .zip(&manifest.documents);
    for ((b, a), document) in documents {
        if changed(b.need, a.need, DocumentNeed::Unknown)
            || changed(b.originals, a.originals, None)
            || changed(b.copies, a.copies, None)
        {
            return Some(format!("documents.{}", document.id));
        }
    }
    if changed(
        before.time_limit,
        after.time_limit,
        TimeLimitResult::Unknown,
    ) {
        return Some("time_limit".to_owned());
    }
    for ((b, a), fee) in before.fees.iter().zip(&after.fees).zip(&manifest.fees) {
        if changed(b.due, a.due, FeeDue::Unknown)
            || changed(b.full_amount, a.full_amount, None)
            || changed(b.amount, a.amount, None)
        {
            return Some(format!("fees.{}", fee.id));
        }
    }
    let gone = before
        .problems
        .iter()
        .find(|problem| !after.problems.contains(problem))?;
    let check = manifest.checks.get(usize::from(*gone))?;
    Some(format!("problems.{}", check.id))
}

fn changed<T: PartialEq>(before: T, after: T, unknown: T) -> bool {
    before != unknown && before != after
}
