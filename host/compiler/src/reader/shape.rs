//! What a field may need of a node: a list, a group of entries, a text in two languages, a date, an expression. Each of
//! these either gives it or reports, at the place, what was expected, what is there, and how to write it.

use motcua_model::date::DateError;
use motcua_model::term::{Amount, Term, TermError, Unit};
use motcua_model::{Date, Decimal, Moment, Text};

use super::yaml::{Entry, Node, NodeKind, Scalar};
use super::{quoted, report, shown, spot};
use crate::diagnostic::{Diagnostic, nearest};
use crate::feel::{parse_cell, parse_expression};
use crate::package::{CellText, Expression};
use crate::source::{FileKind, Place, SourceFile, Span, Spanned};

/// What a part of a file is called in messages.
#[derive(Clone, Copy, Debug)]
pub(super) struct Noun {
    /// Vietnamese.
    pub vi: &'static str,
    /// English, with its article.
    pub en: &'static str,
}

/// How an id is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum IdKind {
    /// A name in expressions: small letters, digits, `_`.
    Name,
    /// Any other word: small letters, digits, hyphens.
    Word,
}

/// The longest id.
const MAX_ID: usize = 64;

/// The longest text, in characters.
const MAX_TEXT: usize = 4_000;

/// Reads one file.
pub(super) struct Reader<'a> {
    file: FileKind,
    text: &'a str,
    diagnostics: &'a mut Vec<Diagnostic>,
}

/// A group of entries that is being read.
pub(super) struct Map<'n> {
    noun: Noun,
    id: Option<String>,
    entries: &'n [Entry],
    missing: Vec<&'static str>,
    /// The whole group.
    pub span: Span,
    /// Its first key: where to say that something is missing.
    pub at: Span,
}

impl<'n> Map<'n> {
    fn entry(&self, key: &str) -> Option<&'n Entry> {
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
    fn name(&self) -> (String, String) {
        match &self.id {
            Some(id) if !id.is_empty() => {
                (format!("{} `{}`", self.noun.vi, shown(id)), format!("{} `{}`", self.noun.en, shown(id)))
            }
            _ => (self.noun.vi.to_owned(), self.noun.en.to_owned()),
        }
    }
}

impl<'a> Reader<'a> {
    pub(super) fn new(file: &'a SourceFile, kind: FileKind, diagnostics: &'a mut Vec<Diagnostic>) -> Self {
        Self { file: kind, text: &file.text, diagnostics }
    }

    pub(super) fn report(&mut self, message: Diagnostic) {
        report(self.diagnostics, message);
    }

