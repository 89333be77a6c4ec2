//! The calendar against its files, against a walk day by day, and against every mistake that a file can have.

pub(crate) mod files;

use std::collections::{BTreeMap, BTreeSet};

use proptest::prelude::*;

use super::*;
use files::{date, vn, years};

fn day(on: &str, kind: DayKind) -> CalendarDay {
    CalendarDay {
        date: date(on),
        weekday: None,
        name: Text::new("Ngày thử", "Test day"),
        kind,
        status: DayStatus::Confirmed,
        swapped_with: None,
        source: vec!["paper".to_owned()],
        note: None,
    }
}

fn year(year: i16, days: Vec<CalendarDay>) -> CalendarYear {
    CalendarYear {
        form: FORM,
        country: "vn".to_owned(),
        year,
        status: YearStatus::Confirmed,
        note: None,
        sources: BTreeMap::from([("paper".to_owned(), "A paper".to_owned())]),
        days,
    }
}

/// A calendar whose days off are exactly those of the plain weeks, changed as told: used where chance makes the days.
pub(crate) fn changed(
    years: impl IntoIterator<Item = i16>,
    off: &BTreeSet<Date>,
    worked: &BTreeSet<Date>,
) -> Calendar {
    let years = years.into_iter().map(|number| {
        let within = |date: &&Date| date.ymd().0 == number;
        let off = off
            .iter()
            .filter(within)
            .map(|date| day(&date.to_string(), DayKind::Public));
        let worked = worked
            .iter()
            .filter(within)
            .filter(|d| d.weekday() > 5 && !off_contains(d, off.clone()));
        let worked = worked.map(|date| day(&date.to_string(), DayKind::SwappedWork));
        year(number, off.clone().chain(worked).collect())
    });
    Calendar::new("vn", years.collect()).expect("a calendar")
}

fn off_contains(date: &Date, mut off: impl Iterator<Item = CalendarDay>) -> bool {
    off.any(|day| day.date == *date)
}

#[test]
fn the_files_of_viet_nam_make_a_calendar() {
    let years = years();
    assert_eq!(
        years.iter().map(|y| y.year).collect::<Vec<_>>(),
        (2018..=2027).collect::<Vec<_>>()
    );
    for year in &years {
        assert_eq!(year.check(), [], "{}", year.year);
        for day in &year.days {
            assert!(
                day.weekday.is_some() && !day.name.en.is_empty(),
                "{}",
                day.date
            );
            let swapped = matches!(day.kind, DayKind::SwappedOff | DayKind::SwappedWork);
            assert_eq!(day.swapped_with.is_some(), swapped, "{}", day.date);
        }
    }
    assert_eq!(vn().id(), "vn");
    assert_eq!(vn().years().len(), 10);
    assert_eq!(vn().year(2026).map(|y| y.days.len()), Some(17));
    assert!(vn().year(2028).is_none());
}

#[test]
fn every_day_of_a_file_does_what_it_says() {
    for day in vn().years().iter().flat_map(|year| &year.days) {
        let reason = vn().reason(day.date);
        if day.kind == DayKind::SwappedWork {
            assert!(
                vn().is_working(day.date) && reason.is_none(),
                "{}",
                day.date
            );
        } else {
            assert!(!vn().is_working(day.date), "{}", day.date);
            assert_eq!(reason.expect("a reason").name, &day.name, "{}", day.date);
        }
    }
}

#[test]
fn a_day_off_says_why() {
    let why = |on: &str| {
        vn().reason(date(on))
            .map(|off| (off.kind, off.name.vi.as_str(), off.name.en.as_str()))
    };
    assert_eq!(
        why("2026-04-25"),
        Some((DayOffKind::Weekend, "Thứ Bảy", "Saturday"))
    );
    assert_eq!(
        why("2026-05-03"),
        Some((DayOffKind::Weekend, "Chủ nhật", "Sunday"))
    );
    assert_eq!(why("2026-04-24"), None);
    assert_eq!(why("2026-08-22"), None, "a Saturday worked by swap");
    let (kind, vi, _) = why("2026-08-31").expect("off by swap");
    assert_eq!(
        (kind, vi),
        (
            DayOffKind::SwappedOff,
            "Nghỉ hoán đổi, làm bù thứ Bảy 22/08/2026"
        )
    );
    // Giỗ Tổ on a Sunday is told as the holiday, and the Monday as the day in lieu.
    assert_eq!(why("2026-04-26").expect("off").0, DayOffKind::Public);
    assert_eq!(why("2026-04-27").expect("off").0, DayOffKind::Compensatory);
    assert_eq!(
        why("2025-01-29"),
        Some((DayOffKind::Public, "Tết Nguyên đán", "Lunar New Year (Tết)"))
    );
}

