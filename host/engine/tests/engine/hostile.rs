//! Guests that break a rule. Each is stopped by the limit meant for it, and the next honest call is answered.

use std::time::Duration;

use motcua_engine::{CallError, Engine, Fault, Limits, LoadError, TrapKind};
use motcua_model::Subject;
use motcua_model::assessment::AssessmentError;

use crate::{
    all_true, both_ways, engine, harmless, honest_still_answers, limits, refused_both_ways,
};
use guests::written::{ANSWER, Guest, WIT, with_manifest, wrap_module};

const FOREVER: &str = "(loop $forever (br $forever))";

fn out_of_fuel(error: &CallError) -> bool {
    assert_eq!(error.fault(), Fault::Plugin);
    *error
        == CallError::OutOfFuel {
            budget: limits().fuel,
        }
}

fn out_of_memory(error: &CallError) -> bool {
    matches!(error, CallError::OutOfMemory { .. })
}

fn unreadable(error: &CallError) -> bool {
    assert_eq!(error.code(), "unreadable-answer", "{error:?}");
    matches!(error, CallError::Unreadable { .. })
}

/// Checks a guest whose answer is changed just before it is given.
fn changed_answer(change: &str, expected: impl Fn(&CallError) -> bool) {
    let guest = Guest {
        finish: change.to_owned(),
        ..Guest::default()
    };
    let engine = engine();
    let plain = guest.component();
    for component in [plain.clone(), guests::written::not_plain(plain)] {
        let error = engine
            .load(&component)
            .unwrap()
            .assess(&all_true())
            .unwrap_err();
        assert!(expected(&error), "{error:?}");
        harmless(&error);
        honest_still_answers(&engine);
    }
}

#[test]
fn loops_are_stopped_by_fuel_wherever_they_are() {
    refused_both_ways(&Guest::that(FOREVER), out_of_fuel);
    refused_both_ways(
        &Guest {
            realloc: FOREVER.to_owned(),
            ..Guest::default()
        },
        out_of_fuel,
    );
    refused_both_ways(
        &Guest {
            post_return: Some(FOREVER),
            ..Guest::default()
        },
        out_of_fuel,
    );
}

#[test]
fn a_loop_in_start_is_found_when_loading() {
    let guest = Guest {
        fields: format!("(func $start {FOREVER}) (start $start)"),
        ..Guest::default()
    };
    let engine = engine();
    for component in [
        guest.component(),
        guests::written::not_plain(guest.component()),
    ] {
        match engine.load(&component) {
            Err(LoadError::Trial(error)) => assert!(out_of_fuel(&error)),
            other => panic!("{other:?}"),
        }
        honest_still_answers(&engine);
    }
}

#[test]
fn a_machine_too_slow_is_not_the_guests_fault() {
    let engine = Engine::new(Limits {
        fuel: u64::MAX / 2,
        tick: Duration::from_millis(1),
        deadline_ticks: 3,
        ..limits()
    })
    .unwrap();
    for procedure in both_ways(&engine, &Guest::that(FOREVER)) {
        let error = procedure.assess(&all_true()).unwrap_err();
        assert_eq!(error, CallError::Stopped { milliseconds: 3 });
        assert_eq!(error.fault(), Fault::Platform);
        harmless(&error);
    }
}

#[test]
fn when_all_places_are_taken_the_next_call_is_told_at_once() {
    let engine = Engine::new(Limits {
        fuel: u64::MAX / 2,
        tick: Duration::from_millis(10),
        deadline_ticks: 50,
        slots: 1,
        ..limits()
    })
    .unwrap();
    let honest = engine.load(&Guest::default().component()).unwrap();
    let [forever, _] = both_ways(&engine, &Guest::that(FOREVER));
    let mut busy = 0;
    std::thread::scope(|scope| {
        let held = scope.spawn(|| {
            // The other thread may hold the only place at this very moment.
            loop {
                match forever.assess(&all_true()) {
                    Err(CallError::Busy { .. }) => {}
                    other => break other,
                }
            }
        });
        while !held.is_finished() {
            match honest.assess(&all_true()) {
                Ok(_) => {}
                Err(error) => {
                    assert_eq!(error, CallError::Busy { slots: 1 });
                    assert_eq!(error.fault(), Fault::Platform);
                    busy += 1;
                }
            }
        }
        assert!(matches!(
            held.join().unwrap(),
            Err(CallError::Stopped { .. })
        ));
    });
    assert!(busy > 0);
    assert!(honest.assess(&all_true()).is_ok());
}

