//! An answer that fits, and each way to spoil it.

use std::borrow::Cow;
use std::sync::LazyLock;

use proptest::prelude::*;
use serde_json::{Value as Json, json};

use super::*;
use crate::assessment::{ConditionResult, ExemptionResult, MissingFact};
use crate::{Cell, ExemptionOutcome, Scalar};

/// The one fact of the right manifest that has rows.
const ROWS: u16 = 6;

/// The right manifest with two of each: the first hangs on facts, the second on nothing that can be avoided.
static MANIFEST: LazyLock<Manifest> = LazyLock::new(|| {
    let mut json: Json =
        serde_json::from_str(include_str!("../../manifest_check/right.json")).expect("JSON");
    for list in ["exemptions", "conditions", "documents", "fees", "checks"] {
        let mut second = json[list][0].clone();
        second["id"] = json!("second");
        json[list].as_array_mut().expect("a list").push(second);
    }
    let words = json!({"vi": "Xem xét", "en": "To be judged"});
    json["conditions"] = json!([
        {"id": "whom", "text": words, "basis": "Điều 4", "when": "pages > 1", "rule": "pages > 2"},
        {"id": "always", "text": words, "basis": "Điều 4", "rule": "pages > 2"},
        {"id": "partly", "text": words, "basis": "Điều 4", "rule": "pages > 2", "judgement": words},
        {"id": "judged", "text": words, "basis": "Điều 4", "judgement": words},
        {"id": "judged-of-some", "text": words, "basis": "Điều 4", "when": "pages > 1", "judgement": words},
    ]);
    json["documents"][0]["when"] = json!("pages > 1");
    json["documents"][0]["originals"] = json!("pages");
    json["time_limit"]["rows"] = json!([
        json["time_limit"]["rows"][0],
        json["time_limit"]["rows"][0],
        json["time_limit"]["rows"][0]
    ]);
    for (number, id) in ["standard", "second", "third"].into_iter().enumerate() {
        json["time_limit"]["rows"][number]["id"] = json!(id);
    }
    json["time_limit"]["rows"][0]["when"] = json!("pages > 1");
    json["cases"] = json!([]);
    json["fees"][0]["when"] = json!("pages > 1");
    json["fees"][1]["amount"] = json!("15000");
    json["fees"][1]["reliefs"] = json!([]);
    serde_json::from_value(json).expect("a manifest")
});

/// An answer that fits, in which nothing is unknown.
fn known() -> Assessment {
    let outcomes = [
        ConditionOutcome::Satisfied,
        ConditionOutcome::Violated,
        ConditionOutcome::Judgement,
        ConditionOutcome::Judgement,
        ConditionOutcome::NotApplicable,
    ];
    Assessment {
        exemptions: (0..2)
            .map(|exemption| ExemptionResult {
                exemption,
                outcome: ExemptionOutcome::DoesNotApply,
            })
            .collect(),
        conditions: (0..)
            .zip(outcomes)
            .map(|(condition, outcome)| ConditionResult { condition, outcome })
            .collect(),
        documents: (0..2)
            .map(|document| DocumentResult {
                document,
                need: DocumentNeed::Required,
                originals: Some(1),
                copies: Some(0),
            })
            .collect(),
        time_limit: TimeLimitResult::Row(1),
        fees: vec![
            FeeResult {
                fee: 0,
                due: FeeDue::Due,
                amount: Some(0),
                full_amount: Some(30_000),
                relief: Some(0),
            },
            FeeResult {
                fee: 1,
                due: FeeDue::Due,
                amount: Some(15_000),
                full_amount: Some(15_000),
                relief: None,
            },
        ],
        missing: Vec::new(),
        problems: vec![0, 1],
    }
}

