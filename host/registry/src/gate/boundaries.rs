//! The questions at every bound: for each base, each fact in turn at each of its bounds, options and thresholds and
//! untold, everything else as in the base. The bases are a neutral question and the version's cases.

use std::collections::BTreeMap;

use motcua_model::due::{self, DayOrMoment};
use motcua_model::manifest::{FactKind, FactSchema};
use motcua_model::{Date, Moment};
use serde_json::{Map, Value, json};

use super::thresholds::Thresholds;
use super::values::{self, MORNING, When};
use crate::assess::Context;
use crate::version::Version;

/// As many questions are asked at most. Each is asked twice; a package of fifty facts has about a thousand. When there are
/// more, all of the neutral base are asked, and of the cases' an even selection.
pub(crate) const QUESTIONS: usize = 2_000;
/// As many cases serve as bases whose facts are told one by one.
const CHAINS: usize = 3;

/// The questions, and what holds between them.
#[derive(Debug, Default)]
pub(crate) struct Boundaries {
    /// In an order that hangs on the version alone.
    pub questions: Vec<Boundary>,
    /// Of each pair, the second question tells one fact more than the first, and nothing else differs.
    pub pairs: Vec<(usize, usize)>,
    /// How many there were before the selection.
    pub found: usize,
}

/// One question.
#[derive(Debug)]
pub(crate) struct Boundary {
    /// What is special about it, in words of the package.
    pub label: String,
    /// As the portal would ask it.
    pub body: Vec<u8>,
}

/// Makes the questions.
pub(crate) fn boundaries(
    version: &Version,
    thresholds: &Thresholds,
    context: &Context<'_>,
) -> Boundaries {
    let mut maker = Maker {
        version,
        thresholds,
        context,
        known: BTreeMap::new(),
        out: Boundaries::default(),
    };
    let neutral = maker.neutral();
    let bases: Vec<(String, Map<String, Value>)> = version
        .manifest()
        .cases
        .iter()
        .filter_map(|case| Some((case.id.clone(), case.question.as_object()?.clone())))
        .collect();

    let first = maker.variants("", &neutral);
    maker.all(&neutral, first);
    maker.chain("", &neutral);
    for (id, base) in bases.iter().take(CHAINS) {
        maker.chain(id, base);
    }
    let mut rest = Vec::new();
    for (number, (id, base)) in bases.iter().enumerate() {
        rest.extend(
            maker
                .variants(id, base)
                .into_iter()
                .map(|variant| (number, variant)),
        );
    }
    maker.selection(&bases, rest);
    maker.out
}

/// A base with one thing about it changed.
struct Variant {
    label: String,
    question: Map<String, Value>,
    /// The fact that is told otherwise, or no more; nothing where something else is changed.
    fact: Option<String>,
}

struct Maker<'a> {
    version: &'a Version,
    thresholds: &'a Thresholds,
    context: &'a Context<'a>,
    /// Where each question stands, so that none is asked twice for nothing.
    known: BTreeMap<Vec<u8>, usize>,
    out: Boundaries,
}

