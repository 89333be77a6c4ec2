//! The circuit breaker: a version whose rules keep failing is not run for a while, and its department is told.

use std::sync::Arc;

use guests::written::Guest;
use motcua_model::Moment;
use motcua_model::calendar::Calendar;
use motcua_model::office::OfficeHours;
use motcua_registry::engine::{Class, Engine, Limits};
use motcua_registry::store::SqliteStore;
use motcua_registry::{
    AssessError, Context, LoadedCalendar, Parts, Quickly, Registry, Source, Texts,
};

/// Fails when all twelve facts are told.
const FRAGILE: &str = "(if (i32.eq (local.get $facts_len) (i32.const 12)) (then unreachable))";
const CODE: &str = "9.000001";

struct World {
    registry: Registry,
    office: OfficeHours,
    _folder: tempfile::TempDir,
}

fn at(seconds: i64) -> Moment {
    "2026-03-02T09:00"
        .parse::<Moment>()
        .unwrap()
        .plus_seconds(seconds)
        .unwrap()
}

impl World {
    async fn with(component: Vec<u8>, limits: Limits) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let store = SqliteStore::open(folder.path()).await.unwrap();
        let registry = Registry::new(Parts {
            engine: Engine::new(limits).unwrap(),
            store: Arc::new(store),
            calendar: Arc::new(LoadedCalendar::new(Calendar::new("vn", vec![]).unwrap())),
            office: OfficeHours::default(),
            seal: None,
            threads: 1,
        });
        let source = Source::Component {
            path: "guest.wasm".to_owned(),
            bytes: component,
        };
        let seeded = registry
            .seed_folder(vec![source], at(-60), |_| {})
            .await
            .unwrap();
        assert!(seeded.iter().all(Result::is_ok), "{seeded:?}");
        Self {
            registry,
            office: OfficeHours::default(),
            _folder: folder,
        }
    }

    fn context(&self, now: Moment) -> Context<'_> {
        Context {
            now,
            calendar: self.registry.calendar().calendar(),
            office: &self.office,
            texts: Texts::None,
        }
    }

    /// Asks as a portal does, at so many seconds; how it ended.
    fn ask(&self, facts: usize, seconds: i64) -> &'static str {
        self.ask_as_of(at(seconds), facts, seconds)
    }

    fn ask_as_of(&self, known_at: Moment, facts: usize, seconds: i64) -> &'static str {
        let body = question(facts);
        let catalogue = self.registry.catalogue();
        let context = self.context(known_at);
        let quickly = catalogue.assess_if_quick(CODE, &body, &context, at(seconds));
        let result = match quickly {
            Ok(Quickly::Answered(answer)) => Ok(answer),
            Ok(Quickly::NotQuick(class)) => {
                assert_eq!(class, Class::Compiled);
                catalogue.assess(CODE, &body, &context, at(seconds))
            }
            Err(error) => Err(error),
        };
        match result {
            Ok(_) => "answered",
            Err(error) => {
                if let AssessError::OutOfOrder(out_of_order) = &error {
                    assert!((1..=30).contains(&out_of_order.retry_after));
                    let text = error.text();
                    assert!(
                        text.vi.contains("cơ quan phát hành") && text.en.contains("department")
                    );
                }
                error.code()
            }
        }
    }

    fn alarms(&self) -> Vec<String> {
        self.registry
            .alarms()
            .into_iter()
            .map(|alarm| alarm.procedure)
            .collect()
    }

    async fn told(&self) -> usize {
        let deeds = self.registry.store().deeds(0, 1_000, false).await.unwrap();
        deeds
            .iter()
            .filter(|deed| deed.entry.contains("alarm-raised"))
            .count()
    }
}

