//! What a calendar file must satisfy. A wrong day off moves every due date that crosses it, so whatever can be noticed is.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt;

use super::{CalendarDay, CalendarYear, DayKind, DayStatus, FORM, Weekday, YearStatus};
use crate::text::is_safe;
use crate::{Date, Text};

/// Why a calendar is refused: the year, the day if it is one, and what is wrong.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub struct CalendarError {
    /// The year of the file.
    pub year: i16,
    /// The day, as the file names it.
    pub date: Option<Date>,
    /// What is wrong.
    pub problem: CalendarProblem,
}

/// What is wrong with a calendar.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum CalendarProblem {
    /// Another form of file than [`FORM`].
    Form(u8),
    /// A year beyond 1900 to 2199.
    Range,
    /// The same year twice.
    YearTwice,
    /// A year of another country than the calendar.
    Country {
        /// What the file says.
        told: String,
        /// The calendar's.
        expected: String,
    },
    /// A day of another year.
    OutsideYear,
    /// The same day twice.
    DayTwice,
    /// The day of the week told is not that of the date.
    WrongWeekday {
        /// What the file says.
        told: Weekday,
        /// What it is.
        actual: Weekday,
    },
    /// `swapped-work` on a day that is worked anyway.
    WorkOnWeekday,
    /// `compensatory` or `swapped-off` on a day that is off anyway.
    OffOnWeekend,
    /// `swapped_with` on a day that is not swapped.
    NotSwapped,
    /// The other half of the swap is not told, or is not the other half of this one.
    Counterpart(Date),
    /// No paper cited.
    NoSource,
    /// A cited paper that the file does not list.
    UnknownSource(String),
    /// A derived day in a year that is said to be announced in full.
    RecalledInConfirmed,
    /// A day without a name in Vietnamese.
    NoName,
    /// Control or bidirectional characters, not in form NFC, or too long.
    UnsafeText,
}

impl fmt::Display for CalendarError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.text().en)
    }
}

impl CalendarError {
    /// What is wrong, where, and what to do about it.
    pub fn text(&self) -> Text {
        let place = match self.date {
            Some(date) => date.to_string(),
            None => self.year.to_string(),
        };
        let (vi, en) = self.problem.words();
        Text::new(
            format!("lịch {}, {place}: {vi}", self.year),
            format!("calendar {}, {place}: {en}", self.year),
        )
    }
}

impl CalendarProblem {
    /// Vietnamese and English.
    fn words(&self) -> (String, String) {
        let both = |vi: &str, en: &str| (vi.to_owned(), en.to_owned());
        match self {
            Self::Form(form) => (
                format!("`motcua-calendar: {form}` không đọc được; phiên bản này đọc dạng {FORM}"),
                format!("`motcua-calendar: {form}` cannot be read; this version reads form {FORM}"),
            ),
            Self::Range => both("năm phải từ 1900 đến 2199", "the year must be 1900 to 2199"),
            Self::YearTwice => both(
                "năm này có hai tệp; chỉ giữ tệp mới nhất",
                "there are two files of this year; keep the latest one",
            ),
            Self::Country { told, expected } => (
                format!("tệp ghi nước `{told}`, lịch này là của `{expected}`"),
                format!("the file is of country `{told}`, this calendar is of `{expected}`"),
            ),
            Self::OutsideYear => both(
                "ngày không thuộc năm của tệp; chuyển sang tệp của năm đó",
                "the day is not in the year of the file; move it to the file of its year",
            ),
            Self::DayTwice => both("ngày được ghi hai lần", "the day is told twice"),
            Self::WrongWeekday { told, actual } => (
                format!(
                    "ngày này là {}, không phải {}",
                    actual.name().vi,
                    told.name().vi
                ),
                format!(
                    "this date is a {}, not a {}",
                    actual.name().en,
                    told.name().en
                ),
            ),
            Self::WorkOnWeekday => both(
                "ngày làm bù phải rơi vào cuối tuần; ngày này vốn đã là ngày làm việc",
                "a day worked by swap lies on a weekend; this day is worked anyway",
            ),
            Self::OffOnWeekend => both(
                "ngày nghỉ bù, nghỉ hoán đổi phải rơi vào thứ Hai đến thứ Sáu; ngày này vốn đã nghỉ",
                "a day off in lieu or by swap lies on Monday to Friday; this day is off anyway",
            ),
            Self::NotSwapped => both(
                "`swapped_with` chỉ dùng cho `swapped-off` và `swapped-work`",
                "`swapped_with` is only for `swapped-off` and `swapped-work`",
            ),
            Self::Counterpart(with) => (
                format!(
                    "hoán đổi với {with}, nhưng ngày đó không được ghi là hoán đổi với ngày này"
                ),
                format!("swapped with {with}, but that day is not told as swapped with this one"),
            ),
            Self::NoSource => both(
                "thiếu căn cứ; ghi ít nhất một mã văn bản vào `source`",
                "cites no paper; put the id of at least one into `source`",
            ),
            Self::UnknownSource(id) => (
                format!("`{id}` không có trong `sources` của tệp"),
                format!("`{id}` is not among the `sources` of the file"),
            ),
            Self::RecalledInConfirmed => both(
                "ngày suy ra (`recalled`) trong một năm `confirmed`; ghi năm là `provisional` cho tới khi có thông báo",
                "a `recalled` day in a `confirmed` year; say `provisional` until it is announced",
            ),
            Self::NoName => both("thiếu tên tiếng Việt", "has no name in Vietnamese"),
            Self::UnsafeText => both(
                "có chữ chứa ký tự điều khiển hoặc đổi chiều, không ở dạng NFC, hoặc quá dài",
                "a text contains control or bidirectional characters, is not in form NFC, or is too long",
            ),
        }
    }
}

