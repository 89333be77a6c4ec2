//! Code that finds out what to ask next, run only when something is unknown: for each subject whose result is unknown, the
//! facts on which that hangs.
//!
//! Subjects come in the order exemptions, conditions, documents, time limit, fees; the facts of one subject in their own
//! order. A check that is unknown asks for nothing: facts that are not told do not contradict each other. The numbers of a
//! document that is not needed ask for nothing either.

use wasm_encoder::{BlockType, ValType};

use super::EmitError;
use super::abi::{condition, document, exemption, fee, need, subject, time_limit};
use super::expr::Code;
use super::helpers::{Helper, Repr, TRUE, at};
use crate::ir::{ConditionRule, DocumentRule, Expr, ExprKind, FeeRule};

impl Code<'_, '_> {
    /// Marks the facts on which an unknown expression hangs.
    fn ask(&mut self, expr: &Expr) -> Result<(), EmitError> {
        self.expr(expr)?;
        self.body.op().drop();
        Ok(())
    }

    /// Pushes a byte of the answer.
    fn load_byte(&mut self, address: u32) {
        self.body.op().i32_const(0).i32_load8_u(at(address.into()));
    }

    /// Tells the marked facts as missing for a subject.
    fn tell(&mut self, case: u8, number: usize) {
        for (word, local) in self.end_marks() {
            self.body
                .op()
                .local_get(local)
                .i32_const(i32::from(word) * 64);
            self.body
                .op()
                .i32_const(i32::from(case) | (number as i32) << 16);
            self.call(Helper::Missing);
        }
    }

    /// Keeps the marks of an unknown definition, so that whatever uses it need not go through it again.
    pub(super) fn ask_definition(&mut self, number: usize) -> Result<(), EmitError> {
        let slot = self.layout.definition(number)?;
        if slot.facts.is_empty() {
            return Ok(());
        }
        let value = self.local(slot.repr.val_type());
        self.load(slot.repr, slot.address);
        self.body.op().local_set(value);
        self.is_unknown(slot.repr, value);
        self.body.release(value);
        self.body.op().if_(BlockType::Empty);
        self.start_marks(&slot.facts);
        self.ask(slot.value)?;
        for (word, local) in self.end_marks() {
            if let Some(address) = slot.marks.get(&word) {
                self.body
                    .op()
                    .i32_const(0)
                    .local_get(local)
                    .i64_store(at((*address).into()));
            }
        }
        self.body.op().end();
        Ok(())
    }

    /// An exemption.
    pub(super) fn ask_exemption(&mut self, number: usize, rule: &Expr) -> Result<(), EmitError> {
        let facts = self.scan.facts([rule])?;
        if facts.is_empty() {
            return Ok(());
        }
        self.load_byte(self.layout.exemption(number));
        self.body
            .op()
            .i32_const(i32::from(exemption::UNKNOWN))
            .i32_eq()
            .if_(BlockType::Empty);
        self.start_marks(&facts);
        self.ask(rule)?;
        self.tell(subject::EXEMPTION, number);
        self.body.op().end();
        Ok(())
    }

    /// A condition.
    pub(super) fn ask_condition(
        &mut self,
        number: usize,
        rule: &ConditionRule,
    ) -> Result<(), EmitError> {
        let facts = self.scan.facts(rule.when.iter().chain(&rule.rule))?;
        if facts.is_empty() {
            return Ok(());
        }
        self.load_byte(self.layout.condition(number));
        self.body
            .op()
            .i32_const(i32::from(condition::UNKNOWN))
            .i32_eq()
            .if_(BlockType::Empty);
        self.start_marks(&facts);
        for expr in rule.when.iter().chain(&rule.rule) {
            self.ask(expr)?;
        }
        self.tell(subject::CONDITION, number);
        self.body.op().end();
        Ok(())
    }

    /// A document: what decides whether it is needed, and, unless it is not, how many of it there are.
    pub(super) fn ask_document(
        &mut self,
        number: usize,
        rule: &DocumentRule,
    ) -> Result<(), EmitError> {
        let counts: Vec<_> = [&rule.originals, &rule.copies]
            .into_iter()
            .filter(|e| !matches!(e.kind, ExprKind::Int(_)))
            .collect();
        let facts = self
            .scan
            .facts(rule.when.iter().chain(counts.iter().copied()))?;
        if facts.is_empty() {
            return Ok(());
        }
        self.load_byte(self.layout.document(number) + document::NEED);
        if counts.is_empty() {
            self.body.op().i32_const(i32::from(need::UNKNOWN)).i32_eq();
        } else {
            const { assert!(need::NOT_NEEDED == 0) };
        }
        self.body.op().if_(BlockType::Empty);
        self.start_marks(&facts);
        for expr in rule.when.iter().chain(counts) {
            self.ask(expr)?;
        }
        self.tell(subject::DOCUMENT, number);
        self.body.op().end();
        Ok(())
    }

    /// The time limit: rows that may hold, up to the first that does.
    pub(super) fn ask_time_limit(&mut self, rows: &[Option<Expr>]) -> Result<(), EmitError> {
        let facts = self.scan.facts(rows.iter().flatten())?;
        if facts.is_empty() {
            return Ok(());
        }
        self.load_byte(self.layout.time_limit());
        self.body
            .op()
            .i32_const(i32::from(time_limit::UNKNOWN))
            .i32_eq()
            .if_(BlockType::Empty);
        self.start_marks(&facts);
        self.body.op().block(BlockType::Empty);
        for row in rows {
            let Some(when) = row else { break };
            self.truth(when, false)?;
            self.body.op().i32_const(TRUE).i32_eq().br_if(0);
        }
        self.body.op().end();
        self.tell(subject::TIME_LIMIT, 0);
        self.body.op().end();
        Ok(())
    }

    /// A fee that may be due or whose amount is unknown. A relief that gives no less than the full amount asks for nothing.
    pub(super) fn ask_fee(&mut self, number: usize, rule: &FeeRule) -> Result<(), EmitError> {
        let reliefs = rule
            .reliefs
            .iter()
            .flat_map(|(when, amount)| [when, amount]);
        let facts = self
            .scan
            .facts(rule.when.iter().chain([&rule.amount]).chain(reliefs))?;
        if facts.is_empty() {
            return Ok(());
        }
        let address = self.layout.fee(number);
        self.load_byte(address + fee::DUE);
        self.body.op().i32_eqz();
        self.load_byte(address + fee::AMOUNT);
        self.body.op().i32_or().i32_eqz().if_(BlockType::Empty);
        self.start_marks(&facts);
        if let Some(when) = &rule.when {
            self.ask(when)?;
        }
        let full = self.local(ValType::I64);
        self.expr(&rule.amount)?;
        self.body.op().local_set(full);
        let amount = self.local(ValType::I64);
        for (when, reduced) in &rule.reliefs {
            let saved = self.save_for([when, reduced])?;
            self.truth(when, false)?;
            self.body.op().if_(BlockType::Empty);
            self.expr(reduced)?;
            self.body.op().local_set(amount);
            self.keep_if(&saved, |code| {
                // amount < full, or the full amount is unknown. An unknown amount is the smallest number of all.
                code.body.op().local_get(amount).local_get(full).i64_lt_s();
                code.is_unknown(Repr::Number, full);
                code.body.op().i32_or();
            });
            self.body.op().end();
            self.forget(saved);
        }
        self.body.release(full);
        self.body.release(amount);
        self.tell(subject::FEE, number);
        self.body.op().end();
        Ok(())
    }
}
