//! Answers held against each other, and the differences put together: who is concerned by the same change.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::{Map, Value};

use super::difference::{CaseExample, Counts, DifferenceKind, Examples, GroupMap, Recorded};
use super::observe::{Observed, Reply};

/// What an answer says of something that the version does not have.
pub(crate) const ABSENT: &str = "absent";
/// Many amounts put together.
pub(crate) const AMOUNT: &str = "amount";

/// Who is asking.
#[derive(Debug)]
pub(crate) enum Told<'a> {
    Case {
        id: &'a str,
        question: &'a Map<String, Value>,
    },
    Generated(&'a Map<String, Value>),
    Recorded(&'a Recorded<'a>),
}

/// What changes, and how.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Key {
    pub kind: DifferenceKind,
    pub id: String,
    pub from: String,
    pub to: String,
}

/// Whom it concerns.
#[derive(Clone, Debug, Default)]
pub(crate) struct Gathered {
    pub counts: Counts,
    pub articles: BTreeSet<String>,
    pub examples: Examples,
    /// Facts that a recorded question tells and the version does not know.
    pub facts: BTreeSet<String>,
    /// The least and the most by which amounts differ, where many are put together.
    pub amounts: Option<(u64, u64)>,
}

/// All changes so far.
#[derive(Debug, Default)]
pub(crate) struct Groups(GroupMap);

impl Groups {
    /// As many pairs of amounts of one fee stand by themselves.
    const AMOUNTS: usize = 3;
    /// As many articles of one group are told.
    const ARTICLES: usize = 8;

    /// Adds what changes for one applicant; tells whether anything does.
    pub fn add(&mut self, told: &Told<'_>, old: &Reply, new: &Reply) -> bool {
        let (Reply::Answered(old), Reply::Answered(new)) = (old, new) else {
            let key = Key {
                kind: DifferenceKind::Question,
                id: String::new(),
                from: old.word().to_owned(),
                to: new.word().to_owned(),
            };
            if key.from == key.to {
                return false;
            }
            let gathered = self.0.entry(key).or_default();
            gathered.count(told);
            for reply in [old, new] {
                if let Reply::Unreadable(pointers) = reply {
                    let facts = pointers.iter().filter_map(|p| p.strip_prefix("/facts/"));
                    gathered
                        .facts
                        .extend(facts.filter_map(|p| Some(p.split('/').next()?.to_owned())));
                }
            }
            return true;
        };
        let mut changed = false;
        let points: BTreeSet<_> = old.keys().chain(new.keys()).collect();
        for point in points {
            let (before, after) = (old.get(point), new.get(point));
            let (from, to) = (
                before.map_or(ABSENT, |said| &said.word),
                after.map_or(ABSENT, |said| &said.word),
            );
            // Whether a thing is there at all, another point says already.
            let follows = matches!(
                point.0,
                DifferenceKind::DocumentCount
                    | DifferenceKind::StatutoryTerm
                    | DifferenceKind::CommittedTerm
            );
            let apart = follows && (before.is_none() || after.is_none());
            if from == to || apart || is_nothing(point.0, from, to) {
                continue;
            }
            changed = true;
            let articles = match point.0 {
                DifferenceKind::Verdict => causes(
                    old,
                    new,
                    &[DifferenceKind::Exemption, DifferenceKind::Condition],
                ),
                DifferenceKind::Total => causes(old, new, &[DifferenceKind::Fee]),
                _ => after
                    .or(before)
                    .map(|said| said.articles.clone())
                    .unwrap_or_default(),
            };
            let key = Key {
                kind: point.0,
                id: point.1.clone(),
                from: from.to_owned(),
                to: to.to_owned(),
            };
            let gathered = self.0.entry(key).or_default();
            gathered.count(told);
            gathered.cite(&articles);
        }
        changed
    }

