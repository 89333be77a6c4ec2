//! `motcua assess`: one question, answered in the sandbox by one version.

use std::io::Read;
use std::path::Path;

use motcua_model::Text;
use motcua_model::office::OfficeHours;
use motcua_registry::engine::{Engine, Settings};
use motcua_registry::store::of_system;
use motcua_registry::{AssessError, Context, QuestionError, Texts, Version};

use super::Console;
use crate::clock::{Clock, SystemClock};
use crate::failure::{Failure, Turn};
use crate::folder::{self, Found};

/// The most bytes of a question.
const MOST: u64 = 1 << 20;

/// Answers the question, whatever day it tells: the version is the one that is given.
pub fn run(
    console: Console,
    source: &Path,
    input: &Path,
    calendars: &Path,
    compact: bool,
) -> Result<(), Failure> {
    let body = read(input)?;
    let calendar = super::calendar(console, calendars)?;
    let engine = super::engine(Settings::default())?;
    let version = load(console, &engine, folder::read(source)?)?;
    let texts = if compact { Texts::None } else { Texts::All };
    let office = OfficeHours::default();
    let context = Context {
        now: SystemClock.now(),
        calendar: calendar.calendar(),
        office: &office,
        texts,
    };
    match version.assess_json(&body, &context) {
        Ok(answer) => {
            let text = if compact {
                String::from_utf8_lossy(&answer).into_owned()
            } else {
                pretty(&answer)
            };
            console.result(&format!("{text}\n"))
        }
        Err(error) => {
            if let AssessError::Question(QuestionError::Fields(fields)) = &error {
                for field in &fields.errors {
                    console.line(&format!(
                        "{}: {}",
                        field.pointer,
                        field.message.get(console.language)
                    ));
                }
            }
            console.say(&error.text());
            Err(Failure::said(Turn::Input))
        }
    }
}

/// A version to ask.
pub fn load(console: Console, engine: &Engine, found: Found) -> Result<Version, Failure> {
    let at_hand = console.component(found)?;
    at_hand
        .load(engine)
        .map_err(|error| Failure::input(error.message()))
}

fn pretty(answer: &[u8]) -> String {
    serde_json::from_slice::<serde_json::Value>(answer)
        .and_then(|value| serde_json::to_string_pretty(&value))
        .unwrap_or_else(|_| String::from_utf8_lossy(answer).into_owned())
}

fn read(input: &Path) -> Result<Vec<u8>, Failure> {
    let mut body = Vec::new();
    let read = if input.as_os_str() == "-" {
        std::io::stdin()
            .lock()
            .take(MOST + 1)
            .read_to_end(&mut body)
    } else {
        std::fs::File::open(input).and_then(|file| file.take(MOST + 1).read_to_end(&mut body))
    };
    read.map_err(|error| {
        let why = of_system(&error);
        Failure::machine(Text::new(
            format!("không đọc được câu hỏi `{}`: {}", input.display(), why.vi),
            format!("cannot read the question `{}`: {}", input.display(), why.en),
        ))
    })?;
    if body.len() as u64 > MOST {
        return Err(Failure::input(Text::new(
            "câu hỏi lớn hơn 1 MiB",
            "the question is larger than 1 MiB",
        )));
    }
    Ok(body)
}
