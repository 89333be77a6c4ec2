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
        let civil = civil::Date::new(year, month, day).map_err(|_| DateError::NoSuchDay)?;
        Self::from_civil(civil)
    }

    /// Days since 1970-01-01.
    pub const fn days(self) -> i32 {
        self.0
    }

    /// Year, month (1–12), day (1–31).
    pub fn ymd(self) -> (i16, i8, i8) {
        let civil = self.to_civil();
        (civil.year(), civil.month(), civil.day())
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

impl fmt::Display for Date {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (year, month, day) = self.ymd();
        write!(f, "{year:04}-{month:02}-{day:02}")
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
        let time = self.time();
        let (hour, minute, second) = (time / 3600, time / 60 % 60, time % 60);
        write!(f, "{}T{hour:02}:{minute:02}:{second:02}+07:00", self.date())
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
                serializer.collect_str(self)
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
