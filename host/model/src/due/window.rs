//! Filing windows: until when an applicant may file, counted from an event.

use serde::Serialize;

use super::{DayOrMoment, DueError};
use crate::calendar::Calendar;
use crate::date::DAY_SECONDS;
use crate::manifest::WindowSide;
use crate::office::OfficeHours;
use crate::{Date, Moment, Term, Unit};

/// The end of a filing window.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub struct WindowLimit {
    /// The last moment at which the dossier may be filed; the end of a day is written 23:59:59.
    pub at: Moment,
    /// Whether the limit rests on a day of a year that is not announced in full.
    pub provisional: bool,
}

impl WindowLimit {
    /// Whether a dossier filed then is in time. One filed early is: a window has a last moment, not a first.
    pub fn allows(self, filed_at: Moment) -> bool {
        filed_at <= self.at
    }
}

/// The last moment to file before or after an event.
///
/// **Before** ("at least 24 hours", "at least 30 days before"): so many hours back by the clock; so many days, weeks or
/// months back, the day of the event not counted, until the end of that day. Counting back meets no article: a day off does
/// not move it, as that would either shorten the notice that the law asks for or the time that the applicant has [C].
/// Working days and working hours are counted back over working days only; half a working day ends with the morning.
/// `same-day`: before the event.
///
/// **After** ("within 15 days of the change"): the day of the event is not counted (BLDS 147(3)); the last day ends at 24:00
/// (148(6)), and if it is a day off, the next working day does (148(5)). Hours run from the event, and likewise move on from
/// a day off [C]. `same-day`: until the end of the day of the event.
///
/// An event told by the day alone begins, for hours, with that day, and ends with it.
pub fn window_limit(
    calendar: &Calendar,
    office: &OfficeHours,
    side: WindowSide,
    event: impl Into<DayOrMoment>,
    term: Term,
) -> Result<WindowLimit, DueError> {
    term.check()?;
    let event = event.into();
    let at = match side {
        WindowSide::Before => before(calendar, office, event, term),
        WindowSide::After => after(calendar, office, event, term),
    }
    .ok_or(DueError::OutOfRange)?;
    let (first, last) = (at.date().min(event.date()), at.date().max(event.date()));
    // Plain days counted back never ask which of them are worked.
    let asks =
        side == WindowSide::After || matches!(term.unit, Unit::WorkingDay | Unit::WorkingHour);
    Ok(WindowLimit {
        at,
        provisional: asks && !calendar.are_confirmed(first, last),
    })
}

fn before(
    calendar: &Calendar,
    office: &OfficeHours,
    event: DayOrMoment,
    term: Term,
) -> Option<Moment> {
    let (day, whole) = (event.date(), i32::from(term.amount.whole_units()));
    let moment = match event {
        DayOrMoment::Moment(moment) => moment,
        DayOrMoment::Day(day) => day.midnight(),
    };
    match term.unit {
        Unit::CalendarDay => day.plus_days(-whole).map(end_of),
        Unit::Week => day.plus_days(-whole * 7).map(end_of),
        Unit::Month => day.plus_months(-whole).map(end_of),
        Unit::WorkingDay => {
            let back =
                calendar.minus_working_days(day, term.amount.as_halves().div_ceil(2).into())?;
            let half = term.amount.has_half();
            Some(if half {
                back.at(office.sessions.morning_closes())
            } else {
                end_of(back)
            })
        }
        Unit::Hour => moment.plus_seconds(-seconds(term)),
        Unit::WorkingHour => {
            let left = office
                .working_seconds(calendar, moment)
                .checked_sub(seconds(term))
                .filter(|&left| left >= 0)?;
            office.latest_at(calendar, left, day)
        }
        Unit::SameDay => Some(moment),
    }
}

fn after(
    calendar: &Calendar,
    office: &OfficeHours,
    event: DayOrMoment,
    term: Term,
) -> Option<Moment> {
    let (day, whole) = (event.date(), i32::from(term.amount.whole_units()));
    let rolled = |last: Date| calendar.working_day_from(last).map(end_of);
    match term.unit {
        Unit::CalendarDay => rolled(day.plus_days(whole)?),
        Unit::Week => rolled(day.plus_days(whole * 7)?),
        Unit::Month => rolled(day.plus_months(whole)?),
        Unit::SameDay => rolled(day),
        Unit::WorkingDay => {
            let last =
                calendar.plus_working_days(day, term.amount.as_halves().div_ceil(2).into())?;
            let half = term.amount.has_half();
            Some(if half {
                last.at(office.sessions.morning_closes())
            } else {
                end_of(last)
            })
        }
        Unit::Hour => {
            let end = event.clock() + seconds(term);
            let end =
                Moment::from_seconds(if end % DAY_SECONDS == 0 { end - 1 } else { end }).ok()?;
            if calendar.is_working(end.date()) {
                Some(end)
            } else {
                rolled(end.date())
            }
        }
        Unit::WorkingHour => {
            let begun = match event {
                DayOrMoment::Moment(moment) => moment,
                DayOrMoment::Day(day) => end_of(day),
            };
            let end = office.working_seconds(calendar, begun) + seconds(term);
            office.earliest_at(calendar, end, day)
        }
    }
}

/// The length of a term in hours.
fn seconds(term: Term) -> i64 {
    i64::from(term.amount.as_halves()) * 1800
}

/// The last second of a day, which is how 24:00 is written.
const fn end_of(day: Date) -> Moment {
    day.at(DAY_SECONDS - 1)
}
