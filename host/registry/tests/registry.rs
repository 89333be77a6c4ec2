//! From packages to answers: loaded, kept, found, described, asked.

use std::path::{Path, PathBuf};
use std::sync::{Arc, LazyLock, Mutex};

use motcua_model::calendar::Calendar;
use motcua_model::office::OfficeHours;
use motcua_model::{Date, Moment};
use motcua_registry::compiler::source::SourceFile;
use motcua_registry::engine::{Engine, Limits};
use motcua_registry::store::{SqliteStore, Store};
use motcua_registry::{
    AssessError, Catalogue, CatalogueError, Context, How, LoadFailure, LoadedCalendar, Mistake,
    Parts, QuestionError, Registry, Seeded, Source, Texts, Wanted, facts_schema,
};
use serde_json::{Value, json};

static ENGINE: LazyLock<Engine> = LazyLock::new(|| Engine::new(Limits::default()).unwrap());
static CALENDAR: LazyLock<Calendar> = LazyLock::new(|| Calendar::new("vn", Vec::new()).unwrap());
static OFFICE: LazyLock<OfficeHours> = LazyLock::new(OfficeHours::default);

fn day(text: &str) -> Date {
    text.parse().unwrap()
}

fn moment(text: &str) -> Moment {
    text.parse().unwrap()
}

fn now() -> Moment {
    moment("2026-11-23T09:00")
}

fn context(texts: Texts) -> Context<'static> {
    Context {
        now: now(),
        calendar: &CALENDAR,
        office: &OFFICE,
        texts,
    }
}

