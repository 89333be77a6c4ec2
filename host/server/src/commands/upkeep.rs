//! `motcua migrate`, `backup`, `restore`, `doctor`: the database, without a host. Hosts may go on meanwhile, but for
//! `restore`.

use std::path::{Path, PathBuf};

use clap::Args;
use motcua_model::Text;
use motcua_model::text::counted;
use motcua_registry::engine::{Cache, CacheState};
use motcua_registry::store::{self, Check, Contents, Outcome};
use serde_json::{Value, json};

use super::Console;
use super::common::LocalArgs;
use crate::failure::{Failure, Turn};

/// `motcua migrate`
#[derive(Debug, Args)]
pub struct Migrate {
    #[command(flatten)]
    local: LocalArgs,
}

/// `motcua backup`
#[derive(Debug, Args)]
pub struct Backup {
    /// The new file
    #[arg(value_name = "TO")]
    to: PathBuf,
    /// As JSON
    #[arg(long)]
    json: bool,
    #[command(flatten)]
    local: LocalArgs,
}

/// `motcua restore`
#[derive(Debug, Args)]
pub struct Restore {
    /// The backup
    #[arg(value_name = "FROM")]
    from: PathBuf,
    /// As JSON
    #[arg(long)]
    json: bool,
    #[command(flatten)]
    local: LocalArgs,
}

/// `motcua doctor`
#[derive(Debug, Args)]
pub struct Doctor {
    /// As JSON
    #[arg(long)]
    json: bool,
    /// Folder of compiled code, if `serve` is told one
    #[arg(long, value_name = "FOLDER")]
    cache: Option<PathBuf>,
    #[command(flatten)]
    local: LocalArgs,
}

/// Brings the database to the form that this motcua needs.
pub fn migrate(console: Console, options: &Migrate) -> Result<(), Failure> {
    let place = options.local.place()?;
    super::prepare(&place);
    let migrated = super::runtime()?
        .block_on(store::migrate(&place))
        .map_err(|error| super::of_store(&error))?;
    let (from, to) = (migrated.from, migrated.to);
    console.say(&if from == to {
        Text::new(
            format!("cơ sở dữ liệu đã ở bản {to}; không có gì phải làm"),
            format!("the database is at migration {to}; there was nothing to do"),
        )
    } else {
        Text::new(
            format!("đã nâng cơ sở dữ liệu từ bản {from} lên {to}"),
            format!("migrated the database from {from} to {to}"),
        )
    });
    console.result(&format!("{to}\n"))
}

/// Copies everything, as of one moment, into one new file.
pub fn backup(console: Console, options: &Backup) -> Result<(), Failure> {
    let place = options.local.place()?;
    let backup = super::runtime()?
        .block_on(store::backup(&place, &options.to))
        .map_err(|error| super::of_store(&error))?;
    if options.json {
        return console.json(&json!({
            "file": backup.file,
            "bytes": backup.bytes,
            "contents": contents(&backup.contents),
        }));
    }
    console.say(&Text::new(
        format!(
            "đã sao lưu vào `{}` ({} byte) và đã kiểm tra bản sao; khóa mã hóa hồ sơ không nằm trong đó, hãy giữ riêng",
            backup.file.display(),
            backup.bytes
        ),
        format!(
            "backed up to `{}` ({} bytes) and verified the copy; the key for facts is not in it, keep that apart",
            backup.file.display(),
            backup.bytes
        ),
    ));
    tell(console, &backup.contents)
}

/// Brings a backup into a database that is empty or not there yet.
pub fn restore(console: Console, options: &Restore) -> Result<(), Failure> {
    let place = options.local.place()?;
    let restored = super::runtime()?
        .block_on(store::restore(&options.from, &place))
        .map_err(|error| super::of_store(&error))?;
    if options.json {
        return console.json(&json!({ "contents": contents(&restored.contents) }));
    }
    console.say(&Text::new(
        format!("đã khôi phục vào {place} và đã kiểm tra"),
        format!("restored into {place} and verified"),
    ));
    tell(console, &restored.contents)
}

