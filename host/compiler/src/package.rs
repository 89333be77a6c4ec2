//! A package as the author wrote it: every part with its place, nothing checked but its shape. The reader
//! ([`crate::reader`]) makes it from YAML; the checker ([`crate::check`]) makes a manifest and a program of it.
//!
//! What is missing was reported by the reader already and stands here empty, so that one mistake does not hide the next.
//! The form is described for authors in `procedures/README.md`; the words are the same.

use motcua_model::manifest::{
    Case, CommitmentSource, Confidence, FeesStatus, NoteAbout, Rules, SilenceEffect, Suspension,
    Transition, WindowSide,
};
use motcua_model::{Channel, Date, Decimal, Term, Text};

use crate::feel::ast;
use crate::reader::yaml::Node;
use crate::source::{Span, Spanned};

/// A version of a procedure.
#[derive(Clone, Debug, PartialEq)]
pub struct Package {
    /// The whole file.
    pub span: Span,
    /// In what its rules are written. Of a plugin no expression is parsed: its words stand in [`Expression::text`].
    pub rules: Rules,
    /// National code.
    pub code: Spanned<String>,
    /// Whether the code was seen in a source.
    pub code_confirmed: bool,
    /// Name in URLs.
    pub slug: Spanned<String>,
    /// First day in force.
    pub valid_from: Spanned<Date>,
    /// Last day in force.
    pub valid_to: Option<Spanned<Date>>,
    /// What becomes of what was received before.
    pub transition: Option<Transition>,
    /// Name.
    pub name: Spanned<Text>,
    /// Field.
    pub field: Spanned<String>,
    /// Department.
    pub department: Spanned<Text>,
    /// Who decides.
    pub authority: Spanned<Text>,
    /// Who may apply.
    pub applicants: Spanned<Text>,
    /// What the applicant gets.
    pub result: Spanned<Text>,
    /// Laws and decrees.
    pub legal_basis: Vec<Spanned<String>>,
    /// How sure the facts are.
    pub confidence: Confidence,
    /// Where the facts were seen.
    pub sources: Vec<String>,
    /// Ways to file.
    pub channels: Vec<(Spanned<Channel>, Option<Spanned<Text>>)>,
    /// Facts.
    pub facts: Vec<Fact>,
    /// Filing windows.
    pub filing_windows: Vec<FilingWindow>,
    /// Databases that can replace a document.
    pub data_sources: Vec<DataSource>,
    /// Definitions, in the author's order.
    pub definitions: Vec<Definition>,
    /// Exemptions.
    pub exemptions: Vec<Exemption>,
    /// Conditions.
    pub conditions: Vec<Condition>,
    /// Documents.
    pub documents: Vec<Document>,
    /// The time limit.
    pub time_limit: Option<TimeLimit>,
    /// Fees.
    pub fees: Vec<Fee>,
    /// What an empty list of fees means; `None` when it was unreadable, which was reported.
    pub fees_status: Option<FeesStatus>,
    /// Checks.
    pub checks: Vec<Check>,
    /// What silence means.
    pub silence: Option<(SilenceEffect, Spanned<Text>, Spanned<String>)>,
    /// How long the result is valid.
    pub validity: Option<(Spanned<Text>, Spanned<String>)>,
    /// Notes.
    pub notes: Vec<(NoteAbout, Spanned<Text>, Option<Spanned<String>>)>,
}

impl Package {
    /// The words of every expression and every cell, read or not.
    pub fn expressions(&self) -> impl Iterator<Item = &str> {
        let definitions = self.definitions.iter().flat_map(|x| match &x.value {
            DefinitionValue::Rule(rule) => vec![rule.text.as_str()],
            DefinitionValue::Table(table) => table.expressions().collect(),
            DefinitionValue::Unreadable => Vec::new(),
        });
        let optional = (self.conditions.iter())
            .flat_map(|x| [&x.when, &x.rule])
            .chain((self.documents.iter()).flat_map(|x| [&x.when, &x.originals, &x.copies]))
            .chain(
                (self.time_limit.iter())
                    .flat_map(|x| &x.rows)
                    .map(|x| &x.when),
            )
            .chain(self.fees.iter().map(|x| &x.when))
            .flatten();
        let reliefs = self.fees.iter().flat_map(|x| &x.reliefs);
        (self.exemptions.iter().map(|x| &x.rule))
            .chain(self.checks.iter().map(|x| &x.rule))
            .chain(self.fees.iter().map(|x| &x.amount))
            .chain(reliefs.flat_map(|x| [&x.when, &x.amount]))
            .chain(optional)
            .map(|expression| expression.text.as_str())
            .chain(definitions)
    }
}

impl DecisionTable {
    fn expressions(&self) -> impl Iterator<Item = &str> {
        let cells = self.rows.iter().flat_map(|row| &row.when);
        (self.inputs.iter())
            .chain(self.rows.iter().map(|row| &row.then))
            .chain(&self.otherwise)
            .map(|expression| expression.text.as_str())
            .chain(cells.map(|cell| cell.text.as_str()))
    }
}

