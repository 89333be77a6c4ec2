//! What to ask next: each fact once, in the order of the assessment, with all that hangs on it.

use motcua_model::{Manifest, Subject, Verdict};

use super::WorkedOut;

/// Positions of a list, at most 500 of a manifest ([`motcua_model::manifest::limits`]), as bits.
struct Marks<const WORDS: usize>([u64; WORDS]);

impl<const WORDS: usize> Marks<WORDS> {
    /// Marks a position. Says whether it was not marked before; positions beyond the end never are.
    fn mark(&mut self, at: usize) -> bool {
        let Some(word) = self.0.get_mut(at / 64) else {
            return true;
        };
        let bit = 1 << (at % 64);
        let new = *word & bit == 0;
        *word |= bit;
        new
    }
}

/// 500 facts.
const FACT_WORDS: usize = 8;
/// 500 each of exemptions, conditions, documents and fees, and the time limit.
const SUBJECT_WORDS: usize = 32;

/// One step of the walk over what is to be asked.
pub(super) enum Ask {
    /// A fact, by its position: from here on its reasons.
    Fact(u16),
    /// What it is needed for.
    Because(Subject),
}

/// Walks over what is to be asked: a fact, then its reasons, then the next fact. A filing window cannot be asked for: its
/// event is. Nothing is asked any more when nothing can change the verdict, and nothing because of a document that need
/// not be handed in whatever the answer.
pub(super) fn each(worked_out: &WorkedOut<'_>, mut visit: impl FnMut(Ask)) {
    if matches!(
        worked_out.assessment.verdict(),
        Verdict::Ineligible | Verdict::NotRequired
    ) {
        return;
    }
    let missing = &worked_out.assessment.missing;
    let asked = |fact: u16| {
        worked_out
            .form
            .asked
            .get(usize::from(fact))
            .copied()
            .unwrap_or(fact)
    };
    let is_open = |subject: Subject| match subject {
        Subject::Document(number) => worked_out
            .needs
            .get(usize::from(number))
            .is_none_or(|need| need.is_open()),
        _ => true,
    };
    let mut facts = Marks([0; FACT_WORDS]);
    for (at, first) in missing.iter().enumerate() {
        let fact = asked(first.fact);
        if !is_open(first.subject) || !facts.mark(usize::from(fact)) {
            continue;
        }
        visit(Ask::Fact(fact));
        let mut subjects = Marks([0; SUBJECT_WORDS]);
        for other in missing.get(at..).unwrap_or_default() {
            if asked(other.fact) == fact
                && is_open(other.subject)
                && subjects.mark(position(worked_out.manifest, other.subject))
            {
                visit(Ask::Because(other.subject));
            }
        }
    }
}

/// All subjects of a manifest in one row.
fn position(manifest: &Manifest, subject: Subject) -> usize {
    let exemptions = manifest.exemptions.len();
    let conditions = exemptions + manifest.conditions.len();
    let documents = conditions + manifest.documents.len();
    let fees = documents + manifest.fees.len();
    match subject {
        Subject::Exemption(n) => usize::from(n),
        Subject::Condition(n) => exemptions + usize::from(n),
        Subject::Document(n) => conditions + usize::from(n),
        Subject::Fee(n) => documents + usize::from(n),
        Subject::TimeLimit => fees,
    }
}
