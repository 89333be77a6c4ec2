//! The dossier: which documents must be handed in.
//!
//! A component says of each document whether the law asks for it in this case ([`DocumentNeed`]). What must be handed in is
//! drawn from that here, with what only the host knows: which documents the department has on file, and which databases
//! have answered whose data replace a document.
//!
//! **Groups.** Of the documents of a group that apply, one is handed in. Whether a member applies is false, unknown or true;
//! each unknown may turn out either way, and a need is told only if it is the same in every case. The first line that
//! fits counts:
//!
//! | the member | the others | its need |
//! |---|---|---|
//! | does not apply | | not-needed |
//! | applies, is on file or replaced by data | | on-file, replaced-by-data |
//! | may apply, is on file or replaced by data | | unknown |
//! | applies or may apply | one that applies is on file or replaced | not-needed |
//! | may apply | | unknown |
//! | applies | one that may apply is on file or replaced | unknown: it may become needless |
//! | applies | another one applies | one-of: a third changes nothing |
//! | applies | another one may apply | unknown: required or one-of |
//! | applies | none applies | required |
//!
//! A document without a group has no others.

#[cfg(test)]
mod tests;

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::{DocumentNeed, DocumentResult, Manifest};

/// Must a document be handed in?
// The name that the public API has always had for it: there is no other need in JSON.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(rename_all = "kebab-case")]
#[schema(as = DocumentNeed)]
pub enum DossierNeed {
    /// No.
    NotNeeded,
    /// Yes.
    Required,
    /// Hangs on a missing fact.
    Unknown,
    /// One of its group; the applicant chooses which.
    OneOf,
    /// Needed and on file already.
    OnFile,
    /// Needed and replaced by data of a consulted database.
    ReplacedByData,
}

impl DossierNeed {
    /// Whether the document is handed in, or may yet have to be. If not, nobody asks for what it hangs on any more, nor how
    /// many of it there are.
    pub const fn is_open(self) -> bool {
        matches!(self, Self::Required | Self::Unknown | Self::OneOf)
    }
}

/// How the documents of a manifest replace each other and are replaced by data, in numbers. Made once a version.
#[derive(Clone, Debug)]
pub struct DossierRules {
    documents: Box<[Replaceable]>,
    groups: usize,
}

#[derive(Clone, Debug)]
struct Replaceable {
    /// Documents with the same number replace each other.
    group: Option<usize>,
    /// Databases whose data replace it.
    replaced_by: Box<[u16]>,
}

/// Of the members of a group: how many apply, and how many may apply.
#[derive(Clone, Copy, Default)]
struct Tally {
    applies: usize,
    may_apply: usize,
    /// The same of those that are on file or replaced by data.
    applies_there: usize,
    may_apply_there: usize,
}

impl DossierRules {
    /// Reads them out of a manifest. A database that the manifest does not have replaces nothing.
    pub fn new(manifest: &Manifest) -> Self {
        let sources: BTreeMap<&str, u16> = (0..)
            .zip(&manifest.data_sources)
            .map(|(number, source)| (source.id.as_str(), number))
            .collect();
        let mut groups = BTreeMap::new();
        let documents = manifest
            .documents
            .iter()
            .map(|document| {
                let next = groups.len();
                let replaced_by = document.replaced_by.iter();
                Replaceable {
                    group: document
                        .group
                        .as_deref()
                        .map(|group| *groups.entry(group).or_insert(next)),
                    replaced_by: replaced_by
                        .filter_map(|source| sources.get(source.as_str()).copied())
                        .collect(),
                }
            })
            .collect();
        Self {
            documents,
            groups: groups.len(),
        }
    }

    /// What must be handed in, one need for each document. `results` have been checked against the manifest;
    /// `on_file` (documents) and `data_sources` (databases that have answered) are positions in it, ascending.
    pub fn draw(
        &self,
        results: &[DocumentResult],
        on_file: &[u16],
        data_sources: &[u16],
    ) -> Vec<DossierNeed> {
        let there = |number: u16, document: &Replaceable| {
            if on_file.binary_search(&number).is_ok() {
                return Some(DossierNeed::OnFile);
            }
            let answered = |source: &u16| data_sources.binary_search(source).is_ok();
            let replaced = document.replaced_by.iter().any(answered);
            replaced.then_some(DossierNeed::ReplacedByData)
        };
        let mut tallies = vec![Tally::default(); self.groups];
        // As if each document stood alone.
        let mut needs = Vec::with_capacity(results.len());
        for (result, document) in results.iter().zip(&self.documents) {
            let there = there(result.document, document);
            needs.push(match result.need {
                DocumentNeed::NotNeeded => DossierNeed::NotNeeded,
                DocumentNeed::Unknown => DossierNeed::Unknown,
                DocumentNeed::Required => there.unwrap_or(DossierNeed::Required),
            });
            if let Some(tally) = document.group.and_then(|group| tallies.get_mut(group)) {
                let count = match (result.need, there) {
                    (DocumentNeed::NotNeeded, _) => continue,
                    (DocumentNeed::Required, None) => &mut tally.applies,
                    (DocumentNeed::Unknown, None) => &mut tally.may_apply,
                    (DocumentNeed::Required, Some(_)) => &mut tally.applies_there,
                    (DocumentNeed::Unknown, Some(_)) => &mut tally.may_apply_there,
                };
                *count += 1;
            }
        }
        if self.groups == 0 {
            return needs;
        }
        for ((need, result), document) in needs.iter_mut().zip(results).zip(&self.documents) {
            let Some(tally) = document.group.and_then(|group| tallies.get(group)) else {
                continue;
            };
            let decided = !matches!(need, DossierNeed::Required | DossierNeed::Unknown);
            if decided || there(result.document, document).is_some() {
                continue;
            }
            *need = if tally.applies_there > 0 {
                DossierNeed::NotNeeded
            } else if result.need == DocumentNeed::Unknown || tally.may_apply_there > 0 {
                DossierNeed::Unknown
            } else if tally.applies > 1 {
                DossierNeed::OneOf
            } else if tally.may_apply > 0 {
                DossierNeed::Unknown
            } else {
                DossierNeed::Required
            };
        }
        needs
    }
}
