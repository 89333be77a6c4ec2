//! One bad package per mistake: the code, the place and the way out are tested behaviour.

use motcua_compiler::diagnostic::{Diagnostic, Severity};
use motcua_compiler::source::SourceFile;
use motcua_compiler::{Compilation, compile};
use motcua_model::manifest::Transition;

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
    let program = compiled.program.expect("rules of a package");
    assert_eq!(program.definitions.len(), 1);
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
fn numbers_beyond_every_bound_are_refused_in_words() {
    let share = "      - id: share\n        type: decimal\n        max: 100\n";
    for decimals in [0, 10, 12, 255] {
        let text = with(share, &format!("{share}        decimals: {decimals}\n"));
        assert_eq!(found(&text, "range")[0].1, decimals.to_string());
    }
    // Each of these is allowed, but together they need more memory than there is.
    let title = "  - {id: t0, type: text, max_length: 4000, question: {vi: Tên?, en: Title?}}\n";
    let mut facts = String::new();
    for n in 0..20 {
        let fields: String = (0..200)
            .map(|n| title.replace("  - {id: t0", &format!("      - {{id: t{n}")))
            .collect();
        facts.push_str(&format!(
            "  - id: r{n}\n    type: rows\n    max_rows: 200\n    question: {{vi: Gì?, en: What?}}\n    fields:\n{fields}"
        ));
    }
    let text = with("facts:\n", &format!("facts:\n{facts}"));
    assert!(check(&text).compiled.is_none());
    assert!(found(&text, "emit")[0].0.message.en.contains("memory"));
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
    let program = compiled.program.expect("rules of a package");
    let ids: Vec<_> = program.definitions.iter().map(|d| d.id.as_str()).collect();
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
fn rows_that_can_never_hold_are_pointed_out() {
    let row = "{when: ['not(\"paper\", \"electronic\")', '-'], then: 1, basis: Điều 2}";
    let sound = "        - {when: ['\"electronic\"', '-'], then: 6000, basis: Điều 2}\n";
    let d = points_at(
        sound,
        &format!("{sound}        - {row}\n"),
        "impossible-row",
        row,
    );
    assert_eq!(
        d.message.en,
        "this row can never hold: its cells let no value of `medium` through"
    );
    assert_eq!(d.severity, Severity::Warning);
    // Two columns that ask about the same thing: each cell could hold, but never both.
    let text = with("inputs: [medium, pages]", "inputs: [medium, pages, pages]")
        .replace("'<= 100']", "'<= 100', '-']")
        .replace("'> 100']", "'> 100', '-']")
        .replace(
            "['\"electronic\"', '-']",
            "['\"electronic\"', '<= 5', '> 5']",
        );
    let (d, place) = found(&text, "impossible-row").remove(0);
    assert_eq!(
        place,
        "{when: ['\"electronic\"', '<= 5', '> 5'], then: 6000, basis: Điều 2}"
    );
    assert!(d.message.vi.contains("`pages`"), "{}", d.message.vi);
    assert!(check(&text).compiled.is_some());
}

#[test]
fn two_columns_of_one_input_do_not_overlap_where_they_cannot() {
    let text = with("inputs: [medium, pages]", "inputs: [medium, pages, pages]")
        .replace("'<= 100']", "'<= 100', '-']")
        .replace("'> 100']", "'-', '> 100']")
        .replace("['\"electronic\"', '-']", "['\"electronic\"', '-', '-']");
    assert!(check(&text).diagnostics.is_empty());
}

/// The sound package with a table of 40 inputs and 500 rows that look at some of them each.
fn large_table(hit: &str) -> String {
    use std::fmt::Write as _;
    let mut facts = String::new();
    let mut names = Vec::new();
    for n in 0..40 {
        let _ = writeln!(
            facts,
            "  - {{id: f{n}, type: boolean, question: {{vi: Có?, en: Is it?}}}}"
        );
        names.push(format!("f{n}"));
    }
    let mut rows = String::new();
    for row in 0..500 {
        let cells: Vec<_> = (0..40)
            .map(|column| match (row * 7 + column * 13 + row * column) % 5 {
                0 => "'false'",
                1 => "'true'",
                _ => "'-'",
            })
            .collect();
        let _ = writeln!(rows, "        - {{when: [{}], then: 1}}", cells.join(", "));
    }
    let definition = format!(
        "  - id: large\n    table:\n      hit: {hit}\n      inputs: [{}]\n      rows:\n{rows}",
        names.join(", ")
    );
    with("facts:\n", &format!("facts:\n{facts}"))
        .replace("definitions:\n", &format!("definitions:\n{definition}"))
        .replace("amount: pages * rate", "amount: pages * rate + large")
}

#[test]
fn a_table_too_large_to_be_proven_is_said_to_be_so() {
    let text = large_table("unique");
    let (d, place) = found(&text, "table-not-proven").remove(0);
    assert_eq!((d.severity, place.as_str()), (Severity::Warning, "unique"));
    assert!(
        d.message.en.contains("not proven") && d.message.vi.contains("chưa chứng minh"),
        "{:?}",
        d.message
    );
    assert!(d.help.is_some());
}

#[test]
fn what_need_not_be_proven_is_not_asked_for() {
    // A thin table with many gaps, all of which `otherwise` fills.
    let mut rows = String::new();
    for n in 0..40 {
        rows.push_str(&format!(
            "        - {{when: ['{}', '{}'], then: {n}, basis: Điều 2}}\n",
            n * 10 + 5,
            2000 + n,
        ));
    }
    let table = SOUND
        .find("        - {when:")
        .zip(SOUND.find("conditions:"))
        .map(|(from, to)| &SOUND[from..to])
        .expect("the rows of a table");
    let text = with(table, &format!("{rows}      otherwise: 0\n"))
        .replace(
            "inputs: [medium, pages]",
            "inputs: [pages, year(issued_on)]",
        )
        .replace(
            "rule: is_local and",
            "rule: is_local and medium = \"paper\" and",
        );
    let said: Vec<_> = check(&text).diagnostics.iter().map(|d| d.code).collect();
    assert!(said.is_empty(), "{said:?}");
    let text = text.replace("      otherwise: 0\n", "");
    let gaps = found(&text, "gap");
    assert_eq!(gaps.len(), 3);
    assert_eq!(gaps[2].0.label.en, "and there are more such cases");
    assert!(check(&text).diagnostics.iter().all(|d| d.code == "gap"));
}

#[test]
fn an_option_without_quotes_is_recognised() {
    // As it reads without quotes, `on-screen` is a subtraction.
    let base = SOUND.replace("electronic", "on-screen");
    let told = |old: &str, new: &str| {
        assert!(base.contains(old), "`{old}`");
        let text = base.replacen(old, new, 1);
        let errors: Vec<_> = check(&text)
            .diagnostics
            .into_iter()
            .filter(|d| d.severity == Severity::Error)
            .collect();
        assert_eq!(errors.len(), 1, "{new}: {errors:#?}");
        let error = errors.into_iter().next().expect("one error");
        let place = text[error.span.range()].to_owned();
        (error.code, place, error.suggestion.unwrap_or_default())
    };
    let quoted = || {
        (
            "unquoted-option",
            "on-screen".to_owned(),
            "\"on-screen\"".to_owned(),
        )
    };
    assert_eq!(told("'\"on-screen\"'", "on-screen"), quoted());
    let rule = "rule: is_local and";
    for new in [
        "rule: medium = on-screen and",
        "rule: on-screen = medium and",
        "rule: medium != on-screen and",
        "rule: medium in (\"paper\", on-screen) and",
        "rule: (if medium = on-screen then is_local else true) and",
    ] {
        assert_eq!(told(rule, new), quoted(), "{new}");
    }
    let (code, place, suggestion) = told(rule, "rule: medium = on-scren and");
    assert_eq!(
        (code, &*place, &*suggestion),
        ("unquoted-option", "on-scren", "\"on-screen\"")
    );
    let (code, place, suggestion) = told(rule, "rule: medium = paper and");
    assert_eq!(
        (code, &*place, &*suggestion),
        ("unquoted-option", "paper", "\"paper\"")
    );
    // A subtraction stays one, and a misspelt fact in it is what was misspelt.
    let amount = "amount: pages * rate";
    assert_eq!(told(amount, "amount: pages-raet").0, "unknown-fact");
    assert_eq!(told(amount, "amount: pages-rate").0, "negative-fee");
}

#[test]
fn an_option_without_quotes_is_recognised_where_a_set_is_looked_into() {
    let topics = "  - id: topics
    type: choices
    question: {vi: Gì?, en: What?}
    options:
      - {id: local-history, label: {vi: Sử, en: History}}
      - {id: law, label: {vi: Luật, en: Law}}
";
    let text = with("  - id: is_local\n", &format!("{topics}  - id: is_local\n")).replace(
        "rule: is_local and",
        "rule: list contains(topics, local-history) and is_local and",
    );
    let (d, place) = found(&text, "unquoted-option").remove(0);
    assert_eq!(place, "local-history");
    assert_eq!(d.suggestion.as_deref(), Some("\"local-history\""));
}

#[test]
fn a_version_does_not_end_before_it_begins() {
    let d = points_at(
        "valid_from: 2024-01-01",
        "valid_from: 2024-01-01\nvalid_to: 2023-12-31",
        "period",
        "2023-12-31",
    );
    assert_eq!(d.related.len(), 1);
    let one_day = with(
        "valid_from: 2024-01-01",
        "valid_from: 2024-01-01\nvalid_to: 2024-01-01",
    );
    assert!(check(&one_day).diagnostics.is_empty());
}

#[test]
fn a_transition_rule_stands_in_the_manifest_only_where_it_is_written() {
    let manifest = |text: &str| {
        let compilation = check(text);
        assert_eq!(compilation.diagnostics, []);
        compilation.compiled.expect("a component").manifest
    };
    let silent = manifest(SOUND);
    assert_eq!(silent.transition, None);
    // A package that says nothing has the digest it had before there were transition rules.
    let json = serde_json::to_string(&silent).expect("JSON");
    assert!(!json.contains("transition"), "{json}");
    let moving = manifest(&with(
        "valid_from: 2024-01-01\n",
        "valid_from: 2024-01-01\ntransition: {received_before: move, basis: Điều 25(2)}\n",
    ));
    assert_eq!(
        moving.transition,
        Some(Transition::Move {
            basis: "Điều 25(2)".to_owned()
        })
    );
    let d = points_at(
        "valid_from: 2024-01-01\n",
        "valid_from: 2024-01-01\ntransition: {received_before: move}\n",
        "no-basis",
        "received_before",
    );
    assert!(d.help.is_some());
}

#[test]
fn terms_are_told_as_people_say_them() {
    let d = points_at(
        "{amount: 10, unit: working-day, source",
        "{amount: 14, unit: hour, source",
        "incomparable-terms",
        "14, unit: hour",
    );
    assert_eq!(
        d.message.en,
        "the committed term, 14 hours, cannot be compared with the law's, 15 working days"
    );
    assert_eq!(
        d.message.vi,
        "không so sánh được thời hạn cam kết 14 giờ với thời hạn 15 ngày làm việc theo luật"
    );
    let text = with(
        "statutory: {amount: 15, unit: working-day",
        "statutory: {amount: 1, unit: same-day",
    );
    let (d, _) = found(&text, "committed-over-statutory").remove(0);
    // Never “1 trong ngày”.
    assert_eq!(d.related[0].1.vi, "luật quy định: trong ngày");
    assert_eq!(d.related[0].1.en, "the law says: same day");
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
    let list: Vec<_> = errors
        .iter()
        .map(|d| format!("{} {:?}", d.code, text.get(d.span.range())))
        .collect();
    assert_eq!(errors.len(), changes.len(), "{list:#?}");
    let lines: std::collections::BTreeSet<_> = errors
        .iter()
        .map(|d| text[..d.span.range().start].lines().count())
        .collect();
    assert!(lines.len() >= 19, "each at its line: {list:#?}");
}

/// To find for each of thousands of names the nearest of thousands would take a minute.
#[test]
fn not_every_one_of_thousands_of_unknown_names_has_a_suggestion() {
    let name = |n: usize| format!("a{}{n:04}", "bcdefghij".repeat(6));
    let definitions: String = (0..1_000)
        .map(|n| format!("  - {{id: {}, rule: {}}}\n", name(n), name(n + 1_000)))
        .collect();
    let compilation =
        check(&SOUND.replacen("definitions:\n", &format!("definitions:\n{definitions}"), 1));
    let suggested =
        |message: &&Diagnostic| message.code == "unknown-fact" && message.suggestion.is_some();
    let number = compilation.diagnostics.iter().filter(suggested).count();
    assert!((10..200).contains(&number), "{number}");
}

/// Each level would be two or three times as long as the one in it.
#[test]
fn what_stands_deep_inside_itself_is_calculated_once() {
    let nested = |open: &str, close: &str| format!("{}rate{}", open.repeat(60), close.repeat(60));
    for amount in [
        nested("abs(", ")"),
        nested("min(1000, ", ")"),
        nested("max(", ", pages)"),
        format!("max({}, rate)", vec!["pages"; 400].join(", ")),
    ] {
        let compilation = check(&with("amount: pages * rate", &format!("amount: {amount}")));
        let Some(compiled) = compilation.compiled else {
            panic!("{amount}: {:?}", compilation.diagnostics);
        };
        let fee = &compiled.program.expect("rules of a package").fees[0];
        assert!(fee.amount.operations() <= 1_000, "{amount}");
    }
}

#[test]
fn a_value_that_is_tested_again_and_again_is_named() {
    let nested = (0..20).fold("pages".to_owned(), |inner, _| {
        format!("(if {inner} in [1..9] then 1 else 2)")
    });
    let rule = format!("rule: {nested} = 1 and is_local and");
    let text = with("rule: is_local and", &rule).replacen(
        "rule: sum(",
        "rule: medium in (\"paper\") and pages * 2 in (2, 4) and sum(",
        1,
    );
    let mut messages = found(&text, "too-many-operations");
    let (message, place) = messages.remove(0);
    assert!(
        messages.is_empty(),
        "what is small is not refused: {messages:?}"
    );
    assert!(
        place.starts_with("if ") || place.starts_with("(if "),
        "{place}"
    );
    assert!(
        message
            .help
            .is_some_and(|help| help.en.contains("`definitions`"))
    );
}

/// A host compiles functions up to a length, and a component beyond it would be of the class of language runtimes.
#[test]
fn a_rule_with_too_much_code_is_refused_at_its_place() {
    let value = vec!["pages * 3"; 30].join(" + ");
    let tests = (1..=300)
        .map(|n| n.to_string())
        .collect::<Vec<_>>()
        .join(", ");
    let rule = format!("({value}) in ({tests}) and is_local");
    let text = with("rule: is_local and", &format!("rule: {rule} and"));
    let (message, place) = found(&text, "rule-too-long").remove(0);
    assert!(
        place.starts_with("(pages * 3 + ") || place.starts_with("pages * 3 + "),
        "{place}"
    );
    assert!(
        message.message.vi.contains("65536"),
        "{}",
        message.message.vi
    );
    assert!(
        message
            .help
            .is_some_and(|help| help.en.contains("`definitions`"))
    );
    assert!(check(&text).compiled.is_none());
}

#[test]
fn words_of_an_expression_are_quoted_on_one_line() {
    for rule in [
        r#""is_lo\tcal and pages > 1""#,
        "|\n      is_lo\n      cal and pages > 1",
    ] {
        let text = with(
            "rule: is_local and issued_on <= filed_on",
            &format!("rule: {rule}"),
        );
        let (message, _) = found(&text, "name-with-spaces").remove(0);
        for text in [&message.message.vi, &message.message.en] {
            assert!(text.contains("`is_lo cal`"), "{text:?}");
        }
    }
}
