//! Short words for parts of programs and applications.

use std::borrow::Cow;

use motcua_compiler::ir::{
    Comparison, Definition, Expr, ExprKind, Kind, Program, SlotKind, Table, TableRow,
};
use motcua_compiler::source::Span;
use motcua_model::{Application, Cell, Date, Fact, Moment, Scalar, Value};

/// An expression.
pub fn expr(ty: Kind, kind: ExprKind) -> Expr {
    Expr {
        kind,
        ty,
        span: Span::default(),
    }
}

/// An expression in a box.
pub fn boxed(expr: &Expr) -> Box<Expr> {
    Box::new(expr.clone())
}

/// A constant of a kind other than truth or text.
pub fn int(ty: Kind, units: i64) -> Expr {
    expr(ty, ExprKind::Int(units))
}

/// A number.
pub fn number(units: i64) -> Expr {
    int(Kind::Number, units)
}

/// A truth value.
pub fn truth(value: bool) -> Expr {
    expr(Kind::Boolean, ExprKind::Boolean(value))
}

/// A fact.
pub fn fact(ty: Kind, fact: u16) -> Expr {
    expr(ty, ExprKind::Fact(fact))
}

/// A definition.
pub fn definition(ty: Kind, number: u16) -> Expr {
    expr(ty, ExprKind::Definition(number))
}

/// A comparison.
pub fn compare(comparison: Comparison, a: Expr, b: Expr) -> Expr {
    expr(
        Kind::Boolean,
        ExprKind::Compare(comparison, Box::new(a), Box::new(b)),
    )
}

/// `a = b`
pub fn equal(a: Expr, b: Expr) -> Expr {
    compare(Comparison::Eq, a, b)
}

/// A row of a table.
pub fn row(test: Expr, output: Expr) -> TableRow {
    TableRow { test, output }
}

/// A table.
pub fn table(
    ty: Kind,
    hit: motcua_compiler::ir::Hit,
    rows: Vec<TableRow>,
    otherwise: Option<Expr>,
) -> Expr {
    expr(
        ty,
        ExprKind::Table(Table {
            hit,
            rows,
            otherwise: otherwise.map(Box::new),
        }),
    )
}

/// A program without rules.
pub fn program(facts: Vec<SlotKind>) -> Program {
    Program {
        facts,
        definitions: Vec::new(),
        exemptions: Vec::new(),
        conditions: Vec::new(),
        documents: Vec::new(),
        time_limit: Vec::new(),
        fees: Vec::new(),
        checks: Vec::new(),
        max_input_bytes: 60_000,
    }
}

/// Adds a definition.
pub fn define(program: &mut Program, value: Expr) -> u16 {
    let number = program.definitions.len() as u16;
    program.definitions.push(Definition {
        id: format!("d{number}"),
        value,
    });
    number
}

/// An application of 4 March 2024 that tells no facts.
pub fn application<'a>() -> Application<'a> {
    Application {
        filed_at: "2024-03-04T09:30".parse::<Moment>().expect("a moment"),
        received_on: "2024-03-04".parse::<Date>().expect("a date"),
        channel: None,
        facts: Vec::new(),
    }
}

/// An application that tells these scalar facts.
pub fn telling<'a>(facts: impl IntoIterator<Item = (u16, Scalar<'a>)>) -> Application<'a> {
    let facts = facts
        .into_iter()
        .map(|(fact, value)| Fact {
            fact,
            value: Value::Scalar(value),
        })
        .collect();
    Application {
        facts,
        ..application()
    }
}

/// A text.
pub fn text(text: &str) -> Scalar<'_> {
    Scalar::Text(Cow::Borrowed(text))
}

/// A fact of rows with one field of whole numbers; `None` is a row that does not tell it.
pub fn rows<'a>(fact: u16, values: &[Option<i64>]) -> Fact<'a> {
    let rows = values
        .iter()
        .map(|value| {
            value
                .iter()
                .map(|value| Cell {
                    field: 0,
                    value: Scalar::Integer(*value),
                })
                .collect()
        })
        .collect();
    Fact {
        fact,
        value: Value::Rows(rows),
    }
}