/// The head of a package and the parts that every package has.
fn package(code: &str, slug: &str, valid: &str, rest: &str) -> Source {
    let text = format!(
        r#"motcua: 1
code: "{code}"
code_confirmed: false
slug: {slug}
{valid}
name: {{vi: "Cấp giấy phép thử: {slug}", en: "Licence to try {slug}"}}
field: publishing
department: {{vi: Sở Thử nghiệm, en: Department of Trials}}
authority: {{vi: UBND cấp tỉnh, en: Provincial People's Committee}}
applicants: {{vi: Tổ chức, en: Organisations}}
result: {{vi: Giấy phép, en: Licence}}
legal_basis: [Điều 1]
confidence: low
sources: [thử]
channels: [{{channel: online}}]
{rest}
"#
    );
    Source::Package {
        package: SourceFile {
            path: format!("{slug}.yaml"),
            text,
        },
        cases: None,
    }
}

const OLD: &str = r#"
facts:
  - {id: pages, type: integer, min: 1, max: 1000, question: {vi: Bao nhiêu trang?, en: How many pages?}}
conditions:
  - {id: not-too-long, text: {vi: Ngắn, en: Short}, basis: Điều 2, rule: pages <= 100}
documents:
  - {id: application, name: {vi: Đơn, en: Application}, originals: 1, basis: Điều 3}
time_limit:
  starts: {vi: từ ngày nhận đủ hồ sơ, en: from receipt}
  rows:
    - {id: standard, statutory: {amount: 15, unit: calendar-day, basis: Điều 4}}
fees_status: none
"#;

const NEW: &str = r#"
facts:
  - {id: sheets, type: integer, min: 1, max: 1000, question: {vi: Bao nhiêu tờ?, en: How many sheets?}}
  - {id: opens_at, type: moment, question: {vi: Khai mạc lúc nào?, en: When does it open?}}
filing_windows:
  - {id: in_time, text: {vi: Trước 24 giờ, en: 24 hours before}, side: before, event: opens_at,
     term: {amount: 24, unit: hour}, basis: Điều 41}
conditions:
  - {id: not-too-long, text: {vi: Ngắn, en: Short}, basis: Điều 2, rule: sheets <= 50}
  - {id: in-time, text: {vi: Đúng hạn, en: In time}, basis: Điều 41, rule: in_time}
documents:
  - {id: application, name: {vi: Đơn, en: Application}, originals: 1, basis: Điều 3}
time_limit:
  starts: {vi: từ ngày nhận đủ hồ sơ, en: from receipt}
  rows:
    - id: standard
      statutory: {amount: 10, unit: working-day, basis: Điều 4}
      committed: {amount: 6, unit: working-day, source: demonstration, basis: Minh họa}
fees_status: none
"#;

fn sources() -> Vec<Source> {
    vec![
        package("9.000001", "giay-phep", "valid_from: 2020-01-01", OLD),
        package("9.000001", "giay-phep", "valid_from: 2025-07-01", NEW),
        package(
            "9.000002",
            "ended",
            "valid_from: 2020-01-01\nvalid_to: 2021-12-31",
            OLD,
        ),
    ]
}

struct World {
    folder: tempfile::TempDir,
    registry: Registry,
}

/// A registry on a database.
fn registry(store: SqliteStore) -> Registry {
    Registry::new(Parts {
        engine: ENGINE.clone(),
        store: Arc::new(store),
        calendar: Arc::new(LoadedCalendar::new(CALENDAR.clone())),
        office: *OFFICE,
        seal: None,
        threads: 2,
    })
}

impl World {
    async fn new() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let store = SqliteStore::open(folder.path()).await.unwrap();
        let registry = registry(store);
        Self { folder, registry }
    }

    async fn loaded() -> Self {
        let world = Self::new().await;
        for result in world
            .registry
            .seed_folder(sources(), moment("2026-11-23T08:00"), |_| {})
            .await
            .unwrap()
        {
            if let Err(failure) = result {
                panic!("{}: {failure:?}", failure.text().en);
            }
        }
        world
    }

    fn catalogue(&self) -> &Catalogue {
        self.registry.catalogue()
    }

    fn ask(&self, name: &str, question: &Value) -> Result<Value, AssessError> {
        let body = question.to_string();
        let full = self
            .catalogue()
            .assess(name, body.as_bytes(), &context(Texts::All), now());
        let compact = self
            .catalogue()
            .assess(name, body.as_bytes(), &context(Texts::None), now());
        match (full, compact) {
            (Ok(full), Ok(compact)) => {
                let full: Value = serde_json::from_slice(&full).unwrap();
                let compact: Value = serde_json::from_slice(&compact).unwrap();
                assert!(is_part_of(&compact, &full), "{compact}\n{full}");
                Ok(full)
            }
            (Err(error), Err(same)) => {
                assert_eq!(error.to_string(), same.to_string());
                Err(error)
            }
            (full, compact) => panic!("{full:?}\n{compact:?}"),
        }
    }
}

fn is_part_of(part: &Value, whole: &Value) -> bool {
    match (part, whole) {
        (Value::Object(part), Value::Object(whole)) => part.iter().all(|(name, value)| {
            whole
                .get(name)
                .is_some_and(|whole| is_part_of(value, whole))
        }),
        (Value::Array(part), Value::Array(whole)) => {
            part.len() == whole.len()
                && part
                    .iter()
                    .zip(whole)
                    .all(|(part, whole)| is_part_of(part, whole))
        }
        _ => part == whole,
    }
}

#[tokio::test]
async fn what_is_loaded_already_is_not_loaded_again() {
    let world = World::loaded().await;
    let seeded = world
        .registry
        .seed_folder(sources(), now(), |_| {})
        .await
        .unwrap();
    assert_eq!(seeded.len(), 3);
    for (loaded, _) in seeded.into_iter().map(Result::unwrap) {
        let known = world.registry.version(loaded.version.digest()).unwrap();
        assert!(Arc::ptr_eq(&known, &loaded.version));
    }
}

#[tokio::test]
async fn the_day_of_receipt_chooses_the_version() {
    let world = World::loaded().await;
    let ask = |received_at: &str, fact: &str| {
        world.ask(
            "giay-phep",
            &json!({"received_at": received_at, "facts": {fact: 60}}),
        )
    };
    let before = ask("2025-06-30T16:59", "pages").unwrap();
    assert_eq!(before["version"]["valid_from"], "2020-01-01");
    assert_eq!(
        (&before["received_on"], &before["verdict"]),
        (&json!("2025-06-30"), &json!("eligible"))
    );
    assert_eq!(before["time_limit"]["statutory"]["due_on"], "2025-07-15");

    let after = ask("2025-07-01T08:00", "sheets").unwrap();
    assert_eq!(after["version"]["valid_from"], "2025-07-01");
    assert_eq!(after["verdict"], "ineligible");
    assert_eq!(after["ask_next"], json!([]));

    // After closing time the office receives it the next morning, under the next version.
    assert_eq!(
        ask("2025-06-30T17:01", "sheets").unwrap()["received_on"],
        "2025-07-01"
    );
    assert_eq!(
        ask("2026-03-02T09:00", "sheets").unwrap()["version"]["valid_from"],
        "2025-07-01"
    );
}

#[tokio::test]
async fn mistakes_are_told_by_the_version_of_that_day() {
    let world = World::loaded().await;
    let error = world
        .ask(
            "9.000001",
            &json!({"received_at": "2024-01-02T09:00", "facts": {"sheets": 5}}),
        )
        .unwrap_err();
    let AssessError::Question(QuestionError::Fields(fields)) = &error else {
        panic!("{error}")
    };
    assert_eq!(
        (fields.errors[0].pointer.as_str(), fields.errors[0].code),
        ("/facts/sheets", Mistake::UnknownMember)
    );
    assert_eq!(fields.errors[0].allowed, ["pages"]);
    assert_eq!(error.code(), "invalid-question");
}

#[tokio::test]
async fn a_day_without_a_version_is_told_with_the_days_that_have_one() {
    let world = World::loaded().await;
    let error = world
        .ask(
            "9.000001",
            &json!({"received_at": "2019-12-31T09:00", "facts": {"pages": 5}}),
        )
        .unwrap_err();
    let text = error.text();
    assert_eq!(error.code(), "not-in-force");
    for part in [
        "2019-12-31",
        "2020-01-01 to 2025-06-30",
        "2025-07-01 onwards",
    ] {
        assert!(text.en.contains(part), "{}", text.en);
    }
    assert!(text.vi.contains("2020-01-01 đến 2025-06-30"), "{}", text.vi);

    assert!(
        world
            .ask(
                "ended",
                &json!({"received_at": "2021-12-31T09:00", "facts": {"pages": 5}})
            )
            .is_ok()
    );
    let error = world
        .ask(
            "ended",
            &json!({"received_at": "2022-01-04T09:00", "facts": {"pages": 5}}),
        )
        .unwrap_err();
    assert!(matches!(error, AssessError::NotInForce(_)), "{error}");
    // Without a day the question is of today, when none is in force; but broken JSON is told as such.
    assert!(matches!(
        world.ask("ended", &json!({"facts": {}})),
        Err(AssessError::NotInForce(_))
    ));
    let error = world
        .catalogue()
        .assess("ended", b"{", &context(Texts::All), now())
        .unwrap_err();
    assert_eq!(error.code(), "broken-json");
}

#[tokio::test]
async fn an_unknown_procedure_is_told_with_the_nearest() {
    let world = World::loaded().await;
    let error = world.ask("giay-phap", &json!({"facts": {}})).unwrap_err();
    assert_eq!(error.code(), "unknown-procedure");
    assert!(
        error.text().en.contains("did you mean `giay-phep`?"),
        "{}",
        error.text().en
    );
    let error = world.ask("\u{202e}\n", &json!({"facts": {}})).unwrap_err();
    assert!(!error.text().en.contains(['\u{202e}', '\n']));
}

#[tokio::test]
async fn a_filing_window_is_told_by_the_host_and_asked_for_by_its_event() {
    let world = World::loaded().await;
    let ask = |facts: Value| {
        world
            .ask(
                "giay-phep",
                &json!({"filed_at": "2026-03-02T09:00", "facts": facts}),
            )
            .unwrap()
    };
    let untold = ask(json!({"sheets": 5}));
    assert_eq!(untold["verdict"], "undetermined");
    assert_eq!(untold["ask_next"][0]["fact"], "opens_at");
    assert_eq!(
        untold["ask_next"][0]["because"],
        json!([{"kind": "condition", "id": "in-time"}])
    );
    assert_eq!(untold["filing_windows"][0]["inside"], Value::Null);
    let in_time = ask(json!({"sheets": 5, "opens_at": "2026-03-03T09:00"}));
    assert_eq!(
        (&in_time["verdict"], &in_time["filing_windows"][0]["inside"]),
        (&json!("eligible"), &json!(true))
    );
    assert_eq!(
        in_time["filing_windows"][0]["file_by"],
        "2026-03-02T09:00:00+07:00"
    );
    let late = ask(json!({"sheets": 5, "opens_at": "2026-03-03T08:59"}));
    assert_eq!(
        (&late["verdict"], &late["filing_windows"][0]["inside"]),
        (&json!("ineligible"), &json!(false))
    );
}

#[tokio::test]
async fn days_beyond_the_range_are_the_askers_mistake() {
    let world = World::loaded().await;
    let error = world
        .ask(
            "giay-phep",
            &json!({"received_at": "2199-12-31T09:00", "facts": {"sheets": 5}}),
        )
        .unwrap_err();
    let AssessError::Question(QuestionError::Fields(fields)) = error else {
        panic!("{error}")
    };
    assert_eq!(
        (fields.errors[0].pointer.as_str(), fields.errors[0].code),
        ("/received_at", Mistake::DateOutOfRange)
    );
}

#[tokio::test]
async fn a_second_start_does_not_compile_again() {
    let world = World::loaded().await;
    let digests = |catalogue: &Catalogue| -> Vec<String> {
        let snapshot = catalogue.snapshot();
        let versions = snapshot
            .procedures()
            .flat_map(|procedure| procedure.timeline().periods());
        versions
            .map(|period| period.version.digest().to_owned())
            .collect()
    };
    let first = digests(world.catalogue());
    world.registry.store().close().await.unwrap();

    let store = SqliteStore::open(world.folder.path()).await.unwrap();
    assert_eq!(store.versions().await.unwrap().len(), 3);
    let again = registry(store);
    again.read_on(moment("2026-11-24T08:00")).await.unwrap();
    assert_eq!(digests(again.catalogue()), first, "the chain alone tells");
    let results = again
        .seed_folder(sources(), moment("2026-11-24T08:00"), |_| {})
        .await
        .unwrap();
    for result in results {
        let (loaded, seeded) = result.unwrap();
        assert_eq!((loaded.how, seeded), (How::Remembered, Seeded::Before));
    }
    assert_eq!(digests(again.catalogue()), first);
    let heads = again.store().versions().await.unwrap();
    assert!(
        heads
            .iter()
            .all(|head| head.first_seen_at == moment("2026-11-23T08:00")),
        "kept as first seen"
    );
}

#[tokio::test]
async fn what_cannot_be_loaded_says_so_and_the_rest_is() {
    let world = World::new().await;
    let mut all = sources();
    all.insert(
        1,
        package("9.000003", "bad", "valid_from: 2020-01-01", "facts: []"),
    );
    all.insert(
        2,
        Source::Component {
            path: "x.wasm".to_owned(),
            bytes: b"\0asm\x0d\0\x01\0".to_vec(),
        },
    );
    // The same day twice with other rules, and the name of another procedure.
    all.push(package(
        "9.000001",
        "giay-phep",
        "valid_from: 2020-01-01",
        &OLD.replace("100", "99"),
    ));
    all.push(package("9.000004", "ended", "valid_from: 2020-01-01", OLD));
    let count = all.len();
    let ticks = Arc::new(Mutex::new(Vec::new()));
    let seen = Arc::clone(&ticks);
    let results = world
        .registry
        .seed_folder(all, moment("2026-11-23T08:00"), move |done| {
            seen.lock().unwrap().push(done)
        })
        .await
        .unwrap();
    let mut ticks = ticks.lock().unwrap().clone();
    ticks.sort_unstable();
    assert_eq!(ticks, (1..=count).collect::<Vec<_>>());

    for (at, result) in results.iter().enumerate() {
        let text = result.as_ref().err().map(LoadFailure::text);
        match (at, result) {
            (0 | 3 | 4, Ok(_)) => {}
            (1, Err(LoadFailure::NotCompiled { diagnostics, .. })) => {
                assert!(!diagnostics.is_empty())
            }
            (2, Err(LoadFailure::Refused { path, .. })) => assert_eq!(path, "x.wasm"),
            (5 | 6, Err(LoadFailure::DoesNotFit { .. })) => {}
            (at, other) => panic!("{at}: {other:?}"),
        }
        if let Some(text) = text {
            assert!(!text.vi.is_empty() && text.vi != text.en, "{text:?}");
        }
    }
    assert_eq!(world.catalogue().snapshot().version_count(), 3);
}

#[tokio::test]
async fn a_procedure_has_one_name_in_a_folder_and_against_what_is_published() {
    let world = World::new().await;
    let seed = |sources| {
        world
            .registry
            .seed_folder(sources, moment("2026-11-23T08:00"), |_| {})
    };
    let a = |slug, from| package("9.000001", slug, &format!("valid_from: {from}"), OLD);
    let misfit = |result: &Result<_, LoadFailure>| {
        let Err(failure @ LoadFailure::DoesNotFit { error, .. }) = result else {
            panic!("it was taken")
        };
        let text = failure.text();
        assert!(
            text.vi != text.en && text.vi.contains("9.000001"),
            "{text:?}"
        );
        error.clone()
    };
    let other = |present: &str, slug: &str| CatalogueError::OtherSlug {
        code: "9.000001".to_owned(),
        present: present.to_owned(),
        slug: slug.to_owned(),
    };
    // Within a folder: the first keeps its name.
    let results = seed(vec![a("one", "2020-01-01"), a("two", "2021-01-01")])
        .await
        .unwrap();
    assert!(results[0].is_ok());
    assert_eq!(misfit(&results[1]), other("one", "two"));
    // Against what is published: the code under another name, and the name for another code.
    let results = seed(vec![
        a("two", "2022-01-01"),
        package("9.000009", "one", "valid_from: 2020-01-01", OLD),
    ])
    .await
    .unwrap();
    assert_eq!(misfit(&results[0]), other("one", "two"));
    assert_eq!(
        misfit(&results[1]),
        CatalogueError::SlugTaken {
            slug: "one".to_owned(),
            present: "9.000001".to_owned(),
            code: "9.000009".to_owned(),
        }
    );
    assert!(seed(vec![a("one", "2022-01-01")]).await.unwrap()[0].is_ok());
    assert_eq!(world.catalogue().snapshot().version_count(), 2);
}

#[tokio::test]
async fn nothing_answers_that_is_not_kept() {
    let world = World::new().await;
    world.registry.store().close().await.unwrap();
    let source = Source::Component {
        path: "x".to_owned(),
        bytes: Vec::new(),
    };
    let results = world
        .registry
        .seed_folder(vec![source], moment("2026-11-23T08:00"), |_| {})
        .await
        .unwrap();
    assert!(matches!(results[..], [Err(LoadFailure::Refused { .. })]));
    let results = world
        .registry
        .seed_folder(sources(), moment("2026-11-23T08:00"), |_| {})
        .await
        .unwrap();
    assert!(
        results
            .iter()
            .all(|result| matches!(result, Err(LoadFailure::NotKept { .. })))
    );
    assert_eq!(world.catalogue().snapshot().version_count(), 0);
}

#[tokio::test]
async fn procedures_are_found_by_field_day_and_words() {
    let world = World::loaded().await;
    let snapshot = world.catalogue().snapshot();
    let today = moment("2026-11-23T09:00");
    let codes = |wanted: Wanted<'_>| -> Vec<&str> {
        snapshot
            .find(&wanted, today)
            .into_iter()
            .map(|summary| summary.code)
            .collect()
    };
    assert_eq!(codes(Wanted::default()), ["9.000001", "9.000002"]);
    assert_eq!(
        codes(Wanted {
            field: Some("press"),
            ..Wanted::default()
        }),
        [""; 0]
    );
    assert_eq!(
        codes(Wanted {
            field: Some("publishing"),
            ..Wanted::default()
        })
        .len(),
        2
    );
    for q in [
        "Giấy phép THỬ",
        "giay phep thu",
        "phep giay",
        "licence try giay-phep",
    ] {
        assert!(
            codes(Wanted {
                q: Some(q),
                ..Wanted::default()
            })
            .contains(&"9.000001"),
            "{q}"
        );
    }
    assert_eq!(
        codes(Wanted {
            q: Some("9.000002"),
            ..Wanted::default()
        }),
        ["9.000002"]
    );
    assert_eq!(
        codes(Wanted {
            q: Some("không có"),
            ..Wanted::default()
        }),
        [""; 0]
    );
    assert_eq!(
        codes(Wanted {
            on: Some(day("2021-06-01")),
            ..Wanted::default()
        })
        .len(),
        2
    );
    assert_eq!(
        codes(Wanted {
            on: Some(day("2022-06-01")),
            ..Wanted::default()
        }),
        ["9.000001"]
    );

    let summaries = snapshot.find(&Wanted::default(), today);
    assert!(summaries[0].in_force && !summaries[1].in_force);
    let json = serde_json::to_value(&summaries[0]).unwrap();
    assert_eq!(
        (&json["versions"][0]["from"], &json["versions"][0]["to"]),
        (&json!("2020-01-01"), &json!("2025-06-30"))
    );
    assert_eq!(json["versions"][1]["to"], Value::Null);
}

