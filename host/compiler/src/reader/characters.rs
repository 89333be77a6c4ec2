//! What a file may be made of: characters that can be seen and that stand where they seem to stand. A reviewer reads the
//! text of a package, so nothing in it may look like something else (Unicode Technical Report 36; CVE-2021-42574).

use std::borrow::Cow;

use unicode_normalization::{UnicodeNormalization, is_nfc};

use super::{report, spot};
use crate::diagnostic::Diagnostic;
use crate::source::{FileKind, Span};

/// A file of a package has at most so many bytes.
pub const MAX_BYTES: usize = 512 << 10;

/// At most so many runs of bad characters are shown one by one.
const MAX_SHOWN: usize = 20;

/// Why a character is refused, in Vietnamese and English; `None` if it is fine.
pub(super) fn refused(c: char) -> Option<(&'static str, &'static str)> {
    match c {
        '\n' | '\r' | '\t' => None,
        '\0'..='\u{1f}' | '\u{7f}'..='\u{9f}' => Some(("ký tự điều khiển", "a control character")),
        '\u{61c}' | '\u{200e}' | '\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}' => {
            Some((
                "ký tự đổi chiều chữ",
                "a character that turns the direction of writing",
            ))
        }
        // Soft hyphen, zero-width characters, line and paragraph separators, deprecated formats, byte order mark,
        // interlinear annotation, tags: invisible, and none of them is needed for Vietnamese or English.
        '\u{ad}'
        | '\u{200b}'..='\u{200d}'
        | '\u{2028}'
        | '\u{2029}'
        | '\u{2060}'..='\u{2065}'
        | '\u{206a}'..='\u{206f}'
        | '\u{feff}'
        | '\u{fff9}'..='\u{fffb}'
        | '\u{e0000}'..='\u{e007f}' => Some(("ký tự vô hình", "an invisible character")),
        _ => None,
    }
}

/// Looks at the whole file before it is parsed. The text to parse is given back: as it is, or with every refused character
/// replaced by one of as many bytes, so that reading goes on and places stay right. Nothing is given back when parsing
/// would only report the same mistake again in worse words.
pub(super) fn survey<'t>(
    text: &'t str,
    file: FileKind,
    diagnostics: &mut Vec<Diagnostic>,
) -> Option<Cow<'t, str>> {
    if text.len() > MAX_BYTES {
        report(
            diagnostics,
            Diagnostic::error(
                "too-large",
                Span::new(file, 0, 0),
                format!("tệp dài {} byte; nhiều nhất là {MAX_BYTES}", text.len()),
                format!(
                    "the file has {} bytes; at most {MAX_BYTES} are allowed",
                    text.len()
                ),
            ),
        );
        return None;
    }
    let clean = refuse_characters(text, file, diagnostics);
    if refuse_tabs(&clean, file, diagnostics) {
        None
    } else {
        Some(clean)
    }
}

fn refuse_characters<'t>(
    text: &'t str,
    file: FileKind,
    diagnostics: &mut Vec<Diagnostic>,
) -> Cow<'t, str> {
    let mut clean: Option<String> = None;
    let mut runs: Vec<(Span, char)> = Vec::new();
    let mut count = 0_usize;
    for (at, c) in text.char_indices() {
        // Some editors begin every file with a byte order mark.
        let bad = refused(c).is_some() && !(c == '\u{feff}' && at == 0);
        if !bad {
            if let Some(clean) = &mut clean {
                clean.push(c);
            }
            continue;
        }
        let clean = clean.get_or_insert_with(|| text[..at].to_owned());
        clean.push(match c.len_utf8() {
            1 => '_',
            2 => '¿',
            3 => '\u{fffd}',
            _ => '\u{1d306}',
        });
        let here = spot(file, at, at + c.len_utf8());
        match runs.last_mut() {
            Some((run, _)) if run.end == here.start => run.end = here.end,
            _ => {
                count += 1;
                if count <= MAX_SHOWN {
                    runs.push((here, c));
                }
            }
        }
    }
    for (at, (run, c)) in runs.iter().enumerate() {
        let Some((vi, en)) = refused(*c) else {
            continue;
        };
        let code = u32::from(*c);
        let mut message = Diagnostic::error(
            "control-character",
            *run,
            format!("ở đây có {vi} (U+{code:04X})"),
            format!("there is {en} here (U+{code:04X})"),
        )
        .help(
            "xóa nó đi; thường nó đến khi sao chép từ trang web hoặc từ văn bản khác",
            "take it out; such characters often come along when text is copied from a web page or another document",
        );
        if at + 1 == MAX_SHOWN && count > MAX_SHOWN {
            let more = count - MAX_SHOWN;
            message = message.label(
                format!("và {more} chỗ nữa"),
                format!(
                    "and {more} more {}",
                    if more == 1 { "place" } else { "places" }
                ),
            );
        } else {
            message.suggestion = Some(String::new());
        }
        report(diagnostics, message);
    }
    clean.map_or(Cow::Borrowed(text), Cow::Owned)
}

