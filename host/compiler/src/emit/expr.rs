//! Code for expressions: pushes the value of an expression in its representation ([`super::helpers`]).
//!
//! The same code is written in two modes. To *assess* is to compute the value. To *ask* is to compute it once more, slowly,
//! and to mark the facts that are missing for it. Marks are bits in locals of type `i64`, one local for 64 facts. After
//! the code of an expression, the marks are as before if its value is known; if it is unknown, the facts on which that
//! hangs have been added. An operation that needs all its operands keeps to this by itself; one that can do without
//! (`and`, `or`, `if`, tables, rows) puts the marks back when its value turns out to be known.

use std::collections::{BTreeMap, BTreeSet};

use motcua_model::date::DAY_SECONDS;
use wasm_encoder::{BlockType, ValType};

use super::EmitError;
use super::assembler::{Body, Functions};
use super::helpers::{EMPTY, EMPTY_I32, FALSE, Helper, Repr, TRUE, UNKNOWN, at, date_of};
use super::layout::{Layout, repr, words};
use super::scan::Scan;
use crate::ir::{Comparison, Expr, ExprKind, Given, Kind, TextTest};

/// Marks: for each word of 64 facts that can be touched, the local that holds it.
pub(super) type Marks = BTreeMap<u16, u32>;

/// Marks put aside: the word's local and its copy.
pub(super) struct Saved(Vec<(u32, u32)>);

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
    pub fn local(&mut self, ty: ValType) -> u32 {
        self.body.local(ty)
    }

    /// Calls a helper.
    pub fn call(&mut self, helper: Helper) {
        let index = self.functions.helper(helper);
        self.body.op().call(index);
    }

    /// Pushes the value in a slot.
    pub fn load(&mut self, repr: Repr, address: u32) {
        self.body.op().i32_const(0);
        match repr {
            Repr::Boolean | Repr::Text => self.body.op().i32_load(at(address.into())),
            Repr::Number => self.body.op().i64_load(at(address.into())),
        };
    }

    /// Pushes whether the value in a local is unknown.
    pub fn is_unknown(&mut self, repr: Repr, local: u32) {
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

    fn push_unknown(&mut self, repr: Repr) {
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

    fn push_empty(&mut self, repr: Repr) {
        match repr {
            Repr::Boolean | Repr::Text => self.body.op().i32_const(EMPTY_I32),
            Repr::Number => self.body.op().i64_const(EMPTY),
        };
    }

    /// Makes marks for these facts, all of them clear.
    pub fn start_marks(&mut self, facts: &BTreeSet<u16>) {
        let mut marks = Marks::new();
        for word in words(facts) {
            let local = self.local(ValType::I64);
            self.body.op().i64_const(0).local_set(local);
            marks.insert(word, local);
        }
        self.marks = Some(marks);
    }

    /// Gives the marks back.
    pub fn end_marks(&mut self) -> Marks {
        let marks = self.marks.take().unwrap_or_default();
        for local in marks.values() {
            self.body.release(*local);
        }
        marks
    }

    /// When asking: marks a fact if the `i32` on the stack is 1. Else drops nothing, because nothing is there.
    fn mark_if(&mut self, fact: u16, condition: impl FnOnce(&mut Self)) {
        let Some(local) = self.marks.as_ref().and_then(|marks| marks.get(&(fact / 64))).copied() else {
            return;
        };
        condition(self);
        self.body.op().i64_extend_i32_u().i64_const(i64::from(fact % 64)).i64_shl();
        self.body.op().local_get(local).i64_or().local_set(local);
    }

    /// When asking: marks a fact.
    fn mark(&mut self, fact: u16) {
        self.mark_if(fact, |code| {
            code.body.op().i32_const(1);
        });
    }

    /// When asking: the value on the stack stays there, and the fact it comes from is marked if it is unknown.
    fn mark_if_unknown(&mut self, fact: u16, repr: Repr) {
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
    pub fn mark_definition(&mut self, number: usize) -> Result<(), EmitError> {
        let Some(marks) = self.marks.clone() else { return Ok(()) };
        for (word, address) in &self.layout.definition(number)?.marks {
            if let Some(local) = marks.get(word) {
                self.body.op().local_get(*local).i32_const(0).i64_load(at((*address).into()));
                self.body.op().i64_or().local_set(*local);
            }
        }
        Ok(())
    }

    /// When asking: adds the marks of a word in a local.
    pub fn add_marks(&mut self, word: u16, added: u32) {
        if let Some(local) = self.marks.as_ref().and_then(|marks| marks.get(&word)).copied() {
            self.body.op().local_get(local).local_get(added).i64_or().local_set(local);
        }
    }

    /// When asking: puts aside the marks that an expression may change.
    fn save(&mut self, expr: &Expr) -> Result<Saved, EmitError> {
        self.save_for([expr])
    }

    /// When asking: puts aside the marks that expressions may change.
    pub fn save_for<'e>(&mut self, exprs: impl IntoIterator<Item = &'e Expr>) -> Result<Saved, EmitError> {
        let Some(marks) = self.marks.clone() else { return Ok(Saved(Vec::new())) };
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
    pub fn keep_if(&mut self, saved: &Saved, mut condition: impl FnMut(&mut Self)) {
        for (local, copy) in &saved.0 {
            self.body.op().local_get(*local).local_get(*copy);
            condition(self);
            self.body.op().select().local_set(*local);
        }
    }

    /// Gives the locals of put-aside marks back.
    pub fn forget(&mut self, saved: Saved) {
        for (_, copy) in saved.0 {
            self.body.release(copy);
        }
    }

    /// The value on the stack stays there; the marks are put back if it is known.
    fn keep_if_unknown(&mut self, saved: Saved, repr: Repr) {
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

    /// Pushes the value of an expression.
    pub fn expr(&mut self, expr: &Expr) -> Result<(), EmitError> {
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
            ExprKind::Fact(_) | ExprKind::Field { .. } | ExprKind::Definition(_) => self.slot(expr)?,
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
                self.call(if moment { Helper::AddMonthsToMoment } else { Helper::AddMonths });
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
            ExprKind::Aggregate { aggregate, fact, variable, body } => {
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
                return Err(EmitError::Malformed("a truth value where another is needed"));
            }
        }
        Ok(())
    }

    /// Pushes a truth value, or its opposite. A negation moves inwards until it meets something that can be turned round
    /// for nothing, such as a comparison.
    pub fn truth(&mut self, expr: &Expr, negate: bool) -> Result<(), EmitError> {
        match &expr.kind {
            ExprKind::Null => {
                self.body.op().i32_const(UNKNOWN);
            }
            ExprKind::Boolean(value) => {
                self.body.op().i32_const(if *value != negate { TRUE } else { FALSE });
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
            ExprKind::Quantified { every, fact, variable, body } => {
                self.quantified(expr, *every, (*fact, *variable, body), negate)?;
            }
            _ => return Err(EmitError::Malformed("a value where a truth value is needed")),
        }
        Ok(())
    }

    /// Pushes what is in the slot of a fact, field or definition.
    fn slot(&mut self, expr: &Expr) -> Result<(), EmitError> {
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
        self.body.op().i32_const(1).i32_shl().i32_shr_u().i32_const(3).i32_and();
        Ok(())
    }

    /// `and` (or `or`) of the parts, each of them negated or not.
    fn join(&mut self, expr: &Expr, parts: &[Expr], and: bool, negate: bool) -> Result<(), EmitError> {
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
                self.body.op().local_tee(so_far).i32_const(decisive).i32_eq();
                self.body.op().if_(BlockType::Result(ValType::I32)).i32_const(decisive).else_();
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
        self.body.op().i32_const(UNKNOWN).local_get(left).local_get(right);
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

    fn compare(&mut self, comparison: Comparison, a: &Expr, b: &Expr, negate: bool) -> Result<(), EmitError> {
        if a.ty == Kind::Text || b.ty == Kind::Text {
            return Err(EmitError::Malformed("a comparison of texts"));
        }
        let locals = self.operands(a, b)?;
        let comparison = if negate { opposite(comparison) } else { comparison };
        match comparison {
            Comparison::Eq => self.body.op().i64_eq(),
            Comparison::Ne => self.body.op().i64_ne(),
            Comparison::Lt => self.body.op().i64_lt_s(),
            Comparison::Le => self.body.op().i64_le_s(),
            Comparison::Gt => self.body.op().i64_gt_s(),
            Comparison::Ge => self.body.op().i64_ge_s(),
        };
        self.body.op().i32_const(TRUE).i32_mul();
        self.unless_known(&locals, Repr::Boolean);
        Ok(())
    }

    fn has_option(&mut self, set: &Expr, option: u16, negate: bool) -> Result<(), EmitError> {
        if option > 62 {
            return Err(EmitError::Malformed("an option beyond the 62nd of a set"));
        }
        self.expr(set)?;
        let local = self.keep(set);
        self.body.op().i64_const(i64::from(option)).i64_shr_u().i32_wrap_i64().i32_const(1).i32_and();
        if negate {
            self.body.op().i32_eqz();
        }
        self.body.op().i32_const(TRUE).i32_mul();
        self.unless_known(local.as_slice(), Repr::Boolean);
        Ok(())
    }

    /// The value on the stack stays there; if it can be unknown, a local keeps it too.
    fn keep(&mut self, expr: &Expr) -> Option<u32> {
        nullable(expr).then(|| {
            let local = self.local(ValType::I64);
            self.body.op().local_tee(local);
            local
        })
    }

    /// Pushes two operands; returns the locals of those that can be unknown.
    fn operands(&mut self, a: &Expr, b: &Expr) -> Result<Vec<u32>, EmitError> {
        self.expr(a)?;
        let left = self.keep(a);
        self.expr(b)?;
        let right = self.keep(b);
        Ok(left.into_iter().chain(right).collect())
    }

    /// The result on the stack, or unknown if one of the operands is.
    fn unless_known(&mut self, operands: &[u32], repr: Repr) {
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
        self.unless_known(local.as_slice(), Repr::Number);
        Ok(())
    }

    fn binary(&mut self, a: &Expr, b: &Expr, operation: impl FnOnce(&mut Self)) -> Result<(), EmitError> {
        let locals = self.operands(a, b)?;
        operation(self);
        self.unless_known(&locals, Repr::Number);
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
    fn choose(&mut self, expr: &Expr, [condition, then, otherwise]: [&Expr; 3], negate: bool) -> Result<(), EmitError> {
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
        self.body.op().local_get(truth).i32_const(TRUE).i32_ne().if_(result);
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
        if expr.ty == Kind::Boolean { self.truth(expr, negate) } else { self.expr(expr) }
    }

    /// Starts something that may turn out to be known although its parts are not.
    pub fn begin(&mut self, expr: &Expr) -> Result<(Repr, Saved), EmitError> {
        Ok((repr(expr.ty), self.save(expr)?))
    }

    /// Ends it: the value on the stack stays there.
    pub fn finish(&mut self, (repr, saved): (Repr, Saved)) {
        self.keep_if_unknown(saved, repr);
    }

    /// Sets a local to "nothing yet".
    pub fn clear(&mut self, repr: Repr, local: u32) {
        self.push_empty(repr);
        self.body.op().local_set(local);
    }

    /// Pushes unknown.
    pub fn unknown(&mut self, repr: Repr) {
        self.push_unknown(repr);
    }

    /// When asking: marks a rows fact.
    pub fn mark_rows(&mut self, fact: u16) {
        self.mark(fact);
    }
}

/// Whether a value of type `i64` can be unknown. Saying yes is always right.
fn nullable(expr: &Expr) -> bool {
    match &expr.kind {
        ExprKind::Int(_) | ExprKind::Given(Given::FiledAt | Given::ReceivedOn) => false,
        ExprKind::Multiply(a, b) => nullable(a) || nullable(b),
        ExprKind::Add(a, b) | ExprKind::Subtract(a, b) => {
            matches!(expr.ty, Kind::Date | Kind::Moment) || nullable(a) || nullable(b)
        }
        ExprKind::CountOptions(a)
        | ExprKind::Negate(a)
        | ExprKind::Scale(a, _)
        | ExprKind::DateOf(a)
        | ExprKind::Midnight(a)
        | ExprKind::DatePart(_, a) => nullable(a),
        _ => true,
    }
}

/// Whether an operand is worth a jump round it: it goes through rows or texts.
fn costly(expr: &Expr) -> bool {
    match &expr.kind {
        ExprKind::Quantified { .. } | ExprKind::Aggregate { .. } => true,
        ExprKind::TextTest(test, ..) => *test == TextTest::Contains,
        _ => {
            let mut any = false;
            super::scan::parts(expr, &mut |part| any |= costly(part));
            any
        }
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