#[tokio::test]
async fn a_procedure_is_described_as_it_was_on_a_day() {
    let world = World::loaded().await;
    let calendar = LoadedCalendar::new(CALENDAR.clone());
    let snapshot = world.catalogue().snapshot();
    let procedure = snapshot.procedure("9.000001").unwrap();
    let today = moment("2026-11-23T09:00");
    let described = |on: Option<&str>| {
        serde_json::to_value(procedure.describe(on.map(day), today, &calendar).unwrap()).unwrap()
    };
    let now = described(None);
    assert_eq!(
        (&now["code"], &now["in_force"], &now["demonstration"]),
        (&json!("9.000001"), &json!(true), &json!(true))
    );
    assert_eq!(now["conditions"][0]["rule"], "sheets <= 50");
    assert_eq!(
        now["time_limit"]["rows"][0]["committed"]["source"],
        "demonstration"
    );
    assert!(now["digest"].as_str().unwrap().starts_with("sha256:"));
    assert_eq!(now["calendar"]["id"], "vn");
    let then = described(Some("2024-01-01"));
    assert_eq!(
        (&then["conditions"][0]["rule"], &then["demonstration"]),
        (&json!("pages <= 100"), &json!(false))
    );
    assert!(
        procedure
            .describe(Some(day("2019-01-01")), today, &calendar)
            .is_err()
    );
    let ended = snapshot.procedure("ended").unwrap();
    assert!(!ended.describe(None, today, &calendar).unwrap().in_force);

    let schema = facts_schema(procedure.latest().manifest(), procedure.latest().digest());
    assert_eq!(
        schema["properties"]
            .as_object()
            .unwrap()
            .keys()
            .collect::<Vec<_>>(),
        ["sheets", "opens_at"]
    );
}

