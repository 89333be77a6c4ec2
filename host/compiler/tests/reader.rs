//! Reading packages: every kind of mistake is reported at its place, and nothing else is.

#[path = "reader/support.rs"]
mod support;

use motcua_compiler::diagnostic::Severity;
use motcua_compiler::package::{DefinitionValue, FactKind, HitPolicy};
use motcua_compiler::reader::{read_cases, read_package, skeleton};
use motcua_model::manifest::Transition;
use support::{PACKAGE, file, one, read, said_of, says, suggested};

#[test]
fn a_good_package_is_read_in_silence() {
    let (package, diagnostics) = read(PACKAGE);
    assert_eq!(diagnostics, []);
    let package = package.expect("a package");
    assert_eq!(package.code.value, "2.001594");
    assert_eq!(package.valid_from.value.to_string(), "2013-07-01");
    assert_eq!(
        package.name.value.en,
        "Licence to print publications (local)"
    );
    assert_eq!(package.documents.len(), 2);
    let rule = package.conditions[0].rule.as_ref().expect("a rule");
    assert_eq!(&PACKAGE[rule.span.range()], "head_is_vietnamese_citizen");
    assert_eq!(rule.text, "head_is_vietnamese_citizen");
    assert!(rule.ast.is_some());
    let row = &package.time_limit.as_ref().expect("a time limit").rows[0];
    assert_eq!(
        row.statutory.term.value.map(|t| t.to_string()).as_deref(),
        Some("15 days")
    );
    assert_eq!(
        &PACKAGE[row.statutory.term.span.range()],
        "amount: 15, unit: calendar-day".split_at(8).1
    );
}

#[test]
fn scalars_are_what_their_field_takes_them_for() {
    // To YAML 1.1 these were a number, `true` and a date.
    let (package, diagnostics) = read(
        &PACKAGE
            .replace("\"2.001594\"", "2.001590")
            .replace("field: publishing", "field: on"),
    );
    assert_eq!(diagnostics, []);
    let package = package.expect("a package");
    assert_eq!(
        (package.code.value.as_str(), package.field.value.as_str()),
        ("2.001590", "on")
    );
}

#[test]
fn the_skeleton_is_read_in_silence() {
    let (package, cases) = skeleton(
        "giay-phep",
        "1.004153",
        "2025-07-01".parse().expect("a date"),
    );
    let mut diagnostics = Vec::new();
    let package = read_package(&file(package), &mut diagnostics).expect("a package");
    let cases = read_cases(&file(cases), &mut diagnostics).expect("cases");
    assert_eq!(diagnostics, []);
    assert_eq!(package.slug.value, "giay-phep");
    assert_eq!(cases.cases.len(), 5);
    assert!(
        matches!(&package.definitions[1].value, DefinitionValue::Table(t) if t.hit.value == HitPolicy::Unique)
    );
    assert!(
        package
            .facts
            .iter()
            .any(|f| matches!(&f.kind, FactKind::Rows { fields, .. } if fields.len() == 1))
    );
}

#[test]
fn a_bad_slug_in_a_skeleton_is_a_message_about_the_slug() {
    let (package, _) = skeleton(
        "Giấy phép: 'in'\n",
        "x\"y",
        "2025-07-01".parse().expect("a date"),
    );
    let mut diagnostics = Vec::new();
    read_package(&file(package), &mut diagnostics).expect("a package");
    assert_eq!(
        diagnostics.iter().map(|d| d.code).collect::<Vec<_>>(),
        ["malformed-id", "malformed-id"]
    );
}

#[test]
fn keys() {
    says!("    rule: head" => "    ruel: head", "unknown-key" at "ruel");
    assert_eq!(
        suggested("    rule: head", "    ruel: head").as_deref(),
        Some("rule")
    );
    says!("confidence: high" => "confidence: high\nconfidence: low", "duplicate-key" at "confidence");
    says!("fees_status: none" => "", "missing-key" at "motcua");
    says!("    type: boolean\n    question: {vi: Đã" => "    type: boolean\n    max: 3\n    question: {vi: Đã", "unknown-key" at "max");
    says!("field: publishing" => "field:", "empty-value" at "field");
    says!("[Bộ pháp điển điện tử]" => "[]", "empty-value" at "[]");
    says!("sources: [Bộ pháp điển điện tử]" => "sources: Bộ pháp điển", "wrong-shape" at "Bộ pháp điển");
    says!("  - channel: postal" => "  - postal", "wrong-shape" at "postal");
}

