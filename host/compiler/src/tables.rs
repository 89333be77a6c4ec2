//! Decision tables as sets: which rows overlap, what no row covers, which rows are never reached (DMN 1.4, 8.2.8).
//!
//! Every input is a column with a finite domain, every cell a set of its values, every row the box that is the product of
//! its cells. All answers are exact and do not depend on the order of anything but the rows themselves.
//!
//! **Columns are taken as independent.** If two columns ask about the same fact, a case that is found may be one that
//! cannot happen; whoever calls gives each input once. A case in which an input is unknown is not looked at.
//!
//! **Opaque cells**, which compare with another fact or with something else that is only known when the rule runs, could
//! hold for every value or for none. A row with such a cell is taken in the way that claims less:
//! - it overlaps with no row, because it might never hold;
//! - it may cover whatever its other cells allow, so that no gap is claimed there;
//! - it covers no later row, and is itself only claimed to be unreachable if it were so with the opaque cell left out.
//!
//! So what is claimed is true whatever the opaque cells turn out to mean; what is not claimed may still be. A column of
//! text can be given as [`Domain::Options`] if its cells only compare with constants: one option for each constant and one
//! more for all other texts.

use std::collections::BTreeSet;

mod column;
mod cover;
#[cfg(test)]
mod tests;

use column::{Bits, Column};
use cover::{Cover, OutOfWork};

/// The values that an input can have.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Domain {
    /// False is 0, true is 1.
    Boolean,
    /// Option numbers from 0 to one less than this.
    Options(u16),
    /// Whole units: numbers at their scale, days, seconds, months. No value at all if `min` is above `max`.
    Integer {
        /// The smallest value.
        min: i64,
        /// The largest value.
        max: i64,
    },
    /// Values that are not looked into: cells are [`CellSet::Any`] or opaque.
    Opaque,
}

/// The values that a cell lets through.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum CellSet {
    /// All of them.
    Any,
    /// Some option numbers, or of a boolean.
    Finite(BTreeSet<u16>),
    /// Whole units from the first to the second of each pair, both included. Made by [`CellSet::intervals`] they are
    /// ascending and neither overlap nor touch.
    Intervals(Vec<(i64, i64)>),
    /// Not known before the rule runs.
    Opaque,
}

/// A case: one value for each column.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Witness(pub Vec<WitnessValue>);

/// The value of a column in a case.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum WitnessValue {
    /// It does not matter: the case is one for every value of the column.
    Any,
    /// An option number, 0 or 1 for a boolean, or units.
    Value(i64),
}

/// What there is to say of a table.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Analysis {
    /// Pairs of rows, the earlier first, ascending, with a case in which both hold.
    pub overlaps: Vec<(usize, usize, Witness)>,
    /// Cases in which no row holds, from different corners of the table, at most [`Limits::gaps`]. There is none only if
    /// there is no such case.
    pub gaps: Vec<Witness>,
    /// Rows that can hold, but whenever they do an earlier row holds as well; ascending.
    pub unreachable: Vec<usize>,
    /// Rows that can never hold, because a cell lets no value of its column through; ascending. They are left out of
    /// everything else.
    pub impossible: Vec<usize>,
    /// Which questions were answered whole. For the others what was found is true, but there may be more.
    pub complete: Complete,
}

/// Whether the limits sufficed, for each of the questions.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Complete {
    /// No other rows overlap.
    pub overlaps: bool,
    /// No other row is unreachable.
    pub unreachable: bool,
    /// There is no other gap.
    pub gaps: bool,
}

impl Complete {
    /// Every question alike.
    const fn all(complete: bool) -> Self {
        Self {
            overlaps: complete,
            unreachable: complete,
            gaps: complete,
        }
    }
}

/// How much work may be done, and how much may be found.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Limits {
    /// Machine words that may be looked at, for each of the three questions. It bounds time (a fraction of a
    /// second) and memory (some ten million bytes).
    pub words: u64,
    /// The most overlaps that are listed.
    pub overlaps: usize,
    /// The most gaps that are listed.
    pub gaps: usize,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            words: 5_000_000,
            overlaps: 100,
            gaps: 20,
        }
    }
}

