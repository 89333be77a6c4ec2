//! The worked examples of `domain/time-limits.md`, section 13.

use super::*;

#[test]
fn worked_example_in_lieu_of_gio_to() {
    let due = count("2026-04-22T09:00", "4 working-day", &[]);
    assert_eq!(say(&due.deadline), "2026-04-29 17:00");
    assert_eq!(due.deadline.counted, Counted::whole(4));
    assert_eq!(
        skipped(&due),
        [
            ("2026-04-25".to_owned(), SkippedKind::Weekend, "Thứ Bảy"),
            (
                "2026-04-26".to_owned(),
                SkippedKind::Public,
                "Giỗ Tổ Hùng Vương (10/3 âm lịch)"
            ),
            (
                "2026-04-27".to_owned(),
                SkippedKind::Compensatory,
                "Nghỉ bù Giỗ Tổ (Chủ nhật)"
            ),
        ]
    );
}

#[test]
fn worked_example_worked_saturday() {
    let due = count("2024-04-26T10:00", "3 working-day", &[]);
    assert_eq!(say(&due.deadline), "2024-05-04 17:00");
    let days: Vec<_> = skipped(&due)
        .into_iter()
        .map(|(day, kind, _)| (day, kind))
        .collect();
    assert_eq!(
        days,
        [
            ("2024-04-27".to_owned(), SkippedKind::Weekend),
            ("2024-04-28".to_owned(), SkippedKind::Weekend),
            ("2024-04-29".to_owned(), SkippedKind::SwappedOff),
            ("2024-04-30".to_owned(), SkippedKind::Public),
            ("2024-05-01".to_owned(), SkippedKind::Public),
        ]
    );
}

#[test]
fn worked_example_last_day_a_holiday() {
    let due = count("2025-08-18T14:30", "15 calendar-day", &[]);
    assert_eq!(say(&due.deadline), "2025-09-03 17:00*");
    assert_eq!(due.deadline.counted, Counted::whole(15));
    // Days off on the way count; only the last day matters.
    assert_eq!(
        skipped(&due),
        [("2025-09-02".to_owned(), SkippedKind::Public, "Quốc khánh")]
    );
}

#[test]
fn worked_example_pause() {
    let due = count(
        "2025-03-03T08:00",
        "20 calendar-day",
        &[pause("2025-03-10", "2025-03-18")],
    );
    assert_eq!(say(&due.deadline), "2025-03-31 17:00");
    assert_eq!(due.skipped.len(), 8);
    assert!(
        due.skipped
            .iter()
            .all(|day| day.kind == SkippedKind::Suspension)
    );
    assert_eq!(
        due.skipped.first().map(|day| day.date),
        Some(date("2025-03-11"))
    );
}

#[test]
fn worked_example_working_hours() {
    let due = count("2025-12-31T15:30", "8 working-hour", &[]);
    assert_eq!(say(&due.deadline), "2026-01-05 15:30");
    assert_eq!(due.deadline.counted, Counted::whole(8));
    let kinds: Vec<_> = due.skipped.iter().map(|day| day.kind).collect();
    assert_eq!(
        kinds,
        [
            SkippedKind::Public,
            SkippedKind::SwappedOff,
            SkippedKind::Weekend,
            SkippedKind::Weekend
        ]
    );
}

#[test]
fn worked_example_same_day_after_three() {
    let due = count("2025-08-29T15:40", "1 same-day", &[]);
    assert_eq!(say(&due.deadline), "2025-09-03 17:00");
    assert_eq!(due.skipped.len(), 4);
}
