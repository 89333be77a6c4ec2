//! What may be asked: facts, filing windows, and the databases that replace paper.

use motcua_model::manifest::{WindowSide, limits};

use super::ids::IdKind;
use super::shape::{Map, Noun, Reader};
use super::yaml::Node;
use crate::diagnostic::Diagnostic;
use crate::package::{ChoiceOption, DataSource, Fact, FactKind, FilingWindow};
use crate::source::Spanned;

/// What is said of every fact.
const COMMON: [&str; 4] = ["id", "type", "question", "help"];

/// The types, and what else each of them says.
const TYPES: [(&str, Type); 9] = [
    ("boolean", Type::Boolean),
    ("integer", Type::Integer),
    ("decimal", Type::Decimal),
    ("text", Type::Text),
    ("date", Type::Date),
    ("moment", Type::Moment),
    ("choice", Type::Choice),
    ("choices", Type::Choices),
    ("rows", Type::Rows),
];

const SIDES: [(&str, WindowSide); 2] =
    [("before", WindowSide::Before), ("after", WindowSide::After)];

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Type {
    Boolean,
    Integer,
    Decimal,
    Text,
    Date,
    Moment,
    Choice,
    Choices,
    Rows,
}

impl Type {
    const fn keys(self) -> &'static [&'static str] {
        match self {
            Self::Boolean | Self::Date | Self::Moment => &[],
            Self::Integer => &["min", "max", "unit"],
            Self::Decimal => &["min", "max", "decimals", "unit"],
            Self::Text => &["max_length"],
            Self::Choice | Self::Choices => &["options"],
            Self::Rows => &["max_rows", "fields"],
        }
    }
}

/// Everything that a fact of some type may say.
const ALL_KEYS: [&str; 12] = [
    "id",
    "type",
    "question",
    "help",
    "min",
    "max",
    "unit",
    "decimals",
    "max_length",
    "options",
    "max_rows",
    "fields",
];

impl Reader<'_> {
    pub(super) fn facts(&mut self, map: &mut Map<'_>) -> Vec<Fact> {
        let items = self.required_list(map, "facts", FACTS, limits::FACTS);
        items
            .iter()
            .filter_map(|item| self.fact(item, false))
            .collect()
    }

    /// A fact, or a field of a repeating fact.
    fn fact(&mut self, node: &Node, field: bool) -> Option<Fact> {
        let mut map = self.map(node, if field { FIELD } else { FACT }, &ALL_KEYS)?;
        let id = self.id(&mut map, IdKind::Name);
        let kind = self.required_word(&mut map, "type", TYPE, &TYPES);
        let question = self.required_text(&mut map, "question", QUESTION);
        let help = self.optional_text(&map, "help", HELP);
        if let Some(kind) = kind {
            self.foreign_keys(&map, kind);
        }
        let kind = match kind {
            None => FactKind::Unreadable,
            Some(Type::Boolean) => FactKind::Boolean,
            Some(Type::Date) => FactKind::Date,
            Some(Type::Moment) => FactKind::Moment,
            Some(Type::Integer) => FactKind::Integer {
                min: self
                    .optional(&map, "min")
                    .and_then(|node| self.integer(node, MIN)),
                max: self
                    .optional(&map, "max")
                    .and_then(|node| self.integer(node, MAX)),
                unit: self.optional_text(&map, "unit", UNIT),
            },
            Some(Type::Decimal) => FactKind::Decimal {
                min: self
                    .optional(&map, "min")
                    .and_then(|node| self.decimal(node, MIN)),
                max: self
                    .optional(&map, "max")
                    .and_then(|node| self.decimal(node, MAX)),
                decimals: self
                    .optional(&map, "decimals")
                    .and_then(|node| self.whole(node, DECIMALS)),
                unit: self.optional_text(&map, "unit", UNIT),
            },
            Some(Type::Text) => FactKind::Text {
                max_length: self
                    .optional(&map, "max_length")
                    .and_then(|node| self.whole(node, MAX_LENGTH)),
            },
            Some(Type::Choice) => FactKind::Choice(self.options(&mut map)),
            Some(Type::Choices) => FactKind::Choices(self.options(&mut map)),
            Some(Type::Rows) if field => {
                self.report(
                    Diagnostic::error(
                        "nested-rows",
                        map.key("type"),
                        "một nhóm lặp không chứa nhóm lặp khác",
                        "a repeating group holds no other repeating group",
                    )
                    .help(
                        "tách thành một dữ kiện `rows` riêng, hoặc đếm bằng một dữ kiện `integer`",
                        "make it a `rows` fact of its own, or count with an `integer`",
                    ),
                );
                FactKind::Unreadable
            }
            Some(Type::Rows) => FactKind::Rows {
                max_rows: self
                    .optional(&map, "max_rows")
                    .and_then(|node| self.whole(node, MAX_ROWS)),
                fields: self.fields(&mut map),
            },
        };
        self.finish(&map);
        Some(Fact {
            span: map.span,
            id,
            question,
            help,
            kind,
        })
    }

    /// `min` of a boolean: a key of a fact, but not of this one.
    fn foreign_keys(&mut self, map: &Map<'_>, kind: Type) {
        let word = TYPES
            .iter()
            .find(|(_, other)| *other == kind)
            .map_or("", |(word, _)| *word);
        for key in ALL_KEYS {
            if !map.has(key) || COMMON.contains(&key) || kind.keys().contains(&key) {
                continue;
            }
            let owners = TYPES
                .iter()
                .filter(|(_, other)| other.keys().contains(&key));
            let owners = owners
                .map(|(word, _)| format!("`{word}`"))
                .collect::<Vec<_>>()
                .join(", ");
            self.report(
                Diagnostic::error(
                    "unknown-key",
                    map.key(key),
                    format!("dữ kiện loại `{word}` không có mục `{key}`"),
                    format!("a fact of type `{word}` has no key `{key}`"),
                )
                .help(
                    format!("`{key}` thuộc về loại {owners}"),
                    format!("`{key}` belongs to the type {owners}"),
                ),
            );
        }
    }

    fn options(&mut self, map: &mut Map<'_>) -> Vec<ChoiceOption> {
        let mut options = Vec::new();
        for item in self.required_list(map, "options", OPTIONS, limits::OPTIONS) {
            let Some(mut map) = self.map(item, OPTION, &["id", "label"]) else {
                continue;
            };
            let id = self.id(&mut map, IdKind::Word);
            let label = self.required_text(&mut map, "label", LABEL);
            self.finish(&map);
            options.push(ChoiceOption { id, label });
        }
        options
    }

    fn fields(&mut self, map: &mut Map<'_>) -> Vec<Fact> {
        let items = self.required_list(map, "fields", FIELDS, limits::FACTS);
        items
            .iter()
            .filter_map(|item| self.fact(item, true))
            .collect()
    }

    pub(super) fn filing_windows(&mut self, map: &Map<'_>) -> Vec<FilingWindow> {
        let mut windows = Vec::new();
        for item in self.optional_list(map, "filing_windows", WINDOWS, limits::ITEMS) {
            let Some(mut map) = self.map(
                item,
                WINDOW,
                &["id", "text", "side", "event", "term", "basis"],
            ) else {
                continue;
            };
            let id = self.id(&mut map, IdKind::Name);
            let text = self.required_text(&mut map, "text", WINDOW_TEXT);
            let side = self
                .required_word(&mut map, "side", SIDE, &SIDES)
                .unwrap_or(WindowSide::Before);
            let event = self.required_id(&mut map, "event", IdKind::Name);
            let term = match self.required(&mut map, "term") {
                Some(node) => match self.map(node, TERM, &["amount", "unit"]) {
                    Some(mut term) => {
                        let read = self.term(&mut term);
                        self.finish(&term);
                        read
                    }
                    None => Spanned::new(None, node.span),
                },
                None => map.nothing(),
            };
            let basis = self.basis(&mut map);
            self.finish(&map);
            windows.push(FilingWindow {
                id,
                text,
                side,
                event,
                term,
                basis,
            });
        }
        windows
    }

    pub(super) fn data_sources(&mut self, map: &Map<'_>) -> Vec<DataSource> {
        let mut sources = Vec::new();
        for item in self.optional_list(map, "data_sources", DATA_SOURCES, limits::ITEMS) {
            let Some(mut map) = self.map(item, DATA_SOURCE, &["id", "name", "basis"]) else {
                continue;
            };
            let id = self.id(&mut map, IdKind::Word);
            let name = self.required_text(&mut map, "name", DATA_SOURCE_NAME);
            let basis = self.basis(&mut map);
            self.finish(&map);
            sources.push(DataSource { id, name, basis });
        }
        sources
    }
}

