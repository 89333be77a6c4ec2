//! The same procedures as a good programmer writes them by hand: structs for the question and the answer, `serde_json` to
//! read and write them, the rules as plain expressions over three truth values. No manifest, no sandbox, no limits but
//! the ranges of numbers; a mistake in the question is an error without a place.
//!
//! The answer is the compact answer of Motcua, byte for byte. It is written in two ways: by `serde_json` out of structs
//! here, as most would do it, and out of ready-made pieces in [`pieces`].

pub mod pieces;
pub mod pub_01;
pub mod pub_02;

use motcua_model::calendar::Calendar;
use motcua_model::due::{self, Receipt, Start};
use motcua_model::office::OfficeHours;
use motcua_model::{
    Amount, Channel, ConditionOutcome, Date, DossierNeed, ExemptionOutcome, FeeDue, Moment, Term,
    Unit, Verdict,
};
use serde::{Deserialize, Serialize};

/// Not told: unknown.
pub type Truth = Option<bool>;

/// The question: facts and documents are the procedure's own types.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Question<Facts, Document> {
    filed_at: Option<Moment>,
    accepted_at: Option<Moment>,
    received_at: Option<Moment>,
    /// Read, so that a wrong one is refused; no rule of the two procedures uses it.
    #[serde(rename = "channel")]
    _channel: Option<Channel>,
    pub facts: Facts,
    #[serde(default = "Vec::new")]
    pub on_file: Vec<Document>,
}

impl<Facts, Document> Question<Facts, Document> {
    /// When the dossier was filed: as told, or the earliest instant that is told.
    fn filed_at(&self, now: Moment) -> Moment {
        self.filed_at
            .or(self.accepted_at)
            .or(self.received_at)
            .unwrap_or(now)
    }

    fn start(&self, world: &World<'_>) -> Start {
        let receipt = Receipt {
            filed_at: self.filed_at(world.now),
            accepted_at: self.accepted_at,
            received_at: self.received_at,
        };
        receipt
            .start(world.calendar, world.office)
            .expect("a day of the calendar")
    }
}

/// What an answer hangs on beside the question.
#[derive(Clone, Copy)]
pub struct World<'a> {
    pub now: Moment,
    pub calendar: &'a Calendar,
    pub office: &'a OfficeHours,
}

/// Outcomes in the order of the procedure's lists: what the rules say.
#[derive(Debug, PartialEq, Eq)]
pub struct Decision<const EXEMPTIONS: usize, const CONDITIONS: usize, const DOCUMENTS: usize> {
    pub exemptions: [ExemptionOutcome; EXEMPTIONS],
    pub conditions: [ConditionOutcome; CONDITIONS],
    pub documents: [DossierNeed; DOCUMENTS],
    /// The one row of the time limit: neither procedure has another.
    pub row: u16,
    /// The fee, where there is one.
    pub fee: Option<Option<u64>>,
    /// Facts to ask for, with what they are needed for.
    pub missing: Vec<(u16, About)>,
    /// Whether the one check fails, where there is one.
    pub problem: bool,
}

/// What a missing fact is needed for, by position.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum About {
    Exemption(u16),
    Condition(u16),
    Document(u16),
    Fee(u16),
}

impl<const E: usize, const C: usize, const D: usize> Decision<E, C, D> {
    pub fn verdict(&self) -> Verdict {
        if self.exemptions.contains(&ExemptionOutcome::Applies) {
            Verdict::NotRequired
        } else if self.exemptions.contains(&ExemptionOutcome::Unknown) {
            Verdict::Undetermined
        } else if self.conditions.contains(&ConditionOutcome::Violated) {
            Verdict::Ineligible
        } else if self.conditions.contains(&ConditionOutcome::Unknown) {
            Verdict::Undetermined
        } else if self.conditions.contains(&ConditionOutcome::Judgement) {
            Verdict::NeedsJudgement
        } else {
            Verdict::Eligible
        }
    }
}

/// What does not change from question to question.
pub struct Words {
    pub code: &'static str,
    pub valid_from: &'static str,
    pub exemptions: &'static [&'static str],
    pub conditions: &'static [&'static str],
    /// With originals and copies.
    pub documents: &'static [(&'static str, u32, u32)],
    /// With its type.
    pub facts: &'static [(&'static str, &'static str)],
    pub fee: Option<&'static str>,
    pub check: Option<&'static str>,
    pub row: &'static str,
    pub statutory: Term,
    pub committed: Term,
    pub cut_percent: f64,
}

// ---- Truth values ----------------------------------------------------------------------------------------------------

