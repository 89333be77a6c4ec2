//! Office hours by example; against walking they are tested with the due dates.

use super::*;
use crate::calendar::tests::files::{moment, vn};

fn time(text: &str) -> TimeOfDay {
    text.parse().expect("a time")
}

fn sessions(list: &[(&str, &str)]) -> Result<Sessions, OfficeHoursError> {
    let list: Vec<_> = list
        .iter()
        .map(|(from, to)| (time(from), time(to)))
        .collect();
    Sessions::new(&list)
}

fn office(json: &str) -> OfficeHours {
    serde_json::from_str(json).expect("office hours")
}

#[test]
fn times_of_day_are_read_and_written() {
    for text in ["00:00", "08:00", "23:59", "08:00:30", "23:59:59"] {
        assert_eq!(time(text).to_string(), text);
    }
    assert_eq!(time("15:00").seconds(), 54_000);
    assert_eq!(TimeOfDay::new(7, 30), Some(time("07:30")));
    assert_eq!((TimeOfDay::new(24, 0), TimeOfDay::new(0, 60)), (None, None));
    for bad in [
        "",
        "8:00",
        "08",
        "08:",
        "08:60",
        "24:00",
        "08:00:60",
        "08:00:00:00",
        "08:00:00:",
        "+8:00",
        "０8:00",
        "08-00",
    ] {
        assert!(bad.parse::<TimeOfDay>().is_err(), "{bad}");
    }
}

#[test]
fn sessions_are_one_to_four_in_order() {
    assert!(sessions(&[("07:00", "11:30"), ("13:30", "17:00")]).is_ok());
    assert!(
        sessions(&[("08:00", "10:00"), ("10:00", "12:00")]).is_ok(),
        "one may follow the other"
    );
    assert_eq!(sessions(&[]), Err(OfficeHoursError::Number(0)));
    assert_eq!(
        sessions(&[("08:00", "09:00"); 5]),
        Err(OfficeHoursError::Number(5))
    );
    assert_eq!(
        sessions(&[("08:00", "12:00"), ("13:00", "13:00")]),
        Err(OfficeHoursError::Empty(1))
    );
    assert_eq!(
        sessions(&[("12:00", "08:00")]),
        Err(OfficeHoursError::Empty(0))
    );
    assert_eq!(
        sessions(&[("08:00", "12:00"), ("11:59", "17:00")]),
        Err(OfficeHoursError::Order(1))
    );
    assert_eq!(
        sessions(&[("13:00", "17:00"), ("08:00", "12:00")]),
        Err(OfficeHoursError::Order(1))
    );
    for error in [
        OfficeHoursError::Number(0),
        OfficeHoursError::Empty(1),
        OfficeHoursError::Order(2),
    ] {
        let text = error.text();
        assert!(
            text.vi.contains("buổi") && text.en.contains("session"),
            "{text:?}"
        );
    }
    assert_eq!(
        OfficeHoursError::Order(1).to_string(),
        "session 2: it begins before the session before it ends"
    );
}

