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
    reaches(Target::Publish, 400, &[]);
}

#[test]
fn any_text_can_be_compiled() {
    reaches(Target::Package, 400, &[]);
}

#[test]
fn components_answer_as_their_rules_say() {
    reaches(Target::Expression, 400, &[]);
}

#[test]
fn any_code_can_be_called() {
    reaches(Target::Call, 2_000, &[]);
}
