//! Expressions, tables and rows.

use std::collections::BTreeSet;

use motcua_model::{Application, Cell, Channel, Row};

use super::Trace;
use super::value::{Value, date, divide, in_range, moment, scalar, with_option};
use crate::ir::{
    Aggregate, Comparison, DatePart, Expr, ExprKind, Given, Hit, Kind, Program, SlotKind, Table,
    TextTest,
};

/// What is told of a fact.
#[derive(Clone, Copy)]
pub(super) enum Told<'a> {
    /// Nothing.
    Nothing,
    /// Its value.
    Value(Value<'a>),
    /// Its rows.
    Rows(&'a [Row<'a>]),
}

/// The rows that the variables in scope stand for, innermost first.
#[derive(Clone, Copy)]
pub(super) struct Scope<'s, 'a> {
    variable: u16,
    pub(super) fact: u16,
    row: &'a [Cell<'a>],
    outer: Option<&'s Scope<'s, 'a>>,
}

impl<'a> Scope<'_, 'a> {
    /// The scope of a variable.
    pub(super) fn find(scope: Option<&Self>, variable: u16) -> Option<Self> {
        let scope = scope?;
        if scope.variable == variable {
            Some(*scope)
        } else {
            Scope::find(scope.outer, variable)
        }
    }
}

/// Runs the rules of a program on one application.
pub(super) struct Evaluator<'a, 't> {
    pub(super) program: &'a Program,
    pub(super) application: &'a Application<'a>,
    facts: Vec<Told<'a>>,
    /// The values of the definitions so far.
    pub(super) definitions: Vec<Option<Value<'a>>>,
    /// What to ask for a definition, once somebody has wanted to know.
    pub(super) asked: Vec<Option<BTreeSet<u16>>>,
    pub(super) trace: &'t mut Trace,
    /// The definition that is computed for the first time, whose table rows are traced.
    tracing: Option<u16>,
}

type Result3<'a> = Option<Value<'a>>;

impl<'a, 't> Evaluator<'a, 't> {
    /// Reads the facts and computes the definitions.
    pub(super) fn new(
        program: &'a Program,
        application: &'a Application<'a>,
        trace: &'t mut Trace,
    ) -> Self {
        let mut facts = vec![Told::Nothing; program.facts.len()];
        for fact in &application.facts {
            let number = usize::from(fact.fact);
            let (Some(slot), Some(kind)) = (facts.get_mut(number), program.facts.get(number))
            else {
                continue;
            };
            *slot = match (kind, &fact.value) {
                (SlotKind::Scalar(kind), motcua_model::Value::Scalar(value)) => {
                    scalar(*kind, value).map_or(Told::Nothing, Told::Value)
                }
                (SlotKind::Rows { .. }, motcua_model::Value::Rows(rows)) => Told::Rows(rows),
                _ => Told::Nothing,
            };
        }
        let asked = vec![None; program.definitions.len()];
        let mut evaluator = Self {
            program,
            application,
            facts,
            definitions: Vec::new(),
            asked,
            trace,
            tracing: None,
        };
        for (number, definition) in (0..).zip(&program.definitions) {
            evaluator.tracing = Some(number);
            let value = evaluator.expr(&definition.value, None);
            evaluator.definitions.push(value);
        }
        evaluator.tracing = None;
        evaluator
    }

