//! A package to start from. Every section is there once, with a word on what it is for; the article numbers are left open,
//! because no made-up law may look like a real one.

use motcua_model::Date;

use super::quoted;

const PACKAGE: &str = include_str!("skeleton.yaml");
const CASES: &str = include_str!("skeleton-cases.yaml");

/// So many days after the day of receipt lies the event of the worked examples: far enough to be in time.
const DAYS_TO_EVENT: i32 = 60;

/// The text of a new package and of its cases. Both pass `motcua check` without errors and warnings, and the cases pass
/// `motcua test`, if `slug` is lower-case words joined by hyphens and `code` looks like `2.001594`.
pub fn skeleton(slug: &str, code: &str, valid_from: Date) -> (String, String) {
    let starts_on = valid_from.plus_days(DAYS_TO_EVENT).unwrap_or(valid_from);
    let fill = |template: &str| {
        template
            .replace("{{slug}}", &quoted_if_needed(slug))
            .replace("{{code}}", &quoted(&code.replace('\n', " ")))
            .replace("{{valid_from}}", &valid_from.to_string())
            .replace("{{starts_on}}", &starts_on.to_string())
    };
    (fill(PACKAGE), fill(CASES))
}

/// Words as YAML reads them. A slug that is not one is shown as a text, so that `check` says what is wrong with it instead
/// of stumbling over the syntax.
fn quoted_if_needed(words: &str) -> String {
    let words = words.split_whitespace().collect::<Vec<_>>().join(" ");
    let plain = words
        .bytes()
        .all(|b| b.is_ascii_alphanumeric() || b == b'-')
        && !words.starts_with('-')
        && !words.is_empty();
    if plain { words } else { quoted(&words) }
}
