//! What a field may need of a node. Each asking either gives it or reports, at the place, what was expected, what is there,
//! and how to write it.
//!
//! Here are groups and lists, whatever is in them. [`super::words`] has texts and fixed words, [`super::ids`] ids,
//! [`super::numbers`] numbers, dates and terms, [`super::formula`] expressions.

use motcua_model::manifest::Rules;

use super::yaml::{Entry, Node, NodeKind};
use super::{quoted, report, spot};
use crate::diagnostic::{Diagnostic, nearest, shown};
use crate::source::{FileKind, SourceFile, Span, Spanned};

/// What a part of a file is called in messages.
#[derive(Clone, Copy, Debug)]
pub(super) struct Noun {
    /// Vietnamese.
    pub vi: &'static str,
    /// English, with its article.
    pub en: &'static str,
}

/// Reads one file.
pub(super) struct Reader<'a> {
    file: FileKind,
    text: &'a str,
    /// In what the rules of the package are written: known once its head is read.
    pub(super) rules: Rules,
    pub(super) diagnostics: &'a mut Vec<Diagnostic>,
}

/// A group of entries that is being read.
pub(super) struct Map<'n> {
    noun: Noun,
    pub(super) id: Option<String>,
    entries: &'n [Entry],
    pub(super) missing: Vec<&'static str>,
    /// Keys that do not belong here; reported already.
    unknown: Vec<&'n str>,
    /// The whole group.
    pub span: Span,
    /// Its first key: where to say that something is missing.
    pub at: Span,
}

impl<'n> Map<'n> {
    pub(super) fn entry(&self, key: &str) -> Option<&'n Entry> {
        self.entries.iter().find(|entry| entry.key.value == key)
    }

    /// Whether a key is written, with or without a value.
    pub(super) fn has(&self, key: &str) -> bool {
        self.entry(key).is_some()
    }

    /// Where a key stands, or else the first one.
    pub(super) fn key(&self, key: &str) -> Span {
        self.entry(key).map_or(self.at, |entry| entry.key.span)
    }

    /// Nothing, at the place to speak of it.
    pub(super) fn nothing<T: Default>(&self) -> Spanned<T> {
        Spanned::new(T::default(), self.at)
    }

    /// What it is called, with its id if that is known.
    pub(super) fn name(&self) -> (String, String) {
        match &self.id {
            Some(id) if !id.is_empty() => (
                format!("{} `{}`", self.noun.vi, shown(id)),
                format!("{} `{}`", self.noun.en, shown(id)),
            ),
            _ => (self.noun.vi.to_owned(), self.noun.en.to_owned()),
        }
    }
}

impl<'a> Reader<'a> {
    pub(super) fn new(
        file: &'a SourceFile,
        kind: FileKind,
        diagnostics: &'a mut Vec<Diagnostic>,
    ) -> Self {
        Self {
            file: kind,
            text: &file.text,
            rules: Rules::Package,
            diagnostics,
        }
    }

    pub(super) fn report(&mut self, message: Diagnostic) {
        report(self.diagnostics, message);
    }

