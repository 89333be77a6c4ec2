//! Values, and the operations on them that are not a line.

use motcua_model::{Date, Moment, Scalar};

use crate::ir::{Kind, Rounding};

/// A value that is known.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Value<'a> {
    /// A truth value.
    Boolean(bool),
    /// Units, days, seconds, months, an option, a set of options.
    Number(i64),
    /// A text.
    Text(&'a str),
}

/// What a told scalar is to the rules, if it is of the kind they expect.
pub(super) fn scalar<'a>(kind: Kind, scalar: &'a Scalar<'_>) -> Option<Value<'a>> {
    Some(match (kind, scalar) {
        (Kind::Boolean, Scalar::Boolean(value)) => Value::Boolean(*value),
        (Kind::Number, Scalar::Integer(units)) => Value::Number(*units),
        (Kind::Number, Scalar::Decimal(decimal)) => Value::Number(decimal.units),
        (Kind::Text, Scalar::Text(text)) => Value::Text(text),
        (Kind::Date, Scalar::Date(date)) => Value::Number(date.days().into()),
        (Kind::Moment, Scalar::Moment(moment)) => Value::Number(moment.seconds()),
        (Kind::Choice, Scalar::Choice(option)) => Value::Number((*option).into()),
        (Kind::Choices, Scalar::Choices(options)) => Value::Number(
            options
                .iter()
                .try_fold(0, |set, option| with_option(set, (*option).into()))?,
        ),
        _ => return None,
    })
}

/// A set with one option more; sets hold options 0 to 62.
pub(super) fn with_option(set: i64, option: i64) -> Option<i64> {
    (0..63).contains(&option).then(|| set | 1 << option)
}

/// The date so many days after 1970-01-01, if it is one of the contract.
pub(super) fn date(days: i64) -> Option<Date> {
    Date::from_days(i32::try_from(days).ok()?).ok()
}

/// The moment so many seconds after 1970-01-01, if it is one of the contract.
pub(super) fn moment(seconds: i64) -> Option<Moment> {
    Moment::from_seconds(seconds).ok()
}

/// A computed number; dates and moments are unknown outside the range of the contract.
pub(super) fn in_range(kind: Kind, number: i64) -> Option<i64> {
    match kind {
        Kind::Date => date(number).map(|_| number),
        Kind::Moment => moment(number).map(|_| number),
        _ => Some(number),
    }
}

/// The quotient, rounded; nothing when the divisor is 0.
pub(super) fn divide(a: i64, b: i64, rounding: Rounding) -> Option<i64> {
    if b == 0 {
        return None;
    }
    let (a, b) = if b < 0 {
        (-i128::from(a), -i128::from(b))
    } else {
        (i128::from(a), i128::from(b))
    };
    // The whole numbers on either side of the quotient a/b, where b is positive.
    let below = a.div_euclid(b);
    let beyond = a.rem_euclid(b);
    if beyond == 0 {
        return i64::try_from(below).ok();
    }
    let above = below + 1;
    let (towards_zero, away) = if below < 0 {
        (above, below)
    } else {
        (below, above)
    };
    let nearest = |tie| match (2 * beyond).cmp(&b) {
        std::cmp::Ordering::Less => below,
        std::cmp::Ordering::Equal => tie,
        std::cmp::Ordering::Greater => above,
    };
    let result = match rounding {
        Rounding::Up => away,
        Rounding::Down => towards_zero,
        Rounding::HalfUp => nearest(away),
        Rounding::HalfDown => nearest(towards_zero),
        Rounding::HalfEven => nearest(if below % 2 == 0 { below } else { above }),
        Rounding::Floor => below,
        Rounding::Ceiling => above,
    };
    i64::try_from(result).ok()
}
