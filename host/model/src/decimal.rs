//! Exact decimal numbers. No floating point touches a rule, a fee or a term.

use std::cmp::Ordering;
use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Deserializer, Serialize, Serializer, de};

/// `units` divided by ten to the power of `scale`: 3.50 is 350 units at scale 2.
///
/// Two decimals of different scale can be equal; [`Decimal::cmp`] compares the numbers, not the digits.
#[derive(Clone, Copy, Debug)]
pub struct Decimal {
    /// Between −10^18 and 10^18.
    pub units: i64,
    /// Digits after the decimal point, 0 to [`Decimal::MAX_SCALE`].
    pub scale: u8,
}

/// Why a text is no decimal number.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum DecimalError {
    /// Not digits with at most one point and a leading minus.
    #[error("not a decimal number")]
    Syntax,
    /// More than 18 digits in all, or more than [`Decimal::MAX_SCALE`] after the point.
    #[error("a number has at most 18 digits, 9 of them after the point")]
    TooLong,
}

impl Decimal {
    /// The most digits after the decimal point.
    pub const MAX_SCALE: u8 = 9;
    /// The largest absolute value of `units`.
    pub const MAX_UNITS: i64 = 1_000_000_000_000_000_000;

    /// A whole number.
    pub const fn integer(units: i64) -> Self {
        Self { units, scale: 0 }
    }

    /// The same number at another scale, or nothing when digits would be lost or it grows beyond the range.
    pub fn rescaled(self, scale: u8) -> Option<Self> {
        let mut units = self.units;
        for _ in self.scale..scale {
            units = units.checked_mul(10)?;
        }
        for _ in scale..self.scale {
            if units % 10 != 0 {
                return None;
            }
            units /= 10;
        }
        (units.abs() <= Self::MAX_UNITS).then_some(Self { units, scale })
    }

    /// The same number without trailing zeros after the point.
    pub fn normalised(self) -> Self {
        let mut out = self;
        while out.scale > 0 && out.units % 10 == 0 {
            out.units /= 10;
            out.scale -= 1;
        }
        out
    }
}

impl FromStr for Decimal {
    type Err = DecimalError;

    /// Reads `-?[0-9]+(\.[0-9]+)?`, and the exponent form a JSON writer may choose (`1e3`).
    fn from_str(text: &str) -> Result<Self, DecimalError> {
        let (mantissa, exponent) = match text.find(['e', 'E']) {
            Some(at) => {
                let exponent = text[at + 1..]
                    .parse::<i32>()
                    .map_err(|_| DecimalError::Syntax)?;
                (&text[..at], exponent)
            }
            None => (text, 0),
        };
        let (negative, digits) = match mantissa.strip_prefix('-') {
            Some(rest) => (true, rest),
            None => (false, mantissa),
        };
        let (whole, fraction) = digits.split_once('.').unwrap_or((digits, "0"));
        if whole.is_empty() || fraction.is_empty() {
            return Err(DecimalError::Syntax);
        }
        let fraction = if digits.contains('.') { fraction } else { "" };
        let mut units: i64 = 0;
        for byte in whole.bytes().chain(fraction.bytes()) {
            if !byte.is_ascii_digit() {
                return Err(DecimalError::Syntax);
            }
            units = units
                .checked_mul(10)
                .and_then(|u| u.checked_add(i64::from(byte - b'0')))
                .ok_or(DecimalError::TooLong)?;
        }
        let mut scale = i32::try_from(fraction.len())
            .map_err(|_| DecimalError::TooLong)?
            .checked_sub(exponent)
            .ok_or(DecimalError::TooLong)?;
        if units == 0 {
            scale = 0;
        }
        while scale < 0 {
            units = units.checked_mul(10).ok_or(DecimalError::TooLong)?;
            scale += 1;
        }
        while scale > i32::from(Self::MAX_SCALE) && units % 10 == 0 {
            units /= 10;
            scale -= 1;
        }
        let scale = u8::try_from(scale).map_err(|_| DecimalError::TooLong)?;
        if scale > Self::MAX_SCALE || units > Self::MAX_UNITS {
            return Err(DecimalError::TooLong);
        }
        Ok(Self {
            units: if negative { -units } else { units },
            scale,
        })
    }
}

impl fmt::Display for Decimal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.scale == 0 {
            return write!(f, "{}", self.units);
        }
        let divisor = 10_u64.pow(u32::from(self.scale));
        let absolute = self.units.unsigned_abs();
        let sign = if self.units < 0 { "-" } else { "" };
        let width = usize::from(self.scale);
        write!(
            f,
            "{sign}{}.{:0width$}",
            absolute / divisor,
            absolute % divisor
        )
    }
}

impl PartialEq for Decimal {
    fn eq(&self, other: &Self) -> bool {
        self.cmp(other) == Ordering::Equal
    }
}

impl Eq for Decimal {}

impl PartialOrd for Decimal {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl Ord for Decimal {
    fn cmp(&self, other: &Self) -> Ordering {
        let scale = self.scale.max(other.scale);
        let widen = |d: &Self| i128::from(d.units) * 10_i128.pow(u32::from(scale - d.scale));
        widen(self).cmp(&widen(other))
    }
}

impl Serialize for Decimal {
    /// As text with exactly its digits: a JSON number would pass through binary floating point in most readers.
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for Decimal {
    /// From text, or from a whole number.
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Digits;
        impl de::Visitor<'_> for Digits {
            type Value = Decimal;
            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("a decimal number as text, such as \"3.50\"")
            }
            fn visit_str<E: de::Error>(self, text: &str) -> Result<Decimal, E> {
                text.parse().map_err(E::custom)
            }
            fn visit_i64<E: de::Error>(self, units: i64) -> Result<Decimal, E> {
                units.to_string().parse().map_err(E::custom)
            }
            fn visit_u64<E: de::Error>(self, units: u64) -> Result<Decimal, E> {
                units.to_string().parse().map_err(E::custom)
            }
        }
        deserializer.deserialize_any(Digits)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_and_writes_exactly() {
        for text in [
            "0",
            "-1",
            "3.50",
            "0.000000001",
            "999999999999999999",
            "-0.05",
        ] {
            assert_eq!(text.parse::<Decimal>().unwrap().to_string(), text);
        }
        assert_eq!("1e3".parse::<Decimal>().unwrap(), Decimal::integer(1000));
        assert_eq!("2.5E-1".parse::<Decimal>().unwrap().to_string(), "0.25");
    }

    #[test]
    fn compares_numbers_not_digits() {
        let a: Decimal = "3.5".parse().unwrap();
        let b: Decimal = "3.50".parse().unwrap();
        assert_eq!(a, b);
        assert!("-0.1".parse::<Decimal>().unwrap() < Decimal::integer(0));
    }

    #[test]
    fn refuses_what_it_cannot_hold() {
        for text in ["", ".5", "5.", "1.2.3", "+1", "NaN", "1e", "--1", "1_000"] {
            assert_eq!(text.parse::<Decimal>(), Err(DecimalError::Syntax), "{text}");
        }
        for text in [
            "9999999999999999999",
            "0.0000000001",
            "1e400",
            "1e-400",
            "1e2147483647",
        ] {
            assert_eq!(
                text.parse::<Decimal>(),
                Err(DecimalError::TooLong),
                "{text}"
            );
        }
    }
}
