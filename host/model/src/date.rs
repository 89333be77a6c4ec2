//! Calendar dates and points of local time. Viet Nam has one time zone, UTC+07:00, without summer time; so a moment is
//! local time and an offset is only a way of writing it.

use std::fmt;
use std::str::FromStr;

use jiff::civil;
use serde::{Deserialize, Deserializer, Serialize, Serializer, de};

/// Seconds in a day.
pub const DAY_SECONDS: i64 = 86_400;
/// The offset of local time from UTC, in seconds.
pub const LOCAL_OFFSET_SECONDS: i64 = 7 * 3600;

/// Days from 0000-03-01 to 1970-01-01.
const TO_EPOCH: i32 = 719_468;
const DAYS_IN_400_YEARS: i32 = 146_097;

/// A date of the Gregorian calendar as days since 1970-01-01, within [`Date::MIN`] and [`Date::MAX`].
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Date(i32);

/// A point of local time as seconds since 1970-01-01T00:00:00, on a day within [`Date::MIN`] and [`Date::MAX`].
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Moment(i64);

/// Why a text is no date or moment, or a number is none.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum DateError {
    /// Not in the form `2026-04-22` or `2026-04-22T09:00`.
    #[error("not a date in the form 2026-04-22, or a moment in the form 2026-04-22T09:00")]
    Syntax,
    /// A day the calendar does not have (30 February), or an hour the day does not have.
    #[error("no such day or hour")]
    NoSuchDay,
    /// Before 1900-01-01 or after 2199-12-31.
    #[error("outside 1900-01-01 to 2199-12-31")]
    OutOfRange,
}

impl Date {
    /// 1900-01-01.
    pub const MIN: Self = Self(-25_567);
    /// 2199-12-31.
    pub const MAX: Self = Self(84_005);

    /// The date so many days after 1970-01-01.
    pub fn from_days(days: i32) -> Result<Self, DateError> {
        let date = Self(days);
        (Self::MIN..=Self::MAX)
            .contains(&date)
            .then_some(date)
            .ok_or(DateError::OutOfRange)
    }

