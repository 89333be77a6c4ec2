//! A manifest that is right, and each way to spoil it.

use serde_json::{Value, json};

use crate::manifest::{Manifest, ManifestError, limits};
use crate::term::TermError;

fn text(words: &str) -> Value {
    json!({"vi": words, "en": words})
}

/// A manifest with at least one of everything.
fn right() -> Value {
    serde_json::from_str(include_str!("right.json")).expect("JSON")
}

fn check(manifest: Value) -> Result<(), ManifestError> {
    serde_json::from_value::<Manifest>(manifest)
        .expect("the form of a manifest")
        .check(crate::CONTRACT)
}

/// The right manifest with one value changed.
fn with(pointer: &str, value: Value) -> Value {
    let mut manifest = right();
    let place = manifest
        .pointer_mut(pointer)
        .unwrap_or_else(|| panic!("no {pointer}"));
    *place = value;
    manifest
}

fn refused(pointer: &str, value: Value) -> ManifestError {
    let shown = value.to_string();
    check(with(pointer, value)).expect_err(&format!("{pointer} = {shown:.80}"))
}

#[test]
fn a_right_manifest_passes() {
    assert_eq!(check(right()), Ok(()));
    for (pointer, value) in [
        ("/data_sources/0/id", json!("registry-2")),
        ("/facts/0/id", json!("pages_2")),
        ("/code", json!("1.004153.000.00.00.H40")),
    ] {
        // Ids may be so, though what refers to them is then unknown.
        assert!(
            !matches!(check(with(pointer, value)), Err(ManifestError::Id { .. })),
            "{pointer}"
        );
    }
}

#[test]
fn another_contract() {
    let error = refused("/contract", json!("motcua:procedure@2.0.0"));
    assert_eq!(
        error,
        ManifestError::Contract {
            named: "motcua:procedure@2.0.0".to_owned(),
            exported: crate::CONTRACT.to_owned(),
        }
    );
    assert!(error.to_string().contains(crate::CONTRACT));
    // No contract is right by itself: it must be the one that is exported.
    let draft: Manifest =
        serde_json::from_value(with("/contract", json!("motcua:procedure@1.1.0")))
            .expect("the form of a manifest");
    assert_eq!(draft.check("motcua:procedure@1.1.0"), Ok(()));
    assert!(draft.check(crate::CONTRACT).is_err());
    // A stranger's word is shown short and harmless.
    let long = refused("/contract", json!("\u{202e}x".repeat(1_000))).to_string();
    assert!(long.len() < 400 && !long.contains('\u{202e}'), "{long}");
}

#[test]
fn a_version_that_ends_before_it_begins() {
    let lasting = |to: &str| {
        let mut manifest = right();
        manifest["valid_from"] = json!("2020-03-01");
        manifest["valid_to"] = json!(to);
        check(manifest)
    };
    assert_eq!(
        lasting("2020-03-01"),
        Ok(()),
        "a version may hold for one day"
    );
    let error = lasting("2020-02-29").expect_err("it holds on no day");
    assert_eq!(
        error,
        ManifestError::Period {
            from: "2020-03-01".parse().expect("a date"),
            to: "2020-02-29".parse().expect("a date"),
        }
    );
    assert!(error.to_string().contains("2020-02-29"), "{error}");
}

