//! Reading cases and calendars.

use motcua_compiler::diagnostic::Diagnostic;
use motcua_compiler::package::Cases;
use motcua_compiler::reader::{read_calendar, read_cases};
use motcua_compiler::source::SourceFile;
use motcua_model::calendar::{Calendar, CalendarYear, DayKind};
use motcua_model::{ConditionOutcome, Verdict};
use serde_json::json;

const CASES: &str = "motcua-cases: 1
cases:
  - id: a-complete-dossier
    text: {vi: Hồ sơ đầy đủ, en: A complete dossier}
    question:
      received_at: 2024-03-04T09:00
      channel: online
      facts:
        head_is_vietnamese_citizen: true
        pages: 120
        share: 33.50
        code: 007
        quoted: \"12\"
        on: 2024-03-04
        no: no
        nothing:
        topics: [history, 'true']
        partners: [{country: vietnam, hours: -3}, {}]
        large: 123456789012345678901
        fine: 123456789.123456789
      on_file: [application]
    expect:
      verdict: eligible
      conditions: {head-is-vietnamese: satisfied}
      statutory_due_on: 2024-03-19
      fees: {appraisal: 750000}
      total_vnd: 750000
      ask_next: [pages]
      problems: []
";

fn file(text: &str) -> SourceFile {
    SourceFile {
        path: "cases.yaml".to_owned(),
        text: text.to_owned(),
    }
}

fn read(text: &str) -> (Option<Cases>, Vec<Diagnostic>) {
    let mut diagnostics = Vec::new();
    let cases = read_cases(&file(text), &mut diagnostics);
    (cases, diagnostics)
}

fn said_of(from: &str, to: &str) -> Vec<(&'static str, String)> {
    assert!(
        CASES.contains(from),
        "the example does not contain {from:?}"
    );
    let text = CASES.replacen(from, to, 1);
    let mut diagnostics = read(&text).1;
    diagnostics.sort_by_key(|d| d.span);
    diagnostics
        .iter()
        .map(|d| (d.code, text[d.span.range()].to_owned()))
        .collect()
}

#[test]
fn scalars_of_a_question_are_json() {
    let (cases, diagnostics) = read(CASES);
    assert_eq!(diagnostics, []);
    let case = cases.expect("cases").cases.remove(0);
    assert_eq!(&CASES[case.span.range()], "a-complete-dossier");
    assert_eq!(
        case.value.question,
        json!({
            "received_at": "2024-03-04T09:00",
            "channel": "online",
            "facts": {
                "head_is_vietnamese_citizen": true,
                "pages": 120,
                "share": 33.5,
                "code": "007",
                "quoted": "12",
                "on": "2024-03-04",
                "no": "no",
                "nothing": null,
                "topics": ["history", "true"],
                "partners": [{"country": "vietnam", "hours": -3}, {}],
                // What JSON tools would round stays text, which a decimal fact reads exactly.
                "large": "123456789012345678901",
                "fine": "123456789.123456789",
            },
            "on_file": ["application"],
        })
    );
    assert_eq!(case.value.question["facts"]["pages"].to_string(), "120");
}

#[test]
fn expectations_are_read() {
    let case = read(CASES).0.expect("cases").cases.remove(0).value;
    assert_eq!(case.expect.verdict, Verdict::Eligible);
    assert_eq!(
        case.expect.conditions.get("head-is-vietnamese"),
        Some(&ConditionOutcome::Satisfied)
    );
    assert_eq!(case.expect.fees.get("appraisal"), Some(&750_000));
    assert_eq!(
        case.expect
            .statutory_due_on
            .map(|date| date.to_string())
            .as_deref(),
        Some("2024-03-19")
    );
    assert_eq!(case.expect.problems.as_deref(), Some(&[][..]));
    assert_eq!(case.expect.ask_next, Some(vec!["pages".to_owned()]));
}

