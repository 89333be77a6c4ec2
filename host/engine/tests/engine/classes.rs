//! The two classes of component: which one a component is in, and that neither takes what belongs to the other.

use std::time::Duration;

use motcua_engine::{CallError, Class, Classes, Engine, Limits, LoadError, Rule, admit, inspect};

use crate::{all_true, honest_still_answers, limits};
use guests::written::{Guest, with_section};

const FOREVER: &str = "(loop $forever (br $forever))";

/// A guest that only the wider class admits: with more functions than a compiled component may have.
fn heavy(guest: Guest) -> Vec<u8> {
    Guest {
        fields: format!("{} {}", guest.fields, "(func)".repeat(5_000)),
        ..guest
    }
    .component()
}

fn classes() -> Classes {
    Classes {
        compiled: limits(),
        interpreted: Limits {
            fuel: 30_000_000,
            ..Limits::interpreted()
        },
        drafts: false,
    }
}

#[test]
fn a_component_is_in_the_first_class_that_admits_it() {
    let engine = Engine::new(classes()).unwrap();
    let light = engine.load(&Guest::default().component()).unwrap();
    assert_eq!(light.class(), Class::Compiled);
    assert_eq!(light.limits(), &classes().compiled);
    let bytes = heavy(Guest::default());
    let heavy = engine.load(&bytes).unwrap();
    assert_eq!(heavy.class(), Class::Interpreted);
    assert_eq!(heavy.limits(), &classes().interpreted);
    assert_eq!(inspect(&bytes, &classes()).class, Some(Class::Interpreted));
    // The same rules give the same answer, whatever the class.
    assert_eq!(
        light.assess(&all_true()).unwrap().assessment,
        heavy.assess(&all_true()).unwrap().assessment
    );
}

#[test]
fn a_refusal_names_the_class_whose_limit_is_passed() {
    let too_many = Guest {
        fields: "(func)".repeat(20_000),
        ..Guest::default()
    }
    .component();
    let refusal = admit(&too_many, &classes()).unwrap_err();
    assert_eq!(refusal.rule, Rule::Functions);
    assert_eq!(refusal.class, Some(Class::Interpreted));
    assert!(
        refusal
            .message
            .en
            .contains("20002 functions, at most 20000")
            && refusal.message.en.contains("class `interpreted`"),
        "{refusal}"
    );
    assert!(refusal.message.vi.contains("lớp `interpreted`"));
    // What no class allows is no matter of classes.
    let refusal = admit(b"\x1f\x8b", &classes()).unwrap_err();
    assert_eq!((refusal.rule, refusal.class), (Rule::Header, None));
    // Nor does a rule that the wider class finds broken hide behind the limit of the narrower one.
    let large = with_section(Guest::default().component(), "ballast", &vec![0; 2 << 20]);
    assert_eq!(admit(&large, &classes()).unwrap().class, Class::Interpreted);
    let truncated = &large[..large.len() - 1];
    assert_eq!(
        admit(truncated, &classes()).unwrap_err().rule,
        Rule::WellFormed
    );
}

#[test]
fn bombs_for_the_compiler_pass_neither_class() {
    let ifs = |depth: usize| {
        format!(
            "(func (local {}) {} {})",
            "i64 ".repeat(500),
            "(if (i32.const 1) (then ".repeat(depth),
            "))".repeat(depth)
        )
    };
    let bombs = [
        ("30,000 nested ifs over 500 locals", Rule::FunctionSize, {
            Guest {
                fields: ifs(30_000),
                ..Guest::default()
            }
        }),
        ("200,000 functions", Rule::Functions, {
            Guest {
                fields: "(func)".repeat(200_000),
                ..Guest::default()
            }
        }),
        ("50,000 locals", Rule::FunctionSize, {
            Guest {
                fields: format!("(func (local {}))", "i64 ".repeat(50_000)),
                ..Guest::default()
            }
        }),
    ];
    for (what, rule, guest) in bombs {
        let refusal = admit(&guest.component(), &Classes::default()).unwrap_err();
        assert_eq!(refusal.rule, rule, "{what}: {refusal}");
        assert_eq!(refusal.class, Some(Class::Interpreted), "{what}");
    }
}

