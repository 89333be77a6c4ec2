//! The campaigns in small: the same code with few rounds. The long runs are commands: `cargo run --release -p tests -- swaps`.

use tests::kills::Kind;
use tests::{failover, hostile, kills, replay, swaps};

#[test]
fn versions_are_exchanged_under_load() {
    let plan = swaps::Plan {
        count: 5,
        connections: 4,
    };
    swaps::run(&plan).unwrap();
}

#[test]
fn killed_on_sqlite() {
    let plan = kills::Plan {
        times: 4,
        store: Kind::Sqlite,
        seed: 7,
    };
    kills::run(&plan).unwrap();
}

#[test]
fn killed_on_postgres() {
    let plan = kills::Plan {
        times: 4,
        store: Kind::Postgres,
        seed: 7,
    };
    kills::run(&plan).unwrap();
}

#[test]
fn postgres_restarted_under_two_hosts() {
    let plan = failover::Plan {
        restarts: 2,
        away: 800,
    };
    failover::run(&plan).unwrap();
}

#[test]
fn decisions_replayed() {
    let plan = replay::Plan {
        decisions: 500,
        versions: 2,
    };
    replay::run(&plan).unwrap();
}

#[test]
fn hostile_plugins_harm_nobody() {
    let plan = hostile::Plan {
        storm: 200,
        submitting: 0,
        repeats: 64,
        bomb: 2,
        most_slower: None,
    };
    hostile::run(&plan).unwrap();
}
