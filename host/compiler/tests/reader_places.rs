//! Every byte of a scalar knows where it stands in the file, in every style of YAML, with Vietnamese text.

use motcua_compiler::reader::yaml::{Node, NodeKind, Scalar, parse};
use motcua_compiler::source::{FileKind, SourceFile};
use proptest::prelude::*;

fn read(text: &str) -> Option<Node> {
    let file = SourceFile {
        path: "a.yaml".to_owned(),
        text: text.to_owned(),
    };
    parse(&file, FileKind::Package, &mut Vec::new())
}

/// The scalar at key `k`.
fn scalar(text: &str) -> Scalar {
    let root = read(text).expect("readable");
    match root.get("k").map(|node| node.kind.clone()) {
        Some(NodeKind::Scalar(scalar)) => scalar,
        other => panic!("no scalar at `k`: {other:?}"),
    }
}

/// The words of the file at the place of some words of the value.
fn words_at<'t>(text: &'t str, scalar: &Scalar, words: &str) -> &'t str {
    let at = scalar.value.find(words).expect("words of the value");
    &text[scalar.place.span(at..at + words.len()).range()]
}

#[test]
fn each_style_knows_its_places() {
    let cases = [
        // Plain, single-quoted, double-quoted.
        (
            "tên: ấ\nk: Người đứng đầu là công dân\n",
            "Người đứng đầu là công dân",
        ),
        (
            "k: 'Người ''đứng đầu'' là công dân'\n",
            "Người 'đứng đầu' là công dân",
        ),
        (
            "k: \"Người đứng đầu là công dân\"\n",
            "Người đứng đầu là công dân",
        ),
        // Several lines.
        (
            "k: Người đứng\n  đầu\n\n  là công dân\nx: y\n",
            "Người đứng đầu\nlà công dân",
        ),
        (
            "k: 'Người đứng  \n   đầu\n\n\n  là công dân '\n",
            "Người đứng đầu\n\nlà công dân ",
        ),
        (
            "k: \"Người đứng\n  đầu \\\n  là công dân\"\n",
            "Người đứng đầu là công dân",
        ),
        // Blocks.
        (
            "k: |\n  Người đứng\n  đầu\n    là\n\n  công dân\nx: y\n",
            "Người đứng\nđầu\n  là\n\ncông dân\n",
        ),
        (
            "k: >\n  Người đứng\n  đầu\n\n  là\n  công dân\n",
            "Người đứng đầu\nlà công dân\n",
        ),
        (
            "k: >-\n  Người đứng\n    đầu\n  là công dân\n\n",
            "Người đứng\n  đầu\nlà công dân",
        ),
        (
            "k: |+\n\n  Người đứng\n  đầu là công dân\n\n\nx: y\n",
            "\nNgười đứng\nđầu là công dân\n\n\n",
        ),
        (
            "k: |2\n    Người đứng đầu\n   là công dân\n",
            "  Người đứng đầu\n là công dân\n",
        ),
        // The last line without a line break.
        (
            "k: |\n  Người đứng đầu là công dân",
            "Người đứng đầu là công dân\n",
        ),
        // Windows.
        (
            "k: >\r\n  Người đứng\r\n  đầu là\r\n\r\n  công dân\r\nx: y\r\n",
            "Người đứng đầu là\ncông dân\n",
        ),
        (
            "k: Người đứng\r\n  đầu\r\n\r\n  là công dân\r\n",
            "Người đứng đầu\nlà công dân",
        ),
    ];
    for (text, value) in cases {
        let scalar = scalar(text);
        assert_eq!(scalar.value, value, "{text:?}");
        for word in ["Người", "đứng", "đầu", "là", "công", "dân"] {
            assert_eq!(words_at(text, &scalar, word), word, "{text:?}");
        }
        assert_eq!(scalar.place.offsets.len(), scalar.value.len() + 1);
    }
}

