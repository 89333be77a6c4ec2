//! The sandbox from outside: what is admitted, what honest guests answer, and what hostile ones are stopped by.

mod admission;
mod cache;
mod calls;
mod canonical;
mod classes;
mod compiling;
mod drafts;
mod grounds;
mod hostile;
mod isolation;

use motcua_engine::{Answered, CallError, Classes, Engine, Limits, Procedure};
use motcua_model::{
    Application, Channel, ConditionOutcome, Date, Fact, Moment, Scalar, Value, Verdict,
};

use guests::written::{self, CONDITIONS, Guest};

/// Limits small enough that a test which reaches them is over soon.
fn limits() -> Limits {
    Limits {
        fuel: 3_000_000,
        memory_bytes: 4 << 20,
        slots: 8,
        ..Limits::default()
    }
}

fn engine() -> Engine {
    Engine::new(limits()).unwrap()
}

/// One that admits drafts.
fn drafts(limits: Limits) -> Engine {
    Engine::new(Classes {
        drafts: true,
        ..Classes::from(limits)
    })
    .unwrap()
}

fn ask(facts: Vec<Fact<'static>>) -> Application<'static> {
    Application {
        filed_at: "2024-03-01T08:30".parse::<Moment>().unwrap(),
        received_on: "2024-03-04".parse::<Date>().unwrap(),
        channel: Some(Channel::Counter),
        facts,
    }
}

fn boolean(fact: usize, truth: bool) -> Fact<'static> {
    Fact {
        fact: u16::try_from(fact).unwrap(),
        value: Value::Scalar(Scalar::Boolean(truth)),
    }
}

fn all_true() -> Application<'static> {
    ask((0..CONDITIONS).map(|fact| boolean(fact, true)).collect())
}

/// Asks an honest guest and looks at the answer: whatever has happened before, this must work.
fn honest_still_answers(engine: &Engine) {
    let honest = engine.load(&Guest::default().component()).unwrap();
    let Answered {
        assessment,
        fuel_used,
    } = honest.assess(&all_true()).unwrap();
    assert_eq!(assessment.verdict(), Verdict::Eligible);
    assert!(
        assessment
            .conditions
            .iter()
            .all(|c| c.outcome == ConditionOutcome::Satisfied)
    );
    assert!((1..10_000).contains(&fuel_used), "{fuel_used}");
}

/// Loads a guest both as the plain component that it is and as a composed one.
fn both_ways(engine: &Engine, guest: &Guest) -> [Procedure; 2] {
    let plain = guest.component();
    let composed = written::not_plain(plain.clone());
    assert!(motcua_engine::inspect(&plain, engine.classes()).plain);
    assert!(!motcua_engine::inspect(&composed, engine.classes()).plain);
    [
        engine.load(&plain).unwrap(),
        engine.load(&composed).unwrap(),
    ]
}

/// Asks a guest both ways, and an honest one after each.
fn refused_both_ways(guest: &Guest, expected: impl Fn(&CallError) -> bool) {
    let engine = engine();
    for procedure in both_ways(&engine, guest) {
        for _ in 0..2 {
            let error = procedure.assess(&all_true()).unwrap_err();
            assert!(expected(&error), "{error:?}");
            harmless(&error);
            honest_still_answers(&engine);
        }
    }
}

/// Nothing of an error could steer a terminal or forge a line of a log.
fn harmless(error: &CallError) {
    let message = error.message();
    for shown in [
        error.to_string(),
        format!("{error:?}"),
        message.vi,
        message.en,
    ] {
        assert!(
            !shown
                .chars()
                .any(|c| c.is_control() || ('\u{202a}'..='\u{202e}').contains(&c)),
            "{shown:?}"
        );
        assert!(shown.len() < 1_500, "{shown:?}");
    }
}
