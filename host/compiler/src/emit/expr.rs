//! Code for expressions: pushes the value of an expression in its representation ([`super::helpers`]).
//!
//! The same code is written in two modes. To *assess* is to compute the value. To *ask* is to compute it once more, slowly,
//! and to mark the facts that are missing for it ([`super::marks`]).

use motcua_model::date::DAY_SECONDS;
use wasm_encoder::{BlockType, ValType};

use super::EmitError;
use super::assembler::{Body, Functions};
use super::helpers::{EMPTY, EMPTY_I32, Helper, Repr, TRUE, UNKNOWN, at, date_of};
use super::layout::{Layout, repr};
use super::marks::Marks;
use super::scan::Scan;
use crate::ir::{Expr, ExprKind, Given, Kind};

/// The code of one function, and what its expressions need to know.
pub(super) struct Code<'a, 'p> {
    /// Where things stand.
    pub layout: &'a Layout<'p>,
    /// What hangs on what.
    pub scan: &'a Scan<'p>,
    /// The other functions.
    pub functions: &'a mut Functions,
    /// The function that is written.
    pub body: Body,
    /// Present when asking.
    pub marks: Option<Marks>,
}

impl Code<'_, '_> {
    /// A new local.
    pub(super) fn local(&mut self, ty: ValType) -> u32 {
        self.body.local(ty)
    }

    /// Calls a helper.
    pub(super) fn call(&mut self, helper: Helper) {
        let index = self.functions.helper(helper);
        self.body.op().call(index);
    }

    /// Pushes the value in a slot.
    pub(super) fn load(&mut self, repr: Repr, address: u32) {
        self.body.op().i32_const(0);
        match repr {
            Repr::Boolean | Repr::Text => self.body.op().i32_load(at(address.into())),
            Repr::Number => self.body.op().i64_load(at(address.into())),
        };
    }

    /// Pushes whether the value in a local is unknown.
    pub(super) fn is_unknown(&mut self, repr: Repr, local: u32) {
        self.body.op().local_get(local);
        match repr {
            Repr::Boolean => {
                self.body.op().i32_const(UNKNOWN).i32_eq();
            }
            Repr::Text => {
                self.body.op().i32_eqz();
            }
            Repr::Number => {
                self.body.null();
                self.body.op().i64_eq();
            }
        }
    }

    /// Pushes unknown.
    pub(super) fn push_unknown(&mut self, repr: Repr) {
        match repr {
            Repr::Boolean => {
                self.body.op().i32_const(UNKNOWN);
            }
            Repr::Text => {
                self.body.op().i32_const(0);
            }
            Repr::Number => self.body.null(),
        }
    }

    /// Pushes "nothing yet".
    pub(super) fn push_empty(&mut self, repr: Repr) {
        match repr {
            Repr::Boolean | Repr::Text => self.body.op().i32_const(EMPTY_I32),
            Repr::Number => self.body.op().i64_const(EMPTY),
        };
    }

