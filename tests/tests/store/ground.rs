//! An empty database of either kind to stand on, and records to put into it.

use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use motcua_model::{Date, Moment};
use motcua_store::chain::Verifier;
use motcua_store::{
    Appended, DECISION_RECORDED, Deed, DeedRecord, Digest, FILE_NAME, NewDecision, NewDeed,
    NewVersion, Place, Store,
};
use sqlx::sqlite::SqliteConnectOptions;
use sqlx::{ConnectOptions as _, Connection as _, PgConnection};
use tests::postgres;

/// Longer than any test waits.
pub const FOREVER: Duration = Duration::from_secs(600);
/// Whatever takes longer hangs, on however busy a machine.
pub const HANGS: Duration = Duration::from_secs(120);

/// Makes of each named test one for each database.
macro_rules! on_both {
    ($($name:ident),+ $(,)?) => {
        mod sqlite {
            $(#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
            async fn $name() {
                super::$name(crate::ground::Ground::sqlite()).await;
            })+
        }
        mod postgres {
            $(#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
            async fn $name() {
                super::$name(crate::ground::Ground::postgres()).await;
            })+
        }
    };
}
pub(crate) use on_both;

/// An empty database of its own.
pub enum Ground {
    Sqlite(tempfile::TempDir),
    Postgres(String),
}

impl Ground {
    pub fn sqlite() -> Self {
        Self::Sqlite(tempfile::tempdir().unwrap())
    }

    pub fn postgres() -> Self {
        Self::Postgres(postgres::shared().database().unwrap())
    }

    pub fn place(&self) -> Place {
        match self {
            Self::Sqlite(folder) => Place::Folder(folder.path().to_path_buf()),
            Self::Postgres(address) => address.parse().unwrap(),
        }
    }

    /// A store of its own, as another host would have.
    pub async fn open(&self) -> Arc<dyn Store> {
        motcua_store::open(&self.place()).await.unwrap()
    }

    /// Runs SQL as any tool would.
    pub async fn by_hand(&self, sql: &str) -> Result<u64, sqlx::Error> {
        let sql = sqlx::AssertSqlSafe(sql.to_owned());
        match self {
            Self::Sqlite(folder) => by_hand_in(folder.path(), sql).await,
            Self::Postgres(address) => {
                let mut tool = PgConnection::connect(address).await?;
                let done = sqlx::raw_sql(sql).execute(&mut tool).await?;
                tool.close().await?;
                Ok(done.rows_affected())
            }
        }
    }

    /// Takes a guard away, as somebody with all rights could.
    pub async fn drop_trigger(&self, table: &str, trigger: &str) {
        let sql = match self {
            Self::Sqlite(_) => format!("DROP TRIGGER {trigger}"),
            Self::Postgres(_) => format!("DROP TRIGGER {trigger} ON {table}"),
        };
        self.by_hand(&sql).await.unwrap();
    }

    /// A byte, written as this database wants it.
    pub const fn a_byte(&self) -> &'static str {
        match self {
            Self::Sqlite(_) => "x'00'",
            Self::Postgres(_) => "'\\x00'::bytea",
        }
    }
}

async fn by_hand_in(folder: &Path, sql: sqlx::AssertSqlSafe<String>) -> Result<u64, sqlx::Error> {
    let mut tool = SqliteConnectOptions::new()
        .filename(folder.join(FILE_NAME))
        .connect()
        .await?;
    let done = sqlx::raw_sql(sql).execute(&mut tool).await?;
    tool.close().await?;
    Ok(done.rows_affected())
}

pub fn day(text: &str) -> Date {
    text.parse().unwrap()
}

pub fn moment(text: &str) -> Moment {
    text.parse().unwrap()
}

pub fn version(component: &[u8]) -> NewVersion<'_> {
    NewVersion {
        component,
        code: "1.003868",
        slug: "licence-to-publish-non-commercial-material",
        valid_from: day("2013-07-01"),
        valid_to: None,
        contract: "motcua:procedure@1.0.0",
        engine: "wasmtime 48.0.8",
        compiled_from: None,
        first_seen_at: moment("2026-11-21T08:00"),
    }
}

/// A governing entry.
pub fn deed(kind: &str) -> NewDeed<'_> {
    NewDeed {
        kind,
        subject: "1.003868",
        who: "nguyễn an",
        at: moment("2026-11-21T08:00"),
        body: r#"{"why":"thông tư mới"}"#,
        governs: true,
    }
}

/// A decision by the component `one`.
pub fn decision<'a>(id: &'a str, key: Option<&'a str>, request: &[u8]) -> NewDecision<'a> {
    NewDecision {
        id,
        code: "1.003868",
        component: Digest::of(b"one"),
        key,
        request: Digest::of(request),
        receipt: r#"{"verdict":"eligible"}"#,
        facts: b"sealed facts",
        answer: b"sealed answer",
        entry: NewDeed {
            kind: DECISION_RECORDED,
            subject: id,
            who: "portal",
            governs: false,
            ..deed("")
        },
    }
}

pub async fn append(store: &dyn Store, entries: &[NewDeed<'_>]) -> Vec<DeedRecord> {
    let deed = Deed {
        entries,
        ..Deed::default()
    };
    match store.append(deed).await.unwrap() {
        Appended::Done(entries) => entries,
        Appended::Overtaken => panic!("overtaken by nobody"),
    }
}

/// Verifies the whole chain; answers how many entries there are.
pub async fn verify(store: &dyn Store) -> u64 {
    let mut verifier = Verifier::default();
    loop {
        let entries = store.deeds(verifier.head().0, 100, false).await.unwrap();
        if entries.is_empty() {
            break;
        }
        for entry in &entries {
            verifier.next(entry).unwrap();
        }
    }
    assert_eq!(verifier.head(), store.head().await.unwrap());
    verifier.head().0
}
