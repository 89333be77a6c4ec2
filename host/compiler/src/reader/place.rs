//! Where the characters of a scalar stand in its file. The parser tells where a scalar begins and what its value is; how
//! the one became the other (YAML 1.2.2, chapters 7.3 and 8.1) is walked again here, byte by byte.

use saphyr_parser::ScalarStyle;

#[cfg(doc)]
use crate::source::Place;

/// For each byte of `value`, and one after its last, the byte of `source`. `start` is where the parser says that the scalar
/// begins: its first character, its opening quote, or the first character of a block's content, in column `indent`. The
/// second list is that of [`Place::wide`].
///
/// Never wrong about the first and the last byte; were the walk to lose its way in between, the whole scalar is the place.
pub(super) fn offsets(
    source: &str,
    start: usize,
    indent: usize,
    style: ScalarStyle,
    value: &str,
) -> (Vec<u32>, Vec<(u32, u32)>) {
    let mut walk = Walk {
        source: source.as_bytes(),
        at: start,
        value: value.as_bytes(),
        offsets: Vec::new(),
        wide: Vec::new(),
    };
    walk.offsets.reserve_exact(value.len() + 1);
    let arrived = match style {
        ScalarStyle::Plain => walk.flow(None),
        ScalarStyle::SingleQuoted => walk.flow(Some(b'\'')),
        ScalarStyle::DoubleQuoted => walk.flow(Some(b'"')),
        ScalarStyle::Literal | ScalarStyle::Folded => walk.block(indent),
    };
    if arrived.is_none() {
        walk.offsets = vec![start as u32; value.len() + 1];
        walk.wide.clear();
    }
    (walk.offsets, walk.wide)
}

struct Walk<'t> {
    source: &'t [u8],
    at: usize,
    value: &'t [u8],
    offsets: Vec<u32>,
    wide: Vec<(u32, u32)>,
}

