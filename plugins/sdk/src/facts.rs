//! Sets of facts: what an unknown value hangs on.

/// Words of 64 facts; a manifest has at most 500 facts.
const WORDS: usize = 8;

/// A set of facts by their number in the manifest. Small enough to be copied, so that no rule needs room for it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct FactSet([u64; WORDS]);

impl FactSet {
    /// No fact: what hangs on nothing that could be told.
    pub const EMPTY: Self = Self([0; WORDS]);

    /// One fact.
    pub fn of(fact: u16) -> Self {
        let mut set = Self::EMPTY;
        if let Some(word) = set.0.get_mut(usize::from(fact / 64)) {
            *word = 1 << (fact % 64);
        }
        set
    }

    /// The facts of both.
    #[inline(never)]
    pub fn and(mut self, other: &Self) -> Self {
        for (word, others) in self.0.iter_mut().zip(other.0) {
            *word |= others;
        }
        self
    }

    /// The facts in ascending order.
    pub fn iter(&self) -> impl Iterator<Item = u16> {
        (0_u16..).zip(self.0).flat_map(|(at, word)| {
            (0..64_u16)
                .filter(move |bit| word >> bit & 1 == 1)
                .map(move |bit| at * 64 + bit)
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_set_has_what_was_put_in() {
        let set = FactSet::of(499).and(&FactSet::of(0)).and(&FactSet::of(64));
        assert_eq!(set.iter().collect::<Vec<_>>(), [0, 64, 499]);
        assert_eq!(FactSet::EMPTY.iter().count(), 0);
    }
}
