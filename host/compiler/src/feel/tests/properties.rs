//! Rules that hold for every tree and for every text.

use motcua_model::Decimal;
use proptest::prelude::*;

use super::super::ast::{
    BinaryOp, Cell, CellKind, Expr, ExprKind, Range, UnaryTest, UnaryTestKind,
};
use super::super::{display, display_cell};
use super::{read, read_cell, words};
use crate::diagnostic::{Diagnostic, Severity};
use crate::feel::literal::{is_deceptive, is_decomposed};
use crate::feel::tree;
use crate::source::{Span, Spanned};

fn expr(kind: ExprKind) -> Expr {
    Expr {
        kind,
        span: Span::default(),
    }
}

fn spanned(name: &str) -> Spanned<String> {
    Spanned::new(name.to_owned(), Span::default())
}

fn name() -> impl Strategy<Value = String> {
    prop_oneof![
        Just("date".to_owned()),
        Just("days".to_owned()),
        Just("instance".to_owned()),
        "[a-z][a-z0-9_]{0,6}".prop_filter("no word of the language", |name| {
            !matches!(
                name.as_str(),
                "true"
                    | "false"
                    | "null"
                    | "and"
                    | "or"
                    | "not"
                    | "if"
                    | "then"
                    | "else"
                    | "some"
                    | "every"
                    | "for"
                    | "in"
                    | "satisfies"
                    | "return"
                    | "between"
                    | "function"
                    | "external"
                    | "of"
            )
        }),
    ]
}

fn function() -> impl Strategy<Value = String> {
    prop::sample::select(vec![
        "not",
        "date",
        "time",
        "date and time",
        "years and months duration",
        "starts with",
        "day of week",
        "round half up",
        "f",
        "days between",
    ])
    .prop_map(str::to_owned)
}

fn leaf() -> impl Strategy<Value = Expr> {
    prop_oneof![
        (0..1_000_000_000_i64, 0..=9_u8)
            .prop_map(|(units, scale)| ExprKind::Number(Decimal { units, scale })),
        any::<String>()
            .prop_filter("a text that can be written", |t| writable(t))
            .prop_map(ExprKind::Text),
        any::<bool>().prop_map(ExprKind::Boolean),
        Just(ExprKind::Null),
        name().prop_map(ExprKind::Name),
    ]
    .prop_map(expr)
}

/// Composed, and no deceptive character that an escape of four digits cannot say.
fn writable(text: &str) -> bool {
    !is_decomposed(text)
        && text
            .chars()
            .all(|c| u32::from(c) <= 0xffff || !is_deceptive(c))
}

fn operator() -> impl Strategy<Value = BinaryOp> {
    use BinaryOp::{Add, And, Divide, Eq, Ge, Gt, Le, Lt, Multiply, Ne, Or, Subtract};
    prop::sample::select(vec![
        Or, And, Eq, Ne, Lt, Le, Gt, Ge, Add, Subtract, Multiply, Divide,
    ])
}

fn range(inner: impl Strategy<Value = Expr> + Clone) -> impl Strategy<Value = Range> {
    (inner.clone(), any::<bool>(), inner, any::<bool>()).prop_map(
        |(low, low_included, high, high_included)| Range {
            low,
            low_included,
            high,
            high_included,
        },
    )
}

fn test(inner: impl Strategy<Value = Expr> + Clone) -> impl Strategy<Value = UnaryTest> {
    use BinaryOp::{Eq, Ge, Gt, Le, Lt, Ne};
    let comparison = prop::sample::select(vec![Eq, Ne, Lt, Le, Gt, Ge]);
    prop_oneof![
        (comparison, inner.clone()).prop_map(|(op, value)| UnaryTestKind::Compare(op, value)),
        range(inner.clone()).prop_map(UnaryTestKind::Range),
        inner.prop_map(|value| match value.kind {
            // A range among tests is a test; see `UnaryTestKind`.
            ExprKind::Range(range) => UnaryTestKind::Range(*range),
            _ => UnaryTestKind::Value(value),
        }),
    ]
    .prop_map(|kind| UnaryTest {
        kind,
        span: Span::default(),
    })
}