/// An answer that fits, in which everything is unknown that can be.
fn unknown() -> Assessment {
    let mut answer = known();
    for result in &mut answer.exemptions {
        result.outcome = ExemptionOutcome::Unknown;
    }
    for number in [0, 1, 2, 4] {
        answer.conditions[number].outcome = ConditionOutcome::Unknown;
    }
    answer.documents[0].need = DocumentNeed::Unknown;
    answer.time_limit = TimeLimitResult::Unknown;
    answer.fees[0] = FeeResult {
        fee: 0,
        due: FeeDue::Unknown,
        amount: None,
        full_amount: None,
        relief: None,
    };
    answer.problems.clear();
    answer
}

fn pair(fact: u16, subject: Subject) -> MissingFact {
    MissingFact { fact, subject }
}

/// What can be asked because of [`unknown`], in the order to ask.
fn askable() -> Vec<MissingFact> {
    let subjects = [
        Subject::Exemption(0),
        Subject::Exemption(1),
        Subject::Condition(0),
        Subject::Condition(1),
        Subject::Condition(2),
        Subject::Condition(4),
        Subject::Document(0),
        Subject::TimeLimit,
        Subject::Fee(0),
    ];
    subjects
        .into_iter()
        .flat_map(|subject| (0..MANIFEST.facts.len() as u16).map(move |fact| pair(fact, subject)))
        .collect()
}

fn check(mut answer: Assessment) -> Result<Assessment, AssessmentError> {
    answer.check(&MANIFEST, &[]).map(|()| answer)
}

fn spoilt(answer: Assessment, spoil: impl FnOnce(&mut Assessment)) -> AssessmentError {
    let mut answer = answer;
    spoil(&mut answer);
    check(answer.clone()).expect_err(&format!("{answer:?}"))
}

/// What is wrong with one result.
fn what(error: AssessmentError) -> &'static str {
    match error {
        AssessmentError::Absurd { what, .. } | AssessmentError::TimeLimit { what } => what,
        other => panic!("{other:?}"),
    }
}

#[test]
fn a_right_answer_passes() {
    assert_eq!(MANIFEST.check(crate::CONTRACT), Ok(()));
    for answer in [known(), unknown()] {
        assert_eq!(check(answer.clone()), Ok(answer));
    }
}

#[test]
fn lists_are_put_into_the_order_of_the_manifest() {
    let mut answer = unknown();
    answer.missing = askable();
    let expected = answer.clone();
    answer.exemptions.reverse();
    answer.conditions.reverse();
    answer.documents.reverse();
    answer.fees.reverse();
    answer.missing.reverse();
    assert_eq!(check(answer), Ok(expected));
}

#[test]
fn each_number_comes_once() {
    let error = spoilt(known(), |answer| answer.conditions[4].condition = 5);
    assert_eq!(
        error,
        AssessmentError::UnknownNumber {
            list: "condition",
            number: 5,
            len: 5
        }
    );
    let (list, number) = ("exemption", 0);
    let error = spoilt(known(), |answer| answer.exemptions[1].exemption = 0);
    assert_eq!(error, AssessmentError::Twice { list, number });
    let (list, number) = ("document", 0);
    let error = spoilt(known(), |answer| {
        answer.documents.remove(0);
    });
    assert_eq!(error, AssessmentError::Missing { list, number });
    let (list, number) = ("fee", 1);
    let error = spoilt(known(), |answer| {
        answer.fees.pop();
    });
    assert_eq!(error, AssessmentError::Missing { list, number });
    for (problems, number) in [(vec![1, 0], 0), (vec![0, 0], 0)] {
        let list = "check";
        let error = spoilt(known(), |answer| answer.problems = problems);
        assert_eq!(error, AssessmentError::Twice { list, number });
    }
}

