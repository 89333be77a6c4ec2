//! Real packages, changed in one place: exactly the people concerned are told.

use std::collections::BTreeSet;

use serde_json::Value;

use super::*;
use crate::gate::applicants::{Applicants, Known};

/// A small version whose numbers stay what they are.
pub(super) fn small(rest: &str) -> Package {
    let package = format!(
        r#"motcua: 1
code: "9.000001"
code_confirmed: false
slug: licence-to-try
valid_from: 2026-01-01
name: {{vi: Cấp giấy phép thử, en: Licence to try}}
field: publishing
department: {{vi: Sở Thử nghiệm, en: Department of Trials}}
authority: {{vi: UBND cấp tỉnh, en: Provincial People's Committee}}
applicants: {{vi: Tổ chức, en: Organisations}}
result: {{vi: Giấy phép, en: Licence}}
legal_basis: [Điều 1 Luật Thử]
confidence: low
sources: [thử]
channels: [{{channel: online}}]
{rest}
"#
    );
    Package {
        package,
        cases: CASES.to_owned(),
    }
}

pub(super) const REST: &str = r#"facts:
  - {id: pages, type: integer, min: 1, max: 1000, question: {vi: Bao nhiêu trang?, en: How many pages?}}
  - {id: is_local, type: boolean, question: {vi: Có ở địa phương không?, en: Is it local?}}
conditions:
  - {id: short, text: {vi: Tài liệu ngắn, en: The material is short}, basis: khoản 2 Điều 5 Luật Thử, rule: pages <= 100}
  - {id: local, text: {vi: Ở địa phương, en: It is local}, basis: Điều 6 Luật Thử, rule: is_local}
documents:
  - {id: application, name: {vi: Đơn, en: Application}, originals: 1, basis: Điều 7 Luật Thử}
time_limit:
  starts: {vi: từ ngày nhận đủ hồ sơ, en: from receipt}
  rows:
    - id: standard
      statutory: {amount: 15, unit: working-day, basis: Điều 8 Luật Thử}
      committed: {amount: 10, unit: working-day, source: demonstration, basis: Minh họa}
fees_status: known
fees:
  - {id: licence, name: {vi: Lệ phí, en: Licence fee}, basis: Điều 9 Luật Thử, amount: 50000}
"#;

const CASES: &str = r"motcua-cases: 1
cases:
  - id: short-and-local
    text: {vi: Ngắn và ở địa phương, en: Short and local}
    question: {filed_at: 2026-03-02T09:00, facts: {pages: 40, is_local: true}}
    expect: {verdict: eligible}
";

type Group<'a> = (DifferenceKind, &'a str, &'a str, &'a str);

fn groups(difference: &Difference) -> Vec<Group<'_>> {
    let groups = difference.groups.iter();
    groups
        .map(|g| (g.kind, g.id.as_str(), g.from.as_str(), g.to.as_str()))
        .collect()
}

fn change(old: &Package, new: &Package) -> Difference {
    let report = pass_over(&old.component(), &new.component(), &[]);
    assert_eq!(outcome(&report, CheckId::Source), CheckOutcome::Passed);
    report.difference.unwrap()
}

fn places(difference: &Difference) -> Vec<(&str, bool)> {
    difference
        .manifest
        .iter()
        .map(|c| (c.pointer.as_str(), c.words_only))
        .collect()
}

const NEWS: (&str, &str) = (
    "broadcasting-electronic-information/licence-for-aggregated-news-website",
    "2018-12-24",
);
const PUBLISH: (&str, &str) = (
    "publishing/licence-to-publish-non-commercial-material",
    "2020-03-01",
);

#[test]
fn the_same_version_changes_nothing() {
    let package = small(REST);
    let difference = change(&package, &package);
    assert_eq!(groups(&difference), []);
    assert_eq!(
        (difference.compared.total(), difference.changed.total()),
        (1_001, 0)
    );
    assert_eq!(difference.manifest, []);
}