/// All of them hold.
pub fn all(parts: &[Truth]) -> Truth {
    if parts.contains(&Some(false)) {
        Some(false)
    } else if parts.contains(&None) {
        None
    } else {
        Some(true)
    }
}

pub fn condition(holds: Truth) -> ConditionOutcome {
    match holds {
        Some(true) => ConditionOutcome::Satisfied,
        Some(false) => ConditionOutcome::Violated,
        None => ConditionOutcome::Unknown,
    }
}

/// A condition that only concerns some applicants.
pub fn condition_when(concerns: Truth, holds: Truth) -> ConditionOutcome {
    match concerns {
        Some(true) => condition(holds),
        Some(false) => ConditionOutcome::NotApplicable,
        None => ConditionOutcome::Unknown,
    }
}

pub fn document(applies: Truth, on_file: bool) -> DossierNeed {
    match (applies, on_file) {
        (Some(false), _) => DossierNeed::NotNeeded,
        (Some(true), true) => DossierNeed::OnFile,
        (Some(true), false) => DossierNeed::Required,
        (None, _) => DossierNeed::Unknown,
    }
}

/// A document of which there are alternatives: `others` apply or not, and are on file or not.
pub fn alternative(applies: Truth, on_file: bool, others: &[(Truth, bool)]) -> DossierNeed {
    if applies == Some(false) || on_file {
        document(applies, on_file)
    } else if others.contains(&(Some(true), true)) {
        DossierNeed::NotNeeded
    } else if applies.is_none() || others.contains(&(None, true)) {
        DossierNeed::Unknown
    } else if others.contains(&(Some(true), false)) {
        DossierNeed::OneOf
    } else if others.contains(&(None, false)) {
        DossierNeed::Unknown
    } else {
        DossierNeed::Required
    }
}

// ---- The answer ------------------------------------------------------------------------------------------------------

#[derive(Serialize)]
struct Answer<'a> {
    procedure: &'static str,
    version: Version<'a>,
    filed_at: Moment,
    received_on: Date,
    verdict: Verdict,
    exemptions: &'a [Outcome<ExemptionOutcome>],
    conditions: &'a [Outcome<ConditionOutcome>],
    documents: &'a [Document],
    time_limit: TimeLimit,
    filing_windows: [(); 0],
    fees: Vec<Fee>,
    fees_status: &'static str,
    total_vnd: Option<u64>,
    ask_next: Vec<ToAsk>,
    problems: Vec<Problem>,
}

#[derive(Serialize)]
struct Version<'a> {
    digest: &'a str,
    valid_from: &'static str,
}

#[derive(Serialize)]
struct Outcome<T> {
    id: &'static str,
    outcome: T,
}

#[derive(Serialize)]
struct Document {
    id: &'static str,
    need: DossierNeed,
    originals: u32,
    copies: u32,
}

#[derive(Serialize)]
struct TimeLimit {
    outcome: &'static str,
    id: &'static str,
    statutory: Statutory,
    committed: Committed,
    cut_percent: f64,
    provisional: bool,
}

#[derive(Serialize)]
struct Statutory {
    amount: Amount,
    unit: Unit,
    due_on: Date,
    due_at: Moment,
}

#[derive(Serialize)]
struct Committed {
    amount: Amount,
    unit: Unit,
    source: &'static str,
    due_on: Date,
    due_at: Moment,
}

#[derive(Serialize)]
struct Fee {
    id: &'static str,
    due: FeeDue,
    amount_vnd: Option<u64>,
    full_amount_vnd: Option<u64>,
    relief: Option<()>,
}

#[derive(Serialize)]
struct ToAsk {
    fact: &'static str,
    #[serde(rename = "type")]
    kind: &'static str,
    because: Vec<Reason>,
}

#[derive(Serialize)]
struct Reason {
    kind: &'static str,
    id: &'static str,
}

#[derive(Serialize)]
struct Problem {
    id: &'static str,
}

/// By when a dossier of a row is due.
pub struct Dates {
    pub statutory: due::Deadline,
    pub committed: due::Deadline,
}

impl Dates {
    pub fn count(told_at: Moment, statutory: Term, committed: Term, world: &World<'_>) -> Self {
        let count = |term| {
            due::deadline(world.calendar, world.office, told_at, term, false, &[])
                .expect("a day of the calendar")
        };
        let statutory = count(statutory);
        Self {
            committed: count(committed).within(&statutory),
            statutory,
        }
    }

    pub fn provisional(&self) -> bool {
        self.statutory.provisional || self.committed.provisional
    }
}