#[test]
fn what_is_missing_is_said_once() {
    let said = said_of(
        "    name: {vi: Đơn đề nghị, en: Application}\n    originals: 1\n    form: Mẫu số 17 (TT 01/2020)\n    basis: điểm a khoản 2 Điều 32 Luật Xuất bản 19/2012/QH13\n",
        "",
    );
    assert_eq!(
        said,
        [
            ("no-basis", "id".to_owned()),
            ("missing-key", "id".to_owned())
        ]
    );
}

#[test]
fn texts() {
    says!("{vi: UBND cấp tỉnh, en: People's Committee of the province}" => "UBND cấp tỉnh", "text-form" at "UBND cấp tỉnh");
    says!("{vi: UBND cấp tỉnh, en: People's Committee of the province}" => "{vi: UBND}", "missing-language" at "{vi: UBND}");
    says!("{vi: UBND cấp tỉnh, en: People's Committee of the province}" => "{vi: '', en: \"\"}", "text-form" at "{vi: '', en: \"\"}");
    says!("vi: UBND cấp tỉnh, " => "vi: UBND, Sở, ban, ", "stray-comma" at "UBND, Sở, ban");
    assert_eq!(
        suggested("vi: UBND cấp tỉnh, ", "vi: UBND, Sở, ban, ").as_deref(),
        Some("'UBND, Sở, ban'")
    );
    let long = format!("vi: {}, ", "ấ".repeat(4_001));
    assert_eq!(one("vi: UBND cấp tỉnh, ", &long).0, "too-long");
    let (_, diagnostics) = read(&PACKAGE.replace(
        "{vi: UBND cấp tỉnh, en: People's Committee of the province}",
        "{vi: UBND}",
    ));
    assert_eq!(diagnostics[0].severity, Severity::Warning);
}

#[test]
fn ids_words_numbers_and_dates() {
    says!("- id: head-is-vietnamese" => "- id: Người đứng đầu", "malformed-id" at "Người đứng đầu");
    assert_eq!(
        suggested("- id: head-is-vietnamese", "- id: Người đứng đầu").as_deref(),
        Some("nguoi-dung-dau")
    );
    says!("- id: has_equipment" => "- id: has-equipment", "malformed-id" at "has-equipment");
    says!("confidence: high" => "confidence: hihg", "unknown-word" at "hihg");
    says!("code_confirmed: true" => "code_confirmed: yes", "unknown-word" at "yes");
    assert_eq!(
        suggested("code_confirmed: true", "code_confirmed: có").as_deref(),
        Some("true")
    );
    says!("unit: calendar-day, basis: khoản" => "unit: ngày làm việc, basis: khoản", "unknown-word" at "ngày làm việc");
    assert_eq!(
        suggested("unit: calendar-day, source", "unit: ngày, source").as_deref(),
        Some("calendar-day")
    );
    says!("2013-07-01" => "01/07/2013", "malformed-date" at "01/07/2013");
    assert_eq!(
        suggested("2013-07-01", "01/07/2013").as_deref(),
        Some("2013-07-01")
    );
    says!("2013-07-01" => "2013-02-30", "no-such-date" at "2013-02-30");
    says!("2013-07-01" => "1013-02-03", "no-such-date" at "1013-02-03");
    says!("amount: 15" => "amount: 1.500.000", "malformed-number" at "1.500.000");
    says!("amount: 15" => "amount: 0", "malformed-term" at "0");
    says!("amount: 15, unit: calendar-day" => "amount: 1.5, unit: calendar-day", "malformed-term" at "1.5, unit: calendar-day");
    says!("amount: 15, unit: calendar-day" => "amount: 2, unit: same-day", "malformed-term" at "2, unit: same-day");
    says!("motcua: 1" => "motcua: 2", "form" at "2");
    says!("\"2.001594\"" => "\"2 001594\"", "malformed-id" at "\"2 001594\"");
}

