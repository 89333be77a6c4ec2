//! Restart, pause, none: alone, together, overlapping, by day and by moment.

use super::*;

fn with(start: &str, text: &str, suspensions: &[Suspension]) -> String {
    say(&count(start, text, suspensions).deadline)
}

#[test]
fn restart_counts_from_the_day_on_which_the_full_dossier_arrives() {
    let restart = |from: &str, to: &str| [suspension(from, to, Mode::Restart)];
    assert_eq!(
        with("2026-06-01T09:00", "5 working-day", &[]),
        "2026-06-08 17:00"
    );
    assert_eq!(
        with(
            "2026-06-01T09:00",
            "5 working-day",
            &restart("2026-06-03", "2026-06-10")
        ),
        "2026-06-17 17:00"
    );
    let due = count(
        "2026-06-01T09:00",
        "5 working-day",
        &restart("2026-06-03", "2026-06-10"),
    );
    assert_eq!(due.deadline.day0, date("2026-06-10"));
    assert_eq!(due.skipped.len(), 2, "only what lies after the new day 0");
    assert_eq!(
        with(
            "2026-06-01T09:00",
            "5 calendar-day",
            &restart("2026-06-03", "2026-06-10")
        ),
        "2026-06-15 17:00"
    );
    assert_eq!(
        with(
            "2026-06-01T09:00",
            "1 month",
            &restart("2026-06-03", "2026-06-30")
        ),
        "2026-07-30 17:00"
    );
    // Told by the moment, office hours apply to it as to the first receipt.
    let evening = restart("2026-06-03T10:00", "2026-06-10T19:00");
    assert_eq!(
        with("2026-06-01T09:00", "5 working-day", &evening),
        "2026-06-18 17:00"
    );
    // Told by the day alone, the day is taken at its word, even a Sunday.
    assert_eq!(
        with(
            "2026-06-01T09:00",
            "1 working-day",
            &restart("2026-06-03", "2026-06-14")
        ),
        "2026-06-15 17:00"
    );
    // Hours need a moment; a day is taken to its end.
    assert_eq!(
        with(
            "2026-06-01T09:00",
            "8 working-hour",
            &restart("2026-06-03", "2026-06-10")
        ),
        "2026-06-11 17:00"
    );
    let morning = restart("2026-06-03", "2026-06-10T10:00");
    assert_eq!(
        with("2026-06-01T09:00", "8 working-hour", &morning),
        "2026-06-11 10:00"
    );
    assert_eq!(
        with("2026-06-01T09:00", "1 same-day", &morning),
        "2026-06-10 17:00"
    );
    assert_eq!(
        with(
            "2026-06-01T09:00",
            "1 same-day",
            &restart("2026-06-03", "2026-06-10")
        ),
        "2026-06-11 17:00"
    );
}

#[test]
fn the_last_restart_decides() {
    let twice = [
        suspension("2026-06-03", "2026-06-10", Mode::Restart),
        suspension("2026-06-12", "2026-06-15", Mode::Restart),
    ];
    assert_eq!(
        with("2026-06-01T09:00", "5 working-day", &twice),
        "2026-06-22 17:00"
    );
    let [first, second] = twice;
    assert_eq!(
        with("2026-06-01T09:00", "5 working-day", &[second, first]),
        "2026-06-22 17:00"
    );
}

