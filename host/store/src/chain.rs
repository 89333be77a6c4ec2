//! The chain of deeds: each entry holds the hash of the one before, so that nobody can change, drop or insert one without
//! every later hash telling.
//!
//! An entry is one line of JSON with its members in a fixed order; its hash is the SHA-256 of exactly that line. A chain cut
//! off at its end still verifies: whoever fears that notes number and hash of the last entry elsewhere (`motcua audit
//! head`) and verifies against them.

use motcua_model::{Moment, Text};
use serde::{Deserialize, Serialize};
use serde_json::value::RawValue;

use crate::{DeedRecord, Digest, NewDeed, StoreError};

/// What stands in the place of the hash before the first entry.
pub const FIRST: Digest = Digest::from_bytes([0; 32]);

/// An entry, as it is written.
#[derive(Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Entry<'a> {
    /// Counted from 1 without gaps.
    pub number: u64,
    /// When, by the host's clock.
    pub at: Moment,
    /// By whom: a person, or `host`.
    #[serde(borrow)]
    pub who: std::borrow::Cow<'a, str>,
    /// What was done.
    #[serde(borrow)]
    pub kind: std::borrow::Cow<'a, str>,
    /// To what.
    #[serde(borrow)]
    pub subject: std::borrow::Cow<'a, str>,
    /// Whether it changes what is in force or who may do what. Stands here so that nobody can hide an entry from whoever
    /// reads only those that govern.
    pub governs: bool,
    /// Everything else about it, a JSON object.
    #[serde(borrow)]
    pub body: &'a RawValue,
    /// Hash of the entry before; of [`FIRST`] for the first.
    #[serde(borrow)]
    pub previous: std::borrow::Cow<'a, str>,
}

/// Where a chain is broken.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Broken {
    /// An entry is missing, or comes twice.
    #[error("entry {expected} is missing; entry {found} stands in its place")]
    Gap {
        /// The number that should come.
        expected: u64,
        /// The number that came.
        found: u64,
    },
    /// The line was changed after it was hashed.
    #[error("entry {number} does not have its hash: it was changed")]
    Changed {
        /// Its number.
        number: u64,
    },
    /// It does not follow the one before: that one was exchanged.
    #[error("entry {number} does not follow entry {before}: one of the two was exchanged")]
    Link {
        /// Its number.
        number: u64,
        /// The one before.
        before: u64,
    },
    /// It is no entry.
    #[error("entry {number} cannot be read: {what}")]
    Unreadable {
        /// Its number.
        number: u64,
        /// Why.
        what: String,
    },
}

impl Broken {
    /// The message in both languages.
    pub fn text(&self) -> Text {
        let vi = match self {
            Self::Gap { expected, found } => {
                format!("thiếu mục {expected}; ở chỗ của nó là mục {found}")
            }
            Self::Changed { number } => {
                format!("mục {number} không đúng với mã băm: nó đã bị sửa")
            }
            Self::Link { number, before } => {
                format!("mục {number} không nối tiếp mục {before}: một trong hai đã bị tráo")
            }
            Self::Unreadable { number, what } => format!("không đọc được mục {number}: {what}"),
        };
        Text::new(vi, self.to_string())
    }
}

/// Verifies a chain entry by entry.
#[derive(Clone, Copy, Debug)]
pub struct Verifier {
    number: u64,
    hash: Digest,
}

impl Default for Verifier {
    fn default() -> Self {
        Self {
            number: 0,
            hash: FIRST,
        }
    }
}

impl Verifier {
    /// Number and hash of the last entry that was verified.
    pub const fn head(&self) -> (u64, Digest) {
        (self.number, self.hash)
    }

    /// Verifies that this entry follows.
    ///
    /// # Errors
    /// It does not.
    pub fn next(&mut self, record: &DeedRecord) -> Result<(), Broken> {
        let number = record.number;
        if number != self.number + 1 {
            return Err(Broken::Gap {
                expected: self.number + 1,
                found: number,
            });
        }
        if Digest::of(record.entry.as_bytes()) != record.hash {
            return Err(Broken::Changed { number });
        }
        let entry: Entry<'_> =
            serde_json::from_str(&record.entry).map_err(|error| Broken::Unreadable {
                number,
                what: error.to_string(),
            })?;
        let same =
            entry.number == number && entry.kind == record.kind && entry.governs == record.governs;
        if !same {
            return Err(Broken::Changed { number });
        }
        if entry.previous != self.hash.to_string() {
            return Err(Broken::Link {
                number,
                before: self.number,
            });
        }
        self.number = number;
        self.hash = record.hash;
        Ok(())
    }
}

