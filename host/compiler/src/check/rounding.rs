//! Rounded divisions, and the smaller or larger of two values.

use motcua_model::Decimal;

use crate::diagnostic::Diagnostic;
use crate::feel::ast::{BinaryOp, Expr as Ast, ExprKind as AstKind};
use crate::ir::{Aggregate, Expr, ExprKind, Kind, Rounding};
use crate::source::{Span, Spanned};

use super::Checker;
use super::expr::{Typed, node, scale_of};
use super::types::{Type, power};

impl Checker<'_> {
    /// `floor(a / b)` and its kin: the only place where a division may stand.
    pub(super) fn rounded(
        &mut self,
        name: &Spanned<String>,
        arguments: &[Ast],
        span: Span,
        rounding: Rounding,
        digits: Option<u8>,
    ) -> Option<Typed> {
        let (value, digits) = match digits {
            Some(digits) => {
                let [value] = self.arguments(name, arguments)?;
                (value, digits)
            }
            None => {
                let [value, digits] = self.arguments(name, arguments)?;
                match digits.kind {
                    AstKind::Number(Decimal {
                        units: units @ 0..=9,
                        scale: 0,
                    }) => (value, units as u8),
                    _ => {
                        self.report(Diagnostic::error(
                            "literal",
                            digits.span,
                            "số chữ số thập phân phải viết sẵn, từ 0 đến 9",
                            "the number of digits must be written out, 0 to 9",
                        ));
                        return None;
                    }
                }
            }
        };
        let (numerator, denominator) = match &value.kind {
            AstKind::Binary(BinaryOp::Divide, a, b) => {
                let (a, b) = (self.number(a), self.number(b));
                (a?, Some(b?))
            }
            _ => (self.number(value)?, None),
        };
        let own = scale_of(&numerator.1);
        let Some(denominator) = denominator else {
            if own <= digits {
                return Some(numerator);
            }
            let (min, max) = numerator.1.interval()?;
            let factor = power(own - digits);
            let ty = Type::Number {
                scale: digits,
                min: min.div_euclid(factor),
                max: max.div_euclid(factor) + 1,
            };
            let divisor = node(
                ExprKind::Int(i64::try_from(factor).ok()?),
                Kind::Number,
                span,
            );
            let kind = ExprKind::Divide(Box::new(numerator.0), Box::new(divisor), rounding);
            return Some((node(kind, Kind::Number, span), ty));
        };
        // units of the quotient = units(a) · 10^(digits + scale(b) − scale(a)) / units(b)
        let exponent = i16::from(digits) + i16::from(scale_of(&denominator.1)) - i16::from(own);
        let up = u8::try_from(exponent.max(0)).ok()?;
        let down = u8::try_from((-exponent).max(0)).ok()?;
        let a_scale = own;
        let b_scale = scale_of(&denominator.1);
        let (min_a, max_a) = times(numerator.1.interval()?, power(up));
        let (min_b, max_b) = times(denominator.1.interval()?, power(down));
        self.within(min_a, max_a, a_scale + up, value.span)?;
        self.within(min_b, max_b, b_scale + down, value.span)?;
        if (min_b, max_b) == (0, 0) {
            self.report(Diagnostic::error(
                "zero",
                value.span,
                "chia cho 0",
                "a division by zero",
            ));
            return None;
        }
        let (min, max) = if min_b > 0 || max_b < 0 {
            let corners = [min_a / min_b, min_a / max_b, max_a / min_b, max_a / max_b];
            (corners.iter().min()? - 1, corners.iter().max()? + 1)
        } else {
            let bound = min_a.abs().max(max_a.abs()) + 1;
            (-bound, bound)
        };
        let (min, max) = if min_a >= 0 && min_b >= 0 {
            (min.max(0), max)
        } else {
            (min, max)
        };
        let a = scaled(numerator.0, power(up))?;
        let b = scaled(denominator.0, power(down))?;
        let kind = ExprKind::Divide(Box::new(a), Box::new(b), rounding);
        Some((
            node(kind, Kind::Number, span),
            Type::Number {
                scale: digits,
                min,
                max,
            },
        ))
    }

    fn number(&mut self, ast: &Ast) -> Option<Typed> {
        let typed = self.expr(ast, None)?;
        if matches!(typed.1, Type::Number { .. }) {
            return Some(typed);
        }
        self.wrong_operand("/", ast.span, &typed.1);
        None
    }

    pub(super) fn abs(
        &mut self,
        name: &Spanned<String>,
        arguments: &[Ast],
        span: Span,
    ) -> Option<Typed> {
        let [value] = self.arguments(name, arguments)?;
        let (expr, ty) = self.number(value)?;
        let (min, max) = ty.interval()?;
        let bound = if min <= 0 && max >= 0 {
            (0, max.max(-min))
        } else {
            (min.abs().min(max.abs()), min.abs().max(max.abs()))
        };
        let kind = ExprKind::Absolute(Box::new(expr));
        Some((
            node(kind, Kind::Number, span),
            Type::Number {
                scale: scale_of(&ty),
                min: bound.0,
                max: bound.1,
            },
        ))
    }

    /// `min(a, b, …)` of values, or of a field over the rows.
    pub(super) fn extreme(
        &mut self,
        name: &Spanned<String>,
        arguments: &[Ast],
        span: Span,
    ) -> Option<Typed> {
        let smallest = name.value == "min";
        if let [list] = arguments {
            let aggregate = if smallest {
                Aggregate::Min
            } else {
                Aggregate::Max
            };
            return self.aggregate(aggregate, list, span);
        }
        let mut values = Vec::new();
        for argument in arguments {
            let value = self.expr(argument, None)?;
            if !value.1.ordered() {
                self.wrong_operand(&name.value, argument.span, &value.1);
                return None;
            }
            values.push(value);
        }
        if values.is_empty() {
            let _: Option<&[Ast; 2]> = self.arguments(name, arguments);
        }
        // In pairs, then pairs of pairs: hundreds of values one inside the other would stand too deep.
        while values.len() > 1 {
            let mut pairs = Vec::new();
            let mut rest = values.into_iter();
            while let Some(first) = rest.next() {
                pairs.push(match rest.next() {
                    Some(second) => self.extreme_of_two(first, second, smallest, span)?,
                    None => first,
                });
            }
            values = pairs;
        }
        values.pop()
    }

    fn extreme_of_two(
        &mut self,
        first: Typed,
        second: Typed,
        smallest: bool,
        span: Span,
    ) -> Option<Typed> {
        let intervals = (
            scale_of(&first.1),
            first.1.interval()?,
            scale_of(&second.1),
            second.1.interval()?,
        );
        let (a, b, ty) = self.same_type(first, second)?;
        let (a, b) = (Box::new(a), Box::new(b));
        let chosen = if smallest {
            ExprKind::Least(a, b)
        } else {
            ExprKind::Greatest(a, b)
        };
        let kind = ty.kind()?;
        let ty = narrowed(ty, intervals, smallest);
        Some((node(chosen, kind, span), ty))
    }
}

fn times((min, max): (i128, i128), factor: i128) -> (i128, i128) {
    (min * factor, max * factor)
}

fn scaled(expr: Expr, factor: i128) -> Option<Expr> {
    let factor = i64::try_from(factor).ok()?;
    Some(match (factor, &expr.kind) {
        (1, _) => expr,
        (_, ExprKind::Int(units)) => Expr {
            kind: ExprKind::Int(units.checked_mul(factor)?),
            ..expr
        },
        _ => {
            let span = expr.span;
            node(ExprKind::Scale(Box::new(expr), factor), Kind::Number, span)
        }
    })
}

/// The interval of the smaller (or larger) of two.
fn narrowed(ty: Type, intervals: (u8, (i128, i128), u8, (i128, i128)), smallest: bool) -> Type {
    let Type::Number { scale, .. } = ty else {
        return ty;
    };
    let (s1, a, s2, b) = intervals;
    let (a, b) = (times(a, power(scale - s1)), times(b, power(scale - s2)));
    let (min, max) = if smallest {
        (a.0.min(b.0), a.1.min(b.1))
    } else {
        (a.0.max(b.0), a.1.max(b.1))
    };
    Type::Number { scale, min, max }
}
