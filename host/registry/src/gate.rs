//! The gate: what the host tries on every submission before a person reads it. Its report is kept and shown.
//!
//! Pure: bytes and findings in, a report out; no store, no clock, and what looks thrown hangs on digests. The same
//! submission gives the same report.
//!
//! - [`report`]: what it says. `checks`: what needs no question. `trials`: what is asked.
//! - `boundaries`, `thresholds`, `values`: questions at every bound. `promise`: what must hold between two answers.
//! - [`difference`](difference()): what changes for whom; `applicants`, `turns`, `sum`, `aims`, `observe`, `grouping`, `words`, `manifest_changes`,
//!   `source_changes` are its parts.

mod aims;
mod applicants;
mod asker;
mod basis;
mod boundaries;
mod checks;
mod dice;
mod difference;
mod grouping;
mod manifest_changes;
mod observe;
mod promise;
mod report;
mod source_changes;
mod sum;
#[cfg(test)]
mod tests;
mod thresholds;
mod time_limits;
mod trials;
mod turns;
mod values;
mod words;

use std::sync::Arc;

use motcua_engine::{Class, Engine, inspect};
use motcua_model::lifecycle::Submitted;

pub use difference::{
    CaseExample, Counts, Difference, DifferenceGroup, DifferenceKind, Examples, Recorded, Side,
    difference,
};
pub use manifest_changes::{ChangeKind, FactChange, ManifestChange};
pub use report::{CheckId, CheckOutcome, GateCheck, GateReport, Spent};
pub use source_changes::{SourceChanges, SourceLine};

use crate::answer::Texts;
use crate::assess::Context;
use crate::catalogue::Snapshot;
use crate::error::Unavailable;
use crate::version::Version;
use asker::Asker;
pub(crate) use checks::Rebuilt;
use trials::Trials;

/// What stands before the gate.
#[derive(Clone, Copy, Debug)]
pub struct ToPass<'a> {
    /// The component.
    pub component: &'a [u8],
    /// What was submitted with it.
    pub submitted: &'a Submitted,
    /// Whether the signature holds and its key belongs to the department that owns the procedure: found by the caller.
    pub owned: bool,
    /// The version that it would take over from on its first day.
    pub in_force: Option<InForce<'a>>,
    /// Recent decisions, to be asked again.
    pub recorded: &'a [Recorded<'a>],
    /// What can be asked now: tells whose a slug is.
    pub catalogue: &'a Snapshot,
}

/// The version before.
#[derive(Clone, Copy, Debug)]
pub struct InForce<'a> {
    /// Loaded.
    pub version: &'a Version,
    /// Its component, if it is at hand: with the package inside, applicants are made up around its thresholds too.
    pub component: Option<&'a [u8]>,
}

/// What the gate found.
#[derive(Debug)]
pub struct Outcome {
    /// To be kept by its digest.
    pub report: GateReport,
    /// The version, loaded; absent when it is not admitted.
    pub version: Option<Arc<Version>>,
}

/// Tries a submission. Takes a second or two; keeps its thread busy.
///
/// # Errors
/// The platform could not try it now. Nothing is said about the submission: try again.
pub fn gate(
    engine: &Engine,
    to_pass: &ToPass<'_>,
    context: &Context<'_>,
) -> Result<Outcome, Unavailable> {
    let ToPass {
        component,
        submitted,
        ..
    } = *to_pass;
    let classes = engine.classes();
    let inspection = inspect(component, classes);
    let limits = classes.of(inspection.class.unwrap_or(Class::Compiled));
    let (admission, version) = checks::admission(engine, component, &inspection)?;
    // Nothing hangs on the day on which a version is submitted: questions that do not say when they are asked are asked
    // when it begins.
    let now = version
        .as_ref()
        .map(|version| version.valid_from().at(context.office.sessions.opens()));
    let context = Context {
        now: now.unwrap_or(context.now),
        texts: Texts::None,
        ..*context
    };
    let rebuilt = Rebuilt::of(component, &inspection);
    let mut list = vec![
        checks::ownership(to_pass.owned, submitted),
        admission,
        checks::names(&inspection, to_pass, &context),
        rebuilt.check(),
    ];
    let program = rebuilt.program();
    let mut spent = Spent {
        fuel_budget: limits.fuel,
        memory_budget: limits.memory_bytes as u64,
        output_budget: limits.answer_bytes,
        component_bytes: component.len(),
        component_budget: limits.component_bytes,
        ..Spent::default()
    };
    let mut difference = None;
    if let Some(version) = &version {
        let trials = Trials::run(Asker::of(version, context), program, &context)?;
        list.extend([trials.cases, trials.determinism]);
        trials.tally.spend(&mut spent);
        checks::memory(&inspection, &mut spent);
        list.push(checks::budget(&spent, &trials.tally));
        list.push(trials.boundaries);
        list.push(time_limits::check(version, &context));
        if let Some(before) = &to_pass.in_force {
            let old = before.component.map(|component| {
                let inspection = inspect(component, classes);
                let program = Rebuilt::of(component, &inspection).into_program();
                (program, inspection.source)
            });
            let (old_program, old_source) = old.unwrap_or_default();
            difference = Some(difference::difference(
                &Side {
                    version: before.version,
                    program: old_program.as_ref(),
                    source: old_source.as_deref(),
                },
                &Side {
                    version,
                    program,
                    source: inspection.source.as_deref(),
                },
                to_pass.recorded,
                &context,
            )?);
        }
    } else {
        let untried = [
            CheckId::Cases,
            CheckId::Determinism,
            CheckId::Budget,
            CheckId::Boundaries,
            CheckId::TimeLimits,
        ];
        list.extend(untried.map(checks::not_tried));
    }
    list.push(checks::texts(inspection.manifest.as_ref()));
    let passed = list
        .iter()
        .all(|check| matches!(check.outcome, CheckOutcome::Passed | CheckOutcome::Remark));
    let report = GateReport {
        component: inspection.digest,
        procedure: submitted.procedure.clone(),
        number: submitted.number,
        passed,
        checks: list,
        spent,
        difference,
        demonstration: version
            .as_ref()
            .is_some_and(|version| version.is_demonstration()),
    };
    Ok(Outcome { report, version })
}
