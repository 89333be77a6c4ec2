//! `/tokens`: who may do what, and until when.

use std::sync::Arc;

use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::response::Response;
use motcua_model::{Moment, Text};
use motcua_registry::{Act, NewToken, Role, Token, random};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::assess::json;
use super::caller::Caller;
use super::problem::Problem;
use super::refused::of_deed;
use super::{App, Body, read};
use crate::clock::{SystemEntropy, in_days};

/// How long a token counts if nothing is said.
pub const DAYS: u32 = 90;
/// The longest that a token may count.
pub const MOST_DAYS: u32 = 366;

/// A token to issue.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct TokenBody {
    /// Whose it will be. Two-people rules go by the person: one with two tokens is still one.
    #[schema(example = "nguyen.van.an")]
    person: String,
    /// What it allows.
    role: RoleWord,
    /// Whose versions an author submits; for authors only.
    department: Option<String>,
    /// For how many days it counts, at most 366; left out: 90.
    #[schema(minimum = 1, maximum = 366)]
    days: Option<u32>,
}

/// What a token allows.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize, ToSchema, clap::ValueEnum)]
#[serde(rename_all = "kebab-case")]
pub enum RoleWord {
    /// Writes and submits versions for one department
    Author,
    /// Reads what was submitted, approves or sends back
    Reviewer,
    /// Runs the host: departments, tokens, keys, activation
    Operator,
    /// Reads everything that was done, and replays decisions
    Auditor,
    /// Asks and records decisions
    Portal,
}

impl RoleWord {
    /// The role; nothing if a department is missing, or there is one too many.
    fn with(self, department: Option<String>) -> Option<Role> {
        match (self, department) {
            (Self::Author, Some(department)) => Some(Role::Author { department }),
            (Self::Reviewer, None) => Some(Role::Reviewer),
            (Self::Operator, None) => Some(Role::Operator),
            (Self::Auditor, None) => Some(Role::Auditor),
            (Self::Portal, None) => Some(Role::Portal),
            (Self::Author, None) | (_, Some(_)) => None,
        }
    }

    /// The word in JSON.
    pub const fn word(self) -> &'static str {
        match self {
            Self::Author => "author",
            Self::Reviewer => "reviewer",
            Self::Operator => "operator",
            Self::Auditor => "auditor",
            Self::Portal => "portal",
        }
    }
}

/// A token that was issued just now.
#[derive(Serialize, ToSchema)]
pub struct Issued<'a> {
    /// Its id, by which it can be revoked.
    id: String,
    /// The secret. It is shown this once and kept nowhere.
    #[schema(example = "mct_…")]
    token: &'a str,
    /// From then on it counts no more.
    expires_at: Moment,
}

/// All tokens, without their secrets.
#[derive(Debug, Serialize, ToSchema)]
pub struct Tokens {
    /// In no particular order.
    tokens: Vec<Token>,
}

/// Why something counts no more.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Revocation {
    /// Why.
    reason: String,
}

/// Issues a token. Its secret stands in the answer and nowhere else.
#[utoipa::path(
    post,
    path = "/tokens",
    tag = "administration",
    operation_id = "issue-token",
    security(("token" = [])),
    request_body = TokenBody,
    responses(
        (status = 201, description = "Issued; the secret is shown this once", body = Issued),
        (status = 401, description = "No token that counts", body = Problem, content_type = "application/problem+json"),
        (status = 403, description = "No operator", body = Problem, content_type = "application/problem+json"),
        (status = 404, description = "No such department", body = Problem, content_type = "application/problem+json"),
        (status = 409, description = "The person's name cannot be one", body = Problem,
            content_type = "application/problem+json"),
        (status = 422, description = "The request is wrong", body = Problem, content_type = "application/problem+json"),
    )
)]
pub async fn issue(
    State(app): State<Arc<App>>,
    Caller(who): Caller,
    Body(body): Body,
) -> Result<Response, Problem> {
    let TokenBody {
        person,
        role,
        department,
        days,
    } = read::body(
        &body,
        r#"{"person": "…", "role": "author|reviewer|operator|auditor|portal", "department": "…", "days": 90}"#,
    )?;
    let role = role.with(department).ok_or_else(|| {
        read::invalid(
            "/department",
            "wrong-department",
            Text::new(
                "vai trò `author` cần `department`; các vai trò khác không có",
                "the role `author` needs a `department`; the others have none",
            ),
        )
    })?;
    let expires_at = days
        .or(Some(DAYS))
        .filter(|days| (1..=MOST_DAYS).contains(days))
        .and_then(|days| in_days(app.now(), days))
        .ok_or_else(|| {
            read::invalid(
                "/days",
                "out-of-range",
                Text::new(
                    format!("`days` từ 1 đến {MOST_DAYS}"),
                    format!("`days` is 1 to {MOST_DAYS}"),
                ),
            )
        })?;
    let token = NewToken {
        person,
        role,
        expires_at,
        random: random(&SystemEntropy),
    };
    let (id, secret) = app
        .registry
        .issue_token(&who, &token, app.now())
        .await
        .map_err(of_deed)?;
    let issued = Issued {
        id,
        token: secret.reveal(),
        expires_at,
    };
    let mut response = json(serde_json::to_vec(&issued).unwrap_or_default());
    *response.status_mut() = StatusCode::CREATED;
    Ok(response)
}

/// Lists tokens, without their secrets.
#[utoipa::path(
    get,
    path = "/tokens",
    tag = "administration",
    operation_id = "list-tokens",
    security(("token" = [])),
    responses(
        (status = 200, description = "All of them", body = Tokens),
        (status = 401, description = "No token that counts", body = Problem, content_type = "application/problem+json"),
        (status = 403, description = "Neither operator nor auditor", body = Problem,
            content_type = "application/problem+json"),
    )
)]
pub async fn list(State(app): State<Arc<App>>, caller: Caller) -> Result<Response, Problem> {
    caller.may(&app, Act::Audit, None).await?;
    let list = Tokens {
        tokens: app.registry.ledger().tokens().cloned().collect(),
    };
    Ok(json(serde_json::to_vec(&list).unwrap_or_default()))
}

/// Revokes a token: it counts no more, on every host within a second.
#[utoipa::path(
    post,
    path = "/tokens/{id}/revoke",
    tag = "administration",
    operation_id = "revoke-token",
    security(("token" = [])),
    params(("id" = String, Path, description = "The token's id")),
    request_body = Revocation,
    responses(
        (status = 204, description = "Revoked"),
        (status = 401, description = "No token that counts", body = Problem, content_type = "application/problem+json"),
        (status = 403, description = "No operator", body = Problem, content_type = "application/problem+json"),
        (status = 404, description = "No such token", body = Problem, content_type = "application/problem+json"),
    )
)]
pub async fn revoke(
    State(app): State<Arc<App>>,
    Caller(who): Caller,
    Path(id): Path<String>,
    Body(body): Body,
) -> Result<StatusCode, Problem> {
    let Revocation { reason } = read::body(&body, r#"{"reason": "…"}"#)?;
    app.registry
        .revoke_token(&who, &id, &reason, app.now())
        .await
        .map_err(of_deed)?;
    Ok(StatusCode::NO_CONTENT)
}
