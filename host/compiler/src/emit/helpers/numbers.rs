//! Sums, extremes, sets and rounded quotients.

use wasm_encoder::{BlockType, ValType};

use super::super::assembler::Body;
use super::EMPTY;
use crate::ir::{NULL, Rounding};

const A: u32 = 0;
const B: u32 = 1;

/// Pushes whether neither parameter is unknown.
fn both_known(body: &mut Body) {
    body.op().local_get(A);
    body.null();
    body.op().i64_ne().local_get(B);
    body.null();
    body.op().i64_ne().i32_and();
}

/// The sum of both, unknown if one is.
pub(super) fn sum(body: &mut Body) {
    body.op().local_get(A).local_get(B).i64_add();
    body.null();
    both_known(body);
    body.op().select();
}

/// The smaller. Unknown is the smallest number of all, so it wins by itself.
pub(super) fn min(body: &mut Body) {
    body.op().local_get(A).local_get(B);
    body.op().local_get(A).i64_const(EMPTY).i64_ne();
    body.op()
        .local_get(A)
        .local_get(B)
        .i64_lt_s()
        .i32_and()
        .select();
}

/// The larger, unknown if one is. "Nothing yet" is smaller than every value.
pub(super) fn max(body: &mut Body) {
    body.op().local_get(A).local_get(B);
    body.op().local_get(A).local_get(B).i64_gt_s().select();
    body.null();
    both_known(body);
    body.op().select();
}

/// The set with one option more, unknown if one is.
pub(super) fn union(body: &mut Body) {
    body.op()
        .local_get(A)
        .i64_const(1)
        .local_get(B)
        .i64_shl()
        .i64_or();
    body.null();
    both_known(body);
    body.op().select();
}

/// Pushes the absolute value of a local; it is not unknown.
fn absolute(body: &mut Body, local: u32) {
    let sign = |body: &mut Body| {
        body.op().local_get(local).i64_const(63).i64_shr_s();
    };
    body.op().local_get(local);
    sign(body);
    body.op().i64_xor();
    sign(body);
    body.op().i64_sub();
}

/// The quotient, rounded as the name says; unknown if an operand is, or if the divisor is 0.
pub(super) fn divide(body: &mut Body, rounding: Rounding) {
    let quotient = body.local(ValType::I64);
    let rest = body.local(ValType::I64);
    let sign = body.local(ValType::I64);
    both_known(body);
    body.op().i32_eqz().local_get(B).i64_eqz().i32_or();
    body.op()
        .if_(BlockType::Empty)
        .i64_const(NULL)
        .return_()
        .end();
    body.op().local_get(A).local_get(B).i64_div_s();
    if rounding == Rounding::Down {
        return;
    }
    body.op().local_set(quotient);
    body.op()
        .local_get(A)
        .local_get(B)
        .i64_rem_s()
        .local_tee(rest)
        .i64_eqz();
    body.op()
        .if_(BlockType::Empty)
        .local_get(quotient)
        .return_()
        .end();
    // −1 or 1: on which side of zero the exact quotient lies. The machine rounds towards zero.
    body.op()
        .local_get(A)
        .local_get(B)
        .i64_xor()
        .i64_const(63)
        .i64_shr_s();
    body.op().i64_const(1).i64_or().local_set(sign);
    body.op().local_get(quotient);
    match rounding {
        Rounding::Up | Rounding::Down => {
            body.op().local_get(sign);
        }
        Rounding::Floor => {
            body.op().local_get(sign).i64_const(63).i64_shr_s();
        }
        Rounding::Ceiling => {
            body.op()
                .local_get(sign)
                .i64_const(1)
                .i64_add()
                .i64_const(1)
                .i64_shr_s();
        }
        Rounding::HalfUp | Rounding::HalfDown | Rounding::HalfEven => {
            // |rest| against |divisor| − |rest|: twice the rest against the divisor, without doubling.
            body.op().local_get(sign).i64_const(0);
            absolute(body, rest);
            if rounding == Rounding::HalfEven {
                // An odd quotient makes a half count as more.
                body.op()
                    .local_get(quotient)
                    .i64_const(1)
                    .i64_and()
                    .i64_add();
            }
            absolute(body, B);
            absolute(body, rest);
            body.op().i64_sub();
            if rounding == Rounding::HalfUp {
                body.op().i64_ge_s();
            } else {
                body.op().i64_gt_s();
            }
            body.op().select();
        }
    }
    body.op().i64_add();
}
