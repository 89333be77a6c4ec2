//! One column of a table, cut into atoms: classes of values that no cell tells apart.

use std::collections::BTreeMap;

/// A set of small numbers.
#[derive(Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(super) struct Bits(Vec<u64>);

impl Bits {
    /// Nothing, with room for numbers below `size`.
    pub fn new(size: usize) -> Self {
        Self(vec![0; size.div_ceil(64)])
    }

    /// All numbers below `size`.
    pub fn all(size: usize) -> Self {
        let mut bits = Self::new(size);
        (0..size).for_each(|number| bits.insert(number));
        bits
    }

    pub fn insert(&mut self, number: usize) {
        let word = number / 64;
        if word >= self.0.len() {
            self.0.resize(word + 1, 0);
        }
        if let Some(bits) = self.0.get_mut(word) {
            *bits |= 1 << (number % 64);
        }
    }

    pub fn remove(&mut self, number: usize) {
        if let Some(bits) = self.0.get_mut(number / 64) {
            *bits &= !(1 << (number % 64));
        }
    }

    pub fn contains(&self, number: usize) -> bool {
        self.0
            .get(number / 64)
            .is_some_and(|bits| bits >> (number % 64) & 1 == 1)
    }

    /// Removes all numbers up to and including this one.
    pub fn remove_to(&mut self, number: usize) {
        for (at, bits) in self.0.iter_mut().enumerate().take(number / 64 + 1) {
            *bits &= if at == number / 64 {
                (!0 << (number % 64)) << 1
            } else {
                0
            };
        }
    }

    /// Removes this number and all above it.
    pub fn remove_from(&mut self, number: usize) {
        for (at, bits) in self.0.iter_mut().enumerate().skip(number / 64) {
            *bits &= if at == number / 64 {
                !(!0 << (number % 64))
            } else {
                0
            };
        }
    }

    /// Keeps what the other has too.
    pub fn keep(&mut self, other: &Self) {
        for (at, bits) in self.0.iter_mut().enumerate() {
            *bits &= other.0.get(at).copied().unwrap_or(0);
        }
    }

    /// Adds what the other has.
    pub fn add(&mut self, other: &Self) {
        if self.0.len() < other.0.len() {
            self.0.resize(other.0.len(), 0);
        }
        for (bits, more) in self.0.iter_mut().zip(&other.0) {
            *bits |= more;
        }
    }

    pub fn is_empty(&self) -> bool {
        self.0.iter().all(|bits| *bits == 0)
    }

    /// Whether there is a number in both.
    pub fn meets(&self, other: &Self) -> bool {
        self.0.iter().zip(&other.0).any(|(a, b)| a & b != 0)
    }

    /// How many numbers there are.
    pub fn len(&self) -> usize {
        self.0.iter().map(|bits| bits.count_ones() as usize).sum()
    }

    /// The machine words it takes.
    pub fn words(&self) -> usize {
        self.0.len()
    }

    /// The numbers, ascending.
    pub fn iter(&self) -> impl Iterator<Item = usize> + '_ {
        self.0.iter().enumerate().flat_map(|(at, bits)| {
            let bits = *bits;
            (0..64)
                .filter(move |bit| bits >> bit & 1 == 1)
                .map(move |bit| at * 64 + bit)
        })
    }
}

/// A column. Every value of its domain belongs to one atom; every cell is a union of atoms.
#[derive(Debug)]
pub(super) struct Column {
    /// The least value of each atom.
    least: Vec<i64>,
    /// The rows whose cell holds the atom.
    rows: Vec<Bits>,
    /// The atoms that the cell of each row holds.
    atoms: Vec<Bits>,
}

impl Column {
    /// Cuts the values from `bounds.0` to `bounds.1` by the cells, one for each row: the ranges it holds, or nothing for an
    /// opaque cell, which is taken to hold everything. Nothing is returned when it would take more machine words than are
    /// `left`.
    pub fn new(
        bounds: (i64, i64),
        cells: impl ExactSizeIterator<Item = Option<Vec<(i64, i64)>>>,
        left: &mut u64,
    ) -> Option<Self> {
        let (min, max) = bounds;
        let count = cells.len();
        let mut current = Bits::new(count);
        let words = current.words().max(1) as u64;
        // Where a row begins or ceases to hold, going up from the smallest value.
        let mut turns: Vec<(i64, usize)> = Vec::new();
        for (row, ranges) in cells.enumerate() {
            let whole = || vec![(min, max)];
            for (low, high) in ranges.unwrap_or_else(whole) {
                let (low, high) = (low.max(min), high.min(max));
                if low > high {
                    continue;
                }
                turns.push((low, row));
                if high < max {
                    turns.push((high + 1, row));
                }
            }
        }
        turns.sort_unstable();
        let mut seen: BTreeMap<Bits, usize> = BTreeMap::new();
        let mut column = Self {
            least: Vec::new(),
            rows: Vec::new(),
            atoms: vec![Bits::default(); count],
        };
        let mut turns = turns.into_iter().peekable();
        let mut value = Some(min);
        while let Some(least) = value {
            while let Some((_, row)) = turns.next_if(|(at, _)| *at == least) {
                if current.contains(row) {
                    current.remove(row)
                } else {
                    current.insert(row)
                }
            }
            *left = left.checked_sub(words)?;
            if !seen.contains_key(&current) {
                seen.insert(current.clone(), column.least.len());
                column.least.push(least);
                column.rows.push(current.clone());
            }
            value = turns.peek().map(|(at, _)| *at);
        }
        for (atom, rows) in column.rows.iter().enumerate() {
            for row in rows.iter() {
                if let Some(atoms) = column.atoms.get_mut(row) {
                    atoms.insert(atom);
                }
            }
        }
        Some(column)
    }

    /// How many atoms there are; at least one.
    pub fn len(&self) -> usize {
        self.least.len()
    }

    /// The least value of an atom.
    pub fn least(&self, atom: usize) -> i64 {
        self.least.get(atom).copied().unwrap_or_default()
    }

    /// The rows whose cells hold an atom.
    pub fn rows_of(&self, atom: usize) -> &Bits {
        const NONE: &Bits = &Bits(Vec::new());
        self.rows.get(atom).unwrap_or(NONE)
    }

    /// The atoms that the cell of a row holds.
    pub fn atoms_of(&self, row: usize) -> &Bits {
        const NONE: &Bits = &Bits(Vec::new());
        self.atoms.get(row).unwrap_or(NONE)
    }

    /// Adds a row whose cell holds these atoms, and tells its number.
    pub fn add_row(&mut self, atoms: &Bits) -> usize {
        let row = self.atoms.len();
        for atom in atoms.iter() {
            if let Some(rows) = self.rows.get_mut(atom) {
                rows.insert(row);
            }
        }
        self.atoms.push(atoms.clone());
        row
    }
}