#[test]
fn a_condition_is_what_its_manifest_allows() {
    use ConditionOutcome::{Judgement, NotApplicable, Satisfied, Unknown, Violated};
    let all = [Violated, Satisfied, Unknown, Judgement, NotApplicable];
    for (number, possible) in [
        vec![Violated, Satisfied, Unknown, NotApplicable],
        vec![Violated, Satisfied, Unknown],
        vec![Violated, Satisfied, Unknown, Judgement],
        vec![Judgement],
        vec![Unknown, Judgement, NotApplicable],
    ]
    .into_iter()
    .enumerate()
    {
        for outcome in all {
            let mut answer = known();
            answer.conditions[number].outcome = outcome;
            let checked = check(answer);
            assert_eq!(
                checked.is_ok(),
                possible.contains(&outcome),
                "{number} {outcome:?} {checked:?}"
            );
            if let Err(error) = checked {
                assert!(
                    matches!(error, AssessmentError::Absurd { list: "condition", number: n, .. } if usize::from(n) == number)
                );
            }
        }
    }
}

#[test]
fn what_is_required_always_is_required() {
    for need in [DocumentNeed::NotNeeded, DocumentNeed::Unknown] {
        // It is of a group, and data can replace it: neither is the component's business.
        let error = spoilt(known(), |answer| answer.documents[1].need = need);
        assert!(what(error).contains("requires it always"));
        let mut answer = known();
        answer.documents[0].need = need;
        assert!(check(answer).is_ok());
    }
}

#[test]
fn originals_and_copies_are_what_the_manifest_says() {
    let copies = |copies| move |answer: &mut Assessment| answer.documents[1].copies = copies;
    for told in [Some(1), None] {
        assert!(what(spoilt(known(), copies(told))).contains("than the manifest says"));
    }
    assert!(what(spoilt(known(), copies(Some(100)))).contains("99"));
    // An expression may give any number or none; and nobody counts what is not needed.
    let mut answer = known();
    answer.documents[0].originals = Some(99);
    assert!(check(answer.clone()).is_ok());
    answer.documents[0].originals = None;
    assert!(check(answer.clone()).is_ok());
    answer.documents[0].copies = None;
    assert!(check(answer.clone()).is_err());
    answer.documents[0].need = DocumentNeed::NotNeeded;
    assert!(check(answer).is_ok());
}

#[test]
fn the_time_limit_is_what_the_manifest_allows() {
    let limited = |manifest: &Manifest, time_limit| {
        let mut answer = known();
        answer.time_limit = time_limit;
        answer.check(manifest, &[])
    };
    let with_rows = |whens: &[bool]| {
        let mut manifest = MANIFEST.clone();
        let limit = manifest.time_limit.as_mut().expect("a limit");
        let row = limit.rows[0].clone();
        limit.rows = whens
            .iter()
            .map(|when| crate::manifest::TimeLimitRow {
                when: when.then(|| "pages > 1".to_owned()),
                ..row.clone()
            })
            .collect();
        if whens.is_empty() {
            manifest.time_limit = None;
        }
        manifest
    };
    use TimeLimitResult::{None as NoLimit, Row, Unknown};
    for (whens, possible) in [
        (vec![], vec![NoLimit]),
        (vec![false], vec![Row(0)]),
        (vec![true], vec![NoLimit, Row(0), Unknown]),
        (vec![true, false], vec![Row(0), Row(1), Unknown]),
        (vec![true, false, true], vec![Row(0), Row(1), Unknown]),
        (vec![true, true], vec![NoLimit, Row(0), Row(1), Unknown]),
    ] {
        let manifest = with_rows(&whens);
        for result in [NoLimit, Unknown, Row(0), Row(1), Row(2)] {
            let checked = limited(&manifest, result);
            assert_eq!(
                checked.is_ok(),
                possible.contains(&result),
                "{whens:?} {result:?} {checked:?}"
            );
            match (checked, result) {
                (Err(AssessmentError::UnknownNumber { list, .. }), Row(row)) => {
                    assert_eq!(list, "time-limit");
                    assert!(usize::from(row) >= whens.len());
                }
                (Err(error), _) => assert!(matches!(error, AssessmentError::TimeLimit { .. })),
                (Ok(()), _) => {}
            }
        }
    }
}

