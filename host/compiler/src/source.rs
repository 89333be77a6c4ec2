//! Source text and places in it.

use std::ops::Range;

/// A file of a package, as the author wrote it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SourceFile {
    /// The path as the author knows it; only shown, never opened.
    pub path: String,
    /// The whole text.
    pub text: String,
}

/// Which file of a package a place is in.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum FileKind {
    /// The package itself.
    #[default]
    Package,
    /// Its cases.
    Cases,
    /// A calendar file.
    Calendar,
}

/// A place: bytes `start..end` of a file. Everything that is read keeps one, so that every later message can point at the
/// author's own words.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Span {
    /// Which file.
    pub file: FileKind,
    /// First byte.
    pub start: u32,
    /// One after the last byte.
    pub end: u32,
}

impl Span {
    /// Bytes `start..end` of a file.
    pub const fn new(file: FileKind, start: u32, end: u32) -> Self {
        Self { file, start, end }
    }

    /// The smallest place that holds both.
    pub fn to(self, other: Self) -> Self {
        Self {
            file: self.file,
            start: self.start.min(other.start),
            end: self.end.max(other.end),
        }
    }

    /// As a range of bytes.
    pub fn range(self) -> Range<usize> {
        self.start as usize..self.end as usize
    }
}

/// Something with its place.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Spanned<T> {
    /// The thing.
    pub value: T,
    /// Its place.
    pub span: Span,
}

impl<T> Spanned<T> {
    /// A thing at a place.
    pub const fn new(value: T, span: Span) -> Self {
        Self { value, span }
    }
}

/// Where the characters of a scalar stand in its file: quoting, escapes and folded lines make the two differ.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Place {
    /// Which file.
    pub file: FileKind,
    /// For each byte of the scalar's value, and one after its last, the byte of the file.
    pub offsets: Vec<u32>,
    /// Bytes of the value that the file writes with several, as `\"` or `''`: the first of these, and one after the last.
    /// Ascending.
    pub wide: Vec<(u32, u32)>,
}

impl Place {
    /// A place each byte of which is written with one.
    pub const fn new(file: FileKind, offsets: Vec<u32>) -> Self {
        Self {
            file,
            offsets,
            wide: Vec::new(),
        }
    }

    /// The place of bytes `range` of the scalar's value.
    pub fn span(&self, range: Range<usize>) -> Span {
        let last = self.offsets.len().saturating_sub(1);
        let at = |index: usize| {
            self.offsets
                .get(index.min(last))
                .copied()
                .unwrap_or_default()
        };
        let start = at(range.start);
        // The end of a piece is just after its last byte, not where the next line of a folded scalar begins.
        let end = if range.end > range.start {
            let last = at(range.end - 1);
            self.wide
                .binary_search_by_key(&last, |(first, _)| *first)
                .map_or(last + 1, |wide| self.wide[wide].1)
        } else {
            start
        };
        Span::new(self.file, start, end.max(start))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_end_of_a_piece_is_after_its_last_character() {
        let range = |place: &Place, range| place.span(range).range();
        // `"a\""`: the last character is written with two.
        let mut escaped = Place::new(FileKind::Package, vec![1, 2, 4]);
        escaped.wide = vec![(2, 4)];
        assert_eq!(range(&escaped, 0..2), 1..4);
        assert_eq!(range(&escaped, 1..2), 2..4);
        assert_eq!(range(&escaped, 0..1), 1..2);
        // `a` and, after a line break and a space, `b`: as far from each other, but a blank that ends the line.
        let folded = Place::new(FileKind::Package, vec![1, 2, 4, 5]);
        assert_eq!(range(&folded, 0..2), 1..3);
        assert_eq!(range(&folded, 0..3), 1..5);
        // Nothing stands between two characters, wherever they stand.
        assert_eq!(range(&escaped, 1..1), 2..2);
        assert_eq!(range(&escaped, 2..2), 4..4);
    }
}
