//! Where two manifests differ: what a reviewer reads and no answer shows, such as names, notes, articles and forms, and the
//! rules as their authors wrote them. Things with an id are held against each other by it, whatever their places.

use motcua_model::Text;
use motcua_model::manifest::{FactKind, FactSchema, Manifest};
use motcua_model::text::Language;
use serde::{Deserialize, Serialize};
use serde_json::Value;
use utoipa::ToSchema;

/// As many characters of a value are shown.
const SHOWN: usize = 600;

/// One place at which manifests differ.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ManifestChange {
    /// Where, as a JSON pointer into the new manifest; what was removed, into the old one.
    pub pointer: String,
    /// What happened there.
    pub change: ChangeKind,
    /// Whether only words for people differ, so that no answer does but in its words.
    pub words_only: bool,
    /// What stood there; a text as it is, anything else as JSON.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub old: Option<String>,
    /// What stands there.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub new: Option<String>,
}

/// What happened at a place.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "kebab-case")]
pub enum ChangeKind {
    /// It is new.
    Added,
    /// It is gone.
    Removed,
    /// It says something else.
    Changed,
    /// The same things stand in another order.
    Reordered,
}

/// A fact that is asked for now, or no more, or otherwise.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct FactChange {
    /// Its id.
    pub id: String,
    /// What happened to it.
    pub change: ChangeKind,
    /// In a sentence.
    pub text: Text,
}

/// The facts that differ, those of the new version first. Filing windows are not asked for.
pub(crate) fn fact_changes(old: &Manifest, new: &Manifest) -> Vec<FactChange> {
    let asked = |fact: &&FactSchema| !matches!(fact.kind, FactKind::FilingWindow(_));
    let told = |fact: &FactSchema, change, vi: &str, en: &str| FactChange {
        id: fact.id.clone(),
        change,
        text: Text::new(
            format!("{vi}: “{}”", fact.question.get(Language::Vietnamese)),
            format!("{en}: “{}”", fact.question.get(Language::English)),
        ),
    };
    let mut changes = Vec::new();
    for fact in new.facts.iter().filter(asked) {
        match old
            .facts
            .iter()
            .filter(asked)
            .find(|other| other.id == fact.id)
        {
            None => changes.push(told(
                fact,
                ChangeKind::Added,
                "nay hỏi thêm",
                "is now asked",
            )),
            Some(before) if shape(&before.kind) != shape(&fact.kind) => {
                changes.push(told(
                    fact,
                    ChangeKind::Changed,
                    "nay hỏi khác trước",
                    "is asked otherwise now",
                ));
            }
            Some(_) => {}
        }
    }
    for fact in old.facts.iter().filter(asked) {
        if !new.facts.iter().any(|other| other.id == fact.id) {
            changes.push(told(
                fact,
                ChangeKind::Removed,
                "không còn hỏi",
                "is no longer asked",
            ));
        }
    }
    changes
}

/// What values a fact may have, without words for people.
fn shape(kind: &FactKind) -> Value {
    let mut shape = serde_json::to_value(kind).unwrap_or_default();
    without_words(&mut shape);
    shape
}

fn without_words(value: &mut Value) {
    match value {
        Value::Object(members) => {
            members
                .retain(|name, _| !matches!(name.as_str(), "label" | "question" | "help" | "unit"));
            members.values_mut().for_each(without_words);
        }
        Value::Array(list) => list.iter_mut().for_each(without_words),
        _ => {}
    }
}

/// Every place at which the manifests differ. Of cases only which ones: they are run anyway.
pub(crate) fn manifest_changes(old: &Manifest, new: &Manifest) -> Vec<ManifestChange> {
    let value = |manifest: &Manifest| {
        let mut value = serde_json::to_value(manifest).unwrap_or_default();
        if let Some(Value::Array(cases)) = value.get_mut("cases") {
            for case in cases {
                if let Value::Object(case) = case {
                    case.retain(|name, _| name == "id" || name == "text");
                }
            }
        }
        value
    };
    let mut changes = Vec::new();
    differ("", "", &value(old), &value(new), &mut changes);
    changes
}

fn push(
    changes: &mut Vec<ManifestChange>,
    change: ChangeKind,
    pointer: &str,
    old: Option<&Value>,
    new: Option<&Value>,
) {
    changes.push(ManifestChange {
        pointer: pointer.to_owned(),
        change,
        words_only: words_only(pointer, old.or(new)),
        old: old.map(shown),
        new: new.map(shown),
    });
}

