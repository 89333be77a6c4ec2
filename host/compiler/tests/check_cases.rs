//! Mistakes in cases, each at the word that is wrong.

use motcua_compiler::compile;
use motcua_compiler::diagnostic::Diagnostic;
use motcua_compiler::reader::MAX_DIAGNOSTICS;
use motcua_compiler::source::{FileKind, SourceFile};

const PACKAGE: &str = r#"motcua: 1
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
  - channel: counter
facts:
  - {id: pages, type: integer, min: 1, max: 1000, question: {vi: Mấy trang?, en: How many pages?}}
  - {id: share, type: decimal, max: 100, decimals: 1, question: {vi: Tỷ lệ?, en: Share?}}
  - {id: is_local, type: boolean, question: {vi: Ở địa phương?, en: Local?}}
  - {id: title, type: text, max_length: 10, question: {vi: Tên?, en: Title?}}
  - {id: issued_on, type: date, question: {vi: Cấp ngày nào?, en: Issued when?}}
  - {id: opens_at, type: moment, question: {vi: Khai mạc lúc nào?, en: Opens when?}}
  - id: medium
    type: choice
    question: {vi: Dạng nào?, en: In which form?}
    options:
      - {id: paper, label: {vi: Giấy, en: Paper}}
      - {id: on-screen, label: {vi: Điện tử, en: Electronic}}
  - id: topics
    type: choices
    question: {vi: Chủ đề?, en: Topics?}
    options:
      - {id: history, label: {vi: Lịch sử, en: History}}
      - {id: law, label: {vi: Pháp luật, en: Law}}
  - id: partners
    type: rows
    max_rows: 2
    question: {vi: Đối tác?, en: Partners?}
    fields:
      - {id: hours, type: integer, max: 10, question: {vi: Mấy giờ?, en: Hours?}}
filing_windows:
  - id: in_time
    text: {vi: Trước 24 giờ, en: 24 hours before}
    side: before
    event: opens_at
    term: {amount: 24, unit: hour}
    basis: Điều 2
data_sources:
  - {id: business-registry, name: {vi: Đăng ký doanh nghiệp, en: Business registry}, basis: Điều 2}
exemptions:
  - {id: through-a-house, text: {vi: Qua nhà xuất bản, en: Through a house}, basis: Điều 2, rule: share > 50}
conditions:
  - id: local
    text: {vi: Ở địa phương, en: Local}
    basis: Điều 3
    rule: is_local and in_time and issued_on <= filed_on and starts with(title, "a")
  - id: hours
    text: {vi: Đủ giờ, en: Hours}
    basis: Điều 3
    rule: sum(partners.hours) > 1 and list contains(topics, "law") and medium = "paper"
checks:
  - {id: few-pages, text: {vi: Ít trang, en: Few pages}, rule: pages > 3 or is_local}
documents:
  - {id: application, name: {vi: Đơn, en: Application}, originals: 1, basis: Điều 4, replaced_by: [business-registry]}
time_limit:
  starts: {vi: từ ngày nhận đủ hồ sơ, en: from receipt}
  rows:
    - {id: standard, statutory: {amount: 15, unit: working-day, basis: Điều 5}}
fees_status: known
fees:
  - {id: appraisal, name: {vi: Phí thẩm định, en: Appraisal}, basis: Điều 6, amount: pages * 1000}
"#;

const CASES: &str = r#"motcua-cases: 1
cases:
  - id: unreadable
    text: {vi: Bị bỏ qua, en: Left out}
    question: {facts: {}}
    expect: {verdict: eligible}
  - id: everything
    text: {vi: Đủ mọi thứ, en: Everything}
    question:
      received_at: 2024-03-04T09:00
      channel: online
      facts:
        pages: 120
        share: 33.5
        is_local: true
        title: 'abc'
        issued_on: 2024-01-02
        opens_at: 2024-03-05T09:00
        medium: on-screen
        topics: [history, law]
        partners: [{hours: 3}, {}]
      on_file: [application]
      data_sources: [business-registry]
    expect:
      verdict: eligible
      exemptions: {through-a-house: does-not-apply}
      conditions: {local: satisfied}
      documents: {application: on-file}
      time_limit: standard
      fees: {appraisal: 120000}
      ask_next: [pages]
      problems: [few-pages]
"#;

fn file(path: &str, text: &str) -> SourceFile {
    SourceFile {
        path: path.to_owned(),
        text: text.to_owned(),
    }
}

/// What is said of the cases, with the words it points at.
fn said_of(text: &str) -> Vec<(Diagnostic, String)> {
    let compilation = compile(&file("goi.yaml", PACKAGE), Some(&file("cases.yaml", text)));
    compilation
        .diagnostics
        .into_iter()
        .map(|d| {
            assert_eq!(d.span.file, FileKind::Cases, "{d:?}");
            assert!(!d.message.vi.is_empty() && !d.message.en.is_empty());
            let place = text[d.span.range()].to_owned();
            (d, place)
        })
        .collect()
}

