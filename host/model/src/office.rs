//! Office hours: when an office can receive a dossier and hand over a result.
//!
//! They differ from office to office (07:00–11:30 and 13:30–17:00 at a commune one-stop), so they are data of each office.
//! Where the law is silent the conventions of `domain/time-limits.md` hold; they are marked [C] there and here:
//!
//! - Section 2 [C]: a limit ends at 24:00 by BLDS 2015 Điều 148(6), but a result is handed over in office hours; so the
//!   practical moment is closing time.
//! - Section 3 [C]: heads of agencies may open on Saturday to receive dossiers (QĐ 14/2010/QĐ-TTg). A dossier received then
//!   is received that day, but the Saturday does not become a working day.
//! - Section 3 [C]: half a working day is the morning session.
//! - Section 4: for same-day results, what is received after 15:00 may be answered the next working day.
//! - Section 4 [C]: filing outside office hours counts as received at the first office moment at or after it.

#[cfg(test)]
mod tests;

use std::fmt;
use std::str::FromStr;

use serde::de::value::{MapAccessDeserializer, SeqAccessDeserializer};
use serde::{Deserialize, Deserializer, Serialize, Serializer, de};

use crate::calendar::Calendar;
use crate::date::DAY_SECONDS;
use crate::{Date, Moment, Text};

/// A time of day as seconds from midnight, 0 to 86,399. Written `08:00`, or `08:00:30` where it has seconds.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct TimeOfDay(u32);

impl TimeOfDay {
    /// The time of an hour (0–23) and a minute (0–59).
    pub const fn new(hour: u8, minute: u8) -> Option<Self> {
        if hour < 24 && minute < 60 {
            Some(Self(hour as u32 * 3600 + minute as u32 * 60))
        } else {
            None
        }
    }

    /// Seconds from midnight.
    pub const fn seconds(self) -> i64 {
        self.0 as i64
    }
}

/// A time of day that cannot be read.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("not a time of day in the form 08:00")]
pub struct TimeOfDayError;

impl FromStr for TimeOfDay {
    type Err = TimeOfDayError;

    fn from_str(text: &str) -> Result<Self, TimeOfDayError> {
        let mut seconds = 0;
        let mut parts = 0;
        for (part, limit) in text.split(':').zip([24, 60, 60, 0]) {
            let value: u32 = match part.as_bytes() {
                [tens @ b'0'..=b'9', ones @ b'0'..=b'9'] => {
                    u32::from((tens - b'0') * 10 + (ones - b'0'))
                }
                _ => return Err(TimeOfDayError),
            };
            if value >= limit {
                return Err(TimeOfDayError);
            }
            seconds = seconds * 60 + value;
            parts += 1;
        }
        match parts {
            2 => Ok(Self(seconds * 60)),
            3 => Ok(Self(seconds)),
            _ => Err(TimeOfDayError),
        }
    }
}

impl fmt::Display for TimeOfDay {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (hour, minute, second) = (self.0 / 3600, self.0 / 60 % 60, self.0 % 60);
        write!(f, "{hour:02}:{minute:02}")?;
        if second == 0 {
            Ok(())
        } else {
            write!(f, ":{second:02}")
        }
    }
}

impl fmt::Debug for TimeOfDay {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

impl Serialize for TimeOfDay {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for TimeOfDay {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = <std::borrow::Cow<'de, str>>::deserialize(deserializer)?;
        text.parse().map_err(de::Error::custom)
    }
}

/// The sessions of one day, 1 to [`Sessions::MAX`], in order, neither empty nor overlapping.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Sessions {
    number: u8,
    // Beyond `number`: midnight to midnight, which adds nothing to any sum.
    list: [(TimeOfDay, TimeOfDay); Self::MAX],
}

/// Why office hours are refused.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum OfficeHoursError {
    /// None, or more than [`Sessions::MAX`].
    #[error("a day has 1 to 4 sessions, not {0}")]
    Number(usize),
    /// A session that does not end after it begins.
    #[error("session {}: it must end after it begins", .0 + 1)]
    Empty(usize),
    /// A session that begins before the one before it ends.
    #[error("session {}: it begins before the session before it ends", .0 + 1)]
    Order(usize),
}

impl OfficeHoursError {
    /// What is wrong, for the one who set the hours.
    pub fn text(&self) -> Text {
        let vi = match self {
            Self::Number(number) => {
                format!("một ngày có 1 đến 4 buổi làm việc, không phải {number}")
            }
            Self::Empty(at) => format!("buổi thứ {}: giờ kết thúc phải sau giờ bắt đầu", at + 1),
            Self::Order(at) => {
                format!("buổi thứ {}: bắt đầu trước khi buổi trước kết thúc", at + 1)
            }
        };
        Text::new(vi, self.to_string())
    }
}

impl Sessions {
    /// The most sessions of a day.
    pub const MAX: usize = 4;