/// Characters of one text of a calendar.
const MAX_TEXT: usize = 4_000;

impl CalendarYear {
    /// Everything that is wrong with this year taken alone, in the order of the file. Empty: it can be used.
    pub fn check(&self) -> Vec<CalendarError> {
        let mut errors = Vec::new();
        let mut report = |date, problem| {
            errors.push(CalendarError {
                year: self.year,
                date,
                problem,
            })
        };
        if self.form != FORM {
            report(None, CalendarProblem::Form(self.form));
        }
        if Date::from_ymd(self.year, 1, 1).is_err() {
            report(None, CalendarProblem::Range);
        }
        let note = self.note.iter().flat_map(|note| [&note.vi, &note.en]);
        let papers = self.sources.iter().flat_map(|(id, paper)| [id, paper]);
        if !note
            .chain(papers)
            .chain([&self.country])
            .all(|text| is_fit(text))
        {
            report(None, CalendarProblem::UnsafeText);
        }
        let mut seen = BTreeSet::new();
        for day in &self.days {
            if !seen.insert(day.date) {
                report(Some(day.date), CalendarProblem::DayTwice);
            }
            self.check_day(day, &mut |problem| report(Some(day.date), problem));
        }
        errors
    }

    fn check_day(&self, day: &CalendarDay, report: &mut impl FnMut(CalendarProblem)) {
        if day.date.ymd().0 != self.year {
            report(CalendarProblem::OutsideYear);
        }
        let actual = Weekday::of(day.date);
        if let Some(told) = day.weekday
            && told != actual
        {
            report(CalendarProblem::WrongWeekday { told, actual });
        }
        let weekend = matches!(actual, Weekday::Sat | Weekday::Sun);
        let swapped = matches!(day.kind, DayKind::SwappedOff | DayKind::SwappedWork);
        match day.kind {
            DayKind::SwappedWork if !weekend => report(CalendarProblem::WorkOnWeekday),
            DayKind::SwappedOff | DayKind::Compensatory if weekend => {
                report(CalendarProblem::OffOnWeekend)
            }
            _ => {}
        }
        if day.swapped_with.is_some() && !swapped {
            report(CalendarProblem::NotSwapped);
        }
        if day.status == DayStatus::Recalled && self.status == YearStatus::Confirmed {
            report(CalendarProblem::RecalledInConfirmed);
        }
        if day.source.is_empty() {
            report(CalendarProblem::NoSource);
        }
        for id in &day.source {
            if !self.sources.contains_key(id) {
                report(CalendarProblem::UnknownSource(id.clone()));
            }
        }
        if day.name.vi.trim().is_empty() {
            report(CalendarProblem::NoName);
        }
        let texts = day
            .note
            .iter()
            .chain([&day.name])
            .flat_map(|text| [&text.vi, &text.en]);
        if !texts.into_iter().all(|text| is_fit(text)) {
            report(CalendarProblem::UnsafeText);
        }
    }
}

fn is_fit(text: &str) -> bool {
    is_safe(text) && text.chars().nth(MAX_TEXT).is_none()
}

/// What a calendar of these years must satisfy, beyond each year alone. The years are sorted.
pub(super) fn years(country: &str, years: &[CalendarYear]) -> Result<(), CalendarError> {
    let mut days: BTreeMap<Date, &CalendarDay> = BTreeMap::new();
    let mut last = None;
    for year in years {
        let refuse = |problem| {
            Err(CalendarError {
                year: year.year,
                date: None,
                problem,
            })
        };
        if last == Some(year.year) {
            return refuse(CalendarProblem::YearTwice);
        }
        last = Some(year.year);
        if year.country != country {
            let (told, expected) = (year.country.clone(), country.to_owned());
            return refuse(CalendarProblem::Country { told, expected });
        }
        if let Some(error) = year.check().into_iter().next() {
            return Err(error);
        }
        days.extend(year.days.iter().map(|day| (day.date, day)));
    }
    for (&date, day) in &days {
        let Some(with) = day.swapped_with else {
            continue;
        };
        let opposite = match day.kind {
            DayKind::SwappedOff => DayKind::SwappedWork,
            _ => DayKind::SwappedOff,
        };
        let matches = days
            .get(&with)
            .is_some_and(|other| other.kind == opposite && other.swapped_with == Some(date));
        // The half in a year that is not loaded cannot be judged.
        let known = years
            .binary_search_by_key(&with.ymd().0, |year| year.year)
            .is_ok();
        if known && !matches {
            let problem = CalendarProblem::Counterpart(with);
            return Err(CalendarError {
                year: date.ymd().0,
                date: Some(date),
                problem,
            });
        }
    }
    Ok(())
}
