//! The checked rules of a package: names resolved, types known, ranges proven. What is here cannot go wrong when it
//! runs: every expression has a value or is unknown.
//!
//! **Values.** Truth has three values: false, true, unknown. Every other type but text is one `i64`, and [`NULL`] means
//! unknown; the checker has proven by interval arithmetic that no number, date or duration comes near it or overflows.
//! Numbers are fixed-point: the type says how many digits stand after the point, and the checker has put a
//! [`ExprKind::Scale`] wherever two scales meet.
//!
//! **Unknown.** An operation with an unknown operand is unknown, except where the result is the same whatever the operand
//! may turn out to be: `and` with a false operand is false, `or` with a true one is true, `if` with an unknown condition
//! has a value when both branches have the same. So an outcome that is known never changes when one more fact is told.

use crate::source::Span;

/// The most operations a program may have: far more than any procedure, and few enough to be written in a second.
pub(crate) const MAX_OPERATIONS: usize = 200_000;

/// Unknown, for every type that is an `i64`.
pub const NULL: i64 = i64::MIN;

/// The type of an expression as the emitter needs it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// False, true, unknown.
    Boolean,
    /// Fixed-point number; the scale only matters to the checker.
    Number,
    /// Text: a fact or field of type text, or a constant.
    Text,
    /// Days since 1970-01-01.
    Date,
    /// Seconds since 1970-01-01T00:00:00 local time.
    Moment,
    /// Seconds.
    Duration,
    /// Months.
    Months,
    /// Option number.
    Choice,
    /// Set of options: bit `n` is option `n`.
    Choices,
}

/// A checked expression.
#[derive(Clone, Debug, PartialEq)]
pub struct Expr {
    /// What it computes.
    pub kind: ExprKind,
    /// Its type.
    pub ty: Kind,
    /// Where it stands in the package.
    pub span: Span,
}

impl Expr {
    /// The expressions it is made of, in order; a definition is not part of what names it.
    pub fn parts(&self) -> Vec<&Self> {
        match &self.kind {
            ExprKind::And(parts) | ExprKind::Or(parts) => parts.iter().collect(),
            ExprKind::If(a, b, c) => vec![a, b, c],
            ExprKind::Table(table) => {
                let rows = table.rows.iter().flat_map(|row| [&row.test, &row.output]);
                rows.chain(table.otherwise.as_deref()).collect()
            }
            ExprKind::Compare(_, a, b)
            | ExprKind::TextTest(_, a, b)
            | ExprKind::Add(a, b)
            | ExprKind::Subtract(a, b)
            | ExprKind::Multiply(a, b)
            | ExprKind::Least(a, b)
            | ExprKind::Greatest(a, b)
            | ExprKind::Divide(a, b, _)
            | ExprKind::AddMonths(a, b) => vec![a, b],
            ExprKind::Not(a)
            | ExprKind::TextLength(a)
            | ExprKind::HasOption(a, _)
            | ExprKind::CountOptions(a)
            | ExprKind::Negate(a)
            | ExprKind::Absolute(a)
            | ExprKind::Scale(a, _)
            | ExprKind::DateOf(a)
            | ExprKind::Midnight(a)
            | ExprKind::DatePart(_, a)
            | ExprKind::Quantified { body: a, .. }
            | ExprKind::Aggregate { body: a, .. } => vec![a],
            ExprKind::Null
            | ExprKind::Boolean(_)
            | ExprKind::Int(_)
            | ExprKind::Text(_)
            | ExprKind::Fact(_)
            | ExprKind::Field { .. }
            | ExprKind::Definition(_)
            | ExprKind::Given(_)
            | ExprKind::CountRows(_) => Vec::new(),
        }
    }

    /// How many operations it has, itself and everything in it.
    pub fn operations(&self) -> usize {
        let parts = self.parts().into_iter();
        1 + parts.map(Self::operations).sum::<usize>()
    }
}

/// A comparison.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Comparison {
    /// `=`
    Eq,
    /// `!=`
    Ne,
    /// `<`
    Lt,
    /// `<=`
    Le,
    /// `>`
    Gt,
    /// `>=`
    Ge,
}

/// How a quotient that is not whole becomes whole. The names are those of FEEL (DMN 1.4, 10.3.4.7).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Rounding {
    /// Away from zero.
    Up,
    /// Towards zero.
    Down,
    /// To the nearest; a half away from zero.
    HalfUp,
    /// To the nearest; a half towards zero.
    HalfDown,
    /// To the nearest; a half to the even neighbour (`decimal`).
    HalfEven,
    /// Towards minus infinity (`floor`).
    Floor,
    /// Towards plus infinity (`ceiling`).
    Ceiling,
}

