//! Expressions: names become facts and definitions, every operation meets its types.

use std::rc::Rc;

use crate::diagnostic::{Diagnostic, nearest};
use crate::feel::ast::{BinaryOp, Expr as Ast, ExprKind as AstKind, Range, UnaryTest, UnaryTestKind};
use crate::ir::{Comparison, Expr, ExprKind, Given, Kind, TextTest};
use crate::source::{Span, Spanned};

use super::Checker;
use super::types::{MAX_UNITS, Options, Type, power, show};

/// A checked expression with its type. `None` in its place means: wrong, and said so already.
pub(super) type Typed = (Expr, Type);

/// What the application itself tells.
pub(super) const GIVEN: [&str; 4] = ["filed_at", "filed_on", "received_on", "channel"];

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
            .label(format!("đây là {vi}"), format!("this is {en}")),
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
                    .label(format!("đây là {vi}"), format!("this is {en}")),
                );
                None
            }
        }
    }

    /// An expression; a text literal becomes an option where a choice is expected.
    pub(super) fn expr(&mut self, ast: &Ast, expected: Option<&Type>) -> Option<Typed> {
        let span = ast.span;
        match &ast.kind {
            AstKind::Number(number) => {
                let ty = Type::exactly(*number);
                Some((node(ExprKind::Int(number.units), Kind::Number, span), ty))
            }
            AstKind::Boolean(value) => {
                Some((node(ExprKind::Boolean(*value), Kind::Boolean, span), Type::Boolean))
            }
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
            AstKind::Quantified { every, variable, list, body } => {
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
            _ => return Some((node(ExprKind::Text(text.to_owned()), Kind::Text, span), Type::Text)),
        };
        let number = self.option(options, text, span)?;
        let ty = Type::Choice(Rc::clone(options));
        Some((node(ExprKind::Int(number.into()), Kind::Choice, span), ty))
    }

    /// The number of an option, or a message with the nearest one.
    pub(super) fn option(&mut self, options: &Options, word: &str, span: Span) -> Option<u16> {
        if let Some(at) = options.ids.iter().position(|id| id == word) {
            return u16::try_from(at).ok();
        }
        let list = options.ids.iter().map(|id| format!("\"{id}\"")).collect::<Vec<_>>().join(", ");
        let mut message = Diagnostic::error(
            "unknown-option",
            span,
            format!("`{}` không có lựa chọn \"{word}\"", options.owner),
            format!("`{}` has no option \"{word}\"", options.owner),
        )
        .label("lựa chọn không tồn tại", "no such option");
        message = match nearest(word, options.ids.iter().map(String::as_str)) {
            Some(near) => message.suggest(format!("\"{near}\"")),
            None => message.help(format!("các lựa chọn: {list}"), format!("the options are {list}")),
        };
        self.report(message);
        None
    }

    fn name(&mut self, name: &str, span: Span) -> Option<Typed> {
        if let Some(variable) = self.variables.iter().rev().find(|v| v.name == name) {
            let ty = Type::Row(variable.number, variable.fact);
            // A row alone has no value; only its fields do. The caller that wants a value refuses it by its type.
            return Some((node(ExprKind::Null, Kind::Boolean, span), ty));
        }
        if let Some(&fact) = self.fact_numbers.get(name) {
            self.used_facts[usize::from(fact)] = true;
            let ty = self.fact_types[usize::from(fact)].clone()?;
            self.mentioned.insert(fact);
            let kind = match ty.kind() {
                Some(kind) => node(ExprKind::Fact(fact), kind, span),
                None => node(ExprKind::Null, Kind::Boolean, span),
            };
            return Some((kind, ty));
        }
        if self.definition_numbers.contains_key(name) {
            return self.definition(name, span);
        }
        let given = |given, kind| node(ExprKind::Given(given), kind, span);
        match name {
            "filed_at" => return Some((given(Given::FiledAt, Kind::Moment), Type::Moment)),
            "filed_on" => {
                let filed_at = given(Given::FiledAt, Kind::Moment);
                let kind = ExprKind::DateOf(Box::new(filed_at));
                return Some((node(kind, Kind::Date, span), Type::Date));
            }
            "received_on" => return Some((given(Given::ReceivedOn, Kind::Date), Type::Date)),
            "channel" => {
                let ty = Type::Choice(Rc::clone(&self.channel_options));
                return Some((given(Given::Channel, Kind::Choice), ty));
            }
            _ => {}
        }
        self.unknown_name(name, span);
        None
    }

    fn unknown_name(&mut self, name: &str, span: Span) {
        if self.broken_names.contains(name) {
            // Its own mistake was reported where it is defined.
            return;
        }
        let near = {
            let known = self
                .fact_numbers
                .keys()
                .map(String::as_str)
                .chain(self.definition_numbers.keys().map(String::as_str))
                .chain(GIVEN)
                .chain(self.variables.iter().map(|v| v.name.as_str()));
            nearest(name, known).map(str::to_owned)
        };
        let mut message = Diagnostic::error(
            "unknown-fact",
            span,
            format!("không có dữ kiện hay định nghĩa nào tên `{name}`"),
            format!("there is no fact or definition named `{name}`"),
        )
        .label("tên chưa được khai báo", "not declared");
        message = match near {
            Some(near) => message.suggest(near),
            None => message.help(
                "khai báo nó trong `facts` hoặc `definitions`; một lựa chọn phải nằm trong dấu ngoặc kép",
                "declare it in `facts` or `definitions`; an option of a choice stands in double quotes",
            ),
        };
        self.report(message);
    }

    fn path(&mut self, base: &Ast, field: &Spanned<String>, span: Span) -> Option<Typed> {
        let (_, base_ty) = self.expr(base, None)?;
        match base_ty {
            Type::Row(variable, fact) => {
                let (number, ty) = self.field(fact, field)?;
                let kind = ExprKind::Field { variable, field: number };
                Some((node(kind, ty.kind()?, span), ty))
            }
            Type::Rows(_) => {
                self.report(
                    Diagnostic::error(
                        "rows-path",
                        span,
                        "một nhóm lặp có nhiều dòng: trường này có nhiều giá trị",
                        "a repeating fact has many rows: this field has many values",
                    )
                    .help(
                        "dùng `some x in … satisfies x.…`, `every …`, hoặc `sum(…)`, `min(…)`, `max(…)`",
                        "use `some x in … satisfies x.…`, `every …`, or `sum(…)`, `min(…)`, `max(…)`",
                    ),
                );
                None
            }
            _ => {
                let (vi, en) = base_ty.words();
                self.report(Diagnostic::error(
                    "path",
                    span,
                    format!("{vi} không có trường `{}`", field.value),
                    format!("{en} has no field `{}`", field.value),
                ));
                None
            }
        }
    }

    /// The field of a rows fact by name.
    pub(super) fn field(&mut self, fact: u16, field: &Spanned<String>) -> Option<(u16, Type)> {
        let fields = &self.row_fields[usize::from(fact)];
        if let Some(at) = fields.iter().position(|(id, _)| *id == field.value) {
            return Some((u16::try_from(at).ok()?, fields[at].1.clone()?));
        }
        let near = nearest(&field.value, fields.iter().map(|(id, _)| id.as_str())).map(str::to_owned);
        let list = fields.iter().map(|(id, _)| id.as_str()).collect::<Vec<_>>().join(", ");
        let mut message = Diagnostic::error(
            "unknown-field",
            field.span,
            format!("dòng không có trường `{}`", field.value),
            format!("a row has no field `{}`", field.value),
        );
        message = match near {
            Some(near) => message.suggest(near),
            None => message.help(format!("các trường: {list}"), format!("its fields are {list}")),
        };
        self.report(message);
        None
    }

    /// The rows fact an expression names.
    pub(super) fn rows_fact(&mut self, ast: &Ast) -> Option<u16> {
        let (_, ty) = self.expr(ast, None)?;
        if let Type::Rows(fact) = ty {
            return Some(fact);
        }
        let (vi, en) = ty.words();
        self.report(
            Diagnostic::error(
                "not-rows",
                ast.span,
                "chỗ này cần một dữ kiện lặp lại (kiểu `rows`)",
                "this must be a repeating fact (of type `rows`)",
            )
            .label(format!("đây là {vi}"), format!("this is {en}")),
        );
        None
    }

    /// Brings a variable into scope; the caller takes it out again.
    pub(super) fn bind(&mut self, variable: &Spanned<String>, fact: u16) -> Option<u16> {
        let name = &variable.value;
        let taken = self.fact_numbers.contains_key(name)
            || self.definition_numbers.contains_key(name)
            || GIVEN.contains(&name.as_str())
            || self.variables.iter().any(|v| v.name == *name);
        if taken {
            self.report(
                Diagnostic::error(
                    "shadow",
                    variable.span,
                    format!("`{name}` đã là tên khác"),
                    format!("`{name}` is the name of something else already"),
                )
                .help("chọn tên khác cho biến", "choose another name for the variable"),
            );
            return None;
        }
        let number = self.next_variable;
        self.next_variable += 1;
        self.variables.push(super::Variable { name: name.clone(), number, fact });
        Some(number)
    }

    fn negate(&mut self, inner: &Ast, span: Span) -> Option<Typed> {
        let (expr, ty) = self.expr(inner, None)?;
        let ty = match ty {
            Type::Number { scale, min, max } => Type::Number { scale, min: -max, max: -min },
            Type::Duration { min, max } => Type::Duration { min: -max, max: -min },
            Type::Months { min, max } => Type::Months { min: -max, max: -min },
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

    pub(super) fn wrong_operand(&mut self, op: &str, span: Span, ty: &Type) {
        let (vi, en) = ty.words();
        self.report(
            Diagnostic::error(
                "type",
                span,
                format!("`{op}` không dùng được với {vi}"),
                format!("`{op}` does not work on {en}"),
            )
            .label(format!("đây là {vi}"), format!("this is {en}")),
        );
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
                        (BinaryOp::And, ExprKind::And(inner)) | (BinaryOp::Or, ExprKind::Or(inner)) => {
                            parts.extend(inner);
                        }
                        (_, kind) => parts.push(Expr { kind, ..part }),
                    }
                }
                let kind = if op == BinaryOp::And { ExprKind::And(parts) } else { ExprKind::Or(parts) };
                Some((node(kind, Kind::Boolean, span), Type::Boolean))
            }
            BinaryOp::Eq | BinaryOp::Ne | BinaryOp::Lt | BinaryOp::Le | BinaryOp::Gt | BinaryOp::Ge => {
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

    /// Two operands of a comparison; a literal on either side takes the type of the other.
    fn operands(&mut self, left: &Ast, right: &Ast) -> Option<(Typed, Typed)> {
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
    pub(super) fn compare(&mut self, op: Comparison, a: Typed, b: Typed, span: Span) -> Option<Expr> {
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
                .help("chỉ so sánh bằng `=` hoặc `!=`", "compare it with `=` or `!=`"),
            );
            return None;
        }
        if a_ty == Type::Text {
            let equals = node(
                ExprKind::TextTest(TextTest::Equals, Box::new(a), Box::new(b)),
                Kind::Boolean,
                span,
            );
            return Some(if op == Comparison::Ne { negated(equals, span) } else { equals });
        }
        let (a, b, ty) = self.same_type((a, a_ty.clone()), (b, b_ty.clone()))?;
        self.warn_decided(op, &a_ty, &b_ty, &ty, span);
        Some(node(ExprKind::Compare(op, Box::new(a), Box::new(b)), Kind::Boolean, span))
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
            _ => message,
        };
        self.report(message);
    }

    /// Warns when the ranges decide a comparison once and for all.
    fn warn_decided(&mut self, op: Comparison, a: &Type, b: &Type, ty: &Type, span: Span) {
        let Type::Number { scale, .. } = *ty else { return };
        let (Type::Number { scale: s1, min: a1, max: b1 }, Type::Number { scale: s2, min: a2, max: b2 }) =
            (a, b)
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
        let (vi, en) = if value { ("đúng", "true") } else { ("sai", "false") };
        self.report(
            Diagnostic::warning(
                "decided",
                span,
                format!("phép so sánh này luôn luôn {vi}"),
                format!("this comparison is always {en}"),
            )
            .label(
                format!("bên trái từ {} đến {}, bên phải từ {} đến {}", show(a1, scale), show(b1, scale), show(a2, scale), show(b2, scale)),
                format!("left is {} to {}, right is {} to {}", show(a1, scale), show(b1, scale), show(a2, scale), show(b2, scale)),
            )
            .help("kiểm tra `min` và `max` của dữ kiện", "check the fact's `min` and `max`"),
        );
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
                .related(b.span, format!("đây là {vi_b}"), format!("this is {en_b}")),
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
        let Type::Number { scale: own, min, max } = ty else { return Some(expr) };
        if own == scale {
            return Some(expr);
        }
        let factor = power(scale - own);
        self.within(min * factor, max * factor, scale, expr.span)?;
        let factor = i64::try_from(factor).ok()?;
        Some(match expr.kind {
            ExprKind::Int(units) => Expr { kind: ExprKind::Int(units.checked_mul(factor)?), ..expr },
            _ => node(ExprKind::Scale(Box::new(expr.clone()), factor), Kind::Number, expr.span),
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

    fn add(&mut self, subtract: bool, a: Typed, b: Typed, span: Span) -> Option<Typed> {
        let op = if subtract { "-" } else { "+" };
        let sign = |(min, max): (i128, i128)| if subtract { (-max, -min) } else { (min, max) };
        let build = |a: Expr, b: Expr, kind: Kind| {
            let (a, b) = (Box::new(a), Box::new(b));
            node(if subtract { ExprKind::Subtract(a, b) } else { ExprKind::Add(a, b) }, kind, span)
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
                Some((node(kind, Kind::Duration, span), Type::Duration { min: -widest, max: widest }))
            }
            (Type::Moment, Type::Moment) if subtract => {
                let (low, high) = Type::Moment.interval()?;
                let ty = Type::Duration { min: low - high, max: high - low };
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
                let ty = Type::Months { min: ia.0 + ib.0, max: ia.1 + ib.1 };
                Some((build(a.0, b.0, Kind::Months), ty))
            }
            (Type::Moment, Type::Duration { .. }) => Some((build(a.0, b.0, Kind::Moment), Type::Moment)),
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
            (Type::Duration { .. } | Type::Months { .. }, Type::Date | Type::Moment) if !subtract => {
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
                let place = if matches!(a.1, Type::Number { .. }) { b.0.span } else { a.0.span };
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
                let kind = ExprKind::Divide(
                    Box::new(duration),
                    Box::new(day),
                    crate::ir::Rounding::Floor,
                );
                Some(node(kind, Kind::Number, span))
            }
        }
    }

    fn multiply(&mut self, a: Typed, b: Typed, span: Span) -> Option<Typed> {
        let (Type::Number { scale: s1, min: a1, max: b1 }, Type::Number { scale: s2, min: a2, max: b2 }) =
            (&a.1, &b.1)
        else {
            let (wrong, ty) = if matches!(a.1, Type::Number { .. }) { (&b.0, &b.1) } else { (&a.0, &a.1) };
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
                .help("làm tròn một thừa số trước, ví dụ `decimal(…, 2)`", "round one factor first, for example `decimal(…, 2)`"),
            );
            return None;
        }
        let corners = [a1 * a2, a1 * b2, b1 * a2, b1 * b2];
        let min = corners.into_iter().min()?;
        let max = corners.into_iter().max()?;
        self.within(min, max, scale, span)?;
        let kind = ExprKind::Multiply(Box::new(a.0), Box::new(b.0));
        Some((node(kind, Kind::Number, span), Type::Number { scale, min, max }))
    }

    /// Whether one of the tests holds for a value.
    pub(super) fn any_test(&mut self, value: &Typed, tests: &[UnaryTest], span: Span) -> Option<Expr> {
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
                self.compare(comparison(*op), value.clone(), operand, test.span)
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
            self.report(Diagnostic::error(
                "type",
                ast.span,
                "không tra một lựa chọn trong một dữ kiện nhiều lựa chọn bằng `in`",
                "`in` does not look an option up in a fact of several choices",
            ).help("dùng `list contains(…)`", "use `list contains(…)`"));
            return None;
        }
        self.compare(Comparison::Eq, value.clone(), operand, ast.span)
    }

    fn in_range(&mut self, value: &Typed, range: &Range, span: Span) -> Option<Expr> {
        let low = self.expr(&range.low, Some(&value.1));
        let high = self.expr(&range.high, Some(&value.1));
        let (low, high) = (low?, high?);
        if let (ExprKind::Int(a), ExprKind::Int(b)) = (&low.0.kind, &high.0.kind) {
            let same_scale = scale_of(&low.1) == scale_of(&high.1);
            let empty = a > b || (a == b && !(range.low_included && range.high_included));
            if same_scale && empty {
                self.report(Diagnostic::error(
                    "empty-range",
                    span,
                    "khoảng này không chứa giá trị nào",
                    "this range holds no value",
                ));
                return None;
            }
        }
        let lower = if range.low_included { Comparison::Ge } else { Comparison::Gt };
        let upper = if range.high_included { Comparison::Le } else { Comparison::Lt };
        let a = self.compare(lower, value.clone(), low, span)?;
        let b = self.compare(upper, value.clone(), high, span)?;
        Some(join(vec![a, b], span, true))
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
            Type::Choice(Rc::new(Options { ids: literals, owner: owner.to_owned() }))
        })
    }
}

fn comparison(op: BinaryOp) -> Comparison {
    match op {
        BinaryOp::Ne => Comparison::Ne,
        BinaryOp::Lt => Comparison::Lt,
        BinaryOp::Le => Comparison::Le,
        BinaryOp::Gt => Comparison::Gt,
        BinaryOp::Ge => Comparison::Ge,
        _ => Comparison::Eq,
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
