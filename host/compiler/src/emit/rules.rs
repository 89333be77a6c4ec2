//! Code that turns rules into outcomes: the way every question takes. It returns whether anything is unknown.

use wasm_encoder::{BlockType, ValType};

use super::EmitError;
use super::abi::{assessment, condition, document, due, exemption, fee, need, outcome, time_limit};
use super::expr::Code;
use super::helpers::{Helper, Repr, TRUE, UNKNOWN, at};
use super::layout::DefinitionSlot;
use crate::ir::{ConditionRule, Expr};

const _: () = {
    // 0 stays 0 and 1 becomes 2 by doubling.
    assert!(exemption::DOES_NOT_APPLY == 0 && exemption::UNKNOWN == 2 && UNKNOWN == 1);
    assert!(condition::VIOLATED == 0 && condition::UNKNOWN == 2);
    assert!(need::NOT_NEEDED == 0 && need::UNKNOWN == 2);
    assert!(due::NOT_DUE == 0 && due::UNKNOWN == 2);
    // What does not concern the applicant at all: 4 less twice the truth.
    assert!(condition::NOT_APPLICABLE - 2 == condition::UNKNOWN);
    assert!(outcome::OUTCOME == 2 && document::NEED == 2 && fee::DUE == 2);
};

impl Code<'_, '_> {
    /// Stores the value of a definition in its slot.
    pub(super) fn define(&mut self, slot: &DefinitionSlot<'_>) -> Result<(), EmitError> {
        self.body.op().i32_const(0);
        self.expr(slot.value)?;
        match slot.repr {
            Repr::Boolean | Repr::Text => self.body.op().i32_store(at(slot.address.into())),
            Repr::Number => self.body.op().i64_store(at(slot.address.into())),
        };
        Ok(())
    }

    /// Stores the outcome in a local at an address, and notes in `unknown` whether it is 2, which is unknown everywhere.
    pub(super) fn store_outcome(&mut self, local: u32, address: u32, unknown: u32) {
        self.body
            .op()
            .i32_const(0)
            .local_get(local)
            .i32_store8(at(address.into()));
        self.body.op().local_get(local).i32_const(2).i32_eq();
        self.body
            .op()
            .local_get(unknown)
            .i32_or()
            .local_set(unknown);
    }

    /// Pushes `good` where the rule holds, else 0 or 2 for false or unknown.
    pub(super) fn outcome(&mut self, rule: &Expr, good: u8) -> Result<(), EmitError> {
        let truth = self.local(ValType::I32);
        self.body.op().i32_const(i32::from(good));
        self.truth(rule, false)?;
        self.body.op().local_tee(truth).i32_const(1).i32_shl();
        self.body
            .op()
            .local_get(truth)
            .i32_const(TRUE)
            .i32_eq()
            .select();
        self.body.release(truth);
        Ok(())
    }

    /// An exemption.
    pub(super) fn exemption(
        &mut self,
        number: usize,
        rule: &Expr,
        unknown: u32,
    ) -> Result<(), EmitError> {
        let result = self.local(ValType::I32);
        self.outcome(rule, exemption::APPLIES)?;
        self.body.op().local_set(result);
        self.store_outcome(result, self.layout.exemption(number), unknown);
        self.body.release(result);
        Ok(())
    }

    /// A condition. Where it may not concern the applicant at all, nothing about it is certain: even a rule that holds
    /// can still become "not applicable".
    pub(super) fn condition(
        &mut self,
        number: usize,
        rule: &ConditionRule,
        unknown: u32,
    ) -> Result<(), EmitError> {
        let result = self.local(ValType::I32);
        let good = if rule.judgement {
            condition::JUDGEMENT
        } else {
            condition::SATISFIED
        };
        if rule.rule.is_none() && rule.when.is_none() {
            // Judgement: the answer says so already.
            self.body.release(result);
            return Ok(());
        }
        let concerns = self.local(ValType::I32);
        if let Some(when) = &rule.when {
            self.truth(when, false)?;
            self.body.op().local_set(concerns);
        }
        match &rule.rule {
            Some(rule) => self.outcome(rule, good)?,
            None => {
                self.body.op().i32_const(i32::from(condition::JUDGEMENT));
            }
        }
        if rule.when.is_some() {
            self.body
                .op()
                .i32_const(i32::from(condition::NOT_APPLICABLE));
            self.body
                .op()
                .local_get(concerns)
                .i32_const(1)
                .i32_shl()
                .i32_sub();
            self.body
                .op()
                .local_get(concerns)
                .i32_const(TRUE)
                .i32_eq()
                .select();
        }
        self.body.op().local_set(result);
        self.store_outcome(result, self.layout.condition(number), unknown);
        self.body.release(concerns);
        self.body.release(result);
        Ok(())
    }

    /// The time limit: the first row that holds, unless one before it may.
    pub(super) fn time_limit(
        &mut self,
        rows: &[Option<Expr>],
        unknown: u32,
    ) -> Result<(), EmitError> {
        let address = u64::from(self.layout.time_limit());
        if !matches!(rows.first(), Some(Some(_))) {
            // No limit at all, or one for all cases: the answer says so already.
            return Ok(());
        }
        // The whole variant at once: its case in the lowest byte, the row in the upper half.
        let result = |row: usize| i32::from(time_limit::ROW) | (row as i32) << 16;
        let truth = self.local(ValType::I32);
        self.body.op().block(BlockType::Empty);
        for (number, row) in rows.iter().enumerate() {
            let Some(when) = row else {
                self.body
                    .op()
                    .i32_const(0)
                    .i32_const(result(number))
                    .i32_store(at(address));
                break;
            };
            self.truth(when, false)?;
            self.body.op().local_tee(truth).if_(BlockType::Empty);
            self.body
                .op()
                .i32_const(0)
                .i32_const(result(number))
                .i32_const(i32::from(time_limit::UNKNOWN));
            self.body
                .op()
                .local_get(truth)
                .i32_const(TRUE)
                .i32_eq()
                .select()
                .i32_store(at(address));
            self.body.op().local_get(truth).i32_const(UNKNOWN).i32_eq();
            self.body
                .op()
                .local_get(unknown)
                .i32_or()
                .local_set(unknown);
            self.body.op().br(1).end();
        }
        self.body.op().end();
        self.body.release(truth);
        Ok(())
    }

    /// A check: a problem if it fails.
    pub(super) fn check(&mut self, number: usize, rule: &Expr) -> Result<(), EmitError> {
        let list = self.layout.answer.assessment + assessment::PROBLEMS;
        self.truth(rule, false)?;
        self.body.op().i32_eqz().if_(BlockType::Empty);
        self.body
            .op()
            .i32_const(list as i32)
            .i32_const(number as i32);
        self.call(Helper::Problem);
        self.body.op().end();
        Ok(())
    }
}
