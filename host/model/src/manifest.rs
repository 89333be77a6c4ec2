//! The manifest: everything a version of a procedure says of itself. It travels inside the component (custom section
//! `motcua:manifest`, JSON), so that a person can read all of it without running anything, and the host checks every
//! answer against it.
//!
//! The compiler writes it from a package; a hand-written plugin brings its own. [`Manifest::check`] holds for both.

mod case;
mod error;
mod time_limit;
mod transition;

use serde::{Deserialize, Serialize};

use crate::{Date, Decimal, Term, Text};

pub use case::{Case, Expectation};
pub use error::ManifestError;
pub use time_limit::{
    CitedTerm, CommitmentSource, CommittedTerm, Step, Suspension, TimeLimit, TimeLimitRow,
};
pub use transition::Transition;

/// One version of a procedure.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Manifest {
    /// The contract it is built against, for example `motcua:procedure@1.0.0`.
    pub contract: String,
    /// In what its rules are written.
    pub rules: Rules,
    /// National code, for example `2.001594`.
    pub code: String,
    /// Whether the code was seen in a source, or only recalled.
    pub code_confirmed: bool,
    /// The name in URLs: lower-case words joined by hyphens.
    pub slug: String,
    /// The first day on which a dossier received is decided by this version.
    pub valid_from: Date,
    /// The last such day, if the version itself says so.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub valid_to: Option<Date>,
    /// Which version decides what was received before `valid_from` (or the later day on which this version is put in
    /// force) and is still undecided then. Absent: the version of its day of receipt.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub transition: Option<Transition>,
    /// The name of the procedure.
    pub name: Text,
    /// Field, for example `publishing`.
    pub field: String,
    /// The department that publishes the version.
    pub department: Text,
    /// Who decides.
    pub authority: Text,
    /// Who may apply, in words.
    pub applicants: Text,
    /// What the applicant gets.
    pub result: Text,
    /// Laws, decrees and circulars it rests on.
    pub legal_basis: Vec<String>,
    /// How sure the facts of this version are: `high`, `medium` or `low`.
    pub confidence: Confidence,
    /// Where the facts were seen.
    pub sources: Vec<String>,
    /// Ways to file it.
    pub channels: Vec<ChannelOffer>,
    /// What may be asked of the applicant; then the filing windows, which the host tells.
    pub facts: Vec<FactSchema>,
    /// Databases that can replace a document.
    #[serde(default)]
    pub data_sources: Vec<DataSource>,
    /// Cases in which the procedure is not needed.
    #[serde(default)]
    pub exemptions: Vec<Exemption>,
    /// All must hold.
    pub conditions: Vec<Condition>,
    /// What the dossier consists of.
    pub documents: Vec<Document>,
    /// Absent: the law sets none.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub time_limit: Option<TimeLimit>,
    /// What is to be paid.
    #[serde(default)]
    pub fees: Vec<Fee>,
    /// What an empty or incomplete list of fees means.
    pub fees_status: FeesStatus,
    /// What must hold between facts; a check that fails is told as a problem.
    #[serde(default)]
    pub checks: Vec<Check>,
    /// Whether and how silence of the authority counts.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub silence: Option<Silence>,
    /// How long the result is valid.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub validity: Option<Cited>,
    /// What must be done after the result is granted, when it is revoked, how the dossier travels.
    #[serde(default)]
    pub notes: Vec<Note>,
    /// Worked examples with the expected answer.
    #[serde(default)]
    pub cases: Vec<Case>,
}

/// In what the rules of a version are written, and so what `when`, `rule`, `amount`, `originals` and `copies` of its
/// manifest are.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Rules {
    /// In its package: the expressions are the rules, and a host can compile them again.
    #[default]
    Package,
    /// In code: what stands in place of the expressions says in words what the code does.
    Plugin,
}

/// How sure the facts are.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Confidence {
    /// Articles read in the official text.
    High,
    /// Partly from secondary sources.
    Medium,
    /// Recalled.
    Low,
}