#[test]
fn a_raised_threshold_takes_eligibility() {
    let old = Package::real(NEWS.0, NEWS.1);
    let new = old.but("content_managers >= 1", "content_managers >= 2");
    let difference = change(&old, &new);
    use DifferenceKind::{Condition, Verdict};
    let told: BTreeSet<_> = groups(&difference).into_iter().collect();
    let staff = "content-unit-and-staff";
    // The verdict only ever gets worse, and only through this one condition.
    for (kind, id, from, to) in told {
        match kind {
            Verdict => assert_eq!(to, "ineligible", "from {from}"),
            Condition => assert_eq!((id, to), (staff, "violated"), "from {from}"),
            other => panic!("{other:?}"),
        }
    }
    let find = |kind, from: &str| {
        difference
            .groups
            .iter()
            .find(|g| g.kind == kind && g.from == from)
            .unwrap()
    };
    let (lose, violated) = (
        find(Verdict, "needs-judgement"),
        find(Condition, "satisfied"),
    );
    assert!(lose.counts.total() > 0 && lose.counts.total() <= violated.counts.total());
    let (number, compared) = (lose.counts.total(), difference.compared.total());
    let compared = words::thousands(compared, ',');
    assert_eq!(
        lose.text.en,
        format!(
            "{number} of {compared} applicants lose eligibility, Article 23a(1)(b), (2) NĐ 72/2013/NĐ-CP (bổ sung bởi NĐ \
             27/2018/NĐ-CP)"
        )
    );
    assert_eq!(places(&difference), [("/conditions/4/rule", false)]);
}

#[test]
fn a_condition_that_is_dropped_lets_people_in() {
    let old = Package::real(PUBLISH.0, PUBLISH.1);
    let from = old.package.find("  - id: fits-functions").unwrap();
    let to = old.package.find("  - id: allowed-class").unwrap();
    let mut new = old.clone();
    new.package.replace_range(from..to, "");
    // Cases that name what is gone would not compile.
    let lines = new
        .cases
        .lines()
        .filter(|line| !line.contains("fits-functions:"));
    new.cases = lines.fold(String::new(), |text, line| text + line + "\n");
    let difference = change(&old, &new);
    let told: BTreeSet<_> = groups(&difference)
        .into_iter()
        .map(|(kind, id, _, to)| (kind, id, to))
        .collect();
    let gone = (DifferenceKind::Condition, "fits-functions", "absent");
    for group @ (kind, _, to) in &told {
        match kind {
            DifferenceKind::Verdict => assert!(matches!(*to, "needs-judgement" | "undetermined")),
            _ => assert_eq!(*group, gone),
        }
    }
    assert!(told.contains(&gone));
    let let_in = difference.groups.first().unwrap();
    assert_eq!(
        (let_in.kind, let_in.from.as_str()),
        (DifferenceKind::Verdict, "ineligible")
    );
    assert_eq!(
        let_in.articles,
        ["khoản 2 Điều 25 Luật Xuất bản 19/2012/QH13"],
        "of the version that had it"
    );
    assert_eq!(places(&difference), [("/conditions/1", false)]);
}

#[test]
fn a_document_more_is_asked_of_everybody_whom_it_concerns() {
    let old = Package::real(PUBLISH.0, PUBLISH.1);
    let new = old.but(
        "documents:\n",
        "documents:
  - id: summary
    name: {vi: Bản tóm tắt, en: Summary}
    originals: 1
    basis: khoản 9 Điều 10 TT 01/2020/TT-BTTTT
    when: from_army_or_police
    because: {vi: 'của đơn vị quân đội, công an', en: it is army or police material}
",
    );
    let difference = change(&old, &new);
    let told: BTreeSet<_> = groups(&difference).into_iter().collect();
    let summary = |to| (DifferenceKind::Document, "summary", "absent", to);
    assert_eq!(
        told,
        BTreeSet::from([summary("required"), summary("unknown")])
    );
    let required = difference
        .groups
        .iter()
        .find(|g| g.to == "required")
        .unwrap();
    assert!(required.counts.cases > 0 && required.counts.generated > 0);
    assert!(
        required
            .text
            .en
            .ends_with("must now hand in “Summary”, Article 10(9) TT 01/2020/TT-BTTTT")
    );
    assert!(
        required
            .text
            .vi
            .ends_with("nay phải nộp “Bản tóm tắt”, khoản 9 Điều 10 TT 01/2020/TT-BTTTT")
    );
    assert_eq!(places(&difference), [("/documents/0", false)]);
}