#[test]
fn ids_that_are_malformed_or_there_twice() {
    let ids = [
        ("/slug", "slug"),
        ("/field", "field"),
        ("/facts/0/id", "facts"),
        ("/facts/4/options/0/id", "options"),
        ("/facts/5/options/0/id", "options"),
        ("/facts/6/fields/0/id", "fields"),
        ("/data_sources/0/id", "data_sources"),
        ("/exemptions/0/id", "exemptions"),
        ("/conditions/0/id", "conditions"),
        ("/documents/0/id", "documents"),
        ("/documents/0/group", "group"),
        ("/time_limit/rows/0/id", "rows"),
        ("/time_limit/rows/0/steps/0/id", "steps"),
        ("/fees/0/id", "fees"),
        ("/fees/0/reliefs/0/id", "reliefs"),
        ("/checks/0/id", "checks"),
        ("/cases/0/id", "cases"),
    ];
    for (pointer, expected) in ids {
        for bad in [
            "",
            "A",
            "a b",
            "á",
            "-a",
            "a-",
            "a--b",
            "a-_b",
            &"a".repeat(65),
        ] {
            let ManifestError::Id { list, .. } = refused(pointer, json!(bad)) else {
                panic!("{pointer} {bad}")
            };
            assert_eq!(list, expected, "{pointer} {bad}");
        }
    }
    // Names are written otherwise than words.
    assert!(matches!(
        refused("/facts/0/id", json!("a-b")),
        ManifestError::Id { list: "facts", .. }
    ));
    assert!(matches!(
        refused("/facts/0/id", json!("1a")),
        ManifestError::Id { list: "facts", .. }
    ));
    assert!(matches!(
        refused("/conditions/0/id", json!("a_b")),
        ManifestError::Id {
            list: "conditions",
            ..
        }
    ));
    for bad in ["", "2/1", "2 1", "mã"] {
        assert!(
            matches!(
                refused("/code", json!(bad)),
                ManifestError::Id { list: "code", .. }
            ),
            "{bad}"
        );
    }
    let lists = [
        ("/facts", "facts"),
        ("/facts/4/options", "options"),
        ("/facts/5/options", "options"),
        ("/facts/6/fields", "fields"),
        ("/data_sources", "data_sources"),
        ("/exemptions", "exemptions"),
        ("/conditions", "conditions"),
        ("/documents", "documents"),
        ("/time_limit/rows", "rows"),
        ("/time_limit/rows/0/steps", "steps"),
        ("/fees", "fees"),
        ("/fees/0/reliefs", "reliefs"),
        ("/checks", "checks"),
        ("/cases", "cases"),
    ];
    for (pointer, expected) in lists {
        let mut twice = right()
            .pointer(pointer)
            .and_then(Value::as_array)
            .expect("a list")
            .clone();
        twice.push(twice[0].clone());
        let ManifestError::Id { list, what, .. } = refused(pointer, Value::Array(twice)) else {
            panic!("{pointer}")
        };
        assert_eq!((list, what), (expected, "there twice"), "{pointer}");
    }
    let none = refused("/time_limit/rows", json!([]));
    assert_eq!(none.to_string(), "time_limit: `rows` is an empty list");
}

#[test]
fn more_than_the_limits() {
    let lists = [
        ("/facts", "facts", limits::FACTS),
        ("/facts/6/fields", "fields", limits::FACTS),
        ("/facts/4/options", "options", limits::OPTIONS),
        ("/facts/5/options", "options", limits::CHOICES),
        ("/legal_basis", "legal_basis", limits::ITEMS),
        ("/sources", "sources", limits::ITEMS),
        ("/channels", "channels", limits::ITEMS),
        ("/data_sources", "data_sources", limits::ITEMS),
        ("/exemptions", "exemptions", limits::ITEMS),
        ("/conditions", "conditions", limits::ITEMS),
        ("/documents", "documents", limits::ITEMS),
        ("/documents/0/replaced_by", "replaced_by", limits::ITEMS),
        ("/time_limit/rows", "rows", limits::ITEMS),
        ("/time_limit/rows/0/steps", "steps", limits::ITEMS),
        ("/fees", "fees", limits::ITEMS),
        ("/fees/0/reliefs", "reliefs", limits::ITEMS),
        ("/checks", "checks", limits::ITEMS),
        ("/checks/0/facts", "facts", limits::ITEMS),
        ("/notes", "notes", limits::ITEMS),
        ("/cases", "cases", limits::ITEMS),
    ];
    for (pointer, list, limit) in lists {
        let first = right()
            .pointer(pointer)
            .and_then(|items| items.get(0))
            .expect("a first")
            .clone();
        let error = refused(pointer, Value::Array(vec![first; limit + 1]));
        assert_eq!(
            error,
            ManifestError::TooMany {
                list,
                count: limit + 1,
                limit
            },
            "{pointer}"
        );
    }
}

#[test]
fn ranges_that_hold_nothing() {
    let range = |fact: &str| ManifestError::Range(fact.to_owned());
    for (pointer, value) in [
        ("/facts/0/min", json!(101)),
        ("/facts/0/max", json!(0)),
        ("/facts/0/max", json!(limits::INTEGER + 1)),
        ("/facts/0/min", json!(-limits::INTEGER - 1)),
        ("/facts/0/min", json!(i64::MIN)),
    ] {
        assert_eq!(refused(pointer, value), range("pages"), "{pointer}");
    }
    for (pointer, value) in [
        ("/facts/1/min", json!("9.76")),
        ("/facts/1/min", json!("0.505")),
        ("/facts/1/max", json!("999999999999999999")),
        ("/facts/1/decimals", json!(0)),
        ("/facts/1/decimals", json!(10)),
        ("/facts/1/decimals", json!(255)),
    ] {
        assert_eq!(refused(pointer, value), range("share"), "{pointer}");
    }
    for length in [0, limits::TEXT_LENGTH + 1] {
        assert_eq!(
            refused("/facts/2/max_length", json!(length)),
            range("title")
        );
    }
    let option = json!([{"id": "paper", "label": text("Giấy")}]);
    assert_eq!(refused("/facts/4/options", option), range("medium"));
    assert_eq!(refused("/facts/5/options", json!([])), range("topics"));
    for rows in [0, limits::ROWS + 1] {
        assert_eq!(refused("/facts/6/max_rows", json!(rows)), range("partners"));
    }
    assert_eq!(refused("/facts/6/fields", json!([])), range("partners"));
    for inner in [6, 7] {
        let field = right()["facts"][inner].clone();
        let id = field["id"].as_str().expect("an id").to_owned();
        assert_eq!(
            refused("/facts/6/fields", json!([field])),
            range(&id),
            "no such field in a row"
        );
    }
    let deep =
        json!([{"id": "inner", "question": text("?"), "type": "integer", "min": 2, "max": 1}]);
    assert_eq!(refused("/facts/6/fields", deep), range("inner"));
}

