//! `motcua erase`: facts of decisions whose time is up. Receipts, answers and digests stay.

use clap::Args;
use motcua_model::text::counted;
use motcua_model::{Moment, Text};
use serde_json::{Value, json};

use super::Console;
use super::common::moment;
use crate::client::HostArgs;
use crate::failure::Failure;

/// `motcua erase`
#[derive(Debug, Args)]
pub struct Erase {
    /// Facts of decisions recorded before this moment
    #[arg(long, value_name = "MOMENT", value_parser = moment)]
    before: Moment,
    #[command(flatten)]
    host: HostArgs,
}

/// Erases them.
pub fn run(console: Console, options: &Erase) -> Result<(), Failure> {
    let body = json!({ "before": options.before });
    let erased: Value = options.host.client(console)?.post("/erasures", &body)?;
    let count = erased["erased"].as_u64().unwrap_or(0);
    console.say(&Text::new(
        format!("đã xóa hồ sơ của {count} quyết định; biên nhận và câu trả lời vẫn còn"),
        format!(
            "erased the facts of {}; receipts and answers stay",
            counted(count, "decision", "decisions")
        ),
    ));
    console.result(&format!("{count}\n"))
}
