//! Values that may hang on facts that are not told.

use std::ops::{BitAnd, BitOr, Not};

use crate::facts::FactSet;

/// A value, or the facts on which it hangs.
///
/// Nothing in a rule tells the two apart: a rule says what follows from a value, and whether there is one yet comes out by
/// itself. So an answer never changes its mind because one more fact is told; it only becomes more certain. What an
/// unknown value hangs on goes along through every operation, and becomes the list of facts to ask.
///
/// A calculation without a result (a day beyond the year 2199, a division by 0, a number too large) is unknown and hangs on
/// nothing.
#[derive(Clone, Copy)]
#[must_use]
pub struct Maybe<T>(pub(crate) State<T>);

#[derive(Clone, Copy)]
pub(crate) enum State<T> {
    Known(T),
    Unknown(FactSet),
}

/// True, false or unknown. `&`, `|` and `!` are "and", "or" and "not": `a & b` is false as soon as one of them is false, and
/// `a | b` true as soon as one is true, whatever is unknown beside it.
pub type Truth = Maybe<bool>;

impl<T> From<T> for Maybe<T> {
    fn from(value: T) -> Self {
        Self(State::Known(value))
    }
}

impl<T> Maybe<T> {
    pub(crate) const fn hanging_on(facts: FactSet) -> Self {
        Self(State::Unknown(facts))
    }

    /// What a calculation without a result gives: unknown, with nothing to ask.
    pub const fn without_result() -> Self {
        Self::hanging_on(FactSet::EMPTY)
    }

    pub(crate) fn or_without_result(value: Option<T>) -> Self {
        value.map_or(Self::without_result(), Self::from)
    }

    pub(crate) fn facts(&self) -> FactSet {
        match &self.0 {
            State::Known(_) => FactSet::EMPTY,
            State::Unknown(facts) => *facts,
        }
    }

    pub(crate) fn known(self) -> Option<T> {
        match self.0 {
            State::Known(value) => Some(value),
            State::Unknown(_) => None,
        }
    }

    /// Something made of the value.
    pub fn map<U>(self, make: impl FnOnce(T) -> U) -> Maybe<U> {
        self.and_then(|value| make(value).into())
    }

    /// Something made of the value that may be unknown itself.
    pub fn and_then<U>(self, make: impl FnOnce(T) -> Maybe<U>) -> Maybe<U> {
        match self.0 {
            State::Known(value) => make(value),
            State::Unknown(facts) => Maybe::hanging_on(facts),
        }
    }

    /// Both, once both are known.
    pub fn zip<U>(self, other: impl Into<Maybe<U>>) -> Maybe<(T, U)> {
        match (self.0, other.into().0) {
            (State::Known(one), State::Known(other)) => (one, other).into(),
            (State::Known(_), State::Unknown(facts)) | (State::Unknown(facts), State::Known(_)) => {
                Maybe::hanging_on(facts)
            }
            (State::Unknown(one), State::Unknown(other)) => Maybe::hanging_on(one.and(other)),
        }
    }
}

impl<T: PartialEq> Maybe<T> {
    /// Whether it is this value.
    pub fn is(self, value: impl Into<Self>) -> Truth {
        self.zip(value).map(|(one, other)| one == other)
    }

    /// Whether it is another value.
    pub fn is_not(self, value: impl Into<Self>) -> Truth {
        !self.is(value)
    }

    /// Whether it is one of these values.
    pub fn is_one_of(self, values: &[T]) -> Truth {
        self.map(|value| values.contains(&value))
    }
}

impl<T: PartialOrd> Maybe<T> {
    /// `>=`
    pub fn at_least(self, bound: impl Into<Self>) -> Truth {
        self.zip(bound).map(|(value, bound)| value >= bound)
    }

    /// `<=`
    pub fn at_most(self, bound: impl Into<Self>) -> Truth {
        self.zip(bound).map(|(value, bound)| value <= bound)
    }

    /// `>`
    pub fn more_than(self, bound: impl Into<Self>) -> Truth {
        self.zip(bound).map(|(value, bound)| value > bound)
    }

    /// `<`
    pub fn less_than(self, bound: impl Into<Self>) -> Truth {
        self.zip(bound).map(|(value, bound)| value < bound)
    }
}

