//! Whatever code is asked whatever question that fits its manifest, it has a checked answer or an error fit to be shown;
//! asked again it has the same; and asked as a module or as a component of several parts, it has the same.
//!
//! Code that is made at random seldom answers anything. So there is a second kind of guest: the honest one, which writes
//! its answer and then, just before it returns it, writes bytes of the question over it. Such answers are near to one that
//! fits the manifest, and one compiled guest gives as many as there are questions.

use std::sync::OnceLock;

use arbitrary::Unstructured;
use guests::written::{self, Guest, WIT, not_plain, with_section, wrap, wrap_module};
use motcua_model::{Application, Cell, Fact, Scalar, Value};
use motcua_registry::engine::{
    Answered, CallError, Class, Classes, Engine, Limits, MANIFEST_SECTION, Procedure,
};
use serde_json::{Value as Json, json};
use wasm_smith::{Config, MemoryOffsetChoices, Module};

use super::draw::Draw;
use super::{Seen, application, harmless_text, limits, told};

/// Little fuel, so that one of the many endless loops ends after a millisecond; everything else as in production.
const FUEL: u64 = 200_000;

fn engine() -> &'static Engine {
    static ENGINE: OnceLock<Engine> = OnceLock::new();
    ENGINE.get_or_init(|| {
        let little = |of: Limits| Limits {
            fuel: FUEL,
            ..limits(of)
        };
        let classes = Classes {
            compiled: little(Limits::default()),
            interpreted: little(Limits::interpreted()),
            ..Classes::default()
        };
        Engine::new(classes).expect("the limits of production with less fuel")
    })
}

/// Tries it with a guest and a question.
///
/// # Panics
/// The promise is broken.
pub fn call(bytes: &[u8], seen: &mut Seen) {
    let mut draw = Draw::new(bytes);
    if draw.below(4) == 0 {
        generated(&mut draw, seen);
    } else {
        patched(&mut draw, seen);
    }
}

/// Asks a guest as a module and as a component of several parts, twice each.
fn ask(guests: &[Procedure; 2], application: &Application<'_>) -> Result<Answered, CallError> {
    let [plain, composed] = guests.each_ref().map(|procedure| {
        let answer = procedure.assess(application);
        if let Err(error) = &answer {
            told(error);
        }
        assert_eq!(
            procedure.assess(application),
            answer,
            "asked again it answers otherwise"
        );
        answer
    });
    match (&plain, &composed) {
        (Ok(plain), Ok(composed)) => assert_eq!(plain, composed, "fuel included"),
        (Err(plain), Err(composed)) => {
            assert_eq!(kind(plain), kind(composed), "{plain} {composed}")
        }
        (plain, composed) => panic!("as a module {plain:?}, as a component {composed:?}"),
    }
    plain
}

/// Errors are compared by what they are: of a broken answer, wasmtime and this host may notice different parts first.
fn kind(error: &CallError) -> &'static str {
    match error {
        CallError::Unreadable { .. } | CallError::TooLarge { .. } => "unreadable or too large",
        error => error.code(),
    }
}

fn note(answer: &Result<Answered, CallError>, what: &str, seen: &mut Seen) {
    match answer {
        Ok(_) => seen.note(&format!("{what}: answered")),
        Err(error) => seen.note(&format!("{what}: {}", error.code())),
    }
}

// ---- Generated code -------------------------------------------------------------------------------------------------

/// As many bytes choose what is generated and asked; those after them are the code.
const CHOICES: usize = 96;

fn generated(draw: &mut Draw<'_>, seen: &mut Seen) {
    let mut choices = Draw::new(draw.some(CHOICES));
    let manifest = if choices.one_in(3) {
        written::manifest()
    } else {
        silent()
    };
    let config = config(&mut choices);
    let Ok(module) = Module::new(config, &mut Unstructured::new(draw.rest())) else {
        seen.note("no module");
        return;
    };
    let component = with_section(
        wrap_module(module.to_bytes(), &[WIT]),
        MANIFEST_SECTION,
        manifest.to_string().as_bytes(),
    );
    let plain = engine().load(&component);
    let composed = engine().load(&not_plain(component));
    let guests = match (plain, composed) {
        (Ok(plain), Ok(composed)) => [plain, composed],
        (Err(plain), Err(composed)) => {
            assert_eq!(plain.code(), composed.code());
            harmless_text(&plain.message());
            harmless_text(&composed.message());
            seen.note(&format!("not loaded: {}", plain.code()));
            return;
        }
        (plain, composed) => panic!("as a module {plain:?}, as a component {composed:?}"),
    };
    seen.note("loaded");
    if guests[0].class() == Class::Interpreted {
        seen.note("loaded, interpreted");
    }
    for _ in 0..3 {
        let application = application::fitting(&mut choices, guests[0].manifest());
        note(&ask(&guests, &application), "generated", seen);
    }
}

