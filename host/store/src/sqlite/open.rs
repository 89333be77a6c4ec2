//! Opening: look first, touch last.

use std::fs::{self, File, OpenOptions};
use std::io::{ErrorKind, Read};
use std::path::Path;
use std::pin::pin;
use std::time::Duration;

use sqlx::migrate::Migrator;
use sqlx::sqlite::{
    SqliteConnectOptions, SqliteConnection, SqliteJournalMode, SqlitePoolOptions, SqliteSynchronous,
};
use sqlx::{ConnectOptions, Connection};

use super::{APPLICATION_ID, FILE_NAME, SqliteOptions, SqliteStore, fault};
use crate::{Migrated, StoreError};

pub(crate) static MIGRATIONS: Migrator = sqlx::migrate!("migrations/sqlite");

/// The first bytes of every SQLite database (<https://www.sqlite.org/fileformat.html>, section 1.3).
const MAGIC: &[u8; 16] = b"SQLite format 3\0";

/// Lines of a damage report that an operator is shown.
const FINDINGS: usize = 5;

/// How long to wait before opening is tried again beside another program that opens.
const AGAIN: Duration = Duration::from_millis(20);

/// Opens, and waits for whoever opens at the same moment.
///
/// SQLite waits for locks, but not while the log is switched on, nor where a reader becomes a writer on ground that another
/// one has changed: there it gives up at once, whatever its busy timeout. So whoever is refused by a new database tries
/// again, and finds what the other one has made.
pub(super) async fn open(folder: &Path, options: SqliteOptions) -> Result<SqliteStore, StoreError> {
    let mut patience = pin!(tokio::time::sleep(options.busy_timeout));
    loop {
        match try_open(folder, options).await {
            Err(error @ StoreError::Locked { .. }) => tokio::select! {
                biased;
                () = &mut patience => return Err(error),
                () = tokio::time::sleep(AGAIN) => {}
            },
            done => return done,
        }
    }
}

async fn try_open(folder: &Path, options: SqliteOptions) -> Result<SqliteStore, StoreError> {
    let file = folder.join(FILE_NAME);
    let from = if check_file(folder, &file)? {
        look(&file, options).await?
    } else {
        0
    };

    let ours = SqliteConnectOptions::new()
        .filename(&file)
        .busy_timeout(options.busy_timeout)
        .foreign_keys(true)
        // Facts that were erased are overwritten, not only unlinked.
        .pragma("secure_delete", "ON")
        // An acknowledged deed survives a power cut, not only a crash of the program.
        .synchronous(SqliteSynchronous::Full)
        .optimize_on_close(true, None);
    let writing = ours
        .clone()
        .create_if_missing(true)
        .journal_mode(SqliteJournalMode::Wal);

    let writer = SqlitePoolOptions::new()
        .max_connections(1)
        .acquire_timeout(options.busy_timeout * 4)
        .connect_with(writing)
        .await
        .map_err(|error| fault::of_query(&file, error))?;
    let result = migrate(&file, &writer).await;
    if let Err(error) = result {
        writer.close().await;
        return Err(error);
    }

    let readers = SqlitePoolOptions::new()
        .max_connections(options.readers.max(1))
        .acquire_timeout(options.busy_timeout * 4)
        .connect_lazy_with(ours.pragma("query_only", "ON"));
    Ok(SqliteStore {
        file,
        writer,
        readers,
        governed: tokio::sync::watch::Sender::new(0),
        migrated: Migrated {
            from,
            to: last_known(),
        },
    })
}

/// What the operating system can tell without the database. Says whether there is something to look into.
pub(crate) fn check_file(folder: &Path, file: &Path) -> Result<bool, StoreError> {
    fs::create_dir_all(folder).map_err(|source| StoreError::NoFolder {
        folder: folder.to_path_buf(),
        source,
    })?;
    probe_folder(folder).map_err(|source| StoreError::FolderNotWritable {
        folder: folder.to_path_buf(),
        source,
    })?;

    let mut opened = match File::open(file) {
        Ok(opened) => opened,
        Err(error) if error.kind() == ErrorKind::NotFound => return Ok(false),
        Err(source) => {
            return Err(StoreError::Unreadable {
                file: file.to_path_buf(),
                source,
            });
        }
    };
    let metadata = opened.metadata().map_err(|source| StoreError::Unreadable {
        file: file.to_path_buf(),
        source,
    })?;
    if !metadata.is_file() {
        return Err(StoreError::NotADatabase {
            file: file.to_path_buf(),
        });
    }
    // An empty file is a database that was about to be made.
    if metadata.len() > 0 {
        let mut magic = [0; MAGIC.len()];
        match opened.read_exact(&mut magic) {
            Ok(()) if &magic == MAGIC => {}
            Ok(()) => {
                return Err(StoreError::NotADatabase {
                    file: file.to_path_buf(),
                });
            }
            Err(error) if error.kind() == ErrorKind::UnexpectedEof => {
                return Err(StoreError::NotADatabase {
                    file: file.to_path_buf(),
                });
            }
            Err(source) => {
                return Err(StoreError::Unreadable {
                    file: file.to_path_buf(),
                    source,
                });
            }
        }
    }
    // SQLite would open a file it may not write, and fail at the first deed. Opening for writing changes nothing.
    match OpenOptions::new().write(true).open(file) {
        Ok(_) => Ok(metadata.len() > 0),
        Err(_) => Err(StoreError::ReadOnly {
            file: file.to_path_buf(),
        }),
    }
}