    /// The date of a year, month (1–12) and day (1–31).
    pub fn from_ymd(year: i16, month: i8, day: i8) -> Result<Self, DateError> {
        let leap = year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);
        let last = match month {
            2 => 28 + i8::from(leap),
            4 | 6 | 9 | 11 => 30,
            1..=12 => 31,
            _ => 0,
        };
        if !(1..=last).contains(&day) {
            return Err(DateError::NoSuchDay);
        }
        // Counted from 1 March of year 0, so that the leap day comes last.
        let year = i32::from(year) - i32::from(month <= 2);
        let month_from_march = (i32::from(month) + 9) % 12;
        let (era, year_of_era) = (year.div_euclid(400), year.rem_euclid(400));
        let day_of_year = (153 * month_from_march + 2) / 5 + i32::from(day) - 1;
        let day_of_era = year_of_era * 365 + year_of_era / 4 - year_of_era / 100 + day_of_year;
        Self::from_days(era * DAYS_IN_400_YEARS + day_of_era - TO_EPOCH)
    }

    /// Days since 1970-01-01.
    pub const fn days(self) -> i32 {
        self.0
    }

    /// Year, month (1–12), day (1–31), by the arithmetic of the Gregorian calendar alone: every answer writes several dates.
    pub const fn ymd(self) -> (i16, i8, i8) {
        // A `Date` is not before 1900, so this is positive.
        let days = self.0 + TO_EPOCH;
        let (era, day_of_era) = (days / DAYS_IN_400_YEARS, days % DAYS_IN_400_YEARS);
        let year_of_era =
            (day_of_era - day_of_era / 1_460 + day_of_era / 36_524 - day_of_era / 146_096) / 365;
        let day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
        let month_from_march = (5 * day_of_year + 2) / 153;
        let day = day_of_year - (153 * month_from_march + 2) / 5 + 1;
        let month = if month_from_march < 10 {
            month_from_march + 3
        } else {
            month_from_march - 9
        };
        let year = era * 400 + year_of_era + if month <= 2 { 1 } else { 0 };
        (year as i16, month as i8, day as i8)
    }

    /// As it is written, `2026-04-29`: ASCII.
    pub fn digits(self) -> [u8; 10] {
        // Within 1900 and 2199, so each part is positive and has as many digits as there is room for.
        let (year, month, day) = self.ymd();
        let year = year as u16;
        let mut text = *b"0000-00-00";
        write_two(&mut text, 0, (year / 100) as u8);
        write_two(&mut text, 2, (year % 100) as u8);
        write_two(&mut text, 5, month as u8);
        write_two(&mut text, 8, day as u8);
        text
    }

    /// Monday = 1 … Sunday = 7 (ISO 8601).
    pub const fn weekday(self) -> u8 {
        // 1970-01-01 was a Thursday.
        ((self.0 + 3).rem_euclid(7) + 1) as u8
    }

    /// So many days later (or earlier), or nothing beyond the range.
    pub fn plus_days(self, days: i32) -> Option<Self> {
        Self::from_days(self.0.checked_add(days)?).ok()
    }

    /// So many months later (or earlier): the corresponding day, or the last day of a shorter month
    /// (BLDS 2015, Điều 148(3)).
    pub fn plus_months(self, months: i32) -> Option<Self> {
        use jiff::ToSpan;
        let civil = self
            .to_civil()
            .checked_add(i64::from(months).months())
            .ok()?;
        Self::from_civil(civil).ok()
    }

    /// Midnight at the start of this day.
    pub const fn midnight(self) -> Moment {
        Moment(self.0 as i64 * DAY_SECONDS)
    }

    /// This day at a time of day, in seconds from midnight.
    pub const fn at(self, seconds: i64) -> Moment {
        Moment(self.0 as i64 * DAY_SECONDS + seconds)
    }

    fn to_civil(self) -> civil::Date {
        use jiff::ToSpan;
        // The range of `Date` lies inside that of `civil::Date`.
        civil::date(1970, 1, 1).saturating_add(i64::from(self.0).days())
    }

    fn from_civil(civil: civil::Date) -> Result<Self, DateError> {
        let span = civil
            .since(civil::date(1970, 1, 1))
            .map_err(|_| DateError::OutOfRange)?;
        Self::from_days(span.get_days())
    }
}

impl Moment {
    /// The moment so many seconds after 1970-01-01T00:00:00 local time.
    pub fn from_seconds(seconds: i64) -> Result<Self, DateError> {
        let days =
            i32::try_from(seconds.div_euclid(DAY_SECONDS)).map_err(|_| DateError::OutOfRange)?;
        Date::from_days(days)?;
        Ok(Self(seconds))
    }

    /// The moment of a UTC timestamp in seconds since the Unix epoch.
    pub fn from_unix(seconds: i64) -> Result<Self, DateError> {
        Self::from_seconds(seconds.saturating_add(LOCAL_OFFSET_SECONDS))
    }

    /// Seconds since 1970-01-01T00:00:00 local time.
    pub const fn seconds(self) -> i64 {
        self.0
    }

    /// The day.
    pub const fn date(self) -> Date {
        Date(self.0.div_euclid(DAY_SECONDS) as i32)
    }

    /// Seconds from midnight, 0 to 86,399.
    pub const fn time(self) -> i64 {
        self.0.rem_euclid(DAY_SECONDS)
    }

    /// As it is written, `2026-04-29T17:00:00+07:00`: ASCII.
    pub fn digits(self) -> [u8; 25] {
        let mut text = *b"0000-00-00T00:00:00+07:00";
        text[..10].copy_from_slice(&self.date().digits());
        // Between 0 and 86,399.
        let time = self.time() as u32;
        write_two(&mut text, 11, (time / 3600) as u8);
        write_two(&mut text, 14, (time / 60 % 60) as u8);
        write_two(&mut text, 17, (time % 60) as u8);
        text
    }

