//! The server goes away and comes back: calls say so quickly, waiting goes on, and everything resumes by itself.

use std::time::Duration;

use motcua_store::{Place, PostgresAddress, PostgresOptions, PostgresStore, Store, StoreError};
use tests::postgres::Postgres;

use crate::ground::{FOREVER, HANGS, append, decision, deed, verify, version};

/// Says soon that the database is away.
const HASTY: PostgresOptions = PostgresOptions {
    acquire_timeout: Duration::from_millis(300),
    patience: HANGS,
    readers: 4,
};
/// Gives the slowest machine time to connect again.
const PATIENT: PostgresOptions = PostgresOptions {
    acquire_timeout: HANGS,
    ..HASTY
};

async fn unavailable<T: std::fmt::Debug>(what: &str, call: motcua_store::Pending<'_, T>) {
    let error = tokio::time::timeout(HANGS, call)
        .await
        .expect(what)
        .expect_err(what);
    assert!(
        matches!(error, StoreError::Unavailable { .. }),
        "{what}: {error}"
    );
    assert!(error.is_passing(), "{what}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn is_told_quickly_and_passes_by_itself() {
    let server = Postgres::start().unwrap();
    let address: PostgresAddress = server.database().unwrap().parse().unwrap();
    let open = async |options| PostgresStore::open_with(&address, options).await.unwrap();
    let (hasty, store, other) = (open(HASTY).await, open(PATIENT).await, open(HASTY).await);
    store.keep_versions(&[version(b"one")]).await.unwrap();
    append(&store, &[deed("activated")]).await;

    for crash in [false, true] {
        let head = store.head().await.unwrap();
        let last = head.0;
        let waiting = tokio::spawn({
            let other = other.clone();
            async move { other.wait(last, FOREVER).await }
        });
        if crash { server.kill() } else { server.stop() }.unwrap();
        unavailable("ready", hasty.ready()).await;
        unavailable("head", hasty.head()).await;
        unavailable("record", hasty.record(&[decision("d", None, b"")])).await;
        // Long enough to have looked at least once.
        unavailable("wait", hasty.wait(last, Duration::from_secs(5))).await;
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
        let seen = tokio::time::timeout(HANGS, waiting)
            .await
            .expect("woken after the server came back")
            .unwrap();
        assert_eq!(seen.unwrap(), entry[0].number);
        assert_eq!(verify(&store).await, entry[0].number);
    }
    store.close().await.unwrap();
    assert!(matches!(store.ready().await, Err(StoreError::Closed)));
}

/// Without the listener there is still looking.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_deaf_listener_keeps_nobody_waiting() {
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
    let waiting = tokio::spawn(async move { other.wait(0, FOREVER).await });
    tokio::time::sleep(Duration::from_millis(100)).await;
    append(&store, &[deed("activated")]).await;
    let seen = tokio::time::timeout(HANGS, waiting).await;
    assert_eq!(seen.expect("woken by looking").unwrap().unwrap(), 1);
}
