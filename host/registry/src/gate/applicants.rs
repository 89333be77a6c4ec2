//! Made-up applicants: mostly people like those of the cases with a few things different, some of whom anything may be
//! true. Thrown around the thresholds of two versions by dice that hang on their digests, so that the same two versions
//! always meet the same people. One in three is put where an outcome of one of the versions turns, first of all where the
//! two turn otherwise. Of a version that takes over what was received before its first day, one in four was.

use std::collections::BTreeSet;

use motcua_model::manifest::{FactKind, FactSchema};
use motcua_model::{Date, Moment, Verdict};
use serde_json::{Map, Value, json};

use super::aims::Aim;
use super::boundaries::{facts_of, filed};
use super::dice::Dice;
use super::thresholds::Thresholds;
use super::turns::Turn;
use super::values::{self, MORNING, When};
use crate::version::Version;

/// People without end.
pub(crate) struct Applicants<'a> {
    dice: Dice,
    /// The facts of both versions, those of the new one first; of each, what each version says of it.
    facts: Vec<(&'a str, Vec<Asks<'a>>)>,
    /// Cases whose answer is favourable, and all.
    bases: [Vec<&'a Map<String, Value>>; 2],
    channels: Vec<Value>,
    /// On these days applicants file.
    first: Date,
    last: Date,
    /// On these days those filed whom the new version takes over.
    moved: Option<(Date, Date)>,
    /// Where only one of the versions turns, and where either does.
    aims: [Vec<Aim<'a>>; 2],
    /// How many were made up.
    number: usize,
}

/// What is known of the rules of a version: nothing where its package does not travel with it.
#[derive(Default)]
pub(crate) struct Known {
    pub thresholds: Thresholds,
    pub turns: Vec<Turn>,
}

/// How a version asks for a fact.
struct Asks<'a> {
    number: u16,
    schema: &'a FactSchema,
    thresholds: Thresholds,
}

impl<'a> Applicants<'a> {
    /// As many days after the first the last of them files.
    const DAYS: i32 = 365;

