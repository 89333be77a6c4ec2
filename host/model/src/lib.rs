//! The words of Motcua as types: what a procedure is, what is asked, what is answered, and how days are counted.
//!
//! No I/O, no clock, no randomness: whatever depends on the day or on the machine is passed in. Every other crate of the
//! host speaks in these types; none of them is defined twice.
//!
//! - [`manifest`]: what a version of a procedure says of itself, read by people and by the host.
//! - [`application`] and [`assessment`]: the question and the answer of the contract `motcua:procedure@1.0.0`.
//! - [`dossier`]: which documents must be handed in, drawn from what a component says of each.
//! - [`date`], [`decimal`], [`text`]: dates without time zones, exact numbers, bilingual text.
//! - [`statement`], [`lifecycle`], [`timeline`]: how a version comes into force, and which one decides.
//! - [`term`], [`calendar`], [`office`], [`due`]: units of time limits, days off, office hours, due dates.

pub mod application;
pub mod assessment;
pub mod calendar;
pub mod date;
pub mod decimal;
pub mod dossier;
pub mod due;
pub mod lifecycle;
pub mod manifest;
mod manifest_check;
pub mod office;
mod schema;
pub mod statement;
pub mod term;
pub mod text;
pub mod timeline;

pub use application::{Application, Cell, Channel, Fact, Row, Scalar, Value};
pub use assessment::{
    Assessment, ConditionOutcome, ConditionResult, DocumentNeed, DocumentResult, ExemptionOutcome,
    ExemptionResult, FeeDue, FeeResult, MissingFact, Subject, TimeLimitResult, Verdict,
};
pub use date::{Date, Moment};
pub use decimal::Decimal;
pub use dossier::{DossierNeed, DossierRules};
pub use manifest::Manifest;
pub use term::{Amount, Term, Unit};
pub use text::Text;

/// The contract that packages and plugins are built against here: the newest that is released, as it stands in the manifest.
/// The engine speaks older ones too, and drafts where it is told to.
pub const CONTRACT: &str = "motcua:procedure@1.0.0";

/// The custom section of a component that holds its manifest, as JSON.
pub const MANIFEST_SECTION: &str = "motcua:manifest";
/// The custom section that holds the text of the package.
pub const SOURCE_SECTION: &str = "motcua:source";
/// The custom section that holds the text of the cases.
pub const CASES_SECTION: &str = "motcua:cases";
