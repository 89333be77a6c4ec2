//! Plugins that pass the gate and are honest until they hear a word that no test would try: then they attack.

use std::fmt::Write;

use guests::written::{
    ANSWER, Guest, STEADY_FEE, WIT, manifest_with_case, not_plain, with_section, wrap_module,
};
use serde_json::json;

/// So many pages wake a plugin.
pub const WORD: i64 = 54_321;
/// So many letters of a title wake one whose only hold is the room it is asked for.
pub const LETTERS: usize = 199;

const FOREVER: &str = "(loop $forever (br $forever))";

/// What wakes a plugin.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Word {
    /// [`WORD`] pages.
    Pages,
    /// A title of [`LETTERS`].
    Title,
}

/// What becomes of the question that wakes it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum End {
    /// The rules fail, in one of these ways.
    Fails(&'static [&'static str]),
    /// It is answered as any other: what the plugin does is its own affair, and must not be anybody else's.
    Answers,
}

/// A hostile plugin.
pub struct Attack {
    /// The number of its kind, 1 to 10.
    pub kind: u8,
    /// What it does.
    pub name: &'static str,
    /// What it is.
    pub component: Vec<u8>,
    /// What wakes it.
    pub word: Word,
    /// What becomes of the question.
    pub end: End,
    /// National code and slug: of nobody else.
    pub code: String,
    /// See `code`.
    pub slug: String,
}

/// A guest that does something at once when it hears the word, and remembers it in `$armed`.
fn sleeper(at_once: &str) -> Guest {
    Guest {
        fields: "(global $armed (mut i32) (i32.const 0))".to_owned(),
        fee: STEADY_FEE,
        assess: format!(
            "(block $heard (loop $listen
               (br_if $heard (i32.ge_u (local.get $i) (local.get $facts_len)))
               (local.set $p (i32.add (local.get $facts) (i32.shl (local.get $i) (i32.const 5))))
               (if (i32.and (i32.eq (i32.load16_u (local.get $p)) (i32.const 12))
                            (i64.eq (i64.load offset=16 (local.get $p)) (i64.const {WORD})))
                 (then (global.set $armed (i32.const 1)) {at_once}))
               (local.set $i (i32.add (local.get $i) (i32.const 1)))
               (br $listen)))
             (local.set $i (i32.const 0))"
        ),
        ..Guest::default()
    }
}

/// A guest that changes its answer once it has heard the word.
fn changing(finish: &str) -> Guest {
    Guest {
        finish: format!("(if (global.get $armed) (then {finish}))"),
        ..sleeper("")
    }
}

fn with(fields: &str, guest: Guest) -> Guest {
    Guest {
        fields: format!("{} {fields}", guest.fields),
        ..guest
    }
}

/// So many functions that only the class of interpreted components admits it.
fn interpreted(guest: Guest) -> Guest {
    with(&"(func)".repeat(5_000), guest)
}

fn in_memory(memory: &'static str, guest: Guest) -> Guest {
    Guest { memory, ..guest }
}

/// Address and length of a list of the answer.
fn list(at: u32, address: u32, length: u32) -> String {
    let (first, second) = (ANSWER + at, ANSWER + at + 4);
    format!(
        "(i32.store (i32.const {first}) (i32.const {address})) (i32.store (i32.const {second}) (i32.const {length}))"
    )
}

/// Every operation on floats, alone and in vectors, on every pair of values that could differ between machines; the bits of all
/// results, mixed, are the fee. The operations stand in functions of their own, so that no compiler works them out beforehand.
fn floats() -> Guest {
    let (mut functions, mut calls) = (String::new(), String::new());
    for (bits, values) in [
        (
            64,
            [
                "nan:0x8000000000123",
                "-nan:0x4000000000001",
                "inf",
                "-0",
                "1e-310",
                "0.1",
                "-1e308",
            ],
        ),
        (
            32,
            [
                "nan:0x400123",
                "-nan:0x200001",
                "inf",
                "-0",
                "1e-40",
                "0.1",
                "-3e38",
            ],
        ),
    ] {
        functions.push_str(&mix(bits));
        for one in values {
            for other in values {
                // Writing to a string cannot fail.
                let _ = write!(
                    calls,
                    "(local.set $x (call $mix{bits} (f{bits}.const {one}) (f{bits}.const {other}) (local.get $x)))"
                );
            }
        }
    }
    Guest {
        fields: functions,
        assess: calls,
        fee: "(i64.add (i64.const 1000) (i64.rem_u (local.get $x) (i64.const 900000000)))",
        ..Guest::default()
    }
}