/// `was` and `is`: where the values stand in the old and in the new manifest.
fn differ(was: &str, is: &str, old: &Value, new: &Value, changes: &mut Vec<ManifestChange>) {
    match (old, new) {
        (Value::Object(before), Value::Object(after)) => {
            for (name, value) in after {
                let (was, is) = (format!("{was}/{name}"), format!("{is}/{name}"));
                match before.get(name) {
                    Some(old) => differ(&was, &is, old, value, changes),
                    None => push(changes, ChangeKind::Added, &is, None, Some(value)),
                }
            }
            for (name, value) in before.iter().filter(|(name, _)| !after.contains_key(*name)) {
                push(
                    changes,
                    ChangeKind::Removed,
                    &format!("{was}/{name}"),
                    Some(value),
                    None,
                );
            }
        }
        (Value::Array(before), Value::Array(after)) => lists(was, is, before, after, changes),
        (old, new) if old != new => push(changes, ChangeKind::Changed, is, Some(old), Some(new)),
        _ => {}
    }
}

/// By what things of a list are known: their id, or themselves.
fn known(value: &Value) -> String {
    let id = ["id", "channel"]
        .into_iter()
        .find_map(|name| value.get(name)?.as_str());
    id.map_or_else(|| value.to_string(), str::to_owned)
}

fn lists(
    was: &str,
    is: &str,
    before: &[Value],
    after: &[Value],
    changes: &mut Vec<ManifestChange>,
) {
    let old: Vec<String> = before.iter().map(known).collect();
    let new: Vec<String> = after.iter().map(known).collect();
    for (at, (name, value)) in new.iter().zip(after).enumerate() {
        let is = format!("{is}/{at}");
        match old.iter().position(|other| other == name) {
            Some(place) => {
                if let Some(old) = before.get(place) {
                    differ(&format!("{was}/{place}"), &is, old, value, changes);
                }
            }
            None => push(changes, ChangeKind::Added, &is, None, Some(value)),
        }
    }
    for (at, (name, value)) in old.iter().zip(before).enumerate() {
        if !new.contains(name) {
            push(
                changes,
                ChangeKind::Removed,
                &format!("{was}/{at}"),
                Some(value),
                None,
            );
        }
    }
    let stayed = |names: &[String], others: &[String]| -> Vec<Value> {
        let stayed = names.iter().filter(|name| others.contains(name));
        stayed.map(|name| Value::String(name.clone())).collect()
    };
    let (order, now) = (stayed(&old, &new), stayed(&new, &old));
    if order != now {
        push(
            changes,
            ChangeKind::Reordered,
            is,
            Some(&Value::Array(order)),
            Some(&Value::Array(now)),
        );
    }
}

/// Whether what stands at a pointer is words for people: then no outcome, term or amount hangs on it.
fn words_only(pointer: &str, value: Option<&Value>) -> bool {
    /// Lists and members that no answer is worked out from.
    const WORDS: [&str; 9] = [
        "notes",
        "sources",
        "legal_basis",
        "silence",
        "validity",
        "steps",
        "text",
        "name",
        "judgement",
    ];
    /// Members that are words wherever they stand.
    const LAST: [&str; 15] = [
        "vi",
        "en",
        "basis",
        "form",
        "note",
        "help",
        "because",
        "question",
        "label",
        "per",
        "confidence",
        "code_confirmed",
        "field",
        "source",
        "starts",
    ];
    let mut parts = pointer.split('/');
    let last = parts.clone().next_back().unwrap_or_default();
    // The unit of a fact is words; that of a term is not.
    let unit = last == "unit" && value.is_some_and(Value::is_object);
    // Judgement itself is a rule: whether it is there decides whether an officer is asked.
    if last == "judgement" {
        return false;
    }
    unit || LAST.contains(&last) || parts.any(|part| WORDS.contains(&part))
}

/// A value as a reader of the report sees it.
fn shown(value: &Value) -> String {
    let text = match value {
        Value::String(text) => text.clone(),
        other => other.to_string(),
    };
    if text.chars().count() <= SHOWN {
        return text;
    }
    text.chars().take(SHOWN).chain(['…']).collect()
}

#[cfg(test)]
mod tests {
    use motcua_model::manifest::Transition;