/// A test of two texts, byte by byte; texts are in form NFC.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum TextTest {
    /// `a = b`
    Equals,
    /// `starts with(a, b)`
    StartsWith,
    /// `ends with(a, b)`
    EndsWith,
    /// `contains(a, b)`
    Contains,
}

/// A part of a date.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum DatePart {
    /// The year.
    Year,
    /// 1 to 12.
    Month,
    /// 1 to 31.
    Day,
    /// Monday = 1 … Sunday = 7.
    Weekday,
}

/// What is made of the rows.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Aggregate {
    /// The sum; of no rows, 0.
    Sum,
    /// The smallest; of no rows, unknown.
    Min,
    /// The largest; of no rows, unknown.
    Max,
}

/// What the application itself tells.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Given {
    /// Moment of filing. Never unknown.
    FiledAt,
    /// Day of receipt. Never unknown.
    ReceivedOn,
    /// Channel as [`Kind::Choice`]: online 0, counter 1, postal 2. Unknown when not said.
    Channel,
}

/// What an expression computes.
#[derive(Clone, Debug, PartialEq)]
pub enum ExprKind {
    /// Unknown, of any type: what a table gives where no row applies.
    Null,
    /// A truth value.
    Boolean(bool),
    /// A number, date, moment, duration, months, choice or set, in its units.
    Int(i64),
    /// A text.
    Text(String),
    /// A fact, by position in the manifest. Rows facts never stand here.
    Fact(u16),
    /// A field of the row that `variable` stands for.
    Field {
        /// The variable of the enclosing [`ExprKind::Quantified`] or [`ExprKind::Aggregate`].
        variable: u16,
        /// Position in the fact's fields.
        field: u16,
    },
    /// A definition, by position in [`Program::definitions`].
    Definition(u16),
    /// What the application tells.
    Given(Given),
    /// `not(a)`
    Not(Box<Expr>),
    /// Two or more; false as soon as one is false.
    And(Vec<Expr>),
    /// Two or more; true as soon as one is true.
    Or(Vec<Expr>),
    /// Of two expressions of the same kind; booleans only with `Eq` and `Ne`, choices and sets likewise, never texts.
    Compare(Comparison, Box<Expr>, Box<Expr>),
    /// Of two texts.
    TextTest(TextTest, Box<Expr>, Box<Expr>),
    /// The number of characters of a text.
    TextLength(Box<Expr>),
    /// Whether a set has an option.
    HasOption(Box<Expr>, u16),
    /// How many options a set has.
    CountOptions(Box<Expr>),
    /// `a + b`, both in the same units.
    Add(Box<Expr>, Box<Expr>),
    /// `a - b`, both in the same units.
    Subtract(Box<Expr>, Box<Expr>),
    /// `a * b`; the scales add up.
    Multiply(Box<Expr>, Box<Expr>),
    /// `-a`
    Negate(Box<Expr>),
    /// `abs(a)`
    Absolute(Box<Expr>),
    /// The smaller of two numbers, dates, moments, durations or months.
    Least(Box<Expr>, Box<Expr>),
    /// The larger of them.
    Greatest(Box<Expr>, Box<Expr>),
    /// The units times a positive constant: a number at a larger scale, days as seconds.
    Scale(Box<Expr>, i64),
    /// The quotient of the units, rounded; unknown when the divisor is 0.
    Divide(Box<Expr>, Box<Expr>, Rounding),
    /// `a` of type date or moment, so many months later: the last day of a shorter month.
    AddMonths(Box<Expr>, Box<Expr>),
    /// The day of a moment.
    DateOf(Box<Expr>),
    /// Midnight at the start of a date.
    Midnight(Box<Expr>),
    /// A part of a date, as a number.
    DatePart(DatePart, Box<Expr>),
    /// `if c then a else b`
    If(Box<Expr>, Box<Expr>, Box<Expr>),
    /// A decision table.
    Table(Table),
    /// `some`/`every variable in fact satisfies body`.
    Quantified {
        /// `every` instead of `some`.
        every: bool,
        /// The rows fact, by position in the manifest.
        fact: u16,
        /// The variable, unique in the program.
        variable: u16,
        /// A boolean.
        body: Box<Expr>,
    },
    /// The number of rows of a rows fact.
    CountRows(u16),
    /// Something made of a number, date, moment or duration of each row.
    Aggregate {
        /// What is made of them.
        aggregate: Aggregate,
        /// The rows fact, by position in the manifest.
        fact: u16,
        /// The variable, unique in the program.
        variable: u16,
        /// The value of each row.
        body: Box<Expr>,
    },
}

