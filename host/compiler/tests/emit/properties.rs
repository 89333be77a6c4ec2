//! What holds of every program and every question.

use motcua_compiler::emit;
use motcua_compiler::eval;
use motcua_compiler::ir::{Program, SlotKind};
use motcua_model::{
    Application, Assessment, ConditionOutcome, DocumentNeed, ExemptionOutcome, FeeDue, Subject,
    TimeLimitResult, Value,
};
use proptest::prelude::*;

use crate::host::Plugin;
use guests::fitting::manifest;
use guests::generate::{Tape, forget, random_application, random_program};

fn tape() -> impl Strategy<Value = Vec<u16>> {
    prop::collection::vec(any::<u16>(), 0..1_500)
}

/// The subjects whose result, or a part of it, is unknown.
fn unknown_subjects(answer: &Assessment) -> Vec<Subject> {
    let mut subjects = Vec::new();
    for result in &answer.exemptions {
        if result.outcome == ExemptionOutcome::Unknown {
            subjects.push(Subject::Exemption(result.exemption));
        }
    }
    for result in &answer.conditions {
        if result.outcome == ConditionOutcome::Unknown {
            subjects.push(Subject::Condition(result.condition));
        }
    }
    for result in &answer.documents {
        let uncounted = result.originals.is_none() || result.copies.is_none();
        if result.need == DocumentNeed::Unknown
            || (result.need == DocumentNeed::Required && uncounted)
        {
            subjects.push(Subject::Document(result.document));
        }
    }
    if answer.time_limit == TimeLimitResult::Unknown {
        subjects.push(Subject::TimeLimit);
    }
    for result in &answer.fees {
        if result.due != FeeDue::NotDue && result.amount.is_none() {
            subjects.push(Subject::Fee(result.fee));
        }
    }
    subjects
}

fn certain<T: PartialEq + Copy + std::fmt::Debug>(
    before: T,
    after: T,
    unknown: T,
) -> Result<(), TestCaseError> {
    prop_assert!(
        before == unknown || before == after,
        "{:?} became {:?}",
        before,
        after
    );
    Ok(())
}

/// Whatever was known stays as it was when more is told.
fn keeps_its_word(before: &Assessment, after: &Assessment) -> Result<(), TestCaseError> {
    for (b, a) in before.exemptions.iter().zip(&after.exemptions) {
        certain(b.outcome, a.outcome, ExemptionOutcome::Unknown)?;
    }
    for (b, a) in before.conditions.iter().zip(&after.conditions) {
        certain(b.outcome, a.outcome, ConditionOutcome::Unknown)?;
    }
    for (b, a) in before.documents.iter().zip(&after.documents) {
        certain(b.need, a.need, DocumentNeed::Unknown)?;
        certain(b.originals, a.originals, None)?;
        certain(b.copies, a.copies, None)?;
    }
    certain(
        before.time_limit,
        after.time_limit,
        TimeLimitResult::Unknown,
    )?;
    for (b, a) in before.fees.iter().zip(&after.fees) {
        certain(b.due, a.due, FeeDue::Unknown)?;
        certain(b.full_amount, a.full_amount, None)?;
        certain(b.amount, a.amount, None)?;
        if b.amount.is_some() {
            prop_assert_eq!(b.relief, a.relief);
        }
    }
    for problem in &before.problems {
        prop_assert!(after.problems.contains(problem));
    }
    Ok(())
}

