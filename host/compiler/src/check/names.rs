//! Names: facts, definitions, variables, fields, and what the application itself tells.

use std::rc::Rc;

use crate::diagnostic::Diagnostic;
use crate::feel::ast::Expr as Ast;
use crate::ir::{ExprKind, Given, Kind};
use crate::source::{Span, Spanned};

use super::Checker;
use super::expr::{Typed, node};
use super::types::Type;

/// What the application itself tells.
pub(super) const GIVEN: [&str; 4] = ["filed_at", "filed_on", "received_on", "channel"];

impl Checker<'_> {
    pub(super) fn name(&mut self, name: &str, span: Span) -> Option<Typed> {
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

    /// Every name that an expression may use here.
    pub(super) fn known_names(&self) -> impl Iterator<Item = &str> {
        self.fact_numbers
            .keys()
            .map(String::as_str)
            .chain(self.definition_numbers.keys().map(String::as_str))
            .chain(GIVEN)
            .chain(self.variables.iter().map(|v| v.name.as_str()))
    }

    fn unknown_name(&mut self, name: &str, span: Span) {
        if self.broken_names.contains(name) {
            // Its own mistake was reported where it is defined.
            return;
        }
        let near = self.near(name, self.known_names()).map(str::to_owned);
        let mut message = Diagnostic::error(
            "unknown-fact",
            span,
            format!("không có dữ kiện hay định nghĩa nào tên `{name}`"),
            format!("there is no fact or definition named `{name}`"),
        )
        .label("tên chưa được khai báo", "not declared");
        message = match (near, name) {
            (Some(near), _) => message.suggest(near),
            (None, "yes" | "co" | "dung") => message.suggest("true"),
            (None, "no" | "khong" | "sai") => message.suggest("false"),
            (None, _) => message.help(
                format!(
                    "khai báo nó trong `facts` hoặc `definitions`; một lựa chọn phải nằm trong dấu ngoặc kép, trong \
                     YAML là '\"{name}\"'"
                ),
                format!(
                    "declare it in `facts` or `definitions`; an option of a choice stands in double quotes, in YAML as \
                     '\"{name}\"'"
                ),
            ),
        };
        self.report(message);
    }

    pub(super) fn path(
        &mut self,
        base: &Ast,
        field: &Spanned<String>,
        span: Span,
    ) -> Option<Typed> {
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
        let near = self
            .near(&field.value, fields.iter().map(|(id, _)| id.as_str()))
            .map(str::to_owned);
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
            .label(format!("đây là {vi}"), format!("this is {en}"))
            .help(
                "ghi tên một dữ kiện kiểu `rows` sau `in`",
                "name a fact of type `rows` after `in`",
            ),
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
}