/// The most columns of a table that is looked into.
pub const MAX_COLUMNS: usize = 200;

/// Holds the rows of a table against each other, within the usual limits. Each row has one cell for each domain; a missing
/// one is opaque, one too many is not looked at.
pub fn analyse(domains: &[Domain], rows: &[Vec<CellSet>]) -> Analysis {
    analyse_within(domains, rows, &Limits::default())
}

/// The same, within the given limits.
pub fn analyse_within(domains: &[Domain], rows: &[Vec<CellSet>], limits: &Limits) -> Analysis {
    let mut analysis = Analysis {
        overlaps: Vec::new(),
        gaps: Vec::new(),
        unreachable: Vec::new(),
        impossible: Vec::new(),
        complete: Complete::all(true),
    };
    if domains.iter().any(|domain| bounds(domain).is_none()) {
        // An input without values: the table is never asked.
        return analysis;
    }
    let Ok(mut table) = Table::new(domains, rows, limits) else {
        analysis.complete = Complete::all(false);
        return analysis;
    };
    analysis.impossible = (0..rows.len())
        .filter(|row| !table.possible.contains(*row))
        .collect();
    let mut gaps = Vec::new();
    analysis.complete = Complete {
        overlaps: table.find_overlaps(limits, &mut analysis.overlaps).is_ok(),
        unreachable: table
            .find_unreachable(limits, &mut analysis.unreachable)
            .is_ok(),
        gaps: table.find_gaps(limits, &mut gaps).is_ok(),
    };
    analysis.gaps = gaps.iter().map(|gap| table.witness_of(gap)).collect();
    analysis
}

/// The smallest and the largest value; nothing if there is none.
fn bounds(domain: &Domain) -> Option<(i64, i64)> {
    let (min, max) = match *domain {
        Domain::Boolean => (0, 1),
        Domain::Options(count) => (0, i64::from(count) - 1),
        Domain::Integer { min, max } => (min, max),
        Domain::Opaque => (0, 0),
    };
    (min <= max).then_some((min, max))
}

/// What a cell lets through, as ranges; nothing if it is opaque.
fn ranges(cell: Option<&CellSet>, domain: &Domain) -> Option<Vec<(i64, i64)>> {
    match (cell?, domain) {
        (CellSet::Any, _) => Some(vec![(i64::MIN, i64::MAX)]),
        (CellSet::Opaque, _) | (_, Domain::Opaque) => None,
        (CellSet::Finite(values), _) => Some(normalised(
            values
                .iter()
                .map(|value| (i64::from(*value), i64::from(*value)))
                .collect(),
        )),
        (CellSet::Intervals(intervals), _) => Some(normalised(intervals.clone())),
    }
}

/// Ascending, without empty ranges, and joined where they overlap or touch.
fn normalised(mut intervals: Vec<(i64, i64)>) -> Vec<(i64, i64)> {
    intervals.retain(|(low, high)| low <= high);
    intervals.sort_unstable();
    let mut joined: Vec<(i64, i64)> = Vec::with_capacity(intervals.len());
    for (low, high) in intervals {
        match joined.last_mut() {
            // `saturating_add`: a range up to the largest number touches everything behind it, of which there is nothing.
            Some((_, last)) if low <= last.saturating_add(1) => *last = high.max(*last),
            _ => joined.push((low, high)),
        }
    }
    joined
}

impl CellSet {
    /// Whole units from the first to the second of each pair, both included, in any order; a pair whose first is above its
    /// second holds nothing.
    pub fn intervals(intervals: Vec<(i64, i64)>) -> Self {
        Self::Intervals(normalised(intervals))
    }

    /// What both let through.
    pub fn intersect(&self, other: &Self) -> Self {
        match (self, other) {
            (Self::Any, set) | (set, Self::Any) => set.clone(),
            (set, _) | (_, set) if set.is_empty() => set.clone(),
            (Self::Opaque, _) | (_, Self::Opaque) => Self::Opaque,
            (Self::Finite(a), Self::Finite(b)) => Self::Finite(a & b),
            (a, b) => {
                let mut both = Vec::new();
                for (low, high) in a.pairs() {
                    for (other_low, other_high) in b.pairs() {
                        both.push((low.max(other_low), high.min(other_high)));
                    }
                }
                Self::intervals(both)
            }
        }
    }

