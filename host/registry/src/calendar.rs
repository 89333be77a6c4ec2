//! To load the calendar of a country from its files, and to show a year of it.

use motcua_compiler::diagnostic::{Diagnostic, Severity};
use motcua_compiler::reader::read_calendar;
use motcua_compiler::source::SourceFile;
use motcua_model::calendar::{Calendar, CalendarError, CalendarYear, YearStatus};
use motcua_model::{Moment, Text};
use motcua_store::{Digest, NewCalendar, Store, StoreError};
use serde::Serialize;
use utoipa::ToSchema;

/// A calendar with the digests by which a decision names it.
#[derive(Clone, Debug)]
pub struct LoadedCalendar {
    calendar: Calendar,
    digest: String,
    /// One for each year, ascending.
    digests: Vec<String>,
}

/// What is wrong with calendar files.
#[derive(Debug)]
pub enum CalendarFault {
    /// A file has mistakes.
    File {
        /// The file.
        file: SourceFile,
        /// At least one of them is an error.
        diagnostics: Vec<Diagnostic>,
    },
    /// The files do not fit each other.
    Whole(CalendarError),
}

/// Which calendar an answer was counted by.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct CalendarName<'a> {
    /// The country: `vn`.
    pub id: &'a str,
    /// SHA-256 of all years together.
    pub digest: &'a str,
    /// The years, ascending.
    pub years: Vec<YearName<'a>>,
}

/// One year of a calendar.
#[derive(Clone, Copy, Debug, Serialize, ToSchema)]
pub struct YearName<'a> {
    /// The year.
    pub year: i16,
    /// Whether it is announced in full: `confirmed` or `provisional`.
    pub status: YearStatus,
    /// SHA-256 of the year.
    pub digest: &'a str,
}

/// A year of a calendar with its digest.
#[derive(Clone, Copy, Debug, Serialize, ToSchema)]
pub struct CalendarYearView<'a> {
    /// SHA-256 of the year.
    pub digest: &'a str,
    /// What its file says.
    #[serde(flatten)]
    pub year: &'a CalendarYear,
}

/// There is no such calendar, or it has no such year.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct UnknownCalendar {
    /// What was asked for.
    pub asked: String,
    /// What there is.
    pub id: String,
    /// The years there are, ascending.
    pub years: Vec<i16>,
}

impl UnknownCalendar {
    /// What is told to the one who asked.
    pub fn text(&self) -> Text {
        let Self { asked, id, years } = self;
        let years = years
            .iter()
            .map(i16::to_string)
            .collect::<Vec<_>>()
            .join(", ");
        Text::new(
            format!(
                "không có lịch {asked}; có lịch `{id}` các năm {years}. Những năm khác chỉ được tính tạm."
            ),
            format!(
                "there is no calendar {asked}; there is `{id}` for {years}. Other years are only counted provisionally."
            ),
        )
    }
}

impl LoadedCalendar {
    /// Reads the files of one country. Every mistake of every file is told.
    ///
    /// # Errors
    /// A file has mistakes, or the files do not fit each other.
    pub fn read(id: &str, files: &[SourceFile]) -> Result<Self, Vec<CalendarFault>> {
        let mut years = Vec::new();
        let mut faults = Vec::new();
        for file in files {
            let mut diagnostics = Vec::new();
            let year = read_calendar(file, &mut diagnostics);
            let failed = diagnostics
                .iter()
                .any(|diagnostic| diagnostic.severity == Severity::Error);
            match year {
                Some(year) if !failed => years.push(year),
                _ => faults.push(CalendarFault::File {
                    file: file.clone(),
                    diagnostics,
                }),
            }
        }
        if !faults.is_empty() {
            return Err(faults);
        }
        Calendar::new(id, years)
            .map(Self::new)
            .map_err(|error| vec![CalendarFault::Whole(error)])
    }

    /// A calendar with its digests.
    pub fn new(calendar: Calendar) -> Self {
        let digests = calendar
            .years()
            .iter()
            .map(|year| Digest::of(&year.canonical_bytes()).to_string())
            .collect();
        let digest = Digest::of(&calendar.canonical_bytes()).to_string();
        Self {
            calendar,
            digest,
            digests,
        }
    }

    /// The working days.
    pub fn calendar(&self) -> &Calendar {
        &self.calendar
    }

    /// SHA-256 of all years together.
    pub fn digest(&self) -> &str {
        &self.digest
    }

    /// What it is and of what it consists.
    pub fn name(&self) -> CalendarName<'_> {
        let years = self.calendar.years().iter().zip(&self.digests);
        let years = years
            .map(|(year, digest)| YearName {
                year: year.year,
                status: year.status,
                digest,
            })
            .collect();
        CalendarName {
            id: self.calendar.id(),
            digest: &self.digest,
            years,
        }
    }

    /// One year.
    ///
    /// # Errors
    /// Another country, or a year without a file.
    pub fn year(&self, id: &str, year: &str) -> Result<CalendarYearView<'_>, UnknownCalendar> {
        let found = year
            .parse()
            .ok()
            .filter(|_| id == self.calendar.id())
            .and_then(|year: i16| {
                self.calendar
                    .years()
                    .iter()
                    .position(|present| present.year == year)
            })
            .and_then(|at| Some((self.calendar.years().get(at)?, self.digests.get(at)?)));
        match found {
            Some((year, digest)) => Ok(CalendarYearView { digest, year }),
            None => Err(UnknownCalendar {
                asked: crate::question::shown(&format!("{id}/{year}")),
                id: self.calendar.id().to_owned(),
                years: self.calendar.years().iter().map(|year| year.year).collect(),
            }),
        }
    }

    /// Keeps every year, so that what was counted by it can be counted again.
    ///
    /// # Errors
    /// The store cannot keep it.
    pub async fn keep(&self, store: &dyn Store, now: Moment) -> Result<(), StoreError> {
        let bytes: Vec<(i16, Vec<u8>)> = self
            .calendar
            .years()
            .iter()
            .map(|year| (year.year, year.canonical_bytes()))
            .collect();
        let years: Vec<NewCalendar<'_>> = bytes
            .iter()
            .map(|(year, bytes)| NewCalendar {
                country: self.calendar.id(),
                year: *year,
                bytes,
                first_seen_at: now,
            })
            .collect();
        store.keep_calendars(&years).await?;
        Ok(())
    }
}
