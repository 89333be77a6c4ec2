//! The same law counted the slow way, by walking days and half hours one by one. It shares nothing with the code under test
//! but the types: what it needs of the calendar and of the office it is told as plain functions and lists.

use std::collections::BTreeSet;

use crate::due::{DayOrMoment, Suspension};
use crate::manifest::Suspension as Mode;
use crate::{Date, Moment, Unit};

/// The world as plain as it can be told.
pub(super) struct World<'a> {
    /// Whether a day is worked.
    pub(super) working: &'a dyn Fn(Date) -> bool,
    /// Sessions in half hours from midnight, from and to.
    pub(super) sessions: &'a [(i64, i64)],
}

const SLOT: i64 = 1800;

fn next(date: Date) -> Date {
    date.plus_days(1).expect("far from the end of time")
}

fn at(moment: Moment) -> i64 {
    moment.seconds()
}

fn day(seconds: i64) -> Date {
    Moment::from_seconds(seconds)
        .expect("far from the end of time")
        .date()
}

impl World<'_> {
    fn closes(&self) -> i64 {
        self.sessions.last().expect("a session").1 * SLOT
    }

    fn morning_closes(&self) -> i64 {
        let morning: Vec<_> = self
            .sessions
            .iter()
            .filter(|(from, _)| *from < 24)
            .collect();
        match morning.last() {
            Some((_, to)) if morning.len() < self.sessions.len() => to * SLOT,
            _ => {
                // Half of all half hours; where their number is odd, a quarter of an hour more.
                let slots: Vec<i64> = self
                    .sessions
                    .iter()
                    .flat_map(|(from, to)| *from..*to)
                    .collect();
                let half = slots[(slots.len() - 1) / 2];
                if slots.len().is_multiple_of(2) {
                    (half + 1) * SLOT
                } else {
                    half * SLOT + SLOT / 2
                }
            }
        }
    }

    /// The first half hour at or after the moment at which the office is open or just closing.
    pub(super) fn opened(&self, moment: Moment) -> Moment {
        let mut now = at(moment);
        loop {
            let slot = now.rem_euclid(86_400) / SLOT;
            let open = self
                .sessions
                .iter()
                .any(|(from, to)| *from <= slot && slot <= *to);
            if open && (self.working)(day(now)) {
                return Moment::from_seconds(now).expect("far from the end of time");
            }
            now += SLOT;
        }
    }

    fn counts(&self, slot: i64) -> bool {
        let number = slot.rem_euclid(86_400) / SLOT;
        (self.working)(day(slot))
            && self
                .sessions
                .iter()
                .any(|(from, to)| *from <= number && number < *to)
    }

    fn rolled(&self, mut last: Date, paused: &BTreeSet<Date>) -> Date {
        while !(self.working)(last) || paused.contains(&last) {
            last = next(last);
        }
        last
    }

    /// The day and the moment by which the answer is due; the amount in halves, at most some weeks.
    pub(super) fn due(
        &self,
        start: Moment,
        unit: Unit,
        halves: u32,
        continuous: bool,
        suspensions: &[Suspension],
    ) -> (Date, Moment) {
        let continuous = continuous && unit == Unit::Hour;
        let begin = self.begin(start, unit, continuous, suspensions);
        let (day0, begin) = begin;
        let pauses: Vec<_> = suspensions
            .iter()
            .filter(|s| s.mode == Mode::Pause)
            .collect();
        let paused: BTreeSet<Date> = pauses
            .iter()
            .flat_map(|s| s.from.date().days() + 1..=s.to.date().days())
            .map(|days| Date::from_days(days).expect("far from the end of time"))
            .collect();
        let whole = i64::from(halves / 2);
        match unit {
            Unit::WorkingDay => {
                let (mut date, mut left) = (day0, halves.div_ceil(2));
                while left > 0 {
                    date = next(date);
                    left -= u32::from((self.working)(date) && !paused.contains(&date));
                }
                (
                    date,
                    date.at(if halves % 2 == 1 {
                        self.morning_closes()
                    } else {
                        self.closes()
                    }),
                )
            }
            Unit::CalendarDay | Unit::Week | Unit::Month => {
                let mut left = match unit {
                    Unit::CalendarDay => whole,
                    Unit::Week => whole * 7,
                    _ => i64::from(corresponding_day(day0, whole).days() - day0.days()),
                };
                let mut date = day0;
                while left > 0 {
                    date = next(date);
                    left -= i64::from(!paused.contains(&date));
                }
                let due = self.rolled(date, &paused);
                (due, due.at(self.closes()))
            }
            Unit::Hour | Unit::WorkingHour => {
                let stands = |slot: i64| {
                    pauses
                        .iter()
                        .any(|s| clock(s.from) <= slot && slot < clock(s.to))
                };
                let (mut slot, mut left) = (at(begin), halves);
                while left > 0 {
                    left -= u32::from(!stands(slot) && (unit == Unit::Hour || self.counts(slot)));
                    slot += SLOT;
                }
                let end = if slot % 86_400 == 0 { slot - 1 } else { slot };
                let last = day(end);
                let due = if unit == Unit::Hour && !continuous {
                    self.rolled(last, &paused)
                } else {
                    last
                };
                let end = Moment::from_seconds(end).expect("far from the end of time");
                (
                    due,
                    if due == last {
                        end
                    } else {
                        due.at(self.closes())
                    },
                )
            }
            Unit::SameDay => {
                let in_time = begin.time() <= 15 * 3600 && (self.working)(day0);
                let due = if in_time {
                    day0
                } else {
                    self.rolled(next(day0), &paused)
                };
                (due, due.at(self.closes()))
            }
        }
    }

    fn begin(
        &self,
        start: Moment,
        unit: Unit,
        continuous: bool,
        suspensions: &[Suspension],
    ) -> (Date, Moment) {
        let begun = |moment: Moment| {
            let moment = if continuous {
                moment
            } else {
                self.opened(moment)
            };
            (moment.date(), moment)
        };
        let mut begin = begun(start);
        for restart in suspensions.iter().filter(|s| s.mode == Mode::Restart) {
            let again = match restart.to {
                DayOrMoment::Moment(moment) => begun(moment),
                DayOrMoment::Day(date)
                    if matches!(unit, Unit::Hour | Unit::WorkingHour | Unit::SameDay) =>
                {
                    begun(next(date).midnight())
                }
                DayOrMoment::Day(date) => (date, next(date).midnight()),
            };
            begin = begin.max(again);
        }
        begin
    }
}

/// The corresponding day of a later month, found by looking for it.
fn corresponding_day(date: Date, months: i64) -> Date {
    let (year, month, number) = date.ymd();
    let month = i64::from(year) * 12 + i64::from(month) - 1 + months;
    (1..=number)
        .rev()
        .find_map(|day| Date::from_ymd((month / 12) as i16, (month % 12) as i8 + 1, day).ok())
        .expect("every month has a first day")
}

/// A day taken to its end.
fn clock(at: DayOrMoment) -> i64 {
    match at {
        DayOrMoment::Day(date) => next(date).midnight().seconds(),
        DayOrMoment::Moment(moment) => moment.seconds(),
    }
}
