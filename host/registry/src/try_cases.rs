//! To try the cases of a version: each goes the way of a portal's question, in the sandbox, and its answer is held against
//! what the case expects. What no case has taken is told, by condition, document, row, fee and article.

use std::collections::{BTreeMap, BTreeSet};

use motcua_compiler::eval::{self, Trace};
use motcua_compiler::ir::{ExprKind, Program};
use motcua_model::manifest::{Case, Manifest};
use motcua_model::{
    ConditionOutcome, DocumentNeed, ExemptionOutcome, FeeDue, Text, TimeLimitResult,
};
use serde::Serialize;

use crate::answer::Answer;
use crate::assess::Context;
use crate::error::{AssessError, Unavailable};
use crate::version::Version;

/// A case that was tried.
#[derive(Clone, Debug, Serialize)]
pub struct Tried {
    /// Its id.
    pub case: String,
    /// What it shows.
    pub text: Text,
    /// What was not as expected; empty: it passed.
    pub faults: Vec<Text>,
}

/// All cases of a version.
#[derive(Clone, Debug, Serialize)]
pub struct Trial {
    /// In the order of the manifest.
    pub tried: Vec<Tried>,
    /// What no case has taken.
    pub untaken: Vec<Untaken>,
    /// Articles, and whether a case has taken what cites them.
    pub articles: BTreeMap<String, bool>,
    /// The platform could not try one of the cases, which says nothing of the version.
    #[serde(skip)]
    pub(crate) unavailable: Option<Unavailable>,
}

/// Something that no case has taken.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Untaken {
    /// `exemption`, `condition`, `document`, `time-limit`, `fee`, `relief` or `table-row`.
    pub kind: &'static str,
    /// Which one.
    pub id: String,
    /// The outcome that never came, for example `violated`.
    pub never: String,
}

impl Trial {
    /// Whether every case passed.
    pub fn passed(&self) -> bool {
        self.tried.iter().all(|tried| tried.faults.is_empty())
    }
}

