//! One option of several, and sets of them.

use std::marker::PhantomData;

use crate::maybe::{Maybe, State, Truth, agreed};

/// The options of a choice, as the macro writes them from the package.
pub trait Choice: Copy + PartialEq + 'static {
    /// All of them, in the order of the package.
    const ALL: &'static [Self];
}

/// How the dossier reaches the department.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Channel {
    /// Through the public-service portal.
    Online,
    /// Handed in at the one-stop counter.
    Counter,
    /// By the public postal service.
    Postal,
}

impl Choice for Channel {
    const ALL: &'static [Self] = &[Self::Online, Self::Counter, Self::Postal];
}

/// The number of an option.
pub(crate) fn number_of<C: Choice>(option: C) -> usize {
    let found = C::ALL.iter().position(|known| *known == option);
    found.unwrap_or(C::ALL.len())
}

impl<C: Choice> Maybe<C> {
    /// What follows from the option: for a `match`. While the option is not told, what all options have in common.
    pub fn decide<T: PartialEq>(self, decide: impl Fn(C) -> Maybe<T>) -> Maybe<T> {
        match self.0 {
            State::Known(option) => decide(option),
            State::Unknown(facts) => agreed(facts, C::ALL.iter().map(|option| decide(*option))),
        }
    }
}

/// A set of the options of a choice of several, of which there are at most 60.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Options<C> {
    set: u64,
    choice: PhantomData<C>,
}

impl<C: Choice> Options<C> {
    /// The set of these options.
    pub fn of(options: &[C]) -> Self {
        let numbers = options.iter().map(|option| number_of(*option));
        Self::numbered(numbers)
    }

    pub(crate) fn numbered(numbers: impl IntoIterator<Item = usize>) -> Self {
        let bit = |number: usize| {
            u32::try_from(number)
                .ok()
                .and_then(|n| 1_u64.checked_shl(n))
        };
        let set = (numbers.into_iter().filter_map(bit)).fold(0, |set, bit| set | bit);
        Self {
            set,
            choice: PhantomData,
        }
    }

    /// Whether an option is in it.
    pub fn contains(self, option: C) -> bool {
        self.set & Self::of(&[option]).set != 0
    }
}

impl<C: Choice> Maybe<Options<C>> {
    /// Whether an option is ticked.
    pub fn contains(self, option: C) -> Truth {
        self.map(|options| options.contains(option))
    }

    /// How many options are ticked.
    pub fn count(self) -> Maybe<i64> {
        self.map(|options| options.set.count_ones().into())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::facts::FactSet;

    #[test]
    fn what_all_options_have_in_common_is_known() {
        let open: Maybe<Channel> = Maybe::hanging_on(FactSet::of(4));
        let paper = |channel| Maybe::from(channel != Channel::Online);
        assert!(open.decide(paper).known().is_none());
        assert_eq!(open.decide(|_| Maybe::from(7)).known(), Some(7));
        let told = Maybe::from(Channel::Postal);
        assert_eq!(told.decide(paper).known(), Some(true));
    }

    #[test]
    fn a_set_has_the_options_that_are_ticked() {
        let ticked = Maybe::from(Options::of(&[Channel::Online, Channel::Postal]));
        assert_eq!(ticked.contains(Channel::Postal).known(), Some(true));
        assert_eq!(ticked.contains(Channel::Counter).known(), Some(false));
        assert_eq!(ticked.count().known(), Some(2));
    }
}