#[test]
fn a_shorter_term_and_another_fee_concern_everybody() {
    let old = small(REST);
    let new = old
        .but("amount: 15, unit", "amount: 12, unit")
        .but("{amount: 10,", "{amount: 8,")
        .but("amount: 50000", "amount: 60000");
    let difference = change(&old, &new);
    use DifferenceKind::{CommittedTerm, Fee, StatutoryTerm, Total};
    assert_eq!(
        groups(&difference),
        [
            (StatutoryTerm, "", "15 working-day", "12 working-day"),
            (CommittedTerm, "", "10 working-day", "8 working-day"),
            (Total, "", "50000", "60000"),
            (Fee, "licence", "50000", "60000"),
        ]
    );
    assert!(difference.groups.iter().all(|g| g.counts.total() == 1_001));
    let texts: Vec<&str> = difference
        .groups
        .iter()
        .map(|g| g.text.en.as_str())
        .collect();
    assert_eq!(
        texts,
        [
            "1,001 of 1,001 applicants are answered within 12 working days by law instead of 15 working days, Article 8 Luật Thử",
            "1,001 of 1,001 applicants are promised an answer within 8 working days instead of 10 working days, Minh họa",
            "1,001 of 1,001 applicants pay 60,000 đồng instead of 50,000 đồng for all fees together, Article 9 Luật Thử",
            "1,001 of 1,001 applicants pay 60,000 đồng instead of 50,000 đồng for “Licence fee”, Article 9 Luật Thử",
        ]
    );
    assert_eq!(
        places(&difference),
        [
            ("/time_limit/rows/0/statutory/amount", false),
            ("/time_limit/rows/0/committed/amount", false),
            ("/fees/0/amount", false)
        ]
    );
}

#[test]
fn amounts_that_hang_on_a_number_are_told_as_more_and_less() {
    let old = small(REST).but("amount: 50000", "amount: pages * 1000");
    let new = small(REST).but("amount: 50000", "amount: pages * 1500");
    let difference = change(&old, &new);
    assert_eq!(
        groups(&difference),
        [
            (DifferenceKind::Total, "", "amount", "higher"),
            (DifferenceKind::Fee, "licence", "amount", "higher")
        ]
    );
    assert!(
        difference
            .groups
            .iter()
            .all(|g| g.text.en.contains(" pay more for "))
    );
}

