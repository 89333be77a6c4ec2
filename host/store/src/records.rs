//! What goes in and comes out.

use motcua_model::{Date, Moment};

use crate::Digest;

/// The source text and the compiler that a component came from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct CompiledFrom<'a> {
    /// Digest of everything the compiler read: package and cases.
    pub source: Digest,
    /// Name and version of the compiler, for example `motcua-compiler 0.1.0`. Another compiler may write other bytes.
    pub compiler: &'a str,
}

/// A version to keep.
#[derive(Clone, Copy, Debug)]
pub struct NewVersion<'a> {
    /// The component; the version's identity is its digest.
    pub component: &'a [u8],
    /// National code.
    pub code: &'a str,
    /// Name in URLs.
    pub slug: &'a str,
    /// First day of receipt it decides.
    pub valid_from: Date,
    /// Last such day, if the version says so.
    pub valid_to: Option<Date>,
    /// Contract it was built against.
    pub contract: &'a str,
    /// Engine that admitted it.
    pub engine: &'a str,
    /// Absent for a component that was not compiled here from a package.
    pub compiled_from: Option<CompiledFrom<'a>>,
    /// Now, in local time.
    pub first_seen_at: Moment,
}

/// A kept version without its component.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct VersionHead {
    /// Digest of the component.
    pub digest: Digest,
    /// National code.
    pub code: String,
    /// Name in URLs.
    pub slug: String,
    /// First day of receipt it decides.
    pub valid_from: Date,
    /// Last such day, if the version says so.
    pub valid_to: Option<Date>,
    /// Contract it was built against.
    pub contract: String,
    /// Engine that first admitted it.
    pub engine: String,
    /// When it was first seen, in local time.
    pub first_seen_at: Moment,
}

/// A kept version.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct VersionRecord {
    /// What one looks it up by.
    pub head: VersionHead,
    /// The component; its digest has been verified.
    pub component: Vec<u8>,
}

/// A calendar of one year to keep.
#[derive(Clone, Copy, Debug)]
pub struct NewCalendar<'a> {
    /// Country, ISO 3166-1 alpha-2 in lower case: `vn`.
    pub country: &'a str,
    /// Year, 1900 to 2199.
    pub year: i16,
    /// Canonical form; its digest is the calendar's identity.
    pub bytes: &'a [u8],
    /// Now, in local time.
    pub first_seen_at: Moment,
}

/// A kept calendar of one year.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CalendarRecord {
    /// Digest of the bytes.
    pub digest: Digest,
    /// Country, ISO 3166-1 alpha-2 in lower case.
    pub country: String,
    /// Year, 1900 to 2199.
    pub year: i16,
    /// When it was first seen, in local time.
    pub first_seen_at: Moment,
    /// Canonical form; its digest has been verified.
    pub bytes: Vec<u8>,
}

/// What keeping did.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Kept {
    /// Its name from now on.
    pub digest: Digest,
    /// Whether it was not there before.
    pub new: bool,
}

/// An entry to add to the chain of deeds.
#[derive(Clone, Copy, Debug)]
pub struct NewDeed<'a> {
    /// What was done: `version-submitted`, `refused`, `decision-recorded`.
    pub kind: &'a str,
    /// To what: a code, a digest, an id. May be empty.
    pub subject: &'a str,
    /// By whom: a person, or `host`.
    pub who: &'a str,
    /// When, in local time.
    pub at: Moment,
    /// Everything else about it, a JSON object.
    pub body: &'a str,
    /// Whether it changes what is in force or who may do what; the others (decisions, refusals) need not be read to know
    /// that.
    pub governs: bool,
}

/// Entries that are added together, with what they speak of.
#[derive(Clone, Copy, Debug, Default)]
pub struct Deed<'a> {
    /// The last governing entry that the doer had read; nothing: whatever came since does not matter.
    pub expected: Option<u64>,
    /// Versions to keep, as [`Store::keep_versions`](crate::Store::keep_versions) does.
    pub versions: &'a [NewVersion<'a>],
    /// Texts to keep, as [`Store::keep_texts`](crate::Store::keep_texts) does.
    pub texts: &'a [&'a [u8]],
    /// The entries.
    pub entries: &'a [NewDeed<'a>],
}

/// An entry of the chain.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DeedRecord {
    /// Counted from 1 without gaps.
    pub number: u64,
    /// What was done.
    pub kind: String,
    /// Whether it governs.
    pub governs: bool,
    /// The entry as it was hashed, one line of JSON: see [`chain::Entry`](crate::chain::Entry).
    pub entry: String,
    /// SHA-256 of `entry`.
    pub hash: Digest,
}

/// What adding did.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Appended {
    /// The entries, as they are kept.
    Done(Vec<DeedRecord>),
    /// Nothing was added: there is a governing entry that the doer had not read.
    Overtaken,
}

/// A decision to record.
#[derive(Clone, Copy, Debug)]
pub struct NewDecision<'a> {
    /// Its id, unique.
    pub id: &'a str,
    /// National code.
    pub code: &'a str,
    /// Digest of the component that decided.
    pub component: Digest,
    /// The idempotency key of the asker, if one was given.
    pub key: Option<&'a str>,
    /// Digest of the request, to tell a retry from another request under the same key.
    pub request: Digest,
    /// The receipt, one line of JSON.
    pub receipt: &'a str,
    /// What was asked, sealed.
    pub facts: &'a [u8],
    /// What was answered, sealed.
    pub answer: &'a [u8],
    /// Its entry in the chain; tells who asked and when.
    pub entry: NewDeed<'a>,
}

/// What recording one decision did.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Recorded {
    /// It is recorded.
    New,
    /// The same request was recorded before, as this decision.
    Before(String),
    /// The key stands for another request, recorded as this decision. Nothing was recorded now.
    Another(String),
}

/// A recorded decision.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DecisionRecord {
    /// Number of its entry in the chain.
    pub number: u64,
    /// Its id.
    pub id: String,
    /// National code.
    pub code: String,
    /// Digest of the component that decided.
    pub component: Digest,
    /// Who asked.
    pub who: String,
    /// When, in local time.
    pub at: Moment,
    /// The receipt, one line of JSON.
    pub receipt: String,
    /// What was asked, sealed; nothing once it has been erased.
    pub facts: Option<Vec<u8>>,
    /// What was answered, sealed.
    pub answer: Vec<u8>,
}

/// Which decisions.
#[derive(Clone, Copy, Debug, Default)]
pub struct DecisionRange<'a> {
    /// Only those whose entry comes after this number.
    pub after: u64,
    /// Only of this procedure.
    pub code: Option<&'a str>,
    /// Only by this component.
    pub component: Option<Digest>,
    /// Only recorded at or after this moment.
    pub from: Option<Moment>,
    /// Only recorded before this moment.
    pub to: Option<Moment>,
    /// At most so many.
    pub limit: u32,
}
