//! The same answer out of ready-made pieces: what somebody writes by hand who has measured that most of the time goes into
//! writing JSON. Everything but outcomes, days and the fee is a constant, put together once.

use motcua_model::{ConditionOutcome, DossierNeed, ExemptionOutcome, Verdict};

use super::{Dates, Decision, Question, Words, World, ask_next};

/// The constant parts of an answer, in the order in which they are written.
pub struct Pieces {
    /// `{"procedure":…,"filed_at":"`
    head: Vec<u8>,
    /// Each before an outcome.
    exemptions: Vec<Vec<u8>>,
    conditions: Vec<Vec<u8>>,
    /// Each before and after a need.
    documents: Vec<(Vec<u8>, Vec<u8>)>,
    /// Before the law's due date, before the department's, and after it.
    limit: [Vec<u8>; 3],
}

impl Pieces {
    pub fn new(words: &Words, digest: &str) -> Self {
        let json = |value: &dyn erased::Json| value.json();
        let id = |at: usize, id: &str, member: &str| {
            let comma = if at == 0 { "" } else { "," };
            format!(r#"{comma}{{"id":"{id}","{member}":""#).into_bytes()
        };
        let outcomes = |ids: &[&str]| {
            let ids = ids.iter().enumerate();
            ids.map(|(at, name)| id(at, name, "outcome")).collect()
        };
        Self {
            head: format!(
                r#"{{"procedure":"{}","version":{{"digest":"{digest}","valid_from":"{}"}},"filed_at":""#,
                words.code, words.valid_from
            )
            .into_bytes(),
            exemptions: outcomes(words.exemptions),
            conditions: outcomes(words.conditions),
            documents: (0..)
                .zip(words.documents)
                .map(|(at, (name, originals, copies))| {
                    let end = format!(r#"","originals":{originals},"copies":{copies}}}"#);
                    (id(at, name, "need"), end.into_bytes())
                })
                .collect(),
            limit: [
                format!(
                    r#"],"time_limit":{{"outcome":"known","id":"{}","statutory":{{"amount":{},"unit":{},"due_on":""#,
                    words.row,
                    json(&words.statutory.amount),
                    json(&words.statutory.unit),
                ),
                format!(
                    r#""}},"committed":{{"amount":{},"unit":{},"source":"demonstration","due_on":""#,
                    json(&words.committed.amount),
                    json(&words.committed.unit),
                ),
                format!(r#""}},"cut_percent":{},"provisional":"#, json(&words.cut_percent)),
            ]
            .map(String::into_bytes),
        }
    }
}

/// Values as JSON, whatever their type.
mod erased {
    pub trait Json {
        fn json(&self) -> String;
    }
    impl<T: serde::Serialize> Json for T {
        fn json(&self) -> String {
            serde_json::to_string(self).expect("a value")
        }
    }
}

/// Writes the answer to a question that has been decided.
pub fn answer<Facts, Id, const E: usize, const C: usize, const D: usize>(
    question: &Question<Facts, Id>,
    decision: &Decision<E, C, D>,
    words: &'static Words,
    pieces: &Pieces,
    world: &World<'_>,
) -> Vec<u8> {
    let start = question.start(world);
    let dates = Dates::count(start.told_at, words.statutory, words.committed, world);
    let verdict = decision.verdict();
    // What an answer usually needs.
    let mut out = Vec::with_capacity(3 << 10);
    let mut put = |text: &[u8]| out.extend_from_slice(text);
    put(&pieces.head);
    put(&question.filed_at(world.now).digits());
    put(br#"","received_on":""#);
    put(&start.day0.digits());
    put(br#"","verdict":""#);
    put(word_of_verdict(verdict));
    put(br#"","exemptions":["#);
    for (piece, outcome) in pieces.exemptions.iter().zip(decision.exemptions) {
        put(piece);
        put(word_of_exemption(outcome));
        put(br#""}"#);
    }
    put(br#"],"conditions":["#);
    for (piece, outcome) in pieces.conditions.iter().zip(decision.conditions) {
        put(piece);
        put(word_of_condition(outcome));
        put(br#""}"#);
    }
    put(br#"],"documents":["#);
    for ((before, after), need) in pieces.documents.iter().zip(decision.documents) {
        put(before);
        put(word_of_need(need));
        put(after);
    }
    let [before, between, after] = &pieces.limit;
    for (piece, deadline) in [(before, dates.statutory), (between, dates.committed)] {
        put(piece);
        put(&deadline.due_on.digits());
        put(br#"","due_at":""#);
        put(&deadline.due_at.digits());
    }
    put(after);
    put(if dates.provisional() {
        b"true"
    } else {
        b"false"
    });
    put(br#"},"filing_windows":[],"fees":["#);
    let total = decision.fee.unwrap_or(Some(0));
    let total = total.map_or("null".to_owned(), |total| total.to_string());
    if let Some(id) = words.fee {
        for text in [
            r#"{"id":""#,
            id,
            r#"","due":"due","amount_vnd":"#,
            &total,
            r#","full_amount_vnd":"#,
            &total,
            r#","relief":null}"#,
        ] {
            put(text.as_bytes());
        }
    }
    put(br#"],"fees_status":""#);
    put(if words.fee.is_some() {
        b"known"
    } else {
        b"none"
    });
    put(br#"","total_vnd":"#);
    put(total.as_bytes());
    put(br#","ask_next":"#);
    let to_ask = ask_next(&decision.missing, verdict, words);
    serde_json::to_writer(&mut out, &to_ask).expect("written into memory");
    out.extend_from_slice(br#","problems":["#);
    if let Some(id) = words.check.filter(|_| decision.problem) {
        for text in [r#"{"id":""#, id, r#""}"#] {
            out.extend_from_slice(text.as_bytes());
        }
    }
    out.extend_from_slice(b"]}");
    out
}

fn word_of_verdict(verdict: Verdict) -> &'static [u8] {
    match verdict {
        Verdict::Eligible => b"eligible",
        Verdict::Ineligible => b"ineligible",
        Verdict::Undetermined => b"undetermined",
        Verdict::NeedsJudgement => b"needs-judgement",
        Verdict::NotRequired => b"not-required",
    }
}

fn word_of_exemption(outcome: ExemptionOutcome) -> &'static [u8] {
    match outcome {
        ExemptionOutcome::DoesNotApply => b"does-not-apply",
        ExemptionOutcome::Applies => b"applies",
        ExemptionOutcome::Unknown => b"unknown",
    }
}

fn word_of_condition(outcome: ConditionOutcome) -> &'static [u8] {
    match outcome {
        ConditionOutcome::Violated => b"violated",
        ConditionOutcome::Satisfied => b"satisfied",
        ConditionOutcome::Unknown => b"unknown",
        ConditionOutcome::Judgement => b"judgement",
        ConditionOutcome::NotApplicable => b"not-applicable",
    }
}

fn word_of_need(need: DossierNeed) -> &'static [u8] {
    match need {
        DossierNeed::NotNeeded => b"not-needed",
        DossierNeed::Required => b"required",
        DossierNeed::Unknown => b"unknown",
        DossierNeed::OneOf => b"one-of",
        DossierNeed::OnFile => b"on-file",
        DossierNeed::ReplacedByData => b"replaced-by-data",
    }
}
