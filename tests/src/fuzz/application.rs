//! Questions that fit a manifest, drawn from an input: as the engine takes them, and as a portal sends them.

use std::borrow::Cow;
use std::fmt::Write;

use motcua_model::manifest::{FactKind, FactSchema, Manifest};
use motcua_model::{Application, Cell, Channel, Date, Decimal, Fact, Moment, Row, Scalar, Value};

use super::draw::Draw;

/// Texts that rules ask about, and some that take several bytes a character. All in form NFC.
const TEXTS: [&str; 10] = [
    "",
    "a",
    "ab",
    "aab",
    "báo",
    "áo",
    "in báo",
    "giấy phép",
    "🗞",
    "history",
];

/// An application that tells some of the facts, most often all but a few.
pub fn fitting(draw: &mut Draw<'_>, manifest: &Manifest) -> Application<'static> {
    // Sometimes everything, sometimes hardly anything.
    let told = draw.of(&[4, 1_000, 2, 8, 1_000]);
    let mut facts = Vec::new();
    for (number, fact) in (0..).zip(&manifest.facts) {
        if told < 1_000 && draw.one_in(told) {
            continue;
        }
        facts.push(Fact {
            fact: number,
            value: value(draw, fact),
        });
    }
    let received_on = date(draw);
    let offered = draw.below(manifest.channels.len() + 1);
    Application {
        filed_at: received_on.at(draw.below(86_400) as i64),
        received_on,
        channel: manifest.channels.get(offered).map(|offer| offer.channel),
        facts,
    }
}

/// The same with some facts, and some fields of rows, not told.
pub fn less(draw: &mut Draw<'_>, full: &Application<'static>) -> Application<'static> {
    let mut less = full.clone();
    less.facts.retain(|_| !draw.one_in(3));
    for fact in &mut less.facts {
        if let Value::Rows(rows) = &mut fact.value {
            for row in rows {
                row.retain(|_| !draw.one_in(3));
            }
        }
    }
    if draw.one_in(3) {
        less.channel = None;
    }
    less
}