    /// The value of an expression.
    pub(super) fn expr(&mut self, expr: &'a Expr, scope: Option<&Scope<'_, 'a>>) -> Result3<'a> {
        match &expr.kind {
            ExprKind::Null => None,
            ExprKind::Boolean(value) => Some(Value::Boolean(*value)),
            ExprKind::Int(units) => Some(Value::Number(*units)),
            ExprKind::Text(text) => Some(Value::Text(text)),
            ExprKind::Fact(fact) => match self.told(*fact) {
                Told::Value(value) => Some(value),
                Told::Nothing | Told::Rows(_) => None,
            },
            ExprKind::Field { variable, field } => {
                self.field(Scope::find(scope, *variable)?, *field)
            }
            ExprKind::Definition(number) => self
                .definitions
                .get(usize::from(*number))
                .copied()
                .flatten(),
            ExprKind::Given(given) => self.given(*given).map(Value::Number),
            ExprKind::Not(a) => self.truth(a, scope).map(|a| Value::Boolean(!a)),
            ExprKind::And(parts) => self.all(parts, scope).map(Value::Boolean),
            ExprKind::Or(parts) => self.any(parts, scope).map(Value::Boolean),
            ExprKind::Compare(comparison, a, b) => {
                let (a, b) = (self.expr(a, scope)?, self.expr(b, scope)?);
                compare(*comparison, a, b).map(Value::Boolean)
            }
            ExprKind::TextTest(test, a, b) => {
                let (a, b) = (self.text(a, scope)?, self.text(b, scope)?);
                Some(Value::Boolean(match test {
                    TextTest::Equals => a == b,
                    TextTest::StartsWith => a.starts_with(b),
                    TextTest::EndsWith => a.ends_with(b),
                    TextTest::Contains => a.contains(b),
                }))
            }
            ExprKind::TextLength(text) => i64::try_from(self.text(text, scope)?.chars().count())
                .ok()
                .map(Value::Number),
            ExprKind::HasOption(set, option) => {
                let set = self.number(set, scope)?;
                Some(Value::Boolean(with_option(set, (*option).into())? == set))
            }
            ExprKind::If(condition, then, otherwise) => {
                self.choose([condition, then, otherwise], scope)
            }
            ExprKind::Table(table) => self.table(table, scope),
            ExprKind::Quantified {
                every,
                fact,
                variable,
                body,
            } => self
                .quantified(*every, (*fact, *variable), body, scope)
                .map(Value::Boolean),
            _ => self.arithmetic(expr, scope).map(Value::Number),
        }
    }

    fn arithmetic(&mut self, expr: &'a Expr, scope: Option<&Scope<'_, 'a>>) -> Option<i64> {
        let mut both = |a, b| Some((self.number(a, scope)?, self.number(b, scope)?));
        match &expr.kind {
            ExprKind::Add(a, b) => {
                let (a, b) = both(a, b)?;
                in_range(expr.ty, a.checked_add(b)?)
            }
            ExprKind::Subtract(a, b) => {
                let (a, b) = both(a, b)?;
                in_range(expr.ty, a.checked_sub(b)?)
            }
            ExprKind::Multiply(a, b) => {
                let (a, b) = both(a, b)?;
                a.checked_mul(b)
            }
            ExprKind::Divide(a, b, rounding) => {
                let (a, b) = both(a, b)?;
                divide(a, b, *rounding)
            }
            ExprKind::AddMonths(a, months) => {
                let (a, months) = both(a, months)?;
                let months = i32::try_from(months).ok()?;
                if expr.ty == Kind::Moment {
                    let moment = moment(a)?;
                    Some(
                        moment
                            .date()
                            .plus_months(months)?
                            .at(moment.time())
                            .seconds(),
                    )
                } else {
                    Some(date(a)?.plus_months(months)?.days().into())
                }
            }
            ExprKind::Negate(a) => self.number(a, scope)?.checked_neg(),
            ExprKind::Absolute(a) => self.number(a, scope)?.checked_abs(),
            ExprKind::Least(a, b) => both(a, b).map(|(a, b)| a.min(b)),
            ExprKind::Greatest(a, b) => both(a, b).map(|(a, b)| a.max(b)),
            ExprKind::Scale(a, factor) => self.number(a, scope)?.checked_mul(*factor),
            ExprKind::CountOptions(set) => Some(self.number(set, scope)?.count_ones().into()),
            ExprKind::DateOf(a) => Some(moment(self.number(a, scope)?)?.date().days().into()),
            ExprKind::Midnight(a) => Some(date(self.number(a, scope)?)?.midnight().seconds()),
            ExprKind::DatePart(part, a) => {
                let date = date(self.number(a, scope)?)?;
                let (year, month, day) = date.ymd();
                Some(match part {
                    DatePart::Year => year.into(),
                    DatePart::Month => month.into(),
                    DatePart::Day => day.into(),
                    DatePart::Weekday => date.weekday().into(),
                })
            }
            ExprKind::CountRows(fact) => i64::try_from(self.rows(*fact)?.len()).ok(),
            ExprKind::Aggregate {
                aggregate,
                fact,
                variable,
                body,
            } => self.aggregate(*aggregate, (*fact, *variable), body, scope),
            _ => None,
        }
    }

    /// The truth value of an expression.
    pub(super) fn truth(&mut self, expr: &'a Expr, scope: Option<&Scope<'_, 'a>>) -> Option<bool> {
        match self.expr(expr, scope)? {
            Value::Boolean(value) => Some(value),
            Value::Number(_) | Value::Text(_) => None,
        }
    }

    /// The number of an expression.
    pub(super) fn number(&mut self, expr: &'a Expr, scope: Option<&Scope<'_, 'a>>) -> Option<i64> {
        match self.expr(expr, scope)? {
            Value::Number(value) => Some(value),
            Value::Boolean(_) | Value::Text(_) => None,
        }
    }

    fn text(&mut self, expr: &'a Expr, scope: Option<&Scope<'_, 'a>>) -> Option<&'a str> {
        match self.expr(expr, scope)? {
            Value::Text(value) => Some(value),
            Value::Boolean(_) | Value::Number(_) => None,
        }
    }

    fn told(&self, fact: u16) -> Told<'a> {
        self.facts
            .get(usize::from(fact))
            .copied()
            .unwrap_or(Told::Nothing)
    }

    /// The rows of a rows fact, if they are told.
    pub(super) fn rows(&self, fact: u16) -> Option<&'a [Row<'a>]> {
        match self.told(fact) {
            Told::Rows(rows) => Some(rows),
            Told::Nothing | Told::Value(_) => None,
        }
    }