impl Walk<'_> {
    fn peek(&self) -> Option<u8> {
        self.source.get(self.at).copied()
    }

    fn done(&self) -> bool {
        self.offsets.len() >= self.value.len()
    }

    /// The next byte of the value is `byte`, and it stands at `place`.
    fn emit(&mut self, byte: u8, place: usize) -> Option<()> {
        if self.value.get(self.offsets.len()) != Some(&byte) {
            return None;
        }
        self.offsets.push(place as u32);
        Some(())
    }

    /// Where the line break at `at` ends, if there is one.
    fn line_break(&self, at: usize) -> Option<usize> {
        match (self.source.get(at)?, self.source.get(at + 1)) {
            (b'\r', Some(b'\n')) => Some(at + 2),
            (b'\r' | b'\n', _) => Some(at + 1),
            _ => None,
        }
    }

    /// Plain and quoted scalars.
    fn flow(&mut self, quote: Option<u8>) -> Option<()> {
        if quote.is_some() {
            self.at += 1;
        }
        // After an escaped line break the next breaks are not folded.
        let mut escaped_break = false;
        loop {
            if quote.is_none() && self.done() {
                break;
            }
            match self.peek()? {
                b'\'' if quote == Some(b'\'') => {
                    if self.source.get(self.at + 1) != Some(&b'\'') {
                        break;
                    }
                    self.emit(b'\'', self.at)?;
                    self.wide.push((self.at as u32, self.at as u32 + 2));
                    self.at += 2;
                }
                b'"' if quote == Some(b'"') => break,
                b'\\' if quote == Some(b'"') => {
                    if let Some(next) = self.line_break(self.at + 1) {
                        self.at = next;
                        escaped_break = true;
                    } else {
                        self.escape()?;
                    }
                }
                b' ' | b'\t' | b'\r' | b'\n' => self.blanks(std::mem::take(&mut escaped_break))?,
                byte => {
                    self.emit(byte, self.at)?;
                    self.at += 1;
                }
            }
            if !matches!(self.peek(), Some(b' ' | b'\t' | b'\r' | b'\n')) {
                escaped_break = false;
            }
        }
        if !self.done() {
            return None;
        }
        self.offsets.push(self.at as u32);
        Some(())
    }

    /// White space inside a plain or quoted scalar: kept within a line; one line break is a space, more are one less.
    fn blanks(&mut self, after_escaped_break: bool) -> Option<()> {
        let start = self.at;
        let mut breaks = Vec::new();
        loop {
            if let Some(next) = self.line_break(self.at) {
                breaks.push(self.at);
                self.at = next;
            } else if matches!(self.peek(), Some(b' ' | b'\t')) {
                self.at += 1;
            } else {
                break;
            }
        }
        match (after_escaped_break, breaks.as_slice()) {
            (true, breaks) => breaks.iter().try_for_each(|&place| self.emit(b'\n', place)),
            (false, []) => {
                (start..self.at).try_for_each(|place| self.emit(*self.source.get(place)?, place))
            }
            (false, [only]) => self.emit(b' ', *only),
            (false, [_, rest @ ..]) => rest.iter().try_for_each(|&place| self.emit(b'\n', place)),
        }
    }

    /// `\n`, `\x41`, `\u1ea5`, … The first byte of the character stands at the backslash, its last at the last digit.
    fn escape(&mut self) -> Option<()> {
        let length = match *self.source.get(self.at + 1)? {
            b'x' => 4,
            b'u' => 6,
            b'U' => 10,
            _ => 2,
        };
        let width = match *self.value.get(self.offsets.len())? {
            0..0xc0 => 1,
            0xc0..0xe0 => 2,
            0xe0..0xf0 => 3,
            0xf0.. => 4,
        };
        for byte in 0..width {
            let last = width > 1 && byte + 1 == width;
            self.offsets
                .push((if last { self.at + length - 1 } else { self.at }) as u32);
        }
        if width == 1 {
            self.wide.push((self.at as u32, (self.at + length) as u32));
        }
        self.at += length;
        Some(())
    }

    /// Literal and folded blocks. How many line breaks of the value stand between two lines is read off the value; which
    /// ones of the file they are follows.
    fn block(&mut self, indent: usize) -> Option<()> {
        self.leading_breaks()?;
        while !self.done() {
            while let Some(byte) = self.peek() {
                if self.done() || matches!(byte, b'\r' | b'\n') {
                    break;
                }
                self.emit(byte, self.at)?;
                self.at += 1;
            }
            if self.done() {
                break;
            }
            let mut breaks = Vec::new();
            while let Some(next) = self.line_break(self.at) {
                breaks.push(self.at);
                let spaces = self
                    .source
                    .get(next..)?
                    .iter()
                    .take(indent)
                    .take_while(|b| **b == b' ')
                    .count();
                self.at = next + spaces;
            }
            if self.value.get(self.offsets.len()) == Some(&b' ') {
                self.emit(b' ', *breaks.first()?)?;
                continue;
            }
            let wanted = self
                .value
                .get(self.offsets.len()..)?
                .iter()
                .take_while(|b| **b == b'\n')
                .count();
            if wanted == 0 {
                return None;
            }
            let ends_here = self.offsets.len() + wanted == self.value.len();
            let skipped = if ends_here {
                0
            } else {
                breaks.len().checked_sub(wanted)?
            };
            for number in 0..wanted {
                // The last line of a file may end without a line break and still have one in the value.
                let place = breaks
                    .get(skipped + number)
                    .copied()
                    .unwrap_or(self.source.len());
                self.emit(b'\n', place)?;
            }
        }
        let end = self.offsets.last().map_or(self.at as u32, |last| last + 1);
        self.offsets.push(end.min(self.source.len() as u32));
        Some(())
    }

    /// The empty lines above the first line of a block, which the parser does not count to its place.
    fn leading_breaks(&mut self) -> Option<()> {
        let count = self.value.iter().take_while(|b| **b == b'\n').count();
        let mut places = Vec::with_capacity(count);
        let mut end = self.at;
        for _ in 0..count {
            let newline = self
                .source
                .get(..end)?
                .iter()
                .rposition(|b| matches!(b, b'\n' | b'\r'));
            let Some(newline) = newline else { break };
            let crlf = newline > 0 && self.source.get(newline - 1..=newline) == Some(b"\r\n");
            end = if crlf { newline - 1 } else { newline };
            places.push(end);
        }
        places.resize(count, end);
        places
            .iter()
            .rev()
            .try_for_each(|&place| self.emit(b'\n', place))
    }
}
