//! Documents: whether the law asks for them, and how many. What must be handed in is drawn by the host
//! (`motcua_model::dossier`).

use wasm_encoder::ValType;

use super::EmitError;
use super::abi::{document, need};
use super::expr::Code;
use super::helpers::{Repr, at};
use crate::ir::{DocumentRule, ExprKind};

impl Code<'_, '_> {
    /// A document.
    pub(super) fn document(
        &mut self,
        number: usize,
        rule: &DocumentRule,
        unknown: u32,
    ) -> Result<(), EmitError> {
        let address = self.layout.document(number);
        if let Some(when) = &rule.when {
            let result = self.local(ValType::I32);
            self.outcome(when, need::REQUIRED)?;
            self.body.op().local_set(result);
            self.store_outcome(result, address + document::NEED, unknown);
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
}
