//! `motcua review`: what a submission is, what the gate found, and what changes for whom.

use std::path::PathBuf;

use clap::Args;
use motcua_model::Text;
use motcua_registry::GateReport;
use motcua_registry::engine::{digest, printable_lines};
use motcua_registry::store::of_system;
use serde_json::Value;

use super::Console;
use super::common::{Named, done, text_of};
use crate::client::HostArgs;
use crate::failure::Failure;
use crate::report;
use crate::words;

/// `motcua review`
#[derive(Debug, Args)]
pub struct Review {
    /// The submission
    #[arg(value_name = "CODE/NUMBER")]
    submission: Named,
    /// Print the package that the component was made from instead
    #[arg(long)]
    source: bool,
    /// Also write the component to a file, to try it with `motcua inspect`, `test` and `assess`
    #[arg(long, value_name = "FILE")]
    save: Option<PathBuf>,
    /// As JSON
    #[arg(long)]
    json: bool,
    #[command(flatten)]
    host: HostArgs,
}

/// Shows the submission.
pub fn run(console: Console, options: &Review) -> Result<(), Failure> {
    let client = options.host.client(console)?;
    let path = options.submission.path();
    let shown: Value = client.get(&path)?;
    let component = text_of(&shown, "component");
    if let Some(file) = &options.save {
        let bytes = client.get_bytes(&format!("{path}/component"))?;
        if digest(&bytes) != component {
            return Err(Failure::machine(Text::new(
                "máy chủ đưa ra một thành phần khác với mã băm; đừng duyệt",
                "the host gave another component than the digest says; do not approve it",
            )));
        }
        std::fs::write(file, &bytes).map_err(|error| {
            let why = of_system(&error);
            Failure::machine(Text::new(
                format!("không ghi được `{}`: {}", file.display(), why.vi),
                format!("cannot write `{}`: {}", file.display(), why.en),
            ))
        })?;
        done(
            console,
            "đã ghi thành phần vào",
            "wrote the component to",
            &file.display(),
        );
    }
    if options.source {
        let text = client.get_bytes(&format!("{path}/source"))?;
        return console.result(&printable_lines(&String::from_utf8_lossy(&text)));
    }
    if options.json {
        return console.json(&shown);
    }
    let report: GateReport = serde_json::from_value(shown["report"].clone()).map_err(|error| {
        Failure::machine(Text::new(
            format!("không hiểu báo cáo của máy chủ: {error}"),
            format!("the host's report is not understood: {error}"),
        ))
    })?;
    let name = &options.submission;
    let stage = text_of(&shown, "stage");
    let (from, at) = (text_of(&shown, "from"), text_of(&shown, "submitted_at"));
    let (department, person) = (
        text_of(&shown, "department"),
        text_of(&shown, "submitted_by"),
    );
    let word = words::stage(stage, console.language);
    let head = Text::new(
        format!(
            "{name}: {word}\nthành phần {component}\náp dụng từ ngày {from}\n{person} của {department} trình lúc {at}\n\n"
        ),
        format!(
            "{name}: {word}\ncomponent {component}\ndecides from {from}\nsubmitted by {person} of {department} at {at}\n\n"
        ),
    );
    let end = if stage == "in-review" {
        Text::new(
            format!(
                "\nDuyệt:   motcua approve {name} --component {component}\nTrả lại: motcua send-back {name} --comment \"…\"\n\
                 Xem gói: motcua review {name} --source\n"
            ),
            format!(
                "\nApprove:   motcua approve {name} --component {component}\nSend back: motcua send-back {name} --comment \"…\"\n\
                 Read it:   motcua review {name} --source\n"
            ),
        )
    } else {
        Text::default()
    };
    console.result(&format!(
        "{}{}{}",
        head.get(console.language),
        report::gate(&report, console.language),
        end.get(console.language)
    ))
}