const FACTS: Noun = Noun {
    vi: "các dữ kiện",
    en: "the facts",
};
const FACT: Noun = Noun {
    vi: "dữ kiện",
    en: "the fact",
};
const FIELD: Noun = Noun {
    vi: "cột",
    en: "the field",
};
const FIELDS: Noun = Noun {
    vi: "các cột",
    en: "the fields",
};
const TYPE: Noun = Noun {
    vi: "loại dữ kiện",
    en: "the type of a fact",
};
const QUESTION: Noun = Noun {
    vi: "câu hỏi",
    en: "the question",
};
const HELP: Noun = Noun {
    vi: "lời hướng dẫn",
    en: "the help",
};
const MIN: Noun = Noun {
    vi: "giá trị nhỏ nhất",
    en: "the smallest value",
};
const MAX: Noun = Noun {
    vi: "giá trị lớn nhất",
    en: "the largest value",
};
const UNIT: Noun = Noun {
    vi: "đơn vị đếm",
    en: "the unit",
};
const DECIMALS: Noun = Noun {
    vi: "số chữ số thập phân",
    en: "the number of decimals",
};
const MAX_LENGTH: Noun = Noun {
    vi: "độ dài nhiều nhất",
    en: "the largest length",
};
const MAX_ROWS: Noun = Noun {
    vi: "số dòng nhiều nhất",
    en: "the largest number of rows",
};
const OPTIONS: Noun = Noun {
    vi: "các lựa chọn",
    en: "the options",
};
const OPTION: Noun = Noun {
    vi: "lựa chọn",
    en: "the option",
};
const LABEL: Noun = Noun {
    vi: "tên lựa chọn",
    en: "the label",
};
const WINDOWS: Noun = Noun {
    vi: "các thời điểm nộp",
    en: "the filing windows",
};
const WINDOW: Noun = Noun {
    vi: "thời điểm nộp",
    en: "the filing window",
};
const WINDOW_TEXT: Noun = Noun {
    vi: "lời của thời điểm nộp",
    en: "the text of the filing window",
};
const SIDE: Noun = Noun {
    vi: "trước hay sau sự kiện",
    en: "the side of the event",
};
const TERM: Noun = Noun {
    vi: "thời hạn",
    en: "the term",
};
const DATA_SOURCES: Noun = Noun {
    vi: "các cơ sở dữ liệu",
    en: "the data sources",
};
const DATA_SOURCE: Noun = Noun {
    vi: "cơ sở dữ liệu",
    en: "the data source",
};
const DATA_SOURCE_NAME: Noun = Noun {
    vi: "tên cơ sở dữ liệu",
    en: "the name of the data source",
};