/// Looks at everything that can be looked at; changes nothing.
pub fn doctor(console: Console, options: &Doctor) -> Result<(), Failure> {
    let place = options.local.place()?;
    let mut checks = super::runtime()?.block_on(store::doctor(&place));
    if let Some(folder) = super::cache_folder(&place, options.cache.as_deref()) {
        checks.push(of_cache(&folder));
    }
    let word = |outcome: &Outcome| match outcome {
        Outcome::Good => "good",
        Outcome::Warning => "warning",
        Outcome::Bad => "bad",
    };
    if options.json {
        let list: Vec<Value> = checks
            .iter()
            .map(|check| {
                json!({
                    "name": check.name,
                    "outcome": word(&check.outcome),
                    "found": check.found,
                    "way_out": check.way_out,
                })
            })
            .collect();
        console.json(&json!({ "checks": list }))?;
    } else {
        let mut out = String::new();
        for check in &checks {
            let mark = match check.outcome {
                Outcome::Good => "✓",
                Outcome::Warning => "!",
                Outcome::Bad => "✗",
            };
            let found = check.found.get(console.language);
            out += &format!("{mark} {:<12} {found}\n", check.name);
            if let Some(way_out) = &check.way_out {
                out += &format!("{:15}{}\n", "", way_out.get(console.language));
            }
        }
        console.result(&out)?;
    }
    if checks
        .iter()
        .any(|check| matches!(check.outcome, Outcome::Bad))
    {
        Err(Failure::said(Turn::Machine))
    } else {
        Ok(())
    }
}

/// How it is with compiled code: nothing that is wrong with it stops anything, since it is compiled anew.
fn of_cache(folder: &Path) -> Check {
    let (outcome, found, way_out) = match Cache::look(folder) {
        Ok(None) => (
            Outcome::Good,
            Text::new("chưa có mã đã biên dịch", "no compiled code is kept yet"),
            None,
        ),
        Ok(Some(CacheState {
            components,
            bytes,
            spoiled: 0,
        })) => (
            Outcome::Good,
            Text::new(
                format!("mã của {components} thành phần, {bytes} byte"),
                format!(
                    "code of {}, {bytes} bytes",
                    counted(components, "component", "components")
                ),
            ),
            None,
        ),
        Ok(Some(CacheState {
            components,
            spoiled,
            ..
        })) => (
            Outcome::Warning,
            Text::new(
                format!("mã của {spoiled} trên {components} thành phần không đúng dấu niêm phong"),
                format!(
                    "the seal of {spoiled} of {} does not hold",
                    counted(components, "component", "components")
                ),
            ),
            Some(Text::new(
                "không phải làm gì: máy chủ bỏ chúng và biên dịch lại; nhưng hãy xem ai đã ghi vào thư mục này",
                "nothing has to be done: the host throws them away and compiles anew; but see who has written into this folder",
            )),
        ),
        Err(error) => (
            Outcome::Warning,
            Text::new(
                format!("không dùng được kho mã đã biên dịch: {error}"),
                format!("compiled code cannot be kept: {error}"),
            ),
            Some(Text::new(
                "đặt quyền thư mục là 700 và khóa là 600, thuộc người chạy máy chủ; hoặc xóa cả hai",
                "give the folder mode 700 and the key 600, owned by the host's user; or remove both",
            )),
        ),
    };
    Check {
        name: "cache",
        outcome,
        found,
        way_out,
    }
}

fn contents(contents: &Contents) -> Value {
    let tables: Vec<Value> = contents
        .tables
        .iter()
        .map(|table| {
            json!({ "table": table.table, "rows": table.rows, "digest": table.digest.to_string() })
        })
        .collect();
    let (number, hash) = &contents.head;
    json!({ "tables": tables, "head": { "number": number, "hash": hash.to_string() } })
}

fn tell(console: Console, contents: &Contents) -> Result<(), Failure> {
    let mut out = String::new();
    for table in &contents.tables {
        out += &format!("{:<14} {:>10}  {}\n", table.table, table.rows, table.digest);
    }
    let (number, hash) = &contents.head;
    out += &format!("{:<14} {number:>10}  {hash}\n", "head");
    console.result(&out)
}