#[test]
fn memory_grows_to_its_limit_and_no_further() {
    let grow = "(loop $grow (if (i32.eq (memory.grow (i32.const 1)) (i32.const -1)) (then unreachable)) (br $grow))";
    // Within its own word (one page, which never leaves the compact pool), and within ours.
    for memory in ["1 1", "1"] {
        refused_both_ways(
            &Guest {
                memory,
                ..Guest::that(grow)
            },
            out_of_memory,
        );
    }
    // A guest that copes with a refusal is no offender.
    let engine = engine();
    let copes = Guest {
        memory: "1",
        ..Guest::that("(drop (memory.grow (i32.const 60000)))")
    };
    for procedure in both_ways(&engine, &copes) {
        assert!(procedure.assess(&all_true()).is_ok());
    }
}

#[test]
fn memory_that_it_may_have_is_there() {
    let engine = engine();
    let fill = "(drop (memory.grow (i32.const 60)))
        (memory.fill (i32.const 65536) (i32.const 255) (i32.const 1966080))";
    for procedure in both_ways(
        &engine,
        &Guest {
            memory: "1",
            ..Guest::that(fill)
        },
    ) {
        for _ in 0..20 {
            assert!(procedure.assess(&all_true()).is_ok());
        }
    }
}

#[test]
fn tables_grow_to_their_limit_and_no_further() {
    let grow = "(if (i32.eq (table.grow $t (ref.null func) (i32.const 1000000)) (i32.const -1)) (then unreachable))";
    refused_both_ways(
        &Guest {
            fields: "(table $t 1 funcref)".to_owned(),
            ..Guest::that(grow)
        },
        out_of_memory,
    );
}

#[test]
fn traps_are_told_by_their_kind() {
    let trapped = |kind| move |error: &CallError| *error == CallError::Trapped(kind);
    refused_both_ways(&Guest::that("unreachable"), trapped(TrapKind::Unreachable));
    refused_both_ways(
        &Guest::that("(drop (i32.load (i32.const 0x7fffffff)))"),
        trapped(TrapKind::OutOfBounds),
    );
    refused_both_ways(
        &Guest::that("(drop (i32.div_u (i32.const 1) (local.get $i)))"),
        trapped(TrapKind::Arithmetic),
    );
    refused_both_ways(
        &Guest {
            fields: "(table $t 1 funcref) (type $f (func))".to_owned(),
            ..Guest::that("(call_indirect $t (type $f) (i32.const 0))")
        },
        trapped(TrapKind::BadCall),
    );
}

#[test]
fn deep_recursion_ends_at_the_stack_limit() {
    let fields = "(func $deep (param i32) (result i32)
        (i32.add (i32.const 1) (call $deep (i32.add (local.get 0) (i32.const 1)))))";
    refused_both_ways(
        &Guest {
            fields: fields.to_owned(),
            ..Guest::that("(drop (call $deep (i32.const 0)))")
        },
        |error| {
            *error
                == CallError::StackOverflow {
                    limit: limits().stack_bytes,
                }
        },
    );
}