/// How an answer is written.
pub enum Pen<'a> {
    /// By `serde_json`; the digest of the version stands in the answer.
    Serde(&'a str),
    /// Out of ready-made pieces.
    Pieces(pieces::Pieces),
}

impl Pen<'_> {
    fn answer<Facts, Id, const E: usize, const C: usize, const D: usize>(
        &self,
        question: &Question<Facts, Id>,
        decision: &Decision<E, C, D>,
        words: &'static Words,
        world: &World<'_>,
    ) -> Vec<u8> {
        match self {
            Self::Serde(digest) => answer(question, decision, words, digest, world),
            Self::Pieces(pieces) => pieces::answer(question, decision, words, pieces, world),
        }
    }
}

/// Writes the answer to a question that has been decided.
fn answer<Facts, Id, const E: usize, const C: usize, const D: usize>(
    question: &Question<Facts, Id>,
    decision: &Decision<E, C, D>,
    words: &'static Words,
    digest: &str,
    world: &World<'_>,
) -> Vec<u8> {
    let start = question.start(world);
    let dates = Dates::count(start.told_at, words.statutory, words.committed, world);
    let verdict = decision.verdict();
    let answer = Answer {
        procedure: words.code,
        version: Version {
            digest,
            valid_from: words.valid_from,
        },
        filed_at: question.filed_at(world.now),
        received_on: start.day0,
        verdict,
        exemptions: &outcomes(words.exemptions, &decision.exemptions),
        conditions: &outcomes(words.conditions, &decision.conditions),
        documents: &std::array::from_fn::<_, D, _>(|at| {
            let (id, originals, copies) = words.documents[at];
            Document {
                id,
                need: decision.documents[at],
                originals,
                copies,
            }
        }),
        time_limit: TimeLimit {
            outcome: "known",
            id: words.row,
            statutory: Statutory {
                amount: words.statutory.amount,
                unit: words.statutory.unit,
                due_on: dates.statutory.due_on,
                due_at: dates.statutory.due_at,
            },
            committed: Committed {
                amount: words.committed.amount,
                unit: words.committed.unit,
                source: "demonstration",
                due_on: dates.committed.due_on,
                due_at: dates.committed.due_at,
            },
            cut_percent: words.cut_percent,
            provisional: dates.provisional(),
        },
        filing_windows: [],
        fees: words
            .fee
            .zip(decision.fee)
            .map(|(id, amount)| Fee {
                id,
                due: FeeDue::Due,
                amount_vnd: amount,
                full_amount_vnd: amount,
                relief: None,
            })
            .into_iter()
            .collect(),
        fees_status: if words.fee.is_some() { "known" } else { "none" },
        total_vnd: decision.fee.unwrap_or(Some(0)),
        ask_next: ask_next(&decision.missing, verdict, words),
        problems: words
            .check
            .filter(|_| decision.problem)
            .map(|id| Problem { id })
            .into_iter()
            .collect(),
    };
    // What an answer usually needs.
    let mut out = Vec::with_capacity(3 << 10);
    serde_json::to_writer(&mut out, &answer).expect("written into memory");
    out
}

fn outcomes<T: Copy, const N: usize>(ids: &[&'static str], outcomes: &[T; N]) -> [Outcome<T>; N] {
    std::array::from_fn(|at| Outcome {
        id: ids[at],
        outcome: outcomes[at],
    })
}

/// Each fact once, with all that hangs on it; nothing once nothing can change the verdict.
fn ask_next(missing: &[(u16, About)], verdict: Verdict, words: &'static Words) -> Vec<ToAsk> {
    if matches!(verdict, Verdict::Ineligible | Verdict::NotRequired) {
        return Vec::new();
    }
    let mut asked: Vec<(u16, ToAsk)> = Vec::new();
    for &(fact, about) in missing {
        let (kind, id) = match about {
            About::Exemption(at) => ("exemption", words.exemptions[usize::from(at)]),
            About::Condition(at) => ("condition", words.conditions[usize::from(at)]),
            About::Document(at) => ("document", words.documents[usize::from(at)].0),
            About::Fee(_) => ("fee", words.fee.unwrap_or_default()),
        };
        let reason = Reason { kind, id };
        match asked.iter_mut().find(|(number, _)| *number == fact) {
            Some((_, to_ask)) => to_ask.because.push(reason),
            None => {
                let (name, kind) = words.facts[usize::from(fact)];
                asked.push((
                    fact,
                    ToAsk {
                        fact: name,
                        kind,
                        because: vec![reason],
                    },
                ));
            }
        }
    }
    asked.into_iter().map(|(_, to_ask)| to_ask).collect()
}
