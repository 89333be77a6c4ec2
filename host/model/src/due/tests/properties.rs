//! What holds for every term, start, office, calendar and suspension.

mod oracle;

use std::collections::BTreeSet;

use proptest::prelude::*;

use super::*;
use crate::calendar::tests::changed;
use crate::office::{Sessions, TimeOfDay};
use crate::{Date, Moment};
use oracle::World;

const DAY_SLOTS: i64 = 48;

fn dates(first: &str, days: i32) -> impl Strategy<Value = Date> + use<> {
    let first = date(first).days();
    (first..first + days).prop_map(|days| Date::from_days(days).expect("in range"))
}

/// Any half hour of some months in which the calendar is crossed by weekends, holidays and the end of a year.
fn starts() -> impl Strategy<Value = Moment> {
    (dates("2025-11-20", 300), 0..DAY_SLOTS).prop_map(|(date, slot)| date.at(slot * 1800))
}

fn calendars() -> impl Strategy<Value = Calendar> {
    let made = (
        prop::collection::btree_set(dates("2025-11-20", 500), 0..120),
        prop::collection::btree_set(dates("2025-11-20", 500), 0..60),
    )
        .prop_map(|(off, worked): (BTreeSet<Date>, BTreeSet<Date>)| {
            changed([2025, 2026, 2028], &off, &worked)
        });
    prop_oneof![Just(vn().clone()), made]
}

/// Sessions on half hours, 1 to 4 of them.
fn offices() -> impl Strategy<Value = (OfficeHours, Vec<(i64, i64)>)> {
    let made = prop::collection::btree_set(0..DAY_SLOTS, 2..=8).prop_map(|ends| {
        let ends: Vec<i64> = ends.into_iter().collect();
        ends.chunks_exact(2)
            .map(|pair| (pair[0], pair[1]))
            .collect::<Vec<_>>()
    });
    prop_oneof![Just(vec![(16, 24), (26, 34)]), made].prop_map(|sessions| {
        let time =
            |slot: i64| TimeOfDay::new((slot / 2) as u8, (slot % 2 * 30) as u8).expect("a time");
        let list: Vec<_> = sessions
            .iter()
            .map(|(from, to)| (time(*from), time(*to)))
            .collect();
        (
            OfficeHours::of(Sessions::new(&list).expect("sessions")),
            sessions,
        )
    })
}

/// A term whose amount is small enough to be walked.
fn terms() -> impl Strategy<Value = Term> {
    let halves = |halves: u32, unit| Term {
        amount: Amount::halves(halves as u16).expect("an amount"),
        unit,
    };
    prop_oneof![
        (1_u32..60).prop_map(move |n| halves(n, Unit::WorkingDay)),
        (1_u32..45).prop_map(move |n| halves(n * 2, Unit::CalendarDay)),
        (1_u32..8).prop_map(move |n| halves(n * 2, Unit::Week)),
        (1_u32..5).prop_map(move |n| halves(n * 2, Unit::Month)),
        (1_u32..150).prop_map(move |n| halves(n * 2, Unit::Hour)),
        (1_u32..120).prop_map(move |n| halves(n, Unit::WorkingHour)),
        Just(halves(2, Unit::SameDay)),
    ]
}

/// Suspensions told relative to a start: days after it, slots, by day or by moment.
type Told = Vec<(i32, i32, i64, i64, bool, bool, Mode)>;

fn modes() -> impl Strategy<Value = Mode> {
    prop_oneof![3 => Just(Mode::Pause), 1 => Just(Mode::Restart), 1 => Just(Mode::None)]
}

fn told() -> impl Strategy<Value = Told> {
    let one = (
        0_i32..40,
        0_i32..15,
        0..DAY_SLOTS,
        0..DAY_SLOTS,
        any::<bool>(),
        any::<bool>(),
        modes(),
    );
    prop::collection::vec(one, 0..4)
}

fn suspensions(start: Moment, told: &Told) -> Vec<Suspension> {
    told.iter()
        .map(|&(after, length, slot, later, by_day, to_day, mode)| {
            let first = start.date().plus_days(after).expect("in range");
            let last = first.plus_days(length).expect("in range");
            let from = if by_day {
                first.into()
            } else {
                first.at(slot * 1800).into()
            };
            // On one day the end is not before the beginning.
            let later = if length == 0 { slot.max(later) } else { later };
            let to = if to_day {
                last.into()
            } else {
                last.at(later * 1800).into()
            };
            Suspension { from, to, mode }
        })
        .collect()
}

fn run(
    calendar: &Calendar,
    office: &OfficeHours,
    start: Moment,
    term: Term,
    suspensions: &[Suspension],
) -> Due {
    due(calendar, office, start, term, false, suspensions).expect("a due date")
}

