//! What a manifest must satisfy before the host believes a word of it. The compiler's own checks say most of this at the
//! line where it is wrong; this is the net beneath them, and the only net for a plugin written by hand.

mod names;
#[cfg(test)]
mod tests;
mod texts;

use std::collections::BTreeSet;

use crate::manifest::{
    ChoiceOption, FactKind, FactSchema, Manifest, ManifestError, TimeLimit, TimeLimitRow,
    Transition, limits,
};
use crate::{Decimal, Term};

/// Characters of an id.
const MAX_ID: usize = 64;

type Checked = Result<(), ManifestError>;

impl Manifest {
    /// Whether the manifest makes sense in itself: its contract, period, sizes, ids, ranges, terms, articles, names and
    /// texts. The first thing that does not is told.
    ///
    /// `exported` is the contract whose rules the component exports: the manifest must name the same.
    pub fn check(&self, exported: &str) -> Checked {
        if self.contract != exported {
            return Err(ManifestError::Contract {
                named: texts::shown(&self.contract),
                exported: exported.to_owned(),
            });
        }
        let from = self.valid_from;
        if let Some(to) = self.valid_to.filter(|to| *to < from) {
            return Err(ManifestError::Period { from, to });
        }
        self.check_sizes()?;
        self.check_ids()?;
        for fact in &self.facts {
            check_range(fact, true)?;
        }
        if let Some(limit) = &self.time_limit {
            check_time_limit(limit)?;
        }
        self.check_articles()?;
        self.check_names()?;
        self.check_texts()
    }

    fn check_sizes(&self) -> Checked {
        at_most("facts", self.facts.len(), limits::FACTS)?;
        for fact in &self.facts {
            check_options(fact)?;
            if let FactKind::Rows { fields, .. } = &fact.kind {
                at_most("fields", fields.len(), limits::FACTS)?;
                fields.iter().try_for_each(check_options)?;
            }
        }
        let rows = self.time_limit.iter().flat_map(|limit| &limit.rows);
        let lists = [
            ("legal_basis", self.legal_basis.len()),
            ("sources", self.sources.len()),
            ("channels", self.channels.len()),
            ("data_sources", self.data_sources.len()),
            ("exemptions", self.exemptions.len()),
            ("conditions", self.conditions.len()),
            ("documents", self.documents.len()),
            ("rows", rows.clone().count()),
            ("fees", self.fees.len()),
            ("checks", self.checks.len()),
            ("notes", self.notes.len()),
            ("cases", self.cases.len()),
        ];
        let inner = rows.map(|row| ("steps", row.steps.len()));
        let reliefs = self.fees.iter().map(|fee| ("reliefs", fee.reliefs.len()));
        let replaced = self
            .documents
            .iter()
            .map(|document| ("replaced_by", document.replaced_by.len()));
        let about = self.checks.iter().map(|check| ("facts", check.facts.len()));
        lists
            .into_iter()
            .chain(inner)
            .chain(reliefs)
            .chain(replaced)
            .chain(about)
            .try_for_each(|(list, count)| at_most(list, count, limits::ITEMS))
    }

    fn check_ids(&self) -> Checked {
        code(&self.code)?;
        kebab("slug", &self.slug)?;
        kebab("field", &self.field)?;
        let facts = || self.facts.iter().map(|fact| fact.id.as_str());
        facts().try_for_each(|id| name("facts", id))?;
        unique("facts", facts())?;
        for fact in &self.facts {
            match &fact.kind {
                FactKind::Rows { fields, .. } => {
                    let ids = || fields.iter().map(|field| field.id.as_str());
                    ids().try_for_each(|id| name("fields", id))?;
                    unique("fields", ids())?;
                    fields.iter().try_for_each(option_ids)?;
                }
                _ => option_ids(fact)?,
            }
        }
        words(
            "data_sources",
            self.data_sources.iter().map(|source| source.id.as_str()),
        )?;
        words(
            "exemptions",
            self.exemptions
                .iter()
                .map(|exemption| exemption.id.as_str()),
        )?;
        words(
            "conditions",
            self.conditions
                .iter()
                .map(|condition| condition.id.as_str()),
        )?;
        words(
            "documents",
            self.documents.iter().map(|document| document.id.as_str()),
        )?;
        self.documents
            .iter()
            .filter_map(|document| document.group.as_deref())
            .try_for_each(|group| kebab("group", group))?;
        let rows = || self.time_limit.iter().flat_map(|limit| &limit.rows);
        words("rows", rows().map(|row| row.id.as_str()))?;
        for row in rows() {
            words("steps", row.steps.iter().map(|step| step.id.as_str()))?;
        }
        words("fees", self.fees.iter().map(|fee| fee.id.as_str()))?;
        for fee in &self.fees {
            words(
                "reliefs",
                fee.reliefs.iter().map(|relief| relief.id.as_str()),
            )?;
        }
        words("checks", self.checks.iter().map(|check| check.id.as_str()))?;
        words("cases", self.cases.iter().map(|case| case.id.as_str()))
    }

