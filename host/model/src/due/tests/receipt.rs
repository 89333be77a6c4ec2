//! From which moment the clock runs: the three instants, office hours, Saturday service.

use super::*;
use crate::office::{Sessions, TimeOfDay};

#[test]
fn a_dossier_that_comes_while_the_office_is_closed_is_received_when_it_opens() {
    let begin = |start: &str| {
        let due = count(start, "1 working-day", &[]);
        (
            due.deadline.starts_at.to_string(),
            due.deadline.due_on.to_string(),
        )
    };
    let expect = |at: &str, on: &str| (format!("{at}:00+07:00"), on.to_owned());
    assert_eq!(
        begin("2026-04-22T06:15"),
        expect("2026-04-22T08:00", "2026-04-23"),
        "before opening"
    );
    assert_eq!(
        begin("2026-04-22T12:30"),
        expect("2026-04-22T13:00", "2026-04-23"),
        "at noon break"
    );
    assert_eq!(
        begin("2026-04-22T12:00"),
        expect("2026-04-22T12:00", "2026-04-23"),
        "at the end of the morning"
    );
    assert_eq!(
        begin("2026-04-22T17:00"),
        expect("2026-04-22T17:00", "2026-04-23"),
        "at closing time"
    );
    assert_eq!(
        begin("2026-04-22T17:01"),
        expect("2026-04-23T08:00", "2026-04-24"),
        "in the evening"
    );
    assert_eq!(
        begin("2026-04-18T10:00"),
        expect("2026-04-20T08:00", "2026-04-21"),
        "on a Saturday"
    );
    assert_eq!(
        begin("2026-04-24T20:00"),
        expect("2026-04-28T08:00", "2026-04-29"),
        "before Giỗ Tổ"
    );
    assert_eq!(
        begin("2026-08-22T10:00"),
        expect("2026-08-22T10:00", "2026-08-24"),
        "on a worked Saturday"
    );
    // Noon break and hours.
    assert_eq!(
        due_at("2026-04-22T12:30", "2 working-hour"),
        "2026-04-22 15:00"
    );
    assert_eq!(
        due_at("2026-04-22T10:00", "2 working-hour"),
        "2026-04-22 12:00",
        "the end of a session, not the next"
    );
    assert_eq!(
        due_at("2026-04-22T10:00", "2.5 working-hour"),
        "2026-04-22 13:30"
    );
    assert_eq!(
        due_at("2026-04-22T08:00", "8 working-hour"),
        "2026-04-22 17:00"
    );
    assert_eq!(
        due_at("2026-04-22T17:00", "8 working-hour"),
        "2026-04-23 17:00"
    );
    assert_eq!(due_at("2026-04-22T20:00", "24 hour"), "2026-04-24 08:00");
}

#[test]
fn saturday_service_receives_but_makes_no_working_day() {
    let saturday = Sessions::new(&[(
        TimeOfDay::new(8, 0).expect("a time"),
        TimeOfDay::new(11, 30).expect("a time"),
    )]);
    let office = OfficeHours {
        saturday: Some(saturday.expect("a session")),
        ..OfficeHours::default()
    };
    let run = |start: &str, text: &str| {
        let due = deadline(vn(), &office, moment(start), term(text), false, &[]).expect("due");
        (due.day0.to_string(), say(&due))
    };
    let expect = |day0: &str, due: &str| (day0.to_owned(), due.to_owned());
    assert_eq!(
        run("2026-04-18T09:00", "1 working-day"),
        expect("2026-04-18", "2026-04-20 17:00")
    );
    assert_eq!(
        run("2026-04-17T18:00", "1 working-day"),
        expect("2026-04-18", "2026-04-20 17:00")
    );
    assert_eq!(
        run("2026-04-18T12:00", "1 working-day"),
        expect("2026-04-20", "2026-04-21 17:00")
    );
    assert_eq!(
        run("2026-04-18T09:00", "1 same-day"),
        expect("2026-04-18", "2026-04-20 17:00")
    );
    assert_eq!(
        run("2026-04-18T09:00", "2 working-hour"),
        expect("2026-04-18", "2026-04-20 10:00")
    );
    assert_eq!(
        run("2026-04-18T09:00", "2 calendar-day"),
        expect("2026-04-18", "2026-04-20 17:00")
    );
    // Not on a holiday that falls on a Saturday, and in full on a worked one.
    assert_eq!(
        run("2023-01-21T09:00", "1 working-day"),
        expect("2023-01-27", "2023-01-30 17:00")
    );
    assert_eq!(
        run("2026-08-22T14:00", "1 working-day"),
        expect("2026-08-22", "2026-08-24 17:00")
    );
}

#[test]
fn three_instants_make_one_start() {
    let filed_at = moment("2026-04-18T21:00");
    let (accepted, received) = (moment("2026-04-20T09:00"), moment("2026-04-21T16:00"));
    let start = |accepted_at, received_at| {
        Receipt {
            filed_at,
            accepted_at,
            received_at,
        }
        .start(vn(), &OfficeHours::default())
    };
    let filed = start(None, None).expect("a start");
    assert_eq!(
        (filed.instant, filed.assumed, filed.moved),
        (Instant::FiledAt, true, true)
    );
    assert_eq!(
        (filed.told_at, filed.moment),
        (filed_at, moment("2026-04-20T08:00"))
    );
    assert_eq!(filed.day0, date("2026-04-20"));
    let accepted_start = start(Some(accepted), None).expect("a start");
    assert_eq!(
        (accepted_start.instant, accepted_start.moment),
        (Instant::AcceptedAt, accepted)
    );
    assert!(!accepted_start.assumed && !accepted_start.moved);
    for accepted in [None, Some(accepted)] {
        let start = start(accepted, Some(received)).expect("a start");
        assert_eq!(
            (start.instant, start.moment, start.assumed),
            (Instant::ReceivedAt, received, false)
        );
    }
    let wrong = Err(DueError::Instants {
        earlier: Instant::FiledAt,
        later: Instant::AcceptedAt,
    });
    assert_eq!(start(Some(moment("2026-04-18T20:59")), None), wrong);
    let wrong = DueError::Instants {
        earlier: Instant::AcceptedAt,
        later: Instant::ReceivedAt,
    };
    assert_eq!(
        start(Some(accepted), Some(moment("2026-04-19T09:00"))),
        Err(wrong)
    );
    let text = wrong.text();
    assert!(text.vi.contains("accepted_at") && text.en.contains("received_at"));
    let late = Receipt {
        filed_at: moment("2199-12-31T18:00"),
        accepted_at: None,
        received_at: None,
    };
    assert_eq!(
        late.start(vn(), &OfficeHours::default()),
        Err(DueError::OutOfRange)
    );
}
