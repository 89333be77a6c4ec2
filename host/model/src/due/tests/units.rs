//! Every unit and every kind of day at its edges.

use super::*;
use crate::office::TimeOfDay;

#[test]
fn day_zero_is_not_counted() {
    assert_eq!(
        due_at("2026-04-22T08:00", "1 working-day"),
        "2026-04-23 17:00"
    );
    assert_eq!(
        due_at("2026-04-22T17:00", "1 working-day"),
        "2026-04-23 17:00"
    );
    assert_eq!(
        due_at("2026-04-22T08:00", "1 calendar-day"),
        "2026-04-23 17:00"
    );
}

#[test]
fn swapped_saturdays_are_worked_and_their_weekdays_are_not() {
    // 10 January 2026 is worked for Friday 2 January.
    assert_eq!(
        due_at("2026-01-08T09:00", "2 working-day"),
        "2026-01-10 17:00"
    );
    assert_eq!(
        due_at("2026-01-09T09:00", "1 calendar-day"),
        "2026-01-10 17:00"
    );
    assert_eq!(
        due_at("2025-12-31T09:00", "1 working-day"),
        "2026-01-05 17:00"
    );
    // 22 August 2026 is worked for Monday 31 August.
    assert_eq!(
        due_at("2026-08-21T09:00", "1 working-day"),
        "2026-08-22 17:00"
    );
    assert_eq!(
        due_at("2026-08-28T09:00", "1 working-day"),
        "2026-09-03 17:00"
    );
    assert_eq!(
        due_at("2026-08-28T09:00", "3 calendar-day"),
        "2026-09-03 17:00*"
    );
    // Hours run through a worked Saturday.
    assert_eq!(
        due_at("2026-08-21T16:00", "2 working-hour"),
        "2026-08-22 09:00"
    );
    assert_eq!(due_at("2026-08-21T16:00", "24 hour"), "2026-08-22 16:00");
    // A dossier received on it is received that day.
    assert_eq!(
        due_at("2026-08-22T09:00", "1 working-day"),
        "2026-08-24 17:00"
    );
    assert_eq!(due_at("2026-08-22T14:00", "1 same-day"), "2026-08-22 17:00");
}

#[test]
fn tet_is_skipped_by_name() {
    let due = count("2026-02-13T10:00", "1 working-day", &[]);
    assert_eq!(say(&due.deadline), "2026-02-23 17:00");
    let tet = due
        .skipped
        .iter()
        .filter(|day| day.reason.vi == "Tết Nguyên đán")
        .count();
    assert_eq!((due.skipped.len(), tet), (9, 5));
    assert_eq!(
        due_at("2026-02-10T10:00", "7 calendar-day"),
        "2026-02-23 17:00*"
    );
    assert_eq!(
        due_at("2026-02-13T16:30", "1 working-hour"),
        "2026-02-23 08:30"
    );
    // 2027: named days, but the year is not announced in full.
    assert_eq!(
        due_at("2027-02-03T10:00", "1 working-day"),
        "2027-02-11 17:00?"
    );
}

#[test]
fn weeks_and_months_end_on_the_corresponding_day() {
    assert_eq!(due_at("2026-04-01T10:00", "2 week"), "2026-04-15 17:00");
    assert_eq!(due_at("2026-04-15T10:00", "2 week"), "2026-04-29 17:00");
    assert_eq!(due_at("2026-04-15T10:00", "1 month"), "2026-05-15 17:00");
    assert_eq!(
        due_at("2026-01-30T10:00", "1 month"),
        "2026-03-02 17:00*",
        "28 February 2026 is a Saturday"
    );
    assert_eq!(
        due_at("2024-01-31T10:00", "1 month"),
        "2024-02-29 17:00",
        "a leap year"
    );
    assert_eq!(due_at("2023-01-31T10:00", "1 month"), "2023-02-28 17:00");
    assert_eq!(due_at("2024-02-29T10:00", "12 month"), "2025-02-28 17:00");
    assert_eq!(
        due_at("2023-10-31T10:00", "6 month"),
        "2024-05-02 17:00*",
        "30 April and 1 May are holidays"
    );
    assert_eq!(
        due_at("2025-03-31T10:00", "1 month"),
        "2025-05-05 17:00*",
        "30 April to 2 May, then a weekend"
    );
    // Days counted, whatever the months have.
    assert_eq!(
        count("2024-01-31T10:00", "1 month", &[]).deadline.counted,
        Counted::whole(29)
    );
    assert_eq!(
        count("2026-04-01T10:00", "2 week", &[]).deadline.counted,
        Counted::whole(14)
    );
}

