//! Days and moments of the Gregorian calendar, in Vietnamese local time. A result outside the years 1900 to 2199 is no
//! result.

use crate::maybe::Maybe;

/// A date between 1900-01-01 and 2199-12-31.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Date(i32);

/// A second of local time on such a date.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Moment(i64);

/// Days since 1970-01-01 of the first and the last date.
const RANGE: (i32, i32) = (-25_567, 84_005);
const DAY_SECONDS: i64 = 86_400;

impl Date {
    /// Year, month (1 to 12) and day (1 to 31), for dates that a law names.
    ///
    /// # Panics
    /// If there is no such day: written as a `const`, that is an error of the compiler.
    pub const fn ymd(year: i32, month: i32, day: i32) -> Self {
        match Self::checked(year, month, day) {
            Some(date) => date,
            None => panic!("no such day between 1900-01-01 and 2199-12-31"),
        }
    }

    const fn checked(year: i32, month: i32, day: i32) -> Option<Self> {
        if year < 1900 || year > 2199 || month < 1 || month > 12 {
            return None;
        }
        if day < 1 || day > month_days(year, month) {
            return None;
        }
        // Days from civil (Hinnant 2013): years begin in March, so that the day that leaps is the last one.
        let (year, month) = if month > 2 {
            (year, month - 3)
        } else {
            (year - 1, month + 9)
        };
        let days = year * 365 + year / 4 - year / 100 + year / 400 + (153 * month + 2) / 5 + day;
        Some(Self(days - 719_469))
    }

    pub(crate) fn from_days(days: i64) -> Option<Self> {
        let days = i32::try_from(days).ok()?;
        (RANGE.0..=RANGE.1).contains(&days).then_some(Self(days))
    }

    #[cfg(not(target_arch = "wasm32"))]
    pub(crate) const fn days(self) -> i32 {
        self.0
    }

    /// Year, month and day.
    fn parts(self) -> (i32, i32, i32) {
        // Days since 0000-03-01, and of them those of whole centuries and years.
        let days = self.0 + 719_468;
        let era = days / 146_097;
        let day = days % 146_097;
        let year = (day - day / 1_460 + day / 36_524 - day / 146_096) / 365;
        let day = day - (365 * year + year / 4 - year / 100);
        let month = (5 * day + 2) / 153;
        let day = day - (153 * month + 2) / 5 + 1;
        let year = era * 400 + year;
        if month < 10 {
            (year, month + 3, day)
        } else {
            (year + 1, month - 9, day)
        }
    }

    fn plus_months(self, months: i64) -> Option<Self> {
        let (year, month, day) = self.parts();
        let months = i64::from(year * 12 + month - 1).checked_add(months)?;
        let year = i32::try_from(months.div_euclid(12)).ok()?;
        let month = i32::try_from(months.rem_euclid(12)).ok()? + 1;
        Self::checked(year, month, day.min(month_days(year, month)))
    }
}

const fn month_days(year: i32, month: i32) -> i32 {
    match month {
        2 if year % 4 == 0 && (year % 100 != 0 || year % 400 == 0) => 29,
        2 => 28,
        4 | 6 | 9 | 11 => 30,
        _ => 31,
    }
}

impl Moment {
    /// So many seconds after midnight at the start of a date, at most 86,399; more count as so many.
    pub const fn at(date: Date, seconds: u32) -> Self {
        let seconds = if seconds > 86_399 { 86_399 } else { seconds };
        Self(date.0 as i64 * DAY_SECONDS + seconds as i64)
    }

    pub(crate) fn from_seconds(seconds: i64) -> Option<Self> {
        Date::from_days(seconds.div_euclid(DAY_SECONDS)).map(|_| Self(seconds))
    }

    #[cfg(not(target_arch = "wasm32"))]
    pub(crate) const fn seconds(self) -> i64 {
        self.0
    }

    pub(crate) fn date(self) -> Date {
        // A moment is made of a date, so its day is in range.
        Date(self.0.div_euclid(DAY_SECONDS) as i32)
    }

    fn plus_months(self, months: i64) -> Option<Self> {
        let time = self.0.rem_euclid(DAY_SECONDS);
        let date = self.date().plus_months(months)?;
        Some(Self(i64::from(date.0) * DAY_SECONDS + time))
    }
}

impl Maybe<Date> {
    /// So many days later, or earlier if negative.
    pub fn plus_days(self, days: impl Into<Maybe<i64>>) -> Self {
        self.zip(days).and_then(|(date, days)| {
            let later = i64::from(date.0).checked_add(days);
            Self::or_without_result(later.and_then(Date::from_days))
        })
    }

    /// So many months later: the same day, or the last one of a shorter month.
    pub fn plus_months(self, months: impl Into<Maybe<i64>>) -> Self {
        self.zip(months)
            .and_then(|(date, months)| Self::or_without_result(date.plus_months(months)))
    }