/// A text with its article.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Cited {
    /// What it says.
    pub text: Text,
    /// Where it stands.
    pub basis: String,
}

/// A remark for people: it changes no answer.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Note {
    /// What the remark is about.
    pub about: NoteAbout,
    /// What it says.
    pub text: Text,
    /// Where it stands, if anywhere.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub basis: Option<String>,
}

/// What a note is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(rename_all = "kebab-case")]
pub enum NoteAbout {
    /// How the dossier travels.
    Process,
    /// Duties after the grant.
    AfterGrant,
    /// When the result is revoked.
    Revocation,
    /// Later law.
    Successor,
    /// Anything else, for example what two sources say differently.
    Remark,
}

/// One way to file.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ChannelOffer {
    /// The way.
    pub channel: crate::Channel,
    /// What to know about it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub note: Option<Text>,
}

/// One fact: what is asked, and what values it may have.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, utoipa::ToSchema)]
pub struct FactSchema {
    /// The name in expressions and in JSON: `[a-z][a-z0-9_]*`.
    pub id: String,
    /// What to ask. For a filing window: what the deadline is.
    pub question: Text,
    /// More words for a form.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub help: Option<Text>,
    /// Its type and range.
    #[serde(flatten)]
    pub kind: FactKind,
}

/// The type of a fact. Numbers carry their range: with it the compiler proves that no rule can overflow.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(tag = "type", rename_all = "kebab-case", deny_unknown_fields)]
pub enum FactKind {
    /// Yes or no.
    Boolean,
    /// A whole number within `min` and `max`, both inclusive.
    Integer {
        /// The smallest value.
        min: i64,
        /// The largest value.
        max: i64,
        /// What is counted.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        unit: Option<Text>,
    },
    /// An exact decimal with at most `decimals` digits after the point.
    Decimal {
        /// The smallest value.
        min: Decimal,
        /// The largest value.
        max: Decimal,
        /// Digits after the point, 1 to 9.
        decimals: u8,
        /// What is measured.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        unit: Option<Text>,
    },
    /// Text of at most `max_length` characters.
    Text {
        /// In characters (Unicode scalar values in form NFC), 1 to 4,000.
        max_length: u16,
    },
    /// A date.
    Date,
    /// A date with a time of day, local time.
    Moment,
    /// One of the options.
    Choice {
        /// At least two.
        options: Vec<ChoiceOption>,
    },
    /// Any of the options.
    Choices {
        /// At most 60.
        options: Vec<ChoiceOption>,
    },
    /// A repeating group.
    Rows {
        /// At most so many rows, 1 to 200.
        max_rows: u16,
        /// The fields of a row; none of them is itself a repeating group or a filing window.
        // A schema that describes itself would be followed for ever.
        #[schema(no_recursion)]
        fields: Vec<FactSchema>,
    },
    /// Told by the host from the calendar: true when the dossier was filed inside the window.
    FilingWindow(FilingWindow),
}

/// One option of a choice.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ChoiceOption {
    /// The word in expressions and in JSON.
    pub id: String,
    /// The words for people.
    pub label: Text,
}

/// When the dossier must be filed, counted from an event that a fact tells.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct FilingWindow {
    /// Before or after the event.
    pub side: WindowSide,
    /// The fact (a date or a moment) that tells the event.
    pub event: String,
    /// At least so long before, or at most so long after.
    pub term: Term,
    /// The article.
    pub basis: String,
}

/// On which side of the event the window lies.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(rename_all = "kebab-case")]
pub enum WindowSide {
    /// File at least the term before the event.
    Before,
    /// File within the term after the event.
    After,
}

/// A database that can replace a document.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct DataSource {
    /// The word in JSON.
    pub id: String,
    /// Its name.
    pub name: Text,
    /// The article that lets it replace paper.
    pub basis: String,
}

