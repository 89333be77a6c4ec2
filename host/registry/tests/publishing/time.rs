//! Three dates: when it was received, what was known, and from when a version decides.

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
