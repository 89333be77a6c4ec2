//! What is told in lists that grow: problems, missing facts.

use wasm_encoder::{BlockType, ValType};

use super::super::abi::{LIST_SIZE, missing};
use super::super::assembler::Body;
use super::super::module::MISSING_END;
use super::at;

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
