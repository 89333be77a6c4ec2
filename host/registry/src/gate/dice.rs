//! Numbers that look thrown and are the same every time: whoever runs the gate again gets the same report.

/// Thrown from a seed (splitmix64; Steele, Lea, Flood 2014).
#[derive(Clone, Debug)]
pub(crate) struct Dice(u64);

impl Dice {
    /// Dice that hang on a text alone.
    pub fn of(text: &str) -> Self {
        let digest = motcua_engine::digest(text.as_bytes());
        let digits = digest.trim_start_matches("sha256:");
        // A digest is made of hexadecimal digits, so the seed is never the fallback.
        Self(u64::from_str_radix(digits.get(..16).unwrap_or_default(), 16).unwrap_or_default())
    }

    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        z ^ (z >> 31)
    }

    /// A number below `bound`; 0 where there is none.
    pub fn below(&mut self, bound: usize) -> usize {
        if bound == 0 {
            return 0;
        }
        // The remainder favours small numbers by less than one in 2^40 here: nothing rests on it.
        (self.next() % bound as u64) as usize
    }

    /// A number from `low` through `high`, both within ±2^62.
    pub fn between(&mut self, low: i64, high: i64) -> i64 {
        let width = high.saturating_sub(low).max(0).unsigned_abs();
        low.saturating_add_unsigned(self.next() % (width + 1))
    }

    /// True so many times in a hundred.
    pub fn chance(&mut self, percent: usize) -> bool {
        self.below(100) < percent
    }

    /// One of the things.
    pub fn pick<'a, T>(&mut self, things: &'a [T]) -> Option<&'a T> {
        things.get(self.below(things.len()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_same_text_throws_the_same() {
        let throw = |text| {
            let mut dice = Dice::of(text);
            (0..50).map(|_| dice.below(1000)).collect::<Vec<_>>()
        };
        assert_eq!(throw("a"), throw("a"));
        assert_ne!(throw("a"), throw("b"));
    }

    #[test]
    fn numbers_stay_within_their_bounds() {
        let mut dice = Dice::of("bounds");
        let numbers: Vec<i64> = (0..2_000).map(|_| dice.between(-2, 3)).collect();
        for wanted in -2..=3 {
            assert!(numbers.contains(&wanted));
        }
        assert!(numbers.iter().all(|number| (-2..=3).contains(number)));
        assert_eq!(dice.between(7, 7), 7);
        assert_eq!(dice.below(0), 0);
        assert_eq!(dice.pick::<u8>(&[]), None);
    }
}
