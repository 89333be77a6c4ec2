//! Code for decision tables and for what is made of the rows of a repeating fact.

use wasm_encoder::{BlockType, ValType};

use super::EmitError;
use super::abi::LIST_SIZE;
use super::assembler::Body;
use super::expr::Code;
use super::helpers::{EMPTY, FALSE, Helper, Repr, TRUE, UNKNOWN, at};
use super::layout::{repr, unknown};
use super::marks::Saved;
use super::module::FUNCTION_BYTES;
use crate::ir::{Aggregate, Expr, Hit, Table, TableRow};

/// A table on the way through its rows.
#[derive(Clone, Copy)]
struct TableState<'s> {
    /// How its value is represented.
    repr: Repr,
    /// The local that holds what the rows so far agree on, or have collected.
    so_far: u32,
    /// When asking: the marks from before the table.
    before: &'s Saved,
    /// When asking, in a function that holds the rest of a table: the local that tells whether a row holds alone.
    alone: Option<u32>,
}

/// What a collecting table starts from, and what adds a row to it.
const fn collecting(hit: Hit) -> (i64, Helper) {
    match hit {
        Hit::CollectMin => (EMPTY, Helper::Min),
        Hit::CollectMax => (EMPTY, Helper::Max),
        Hit::CollectSet => (0, Helper::Union),
        _ => (0, Helper::Sum),
    }
}

impl Code<'_, '_> {
    /// A decision table. Its rows in order; `so_far` is what the rows so far agree on, or what they have collected.
    pub(super) fn table(&mut self, expr: &Expr, table: &Table) -> Result<(), EmitError> {
        let (repr, saved) = (repr(expr.ty), self.save(expr)?);
        let so_far = self.local(repr.val_type());
        match table.hit {
            Hit::Unique | Hit::First => {
                self.push_empty(repr);
                self.body.op().local_set(so_far);
            }
            hit => {
                self.body
                    .op()
                    .i64_const(collecting(hit).0)
                    .local_set(so_far);
            }
        }
        self.table_rows(
            table,
            0,
            TableState {
                repr,
                so_far,
                before: &saved,
                alone: None,
            },
        )?;
        if matches!(table.hit, Hit::CollectMin | Hit::CollectMax) {
            self.unknown_if_empty(so_far);
        }
        self.body.op().local_get(so_far);
        self.body.release(so_far);
        self.keep_if_unknown(saved, repr);
        Ok(())
    }

    /// The rows of a table from one on, and what holds where none of them does.
    fn table_rows(
        &mut self,
        table: &Table,
        start: usize,
        state: TableState<'_>,
    ) -> Result<(), EmitError> {
        let begin = self.body.len();
        self.body.op().block(BlockType::Empty);
        for (number, row) in table.rows.iter().enumerate().skip(start) {
            if self.body.len() - begin >= FUNCTION_BYTES {
                self.table_rest(table, number, state)?;
                self.body.op().end();
                return Ok(());
            }
            let truth = self.local(ValType::I32);
            self.truth(&row.test, false)?;
            self.body.op().local_tee(truth).if_(BlockType::Empty);
            match table.hit {
                Hit::Unique => self.unique_row(row, truth, state)?,
                Hit::First => {
                    self.body.op().local_get(state.so_far);
                    self.expr(&row.output)?;
                    self.call(Helper::Agree(state.repr));
                    self.body.op().local_set(state.so_far);
                    self.body
                        .op()
                        .local_get(truth)
                        .i32_const(TRUE)
                        .i32_eq()
                        .br_if(1);
                }
                hit => {
                    self.body.op().local_get(state.so_far);
                    if hit == Hit::CollectCount {
                        self.body.op().i64_const(1);
                    } else {
                        self.expr(&row.output)?;
                    }
                    // A row that only may hold makes the whole unknown.
                    self.body.null();
                    self.body
                        .op()
                        .local_get(truth)
                        .i32_const(TRUE)
                        .i32_eq()
                        .select();
                    self.call(collecting(hit).1);
                    self.body.op().local_set(state.so_far);
                }
            }
            self.body.op().end();
            self.body.release(truth);
        }
        if matches!(table.hit, Hit::Unique | Hit::First) {
            match &table.otherwise {
                Some(otherwise) => {
                    self.body.op().local_get(state.so_far);
                    self.expr(otherwise)?;
                    self.call(Helper::Agree(state.repr));
                }
                None => self.push_unknown(state.repr),
            }
            self.body.op().local_set(state.so_far);
        }
        self.body.op().end();
        Ok(())
    }

    /// A row that holds is alone: what the rows before it would need does not matter any more.
    fn unique_row(
        &mut self,
        row: &TableRow,
        truth: u32,
        state: TableState<'_>,
    ) -> Result<(), EmitError> {
        if self.marks.is_some() {
            self.keep_if(state.before, |code| {
                code.body.op().local_get(truth).i32_const(TRUE).i32_ne();
            });
            if let Some(alone) = state.alone {
                self.body
                    .op()
                    .local_get(truth)
                    .i32_const(TRUE)
                    .i32_eq()
                    .local_set(alone);
            }
        }
        let output = self.local(state.repr.val_type());
        self.expr(&row.output)?;
        self.body
            .op()
            .local_tee(output)
            .local_get(state.so_far)
            .local_get(output);
        self.call(Helper::Agree(state.repr));
        self.body
            .op()
            .local_get(truth)
            .i32_const(TRUE)
            .i32_eq()
            .select()
            .local_set(state.so_far);
        self.body
            .op()
            .local_get(truth)
            .i32_const(TRUE)
            .i32_eq()
            .br_if(1);
        self.body.release(output);
        Ok(())
    }

