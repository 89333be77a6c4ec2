//! The manifest of a package: what it says of itself, in the words of the author.

use motcua_model::manifest::{
    ChannelOffer, Check, Cited, CitedTerm, CommittedTerm, Condition, DataSource, Document,
    Exemption, Fee, Manifest, Note, Relief, Silence, Step, TimeLimit, TimeLimitRow,
};

use crate::package::{self, Cases, Expression, TermWithBasis};

use super::Checker;

impl Checker<'_> {
    /// Nothing if a part is unreadable, which was reported.
    pub(super) fn manifest(&mut self, cases: Option<&Cases>) -> Option<Manifest> {
        let p = self.package;
        Some(Manifest {
            contract: motcua_model::CONTRACT.to_owned(),
            rules: p.rules,
            code: p.code.value.clone(),
            code_confirmed: p.code_confirmed,
            slug: p.slug.value.clone(),
            valid_from: p.valid_from.value,
            valid_to: p.valid_to.as_ref().map(|d| d.value),
            transition: p.transition.clone(),
            name: p.name.value.clone(),
            field: p.field.value.clone(),
            department: p.department.value.clone(),
            authority: p.authority.value.clone(),
            applicants: p.applicants.value.clone(),
            result: p.result.value.clone(),
            legal_basis: p.legal_basis.iter().map(|b| b.value.clone()).collect(),
            confidence: p.confidence,
            sources: p.sources.clone(),
            channels: p
                .channels
                .iter()
                .map(|(channel, note)| ChannelOffer {
                    channel: channel.value,
                    note: note.as_ref().map(|n| n.value.clone()),
                })
                .collect(),
            facts: self.schema()?,
            data_sources: p
                .data_sources
                .iter()
                .map(|s| DataSource {
                    id: s.id.value.clone(),
                    name: s.name.value.clone(),
                    basis: s.basis.value.clone(),
                })
                .collect(),
            exemptions: p
                .exemptions
                .iter()
                .map(|x| Exemption {
                    id: x.id.value.clone(),
                    text: x.text.value.clone(),
                    basis: x.basis.value.clone(),
                    rule: x.rule.text.clone(),
                })
                .collect(),
            conditions: p.conditions.iter().map(condition).collect(),
            documents: p.documents.iter().map(document).collect(),
            time_limit: match &p.time_limit {
                None => None,
                Some(limit) => Some(time_limit(limit)?),
            },
            fees: p.fees.iter().map(fee).collect(),
            fees_status: p.fees_status?,
            checks: p.checks.iter().map(|c| self.check_entry(c)).collect(),
            silence: p.silence.as_ref().map(|(effect, text, basis)| Silence {
                effect: *effect,
                text: text.value.clone(),
                basis: basis.value.clone(),
            }),
            validity: p.validity.as_ref().map(|(text, basis)| Cited {
                text: text.value.clone(),
                basis: basis.value.clone(),
            }),
            notes: p
                .notes
                .iter()
                .map(|(about, text, basis)| Note {
                    about: *about,
                    text: text.value.clone(),
                    basis: basis.as_ref().map(|b| b.value.clone()),
                })
                .collect(),
            cases: cases
                .iter()
                .flat_map(|c| &c.cases)
                .map(|c| c.value.clone())
                .collect(),
        })
    }

    /// A check with the facts it hangs on, by way of definitions too, or those it names.
    fn check_entry(&mut self, check: &package::Check) -> Check {
        self.mentioned.clear();
        if let Some(ast) = &check.rule.ast {
            let _ = self.quietly(|checker| checker.expr(ast, None));
        }
        let names: Vec<String> = self
            .package
            .facts
            .iter()
            .map(|f| f.id.value.clone())
            .chain(
                self.package
                    .filing_windows
                    .iter()
                    .map(|w| w.id.value.clone()),
            )
            .collect();
        let found = self
            .mentioned
            .iter()
            .filter_map(|&fact| names.get(usize::from(fact)).cloned());
        let facts = found
            .chain(check.facts.iter().map(|fact| fact.value.clone()))
            .collect();
        Check {
            id: check.id.value.clone(),
            text: check.text.value.clone(),
            rule: check.rule.text.clone(),
            facts,
        }
    }
}

fn text_of(expression: &Expression) -> String {
    expression.text.clone()
}

fn condition(c: &package::Condition) -> Condition {
    Condition {
        id: c.id.value.clone(),
        text: c.text.value.clone(),
        basis: c.basis.value.clone(),
        when: c.when.as_ref().map(text_of),
        rule: c.rule.as_ref().map(text_of),
        judgement: c.judgement.as_ref().map(|j| j.value.clone()),
    }
}

fn document(d: &package::Document) -> Document {
    let number = |n: &Option<Expression>| n.as_ref().map_or_else(|| "0".to_owned(), text_of);
    Document {
        id: d.id.value.clone(),
        name: d.name.value.clone(),
        basis: d.basis.value.clone(),
        form: d.form.as_ref().map(|f| f.value.clone()),
        when: d.when.as_ref().map(text_of),
        because: d.because.as_ref().map(|b| b.value.clone()),
        group: d.group.as_ref().map(|g| g.value.clone()),
        replaced_by: d.replaced_by.iter().map(|s| s.value.clone()).collect(),
        originals: number(&d.originals),
        copies: number(&d.copies),
        note: d.note.as_ref().map(|n| n.value.clone()),
    }
}

fn cited(term: &TermWithBasis) -> Option<CitedTerm> {
    Some(CitedTerm {
        term: term.term.value?,
        basis: term.basis.value.clone(),
    })
}

fn time_limit(limit: &package::TimeLimit) -> Option<TimeLimit> {
    let rows = limit
        .rows
        .iter()
        .map(|row| {
            Some(TimeLimitRow {
                id: row.id.value.clone(),
                when: row.when.as_ref().map(text_of),
                because: row.because.as_ref().map(|b| b.value.clone()),
                statutory: cited(&row.statutory)?,
                committed: match &row.committed {
                    None => None,
                    Some((term, source)) => Some(CommittedTerm {
                        term: term.term.value?,
                        source: *source,
                        basis: term.basis.value.clone(),
                    }),
                },
                continuous: row.continuous,
                steps: row
                    .steps
                    .iter()
                    .map(|s| {
                        Some(Step {
                            id: s.id.value.clone(),
                            name: s.name.value.clone(),
                            role: s.role.value.clone(),
                            term: s.term.value?,
                        })
                    })
                    .collect::<Option<_>>()?,
            })
        })
        .collect::<Option<_>>()?;
    Some(TimeLimit {
        starts: limit.starts.value.clone(),
        suspension: limit.suspension,
        rows,
    })
}

fn fee(f: &package::Fee) -> Fee {
    Fee {
        id: f.id.value.clone(),
        name: f.name.value.clone(),
        basis: f.basis.value.clone(),
        when: f.when.as_ref().map(text_of),
        amount: text_of(&f.amount),
        per: f.per.as_ref().map(|p| p.value.clone()),
        reliefs: f
            .reliefs
            .iter()
            .map(|r| Relief {
                id: r.id.value.clone(),
                text: r.text.value.clone(),
                basis: r.basis.value.clone(),
                when: text_of(&r.when),
                amount: text_of(&r.amount),
            })
            .collect(),
    }
}
