//! Strangers' text, made safe to show to a person or to write to a log.

/// The most characters of a stranger's name that a message shows.
const NAME_LENGTH: usize = 100;

/// A name out of a component, for a message of one line: characters that steer a terminal, hide or reorder text are
/// written as `\u{…}`, and what is longer than 100 characters is cut off with `…`.
pub fn printable(name: &str) -> String {
    let mut out = String::with_capacity(name.len().min(NAME_LENGTH));
    let mut chars = name.chars();
    for c in chars.by_ref().take(NAME_LENGTH) {
        push(&mut out, c);
    }
    if chars.next().is_some() {
        out.push('…');
    }
    out
}

/// A text of many lines out of a component: as [`printable`], but whole, and with its line ends and tabs.
pub fn printable_lines(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '\n' | '\t' => out.push(c),
            _ => push(&mut out, c),
        }
    }
    out
}

fn push(out: &mut String, c: char) {
    if deceives(c) {
        out.extend(c.escape_unicode());
    } else {
        out.push(c);
    }
}

/// Control characters, marks that change the direction of text, line separators of Unicode, characters without width,
/// variation selectors and tags.
fn deceives(c: char) -> bool {
    c.is_control()
        || matches!(c,
            '\u{ad}' | '\u{34f}' | '\u{61c}' | '\u{115f}' | '\u{1160}' | '\u{17b4}' | '\u{17b5}'
            | '\u{180b}'..='\u{180f}'
            | '\u{200b}'..='\u{200f}'
            | '\u{2028}'..='\u{202e}'
            | '\u{2060}'..='\u{206f}'
            | '\u{3164}'
            | '\u{fe00}'..='\u{fe0f}'
            | '\u{feff}' | '\u{ffa0}'
            | '\u{fff0}'..='\u{fffb}'
            | '\u{1d173}'..='\u{1d17a}'
            | '\u{e0000}'..='\u{e0fff}')
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn vietnamese_is_left_as_it_is() {
        let name = "đơn đề nghị cấp giấy phép – Mẫu số 17 (ấn phẩm)";
        assert_eq!(printable(name), name);
    }

    #[test]
    fn nothing_steers_a_terminal_or_reorders_text() {
        assert_eq!(printable("a\nINFO fine"), r"a\u{a}INFO fine");
        assert_eq!(printable("\u{1b}[31mred"), r"\u{1b}[31mred");
        assert_eq!(printable("abc\u{202e}cba"), r"abc\u{202e}cba");
        assert_eq!(printable_lines("a\n\tb\r\u{2066}"), "a\n\tb\\u{d}\\u{2066}");
    }

    #[test]
    fn a_long_name_is_cut() {
        let shown = printable(&"e\u{301}".repeat(1 << 16));
        assert_eq!(shown.chars().count(), NAME_LENGTH + 1);
        assert!(shown.ends_with('…'));
    }

    proptest! {
        #[test]
        fn any_name_is_one_harmless_line(name in any::<String>()) {
            let shown = printable(&name);
            prop_assert!(!shown.chars().any(deceives), "{shown:?}");
            prop_assert!(shown.len() <= NAME_LENGTH * 10 + 3);
        }
    }
}
