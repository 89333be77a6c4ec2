//! The calendar: which days are working days, why the others are not, and how sure that is.
//!
//! A civil servant works 40 hours in five days, Saturday and Sunday off (QĐ 188/1999/QĐ-TTg Điều 1). Public holidays, days
//! off in lieu and swapped days are announced year by year (Labour Code 2019, Điều 111(3) and 112), sometimes only days
//! ahead. So the calendar is data, one file a year, and a year that is not announced in full says so: every date that rests
//! on it is answered as provisional.
//!
//! # The file of a year
//!
//! `procedures/calendars/<country>/<year>.yaml`:
//!
//! ```yaml
//! motcua-calendar: 1              # the form of this file
//! country: vn                     # the same in every file of one calendar
//! year: 2026
//! status: confirmed               # confirmed: announced in full; provisional: days may still come or change
//! note: {vi: …, en: …}            # optional; what is missing or worth knowing
//! sources:                        # the papers that the days cite
//!   cv12729-2025: "Công văn 12729/VPCP-KGVX, 2025-12-25"
//! days:                           # only days that differ from a plain week, and holidays on a weekend
//!   - date: 2026-01-02
//!     weekday: fri                # optional check digit: mon tue wed thu fri sat sun
//!     name: {vi: …, en: …}
//!     kind: swapped-off           # public | compensatory | swapped-off | swapped-work
//!     status: confirmed           # confirmed: seen in the papers cited; recalled: derived, not seen
//!     swapped_with: 2026-01-10    # optional, for swapped days: the other half of the swap, which must name this one
//!     source: [cv12729-2025]      # at least one
//!     note: {vi: …, en: …}        # optional
//! ```
//!
//! A file that has been used is never edited: a later notice makes a new file with another digest.
//!
//! # Years without a file
//!
//! Outside the files, and in provisional years besides what the file says, Monday to Friday are taken as working days
//! except the holidays whose Gregorian date the law fixes ([`STATUTORY`]). All of it is provisional, never silently right.

mod check;
mod table;
#[cfg(test)]
pub(crate) mod tests;
mod year;

use std::sync::LazyLock;

use serde::{Deserialize, Serialize};

pub use check::{CalendarError, CalendarProblem};
pub use year::{CalendarDay, CalendarYear, DayKind, DayStatus, FORM, Weekday, YearStatus};

use crate::{Date, Text};
use table::Table;

/// A public holiday whose Gregorian date the law itself fixes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StatutoryDay {
    /// 1 to 12.
    pub month: i8,
    /// Day of the month.
    pub day: i8,
    /// The first year for which it is taken.
    pub from_year: i16,
    /// Its name.
    pub name: Text,
}

/// The holidays whose Gregorian date the law fixes: Labour Code 2019, Điều 112(1), as seen in every year from 2019 (until
/// 2020 by the Labour Code 2012, Điều 115); 24/11 by NQ 28/2026/QH16, Điều 2. They stand in for a file where there is
/// none. Tết, Giỗ Tổ, the second National Day and days in lieu are announced or lunar, and are not guessed.
pub static STATUTORY: LazyLock<[StatutoryDay; 5]> = LazyLock::new(|| {
    let day = |day, month, from_year, vi, en| StatutoryDay {
        month,
        day,
        from_year,
        name: Text::new(vi, en),
    };
    [
        day(1, 1, 2019, "Tết Dương lịch", "New Year's Day"),
        day(
            30,
            4,
            2019,
            "Ngày Chiến thắng 30/4",
            "Victory Day (30 April)",
        ),
        day(1, 5, 2019, "Quốc tế Lao động", "International Labour Day"),
        day(2, 9, 2019, "Quốc khánh", "National Day"),
        day(
            24,
            11,
            2026,
            "Ngày Văn hóa Việt Nam",
            "Vietnamese Culture Day",
        ),
    ]
});

/// Why a day is off.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct DayOff<'a> {
    /// In one word.
    pub kind: DayOffKind,
    /// In words: the name of the holiday, or the day of the week.
    pub name: &'a Text,
}