    /// Every line of an answer cites its article.
    fn check_articles(&self) -> Checked {
        let windows = self.facts.iter().filter_map(|fact| match &fact.kind {
            FactKind::FilingWindow(window) => Some(("facts", &fact.id, &window.basis)),
            _ => None,
        });
        let rows = || self.time_limit.iter().flat_map(|limit| &limit.rows);
        let statutory = rows().map(|row| ("statutory", &row.id, &row.statutory.basis));
        let committed = rows().filter_map(|row| {
            row.committed
                .as_ref()
                .map(|committed| ("committed", &row.id, &committed.basis))
        });
        let reliefs = self.fees.iter().flat_map(|fee| &fee.reliefs);
        let mut cited = windows
            .chain(
                self.data_sources
                    .iter()
                    .map(|x| ("data_sources", &x.id, &x.basis)),
            )
            .chain(
                self.exemptions
                    .iter()
                    .map(|x| ("exemptions", &x.id, &x.basis)),
            )
            .chain(
                self.conditions
                    .iter()
                    .map(|x| ("conditions", &x.id, &x.basis)),
            )
            .chain(
                self.documents
                    .iter()
                    .map(|x| ("documents", &x.id, &x.basis)),
            )
            .chain(statutory)
            .chain(committed)
            .chain(self.fees.iter().map(|x| ("fees", &x.id, &x.basis)))
            .chain(reliefs.map(|x| ("reliefs", &x.id, &x.basis)));
        if let Some((list, id, _)) = cited.find(|(_, _, basis)| basis.trim().is_empty()) {
            return Err(ManifestError::NoBasis {
                list,
                id: id.clone(),
            });
        }
        let silence = self
            .silence
            .iter()
            .map(|silence| ("silence", silence.basis.as_str()));
        let validity = self
            .validity
            .iter()
            .map(|validity| ("validity", validity.basis.as_str()));
        let transition = self
            .transition
            .iter()
            .filter_map(Transition::basis)
            .map(|basis| ("transition", basis));
        match silence
            .chain(validity)
            .chain(transition)
            .find(|(_, basis)| basis.trim().is_empty())
        {
            Some((list, _)) => Err(ManifestError::NoBasis {
                list,
                id: list.to_owned(),
            }),
            None => Ok(()),
        }
    }
}

fn at_most(list: &'static str, count: usize, limit: usize) -> Checked {
    if count > limit {
        Err(ManifestError::TooMany { list, count, limit })
    } else {
        Ok(())
    }
}

fn options(fact: &FactSchema) -> &[ChoiceOption] {
    match &fact.kind {
        FactKind::Choice { options } | FactKind::Choices { options } => options,
        _ => &[],
    }
}

fn check_options(fact: &FactSchema) -> Checked {
    let limit = match fact.kind {
        FactKind::Choices { .. } => limits::CHOICES,
        _ => limits::OPTIONS,
    };
    at_most("options", options(fact).len(), limit)
}

fn option_ids(fact: &FactSchema) -> Checked {
    words(
        "options",
        options(fact).iter().map(|option| option.id.as_str()),
    )
}

/// `[a-z0-9]+(-[a-z0-9]+)*`, each once.
fn words<'a>(list: &'static str, ids: impl Iterator<Item = &'a str> + Clone) -> Checked {
    ids.clone().try_for_each(|id| kebab(list, id))?;
    unique(list, ids)
}

fn unique<'a>(list: &'static str, ids: impl Iterator<Item = &'a str>) -> Checked {
    let mut seen = BTreeSet::new();
    for id in ids {
        if !seen.insert(id) {
            return malformed(list, id, "there twice");
        }
    }
    Ok(())
}