    /// Sessions, each from its first to its last moment.
    pub fn new(sessions: &[(TimeOfDay, TimeOfDay)]) -> Result<Self, OfficeHoursError> {
        if sessions.is_empty() || sessions.len() > Self::MAX {
            return Err(OfficeHoursError::Number(sessions.len()));
        }
        let mut list = [(TimeOfDay(0), TimeOfDay(0)); Self::MAX];
        let mut last = TimeOfDay(0);
        for (at, (slot, &(from, to))) in list.iter_mut().zip(sessions).enumerate() {
            if from >= to {
                return Err(OfficeHoursError::Empty(at));
            }
            if from < last {
                return Err(OfficeHoursError::Order(at));
            }
            *slot = (from, to);
            last = to;
        }
        Ok(Self {
            number: sessions.len() as u8,
            list,
        })
    }

    /// From the first moment to the last of each session, in order.
    pub fn iter(&self) -> impl Iterator<Item = (TimeOfDay, TimeOfDay)> + '_ {
        self.list.iter().copied().take(usize::from(self.number))
    }

    /// The first moment of the day, in seconds from midnight.
    pub fn opens(&self) -> i64 {
        self.list[0].0.seconds()
    }

    /// The last moment of the day, in seconds from midnight.
    pub fn closes(&self) -> i64 {
        self.iter().last().map_or(0, |(_, to)| to.seconds())
    }

    /// All office seconds of the day; positive.
    pub fn length(&self) -> i64 {
        self.elapsed(DAY_SECONDS)
    }

    /// Office seconds of the day before a time, in seconds from midnight.
    pub fn elapsed(&self, time: i64) -> i64 {
        self.iter()
            .map(|(from, to)| (time.min(to.seconds()) - from.seconds()).max(0))
            .sum()
    }

    /// The earliest time at which so many office seconds have passed, in seconds from midnight: the end of a session, not
    /// the beginning of the next. Closing time if there are fewer.
    pub fn earliest(&self, mut elapsed: i64) -> i64 {
        for (from, to) in self.iter() {
            let length = to.seconds() - from.seconds();
            if elapsed <= length {
                return from.seconds() + elapsed;
            }
            elapsed -= length;
        }
        self.closes()
    }

    /// The latest time at which no more than so many office seconds have passed, in seconds from midnight: the beginning
    /// of a session, not the end of the one before. Closing time if there are fewer.
    pub fn latest(&self, mut elapsed: i64) -> i64 {
        for (from, to) in self.iter() {
            let length = to.seconds() - from.seconds();
            if elapsed < length {
                return from.seconds() + elapsed;
            }
            elapsed -= length;
        }
        self.closes()
    }

    /// The end of the morning in seconds from midnight, which is the end of half a working day [C]: of the last session
    /// that begins before noon. An office that only works in the morning or only after noon: half of its time.
    pub fn morning_closes(&self) -> i64 {
        const NOON: i64 = DAY_SECONDS / 2;
        let morning = self.iter().take_while(|(from, _)| from.seconds() < NOON);
        match morning.last() {
            Some((_, to)) if to.seconds() < self.closes() => to.seconds(),
            _ => self.earliest(self.length() / 2),
        }
    }

    /// The first moment at or after a time at which the office is open; closing time still counts. Nothing after it.
    fn open_from(&self, time: i64) -> Option<i64> {
        self.iter()
            .find(|(_, to)| time <= to.seconds())
            .map(|(from, _)| time.max(from.seconds()))
    }
}

impl Serialize for Sessions {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_seq(self.iter())
    }
}

impl<'de> Deserialize<'de> for Sessions {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let list = Vec::<(TimeOfDay, TimeOfDay)>::deserialize(deserializer)?;
        Self::new(&list).map_err(de::Error::custom)
    }
}

/// The office hours of one office.
///
/// In JSON either the sessions alone, `[["08:00", "12:00"], ["13:00", "17:00"]]`, or
/// `{"sessions": …, "saturday": [["08:00", "11:30"]], "same_day_until": "15:00"}` with all but the sessions optional.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct OfficeHours {
    /// The sessions of a working day.
    pub sessions: Sessions,
    /// When the office receives dossiers on a Saturday that is a plain weekend; nothing: it does not.
    pub saturday: Option<Sessions>,
    /// What is received up to and including this time is answered the same day, if the procedure promises that.
    pub same_day_until: TimeOfDay,
}

/// 15:00: Luật Hộ tịch 60/2014 Điều 5(3), NĐ 99/2022 Điều 16(1) and others say "after 15:00".
const SAME_DAY_UNTIL: TimeOfDay = TimeOfDay(15 * 3600);

impl Default for OfficeHours {
    /// 08:00–12:00 and 13:00–17:00, closed on Saturday, same day until 15:00.
    fn default() -> Self {
        let time = |hour: u32| TimeOfDay(hour * 3600);
        let closed = (time(0), time(0));
        let list = [(time(8), time(12)), (time(13), time(17)), closed, closed];
        Self::of(Sessions { number: 2, list })
    }
}

impl OfficeHours {
    /// Office hours with these sessions, closed on Saturday, same day until 15:00.
    pub const fn of(sessions: Sessions) -> Self {
        Self {
            sessions,
            saturday: None,
            same_day_until: SAME_DAY_UNTIL,
        }
    }

