//! Files that no compiler would write: the honest component with something more in it.

use std::fmt::Write;

use crate::written::{Guest, WIT, leb128, with_manifest, wrap};

/// The honest guest with an import: a clock of WASI.
pub fn importing() -> Vec<u8> {
    let clock = "package wasi:clocks@0.2.0; interface wall-clock { now: func() -> u64; }";
    let wit = WIT.replace(
        "export rules;",
        "import wasi:clocks/wall-clock@0.2.0; export rules;",
    );
    let wat = Guest::that("(local.set $x (call $now))").wat().replace(
        "(module",
        r#"(module (import "wasi:clocks/wall-clock@0.2.0" "now" (func $now (result i64)))"#,
    );
    with_manifest(wrap(&wat, &[clock, &wit]))
}

/// Appends a type of a component that declares a type of a component that declares …
pub fn with_nested_declarations(depth: usize) -> Vec<u8> {
    let mut section = vec![1];
    section.extend([0x41, 1, 1].repeat(depth));
    section.extend([0x41, 0]);
    let mut component = Guest::default().component();
    component.push(7);
    component.extend(leb128(section.len()));
    component.extend(section);
    component
}

/// Types of a component, each made of the one before.
pub fn with_types(first: &str, next: impl Fn(&str) -> String, count: usize) -> Vec<u8> {
    let mut types = format!("(type $t0 {first})");
    for number in 1..=count {
        let before = format!("$t{}", number - 1);
        write!(types, "(type $t{number} {})", next(&before)).unwrap();
    }
    with_more(&format!("(component {types})"))
}

/// A variant of so many cases, as text.
pub fn variant(cases: usize) -> String {
    let mut all = String::new();
    for case in 0..cases {
        write!(all, r#"(case "c{case}")"#).unwrap();
    }
    format!("(component (type (variant {all})))")
}

/// Appends sections of a component written as text.
pub fn with_more(text: &str) -> Vec<u8> {
    let more = wat::parse_str(format!("(component {text})")).unwrap();
    let mut component = Guest::default().component();
    component.extend_from_slice(&more[8..]);
    component
}
