//! Time in which the dossier is with the applicant or elsewhere, and what it does to the clock (section 5).

use std::borrow::Cow;
use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Deserializer, Serialize, Serializer, de};

use super::DueError;
use crate::date::{DAY_SECONDS, DateError};
use crate::manifest::Suspension as Mode;
use crate::{Date, Moment};

/// A suspension: from the request to complete the dossier to the arrival of what was asked for; likewise time that a law
/// leaves out of the limit (public posting, a tax assessment, force majeure).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Suspension {
    /// The request. Its day still counts.
    pub from: DayOrMoment,
    /// The full dossier is there. With `pause` its day does not count; with `restart` it is the new day 0.
    pub to: DayOrMoment,
    /// What it does to the clock.
    pub mode: Mode,
}

/// A day, or a moment of it. In JSON `"2025-03-10"` or `"2025-03-10T14:30"`.
///
/// Days and weeks are counted by the day whichever is told. Hours are counted by the moment; a day told without one is
/// then taken to its end, as the pause convention takes both of its days [C].
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum DayOrMoment {
    /// Only the day is known.
    Day(Date),
    /// The moment is known.
    Moment(Moment),
}

impl DayOrMoment {
    /// The day.
    pub const fn date(self) -> Date {
        match self {
            Self::Day(date) => date,
            Self::Moment(moment) => moment.date(),
        }
    }

    /// The moment in seconds since 1970-01-01T00:00:00 local time, a day at its end. Not a `Moment`: the end of the last
    /// day lies outside its range.
    pub(super) const fn clock(self) -> i64 {
        match self {
            Self::Day(date) => date.midnight().seconds() + DAY_SECONDS,
            Self::Moment(moment) => moment.seconds(),
        }
    }
}

impl From<Date> for DayOrMoment {
    fn from(date: Date) -> Self {
        Self::Day(date)
    }
}

impl From<Moment> for DayOrMoment {
    fn from(moment: Moment) -> Self {
        Self::Moment(moment)
    }
}

impl FromStr for DayOrMoment {
    type Err = DateError;

    fn from_str(text: &str) -> Result<Self, DateError> {
        if text.len() <= "2025-03-10".len() {
            text.parse().map(Self::Day)
        } else {
            text.parse().map(Self::Moment)
        }
    }
}

impl fmt::Display for DayOrMoment {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Day(date) => date.fmt(f),
            Self::Moment(moment) => moment.fmt(f),
        }
    }
}

impl fmt::Debug for DayOrMoment {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

impl Serialize for DayOrMoment {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for DayOrMoment {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = <Cow<'de, str>>::deserialize(deserializer)?;
        text.parse().map_err(de::Error::custom)
    }
}

impl Suspension {
    /// A suspension told by days.
    pub const fn days(from: Date, to: Date, mode: Mode) -> Self {
        Self {
            from: DayOrMoment::Day(from),
            to: DayOrMoment::Day(to),
            mode,
        }
    }

    /// The first and the last day that a pause takes out of the count; the first is later when it takes none.
    pub(super) fn paused_days(self) -> (i32, i32) {
        (self.from.date().days() + 1, self.to.date().days())
    }
}

/// Checks the suspensions and puts them in the order of their beginning.
pub(super) fn check(
    start: Moment,
    suspensions: &[Suspension],
) -> Result<Cow<'_, [Suspension]>, DueError> {
    for (index, suspension) in suspensions.iter().enumerate() {
        let (from, to) = (suspension.from, suspension.to);
        if from.date() > to.date() || (from.clock() > to.clock() && both_moments(from, to)) {
            return Err(DueError::SuspensionOrder { index });
        }
        if from.date() < start.date() {
            return Err(DueError::SuspensionBeforeStart { index });
        }
    }
    // By day first: a day stands for its end, which may be later than a moment of the next suspension on that day.
    let order = |s: &Suspension| (s.from.date(), s.from.clock());
    if suspensions.is_sorted_by_key(order) {
        return Ok(Cow::Borrowed(suspensions));
    }
    let mut sorted = suspensions.to_vec();
    sorted.sort_by_key(order);
    Ok(Cow::Owned(sorted))
}

fn both_moments(from: DayOrMoment, to: DayOrMoment) -> bool {
    matches!((from, to), (DayOrMoment::Moment(_), DayOrMoment::Moment(_)))
}
