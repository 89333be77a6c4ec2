//! Fees and their reliefs.

use wasm_encoder::{BlockType, ValType};

use super::EmitError;
use super::abi::{due, fee};
use super::expr::Code;
use super::helpers::{Repr, TRUE, at};
use crate::ir::FeeRule;

impl Code<'_, '_> {
    /// A fee with its reliefs.
    pub(super) fn fee(
        &mut self,
        number: usize,
        rule: &FeeRule,
        unknown: u32,
    ) -> Result<(), EmitError> {
        let address = u64::from(self.layout.fee(number));
        if let Some(when) = &rule.when {
            let truth = self.local(ValType::I32);
            let result = self.local(ValType::I32);
            self.body.op().i32_const(i32::from(due::DUE));
            self.truth(when, false)?;
            self.body.op().local_tee(truth).i32_const(1).i32_shl();
            self.body
                .op()
                .local_get(truth)
                .i32_const(TRUE)
                .i32_eq()
                .select()
                .local_set(result);
            self.store_outcome(result, self.layout.fee(number) + fee::DUE, unknown);
            self.body.release(result);
            self.body
                .op()
                .local_get(truth)
                .i32_const(TRUE)
                .i32_eq()
                .if_(BlockType::Empty);
            self.body.release(truth);
        }
        let full = self.local(ValType::I64);
        self.expr(&rule.amount)?;
        self.body.op().local_set(full);
        self.is_unknown(Repr::Number, full);
        self.body
            .op()
            .if_(BlockType::Empty)
            .i32_const(1)
            .local_set(unknown)
            .else_();
        self.store_some(address + u64::from(fee::FULL_AMOUNT), full);
        if rule.reliefs.is_empty() {
            self.store_some(address + u64::from(fee::AMOUNT), full);
        } else {
            self.reliefs(address, rule, full, unknown)?;
        }
        self.body.op().end();
        if rule.when.is_some() {
            self.body.op().end();
        }
        self.body.release(full);
        Ok(())
    }

    /// Stores an `option<u64>` that is there.
    fn store_some(&mut self, option: u64, amount: u32) {
        self.body
            .op()
            .i32_const(0)
            .i32_const(1)
            .i32_store8(at(option));
        self.body
            .op()
            .i32_const(0)
            .local_get(amount)
            .i64_store(at(option + u64::from(fee::NUMBER)));
    }

    /// The most favourable relief. `best` is the least amount known to apply, with the first relief that gives it, −1 for
    /// the full amount. `open` is the least amount that may apply. The result is certain unless `open` would beat `best`;
    /// an amount that is unknown is the smallest number, and beats everything.
    fn reliefs(
        &mut self,
        address: u64,
        rule: &FeeRule,
        full: u32,
        unknown: u32,
    ) -> Result<(), EmitError> {
        use ValType::{I32, I64};
        let (best, best_relief) = (self.local(I64), self.local(I32));
        let (open, open_relief) = (self.local(I64), self.local(I32));
        let (truth, amount) = (self.local(I32), self.local(I64));
        self.body
            .op()
            .local_get(full)
            .local_set(best)
            .i32_const(-1)
            .local_set(best_relief);
        self.body
            .op()
            .i64_const(i64::MAX)
            .local_set(open)
            .i32_const(-1)
            .local_set(open_relief);
        for (number, (when, reduced)) in rule.reliefs.iter().enumerate() {
            self.truth(when, false)?;
            self.body.op().local_tee(truth).if_(BlockType::Empty);
            self.expr(reduced)?;
            self.body.op().local_set(amount);
            self.body
                .op()
                .local_get(truth)
                .i32_const(TRUE)
                .i32_eq()
                .local_get(amount);
            self.body.null();
            self.body.op().i64_ne().i32_and();
            self.body.op().if_(BlockType::Empty);
            for (least, relief) in [(best, best_relief), (open, open_relief)] {
                self.body
                    .op()
                    .local_get(amount)
                    .local_get(least)
                    .i64_lt_s()
                    .if_(BlockType::Empty);
                self.body.op().local_get(amount).local_set(least);
                self.body
                    .op()
                    .i32_const(number as i32)
                    .local_set(relief)
                    .end();
                if least == best {
                    self.body.op().else_();
                }
            }
            self.body.op().end().end();
        }
        self.body.op().local_get(open).local_get(best).i64_lt_s();
        self.body.op().local_get(open).local_get(best).i64_eq();
        self.body
            .op()
            .local_get(open_relief)
            .local_get(best_relief)
            .i32_lt_s()
            .i32_and()
            .i32_or();
        self.body
            .op()
            .if_(BlockType::Empty)
            .i32_const(1)
            .local_set(unknown)
            .else_();
        self.store_some(address + u64::from(fee::AMOUNT), best);
        let relief = address + u64::from(fee::RELIEF);
        self.body
            .op()
            .i32_const(0)
            .local_get(best_relief)
            .i32_store16(at(relief + u64::from(fee::RELIEF_NUMBER)));
        self.body
            .op()
            .i32_const(0)
            .local_get(best_relief)
            .i32_const(0)
            .i32_ge_s()
            .i32_store8(at(relief));
        self.body.op().end();
        for local in [best, best_relief, open, open_relief, truth, amount] {
            self.body.release(local);
        }
        Ok(())
    }
}