/// A manifest that an answer of nothing but zeros fits: so much even code made at random can say.
fn silent() -> Json {
    let mut manifest = written::manifest();
    for list in ["conditions", "documents", "fees"] {
        manifest[list] = json!([]);
    }
    manifest["fees_status"] = json!("none");
    if let Some(manifest) = manifest.as_object_mut() {
        manifest.remove("time_limit");
    }
    manifest
}

/// What code may look like: what the contract wants exported and nothing else, nothing imported, and nothing of WebAssembly
/// that admission refuses anyway, but for references to objects of a host, which come with tables.
fn config(choices: &mut Draw<'_>) -> Config {
    let memory = choices.of(&["1 1", "1 2", "1", "2 16", "0 1", "17", "3 300"]);
    let post_return = match choices.below(3) {
        0 => r#"(func (export "cabi_post_motcua:procedure/rules@1.0.0#assess") (param i32))"#,
        _ => "",
    };
    let shape = wat::parse_str(format!(
        r#"(module
            (memory (export "memory") {memory})
            (func (export "cabi_realloc") (param i32 i32 i32 i32) (result i32) unreachable)
            (func (export "motcua:procedure/rules@1.0.0#assess") (param i64 i32 i32 i32 i32 i32) (result i32) unreachable)
            {post_return})"#
    ));
    let tables = choices.below(2) == 1;
    Config {
        exports: Some(shape.expect("a module as text")),
        max_imports: 0,
        max_funcs: 12,
        max_types: 12,
        max_globals: 8,
        max_data_segments: 6,
        max_element_segments: 4,
        max_elements: 20,
        max_instructions: choices.of(&[20, 5, 100, 400]),
        max_memories: 1 + choices.below(2),
        max_memory32_bytes: 64 << 20,
        max_tables: if tables { 3 } else { 1 },
        max_table_elements: 12_000,
        memory_offset_choices: MemoryOffsetChoices(97, 2, 1),
        reference_types_enabled: tables,
        allow_start_export: choices.one_in(3),
        disallow_traps: choices.below(2) == 1,
        simd_enabled: choices.below(2) == 1,
        allow_floats: choices.below(4) != 0,
        // What the host leaves off.
        exceptions_enabled: false,
        gc_enabled: false,
        memory64_enabled: false,
        relaxed_simd_enabled: false,
        tail_call_enabled: false,
        threads_enabled: false,
        ..Config::default()
    }
}

// ---- Answers near the honest one ------------------------------------------------------------------------------------

/// The fact that says what is written where.
const PATCHES: u16 = written::CONDITIONS as u16 + 2;
/// At most so many bytes are written.
const MOST_PATCHES: u16 = 64;

/// Where the honest answer lies, and how long each part of it is: the record, conditions, documents, the fee, what is
/// missing, and where the lists are of which it has none.
const PARTS: [(u32, u32); 6] = [
    (written::ANSWER, 52),
    (256, 4 * written::CONDITIONS as u32),
    (512, 20 * written::DOCUMENTS as u32),
    (1_024, 48),
    (2_048, 6 * written::CONDITIONS as u32),
    (0, 16),
];

fn patched(draw: &mut Draw<'_>, seen: &mut Seen) {
    let strict = draw.below(3) == 0;
    let guests = &puppets()[usize::from(strict)];
    let mut patches = Vec::new();
    for _ in 0..1 + draw.below(usize::from(MOST_PATCHES)) % draw.of(&[4, 1, 2, 12, 64]) {
        let (start, length) = draw.of(&PARTS);
        let at = start + draw.below(length as usize) as u32;
        let value = match draw.below(4) {
            0 => draw.byte(),
            1 => draw.of(&[255, 64, 128, 12]),
            _ => draw.byte() % 6,
        };
        patches.push(vec![
            Cell {
                field: 0,
                value: Scalar::Integer(at.into()),
            },
            Cell {
                field: 1,
                value: Scalar::Integer(value.into()),
            },
        ]);
    }
    let mut application = application::fitting(draw, guests[0].manifest());
    application.facts.retain(|fact| fact.fact != PATCHES);
    application.facts.push(Fact {
        fact: PATCHES,
        value: Value::Rows(patches),
    });
    note(&ask(guests, &application), "patched", seen);
}

