//! What changes when one version takes over from another, said as people affected: over the cases of both, applicants that
//! are made up around the thresholds of both, and recorded decisions.
//!
//! Made-up applicants and cases tell each version what it asks: a fact, option or document that a version does not know is
//! not told to it. A recorded question is asked as it was; whether the new version can still read it is a finding of its
//! own. Of recorded decisions nothing but the id ever enters a report: the rest may be personal data.

use std::collections::{BTreeMap, BTreeSet};

use motcua_compiler::ir::Program;
use motcua_model::{Date, Moment, Text};
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};
use utoipa::ToSchema;

use super::applicants::{Applicants, Known};
use super::asker::{Asked, Asker};
use super::grouping::{Gathered, Groups, Told};
use super::manifest_changes::{FactChange, ManifestChange, fact_changes, manifest_changes};
use super::observe::{Reply, observed};
use super::source_changes::{SourceChanges, source_changes};
use super::thresholds::Thresholds;
use super::turns::turns;
use super::words;
use crate::answer::Texts;
use crate::assess::{self, Context};
use crate::error::{AssessError, Unavailable};
use crate::question::{self, Question, QuestionError};
use crate::version::Version;

/// As many applicants are made up.
const APPLICANTS: usize = 1_000;
/// As many groups are told, those with most people first.
const GROUPS: usize = 200;
/// As many differences of the manifests are told.
const CHANGES: usize = 300;

/// A recorded decision, to be asked again.
#[derive(Clone, Copy, Debug)]
pub struct Recorded<'a> {
    /// Its id; the only part of it that is ever shown.
    pub id: &'a str,
    /// The question, as it was asked.
    pub question: &'a [u8],
    /// When it was asked: stands in for instants that it does not tell.
    pub asked_at: Moment,
}

impl Recorded<'_> {
    /// The day of receipt, where the question can be read that far.
    pub(crate) fn received_on(&self, context: &Context<'_>) -> Option<Date> {
        let seen = Question {
            instants: question::peek(self.question),
            ..Question::default()
        };
        let context = Context {
            now: self.asked_at,
            ..*context
        };
        let start = assess::start(&seen, &context).ok()?;
        Some(start.day0)
    }
}

/// What changes from one version to another.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Difference {
    /// Digest of the version before.
    pub old: String,
    /// Digest of the version after.
    pub new: String,
    /// Questions that were asked of both.
    pub compared: Counts,
    /// Questions whose answers differ in anything that is grouped.
    pub changed: Counts,
    /// Questions that neither can answer, or that were not asked because a version used up what the gate allows.
    pub not_compared: Counts,
    /// What changes, for whom: verdicts first, then by how many people it concerns.
    pub groups: Vec<DifferenceGroup>,
    /// How many more groups there are.
    #[serde(default)]
    pub more_groups: usize,
    /// Facts that are asked for now, or no more, or otherwise.
    pub facts: Vec<FactChange>,
    /// Where the manifests differ, in the order of the new one: words, articles, forms, and rules as text.
    pub manifest: Vec<ManifestChange>,
    /// How many more places there are.
    #[serde(default)]
    pub more_manifest: usize,
    /// Where the texts of the packages differ, line by line. Absent where one of the components does not carry its own.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub source_changes: Option<SourceChanges>,
}

/// One of the two versions of a difference.
#[derive(Clone, Copy, Debug)]
pub struct Side<'a> {
    /// Loaded.
    pub version: &'a Version,
    /// The rules of its package, if they are what runs: applicants are made up around their thresholds.
    pub program: Option<&'a Program>,
    /// The text of its package, if it carries it.
    pub source: Option<&'a str>,
}

/// How many, by where they come from.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Counts {
    /// Cases of the two versions; one that both have counts once.
    pub cases: usize,
    /// Made-up applicants.
    pub generated: usize,
    /// Recorded decisions.
    pub recorded: usize,
}

/// What kind of answer changes. The order is that of the report where equally many people are concerned.
#[derive(
    Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, ToSchema,
)]
#[serde(rename_all = "kebab-case")]
pub enum DifferenceKind {
    /// The verdict.
    Verdict,
    /// Whether there is an answer at all.
    Question,
    /// An exemption.
    Exemption,
    /// A condition.
    Condition,
    /// Whether a document must be handed in.
    Document,
    /// Its originals and copies.
    DocumentCount,
    /// Which row of the time limit applies.
    TimeLimit,
    /// The law's term.
    StatutoryTerm,
    /// The term the department commits to.
    CommittedTerm,
    /// All fees together.
    Total,
    /// A fee.
    Fee,
    /// A check between facts.
    Check,
}

