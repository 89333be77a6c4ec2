//! The full form: everything can be shown as it is.

use motcua_model::calendar::Calendar;
use motcua_model::due::{self, Deadline, DueError, SkippedKind};
use motcua_model::manifest::{
    Cited, CommitmentSource, FactKind, FeesStatus, Silence, Suspension, TimeLimitRow,
};
use motcua_model::office::OfficeHours;
use motcua_model::{
    Amount, ConditionOutcome, Date, DossierNeed, ExemptionOutcome, FeeDue, Moment, Subject, Text,
    Unit, Verdict,
};
use serde::{Serialize, Serializer};
use utoipa::ToSchema;

use super::ask::{self, Ask};
use super::{Limit, WorkedOut, cut};

/// The answer of one version to one question, with its words. Texts are `{"vi", "en"}`.
#[derive(Debug, Serialize, ToSchema)]
pub struct Answer<'a> {
    /// National code of the procedure.
    pub procedure: &'a str,
    /// Its name.
    pub name: &'a Text,
    /// The version that answered.
    pub version: VersionName<'a>,
    /// When the dossier was filed, as told or as taken.
    pub filed_at: Moment,
    /// Day 0: the day of receipt, whose law applies.
    pub received_on: Date,
    /// What follows from the outcomes.
    pub verdict: Verdict,
    /// Cases in which the procedure is not needed.
    pub exemptions: Vec<ExemptionAnswer<'a>>,
    /// All must hold.
    pub conditions: Vec<ConditionAnswer<'a>>,
    /// What the dossier consists of.
    pub documents: Vec<DocumentAnswer<'a>>,
    /// By when the authority must answer.
    pub time_limit: TimeLimitAnswer<'a>,
    /// By when the dossier had to be filed.
    pub filing_windows: Vec<WindowAnswer<'a>>,
    /// What is to be paid.
    pub fees: Vec<FeeAnswer<'a>>,
    /// What an empty or incomplete list of fees means.
    pub fees_status: FeesStatus,
    /// The listed fees in all, in đồng; null while one of them is not known. To be read with `fees_status`.
    pub total_vnd: Option<u64>,
    /// What to ask next, in this order; empty when nothing can change the verdict any more.
    pub ask_next: Vec<ToAsk<'a>>,
    /// Facts that contradict each other.
    pub problems: Vec<ProblemAnswer<'a>>,
    /// What silence of the authority means.
    pub silence: Option<&'a Silence>,
    /// How long the result is valid.
    pub validity: Option<&'a Cited>,
}

/// Which version answered.
#[derive(Debug, Serialize, ToSchema)]
pub struct VersionName<'a> {
    /// SHA-256 of the component.
    pub digest: &'a str,
    /// The first day of receipt it decides.
    pub valid_from: Date,
}

/// An exemption and its outcome.
#[derive(Debug, Serialize, ToSchema)]
pub struct ExemptionAnswer<'a> {
    /// The word in JSON.
    pub id: &'a str,
    /// Whether it applies.
    pub outcome: ExemptionOutcome,
    /// What it says.
    pub text: &'a Text,
    /// The article.
    pub basis: &'a str,
}

/// A condition and its outcome.
#[derive(Debug, Serialize, ToSchema)]
pub struct ConditionAnswer<'a> {
    /// The word in JSON.
    pub id: &'a str,
    /// How it stands.
    pub outcome: ConditionOutcome,
    /// What it says.
    pub text: &'a Text,
    /// The article.
    pub basis: &'a str,
    /// What the law leaves to the officer, where the outcome is `judgement`.
    pub judgement: Option<&'a Text>,
}

/// A document and whether it must be handed in.
#[derive(Debug, Serialize, ToSchema)]
pub struct DocumentAnswer<'a> {
    /// The word in JSON.
    pub id: &'a str,
    /// Whether it must be handed in.
    pub need: DossierNeed,
    /// Originals in one dossier; null while unknown.
    pub originals: Option<u32>,
    /// Copies in one dossier; null while unknown.
    pub copies: Option<u32>,
    /// Of the documents of one group that are `one-of`, one is handed in.
    pub group: Option<&'a str>,
    /// What it is.
    pub name: &'a Text,
    /// The form to use.
    pub form: Option<&'a str>,
    /// The article.
    pub basis: &'a str,
    /// When it is needed; null: always, or it is not needed (`not-needed`).
    pub because: Option<&'a Text>,
    /// More to know.
    pub note: Option<&'a Text>,
}

