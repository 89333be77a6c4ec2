//! What people see: nothing in it may steer a terminal, forge a line, or turn round what is read.

use serde_json::Value;

use crate::fuzz::deceives;

/// The first sign in a text that must not be shown, with a little of what stands around it.
pub fn control(text: &str) -> Option<String> {
    let bad = |sign: char| sign != '\n' && deceives(sign);
    let at = text.chars().position(bad)?;
    let around: String = text.chars().skip(at.saturating_sub(20)).take(41).collect();
    Some(format!("{around:?}"))
}

/// The same for a body of the API: of its bytes, and of every text in it once the escapes are read. A text of the API is one
/// line.
pub fn control_in_json(body: &[u8]) -> Option<String> {
    fn within(value: &Value) -> Option<String> {
        match value {
            Value::String(text) => match text.contains('\n') {
                true => Some(format!("a line break in {text:?}")),
                false => control(text),
            },
            Value::Array(values) => values.iter().find_map(within),
            Value::Object(fields) => fields
                .iter()
                .find_map(|(name, value)| control(name).or_else(|| within(value))),
            Value::Null | Value::Bool(_) | Value::Number(_) => None,
        }
    }
    let Ok(text) = std::str::from_utf8(body) else {
        return Some("a body that is no UTF-8".to_owned());
    };
    match serde_json::from_str(text) {
        Ok(value) => control(text).or_else(|| within(&value)),
        Err(error) => Some(format!("a body that is no JSON: {error}")),
    }
}