#[test]
fn ackermann_ends() {
    let fields = "(func $a (param $m i32) (param $n i32) (result i32)
        (if (result i32) (local.get $m)
          (then (call $a (i32.sub (local.get $m) (i32.const 1))
            (if (result i32) (local.get $n)
              (then (call $a (local.get $m) (i32.sub (local.get $n) (i32.const 1))))
              (else (i32.const 1)))))
          (else (i32.add (local.get $n) (i32.const 1)))))";
    refused_both_ways(
        &Guest {
            fields: fields.to_owned(),
            ..Guest::that("(drop (call $a (i32.const 3) (i32.const 20)))")
        },
        |error| {
            matches!(
                error,
                CallError::StackOverflow { .. } | CallError::OutOfFuel { .. }
            )
        },
    );
}

#[test]
fn room_for_the_question_must_be_room() {
    let gives = |place: &str| Guest {
        realloc: format!("(return {place})"),
        ..Guest::default()
    };
    refused_both_ways(&gives("(i32.const 65535)"), unreadable);
    refused_both_ways(&gives("(i32.const -8)"), unreadable);
    refused_both_ways(&gives("(i32.const 8193)"), unreadable);
}

#[test]
fn an_answer_outside_the_memory_or_the_contract_is_unreadable() {
    refused_both_ways(&Guest::that("(return (i32.const -4))"), unreadable);
    refused_both_ways(&Guest::that("(return (i32.const 65532))"), unreadable);
    refused_both_ways(&Guest::that("(return (i32.const 66))"), unreadable);
    let store = |at: u32, value: &str| format!("(i32.store (i32.const {at}) (i32.const {value}))");
    // The conditions lie outside, are not aligned, are more than 4 GiB.
    changed_answer(&store(ANSWER + 8, "-4"), unreadable);
    changed_answer(&store(ANSWER + 8, "257"), unreadable);
    changed_answer(&store(ANSWER + 12, "-1"), unreadable);
    // Cases that the contract does not have: an outcome, a need, an option, a time limit, a due, a subject.
    for at in [
        256 + 2,
        512 + 2,
        512 + 4,
        ANSWER + 24,
        1024 + 2,
        1024 + 8,
        1024 + 40,
    ] {
        changed_answer(
            &format!("(i32.store8 (i32.const {at}) (i32.const 77))"),
            unreadable,
        );
    }
    let missing = format!(
        "{} (i32.store8 (i32.const 2050) (i32.const 5))",
        store(ANSWER + 40, "1")
    );
    changed_answer(&missing, unreadable);
}

#[test]
fn lists_that_lie_over_one_another_are_not_copied() {
    // Six lists of the whole memory cost the guest nothing.
    let mut change = String::new();
    for at in [0, 8, 16, 28, 36, 44] {
        change += &format!(
            "(i32.store (i32.const {}) (i32.const 0)) (i32.store (i32.const {}) (i32.const 1300))",
            ANSWER + at,
            ANSWER + at + 4
        );
    }
    changed_answer(&change, |error| {
        matches!(
            error,
            CallError::Contradicts(_) | CallError::TooLarge { .. } | CallError::Unreadable { .. }
        )
    });
    // One list too long.
    let long = format!(
        "(i32.store (i32.const {}) (i32.const 0)) (i32.store (i32.const {}) (i32.const 30000))",
        ANSWER + 44,
        ANSWER + 48
    );
    changed_answer(&long, |error| {
        *error
            == CallError::TooLarge {
                what: "problems",
                limit: limits().answer_list,
            }
    });
}

#[test]
fn the_whole_answer_has_a_limit_in_bytes() {
    let engine = Engine::new(Limits {
        answer_bytes: 200,
        ..limits()
    })
    .unwrap();
    for procedure in both_ways(&engine, &Guest::default()) {
        let error = procedure.assess(&all_true()).unwrap_err();
        assert_eq!(
            error,
            CallError::TooLarge {
                what: "bytes",
                limit: 200
            }
        );
        assert_eq!(error.fault(), Fault::Plugin);
    }
}

