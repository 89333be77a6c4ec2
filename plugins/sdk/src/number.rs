//! Exact numbers. Whole numbers are `i64`; others are [`Decimal`]. A result that is too large is no result.

use std::cmp::Ordering;
use std::ops::{Add, Mul, Sub};

use crate::maybe::Maybe;

/// Digits after the point that a decimal may have.
const MAX_DECIMALS: u8 = 18;

/// An exact decimal number, for example `Decimal::new(350, 2)`, which is 3.50.
#[derive(Clone, Copy, Debug)]
pub struct Decimal {
    units: i128,
    decimals: u8,
}

/// How a number that has more digits becomes one that has fewer. The names are those of FEEL (DMN 1.4, 10.3.4.7).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Rounding {
    /// Away from zero.
    Up,
    /// Towards zero.
    Down,
    /// To the nearest; a half away from zero.
    HalfUp,
    /// To the nearest; a half towards zero.
    HalfDown,
    /// To the nearest; a half to the even neighbour.
    HalfEven,
    /// Towards minus infinity.
    Floor,
    /// Towards plus infinity.
    Ceiling,
}

impl Decimal {
    /// `units` divided by ten to the power of `decimals`, of which more than 18 count as 18.
    pub const fn new(units: i64, decimals: u8) -> Self {
        Self {
            units: units as i128,
            decimals: if decimals > MAX_DECIMALS {
                MAX_DECIMALS
            } else {
                decimals
            },
        }
    }

    /// Both in the units of the finer one.
    fn aligned(self, other: Self) -> Option<(i128, i128, u8)> {
        let decimals = self.decimals.max(other.decimals);
        Some((self.at(decimals)?, other.at(decimals)?, decimals))
    }

    fn at(self, decimals: u8) -> Option<i128> {
        let missing = decimals.checked_sub(self.decimals)?;
        self.units.checked_mul(power(missing))
    }

    /// Its units with so many digits after the point, if it has no more.
    #[cfg(not(target_arch = "wasm32"))]
    pub(crate) fn units_at(self, decimals: u8) -> Option<i64> {
        self.at(decimals)?.try_into().ok()
    }

    /// Without zeros at the end, if that is needed to keep within the digits there may be.
    fn fitted(mut self) -> Option<Self> {
        while self.decimals > MAX_DECIMALS {
            if self.units % 10 != 0 {
                return None;
            }
            self.units /= 10;
            self.decimals -= 1;
        }
        Some(self)
    }

    fn rounded(self, decimals: u8, rounding: Rounding) -> Option<Self> {
        let decimals = decimals.min(MAX_DECIMALS);
        let units = match self.decimals.checked_sub(decimals) {
            None => self.at(decimals)?,
            Some(surplus) => quotient(self.units, power(surplus), rounding)?,
        };
        Some(Self { units, decimals })
    }

    fn divided(self, by: Self, decimals: u8, rounding: Rounding) -> Option<Self> {
        let decimals = decimals.min(MAX_DECIMALS);
        let (units, by, _) = self.aligned(by)?;
        let units = quotient(units.checked_mul(power(decimals))?, by, rounding)?;
        Some(Self { units, decimals })
    }
}

/// Ten to a power of at most 36.
fn power(digits: u8) -> i128 {
    10_i128.pow(u32::from(digits.min(36)))
}

/// The quotient, rounded; nothing when the divisor is 0.
fn quotient(a: i128, b: i128, rounding: Rounding) -> Option<i128> {
    let (a, b) = if b < 0 {
        (a.checked_neg()?, b.checked_neg()?)
    } else {
        (a, b)
    };
    let (below, beyond) = (a.checked_div_euclid(b)?, a.checked_rem_euclid(b)?);
    if beyond == 0 {
        return Some(below);
    }
    let above = below + 1;
    let (towards_zero, away) = if below < 0 {
        (above, below)
    } else {
        (below, above)
    };
    let nearest = |tie| match beyond.cmp(&(b - beyond)) {
        Ordering::Less => below,
        Ordering::Equal => tie,
        Ordering::Greater => above,
    };
    Some(match rounding {
        Rounding::Up => away,
        Rounding::Down => towards_zero,
        Rounding::HalfUp => nearest(away),
        Rounding::HalfDown => nearest(towards_zero),
        Rounding::HalfEven => nearest(if below % 2 == 0 { below } else { above }),
        Rounding::Floor => below,
        Rounding::Ceiling => above,
    })
}

impl PartialEq for Decimal {
    fn eq(&self, other: &Self) -> bool {
        self.partial_cmp(other) == Some(Ordering::Equal)
    }
}

impl PartialOrd for Decimal {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        let (one, other, _) = self.aligned(*other)?;
        one.partial_cmp(&other)
    }
}

impl From<i64> for Decimal {
    fn from(number: i64) -> Self {
        Self::new(number, 0)
    }
}

/// What can be added up, exactly: `i64` and [`Decimal`].
pub trait Number: Copy + PartialOrd + sealed::Sealed {
    /// Nothing added to it.
    const ZERO: Self;
    #[doc(hidden)]
    fn plus(self, other: Self) -> Option<Self>;
    #[doc(hidden)]
    fn minus(self, other: Self) -> Option<Self>;
    #[doc(hidden)]
    fn times(self, other: Self) -> Option<Self>;
}

mod sealed {
    pub trait Sealed {}
    impl Sealed for i64 {}
    impl Sealed for super::Decimal {}
}

impl Number for i64 {
    const ZERO: Self = 0;