    /// The author's text at a place.
    fn source(&self, span: Span) -> &'a str {
        self.text.get(span.range()).unwrap_or_default()
    }

    // Groups and lists.

    /// A group of entries; reports every key it does not know.
    pub(super) fn map<'n>(&mut self, node: &'n Node, noun: Noun, allowed: &[&str]) -> Option<Map<'n>> {
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
            let before = at.checked_sub(1).and_then(|before| entries.get(before)).map(|before| before.value.span);
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
        Some(Map { noun, id: None, entries, missing: Vec::new(), span: node.span, at })
    }

    fn not_entries(&mut self, node: &Node, noun: Noun, allowed: &[&str]) {
        let message = self.wrong_shape(node, ("một nhóm mục `tên: giá trị`", "entries of the form `key: value`"), noun);
        let list = allowed.iter().map(|key| format!("`{key}`")).collect::<Vec<_>>().join(", ");
        self.report(if list.is_empty() {
            message
        } else {
            message.help(format!("các mục được dùng: {list}"), format!("the keys are: {list}"))
        });
    }

    fn stray_comma(&mut self, before: Span, entries: &[Entry], allowed: &[&str]) {
        let words = entries
            .iter()
            .take_while(|entry| entry.value.is_absent() && !allowed.contains(&entry.key.value.as_str()))
            .last();
        let Some(last) = words else { return };
        let span = before.to(last.key.span);
        let mut message = Diagnostic::error(
            "stray-comma",
            span,
            "dấu phẩy nằm trong đoạn chữ không có ngoặc",
            "there is a comma inside a text without quotes",
        )
        .label("giữa `{ }`, dấu phẩy bắt đầu một mục mới", "between `{ }` a comma begins a new entry")
        .help("đặt cả đoạn chữ trong ngoặc đơn", "put the whole text in single quotes");
        let words = self.source(span);
        if !words.contains('\n') && !words.starts_with(['\'', '"']) {
            message.suggestion = Some(quoted(words));
        }
        self.report(message);
    }

    fn unknown_key(&mut self, entry: &Entry, noun: Noun, allowed: &[&str]) {
        let key = &entry.key.value;
        let list = allowed.iter().map(|key| format!("`{key}`")).collect::<Vec<_>>().join(", ");
        let mut message = Diagnostic::error(
            "unknown-key",
            entry.key.span,
            format!("{} không có mục `{}`", noun.vi, shown(key)),
            format!("{} has no key `{}`", noun.en, shown(key)),
        );
        if let Some(near) = near(key, allowed) {
            message = message
                .help(
                    format!("có phải ý bạn là `{near}`? Các mục được dùng: {list}"),
                    format!("did you mean `{near}`? The keys are: {list}"),
                )
                .suggest(near);
        } else {
            message = message.help(format!("các mục được dùng: {list}"), format!("the keys are: {list}"));
        }
        self.report(message);
    }

    /// Says once what is missing.
    pub(super) fn finish(&mut self, map: &Map<'_>) {
        let (vi, en) = map.name();
        let mut missing = map.missing.clone();
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
            let list = missing.iter().map(|key| format!("`{key}`")).collect::<Vec<_>>().join(", ");
            self.report(Diagnostic::error(
                "missing-key",
                map.at,
                format!("{vi} còn thiếu {list}"),
                format!("{en} lacks {list}"),
            ));
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
    pub(super) fn required<'n>(&mut self, map: &mut Map<'n>, key: &'static str) -> Option<&'n Node> {
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
        let Some(first_over) = items.get(limit) else { return items };
        self.report(Diagnostic::error(
            "too-many",
            first_over.span,
            format!("{} có {} mục; nhiều nhất là {limit}", noun.vi, items.len()),
            format!("{} has {} items; at most {limit} are allowed", noun.en, items.len()),
        ));
        &items[..limit]
    }

    /// The items of the list at a key that need not be there.
    pub(super) fn optional_list<'n>(&mut self, map: &Map<'n>, key: &str, noun: Noun, limit: usize) -> &'n [Node] {
        self.optional(map, key).map_or(&[], |node| self.list(node, noun, limit))
    }

    /// The items of the list at a key that must be there.
    pub(super) fn required_list<'n>(
        &mut self,
        map: &mut Map<'n>,
        key: &'static str,
        noun: Noun,
        limit: usize,
    ) -> &'n [Node] {
        self.required(map, key).map_or(&[], |node| self.list(node, noun, limit))
    }

    /// Says what was expected and what is there.
    fn wrong_shape(&self, node: &Node, expected: (&str, &str), what: Noun) -> Diagnostic {
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
    fn first_line(&self, span: Span) -> Span {
        let first = self.source(span).lines().next().unwrap_or_default().trim_end();
        Span::new(span.file, span.start, span.start + first.len() as u32)
    }

    // Words.

    fn scalar<'n>(&mut self, node: &'n Node, noun: Noun) -> Option<&'n Scalar> {
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
                    .label("YAML đọc dấu ngoặc này như danh sách hay nhóm mục", "YAML reads these brackets as a list or a group")
                    .help("đặt cả đoạn trong ngoặc đơn", "put all of it in single quotes");
                    message.suggestion = Some(quoted(words));
                    self.report(message);
                } else {
                    let message = self.wrong_shape(node, ("một đoạn chữ hay một giá trị", "a text or a value"), noun);
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
            self.report(Diagnostic::error(
                "empty-value",
                node.span,
                format!("{} không được để trống", noun.vi),
                format!("{} must not be empty", noun.en),
            ));
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
                format!("{} has {length} characters; at most {MAX_TEXT} are allowed", noun.en),
            ));
        }
        text
    }

    /// Words at a key that must be there.
    pub(super) fn required_words(&mut self, map: &mut Map<'_>, key: &'static str, noun: Noun) -> Spanned<String> {
        self.required(map, key).and_then(|node| self.words(node, noun)).unwrap_or_else(|| map.nothing())
    }

    /// Words at a key that need not be there.
    pub(super) fn optional_words(&mut self, map: &Map<'_>, key: &str, noun: Noun) -> Option<Spanned<String>> {
        self.optional(map, key).and_then(|node| self.words(node, noun))
    }

    /// The article something rests on.
    pub(super) fn basis(&mut self, map: &mut Map<'_>) -> Spanned<String> {
        let Some(node) = map.entry("basis").map(|entry| &entry.value) else {
            map.missing.push("basis");
            return map.nothing();
        };
        let blank = matches!(&node.kind, NodeKind::Scalar(scalar) if scalar.value.trim().is_empty());
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
        let text = Text::new(language("vi").unwrap_or_default(), language("en").unwrap_or_default());
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
            let (key, name_vi, name_en) =
                if vi { ("vi", "tiếng Việt", "Vietnamese") } else { ("en", "tiếng Anh", "English") };
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
    pub(super) fn required_text(&mut self, map: &mut Map<'_>, key: &'static str, noun: Noun) -> Spanned<Text> {
        self.required(map, key).map_or_else(|| map.nothing(), |node| self.text(node, noun))
    }

    /// A text at a key that need not be there.
    pub(super) fn optional_text(&mut self, map: &Map<'_>, key: &str, noun: Noun) -> Option<Spanned<Text>> {
        self.optional(map, key).map(|node| self.text(node, noun))
    }

    /// The id of a group; from here on messages call the group by it.
    pub(super) fn id(&mut self, map: &mut Map<'_>, kind: IdKind) -> Spanned<String> {
        let id = self.required_id(map, "id", kind);
        map.id = Some(id.value.clone());
        id
    }

    /// An id at a key that must be there.
    pub(super) fn required_id(&mut self, map: &mut Map<'_>, key: &'static str, kind: IdKind) -> Spanned<String> {
        self.required(map, key).and_then(|node| self.id_of(node, kind)).unwrap_or_else(|| map.nothing())
    }

    /// An id. A malformed one is reported and kept, so that what refers to it is not reported too.
    pub(super) fn id_of(&mut self, node: &Node, kind: IdKind) -> Option<Spanned<String>> {
        let id = self.words(node, ID)?;
        if well_formed(&id.value, kind) {
            return Some(id);
        }
        let (vi, en) = match kind {
            IdKind::Name => (
                "viết bằng chữ thường không dấu, chữ số và `_`, bắt đầu bằng chữ",
                "write small letters without marks, digits and `_`, beginning with a letter",
            ),
            IdKind::Word => (
                "viết bằng chữ thường không dấu, chữ số và dấu gạch nối `-` giữa các từ",
                "write small letters without marks and digits, with hyphens `-` between the words",
            ),
        };
        let mut message = Diagnostic::error(
            "malformed-id",
            id.span,
            format!("mã `{}` viết chưa đúng", shown(&id.value)),
            format!("the id `{}` is malformed", shown(&id.value)),
        );
        let corrected = corrected(&id.value, kind);
        if well_formed(&corrected, kind) {
            message = message
                .help(format!("{vi}, ví dụ `{corrected}`"), format!("{en}, for example `{corrected}`"))
                .suggest(corrected);
        } else if id.value.len() > MAX_ID {
            message = message.help(format!("nhiều nhất {MAX_ID} chữ"), format!("at most {MAX_ID} characters"));
        } else {
            message = message.help(vi, en);
        }
        self.report(message);
        Some(id)
    }

    /// One of the words of a table.
    pub(super) fn word<T: Copy>(&mut self, node: &Node, noun: Noun, table: &[(&str, T)]) -> Option<T> {
        let word = self.words(node, noun)?;
        if let Some((_, value)) = table.iter().find(|(name, _)| *name == word.value) {
            return Some(*value);
        }
        let names: Vec<&str> = table.iter().map(|(name, _)| *name).collect();
        let list = names.iter().map(|name| format!("`{name}`")).collect::<Vec<_>>().join(", ");
        let mut message = Diagnostic::error(
            "unknown-word",
            word.span,
            format!("`{}` không phải là một giá trị của {}", shown(&word.value), noun.vi),
            format!("`{}` is no value for {}", shown(&word.value), noun.en),
        );
        let lower = word.value.to_lowercase().replace([' ', '_'], "-");
        let near = near(&word.value, &names).or_else(|| near(&lower, &names)).or_else(|| translated(&word.value, &names));
        if let Some(near) = near {
            message = message
                .help(
                    format!("có phải ý bạn là `{near}`? Các giá trị được dùng: {list}"),
                    format!("did you mean `{near}`? The values are: {list}"),
                )
                .suggest(near);
        } else {
            message = message.help(format!("các giá trị được dùng: {list}"), format!("the values are: {list}"));
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
        self.required(map, key).and_then(|node| self.word(node, noun, table))
    }

    /// `true` or `false`.
    pub(super) fn boolean(&mut self, node: &Node, noun: Noun) -> Option<bool> {
        self.word(node, noun, &[("true", true), ("false", false)])
    }

    // Numbers and dates.

    /// An exact number.
    pub(super) fn decimal(&mut self, node: &Node, noun: Noun) -> Option<Spanned<Decimal>> {
        let words = self.words(node, noun)?;
        if let Ok(number) = words.value.parse::<Decimal>() {
            return Some(Spanned::new(number, words.span));
        }
        let mut message = Diagnostic::error(
            "malformed-number",
            words.span,
            format!("`{}` không phải là một số đọc được", shown(&words.value)),
            format!("`{}` is not a number that can be read", shown(&words.value)),
        )
        .help(
            "viết chữ số liền nhau, dấu chấm trước phần thập phân: `1500000`, `3.5`; nhiều nhất 18 chữ số",
            "write digits without separators and a point before the fraction: `1500000`, `3.5`; at most 18 digits",
        );
        if let Some(plain) = plain_number(&words.value) {
            message = message.suggest(plain);
        }
        self.report(message);
        None
    }

    /// A whole number that `T` can hold.
    pub(super) fn whole<T: TryFrom<i64>>(&mut self, node: &Node, noun: Noun) -> Option<Spanned<T>> {
        let number = self.decimal(node, noun)?;
        let whole = number.value.rescaled(0).and_then(|number| T::try_from(number.units).ok());
        if whole.is_none() {
            self.report(Diagnostic::error(
                "malformed-number",
                number.span,
                format!("{} phải là một số nguyên không quá lớn, không âm", noun.vi),
                format!("expected a whole number, not too large and not negative, for {}", noun.en),
            ));
        }
        Some(Spanned::new(whole?, number.span))
    }

    /// A date.
    pub(super) fn date(&mut self, node: &Node, noun: Noun) -> Option<Spanned<Date>> {
        let words = self.words(node, noun)?;
        match words.value.parse::<Date>() {
            Ok(date) => Some(Spanned::new(date, words.span)),
            Err(error) => {
                self.report(wrong_date(&words, error, "2013-07-01"));
                None
            }
        }
    }

    /// A date with a time of day.
    pub(super) fn moment(&mut self, node: &Node, noun: Noun) -> Option<Spanned<Moment>> {
        let words = self.words(node, noun)?;
        match words.value.parse::<Moment>() {
            Ok(moment) => Some(Spanned::new(moment, words.span)),
            Err(error) => {
                self.report(wrong_date(&words, error, "2013-07-01T08:30"));
                None
            }
        }
    }

    /// `amount` and `unit` of a group.
    pub(super) fn term(&mut self, map: &mut Map<'_>) -> Spanned<Option<Term>> {
        let amount = self.required(map, "amount");
        let unit = self.required(map, "unit");
        let span = match (amount, unit) {
            (Some(amount), Some(unit)) => amount.span.to(unit.span),
            (Some(one), None) | (None, Some(one)) => one.span,
            (None, None) => map.at,
        };
        let amount = amount.and_then(|node| self.amount(node));
        let units = Unit::ALL.map(|unit| (unit.id(), unit));
        let unit = unit.and_then(|node| self.word(node, UNIT, &units));
        let term = match (amount, unit) {
            (Some(amount), Some(unit)) => Some(Term { amount, unit }),
            _ => None,
        };
        let Some(Err(error)) = term.map(Term::check) else { return Spanned::new(term, span) };
        let (vi, en) = match error {
            TermError::Half => (
                "chỉ số ngày làm việc và giờ làm việc mới được lẻ một nửa (.5)",
                "only amounts of `working-day` and `working-hour` may end in .5",
            ),
            TermError::SameDay => ("`same-day` chỉ đi với `amount: 1`", "`same-day` goes with `amount: 1`"),
        };
        self.report(Diagnostic::error("malformed-term", span, vi, en));
        Spanned::new(None, span)
    }

    fn amount(&mut self, node: &Node) -> Option<Amount> {
        let number = self.decimal(node, AMOUNT)?;
        let amount = Amount::from_decimal(number.value);
        if amount.is_none() {
            self.report(Diagnostic::error(
                "malformed-term",
                number.span,
                format!("một thời hạn dài từ 0.5 đến {}, lẻ nhất là một nửa", Amount::MAX),
                format!("a term is between 0.5 and {}, in steps of one half", Amount::MAX),
            ));
        }
        amount
    }

    // Expressions.

    /// The words of an expression without white space around them, and where they stand.
    fn formula(&mut self, node: &Node, noun: Noun) -> Option<(String, Place, Span)> {
        let scalar = self.scalar(node, noun)?;
        let text = scalar.value.trim();
        if text.is_empty() {
            self.report(Diagnostic::error(
                "empty-value",
                node.span,
                format!("{} không được để trống", noun.vi),
                format!("{} must not be empty", noun.en),
            ));
            return None;
        }
        let from = scalar.value.len() - scalar.value.trim_start().len();
        let offsets = scalar.place.offsets.get(from..=from + text.len()).unwrap_or_default().to_vec();
        let place = Place { file: scalar.place.file, offsets };
        let span = place.span(0..text.len());
        Some((text.to_owned(), place, span))
    }

    /// An expression.
    pub(super) fn expression(&mut self, node: &Node, noun: Noun) -> Expression {
        let Some((text, place, span)) = self.formula(node, noun) else {
            return Expression { text: String::new(), span: node.span, ast: None };
        };
        let ast = if self.crowded() { None } else { parse_expression(&text, &place, self.diagnostics) };
        Expression { text: one_line(&text), span, ast }
    }

    /// An expression at a key that must be there.
    pub(super) fn required_expression(&mut self, map: &mut Map<'_>, key: &'static str, noun: Noun) -> Expression {
        match self.required(map, key) {
            Some(node) => self.expression(node, noun),
            None => Expression { text: String::new(), span: map.at, ast: None },
        }
    }

    /// An expression at a key that need not be there.
    pub(super) fn optional_expression(&mut self, map: &Map<'_>, key: &str, noun: Noun) -> Option<Expression> {
        self.optional(map, key).map(|node| self.expression(node, noun))
    }

    /// A cell of a decision table.
    pub(super) fn cell(&mut self, node: &Node) -> CellText {
        let Some((text, place, span)) = self.formula(node, CELL) else {
            return CellText { text: String::new(), span: node.span, ast: None };
        };
        let ast = if self.crowded() { None } else { parse_cell(&text, &place, self.diagnostics) };
        CellText { text: one_line(&text), span, ast }
    }

    /// Whether there are so many messages that no more are wanted.
    fn crowded(&self) -> bool {
        self.diagnostics.len() > super::MAX_DIAGNOSTICS
    }

    /// `when` without the words that say it to people.
    pub(super) fn because(&mut self, map: &Map<'_>) -> Option<Spanned<Text>> {
        let because = self.optional_text(map, "because", BECAUSE);
        let (vi, en) = map.name();
        if map.has("when") && !map.has("because") {
            self.report(
                Diagnostic::error(
                    "no-because",
                    map.key("when"),
                    format!("{vi} có `when` nhưng không nói bằng lời khi nào"),
                    format!("{en} has `when`, but does not say in words when that is"),
                )
                .help(
                    "thêm `because: {vi: …, en: …}`: người dân đọc câu này",
                    "add `because: {vi: …, en: …}`: it is what people read",
                ),
            );
        } else if map.has("because") && !map.has("when") {
            self.report(
                Diagnostic::warning(
                    "because-without-when",
                    map.key("because"),
                    format!("{vi} có `because` nhưng không có `when`"),
                    format!("{en} has `because`, but no `when`"),
                )
                .help(
                    "thêm `when:` với biểu thức, hoặc bỏ `because`",
                    "add `when:` with an expression, or take `because` out",
                ),
            );
        }
        because
    }

    /// The place of a whole file.
    pub(super) fn whole_file(&self) -> Span {
        spot(self.file, 0, self.text.len())
    }
}

const ID: Noun = Noun { vi: "mã", en: "an id" };
const BASIS: Noun = Noun { vi: "căn cứ", en: "the article" };
const UNIT: Noun = Noun { vi: "đơn vị thời gian", en: "the unit of a term" };
const AMOUNT: Noun = Noun { vi: "độ dài thời hạn", en: "the amount of a term" };
const CELL: Noun = Noun { vi: "ô của bảng", en: "a cell of the table" };
const BECAUSE: Noun = Noun { vi: "câu giải thích khi nào", en: "the words that say when" };

/// Words on one line: where the file breaks a line says nothing to who reads them.
fn one_line(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// [`nearest`] for words of a sane length: its work grows with the square of the length.
pub(super) fn near<'w>(word: &str, words: &[&'w str]) -> Option<&'w str> {
    (word.len() <= MAX_ID).then(|| nearest(word, words.iter().copied()))?
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
    ];
    let word = word.to_lowercase();
    let (_, meant) = HABITS.iter().find(|(habit, _)| *habit == word)?;
    words.iter().copied().find(|candidate| candidate == meant)
}

