//! A version among the others: days that have passed, and names that are taken.

use motcua_model::timeline::{Period, Timeline};

use super::changes::{REST, small};
use super::*;
use crate::catalogue::{Catalogue, Procedure};
use crate::ledger::Published;

fn names(to_pass: &ToPass<'_>) -> GateCheck {
    let report = gate(&ENGINE, to_pass, &context()).unwrap().report;
    report.check(CheckId::Names).unwrap().clone()
}

#[test]
fn the_reviewer_is_told_how_far_back_a_version_reaches() {
    let component = small(REST).component();
    let questions = [
        r#"{"received_at": "2025-12-31T09:00", "facts": {}}"#,
        r#"{"received_at": "2026-01-06T09:00", "facts": {}}"#,
        r#"{"facts": {}}"#,
    ];
    let recorded = questions.map(|question| Recorded {
        id: "d",
        question: question.as_bytes(),
        asked_at: moment("2026-01-07T09:00"),
    });
    let check = |at: &str, recorded: &[Recorded<'_>]| {
        names(&ToPass {
            component: &component,
            submitted: &Submitted {
                at: moment(at),
                ..submitted(&component)
            },
            owned: true,
            in_force: None,
            recorded,
            catalogue: &Snapshot::default(),
        })
    };
    for at in ["2025-12-20T09:00", "2026-01-01T23:59"] {
        let found = check(at, &recorded);
        assert_eq!(found.outcome, CheckOutcome::Passed, "{at}: {found:?}");
    }
    let found = check("2026-01-07T08:00", &recorded);
    assert_eq!(found.outcome, CheckOutcome::Remark);
    let [days, decisions] = &found.findings[..] else {
        panic!("{found:?}")
    };
    assert!(
        days.en.contains("retroactive") && days.en.contains("6 days had passed"),
        "{days:?}"
    );
    assert!(
        days.en.contains("decisions recorded in them stay"),
        "{days:?}"
    );
    assert!(
        days.vi.contains("đã qua 6 ngày") && days.vi.contains("giữ nguyên"),
        "{days:?}"
    );
    assert_eq!(
        decisions.en,
        "of the 3 recent recorded decisions at hand, 1 was received in those days"
    );
    assert!(decisions.vi.contains("trong 3 quyết định") && decisions.vi.contains("1 quyết định"));
    // The third was received when it was asked.
    let found = check("2026-01-09T08:00", &recorded);
    assert!(
        found.findings[1]
            .en
            .contains("2 were received in those days"),
        "{found:?}"
    );
    let found = check("2026-01-02T08:00", &[]);
    assert_eq!(found.findings.len(), 1, "{found:?}");
    assert!(
        found.findings[0].en.contains("1 day had passed"),
        "{found:?}"
    );
}

#[test]
fn the_name_of_another_procedure_is_not_free() {
    let component = small(REST).component();
    let version = Arc::new(load(&component));
    let taken_by = |code: &str| {
        let catalogue = Catalogue::default();
        let mut timeline = Timeline::default();
        timeline.add(Period {
            version: Arc::clone(&version),
            from: day("2026-01-01"),
            to: None,
            published_at: moment("2025-12-01T09:00"),
            moves: false,
            withdrawn_at: None,
            suspensions: Vec::new(),
        });
        catalogue.exchange(vec![(
            code.to_owned(),
            Procedure::new(timeline, Timeline::<Published>::default()),
        )]);
        names(&ToPass {
            component: &component,
            submitted: &submitted(&component),
            owned: true,
            in_force: None,
            recorded: &[],
            catalogue: &catalogue.snapshot(),
        })
    };
    assert_eq!(taken_by("9.000001").outcome, CheckOutcome::Passed);
    let found = taken_by("9.000777");
    assert_eq!(found.outcome, CheckOutcome::Failed);
    for text in [&found.findings[0].vi, &found.findings[0].en] {
        for part in ["`licence-to-try`", "9.000001", "9.000777"] {
            assert!(text.contains(part), "{text}");
        }
    }
}
