//! JSON read level by level, for telling what is wrong with it: numbers keep their digits, objects keep members that come
//! twice, and nothing is read deeper than the reader looks.

use std::borrow::Cow;
use std::fmt;

use serde::de::{self, Deserialize, Deserializer, MapAccess, Visitor};
use serde_json::value::RawValue;

use crate::question::BrokenJson;

/// One level of JSON.
pub(crate) enum Json<'a> {
    /// `null`
    Null,
    /// `true` or `false`
    Boolean(bool),
    /// Its digits as written.
    Number(&'a str),
    /// Its characters; nothing when they are no Unicode (half of a surrogate pair).
    Text(Option<Cow<'a, str>>),
    /// Its elements.
    List(Vec<&'a RawValue>),
    /// Its members in the order written, twice if they come twice. Nothing when a name is no Unicode.
    Object(Option<Vec<(Cow<'a, str>, &'a RawValue)>>),
}

/// Reads a whole body as JSON, whatever it holds.
pub(crate) fn whole(body: &[u8]) -> Result<&RawValue, BrokenJson> {
    serde_json::from_slice(body).map_err(|error| BrokenJson::of(body, &error))
}

impl<'a> Json<'a> {
    /// The top level of a value. A `RawValue` is sound JSON, so reading it can only fail where names or texts are no
    /// Unicode.
    pub(crate) fn of(raw: &'a RawValue) -> Self {
        let text = raw.get();
        match text.as_bytes().first() {
            Some(b'n') => Self::Null,
            Some(b't') => Self::Boolean(true),
            Some(b'f') => Self::Boolean(false),
            Some(b'"') => Self::Text(
                serde_json::from_str::<Characters<'_>>(text)
                    .ok()
                    .map(|text| text.0),
            ),
            Some(b'[') => Self::List(serde_json::from_str(text).unwrap_or_default()),
            Some(b'{') => Self::Object(
                serde_json::from_str::<Members<'_>>(text)
                    .ok()
                    .map(|members| members.0),
            ),
            _ => Self::Number(text),
        }
    }

    /// What it is, in words.
    pub(crate) fn words(&self) -> (&'static str, &'static str) {
        match self {
            Self::Null => ("null", "null"),
            Self::Boolean(true) => ("true", "true"),
            Self::Boolean(false) => ("false", "false"),
            Self::Number(_) => ("một số", "a number"),
            Self::Text(_) => ("một chuỗi ký tự", "a text"),
            Self::List(_) => ("một danh sách", "a list"),
            Self::Object(_) => ("một đối tượng {…}", "an object {…}"),
        }
    }
}

/// A text, borrowed where it needs no unescaping. (`Cow<str>` would always copy.)
struct Characters<'a>(Cow<'a, str>);

impl<'de> Deserialize<'de> for Characters<'de> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Text;
        impl<'de> Visitor<'de> for Text {
            type Value = Characters<'de>;
            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("a text")
            }
            fn visit_borrowed_str<E: de::Error>(self, text: &'de str) -> Result<Self::Value, E> {
                Ok(Characters(Cow::Borrowed(text)))
            }
            fn visit_str<E: de::Error>(self, text: &str) -> Result<Self::Value, E> {
                Ok(Characters(Cow::Owned(text.to_owned())))
            }
        }
        deserializer.deserialize_str(Text)
    }
}

struct Members<'a>(Vec<(Cow<'a, str>, &'a RawValue)>);

impl<'de> Deserialize<'de> for Members<'de> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Map;
        impl<'de> Visitor<'de> for Map {
            type Value = Members<'de>;
            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("an object")
            }
            fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Self::Value, A::Error> {
                let mut members = Vec::new();
                while let Some(name) = map.next_key::<Characters<'de>>()? {
                    members.push((name.0, map.next_value()?));
                }
                Ok(Members(members))
            }
        }
        deserializer.deserialize_map(Map)
    }
}