/// Everyone for whom the same thing changes in the same way.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct DifferenceGroup {
    /// What changes.
    pub kind: DifferenceKind,
    /// Which one; empty where there is only one.
    pub id: String,
    /// What it was: a word of the answer, a term, an amount in đồng; `absent` where the version before has none. `amount`
    /// where many amounts are put together.
    pub from: String,
    /// What it is; `absent` where the version after has none. `higher` or `lower` where many amounts are put together.
    pub to: String,
    /// The articles that it rests on.
    pub articles: Vec<String>,
    /// How many it concerns.
    pub counts: Counts,
    /// In a sentence.
    pub text: Text,
    /// Somebody whom it concerns.
    pub examples: Examples,
}

/// Examples of a group, one of each source that has any.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Examples {
    /// A case.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub case: Option<CaseExample>,
    /// The question of a made-up applicant.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<Object>)]
    pub generated: Option<Value>,
    /// The id of a recorded decision.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub recorded: Option<String>,
}

/// A case that serves as an example.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct CaseExample {
    /// Its id.
    pub id: String,
    /// Its question.
    #[schema(value_type = Object)]
    pub question: Value,
}

impl DifferenceGroup {
    /// As many of its articles stand in its sentence.
    pub const IN_SENTENCE: usize = 3;
}

impl Counts {
    /// All of them.
    pub const fn total(self) -> usize {
        self.cases + self.generated + self.recorded
    }

    pub(crate) fn count(&mut self, told: &Told<'_>) {
        match told {
            Told::Case { .. } => self.cases += 1,
            Told::Generated(_) => self.generated += 1,
            Told::Recorded(_) => self.recorded += 1,
        }
    }
}

/// Works out what changes from one version to another. With the programs of their packages, applicants are made up around
/// the thresholds of both; with their texts, the lines that differ are told. The same for the same versions, decisions and calendar, every time.
///
/// # Errors
/// The platform could not ask one of them; nothing is said about either.
pub fn difference(
    before: &Side<'_>,
    after: &Side<'_>,
    recorded: &[Recorded<'_>],
    context: &Context<'_>,
) -> Result<Difference, Unavailable> {
    let (old, new) = (before.version, after.version);
    let first = old.valid_from().max(new.valid_from());
    let context = Context {
        now: first.at(context.office.sessions.opens()),
        texts: Texts::None,
        ..*context
    };
    let mut pair = Pair {
        old: Asker::of(old, context),
        new: Asker::of(new, context),
        groups: Groups::default(),
        compared: Counts::default(),
        changed: Counts::default(),
        not_compared: Counts::default(),
    };
    let cases = cases(old, new);
    for (id, question) in &cases {
        pair.compare(&Told::Case { id, question })?;
    }
    let known = [after, before].map(|side| {
        let known = side.program.map(|program| Known {
            thresholds: Thresholds::of(program),
            turns: turns(program),
        });
        known.unwrap_or_default()
    });
    for question in Applicants::new([new, old], &known).take(APPLICANTS) {
        pair.compare(&Told::Generated(&question))?;
    }
    for decision in recorded {
        pair.compare(&Told::Recorded(decision))?;
    }
    let mut difference = pair.finish(old, new);
    difference.source_changes = before
        .source
        .zip(after.source)
        .map(|(old, new)| source_changes(old, new));
    Ok(difference)
}

/// The cases of both, each question once; those of the new version first, as they are the ones a reviewer has read.
fn cases<'a>(old: &'a Version, new: &'a Version) -> Vec<(&'a str, &'a Map<String, Value>)> {
    let mut seen = BTreeSet::new();
    let all = new.manifest().cases.iter().chain(&old.manifest().cases);
    all.filter_map(|case| {
        let question = case.question.as_object()?;
        seen.insert(case.question.to_string())
            .then_some((case.id.as_str(), question))
    })
    .collect()
}

struct Pair<'a> {
    old: Asker<'a>,
    new: Asker<'a>,
    groups: Groups,
    compared: Counts,
    changed: Counts,
    not_compared: Counts,
}