#[test]
fn pause_takes_out_the_days_after_the_request_through_the_day_of_resuming() {
    assert_eq!(
        with(
            "2026-06-01T09:00",
            "5 working-day",
            &[pause("2026-06-03", "2026-06-03")]
        ),
        "2026-06-08 17:00"
    );
    assert_eq!(
        with(
            "2026-06-01T09:00",
            "5 working-day",
            &[pause("2026-06-03", "2026-06-04")]
        ),
        "2026-06-09 17:00"
    );
    // A weekend within the pause was not counted anyway.
    assert_eq!(
        with(
            "2026-06-01T09:00",
            "5 working-day",
            &[pause("2026-06-03", "2026-06-08")]
        ),
        "2026-06-11 17:00"
    );
    assert_eq!(
        with(
            "2026-06-01T09:00",
            "5 calendar-day",
            &[pause("2026-06-03", "2026-06-08")]
        ),
        "2026-06-11 17:00"
    );
    // On day 0, on the last day, and after it.
    assert_eq!(
        with(
            "2026-06-01T09:00",
            "5 working-day",
            &[pause("2026-06-01", "2026-06-02")]
        ),
        "2026-06-09 17:00"
    );
    assert_eq!(
        with(
            "2026-06-01T09:00",
            "5 working-day",
            &[pause("2026-06-07", "2026-06-08")]
        ),
        "2026-06-09 17:00"
    );
    assert_eq!(
        with(
            "2026-06-01T09:00",
            "5 working-day",
            &[pause("2026-06-08", "2026-06-20")]
        ),
        "2026-06-08 17:00"
    );
    assert_eq!(
        with(
            "2026-06-01T09:00",
            "5 working-day",
            &[pause("2026-07-01", "2026-07-20")]
        ),
        "2026-06-08 17:00"
    );
    assert_eq!(
        with(
            "2026-06-01T09:00",
            "1 month",
            &[pause("2026-06-09", "2026-06-19")]
        ),
        "2026-07-13 17:00*"
    );
    assert_eq!(
        with(
            "2026-06-01T09:00",
            "0.5 working-day",
            &[pause("2026-06-01", "2026-06-03")]
        ),
        "2026-06-04 12:00"
    );
}

#[test]
fn pauses_that_overlap_are_taken_out_once() {
    let overlapping = [
        pause("2026-06-03", "2026-06-08"),
        pause("2026-06-02", "2026-06-04"),
        pause("2026-06-05", "2026-06-10"),
    ];
    assert_eq!(
        count("2026-06-01T09:00", "5 working-day", &overlapping),
        count(
            "2026-06-01T09:00",
            "5 working-day",
            &[pause("2026-06-02", "2026-06-10")]
        )
    );
    assert_eq!(
        count("2026-06-01T09:00", "9 calendar-day", &overlapping),
        count(
            "2026-06-01T09:00",
            "9 calendar-day",
            &[pause("2026-06-02", "2026-06-10")]
        )
    );
    // The second pause is reached only because of the first.
    let one_after_the_other = [
        pause("2026-06-02", "2026-06-09"),
        pause("2026-06-12", "2026-06-16"),
    ];
    assert_eq!(
        with("2026-06-01T09:00", "5 working-day", &one_after_the_other),
        "2026-06-17 17:00"
    );
}

#[test]
fn an_end_that_moves_into_a_pause_moves_past_it() {
    // Ends on Saturday 6 June, moves to Monday; from Sunday on the clock is paused.
    let due = count(
        "2026-06-01T09:00",
        "5 calendar-day",
        &[pause("2026-06-07", "2026-06-10")],
    );
    assert_eq!(say(&due.deadline), "2026-06-11 17:00*");
    let days: Vec<_> = due
        .skipped
        .iter()
        .map(|day| (day.date.ymd().2, day.kind))
        .collect();
    let (off, paused) = (SkippedKind::Weekend, SkippedKind::Suspension);
    assert_eq!(
        days,
        [(6, off), (7, off), (8, paused), (9, paused), (10, paused)]
    );
}

