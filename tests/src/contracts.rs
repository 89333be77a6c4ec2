//! Components that were built against a released contract, kept as bytes with questions and their answers:
//! `tests/contracts/<version>/`. What `tests/contracts/README.md` says of them holds here.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

use motcua_model::calendar::{Calendar, CalendarYear};
use motcua_model::office::OfficeHours;
use motcua_model::{CONTRACT, Moment};
use motcua_registry::compiler::compile;
use motcua_registry::engine::{Engine, Limits, inspect};
use motcua_registry::{AssessError, Context, Texts, Version};
use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::dice::Dice;
use crate::languages::Example;
use crate::questions::Questions;
use crate::toolchain::{Fault, at, examples, rust};
use crate::world::{World, source};

/// The least number of questions that are kept with a component.
pub const QUESTIONS: usize = 24;
/// How many questions are thrown besides those of the cases.
const THROWN: usize = 4;
/// How many facts in a hundred are not told in the second copy of a case.
const DROPPED: u64 = 40;
const SEED: u64 = 2_026;

/// The folder of all that is kept.
pub fn folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("contracts")
}

/// What a host adds to a question, as it was when the answers were given.
#[derive(Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Host {
    /// The moment of the clock.
    now: Moment,
    /// The hours of the office.
    office: OfficeHours,
    /// The country of the calendar.
    country: String,
    /// Its years.
    years: Vec<CalendarYear>,
}

impl Host {
    fn of(world: &World) -> Self {
        Self {
            now: world.now(),
            office: *world.office(),
            country: world.calendar().id().to_owned(),
            years: world.calendar().years().to_vec(),
        }
    }

    /// The calendar.
    ///
    /// # Errors
    /// The years do not fit each other.
    pub fn calendar(&self) -> Result<Calendar, Fault> {
        Calendar::new(&self.country, self.years.clone()).map_err(|error| error.to_string())
    }

    /// For compact answers.
    pub fn context<'a>(&'a self, calendar: &'a Calendar) -> Context<'a> {
        Context {
            now: self.now,
            calendar,
            office: &self.office,
            texts: Texts::None,
        }
    }
}

/// A component that is kept.
#[derive(Debug)]
pub struct Kept {
    /// The name of its files.
    pub name: String,
    /// Its bytes.
    pub component: Vec<u8>,
    /// Questions, and the answer to each, byte for byte.
    pub asked: Vec<(String, String)>,
}

/// The versions of which something is kept, in the order of their names.
///
/// # Errors
/// The folder cannot be read.
pub fn versions() -> Result<Vec<String>, Fault> {
    let mut versions = Vec::new();
    for path in paths(&folder())? {
        if path.is_dir()
            && let Some(name) = path.file_name().and_then(|name| name.to_str())
        {
            versions.push(name.to_owned());
        }
    }
    Ok(versions)
}

/// What is kept of a version: how the host was, and each component.
///
/// # Errors
/// A file cannot be read, or one of the three of a component is not there.
pub fn kept(version: &str) -> Result<(Host, Vec<Kept>), Fault> {
    let folder = folder().join(version);
    let host = folder.join(HOST);
    let host = serde_json::from_str(&text(&host)?).map_err(at(&host))?;
    let (mut kept, mut known) = (Vec::new(), BTreeSet::from([folder.join(HOST)]));
    let all = paths(&folder)?;
    for path in &all {
        if path.extension().is_none_or(|extension| extension != "wasm") {
            continue;
        }
        let [questions, answers] = [QUESTIONS_OF, ANSWERS_OF].map(|end| path.with_extension(end));
        let lines = |path: &Path| -> Result<Vec<String>, Fault> {
            Ok(text(path)?.lines().map(str::to_owned).collect())
        };
        let (asked, answered) = (lines(&questions)?, lines(&answers)?);
        if asked.len() != answered.len() {
            let (path, asked, answered) = (path.display(), asked.len(), answered.len());
            return Err(format!("{path}: {asked} questions, {answered} answers"));
        }
        let name = path.file_stem().and_then(|name| name.to_str());
        kept.push(Kept {
            name: name.unwrap_or_default().to_owned(),
            component: fs::read(path).map_err(at(path))?,
            asked: asked.into_iter().zip(answered).collect(),
        });
        known.extend([path.clone(), questions, answers]);
    }
    match all.iter().find(|path| !known.contains(*path)) {
        Some(stray) => Err(format!("{}: belongs to no component", stray.display())),
        None => Ok((host, kept)),
    }
}

const HOST: &str = "host.json";
const QUESTIONS_OF: &str = "questions.jsonl";
const ANSWERS_OF: &str = "answers.jsonl";

fn text(path: &Path) -> Result<String, Fault> {
    fs::read_to_string(path).map_err(at(path))
}

