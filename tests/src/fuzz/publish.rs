//! Any bytes as a component: what a department hands in is refused in words fit to be shown, or can be asked.
//!
//! A submission reaches this far once it is signed: `Registry::submit` verifies the signature, runs [`gate`] on the bytes,
//! and keeps bytes and report. The gate is run here as it is run there; the signature and the database, which do not look
//! into the bytes, are left out.

use std::sync::OnceLock;

use guests::written::{Guest, STEADY_FEE, WIT, manifest_with_case, not_plain, with_section, wrap};
use motcua_model::Date;
use motcua_model::lifecycle::Submitted;
use motcua_registry::engine::{
    Admitted, Inspection, LoadError, MANIFEST_SECTION, admit, digest, inspect,
};
use motcua_registry::{
    AssessError, CheckId, Context, Failure, GateReport, InForce, Snapshot, Texts, ToPass, Version,
    facts_schema, gate,
};

use super::draw::Draw;
use super::{Seen, application, clean, engine, harmless_text, package, sections, told, world};

/// Components to begin with.
struct Bases {
    all: Vec<Vec<u8>>,
    /// The one in force that submissions of the honest guest take over from.
    before: Version,
    before_bytes: Vec<u8>,
}

fn bases() -> &'static Bases {
    static BASES: OnceLock<Bases> = OnceLock::new();
    BASES.get_or_init(|| {
        let honest = honest();
        let mut all = vec![
            honest.clone(),
            not_plain(honest.clone()),
            Guest::default().component(),
        ];
        all.extend(package::bases().iter().map(package::Texts::component));
        Bases {
            all,
            before: Version::load(engine(), &honest).expect("the honest guest is admitted"),
            before_bytes: honest,
        }
    })
}

/// The honest guest as the gate lets it pass: its fee does not hang on how much is told, and it has a case.
fn honest() -> Vec<u8> {
    let guest = Guest {
        fee: STEADY_FEE,
        ..Guest::default()
    };
    let manifest = manifest_with_case().to_string();
    with_section(
        wrap(&guest.wat(), &[WIT]),
        MANIFEST_SECTION,
        manifest.as_bytes(),
    )
}

/// Tries it with a component.
///
/// # Panics
/// The promise is broken.
pub fn publish(bytes: &[u8], seen: &mut Seen) {
    let mut draw = Draw::new(bytes);
    // Whether the gate, which asks hundreds of questions, is run too.
    let to_the_gate = draw.one_in(16);
    let component = component(&mut draw);
    let (inspection, admitted) = look(&component, seen);
    if to_the_gate {
        pass(&component, &inspection, draw.below(2) == 1, seen);
    }
    if admitted.is_some() {
        ask(&component, &mut draw, seen);
    }
}

/// Any bytes, or a real component after a few edits.
fn component(draw: &mut Draw<'_>) -> Vec<u8> {
    if draw.one_in(16) {
        return draw.rest().to_vec();
    }
    let all = &bases().all;
    let at = draw.below(2 * all.len());
    // Half of them are one of the first three, which are small.
    let mut component = all[if at < all.len() { at } else { at % 3 }].clone();
    for _ in 0..draw.of(&[1, 0, 1, 2, 2, 3, 4, 8]) {
        let other = &all[draw.below(all.len())];
        sections::edit(draw, &mut component, other);
    }
    component
}

/// Looks at it without loading it.
fn look(component: &[u8], seen: &mut Seen) -> (Inspection, Option<Admitted>) {
    let classes = engine().classes();
    let inspection = inspect(component, classes);
    let names = [&inspection.imports, &inspection.exports];
    let in_modules = inspection.modules.iter().map(|module| &module.imports);
    names
        .into_iter()
        .chain(in_modules)
        .flatten()
        .for_each(|name| clean(name));
    inspection
        .sections
        .iter()
        .for_each(|section| clean(&section.name));
    serde_json::to_string(&inspection).expect("an inspection is made of texts and numbers");
    assert_eq!(inspection.digest, digest(component));
    match admit(component, classes) {
        Err(refusal) => {
            harmless_text(&refusal.message);
            let told = inspection
                .refused
                .as_ref()
                .expect("inspection refuses what admission refuses");
            assert_eq!(
                (told.rule, &told.message),
                (refusal.rule.code(), &refusal.message)
            );
            seen.note(&format!("refused: {}", refusal.rule.code()));
            (inspection, None)
        }
        Ok(admitted) => {
            assert_eq!(inspection.class, Some(admitted.class));
            assert_eq!(inspection.manifest.as_ref(), Some(&admitted.manifest));
            assert_eq!(inspection.digest, admitted.digest);
            assert!(inspection.refused.is_none());
            seen.note("admitted");
            if !inspection.plain {
                seen.note("admitted, composed");
            }
            (inspection, Some(admitted))
        }
    }
}

