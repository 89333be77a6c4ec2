//! `/audit` and `/alarms`: the chain of deeds as it is kept, and what an operator must look after.

use std::sync::Arc;

use axum::extract::rejection::QueryRejection;
use axum::extract::{Query, State};
use axum::http::header;
use axum::response::{IntoResponse, Response};
use motcua_model::Text;
use motcua_registry::{Act, Alarm, DeedError};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use super::assess::json;
use super::caller::Caller;
use super::problem::Problem;
use super::refused::of_deed;
use super::{App, read};
use crate::audit::{broken_text, line, verify_chain};

/// The most entries of one answer.
const MOST_ENTRIES: u32 = 10_000;
/// As many are given where no number is asked for.
const ENTRIES: u32 = 1_000;

/// Which entries.
#[derive(Debug, Default, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(deny_unknown_fields)]
pub struct Range {
    /// Those after this number; left out: from the first.
    #[serde(default)]
    after: u64,
    /// At most so many, and never more than 10,000; left out: 1,000.
    limit: Option<u32>,
}

/// An entry of the chain, one a line.
#[derive(Debug, ToSchema)]
#[expect(
    dead_code,
    reason = "only described: entries are handed on as they were hashed"
)]
pub struct AuditLine {
    /// The entry, byte for byte as it was hashed: number, at, who, kind, subject, governs, body, previous.
    #[schema(value_type = Object)]
    entry: String,
    /// SHA-256 of exactly the bytes of `entry`.
    hash: String,
}

/// The end of the chain. Noted elsewhere, it shows later that nothing was cut off.
#[derive(Debug, Serialize, ToSchema)]
pub struct Head {
    /// Number of the last entry; 0 while there is none.
    number: u64,
    /// Its hash.
    hash: String,
}

/// What verifying found.
#[derive(Debug, Serialize, ToSchema)]
pub struct Verified {
    /// Whether every entry is as it was written and follows the one before.
    sound: bool,
    /// How many entries were verified.
    entries: u64,
    /// The last of them.
    head: Head,
    /// Where the chain is broken, if it is.
    broken: Option<Text>,
}

/// All alarms.
#[derive(Debug, Serialize, ToSchema)]
pub struct Alarms {
    /// By procedure.
    alarms: Vec<Alarm>,
}

/// Exports the chain of deeds as JSON lines: `{"entry":…,"hash":"sha256:…"}`, each entry byte for byte as it was hashed.
#[utoipa::path(
    get,
    path = "/audit",
    tag = "audit",
    operation_id = "audit",
    security(("token" = [])),
    params(Range),
    responses(
        (status = 200, description = "Entries, one a line", body = AuditLine, content_type = "application/jsonl"),
        (status = 401, description = "No token that counts", body = Problem, content_type = "application/problem+json"),
        (status = 403, description = "Neither auditor nor operator", body = Problem,
            content_type = "application/problem+json"),
        (status = 422, description = "A parameter is wrong", body = Problem, content_type = "application/problem+json"),
    )
)]
pub async fn export(
    State(app): State<Arc<App>>,
    caller: Caller,
    range: Result<Query<Range>, QueryRejection>,
) -> Result<Response, Problem> {
    let Range { after, limit } = read::query(range, "after, limit")?;
    caller.may(&app, Act::Audit, None).await?;
    let limit = limit.unwrap_or(ENTRIES).min(MOST_ENTRIES);
    let records = app
        .registry
        .store()
        .deeds(after, limit, false)
        .await
        .map_err(|error| of_deed(error.into()))?;
    let lines: String = records.iter().map(line).collect();
    Ok((
        [
            (header::CONTENT_TYPE, "application/jsonl"),
            (header::CACHE_CONTROL, "no-store"),
        ],
        lines,
    )
        .into_response())
}

/// Tells number and hash of the last entry.
#[utoipa::path(
    get,
    path = "/audit/head",
    tag = "audit",
    operation_id = "audit-head",
    security(("token" = [])),
    responses(
        (status = 200, description = "The last entry", body = Head),
        (status = 401, description = "No token that counts", body = Problem, content_type = "application/problem+json"),
        (status = 403, description = "Neither auditor nor operator", body = Problem,
            content_type = "application/problem+json"),
    )
)]
pub async fn head(State(app): State<Arc<App>>, caller: Caller) -> Result<Response, Problem> {
    caller.may(&app, Act::Audit, None).await?;
    let (number, hash) = app
        .registry
        .store()
        .head()
        .await
        .map_err(|error| of_deed(error.into()))?;
    let head = Head {
        number,
        hash: hash.to_string(),
    };
    Ok(json(serde_json::to_vec(&head).unwrap_or_default()))
}

/// Verifies the whole chain on this host. Whoever does not trust the host runs `motcua audit verify`, which reads every
/// entry and verifies for itself.
#[utoipa::path(
    get,
    path = "/audit/verify",
    tag = "audit",
    operation_id = "audit-verify",
    security(("token" = [])),
    responses(
        (status = 200, description = "Whether it is sound", body = Verified),
        (status = 401, description = "No token that counts", body = Problem, content_type = "application/problem+json"),
        (status = 403, description = "Neither auditor nor operator", body = Problem,
            content_type = "application/problem+json"),
    )
)]
pub async fn verify(State(app): State<Arc<App>>, caller: Caller) -> Result<Response, Problem> {
    caller.may(&app, Act::Audit, None).await?;
    let store = Arc::clone(app.registry.store());
    let (verifier, broken) = verify_chain(&*store, |_| {})
        .await
        .map_err(|error| of_deed(DeedError::from(error)))?;
    let (number, hash) = verifier.head();
    let verified = Verified {
        sound: broken.is_none(),
        entries: number,
        head: Head {
            number,
            hash: hash.to_string(),
        },
        broken: broken.map(|broken| broken_text(&broken)),
    };
    Ok(json(serde_json::to_vec(&verified).unwrap_or_default()))
}

/// Lists what an operator must look after. The last good state goes on meanwhile.
#[utoipa::path(
    get,
    path = "/alarms",
    tag = "audit",
    operation_id = "alarms",
    security(("token" = [])),
    responses(
        (status = 200, description = "All of them", body = Alarms),
        (status = 401, description = "No token that counts", body = Problem, content_type = "application/problem+json"),
        (status = 403, description = "Neither auditor nor operator", body = Problem,
            content_type = "application/problem+json"),
    )
)]
pub async fn alarms(State(app): State<Arc<App>>, caller: Caller) -> Result<Response, Problem> {
    caller.may(&app, Act::Audit, None).await?;
    let alarms = Alarms {
        alarms: app.registry.alarms(),
    };
    Ok(json(serde_json::to_vec(&alarms).unwrap_or_default()))
}
