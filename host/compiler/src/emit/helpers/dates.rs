//! Dates of the Gregorian calendar, after Howard Hinnant, "chrono-Compatible Low-Level Date Algorithms" (2013): years are
//! counted from March, so that the leap day is the last of its year. Dates lie within 1900 to 2199; unknown propagates.

use motcua_model::Date;
use motcua_model::date::DAY_SECONDS;
use wasm_encoder::{BlockType, ValType};

use super::super::assembler::{Body, Functions};
use super::Helper;
use crate::ir::{DatePart, NULL};

/// Days from 0000-03-01 to 1970-01-01.
const EPOCH: i64 = 719_468;
/// Days in 400 years.
const ERA: i64 = 146_097;
/// More months than lie between any two dates.
const MOST_MONTHS: i64 = 12 * 300;

/// First and last moment, or day, of the contract's range.
fn range(moment: bool) -> (i64, i64) {
    let (first, last) = (i64::from(Date::MIN.days()), i64::from(Date::MAX.days()));
    if moment {
        (first * DAY_SECONDS, last * DAY_SECONDS + DAY_SECONDS - 1)
    } else {
        (first, last)
    }
}

/// The date or moment, or unknown outside the contract's range: the checker counts on it.
pub(super) fn in_range(body: &mut Body, moment: bool) {
    let (first, last) = range(moment);
    body.op().local_get(0);
    body.null();
    // One unsigned comparison does for both ends.
    body.op()
        .local_get(0)
        .i64_const(first)
        .i64_sub()
        .i64_const(last - first)
        .i64_le_u()
        .select();
}

/// `(year · 16 + month) · 32 + day`.
pub(super) fn civil(body: &mut Body) {
    let z = 0;
    let day_of_era = body.local(ValType::I64);
    let year_of_era = body.local(ValType::I64);
    let day_of_year = body.local(ValType::I64);
    let month = body.local(ValType::I64);
    body.op()
        .local_get(z)
        .i64_const(EPOCH)
        .i64_add()
        .local_tee(z);
    body.op().i64_const(ERA).i64_rem_s().local_set(day_of_era);
    // (doe − doe/1460 + doe/36524 − doe/146096) / 365
    body.op().local_get(day_of_era);
    body.op()
        .local_get(day_of_era)
        .i64_const(1460)
        .i64_div_s()
        .i64_sub();
    body.op()
        .local_get(day_of_era)
        .i64_const(36_524)
        .i64_div_s()
        .i64_add();
    body.op()
        .local_get(day_of_era)
        .i64_const(146_096)
        .i64_div_s()
        .i64_sub();
    body.op().i64_const(365).i64_div_s().local_set(year_of_era);
    // doe − (365·yoe + yoe/4 − yoe/100)
    body.op().local_get(day_of_era);
    body.op()
        .local_get(year_of_era)
        .i64_const(365)
        .i64_mul()
        .i64_sub();
    body.op()
        .local_get(year_of_era)
        .i64_const(4)
        .i64_div_s()
        .i64_sub();
    body.op()
        .local_get(year_of_era)
        .i64_const(100)
        .i64_div_s()
        .i64_add();
    body.op().local_tee(day_of_year);
    // The month counted from March: (5·doy + 2) / 153
    body.op()
        .i64_const(5)
        .i64_mul()
        .i64_const(2)
        .i64_add()
        .i64_const(153)
        .i64_div_s()
        .local_set(month);
    // The day: doy − (153·month + 2)/5 + 1
    body.op().local_get(day_of_year);
    body.op()
        .local_get(month)
        .i64_const(153)
        .i64_mul()
        .i64_const(2)
        .i64_add();
    body.op()
        .i64_const(5)
        .i64_div_s()
        .i64_sub()
        .i64_const(1)
        .i64_add()
        .local_set(day_of_year);
    // The month counted from January: 12 further on from month 10.
    body.op().local_get(month).i64_const(3).i64_add();
    body.op().local_get(month).i64_const(9).i64_sub();
    body.op()
        .local_get(month)
        .i64_const(10)
        .i64_lt_s()
        .select()
        .local_set(month);
    // The year, one later in January and February.
    body.op()
        .local_get(z)
        .i64_const(ERA)
        .i64_div_s()
        .i64_const(400)
        .i64_mul();
    body.op().local_get(year_of_era).i64_add();
    body.op()
        .local_get(month)
        .i64_const(2)
        .i64_le_s()
        .i64_extend_i32_u()
        .i64_add();
    body.op().i64_const(4).i64_shl().local_get(month).i64_add();
    body.op()
        .i64_const(5)
        .i64_shl()
        .local_get(day_of_year)
        .i64_add();
}

