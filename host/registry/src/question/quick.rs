//! The quick way: from bytes to facts in one pass, without a tree between. Gives up at anything unusual; then the careful
//! way decides.

use std::borrow::Cow;
use std::fmt;

use motcua_model::manifest::{FactKind, FactSchema};
use motcua_model::{Cell, Decimal, Fact, Manifest, Moment, Row, Scalar, Value};
use serde::de::{
    self, DeserializeSeed, Deserializer, Error as _, IgnoredAny, MapAccess, SeqAccess, Visitor,
};
use serde_json::value::RawValue;

use super::{Question, is_offered, value};
use crate::form::{FactNames, Form, KindNames};
use crate::names::NameTable;

/// Reads a body that is as it should be; nothing otherwise.
pub(super) fn read<'a>(manifest: &Manifest, form: &Form, body: &'a [u8]) -> Option<Question<'a>> {
    let mut reader = serde_json::Deserializer::from_slice(body);
    let question = Body { manifest, form }.deserialize(&mut reader).ok()?;
    reader.end().ok()?;
    Some(question)
}

/// No one reads what is said here: the careful way says it better.
fn give_up<E: de::Error>() -> E {
    E::custom("")
}

/// Expects text and makes something of it.
struct OfText<F>(F);

impl<'de, T, F: FnOnce(&str) -> Option<T>> DeserializeSeed<'de> for OfText<F> {
    type Value = T;
    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<T, D::Error> {
        deserializer.deserialize_str(self)
    }
}

impl<T, F: FnOnce(&str) -> Option<T>> Visitor<'_> for OfText<F> {
    type Value = T;
    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a text")
    }
    fn visit_str<E: de::Error>(self, text: &str) -> Result<T, E> {
        (self.0)(text).ok_or_else(give_up)
    }
}

/// The members of a question.
enum Member {
    FiledAt,
    AcceptedAt,
    ReceivedAt,
    Channel,
    Facts,
    OnFile,
    DataSources,
}

fn member(name: &str) -> Option<Member> {
    Some(match name {
        "facts" => Member::Facts,
        "filed_at" => Member::FiledAt,
        "accepted_at" => Member::AcceptedAt,
        "received_at" => Member::ReceivedAt,
        "channel" => Member::Channel,
        "on_file" => Member::OnFile,
        "data_sources" => Member::DataSources,
        _ => return None,
    })
}

struct Body<'m> {
    manifest: &'m Manifest,
    form: &'m Form,
}

impl<'de> DeserializeSeed<'de> for Body<'_> {
    type Value = Question<'de>;
    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<Question<'de>, D::Error> {
        deserializer.deserialize_map(self)
    }
}

impl<'de> Visitor<'de> for Body<'_> {
    type Value = Question<'de>;
    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a question")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Question<'de>, A::Error> {
        let mut question = Question::default();
        let (mut facts, mut on_file, mut data_sources) = (None, None, None);
        while let Some(member) = map.next_key_seed(OfText(member))? {
            match member {
                Member::Facts => {
                    let seed = Facts {
                        schemas: &self.manifest.facts,
                        names: &self.form.facts,
                    };
                    once(&mut facts, map.next_value_seed(seed)?)?;
                }
                Member::FiledAt => once(&mut question.instants.filed_at, moment(&mut map)?)?,
                Member::AcceptedAt => once(&mut question.instants.accepted_at, moment(&mut map)?)?,
                Member::ReceivedAt => once(&mut question.instants.received_at, moment(&mut map)?)?,
                Member::Channel => once(
                    &mut question.channel,
                    map.next_value_seed(OfText(value::channel))?,
                )?,
                Member::OnFile => once(
                    &mut on_file,
                    map.next_value_seed(Ids(&self.form.documents))?,
                )?,
                Member::DataSources => {
                    once(
                        &mut data_sources,
                        map.next_value_seed(Ids(&self.form.data_sources))?,
                    )?;
                }
            }
        }
        question.facts = facts.ok_or_else(give_up)?;
        question.on_file = on_file.unwrap_or_default();
        question.data_sources = data_sources.unwrap_or_default();
        let offered = question
            .channel
            .is_none_or(|channel| is_offered(self.manifest, channel));
        if offered && question.instants.in_order() {
            Ok(question)
        } else {
            Err(give_up())
        }
    }
}