/// What the cases have met so far.
#[derive(Default)]
struct Met {
    exemptions: BTreeSet<(u16, bool)>,
    conditions: BTreeSet<(u16, &'static str)>,
    documents: BTreeSet<(u16, bool)>,
    rows: BTreeSet<u16>,
    fees: BTreeSet<(u16, bool)>,
    reliefs: BTreeSet<(u16, u16)>,
    trace: Trace,
    unavailable: Option<Unavailable>,
}

/// Tries every case of a version. With the program of its package, rows of decision tables are followed too, and the
/// answer of the sandbox is held against a direct evaluation.
///
/// The clock is not asked: a case that passes today must pass in ten years. Where a case does not say when, it is the
/// version's first day, when the office opens.
pub fn try_cases(version: &Version, program: Option<&Program>, context: &Context<'_>) -> Trial {
    let manifest = version.manifest();
    let context = &Context {
        now: manifest.valid_from.at(context.office.sessions.opens()),
        ..*context
    };
    let mut met = Met::default();
    let tried = manifest
        .cases
        .iter()
        .map(|case| Tried {
            case: case.id.clone(),
            text: case.text.clone(),
            faults: try_case(version, case, program, context, &mut met),
        })
        .collect();
    let untaken = untaken(manifest, program, &met);
    let articles = articles(manifest, &untaken);
    Trial {
        tried,
        untaken,
        articles,
        unavailable: met.unavailable,
    }
}

fn try_case(
    version: &Version,
    case: &Case,
    program: Option<&Program>,
    context: &Context<'_>,
    met: &mut Met,
) -> Vec<Text> {
    let body = match serde_json::to_vec(&case.question) {
        Ok(body) => body,
        Err(error) => return vec![same(error.to_string())],
    };
    let question = match version.read(&body) {
        Ok(question) => question,
        Err(error) => return unreadable(&error),
    };
    let assessed = match version.assess(question, context) {
        Ok(assessed) => assessed,
        Err(error) => {
            let faults = vec![error.text(), same(error.to_string())];
            if let AssessError::Unavailable(unavailable) = error {
                met.unavailable.get_or_insert(unavailable);
            }
            return faults;
        }
    };
    let manifest = version.manifest();
    let mut faults = Vec::new();
    let day = assessed.start().day0;
    // What was received before is decided by a version that takes it over.
    let early = day < manifest.valid_from && !version.moves();
    if early || manifest.valid_to.is_some_and(|last| day > last) {
        faults.push(Text::new(
            format!("ngày nhận {day} không thuộc thời gian có hiệu lực của phiên bản này"),
            format!("received on {day}, a day on which this version does not decide"),
        ));
    }
    meet(assessed.assessment(), met);
    if let Some(program) = program {
        let direct = eval::assess(program, assessed.application(), Some(&mut met.trace));
        if direct != *assessed.assessment() {
            faults.push(Text::new(
                "thành phần trả lời khác với phép tính trực tiếp: lỗi của trình biên dịch, xin báo lại",
                "the component and the direct evaluation differ: a fault of the compiler, please report it",
            ));
        }
    }
    match assessed.to_answer(context) {
        Ok(answer) => compare(case, &answer, &mut faults),
        Err(error) => faults.push(error.text()),
    }
    faults
}

fn same(text: String) -> Text {
    Text::new(text.clone(), text)
}

fn unreadable(error: &AssessError) -> Vec<Text> {
    use crate::question::QuestionError;
    match error {
        AssessError::Question(QuestionError::Fields(fields)) => fields
            .errors
            .iter()
            .map(|error| {
                Text::new(
                    format!("question{}: {}", error.pointer, error.message.vi),
                    format!("question{}: {}", error.pointer, error.message.en),
                )
            })
            .collect(),
        other => vec![other.text()],
    }
}

/// The word of a value as JSON writes it.
fn word(value: &impl Serialize) -> String {
    match serde_json::to_value(value) {
        Ok(serde_json::Value::String(word)) => word,
        Ok(other) => other.to_string(),
        Err(_) => "?".to_owned(),
    }
}

fn expected(what: &str, wanted: &str, got: &str) -> Text {
    Text::new(
        format!("{what}: mong đợi {wanted}, nhận được {got}"),
        format!("{what}: expected {wanted}, got {got}"),
    )
}

/// Compares an expectation with what came, if they differ.
fn differ<T: PartialEq + Serialize>(
    what: &str,
    wanted: &T,
    got: Option<&T>,
    faults: &mut Vec<Text>,
) {
    if got != Some(wanted) {
        let got = got.map_or_else(|| "—".to_owned(), word);
        faults.push(expected(what, &word(wanted), &got));
    }
}

fn compare(case: &Case, answer: &Answer<'_>, faults: &mut Vec<Text>) {
    let expect = &case.expect;
    differ("verdict", &expect.verdict, Some(&answer.verdict), faults);
    for (id, wanted) in &expect.exemptions {
        let got = answer
            .exemptions
            .iter()
            .find(|x| x.id == id)
            .map(|x| &x.outcome);
        differ(&format!("exemptions.{id}"), wanted, got, faults);
    }
    for (id, wanted) in &expect.conditions {
        let got = answer
            .conditions
            .iter()
            .find(|x| x.id == id)
            .map(|x| &x.outcome);
        differ(&format!("conditions.{id}"), wanted, got, faults);
    }
    for (id, wanted) in &expect.documents {
        let got = answer
            .documents
            .iter()
            .find(|x| x.id == id)
            .map(|x| &x.need);
        differ(&format!("documents.{id}"), wanted, got, faults);
    }
    let limit = &answer.time_limit;
    if let Some(wanted) = &expect.time_limit {
        differ(
            "time_limit",
            wanted,
            limit.id.map(str::to_owned).as_ref(),
            faults,
        );
    }
    if let Some(wanted) = &expect.statutory_due_on {
        differ(
            "statutory_due_on",
            wanted,
            limit.statutory.as_ref().map(|x| &x.due_on),
            faults,
        );
    }
    if let Some(wanted) = &expect.committed_due_on {
        differ(
            "committed_due_on",
            wanted,
            limit.committed.as_ref().map(|x| &x.due_on),
            faults,
        );
    }
    for (id, wanted) in &expect.fees {
        let got = answer
            .fees
            .iter()
            .find(|x| x.id == id)
            .and_then(|x| x.amount_vnd);
        differ(&format!("fees.{id}"), wanted, got.as_ref(), faults);
    }
    if let Some(wanted) = &expect.total_vnd {
        differ("total_vnd", wanted, answer.total_vnd.as_ref(), faults);
    }
    if let Some(wanted) = &expect.ask_next {
        let got: Vec<String> = answer.ask_next.iter().map(|x| x.fact.to_owned()).collect();
        differ("ask_next", wanted, Some(&got), faults);
    }
    if let Some(wanted) = &expect.problems {
        let got: Vec<String> = answer.problems.iter().map(|x| x.id.to_owned()).collect();
        differ("problems", wanted, Some(&got), faults);
    }
}

fn meet(assessment: &motcua_model::Assessment, met: &mut Met) {
    for result in &assessment.exemptions {
        match result.outcome {
            ExemptionOutcome::Applies => {
                met.exemptions.insert((result.exemption, true));
            }
            ExemptionOutcome::DoesNotApply => {
                met.exemptions.insert((result.exemption, false));
            }
            ExemptionOutcome::Unknown => {}
        }
    }
    for result in &assessment.conditions {
        let outcome = match result.outcome {
            // Left to the officer: as good as the rules can say.
            ConditionOutcome::Satisfied | ConditionOutcome::Judgement => "satisfied",
            ConditionOutcome::Violated => "violated",
            ConditionOutcome::NotApplicable => "not-applicable",
            ConditionOutcome::Unknown => continue,
        };
        met.conditions.insert((result.condition, outcome));
    }
    for result in &assessment.documents {
        match result.need {
            DocumentNeed::NotNeeded => {
                met.documents.insert((result.document, false));
            }
            DocumentNeed::Required => {
                met.documents.insert((result.document, true));
            }
            DocumentNeed::Unknown => {}
        }
    }
    if let TimeLimitResult::Row(row) = assessment.time_limit {
        met.rows.insert(row);
    }
    for result in &assessment.fees {
        match result.due {
            FeeDue::Due => {
                met.fees.insert((result.fee, true));
            }
            FeeDue::NotDue => {
                met.fees.insert((result.fee, false));
            }
            FeeDue::Unknown => {}
        }
        if let Some(relief) = result.relief {
            met.reliefs.insert((result.fee, relief));
        }
    }
}

fn untaken(manifest: &Manifest, program: Option<&Program>, met: &Met) -> Vec<Untaken> {
    let mut list = Vec::new();
    let mut need = |taken: bool, kind: &'static str, id: &str, never: &str| {
        if !taken {
            list.push(Untaken {
                kind,
                id: id.to_owned(),
                never: never.to_owned(),
            });
        }
    };
    for (at, exemption) in (0_u16..).zip(&manifest.exemptions) {
        need(
            met.exemptions.contains(&(at, true)),
            "exemption",
            &exemption.id,
            "applies",
        );
        need(
            met.exemptions.contains(&(at, false)),
            "exemption",
            &exemption.id,
            "does-not-apply",
        );
    }
    for (at, condition) in (0_u16..).zip(&manifest.conditions) {
        let met = |outcome| met.conditions.contains(&(at, outcome));
        let best = if condition.judgement.is_some() {
            "judgement"
        } else {
            "satisfied"
        };
        need(met("satisfied"), "condition", &condition.id, best);
        if condition.rule.is_some() {
            need(met("violated"), "condition", &condition.id, "violated");
        }
        if condition.when.is_some() {
            need(
                met("not-applicable"),
                "condition",
                &condition.id,
                "not-applicable",
            );
        }
    }
    for (at, document) in (0_u16..).zip(&manifest.documents) {
        need(
            met.documents.contains(&(at, true)),
            "document",
            &document.id,
            "required",
        );
        if document.when.is_some() {
            need(
                met.documents.contains(&(at, false)),
                "document",
                &document.id,
                "not-needed",
            );
        }
    }
    for (at, row) in (0_u16..).zip(manifest.time_limit.iter().flat_map(|limit| &limit.rows)) {
        need(met.rows.contains(&at), "time-limit", &row.id, "applies");
    }
    for (at, fee) in (0_u16..).zip(&manifest.fees) {
        need(met.fees.contains(&(at, true)), "fee", &fee.id, "due");
        if fee.when.is_some() {
            need(met.fees.contains(&(at, false)), "fee", &fee.id, "not-due");
        }
        for (number, relief) in (0_u16..).zip(&fee.reliefs) {
            let id = format!("{}/{}", fee.id, relief.id);
            need(
                met.reliefs.contains(&(at, number)),
                "relief",
                &id,
                "applies",
            );
        }
    }
    for (at, definition) in (0_u16..).zip(program.iter().flat_map(|program| &program.definitions)) {
        let ExprKind::Table(table) = &definition.value.kind else {
            continue;
        };
        for row in 0..u16::try_from(table.rows.len()).unwrap_or(u16::MAX) {
            let id = format!("{}/{}", definition.id, row + 1);
            need(
                met.trace.table_rows.contains(&(at, row)),
                "table-row",
                &id,
                "holds",
            );
        }
    }
    list
}

