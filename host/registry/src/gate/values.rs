//! Values of a fact as JSON: the ones at its bounds and thresholds, a plain one, and ones at random.

use motcua_model::manifest::{FactKind, FactSchema};
use motcua_model::{Date, Decimal, Moment};
use serde_json::{Map, Value, json};

use super::dice::Dice;
use super::thresholds::{Marks, Thresholds};

/// As many values of one fact are tried; the bounds come first.
const MOST: usize = 64;
/// A working morning, in seconds from midnight.
pub(crate) const MORNING: i64 = 9 * 3600;

/// What dates are told relative to.
#[derive(Clone, Copy, Debug)]
pub(crate) struct When {
    /// When the dossier was filed.
    pub filed: Moment,
    /// The first day of the version.
    pub from: Date,
}

/// Values without doubles, in the order in which they came.
struct Values(Vec<Value>);

impl Values {
    fn push(&mut self, value: Value) {
        if self.0.len() < MOST && !self.0.contains(&value) {
            self.0.push(value);
        }
    }
}

/// The values at every bound and threshold of a fact, the bounds first. Filing windows have none: the host tells them.
pub(crate) fn at_bounds(
    number: u16,
    schema: &FactSchema,
    thresholds: &Thresholds,
    when: When,
) -> Vec<Value> {
    let mut values = Values(Vec::new());
    match &schema.kind {
        FactKind::Rows { max_rows, fields } => {
            rows(number, *max_rows, fields, thresholds, when, &mut values);
        }
        kind => scalars(kind, &thresholds.at(number, None), when, &mut values),
    }
    values.0
}

fn scalars(kind: &FactKind, marks: &Marks, when: When, values: &mut Values) {
    match kind {
        FactKind::Boolean => {
            values.push(json!(true));
            values.push(json!(false));
        }
        FactKind::Integer { min, max, .. } => {
            for number in around(*min, *max, marks) {
                values.push(json!(number));
            }
        }
        FactKind::Decimal {
            min, max, decimals, ..
        } => {
            let (Some(low), Some(high)) = (min.rescaled(*decimals), max.rescaled(*decimals)) else {
                return;
            };
            for units in around(low.units, high.units, marks) {
                if let Some(value) = decimal(units, *decimals) {
                    values.push(value);
                }
            }
        }
        FactKind::Text { max_length } => {
            let longest = usize::from(*max_length);
            values.push(json!(""));
            values.push(json!("ễ".repeat(longest)));
            for text in &marks.texts {
                values.push(json!(text));
                values.push(json!(format!("x{text}")));
                values.push(json!(format!("{text}x")));
            }
            for &length in &marks.numbers {
                for length in [length - 1, length, length + 1] {
                    if let Ok(length) = usize::try_from(length)
                        && length <= longest
                    {
                        values.push(json!("a".repeat(length)));
                    }
                }
            }
        }
        FactKind::Date => {
            for day in days(marks, when) {
                values.push(json!(day));
            }
        }
        FactKind::Moment => {
            for moment in moments(marks, when) {
                values.push(json!(moment));
            }
        }
        FactKind::Choice { options } => {
            for option in options {
                // Every option, however many there are.
                values.0.push(json!(option.id));
            }
        }
        FactKind::Choices { options } => {
            let ids: Vec<&str> = options.iter().map(|option| option.id.as_str()).collect();
            values.push(json!([]));
            values.push(json!(ids));
            for id in &ids {
                values.0.push(json!([id]));
            }
            for id in &ids {
                let others: Vec<_> = ids.iter().filter(|other| *other != id).collect();
                values.push(json!(others));
            }
        }
        FactKind::Rows { .. } | FactKind::FilingWindow(_) => {}
    }
}

fn rows(
    number: u16,
    most: u16,
    fields: &[FactSchema],
    thresholds: &Thresholds,
    when: When,
    values: &mut Values,
) {
    let plain = plain_row(fields, when);
    let so_many = |count: usize| json!(vec![plain.clone(); count]);
    let marks = thresholds.at(number, None);
    let most = usize::from(most);
    values.push(json!([]));
    values.push(so_many(1));
    values.push(so_many(most));
    // A row of which nothing is told, alone and beside one that is.
    values.push(json!([{}]));
    if most > 1 {
        values.push(json!([plain.clone(), {}]));
    }
    for &count in &marks.numbers {
        for count in [count - 1, count, count + 1] {
            if let Ok(count) = usize::try_from(count)
                && count <= most
            {
                values.push(so_many(count));
            }
        }
    }
    for (at, field) in (0_u16..).zip(fields) {
        let mut of_field = Values(Vec::new());
        scalars(
            &field.kind,
            &thresholds.at(number, Some(at)),
            when,
            &mut of_field,
        );
        for value in of_field.0 {
            let mut row = plain.clone();
            row.insert(field.id.clone(), value);
            values.push(json!([row]));
        }
        let mut row = plain.clone();
        row.shift_remove(&field.id);
        values.push(json!([row]));
    }
}

