//! Functions that expressions and rules call. Each is written into a component only if something calls it.
//!
//! Inside a component a truth value is an `i32`: [`FALSE`], [`UNKNOWN`] or [`TRUE`]. Bit 0 says "may be true", bit 1 "is
//! true"; so `and` and `or` of three-valued logic are the machine's own `and` and `or`, and "may hold" is "is not zero".
//! A text is the address of its (address, length) pair; 0 is unknown. Everything else is an `i64` with [`NULL`].

mod dates;
mod numbers;
mod results;
mod texts;

pub(super) use dates::date_of;
use wasm_encoder::{BlockType, MemArg, ValType};

use super::abi::{case, told};
use super::assembler::{Body, Functions};
use crate::ir::{DatePart, NULL, Rounding, TextTest};

/// False.
pub(super) const FALSE: i32 = 0;
/// Unknown: may be true, is not known to be.
pub(super) const UNKNOWN: i32 = 1;
/// True.
pub(super) const TRUE: i32 = 3;

/// "Nothing yet" among values of type `i64`, next to unknown; no value comes near it.
pub(super) const EMPTY: i64 = NULL + 1;
/// "Nothing yet" among truth values and texts.
pub(super) const EMPTY_I32: i32 = -1;

/// A helper function.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Helper {
    /// `(told, count, slots, slot count, cases)`: decodes `fact`s or `cell`s into slots.
    Decode,
    /// `(a, b)`: the value on which both agree, or unknown; "nothing yet" agrees with everything.
    Agree(Repr),
    /// `(a, b)`: the sum.
    Sum,
    /// `(a, b)`: the smaller; "nothing yet" yields to everything.
    Min,
    /// `(a, b)`: the larger; "nothing yet" yields to everything.
    Max,
    /// `(set, option)`: the set with the option.
    Union,
    /// `(a, b)`: the rounded quotient.
    Divide(Rounding),
    /// `(date)`: the date, or unknown outside the contract's range.
    DateInRange,
    /// `(moment)`: the moment, or unknown outside the contract's range.
    MomentInRange,
    /// `(date)`: year, month and day packed into one number.
    Civil,
    /// `(months since year 0)`: the first day of that month.
    FirstOfMonth,
    /// `(date, months)`: the date so many months later.
    AddMonths,
    /// `(moment, months)`: the moment so many months later.
    AddMonthsToMoment,
    /// `(date)`: the part.
    DatePart(DatePart),
    /// `(address, address, length)`: whether the bytes are the same; never unknown.
    SameBytes,
    /// `(text, text)`: the test.
    TextTest(TextTest),
    /// `(text)`: the number of characters.
    TextLength,
    /// `(address of the list, check)`: tells a problem.
    Problem,
    /// `(marks, first fact, subject)`: tells the marked facts as missing.
    Missing,
}

/// How a value is represented.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Repr {
    /// A truth value.
    Boolean,
    /// A text.
    Text,
    /// Everything else.
    Number,
}

impl Repr {
    /// Its type in WebAssembly.
    pub const fn val_type(self) -> ValType {
        match self {
            Self::Boolean | Self::Text => ValType::I32,
            Self::Number => ValType::I64,
        }
    }
}

/// Where a byte is loaded from: an address on the stack plus an offset.
pub(super) const fn at(offset: u64) -> MemArg {
    MemArg {
        offset,
        align: 0,
        memory_index: 0,
    }
}

