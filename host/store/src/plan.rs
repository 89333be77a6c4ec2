//! What is to be written, worked out from what was read under the lock; the same for both databases.

use std::collections::BTreeMap;

use crate::{DeedRecord, Digest, NewDecision, NewDeed, Recorded, StoreError, chain};

/// The kind of the entry that every decision has in the chain; what looks for entries without their decision goes by it.
pub const DECISION_RECORDED: &str = "decision-recorded";

/// How many decisions lose their facts at once.
pub const ERASED_AT_ONCE: i64 = 1000;

/// Entries that follow a head.
pub struct Links {
    number: u64,
    hash: Digest,
    /// So far.
    pub entries: Vec<DeedRecord>,
}

impl Links {
    /// Nothing yet, after this number and hash.
    pub fn after((number, hash): (u64, Digest)) -> Self {
        Self {
            number,
            hash,
            entries: Vec::new(),
        }
    }

    /// Adds an entry; answers its number.
    pub fn add(&mut self, new: &NewDeed<'_>) -> Result<u64, StoreError> {
        let record = chain::link(self.number + 1, self.hash, new)?;
        self.number = record.number;
        self.hash = record.hash;
        self.entries.push(record);
        Ok(self.number)
    }
}

/// The last governing of these entries.
pub fn last_governing(entries: &[DeedRecord]) -> Option<u64> {
    entries
        .iter()
        .rev()
        .find(|entry| entry.governs)
        .map(|entry| entry.number)
}

/// Who asked, and the key they gave.
pub type Key<'a> = (&'a str, &'a str);

/// The id recorded under a key, and the digest of that request.
pub type Earlier<'a> = BTreeMap<Key<'a>, (String, Digest)>;

/// The key of a decision, if it has one.
pub fn key<'a>(decision: &NewDecision<'a>) -> Option<Key<'a>> {
    decision.key.map(|key| (decision.entry.who, key))
}

/// Which decisions are new, and their entries.
pub struct Plan<'d, 'a> {
    /// What becomes of each.
    pub outcomes: Vec<Recorded>,
    /// The new ones, each with the number of its entry.
    pub new: Vec<(u64, &'d NewDecision<'a>)>,
    /// Their entries.
    pub links: Links,
}

/// Plans the recording of these decisions, given what the keys among them stand for and the head of the chain.
pub fn recording<'d, 'a>(
    decisions: &'d [NewDecision<'a>],
    mut earlier: Earlier<'a>,
    head: (u64, Digest),
) -> Result<Plan<'d, 'a>, StoreError> {
    let mut links = Links::after(head);
    let mut new = Vec::new();
    let mut outcomes = Vec::with_capacity(decisions.len());
    for decision in decisions {
        if decision.id.is_empty() {
            return Err(StoreError::Unfit {
                what: "a decision without an id".to_owned(),
            });
        }
        let key = key(decision);
        if let Some((id, request)) = key.and_then(|key| earlier.get(&key)) {
            outcomes.push(if *request == decision.request {
                Recorded::Before(id.clone())
            } else {
                Recorded::Another(id.clone())
            });
            continue;
        }
        if let Some(key) = key {
            earlier.insert(key, (decision.id.to_owned(), decision.request));
        }
        new.push((links.add(&decision.entry)?, decision));
        outcomes.push(Recorded::New);
    }
    Ok(Plan {
        outcomes,
        new,
        links,
    })
}

/// The body with a member `count`.
pub fn with_count(body: &str, count: u64) -> Result<String, StoreError> {
    let unfit = |error: serde_json::Error| StoreError::Unfit {
        what: format!("the body of an erasure: {error}"),
    };
    let mut body: serde_json::Map<String, serde_json::Value> =
        serde_json::from_str(body).map_err(unfit)?;
    body.insert("count".to_owned(), count.into());
    serde_json::to_string(&body).map_err(unfit)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_count_joins_the_body() {
        assert_eq!(with_count("{}", 3).unwrap(), r#"{"count":3}"#);
        assert_eq!(
            with_count(r#"{"why":"10 năm","count":1}"#, 2).unwrap(),
            r#"{"why":"10 năm","count":2}"#
        );
        assert!(with_count("[]", 1).is_err());
    }
}
