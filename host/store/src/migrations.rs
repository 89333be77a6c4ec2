//! What holds of the migrations of both databases.

use sqlx::migrate::Migrator;

use crate::StoreError;

/// The last one this program carries.
pub fn last(migrations: &Migrator) -> i64 {
    migrations
        .iter()
        .map(|migration| migration.version)
        .max()
        .unwrap_or(0)
}

/// Every migration applied must be one that we carry, unchanged.
pub fn check(
    migrations: &Migrator,
    database: &str,
    applied: &[(i64, Vec<u8>)],
) -> Result<(), StoreError> {
    let known = last(migrations);
    if let Some(&(found, _)) = applied.last()
        && found > known
    {
        return Err(StoreError::Newer {
            database: database.to_owned(),
            known,
            found,
        });
    }
    for (version, checksum) in applied {
        let same = migrations
            .iter()
            .any(|ours| ours.version == *version && *ours.checksum == **checksum);
        if !same {
            return Err(StoreError::Altered {
                database: database.to_owned(),
                migration: *version,
            });
        }
    }
    Ok(())
}
