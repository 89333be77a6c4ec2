//! Where the data is: a folder of this machine, or a database of a PostgreSQL server.

use std::fmt;
use std::path::PathBuf;
use std::str::FromStr;
use std::sync::Arc;

use motcua_model::Text;
use sqlx::postgres::PgConnectOptions;

use crate::{PostgresStore, SqliteStore, Store, StoreError};

/// Where the data is. Written as the name of a folder, or as `postgres://user:password@host:port/name`.
#[derive(Clone, Debug)]
pub enum Place {
    /// A folder of this machine, with the embedded database in it.
    Folder(PathBuf),
    /// A database of a PostgreSQL server.
    Postgres(PostgresAddress),
}

/// The address of a database of a PostgreSQL server. Shows itself without the password.
#[derive(Clone)]
pub struct PostgresAddress {
    options: Arc<PgConnectOptions>,
    shown: String,
}

impl PostgresAddress {
    /// How to connect.
    pub(crate) fn options(&self) -> &PgConnectOptions {
        &self.options
    }

    /// The address without the password.
    pub fn shown(&self) -> &str {
        &self.shown
    }
}

impl fmt::Debug for PostgresAddress {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.shown)
    }
}

impl FromStr for PostgresAddress {
    type Err = StoreError;

    fn from_str(text: &str) -> Result<Self, StoreError> {
        // What the parser says is not passed on: it may quote what it could not read, and that may be the password.
        let options = PgConnectOptions::from_str(text).map_err(|_| StoreError::NoPlace {
            why: Text::new(
                "nó bắt đầu như địa chỉ của một cơ sở dữ liệu PostgreSQL, nhưng không đọc được (trong mật khẩu, hãy viết \
                 @ : / ? # % thành %40 %3A %2F %3F %23 %25)",
                "it begins like the address of a PostgreSQL database, but cannot be read as one (in a password, write \
                 @ : / ? # % as %40 %3A %2F %3F %23 %25)",
            ),
        })?;
        let host = match options.get_socket() {
            Some(socket) => socket.display().to_string(),
            None => options.get_host().to_owned(),
        };
        let shown = format!(
            "postgres://{}@{host}:{}/{}",
            options.get_username(),
            options.get_port(),
            options.get_database().unwrap_or(options.get_username()),
        );
        Ok(Self {
            options: Arc::new(options),
            shown,
        })
    }
}

impl FromStr for Place {
    type Err = StoreError;

    fn from_str(text: &str) -> Result<Self, StoreError> {
        let no = |vi: &str, en: &str| StoreError::NoPlace {
            why: Text::new(vi, en),
        };
        match text.split_once("://") {
            Some(("postgres" | "postgresql", _)) => text.parse().map(Self::Postgres),
            Some(_) => Err(no(
                "chỉ nhận địa chỉ postgres://",
                "only postgres:// addresses are known",
            )),
            None if text.trim().is_empty() => Err(no("để trống", "it is empty")),
            None => Ok(Self::Folder(PathBuf::from(text))),
        }
    }
}

impl fmt::Display for Place {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Folder(folder) => write!(f, "{}", folder.display()),
            Self::Postgres(address) => f.write_str(address.shown()),
        }
    }
}

/// Migrations that were applied to a database: none is 0.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Migrated {
    /// The last one before.
    pub from: i64,
    /// The last one now.
    pub to: i64,
}

/// Opens the database there, or makes it, and applies the migrations that are missing.
///
/// # Errors
/// Every [`StoreError`] but `Closed`; the database is then as it was.
pub async fn open(place: &Place) -> Result<Arc<dyn Store>, StoreError> {
    Ok(match place {
        Place::Folder(folder) => Arc::new(SqliteStore::open(folder).await?),
        Place::Postgres(address) => Arc::new(PostgresStore::open(address).await?),
    })
}

/// Applies the migrations that are missing, as opening does, and tells which.
///
/// # Errors
/// As [`open`].
pub async fn migrate(place: &Place) -> Result<Migrated, StoreError> {
    match place {
        Place::Folder(folder) => {
            let store = SqliteStore::open(folder).await?;
            let migrated = store.migrated();
            store.close().await?;
            Ok(migrated)
        }
        Place::Postgres(address) => {
            let store = PostgresStore::open(address).await?;
            let migrated = store.migrated();
            store.close().await?;
            Ok(migrated)
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_password_is_ever_shown() {
        let place: Place = "postgres://an:ba%40mat@db.example:5433/motcua"
            .parse()
            .unwrap();
        for shown in [place.to_string(), format!("{place:?}")] {
            assert!(
                shown.contains("postgres://an@db.example:5433/motcua"),
                "{shown}"
            );
            assert!(!shown.contains("mat"), "{shown}");
        }
        for bad in [
            "postgres://an:secret@db:port/x",
            "postgres://an:secret@[db/x",
            "mysql://an:secret@db/x",
            "postgres://an:secret@db/x?sslmode=secret",
        ] {
            let error = bad.parse::<Place>().expect_err(bad);
            let text = error.text();
            for message in [text.vi, text.en, format!("{error:?}")] {
                assert!(!message.contains("secret"), "{message}");
            }
        }
    }

    #[test]
    fn anything_else_is_a_folder() {
        for folder in ["data", "./postgres", "/var/lib/motcua", "C:\\motcua"] {
            assert!(matches!(folder.parse(), Ok(Place::Folder(_))), "{folder}");
        }
        assert!("".parse::<Place>().is_err());
    }
}
