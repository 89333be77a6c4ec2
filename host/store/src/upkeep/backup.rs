//! A copy of everything in one file, while the host goes on.

use std::fs::{self, File};
use std::path::{Path, PathBuf};

use sqlx::Connection as _;

use super::link::{Link, new_file, open_file};
use super::tables::TABLES;
use super::verify::{Contents, Counted, Cursor, verify};
use crate::{FILE_NAME, Place, PostgresAddress, SqliteOptions, StoreError, postgres, sqlite};

/// A backup that was made.
#[derive(Clone, Debug)]
pub struct Backup {
    /// The file.
    pub file: PathBuf,
    /// Its size in bytes.
    pub bytes: u64,
    /// What it holds, as it was at one moment.
    pub contents: Contents,
}

/// Copies everything as it is at one moment into a new file, which [`restore`](super::restore) can bring into either
/// database, and verifies the copy: its integrity, every digest, the chain. Hosts go on meanwhile. The file appears under its
/// name only once it is whole, verified and on the disk.
///
/// # Errors
/// There is a file of that name; the database or the file cannot be used; what is there does not verify.
pub async fn backup(place: &Place, to: &Path) -> Result<Backup, StoreError> {
    must_be_free(to)?;
    let partial = partial(to);
    let result = into_partial(place, &partial).await;
    let result = result.and_then(|contents| {
        let bytes = settle(&partial, to)?;
        Ok(Backup {
            file: to.to_path_buf(),
            bytes,
            contents,
        })
    });
    if result.is_err() {
        // Half a copy helps nobody. It may not even be there.
        drop(fs::remove_file(&partial));
    }
    result
}

async fn into_partial(place: &Place, partial: &Path) -> Result<Contents, StoreError> {
    match place {
        Place::Folder(folder) => {
            let source = folder.join(FILE_NAME);
            if !source.is_file() {
                return Err(StoreError::NothingThere {
                    place: place.to_string(),
                });
            }
            sqlite::open::look(&source, SqliteOptions::default()).await?;
            vacuum_into(&source, partial).await?;
            check_file(partial).await
        }
        Place::Postgres(address) => {
            let copied = copy_server(address, partial).await?;
            let contents = check_file(partial).await?;
            contents.must_equal(&copied, &partial.display().to_string())?;
            Ok(contents)
        }
    }
}

/// Copies a database file, as of one moment, into a new one without gaps.
pub async fn vacuum_into(source: &Path, to: &Path) -> Result<(), StoreError> {
    drop(fs::remove_file(to));
    let name = to.to_str().ok_or_else(|| StoreError::BackupFile {
        file: to.to_path_buf(),
        source: std::io::Error::other("the name of the file is not UTF-8"),
    })?;
    let mut connection = open_file(source).await?;
    let copied = sqlx::query("VACUUM INTO ?")
        .bind(name)
        .execute(&mut connection)
        .await;
    drop(connection.close().await);
    // What fails here is most likely the new file: its folder, its disk.
    copied
        .map(drop)
        .map_err(|error| match sqlite::fault::of_query(to, error) {
            StoreError::Driver { source, .. } => StoreError::BackupFile {
                file: to.to_path_buf(),
                source: std::io::Error::other(source),
            },
            error => error,
        })
}

/// Copies all tables of a server's database, as of one moment, into a new file.
async fn copy_server(address: &PostgresAddress, to: &Path) -> Result<Vec<Counted>, StoreError> {
    drop(fs::remove_file(to));
    let mut connection = postgres::open::connect(address).await?;
    let migrated = postgres::open::look(address, &mut connection).await?;
    if migrated == 0 {
        return Err(StoreError::NothingThere {
            place: address.shown().to_owned(),
        });
    }
    let mut source = Link::Postgres(connection, address.clone());
    source.begin_reading().await?;
    let mut connection = new_file(to).await.map_err(|error| StoreError::BackupFile {
        file: to.to_path_buf(),
        source: std::io::Error::other(error.to_string()),
    })?;
    // The migrations of both databases go by the same numbers: see `upkeep`.
    sqlite::open::MIGRATIONS
        .run_to(migrated, &mut connection)
        .await
        .map_err(|error| sqlite::fault::of_migration(to, migrated, error))?;
    let mut copy = Link::Sqlite(connection, to.to_path_buf());
    copy.run("BEGIN").await?;
    let copied = copy_all(&mut source, &mut copy).await?;
    copy.run("COMMIT").await?;
    source.close().await;
    copy.close().await;
    Ok(copied)
}

/// Copies every table; what was copied.
pub async fn copy_all(source: &mut Link, copy: &mut Link) -> Result<Vec<Counted>, StoreError> {
    let mut tables = Vec::new();
    for table in TABLES {
        let mut cursor = Cursor::new(source, table).await?;
        loop {
            let rows = cursor.next_page(source).await?;
            if rows.is_empty() {
                break;
            }
            copy.insert(table, &rows).await?;
        }
        tables.push(cursor.counted());
    }
    Ok(tables)
}

/// Verifies a database file wholly.
pub async fn check_file(file: &Path) -> Result<Contents, StoreError> {
    let mut link = Link::file(file).await?;
    let findings = link.texts("PRAGMA integrity_check(5)").await?;
    if findings != ["ok"] {
        return Err(StoreError::Corrupt {
            database: link.name(),
            findings,
        });
    }
    link.begin_reading().await?;
    let verified = verify(&mut link).await?;
    link.close().await;
    verified.sound(file.display().to_string())
}

/// # Errors
/// There is something.
pub fn must_be_free(file: &Path) -> Result<(), StoreError> {
    match fs::symlink_metadata(file) {
        Ok(_) => Err(StoreError::NotEmpty {
            place: file.display().to_string(),
        }),
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => Ok(()),
        Err(source) => Err(StoreError::BackupFile {
            file: file.to_path_buf(),
            source,
        }),
    }
}

/// The name of a copy that is not whole yet.
pub fn partial(file: &Path) -> PathBuf {
    let mut name = file.as_os_str().to_owned();
    name.push(".partial");
    PathBuf::from(name)
}

/// Brings a whole copy safely onto the disk and under its name; its size.
pub fn settle(partial: &Path, file: &Path) -> Result<u64, StoreError> {
    let failed = |source| StoreError::BackupFile {
        file: file.to_path_buf(),
        source,
    };
    must_be_free(file)?;
    let opened = File::options().write(true).open(partial).map_err(failed)?;
    opened.sync_all().map_err(failed)?;
    let bytes = opened.metadata().map_err(failed)?.len();
    fs::rename(partial, file).map_err(failed)?;
    // That the file is there must survive a power cut too. Where a folder cannot be synchronised (Windows) nothing can be
    // done.
    let folder = file
        .parent()
        .filter(|folder| !folder.as_os_str().is_empty());
    if let Ok(folder) = File::open(folder.unwrap_or(Path::new("."))) {
        drop(folder.sync_all());
    }
    Ok(bytes)
}
