//! What both ways of reading hold a value against.

use std::borrow::Cow;

use motcua_model::date::DateError;
use motcua_model::decimal::DecimalError;
use motcua_model::{Channel, Date, Decimal, Moment};
use unicode_normalization::{IsNormalized, UnicodeNormalization, is_nfc_quick};

use super::Mistake;

/// A whole number within its range.
pub(super) fn integer(number: i64, min: i64, max: i64) -> Result<i64, Mistake> {
    if number < min {
        Err(Mistake::TooSmall)
    } else if number > max {
        Err(Mistake::TooLarge)
    } else {
        Ok(number)
    }
}

/// A whole number as JSON writes it: `12`, but also `12.0` and `1.2e1`.
pub(super) fn integer_from_digits(digits: &str, min: i64, max: i64) -> Result<i64, Mistake> {
    let number = digits
        .parse::<Decimal>()
        .map_err(|error| of_digits(digits, error))?;
    let whole = number.rescaled(0).ok_or(Mistake::NotWhole)?;
    integer(whole.units, min, max)
}

/// A decimal within its range, at the scale of its fact.
pub(super) fn decimal(
    digits: &str,
    min: Decimal,
    max: Decimal,
    decimals: u8,
) -> Result<Decimal, Mistake> {
    let number = digits
        .parse::<Decimal>()
        .map_err(|error| of_digits(digits, error))?;
    if number < min {
        return Err(Mistake::TooSmall);
    }
    if number > max {
        return Err(Mistake::TooLarge);
    }
    let number = number.normalised();
    if number.scale > decimals {
        return Err(Mistake::TooManyDecimals);
    }
    number.rescaled(decimals).ok_or(Mistake::TooLarge)
}

/// More digits than a number can have: too large, or too finely divided.
fn of_digits(digits: &str, error: DecimalError) -> Mistake {
    match error {
        DecimalError::Syntax => Mistake::WrongType,
        DecimalError::TooLong => {
            let point = digits.contains('.') || digits.contains("e-") || digits.contains("E-");
            let whole = digits.split(['.', 'e', 'E']).next().unwrap_or_default();
            let grows =
                digits.contains(['e', 'E']) && !digits.contains("e-") && !digits.contains("E-");
            match () {
                () if point && !grows && whole.len() <= 18 => Mistake::TooManyDecimals,
                () if digits.starts_with('-') => Mistake::TooSmall,
                () => Mistake::TooLarge,
            }
        }
    }
}

/// A text in form NFC, without control characters, of at most `max_length` characters. Another form is normalised: a
/// keyboard that writes `ế` as three characters is not the applicant's mistake.
pub(super) fn text(text: Cow<'_, str>, max_length: u16) -> Result<Cow<'_, str>, Mistake> {
    let text = if text.is_ascii() || is_nfc_quick(text.chars()) == IsNormalized::Yes {
        text
    } else {
        Cow::Owned(text.nfc().collect())
    };
    if text.chars().any(char::is_control) {
        return Err(Mistake::ControlCharacter);
    }
    // No text has more characters than bytes.
    if text.len() > usize::from(max_length) && text.chars().count() > usize::from(max_length) {
        return Err(Mistake::TooLong);
    }
    Ok(text)
}

/// A date.
pub(super) fn date(text: &str) -> Result<Date, Mistake> {
    text.parse().map_err(of_date)
}

/// A moment of local time, with or without an offset.
pub(super) fn moment(text: &str) -> Result<Moment, Mistake> {
    text.parse().map_err(of_date)
}

/// What a text is that is no date.
pub(super) fn of_date(error: DateError) -> Mistake {
    match error {
        DateError::Syntax => Mistake::NotADate,
        DateError::NoSuchDay => Mistake::NoSuchDay,
        DateError::OutOfRange => Mistake::DateOutOfRange,
    }
}

/// A way to file.
pub(super) fn channel(text: &str) -> Option<Channel> {
    match text {
        "online" => Some(Channel::Online),
        "counter" => Some(Channel::Counter),
        "postal" => Some(Channel::Postal),
        _ => None,
    }
}

/// Numbers into ascending order; nothing if one comes twice.
pub(super) fn ascending(mut numbers: Vec<u16>) -> Option<Vec<u16>> {
    if !numbers.is_sorted() {
        numbers.sort_unstable();
    }
    numbers
        .array_windows()
        .all(|[a, b]| a != b)
        .then_some(numbers)
}
