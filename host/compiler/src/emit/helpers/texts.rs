//! Tests of texts, byte by byte. A text is the address of an (address, length) pair; 0 is unknown.

use wasm_encoder::{BlockType, ValType};

use super::super::assembler::{Body, Functions};
use super::{FALSE, Helper, TRUE, UNKNOWN, at};
use crate::ir::{NULL, TextTest};

/// [`TRUE`] when so many bytes at two addresses are the same, else [`FALSE`].
pub(super) fn same_bytes(body: &mut Body) {
    const A: u32 = 0;
    const B: u32 = 1;
    const COUNT: u32 = 2;
    body.op().block(BlockType::Empty).loop_(BlockType::Empty);
    body.op().local_get(COUNT).i32_eqz().br_if(1);
    body.op()
        .local_get(A)
        .i32_load8_u(at(0))
        .local_get(B)
        .i32_load8_u(at(0))
        .i32_ne();
    body.op()
        .if_(BlockType::Empty)
        .i32_const(FALSE)
        .return_()
        .end();
    body.op().local_get(A).i32_const(1).i32_add().local_set(A);
    body.op().local_get(B).i32_const(1).i32_add().local_set(B);
    body.op()
        .local_get(COUNT)
        .i32_const(1)
        .i32_sub()
        .local_set(COUNT);
    body.op().br(0).end().end().i32_const(TRUE);
}

/// The number of characters: bytes that do not continue a UTF-8 sequence.
pub(super) fn length(body: &mut Body) {
    let next = body.local(ValType::I32);
    let end = body.local(ValType::I32);
    let count = body.local(ValType::I64);
    body.op().local_get(0).i32_eqz();
    body.op()
        .if_(BlockType::Empty)
        .i64_const(NULL)
        .return_()
        .end();
    body.op().local_get(0).i32_load(at(0)).local_tee(next);
    body.op()
        .local_get(0)
        .i32_load(at(4))
        .i32_add()
        .local_set(end);
    body.op().block(BlockType::Empty).loop_(BlockType::Empty);
    body.op().local_get(next).local_get(end).i32_eq().br_if(1);
    body.op()
        .local_get(next)
        .i32_load8_u(at(0))
        .i32_const(0xC0)
        .i32_and();
    body.op().i32_const(0x80).i32_ne().i64_extend_i32_u();
    body.op().local_get(count).i64_add().local_set(count);
    body.op()
        .local_get(next)
        .i32_const(1)
        .i32_add()
        .local_set(next);
    body.op().br(0).end().end().local_get(count);
}

/// A test of two texts; unknown if one is.
pub(super) fn test(functions: &mut Functions, body: &mut Body, test: TextTest) {
    const TEXT: u32 = 0;
    const PART: u32 = 1;
    let text_length = body.local(ValType::I32);
    let part_length = body.local(ValType::I32);
    body.op()
        .local_get(TEXT)
        .i32_eqz()
        .local_get(PART)
        .i32_eqz()
        .i32_or();
    body.op()
        .if_(BlockType::Empty)
        .i32_const(UNKNOWN)
        .return_()
        .end();
    body.op()
        .local_get(TEXT)
        .i32_load(at(4))
        .local_tee(text_length);
    body.op()
        .local_get(PART)
        .i32_load(at(4))
        .local_tee(part_length);
    match test {
        TextTest::Equals => body.op().i32_ne(),
        TextTest::StartsWith | TextTest::EndsWith | TextTest::Contains => body.op().i32_lt_u(),
    };
    body.op()
        .if_(BlockType::Empty)
        .i32_const(FALSE)
        .return_()
        .end();
    let same_bytes = functions.helper(Helper::SameBytes);
    body.op().local_get(TEXT).i32_load(at(0));
    match test {
        TextTest::Equals | TextTest::StartsWith => {
            body.op()
                .local_get(PART)
                .i32_load(at(0))
                .local_get(part_length)
                .call(same_bytes);
        }
        TextTest::EndsWith => {
            body.op()
                .local_get(text_length)
                .i32_add()
                .local_get(part_length)
                .i32_sub();
            body.op()
                .local_get(PART)
                .i32_load(at(0))
                .local_get(part_length)
                .call(same_bytes);
        }
        TextTest::Contains => {
            body.op()
                .local_set(TEXT)
                .local_get(PART)
                .i32_load(at(0))
                .local_set(PART);
            contains(body, same_bytes, [TEXT, text_length, PART, part_length]);
        }
    }
}

