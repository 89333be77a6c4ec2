//! Due dates: from a term, a day 0 and a calendar to the day and the moment by which the authority must answer.
//!
//! Sections are those of `domain/time-limits.md`. [C] marks a convention of this project where the law is silent: a
//! convention is documented, tested, and never presented as law. BLDS is the Civil Code 2015 (91/2015/QH13).
//!
//! | rule | where it comes from |
//! |---|---|
//! | The clock runs from the moment the competent agency has the dossier complete and correct. | §4, NĐ 118/2025 Điều 17(3) |
//! | Outside office hours that is the first office moment after it; its day is day 0. | §4 [C] |
//! | Day 0 is not counted. | §2, BLDS 147(2), (3) |
//! | Minutes and hours run from the moment itself. | §2, BLDS 147(1) |
//! | Weeks and months end on the corresponding day, or on the last day of a shorter month; a month is not 30 days. | §2, BLDS 148(3), (4), 146(1) |
//! | A last day off moves the end to the end of the next working day. | §2, BLDS 148(5) |
//! | The last day ends at 24:00; a result is handed over until closing time. | §2, BLDS 148(6) and [C] |
//! | Saturday and Sunday are off, a swapped Saturday is worked, a swapped weekday is off. | §3, QĐ 188/1999 Điều 1 and [C] |
//! | Half a working day ends with the morning session of the next working day. | §3 [C] |
//! | Working hours run through office sessions only. | §3 |
//! | Clock hours that end on a day off move on likewise, unless the procedure says that they are continuous. | §3 [C] |
//! | Continuous hours run from the moment told, whether the office was open or not. | §3 [C], BLDS 147(1) |
//! | *Trong ngày*: received until 15:00, due the same day; after it, the next working day. 15:00 itself is in time. | §4 |
//! | `restart`: day 0 is the day on which the full dossier arrives. | §5, NĐ 61/2018 Điều 19(4) |
//! | `pause`: the days after the request up to and including the day of resuming are not counted. | §5 [C] |
//!
//! A limit in hours that ends at midnight ends on the day before, at 24:00; the moment is written 23:59:59, as `Moment`
//! knows no 24:00.
//!
//! [`deadline`] answers in well under a microsecond and allocates nothing (unless suspensions are told out of order);
//! [`due`] adds every skipped day with its reason. Both come from the same count.

mod count;
mod error;
mod receipt;
mod skipped;
mod suspension;
#[cfg(test)]
mod tests;
mod window;

use std::fmt;

use serde::{Serialize, Serializer};

pub use error::DueError;
pub use receipt::{Instant, Receipt, Start};
pub use skipped::{Skipped, SkippedDay, SkippedKind};
pub use suspension::{DayOrMoment, Suspension};
pub use window::{WindowLimit, window_limit};

use crate::calendar::Calendar;
use crate::office::OfficeHours;
use crate::{Date, Moment, Term};
use count::Count;

/// By when the authority must answer.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, utoipa::ToSchema)]
pub struct Deadline {
    /// The moment from which it was counted: the start that was told, or where the office was closed then the first
    /// office moment after it; after a restart, the day or moment on which the full dossier arrived.
    pub starts_at: Moment,
    /// Day 0, which is not counted.
    pub day0: Date,
    /// The day by which the answer is due.
    pub due_on: Date,
    /// The moment by which it is due: closing time of that day; the end of the morning for a half day; for hours the
    /// hour itself.
    pub due_at: Moment,
    /// How much of the term was counted: days (also for weeks and months), or hours.
    pub counted: Counted,
    /// Whether the last day was a day off, so that the end moved to a later working day (BLDS 148(5)).
    pub rolled: bool,
    /// Whether a day from day 0 through the due day lies in a year that is not announced in full: it can still change.
    pub provisional: bool,
}

impl Deadline {
    /// The deadline of a committed term beside that of the law, never later. Counted alone it can be later in two cases:
    /// hours that end on a day off move to closing time, which may be after the hour at which more hours end on the same
    /// day; and working hours against working days depend on the length of the office's day. A promise does not lengthen
    /// the law.
    pub fn within(self, statutory: &Self) -> Self {
        if self.due_at <= statutory.due_at {
            return self;
        }
        Self {
            due_on: statutory.due_on,
            due_at: statutory.due_at,
            rolled: statutory.rolled,
            provisional: self.provisional || statutory.provisional,
            ..self
        }
    }
}

/// A deadline with every day that was skipped on the way to it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, utoipa::ToSchema)]
pub struct Due {
    /// The answer.
    #[serde(flatten)]
    pub deadline: Deadline,
    /// The days after day 0 up to the due day that were not counted, ascending, each with its reason.
    pub skipped: Vec<Skipped>,
}

/// An amount of days or hours in halves. In JSON a number: 3 or 3.5.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Counted(u32);

impl Counted {
    /// So many whole days or hours.
    pub const fn whole(units: u32) -> Self {
        Self(units * 2)
    }

    /// So many halves.
    pub const fn halves(halves: u32) -> Self {
        Self(halves)
    }

    /// In halves.
    pub const fn as_halves(self) -> u32 {
        self.0
    }
}

impl fmt::Display for Counted {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            f,
            "{}{}",
            self.0 / 2,
            if self.0 % 2 == 1 { ".5" } else { "" }
        )
    }
}

impl fmt::Debug for Counted {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

impl Serialize for Counted {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        if self.0 % 2 == 1 {
            // Exact in binary: the fraction is one half.
            serializer.serialize_f64(f64::from(self.0) / 2.0)
        } else {
            serializer.serialize_u32(self.0 / 2)
        }
    }
}

/// Counts a term and tells by when the answer is due, without the skipped days.
///
/// - `start`: the moment from which the clock runs, as told ([`Start::told_at`]); office hours are applied here.
/// - `continuous`: an hour limit that runs on through days off. It has no meaning for other units.
/// - `suspensions`: in any order, overlapping or not; each begins on or after the day of `start`.
pub fn deadline(
    calendar: &Calendar,
    office: &OfficeHours,
    start: Moment,
    term: Term,
    continuous: bool,
    suspensions: &[Suspension],
) -> Result<Deadline, DueError> {
    let sorted = suspension::check(start, suspensions)?;
    Ok(Count::new(calendar, office, start, term, continuous, &sorted)?.deadline)
}

/// Counts a term like [`deadline`] and lists every skipped day with its reason.
pub fn due(
    calendar: &Calendar,
    office: &OfficeHours,
    start: Moment,
    term: Term,
    continuous: bool,
    suspensions: &[Suspension],
) -> Result<Due, DueError> {
    let mut skipped = Vec::new();
    let deadline = due_with(
        calendar,
        office,
        start,
        term,
        continuous,
        suspensions,
        |day| {
            skipped.push(Skipped::from(day));
        },
    )?;
    Ok(Due { deadline, skipped })
}

/// Counts a term like [`deadline`] and shows every skipped day, ascending, to a visitor that may write it where it is
/// needed without keeping it.
pub fn due_with(
    calendar: &Calendar,
    office: &OfficeHours,
    start: Moment,
    term: Term,
    continuous: bool,
    suspensions: &[Suspension],
    mut visit: impl FnMut(SkippedDay<'_>),
) -> Result<Deadline, DueError> {
    let sorted = suspension::check(start, suspensions)?;
    let count = Count::new(calendar, office, start, term, continuous, &sorted)?;
    skipped::each(calendar, office, &count, &sorted, &mut visit);
    Ok(count.deadline)
}
