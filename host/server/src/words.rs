//! The stable words of JSON, for a person to read. In English they are what they are; what is not in the table stays as it
//! is. Each function is one list of words, since the same word means one thing of a submission and another of a replay.

use motcua_model::text::Language;

/// From a moment on, in Vietnamese and in English.
pub const FROM: [&str; 2] = ["từ", "from"];
/// Until a moment.
pub const UNTIL: [&str; 2] = ["đến", "until"];
/// Taken back at a moment, or from it on.
pub const REVOKED: [&str; 2] = ["thu hồi từ", "revoked from"];

/// The one in a language.
pub const fn of([vi, en]: [&'static str; 2], language: Language) -> &'static str {
    match language {
        Language::Vietnamese => vi,
        Language::English => en,
    }
}

/// What a token allows.
pub fn role(word: &str, language: Language) -> &str {
    in_vietnamese(word, language, |word| match word {
        "author" => "người soạn",
        "reviewer" => "người duyệt",
        "operator" => "người vận hành",
        "auditor" => "người kiểm tra",
        "portal" => "cổng dịch vụ công",
        other => other,
    })
}

/// A stage of a submission.
pub fn stage(word: &str, language: Language) -> &str {
    in_vietnamese(word, language, motcua_model::lifecycle::vietnamese)
}

/// Where a version stands on its timeline.
pub fn standing(word: &str, language: Language) -> &str {
    in_vietnamese(word, language, |word| match word {
        "in-force" => "có hiệu lực",
        "scheduled" => "chưa đến ngày",
        "superseded" => "đã thay thế",
        "ended" => "đã hết hạn",
        "suspended" => "tạm ngừng",
        "withdrawn" => "đã rút lại",
        other => other,
    })
}

/// Where a version comes from, if not from a submission.
pub fn origin(word: &str, language: Language) -> &str {
    match (word, language) {
        ("folder", Language::Vietnamese) => "thư mục, chưa ký",
        ("folder", Language::English) => "folder, unsigned",
        (other, _) => other,
    }
}

/// A check of the gate.
pub fn check(word: &str, language: Language) -> &str {
    in_vietnamese(word, language, |word| match word {
        "ownership" => "thẩm quyền",
        "admission" => "tiếp nhận",
        "names" => "tên gọi",
        "source" => "văn bản gốc",
        "cases" => "ca mẫu",
        "determinism" => "nhất quán",
        "budget" => "tài nguyên",
        "boundaries" => "giá trị biên",
        "time-limits" => "thời hạn",
        "texts" => "lời văn",
        other => other,
    })
}

/// What a replay found.
pub fn replayed(word: &str, language: Language) -> &str {
    in_vietnamese(word, language, |word| match word {
        "same" => "giống hệt",
        "different" => "khác",
        "erased" => "đã xóa hồ sơ",
        "failed" => "không tính lại được",
        other => other,
    })
}

/// A part of a version that a case can take.
pub fn part(word: &str, language: Language) -> &str {
    in_vietnamese(word, language, |word| match word {
        "exemption" => "trường hợp không phải làm thủ tục",
        "condition" => "điều kiện",
        "document" => "giấy tờ",
        "time-limit" => "thời hạn",
        "fee" => "phí, lệ phí",
        "relief" => "mức giảm",
        "table-row" => "dòng bảng",
        other => other,
    })
}

/// An outcome of such a part.
pub fn outcome(word: &str, language: Language) -> &str {
    in_vietnamese(word, language, |word| match word {
        "applies" => "được áp dụng",
        "does-not-apply" => "không áp dụng",
        "satisfied" => "đáp ứng",
        "violated" => "không đáp ứng",
        "not-applicable" => "không thuộc diện",
        "judgement" => "cơ quan xem xét",
        "required" => "phải nộp",
        "not-needed" => "không cần nộp",
        "due" => "phải nộp phí",
        "not-due" => "không phải nộp phí",
        "holds" => "khớp",
        other => other,
    })
}

fn in_vietnamese<'w>(
    word: &'w str,
    language: Language,
    table: impl Fn(&'w str) -> &'w str,
) -> &'w str {
    match language {
        Language::Vietnamese => table(word),
        Language::English => word,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_check_of_the_gate_has_a_vietnamese_name() {
        for id in motcua_registry::CheckId::ALL {
            let word = id.word();
            assert_ne!(check(word, Language::Vietnamese), word);
            assert_eq!(check(word, Language::English), word);
        }
    }

    #[test]
    fn one_word_means_different_things_of_different_things() {
        let vi = Language::Vietnamese;
        assert_ne!(stage("failed", vi), replayed("failed", vi));
        assert_eq!(standing("unheard-of", vi), "unheard-of");
    }
}
