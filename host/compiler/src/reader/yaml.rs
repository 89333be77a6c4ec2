//! YAML as packages use it: scalars, sequences and mappings, each with its place. What could hide something from a
//! reviewer or mean two things (anchors, tags, several documents, a key said twice) is refused. A scalar is its text and
//! nothing more: what type it has is the business of the field it stands in, so `no`, `1.10` and `2013-07-01` are safe.

use saphyr_parser::{Event, Parser};

use super::builder::Builder;
use super::characters::survey;
use super::{report, spot};
use crate::diagnostic::Diagnostic;
use crate::source::{FileKind, Place, SourceFile, Span, Spanned};

/// Sequences and mappings stand at most so deep in each other.
pub const MAX_DEPTH: usize = 32;

/// A part of a file.
#[derive(Clone, Debug, PartialEq)]
pub struct Node {
    /// What it is.
    pub kind: NodeKind,
    /// From its first to its last character, quotes and brackets included. What is not written at all is empty, at the
    /// place where it would stand.
    pub span: Span,
}

/// The kinds of nodes.
#[derive(Clone, Debug, PartialEq)]
pub enum NodeKind {
    /// A text, a number, a date, …
    Scalar(Scalar),
    /// A list.
    Sequence {
        /// Its items.
        items: Vec<Node>,
        /// Written in brackets.
        flow: bool,
    },
    /// Keys with values, in the order of the file, each key once.
    Mapping {
        /// Its entries.
        entries: Vec<Entry>,
        /// Written in braces.
        flow: bool,
    },
}

/// A text with the place of each of its bytes.
#[derive(Clone, Debug, PartialEq)]
pub struct Scalar {
    /// The text: escapes resolved, lines folded, in form NFC.
    pub value: String,
    /// Whether it was written without quotes and not as a block.
    pub plain: bool,
    /// Where its bytes stand.
    pub place: Place,
}

/// A key with its value.
#[derive(Clone, Debug, PartialEq)]
pub struct Entry {
    /// The key.
    pub key: Spanned<String>,
    /// The value.
    pub value: Node,
}

impl Node {
    /// Whether there is no value at all, as in `key:`.
    pub fn is_absent(&self) -> bool {
        matches!(&self.kind, NodeKind::Scalar(scalar) if scalar.plain && scalar.value.is_empty())
    }

    /// The value of a key, if this is a mapping that has it.
    pub fn get(&self, key: &str) -> Option<&Node> {
        let NodeKind::Mapping { entries, .. } = &self.kind else {
            return None;
        };
        entries
            .iter()
            .find(|entry| entry.key.value == key)
            .map(|entry| &entry.value)
    }

    /// The item at a position, if this is a sequence that has it.
    pub fn item(&self, position: usize) -> Option<&Node> {
        let NodeKind::Sequence { items, .. } = &self.kind else {
            return None;
        };
        items.get(position)
    }
}

/// Reads a file. Everything that is wrong is reported; `None` if nothing of it can be used.
pub fn parse(file: &SourceFile, kind: FileKind, diagnostics: &mut Vec<Diagnostic>) -> Option<Node> {
    let text = survey(&file.text, kind, diagnostics)?;
    if refuse_directive(&text, kind, diagnostics) {
        return None;
    }
    // The parser counts characters, a place is in bytes.
    let bytes: Vec<u32> = text.char_indices().map(|(at, _)| at as u32).collect();
    let mut builder = Builder::new(&text, &file.text, &bytes, kind, diagnostics);
    let mut documents = 0_usize;
    for event in Parser::new_from_str(&text) {
        match event {
            Ok((Event::DocumentStart(_), span)) => {
                documents += 1;
                if documents > 1 {
                    // To go on with half of a file would only report the other half as missing.
                    builder.second_document(builder.byte(span.start.index()));
                    return None;
                }
            }
            Ok((event, span)) => {
                let (start, end) = (
                    builder.byte(span.start.index()),
                    builder.byte(span.end.index()),
                );
                builder.event(event, start, end, span.start.col())?;
            }
            Err(error) => {
                builder.syntax_error(error.info(), error.marker().index());
                return None;
            }
        }
    }
    let root = builder.finish();
    if root.is_none() {
        report(
            diagnostics,
            Diagnostic::error(
                "empty-file",
                spot(kind, 0, 0),
                "tệp này chưa có gì",
                "there is nothing in this file",
            )
            .help(
                "`motcua new` viết một gói mẫu để bắt đầu",
                "`motcua new` writes a package to start from",
            ),
        );
        return None;
    }
    warn_about_decomposed_text(&text, kind, diagnostics);
    root
}

/// `%YAML`, `%TAG`: they change how the rest is read. Only the first line that says anything can be one.
fn refuse_directive(text: &str, file: FileKind, diagnostics: &mut Vec<Diagnostic>) -> bool {
    let mut start = 0;
    for line in text.split_inclusive('\n') {
        let words = line.trim_start_matches('\u{feff}').trim();
        if !words.is_empty() && !words.starts_with('#') {
            let is_directive = words.starts_with('%');
            if is_directive {
                let message = Diagnostic::error(
                    "yaml-directive",
                    spot(file, start, start + line.trim_end().len()),
                    "không dùng được dòng lệnh `%…` của YAML",
                    "YAML directives (`%…`) cannot be used",
                )
                .help("xóa dòng này", "delete this line");
                report(diagnostics, message);
            }
            return is_directive;
        }
        start += line.len();
    }
    false
}

/// One warning for the file: whoever types this way does so everywhere. The scalars themselves are composed already.
fn warn_about_decomposed_text(text: &str, file: FileKind, diagnostics: &mut Vec<Diagnostic>) {
    if unicode_normalization::is_nfc(text) {
        return;
    }
    let mut start = 0;
    for piece in text.split_inclusive(char::is_whitespace) {
        let word = piece.trim_end();
        if !unicode_normalization::is_nfc(word) {
            report(
                diagnostics,
                Diagnostic::warning(
                    "not-nfc",
                    spot(file, start, start + word.len()),
                    "chữ ở đây gõ bằng Unicode tổ hợp; nó được đọc như Unicode dựng sẵn (NFC)",
                    "this is typed in decomposed Unicode; it is read as composed Unicode (NFC)",
                )
                .help(
                    "chọn bảng mã “Unicode dựng sẵn” trong bộ gõ, và chuyển mã tệp này",
                    "choose precomposed Unicode (NFC) in the keyboard program, and convert this file",
                ),
            );
            return;
        }
        start += piece.len();
    }
}
