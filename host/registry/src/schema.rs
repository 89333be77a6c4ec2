//! The schema of the facts of a version, as JSON Schema 2020-12: a form can be built from it, and a question checked.
//!
//! `title` and `description` are Vietnamese, the language of the applicant; `x-text` has both languages, `x-unit` the unit.
//! Filing windows are not in it: the host tells them.

use motcua_model::manifest::{ChoiceOption, FactKind, FactSchema};
use motcua_model::text::Language;
use motcua_model::{Decimal, Manifest, Text};
use serde_json::{Map, Value, json};

/// The JSON Schema of `facts` in a question to this version.
pub fn facts_schema(manifest: &Manifest, digest: &str) -> Value {
    let mut schema = Map::new();
    schema.insert(
        "$schema".to_owned(),
        json!("https://json-schema.org/draft/2020-12/schema"),
    );
    schema.insert(
        "$id".to_owned(),
        json!(format!("urn:motcua:facts:{}:{digest}", manifest.code)),
    );
    words(&mut schema, &manifest.name, None);
    schema.insert("x-valid-from".to_owned(), json!(manifest.valid_from));
    object(&mut schema, &manifest.facts);
    Value::Object(schema)
}

fn object(schema: &mut Map<String, Value>, facts: &[FactSchema]) {
    let properties: Map<String, Value> = facts
        .iter()
        .filter(|fact| !matches!(fact.kind, FactKind::FilingWindow(_)))
        .map(|fact| (fact.id.clone(), fact_schema(fact)))
        .collect();
    schema.insert("type".to_owned(), json!("object"));
    schema.insert("properties".to_owned(), Value::Object(properties));
    schema.insert("additionalProperties".to_owned(), json!(false));
}

fn fact_schema(fact: &FactSchema) -> Value {
    let mut schema = Map::new();
    words(&mut schema, &fact.question, fact.help.as_ref());
    let mut set = |key: &str, value: Value| drop(schema.insert(key.to_owned(), value));
    match &fact.kind {
        // A filing window has been left out before.
        FactKind::Boolean | FactKind::FilingWindow(_) => set("type", json!("boolean")),
        FactKind::Integer { min, max, unit } => {
            set("type", json!("integer"));
            set("minimum", json!(min));
            set("maximum", json!(max));
            if let Some(unit) = unit {
                set("x-unit", json!(unit));
            }
        }
        FactKind::Decimal {
            min,
            max,
            decimals,
            unit,
        } => {
            set("type", json!("number"));
            set("minimum", number(*min));
            set("maximum", number(*max));
            set(
                "multipleOf",
                number(Decimal {
                    units: 1,
                    scale: *decimals,
                }),
            );
            if let Some(unit) = unit {
                set("x-unit", json!(unit));
            }
        }
        FactKind::Text { max_length } => {
            set("type", json!("string"));
            set("maxLength", json!(max_length));
            // No control characters.
            set("pattern", json!("^[^\\u0000-\\u001f\\u007f-\\u009f]*$"));
        }
        FactKind::Date => {
            set("type", json!("string"));
            set("format", json!("date"));
        }
        FactKind::Moment => {
            set("type", json!("string"));
            set("format", json!("date-time"));
            // Seconds and offset may be left out; the time is then local.
            set(
                "examples",
                json!(["2024-05-31T08:30", "2024-05-31T08:30:00+07:00"]),
            );
        }
        FactKind::Choice { options } => {
            set("type", json!("string"));
            set("oneOf", choices(options));
        }
        FactKind::Choices { options } => {
            set("type", json!("array"));
            set(
                "items",
                json!({"type": "string", "oneOf": choices(options)}),
            );
            set("uniqueItems", json!(true));
            set("maxItems", json!(options.len()));
        }
        FactKind::Rows { max_rows, fields } => {
            set("type", json!("array"));
            set("maxItems", json!(max_rows));
            let mut row = Map::new();
            object(&mut row, fields);
            set("items", Value::Object(row));
        }
    }
    Value::Object(schema)
}

fn choices(options: &[ChoiceOption]) -> Value {
    let one = |option: &ChoiceOption| {
        json!({
            "const": option.id,
            "title": option.label.get(Language::Vietnamese),
            "x-text": {"title": option.label},
        })
    };
    Value::Array(options.iter().map(one).collect())
}

fn words(schema: &mut Map<String, Value>, title: &Text, description: Option<&Text>) {
    schema.insert("title".to_owned(), json!(title.get(Language::Vietnamese)));
    let mut both = Map::new();
    both.insert("title".to_owned(), json!(title));
    if let Some(description) = description {
        schema.insert(
            "description".to_owned(),
            json!(description.get(Language::Vietnamese)),
        );
        both.insert("description".to_owned(), json!(description));
    }
    schema.insert("x-text".to_owned(), Value::Object(both));
}

/// A decimal as a JSON number. At most 18 digits, of which JSON readers keep 15 to 17; bounds of facts have far fewer.
fn number(decimal: Decimal) -> Value {
    serde_json::from_str(&decimal.to_string()).unwrap_or(Value::Null)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::sample;

    #[test]
    fn a_form_can_be_built_from_it() {
        let manifest = sample::manifest();
        let schema = facts_schema(&manifest, "sha256:00");
        assert_eq!(
            schema["$schema"],
            "https://json-schema.org/draft/2020-12/schema"
        );
        assert_eq!(schema["title"], "Cấp giấy phép thử nghiệm");
        assert_eq!(schema["additionalProperties"], false);
        let facts = schema["properties"].as_object().unwrap();
        let names: Vec<&String> = facts.keys().collect();
        assert_eq!(
            names,
            [
                "is_local",
                "pages",
                "hours",
                "title",
                "issued_on",
                "conference_at",
                "medium",
                "topics",
                "partners"
            ],
            "in the order to ask, without the filing window"
        );
        assert_eq!(
            facts["pages"],
            json!({
                "title": "Bao nhiêu trang?", "x-text": {"title": {"vi": "Bao nhiêu trang?", "en": "How many pages?"}},
                "type": "integer", "minimum": 1, "maximum": 100_000, "x-unit": {"vi": "trang", "en": "pages"}
            })
        );
        assert_eq!(facts["hours"]["multipleOf"].to_string(), "0.01");
        assert_eq!(facts["hours"]["description"], "Kể cả nghỉ");
        assert_eq!(facts["hours"]["x-text"]["description"]["en"], "With breaks");
        assert_eq!(facts["title"]["maxLength"], 20);
        assert_eq!(
            (
                &facts["issued_on"]["format"],
                &facts["conference_at"]["format"]
            ),
            (&json!("date"), &json!("date-time"))
        );
        assert_eq!(
            facts["medium"]["oneOf"][1],
            json!({"const": "electronic", "title": "Điện tử", "x-text": {"title": {"vi": "Điện tử", "en": "Electronic"}}})
        );
        assert_eq!(
            (
                &facts["topics"]["uniqueItems"],
                &facts["topics"]["maxItems"]
            ),
            (&json!(true), &json!(3))
        );
        let row = &facts["partners"]["items"];
        assert_eq!(
            (&facts["partners"]["maxItems"], &row["additionalProperties"]),
            (&json!(3), &json!(false))
        );
        assert_eq!(row["properties"]["share"]["multipleOf"].to_string(), "0.1");
    }
}
