//! The grammar: precedence, forms, cells, places.

use motcua_model::Decimal;

use super::super::ast::{BinaryOp, CellKind, ExprKind, UnaryTestKind};
use super::super::{display, display_cell};
use super::{codes, place_of, read, right, right_cell, words};
use crate::feel::tree;
use crate::source::{FileKind, Place};

/// Each row: as an author may write it, and the same with every parenthesis that precedence leaves out. Both must be one
/// tree.
#[test]
fn precedence_is_that_of_feel() {
    for (written, explicit) in [
        ("a or b or c", "(a or b) or c"),
        ("a or b and c", "a or (b and c)"),
        ("a and b or c", "(a and b) or c"),
        ("a and b = c", "a and (b = c)"),
        ("a = b or c = d", "(a = b) or (c = d)"),
        ("a + b < c * d", "(a + b) < (c * d)"),
        ("a - b - c", "(a - b) - c"),
        ("a / b / c", "(a / b) / c"),
        ("a - b + c", "(a - b) + c"),
        ("a + b * c", "a + (b * c)"),
        ("a * b + c", "(a * b) + c"),
        ("-a * b", "(-a) * b"),
        ("-a.b", "-(a.b)"),
        ("-f(a)", "-(f(a))"),
        ("a - -b", "a - (-b)"),
        ("--a", "-(-a)"),
        ("a.b.c", "(a.b).c"),
        ("x between a and b and c", "(x between a and b) and c"),
        ("x between a + 1 and b * 2", "x between (a + 1) and (b * 2)"),
        (
            "a + 1 between b and c or d",
            "((a + 1) between b and c) or d",
        ),
        ("x in a and y in b", "(x in a) and (y in b)"),
        ("x + 1 in [a..b]", "(x + 1) in [a..b]"),
        ("x in < 5 and y", "(x in (< 5)) and y"),
        ("x in [a + 1..b * 2]", "x in [(a + 1)..(b * 2)]"),
        ("if a then b else c + d", "if a then b else (c + d)"),
        ("if a then b else c or d", "if a then b else (c or d)"),
        (
            "if a then b else if c then d else e",
            "if a then b else (if c then d else e)",
        ),
        (
            "if a then if b then c else d else e",
            "if a then (if b then c else d) else e",
        ),
        (
            "1 + if a then b else c + d",
            "1 + (if a then b else (c + d))",
        ),
        (
            "a and some p in q satisfies b and c",
            "a and (some p in q satisfies (b and c))",
        ),
        (
            "every p in q satisfies b or c",
            "every p in q satisfies (b or c)",
        ),
        (
            "for p in q return p.a * p.b + 1",
            "for p in q return ((p.a * p.b) + 1)",
        ),
        (
            "some p in a, q in b satisfies c",
            "some p in a satisfies (some q in b satisfies c)",
        ),
    ] {
        assert_eq!(
            display(&right(written)),
            display(&right(explicit)),
            "{written}"
        );
        assert_eq!(words(written, right(written).span), written);
    }
}

#[test]
fn canonical_text_has_only_the_parentheses_that_are_needed() {
    for (written, canonical) in [
        ("((a))", "a"),
        ("(a+b)*c", "(a + b) * c"),
        ("a-(b-c)", "a - (b - c)"),
        ("(a - b) - c", "a - b - c"),
        ("( a = b ) = c", "(a = b) = c"),
        ("-(a + b)", "-(a + b)"),
        ("(if a then b else c) + d", "(if a then b else c) + d"),
        ("x in ]1..5[", "x in (1..5)"),
        ("x in (1)", "x in 1"),
        ("x in (\"a\",\"b\")", "x in (\"a\", \"b\")"),
        ("x in ((a + b) * c, 2)", "x in ((a + b) * c, 2)"),
        ("x in (< 5, [7..9])", "x in (< 5, [7..9])"),
        ("round   half\nup(a/b,0)", "round half up(a / b, 0)"),
        (
            "date\tand time(\"2024-05-31T08:30\")",
            "date and time(\"2024-05-31T08:30\")",
        ),
        ("007", "7"),
        ("2.50", "2.5"),
        ("(5).a", "(5).a"),
        ("date and (time(x))", "date and (time(x))"),
    ] {
        let shown = display(&right(written));
        assert_eq!(shown, canonical, "{written}");
        assert_eq!(display(&right(&shown)), shown, "{written}");
    }
}

