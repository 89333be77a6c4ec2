//! Which parts of a package are left to code: those with words in place of an expression. A plain number says itself.

use motcua_model::manifest::{Document, Fee};

/// Originals or copies of a document in one dossier.
const MAX_COPIES: i64 = 99;
/// The largest fee, in đồng.
const MAX_FEE_VND: i64 = 1_000_000_000_000;

/// What a place gives.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Gives {
    /// A truth value.
    Truth,
    /// A whole number.
    Whole,
}

/// A number of the package, or code.
#[derive(Clone, Debug)]
pub enum Count {
    /// The number.
    Plain(i64),
    /// Words.
    Code,
}

/// A place that code fills.
#[derive(Clone, Debug)]
pub struct Place {
    /// The name of its field.
    pub name: String,
    /// What it gives.
    pub gives: Gives,
    /// The words of the package.
    pub words: String,
}

impl Place {
    /// A place with its words.
    pub fn new(name: &str, gives: Gives, words: &str) -> Self {
        Self {
            name: name.to_owned(),
            gives,
            words: words.to_owned(),
        }
    }
}

fn count(words: &str, most: i64, what: &str) -> Result<Count, String> {
    let digits = !words.is_empty() && words.bytes().all(|byte| byte.is_ascii_digit());
    if !digits {
        return Ok(Count::Code);
    }
    match words.parse() {
        Ok(number) if number <= most => Ok(Count::Plain(number)),
        _ => Err(format!("{what}: {words} is more than {most}")),
    }
}

/// Originals and copies of a document.
pub fn copies(document: &Document) -> Result<[Count; 2], String> {
    let what = format!("document `{}`", document.id);
    Ok([
        count(&document.originals, MAX_COPIES, &what)?,
        count(&document.copies, MAX_COPIES, &what)?,
    ])
}

/// The amount of a fee.
pub fn amount(fee: &Fee) -> Result<Count, String> {
    count(&fee.amount, MAX_FEE_VND, &format!("fee `{}`", fee.id))
}

/// The amount of each relief of a fee.
pub fn reduced(fee: &Fee) -> Result<Vec<Count>, String> {
    let what = |id: &str| format!("relief `{id}` of fee `{}`", fee.id);
    let reliefs = fee.reliefs.iter();
    reliefs
        .map(|relief| count(&relief.amount, MAX_FEE_VND, &what(&relief.id)))
        .collect()
}
