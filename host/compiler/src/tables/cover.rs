//! Whether rows together cover a region: column by column, for each set of rows that some value leaves.

use std::collections::BTreeSet;

use super::column::{Bits, Column};

/// The limits did not suffice.
#[derive(Clone, Copy, Debug)]
pub(super) struct OutOfWork;

/// Questions about the columns of a table, answered within a budget.
pub(super) struct Cover<'a> {
    columns: &'a [Column],
    /// Machine words that may still be looked at.
    left: u64,
}

/// One search: what is looked into, and what is known already.
struct Search {
    /// The atoms of each column that belong to the region.
    region: Vec<Bits>,
    /// For each column, the rows that hold everything of the region in it and in all columns behind it.
    whole: Vec<Bits>,
    /// Sets of rows that cover the region from a column on.
    covered: BTreeSet<(usize, Bits)>,
    /// Machine words that `covered` may still take.
    room: usize,
    /// The atom of each column so far.
    point: Vec<usize>,
}

impl<'a> Cover<'a> {
    pub fn new(columns: &'a [Column], words: u64) -> Self {
        Self {
            columns,
            left: words,
        }
    }

    /// Machine words that may still be looked at.
    pub fn left(&self) -> u64 {
        self.left
    }

    fn spend(&mut self, words: usize) -> Result<(), OutOfWork> {
        self.left = self.left.checked_sub(words as u64).ok_or(OutOfWork)?;
        Ok(())
    }

    /// Which of the rows hold somewhere together with a row.
    pub fn meeting(&mut self, row: usize, among: &Bits) -> Result<Bits, OutOfWork> {
        let mut rows = among.clone();
        for column in self.columns {
            self.keep_meeting(&mut rows, column, column.atoms_of(row))?;
        }
        Ok(rows)
    }

    /// Keeps the rows whose cell holds one of the atoms.
    fn keep_meeting(
        &mut self,
        rows: &mut Bits,
        column: &Column,
        atoms: &Bits,
    ) -> Result<(), OutOfWork> {
        // Every row that can hold meets the whole column.
        if atoms.len() == column.len() {
            return Ok(());
        }
        let mut meeting = Bits::default();
        for atom in atoms.iter() {
            self.spend(rows.words())?;
            meeting.add(column.rows_of(atom));
        }
        rows.keep(&meeting);
        Ok(())
    }

    /// An atom for each column such that none of the rows holds there; nothing if the rows cover everything. With `within`,
    /// only where that row holds.
    pub fn uncovered(
        &mut self,
        rows: &Bits,
        within: Option<usize>,
    ) -> Result<Option<Vec<usize>>, OutOfWork> {
        let region: Vec<Bits> = self
            .columns
            .iter()
            .map(|column| {
                within.map_or_else(
                    || Bits::all(column.len()),
                    |row| column.atoms_of(row).clone(),
                )
            })
            .collect();
        let mut whole = vec![rows.clone()];
        for (column, region) in self.columns.iter().zip(&region).rev() {
            let mut rows = whole.last().cloned().unwrap_or_default();
            for atom in region.iter() {
                self.spend(rows.words())?;
                rows.keep(column.rows_of(atom));
            }
            whole.push(rows);
        }
        whole.reverse();
        const ROOM: usize = 1_000_000;
        let mut search = Search {
            region,
            whole,
            covered: BTreeSet::new(),
            room: ROOM,
            point: Vec::new(),
        };
        let found = self.search(&mut search, 0, rows)?;
        Ok(found.then_some(search.point))
    }

    /// Whether there is an uncovered point from a column on, where these rows are left; completes the point if so.
    fn search(&mut self, search: &mut Search, at: usize, rows: &Bits) -> Result<bool, OutOfWork> {
        if search.whole.get(at).is_some_and(|whole| whole.meets(rows)) {
            return Ok(false);
        }
        let (Some(column), Some(region)) = (self.columns.get(at), search.region.get(at).cloned())
        else {
            // Behind the last column every row that is left holds.
            return Ok(rows.is_empty());
        };
        let key = (at, rows.clone());
        if search.covered.contains(&key) {
            return Ok(false);
        }
        let mut seen = BTreeSet::new();
        for atom in region.iter() {
            self.spend(rows.words() + 1)?;
            let mut left = rows.clone();
            left.keep(column.rows_of(atom));
            search.point.push(atom);
            if seen.insert(left.clone()) && self.search(search, at + 1, &left)? {
                return Ok(true);
            }
            search.point.pop();
        }
        let words = rows.words() + 8;
        if search.room >= words {
            search.room -= words;
            search.covered.insert(key);
        }
        Ok(false)
    }

    /// The largest region around an uncovered point in which none of the rows holds, widened one column after the other.
    pub fn widened(&mut self, point: &[usize], rows: &Bits) -> Result<Vec<Bits>, OutOfWork> {
        let mut region: Vec<Bits> = Vec::new();
        for (column, atom) in self.columns.iter().zip(point) {
            let mut atoms = Bits::new(column.len());
            atoms.insert(*atom);
            region.push(atoms);
        }
        for (at, column) in self.columns.iter().enumerate() {
            // The rows that hold somewhere in the region but for this column; what they hold in it stays outside.
            let mut near = rows.clone();
            for (other, (own, atoms)) in self.columns.iter().zip(&region).enumerate() {
                if other != at {
                    self.keep_meeting(&mut near, own, atoms)?;
                }
            }
            let mut free = Bits::new(column.len());
            for atom in 0..column.len() {
                self.spend(near.words())?;
                if !column.rows_of(atom).meets(&near) {
                    free.insert(atom);
                }
            }
            if let Some(atoms) = region.get_mut(at) {
                *atoms = free;
            }
        }
        Ok(region)
    }
}