impl Truth {
    /// `then` where it is true, `otherwise` where it is false; while it is unknown, what both have in common.
    pub fn if_else<T: PartialEq>(
        self,
        then: impl Into<Maybe<T>>,
        otherwise: impl Into<Maybe<T>>,
    ) -> Maybe<T> {
        let (then, otherwise) = (then.into(), otherwise.into());
        match self.0 {
            State::Known(true) => then,
            State::Known(false) => otherwise,
            State::Unknown(facts) => agreed(facts, [then, otherwise]),
        }
    }
}

/// The value that all of them have, or the facts on which that hangs.
pub(crate) fn agreed<T: PartialEq>(
    facts: FactSet,
    values: impl IntoIterator<Item = Maybe<T>>,
) -> Maybe<T> {
    let mut common: Option<T> = None;
    let mut differ = false;
    let mut facts = facts;
    for value in values {
        match value.0 {
            State::Unknown(more) => {
                differ = true;
                facts = facts.and(more);
            }
            State::Known(value) => match &common {
                None => common = Some(value),
                Some(common) => differ |= *common != value,
            },
        }
    }
    match common {
        Some(value) if !differ => value.into(),
        _ => Maybe::hanging_on(facts),
    }
}

impl Not for Truth {
    type Output = Self;

    fn not(self) -> Self {
        self.map(|value| !value)
    }
}

impl BitAnd for Truth {
    type Output = Self;

    fn bitand(self, other: Self) -> Self {
        match (self.0, other.0) {
            (State::Known(false), _) | (_, State::Known(false)) => false.into(),
            (State::Known(true), _) => other,
            (_, State::Known(true)) => self,
            (State::Unknown(one), State::Unknown(other)) => Self::hanging_on(one.and(other)),
        }
    }
}

impl BitOr for Truth {
    type Output = Self;

    fn bitor(self, other: Self) -> Self {
        !(!self & !other)
    }
}

/// Whether all of them hold; of none, true.
pub fn all(truths: impl IntoIterator<Item = Truth>) -> Truth {
    truths.into_iter().fold(true.into(), BitAnd::bitand)
}

/// Whether one of them holds; of none, false.
pub fn any(truths: impl IntoIterator<Item = Truth>) -> Truth {
    truths.into_iter().fold(false.into(), BitOr::bitor)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn unknown(fact: u16) -> Truth {
        Maybe::hanging_on(FactSet::of(fact))
    }

    fn shown(truth: Truth) -> Result<bool, Vec<u16>> {
        match truth.0 {
            State::Known(value) => Ok(value),
            State::Unknown(facts) => Err(facts.iter().collect()),
        }
    }

    #[test]
    fn and_or_not_are_those_of_kleene() {
        let [yes, no] = [true, false].map(Truth::from);
        let (a, b) = (unknown(1), unknown(2));
        assert_eq!(shown(a & no), Ok(false));
        assert_eq!(shown(no & a), Ok(false));
        assert_eq!(shown(a | yes), Ok(true));
        assert_eq!(shown(yes | a), Ok(true));
        assert_eq!(shown(a & yes), Err(vec![1]));
        assert_eq!(shown(no | a), Err(vec![1]));
        assert_eq!(shown(a & b), Err(vec![1, 2]));
        assert_eq!(shown(!a | b), Err(vec![1, 2]));
        assert_eq!(shown(all([yes, b, a])), Err(vec![1, 2]));
        assert_eq!(shown(any([no, b, yes])), Ok(true));
        assert_eq!(shown(all([])), Ok(true));
        assert_eq!(shown(any([])), Ok(false));
    }

    #[test]
    fn what_both_branches_have_is_known() {
        let open = unknown(1);
        let same: Maybe<i64> = open.if_else(5, 5);
        assert_eq!(shown(same.is(5)), Ok(true));
        let other: Maybe<i64> = open.if_else(5, Maybe::<i64>::hanging_on(FactSet::of(2)));
        assert_eq!(shown(other.is(5)), Err(vec![1, 2]));
        let taken: Maybe<i64> =
            Truth::from(true).if_else(5, Maybe::<i64>::hanging_on(FactSet::of(2)));
        assert_eq!(shown(taken.is(5)), Ok(true));
    }

    #[test]
    fn a_calculation_without_a_result_asks_for_nothing() {
        assert_eq!(shown(Maybe::<i64>::without_result().is(1)), Err(vec![]));
        assert_eq!(shown(Truth::without_result() & unknown(3)), Err(vec![3]));
    }
}
