//! Code that turns rules into outcomes: the way every question takes. It returns whether anything is unknown.
//!
//! **Grouped documents.** Of the documents of a group that apply, one is handed in. Whether a member applies is false,
//! unknown or true; each unknown may turn out either way, and a need is told only if it is the same in every case. The
//! first line that fits counts:
//!
//! | the member | the others | its need |
//! |---|---|---|
//! | does not apply | | not-needed |
//! | applies, is on file or replaced by data | | on-file, replaced-by-data |
//! | may apply, is on file or replaced by data | | unknown |
//! | applies or may apply | one that applies is on file or replaced | not-needed |
//! | may apply | | unknown |
//! | applies | one that may apply is on file or replaced | unknown: it may become needless |
//! | applies | another one applies | one-of: a third changes nothing |
//! | applies | another one may apply | unknown: required or one-of |
//! | applies | none applies | required |

use wasm_encoder::{BlockType, ValType};

use super::EmitError;
use super::abi::{assessment, condition, document, due, exemption, fee, need, outcome, time_limit};
use super::expr::Code;
use super::helpers::{Helper, Repr, TRUE, UNKNOWN, at};
use super::layout::{DefinitionSlot, group_members};
use crate::ir::{ConditionRule, DocumentRule, Expr, ExprKind, FeeRule, Program};

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
    fn store_outcome(&mut self, local: u32, address: u32, unknown: u32) {
        self.body.op().i32_const(0).local_get(local).i32_store8(at(address.into()));
        self.body.op().local_get(local).i32_const(2).i32_eq();
        self.body.op().local_get(unknown).i32_or().local_set(unknown);
    }

    /// Pushes `good` where the rule holds, else 0 or 2 for false or unknown.
    fn outcome(&mut self, rule: &Expr, good: u8) -> Result<(), EmitError> {
        let truth = self.local(ValType::I32);
        self.body.op().i32_const(i32::from(good));
        self.truth(rule, false)?;
        self.body.op().local_tee(truth).i32_const(1).i32_shl();
        self.body.op().local_get(truth).i32_const(TRUE).i32_eq().select();
        self.body.release(truth);
        Ok(())
    }

    /// An exemption.
    pub(super) fn exemption(&mut self, number: usize, rule: &Expr, unknown: u32) -> Result<(), EmitError> {
        let result = self.local(ValType::I32);
        self.outcome(rule, exemption::APPLIES)?;
        self.body.op().local_set(result);
        self.store_outcome(result, self.layout.exemption(number), unknown);
        self.body.release(result);
        Ok(())
    }

    /// A condition. Where it may not concern the applicant at all, nothing about it is certain: even a rule that holds
    /// can still become "not applicable".
    pub(super) fn condition(&mut self, number: usize, rule: &ConditionRule, unknown: u32) -> Result<(), EmitError> {
        let result = self.local(ValType::I32);
        let good = if rule.judgement { condition::JUDGEMENT } else { condition::SATISFIED };
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
            self.body.op().i32_const(i32::from(condition::NOT_APPLICABLE));
            self.body.op().local_get(concerns).i32_const(1).i32_shl().i32_sub();
            self.body.op().local_get(concerns).i32_const(TRUE).i32_eq().select();
        }
        self.body.op().local_set(result);
        self.store_outcome(result, self.layout.condition(number), unknown);
        self.body.release(concerns);
        self.body.release(result);
        Ok(())
    }

    /// What the application says of documents on file and of data sources: as if every document applied, and stood alone.
    pub(super) fn documents_on_file(
        &mut self,
        program: &Program,
        [on_file, on_file_len, sources, sources_len]: [u32; 4],
    ) {
        let documents = self.layout.document(0) + document::NEED;
        self.each_number([on_file, on_file_len], program.documents.len() as u32, true, |code, number| {
            code.body.op().local_get(number).i32_const(document::SIZE as i32).i32_mul();
            // Both bytes, the need and the need alone.
            const { assert!(document::ALONE == document::NEED + 1) };
            let both = i32::from(need::ON_FILE) * 0x101;
            code.body.op().i32_const(both).i32_store16(at(documents.into()));
        });
        let (flags, count) = (self.layout.sources, self.layout.source_count);
        if count == 0 {
            return;
        }
        // A source that replaces no document is none of ours.
        self.each_number([sources, sources_len], count, false, |code, number| {
            code.body.op().local_get(number).i32_const(1).i32_store8(at(flags.into()));
        });
        for (number, rule) in program.documents.iter().enumerate() {
            if rule.replaced_by.is_empty() {
                continue;
            }
            let byte = if rule.group.is_some() { document::ALONE } else { document::NEED };
            let address = u64::from(self.layout.document(number) + byte);
            self.body.op().i32_const(0).i32_const(i32::from(need::REPLACED_BY_DATA));
            self.body.op().i32_const(0).i32_load8_u(at(address));
            for (n, source) in rule.replaced_by.iter().enumerate() {
                self.body.op().i32_const(0).i32_load8_u(at(u64::from(flags) + u64::from(*source)));
                if n > 0 {
                    self.body.op().i32_or();
                }
            }
            self.body.op().i32_const(0).i32_load8_u(at(address));
            self.body.op().i32_const(i32::from(need::REQUIRED)).i32_eq().i32_and();
            self.body.op().select().i32_store8(at(address));
        }
    }

    /// Runs code for each number of a `list<u16>`. One that is too large traps, or is passed over.
    fn each_number(&mut self, [next, end]: [u32; 2], count: u32, trap: bool, each: impl FnOnce(&mut Self, u32)) {
        let number = self.local(ValType::I32);
        self.body.op().local_get(end).i32_const(1).i32_shl().local_get(next).i32_add().local_set(end);
        self.body.op().block(BlockType::Empty).loop_(BlockType::Empty);
        self.body.op().local_get(next).local_get(end).i32_eq().br_if(1);
        self.body.op().local_get(next).i32_load16_u(at(0)).local_tee(number);
        self.body.op().i32_const(count as i32).i32_lt_u().if_(BlockType::Empty);
        each(self, number);
        if trap {
            self.body.op().else_().unreachable();
        }
        self.body.op().end();
        self.body.op().local_get(next).i32_const(2).i32_add().local_set(next).br(0).end().end();
        self.body.release(number);
    }

    /// A document outside groups, and the numbers of any.
    pub(super) fn document(&mut self, number: usize, rule: &DocumentRule, unknown: u32) -> Result<(), EmitError> {
        let address = self.layout.document(number);
        if let (Some(when), None) = (&rule.when, rule.group) {
            let need = address + document::NEED;
            let truth = self.local(ValType::I32);
            let result = self.local(ValType::I32);
            self.body.op().i32_const(0).i32_load8_u(at(need.into()));
            self.truth(when, false)?;
            self.body.op().local_tee(truth).i32_const(1).i32_shl();
            self.body.op().local_get(truth).i32_const(TRUE).i32_eq().select().local_set(result);
            self.store_outcome(result, need, unknown);
            self.body.release(truth);
            self.body.release(result);
        }
        for (expr, field) in [(&rule.originals, document::ORIGINALS), (&rule.copies, document::COPIES)] {
            if matches!(expr.kind, ExprKind::Int(_)) {
                continue;
            }
            let option = u64::from(address + field);
            let count = self.local(ValType::I64);
            self.expr(expr)?;
            self.body.op().local_set(count);
            self.body.op().i32_const(0).local_get(count).i64_store32(at(option + u64::from(document::NUMBER)));
            self.body.op().i32_const(0).local_get(count);
            self.body.null();
            self.body.op().i64_ne().i32_store8(at(option));
            self.is_unknown(Repr::Number, count);
            self.body.op().local_get(unknown).i32_or().local_set(unknown);
            self.body.release(count);
        }
        Ok(())
    }

    /// A group of documents; whether each applies is in its definition slot already.
    pub(super) fn group(&mut self, program: &Program, group: u16, unknown: u32) -> Result<(), EmitError> {
        let tally = self.local(ValType::I64);
        let result = self.local(ValType::I32);
        self.body.op().i64_const(0).local_set(tally);
        for member in group_members(program, Some(group)) {
            self.member(member)?;
            self.call(Helper::GroupTally);
            self.body.op().local_get(tally).i64_add().local_set(tally);
        }
        for member in group_members(program, Some(group)) {
            self.member(member)?;
            self.body.op().local_get(tally);
            self.call(Helper::GroupNeed);
            self.body.op().local_set(result);
            self.store_outcome(result, self.layout.document(member) + document::NEED, unknown);
        }
        self.body.release(tally);
        self.body.release(result);
        Ok(())
    }

    /// Pushes whether a member of a group applies, and its need alone.
    fn member(&mut self, document: usize) -> Result<(), EmitError> {
        match self.layout.grouped.get(&document) {
            Some(definition) => self.load(Repr::Boolean, self.layout.definition(*definition)?.address),
            None => {
                self.body.op().i32_const(TRUE);
            }
        }
        let alone = self.layout.document(document) + document::ALONE;
        self.body.op().i32_const(0).i32_load8_u(at(alone.into()));
        Ok(())
    }

    /// The time limit: the first row that holds, unless one before it may.
    pub(super) fn time_limit(&mut self, rows: &[Option<Expr>], unknown: u32) -> Result<(), EmitError> {
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
                self.body.op().i32_const(0).i32_const(result(number)).i32_store(at(address));
                break;
            };
            self.truth(when, false)?;
            self.body.op().local_tee(truth).if_(BlockType::Empty);
            self.body.op().i32_const(0).i32_const(result(number)).i32_const(i32::from(time_limit::UNKNOWN));
            self.body.op().local_get(truth).i32_const(TRUE).i32_eq().select().i32_store(at(address));
            self.body.op().local_get(truth).i32_const(UNKNOWN).i32_eq();
            self.body.op().local_get(unknown).i32_or().local_set(unknown);
            self.body.op().br(1).end();
        }
        self.body.op().end();
        self.body.release(truth);
        Ok(())
    }

    /// A fee with its reliefs.
    pub(super) fn fee(&mut self, number: usize, rule: &FeeRule, unknown: u32) -> Result<(), EmitError> {
        let address = u64::from(self.layout.fee(number));
        if let Some(when) = &rule.when {
            let truth = self.local(ValType::I32);
            let result = self.local(ValType::I32);
            self.body.op().i32_const(i32::from(due::DUE));
            self.truth(when, false)?;
            self.body.op().local_tee(truth).i32_const(1).i32_shl();
            self.body.op().local_get(truth).i32_const(TRUE).i32_eq().select().local_set(result);
            self.store_outcome(result, self.layout.fee(number) + fee::DUE, unknown);
            self.body.release(result);
            self.body.op().local_get(truth).i32_const(TRUE).i32_eq().if_(BlockType::Empty);
            self.body.release(truth);
        }
        let full = self.local(ValType::I64);
        self.expr(&rule.amount)?;
        self.body.op().local_set(full);
        self.is_unknown(Repr::Number, full);
        self.body.op().if_(BlockType::Empty).i32_const(1).local_set(unknown).else_();
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
        self.body.op().i32_const(0).i32_const(1).i32_store8(at(option));
        self.body.op().i32_const(0).local_get(amount).i64_store(at(option + u64::from(fee::NUMBER)));
    }

    /// The most favourable relief. `best` is the least amount known to apply, with the first relief that gives it, −1 for
    /// the full amount. `open` is the least amount that may apply. The result is certain unless `open` would beat `best`;
    /// an amount that is unknown is the smallest number, and beats everything.
    fn reliefs(&mut self, address: u64, rule: &FeeRule, full: u32, unknown: u32) -> Result<(), EmitError> {
        use ValType::{I32, I64};
        let (best, best_relief) = (self.local(I64), self.local(I32));
        let (open, open_relief) = (self.local(I64), self.local(I32));
        let (truth, amount) = (self.local(I32), self.local(I64));
        self.body.op().local_get(full).local_set(best).i32_const(-1).local_set(best_relief);
        self.body.op().i64_const(i64::MAX).local_set(open).i32_const(-1).local_set(open_relief);
        for (number, (when, reduced)) in rule.reliefs.iter().enumerate() {
            self.truth(when, false)?;
            self.body.op().local_tee(truth).if_(BlockType::Empty);
            self.expr(reduced)?;
            self.body.op().local_set(amount);
            self.body.op().local_get(truth).i32_const(TRUE).i32_eq().local_get(amount);
            self.body.null();
            self.body.op().i64_ne().i32_and();
            self.body.op().if_(BlockType::Empty);
            for (least, relief) in [(best, best_relief), (open, open_relief)] {
                self.body.op().local_get(amount).local_get(least).i64_lt_s().if_(BlockType::Empty);
                self.body.op().local_get(amount).local_set(least);
                self.body.op().i32_const(number as i32).local_set(relief).end();
                if least == best {
                    self.body.op().else_();
                }
            }
            self.body.op().end().end();
        }
        self.body.op().local_get(open).local_get(best).i64_lt_s();
        self.body.op().local_get(open).local_get(best).i64_eq();
        self.body.op().local_get(open_relief).local_get(best_relief).i32_lt_s().i32_and().i32_or();
        self.body.op().if_(BlockType::Empty).i32_const(1).local_set(unknown).else_();
        self.store_some(address + u64::from(fee::AMOUNT), best);
        let relief = address + u64::from(fee::RELIEF);
        self.body.op().i32_const(0).local_get(best_relief).i32_store16(at(relief + u64::from(fee::RELIEF_NUMBER)));
        self.body.op().i32_const(0).local_get(best_relief).i32_const(0).i32_ge_s().i32_store8(at(relief));
        self.body.op().end();
        for local in [best, best_relief, open, open_relief, truth, amount] {
            self.body.release(local);
        }
        Ok(())
    }

    /// A check: a problem if it fails.
    pub(super) fn check(&mut self, number: usize, rule: &Expr) -> Result<(), EmitError> {
        let list = self.layout.assessment + assessment::PROBLEMS;
        self.truth(rule, false)?;
        self.body.op().i32_eqz().if_(BlockType::Empty);
        self.body.op().i32_const(list as i32).i32_const(number as i32);
        self.call(Helper::Problem);
        self.body.op().end();
        Ok(())
    }
}

