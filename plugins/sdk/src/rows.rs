//! Repeating facts.

use std::marker::PhantomData;
use std::slice;

use crate::contract;
use crate::facts::FactSet;
use crate::maybe::{Maybe, Truth, all, any};
use crate::number::Number;
use crate::told::Told;

/// The rows of a repeating fact, each an `R`; once they are told they are all there.
pub type Rows<'a, R> = Maybe<RowList<'a, R>>;

/// Rows that are told. A `for` goes through them; what a rule makes of them is worked out inside [`Maybe::and_then`].
#[derive(Clone, Copy)]
pub struct RowList<'a, R> {
    rows: &'a [contract::Row],
    untold: FactSet,
    row: PhantomData<R>,
}

/// The row of a repeating fact, as the macro writes it from the package.
pub trait Row<'a> {
    #[doc(hidden)]
    fn of(told: Told<'a>) -> Self;
}

/// Rows on their way through a `for`.
pub struct RowsIter<'a, R> {
    rows: slice::Iter<'a, contract::Row>,
    untold: FactSet,
    row: PhantomData<R>,
}

impl<'a, R: Row<'a>> Iterator for RowsIter<'a, R> {
    type Item = R;

    fn next(&mut self) -> Option<R> {
        let cells = self.rows.next()?;
        Some(R::of(Told::row(cells, self.untold)))
    }
}

impl<'a, R: Row<'a>> IntoIterator for RowList<'a, R> {
    type Item = R;
    type IntoIter = RowsIter<'a, R>;

    fn into_iter(self) -> RowsIter<'a, R> {
        RowsIter {
            rows: self.rows.iter(),
            untold: self.untold,
            row: PhantomData,
        }
    }
}

impl<'a, R> RowList<'a, R> {
    /// Rows of which a field that is not told hangs on the facts.
    pub(crate) const fn new(rows: &'a [contract::Row], untold: FactSet) -> Self {
        Self {
            rows,
            untold,
            row: PhantomData,
        }
    }

    fn length(&self) -> i64 {
        // A fact has at most 200 rows.
        self.rows.len() as i64
    }
}

impl<'a, R: Row<'a>> Maybe<RowList<'a, R>> {
    /// Whether it holds for one of the rows; of none, false.
    pub fn any(self, holds: impl FnMut(R) -> Truth) -> Truth {
        self.and_then(|rows| any(rows.into_iter().map(holds)))
    }

    /// Whether it holds for each of the rows; of none, true.
    pub fn all(self, holds: impl FnMut(R) -> Truth) -> Truth {
        self.and_then(|rows| all(rows.into_iter().map(holds)))
    }

    /// How many rows there are.
    pub fn count(self) -> Maybe<i64> {
        self.map(|rows| rows.length())
    }

    /// For how many rows it holds.
    pub fn count_where(self, mut holds: impl FnMut(R) -> Truth) -> Maybe<i64> {
        self.sum(|row| holds(row).if_else(1, 0))
    }

    /// The sum over the rows; of none, 0.
    pub fn sum<N: Number>(self, each: impl FnMut(R) -> Maybe<N>) -> Maybe<N> {
        self.and_then(|rows| {
            let numbers = rows.into_iter().map(each);
            numbers.fold(N::ZERO.into(), |sum: Maybe<N>, number| sum + number)
        })
    }

    /// The smallest over the rows; of none, without a result.
    pub fn smallest<N: Number>(self, each: impl FnMut(R) -> Maybe<N>) -> Maybe<N> {
        self.and_then(|rows| {
            let numbers = rows.into_iter().map(each);
            numbers
                .reduce(Maybe::min)
                .unwrap_or(Maybe::without_result())
        })
    }

    /// The largest over the rows; of none, without a result.
    pub fn largest<N: Number>(self, each: impl FnMut(R) -> Maybe<N>) -> Maybe<N> {
        self.and_then(|rows| {
            let numbers = rows.into_iter().map(each);
            numbers
                .reduce(Maybe::max)
                .unwrap_or(Maybe::without_result())
        })
    }
}
