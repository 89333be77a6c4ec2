//! What a group of differences says in a sentence, in Vietnamese and English.

use motcua_model::manifest::Manifest;
use motcua_model::text::Language;
use motcua_model::{Term, Text};

use super::basis;
use super::difference::{DifferenceGroup, DifferenceKind as Kind};
use super::grouping::{ABSENT, AMOUNT, Gathered, Key};
use super::observe::term_of;

/// As many articles stand in a sentence.
const ARTICLES: usize = DifferenceGroup::IN_SENTENCE;

/// "37 of 1,200 applicants lose eligibility, Article 5(2)", and the same in Vietnamese. The manifests are those before and
/// after.
pub(crate) fn sentence(
    key: &Key,
    gathered: &Gathered,
    compared: usize,
    manifests: [&Manifest; 2],
) -> Text {
    let number = gathered.counts.total();
    let what = what(key, gathered, manifests);
    let articles: Vec<&String> = gathered.articles.iter().take(ARTICLES).collect();
    let more = if gathered.articles.len() > ARTICLES {
        "; …"
    } else {
        ""
    };
    let list = |write: &dyn Fn(&str) -> String| {
        let list: Vec<String> = articles.iter().map(|article| write(article)).collect();
        if list.is_empty() {
            String::new()
        } else {
            format!(", {}{more}", list.join("; "))
        }
    };
    let applicants = if compared == 1 {
        "applicant"
    } else {
        "applicants"
    };
    Text::new(
        format!(
            "{} trong {} hồ sơ {}{}",
            thousands(number, '.'),
            thousands(compared, '.'),
            what.vi,
            list(&str::to_owned)
        ),
        format!(
            "{} of {} {applicants} {}{}",
            thousands(number, ','),
            thousands(compared, ','),
            what.en,
            list(&basis::english)
        ),
    )
}

/// What happens to them.
fn what(key: &Key, gathered: &Gathered, manifests: [&Manifest; 2]) -> Text {
    let (from, to) = (key.from.as_str(), key.to.as_str());
    let name = name(key.kind, &key.id, manifests);
    match key.kind {
        Kind::Verdict => verdict(from, to),
        Kind::Question => question(to, gathered),
        Kind::Exemption => outcome(
            ("trường hợp không phải làm thủ tục", "the exemption"),
            &name,
            from,
            to,
        ),
        Kind::Condition => outcome(("điều kiện", "the condition"), &name, from, to),
        Kind::Check => outcome(("phép kiểm tra", "the check"), &name, from, to),
        Kind::Document => document(&name, from, to),
        Kind::DocumentCount => {
            let (before, after) = (copies(from), copies(to));
            Text::new(
                format!("nộp {} thay vì {} của “{}”", after.vi, before.vi, name.vi),
                format!(
                    "hand in {} instead of {} of “{}”",
                    after.en, before.en, name.en
                ),
            )
        }
        Kind::TimeLimit => {
            let row = |word: &str| match word {
                "none" => Text::new("không có thời hạn", "no time limit"),
                "unknown" => Text::new("thời hạn chưa xác định", "a time limit not yet known"),
                id => Text::new(format!("thời hạn `{id}`"), format!("the time limit `{id}`")),
            };
            let (before, after) = (row(from), row(to));
            Text::new(
                format!("theo {} thay vì {}", after.vi, before.vi),
                format!("come under {} instead of {}", after.en, before.en),
            )
        }
        Kind::StatutoryTerm => {
            let (before, after) = (term(from), term(to));
            Text::new(
                format!(
                    "được giải quyết theo luật trong {} thay vì {}",
                    after.vi, before.vi
                ),
                format!(
                    "are answered within {} by law instead of {}",
                    after.en, before.en
                ),
            )
        }
        Kind::CommittedTerm => {
            let (before, after) = (term(from), term(to));
            Text::new(
                format!(
                    "được cam kết giải quyết trong {} thay vì {}",
                    after.vi, before.vi
                ),
                format!(
                    "are promised an answer within {} instead of {}",
                    after.en, before.en
                ),
            )
        }
        Kind::Fee | Kind::Total => fee(&name, from, to, gathered),
    }
}

fn verdict(from: &str, to: &str) -> Text {
    let good = |word| matches!(word, "eligible" | "needs-judgement");
    let (vi, en) = match (from, to) {
        (from, "ineligible") if good(from) => ("không còn đủ điều kiện", "lose eligibility"),
        ("ineligible", "eligible") => ("trở thành đủ điều kiện", "gain eligibility"),
        ("ineligible", "needs-judgement") => (
            "không còn bị loại, chờ cơ quan xem xét",
            "are no longer ineligible and await the officer's judgement",
        ),
        (_, "not-required") => (
            "không còn phải làm thủ tục này",
            "no longer need this procedure",
        ),
        _ => {
            let (before, after) = (verdict_word(from), verdict_word(to));
            return Text::new(
                format!("chuyển từ {} sang {}", before.vi, after.vi),
                format!("change from {} to {}", before.en, after.en),
            );
        }
    };
    Text::new(vi, en)
}