#[test]
fn hours_are_paused_by_the_moment() {
    let start = "2026-06-01T09:00";
    assert_eq!(with(start, "8 working-hour", &[]), "2026-06-02 09:00");
    let by_moment = [pause("2026-06-01T10:00", "2026-06-03T15:00")];
    assert_eq!(
        with(start, "8 working-hour", &by_moment),
        "2026-06-04 14:00"
    );
    // By the day: the rest of the first day counts, the last day does not.
    assert_eq!(
        with(
            start,
            "8 working-hour",
            &[pause("2026-06-01", "2026-06-03")]
        ),
        "2026-06-04 09:00"
    );
    assert_eq!(with(start, "30 hour", &[]), "2026-06-02 15:00");
    assert_eq!(with(start, "30 hour", &by_moment), "2026-06-04 20:00");
    assert_eq!(
        with(start, "30 hour", &[pause("2026-06-01", "2026-06-03")]),
        "2026-06-04 15:00"
    );
    // Within a break nothing is lost; at the very end nothing is left to pause.
    assert_eq!(
        with(
            start,
            "8 working-hour",
            &[pause("2026-06-01T12:10", "2026-06-01T12:50")]
        ),
        "2026-06-02 09:00"
    );
    assert_eq!(
        with(
            start,
            "8 working-hour",
            &[pause("2026-06-02T09:00", "2026-06-05T09:00")]
        ),
        "2026-06-02 09:00"
    );
    assert_eq!(
        with(
            start,
            "30 hour",
            &[pause("2026-06-02T15:00", "2026-06-05T09:00")]
        ),
        "2026-06-02 15:00"
    );
    // Overlapping moments count once.
    let overlapping = [
        pause("2026-06-01T10:00", "2026-06-01T14:00"),
        pause("2026-06-01T11:00", "2026-06-03T15:00"),
    ];
    assert_eq!(
        with(start, "8 working-hour", &overlapping),
        "2026-06-04 14:00"
    );
    assert_eq!(with(start, "30 hour", &overlapping), "2026-06-04 20:00");
    // A day is skipped only if none of it counted.
    let due = count(start, "8 working-hour", &by_moment);
    assert_eq!(
        due.skipped.iter().map(|day| day.date).collect::<Vec<_>>(),
        [date("2026-06-02")]
    );
    let due = count(start, "30 hour", &by_moment);
    assert_eq!(
        due.skipped.iter().map(|day| day.date).collect::<Vec<_>>(),
        [date("2026-06-02")]
    );
}

#[test]
fn none_changes_nothing() {
    for text in [
        "5 working-day",
        "5 calendar-day",
        "1 month",
        "8 working-hour",
        "48 hour",
        "1 same-day",
    ] {
        let none = [suspension("2026-06-02", "2026-07-30", Mode::None)];
        assert_eq!(
            count("2026-06-01T09:00", text, &none),
            count("2026-06-01T09:00", text, &[]),
            "{text}"
        );
    }
}

#[test]
fn restart_and_pause_together() {
    let both = [
        suspension("2026-06-03", "2026-06-10", Mode::Restart),
        pause("2026-06-11", "2026-06-12"),
    ];
    assert_eq!(
        with("2026-06-01T09:00", "5 working-day", &both),
        "2026-06-18 17:00"
    );
    // A pause before the restart is forgotten with the first count, one across it goes on.
    let before = [
        pause("2026-06-02", "2026-06-05"),
        suspension("2026-06-08", "2026-06-10", Mode::Restart),
    ];
    assert_eq!(
        with("2026-06-01T09:00", "5 working-day", &before),
        "2026-06-17 17:00"
    );
    let across = [
        pause("2026-06-02", "2026-06-12"),
        suspension("2026-06-08", "2026-06-10", Mode::Restart),
    ];
    assert_eq!(
        with("2026-06-01T09:00", "5 working-day", &across),
        "2026-06-19 17:00"
    );
}