/// Whether a text contains a part, in a time that grows with the text alone: M. Crochemore, "String-matching on ordered
/// alphabets", Theoretical Computer Science 92 (1992). Both texts can come from a stranger; looking at every place anew
/// would let one question cost what a hundred thousand cost. Needs no memory.
fn contains(body: &mut Body, same_bytes: u32, [text, text_length, part, part_length]: [u32; 4]) {
    use ValType::I32;
    // How many bytes of the part agree at the place looked at.
    let matched = body.local(I32);
    // The place looked at.
    let place = body.local(I32);
    // The maximal suffix of what has been matched, as Crochemore's `ip`, `jp`, `k`, and its period `p`.
    let suffix = body.local(I32);
    let candidate = body.local(I32);
    let step = body.local(I32);
    let period = body.local(I32);
    let (a, b) = (body.local(I32), body.local(I32));
    let forget = |body: &mut Body| {
        body.op()
            .i32_const(-1)
            .local_set(suffix)
            .i32_const(0)
            .local_set(candidate);
        body.op().i32_const(1).local_tee(step).local_set(period);
    };
    forget(body);
    body.op().block(BlockType::Empty).loop_(BlockType::Empty);
    body.op()
        .local_get(place)
        .local_get(text_length)
        .local_get(part_length)
        .i32_sub()
        .i32_gt_s()
        .br_if(1);
    // Match as far as it goes.
    body.op().block(BlockType::Empty).loop_(BlockType::Empty);
    body.op()
        .local_get(matched)
        .local_get(part_length)
        .i32_ge_s()
        .br_if(1);
    body.op()
        .local_get(part)
        .local_get(matched)
        .i32_add()
        .i32_load8_u(at(0));
    body.op()
        .local_get(text)
        .local_get(place)
        .i32_add()
        .local_get(matched)
        .i32_add()
        .i32_load8_u(at(0));
    body.op().i32_ne().br_if(1);
    body.op()
        .local_get(matched)
        .i32_const(1)
        .i32_add()
        .local_set(matched)
        .br(0)
        .end()
        .end();
    // The whole part, the empty one included.
    body.op()
        .local_get(matched)
        .local_get(part_length)
        .i32_ge_s();
    body.op()
        .if_(BlockType::Empty)
        .i32_const(TRUE)
        .return_()
        .end();
    // Nothing agrees: look one further.
    body.op().local_get(matched).i32_eqz().if_(BlockType::Empty);
    body.op()
        .local_get(place)
        .i32_const(1)
        .i32_add()
        .local_set(place);
    forget(body);
    body.op().br(1).end();
    // The maximal suffix of what agrees and the byte after it.
    body.op().block(BlockType::Empty).loop_(BlockType::Empty);
    body.op()
        .local_get(candidate)
        .local_get(step)
        .i32_add()
        .local_get(matched)
        .i32_gt_s()
        .br_if(1);
    for (at_suffix, byte) in [(suffix, a), (candidate, b)] {
        body.op()
            .local_get(text)
            .local_get(place)
            .i32_add()
            .local_get(at_suffix)
            .i32_add();
        body.op()
            .local_get(step)
            .i32_add()
            .i32_load8_u(at(0))
            .local_set(byte);
    }
    body.op()
        .local_get(a)
        .local_get(b)
        .i32_eq()
        .if_(BlockType::Empty);
    body.op()
        .local_get(step)
        .local_get(period)
        .i32_eq()
        .if_(BlockType::Empty);
    body.op()
        .local_get(candidate)
        .local_get(period)
        .i32_add()
        .local_set(candidate);
    body.op().i32_const(1).local_set(step);
    body.op().else_();
    body.op()
        .local_get(step)
        .i32_const(1)
        .i32_add()
        .local_set(step)
        .end();
    body.op().else_();
    body.op()
        .local_get(a)
        .local_get(b)
        .i32_gt_u()
        .if_(BlockType::Empty);
    body.op()
        .local_get(candidate)
        .local_get(step)
        .i32_add()
        .local_tee(candidate);
    body.op()
        .local_get(suffix)
        .i32_sub()
        .local_set(period)
        .i32_const(1)
        .local_set(step);
    body.op().else_();
    body.op()
        .local_get(candidate)
        .local_tee(suffix)
        .i32_const(1)
        .i32_add()
        .local_set(candidate);
    body.op()
        .i32_const(1)
        .local_tee(step)
        .local_set(period)
        .end();
    body.op().end().br(0).end().end();
    // Does the period reach over the whole of what agrees?
    body.op()
        .local_get(suffix)
        .i32_const(0)
        .i32_lt_s()
        .if_(BlockType::Result(I32))
        .i32_const(TRUE);
    body.op()
        .else_()
        .local_get(suffix)
        .local_get(period)
        .i32_lt_s()
        .if_(BlockType::Result(I32));
    body.op()
        .local_get(text)
        .local_get(place)
        .i32_add()
        .local_tee(a);
    body.op()
        .local_get(a)
        .local_get(period)
        .i32_add()
        .local_get(suffix)
        .i32_const(1)
        .i32_add();
    body.op()
        .call(same_bytes)
        .else_()
        .i32_const(FALSE)
        .end()
        .end();
    body.op().if_(BlockType::Empty);
    body.op()
        .local_get(place)
        .local_get(period)
        .i32_add()
        .local_set(place);
    body.op()
        .local_get(matched)
        .local_get(period)
        .i32_sub()
        .local_tee(a)
        .i32_const(0);
    body.op()
        .local_get(a)
        .i32_const(0)
        .i32_gt_s()
        .select()
        .local_set(matched);
    body.op()
        .local_get(candidate)
        .local_get(suffix)
        .i32_sub()
        .local_get(period)
        .i32_gt_s();
    body.op().if_(BlockType::Empty);
    body.op()
        .local_get(candidate)
        .local_get(period)
        .i32_sub()
        .local_set(candidate)
        .else_();
    forget(body);
    body.op().end();
    body.op().else_();
    // place += max(suffix + 1, min(matched − suffix − 1, candidate + 1)) + 1
    body.op()
        .local_get(matched)
        .local_get(suffix)
        .i32_sub()
        .i32_const(1)
        .i32_sub()
        .local_tee(a);
    body.op()
        .local_get(candidate)
        .i32_const(1)
        .i32_add()
        .local_tee(b);
    body.op()
        .local_get(a)
        .local_get(b)
        .i32_lt_s()
        .select()
        .local_tee(a);
    body.op()
        .local_get(suffix)
        .i32_const(1)
        .i32_add()
        .local_tee(b);
    body.op().local_get(a).local_get(b).i32_gt_s().select();
    body.op()
        .local_get(place)
        .i32_add()
        .i32_const(1)
        .i32_add()
        .local_set(place);
    body.op().i32_const(0).local_set(matched);
    forget(body);
    body.op().end();
    body.op().br(0).end().end().i32_const(FALSE);
}
