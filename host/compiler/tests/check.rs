//! One bad package per mistake: the code, the place and the way out are tested behaviour.

use motcua_compiler::diagnostic::{Diagnostic, Severity};
use motcua_compiler::source::SourceFile;
use motcua_compiler::{Compilation, compile};

/// A package without any mistake or warning.
const SOUND: &str = r#"motcua: 1
code: "1.000001"
code_confirmed: false
slug: demonstration
valid_from: 2024-01-01
name: {vi: Thủ tục minh họa, en: A demonstration}
field: publishing
department: {vi: Sở minh họa, en: Demonstration department}
authority: {vi: Sở minh họa, en: Demonstration department}
applicants: {vi: Mọi người, en: Everybody}
result: {vi: Giấy phép, en: A licence}
legal_basis: [Điều 1 Luật minh họa]
confidence: low
sources: [minh họa]
channels:
  - channel: online
facts:
  - id: pages
    type: integer
    min: 1
    max: 1000
    question: {vi: Bao nhiêu trang?, en: How many pages?}
  - id: medium
    type: choice
    question: {vi: Dạng nào?, en: In which form?}
    options:
      - {id: paper, label: {vi: Giấy, en: Paper}}
      - {id: electronic, label: {vi: Điện tử, en: Electronic}}
  - id: is_local
    type: boolean
    question: {vi: Ở địa phương?, en: Local?}
  - id: issued_on
    type: date
    question: {vi: Cấp ngày nào?, en: Issued when?}
  - id: partners
    type: rows
    max_rows: 10
    question: {vi: Đối tác?, en: Partners?}
    fields:
      - id: share
        type: decimal
        max: 100
        question: {vi: Tỷ lệ?, en: Share?}
definitions:
  - id: rate
    table:
      hit: unique
      inputs: [medium, pages]
      rows:
        - {when: ['"paper"', '<= 100'], then: 15000, basis: Điều 2}
        - {when: ['"paper"', '> 100'], then: 12000, basis: Điều 2}
        - {when: ['"electronic"', '-'], then: 6000, basis: Điều 2}
conditions:
  - id: local
    text: {vi: Ở địa phương, en: Local}
    basis: Điều 3
    rule: is_local and issued_on <= filed_on
  - id: shares
    text: {vi: Tỷ lệ góp, en: Shares}
    basis: Điều 3
    rule: sum(partners.share) <= 100
documents:
  - id: application
    name: {vi: Đơn, en: Application}
    originals: 1
    basis: Điều 4
time_limit:
  starts: {vi: từ ngày nhận đủ hồ sơ, en: from receipt}
  rows:
    - id: standard
      statutory: {amount: 15, unit: working-day, basis: Điều 5}
      committed: {amount: 10, unit: working-day, source: demonstration, basis: minh họa}
      steps:
        - {id: intake, name: {vi: Tiếp nhận, en: Intake}, role: {vi: Một cửa, en: Counter}, amount: 0.5, unit: working-day}
        - {id: appraisal, name: {vi: Thẩm định, en: Appraisal}, role: {vi: Phòng, en: Office}, amount: 76, unit: working-hour}
fees_status: known
fees:
  - id: appraisal
    name: {vi: Phí thẩm định, en: Appraisal}
    basis: Điều 6
    amount: pages * rate
"#;

fn check(text: &str) -> Compilation {
    let file = SourceFile {
        path: "goi.yaml".to_owned(),
        text: text.to_owned(),
    };
    compile(&file, None)
}

/// The sound package with one change.
fn with(old: &str, new: &str) -> String {
    assert!(
        SOUND.contains(old),
        "the sound package does not contain `{old}`"
    );
    SOUND.replacen(old, new, 1)
}

/// What is reported of a code, with the words it points at.
fn found(text: &str, code: &str) -> Vec<(Diagnostic, String)> {
    let all = check(text).diagnostics;
    let hits: Vec<_> = all
        .iter()
        .filter(|d| d.code == code)
        .map(|d| {
            (
                d.clone(),
                text.get(d.span.range()).unwrap_or("<no place>").to_owned(),
            )
        })
        .collect();
    assert!(
        !hits.is_empty(),
        "`{code}` was not reported, but {:?}",
        all.iter()
            .map(|d| (d.code, &d.message.en))
            .collect::<Vec<_>>()
    );
    for (diagnostic, _) in &hits {
        assert!(!diagnostic.message.vi.is_empty() && !diagnostic.message.en.is_empty());
    }
    hits
}

#[track_caller]
fn points_at(old: &str, new: &str, code: &str, words: &str) -> Diagnostic {
    let text = with(old, new);
    let (diagnostic, place) = found(&text, code).remove(0);
    assert_eq!(place, words, "{code} points at the wrong words");
    let compiled = check(&text).compiled.is_some();
    assert_eq!(
        compiled,
        diagnostic.severity == Severity::Warning,
        "errors and only errors stop the component"
    );
    diagnostic
}