#[test]
fn only_years_announced_in_full_are_confirmed() {
    for (on, confirmed) in [
        ("1900-01-01", false),
        ("2018-12-31", false),
        ("2019-01-01", true),
        ("2026-12-31", true),
        ("2027-01-01", false),
        ("2027-02-06", false),
        ("2199-12-31", false),
    ] {
        assert_eq!(vn().is_confirmed(date(on)), confirmed, "{on}");
    }
    assert!(vn().are_confirmed(date("2019-01-01"), date("2026-12-31")));
    assert!(!vn().are_confirmed(date("2026-12-31"), date("2027-01-01")));
    assert!(!vn().are_confirmed(date("2018-12-31"), date("2026-12-31")));
}

#[test]
fn without_a_file_only_fixed_holidays_are_taken() {
    for (on, working) in [
        ("2028-01-03", true),
        ("2028-05-01", false),
        ("2029-04-30", false),
        ("2030-09-02", false),
        ("2031-11-24", false),
        ("2028-11-24", false),
        // Lunar: not guessed.
        ("2028-01-26", true),
        // Before the first file nothing is guessed.
        ("2015-09-02", true),
        ("2018-05-01", true),
    ] {
        assert_eq!(vn().is_working(date(on)), working, "{on}");
        assert!(!vn().is_confirmed(date(on)), "{on}");
    }
    let national_day = vn().reason(date("2030-09-02")).expect("off");
    assert_eq!(
        (national_day.kind, national_day.name.en.as_str()),
        (DayOffKind::Public, "National Day")
    );
    // On a weekend it is told as the holiday too.
    assert_eq!(
        vn().reason(date("2028-09-02")).expect("off").kind,
        DayOffKind::Public
    );
    // A provisional year besides what its file says.
    let mut announced_in_part = year(2030, vec![day("2030-02-01", DayKind::Public)]);
    announced_in_part.status = YearStatus::Provisional;
    let partly = Calendar::new("vn", vec![announced_in_part]).expect("a calendar");
    for on in ["2030-02-01", "2030-09-02"] {
        assert!(
            !partly.is_working(date(on)) && !partly.is_confirmed(date(on)),
            "{on}"
        );
    }
    // A confirmed year is taken at its word.
    let plain = Calendar::new("vn", vec![year(2030, vec![])]).expect("a calendar");
    assert!(plain.is_working(date("2030-09-02")) && plain.is_confirmed(date("2030-09-02")));
    assert!(!plain.is_working(date("2031-09-02")));
    assert_eq!(
        plain.reason(date("2030-11-24")).expect("a Sunday").kind,
        DayOffKind::Weekend
    );
}

#[test]
fn the_ends_of_time_are_no_cliff() {
    assert!(vn().is_working(Date::MIN), "a Monday");
    assert_eq!(vn().plus_working_days(Date::MAX, 1), None);
    assert_eq!(vn().plus_working_days(Date::MIN, u32::MAX), None);
    assert_eq!(vn().minus_working_days(Date::MIN, 1), None);
    assert_eq!(vn().minus_working_days(Date::MAX, u32::MAX), None);
    let all = vn().working_days(Date::MIN, Date::MAX);
    assert_eq!(
        vn().plus_working_days(Date::MIN, all),
        Some(date("2199-12-31"))
    );
    assert_eq!(vn().minus_working_days(Date::MAX, all), Some(Date::MIN));
    assert_eq!(vn().working_days(Date::MAX, Date::MIN), 0);
}

