//! `motcua versions`: everything that was ever put in force, and where each stands.

use clap::Args;
use motcua_model::Moment;
use motcua_model::text::Language;
use serde_json::Value;

use super::Console;
use super::common::{moment, text_of};
use crate::client::{HostArgs, encoded};
use crate::failure::Failure;
use crate::words;

/// `motcua versions`
#[derive(Debug, Args)]
pub struct Versions {
    /// National code or slug
    #[arg(value_name = "CODE")]
    code: String,
    /// With what had been published by this moment
    #[arg(long, value_name = "MOMENT", value_parser = moment)]
    known_at: Option<Moment>,
    /// As JSON
    #[arg(long)]
    json: bool,
    #[command(flatten)]
    host: HostArgs,
}

/// Lists them; anybody may.
pub fn run(console: Console, options: &Versions) -> Result<(), Failure> {
    let mut path = format!("/procedures/{}/versions", encoded(&options.code));
    if let Some(known_at) = options.known_at {
        path += &format!("?known_at={}", encoded(&known_at.to_string()));
    }
    let versions: Value = options.host.without_token(console).get(&path)?;
    if options.json {
        return console.json(&versions);
    }
    let language = console.language;
    let in_words = |vi: &'static str, en: &'static str| match language {
        Language::Vietnamese => vi,
        Language::English => en,
    };
    let mut out = String::new();
    for version in versions["versions"].as_array().into_iter().flatten() {
        let origin = match version["number"].as_u64() {
            Some(number) => format!("{}/{number}", text_of(&versions, "procedure")),
            None => words::origin(text_of(version, "origin"), language).to_owned(),
        };
        let mark = |member: &str, vi, en| {
            if version[member] == true {
                in_words(vi, en)
            } else {
                ""
            }
        };
        // Superseded without a last day: another one begins on its first day, and it decides none.
        let open_end = if version["standing"] == "superseded" {
            in_words("không ngày", "never")
        } else {
            "…"
        };
        out += &format!(
            "{} – {:<10}  {:<13}  {}  {origin}  {} {}{}{}\n",
            text_of(version, "from"),
            version["to"].as_str().unwrap_or(open_end),
            words::standing(text_of(version, "standing"), language),
            text_of(version, "digest"),
            in_words("công bố", "published"),
            text_of(version, "published_at"),
            mark("retroactive", "  hồi tố", "  retroactive"),
            mark("moves", "  áp dụng cả hồ sơ nhận trước", "  moves"),
        );
    }
    console.result(&out)
}
