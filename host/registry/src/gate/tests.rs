//! The gate before real packages, mutated ones and hostile plugins.

mod changes;
mod coded;
mod plugins;
mod promises;
mod shown;
mod standing;

use std::path::{Path, PathBuf};
use std::sync::LazyLock;

use motcua_compiler::compile;
use motcua_compiler::reader::read_calendar;
use motcua_compiler::source::SourceFile;
use motcua_engine::{Engine, Limits, digest};
use motcua_model::calendar::Calendar;
use motcua_model::lifecycle::Submitted;
use motcua_model::office::OfficeHours;
use motcua_model::{Date, Moment};

use super::*;

static ENGINE: LazyLock<Engine> = LazyLock::new(|| Engine::new(Limits::default()).unwrap());
static OFFICE: LazyLock<OfficeHours> = LazyLock::new(OfficeHours::default);
static CALENDAR: LazyLock<Calendar> = LazyLock::new(|| {
    let years = files(&procedures().join("calendars/vn"));
    let years = years
        .iter()
        .map(|path| read_calendar(&file(path), &mut Vec::new()).unwrap());
    Calendar::new("vn", years.collect()).unwrap()
});

fn procedures() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../../procedures")
}

fn files(folder: &Path) -> Vec<PathBuf> {
    let mut files: Vec<PathBuf> = std::fs::read_dir(folder)
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .collect();
    files.sort();
    files
}

fn file(path: &Path) -> SourceFile {
    SourceFile {
        path: path.display().to_string(),
        text: std::fs::read_to_string(path).unwrap(),
    }
}

fn context() -> Context<'static> {
    Context {
        now: moment("2026-11-23T09:00"),
        calendar: &CALENDAR,
        office: &OFFICE,
        texts: Texts::None,
    }
}

fn moment(text: &str) -> Moment {
    text.parse().unwrap()
}

fn day(text: &str) -> Date {
    text.parse().unwrap()
}

/// A package and its cases as texts, to be changed.
#[derive(Clone)]
struct Package {
    package: String,
    cases: String,
}

impl Package {
    /// A version of a real procedure: its folder without the authority, and its first day.
    fn real(folder: &str, version: &str) -> Self {
        let folder = procedures()
            .join("so-thong-tin-va-truyen-thong")
            .join(folder);
        Self {
            package: file(&folder.join(format!("{version}.yaml"))).text,
            cases: file(&folder.join(format!("cases/{version}.yaml"))).text,
        }
    }

    /// The same with one passage of the package changed, which must be there once.
    fn but(&self, passage: &str, other: &str) -> Self {
        assert_eq!(self.package.matches(passage).count(), 1, "{passage}");
        Self {
            package: self.package.replace(passage, other),
            ..self.clone()
        }
    }

    fn component(&self) -> Vec<u8> {
        let source = |text: &str| SourceFile {
            path: "p".to_owned(),
            text: text.to_owned(),
        };
        let compilation = compile(&source(&self.package), Some(&source(&self.cases)));
        match compilation.compiled {
            Some(compiled) => compiled.component,
            None => panic!("{:#?}", compilation.diagnostics),
        }
    }
}

fn load(component: &[u8]) -> Version {
    Version::load(&ENGINE, component).unwrap()
}

/// A version without its package.
fn bare(version: &Version) -> Side<'_> {
    Side {
        version,
        program: None,
        source: None,
    }
}

/// An honest submission of a component that can be inspected.
fn submitted(component: &[u8]) -> Submitted {
    let manifest = inspect(component, ENGINE.classes()).manifest;
    let from = manifest
        .as_ref()
        .map_or(day("2026-01-01"), |manifest| manifest.valid_from);
    Submitted {
        procedure: manifest
            .as_ref()
            .map_or_else(String::new, |manifest| manifest.code.clone()),
        number: 1,
        component: digest(component),
        from,
        department: "so-tttt".to_owned(),
        key: "k1".to_owned(),
        statement: String::new(),
        signature: String::new(),
        person: "an".to_owned(),
        at: from.midnight(),
    }
}

/// Passes a component that takes over from nothing.
fn pass(component: &[u8]) -> GateReport {
    pass_as(component, &submitted(component))
}

fn pass_as(component: &[u8], submitted: &Submitted) -> GateReport {
    let to_pass = ToPass {
        component,
        submitted,
        owned: true,
        in_force: None,
        recorded: &[],
        catalogue: &Snapshot::default(),
    };
    gate(&ENGINE, &to_pass, &context()).unwrap().report
}

/// Passes a component that takes over from another one.
fn pass_over(old: &[u8], new: &[u8], recorded: &[Recorded<'_>]) -> GateReport {
    let version = load(old);
    let to_pass = ToPass {
        component: new,
        submitted: &submitted(new),
        owned: true,
        in_force: Some(InForce {
            version: &version,
            component: Some(old),
        }),
        recorded,
        catalogue: &Snapshot::default(),
    };
    gate(&ENGINE, &to_pass, &context()).unwrap().report
}

fn outcome(report: &GateReport, id: CheckId) -> CheckOutcome {
    report.check(id).unwrap().outcome
}

/// What failed, by the words of the checks.
fn failed(report: &GateReport) -> Vec<&'static str> {
    let failed = report
        .checks
        .iter()
        .filter(|check| check.outcome == CheckOutcome::Failed);
    failed.map(|check| check.id.word()).collect()
}

/// The folders of all real procedures, with their versions.
fn all() -> Vec<(String, String)> {
    let mut found = Vec::new();
    let root = procedures().join("so-thong-tin-va-truyen-thong");
    for field in files(&root) {
        for procedure in files(&field) {
            for version in files(&procedure) {
                if version
                    .extension()
                    .is_some_and(|extension| extension == "yaml")
                {
                    let folder = procedure.strip_prefix(&root).unwrap().display().to_string();
                    let name = version.file_stem().unwrap().to_string_lossy().into_owned();
                    found.push((folder, name));
                }
            }
        }
    }
    found
}
