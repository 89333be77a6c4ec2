//! New inputs out of old ones: at random, but the same from the same seed. An input that came to something that none
//! before it had come to is kept, and bred from.

use std::collections::BTreeSet;

use super::Seen;
use crate::dice::Dice;

/// The longest input, in bytes.
const LONGEST: usize = 16 << 10;
/// The most inputs that are kept besides the seeds.
const MOST: usize = 4_000;

/// Makes inputs.
#[derive(Debug)]
pub struct Breed {
    dice: Dice,
    kept: Vec<Vec<u8>>,
    /// What inputs have come to so far: all that one of them has.
    seen: BTreeSet<String>,
}

impl Breed {
    /// From some inputs and a seed.
    pub const fn new(seeds: Vec<Vec<u8>>, seed: u64) -> Self {
        Self {
            dice: Dice::new(seed),
            kept: seeds,
            seen: BTreeSet::new(),
        }
    }

    /// The next input.
    pub fn input(&mut self) -> Vec<u8> {
        if self.kept.is_empty() || self.below(4) == 0 {
            let most = [40, 200, 1_000, 6_000][self.below(4)];
            let length = self.below(most + 1);
            return (0..length).map(|_| self.byte()).collect();
        }
        let number = self.below(self.kept.len());
        let mut input = self.kept[number].clone();
        let times = 1 << self.below(5);
        for _ in 0..times {
            self.change(&mut input);
        }
        input.truncate(LONGEST);
        input
    }

    /// Keeps an input, if it came to something new.
    pub fn came_to(&mut self, input: &[u8], seen: &Seen) {
        let all: Vec<&str> = seen.words().collect();
        if self.kept.len() < MOST && self.seen.insert(all.join("\n")) {
            self.kept.push(input.to_vec());
        }
    }

    fn below(&mut self, count: usize) -> usize {
        // Less than a `usize`, so it is one.
        self.dice.below(count as u64) as usize
    }

    fn byte(&mut self) -> u8 {
        self.dice.below(256) as u8
    }

    fn change(&mut self, input: &mut Vec<u8>) {
        let at = self.below(input.len() + 1);
        let end = (at + 1 + self.below(16)).min(input.len());
        match (self.below(7), input.get_mut(at)) {
            (0 | 1, Some(byte)) => *byte = self.byte(),
            (2, Some(byte)) => *byte = byte.wrapping_add(if self.below(2) == 0 { 1 } else { 255 }),
            (3, Some(_)) => {
                input.drain(at..end);
            }
            (4, Some(_)) => {
                let copied = input[at..end].to_vec();
                let to = self.below(input.len() + 1);
                input.splice(to..to, copied);
            }
            (5, _) => {
                // The end of another one.
                let other = self.below(self.kept.len());
                let from = self.below(self.kept[other].len() + 1);
                input.truncate(at);
                input.extend_from_slice(&self.kept[other][from..]);
            }
            _ => {
                let new: Vec<u8> = (0..1 + self.below(8)).map(|_| self.byte()).collect();
                input.splice(at..at, new);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_same_seed_breeds_the_same() {
        let inputs = |seed| {
            let mut breed = Breed::new(vec![vec![1, 2, 3]], seed);
            let mut inputs = Vec::new();
            for number in 0..200 {
                let input = breed.input();
                let mut seen = Seen::default();
                seen.note(&format!("{}", number % 7));
                breed.came_to(&input, &seen);
                inputs.push(input);
            }
            assert_eq!(breed.kept.len(), 8);
            inputs
        };
        assert_eq!(inputs(1), inputs(1));
        assert_ne!(inputs(1), inputs(2));
    }
}
