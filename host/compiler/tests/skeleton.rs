//! The package that `motcua new` writes: it passes the checker without a word, and its own cases hold.

use motcua_compiler::check::{Checked, check};
use motcua_compiler::eval;
use motcua_compiler::reader::{read_cases, read_package, skeleton};
use motcua_compiler::source::SourceFile;
use motcua_model::application::Cell;
use motcua_model::assessment::{ConditionOutcome, ExemptionOutcome, TimeLimitResult};
use motcua_model::manifest::{Case, FactKind, FactSchema};
use motcua_model::{
    Application, Assessment, Channel, DossierNeed, DossierRules, Fact, Manifest, Moment, Scalar,
    Value,
};
use serde_json::Value as Json;

fn file(path: &str, text: String) -> SourceFile {
    SourceFile {
        path: path.to_owned(),
        text,
    }
}

/// A value of the skeleton's types; what the skeleton does not use is not here.
fn scalar(schema: &FactSchema, json: &Json) -> Scalar<'static> {
    match (&schema.kind, json) {
        (FactKind::Boolean, Json::Bool(told)) => Scalar::Boolean(*told),
        (FactKind::Integer { .. }, Json::Number(told)) => {
            Scalar::Integer(told.as_i64().expect("whole"))
        }
        (FactKind::Date, Json::String(told)) => Scalar::Date(told.parse().expect("a date")),
        (FactKind::Choice { options }, Json::String(told)) => {
            let option = options
                .iter()
                .position(|option| option.id == *told)
                .expect("an option");
            Scalar::Choice(option as u16)
        }
        (kind, json) => panic!("{kind:?} told as {json}"),
    }
}

fn value(schema: &FactSchema, json: &Json) -> Value<'static> {
    let FactKind::Rows { fields, .. } = &schema.kind else {
        return Value::Scalar(scalar(schema, json));
    };
    let row = |row: &Json| {
        let told = fields
            .iter()
            .enumerate()
            .filter_map(|(at, field)| Some((at, field, row.get(&field.id)?)));
        told.map(|(at, field, json)| Cell {
            field: at as u16,
            value: scalar(field, json),
        })
        .collect()
    };
    Value::Rows(json.as_array().expect("rows").iter().map(row).collect())
}

fn application(manifest: &Manifest, question: &Json) -> Application<'static> {
    let received: Moment = question["received_at"]
        .as_str()
        .expect("a moment")
        .parse()
        .expect("a moment");
    let channel = match question["channel"].as_str() {
        Some("online") => Some(Channel::Online),
        Some("counter") => Some(Channel::Counter),
        _ => None,
    };
    let mut facts = Vec::new();
    for (at, schema) in manifest.facts.iter().enumerate() {
        let told = match (&schema.kind, question["facts"].get(&schema.id)) {
            // The event is far away in the skeleton, so whoever tells it is in time.
            (FactKind::FilingWindow(window), _) => question["facts"]
                .get(&window.event)
                .map(|_| Value::Scalar(Scalar::Boolean(true))),
            (_, Some(json)) => Some(value(schema, json)),
            (_, None) => None,
        };
        facts.extend(told.map(|value| Fact {
            fact: at as u16,
            value,
        }));
    }
    Application {
        filed_at: received,
        received_on: received.date(),
        channel,
        facts,
    }
}

/// Compares what the case says with the answer.
fn hold(manifest: &Manifest, case: &Case, answer: &Assessment) {
    let (id, expect) = (&case.id, &case.expect);
    assert_eq!(answer.verdict(), expect.verdict, "{id}");
    let exemption = |name: &String| {
        manifest
            .exemptions
            .iter()
            .position(|x| x.id == *name)
            .expect("an exemption")
    };
    let condition = |name: &String| {
        manifest
            .conditions
            .iter()
            .position(|x| x.id == *name)
            .expect("a condition")
    };
    let document = |name: &String| {
        manifest
            .documents
            .iter()
            .position(|x| x.id == *name)
            .expect("a document")
    };
    let fee = |name: &String| {
        manifest
            .fees
            .iter()
            .position(|x| x.id == *name)
            .expect("a fee")
    };
    for (name, outcome) in &expect.exemptions {
        let got: ExemptionOutcome = answer.exemptions[exemption(name)].outcome;
        assert_eq!(got, *outcome, "{id}: {name}");
    }
    for (name, outcome) in &expect.conditions {
        let got: ConditionOutcome = answer.conditions[condition(name)].outcome;
        assert_eq!(got, *outcome, "{id}: {name}");
    }
    // The skeleton has one database; a case that has consulted any has consulted it.
    let consulted = case.question["data_sources"].as_array().map_or(0, Vec::len);
    let consulted: Vec<u16> = (0..consulted as u16).collect();
    let needs = DossierRules::new(manifest).draw(&answer.documents, &[], &consulted);
    for (name, need) in &expect.documents {
        let got: DossierNeed = needs[document(name)];
        assert_eq!(got, *need, "{id}: {name}");
    }
    for (name, amount) in &expect.fees {
        assert_eq!(answer.fees[fee(name)].amount, Some(*amount), "{id}: {name}");
    }
    if let Some(name) = &expect.time_limit {
        let row = manifest
            .time_limit
            .iter()
            .flat_map(|limit| &limit.rows)
            .position(|row| row.id == *name);
        assert_eq!(
            answer.time_limit,
            TimeLimitResult::Row(row.expect("a row") as u16),
            "{id}"
        );
    }
    if let Some(problems) = &expect.problems {
        assert_eq!(answer.problems.len(), problems.len(), "{id}");
    }
}

#[test]
fn passes_the_checker_without_a_word_and_its_cases_hold() {
    for valid_from in ["2013-07-01", "2024-02-29"] {
        let (package, cases) = skeleton(
            "giay-phep-in",
            "2.001594",
            valid_from.parse().expect("a date"),
        );
        let mut diagnostics = Vec::new();
        let package =
            read_package(&file("package.yaml", package), &mut diagnostics).expect("a package");
        let cases = read_cases(&file("cases.yaml", cases), &mut diagnostics).expect("cases");
        let checked = check(&package, Some(&cases), &mut diagnostics);
        assert_eq!(diagnostics, []);
        let Checked {
            manifest, program, ..
        } = checked.expect("a checked package");
        let program = program.expect("rules of a package");
        assert_eq!(manifest.cases.len(), 5);
        for case in &manifest.cases {
            let application = application(&manifest, &case.question);
            let mut answer = eval::assess(&program, &application, None);
            let evaluated = answer.clone();
            assert_eq!(answer.check(&manifest, &application.facts), Ok(()));
            assert_eq!(answer, evaluated, "in the order of the manifest already");
            hold(&manifest, case, &answer);
        }
    }
}
