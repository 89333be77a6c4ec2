//! `GET /openapi.json`, generated from the handlers and their types, and `/docs`, which needs no internet.

use std::sync::Arc;

use axum::extract::State;
use axum::http::{HeaderValue, header};
use axum::middleware::map_response;
use axum::response::Response;
use axum::{Json, Router};
use utoipa::openapi::security::{HttpAuthScheme, HttpBuilder, SecurityScheme};
use utoipa::{Modify, OpenApi};
use utoipa_swagger_ui::{Config, SwaggerUi};

use super::{
    App, assess, audit, calendars, decisions, departments, due_date, health, keys, procedures,
    steps, submissions, tokens, versions,
};

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
        submissions::submit,
        submissions::list,
        submissions::show,
        submissions::component,
        submissions::source,
        steps::approve,
        steps::send_back,
        steps::activate,
        steps::suspend,
        steps::withdraw,
        versions::versions,
        versions::diff,
        decisions::decide,
        decisions::show,
        decisions::replay,
        decisions::replay_many,
        decisions::erase,
        departments::add,
        departments::list,
        tokens::issue,
        tokens::list,
        tokens::revoke,
        keys::register,
        keys::list,
        keys::revoke,
        audit::export,
        audit::head,
        audit::verify,
        audit::alarms,
    ),
    tags(
        (name = "procedures", description = "What there is, and everything it says of itself"),
        (name = "assess", description = "Questions and answers"),
        (name = "time", description = "Due dates and working days"),
        (name = "publishing", description = "A version's way from a department's desk to force"),
        (name = "decisions", description = "Recorded assessments: receipts, replays, erasure"),
        (name = "administration", description = "Departments, tokens and keys"),
        (name = "audit", description = "Everything that was done, and what an operator must look after"),
        (name = "operation", description = "For the operator"),
    )
)]
struct Api;

/// How a caller says who is asking.
struct Bearer;

impl Modify for Bearer {
    fn modify(&self, api: &mut utoipa::openapi::OpenApi) {
        let scheme = HttpBuilder::new()
            .scheme(HttpAuthScheme::Bearer)
            .description(Some(
                "A token that the operator has issued (`motcua token new`). Questions and public descriptions need none.",
            ))
            .build();
        api.components
            .get_or_insert_default()
            .add_security_scheme("token", SecurityScheme::Http(scheme));
    }
}

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
    modifiers(&Bearer),
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
