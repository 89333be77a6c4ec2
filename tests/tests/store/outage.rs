//! The server goes away and comes back: calls say so quickly, waiting goes on, and everything resumes by itself.

use std::time::{Duration, Instant};

use motcua_store::{Place, PostgresAddress, PostgresStore, Store, StoreError};
use tests::postgres::Postgres;

use crate::ground::{append, decision, deed, verify, version};

/// What a stopwatch says; a host never asks, only these tests do.
#[expect(
    clippy::disallowed_methods,
    reason = "how long an answer takes is what is tested"
)]
fn stopwatch() -> Instant {
    Instant::now()
}

async fn unavailable<T: std::fmt::Debug>(what: &str, call: motcua_store::Pending<'_, T>) {
    let started = stopwatch();
    let error = call.await.expect_err(what);
    assert!(
        matches!(error, StoreError::Unavailable { .. }),
        "{what}: {error}"
    );
    assert!(error.is_passing(), "{what}");
    let took = started.elapsed();
    assert!(took < Duration::from_secs(8), "{what} took {took:?}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn is_told_quickly_and_passes_by_itself() {
    let server = Postgres::start().unwrap();
    let address: PostgresAddress = server.database().unwrap().parse().unwrap();
    let (store, other) = (
        PostgresStore::open(&address).await.unwrap(),
        PostgresStore::open(&address).await.unwrap(),
    );
    store.keep_versions(&[version(b"one")]).await.unwrap();
    append(&store, &[deed("activated")]).await;

    for crash in [false, true] {
        let head = store.head().await.unwrap();
        let last = head.0;
        let waiting = tokio::spawn({
            let other = other.clone();
            async move { other.wait(last, Duration::from_secs(120)).await }
        });
        if crash { server.kill() } else { server.stop() }.unwrap();
        unavailable("ready", store.ready()).await;
        unavailable("head", store.head()).await;
        unavailable("record", store.record(&[decision("d", None, b"")])).await;
        unavailable("wait", store.wait(last, Duration::from_secs(3))).await;
        let place = Place::Postgres(address.clone());
        let error = motcua_store::open(&place).await.err().unwrap();
        assert!(matches!(error, StoreError::CannotConnect { .. }), "{error}");
        assert!(
            !waiting.is_finished(),
            "waiting goes on while the server is away"
        );

        server.run().unwrap();
        assert_eq!(
            store.head().await.unwrap(),
            head,
            "nothing acknowledged is lost"
        );
        let entry = append(&store, &[deed("activated")]).await;
        let seen = tokio::time::timeout(Duration::from_secs(4), waiting)
            .await
            .expect("woken after the server came back")
            .unwrap();
        assert_eq!(seen.unwrap(), entry[0].number);
        assert_eq!(verify(&other).await, entry[0].number);
    }
    store.close().await.unwrap();
    assert!(matches!(store.ready().await, Err(StoreError::Closed)));
}

/// Without the listener there is still looking.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_deaf_listener_delays_nobody_beyond_a_second() {
    let server = tests::postgres::shared();
    let text = server.database().unwrap();
    let name = text.rsplit('/').next().unwrap();
    let address: PostgresAddress = text.parse().unwrap();
    let (store, other) = (
        PostgresStore::open(&address).await.unwrap(),
        PostgresStore::open(&address).await.unwrap(),
    );
    server
        .sql(name, "DROP TRIGGER deeds_are_told ON deeds")
        .unwrap();
    let waiting = tokio::spawn(async move { other.wait(0, Duration::from_secs(20)).await });
    tokio::time::sleep(Duration::from_millis(100)).await;
    append(&store, &[deed("activated")]).await;
    let seen = tokio::time::timeout(Duration::from_secs(1), waiting).await;
    assert_eq!(seen.expect("woken within a second").unwrap().unwrap(), 1);
}