#[test]
fn terms_that_make_no_sense() {
    let row = "/time_limit/rows/0";
    let half = ManifestError::Term {
        row: "standard".to_owned(),
        error: TermError::Half,
    };
    let calendar = json!({"amount": 15.5, "unit": "calendar-day", "basis": "Điều 6"});
    assert_eq!(refused(&format!("{row}/statutory"), calendar), half);
    let committed =
        json!({"amount": 1.5, "unit": "week", "source": "published", "basis": "Quyết định"});
    assert_eq!(refused(&format!("{row}/committed"), committed), half);
    let same_day = ManifestError::Term {
        row: "standard".to_owned(),
        error: TermError::SameDay,
    };
    assert_eq!(
        refused(&format!("{row}/steps/0/unit"), json!("same-day")),
        same_day
    );
    let window = ManifestError::Term {
        row: "in_time".to_owned(),
        error: TermError::Half,
    };
    assert_eq!(refused("/facts/7/term/amount", json!(1.5)), window);
}

#[test]
fn a_commitment_beyond_the_law() {
    let pointer = "/time_limit/rows/0/committed";
    for (amount, unit) in [
        (16.0, "working-day"),
        (15.5, "working-day"),
        (121.0, "working-hour"),
        (10.0, "calendar-day"),
    ] {
        let committed =
            json!({"amount": amount, "unit": unit, "source": "published", "basis": "Quyết định"});
        let error = refused(pointer, committed);
        assert!(
            matches!(error, ManifestError::Committed { .. }),
            "{amount} {unit}: {error}"
        );
    }
    for (amount, unit) in [(15.0, "working-day"), (120.0, "working-hour")] {
        let committed =
            json!({"amount": amount, "unit": unit, "source": "published", "basis": "Quyết định"});
        assert_eq!(check(with(pointer, committed)), Ok(()), "{amount} {unit}");
    }
}

#[test]
fn steps_beyond_the_term() {
    let steps = ManifestError::Steps {
        row: "standard".to_owned(),
    };
    assert_eq!(
        refused("/time_limit/rows/0/steps/0/amount", json!(4.5)),
        steps
    );
    assert_eq!(
        refused("/time_limit/rows/0/steps/1/amount", json!(10)),
        steps
    );
    let elsewhere = json!({"id": "work", "name": text("Xử lý"), "role": text("Phòng"), "amount": 1, "unit": "calendar-day"});
    assert_eq!(
        refused("/time_limit/rows/0/steps/1", elsewhere),
        steps,
        "another scale cannot be added up"
    );
    // Without a commitment the law is the measure.
    let mut manifest = with("/time_limit/rows/0/steps/1/amount", json!(14.5));
    let row = manifest
        .pointer_mut("/time_limit/rows/0")
        .and_then(Value::as_object_mut)
        .expect("a row");
    row.remove("committed");
    assert_eq!(check(manifest.clone()), Ok(()));
    *manifest
        .pointer_mut("/time_limit/rows/0/steps/1/amount")
        .expect("an amount") = json!(15);
    assert_eq!(check(manifest), Err(steps));
}

#[test]
fn something_without_its_article() {
    for (pointer, list, id) in [
        ("/facts/7/basis", "facts", "in_time"),
        ("/data_sources/0/basis", "data_sources", "registry"),
        ("/exemptions/0/basis", "exemptions", "through-a-house"),
        ("/conditions/0/basis", "conditions", "enough"),
        ("/documents/0/basis", "documents", "application"),
        (
            "/time_limit/rows/0/statutory/basis",
            "statutory",
            "standard",
        ),
        (
            "/time_limit/rows/0/committed/basis",
            "committed",
            "standard",
        ),
        ("/fees/0/basis", "fees", "appraisal"),
        ("/fees/0/reliefs/0/basis", "reliefs", "half"),
        ("/silence/basis", "silence", "silence"),
        ("/validity/basis", "validity", "validity"),
        ("/transition/basis", "transition", "transition"),
    ] {
        for blank in ["", " "] {
            let expected = ManifestError::NoBasis {
                list,
                id: id.to_owned(),
            };
            assert_eq!(refused(pointer, json!(blank)), expected, "{pointer}");
        }
    }
}