#[test]
fn functions_have_names_with_spaces() {
    for (text, name, arguments) in [
        ("starts with(t, \"a\")", "starts with", 2),
        ("string length(t)", "string length", 1),
        ("date and time(\"2024-05-31T08:30:00\")", "date and time", 1),
        (
            "years and months duration(a, b)",
            "years and months duration",
            2,
        ),
        ("day of week(d)", "day of week", 1),
        ("round half down(a / b, 0)", "round half down", 2),
        ("days between(a, b)", "days between", 2),
        ("not(a)", "not", 1),
        ("start with(t, \"a\")", "start with", 2),
        ("f()", "f", 0),
    ] {
        match right(text).kind {
            ExprKind::Call(own, list) => {
                assert_eq!(own.value, name);
                assert_eq!(words(text, own.span), name);
                assert_eq!(list.len(), arguments, "{text}");
            }
            other => panic!("{text}: {other:?}"),
        }
    }
}

#[test]
fn names_that_look_like_the_start_of_a_function_stay_names() {
    assert!(matches!(
        right("date and time > 5").kind,
        ExprKind::Binary(BinaryOp::And, ..)
    ));
    assert!(matches!(
        right("days between (1) and 5").kind,
        ExprKind::Between(..)
    ));
    assert!(matches!(
        right("day = 5").kind,
        ExprKind::Binary(BinaryOp::Eq, ..)
    ));
}

#[test]
fn numbers_are_exact() {
    for (text, units, scale) in [
        ("0", 0, 0),
        ("3.5", 35, 1),
        ("0.000000001", 1, 9),
        ("0.125", 125, 3),
    ] {
        match right(text).kind {
            ExprKind::Number(number) => assert_eq!((number.units, number.scale), (units, scale)),
            other => panic!("{text}: {other:?}"),
        }
    }
    // A sign is an operation, not part of the number.
    assert!(matches!(right("-5").kind, ExprKind::Negate(_)));
}

#[test]
fn a_point_with_three_digits_is_read_as_feel_does_and_warned_about() {
    let (expr, diagnostics) = read("pages * 15.000");
    let expr = expr.expect("a warning leaves the tree");
    match &expr.kind {
        ExprKind::Binary(BinaryOp::Multiply, _, right) => {
            assert_eq!(right.kind, ExprKind::Number(Decimal::integer(15)));
        }
        other => panic!("{other:?}"),
    }
    assert_eq!(codes(&diagnostics), ["thousands-point"]);
    for quiet in ["0.125", "15.0", "1.25", "1.2500", "1234.567", "15000"] {
        right(quiet);
    }
}