fn value(draw: &mut Draw<'_>, fact: &FactSchema) -> Value<'static> {
    match &fact.kind {
        FactKind::Rows { max_rows, fields } => {
            let most = usize::from(*max_rows);
            let rows = match draw.below(8) {
                7 => most,
                few => few.min(most),
            };
            Value::Rows((0..rows).map(|_| row(draw, fields)).collect())
        }
        kind => Value::Scalar(scalar(draw, kind)),
    }
}

fn row(draw: &mut Draw<'_>, fields: &[FactSchema]) -> Row<'static> {
    let mut cells = Vec::new();
    for (number, field) in (0..).zip(fields) {
        if !draw.one_in(5) {
            cells.push(Cell {
                field: number,
                value: scalar(draw, &field.kind),
            });
        }
    }
    cells
}

fn scalar(draw: &mut Draw<'_>, kind: &FactKind) -> Scalar<'static> {
    match kind {
        // Nobody nests rows; who did would be refused before.
        FactKind::Boolean | FactKind::FilingWindow(_) | FactKind::Rows { .. } => {
            Scalar::Boolean(draw.below(2) == 1)
        }
        FactKind::Integer { min, max, .. } => Scalar::Integer(between(draw, *min, *max)),
        FactKind::Decimal {
            min, max, decimals, ..
        } => {
            let units = |bound: &Decimal| bound.rescaled(*decimals).map(|bound| bound.units);
            Scalar::Decimal(Decimal {
                units: match (units(min), units(max)) {
                    (Some(min), Some(max)) => between(draw, min, max),
                    _ => 0,
                },
                scale: *decimals,
            })
        }
        FactKind::Text { max_length } => Scalar::Text(Cow::Owned(text(draw, *max_length))),
        FactKind::Date => Scalar::Date(date(draw)),
        FactKind::Moment => Scalar::Moment(moment(draw)),
        FactKind::Choice { options } => Scalar::Choice(draw.below(options.len()) as u16),
        FactKind::Choices { options } => {
            let all = 0..options.len() as u16;
            Scalar::Choices(all.filter(|_| draw.below(2) == 1).collect())
        }
    }
}

/// A number within bounds, most often near one of them or near 0.
fn between(draw: &mut Draw<'_>, min: i64, max: i64) -> i64 {
    let span = min.abs_diff(max);
    let near = draw.below(12) as u64;
    match draw.below(4) {
        0 => min.saturating_add_unsigned(near.min(span)),
        1 => max.saturating_sub_unsigned(near.min(span)),
        2 => (near as i64 - 6).clamp(min, max),
        _ => {
            let number = draw.number();
            let up = match span.checked_add(1) {
                Some(count) => number % count,
                None => number,
            };
            min.saturating_add_unsigned(up)
        }
    }
}

fn text(draw: &mut Draw<'_>, max_length: u16) -> String {
    let most = usize::from(max_length);
    let mut text = String::new();
    let mut count = 0;
    for _ in 0..=draw.below(3) {
        let word = draw.of(&TEXTS);
        let length = word.chars().count();
        if count + length > most {
            break;
        }
        count += length;
        text.push_str(word);
    }
    if draw.one_in(8) {
        // As long as it may be.
        text.extend(std::iter::repeat_n('ế', most - count));
    }
    text
}

/// A date, most often one of these years, and every sixth time the first or the last there is.
pub fn date(draw: &mut Draw<'_>) -> Date {
    let days = match draw.below(6) {
        4 => Date::MIN.days() + draw.below(800) as i32,
        5 => Date::MAX.days() - draw.below(800) as i32,
        // Around the end of February 2024.
        3 => 19_780 + draw.below(40) as i32,
        _ => 20_454 - draw.below(8_000) as i32,
    };
    Date::from_days(days).unwrap_or(Date::MIN)
}

fn moment(draw: &mut Draw<'_>) -> Moment {
    date(draw).at(draw.below(86_400) as i64)
}

/// The application as a portal sends it. Filing windows, which the host tells, are left out.
pub fn question(manifest: &Manifest, application: &Application<'_>) -> String {
    let mut out = format!(
        r#"{{"filed_at":"{}","received_at":"{}""#,
        application.filed_at, application.filed_at
    );
    if let Some(channel) = application.channel {
        let channel = match channel {
            Channel::Online => "online",
            Channel::Counter => "counter",
            Channel::Postal => "postal",
        };
        // Writing to a text cannot fail, here and below.
        let _ = write!(out, r#","channel":"{channel}""#);
    }
    out.push_str(r#","facts":{"#);
    let mut comma = "";
    for fact in &application.facts {
        let Some(schema) = manifest.facts.get(usize::from(fact.fact)) else {
            continue;
        };
        let _ = match (&fact.value, &schema.kind) {
            (_, FactKind::FilingWindow(_)) => continue,
            (Value::Scalar(scalar), kind) => {
                write!(out, r#"{comma}"{}":{}"#, schema.id, json(scalar, kind))
            }
            (Value::Rows(rows), FactKind::Rows { fields, .. }) => {
                let rows: Vec<String> = rows.iter().map(|row| object(row, fields)).collect();
                write!(out, r#"{comma}"{}":[{}]"#, schema.id, rows.join(","))
            }
            (Value::Rows(_), _) => continue,
        };
        comma = ",";
    }
    out.push_str("}}");
    out
}

fn object(row: &Row<'_>, fields: &[FactSchema]) -> String {
    let cells: Vec<String> = row
        .iter()
        .filter_map(|cell| {
            let field = fields.get(usize::from(cell.field))?;
            Some(format!(
                r#""{}":{}"#,
                field.id,
                json(&cell.value, &field.kind)
            ))
        })
        .collect();
    format!("{{{}}}", cells.join(","))
}

fn json(scalar: &Scalar<'_>, kind: &FactKind) -> String {
    let option = |number: u16| match kind {
        FactKind::Choice { options } | FactKind::Choices { options } => options
            .get(usize::from(number))
            .map_or_else(String::new, |option| option.id.clone()),
        _ => String::new(),
    };
    let quoted = |text: &str| serde_json::Value::from(text).to_string();
    match scalar {
        Scalar::Boolean(truth) => truth.to_string(),
        Scalar::Integer(number) => number.to_string(),
        Scalar::Decimal(number) => number.to_string(),
        Scalar::Text(text) => quoted(text),
        Scalar::Date(date) => quoted(&date.to_string()),
        Scalar::Moment(moment) => quoted(&moment.to_string()),
        Scalar::Choice(number) => quoted(&option(*number)),
        Scalar::Choices(numbers) => {
            let options: Vec<String> = numbers.iter().map(|n| quoted(&option(*n))).collect();
            format!("[{}]", options.join(","))
        }
    }
}