/// How the rows of a table make its result.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Hit {
    /// At most one row can hold (the checker has proven it where it can; a later row that also holds does not count).
    Unique,
    /// The first row that holds.
    First,
    /// The sum over the rows that hold; of none, 0.
    CollectSum,
    /// The smallest of the rows that hold; of none, unknown.
    CollectMin,
    /// The largest of the rows that hold; of none, unknown.
    CollectMax,
    /// How many rows hold. The outputs are not evaluated.
    CollectCount,
    /// The set of the options of the rows that hold: outputs are of kind `Choice`, the table of kind `Choices`.
    CollectSet,
}

/// A decision table.
///
/// With unknown tests: `Unique` has the output of a row that holds; else, like `First` up to the first row that holds, the
/// value on which all rows that may still hold (and `otherwise`, if none is known to hold) agree, or unknown. A collecting
/// table is unknown as soon as one test, or the output of a row that holds, is unknown.
#[derive(Clone, Debug, PartialEq)]
pub struct Table {
    /// How the rows make the result.
    pub hit: Hit,
    /// In the order of the package.
    pub rows: Vec<TableRow>,
    /// What holds where no row does. Absent: unknown. Never present in a collecting table.
    pub otherwise: Option<Box<Expr>>,
}

/// A row of a table.
#[derive(Clone, Debug, PartialEq)]
pub struct TableRow {
    /// A boolean: whether the row holds.
    pub test: Expr,
    /// What it gives.
    pub output: Expr,
}

/// A named value. Definitions only refer to earlier ones.
#[derive(Clone, Debug, PartialEq)]
pub struct Definition {
    /// Its name in the package; the checker's own begin with `$`.
    pub id: String,
    /// Its value.
    pub value: Expr,
}

/// The rule of a condition. At least one of `rule` and `judgement` is there.
#[derive(Clone, Debug, PartialEq)]
pub struct ConditionRule {
    /// Whom it concerns: false gives `not-applicable`; unknown gives `unknown`, whatever the rule says.
    pub when: Option<Expr>,
    /// What must hold.
    pub rule: Option<Expr>,
    /// Whether an officer's judgement remains when the rule holds.
    pub judgement: bool,
}

/// The rule of a document: whether the law asks for it. Which documents and which data replace it, the manifest says, and
/// the host draws what must be handed in.
#[derive(Clone, Debug, PartialEq)]
pub struct DocumentRule {
    /// When it is needed; absent: always.
    pub when: Option<Expr>,
    /// A whole number.
    pub originals: Expr,
    /// A whole number.
    pub copies: Expr,
}

/// The rule of a fee.
#[derive(Clone, Debug, PartialEq)]
pub struct FeeRule {
    /// When it is due; absent: always.
    pub when: Option<Expr>,
    /// In đồng, a whole number, at least 0.
    pub amount: Expr,
    /// Conditions and reduced amounts, in the order of the manifest.
    pub reliefs: Vec<(Expr, Expr)>,
}

/// The type of a fact's slot, for decoding.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum SlotKind {
    /// One value; text included.
    Scalar(Kind),
    /// A repeating group: the kinds of its fields, at most so many rows.
    Rows {
        /// By position in the fact's fields.
        fields: Vec<Kind>,
        /// The most rows.
        max_rows: u16,
    },
}

/// All rules of a package, in the order of its manifest.
#[derive(Clone, Debug, PartialEq)]
pub struct Program {
    /// One for each fact of the manifest.
    pub facts: Vec<SlotKind>,
    /// In an order in which each refers only to earlier ones.
    pub definitions: Vec<Definition>,
    /// One for each exemption: true when it applies.
    pub exemptions: Vec<Expr>,
    /// One for each condition.
    pub conditions: Vec<ConditionRule>,
    /// One for each document.
    pub documents: Vec<DocumentRule>,
    /// When each row of the time limit applies; `None`: in all cases left. The first row that holds counts.
    pub time_limit: Vec<Option<Expr>>,
    /// One for each fee.
    pub fees: Vec<FeeRule>,
    /// One for each check: false when the facts contradict each other.
    pub checks: Vec<Expr>,
    /// Worst-case size of an application in bytes when lowered by the canonical ABI into the component's memory.
    pub max_input_bytes: u32,
}
