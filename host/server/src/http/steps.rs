//! The steps of a submission's life after the gate: approve, send back, activate, suspend, withdraw.

use std::sync::Arc;

use axum::extract::{Path, State};
use axum::response::Response;
use motcua_model::Date;
use motcua_model::lifecycle::Stage;
use motcua_registry::{DeedError, Submission};
use serde::Deserialize;
use utoipa::ToSchema;

use super::assess::json;
use super::caller::Caller;
use super::problem::Problem;
use super::refused::of_deed;
use super::submissions::{SubmissionView, named};
use super::{App, Body, read};

/// An approval.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Approval {
    /// Digest of the component that was read: another one is refused.
    component: String,
    /// What the reviewer writes; may be left out.
    #[serde(default)]
    comment: String,
}

/// Why a version is sent back.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct SendingBack {
    /// What must be mended.
    comment: String,
}

/// An end.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Suspension {
    /// The first day of receipt that it decides no more; left out: today.
    from: Option<Date>,
    /// Why.
    reason: String,
}

/// A withdrawal.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Withdrawal {
    /// Why.
    reason: String,
}

fn shown(submission: &Submission, stage: Result<Stage, DeedError>) -> Result<Response, Problem> {
    let stage = stage.map_err(of_deed)?;
    let view = SubmissionView::of(submission, &stage);
    Ok(json(serde_json::to_vec(&view).unwrap_or_default()))
}

/// Approves a submission. Whoever submitted it is refused, by whichever token.
#[utoipa::path(
    post,
    path = "/submissions/{procedure}/{number}/approve",
    tag = "publishing",
    operation_id = "approve",
    security(("token" = [])),
    params(
        ("procedure" = String, Path, description = "National code"),
        ("number" = u32, Path, description = "Number of the statement"),
    ),
    request_body = Approval,
    responses(
        (status = 200, description = "Approved", body = SubmissionView),
        (status = 401, description = "No token that counts", body = Problem, content_type = "application/problem+json"),
        (status = 403, description = "No reviewer, or the one who submitted it", body = Problem,
            content_type = "application/problem+json"),
        (status = 404, description = "No such submission", body = Problem, content_type = "application/problem+json"),
        (status = 409, description = "Not in review, or another component", body = Problem,
            content_type = "application/problem+json"),
    )
)]
pub async fn approve(
    State(app): State<Arc<App>>,
    Caller(who): Caller,
    Path(path): Path<(String, String)>,
    Body(body): Body,
) -> Result<Response, Problem> {
    let submission = named(path)?;
    let approval: Approval = read::body(&body, r#"{"component": "sha256:…", "comment": "…"}"#)?;
    let Approval { component, comment } = approval;
    let stage = app
        .registry
        .approve(&who, &submission, &component, &comment, app.now())
        .await;
    shown(&submission, stage)
}

/// Sends a submission back to the department, saying why.
#[utoipa::path(
    post,
    path = "/submissions/{procedure}/{number}/send-back",
    tag = "publishing",
    operation_id = "send-back",
    security(("token" = [])),
    params(
        ("procedure" = String, Path, description = "National code"),
        ("number" = u32, Path, description = "Number of the statement"),
    ),
    request_body = SendingBack,
    responses(
        (status = 200, description = "Sent back", body = SubmissionView),
        (status = 401, description = "No token that counts", body = Problem, content_type = "application/problem+json"),
        (status = 403, description = "No reviewer", body = Problem, content_type = "application/problem+json"),
        (status = 404, description = "No such submission", body = Problem, content_type = "application/problem+json"),
        (status = 409, description = "Not in review", body = Problem, content_type = "application/problem+json"),
        (status = 422, description = "No reason is given", body = Problem, content_type = "application/problem+json"),
    )
)]
pub async fn send_back(
    State(app): State<Arc<App>>,
    Caller(who): Caller,
    Path(path): Path<(String, String)>,
    Body(body): Body,
) -> Result<Response, Problem> {
    let submission = named(path)?;
    let SendingBack { comment } = read::body(&body, r#"{"comment": "…"}"#)?;
    let stage = app
        .registry
        .send_back(&who, &submission, &comment, app.now())
        .await;
    shown(&submission, stage)
}

/// Puts an approved version in force from its day on. Digest, signature and approval are verified once more.
#[utoipa::path(
    post,
    path = "/submissions/{procedure}/{number}/activate",
    tag = "publishing",
    operation_id = "activate",
    security(("token" = [])),
    params(
        ("procedure" = String, Path, description = "National code"),
        ("number" = u32, Path, description = "Number of the statement"),
    ),
    responses(
        (status = 200, description = "Active: it decides from its day on", body = SubmissionView),
        (status = 401, description = "No token that counts", body = Problem, content_type = "application/problem+json"),
        (status = 403, description = "Neither operator nor the department's author, or the key counts no more",
            body = Problem, content_type = "application/problem+json"),
        (status = 404, description = "No such submission", body = Problem, content_type = "application/problem+json"),
        (status = 409, description = "Not approved, or what is kept is not what was reviewed", body = Problem,
            content_type = "application/problem+json"),
    )
)]
pub async fn activate(
    State(app): State<Arc<App>>,
    Caller(who): Caller,
    Path(path): Path<(String, String)>,
) -> Result<Response, Problem> {
    let submission = named(path)?;
    let stage = app.registry.activate(&who, &submission, app.now()).await;
    shown(&submission, stage)
}

