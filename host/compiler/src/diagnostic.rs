//! Messages to the author of a package: what is wrong, where, what was meant, and a way out, in Vietnamese and English.

use std::cell::Cell;

use motcua_model::Text;
use motcua_model::text::is_safe;
use serde::Serialize;

use crate::source::Span;

/// How bad it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Severity {
    /// No component is made.
    Error,
    /// A component is made; a reviewer will see this.
    Warning,
}

/// One message.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Diagnostic {
    /// How bad it is.
    pub severity: Severity,
    /// A stable word for this kind of mistake, for example `unknown-fact`.
    pub code: &'static str,
    /// What is wrong, one sentence.
    pub message: Text,
    /// The author's words it is about.
    pub span: Span,
    /// What to read under the underlined words; may be empty.
    pub label: Text,
    /// Other places that matter, for example the first definition of a name.
    pub related: Vec<(Span, Text)>,
    /// A way out, if one is known.
    pub help: Option<Text>,
    /// Text to put in place of the underlined words, if a machine can tell.
    pub suggestion: Option<String>,
}

impl Diagnostic {
    /// An error at a place.
    pub fn error(
        code: &'static str,
        span: Span,
        vi: impl Into<String>,
        en: impl Into<String>,
    ) -> Self {
        Self {
            severity: Severity::Error,
            code,
            message: Text::new(vi, en),
            span,
            label: Text::default(),
            related: Vec::new(),
            help: None,
            suggestion: None,
        }
    }

    /// A warning at a place.
    pub fn warning(
        code: &'static str,
        span: Span,
        vi: impl Into<String>,
        en: impl Into<String>,
    ) -> Self {
        Self {
            severity: Severity::Warning,
            ..Self::error(code, span, vi, en)
        }
    }

    /// With words under the place.
    pub fn label(mut self, vi: impl Into<String>, en: impl Into<String>) -> Self {
        self.label = Text::new(vi, en);
        self
    }

    /// With a way out.
    pub fn help(mut self, vi: impl Into<String>, en: impl Into<String>) -> Self {
        self.help = Some(Text::new(vi, en));
        self
    }

    /// With another place that matters.
    pub fn related(mut self, span: Span, vi: impl Into<String>, en: impl Into<String>) -> Self {
        self.related.push((span, Text::new(vi, en)));
        self
    }

    /// With words to put in place of the underlined ones, and the help that says so.
    pub fn suggest(mut self, replacement: impl Into<String>) -> Self {
        let replacement = replacement.into();
        if self.help.is_none() {
            self.help = Some(Text::new(
                format!("có phải ý bạn là `{replacement}`?"),
                format!("did you mean `{replacement}`?"),
            ));
        }
        self.suggestion = Some(replacement);
        self
    }
}

/// The author's words as they are shown inside a sentence: on one line, and not too long.
pub(crate) fn shown(words: &str) -> String {
    const MOST: usize = 60;
    let mut out: String = on_one_line(words).take(MOST).collect();
    if words.chars().nth(MOST).is_some() {
        out.push('…');
    }
    out
}

/// Characters that can be shown: what breaks a line is a space, and what deceives a reader or a terminal U+FFFD.
pub(crate) fn on_one_line(words: &str) -> impl Iterator<Item = char> {
    words.chars().map(|c| match c {
        c if c.is_whitespace() => ' ',
        c if !is_safe(c.encode_utf8(&mut [0; 4])) => '\u{fffd}',
        c => c,
    })
}

/// The longest word that is compared, in bytes; no id is longer. The time of a comparison grows with the product of the
/// lengths, and a word of a megabyte is no misspelling.
const MAX_WORD: usize = 64;

/// The word nearest to a misspelt one, if one is near enough to be meant. Long words are not looked at.
pub fn nearest<'a>(word: &str, words: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    nearest_within(&Cell::new(u64::MAX), word, words)
}

/// The same as long as there is effort left, in products of the lengths of two words that are compared (some 3 ns each).
/// Who has misspelt thousands of names among thousands is not told for each which one was meant.
pub fn nearest_within<'a>(
    effort: &Cell<u64>,
    word: &str,
    words: impl IntoIterator<Item = &'a str>,
) -> Option<&'a str> {
    if word.len() > MAX_WORD {
        return None;
    }
    let limit = (word.chars().count() / 3).max(1);
    let mut best: Option<(usize, &str)> = None;
    for candidate in words {
        if candidate.len() > MAX_WORD {
            continue;
        }
        let effort_of_this = (word.len() * candidate.len()) as u64;
        let Some(left) = effort.get().checked_sub(effort_of_this) else {
            // Of a search that was cut short nothing is told: the nearest may be among the rest.
            effort.set(0);
            return None;
        };
        effort.set(left);
        let distance = strsim::damerau_levenshtein(word, candidate);
        if distance <= limit && best.is_none_or(|(least, _)| distance < least) {
            best = Some((distance, candidate));
        }
    }
    best.map(|(_, candidate)| candidate)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_nearest_word_is_one_that_may_be_meant() {
        let words = ["pages", "paper", "partners"];
        assert_eq!(nearest("page", words), Some("pages"));
        assert_eq!(nearest("partnres", words), Some("partners"));
        assert_eq!(nearest("copies", words), None);
    }

    #[test]
    fn no_more_is_compared_than_there_is_effort_for() {
        let effort = Cell::new(100);
        let near =
            |word, words: &[&'static str]| nearest_within(&effort, word, words.iter().copied());
        assert_eq!(near("page", &["pages"]), Some("pages"));
        assert_eq!(effort.get(), 80);
        // What was found so far may not be the nearest.
        assert_eq!(near("pagess", &["pages", "pages", "pagess"]), None);
        assert_eq!(near("a", &["a"]), None);
    }

    #[test]
    fn long_words_are_not_compared() {
        let (just, long) = ("a".repeat(64), "a".repeat(65));
        assert_eq!(
            nearest(&just, [long.as_str(), &just[1..]]),
            Some(&just[1..])
        );
        assert_eq!(nearest(&long, [just.as_str()]), None);
        // In bytes: a letter of Vietnamese has up to three.
        assert_eq!(nearest(&"ế".repeat(22), [&*"ế".repeat(21)]), None);
        let page = "x".repeat(1 << 20);
        assert_eq!(nearest(&page, [page.as_str(); 1_000]), None);
    }
}