    /// What one of them lets through.
    pub fn union(&self, other: &Self) -> Self {
        match (self, other) {
            (Self::Any, _) | (_, Self::Any) => Self::Any,
            (empty, set) | (set, empty) if empty.is_empty() => set.clone(),
            (Self::Opaque, _) | (_, Self::Opaque) => Self::Opaque,
            (Self::Finite(a), Self::Finite(b)) => Self::Finite(a | b),
            (a, b) => Self::intervals(a.pairs().into_iter().chain(b.pairs()).collect()),
        }
    }

    /// The values of the domain that it does not let through. Of something opaque, that is opaque too.
    pub fn complement(&self, domain: &Domain) -> Self {
        let nothing = || match domain {
            Domain::Boolean | Domain::Options(_) => Self::Finite(BTreeSet::new()),
            Domain::Integer { .. } | Domain::Opaque => Self::Intervals(Vec::new()),
        };
        let count = match (self, domain) {
            (Self::Opaque, _) => return Self::Opaque,
            (Self::Any, _) => return nothing(),
            (set, _) if set.is_empty() => return Self::Any,
            (_, Domain::Opaque) => return Self::Opaque,
            (_, Domain::Integer { min, max }) => {
                return Self::intervals(outside(self.pairs(), *min, *max));
            }
            (_, Domain::Boolean) => 2,
            (_, Domain::Options(count)) => *count,
        };
        let pairs = self.pairs();
        let inside = |value: &u16| {
            pairs
                .iter()
                .any(|(low, high)| (*low..=*high).contains(&i64::from(*value)))
        };
        Self::Finite((0..count).filter(|value| !inside(value)).collect())
    }

    /// What it lets through and the other does not.
    pub fn subtract(&self, other: &Self, domain: &Domain) -> Self {
        self.intersect(&other.complement(domain))
    }

    /// Whether it lets some value of the domain through, as far as can be told before the rule runs.
    pub fn meets(&self, domain: &Domain) -> bool {
        let Some((min, max)) = bounds(domain) else {
            return false;
        };
        match self {
            Self::Any | Self::Opaque => true,
            set => set
                .pairs()
                .iter()
                .any(|(low, high)| *low <= max && *high >= min),
        }
    }

    /// Whether it lets nothing through, of whatever domain.
    pub fn is_empty(&self) -> bool {
        match self {
            Self::Any | Self::Opaque => false,
            Self::Finite(values) => values.is_empty(),
            Self::Intervals(intervals) => intervals.iter().all(|(low, high)| low > high),
        }
    }

    /// The values as ranges, ascending; of something that is no set of values, none.
    fn pairs(&self) -> Vec<(i64, i64)> {
        match self {
            Self::Any | Self::Opaque => Vec::new(),
            Self::Finite(values) => values
                .iter()
                .map(|value| (i64::from(*value), i64::from(*value)))
                .collect(),
            Self::Intervals(intervals) => normalised(intervals.clone()),
        }
    }
}

/// The ranges between ranges, from `min` to `max`.
fn outside(intervals: Vec<(i64, i64)>, min: i64, max: i64) -> Vec<(i64, i64)> {
    let mut free = Vec::new();
    let mut from = Some(min);
    for (low, high) in intervals {
        if let (Some(first), Some(last)) = (from, low.checked_sub(1)) {
            free.push((first, last.min(max)));
        }
        // Nothing lies behind the largest number.
        from = from.and_then(|first| Some(first.max(high.checked_add(1)?)));
    }
    if let Some(first) = from {
        free.push((first, max));
    }
    free
}

struct Table {
    columns: Vec<Column>,
    /// Rows that can hold.
    possible: Bits,
    /// Rows without opaque cells, of those.
    exact: Bits,
}