    /// The people of two versions, the new one first.
    pub fn new(versions: [&'a Version; 2], known: &'a [Known; 2]) -> Self {
        let [new, old] = versions;
        let first = new.valid_from().max(old.valid_from());
        let last = first.plus_days(Self::DAYS).unwrap_or(Date::MAX);
        let end = new.manifest().valid_to.unwrap_or(last).max(first);
        let mut facts: Vec<(&str, Vec<Asks<'_>>)> = Vec::new();
        for (version, known) in versions.iter().zip(known) {
            for (number, schema) in (0_u16..).zip(&version.manifest().facts) {
                if matches!(schema.kind, FactKind::FilingWindow(_)) {
                    continue;
                }
                let asks = Asks {
                    number,
                    schema,
                    thresholds: of_fact(&known.thresholds, number),
                };
                match facts.iter_mut().find(|(id, _)| *id == schema.id) {
                    Some((_, both)) => both.push(asks),
                    None => facts.push((&schema.id, vec![asks])),
                }
            }
        }
        for (_, both) in &mut facts {
            share(both);
        }
        let cases = || {
            versions
                .into_iter()
                .flat_map(|version| &version.manifest().cases)
        };
        let favourable = |verdict| matches!(verdict, Verdict::Eligible | Verdict::NeedsJudgement);
        let bases = [
            cases()
                .filter(|case| favourable(case.expect.verdict))
                .filter_map(|case| case.question.as_object())
                .collect(),
            cases()
                .filter_map(|case| case.question.as_object())
                .collect(),
        ];
        let channels = new
            .manifest()
            .channels
            .iter()
            .map(|offer| json!(offer.channel))
            .collect();
        Self {
            dice: Dice::of(&format!("{} {}", old.digest(), new.digest())),
            facts,
            bases,
            channels,
            first,
            last: last.min(end),
            moved: moved(old, new),
            aims: aims(versions, known),
            number: 0,
        }
    }

    /// Somebody of a case, moved to a day on which the new version decides; dates move along. Whoever stands where an
    /// outcome turns is somebody of a case, so that nothing else hides it.
    fn base(&mut self, aimed: bool) -> (Map<String, Value>, Moment) {
        let [favourable, all] = &self.bases;
        let base = match self.dice.below(if aimed { 85 } else { 100 }) {
            0..60 => self.dice.pick(favourable).or(self.dice.pick(all)),
            60..85 => self.dice.pick(all),
            _ => None,
        };
        let (first, last) = match self.moved {
            Some(moved) if self.dice.chance(25) => moved,
            _ => (self.first, self.last),
        };
        let days = last.days().saturating_sub(first.days());
        let day = first
            .plus_days(self.dice.between(0, i64::from(days)) as i32)
            .unwrap_or(first);
        let Some(base) = base else {
            return (Map::new(), day.at(MORNING));
        };
        let told = filed(base).unwrap_or(day.at(MORNING));
        // Cases are filed on days that mean something, so half of those that can stay where they are.
        let fits = (first..=last).contains(&told.date());
        let moved = if fits && self.dice.chance(50) {
            told
        } else {
            day.at(told.time())
        };
        let by = moved.date().days().saturating_sub(told.date().days());
        let mut facts = facts_of(base).clone();
        for (id, both) in &self.facts {
            if let (Some(value), Some(asks)) = (facts.get_mut(*id), both.first()) {
                shift(value, &asks.schema.kind, by);
            }
        }
        (facts, moved)
    }

    /// Where the next applicant stands, and how far beside: every third where an outcome turns, every other of those where
    /// only one of the versions does.
    fn aim(&mut self) -> Option<(usize, usize, i64)> {
        const STEPS: [i64; 3] = [0, -1, 1];
        let number = self.number;
        self.number += 1;
        if !number.is_multiple_of(3) {
            return None;
        }
        let number = number / 3;
        let [changed, all] = &self.aims;
        let list = usize::from(changed.is_empty() || !number.is_multiple_of(2));
        let turns = if list == 0 { changed.len() } else { all.len() };
        let number = number / 2;
        let step = STEPS[number.checked_div(turns)? % STEPS.len()];
        Some((list, number % turns, step))
    }
}

impl Iterator for Applicants<'_> {
    type Item = Map<String, Value>;

    fn next(&mut self) -> Option<Map<String, Value>> {
        let aim = self.aim();
        let (mut facts, filed) = self.base(aim.is_some());
        let when = When {
            filed,
            from: self.first,
        };
        let made_up = facts.is_empty();
        let Self {
            dice,
            facts: known,
            channels,
            aims,
            ..
        } = self;
        let throw = |dice: &mut Dice, facts: &mut Map<String, Value>, at: usize| {
            let (id, both) = known.get(at)?;
            let asks = dice.pick(both)?;
            let value = values::thrown(dice, asks.number, asks.schema, &asks.thresholds, when)?;
            facts.insert((*id).to_owned(), value);
            Some(())
        };
        for at in 0..known.len() {
            let told = known.get(at).is_some_and(|(id, _)| facts.contains_key(*id));
            // What a case leaves out does not matter to it, mostly.
            if !told && (made_up || dice.chance(60)) {
                throw(dice, &mut facts, at);
            }
        }
        if !made_up && aim.is_none() {
            for _ in 0..[0, 1, 1, 1, 2, 2, 3, 5][dice.below(8)] {
                let at = dice.below(known.len());
                throw(dice, &mut facts, at);
            }
        }
        if let Some((list, at, step)) = aim {
            if let Some(aim) = aims.get(list).and_then(|aims| aims.get(at)) {
                aim.put(&mut facts, step, when, dice);
            }
        } else if dice.chance(10) {
            // One in ten has not told everything yet.
            facts.retain(|_, _| !dice.chance(25));
        }
        let mut question = Map::new();
        question.insert("filed_at".to_owned(), json!(filed));
        if let Some(channel) = dice.pick(channels) {
            question.insert("channel".to_owned(), channel.clone());
        }
        question.insert("facts".to_owned(), Value::Object(facts));
        Some(question)
    }
}

/// The days on which those filed whom the new version takes over from the old one.
fn moved(old: &Version, new: &Version) -> Option<(Date, Date)> {
    let last = new.valid_from().plus_days(-1)?;
    let first = last.plus_days(-Applicants::DAYS)?.max(old.valid_from());
    (new.moves() && first <= last).then_some((first, last))
}

/// Where only one of two versions turns, and where either does.
fn aims<'a>(versions: [&'a Version; 2], known: &'a [Known; 2]) -> [Vec<Aim<'a>>; 2] {
    let aims = |at: usize| {
        let turns = known.get(at).into_iter().flat_map(|known| &known.turns);
        versions
            .get(at)
            .into_iter()
            .flat_map(move |version| turns.clone().map(|turn| Aim::new(version, turn)))
    };
    let keys = |at: usize| -> BTreeSet<String> { aims(at).map(|aim| aim.key()).collect() };
    let (of_new, of_old) = (keys(0), keys(1));
    let only = |at: usize, others: &BTreeSet<String>| {
        let aims: Vec<Aim<'_>> = aims(at)
            .filter(|aim| !others.contains(&aim.key()))
            .collect();
        aims
    };
    // Where one of the two says nothing of its rules, nothing can be told apart.
    let told_apart = known.iter().all(|known| !known.turns.is_empty());
    let mut changed = Vec::new();
    if told_apart {
        changed.extend(only(0, &of_old));
        changed.extend(only(1, &of_new));
    }
    let mut all: Vec<Aim<'_>> = aims(0).collect();
    all.extend(only(1, &of_new));
    [changed, all]
}

