//! Grounds of a result: nothing that a component says of them is believed, and every limit holds for them too.

use std::sync::LazyLock;
use std::time::Duration;

use motcua_engine::{CallError, Engine, FalseGrounds, Fault, Limits, Procedure, TrapKind};
use motcua_model::{Application, Fact, Scalar, Subject, Value};
use proptest::prelude::*;

use crate::{all_true, ask, boolean, drafts, harmless, honest_still_answers, limits};
use guests::written::{GROUNDS, Guest};

const FOREVER: &str = "(loop $forever (br $forever))";

/// One that tells these facts, whatever is asked.
fn telling(facts: &[u16]) -> Guest {
    let mut body = String::new();
    let place = GROUNDS + 8;
    for (at, fact) in (place..).step_by(2).zip(facts) {
        body += &format!("(i32.store16 (i32.const {at}) (i32.const {fact}))");
    }
    Guest::that_grounds(&format!("{body} {}", list(&place.to_string(), facts.len())))
}

/// Statements that answer with a list at an address.
fn list(address: &str, len: usize) -> String {
    format!(
        "(i32.store (i32.const {GROUNDS}) (i32.const {address}))
         (i32.store (i32.const {}) (i32.const {len}))
         (return (i32.const {GROUNDS}))",
        GROUNDS + 4
    )
}

/// What comes of asking a guest, by itself and then once more; an honest one answers after it.
fn asked_in(
    engine: &Engine,
    guest: &Guest,
    application: &Application<'_>,
    subject: Subject,
) -> Result<Option<Vec<u16>>, CallError> {
    let procedure = engine.load(&guest.draft()).unwrap();
    let result = procedure.grounds(application, subject);
    assert_eq!(procedure.grounds(application, subject), result);
    // The answer to the question itself is as good as ever.
    assert!(procedure.assess(application).is_ok());
    honest_still_answers(engine);
    result
}

fn refused_in(engine: &Engine, guest: &Guest, subject: Subject) -> CallError {
    let error = asked_in(engine, guest, &all_true(), subject).unwrap_err();
    harmless(&error);
    assert_ne!(error.message().vi, error.message().en);
    error
}

fn refused(guest: &Guest, subject: Subject) -> CallError {
    let error = refused_in(&drafts(limits()), guest, subject);
    assert_eq!(error.fault(), Fault::Plugin, "{error:?}");
    error
}

#[test]
fn false_grounds_are_refused_by_name() {
    let condition = Subject::Condition(3);
    for (facts, subject, why) in [
        (&[3, 13][..], condition, FalseGrounds::NotTold(13)),
        (&[3, 60_000], condition, FalseGrounds::NotTold(60_000)),
        (&[3, 3], condition, FalseGrounds::Twice(3)),
        (&[4, 3], condition, FalseGrounds::Order(3)),
        // The result is unknown with these alone …
        (&[], condition, FalseGrounds::TooFew),
        (&[0, 1, 2, 4], condition, FalseGrounds::TooFew),
        // … or another.
        (&[0, 1], Subject::Fee(0), FalseGrounds::TooFew),
    ] {
        let error = refused(&telling(facts), subject);
        assert_eq!(error, CallError::Grounds { subject, why });
        assert_eq!(error.code(), "false-grounds");
        assert!(error.to_string().contains(&subject.to_string()), "{error}");
    }
}

#[test]
fn more_facts_than_are_needed_are_grounds_too() {
    let all: Vec<u16> = (0..12).collect();
    for facts in [&[3][..], &[2, 3, 11], &all] {
        assert_eq!(
            asked_in(
                &drafts(limits()),
                &telling(facts),
                &all_true(),
                Subject::Condition(3)
            ),
            Ok(Some(facts.to_vec()))
        );
    }
}