/// An expression: its words, and its syntax tree unless the words could not be parsed (which was reported).
#[derive(Clone, Debug, PartialEq)]
pub struct Expression {
    /// The words.
    pub text: String,
    /// Where they stand.
    pub span: Span,
    /// The tree.
    pub ast: Option<ast::Expr>,
}

/// A cell of a decision table, likewise.
#[derive(Clone, Debug, PartialEq)]
pub struct CellText {
    /// The words.
    pub text: String,
    /// Where they stand.
    pub span: Span,
    /// The tree.
    pub ast: Option<ast::Cell>,
}

/// A fact or a field of a repeating fact.
#[derive(Clone, Debug, PartialEq)]
pub struct Fact {
    /// Its place.
    pub span: Span,
    /// Name.
    pub id: Spanned<String>,
    /// Question.
    pub question: Spanned<Text>,
    /// More words.
    pub help: Option<Spanned<Text>>,
    /// Type.
    pub kind: FactKind,
}

/// The type of a fact as written.
#[derive(Clone, Debug, PartialEq)]
pub enum FactKind {
    /// `boolean`
    Boolean,
    /// `integer`
    Integer {
        /// Absent: 0.
        min: Option<Spanned<Decimal>>,
        /// Absent: 10^12.
        max: Option<Spanned<Decimal>>,
        /// What is counted.
        unit: Option<Spanned<Text>>,
    },
    /// `decimal`
    Decimal {
        /// Absent: 0.
        min: Option<Spanned<Decimal>>,
        /// Absent: 10^9.
        max: Option<Spanned<Decimal>>,
        /// Absent: 2.
        decimals: Option<Spanned<u8>>,
        /// What is measured.
        unit: Option<Spanned<Text>>,
    },
    /// `text`
    Text {
        /// Absent: 200.
        max_length: Option<Spanned<u16>>,
    },
    /// `date`
    Date,
    /// `moment`
    Moment,
    /// `choice`
    Choice(Vec<ChoiceOption>),
    /// `choices`
    Choices(Vec<ChoiceOption>),
    /// `rows`
    Rows {
        /// Absent: 50.
        max_rows: Option<Spanned<u16>>,
        /// Fields; none is itself `rows`.
        fields: Vec<Fact>,
    },
    /// The type was missing or unknown; reported already.
    Unreadable,
}

/// An option.
#[derive(Clone, Debug, PartialEq)]
pub struct ChoiceOption {
    /// Word.
    pub id: Spanned<String>,
    /// Words for people.
    pub label: Spanned<Text>,
}

/// A filing window.
#[derive(Clone, Debug, PartialEq)]
pub struct FilingWindow {
    /// Name, a boolean in expressions.
    pub id: Spanned<String>,
    /// What the deadline is, in words.
    pub text: Spanned<Text>,
    /// Before or after.
    pub side: WindowSide,
    /// The fact that tells the event.
    pub event: Spanned<String>,
    /// How long.
    pub term: Spanned<Option<Term>>,
    /// Article.
    pub basis: Spanned<String>,
}

/// A database.
#[derive(Clone, Debug, PartialEq)]
pub struct DataSource {
    /// Word.
    pub id: Spanned<String>,
    /// Name.
    pub name: Spanned<Text>,
    /// Article.
    pub basis: Spanned<String>,
}

/// A named value.
#[derive(Clone, Debug, PartialEq)]
pub struct Definition {
    /// Its place.
    pub span: Span,
    /// Name.
    pub id: Spanned<String>,
    /// Value.
    pub value: DefinitionValue,
}

/// How a definition is written.
#[derive(Clone, Debug, PartialEq)]
pub enum DefinitionValue {
    /// `rule: expression`
    Rule(Expression),
    /// `table: …`
    Table(DecisionTable),
    /// Neither; reported already.
    Unreadable,
}

/// A decision table as written.
#[derive(Clone, Debug, PartialEq)]
pub struct DecisionTable {
    /// Its place.
    pub span: Span,
    /// Hit policy.
    pub hit: Spanned<HitPolicy>,
    /// The inputs.
    pub inputs: Vec<Expression>,
    /// The rows.
    pub rows: Vec<DecisionRow>,
    /// What holds where no row does.
    pub otherwise: Option<Expression>,
}

/// The hit policies (DMN 1.4, 8.2.8).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum HitPolicy {
    /// `unique`: at most one row can hold. The default.
    #[default]
    Unique,
    /// `first`: the first row that holds.
    First,
    /// `collect`: the set of the outputs.
    Collect,
    /// `collect sum`
    CollectSum,
    /// `collect min`
    CollectMin,
    /// `collect max`
    CollectMax,
    /// `collect count`
    CollectCount,
}

/// A row of a decision table.
#[derive(Clone, Debug, PartialEq)]
pub struct DecisionRow {
    /// Its place.
    pub span: Span,
    /// One cell for each input; the reader has reported another number of cells and dropped the row.
    pub when: Vec<CellText>,
    /// The output.
    pub then: Expression,
    /// Article.
    pub basis: Option<Spanned<String>>,
}