    /// The groups, with many amounts of one fee put together as more and less.
    pub fn merged(self) -> GroupMap {
        let mut pairs: BTreeMap<(DifferenceKind, String), usize> = BTreeMap::new();
        for key in self.0.keys() {
            if amounts(key).is_some() {
                *pairs.entry((key.kind, key.id.clone())).or_default() += 1;
            }
        }
        let mut merged = GroupMap::new();
        for (mut key, mut gathered) in self.0 {
            let many = pairs
                .get(&(key.kind, key.id.clone()))
                .is_some_and(|&number| number > Self::AMOUNTS);
            if let Some((from, to)) = amounts(&key)
                && many
            {
                let by = from.abs_diff(to);
                gathered.amounts = Some((by, by));
                key.from = AMOUNT.to_owned();
                key.to = if to > from { "higher" } else { "lower" }.to_owned();
            }
            merged.entry(key).or_default().join(gathered);
        }
        merged
    }
}

/// Whether something comes or goes that means nothing to this applicant: the manifests tell that it does.
fn is_nothing(kind: DifferenceKind, from: &str, to: &str) -> bool {
    let other = match (from, to) {
        (ABSENT, other) | (other, ABSENT) => other,
        _ => return false,
    };
    matches!(
        (kind, other),
        (DifferenceKind::Exemption, "does-not-apply")
            | (DifferenceKind::Condition, "not-applicable")
            | (DifferenceKind::Document, "not-needed")
            | (DifferenceKind::Fee, "not-due")
            | (DifferenceKind::Check, "holds")
    )
}

/// Both amounts of a change of a fee.
fn amounts(key: &Key) -> Option<(u64, u64)> {
    matches!(key.kind, DifferenceKind::Fee | DifferenceKind::Total).then_some(())?;
    Some((key.from.parse().ok()?, key.to.parse().ok()?))
}

/// The articles of what changes underneath: a verdict follows from exemptions and conditions, a total from fees.
fn causes(old: &Observed, new: &Observed, kinds: &[DifferenceKind]) -> Vec<String> {
    let points: BTreeSet<_> = old
        .keys()
        .chain(new.keys())
        .filter(|point| kinds.contains(&point.0))
        .collect();
    points
        .into_iter()
        .filter(|point| {
            old.get(*point).map(|said| &said.word) != new.get(*point).map(|said| &said.word)
        })
        .filter_map(|point| new.get(point).or(old.get(point)))
        .flat_map(|said| said.articles.iter().cloned())
        .collect()
}

impl Gathered {
    fn count(&mut self, told: &Told<'_>) {
        self.counts.count(told);
        let examples = &mut self.examples;
        match told {
            Told::Case { id, question } => {
                examples.case.get_or_insert_with(|| CaseExample {
                    id: (*id).to_owned(),
                    question: Value::Object((*question).clone()),
                });
            }
            Told::Generated(question) => {
                examples
                    .generated
                    .get_or_insert_with(|| Value::Object((*question).clone()));
            }
            Told::Recorded(decision) => {
                examples
                    .recorded
                    .get_or_insert_with(|| decision.id.to_owned());
            }
        }
    }

    fn cite(&mut self, articles: &[String]) {
        // Several laws may stand in one citation; each is told once.
        for article in articles.iter().flat_map(|article| article.split("; ")) {
            if self.articles.len() < Groups::ARTICLES {
                self.articles.insert(article.to_owned());
            }
        }
    }

    fn join(&mut self, other: Self) {
        self.counts.cases += other.counts.cases;
        self.counts.generated += other.counts.generated;
        self.counts.recorded += other.counts.recorded;
        self.cite(&Vec::from_iter(other.articles));
        self.facts.extend(other.facts);
        let Examples {
            case,
            generated,
            recorded,
        } = other.examples;
        let examples = &mut self.examples;
        examples.case = examples.case.take().or(case);
        examples.generated = examples.generated.take().or(generated);
        examples.recorded = examples.recorded.take().or(recorded);
        self.amounts = match (self.amounts, other.amounts) {
            (Some((least, most)), Some((low, high))) => Some((least.min(low), most.max(high))),
            (one, other) => one.or(other),
        };
    }
}