#[test]
fn of_what_is_unknown_the_component_is_not_asked() {
    let engine = drafts(limits());
    let question = ask(vec![boolean(0, true)]);
    let guest = Guest::that_grounds("unreachable");
    assert_eq!(
        asked_in(&engine, &guest, &question, Subject::Condition(1)),
        Ok(None)
    );
    assert_eq!(
        asked_in(&engine, &guest, &question, Subject::Condition(0)),
        Err(CallError::Trapped(TrapKind::Unreachable))
    );
}

#[test]
fn of_what_the_manifest_does_not_have_nobody_is_asked() {
    let engine = drafts(limits());
    for subject in [
        Subject::Exemption(0),
        Subject::Condition(12),
        Subject::Document(10),
        Subject::Fee(1),
    ] {
        let error = refused_in(&engine, &Guest::that_grounds("unreachable"), subject);
        assert_eq!(error.fault(), Fault::Platform);
        assert!(matches!(error, CallError::Platform { .. }), "{error:?}");
    }
}

#[test]
fn every_limit_holds_for_grounds() {
    let condition = Subject::Condition(0);
    let fuel = CallError::OutOfFuel {
        budget: limits().fuel,
    };
    assert_eq!(refused(&Guest::that_grounds(FOREVER), condition), fuel);
    let in_post_return = Guest {
        fields: "(global $asked (mut i32) (i32.const 0))".to_owned(),
        post_return: Some("(if (global.get $asked) (then (loop $forever (br $forever))))"),
        ..Guest::that_grounds("(global.set $asked (i32.const 1))")
    };
    assert_eq!(refused(&in_post_return, condition), fuel);
    for (body, kind) in [
        ("unreachable", TrapKind::Unreachable),
        (
            "(drop (i32.load (i32.const 0x7fffffff)))",
            TrapKind::OutOfBounds,
        ),
    ] {
        assert_eq!(
            refused(&Guest::that_grounds(body), condition),
            CallError::Trapped(kind)
        );
    }
    let deep = Guest {
        fields: "(func $deep (result i32) (i32.add (i32.const 1) (call $deep)))".to_owned(),
        ..Guest::that_grounds("(drop (call $deep))")
    };
    assert_eq!(
        refused(&deep, condition),
        CallError::StackOverflow {
            limit: limits().stack_bytes
        }
    );
    let growing = Guest {
        memory: "1",
        ..Guest::that_grounds(
            "(loop $grow (if (i32.eq (memory.grow (i32.const 1)) (i32.const -1)) (then unreachable)) (br $grow))",
        )
    };
    assert!(matches!(
        refused(&growing, condition),
        CallError::OutOfMemory { .. }
    ));
}

#[test]
fn a_list_of_grounds_is_bounded_before_it_is_read() {
    let condition = Subject::Condition(0);
    let unreadable = |body: &str| {
        let error = refused(&Guest::that_grounds(body), condition);
        assert!(matches!(error, CallError::Unreadable { .. }), "{error:?}");
    };
    // Outside its memory, not aligned, an address of the list that is none.
    unreadable(&list("0", 40_000));
    unreadable(&list("65536", 1));
    unreadable(&list("8193", 1));
    unreadable("(return (i32.const -4))");
    // Within its memory, and too long.
    assert_eq!(
        refused(&Guest::that_grounds(&list("0", 30_000)), condition),
        CallError::TooLarge {
            what: "grounds",
            limit: limits().answer_list
        }
    );
    let tight = drafts(Limits {
        answer_bytes: 15_000,
        ..limits()
    });
    assert_eq!(
        refused_in(&tight, &Guest::that_grounds(&list("0", 10_000)), condition),
        CallError::TooLarge {
            what: "bytes",
            limit: 15_000
        }
    );
}

#[test]
fn grounds_that_take_too_long_are_the_machines_fault() {
    let engine = drafts(Limits {
        fuel: u64::MAX / 2,
        tick: Duration::from_millis(1),
        deadline_ticks: 20,
        ..limits()
    });
    let procedure = engine.load(&Guest::that_grounds(FOREVER).draft()).unwrap();
    let error = procedure
        .grounds(&all_true(), Subject::Condition(0))
        .unwrap_err();
    assert_eq!(error, CallError::Stopped { milliseconds: 20 });
    assert_eq!(error.fault(), Fault::Platform);
}

