//! Marks: which facts are missing for what is being asked.
//!
//! Marks are bits in locals of type `i64`, one local for 64 facts. After the code of an expression, the marks are as before
//! if its value is known; if it is unknown, the facts on which that hangs have been added. An operation that needs all its
//! operands keeps to this by itself; one that can do without (`and`, `or`, `if`, tables, rows) puts the marks back when its
//! value turns out to be known. Without marks, that is when assessing, all of this writes no code.

use std::collections::{BTreeMap, BTreeSet};

use wasm_encoder::ValType;

use super::EmitError;
use super::expr::Code;
use super::helpers::{Repr, at};
use super::layout::words;
use crate::ir::Expr;

/// For each word of 64 facts that can be touched, the local that holds its marks.
pub(super) type Marks = BTreeMap<u16, u32>;

/// Marks put aside: the word's local and its copy.
pub(super) struct Saved(Vec<(u32, u32)>);

impl Code<'_, '_> {
    /// Makes marks for these facts, all of them clear.
    pub(super) fn start_marks(&mut self, facts: &BTreeSet<u16>) {
        let mut marks = Marks::new();
        for word in words(facts) {
            let local = self.local(ValType::I64);
            self.body.op().i64_const(0).local_set(local);
            marks.insert(word, local);
        }
        self.marks = Some(marks);
    }

    /// Gives the marks back.
    pub(super) fn end_marks(&mut self) -> Marks {
        let marks = self.marks.take().unwrap_or_default();
        for local in marks.values() {
            self.body.release(*local);
        }
        marks
    }

    /// When asking: marks a fact where `condition` pushes 1, and not where it pushes 0.
    fn mark_if(&mut self, fact: u16, condition: impl FnOnce(&mut Self)) {
        let Some(local) = self
            .marks
            .as_ref()
            .and_then(|marks| marks.get(&(fact / 64)))
            .copied()
        else {
            return;
        };
        condition(self);
        self.body
            .op()
            .i64_extend_i32_u()
            .i64_const(i64::from(fact % 64))
            .i64_shl();
        self.body.op().local_get(local).i64_or().local_set(local);
    }

    /// When asking: marks a fact.
    pub(super) fn mark(&mut self, fact: u16) {
        self.mark_if(fact, |code| {
            code.body.op().i32_const(1);
        });
    }

    /// When asking: the value on the stack stays there, and the fact it comes from is marked if it is unknown.
    pub(super) fn mark_if_unknown(&mut self, fact: u16, repr: Repr) {
        if self.marks.is_none() {
            return;
        }
        let value = self.local(repr.val_type());
        self.body.op().local_set(value);
        self.mark_if(fact, |code| code.is_unknown(repr, value));
        self.body.op().local_get(value);
        self.body.release(value);
    }

    /// When asking: adds the marks of a definition, which are clear if it is known.
    pub(super) fn mark_definition(&mut self, number: usize) -> Result<(), EmitError> {
        let Some(marks) = self.marks.clone() else {
            return Ok(());
        };
        for (word, address) in &self.layout.definition(number)?.marks {
            if let Some(local) = marks.get(word) {
                self.body
                    .op()
                    .local_get(*local)
                    .i32_const(0)
                    .i64_load(at((*address).into()));
                self.body.op().i64_or().local_set(*local);
            }
        }
        Ok(())
    }

    /// When asking: adds the marks of a word in a local.
    pub(super) fn add_marks(&mut self, word: u16, added: u32) {
        if let Some(local) = self
            .marks
            .as_ref()
            .and_then(|marks| marks.get(&word))
            .copied()
        {
            self.body
                .op()
                .local_get(local)
                .local_get(added)
                .i64_or()
                .local_set(local);
        }
    }

    /// When asking: puts aside the marks that an expression may change.
    pub(super) fn save(&mut self, expr: &Expr) -> Result<Saved, EmitError> {
        self.save_for([expr])
    }

    /// When asking: puts aside the marks that expressions may change.
    pub(super) fn save_for<'e>(
        &mut self,
        exprs: impl IntoIterator<Item = &'e Expr>,
    ) -> Result<Saved, EmitError> {
        let Some(marks) = self.marks.clone() else {
            return Ok(Saved(Vec::new()));
        };
        let mut saved = Vec::new();
        for word in words(&self.scan.facts(exprs)?) {
            if let Some(local) = marks.get(&word) {
                let copy = self.local(ValType::I64);
                self.body.op().local_get(*local).local_set(copy);
                saved.push((*local, copy));
            }
        }
        Ok(Saved(saved))
    }

    /// Puts the marks back where `condition` pushes 0; keeps them where it pushes anything else.
    pub(super) fn keep_if(&mut self, saved: &Saved, mut condition: impl FnMut(&mut Self)) {
        for (local, copy) in &saved.0 {
            self.body.op().local_get(*local).local_get(*copy);
            condition(self);
            self.body.op().select().local_set(*local);
        }
    }

    /// Gives the locals of put-aside marks back.
    pub(super) fn forget(&mut self, saved: Saved) {
        for (_, copy) in saved.0 {
            self.body.release(copy);
        }
    }

    /// The value on the stack stays there; the marks are put back if it is known.
    pub(super) fn keep_if_unknown(&mut self, saved: Saved, repr: Repr) {
        if saved.0.is_empty() {
            return;
        }
        let value = self.local(repr.val_type());
        self.body.op().local_set(value);
        self.keep_if(&saved, |code| code.is_unknown(repr, value));
        self.body.op().local_get(value);
        self.body.release(value);
        self.forget(saved);
    }
}
