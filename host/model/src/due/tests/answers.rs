//! What an answer says beside the date: provisional, capped, as JSON, through a visitor, or why there is none.

use super::*;

#[test]
fn what_can_still_change_is_provisional() {
    assert_eq!(
        due_at("2026-12-30T09:00", "1 working-day"),
        "2026-12-31 17:00"
    );
    assert_eq!(
        due_at("2026-12-30T09:00", "2 working-day"),
        "2027-01-04 17:00?"
    );
    assert_eq!(
        due_at("2018-12-28T09:00", "1 working-day"),
        "2019-01-02 17:00?"
    );
    assert_eq!(
        due_at("2031-04-29T09:00", "1 working-day"),
        "2031-05-02 17:00?",
        "fixed holidays are taken"
    );
    assert_eq!(
        due_at("2026-12-31T17:30", "1 calendar-day"),
        "2027-01-05 17:00?"
    );
    assert_eq!(
        due_at("2150-06-01T09:00", "9999 working-hour")
            .chars()
            .last(),
        Some('?')
    );
    // The day told decides where day 0 lies, so it counts too: 31 December 2018 is off by a file that is not complete.
    assert_eq!(
        due_at("2018-12-31T09:00", "1 working-day"),
        "2019-01-03 17:00?"
    );
}

#[test]
fn beyond_the_range_is_an_error_and_no_panic() {
    let run = |start: &str, text: &str, continuous| {
        due(
            vn(),
            &OfficeHours::default(),
            moment(start),
            term(text),
            continuous,
            &[],
        )
        .map(|due| say(&due.deadline))
    };
    for text in [
        "1 working-day",
        "0.5 working-day",
        "9999 month",
        "9999 week",
        "1 calendar-day",
        "9999 hour",
    ] {
        assert_eq!(
            run("2199-12-31T09:00", text, false),
            Err(DueError::OutOfRange),
            "{text}"
        );
    }
    for text in ["1 working-day", "8 working-hour", "1 same-day", "24 hour"] {
        assert_eq!(
            run("2199-12-31T23:00", text, false),
            Err(DueError::OutOfRange),
            "{text}"
        );
        assert_eq!(
            run("2199-12-31T23:00", text, true),
            Err(DueError::OutOfRange),
            "{text}"
        );
    }
    assert_eq!(
        run("2199-12-31T09:00", "1 same-day", false).as_deref(),
        Ok("2199-12-31 17:00?")
    );
    assert_eq!(
        run("2199-12-31T09:00", "15 hour", true).as_deref(),
        Ok("2199-12-31 23:59:59?")
    );
    assert_eq!(
        run("1900-01-01T00:00", "1 working-day", false).as_deref(),
        Ok("1900-01-02 17:00?")
    );
    let text = DueError::OutOfRange.text();
    assert!(text.vi.contains("2199") && text.en.contains("2199"));
}

#[test]
fn a_term_that_makes_no_sense_is_refused() {
    let run = |text: &str| {
        deadline(
            vn(),
            &OfficeHours::default(),
            moment("2026-04-22T09:00"),
            term(text),
            false,
            &[],
        )
    };
    assert!(matches!(run("1.5 calendar-day"), Err(DueError::Term(_))));
    assert!(matches!(run("2 same-day"), Err(DueError::Term(_))));
}

#[test]
fn a_promise_never_lengthens_the_law() {
    let run = |text: &str| {
        deadline(
            vn(),
            &OfficeHours::default(),
            moment("2026-04-24T10:00"),
            term(text),
            false,
            &[],
        )
        .expect("due")
    };
    let (law, promise) = (run("96 hour"), run("48 hour"));
    assert!(
        promise.due_at > law.due_at,
        "alone, 48 hours move to closing time and 96 hours end at ten"
    );
    let within = promise.within(&law);
    assert_eq!((within.due_on, within.due_at), (law.due_on, law.due_at));
    assert_eq!(within.counted, promise.counted);
    assert_eq!(run("24 hour").within(&run("8 working-day")), run("24 hour"));
}

#[test]
fn in_json_it_reads_as_the_api_says() {
    let due = count("2026-04-22T09:00", "3.5 working-day", &[]);
    let json = serde_json::to_value(&due).expect("JSON");
    assert_eq!(json["due_on"], "2026-04-29");
    assert_eq!(json["due_at"], "2026-04-29T12:00:00+07:00");
    assert_eq!(json["counted"], 3.5);
    assert_eq!(
        (&json["rolled"], &json["provisional"]),
        (&false.into(), &false.into())
    );
    assert_eq!(json["skipped"][1]["date"], "2026-04-26");
    assert_eq!(json["skipped"][1]["kind"], "public");
    assert_eq!(
        json["skipped"][1]["reason"]["en"],
        "Hùng Kings' Commemoration Day (10th of the 3rd lunar month)"
    );
    assert_eq!(
        serde_json::to_string(&Counted::whole(4)).expect("JSON"),
        "4"
    );
    let told: Suspension =
        serde_json::from_str(r#"{"from":"2025-03-10","to":"2025-03-18T10:00","mode":"pause"}"#)
            .expect("a suspension");
    assert_eq!(told, pause("2025-03-10", "2025-03-18T10:00"));
    assert!(
        serde_json::from_str::<Suspension>(r#"{"from":"2025-03-10","to":"18/3","mode":"pause"}"#)
            .is_err()
    );
}

#[test]
fn a_visitor_sees_what_the_list_holds() {
    let suspensions = [pause("2026-04-22", "2026-04-24")];
    let start = moment("2026-04-22T09:00");
    let mut seen = Vec::new();
    let office = OfficeHours::default();
    let deadline = due_with(
        vn(),
        &office,
        start,
        term("4 working-day"),
        false,
        &suspensions,
        |day| {
            seen.push(Skipped::from(day));
        },
    );
    let due = count("2026-04-22T09:00", "4 working-day", &suspensions);
    assert_eq!((deadline, seen), (Ok(due.deadline), due.skipped));
}
