//! Three dates: when it was received, what was known, and from when a version decides.

use motcua_registry::{CheckId, CheckOutcome, Decided, Receipt, Replayed, Texts, ToDecide};
use serde_json::Value;

use crate::world::*;

#[tokio::test]
async fn known_at_answers_as_it_would_have_been_answered_then() {
    let world = World::new().await;
    let first = world
        .publish(
            component("2026-01-01", 100),
            1,
            "2026-01-01",
            "2026-01-02T09:00",
        )
        .await;
    let second = world
        .publish(
            component("2026-01-01", 50),
            2,
            "2026-01-10",
            "2026-01-20T09:00",
        )
        .await;
    // Published on the 20th for what was received from the 10th on.
    assert_eq!(world.answers("2026-01-12T09:00", "2026-01-19T09:00"), first);
    assert_eq!(
        world.answers("2026-01-12T09:00", "2026-01-20T09:00"),
        second
    );
    assert_eq!(
        world.answers("2026-01-12T09:00", "2026-01-01T09:00"),
        "not-in-force"
    );
    let snapshot = world.registry.catalogue().snapshot();
    let periods = snapshot.procedure(CODE).unwrap().published().periods();
    let retroactive: Vec<bool> = periods
        .iter()
        .map(|period| period.is_retroactive())
        .collect();
    assert_eq!(retroactive, [true, true]);
}

#[tokio::test]
async fn a_version_decides_from_midnight_of_its_day_without_anybody_acting() {
    let world = World::new().await;
    let first = world
        .publish(
            component("2026-01-01", 100),
            1,
            "2026-01-01",
            "2026-01-02T09:00",
        )
        .await;
    let second = world
        .publish(
            component("2026-01-01", 50),
            2,
            "2026-02-03",
            "2026-01-03T09:00",
        )
        .await;
    assert_eq!(
        world.answers("2026-02-02T16:59:59", "2026-02-03T08:00"),
        first
    );
    assert_eq!(
        world.answers("2026-02-03T00:00", "2026-02-03T08:00"),
        second
    );
}

const MOVES: &str = "transition: {received_before: move, basis: Điều 25(2)}";

/// A first version in force, and a second, published on the 5th of January for what comes in from the 3rd of February on.
async fn first_and_second(head: &str) -> (World, String, String) {
    let world = World::new().await;
    let first = world
        .publish(
            component("2026-01-01", 100),
            1,
            "2026-01-01",
            "2026-01-02T09:00",
        )
        .await;
    let second = world
        .publish(
            component_with("2026-02-03", "pages <= 50", head),
            2,
            "2026-02-03",
            "2026-01-05T09:00",
        )
        .await;
    (world, first, second)
}

#[tokio::test]
async fn a_version_that_moves_decides_what_was_received_before_once_its_day_has_come() {
    let (world, first, second) = first_and_second(MOVES).await;
    let received = "2026-01-20T09:00";
    assert_eq!(world.answers(received, "2026-02-02T23:59:59"), first);
    assert_eq!(world.answers(received, "2026-02-03T00:00"), second);
    assert_eq!(
        world.answers("2026-02-03T08:00", "2026-02-03T09:00"),
        second
    );
    // Another host that reads the same database answers alike.
    let other = host(world.folder.path()).await;
    assert_eq!(answers(&other, received, "2026-02-02T23:59:59"), first);
    assert_eq!(answers(&other, received, "2026-02-03T00:00"), second);
    let snapshot = world.registry.catalogue().snapshot();
    let periods = snapshot.procedure(CODE).unwrap().published().periods();
    let moves: Vec<bool> = periods.iter().map(|period| period.moves).collect();
    assert_eq!(moves, [false, true]);
}

#[tokio::test]
async fn a_version_that_says_nothing_keeps_what_was_received_before_with_the_older_one() {
    for head in ["", "transition: {received_before: keep, basis: Điều 25(1)}"] {
        let (world, first, _) = first_and_second(head).await;
        let received = "2026-01-20T09:00";
        assert_eq!(world.answers(received, "2026-02-03T00:00"), first);
        assert_eq!(world.answers(received, "2026-06-01T00:00"), first);
    }
}

