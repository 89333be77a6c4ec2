//! `/keys`: by which keys departments sign.

use std::sync::Arc;

use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::response::Response;
use motcua_model::Moment;
use motcua_registry::{Act, Key, NewKey};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::assess::json;
use super::caller::Caller;
use super::problem::Problem;
use super::refused::of_deed;
use super::{App, Body, read};

/// A key to register.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct KeyBody {
    /// The department.
    department: String,
    /// Ed25519 public key, 32 bytes in base64: `motcua key new` prints it.
    public: String,
    /// Its signatures count from this moment on; left out: now.
    from: Option<Moment>,
    /// Until this moment, if it shall be limited.
    until: Option<Moment>,
}

/// A key that was registered.
#[derive(Debug, Serialize, ToSchema)]
pub struct Registered {
    /// Its id: statements name it.
    id: String,
}

/// All keys.
#[derive(Debug, Serialize, ToSchema)]
pub struct Keys {
    /// By id.
    keys: Vec<Key>,
}

/// From when and why a key counts no more.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct KeyRevocation {
    /// From this moment on; may lie in the past, when the key was lost then. Left out: now.
    from: Option<Moment>,
    /// Why.
    reason: String,
}

/// Registers a key of a department. The private key stays with the department.
#[utoipa::path(
    post,
    path = "/keys",
    tag = "administration",
    operation_id = "register-key",
    security(("token" = [])),
    request_body = KeyBody,
    responses(
        (status = 201, description = "Registered", body = Registered),
        (status = 401, description = "No token that counts", body = Problem, content_type = "application/problem+json"),
        (status = 403, description = "No operator", body = Problem, content_type = "application/problem+json"),
        (status = 404, description = "No such department", body = Problem, content_type = "application/problem+json"),
        (status = 409, description = "No such key can be registered", body = Problem,
            content_type = "application/problem+json"),
        (status = 422, description = "The request is wrong", body = Problem, content_type = "application/problem+json"),
    )
)]
pub async fn register(
    State(app): State<Arc<App>>,
    Caller(who): Caller,
    Body(body): Body,
) -> Result<Response, Problem> {
    let KeyBody {
        department,
        public,
        from,
        until,
    } = read::body(
        &body,
        r#"{"department": "…", "public": "…", "from": "2026-01-01T00:00", "until": "2027-01-01T00:00"}"#,
    )?;
    let key = NewKey {
        department,
        public,
        from: from.unwrap_or_else(|| app.now()),
        until,
    };
    let id = app
        .registry
        .register_key(&who, &key, app.now())
        .await
        .map_err(of_deed)?;
    let mut response = json(serde_json::to_vec(&Registered { id }).unwrap_or_default());
    *response.status_mut() = StatusCode::CREATED;
    Ok(response)
}

/// Lists keys. They are public: by them anybody can verify a department's statements.
#[utoipa::path(
    get,
    path = "/keys",
    tag = "administration",
    operation_id = "list-keys",
    security(("token" = [])),
    responses(
        (status = 200, description = "All of them", body = Keys),
        (status = 401, description = "No token that counts", body = Problem, content_type = "application/problem+json"),
    )
)]
pub async fn list(State(app): State<Arc<App>>, caller: Caller) -> Result<Response, Problem> {
    caller.may(&app, Act::Read, None).await?;
    let list = Keys {
        keys: app.registry.ledger().keys().cloned().collect(),
    };
    Ok(json(serde_json::to_vec(&list).unwrap_or_default()))
}

/// Revokes a key. What was submitted with it since can no longer be activated; what is in force stays.
#[utoipa::path(
    post,
    path = "/keys/{id}/revoke",
    tag = "administration",
    operation_id = "revoke-key",
    security(("token" = [])),
    params(("id" = String, Path, description = "The key's id")),
    request_body = KeyRevocation,
    responses(
        (status = 204, description = "Revoked"),
        (status = 401, description = "No token that counts", body = Problem, content_type = "application/problem+json"),
        (status = 403, description = "Neither operator nor the department's author", body = Problem,
            content_type = "application/problem+json"),
        (status = 404, description = "No such key", body = Problem, content_type = "application/problem+json"),
    )
)]
pub async fn revoke(
    State(app): State<Arc<App>>,
    Caller(who): Caller,
    Path(id): Path<String>,
    Body(body): Body,
) -> Result<StatusCode, Problem> {
    let KeyRevocation { from, reason } =
        read::body(&body, r#"{"from": "2026-01-01T00:00", "reason": "…"}"#)?;
    let from = from.unwrap_or_else(|| app.now());
    app.registry
        .revoke_key(&who, &id, from, &reason, app.now())
        .await
        .map_err(of_deed)?;
    Ok(StatusCode::NO_CONTENT)
}
