//! Edits of a text that people write: lines, words, indentation, and characters that nobody types.

use super::draw::Draw;
use super::sentence;

/// Words that mean something to the reader of YAML, to expressions or to the form of packages, and values at their bounds.
const WORDS: [&str; 96] = [
    "true",
    "false",
    "null",
    "~",
    "and",
    "or",
    "not(",
    "if",
    "then",
    "else",
    "some",
    "every",
    "satisfies",
    "in",
    "for",
    "return",
    "between",
    "(",
    ")",
    "[",
    "]",
    "{",
    "}",
    "<",
    ">",
    "<=",
    ">=",
    "=",
    "!=",
    "-",
    "+",
    "*",
    "/",
    "**",
    "..",
    ".",
    ",",
    ":",
    ": ",
    "- ",
    "#",
    "'",
    "\"",
    "\\",
    "|",
    ">-",
    "&a",
    "*a",
    "!!str",
    "%YAML 1.2",
    "---",
    "...",
    "? ",
    "<<: *a",
    "date(\"2024-02-30\")",
    "date(\"2024-02-29\")",
    "date and time(\"2024-05-31T08:30:00\")",
    "duration(\"P6M\")",
    "duration(\"PT24H\")",
    "duration(\"P99999999D\")",
    "floor(",
    "decimal(",
    "round half up(",
    "count(",
    "sum(",
    "min(",
    "max(",
    "list contains(",
    "string length(",
    "starts with(",
    "day of week(",
    "filed_on",
    "received_on",
    "channel",
    "\"online\"",
    "rules: plugin",
    "boolean",
    "integer",
    "choices",
    "rows",
    "working-day",
    "collect sum",
    "unique",
    "received_before: move",
    "0",
    "-0",
    "1e9",
    "0.5",
    "00",
    "99999999999999999999",
    "-9223372036854775808",
    "1000000000000",
    "2199-12-31",
    "1900-01-01",
    "2023-02-29",
    "24:00",
];

/// Characters that end lines, steer terminals, hide, turn, combine or need four bytes.
const CHARACTERS: [char; 24] = [
    '\0',
    '\u{1b}',
    '\r',
    '\n',
    '\t',
    '\u{7f}',
    '\u{85}',
    '\u{a0}',
    '\u{301}',
    '\u{323}',
    '\u{202e}',
    '\u{2066}',
    '\u{2028}',
    '\u{200b}',
    '\u{feff}',
    '\u{fffd}',
    'ế',
    '𝟙',
    '🗞',
    '"',
    '\'',
    '\u{e0041}',
    '\u{ad}',
    '\u{fdd0}',
];

/// The bytes of an input as a text.
pub fn any(bytes: &[u8]) -> String {
    String::from_utf8_lossy(bytes).into_owned()
}

/// One edit.
pub fn edit(draw: &mut Draw<'_>, text: &mut String) {
    match draw.below(12) {
        0..=2 => edit_lines(draw, text),
        3..=5 => {
            let spot = a_word(draw, text);
            let other = a_word(draw, text);
            let other = text[other].to_owned();
            text.replace_range(spot, &other);
        }
        6 | 7 => {
            let spot = a_word(draw, text);
            text.replace_range(spot, draw.of(&WORDS));
        }
        8 => {
            let spot = a_word(draw, text);
            text.insert_str(spot.start, draw.of(&WORDS));
        }
        9 => {
            let at = place(draw, text);
            text.insert(at, draw.of(&CHARACTERS));
        }
        10 => {
            let at = place(draw, text);
            let word = draw.of(&WORDS);
            let times = 1 + draw.below(3_000);
            text.insert_str(at, &word.repeat(times));
        }
        _ => edit_rule(draw, text),
    }
}

fn edit_lines(draw: &mut Draw<'_>, text: &mut String) {
    let mut lines: Vec<String> = text.split('\n').map(str::to_owned).collect();
    let at = draw.below(lines.len());
    match draw.below(5) {
        0 => {
            let end = (at + 1 + draw.below(4)).min(lines.len());
            lines.drain(at..end);
        }
        1 => {
            let end = (at + 1 + draw.below(8)).min(lines.len());
            let copied = lines[at..end].to_vec();
            let to = draw.below(lines.len() + 1);
            lines.splice(to..to, copied);
        }
        2 => {
            let other = draw.below(lines.len());
            lines.swap(at, other);
        }
        3 => lines[at].insert_str(0, &" ".repeat(1 + draw.below(4))),
        _ => {
            let blanks = lines[at].len() - lines[at].trim_start_matches(' ').len();
            lines[at].drain(..blanks.min(1 + draw.below(4)));
        }
    }
    *text = lines.join("\n");
}

/// Puts another expression in the place of one.
fn edit_rule(draw: &mut Draw<'_>, text: &mut String) {
    let keys = ["rule: ", "when: ", "amount: ", "originals: ", "then: "];
    let key = draw.of(&keys);
    let count = text.matches(key).count();
    let Some((start, _)) = text.match_indices(key).nth(draw.below(count)) else {
        return;
    };
    let start = start + key.len();
    let end = text[start..]
        .find(['\n', '}'])
        .map_or(text.len(), |length| start + length);
    let written = sentence::quoted(draw, |words| {
        let kind = words.any_kind();
        words.of(kind)
    });
    text.replace_range(start..end, &written);
}

/// A word, or a sign between words. Empty at the end of an empty text.
fn a_word(draw: &mut Draw<'_>, text: &str) -> std::ops::Range<usize> {
    let at = place(draw, text);
    let part = |c: char| c.is_alphanumeric() || c == '_' || c == '-';
    let Some(first) = text[at..].chars().next() else {
        return at..at;
    };
    if !part(first) {
        return at..at + first.len_utf8();
    }
    let start = text[..at]
        .char_indices()
        .rev()
        .take_while(|(_, c)| part(*c))
        .last()
        .map_or(at, |(start, _)| start);
    let end = text[at..]
        .find(|c| !part(c))
        .map_or(text.len(), |length| at + length);
    start..end
}

/// The boundary of a character.
fn place(draw: &mut Draw<'_>, text: &str) -> usize {
    let mut at = draw.below(text.len() + 1);
    while !text.is_char_boundary(at) {
        at -= 1;
    }
    at
}