/// Whether an id has the form of its kind.
pub(super) fn well_formed(id: &str, kind: IdKind) -> bool {
    let small = |b: u8| b.is_ascii_lowercase() || b.is_ascii_digit();
    id.len() <= MAX_ID
        && match kind {
            IdKind::Name => {
                id.starts_with(|c: char| c.is_ascii_lowercase()) && id.bytes().all(|b| small(b) || b == b'_')
            }
            IdKind::Word => id.split('-').all(|part| !part.is_empty() && part.bytes().all(small)),
        }
}

/// The id that was probably meant: without marks, in small letters, joined by `_` or `-`.
pub(super) fn corrected(id: &str, kind: IdKind) -> String {
    use unicode_normalization::UnicodeNormalization;
    let joint = match kind {
        IdKind::Name => '_',
        IdKind::Word => '-',
    };
    let mut out = String::new();
    for c in id.nfd().filter(|c| unicode_normalization::char::canonical_combining_class(*c) == 0) {
        match c {
            'đ' | 'Đ' => out.push('d'),
            c if c.is_ascii_alphanumeric() => out.push(c.to_ascii_lowercase()),
            _ if !out.is_empty() && !out.ends_with(joint) => out.push(joint),
            _ => {}
        }
    }
    out.trim_end_matches(joint).to_owned()
}

