//! `motcua audit`: the chain of deeds. `verify` reads every entry and verifies for itself: it trusts no host's word.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use clap::{Args, Subcommand};
use indicatif::{ProgressBar, ProgressStyle};
use motcua_model::Text;
use motcua_model::text::counted;
use motcua_registry::store::chain::{Broken, Entry, Verifier};
use motcua_registry::store::{DeedRecord, Digest, Place, Store};
use serde::Deserialize;
use serde_json::value::RawValue;
use serde_json::{Value, json};

use super::Console;
use crate::audit::{broken_text, line};
use crate::client::{Client, HostArgs};
use crate::failure::{Failure, Turn};

/// So many entries are asked for at once.
const PAGE: u32 = 5_000;

/// What to do with the chain of deeds.
#[derive(Debug, Subcommand)]
pub enum Audit {
    /// Read every entry and verify that none was changed, dropped or put in
    Verify(Verify),
    /// Write every entry to the standard output, one JSON object a line
    Export(From),
    /// Print number and hash of the last entry; noted elsewhere, they show later that nothing was cut off
    Head(Head),
}

/// From a host, or straight from a database.
#[derive(Debug, Args)]
pub struct From {
    /// Read the database in this folder instead of asking a host
    #[arg(long, value_name = "FOLDER")]
    data: Option<PathBuf>,
    /// Read this PostgreSQL database instead of asking a host
    #[arg(
        long,
        env = "MOTCUA_DATABASE",
        hide_env_values = true,
        value_name = "URL"
    )]
    database: Option<String>,
    #[command(flatten)]
    host: HostArgs,
}

/// `motcua audit verify`
#[derive(Debug, Args)]
pub struct Verify {
    /// Number and hash that `motcua audit head` printed earlier: the chain must still hold that entry
    #[arg(long, value_name = "NUMBER HASH", num_args = 2)]
    noted: Option<Vec<String>>,
    /// As JSON
    #[arg(long)]
    json: bool,
    #[command(flatten)]
    from: From,
}

/// `motcua audit head`
#[derive(Debug, Args)]
pub struct Head {
    /// As JSON
    #[arg(long)]
    json: bool,
    #[command(flatten)]
    from: From,
}

/// Does it.
pub fn run(console: Console, audit: &Audit) -> Result<(), Failure> {
    super::runtime()?.block_on(async {
        match audit {
            Audit::Verify(options) => verify(console, options).await,
            Audit::Export(from) => {
                let entries = Entries::open(console, from).await?;
                entries
                    .each(|records| {
                        let lines: String = records.iter().map(line).collect();
                        console.result(&lines)?;
                        Ok(true)
                    })
                    .await
            }
            Audit::Head(options) => {
                let (number, hash) = Entries::open(console, &options.from).await?.head().await?;
                if options.json {
                    console.json(&json!({ "number": number, "hash": hash.to_string() }))
                } else {
                    console.result(&format!("{number} {hash}\n"))
                }
            }
        }
    })
}

async fn verify(console: Console, options: &Verify) -> Result<(), Failure> {
    let noted = noted(options)?;
    let entries = Entries::open(console, &options.from).await?;
    let bar = ProgressBar::new(entries.head().await?.0);
    if let Ok(style) = ProgressStyle::with_template("{bar:30} {pos}/{len}") {
        bar.set_style(style);
    }
    let mut verifier = Verifier::default();
    let mut broken: Option<Text> = None;
    let mut met = noted.is_none_or(|(number, _)| number == 0);
    entries
        .each(|records| {
            for record in records {
                if let Err(found) = verifier.next(record) {
                    broken = Some(broken_text(&found));
                    return Ok(false);
                }
                if noted == Some((record.number, record.hash)) {
                    met = true;
                }
            }
            bar.set_position(verifier.head().0);
            Ok(true)
        })
        .await?;
    bar.finish_and_clear();
    if broken.is_none() && !met {
        broken = Some(Text::new(
            "mục đã ghi lại trước đây không còn trong nhật ký: nhật ký đã bị cắt hoặc thay",
            "the entry that was noted earlier is not in the chain: it was cut off or exchanged",
        ));
    }
    let (number, hash) = verifier.head();
    if options.json {
        console.json(&json!({
            "sound": broken.is_none(),
            "entries": number,
            "head": { "number": number, "hash": hash.to_string() },
            "broken": broken,
        }))?;
    } else if broken.is_none() {
        console.result(&format!("{number} {hash}\n"))?;
    }
    match broken {
        None => {
            console.say(&Text::new(
                format!("nhật ký nguyên vẹn: {number} mục"),
                format!(
                    "the chain is sound: {}",
                    counted(number, "entry", "entries")
                ),
            ));
            Ok(())
        }
        Some(what) => Err(Failure {
            turn: Turn::Case,
            message: Text::new(
                format!("nhật ký KHÔNG nguyên vẹn: {}", what.vi),
                format!("the chain is NOT sound: {}", what.en),
            ),
        }),
    }
}