/// Hours that move to closing time can pass the hour of a longer term on the same day; see [`Deadline::within`].
fn order(term: Term, deadline: &Deadline) -> (Date, Option<Moment>) {
    (
        deadline.due_on,
        (term.unit != Unit::Hour).then_some(deadline.due_at),
    )
}

proptest! {
    #[test]
    fn it_agrees_with_walking(
        calendar in calendars(),
        (office, sessions) in offices(),
        start in starts(),
        term in terms(),
        continuous in any::<bool>(),
        told in told(),
    ) {
        let suspensions = suspensions(start, &told);
        let working = |date| calendar.is_working(date);
        let world = World { working: &working, sessions: &sessions };
        let halves = u32::from(term.amount.as_halves());
        let walked = world.due(start, term.unit, halves, continuous, &suspensions);
        let found = deadline(&calendar, &office, start, term, continuous, &suspensions).expect("a due date");
        prop_assert_eq!((found.due_on, found.due_at), walked);
    }

    #[test]
    fn office_moments_agree_with_walking(calendar in calendars(), (office, sessions) in offices(), start in starts()) {
        let working = |date| calendar.is_working(date);
        let walked = World { working: &working, sessions: &sessions }.opened(start);
        prop_assert_eq!(office.first_office_moment(&calendar, start), Some(walked));
        prop_assert_eq!(office.first_office_moment(&calendar, walked), Some(walked), "once more changes nothing");
    }

    #[test]
    fn the_due_day_is_worked(calendar in calendars(), start in starts(), term in terms(), told in told()) {
        let due = run(&calendar, &OfficeHours::default(), start, term, &suspensions(start, &told));
        prop_assert!(calendar.is_working(due.deadline.due_on));
        prop_assert_eq!(due.deadline.due_at.date(), due.deadline.due_on);
        prop_assert!(due.deadline.due_at > due.deadline.starts_at || term.unit == Unit::SameDay);
    }

    #[test]
    fn more_is_never_earlier(
        calendar in calendars(),
        start in starts(),
        term in terms(),
        more in 1_u16..40,
        told in told(),
    ) {
        // `same-day` has one amount only; let it be another unit then.
        let term = if term.unit == Unit::SameDay { Term { unit: Unit::WorkingDay, ..term } } else { term };
        let step = if matches!(term.unit, Unit::WorkingDay | Unit::WorkingHour) { 1 } else { 2 };
        let amount = Amount::halves(term.amount.as_halves() + more * step).expect("an amount");
        let suspensions = suspensions(start, &told);
        let office = OfficeHours::default();
        let less = run(&calendar, &office, start, term, &suspensions).deadline;
        let more = run(&calendar, &office, start, Term { amount, ..term }, &suspensions).deadline;
        prop_assert!(order(term, &less) <= order(term, &more), "{:?} {:?}", less, more);
        // What a department commits to is within the law, whatever the calendar does.
        prop_assert!(less.within(&more).due_at <= more.due_at);
    }

    #[test]
    fn later_is_never_earlier(calendar in calendars(), start in starts(), later in 1_i64..500, term in terms()) {
        let office = OfficeHours::default();
        let after = start.plus_seconds(later * 1800).expect("in range");
        let first = run(&calendar, &office, start, term, &[]).deadline;
        let second = run(&calendar, &office, after, term, &[]).deadline;
        prop_assert!(order(term, &first) <= order(term, &second), "{:?} {:?}", first, second);
    }

    #[test]
    fn a_suspension_never_makes_it_earlier(
        calendar in calendars(),
        start in starts(),
        term in terms(),
        told in told(),
    ) {
        let all = suspensions(start, &told);
        let fewer = all.split_last().map_or(&all[..], |(_, fewer)| fewer);
        let office = OfficeHours::default();
        let with = run(&calendar, &office, start, term, &all).deadline;
        let without = run(&calendar, &office, start, term, fewer).deadline;
        prop_assert!(order(term, &without) <= order(term, &with), "{:?} {:?}", without, with);
    }

    #[test]
    fn the_order_of_suspensions_does_not_matter(
        calendar in calendars(),
        start in starts(),
        term in terms(),
        told in told(),
    ) {
        let office = OfficeHours::default();
        let mut suspensions = suspensions(start, &told);
        let one = run(&calendar, &office, start, term, &suspensions);
        suspensions.reverse();
        prop_assert_eq!(one, run(&calendar, &office, start, term, &suspensions));
    }

    #[test]
    fn every_day_is_counted_or_skipped(
        calendar in calendars(),
        start in starts(),
        term in terms(),
        told in told(),
    ) {
        let suspensions = suspensions(start, &told);
        let Due { deadline, skipped } = run(&calendar, &OfficeHours::default(), start, term, &suspensions);
        let (first, last) = (deadline.day0.days() + 1, deadline.due_on.days());
        let named: Vec<i32> = skipped.iter().map(|day| day.date.days()).collect();
        prop_assert!(named.is_sorted_by(|a, b| a < b), "{:?}", named);
        prop_assert!(named.iter().all(|day| (first..last).contains(day)), "{:?}", named);
        for day in &skipped {
            prop_assert!(!day.reason.vi.is_empty() && !day.reason.en.is_empty());
            let off = calendar.reason(day.date);
            match day.kind {
                SkippedKind::Suspension => prop_assert!(suspensions.iter().any(|s| s.mode == Mode::Pause
                    && s.from.date() <= day.date
                    && day.date <= s.to.date())),
                kind => {
                    prop_assert_eq!(off.map(|off| SkippedKind::from(off.kind)), Some(kind));
                    prop_assert_eq!(off.map(|off| off.name), Some(&day.reason));
                }
            }
        }
        let between = (first..=last).count() as u32;
        let counted = deadline.counted.as_halves().div_ceil(2);
        let left = (first..=last).filter(|day| !named.contains(day));
        let left: Vec<Date> = left.map(|day| Date::from_days(day).expect("in range")).collect();
        match term.unit {
            Unit::WorkingDay | Unit::CalendarDay | Unit::Week | Unit::Month => {
                prop_assert_eq!(counted + named.len() as u32, between);
            }
            Unit::SameDay => prop_assert_eq!(left.len(), usize::from(between > 0)),
            Unit::WorkingHour | Unit::Hour => {}
        }
        if matches!(term.unit, Unit::WorkingDay | Unit::WorkingHour | Unit::SameDay) {
            prop_assert!(left.iter().all(|date| calendar.is_working(*date)));
        }
    }

    #[test]
    fn it_is_provisional_if_a_day_is_not_announced(
        calendar in calendars(),
        start in (dates("2026-09-01", 200), 0..DAY_SLOTS),
        term in terms(),
    ) {
        let start = start.0.at(start.1 * 1800);
        let deadline = run(&calendar, &OfficeHours::default(), start, term, &[]).deadline;
        let mut days = (start.date().days()..=deadline.due_on.days()).map(|day| Date::from_days(day).expect("in range"));
        prop_assert_eq!(deadline.provisional, days.any(|date| !calendar.is_confirmed(date)));
    }

    #[test]
    fn working_days_add_up(calendar in calendars(), start in starts(), first in 1_u16..40, second in 1_u16..40) {
        let office = OfficeHours::default();
        let days = |number| Term { amount: Amount::whole(number).expect("an amount"), unit: Unit::WorkingDay };
        let once = run(&calendar, &office, start, days(first + second), &[]).deadline;
        let half_way = run(&calendar, &office, start, days(first), &[]).deadline;
        let twice = run(&calendar, &office, half_way.due_at, days(second), &[]).deadline;
        prop_assert_eq!(once.due_at, twice.due_at);
    }

    #[test]
    fn both_ways_of_asking_agree(calendar in calendars(), start in starts(), term in terms(), told in told()) {
        let suspensions = suspensions(start, &told);
        let office = OfficeHours::default();
        let fast = deadline(&calendar, &office, start, term, false, &suspensions).expect("a due date");
        prop_assert_eq!(fast, run(&calendar, &office, start, term, &suspensions).deadline);
    }

    #[test]
    fn nothing_panics(
        (office, _) in offices(),
        start in Date::MIN.midnight().seconds()..Date::MAX.midnight().seconds() + 86_400,
        (from, to) in (0_i32..110_000, 0_i32..110_000),
        halves in 1_u16..=19_998,
        unit in prop::sample::select(&Unit::ALL[..]),
        mode in modes(),
        continuous in any::<bool>(),
        after in any::<bool>(),
    ) {
        let start = Moment::from_seconds(start).expect("in range");
        let term = Term { amount: Amount::halves(halves).expect("an amount"), unit };
        let day = |days| Date::from_days(Date::MIN.days() + days).unwrap_or(Date::MAX);
        let suspensions = [Suspension::days(day(from), day(to), mode)];
        // Only that it ends, not how.
        let _ = deadline(vn(), &office, start, term, continuous, &[]);
        let _ = deadline(vn(), &office, start, term, continuous, &suspensions);
        let side = if after { crate::manifest::WindowSide::After } else { crate::manifest::WindowSide::Before };
        let _ = window_limit(vn(), &office, side, start, term);
        let _ = window_limit(vn(), &office, side, start.date(), term);
    }
}
