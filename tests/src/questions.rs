//! Questions about any procedure, thrown around what its rules compare with: facts told or not, of every kind, with numbers,
//! days and texts that its package names, and those beside them.

use motcua_model::manifest::{FactKind, FactSchema, Manifest};
use motcua_model::{Date, Moment};
use serde_json::{Map, Value, json};

use crate::dice::Dice;

/// How many facts in a hundred are left out: it hangs on the question.
const UNTOLD: [u64; 6] = [0, 0, 5, 15, 50, 90];
const DAY_SECONDS: u64 = 86_400;

/// Questions without end; the same for the same seed.
#[derive(Clone, Debug)]
pub struct Questions<'a> {
    manifest: &'a Manifest,
    dice: Dice,
    numbers: Vec<i64>,
    days: Vec<Date>,
    texts: Vec<String>,
}

impl<'a> Questions<'a> {
    /// About a procedure, around the numbers, days and texts in the text of its package.
    pub fn new(manifest: &'a Manifest, package: &str, seed: u64) -> Self {
        let words = package.split(|c: char| !c.is_ascii_alphanumeric() && c != '-');
        let words: Vec<&str> = words.collect();
        let numbers = words.iter().filter_map(|word| word.parse().ok());
        let days = words.iter().filter_map(|word| word.parse().ok());
        let texts = package.split('"').skip(1).step_by(2).map(str::to_owned);
        let mut days: Vec<Date> = days.collect();
        days.extend([manifest.valid_from, Date::MIN, Date::MAX]);
        days.sort_unstable();
        days.dedup();
        let mut texts: Vec<String> = texts
            .filter(|text| text.len() < 30 && !text.contains(char::is_control))
            .collect();
        texts.sort_unstable();
        texts.dedup();
        Self {
            manifest,
            dice: Dice::new(seed),
            numbers: numbers.collect(),
            days,
            texts,
        }
    }

    fn chance(&mut self, percent: u64) -> bool {
        self.dice.below(100) < percent
    }

    fn pick<T: Clone>(&mut self, things: &[T]) -> Option<T> {
        let at = self.dice.below(things.len() as u64);
        things.get(usize::try_from(at).ok()?).cloned()
    }

    fn facts(&mut self, facts: &[FactSchema], untold: u64, filed: Date) -> Map<String, Value> {
        let mut told = Map::new();
        for fact in facts {
            if self.chance(untold) {
                continue;
            }
            if let Some(value) = self.value(&fact.kind, untold, filed) {
                told.insert(fact.id.clone(), value);
            }
        }
        told
    }

    /// Nothing for a filing window, which the host tells.
    fn value(&mut self, kind: &FactKind, untold: u64, filed: Date) -> Option<Value> {
        Some(match kind {
            // Most conditions hold where most is true.
            FactKind::Boolean => json!(self.chance(75)),
            FactKind::Integer { min, max, .. } => json!(self.number(*min, *max)),
            FactKind::Decimal {
                min, max, decimals, ..
            } => {
                let (low, high) = (min.rescaled(*decimals)?, max.rescaled(*decimals)?);
                let units = self.number(low.units, high.units);
                let number = motcua_model::Decimal {
                    units,
                    scale: *decimals,
                };
                serde_json::from_str(&number.to_string()).ok()?
            }
            FactKind::Text { max_length } => {
                let texts = self.texts.clone();
                let text = self.pick(&texts).unwrap_or_default();
                let text = match self.dice.below(5) {
                    0 => text,
                    1 => format!("tin{text}"),
                    2 => format!("{text}x"),
                    3 => "tin.com".to_owned(),
                    _ => String::new(),
                };
                let most = usize::from(*max_length);
                json!(text.chars().take(most).collect::<String>())
            }
            FactKind::Date => json!(self.day(filed)),
            FactKind::Moment => {
                let seconds = self.dice.below(DAY_SECONDS) as i64;
                json!(self.day(filed).at(seconds))
            }
            FactKind::Choice { options } => json!(self.pick(options)?.id),
            FactKind::Choices { options } => {
                let most = [0, 30, 50, 100][self.dice.below(4) as usize];
                let ticked = options.iter().filter(|_| self.chance(most));
                ticked.map(|option| json!(option.id)).collect()
            }
            FactKind::Rows { max_rows, fields } => {
                let count = match self.dice.below(20) {
                    0 => u64::from(*max_rows),
                    other => (other % 5).min(u64::from(*max_rows)),
                };
                let untold = untold / 2;
                let rows = (0..count).map(|_| Value::Object(self.facts(fields, untold, filed)));
                Value::Array(rows.collect())
            }
            FactKind::FilingWindow(_) => return None,
        })
    }

    /// A bound, a number of the package or one beside it, or any small one.
    fn number(&mut self, min: i64, max: i64) -> i64 {
        let numbers = self.numbers.clone();
        let number = match self.dice.below(6) {
            0 => min,
            1 => max,
            2 => min.saturating_add(self.dice.below(5) as i64),
            _ => {
                let beside = self.dice.below(3) as i64 - 1;
                self.pick(&numbers).unwrap_or(min).saturating_add(beside)
            }
        };
        number.clamp(min, max)
    }

    /// A day that the package names, or so many months from the day of filing; or one beside it.
    fn day(&mut self, filed: Date) -> Date {
        let days = self.days.clone();
        let day = match self.dice.below(3) {
            0 => self.pick(&days).unwrap_or(filed),
            _ => {
                let months = [0, 0, 1, 6, 12, -6, -12][self.dice.below(7) as usize];
                filed.plus_months(months).unwrap_or(filed)
            }
        };
        let beside = self.dice.below(3) as i32 - 1;
        day.plus_days(beside).unwrap_or(day)
    }
}

impl Iterator for Questions<'_> {
    type Item = Value;

    fn next(&mut self) -> Option<Value> {
        let manifest = self.manifest;
        // Within the years of the calendar, near the days that the package names, or anywhere in its time.
        let near = self.day(manifest.valid_from);
        let anywhere = self.dice.below(2_000) as i32;
        let anywhere = manifest.valid_from.plus_days(anywhere)?;
        let named = near >= manifest.valid_from && near < anywhere;
        let filed = if named { near } else { anywhere };
        let filed_at: Moment = filed.at(self.dice.below(DAY_SECONDS) as i64);
        let later = [0, 0, 0, 1, 30][self.dice.below(5) as usize];
        let received_at = filed.plus_days(later)?.at(DAY_SECONDS as i64 - 1);
        let untold = UNTOLD[self.dice.below(UNTOLD.len() as u64) as usize];
        let facts = self.facts(&manifest.facts, untold, filed);
        let mut question = json!({
            "filed_at": filed_at,
            "received_at": received_at,
            "facts": facts,
        });
        let channels: Vec<_> = manifest.channels.iter().map(|x| x.channel).collect();
        if self.chance(80) {
            question["channel"] = json!(self.pick(&channels)?);
        }
        let share = [0, 0, 20, 60][self.dice.below(4) as usize];
        let on_file = manifest.documents.iter().filter(|_| self.chance(share));
        question["on_file"] = on_file.map(|x| json!(x.id)).collect();
        let sources = manifest.data_sources.iter().filter(|_| self.chance(share));
        question["data_sources"] = sources.map(|x| json!(x.id)).collect();
        Some(question)
    }
}
