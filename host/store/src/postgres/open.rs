//! Opening: look first, touch last.

use std::time::Duration;

use sqlx::migrate::Migrator;
use sqlx::postgres::{PgConnectOptions, PgConnection, PgPoolOptions};
use sqlx::{ConnectOptions, Connection};

use super::{PostgresOptions, PostgresStore, fault, listen};
use crate::{Migrated, PostgresAddress, StoreError};

pub(crate) static MIGRATIONS: Migrator = sqlx::migrate!("migrations/postgres");

/// The oldest version of the server, as it counts itself.
const OLDEST: i32 = 15_00_00;

/// How long a deed waits for another one, as PostgreSQL writes it.
const LOCK_TIMEOUT: &str = "10s";

/// How long the first connection may take.
const CONNECTING: Duration = Duration::from_secs(10);

pub(super) async fn open(
    address: &PostgresAddress,
    options: PostgresOptions,
) -> Result<PostgresStore, StoreError> {
    let ours = address.options().clone().options([
        // A host that stands still in the middle of a deed must not hold up the others for ever.
        ("lock_timeout", LOCK_TIMEOUT),
        ("idle_in_transaction_session_timeout", "20s"),
    ]);
    let mut connection = connect_with(address, &ours).await?;
    let migrated = prepare(address, &mut connection).await;
    // A connection that cannot say goodbye is dropped by the server.
    drop(connection.close().await);
    let migrated = migrated?;

    let writer = pool(options, 1)
        .after_connect(|connection, _| {
            Box::pin(async move {
                // An acknowledged deed survives a power cut, whatever else this server is used for.
                sqlx::query(
                    "SELECT set_config('synchronous_commit', 'on', false) \
                     WHERE current_setting('synchronous_commit') = 'off'",
                )
                .fetch_optional(connection)
                .await?;
                Ok(())
            })
        })
        .connect_lazy_with(ours.clone());
    let readers = pool(options, options.readers.max(1)).connect_lazy_with(ours.clone());
    let governed = tokio::sync::watch::Sender::new(());
    let listener =
        listen::Listener::start(pool(options, 1).connect_lazy_with(ours), governed.clone());
    Ok(PostgresStore {
        address: address.clone(),
        options,
        writer,
        readers,
        listener: std::sync::Arc::new(listener),
        governed,
        migrated,
    })
}

fn pool(options: PostgresOptions, connections: u32) -> PgPoolOptions {
    PgPoolOptions::new()
        .max_connections(connections)
        .acquire_timeout(options.acquire_timeout)
        // A connection whose other end has gone silently is thrown away, not waited for.
        .after_release(move |connection, _| {
            Box::pin(async move {
                let alive = tokio::time::timeout(options.acquire_timeout, connection.ping()).await;
                alive
                    .unwrap_or(Err(sqlx::Error::PoolTimedOut))
                    .map(|()| true)
            })
        })
}

/// One connection, outside of any pool.
pub(crate) async fn connect(address: &PostgresAddress) -> Result<PgConnection, StoreError> {
    connect_with(address, address.options()).await
}

async fn connect_with(
    address: &PostgresAddress,
    options: &PgConnectOptions,
) -> Result<PgConnection, StoreError> {
    match tokio::time::timeout(CONNECTING, options.connect()).await {
        Ok(connected) => connected.map_err(|error| fault::of_connecting(address, error)),
        Err(_) => Err(StoreError::CannotConnect {
            database: address.shown().to_owned(),
            why: format!("timeout, {} s", CONNECTING.as_secs()),
        }),
    }
}

async fn prepare(
    address: &PostgresAddress,
    connection: &mut PgConnection,
) -> Result<Migrated, StoreError> {
    let from = look(address, connection).await?;
    has_own_session(address, connection).await?;
    MIGRATIONS
        .run(&mut *connection)
        .await
        .map_err(|error| fault::of_migration(address, last_known(), error))?;
    Ok(Migrated {
        from,
        to: last_known(),
    })
}

/// Whether what the session was opened with holds in it. Behind a pooler that gives each transaction another session it does
/// not, and neither would locks and notifications.
async fn has_own_session(
    address: &PostgresAddress,
    connection: &mut PgConnection,
) -> Result<(), StoreError> {
    // Migrations wait for those of another host as long as these take.
    let (lock_timeout, _): (String, String) = sqlx::query_as(
        "SELECT current_setting('lock_timeout'), set_config('lock_timeout', '0', false)",
    )
    .fetch_one(connection)
    .await
    .map_err(|error| fault::of_query(address, error))?;
    if lock_timeout == LOCK_TIMEOUT {
        Ok(())
    } else {
        Err(StoreError::Pooled {
            database: address.shown().to_owned(),
        })
    }
}

