//! Expressions: names become facts and definitions, every operation meets its types.

use std::rc::Rc;

use crate::diagnostic::Diagnostic;
use crate::feel::ast::{BinaryOp, Expr as Ast, ExprKind as AstKind, Range};
use crate::ir::{Expr, ExprKind, Kind};
use crate::source::Span;

use super::Checker;
use super::compare::comparison;
use super::types::{Options, Type};

/// A checked expression with its type. `None` in its place means: wrong, and said so already.
pub(super) type Typed = (Expr, Type);

impl Checker<'_> {
    /// An expression that must be of type boolean.
    pub(super) fn boolean(&mut self, ast: &Ast) -> Option<Expr> {
        let (expr, ty) = self.expr(ast, None)?;
        if ty == Type::Boolean {
            return Some(expr);
        }
        let (vi, en) = ty.words();
        self.report(
            Diagnostic::error(
                "type",
                ast.span,
                "chỗ này cần một điều kiện đúng/sai",
                "this must be a condition: true or false",
            )
            .label(format!("đây là {vi}"), format!("this is {en}"))
            .help(
                "so sánh nó với một giá trị, ví dụ `… > 0` hoặc `… = \"…\"`",
                "compare it with a value, as in `… > 0` or `… = \"…\"`",
            ),
        );
        None
    }

    /// An expression that must be a number at scale 0.
    pub(super) fn whole_number(&mut self, ast: &Ast, what: (&str, &str)) -> Option<Typed> {
        let (expr, ty) = self.expr(ast, None)?;
        match ty {
            Type::Number { scale: 0, .. } => Some((expr, ty)),
            Type::Number { .. } => {
                self.report(
                    Diagnostic::error(
                        "not-whole",
                        ast.span,
                        format!("{} phải là số nguyên", what.0),
                        format!("{} must be a whole number", what.1),
                    )
                    .help(
                        "làm tròn một cách rõ ràng, ví dụ `floor(…)` hoặc `round half up(…, 0)`",
                        "round it explicitly, for example `floor(…)` or `round half up(…, 0)`",
                    ),
                );
                None
            }
            _ => {
                let (vi, en) = ty.words();
                self.report(
                    Diagnostic::error(
                        "type",
                        ast.span,
                        format!("{} phải là một số", what.0),
                        format!("{} must be a number", what.1),
                    )
                    .label(format!("đây là {vi}"), format!("this is {en}"))
                    .help(
                        "dùng một con số, hoặc một định nghĩa cho ra con số",
                        "use a number, or a definition that gives one",
                    ),
                );
                None
            }
        }
    }

    /// An expression; a text literal becomes an option where a choice is expected.
    pub(super) fn expr(&mut self, ast: &Ast, expected: Option<&Type>) -> Option<Typed> {
        let span = ast.span;
        if self.unquoted_option(ast, expected) {
            return None;
        }
        match &ast.kind {
            AstKind::Number(number) => {
                let ty = Type::exactly(*number);
                Some((node(ExprKind::Int(number.units), Kind::Number, span), ty))
            }
            AstKind::Boolean(value) => Some((
                node(ExprKind::Boolean(*value), Kind::Boolean, span),
                Type::Boolean,
            )),
            AstKind::Text(text) => self.text(text, span, expected),
            AstKind::Null => {
                self.report(
                    Diagnostic::error(
                        "null",
                        span,
                        "không thể hỏi một dữ kiện đã được cung cấp hay chưa",
                        "a rule cannot ask whether a fact is told",
                    )
                    .help(
                        "dữ kiện chưa biết làm cho kết quả là “chưa rõ”; nếu việc “không có” có ý nghĩa, hãy hỏi nó \
                         bằng một dữ kiện đúng/sai riêng",
                        "an untold fact makes the outcome “unknown” by itself; if “there is none” matters, ask for it \
                         with a boolean fact of its own",
                    ),
                );
                None
            }
            AstKind::Name(name) => self.name(name, span),
            AstKind::Path(base, field) => self.path(base, field, span),
            AstKind::Negate(inner) => self.negate(inner, span),
            AstKind::Binary(op, left, right) => self.binary(*op, left, right, span),
            AstKind::Between(value, low, high) => {
                let range = Range {
                    low: (**low).clone(),
                    low_included: true,
                    high: (**high).clone(),
                    high_included: true,
                };
                let value = self.expr(value, None)?;
                let test = self.in_range(&value, &range, span)?;
                Some((test, Type::Boolean))
            }
            AstKind::In(value, tests) => {
                let value = self.expr(value, None)?;
                let test = self.any_test(&value, tests, span)?;
                Some((test, Type::Boolean))
            }
            AstKind::If(condition, then, otherwise) => {
                let expected = match expected {
                    Some(ty) => Some(ty.clone()),
                    None => self.expected_of_leaves(&[then, otherwise], "if"),
                };
                let condition = self.boolean(condition);
                let then = self.expr(then, expected.as_ref());
                let otherwise = self.expr(otherwise, expected.as_ref());
                let (condition, then, otherwise) = (condition?, then?, otherwise?);
                let (then, otherwise, ty) = self.same_type(then, otherwise)?;
                let kind = ExprKind::If(Box::new(condition), Box::new(then), Box::new(otherwise));
                Some((node(kind, ty.kind()?, span), ty))
            }
            AstKind::Quantified {
                every,
                variable,
                list,
                body,
            } => {
                let fact = self.rows_fact(list)?;
                let number = self.bind(variable, fact)?;
                let body = self.boolean(body);
                self.variables.pop();
                let kind = ExprKind::Quantified {
                    every: *every,
                    fact,
                    variable: number,
                    body: Box::new(body?),
                };
                Some((node(kind, Kind::Boolean, span), Type::Boolean))
            }
            AstKind::For { .. } => {
                self.report(Diagnostic::error(
                    "for",
                    span,
                    "`for … return …` chỉ dùng trong `sum(…)`, `min(…)` hoặc `max(…)`",
                    "`for … return …` stands only inside `sum(…)`, `min(…)` or `max(…)`",
                ));
                None
            }
            AstKind::Call(name, arguments) => self.call(name, arguments, span),
            AstKind::List(_) => {
                self.report(Diagnostic::error(
                    "list",
                    span,
                    "danh sách chỉ dùng sau `in`, ví dụ `x in [1, 2]`",
                    "a list stands only after `in`, as in `x in [1, 2]`",
                ));
                None
            }
            AstKind::Range(_) => {
                self.report(Diagnostic::error(
                    "range",
                    span,
                    "khoảng giá trị chỉ dùng sau `in`, ví dụ `x in [1..5]`",
                    "a range stands only after `in`, as in `x in [1..5]`",
                ));
                None
            }
        }
    }

    fn text(&mut self, text: &str, span: Span, expected: Option<&Type>) -> Option<Typed> {
        let options = match expected {
            Some(Type::Choice(options)) => options,
            _ => {
                return Some((
                    node(ExprKind::Text(text.to_owned()), Kind::Text, span),
                    Type::Text,
                ));
            }
        };
        let number = self.option(options, text, span)?;
        let ty = Type::Choice(Rc::clone(options));
        Some((node(ExprKind::Int(number.into()), Kind::Choice, span), ty))
    }

    fn binary(&mut self, op: BinaryOp, left: &Ast, right: &Ast, span: Span) -> Option<Typed> {
        match op {
            BinaryOp::And | BinaryOp::Or => {
                let a = self.boolean(left);
                let b = self.boolean(right);
                let (a, b) = (a?, b?);
                let mut parts = Vec::new();
                for part in [a, b] {
                    match (op, part.kind) {
                        (BinaryOp::And, ExprKind::And(inner))
                        | (BinaryOp::Or, ExprKind::Or(inner)) => {
                            parts.extend(inner);
                        }
                        (_, kind) => parts.push(Expr { kind, ..part }),
                    }
                }
                let kind = if op == BinaryOp::And {
                    ExprKind::And(parts)
                } else {
                    ExprKind::Or(parts)
                };
                Some((node(kind, Kind::Boolean, span), Type::Boolean))
            }
            BinaryOp::Eq
            | BinaryOp::Ne
            | BinaryOp::Lt
            | BinaryOp::Le
            | BinaryOp::Gt
            | BinaryOp::Ge => {
                let comparison = comparison(op);
                let (a, b) = self.operands(left, right)?;
                let test = self.compare(comparison, a, b, span)?;
                Some((test, Type::Boolean))
            }
            BinaryOp::Add | BinaryOp::Subtract => {
                let a = self.expr(left, None);
                let b = self.expr(right, None);
                self.add(op == BinaryOp::Subtract, a?, b?, span)
            }
            BinaryOp::Multiply => {
                let a = self.expr(left, None);
                let b = self.expr(right, None);
                self.multiply(a?, b?, span)
            }
            BinaryOp::Divide => {
                self.look_into([left, right]);
                self.report(
                    Diagnostic::error(
                        "unrounded-division",
                        span,
                        "phép chia phải nói rõ cách làm tròn",
                        "a division must say how it is rounded",
                    )
                    .help(
                        "viết `floor(a / b)`, `ceiling(a / b)`, `round half up(a / b, 2)` hoặc `decimal(a / b, 2)`; để so \
                         sánh một tỷ lệ, hãy nhân: `a >= 0.51 * b`",
                        "write `floor(a / b)`, `ceiling(a / b)`, `round half up(a / b, 2)` or `decimal(a / b, 2)`; to \
                         compare a ratio, multiply: `a >= 0.51 * b`",
                    ),
                );
                None
            }
        }
    }

    /// Reports what is wrong inside something that is refused as a whole.
    pub(super) fn look_into<'e>(&mut self, parts: impl IntoIterator<Item = &'e Ast>) {
        for part in parts {
            // Texts, lists and the like mean nothing on their own.
            if matches!(
                part.kind,
                AstKind::Name(_) | AstKind::Path(..) | AstKind::Binary(..) | AstKind::Call(..)
            ) {
                let _ = self.expr(part, None);
            }
        }
    }

    /// The type that text literals among the leaves should take: that of the first leaf that is no literal, or, if all are
    /// literals, a choice of just these.
    pub(super) fn expected_of_leaves(&mut self, leaves: &[&Ast], owner: &str) -> Option<Type> {
        let mut literals = Vec::new();
        let mut pending: Vec<&Ast> = leaves.to_vec();
        pending.reverse();
        let mut any_literal = false;
        while let Some(leaf) = pending.pop() {
            match &leaf.kind {
                AstKind::If(_, then, otherwise) => {
                    pending.push(otherwise);
                    pending.push(then);
                }
                AstKind::Text(text) => {
                    any_literal = true;
                    if !literals.contains(text) {
                        literals.push(text.clone());
                    }
                }
                AstKind::Name(_) | AstKind::Path(..) => {
                    let quiet = self.quietly(|checker| checker.expr(leaf, None));
                    if let Some((_, ty @ (Type::Choice(_) | Type::Text))) = quiet {
                        return Some(ty);
                    }
                }
                _ => {}
            }
        }
        any_literal.then(|| {
            Type::Choice(Rc::new(Options {
                ids: literals,
                owner: owner.to_owned(),
            }))
        })
    }
}

/// The scale of a number, 0 for everything else.
pub(super) fn scale_of(ty: &Type) -> u8 {
    match ty {
        Type::Number { scale, .. } => *scale,
        _ => 0,
    }
}

/// An expression.
pub(super) fn node(kind: ExprKind, ty: Kind, span: Span) -> Expr {
    Expr { kind, ty, span }
}

/// `not(a)`
pub(super) fn negated(a: Expr, span: Span) -> Expr {
    node(ExprKind::Not(Box::new(a)), Kind::Boolean, span)
}

/// All (or any) of the parts; of none, true (or false).
pub(super) fn join(mut parts: Vec<Expr>, span: Span, all: bool) -> Expr {
    if parts.len() == 1
        && let Some(only) = parts.pop()
    {
        return only;
    }
    let kind = match (parts.is_empty(), all) {
        (true, _) => ExprKind::Boolean(all),
        (false, true) => ExprKind::And(parts),
        (false, false) => ExprKind::Or(parts),
    };
    node(kind, Kind::Boolean, span)
}
