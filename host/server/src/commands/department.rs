//! `motcua department`: who owns which procedures.

use clap::{Args, Subcommand};
use serde_json::{Value, json};

use super::Console;
use super::common::{done, text_of};
use crate::client::HostArgs;
use crate::failure::Failure;

/// What to do with departments.
#[derive(Debug, Subcommand)]
pub enum Department {
    /// Enter a department, or give it other codes or another name (operator)
    Add(Add),
    /// List the departments and the codes of their procedures
    List(List),
}

/// `motcua department add`
#[derive(Debug, Args)]
pub struct Add {
    /// Its id: letters without diacritics, digits and .-_@
    #[arg(value_name = "ID")]
    id: String,
    /// Its name in Vietnamese
    #[arg(long, value_name = "TEXT")]
    name_vi: String,
    /// Its name in English
    #[arg(long, value_name = "TEXT")]
    name_en: String,
    /// National code of a procedure that belongs to it; one that ends in * stands for all that begin so
    #[arg(long = "code", required = true, value_name = "CODE")]
    codes: Vec<String>,
    #[command(flatten)]
    host: HostArgs,
}

/// `motcua department list`
#[derive(Debug, Args)]
pub struct List {
    /// As JSON
    #[arg(long)]
    json: bool,
    #[command(flatten)]
    host: HostArgs,
}

/// Does it.
pub fn run(console: Console, department: &Department) -> Result<(), Failure> {
    match department {
        Department::Add(options) => {
            let body = json!({
                "id": options.id,
                "name": { "vi": options.name_vi, "en": options.name_en },
                "codes": options.codes,
            });
            options
                .host
                .client(console)?
                .post_bytes("/departments", &body)?;
            done(
                console,
                "đã ghi cơ quan",
                "entered the department",
                &options.id,
            );
            Ok(())
        }
        Department::List(options) => {
            let departments: Value = options.host.client(console)?.get("/departments")?;
            if options.json {
                return console.json(&departments);
            }
            let mut out = String::new();
            for department in departments["departments"].as_array().into_iter().flatten() {
                let codes: Vec<&str> = department["codes"]
                    .as_array()
                    .into_iter()
                    .flatten()
                    .filter_map(Value::as_str)
                    .collect();
                let name = match console.language {
                    motcua_model::text::Language::Vietnamese => text_of(&department["name"], "vi"),
                    motcua_model::text::Language::English => text_of(&department["name"], "en"),
                };
                out += &format!(
                    "{}  {name}  {}\n",
                    text_of(department, "id"),
                    codes.join(" ")
                );
            }
            console.result(&out)
        }
    }
}