#[test]
fn a_fee_is_due_when_the_manifest_has_it_due_always() {
    for due in [FeeDue::NotDue, FeeDue::Unknown] {
        let fee = |number| FeeResult {
            fee: number,
            due,
            amount: None,
            full_amount: None,
            relief: None,
        };
        let error = spoilt(known(), |answer| answer.fees[1] = fee(1));
        assert!(what(error).contains("due always"));
        let mut answer = known();
        answer.fees[0] = fee(0);
        assert!(check(answer).is_ok());
    }
}

#[test]
fn amounts_must_make_sense() {
    let fee = |number: usize, amount, full_amount, relief| {
        move |answer: &mut Assessment| {
            let due = answer.fees[number].due;
            answer.fees[number] = FeeResult {
                fee: number as u16,
                due,
                amount,
                full_amount,
                relief,
            };
        }
    };
    let most = Some(MAX_FEE_VND + 1);
    for (spoil, expected) in [
        (fee(0, most, most, None), "more than"),
        (fee(0, Some(5), None, None), "without the full amount"),
        (fee(0, Some(5), Some(4), None), "above the full amount"),
        (fee(0, Some(4), Some(5), None), "without a relief"),
        (fee(0, Some(5), Some(5), Some(0)), "lowers nothing"),
        (fee(0, None, Some(5), Some(0)), "without an amount"),
        (fee(0, None, None, Some(0)), "without an amount"),
        // The relief leaves nothing to be paid, and the second fee is a number without reliefs.
        (fee(0, Some(4), Some(5), Some(0)), "says of the relief"),
        (fee(1, None, Some(15_000), None), "nothing can lower"),
        (fee(1, Some(9), Some(9), None), "another full amount"),
        (fee(1, None, None, None), "another full amount"),
    ] {
        let found = what(spoilt(known(), spoil));
        assert!(found.contains(expected), "{found}, not {expected}");
    }
    for possible in [
        fee(0, Some(5), Some(5), None),
        fee(0, None, Some(5), None),
        fee(0, None, None, None),
        fee(0, Some(0), Some(5), Some(0)),
    ] {
        let mut answer = known();
        possible(&mut answer);
        assert!(check(answer.clone()).is_ok(), "{answer:?}");
        answer.fees[0].due = FeeDue::Unknown;
        assert!(check(answer.clone()).is_ok(), "{answer:?}");
    }
    let error = spoilt(known(), |answer| answer.fees[0].relief = Some(1));
    assert_eq!(
        error,
        AssessmentError::UnknownNumber {
            list: "relief",
            number: 1,
            len: 1
        }
    );
    let error = spoilt(known(), |answer| answer.fees[0].due = FeeDue::NotDue);
    assert!(what(error).contains("though not due"));
}

#[test]
fn only_what_is_unknown_asks() {
    let all = [
        Subject::Exemption(0),
        Subject::Condition(1),
        Subject::Document(0),
        Subject::Document(1),
        Subject::TimeLimit,
        Subject::Fee(0),
    ];
    for subject in all {
        let error = spoilt(known(), |answer| answer.missing = vec![pair(3, subject)]);
        let fact = 3;
        assert_eq!(error, AssessmentError::AsksInVain { fact, subject });
    }
    // A number that is open asks too, but not of what is not needed or not due.
    let open = |change: fn(&mut Assessment), subject| {
        let mut answer = known();
        change(&mut answer);
        answer.missing = vec![pair(3, subject)];
        check(answer).is_ok()
    };
    let document = Subject::Document(0);
    assert!(open(
        |answer| answer.documents[0].originals = None,
        document
    ));
    let not_needed = |answer: &mut Assessment| {
        answer.documents[0].originals = None;
        answer.documents[0].need = DocumentNeed::NotNeeded;
    };
    assert!(!open(not_needed, document));
    let amount = |answer: &mut Assessment| {
        answer.fees[0].amount = None;
        answer.fees[0].relief = None;
    };
    assert!(open(amount, Subject::Fee(0)));
}

