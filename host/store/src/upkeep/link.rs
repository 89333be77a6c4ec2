//! A connection to either database that reads and adds rows of any table.

use std::path::{Path, PathBuf};
use std::time::Duration;

use sqlx::query_builder::Separated;
use sqlx::sqlite::{SqliteConnectOptions, SqliteConnection, SqliteJournalMode, SqliteSynchronous};
use sqlx::{ConnectOptions as _, Connection as _, PgConnection, QueryBuilder};

use super::tables::{Kind, Table, Value, Values};
use crate::rows::Columns;
use crate::{PostgresAddress, StoreError, postgres, sqlite};

/// How long to wait for another program that writes.
const BUSY: Duration = Duration::from_secs(10);

pub enum Link {
    Sqlite(SqliteConnection, PathBuf),
    Postgres(PgConnection, PostgresAddress),
}

impl Link {
    /// A database file that is there.
    pub async fn file(file: &Path) -> Result<Self, StoreError> {
        let connection = open_file(file).await?;
        Ok(Self::Sqlite(connection, file.to_path_buf()))
    }

    /// A database of a server.
    pub async fn server(address: &PostgresAddress) -> Result<Self, StoreError> {
        let connection = postgres::open::connect(address).await?;
        Ok(Self::Postgres(connection, address.clone()))
    }

    /// Says goodbye. What was to be kept was kept before.
    pub async fn close(self) {
        match self {
            Self::Sqlite(connection, _) => drop(connection.close().await),
            Self::Postgres(connection, _) => drop(connection.close().await),
        }
    }

    /// How it is called in messages.
    pub fn name(&self) -> String {
        match self {
            Self::Sqlite(_, file) => file.display().to_string(),
            Self::Postgres(_, address) => address.shown().to_owned(),
        }
    }

    /// Begins to read everything as it is at one moment.
    pub async fn begin_reading(&mut self) -> Result<(), StoreError> {
        match self {
            Self::Sqlite(..) => self.run("BEGIN").await,
            Self::Postgres(..) => {
                self.run("BEGIN ISOLATION LEVEL REPEATABLE READ, READ ONLY")
                    .await
            }
        }
    }

    /// Begins to write, once no host does.
    pub async fn begin_writing(&mut self) -> Result<(), StoreError> {
        match self {
            Self::Sqlite(..) => self.run("BEGIN IMMEDIATE").await,
            Self::Postgres(connection, address) => {
                let fault = |error| postgres::fault::of_query(address, error);
                sqlx::query("BEGIN")
                    .execute(&mut *connection)
                    .await
                    .map_err(fault)?;
                sqlx::query("SELECT pg_advisory_xact_lock($1)")
                    .bind(postgres::WRITERS_LOCK)
                    .execute(connection)
                    .await
                    .map(drop)
                    .map_err(fault)
            }
        }
    }

    /// Runs one statement.
    pub async fn run(&mut self, sql: &'static str) -> Result<(), StoreError> {
        match self {
            Self::Sqlite(connection, file) => sqlx::raw_sql(sql)
                .execute(connection)
                .await
                .map(drop)
                .map_err(|error| sqlite::fault::of_query(file, error)),
            Self::Postgres(connection, address) => sqlx::raw_sql(sql)
                .execute(connection)
                .await
                .map(drop)
                .map_err(|error| postgres::fault::of_query(address, error)),
        }
    }

    /// Texts that a statement answers, one a row.
    pub async fn texts(&mut self, sql: &'static str) -> Result<Vec<String>, StoreError> {
        match self {
            Self::Sqlite(connection, file) => sqlx::query_scalar(sql)
                .fetch_all(connection)
                .await
                .map_err(|error| sqlite::fault::of_query(file, error)),
            Self::Postgres(connection, address) => sqlx::query_scalar(sql)
                .fetch_all(connection)
                .await
                .map_err(|error| postgres::fault::of_query(address, error)),
        }
    }

    /// Whether there is such a table: an older database lacks the later ones.
    pub async fn has(&mut self, table: &Table) -> Result<bool, StoreError> {
        let tables = match self {
            Self::Sqlite(..) => "SELECT name FROM sqlite_schema WHERE type = 'table'",
            Self::Postgres(..) => {
                "SELECT relname::text FROM pg_class WHERE relnamespace = to_regnamespace(current_schema()) \
                 AND relkind = 'r'"
            }
        };
        Ok(self
            .texts(tables)
            .await?
            .iter()
            .any(|name| name == table.name))
    }

    /// The next rows by key, after the key of this row.
    pub async fn page(
        &mut self,
        table: &Table,
        after: Option<&Values>,
    ) -> Result<Vec<Values>, StoreError> {
        // The same statement, written for the one and for the other.
        match self {
            Self::Sqlite(connection, file) => {
                let mut query = QueryBuilder::new("");
                query.push(select(table));
                if let Some(after) = after {
                    query.push(beyond(table));
                    let mut key = query.separated(", ");
                    for (value, (_, kind)) in after.iter().zip(table.columns).take(table.key) {
                        bind_sqlite(&mut key, value, *kind);
                    }
                    query.push(")");
                }
                let rows = query
                    .push(in_order(table))
                    .build()
                    .persistent(false)
                    .fetch_all(connection)
                    .await
                    .map_err(|error| sqlite::fault::of_query(file, error))?;
                rows.iter().map(|row| read(table, row)).collect()
            }
            Self::Postgres(connection, address) => {
                let mut query = QueryBuilder::new("");
                query.push(select(table));
                if let Some(after) = after {
                    query.push(beyond(table));
                    let mut key = query.separated(", ");
                    for (value, (_, kind)) in after.iter().zip(table.columns).take(table.key) {
                        bind_postgres(&mut key, value, *kind);
                    }
                    query.push(")");
                }
                let rows = query
                    .push(in_order(table))
                    .build()
                    .fetch_all(connection)
                    .await
                    .map_err(|error| postgres::fault::of_query(address, error))?;
                rows.iter().map(|row| read(table, row)).collect()
            }
        }
    }

