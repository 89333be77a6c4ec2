//! Where the texts of two packages differ, line by line: definitions and tables stand in no manifest, and yet amounts and
//! outcomes hang on them.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// As many lines are told.
const LINES: usize = 400;
/// As many lines that stayed stand around those that did not.
const AROUND: usize = 2;
/// As many characters of a line are told.
const SHOWN: usize = 300;
/// As many pairs of lines are held against each other; where there are more, a passage is told as replaced.
const PAIRS: usize = 4_000_000;

/// Where the texts of two packages differ.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct SourceChanges {
    /// The lines that differ, with a few around them, in the order of the texts.
    pub lines: Vec<SourceLine>,
    /// How many more lines differ.
    #[serde(default)]
    pub more: usize,
}

/// A line of a package.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct SourceLine {
    /// Its number in the text before, from 1. Absent: it is new.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub old: Option<usize>,
    /// Its number in the text after, from 1. Absent: it is gone.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub new: Option<usize>,
    /// What it says.
    pub text: String,
}

impl SourceLine {
    /// Whether it stands in one text only.
    pub const fn differs(&self) -> bool {
        self.old.is_none() || self.new.is_none()
    }
}

/// Holds two texts against each other.
pub(crate) fn source_changes(old: &str, new: &str) -> SourceChanges {
    let (old, new): (Vec<&str>, Vec<&str>) = (old.lines().collect(), new.lines().collect());
    let all = aligned(&old, &new);
    let line = |&(before, after): &(Option<usize>, Option<usize>)| {
        let text = match (before, after) {
            (_, Some(at)) => new.get(at),
            (Some(at), None) => old.get(at),
            (None, None) => None,
        };
        SourceLine {
            old: before.map(|at| at + 1),
            new: after.map(|at| at + 1),
            text: shown(text.copied().unwrap_or_default()),
        }
    };
    let differs = |pair: &(Option<usize>, Option<usize>)| pair.0.is_none() || pair.1.is_none();
    let places: Vec<usize> = (0..all.len())
        .filter(|&at| all.get(at).is_some_and(differs))
        .collect();
    let mut changes = SourceChanges::default();
    let mut next = 0;
    for (told, &at) in places.iter().enumerate() {
        if changes.lines.len() >= LINES {
            changes.more = places.len() - told;
            break;
        }
        let from = at.saturating_sub(AROUND).max(next);
        // The lines after it, up to the next that differs.
        let until = places.get(told + 1).copied().unwrap_or(all.len());
        let to = (at + 1 + AROUND).min(until);
        changes
            .lines
            .extend(all.get(from..to).unwrap_or_default().iter().map(line));
        next = to;
    }
    changes
}

/// The lines of both in one order; a line of both has its place in each.
fn aligned(old: &[&str], new: &[&str]) -> Vec<(Option<usize>, Option<usize>)> {
    let same = |pair: &(&&str, &&str)| pair.0 == pair.1;
    let head = old.iter().zip(new).take_while(same).count();
    let (before, after) = (&old[head..], &new[head..]);
    let tail = before
        .iter()
        .rev()
        .zip(after.iter().rev())
        .take_while(same)
        .count();
    let (before, after) = (&before[..before.len() - tail], &after[..after.len() - tail]);
    let mut all: Vec<_> = (0..head).map(|at| (Some(at), Some(at))).collect();
    all.extend(
        middle(before, after)
            .into_iter()
            .map(|(old, new)| (old.map(|at| at + head), new.map(|at| at + head))),
    );
    all.extend((0..tail).map(|at| {
        (
            Some(head + before.len() + at),
            Some(head + after.len() + at),
        )
    }));
    all
}

