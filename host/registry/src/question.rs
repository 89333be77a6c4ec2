//! The question: from JSON bytes to the numbers of a manifest.
//!
//! Two ways lead there. `quick` goes straight from the bytes to the facts and gives up at the first thing that is not as
//! it should be; nearly every question of a portal passes it. `careful` then reads the same bytes again and collects
//! *every* mistake, each with its place and a way out. What `quick` accepts, `careful` accepts with the same result.

mod careful;
mod mistake;
mod quick;
#[cfg(test)]
mod tests;
mod value;

use motcua_model::{Channel, Fact, Manifest, Moment};

pub(crate) use careful::Reader;
pub use mistake::{BrokenJson, FieldError, FieldErrors, Mistake, QuestionError};
pub(crate) use mistake::{Pointer, shown};

use crate::form::Form;

/// What a question tells, in the numbers of the manifest it was read against.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Question<'a> {
    /// When the dossier was filed, was accepted and reached the competent agency.
    pub instants: Instants,
    /// How it was filed.
    pub channel: Option<Channel>,
    /// Told facts, ascending, each at most once; filing windows are not among them.
    pub facts: Vec<Fact<'a>>,
    /// Documents on file already, ascending.
    pub on_file: Vec<u16>,
    /// Databases consulted, ascending.
    pub data_sources: Vec<u16>,
}

/// The three instants of a dossier (NĐ 118/2025/NĐ-CP Điều 17(3)), each as told, or not told.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Instants {
    /// The applicant sent it.
    pub filed_at: Option<Moment>,
    /// An officer accepted it as complete and correct.
    pub accepted_at: Option<Moment>,
    /// The competent agency got it.
    pub received_at: Option<Moment>,
}

impl Instants {
    /// When it was filed: as told, or the earliest instant that is told, or now.
    pub fn filed(&self, now: Moment) -> Moment {
        self.filed_at
            .or(self.accepted_at)
            .or(self.received_at)
            .unwrap_or(now)
    }

    /// When the competent agency had it complete and correct, by the clock: as told, or the latest instant that is told,
    /// or now. The day of receipt also hangs on office hours.
    pub fn received(&self, now: Moment) -> Moment {
        self.received_at
            .or(self.accepted_at)
            .or(self.filed_at)
            .unwrap_or(now)
    }

    /// Whether each instant that is told comes no earlier than those before it.
    fn in_order(&self) -> bool {
        [self.filed_at, self.accepted_at, self.received_at]
            .iter()
            .flatten()
            .is_sorted()
    }
}

/// Reads a question. The application borrows texts from `body` where they need no unescaping.
///
/// # Errors
/// The body is no JSON, or it does not fit the manifest; then every mistake is told, at most [`FieldErrors::MOST`].
pub fn read<'a>(
    manifest: &Manifest,
    form: &Form,
    body: &'a [u8],
) -> Result<Question<'a>, QuestionError> {
    match quick::read(manifest, form, body) {
        Some(question) => Ok(question),
        None => careful::read(manifest, form, body),
    }
}

/// Reads a question and gives up at the first mistake, without saying which.
pub(crate) fn read_quickly<'a>(
    manifest: &Manifest,
    form: &Form,
    body: &'a [u8],
) -> Option<Question<'a>> {
    quick::read(manifest, form, body)
}

/// The instants of a body that may be wrong in other ways: with them the version is chosen whose mistakes are then told.
pub(crate) fn peek(body: &[u8]) -> Instants {
    careful::peek(body)
}

/// A way to file that the manifest offers.
fn is_offered(manifest: &Manifest, channel: Channel) -> bool {
    manifest
        .channels
        .iter()
        .any(|offer| offer.channel == channel)
}
