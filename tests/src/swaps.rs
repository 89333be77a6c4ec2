//! Versions are exchanged while the portal asks without a pause: no request may fail, and every answer must be the whole
//! answer of the one version that it names.

#![expect(clippy::disallowed_methods, reason = "the campaign tells its rate")]

use std::collections::BTreeMap;
use std::error::Error;
use std::net::SocketAddr;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::time::{Duration, Instant};

use motcua_model::Moment;
use motcua_model::office::OfficeHours;
use motcua_registry::compiler::source::SourceFile;
use motcua_registry::engine::{Engine, Limits, digest};
use motcua_registry::{Context, LoadedCalendar, Texts, Version};

use crate::binary::{self, Server};
use crate::desk::{self, CODE, Desk, SLUG};
use crate::generate;
use crate::http::{Connection, request};

/// What to do.
#[derive(Clone, Copy, Debug)]
pub struct Plan {
    /// How many versions are activated.
    pub count: u32,
    /// How many connections ask all the while.
    pub connections: usize,
}

/// Questions that any two versions of the campaign answer differently, or alike but for the version named.
fn questions(count: u32) -> Vec<String> {
    [1, count / 2 + 1, count + 2, 999_999]
        .iter()
        .map(|pages| format!(r#"{{"received_at":"2026-03-02T09:00","filed_at":"2026-03-02T09:00","channel":"online","facts":{{"pages":{pages}}}}}"#))
        .chain([r#"{"received_at":"2026-03-02T09:00","filed_at":"2026-03-02T09:00","facts":{}}"#.to_owned()])
        .collect()
}

/// What each version answers to each question, by its digest: worked out here, not asked of the host.
struct Expected {
    engine: Engine,
    calendar: LoadedCalendar,
    questions: Vec<String>,
    answers: std::sync::RwLock<BTreeMap<String, Vec<Vec<u8>>>>,
}

impl Expected {
    fn new(questions: Vec<String>) -> Result<Self, Box<dyn Error>> {
        let mut files = Vec::new();
        let mut paths: Vec<_> = std::fs::read_dir(generate::procedures().join("calendars/vn"))?
            .collect::<Result<Vec<_>, _>>()?;
        paths.sort_by_key(std::fs::DirEntry::file_name);
        for entry in paths {
            files.push(SourceFile {
                path: entry.path().display().to_string(),
                text: std::fs::read_to_string(entry.path())?,
            });
        }
        let calendar =
            LoadedCalendar::read("vn", &files).map_err(|_| "the calendars have mistakes")?;
        Ok(Self {
            engine: Engine::new(Limits::default())?,
            calendar,
            questions,
            answers: std::sync::RwLock::default(),
        })
    }

    fn add(&self, component: &[u8]) -> Result<(), Box<dyn Error>> {
        let version = Version::load(&self.engine, component).map_err(|error| error.to_string())?;
        let now: Moment = "2026-03-02T09:00".parse()?;
        let office = OfficeHours::default();
        let context = Context {
            now,
            calendar: self.calendar.calendar(),
            office: &office,
            texts: Texts::None,
        };
        let mut answers = Vec::new();
        for question in &self.questions {
            answers.push(version.assess_json(question.as_bytes(), &context)?);
        }
        if let Ok(mut known) = self.answers.write() {
            known.insert(digest(component), answers);
        }
        Ok(())
    }

    /// Whether an answer is the whole answer of the version that it names.
    fn holds(&self, question: usize, body: &[u8]) -> bool {
        let Ok(answer) = serde_json::from_slice::<serde_json::Value>(body) else {
            return false;
        };
        let named = answer["version"]["digest"].as_str().unwrap_or_default();
        self.answers.read().is_ok_and(|known| {
            known
                .get(named)
                .and_then(|answers| answers.get(question))
                .is_some_and(|expected| expected == body)
        })
    }
}

/// Runs the campaign and prints its figures.
///
/// # Errors
/// A request failed, or an answer was not that of the version it names.
pub fn run(plan: &Plan) -> Result<(), Box<dyn Error>> {
    binary::motcua();
    tokio::runtime::Builder::new_multi_thread()
        .enable_all()
        .build()?
        .block_on(swap(plan))
}

async fn swap(plan: &Plan) -> Result<(), Box<dyn Error>> {
    let folder = tempfile::tempdir()?;
    let procedures = folder.path().join("procedures");
    desk::calendars_only(&procedures)?;
    // Something to answer from before the first department has published: the folder's own version.
    let own = procedures.join("campaign");
    std::fs::create_dir_all(&own)?;
    let first = desk::component(0);
    std::fs::write(own.join("first.wasm"), &first)?;
    let data = folder.path().join("data");
    let server = Server::start(&procedures, &data)?;
    let desk = Desk::open(&["--data".as_ref(), data.as_ref()], server.address).await?;
    let expected = Arc::new(Expected::new(questions(plan.count))?);
    expected.add(&first)?;

    let stop = Arc::new(AtomicBool::new(false));
    let counts = Arc::new(Counts::default());
    let mut asking = Vec::new();
    for _ in 0..plan.connections {
        let (expected, stop, counts) = (
            Arc::clone(&expected),
            Arc::clone(&stop),
            Arc::clone(&counts),
        );
        asking.push(tokio::spawn(ask(server.address, expected, stop, counts)));
    }

    let mut connection = Connection::open(server.address).await?;
    let mut activating = Duration::ZERO;
    for number in 1..=plan.count {
        let component = desk::component(number);
        expected.add(&component)?;
        desk.submit(&mut connection, CODE, &component, number)
            .await?;
        desk.approve(&mut connection, CODE, &component, number)
            .await?;
        let begin = Instant::now();
        desk.activate(&mut connection, CODE, number).await?;
        activating += begin.elapsed();
    }
    stop.store(true, Ordering::Relaxed);
    for task in asking {
        task.await?;
    }
    let named = counts
        .versions
        .lock()
        .map(|versions| versions.len())
        .unwrap_or_default();
    let (asked, failed, mixed) = (
        counts.asked.load(Ordering::Relaxed),
        counts.failed.load(Ordering::Relaxed),
        counts.mixed.load(Ordering::Relaxed),
    );
    println!(
        "swaps: {} versions activated, {:.1} ms each; {asked} questions on {} connections meanwhile: {failed} failed, {mixed} mixed; answers named {named} versions",
        plan.count,
        activating.as_secs_f64() * 1e3 / f64::from(plan.count.max(1)),
        plan.connections,
    );
    // The last one must be the one that answers now.
    let question = &expected.questions[0];
    let path = format!("/api/v1/procedures/{SLUG}/assess?texts=none");
    let answer = connection
        .send(&request("POST", &path, Some(question.as_bytes())))
        .await?
        .json();
    let last = digest(&desk::component(plan.count));
    if failed > 0 || mixed > 0 || asked == 0 || answer["version"]["digest"] != last.as_str() {
        return Err(format!("it does not hold; the last answer is {answer}").into());
    }
    Ok(())
}

#[derive(Default)]
struct Counts {
    asked: AtomicU64,
    failed: AtomicU64,
    mixed: AtomicU64,
    versions: std::sync::Mutex<std::collections::BTreeSet<String>>,
}

async fn ask(
    address: SocketAddr,
    expected: Arc<Expected>,
    stop: Arc<AtomicBool>,
    counts: Arc<Counts>,
) {
    let path = format!("/api/v1/procedures/{SLUG}/assess?texts=none");
    let requests: Vec<Vec<u8>> = expected
        .questions
        .iter()
        .map(|question| request("POST", &path, Some(question.as_bytes())))
        .collect();
    let Ok(mut connection) = Connection::open(address).await else {
        counts.failed.fetch_add(1, Ordering::Relaxed);
        return;
    };
    for at in (0..requests.len()).cycle() {
        if stop.load(Ordering::Relaxed) {
            return;
        }
        counts.asked.fetch_add(1, Ordering::Relaxed);
        match connection.send(&requests[at]).await {
            Ok(response) if response.status == 200 => {
                if !expected.holds(at, &response.body) {
                    counts.mixed.fetch_add(1, Ordering::Relaxed);
                }
                let named = response.json()["version"]["digest"]
                    .as_str()
                    .map(str::to_owned);
                if let (Some(named), Ok(mut versions)) = (named, counts.versions.lock()) {
                    versions.insert(named);
                }
            }
            _ => {
                counts.failed.fetch_add(1, Ordering::Relaxed);
                return;
            }
        }
    }
}