fn verdict_word(word: &str) -> Text {
    let (vi, en) = match word {
        "eligible" => ("đủ điều kiện", "eligible"),
        "ineligible" => ("không đủ điều kiện", "ineligible"),
        "undetermined" => ("chưa xác định được", "undetermined"),
        "needs-judgement" => ("chờ cơ quan xem xét", "needing the officer's judgement"),
        "not-required" => ("không phải làm thủ tục này", "not needing this procedure"),
        other => (other, other),
    };
    Text::new(vi, en)
}

fn question(to: &str, gathered: &Gathered) -> Text {
    let facts: Vec<&str> = gathered.facts.iter().map(String::as_str).collect();
    let facts = if facts.is_empty() {
        String::new()
    } else {
        format!(" ({})", facts.join(", "))
    };
    match to {
        "unreadable" => Text::new(
            format!("có câu hỏi mà phiên bản mới không còn đọc được{facts}"),
            format!("asked a question that the new version can no longer read{facts}"),
        ),
        "failed" => Text::new(
            "không còn có câu trả lời: quy tắc của phiên bản mới gặp lỗi",
            "have no answer any more: the rules of the new version fail",
        ),
        _ => Text::new(
            format!("nay có câu trả lời mà phiên bản cũ không cho được{facts}"),
            format!("now have an answer that the old version could not give{facts}"),
        ),
    }
}

fn outcome((kind_vi, kind_en): (&str, &str), name: &Text, from: &str, to: &str) -> Text {
    let (vi, en) = (&name.vi, &name.en);
    match (from, to) {
        (_, ABSENT) => {
            let before = outcome_word(from);
            Text::new(
                format!(
                    "không còn phải xét {kind_vi} “{vi}” (trước đây: {})",
                    before.vi
                ),
                format!(
                    "are no longer held to {kind_en} “{en}” (it was {})",
                    before.en
                ),
            )
        }
        (ABSENT, _) => {
            let after = outcome_word(to);
            Text::new(
                format!("nay phải xét thêm {kind_vi} “{vi}” ({})", after.vi),
                format!("are now held to {kind_en} “{en}” ({})", after.en),
            )
        }
        _ => {
            let (before, after) = (outcome_word(from), outcome_word(to));
            Text::new(
                format!(
                    "có {kind_vi} “{vi}” chuyển từ {} sang {}",
                    before.vi, after.vi
                ),
                format!("see {kind_en} “{en}” go from {} to {}", before.en, after.en),
            )
        }
    }
}

fn outcome_word(word: &str) -> Text {
    let (vi, en) = match word {
        "violated" => ("không đạt", "violated"),
        "satisfied" => ("đạt", "satisfied"),
        "unknown" => ("chưa rõ", "unknown"),
        "judgement" => ("chờ cơ quan xem xét", "left to the officer"),
        "not-applicable" => ("không áp dụng", "not applicable"),
        "applies" => ("áp dụng", "applies"),
        "does-not-apply" => ("không áp dụng", "does not apply"),
        "holds" => ("khớp", "holds"),
        "fails" => ("mâu thuẫn", "fails"),
        other => (other, other),
    };
    Text::new(vi, en)
}

fn document(name: &Text, from: &str, to: &str) -> Text {
    let (vi, en) = (&name.vi, &name.en);
    let asked = |word| matches!(word, "required" | "one-of");
    let unasked = |word| matches!(word, "not-needed" | "on-file" | "replaced-by-data" | ABSENT);
    if asked(to) && unasked(from) {
        return Text::new(
            format!("nay phải nộp “{vi}”"),
            format!("must now hand in “{en}”"),
        );
    }
    if asked(from) && unasked(to) {
        return Text::new(
            format!("không còn phải nộp “{vi}”"),
            format!("no longer hand in “{en}”"),
        );
    }
    let word = |word| {
        let (vi, en) = match word {
            "required" => ("phải nộp", "required"),
            "one-of" => ("nộp một trong các giấy tờ cùng nhóm", "one of its group"),
            "not-needed" => ("không cần", "not needed"),
            "unknown" => ("chưa rõ", "unknown"),
            "on-file" => ("đã có trong hồ sơ", "on file"),
            "replaced-by-data" => ("thay bằng dữ liệu", "replaced by data"),
            ABSENT => ("không có trong thành phần hồ sơ", "not in the list"),
            other => (other, other),
        };
        Text::new(vi, en)
    };
    let (before, after) = (word(from), word(to));
    Text::new(
        format!(
            "có giấy tờ “{vi}” chuyển từ {} sang {}",
            before.vi, after.vi
        ),
        format!(
            "see the document “{en}” go from {} to {}",
            before.en, after.en
        ),
    )
}