#[test]
fn texts_resolve_their_escapes() {
    for (text, value) in [
        (r#""""#, ""),
        (r#""Tạp chí “A”""#, "Tạp chí “A”"),
        (r#""a\"b\\c""#, "a\"b\\c"),
        (r#""\n\t\u0110""#, "\n\tĐ"),
        (r#""// /* 15,000 && 'x'""#, "// /* 15,000 && 'x'"),
    ] {
        assert_eq!(right(text).kind, ExprKind::Text(value.to_owned()), "{text}");
    }
}

#[test]
fn null_and_comparisons_with_it_are_left_to_the_checker() {
    assert_eq!(display(&right("a = null")), "a = null");
}

#[test]
fn ranges_say_whether_their_ends_belong_to_them() {
    for (text, low, high) in [
        ("[1..5]", true, true),
        ("(1..5]", false, true),
        ("]1..5]", false, true),
        ("[1..5)", true, false),
        ("[1..5[", true, false),
        ("]1..5[", false, false),
        ("(1..5)", false, false),
    ] {
        match right(&format!("x in {text} and y")).kind {
            ExprKind::Binary(BinaryOp::And, test, _) => match test.kind {
                ExprKind::In(_, tests) => match tests.as_slice() {
                    [only] => match &only.kind {
                        UnaryTestKind::Range(range) => {
                            assert_eq!(
                                (range.low_included, range.high_included),
                                (low, high),
                                "{text}"
                            );
                        }
                        other => panic!("{text}: {other:?}"),
                    },
                    other => panic!("{text}: {other:?}"),
                },
                other => panic!("{text}: {other:?}"),
            },
            other => panic!("{text}: {other:?}"),
        }
        assert!(matches!(right(text).kind, ExprKind::Range(_)), "{text}");
        assert!(
            matches!(right_cell(text).kind, CellKind::Tests(_)),
            "{text}"
        );
    }
}

#[test]
fn cells_hold_tests() {
    for (written, canonical) in [
        ("-", "-"),
        ("  -  ", "-"),
        ("\"read\",\"mixed\"", "\"read\", \"mixed\""),
        ("5", "5"),
        ("-5", "-5"),
        ("< 5", "< 5"),
        (">=date(\"2023-07-01\")", ">= date(\"2023-07-01\")"),
        ("= 5, != 6", "= 5, != 6"),
        ("[1..5], ]7..9[", "[1..5], (7..9)"),
        ("not(\"a\", \"b\")", "not(\"a\", \"b\")"),
        ("not([1..5], > 9)", "not([1..5], > 9)"),
        ("(not(a))", "(not(a))"),
        ("true", "true"),
        ("other_fact + 1", "other_fact + 1"),
        ("[\"a\", \"b\"]", "[\"a\", \"b\"]"),
        ("duration(\"P6M\")", "duration(\"P6M\")"),
    ] {
        let cell = right_cell(written);
        assert_eq!(display_cell(&cell), canonical, "{written}");
        assert_eq!(words(written, cell.span), written.trim(), "{written}");
    }
    assert!(matches!(right_cell("-").kind, CellKind::Any));
    assert!(matches!(right_cell("not(1)").kind, CellKind::Not(_)));
    assert!(matches!(right_cell("(not(a))").kind, CellKind::Tests(_)));
}

#[test]
fn places_cover_the_words_with_their_parentheses() {
    let text = " ( a + (b) ) *  f( c , -2 )";
    let expr = right(text);
    assert_eq!(words(text, expr.span), text.trim());
    let below = tree::children(&expr);
    let shown: Vec<&str> = below.iter().map(|e| words(text, e.span)).collect();
    assert_eq!(shown, ["( a + (b) )", "f( c , -2 )"]);
    let sum: Vec<&str> = tree::children(below[0])
        .iter()
        .map(|e| words(text, e.span))
        .collect();
    assert_eq!(sum, ["a", "(b)"]);
    let arguments: Vec<&str> = tree::children(below[1])
        .iter()
        .map(|e| words(text, e.span))
        .collect();
    assert_eq!(arguments, ["c", "-2"]);
}

#[test]
fn places_follow_the_file_where_the_scalar_is_quoted() {
    // The scalar `a = "b"` written as `'a = "b"'` from byte 10 of a file, and once with an escape of YAML inside.
    let place = Place {
        file: FileKind::Package,
        offsets: vec![11, 12, 13, 14, 15, 17, 18, 20],
        wide: vec![(15, 17), (18, 20)],
    };
    let mut diagnostics = Vec::new();
    let expr = super::parse_expression("a = \"b\"", &place, &mut diagnostics).expect("right");
    assert_eq!((expr.span.start, expr.span.end), (11, 20));
    assert_eq!(tree::children(&expr)[1].span.range(), 15..20);
}

#[test]
fn white_space_of_word_processors_is_white_space() {
    let text = "a\u{a0}=\u{200b}5\u{feff}";
    let (expr, diagnostics) = read(text);
    assert_eq!(diagnostics, []);
    assert_eq!(display(&expr.expect("right")), "a = 5");
    assert_eq!(place_of(text).offsets.len(), text.len() + 1);
}
