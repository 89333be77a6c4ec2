//! PostgreSQL.

use std::collections::BTreeSet;

use motcua_model::Text;
use sqlx::PgConnection;

use super::{Check, contents, guards, migrations, of_opening};
use crate::upkeep::link::Link;
use crate::{PostgresAddress, StoreError, postgres};

pub async fn checks(address: &PostgresAddress) -> Vec<Check> {
    let mut checks = Vec::new();
    let mut link = match Link::server(address).await {
        Ok(link) => link,
        Err(error) => return vec![of_opening(&error)],
    };
    if let Link::Postgres(connection, _) = &mut link {
        match postgres::open::look(address, connection).await {
            Ok(0) => {
                let place = address.shown().to_owned();
                let error = StoreError::NothingThere { place };
                checks.push(Check::failed("connection", &error));
                return checks;
            }
            Ok(applied) => {
                let database = address.shown();
                checks.push(Check::good(
                    "connection",
                    format!("kết nối được với `{database}`"),
                    format!("connected to `{database}`"),
                ));
                checks.push(migrations(applied, postgres::open::last_known()));
                let rest = async {
                    Ok([
                        server(connection).await?,
                        integrity(connection).await?,
                        structure(connection, applied).await?,
                    ])
                };
                match rest.await {
                    Ok(rest) => checks.extend(rest),
                    Err(error) => {
                        let error = postgres::fault::of_query(address, error);
                        checks.push(Check::failed("server", &error));
                    }
                }
            }
            Err(error) => {
                checks.push(of_opening(&error));
                return checks;
            }
        }
    }
    checks.extend(contents(&mut link).await);
    link.close().await;
    checks
}

/// Settings under which what was acknowledged may be lost.
async fn server(connection: &mut PgConnection) -> Result<Check, sqlx::Error> {
    let (version, sync, pages): (String, String, String) = sqlx::query_as(
        "SELECT current_setting('server_version'), current_setting('fsync'), current_setting('full_page_writes')",
    )
    .fetch_one(connection)
    .await?;
    let findings: Vec<Text> = [("fsync", sync), ("full_page_writes", pages)]
        .iter()
        .filter(|(_, value)| value != "on")
        .map(|(name, _)| Text::new(format!("`{name}` bị tắt"), format!("`{name}` is off")))
        .collect();
    Ok(Check::of(
        "server",
        &findings,
        Text::new(
            format!("PostgreSQL {version}, ghi xuống đĩa an toàn"),
            format!("PostgreSQL {version}, writes safely to its disk"),
        ),
        Text::new(
            "Mất điện có thể làm hỏng dữ liệu. Hãy bật lại các thiết lập này trong postgresql.conf.",
            "A power cut may damage the data. Turn these settings on again in postgresql.conf.",
        ),
    ))
}

/// Indexes that the server itself does not trust, and constraints that were never verified.
async fn integrity(connection: &mut PgConnection) -> Result<Check, sqlx::Error> {
    let names: Vec<String> = sqlx::query_scalar(
        "SELECT relname::text FROM pg_index JOIN pg_class ON pg_class.oid = indexrelid \
         WHERE relnamespace = to_regnamespace(current_schema()) AND NOT (indisvalid AND indisready) \
         UNION ALL SELECT conname::text FROM pg_constraint \
         WHERE connamespace = to_regnamespace(current_schema()) AND NOT convalidated ORDER BY 1",
    )
    .fetch_all(connection)
    .await?;
    let findings: Vec<Text> = names
        .iter()
        .map(|name| {
            Text::new(
                format!("`{name}` không hợp lệ"),
                format!("`{name}` is not valid"),
            )
        })
        .collect();
    Ok(Check::of(
        "integrity",
        &findings,
        Text::new(
            "các chỉ mục và ràng buộc hợp lệ",
            "indexes and constraints are valid",
        ),
        Text::new(
            "Hãy chạy REINDEX DATABASE; nếu vẫn còn, khôi phục từ bản sao lưu.",
            "Run REINDEX DATABASE; if that does not help, restore a backup.",
        ),
    ))
}

/// Triggers of the migrations that are missing, switched off or do something else now.
async fn structure(connection: &mut PgConnection, applied: i64) -> Result<Check, sqlx::Error> {
    let present: BTreeSet<String> = sqlx::query_scalar(
        "SELECT tgname::text FROM pg_trigger JOIN pg_class ON pg_class.oid = tgrelid \
         WHERE relnamespace = to_regnamespace(current_schema()) AND NOT tgisinternal AND tgenabled IN ('O', 'A')",
    )
    .fetch_all(&mut *connection)
    .await?
    .into_iter()
    .collect();
    let bodies: Vec<(String, String)> = sqlx::query_as(
        "SELECT proname::text, prosrc FROM pg_proc WHERE pronamespace = to_regnamespace(current_schema()) \
         AND proname LIKE 'motcua\\_%'",
    )
    .fetch_all(connection)
    .await?;
    let ours: Vec<&str> = postgres::open::MIGRATIONS
        .iter()
        .filter(|migration| migration.version <= applied)
        .map(|migration| migration.sql.as_str())
        .collect();
    let missing = ours
        .iter()
        .flat_map(|sql| sql.split("CREATE TRIGGER ").skip(1))
        .filter_map(|rest| rest.split_whitespace().next())
        .filter(|name| !present.contains(*name))
        .map(|name| {
            Text::new(
                format!("trigger `{name}` bị thiếu hoặc bị tắt"),
                format!("the trigger `{name}` is missing or switched off"),
            )
        });
    let changed = bodies
        .iter()
        .filter(|(_, body)| !ours.iter().any(|sql| sql.contains(body.as_str())))
        .map(|(name, _)| {
            Text::new(
                format!("hàm `{name}` đã bị sửa"),
                format!("the function `{name}` was changed"),
            )
        });
    Ok(guards(&missing.chain(changed).collect::<Vec<_>>()))
}
