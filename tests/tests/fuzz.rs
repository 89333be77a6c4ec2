//! The fuzz targets in small: the same inputs every time. That no promise is broken is held by the targets themselves; here
//! it is held that inputs come far enough to break one. The long run is a command: `cargo run --release -p tests -- fuzz`.

use tests::fuzz::{Seen, Target, campaign};

/// Tries so many inputs, and holds how often at least they came to something.
fn reaches(target: Target, count: usize, minimums: &[(&str, u64)]) {
    let seen: Seen = campaign::few(target, count, 1).expect("the seeds can be read");
    println!("{target}: {seen}");
    for (what, minimum) in minimums {
        assert!(
            seen.count(what) >= *minimum,
            "`{what}` was seen {} times, at least {minimum} expected: {seen}",
            seen.count(what)
        );
    }
}

#[test]
fn any_bytes_can_be_published() {
    let minimums = [
        ("admitted", 80),
        ("loaded", 80),
        ("answered", 200),
        ("stopped by the gate", 60),
        ("passed the gate", 1),
        ("refused: well-formed", 60),
        ("refused: valid", 20),
        ("refused: manifest-form", 40),
        ("refused: manifest", 5),
    ];
    reaches(Target::Publish, 400, &minimums);
}

#[test]
fn any_text_can_be_compiled() {
    let minimums = [
        ("compiled", 60),
        ("case answered", 400),
        ("told: yaml-syntax", 80),
        ("told: unknown-key", 60),
        ("told: missing-key", 50),
        ("told: wrong-shape", 40),
        ("told: unknown-fact", 20),
    ];
    reaches(Target::Package, 400, &minimums);
}

#[test]
fn components_answer_as_their_rules_say() {
    let minimums = [
        ("compiled", 150),
        ("tree answered", 100),
        ("text answered", 500),
        ("something asked for", 150),
        ("told: type", 20),
        ("told: gap", 30),
        ("told: unreachable-row", 20),
    ];
    reaches(Target::Expression, 400, &minimums);
}

#[test]
fn any_code_can_be_called() {
    let minimums = [
        ("loaded", 600),
        ("loaded, interpreted", 80),
        ("patched: answered", 150),
        ("patched: answer-contradicts-manifest", 100),
        ("patched: unreadable-answer", 150),
        ("generated: answered", 3),
        ("generated: answer-contradicts-manifest", 200),
        ("generated: unreadable-answer", 400),
        ("generated: trapped", 400),
        ("generated: out-of-fuel", 150),
        ("generated: stack-overflow", 8),
        ("generated: out-of-memory", 5),
    ];
    reaches(Target::Call, 2_000, &minimums);
}