/// The first day of a month, counted in months since January of year 0.
pub(super) fn first_of_month(body: &mut Body) {
    let year = body.local(ValType::I64);
    body.op()
        .local_get(0)
        .i64_const(2)
        .i64_sub()
        .local_tee(0)
        .i64_const(12)
        .i64_div_s()
        .local_tee(year);
    body.op().i64_const(365).i64_mul();
    body.op().local_get(year).i64_const(4).i64_div_s().i64_add();
    body.op()
        .local_get(year)
        .i64_const(100)
        .i64_div_s()
        .i64_sub();
    body.op()
        .local_get(year)
        .i64_const(400)
        .i64_div_s()
        .i64_add();
    body.op()
        .local_get(0)
        .i64_const(12)
        .i64_rem_s()
        .i64_const(153)
        .i64_mul()
        .i64_const(2)
        .i64_add();
    body.op()
        .i64_const(5)
        .i64_div_s()
        .i64_add()
        .i64_const(EPOCH)
        .i64_sub();
}

/// The corresponding day so many months later, or the last day of a shorter month.
pub(super) fn add_months(functions: &mut Functions, body: &mut Body) {
    const DATE: u32 = 0;
    const MONTHS: u32 = 1;
    let civil = functions.helper(Helper::Civil);
    let first = functions.helper(Helper::FirstOfMonth);
    let in_range = functions.helper(Helper::DateInRange);
    let packed = body.local(ValType::I64);
    let same_day = body.local(ValType::I64);
    let last_day = body.local(ValType::I64);
    // An unknown number of months is far outside its range too.
    body.op().local_get(DATE).i64_const(NULL).i64_eq();
    body.op().local_get(MONTHS).i64_const(MOST_MONTHS).i64_add();
    body.op().i64_const(2 * MOST_MONTHS).i64_gt_u().i32_or();
    body.op()
        .if_(BlockType::Empty)
        .i64_const(NULL)
        .return_()
        .end();
    body.op().local_get(DATE).call(civil).local_tee(packed);
    body.op().i64_const(9).i64_shr_s().i64_const(12).i64_mul();
    body.op()
        .local_get(packed)
        .i64_const(5)
        .i64_shr_s()
        .i64_const(15)
        .i64_and()
        .i64_add();
    body.op()
        .i64_const(1)
        .i64_sub()
        .local_get(MONTHS)
        .i64_add()
        .local_tee(MONTHS);
    body.op().call(first).i64_const(1).i64_sub();
    body.op()
        .local_get(packed)
        .i64_const(31)
        .i64_and()
        .i64_add()
        .local_set(same_day);
    body.op()
        .local_get(MONTHS)
        .i64_const(1)
        .i64_add()
        .call(first)
        .i64_const(1)
        .i64_sub();
    body.op().local_set(last_day);
    body.op().local_get(same_day).local_get(last_day);
    body.op()
        .local_get(same_day)
        .local_get(last_day)
        .i64_lt_s()
        .select()
        .call(in_range);
}

/// The corresponding day at the same time.
pub(super) fn add_months_to_moment(functions: &mut Functions, body: &mut Body) {
    const MOMENT: u32 = 0;
    const MONTHS: u32 = 1;
    let add_months = functions.helper(Helper::AddMonths);
    let day = body.local(ValType::I64);
    body.op().local_get(MOMENT).i64_const(NULL).i64_eq();
    body.op()
        .if_(BlockType::Empty)
        .i64_const(NULL)
        .return_()
        .end();
    body.op().local_get(MOMENT);
    date_of(body);
    body.op().local_tee(day).local_get(MONTHS).call(add_months);
    body.op()
        .local_get(MOMENT)
        .local_get(day)
        .i64_const(DAY_SECONDS)
        .i64_mul()
        .i64_sub();
    body.op().local_set(MOMENT).local_tee(day);
    body.op()
        .i64_const(DAY_SECONDS)
        .i64_mul()
        .local_get(MOMENT)
        .i64_add();
    body.null();
    body.op().local_get(day);
    body.null();
    body.op().i64_ne().select();
}

/// The day of the moment on the stack, which is not before 1900: the machine's division rounds towards zero, so it is
/// made to divide a number that is not negative.
pub(in crate::emit) fn date_of(body: &mut Body) {
    let first = i64::from(Date::MIN.days());
    body.op()
        .i64_const(first * DAY_SECONDS)
        .i64_sub()
        .i64_const(DAY_SECONDS)
        .i64_div_s();
    body.op().i64_const(first).i64_add();
}

/// A part of a date.
pub(super) fn part(functions: &mut Functions, body: &mut Body, part: DatePart) {
    if part == DatePart::Weekday {
        // 1900-01-01, the first day of the range, was a Monday.
        body.op()
            .local_get(0)
            .i64_const(i64::from(Date::MIN.days()))
            .i64_sub();
        body.op().i64_const(7).i64_rem_s().i64_const(1).i64_add();
    } else {
        let civil = functions.helper(Helper::Civil);
        body.op().local_get(0).call(civil);
        match part {
            DatePart::Year => body.op().i64_const(9).i64_shr_s(),
            DatePart::Month => body.op().i64_const(5).i64_shr_s().i64_const(15).i64_and(),
            _ => body.op().i64_const(31).i64_and(),
        };
    }
    body.null();
    body.op().local_get(0);
    body.null();
    body.op().i64_ne().select();
}
