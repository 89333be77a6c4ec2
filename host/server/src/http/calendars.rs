//! `GET /calendars/{country}/{year}`: the days off and the worked Saturdays of a year, with their sources.

use std::sync::Arc;

use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::response::Response;
use motcua_model::Text;
use motcua_registry::CalendarYearView;

use super::App;
use super::assess::json;
use super::problem::Problem;

/// A year of the calendar: public holidays, days off in lieu, swapped days, each with its source.
#[utoipa::path(
    get,
    path = "/calendars/{country}/{year}",
    tag = "time",
    operation_id = "calendar",
    params(
        ("country" = String, Path, description = "`vn`", example = "vn"),
        ("year" = String, Path, description = "The year", example = "2026"),
    ),
    responses(
        (status = 200, description = "The year", body = CalendarYearView),
        (status = 404, description = "No such calendar or year", body = Problem, content_type = "application/problem+json"),
    )
)]
pub async fn year(
    State(app): State<Arc<App>>,
    Path((country, year)): Path<(String, String)>,
) -> Result<Response, Problem> {
    let view = app.calendar().year(&country, &year).map_err(|unknown| {
        Problem::new(
            StatusCode::NOT_FOUND,
            "unknown-calendar",
            Text::new("Không có lịch này", "No such calendar"),
            unknown.text(),
        )
    })?;
    Ok(json(serde_json::to_vec(&view).unwrap_or_default()))
}
