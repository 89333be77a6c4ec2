//! Code for decision tables and for what is made of the rows of a repeating fact.

use wasm_encoder::{BlockType, ValType};

use super::EmitError;
use super::abi::LIST_SIZE;
use super::expr::{Code, Saved};
use super::helpers::{EMPTY, FALSE, Helper, Repr, TRUE, UNKNOWN, at};
use super::layout::unknown;
use crate::ir::{Aggregate, Expr, Hit, Table};

impl Code<'_, '_> {
    /// A decision table. Its rows in order; `agreed` is what the rows so far agree on, or what they have collected.
    pub(super) fn table(&mut self, expr: &Expr, table: &Table) -> Result<(), EmitError> {
        let around = self.begin(expr)?;
        let repr = around.0;
        let so_far = self.local(repr.val_type());
        match table.hit {
            Hit::Unique | Hit::First => self.single_hit(table, so_far, &around)?,
            Hit::CollectSum
            | Hit::CollectMin
            | Hit::CollectMax
            | Hit::CollectCount
            | Hit::CollectSet => self.collect(table, so_far)?,
        }
        self.body.op().local_get(so_far);
        self.body.release(so_far);
        self.finish(around);
        Ok(())
    }

    fn single_hit(&mut self, table: &Table, so_far: u32, around: &(Repr, Saved)) -> Result<(), EmitError> {
        let (repr, saved) = around;
        let repr = *repr;
        self.clear(repr, so_far);
        self.body.op().block(BlockType::Empty);
        for row in &table.rows {
            let truth = self.local(ValType::I32);
            self.truth(&row.test, false)?;
            self.body.op().local_tee(truth).if_(BlockType::Empty);
            if table.hit == Hit::Unique {
                // A row that holds is alone: what rows before it would need does not matter any more.
                self.keep_if(saved, |code| {
                    code.body.op().local_get(truth).i32_const(TRUE).i32_ne();
                });
                let output = self.local(repr.val_type());
                self.expr(&row.output)?;
                self.body.op().local_tee(output).local_get(so_far).local_get(output);
                self.call(Helper::Agree(repr));
                self.body.op().local_get(truth).i32_const(TRUE).i32_eq().select();
                self.body.release(output);
            } else {
                self.body.op().local_get(so_far);
                self.expr(&row.output)?;
                self.call(Helper::Agree(repr));
            }
            self.body.op().local_set(so_far);
            self.body.op().local_get(truth).i32_const(TRUE).i32_eq().br_if(1).end();
            self.body.release(truth);
        }
        match &table.otherwise {
            Some(otherwise) => {
                self.body.op().local_get(so_far);
                self.expr(otherwise)?;
                self.call(Helper::Agree(repr));
            }
            None => self.unknown(repr),
        }
        self.body.op().local_set(so_far).end();
        Ok(())
    }

    fn collect(&mut self, table: &Table, so_far: u32) -> Result<(), EmitError> {
        let (start, fold) = match table.hit {
            Hit::CollectMin => (EMPTY, Helper::Min),
            Hit::CollectMax => (EMPTY, Helper::Max),
            Hit::CollectSet => (0, Helper::Union),
            _ => (0, Helper::Sum),
        };
        self.body.op().i64_const(start).local_set(so_far);
        for row in &table.rows {
            let truth = self.local(ValType::I32);
            self.truth(&row.test, false)?;
            self.body.op().local_tee(truth).if_(BlockType::Empty).local_get(so_far);
            if table.hit == Hit::CollectCount {
                self.body.op().i64_const(1);
            } else {
                self.expr(&row.output)?;
            }
            // A row that only may hold makes the whole unknown.
            self.body.null();
            self.body.op().local_get(truth).i32_const(TRUE).i32_eq().select();
            self.call(fold);
            self.body.op().local_set(so_far).end();
            self.body.release(truth);
        }
        if start == EMPTY {
            self.unknown_if_empty(so_far);
        }
        Ok(())
    }

    /// "Nothing yet" at the end is unknown.
    fn unknown_if_empty(&mut self, local: u32) {
        self.body.op().local_get(local);
        self.body.null();
        self.body.op().local_get(local).i64_const(EMPTY).i64_ne().select().local_set(local);
    }

    /// The number of rows.
    pub(super) fn count_rows(&mut self, fact: u16) -> Result<(), EmitError> {
        self.layout.rows_fact(fact)?;
        let rows = self.local(ValType::I32);
        self.load(Repr::Text, self.layout.fact(fact)?);
        self.body.op().local_tee(rows).if_(BlockType::Result(ValType::I64));
        self.body.op().local_get(rows).i64_load32_u(at(u64::from(LIST_SIZE) / 2)).else_();
        self.mark_rows(fact);
        self.unknown(Repr::Number);
        self.body.op().end();
        self.body.release(rows);
        Ok(())
    }