impl Functions {
    /// The index of a helper; the first call writes it.
    pub fn helper(&mut self, helper: Helper) -> u32 {
        if let Some((_, index)) = self.helpers.iter().find(|(known, _)| *known == helper) {
            return *index;
        }
        use ValType::{I32, I64};
        let (params, result): (&[ValType], Option<ValType>) = match helper {
            Helper::Decode => (&[I32; 5], None),
            Helper::Agree(Repr::Number)
            | Helper::Sum
            | Helper::Min
            | Helper::Max
            | Helper::Union
            | Helper::Divide(_)
            | Helper::AddMonths
            | Helper::AddMonthsToMoment => (&[I64; 2], Some(I64)),
            Helper::Agree(_) | Helper::TextTest(_) => (&[I32; 2], Some(I32)),
            Helper::DateInRange
            | Helper::MomentInRange
            | Helper::Civil
            | Helper::FirstOfMonth
            | Helper::DatePart(_) => (&[I64], Some(I64)),
            Helper::SameBytes => (&[I32; 3], Some(I32)),
            Helper::TextLength => (&[I32], Some(I64)),
            Helper::Problem => (&[I32; 2], None),
            Helper::Missing => (&[I64, I32, I32], None),
        };
        let index = self.reserve(params, result.as_slice());
        self.helpers.push((helper, index));
        let mut body = Body::new(params.len() as u32);
        match helper {
            Helper::Decode => decode(&mut body),
            Helper::Agree(repr) => self.agree(&mut body, repr),
            Helper::Sum => numbers::sum(&mut body),
            Helper::Min => numbers::min(&mut body),
            Helper::Max => numbers::max(&mut body),
            Helper::Union => numbers::union(&mut body),
            Helper::Divide(rounding) => numbers::divide(&mut body, rounding),
            Helper::DateInRange => dates::in_range(&mut body, false),
            Helper::MomentInRange => dates::in_range(&mut body, true),
            Helper::Civil => dates::civil(&mut body),
            Helper::FirstOfMonth => dates::first_of_month(&mut body),
            Helper::AddMonths => dates::add_months(self, &mut body),
            Helper::AddMonthsToMoment => dates::add_months_to_moment(self, &mut body),
            Helper::DatePart(part) => dates::part(self, &mut body, part),
            Helper::SameBytes => texts::same_bytes(&mut body),
            Helper::TextTest(test) => texts::test(self, &mut body, test),
            Helper::TextLength => texts::length(&mut body),
            Helper::Problem => results::problem(&mut body),
            Helper::Missing => results::missing(&mut body),
        }
        self.define(index, body);
        index
    }

    fn agree(&mut self, body: &mut Body, repr: Repr) {
        let empty = |body: &mut Body, param| {
            body.op().local_get(param);
            match repr {
                Repr::Number => body.op().i64_const(EMPTY).i64_eq(),
                Repr::Boolean | Repr::Text => body.op().i32_const(EMPTY_I32).i32_eq(),
            };
        };
        for (param, other) in [(0, 1), (1, 0)] {
            empty(body, param);
            body.op()
                .if_(BlockType::Empty)
                .local_get(other)
                .return_()
                .end();
        }
        body.op().local_get(0);
        match repr {
            Repr::Number => {
                body.null();
                body.op().local_get(0).local_get(1).i64_eq();
            }
            Repr::Boolean => {
                body.op()
                    .i32_const(UNKNOWN)
                    .local_get(0)
                    .local_get(1)
                    .i32_eq();
            }
            Repr::Text => {
                let equals = self.helper(Helper::TextTest(TextTest::Equals));
                body.op()
                    .i32_const(0)
                    .local_get(0)
                    .local_get(1)
                    .call(equals);
                body.op().i32_const(TRUE).i32_eq();
            }
        }
        body.op().select();
    }
}

