//! Every mistake in an expression that has a message of its own: one function a mistake, so that the parser reads as
//! grammar and the words can be read, and corrected, in one place.
//!
//! Messages begin with a small letter, put the author's words in backticks, and say what to write instead.

mod cells;
mod forms;
mod structure;
mod words;

pub(super) use cells::*;
pub(super) use forms::*;
pub(super) use structure::*;
pub(super) use words::*;

/// The author's words, cut short so that a message stays a message.
fn short(words: &str) -> String {
    const MOST: usize = 40;
    match words.char_indices().nth(MOST) {
        None => words.to_owned(),
        Some((at, _)) => format!("{}…", words.get(..at).unwrap_or_default().trim_end()),
    }
}