/// Where no row holds.
struct Gap {
    /// An atom of each column: a case that lies in no earlier gap.
    point: Vec<usize>,
    /// The atoms of each column that can be put in its place, all with all.
    region: Vec<Bits>,
}

impl Table {
    fn new(domains: &[Domain], rows: &[Vec<CellSet>], limits: &Limits) -> Result<Self, OutOfWork> {
        if domains.len() > MAX_COLUMNS {
            return Err(OutOfWork);
        }
        let mut left = limits.words;
        let mut columns = Vec::new();
        for (at, domain) in domains.iter().enumerate() {
            let cells = rows.iter().map(|row| ranges(row.get(at), domain));
            let bounds = bounds(domain).unwrap_or_default();
            columns.push(Column::new(bounds, cells, &mut left).ok_or(OutOfWork)?);
        }
        let mut table = Self {
            columns,
            possible: Bits::new(rows.len()),
            exact: Bits::new(rows.len()),
        };
        for (at, row) in rows.iter().enumerate() {
            if table
                .columns
                .iter()
                .any(|column| column.atoms_of(at).is_empty())
            {
                continue;
            }
            table.possible.insert(at);
            if domains
                .iter()
                .enumerate()
                .all(|(column, domain)| ranges(row.get(column), domain).is_some())
            {
                table.exact.insert(at);
            }
        }
        Ok(table)
    }

    fn find_overlaps(
        &self,
        limits: &Limits,
        found: &mut Vec<(usize, usize, Witness)>,
    ) -> Result<(), OutOfWork> {
        let mut cover = Cover::new(&self.columns, limits.words);
        for first in self.exact.iter() {
            let mut others = cover.meeting(first, &self.exact)?;
            others.remove_to(first);
            for second in others.iter() {
                if found.len() >= limits.overlaps {
                    return Err(OutOfWork);
                }
                let values = self.columns.iter().map(|column| {
                    let mut common = column.atoms_of(first).clone();
                    common.keep(column.atoms_of(second));
                    if common.len() == column.len() {
                        return WitnessValue::Any;
                    }
                    common
                        .iter()
                        .map(|atom| column.least(atom))
                        .min()
                        .map_or(WitnessValue::Any, WitnessValue::Value)
                });
                found.push((first, second, Witness(values.collect())));
            }
        }
        Ok(())
    }

    fn find_unreachable(&self, limits: &Limits, found: &mut Vec<usize>) -> Result<(), OutOfWork> {
        let mut cover = Cover::new(&self.columns, limits.words);
        for row in self.possible.iter() {
            let mut earlier = cover.meeting(row, &self.exact)?;
            earlier.remove_from(row);
            if !earlier.is_empty() && cover.uncovered(&earlier, Some(row))?.is_none() {
                found.push(row);
            }
        }
        Ok(())
    }

    fn find_gaps(&mut self, limits: &Limits, found: &mut Vec<Gap>) -> Result<(), OutOfWork> {
        let mut covering = self.possible.clone();
        let mut left = limits.words;
        loop {
            let mut cover = Cover::new(&self.columns, left);
            let Some(point) = cover.uncovered(&covering, None)? else {
                return Ok(());
            };
            if found.len() >= limits.gaps {
                return Err(OutOfWork);
            }
            let region = cover.widened(&point, &self.possible)?;
            left = cover.left();
            // From here on the region counts as covered, so that the next gap is another one.
            let mut number = None;
            for (column, atoms) in self.columns.iter_mut().zip(&region) {
                number = Some(column.add_row(atoms));
            }
            found.push(Gap { point, region });
            match number {
                Some(number) => covering.insert(number),
                // Without columns there is but one case.
                None => return Ok(()),
            }
        }
    }

    fn witness_of(&self, gap: &Gap) -> Witness {
        let values =
            self.columns
                .iter()
                .zip(&gap.region)
                .zip(&gap.point)
                .map(|((column, atoms), atom)| {
                    if atoms.len() == column.len() {
                        WitnessValue::Any
                    } else {
                        WitnessValue::Value(column.least(*atom))
                    }
                });
        Witness(values.collect())
    }
}
