//! From a name to its number, quickly: every member of every question passes here.

/// Names of one list of a manifest, looked up by hashing. The names come from an admitted manifest, so nobody who asks can
/// choose them to collide.
#[derive(Debug)]
pub struct NameTable {
    names: Box<[Box<str>]>,
    /// Open addressing, at most half full: a position in `names`, or [`FREE`].
    slots: Box<[u16]>,
}

const FREE: u16 = u16::MAX;

impl NameTable {
    /// A table of the names in the order of their numbers. A manifest has at most 500 of a kind
    /// ([`motcua_model::manifest::limits`]); of more than 65,535 only the first could be found.
    pub fn new<'a>(names: impl IntoIterator<Item = &'a str>) -> Self {
        let names: Box<[Box<str>]> = names
            .into_iter()
            .take(usize::from(FREE))
            .map(Box::from)
            .collect();
        let mut slots = vec![FREE; (names.len() * 2).next_power_of_two()].into_boxed_slice();
        for (number, name) in names.iter().enumerate() {
            let mut at = hash(name) as usize & (slots.len() - 1);
            while slots[at] != FREE {
                at = (at + 1) & (slots.len() - 1);
            }
            slots[at] = number as u16;
        }
        Self { names, slots }
    }

    /// The number of a name.
    pub fn find(&self, name: &str) -> Option<u16> {
        let mask = self.slots.len() - 1;
        let mut at = hash(name) as usize & mask;
        // There is always a free slot to end on.
        loop {
            let number = *self.slots.get(at)?;
            if number == FREE {
                return None;
            }
            if self
                .names
                .get(usize::from(number))
                .is_some_and(|candidate| **candidate == *name)
            {
                return Some(number);
            }
            at = (at + 1) & mask;
        }
    }

    /// All names, in the order of their numbers.
    pub fn names(&self) -> impl Iterator<Item = &str> + Clone {
        self.names.iter().map(|name| &**name)
    }
}

/// A multiplicative hash over words of eight bytes; the multiplier is 2^64 divided by the golden ratio.
fn hash(name: &str) -> u64 {
    const MULTIPLIER: u64 = 0x9E37_79B9_7F4A_7C15;
    let (words, rest) = name.as_bytes().as_chunks::<8>();
    let mut state = name.len() as u64;
    let mut mix = |word: u64| state = (state.rotate_left(5) ^ word).wrapping_mul(MULTIPLIER);
    for word in words {
        mix(u64::from_le_bytes(*word));
    }
    if !rest.is_empty() {
        let mut word = [0; 8];
        word[..rest.len()].copy_from_slice(rest);
        mix(u64::from_le_bytes(word));
    }
    // The low bits choose the slot, the high bits are the mixed ones.
    state >> 32
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn finds_each_name_and_no_other(names in prop::collection::btree_set("[a-z_]{1,20}", 0..300), other in "[a-z_]{0,20}") {
            let names: Vec<String> = names.into_iter().collect();
            let table = NameTable::new(names.iter().map(String::as_str));
            for (number, name) in names.iter().enumerate() {
                prop_assert_eq!(table.find(name), Some(number as u16));
            }
            if !names.contains(&other) {
                prop_assert_eq!(table.find(&other), None);
            }
        }
    }
}