#[test]
fn the_canonical_bytes_are_the_same_year() {
    for told in years() {
        let mut shuffled = told.clone();
        shuffled.days.reverse();
        assert_eq!(shuffled.canonical_bytes(), told.canonical_bytes());
        let again: CalendarYear = serde_json::from_slice(&told.canonical_bytes()).expect("JSON");
        assert_eq!(again, told);
    }
    let told = year(2030, vec![day("2030-01-01", DayKind::Public)]);
    assert_eq!(
        String::from_utf8(told.canonical_bytes()).expect("UTF-8"),
        r#"{"motcua-calendar":1,"country":"vn","year":2030,"status":"confirmed","sources":{"paper":"A paper"},"#.to_owned()
            + r#""days":[{"date":"2030-01-01","name":{"vi":"Ngày thử","en":"Test day"},"kind":"public","#
            + r#""status":"confirmed","source":["paper"]}]}"#
    );
    let one = Calendar::new("vn", vec![told.clone(), year(2029, vec![])]).expect("a calendar");
    let other = Calendar::new("vn", vec![year(2029, vec![]), told]).expect("a calendar");
    assert_eq!(one.canonical_bytes(), other.canonical_bytes());
    let list: Vec<CalendarYear> = serde_json::from_slice(&one.canonical_bytes()).expect("JSON");
    assert_eq!(list, one.years());
}

#[test]
fn a_file_is_taken_literally() {
    for (what, json) in [
        (
            "an unknown field",
            r#"{"motcua-calendar":1,"country":"vn","year":2030,"status":"confirmed","sources":{},"days":[],"x":1}"#,
        ),
        (
            "an unknown status",
            r#"{"motcua-calendar":1,"country":"vn","year":2030,"status":"sure","sources":{},"days":[]}"#,
        ),
        (
            "no days",
            r#"{"motcua-calendar":1,"country":"vn","year":2030,"status":"confirmed","sources":{}}"#,
        ),
    ] {
        assert!(
            serde_json::from_str::<CalendarYear>(json).is_err(),
            "{what}"
        );
    }
}

/// A mistake made in a file that is right otherwise.
fn refused(mistake: impl FnOnce(&mut CalendarYear)) -> Vec<(Option<String>, CalendarProblem)> {
    let mut wrong = year(2030, vec![day("2030-01-01", DayKind::Public)]);
    assert_eq!(wrong.check(), []);
    mistake(&mut wrong);
    let errors = wrong.check();
    let first = Calendar::new("vn", vec![wrong]).expect_err("refused");
    assert_eq!(errors.first(), Some(&first));
    assert!(
        !first.text().vi.is_empty() && first.to_string().contains("2030"),
        "{first}"
    );
    errors
        .into_iter()
        .map(|error| (error.date.map(|d| d.to_string()), error.problem))
        .collect()
}

#[test]
fn every_mistake_is_named() {
    use CalendarProblem as P;
    let on = |date: &str| Some(date.to_owned());
    assert_eq!(refused(|y| y.form = 2), [(None, P::Form(2))]);
    assert_eq!(
        refused(|y| y.sources.clear()),
        [(on("2030-01-01"), P::UnknownSource("paper".to_owned()))]
    );
    assert_eq!(
        refused(|y| y.days[0].source.clear()),
        [(on("2030-01-01"), P::NoSource)]
    );
    assert_eq!(
        refused(|y| y.days[0].date = date("2031-01-01")),
        [(on("2031-01-01"), P::OutsideYear)]
    );
    assert_eq!(
        refused(|y| y.days.push(day("2030-01-01", DayKind::Public))),
        [(on("2030-01-01"), P::DayTwice)]
    );
    assert_eq!(
        refused(|y| y.days[0].weekday = Some(Weekday::Wed)),
        [(
            on("2030-01-01"),
            P::WrongWeekday {
                told: Weekday::Wed,
                actual: Weekday::Tue
            }
        )]
    );
    assert_eq!(
        refused(|y| y.days[0].kind = DayKind::SwappedWork),
        [(on("2030-01-01"), P::WorkOnWeekday)]
    );
    assert_eq!(
        refused(|y| y.days[0] = day("2030-01-05", DayKind::SwappedOff)),
        [(on("2030-01-05"), P::OffOnWeekend)]
    );
    assert_eq!(
        refused(|y| y.days[0] = day("2030-01-06", DayKind::Compensatory)),
        [(on("2030-01-06"), P::OffOnWeekend)]
    );
    assert_eq!(
        refused(|y| y.days[0].swapped_with = Some(date("2030-01-05"))),
        [(on("2030-01-01"), P::NotSwapped)]
    );
    assert_eq!(
        refused(|y| y.days[0].status = DayStatus::Recalled),
        [(on("2030-01-01"), P::RecalledInConfirmed)]
    );
    assert_eq!(
        refused(|y| y.days[0].name.vi = " ".to_owned()),
        [(on("2030-01-01"), P::NoName)]
    );
    assert_eq!(
        refused(|y| y.days[0].name.en = "a\u{202e}b".to_owned()),
        [(on("2030-01-01"), P::UnsafeText)]
    );
    assert_eq!(
        refused(|y| y.note = Some(Text::new("x".repeat(4_001), ""))),
        [(None, P::UnsafeText)]
    );
    // All at once, not the first alone.
    assert_eq!(
        refused(|y| (y.form, y.days[0].source) = (0, vec![])).len(),
        2
    );
}

