//! Arithmetic on numbers, dates and durations: scales meet, intervals grow, nothing overflows.

use crate::diagnostic::Diagnostic;
use crate::feel::ast::Expr as Ast;
use crate::ir::{Expr, ExprKind, Kind, Rounding};
use crate::source::Span;

use super::Checker;
use super::expr::{Typed, node, scale_of};
use super::types::{MAX_UNITS, Type, power, show};

impl Checker<'_> {
    pub(super) fn negate(&mut self, inner: &Ast, span: Span) -> Option<Typed> {
        let (expr, ty) = self.expr(inner, None)?;
        let ty = match ty {
            Type::Number { scale, min, max } => Type::Number {
                scale,
                min: -max,
                max: -min,
            },
            Type::Duration { min, max } => Type::Duration {
                min: -max,
                max: -min,
            },
            Type::Months { min, max } => Type::Months {
                min: -max,
                max: -min,
            },
            other => {
                self.wrong_operand("-", inner.span, &other);
                return None;
            }
        };
        let kind = match expr.kind {
            ExprKind::Int(units) => ExprKind::Int(-units),
            _ => ExprKind::Negate(Box::new(expr)),
        };
        Some((node(kind, ty.kind()?, span), ty))
    }

    /// Two expressions of one type; numbers are brought to the larger scale.
    pub(super) fn same_type(&mut self, a: Typed, b: Typed) -> Option<(Expr, Expr, Type)> {
        let ((a, a_ty), (b, b_ty)) = (a, b);
        let Some(ty) = a_ty.union(&b_ty) else {
            let span = a.span.to(b.span);
            let ((vi_a, en_a), (vi_b, en_b)) = (a_ty.words(), b_ty.words());
            self.report(
                Diagnostic::error(
                    "type",
                    span,
                    "hai giá trị này phải cùng kiểu",
                    "these two must be of one type",
                )
                .related(a.span, format!("đây là {vi_a}"), format!("this is {en_a}"))
                .related(b.span, format!("đây là {vi_b}"), format!("this is {en_b}"))
                .help(
                    "sửa một trong hai; một lựa chọn và một con số không thể thay nhau",
                    "mend one of them; an option and a number cannot stand for each other",
                ),
            );
            return None;
        };
        if ty.kind().is_none() {
            self.wrong_operand("=", a.span, &a_ty);
            return None;
        }
        if let Type::Number { scale, .. } = ty {
            let a = self.at_scale((a, a_ty), scale)?;
            let b = self.at_scale((b, b_ty), scale)?;
            return Some((a, b, ty));
        }
        Some((a, b, ty))
    }

    /// A number at a scale at least its own.
    pub(super) fn at_scale(&mut self, number: Typed, scale: u8) -> Option<Expr> {
        let (expr, ty) = number;
        let Type::Number {
            scale: own,
            min,
            max,
        } = ty
        else {
            return Some(expr);
        };
        if own == scale {
            return Some(expr);
        }
        let factor = power(scale - own);
        self.within(min * factor, max * factor, scale, expr.span)?;
        let factor = i64::try_from(factor).ok()?;
        Some(match expr.kind {
            ExprKind::Int(units) => Expr {
                kind: ExprKind::Int(units.checked_mul(factor)?),
                ..expr
            },
            _ => node(
                ExprKind::Scale(Box::new(expr.clone()), factor),
                Kind::Number,
                expr.span,
            ),
        })
    }

    /// Reports an interval that does not fit.
    pub(super) fn within(&mut self, min: i128, max: i128, scale: u8, span: Span) -> Option<()> {
        if min >= -MAX_UNITS && max <= MAX_UNITS {
            return Some(());
        }
        let worst = if max > MAX_UNITS { max } else { min };
        self.report(
            Diagnostic::error(
                "overflow",
                span,
                "con số này có thể vượt quá giới hạn tính toán",
                "this number can grow beyond what can be computed",
            )
            .label(
                format!("có thể đến {}", show(worst, scale)),
                format!("as far as {}", show(worst, scale)),
            )
            .help(
                "đặt `min` và `max` sát thực tế cho các dữ kiện trong phép tính",
                "give the facts in it a realistic `min` and `max`",
            ),
        );
        None
    }

    pub(super) fn add(&mut self, subtract: bool, a: Typed, b: Typed, span: Span) -> Option<Typed> {
        let op = if subtract { "-" } else { "+" };
        let sign = |(min, max): (i128, i128)| if subtract { (-max, -min) } else { (min, max) };
        let build = |a: Expr, b: Expr, kind: Kind| {
            let (a, b) = (Box::new(a), Box::new(b));
            node(
                if subtract {
                    ExprKind::Subtract(a, b)
                } else {
                    ExprKind::Add(a, b)
                },
                kind,
                span,
            )
        };
        match (&a.1, &b.1) {
            (Type::Number { .. }, Type::Number { .. }) => {
                let (scale_a, scale_b) = (scale_of(&a.1), scale_of(&b.1));
                let scale = scale_a.max(scale_b);
                let ia = a.1.interval()?;
                let ib = sign(b.1.interval()?);
                let (fa, fb) = (power(scale - scale_a), power(scale - scale_b));
                let (min, max) = (ia.0 * fa + ib.0 * fb, ia.1 * fa + ib.1 * fb);
                self.within(min, max, scale, span)?;
                let a = self.at_scale(a, scale)?;
                let b = self.at_scale(b, scale)?;
                Some((build(a, b, Kind::Number), Type::Number { scale, min, max }))
            }
            (Type::Date, Type::Date) if subtract => {
                let day = i64::from(86_400);
                let days = build(a.0, b.0, Kind::Duration);
                let (low, high) = Type::Date.interval()?;
                let widest = (high - low) * i128::from(day);
                let kind = ExprKind::Scale(Box::new(days), day);
                Some((
                    node(kind, Kind::Duration, span),
                    Type::Duration {
                        min: -widest,
                        max: widest,
                    },
                ))
            }
            (Type::Moment, Type::Moment) if subtract => {
                let (low, high) = Type::Moment.interval()?;
                let ty = Type::Duration {
                    min: low - high,
                    max: high - low,
                };
                Some((build(a.0, b.0, Kind::Duration), ty))
            }
            (Type::Duration { .. }, Type::Duration { .. }) => {
                let (ia, ib) = (a.1.interval()?, sign(b.1.interval()?));
                let (min, max) = (ia.0 + ib.0, ia.1 + ib.1);
                self.within(min, max, 0, span)?;
                Some((build(a.0, b.0, Kind::Duration), Type::Duration { min, max }))
            }
            (Type::Months { .. }, Type::Months { .. }) => {
                let (ia, ib) = (a.1.interval()?, sign(b.1.interval()?));
                let ty = Type::Months {
                    min: ia.0 + ib.0,
                    max: ia.1 + ib.1,
                };
                Some((build(a.0, b.0, Kind::Months), ty))
            }
            (Type::Moment, Type::Duration { .. }) => {
                Some((build(a.0, b.0, Kind::Moment), Type::Moment))
            }
            (Type::Date, Type::Duration { .. }) => {
                let days = self.whole_days(b.0)?;
                Some((build(a.0, days, Kind::Date), Type::Date))
            }
            (Type::Date | Type::Moment, Type::Months { .. }) => {
                let ty = a.1.clone();
                let months = if subtract {
                    let kind = match b.0.kind {
                        ExprKind::Int(months) => ExprKind::Int(-months),
                        _ => ExprKind::Negate(Box::new(b.0.clone())),
                    };
                    node(kind, Kind::Months, b.0.span)
                } else {
                    b.0
                };
                let kind = ExprKind::AddMonths(Box::new(a.0), Box::new(months));
                Some((node(kind, ty.kind()?, span), ty))
            }
            (Type::Duration { .. } | Type::Months { .. }, Type::Date | Type::Moment)
                if !subtract =>
            {
                self.add(false, b, a, span)
            }
            (Type::Date | Type::Moment, Type::Number { .. }) => {
                let number = b.0.span;
                self.report(
                    Diagnostic::error(
                        "type",
                        number,
                        "cộng hay trừ một con số vào ngày: phải nói đó là ngày, tháng hay giờ",
                        "a bare number added to a date: say whether it is days, months or hours",
                    )
                    .help(
                        "viết `duration(\"P30D\")` cho 30 ngày, `duration(\"P6M\")` cho 6 tháng",
                        "write `duration(\"P30D\")` for 30 days, `duration(\"P6M\")` for 6 months",
                    ),
                );
                None
            }
            (Type::Number { .. }, other) | (other, _) => {
                let other = other.clone();
                let place = if matches!(a.1, Type::Number { .. }) {
                    b.0.span
                } else {
                    a.0.span
                };
                self.wrong_operand(op, place, &other);
                None
            }
        }
    }

    /// A duration as whole days.
    fn whole_days(&mut self, duration: Expr) -> Option<Expr> {
        let span = duration.span;
        match duration.kind {
            ExprKind::Int(seconds) if seconds % 86_400 == 0 => {
                Some(node(ExprKind::Int(seconds / 86_400), Kind::Number, span))
            }
            ExprKind::Int(_) => {
                self.report(
                    Diagnostic::error(
                        "type",
                        span,
                        "một ngày không có giờ: không cộng giờ vào ngày được",
                        "a date has no hours: hours cannot be added to it",
                    )
                    .help(
                        "dùng một dữ kiện kiểu `moment`, hoặc một khoảng tính bằng ngày như `duration(\"P1D\")`",
                        "use a fact of type `moment`, or a duration in days such as `duration(\"P1D\")`",
                    ),
                );
                None
            }
            _ => {
                let day = node(ExprKind::Int(86_400), Kind::Number, span);
                let kind = ExprKind::Divide(Box::new(duration), Box::new(day), Rounding::Floor);
                Some(node(kind, Kind::Number, span))
            }
        }
    }

    pub(super) fn multiply(&mut self, a: Typed, b: Typed, span: Span) -> Option<Typed> {
        let (
            Type::Number {
                scale: s1,
                min: a1,
                max: b1,
            },
            Type::Number {
                scale: s2,
                min: a2,
                max: b2,
            },
        ) = (&a.1, &b.1)
        else {
            let (wrong, ty) = if matches!(a.1, Type::Number { .. }) {
                (&b.0, &b.1)
            } else {
                (&a.0, &a.1)
            };
            let (place, ty) = (wrong.span, ty.clone());
            self.wrong_operand("*", place, &ty);
            return None;
        };
        let scale = s1 + s2;
        if scale > motcua_model::Decimal::MAX_SCALE {
            self.report(
                Diagnostic::error(
                    "too-precise",
                    span,
                    format!("tích này có {scale} chữ số thập phân; nhiều nhất là 9"),
                    format!("this product has {scale} digits after the point; at most 9 are kept"),
                )
                .help(
                    "làm tròn một thừa số trước, ví dụ `decimal(…, 2)`",
                    "round one factor first, for example `decimal(…, 2)`",
                ),
            );
            return None;
        }
        let corners = [a1 * a2, a1 * b2, b1 * a2, b1 * b2];
        let min = corners.into_iter().min()?;
        let max = corners.into_iter().max()?;
        self.within(min, max, scale, span)?;
        let kind = ExprKind::Multiply(Box::new(a.0), Box::new(b.0));
        Some((
            node(kind, Kind::Number, span),
            Type::Number { scale, min, max },
        ))
    }

    pub(super) fn wrong_operand(&mut self, op: &str, span: Span, ty: &Type) {
        let (vi, en) = ty.words();
        self.report(
            Diagnostic::error(
                "type",
                span,
                format!("`{op}` không dùng được với {vi}"),
                format!("`{op}` does not work on {en}"),
            )
            .label(format!("đây là {vi}"), format!("this is {en}"))
            .help(
                "kiểm tra `type` của dữ kiện, hoặc dùng phép khác",
                "check the fact's `type`, or use something else",
            ),
        );
    }
}