#[test]
fn a_transition_rule() {
    let after = |lines: &str| format!("valid_from: 2013-07-01\n{lines}\n");
    let from = "valid_from: 2013-07-01\n";
    let rule = |lines: &str| {
        let (package, diagnostics) = read(&PACKAGE.replacen(from, &after(lines), 1));
        assert_eq!(diagnostics, [], "{lines}");
        package.expect("a package").transition
    };
    let basis = "Điều 25(2)".to_owned();
    assert_eq!(
        rule("transition: {received_before: move, basis: Điều 25(2)}"),
        Some(Transition::Move {
            basis: basis.clone()
        })
    );
    assert_eq!(
        rule("transition: {received_before: keep, basis: Điều 25(2)}"),
        Some(Transition::Keep { basis: Some(basis) })
    );
    assert_eq!(
        rule("transition: {received_before: keep}"),
        Some(Transition::Keep { basis: None })
    );
    assert_eq!(rule(""), None);
    says!(from => &after("transition: {received_before: move}"), "no-basis" at "received_before");
    says!(from => &after("transition: {received_before: move, basis: ''}"), "no-basis" at "received_before");
    says!(from => &after("transition: {received_before: keep, basis: ''}"), "empty-value" at "''");
    says!(from => &after("transition: {received_before: moev, basis: Điều 25}"), "unknown-word" at "moev");
    says!(from => &after("transition: {received_before: moev}"), "unknown-word" at "moev");
    says!(from => &after("transition: {received_before: 5, basis: Điều 25}"), "unknown-word" at "5");
    says!(from => &after("transition: {recieved_before: move, basis: Điều 25}"), "unknown-key" at "recieved_before");
    says!(from => &after("transition: {basis: Điều 25}"), "missing-key" at "basis");
    says!(from => &after("transition: move"), "wrong-shape" at "move");
    says!(from => &after("transition:"), "empty-value" at "transition");
    says!(from => &after("transitions: {received_before: keep}"), "unknown-key" at "transitions");
    let meant = |word: &str| {
        let lines = format!("transition: {{received_before: {word}, basis: Điều 25}}");
        suggested(from, &after(&lines))
    };
    assert_eq!(meant("moev").as_deref(), Some("move"));
    assert_eq!(meant("Keep").as_deref(), Some("keep"));
    assert_eq!(meant("giữ nguyên").as_deref(), Some("keep"));
    assert_eq!(meant("chuyển").as_deref(), Some("move"));
    let (_, messages) =
        read(&PACKAGE.replacen(from, &after("transition: {received_before: move}"), 1));
    assert_eq!(
        messages[0].message.vi,
        "quy định chuyển tiếp không nêu căn cứ"
    );
    assert_eq!(
        messages[0].message.en,
        "the transition rule cites no article"
    );
    let (_, messages) = read(&PACKAGE.replacen(
        from,
        &after("transition: {received_before: moev, basis: Điều 25}"),
        1,
    ));
    assert_eq!(
        messages[0].message.vi,
        "`moev` không phải là một giá trị của hồ sơ đã nhận trước"
    );
    assert_eq!(
        messages[0].message.en,
        "`moev` is no value for what was received before"
    );
    let help = messages[0].help.as_ref().expect("a way out");
    assert_eq!(
        help.en,
        "did you mean `move`? The values are: `keep`, `move`"
    );
}

#[test]
fn articles_and_reasons() {
    says!("    basis: điểm a khoản 1 Điều 32 Luật Xuất bản 19/2012/QH13\n    rule" => "    rule", "no-basis" at "id");
    says!(", basis: 'Minh họa mức cắt giảm 33 %, chưa công bố'" => ", basis: ''", "no-basis" at "amount");
    says!("    because: {vi: chưa có thiết bị, en: the equipment is not there yet}\n" => "", "no-because" at "when");
    says!("    when: not(has_equipment)\n" => "", "because-without-when" at "because");
}

#[test]
fn facts_of_every_type() {
    let facts = |text: &str| format!("facts:\n{text}  - id: head_is");
    let good = "  - {id: a, type: integer, question: {vi: a, en: a}, min: -1, max: 5, unit: {vi: x, en: x}}
  - {id: b, type: decimal, question: {vi: a, en: a}, max: 3.5, decimals: 1}
  - {id: c, type: text, question: {vi: a, en: a}, max_length: 20}
  - {id: d, type: moment, question: {vi: a, en: a}, help: {vi: b, en: b}}
  - {id: e, type: choices, question: {vi: a, en: a}, options: [{id: 1-x, label: {vi: a, en: a}}]}
  - {id: f, type: rows, question: {vi: a, en: a}, max_rows: 3, fields: [{id: g, type: date, question: {vi: a, en: a}}]}
";
    assert_eq!(said_of("facts:\n  - id: head_is", &facts(good)), []);
    let bad = |from: &str, to: &str| {
        said_of(
            "facts:\n  - id: head_is",
            &facts(&good.replacen(from, to, 1)),
        )
    };
    assert_eq!(
        bad("min: -1", "min: ít"),
        [("malformed-number", "ít".to_owned())]
    );
    assert_eq!(
        bad("max: 5", "max: 10.000"),
        [("malformed-number", "10.000".to_owned())]
    );
    assert_eq!(
        bad("decimals: 1", "decimals: 1000"),
        [("malformed-number", "1000".to_owned())]
    );
    assert_eq!(
        bad("max_length: 20", "options: []"),
        [("unknown-key", "options".to_owned())]
    );
    assert_eq!(
        bad("type: date", "type: rows"),
        [("nested-rows", "type".to_owned())]
    );
    assert_eq!(
        bad("type: moment, ", ""),
        [("missing-key", "id".to_owned())]
    );
    let many: String = (0..501)
        .map(|n| format!("  - {{id: n{n}, type: date, question: {{vi: a, en: a}}}}\n"))
        .collect();
    assert_eq!(
        said_of("facts:\n  - id: head_is", &facts(&many))
            .first()
            .map(|s| s.0),
        Some("too-many")
    );
}

