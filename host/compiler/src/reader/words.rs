//! Texts: words on one line, texts in two languages, articles, and words out of a fixed set.

use motcua_model::Text;

use super::quoted;
use super::shape::{Map, Noun, Reader};
use super::yaml::{Node, NodeKind, Scalar};
use crate::diagnostic::{Diagnostic, nearest, shown};
use crate::source::{Span, Spanned};

/// The longest text, in characters.
const MAX_TEXT: usize = 4_000;

const BASIS: Noun = Noun {
    vi: "căn cứ",
    en: "the article",
};

impl Reader<'_> {
    /// Whatever is written as one text.
    pub(super) fn scalar<'n>(&mut self, node: &'n Node, noun: Noun) -> Option<&'n Scalar> {
        match &node.kind {
            NodeKind::Scalar(scalar) => Some(scalar),
            NodeKind::Sequence { flow, .. } | NodeKind::Mapping { flow, .. } => {
                let words = self.source(node.span);
                if *flow && !words.contains('\n') {
                    // The author wrote a text that begins with a bracket.
                    let mut message = Diagnostic::error(
                        "wrong-shape",
                        node.span,
                        format!("{} phải là một đoạn chữ hay một giá trị", noun.vi),
                        format!("expected a text or a value for {}", noun.en),
                    )
                    .label(
                        "YAML đọc dấu ngoặc này như danh sách hay nhóm mục",
                        "YAML reads these brackets as a list or a group",
                    )
                    .help(
                        "đặt cả đoạn trong ngoặc đơn",
                        "put all of it in single quotes",
                    );
                    message.suggestion = Some(quoted(words));
                    self.report(message);
                } else {
                    let message = self.wrong_shape(
                        node,
                        ("một đoạn chữ hay một giá trị", "a text or a value"),
                        noun,
                    );
                    self.report(message);
                }
                None
            }
        }
    }

    /// Words on one line; never empty.
    pub(super) fn words(&mut self, node: &Node, noun: Noun) -> Option<Spanned<String>> {
        let scalar = self.scalar(node, noun)?;
        let value = one_line(&scalar.value);
        if value.is_empty() {
            self.report(
                Diagnostic::error(
                    "empty-value",
                    node.span,
                    format!("{} không được để trống", noun.vi),
                    format!("{} must not be empty", noun.en),
                )
                .help("viết nội dung vào đây", "write it here"),
            );
            return None;
        }
        Some(Spanned::new(self.fit(value, node.span, noun), node.span))
    }

    /// Reports a text that is longer than anybody reads.
    fn fit(&mut self, text: String, span: Span, noun: Noun) -> String {
        if text.len() > MAX_TEXT && text.chars().nth(MAX_TEXT).is_some() {
            let length = text.chars().count();
            self.report(Diagnostic::error(
                "too-long",
                self.first_line(span),
                format!("{} dài {length} chữ; nhiều nhất là {MAX_TEXT}", noun.vi),
                format!(
                    "{} has {length} characters; at most {MAX_TEXT} are allowed",
                    noun.en
                ),
            ));
        }
        text
    }

    /// Words at a key that must be there.
    pub(super) fn required_words(
        &mut self,
        map: &mut Map<'_>,
        key: &'static str,
        noun: Noun,
    ) -> Spanned<String> {
        self.required(map, key)
            .and_then(|node| self.words(node, noun))
            .unwrap_or_else(|| map.nothing())
    }

    /// Words at a key that need not be there.
    pub(super) fn optional_words(
        &mut self,
        map: &Map<'_>,
        key: &str,
        noun: Noun,
    ) -> Option<Spanned<String>> {
        self.optional(map, key)
            .and_then(|node| self.words(node, noun))
    }

    /// The article something rests on.
    pub(super) fn basis(&mut self, map: &mut Map<'_>) -> Spanned<String> {
        let Some(node) = map.entry("basis").map(|entry| &entry.value) else {
            map.missing.push("basis");
            return map.nothing();
        };
        let blank =
            matches!(&node.kind, NodeKind::Scalar(scalar) if scalar.value.trim().is_empty());
        if blank {
            // As bad as none at all, and said in the same words.
            map.missing.push("basis");
            return map.nothing();
        }
        self.words(node, BASIS).unwrap_or_else(|| map.nothing())
    }

    /// A text in both languages.
    pub(super) fn text(&mut self, node: &Node, noun: Noun) -> Spanned<Text> {
        if let NodeKind::Scalar(scalar) = &node.kind {
            let words = shown(scalar.value.trim());
            let words = if words.contains([',', ':', '{', '}', '[', ']', '#', '\'', '"', '…']) {
                quoted(&words)
            } else {
                words
            };
            self.report(
                Diagnostic::error(
                    "text-form",
                    node.span,
                    format!("{} phải có cả tiếng Việt và tiếng Anh", noun.vi),
                    format!("{} must be in Vietnamese and in English", noun.en),
                )
                .help(
                    format!("viết `{{vi: {words}, en: …}}`"),
                    format!("write `{{vi: {words}, en: …}}`"),
                ),
            );
            return Spanned::new(Text::new(scalar.value.trim(), ""), node.span);
        }
        let Some(map) = self.map(node, noun, &["vi", "en"]) else {
            return Spanned::new(Text::default(), node.span);
        };
        let mut language = |key: &str| {
            let value = map.entry(key).map(|entry| &entry.value)?;
            let scalar = self.scalar(value, noun)?;
            Some(self.fit(one_line(&scalar.value), value.span, noun))
        };
        let text = Text::new(
            language("vi").unwrap_or_default(),
            language("en").unwrap_or_default(),
        );
        let (vi, en) = (text.vi.is_empty(), text.en.is_empty());
        if vi && en {
            self.report(
                Diagnostic::error(
                    "text-form",
                    self.first_line(node.span),
                    format!("{} không được để trống", noun.vi),
                    format!("{} must not be empty", noun.en),
                )
                .help("viết `{vi: …, en: …}`", "write `{vi: …, en: …}`"),
            );
        } else if vi || en {
            let (key, name_vi, name_en) = if vi {
                ("vi", "tiếng Việt", "Vietnamese")
            } else {
                ("en", "tiếng Anh", "English")
            };
            self.report(
                Diagnostic::warning(
                    "missing-language",
                    self.first_line(node.span),
                    format!("{} chưa có {name_vi}", noun.vi),
                    format!("{} is not in {name_en} yet", noun.en),
                )
                .help(format!("thêm `{key}: …`"), format!("add `{key}: …`")),
            );
        }
        Spanned::new(text, node.span)
    }

    /// A text at a key that must be there.
    pub(super) fn required_text(
        &mut self,
        map: &mut Map<'_>,
        key: &'static str,
        noun: Noun,
    ) -> Spanned<Text> {
        self.required(map, key)
            .map_or_else(|| map.nothing(), |node| self.text(node, noun))
    }

    /// A text at a key that need not be there.
    pub(super) fn optional_text(
        &mut self,
        map: &Map<'_>,
        key: &str,
        noun: Noun,
    ) -> Option<Spanned<Text>> {
        self.optional(map, key).map(|node| self.text(node, noun))
    }

    /// One of the words of a table.
    pub(super) fn word<T: Copy>(
        &mut self,
        node: &Node,
        noun: Noun,
        table: &[(&str, T)],
    ) -> Option<T> {
        let word = self.words(node, noun)?;
        if let Some((_, value)) = table.iter().find(|(name, _)| *name == word.value) {
            return Some(*value);
        }
        let names: Vec<&str> = table.iter().map(|(name, _)| *name).collect();
        let list = names
            .iter()
            .map(|name| format!("`{name}`"))
            .collect::<Vec<_>>()
            .join(", ");
        let mut message = Diagnostic::error(
            "unknown-word",
            word.span,
            format!(
                "`{}` không phải là một giá trị của {}",
                shown(&word.value),
                noun.vi
            ),
            format!("`{}` is no value for {}", shown(&word.value), noun.en),
        );
        let lower = word.value.to_lowercase().replace([' ', '_'], "-");
        let near = nearest(&word.value, names.iter().copied())
            .or_else(|| nearest(&lower, names.iter().copied()))
            .or_else(|| translated(&word.value, &names));
        if let Some(near) = near {
            message = message
                .help(
                    format!("có phải ý bạn là `{near}`? Các giá trị được dùng: {list}"),
                    format!("did you mean `{near}`? The values are: {list}"),
                )
                .suggest(near);
        } else {
            message = message.help(
                format!("các giá trị được dùng: {list}"),
                format!("the values are: {list}"),
            );
        }
        self.report(message);
        None
    }

    /// One of the words of a table, at a key that must be there.
    pub(super) fn required_word<T: Copy>(
        &mut self,
        map: &mut Map<'_>,
        key: &'static str,
        noun: Noun,
        table: &[(&str, T)],
    ) -> Option<T> {
        self.required(map, key)
            .and_then(|node| self.word(node, noun, table))
    }

    /// `true` or `false`.
    pub(super) fn boolean(&mut self, node: &Node, noun: Noun) -> Option<bool> {
        self.word(node, noun, &[("true", true), ("false", false)])
    }
}

