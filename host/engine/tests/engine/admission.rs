//! Files that are refused before anything is compiled: one at least for each rule, so that a rule without its attacker
//! fails the test.

use std::collections::BTreeSet;
use std::fmt::Write;

use motcua_engine::{Class, Classes, Engine, Inspection, LoadError, Rule, admit, inspect};
use proptest::prelude::*;
use serde_json::{Value, json};

use crate::{engine, honest_still_answers, limits};
use guests::files::{
    EMPTY_MODULE, endless, importing, levels, variant, with_memories, with_more,
    with_nested_declarations, with_types,
};
use guests::written::{Guest, WIT, manifest, not_plain, with_manifest, with_section, wrap};

/// The limits of compiled components for both classes, so that what passes one is refused.
fn narrow() -> Classes {
    Classes {
        compiled: limits(),
        interpreted: limits(),
        drafts: false,
    }
}

/// The honest component without its manifest.
fn bare() -> Vec<u8> {
    wrap(&Guest::default().wat(), &[WIT])
}

fn with_changed_manifest(change: impl Fn(&mut Value)) -> Vec<u8> {
    let mut manifest = manifest();
    change(&mut manifest);
    with_section(bare(), "motcua:manifest", manifest.to_string().as_bytes())
}

fn with_fields(fields: &str) -> Vec<u8> {
    Guest {
        fields: fields.to_owned(),
        ..Guest::default()
    }
    .component()
}

/// The contract with a change that leaves the core function's type as it is.
fn with_changed_contract(from: &str, to: &str) -> Vec<u8> {
    let wit = WIT.replacen(from, to, 1);
    assert_ne!(wit, WIT, "{from}");
    with_manifest(wrap(&Guest::default().wat(), &[&wit]))
}

/// A function of `count` statements.
fn long_function(count: usize) -> String {
    format!("(func {})", "(drop (i32.const 7))".repeat(count))
}

fn nested(depth: usize) -> String {
    format!("(func {}{})", "(block ".repeat(depth), ")".repeat(depth))
}

fn many_functions(count: usize) -> String {
    "(func)".repeat(count)
}

/// A function of so many local variables.
fn many_locals(count: usize) -> String {
    format!("(func (local {}))", "i64 ".repeat(count))
}

