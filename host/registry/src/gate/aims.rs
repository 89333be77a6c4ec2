//! To put a made-up applicant where an outcome turns: what must be told is told, and one of the facts that are compared is
//! put at the turn, or one step beside it.

use motcua_model::manifest::{FactKind, FactSchema};
use serde_json::{Map, Value, json};

use super::dice::Dice;
use super::sum::Term;
use super::thresholds::Place;
use super::turns::{Turn, Want};
use super::values::{self, When};
use crate::version::Version;

/// A turn of a version.
pub(crate) struct Aim<'a> {
    facts: &'a [FactSchema],
    turn: &'a Turn,
}

impl<'a> Aim<'a> {
    /// At a turn of this version.
    pub fn new(version: &'a Version, turn: &'a Turn) -> Self {
        Self {
            facts: &version.manifest().facts,
            turn,
        }
    }

    /// In words that both versions share: the same where both turn alike.
    pub fn key(&self) -> String {
        let wants: Vec<String> = self
            .turn
            .wants
            .iter()
            .map(|(place, want)| format!("{} {}", self.name(*place), self.wanted(*place, want)))
            .collect();
        let compared = self.turn.compared.as_ref().map(|(comparison, sum)| {
            let sum = sum.described(|term| match term {
                Term::Filed => String::new(),
                Term::Place(place) => self.name(place),
            });
            format!("{comparison:?} {sum}")
        });
        format!("{wants:?} {compared:?}")
    }

    /// Puts an applicant there, as far as it goes; `step` units beside the turn.
    pub fn put(&self, facts: &mut Map<String, Value>, step: i64, when: When, dice: &mut Dice) {
        for (place, want) in &self.turn.wants {
            self.tell(facts, *place, when, |told, schema| {
                wanted(told, schema, want)
            });
        }
        let Some((_, sum)) = &self.turn.compared else {
            return;
        };
        // What must be told stays told, unless nothing else is compared.
        let (fixed, free): (Vec<Place>, Vec<Place>) = sum
            .places()
            .partition(|place| self.turn.wants.contains_key(place));
        let places = if free.is_empty() { fixed } else { free };
        let first = dice.below(places.len());
        for at in 0..places.len() {
            let Some(&place) = places.get((first + at) % places.len()) else {
                return;
            };
            let zero = sum.zero(place, |term| match term {
                Term::Filed => Some(when.filed.seconds()),
                Term::Place(other) => self.told(facts, other),
            });
            if let Some((units, months)) = zero
                && self.tell(facts, place, when, |_, schema| {
                    let value = values::of_units(&schema.kind, units.saturating_add(step))?;
                    later(value, &schema.kind, months)
                })
            {
                return;
            }
        }
    }

    fn schema(&self, (fact, field): Place) -> Option<&'a FactSchema> {
        let schema = self.facts.get(usize::from(fact))?;
        match (field, &schema.kind) {
            (None, _) => Some(schema),
            (Some(field), FactKind::Rows { fields, .. }) => fields.get(usize::from(field)),
            (Some(_), _) => None,
        }
    }

    fn name(&self, place: Place) -> String {
        let name = |place| self.schema(place).map_or("", |schema| schema.id.as_str());
        match place {
            (_, None) => name(place).to_owned(),
            (fact, Some(_)) => format!("{}.{}", name((fact, None)), name(place)),
        }
    }

    fn wanted(&self, place: Place, want: &Want) -> String {
        let option = |number: u16| match self.schema(place).map(|schema| &schema.kind) {
            Some(FactKind::Choice { options } | FactKind::Choices { options }) => options
                .get(usize::from(number))
                .map_or("", |option| option.id.as_str()),
            _ => "",
        };
        match want {
            Want::Option(number) => option(*number).to_owned(),
            Want::OtherOption(number) => format!("not {}", option(*number)),
            Want::Has(number, has) => format!("{has} {}", option(*number)),
            other => format!("{other:?}"),
        }
    }

    /// The units that are told at a place; of rows, how many there are, and of a field that of the first.
    fn told(&self, facts: &Map<String, Value>, place: Place) -> Option<i64> {
        let fact = self.schema((place.0, None))?;
        let value = facts.get(&fact.id)?;
        match (&fact.kind, place.1) {
            (FactKind::Rows { .. }, None) => i64::try_from(value.as_array()?.len()).ok(),
            (FactKind::Rows { .. }, Some(_)) => {
                let field = self.schema(place)?;
                values::units(&field.kind, value.as_array()?.first()?.get(&field.id)?)
            }
            (kind, _) => values::units(kind, value),
        }
    }

    /// Tells something at a place; of a field, in the only row. Whether it could be told.
    fn tell(
        &self,
        facts: &mut Map<String, Value>,
        place: Place,
        when: When,
        value: impl FnOnce(Option<&Value>, &FactSchema) -> Option<Value>,
    ) -> bool {
        let tell = || {
            let fact = self.schema((place.0, None))?;
            let present = facts.get(&fact.id);
            let told = match (&fact.kind, place.1) {
                (FactKind::Rows { fields, .. }, Some(_)) => {
                    let field = self.schema(place)?;
                    let rows = present.and_then(Value::as_array);
                    let row = rows.and_then(|rows| rows.first()?.as_object());
                    let mut row = row
                        .cloned()
                        .unwrap_or_else(|| values::plain_row(fields, when));
                    let told = value(row.get(&field.id), field)?;
                    row.insert(field.id.clone(), told);
                    json!([row])
                }
                (FactKind::FilingWindow(_), _) => return None,
                _ => value(present, fact)?,
            };
            Some((fact.id.clone(), told))
        };
        match tell() {
            Some((id, told)) => {
                facts.insert(id, told);
                true
            }
            None => false,
        }
    }
}

/// What is wanted of a fact, as far as it can be.
fn wanted(told: Option<&Value>, schema: &FactSchema, want: &Want) -> Option<Value> {
    Some(match (want, &schema.kind) {
        (Want::Boolean(value), FactKind::Boolean) => json!(value),
        (Want::Number(units), kind) => values::of_units(kind, *units)?,
        (Want::Option(number), FactKind::Choice { options }) => {
            json!(options.get(usize::from(*number))?.id)
        }
        (Want::OtherOption(number), FactKind::Choice { options }) => {
            let unwanted = &options.get(usize::from(*number))?.id;
            match told.filter(|told| *told != unwanted) {
                Some(told) => told.clone(),
                None => json!(options.iter().find(|option| option.id != *unwanted)?.id),
            }
        }
        (Want::Has(number, has), FactKind::Choices { options }) => {
            let option = &options.get(usize::from(*number))?.id;
            let mut set = told.and_then(Value::as_array).cloned().unwrap_or_default();
            set.retain(|present| present != option);
            if *has {
                set.push(json!(option));
            }
            Value::Array(set)
        }
        (Want::Text(text), FactKind::Text { .. }) => json!(text),
        _ => return None,
    })
}

/// A date or moment so many months later; anything else as it is.
fn later(value: Value, kind: &FactKind, months: i64) -> Option<Value> {
    let months = i32::try_from(months).ok()?;
    Some(match kind {
        FactKind::Date => {
            let day: motcua_model::Date = value.as_str()?.parse().ok()?;
            json!(day.plus_months(months)?)
        }
        FactKind::Moment => {
            let moment: motcua_model::Moment = value.as_str()?.parse().ok()?;
            json!(moment.date().plus_months(months)?.at(moment.time()))
        }
        _ => value,
    })
}