fn once<T, E: de::Error>(place: &mut Option<T>, value: T) -> Result<(), E> {
    if place.replace(value).is_some() {
        Err(give_up())
    } else {
        Ok(())
    }
}

fn moment<'de, A: MapAccess<'de>>(map: &mut A) -> Result<Moment, A::Error> {
    map.next_value_seed(OfText(|text: &str| value::moment(text).ok()))
}

/// A list of names, as ascending numbers.
struct Ids<'m>(&'m NameTable);

impl<'de> DeserializeSeed<'de> for Ids<'_> {
    type Value = Vec<u16>;
    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<Vec<u16>, D::Error> {
        deserializer.deserialize_seq(self)
    }
}

impl<'de> Visitor<'de> for Ids<'_> {
    type Value = Vec<u16>;
    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a list of ids")
    }
    fn visit_seq<A: SeqAccess<'de>>(self, mut list: A) -> Result<Vec<u16>, A::Error> {
        let mut numbers = Vec::new();
        while let Some(number) = list.next_element_seed(OfText(|name: &str| self.0.find(name)))? {
            numbers.push(number);
        }
        value::ascending(numbers).ok_or_else(give_up)
    }
}

/// The facts, or the fields of a row: both are an object of names that the manifest knows.
struct Facts<'m> {
    schemas: &'m [FactSchema],
    names: &'m FactNames,
}

impl<'de> DeserializeSeed<'de> for Facts<'_> {
    type Value = Vec<Fact<'de>>;
    fn deserialize<D: Deserializer<'de>>(
        self,
        deserializer: D,
    ) -> Result<Vec<Fact<'de>>, D::Error> {
        deserializer.deserialize_map(self)
    }
}

impl<'de> Visitor<'de> for Facts<'_> {
    type Value = Vec<Fact<'de>>;
    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("facts")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Vec<Fact<'de>>, A::Error> {
        let mut facts = Vec::with_capacity(self.schemas.len());
        while let Some(fact) =
            map.next_key_seed(OfText(|name: &str| self.names.table.find(name)))?
        {
            let at = usize::from(fact);
            let (Some(schema), Some(names)) = (self.schemas.get(at), self.names.each.get(at))
            else {
                return Err(give_up());
            };
            let value = match (&schema.kind, names) {
                (FactKind::Rows { max_rows, fields }, KindNames::Fields(names)) => {
                    Value::Rows(map.next_value_seed(Rows {
                        most: *max_rows,
                        schemas: fields,
                        names,
                    })?)
                }
                (kind, names) => Value::Scalar(scalar(&mut map, kind, names)?),
            };
            facts.push(Fact { fact, value });
        }
        in_order(&mut facts, |fact| fact.fact)?;
        Ok(facts)
    }
}

fn in_order<T, E: de::Error>(list: &mut [T], number: impl Fn(&T) -> u16) -> Result<(), E> {
    if !list.is_sorted_by_key(&number) {
        list.sort_unstable_by_key(&number);
    }
    if list.array_windows().all(|[a, b]| number(a) != number(b)) {
        Ok(())
    } else {
        Err(give_up())
    }
}

