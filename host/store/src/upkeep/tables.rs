//! Every table of both databases, in an order in which rows can be added.

/// What a column holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    Text,
    Number,
    Flag,
    Bytes,
}

use Kind::{Bytes, Flag, Number, Text};

/// A table: its key comes first.
#[derive(Debug)]
pub struct Table {
    pub name: &'static str,
    /// How many of the first columns are the key.
    pub key: usize,
    pub columns: &'static [(&'static str, Kind)],
    /// Rows read at once: few where they are large.
    pub page: u32,
}

pub static VERSIONS: Table = Table {
    name: "versions",
    key: 1,
    columns: &[
        ("digest", Text),
        ("code", Text),
        ("slug", Text),
        ("valid_from", Text),
        ("valid_to", Text),
        ("contract", Text),
        ("engine", Text),
        ("first_seen_at", Number),
        ("component", Bytes),
    ],
    page: 16,
};

pub static COMPILATIONS: Table = Table {
    name: "compilations",
    key: 2,
    columns: &[
        ("source_digest", Text),
        ("compiler", Text),
        ("digest", Text),
        ("first_seen_at", Number),
    ],
    page: 500,
};

pub static CALENDARS: Table = Table {
    name: "calendars",
    key: 1,
    columns: &[
        ("digest", Text),
        ("country", Text),
        ("year", Number),
        ("first_seen_at", Number),
        ("bytes", Bytes),
    ],
    page: 100,
};

pub static TEXTS: Table = Table {
    name: "texts",
    key: 1,
    columns: &[("digest", Text), ("bytes", Bytes)],
    page: 16,
};

pub static DEEDS: Table = Table {
    name: "deeds",
    key: 1,
    columns: &[
        ("number", Number),
        ("kind", Text),
        ("governs", Flag),
        ("entry", Text),
        ("hash", Text),
    ],
    page: 500,
};

pub static DECISIONS: Table = Table {
    name: "decisions",
    key: 1,
    columns: &[
        ("number", Number),
        ("id", Text),
        ("code", Text),
        ("component", Text),
        ("who", Text),
        ("at", Number),
        ("key", Text),
        ("request", Text),
        ("receipt", Text),
        ("answer", Bytes),
    ],
    page: 500,
};

pub static DECISION_FACTS: Table = Table {
    name: "decision_facts",
    key: 1,
    columns: &[("number", Number), ("sealed", Bytes)],
    page: 500,
};

pub static TABLES: [&Table; 7] = [
    &VERSIONS,
    &COMPILATIONS,
    &CALENDARS,
    &TEXTS,
    &DEEDS,
    &DECISIONS,
    &DECISION_FACTS,
];

/// One value of a row.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Value {
    Nothing,
    Text(String),
    Number(i64),
    Flag(bool),
    Bytes(Vec<u8>),
}

impl Value {
    /// The text; empty for anything else.
    pub fn text(&self) -> &str {
        match self {
            Self::Text(text) => text,
            _ => "",
        }
    }

    /// The number; 0 for anything else.
    pub const fn number(&self) -> i64 {
        match self {
            Self::Number(number) => *number,
            _ => 0,
        }
    }

    /// The bytes; none for anything else.
    pub fn bytes(&self) -> &[u8] {
        match self {
            Self::Bytes(bytes) => bytes,
            _ => &[],
        }
    }

    /// Adds it to a fingerprint, so that no two rows can be taken for each other.
    pub fn hash(&self, add: &mut impl FnMut(&[u8])) {
        let mut tagged = |tag: u8, bytes: &[u8]| {
            add(&[tag]);
            add(&(bytes.len() as u64).to_le_bytes());
            add(bytes);
        };
        match self {
            Self::Nothing => tagged(0, &[]),
            Self::Text(text) => tagged(1, text.as_bytes()),
            Self::Number(number) => tagged(2, &number.to_le_bytes()),
            Self::Flag(flag) => tagged(3, &[u8::from(*flag)]),
            Self::Bytes(bytes) => tagged(4, bytes),
        }
    }
}

/// A row, its values in the order of the table's columns.
pub type Values = Vec<Value>;
