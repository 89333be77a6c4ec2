//! Comparisons and the tests of `in`, `between` and decision tables.

use crate::diagnostic::Diagnostic;
use crate::feel::ast::{
    BinaryOp, Expr as Ast, ExprKind as AstKind, Range, UnaryTest, UnaryTestKind,
};
use crate::ir::{Comparison, Expr, ExprKind, Kind, MAX_OPERATIONS, TextTest};
use crate::source::Span;

use super::Checker;
use super::expr::{Typed, join, negated, node, scale_of};
use super::types::{Type, power, show};

impl Checker<'_> {
    /// Two operands of a comparison; a literal on either side takes the type of the other.
    pub(super) fn operands(&mut self, left: &Ast, right: &Ast) -> Option<(Typed, Typed)> {
        if matches!(left.kind, AstKind::Text(_)) {
            let b = self.expr(right, None)?;
            let a = self.expr(left, Some(&b.1))?;
            return Some((a, b));
        }
        let a = self.expr(left, None);
        let expected = a.as_ref().map(|(_, ty)| ty.clone());
        let b = match (&expected, &right.kind) {
            // Without the other side's type an option cannot be told from a text.
            (None, AstKind::Text(_)) => None,
            _ => self.expr(right, expected.as_ref()),
        };
        Some((a?, b?))
    }

    /// A comparison of two typed expressions.
    pub(super) fn compare(
        &mut self,
        op: Comparison,
        a: Typed,
        b: Typed,
        span: Span,
    ) -> Option<Expr> {
        let ((a, a_ty), (b, b_ty)) = (a, b);
        if !a_ty.comparable(&b_ty) {
            self.incomparable(&a, &a_ty, &b, &b_ty, span);
            return None;
        }
        if !matches!(op, Comparison::Eq | Comparison::Ne) && !a_ty.ordered() {
            let (vi, en) = a_ty.words();
            self.report(
                Diagnostic::error(
                    "type",
                    span,
                    format!("{vi} không có thứ tự lớn bé"),
                    format!("{en} has no order"),
                )
                .help(
                    "chỉ so sánh bằng `=` hoặc `!=`",
                    "compare it with `=` or `!=`",
                ),
            );
            return None;
        }
        if a_ty == Type::Text {
            let equals = node(
                ExprKind::TextTest(TextTest::Equals, Box::new(a), Box::new(b)),
                Kind::Boolean,
                span,
            );
            return Some(if op == Comparison::Ne {
                negated(equals, span)
            } else {
                equals
            });
        }
        let (a, b, ty) = self.same_type((a, a_ty.clone()), (b, b_ty.clone()))?;
        self.warn_decided(op, &a_ty, &b_ty, &ty, span);
        Some(node(
            ExprKind::Compare(op, Box::new(a), Box::new(b)),
            Kind::Boolean,
            span,
        ))
    }

    fn incomparable(&mut self, a: &Expr, a_ty: &Type, b: &Expr, b_ty: &Type, span: Span) {
        let ((vi_a, en_a), (vi_b, en_b)) = (a_ty.words(), b_ty.words());
        let mut message = Diagnostic::error(
            "type",
            span,
            format!("không so sánh được {vi_a} với {vi_b}"),
            format!("cannot compare {en_a} with {en_b}"),
        )
        .related(a.span, format!("đây là {vi_a}"), format!("this is {en_a}"))
        .related(b.span, format!("đây là {vi_b}"), format!("this is {en_b}"));
        message = match (a_ty, b_ty) {
            (Type::Date, Type::Moment) | (Type::Moment, Type::Date) => message.help(
                "lấy ngày của thời điểm bằng `date(…)`",
                "take the day of the moment with `date(…)`",
            ),
            (Type::Choices(_), _) => message.help(
                "dùng `list contains(tên, \"lựa chọn\")`",
                "use `list contains(name, \"option\")`",
            ),
            (Type::Choice(_), Type::Choice(_)) => message.help(
                "hai dữ kiện này có danh sách lựa chọn khác nhau",
                "the two have different lists of options",
            ),
            (Type::Rows(_), _) => message.help(
                "đếm số dòng bằng `count(…)`, hoặc dùng `some … satisfies …`",
                "count the rows with `count(…)`, or use `some … satisfies …`",
            ),
            (Type::Boolean, _) | (_, Type::Boolean) => message.help(
                "đúng/sai chỉ so sánh được với `true`, `false`; thường thì dùng ngay tên dữ kiện hoặc `not(…)`",
                "a boolean is compared with `true` or `false`; mostly its name or `not(…)` is enough",
            ),
            (Type::Date, Type::Text) | (Type::Text, Type::Date) => message.help(
                "viết ngày là `date(\"2024-05-31\")`",
                "write a date as `date(\"2024-05-31\")`",
            ),
            (Type::Moment, Type::Text) | (Type::Text, Type::Moment) => message.help(
                "viết thời điểm là `date and time(\"2024-05-31T08:30:00\")`",
                "write a moment as `date and time(\"2024-05-31T08:30:00\")`",
            ),
            _ => message.help(
                "hai bên phải cùng một kiểu; kiểm tra `type` của dữ kiện",
                "both sides must be of one type; check the fact's `type`",
            ),
        };
        self.report(message);
    }

    /// Warns when the ranges decide a comparison once and for all.
    fn warn_decided(&mut self, op: Comparison, a: &Type, b: &Type, ty: &Type, span: Span) {
        let Type::Number { scale, .. } = *ty else {
            return;
        };
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
        ) = (a, b)
        else {
            return;
        };
        let (f1, f2) = (power(scale - s1), power(scale - s2));
        let (a1, b1, a2, b2) = (a1 * f1, b1 * f1, a2 * f2, b2 * f2);
        let decided = match op {
            Comparison::Lt => (b1 < a2).then_some(true).or((a1 >= b2).then_some(false)),
            Comparison::Le => (b1 <= a2).then_some(true).or((a1 > b2).then_some(false)),
            Comparison::Gt => (a1 > b2).then_some(true).or((b1 <= a2).then_some(false)),
            Comparison::Ge => (a1 >= b2).then_some(true).or((b1 < a2).then_some(false)),
            Comparison::Eq => (b1 < a2 || b2 < a1).then_some(false),
            Comparison::Ne => (b1 < a2 || b2 < a1).then_some(true),
        };
        let Some(value) = decided else { return };
        let (vi, en) = if value {
            ("đúng", "true")
        } else {
            ("sai", "false")
        };
        self.report(
            Diagnostic::warning(
                "decided",
                span,
                format!("phép so sánh này luôn luôn {vi}"),
                format!("this comparison is always {en}"),
            )
            .label(
                format!(
                    "bên trái từ {} đến {}, bên phải từ {} đến {}",
                    show(a1, scale),
                    show(b1, scale),
                    show(a2, scale),
                    show(b2, scale)
                ),
                format!(
                    "left is {} to {}, right is {} to {}",
                    show(a1, scale),
                    show(b1, scale),
                    show(a2, scale),
                    show(b2, scale)
                ),
            )
            .help(
                "kiểm tra `min` và `max` của dữ kiện",
                "check the fact's `min` and `max`",
            ),
        );
    }

    /// Whether one of the tests holds for a value.
    pub(super) fn any_test(
        &mut self,
        value: &Typed,
        tests: &[UnaryTest],
        span: Span,
    ) -> Option<Expr> {
        let mut parts = Vec::new();
        let mut complete = true;
        for test in tests {
            match self.unary_test(value, test) {
                Some(expr) => parts.push(expr),
                None => complete = false,
            }
        }
        complete.then(|| join(parts, span, false))
    }

    fn unary_test(&mut self, value: &Typed, test: &UnaryTest) -> Option<Expr> {
        match &test.kind {
            UnaryTestKind::Compare(op, operand) => {
                let operand = self.expr(operand, Some(&value.1))?;
                let value = self.again(value)?;
                self.compare(comparison(*op), value, operand, test.span)
            }
            UnaryTestKind::Range(range) => self.in_range(value, range, test.span),
            UnaryTestKind::Value(ast) => match &ast.kind {
                AstKind::List(items) => {
                    let mut parts = Vec::new();
                    for item in items {
                        parts.push(self.equals(value, item));
                    }
                    let parts = parts.into_iter().collect::<Option<Vec<_>>>()?;
                    if parts.is_empty() {
                        self.report(Diagnostic::error(
                            "list",
                            ast.span,
                            "danh sách rỗng: không giá trị nào thỏa",
                            "an empty list: no value is in it",
                        ));
                        return None;
                    }
                    Some(join(parts, test.span, false))
                }
                AstKind::Range(range) => self.in_range(value, range, test.span),
                _ => self.equals(value, ast),
            },
        }
    }

    fn equals(&mut self, value: &Typed, ast: &Ast) -> Option<Expr> {
        let operand = self.expr(ast, Some(&value.1))?;
        if let (Type::Choice(_), Type::Choices(_)) = (&value.1, &operand.1) {
            self.report(
                Diagnostic::error(
                    "type",
                    ast.span,
                    "không tra một lựa chọn trong một dữ kiện nhiều lựa chọn bằng `in`",
                    "`in` does not look an option up in a fact of several choices",
                )
                .help("dùng `list contains(…)`", "use `list contains(…)`"),
            );
            return None;
        }
        let value = self.again(value)?;
        self.compare(Comparison::Eq, value, operand, ast.span)
    }

    /// A value that is tested, once more. Tests of tests of tests would make of a line more than fits into memory.
    fn again(&mut self, value: &Typed) -> Option<Typed> {
        let operations = value.0.operations();
        // A fact or a definition costs nothing. What is refused is not counted: the next one may be small.
        let copied = self.copied + (operations - 1);
        if copied > MAX_OPERATIONS {
            self.report(
                Diagnostic::error(
                    "too-many-operations",
                    value.0.span,
                    format!("giá trị này được so nhiều lần, mỗi lần tính lại {operations} phép tính"),
                    format!("this value is compared many times, and has {operations} operations each time"),
                )
                .help(
                    "đặt tên cho nó trong `definitions`: một định nghĩa chỉ được tính một lần",
                    "give it a name in `definitions`: a definition is calculated once",
                ),
            );
            return None;
        }
        self.copied = copied;
        Some(value.clone())
    }

    pub(super) fn in_range(&mut self, value: &Typed, range: &Range, span: Span) -> Option<Expr> {
        let low = self.expr(&range.low, Some(&value.1));
        let high = self.expr(&range.high, Some(&value.1));
        let (low, high) = (low?, high?);
        if let (ExprKind::Int(a), ExprKind::Int(b)) = (&low.0.kind, &high.0.kind) {
            let same_scale = scale_of(&low.1) == scale_of(&high.1);
            let empty = a > b || (a == b && !(range.low_included && range.high_included));
            if same_scale && empty {
                self.report(
                    Diagnostic::error(
                        "empty-range",
                        span,
                        "khoảng này không chứa giá trị nào",
                        "this range holds no value",
                    )
                    .help(
                        "số nhỏ đứng trước: `[1..5]`",
                        "the smaller one comes first: `[1..5]`",
                    ),
                );
                return None;
            }
        }
        let lower = if range.low_included {
            Comparison::Ge
        } else {
            Comparison::Gt
        };
        let upper = if range.high_included {
            Comparison::Le
        } else {
            Comparison::Lt
        };
        let (value, again) = (self.again(value)?, self.again(value)?);
        let a = self.compare(lower, value, low, span)?;
        let b = self.compare(upper, again, high, span)?;
        Some(join(vec![a, b], span, true))
    }
}

/// The comparison of an operator.
pub(super) fn comparison(op: BinaryOp) -> Comparison {
    match op {
        BinaryOp::Ne => Comparison::Ne,
        BinaryOp::Lt => Comparison::Lt,
        BinaryOp::Le => Comparison::Le,
        BinaryOp::Gt => Comparison::Gt,
        BinaryOp::Ge => Comparison::Ge,
        _ => Comparison::Eq,
    }
}
