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
