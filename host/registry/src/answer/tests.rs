use std::sync::LazyLock;

use motcua_model::calendar::Calendar;
use motcua_model::due::{Receipt, window_limit};
use motcua_model::manifest::{FactKind, WindowSide};
use motcua_model::office::OfficeHours;
use motcua_model::{
    ConditionOutcome, ConditionResult, DocumentNeed, DocumentResult, DossierNeed, ExemptionOutcome,
    ExemptionResult, FeeResult, MissingFact, Subject, TimeLimitResult,
};
use proptest::prelude::*;
use serde_json::{Value, json};

use super::*;
use crate::assess::Context;
use crate::sample;

static MANIFEST: LazyLock<Manifest> = LazyLock::new(sample::manifest);
static FORM: LazyLock<Form> = LazyLock::new(|| Form::new(&MANIFEST));
static CALENDAR: LazyLock<Calendar> = LazyLock::new(|| Calendar::new("vn", Vec::new()).unwrap());
static FRAGMENTS: LazyLock<Fragments> = LazyLock::new(|| Fragments::new(&MANIFEST, &FORM, DIGEST));
const DIGEST: &str = "sha256:00";

fn moment(text: &str) -> Moment {
    text.parse().unwrap()
}

/// Nothing is needed, nothing is due, nothing is missing.
fn plain() -> Assessment {
    Assessment {
        exemptions: vec![ExemptionResult {
            exemption: 0,
            outcome: ExemptionOutcome::DoesNotApply,
        }],
        conditions: (0..3)
            .map(|condition| ConditionResult {
                condition,
                outcome: ConditionOutcome::Satisfied,
            })
            .collect(),
        documents: (0..4)
            .map(|document| DocumentResult {
                document,
                need: DocumentNeed::Required,
                originals: Some(1),
                copies: Some(0),
            })
            .collect(),
        time_limit: TimeLimitResult::Row(1),
        fees: (0..2)
            .map(|fee| FeeResult {
                fee,
                due: FeeDue::NotDue,
                amount: None,
                full_amount: None,
                relief: None,
            })
            .collect(),
        missing: Vec::new(),
        problems: Vec::new(),
    }
}

/// Both forms of the answer, when nothing is on file and no database has answered.
fn answers(assessment: &Assessment, windows: &[Window]) -> (Value, Value) {
    let needs = FORM.dossier.draw(&assessment.documents, &[], &[]);
    answers_with(assessment, &needs, windows)
}

/// Both forms of the answer.
fn answers_with(
    assessment: &Assessment,
    needs: &[DossierNeed],
    windows: &[Window],
) -> (Value, Value) {
    let office = OfficeHours::default();
    let filed_at = moment("2024-03-01T16:00");
    let context = Context {
        now: moment("2026-01-01T00:00"),
        calendar: &CALENDAR,
        office: &office,
        texts: Texts::All,
    };
    let receipt = Receipt {
        filed_at,
        accepted_at: None,
        received_at: Some(moment("2024-03-04T09:00")),
    };
    let start = receipt.start(&CALENDAR, &office).unwrap();
    let limit = match assessment.time_limit {
        TimeLimitResult::None => Limit::None,
        TimeLimitResult::Unknown => Limit::Unknown,
        TimeLimitResult::Row(number) => {
            let row = &MANIFEST.time_limit.as_ref().unwrap().rows[usize::from(number)];
            Limit::of(number, row, &start, &context).unwrap()
        }
    };
    let worked_out = WorkedOut {
        manifest: &MANIFEST,
        form: &FORM,
        digest: DIGEST,
        filed_at,
        start,
        assessment,
        needs,
        limit,
        windows,
    };
    let full = Answer::new(&worked_out, &CALENDAR, &office).unwrap();
    let compact = write(&worked_out, &FRAGMENTS);
    let compact = serde_json::from_slice(&compact)
        .unwrap_or_else(|error| panic!("{error} in {}", String::from_utf8_lossy(&compact)));
    (serde_json::to_value(full).unwrap(), compact)
}

/// Whether `part` says nothing that `whole` does not say at the same place.
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

fn missing(list: &[(u16, Subject)]) -> Vec<MissingFact> {
    list.iter()
        .map(|&(fact, subject)| MissingFact { fact, subject })
        .collect()
}