#[test]
fn each_class_has_fuel_memory_and_stack_of_its_own() {
    let engine = Engine::new(classes()).unwrap();
    let forever = engine.load(&heavy(Guest::that(FOREVER))).unwrap();
    assert_eq!(
        forever.assess(&all_true()).unwrap_err(),
        CallError::OutOfFuel { budget: 30_000_000 }
    );
    let deep = Guest {
        fields: "(func $deep (param i32) (result i32)
            (if (result i32) (local.get 0)
              (then (i32.add (i32.const 1) (call $deep (i32.sub (local.get 0) (i32.const 1)))))
              (else (i32.const 0))))"
            .to_owned(),
        ..Guest::that("(drop (call $deep (i32.const 3000)))")
    };
    // Three thousand calls are too deep for 64 KiB, and not for 512.
    let light = engine.load(&deep.component()).unwrap();
    assert_eq!(
        light.assess(&all_true()).unwrap_err(),
        CallError::StackOverflow {
            limit: limits().stack_bytes
        }
    );
    let heavy_one = engine.load(&heavy(deep)).unwrap();
    assert!(heavy_one.assess(&all_true()).is_ok());
    // A thread as small as the limits allow is large enough, also to find the end of the stack.
    let endless = Guest {
        fields: "(func $deep (result i32) (i32.add (i32.const 1) (call $deep)))".to_owned(),
        ..Guest::that("(drop (call $deep))")
    };
    let endless = engine.load(&heavy(endless)).unwrap();
    let error = std::thread::Builder::new()
        .stack_size(classes().thread_bytes())
        .spawn(move || endless.assess(&all_true()).unwrap_err())
        .unwrap()
        .join()
        .unwrap();
    assert_eq!(error, CallError::StackOverflow { limit: 512 << 10 });
    // 20 MiB of memory: more than a compiled component may have.
    let roomy = Guest {
        memory: "320",
        ..Guest::default()
    }
    .component();
    assert_eq!(engine.load(&roomy).unwrap().class(), Class::Interpreted);
    honest_still_answers(&engine);
}

#[test]
fn slow_plugins_do_not_take_the_places_of_fast_ones() {
    let engine = Engine::new(Classes {
        compiled: Limits {
            slots: 1,
            ..limits()
        },
        interpreted: Limits {
            slots: 1,
            fuel: u64::MAX / 2,
            tick: Duration::from_millis(10),
            deadline_ticks: 50,
            ..Limits::interpreted()
        },
        drafts: false,
    })
    .unwrap();
    let slow = engine.load(&heavy(Guest::that(FOREVER))).unwrap();
    let fast = engine.load(&Guest::default().component()).unwrap();
    let mut answered = 0;
    std::thread::scope(|scope| {
        let held = scope.spawn(|| slow.assess(&all_true()));
        while !held.is_finished() {
            // Whether the only place of the slow class is taken or not: that of the fast one is free.
            fast.assess(&all_true()).unwrap();
            answered += 1;
        }
        assert!(matches!(held.join(), Ok(Err(CallError::Stopped { .. }))));
    });
    assert!(answered > 0);
    fast.assess(&all_true()).unwrap();
}

#[test]
fn a_component_that_neither_class_admits_is_not_compiled() {
    let engine = Engine::new(classes()).unwrap();
    let huge = with_section(Guest::default().component(), "ballast", &vec![0; 25 << 20]);
    match engine.load(&huge) {
        Err(LoadError::Refused(refusal)) => {
            assert_eq!(refusal.rule, Rule::Size);
            assert_eq!(refusal.class, Some(Class::Interpreted));
        }
        other => panic!("{other:?}"),
    }
}