    /// Closing time on a working day.
    pub fn closing(&self, date: Date) -> Moment {
        date.at(self.sessions.closes())
    }

    /// The sessions in which the office receives dossiers on this day; nothing when it is closed.
    fn open_on(&self, calendar: &Calendar, date: Date) -> Option<&Sessions> {
        if calendar.is_working(date) {
            return Some(&self.sessions);
        }
        // A holiday or a day in lieu is not opened by the Saturday service.
        self.saturday
            .as_ref()
            .filter(|_| date.weekday() == 6 && !calendar.is_named_off(date))
    }

    /// The first moment at or after the given one at which the office is open to receive [C]. Closing time itself still
    /// counts as open. Nothing beyond [`Date::MAX`].
    pub fn first_office_moment(&self, calendar: &Calendar, moment: Moment) -> Option<Moment> {
        let date = moment.date();
        if let Some(open) = self
            .open_on(calendar, date)
            .and_then(|sessions| sessions.open_from(moment.time()))
        {
            return Some(date.at(open));
        }
        let working = calendar.plus_working_days(date, 1);
        if self.saturday.is_some() {
            let last = working.unwrap_or(Date::MAX);
            let mut day = date.plus_days(1)?;
            while day < last {
                if let Some(sessions) = self.open_on(calendar, day) {
                    return Some(day.at(sessions.opens()));
                }
                day = day.plus_days(1)?;
            }
        }
        Some(working?.at(self.sessions.opens()))
    }

    /// Office seconds of working days from [`Date::MIN`] to a moment. Differences of it count working time.
    pub(crate) fn working_seconds(&self, calendar: &Calendar, moment: Moment) -> i64 {
        let through = i64::from(calendar.working_count_through(moment.date()));
        let length = self.sessions.length();
        if calendar.is_working(moment.date()) {
            (through - 1) * length + self.sessions.elapsed(moment.time())
        } else {
            through * length
        }
    }

    /// The earliest moment at which so many working seconds have passed since [`Date::MIN`]; at least 1.
    pub(crate) fn earliest_at(
        &self,
        calendar: &Calendar,
        seconds: i64,
        near: Date,
    ) -> Option<Moment> {
        let length = self.sessions.length();
        let day = (seconds - 1).div_euclid(length);
        let date = calendar.working_day_numbered(u32::try_from(day + 1).ok()?, near)?;
        Some(date.at(self.sessions.earliest(seconds - day * length)))
    }

    /// The latest moment at which no more than so many working seconds have passed since [`Date::MIN`], told as the
    /// beginning of office time; 0 or more.
    pub(crate) fn latest_at(
        &self,
        calendar: &Calendar,
        seconds: i64,
        near: Date,
    ) -> Option<Moment> {
        let length = self.sessions.length();
        let day = seconds.div_euclid(length);
        let date = calendar.working_day_numbered(u32::try_from(day + 1).ok()?, near)?;
        Some(date.at(self.sessions.latest(seconds - day * length)))
    }
}

/// The first moment at or after the given one at which the office is open to receive [C]:
/// [`OfficeHours::first_office_moment`].
pub fn first_office_moment(
    calendar: &Calendar,
    office: &OfficeHours,
    moment: Moment,
) -> Option<Moment> {
    office.first_office_moment(calendar, moment)
}

/// The long form of [`OfficeHours`] in JSON.
#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Long {
    sessions: Sessions,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    saturday: Option<Sessions>,
    #[serde(default = "same_day_until")]
    same_day_until: TimeOfDay,
}

fn same_day_until() -> TimeOfDay {
    SAME_DAY_UNTIL
}

impl Serialize for OfficeHours {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        if *self == Self::of(self.sessions) {
            return self.sessions.serialize(serializer);
        }
        let Self {
            sessions,
            saturday,
            same_day_until,
        } = *self;
        Long {
            sessions,
            saturday,
            same_day_until,
        }
        .serialize(serializer)
    }
}

impl<'de> Deserialize<'de> for OfficeHours {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Either;
        impl<'de> de::Visitor<'de> for Either {
            type Value = OfficeHours;
            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("sessions such as [[\"08:00\", \"12:00\"], [\"13:00\", \"17:00\"]], or an object with `sessions`")
            }
            fn visit_seq<A: de::SeqAccess<'de>>(
                self,
                sessions: A,
            ) -> Result<OfficeHours, A::Error> {
                Sessions::deserialize(SeqAccessDeserializer::new(sessions)).map(OfficeHours::of)
            }
            fn visit_map<A: de::MapAccess<'de>>(self, map: A) -> Result<OfficeHours, A::Error> {
                let Long {
                    sessions,
                    saturday,
                    same_day_until,
                } = Long::deserialize(MapAccessDeserializer::new(map))?;
                Ok(OfficeHours {
                    sessions,
                    saturday,
                    same_day_until,
                })
            }
        }
        deserializer.deserialize_any(Either)
    }
}
