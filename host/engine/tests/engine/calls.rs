//! What an honest guest answers.

use motcua_engine::{Classes, Engine, Limits};
use motcua_model::{ConditionOutcome, MissingFact, Subject, TimeLimitResult, Verdict};

use crate::{all_true, ask, boolean, both_ways, engine};
use guests::written::{CONDITIONS, DOCUMENTS, Guest};

#[test]
fn an_honest_guest_answers_both_ways() {
    let engine = engine();
    let mut answers = Vec::new();
    for procedure in both_ways(&engine, &Guest::default()) {
        let answered = procedure
            .assess(&ask(vec![boolean(0, true), boolean(2, false)]))
            .unwrap();
        let assessment = &answered.assessment;
        assert_eq!(assessment.verdict(), Verdict::Ineligible);
        assert_eq!(assessment.conditions.len(), CONDITIONS);
        assert_eq!(
            assessment.conditions[0].outcome,
            ConditionOutcome::Satisfied
        );
        assert_eq!(assessment.conditions[1].outcome, ConditionOutcome::Unknown);
        assert_eq!(assessment.conditions[2].outcome, ConditionOutcome::Violated);
        assert_eq!(assessment.documents.len(), DOCUMENTS);
        assert_eq!(assessment.documents[9].originals, Some(1));
        assert_eq!(assessment.time_limit, TimeLimitResult::Row(0));
        assert_eq!(assessment.fees[0].amount, Some(2_000));
        assert_eq!(
            assessment.missing[0],
            MissingFact {
                fact: 1,
                subject: Subject::Condition(1)
            }
        );
        assert_eq!(assessment.missing.len(), CONDITIONS - 2);
        answers.push(answered);
    }
    assert_eq!(answers[0], answers[1]);
}

#[test]
fn a_procedure_knows_who_it_is() {
    let component = Guest::default().component();
    let procedure = engine().load(&component).unwrap();
    assert_eq!(&**procedure.digest(), motcua_engine::digest(&component));
    assert_eq!(procedure.digest().len(), "sha256:".len() + 64);
    assert_eq!(procedure.contract(), motcua_model::CONTRACT);
    assert_eq!(procedure.manifest().code, "9.000001");
    assert_eq!(
        motcua_engine::digest(b""),
        "sha256:e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"
    );
}

#[test]
fn the_same_question_uses_the_same_fuel_on_every_thread() {
    let engine = engine();
    let procedures = both_ways(&engine, &Guest::default());
    let expected = procedures[0].assess(&all_true()).unwrap();
    std::thread::scope(|scope| {
        for _ in 0..8 {
            scope.spawn(|| {
                for _ in 0..200 {
                    for procedure in &procedures {
                        assert_eq!(procedure.assess(&all_true()).unwrap(), expected);
                    }
                }
            });
        }
    });
}

#[test]
fn a_procedure_outlives_its_engine() {
    let engine = Engine::new(Limits::default()).unwrap();
    let procedure = engine.load(&Guest::default().component()).unwrap();
    drop(engine);
    assert!(procedure.assess(&all_true()).is_ok());
}

#[test]
fn post_return_is_called_and_paid_for() {
    let engine = engine();
    let without = both_ways(&engine, &Guest::default());
    let with = both_ways(
        &engine,
        &Guest {
            post_return: Some("(drop (i32.load (local.get $answer)))"),
            ..Guest::default()
        },
    );
    let fuel = |procedures: &[motcua_engine::Procedure; 2]| {
        procedures
            .each_ref()
            .map(|procedure| procedure.assess(&all_true()).unwrap().fuel_used)
    };
    let (without, with) = (fuel(&without), fuel(&with));
    assert_eq!(without[0], without[1]);
    assert_eq!(with[0], with[1]);
    assert!(with[0] > without[0]);
}

#[test]
fn limits_that_make_no_sense_are_told() {
    for limits in [
        Limits {
            slots: 0,
            ..Limits::default()
        },
        Limits {
            memory_bytes: 1_000,
            ..Limits::default()
        },
        Limits {
            deadline_ticks: 0,
            ..Limits::default()
        },
        Limits {
            instances: 0,
            ..Limits::default()
        },
    ] {
        assert!(Engine::new(limits).is_err());
    }
    assert!(Engine::new(Classes::default()).is_ok());
}

#[test]
fn engines_and_procedures_may_be_shared_between_threads() {
    fn shared<T: Send + Sync + Clone + 'static>() {}
    shared::<Engine>();
    shared::<motcua_engine::Procedure>();
}