#[test]
fn good_cases_have_no_messages() {
    let said = said_of(CASES);
    assert!(said.is_empty(), "{said:#?}");
}

/// One change, one message: its code, the words it points at, and what is suggested.
#[test]
fn each_mistake_is_shown_at_its_word() {
    let changes = [
        // What is expected of names that do not exist.
        (
            "{through-a-house: does",
            "{through-a-hause: does",
            "unknown-in-case",
            "through-a-hause",
            "through-a-house",
        ),
        (
            "{local: satisfied}",
            "{locale: satisfied}",
            "unknown-in-case",
            "locale",
            "local",
        ),
        (
            "{application: on-file}",
            "{aplication: on-file}",
            "unknown-in-case",
            "aplication",
            "application",
        ),
        (
            "time_limit: standard",
            "time_limit: standart",
            "unknown-in-case",
            "standart",
            "standard",
        ),
        (
            "{appraisal: 120000}",
            "{apraisal: 120000}",
            "unknown-in-case",
            "apraisal",
            "appraisal",
        ),
        (
            "ask_next: [pages]",
            "ask_next: [page]",
            "unknown-in-case",
            "page",
            "pages",
        ),
        (
            "ask_next: [pages]",
            "ask_next: [in_time]",
            "unknown-in-case",
            "in_time",
            "",
        ),
        (
            "problems: [few-pages]",
            "problems: [few-page]",
            "unknown-in-case",
            "few-page",
            "few-pages",
        ),
        // What is told of facts.
        (
            "        pages: 120",
            "        page: 120",
            "unknown-in-case",
            "page",
            "pages",
        ),
        (
            "        pages: 120",
            "        in_time: true",
            "told-by-the-host",
            "in_time",
            "",
        ),
        (
            "medium: on-screen",
            "medium: on-scren",
            "unknown-option",
            "on-scren",
            "on-screen",
        ),
        (
            "topics: [history, law]",
            "topics: [history, lav]",
            "unknown-option",
            "lav",
            "law",
        ),
        (
            "topics: [history, law]",
            "topics: [law, law]",
            "duplicate-id",
            "law",
            "",
        ),
        (
            "topics: [history, law]",
            "topics: history",
            "case-value",
            "history",
            "",
        ),
        (
            "{hours: 3}",
            "{hour: 3}",
            "unknown-in-case",
            "hour",
            "hours",
        ),
        ("{hours: 3}", "{hours: 11}", "case-value", "11", ""),
        (
            "[{hours: 3}, {}]",
            "[{}, {}, {}]",
            "case-value",
            "[{}, {}, {}]",
            "",
        ),
        ("[{hours: 3}, {}]", "3", "case-value", "3", ""),
        ("pages: 120", "pages: 1200", "case-value", "1200", ""),
        ("pages: 120", "pages: 1.5", "case-value", "1.5", ""),
        ("pages: 120", "pages: '120'", "case-value", "'120'", "120"),
        ("pages: 120", "pages: yes", "case-value", "yes", ""),
        ("share: 33.5", "share: 33.55", "case-value", "33.55", ""),
        (
            "is_local: true",
            "is_local: yes",
            "case-value",
            "yes",
            "true",
        ),
        ("is_local: true", "is_local:", "case-value", "", ""),
        (
            "title: 'abc'",
            "title: abcdefghijk",
            "case-value",
            "abcdefghijk",
            "",
        ),
        ("title: 'abc'", "title: 12", "case-value", "12", "'12'"),
        (
            "issued_on: 2024-01-02",
            "issued_on: 2024-02-30",
            "case-value",
            "2024-02-30",
            "",
        ),
        (
            "opens_at: 2024-03-05T09:00",
            "opens_at: 9 giờ",
            "case-value",
            "9 giờ",
            "",
        ),
        // What is told of the dossier.
        (
            "channel: online",
            "channel: postal",
            "channel-not-offered",
            "postal",
            "",
        ),
        (
            "on_file: [application]",
            "on_file: [aplication]",
            "unknown-in-case",
            "aplication",
            "application",
        ),
        (
            "on_file: [application]",
            "on_file: [application, application]",
            "duplicate-id",
            "application",
            "",
        ),
        (
            "data_sources: [business-registry]",
            "data_sources: [registry]",
            "unknown-in-case",
            "registry",
            "",
        ),
        (
            "      received_at:",
            "      filed_at: 2024-03-05T09:00\n      received_at:",
            "out-of-order",
            "2024-03-04T09:00",
            "",
        ),
        (
            "  - id: everything",
            "  - id: unreadable",
            "duplicate-id",
            "unreadable",
            "",
        ),
    ];
    for (old, new, code, place, suggestion) in changes {
        assert!(CASES.contains(old), "`{old}`");
        let said = said_of(&CASES.replacen(old, new, 1));
        let told: Vec<_> = said
            .iter()
            .map(|(d, place)| {
                (
                    d.code,
                    place.as_str(),
                    d.suggestion.as_deref().unwrap_or_default(),
                )
            })
            .collect();
        assert_eq!(told, [(code, place, suggestion)], "{new}: {said:#?}");
    }
}

