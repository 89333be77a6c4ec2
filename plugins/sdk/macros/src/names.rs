//! Ids of a package as names of Rust.

use proc_macro2::{Ident, Span};

/// Words that cannot be a name even behind `r#`.
const NEVER: [&str; 4] = ["crate", "self", "super", "_"];

/// The name of a field, method or module: hyphens become `_`.
pub fn snake(id: &str) -> Ident {
    let mut name = id.replace('-', "_");
    if name.starts_with(|c: char| c.is_ascii_digit()) {
        name.insert(0, '_');
    }
    if NEVER.contains(&name.as_str()) {
        name.push('_');
    }
    syn::parse_str(&name).unwrap_or_else(|_| Ident::new_raw(&name, Span::call_site()))
}

/// The name of a type or option: each word with a capital letter, `body-of-article-23-8` as `BodyOfArticle_23_8`. Two ids
/// never get one name.
pub fn camel(id: &str) -> Ident {
    let mut name = String::new();
    for word in id.split(['-', '_']) {
        let mut letters = word.chars();
        match letters.next() {
            Some(digit) if digit.is_ascii_digit() => name.extend(['_', digit]),
            Some(letter) => name.push(letter.to_ascii_uppercase()),
            None => {}
        }
        name.push_str(letters.as_str());
    }
    if name == "Self" {
        name.push('_');
    }
    Ident::new(&name, Span::call_site())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ids_become_names() {
        let shown = |name: Ident| name.to_string();
        assert_eq!(shown(snake("responsible-person")), "responsible_person");
        assert_eq!(shown(snake("2-kg")), "_2_kg");
        assert_eq!(shown(snake("type")), "r#type");
        assert_eq!(shown(snake("self")), "self_");
        assert_eq!(shown(camel("site_kind")), "SiteKind");
        assert_eq!(shown(camel("letters-over-2kg")), "LettersOver_2kg");
        assert_eq!(shown(camel("self")), "Self_");
        for (one, other) in [
            ("a-b", "ab"),
            ("a-1", "a1"),
            ("a-1-2", "a-12"),
            ("a1-b", "a1b"),
        ] {
            assert_ne!(shown(camel(one)), shown(camel(other)));
        }
    }
}