    /// So many seconds later (or earlier), or nothing beyond the range.
    pub fn plus_seconds(self, seconds: i64) -> Option<Self> {
        Self::from_seconds(self.0.checked_add(seconds)?).ok()
    }
}

impl FromStr for Date {
    type Err = DateError;

    fn from_str(text: &str) -> Result<Self, DateError> {
        let (year, month, day) = digits_of_date(text.as_bytes()).ok_or(DateError::Syntax)?;
        Self::from_ymd(year, month, day)
    }
}

impl FromStr for Moment {
    type Err = DateError;

    /// Reads `2026-04-22T09:00`, optionally with seconds and with an offset (`Z`, `+07:00`). Without an offset the time
    /// is local. A date alone is not a moment.
    fn from_str(text: &str) -> Result<Self, DateError> {
        let bytes = text.as_bytes();
        if bytes.len() < 16 || !text.is_ascii() || (bytes[10] != b'T' && bytes[10] != b' ') {
            return Err(DateError::Syntax);
        }
        let date: Date = text[..10].parse()?;
        let hour = two(bytes, 11).ok_or(DateError::Syntax)?;
        let minute = two(bytes, 14).ok_or(DateError::Syntax)?;
        if bytes[13] != b':' {
            return Err(DateError::Syntax);
        }
        let mut rest = &bytes[16..];
        let mut second = 0;
        if rest.first() == Some(&b':') {
            second = two(rest, 1).ok_or(DateError::Syntax)?;
            rest = &rest[3..];
            if rest.first() == Some(&b'.') {
                let digits = rest[1..].iter().take_while(|b| b.is_ascii_digit()).count();
                if digits == 0 {
                    return Err(DateError::Syntax);
                }
                rest = &rest[1 + digits..];
            }
        }
        if hour > 23 || minute > 59 || second > 59 {
            return Err(DateError::NoSuchDay);
        }
        let offset = match rest {
            [] => LOCAL_OFFSET_SECONDS,
            [b'Z'] => 0,
            [sign @ (b'+' | b'-'), _, _, b':', _, _] => {
                let hours = two(rest, 1).ok_or(DateError::Syntax)?;
                let minutes = two(rest, 4).ok_or(DateError::Syntax)?;
                if hours > 23 || minutes > 59 {
                    return Err(DateError::NoSuchDay);
                }
                let seconds = i64::from(hours) * 3600 + i64::from(minutes) * 60;
                if *sign == b'-' { -seconds } else { seconds }
            }
            _ => return Err(DateError::Syntax),
        };
        let time = i64::from(hour) * 3600 + i64::from(minute) * 60 + i64::from(second);
        Self::from_seconds(date.at(time).0 - offset + LOCAL_OFFSET_SECONDS)
    }
}

fn two(bytes: &[u8], at: usize) -> Option<i8> {
    let (tens, ones) = (*bytes.get(at)?, *bytes.get(at + 1)?);
    (tens.is_ascii_digit() && ones.is_ascii_digit())
        .then(|| ((tens - b'0') * 10 + (ones - b'0')) as i8)
}

fn digits_of_date(bytes: &[u8]) -> Option<(i16, i8, i8)> {
    if bytes.len() != 10 || bytes[4] != b'-' || bytes[7] != b'-' {
        return None;
    }
    let year = i16::from(two(bytes, 0)?) * 100 + i16::from(two(bytes, 2)?);
    Some((year, two(bytes, 5)?, two(bytes, 8)?))
}

fn write_two<const LENGTH: usize>(text: &mut [u8; LENGTH], at: usize, number: u8) {
    text[at] = b'0' + number / 10 % 10;
    text[at + 1] = b'0' + number % 10;
}

/// Digits as text. They are ASCII, so this cannot fail.
fn ascii(digits: &[u8]) -> &str {
    std::str::from_utf8(digits).unwrap_or_default()
}

impl fmt::Display for Date {
    /// `2026-04-22`.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(ascii(&self.digits()))
    }
}

