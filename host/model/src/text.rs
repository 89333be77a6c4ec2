//! Text in the two languages that the public and an officer read.

use serde::{Deserialize, Serialize};

/// The same thing said in Vietnamese and in English. An empty string means that this language is missing; the compiler
/// warns about it and readers fall back to the other one.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
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
