//! `motcua submit`: sign a version and send it to the host, where the gate tries it.

use std::path::PathBuf;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use clap::Args;
use motcua_model::{Date, Text};
use motcua_registry::GateReport;
use serde_json::{Value, json};

use super::Console;
use super::common::text_of;
use super::sign::{self, Signed, ToSign};
use crate::client::{Client, HostArgs, encoded};
use crate::failure::{Failure, Turn};
use crate::folder;
use crate::report;

/// `motcua submit`
#[derive(Debug, Args)]
pub struct Submit {
    /// A package, a crate or a component
    #[arg(value_name = "PACKAGE|CRATE|FILE")]
    source: PathBuf,
    /// The department's private key
    #[arg(long, value_name = "FILE", required_unless_present = "signed")]
    key: Option<PathBuf>,
    /// What `motcua sign` has printed, when the key is on another machine
    #[arg(long, value_name = "FILE", conflicts_with_all = ["key", "department", "from", "number"])]
    signed: Option<PathBuf>,
    /// The department [default: whose key it is]
    #[arg(long, value_name = "ID")]
    department: Option<String>,
    /// First day of receipt that it shall decide [default: the version's own first day]
    #[arg(long, value_name = "DATE")]
    from: Option<Date>,
    /// Number of the statement [default: the next one, as the host says]
    #[arg(long, value_name = "NUMBER")]
    number: Option<u32>,
    /// As JSON
    #[arg(long)]
    json: bool,
    #[command(flatten)]
    host: HostArgs,
}

/// Submits; a version that fails the gate ends in an error.
pub fn run(console: Console, options: &Submit) -> Result<(), Failure> {
    let to_sign = sign::read(console, &options.source)?;
    let client = options.host.client(console)?;
    let Signed {
        statement,
        signature,
    } = signed(console, &client, options, &to_sign)?;
    let body = json!({
        "statement": statement,
        "signature": signature,
        "component": STANDARD.encode(&to_sign.component),
    });
    let shown: Value = client.post("/submissions", &body)?;
    let passed = text_of(&shown, "stage") != "failed";
    if options.json {
        console.json(&shown)?;
    } else {
        if let Ok(found) = serde_json::from_value::<GateReport>(shown["report"].clone()) {
            console.line(&report::gate(&found, console.language));
        }
        let number = &shown["number"];
        let (code, stage) = (text_of(&shown, "procedure"), text_of(&shown, "stage"));
        console.result(&format!(
            "{code}/{number} {stage} {}\n",
            text_of(&shown, "component")
        ))?;
        if passed {
            console.say(&Text::new(
                format!("đã trình; người khác xét duyệt bằng `motcua review {code}/{number}`"),
                format!("submitted; somebody else reads it with `motcua review {code}/{number}`"),
            ));
        } else {
            console.say(&Text::new(
                "không qua được cổng kiểm tra; hãy sửa rồi trình lại với số mới",
                "it did not pass the gate; mend it and submit it again under a new number",
            ));
        }
    }
    if passed {
        Ok(())
    } else {
        Err(Failure::said(Turn::Input))
    }
}

fn signed(
    console: Console,
    client: &Client,
    options: &Submit,
    to_sign: &ToSign,
) -> Result<Signed, Failure> {
    if let Some(file) = &options.signed {
        let text = folder::text(file)?.text;
        return serde_json::from_str(&text).map_err(|error| {
            Failure::input(Text::new(
                format!(
                    "`{}` không phải kết quả của `motcua sign`: {error}",
                    file.display()
                ),
                format!(
                    "`{}` is not what `motcua sign` prints: {error}",
                    file.display()
                ),
            ))
        });
    }
    let Some(file) = &options.key else {
        // The command line asks for one of the two.
        return Err(Failure::said(Turn::Input));
    };
    let key = sign::key(file)?;
    let department = match &options.department {
        Some(department) => department.clone(),
        None => department_of(client, &key.id())?,
    };
    let number = match options.number {
        Some(number) => number,
        None => next_number(client, &to_sign.code)?,
    };
    console.say(&Text::new(
        format!(
            "ký bản tuyên bố số {number} về thủ tục {} bằng khóa {}",
            to_sign.code,
            key.id()
        ),
        format!(
            "signing statement {number} about procedure {} with key {}",
            to_sign.code,
            key.id()
        ),
    ));
    Ok(sign::sign(&key, to_sign, &department, options.from, number))
}

fn department_of(client: &Client, id: &str) -> Result<String, Failure> {
    let keys: Value = client.get("/keys")?;
    let key = keys["keys"]
        .as_array()
        .into_iter()
        .flatten()
        .find(|key| key["id"] == id);
    key.map(|key| text_of(key, "department").to_owned())
        .ok_or_else(|| {
            Failure::host(Text::new(
                format!("khóa {id} chưa được đăng ký; hãy gửi khóa công khai cho người vận hành"),
                format!("key {id} is not registered; send the public key to the operator"),
            ))
        })
}

fn next_number(client: &Client, code: &str) -> Result<u32, Failure> {
    let submissions: Value = client.get(&format!("/submissions?procedure={}", encoded(code)))?;
    let last = submissions["submissions"]
        .as_array()
        .into_iter()
        .flatten()
        .filter_map(|submission| submission["number"].as_u64())
        .max()
        .unwrap_or(0);
    Ok(u32::try_from(last).unwrap_or(u32::MAX).saturating_add(1))
}