#[test]
fn the_full_form_says_everything() {
    let mut assessment = plain();
    assessment.conditions[1].outcome = ConditionOutcome::Judgement;
    assessment.fees[0] = FeeResult {
        fee: 0,
        due: FeeDue::Due,
        amount: Some(75_000),
        full_amount: Some(150_000),
        relief: Some(0),
    };
    assessment.problems = vec![0];
    let (full, _) = answers(&assessment, &[None]);

    assert_eq!(full["procedure"], "9.000001");
    assert_eq!(
        full["version"],
        json!({"digest": "sha256:00", "valid_from": "2020-01-01"})
    );
    assert_eq!(
        (&full["filed_at"], &full["received_on"]),
        (&json!("2024-03-01T16:00:00+07:00"), &json!("2024-03-04"))
    );
    assert_eq!(full["verdict"], "needs-judgement");
    assert_eq!(
        full["conditions"][1],
        json!({"id": "party-opinion", "outcome": "judgement", "text": {"vi": "Có ý kiến", "en": "Opinion"}, "basis": "Điều 3",
               "judgement": {"vi": "Nội dung phù hợp", "en": "Content fits"}})
    );
    assert_eq!(full["conditions"][0]["judgement"], Value::Null);
    assert_eq!(
        full["documents"][1],
        json!({"id": "paper-manuscript", "need": "one-of", "originals": 1, "copies": 0, "group": "manuscript",
               "name": {"vi": "Bản thảo giấy", "en": "Paper manuscript"}, "form": null, "basis": "Điều 5",
               "because": {"vi": "in trên giấy", "en": "printed on paper"}, "note": null})
    );
    let limit = &full["time_limit"];
    assert_eq!(
        (&limit["outcome"], &limit["id"]),
        (&json!("known"), &json!("standard"))
    );
    assert_eq!(
        limit["statutory"],
        json!({"amount": 15, "unit": "working-day", "due_on": "2024-03-25", "due_at": "2024-03-25T17:00:00+07:00",
               "rolled": false, "basis": "Điều 7"})
    );
    assert_eq!(
        limit["committed"],
        json!({"amount": 9.5, "unit": "working-day", "due_on": "2024-03-18", "due_at": "2024-03-18T12:00:00+07:00",
               "rolled": false, "source": "demonstration", "basis": "Minh họa"})
    );
    assert_eq!(
        limit["cut_percent"].to_string(),
        "36.6",
        "36.67 rounded down"
    );
    assert_eq!(
        limit["skipped"].as_array().unwrap().len(),
        6,
        "three weekends"
    );
    assert_eq!(limit["skipped"][0]["date"], "2024-03-09");
    assert_eq!(limit["steps"][0]["id"], "intake");
    assert_eq!(
        (&limit["suspension"], &limit["provisional"]),
        (&json!("restart"), &json!(true))
    );
    assert_eq!(full["filing_windows"][0]["inside"], Value::Null);
    assert_eq!(full["fees"][0]["relief"]["id"], "half");
    assert_eq!(
        (&full["fees"][1]["due"], &full["fees"][1]["amount_vnd"]),
        (&json!("not-due"), &json!(0))
    );
    assert_eq!(full["total_vnd"], 75_000);
    assert_eq!(full["problems"][0]["text"]["en"], "Contradiction");
    assert_eq!(full["silence"]["effect"], "approved");
    assert_eq!(full["validity"]["basis"], "Điều 9");
}

#[test]
fn what_is_not_known_is_not_said() {
    let mut assessment = plain();
    assessment.time_limit = TimeLimitResult::Unknown;
    assessment.fees[1].due = FeeDue::Unknown;
    let (full, compact) = answers(&assessment, &[None]);
    for answer in [&full, &compact] {
        assert_eq!(answer["time_limit"]["outcome"], "unknown");
        assert_eq!(answer["time_limit"]["statutory"], Value::Null);
        assert_eq!(answer["fees"][1]["amount_vnd"], Value::Null);
        assert_eq!(answer["total_vnd"], Value::Null);
    }
    assessment.time_limit = TimeLimitResult::None;
    assert_eq!(
        answers(&assessment, &[None]).1["time_limit"]["outcome"],
        "none"
    );
    // Due, but how much hangs on a fact.
    assessment.fees[1] = FeeResult {
        fee: 1,
        due: FeeDue::Due,
        amount: None,
        full_amount: None,
        relief: None,
    };
    assert_eq!(answers(&assessment, &[None]).1["total_vnd"], Value::Null);
}

#[test]
fn an_urgent_row_without_a_promise_has_no_cut() {
    let mut assessment = plain();
    assessment.time_limit = TimeLimitResult::Row(0);
    let (full, compact) = answers(&assessment, &[None]);
    for answer in [&full, &compact] {
        assert_eq!(answer["time_limit"]["id"], "urgent");
        assert_eq!(answer["time_limit"]["committed"], Value::Null);
        assert_eq!(answer["time_limit"]["cut_percent"], Value::Null);
    }
}