    use super::*;
    use crate::sample;

    fn changes(change: impl FnOnce(&mut Manifest)) -> Vec<(String, ChangeKind, bool)> {
        let old = sample::manifest();
        let mut new = old.clone();
        change(&mut new);
        let list = manifest_changes(&old, &new);
        list.into_iter()
            .map(|c| (c.pointer, c.change, c.words_only))
            .collect()
    }

    #[test]
    fn words_are_told_from_rules() {
        use ChangeKind::{Added, Changed, Removed, Reordered};
        let place = |pointer: &str, change, words| (pointer.to_owned(), change, words);
        assert_eq!(changes(|_| {}), []);
        assert_eq!(
            changes(|m| m.name.en = "Other".to_owned()),
            [place("/name/en", Changed, true)]
        );
        assert_eq!(
            changes(|m| m.documents[0].form = None),
            [place("/documents/0/form", Removed, true)]
        );
        assert_eq!(
            changes(|m| m.conditions[1].rule = Some("pages > 4".to_owned())),
            [place("/conditions/1/rule", Changed, false)]
        );
        assert_eq!(
            changes(|m| m.conditions[0].basis = "Điều 8".to_owned()),
            [place("/conditions/0/basis", Changed, true)]
        );
        assert_eq!(
            changes(|m| drop(m.conditions.remove(0))),
            [place("/conditions/0", Removed, false)],
            "the others are known by their ids"
        );
        assert_eq!(
            changes(|m| m.time_limit.as_mut().unwrap().rows.swap(0, 1)),
            [place("/time_limit/rows", Reordered, false)]
        );
        assert_eq!(
            changes(|m| m.legal_basis.push("Điều 2".to_owned())),
            [place("/legal_basis/1", Added, true)]
        );
        let moving = || Transition::Move {
            basis: "Điều 25(2)".to_owned(),
        };
        assert_eq!(
            changes(|m| m.transition = Some(moving())),
            [place("/transition", Added, false)],
            "whom a version takes over is no matter of words"
        );
        let (mut kept, mut moved) = (sample::manifest(), sample::manifest());
        kept.transition = Some(Transition::Keep { basis: None });
        moved.transition = Some(moving());
        let list: Vec<_> = manifest_changes(&kept, &moved)
            .into_iter()
            .map(|c| (c.pointer, c.words_only))
            .collect();
        assert!(
            list.contains(&("/transition/received_before".to_owned(), false)),
            "{list:?}"
        );
        let (mut with, without) = (sample::manifest(), sample::manifest());
        with.cases.push(
            serde_json::from_value(serde_json::json!({
                "id": "one", "text": {"vi": "Một", "en": "One"}, "question": {}, "expect": {"verdict": "eligible"}
            }))
            .unwrap(),
        );
        let cases = |old: &Manifest, new: &Manifest| -> Vec<_> {
            let list = manifest_changes(old, new).into_iter();
            list.map(|c| (c.pointer, c.change, c.words_only)).collect()
        };
        assert_eq!(
            cases(&with, &without),
            [place("/cases/0", Removed, false)],
            "what is tried no more is no matter of words"
        );
        assert_eq!(cases(&without, &with), [place("/cases/0", Added, false)]);
        let mut renamed = with.clone();
        renamed.cases[0].text.en = "The one".to_owned();
        assert_eq!(
            cases(&with, &renamed),
            [place("/cases/0/text/en", Changed, true)]
        );
        assert_eq!(
            changes(|m| m.conditions[1].judgement = None),
            [place("/conditions/1/judgement", Removed, false)]
        );
    }

    #[test]
    fn facts_that_come_go_and_change_are_told() {
        let old = sample::manifest();
        let mut new = old.clone();
        new.facts[0].id = "is_here".to_owned();
        new.facts[1].kind = FactKind::Integer {
            min: 1,
            max: 50,
            unit: None,
        };
        new.facts[2].question.en = "Other words".to_owned();
        let told: Vec<_> = fact_changes(&old, &new)
            .into_iter()
            .map(|c| (c.id, c.change))
            .collect();
        assert_eq!(
            told,
            [
                ("is_here".to_owned(), ChangeKind::Added),
                ("pages".to_owned(), ChangeKind::Changed),
                ("is_local".to_owned(), ChangeKind::Removed)
            ]
        );
    }
}
