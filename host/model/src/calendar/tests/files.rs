//! The calendar files of Viet Nam for tests of this crate. They are read by the compiler elsewhere; here by lines, as far as
//! their plain form needs it, so that the law is tested on the data that is shipped.

use std::sync::LazyLock;

use serde_json::{Map, Value, json};

use crate::calendar::{Calendar, CalendarYear};
use crate::{Date, Moment};

pub(crate) fn date(text: &str) -> Date {
    text.parse().expect("a date")
}

pub(crate) fn moment(text: &str) -> Moment {
    text.parse().expect("a moment")
}

/// The calendar that is shipped.
pub(crate) fn vn() -> &'static Calendar {
    static VN: LazyLock<Calendar> =
        LazyLock::new(|| Calendar::new("vn", years()).expect("the files make a calendar"));
    &VN
}

/// The files, by year.
pub(crate) fn years() -> Vec<CalendarYear> {
    let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/../../procedures/calendars/vn");
    let mut paths: Vec<_> = std::fs::read_dir(folder)
        .expect("the folder of calendars")
        .map(|entry| entry.expect("an entry").path())
        .filter(|path| path.extension().is_some_and(|end| end == "yaml"))
        .collect();
    paths.sort();
    paths
        .iter()
        .map(|path| year(&std::fs::read_to_string(path).expect("a file")))
        .collect()
}

fn year(text: &str) -> CalendarYear {
    let mut root = Map::new();
    let mut days: Vec<Map<String, Value>> = Vec::new();
    let mut section = String::new();
    for line in text.lines().filter(|line| !line.starts_with('#')) {
        let content = line.trim_start();
        let (key, value) = content
            .trim_start_matches("- ")
            .split_once(": ")
            .unwrap_or((content.trim_end_matches(':'), ""));
        if content.starts_with("- ") {
            days.push(Map::new());
        }
        let day = days.last_mut().filter(|_| section == "days");
        match (line.len() - content.len(), day) {
            (0, _) if value.is_empty() => section = key.to_owned(),
            (0, _) => drop(root.insert(key.to_owned(), scalar(value))),
            (2, None) => drop(inner(&mut root, &section).insert(key.to_owned(), scalar(value))),
            (4, Some(_)) if value.is_empty() => {}
            (6, Some(day)) => drop(inner(day, "note").insert(key.to_owned(), scalar(value))),
            (_, Some(day)) => drop(day.insert(key.to_owned(), scalar(value))),
            _ => panic!("a line that this reader does not know: {line}"),
        }
    }
    root.insert(
        "days".to_owned(),
        days.into_iter().map(Value::Object).collect(),
    );
    serde_json::from_value(Value::Object(root)).expect("the form of a calendar file")
}

fn inner<'m>(map: &'m mut Map<String, Value>, key: &str) -> &'m mut Map<String, Value> {
    let value = map.entry(key.to_owned()).or_insert_with(|| json!({}));
    value.as_object_mut().expect("a map")
}

fn scalar(text: &str) -> Value {
    if let Some(list) = text.strip_prefix('[').and_then(|t| t.strip_suffix(']')) {
        return list.split(", ").map(Value::from).collect();
    }
    if let Some(map) = text.strip_prefix("{vi: ").and_then(|t| t.strip_suffix('}')) {
        let (vi, en) = map.split_once(", en: ").expect("both languages");
        return json!({"vi": scalar(vi), "en": scalar(en)});
    }
    // A quoted text of these files is quoted as JSON quotes it.
    serde_json::from_str(text).unwrap_or_else(|_| Value::from(text))
}
