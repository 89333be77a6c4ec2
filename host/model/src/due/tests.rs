//! The law by examples, by subject, and by properties; here is what they share.

mod answers;
mod properties;
mod receipt;
mod suspensions;
mod units;
mod windows;
mod worked;

use super::*;
use crate::calendar::tests::files::{date, moment, vn};
use crate::manifest::Suspension as Mode;
use crate::{Amount, Unit};

/// `"3.5 working-day"`.
pub(super) fn term(text: &str) -> Term {
    let (amount, unit) = text.split_once(' ').expect("amount and unit");
    let amount = amount
        .parse::<crate::Decimal>()
        .ok()
        .and_then(Amount::from_decimal)
        .expect("an amount");
    Term {
        amount,
        unit: unit.parse::<Unit>().expect("a unit"),
    }
}

pub(super) fn pause(from: &str, to: &str) -> Suspension {
    suspension(from, to, Mode::Pause)
}

pub(super) fn suspension(from: &str, to: &str, mode: Mode) -> Suspension {
    Suspension {
        from: from.parse().expect("from"),
        to: to.parse().expect("to"),
        mode,
    }
}

pub(super) fn count(start: &str, text: &str, suspensions: &[Suspension]) -> Due {
    due(
        vn(),
        &OfficeHours::default(),
        moment(start),
        term(text),
        false,
        suspensions,
    )
    .expect("a due date")
}

/// `2026-04-29 17:00`, with `*` when rolled and `?` when provisional.
pub(super) fn say(deadline: &Deadline) -> String {
    let text = deadline.due_at.to_string();
    let at = text
        .strip_suffix("+07:00")
        .expect("local time")
        .replace('T', " ");
    let at = at.strip_suffix(":00").unwrap_or(&at).to_owned();
    assert_eq!(deadline.due_at.date(), deadline.due_on);
    format!(
        "{at}{}{}",
        if deadline.rolled { "*" } else { "" },
        if deadline.provisional { "?" } else { "" }
    )
}

pub(super) fn due_at(start: &str, text: &str) -> String {
    say(&count(start, text, &[]).deadline)
}

pub(super) fn skipped(due: &Due) -> Vec<(String, SkippedKind, &str)> {
    due.skipped
        .iter()
        .map(|day| (day.date.to_string(), day.kind, day.reason.vi.as_str()))
        .collect()
}
