//! From the text of a file to its parts, each with its place: a [`Package`], its [`Cases`], a calendar. The form of the
//! files is described in `procedures/README.md`.
//!
//! Reading never stops at the first mistake. What is missing or wrong is reported at its place and stands empty in the
//! result, so that everything else can still be read and checked.
//!
//! - [`yaml`] reads YAML into nodes with places; what could hide something is refused there.
//! - `shape`, `words`, `ids`, `numbers`, `formula` ask a node for what a field needs: a list, a text, a date, an expression.
//! - `package`, `facts`, `rules`, `dossier`, `time_limit`, `cases`, `calendar` know the fields.
//! - `skeleton` writes a package to start from.

mod builder;
mod calendar;
pub(crate) mod cases;
mod characters;
mod dossier;
mod facts;
mod formula;
mod ids;
mod numbers;
mod package;
mod place;
mod rules;
mod shape;
mod skeleton;
mod syntax;
mod time_limit;
mod words;
pub mod yaml;

use motcua_model::calendar::CalendarYear;
use motcua_model::text::is_safe;

use crate::diagnostic::{Diagnostic, on_one_line};
use crate::package::{Cases, Package};
use crate::source::{FileKind, SourceFile, Span};

pub use characters::MAX_BYTES;
pub use skeleton::skeleton;

/// At most so many messages for one file: more help nobody, and a file made to produce millions must not fill the memory.
pub const MAX_DIAGNOSTICS: usize = 1_000;

/// Reads a package. `None` only if the file is not a mapping at all, or cannot be read as YAML.
pub fn read_package(file: &SourceFile, diagnostics: &mut Vec<Diagnostic>) -> Option<Package> {
    let node = yaml::parse(file, FileKind::Package, diagnostics)?;
    shape::Reader::new(file, FileKind::Package, diagnostics).package(&node)
}

/// Reads the cases of a version. `None` only if the file is not a mapping at all, or cannot be read as YAML. A case without
/// a question or a verdict that can be read is left out, which was reported.
pub fn read_cases(file: &SourceFile, diagnostics: &mut Vec<Diagnostic>) -> Option<Cases> {
    let node = yaml::parse(file, FileKind::Cases, diagnostics)?;
    shape::Reader::new(file, FileKind::Cases, diagnostics).cases(&node)
}

/// Reads the calendar of a year. `None` if the file is not a mapping, or its country or year cannot be read; a day that
/// cannot be read is left out. Both were reported.
pub fn read_calendar(file: &SourceFile, diagnostics: &mut Vec<Diagnostic>) -> Option<CalendarYear> {
    let node = yaml::parse(file, FileKind::Calendar, diagnostics)?;
    shape::Reader::new(file, FileKind::Calendar, diagnostics).calendar(&node)
}

/// The place of a part of a file, named by a JSON pointer (RFC 6901) such as `/cases/0/question/facts/pages`: for messages
/// about what was read long ago, such as a case that fails. The place of the nearest part that exists, if that one does
/// not; `None` if the file cannot be read.
pub fn locate(file: &SourceFile, kind: FileKind, pointer: &str) -> Option<Span> {
    let root = yaml::parse(file, kind, &mut Vec::new())?;
    let mut node = &root;
    for token in pointer.split('/').skip(1) {
        let name = token.replace("~1", "/").replace("~0", "~");
        let next = node.get(&name).or_else(|| node.item(name.parse().ok()?));
        match next {
            Some(next) => node = next,
            None => break,
        }
    }
    Some(node.span)
}

/// The longest text of a message, in bytes. It may quote a whole expression, but not a whole file.
const MAX_MESSAGE: usize = 10_000;

/// Adds a message, unless there are too many already.
pub(crate) fn report(diagnostics: &mut Vec<Diagnostic>, mut message: Diagnostic) {
    if is_full(diagnostics) {
        return;
    }
    if diagnostics.len() == MAX_DIAGNOSTICS {
        diagnostics.push(Diagnostic::error(
            "too-many",
            message.span,
            format!("còn nữa, nhưng chỉ hiện {MAX_DIAGNOSTICS} thông báo đầu"),
            format!("there is more, but only the first {MAX_DIAGNOSTICS} messages are shown"),
        ));
        return;
    }
    // To repeat a whole page with quotes around it suggests nothing.
    message.suggestion = message
        .suggestion
        .filter(|suggestion| suggestion.len() <= 2_000);
    let related = message.related.iter_mut().map(|(_, text)| text);
    let texts = [&mut message.message, &mut message.label].into_iter();
    for text in texts.chain(&mut message.help).chain(related) {
        fit(&mut text.vi);
        fit(&mut text.en);
    }
    diagnostics.push(message);
}

/// Whether there are so many messages that no more is added.
pub(crate) fn is_full(diagnostics: &[Diagnostic]) -> bool {
    diagnostics.len() > MAX_DIAGNOSTICS
}

/// Cuts off what is too long to be read, and keeps it on one line: a message may quote what came out of an escape.
fn fit(text: &mut String) {
    if text.len() > MAX_MESSAGE {
        text.truncate(text.floor_char_boundary(MAX_MESSAGE));
        text.push('…');
    }
    if !is_safe(text) {
        *text = on_one_line(text).collect();
    }
}

/// Bytes `start..end` of a file, which has at most 512 KiB.
fn spot(file: FileKind, start: usize, end: usize) -> Span {
    let byte = |at: usize| u32::try_from(at).unwrap_or(u32::MAX);
    Span::new(file, byte(start), byte(end))
}

/// Words in single quotes, as YAML reads them.
fn quoted(words: &str) -> String {
    format!("'{}'", words.replace('\'', "''"))
}

/// Where the line that holds byte `at` begins, and the line without its line break.
fn line_at(text: &str, at: usize) -> (usize, &str) {
    let start = text[..at].rfind('\n').map_or(0, |newline| newline + 1);
    let line = text[start..].split('\n').next().unwrap_or_default();
    (start, line.strip_suffix('\r').unwrap_or(line))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_message_is_one_line_and_no_file() {
        let mut said = Vec::new();
        let words = format!("a\tb\r\n\u{202e}{}", "ế".repeat(MAX_MESSAGE));
        let span = Span::new(FileKind::Package, 0, 0);
        report(
            &mut said,
            Diagnostic::error("code", span, &words, &words)
                .help(&words, &words)
                .label(&words, &words)
                .related(span, &words, &words),
        );
        let [message] = said.as_slice() else {
            panic!("{said:?}");
        };
        let help = message.help.as_ref().expect("a help");
        for text in [
            &message.message,
            &message.label,
            help,
            &message.related[0].1,
        ] {
            for text in [&text.vi, &text.en] {
                assert!(text.starts_with("a b  \u{fffd}ế") && text.ends_with('…'));
                assert!(text.len() <= MAX_MESSAGE + '…'.len_utf8());
            }
        }
    }
}
