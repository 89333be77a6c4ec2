//! What the language accepts and refuses, in the words of an author.

mod grammar;
mod limits;
mod mistakes;
mod properties;

use super::ast::{Cell, Expr};
use super::{parse_cell, parse_expression};
use crate::diagnostic::{Diagnostic, Severity};
use crate::source::{FileKind, Place, Span};

/// A place where every byte of a text stands where it stands.
fn place_of(text: &str) -> Place {
    let end = u32::try_from(text.len()).expect("a short text");
    Place::new(FileKind::Package, (0..=end).collect())
}

fn read(text: &str) -> (Option<Expr>, Vec<Diagnostic>) {
    let mut diagnostics = Vec::new();
    let expr = parse_expression(text, &place_of(text), &mut diagnostics);
    (expr, diagnostics)
}

fn read_cell(text: &str) -> (Option<Cell>, Vec<Diagnostic>) {
    let mut diagnostics = Vec::new();
    let cell = parse_cell(text, &place_of(text), &mut diagnostics);
    (cell, diagnostics)
}

/// An expression that must be right.
fn right(text: &str) -> Expr {
    let (expr, diagnostics) = read(text);
    assert_eq!(diagnostics, [], "{text}");
    expr.unwrap_or_else(|| panic!("no tree and no message: {text}"))
}

/// A cell that must be right.
fn right_cell(text: &str) -> Cell {
    let (cell, diagnostics) = read_cell(text);
    assert_eq!(diagnostics, [], "{text}");
    cell.unwrap_or_else(|| panic!("no tree and no message: {text}"))
}

/// The messages of something that must be wrong.
fn wrong<T>((tree, diagnostics): (Option<T>, Vec<Diagnostic>), text: &str) -> Vec<Diagnostic> {
    assert!(tree.is_none(), "accepted: {text}");
    assert!(
        diagnostics.iter().any(|d| d.severity == Severity::Error),
        "refused without a word: {text}"
    );
    diagnostics
}

fn words(text: &str, span: Span) -> &str {
    text.get(span.range())
        .unwrap_or_else(|| panic!("{span:?} is no place in {text:?}"))
}

fn codes(diagnostics: &[Diagnostic]) -> Vec<&'static str> {
    diagnostics.iter().map(|d| d.code).collect()
}
