//! The compact form: what changes from question to question, between fragments that do not. The fragments are written
//! once, when the version is loaded; an answer is then mostly copying.

use motcua_model::manifest::{FactKind, TimeLimitRow};
use motcua_model::{
    ConditionOutcome, DossierNeed, ExemptionOutcome, FeeDue, Manifest, Subject, Verdict,
};
use serde::Serialize;

use super::ask::{self, Ask};
use super::full::kind_word;
use super::{Limit, WorkedOut, cut};
use crate::digits;
use crate::form::Form;

/// A range of the fragments' bytes.
#[derive(Clone, Copy, Debug)]
struct Piece {
    from: u32,
    to: u32,
}

/// The parts of the compact form that are the same for every question to one version.
#[derive(Debug)]
pub(crate) struct Fragments {
    /// All of them, one after the other: one allocation a version.
    bytes: Box<[u8]>,
    /// `{"procedure":…,"version":{…},"filed_at":"`
    head: Piece,
    /// `{"id":…,"outcome":"`
    exemptions: Box<[Piece]>,
    /// `{"id":…,"outcome":"`
    conditions: Box<[Piece]>,
    /// `{"id":…,"need":"`
    documents: Box<[Piece]>,
    rows: Box<[Row]>,
    /// `{"id":…,"event":…,"inside":`
    windows: Box<[Piece]>,
    fees: Box<[Fee]>,
    /// `],"fees_status":…,"total_vnd":`
    fees_end: Piece,
    /// `{"fact":…,"type":…,"because":[`
    facts: Box<[Piece]>,
    /// `{"kind":…,"id":…}`
    subjects: Subjects,
    /// `{"id":…}`
    checks: Box<[Piece]>,
    /// Room that an answer usually needs, in bytes.
    room: usize,
}

#[derive(Debug)]
struct Row {
    /// `{"outcome":"known","id":…,"statutory":{"amount":…,"unit":…,"due_on":"`
    statutory: Piece,
    /// `"},"committed":{"amount":…,"unit":…,"source":…,"due_on":"`, if the department commits to anything.
    committed: Option<Piece>,
    /// `,"cut_percent":…,"provisional":`
    end: Piece,
}

#[derive(Debug)]
struct Fee {
    /// `{"id":…,"due":"`
    head: Piece,
    /// `,"relief":{"id":…}}`
    reliefs: Box<[Piece]>,
}

#[derive(Debug)]
struct Subjects {
    exemptions: Box<[Piece]>,
    conditions: Box<[Piece]>,
    documents: Box<[Piece]>,
    fees: Box<[Piece]>,
}

/// Writes fragments.
struct Writer {
    bytes: Vec<u8>,
}

