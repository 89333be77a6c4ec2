//! One whole report as people read it, in both languages.

use motcua_model::Text;
use motcua_model::text::Language;

use super::changes::{REST, small};
use super::*;

/// The report as lines. How many made-up people something concerns hangs on the digest of the component, and so on every
/// change of the compiler; whether it concerns all or some does not. Likewise fuel.
fn lines(report: &GateReport, language: Language) -> Vec<String> {
    let said = |text: &Text| text.get(language).to_owned();
    let mut lines = Vec::new();
    for check in &report.checks {
        let fuel = format!(" {} ", report.spent.fuel_most);
        let text = said(&check.text).replace(&fuel, " … ");
        lines.push(format!(
            "{} {}: {text}",
            check.id.word(),
            check.outcome.word()
        ));
        lines.extend(
            check
                .findings
                .iter()
                .map(|finding| format!("- {}", said(finding))),
        );
    }
    let difference = report.difference.as_ref().unwrap();
    for group in &difference.groups {
        let text = said(&group.text);
        let all = group.counts.total() == difference.compared.total();
        let (_, rest) = text.split_once(' ').unwrap();
        lines.push(format!("{} {rest}", if all { "*" } else { "…" }));
    }
    lines.extend(difference.manifest.iter().map(|change| {
        let (old, new) = (
            change.old.as_deref().unwrap(),
            change.new.as_deref().unwrap(),
        );
        format!("{} {old} -> {new}", change.pointer)
    }));
    lines
}

const ENGLISH: &str = "\
ownership passed: signed with key k1 of so-tttt, which owns procedure 9.000001
admission passed: the sandbox admits the component
names passed: component, manifest and submission all speak of procedure 9.000001, from 2026-01-01
source passed: its package, compiled again, gives this component byte for byte
cases passed: its one case passes
determinism passed: 33 questions, each asked twice: the same answer, the same fuel, the same bytes of JSON
budget passed: well within its limits: at most … of 10000000 units of fuel for a question
boundaries passed: 32 questions at every bound are answered; telling one more fact 22 times changes nothing that was certain
time-limits remark: 1 row, counted from 352 moments: the commitment is always within the law
- a committed term only demonstrates; nobody has published it
texts passed: every text is there in Vietnamese and English
… of 1,001 applicants lose eligibility, Article 5(2) Luật Thử
… of 1,001 applicants change from undetermined to ineligible, Article 5(2) Luật Thử
* of 1,001 applicants pay 60,000 đồng instead of 50,000 đồng for all fees together, Article 9 Luật Thử
* of 1,001 applicants pay 60,000 đồng instead of 50,000 đồng for “Licence fee”, Article 9 Luật Thử
… of 1,001 applicants see the condition “The material is brief” go from satisfied to violated, Article 5(2) Luật Thử
/conditions/0/text/en The material is short -> The material is brief
/conditions/0/rule pages <= 100 -> pages <= 60
/fees/0/amount 50000 -> 60000";

const VIETNAMESE: &str = "\
ownership passed: chữ ký hợp lệ bằng khóa k1 của so-tttt, cơ quan phụ trách thủ tục 9.000001
admission passed: thành phần được nhận vào môi trường cách ly
names passed: thành phần, bản mô tả và bản trình cùng nói về thủ tục 9.000001, áp dụng từ 2026-01-01
source passed: biên dịch lại văn bản gói cho đúng thành phần này, từng byte một
cases passed: 1 trường hợp mẫu đều đạt
determinism passed: 33 câu hỏi, mỗi câu hỏi hai lần: cùng câu trả lời, cùng công xử lý, cùng từng byte JSON
budget passed: nằm trong hạn mức: nhiều nhất … trên 10000000 đơn vị xử lý cho một câu hỏi
boundaries passed: 32 câu hỏi ở mọi ranh giới đều có câu trả lời; 22 lần biết thêm một điều không đổi điều đã chắc chắn
time-limits remark: 1 dòng thời hạn, đếm từ 352 thời điểm khác nhau: cam kết luôn trong hạn luật định
- có thời hạn cam kết chỉ để minh họa, chưa nơi nào công bố
texts passed: mọi văn bản đều có tiếng Việt và tiếng Anh
… trong 1.001 hồ sơ không còn đủ điều kiện, khoản 2 Điều 5 Luật Thử
… trong 1.001 hồ sơ chuyển từ chưa xác định được sang không đủ điều kiện, khoản 2 Điều 5 Luật Thử
* trong 1.001 hồ sơ nộp 60.000 đồng thay vì 50.000 đồng cho tổng phí, lệ phí, Điều 9 Luật Thử
* trong 1.001 hồ sơ nộp 60.000 đồng thay vì 50.000 đồng cho “Lệ phí”, Điều 9 Luật Thử
… trong 1.001 hồ sơ có điều kiện “Tài liệu ngắn” chuyển từ đạt sang không đạt, khoản 2 Điều 5 Luật Thử
/conditions/0/text/en The material is short -> The material is brief
/conditions/0/rule pages <= 100 -> pages <= 60
/fees/0/amount 50000 -> 60000";

#[test]
fn a_whole_report_in_both_languages() {
    let old = small(REST);
    let new = old
        .but("pages <= 100", "pages <= 60")
        .but("amount: 50000", "amount: 60000")
        .but("en: The material is short", "en: The material is brief");
    let report = pass_over(&old.component(), &new.component(), &[]);
    for (language, expected) in [
        (Language::English, ENGLISH),
        (Language::Vietnamese, VIETNAMESE),
    ] {
        let expected: Vec<&str> = expected.lines().collect();
        assert_eq!(lines(&report, language), expected);
    }
}

#[test]
fn every_real_package_passes() {
    for (folder, version) in all() {
        let report = pass(&Package::real(&folder, &version).component());
        assert!(report.passed, "{folder} {version}: {:#?}", report.checks);
        assert!(report.demonstration, "their commitments are made up");
    }
}