    fn field(&self, scope: Scope<'_, 'a>, field: u16) -> Result3<'a> {
        let Some(SlotKind::Rows { fields, .. }) = self.program.facts.get(usize::from(scope.fact))
        else {
            return None;
        };
        let kind = fields.get(usize::from(field))?;
        let cell = scope.row.iter().find(|cell| cell.field == field)?;
        scalar(*kind, &cell.value)
    }

    fn given(&self, given: Given) -> Option<i64> {
        match given {
            Given::FiledAt => Some(self.application.filed_at.seconds()),
            Given::ReceivedOn => Some(self.application.received_on.days().into()),
            Given::Channel => Some(match self.application.channel? {
                Channel::Online => 0,
                Channel::Counter => 1,
                Channel::Postal => 2,
            }),
        }
    }

    fn all(&mut self, parts: &'a [Expr], scope: Option<&Scope<'_, 'a>>) -> Option<bool> {
        let values: Vec<_> = parts.iter().map(|part| self.truth(part, scope)).collect();
        all(values)
    }

    fn any(&mut self, parts: &'a [Expr], scope: Option<&Scope<'_, 'a>>) -> Option<bool> {
        let values: Vec<_> = parts.iter().map(|part| self.truth(part, scope)).collect();
        any(values)
    }

    fn choose(
        &mut self,
        [condition, then, otherwise]: [&'a Expr; 3],
        scope: Option<&Scope<'_, 'a>>,
    ) -> Result3<'a> {
        match self.truth(condition, scope) {
            Some(true) => self.expr(then, scope),
            Some(false) => self.expr(otherwise, scope),
            None => {
                let (then, otherwise) = (self.expr(then, scope), self.expr(otherwise, scope));
                agreed([then, otherwise])
            }
        }
    }

    /// The row of a table that is known to hold, and those before it that may.
    pub(super) fn rows_that_count(
        &mut self,
        table: &'a Table,
        scope: Option<&Scope<'_, 'a>>,
    ) -> (Option<usize>, Vec<usize>) {
        let mut open = Vec::new();
        for (number, row) in table.rows.iter().enumerate() {
            match self.truth(&row.test, scope) {
                Some(true) => return (Some(number), open),
                Some(false) => {}
                None => open.push(number),
            }
        }
        (None, open)
    }

    fn table(&mut self, table: &'a Table, scope: Option<&Scope<'_, 'a>>) -> Result3<'a> {
        match table.hit {
            Hit::Unique | Hit::First => {
                let (holds, open) = self.rows_that_count(table, scope);
                if let Some(row) = holds {
                    self.trace_row(row);
                }
                if let (Hit::Unique, Some(row)) = (table.hit, holds) {
                    return self.expr(&table.rows[row].output, scope);
                }
                let mut outputs = Vec::new();
                for row in open.into_iter().chain(holds) {
                    outputs.push(self.expr(&table.rows[row].output, scope));
                }
                if holds.is_none() {
                    outputs.push(
                        table
                            .otherwise
                            .as_deref()
                            .and_then(|otherwise| self.expr(otherwise, scope)),
                    );
                }
                agreed(outputs)
            }
            Hit::CollectSum
            | Hit::CollectMin
            | Hit::CollectMax
            | Hit::CollectCount
            | Hit::CollectSet => self.collect(table, scope).map(Value::Number),
        }
    }

    fn collect(&mut self, table: &'a Table, scope: Option<&Scope<'_, 'a>>) -> Option<i64> {
        let mut hits = Vec::new();
        let mut unknown = false;
        for (number, row) in table.rows.iter().enumerate() {
            match self.truth(&row.test, scope) {
                Some(true) => {
                    self.trace_row(number);
                    hits.push(row);
                }
                Some(false) => {}
                None => unknown = true,
            }
        }
        if unknown {
            return None;
        }
        if table.hit == Hit::CollectCount {
            return i64::try_from(hits.len()).ok();
        }
        let mut outputs = Vec::new();
        for row in hits {
            outputs.push(self.number(&row.output, scope)?);
        }
        let mut outputs = outputs.into_iter();
        match table.hit {
            Hit::CollectMin => outputs.min(),
            Hit::CollectMax => outputs.max(),
            Hit::CollectSet => outputs.try_fold(0, with_option),
            _ => outputs.try_fold(0, i64::checked_add),
        }
    }

    fn trace_row(&mut self, row: usize) {
        if let (Some(definition), Ok(row)) = (self.tracing, u16::try_from(row)) {
            self.trace.table_rows.insert((definition, row));
        }
    }

    /// Something for each row of a rows fact, if they are told.
    pub(super) fn each_row<T>(
        &mut self,
        (fact, variable): (u16, u16),
        outer: Option<&Scope<'_, 'a>>,
        mut each: impl FnMut(&mut Self, Option<&Scope<'_, 'a>>) -> T,
    ) -> Option<Vec<T>> {
        let rows = self.rows(fact)?;
        Some(
            rows.iter()
                .map(|row| {
                    each(
                        self,
                        Some(&Scope {
                            variable,
                            fact,
                            row,
                            outer,
                        }),
                    )
                })
                .collect(),
        )
    }

    fn quantified(
        &mut self,
        every: bool,
        rows: (u16, u16),
        body: &'a Expr,
        scope: Option<&Scope<'_, 'a>>,
    ) -> Option<bool> {
        let values = self.each_row(rows, scope, |this, scope| this.truth(body, scope))?;
        if every { all(values) } else { any(values) }
    }

    fn aggregate(
        &mut self,
        aggregate: Aggregate,
        rows: (u16, u16),
        body: &'a Expr,
        scope: Option<&Scope<'_, 'a>>,
    ) -> Option<i64> {
        let values = self.each_row(rows, scope, |this, scope| this.number(body, scope))?;
        let values: Vec<i64> = values.into_iter().collect::<Option<_>>()?;
        let mut values = values.into_iter();
        match aggregate {
            Aggregate::Sum => values.try_fold(0, i64::checked_add),
            Aggregate::Min => values.min(),
            Aggregate::Max => values.max(),
        }
    }
}

