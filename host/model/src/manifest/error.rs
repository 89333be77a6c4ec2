//! What can be wrong with a manifest.

use crate::Date;
use crate::term::{Term, TermError};

/// Why a manifest is refused: the rule broken, and where.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ManifestError {
    /// It names another contract than the component exports.
    #[error("built against `{named}`, but the component exports `{exported}`")]
    Contract {
        /// What it names.
        named: String,
        /// What the component exports.
        exported: String,
    },
    /// It ends before it begins.
    #[error("in force to {to}, which is before its first day, {from}")]
    Period {
        /// The first day.
        from: Date,
        /// The last day.
        to: Date,
    },
    /// Two things of one list share an id, or an id is malformed.
    #[error("{list}: `{id}` is {what}")]
    Id {
        /// The list.
        list: &'static str,
        /// The id.
        id: String,
        /// What is wrong with it.
        what: &'static str,
    },
    /// More than the limit.
    #[error("{list}: {count} of them, at most {limit} allowed")]
    TooMany {
        /// The list.
        list: &'static str,
        /// How many.
        count: usize,
        /// How many are allowed.
        limit: usize,
    },
    /// A term that makes no sense.
    #[error("time limit row `{row}`: {error}")]
    Term {
        /// The row.
        row: String,
        /// Why.
        error: TermError,
    },
    /// The department takes longer than the law allows, or the two cannot be compared.
    #[error(
        "time limit row `{row}`: the committed term {committed} is not within the statutory term {statutory}"
    )]
    Committed {
        /// The row.
        row: String,
        /// What the department commits to.
        committed: Term,
        /// What the law allows.
        statutory: Term,
    },
    /// The steps take longer than the committed term.
    #[error("time limit row `{row}`: the steps take longer than the term")]
    Steps {
        /// The row.
        row: String,
    },
    /// Something without its article.
    #[error("{list}: `{id}` cites no article")]
    NoBasis {
        /// The list.
        list: &'static str,
        /// The id.
        id: String,
    },
    /// A name that stands for nothing.
    #[error("{list}: `{id}` names `{name}`, which does not exist")]
    Unknown {
        /// The list.
        list: &'static str,
        /// The id.
        id: String,
        /// The name.
        name: String,
    },
    /// A range that holds nothing, or is too wide.
    #[error("fact `{0}`: its range or its options make no sense")]
    Range(String),
    /// Control or bidirectional characters, which could deceive a reader.
    #[error(
        "{0}: a text contains control or bidirectional characters, is not in form NFC, or is too long"
    )]
    Text(String),
}
