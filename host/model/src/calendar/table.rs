//! One bit a day over the whole range of [`Date`], with counts: membership, rank and select without a branch on years.

use std::fmt;

use crate::Date;

/// A set of days. After changes, [`Table::count`] must be called before anything is counted.
#[derive(Clone)]
pub(super) struct Table {
    words: Vec<Word>,
}

/// 64 days.
#[derive(Clone, Copy, Debug, Default)]
struct Word {
    /// The lowest bit is the first day.
    days: u64,
    /// How many days of the set lie before this word.
    before: u32,
}

const BITS: usize = u64::BITS as usize;

/// The position of a date, from 0. A `Date` cannot lie before `Date::MIN`.
const fn position(date: Date) -> usize {
    (date.days() - Date::MIN.days()) as usize
}

impl fmt::Debug for Table {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} days", self.count_through(Date::MAX))
    }
}

impl Table {
    /// Monday to Friday of every week in the range.
    pub(super) fn plain_weeks() -> Self {
        let days = position(Date::MAX) + 1;
        let mut table = Self {
            words: vec![Word::default(); days.div_ceil(BITS)],
        };
        let mut weekday = Date::MIN.weekday();
        for at in 0..days {
            if weekday <= 5
                && let Some(word) = table.words.get_mut(at / BITS)
            {
                word.days |= 1 << (at % BITS);
            }
            weekday = weekday % 7 + 1;
        }
        table.count();
        table
    }

    /// Puts a day into the set, or takes it out.
    pub(super) fn set(&mut self, date: Date, member: bool) {
        let at = position(date);
        if let Some(word) = self.words.get_mut(at / BITS) {
            let bit = 1 << (at % BITS);
            if member {
                word.days |= bit
            } else {
                word.days &= !bit
            }
        }
    }

    /// Counts anew after changes.
    pub(super) fn count(&mut self) {
        let mut before = 0;
        for word in &mut self.words {
            word.before = before;
            before += word.days.count_ones();
        }
    }

    /// Whether the day is in the set.
    pub(super) fn get(&self, date: Date) -> bool {
        let at = position(date);
        self.words
            .get(at / BITS)
            .is_some_and(|word| word.days >> (at % BITS) & 1 == 1)
    }

    /// How many days from [`Date::MIN`] through this date are in the set.
    pub(super) fn count_through(&self, date: Date) -> u32 {
        let at = position(date);
        self.words.get(at / BITS).map_or(0, |word| {
            // The days of the word up to and including this one: a shift by 64 is never asked for.
            let through = word.days & (u64::MAX >> (BITS - 1 - at % BITS));
            word.before + through.count_ones()
        })
    }

    /// The `number`-th day of the set, counted from 1. The search begins at the word of `near` and goes the way it must:
    /// terms are short, so it nearly always ends in this word or the next.
    pub(super) fn nth(&self, number: u32, near: Date) -> Option<Date> {
        let index = number.checked_sub(1)?;
        let start = position(near) / BITS;
        let (earlier, ahead) = self.words.split_at_checked(start)?;
        let at = if ahead.first()?.before <= index {
            start
                + ahead
                    .iter()
                    .skip(1)
                    .take_while(|word| word.before <= index)
                    .count()
        } else {
            // The first word has none before it, so one is found.
            earlier.iter().rposition(|word| word.before <= index)?
        };
        let word = self.words.get(at)?;
        let mut days = word.days;
        for _ in word.before..index {
            if days == 0 {
                return None;
            }
            days &= days - 1;
        }
        if days == 0 {
            return None;
        }
        let position = at * BITS + days.trailing_zeros() as usize;
        Date::MIN.plus_days(i32::try_from(position).ok()?)
    }
}