    /// Pushes the value of an expression.
    pub(super) fn expr(&mut self, expr: &Expr) -> Result<(), EmitError> {
        if expr.ty == Kind::Boolean {
            return self.truth(expr, false);
        }
        let repr = repr(expr.ty);
        match &expr.kind {
            ExprKind::Null => self.push_unknown(repr),
            ExprKind::Int(units) => {
                self.body.op().i64_const(*units);
            }
            ExprKind::Text(text) => {
                let pair = self.layout.text(text)?;
                self.body.op().i32_const(pair as i32);
            }
            ExprKind::Fact(_) | ExprKind::Field { .. } | ExprKind::Definition(_) => {
                self.slot(expr)?
            }
            ExprKind::Given(given) => self.load(Repr::Number, self.layout.given(*given)),
            ExprKind::TextLength(text) => {
                self.expr(text)?;
                self.call(Helper::TextLength);
            }
            ExprKind::CountOptions(set) => self.unary(set, |code| {
                code.body.op().i64_popcnt();
            })?,
            ExprKind::Add(a, b) => {
                self.binary(a, b, |code| {
                    code.body.op().i64_add();
                })?;
                self.in_range(expr.ty);
            }
            ExprKind::Subtract(a, b) => {
                self.binary(a, b, |code| {
                    code.body.op().i64_sub();
                })?;
                self.in_range(expr.ty);
            }
            ExprKind::Multiply(a, b) => self.binary(a, b, |code| {
                code.body.op().i64_mul();
            })?,
            ExprKind::Negate(a) => self.unary(a, |code| {
                code.body.op().i64_const(-1).i64_mul();
            })?,
            // (a xor s) - s, where s is -1 below zero, else 0. Unknown, the smallest number of all, remains what it is.
            ExprKind::Absolute(a) => {
                let (value, sign) = (self.local(ValType::I64), self.local(ValType::I64));
                self.expr(a)?;
                self.body
                    .op()
                    .local_tee(value)
                    .local_get(value)
                    .i64_const(63)
                    .i64_shr_s()
                    .local_tee(sign);
                self.body.op().i64_xor().local_get(sign).i64_sub();
                self.body.release(value);
                self.body.release(sign);
            }
            ExprKind::Least(a, b) | ExprKind::Greatest(a, b) => {
                self.expr(a)?;
                self.expr(b)?;
                self.call(if matches!(expr.kind, ExprKind::Least(..)) {
                    Helper::Min
                } else {
                    Helper::Max
                });
            }
            ExprKind::Scale(a, factor) => self.unary(a, |code| {
                code.body.op().i64_const(*factor).i64_mul();
            })?,
            ExprKind::Divide(a, b, rounding) => {
                self.expr(a)?;
                self.expr(b)?;
                self.call(Helper::Divide(*rounding));
            }
            ExprKind::AddMonths(a, months) => {
                self.expr(a)?;
                self.expr(months)?;
                let moment = expr.ty == Kind::Moment;
                self.call(if moment {
                    Helper::AddMonthsToMoment
                } else {
                    Helper::AddMonths
                });
            }
            ExprKind::DateOf(a) => self.unary(a, |code| date_of(&mut code.body))?,
            ExprKind::Midnight(a) => self.unary(a, |code| {
                code.body.op().i64_const(DAY_SECONDS).i64_mul();
            })?,
            ExprKind::DatePart(part, a) => {
                self.expr(a)?;
                self.call(Helper::DatePart(*part));
            }
            ExprKind::If(condition, then, otherwise) => {
                self.choose(expr, [condition, then, otherwise], false)?;
            }
            ExprKind::Table(table) => self.table(expr, table)?,
            ExprKind::CountRows(fact) => self.count_rows(*fact)?,
            ExprKind::Aggregate {
                aggregate,
                fact,
                variable,
                body,
            } => {
                self.aggregate(expr, *aggregate, *fact, *variable, body)?;
            }
            ExprKind::Boolean(_)
            | ExprKind::Not(_)
            | ExprKind::And(_)
            | ExprKind::Or(_)
            | ExprKind::Compare(..)
            | ExprKind::TextTest(..)
            | ExprKind::HasOption(..)
            | ExprKind::Quantified { .. } => {
                return Err(EmitError::Malformed(
                    "a truth value where another is needed",
                ));
            }
        }
        Ok(())
    }

    /// Pushes what is in the slot of a fact, field or definition.
    pub(super) fn slot(&mut self, expr: &Expr) -> Result<(), EmitError> {
        let repr = repr(expr.ty);
        match expr.kind {
            ExprKind::Fact(fact) => {
                self.load(repr, self.layout.fact(fact)?);
                self.mark_if_unknown(fact, repr);
            }
            ExprKind::Field { variable, field } => {
                self.load(repr, self.layout.field(variable, field)?);
                self.mark_if_unknown(self.layout.row_block(variable)?.fact, repr);
            }
            ExprKind::Definition(number) => {
                let number = usize::from(number);
                self.load(repr, self.layout.definition(number)?.address);
                self.mark_definition(number)?;
            }
            _ => return Err(EmitError::Malformed("an expression without a slot")),
        }
        Ok(())
    }

    /// The value on the stack stays there; if it can be unknown, a local keeps it too.
    pub(super) fn keep(&mut self, expr: &Expr) -> Option<u32> {
        nullable(expr).then(|| {
            let local = self.local(ValType::I64);
            self.body.op().local_tee(local);
            local
        })
    }