#[test]
fn each_fact_is_asked_once_for_all_its_reasons() {
    let mut assessment = plain();
    assessment.conditions[0].outcome = ConditionOutcome::Unknown;
    // Fact 9 is the filing window whose event is fact 5.
    assessment.missing = missing(&[
        (1, Subject::Condition(0)),
        (9, Subject::Condition(2)),
        (1, Subject::TimeLimit),
        (5, Subject::Condition(2)),
        (1, Subject::Condition(0)),
        (5, Subject::Fee(1)),
        (0, Subject::Exemption(0)),
        (1, Subject::Document(3)),
    ]);
    let (full, compact) = answers(&assessment, &[None]);
    let asked = json!([
        {"fact": "pages", "type": "integer", "because": [
            {"kind": "condition", "id": "local"}, {"kind": "time-limit"}, {"kind": "document", "id": "registration"}]},
        {"fact": "conference_at", "type": "moment", "because": [{"kind": "condition", "id": "in-time"}, {"kind": "fee", "id": "licence"}]},
        {"fact": "is_local", "type": "boolean", "because": [{"kind": "exemption", "id": "through-a-publisher"}]},
    ]);
    assert_eq!(compact["ask_next"], asked);
    assert_eq!(full["ask_next"][0]["question"]["en"], "How many pages?");
    assert!(
        is_part_of(&asked, &full["ask_next"]),
        "{}",
        full["ask_next"]
    );
}

#[test]
fn nothing_is_asked_when_nothing_can_change_the_verdict() {
    let mut assessment = plain();
    assessment.missing = missing(&[(1, Subject::Fee(0))]);
    assert_eq!(
        answers(&assessment, &[None]).1["ask_next"]
            .as_array()
            .unwrap()
            .len(),
        1
    );
    assessment.conditions[0].outcome = ConditionOutcome::Violated;
    assert_eq!(answers(&assessment, &[None]).1["ask_next"], json!([]));
    assessment.conditions[0].outcome = ConditionOutcome::Satisfied;
    assessment.exemptions[0].outcome = ExemptionOutcome::Applies;
    assert_eq!(answers(&assessment, &[None]).1["ask_next"], json!([]));
}

#[test]
fn what_need_not_be_handed_in_asks_for_nothing() {
    let mut assessment = plain();
    for result in &mut assessment.documents[1..] {
        result.need = DocumentNeed::Unknown;
        result.originals = None;
    }
    assessment.missing = missing(&[
        (1, Subject::Document(1)),
        (6, Subject::Document(1)),
        (1, Subject::Document(2)),
        (6, Subject::Document(2)),
        (6, Subject::Document(3)),
        (0, Subject::Document(3)),
    ]);
    use DossierNeed::{NotNeeded, OnFile, OneOf, ReplacedByData, Required, Unknown};
    for (needs, asked) in [
        (
            [Required, Unknown, Unknown, Unknown],
            json!({"pages": 2, "medium": 3, "is_local": 1}),
        ),
        (
            [Required, OneOf, OnFile, Required],
            json!({"pages": 1, "medium": 2, "is_local": 1}),
        ),
        (
            [Required, NotNeeded, Unknown, OnFile],
            json!({"pages": 1, "medium": 1}),
        ),
        (
            [Required, OnFile, NotNeeded, Unknown],
            json!({"medium": 1, "is_local": 1}),
        ),
        ([Required, OnFile, NotNeeded, ReplacedByData], json!({})),
    ] {
        let (full, compact) = answers_with(&assessment, &needs, &[None]);
        for answer in [full, compact] {
            let reasons: Value = answer["ask_next"]
                .as_array()
                .unwrap()
                .iter()
                .map(|ask| {
                    let fact = ask["fact"].as_str().unwrap().to_owned();
                    (fact, json!(ask["because"].as_array().unwrap().len()))
                })
                .collect::<serde_json::Map<_, _>>()
                .into();
            assert_eq!(reasons, asked, "{needs:?}");
        }
    }
}