/// Whether there is a time limit.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, ToSchema)]
#[serde(rename_all = "kebab-case")]
pub enum TimeLimitOutcome {
    /// It is the row `id`.
    Known,
    /// Hangs on a fact that is not told.
    Unknown,
    /// The law sets none for this case.
    None,
}

/// By when the authority must answer. All but `outcome` is null or empty unless it is `known`.
#[derive(Debug, Serialize, ToSchema)]
pub struct TimeLimitAnswer<'a> {
    /// Whether there is one.
    pub outcome: TimeLimitOutcome,
    /// The row that applies.
    pub id: Option<&'a str>,
    /// Why this row; null: no other applies.
    pub because: Option<&'a Text>,
    /// From what it runs.
    pub starts: Option<&'a Text>,
    /// The law's limit.
    pub statutory: Option<StatutoryAnswer<'a>>,
    /// What the department commits to.
    pub committed: Option<CommittedAnswer<'a>>,
    /// By how many percent the department undercuts the law, to one digit after the point, rounded down.
    #[serde(serialize_with = "tenths")]
    #[schema(value_type = Option<f64>, example = 33.3)]
    pub cut_percent: Option<u32>,
    /// What completing the dossier does to the clock.
    pub suspension: Option<Suspension>,
    /// The days on the way to the statutory due day that are not counted.
    pub skipped: Vec<SkippedAnswer<'a>>,
    /// Who does what, one after the other, within the committed term.
    pub steps: Vec<StepAnswer<'a>>,
    /// The article of the law's limit.
    pub basis: Option<&'a str>,
    /// Whether a due date rests on days of a year that is not announced in full, so that it can still change.
    pub provisional: bool,
}

/// The law's limit and its end.
#[derive(Debug, Serialize, ToSchema)]
pub struct StatutoryAnswer<'a> {
    /// How many.
    pub amount: Amount,
    /// Of what.
    pub unit: Unit,
    /// The day by which the answer is due.
    pub due_on: Date,
    /// The moment of that day.
    pub due_at: Moment,
    /// Whether the last day was a day off, so that the end moved to a later working day.
    pub rolled: bool,
    /// The article.
    pub basis: &'a str,
}

/// What the department commits to and its end.
#[derive(Debug, Serialize, ToSchema)]
pub struct CommittedAnswer<'a> {
    /// How many.
    pub amount: Amount,
    /// Of what.
    pub unit: Unit,
    /// The day by which the answer is due.
    pub due_on: Date,
    /// The moment of that day.
    pub due_at: Moment,
    /// Whether the last day was a day off, so that the end moved to a later working day.
    pub rolled: bool,
    /// `published`, or `demonstration`: nobody has published it.
    pub source: CommitmentSource,
    /// The decision that published it, or what it demonstrates.
    pub basis: &'a str,
}

/// A day that is not counted.
#[derive(Debug, Serialize, ToSchema)]
pub struct SkippedAnswer<'a> {
    /// The day.
    pub date: Date,
    /// Why, in words.
    pub reason: &'a Text,
    /// Why, in one word.
    pub kind: SkippedKind,
}

/// One step of the work on a dossier.
#[derive(Debug, Serialize, ToSchema)]
pub struct StepAnswer<'a> {
    /// The word in JSON.
    pub id: &'a str,
    /// What is done.
    pub name: &'a Text,
    /// Who does it.
    pub role: &'a Text,
    /// How many.
    pub amount: Amount,
    /// Of what.
    pub unit: Unit,
}