/// A part of a fragment.
enum Part<'a> {
    /// Copied as it is.
    Plain(&'a str),
    /// A value, as JSON.
    Json(&'a dyn ToJson),
}

trait ToJson {
    fn write(&self, out: &mut Vec<u8>);
}

impl<T: Serialize> ToJson for T {
    fn write(&self, out: &mut Vec<u8>) {
        // Words, dates and amounts into memory: none of them can fail to be written.
        let _ = serde_json::to_writer(out, self);
    }
}

impl Writer {
    fn piece(&mut self, parts: &[Part<'_>]) -> Piece {
        let from = self.bytes.len() as u32;
        for part in parts {
            match part {
                Part::Plain(text) => self.bytes.extend_from_slice(text.as_bytes()),
                Part::Json(value) => value.write(&mut self.bytes),
            }
        }
        Piece {
            from,
            to: self.bytes.len() as u32,
        }
    }

    /// One fragment for each id: the id between two plain parts.
    fn each<'a>(
        &mut self,
        ids: impl Iterator<Item = &'a String>,
        before: &str,
        after: &str,
    ) -> Box<[Piece]> {
        ids.map(|id| self.piece(&[Part::Plain(before), Part::Json(id), Part::Plain(after)]))
            .collect()
    }

    fn row(&mut self, row: &TimeLimitRow) -> Row {
        use Part::{Json, Plain};
        let statutory = self.piece(&[
            Plain(r#"{"outcome":"known","id":"#),
            Json(&row.id),
            Plain(r#","statutory":{"amount":"#),
            Json(&row.statutory.term.amount),
            Plain(r#","unit":"#),
            Json(&row.statutory.term.unit),
            Plain(r#","due_on":""#),
        ]);
        let committed = row.committed.as_ref().map(|committed| {
            self.piece(&[
                Plain(r#""},"committed":{"amount":"#),
                Json(&committed.term.amount),
                Plain(r#","unit":"#),
                Json(&committed.term.unit),
                Plain(r#","source":"#),
                Json(&committed.source),
                Plain(r#","due_on":""#),
            ])
        });
        let cut = cut(row).map(|tenths| f64::from(tenths) / 10.0);
        let end = self.piece(&[
            Plain(r#","cut_percent":"#),
            Json(&cut),
            Plain(r#","provisional":"#),
        ]);
        Row {
            statutory,
            committed,
            end,
        }
    }
}

impl Fragments {
    /// Writes the fragments of a version.
    pub(crate) fn new(manifest: &Manifest, form: &Form, digest: &str) -> Self {
        use Part::{Json, Plain};
        let mut writer = Writer { bytes: Vec::new() };
        let head = writer.piece(&[
            Plain(r#"{"procedure":"#),
            Json(&manifest.code),
            Plain(r#","version":{"digest":"#),
            Json(&digest),
            Plain(r#","valid_from":"#),
            Json(&manifest.valid_from),
            Plain(r#"},"filed_at":""#),
        ]);
        let (exemptions, conditions) = (&manifest.exemptions, &manifest.conditions);
        let outcome = r#","outcome":""#;
        let exemptions_pieces = writer.each(exemptions.iter().map(|e| &e.id), r#"{"id":"#, outcome);
        let conditions_pieces = writer.each(conditions.iter().map(|c| &c.id), r#"{"id":"#, outcome);
        let documents = writer.each(
            manifest.documents.iter().map(|d| &d.id),
            r#"{"id":"#,
            r#","need":""#,
        );
        let rows = manifest
            .time_limit
            .iter()
            .flat_map(|limit| &limit.rows)
            .map(|row| writer.row(row))
            .collect();
        let windows = form
            .windows
            .iter()
            .filter_map(|window| manifest.facts.get(usize::from(window.fact)))
            .map(|fact| {
                let event = match &fact.kind {
                    FactKind::FilingWindow(window) => Some(&window.event),
                    _ => None,
                };
                writer.piece(&[
                    Plain(r#"{"id":"#),
                    Json(&fact.id),
                    Plain(r#","event":"#),
                    Json(&event),
                    Plain(r#","inside":"#),
                ])
            })
            .collect();
        let fees = manifest
            .fees
            .iter()
            .map(|fee| Fee {
                head: writer.piece(&[Plain(r#"{"id":"#), Json(&fee.id), Plain(r#","due":""#)]),
                reliefs: writer.each(
                    fee.reliefs.iter().map(|relief| &relief.id),
                    r#","relief":{"id":"#,
                    "}}",
                ),
            })
            .collect();
        let fees_end = writer.piece(&[
            Plain(r#"],"fees_status":"#),
            Json(&manifest.fees_status),
            Plain(r#","total_vnd":"#),
        ]);
        let facts = manifest
            .facts
            .iter()
            .map(|fact| {
                writer.piece(&[
                    Plain(r#"{"fact":"#),
                    Json(&fact.id),
                    Plain(r#","type":"#),
                    Json(&kind_word(&fact.kind)),
                    Plain(r#","because":["#),
                ])
            })
            .collect();
        let subjects = Subjects {
            exemptions: writer.each(
                exemptions.iter().map(|e| &e.id),
                r#"{"kind":"exemption","id":"#,
                "}",
            ),
            conditions: writer.each(
                conditions.iter().map(|c| &c.id),
                r#"{"kind":"condition","id":"#,
                "}",
            ),
            documents: writer.each(
                manifest.documents.iter().map(|d| &d.id),
                r#"{"kind":"document","id":"#,
                "}",
            ),
            fees: writer.each(
                manifest.fees.iter().map(|f| &f.id),
                r#"{"kind":"fee","id":"#,
                "}",
            ),
        };
        let checks = writer.each(
            manifest.checks.iter().map(|check| &check.id),
            r#"{"id":"#,
            "}",
        );
        let room =
            writer.bytes.len() + 1024 + 40 * (manifest.documents.len() + manifest.fees.len());
        Self {
            bytes: writer.bytes.into(),
            head,
            exemptions: exemptions_pieces,
            conditions: conditions_pieces,
            documents,
            rows,
            windows,
            fees,
            fees_end,
            facts,
            subjects,
            checks,
            room,
        }
    }

    fn text(&self, piece: Piece) -> &[u8] {
        self.bytes
            .get(piece.from as usize..piece.to as usize)
            .unwrap_or_default()
    }
}

/// Writes an answer whose assessment has been checked against the manifest of the fragments.
pub(crate) fn write(worked_out: &WorkedOut<'_>, fragments: &Fragments) -> Vec<u8> {
    let assessment = worked_out.assessment;
    let mut out = Vec::with_capacity(fragments.room);
    let text = |piece: &Piece| fragments.text(*piece);

    out.extend_from_slice(text(&fragments.head));
    out.extend_from_slice(&worked_out.filed_at.digits());
    out.extend_from_slice(br#"","received_on":""#);
    out.extend_from_slice(&worked_out.start.day0.digits());
    out.extend_from_slice(br#"","verdict":""#);
    out.extend_from_slice(verdict(worked_out.verdict()));

    out.extend_from_slice(br#"","exemptions":["#);
    for (result, piece) in assessment.exemptions.iter().zip(&fragments.exemptions) {
        out.extend_from_slice(text(piece));
        out.extend_from_slice(exemption(result.outcome));
        out.extend_from_slice(br#""},"#);
    }
    close(&mut out);

    out.extend_from_slice(br#","conditions":["#);
    for (result, piece) in assessment.conditions.iter().zip(&fragments.conditions) {
        out.extend_from_slice(text(piece));
        out.extend_from_slice(condition(result.outcome));
        out.extend_from_slice(br#""},"#);
    }
    close(&mut out);

    out.extend_from_slice(br#","documents":["#);
    let documents = assessment.documents.iter().zip(worked_out.needs);
    for ((result, drawn), piece) in documents.zip(&fragments.documents) {
        out.extend_from_slice(text(piece));
        out.extend_from_slice(need(*drawn));
        out.extend_from_slice(br#"","originals":"#);
        optional(&mut out, result.originals.map(u64::from));
        out.extend_from_slice(br#","copies":"#);
        optional(&mut out, result.copies.map(u64::from));
        out.extend_from_slice(b"},");
    }
    close(&mut out);

    time_limit(&mut out, worked_out, fragments);
    windows(&mut out, worked_out, fragments);
    fees(&mut out, worked_out, fragments);
    ask_next(&mut out, worked_out, fragments);

    out.extend_from_slice(br#","problems":["#);
    for piece in assessment
        .problems
        .iter()
        .filter_map(|&number| fragments.checks.get(usize::from(number)))
    {
        out.extend_from_slice(text(piece));
        out.push(b',');
    }
    close(&mut out);
    out.push(b'}');
    out
}

fn time_limit(out: &mut Vec<u8>, worked_out: &WorkedOut<'_>, fragments: &Fragments) {
    out.extend_from_slice(br#","time_limit":"#);
    let (statutory, committed, row) = match &worked_out.limit {
        Limit::Row {
            number,
            statutory,
            committed,
            ..
        } => {
            // The row was taken from the manifest by the same number.
            let Some(row) = fragments.rows.get(usize::from(*number)) else {
                return;
            };
            (statutory, committed, row)
        }
        Limit::None => {
            out.extend_from_slice(NO_LIMIT);
            return;
        }
        Limit::Unknown => {
            out.extend_from_slice(UNKNOWN_LIMIT);
            return;
        }
    };
    let due = |out: &mut Vec<u8>, deadline: &motcua_model::due::Deadline| {
        out.extend_from_slice(&deadline.due_on.digits());
        out.extend_from_slice(br#"","due_at":""#);
        out.extend_from_slice(&deadline.due_at.digits());
    };
    out.extend_from_slice(fragments.text(row.statutory));
    due(out, statutory);
    match (committed, row.committed) {
        (Some(deadline), Some(piece)) => {
            out.extend_from_slice(fragments.text(piece));
            due(out, deadline);
            out.extend_from_slice(br#""}"#);
        }
        _ => out.extend_from_slice(br#""},"committed":null"#),
    }
    out.extend_from_slice(fragments.text(row.end));
    boolean(out, worked_out.is_provisional());
    out.push(b'}');
}

const NO_LIMIT: &[u8] =
    br#"{"outcome":"none","id":null,"statutory":null,"committed":null,"cut_percent":null,"provisional":false}"#;
const UNKNOWN_LIMIT: &[u8] =
    br#"{"outcome":"unknown","id":null,"statutory":null,"committed":null,"cut_percent":null,"provisional":false}"#;

fn windows(out: &mut Vec<u8>, worked_out: &WorkedOut<'_>, fragments: &Fragments) {
    out.extend_from_slice(br#","filing_windows":["#);
    for (window, piece) in worked_out.windows.iter().zip(&fragments.windows) {
        out.extend_from_slice(fragments.text(*piece));
        match window {
            Some(told) => {
                boolean(out, told.inside);
                out.extend_from_slice(br#","file_by":""#);
                out.extend_from_slice(&told.limit.at.digits());
                out.extend_from_slice(br#"","provisional":"#);
                boolean(out, told.limit.provisional);
            }
            None => out.extend_from_slice(br#"null,"file_by":null,"provisional":false"#),
        }
        out.extend_from_slice(b"},");
    }
    close(out);
}

fn fees(out: &mut Vec<u8>, worked_out: &WorkedOut<'_>, fragments: &Fragments) {
    out.extend_from_slice(br#","fees":["#);
    for (result, fee) in worked_out.assessment.fees.iter().zip(&fragments.fees) {
        out.extend_from_slice(fragments.text(fee.head));
        let (word, not_due): (&[u8], _) = match result.due {
            FeeDue::NotDue => (b"not-due", Some(0)),
            FeeDue::Due => (b"due", None),
            FeeDue::Unknown => (b"unknown", None),
        };
        out.extend_from_slice(word);
        out.extend_from_slice(br#"","amount_vnd":"#);
        optional(out, not_due.or(result.amount));
        out.extend_from_slice(br#","full_amount_vnd":"#);
        optional(out, not_due.or(result.full_amount));
        match result
            .relief
            .and_then(|number| fee.reliefs.get(usize::from(number)))
        {
            Some(relief) => out.extend_from_slice(fragments.text(*relief)),
            None => out.extend_from_slice(br#","relief":null}"#),
        }
        out.push(b',');
    }
    if out.last() == Some(&b',') {
        out.pop();
    }
    out.extend_from_slice(fragments.text(fragments.fees_end));
    optional(out, worked_out.total());
}

fn ask_next(out: &mut Vec<u8>, worked_out: &WorkedOut<'_>, fragments: &Fragments) {
    out.extend_from_slice(br#","ask_next":["#);
    let mut first = true;
    ask::each(worked_out, |step| match step {
        Ask::Fact(number) => {
            if !first {
                close(out);
                out.extend_from_slice(b"},");
            }
            first = false;
            // Facts of the assessment have been checked against the manifest.
            if let Some(piece) = fragments.facts.get(usize::from(number)) {
                out.extend_from_slice(fragments.text(*piece));
            }
        }
        Ask::Because(subject) => {
            let subjects = &fragments.subjects;
            let piece = match subject {
                Subject::Exemption(n) => subjects.exemptions.get(usize::from(n)),
                Subject::Condition(n) => subjects.conditions.get(usize::from(n)),
                Subject::Document(n) => subjects.documents.get(usize::from(n)),
                Subject::Fee(n) => subjects.fees.get(usize::from(n)),
                Subject::TimeLimit => {
                    out.extend_from_slice(br#"{"kind":"time-limit"},"#);
                    None
                }
            };
            if let Some(piece) = piece {
                out.extend_from_slice(fragments.text(*piece));
                out.push(b',');
            }
        }
    });
    if !first {
        close(out);
        out.push(b'}');
    }
    out.push(b']');
}

/// Ends a list each of whose elements was followed by a comma.
fn close(out: &mut Vec<u8>) {
    match out.last_mut() {
        Some(last) if *last == b',' => *last = b']',
        _ => out.push(b']'),
    }
}

fn optional(out: &mut Vec<u8>, number: Option<u64>) {
    match number {
        Some(number) => digits::number(out, number),
        None => out.extend_from_slice(b"null"),
    }
}

fn boolean(out: &mut Vec<u8>, told: bool) {
    out.extend_from_slice(if told { b"true" } else { b"false" });
}

fn verdict(verdict: Verdict) -> &'static [u8] {
    match verdict {
        Verdict::Eligible => b"eligible",
        Verdict::Ineligible => b"ineligible",
        Verdict::Undetermined => b"undetermined",
        Verdict::NeedsJudgement => b"needs-judgement",
        Verdict::NotRequired => b"not-required",
    }
}

fn exemption(outcome: ExemptionOutcome) -> &'static [u8] {
    match outcome {
        ExemptionOutcome::DoesNotApply => b"does-not-apply",
        ExemptionOutcome::Applies => b"applies",
        ExemptionOutcome::Unknown => b"unknown",
    }
}

fn condition(outcome: ConditionOutcome) -> &'static [u8] {
    match outcome {
        ConditionOutcome::Violated => b"violated",
        ConditionOutcome::Satisfied => b"satisfied",
        ConditionOutcome::Unknown => b"unknown",
        ConditionOutcome::Judgement => b"judgement",
        ConditionOutcome::NotApplicable => b"not-applicable",
    }
}

fn need(need: DossierNeed) -> &'static [u8] {
    match need {
        DossierNeed::NotNeeded => b"not-needed",
        DossierNeed::Required => b"required",
        DossierNeed::Unknown => b"unknown",
        DossierNeed::OneOf => b"one-of",
        DossierNeed::OnFile => b"on-file",
        DossierNeed::ReplacedByData => b"replaced-by-data",
    }
}