/// A function that mixes the results of all operations on two floats of so many bits into a number.
fn mix(bits: u32) -> String {
    const UNARY: [&str; 7] = ["sqrt", "ceil", "floor", "trunc", "nearest", "abs", "neg"];
    const BINARY: [&str; 6] = ["add", "sub", "mul", "div", "min", "max"];
    const COMPARISONS: [&str; 6] = ["eq", "ne", "lt", "gt", "le", "ge"];
    let (other, lanes) = (96 - bits, 128 / bits);
    let (float, vector) = (format!("f{bits}"), format!("f{bits}x{lanes}"));
    let widened = |bits, result: String| match bits {
        64 => format!("(i64.reinterpret_f64 {result})"),
        _ => format!("(i64.extend_i32_u (i32.reinterpret_f32 {result}))"),
    };
    let alone = |result| widened(bits, result);
    let whole = |bits, result: String| match bits {
        64 => result,
        _ => format!("(i64.extend_i32_u {result})"),
    };
    let halves =
        |result: String| [0, 1].map(|lane| format!("(i64x2.extract_lane {lane} {result})"));
    let (a, b) = ("(local.get $a)", "(local.get $b)");
    // What is in all lanes, and what is in some.
    let splat = |value: &str| format!("({vector}.splat {value})");
    let both = format!("({vector}.replace_lane 1 {} {b})", splat(a));
    let (va, vb) = (splat(a), both.as_str());
    let mut results = Vec::new();
    for operation in UNARY {
        results.push(alone(format!("({float}.{operation} {a})")));
        results.extend(halves(format!("({vector}.{operation} {vb})")));
    }
    for operation in BINARY {
        results.push(alone(format!("({float}.{operation} {a} {b})")));
        results.extend(halves(format!("({vector}.{operation} {va} {vb})")));
    }
    results.push(alone(format!("({float}.copysign {a} {b})")));
    for operation in ["pmin", "pmax"] {
        results.extend(halves(format!("({vector}.{operation} {va} {vb})")));
    }
    for operation in COMPARISONS {
        results.push(whole(32, format!("({float}.{operation} {a} {b})")));
        results.extend(halves(format!("({vector}.{operation} {va} {vb})")));
    }
    // To the other width and to whole numbers, and back.
    let resized = if bits == 64 {
        "demote_f64"
    } else {
        "promote_f32"
    };
    results.push(widened(other, format!("(f{other}.{resized} {a})")));
    for (size, sign) in [(32, "s"), (32, "u"), (64, "s"), (64, "u")] {
        let cut = format!("(i{size}.trunc_sat_{float}_{sign} {a})");
        results.push(whole(size, cut.clone()));
        results.push(alone(format!("({float}.convert_i{size}_{sign} {cut})")));
    }
    let in_vectors: [String; 4] = if bits == 64 {
        [
            format!("(f32x4.demote_f64x2_zero {vb})"),
            format!("(i32x4.trunc_sat_f64x2_s_zero {vb})"),
            format!("(i32x4.trunc_sat_f64x2_u_zero {vb})"),
            format!("(f64x2.convert_low_i32x4_s {vb})"),
        ]
    } else {
        [
            format!("(f64x2.promote_low_f32x4 {vb})"),
            format!("(i32x4.trunc_sat_f32x4_s {vb})"),
            format!("(i32x4.trunc_sat_f32x4_u {vb})"),
            format!("(f32x4.convert_i32x4_u {vb})"),
        ]
    };
    results.extend(in_vectors.into_iter().flat_map(halves));
    let mixed: String = results
        .iter()
        .map(|result| {
            format!("(local.set $x (i64.add (i64.mul (local.get $x) (i64.const 31)) {result}))")
        })
        .collect();
    format!(
        "(func $mix{bits} (param $a {float}) (param $b {float}) (param $x i64) (result i64) {mixed} (local.get $x))"
    )
}

/// From the third page of four kilobytes on, which lies behind everything that an honest guest writes.
const BEHIND: u32 = 12_288;

/// Fills the memory it has with something that is not zero.
fn litter() -> String {
    format!(
        "(memory.fill (i32.const {BEHIND}) (i32.const 0xaa) (i32.sub (i32.mul (memory.size) (i32.const 65536)) (i32.const {BEHIND})))"
    )
}

/// Looks at all the memory it has, and gives up where something was left.
fn search() -> String {
    format!(
        "(local.set $p (i32.const {BEHIND}))
         (block $end (loop $next
           (br_if $end (i32.ge_u (local.get $p) (i32.mul (memory.size) (i32.const 65536))))
           (if (i64.ne (i64.load (local.get $p)) (i64.const 0)) (then unreachable))
           (local.set $p (i32.add (local.get $p) (i32.const 8)))
           (br $next)))"
    )
}