/// A filing window.
#[derive(Debug, Serialize, ToSchema)]
pub struct WindowAnswer<'a> {
    /// The word in JSON.
    pub id: &'a str,
    /// The fact that tells the event it is counted from.
    pub event: &'a str,
    /// Whether the dossier was filed in time; null while the event is not told.
    pub inside: Option<bool>,
    /// The last moment to file; null while the event is not told.
    pub file_by: Option<Moment>,
    /// Whether that moment rests on days of a year that is not announced in full.
    pub provisional: bool,
    /// The deadline in words.
    pub text: &'a Text,
    /// The article.
    pub basis: &'a str,
}

/// A fee.
#[derive(Debug, Serialize, ToSchema)]
pub struct FeeAnswer<'a> {
    /// The word in JSON.
    pub id: &'a str,
    /// Whether it is to be paid.
    pub due: FeeDue,
    /// What is to be paid, in đồng; 0 when not due; null while unknown.
    pub amount_vnd: Option<u64>,
    /// What would be to be paid without any relief.
    pub full_amount_vnd: Option<u64>,
    /// The relief that lowered the amount.
    pub relief: Option<ReliefAnswer<'a>>,
    /// What is paid for.
    pub name: &'a Text,
    /// The unit it is counted by.
    pub per: Option<&'a Text>,
    /// The article.
    pub basis: &'a str,
}

/// A relief that applies.
#[derive(Debug, Serialize, ToSchema)]
pub struct ReliefAnswer<'a> {
    /// The word in JSON.
    pub id: &'a str,
    /// What it says.
    pub text: &'a Text,
    /// The article.
    pub basis: &'a str,
}

/// A fact to ask next.
#[derive(Debug, Serialize, ToSchema)]
pub struct ToAsk<'a> {
    /// Its name in `facts`.
    pub fact: &'a str,
    /// What to ask.
    pub question: &'a Text,
    /// Its type, as in the package: `boolean`, `integer`, …
    #[serde(rename = "type")]
    pub kind: &'static str,
    /// What hangs on it.
    pub because: Vec<Reason<'a>>,
}