/// The number in the only form that is read, if it is clear which one was meant.
fn plain_number(words: &str) -> Option<String> {
    let digits: String = words.chars().filter(|c| !matches!(c, ' ' | '_' | '\u{a0}' | '\u{202f}')).collect();
    let digits = digits.strip_prefix('+').unwrap_or(&digits);
    let groups = |separator: char| {
        let mut parts = digits.split(separator);
        parts.next().is_some_and(|first| !first.is_empty())
            && digits.contains(separator)
            && parts.all(|part| part.len() == 3 && part.bytes().all(|b| b.is_ascii_digit()))
    };
    let candidate = if groups('.') || groups(',') {
        digits.replace(['.', ','], "")
    } else {
        // A comma before the fraction, as Vietnamese writes it.
        digits.replacen(',', ".", 1)
    };
    candidate.parse::<Decimal>().is_ok().then_some(candidate)
}

/// What is wrong with a date, and the date that was probably meant.
fn wrong_date(words: &Spanned<String>, error: DateError, example: &str) -> Diagnostic {
    let text = shown(&words.value);
    match error {
        DateError::NoSuchDay => Diagnostic::error(
            "no-such-date",
            words.span,
            format!("không có ngày giờ `{text}` trong lịch"),
            format!("the calendar has no `{text}`"),
        )
        .help("kiểm tra tháng có bao nhiêu ngày", "check how many days the month has"),
        DateError::OutOfRange => Diagnostic::error(
            "no-such-date",
            words.span,
            format!("`{text}` nằm ngoài khoảng {} đến {}", Date::MIN, Date::MAX),
            format!("`{text}` is outside {} to {}", Date::MIN, Date::MAX),
        ),
        DateError::Syntax => {
            let message = Diagnostic::error(
                "malformed-date",
                words.span,
                format!("`{text}` không đúng dạng ngày giờ"),
                format!("`{text}` is not in the form of a date"),
            )
            .help(format!("viết năm-tháng-ngày: `{example}`"), format!("write year-month-day: `{example}`"));
            match iso_date(&words.value) {
                Some(date) if !example.contains('T') => message.suggest(date.to_string()),
                _ => message,
            }
        }
    }
}