/// The thresholds of one fact and its fields.
fn of_fact(thresholds: &Thresholds, number: u16) -> Thresholds {
    let places = thresholds
        .places
        .range((number, None)..=(number, Some(u16::MAX)));
    Thresholds {
        places: places
            .map(|(place, marks)| (*place, marks.clone()))
            .collect(),
        filed: Default::default(),
    }
}

/// Where both versions ask alike, each also knows the thresholds of the other.
fn share(both: &mut [Asks<'_>]) {
    if let [one, other] = both
        && alike(&one.schema.kind, &other.schema.kind)
    {
        let merged = |mine: &Asks<'_>, theirs: &Asks<'_>| {
            let mut all = mine.thresholds.clone();
            for ((_, field), marks) in &theirs.thresholds.places {
                let place = all.places.entry((mine.number, *field)).or_default();
                *place = std::mem::take(place).and(marks);
            }
            all
        };
        let (first, second) = (merged(one, other), merged(other, one));
        one.thresholds = first;
        other.thresholds = second;
    }
}

/// Whether units of one are units of the other.
fn alike(one: &FactKind, other: &FactKind) -> bool {
    match (one, other) {
        (FactKind::Decimal { decimals: a, .. }, FactKind::Decimal { decimals: b, .. }) => a == b,
        (FactKind::Rows { fields: a, .. }, FactKind::Rows { fields: b, .. }) => {
            a.len() == b.len()
                && a.iter()
                    .zip(b)
                    .all(|(a, b)| a.id == b.id && alike(&a.kind, &b.kind))
        }
        (one, other) => std::mem::discriminant(one) == std::mem::discriminant(other),
    }
}

/// Moves the dates of a value by so many days.
fn shift(value: &mut Value, kind: &FactKind, days: i32) {
    let moved = match (kind, value.as_str()) {
        (FactKind::Date, Some(text)) => text
            .parse()
            .ok()
            .and_then(|day: Date| day.plus_days(days))
            .map(|day| json!(day)),
        (FactKind::Moment, Some(text)) => {
            let seconds = i64::from(days) * 86_400;
            text.parse()
                .ok()
                .and_then(|m: Moment| m.plus_seconds(seconds))
                .map(|m| json!(m))
        }
        _ => None,
    };
    if let Some(moved) = moved {
        *value = moved;
    } else if let (FactKind::Rows { fields, .. }, Value::Array(rows)) = (kind, value) {
        for row in rows {
            for field in fields {
                if let Some(cell) = row.get_mut(&field.id) {
                    shift(cell, &field.kind, days);
                }
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::sample;

    #[test]
    fn dates_of_a_case_move_along() {
        let manifest = sample::manifest();
        let kind = |id: &str| {
            &manifest
                .facts
                .iter()
                .find(|fact| fact.id == id)
                .unwrap()
                .kind
        };
        let mut day = json!("2024-02-28");
        shift(&mut day, kind("issued_on"), 2);
        assert_eq!(day, json!("2024-03-01"));
        let mut moment = json!("2024-02-28T08:30");
        shift(&mut moment, kind("conference_at"), -1);
        assert!(moment.as_str().unwrap().starts_with("2024-02-27T08:30"));
        let mut text = json!("2024-02-28");
        shift(&mut text, kind("title"), 2);
        assert_eq!(text, json!("2024-02-28"), "a title that looks like a date");
    }
}