#[test]
fn a_suspension_that_makes_no_sense_is_refused_with_its_place() {
    let run = |suspensions: &[Suspension]| {
        let start = moment("2026-06-01T09:00");
        deadline(
            vn(),
            &OfficeHours::default(),
            start,
            term("5 working-day"),
            false,
            suspensions,
        )
    };
    let good = pause("2026-06-02", "2026-06-03");
    let backwards = pause("2026-06-04", "2026-06-03");
    assert_eq!(
        run(&[good, backwards]),
        Err(DueError::SuspensionOrder { index: 1 })
    );
    let backwards = pause("2026-06-04T10:00", "2026-06-04T09:59");
    assert_eq!(
        run(&[backwards]),
        Err(DueError::SuspensionOrder { index: 0 })
    );
    assert!(
        run(&[pause("2026-06-04", "2026-06-04T09:59")]).is_ok(),
        "the day of the request, whatever its hour"
    );
    let early = pause("2026-05-31", "2026-06-03");
    assert_eq!(
        run(&[good, good, early]),
        Err(DueError::SuspensionBeforeStart { index: 2 })
    );
    for error in [
        DueError::SuspensionOrder { index: 0 },
        DueError::SuspensionBeforeStart { index: 0 },
    ] {
        assert!(error.text().vi.contains("tạm dừng"));
    }
    assert_eq!(
        run(&[pause("2026-06-02", "2199-12-31")]),
        Err(DueError::OutOfRange)
    );
    let hours = |to: &str| {
        let start = moment("2026-06-01T09:00");
        let forever = [pause("2026-06-01", to)];
        deadline(
            vn(),
            &OfficeHours::default(),
            start,
            term("9 hour"),
            false,
            &forever,
        )
        .and(deadline(
            vn(),
            &OfficeHours::default(),
            start,
            term("9 working-hour"),
            false,
            &forever,
        ))
    };
    assert_eq!(hours("2199-12-31"), Err(DueError::OutOfRange));
    assert_eq!(
        run(&[suspension("2026-06-02", "2199-12-31", Mode::Restart)]),
        Err(DueError::OutOfRange)
    );
}

#[test]
fn a_pause_that_begins_on_the_last_day_moves_it_without_rolling() {
    // Tuesday would be the last day; it is the first that is paused.
    let due = count(
        "2026-06-01T09:00",
        "1 calendar-day",
        &[pause("2026-06-01", "2026-06-03")],
    );
    assert_eq!(say(&due.deadline), "2026-06-04 17:00");
    assert!(
        due.skipped
            .iter()
            .all(|day| day.kind == SkippedKind::Suspension)
    );
}

#[test]
fn a_pause_within_a_pause_does_not_end_it() {
    let nested = [
        pause("2026-06-01T10:00", "2026-06-03T15:00"),
        pause("2026-06-01T11:00", "2026-06-01T12:00"),
        pause("2026-06-02T09:00", "2026-06-03T16:00"),
    ];
    let one = [pause("2026-06-01T10:00", "2026-06-03T16:00")];
    for text in [
        "30 hour",
        "8 working-hour",
        "3 working-day",
        "3 calendar-day",
    ] {
        assert_eq!(
            with("2026-06-01T09:00", text, &nested),
            with("2026-06-01T09:00", text, &one),
            "{text}"
        );
    }
}

#[test]
fn a_day_of_which_a_part_counted_is_not_skipped() {
    let pauses = [pause("2026-06-02T10:00", "2026-06-04T09:00")];
    for text in ["16 working-hour", "60 hour"] {
        let due = count("2026-06-01T09:00", text, &pauses);
        assert_eq!(skipped(&due).len(), 1, "{text}: {:?}", due.skipped);
        assert_eq!(due.skipped[0].date, date("2026-06-03"), "{text}");
    }
    // From the first moment of office hours to the last, the whole day is paused for working hours, not for the clock.
    let pauses = [pause("2026-06-02T08:00", "2026-06-02T17:00")];
    let working = count("2026-06-01T09:00", "16 working-hour", &pauses);
    assert_eq!(skipped(&working).len(), 1, "{:?}", working.skipped);
    assert!(
        count("2026-06-01T09:00", "60 hour", &pauses)
            .skipped
            .is_empty()
    );
}