impl Pair<'_> {
    fn compare(&mut self, told: &Told<'_>) -> Result<(), Unavailable> {
        if self.old.is_exhausted() || self.new.is_exhausted() {
            self.not_compared.count(told);
            return Ok(());
        }
        let (old, new) = (ask(&mut self.old, told)?, ask(&mut self.new, told)?);
        if !matches!(
            (&old, &new),
            (Reply::Answered(_), _) | (_, Reply::Answered(_))
        ) {
            self.not_compared.count(told);
            return Ok(());
        }
        self.compared.count(told);
        if self.groups.add(told, &old, &new) {
            self.changed.count(told);
        }
        Ok(())
    }

    fn finish(self, old: &Version, new: &Version) -> Difference {
        let compared = self.compared.total();
        let (before, after) = (old.manifest(), new.manifest());
        let mut groups: Vec<DifferenceGroup> = self
            .groups
            .merged()
            .into_iter()
            .map(|(key, gathered)| {
                let text = words::sentence(&key, &gathered, compared, [before, after]);
                let Gathered {
                    counts,
                    articles,
                    examples,
                    ..
                } = gathered;
                DifferenceGroup {
                    kind: key.kind,
                    id: key.id,
                    from: key.from,
                    to: key.to,
                    articles: articles.into_iter().collect(),
                    counts,
                    text,
                    examples,
                }
            })
            .collect();
        groups.sort_by(|a, b| {
            let rest = |group: &DifferenceGroup| group.kind != DifferenceKind::Verdict;
            let ids = |group: &DifferenceGroup| {
                (
                    group.kind,
                    group.id.clone(),
                    group.from.clone(),
                    group.to.clone(),
                )
            };
            rest(a)
                .cmp(&rest(b))
                .then_with(|| b.counts.total().cmp(&a.counts.total()))
                .then_with(|| ids(a).cmp(&ids(b)))
        });
        let more_groups = groups.len().saturating_sub(GROUPS);
        groups.truncate(GROUPS);
        let mut manifest = manifest_changes(before, after);
        let more_manifest = manifest.len().saturating_sub(CHANGES);
        manifest.truncate(CHANGES);
        Difference {
            old: old.digest().to_owned(),
            new: new.digest().to_owned(),
            compared: self.compared,
            changed: self.changed,
            not_compared: self.not_compared,
            groups,
            more_groups,
            facts: fact_changes(before, after),
            manifest,
            more_manifest,
            source_changes: None,
        }
    }
}

/// Asks one version.
fn ask(asker: &mut Asker<'_>, told: &Told<'_>) -> Result<Reply, Unavailable> {
    let asked = match told {
        Told::Recorded(decision) => {
            let asked = asker.at(decision.asked_at).ask(decision.question)?;
            asker.at_once();
            asked
        }
        Told::Case { question, .. } | Told::Generated(question) => ask_adapted(asker, question)?,
    };
    Ok(match asked {
        Asked::Answered(said) => Reply::Answered(observed(
            asker.version().manifest(),
            &said.assessment,
            &said.needs,
        )),
        Asked::Refused(refused) => Reply::Unreadable(pointers(&refused)),
        Asked::Fault(_) => Reply::Failed,
    })
}

/// Asks without what the version does not know.
fn ask_adapted(asker: &mut Asker<'_>, question: &Map<String, Value>) -> Result<Asked, Unavailable> {
    /// A list of mistakes may hide others; after so many times it is no question for this version.
    const ROUNDS: usize = 8;
    let mut question = Value::Object(question.clone());
    let mut last = None;
    for _ in 0..ROUNDS {
        // Values of JSON can always be written.
        let body = serde_json::to_vec(&question).unwrap_or_default();
        let asked = asker.ask(&body)?;
        let Asked::Refused(refused) = &asked else {
            return Ok(asked);
        };
        let mut removed = false;
        // The last first, so that the places of the others stay right.
        for pointer in pointers(refused).iter().rev() {
            removed |= remove(&mut question, pointer);
        }
        if !removed {
            return Ok(asked);
        }
        last = Some(asked);
    }
    match last {
        Some(asked) => Ok(asked),
        None => asker.ask(b"{}"),
    }
}

/// The places that a version does not take, as JSON pointers.
fn pointers(refused: &AssessError) -> Vec<String> {
    match refused {
        AssessError::Question(QuestionError::Fields(fields)) => fields
            .errors
            .iter()
            .map(|error| error.pointer.clone())
            .collect(),
        _ => Vec::new(),
    }
}

/// Removes what stands at a pointer, if it is something that may be left out.
fn remove(question: &mut Value, pointer: &str) -> bool {
    let Some((parent, name)) = pointer.rsplit_once('/') else {
        return false;
    };
    // Ids need no escaping, and other names are none of the version's.
    let name = name.replace("~1", "/").replace("~0", "~");
    match question.pointer_mut(parent) {
        Some(Value::Object(members)) => members.shift_remove(&name).is_some(),
        Some(Value::Array(list)) => match name.parse::<usize>() {
            Ok(at) if at < list.len() => {
                list.remove(at);
                true
            }
            _ => false,
        },
        _ => false,
    }
}

/// Groups by what changes, and how.
pub(crate) type GroupMap = BTreeMap<super::grouping::Key, Gathered>;

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn what_a_version_does_not_know_is_left_out() {
        let mut question = json!({"facts": {"a": 1, "b~/c": 2, "rows": [{"x": 1}, {"y": 2}]}, "on_file": ["p", "q"]});
        assert!(remove(&mut question, "/facts/b~0~1c"));
        assert!(remove(&mut question, "/facts/rows/1/y"));
        assert!(remove(&mut question, "/on_file/0"));
        assert!(!remove(&mut question, "/on_file/7"));
        assert!(!remove(&mut question, "/facts/unknown"));
        assert!(!remove(&mut question, ""));
        assert_eq!(
            question,
            json!({"facts": {"a": 1, "rows": [{"x": 1}, {}]}, "on_file": ["q"]})
        );
    }
}