/// The log and its index are files beside the database: the folder must let us make them.
fn probe_folder(folder: &Path) -> std::io::Result<()> {
    let probe = folder.join(format!(".motcua-{}", std::process::id()));
    match OpenOptions::new().write(true).create_new(true).open(&probe) {
        Ok(_) => fs::remove_file(&probe),
        // Another opening in this process probes at this moment, or a probe was left behind: the folder is writable.
        Err(error) if error.kind() == ErrorKind::AlreadyExists => Ok(()),
        Err(error) => Err(error),
    }
}

/// Reads what is there, without writing: is it ours, known, sound? Answers the last migration that was applied.
pub(crate) async fn look(file: &Path, options: SqliteOptions) -> Result<i64, StoreError> {
    let mut connection = SqliteConnectOptions::new()
        .filename(file)
        .read_only(true)
        .busy_timeout(options.busy_timeout)
        .connect()
        .await
        .map_err(|error| fault::of_query(file, error))?;
    let result = check_contents(file, &mut connection).await;
    // A reader that cannot close leaves nothing behind that the next one would not put right.
    drop(connection.close().await);
    result
}

async fn check_contents(file: &Path, connection: &mut SqliteConnection) -> Result<i64, StoreError> {
    let mut last = 0;
    let fault = |error| fault::of_query(file, error);
    let tables: i64 = sqlx::query_scalar("SELECT count(*) FROM sqlite_schema")
        .fetch_one(&mut *connection)
        .await
        .map_err(fault)?;
    let application: i64 = sqlx::query_scalar("PRAGMA application_id")
        .fetch_one(&mut *connection)
        .await
        .map_err(fault)?;
    let migrated: i64 = sqlx::query_scalar(
        "SELECT count(*) FROM sqlite_schema WHERE type = 'table' AND name = '_sqlx_migrations'",
    )
    .fetch_one(&mut *connection)
    .await
    .map_err(fault)?;
    // A first start that was stopped between the list of migrations and the first of them leaves one empty table.
    let begun = migrated == 1 && tables <= 2;
    if application != APPLICATION_ID && tables > 0 && !begun {
        return Err(StoreError::AnotherProgram {
            file: file.to_path_buf(),
        });
    }
    if migrated == 1 {
        let applied: Vec<(i64, Vec<u8>)> =
            sqlx::query_as("SELECT version, checksum FROM _sqlx_migrations ORDER BY version")
                .fetch_all(&mut *connection)
                .await
                .map_err(fault)?;
        crate::migrations::check(&MIGRATIONS, &file.display().to_string(), &applied)?;
        last = applied.last().map_or(0, |(version, _)| *version);
    }
    let findings: Vec<String> = sqlx::query_scalar("PRAGMA quick_check(5)")
        .fetch_all(&mut *connection)
        .await
        .map_err(fault)?;
    if findings != ["ok"] {
        // One row may hold several lines, the first of them a heading.
        let findings = findings
            .iter()
            .flat_map(|row| row.lines())
            .filter(|line| !line.starts_with("***"))
            .take(FINDINGS)
            .map(str::to_owned)
            .collect();
        return Err(StoreError::Corrupt {
            database: file.display().to_string(),
            findings,
        });
    }
    Ok(last)
}

pub(crate) fn last_known() -> i64 {
    crate::migrations::last(&MIGRATIONS)
}

async fn migrate(file: &Path, writer: &sqlx::SqlitePool) -> Result<(), StoreError> {
    let mode: String = sqlx::query_scalar("PRAGMA journal_mode")
        .fetch_one(writer)
        .await
        .map_err(|error| fault::of_query(file, error))?;
    if !mode.eq_ignore_ascii_case("wal") {
        return Err(StoreError::NoWal {
            file: file.to_path_buf(),
        });
    }
    // Two programs may make the same new database at the same moment: the slower one waits here, and then finds the
    // migrations applied.
    let fault = |error| fault::of_query(file, error);
    let mut alone = writer.begin_with("BEGIN IMMEDIATE").await.map_err(fault)?;
    // `run` would ask for a connection by itself, outside this transaction.
    MIGRATIONS
        .run_direct(None, &mut *alone, false)
        .await
        .map_err(|error| fault::of_migration(file, last_known(), error))?;
    alone.commit().await.map_err(fault)
}
