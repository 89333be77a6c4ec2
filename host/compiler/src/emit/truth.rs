//! Code for truth values: comparisons, `and`, `or`, `not`.

use wasm_encoder::{BlockType, ValType};

use super::EmitError;
use super::expr::Code;
use super::helpers::{FALSE, Helper, Repr, TRUE, UNKNOWN};
use crate::ir::{Comparison, Expr, ExprKind, Kind, TextTest};

impl Code<'_, '_> {
    /// Pushes a truth value, or its opposite. A negation moves inwards until it meets something that can be turned round
    /// for nothing, such as a comparison.
    pub fn truth(&mut self, expr: &Expr, negate: bool) -> Result<(), EmitError> {
        match &expr.kind {
            ExprKind::Null => {
                self.body.op().i32_const(UNKNOWN);
            }
            ExprKind::Boolean(value) => {
                self.body
                    .op()
                    .i32_const(if *value != negate { TRUE } else { FALSE });
            }
            ExprKind::Fact(_) | ExprKind::Field { .. } | ExprKind::Definition(_) => {
                self.negated(negate, |code| code.slot(expr))?;
            }
            ExprKind::Not(a) => self.truth(a, !negate)?,
            ExprKind::And(parts) => self.join(expr, parts, !negate, negate)?,
            ExprKind::Or(parts) => self.join(expr, parts, negate, negate)?,
            ExprKind::Compare(comparison, a, b) if a.ty == Kind::Boolean => {
                let equal = match comparison {
                    Comparison::Eq => !negate,
                    Comparison::Ne => negate,
                    _ => return Err(EmitError::Malformed("an order of truth values")),
                };
                self.compare_truths(a, b, equal)?;
            }
            ExprKind::Compare(comparison, a, b) => self.compare(*comparison, a, b, negate)?,
            ExprKind::TextTest(test, a, b) => self.negated(negate, |code| {
                code.expr(a)?;
                code.expr(b)?;
                code.call(Helper::TextTest(*test));
                Ok(())
            })?,
            ExprKind::HasOption(set, option) => self.has_option(set, *option, negate)?,
            ExprKind::If(condition, then, otherwise) => {
                self.choose(expr, [condition, then, otherwise], negate)?;
            }
            ExprKind::Table(table) => self.negated(negate, |code| code.table(expr, table))?,
            ExprKind::Quantified {
                every,
                fact,
                variable,
                body,
            } => {
                self.quantified(expr, *every, (*fact, *variable, body), negate)?;
            }
            _ => {
                return Err(EmitError::Malformed(
                    "a value where a truth value is needed",
                ));
            }
        }
        Ok(())
    }

    /// Turns a truth value round: the bits of 7, shifted by twice the value, are its opposite.
    fn negated(
        &mut self,
        negate: bool,
        value: impl FnOnce(&mut Self) -> Result<(), EmitError>,
    ) -> Result<(), EmitError> {
        if !negate {
            return value(self);
        }
        self.body.op().i32_const(7);
        value(self)?;
        self.body
            .op()
            .i32_const(1)
            .i32_shl()
            .i32_shr_u()
            .i32_const(3)
            .i32_and();
        Ok(())
    }

    /// `and` (or `or`) of the parts, each of them negated or not.
    fn join(
        &mut self,
        expr: &Expr,
        parts: &[Expr],
        and: bool,
        negate: bool,
    ) -> Result<(), EmitError> {
        let saved = self.save(expr)?;
        let mut parts = parts.iter();
        match parts.next() {
            Some(first) => self.truth(first, negate)?,
            None => {
                self.body.op().i32_const(if and { TRUE } else { FALSE });
            }
        }
        // What decides alone: false for `and`, true for `or`.
        let decisive = if and { FALSE } else { TRUE };
        for part in parts {
            // When asking, an unknown part is asked for whatever the others say; the marks are put back at the end.
            let lazy = self.marks.is_none() && costly(part);
            if lazy {
                let so_far = self.local(ValType::I32);
                self.body
                    .op()
                    .local_tee(so_far)
                    .i32_const(decisive)
                    .i32_eq();
                self.body
                    .op()
                    .if_(BlockType::Result(ValType::I32))
                    .i32_const(decisive)
                    .else_();
                self.body.op().local_get(so_far);
                self.body.release(so_far);
            }
            self.truth(part, negate)?;
            if and {
                self.body.op().i32_and();
            } else {
                self.body.op().i32_or();
            }
            if lazy {
                self.body.op().end();
            }
        }
        self.keep_if_unknown(saved, Repr::Boolean);
        Ok(())
    }

