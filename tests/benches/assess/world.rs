//! What is measured: the packages and calendars of this repository, and questions to them.

use std::fs;
use std::path::{Path, PathBuf};

use motcua_model::calendar::Calendar;
use motcua_model::due::Receipt;
use motcua_model::manifest::{FactKind, Manifest};
use motcua_model::office::OfficeHours;
use motcua_model::{Application, Assessment, Date, DossierNeed, DossierRules, Moment};
use motcua_registry::compiler::compile;
use motcua_registry::compiler::source::SourceFile;
use motcua_registry::engine::{Engine, Limits, Procedure};
use motcua_registry::{Context, LoadedCalendar, Texts, Version};
use serde_json::{Map, Value, json};

/// Calendar and office hours as they are served.
pub struct World {
    calendar: LoadedCalendar,
    office: OfficeHours,
}

impl World {
    pub fn read() -> Self {
        let folder = procedures().join("calendars/vn");
        let mut paths: Vec<PathBuf> = fs::read_dir(&folder)
            .expect("the calendars")
            .map(|entry| entry.expect("a file").path())
            .collect();
        paths.sort();
        let files: Vec<SourceFile> = paths.iter().map(|path| source(path)).collect();
        Self {
            calendar: LoadedCalendar::read("vn", &files).expect("calendars without mistakes"),
            office: OfficeHours::default(),
        }
    }

    pub fn calendar(&self) -> &Calendar {
        self.calendar.calendar()
    }

    pub fn office(&self) -> &OfficeHours {
        &self.office
    }

    /// Compact answers, at a moment that every question tells anyway.
    pub fn context(&self) -> Context<'_> {
        Context {
            now: now(),
            calendar: self.calendar(),
            office: &self.office,
            texts: Texts::None,
        }
    }
}

pub fn now() -> Moment {
    "2026-03-02T09:00".parse().expect("a moment")
}

fn procedures() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../procedures")
}

fn source(path: &Path) -> SourceFile {
    SourceFile {
        path: path.display().to_string(),
        text: fs::read_to_string(path).unwrap_or_else(|e| panic!("{}: {e}", path.display())),
    }
}

/// One version, loaded as the server loads it.
pub struct Subject {
    pub version: Version,
    /// The same component, to be asked without JSON.
    procedure: Procedure,
    dossier: DossierRules,
}

/// A question in the numbers of a manifest: what the component is asked, and what only the host needs.
#[derive(Debug)]
pub struct Asked<'a> {
    application: Application<'a>,
    on_file: Vec<u16>,
    data_sources: Vec<u16>,
}

impl Subject {
    /// `folder`: of the procedure, under the field of publishing.
    pub fn load(folder: &str, valid_from: &str) -> Self {
        let folder = procedures()
            .join("so-thong-tin-va-truyen-thong/publishing")
            .join(folder);
        let file = format!("{valid_from}.yaml");
        let compilation = compile(
            &source(&folder.join(&file)),
            Some(&source(&folder.join("cases").join(&file))),
        );
        let component = compilation.compiled.expect("no mistakes").component;
        let engine = Engine::new(Limits::default()).expect("a sandbox");
        let procedure = engine.load(&component).expect("it is admitted");
        Self {
            version: Version::load(&engine, &component).expect("it is admitted"),
            dossier: DossierRules::new(procedure.manifest()),
            procedure,
        }
    }

    /// Asks without JSON: outcomes, and what must be handed in.
    pub fn assess(&self, asked: &Asked<'_>) -> (Assessment, Vec<DossierNeed>) {
        let answered = self
            .procedure
            .assess(&asked.application)
            .expect("an answer");
        let assessment = answered.assessment;
        let needs = self
            .dossier
            .draw(&assessment.documents, &asked.on_file, &asked.data_sources);
        (assessment, needs)
    }

    /// The questions of its cases.
    pub fn cases(&self) -> Vec<Vec<u8>> {
        self.version
            .manifest()
            .cases
            .iter()
            .map(|case| case.question.to_string().into_bytes())
            .collect()
    }

    /// Questions to it, in the numbers of its manifest.
    pub fn asked<'a>(&self, bodies: &'a [Vec<u8>], world: &World) -> Vec<Asked<'a>> {
        let asked = |body: &'a Vec<u8>| {
            let question = self.version.read(body).expect("a right question");
            let filed_at = question.instants.filed(now());
            let receipt = Receipt {
                filed_at,
                accepted_at: question.instants.accepted_at,
                received_at: question.instants.received_at,
            };
            let start = receipt.start(world.calendar(), world.office());
            Asked {
                application: Application {
                    filed_at,
                    received_on: start.expect("a day of the calendar").day0,
                    channel: question.channel,
                    facts: question.facts,
                },
                on_file: question.on_file,
                data_sources: question.data_sources,
            }
        };
        bodies.iter().map(asked).collect()
    }
}

/// How much a question tells.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Told {
    /// Every fact, and no document on file.
    Everything,
    /// Six facts in ten, and now and then documents on file.
    Something,
}

/// Questions received in 2026, in and outside office hours, from a seed alone.
pub fn questions(manifest: &Manifest, told: Told, count: usize, seed: u64) -> Vec<Vec<u8>> {
    let mut dice = Dice(seed);
    (0..count)
        .map(|_| question(manifest, told, &mut dice).to_string().into_bytes())
        .collect()
}

fn question(manifest: &Manifest, told: Told, dice: &mut Dice) -> Value {
    let first = Date::from_ymd(2026, 1, 1).expect("a day");
    let day = first.plus_days(dice.below(365) as i32).expect("a day");
    let received = day.at(dice.below(24 * 60) as i64 * 60);
    let mut facts = Map::new();
    for fact in &manifest.facts {
        if told == Told::Something && dice.below(10) >= 6 {
            continue;
        }
        let value = match &fact.kind {
            FactKind::Boolean => json!(dice.below(4) != 0),
            FactKind::Integer { min, .. } => json!(min + dice.below(300) as i64),
            FactKind::Choice { options } => json!(options[dice.below(options.len())].id),
            FactKind::Choices { options } => options
                .iter()
                .filter(|_| dice.below(2) == 0)
                .map(|option| json!(option.id))
                .collect(),
            other => panic!("no fact of the two procedures is {other:?}"),
        };
        facts.insert(fact.id.clone(), value);
    }
    let channel = ["online", "counter", "postal"][dice.below(3)];
    let mut question = json!({
        "received_at": received,
        "channel": channel,
        "facts": facts,
    });
    if told == Told::Something && dice.below(2) == 0 {
        question["on_file"] = manifest
            .documents
            .iter()
            .filter(|_| dice.below(4) == 0)
            .map(|document| json!(document.id))
            .collect();
    }
    question
}

/// SplitMix64: small, and the same everywhere.
struct Dice(u64);

impl Dice {
    fn below(&mut self, end: usize) -> usize {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        ((z ^ (z >> 31)) % end as u64) as usize
    }
}
