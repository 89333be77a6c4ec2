//! What a comparison compares with zero, where that is a sum of facts: so many of each, and a number.

use std::collections::BTreeMap;

use super::thresholds::{DAY, Place};

/// What a sum is made of besides its number.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Term {
    /// The moment of filing, in seconds.
    Filed,
    /// A fact or field, in its units.
    Place(Place),
}

/// `(number + Σ times × term) / over`, and so many months later where it is a date.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Sum {
    number: i128,
    /// None of them times 0.
    terms: BTreeMap<Term, i128>,
    /// At least 1.
    over: i128,
    months: i64,
}

impl Sum {
    /// A number.
    pub fn number(number: i64) -> Self {
        Self {
            number: number.into(),
            terms: BTreeMap::new(),
            over: 1,
            months: 0,
        }
    }

    /// A term.
    pub fn term(term: Term) -> Self {
        Self {
            terms: BTreeMap::from([(term, 1)]),
            ..Self::number(0)
        }
    }

    /// The number and what it is over, where there is nothing else.
    fn constant(&self) -> Option<(i128, i128)> {
        (self.terms.is_empty() && self.months == 0).then_some((self.number, self.over))
    }

    /// Both together; of the second, `times` of it.
    pub fn plus(&self, other: &Self, times: i128) -> Option<Self> {
        let mut terms = BTreeMap::new();
        for (sum, by) in [(self, other.over), (other, self.over.checked_mul(times)?)] {
            for (term, units) in &sum.terms {
                let all: &mut i128 = terms.entry(*term).or_default();
                *all = all.checked_add(units.checked_mul(by)?)?;
            }
        }
        terms.retain(|_, units| *units != 0);
        let own = self.number.checked_mul(other.over)?;
        let others = other.number.checked_mul(self.over)?.checked_mul(times)?;
        Some(Self {
            number: own.checked_add(others)?,
            terms,
            over: self.over.checked_mul(other.over)?,
            months: self
                .months
                .checked_add(other.months.checked_mul(i64::try_from(times).ok()?)?)?,
        })
    }

    /// So many of it.
    pub fn times(&self, by: i128, over: i128) -> Option<Self> {
        // What it is over stays positive.
        let (by, over) = if over < 0 {
            (by.checked_neg()?, over.checked_neg()?)
        } else {
            (by, over)
        };
        if over == 0 {
            return None;
        }
        let mut terms = BTreeMap::new();
        for (term, units) in &self.terms {
            terms.insert(*term, units.checked_mul(by)?);
        }
        terms.retain(|_, units| *units != 0);
        Some(Self {
            number: self.number.checked_mul(by)?,
            terms,
            over: self.over.checked_mul(over)?,
            months: self.months,
        })
    }

    /// The product, where one of them is a number.
    pub fn product(&self, other: &Self) -> Option<Self> {
        match (self.constant(), other.constant()) {
            (Some((by, over)), _) => other.times(by, over),
            (_, Some((by, over))) => self.times(by, over),
            _ => None,
        }
    }

    /// The quotient without its rounding, where the divisor is a number.
    pub fn quotient(&self, other: &Self) -> Option<Self> {
        let (by, over) = other.constant()?;
        self.times(over, by)
    }

    /// The day of a moment.
    pub fn days(&self) -> Option<Self> {
        self.times(1, DAY.into())
    }

    /// So many months later, where that is a number.
    pub fn later(&self, months: &Self) -> Option<Self> {
        let (months, over) = months.constant()?;
        let months = i64::try_from(months.checked_div(over)?).ok()?;
        Some(Self {
            months: self.months.checked_add(months)?,
            ..self.clone()
        })
    }

    /// Its facts and fields.
    pub fn places(&self) -> impl Iterator<Item = Place> {
        self.terms.keys().filter_map(|term| match term {
            Term::Place(place) => Some(*place),
            Term::Filed => None,
        })
    }

