//! What SQLite says, translated. Codes: <https://www.sqlite.org/rescode.html>.

use std::path::Path;

use sqlx::migrate::MigrateError;

use crate::StoreError;

/// Primary result codes that mean something to an operator.
mod code {
    pub const BUSY: i32 = 5;
    pub const LOCKED: i32 = 6;
    pub const READONLY: i32 = 8;
    pub const CORRUPT: i32 = 11;
    pub const FULL: i32 = 13;
    pub const CONSTRAINT: i32 = 19;
    pub const NOTADB: i32 = 26;
}

/// The error of a query.
pub fn of_query(file: &Path, error: sqlx::Error) -> StoreError {
    let file = file.to_path_buf();
    let database = file.display().to_string();
    if matches!(error, sqlx::Error::PoolClosed) {
        return StoreError::Closed;
    }
    if matches!(error, sqlx::Error::PoolTimedOut) {
        return StoreError::Locked { database };
    }
    let Some((code, message)) = error.as_database_error().and_then(|error| {
        let extended: i32 = error.code()?.parse().ok()?;
        Some((extended & 0xff, error.message().to_owned()))
    }) else {
        return StoreError::Driver {
            database,
            source: Box::new(error),
        };
    };
    match code {
        code::BUSY | code::LOCKED => StoreError::Locked { database },
        code::READONLY => StoreError::ReadOnly { file },
        code::CORRUPT => StoreError::Corrupt {
            database,
            findings: vec![message],
        },
        code::FULL => StoreError::DiskFull { database },
        code::CONSTRAINT => StoreError::Unfit { what: message },
        code::NOTADB => StoreError::NotADatabase { file },
        _ => StoreError::Driver {
            database,
            source: Box::new(error),
        },
    }
}

/// The error of a migration; `known` is the last migration this program carries.
pub fn of_migration(file: &Path, known: i64, error: MigrateError) -> StoreError {
    let database = file.display().to_string();
    match error {
        MigrateError::Execute(error) | MigrateError::ExecuteMigration(error, _) => {
            of_query(file, error)
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