/// The numbers at the bounds and thresholds, one step to each side, within the bounds.
fn around(min: i64, max: i64, marks: &Marks) -> Vec<i64> {
    let bounds = [min, min.saturating_add(1), max.saturating_sub(1), max];
    let steps = marks
        .numbers
        .iter()
        .flat_map(|&mark| [mark.saturating_sub(1), mark, mark.saturating_add(1)]);
    bounds
        .into_iter()
        .chain(steps)
        .filter(|number| (min..=max).contains(number))
        .collect()
}

fn days(marks: &Marks, when: When) -> Vec<Date> {
    let filed = when.filed.date();
    let mut middle = vec![filed, when.from];
    middle.extend(marks.numbers.iter().filter_map(|&days| day(days)));
    for &span in &marks.spans {
        let days = i32::try_from(span / 86_400).unwrap_or_default();
        middle.extend(
            [filed.plus_days(days), filed.plus_days(-days)]
                .into_iter()
                .flatten(),
        );
    }
    for &months in &marks.months {
        let months = i32::try_from(months).unwrap_or_default();
        middle.extend(
            [filed.plus_months(months), filed.plus_months(-months)]
                .into_iter()
                .flatten(),
        );
    }
    let around = middle
        .into_iter()
        .flat_map(|day| [day.plus_days(-1), Some(day), day.plus_days(1)])
        .flatten();
    [Date::MIN, Date::MAX].into_iter().chain(around).collect()
}

fn moments(marks: &Marks, when: When) -> Vec<Moment> {
    let filed = when.filed;
    let mut middle = vec![filed, when.from.midnight()];
    middle.extend(
        marks
            .numbers
            .iter()
            .filter_map(|&s| Moment::from_seconds(s).ok()),
    );
    for &span in &marks.spans {
        middle.extend(
            [filed.plus_seconds(span), filed.plus_seconds(-span)]
                .into_iter()
                .flatten(),
        );
    }
    for &months in &marks.months {
        let months = i32::try_from(months).unwrap_or_default();
        let days = [
            filed.date().plus_months(months),
            filed.date().plus_months(-months),
        ];
        middle.extend(days.into_iter().flatten().map(|day| day.at(filed.time())));
    }
    let around = middle
        .into_iter()
        .flat_map(|moment| {
            [
                moment.plus_seconds(-1),
                Some(moment),
                moment.plus_seconds(1),
            ]
        })
        .flatten();
    [Date::MIN.midnight(), Date::MAX.at(86_399)]
        .into_iter()
        .chain(around)
        .collect()
}

fn day(days: i64) -> Option<Date> {
    Date::from_days(i32::try_from(days).ok()?).ok()
}

/// A value of so many units, within the bounds of its fact; of a text, so many characters. Nothing where units do not
/// make a value.
pub(crate) fn of_units(kind: &FactKind, units: i64) -> Option<Value> {
    Some(match kind {
        FactKind::Integer { min, max, .. } => json!(units.max(*min).min(*max)),
        FactKind::Decimal {
            min, max, decimals, ..
        } => {
            let (low, high) = (min.rescaled(*decimals)?, max.rescaled(*decimals)?);
            decimal(units.max(low.units).min(high.units), *decimals)?
        }
        FactKind::Text { max_length } => {
            let length = usize::try_from(units).ok()?.min(usize::from(*max_length));
            json!("a".repeat(length))
        }
        FactKind::Date => json!(day(units)?),
        FactKind::Moment => json!(Moment::from_seconds(units).ok()?),
        _ => return None,
    })
}

/// The units of a value; of a text its characters.
pub(crate) fn units(kind: &FactKind, value: &Value) -> Option<i64> {
    match kind {
        FactKind::Integer { .. } => value.as_i64(),
        FactKind::Decimal { decimals, .. } => {
            let number: Decimal = value.to_string().parse().ok()?;
            Some(number.rescaled(*decimals)?.units)
        }
        FactKind::Text { .. } => i64::try_from(value.as_str()?.chars().count()).ok(),
        FactKind::Date => Some(value.as_str()?.parse::<Date>().ok()?.days().into()),
        FactKind::Moment => Some(value.as_str()?.parse::<Moment>().ok()?.seconds()),
        _ => None,
    }
}

/// A decimal as a JSON number; nothing when a reader of JSON would not get its digits back.
fn decimal(units: i64, scale: u8) -> Option<Value> {
    let number = Decimal { units, scale };
    let value: Value = serde_json::from_str(&number.to_string()).ok()?;
    let back: Decimal = value.to_string().parse().ok()?;
    (back == number).then_some(value)
}

