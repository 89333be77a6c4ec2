//! Sets of facts: what an unknown value hangs on.

/// A set of facts by their number in the manifest: bit `n % 64` of word `n / 64`.
///
/// A handle of two words, so that values stay small however many facts a procedure has. The words behind it are never given
/// back, as nothing is in a component; most unions are one of the two sets and need none.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct FactSet(&'static [u64]);

impl FactSet {
    /// No fact: what hangs on nothing that could be told.
    pub const EMPTY: Self = Self(&[]);

    /// One fact.
    pub fn of(fact: u16) -> Self {
        let mut words = vec![0; usize::from(fact / 64) + 1];
        if let Some(word) = words.last_mut() {
            *word = 1 << (fact % 64);
        }
        Self::keep(words)
    }

    fn keep(words: Vec<u64>) -> Self {
        Self(Vec::leak(words))
    }

    /// The facts of both.
    #[inline(never)]
    pub fn and(self, other: Self) -> Self {
        if other.within(self) {
            return self;
        }
        if self.within(other) {
            return other;
        }
        let words = self.0.len().max(other.0.len());
        let both = (0..words).map(|at| self.word(at) | other.word(at));
        Self::keep(both.collect())
    }

    fn word(self, at: usize) -> u64 {
        self.0.get(at).copied().unwrap_or_default()
    }

    fn within(self, other: Self) -> bool {
        let words = self.0.iter().enumerate();
        words
            .into_iter()
            .all(|(at, word)| word & !other.word(at) == 0)
    }

    /// The facts in ascending order.
    pub fn iter(self) -> impl Iterator<Item = u16> {
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
        let set = FactSet::of(499).and(FactSet::of(0)).and(FactSet::of(64));
        assert_eq!(set.iter().collect::<Vec<_>>(), [0, 64, 499]);
        assert_eq!(FactSet::EMPTY.iter().count(), 0);
        assert_eq!(FactSet::EMPTY.and(FactSet::of(3)), FactSet::of(3));
    }

    #[test]
    fn a_union_with_what_is_in_it_needs_no_room() {
        let both = FactSet::of(1).and(FactSet::of(70));
        for part in [FactSet::of(1), FactSet::of(70), FactSet::EMPTY, both] {
            assert!(std::ptr::eq(both.and(part).0, both.0));
            assert!(std::ptr::eq(part.and(both).0, both.0) || part == both);
        }
    }
}
