//! Terms: an amount of time in the unit in which the law says it.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Deserializer, Serialize, Serializer, de};

use crate::{Decimal, Text};

/// The unit of a term. What each one means, and which article says so, stands at [`crate::due`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Unit {
    /// *Ngày làm việc*. The amount may end in .5: the morning of the next working day.
    WorkingDay,
    /// *Ngày*.
    CalendarDay,
    /// *Tuần*.
    Week,
    /// *Tháng*: to the corresponding day, not 30 days.
    Month,
    /// *Giờ* by the clock.
    Hour,
    /// *Giờ làm việc*, counted in office hours.
    WorkingHour,
    /// *Trong ngày*: the same working day if received by 15:00, else the next. The amount is 1.
    SameDay,
}

impl Unit {
    /// All units, in the order of the documentation.
    pub const ALL: [Self; 7] = [
        Self::WorkingDay,
        Self::CalendarDay,
        Self::Week,
        Self::Month,
        Self::Hour,
        Self::WorkingHour,
        Self::SameDay,
    ];

    /// The word in packages, JSON and messages.
    pub const fn id(self) -> &'static str {
        match self {
            Self::WorkingDay => "working-day",
            Self::CalendarDay => "calendar-day",
            Self::Week => "week",
            Self::Month => "month",
            Self::Hour => "hour",
            Self::WorkingHour => "working-hour",
            Self::SameDay => "same-day",
        }
    }

    /// The word of the law.
    pub const fn vietnamese(self) -> &'static str {
        match self {
            Self::WorkingDay => "ngày làm việc",
            Self::CalendarDay => "ngày",
            Self::Week => "tuần",
            Self::Month => "tháng",
            Self::Hour => "giờ",
            Self::WorkingHour => "giờ làm việc",
            Self::SameDay => "trong ngày",
        }
    }

    /// The English words for one of them, and for several.
    pub const fn english(self) -> (&'static str, &'static str) {
        match self {
            Self::WorkingDay => ("working day", "working days"),
            Self::CalendarDay => ("day", "days"),
            Self::Week => ("week", "weeks"),
            Self::Month => ("month", "months"),
            Self::Hour => ("hour", "hours"),
            Self::WorkingHour => ("working hour", "working hours"),
            Self::SameDay => ("same day", "same day"),
        }
    }
}

impl fmt::Display for Unit {
    /// As [`Unit::id`].
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.id())
    }
}

impl FromStr for Unit {
    type Err = ();

    fn from_str(text: &str) -> Result<Self, ()> {
        Self::ALL
            .into_iter()
            .find(|unit| unit.id() == text)
            .ok_or(())
    }
}

/// A positive amount in half units: 10.5 is 21 halves. At most 9,999.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Amount(u16);

impl Amount {
    /// The largest amount, in whole units.
    pub const MAX: u16 = 9_999;

    /// A whole amount, 1 to [`Amount::MAX`].
    pub fn whole(units: u16) -> Option<Self> {
        Self::halves(units.checked_mul(2)?)
    }

    /// An amount in half units, 1 to twice [`Amount::MAX`].
    pub fn halves(halves: u16) -> Option<Self> {
        (1..=Self::MAX * 2)
            .contains(&halves)
            .then_some(Self(halves))
    }

    /// In half units.
    pub const fn as_halves(self) -> u16 {
        self.0
    }

    /// The whole units; `has_half` tells whether a half remains.
    pub const fn whole_units(self) -> u16 {
        self.0 / 2
    }

    /// Whether the amount ends in .5.
    pub const fn has_half(self) -> bool {
        self.0 % 2 == 1
    }

    /// The amount of a decimal number, if it is positive, a multiple of a half and not too large.
    pub fn from_decimal(number: Decimal) -> Option<Self> {
        let tenths = number.normalised().rescaled(1)?.units;
        (tenths % 5 == 0).then_some(())?;
        Self::halves(u16::try_from(tenths / 5).ok()?)
    }
}

impl fmt::Display for Amount {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            f,
            "{}{}",
            self.whole_units(),
            if self.has_half() { ".5" } else { "" }
        )
    }
}

impl fmt::Debug for Amount {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

impl Serialize for Amount {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        if self.has_half() {
            // Exact in binary: the fraction is one half.
            serializer.serialize_f64(f64::from(self.0) / 2.0)
        } else {
            serializer.serialize_u16(self.whole_units())
        }
    }
}

