//! Limits, and that nothing within them overflows a small stack.

use super::super::{MAX_DEPTH, MAX_EXPRESSION_BYTES, MAX_HEIGHT, MAX_MESSAGES, display};
use super::{codes, read, read_cell, right, words, wrong};

/// Runs on half the stack that a thread has when nobody says otherwise, also in a debug build with its large frames.
fn on_a_small_stack(run: impl FnOnce() + Send + 'static) {
    std::thread::Builder::new()
        .stack_size(1024 * 1024)
        .spawn(run)
        .expect("a thread")
        .join()
        .expect("no overflow, no panic");
}

#[test]
fn nesting_is_bounded() {
    on_a_small_stack(|| {
        for (open, close) in [
            ("(", ")"),
            ("-", ""),
            ("[", "]"),
            ("f(", ")"),
            ("if a then ", " else b"),
            ("1 + (", ")"),
            ("some p in q satisfies ", ""),
            ("x in ((", "))"),
            ("[1..", "]"),
        ] {
            let nested = |depth: usize| format!("{}a{}", open.repeat(depth), close.repeat(depth));
            let fine = nested(MAX_DEPTH / 2 - 1);
            assert_eq!(
                display(&right(&display(&right(&fine)))),
                display(&right(&fine))
            );
            let deep = nested(MAX_DEPTH + 1);
            assert_eq!(
                codes(&wrong(read(&deep), &deep)),
                ["expression-too-deep"],
                "{open}"
            );
            let deepest = open.repeat(MAX_EXPRESSION_BYTES / open.len());
            wrong(read(&deepest), &deepest);
            wrong(read_cell(&deepest), &deepest);
        }
        for open in ["!", "not ", "{", "@", "a[", "]", "a)and ", "(a)(", "IF(a,"] {
            let deepest = open.repeat(MAX_EXPRESSION_BYTES / open.len());
            assert!(wrong(read(&deepest), &deepest).len() <= MAX_MESSAGES);
            wrong(read_cell(&deepest), &deepest);
        }
    });
}

#[test]
fn sixty_three_parentheses_are_fine() {
    let text = format!(
        "{}a{}",
        "(".repeat(MAX_DEPTH - 1),
        ")".repeat(MAX_DEPTH - 1)
    );
    assert_eq!(display(&right(&text)), "a");
}

#[test]
fn long_chains_are_bounded_too() {
    on_a_small_stack(|| {
        let chain = |operands: usize| vec!["a"; operands].join(" or ");
        assert_eq!(display(&right(&chain(MAX_HEIGHT))), chain(MAX_HEIGHT));
        let text = chain(MAX_HEIGHT + 1);
        let problems = wrong(read(&text), &text);
        assert_eq!(codes(&problems), ["expression-too-deep"]);
        assert_eq!(
            problems[0].message.en,
            "more than 128 operations follow one another"
        );
        assert_eq!(problems[0].message.vi, "có hơn 128 phép toán nối tiếp nhau");
        for text in [
            "1+".repeat(1_999) + "1",
            ".a".repeat(1_999).replacen('.', "", 1),
        ] {
            assert_eq!(codes(&wrong(read(&text), &text)), ["expression-too-deep"]);
            assert_eq!(
                codes(&wrong(read_cell(&text), &text)),
                ["expression-too-deep"]
            );
        }
    });
}

#[test]
fn length_is_bounded() {
    let fine = format!("\"{}\"", "a".repeat(MAX_EXPRESSION_BYTES - 2));
    right(&fine);
    let long = format!("\"{}\"", "a".repeat(MAX_EXPRESSION_BYTES - 1));
    let problems = wrong(read(&long), &long);
    assert_eq!(codes(&problems), ["expression-too-long"]);
    assert_eq!(
        problems[0].message.en,
        "the expression has 4001 bytes; at most 4000 are allowed"
    );
    assert_eq!(
        problems[0].message.vi,
        "biểu thức dài 4001 byte; nhiều nhất là 4000"
    );
    assert_eq!(words(&long, problems[0].span), long);
}

#[test]
fn a_wide_list_is_neither_deep_nor_slow() {
    let text = format!("x in ({})", vec!["1"; 1_000].join(", "));
    assert_eq!(display(&right(&text)), text);
}

#[test]
fn the_messages_about_one_expression_are_few() {
    let text = "a == ".repeat(500);
    let problems = wrong(read(&text), &text);
    assert_eq!(problems.len(), MAX_MESSAGES);
    // The first ones, in the order of the text.
    assert!(problems.is_sorted_by_key(|p| p.span.start));
    assert_eq!(problems[0].span.start, 2);
}
