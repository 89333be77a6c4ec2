//! The count itself: one pass by arithmetic on counts of working days, without visiting the days one by one.

use super::suspension::Suspension;
use super::{Counted, DayOrMoment, Deadline, DueError};
use crate::calendar::Calendar;
use crate::date::DAY_SECONDS;
use crate::manifest::Suspension as Mode;
use crate::office::OfficeHours;
use crate::{Date, Moment, Term, Unit};

/// What the skipped days are told from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Basis {
    /// Only working days count.
    WorkingDays,
    /// Only office hours of working days count.
    WorkingTime,
    /// Every day counts.
    Days,
    /// Every hour counts.
    Clock,
}

/// A deadline and what is needed to explain it.
#[derive(Clone, Copy, Debug)]
pub(super) struct Count {
    pub(super) deadline: Deadline,
    pub(super) basis: Basis,
    /// The day on which the term ends before BLDS 148(5) moves it: the due day, or a day off before it.
    pub(super) last_day: Date,
}

/// Where the clock begins.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
struct Begin {
    day0: Date,
    moment: Moment,
    /// The day told, before office hours moved it.
    told: Date,
}

/// Where the clock ends.
struct End {
    basis: Basis,
    last_day: Date,
    due_on: Date,
    due_at: Moment,
    counted: Counted,
}

/// What a count needs: the world around it.
struct Counter<'a> {
    calendar: &'a Calendar,
    office: &'a OfficeHours,
    /// In the order of their beginning.
    suspensions: &'a [Suspension],
}

impl Count {
    /// `suspensions` are checked and in order.
    pub(super) fn new(
        calendar: &Calendar,
        office: &OfficeHours,
        start: Moment,
        term: Term,
        continuous: bool,
        suspensions: &[Suspension],
    ) -> Result<Self, DueError> {
        term.check()?;
        let counter = Counter {
            calendar,
            office,
            suspensions,
        };
        let continuous = continuous && term.unit == Unit::Hour;
        let begin = counter.begin(start, term.unit, continuous)?;
        let whole = i32::from(term.amount.whole_units());
        let halves = u32::from(term.amount.as_halves());
        let End {
            basis,
            last_day,
            due_on,
            due_at,
            counted,
        } = match term.unit {
            Unit::WorkingDay => counter.working_days(begin.day0, halves),
            Unit::CalendarDay => counter.days(begin.day0, begin.day0.plus_days(whole)),
            Unit::Week => counter.days(begin.day0, begin.day0.plus_days(whole * 7)),
            Unit::Month => counter.days(begin.day0, begin.day0.plus_months(whole)),
            Unit::Hour => counter.hours(begin.moment, halves, continuous),
            Unit::WorkingHour => counter.working_hours(begin.moment, halves),
            Unit::SameDay => counter.same_day(begin.moment),
        }
        .ok_or(DueError::OutOfRange)?;
        let deadline = Deadline {
            starts_at: begin.moment,
            day0: begin.day0,
            due_on,
            due_at,
            counted,
            rolled: last_day != due_on,
            provisional: !calendar.are_confirmed(begin.told, due_on),
        };
        Ok(Self {
            deadline,
            basis,
            last_day,
        })
    }
}

