//! `motcua diff`: what changes from one version to another, as people affected.

use std::path::{Path, PathBuf};

use clap::Args;
use motcua_model::Text;
use motcua_model::office::OfficeHours;
use motcua_registry::compiler::ir::Program;
use motcua_registry::engine::{Classes, Engine, Settings, inspect};
use motcua_registry::{Context, Difference, Side, Texts, Version, difference};
use serde_json::json;

use super::Console;
use crate::client::{HostArgs, encoded};
use crate::clock::{Clock, SystemClock};
use crate::failure::Failure;
use crate::folder::{self, Found};
use crate::report;

/// `motcua diff`
#[derive(Debug, Args)]
pub struct Diff {
    /// The version before: a package, a crate or a component; with --procedure a digest, a submission's number, or a day
    #[arg(value_name = "A")]
    a: String,
    /// The version after: likewise
    #[arg(value_name = "B")]
    b: String,
    /// Compare two versions of this procedure at the host
    #[arg(long, value_name = "CODE")]
    procedure: Option<String>,
    /// Folder of the calendars, for packages and components
    #[arg(long, default_value = "procedures/calendars", value_name = "FOLDER")]
    calendars: PathBuf,
    /// As JSON
    #[arg(long)]
    json: bool,
    #[command(flatten)]
    host: HostArgs,
}

/// Shows what changes.
pub fn run(console: Console, options: &Diff) -> Result<(), Failure> {
    let Diff { a, b, .. } = options;
    let found: Difference = match &options.procedure {
        Some(code) => options.host.client(console)?.get(&format!(
            "/procedures/{}/diff?a={}&b={}",
            encoded(code),
            encoded(a),
            encoded(b)
        ))?,
        None => local(console, options)?,
    };
    if options.json {
        return console.json(&json!(found));
    }
    console.result(&report::difference(&found, console.language))
}

fn local(console: Console, options: &Diff) -> Result<Difference, Failure> {
    let calendar = super::calendar(console, &options.calendars)?;
    let engine = super::engine(Settings::default())?;
    let office = OfficeHours::default();
    let context = Context {
        now: SystemClock.now(),
        calendar: calendar.calendar(),
        office: &office,
        texts: Texts::None,
    };
    let old = load(console, &engine, Path::new(&options.a))?;
    let new = load(console, &engine, Path::new(&options.b))?;
    if old.version.manifest().code != new.version.manifest().code {
        console.say(&Text::new(
            "lưu ý: hai phiên bản này thuộc hai thủ tục khác nhau",
            "note: these are versions of two different procedures",
        ));
    }
    difference(&old.side(), &new.side(), &[], &context).map_err(|_| {
        Failure::machine(Text::new(
            "máy này không chạy được phiên bản lúc này; hãy thử lại",
            "this machine cannot run a version now; try again",
        ))
    })
}

/// A version from disk.
struct OnDisk {
    version: Version,
    program: Option<Program>,
    source: Option<String>,
}

impl OnDisk {
    fn side(&self) -> Side<'_> {
        Side {
            version: &self.version,
            program: self.program.as_ref(),
            source: self.source.as_deref(),
        }
    }
}

fn load(console: Console, engine: &Engine, path: &Path) -> Result<OnDisk, Failure> {
    let (version, program, source) = match folder::read(path)? {
        Found::Component { bytes, .. } => {
            let inspection = inspect(&bytes, &Classes::default());
            let program = super::program_of(&inspection, &bytes);
            (Version::load(engine, &bytes), program, inspection.source)
        }
        found => {
            let at_hand = console.component(found)?;
            (at_hand.load(engine), at_hand.program, at_hand.source)
        }
    };
    Ok(OnDisk {
        version: version.map_err(|error| Failure::input(error.message()))?,
        program,
        source,
    })
}