#[test]
fn no_question_of_a_certificate_sees_another() {
    // Each function notes that it ran, and gives up if any ran before it.
    let note = "(if (global.get $ran) (then unreachable)) (global.set $ran (i32.const 1))
        (if (i32.load (i32.const 4096)) (then unreachable)) (i32.store (i32.const 4096) (i32.const 1))";
    let guest = Guest {
        fields: "(global $ran (mut i32) (i32.const 0))".to_owned(),
        assess: note.to_owned(),
        grounds: note.to_owned(),
        ..Guest::default()
    };
    let engine = drafts(limits());
    for subject in [Subject::Condition(5), Subject::Fee(0), Subject::TimeLimit] {
        let asked = asked_in(&engine, &guest, &all_true(), subject);
        assert!(matches!(asked, Ok(Some(_))), "{asked:?}");
    }
}

/// Its grounds are the list that the first fact tells.
static PUPPET: LazyLock<Procedure> = LazyLock::new(|| {
    let guest = Guest::that_grounds("(return (i32.add (local.get $facts) (i32.const 16)))");
    drafts(limits()).load(&guest.draft()).unwrap()
});

/// What the host must say of a list of the puppet, which has all conditions hang on the fact of their number, the fee on
/// how many facts are told, and nothing else on any.
fn expected(list: &[u16], told: &[u16], subject: Subject) -> Result<(), FalseGrounds> {
    for (at, fact) in list.iter().enumerate() {
        let before = at.checked_sub(1).and_then(|at| list.get(at));
        match before {
            Some(before) if before == fact => return Err(FalseGrounds::Twice(*fact)),
            Some(before) if before > fact => return Err(FalseGrounds::Order(*fact)),
            _ if !told.contains(fact) => return Err(FalseGrounds::NotTold(*fact)),
            _ => {}
        }
    }
    let suffices = match subject {
        Subject::Condition(number) => list.contains(&number),
        Subject::Fee(_) => list.len() == told.len(),
        _ => true,
    };
    if suffices {
        Ok(())
    } else {
        Err(FalseGrounds::TooFew)
    }
}

fn lists() -> impl Strategy<Value = Vec<u16>> {
    let numbers = || prop::collection::vec(0..12_u16, 0..8);
    prop_oneof![
        1 => numbers(),
        // Most lists that a component might tell ascend.
        3 => prop::collection::btree_set(0..12_u16, 0..13).prop_map(|set| set.into_iter().collect()),
        1 => prop::collection::vec(any::<u16>(), 0..3),
    ]
}

fn subjects() -> impl Strategy<Value = Subject> {
    prop_oneof![
        4 => (0..12_u16).prop_map(Subject::Condition),
        1 => Just(Subject::Document(2)),
        1 => Just(Subject::TimeLimit),
        2 => Just(Subject::Fee(0)),
    ]
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 500, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn grounds_are_accepted_only_if_they_prove_the_result(
        list in lists(),
        // Most facts are told, so that lists hit them; the first one always, with the list.
        told in prop::collection::vec(prop::bool::weighted(0.8), 12),
        subject in subjects(),
    ) {
        let told: Vec<u16> = (0..12).filter(|n| *n == 0 || told[usize::from(*n)]).collect();
        let facts = told.iter().map(|number| match number {
            0 => Fact { fact: 0, value: Value::Scalar(Scalar::Choices(list.clone())) },
            number => boolean(usize::from(*number), number % 2 == 0),
        });
        let result = PUPPET.grounds(&ask(facts.collect()), subject);
        match subject {
            Subject::Condition(number) if !told.contains(&number) => prop_assert_eq!(result, Ok(None)),
            _ => {
                let expected = expected(&list, &told, subject)
                    .map(|()| Some(list))
                    .map_err(|why| CallError::Grounds { subject, why });
                prop_assert_eq!(result, expected);
            }
        }
    }
}