/// The value of the next member.
fn scalar<'de, A: MapAccess<'de>>(
    map: &mut A,
    kind: &FactKind,
    names: &KindNames,
) -> Result<Scalar<'de>, A::Error> {
    Ok(match (kind, names) {
        (FactKind::Boolean, _) => Scalar::Boolean(map.next_value()?),
        (FactKind::Integer { min, max, .. }, _) => {
            let number = map.next_value()?;
            Scalar::Integer(value::integer(number, *min, *max).map_err(|_| give_up::<A::Error>())?)
        }
        (
            FactKind::Decimal {
                min, max, decimals, ..
            },
            _,
        ) => Scalar::Decimal(
            decimal(map.next_value()?, *min, *max, *decimals).ok_or_else(give_up::<A::Error>)?,
        ),
        (FactKind::Text { max_length }, _) => Scalar::Text(map.next_value_seed(Words {
            max_length: *max_length,
        })?),
        (FactKind::Date, _) => {
            Scalar::Date(map.next_value_seed(OfText(|text: &str| value::date(text).ok()))?)
        }
        (FactKind::Moment, _) => Scalar::Moment(moment(map)?),
        (FactKind::Choice { .. }, KindNames::Options(options)) => {
            Scalar::Choice(map.next_value_seed(OfText(|name: &str| options.find(name)))?)
        }
        (FactKind::Choices { .. }, KindNames::Options(options)) => {
            Scalar::Choices(map.next_value_seed(Ids(options))?)
        }
        // A filing window, which only the host tells.
        _ => return Err(A::Error::custom("")),
    })
}

fn decimal(raw: &RawValue, min: Decimal, max: Decimal, decimals: u8) -> Option<Decimal> {
    value::decimal(raw.get(), min, max, decimals).ok()
}

/// A text, borrowed where it needs no unescaping.
struct Words {
    max_length: u16,
}

impl<'de> DeserializeSeed<'de> for Words {
    type Value = Cow<'de, str>;
    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<Cow<'de, str>, D::Error> {
        deserializer.deserialize_str(self)
    }
}

impl<'de> Visitor<'de> for Words {
    type Value = Cow<'de, str>;
    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a text")
    }
    fn visit_borrowed_str<E: de::Error>(self, text: &'de str) -> Result<Cow<'de, str>, E> {
        value::text(Cow::Borrowed(text), self.max_length).map_err(|_| give_up())
    }
    fn visit_str<E: de::Error>(self, text: &str) -> Result<Cow<'de, str>, E> {
        value::text(Cow::Owned(text.to_owned()), self.max_length).map_err(|_| give_up())
    }
}

/// The rows of a repeating fact.
struct Rows<'m> {
    most: u16,
    schemas: &'m [FactSchema],
    names: &'m FactNames,
}

impl<'de> DeserializeSeed<'de> for Rows<'_> {
    type Value = Vec<Row<'de>>;
    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<Vec<Row<'de>>, D::Error> {
        deserializer.deserialize_seq(self)
    }
}

impl<'de> Visitor<'de> for Rows<'_> {
    type Value = Vec<Row<'de>>;
    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a list of rows")
    }
    fn visit_seq<A: SeqAccess<'de>>(self, mut list: A) -> Result<Vec<Row<'de>>, A::Error> {
        let mut rows = Vec::new();
        while rows.len() < usize::from(self.most) {
            match list.next_element_seed(OneRow {
                schemas: self.schemas,
                names: self.names,
            })? {
                Some(row) => rows.push(row),
                None => return Ok(rows),
            }
        }
        if list.next_element::<IgnoredAny>()?.is_some() {
            Err(give_up())
        } else {
            Ok(rows)
        }
    }
}

struct OneRow<'m> {
    schemas: &'m [FactSchema],
    names: &'m FactNames,
}

impl<'de> DeserializeSeed<'de> for OneRow<'_> {
    type Value = Row<'de>;
    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<Row<'de>, D::Error> {
        deserializer.deserialize_map(self)
    }
}

impl<'de> Visitor<'de> for OneRow<'_> {
    type Value = Row<'de>;
    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a row")
    }
    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Row<'de>, A::Error> {
        let mut row = Vec::with_capacity(self.schemas.len());
        while let Some(field) =
            map.next_key_seed(OfText(|name: &str| self.names.table.find(name)))?
        {
            let at = usize::from(field);
            let (Some(schema), Some(names)) = (self.schemas.get(at), self.names.each.get(at))
            else {
                return Err(give_up());
            };
            row.push(Cell {
                field,
                value: scalar(&mut map, &schema.kind, names)?,
            });
        }
        in_order(&mut row, |cell: &Cell<'_>| cell.field)?;
        Ok(row)
    }
}
