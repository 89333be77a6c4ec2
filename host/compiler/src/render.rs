//! Messages as an author reads them in a terminal, and as a program reads them.
//!
//! [`render`] shows each message with the author's own line and the words underlined; [`to_json`] gives the same as JSON,
//! with lines and columns. Both sort by place. Nothing an author wrote reaches a terminal as a control character.

mod text;
mod visible;

use std::collections::BTreeMap;

use serde_json::{Value, json};

use crate::diagnostic::{Diagnostic, Severity};
use crate::source::{FileKind, SourceFile, Span};

pub use text::render;

/// The files that messages may point at.
#[derive(Clone, Copy, Debug, Default)]
pub struct Files<'a> {
    /// The package.
    pub package: Option<&'a SourceFile>,
    /// Its cases.
    pub cases: Option<&'a SourceFile>,
    /// A calendar.
    pub calendar: Option<&'a SourceFile>,
}

impl<'a> Files<'a> {
    /// The file of a kind, if it was given.
    pub fn get(&self, kind: FileKind) -> Option<&'a SourceFile> {
        match kind {
            FileKind::Package => self.package,
            FileKind::Cases => self.cases,
            FileKind::Calendar => self.calendar,
        }
    }
}

/// Messages as JSON: a list in the order of their places. Each has `severity` (`error`, `warning`), `code`, `message`
/// (`{vi, en}`), `file`, `line`, `column`, `end_line`, `end_column` (from 1, columns in characters, the end exclusive),
/// `text` (the words it is about), and, if there are any, `label`, `help` (`{vi, en}`), `suggestion` (words to put in their
/// place) and `related` (places with a `label`).
pub fn to_json(diagnostics: &[Diagnostic], files: &Files<'_>) -> Value {
    let mut indexes = BTreeMap::new();
    Value::Array(
        sorted(diagnostics)
            .into_iter()
            .map(|message| one(message, files, &mut indexes))
            .collect(),
    )
}

fn one<'a>(
    message: &Diagnostic,
    files: &Files<'a>,
    indexes: &mut BTreeMap<FileKind, Lines<'a>>,
) -> Value {
    let mut out = json!({
        "severity": message.severity,
        "code": message.code,
        "message": message.message,
    });
    let place = place(message.span, files, indexes);
    let Some(object) = out.as_object_mut() else {
        return out;
    };
    object.extend(place);
    if !message.label.is_empty() {
        object.insert("label".to_owned(), json!(message.label));
    }
    if let Some(help) = &message.help {
        object.insert("help".to_owned(), json!(help));
    }
    if let Some(suggestion) = &message.suggestion {
        object.insert("suggestion".to_owned(), json!(suggestion));
    }
    if !message.related.is_empty() {
        let related = message.related.iter().map(|(span, label)| {
            let mut related = self::place(*span, files, indexes);
            related.insert("label".to_owned(), json!(label));
            Value::Object(related)
        });
        object.insert("related".to_owned(), Value::Array(related.collect()));
    }
    out
}

fn place<'a>(
    span: Span,
    files: &Files<'a>,
    indexes: &mut BTreeMap<FileKind, Lines<'a>>,
) -> serde_json::Map<String, Value> {
    let mut out = serde_json::Map::new();
    let Some(file) = files.get(span.file) else {
        return out;
    };
    let lines = indexes
        .entry(span.file)
        .or_insert_with(|| Lines::new(&file.text));
    let (start, end) = clamped(span, &file.text);
    let ((line, column), (end_line, end_column)) = (lines.position(start), lines.position(end));
    out.insert("file".to_owned(), json!(file.path));
    out.insert("line".to_owned(), json!(line));
    out.insert("column".to_owned(), json!(column));
    out.insert("end_line".to_owned(), json!(end_line));
    out.insert("end_column".to_owned(), json!(end_column));
    let words: String = file.text[start..end].chars().take(MAX_WORDS).collect();
    out.insert("text".to_owned(), json!(words));
    out
}

