//! Edits of JSON: of a manifest, mostly such that it keeps its form.

use serde_json::{Map, Value, json};

use super::draw::Draw;

/// One edit somewhere within.
pub fn edit(draw: &mut Draw<'_>, value: &mut Value) {
    let whole = value.clone();
    edit_in(draw, value, &whole);
}

/// Down to a leaf most times: what stands at the top is soon refused.
fn edit_in(draw: &mut Draw<'_>, value: &mut Value, whole: &Value) {
    let here = draw.one_in(7);
    match value {
        Value::Object(map) if !map.is_empty() && !here => {
            let number = draw.below(map.len());
            if let Some(value) = map.values_mut().nth(number) {
                edit_in(draw, value, whole);
            }
        }
        Value::Array(list) if !list.is_empty() && !here => {
            let number = draw.below(list.len());
            edit_in(draw, &mut list[number], whole);
        }
        Value::Object(map) => edit_map(draw, map, whole),
        Value::Array(list) => edit_list(draw, list, whole),
        leaf => *leaf = leaf_like(draw, leaf, whole),
    }
}

fn edit_map(draw: &mut Draw<'_>, map: &mut Map<String, Value>, whole: &Value) {
    let key = map.keys().nth(draw.below(map.len())).cloned();
    match (draw.below(4), key) {
        (0, Some(key)) => {
            map.remove(&key);
        }
        (1, Some(key)) => {
            let value = map.remove(&key).unwrap_or_default();
            map.insert(words(draw), value);
        }
        (2, Some(key)) => {
            map.insert(key, part(draw, whole));
        }
        _ => {
            // A key of another object with its value: `min` of a text, `when` of a relief.
            if let Value::Object(other) = part(draw, whole)
                && let Some((key, value)) = other.iter().nth(draw.below(other.len()))
            {
                map.insert(key.clone(), value.clone());
            } else {
                map.insert(words(draw), value(draw));
            }
        }
    }
}

fn edit_list(draw: &mut Draw<'_>, list: &mut Vec<Value>, whole: &Value) {
    let at = draw.below(list.len());
    match draw.below(6) {
        0 if !list.is_empty() => {
            list.remove(at);
        }
        1 if !list.is_empty() => {
            let again = list[at].clone();
            list.extend(std::iter::repeat_n(again, 1 + draw.below(4)));
        }
        2 if !list.is_empty() => {
            let other = draw.below(list.len());
            list.swap(at, other);
        }
        3 if !list.is_empty() => {
            // Many more than anybody writes, each under its own name.
            let again = list[at].clone();
            for number in 0..draw.below(700) {
                let mut next = again.clone();
                if let Some(id) = next.get_mut("id") {
                    *id = json!(format!("n{number}"));
                }
                list.push(next);
            }
        }
        4 => list.push(part(draw, whole)),
        _ => list.clear(),
    }
}

/// Something that stands somewhere in the whole.
fn part(draw: &mut Draw<'_>, whole: &Value) -> Value {
    let mut at = whole;
    for _ in 0..=draw.below(4) {
        at = match at {
            Value::Object(map) if !map.is_empty() => {
                map.values().nth(draw.below(map.len())).unwrap_or(at)
            }
            Value::Array(list) if !list.is_empty() => &list[draw.below(list.len())],
            _ => break,
        };
    }
    at.clone()
}

/// Another leaf, most times of the same type.
fn leaf_like(draw: &mut Draw<'_>, leaf: &Value, whole: &Value) -> Value {
    match (draw.below(8), leaf) {
        (0, _) => value(draw),
        (1, _) => part(draw, whole),
        (_, Value::Bool(truth)) => json!(!truth),
        (_, Value::Number(_)) => number(draw),
        (_, Value::String(text)) => json!(word_like(draw, text)),
        _ => value(draw),
    }
}

fn word_like(draw: &mut Draw<'_>, text: &str) -> String {
    match draw.below(6) {
        0 | 1 => words(draw),
        2 => String::new(),
        3 => format!("{text}{text}"),
        4 => format!("{text}{}", words(draw)),
        _ => {
            let mut text = text.to_owned();
            super::text::edit(draw, &mut text);
            text
        }
    }
}

fn number(draw: &mut Draw<'_>) -> Value {
    match draw.below(12) {
        0 => json!(draw.below(256)),
        1 => json!(-(draw.below(256) as i64)),
        2 => json!(i64::MAX),
        3 => json!(i64::MIN),
        4 => json!(u64::MAX),
        5 => json!(1_000_000_000_000_i64),
        6 => json!(1_000_000_000_001_i64),
        7 => json!(0.5),
        8 => json!(1e300),
        9 => json!(draw.below(65_536)),
        10 => json!(1),
        _ => json!(0),
    }
}

fn value(draw: &mut Draw<'_>) -> Value {
    match draw.below(8) {
        0 => Value::Null,
        1 => json!(draw.below(2) == 1),
        2 | 3 => number(draw),
        4 | 5 => json!(words(draw)),
        6 => {
            let mut deep = json!([]);
            for _ in 0..draw.below(200) {
                deep = json!([deep]);
            }
            deep
        }
        _ => json!({"vi": words(draw), "en": words(draw)}),
    }
}

/// Words that a manifest has, that it must not have, and dates and numbers as texts.
fn words(draw: &mut Draw<'_>) -> String {
    let words = [
        "x",
        "min",
        "max",
        "rule",
        "when",
        "vi",
        "en",
        "boolean",
        "integer",
        "decimal",
        "rows",
        "filing-window",
        "working-day",
        "same-day",
        "hour",
        "0.5",
        "-1",
        "1e9",
        "99999999999999999999.9",
        "2024-02-29",
        "2023-02-29",
        "1899-12-31",
        "2199-12-31",
        "fact_0",
        "pages",
        "published",
        "move",
        "a\u{202e}b",
        "a\u{1b}[31mb",
        "a\nINFO b",
        "e\u{301}",
        "\u{200b}",
        "<script>",
        "ế",
        "plugin",
        "motcua:procedure@1.0.0",
    ];
    match draw.below(8) {
        0 => draw.of(&words).repeat(draw.below(3_000)),
        1 => super::text::any(draw.some(12)),
        _ => draw.of(&words).to_owned(),
    }
}