/// Ends an active version from a day on. No older version takes its place.
#[utoipa::path(
    post,
    path = "/submissions/{procedure}/{number}/suspend",
    tag = "publishing",
    operation_id = "suspend",
    security(("token" = [])),
    params(
        ("procedure" = String, Path, description = "National code"),
        ("number" = u32, Path, description = "Number of the statement"),
    ),
    request_body = Suspension,
    responses(
        (status = 200, description = "Suspended from that day on", body = SubmissionView),
        (status = 401, description = "No token that counts", body = Problem, content_type = "application/problem+json"),
        (status = 403, description = "Neither operator nor the department's author", body = Problem,
            content_type = "application/problem+json"),
        (status = 404, description = "No such submission", body = Problem, content_type = "application/problem+json"),
        (status = 409, description = "Not active", body = Problem, content_type = "application/problem+json"),
        (status = 422, description = "No reason is given, or the day has passed", body = Problem,
            content_type = "application/problem+json"),
    )
)]
pub async fn suspend(
    State(app): State<Arc<App>>,
    Caller(who): Caller,
    Path(path): Path<(String, String)>,
    Body(body): Body,
) -> Result<Response, Problem> {
    let submission = named(path)?;
    let Suspension { from, reason } =
        read::body(&body, r#"{"from": "2026-12-01", "reason": "…"}"#)?;
    let stage = app
        .registry
        .suspend(&who, &submission, from, &reason, app.now())
        .await;
    shown(&submission, stage)
}

/// Takes back a version before its first day.
#[utoipa::path(
    post,
    path = "/submissions/{procedure}/{number}/withdraw",
    tag = "publishing",
    operation_id = "withdraw",
    security(("token" = [])),
    params(
        ("procedure" = String, Path, description = "National code"),
        ("number" = u32, Path, description = "Number of the statement"),
    ),
    request_body = Withdrawal,
    responses(
        (status = 200, description = "Taken back", body = SubmissionView),
        (status = 401, description = "No token that counts", body = Problem, content_type = "application/problem+json"),
        (status = 403, description = "Neither operator nor the department's author", body = Problem,
            content_type = "application/problem+json"),
        (status = 404, description = "No such submission", body = Problem, content_type = "application/problem+json"),
        (status = 409, description = "It has begun to decide, or is neither approved nor active", body = Problem,
            content_type = "application/problem+json"),
        (status = 422, description = "No reason is given", body = Problem, content_type = "application/problem+json"),
    )
)]
pub async fn withdraw(
    State(app): State<Arc<App>>,
    Caller(who): Caller,
    Path(path): Path<(String, String)>,
    Body(body): Body,
) -> Result<Response, Problem> {
    let submission = named(path)?;
    let Withdrawal { reason } = read::body(&body, r#"{"reason": "…"}"#)?;
    let stage = app
        .registry
        .withdraw(&who, &submission, &reason, app.now())
        .await;
    shown(&submission, stage)
}
