//! `motcua versions`: everything that was ever put in force, and where each stands.

use clap::Args;
use motcua_model::Moment;
use serde_json::Value;

use super::Console;
use super::common::{moment, text_of};
use crate::client::{HostArgs, encoded};
use crate::failure::Failure;

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
    let mut out = String::new();
    for version in versions["versions"].as_array().into_iter().flatten() {
        let origin = match version["number"].as_u64() {
            Some(number) => format!("{}/{number}", text_of(&versions, "procedure")),
            None => text_of(version, "origin").to_owned(),
        };
        let retroactive = if version["retroactive"] == true {
            "  retroactive"
        } else {
            ""
        };
        let moves = if version["moves"] == true {
            "  moves"
        } else {
            ""
        };
        // Superseded without a last day: another one begins on its first day, and it decides none.
        let open_end = if version["standing"] == "superseded" {
            "never"
        } else {
            "…"
        };
        out += &format!(
            "{} – {:<10}  {:<10}  {}  {origin}  published {}{retroactive}{moves}\n",
            text_of(version, "from"),
            version["to"].as_str().unwrap_or(open_end),
            text_of(version, "standing"),
            text_of(version, "digest"),
            text_of(version, "published_at"),
        );
    }
    console.result(&out)
}