#[test]
fn escapes_stand_where_they_are_written() {
    let text = r#"k: "a\"b\u1EA5c\t\x41 \\ \U0001F600.""#;
    let scalar = scalar(text);
    assert_eq!(scalar.value, "a\"bấc\tA \\ 😀.");
    let place = |words: &str| words_at(text, &scalar, words).to_owned();
    assert_eq!(place("ấ"), r"\u1EA5");
    assert_eq!(place("😀"), r"\U0001F600");
    assert_eq!(place("bấc"), r"b\u1EA5c");
    assert_eq!(place("."), ".");
    assert!(place("\"b").starts_with(r#"\""#));
}

#[test]
fn words_end_after_an_escape() {
    for (text, words, place) in [
        (r#"k: "a = \"b\"""#, "\"b\"", r#"\"b\""#),
        (r#"k: "a = \"b\" and c""#, "\"b\"", r#"\"b\""#),
        ("k: 'a = ''b'''", "'b'", "''b''"),
        (r#"k: "a\\""#, "a\\", r"a\\"),
        (r#"k: "b \x41""#, "A", r"\x41"),
    ] {
        assert_eq!(words_at(text, &scalar(text), words), place, "{text}");
    }
}

#[test]
fn nodes_stand_where_they_are_written() {
    let text = "a: 'ấ'   # ghi chú\nb: {c: [ờ, \"x\" ] , d: }\ne:\n  - |\n    ư\n    x\n\nf:\n";
    let root = read(text).expect("readable");
    let at = |node: Option<&Node>| node.map(|node| &text[node.span.range()]);
    assert_eq!(at(root.get("a")), Some("'ấ'"));
    let b = root.get("b").expect("b");
    assert_eq!(at(Some(b)), Some("{c: [ờ, \"x\" ] , d: }"));
    assert_eq!(at(b.get("c")), Some("[ờ, \"x\" ]"));
    assert_eq!(at(b.get("c").and_then(|c| c.item(1))), Some("\"x\""));
    assert_eq!(at(b.get("d")), Some(""));
    assert_eq!(at(root.get("e").and_then(|e| e.item(0))), Some("ư\n    x"));
    assert!(root.get("f").is_some_and(Node::is_absent));
}

#[test]
fn decomposed_vietnamese_is_composed_at_its_place() {
    // "tổ chức" with the marks of "ổ" as characters of their own.
    let text = "k: to\u{302}\u{309} chu\u{31b}\u{301}c\n";
    let scalar = scalar(text);
    assert_eq!(scalar.value, "tổ chức");
    assert_eq!(words_at(text, &scalar, "tổ"), "to\u{302}\u{309}");
    assert_eq!(words_at(text, &scalar, "chức"), "chu\u{31b}\u{301}c");
}

/// Words as they may stand in a plain scalar.
fn words() -> impl Strategy<Value = Vec<String>> {
    prop::collection::vec("[a-zđơưấềịỏữ0-9(][a-zđơưấềịỏữ0-9().…/%]{0,6}", 1..8)
}

/// Writes words in a style, on one or more lines.
fn written(words: &[String], breaks: &[bool], style: usize) -> String {
    let (open, close, indent) = match style {
        0 => ("", "", "  "),
        1 => ("'", "'", "  "),
        2 => ("\"", "\"", "     "),
        3 => ("|\n  ", "", "  "),
        _ => (">-\n   ", "", "   "),
    };
    let mut out = format!("trước: ấ\nk: {open}");
    for (number, word) in words.iter().enumerate() {
        if number > 0 {
            if breaks.get(number).copied().unwrap_or_default() {
                out.push('\n');
                out.push_str(indent);
            } else {
                out.push(' ');
            }
        }
        out.push_str(word);
    }
    out.push_str(close);
    out.push_str("\nsau: x\n");
    out
}

/// What a document may be made of; put together at random it is sometimes YAML. Anchors and tags are not among it: they
/// are refused, and what follows them need not know its place.
const PIECES: [&str; 45] = [
    "a",
    "ấ",
    "đơn",
    "k: ",
    "- ",
    "\n",
    "\n",
    "\n  ",
    "\n    ",
    "'",
    "''",
    "\"",
    "\\",
    "|\n",
    ">\n",
    "|-\n  ",
    ">+\n  ",
    "|2\n",
    "[",
    "]",
    "{",
    "}",
    ", ",
    ": ",
    ":",
    "#",
    " # x",
    "\t",
    "\r\n",
    "---\n",
    "...\n",
    "? ",
    "%",
    "\\u1ea5",
    "\\n",
    "\u{feff}",
    "\u{202e}",
    " ",
    "  ",
    "to\u{302}",
    "\n\n",
    "x: 'b'\n",
    "y: \"c\\\n  d\"\n",
    "z: |\n  e\n  f\n",
    "w: e\n  f\n",
];

fn scalars<'n>(node: &'n Node, found: &mut Vec<&'n Scalar>) {
    match &node.kind {
        NodeKind::Scalar(scalar) => found.push(scalar),
        NodeKind::Sequence { items, .. } => items.iter().for_each(|item| scalars(item, found)),
        NodeKind::Mapping { entries, .. } => entries
            .iter()
            .for_each(|entry| scalars(&entry.value, found)),
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(1_000))]

    #[test]
    fn words_are_found_again(words in words(), breaks in prop::collection::vec(any::<bool>(), 8), style in 0_usize..5) {
        let text = written(&words, &breaks, style);
        let scalar = scalar(&text);
        let mut from = 0;
        for word in &words {
            let at = from + scalar.value[from..].find(word.as_str()).expect("each word is in the value");
            let span = scalar.place.span(at..at + word.len());
            prop_assert_eq!(&text[span.range()], word.as_str());
            from = at + word.len();
        }
    }

    #[test]
    fn no_walk_loses_its_way(pieces in prop::collection::vec(prop::sample::select(PIECES.to_vec()), 0..24)) {
        let text: String = pieces.concat();
        let Some(root) = read(&text) else { return Ok(()) };
        let mut found = Vec::new();
        scalars(&root, &mut found);
        // A block of nothing but line breaks has no first character to stand at.
        for scalar in found.into_iter().filter(|scalar| !scalar.value.trim_matches('\n').is_empty()) {
            prop_assert_eq!(scalar.place.offsets.len(), scalar.value.len() + 1);
            prop_assert!(scalar.place.offsets.is_sorted(), "{:?} in {:?}", scalar, text);
            for (at, c) in scalar.value.char_indices() {
                let here = scalar.place.offsets[at] as usize;
                let source = text.get(here..).and_then(|rest| rest.chars().next());
                // A letter may have been composed, an escape resolved, a line break folded; a block's last line break may
                // be the end of the file.
                let explained = source == Some(c)
                    || source == Some('\\')
                    || c == 'ô'
                    || (c == ' ' || c == '\n') && matches!(source, Some('\n' | '\r') | None);
                prop_assert!(explained, "{:?} at {} of {:?}", c, here, text);
            }
        }
    }
}