impl Maker<'_> {
    fn when(&self, question: &Map<String, Value>) -> When {
        let from = self.version.valid_from();
        When {
            filed: filed(question).unwrap_or(from.at(MORNING)),
            from,
        }
    }

    /// Every fact told plainly, filed on the first day.
    fn neutral(&self) -> Map<String, Value> {
        let manifest = self.version.manifest();
        let from = self.version.valid_from();
        let when = When {
            filed: from.at(MORNING),
            from,
        };
        let facts: Map<String, Value> = manifest
            .facts
            .iter()
            .filter_map(|schema| Some((schema.id.clone(), values::plain(schema, when)?)))
            .collect();
        let mut question = Map::new();
        question.insert("filed_at".to_owned(), json!(when.filed));
        question.insert("facts".to_owned(), Value::Object(facts));
        question
    }

    /// Puts a question in its place, and tells where that is.
    fn place(&mut self, label: &str, question: &Map<String, Value>) -> usize {
        // Values of JSON can always be written.
        let body = serde_json::to_vec(question).unwrap_or_default();
        let questions = &mut self.out.questions;
        *self.known.entry(body.clone()).or_insert_with(|| {
            questions.push(Boundary {
                label: label.to_owned(),
                body,
            });
            questions.len() - 1
        })
    }

    /// Nothing told, then one fact after the other.
    fn chain(&mut self, id: &str, base: &Map<String, Value>) {
        let facts = facts_of(base);
        let mut told = Map::new();
        let mut last = self.place(&label(id, "facts = {}"), &with_facts(base, told.clone()));
        for (name, value) in facts {
            told.insert(name.clone(), value.clone());
            let next = self.place(
                &label(id, &format!("{name} told last")),
                &with_facts(base, told.clone()),
            );
            self.out.pairs.push((last, next));
            last = next;
        }
        self.out.found = self.out.questions.len();
    }

    fn all(&mut self, base: &Map<String, Value>, variants: Vec<Variant>) {
        for variant in variants.into_iter().take(QUESTIONS) {
            self.add(base, variant);
        }
        self.out.found = self.out.questions.len();
    }

    /// Adds a variant, the question that it is held against, and what holds between the two.
    fn add(&mut self, base: &Map<String, Value>, variant: Variant) {
        let at = self.place(&variant.label, &variant.question);
        let Some(fact) = variant.fact else { return };
        let mut without = facts_of(base).clone();
        without.shift_remove(&fact);
        let told = facts_of(&variant.question).contains_key(&fact);
        let less = self.place(
            &format!("{} (untold)", variant.label),
            &with_facts(base, without),
        );
        if told {
            self.out.pairs.push((less, at));
        }
    }

    /// As many of the cases' variants as there is room for, evenly.
    fn selection(&mut self, bases: &[(String, Map<String, Value>)], rest: Vec<(usize, Variant)>) {
        self.out.found += rest.len();
        let room = QUESTIONS.saturating_sub(self.out.questions.len());
        let number = rest.len();
        for (at, (base, variant)) in rest.into_iter().enumerate() {
            // The one in whose step of `number / room` a new whole number begins.
            let taken = number <= room || (at + 1) * room / number > at * room / number;
            if taken
                && self.out.questions.len() < QUESTIONS
                && let Some((_, base)) = bases.get(base)
            {
                self.add(base, variant);
            }
        }
    }

    /// Everything that can be changed about a base, one thing at a time.
    fn variants(&self, id: &str, base: &Map<String, Value>) -> Vec<Variant> {
        let manifest = self.version.manifest();
        let when = self.when(base);
        let mut variants = vec![Variant {
            label: label(id, "base"),
            question: base.clone(),
            fact: None,
        }];
        for (number, schema) in (0_u16..).zip(&manifest.facts) {
            self.fact(id, base, number, schema, when, &mut variants);
        }
        self.days(id, base, &mut variants);
        self.windows(id, base, &mut variants);
        let mut set = |what: String, member: &str, value: Value| {
            let mut question = base.clone();
            question.insert(member.to_owned(), value);
            variants.push(Variant {
                label: label(id, &what),
                question,
                fact: None,
            });
        };
        for offer in &manifest.channels {
            set(
                format!("channel = {:?}", offer.channel),
                "channel",
                json!(offer.channel),
            );
        }
        let lists: [(&str, Vec<&str>); 2] = [
            (
                "on_file",
                manifest.documents.iter().map(|d| d.id.as_str()).collect(),
            ),
            (
                "data_sources",
                manifest
                    .data_sources
                    .iter()
                    .map(|d| d.id.as_str())
                    .collect(),
            ),
        ];
        for (member, ids) in lists {
            for one in &ids {
                set(format!("{member} = [{one}]"), member, json!([one]));
            }
            if !ids.is_empty() {
                set(format!("{member}: all"), member, json!(ids));
            }
        }
        variants
    }

    fn fact(
        &self,
        id: &str,
        base: &Map<String, Value>,
        number: u16,
        schema: &FactSchema,
        when: When,
        variants: &mut Vec<Variant>,
    ) {
        if matches!(schema.kind, FactKind::FilingWindow(_)) {
            return;
        }
        let facts = facts_of(base);
        let mut vary = |what: String, facts: Map<String, Value>| {
            variants.push(Variant {
                label: label(id, &what),
                question: with_facts(base, facts),
                fact: Some(schema.id.clone()),
            });
        };
        let mut without = facts.clone();
        without.shift_remove(&schema.id);
        vary(format!("{} untold", schema.id), without);
        for value in values::at_bounds(number, schema, self.thresholds, when) {
            let mut told = facts.clone();
            let what = format!("{} = {}", schema.id, shortened(&value));
            told.insert(schema.id.clone(), value);
            vary(what, told);
        }
    }

    /// Filed on the days at which the rules or the version turn.
    fn days(&self, id: &str, base: &Map<String, Value>, variants: &mut Vec<Variant>) {
        let manifest = self.version.manifest();
        let mut moments = Vec::new();
        let mut around = |day: Date| {
            let days = [day.plus_days(-1), Some(day), day.plus_days(1)];
            moments.extend(days.into_iter().flatten().map(|day| day.at(MORNING)));
        };
        around(manifest.valid_from);
        manifest.valid_to.into_iter().for_each(&mut around);
        let turns: Vec<Moment> = self
            .thresholds
            .filed
            .iter()
            .filter_map(|&seconds| Moment::from_seconds(seconds).ok())
            .collect();
        turns
            .iter()
            .map(|moment| moment.date())
            .for_each(&mut around);
        for moment in turns {
            moments.extend(
                [-1, 0, 1]
                    .into_iter()
                    .filter_map(|s| moment.plus_seconds(s)),
            );
        }
        self.filed_at(id, base, moments, variants);
    }

    /// Filed at the last moment of each filing window whose event the base tells, and a second later.
    fn windows(&self, id: &str, base: &Map<String, Value>, variants: &mut Vec<Variant>) {
        let facts = facts_of(base);
        for schema in &self.version.manifest().facts {
            let FactKind::FilingWindow(window) = &schema.kind else {
                continue;
            };
            let Some(told) = facts.get(&window.event).and_then(Value::as_str) else {
                continue;
            };
            let event: DayOrMoment = match (told.parse::<Date>(), told.parse::<Moment>()) {
                (Ok(day), _) => day.into(),
                (_, Ok(moment)) => moment.into(),
                _ => continue,
            };
            let Context {
                calendar, office, ..
            } = *self.context;
            if let Ok(limit) = due::window_limit(calendar, office, window.side, event, window.term)
            {
                let moments = [0, 1].into_iter().filter_map(|s| limit.at.plus_seconds(s));
                self.filed_at(id, base, moments.collect(), variants);
            }
        }
    }

    fn filed_at(
        &self,
        id: &str,
        base: &Map<String, Value>,
        moments: Vec<Moment>,
        variants: &mut Vec<Variant>,
    ) {
        for moment in moments {
            let mut question = base.clone();
            // They would have to come later.
            question.shift_remove("accepted_at");
            question.shift_remove("received_at");
            question.insert("filed_at".to_owned(), json!(moment));
            variants.push(Variant {
                label: label(id, &format!("filed_at = {moment}")),
                question,
                fact: None,
            });
        }
    }
}