#[test]
fn who_keeps_to_the_older_version_need_not_say_why() {
    let kept = with("/transition", json!({"received_before": "keep"}));
    assert_eq!(check(kept), Ok(()));
    let blank = refused(
        "/transition",
        json!({"received_before": "keep", "basis": " "}),
    );
    assert_eq!(
        blank.to_string(),
        "transition: `transition` cites no article"
    );
}

#[test]
fn names_that_stand_for_nothing() {
    let unknown = |list, id: &str, name: &str| ManifestError::Unknown {
        list,
        id: id.to_owned(),
        name: name.to_owned(),
    };
    for event in ["nothing", "pages", "in_time", "country"] {
        assert_eq!(
            refused("/facts/7/event", json!(event)),
            unknown("facts", "in_time", event)
        );
    }
    assert_eq!(
        refused("/documents/0/replaced_by/0", json!("x")),
        unknown("documents", "application", "x")
    );
    assert_eq!(
        refused("/checks/0/facts/0", json!("x")),
        unknown("checks", "sane", "x")
    );
    for (pointer, value) in [
        ("exemptions", json!({"x": "applies"})),
        ("conditions", json!({"x": "satisfied"})),
        ("documents", json!({"x": "required"})),
        ("time_limit", json!("x")),
        ("fees", json!({"x": 0})),
        ("ask_next", json!(["pages", "x"])),
        ("problems", json!(["x"])),
    ] {
        let error = refused(&format!("/cases/0/expect/{pointer}"), value);
        assert_eq!(error, unknown("cases", "one", "x"), "{pointer}");
    }
}

/// Pointers to every text of a manifest, its ids, numbers and fixed words left out.
fn texts(value: &Value, at: &str, out: &mut Vec<String>) {
    match value {
        Value::Object(entries) => entries
            .iter()
            .for_each(|(key, value)| texts(value, &format!("{at}/{key}"), out)),
        Value::Array(items) => items
            .iter()
            .enumerate()
            .for_each(|(n, value)| texts(value, &format!("{at}/{n}"), out)),
        Value::String(_) => out.push(at.to_owned()),
        _ => {}
    }
}

#[test]
fn texts_that_could_deceive() {
    let mut pointers = Vec::new();
    texts(&right(), "", &mut pointers);
    let fixed = [
        "contract",
        "rules",
        "code",
        "valid_from",
        "confidence",
        "channel",
        "type",
        "min",
        "max",
        "side",
        "unit",
        "suspension",
        "source",
        "fees_status",
        "effect",
        "about",
        "received_before",
        "verdict",
        "slug",
        "field",
        "id",
        "group",
        "event",
        "time_limit",
    ];
    let named = ["/expect/", "/replaced_by/", "/checks/0/facts/"];
    pointers.retain(|at| !fixed.contains(&at.rsplit('/').next().unwrap_or_default()));
    pointers.retain(|at| !named.iter().any(|part| at.contains(part)));
    assert!(pointers.len() > 80, "{}", pointers.len());
    for pointer in &pointers {
        for bad in [
            "a\u{202e}b",
            "a\u{0}b",
            "to\u{302}\u{309}",
            "a\rb",
            "x\u{200b}",
            &"x".repeat(4_001),
        ] {
            let error = refused(pointer, json!(bad));
            assert!(
                matches!(error, ManifestError::Text(_)),
                "{pointer}: {error}"
            );
        }
    }
    // A rule may stand on several lines, a text for people on one.
    assert_eq!(
        check(with(
            "/conditions/0/rule",
            json!("pages > 1\n\tand pages < 3")
        )),
        Ok(())
    );
    assert!(matches!(
        refused("/conditions/0/text/vi", json!("a\nb")),
        ManifestError::Text(_)
    ));
    let place = refused("/conditions/0/text/vi", json!("a\u{202e}b")).to_string();
    assert!(place.starts_with("conditions: `enough`"), "{place}");
    let key = refused("/cases/0/question", json!({"a\u{202e}": [1, {"b": null}]}));
    assert_eq!(key, ManifestError::Text("cases: `one`".to_owned()));
}