#[test]
fn mistakes_in_cases() {
    let says = |from: &str, to: &str, code: &'static str, words: &str| {
        assert_eq!(said_of(from, to), [(code, words.to_owned())]);
    };
    says(
        "verdict: eligible",
        "verdict: eligable",
        "unknown-word",
        "eligable",
    );
    says("      verdict: eligible\n", "", "missing-key", "conditions");
    says("satisfied", "met", "unknown-word", "met");
    says(
        "2024-03-04T09:00",
        "2024-03-04",
        "malformed-date",
        "2024-03-04",
    );
    says(
        "2024-03-04T09:00",
        "2024-02-30T09:00",
        "no-such-date",
        "2024-02-30T09:00",
    );
    says(
        "channel: online",
        "channel: trực tuyến",
        "unknown-word",
        "trực tuyến",
    );
    says(
        "appraisal: 750000",
        "appraisal: 750.000",
        "malformed-number",
        "750.000",
    );
    says(
        "appraisal: 750000",
        "appraisal: -1",
        "malformed-number",
        "-1",
    );
    says(
        "ask_next: [pages]",
        "ask_next: pages",
        "wrong-shape",
        "pages",
    );
    says("received_at", "recieved_at", "unknown-key", "recieved_at");
    says("motcua-cases: 1", "motcua-cases: one", "form", "one");
    says(
        "topics: [history, 'true']",
        "'số trang': 1",
        "malformed-id",
        "'số trang'",
    );
}

#[test]
fn a_case_that_cannot_be_read_is_left_out() {
    let (cases, _) = read(&CASES.replace("verdict: eligible", "verdict: maybe"));
    assert_eq!(cases.expect("cases").cases.len(), 0);
}

const CALENDAR: &str = "motcua-calendar: 1
country: vn
year: 2026
status: confirmed
note: {vi: Cả năm, en: The whole year}
sources:
  cv12729-2025: 'Công văn 12729/VPCP-KGVX, 2025-12-25'
days:
  - date: 2026-01-02
    weekday: fri
    name: {vi: Hoán đổi ngày làm việc, en: Swapped day}
    kind: swapped-off
    status: confirmed
    swapped_with: 2026-01-10
    source: [cv12729-2025]
  - {date: 2026-01-10, name: {vi: Làm bù, en: Worked by swap}, kind: swapped-work, status: confirmed, swapped_with: 2026-01-02, source: [cv12729-2025]}
";

fn calendar(text: &str) -> (Option<CalendarYear>, Vec<(&'static str, String)>) {
    let mut diagnostics = Vec::new();
    let year = read_calendar(&file(text), &mut diagnostics);
    let said = diagnostics
        .iter()
        .map(|d| (d.code, text[d.span.range()].to_owned()))
        .collect();
    (year, said)
}

#[test]
fn a_calendar_is_read() {
    let (year, said) = calendar(CALENDAR);
    assert_eq!(said, []);
    let year = year.expect("a year");
    assert_eq!((year.year, year.days.len()), (2026, 2));
    assert_eq!(year.days[0].kind, DayKind::SwappedOff);
    let calendar = Calendar::new("vn", vec![year]).expect("a calendar");
    assert!(!calendar.is_working("2026-01-02".parse().expect("a date")));
    assert!(calendar.is_working("2026-01-10".parse().expect("a date")));
}

#[test]
fn mistakes_in_calendars_stand_at_their_day() {
    let says = |from: &str, to: &str, code: &'static str, words: &str| {
        assert!(CALENDAR.contains(from), "{from}");
        assert_eq!(
            calendar(&CALENDAR.replacen(from, to, 1)).1,
            [(code, words.to_owned())]
        );
    };
    says("weekday: fri", "weekday: thu", "calendar", "2026-01-02");
    says(
        "source: [cv12729-2025]\n  -",
        "source: [cv1]\n  -",
        "calendar",
        "2026-01-02",
    );
    says(
        "date: 2026-01-10,",
        "date: 2027-01-09,",
        "calendar",
        "2027-01-09",
    );
    says(
        "kind: swapped-off",
        "kind: public-holiday",
        "unknown-word",
        "public-holiday",
    );
    says(
        "date: 2026-01-02",
        "date: 2026-13-02",
        "no-such-date",
        "2026-13-02",
    );
    says("country: vn\n", "", "missing-key", "motcua-calendar");
    assert!(calendar("motcua-calendar: 1\n").0.is_none());
}