/// A plain value: yes, the first option, the least number, a month ahead or behind. Nothing for a filing window.
pub(crate) fn plain(schema: &FactSchema, when: When) -> Option<Value> {
    let filed = when.filed;
    Some(match &schema.kind {
        FactKind::Boolean => json!(true),
        FactKind::Integer { min, max, .. } => json!((*min).max(1).min(*max)),
        FactKind::Decimal { min, max, .. } => {
            let one = Decimal::integer(1).max(*min).min(*max);
            serde_json::from_str(&one.to_string()).ok()?
        }
        FactKind::Text { .. } => json!("A"),
        FactKind::Date => json!(filed.date().plus_days(-30).unwrap_or(filed.date())),
        FactKind::Moment => json!(filed.plus_seconds(30 * 86_400).unwrap_or(filed)),
        FactKind::Choice { options } => json!(options.first()?.id),
        FactKind::Choices { options } => json!([options.first()?.id]),
        FactKind::Rows { fields, .. } => json!([plain_row(fields, when)]),
        FactKind::FilingWindow(_) => return None,
    })
}

pub(crate) fn plain_row(fields: &[FactSchema], when: When) -> Map<String, Value> {
    fields
        .iter()
        .filter_map(|field| Some((field.id.clone(), plain(field, when)?)))
        .collect()
}

/// A value as an applicant might have it: often near a threshold. Nothing for a filing window.
pub(crate) fn thrown(
    dice: &mut Dice,
    number: u16,
    schema: &FactSchema,
    thresholds: &Thresholds,
    when: When,
) -> Option<Value> {
    match &schema.kind {
        FactKind::Rows { max_rows, fields } => {
            let most = usize::from(*max_rows).min(4);
            let mut rows = Vec::new();
            for _ in 0..dice.below(most + 1) {
                let mut row = Map::new();
                for (at, field) in (0_u16..).zip(fields) {
                    let marks = thresholds.at(number, Some(at));
                    if let Some(value) = thrown_scalar(dice, &field.kind, &marks, when) {
                        row.insert(field.id.clone(), value);
                    }
                }
                rows.push(Value::Object(row));
            }
            Some(Value::Array(rows))
        }
        kind => thrown_scalar(dice, kind, &thresholds.at(number, None), when),
    }
}

fn thrown_scalar(dice: &mut Dice, kind: &FactKind, marks: &Marks, when: When) -> Option<Value> {
    Some(match kind {
        FactKind::Boolean => json!(dice.chance(60)),
        FactKind::Integer { min, max, .. } => json!(thrown_number(dice, *min, *max, marks)),
        FactKind::Decimal {
            min, max, decimals, ..
        } => {
            let (low, high) = (min.rescaled(*decimals)?, max.rescaled(*decimals)?);
            decimal(thrown_number(dice, low.units, high.units, marks), *decimals)?
        }
        FactKind::Text { .. } => {
            let texts: Vec<&String> = marks.texts.iter().collect();
            match dice.pick(&texts) {
                Some(text) if dice.chance(50) => json!(text),
                _ => json!("Nguyễn Văn A"),
            }
        }
        FactKind::Date => {
            let marked = days(marks, when);
            match dice.pick(marked.get(2..).unwrap_or_default()) {
                Some(day) if dice.chance(50) => json!(day),
                _ => json!(
                    when.filed
                        .date()
                        .plus_days(dice.between(-1_500, 400) as i32)?
                ),
            }
        }
        FactKind::Moment => {
            let marked = moments(marks, when);
            match dice.pick(marked.get(2..).unwrap_or_default()) {
                Some(moment) if dice.chance(30) => json!(moment),
                _ => {
                    let hours = dice.between(-24, 60 * 24);
                    json!(when.filed.plus_seconds(hours * 3600)?)
                }
            }
        }
        FactKind::Choice { options } => json!(dice.pick(options)?.id),
        FactKind::Choices { options } => {
            let percent = [10, 30, 60][dice.below(3)];
            let ids = options.iter().filter(|_| dice.chance(percent));
            json!(ids.map(|option| &option.id).collect::<Vec<_>>())
        }
        FactKind::Rows { .. } | FactKind::FilingWindow(_) => return None,
    })
}

/// Near a threshold, or anywhere up to a few times the largest one: a range as wide as the law allows holds few people.
fn thrown_number(dice: &mut Dice, min: i64, max: i64, marks: &Marks) -> i64 {
    let known: Vec<i64> = marks
        .numbers
        .iter()
        .copied()
        .filter(|n| (min..=max).contains(n))
        .collect();
    let largest = known
        .last()
        .copied()
        .unwrap_or_else(|| min.saturating_add(100));
    let near = match dice.pick(&known) {
        Some(mark) if dice.chance(60) => {
            let step = (mark.saturating_abs() / 10).max(1);
            mark.saturating_add(dice.between(-step, step))
        }
        _ => dice.between(min, largest.saturating_mul(2).clamp(min, max)),
    };
    near.clamp(min, max)
}