#[test]
fn what_is_asked_for_exists() {
    for (subject, list, len) in [
        (Subject::Exemption(2), "exemption", 2),
        (Subject::Condition(5), "condition", 5),
        (Subject::Document(2), "document", 2),
        (Subject::Fee(2), "fee", 2),
    ] {
        let error = spoilt(unknown(), |answer| answer.missing = vec![pair(0, subject)]);
        let number = len as u16;
        assert_eq!(error, AssessmentError::UnknownNumber { list, number, len });
    }
    let len = MANIFEST.facts.len();
    let number = len as u16;
    let error = spoilt(unknown(), |answer| {
        answer.missing = vec![pair(number, Subject::TimeLimit)];
    });
    let list = "fact";
    assert_eq!(error, AssessmentError::UnknownNumber { list, number, len });
}

#[test]
fn a_pair_comes_once() {
    let (fact, subject) = (3, Subject::Condition(1));
    for missing in [
        vec![pair(3, subject), pair(3, subject)],
        vec![
            pair(3, subject),
            pair(1, Subject::TimeLimit),
            pair(3, subject),
        ],
    ] {
        let error = spoilt(unknown(), |answer| answer.missing = missing);
        assert_eq!(error, AssessmentError::AsksTwice { fact, subject });
    }
}

#[test]
fn what_was_told_is_not_asked_for() {
    let ask = |fact, told: &[Fact<'_>]| {
        let mut answer = unknown();
        answer.missing = vec![pair(fact, Subject::TimeLimit)];
        answer.check(&MANIFEST, told)
    };
    let told = |fact, value| Fact { fact, value };
    let yes = || Value::Scalar(Scalar::Boolean(true));
    let facts = [told(1, yes()), told(4, yes())];
    for fact in 0..6 {
        let again = AssessmentError::AsksAgain {
            fact,
            subject: Subject::TimeLimit,
        };
        let expected = if matches!(fact, 1 | 4) {
            Err(again)
        } else {
            Ok(())
        };
        assert_eq!(ask(fact, &facts), expected, "{fact}");
    }
    let FactKind::Rows { fields, .. } = &MANIFEST.facts[usize::from(ROWS)].kind else {
        panic!("fact {ROWS} has rows")
    };
    let whole = fields.len() as u16;
    let row = |cells: u16| -> Vec<Cell<'static>> {
        (0..cells)
            .map(|field| Cell {
                field,
                value: Scalar::Text(Cow::Borrowed("")),
            })
            .collect()
    };
    let rows = |rows: Vec<Vec<Cell<'static>>>| [told(ROWS, Value::Rows(rows))];
    assert!(ask(ROWS, &rows(vec![row(whole), row(whole - 1)])).is_ok());
    for complete in [vec![], vec![row(whole)], vec![row(whole), row(whole)]] {
        assert!(matches!(
            ask(ROWS, &rows(complete)),
            Err(AssessmentError::AsksAgain { fact: ROWS, .. })
        ));
    }
}

proptest! {
    /// Whatever may be asked passes in any order, and comes out in one.
    #[test]
    fn missing_facts_come_in_any_order(
        missing in prop::sample::subsequence(askable(), 0..askable().len()).prop_shuffle(),
    ) {
        let mut answer = unknown();
        answer.missing = missing.clone();
        let checked = check(answer).map_err(|error| TestCaseError::fail(error.to_string()))?;
        let sorted = |mut missing: Vec<MissingFact>| {
            missing.sort_by_key(|missing| askable().iter().position(|pair| pair == missing));
            missing
        };
        prop_assert_eq!(checked.missing, sorted(missing));
    }
}
