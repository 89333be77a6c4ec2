//! Expressions as the author wrote them: the syntax of FEEL (OMG DMN 1.4, chapter 10.3) as far as packages use it.

use motcua_model::Decimal;

use crate::source::{Span, Spanned};

/// An expression with its place.
#[derive(Clone, Debug, PartialEq)]
pub struct Expr {
    /// What it is.
    pub kind: ExprKind,
    /// Its words, parentheses included.
    pub span: Span,
}

/// The forms of an expression.
#[derive(Clone, Debug, PartialEq)]
pub enum ExprKind {
    /// A number without sign.
    Number(Decimal),
    /// A text in double quotes, escapes resolved.
    Text(String),
    /// `true` or `false`.
    Boolean(bool),
    /// `null`
    Null,
    /// A name: `[a-z][a-z0-9_]*`.
    Name(String),
    /// `a.b`
    Path(Box<Expr>, Spanned<String>),
    /// `-a`
    Negate(Box<Expr>),
    /// `a op b`
    Binary(BinaryOp, Box<Expr>, Box<Expr>),
    /// `a between low and high`
    Between(Box<Expr>, Box<Expr>, Box<Expr>),
    /// `a in test`, `a in (test, test)`: the value, and one or more positive unary tests of which one must hold.
    In(Box<Expr>, Vec<UnaryTest>),
    /// `if c then a else b`
    If(Box<Expr>, Box<Expr>, Box<Expr>),
    /// `some v in list satisfies body`, `every …`. Several variables are nested, the first outermost.
    Quantified {
        /// `every` instead of `some`.
        every: bool,
        /// The variable.
        variable: Spanned<String>,
        /// Where it ranges.
        list: Box<Expr>,
        /// What must hold.
        body: Box<Expr>,
    },
    /// `for v in list return body`
    For {
        /// The variable.
        variable: Spanned<String>,
        /// Where it ranges.
        list: Box<Expr>,
        /// The value for each.
        body: Box<Expr>,
    },
    /// `name(argument, …)`; the name may have spaces (`starts with`, `date and time`, `days between`).
    Call(Spanned<String>, Vec<Expr>),
    /// `[a, b, c]`
    List(Vec<Expr>),
    /// `[low..high]`, `(low..high)`, and the half-open forms.
    Range(Box<Range>),
}

/// A range.
#[derive(Clone, Debug, PartialEq)]
pub struct Range {
    /// Lower end.
    pub low: Expr,
    /// Whether the lower end belongs to it: `[` and not `(` or `]`.
    pub low_included: bool,
    /// Upper end.
    pub high: Expr,
    /// Whether the upper end belongs to it: `]` and not `)` or `[`.
    pub high_included: bool,
}

/// Operators between two expressions.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum BinaryOp {
    /// `or`
    Or,
    /// `and`
    And,
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
    /// `+`
    Add,
    /// `-`
    Subtract,
    /// `*`
    Multiply,
    /// `/`
    Divide,
}

/// A test of one input, as in a cell of a decision table.
#[derive(Clone, Debug, PartialEq)]
pub struct UnaryTest {
    /// What it is.
    pub kind: UnaryTestKind,
    /// Its words.
    pub span: Span,
}

/// The forms of a unary test.
#[derive(Clone, Debug, PartialEq)]
pub enum UnaryTestKind {
    /// `< a`, `<= a`, `> a`, `>= a`, `= a`, `!= a`
    Compare(BinaryOp, Expr),
    /// A range.
    Range(Range),
    /// A value it must equal, or a list one of whose values it must equal.
    Value(Expr),
}

/// A cell of a decision table.
#[derive(Clone, Debug, PartialEq)]
pub struct Cell {
    /// What it is.
    pub kind: CellKind,
    /// Its words.
    pub span: Span,
}

/// The forms of a cell.
#[derive(Clone, Debug, PartialEq)]
pub enum CellKind {
    /// `-`: whatever the input is.
    Any,
    /// `a, b`: one of the tests must hold.
    Tests(Vec<UnaryTest>),
    /// `not(a, b)`: none of the tests may hold.
    Not(Vec<UnaryTest>),
}
