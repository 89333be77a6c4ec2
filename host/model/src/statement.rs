//! What a department signs: that one component shall decide from a day on.
//!
//! The signature (Ed25519, RFC 8032) is over the exact bytes of the text. A statement has a number, counted for each
//! procedure; the host takes only a greater one than it took before. So an old statement cannot bring back an old version:
//! a rollback is a new statement about an old component.

use serde::{Deserialize, Serialize};

use crate::{Date, Moment, Text};

/// The first words of every statement, so that nothing else that the key has signed can be taken for one.
pub const FORM: &str = "motcua statement 1";

/// The most bytes of a statement.
pub const MOST_BYTES: usize = 4 << 10;

/// A statement of a department.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct Statement {
    /// Always `motcua statement 1`.
    pub form: String,
    /// The department that says it, by its id.
    pub department: String,
    /// The key it signs with, by its id.
    pub key: String,
    /// National code of the procedure.
    pub procedure: String,
    /// Counted for each procedure from 1; greater than that of any statement before.
    pub number: u32,
    /// Digest of the component: `sha256:` and 64 hexadecimal digits.
    pub component: String,
    /// The first day of receipt that it decides, local time. Not before the component's own first day.
    pub from: Date,
    /// When it was written, by the writer's clock. Only shown: the host goes by its own clock.
    pub made_at: Moment,
}

/// Why a text is no statement.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum StatementError {
    /// Longer than [`MOST_BYTES`].
    TooLong,
    /// Not JSON, or not with these members.
    Syntax(String),
    /// Another form.
    Form(String),
}

impl Statement {
    /// The text to sign: JSON with the members in the order above.
    pub fn to_text(&self) -> String {
        // Texts, numbers and dates into memory: none of them can fail to be written.
        serde_json::to_string(self).unwrap_or_default()
    }

    /// Reads a statement. The signature is not looked at here.
    ///
    /// # Errors
    /// Every [`StatementError`].
    pub fn read(text: &str) -> Result<Self, StatementError> {
        if text.len() > MOST_BYTES {
            return Err(StatementError::TooLong);
        }
        let statement: Self = serde_json::from_str(text)
            .map_err(|error| StatementError::Syntax(error.to_string()))?;
        if statement.form == FORM {
            Ok(statement)
        } else {
            Err(StatementError::Form(statement.form))
        }
    }
}

impl StatementError {
    /// What is wrong and what to do.
    pub fn text(&self) -> Text {
        match self {
            Self::TooLong => Text::new(
                format!("bản tuyên bố dài quá {MOST_BYTES} byte"),
                format!("the statement is longer than {MOST_BYTES} bytes"),
            ),
            Self::Syntax(what) => Text::new(
                format!("không đọc được bản tuyên bố: {what}; hãy tạo bằng `motcua sign`"),
                format!("the statement cannot be read: {what}; make it with `motcua sign`"),
            ),
            Self::Form(form) => Text::new(
                format!(
                    "dạng tuyên bố `{}` không được nhận; cần `{FORM}`",
                    form.escape_debug()
                ),
                format!(
                    "a statement of the form `{}` is not taken; `{FORM}` is",
                    form.escape_debug()
                ),
            ),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn statement() -> Statement {
        Statement {
            form: FORM.to_owned(),
            department: "so-thong-tin-va-truyen-thong".to_owned(),
            key: "0011223344556677".to_owned(),
            procedure: "1.003868".to_owned(),
            number: 3,
            component: format!("sha256:{}", "0".repeat(64)),
            from: Date::from_ymd(2026, 12, 1).unwrap(),
            made_at: Date::from_ymd(2026, 11, 21).unwrap().at(9 * 3600),
        }
    }

    #[test]
    fn a_statement_reads_back_as_it_was_written() {
        let text = statement().to_text();
        assert_eq!(Statement::read(&text).unwrap(), statement());
        assert!(text.starts_with(r#"{"form":"motcua statement 1","department":"#));
    }

    #[test]
    fn other_forms_other_members_and_long_texts_are_refused() {
        let text = statement().to_text();
        for wrong in [
            text.replace("statement 1", "statement 2"),
            text.replace("\"number\"", "\"Number\""),
            text.replace("{\"form\"", "{\"more\":1,\"form\""),
            text.replace(":3,", ":-3,"),
            text.replace("2026-12-01", "2026-13-01"),
            " ".repeat(MOST_BYTES + 1),
            String::new(),
        ] {
            assert!(Statement::read(&wrong).is_err(), "{wrong}");
        }
    }
}
