//! The question of the contract, decoded: `application` of `wit/procedure@1.0.0`. Numbers are positions in the manifest.

use serde::{Deserialize, Serialize};

use crate::{Date, Decimal, Moment};

/// How the dossier reaches the department.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Channel {
    /// Through the public-service portal.
    Online,
    /// Handed in at the one-stop counter.
    Counter,
    /// By the public postal service.
    Postal,
}

/// The question: see `application` in the contract for what each part means and when it may be absent.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Application<'a> {
    /// When the applicant sent the dossier.
    pub filed_at: Moment,
    /// Day 0: the competent agency has the dossier complete and correct.
    pub received_on: Date,
    /// Absent: not said.
    pub channel: Option<Channel>,
    /// Told facts, ascending, each at most once.
    pub facts: Vec<Fact<'a>>,
}

/// One told fact.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Fact<'a> {
    /// Position in the manifest's `facts`.
    pub fact: u16,
    /// Its value, of the type the manifest says.
    pub value: Value<'a>,
}

/// The value of a fact.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Value<'a> {
    /// A value that is told once.
    Scalar(Scalar<'a>),
    /// The rows of a repeating fact; an empty list means "there are none".
    Rows(Vec<Row<'a>>),
}

/// One row: the fields that are told, ascending.
pub type Row<'a> = Vec<Cell<'a>>;

/// One told field of a row.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Cell<'a> {
    /// Position in the fact's `fields`.
    pub field: u16,
    /// Its value.
    pub value: Scalar<'a>,
}

/// A value that is told once, or a field of a row.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Scalar<'a> {
    /// Yes or no.
    Boolean(bool),
    /// A whole number.
    Integer(i64),
    /// An exact decimal at the scale the manifest says.
    Decimal(Decimal),
    /// NFC text without control characters.
    Text(std::borrow::Cow<'a, str>),
    /// A date.
    Date(Date),
    /// A point of local time.
    Moment(Moment),
    /// One option.
    Choice(u16),
    /// Any options, ascending.
    Choices(Vec<u16>),
}
