//! What the server and the driver say, translated. Codes: <https://www.postgresql.org/docs/current/errcodes-appendix.html>.

use std::fmt::Display;

use sqlx::migrate::MigrateError;

use crate::{PostgresAddress, StoreError};

/// The error of a query.
pub fn of_query(address: &PostgresAddress, error: sqlx::Error) -> StoreError {
    let database = address.shown().to_owned();
    let unavailable = |why: &dyn Display| StoreError::Unavailable {
        database: database.clone(),
        why: why.to_string(),
    };
    let error = match error {
        sqlx::Error::PoolClosed => return StoreError::Closed,
        sqlx::Error::PoolTimedOut => return unavailable(&"timeout"),
        sqlx::Error::Io(why) => return unavailable(&why),
        // The server has broken off in the middle of a message.
        sqlx::Error::Protocol(why) => return unavailable(&why),
        sqlx::Error::Tls(why) => {
            return StoreError::CannotConnect {
                database,
                why: why.to_string(),
            };
        }
        error => error,
    };
    let Some((code, why)) = error
        .as_database_error()
        .and_then(|error| Some((error.code()?.into_owned(), error.message().to_owned())))
    else {
        return StoreError::Driver {
            database,
            source: Box::new(error),
        };
    };
    match code.as_str() {
        "28000" | "28P01" => StoreError::WrongPassword { database, why },
        "3D000" => StoreError::NoDatabase {
            name: name(address).to_owned(),
            database,
        },
        "42501" => StoreError::NotAllowed { database, why },
        "53100" => StoreError::DiskFull { database },
        // lock_timeout
        "55P03" => StoreError::Locked { database },
        // Shut down, crashed, starting, too many connections, out of memory, a standby that takes no writes, too slow,
        // thrown out for idling in a transaction.
        "57P01" | "57P02" | "57P03" | "57P05" | "53000" | "53200" | "53300" | "25006" | "57014"
        | "25P03" => unavailable(&why),
        code if code.starts_with("08") => unavailable(&why),
        // A check, a key or a trigger refuses it; a text that the database cannot hold.
        "22021" => StoreError::Unfit { what: why },
        code if code.starts_with("23") => StoreError::Unfit { what: why },
        // data_corrupted, index_corrupted
        "XX001" | "XX002" => StoreError::Corrupt {
            database,
            findings: vec![why],
        },
        _ => StoreError::Driver {
            database,
            source: Box::new(error),
        },
    }
}

/// The error of connecting for the first time.
pub fn of_connecting(address: &PostgresAddress, error: sqlx::Error) -> StoreError {
    // What PgBouncer says of settings that a session is opened with; a server never does.
    if let Some(error) = error.as_database_error()
        && error.message().starts_with("unsupported startup parameter")
    {
        return StoreError::Pooled {
            database: address.shown().to_owned(),
        };
    }
    match of_query(address, error) {
        StoreError::Unavailable { database, why } => StoreError::CannotConnect { database, why },
        error => error,
    }
}

/// The error of a migration; `known` is the last migration this program carries.
pub fn of_migration(address: &PostgresAddress, known: i64, error: MigrateError) -> StoreError {
    let database = address.shown().to_owned();
    match error {
        MigrateError::Execute(error) | MigrateError::ExecuteMigration(error, _) => {
            of_query(address, error)
        }
        MigrateError::VersionMissing(found) => StoreError::Newer {
            database,
            known,
            found,
        },
        MigrateError::VersionMismatch(migration) => StoreError::Altered {
            database,
            migration,
        },
        error => StoreError::Driver {
            database,
            source: Box::new(error),
        },
    }
}

fn name(address: &PostgresAddress) -> &str {
    let options = address.options();
    options.get_database().unwrap_or(options.get_username())
}