/// Why a day is off, in one word.
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
pub enum DayOffKind {
    /// A Saturday or Sunday that is nothing else.
    Weekend,
    /// A public holiday, also on a weekend.
    Public,
    /// A weekday in lieu of a holiday.
    Compensatory,
    /// A weekday swapped with a Saturday.
    SwappedOff,
}

/// The working days of the whole range of [`Date`], built from the years that are known.
///
/// Every query costs a few nanoseconds and allocates nothing: one bit a day, with the number of working days before each
/// group of 64.
#[derive(Clone, Debug)]
pub struct Calendar {
    id: String,
    years: Vec<CalendarYear>,
    /// Named days off, ascending: the year in `years` and the day in it.
    named: Vec<(Date, usize, usize)>,
    working: Table,
    /// Ranges of dates announced in full, ascending, neither touching nor overlapping.
    confirmed: Vec<(Date, Date)>,
}

impl Calendar {
    /// A calendar of years of one country, in any order. Refuses what [`CalendarYear::check`] refuses, a year told twice,
    /// a year of another country, and a swap of which only one half is told although the year of the other half is there.
    pub fn new(id: impl Into<String>, years: Vec<CalendarYear>) -> Result<Self, CalendarError> {
        let id = id.into();
        let mut years = years;
        years.sort_by_key(|year| year.year);
        check::years(&id, &years)?;
        for year in &mut years {
            year.days.sort_by_key(|day| day.date);
        }
        let mut working = Table::plain_weeks();
        for (date, _) in statutory_days() {
            if !years
                .iter()
                .any(|year| year.year == date.ymd().0 && year.status == YearStatus::Confirmed)
            {
                working.set(date, false);
            }
        }
        let mut named = Vec::new();
        for (at, year) in years.iter().enumerate() {
            for (number, day) in year.days.iter().enumerate() {
                working.set(day.date, day.kind == DayKind::SwappedWork);
                if day.kind != DayKind::SwappedWork {
                    named.push((day.date, at, number));
                }
            }
        }
        working.count();
        let confirmed = confirmed_ranges(&years);
        Ok(Self {
            id,
            years,
            named,
            working,
            confirmed,
        })
    }

    /// The id, which is the country: `vn`.
    pub fn id(&self) -> &str {
        &self.id
    }

    /// The years it was built from, ascending, their days ascending.
    pub fn years(&self) -> &[CalendarYear] {
        &self.years
    }

    /// One of the years it was built from.
    pub fn year(&self, year: i16) -> Option<&CalendarYear> {
        let at = self.years.binary_search_by_key(&year, |y| y.year).ok()?;
        self.years.get(at)
    }

    /// Whether the civil service works on this day.
    pub fn is_working(&self, date: Date) -> bool {
        self.working.get(date)
    }