#[tokio::test]
async fn a_version_can_be_asked_by_itself() {
    let world = World::loaded().await;
    let snapshot = world.catalogue().snapshot();
    let old = &snapshot.procedure("9.000001").unwrap().timeline().periods()[0].version;
    let answer = old
        .assess_json(br#"{"facts": {"pages": 5}}"#, &context(Texts::None))
        .unwrap();
    let answer: Value = serde_json::from_slice(&answer).unwrap();
    assert_eq!(
        (&answer["verdict"], &answer["received_on"]),
        (&json!("eligible"), &json!("2026-11-23"))
    );
    let question = old.read(br#"{"facts": {}}"#).unwrap();
    let assessed = old.assess(question, &context(Texts::All)).unwrap();
    assert_eq!(assessed.verdict(), motcua_model::Verdict::Undetermined);
    assert!(assessed.fuel_used() > 0);
}

fn files(folder: &Path, found: &mut Vec<PathBuf>) {
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            files(&path, found);
        } else if path
            .extension()
            .is_some_and(|extension| extension == "yaml")
        {
            found.push(path);
        }
    }
}

fn source_file(path: &Path) -> SourceFile {
    SourceFile {
        path: path.display().to_string(),
        text: std::fs::read_to_string(path).unwrap(),
    }
}