    /// Runs code for each row, with the row's fields in the slots of the variable; `untold` where there is no telling
    /// how many rows there are. In `each`, `br 1` leaves the loop.
    fn for_each_row(
        &mut self,
        fact: u16,
        variable: u16,
        untold: impl FnOnce(&mut Self),
        each: impl FnOnce(&mut Self) -> Result<(), EmitError>,
    ) -> Result<(), EmitError> {
        let (fields, cases) = {
            let rows = self.layout.rows_fact(fact)?;
            (rows.fields, rows.cases)
        };
        let block = self.layout.row_block(variable)?;
        let (next, end) = (self.local(ValType::I32), self.local(ValType::I32));
        self.load(Repr::Text, self.layout.fact(fact)?);
        self.body.op().local_tee(end).i32_eqz().if_(BlockType::Empty);
        self.mark_rows(fact);
        untold(self);
        self.body.op().else_();
        self.body.op().local_get(end).i32_load(at(0)).local_tee(next);
        self.body.op().local_get(end).i32_load(at(u64::from(LIST_SIZE) / 2));
        self.body.op().i32_const(LIST_SIZE as i32).i32_mul().i32_add().local_set(end);
        self.body.op().block(BlockType::Empty).loop_(BlockType::Empty);
        self.body.op().local_get(next).local_get(end).i32_eq().br_if(1);
        for (address, repr) in &block.read {
            self.body.op().i32_const(0);
            match repr {
                Repr::Number => self.body.null(),
                _ => {
                    self.body.op().i64_const(unknown(*repr));
                }
            }
            self.body.op().i64_store(at((*address).into()));
        }
        if !block.read.is_empty() {
            self.body.op().local_get(next).i32_load(at(0));
            self.body.op().local_get(next).i32_load(at(u64::from(LIST_SIZE) / 2));
            self.body.op().i32_const(block.address as i32).i32_const(fields as i32);
            self.body.op().i32_const(cases as i32);
            self.call(Helper::Decode);
        }
        each(self)?;
        self.body.op().local_get(next).i32_const(LIST_SIZE as i32).i32_add().local_set(next);
        self.body.op().br(0).end().end().end();
        self.body.release(next);
        self.body.release(end);
        Ok(())
    }

    /// `some` or `every`, or its opposite.
    pub(super) fn quantified(
        &mut self,
        expr: &Expr,
        every: bool,
        (fact, variable, body): (u16, u16, &Expr),
        negate: bool,
    ) -> Result<(), EmitError> {
        // not(some x satisfies a) is every x satisfies not(a).
        let every = every != negate;
        let around = self.begin(expr)?;
        let so_far = self.local(ValType::I32);
        let (start, decisive) = if every { (TRUE, FALSE) } else { (FALSE, TRUE) };
        self.body.op().i32_const(start).local_set(so_far);
        self.for_each_row(
            fact,
            variable,
            |code| {
                code.body.op().i32_const(UNKNOWN).local_set(so_far);
            },
            |code| {
                code.truth(body, negate)?;
                code.body.op().local_get(so_far);
                if every {
                    code.body.op().i32_and();
                } else {
                    code.body.op().i32_or();
                }
                code.body.op().local_tee(so_far).i32_const(decisive).i32_eq().br_if(1);
                Ok(())
            },
        )?;
        self.body.op().local_get(so_far);
        self.body.release(so_far);
        self.finish(around);
        Ok(())
    }

    /// A sum or an extreme over the rows.
    pub(super) fn aggregate(
        &mut self,
        expr: &Expr,
        aggregate: Aggregate,
        fact: u16,
        variable: u16,
        body: &Expr,
    ) -> Result<(), EmitError> {
        let around = self.begin(expr)?;
        let so_far = self.local(ValType::I64);
        let (start, fold) = match aggregate {
            Aggregate::Sum => (0, Helper::Sum),
            Aggregate::Min => (EMPTY, Helper::Min),
            Aggregate::Max => (EMPTY, Helper::Max),
        };
        self.body.op().i64_const(start).local_set(so_far);
        self.for_each_row(
            fact,
            variable,
            |code| {
                code.unknown(Repr::Number);
                code.body.op().local_set(so_far);
            },
            |code| {
                code.body.op().local_get(so_far);
                code.expr(body)?;
                code.call(fold);
                code.body.op().local_set(so_far);
                Ok(())
            },
        )?;
        if start == EMPTY {
            self.unknown_if_empty(so_far);
        }
        self.body.op().local_get(so_far);
        self.body.release(so_far);
        self.finish(around);
        Ok(())
    }
}
