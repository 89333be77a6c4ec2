//! `motcua key`: a department's keys. The private key never leaves the file that it is written to.

use std::path::PathBuf;

use clap::{Args, Subcommand};
use motcua_model::{Moment, Text};
use motcua_registry::{PrivateKey, random};
use serde_json::{Value, json};

use super::Console;
use super::common::{done, moment, text_of};
use crate::client::{HostArgs, encoded};
use crate::clock::SystemEntropy;
use crate::failure::Failure;
use crate::words;

/// What to do with keys.
#[derive(Debug, Subcommand)]
pub enum Key {
    /// Make a private key in a new file, and print its id and public key
    New(New),
    /// Register a department's public key at the host (operator)
    Register(Register),
    /// List the registered keys
    List(List),
    /// Revoke a key (operator, or an author of the department)
    Revoke(Revoke),
}

/// `motcua key new`
#[derive(Debug, Args)]
pub struct New {
    /// The new file: PKCS #8 PEM, readable only by its owner
    #[arg(short, long, value_name = "FILE")]
    output: PathBuf,
    /// As JSON
    #[arg(long)]
    json: bool,
}

/// `motcua key register`
#[derive(Debug, Args)]
pub struct Register {
    /// The public key, base64, as `motcua key new` prints it
    #[arg(value_name = "PUBLIC-KEY")]
    public: String,
    /// The department
    #[arg(long, value_name = "ID")]
    department: String,
    /// Its signatures count from this moment on [default: now]
    #[arg(long, value_name = "MOMENT", value_parser = moment)]
    from: Option<Moment>,
    /// Until this moment
    #[arg(long, value_name = "MOMENT", value_parser = moment)]
    until: Option<Moment>,
    #[command(flatten)]
    host: HostArgs,
}

/// `motcua key list`
#[derive(Debug, Args)]
pub struct List {
    /// As JSON
    #[arg(long)]
    json: bool,
    #[command(flatten)]
    host: HostArgs,
}

/// `motcua key revoke`
#[derive(Debug, Args)]
pub struct Revoke {
    /// The key's id
    #[arg(value_name = "KEY")]
    key: String,
    /// From this moment on; may lie in the past, when the key was lost then [default: now]
    #[arg(long, value_name = "MOMENT", value_parser = moment)]
    from: Option<Moment>,
    /// Why
    #[arg(long, value_name = "TEXT")]
    reason: String,
    #[command(flatten)]
    host: HostArgs,
}

/// Does it.
pub fn run(console: Console, key: &Key) -> Result<(), Failure> {
    match key {
        Key::New(options) => new(console, options),
        Key::Register(options) => register(console, options),
        Key::List(options) => list(console, options),
        Key::Revoke(options) => revoke(console, options),
    }
}

fn new(console: Console, options: &New) -> Result<(), Failure> {
    let New { output, json } = options;
    if output.exists() {
        return Err(Failure::input(Text::new(
            format!(
                "đã có `{}`: không khóa nào bị ghi đè; hãy chọn tên khác",
                output.display()
            ),
            format!(
                "`{}` exists: no key is ever overwritten; choose another name",
                output.display()
            ),
        )));
    }
    let key = PrivateKey::new(random(&SystemEntropy));
    super::write_secret(output, &key.to_pem())?;
    console.say(&Text::new(
        format!(
            "khóa riêng nằm ở `{}`, hãy giữ kín; gửi cho người vận hành khóa công khai dưới đây",
            output.display()
        ),
        format!(
            "the private key is in `{}`, keep it secret; send the operator the public key below",
            output.display()
        ),
    ));
    let (id, public) = (key.id(), key.public());
    if *json {
        console.json(&json!({ "id": id, "public": public }))
    } else {
        console.result(&format!("id      {id}\npublic  {public}\n"))
    }
}

fn register(console: Console, options: &Register) -> Result<(), Failure> {
    let body = json!({
        "department": options.department,
        "public": options.public,
        "from": options.from,
        "until": options.until,
    });
    let registered: Value = options.host.client(console)?.post("/keys", &body)?;
    let id = text_of(&registered, "id");
    done(console, "đã đăng ký khóa", "registered the key", &id);
    console.result(&format!("{id}\n"))
}

fn list(console: Console, options: &List) -> Result<(), Failure> {
    let keys: Value = options.host.client(console)?.get("/keys")?;
    if options.json {
        return console.json(&keys);
    }
    let mut out = String::new();
    for key in keys["keys"].as_array().into_iter().flatten() {
        let word = |pair| words::of(pair, console.language);
        let end = match (key["revoked_from"].as_str(), key["until"].as_str()) {
            (Some(from), _) => format!("  {} {from}", word(words::REVOKED)),
            (None, Some(until)) => format!("  {} {until}", word(words::UNTIL)),
            (None, None) => String::new(),
        };
        out += &format!(
            "{}  {}  {} {}{end}\n",
            text_of(key, "id"),
            text_of(key, "department"),
            word(words::FROM),
            text_of(key, "from"),
        );
    }
    console.result(&out)
}

fn revoke(console: Console, options: &Revoke) -> Result<(), Failure> {
    let body = json!({ "from": options.from, "reason": options.reason });
    let path = format!("/keys/{}/revoke", encoded(&options.key));
    options.host.client(console)?.post_bytes(&path, &body)?;
    done(console, "đã thu hồi khóa", "revoked the key", &options.key);
    Ok(())
}
