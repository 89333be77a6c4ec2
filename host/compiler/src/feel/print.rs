//! Trees as canonical text: single spaces, only the parentheses that are needed, `(` and `)` for open ends of ranges.

use std::fmt::Write;

use super::ast::{BinaryOp, Cell, CellKind, Expr, ExprKind, Range, UnaryTest, UnaryTestKind};
use super::expression::symbol_of;
use super::lexer::in_word;
use super::literal::is_deceptive;

/// An expression in canonical words. What it gives is read back as the same tree, places apart.
pub fn display(expr: &Expr) -> String {
    words(expr, PREFIX)
}

/// A cell in canonical words, in the same way.
pub fn display_cell(cell: &Cell) -> String {
    match &cell.kind {
        CellKind::Any => "-".to_owned(),
        CellKind::Tests(tests) => list(tests, test),
        CellKind::Not(tests) => format!("not({})", list(tests, test)),
    }
}

// How strongly the parts of an expression hold together; see `level`.
const PREFIX: u8 = 0;
const OR: u8 = 1;
const AND: u8 = 2;
const COMPARISON: u8 = 3;
const SUM: u8 = 4;
const PRODUCT: u8 = 5;
const SIGN: u8 = 6;
const PATH: u8 = 7;
const PRIMARY: u8 = 8;

fn level(kind: &ExprKind) -> u8 {
    match kind {
        ExprKind::If(..) | ExprKind::Quantified { .. } | ExprKind::For { .. } => PREFIX,
        ExprKind::Binary(op, ..) => level_of(*op),
        ExprKind::Between(..) | ExprKind::In(..) => COMPARISON,
        ExprKind::Negate(_) => SIGN,
        ExprKind::Path(..) => PATH,
        _ => PRIMARY,
    }
}

fn level_of(op: BinaryOp) -> u8 {
    match op {
        BinaryOp::Or => OR,
        BinaryOp::And => AND,
        BinaryOp::Add | BinaryOp::Subtract => SUM,
        BinaryOp::Multiply | BinaryOp::Divide => PRODUCT,
        BinaryOp::Eq | BinaryOp::Ne | BinaryOp::Lt | BinaryOp::Le | BinaryOp::Gt | BinaryOp::Ge => {
            COMPARISON
        }
    }
}

/// The words of an expression, in parentheses if it holds together less than its place demands.
fn words(expr: &Expr, least: u8) -> String {
    let bare = bare(expr);
    if level(&expr.kind) < least {
        format!("({bare})")
    } else {
        bare
    }
}

fn bare(expr: &Expr) -> String {
    match &expr.kind {
        ExprKind::Number(number) => number.normalised().to_string(),
        ExprKind::Text(value) => quoted(value),
        ExprKind::Boolean(value) => value.to_string(),
        ExprKind::Null => "null".to_owned(),
        ExprKind::Name(name) => name.clone(),
        ExprKind::Path(base, field) => {
            // `5.a` would be a number with something behind its point.
            let least = if matches!(base.kind, ExprKind::Number(_)) {
                PRIMARY + 1
            } else {
                PATH
            };
            format!("{}.{}", words(base, least), field.value)
        }
        ExprKind::Negate(inner) => format!("-{}", words(inner, SIGN)),
        ExprKind::Binary(op, left, right) => binary(*op, left, right),
        ExprKind::Between(value, low, high) => {
            let both = joined(words(low, SUM), BinaryOp::And, words(high, SUM));
            format!("{} between {both}", words(value, SUM))
        }
        ExprKind::In(value, tests) => format!("{} in {}", words(value, SUM), after_in(tests)),
        ExprKind::If(condition, then, otherwise) => format!(
            "if {} then {} else {}",
            words(condition, PREFIX),
            words(then, PREFIX),
            words(otherwise, PREFIX)
        ),
        ExprKind::Quantified {
            every,
            variable,
            list,
            body,
        } => format!(
            "{} {} in {} satisfies {}",
            if *every { "every" } else { "some" },
            variable.value,
            words(list, PREFIX),
            words(body, PREFIX)
        ),
        ExprKind::For {
            variable,
            list,
            body,
        } => {
            format!(
                "for {} in {} return {}",
                variable.value,
                words(list, PREFIX),
                words(body, PREFIX)
            )
        }
        ExprKind::Call(name, arguments) => format!("{}({})", name.value, list(arguments, display)),
        ExprKind::List(items) => format!("[{}]", list(items, display)),
        ExprKind::Range(range) => self::range(range),
    }
}

fn binary(op: BinaryOp, left: &Expr, right: &Expr) -> String {
    // Operators hold to the left; comparisons do not chain at all.
    let own = level_of(op);
    let least_left = if own == COMPARISON { SUM } else { own };
    joined(words(left, least_left), op, words(right, own + 1))
}

fn joined(left: String, op: BinaryOp, mut right: String) -> String {
    // A fact named `date` and a function `time(…)` would be read as one function.
    let date = left
        .strip_suffix("date")
        .is_some_and(|before| !before.ends_with(in_word));
    if op == BinaryOp::And && date && right.starts_with("time(") {
        right = format!("({right})");
    }
    format!("{left} {} {right}", symbol_of(op))
}

fn list<T>(items: &[T], words: impl Fn(&T) -> String) -> String {
    items.iter().map(words).collect::<Vec<_>>().join(", ")
}

/// The tests after `in`: without parentheses where one test is plain enough.
fn after_in(tests: &[UnaryTest]) -> String {
    if let [only] = tests {
        let words = test(only);
        let plain = match &only.kind {
            UnaryTestKind::Range(_) => true,
            UnaryTestKind::Value(value) => level(&value.kind) >= PATH && !words.starts_with('('),
            UnaryTestKind::Compare(..) => false,
        };
        return if plain { words } else { format!("({words})") };
    }
    format!("({})", list(tests, test))
}

fn test(test: &UnaryTest) -> String {
    match &test.kind {
        UnaryTestKind::Compare(op, value) => format!("{} {}", symbol_of(*op), words(value, SUM)),
        UnaryTestKind::Range(range) => self::range(range),
        UnaryTestKind::Value(value) => {
            let words = words(value, SUM);
            // A bare `not(…)` would negate the cell.
            if words.starts_with("not(") {
                format!("({words})")
            } else {
                words
            }
        }
    }
}

/// A range in canonical words.
pub(super) fn range(range: &Range) -> String {
    format!(
        "{}{}..{}{}",
        if range.low_included { '[' } else { '(' },
        words(&range.low, SUM),
        words(&range.high, SUM),
        if range.high_included { ']' } else { ')' },
    )
}

fn quoted(value: &str) -> String {
    let mut out = String::with_capacity(value.len() + 2);
    out.push('"');
    for c in value.chars() {
        match c {
            '"' => out.push_str("\\\""),
            '\\' => out.push_str("\\\\"),
            '\n' => out.push_str("\\n"),
            '\t' => out.push_str("\\t"),
            // Those with more than four digits are in no text that was read.
            c if is_deceptive(c) => {
                let _ = write!(out, "\\u{:04X}", u32::from(c));
            }
            c => out.push(c),
        }
    }
    out.push('"');
    out
}