    /// Pushes two operands; returns the locals of those that can be unknown.
    pub(super) fn operands(&mut self, a: &Expr, b: &Expr) -> Result<Vec<u32>, EmitError> {
        self.expr(a)?;
        let left = self.keep(a);
        self.expr(b)?;
        let right = self.keep(b);
        Ok(left.into_iter().chain(right).collect())
    }

    /// The result on the stack, or unknown if one of the operands is.
    pub(super) fn unless_unknown(&mut self, operands: &[u32], repr: Repr) {
        if operands.is_empty() {
            return;
        }
        self.push_unknown(repr);
        for (number, local) in operands.iter().enumerate() {
            self.body.op().local_get(*local);
            self.body.null();
            self.body.op().i64_ne();
            if number > 0 {
                self.body.op().i32_and();
            }
            self.body.release(*local);
        }
        self.body.op().select();
    }

    fn unary(&mut self, a: &Expr, operation: impl FnOnce(&mut Self)) -> Result<(), EmitError> {
        self.expr(a)?;
        let local = self.keep(a);
        operation(self);
        self.unless_unknown(local.as_slice(), Repr::Number);
        Ok(())
    }

    fn binary(
        &mut self,
        a: &Expr,
        b: &Expr,
        operation: impl FnOnce(&mut Self),
    ) -> Result<(), EmitError> {
        let locals = self.operands(a, b)?;
        operation(self);
        self.unless_unknown(&locals, Repr::Number);
        Ok(())
    }

    /// A date or moment that was computed is unknown outside the contract's range.
    fn in_range(&mut self, kind: Kind) {
        match kind {
            Kind::Date => self.call(Helper::DateInRange),
            Kind::Moment => self.call(Helper::MomentInRange),
            _ => {}
        }
    }

    /// `if`: each branch that may be taken gives its value, and the result is what they agree on.
    pub(super) fn choose(
        &mut self,
        expr: &Expr,
        [condition, then, otherwise]: [&Expr; 3],
        negate: bool,
    ) -> Result<(), EmitError> {
        let repr = repr(expr.ty);
        let result = BlockType::Result(repr.val_type());
        let saved = self.save(expr)?;
        let truth = self.local(ValType::I32);
        self.truth(condition, false)?;
        self.body.op().local_tee(truth).if_(result);
        self.branch(then, negate)?;
        self.body.op().else_();
        self.push_empty(repr);
        self.body.op().end();
        self.body
            .op()
            .local_get(truth)
            .i32_const(TRUE)
            .i32_ne()
            .if_(result);
        self.branch(otherwise, negate)?;
        self.body.op().else_();
        self.push_empty(repr);
        self.body.op().end();
        self.call(Helper::Agree(repr));
        self.body.release(truth);
        self.keep_if_unknown(saved, repr);
        Ok(())
    }

    fn branch(&mut self, expr: &Expr, negate: bool) -> Result<(), EmitError> {
        if expr.ty == Kind::Boolean {
            self.truth(expr, negate)
        } else {
            self.expr(expr)
        }
    }
}

/// Whether a value of type `i64` can be unknown. Saying yes is always right.
fn nullable(expr: &Expr) -> bool {
    match &expr.kind {
        ExprKind::Int(_) | ExprKind::Given(Given::FiledAt | Given::ReceivedOn) => false,
        ExprKind::Multiply(a, b) | ExprKind::Least(a, b) | ExprKind::Greatest(a, b) => {
            nullable(a) || nullable(b)
        }
        ExprKind::Add(a, b) | ExprKind::Subtract(a, b) => {
            matches!(expr.ty, Kind::Date | Kind::Moment) || nullable(a) || nullable(b)
        }
        ExprKind::CountOptions(a)
        | ExprKind::Negate(a)
        | ExprKind::Absolute(a)
        | ExprKind::Scale(a, _)
        | ExprKind::DateOf(a)
        | ExprKind::Midnight(a)
        | ExprKind::DatePart(_, a) => nullable(a),
        _ => true,
    }
}