#[test]
fn a_filing_window_tells_its_last_moment() {
    let event = moment("2024-03-02T16:00");
    let FactKind::FilingWindow(window) = &MANIFEST.facts[9].kind else {
        panic!()
    };
    let limit = window_limit(
        &CALENDAR,
        &OfficeHours::default(),
        WindowSide::Before,
        event,
        window.term,
    )
    .unwrap();
    let (full, compact) = answers(
        &plain(),
        &[Some(InWindow {
            limit,
            inside: true,
        })],
    );
    for answer in [&full, &compact] {
        let window = &answer["filing_windows"][0];
        assert_eq!(
            (&window["id"], &window["event"]),
            (&json!("noticed_in_time"), &json!("conference_at"))
        );
        assert_eq!(
            (&window["inside"], &window["file_by"]),
            (&json!(true), &json!("2024-03-01T16:00:00+07:00"))
        );
    }
    assert_eq!(full["filing_windows"][0]["basis"], "Điều 41");
}

/// Any answer, as far as its form goes, and what is drawn from it.
fn answered() -> impl Strategy<Value = (Assessment, Vec<DossierNeed>)> {
    let need = prop::sample::select(vec![
        DossierNeed::NotNeeded,
        DossierNeed::Required,
        DossierNeed::Unknown,
        DossierNeed::OneOf,
        DossierNeed::OnFile,
        DossierNeed::ReplacedByData,
    ]);
    (assessments(), prop::collection::vec(need, 4))
}

fn assessments() -> impl Strategy<Value = Assessment> {
    let exemption = prop::sample::select(vec![
        ExemptionOutcome::DoesNotApply,
        ExemptionOutcome::Applies,
        ExemptionOutcome::Unknown,
    ]);
    let condition = prop::sample::select(vec![
        ConditionOutcome::Violated,
        ConditionOutcome::Satisfied,
        ConditionOutcome::Unknown,
        ConditionOutcome::Judgement,
        ConditionOutcome::NotApplicable,
    ]);
    let need = prop::sample::select(vec![
        DocumentNeed::NotNeeded,
        DocumentNeed::Required,
        DocumentNeed::Unknown,
    ]);
    let copies = || prop::option::of(0..=99_u32);
    let fee = (
        prop::sample::select(vec![FeeDue::NotDue, FeeDue::Due, FeeDue::Unknown]),
        any::<bool>(),
        0..1_u64 << 39,
    );
    let subject = prop_oneof![
        Just(Subject::Exemption(0)),
        (0..3_u16).prop_map(Subject::Condition),
        (0..4_u16).prop_map(Subject::Document),
        Just(Subject::TimeLimit),
        (0..2_u16).prop_map(Subject::Fee),
    ];
    (
        exemption,
        prop::collection::vec(condition, 3),
        prop::collection::vec((need, copies(), copies()), 4),
        prop_oneof![
            Just(TimeLimitResult::None),
            Just(TimeLimitResult::Unknown),
            (0..2_u16).prop_map(TimeLimitResult::Row)
        ],
        prop::collection::vec(fee, 2),
        prop::collection::vec((0..10_u16, subject), 0..20),
        any::<bool>(),
    )
        .prop_map(
            |(exemption, conditions, documents, time_limit, fees, asked, problem)| Assessment {
                exemptions: vec![ExemptionResult {
                    exemption: 0,
                    outcome: exemption,
                }],
                conditions: (0..)
                    .zip(conditions)
                    .map(|(condition, outcome)| ConditionResult { condition, outcome })
                    .collect(),
                documents: (0..)
                    .zip(documents)
                    .map(|(document, (need, originals, copies))| DocumentResult {
                        document,
                        need,
                        originals,
                        copies,
                    })
                    .collect(),
                time_limit,
                fees: (0..)
                    .zip(fees)
                    .map(|(fee, (due, known, amount))| {
                        let amount = (known && due != FeeDue::NotDue).then_some(amount);
                        let relief = (fee == 0).then_some(0).filter(|_| amount.is_some());
                        FeeResult {
                            fee,
                            due,
                            amount,
                            full_amount: amount.map(|amount| amount * 2),
                            relief,
                        }
                    })
                    .collect(),
                missing: missing(&asked),
                problems: problem.then_some(0).into_iter().collect(),
            },
        )
}

proptest! {
    #[test]
    fn the_compact_form_is_part_of_the_full_form((assessment, needs) in answered(), inside in prop::option::of(any::<bool>())) {
        let window = inside.map(|inside| InWindow {
            limit: WindowLimit { at: moment("2024-03-01T16:00"), provisional: inside },
            inside,
        });
        let (full, compact) = answers_with(&assessment, &needs, &[window]);
        prop_assert!(is_part_of(&compact, &full), "{compact}\n{full}");
        for member in ["procedure", "version", "verdict", "exemptions", "conditions", "documents", "time_limit", "filing_windows",
                       "fees", "total_vnd", "ask_next", "problems"] {
            prop_assert!(compact.get(member).is_some(), "{}", member);
        }
    }
}