/// The honest guest that lets the question change its answer: with a manifest that makes little impossible, and with one
/// that makes much impossible.
fn puppets() -> &'static [[Procedure; 2]; 2] {
    static PUPPETS: OnceLock<[[Procedure; 2]; 2]> = OnceLock::new();
    PUPPETS.get_or_init(|| {
        let guest = Guest {
            finish: PATCH.to_owned(),
            ..Guest::default()
        };
        let wat = guest.wat();
        let load = |manifest: &Json| {
            let plain = with_section(
                wrap(&wat, &[WIT]),
                MANIFEST_SECTION,
                manifest.to_string().as_bytes(),
            );
            let composed = not_plain(plain.clone());
            [plain, composed].map(|bytes| engine().load(&bytes).expect("the puppet is admitted"))
        };
        let strict = with_patches(written::manifest());
        let mut loose = strict.clone();
        loosen(&mut loose);
        [load(&loose), load(&strict)]
    })
}

/// Writes each byte of the last fact, if that is the one that says what is written, to its place. A fact takes 32 bytes,
/// and its rows are a list of lists of cells of 32 bytes too; numbers lie 16 bytes behind the start of each.
const PATCH: &str = "
    (if (local.get $facts_len) (then
      (local.set $p (i32.add (local.get $facts) (i32.shl (i32.sub (local.get $facts_len) (i32.const 1)) (i32.const 5))))
      (if (i32.eq (i32.load16_u (local.get $p)) (i32.const 14)) (then
        (local.set $i (i32.load offset=20 (local.get $p)))
        (local.set $p (i32.load offset=16 (local.get $p)))
        (block $done (loop $next
          (br_if $done (i32.eqz (local.get $i)))
          (local.set $told (i32.load (local.get $p)))
          (i32.store8 (i32.wrap_i64 (i64.load offset=16 (local.get $told))) (i32.wrap_i64 (i64.load offset=48 (local.get $told))))
          (local.set $p (i32.add (local.get $p) (i32.const 8)))
          (local.set $i (i32.sub (local.get $i) (i32.const 1)))
          (br $next)))))))
    ";

fn with_patches(mut manifest: Json) -> Json {
    let question = |what: &str| json!({"vi": what, "en": what});
    let number = |id: &str, max: u32| json!({"id": id, "question": question(id), "type": "integer", "min": 0, "max": max});
    let patches = json!({
        "id": "patches", "question": question("patches"), "type": "rows", "max_rows": MOST_PATCHES,
        "fields": [number("at", 65_535), number("value", 255)],
    });
    if let Some(facts) = manifest["facts"].as_array_mut() {
        facts.push(patches);
    }
    let check = |n: u32| json!({"id": format!("check-{n}"), "text": question("check"), "rule": "fact_0", "facts": ["fact_0"]});
    manifest["checks"] = json!([check(0), check(1)]);
    manifest
}

/// Nearly nothing is impossible any more.
fn loosen(manifest: &mut Json) {
    let mut each = |list: &str, members: Json| {
        let parts = manifest.pointer_mut(list).and_then(Json::as_array_mut);
        for part in parts.into_iter().flatten() {
            if let (Some(part), Json::Object(members)) = (part.as_object_mut(), members.clone()) {
                part.extend(members);
            }
        }
    };
    let words = json!({"vi": "Xem xét", "en": "To be judged"});
    each("/conditions", json!({"when": "fact_0", "judgement": words}));
    each(
        "/documents",
        json!({"when": "fact_0", "originals": "pages", "copies": "pages"}),
    );
    let relief =
        json!({"id": "relief", "text": words, "basis": "Điều 1", "when": "fact_0", "amount": "1"});
    each("/fees", json!({"when": "fact_0", "reliefs": [relief]}));
    each("/time_limit/rows", json!({"when": "fact_0"}));
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_question_writes_over_the_answer() {
        assert!(PATCH.contains(&format!("(i32.const {PATCHES})")));
        let [loose, _] = puppets();
        let mut application = application::fitting(&mut Draw::new(&[1, 0]), loose[0].manifest());
        application.facts.truncate(1);
        let patch = |at: u32, value: i64| {
            let cell = |field, number| Cell {
                field,
                value: Scalar::Integer(number),
            };
            vec![cell(0, at.into()), cell(1, value)]
        };
        // The third condition becomes one of judgement.
        let rows = vec![patch(256 + 4 * 2 + 2, 3), patch(256 + 4 * 2 + 3, 9)];
        application.facts.push(Fact {
            fact: PATCHES,
            value: Value::Rows(rows),
        });
        // What was asked because of it is asked in vain.
        let error = ask(loose, &application).unwrap_err();
        assert_eq!(error.code(), "answer-contradicts-manifest", "{error}");
        assert!(error.to_string().contains("condition 2"), "{error}");
    }
}
