//! What one guest leaves behind, no other ever finds; and nothing differs from run to run.

use motcua_engine::{Engine, Limits};

use crate::{all_true, both_ways, limits};
use guests::written::Guest;

/// Looks at every byte from the third page of the kernel on, and stops with a trap at the first that is not zero.
const SEARCH: &str = "(local.set $p (i32.const 12288))
    (block $end (loop $next
      (br_if $end (i32.ge_u (local.get $p) (i32.mul (memory.size) (i32.const 65536))))
      (if (i64.ne (i64.load (local.get $p)) (i64.const 0)) (then unreachable))
      (local.set $p (i32.add (local.get $p) (i32.const 8)))
      (br $next)))";
const LITTER: &str = "(memory.fill (i32.const 12288) (i32.const 0xaa)
      (i32.sub (i32.mul (memory.size) (i32.const 65536)) (i32.const 12288)))";
const GROW: &str = "(drop (memory.grow (i32.const 8)))";

#[test]
fn no_guest_finds_what_another_left() {
    // One slot: everybody gets the place that the last one had.
    let engine = Engine::new(Limits {
        slots: 1,
        ..limits()
    })
    .unwrap();
    let [searchers, litterers] = [SEARCH, LITTER].map(|what| {
        [("1 1", ""), ("1", GROW), ("17", "")].map(|(memory, grow)| {
            both_ways(
                &engine,
                &Guest {
                    memory,
                    ..Guest::that(&format!("{grow} {what}"))
                },
            )
        })
    });
    for _ in 0..3 {
        for litterer in litterers.iter().flatten() {
            for searcher in searchers.iter().flatten() {
                litterer.assess(&all_true()).unwrap();
                searcher.assess(&all_true()).unwrap();
            }
        }
    }
}

#[test]
fn globals_and_data_begin_anew() {
    let engine = Engine::new(Limits {
        slots: 1,
        ..limits()
    })
    .unwrap();
    let fields = r#"(global $seen (mut i32) (i32.const 0)) (data (i32.const 4000) "fresh")"#;
    let guest = Guest {
        fields: fields.to_owned(),
        ..Guest::that(
            "(if (global.get $seen) (then unreachable))
             (if (i32.ne (i32.load8_u (i32.const 4000)) (i32.const 102)) (then unreachable))
             (global.set $seen (i32.const 1))
             (i32.store8 (i32.const 4000) (i32.const 7))",
        )
    };
    for procedure in both_ways(&engine, &guest) {
        for _ in 0..10 {
            procedure.assess(&all_true()).unwrap();
        }
    }
}

#[test]
fn a_float_that_is_no_number_has_one_form() {
    let engine = Engine::new(limits()).unwrap();
    // Told as the fee: the bits of 0/0, of the root of -1, and of a payload that came in.
    let check = "(local.set $x (i64.extend_i32_u (i32.reinterpret_f32 (f32.div (f32.const 0) (f32.const 0)))))
        (if (i64.ne (local.get $x) (i64.const 0x7fc00000)) (then unreachable))
        (local.set $x (i64.reinterpret_f64 (f64.sqrt (f64.const -1))))
        (if (i64.ne (local.get $x) (i64.const 0x7ff8000000000000)) (then unreachable))
        (local.set $x (i64.reinterpret_f64 (f64.add (f64.const nan:0x8000000000123) (f64.const 1))))
        (if (i64.ne (local.get $x) (i64.const 0x7ff8000000000000)) (then unreachable))";
    for procedure in both_ways(&engine, &Guest::that(check)) {
        procedure.assess(&all_true()).unwrap();
    }
}