#[tokio::test]
async fn the_real_procedures_answer_their_cases_alike_in_both_forms() {
    let root = Path::new(concat!(env!("CARGO_MANIFEST_DIR"), "/../../procedures"));
    let mut found = Vec::new();
    files(root, &mut found);
    found.sort();
    let (calendars, rest): (Vec<_>, Vec<_>) = found
        .into_iter()
        .partition(|path| path.starts_with(root.join("calendars")));
    let calendars: Vec<SourceFile> = calendars.iter().map(|path| source_file(path)).collect();
    let calendar = LoadedCalendar::read("vn", &calendars).unwrap();
    let sources: Vec<Source> = rest
        .iter()
        .filter(|path| !path.parent().unwrap().ends_with("cases"))
        .map(|path| {
            let cases = path
                .parent()
                .unwrap()
                .join("cases")
                .join(path.file_name().unwrap());
            let cases = cases.is_file().then(|| source_file(&cases));
            Source::Package {
                package: source_file(path),
                cases,
            }
        })
        .collect();
    assert!(
        sources.len() >= 9,
        "eight procedures, one of them in two versions"
    );

    let world = World::new().await;
    world.registry.store().ready().await.unwrap();
    calendar
        .keep(&**world.registry.store(), moment("2026-11-23T08:00"))
        .await
        .unwrap();
    assert_eq!(
        world.registry.store().calendars().await.unwrap().len(),
        calendars.len()
    );
    for result in world
        .registry
        .seed_folder(sources, moment("2026-11-23T08:00"), |_| {})
        .await
        .unwrap()
    {
        let (loaded, _) =
            result.unwrap_or_else(|failure| panic!("{}: {failure:?}", failure.text().en));
        let manifest = loaded.version.manifest();
        for case in &manifest.cases {
            let body = case.question.to_string();
            let context = |texts| Context {
                calendar: calendar.calendar(),
                ..context(texts)
            };
            let answer = |texts| -> Value {
                let answer = world.catalogue().assess(
                    &manifest.code,
                    body.as_bytes(),
                    &context(texts),
                    now(),
                );
                let answer =
                    answer.unwrap_or_else(|error| panic!("{} {}: {error}", manifest.slug, case.id));
                serde_json::from_slice(&answer).unwrap()
            };
            let (full, compact) = (answer(Texts::All), answer(Texts::None));
            assert!(is_part_of(&compact, &full), "{compact}\n{full}");
            assert_eq!(
                full["version"]["digest"],
                loaded.version.digest(),
                "{} {}",
                manifest.slug,
                case.id
            );
        }
    }
}