fn question(facts: usize) -> Vec<u8> {
    let facts: Vec<String> = (0..facts)
        .map(|number| format!(r#""fact_{number}":true"#))
        .collect();
    format!(
        r#"{{"received_at":"2026-03-02T08:00","facts":{{{}}}}}"#,
        facts.join(",")
    )
    .into_bytes()
}

#[tokio::test]
async fn a_version_that_keeps_failing_is_out_of_order_until_a_trial_is_answered() {
    let world = World::with(Guest::that(FRAGILE).component(), Limits::default()).await;
    assert_eq!(world.ask(3, 0), "answered");
    // One that fails now and then goes on: it is quick no more, and still answers.
    for _ in 0..9 {
        assert_eq!(world.ask(12, 0), "rules-failed");
    }
    assert_eq!(world.ask(3, 0), "answered");
    assert!(world.alarms().is_empty());
    assert_eq!(world.ask(12, 1), "rules-failed");
    // The tenth: nothing runs, also what it could have answered, also as of another moment.
    assert_eq!(world.ask(3, 1), "out-of-order");
    assert_eq!(world.ask_as_of(at(-10), 3, 2), "out-of-order");
    assert_eq!(world.alarms(), [CODE]);
    let snapshot = world.registry.catalogue().snapshot();
    let procedure = snapshot.procedure(CODE).unwrap();
    let described = procedure
        .describe(None, at(2), world.registry.calendar())
        .unwrap();
    assert_eq!(described.out_of_order_since, Some(at(1)));
    assert_eq!(described.class, Class::Compiled);
    // It stays the version in force: nothing was rolled back.
    assert!(procedure.in_force(at(2).date(), at(2)).is_ok());
    // The department is told once, in the chain.
    for _ in 0..2 {
        world.registry.tell_departments(at(3)).await.unwrap();
        assert_eq!(world.told().await, 1);
    }
    world.registry.read_on(at(3)).await.unwrap();
    assert_eq!(world.alarms(), [CODE], "aligning ends no alarm of rules");
    // After the pause one trial: it fails, and the pause begins anew.
    assert_eq!(world.ask(3, 30), "out-of-order");
    assert_eq!(world.ask(12, 31), "rules-failed");
    assert_eq!(world.ask(3, 60), "out-of-order");
    // The next one is answered: all is well, and the next trouble is a new one.
    assert_eq!(world.ask(3, 61), "answered");
    assert_eq!(world.ask(3, 61), "answered");
    assert!(world.alarms().is_empty());
    for _ in 0..10 {
        assert_eq!(world.ask(12, 62), "rules-failed");
    }
    assert_eq!(world.ask(3, 62), "out-of-order");
    world.registry.tell_departments(at(63)).await.unwrap();
    assert_eq!(world.told().await, 2);
}

#[tokio::test]
async fn what_is_not_asked_for_a_portal_neither_counts_nor_is_stopped() {
    let world = World::with(Guest::that(FRAGILE).component(), Limits::default()).await;
    let snapshot = world.registry.catalogue().snapshot();
    let version = snapshot.procedure(CODE).unwrap().latest();
    // As the gate and replays do.
    for _ in 0..20 {
        let error = version
            .assess_json(&question(12), &world.context(at(0)))
            .unwrap_err();
        assert_eq!(error.code(), "rules-failed");
    }
    assert_eq!(world.ask(3, 0), "answered");
    for _ in 0..10 {
        world.ask(12, 0);
    }
    assert_eq!(world.ask(3, 0), "out-of-order");
    assert!(
        version
            .assess_json(&question(3), &world.context(at(0)))
            .is_ok()
    );
}

#[tokio::test]
async fn mistakes_of_askers_and_of_the_machine_do_not_count() {
    // The wall clock stops this one long before its fuel is used up.
    let limits = Limits {
        fuel: u64::MAX / 2,
        tick: std::time::Duration::from_millis(1),
        deadline_ticks: 2,
        ..Limits::default()
    };
    let endless = Guest::that("(if (local.get $facts_len) (then (loop $forever (br $forever))))");
    let world = World::with(endless.component(), limits).await;
    for _ in 0..15 {
        assert_eq!(world.ask(1, 0), "unavailable");
    }
    let wrong = br#"{"facts":{"nonsense":1}}"#;
    for _ in 0..15 {
        let catalogue = world.registry.catalogue();
        let error = catalogue
            .assess(CODE, wrong, &world.context(at(0)), at(0))
            .unwrap_err();
        assert_eq!(error.code(), "invalid-question");
    }
    assert_eq!(world.ask(0, 0), "answered");
    assert!(world.alarms().is_empty());
}
