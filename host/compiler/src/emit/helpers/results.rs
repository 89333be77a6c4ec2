//! What rules make of truth values: needs of grouped documents, problems, missing facts.

use wasm_encoder::{BlockType, ValType};

use super::super::abi::{LIST_SIZE, missing, need};
use super::super::assembler::Body;
use super::super::module::MISSING_END;
use super::{TRUE, at};

/// Bits of a group's tally: how many members without a paper or data on file apply, how many may apply, how many with
/// one apply, how many with one may apply.
const MAYBE: i64 = 16;
const FILED: i64 = 32;

/// One in the right place of the tally, or 0 for a member that does not apply.
pub(super) fn group_tally(body: &mut Body) {
    const TRUTH: u32 = 0;
    const NEED: u32 = 1;
    body.op()
        .local_get(TRUTH)
        .i32_const(0)
        .i32_ne()
        .i64_extend_i32_u();
    body.op()
        .local_get(TRUTH)
        .i32_const(TRUE)
        .i32_ne()
        .i64_extend_i32_u();
    body.op().i64_const(MAYBE).i64_mul();
    body.op()
        .local_get(NEED)
        .i32_const(i32::from(need::REQUIRED))
        .i32_ne()
        .i64_extend_i32_u();
    body.op().i64_const(FILED).i64_mul().i64_add().i64_shl();
}

/// The need of a member from its truth, its need as if it stood alone and applied (required, on file, replaced), and the
/// group's tally. The table of cases stands at `emit::rules`.
pub(super) fn group_need(body: &mut Body) {
    const TRUTH: u32 = 0;
    const NEED: u32 = 1;
    const TALLY: u32 = 2;
    let answer = |body: &mut Body, need: u8| {
        body.op()
            .if_(BlockType::Empty)
            .i32_const(i32::from(need))
            .return_()
            .end();
    };
    body.op().local_get(TRUTH).i32_eqz();
    answer(body, need::NOT_NEEDED);
    body.op()
        .local_get(NEED)
        .i32_const(i32::from(need::REQUIRED))
        .i32_ne();
    body.op().if_(BlockType::Empty);
    body.op()
        .local_get(NEED)
        .i32_const(i32::from(need::UNKNOWN));
    body.op()
        .local_get(TRUTH)
        .i32_const(TRUE)
        .i32_eq()
        .select()
        .return_()
        .end();
    // Another that applies is on file.
    body.op()
        .local_get(TALLY)
        .i64_const(FILED)
        .i64_shr_u()
        .i64_const(0xFFFF)
        .i64_and()
        .i64_eqz()
        .i32_eqz();
    answer(body, need::NOT_NEEDED);
    // It may not apply, or another on file may.
    body.op().local_get(TRUTH).i32_const(TRUE).i32_ne();
    body.op()
        .local_get(TALLY)
        .i64_const(FILED + MAYBE)
        .i64_shr_u()
        .i64_eqz()
        .i32_eqz()
        .i32_or();
    answer(body, need::UNKNOWN);
    body.op()
        .local_get(TALLY)
        .i64_const(0xFFFF)
        .i64_and()
        .i64_const(1)
        .i64_gt_u();
    answer(body, need::ONE_OF);
    body.op()
        .i32_const(i32::from(need::UNKNOWN))
        .i32_const(i32::from(need::REQUIRED));
    body.op()
        .local_get(TALLY)
        .i64_const(MAYBE)
        .i64_shr_u()
        .i32_wrap_i64()
        .i32_const(0xFFFF)
        .i32_and();
    body.op().select();
}

/// Appends a check to the list of problems.
pub(super) fn problem(body: &mut Body) {
    const LIST: u32 = 0;
    const CHECK: u32 = 1;
    let count = body.local(ValType::I32);
    body.op().local_get(LIST).i32_load(at(0));
    body.op()
        .local_get(LIST)
        .i32_load(at(u64::from(LIST_SIZE) / 2))
        .local_tee(count);
    body.op()
        .i32_const(1)
        .i32_shl()
        .i32_add()
        .local_get(CHECK)
        .i32_store16(at(0));
    body.op()
        .local_get(LIST)
        .local_get(count)
        .i32_const(1)
        .i32_add();
    body.op().i32_store(at(u64::from(LIST_SIZE) / 2));
}

/// Appends one entry for each bit of the marks, lowest first. The subject is its case in the lowest byte and its number
/// in the upper half, just as the record holds it.
pub(super) fn missing(body: &mut Body) {
    const MARKS: u32 = 0;
    const FIRST: u32 = 1;
    const SUBJECT: u32 = 2;
    body.op().block(BlockType::Empty).loop_(BlockType::Empty);
    body.op().local_get(MARKS).i64_eqz().br_if(1);
    body.op().global_get(MISSING_END);
    body.op()
        .local_get(MARKS)
        .i64_ctz()
        .i32_wrap_i64()
        .local_get(FIRST)
        .i32_add()
        .i32_store16(at(0));
    body.op()
        .global_get(MISSING_END)
        .local_get(SUBJECT)
        .i32_store(at(missing::SUBJECT));
    body.op()
        .global_get(MISSING_END)
        .i32_const(missing::SIZE as i32)
        .i32_add()
        .global_set(MISSING_END);
    body.op()
        .local_get(MARKS)
        .i64_const(1)
        .i64_sub()
        .local_get(MARKS)
        .i64_and()
        .local_set(MARKS);
    body.op().br(0).end().end();
}