    /// In words that two programs share, where `name` names a term alike.
    pub fn described(&self, name: impl Fn(Term) -> String) -> String {
        let terms: BTreeMap<String, i128> = self
            .terms
            .iter()
            .map(|(term, units)| (name(*term), *units))
            .collect();
        let Self {
            number,
            over,
            months,
            ..
        } = self;
        format!("{number} {terms:?} / {over} + {months} months")
    }

    /// Its one fact or field, where it has no other term.
    pub fn only(&self) -> Option<Place> {
        let place = self.places().next()?;
        (self.terms.len() == 1 && self.months == 0).then_some(place)
    }

    /// The value of one fact, rounded down, with which the sum is zero as the others are, and how many months to add.
    pub fn zero(&self, place: Place, others: impl Fn(Term) -> Option<i64>) -> Option<(i64, i64)> {
        let own = Term::Place(place);
        let units = *self.terms.get(&own)?;
        let mut rest = self.number;
        for (term, times) in self.terms.iter().filter(|(term, _)| **term != own) {
            rest = rest.checked_add(times.checked_mul(others(*term)?.into())?)?;
        }
        let value = rest.checked_neg()?.checked_div_euclid(units)?;
        let months = if units > 0 {
            self.months.checked_neg()?
        } else {
            self.months
        };
        Some((i64::try_from(value).ok()?, months))
    }

    /// How it compares with zero, where its one fact has this value.
    pub fn against_zero(&self, place: Place, value: i64) -> Option<std::cmp::Ordering> {
        let units = *self.terms.get(&Term::Place(place))?;
        let sum = self.number.checked_add(units.checked_mul(value.into())?)?;
        Some(sum.cmp(&0))
    }
}

#[cfg(test)]
mod tests {
    use std::cmp::Ordering;

    use super::*;

    const CAPITAL: Place = (3, None);
    const BRANCHES: Place = (4, None);

    fn term(place: Place) -> Sum {
        Sum::term(Term::Place(place))
    }

    /// `capital / 10 - (2 * branches + 5)`
    fn sum() -> Sum {
        let needed = term(BRANCHES).product(&Sum::number(2)).unwrap();
        let needed = needed.plus(&Sum::number(5), 1).unwrap();
        let capital = term(CAPITAL).quotient(&Sum::number(10)).unwrap();
        capital.plus(&needed, -1).unwrap()
    }

    #[test]
    fn a_fact_is_worth_what_the_others_leave() {
        let others = |term| (term == Term::Place(BRANCHES)).then_some(7);
        assert_eq!(sum().zero(CAPITAL, others), Some((190, 0)));
        let others = |term| (term == Term::Place(CAPITAL)).then_some(190);
        assert_eq!(sum().zero(BRANCHES, others), Some((7, 0)));
        assert_eq!(
            sum().zero(CAPITAL, |_| None),
            None,
            "nothing is told of the other"
        );
    }

    #[test]
    fn what_cancels_out_is_no_term() {
        let nothing = sum().plus(&sum(), -1).unwrap();
        assert_eq!(nothing.places().count(), 0);
        let one = term(CAPITAL).plus(&Sum::number(5), -1).unwrap();
        assert_eq!(one.only(), Some(CAPITAL));
        assert_eq!(one.against_zero(CAPITAL, 4), Some(Ordering::Less));
        assert_eq!(one.against_zero(CAPITAL, 5), Some(Ordering::Equal));
    }

    #[test]
    fn months_are_taken_off_the_one_they_are_added_to() {
        // issued + 6 months - filed
        let filed = Sum::term(Term::Filed).days().unwrap();
        let end = term(CAPITAL).later(&Sum::number(6)).unwrap();
        let sum = end.plus(&filed, -1).unwrap();
        assert_eq!(sum.zero(CAPITAL, |_| Some(20 * DAY)), Some((20, -6)));
        // and the other way round
        let sum = filed.plus(&end, -1).unwrap();
        assert_eq!(sum.zero(CAPITAL, |_| Some(20 * DAY)), Some((20, -6)));
    }
}