fn tree_strategy() -> impl Strategy<Value = Expr> + Clone {
    leaf().prop_recursive(5, 40, 4, |inner| {
        let boxed = inner.clone().prop_map(Box::new).boxed();
        prop_oneof![
            (boxed.clone(), name()).prop_map(|(base, field)| ExprKind::Path(base, spanned(&field))),
            boxed.clone().prop_map(ExprKind::Negate),
            (operator(), boxed.clone(), boxed.clone()).prop_map(|(op, a, b)| ExprKind::Binary(op, a, b)),
            (boxed.clone(), boxed.clone(), boxed.clone()).prop_map(|(a, b, c)| ExprKind::Between(a, b, c)),
            (boxed.clone(), prop::collection::vec(test(inner.clone()), 1..4)).prop_map(|(a, tests)| ExprKind::In(a, tests)),
            (boxed.clone(), boxed.clone(), boxed.clone()).prop_map(|(a, b, c)| ExprKind::If(a, b, c)),
            (any::<bool>(), name(), boxed.clone(), boxed.clone()).prop_map(|(every, variable, list, body)| {
                ExprKind::Quantified { every, variable: spanned(&variable), list, body }
            }),
            (name(), boxed.clone(), boxed)
                .prop_map(|(variable, list, body)| ExprKind::For { variable: spanned(&variable), list, body }),
            (function(), prop::collection::vec(inner.clone(), 0..4))
                .prop_map(|(name, arguments)| ExprKind::Call(spanned(&name), arguments))
                .prop_filter("`days between` has several arguments", |call| {
                    !matches!(call, ExprKind::Call(name, list) if name.value == "days between" && list.len() < 2)
                }),
            prop::collection::vec(inner.clone(), 0..4).prop_map(ExprKind::List),
            range(inner).prop_map(|range| ExprKind::Range(Box::new(range))),
        ]
        .prop_map(expr)
    })
}

fn cell_strategy() -> impl Strategy<Value = Cell> {
    let tests = || prop::collection::vec(test(tree_strategy()), 1..4);
    prop_oneof![
        Just(CellKind::Any),
        tests().prop_map(CellKind::Tests),
        tests().prop_map(CellKind::Not)
    ]
    .prop_map(|kind| Cell {
        kind,
        span: Span::default(),
    })
}

/// The tree without its places.
fn without_places(expr: &mut Expr) {
    expr.span = Span::default();
    match &mut expr.kind {
        ExprKind::Number(_)
        | ExprKind::Text(_)
        | ExprKind::Boolean(_)
        | ExprKind::Null
        | ExprKind::Name(_) => {}
        ExprKind::Path(base, field) => {
            field.span = Span::default();
            without_places(base);
        }
        ExprKind::Negate(inner) => without_places(inner),
        ExprKind::Binary(_, a, b) => [a, b].into_iter().for_each(|e| without_places(e)),
        ExprKind::Between(a, b, c) | ExprKind::If(a, b, c) => {
            [a, b, c].into_iter().for_each(|e| without_places(e))
        }
        ExprKind::In(value, tests) => {
            without_places(value);
            tests.iter_mut().for_each(test_without_places);
        }
        ExprKind::Quantified {
            variable,
            list,
            body,
            ..
        }
        | ExprKind::For {
            variable,
            list,
            body,
        } => {
            variable.span = Span::default();
            without_places(list);
            without_places(body);
        }
        ExprKind::Call(name, items) => {
            name.span = Span::default();
            items.iter_mut().for_each(without_places);
        }
        ExprKind::List(items) => items.iter_mut().for_each(without_places),
        ExprKind::Range(range) => range_without_places(range),
    }
}

fn range_without_places(range: &mut Range) {
    without_places(&mut range.low);
    without_places(&mut range.high);
}

fn test_without_places(test: &mut UnaryTest) {
    test.span = Span::default();
    match &mut test.kind {
        UnaryTestKind::Compare(_, value) | UnaryTestKind::Value(value) => without_places(value),
        UnaryTestKind::Range(range) => range_without_places(range),
    }
}

/// Reads what must be readable; a warning about thousands is none of our business here.
fn reread(text: &str) -> Expr {
    let (tree, diagnostics) = read(text);
    let mut tree = tree.unwrap_or_else(|| panic!("{text}\n{diagnostics:#?}"));
    without_places(&mut tree);
    tree
}

/// Every place of a tree with the words below it read again on their own.
fn check_places(text: &str, expr: &Expr) {
    let mut bare = expr.clone();
    without_places(&mut bare);
    assert_eq!(
        reread(words(text, expr.span)),
        bare,
        "{:?} in {text}",
        words(text, expr.span)
    );
    for child in tree::children(expr) {
        assert!(
            expr.span.start <= child.span.start && child.span.end <= expr.span.end,
            "{text}"
        );
        check_places(text, child);
    }
}

fn check_messages(text: &str, readable: bool, diagnostics: &[Diagnostic]) {
    let errors = diagnostics
        .iter()
        .filter(|d| d.severity == Severity::Error)
        .count();
    assert_eq!(readable, errors == 0, "{text:?}: {diagnostics:#?}");
    for diagnostic in diagnostics {
        words(text, diagnostic.span);
        for (place, _) in &diagnostic.related {
            words(text, *place);
        }
        assert!(!diagnostic.message.vi.is_empty() && !diagnostic.message.en.is_empty());
        assert!(
            diagnostic.message.vi.len() < 400 && diagnostic.message.en.len() < 400,
            "{diagnostic:?}"
        );
    }
}