/// An exemption.
#[derive(Clone, Debug, PartialEq)]
pub struct Exemption {
    /// Word.
    pub id: Spanned<String>,
    /// What it says.
    pub text: Spanned<Text>,
    /// Article.
    pub basis: Spanned<String>,
    /// When it applies.
    pub rule: Expression,
}

/// A condition.
#[derive(Clone, Debug, PartialEq)]
pub struct Condition {
    /// Its place.
    pub span: Span,
    /// Word.
    pub id: Spanned<String>,
    /// What it says.
    pub text: Spanned<Text>,
    /// Article.
    pub basis: Spanned<String>,
    /// Whom it concerns.
    pub when: Option<Expression>,
    /// What must hold.
    pub rule: Option<Expression>,
    /// What the officer judges.
    pub judgement: Option<Spanned<Text>>,
}

/// A document.
#[derive(Clone, Debug, PartialEq)]
pub struct Document {
    /// Its place.
    pub span: Span,
    /// Word.
    pub id: Spanned<String>,
    /// What it is.
    pub name: Spanned<Text>,
    /// Article.
    pub basis: Spanned<String>,
    /// Form.
    pub form: Option<Spanned<String>>,
    /// When it is needed.
    pub when: Option<Expression>,
    /// When it is needed, in words.
    pub because: Option<Spanned<Text>>,
    /// Group.
    pub group: Option<Spanned<String>>,
    /// Databases that replace it.
    pub replaced_by: Vec<Spanned<String>>,
    /// Originals; absent: 0.
    pub originals: Option<Expression>,
    /// Copies; absent: 0.
    pub copies: Option<Expression>,
    /// More to know.
    pub note: Option<Spanned<Text>>,
}

/// The time limit.
#[derive(Clone, Debug, PartialEq)]
pub struct TimeLimit {
    /// Its place.
    pub span: Span,
    /// From what it runs.
    pub starts: Spanned<Text>,
    /// What completing the dossier does to the clock.
    pub suspension: Suspension,
    /// Rows.
    pub rows: Vec<TimeLimitRow>,
}

/// A row of the time limit.
#[derive(Clone, Debug, PartialEq)]
pub struct TimeLimitRow {
    /// Its place.
    pub span: Span,
    /// Word.
    pub id: Spanned<String>,
    /// When it applies.
    pub when: Option<Expression>,
    /// When it applies, in words.
    pub because: Option<Spanned<Text>>,
    /// The law's limit.
    pub statutory: TermWithBasis,
    /// What the department commits to.
    pub committed: Option<(TermWithBasis, CommitmentSource)>,
    /// Runs through days off.
    pub continuous: bool,
    /// Steps.
    pub steps: Vec<Step>,
}

/// A term with its article. `term` is `None` when it was unreadable, which was reported.
#[derive(Clone, Debug, PartialEq)]
pub struct TermWithBasis {
    /// How long, at its place.
    pub term: Spanned<Option<Term>>,
    /// Article.
    pub basis: Spanned<String>,
}

/// A step.
#[derive(Clone, Debug, PartialEq)]
pub struct Step {
    /// Word.
    pub id: Spanned<String>,
    /// What is done.
    pub name: Spanned<Text>,
    /// Who does it.
    pub role: Spanned<Text>,
    /// How long.
    pub term: Spanned<Option<Term>>,
}

/// A fee.
#[derive(Clone, Debug, PartialEq)]
pub struct Fee {
    /// Its place.
    pub span: Span,
    /// Word.
    pub id: Spanned<String>,
    /// What is paid for.
    pub name: Spanned<Text>,
    /// Article.
    pub basis: Spanned<String>,
    /// When it is due.
    pub when: Option<Expression>,
    /// How much.
    pub amount: Expression,
    /// Counted by.
    pub per: Option<Spanned<Text>>,
    /// Reductions.
    pub reliefs: Vec<Relief>,
}

/// A reduction.
#[derive(Clone, Debug, PartialEq)]
pub struct Relief {
    /// Word.
    pub id: Spanned<String>,
    /// What it says.
    pub text: Spanned<Text>,
    /// Article.
    pub basis: Spanned<String>,
    /// When it applies.
    pub when: Expression,
    /// What is to be paid then.
    pub amount: Expression,
}

/// A check.
#[derive(Clone, Debug, PartialEq)]
pub struct Check {
    /// Word.
    pub id: Spanned<String>,
    /// What is wrong when it fails.
    pub text: Spanned<Text>,
    /// What must hold.
    pub rule: Expression,
    /// The facts it speaks of, where its rule is code; of an expression they are found in it.
    pub facts: Vec<Spanned<String>>,
}

/// The cases of a version, from their own file.
#[derive(Clone, Debug, PartialEq)]
pub struct Cases {
    /// Their file.
    pub span: Span,
    /// The cases, with the place of the id of each.
    pub cases: Vec<Spanned<Case>>,
    /// Every entry of the list as it is written, also one that could not be read whole: so that each word of it can be
    /// looked at and pointed at.
    pub written: Vec<Node>,
}