/// At most so many characters of the author's words are repeated in a message.
const MAX_WORDS: usize = 500;

/// By file and place; what stands at the same place in the order in which it was reported.
fn sorted(diagnostics: &[Diagnostic]) -> Vec<&Diagnostic> {
    let mut sorted: Vec<&Diagnostic> = diagnostics.iter().collect();
    sorted.sort_by_key(|message| message.span);
    sorted
}

/// How many errors and warnings there are.
fn counts(diagnostics: &[Diagnostic]) -> (usize, usize) {
    let errors = diagnostics
        .iter()
        .filter(|message| message.severity == Severity::Error)
        .count();
    (errors, diagnostics.len() - errors)
}

/// A place as bytes of the text, at the boundaries of characters.
fn clamped(span: Span, text: &str) -> (usize, usize) {
    let down = |at: u32| {
        let mut at = (at as usize).min(text.len());
        while !text.is_char_boundary(at) {
            at -= 1;
        }
        at
    };
    let up = |at: u32| {
        let mut at = (at as usize).min(text.len());
        while !text.is_char_boundary(at) {
            at += 1;
        }
        at
    };
    let start = down(span.start);
    (start, up(span.end).max(start))
}

/// Lines and columns of a text. Characters are counted ahead in steps, so that a long line costs no more than a short one.
struct Lines<'t> {
    text: &'t str,
    /// Where each line begins.
    starts: Vec<usize>,
    /// How many characters begin before byte `number * STEP`.
    characters: Vec<usize>,
}

const STEP: usize = 256;

impl<'t> Lines<'t> {
    fn new(text: &'t str) -> Self {
        let starts = std::iter::once(0)
            .chain(text.match_indices('\n').map(|(at, _)| at + 1))
            .collect();
        let mut characters = Vec::with_capacity(text.len() / STEP + 1);
        let mut count = 0;
        for block in text.as_bytes().chunks(STEP) {
            characters.push(count);
            count += begun(block);
        }
        characters.push(count);
        Self {
            text,
            starts,
            characters,
        }
    }

    /// Line and column of a byte, both from 1.
    fn position(&self, at: usize) -> (usize, usize) {
        let line = self
            .starts
            .partition_point(|start| *start <= at)
            .saturating_sub(1);
        let start = self.starts.get(line).copied().unwrap_or_default();
        (line + 1, self.before(at) - self.before(start) + 1)
    }

    /// How many characters begin before a byte.
    fn before(&self, at: usize) -> usize {
        let block = at / STEP;
        let counted = self.characters.get(block).copied().unwrap_or_default();
        counted + self.text.as_bytes().get(block * STEP..at).map_or(0, begun)
    }
}

/// How many characters begin in these bytes.
fn begun(bytes: &[u8]) -> usize {
    bytes.iter().filter(|byte| **byte & 0xc0 != 0x80).count()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn positions_count_characters() {
        let text = "tên: Giấy phép\nmã: x";
        let lines = Lines::new(text);
        let at = text.find("phép").unwrap();
        assert_eq!(lines.position(at), (1, 11));
        assert_eq!(lines.position(text.len()), (2, 6));
        assert_eq!(lines.position(0), (1, 1));
    }

    #[test]
    fn positions_on_long_lines() {
        let text = "ấ".repeat(10_000);
        let lines = Lines::new(&text);
        for character in [0, 85, 86, 255, 256, 9_999, 10_000] {
            assert_eq!(lines.position(character * 3), (1, character + 1));
        }
    }

    #[test]
    fn places_outside_of_the_text_are_drawn_in() {
        let text = "aấb";
        assert_eq!(clamped(Span::new(FileKind::Package, 2, 3), text), (1, 4));
        assert_eq!(clamped(Span::new(FileKind::Package, 90, 99), text), (5, 5));
        assert_eq!(clamped(Span::new(FileKind::Package, 4, 1), text), (4, 4));
    }
}