impl Counter<'_> {
    /// Day 0 and the moment that belongs to it; the last restart moves both.
    fn begin(&self, start: Moment, unit: Unit, continuous: bool) -> Result<Begin, DueError> {
        let at = |told: Moment| {
            let moment = if continuous {
                Some(told)
            } else {
                self.office.first_office_moment(self.calendar, told)
            };
            let moment = moment.ok_or(DueError::OutOfRange)?;
            Ok::<_, DueError>(Begin {
                day0: moment.date(),
                moment,
                told: told.date(),
            })
        };
        let mut begin = at(start)?;
        for suspension in self.suspensions.iter().filter(|s| s.mode == Mode::Restart) {
            let by_moment = matches!(unit, Unit::Hour | Unit::WorkingHour | Unit::SameDay);
            let again = match suspension.to {
                DayOrMoment::Moment(moment) => at(moment)?,
                DayOrMoment::Day(day) if by_moment => {
                    let end = day.plus_days(1).ok_or(DueError::OutOfRange)?.midnight();
                    Begin {
                        told: day,
                        ..at(end)?
                    }
                }
                // A day alone is taken at its word, as the law says that the term is counted from it.
                DayOrMoment::Day(day) => Begin {
                    day0: day,
                    moment: end_of(day),
                    told: day,
                },
            };
            begin = begin.max(again);
        }
        Ok(begin)
    }

    fn pauses(&self) -> impl Iterator<Item = &Suspension> {
        self.suspensions.iter().filter(|s| s.mode == Mode::Pause)
    }

    /// The parts of the pauses after a day, as first and last day, in order and without overlap.
    fn paused_days(&self, after: Date) -> impl Iterator<Item = (i32, i32)> {
        let mut done = after.days();
        self.pauses().filter_map(move |pause| {
            let (first, last) = pause.paused_days();
            let first = first.max(done + 1);
            done = done.max(last);
            (first <= last).then_some((first, last))
        })
    }

    /// Whole days first, then half a day: the morning of the next working day.
    fn working_days(&self, day0: Date, halves: u32) -> Option<End> {
        let mut number = self.calendar.working_count_through(day0) + halves.div_ceil(2);
        let mut due_on = self.calendar.working_day_numbered(number, day0)?;
        for (first, last) in self.paused_days(day0) {
            if first > due_on.days() {
                break;
            }
            let (before, last) = (
                Date::from_days(first - 1).ok()?,
                Date::from_days(last).ok()?,
            );
            number += self.calendar.working_days(before, last);
            due_on = self.calendar.working_day_numbered(number, due_on)?;
        }
        let sessions = &self.office.sessions;
        let closes = if halves % 2 == 1 {
            sessions.morning_closes()
        } else {
            sessions.closes()
        };
        Some(End {
            basis: Basis::WorkingDays,
            last_day: due_on,
            due_on,
            due_at: due_on.at(closes),
            counted: Counted::halves(halves),
        })
    }

    /// Every day counts until the last one, which must be a working day.
    fn days(&self, day0: Date, end: Option<Date>) -> Option<End> {
        let counted = end?.days() - day0.days();
        let mut last_day = end?.days();
        for (first, last) in self.paused_days(day0) {
            if first > last_day {
                break;
            }
            last_day += last - first + 1;
        }
        let last_day = Date::from_days(last_day).ok()?;
        let due_on = self.rolled(last_day)?;
        Some(End {
            basis: Basis::Days,
            last_day,
            due_on,
            due_at: self.office.closing(due_on),
            counted: Counted::whole(counted.unsigned_abs()),
        })
    }

    /// The first day from this one on that is worked and not paused (BLDS 148(5)).
    fn rolled(&self, last_day: Date) -> Option<Date> {
        let mut day = self.calendar.working_day_from(last_day)?;
        // The pauses begin one after the other and `day` only grows, so one pass finds all that hold it.
        for pause in self.pauses() {
            let (first, last) = pause.paused_days();
            if (first..=last).contains(&day.days()) {
                day = self
                    .calendar
                    .working_day_from(Date::from_days(last + 1).ok()?)?;
            }
        }
        Some(day)
    }

    fn hours(&self, begin: Moment, halves: u32, continuous: bool) -> Option<End> {
        let mut end = begin.seconds() + i64::from(halves) * 1800;
        let mut done = begin.seconds();
        for pause in self.pauses() {
            let (from, to) = (pause.from.clock().max(done), pause.to.clock());
            if from >= end {
                break;
            }
            end += (to - from).max(0);
            done = done.max(to);
        }
        // Midnight is the end of the day before (BLDS 148(6)).
        let end = Moment::from_seconds(if end % DAY_SECONDS == 0 { end - 1 } else { end }).ok()?;
        let last_day = end.date();
        let due_on = if continuous {
            last_day
        } else {
            self.rolled(last_day)?
        };
        Some(End {
            basis: Basis::Clock,
            last_day,
            due_on,
            due_at: if due_on == last_day {
                end
            } else {
                self.office.closing(due_on)
            },
            counted: Counted::halves(halves),
        })
    }

    fn working_hours(&self, begin: Moment, halves: u32) -> Option<End> {
        let (calendar, office) = (self.calendar, self.office);
        let begun = office.working_seconds(calendar, begin);
        let mut end = begun + i64::from(halves) * 1800;
        let mut due_at = office.earliest_at(calendar, end, begin.date())?;
        let mut done = begun;
        for pause in self.pauses() {
            if pause.from.clock() >= due_at.seconds() {
                break;
            }
            let from = self.working_seconds(pause.from)?.max(done);
            let to = self.working_seconds(pause.to)?.max(from);
            end += to - from;
            done = to;
            due_at = office.earliest_at(calendar, end, due_at.date())?;
        }
        Some(End {
            basis: Basis::WorkingTime,
            last_day: due_at.date(),
            due_on: due_at.date(),
            due_at,
            counted: Counted::halves(halves),
        })
    }

    fn working_seconds(&self, at: DayOrMoment) -> Option<i64> {
        let moment = match at {
            DayOrMoment::Moment(moment) => moment,
            // No office is open in the last second of a day, as closing time is at most 23:59:59.
            DayOrMoment::Day(day) => end_of(day),
        };
        Some(self.office.working_seconds(self.calendar, moment))
    }

    /// The same day if received in time on a working day, else the next working day.
    fn same_day(&self, begin: Moment) -> Option<End> {
        let day0 = begin.date();
        let in_time =
            begin.time() <= self.office.same_day_until.seconds() && self.calendar.is_working(day0);
        let due_on = if in_time {
            day0
        } else {
            self.rolled(day0.plus_days(1)?)?
        };
        Some(End {
            basis: Basis::WorkingDays,
            last_day: due_on,
            due_on,
            due_at: self.office.closing(due_on),
            counted: Counted::whole(1),
        })
    }
}

/// The last second of a day: a day told without an hour, taken to its end.
const fn end_of(day: Date) -> Moment {
    day.at(DAY_SECONDS - 1)
}