#[test]
fn half_a_day_is_the_morning_of_the_next_working_day() {
    assert_eq!(
        due_at("2026-04-22T09:00", "0.5 working-day"),
        "2026-04-23 12:00"
    );
    assert_eq!(
        due_at("2026-04-22T16:59", "0.5 working-day"),
        "2026-04-23 12:00"
    );
    assert_eq!(
        due_at("2026-04-22T09:00", "3.5 working-day"),
        "2026-04-29 12:00"
    );
    assert_eq!(
        due_at("2026-04-24T09:00", "0.5 working-day"),
        "2026-04-28 12:00"
    );
    assert_eq!(
        count("2026-04-22T09:00", "3.5 working-day", &[])
            .deadline
            .counted,
        Counted::halves(7)
    );
    assert_eq!(
        due_at("2026-04-22T09:00", "0.5 working-hour"),
        "2026-04-22 09:30"
    );
    let commune: OfficeHours =
        serde_json::from_str(r#"[["07:00","11:30"],["13:30","17:00"]]"#).expect("hours");
    let due = deadline(
        vn(),
        &commune,
        moment("2026-04-22T09:00"),
        term("1.5 working-day"),
        false,
        &[],
    );
    assert_eq!(say(&due.expect("due")), "2026-04-24 11:30");
}

#[test]
fn the_same_day_ends_at_three() {
    assert_eq!(due_at("2026-04-22T14:59", "1 same-day"), "2026-04-22 17:00");
    assert_eq!(
        due_at("2026-04-22T15:00", "1 same-day"),
        "2026-04-22 17:00",
        "the rule says: after 15:00"
    );
    assert_eq!(
        due_at("2026-04-22T15:00:01", "1 same-day"),
        "2026-04-23 17:00"
    );
    assert_eq!(due_at("2026-04-22T15:01", "1 same-day"), "2026-04-23 17:00");
    assert_eq!(due_at("2026-04-24T15:01", "1 same-day"), "2026-04-28 17:00");
    assert_eq!(
        due_at("2026-04-22T19:00", "1 same-day"),
        "2026-04-23 17:00",
        "received in the next morning"
    );
    assert_eq!(
        due_at("2026-04-25T09:00", "1 same-day"),
        "2026-04-28 17:00",
        "received on the next working day"
    );
    let early = OfficeHours {
        same_day_until: TimeOfDay::new(10, 0).expect("a time"),
        ..OfficeHours::default()
    };
    let due = deadline(
        vn(),
        &early,
        moment("2026-04-22T10:30"),
        term("1 same-day"),
        false,
        &[],
    )
    .expect("due");
    assert_eq!(say(&due), "2026-04-23 17:00");
}

#[test]
fn clock_hours_move_on_from_a_day_off_unless_they_are_continuous() {
    assert_eq!(due_at("2026-04-22T09:30", "24 hour"), "2026-04-23 09:30");
    assert_eq!(
        due_at("2026-04-22T09:30", "10 hour"),
        "2026-04-22 19:30",
        "by the clock, not by office hours"
    );
    let friday = count("2026-04-24T10:00", "24 hour", &[]);
    assert_eq!(say(&friday.deadline), "2026-04-28 17:00*");
    assert_eq!(friday.skipped.len(), 3);
    assert_eq!(
        due_at("2026-04-24T10:00", "96 hour"),
        "2026-04-28 10:00",
        "days off on the way count"
    );
    let run = |start: &str, text: &str| {
        due(
            vn(),
            &OfficeHours::default(),
            moment(start),
            term(text),
            true,
            &[],
        )
        .expect("due")
    };
    let continuous = run("2026-04-24T10:00", "24 hour");
    assert_eq!(say(&continuous.deadline), "2026-04-25 10:00");
    assert_eq!(
        continuous.skipped,
        [],
        "nothing was skipped, though it ends on a Saturday"
    );
    assert_eq!(
        say(&run("2026-04-25T22:15", "24 hour").deadline),
        "2026-04-26 22:15",
        "from the moment told"
    );
    assert_eq!(
        run("2026-04-25T22:15", "24 hour").deadline.day0,
        date("2026-04-25")
    );
    // Other units do not know the word.
    assert_eq!(
        say(&run("2026-04-25T22:15", "2 working-day").deadline),
        "2026-05-04 17:00"
    );
}

#[test]
fn hours_that_end_at_midnight_end_on_the_day_before() {
    assert_eq!(due_at("2026-04-22T08:00", "16 hour"), "2026-04-22 23:59:59");
    assert_eq!(
        due_at("2026-04-24T08:00", "16 hour"),
        "2026-04-24 23:59:59",
        "Friday 24:00 is not yet Saturday"
    );
    assert_eq!(due_at("2026-04-24T08:00", "17 hour"), "2026-04-28 17:00*");
}
