//! What hangs below a node of a tree.

use super::ast::{Cell, CellKind, Expr, ExprKind, UnaryTest, UnaryTestKind};

/// The expressions directly inside an expression, in the order in which they are written.
pub(super) fn children(expr: &Expr) -> Vec<&Expr> {
    match &expr.kind {
        ExprKind::Number(_)
        | ExprKind::Text(_)
        | ExprKind::Boolean(_)
        | ExprKind::Null
        | ExprKind::Name(_) => vec![],
        ExprKind::Path(base, _) => vec![base],
        ExprKind::Negate(inner) => vec![inner],
        ExprKind::Binary(_, left, right) => vec![left, right],
        ExprKind::Between(value, low, high) => vec![value, low, high],
        ExprKind::In(value, tests) => std::iter::once(&**value)
            .chain(tests.iter().flat_map(of_test))
            .collect(),
        ExprKind::If(condition, then, otherwise) => vec![condition, then, otherwise],
        ExprKind::Quantified { list, body, .. } | ExprKind::For { list, body, .. } => {
            vec![list, body]
        }
        ExprKind::Call(_, items) | ExprKind::List(items) => items.iter().collect(),
        ExprKind::Range(range) => vec![&range.low, &range.high],
    }
}

/// The expressions directly inside a cell.
pub(super) fn expressions(cell: &Cell) -> Vec<&Expr> {
    match &cell.kind {
        CellKind::Any => vec![],
        CellKind::Tests(tests) | CellKind::Not(tests) => tests.iter().flat_map(of_test).collect(),
    }
}

fn of_test(test: &UnaryTest) -> Vec<&Expr> {
    match &test.kind {
        UnaryTestKind::Compare(_, value) | UnaryTestKind::Value(value) => vec![value],
        UnaryTestKind::Range(range) => vec![&range.low, &range.high],
    }
}
