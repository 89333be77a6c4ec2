//! What can go wrong with the database, told to the operator in `text`: what it is, that nothing was changed, and a way out.

mod system;
mod text;

use std::error::Error;
use std::fmt;
use std::path::PathBuf;

use motcua_model::Text;

pub use system::of_system;

/// Why something could not be kept or read. On each of these the database is left as it was.
#[derive(Debug)]
pub enum StoreError {
    /// The data folder is missing and cannot be made, or is not a folder.
    NoFolder {
        /// The data folder.
        folder: PathBuf,
        /// What the operating system says.
        source: std::io::Error,
    },
    /// No file can be created in the data folder.
    FolderNotWritable {
        /// The data folder.
        folder: PathBuf,
        /// What the operating system says.
        source: std::io::Error,
    },
    /// The database file may be read, but not written.
    ReadOnly {
        /// The database file.
        file: PathBuf,
    },
    /// The database file may not even be read.
    Unreadable {
        /// The database file.
        file: PathBuf,
        /// What the operating system says.
        source: std::io::Error,
    },
    /// There is a file of that name, and it is no database.
    NotADatabase {
        /// The file.
        file: PathBuf,
    },
    /// There is a database of that name, and another program made it.
    AnotherProgram {
        /// The file.
        file: PathBuf,
    },
    /// The database is damaged.
    Corrupt {
        /// Which database: its file, or its address without the password.
        database: String,
        /// What the check found, line by line, at most a few lines.
        findings: Vec<String>,
    },
    /// A later version of motcua has changed the database in a way that this one does not know.
    Newer {
        /// Which database: its file, or its address without the password.
        database: String,
        /// The last migration this program knows.
        known: i64,
        /// The last migration found.
        found: i64,
    },
    /// A migration that was applied is not the one this program carries under the same number.
    Altered {
        /// Which database: its file, or its address without the password.
        database: String,
        /// The number of the migration.
        migration: i64,
    },
    /// No room left.
    DiskFull {
        /// Which database: its file, or its address without the password.
        database: String,
    },
    /// Another program holds the database locked longer than we wait.
    Locked {
        /// Which database: its file, or its address without the password.
        database: String,
    },
    /// The file system cannot do what the database needs to be safe (WAL: shared memory and locks).
    NoWal {
        /// The database file.
        file: PathBuf,
    },
    /// The database does not answer now. What was being done is not kept, unless the connection broke in the very moment
    /// of keeping it: whoever needs to know asks again.
    Unavailable {
        /// Its address, without the password.
        database: String,
        /// What was noticed.
        why: String,
    },
    /// The server of the database cannot be reached.
    CannotConnect {
        /// Its address, without the password.
        database: String,
        /// What the operating system or the driver says.
        why: String,
    },
    /// The server of the database does not let this user in.
    WrongPassword {
        /// Its address, without the password.
        database: String,
        /// What the server says.
        why: String,
    },
    /// There is no such database on the server.
    NoDatabase {
        /// Its address, without the password.
        database: String,
        /// Its name.
        name: String,
    },
    /// The server is older than what the migrations are written for.
    TooOld {
        /// Its address, without the password.
        database: String,
        /// Its version.
        found: String,
    },
    /// A pooler stands before the server and gives each transaction another session.
    Pooled {
        /// Its address, without the password.
        database: String,
    },
    /// The database cannot hold every letter of Vietnamese.
    NotUtf8 {
        /// Its address, without the password.
        database: String,
        /// Its encoding.
        found: String,
    },
    /// The user may not do what is needed.
    NotAllowed {
        /// Its address, without the password.
        database: String,
        /// What the server says.
        why: String,
    },
    /// There are tables of another program in the database.
    Foreign {
        /// Its address, without the password.
        database: String,
    },
    /// A text that names neither a folder nor a PostgreSQL database. The text itself may hold a password: it is not shown.
    NoPlace {
        /// What is wrong with it.
        why: Text,
    },
    /// There is something already where a backup should be written or restored to.
    NotEmpty {
        /// The file or the database.
        place: String,
    },
    /// There is no data of motcua where it was looked for.
    NothingThere {
        /// The folder or the database.
        place: String,
    },
    /// What was copied does not equal what it was copied from.
    NotTheSame {
        /// The copy.
        place: String,
        /// The first table that differs.
        table: &'static str,
    },
    /// A file of a backup could not be written or read.
    BackupFile {
        /// The file.
        file: PathBuf,
        /// What the operating system says.
        source: std::io::Error,
    },
    /// The store has been closed: the host is stopping.
    Closed,
    /// A row does not say what it should. A fault of the program or of somebody who edited the file by hand.
    Inconsistent {
        /// The table.
        table: &'static str,
        /// The row's key.
        key: String,
        /// What is wrong.
        what: String,
    },
    /// What was to be kept cannot be kept by anyone: a fault of the program.
    Unfit {
        /// What is wrong with it.
        what: String,
    },
    /// Anything else the database driver says.
    Driver {
        /// Which database: its file, or its address without the password.
        database: String,
        /// What the driver says.
        source: Box<dyn Error + Send + Sync>,
    },
}

impl StoreError {
    /// Whether the same call may succeed a little later, with nobody doing anything.
    pub const fn is_passing(&self) -> bool {
        matches!(self, Self::Locked { .. } | Self::Unavailable { .. })
    }
}

impl fmt::Display for StoreError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.text().en)
    }
}

impl Error for StoreError {
    fn source(&self) -> Option<&(dyn Error + 'static)> {
        match self {
            Self::NoFolder { source, .. }
            | Self::FolderNotWritable { source, .. }
            | Self::Unreadable { source, .. }
            | Self::BackupFile { source, .. } => Some(source),
            Self::Driver { source, .. } => Some(&**source),
            _ => None,
        }
    }
}
