//! Brings a backup into an empty database.

use std::fs::{self, File};
use std::path::Path;

use super::backup::{check_file, copy_all, must_be_free, partial, settle, vacuum_into};
use super::link::Link;
use super::tables::TABLES;
use super::verify::{Contents, verify};
use crate::{
    FILE_NAME, Place, PostgresAddress, SqliteOptions, StoreError, migrate, postgres, sqlite,
};

/// A backup that was restored.
#[derive(Clone, Debug)]
pub struct Restored {
    /// What the database holds now: what the backup held.
    pub contents: Contents,
}

/// Brings a backup into a database that is empty or not there yet. The backup is verified before anything is written, and
/// the database before it counts: it is restored wholly and the same, or not at all. An older backup is then migrated.
///
/// # Errors
/// The file is no backup, or damaged; there is data already; the place cannot be used.
pub async fn restore(from: &Path, to: &Place) -> Result<Restored, StoreError> {
    let migrated = look(from).await?;
    let contents = check_file(from).await?;
    match to {
        Place::Folder(folder) => into_folder(from, folder, &contents).await?,
        Place::Postgres(address) => into_server(from, address, migrated, &contents).await?,
    }
    migrate(to).await?;
    Ok(Restored { contents })
}

/// The last migration of a backup.
async fn look(file: &Path) -> Result<i64, StoreError> {
    let failed = |source| StoreError::BackupFile {
        file: file.to_path_buf(),
        source,
    };
    let metadata = File::open(file)
        .and_then(|opened| opened.metadata())
        .map_err(failed)?;
    let migrated = if metadata.is_file() && metadata.len() > 0 {
        sqlite::open::look(file, SqliteOptions::default()).await?
    } else {
        0
    };
    if migrated == 0 {
        return Err(StoreError::NotADatabase {
            file: file.to_path_buf(),
        });
    }
    Ok(migrated)
}

async fn into_folder(from: &Path, folder: &Path, expected: &Contents) -> Result<(), StoreError> {
    let file = folder.join(FILE_NAME);
    must_be_free(&file)?;
    sqlite::open::check_file(folder, &file)?;
    let partial = partial(&file);
    let result = async {
        vacuum_into(from, &partial).await?;
        let contents = check_file(&partial).await?;
        contents.must_equal(&expected.tables, &file.display().to_string())?;
        settle(&partial, &file).map(drop)
    }
    .await;
    if result.is_err() {
        // Half a copy helps nobody. It may not even be there.
        drop(fs::remove_file(&partial));
    }
    result
}

async fn into_server(
    from: &Path,
    address: &PostgresAddress,
    migrated: i64,
    expected: &Contents,
) -> Result<(), StoreError> {
    let mut connection = postgres::open::connect(address).await?;
    if postgres::open::look(address, &mut connection).await? == 0 {
        postgres::open::MIGRATIONS
            .run_to(migrated, &mut connection)
            .await
            .map_err(|error| postgres::fault::of_migration(address, migrated, error))?;
    }
    let mut copy = Link::Postgres(connection, address.clone());
    copy.begin_writing().await?;
    for table in TABLES {
        if copy.has(table).await? && !copy.page(table, None).await?.is_empty() {
            return Err(StoreError::NotEmpty {
                place: address.shown().to_owned(),
            });
        }
    }
    let mut source = Link::file(from).await?;
    source.begin_reading().await?;
    let copied = copy_all(&mut source, &mut copy).await?;
    source.close().await;
    let contents = verify(&mut copy).await?.sound(copy.name())?;
    contents.must_equal(&copied, address.shown())?;
    contents.must_equal(&expected.tables, address.shown())?;
    copy.run("COMMIT").await?;
    copy.close().await;
    Ok(())
}
