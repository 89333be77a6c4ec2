use super::*;

fn day(text: &str) -> Date {
    text.parse().unwrap()
}

fn submitted() -> Submitted {
    Submitted {
        procedure: "1.003868".to_owned(),
        number: 1,
        component: "sha256:aa".to_owned(),
        from: day("2026-12-01"),
        department: "so".to_owned(),
        key: "k".to_owned(),
        statement: "{}".to_owned(),
        signature: "s".to_owned(),
        person: "an".to_owned(),
        at: day("2026-11-20").midnight(),
    }
}

fn approved() -> Approved {
    let at = day("2026-11-21").midnight();
    submitted()
        .passed("r".to_owned())
        .approve("binh".to_owned(), "sha256:aa", String::new(), at)
        .unwrap()
}

#[test]
fn nobody_approves_what_they_submitted_nor_another_component() {
    let at = day("2026-11-21").midnight();
    let review = submitted().passed("r".to_owned());
    let own = review
        .clone()
        .approve("an".to_owned(), "sha256:aa", String::new(), at);
    assert!(matches!(own, Err(Forbidden::OwnApproval { .. })));
    let other = review.approve("binh".to_owned(), "sha256:bb", String::new(), at);
    assert!(matches!(other, Err(Forbidden::OtherComponent { .. })));
}

#[test]
fn a_version_that_has_begun_is_suspended_and_not_withdrawn() {
    let active = approved().activate("chi".to_owned(), day("2026-11-22").midnight());
    assert!(!active.is_retroactive());
    let early = active.clone().withdraw(
        "chi".to_owned(),
        "sai phí".to_owned(),
        day("2026-11-30").midnight(),
    );
    assert!(early.unwrap().activated_at.is_some());
    let late = active.clone().withdraw(
        "chi".to_owned(),
        "sai phí".to_owned(),
        day("2026-12-01").midnight(),
    );
    assert!(matches!(late, Err(Forbidden::HasBegun { .. })));
    let silent = active.suspend(
        day("2026-12-02"),
        "chi".to_owned(),
        "  ".to_owned(),
        day("2026-12-02").midnight(),
    );
    assert!(matches!(silent, Err(Forbidden::NoReason)));
}

#[test]
fn a_version_activated_after_its_first_day_is_retroactive() {
    let active = approved().activate("chi".to_owned(), day("2026-12-02").midnight());
    assert!(active.is_retroactive());
}

#[test]
fn a_stage_reads_back_as_it_was_written() {
    let stage = Stage::Active(approved().activate("chi".to_owned(), day("2026-11-22").midnight()));
    let text = serde_json::to_string(&stage).unwrap();
    assert!(text.contains(r#""stage":"active""#), "{text}");
    assert_eq!(serde_json::from_str::<Stage>(&text).unwrap(), stage);
}

#[test]
fn a_forbidden_step_is_told_in_the_language_of_the_reader() {
    for step in ["approve", "send-back", "activate", "suspend", "withdraw"] {
        for stage in [
            "not submitted",
            "failed",
            "in-review",
            "sent-back",
            "approved",
            "active",
            "suspended",
            "withdrawn",
        ] {
            let text = Forbidden::NotFrom { step, stage }.text();
            assert!(text.en.contains(step) && text.en.contains(stage));
            assert!(!text.vi.contains(step), "{}", text.vi);
            assert!(!text.vi.contains(stage), "{}", text.vi);
        }
    }
}