/// `[a-z0-9]+(-[a-z0-9]+)*`
fn kebab(list: &'static str, id: &str) -> Checked {
    let part = |part: &str| {
        !part.is_empty()
            && part
                .bytes()
                .all(|b| b.is_ascii_lowercase() || b.is_ascii_digit())
    };
    if id.len() <= MAX_ID && id.split('-').all(part) {
        return Ok(());
    }
    malformed(
        list,
        id,
        "not 1 to 64 small letters, digits and single hyphens between them",
    )
}

/// `[a-z][a-z0-9_]*`
fn name(list: &'static str, id: &str) -> Checked {
    let fits = |b: u8| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'_';
    if id.len() <= MAX_ID
        && id.bytes().all(fits)
        && id.starts_with(|c: char| c.is_ascii_lowercase())
    {
        return Ok(());
    }
    malformed(
        list,
        id,
        "not 1 to 64 small letters, digits and underscores, beginning with a letter",
    )
}

/// A national code: letters, digits, points and hyphens.
fn code(id: &str) -> Checked {
    let fits = |b: u8| b.is_ascii_alphanumeric() || b == b'.' || b == b'-';
    if (1..=MAX_ID).contains(&id.len()) && id.bytes().all(fits) {
        return Ok(());
    }
    malformed(
        "code",
        id,
        "not 1 to 64 letters, digits, points and hyphens",
    )
}

fn malformed(list: &'static str, id: &str, what: &'static str) -> Checked {
    Err(ManifestError::Id {
        list,
        id: texts::shown(id),
        what,
    })
}

/// The range or the options of a fact; fields of a repeating fact are no repeating facts and no filing windows.
fn check_range(fact: &FactSchema, outermost: bool) -> Checked {
    let bounded = |number: i64| (-limits::INTEGER..=limits::INTEGER).contains(&number);
    let fits = match &fact.kind {
        FactKind::Boolean | FactKind::Date | FactKind::Moment => true,
        FactKind::Integer { min, max, .. } => min <= max && bounded(*min) && bounded(*max),
        FactKind::Decimal {
            min, max, decimals, ..
        } => decimal_range(*min, *max, *decimals),
        FactKind::Text { max_length } => (1..=limits::TEXT_LENGTH).contains(max_length),
        FactKind::Choice { options } => options.len() >= 2,
        FactKind::Choices { options } => !options.is_empty(),
        FactKind::FilingWindow(_) => outermost,
        FactKind::Rows { max_rows, fields } => {
            for field in fields {
                check_range(field, false)?;
            }
            outermost && (1..=limits::ROWS).contains(max_rows) && !fields.is_empty()
        }
    };
    if fits {
        Ok(())
    } else {
        Err(ManifestError::Range(texts::shown(&fact.id)))
    }
}

/// Both bounds can be told at the scale of the fact.
fn decimal_range(min: Decimal, max: Decimal, decimals: u8) -> bool {
    // Comparing needs scales that are possible.
    let told =
        |bound: Decimal| bound.scale <= Decimal::MAX_SCALE && bound.rescaled(decimals).is_some();
    (1..=Decimal::MAX_SCALE).contains(&decimals) && told(min) && told(max) && min <= max
}

fn check_time_limit(limit: &TimeLimit) -> Checked {
    if limit.rows.is_empty() {
        return malformed("time_limit", "rows", "an empty list");
    }
    limit.rows.iter().try_for_each(check_row)
}

/// The terms make sense, the department keeps within the law, and the steps keep within what it commits to.
fn check_row(row: &TimeLimitRow) -> Checked {
    let statutory = row.statutory.term;
    check_term(&row.id, statutory)?;
    let mut longest = statutory;
    if let Some(committed) = &row.committed {
        check_term(&row.id, committed.term)?;
        longest = committed.term;
        let ((scale, length), (law_scale, law)) =
            (committed.term.comparable(), statutory.comparable());
        if scale != law_scale || length > law {
            let (row, committed) = (row.id.clone(), committed.term);
            return Err(ManifestError::Committed {
                row,
                committed,
                statutory,
            });
        }
    }
    let (scale, length) = longest.comparable();
    let mut sum = 0_u64;
    for step in &row.steps {
        check_term(&row.id, step.term)?;
        let (step_scale, step_length) = step.term.comparable();
        sum += u64::from(step_length);
        if step_scale != scale || sum > u64::from(length) {
            return Err(ManifestError::Steps {
                row: row.id.clone(),
            });
        }
    }
    Ok(())
}

fn check_term(row: &str, term: Term) -> Checked {
    term.check().map_err(|error| ManifestError::Term {
        row: row.to_owned(),
        error,
    })
}