#[test]
fn an_answer_must_fit_the_manifest() {
    let contradicts = |expected: AssessmentError| {
        move |error: &CallError| *error == CallError::Contradicts(expected.clone())
    };
    changed_answer(
        "(i32.store16 (i32.const 300) (i32.const 500))",
        contradicts(AssessmentError::UnknownNumber {
            list: "condition",
            number: 500,
            len: 12,
        }),
    );
    changed_answer(
        "(i32.store16 (i32.const 256) (i32.const 1))",
        contradicts(AssessmentError::Missing {
            list: "condition",
            number: 0,
        }),
    );
    changed_answer(
        "(i32.store16 (i32.const 260) (i32.const 0))",
        contradicts(AssessmentError::Twice {
            list: "condition",
            number: 0,
        }),
    );
    changed_answer(
        &format!("(i32.store (i32.const {}) (i32.const 9))", ANSWER + 20),
        contradicts(AssessmentError::Missing {
            list: "document",
            number: 9,
        }),
    );
    changed_answer(
        &format!("(i32.store16 (i32.const {}) (i32.const 1))", ANSWER + 26),
        contradicts(AssessmentError::UnknownNumber {
            list: "time-limit",
            number: 1,
            len: 1,
        }),
    );
    // A document that its manifest requires always is not needed.
    changed_answer("(i32.store8 (i32.const 514) (i32.const 0))", |error| {
        matches!(
            error,
            CallError::Contradicts(AssessmentError::Absurd {
                list: "document",
                number: 0,
                ..
            })
        )
    });
    changed_answer("(i32.store (i32.const 520) (i32.const 100))", |error| {
        matches!(
            error,
            CallError::Contradicts(AssessmentError::Absurd {
                list: "document",
                ..
            })
        )
    });
    changed_answer(
        "(i64.store (i32.const 1040) (i64.const 999999999999))",
        |error| {
            matches!(
                error,
                CallError::Contradicts(AssessmentError::Absurd { list: "fee", .. })
            )
        },
    );
}

#[test]
fn an_answer_must_fit_the_question() {
    // One fact too many is asked for: of a condition that is satisfied.
    changed_answer(
        &format!(
            "(i32.store16 (i32.const 2048) (i32.const 13)) (i32.store8 (i32.const 2050) (i32.const 1))
             (i32.store16 (i32.const 2052) (i32.const 4)) (i32.store (i32.const {}) (i32.const 1))",
            ANSWER + 40
        ),
        |error| {
            *error
                == CallError::Contradicts(AssessmentError::AsksInVain {
                    fact: 13,
                    subject: Subject::Condition(4),
                })
        },
    );
    // Of one that is unknown, but the fact was told.
    changed_answer(
        &format!(
            "(i32.store8 (i32.const 274) (i32.const 2))
             (i32.store16 (i32.const 2048) (i32.const 4)) (i32.store8 (i32.const 2050) (i32.const 1))
             (i32.store16 (i32.const 2052) (i32.const 4)) (i32.store (i32.const {}) (i32.const 1))",
            ANSWER + 40
        ),
        |error| {
            *error
                == CallError::Contradicts(AssessmentError::AsksAgain {
                    fact: 4,
                    subject: Subject::Condition(4),
                })
        },
    );
}

#[test]
fn names_of_functions_reach_no_message() {
    let evil = "x\nINFO all is well\u{1b}[31m\u{202e}lortnoc";
    let wat = Guest::that("(call $evil)").wat().replace(
        "(func $realloc",
        "(func $evil (@name \"NAME\") unreachable) (func $realloc",
    );
    let module = wat::parse_str(wat.replace("NAME", &evil.escape_default().to_string())).unwrap();
    assert!(
        module
            .windows(evil.len())
            .any(|window| window == evil.as_bytes())
    );
    let engine = engine();
    let component = with_manifest(wrap_module(module, &[WIT]));
    let error = engine
        .load(&component)
        .unwrap()
        .assess(&all_true())
        .unwrap_err();
    assert_eq!(error, CallError::Trapped(TrapKind::Unreachable));
    harmless(&error);
    honest_still_answers(&engine);
}
