//! What is made of the rows of a repeating fact.

use crate::diagnostic::Diagnostic;
use crate::feel::ast::{Expr as Ast, ExprKind as AstKind};
use crate::ir::{Aggregate, ExprKind, Kind};
use crate::source::{Span, Spanned};

use super::Checker;
use super::expr::{Typed, node, scale_of};
use super::types::Type;

impl Checker<'_> {
    /// Something made of each row: `rows.field`, or `for v in rows return …`.
    pub(super) fn aggregate(
        &mut self,
        aggregate: Aggregate,
        list: &Ast,
        span: Span,
    ) -> Option<Typed> {
        let (fact, variable, body) = match &list.kind {
            AstKind::Path(base, field) => {
                let fact = self.rows_fact(base)?;
                let (number, ty) = self.field(fact, field)?;
                let variable = self.next_variable;
                self.next_variable += 1;
                let kind = ExprKind::Field {
                    variable,
                    field: number,
                };
                (fact, variable, (node(kind, ty.kind()?, list.span), ty))
            }
            AstKind::For {
                variable,
                list,
                body,
            } => {
                let fact = self.rows_fact(list)?;
                let number = self.bind(variable, fact)?;
                let body = self.expr(body, None);
                self.variables.pop();
                (fact, number, body?)
            }
            _ => {
                self.report(
                    Diagnostic::error(
                        "not-rows",
                        list.span,
                        "chỗ này cần một trường của nhóm lặp",
                        "this must be a field of a repeating fact",
                    )
                    .help(
                        "ví dụ: `sum(partners.share)` hoặc `sum(for p in partners return p.hours * p.rate)`",
                        "for example `sum(partners.share)` or `sum(for p in partners return p.hours * p.rate)`",
                    ),
                );
                return None;
            }
        };
        let summable = matches!(body.1, Type::Number { .. } | Type::Duration { .. });
        if !body.1.ordered() || (aggregate == Aggregate::Sum && !summable) {
            let op = match aggregate {
                Aggregate::Sum => "sum",
                Aggregate::Min => "min",
                Aggregate::Max => "max",
            };
            self.wrong_operand(op, list.span, &body.1);
            return None;
        }
        let mut ty = body.1.clone();
        if aggregate == Aggregate::Sum {
            let rows = i128::from(self.max_rows[usize::from(fact)]);
            let (min, max) = body.1.interval()?;
            let (min, max) = ((min * rows).min(0), (max * rows).max(0));
            self.within(min, max, scale_of(&ty), span)?;
            ty = match ty {
                Type::Number { scale, .. } => Type::Number { scale, min, max },
                _ => Type::Duration { min, max },
            };
        }
        let kind = ExprKind::Aggregate {
            aggregate,
            fact,
            variable,
            body: Box::new(body.0),
        };
        Some((node(kind, ty.kind()?, span), ty))
    }

    pub(super) fn count(
        &mut self,
        name: &Spanned<String>,
        arguments: &[Ast],
        span: Span,
    ) -> Option<Typed> {
        let [list] = self.arguments(name, arguments)?;
        let (expr, ty) = self.expr(list, None)?;
        match ty {
            Type::Rows(fact) => {
                let most = i128::from(self.max_rows[usize::from(fact)]);
                Some((
                    node(ExprKind::CountRows(fact), Kind::Number, span),
                    Type::integer(0, most),
                ))
            }
            Type::Choices(options) => {
                let most = options.ids.len() as i128;
                let kind = ExprKind::CountOptions(Box::new(expr));
                Some((node(kind, Kind::Number, span), Type::integer(0, most)))
            }
            other => {
                self.wrong_operand("count", list.span, &other);
                None
            }
        }
    }
}