/// The entry that follows.
///
/// # Errors
/// The body is no JSON object, or not on one line.
pub(crate) fn link(
    number: u64,
    previous: Digest,
    new: &NewDeed<'_>,
) -> Result<DeedRecord, StoreError> {
    let unfit = |what: String| StoreError::Unfit {
        what: format!("the body of a deed `{}`: {what}", new.kind),
    };
    if new.kind.is_empty() {
        return Err(unfit("the deed has no kind".to_owned()));
    }
    // Inside a JSON text a line break is always written as an escape; a raw one would make two lines of the entry.
    if !new.body.starts_with('{') || new.body.contains(['\n', '\r']) {
        return Err(unfit("not a JSON object on one line".to_owned()));
    }
    let body: &RawValue =
        serde_json::from_str(new.body).map_err(|error| unfit(error.to_string()))?;
    let entry = serde_json::to_string(&Entry {
        number,
        at: new.at,
        who: new.who.into(),
        kind: new.kind.into(),
        subject: new.subject.into(),
        governs: new.governs,
        body,
        previous: previous.to_string().into(),
    })
    .map_err(|error| unfit(error.to_string()))?;
    Ok(DeedRecord {
        number,
        kind: new.kind.to_owned(),
        governs: new.governs,
        hash: Digest::of(entry.as_bytes()),
        entry,
    })
}

#[cfg(test)]
mod tests {
    use motcua_model::Date;

    use super::*;

    fn chain(count: u64) -> Vec<DeedRecord> {
        let mut previous = FIRST;
        (1..=count)
            .map(|number| {
                let body = format!(r#"{{"n":{number}}}"#);
                let new = NewDeed {
                    kind: "tried",
                    subject: "x",
                    who: "an",
                    at: Date::MIN.midnight(),
                    body: &body,
                    governs: false,
                };
                let record = link(number, previous, &new).unwrap();
                previous = record.hash;
                record
            })
            .collect()
    }

    fn verify(records: &[DeedRecord]) -> Result<(), Broken> {
        let mut verifier = Verifier::default();
        records.iter().try_for_each(|record| verifier.next(record))
    }

    #[test]
    fn a_chain_verifies_and_every_way_of_tampering_tells() {
        let sound = chain(5);
        assert_eq!(verify(&sound), Ok(()));
        let mut changed = sound.clone();
        changed[2].entry = changed[2].entry.replace("\"n\":3", "\"n\":4");
        assert_eq!(verify(&changed), Err(Broken::Changed { number: 3 }));
        // Whoever also mends the hash breaks the link of the next.
        changed[2].hash = Digest::of(changed[2].entry.as_bytes());
        assert_eq!(
            verify(&changed),
            Err(Broken::Link {
                number: 4,
                before: 3
            })
        );
        let mut dropped = sound.clone();
        dropped.remove(1);
        assert_eq!(
            verify(&dropped),
            Err(Broken::Gap {
                expected: 2,
                found: 3
            })
        );
        let mut renamed = sound.clone();
        renamed[1].kind = "other".to_owned();
        assert_eq!(verify(&renamed), Err(Broken::Changed { number: 2 }));
        let mut hidden = sound.clone();
        hidden[1].governs = true;
        assert_eq!(verify(&hidden), Err(Broken::Changed { number: 2 }));
        let mut swapped = sound;
        swapped.swap(0, 1);
        assert!(verify(&swapped).is_err());
    }

    #[test]
    fn a_body_that_is_no_json_object_on_one_line_is_refused() {
        for body in ["", "{", "5", "[]", "{\n}", "{} {}"] {
            let new = NewDeed {
                kind: "tried",
                subject: "",
                who: "an",
                at: Date::MIN.midnight(),
                body,
                governs: false,
            };
            assert!(
                matches!(link(1, FIRST, &new), Err(StoreError::Unfit { .. })),
                "{body}"
            );
        }
    }
}
