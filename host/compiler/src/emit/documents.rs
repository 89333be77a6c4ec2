//! Documents: which must be handed in.
//!
//! **Groups.** Of the documents of a group that apply, one is handed in. Whether a member applies is false, unknown or true;
//! each unknown may turn out either way, and a need is told only if it is the same in every case. The first line that
//! fits counts:
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
use super::abi::{document, need};
use super::expr::Code;
use super::helpers::{Helper, Repr, TRUE, at};
use super::layout::group_members;
use crate::ir::{DocumentRule, ExprKind, Program};

impl Code<'_, '_> {
    /// What the application says of documents on file and of data sources: as if every document applied, and stood alone.
    pub(super) fn documents_on_file(
        &mut self,
        program: &Program,
        [on_file, on_file_len, sources, sources_len]: [u32; 4],
    ) {
        let documents = self.layout.document(0) + document::NEED;
        self.each_number(
            [on_file, on_file_len],
            program.documents.len() as u32,
            true,
            |code, number| {
                code.body
                    .op()
                    .local_get(number)
                    .i32_const(document::SIZE as i32)
                    .i32_mul();
                // Both bytes, the need and the need alone.
                const { assert!(document::ALONE == document::NEED + 1) };
                let both = i32::from(need::ON_FILE) * 0x101;
                code.body
                    .op()
                    .i32_const(both)
                    .i32_store16(at(documents.into()));
            },
        );
        let (flags, count) = (self.layout.sources, self.layout.source_count);
        if count == 0 {
            return;
        }
        // A source that replaces no document is none of ours.
        self.each_number([sources, sources_len], count, false, |code, number| {
            code.body
                .op()
                .local_get(number)
                .i32_const(1)
                .i32_store8(at(flags.into()));
        });
        for (number, rule) in program.documents.iter().enumerate() {
            if rule.replaced_by.is_empty() {
                continue;
            }
            let byte = if rule.group.is_some() {
                document::ALONE
            } else {
                document::NEED
            };
            let address = u64::from(self.layout.document(number) + byte);
            self.body
                .op()
                .i32_const(0)
                .i32_const(i32::from(need::REPLACED_BY_DATA));
            self.body.op().i32_const(0).i32_load8_u(at(address));
            for (n, source) in rule.replaced_by.iter().enumerate() {
                self.body
                    .op()
                    .i32_const(0)
                    .i32_load8_u(at(u64::from(flags) + u64::from(*source)));
                if n > 0 {
                    self.body.op().i32_or();
                }
            }
            self.body.op().i32_const(0).i32_load8_u(at(address));
            self.body
                .op()
                .i32_const(i32::from(need::REQUIRED))
                .i32_eq()
                .i32_and();
            self.body.op().select().i32_store8(at(address));
        }
    }

    /// Runs code for each number of a `list<u16>`. One that is too large traps, or is passed over.
    fn each_number(
        &mut self,
        [next, end]: [u32; 2],
        count: u32,
        trap: bool,
        each: impl FnOnce(&mut Self, u32),
    ) {
        let number = self.local(ValType::I32);
        self.body
            .op()
            .local_get(end)
            .i32_const(1)
            .i32_shl()
            .local_get(next)
            .i32_add()
            .local_set(end);
        self.body
            .op()
            .block(BlockType::Empty)
            .loop_(BlockType::Empty);
        self.body
            .op()
            .local_get(next)
            .local_get(end)
            .i32_eq()
            .br_if(1);
        self.body
            .op()
            .local_get(next)
            .i32_load16_u(at(0))
            .local_tee(number);
        self.body
            .op()
            .i32_const(count as i32)
            .i32_lt_u()
            .if_(BlockType::Empty);
        each(self, number);
        if trap {
            self.body.op().else_().unreachable();
        }
        self.body.op().end();
        self.body
            .op()
            .local_get(next)
            .i32_const(2)
            .i32_add()
            .local_set(next)
            .br(0)
            .end()
            .end();
        self.body.release(number);
    }

    /// A document outside groups, and the numbers of any.
    pub(super) fn document(
        &mut self,
        number: usize,
        rule: &DocumentRule,
        unknown: u32,
    ) -> Result<(), EmitError> {
        let address = self.layout.document(number);
        if let (Some(when), None) = (&rule.when, rule.group) {
            let need = address + document::NEED;
            let truth = self.local(ValType::I32);
            let result = self.local(ValType::I32);
            self.body.op().i32_const(0).i32_load8_u(at(need.into()));
            self.truth(when, false)?;
            self.body.op().local_tee(truth).i32_const(1).i32_shl();
            self.body
                .op()
                .local_get(truth)
                .i32_const(TRUE)
                .i32_eq()
                .select()
                .local_set(result);
            self.store_outcome(result, need, unknown);
            self.body.release(truth);
            self.body.release(result);
        }
        for (expr, field) in [
            (&rule.originals, document::ORIGINALS),
            (&rule.copies, document::COPIES),
        ] {
            if matches!(expr.kind, ExprKind::Int(_)) {
                continue;
            }
            let option = u64::from(address + field);
            let count = self.local(ValType::I64);
            self.expr(expr)?;
            self.body.op().local_set(count);
            self.body
                .op()
                .i32_const(0)
                .local_get(count)
                .i64_store32(at(option + u64::from(document::NUMBER)));
            self.body.op().i32_const(0).local_get(count);
            self.body.null();
            self.body.op().i64_ne().i32_store8(at(option));
            self.is_unknown(Repr::Number, count);
            self.body
                .op()
                .local_get(unknown)
                .i32_or()
                .local_set(unknown);
            self.body.release(count);
        }
        Ok(())
    }

    /// A group of documents; whether each applies is in its definition slot already.
    pub(super) fn group(
        &mut self,
        program: &Program,
        group: u16,
        unknown: u32,
    ) -> Result<(), EmitError> {
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
            self.store_outcome(
                result,
                self.layout.document(member) + document::NEED,
                unknown,
            );
        }
        self.body.release(tally);
        self.body.release(result);
        Ok(())
    }

    /// Pushes whether a member of a group applies, and its need alone.
    fn member(&mut self, document: usize) -> Result<(), EmitError> {
        match self.layout.grouped.get(&document) {
            Some(definition) => {
                self.load(Repr::Boolean, self.layout.definition(*definition)?.address)
            }
            None => {
                self.body.op().i32_const(TRUE);
            }
        }
        let alone = self.layout.document(document) + document::ALONE;
        self.body.op().i32_const(0).i32_load8_u(at(alone.into()));
        Ok(())
    }
}
