//! The calendars and office hours of this repository, for whoever asks a version without a server.

use std::fs;
use std::path::{Path, PathBuf};

use motcua_model::Moment;
use motcua_model::calendar::Calendar;
use motcua_model::office::OfficeHours;
use motcua_registry::compiler::source::SourceFile;
use motcua_registry::{Context, LoadedCalendar, Texts};

use crate::generate::procedures;

/// Calendar and office hours as they are served.
#[derive(Debug)]
pub struct World {
    calendar: LoadedCalendar,
    office: OfficeHours,
    now: Moment,
}

impl World {
    /// Reads the calendars. It is 9 o'clock on 2026-03-02, a moment that every question tells anyway.
    ///
    /// # Panics
    /// There are mistakes in the calendars, which other tests find.
    pub fn read() -> Self {
        let folder = procedures().join("calendars/vn");
        let files = fs::read_dir(&folder)
            .and_then(Iterator::collect::<Result<Vec<_>, _>>)
            .unwrap_or_else(|error| panic!("{}: {error}", folder.display()));
        let mut paths: Vec<PathBuf> = files.iter().map(fs::DirEntry::path).collect();
        paths.sort();
        let files: Vec<SourceFile> = paths.iter().map(|path| source(path)).collect();
        let calendar = LoadedCalendar::read("vn", &files);
        let now = "2026-03-02T09:00".parse();
        match (calendar, now) {
            (Ok(calendar), Ok(now)) => Self {
                calendar,
                office: OfficeHours::default(),
                now,
            },
            (calendar, now) => panic!("{:?} {:?}", calendar.err(), now.err()),
        }
    }

    /// What days are off.
    pub fn calendar(&self) -> &Calendar {
        self.calendar.calendar()
    }

    /// When the office is open.
    pub fn office(&self) -> &OfficeHours {
        &self.office
    }

    /// When it is.
    pub fn now(&self) -> Moment {
        self.now
    }

    /// For compact answers.
    pub fn context(&self) -> Context<'_> {
        Context {
            now: self.now,
            calendar: self.calendar(),
            office: &self.office,
            texts: Texts::None,
        }
    }
}

/// A file as the compiler takes it.
///
/// # Panics
/// It cannot be read.
pub fn source(path: &Path) -> SourceFile {
    SourceFile {
        path: path.display().to_string(),
        text: fs::read_to_string(path)
            .unwrap_or_else(|error| panic!("{}: {error}", path.display())),
    }
}