/// Each article that something of the rules cites, and whether a case has taken something that cites it.
fn articles(manifest: &Manifest, untaken: &[Untaken]) -> BTreeMap<String, bool> {
    let mut articles = BTreeMap::new();
    let mut cite = |basis: &str, kind: &str, id: &str| {
        let never = untaken.iter().any(|u| {
            u.kind == kind
                && u.id == id
                && matches!(
                    u.never.as_str(),
                    "applies" | "satisfied" | "judgement" | "required" | "due"
                )
        });
        *articles.entry(basis.to_owned()).or_insert(false) |= !never;
    };
    for x in &manifest.exemptions {
        cite(&x.basis, "exemption", &x.id);
    }
    for x in &manifest.conditions {
        cite(&x.basis, "condition", &x.id);
    }
    for x in &manifest.documents {
        cite(&x.basis, "document", &x.id);
    }
    for x in manifest.time_limit.iter().flat_map(|limit| &limit.rows) {
        cite(&x.statutory.basis, "time-limit", &x.id);
    }
    for fee in &manifest.fees {
        cite(&fee.basis, "fee", &fee.id);
        for relief in &fee.reliefs {
            cite(
                &relief.basis,
                "relief",
                &format!("{}/{}", fee.id, relief.id),
            );
        }
    }
    articles
}