#[test]
fn office_hours_in_json() {
    let default = OfficeHours::default();
    assert_eq!(office(r#"[["08:00","12:00"],["13:00","17:00"]]"#), default);
    assert_eq!(
        office(r#"{"sessions":[["08:00","12:00"],["13:00","17:00"]]}"#),
        default
    );
    assert_eq!(
        serde_json::to_string(&default).expect("JSON"),
        r#"[["08:00","12:00"],["13:00","17:00"]]"#
    );
    let long = r#"{"sessions":[["07:00","11:30"]],"saturday":[["08:00","11:00"]],"same_day_until":"10:00"}"#;
    assert_eq!(serde_json::to_string(&office(long)).expect("JSON"), long);
    assert_eq!(
        serde_json::from_value::<OfficeHours>(serde_json::json!([["08:00", "12:00"]]))
            .expect("hours")
            .sessions
            .length(),
        4 * 3600
    );
    for (bad, why) in [
        ("[]", "1 to 4 sessions"),
        (r#"[["08:00"]]"#, "invalid length"),
        (r#"[["08:00","8:30"]]"#, "08:00"),
        (r#"[["12:00","08:00"]]"#, "session 1"),
        (r#"{"sessions":[["08:00","12:00"]],"sunday":[]}"#, "sunday"),
        (r#"{}"#, "sessions"),
        (r#""08:00-17:00""#, "sessions such as"),
    ] {
        let error = serde_json::from_str::<OfficeHours>(bad)
            .expect_err(bad)
            .to_string();
        assert!(error.contains(why), "{bad}: {error}");
    }
}

#[test]
fn a_day_is_measured_in_office_time() {
    let day = OfficeHours::default().sessions;
    assert_eq!(
        (day.opens(), day.closes(), day.length()),
        (8 * 3600, 17 * 3600, 8 * 3600)
    );
    for (at, elapsed) in [
        ("00:00", 0),
        ("08:00", 0),
        ("09:30", 5400),
        ("12:00", 14400),
        ("12:59", 14400),
        ("13:30", 16200),
    ] {
        assert_eq!(day.elapsed(time(at).seconds()), elapsed, "{at}");
    }
    assert_eq!(day.elapsed(time("23:00").seconds()), 8 * 3600);
    // The same amount of time is reached at the end of the morning and held until the afternoon begins.
    assert_eq!(
        (day.earliest(4 * 3600), day.latest(4 * 3600)),
        (12 * 3600, 13 * 3600)
    );
    assert_eq!(
        (day.earliest(5 * 3600), day.latest(5 * 3600)),
        (14 * 3600, 14 * 3600)
    );
    assert_eq!(
        (day.earliest(99 * 3600), day.latest(99 * 3600)),
        (17 * 3600, 17 * 3600)
    );
}

#[test]
fn the_morning_is_what_begins_before_noon() {
    let closes = |list: &[(&str, &str)]| sessions(list).expect("sessions").morning_closes();
    assert_eq!(
        closes(&[("08:00", "12:00"), ("13:00", "17:00")]),
        time("12:00").seconds()
    );
    assert_eq!(
        closes(&[("07:00", "11:30"), ("13:30", "17:00")]),
        time("11:30").seconds()
    );
    let four = [
        ("07:00", "09:00"),
        ("09:15", "11:30"),
        ("13:00", "15:00"),
        ("15:15", "17:00"),
    ];
    assert_eq!(closes(&four), time("11:30").seconds());
    // One session, only the morning, only the afternoon: half of the time.
    assert_eq!(closes(&[("07:00", "15:00")]), time("11:00").seconds());
    assert_eq!(
        closes(&[("07:00", "09:00"), ("09:30", "11:30")]),
        time("09:00").seconds()
    );
    assert_eq!(closes(&[("13:00", "17:00")]), time("15:00").seconds());
}

#[test]
fn the_first_office_moment() {
    let first = |at: &str| {
        let first =
            first_office_moment(vn(), &OfficeHours::default(), moment(at)).expect("a moment");
        first.to_string().trim_end_matches(":00+07:00").to_owned()
    };
    for (at, expected) in [
        ("2026-04-22T09:15", "2026-04-22T09:15"),
        ("2026-04-22T00:00", "2026-04-22T08:00"),
        ("2026-04-22T12:00", "2026-04-22T12:00"),
        ("2026-04-22T12:00:01", "2026-04-22T13:00"),
        ("2026-04-22T17:00", "2026-04-22T17:00"),
        ("2026-04-22T17:00:01", "2026-04-23T08:00"),
        ("2026-04-24T17:30", "2026-04-28T08:00"),
        ("2026-02-14T10:00", "2026-02-23T08:00"),
        ("2026-08-22T10:00", "2026-08-22T10:00"),
        ("2026-08-31T10:00", "2026-09-03T08:00"),
    ] {
        assert_eq!(first(at), expected, "{at}");
    }
    assert_eq!(
        OfficeHours::default().first_office_moment(vn(), moment("2199-12-31T17:01")),
        None
    );
}