fn steady(guest: Guest) -> Guest {
    Guest {
        fee: STEADY_FEE,
        ..guest
    }
}

const RECURSION: &str =
    "(func $deep (param i32) (result i32) (i32.add (i32.const 1) (call $deep (local.get 0))))";
const ACKERMANN: &str = "(func $ackermann (param $m i32) (param $n i32) (result i32)
    (if (result i32) (local.get $m)
      (then (call $ackermann (i32.sub (local.get $m) (i32.const 1))
        (if (result i32) (local.get $n)
          (then (call $ackermann (local.get $m) (i32.sub (local.get $n) (i32.const 1))))
          (else (i32.const 1)))))
      (else (i32.add (local.get $n) (i32.const 1)))))";
const GROW: &str = "(loop $grow (if (i32.eq (memory.grow (i32.const 1)) (i32.const -1)) (then unreachable)) (br $grow))";
const GROW_TABLE: &str = "(loop $grow (if (i32.eq (table.grow $t (ref.null func) (i32.const 1000)) (i32.const -1)) (then unreachable)) (br $grow))";

/// Lines of a log, colours of a terminal and letters that turn round what is read: as names of functions and of an export.
pub const EVIL: &str = "x\n2026-01-01 INFO all is well\u{1b}[31m\u{202e}lortnoc\u{2066}<script>";

/// How the line begins that [`EVIL`] would like to write.
pub const FORGED: &str = "2026-01-01 INFO";

/// A trap in a function of a name that would like to be printed.
fn trap_with_names() -> Vec<u8> {
    let evil = EVIL.escape_default().to_string();
    let wat = sleeper("(call $evil)").wat().replacen(
        "(func $realloc",
        &format!("(func $evil (@name \"{evil}\") (export \"{evil}\") unreachable) (func $realloc"),
        1,
    );
    match wat::parse_str(wat) {
        Ok(module) => wrap_module(module, &[WIT]),
        Err(error) => panic!("{error}"),
    }
}

/// A component under a code and a slug of its own that never does anything but its work.
pub fn honest(code: &str, slug: &str) -> Vec<u8> {
    let guest = steady(Guest::default());
    named(bare(&guest), code, slug)
}

/// The manifest under a code and a slug of its own.
pub fn manifest(code: &str, slug: &str) -> serde_json::Value {
    let mut manifest = manifest_with_case();
    manifest["code"] = code.into();
    manifest["slug"] = slug.into();
    manifest
}

/// A component with a manifest under a code and a slug of its own.
pub fn named(component: Vec<u8>, code: &str, slug: &str) -> Vec<u8> {
    with_section(
        component,
        "motcua:manifest",
        manifest(code, slug).to_string().as_bytes(),
    )
}

fn bare(guest: &Guest) -> Vec<u8> {
    guests::written::wrap(&guest.wat(), &[WIT])
}

const FUEL: End = End::Fails(&["out-of-fuel"]);
const MEMORY: End = End::Fails(&["out-of-memory"]);
const STACK: End = End::Fails(&["stack-overflow"]);
const TRAP: End = End::Fails(&["trapped"]);
const LARGE: End = End::Fails(&["answer-too-large"]);

