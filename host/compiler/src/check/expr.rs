//! Expressions: names become facts and definitions, every operation meets its types.

use std::rc::Rc;

use crate::diagnostic::{Diagnostic, nearest};
use crate::feel::ast::{BinaryOp, Expr as Ast, ExprKind as AstKind, Range};
use crate::ir::{Expr, ExprKind, Given, Kind};
use crate::source::{Span, Spanned};

use super::Checker;
use super::compare::comparison;
use super::types::{Options, Type};

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

    /// The number of an option, or a message with the nearest one.
    pub(super) fn option(&mut self, options: &Options, word: &str, span: Span) -> Option<u16> {
        if let Some(at) = options.ids.iter().position(|id| id == word) {
            return u16::try_from(at).ok();
        }
        let list = options
            .ids
            .iter()
            .map(|id| format!("\"{id}\""))
            .collect::<Vec<_>>()
            .join(", ");
        let mut message = Diagnostic::error(
            "unknown-option",
            span,
            format!("`{}` không có lựa chọn \"{word}\"", options.owner),
            format!("`{}` has no option \"{word}\"", options.owner),
        )
        .label("lựa chọn không tồn tại", "no such option");
        message = match nearest(word, options.ids.iter().map(String::as_str)) {
            Some(near) => message.suggest(format!("\"{near}\"")),
            None => message.help(
                format!("các lựa chọn: {list}"),
                format!("the options are {list}"),
            ),
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
                let kind = ExprKind::Field {
                    variable,
                    field: number,
                };
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
        let near =
            nearest(&field.value, fields.iter().map(|(id, _)| id.as_str())).map(str::to_owned);
        let list = fields
            .iter()
            .map(|(id, _)| id.as_str())
            .collect::<Vec<_>>()
            .join(", ");
        let mut message = Diagnostic::error(
            "unknown-field",
            field.span,
            format!("dòng không có trường `{}`", field.value),
            format!("a row has no field `{}`", field.value),
        );
        message = match near {
            Some(near) => message.suggest(near),
            None => message.help(
                format!("các trường: {list}"),
                format!("its fields are {list}"),
            ),
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
                .help(
                    "chọn tên khác cho biến",
                    "choose another name for the variable",
                ),
            );
            return None;
        }
        let number = self.next_variable;
        self.next_variable += 1;
        self.variables.push(super::Variable {
            name: name.clone(),
            number,
            fact,
        });
        Some(number)
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