impl fmt::Debug for Date {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

impl fmt::Display for Moment {
    /// `2026-04-22T09:00:00+07:00`.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(ascii(&self.digits()))
    }
}

impl fmt::Debug for Moment {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

macro_rules! as_text {
    ($type:ty, $expected:literal) => {
        impl Serialize for $type {
            fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                serializer.serialize_str(ascii(&self.digits()))
            }
        }
        impl<'de> Deserialize<'de> for $type {
            fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                struct Text;
                impl de::Visitor<'_> for Text {
                    type Value = $type;
                    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                        f.write_str($expected)
                    }
                    fn visit_str<E: de::Error>(self, text: &str) -> Result<$type, E> {
                        text.parse().map_err(E::custom)
                    }
                }
                deserializer.deserialize_str(Text)
            }
        }
    };
}

as_text!(Date, "a date such as \"2026-04-22\"");
as_text!(Moment, "a moment such as \"2026-04-22T09:00\"");

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn range_and_weekdays() {
        assert_eq!(Date::MIN.to_string(), "1900-01-01");
        assert_eq!(Date::MAX.to_string(), "2199-12-31");
        assert_eq!("2026-11-21".parse::<Date>().unwrap().weekday(), 6);
        assert_eq!("1899-12-31".parse::<Date>(), Err(DateError::OutOfRange));
        assert_eq!("2023-02-29".parse::<Date>(), Err(DateError::NoSuchDay));
        assert_eq!("2023-2-9".parse::<Date>(), Err(DateError::Syntax));
    }

    #[test]
    fn every_day_is_read_and_written_as_jiff_does() {
        for days in Date::MIN.days()..=Date::MAX.days() {
            let date = Date::from_days(days).unwrap();
            let civil = date.to_civil();
            assert_eq!(date.ymd(), (civil.year(), civil.month(), civil.day()));
            assert_eq!(date.to_string(), civil.to_string());
            assert_eq!(date.to_string().parse(), Ok(date));
            let then = date.at(i64::from(days).rem_euclid(DAY_SECONDS));
            let (hour, minute) = (then.time() / 3600, then.time() / 60 % 60);
            let written = format!(
                "{civil}T{hour:02}:{minute:02}:{:02}+07:00",
                then.time() % 60
            );
            assert_eq!(then.to_string(), written);
        }
    }

    #[test]
    fn days_that_are_not_are_refused() {
        for year in [1899, 1900, 1996, 2000, 2023, 2024, 2199, 2200, -1, 9999] {
            for month in -1..=14 {
                for day in -1..=33 {
                    let known = civil::Date::new(year, month, day)
                        .map_err(|_| DateError::NoSuchDay)
                        .and_then(Date::from_civil);
                    assert_eq!(
                        Date::from_ymd(year, month, day),
                        known,
                        "{year}-{month}-{day}"
                    );
                }
            }
        }
    }

    #[test]
    fn moments_know_their_offset() {
        let local: Moment = "2026-04-22T09:00".parse().unwrap();
        for same in [
            "2026-04-22T02:00:00Z",
            "2026-04-22T09:00:00.123+07:00",
            "2026-04-21T22:00-04:00",
        ] {
            assert_eq!(same.parse::<Moment>().unwrap(), local, "{same}");
        }
        assert_eq!(local.to_string(), "2026-04-22T09:00:00+07:00");
        for bad in [
            "2026-04-22",
            "2026-04-22T9:00",
            "2026-04-22T09:00+7",
            "2026-04-22T09:00:0",
        ] {
            assert!(bad.parse::<Moment>().is_err(), "{bad}");
        }
    }

    #[test]
    fn months_end_on_the_last_day() {
        let date: Date = "2024-01-31".parse().unwrap();
        assert_eq!(date.plus_months(1).unwrap().to_string(), "2024-02-29");
        assert_eq!(date.plus_months(-2).unwrap().to_string(), "2023-11-30");
    }
}