/// Decodes `fact` or `cell` records. The kind of each slot is a set of cases it takes, as bits of a `u16`: a number out of
/// range and a value of another type are the host's mistake and trap, so that no answer is drawn from a wrong reading.
fn decode(body: &mut Body) {
    const RECORD: u32 = 0;
    const COUNT: u32 = 1;
    const SLOTS: u32 = 2;
    const SLOT_COUNT: u32 = 3;
    const CASES: u32 = 4;
    let end = body.local(ValType::I32);
    let number = body.local(ValType::I32);
    let tag = body.local(ValType::I32);
    let value = body.local(ValType::I64);
    let option = body.local(ValType::I32);
    let last = body.local(ValType::I32);

    body.op()
        .local_get(RECORD)
        .local_get(COUNT)
        .i32_const(told::SIZE as i32)
        .i32_mul()
        .i32_add()
        .local_set(end);
    body.op().block(BlockType::Empty).loop_(BlockType::Empty);
    body.op().local_get(RECORD).local_get(end).i32_eq().br_if(1);
    body.op()
        .local_get(RECORD)
        .i32_load16_u(at(told::NUMBER))
        .local_tee(number);
    body.op()
        .local_get(SLOT_COUNT)
        .i32_ge_u()
        .if_(BlockType::Empty)
        .unreachable()
        .end();
    body.op()
        .local_get(RECORD)
        .i32_load8_u(at(told::CASE))
        .local_set(tag);
    body.op()
        .local_get(CASES)
        .local_get(number)
        .i32_const(1)
        .i32_shl()
        .i32_add()
        .i32_load16_u(at(0))
        .local_get(tag)
        .i32_shr_u()
        .i32_const(1)
        .i32_and()
        .i32_eqz()
        .if_(BlockType::Empty)
        .unreachable()
        .end();
    // One block for each way of reading; the last case falls out of all of them.
    body.op().block(BlockType::Empty);
    for _ in 0..6 {
        body.op().block(BlockType::Empty);
    }
    const READ_BOOLEAN: u32 = 0;
    const READ_I64: u32 = 1;
    const READ_ADDRESS: u32 = 2;
    const READ_S32: u32 = 3;
    const READ_U16: u32 = 4;
    const READ_SET: u32 = 5;
    let mut targets = [READ_ADDRESS; 9];
    for (case, target) in [
        (case::BOOLEAN, READ_BOOLEAN),
        (case::INTEGER, READ_I64),
        (case::DECIMAL, READ_I64),
        (case::TEXT, READ_ADDRESS),
        (case::DATE, READ_S32),
        (case::MOMENT, READ_I64),
        (case::CHOICE, READ_U16),
        (case::CHOICES, READ_SET),
        (case::ROWS, READ_ADDRESS),
    ] {
        targets[usize::from(case)] = target;
    }
    body.op()
        .local_get(tag)
        .br_table(targets, READ_ADDRESS)
        .end();
    body.op()
        .local_get(RECORD)
        .i64_load8_u(at(told::PAYLOAD))
        .i64_const(i64::from(TRUE))
        .i64_mul()
        .local_set(value)
        .br(5)
        .end();
    body.op()
        .local_get(RECORD)
        .i64_load(at(told::PAYLOAD))
        .local_set(value)
        .br(4)
        .end();
    body.op()
        .local_get(RECORD)
        .i32_const(told::PAYLOAD as i32)
        .i32_add()
        .i64_extend_i32_u()
        .local_set(value)
        .br(3)
        .end();
    body.op()
        .local_get(RECORD)
        .i64_load32_s(at(told::PAYLOAD))
        .local_set(value)
        .br(2)
        .end();
    body.op()
        .local_get(RECORD)
        .i64_load16_u(at(told::PAYLOAD))
        .local_set(value)
        .br(1)
        .end();
    // A set: one bit for each option of the list.
    body.op().i64_const(0).local_set(value);
    body.op()
        .local_get(RECORD)
        .i32_load(at(told::PAYLOAD))
        .local_tee(option);
    body.op()
        .local_get(RECORD)
        .i32_load(at(told::PAYLOAD + 4))
        .i32_const(1)
        .i32_shl()
        .i32_add()
        .local_set(last);
    body.op().block(BlockType::Empty).loop_(BlockType::Empty);
    body.op()
        .local_get(option)
        .local_get(last)
        .i32_eq()
        .br_if(1);
    // Bit 63 alone would read as unknown, and a larger number as another option.
    body.op()
        .local_get(option)
        .i32_load16_u(at(0))
        .i32_const(62)
        .i32_gt_u()
        .if_(BlockType::Empty)
        .unreachable()
        .end();
    body.op()
        .i64_const(1)
        .local_get(option)
        .i64_load16_u(at(0))
        .i64_shl();
    body.op().local_get(value).i64_or().local_set(value);
    body.op()
        .local_get(option)
        .i32_const(2)
        .i32_add()
        .local_set(option)
        .br(0)
        .end()
        .end();
    body.op().end();
    body.op()
        .local_get(SLOTS)
        .local_get(number)
        .i32_const(3)
        .i32_shl()
        .i32_add()
        .local_get(value)
        .i64_store(at(0));
    body.op()
        .local_get(RECORD)
        .i32_const(told::SIZE as i32)
        .i32_add()
        .local_set(RECORD)
        .br(0)
        .end()
        .end();
}
