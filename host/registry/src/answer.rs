//! The answer: from outcomes in numbers to JSON that a portal shows.
//!
//! Two forms of the same answer. `full` carries every word and article, so that it can be shown as it is; `compact`
//! carries ids, outcomes, dates and amounts for a portal that has the words already, and is written straight into bytes.
//! Whatever `compact` says, `full` says with the same member at the same place.

mod ask;
mod compact;
mod full;
#[cfg(test)]
mod tests;

use motcua_model::due::{Deadline, Start, WindowLimit};
use motcua_model::manifest::TimeLimitRow;
use motcua_model::{Assessment, DossierNeed, FeeDue, Manifest, Moment, Verdict};

pub(crate) use compact::{Fragments, write};
pub use full::{
    Answer, CommittedAnswer, ConditionAnswer, DocumentAnswer, ExemptionAnswer, FeeAnswer,
    ProblemAnswer, Reason, ReliefAnswer, SkippedAnswer, StatutoryAnswer, StepAnswer,
    TimeLimitAnswer, TimeLimitOutcome, ToAsk, VersionName, WindowAnswer,
};

use crate::form::Form;

/// Whether an answer carries the words.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Texts {
    /// Vietnamese and English, articles, reasons, steps and skipped days.
    #[default]
    All,
    /// Ids, outcomes, dates and amounts only.
    None,
}

/// Everything that an answer says, worked out but not yet in words.
#[derive(Debug)]
pub(crate) struct WorkedOut<'a> {
    pub manifest: &'a Manifest,
    pub form: &'a Form,
    pub digest: &'a str,
    pub filed_at: Moment,
    pub start: Start,
    /// Checked against the manifest.
    pub assessment: &'a Assessment,
    /// One for each document.
    pub needs: &'a [DossierNeed],
    pub limit: Limit<'a>,
    /// One for each window of the form.
    pub windows: &'a [Window],
}

/// The time limit of this case.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Limit<'a> {
    /// The law sets none.
    None,
    /// Hangs on a fact that is not told.
    Unknown,
    /// The row that applies, by its position, and by when.
    Row {
        number: u16,
        row: &'a TimeLimitRow,
        statutory: Deadline,
        committed: Option<Deadline>,
    },
}

/// A filing window of this case; nothing while the event is not told.
pub(crate) type Window = Option<InWindow>;

/// When the dossier had to be filed, and whether it was.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct InWindow {
    pub limit: WindowLimit,
    pub inside: bool,
}

impl WorkedOut<'_> {
    fn verdict(&self) -> Verdict {
        self.assessment.verdict()
    }

    /// The listed fees in all; nothing while one of them or its amount is unknown. What an empty list means, the status of
    /// the fees says beside it.
    fn total(&self) -> Option<u64> {
        self.assessment
            .fees
            .iter()
            .try_fold(0_u64, |sum, fee| match fee.due {
                FeeDue::NotDue => Some(sum),
                // 500 fees of at most 10^12 cannot overflow.
                FeeDue::Due => Some(sum + fee.amount?),
                FeeDue::Unknown => None,
            })
    }

    /// Whether the time limit rests on days that can still change.
    fn is_provisional(&self) -> bool {
        match &self.limit {
            Limit::Row {
                statutory,
                committed,
                ..
            } => statutory.provisional || committed.is_some_and(|deadline| deadline.provisional),
            Limit::None | Limit::Unknown => false,
        }
    }
}

/// By how much the department undercuts the law, in tenths of a percent, rounded down; nothing when it commits to nothing
/// or the two are counted in units that cannot be compared.
fn cut(row: &TimeLimitRow) -> Option<u32> {
    let (law, statutory) = row.statutory.term.comparable();
    let (promise, committed) = row.committed.as_ref()?.term.comparable();
    (law == promise).then(|| statutory.saturating_sub(committed) * 1000 / statutory.max(1))
}
