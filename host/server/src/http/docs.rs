//! `GET /openapi.json`, generated from the handlers and their types, and `/docs`, which needs no internet.

use std::sync::Arc;

use axum::extract::State;
use axum::http::{HeaderValue, StatusCode, header};
use axum::middleware::map_response;
use axum::response::{IntoResponse, Response};
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
    if response.status() == StatusCode::NOT_FOUND {
        return super::unknown_path().await.into_response();
    }
    response.headers_mut().insert(
        header::CONTENT_SECURITY_POLICY,
        HeaderValue::from_static(
            "default-src 'none'; script-src 'self' 'unsafe-inline'; style-src 'self' 'unsafe-inline'; img-src 'self' data:; \
             font-src 'self'; connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
        ),
    );
    response
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Routes that are no part of the API: pages, and figures in a format of their own.
    const OTHERS: [&str; 4] = ["/", "/style.css", "/openapi.json", "/metrics"];

    /// Each route of the list in `mod.rs` with its methods.
    fn routes() -> Vec<(String, Vec<&'static str>)> {
        let (_, list) = include_str!("mod.rs")
            .split_once("pub fn router")
            .expect("the list of routes");
        let (list, _) = list.split_once("\n}\n").expect("its end");
        list.split(".route(")
            .skip(1)
            .map(|route| {
                let path = route.split('"').nth(1).expect("a path").to_owned();
                let handlers = route.split(".layer(").next().unwrap_or(route);
                let methods = ["get", "post"]
                    .into_iter()
                    .filter(|method| handlers.contains(&format!("{method}(")))
                    .collect();
                (path, methods)
            })
            .collect()
    }

    #[test]
    fn every_route_is_described() {
        let api = serde_json::to_value(description()).expect("JSON");
        let paths = api["paths"].as_object().expect("paths");
        let routes = routes();
        let mut described = 0;
        for (path, methods) in &routes {
            if OTHERS.contains(&path.as_str()) {
                continue;
            }
            let item = paths
                .get(&format!("/api/v1{path}"))
                .or_else(|| paths.get(path))
                .unwrap_or_else(|| panic!("{path} is not described"));
            let item = item.as_object().expect("methods");
            assert_eq!(
                item.keys().map(String::as_str).collect::<Vec<_>>().len(),
                methods.len(),
                "{path}"
            );
            for method in methods {
                let operation = &item[*method];
                assert!(operation["operationId"].is_string(), "{method} {path}");
                assert!(operation["summary"].is_string(), "{method} {path}");
                described += 1;
            }
        }
        let all: usize = paths
            .values()
            .map(|item| item.as_object().map_or(0, serde_json::Map::len))
            .sum();
        assert_eq!(described, all, "nothing is described that is not there");
    }

    #[test]
    fn whoever_needs_a_token_is_told_so() {
        let api = serde_json::to_value(description()).expect("JSON");
        assert_eq!(
            api["components"]["securitySchemes"]["token"]["scheme"],
            "bearer"
        );
        let paths = api["paths"].as_object().expect("paths");
        for (path, item) in paths {
            for (method, operation) in item.as_object().expect("methods") {
                let tag = operation["tags"][0].as_str().unwrap_or_default();
                let open = matches!(tag, "procedures" | "assess" | "time" | "operation")
                    || operation["operationId"] == "versions";
                assert_eq!(
                    operation["security"].is_null(),
                    open,
                    "{method} {path} ({tag})"
                );
                assert_eq!(
                    operation["responses"]["401"].is_null(),
                    open,
                    "{method} {path} ({tag})"
                );
            }
        }
    }
}