    /// The author's text at a place.
    pub(super) fn source(&self, span: Span) -> &'a str {
        self.text.get(span.range()).unwrap_or_default()
    }

    /// A group of entries; reports every key it does not know.
    pub(super) fn map<'n>(
        &mut self,
        node: &'n Node,
        noun: Noun,
        allowed: &[&str],
    ) -> Option<Map<'n>> {
        let NodeKind::Mapping { entries, flow } = &node.kind else {
            self.not_entries(node, noun, allowed);
            return None;
        };
        let mut comma_from: Option<Span> = None;
        for (at, entry) in entries.iter().enumerate() {
            if allowed.contains(&entry.key.value.as_str()) {
                comma_from = None;
                continue;
            }
            // `{vi: sách, báo, en: books}`: to YAML, `báo` is a key without a value.
            let word_only = *flow && entry.value.is_absent();
            let before = at
                .checked_sub(1)
                .and_then(|before| entries.get(before))
                .map(|before| before.value.span);
            match (word_only, comma_from, before) {
                (true, Some(_), _) => {}
                (true, None, Some(before)) => {
                    comma_from = Some(before);
                    self.stray_comma(before, entries.get(at..).unwrap_or_default(), allowed);
                }
                _ => self.unknown_key(entry, noun, allowed),
            }
        }
        let at = entries.first().map_or(node.span, |entry| entry.key.span);
        Some(Map {
            noun,
            id: None,
            entries,
            missing: Vec::new(),
            unknown: entries
                .iter()
                .map(|entry| entry.key.value.as_str())
                .filter(|key| !allowed.contains(key))
                .collect(),
            span: node.span,
            at,
        })
    }

    fn not_entries(&mut self, node: &Node, noun: Noun, allowed: &[&str]) {
        let message = self.wrong_shape(
            node,
            (
                "một nhóm mục `tên: giá trị`",
                "entries of the form `key: value`",
            ),
            noun,
        );
        let list = allowed
            .iter()
            .map(|key| format!("`{key}`"))
            .collect::<Vec<_>>()
            .join(", ");
        self.report(if list.is_empty() {
            message
        } else {
            message.help(
                format!("các mục được dùng: {list}"),
                format!("the keys are: {list}"),
            )
        });
    }

    fn stray_comma(&mut self, before: Span, entries: &[Entry], allowed: &[&str]) {
        let words = entries
            .iter()
            .take_while(|entry| {
                entry.value.is_absent() && !allowed.contains(&entry.key.value.as_str())
            })
            .last();
        let Some(last) = words else { return };
        let span = before.to(last.key.span);
        let mut message = Diagnostic::error(
            "stray-comma",
            span,
            "dấu phẩy nằm trong đoạn chữ không có ngoặc",
            "there is a comma inside a text without quotes",
        )
        .label(
            "giữa `{ }`, dấu phẩy bắt đầu một mục mới",
            "between `{ }` a comma begins a new entry",
        )
        .help(
            "đặt cả đoạn chữ trong ngoặc đơn",
            "put the whole text in single quotes",
        );
        let words = self.source(span);
        if !words.contains('\n') && !words.starts_with(['\'', '"']) {
            message.suggestion = Some(quoted(words));
        }
        self.report(message);
    }

    fn unknown_key(&mut self, entry: &Entry, noun: Noun, allowed: &[&str]) {
        if self.crowded() {
            return;
        }
        let key = &entry.key.value;
        let list = allowed
            .iter()
            .map(|key| format!("`{key}`"))
            .collect::<Vec<_>>()
            .join(", ");
        let mut message = Diagnostic::error(
            "unknown-key",
            entry.key.span,
            format!("{} không có mục `{}`", noun.vi, shown(key)),
            format!("{} has no key `{}`", noun.en, shown(key)),
        );
        if let Some(near) = nearest(key, allowed.iter().copied()) {
            message = message
                .help(
                    format!("có phải ý bạn là `{near}`? Các mục được dùng: {list}"),
                    format!("did you mean `{near}`? The keys are: {list}"),
                )
                .suggest(near);
        } else {
            message = message.help(
                format!("các mục được dùng: {list}"),
                format!("the keys are: {list}"),
            );
        }
        self.report(message);
    }

    /// Says once what is missing.
    pub(super) fn finish(&mut self, map: &Map<'_>) {
        let (vi, en) = map.name();
        // A key that is misspelt was reported with the right one; to call that one missing would be the same again.
        let misspelt: Vec<&str> = (map.unknown.iter())
            .filter_map(|key| nearest(key, map.missing.iter().copied()))
            .collect();
        let mut missing = map.missing.clone();
        missing.retain(|key| !misspelt.contains(key));
        if let Some(basis) = missing.iter().position(|key| *key == "basis") {
            missing.remove(basis);
            self.report(
                Diagnostic::error(
                    "no-basis",
                    map.at,
                    format!("{vi} không nêu căn cứ"),
                    format!("{en} cites no article"),
                )
                .help(
                    "thêm `basis:` với điều, khoản của văn bản, ví dụ `basis: khoản 1 Điều 32 Luật Xuất bản 19/2012/QH13`",
                    "add `basis:` with the article of the law, for example `basis: khoản 1 Điều 32 Luật Xuất bản 19/2012/QH13`",
                ),
            );
        }
        if !missing.is_empty() {
            let list = missing
                .iter()
                .map(|key| format!("`{key}`"))
                .collect::<Vec<_>>()
                .join(", ");
            let lines = missing
                .iter()
                .map(|key| format!("`{key}: …`"))
                .collect::<Vec<_>>()
                .join(", ");
            self.report(
                Diagnostic::error(
                    "missing-key",
                    map.at,
                    format!("{vi} còn thiếu {list}"),
                    format!("{en} lacks {list}"),
                )
                .help(format!("thêm {lines}"), format!("add {lines}")),
            );
        }
    }

    /// The value of a key that need not be there.
    pub(super) fn optional<'n>(&mut self, map: &Map<'n>, key: &str) -> Option<&'n Node> {
        let entry = map.entry(key)?;
        if !entry.value.is_absent() {
            return Some(&entry.value);
        }
        let (vi, en) = map.name();
        self.report(
            Diagnostic::error(
                "empty-value",
                entry.key.span,
                format!("mục `{key}` của {vi} chưa có giá trị"),
                format!("`{key}` of {en} has no value"),
            )
            .help(
                "viết giá trị sau dấu hai chấm, hoặc bỏ mục này; danh sách trống viết là `[]`",
                "write a value after the colon, or take the key out; an empty list is `[]`",
            ),
        );
        None
    }

    /// The value of a key that must be there; [`Reader::finish`] reports it otherwise.
    pub(super) fn required<'n>(
        &mut self,
        map: &mut Map<'n>,
        key: &'static str,
    ) -> Option<&'n Node> {
        if !map.has(key) {
            map.missing.push(key);
            return None;
        }
        self.optional(map, key)
    }

    /// The items of a list, at most `limit` of them.
    pub(super) fn list<'n>(&mut self, node: &'n Node, noun: Noun, limit: usize) -> &'n [Node] {
        let NodeKind::Sequence { items, .. } = &node.kind else {
            let message = self.wrong_shape(node, ("một danh sách", "a list"), noun).help(
                "viết mỗi mục trên một dòng, bắt đầu bằng `- `; hoặc `[a, b]` trên một dòng",
                "write each item on a line of its own that begins with `- `; or `[a, b]` on one line",
            );
            self.report(message);
            return &[];
        };
        let Some(first_over) = items.get(limit) else {
            return items;
        };
        self.report(Diagnostic::error(
            "too-many",
            first_over.span,
            format!("{} có {} mục; nhiều nhất là {limit}", noun.vi, items.len()),
            format!(
                "{} has {} items; at most {limit} are allowed",
                noun.en,
                items.len()
            ),
        ));
        &items[..limit]
    }

    /// The items of the list at a key that need not be there.
    pub(super) fn optional_list<'n>(
        &mut self,
        map: &Map<'n>,
        key: &str,
        noun: Noun,
        limit: usize,
    ) -> &'n [Node] {
        self.optional(map, key)
            .map_or(&[], |node| self.list(node, noun, limit))
    }

    /// The items of the list at a key that must be there.
    pub(super) fn required_list<'n>(
        &mut self,
        map: &mut Map<'n>,
        key: &'static str,
        noun: Noun,
        limit: usize,
    ) -> &'n [Node] {
        self.required(map, key)
            .map_or(&[], |node| self.list(node, noun, limit))
    }

    /// Says what was expected and what is there.
    pub(super) fn wrong_shape(
        &self,
        node: &Node,
        expected: (&str, &str),
        what: Noun,
    ) -> Diagnostic {
        let (vi, en) = match &node.kind {
            NodeKind::Scalar(scalar) if scalar.value.is_empty() => ("không có gì", "nothing"),
            NodeKind::Scalar(_) => ("một giá trị", "a single value"),
            NodeKind::Sequence { .. } => ("một danh sách", "a list"),
            NodeKind::Mapping { .. } => ("một nhóm mục", "a group of entries"),
        };
        Diagnostic::error(
            "wrong-shape",
            self.first_line(node.span),
            format!("{} phải là {}", what.vi, expected.0),
            format!("expected {} for {}", expected.1, what.en),
        )
        .label(format!("ở đây là {vi}"), format!("this is {en}"))
    }

    /// The part of a place that stands on its first line, so that a whole section is not underlined.
    pub(super) fn first_line(&self, span: Span) -> Span {
        let first = self
            .source(span)
            .lines()
            .next()
            .unwrap_or_default()
            .trim_end();
        Span::new(span.file, span.start, span.start + first.len() as u32)
    }

    /// Whether there are so many messages that no more are wanted.
    pub(super) fn crowded(&self) -> bool {
        super::is_full(self.diagnostics)
    }

    /// The place of a whole file.
    pub(super) fn whole_file(&self) -> Span {
        spot(self.file, 0, self.text.len())
    }
}