/// False as soon as one is false.
fn all(values: Vec<Option<bool>>) -> Option<bool> {
    if values.contains(&Some(false)) {
        Some(false)
    } else if values.contains(&None) {
        None
    } else {
        Some(true)
    }
}

/// True as soon as one is true.
fn any(values: Vec<Option<bool>>) -> Option<bool> {
    all(values
        .into_iter()
        .map(|value| value.map(|value| !value))
        .collect())
    .map(|value| !value)
}

/// The value of all of them, if they have the same.
fn agreed<'a>(values: impl IntoIterator<Item = Result3<'a>>) -> Result3<'a> {
    let mut values = values.into_iter();
    let first = values.next()??;
    values.all(|value| value == Some(first)).then_some(first)
}

fn compare(comparison: Comparison, a: Value<'_>, b: Value<'_>) -> Option<bool> {
    Some(match (comparison, a, b) {
        (Comparison::Eq, ..) => a == b,
        (Comparison::Ne, ..) => a != b,
        (Comparison::Lt, Value::Number(a), Value::Number(b)) => a < b,
        (Comparison::Le, Value::Number(a), Value::Number(b)) => a <= b,
        (Comparison::Gt, Value::Number(a), Value::Number(b)) => a > b,
        (Comparison::Ge, Value::Number(a), Value::Number(b)) => a >= b,
        _ => return None,
    })
}