/// When a question says that it was filed.
pub(crate) fn filed(question: &Map<String, Value>) -> Option<Moment> {
    ["filed_at", "accepted_at", "received_at"]
        .into_iter()
        .find_map(|member| question.get(member)?.as_str()?.parse().ok())
}

/// The facts of a question; none where it tells none.
pub(crate) fn facts_of(question: &Map<String, Value>) -> &Map<String, Value> {
    static NONE: std::sync::LazyLock<Map<String, Value>> = std::sync::LazyLock::new(Map::new);
    question
        .get("facts")
        .and_then(Value::as_object)
        .unwrap_or(&NONE)
}

fn with_facts(base: &Map<String, Value>, facts: Map<String, Value>) -> Map<String, Value> {
    let mut question = base.clone();
    question.insert("facts".to_owned(), Value::Object(facts));
    question
}

fn label(case: &str, what: &str) -> String {
    if case.is_empty() {
        what.to_owned()
    } else {
        format!("{case}: {what}")
    }
}

/// A value short enough for a message.
fn shortened(value: &Value) -> String {
    const CHARACTERS: usize = 60;
    let text = value.to_string();
    if text.chars().count() <= CHARACTERS {
        return text;
    }
    text.chars().take(CHARACTERS).chain(['…']).collect()
}