impl<'de> Deserialize<'de> for Amount {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        // A multiple of one half is exact in binary.
        let halves = f64::deserialize(deserializer)? * 2.0;
        (halves.fract() == 0.0 && (1.0..=f64::from(Self::MAX * 2)).contains(&halves))
            .then_some(Self(halves as u16))
            .ok_or_else(|| de::Error::custom("an amount is between 0.5 and 9999, in steps of 0.5"))
    }
}

/// An amount of time as the law says it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Term {
    /// How many.
    pub amount: Amount,
    /// Of what.
    pub unit: Unit,
}

/// Why a term makes no sense.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum TermError {
    /// Half a week, half an hour: only working days can be halved.
    #[error("only working-day and working-hour amounts may end in .5")]
    Half,
    /// `same-day` with another amount than 1.
    #[error("the amount of same-day is 1")]
    SameDay,
}

impl Term {
    /// Whether the amount fits the unit.
    pub fn check(self) -> Result<(), TermError> {
        match self.unit {
            Unit::WorkingDay | Unit::WorkingHour => Ok(()),
            Unit::SameDay if self.amount.as_halves() != 2 => Err(TermError::SameDay),
            _ if self.amount.has_half() => Err(TermError::Half),
            _ => Ok(()),
        }
    }

    /// The length on a scale shared by units that can be compared: working time in half working hours (8 hours a day,
    /// as TT 01/2018/TT-VPCP steps are added up), calendar days in half days, hours in half hours, months in half
    /// months. Terms on different scales cannot be compared.
    pub fn comparable(self) -> (Scale, u32) {
        let halves = u32::from(self.amount.as_halves());
        match self.unit {
            Unit::WorkingDay => (Scale::Working, halves * 8),
            Unit::WorkingHour => (Scale::Working, halves),
            Unit::SameDay => (Scale::Working, 16),
            Unit::CalendarDay => (Scale::Calendar, halves),
            Unit::Week => (Scale::Calendar, halves * 7),
            Unit::Month => (Scale::Month, halves),
            Unit::Hour => (Scale::Clock, halves),
        }
    }
}

/// Terms of one scale can be compared.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Scale {
    /// Working days and working hours.
    Working,
    /// Calendar days and weeks.
    Calendar,
    /// Months.
    Month,
    /// Clock hours.
    Clock,
}

impl Term {
    /// In words, as they stand in the middle of a sentence: `1,5 ngày làm việc`, `1.5 working days`.
    pub fn text(self) -> Text {
        let vietnamese = self.unit.vietnamese();
        let vi = match self.unit {
            // "1 trong ngày" is no Vietnamese: the amount is always 1 and goes without saying.
            Unit::SameDay => vietnamese.to_owned(),
            _ => format!("{} {vietnamese}", self.amount.to_string().replace('.', ",")),
        };
        Text::new(vi, self.to_string())
    }
}

impl fmt::Display for Term {
    /// The English words of [`Term::text`].
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (one, many) = self.unit.english();
        match (self.unit, self.amount.as_halves()) {
            (Unit::SameDay, _) => f.write_str(one),
            (_, 2) => write!(f, "1 {one}"),
            _ => write!(f, "{} {many}", self.amount),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn terms_read_as_people_say_them() {
        for (halves, unit, vi, en) in [
            (28, Unit::Hour, "14 giờ", "14 hours"),
            (2, Unit::Hour, "1 giờ", "1 hour"),
            (1, Unit::WorkingDay, "0,5 ngày làm việc", "0.5 working days"),
            (2, Unit::WorkingDay, "1 ngày làm việc", "1 working day"),
            (
                3,
                Unit::WorkingHour,
                "1,5 giờ làm việc",
                "1.5 working hours",
            ),
            (30, Unit::CalendarDay, "15 ngày", "15 days"),
            (4, Unit::Week, "2 tuần", "2 weeks"),
            (12, Unit::Month, "6 tháng", "6 months"),
            (2, Unit::SameDay, "trong ngày", "same day"),
        ] {
            let amount = Amount::halves(halves).expect("an amount");
            let term = Term { amount, unit };
            assert_eq!(term.text(), Text::new(vi, en));
        }
    }
}
