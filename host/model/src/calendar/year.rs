//! One year of a calendar, as its file says it.

use std::collections::BTreeMap;
use std::sync::LazyLock;

use serde::{Deserialize, Serialize};

use crate::{Date, Text};

/// The form of calendar files that this version reads.
pub const FORM: u8 = 1;

/// One year of a calendar, as its file says it. What makes sense is checked by [`CalendarYear::check`].
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct CalendarYear {
    /// The form of the file: [`FORM`].
    #[serde(rename = "motcua-calendar")]
    pub form: u8,
    /// The country, which is also the id of the calendar: `vn`.
    pub country: String,
    /// The year, 1900 to 2199.
    pub year: i16,
    /// Whether the whole year is announced.
    pub status: YearStatus,
    /// What is missing or worth knowing.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub note: Option<Text>,
    /// The papers that the days cite, by id.
    pub sources: BTreeMap<String, String>,
    /// The days that differ from a plain week, and the holidays that fall on a weekend.
    pub days: Vec<CalendarDay>,
}

impl CalendarYear {
    /// The bytes whose digest is the identity of this year: compact JSON, the fields in the order of the type, days by
    /// date, sources by id. Reading them gives the same year again, whatever order its file had.
    pub fn canonical_bytes(&self) -> Vec<u8> {
        let mut year = self.clone();
        year.days.sort_by_key(|day| day.date);
        // Strings, numbers and lists with text keys: nothing here can fail to serialise.
        serde_json::to_vec(&year).unwrap_or_default()
    }
}

/// Whether a year can still change.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(rename_all = "kebab-case")]
pub enum YearStatus {
    /// Announced in full.
    Confirmed,
    /// Days may still be added, swapped or corrected.
    Provisional,
}

/// One day that differs from a plain week, or a holiday that falls on a weekend.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct CalendarDay {
    /// The day.
    pub date: Date,
    /// Its day of the week, told so that a mistyped date is noticed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub weekday: Option<Weekday>,
    /// What the day is.
    pub name: Text,
    /// What it does to the week.
    pub kind: DayKind,
    /// Whether a cited paper says so.
    pub status: DayStatus,
    /// The other half of a swap.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub swapped_with: Option<Date>,
    /// Ids of the papers that say so; at least one.
    pub source: Vec<String>,
    /// More to know.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub note: Option<Text>,
}

/// What a day does to the week.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(rename_all = "kebab-case")]
pub enum DayKind {
    /// A public holiday or a day of Tết, also where it falls on a weekend.
    Public,
    /// A weekday off in lieu of a holiday that fell on a weekend (Labour Code 2019, Điều 111(3)).
    Compensatory,
    /// A weekday off by swap with a Saturday.
    SwappedOff,
    /// A Saturday worked by swap with a weekday.
    SwappedWork,
}

/// Whether a cited paper says so.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(rename_all = "kebab-case")]
pub enum DayStatus {
    /// A notice, a report of it or the statute says so.
    Confirmed,
    /// Derived from a rule, not seen in a notice. Only in provisional years.
    Recalled,
}

/// A day of the week.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Weekday {
    /// Thứ Hai.
    Mon,
    /// Thứ Ba.
    Tue,
    /// Thứ Tư.
    Wed,
    /// Thứ Năm.
    Thu,
    /// Thứ Sáu.
    Fri,
    /// Thứ Bảy.
    Sat,
    /// Chủ nhật.
    Sun,
}

impl Weekday {
    /// The day of the week of a date.
    pub const fn of(date: Date) -> Self {
        match date.weekday() {
            1 => Self::Mon,
            2 => Self::Tue,
            3 => Self::Wed,
            4 => Self::Thu,
            5 => Self::Fri,
            6 => Self::Sat,
            _ => Self::Sun,
        }
    }

    /// Its name.
    pub fn name(self) -> &'static Text {
        static NAMES: LazyLock<[Text; 7]> = LazyLock::new(|| {
            [
                Text::new("Thứ Hai", "Monday"),
                Text::new("Thứ Ba", "Tuesday"),
                Text::new("Thứ Tư", "Wednesday"),
                Text::new("Thứ Năm", "Thursday"),
                Text::new("Thứ Sáu", "Friday"),
                Text::new("Thứ Bảy", "Saturday"),
                Text::new("Chủ nhật", "Sunday"),
            ]
        });
        &NAMES[self as usize]
    }
}