fn copies(word: &str) -> Text {
    let (originals, copies) = word.split_once('+').unwrap_or((word, "0"));
    let mut vi = Vec::new();
    let mut en = Vec::new();
    for (number, one_vi, one_en, many_en) in [
        (originals, "bản chính", "original", "originals"),
        (copies, "bản sao", "copy", "copies"),
    ] {
        if number != "0" {
            vi.push(format!("{number} {one_vi}"));
            en.push(format!(
                "{number} {}",
                if number == "1" { one_en } else { many_en }
            ));
        }
    }
    if vi.is_empty() {
        return Text::new("không bản nào", "none");
    }
    Text::new(vi.join(" và "), en.join(" and "))
}

fn term(word: &str) -> Text {
    match term_of(word).map(Term::text) {
        Some(text) => text,
        None => Text::new("không có cam kết", "no promised term"),
    }
}

fn fee(name: &Text, from: &str, to: &str, gathered: &Gathered) -> Text {
    let (vi, en) = (&name.vi, &name.en);
    if from == AMOUNT {
        let (least, most) = gathered.amounts.unwrap_or_default();
        let (more_vi, more_en) = if to == "higher" {
            ("nhiều", "more")
        } else {
            ("ít", "less")
        };
        let range = |word: &str, separator| {
            let (low, high) = (thousands(least, separator), thousands(most, separator));
            if least == most {
                low
            } else {
                format!("{low} {word} {high}")
            }
        };
        return Text::new(
            format!(
                "nộp {more_vi} hơn cho {vi}: chênh {} đồng",
                range("đến", '.')
            ),
            format!("pay {more_en} for {en}: by {} đồng", range("to", ',')),
        );
    }
    let (before, after) = (money(from), money(to));
    Text::new(
        format!("nộp {} thay vì {} cho {vi}", after.vi, before.vi),
        format!("pay {} instead of {} for {en}", after.en, before.en),
    )
}

fn money(word: &str) -> Text {
    match (word, word.parse::<u64>()) {
        (_, Ok(amount)) => Text::new(
            format!("{} đồng", thousands(amount, '.')),
            format!("{} đồng", thousands(amount, ',')),
        ),
        ("unknown", _) => Text::new("một khoản chưa rõ", "an amount not yet known"),
        _ => Text::new("0 đồng", "nothing"),
    }
}

/// The words of the new version, or of the old one where the new one has none.
fn name(kind: Kind, id: &str, [old, new]: [&Manifest; 2]) -> Text {
    let of = |manifest: &Manifest| -> Option<Text> {
        match kind {
            Kind::Exemption => manifest
                .exemptions
                .iter()
                .find(|x| x.id == id)
                .map(|x| x.text.clone()),
            Kind::Condition => manifest
                .conditions
                .iter()
                .find(|x| x.id == id)
                .map(|x| x.text.clone()),
            Kind::Document | Kind::DocumentCount => manifest
                .documents
                .iter()
                .find(|x| x.id == id)
                .map(|x| x.name.clone()),
            Kind::Fee => {
                let fee = manifest.fees.iter().find(|x| x.id == id)?;
                Some(Text::new(
                    format!("“{}”", fee.name.get(Language::Vietnamese)),
                    format!("“{}”", fee.name.get(Language::English)),
                ))
            }
            Kind::Check => manifest
                .checks
                .iter()
                .find(|x| x.id == id)
                .map(|x| x.text.clone()),
            _ => None,
        }
    };
    if kind == Kind::Total {
        return Text::new("tổng phí, lệ phí", "all fees together");
    }
    let text = of(new)
        .or_else(|| of(old))
        .unwrap_or_else(|| Text::new(id, id));
    // Where one language is missing the other stands in.
    Text::new(text.get(Language::Vietnamese), text.get(Language::English))
}

/// 1,200 or 1.200.
pub(crate) fn thousands(number: impl std::fmt::Display, separator: char) -> String {
    let digits = number.to_string();
    let mut out = String::new();
    for (at, digit) in digits.chars().enumerate() {
        if at > 0 && (digits.len() - at).is_multiple_of(3) {
            out.push(separator);
        }
        out.push(digit);
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_grouped_by_thousands() {
        for (number, text) in [
            (0, "0"),
            (999, "999"),
            (1_000, "1,000"),
            (1_234_567, "1,234,567"),
        ] {
            assert_eq!(thousands(number, ','), text);
        }
    }

    #[test]
    fn counts_of_documents_are_read_as_people_say_them() {
        assert_eq!(copies("1+2").en, "1 original and 2 copies");
        assert_eq!(copies("0+1").vi, "1 bản sao");
        assert_eq!(copies("0+0").en, "none");
    }
}
