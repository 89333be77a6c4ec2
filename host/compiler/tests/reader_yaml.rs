//! What is no YAML, or YAML that a package may not use; and that nothing at all makes the reader panic.

#[path = "reader/support.rs"]
mod support;

use motcua_compiler::diagnostic::Severity;
use motcua_compiler::reader::{
    MAX_BYTES, MAX_DIAGNOSTICS, locate, read_calendar, read_cases, read_package,
};
use motcua_compiler::render::{Files, render, to_json};
use motcua_compiler::source::FileKind;
use motcua_model::text::Language;
use proptest::prelude::*;
use support::{PACKAGE, file, read, says, suggested};

#[test]
fn yaml_that_officers_get_wrong() {
    let name = "name: {vi: Cấp giấy phép hoạt động in xuất bản phẩm (địa phương), en: Licence to print publications (local)}";
    says!(name => "name: Luật: Điều 32", "yaml-syntax" at "Luật: Điều 32");
    assert_eq!(
        suggested(name, "name: Luật: Điều 32 # x").as_deref(),
        Some("'Luật: Điều 32'")
    );
    says!("vi: UBND cấp tỉnh, " => "vi: UBND: tỉnh, ", "yaml-syntax" at "UBND:");
    says!("rule: head_is_vietnamese_citizen" => "rule: \"a\" = b", "yaml-syntax" at "\"a\" = b");
    assert_eq!(
        suggested("rule: head_is_vietnamese_citizen", "rule: \"a\" = b").as_deref(),
        Some("'\"a\" = b'")
    );
    says!("rule: head_is_vietnamese_citizen" => "rule: 'it's'", "yaml-syntax" at "'it's'");
    says!("rule: head_is_vietnamese_citizen" => "rule: >= 5", "yaml-syntax" at ">= 5");
    says!("rule: head_is_vietnamese_citizen" => "rule: *x", "yaml-syntax" at "*x");
    says!("rule: head_is_vietnamese_citizen" => "rule: @x", "yaml-syntax" at "@x");
    says!("rule: head_is_vietnamese_citizen" => "rule: != 5", "yaml-tag" at "!=");
    says!("rule: head_is_vietnamese_citizen" => "rule: &x y", "yaml-anchor" at "&x");
    says!("confidence: high" => "confidence:high", "yaml-syntax" at "confidence:high");
    assert_eq!(
        suggested("confidence: high", "confidence:high").as_deref(),
        Some("confidence: high")
    );
    says!("confidence: high" => "confidence high", "yaml-syntax" at "confidence high");
    says!("confidence: high" => "confidence: high\n   x: y", "yaml-syntax" at "x:");
    says!("confidence: high" => "confidence: \"high", "yaml-syntax" at "\"");
    says!("[Bộ pháp điển điện tử]" => "[Bộ pháp điển", "yaml-syntax" at ":");
    says!("[Bộ pháp điển điện tử]" => "- Bộ pháp điển", "yaml-syntax" at "-");
    says!("[Bộ pháp điển điện tử]" => "[\"a\\q\"]", "yaml-syntax" at "\\q");
    says!("  - channel: postal" => " - channel: postal", "yaml-syntax" at "- channel: postal");
    says!("  - channel: postal" => "\t- channel: postal", "tab" at "\t");
    says!("confidence: high" => "---\nconfidence: high", "yaml-documents" at "---");
    says!("confidence: high" => "confidence: hi\u{202e}gh", "control-character" at "\u{202e}");
}

#[test]
fn a_syntax_error_names_what_is_open() {
    let (_, diagnostics) = read(&PACKAGE.replace("[Bộ pháp điển điện tử]", "[Bộ pháp điển"));
    let text = PACKAGE.replace("[Bộ pháp điển điện tử]", "[Bộ pháp điển");
    let related: Vec<&str> = diagnostics[0]
        .related
        .iter()
        .map(|(span, _)| &text[span.range()])
        .collect();
    assert_eq!(related, ["["]);
}

#[test]
fn characters_brought_in_by_escapes_are_refused() {
    says!("\"2.001594\"" => "\"2.\\u202e001594\"", "control-character" at "\\u202e");
}

#[test]
fn files_that_are_no_package() {
    let codes = |text: &str| {
        let (package, diagnostics) = read(text);
        assert!(package.is_none(), "{text:?}");
        diagnostics.iter().map(|d| d.code).collect::<Vec<_>>()
    };
    assert_eq!(codes(""), ["empty-file"]);
    assert_eq!(codes("# nothing yet\n"), ["empty-file"]);
    assert_eq!(codes("- a\n"), ["wrong-shape"]);
    assert_eq!(codes("chỉ là chữ"), ["wrong-shape"]);
    assert_eq!(codes("# x\n%YAML 1.1\n---\na: b\n"), ["yaml-directive"]);
    assert_eq!(codes(&"[".repeat(100)), ["too-deep"]);
    assert_eq!(
        codes(&format!("a: {}{}", "[".repeat(40), "]".repeat(40))),
        ["too-deep"]
    );
    assert_eq!(codes(&"a".repeat(MAX_BYTES + 1)), ["too-large"]);
}

