//! Types with ranges. A number's type carries the interval of its possible units; with it the checker proves that no rule
//! overflows and that no amount is negative, instead of hoping so when a citizen asks.

use std::rc::Rc;

use motcua_model::Decimal;
use motcua_model::date::DAY_SECONDS;

use crate::ir::Kind;

/// No value may come nearer to the limits of `i64` than this, in units, days or seconds.
pub(super) const MAX_UNITS: i128 = 1 << 61;

/// The options of a choice.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Options {
    /// In order.
    pub ids: Vec<String>,
    /// Whose options they are, for messages.
    pub owner: String,
}

/// The type of an expression.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Type {
    Boolean,
    /// Units at a scale, within `min..=max`.
    Number {
        scale: u8,
        min: i128,
        max: i128,
    },
    Text,
    Date,
    Moment,
    /// Seconds within `min..=max`.
    Duration {
        min: i128,
        max: i128,
    },
    /// Months within `min..=max`.
    Months {
        min: i128,
        max: i128,
    },
    Choice(Rc<Options>),
    Choices(Rc<Options>),
    /// A repeating fact, by position.
    Rows(u16),
    /// The row that a variable stands for: variable, fact.
    Row(u16, u16),
}

impl Type {
    /// A number that can only be this one.
    pub(super) fn exactly(number: Decimal) -> Self {
        Self::Number {
            scale: number.scale,
            min: number.units.into(),
            max: number.units.into(),
        }
    }

    /// A whole number within a range.
    pub(super) const fn integer(min: i128, max: i128) -> Self {
        Self::Number { scale: 0, min, max }
    }

    /// The kind the emitter needs; rows have none.
    pub(super) const fn kind(&self) -> Option<Kind> {
        Some(match self {
            Self::Boolean => Kind::Boolean,
            Self::Number { .. } => Kind::Number,
            Self::Text => Kind::Text,
            Self::Date => Kind::Date,
            Self::Moment => Kind::Moment,
            Self::Duration { .. } => Kind::Duration,
            Self::Months { .. } => Kind::Months,
            Self::Choice(_) => Kind::Choice,
            Self::Choices(_) => Kind::Choices,
            Self::Rows(_) | Self::Row(..) => return None,
        })
    }

    /// The word for it in messages: Vietnamese, English.
    pub(super) fn words(&self) -> (&'static str, &'static str) {
        match self {
            Self::Boolean => ("đúng/sai", "a boolean"),
            Self::Number { .. } => ("số", "a number"),
            Self::Text => ("văn bản", "a text"),
            Self::Date => ("ngày", "a date"),
            Self::Moment => ("thời điểm", "a moment"),
            Self::Duration { .. } => ("khoảng thời gian", "a duration"),
            Self::Months { .. } => ("số tháng", "a duration in months"),
            Self::Choice(_) => ("một lựa chọn", "a choice"),
            Self::Choices(_) => ("nhiều lựa chọn", "a set of choices"),
            Self::Rows(_) => ("nhóm lặp", "a repeating fact"),
            Self::Row(..) => ("một dòng", "a row"),
        }
    }

    /// Whether values of the two can be compared with each other.
    pub(super) fn comparable(&self, other: &Self) -> bool {
        match (self, other) {
            (Self::Choice(a), Self::Choice(b)) | (Self::Choices(a), Self::Choices(b)) => {
                a.ids == b.ids
            }
            (Self::Rows(_) | Self::Row(..), _) => false,
            _ => std::mem::discriminant(self) == std::mem::discriminant(other),
        }
    }

    /// Whether `<` makes sense.
    pub(super) const fn ordered(&self) -> bool {
        matches!(
            self,
            Self::Number { .. }
                | Self::Date
                | Self::Moment
                | Self::Duration { .. }
                | Self::Months { .. }
        )
    }

    /// The interval of its values, in units, days, seconds or months.
    pub(super) fn interval(&self) -> Option<(i128, i128)> {
        use motcua_model::Date;
        let days = (i128::from(Date::MIN.days()), i128::from(Date::MAX.days()));
        match self {
            Self::Number { min, max, .. }
            | Self::Duration { min, max }
            | Self::Months { min, max } => Some((*min, *max)),
            Self::Date => Some(days),
            Self::Moment => {
                let day = i128::from(DAY_SECONDS);
                Some((days.0 * day, days.1 * day + day - 1))
            }
            _ => None,
        }
    }

    /// The type that holds the values of both, if there is one. Numbers are brought to the larger scale.
    pub(super) fn union(&self, other: &Self) -> Option<Self> {
        match (self, other) {
            (
                &Self::Number {
                    scale: s1,
                    min: a1,
                    max: b1,
                },
                &Self::Number {
                    scale: s2,
                    min: a2,
                    max: b2,
                },
            ) => {
                let scale = s1.max(s2);
                let (f1, f2) = (power(scale - s1), power(scale - s2));
                Some(Self::Number {
                    scale,
                    min: (a1 * f1).min(a2 * f2),
                    max: (b1 * f1).max(b2 * f2),
                })
            }
            (Self::Duration { min: a, max: b }, Self::Duration { min: c, max: d }) => {
                Some(Self::Duration {
                    min: *a.min(c),
                    max: *b.max(d),
                })
            }
            (Self::Months { min: a, max: b }, Self::Months { min: c, max: d }) => {
                Some(Self::Months {
                    min: *a.min(c),
                    max: *b.max(d),
                })
            }
            _ if self.comparable(other) => Some(self.clone()),
            _ => None,
        }
    }
}

/// Ten to the power of a scale.
pub(super) const fn power(scale: u8) -> i128 {
    10_i128.pow(scale as u32)
}

/// Digits of an interval's bound at a scale, for messages.
pub(super) fn show(units: i128, scale: u8) -> String {
    let divisor = power(scale);
    let sign = if units < 0 { "-" } else { "" };
    let absolute = units.unsigned_abs();
    let divisor_abs = divisor.unsigned_abs();
    if scale == 0 {
        return format!("{sign}{absolute}");
    }
    let width = usize::from(scale);
    format!(
        "{sign}{}.{:0width$}",
        absolute / divisor_abs,
        absolute % divisor_abs
    )
}
