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

/// A module with nothing in it, as a section of a component.
pub const EMPTY_MODULE: &[u8] = b"\x01\x08\0asm\x01\0\0\0";

/// Appends a section over and over, to so many bytes.
pub fn endless(section: &[u8], bytes: usize) -> Vec<u8> {
    let mut component = Guest::default().component();
    component.extend(section.repeat(bytes / section.len()));
    component
}

/// Components in one another, so many.
pub fn levels(count: usize) -> Vec<u8> {
    const PREAMBLE: &[u8] = b"\0asm\x0d\0\x01\0";
    // The sizes are known from the innermost outwards, and written the other way round.
    let mut sizes = vec![PREAMBLE.len()];
    for _ in 1..count {
        let inner = sizes[sizes.len() - 1];
        sizes.push(PREAMBLE.len() + 1 + leb128(inner).len() + inner);
    }
    let mut component = PREAMBLE.to_vec();
    for inner in sizes.iter().rev().skip(1) {
        component.push(4);
        component.extend(leb128(*inner));
        component.extend(PREAMBLE);
    }
    component
}

/// Appends a module with so many memories.
pub fn with_memories(count: usize) -> Vec<u8> {
    let mut memories = leb128(count);
    memories.extend([0, 1].repeat(count));
    let mut module = b"\0asm\x01\0\0\0\x05".to_vec();
    module.extend(leb128(memories.len()));
    module.extend(memories);
    let mut component = Guest::default().component();
    component.push(1);
    component.extend(leb128(module.len()));
    component.extend(module);
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