/// Something that hangs on a fact.
#[derive(Debug, Serialize, ToSchema)]
#[serde(tag = "kind", content = "id", rename_all = "kebab-case")]
pub enum Reason<'a> {
    /// An exemption.
    Exemption(&'a str),
    /// A condition.
    Condition(&'a str),
    /// A document.
    Document(&'a str),
    /// The time limit.
    TimeLimit,
    /// A fee.
    Fee(&'a str),
}

/// Facts that contradict each other.
#[derive(Debug, Serialize, ToSchema)]
pub struct ProblemAnswer<'a> {
    /// The check that fails.
    pub id: &'a str,
    /// What is wrong.
    pub text: &'a Text,
    /// The facts it speaks of.
    pub facts: &'a [String],
}

/// 333 is written 33.3. The nearest binary number is written with the same digits.
fn tenths<S: Serializer>(value: &Option<u32>, serializer: S) -> Result<S::Ok, S::Error> {
    match value {
        Some(tenths) => serializer.serialize_f64(f64::from(*tenths) / 10.0),
        None => serializer.serialize_none(),
    }
}

/// The type of a fact in one word.
pub(crate) fn kind_word(kind: &FactKind) -> &'static str {
    match kind {
        FactKind::Boolean => "boolean",
        FactKind::Integer { .. } => "integer",
        FactKind::Decimal { .. } => "decimal",
        FactKind::Text { .. } => "text",
        FactKind::Date => "date",
        FactKind::Moment => "moment",
        FactKind::Choice { .. } => "choice",
        FactKind::Choices { .. } => "choices",
        FactKind::Rows { .. } => "rows",
        FactKind::FilingWindow(_) => "filing-window",
    }
}

impl<'a> Answer<'a> {
    /// Puts an answer into words. Fails only where its time limit ends beyond 2199, which has been found out before.
    pub(crate) fn new(
        worked_out: &WorkedOut<'a>,
        calendar: &'a Calendar,
        office: &OfficeHours,
    ) -> Result<Self, DueError> {
        let manifest = worked_out.manifest;
        let assessment = worked_out.assessment;
        Ok(Self {
            procedure: &manifest.code,
            name: &manifest.name,
            version: VersionName {
                digest: worked_out.digest,
                valid_from: manifest.valid_from,
            },
            filed_at: worked_out.filed_at,
            received_on: worked_out.start.day0,
            verdict: worked_out.verdict(),
            exemptions: manifest
                .exemptions
                .iter()
                .zip(&assessment.exemptions)
                .map(|(exemption, result)| ExemptionAnswer {
                    id: &exemption.id,
                    outcome: result.outcome,
                    text: &exemption.text,
                    basis: &exemption.basis,
                })
                .collect(),
            conditions: manifest
                .conditions
                .iter()
                .zip(&assessment.conditions)
                .map(|(condition, result)| ConditionAnswer {
                    id: &condition.id,
                    outcome: result.outcome,
                    text: &condition.text,
                    basis: &condition.basis,
                    judgement: condition
                        .judgement
                        .as_ref()
                        .filter(|_| result.outcome == ConditionOutcome::Judgement),
                })
                .collect(),
            documents: manifest
                .documents
                .iter()
                .zip(&assessment.documents)
                .zip(worked_out.needs)
                .map(|((document, result), need)| DocumentAnswer {
                    id: &document.id,
                    need: *need,
                    originals: result.originals,
                    copies: result.copies,
                    group: document.group.as_deref(),
                    name: &document.name,
                    form: document.form.as_deref(),
                    basis: &document.basis,
                    // "Because …" beside "not needed" would read as the reason why it is not.
                    because: document
                        .because
                        .as_ref()
                        .filter(|_| *need != DossierNeed::NotNeeded),
                    note: document.note.as_ref(),
                })
                .collect(),
            time_limit: time_limit(worked_out, calendar, office)?,
            filing_windows: windows(worked_out),
            fees: fees(worked_out),
            fees_status: manifest.fees_status,
            total_vnd: worked_out.total(),
            ask_next: ask_next(worked_out),
            problems: assessment
                .problems
                .iter()
                .filter_map(|&number| manifest.checks.get(usize::from(number)))
                .map(|check| ProblemAnswer {
                    id: &check.id,
                    text: &check.text,
                    facts: &check.facts,
                })
                .collect(),
            silence: manifest.silence.as_ref(),
            validity: manifest.validity.as_ref(),
        })
    }
}

fn time_limit<'a>(
    worked_out: &WorkedOut<'a>,
    calendar: &'a Calendar,
    office: &OfficeHours,
) -> Result<TimeLimitAnswer<'a>, DueError> {
    let outcome = match worked_out.limit {
        Limit::Row {
            row,
            statutory,
            committed,
            ..
        } => return known(worked_out, row, statutory, committed, calendar, office),
        Limit::None => TimeLimitOutcome::None,
        Limit::Unknown => TimeLimitOutcome::Unknown,
    };
    Ok(TimeLimitAnswer {
        outcome,
        id: None,
        because: None,
        starts: None,
        statutory: None,
        committed: None,
        cut_percent: None,
        suspension: None,
        skipped: Vec::new(),
        steps: Vec::new(),
        basis: None,
        provisional: false,
    })
}

fn known<'a>(
    worked_out: &WorkedOut<'a>,
    row: &'a TimeLimitRow,
    statutory: Deadline,
    committed: Option<Deadline>,
    calendar: &'a Calendar,
    office: &OfficeHours,
) -> Result<TimeLimitAnswer<'a>, DueError> {
    let limit = worked_out.manifest.time_limit.as_ref();
    let mut skipped = Vec::new();
    due::due_with(
        calendar,
        office,
        worked_out.start.told_at,
        row.statutory.term,
        row.continuous,
        &[],
        |day| {
            // The reason is a name of the calendar; it is looked up again to borrow it for as long as the calendar lives.
            if let Some(reason) = calendar.reason(day.date) {
                skipped.push(SkippedAnswer {
                    date: day.date,
                    reason: reason.name,
                    kind: day.kind,
                });
            }
        },
    )?;
    Ok(TimeLimitAnswer {
        outcome: TimeLimitOutcome::Known,
        id: Some(&row.id),
        because: row.because.as_ref(),
        starts: limit.map(|limit| &limit.starts),
        statutory: Some(StatutoryAnswer {
            amount: row.statutory.term.amount,
            unit: row.statutory.term.unit,
            due_on: statutory.due_on,
            due_at: statutory.due_at,
            rolled: statutory.rolled,
            basis: &row.statutory.basis,
        }),
        committed: row
            .committed
            .as_ref()
            .zip(committed)
            .map(|(term, deadline)| CommittedAnswer {
                amount: term.term.amount,
                unit: term.term.unit,
                due_on: deadline.due_on,
                due_at: deadline.due_at,
                rolled: deadline.rolled,
                source: term.source,
                basis: &term.basis,
            }),
        cut_percent: cut(row),
        suspension: limit.map(|limit| limit.suspension),
        skipped,
        steps: row
            .steps
            .iter()
            .map(|step| StepAnswer {
                id: &step.id,
                name: &step.name,
                role: &step.role,
                amount: step.term.amount,
                unit: step.term.unit,
            })
            .collect(),
        basis: Some(&row.statutory.basis),
        provisional: worked_out.is_provisional(),
    })
}