fn paths(folder: &Path) -> Result<Vec<PathBuf>, Fault> {
    let entries = fs::read_dir(folder).map_err(at(folder))?;
    let paths = entries.map(|entry| entry.map(|entry| entry.path()));
    let mut paths = paths.collect::<Result<Vec<_>, _>>().map_err(at(folder))?;
    paths.sort();
    Ok(paths)
}

/// Builds components against the newest released contract and keeps them, with questions and answers, under `folder`. Done once
/// for each release.
///
/// # Errors
/// Something is kept of this version already; or a component cannot be built or asked.
pub fn keep(folder: &Path) -> Result<(), Fault> {
    let version = CONTRACT.rsplit('@').next().unwrap_or(CONTRACT);
    let target = folder.join(version);
    if target.exists() {
        return Err(format!(
            "{} is there: what is kept of a released contract is never made again, as it could only be made to fit",
            target.display()
        ));
    }
    let engine = Engine::new(Limits::default()).map_err(|error| error.to_string())?;
    let host = Host::of(&World::read());
    let calendar = host.calendar()?;
    fs::create_dir_all(folder).map_err(at(folder))?;
    // All or nothing: what a build that fails leaves behind must not look like something that was kept.
    let made = tempfile::tempdir_in(folder).map_err(at(folder))?;
    let write = |name: &str, bytes: &[u8]| {
        let path = made.path().join(name);
        fs::write(&path, bytes).map_err(at(&path))
    };
    let json = serde_json::to_vec(&host).map_err(|error| error.to_string())?;
    write(HOST, &json)?;
    for (name, component) in components()? {
        let version = Version::load(&engine, &component).map_err(|error| error.to_string())?;
        let source = inspect(&component, engine.classes()).source;
        let (mut questions, mut answers) = (String::new(), Vec::new());
        let cases = version.manifest().cases.len();
        let mut wanted = (2 * cases + THROWN).max(QUESTIONS);
        for question in questions_about(&version, &source.unwrap_or_default()) {
            let answer = match version.assess_json(question.as_bytes(), &host.context(&calendar)) {
                Ok(answer) => answer,
                // A question that makes no sense: a window that opens before 1900.
                Err(AssessError::Question(_)) => continue,
                Err(error) => return Err(format!("{name}: {error}: {question}")),
            };
            questions.push_str(&question);
            questions.push('\n');
            answers.extend(answer);
            answers.push(b'\n');
            wanted -= 1;
            if wanted == 0 {
                break;
            }
        }
        write(&format!("{name}.wasm"), &component)?;
        write(&format!("{name}.{QUESTIONS_OF}"), questions.as_bytes())?;
        write(&format!("{name}.{ANSWERS_OF}"), &answers)?;
    }
    fs::rename(made.keep(), &target).map_err(at(&target))
}

/// One of each way in which components are made: by the package compiler, a package of every type and a real one; in Rust; and
/// in C. Those in JavaScript and Python have 12 and 18 MB, too much to keep.
fn components() -> Result<Vec<(&'static str, Vec<u8>)>, Fault> {
    let here = Path::new(env!("CARGO_MANIFEST_DIR"));
    let printing = here.join(
        "../procedures/so-thong-tin-va-truyen-thong/publishing/licence-to-print-publications",
    );
    Ok(vec![
        (
            "package-every-type",
            package(&here.join("src/contracts/every-type.yaml"), None)?,
        ),
        (
            "package-licence-to-print-publications",
            package(
                &printing.join("2020-03-01.yaml"),
                Some(&printing.join("cases/2020-03-01.yaml")),
            )?,
        ),
        (
            "rust-aggregated-news-website",
            rust::component(&examples().join("aggregated-news-website"))?,
        ),
        ("c-confirmation-of-postal-activity", Example::C.component()?),
    ])
}

fn package(path: &Path, cases: Option<&Path>) -> Result<Vec<u8>, Fault> {
    let outcome = compile(&source(path), cases.map(source).as_ref());
    match outcome.compiled {
        Some(compiled) => Ok(compiled.component),
        None => Err(format!("{}: {:?}", path.display(), outcome.diagnostics)),
    }
}

/// Its cases; the same with some facts not told; and others without end, thrown around what its package compares with. Each
/// once.
fn questions_about(version: &Version, package: &str) -> impl Iterator<Item = String> {
    let manifest = version.manifest();
    let mut dice = Dice::new(SEED);
    let mut seen = BTreeSet::new();
    let of_cases = manifest.cases.iter().flat_map(move |case| {
        let mut partly: Value = case.question.clone();
        if let Some(facts) = partly.get_mut("facts").and_then(Value::as_object_mut) {
            facts.retain(|_, _| dice.below(100) >= DROPPED);
        }
        [case.question.clone(), partly]
    });
    of_cases
        .chain(Questions::new(manifest, package, SEED))
        .map(|question| question.to_string())
        .filter(move |question| seen.insert(question.clone()))
}