/// The longest way through both, by what is left to share from each pair of places on.
fn middle(old: &[&str], new: &[&str]) -> Vec<(Option<usize>, Option<usize>)> {
    let removed = |from: usize| (from..old.len()).map(|at| (Some(at), None));
    let added = |from: usize| (from..new.len()).map(|at| (None, Some(at)));
    let width = new.len() + 1;
    if (old.len() + 1).saturating_mul(width) > PAIRS {
        return removed(0).chain(added(0)).collect();
    }
    let mut shared = vec![0_u32; (old.len() + 1) * width];
    for (i, before) in old.iter().enumerate().rev() {
        for (j, after) in new.iter().enumerate().rev() {
            shared[i * width + j] = if before == after {
                shared[(i + 1) * width + j + 1] + 1
            } else {
                shared[(i + 1) * width + j].max(shared[i * width + j + 1])
            };
        }
    }
    let (mut i, mut j) = (0, 0);
    let mut all = Vec::with_capacity(old.len() + new.len());
    while i < old.len() && j < new.len() {
        if old[i] == new[j] {
            all.push((Some(i), Some(j)));
            (i, j) = (i + 1, j + 1);
        } else if shared[(i + 1) * width + j] >= shared[i * width + j + 1] {
            all.push((Some(i), None));
            i += 1;
        } else {
            all.push((None, Some(j)));
            j += 1;
        }
    }
    all.extend(removed(i).chain(added(j)));
    all
}

fn shown(line: &str) -> String {
    if line.chars().count() <= SHOWN {
        return line.to_owned();
    }
    line.chars().take(SHOWN).chain(['…']).collect()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn told(old: &str, new: &str) -> Vec<String> {
        let changes = source_changes(old, new);
        assert_eq!(changes.more, 0);
        let number = |at: Option<usize>| at.map_or("-".to_owned(), |at| at.to_string());
        changes
            .lines
            .iter()
            .map(|line| format!("{} {} {}", number(line.old), number(line.new), line.text))
            .collect()
    }

    #[test]
    fn lines_are_told_with_their_numbers_and_those_around() {
        assert_eq!(told("a\nb\n", "a\nb\n"), [""; 0]);
        assert_eq!(
            told(
                "1\n2\n3\n4\n5\n6\n7\n8\n9\n",
                "1\n2\n3\nfour\n5\n6\n7\n8\n9\nten\n"
            ),
            [
                "2 2 2", "3 3 3", "4 - 4", "- 4 four", "5 5 5", "6 6 6", "8 8 8", "9 9 9",
                "- 10 ten"
            ]
        );
        assert_eq!(told("", "a"), ["- 1 a"]);
        assert_eq!(told("a\nb\nc", "b"), ["1 - a", "2 1 b", "3 - c"]);
    }

    #[test]
    fn however_long_the_texts_are_the_list_is_not() {
        let text =
            |word: &str| -> String { (0..9_000).map(|at| format!("{word} {at}\n")).collect() };
        let changes = source_changes(&text("a"), &text("b"));
        assert_eq!(changes.lines.len(), LINES);
        assert_eq!(changes.more, 18_000 - LINES);
        let long = source_changes("a", &"ế".repeat(5_000));
        assert_eq!(long.lines[1].text.chars().count(), SHOWN + 1);
    }

    proptest! {
        /// Whoever takes the lines that went and puts those that came has the other text.
        #[test]
        fn nothing_is_left_out(old in prop::collection::vec(0..4_u8, 0..30), new in prop::collection::vec(0..4_u8, 0..30)) {
            let text = |list: &[u8]| -> Vec<String> { list.iter().map(u8::to_string).collect() };
            let (old, new) = (text(&old), text(&new));
            let (before, after): (Vec<&str>, Vec<&str>) =
                (old.iter().map(String::as_str).collect(), new.iter().map(String::as_str).collect());
            let all = aligned(&before, &after);
            let olds: Vec<usize> = all.iter().filter_map(|pair| pair.0).collect();
            let news: Vec<usize> = all.iter().filter_map(|pair| pair.1).collect();
            prop_assert_eq!(olds, (0..old.len()).collect::<Vec<_>>());
            prop_assert_eq!(news, (0..new.len()).collect::<Vec<_>>());
            for pair in all {
                if let (Some(old), Some(new)) = pair {
                    prop_assert_eq!(before[old], after[new]);
                }
            }
            // What is told is part of that, without a line twice.
            let changes = source_changes(&old.join("\n"), &new.join("\n"));
            let places: Vec<_> = changes.lines.iter().filter_map(|line| line.new).collect();
            prop_assert!(places.windows(2).all(|pair| pair[0] < pair[1]));
        }
    }
}