/// YAML does not allow tabs for indentation. One message for the file: an editor that indents by tabs does so everywhere.
fn refuse_tabs(text: &str, file: FileKind, diagnostics: &mut Vec<Diagnostic>) -> bool {
    let mut first = None;
    let mut lines = 0_usize;
    let mut start = 0;
    for line in text.split_inclusive('\n') {
        let content = line.trim_start_matches([' ', '\t']);
        let indent = &line[..line.len() - content.len()];
        if let Some(tab) = indent.find('\t')
            && !content.trim_end().is_empty()
        {
            lines += 1;
            first.get_or_insert((start + tab, start + indent.len()));
        }
        start += line.len();
    }
    let Some((from, to)) = first else {
        return false;
    };
    let message = Diagnostic::error(
        "tab",
        spot(file, from, to),
        "thụt đầu dòng bằng phím Tab; YAML chỉ cho phép dấu cách",
        "this line is indented by a tab; YAML only allows spaces",
    )
    .help(
        "thay mỗi Tab bằng hai dấu cách; nhiều trình soạn thảo có lệnh làm việc này cho cả tệp",
        "replace each tab by two spaces; many editors have a command that does so for the whole file",
    );
    report(
        diagnostics,
        if lines > 1 {
            message.label(
                format!("và {} dòng nữa", lines - 1),
                format!(
                    "and {} more {}",
                    lines - 1,
                    if lines == 2 { "line" } else { "lines" }
                ),
            )
        } else {
            message
        },
    );
    true
}

/// A scalar in form NFC with the places of its bytes; `None` if it is so already.
///
/// Vietnamese can be typed with each tone mark as a character of its own ("Unicode tổ hợp"). It looks the same, but would
/// not equal the same word typed otherwise.
pub(super) fn composed(value: &str, offsets: &[u32]) -> Option<(String, Vec<u32>)> {
    if is_nfc(value) {
        return None;
    }
    let whole: String = value.nfc().collect();
    let mut text = String::with_capacity(whole.len());
    let mut places = Vec::with_capacity(whole.len() + 1);
    let mut rest = value;
    let mut at = 0;
    while !rest.is_empty() {
        // A letter with the marks that follow it.
        let length = rest
            .char_indices()
            .skip(1)
            .find(|(_, c)| unicode_normalization::char::canonical_combining_class(*c) == 0)
            .map_or(rest.len(), |(next, _)| next);
        let piece: String = rest[..length].nfc().collect();
        let first = offsets.get(at).copied()?;
        let last = offsets.get(at + length - 1).copied()?;
        if piece == rest[..length] {
            places.extend_from_slice(offsets.get(at..at + length)?);
        } else {
            places.extend(std::iter::repeat_n(first, piece.len() - 1));
            places.push(if piece.len() > 1 { last } else { first });
        }
        text.push_str(&piece);
        rest = &rest[length..];
        at += length;
    }
    let end = offsets.last().copied()?;
    if text == whole {
        places.push(end);
    } else {
        // Two letters that become one: no Latin script does so. The place of the whole is near enough.
        text = whole;
        places = vec![offsets.first().copied()?; text.len()];
        places.push(end);
    }
    Some((text, places))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn codes(text: &str) -> Vec<(&'static str, u32, u32)> {
        let mut diagnostics = Vec::new();
        survey(text, FileKind::Package, &mut diagnostics);
        diagnostics
            .iter()
            .map(|d| (d.code, d.span.start, d.span.end))
            .collect()
    }

    /// What passes here must pass the manifest's own check, or nobody could say where the bad character stands.
    #[test]
    fn refuses_what_a_manifest_refuses() {
        for c in (0..=0x10_ffff).filter_map(char::from_u32) {
            let safe = motcua_model::text::is_safe(&c.to_string().nfc().to_string());
            let fine = refused(c).is_none() && !matches!(c, '\n' | '\r' | '\t');
            assert_eq!(fine, safe, "U+{:04X}", u32::from(c));
        }
    }

    #[test]
    fn plain_vietnamese_passes() {
        assert!(codes("tên: Giấy phép hoạt động in “xuất bản phẩm”\r\n").is_empty());
        assert!(codes("\u{feff}tên: x\n").is_empty());
    }

    #[test]
    fn runs_of_bad_characters_are_one_message_each() {
        assert_eq!(
            codes("a\u{202e}\u{202d}b\0"),
            [("control-character", 1, 7), ("control-character", 8, 9)]
        );
        assert_eq!(codes("a: \u{feff}b"), [("control-character", 3, 6)]);
    }

    #[test]
    fn replacing_keeps_places() {
        let mut diagnostics = Vec::new();
        let clean = survey("é\u{2066}b", FileKind::Package, &mut diagnostics).unwrap();
        assert_eq!(clean, "é\u{fffd}b");
        assert_eq!(
            survey("\u{1}\u{85}\u{e0001}", FileKind::Package, &mut diagnostics)
                .unwrap()
                .len(),
            7
        );
    }

    #[test]
    fn tabs_only_matter_where_they_indent() {
        assert_eq!(codes("a:\n \tb: c\n\td: e\n"), [("tab", 4, 5)]);
        assert!(codes("a: b\t# note\n \t \n").is_empty());
    }

    #[test]
    fn composing_keeps_places() {
        // "tổ" typed as t, o, circumflex, hook.
        let decomposed = "to\u{302}\u{309} x";
        let offsets: Vec<u32> = (10..=10 + decomposed.len() as u32).collect();
        let (text, places) = composed(decomposed, &offsets).unwrap();
        assert_eq!(text, "tổ x");
        assert_eq!(places, [10, 11, 11, 15, 16, 17, 18]);
        assert!(composed("tổ x", &[]).is_none());
    }
}