    /// The rows of a long table from one on, in a function of their own: what the rows so far agree on goes in and comes
    /// out. When asking, the marks that these rows add come out too, and whether one of them holds alone.
    fn table_rest(
        &mut self,
        table: &Table,
        start: usize,
        state: TableState<'_>,
    ) -> Result<(), EmitError> {
        let asking = self.marks.is_some();
        let rows = table
            .rows
            .iter()
            .skip(start)
            .flat_map(|row| [&row.test, &row.output]);
        let parts: Vec<&Expr> = rows.chain(table.otherwise.as_deref()).collect();
        let val_type = state.repr.val_type();

        let mut rest = Code {
            layout: self.layout,
            scan: self.scan,
            functions: &mut *self.functions,
            body: Body::new(1),
            marks: None,
        };
        let so_far = 0;
        let mut alone = None;
        if asking {
            rest.start_marks(&rest.scan.facts(parts.iter().copied())?);
            alone = Some(rest.local(ValType::I32));
        }
        let before = rest.save_for(parts)?;
        rest.table_rows(
            table,
            start,
            TableState {
                repr: state.repr,
                so_far,
                before: &before,
                alone,
            },
        )?;
        let marks = rest.marks.take().unwrap_or_default();
        rest.body.op().local_get(so_far);
        let mut results = vec![val_type];
        for local in marks.values() {
            rest.body.op().local_get(*local);
            results.push(ValType::I64);
        }
        if let Some(alone) = alone {
            rest.body.op().local_get(alone);
            results.push(ValType::I32);
        }
        let body = rest.body;
        let function = self.functions.reserve(&[val_type], &results);
        self.functions.define(function, body);

        self.body.op().local_get(state.so_far).call(function);
        if !asking {
            self.body.op().local_set(state.so_far);
            return Ok(());
        }
        let alone = self.local(ValType::I32);
        self.body.op().local_set(alone);
        let added: Vec<(u16, u32)> = marks
            .keys()
            .map(|word| (*word, self.local(ValType::I64)))
            .collect();
        for (_, local) in added.iter().rev() {
            self.body.op().local_set(*local);
        }
        self.body.op().local_set(state.so_far);
        self.keep_if(state.before, |code| {
            code.body.op().local_get(alone).i32_eqz();
        });
        if let Some(told) = state.alone {
            self.body.op().local_get(alone).local_set(told);
        }
        for (word, local) in added {
            self.add_marks(word, local);
            self.body.release(local);
        }
        self.body.release(alone);
        Ok(())
    }

    /// "Nothing yet" at the end is unknown.
    fn unknown_if_empty(&mut self, local: u32) {
        self.body.op().local_get(local);
        self.body.null();
        self.body
            .op()
            .local_get(local)
            .i64_const(EMPTY)
            .i64_ne()
            .select()
            .local_set(local);
    }

    /// The number of rows.
    pub(super) fn count_rows(&mut self, fact: u16) -> Result<(), EmitError> {
        self.layout.rows_fact(fact)?;
        let rows = self.local(ValType::I32);
        self.load(Repr::Text, self.layout.fact(fact)?);
        self.body
            .op()
            .local_tee(rows)
            .if_(BlockType::Result(ValType::I64));
        self.body
            .op()
            .local_get(rows)
            .i64_load32_u(at(u64::from(LIST_SIZE) / 2))
            .else_();
        self.mark(fact);
        self.push_unknown(Repr::Number);
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
        self.body
            .op()
            .local_tee(end)
            .i32_eqz()
            .if_(BlockType::Empty);
        self.mark(fact);
        untold(self);
        self.body.op().else_();
        self.body
            .op()
            .local_get(end)
            .i32_load(at(0))
            .local_tee(next);
        self.body
            .op()
            .local_get(end)
            .i32_load(at(u64::from(LIST_SIZE) / 2));
        self.body
            .op()
            .i32_const(LIST_SIZE as i32)
            .i32_mul()
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
            self.body
                .op()
                .local_get(next)
                .i32_load(at(u64::from(LIST_SIZE) / 2));
            self.body
                .op()
                .i32_const(block.address as i32)
                .i32_const(fields as i32);
            self.body.op().i32_const(cases as i32);
            self.call(Helper::Decode);
        }
        each(self)?;
        self.body
            .op()
            .local_get(next)
            .i32_const(LIST_SIZE as i32)
            .i32_add()
            .local_set(next);
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
        let saved = self.save(expr)?;
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
                code.body
                    .op()
                    .local_tee(so_far)
                    .i32_const(decisive)
                    .i32_eq()
                    .br_if(1);
                Ok(())
            },
        )?;
        self.body.op().local_get(so_far);
        self.body.release(so_far);
        self.keep_if_unknown(saved, Repr::Boolean);
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
        let saved = self.save(expr)?;
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
                code.push_unknown(Repr::Number);
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
        self.keep_if_unknown(saved, Repr::Number);
        Ok(())
    }
}