    fn compare_truths(&mut self, a: &Expr, b: &Expr, equal: bool) -> Result<(), EmitError> {
        let (left, right) = (self.local(ValType::I32), self.local(ValType::I32));
        self.truth(a, false)?;
        self.body.op().local_set(left);
        self.truth(b, false)?;
        self.body.op().local_set(right);
        self.body
            .op()
            .i32_const(UNKNOWN)
            .local_get(left)
            .local_get(right);
        if equal {
            self.body.op().i32_eq();
        } else {
            self.body.op().i32_ne();
        }
        self.body.op().i32_const(TRUE).i32_mul();
        self.is_unknown(Repr::Boolean, left);
        self.is_unknown(Repr::Boolean, right);
        self.body.op().i32_or().select();
        self.body.release(left);
        self.body.release(right);
        Ok(())
    }

    fn compare(
        &mut self,
        comparison: Comparison,
        a: &Expr,
        b: &Expr,
        negate: bool,
    ) -> Result<(), EmitError> {
        if a.ty == Kind::Text || b.ty == Kind::Text {
            return Err(EmitError::Malformed("a comparison of texts"));
        }
        let locals = self.operands(a, b)?;
        let comparison = if negate {
            opposite(comparison)
        } else {
            comparison
        };
        match comparison {
            Comparison::Eq => self.body.op().i64_eq(),
            Comparison::Ne => self.body.op().i64_ne(),
            Comparison::Lt => self.body.op().i64_lt_s(),
            Comparison::Le => self.body.op().i64_le_s(),
            Comparison::Gt => self.body.op().i64_gt_s(),
            Comparison::Ge => self.body.op().i64_ge_s(),
        };
        self.body.op().i32_const(TRUE).i32_mul();
        self.unless_unknown(&locals, Repr::Boolean);
        Ok(())
    }

    fn has_option(&mut self, set: &Expr, option: u16, negate: bool) -> Result<(), EmitError> {
        if option > 62 {
            return Err(EmitError::Malformed("an option beyond the 62nd of a set"));
        }
        self.expr(set)?;
        let local = self.keep(set);
        self.body
            .op()
            .i64_const(i64::from(option))
            .i64_shr_u()
            .i32_wrap_i64()
            .i32_const(1)
            .i32_and();
        if negate {
            self.body.op().i32_eqz();
        }
        self.body.op().i32_const(TRUE).i32_mul();
        self.unless_unknown(local.as_slice(), Repr::Boolean);
        Ok(())
    }
}

/// Whether an operand is worth a jump round it: it goes through rows or texts.
fn costly(expr: &Expr) -> bool {
    match &expr.kind {
        ExprKind::Quantified { .. } | ExprKind::Aggregate { .. } => true,
        ExprKind::TextTest(test, ..) => *test == TextTest::Contains,
        _ => expr.parts().into_iter().any(costly),
    }
}

const fn opposite(comparison: Comparison) -> Comparison {
    match comparison {
        Comparison::Eq => Comparison::Ne,
        Comparison::Ne => Comparison::Eq,
        Comparison::Lt => Comparison::Ge,
        Comparison::Le => Comparison::Gt,
        Comparison::Gt => Comparison::Le,
        Comparison::Ge => Comparison::Lt,
    }
}