#[test]
fn byte_order_marks_and_windows_lines_are_fine() {
    assert_eq!(
        read(&format!("\u{feff}{}", PACKAGE.replace('\n', "\r\n"))).1,
        []
    );
}

#[test]
fn decomposed_text_is_one_warning() {
    let text = PACKAGE.replace("giấy", "gia\u{302}\u{301}y");
    let (package, diagnostics) = read(&text);
    assert_eq!(
        diagnostics.iter().map(|d| d.code).collect::<Vec<_>>(),
        ["not-nfc"]
    );
    assert_eq!(diagnostics[0].severity, Severity::Warning);
    assert!(package.is_some_and(|p| p.name.value.vi.contains("giấy")));
}

#[test]
fn a_file_of_nothing_but_mistakes_does_not_fill_the_memory() {
    let text: String = (0..50_000).map(|n| format!("k{n}: \n")).collect();
    assert_eq!(read(&text).1.len(), MAX_DIAGNOSTICS + 1);
}

#[test]
fn parts_are_found_by_pointer() {
    let cases = file("motcua-cases: 1\ncases:\n  - id: a\n    question: {facts: {pages: 12}}\n");
    let at = |pointer: &str| {
        locate(&cases, FileKind::Cases, pointer).map(|span| &cases.text[span.range()])
    };
    assert_eq!(at("/cases/0/question/facts/pages"), Some("12"));
    assert_eq!(at("/cases/0/question/facts/years"), Some("{pages: 12}"));
    assert_eq!(at("/cases/0/id"), Some("a"));
    assert_eq!(locate(&file("a: [\n"), FileKind::Cases, "/a"), None);
}

/// Bits of packages and of YAML, and of neither.
const PIECES: [&str; 56] = [
    "motcua: 1\n",
    "code: ",
    "facts:\n",
    "  - id: a\n",
    "    type: ",
    "rows",
    "integer\n",
    "    question: {vi: x, en: y}\n",
    "conditions:\n",
    "documents:\n",
    "time_limit:\n",
    "  rows:\n",
    "    - statutory: {amount: 1.5, unit: week}\n",
    "fees:\n",
    "    rule: ",
    "a and b\n",
    "table:\n",
    "when: ",
    "['-', 1]",
    "then: ",
    "basis: x\n",
    "because: ",
    "{vi: a, b, en: c}",
    "cases:\n",
    "question: {facts: {}}\n",
    "expect: {verdict: eligible}\n",
    "days:\n",
    "date: 2026-02-30\n",
    "year: 2026\n",
    "ấ",
    "\"",
    "'",
    "\\u00",
    "|\n",
    ">\n",
    "[",
    "]",
    "{",
    "}",
    ", ",
    ": ",
    "- ",
    "\n",
    "\n  ",
    "\n    ",
    "\t",
    "\r\n",
    "&a ",
    "*a",
    "!t ",
    "---\n",
    "# ",
    "\u{feff}",
    "\u{202e}",
    "\0",
    "to\u{302}",
];

proptest! {
    #![proptest_config(ProptestConfig::with_cases(300))]

    #[test]
    fn nothing_makes_the_reader_or_the_renderer_panic(
        pieces in prop::collection::vec(prop::sample::select(PIECES.to_vec()), 0..40),
        garbage in any::<String>(),
        mixed in any::<bool>(),
    ) {
        let text = if mixed { pieces.concat() + &garbage } else { pieces.concat() };
        let file = file(text);
        let mut diagnostics = Vec::new();
        read_package(&file, &mut diagnostics);
        read_cases(&file, &mut diagnostics);
        read_calendar(&file, &mut diagnostics);
        for diagnostic in &diagnostics {
            let range = diagnostic.span.range();
            prop_assert!(file.text.get(range.clone()).is_some(), "{:?} of {:?}: {:?}", range, file.text, diagnostic);
            prop_assert!(!diagnostic.message.vi.is_empty() && !diagnostic.message.en.is_empty());
        }
        let files = Files { package: Some(&file), cases: Some(&file), calendar: Some(&file) };
        for language in [Language::Vietnamese, Language::English] {
            let shown = render(&diagnostics, &files, language, false);
            prop_assert!(!shown.chars().any(|c| c.is_control() && c != '\n'), "{:?}", shown);
        }
        prop_assert_eq!(to_json(&diagnostics, &files).as_array().map(Vec::len), Some(diagnostics.len()));
    }

    #[test]
    fn a_broken_package_never_panics(at in 0..PACKAGE.len(), length in 0_usize..40, put in "[-:{}'\"\\[\\]|>#&*!ấ \n,a]{0,4}") {
        let boundary = |mut at: usize| { at = at.min(PACKAGE.len()); while !PACKAGE.is_char_boundary(at) { at -= 1; } at };
        let (from, to) = (boundary(at), boundary(at + length));
        let text = format!("{}{put}{}", &PACKAGE[..from], &PACKAGE[to..]);
        let (_, diagnostics) = read(&text);
        for diagnostic in &diagnostics {
            prop_assert!(text.get(diagnostic.span.range()).is_some(), "{:?}", diagnostic);
        }
    }
}