#[test]
fn a_sound_package_has_no_messages() {
    let compilation = check(SOUND);
    let messages: Vec<_> = compilation
        .diagnostics
        .iter()
        .map(|d| (d.code, &d.message.en))
        .collect();
    assert!(messages.is_empty(), "{messages:?}");
    let compiled = compilation.compiled.expect("it compiles");
    assert_eq!(compiled.manifest.code, "1.000001");
    assert_eq!(compiled.program.definitions.len(), 1);
}

#[test]
fn same_text_same_bytes() {
    let first = check(SOUND).compiled.expect("it compiles").component;
    let second = check(SOUND).compiled.expect("it compiles").component;
    assert_eq!(first, second);
}

#[test]
fn unknown_names_are_refused_with_the_nearest_one() {
    let d = points_at(
        "rule: is_local and",
        "rule: is_lokal and",
        "unknown-fact",
        "is_lokal",
    );
    assert_eq!(d.suggestion.as_deref(), Some("is_local"));
    let d = points_at(
        "'\"electronic\"'",
        "'\"elektronic\"'",
        "unknown-option",
        "\"elektronic\"",
    );
    assert_eq!(d.suggestion.as_deref(), Some("\"electronic\""));
    let d = points_at(
        "partners.share",
        "partners.shares",
        "unknown-field",
        "shares",
    );
    assert_eq!(d.suggestion.as_deref(), Some("share"));
    points_at(
        "sum(partners.share)",
        "sun(partners.share)",
        "unknown-function",
        "sun",
    );
}

#[test]
fn types_are_held() {
    points_at(
        "rule: is_local and issued_on <= filed_on",
        "rule: pages",
        "type",
        "pages",
    );
    points_at(
        "issued_on <= filed_on",
        "issued_on <= filed_at",
        "type",
        "issued_on <= filed_at",
    );
    points_at(
        "issued_on <= filed_on",
        "issued_on + 30 <= filed_on",
        "type",
        "30",
    );
    points_at(
        "rule: is_local and",
        "rule: medium < \"paper\" and",
        "type",
        "medium < \"paper\"",
    );
    points_at(
        "rule: is_local and",
        "rule: partners = 3 and",
        "type",
        "partners = 3",
    );
    points_at("then: 6000", "then: '\"much\"'", "type", "\"much\"");
    points_at(
        "issued_on <= filed_on",
        "issued_on + duration(\"PT5H\") <= filed_on",
        "type",
        "duration(\"PT5H\")",
    );
}

#[test]
fn unknown_cannot_be_asked_for() {
    points_at(
        "rule: is_local and",
        "rule: is_local = null and",
        "null",
        "null",
    );
}

#[test]
fn numbers_are_proven_to_fit() {
    points_at(
        "amount: pages * rate",
        "amount: pages / 3",
        "unrounded-division",
        "pages / 3",
    );
    points_at(
        "amount: pages * rate",
        "amount: pages - 5",
        "negative-fee",
        "pages - 5",
    );
    points_at(
        "amount: pages * rate",
        "amount: pages * 1.55",
        "not-whole",
        "pages * 1.55",
    );
    points_at(
        "amount: pages * rate",
        "amount: pages * pages * pages * pages * pages * pages * pages",
        "overflow",
        "pages * pages * pages * pages * pages * pages * pages",
    );
    points_at(
        "amount: pages * rate",
        "amount: pages * 2000000000",
        "range",
        "pages * 2000000000",
    );
    assert!(
        check(&with(
            "amount: pages * rate",
            "amount: floor(pages * rate / 3)"
        ))
        .compiled
        .is_some()
    );
    assert!(
        check(&with(
            "amount: pages * rate",
            "amount: max(0, pages - 5) * 1000"
        ))
        .compiled
        .is_some()
    );
}

#[test]
fn decided_comparisons_are_pointed_out() {
    points_at(
        "rule: is_local and",
        "rule: pages <= 2000 and",
        "decided",
        "pages <= 2000",
    );
}

#[test]
fn definitions_do_not_define_themselves() {
    points_at(
        "definitions:\n",
        "definitions:\n  - {id: a, rule: b}\n  - {id: b, rule: not(a)}\n",
        "cycle",
        "a",
    );
}

#[test]
fn a_definition_may_stand_before_what_it_uses() {
    let text = with(
        "definitions:\n",
        "definitions:\n  - {id: dear, rule: rate > 10000}\n",
    )
    .replace("rule: is_local and", "rule: dear and is_local and");
    let compiled = check(&text).compiled.expect("it compiles");
    let ids: Vec<_> = compiled
        .program
        .definitions
        .iter()
        .map(|d| d.id.as_str())
        .collect();
    assert_eq!(ids, ["rate", "dear"]);
}

