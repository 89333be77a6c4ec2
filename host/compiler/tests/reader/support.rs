//! What the tests of the reader share.

#![allow(dead_code, reason = "each test file uses its part of it")]

use motcua_compiler::diagnostic::Diagnostic;
use motcua_compiler::package::Package;
use motcua_compiler::reader::read_package;
use motcua_compiler::source::SourceFile;

/// A good package.
pub const PACKAGE: &str = include_str!("pub-02.yaml");

/// A file with some text.
pub fn file(text: impl Into<String>) -> SourceFile {
    SourceFile {
        path: "2013-07-01.yaml".to_owned(),
        text: text.into(),
    }
}

/// A package, and what is said of it.
pub fn read(text: &str) -> (Option<Package>, Vec<Diagnostic>) {
    let mut diagnostics = Vec::new();
    let package = read_package(&file(text), &mut diagnostics);
    (package, diagnostics)
}

/// The example with one part replaced, and what is said of it: code and underlined words.
pub fn said_of(from: &str, to: &str) -> Vec<(&'static str, String)> {
    assert!(
        PACKAGE.contains(from),
        "the example does not contain {from:?}"
    );
    let text = PACKAGE.replacen(from, to, 1);
    let (_, mut diagnostics) = read(&text);
    diagnostics.sort_by_key(|d| d.span);
    diagnostics
        .iter()
        .map(|d| (d.code, text[d.span.range()].to_owned()))
        .collect()
}

/// The same where one message is expected.
pub fn one(from: &str, to: &str) -> (&'static str, String) {
    let said = said_of(from, to);
    assert_eq!(said.len(), 1, "{said:?}");
    said.into_iter().next().expect("one message")
}

/// The suggestion for the one mistake of a changed example.
pub fn suggested(from: &str, to: &str) -> Option<String> {
    let (_, diagnostics) = read(&PACKAGE.replacen(from, to, 1));
    assert_eq!(diagnostics.len(), 1, "{diagnostics:?}");
    diagnostics.into_iter().next().and_then(|d| d.suggestion)
}

/// The example with one part replaced gives one message, with this code and these words underlined.
macro_rules! says {
    ($from:expr => $to:expr, $code:literal at $words:expr) => {
        assert_eq!($crate::support::one($from, $to), ($code, $words.to_owned()))
    };
}
pub(crate) use says;