/// All of them.
pub fn all() -> Vec<Attack> {
    let in_realloc = Guest {
        realloc: format!(
            "(if (i32.and (i32.eq (local.get $align) (i32.const 1)) (i32.eq (local.get $size) (i32.const {LETTERS}))) (then {FOREVER}))"
        ),
        ..steady(Guest::default())
    };
    let in_post_return = Guest {
        post_return: Some("(if (global.get $armed) (then (loop $forever (br $forever))))"),
        ..sleeper("")
    };
    // Of zeros: each element is one that the contract has.
    let over_one_buffer: String = [0, 8, 16, 28, 36]
        .map(|at| list(at, 2 * 65_536, 20_000))
        .concat();
    let fill = |pages: u32| {
        format!(
            "(if (i32.eq (memory.grow (i32.const {pages})) (i32.const -1)) (then unreachable)) {}",
            litter()
        )
    };
    let table = "(table $t 1 funcref) (type $f (func))";
    let traps = [
        (
            "traps: outside the memory",
            sleeper("(drop (i32.load (i32.const 0x7fffffff)))"),
        ),
        (
            "traps: divides by zero",
            sleeper("(drop (i32.div_u (i32.const 1) (i32.const 0)))"),
        ),
        (
            "traps: calls what is not there",
            with(table, sleeper("(call_indirect $t (type $f) (i32.const 0))")),
        ),
    ];
    let mut list: Vec<(u8, &'static str, Vec<u8>, Word, End)> = vec![
        (
            1,
            "loops in the export",
            bare(&sleeper(FOREVER)),
            Word::Pages,
            FUEL,
        ),
        (
            1,
            "loops in the export, of two modules",
            not_plain(bare(&sleeper(FOREVER))),
            Word::Pages,
            FUEL,
        ),
        (
            1,
            "loops where room is made",
            bare(&in_realloc),
            Word::Title,
            FUEL,
        ),
        (
            1,
            "loops after its answer",
            bare(&in_post_return),
            Word::Pages,
            FUEL,
        ),
        (
            1,
            "loops, interpreted",
            bare(&interpreted(sleeper(FOREVER))),
            Word::Pages,
            FUEL,
        ),
        (
            2,
            "answers lists over one buffer",
            bare(&in_memory("20 20", changing(&over_one_buffer))),
            Word::Pages,
            LARGE,
        ),
        (
            2,
            "answers lists over one buffer, of two modules",
            not_plain(bare(&in_memory("20 20", changing(&over_one_buffer)))),
            Word::Pages,
            LARGE,
        ),
        (
            2,
            "answers a list too long",
            bare(&changing(&list(44, 0, 30_000))),
            Word::Pages,
            LARGE,
        ),
        (
            5,
            "grows its memory until refused",
            bare(&in_memory("1", sleeper(GROW))),
            Word::Pages,
            MEMORY,
        ),
        (
            5,
            "grows its memory until refused, interpreted",
            bare(&in_memory("1", interpreted(sleeper(GROW)))),
            Word::Pages,
            MEMORY,
        ),
        (
            5,
            "grows a table until refused",
            bare(&with("(table $t 1 funcref)", sleeper(GROW_TABLE))),
            Word::Pages,
            MEMORY,
        ),
        (
            5,
            "fills 8 MiB",
            bare(&in_memory("1", sleeper(&fill(120)))),
            Word::Pages,
            End::Answers,
        ),
        (
            5,
            "fills 60 MiB, interpreted",
            bare(&in_memory("1", interpreted(sleeper(&fill(960))))),
            Word::Pages,
            End::Answers,
        ),
        (
            6,
            "calls itself without end",
            bare(&with(
                RECURSION,
                sleeper("(drop (call $deep (i32.const 0)))"),
            )),
            Word::Pages,
            STACK,
        ),
        (
            6,
            "calls itself without end, interpreted",
            bare(&interpreted(with(
                RECURSION,
                sleeper("(drop (call $deep (i32.const 0)))"),
            ))),
            Word::Pages,
            STACK,
        ),
        (
            6,
            "Ackermann",
            bare(&with(
                ACKERMANN,
                sleeper("(drop (call $ackermann (i32.const 3) (i32.const 20)))"),
            )),
            Word::Pages,
            End::Fails(&["stack-overflow", "out-of-fuel"]),
        ),
        (
            7,
            "traps in a function of an evil name",
            trap_with_names(),
            Word::Pages,
            TRAP,
        ),
        (
            10,
            "every operation on floats",
            bare(&floats()),
            Word::Pages,
            End::Answers,
        ),
        (
            10,
            "leaves its memory full",
            bare(&steady(Guest::that(&litter()))),
            Word::Pages,
            End::Answers,
        ),
        (
            10,
            "looks for what others left",
            bare(&steady(Guest::that(&search()))),
            Word::Pages,
            End::Answers,
        ),
    ];
    list.extend(traps.map(|(name, guest)| (7, name, bare(&guest), Word::Pages, TRAP)));
    list.into_iter()
        .enumerate()
        .map(|(number, (kind, name, component, word, end))| {
            let (code, slug) = (format!("9.{:06}", 100 + number), format!("attack-{number}"));
            Attack {
                kind,
                name,
                component: named(component, &code, &slug),
                word,
                end,
                code,
                slug,
            }
        })
        .collect()
}

impl Attack {
    /// The question that it answers honestly, and the one that wakes it, as JSON.
    pub fn questions(&self) -> [String; 2] {
        let honest = json!({"received_at": "2026-03-02T09:00", "channel": "online", "facts": {"fact_0": true, "fact_1": false}});
        let mut waking = honest.clone();
        match self.word {
            Word::Pages => waking["facts"]["pages"] = WORD.into(),
            Word::Title => waking["facts"]["title"] = "x".repeat(LETTERS).into(),
        }
        [honest.to_string(), waking.to_string()]
    }
}
