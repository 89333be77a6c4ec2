//! `motcua token`: who may do what, and until when. A secret is printed once, on the standard output.

use std::sync::Arc;

use clap::{Args, Subcommand};
use motcua_model::Text;
use motcua_model::office::OfficeHours;
use motcua_registry::engine::Settings;
use motcua_registry::store::{FILE_NAME, Place, StoreError};
use motcua_registry::{LoadedCalendar, NewToken, Parts, Registry, Role, random};
use serde_json::{Value, json};

use super::Console;
use super::common::{LocalArgs, done, text_of};
use crate::client::{HostArgs, encoded};
use crate::clock::{Clock, SystemClock, SystemEntropy, in_days};
use crate::failure::{Failure, Turn};
use crate::http::tokens::{DAYS, MOST_DAYS, RoleWord};
use crate::words;

/// What to do with tokens.
#[derive(Debug, Subcommand)]
pub enum Token {
    /// Issue the first token of an operator, straight into the database; refused once there is one
    First(First),
    /// Issue a token (operator)
    New(New),
    /// List the tokens, without their secrets (operator, auditor)
    List(List),
    /// Revoke a token (operator)
    Revoke(Revoke),
}

/// `motcua token first`
#[derive(Debug, Args)]
pub struct First {
    /// Whose it will be
    #[arg(long, value_name = "NAME")]
    person: String,
    /// For how many days it counts
    #[arg(long, default_value_t = DAYS, value_name = "NUMBER", value_parser = clap::value_parser!(u32).range(1..=i64::from(MOST_DAYS)))]
    days: u32,
    #[command(flatten)]
    local: LocalArgs,
}

/// `motcua token new`
#[derive(Debug, Args)]
pub struct New {
    /// Whose it will be; somebody with two tasks has two tokens, and is still one person
    #[arg(long, value_name = "NAME")]
    person: String,
    /// What it allows
    #[arg(long, value_enum)]
    role: RoleWord,
    /// Whose versions an author submits
    #[arg(long, value_name = "ID", required_if_eq("role", "author"))]
    department: Option<String>,
    /// For how many days it counts
    #[arg(long, default_value_t = DAYS, value_name = "NUMBER", value_parser = clap::value_parser!(u32).range(1..=i64::from(MOST_DAYS)))]
    days: u32,
    /// As JSON, with the token's id
    #[arg(long)]
    json: bool,
    #[command(flatten)]
    host: HostArgs,
}

/// `motcua token list`
#[derive(Debug, Args)]
pub struct List {
    /// As JSON
    #[arg(long)]
    json: bool,
    #[command(flatten)]
    host: HostArgs,
}

/// `motcua token revoke`
#[derive(Debug, Args)]
pub struct Revoke {
    /// The token's id, as `motcua token list` shows it; not the secret
    #[arg(value_name = "ID")]
    token: String,
    /// Why
    #[arg(long, value_name = "TEXT")]
    reason: String,
    #[command(flatten)]
    host: HostArgs,
}

/// Does it.
pub fn run(console: Console, token: &Token) -> Result<(), Failure> {
    match token {
        Token::First(options) => super::runtime()?.block_on(first(console, options)),
        Token::New(options) => new(console, options),
        Token::List(options) => list(console, options),
        Token::Revoke(options) => {
            let path = format!("/tokens/{}/revoke", encoded(&options.token));
            let body = json!({ "reason": options.reason });
            options.host.client(console)?.post_bytes(&path, &body)?;
            done(
                console,
                "đã thu hồi mã truy cập",
                "revoked the token",
                &options.token,
            );
            Ok(())
        }
    }
}

async fn first(console: Console, options: &First) -> Result<(), Failure> {
    let place = options.local.place()?;
    // In a database that a slip of the pen has just made, the token would be worth nothing.
    if let Place::Folder(folder) = &place
        && !folder.join(FILE_NAME).exists()
    {
        let place = folder.display().to_string();
        return Err(super::of_store(&StoreError::NothingThere { place }));
    }
    let store = super::open_store(&place).await?;
    // No question is answered here: no calendar is needed, and no key for facts.
    let calendar = LoadedCalendar::read("vn", &[]).map_err(|_| Failure::said(Turn::Input))?;
    let registry = Registry::new(Parts {
        engine: super::engine(Settings::default())?,
        store: Arc::clone(&store),
        calendar: Arc::new(calendar),
        office: OfficeHours::default(),
        seal: None,
        threads: 1,
    });
    let now = SystemClock.now();
    let expires_at = in_days(now, options.days).unwrap_or(now);
    let token = NewToken {
        person: options.person.clone(),
        role: Role::Operator,
        expires_at,
        random: random(&SystemEntropy),
    };
    let issued = registry.issue_first_token(&token, now).await;
    store
        .close()
        .await
        .map_err(|error| super::of_store(&error))?;
    let (id, secret) = issued.map_err(|error| match &error {
        motcua_registry::DeedError::Refused(_) => Failure::host(error.text()),
        _ => Failure::machine(error.text()),
    })?;
    tell(console, &id, &expires_at.to_string());
    console.result(&format!("{}\n", secret.reveal()))
}

fn tell(console: Console, id: &str, expires_at: &str) {
    console.say(&Text::new(
        format!("mã truy cập {id}, hết hạn {expires_at}; chỉ hiện một lần, hãy giữ kín"),
        format!("token {id}, expires {expires_at}; it is shown this once, keep it secret"),
    ));
}

fn new(console: Console, options: &New) -> Result<(), Failure> {
    let body = json!({
        "person": options.person,
        "role": options.role.word(),
        "department": options.department,
        "days": options.days,
    });
    let issued: Value = options.host.client(console)?.post("/tokens", &body)?;
    if options.json {
        return console.json(&issued);
    }
    tell(
        console,
        text_of(&issued, "id"),
        text_of(&issued, "expires_at"),
    );
    console.result(&format!("{}\n", text_of(&issued, "token")))
}

fn list(console: Console, options: &List) -> Result<(), Failure> {
    let tokens: Value = options.host.client(console)?.get("/tokens")?;
    if options.json {
        return console.json(&tokens);
    }
    let mut out = String::new();
    for token in tokens["tokens"].as_array().into_iter().flatten() {
        let (word, at) = match token["revoked_at"].as_str() {
            None => (words::UNTIL, text_of(token, "expires_at")),
            Some(at) => (words::REVOKED, at),
        };
        out += &format!(
            "{}  {}  {} {}  {} {at}\n",
            text_of(token, "id"),
            text_of(token, "person"),
            words::role(text_of(token, "role"), console.language),
            text_of(token, "department"),
            words::of(word, console.language),
        );
    }
    console.result(&out)
}
