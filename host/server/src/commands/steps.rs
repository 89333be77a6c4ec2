//! `motcua approve`, `send-back`, `activate`, `suspend`, `withdraw`: the steps of a version's life after the gate.

use clap::Args;
use motcua_model::{Date, Text};
use serde_json::{Value, json};

use super::Console;
use super::common::{Named, text_of};
use crate::client::HostArgs;
use crate::failure::Failure;

/// `motcua approve`
#[derive(Debug, Args)]
pub struct Approve {
    /// The submission
    #[arg(value_name = "CODE/NUMBER")]
    submission: Named,
    /// Digest of the component that was read, as `motcua review` shows it
    #[arg(long, value_name = "DIGEST")]
    component: String,
    /// What to say about it
    #[arg(long, default_value = "", value_name = "TEXT")]
    comment: String,
    /// As JSON
    #[arg(long)]
    json: bool,
    #[command(flatten)]
    host: HostArgs,
}

/// `motcua send-back`
#[derive(Debug, Args)]
pub struct SendBack {
    /// The submission
    #[arg(value_name = "CODE/NUMBER")]
    submission: Named,
    /// What must be mended
    #[arg(long, value_name = "TEXT")]
    comment: String,
    /// As JSON
    #[arg(long)]
    json: bool,
    #[command(flatten)]
    host: HostArgs,
}

/// `motcua activate`
#[derive(Debug, Args)]
pub struct Activate {
    /// The submission
    #[arg(value_name = "CODE/NUMBER")]
    submission: Named,
    /// As JSON
    #[arg(long)]
    json: bool,
    #[command(flatten)]
    host: HostArgs,
}

/// `motcua suspend`
#[derive(Debug, Args)]
pub struct Suspend {
    /// The submission
    #[arg(value_name = "CODE/NUMBER")]
    submission: Named,
    /// First day of receipt that it decides no more [default: today]
    #[arg(long, value_name = "DATE")]
    from: Option<Date>,
    /// Why
    #[arg(long, value_name = "TEXT")]
    reason: String,
    /// As JSON
    #[arg(long)]
    json: bool,
    #[command(flatten)]
    host: HostArgs,
}

/// `motcua withdraw`
#[derive(Debug, Args)]
pub struct Withdraw {
    /// The submission
    #[arg(value_name = "CODE/NUMBER")]
    submission: Named,
    /// Why
    #[arg(long, value_name = "TEXT")]
    reason: String,
    /// As JSON
    #[arg(long)]
    json: bool,
    #[command(flatten)]
    host: HostArgs,
}

/// Approves.
pub fn approve(console: Console, options: &Approve) -> Result<(), Failure> {
    let body = json!({ "component": options.component, "comment": options.comment });
    let step = Step {
        submission: &options.submission,
        word: "approve",
        json: options.json,
    };
    step.take(console, &options.host, &body)
}

/// Sends back.
pub fn send_back(console: Console, options: &SendBack) -> Result<(), Failure> {
    let step = Step {
        submission: &options.submission,
        word: "send-back",
        json: options.json,
    };
    step.take(
        console,
        &options.host,
        &json!({ "comment": options.comment }),
    )
}

/// Activates.
pub fn activate(console: Console, options: &Activate) -> Result<(), Failure> {
    let step = Step {
        submission: &options.submission,
        word: "activate",
        json: options.json,
    };
    step.take(console, &options.host, &json!({}))
}

/// Suspends.
pub fn suspend(console: Console, options: &Suspend) -> Result<(), Failure> {
    let step = Step {
        submission: &options.submission,
        word: "suspend",
        json: options.json,
    };
    let body = json!({ "from": options.from, "reason": options.reason });
    step.take(console, &options.host, &body)
}

/// Withdraws.
pub fn withdraw(console: Console, options: &Withdraw) -> Result<(), Failure> {
    let step = Step {
        submission: &options.submission,
        word: "withdraw",
        json: options.json,
    };
    step.take(console, &options.host, &json!({ "reason": options.reason }))
}

/// A step to take.
struct Step<'a> {
    submission: &'a Named,
    /// Its word in the address.
    word: &'static str,
    json: bool,
}

impl Step<'_> {
    fn take(&self, console: Console, host: &HostArgs, body: &Value) -> Result<(), Failure> {
        let path = format!("{}/{}", self.submission.path(), self.word);
        let shown: Value = host.client(console)?.post(&path, body)?;
        if self.json {
            return console.json(&shown);
        }
        let (name, from) = (self.submission, text_of(&shown, "from"));
        match self.word {
            "approve" => console.say(&Text::new(
                format!("đã duyệt; cho áp dụng bằng `motcua activate {name}`"),
                format!("approved; put it in force with `motcua activate {name}`"),
            )),
            "activate" => console.say(&Text::new(
                format!("đã kích hoạt: quyết định hồ sơ nhận từ ngày {from}"),
                format!("active: it decides what is received from {from} on"),
            )),
            "suspend" => console.say(&Text::new(
                "đã tạm ngừng; không phiên bản cũ nào thay vào",
                "suspended; no older version takes its place",
            )),
            _ => {}
        }
        console.result(&format!(
            "{name} {} {}\n",
            text_of(&shown, "stage"),
            text_of(&shown, "component")
        ))
    }
}
