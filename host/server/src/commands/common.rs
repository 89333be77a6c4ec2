//! What several commands take, and how they answer.

use std::path::PathBuf;
use std::str::FromStr;

use motcua_model::{Moment, Text};
use motcua_registry::store::Place;
use serde_json::Value;

use super::Console;
use crate::client::encoded;
use crate::failure::Failure;

/// A database of this machine or of a server, without a host.
#[derive(Debug, clap::Args)]
pub struct LocalArgs {
    /// Folder of the database
    #[arg(long, default_value = "data", value_name = "FOLDER")]
    pub data: PathBuf,
    /// PostgreSQL database instead, as postgres://user:password@host/name
    #[arg(
        long,
        env = "MOTCUA_DATABASE",
        hide_env_values = true,
        value_name = "URL"
    )]
    pub database: Option<String>,
}

impl LocalArgs {
    /// Where the data is.
    ///
    /// # Errors
    /// The address cannot be read.
    pub fn place(&self) -> Result<Place, Failure> {
        super::place(&self.data, self.database.as_deref())
    }
}

/// A submission, as `CODE/NUMBER`.
#[derive(Clone, Debug)]
pub struct Named {
    /// National code.
    pub code: String,
    /// Number of the statement.
    pub number: u32,
}

impl FromStr for Named {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let wrong = || "a submission is CODE/NUMBER, for example 1.003868/3".to_owned();
        let (code, number) = text.rsplit_once('/').ok_or_else(wrong)?;
        if code.is_empty() {
            return Err(wrong());
        }
        Ok(Self {
            code: code.to_owned(),
            number: number.parse().map_err(|_| wrong())?,
        })
    }
}

impl std::fmt::Display for Named {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{}/{}", self.code, self.number)
    }
}

impl Named {
    /// Its address at a host.
    pub fn path(&self) -> String {
        format!("/submissions/{}/{}", encoded(&self.code), self.number)
    }
}

/// A moment on the command line: a day stands for its first second.
pub fn moment(text: &str) -> Result<Moment, String> {
    text.parse::<Moment>()
        .or_else(|_| {
            text.parse::<motcua_model::Date>()
                .map(motcua_model::Date::midnight)
        })
        .map_err(|_| "a moment is a day or 2026-03-02T09:00".to_owned())
}

impl Console {
    /// A result for a program.
    ///
    /// # Errors
    /// The standard output is gone.
    pub fn json(&self, value: &Value) -> Result<(), Failure> {
        self.result(&format!(
            "{}\n",
            serde_json::to_string_pretty(value).unwrap_or_default()
        ))
    }
}

/// A member of an answer, as text; empty where there is none.
pub fn text_of<'v>(value: &'v Value, member: &str) -> &'v str {
    value[member].as_str().unwrap_or_default()
}

/// Done, in words, with what it was done to.
pub fn done(console: Console, vi: &str, en: &str, what: &dyn std::fmt::Display) {
    console.say(&Text::new(format!("{vi}: {what}"), format!("{en}: {what}")));
}