    /// Why the day is off; nothing on a working day. A holiday on a weekend is told as the holiday.
    pub fn reason(&self, date: Date) -> Option<DayOff<'_>> {
        if self.is_working(date) {
            return None;
        }
        if let Some(day) = self.named(date) {
            let kind = match day.kind {
                DayKind::Compensatory => DayOffKind::Compensatory,
                DayKind::SwappedOff => DayOffKind::SwappedOff,
                DayKind::Public | DayKind::SwappedWork => DayOffKind::Public,
            };
            return Some(DayOff {
                kind,
                name: &day.name,
            });
        }
        let (year, month, number) = date.ymd();
        let statutory = STATUTORY
            .iter()
            .find(|s| s.month == month && s.day == number && s.from_year <= year);
        match statutory {
            Some(day) if !self.is_confirmed(date) => Some(DayOff {
                kind: DayOffKind::Public,
                name: &day.name,
            }),
            _ => Some(DayOff {
                kind: DayOffKind::Weekend,
                name: Weekday::of(date).name(),
            }),
        }
    }

    /// Whether the date lies in a year that is announced in full.
    pub fn is_confirmed(&self, date: Date) -> bool {
        self.are_confirmed(date, date)
    }

    /// Whether all dates from `first` through `last` lie in years that are announced in full.
    pub fn are_confirmed(&self, first: Date, last: Date) -> bool {
        self.confirmed
            .iter()
            .any(|&(from, to)| from <= first && last <= to)
    }

    /// How many working days there are after `after`, up to and including `through`; 0 if that is not later.
    pub fn working_days(&self, after: Date, through: Date) -> u32 {
        self.working
            .count_through(through)
            .saturating_sub(self.working.count_through(after))
    }

    /// The `number`-th working day after the date, which itself is not counted; 0 is the date itself. Nothing beyond
    /// [`Date::MAX`].
    pub fn plus_working_days(&self, date: Date, number: u32) -> Option<Date> {
        if number == 0 {
            return Some(date);
        }
        self.working
            .nth(self.working.count_through(date).checked_add(number)?, date)
    }

    /// The `number`-th working day before the date, which itself is not counted; 0 is the date itself. Nothing before
    /// [`Date::MIN`].
    pub fn minus_working_days(&self, date: Date, number: u32) -> Option<Date> {
        if number == 0 {
            return Some(date);
        }
        let before = self.working.count_through(date) - u32::from(self.is_working(date));
        self.working.nth((before + 1).checked_sub(number)?, date)
    }

    /// The first working day at or after the date.
    pub fn working_day_from(&self, date: Date) -> Option<Date> {
        if self.is_working(date) {
            Some(date)
        } else {
            self.plus_working_days(date, 1)
        }
    }

    /// Whether the day is off by name: a holiday, a day in lieu, a swapped day, but not a plain weekend.
    pub(crate) fn is_named_off(&self, date: Date) -> bool {
        self.reason(date)
            .is_some_and(|reason| reason.kind != DayOffKind::Weekend)
    }

    /// The number of working days from [`Date::MIN`] through this date. Differences of it count working days.
    pub(crate) fn working_count_through(&self, date: Date) -> u32 {
        self.working.count_through(date)
    }

    /// The `number`-th working day since [`Date::MIN`], counted from 1; found fastest when `near` is near it.
    pub(crate) fn working_day_numbered(&self, number: u32, near: Date) -> Option<Date> {
        self.working.nth(number, near)
    }

    /// The bytes whose digest is the identity of the whole calendar: the canonical bytes of its years, ascending, in one
    /// JSON array.
    pub fn canonical_bytes(&self) -> Vec<u8> {
        let mut bytes = vec![b'['];
        for (at, year) in self.years.iter().enumerate() {
            if at > 0 {
                bytes.push(b',');
            }
            bytes.extend_from_slice(&year.canonical_bytes());
        }
        bytes.push(b']');
        bytes
    }

    fn named(&self, date: Date) -> Option<&CalendarDay> {
        let at = self
            .named
            .binary_search_by_key(&date, |&(date, ..)| date)
            .ok()?;
        let &(_, year, day) = self.named.get(at)?;
        self.years.get(year)?.days.get(day)
    }
}

/// The statutory days of all years in the range of [`Date`], ascending within each year.
fn statutory_days() -> impl Iterator<Item = (Date, &'static StatutoryDay)> {
    let last = Date::MAX.ymd().0;
    STATUTORY.iter().flat_map(move |day| {
        (day.from_year..=last)
            .filter_map(move |year| Some((Date::from_ymd(year, day.month, day.day).ok()?, day)))
    })
}

/// Consecutive confirmed years become one range.
fn confirmed_ranges(years: &[CalendarYear]) -> Vec<(Date, Date)> {
    let mut ranges: Vec<(Date, Date)> = Vec::new();
    for year in years
        .iter()
        .filter(|year| year.status == YearStatus::Confirmed)
    {
        let (Ok(first), Ok(last)) = (
            Date::from_ymd(year.year, 1, 1),
            Date::from_ymd(year.year, 12, 31),
        ) else {
            continue;
        };
        match ranges.last_mut() {
            Some((_, to)) if to.plus_days(1) == Some(first) => *to = last,
            _ => ranges.push((first, last)),
        }
    }
    ranges
}