    fn plus(self, other: Self) -> Option<Self> {
        self.checked_add(other)
    }

    fn minus(self, other: Self) -> Option<Self> {
        self.checked_sub(other)
    }

    fn times(self, other: Self) -> Option<Self> {
        self.checked_mul(other)
    }
}

impl Number for Decimal {
    const ZERO: Self = Self::new(0, 0);

    fn plus(self, other: Self) -> Option<Self> {
        let (one, other, decimals) = self.aligned(other)?;
        let units = one.checked_add(other)?;
        Some(Self { units, decimals })
    }

    fn minus(self, other: Self) -> Option<Self> {
        let (one, other, decimals) = self.aligned(other)?;
        let units = one.checked_sub(other)?;
        Some(Self { units, decimals })
    }

    fn times(self, other: Self) -> Option<Self> {
        let units = self.units.checked_mul(other.units)?;
        let decimals = self.decimals + other.decimals;
        Self { units, decimals }.fitted()
    }
}

macro_rules! operator {
    ($trait:ident, $method:ident, $exact:ident) => {
        impl<N: Number, M: Into<Maybe<N>>> $trait<M> for Maybe<N> {
            type Output = Self;

            fn $method(self, other: M) -> Self {
                self.zip(other)
                    .and_then(|(one, other)| Self::or_without_result(one.$exact(other)))
            }
        }
    };
}
operator!(Add, add, plus);
operator!(Sub, sub, minus);
operator!(Mul, mul, times);

impl<N: Number> Maybe<N> {
    /// The smaller of the two.
    pub fn min(self, other: impl Into<Self>) -> Self {
        self.zip(other)
            .map(|(one, other)| if other < one { other } else { one })
    }

    /// The larger of the two.
    pub fn max(self, other: impl Into<Self>) -> Self {
        self.zip(other)
            .map(|(one, other)| if other > one { other } else { one })
    }
}

impl Maybe<i64> {
    /// The quotient as a whole number; without a result where the divisor is 0.
    pub fn divide(self, by: impl Into<Self>, rounding: Rounding) -> Self {
        self.zip(by).and_then(|(number, by)| {
            let whole = quotient(number.into(), by.into(), rounding);
            Self::or_without_result(whole.and_then(|whole| whole.try_into().ok()))
        })
    }

    /// As a number with digits after the point.
    pub fn decimal(self) -> Maybe<Decimal> {
        self.map(Decimal::from)
    }
}

impl Maybe<Decimal> {
    /// The quotient with so many digits after the point; without a result where the divisor is 0.
    pub fn divide(self, by: impl Into<Self>, decimals: u8, rounding: Rounding) -> Self {
        self.zip(by).and_then(|(number, by)| {
            Self::or_without_result(number.divided(by, decimals, rounding))
        })
    }

    /// With so many digits after the point.
    pub fn round(self, decimals: u8, rounding: Rounding) -> Self {
        self.and_then(|number| Self::or_without_result(number.rounded(decimals, rounding)))
    }

    /// As a whole number.
    pub fn whole(self, rounding: Rounding) -> Maybe<i64> {
        self.and_then(|number| {
            let whole = number.rounded(0, rounding);
            Maybe::or_without_result(whole.and_then(|whole| whole.units.try_into().ok()))
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn whole(number: Maybe<i64>) -> Option<i64> {
        number.known()
    }

    #[test]
    fn sums_and_products_are_exact() {
        let price = Maybe::from(Decimal::new(1_999, 2));
        let sum = price * Decimal::from(3) + Decimal::new(5, 1);
        assert_eq!(sum.known(), Some(Decimal::new(60_470, 3)));
        assert_eq!(whole(Maybe::from(7) - 9), Some(-2));
        assert_eq!(whole(Maybe::from(i64::MAX) + 1), None);
        let tiny = Maybe::from(Decimal::new(1, 18));
        assert!((tiny * Decimal::new(1, 1)).known().is_none());
        assert_eq!(
            (tiny * Decimal::new(10, 0)).known(),
            Some(Decimal::new(1, 17))
        );
    }

    #[test]
    fn quotients_are_rounded_as_they_say() {
        use Rounding::*;
        let of = |number: i64, rounding| whole(Maybe::from(number).divide(2, rounding));
        let three: Vec<_> = [Up, Down, HalfUp, HalfDown, HalfEven, Floor, Ceiling]
            .map(|rounding| (of(3, rounding), of(-3, rounding)))
            .to_vec();
        assert_eq!(
            three,
            [
                (Some(2), Some(-2)),
                (Some(1), Some(-1)),
                (Some(2), Some(-2)),
                (Some(1), Some(-1)),
                (Some(2), Some(-2)),
                (Some(1), Some(-2)),
                (Some(2), Some(-1)),
            ]
        );
        assert_eq!(of(4, Up), Some(2));
        assert_eq!(whole(Maybe::from(1).divide(0, Up)), None);
        assert_eq!(whole(Maybe::from(i64::MIN).divide(-1, Up)), None);
        let third = Maybe::from(Decimal::from(1)).divide(Decimal::from(3), 4, HalfUp);
        assert_eq!(third.known(), Some(Decimal::new(3_333, 4)));
        assert_eq!(
            whole(Maybe::from(Decimal::new(250, 2)).whole(HalfEven)),
            Some(2)
        );
        assert_eq!(
            Maybe::from(Decimal::new(2_345, 3))
                .round(2, HalfDown)
                .known(),
            Some(Decimal::new(234, 2))
        );
    }
}