/// Asks what was admitted a few questions, as a portal does.
fn ask(component: &[u8], draw: &mut Draw<'_>, seen: &mut Seen) {
    let version = match Version::load(engine(), component) {
        Ok(version) => version,
        Err(error) => {
            refused(&error);
            seen.note(&format!("not loaded: {}", error.code()));
            return;
        }
    };
    seen.note("loaded");
    let manifest = version.manifest();
    let schema = facts_schema(manifest, version.digest());
    assert!(schema.is_object());
    for _ in 0..3 {
        let application = application::fitting(draw, manifest);
        let question = application::question(manifest, &application);
        let answer = answer(&version, &question, Texts::None, seen);
        assert_eq!(
            answer,
            self::answer(&version, &question, Texts::None, &mut Seen::default()),
            "asked again it answers otherwise"
        );
        let in_words = self::answer(&version, &question, Texts::All, &mut Seen::default());
        assert_eq!(in_words.is_ok(), answer.is_ok());
    }
}

/// The answer, which is JSON, or the word for why there is none.
fn answer(
    version: &Version,
    question: &str,
    texts: Texts,
    seen: &mut Seen,
) -> Result<Vec<u8>, &'static str> {
    let context = Context {
        texts,
        ..world().context()
    };
    match version.assess_json(question.as_bytes(), &context) {
        Ok(json) => {
            serde_json::from_slice::<serde_json::Value>(&json).expect("an answer is JSON");
            seen.note("answered");
            Ok(json)
        }
        Err(error) => {
            harmless_text(&error.text());
            match &error {
                AssessError::Failed(failed) => {
                    seen.note(&format!("failed: {}", failed.cause.code()));
                    if let Failure::Call(error) = &failed.cause {
                        told(error);
                    }
                }
                AssessError::Question(_) => seen.note("question refused"),
                error => panic!("nothing else can happen here: {error}"),
            }
            Err(error.code())
        }
    }
}

fn refused(error: &LoadError) {
    harmless_text(&error.message());
    match error {
        LoadError::Trial(error) => told(error),
        LoadError::Compile { .. } => {}
        // Admitted a moment ago; compiled in this process, which has no limits.
        LoadError::Refused(_) | LoadError::TooDear { .. } | LoadError::Compiler(_) => {
            panic!("nothing else can happen here: {error}")
        }
    }
}

/// Passes it through the gate, as a first version or in place of the honest one.
fn pass(component: &[u8], inspection: &Inspection, over: bool, seen: &mut Seen) {
    let manifest = inspection.manifest.as_ref();
    let from = manifest.map_or(Date::MIN, |manifest| manifest.valid_from);
    let submitted = Submitted {
        // As a statement names it: a manifest that says something else is told so.
        procedure: "9.000001".to_owned(),
        number: 1,
        component: digest(component),
        from,
        department: "so-thu".to_owned(),
        key: "k1".to_owned(),
        statement: String::new(),
        signature: String::new(),
        person: "an".to_owned(),
        at: from.midnight(),
    };
    let bases = bases();
    let to_pass = ToPass {
        component,
        submitted: &submitted,
        owned: true,
        in_force: over.then_some(InForce {
            version: &bases.before,
            component: Some(&bases.before_bytes),
        }),
        recorded: &[],
        catalogue: &Snapshot::default(),
    };
    let report = gate(engine(), &to_pass, &world().context())
        .unwrap_or_else(|error| panic!("nothing is wrong with the machine: {}", error.cause))
        .report;
    assert_eq!(report.checks.len(), CheckId::ALL.len());
    for check in &report.checks {
        harmless_text(&check.text);
        check.findings.iter().for_each(harmless_text);
    }
    let groups = report
        .difference
        .iter()
        .flat_map(|difference| &difference.groups);
    groups.for_each(|group| harmless_text(&group.text));
    let json = serde_json::to_vec(&report).expect("a report is made of texts and numbers");
    let read: GateReport = serde_json::from_slice(&json).expect("what is written can be read");
    assert_eq!(read, report);
    seen.note(if report.passed {
        "passed the gate"
    } else {
        "stopped by the gate"
    });
}