fn noted(options: &Verify) -> Result<Option<(u64, Digest)>, Failure> {
    let Some(noted) = &options.noted else {
        return Ok(None);
    };
    let wrong = || {
        Failure::input(Text::new(
            "--noted cần số và mã băm như `motcua audit head` in ra",
            "--noted takes the number and the hash that `motcua audit head` prints",
        ))
    };
    let [number, hash] = noted.as_slice() else {
        return Err(wrong());
    };
    let number = number.parse().map_err(|_| wrong())?;
    let hash = hash.parse().map_err(|_| wrong())?;
    Ok(Some((number, hash)))
}

/// Where entries come from.
enum Entries {
    Host(Client),
    Database(Arc<dyn Store>),
}

/// An entry as a host tells it.
#[derive(Deserialize)]
struct Line<'a> {
    #[serde(borrow)]
    entry: &'a RawValue,
    hash: &'a str,
}

impl Entries {
    async fn open(console: Console, from: &From) -> Result<Self, Failure> {
        let place = match (&from.data, &from.database) {
            (Some(folder), _) => Place::Folder(folder.clone()),
            (None, Some(url)) => super::place(Path::new(""), Some(url))?,
            (None, None) => return Ok(Self::Host(from.host.client(console)?)),
        };
        Ok(Self::Database(super::open_store(&place).await?))
    }

    async fn head(&self) -> Result<(u64, Digest), Failure> {
        match self {
            Self::Database(store) => store.head().await.map_err(|error| super::of_store(&error)),
            Self::Host(client) => {
                let head: Value = client.get("/audit/head")?;
                let hash = head["hash"].as_str().and_then(|hash| hash.parse().ok());
                head["number"].as_u64().zip(hash).ok_or_else(not_understood)
            }
        }
    }

    /// Gives all entries, page by page, until `take` says that it has enough.
    async fn each(
        &self,
        mut take: impl FnMut(&[DeedRecord]) -> Result<bool, Failure>,
    ) -> Result<(), Failure> {
        let mut after = 0;
        loop {
            let page = match self {
                Self::Database(store) => store
                    .deeds(after, PAGE, false)
                    .await
                    .map_err(|error| super::of_store(&error))?,
                Self::Host(client) => {
                    let bytes = client.get_bytes(&format!("/audit?after={after}&limit={PAGE}"))?;
                    records(&bytes)?
                }
            };
            let go_on = take(&page)?;
            match page.last() {
                Some(last) if go_on && last.number > after => after = last.number,
                _ => return Ok(()),
            }
        }
    }
}

/// Entries out of JSON lines. What an entry says of itself is believed only as far as its hash goes.
fn records(lines: &[u8]) -> Result<Vec<DeedRecord>, Failure> {
    lines
        .split(|byte| *byte == b'\n')
        .filter(|line| !line.is_empty())
        .map(|line| {
            let Line { entry, hash } =
                serde_json::from_slice(line).map_err(|_| not_understood())?;
            let read: Entry<'_> = serde_json::from_str(entry.get()).map_err(|error| {
                let broken = Broken::Unreadable {
                    number: 0,
                    what: error.to_string(),
                };
                Failure {
                    turn: Turn::Case,
                    message: broken_text(&broken),
                }
            })?;
            Ok(DeedRecord {
                number: read.number,
                kind: read.kind.into_owned(),
                governs: read.governs,
                hash: hash.parse().map_err(|_| not_understood())?,
                entry: entry.get().to_owned(),
            })
        })
        .collect()
}

fn not_understood() -> Failure {
    Failure::machine(Text::new(
        "không hiểu nhật ký của máy chủ",
        "what the host says of the chain is not understood",
    ))
}