#[cfg(test)]
mod tests {
    use motcua_compiler::source::SourceFile;
    use motcua_engine::{Engine, Limits};
    use motcua_model::Moment;
    use motcua_model::calendar::Calendar;
    use motcua_model::office::OfficeHours;

    use super::*;
    use crate::Texts;

    /// A version of one working day, which is over or to come whatever the clock says; its rules ask when.
    const PACKAGE: &str = r#"motcua: 1
code: "9.000001"
code_confirmed: false
slug: of-one-day
valid_from: 2024-03-04
valid_to: 2024-03-04
name: {vi: Thủ tục thử, en: A trial}
field: publishing
department: {vi: Sở Thử nghiệm, en: Department of Trials}
authority: {vi: Sở Thử nghiệm, en: Department of Trials}
applicants: {vi: Tổ chức, en: Organisations}
result: {vi: Giấy phép, en: Licence}
legal_basis: [Điều 1]
confidence: low
sources: [thử]
channels: [{channel: online}]
facts:
  - {id: opens_at, type: moment, question: {vi: Khai mạc lúc nào?, en: When does it open?}}
filing_windows:
  - {id: in_time, text: {vi: Trước 24 giờ, en: 24 hours before}, side: before, event: opens_at,
     term: {amount: 24, unit: hour}, basis: Điều 2}
conditions:
  - {id: in-time, text: {vi: Đúng hạn, en: In time}, basis: Điều 2, rule: in_time}
  - {id: when-it-opens, text: {vi: Đầu giờ, en: At opening}, basis: Điều 2,
     rule: 'filed_at = date and time("2024-03-04T08:00:00") and received_on = date("2024-03-04")'}
documents:
  - {id: application, name: {vi: Đơn, en: Application}, originals: 1, basis: Điều 3}
time_limit:
  starts: {vi: từ ngày nhận đủ hồ sơ, en: from receipt}
  rows:
    - {id: standard, statutory: {amount: 10, unit: working-day, basis: Điều 4}}
fees_status: none
"#;

