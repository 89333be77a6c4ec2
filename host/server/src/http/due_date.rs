//! `POST /due-date`: when a term ends, with every skipped day and its reason.

use std::sync::Arc;

use axum::extract::State;
use axum::response::Response;
use motcua_model::{Moment, Term};
use motcua_registry::DueDate;
use utoipa::ToSchema;

use super::assess::{json, of_question};
use super::problem::Problem;
use super::{App, Body};

/// A term to count.
#[derive(Debug, ToSchema)]
#[expect(
    dead_code,
    reason = "only described: the body is read without an intermediate tree"
)]
pub struct DueDateQuestion {
    /// Day 0: the moment from which it runs. That day is not counted.
    received_at: Moment,
    /// How long.
    term: Term,
    /// When the applicant completed the dossier.
    suspensions: Option<Vec<SuspensionQuestion>>,
    /// Sessions of a working day; left out: 08:00–12:00 and 13:00–17:00.
    #[schema(example = json!([["08:00", "12:00"], ["13:00", "17:00"]]))]
    office_hours: Option<Vec<[String; 2]>>,
    /// Whether an hour limit runs on through days off.
    continuous: Option<bool>,
}

/// A time in which the applicant completed the dossier.
#[derive(Debug, ToSchema)]
#[expect(dead_code, reason = "only described")]
pub struct SuspensionQuestion {
    /// The day or moment of the request.
    #[schema(example = "2025-03-10")]
    from: String,
    /// The day or moment on which the complete dossier came.
    #[schema(example = "2025-03-18")]
    to: String,
    /// `restart`: the term is counted anew; `pause`: these days are not counted; `none`: the clock runs on.
    mode: motcua_model::manifest::Suspension,
}

/// Counts a term on the calendar and the office hours, as the Civil Code does.
#[utoipa::path(
    post,
    path = "/due-date",
    tag = "time",
    operation_id = "due-date",
    request_body = DueDateQuestion,
    responses(
        (status = 200, description = "When it ends", body = DueDate),
        (status = 400, description = "The body is no JSON", body = Problem, content_type = "application/problem+json"),
        (status = 422, description = "The question is wrong; each place is told", body = Problem,
            content_type = "application/problem+json"),
    )
)]
pub async fn count(State(app): State<Arc<App>>, Body(body): Body) -> Result<Response, Problem> {
    let due = app
        .work(move |app| motcua_registry::due_date(&body, app.calendar().calendar(), &app.office))
        .await?
        .map_err(|error| of_question(&error, ""))?;
    Ok(json(serde_json::to_vec(&due).unwrap_or_default()))
}