/// Every file, and the rule that refuses it.
fn refused() -> Vec<(&'static str, Rule, Vec<u8>)> {
    let honest = Guest::default().component();
    let limits = limits();
    let precompiled = wasmtime::Engine::default()
        .precompile_component(&honest)
        .unwrap();
    let mut gzip = vec![0x1f, 0x8b, 8, 0];
    gzip.extend([0; 400]);
    let half = honest[..honest.len() / 2].to_vec();
    let json = manifest().to_string();
    vec![
        ("nothing", Rule::Size, vec![]),
        (
            "too large",
            Rule::Size,
            with_section(honest.clone(), "ballast", &vec![0; limits.component_bytes]),
        ),
        (
            "a core module",
            Rule::Header,
            wat::parse_str(Guest::default().wat()).unwrap(),
        ),
        ("text", Rule::Header, b"\n (component)".to_vec()),
        ("precompiled", Rule::Header, precompiled),
        ("gzip", Rule::Header, gzip),
        ("something else", Rule::Header, b"%PDF-1.7".to_vec()),
        ("a header alone", Rule::Header, honest[..7].to_vec()),
        (
            "a later version of the binary format",
            Rule::Header,
            b"\0asm\x7f\0\x01\0".to_vec(),
        ),
        ("truncated", Rule::WellFormed, half),
        (
            "truncated by one byte",
            Rule::WellFormed,
            honest[..honest.len() - 1].to_vec(),
        ),
        ("a wasi: import", Rule::NoImports, importing()),
        (
            "a module imported",
            Rule::NoImports,
            with_more(r#"(import "m" (core module))"#),
        ),
        (
            "a task",
            Rule::NoBuiltins,
            with_more("(core func (canon backpressure.inc))"),
        ),
        (
            "nothing exported",
            Rule::Export,
            with_manifest(b"\0asm\x0d\0\x01\0".to_vec()),
        ),
        ("another version of the contract", Rule::Export, {
            let wit = WIT.replace("@1.0.0;", "@2.0.0;");
            let wat = Guest::default().wat().replace("@1.0.0", "@2.0.0");
            with_manifest(wrap(&wat, &[&wit]))
        }),
        (
            "a draft of the contract",
            Rule::Draft,
            Guest::default().draft(),
        ),
        (
            "nine modules",
            Rule::Parts,
            (0..8).fold(honest.clone(), |component, _| not_plain(component)),
        ),
        (
            "100,000 modules",
            Rule::Parts,
            endless(EMPTY_MODULE, 10 * 100_000),
        ),
        (
            "nine levels",
            Rule::Parts,
            with_more(&format!("{}{}", "(component ".repeat(9), ")".repeat(9))),
        ),
        (
            "instances that unfold",
            Rule::Parts,
            with_more(&format!(
                "(component $c) {}",
                "(instance (instantiate $c))".repeat(20)
            )),
        ),
        (
            "5,001 functions",
            Rule::Functions,
            with_fields(&many_functions(limits.functions)),
        ),
        (
            "a long function",
            Rule::FunctionSize,
            with_fields(&long_function(30_000)),
        ),
        (
            "1,001 blocks in one another",
            Rule::FunctionSize,
            with_fields(&nested(1_001)),
        ),
        (
            "1,001 local variables",
            Rule::FunctionSize,
            with_fields(&many_locals(1_001)),
        ),
        (
            "2,001 types",
            Rule::Types,
            with_more(&format!("(component {})", "(type u8)".repeat(2_001))),
        ),
        (
            "2,001 types in a module",
            Rule::Types,
            with_fields(&"(type (func))".repeat(2_001)),
        ),
        (
            "129 parameters and results",
            Rule::Types,
            with_fields(&format!(
                "(type (func (param {}) (result i32)))",
                "i32 ".repeat(128)
            )),
        ),
        (
            "types declared 33 deep in one another",
            Rule::Types,
            with_nested_declarations(32),
        ),
        (
            "types declared 300,000 deep in one another",
            Rule::Types,
            with_nested_declarations(300_000),
        ),
        (
            "20,001 globals",
            Rule::Entries,
            with_fields(&"(global i32 (i32.const 0))".repeat(20_001)),
        ),
        (
            "20,001 elements",
            Rule::Entries,
            with_fields(&format!("(func $f) (elem func {})", "$f ".repeat(20_001))),
        ),
        (
            "five memories",
            Rule::Memories,
            with_fields(&"(memory 1)".repeat(4)),
        ),
        (
            "a memory of 64 MiB",
            Rule::Memories,
            Guest {
                memory: "1024",
                ..Guest::default()
            }
            .component(),
        ),
        (
            "nine tables",
            Rule::Tables,
            with_fields(&"(table 1 funcref)".repeat(9)),
        ),
        (
            "a huge table",
            Rule::Tables,
            with_fields("(table 10000000 funcref)"),
        ),
        (
            "two sources",
            Rule::Texts,
            with_section(
                with_section(honest.clone(), "motcua:source", b"a"),
                "motcua:source",
                b"b",
            ),
        ),
        (
            "a source of 600 KiB",
            Rule::Texts,
            with_section(honest.clone(), "motcua:source", &vec![b' '; 600 << 10]),
        ),
        (
            "cases in some other encoding",
            Rule::Texts,
            with_section(honest.clone(), "motcua:cases", b"\xff\xfe"),
        ),
        ("no manifest", Rule::ManifestSection, bare()),
        (
            "two manifests",
            Rule::ManifestSection,
            with_section(honest.clone(), "motcua:manifest", json.as_bytes()),
        ),
        (
            "a manifest of 600 KiB",
            Rule::ManifestSection,
            with_section(bare(), "motcua:manifest", &vec![b' '; 600 << 10]),
        ),
        (
            "a mangled manifest",
            Rule::ManifestForm,
            with_section(bare(), "motcua:manifest", &json.as_bytes()[1..]),
        ),
        (
            "an unknown word in the manifest",
            Rule::ManifestForm,
            with_changed_manifest(|m| m["colour\u{202e}\n"] = json!("red")),
        ),
        (
            "a deep manifest",
            Rule::ManifestForm,
            with_section(bare(), "motcua:manifest", "[".repeat(100_000).as_bytes()),
        ),
        (
            "the manifest of another contract",
            Rule::Manifest,
            with_changed_manifest(|m| m["contract"] = json!("motcua:procedure@0.9.0")),
        ),
        (
            "committed beyond statutory",
            Rule::Manifest,
            with_changed_manifest(|m| {
                m["time_limit"]["rows"][0]["committed"]["amount"] = json!(16)
            }),
        ),
        ("a function that does not type-check", Rule::Valid, {
            let module = wat::parse_str("(module (func (result i32) i64.const 0))").unwrap();
            let mut component = honest.clone();
            component.push(1);
            component.push(u8::try_from(module.len()).unwrap());
            component.extend(module);
            component
        }),
        (
            "relaxed SIMD",
            Rule::Valid,
            with_fields(
                "(func (param v128) (result v128) (i32x4.relaxed_trunc_f32x4_s (local.get 0)))",
            ),
        ),
        (
            "shared memory",
            Rule::Valid,
            with_fields("(memory 1 1 shared)"),
        ),
        (
            "a memory of 64 bits",
            Rule::Valid,
            with_fields("(memory i64 1)"),
        ),
        (
            "tail calls",
            Rule::Valid,
            with_fields("(func $f return_call $f)"),
        ),
        (
            "objects of the host",
            Rule::Valid,
            with_fields("(func (param externref))"),
        ),
        (
            "one field too many",
            Rule::ContractType,
            with_changed_contract("scale: u8,", "scale: u8, unit: u8,"),
        ),
        (
            "a field of another name",
            Rule::ContractType,
            with_changed_contract("amount: option<u64>,", "whole-amount: option<u64>,"),
        ),
        (
            "a case too many",
            Rule::ContractType,
            with_changed_contract("rows(list<row>),", "rows(list<row>), row(row),"),
        ),
        (
            "an outcome less",
            Rule::ContractType,
            with_changed_contract("not-applicable,", ""),
        ),
        (
            "options nested 101 deep",
            Rule::Valid,
            with_types("u8", |before| format!("(option {before})"), 101),
        ),
        (
            "options nested 33 deep",
            Rule::TypeSize,
            with_types("(option u8)", |before| format!("(option {before})"), 32),
        ),
        (
            "a tuple doubled 19 times",
            Rule::Valid,
            with_types("u8", |before| format!("(tuple {before} {before})"), 19),
        ),
        (
            "a tuple doubled 12 times",
            Rule::TypeSize,
            with_types("u8", |before| format!("(tuple {before} {before})"), 12),
        ),
        (
            "a variant of 10,001 cases",
            Rule::WellFormed,
            with_more(&variant(10_001)),
        ),
        (
            "a variant of 2,001 cases",
            Rule::TypeSize,
            with_more(&variant(2_001)),
        ),
        ("options nested 40 deep in the contract", Rule::TypeSize, {
            let mut types = String::new();
            for depth in 0..40 {
                write!(
                    types,
                    "type deep{depth} = option<{}>;",
                    if depth == 0 {
                        "u8".to_owned()
                    } else {
                        format!("deep{}", depth - 1)
                    }
                )
                .unwrap();
            }
            let wit = WIT
                .replacen(
                    "type fact-number = u16;",
                    &format!("{types} type fact-number = u16;"),
                    1,
                )
                .replacen("text(string),", "text(deep39),", 1);
            with_manifest(wrap(&Guest::default().wat(), &[&wit]))
        }),
    ]
}

#[test]
fn every_rule_refuses_its_attacker() {
    let engine = Engine::new(narrow()).unwrap();
    let mut rules = BTreeSet::new();
    for (what, rule, bytes) in refused() {
        let refusal = match engine.load(&bytes) {
            Err(LoadError::Refused(refusal)) => refusal,
            other => panic!("{what}: {other:?}"),
        };
        assert_eq!(refusal.rule, rule, "{what}: {refusal}");
        for message in [&refusal.message.vi, &refusal.message.en] {
            assert!(
                message.len() > 10 && message.len() < 1_000,
                "{what}: {message}"
            );
            assert!(
                !message.chars().any(|c| c.is_control() || c == '\u{202e}'),
                "{what}: {message:?}"
            );
        }
        assert_ne!(refusal.message.vi, refusal.message.en);
        rules.insert(rule);
        // Looking at it is no more dangerous, and says the same.
        let Inspection {
            refused,
            bytes: size,
            ..
        } = inspect(&bytes, engine.classes());
        assert_eq!(refused.unwrap().rule, rule.code(), "{what}");
        assert_eq!(size, bytes.len());
    }
    assert_eq!(
        rules,
        BTreeSet::from(Rule::ALL),
        "a rule without its attacker"
    );
    honest_still_answers(&engine);
}

/// 24 MiB of the smallest thing there is, which is remembered in ten times as much: no more of it is read than any class admits.
#[test]
fn what_has_no_end_is_not_read_to_its_end() {
    let classes = Classes::default();
    let most = classes.component_bytes() - 100_000;
    for (what, rule, bytes) in [
        ("modules", Rule::Parts, endless(EMPTY_MODULE, most)),
        ("levels", Rule::Parts, levels(1_500_000)),
        ("custom sections", Rule::Entries, endless(&[0, 1, 0], most)),
        ("memories", Rule::Entries, with_memories(most / 2)),
    ] {
        let refusal = admit(&bytes, &classes).unwrap_err();
        // Not a limit of a class: that could only be told by who has counted all of them.
        assert_eq!((refusal.rule, refusal.class), (rule, None), "{what}");
        assert!(refusal.message.en.contains("any class"), "{what}");
        let inspection = inspect(&bytes, &classes);
        assert_eq!(inspection.refused.unwrap().rule, rule.code(), "{what}");
        assert!(inspection.modules.is_empty(), "{what}");
        assert!(inspection.sections.is_empty(), "{what}");
    }
}

#[test]
fn custom_sections_are_entries() {
    let limits = limits();
    let with = |count| endless(&[0, 1, 0], 3 * count);
    // The honest component has some of its own.
    assert!(admit(&with(limits.entries / 2), &narrow()).is_ok());
    let refusal = admit(&with(limits.entries), &narrow()).unwrap_err();
    assert_eq!(
        (refusal.rule, refusal.class),
        (Rule::Entries, Some(Class::Interpreted))
    );
}

/// A number of a limit as people write it.
fn written(name: &str, value: &Value) -> String {
    let Some(number) = value.as_u64() else {
        return format!("{} ms", value["nanos"].as_u64().unwrap() / 1_000_000);
    };
    let units = [(30, "GiB"), (20, "MiB"), (10, "KiB")];
    if name.ends_with("_bytes")
        && let Some((bits, unit)) = units.iter().find(|(bits, _)| number >> bits > 0)
    {
        assert_eq!(number % (1 << bits), 0, "{name}");
        return format!("{} {unit}", number >> bits);
    }
    let digits = number.to_string();
    let groups: Vec<&str> = digits
        .as_bytes()
        .rchunks(3)
        .rev()
        .map(|group| std::str::from_utf8(group).unwrap())
        .collect();
    groups.join(",")
}

#[test]
fn the_table_of_limits_is_true() {
    let page = concat!(env!("CARGO_MANIFEST_DIR"), "/../../plugins/README.md");
    let page = std::fs::read_to_string(page).unwrap();
    let classes = serde_json::to_value(Classes::default()).unwrap();
    for (name, value) in classes["compiled"].as_object().unwrap() {
        let row = format!(
            "| `{name}` | {} | {} |",
            written(name, value),
            written(name, &classes["interpreted"][name])
        );
        assert!(page.contains(&row), "plugins/README.md lacks: {row}");
    }
}

#[test]
fn rules_have_words_of_their_own_and_an_order() {
    assert_eq!(
        Rule::ALL
            .map(Rule::code)
            .iter()
            .collect::<BTreeSet<_>>()
            .len(),
        Rule::ALL.len()
    );
    assert!(Rule::ALL.is_sorted());
}

#[test]
fn an_honest_component_is_admitted_and_inspected() {
    let component = with_section(
        with_section(
            Guest::default().component(),
            "motcua:source",
            "mã nguồn".as_bytes(),
        ),
        "note\u{1b}[2J",
        b"",
    );
    let admitted = admit(&component, &Classes::default()).unwrap();
    assert_eq!(admitted.class, Class::Compiled);
    assert_eq!(admitted.manifest.slug, "a-procedure-for-tests");
    assert_eq!(admitted.digest, motcua_engine::digest(&component));
    let inspection = inspect(&component, &Classes::default());
    assert_eq!(inspection.refused, None);
    assert_eq!(inspection.class, Some(Class::Compiled));
    assert_eq!(inspection.kind, "component");
    assert!(inspection.plain);
    assert!(inspection.imports.is_empty());
    assert_eq!(inspection.exports, ["motcua:procedure/rules@1.0.0"]);
    assert_eq!(inspection.modules.len(), 1);
    assert_eq!(
        inspection.modules[0].memories[0].maximum_bytes,
        Some(65_536)
    );
    assert_eq!(inspection.modules[0].functions, 2);
    assert_eq!(inspection.source.as_deref(), Some("mã nguồn"));
    assert_eq!(inspection.cases, None);
    assert_eq!(inspection.manifest.unwrap(), admitted.manifest);
    assert!(
        inspection
            .sections
            .iter()
            .any(|section| section.name == r"note\u{1b}[2J")
    );
}

#[test]
fn other_exports_are_listed_and_not_refused() {
    let wit = WIT.replace("export rules;", "export rules; export extra: func();");
    let wat = Guest::default().wat().replacen(
        "(module",
        r#"(module (func (export "extra") unreachable)"#,
        1,
    );
    let component = with_manifest(wrap(&wat, &[&wit]));
    let procedure = engine().load(&component).unwrap();
    procedure.assess(&crate::all_true()).unwrap();
    let inspection = inspect(&component, &narrow());
    let others: Vec<&str> = inspection.other_exports().collect();
    assert_eq!(others, ["extra"]);
}

#[test]
fn a_refused_import_is_named_harmlessly() {
    let refusal = admit(&importing(), &narrow()).unwrap_err();
    assert!(
        refusal
            .message
            .en
            .contains("`wasi:clocks/wall-clock@0.2.0`"),
        "{refusal}"
    );
    assert!(
        refusal
            .message
            .vi
            .contains("`wasi:clocks/wall-clock@0.2.0`")
    );
    assert_eq!(refusal.to_string(), refusal.message.en);
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 300, failure_persistence: None, ..ProptestConfig::default() })]

    /// Any change of one byte either still is a component of the contract, or is refused; nothing panics.
    #[test]
    fn a_changed_byte_never_panics(at in any::<prop::sample::Index>(), to in any::<u8>(), cut in any::<prop::sample::Index>()) {
        let mut bytes = Guest::default().component();
        let at = at.index(bytes.len());
        bytes[at] = to;
        let _ = admit(&bytes, &narrow());
        let _ = inspect(&bytes, &narrow());
        bytes.truncate(cut.index(bytes.len()));
        prop_assert!(admit(&bytes, &narrow()).is_err());
        let _ = inspect(&bytes, &narrow());
    }

    /// Neither do bytes of any kind behind the right header.
    #[test]
    fn any_bytes_are_refused(tail in prop::collection::vec(any::<u8>(), 0..400)) {
        let mut bytes = b"\0asm\x0d\0\x01\0".to_vec();
        bytes.extend(tail);
        prop_assert!(admit(&bytes, &narrow()).is_err());
        let _ = inspect(&bytes, &narrow());
    }
}
