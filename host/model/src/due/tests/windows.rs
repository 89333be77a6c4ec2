//! Filing windows before and after an event.

use super::*;
use crate::manifest::WindowSide;

fn limit(side: WindowSide, event: &str, text: &str) -> String {
    let event: DayOrMoment = event.parse().expect("an event");
    let limit =
        window_limit(vn(), &OfficeHours::default(), side, event, term(text)).expect("a limit");
    let at = limit.at.to_string().replace('T', " ").replace("+07:00", "");
    format!("{at}{}", if limit.provisional { "?" } else { "" })
}

fn before(event: &str, text: &str) -> String {
    limit(WindowSide::Before, event, text)
}

fn after(event: &str, text: &str) -> String {
    limit(WindowSide::After, event, text)
}

#[test]
fn before_an_event() {
    // A press conference: 24 hours by the clock, across a weekend.
    assert_eq!(before("2026-04-27T09:30", "24 hour"), "2026-04-26 09:30:00");
    assert_eq!(
        before("2026-06-12T09:30", "2 working-day"),
        "2026-06-10 23:59:59"
    );
    assert_eq!(
        before("2026-06-15T09:30", "2 working-day"),
        "2026-06-11 23:59:59",
        "counted back over a weekend"
    );
    assert_eq!(
        before("2026-06-14", "1 working-day"),
        "2026-06-12 23:59:59",
        "an event on a Sunday"
    );
    assert_eq!(
        before("2026-06-12T09:30", "1.5 working-day"),
        "2026-06-10 12:00:00"
    );
    assert_eq!(
        before("2026-04-29T09:30", "2 working-day"),
        "2026-04-24 23:59:59",
        "over Giỗ Tổ"
    );
    // A licence that expires: plain days back, whatever day that is.
    assert_eq!(
        before("2026-06-30", "30 calendar-day"),
        "2026-05-31 23:59:59"
    );
    assert_eq!(before("2026-06-30", "2 week"), "2026-06-16 23:59:59");
    assert_eq!(before("2026-03-31", "1 month"), "2026-02-28 23:59:59");
    assert_eq!(before("2024-03-31T10:00", "1 month"), "2024-02-29 23:59:59");
    assert_eq!(
        before("2026-06-12T10:00", "1 same-day"),
        "2026-06-12 10:00:00"
    );
    // An event told by its day begins with it.
    assert_eq!(before("2026-06-12", "24 hour"), "2026-06-11 00:00:00");
    // Working hours back: the latest moment from which so many remain.
    assert_eq!(
        before("2026-06-12T10:00", "2 working-hour"),
        "2026-06-12 08:00:00"
    );
    assert_eq!(
        before("2026-06-12T10:00", "3 working-hour"),
        "2026-06-11 16:00:00"
    );
    assert_eq!(
        before("2026-06-12T17:00", "4 working-hour"),
        "2026-06-12 13:00:00"
    );
    assert_eq!(
        before("2026-06-15T08:00", "8 working-hour"),
        "2026-06-12 08:00:00"
    );
}

#[test]
fn after_an_event() {
    assert_eq!(
        after("2026-06-01T20:00", "15 calendar-day"),
        "2026-06-16 23:59:59"
    );
    assert_eq!(
        after("2026-06-05", "15 calendar-day"),
        "2026-06-22 23:59:59",
        "20 June is a Saturday"
    );
    assert_eq!(after("2026-04-24", "1 working-day"), "2026-04-28 23:59:59");
    assert_eq!(after("2026-06-01", "7 working-day"), "2026-06-10 23:59:59");
    assert_eq!(
        after("2026-06-01", "1.5 working-day"),
        "2026-06-03 12:00:00"
    );
    assert_eq!(
        after("2026-01-31", "1 month"),
        "2026-03-02 23:59:59",
        "28 February is a Saturday"
    );
    assert_eq!(after("2026-06-01", "1 week"), "2026-06-08 23:59:59");
    assert_eq!(after("2026-06-01T10:00", "24 hour"), "2026-06-02 10:00:00");
    assert_eq!(
        after("2026-06-05T10:00", "24 hour"),
        "2026-06-08 23:59:59",
        "moves on from a Saturday"
    );
    assert_eq!(
        after("2026-06-01", "24 hour"),
        "2026-06-02 23:59:59",
        "from the end of the day"
    );
    assert_eq!(
        after("2026-06-01T15:00", "3 working-hour"),
        "2026-06-02 09:00:00"
    );
    assert_eq!(after("2026-06-01", "3 working-hour"), "2026-06-02 11:00:00");
    assert_eq!(
        after("2026-06-06T10:00", "1 same-day"),
        "2026-06-08 23:59:59"
    );
}

#[test]
fn a_limit_that_rests_on_days_off_can_be_provisional() {
    assert_eq!(
        after("2026-12-20", "30 calendar-day"),
        "2027-01-19 23:59:59?"
    );
    assert_eq!(
        before("2027-01-05", "2 working-day"),
        "2026-12-31 23:59:59?"
    );
    assert_eq!(
        before("2027-06-30", "30 calendar-day"),
        "2027-05-31 23:59:59",
        "plain days back ask no calendar"
    );
    assert_eq!(before("2027-06-30T10:00", "24 hour"), "2027-06-29 10:00:00");
}

#[test]
fn a_window_has_a_last_moment() {
    let event = moment("2026-06-12T09:30");
    let limit = window_limit(
        vn(),
        &OfficeHours::default(),
        WindowSide::Before,
        event,
        term("24 hour"),
    )
    .expect("a limit");
    assert!(limit.allows(moment("2026-06-11T09:30")));
    assert!(!limit.allows(moment("2026-06-11T09:30:01")));
    assert!(limit.allows(moment("2026-01-01T00:00")));
}

#[test]
fn beyond_the_range() {
    let run = |side, event: &str, text: &str| {
        let event: DayOrMoment = event.parse().expect("an event");
        window_limit(vn(), &OfficeHours::default(), side, event, term(text))
    };
    for text in [
        "9999 calendar-day",
        "9999 week",
        "9999 month",
        "1 hour",
        "9999 working-day",
        "1 working-hour",
        "1 working-day",
    ] {
        assert_eq!(
            run(WindowSide::Before, "1900-01-01", text),
            Err(DueError::OutOfRange),
            "{text}"
        );
    }
    for text in [
        "9999 calendar-day",
        "9999 week",
        "9999 month",
        "1 hour",
        "1 working-day",
        "1 working-hour",
    ] {
        assert_eq!(
            run(WindowSide::After, "2199-12-31", text),
            Err(DueError::OutOfRange),
            "{text}"
        );
    }
    assert!(matches!(
        run(WindowSide::After, "2026-06-01", "0.5 month"),
        Err(DueError::Term(_))
    ));
}