/// A case in which the procedure is not needed.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Exemption {
    /// The word in JSON.
    pub id: String,
    /// What it says.
    pub text: Text,
    /// The article.
    pub basis: String,
    /// The rule, as text of the package.
    pub rule: String,
}

/// A condition.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Condition {
    /// The word in JSON.
    pub id: String,
    /// What it says.
    pub text: Text,
    /// The article.
    pub basis: String,
    /// Whom it concerns, as text of the package. Absent: everybody.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub when: Option<String>,
    /// The rule, as text of the package. Absent: only judgement.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub rule: Option<String>,
    /// What the law leaves to the officer.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub judgement: Option<Text>,
}

/// A document of the dossier.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Document {
    /// The word in JSON.
    pub id: String,
    /// What it is.
    pub name: Text,
    /// The article.
    pub basis: String,
    /// The form to use.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub form: Option<String>,
    /// When it is needed, as text of the package. Absent: always.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub when: Option<String>,
    /// When it is needed, in words. Absent: always.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub because: Option<Text>,
    /// Documents of one group replace each other: of those that apply, one is handed in.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub group: Option<String>,
    /// Databases whose data replace it.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub replaced_by: Vec<String>,
    /// Originals in one dossier, as text of the package: a number or an expression.
    pub originals: String,
    /// Copies in one dossier, as text of the package: a number or an expression.
    pub copies: String,
    /// More to know.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub note: Option<Text>,
}

/// A fee.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Fee {
    /// The word in JSON.
    pub id: String,
    /// What is paid for.
    pub name: Text,
    /// The article.
    pub basis: String,
    /// When it is due, as text of the package. Absent: always.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub when: Option<String>,
    /// How much, as text of the package, in đồng.
    pub amount: String,
    /// The unit it is counted by, for example a standard page.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub per: Option<Text>,
    /// Reductions; the most favourable one that applies counts, they do not add up.
    #[serde(default)]
    pub reliefs: Vec<Relief>,
}

/// A reduction of a fee.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Relief {
    /// The word in JSON.
    pub id: String,
    /// What it says.
    pub text: Text,
    /// The article.
    pub basis: String,
    /// When it applies, as text of the package.
    pub when: String,
    /// What is to be paid then, as text of the package, in đồng.
    pub amount: String,
}

/// What is known about the fees of the procedure.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(rename_all = "kebab-case")]
pub enum FeesStatus {
    /// All of them are listed.
    Known,
    /// A source says that there is none.
    None,
    /// No fee was found; that is not a promise that there is none.
    NotSeen,
    /// Listed, but not confirmed.
    Unconfirmed,
}

/// Something that must hold between facts.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Check {
    /// The word in JSON.
    pub id: String,
    /// What is wrong when it fails.
    pub text: Text,
    /// The rule that must hold, as text of the package.
    pub rule: String,
    /// The facts it speaks of.
    pub facts: Vec<String>,
}

/// What silence of the authority means.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Silence {
    /// What follows.
    pub effect: SilenceEffect,
    /// In words.
    pub text: Text,
    /// The article.
    pub basis: String,
}

/// What follows from silence.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(rename_all = "kebab-case")]
pub enum SilenceEffect {
    /// The applicant may go ahead.
    Approved,
    /// Nothing; the applicant waits or complains.
    None,
}

/// Limits on what a manifest may contain; the host refuses more before it runs anything.
pub mod limits {
    /// Facts, and fields of a repeating fact.
    pub const FACTS: usize = 500;
    /// Exemptions, conditions, documents, fees, checks, rows, data sources: each.
    pub const ITEMS: usize = 500;
    /// Options of a choice.
    pub const OPTIONS: usize = 500;
    /// Options of a choice of several.
    pub const CHOICES: usize = 60;
    /// Rows of a repeating fact.
    pub const ROWS: u16 = 200;
    /// Characters of a text fact.
    pub const TEXT_LENGTH: u16 = 4_000;
    /// Bounds of whole numbers, both ways.
    pub const INTEGER: i64 = 1_000_000_000_000_000;
}