/// A case that cannot be read is left out; the places of the others stay their own.
#[test]
fn a_case_before_it_that_is_left_out_moves_nothing() {
    let text = CASES
        .replacen(
            "expect: {verdict: eligible}",
            "expect: {verdict: eligibel}",
            1,
        )
        .replacen("{local: satisfied}", "{locale: satisfied}", 1);
    let places: Vec<_> = said_of(&text).into_iter().map(|(_, place)| place).collect();
    assert_eq!(places, ["eligibel", "locale"]);
}

#[test]
fn all_mistakes_of_a_case_are_told_at_once() {
    let text = CASES
        .replacen("        pages: 120", "        pagess: 120", 1)
        .replacen("medium: on-screen", "medium: screen", 1)
        .replacen("share: 33.5", "share: 133.5", 1)
        .replacen("{local: satisfied}", "{locale: satisfied}", 1)
        .replacen("{application: on-file}", "{aplication: on-file}", 1);
    let places: Vec<_> = said_of(&text).into_iter().map(|(_, place)| place).collect();
    assert_eq!(
        places,
        ["pagess", "133.5", "screen", "locale", "aplication"]
    );
}

/// Each of them is held against those before it: with no end to them that would take minutes.
#[test]
fn cases_of_nothing_but_mistakes_are_told_up_to_a_number() {
    let rows = vec!["1"; 200_000].join(",");
    let cases = format!(
        "motcua-cases: 1\ncases:\n  - id: a\n    text: {{vi: a, en: b}}\n    question: {{facts: {{partners: [{rows}]}}}}\n    \
         expect: {{verdict: eligible}}\n"
    );
    let said = said_of(&cases);
    assert_eq!(said.len(), MAX_DIAGNOSTICS + 1);
    assert!(said.iter().any(|(message, _)| message.code == "too-many"));
}

/// Wherever a word refers to something it may be any text: it is quoted short and on one line.
#[test]
fn a_word_that_refers_to_nothing_is_quoted_as_one_short_line() {
    let strange = format!(r#""a\tb\nc {}""#, "x".repeat(100_000));
    let expression = format!(r#"'("a\tb {}" = medium) and is_local'"#, "x".repeat(100));
    let changes = [
        // In the package.
        ("event: opens_at", "event: …", "unknown-fact"),
        ("[business-registry]", "[…]", "unknown-data-source"),
        (
            "rule: is_local and",
            "when: EXPRESSION\n    rule: is_local and",
            "unknown-option",
        ),
        // In the cases.
        ("{through-a-house:", "{…:", "unknown-in-case"),
        ("{local: satisfied}", "{…: satisfied}", "unknown-in-case"),
        ("time_limit: standard", "time_limit: …", "unknown-in-case"),
        ("problems: [few-pages]", "problems: […]", "unknown-in-case"),
        ("on_file: [application]", "on_file: […]", "unknown-in-case"),
        ("medium: on-screen", "medium: …", "unknown-option"),
        ("topics: [history, law]", "topics: […]", "unknown-option"),
    ];
    for (old, new, code) in changes {
        let new = new
            .replace('…', &strange)
            .replace("EXPRESSION", &expression);
        let of_package = PACKAGE.contains(old);
        assert!(of_package || CASES.contains(old), "{old}");
        let (package, cases) = if of_package {
            (PACKAGE.replacen(old, &new, 1), CASES.to_owned())
        } else {
            (PACKAGE.to_owned(), CASES.replacen(old, &new, 1))
        };
        let said = compile(
            &file("goi.yaml", &package),
            Some(&file("cases.yaml", &cases)),
        );
        let said: Vec<_> = said
            .diagnostics
            .iter()
            .filter(|message| message.code == code)
            .collect();
        assert!(!said.is_empty(), "{old} became {code}");
        for text in said
            .iter()
            .flat_map(|message| [&message.message.vi, &message.message.en])
        {
            assert!(
                text.len() < 300 && text.contains('…'),
                "{old}: {} bytes",
                text.len()
            );
            assert!(!text.contains(char::is_control), "{old}: {text:?}");
        }
    }
}
