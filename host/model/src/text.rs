//! Text in the two languages that the public and an officer read.

use std::fmt::Display;

use serde::{Deserialize, Serialize};

/// The same thing said in Vietnamese and in English. An empty string means that this language is missing; the compiler
/// warns about it and readers fall back to the other one.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Text {
    /// Vietnamese, the language of the law and of the applicant.
    #[serde(default)]
    pub vi: String,
    /// English.
    #[serde(default)]
    pub en: String,
}

/// A language in which messages are shown.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Language {
    /// Tiếng Việt.
    #[default]
    Vietnamese,
    /// English.
    English,
}

impl Text {
    /// The same thing in both languages.
    pub fn new(vi: impl Into<String>, en: impl Into<String>) -> Self {
        Self {
            vi: vi.into(),
            en: en.into(),
        }
    }

    /// The text in the given language, or in the other one where it is missing.
    pub fn get(&self, language: Language) -> &str {
        let (first, second) = match language {
            Language::Vietnamese => (&self.vi, &self.en),
            Language::English => (&self.en, &self.vi),
        };
        if first.is_empty() { second } else { first }
    }

    /// Whether neither language says anything.
    pub fn is_empty(&self) -> bool {
        self.vi.is_empty() && self.en.is_empty()
    }
}

/// A number of things in English, which has one word for one thing and another for several: `1 case`, `2 cases`.
pub fn counted<N: PartialEq + From<u8> + Display>(number: N, one: &str, several: &str) -> String {
    let word = if number == N::from(1) { one } else { several };
    format!("{number} {word}")
}

/// Whether a text can be shown as it is without deceiving a reader: in form NFC, without control characters (line breaks
/// among them), characters that turn the direction of writing, and invisible ones. None of these is needed for Vietnamese
/// or English, and each can make a text read otherwise than it is (Unicode Technical Report 36; CVE-2021-42574).
pub fn is_safe(text: &str) -> bool {
    // Nearly every text is plain: ASCII needs no look at its normal form.
    if text.is_ascii() {
        return text.bytes().all(|byte| (b' '..=b'~').contains(&byte));
    }
    !text.chars().any(is_deceptive) && unicode_normalization::is_nfc(text)
}

fn is_deceptive(c: char) -> bool {
    matches!(
        c,
        '\0'..='\u{1f}' | '\u{7f}'..='\u{9f}'
        // Direction of writing.
        | '\u{61c}' | '\u{200e}' | '\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}'
        // Soft hyphen, zero-width characters, line and paragraph separators, deprecated formats, byte order mark,
        // interlinear annotation, tags.
        | '\u{ad}' | '\u{200b}'..='\u{200d}' | '\u{2028}' | '\u{2029}' | '\u{2060}'..='\u{2065}'
        | '\u{206a}'..='\u{206f}' | '\u{feff}' | '\u{fff9}'..='\u{fffb}' | '\u{e0000}'..='\u{e007f}'
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_thing_is_not_several() {
        let told = |number: usize| counted(number, "case", "cases");
        assert_eq!([0, 1, 2].map(told), ["0 cases", "1 case", "2 cases"]);
    }

    #[test]
    fn plain_text_is_safe() {
        for text in [
            "",
            "Giấy phép hoạt động in “xuất bản phẩm” – 30 %",
            "plain ASCII ~",
            "đ ₫ ơ ư",
        ] {
            assert!(is_safe(text), "{text}");
        }
    }

    #[test]
    fn what_could_deceive_is_not() {
        for text in [
            "a\nb",
            "a\tb",
            "\u{7f}",
            "é\u{85}",
            "a\u{202e}b",
            "\u{2066}",
            "x\u{200b}",
            "\u{feff}x",
            "to\u{302}\u{309}",
        ] {
            assert!(!is_safe(text), "{text:?}");
        }
    }
}