    const CASES: &str = "motcua-cases: 1
cases:
  - id: without-a-day
    text: {vi: Không nói ngày nào, en: Without a day}
    question: {facts: {opens_at: 2024-03-05T08:00}}
    expect:
      verdict: eligible
      conditions: {in-time: satisfied, when-it-opens: satisfied}
      statutory_due_on: 2024-03-18
  - id: too-late
    text: {vi: Muộn một giây, en: A second late}
    question: {facts: {opens_at: 2024-03-05T07:59:59}}
    expect: {verdict: ineligible, conditions: {in-time: violated}}
";

    /// What the first of the cases, received at a moment, does not show.
    fn faults(package: &str, received_at: &str) -> Vec<Text> {
        let file = |text: &str| SourceFile {
            path: "p".to_owned(),
            text: text.to_owned(),
        };
        let question = format!("question: {{received_at: {received_at}, facts: {{");
        let cases = CASES.replacen("question: {facts: {", &question, 1);
        let cases = cases.replacen(
            "verdict: eligible\n      conditions: {in-time: satisfied, when-it-opens: satisfied}\n      statutory_due_on: 2024-03-18",
            "verdict: ineligible",
            1,
        );
        let compilation = motcua_compiler::compile(&file(package), Some(&file(&cases)));
        let compiled = compilation
            .compiled
            .unwrap_or_else(|| panic!("{:#?}", compilation.diagnostics));
        let engine = Engine::new(Limits::default()).expect("an engine");
        let version = Version::load(&engine, &compiled.component).expect("a version");
        let context = Context {
            now: "2024-03-04T08:00".parse::<Moment>().expect("a moment"),
            calendar: &Calendar::new("vn", Vec::new()).expect("a calendar"),
            office: &OfficeHours::default(),
            texts: Texts::All,
        };
        let trial = try_cases(&version, compiled.program.as_ref(), &context);
        trial.tried[0].faults.clone()
    }

    #[test]
    fn a_case_may_be_older_than_a_version_that_moves() {
        let day_before = "2024-03-01T09:00";
        let keeps = faults(PACKAGE, day_before);
        assert_eq!(
            keeps[0].en,
            "received on 2024-03-01, a day on which this version does not decide"
        );
        let moves = PACKAGE.replacen(
            "valid_from: 2024-03-04\n",
            "valid_from: 2024-03-04\ntransition: {received_before: move, basis: Điều 9}\n",
            1,
        );
        assert_eq!(faults(&moves, day_before), []);
        let late = faults(&moves, "2024-03-05T09:00");
        assert_eq!(late.len(), 1, "its last day is its last: {late:?}");
    }

    #[test]
    fn a_case_does_not_hang_on_the_clock() {
        let file = |path: &str, text: &str| SourceFile {
            path: path.to_owned(),
            text: text.to_owned(),
        };
        let compilation = motcua_compiler::compile(
            &file("2024-03-04.yaml", PACKAGE),
            Some(&file("cases/2024-03-04.yaml", CASES)),
        );
        let compiled = compilation
            .compiled
            .unwrap_or_else(|| panic!("{:#?}", compilation.diagnostics));
        let engine = Engine::new(Limits::default()).expect("an engine");
        let version = Version::load(&engine, &compiled.component).expect("a version");
        let calendar = Calendar::new("vn", Vec::new()).expect("a calendar");
        let office = OfficeHours::default();
        let tried_at = |now: &str| {
            let context = Context {
                now: now.parse::<Moment>().expect("a moment"),
                calendar: &calendar,
                office: &office,
                texts: Texts::All,
            };
            let trial = try_cases(&version, compiled.program.as_ref(), &context);
            serde_json::to_string_pretty(&trial).expect("JSON")
        };
        let first = tried_at("2024-03-04T08:00");
        assert!(first.contains("without-a-day"), "{first}");
        for now in [
            "1999-12-31T23:59:59",
            "2024-03-10T03:00",
            "2150-01-01T00:00",
        ] {
            assert_eq!(tried_at(now), first, "{now}");
        }
        let trial: serde_json::Value = serde_json::from_str(&first).expect("JSON");
        for tried in trial["tried"].as_array().expect("a list") {
            assert_eq!(tried["faults"], serde_json::json!([]), "{first}");
        }
    }
}