fn windows<'a>(worked_out: &WorkedOut<'a>) -> Vec<WindowAnswer<'a>> {
    let windows = worked_out.form.windows.iter().zip(worked_out.windows);
    windows
        .filter_map(|(window, told)| {
            let fact = worked_out.manifest.facts.get(usize::from(window.fact))?;
            let FactKind::FilingWindow(schema) = &fact.kind else {
                return None;
            };
            Some(WindowAnswer {
                id: &fact.id,
                event: &schema.event,
                inside: told.map(|told| told.inside),
                file_by: told.map(|told| told.limit.at),
                provisional: told.is_some_and(|told| told.limit.provisional),
                text: &fact.question,
                basis: &schema.basis,
            })
        })
        .collect()
}

fn fees<'a>(worked_out: &WorkedOut<'a>) -> Vec<FeeAnswer<'a>> {
    let fees = worked_out
        .manifest
        .fees
        .iter()
        .zip(&worked_out.assessment.fees);
    fees.map(|(fee, result)| {
        let not_due = (result.due == FeeDue::NotDue).then_some(0);
        FeeAnswer {
            id: &fee.id,
            due: result.due,
            amount_vnd: not_due.or(result.amount),
            full_amount_vnd: not_due.or(result.full_amount),
            relief: result
                .relief
                .and_then(|number| fee.reliefs.get(usize::from(number)))
                .map(|relief| ReliefAnswer {
                    id: &relief.id,
                    text: &relief.text,
                    basis: &relief.basis,
                }),
            name: &fee.name,
            per: fee.per.as_ref(),
            basis: &fee.basis,
        }
    })
    .collect()
}

fn ask_next<'a>(worked_out: &WorkedOut<'a>) -> Vec<ToAsk<'a>> {
    let manifest = worked_out.manifest;
    let mut asked: Vec<ToAsk<'a>> = Vec::new();
    ask::each(worked_out, |step| match step {
        Ask::Fact(number) => {
            asked.extend(manifest.facts.get(usize::from(number)).map(|fact| ToAsk {
                fact: &fact.id,
                question: &fact.question,
                kind: kind_word(&fact.kind),
                because: Vec::new(),
            }))
        }
        Ask::Because(subject) => {
            let reason = match subject {
                Subject::Exemption(n) => manifest
                    .exemptions
                    .get(usize::from(n))
                    .map(|e| Reason::Exemption(&e.id)),
                Subject::Condition(n) => manifest
                    .conditions
                    .get(usize::from(n))
                    .map(|c| Reason::Condition(&c.id)),
                Subject::Document(n) => manifest
                    .documents
                    .get(usize::from(n))
                    .map(|d| Reason::Document(&d.id)),
                Subject::Fee(n) => manifest
                    .fees
                    .get(usize::from(n))
                    .map(|f| Reason::Fee(&f.id)),
                Subject::TimeLimit => Some(Reason::TimeLimit),
            };
            if let Some(last) = asked.last_mut() {
                last.because.extend(reason);
            }
        }
    });
    asked
}
