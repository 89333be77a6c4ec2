//! Opening a PostgreSQL database: what is wrong is told in two languages, with a way out, without the password, and nothing
//! is touched. (The embedded database has its own tests beside it.)

use motcua_store::{Migrated, Place, StoreError};
use tests::postgres;

async fn refused(address: &str) -> StoreError {
    let place: Place = address.parse().unwrap();
    let error = motcua_store::open(&place)
        .await
        .err()
        .expect("opened what it should refuse");
    let text = error.text();
    for message in [&text.vi, &text.en, &format!("{error:?}")] {
        assert!(message.contains("postgres://"), "no address in `{message}`");
        assert!(
            !message.contains("kh/u") && !message.contains("kh%2Fu"),
            "{message}"
        );
    }
    assert!(
        text.vi.len() > 100 && text.en.len() > 100,
        "no way out in `{error}`"
    );
    assert_ne!(text.vi, text.en);
    error
}

#[tokio::test]
async fn migrates_an_empty_database_once() {
    let place: Place = postgres::shared().database().unwrap().parse().unwrap();
    let (one, other) = tokio::join!(motcua_store::open(&place), motcua_store::open(&place));
    one.unwrap().ready().await.unwrap();
    other.unwrap().ready().await.unwrap();
    let migrated = motcua_store::migrate(&place).await.unwrap();
    assert_eq!(migrated.from, migrated.to);
    let place: Place = postgres::shared().database().unwrap().parse().unwrap();
    let Migrated { from, to } = motcua_store::migrate(&place).await.unwrap();
    assert_eq!((from, to), (0, migrated.to));
}

/// Speaks as PgBouncer does to somebody who opens a session with settings of his own; gives its port.
fn pooler() -> u16 {
    use std::io::{Read, Write};
    let listener = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let port = listener.local_addr().unwrap().port();
    std::thread::spawn(move || {
        for stream in listener.incoming() {
            let mut stream = stream.unwrap();
            let mut received = [0; 1024];
            // The first message may ask for TLS, and then the session begins.
            while let Ok(length @ 8..) = stream.read(&mut received) {
                if received[4..8] == 80_877_103_u32.to_be_bytes() {
                    stream.write_all(b"N").unwrap();
                    continue;
                }
                assert!(received[..length].windows(7).any(|part| part == b"options"));
                let fields = b"SFATAL\0VFATAL\0C08P01\0Munsupported startup parameter: options\0\0";
                let length = u32::try_from(fields.len() + 4).unwrap();
                stream.write_all(b"E").unwrap();
                stream.write_all(&length.to_be_bytes()).unwrap();
                stream.write_all(fields).unwrap();
                break;
            }
        }
    });
    port
}

#[tokio::test]
async fn a_pooler_that_shares_sessions_is_told_from_a_server() {
    let port = pooler();
    let error = refused(&format!("postgres://an:m%40t%3Akh%2Fu@127.0.0.1:{port}/x")).await;
    assert!(matches!(error, StoreError::Pooled { .. }), "{error}");
    assert!(error.text().en.contains("PgBouncer"), "{error}");
}

#[tokio::test]
async fn what_is_wrong_is_told() {
    let server = postgres::shared();
    let sound = server.database().unwrap();
    let closed = {
        let free = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
        free.local_addr().unwrap().port()
    };
    let error = refused(&format!(
        "postgres://an:m%40t%3Akh%2Fu@127.0.0.1:{closed}/x"
    ))
    .await;
    assert!(matches!(error, StoreError::CannotConnect { .. }), "{error}");
    let error = refused(&sound.replace("m%40t", "other")).await;
    assert!(matches!(error, StoreError::WrongPassword { .. }), "{error}");
    let error = refused(&server.address("nowhere")).await;
    assert!(
        matches!(&error, StoreError::NoDatabase { name, .. } if name == "nowhere"),
        "{error}"
    );
    let latin = server
        .database_with("ENCODING 'LATIN1' LOCALE 'C'")
        .unwrap();
    let error = refused(&latin).await;
    assert!(matches!(error, StoreError::NotUtf8 { .. }), "{error}");
}

#[tokio::test]
async fn a_user_without_rights_is_told() {
    let server = postgres::shared();
    let address = server.database().unwrap();
    let name = address.rsplit('/').next().unwrap();
    server
        .sql(name, "CREATE USER guest PASSWORD 'm@t:kh/u'")
        .unwrap();
    let error = refused(&address.replace("an:", "guest:")).await;
    assert!(matches!(error, StoreError::NotAllowed { .. }), "{error}");
}

#[tokio::test]
async fn the_database_of_another_program_is_left_alone() {
    let server = postgres::shared();
    let address = server.database().unwrap();
    let name = address.rsplit('/').next().unwrap();
    server.sql(name, "CREATE TABLE photos (name text)").unwrap();
    let error = refused(&address).await;
    assert!(matches!(error, StoreError::Foreign { .. }), "{error}");
    let tables = "SELECT count(*) FROM pg_class WHERE relnamespace = 'public'::regnamespace";
    assert_eq!(server.sql(name, tables).unwrap().trim(), "1");
}

#[tokio::test]
async fn a_newer_or_altered_database_is_left_alone() {
    let server = postgres::shared();
    for (sql, newer) in [
        (
            "INSERT INTO _sqlx_migrations SELECT 9999, 'the future', installed_on, TRUE, checksum, 0 \
             FROM _sqlx_migrations LIMIT 1",
            true,
        ),
        ("UPDATE _sqlx_migrations SET checksum = '\\x00'", false),
    ] {
        let address = server.database().unwrap();
        let name = address.rsplit('/').next().unwrap();
        motcua_store::open(&address.parse().unwrap()).await.unwrap();
        server.sql(name, sql).unwrap();
        match refused(&address).await {
            StoreError::Newer { found: 9999, .. } if newer => {}
            StoreError::Altered { migration: 1, .. } if !newer => {}
            error => panic!("{error}"),
        }
    }
}
