//! The embedded database.

use std::collections::BTreeMap;
use std::path::Path;

use motcua_model::Text;
use sqlx::sqlite::SqliteConnection;
use sqlx::{Connection as _, Row as _};

use super::{Check, contents, guards, migrations, of_opening};
use crate::upkeep::link::Link;
use crate::{FILE_NAME, SqliteOptions, StoreError, sqlite};

pub async fn checks(folder: &Path) -> Vec<Check> {
    let file = folder.join(FILE_NAME);
    let mut checks = Vec::new();
    if file.exists() {
        data(folder, &file, &mut checks).await;
    } else {
        let place = folder.display().to_string();
        let error = StoreError::NothingThere { place };
        checks.push(Check::failed("connection", &error));
    }
    checks.extend(disk(folder, &file));
    checks
}

async fn data(folder: &Path, file: &Path, checks: &mut Vec<Check>) {
    if let Err(error) = sqlite::open::check_file(folder, file) {
        checks.push(of_opening(&error));
        return;
    }
    let applied = match sqlite::open::look(file, SqliteOptions::default()).await {
        Ok(applied) => applied,
        Err(error) => {
            checks.push(of_opening(&error));
            return;
        }
    };
    let name = file.display();
    checks.push(Check::good(
        "connection",
        format!("đọc và ghi được tệp `{name}`"),
        format!("the file `{name}` can be read and written"),
    ));
    checks.push(migrations(applied, sqlite::open::last_known()));
    let mut link = match Link::file(file).await {
        Ok(link) => link,
        Err(error) => {
            checks.push(Check::failed("connection", &error));
            return;
        }
    };
    checks.push(integrity(&mut link).await);
    if let Link::Sqlite(connection, _) = &mut link {
        checks.push(match structure(connection, applied).await {
            Ok(findings) => guards(&findings),
            Err(error) => Check::failed("guards", &sqlite::fault::of_query(file, error)),
        });
    }
    checks.extend(contents(&mut link).await);
    link.close().await;
}

async fn integrity(link: &mut Link) -> Check {
    let looked = async {
        let mut findings = link.texts("PRAGMA integrity_check(5)").await?;
        findings.retain(|finding| finding != "ok");
        findings.extend(
            link.texts(
                "SELECT format('%s row %s refers to nothing in %s', \"table\", rowid, parent) \
                 FROM pragma_foreign_key_check LIMIT 5",
            )
            .await?,
        );
        Ok::<_, StoreError>(findings)
    };
    match looked.await {
        Ok(findings) if findings.is_empty() => Check::good(
            "integrity",
            "cấu trúc bên trong của tệp nguyên vẹn",
            "the inside of the file is sound",
        ),
        Ok(findings) => Check::failed(
            "integrity",
            &StoreError::Corrupt {
                database: link.name(),
                findings,
            },
        ),
        Err(error) => Check::failed("integrity", &error),
    }
}

/// What differs from a database made afresh by the same migrations.
async fn structure(
    connection: &mut SqliteConnection,
    applied: i64,
) -> Result<Vec<Text>, sqlx::Error> {
    let mut fresh = SqliteConnection::connect("sqlite::memory:").await?;
    sqlite::open::MIGRATIONS
        .run_to(applied, &mut fresh)
        .await
        .map_err(|error| sqlx::Error::Migrate(Box::new(error)))?;
    let (expected, mut found) = (schema(&mut fresh).await?, schema(connection).await?);
    let mut findings = Vec::new();
    for (name, (kind, sql)) in &expected {
        match found.remove(name) {
            None => findings.push(Text::new(
                format!("thiếu `{name}` ({kind})"),
                format!("the {kind} `{name}` is missing"),
            )),
            Some((_, other)) if other != *sql => findings.push(Text::new(
                format!("`{name}` ({kind}) đã bị sửa"),
                format!("the {kind} `{name}` was changed"),
            )),
            Some(_) => {}
        }
    }
    // A trigger that somebody has added could do anything; another table or index does no harm.
    findings.extend(
        found
            .iter()
            .filter(|(_, (kind, _))| kind == "trigger")
            .map(|(name, _)| {
                Text::new(
                    format!("có thêm trigger lạ `{name}`"),
                    format!("there is a trigger `{name}` that is not ours"),
                )
            }),
    );
    Ok(findings)
}

/// Kind and definition of everything, by name; but for what SQLite and the list of migrations make for themselves.
async fn schema(
    connection: &mut SqliteConnection,
) -> Result<BTreeMap<String, (String, Option<String>)>, sqlx::Error> {
    let rows = sqlx::query("SELECT name, type, sql FROM sqlite_schema")
        .fetch_all(connection)
        .await?;
    let mut schema = BTreeMap::new();
    for row in rows {
        let name: String = row.try_get("name")?;
        if !name.starts_with("sqlite_") && !name.starts_with("_sqlx_") {
            schema.insert(name, (row.try_get("type")?, row.try_get("sql")?));
        }
    }
    Ok(schema)
}

/// Room for a day or two of decisions, and for the copy that a backup makes.
#[cfg(unix)]
fn disk(folder: &Path, file: &Path) -> Option<Check> {
    const LITTLE: u64 = 1 << 30;
    const TOO_LITTLE: u64 = 100 << 20;
    let disk = rustix::fs::statvfs(folder).ok()?;
    let free = disk.f_bavail.saturating_mul(disk.f_frsize);
    let used = std::fs::metadata(file).map_or(0, |metadata| metadata.len());
    let (free_mib, used_mib) = (free >> 20, used >> 20);
    let found = Text::new(
        format!("ổ đĩa còn trống {free_mib} MiB; cơ sở dữ liệu chiếm {used_mib} MiB"),
        format!("{free_mib} MiB are free on the disk; the database takes {used_mib} MiB"),
    );
    let way_out = || {
        Some(Text::new(
            "Hãy giải phóng chỗ trên ổ đĩa, hoặc chuyển thư mục dữ liệu sang ổ đĩa lớn hơn.",
            "Free some space on the disk, or move the data folder to a larger one.",
        ))
    };
    Some(if free < TOO_LITTLE {
        Check::bad("disk", found, way_out())
    } else if free < LITTLE.max(used) {
        Check::warning("disk", found, way_out())
    } else {
        Check::good("disk", found.vi, found.en)
    })
}

#[cfg(not(unix))]
fn disk(_: &Path, _: &Path) -> Option<Check> {
    None
}