#[tokio::test]
async fn what_was_decided_stays_decided_when_a_version_moves_the_rest() {
    let (world, first, second) = first_and_second(MOVES).await;
    let decide = async |now: &str| {
        let to_decide = ToDecide {
            procedure: CODE,
            question: br#"{"received_at":"2026-01-20T09:00","facts":{"pages":60}}"#,
            key: None,
        };
        let decided = world
            .registry
            .decide(&world.portal, to_decide, Texts::None, moment(now));
        decided.await.unwrap()
    };
    let component = |decided: &Decided| {
        let receipt: Receipt = serde_json::from_str(&decided.receipt).unwrap();
        receipt.component
    };
    let verdict = |decided: &Decided| {
        let answer: Value = serde_json::from_slice(&decided.answer).unwrap();
        answer["verdict"].as_str().unwrap().to_owned()
    };
    let before = decide("2026-02-02T16:00").await;
    let after = decide("2026-02-03T08:00").await;
    assert_eq!(component(&before), first);
    assert_eq!(verdict(&before), "eligible");
    assert_eq!(component(&after), second);
    assert_eq!(
        verdict(&after),
        "ineligible",
        "sixty pages are too many now"
    );
    // Later the first one is still as it was decided, and gives the same bytes.
    let other = host(world.folder.path()).await;
    let record = other.record_of(&before.id).await.unwrap();
    assert_eq!(other.answer_of(&record).unwrap(), before.answer);
    for decided in [&before, &after] {
        assert_eq!(other.replay(&decided.id).await.unwrap(), Replayed::Same);
    }
}

#[tokio::test]
async fn a_reviewer_sees_that_a_version_moves_applications() {
    let (world, ..) = first_and_second(MOVES).await;
    let report = world.registry.report(&submission(2)).await.unwrap();
    let names = report.check(CheckId::Names).unwrap();
    assert_eq!(names.outcome, CheckOutcome::Remark);
    let [moves] = &names.findings[..] else {
        panic!("{names:?}")
    };
    assert_eq!(
        moves.en,
        "it also decides, from that day on, what was received before and is still undecided (Điều 25(2))"
    );
    assert_eq!(
        moves.vi,
        "từ ngày đó, phiên bản này cũng quyết định hồ sơ đã nhận trước mà chưa giải quyết xong (Điều 25(2))"
    );
    let difference = report.difference.unwrap();
    let change = difference
        .manifest
        .iter()
        .find(|change| change.pointer == "/transition")
        .unwrap();
    assert!(!change.words_only);
    assert_eq!(
        change.new.as_deref(),
        Some(r#"{"received_before":"move","basis":"Điều 25(2)"}"#)
    );
}

#[tokio::test]
async fn days_off_are_counted_as_they_were_known() {
    use motcua_model::calendar::CalendarYear;
    use motcua_registry::compiler::reader::read_calendar;
    use motcua_registry::compiler::source::SourceFile;
    use motcua_registry::store::NewCalendar;
    let world = World::new().await;
    let year = |path: &str, change: &dyn Fn(String) -> String| -> CalendarYear {
        let file = SourceFile {
            path: path.to_owned(),
            text: change(std::fs::read_to_string(path).unwrap()),
        };
        let mut diagnostics = Vec::new();
        read_calendar(&file, &mut diagnostics).unwrap_or_else(|| panic!("{diagnostics:?}"))
    };
    let path = concat!(
        env!("CARGO_MANIFEST_DIR"),
        "/../../procedures/calendars/vn/2026.yaml"
    );
    let told = year(path, &|text| text);
    let guessed = year(path, &|text| {
        text.replacen("status: confirmed", "status: provisional", 1)
    });
    for (year, since) in [(&guessed, "2026-01-05T09:00"), (&told, "2026-01-10T09:00")] {
        let bytes = year.canonical_bytes();
        let new = NewCalendar {
            country: "vn",
            year: 2026,
            bytes: &bytes,
            first_seen_at: moment(since),
        };
        world.registry.store().keep_calendars(&[new]).await.unwrap();
    }
    // The next start reads what has been told over time.
    let next = host(world.folder.path()).await;
    let years = |at: &str| next.calendar_at(moment(at)).calendar().years().len();
    assert_eq!(years("2026-01-04T09:00"), 0, "nobody had told of 2026 yet");
    let then = next.calendar_at(moment("2026-01-07T09:00"));
    let tet = day("2026-02-17");
    assert!(!then.calendar().is_working(tet));
    assert!(!then.calendar().is_confirmed(tet), "it was a guess then");
    assert_eq!(
        next.calendar_at(moment("2026-01-10T09:00")).digest(),
        next.calendar().digest(),
        "all that is known now was known then"
    );
}