#[test]
fn an_amount_in_a_table_is_told_by_its_line() {
    let table = "definitions:
  - id: rate
    table:
      hit: unique
      inputs: [pages]
      rows:
        - {when: [\"<= 10\"], then: 15000, basis: Điều 9 Luật Thử}
        - {when: [\"> 10\"], then: 25000, basis: Điều 9 Luật Thử}
conditions:
";
    let rest = REST.replace("conditions:\n", table);
    let old = small(&rest).but("amount: 50000", "amount: rate");
    let new = old.but("then: 15000", "then: 20000");
    let difference = change(&old, &new);
    assert_eq!(places(&difference), []);
    let changes = difference.source_changes.unwrap();
    let told: Vec<_> = changes.lines.iter().filter(|line| line.differs()).collect();
    let [before, after] = told[..] else {
        panic!("{told:?}")
    };
    assert_eq!((before.old, before.new), (after.new, None));
    assert_eq!(after.old, None);
    assert!(before.text.contains("then: 15000") && after.text.contains("then: 20000"));
    assert_eq!(
        (changes.lines.len(), changes.more),
        (6, 0),
        "two lines before and after"
    );
    let report = pass_over(&old.component(), &old.component(), &[]);
    assert_eq!(
        report.difference.unwrap().source_changes,
        Some(SourceChanges::default())
    );
}

#[test]
fn words_alone_concern_nobody() {
    let old = Package::real(PUBLISH.0, PUBLISH.1);
    let new = old
        .but(
            "form: Mẫu số 14 (TT 01/2020)",
            "form: Mẫu số 15 (TT 01/2020)",
        )
        .but("en: No prohibited content", "en: Nothing prohibited");
    let difference = change(&old, &new);
    assert_eq!(groups(&difference), []);
    assert_eq!(
        places(&difference),
        [("/conditions/5/text/en", true), ("/documents/0/form", true)]
    );
}

#[test]
fn a_real_amendment_is_told_with_its_facts() {
    let old = Package::real(PUBLISH.0, PUBLISH.1);
    let new = Package::real(PUBLISH.0, "2025-07-01");
    let difference = change(&old, &new);
    use DifferenceKind::{CommittedTerm, Condition, Document, StatutoryTerm, Verdict};
    let told: BTreeSet<_> = groups(&difference).into_iter().collect();
    for wanted in [
        (Verdict, "", "ineligible", "needs-judgement"),
        (StatutoryTerm, "", "15 calendar-day", "10 working-day"),
        (CommittedTerm, "", "10 calendar-day", "6.5 working-day"),
        (Condition, "applicant-is-local", "satisfied", "absent"),
        (Condition, "applicant-is-admitted", "absent", "satisfied"),
        (Document, "operating-licence", "absent", "required"),
    ] {
        assert!(told.contains(&wanted), "{wanted:?}");
    }
    let indifferent = told
        .iter()
        .find(|(_, _, from, to)| *from == "absent" && *to == "not-needed");
    assert_eq!(indifferent, None);
    assert!(places(&difference).contains(&("/department/vi", true)));
}

#[test]
fn recorded_decisions_are_asked_as_they_were_and_only_named() {
    let name = "  - {id: applicant, type: text, question: {vi: Tên?, en: Name?}}\nconditions:\n";
    let named = REST.replace("conditions:\n", name);
    let old = small(&named);
    let renamed = named
        .replace("id: pages", "id: sheets")
        .replace("pages <=", "sheets <=");
    let mut new = small(&renamed);
    new.cases = new.cases.replace("pages:", "sheets:");
    let question =
        r#"{"facts": {"pages": 777, "applicant": "Trần Bí Mật", "is_local": true}}"#.as_bytes();
    let empty = r#"{"facts": {"applicant": "Trần Bí Mật", "is_local": false}}"#.as_bytes();
    let asked_at = moment("2026-02-03T10:00");
    let recorded =
        [("d-1", question), ("d-2", question), ("d-3", empty)].map(|(id, question)| Recorded {
            id,
            question,
            asked_at,
        });
    let report = pass_over(&old.component(), &new.component(), &recorded);
    let difference = report.difference.as_ref().unwrap();
    let unreadable: Vec<_> = difference
        .groups
        .iter()
        .filter(|g| g.kind == DifferenceKind::Question)
        .collect();
    let [group] = unreadable[..] else {
        panic!("{unreadable:?}")
    };
    assert_eq!(
        (group.from.as_str(), group.to.as_str()),
        ("answered", "unreadable")
    );
    assert_eq!(
        group.counts,
        Counts {
            recorded: 2,
            ..Counts::default()
        }
    );
    assert_eq!(group.examples.recorded.as_deref(), Some("d-1"));
    assert!(
        group
            .text
            .en
            .ends_with("that the new version can no longer read (pages)"),
        "{}",
        group.text.en
    );
    assert_eq!(difference.compared.recorded, 3);
    let facts: Vec<_> = difference
        .facts
        .iter()
        .map(|f| (f.id.as_str(), f.change))
        .collect();
    assert_eq!(
        facts,
        [
            ("sheets", ChangeKind::Added),
            ("pages", ChangeKind::Removed)
        ]
    );
    let only = old.component();
    let same = pass_over(&only, &only, &recorded);
    for report in [&report, &same] {
        let json = serde_json::to_string(report).unwrap();
        assert!(
            !json.contains("Bí Mật"),
            "nothing of a recorded question enters the report"
        );
    }
}

#[test]
fn verdicts_come_first_and_then_most_people() {
    let old = Package::real(PUBLISH.0, PUBLISH.1);
    let difference = change(&old, &Package::real(PUBLISH.0, "2025-07-01"));
    let kinds: Vec<_> = difference
        .groups
        .iter()
        .map(|g| g.kind != DifferenceKind::Verdict)
        .collect();
    assert!(kinds.is_sorted());
    let rest: Vec<_> = difference
        .groups
        .iter()
        .filter(|g| g.kind != DifferenceKind::Verdict)
        .map(|g| std::cmp::Reverse(g.counts.total()))
        .collect();
    assert!(rest.is_sorted());
    let distinct: BTreeSet<_> = groups(&difference).into_iter().collect();
    assert_eq!(distinct.len(), difference.groups.len());
}

/// A version that asks for as much capital as a table of twelve kinds of business says: `kind` needs `needed`, every other
/// one ten million more than the one before.
fn capital(kind: usize, needed: u64, rule: &str) -> Package {
    let kinds: Vec<String> = (0..12).map(|n| format!("k{n}")).collect();
    let options: Vec<String> = kinds
        .iter()
        .map(|id| format!("{{id: {id}, label: {{vi: Loại {id}, en: Kind {id}}}}}"))
        .collect();
    let rows: Vec<String> = (0..12)
        .map(|n| {
            let then = if n == kind {
                needed
            } else {
                10_000_000 * (1 + n as u64)
            };
            format!("        - {{when: ['\"k{n}\"', '-'], then: {then}, basis: Điều 3 Luật Thử}}\n")
        })
        .collect();
    let rest = REST
        .replace(
            "facts:\n",
            &format!(
                "facts:
  - {{id: kind, type: choice, question: {{vi: Loại nào?, en: Which kind?}}, options: [{}]}}
  - {{id: capital, type: integer, question: {{vi: Vốn bao nhiêu?, en: How much capital?}}}}
  - {{id: branches, type: integer, max: 100, question: {{vi: Mấy chi nhánh?, en: How many branches?}}}}
",
                options.join(", ")
            ),
        )
        .replace(
            "conditions:\n",
            &format!(
                "definitions:
  - id: required_capital
    table:
      hit: unique
      inputs: [kind, pages]
      rows:
{}conditions:
  - {{id: enough, text: {{vi: Đủ vốn, en: Enough capital}}, basis: Điều 3 Luật Thử, rule: {rule}}}
",
                rows.concat()
            ),
        );
    let mut package = small(&rest);
    package.cases = package.cases.replace(
        "facts: {",
        "facts: {kind: k0, capital: 900000000, branches: 1, ",
    );
    package
}

/// What becomes of a condition, from what to what, and an example of each.
fn of_condition<'a>(difference: &'a Difference, id: &str) -> Vec<(&'a str, &'a str, Value)> {
    let groups = difference.groups.iter();
    groups
        .filter(|group| group.kind == DifferenceKind::Condition && group.id == id)
        .map(|group| {
            let example = group.examples.generated.clone().unwrap_or_default();
            (group.from.as_str(), group.to.as_str(), example)
        })
        .collect()
}

#[test]
fn a_number_that_changes_in_one_row_of_a_table_meets_its_people() {
    let rule = "capital >= required_capital";
    // Two đồng of nine hundred million, for one kind in twelve.
    let difference = change(&capital(7, 81_000_000, rule), &capital(7, 81_000_002, rule));
    let told = of_condition(&difference, "enough");
    let [("satisfied", "violated", example)] = &told[..] else {
        panic!("{told:?}")
    };
    assert_eq!(example["facts"]["kind"], "k7");
    let capital = example["facts"]["capital"].as_u64().unwrap();
    assert!((81_000_000..81_000_002).contains(&capital), "{capital}");
    assert_eq!(difference.groups[0].kind, DifferenceKind::Verdict);
}

#[test]
fn a_number_that_changes_is_met_through_sums_and_branches() {
    for rule in [
        "capital >= required_capital * 3 + 500",
        "capital - branches * 1000000 >= required_capital",
        "capital >= (if is_local then required_capital else 2 * required_capital) - 7",
        "capital >= floor(required_capital / 2)",
        "capital >= max_needed",
    ] {
        let make = |needed| {
            let rest = "  - id: max_needed\n    rule: 'required_capital + 10'\nconditions:\n";
            let mut package = capital(7, needed, rule);
            package.package = package.package.replace("conditions:\n", rest);
            package
        };
        let difference = change(&make(81_000_000), &make(81_000_004));
        let told = of_condition(&difference, "enough");
        assert!(
            told.iter().any(|(from, to, example)| {
                (*from, *to) == ("satisfied", "violated") && example["facts"]["kind"] == "k7"
            }),
            "{rule}: {told:?}"
        );
    }
}

#[test]
fn an_operator_that_changes_is_met_where_both_sides_are_equal() {
    let old = capital(7, 81_000_000, "capital >= required_capital");
    let new = capital(7, 81_000_000, "capital > required_capital");
    let told = change(&old, &new);
    let told = of_condition(&told, "enough");
    let [("satisfied", "violated", _)] = &told[..] else {
        panic!("{told:?}")
    };
}

#[test]
fn a_number_of_months_that_changes_in_a_row_meets_its_people() {
    let make = |months: u32| {
        let rest = REST
            .replace(
                "facts:\n",
                "facts:
  - {id: kind, type: choice, question: {vi: Loại nào?, en: Which kind?}, options: [{id: a, label: {vi: A, en: A}}, {id: b, label: {vi: B, en: B}}]}
  - {id: issued_on, type: date, question: {vi: Cấp ngày nào?, en: When was it issued?}}
",
            )
            .replace(
                "conditions:\n",
                &format!(
                    "definitions:
  - id: valid_until
    table:
      hit: unique
      inputs: [kind]
      rows:
        - {{when: ['\"a\"'], then: 'issued_on + duration(\"P60M\")', basis: Điều 3 Luật Thử}}
        - {{when: ['\"b\"'], then: 'issued_on + duration(\"P{months}M\")', basis: Điều 3 Luật Thử}}
conditions:
  - {{id: valid, text: {{vi: Còn hạn, en: Still valid}}, basis: Điều 3 Luật Thử, rule: valid_until >= received_on}}
"
                ),
            );
        let mut package = small(&rest);
        package.cases = package
            .cases
            .replace("facts: {", "facts: {kind: a, issued_on: 2026-01-05, ");
        package
    };
    let told = change(&make(37), &make(36));
    let told = of_condition(&told, "valid");
    let [("satisfied", "violated", example)] = &told[..] else {
        panic!("{told:?}")
    };
    assert_eq!(example["facts"]["kind"], "b");
}

#[test]
fn who_was_received_before_is_asked_too_where_the_version_takes_them_over() {
    let first = "valid_from: 2026-01-01";
    let old = small(REST);
    let stricter = old.but("pages <= 100", "pages <= 50");
    let head = |head: &str| {
        let mut new = stricter.but(first, &format!("valid_from: 2026-06-01\n{head}"));
        new.cases = new.cases.replace("2026-03-02", "2026-06-02");
        new
    };
    let filed = |new: &Package| -> BTreeSet<bool> {
        let (old, new) = (load(&old.component()), load(&new.component()));
        let known = [Known::default(), Known::default()];
        let people = Applicants::new([&new, &old], &known).take(1_000);
        people
            .map(|person| person["filed_at"].as_str().unwrap() < "2026-06-01")
            .collect()
    };
    let moves = head("transition: {received_before: move, basis: Điều 25(2)}");
    assert_eq!(filed(&moves), BTreeSet::from([false, true]));
    assert_eq!(filed(&head("")), BTreeSet::from([false]));
    // They are people affected like any other.
    let told = change(&old, &moves);
    assert!(!of_condition(&told, "short").is_empty());
}