#[test]
fn tables_are_held_against_themselves() {
    let d = points_at(
        "'> 100'], then: 12000",
        "'>= 100'], then: 12000",
        "table-overlap",
        "{when: ['\"paper\"', '>= 100'], then: 12000, basis: Điều 2}",
    );
    assert_eq!(
        d.label.en,
        "both hold when medium = \"paper\" and pages = 100"
    );
    let d = points_at(
        "'> 100'], then: 12000",
        "'> 200'], then: 12000",
        "gap",
        "unique",
    );
    assert_eq!(
        d.message.en,
        "no row says anything when medium = \"paper\" and pages = 101"
    );
    let text =
        with("hit: unique", "hit: first").replace("'> 100'], then: 12000", "'< 50'], then: 12000");
    let (_, place) = found(&text, "unreachable-row").remove(0);
    assert_eq!(
        place,
        "{when: ['\"paper\"', '< 50'], then: 12000, basis: Điều 2}"
    );
}

#[test]
fn the_department_is_never_slower_than_the_law() {
    let old = "{amount: 10, unit: working-day, source";
    let d = points_at(
        old,
        "{amount: 16, unit: working-day, source",
        "committed-over-statutory",
        "16, unit: working-day",
    );
    assert!(d.message.vi.contains("dài hơn luật cho phép"));
    points_at(
        old,
        "{amount: 9, unit: calendar-day, source",
        "incomparable-terms",
        "9, unit: calendar-day",
    );
    points_at(
        old,
        "{amount: 12, unit: working-day, source",
        "cut-outside-band",
        "12, unit: working-day",
    );
    let text = with(
        "amount: 76, unit: working-hour",
        "amount: 77, unit: working-hour",
    );
    let (d, _) = found(&text, "steps-over-term").remove(0);
    assert!(
        d.message.en.contains("10.125 working days"),
        "{}",
        d.message.en
    );
}

#[test]
fn everything_cites_its_article() {
    for (old, what) in [
        ("    basis: Điều 4\n", "document"),
        ("    basis: Điều 3\n", "condition"),
        ("    basis: Điều 6\n", "fee"),
    ] {
        let text = with(old, "");
        assert!(
            !found(&text, "no-basis").is_empty(),
            "a {what} without its article"
        );
        assert!(check(&text).compiled.is_none());
    }
}

#[test]
fn ids_stand_once() {
    let text = with("  - id: shares\n", "  - id: local\n");
    let (d, place) = found(&text, "duplicate-id").remove(0);
    assert_eq!(place, "local");
    assert_eq!(d.related.len(), 1);
}

#[test]
fn facts_that_nothing_uses_are_pointed_out() {
    points_at(
        "is_local and issued_on",
        "issued_on",
        "unused-fact",
        "is_local",
    );
}

#[test]
fn a_text_in_one_language_is_pointed_out() {
    let text = with("{vi: Ở địa phương, en: Local}", "{vi: Ở địa phương}");
    assert_eq!(
        found(&text, "missing-language")[0].0.severity,
        Severity::Warning
    );
    assert!(check(&text).compiled.is_some());
}

#[test]
fn a_condition_says_when_it_is_satisfied() {
    points_at(
        "    rule: is_local and issued_on <= filed_on\n",
        "",
        "no-rule",
        "local",
    );
}

/// Twenty different mistakes in one file: each is reported, none hides another.
#[test]
fn twenty_mistakes_are_reported_at_once() {
    let changes = [
        ("valid_from: 2024-01-01", "valid_from: 2024-02-30"),
        ("confidence: low", "confidence: lowish"),
        ("channel: online", "channel: onlin"),
        ("type: boolean", "type: bolean"),
        ("min: 1\n", "min: 5000\n"),
        ("max_rows: 10", "max_rows: 1000"),
        ("hit: unique", "hit: uniq"),
        ("'\"electronic\"'", "'\"elektronic\"'"),
        ("'<= 100'", "'<= \"many\"'"),
        ("issued_on <= filed_on", "issued_om <= filed_on"),
        ("sum(partners.share) <= 100", "sum(partners.share) <== 100"),
        ("    basis: Điều 4\n", ""),
        ("originals: 1", "originals: -1"),
        ("amount: 15, unit: working-day", "amount: 15, unit: workday"),
        ("source: demonstration", "source: demo"),
        ("fees_status: known", "fees_status: knwon"),
        ("amount: pages * rate", "amount: pages / rate"),
        ("  - id: shares\n", "  - id: local\n"),
        (
            "applicants: {vi: Mọi người, en: Everybody}",
            "aplicants: {vi: Mọi người, en: Everybody}",
        ),
        ("legal_basis: [Điều 1 Luật minh họa]", "legal_basis: Điều 1"),
    ];
    let mut text = SOUND.to_owned();
    for (old, new) in changes {
        assert!(text.contains(old), "`{old}`");
        text = text.replacen(old, new, 1);
    }
    let compilation = check(&text);
    assert!(compilation.compiled.is_none());
    let errors: Vec<_> = compilation
        .diagnostics
        .iter()
        .filter(|d| d.severity == Severity::Error)
        .collect();
    let mut places: Vec<_> = errors.iter().map(|d| d.span).collect();
    places.dedup();
    let list: Vec<_> = errors
        .iter()
        .map(|d| format!("{} {:?}", d.code, text.get(d.span.range())))
        .collect();
    assert!(places.len() >= 20, "{} places: {list:#?}", places.len());
}