/// What is said of missing facts is true.
fn asks_rightly(
    program: &Program,
    application: &Application<'_>,
    answer: &Assessment,
    full: &Assessment,
) -> Result<(), TestCaseError> {
    let order = |subject: &Subject| match *subject {
        Subject::Exemption(number) => (0, number),
        Subject::Condition(number) => (1, number),
        Subject::Document(number) => (2, number),
        Subject::TimeLimit => (3, 0),
        Subject::Fee(number) => (4, number),
    };
    let keys: Vec<_> = answer
        .missing
        .iter()
        .map(|m| (order(&m.subject), m.fact))
        .collect();
    prop_assert!(
        keys.is_sorted_by(|a, b| a < b),
        "in order, each once: {:?}",
        answer.missing
    );
    let unknown = unknown_subjects(answer);
    for missing in &answer.missing {
        prop_assert!(
            unknown.contains(&missing.subject),
            "{:?} is known",
            missing.subject
        );
        let told = application
            .facts
            .iter()
            .find(|fact| fact.fact == missing.fact);
        let open = match (
            told.map(|fact| &fact.value),
            &program.facts[usize::from(missing.fact)],
        ) {
            (None, _) => true,
            (Some(Value::Rows(rows)), SlotKind::Rows { fields, .. }) => {
                rows.iter().any(|row| row.len() < fields.len())
            }
            _ => false,
        };
        prop_assert!(open, "{:?} is told", missing);
    }
    // Where nothing is asked for, nothing that can be told would help.
    let unknown_for_ever = unknown_subjects(full);
    for subject in unknown {
        let asked = answer
            .missing
            .iter()
            .any(|missing| missing.subject == subject);
        prop_assert!(
            asked || unknown_for_ever.contains(&subject),
            "{:?} asks for nothing",
            subject
        );
    }
    Ok(())
}

proptest! {
    /// The component and the evaluator agree on everything; the second compilation is the first, byte for byte.
    #[test]
    fn component_and_evaluator_agree(tape in tape()) {
        let mut tape = Tape::new(&tape);
        let program = random_program(&mut tape, false);
        let plugin = Plugin::new(&program);
        prop_assert_eq!(&emit::component(&program, b"{}", &[]).unwrap(), &plugin.bytes);
        let full = random_application(&mut tape, &program);
        let part = forget(&mut tape, &full, true);
        let less = forget(&mut tape, &part, true);
        for application in [full, part, less] {
            let expected = eval::assess(&program, &application, None);
            prop_assert_eq!(plugin.ask(&application).assessment, expected);
        }
    }

    /// The host refuses nothing that a package answers, and finds it in order.
    #[test]
    fn answers_fit_the_manifest(tape in tape()) {
        let mut tape = Tape::new(&tape);
        let program = random_program(&mut tape, true);
        let manifest = manifest(&program);
        let full = random_application(&mut tape, &program);
        let part = forget(&mut tape, &full, true);
        let less = forget(&mut tape, &part, true);
        for application in [full, part, less] {
            let answer = eval::assess(&program, &application, None);
            let mut checked = answer.clone();
            prop_assert_eq!(checked.check(&manifest, &application.facts), Ok(()));
            prop_assert_eq!(checked, answer);
        }
    }

    /// Telling more never changes what was certain.
    #[test]
    fn certain_outcomes_never_change(tape in tape()) {
        let mut tape = Tape::new(&tape);
        let program = random_program(&mut tape, true);
        let plugin = Plugin::new(&program);
        let full = random_application(&mut tape, &program);
        let part = forget(&mut tape, &full, true);
        let less = forget(&mut tape, &part, true);
        let [full, part, less] = [full, part, less].map(|application| plugin.ask(&application).assessment);
        keeps_its_word(&part, &full)?;
        keeps_its_word(&less, &part)?;
        keeps_its_word(&less, &full)?;
    }

    /// Missing facts are missing, and where an outcome is unknown, one of them is named.
    #[test]
    fn missing_facts_are_missing(tape in tape()) {
        let mut tape = Tape::new(&tape);
        let program = random_program(&mut tape, true);
        let plugin = Plugin::new(&program);
        let full = random_application(&mut tape, &program);
        let part = forget(&mut tape, &full, false);
        let answer = plugin.ask(&part).assessment;
        let at_last = plugin.ask(&full).assessment;
        asks_rightly(&program, &part, &answer, &at_last)?;
        asks_rightly(&program, &full, &at_last, &at_last)?;
    }
}