    /// So many years later; 29 February becomes the 28th where there is none.
    pub fn plus_years(self, years: impl Into<Maybe<i64>>) -> Self {
        self.plus_months(years.into() * 12)
    }

    /// The days from another date to this one: negative where this one is earlier.
    pub fn days_since(self, other: impl Into<Self>) -> Maybe<i64> {
        self.zip(other)
            .map(|(date, other)| i64::from(date.0 - other.0))
    }

    /// The year.
    pub fn year(self) -> Maybe<i64> {
        self.map(|date| date.parts().0.into())
    }

    /// The month, 1 to 12.
    pub fn month(self) -> Maybe<i64> {
        self.map(|date| date.parts().1.into())
    }

    /// The day of the month, 1 to 31.
    pub fn day(self) -> Maybe<i64> {
        self.map(|date| date.parts().2.into())
    }

    /// The day of the week: Monday 1 to Sunday 7.
    pub fn weekday(self) -> Maybe<i64> {
        // 1970-01-01 was a Thursday.
        self.map(|date| i64::from((date.0 + 3).rem_euclid(7) + 1))
    }

    /// Midnight at its start.
    pub fn midnight(self) -> Maybe<Moment> {
        self.map(|date| Moment::at(date, 0))
    }
}

impl Maybe<Moment> {
    /// Its day.
    pub fn date(self) -> Maybe<Date> {
        self.map(Moment::date)
    }

    /// So many seconds later, or earlier if negative.
    pub fn plus_seconds(self, seconds: impl Into<Maybe<i64>>) -> Self {
        self.zip(seconds).and_then(|(moment, seconds)| {
            let later = moment.0.checked_add(seconds);
            Self::or_without_result(later.and_then(Moment::from_seconds))
        })
    }

    /// So many hours later, or earlier if negative.
    pub fn plus_hours(self, hours: impl Into<Maybe<i64>>) -> Self {
        self.plus_seconds(hours.into() * 3_600)
    }

    /// So many months later at the same time: the same day, or the last one of a shorter month.
    pub fn plus_months(self, months: impl Into<Maybe<i64>>) -> Self {
        self.zip(months)
            .and_then(|(moment, months)| Self::or_without_result(moment.plus_months(months)))
    }

    /// The seconds from another moment to this one: negative where this one is earlier.
    pub fn seconds_since(self, other: impl Into<Self>) -> Maybe<i64> {
        self.zip(other).map(|(moment, other)| moment.0 - other.0)
    }
}

#[cfg(test)]
mod tests {
    use motcua_model as model;

    use super::*;

    fn same(ours: Option<Date>, theirs: Option<model::Date>) -> bool {
        ours.map(Date::days) == theirs.map(model::Date::days)
    }

    #[test]
    fn every_day_is_the_one_of_the_host() {
        for days in RANGE.0..=RANGE.1 {
            let ours = Date::from_days(days.into()).expect("in range");
            let theirs = model::Date::from_days(days).expect("in range");
            let (year, month, day) = theirs.ymd();
            let parts = (i32::from(year), i32::from(month), i32::from(day));
            assert_eq!(ours.parts(), parts);
            assert_eq!(Date::ymd(parts.0, parts.1, parts.2), ours);
            let weekday = Maybe::from(ours).weekday().known();
            assert_eq!(weekday, Some(i64::from(theirs.weekday())));
        }
        assert_eq!(Date::from_days(i64::from(RANGE.0) - 1), None);
        assert_eq!(Date::from_days(i64::from(RANGE.1) + 1), None);
        assert_eq!(Date::checked(2023, 2, 29), None);
    }

    proptest::proptest! {
        #[test]
        fn months_later_is_the_day_of_the_host(days in RANGE.0..=RANGE.1, months in -4_000_i32..4_000) {
            let ours = Date::from_days(days.into()).expect("in range");
            let theirs = model::Date::from_days(days).expect("in range");
            proptest::prop_assert!(same(ours.plus_months(months.into()), theirs.plus_months(months)));
        }
    }

    #[test]
    fn moments_keep_their_time_of_day() {
        let evening = Moment::at(Date::ymd(2024, 1, 31), 20 * 3_600);
        let later = Maybe::from(evening).plus_months(1).known();
        assert_eq!(later, Some(Moment::at(Date::ymd(2024, 2, 29), 20 * 3_600)));
        let next = Maybe::from(evening).plus_hours(4).date().known();
        assert_eq!(next, Some(Date::ymd(2024, 2, 1)));
        let last = Maybe::from(Moment::at(Date::ymd(2199, 12, 31), 86_399));
        assert_eq!(last.plus_seconds(1).known(), None);
    }
}
