//! A manifest made ready to be asked: names to numbers, filing windows beside their events, documents beside those that
//! replace them.

use motcua_model::manifest::{FactKind, FactSchema};
use motcua_model::{DossierRules, Manifest};

use crate::names::NameTable;

/// What reading a question of one version needs. Made once, when the version is loaded.
#[derive(Debug)]
pub struct Form {
    /// Facts by name.
    pub(crate) facts: FactNames,
    /// Documents by id.
    pub(crate) documents: NameTable,
    /// Databases by id.
    pub(crate) data_sources: NameTable,
    /// Facts that the host tells, ascending.
    pub(crate) windows: Box<[WindowFact]>,
    /// How documents replace each other and are replaced by data.
    pub(crate) dossier: DossierRules,
    /// Which fact to ask for each fact: itself, or the event of a filing window.
    pub(crate) asked: Box<[u16]>,
}

/// The names of facts, or of the fields of a row, and what each needs to be read.
#[derive(Debug)]
pub(crate) struct FactNames {
    pub table: NameTable,
    pub each: Box<[KindNames]>,
}

/// What a value needs to be read, beside its schema.
#[derive(Debug)]
pub(crate) enum KindNames {
    /// Nothing.
    Plain,
    /// The options of a choice.
    Options(NameTable),
    /// The fields of a row.
    Fields(FactNames),
}

/// A filing window and the fact that tells its event.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct WindowFact {
    /// The window's position in the manifest's facts.
    pub fact: u16,
    /// Its event's position; absent when the manifest names none that exists, which admission refuses.
    pub event: Option<u16>,
}

impl Form {
    /// Prepares a manifest.
    pub fn new(manifest: &Manifest) -> Self {
        let facts = FactNames::new(&manifest.facts);
        let windows = manifest
            .facts
            .iter()
            .enumerate()
            .filter_map(|(number, fact)| match &fact.kind {
                FactKind::FilingWindow(window) => Some(WindowFact {
                    fact: number as u16,
                    event: facts.table.find(&window.event),
                }),
                _ => None,
            })
            .collect::<Box<[WindowFact]>>();
        let mut asked: Box<[u16]> = (0..manifest.facts.len())
            .map(|number| number as u16)
            .collect();
        for window in &windows {
            if let (Some(asked), Some(event)) =
                (asked.get_mut(usize::from(window.fact)), window.event)
            {
                *asked = event;
            }
        }
        Self {
            facts,
            asked,
            documents: NameTable::new(
                manifest
                    .documents
                    .iter()
                    .map(|document| document.id.as_str()),
            ),
            data_sources: NameTable::new(
                manifest
                    .data_sources
                    .iter()
                    .map(|source| source.id.as_str()),
            ),
            windows,
            dossier: DossierRules::new(manifest),
        }
    }
}

impl FactNames {
    fn new(schemas: &[FactSchema]) -> Self {
        let each = schemas
            .iter()
            .map(|schema| match &schema.kind {
                FactKind::Choice { options } | FactKind::Choices { options } => KindNames::Options(
                    NameTable::new(options.iter().map(|option| option.id.as_str())),
                ),
                FactKind::Rows { fields, .. } => KindNames::Fields(Self::new(fields)),
                _ => KindNames::Plain,
            })
            .collect();
        Self {
            table: NameTable::new(schemas.iter().map(|schema| schema.id.as_str())),
            each,
        }
    }
}