#[test]
fn years_must_fit_together() {
    let refused =
        |years: Vec<CalendarYear>| Calendar::new("vn", years).expect_err("refused").problem;
    assert_eq!(
        refused(vec![year(2030, vec![]), year(2030, vec![])]),
        CalendarProblem::YearTwice
    );
    let mut abroad = year(2030, vec![]);
    abroad.country = "la".to_owned();
    let (told, expected) = ("la".to_owned(), "vn".to_owned());
    assert_eq!(
        refused(vec![abroad]),
        CalendarProblem::Country { told, expected }
    );
    assert_eq!(refused(vec![year(1899, vec![])]), CalendarProblem::Range);
    assert_eq!(refused(vec![year(2200, vec![])]), CalendarProblem::Range);
}

#[test]
fn a_swap_has_two_halves() {
    let half = |on: &str, kind, with: &str| CalendarDay {
        swapped_with: Some(date(with)),
        ..day(on, kind)
    };
    let off = half("2029-12-31", DayKind::SwappedOff, "2030-01-05");
    let work = half("2030-01-05", DayKind::SwappedWork, "2029-12-31");
    let both = |off: Vec<CalendarDay>, work: Vec<CalendarDay>| {
        Calendar::new("vn", vec![year(2029, off), year(2030, work)])
    };
    assert!(both(vec![off.clone()], vec![work.clone()]).is_ok());
    let refused = |result: Result<Calendar, CalendarError>| {
        let error = result.expect_err("refused");
        (error.date.expect("a day").to_string(), error.problem)
    };
    let without_work = refused(both(vec![off.clone()], vec![]));
    assert_eq!(
        without_work,
        (
            "2029-12-31".to_owned(),
            CalendarProblem::Counterpart(date("2030-01-05"))
        )
    );
    let without_off = refused(both(vec![], vec![work.clone()]));
    assert_eq!(without_off.0, "2030-01-05");
    let other = half("2030-01-05", DayKind::SwappedWork, "2029-12-28");
    assert_eq!(
        refused(both(vec![off.clone()], vec![other])).0,
        "2029-12-31"
    );
    // The other half in a year that is not there cannot be judged.
    assert!(Calendar::new("vn", vec![year(2029, vec![off])]).is_ok());
    assert!(Calendar::new("vn", vec![year(2030, vec![work])]).is_ok());
}

fn dates(first: &str, last: &str) -> impl Strategy<Value = Date> + use<> {
    (date(first).days()..=date(last).days())
        .prop_map(|days| Date::from_days(days).expect("in range"))
}

proptest! {
    #[test]
    fn counting_agrees_with_walking(
        from in dates("2029-12-20", "2031-01-10"),
        length in 0_i32..400,
        off in prop::collection::btree_set(dates("2030-01-01", "2030-12-31"), 0..60),
        worked in prop::collection::btree_set(dates("2030-01-01", "2030-12-31"), 0..60),
    ) {
        let calendar = changed([2030], &off, &worked);
        let to = from.plus_days(length).expect("in range");
        let walked: Vec<Date> = (from.days() + 1..=to.days())
            .map(|days| Date::from_days(days).expect("in range"))
            .filter(|date| calendar.is_working(*date))
            .collect();
        prop_assert_eq!(calendar.working_days(from, to) as usize, walked.len());
        for (at, date) in walked.iter().enumerate() {
            prop_assert_eq!(calendar.plus_working_days(from, at as u32 + 1), Some(*date));
        }
        for (at, date) in walked.iter().rev().enumerate() {
            let after = to.plus_days(1).expect("in range");
            prop_assert_eq!(calendar.minus_working_days(after, at as u32 + 1), Some(*date));
        }
        for days in from.days()..=to.days() {
            let date = Date::from_days(days).expect("in range");
            prop_assert_eq!(calendar.is_working(date), calendar.reason(date).is_none());
            if date.ymd().0 == 2030 {
                let expected = !off.contains(&date) && (date.weekday() <= 5 || worked.contains(&date));
                prop_assert_eq!(calendar.is_working(date), expected, "{}", date);
            }
        }
    }
}
