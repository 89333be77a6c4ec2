//! No text deceives its reader or is longer than anybody reads.

use serde_json::Value;

use super::Checked;
use crate::Text;
use crate::manifest::{ChoiceOption, FactKind, FactSchema, Manifest, ManifestError, Transition};
use crate::text::is_safe;

/// Characters of one text.
const MAX_TEXT: usize = 4_000;

impl Manifest {
    pub(super) fn check_texts(&self) -> Checked {
        let head = [
            &self.name,
            &self.department,
            &self.authority,
            &self.applicants,
            &self.result,
        ];
        head.into_iter()
            .try_for_each(|text| both("head", "", text))?;
        self.legal_basis
            .iter()
            .try_for_each(|basis| line("legal_basis", "", basis))?;
        self.sources
            .iter()
            .try_for_each(|source| line("sources", "", source))?;
        self.transition
            .iter()
            .filter_map(Transition::basis)
            .try_for_each(|basis| line("transition", "", basis))?;
        self.channels
            .iter()
            .filter_map(|c| c.note.as_ref())
            .try_for_each(|note| both("channels", "", note))?;
        self.facts.iter().try_for_each(fact)?;
        for source in &self.data_sources {
            both("data_sources", &source.id, &source.name)?;
            line("data_sources", &source.id, &source.basis)?;
        }
        for exemption in &self.exemptions {
            both("exemptions", &exemption.id, &exemption.text)?;
            line("exemptions", &exemption.id, &exemption.basis)?;
            rule("exemptions", &exemption.id, &exemption.rule)?;
        }
        for condition in &self.conditions {
            let id = &condition.id;
            both("conditions", id, &condition.text)?;
            line("conditions", id, &condition.basis)?;
            condition
                .judgement
                .iter()
                .try_for_each(|text| both("conditions", id, text))?;
            condition
                .when
                .iter()
                .chain(&condition.rule)
                .try_for_each(|text| rule("conditions", id, text))?;
        }
        for document in &self.documents {
            let id = &document.id;
            both("documents", id, &document.name)?;
            document
                .because
                .iter()
                .chain(&document.note)
                .try_for_each(|text| both("documents", id, text))?;
            document
                .form
                .iter()
                .chain([&document.basis])
                .try_for_each(|text| line("documents", id, text))?;
            let rules = document
                .when
                .iter()
                .chain([&document.originals, &document.copies]);
            rules
                .into_iter()
                .try_for_each(|text| rule("documents", id, text))?;
        }
        self.time_limit_texts()?;
        for fee in &self.fees {
            both("fees", &fee.id, &fee.name)?;
            line("fees", &fee.id, &fee.basis)?;
            fee.per
                .iter()
                .try_for_each(|text| both("fees", &fee.id, text))?;
            fee.when
                .iter()
                .chain([&fee.amount])
                .try_for_each(|text| rule("fees", &fee.id, text))?;
            for relief in &fee.reliefs {
                both("reliefs", &relief.id, &relief.text)?;
                line("reliefs", &relief.id, &relief.basis)?;
                [&relief.when, &relief.amount]
                    .into_iter()
                    .try_for_each(|text| rule("reliefs", &relief.id, text))?;
            }
        }
        for check in &self.checks {
            both("checks", &check.id, &check.text)?;
            rule("checks", &check.id, &check.rule)?;
        }
        if let Some(silence) = &self.silence {
            both("silence", "", &silence.text)?;
            line("silence", "", &silence.basis)?;
        }
        if let Some(validity) = &self.validity {
            both("validity", "", &validity.text)?;
            line("validity", "", &validity.basis)?;
        }
        for note in &self.notes {
            both("notes", "", &note.text)?;
            note.basis
                .iter()
                .try_for_each(|basis| line("notes", "", basis))?;
        }
        for case in &self.cases {
            both("cases", &case.id, &case.text)?;
            json(&case.id, &case.question)?;
        }
        Ok(())
    }

    fn time_limit_texts(&self) -> Checked {
        let Some(limit) = &self.time_limit else {
            return Ok(());
        };
        both("time_limit", "", &limit.starts)?;
        for row in &limit.rows {
            row.because
                .iter()
                .try_for_each(|text| both("rows", &row.id, text))?;
            row.when
                .iter()
                .try_for_each(|text| rule("rows", &row.id, text))?;
            line("rows", &row.id, &row.statutory.basis)?;
            row.committed
                .iter()
                .try_for_each(|committed| line("rows", &row.id, &committed.basis))?;
            for step in &row.steps {
                both("steps", &step.id, &step.name)?;
                both("steps", &step.id, &step.role)?;
            }
        }
        Ok(())
    }
}

fn fact(fact: &FactSchema) -> Checked {
    let id = &fact.id;
    both("facts", id, &fact.question)?;
    fact.help
        .iter()
        .try_for_each(|help| both("facts", id, help))?;
    let labels = |options: &[ChoiceOption]| {
        options
            .iter()
            .try_for_each(|o| both("options", &o.id, &o.label))
    };
    match &fact.kind {
        FactKind::Boolean | FactKind::Date | FactKind::Moment | FactKind::Text { .. } => Ok(()),
        FactKind::Integer { unit, .. } | FactKind::Decimal { unit, .. } => {
            unit.iter().try_for_each(|unit| both("facts", id, unit))
        }
        FactKind::Choice { options } | FactKind::Choices { options } => labels(options),
        // One level deep: the ranges, checked before, let no repeating fact stand in another.
        FactKind::Rows { fields, .. } => fields.iter().try_for_each(self::fact),
        FactKind::FilingWindow(window) => line("facts", id, &window.basis),
    }
}

/// Both languages of a text.
fn both(list: &str, id: &str, text: &Text) -> Checked {
    line(list, id, &text.vi)?;
    line(list, id, &text.en)
}

/// A text for people, on one line.
fn line(list: &str, id: &str, text: &str) -> Checked {
    refuse_unless(is_safe(text) && is_short(text), list, id)
}

/// A text of the package, which may stand on several lines.
fn rule(list: &str, id: &str, text: &str) -> Checked {
    refuse_unless(
        text.split(['\n', '\t']).all(is_safe) && is_short(text),
        list,
        id,
    )
}

/// Every text in the question of a case. `serde_json` bounds how deep it is.
fn json(id: &str, value: &Value) -> Checked {
    match value {
        Value::String(text) => rule("cases", id, text),
        Value::Array(items) => items.iter().try_for_each(|item| json(id, item)),
        Value::Object(entries) => entries.iter().try_for_each(|(key, value)| {
            rule("cases", id, key)?;
            json(id, value)
        }),
        Value::Null | Value::Bool(_) | Value::Number(_) => Ok(()),
    }
}

fn is_short(text: &str) -> bool {
    text.chars().nth(MAX_TEXT).is_none()
}

fn refuse_unless(fine: bool, list: &str, id: &str) -> Checked {
    if fine {
        return Ok(());
    }
    let place = if id.is_empty() {
        list.to_owned()
    } else {
        format!("{list}: `{}`", shown(id))
    };
    Err(ManifestError::Text(place))
}

/// A stranger's word made fit for a message: short and without anything that could deceive.
pub(super) fn shown(id: &str) -> String {
    const SHOWN: usize = 64;
    let mut out: String = id
        .chars()
        .take(SHOWN)
        .map(|c| {
            if is_safe(c.encode_utf8(&mut [0; 4])) {
                c
            } else {
                '\u{fffd}'
            }
        })
        .collect();
    if id.chars().nth(SHOWN).is_some() {
        out.push('…');
    }
    out
}
