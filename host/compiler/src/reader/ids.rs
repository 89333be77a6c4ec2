//! Ids: what one part of a package calls another by.

use super::shape::{Map, Noun, Reader};
use super::yaml::Node;
use crate::diagnostic::{Diagnostic, shown};
use crate::source::Spanned;

/// How an id is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum IdKind {
    /// A name in expressions: small letters, digits, `_`.
    Name,
    /// Any other word: small letters, digits, hyphens.
    Word,
}

/// The longest id.
pub(super) const MAX_ID: usize = 64;

const ID: Noun = Noun {
    vi: "mã",
    en: "an id",
};

impl Reader<'_> {
    /// The id of a group; from here on messages call the group by it.
    pub(super) fn id(&mut self, map: &mut Map<'_>, kind: IdKind) -> Spanned<String> {
        let id = self.required_id(map, "id", kind);
        map.id = Some(id.value.clone());
        id
    }

    /// An id at a key that must be there.
    pub(super) fn required_id(
        &mut self,
        map: &mut Map<'_>,
        key: &'static str,
        kind: IdKind,
    ) -> Spanned<String> {
        self.required(map, key)
            .and_then(|node| self.id_of(node, kind))
            .unwrap_or_else(|| map.nothing())
    }

    /// An id. A malformed one is reported and kept, so that what refers to it is not reported too.
    pub(super) fn id_of(&mut self, node: &Node, kind: IdKind) -> Option<Spanned<String>> {
        let id = self.words(node, ID)?;
        if well_formed(&id.value, kind) {
            return Some(id);
        }
        let (vi, en) = match kind {
            IdKind::Name => (
                "viết bằng chữ thường không dấu, chữ số và `_`, bắt đầu bằng chữ",
                "write small letters without marks, digits and `_`, beginning with a letter",
            ),
            IdKind::Word => (
                "viết bằng chữ thường không dấu, chữ số và dấu gạch nối `-` giữa các từ",
                "write small letters without marks and digits, with hyphens `-` between the words",
            ),
        };
        let mut message = Diagnostic::error(
            "malformed-id",
            id.span,
            format!("mã `{}` viết chưa đúng", shown(&id.value)),
            format!("the id `{}` is malformed", shown(&id.value)),
        );
        let corrected = corrected(&id.value, kind);
        if well_formed(&corrected, kind) {
            message = message
                .help(
                    format!("{vi}, ví dụ `{corrected}`"),
                    format!("{en}, for example `{corrected}`"),
                )
                .suggest(corrected);
        } else if id.value.len() > MAX_ID {
            message = message.help(
                format!("nhiều nhất {MAX_ID} chữ"),
                format!("at most {MAX_ID} characters"),
            );
        } else {
            message = message.help(vi, en);
        }
        self.report(message);
        Some(id)
    }
}

/// Whether an id has the form of its kind.
pub(super) fn well_formed(id: &str, kind: IdKind) -> bool {
    let small = |b: u8| b.is_ascii_lowercase() || b.is_ascii_digit();
    id.len() <= MAX_ID
        && match kind {
            IdKind::Name => {
                id.starts_with(|c: char| c.is_ascii_lowercase())
                    && id.bytes().all(|b| small(b) || b == b'_')
            }
            IdKind::Word => id
                .split('-')
                .all(|part| !part.is_empty() && part.bytes().all(small)),
        }
}

/// The id that was probably meant: without marks, in small letters, joined by `_` or `-`.
fn corrected(id: &str, kind: IdKind) -> String {
    use unicode_normalization::UnicodeNormalization;
    let joint = match kind {
        IdKind::Name => '_',
        IdKind::Word => '-',
    };
    let mut out = String::new();
    for c in id
        .nfd()
        .filter(|c| unicode_normalization::char::canonical_combining_class(*c) == 0)
    {
        match c {
            'đ' | 'Đ' => out.push('d'),
            c if c.is_ascii_alphanumeric() => out.push(c.to_ascii_lowercase()),
            _ if !out.is_empty() && !out.ends_with(joint) => out.push(joint),
            _ => {}
        }
    }
    out.trim_end_matches(joint).to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ids() {
        assert!(well_formed("head_2", IdKind::Name));
        assert!(!well_formed("2_heads", IdKind::Name));
        assert!(well_formed("tt-44-2023", IdKind::Word));
        for bad in ["", "-a", "a--b", "A", "a_b", "đ"] {
            assert!(!well_formed(bad, IdKind::Word), "{bad}");
        }
        assert_eq!(corrected("Người đứng đầu", IdKind::Word), "nguoi-dung-dau");
        assert_eq!(corrected("So-Trang", IdKind::Name), "so_trang");
        assert_eq!(
            corrected("Giấy phép  (bản sao)", IdKind::Word),
            "giay-phep-ban-sao"
        );
    }
}
