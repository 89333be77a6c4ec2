//! Choices drawn from the bytes of an input, so that whoever changes a byte changes a choice.

/// Bytes that decide what is made; at their end there are only zeros, which everywhere mean the simplest thing.
#[derive(Clone, Copy, Debug)]
pub struct Draw<'b> {
    bytes: &'b [u8],
}

impl<'b> Draw<'b> {
    /// From these bytes.
    pub const fn new(bytes: &'b [u8]) -> Self {
        Self { bytes }
    }

    /// The next byte.
    pub const fn byte(&mut self) -> u8 {
        match self.bytes.split_first() {
            Some((first, rest)) => {
                self.bytes = rest;
                *first
            }
            None => 0,
        }
    }

    /// The next eight bytes as a number; the first one counts least.
    pub const fn number(&mut self) -> u64 {
        let mut number = 0;
        let mut at = 0;
        while at < 8 {
            number |= (self.byte() as u64) << (8 * at);
            at += 1;
        }
        number
    }

    /// A number below `count`; 0 where that is 0. Takes no more bytes than the count needs.
    pub const fn below(&mut self, count: usize) -> usize {
        let mut number = 0;
        let mut most = count.saturating_sub(1);
        while most > 0 {
            number = number << 8 | self.byte() as usize;
            most >>= 8;
        }
        match count {
            0 => 0,
            count => number % count,
        }
    }

    /// True once in so many times.
    pub const fn one_in(&mut self, times: usize) -> bool {
        self.below(times) + 1 == times
    }

    /// One of these, which are not empty.
    pub const fn of<T: Copy>(&mut self, choices: &[T]) -> T {
        choices[self.below(choices.len())]
    }

    /// A range of at most `longest` within `0..len`.
    pub fn range(&mut self, len: usize, longest: usize) -> std::ops::Range<usize> {
        let start = self.below(len + 1);
        let end = start + self.below(longest.min(len - start) + 1);
        start..end
    }

    /// At most so many of the next bytes as they are.
    pub fn some(&mut self, most: usize) -> &'b [u8] {
        let (some, rest) = self.bytes.split_at(most.min(self.bytes.len()));
        self.bytes = rest;
        some
    }

    /// All bytes that are left.
    pub fn rest(&mut self) -> &'b [u8] {
        self.some(usize::MAX)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn at_the_end_there_are_zeros() {
        let mut draw = Draw::new(&[7, 1, 2]);
        assert_eq!(draw.below(5), 2);
        assert_eq!(draw.below(1_000), 0x102);
        assert_eq!(
            (draw.number(), draw.below(3), draw.of(&["a", "b"])),
            (0, 0, "a")
        );
        assert_eq!(draw.range(4, 9), 0..0);
        assert!(draw.rest().is_empty() && draw.one_in(1) && !draw.one_in(2));
    }

    #[test]
    fn a_count_of_256_takes_one_byte() {
        let mut draw = Draw::new(&[255, 3]);
        assert_eq!((draw.below(256), draw.below(256)), (255, 3));
        let mut draw = Draw::new(&[1, 0, 9]);
        assert_eq!((draw.below(257), draw.byte()), (256, 9));
        assert_eq!(Draw::new(&[5]).below(0), 0);
    }
}
