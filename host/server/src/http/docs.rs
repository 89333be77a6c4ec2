//! `GET /openapi.json`, generated from the handlers and their types, and `/docs`, which needs no internet.

use std::sync::Arc;

use axum::extract::State;
use axum::http::{HeaderValue, header};
use axum::middleware::map_response;
use axum::response::Response;
use axum::{Json, Router};
use utoipa::OpenApi;
use utoipa_swagger_ui::{Config, SwaggerUi};

use super::{App, assess, calendars, due_date, health, procedures};

/// The API under `/api/v1`.
#[derive(OpenApi)]
#[openapi(
    paths(
        procedures::list,
        procedures::show,
        procedures::facts_schema,
        assess::one,
        assess::many,
        due_date::count,
        calendars::year,
    ),
    tags(
        (name = "procedures", description = "What there is, and everything it says of itself"),
        (name = "assess", description = "Questions and answers"),
        (name = "time", description = "Due dates and working days"),
        (name = "operation", description = "For the operator"),
    )
)]
struct Api;

/// What stands beside the API.
#[derive(OpenApi)]
#[openapi(
    info(
        title = "Motcua",
        description = "Administrative procedures: may this applicant, which papers, by when, what fee, what must still be \
            asked, each with its article of law. The procedures are demonstrations written from public sources, not legal \
            advice.",
        license(name = "Apache-2.0"),
    ),
    paths(health::healthz, health::readyz),
    nest((path = "/api/v1", api = Api)),
)]
struct Whole;

/// The description of the API.
pub fn description() -> utoipa::openapi::OpenApi {
    Whole::openapi()
}

/// `GET /openapi.json`
pub async fn openapi(State(_): State<Arc<App>>) -> Json<utoipa::openapi::OpenApi> {
    Json(description())
}

/// The pages of `/docs`, which load nothing from elsewhere.
pub fn pages() -> Router {
    let pages: Router = SwaggerUi::new("/docs")
        .config(Config::from("/openapi.json"))
        .into();
    pages.layer(map_response(with_scripts))
}

async fn with_scripts(mut response: Response) -> Response {
    response.headers_mut().insert(
        header::CONTENT_SECURITY_POLICY,
        HeaderValue::from_static(
            "default-src 'none'; script-src 'self' 'unsafe-inline'; style-src 'self' 'unsafe-inline'; img-src 'self' data:; \
             font-src 'self'; connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
        ),
    );
    response
}