#[test]
fn fees() {
    let good = "fees_status: known
fees:
  - id: appraisal
    name: {vi: Phí, en: Fee}
    basis: TT 214/2016/TT-BTC
    amount: 15000
    per: {vi: trang, en: page}
    reliefs:
      - {id: tt-44-2023, text: {vi: Giảm, en: Reduced}, basis: TT 44/2023/TT-BTC, when: a, amount: 7500}
";
    assert_eq!(said_of("fees_status: none\n", good), []);
    let bad = |from: &str, to: &str| said_of("fees_status: none\n", &good.replacen(from, to, 1));
    // A Vietnamese officer means 15 thousand; FEEL reads 15.
    assert_eq!(
        bad("15000", "15.000"),
        [("thousands-point", "15.000".to_owned())]
    );
    assert_eq!(bad("when: a, ", ""), [("missing-key", "id".to_owned())]);
    assert_eq!(
        bad("basis: TT 44/2023/TT-BTC, ", ""),
        [("no-basis", "id".to_owned())]
    );
    assert_eq!(
        bad("    amount: 15000\n", ""),
        [("missing-key", "id".to_owned())]
    );
}

#[test]
fn tables() {
    let section = |table: &str| format!("definitions:\n  - id: rate\n{table}conditions:\n");
    let said = |table: &str| said_of("conditions:\n", &section(table));
    let good = "    table:\n      hit: first\n      inputs: [a, b]\n      rows:\n        - {when: ['-', '< 5'], then: 1}\n      otherwise: 0\n";
    assert_eq!(said(good), []);
    assert_eq!(
        said(&good.replace("['-', '< 5']", "['-']")),
        [("wrong-cells", "['-']".to_owned())]
    );
    assert_eq!(
        said(&good.replace("['-', '< 5']", "['-', [1..5]]")),
        [("wrong-shape", "[1..5]".to_owned())]
    );
    assert_eq!(
        said(&good.replace("'-'", "-")),
        [("yaml-syntax", "-".to_owned())]
    );
    assert_eq!(
        said(&good.replace("hit: first", "hit: any")),
        [("unknown-word", "any".to_owned())]
    );
    assert_eq!(said("    table: 5\n"), [("wrong-shape", "5".to_owned())]);
    assert_eq!(said(""), [("rule-or-table", "id".to_owned())]);
    assert_eq!(
        said("    rule: 1\n    table: {inputs: [], rows: []}\n"),
        [("rule-or-table", "table".to_owned())]
    );
}

#[test]
fn expressions_are_placed_inside_quotes_and_blocks() {
    for (rule, words) in [
        ("rule: 'head_is_vietnamese_citizen and and'", "and"),
        (
            "rule: >\n      head_is_vietnamese_citizen\n      and\n      and",
            "and",
        ),
    ] {
        let text = PACKAGE.replacen("rule: head_is_vietnamese_citizen", rule, 1);
        let (_, diagnostics) = read(&text);
        let first = diagnostics.first().expect("a message");
        let last_and = text
            .find("and\n")
            .or_else(|| text.find("and'"))
            .expect("the second `and`");
        assert!(text[first.span.range()].contains(words), "{diagnostics:?}");
        assert!(
            (first.span.start as usize).abs_diff(last_and) < 16,
            "{diagnostics:?}"
        );
    }
    says!("rule: head_is_vietnamese_citizen" => "rule: [1..5]", "wrong-shape" at "[1..5]");
    says!("rule: head_is_vietnamese_citizen" => "rule: ''", "empty-value" at "''");
}

#[test]
fn twenty_mistakes_are_twenty_messages() {
    let text = "motcua: 1\ncode: 1\nconditions:\n".to_owned()
        + &(0..20)
            .map(|n| format!("  - {{id: c{n}, text: {{vi: a, en: b}}, basis: x, ruel: a}}\n"))
            .collect::<String>();
    let unknown = read(&text)
        .1
        .iter()
        .filter(|d| d.code == "unknown-key")
        .count();
    assert_eq!(unknown, 20);
}
