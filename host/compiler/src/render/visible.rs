//! Text made safe to show: what a terminal would obey, and what would turn or hide the words around it, is written out.

use std::fmt::Write as _;

/// Whether a character is shown as its code instead.
fn hidden(c: char) -> bool {
    match c {
        '\n' | '\t' => false,
        c if c.is_control() => true,
        _ => matches!(c,
            '\u{ad}' | '\u{61c}' | '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2060}'..='\u{206f}'
            | '\u{feff}' | '\u{fff9}'..='\u{fffb}' | '\u{e0000}'..='\u{e007f}'),
    }
}

/// Text in which such characters are written as `⟨U+202E⟩`.
pub(super) fn visible(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        push(&mut out, c);
    }
    out
}

fn push(out: &mut String, c: char) {
    if hidden(c) {
        // Writing to a String cannot fail.
        let _ = write!(out, "⟨U+{:04X}⟩", u32::from(c));
    } else {
        out.push(c);
    }
}

/// At most so many bytes of a line are shown on either side of the words it is about.
const AROUND: usize = 400;

/// Some lines of a file, made safe to show. Of a very long line only the part around the words.
pub(super) struct Window {
    /// The lines.
    pub text: String,
    /// The number of the first one, from 1.
    pub first_line: usize,
    /// Whether the beginning of the first line is left out, so that columns cannot be read off the window.
    pub cropped: bool,
    /// Where the lines begin in the file.
    start: usize,
    /// For each byte of the lines in the file, and one more, the byte of `text`.
    moved: Vec<usize>,
}

impl Window {
    /// The lines of `text` that hold bytes `from..to`, which are boundaries of characters.
    pub(super) fn new(text: &str, from: usize, to: usize) -> Self {
        let line_start = text[..from].rfind('\n').map_or(0, |newline| newline + 1);
        let line_end = text[to..]
            .find('\n')
            .map_or(text.len(), |newline| to + newline);
        let start = boundary(text, line_start.max(from.saturating_sub(AROUND)));
        let end = boundary(text, line_end.min(to + AROUND));
        let first_line = text[..line_start]
            .bytes()
            .filter(|byte| *byte == b'\n')
            .count()
            + 1;
        let cropped = start > line_start;
        let lines = &text[start..end];
        let mut out = String::with_capacity(lines.len());
        if cropped {
            out.push('…');
        }
        let mut moved = Vec::with_capacity(lines.len() + 1);
        let mut characters = lines.chars().peekable();
        while let Some(c) = characters.next() {
            moved.extend(std::iter::repeat_n(out.len(), c.len_utf8()));
            let line_end = c == '\r' && matches!(characters.peek(), None | Some('\n'));
            if !line_end {
                push(&mut out, c);
            }
        }
        moved.push(out.len());
        if end < line_end {
            out.push('…');
        }
        Self {
            text: out,
            first_line,
            cropped,
            start,
            moved,
        }
    }

    /// Where bytes `start..end` of the file are in the window.
    pub(super) fn range(&self, start: usize, end: usize) -> std::ops::Range<usize> {
        let at = |byte: usize| {
            let byte = byte
                .saturating_sub(self.start)
                .min(self.moved.len().saturating_sub(1));
            self.moved.get(byte).copied().unwrap_or_default()
        };
        at(start)..at(end).max(at(start))
    }
}

/// The boundary of a character at a byte, or the next one before it.
pub(super) fn boundary(text: &str, at: usize) -> usize {
    let mut at = at.min(text.len());
    while !text.is_char_boundary(at) {
        at -= 1;
    }
    at
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_turns_the_terminal() {
        assert_eq!(
            visible("a\u{1b}[31mb\u{202e}c\nd"),
            "a⟨U+001B⟩[31mb⟨U+202E⟩c\nd"
        );
    }

    #[test]
    fn windows_keep_places() {
        let text = "một\r\nhai\u{7} ba\r\nbốn\r\n";
        let from = text.find("ba").unwrap();
        let window = Window::new(text, from, from + 2);
        assert_eq!(window.text, "hai⟨U+0007⟩ ba");
        assert_eq!(window.first_line, 2);
        assert_eq!(&window.text[window.range(from, from + 2)], "ba");
        assert_eq!(window.range(0, 9_999), 0..window.text.len());
        assert!(!window.cropped);
    }

    #[test]
    fn of_a_long_line_a_part_is_enough() {
        let text = format!("x\n{}words{}\ny", "ấ".repeat(1_000), "b".repeat(1_000));
        let from = text.find("words").unwrap();
        let window = Window::new(&text, from, from + 5);
        assert!(window.cropped && window.text.starts_with("…ấ") && window.text.ends_with("b…"));
        assert!(window.text.len() < 3 * AROUND);
        assert_eq!(&window.text[window.range(from, from + 5)], "words");
        assert_eq!(window.first_line, 2);
    }
}