/// Anything: reading must come to an end, and say why if it has no tree.
fn check_anything(text: &str) {
    let (tree, diagnostics) = read(text);
    check_messages(text, tree.is_some(), &diagnostics);
    if let Some(tree) = tree {
        check_places(text, &tree);
        let mut bare = tree.clone();
        without_places(&mut bare);
        assert_eq!(reread(&display(&tree)), bare, "{text}");
    }
    let (cell, diagnostics) = read_cell(text);
    check_messages(text, cell.is_some(), &diagnostics);
    if let Some(cell) = cell {
        assert_eq!(words(text, cell.span).trim(), words(text, cell.span));
        let shown = display_cell(&cell);
        assert_eq!(
            read_cell(&shown).0.map(|again| display_cell(&again)),
            Some(shown)
        );
    }
}

/// Pieces of expressions, right and wrong ones, in any order.
fn soup() -> impl Strategy<Value = String> {
    let piece = prop::sample::select(vec![
        "a",
        "b_1",
        "Pages",
        "tuổi",
        "not",
        "not(",
        "and",
        "or",
        "AND",
        "và",
        "hoặc",
        "không",
        "if",
        "then",
        "else",
        "some",
        "every",
        "for",
        "in",
        "satisfies",
        "return",
        "between",
        "true",
        "null",
        "function",
        "external",
        "instance",
        "of",
        "date",
        "date and time(",
        "starts with(",
        "days between(",
        "(",
        ")",
        "[",
        "]",
        "{",
        "}",
        ",",
        ".",
        "..",
        ":",
        "?",
        "@",
        "!",
        "+",
        "-",
        "*",
        "/",
        "=",
        "!=",
        "<",
        "<=",
        ">",
        ">=",
        "==",
        "&&",
        "||",
        "<>",
        "≥",
        "≤",
        "≠",
        "**",
        "^",
        "->",
        "%",
        "//",
        "/*",
        "*/",
        "#",
        "“",
        "”",
        "'",
        "\"",
        "\\",
        "\"a\"",
        "\"đ\\u0111\"",
        "0",
        "5",
        "3.5",
        "15.000",
        "15,000",
        "1e3",
        "24h",
        "5.",
        ".5",
        "2024-05-31",
        "31/12/2024",
        "\n",
        "\t",
        "\u{a0}",
        "\u{202e}",
        "is",
        "1.500.000",
        "99999999999999999999",
    ]);
    let gap = prop::sample::select(vec!["", " ", " ", " "]);
    prop::collection::vec((piece, gap), 0..24).prop_map(|pieces| {
        pieces
            .into_iter()
            .flat_map(|(piece, gap)| [piece, gap])
            .collect()
    })
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn canonical_text_is_read_as_the_same_tree(tree in tree_strategy()) {
        let text = display(&tree);
        prop_assert_eq!(reread(&text), tree, "{}", text);
    }

    #[test]
    fn canonical_cells_are_read_as_the_same_cell(cell in cell_strategy()) {
        let text = display_cell(&cell);
        let (again, diagnostics) = read_cell(&text);
        let mut again = again.unwrap_or_else(|| panic!("{text}\n{diagnostics:#?}"));
        again.span = Span::default();
        if let CellKind::Tests(tests) | CellKind::Not(tests) = &mut again.kind {
            tests.iter_mut().for_each(test_without_places);
        }
        prop_assert_eq!(again, cell, "{}", text);
    }

    #[test]
    fn every_place_covers_the_words_of_its_part(tree in tree_strategy()) {
        let text = display(&tree);
        let (tree, _) = read(&text);
        check_places(&text, &tree.expect("canonical text is readable"));
    }

    #[test]
    fn any_text_is_read_or_refused_with_a_reason(text in any::<String>()) {
        check_anything(&text);
    }

    #[test]
    fn any_bytes_of_ascii_are_read_or_refused_with_a_reason(text in "[ -~\n]{0,60}") {
        check_anything(&text);
    }

    #[test]
    fn any_soup_of_pieces_is_read_or_refused_with_a_reason(text in soup()) {
        check_anything(&text);
    }

    #[test]
    fn a_broken_expression_is_read_or_refused_with_a_reason(
        tree in tree_strategy(),
        cut in any::<prop::sample::Index>(),
        length in 0..6_usize,
    ) {
        let text = display(&tree);
        let characters: Vec<char> = text.chars().collect();
        let from = cut.index(characters.len());
        let broken: String = characters.iter().take(from).chain(characters.iter().skip(from + length)).collect();
        check_anything(&broken);
    }
}
