//! The days that were not counted, each with its reason, told from a finished count.

use std::sync::LazyLock;

use serde::{Deserialize, Serialize};

use super::count::{Basis, Count};
use super::suspension::Suspension;
use crate::calendar::{Calendar, DayOffKind};
use crate::date::DAY_SECONDS;
use crate::manifest::Suspension as Mode;
use crate::office::OfficeHours;
use crate::{Date, Text};

/// Why a day was not counted, in one word.
#[derive(
    Clone,
    Copy,
    Debug,
    PartialEq,
    Eq,
    PartialOrd,
    Ord,
    Hash,
    Serialize,
    Deserialize,
    utoipa::ToSchema,
)]
#[serde(rename_all = "kebab-case")]
pub enum SkippedKind {
    /// A Saturday or Sunday that is nothing else.
    Weekend,
    /// A public holiday, also on a weekend.
    Public,
    /// A weekday in lieu of a holiday.
    Compensatory,
    /// A weekday swapped with a Saturday.
    SwappedOff,
    /// The clock was paused.
    Suspension,
}

impl From<DayOffKind> for SkippedKind {
    fn from(kind: DayOffKind) -> Self {
        match kind {
            DayOffKind::Weekend => Self::Weekend,
            DayOffKind::Public => Self::Public,
            DayOffKind::Compensatory => Self::Compensatory,
            DayOffKind::SwappedOff => Self::SwappedOff,
        }
    }
}

/// A day that was not counted.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, utoipa::ToSchema)]
pub struct Skipped {
    /// The day.
    pub date: Date,
    /// Why, in words: the name of the holiday, the day of the week, or the suspension.
    pub reason: Text,
    /// Why, in one word.
    pub kind: SkippedKind,
}

/// A day that was not counted, as a visitor sees it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct SkippedDay<'a> {
    /// The day.
    pub date: Date,
    /// Why, in words.
    pub reason: &'a Text,
    /// Why, in one word.
    pub kind: SkippedKind,
}

impl From<SkippedDay<'_>> for Skipped {
    fn from(day: SkippedDay<'_>) -> Self {
        Self {
            date: day.date,
            reason: day.reason.clone(),
            kind: day.kind,
        }
    }
}

static SUSPENDED: LazyLock<Text> =
    LazyLock::new(|| Text::new("Tạm dừng tính thời hạn", "The clock was paused"));

/// Shows every skipped day after day 0 and before the due day, ascending.
pub(super) fn each(
    calendar: &Calendar,
    office: &OfficeHours,
    count: &Count,
    suspensions: &[Suspension],
    visit: &mut impl FnMut(SkippedDay<'_>),
) {
    let only_working = matches!(count.basis, Basis::WorkingDays | Basis::WorkingTime);
    let mut pauses = Pauses {
        rest: suspensions,
        basis: count.basis,
        office,
        until: i32::MIN,
    };
    for day in count.deadline.day0.days() + 1..count.deadline.due_on.days() {
        let Ok(date) = Date::from_days(day) else {
            return;
        };
        // Where every day counts, a day off only matters from the day on which the term would have ended; from there on
        // whatever lies before the due day is off or paused.
        let moved = date >= count.last_day;
        let off = if only_working || moved {
            calendar.reason(date)
        } else {
            None
        };
        if let Some(off) = off {
            visit(SkippedDay {
                date,
                reason: off.name,
                kind: off.kind.into(),
            });
        } else if moved || pauses.hold(date) {
            visit(SkippedDay {
                date,
                reason: &SUSPENDED,
                kind: SkippedKind::Suspension,
            });
        }
    }
}

/// The pauses, asked day by day in ascending order.
struct Pauses<'a> {
    rest: &'a [Suspension],
    basis: Basis,
    office: &'a OfficeHours,
    /// The last day that the pauses seen so far take out.
    until: i32,
}

impl Pauses<'_> {
    fn hold(&mut self, date: Date) -> bool {
        while let Some((pause, rest)) = self.rest.split_first() {
            let (first, last) = self.days(pause);
            if first > date.days() {
                break;
            }
            if pause.mode == Mode::Pause {
                self.until = self.until.max(last);
            }
            self.rest = rest;
        }
        date.days() <= self.until
    }

    /// The first and the last day that a pause takes out whole. Where hours are counted, a day of which a part counted is
    /// not skipped.
    fn days(&self, pause: &Suspension) -> (i32, i32) {
        let (from, to) = (pause.from.clock(), pause.to.clock());
        let day = |seconds: i64| i32::try_from(seconds.div_euclid(DAY_SECONDS)).unwrap_or(i32::MAX);
        let (opens, closes) = match self.basis {
            Basis::WorkingDays | Basis::Days => return pause.paused_days(),
            Basis::WorkingTime => (self.office.sessions.opens(), self.office.sessions.closes()),
            Basis::Clock => (0, DAY_SECONDS),
        };
        // The first day whose opening is not before `from`, the last whose closing is not after `to`.
        (day(from - opens + DAY_SECONDS - 1), day(to - closes))
    }
}