/// Words on one line: where the file breaks a line says nothing to who reads them.
pub(super) fn one_line(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// What an author may write instead of the words of the form, in Vietnamese or in another habit of English.
fn translated<'w>(word: &str, words: &[&'w str]) -> Option<&'w str> {
    const HABITS: &[(&str, &str)] = &[
        ("ngày làm việc", "working-day"),
        ("ngày", "calendar-day"),
        ("ngày lịch", "calendar-day"),
        ("tuần", "week"),
        ("tháng", "month"),
        ("giờ", "hour"),
        ("giờ làm việc", "working-hour"),
        ("trong ngày", "same-day"),
        ("day", "calendar-day"),
        ("days", "calendar-day"),
        ("business-day", "working-day"),
        ("business day", "working-day"),
        ("yes", "true"),
        ("on", "true"),
        ("có", "true"),
        ("đúng", "true"),
        ("no", "false"),
        ("off", "false"),
        ("không", "false"),
        ("sai", "false"),
        ("cao", "high"),
        ("trung bình", "medium"),
        ("thấp", "low"),
        ("trực tuyến", "online"),
        ("trực tiếp", "counter"),
        ("bưu chính", "postal"),
        ("post", "postal"),
        ("string", "text"),
        ("number", "decimal"),
        ("int", "integer"),
        ("bool", "boolean"),
        ("datetime", "moment"),
        ("list", "rows"),
        ("enum", "choice"),
        ("trước", "before"),
        ("sau", "after"),
        ("giữ", "keep"),
        ("giữ nguyên", "keep"),
        ("chuyển", "move"),
        ("chuyển sang", "move"),
    ];
    let word = word.to_lowercase();
    let (_, meant) = HABITS.iter().find(|(habit, _)| *habit == word)?;
    words.iter().copied().find(|candidate| candidate == meant)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_are_joined() {
        assert_eq!(one_line("một\n  hai  ba\n"), "một hai ba");
    }
}