    /// Adds rows.
    pub async fn insert(&mut self, table: &Table, rows: &[Values]) -> Result<(), StoreError> {
        if rows.is_empty() {
            return Ok(());
        }
        let into = format!("INSERT INTO {} ({}) ", table.name, names(table.columns));
        match self {
            Self::Sqlite(connection, file) => QueryBuilder::new(into)
                .push_values(rows, |mut row, values| {
                    for (value, (_, kind)) in values.iter().zip(table.columns) {
                        bind_sqlite(&mut row, value, *kind);
                    }
                })
                .build()
                .execute(connection)
                .await
                .map(drop)
                .map_err(|error| sqlite::fault::of_query(file, error)),
            Self::Postgres(connection, address) => QueryBuilder::new(into)
                .push_values(rows, |mut row, values| {
                    for (value, (_, kind)) in values.iter().zip(table.columns) {
                        bind_postgres(&mut row, value, *kind);
                    }
                })
                .build()
                .execute(connection)
                .await
                .map(drop)
                .map_err(|error| postgres::fault::of_query(address, error)),
        }
    }
}

/// A database file that is there, as it is: nothing about it is changed by opening.
pub async fn open_file(file: &Path) -> Result<SqliteConnection, StoreError> {
    connect(file, SqliteConnectOptions::new()).await
}

/// A new file to be filled: not yet safe against a power cut, but one file without a log.
pub async fn new_file(file: &Path) -> Result<SqliteConnection, StoreError> {
    let options = SqliteConnectOptions::new()
        .create_if_missing(true)
        .journal_mode(SqliteJournalMode::Delete)
        .synchronous(SqliteSynchronous::Off);
    connect(file, options).await
}

async fn connect(
    file: &Path,
    options: SqliteConnectOptions,
) -> Result<SqliteConnection, StoreError> {
    options
        .filename(file)
        .busy_timeout(BUSY)
        .foreign_keys(true)
        .connect()
        .await
        .map_err(|error| sqlite::fault::of_query(file, error))
}

fn names(columns: &[(&str, Kind)]) -> String {
    let names: Vec<&str> = columns.iter().map(|(name, _)| *name).collect();
    names.join(", ")
}

fn select(table: &Table) -> String {
    format!("SELECT {} FROM {}", names(table.columns), table.name)
}

fn beyond(table: &Table) -> String {
    format!(" WHERE ({}) > (", names(&table.columns[..table.key]))
}

fn in_order(table: &Table) -> String {
    let key = names(&table.columns[..table.key]);
    format!(" ORDER BY {key} LIMIT {}", table.page)
}

fn bind_sqlite(row: &mut Separated<'_, sqlx::Sqlite, &'static str>, value: &Value, kind: Kind) {
    match (value, kind) {
        (Value::Text(text), _) => row.push_bind(text.clone()),
        (Value::Number(number), _) => row.push_bind(*number),
        (Value::Flag(flag), _) => row.push_bind(i64::from(*flag)),
        (Value::Bytes(bytes), _) => row.push_bind(bytes.clone()),
        (Value::Nothing, _) => row.push("NULL"),
    };
}

fn bind_postgres(row: &mut Separated<'_, sqlx::Postgres, &'static str>, value: &Value, kind: Kind) {
    match (value, kind) {
        (Value::Text(text), _) => row.push_bind(text.clone()),
        (Value::Number(number), _) => row.push_bind(*number),
        (Value::Flag(flag), _) => row.push_bind(*flag),
        (Value::Bytes(bytes), _) => row.push_bind(bytes.clone()),
        // Several rows in one statement: the type of a column must be the same in each.
        (Value::Nothing, Kind::Text) => row.push_bind(None::<String>),
        (Value::Nothing, Kind::Number) => row.push_bind(None::<i64>),
        (Value::Nothing, Kind::Flag) => row.push_bind(None::<bool>),
        (Value::Nothing, Kind::Bytes) => row.push_bind(None::<Vec<u8>>),
    };
}

fn read(table: &Table, row: &dyn Columns) -> Result<Values, StoreError> {
    let mut values = Values::with_capacity(table.columns.len());
    for (name, kind) in table.columns {
        let value = match kind {
            Kind::Text => row.text(name).map(|text| text.map(Value::Text)),
            Kind::Number => row.integer(name).map(|number| number.map(Value::Number)),
            Kind::Flag => row.flag(name).map(|flag| flag.map(Value::Flag)),
            Kind::Bytes => row.bytes(name).map(|bytes| bytes.map(Value::Bytes)),
        };
        values.push(
            value
                .map_err(|error| StoreError::Inconsistent {
                    table: table.name,
                    key: key(&values),
                    what: format!("{name}: {error}"),
                })?
                .unwrap_or(Value::Nothing),
        );
    }
    Ok(values)
}

/// The first value of a row, as messages name it.
fn key(values: &[Value]) -> String {
    match values.first() {
        Some(Value::Number(number)) => number.to_string(),
        Some(value) => value.text().to_owned(),
        None => "?".to_owned(),
    }
}
