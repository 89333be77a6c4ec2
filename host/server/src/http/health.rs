//! `GET /healthz` and `GET /readyz`: is it alive, and can it answer?

use std::fmt::Write as _;
use std::sync::Arc;
use std::sync::atomic::Ordering;

use axum::extract::State;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use motcua_model::Text;
use motcua_registry::Alarm;

use super::App;
use super::problem::Problem;

/// Alive: the process answers.
#[utoipa::path(get, path = "/healthz", tag = "operation", operation_id = "healthz",
    responses((status = 200, description = "Alive", body = String)))]
pub async fn healthz() -> &'static str {
    "alive\n"
}

/// Ready: every procedure is loaded and the database answers. Alarms do not stop the answers; each is told on a line.
#[utoipa::path(get, path = "/readyz", tag = "operation", operation_id = "readyz",
    responses(
        (status = 200, description = "Ready", body = String),
        (status = 503, description = "Not ready, and why", body = Problem, content_type = "application/problem+json"),
    ))]
pub async fn readyz(State(app): State<Arc<App>>) -> Response {
    let detail = if !app.loaded.load(Ordering::Acquire) {
        Text::new("đang nạp các thủ tục", "the procedures are being loaded")
    } else if let Err(error) = app.registry.store().ready().await {
        tracing::error!(%error, "the database does not answer");
        Text::new(
            "cơ sở dữ liệu không trả lời",
            "the database does not answer",
        )
    } else {
        return ready(&app.registry.alarms()).into_response();
    };
    Problem::new(
        StatusCode::SERVICE_UNAVAILABLE,
        "not-ready",
        Text::new("Chưa sẵn sàng", "Not ready"),
        detail,
    )
    .retry_after(1)
    .into_response()
}

/// What an operator must look after does not make a host unready: the last good state goes on answering.
fn ready(alarms: &[Alarm]) -> String {
    let mut text = "ready\n".to_owned();
    for alarm in alarms {
        let procedure = if alarm.procedure.is_empty() {
            "*"
        } else {
            &alarm.procedure
        };
        // Writing to a string cannot fail.
        let _ = writeln!(
            text,
            "alarm {procedure} {}: {} / {}",
            alarm.since, alarm.what.vi, alarm.what.en
        );
    }
    text
}
