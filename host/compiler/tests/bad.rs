//! A package and its cases with some sixty different mistakes: each is told, at its words, with a way out; none hides
//! another, and none makes up a mistake that is not there.

use motcua_compiler::compile;
use motcua_compiler::diagnostic::{Diagnostic, Severity};
use motcua_compiler::source::{FileKind, SourceFile};

const PACKAGE: &str = include_str!("bad/package.yaml");
const CASES: &str = include_str!("bad/cases.yaml");

/// Another package, with other mistakes.
const OTHER: &str = include_str!("bad/other.yaml");

fn said() -> Vec<(Diagnostic, &'static str)> {
    let file = |path: &str, text: &str| SourceFile {
        path: path.to_owned(),
        text: text.to_owned(),
    };
    let compilation = compile(&file("goi.yaml", PACKAGE), Some(&file("cases.yaml", CASES)));
    assert!(compilation.compiled.is_none());
    compilation
        .diagnostics
        .into_iter()
        .map(|message| {
            let text = match message.span.file {
                FileKind::Cases => CASES,
                _ => PACKAGE,
            };
            let words = &text[message.span.range()];
            (message, words)
        })
        .collect()
}

/// The words at which a code is reported.
fn places(code: &str) -> Vec<&'static str> {
    said()
        .iter()
        .filter(|(message, _)| message.code == code)
        .map(|(_, words)| *words)
        .collect()
}

#[test]
fn every_message_has_a_way_out() {
    // Their sentences say it all.
    let plain = ["missing-operand", "unclosed-bracket"];
    let other = SourceFile {
        path: "khac.yaml".to_owned(),
        text: OTHER.to_owned(),
    };
    let others = compile(&other, None).diagnostics;
    let others = others.into_iter().map(|message| {
        let words = &OTHER[message.span.range()];
        (message, words)
    });
    for (message, words) in said().into_iter().chain(others) {
        let told = format!("{} at `{words}`: {:?}", message.code, message.message);
        assert!(
            message.help.is_some() || plain.contains(&message.code),
            "{told}"
        );
        for text in [Some(&message.message), message.help.as_ref()]
            .into_iter()
            .flatten()
        {
            assert!(!text.vi.is_empty() && !text.en.is_empty(), "{told}");
            assert!(
                !text.en.contains("(s)") && !text.en.contains(" 1 cells"),
                "{told}"
            );
        }
    }
}

#[test]
fn no_mistake_hides_another() {
    let errors = said();
    let errors: Vec<_> = errors
        .iter()
        .filter(|(m, _)| m.severity == Severity::Error)
        .collect();
    assert!(errors.len() >= 55, "{} errors", errors.len());
    // Two rows that are right overlap, whatever is wrong with the others.
    assert_eq!(places("table-overlap").len(), 1);
    // A fact inside a division that is refused, and one inside an unknown function.
    let unknown = places("unknown-fact");
    for word in ["raet", "isued_on", "is_lokal"] {
        assert!(unknown.contains(&word), "{word}: {unknown:?}");
    }
    // A case whose expectation cannot be read still has a question.
    let in_case = places("unknown-in-case");
    assert_eq!(in_case, ["page", "page", "applicaton", "locl"]);
}

#[test]
fn nothing_is_made_up() {
    // What a wrong rule speaks of is used.
    assert_eq!(places("unused-fact"), ["medium", "never_used"]);
    assert_eq!(places("unused-definition"), Vec::<&str>::new());
    // A misspelt key is not missing as well.
    assert_eq!(places("missing-key"), Vec::<&str>::new());
}

#[test]
fn an_option_that_holds_a_keyword_is_recognised() {
    let unquoted: Vec<_> = said()
        .into_iter()
        .filter(|(message, _)| message.code == "unquoted-option")
        .map(|(message, words)| (words, message.suggestion.unwrap_or_default()))
        .collect();
    assert!(
        unquoted.contains(&("in-time", "\"in-time\"".to_owned())),
        "{unquoted:?}"
    );
    assert!(
        unquoted.contains(&("sign-in-time", "\"sign-in-time\"".to_owned())),
        "{unquoted:?}"
    );
    assert!(
        unquoted.contains(&("not-in-force", "\"not-in-force\"".to_owned())),
        "{unquoted:?}"
    );
}

#[test]
fn yes_and_no_are_true_and_false() {
    let yes: Vec<_> = said()
        .into_iter()
        .filter(|(message, words)| message.code == "unknown-fact" && *words == "yes")
        .map(|(message, _)| message.suggestion)
        .collect();
    assert_eq!(yes, [Some("true".to_owned())]);
}

#[test]
fn another_package_has_other_mistakes() {
    let other = SourceFile {
        path: "khac.yaml".to_owned(),
        text: OTHER.to_owned(),
    };
    let said = compile(&other, None).diagnostics;
    let lines: std::collections::BTreeSet<_> = said
        .iter()
        .filter(|message| message.severity == Severity::Error)
        .map(|message| OTHER[..message.span.range().start].lines().count())
        .collect();
    assert!(lines.len() >= 38, "{} lines: {lines:?}", lines.len());
    let at = |code: &str| {
        let hit = said.iter().find(|message| message.code == code);
        hit.map(|message| &OTHER[message.span.range()])
    };
    assert_eq!(at("duplicate-id"), Some("online"));
    assert_eq!(at("fees-status"), Some("f1"));
    assert_eq!(at("period"), Some("2023-01-01"));
    assert_eq!(
        at("impossible-row"),
        Some("{when: ['not(true, false)', '-'], then: 2}")
    );
}