/// Whether motcua can use a server: by the number of its version, the version as it is written, and the encoding.
fn fit(
    address: &PostgresAddress,
    number: i32,
    version: String,
    encoding: String,
) -> Result<(), StoreError> {
    let database = address.shown().to_owned();
    if number < OLDEST {
        return Err(StoreError::TooOld {
            database,
            found: version,
        });
    }
    if encoding != "UTF8" {
        return Err(StoreError::NotUtf8 {
            database,
            found: encoding,
        });
    }
    Ok(())
}

/// Reads what is there, without writing: is the server fit, is the database ours or empty, and known? Answers the last
/// migration that was applied.
pub(crate) async fn look(
    address: &PostgresAddress,
    connection: &mut PgConnection,
) -> Result<i64, StoreError> {
    let fault = |error| fault::of_query(address, error);
    let database = || address.shown().to_owned();
    let (number, version, encoding): (i32, String, String) = sqlx::query_as(
        "SELECT current_setting('server_version_num')::int, current_setting('server_version'), \
         current_setting('server_encoding')",
    )
    .fetch_one(&mut *connection)
    .await
    .map_err(fault)?;
    fit(address, number, version, encoding)?;
    if !is_ours(connection).await.map_err(fault)? {
        // Anything that holds data, but for what an extension has brought, and a list of migrations that was only begun.
        let tables: i64 = sqlx::query_scalar(
            "SELECT count(*) FROM pg_class WHERE relnamespace = to_regnamespace(current_schema()) \
             AND relkind IN ('r', 'p', 'v', 'm', 'f') AND relname <> '_sqlx_migrations' AND NOT EXISTS \
             (SELECT 1 FROM pg_depend WHERE classid = 'pg_class'::regclass AND objid = pg_class.oid AND deptype = 'e')",
        )
        .fetch_one(&mut *connection)
        .await
        .map_err(fault)?;
        let begun = applied(connection).await.map_err(fault)?;
        return if tables == 0 && begun.is_empty() {
            Ok(0)
        } else {
            Err(StoreError::Foreign {
                database: database(),
            })
        };
    }
    let applied = applied(connection).await.map_err(fault)?;
    crate::migrations::check(&MIGRATIONS, address.shown(), &applied)?;
    Ok(applied.last().map_or(0, |(version, _)| *version))
}

/// Whether motcua has made the tables here.
pub(crate) async fn is_ours(connection: &mut PgConnection) -> Result<bool, sqlx::Error> {
    sqlx::query_scalar(
        "SELECT coalesce(obj_description(to_regclass('_sqlx_migrations'), 'pg_class') = 'motcua', false)",
    )
    .fetch_one(connection)
    .await
}

/// The migrations that were applied, with their checksums.
pub(crate) async fn applied(
    connection: &mut PgConnection,
) -> Result<Vec<(i64, Vec<u8>)>, sqlx::Error> {
    let there: bool = sqlx::query_scalar("SELECT to_regclass('_sqlx_migrations') IS NOT NULL")
        .fetch_one(&mut *connection)
        .await?;
    if !there {
        return Ok(Vec::new());
    }
    sqlx::query_as("SELECT version, checksum FROM _sqlx_migrations ORDER BY version")
        .fetch_all(connection)
        .await
}

/// The last migration this program carries.
pub(crate) fn last_known() -> i64 {
    crate::migrations::last(&MIGRATIONS)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_server_that_cannot_be_used_is_named_with_what_to_do() {
        let address: PostgresAddress = "postgres://motcua:secret@db/motcua".parse().unwrap();
        let fit = |number, version: &str, encoding: &str| {
            fit(&address, number, version.to_owned(), encoding.to_owned())
        };
        assert!(fit(15_00_00, "15.0", "UTF8").is_ok());
        assert!(fit(17_00_05, "17.5 (Debian 17.5-1)", "UTF8").is_ok());
        let old = fit(14_00_18, "14.18", "UTF8").unwrap_err();
        assert!(matches!(&old, StoreError::TooOld { found, .. } if found == "14.18"));
        let text = old.text();
        for told in [&text.vi, &text.en] {
            assert!(told.contains("PostgreSQL 14.18"), "{told}");
            assert!(!told.contains("secret"), "{told}");
        }
        let latin = fit(15_00_00, "15.0", "LATIN1").unwrap_err();
        assert!(matches!(latin, StoreError::NotUtf8 { .. }));
    }
}
