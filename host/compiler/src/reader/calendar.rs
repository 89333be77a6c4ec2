//! The calendar of a year. The form of the file, and what it must satisfy, stand at [`motcua_model::calendar`].

use std::collections::BTreeMap;

use motcua_model::Date;
use motcua_model::calendar::{
    CalendarDay, CalendarError, CalendarYear, DayKind, DayStatus, FORM, Weekday, YearStatus,
};
use motcua_model::manifest::limits;

use super::ids::IdKind;
use super::shape::{Map, Noun, Reader};
use super::yaml::{Node, NodeKind};
use crate::diagnostic::Diagnostic;
use crate::source::{Span, Spanned};

const YEAR_STATUS: [(&str, YearStatus); 2] = [
    ("confirmed", YearStatus::Confirmed),
    ("provisional", YearStatus::Provisional),
];
const DAY_STATUS: [(&str, DayStatus); 2] = [
    ("confirmed", DayStatus::Confirmed),
    ("recalled", DayStatus::Recalled),
];
const KINDS: [(&str, DayKind); 4] = [
    ("public", DayKind::Public),
    ("compensatory", DayKind::Compensatory),
    ("swapped-off", DayKind::SwappedOff),
    ("swapped-work", DayKind::SwappedWork),
];
const WEEKDAYS: [(&str, Weekday); 7] = [
    ("mon", Weekday::Mon),
    ("tue", Weekday::Tue),
    ("wed", Weekday::Wed),
    ("thu", Weekday::Thu),
    ("fri", Weekday::Fri),
    ("sat", Weekday::Sat),
    ("sun", Weekday::Sun),
];

impl Reader<'_> {
    /// The calendar of a year, with everything that [`CalendarYear::check`] finds reported at its place.
    pub(super) fn calendar(&mut self, node: &Node) -> Option<CalendarYear> {
        let keys = [
            "motcua-calendar",
            "country",
            "year",
            "status",
            "note",
            "sources",
            "days",
        ];
        let mut map = self.map(node, FILE, &keys)?;
        self.form(&mut map, "motcua-calendar", "motcua-calendar");
        let country = self.required_id(&mut map, "country", IdKind::Word).value;
        let year = self
            .required(&mut map, "year")
            .and_then(|node| self.whole::<i16>(node, YEAR));
        let status = self
            .required_word(&mut map, "status", STATUS, &YEAR_STATUS)
            .unwrap_or(YearStatus::Provisional);
        let note = self
            .optional_text(&map, "note", NOTE)
            .map(|note| note.value);
        let sources = self.sources(&mut map);
        let items = self.required_list(&mut map, "days", DAYS, limits::ITEMS);
        let days: Vec<Spanned<CalendarDay>> =
            items.iter().filter_map(|item| self.day(item)).collect();
        self.finish(&map);
        let year = year?;
        let places: Vec<(Date, Span)> = days.iter().map(|day| (day.value.date, day.span)).collect();
        let calendar = CalendarYear {
            form: FORM,
            country,
            year: year.value,
            status,
            note,
            sources,
            days: days.into_iter().map(|day| day.value).collect(),
        };
        for error in calendar.check() {
            self.calendar_error(&error, year.span, &places);
        }
        (!calendar.country.is_empty()).then_some(calendar)
    }

    fn sources(&mut self, map: &mut Map<'_>) -> BTreeMap<String, String> {
        let mut sources = BTreeMap::new();
        let Some(node) = self.required(map, "sources") else {
            return sources;
        };
        let NodeKind::Mapping { entries, .. } = &node.kind else {
            // Says that entries are expected.
            self.map(node, SOURCES, &[]);
            return sources;
        };
        for entry in entries {
            if let Some(paper) = self.words(&entry.value, SOURCE) {
                sources.insert(entry.key.value.clone(), paper.value);
            }
        }
        sources
    }

    /// A day, at the place of its date.
    fn day(&mut self, node: &Node) -> Option<Spanned<CalendarDay>> {
        let keys = [
            "date",
            "weekday",
            "name",
            "kind",
            "status",
            "swapped_with",
            "source",
            "note",
        ];
        let mut map = self.map(node, DAY, &keys)?;
        let date = self
            .required(&mut map, "date")
            .and_then(|node| self.date(node, DATE));
        let weekday = self
            .optional(&map, "weekday")
            .and_then(|node| self.word(node, WEEKDAY, &WEEKDAYS));
        let name = self.required_text(&mut map, "name", NAME);
        let kind = self.required_word(&mut map, "kind", KIND, &KINDS);
        let status = self.required_word(&mut map, "status", DAY_STATUS_NOUN, &DAY_STATUS);
        let swapped_with = self
            .optional(&map, "swapped_with")
            .and_then(|node| self.date(node, DATE));
        let source = self.required_list(&mut map, "source", SOURCE_LIST, limits::ITEMS);
        let source = source
            .iter()
            .filter_map(|item| self.words(item, SOURCE))
            .map(|id| id.value)
            .collect();
        let note = self
            .optional_text(&map, "note", NOTE)
            .map(|note| note.value);
        self.finish(&map);
        let date = date?;
        let day = CalendarDay {
            date: date.value,
            weekday,
            name: name.value,
            kind: kind?,
            status: status?,
            swapped_with: swapped_with.map(|date| date.value),
            source,
            note,
        };
        Some(Spanned::new(day, date.span))
    }

    fn calendar_error(&mut self, error: &CalendarError, year: Span, places: &[(Date, Span)]) {
        // A day told twice is wrong at its second place.
        let span = error
            .date
            .and_then(|date| places.iter().rev().find(|(day, _)| *day == date));
        let text = error.text();
        self.report(Diagnostic::error(
            "calendar",
            span.map_or(year, |(_, span)| *span),
            text.vi,
            text.en,
        ));
    }
}

const FILE: Noun = Noun {
    vi: "tệp lịch",
    en: "the calendar file",
};
const YEAR: Noun = Noun {
    vi: "năm",
    en: "the year",
};
const STATUS: Noun = Noun {
    vi: "tình trạng của năm",
    en: "the status of the year",
};
const NOTE: Noun = Noun {
    vi: "ghi chú",
    en: "the note",
};
const SOURCES: Noun = Noun {
    vi: "các nguồn",
    en: "the sources",
};
const SOURCE: Noun = Noun {
    vi: "nguồn",
    en: "the source",
};
const SOURCE_LIST: Noun = Noun {
    vi: "các nguồn của ngày",
    en: "the sources of the day",
};
const DAYS: Noun = Noun {
    vi: "các ngày",
    en: "the days",
};
const DAY: Noun = Noun {
    vi: "ngày trong lịch",
    en: "the day",
};
const DATE: Noun = Noun {
    vi: "ngày",
    en: "the date",
};
const WEEKDAY: Noun = Noun {
    vi: "thứ",
    en: "the day of the week",
};
const NAME: Noun = Noun {
    vi: "tên ngày",
    en: "the name of the day",
};
const KIND: Noun = Noun {
    vi: "loại ngày",
    en: "the kind of day",
};
const DAY_STATUS_NOUN: Noun = Noun {
    vi: "độ chắc chắn của ngày",
    en: "the status of the day",
};