/// The date of `1/7/2013`, `01-07-2013`, `2013-7-1`.
fn iso_date(words: &str) -> Option<Date> {
    let parts: Vec<&str> = words.split(['/', '-', '.']).collect();
    let [first, second, third] = parts.as_slice() else { return None };
    let (year, day) = if first.len() == 4 { (first, third) } else { (third, first) };
    if year.len() != 4 {
        return None;
    }
    Date::from_ymd(year.parse().ok()?, second.parse().ok()?, day.parse().ok()?).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ids() {
        assert!(well_formed("head_2", IdKind::Name));
        assert!(!well_formed("2_heads", IdKind::Name));
        assert!(well_formed("tt-44-2023", IdKind::Word));
        for bad in ["", "-a", "a--b", "A", "a_b", "đ"] {
            assert!(!well_formed(bad, IdKind::Word), "{bad}");
        }
        assert_eq!(corrected("Người đứng đầu", IdKind::Word), "nguoi-dung-dau");
        assert_eq!(corrected("So-Trang", IdKind::Name), "so_trang");
        assert_eq!(corrected("Giấy phép  (bản sao)", IdKind::Word), "giay-phep-ban-sao");
    }

    #[test]
    fn numbers_as_people_write_them() {
        for (words, plain) in
            [("1.500.000", "1500000"), ("15 000", "15000"), ("15,000", "15000"), ("3,5", "3.5"), ("+2", "2"), ("1_000", "1000")]
        {
            assert_eq!(plain_number(words).as_deref(), Some(plain), "{words}");
        }
        assert_eq!(plain_number("mười"), None);
    }

    #[test]
    fn dates_as_people_write_them() {
        let first_of_july = Date::from_ymd(2013, 7, 1).ok();
        for words in ["1/7/2013", "01-07-2013", "2013-7-1", "01.07.2013"] {
            assert_eq!(iso_date(words), first_of_july, "{words}");
        }
        assert_eq!(iso_date("31/2/2013"), None);
        assert_eq!(iso_date("1/7/13"), None);
    }

    #[test]
    fn lines_are_joined() {
        assert_eq!(one_line("một\n  hai  ba\n"), "một hai ba");
    }

    #[test]
    fn very_long_words_are_not_compared() {
        assert_eq!(near(&"a".repeat(1 << 20), &["a"]), None);
    }
}
