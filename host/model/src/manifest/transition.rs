//! What becomes of applications that were received before a version's first day and are still undecided.

use serde::{Deserialize, Serialize};

/// The transition rule of a version. It speaks of what was received before the first day on which the version decides and
/// is undecided on that day; what is decided stays decided, whatever it says. A version without one keeps.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(
    tag = "received_before",
    rename_all = "kebab-case",
    deny_unknown_fields
)]
pub enum Transition {
    /// The version of its day of receipt decides it, as if this one were not there.
    Keep {
        /// The article, if the law says so itself.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        basis: Option<String>,
    },
    /// This version decides it, from its first day on.
    Move {
        /// The article that says so.
        basis: String,
    },
}

impl Transition {
    /// Whether this version takes over what was received before.
    pub const fn moves(&self) -> bool {
        matches!(self, Self::Move { .. })
    }

    /// The article.
    pub fn basis(&self) -> Option<&str> {
        match self {
            Self::Keep { basis } => basis.as_deref(),
            Self::Move { basis } => Some(basis),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn json_there_and_back() {
        let basis = || "Điều 25(2)".to_owned();
        for (rule, json) in [
            (
                Transition::Keep { basis: None },
                r#"{"received_before":"keep"}"#,
            ),
            (
                Transition::Keep {
                    basis: Some(basis()),
                },
                r#"{"received_before":"keep","basis":"Điều 25(2)"}"#,
            ),
            (
                Transition::Move { basis: basis() },
                r#"{"received_before":"move","basis":"Điều 25(2)"}"#,
            ),
        ] {
            assert_eq!(serde_json::to_string(&rule).expect("JSON"), json);
            assert_eq!(
                serde_json::from_str::<Transition>(json).expect("a rule"),
                rule
            );
            assert_eq!(rule.moves(), json.contains("move"));
        }
        for wrong in [
            r#"{"received_before":"move"}"#,
            r#"{"received_before":"moves","basis":"Điều 25"}"#,
            r#"{"received_before":"keep","since":"2024-01-01"}"#,
            r#"{"basis":"Điều 25"}"#,
        ] {
            assert!(
                serde_json::from_str::<Transition>(wrong).is_err(),
                "{wrong}"
            );
        }
    }
}
