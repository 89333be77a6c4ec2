//! `GET /procedures`, `GET /procedures/{code}` and its `facts.schema.json`: what there is, and everything it says.

use std::sync::Arc;

use axum::extract::rejection::QueryRejection;
use axum::extract::{Path, Query, State};
use axum::response::Response;
use motcua_model::{Date, Text};
use motcua_registry::{AssessError, Description, Summary, Wanted, facts_schema as schema_of};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use super::App;
use super::assess::{invalid, json, problem};
use super::problem::{FieldProblem, Problem};

/// What to look for.
#[derive(Debug, Default, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(deny_unknown_fields)]
pub struct ListParams {
    /// Field, for example `publishing`.
    field: Option<String>,
    /// Words of the name, with or without diacritics, the code or the slug.
    q: Option<String>,
    /// Only procedures with a version in force on this day.
    #[param(value_type = Option<String>, format = Date, example = "2026-03-02")]
    on: Option<String>,
}

/// On which day.
#[derive(Debug, Default, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(deny_unknown_fields)]
pub struct ShowParams {
    /// The version in force on this day; left out: today's, or the latest.
    #[param(value_type = Option<String>, format = Date, example = "2026-03-02")]
    on: Option<String>,
}

/// A list of procedures.
#[derive(Debug, Serialize, ToSchema)]
pub struct List<'a> {
    /// By code.
    procedures: Vec<Summary<'a>>,
}

/// Lists procedures.
#[utoipa::path(
    get,
    path = "/procedures",
    tag = "procedures",
    operation_id = "list-procedures",
    params(ListParams),
    responses(
        (status = 200, description = "Procedures that fit", body = List),
        (status = 422, description = "A parameter is wrong", body = Problem, content_type = "application/problem+json"),
    )
)]
pub async fn list(
    State(app): State<Arc<App>>,
    params: Result<Query<ListParams>, QueryRejection>,
) -> Result<Response, Problem> {
    let Query(params) = params.map_err(|_| wrong_parameters("field, q, on"))?;
    let wanted = Wanted {
        field: params.field.as_deref(),
        q: params.q.as_deref(),
        on: day(params.on.as_deref())?,
    };
    let snapshot = app.catalogue().snapshot();
    let list = List {
        procedures: snapshot.find(&wanted, app.now()),
    };
    Ok(json(serde_json::to_vec(&list).unwrap_or_default()))
}

/// Describes a procedure: everything a version says of itself, each line with its article.
#[utoipa::path(
    get,
    path = "/procedures/{code}",
    tag = "procedures",
    operation_id = "show-procedure",
    params(("code" = String, Path, description = "National code or slug", example = "2.001594"), ShowParams),
    responses(
        (status = 200, description = "The whole public description", body = Description),
        (status = 404, description = "No such procedure, or no version in force on that day", body = Problem,
            content_type = "application/problem+json"),
        (status = 422, description = "A parameter is wrong", body = Problem, content_type = "application/problem+json"),
    )
)]
pub async fn show(
    State(app): State<Arc<App>>,
    Path(code): Path<String>,
    params: Result<Query<ShowParams>, QueryRejection>,
) -> Result<Response, Problem> {
    let Query(params) = params.map_err(|_| wrong_parameters("on"))?;
    let on = day(params.on.as_deref())?;
    let snapshot = app.catalogue().snapshot();
    let procedure = snapshot
        .procedure(&code)
        .map_err(|error| problem(error, ""))?;
    let description = procedure
        .describe(on, app.now(), app.calendar())
        .map_err(|missing| problem(AssessError::NotInForce(missing), ""))?;
    Ok(json(serde_json::to_vec(&description).unwrap_or_default()))
}

/// The schema of the facts (JSON Schema 2020-12): a form can be built from it, and a question checked.
#[utoipa::path(
    get,
    path = "/procedures/{code}/facts.schema.json",
    tag = "procedures",
    operation_id = "facts-schema",
    params(("code" = String, Path, description = "National code or slug", example = "2.001594"), ShowParams),
    responses(
        (status = 200, description = "A JSON Schema", body = Object),
        (status = 404, description = "No such procedure, or no version in force on that day", body = Problem,
            content_type = "application/problem+json"),
    )
)]
pub async fn facts_schema(
    State(app): State<Arc<App>>,
    Path(code): Path<String>,
    params: Result<Query<ShowParams>, QueryRejection>,
) -> Result<Response, Problem> {
    let Query(params) = params.map_err(|_| wrong_parameters("on"))?;
    let on = day(params.on.as_deref())?;
    let snapshot = app.catalogue().snapshot();
    let procedure = snapshot
        .procedure(&code)
        .map_err(|error| problem(error, ""))?;
    let (version, _) = procedure
        .shown(on, app.now())
        .map_err(|missing| problem(AssessError::NotInForce(missing), ""))?;
    let schema = schema_of(version.manifest(), version.digest());
    Ok(json(serde_json::to_vec(&schema).unwrap_or_default()))
}

fn day(text: Option<&str>) -> Result<Option<Date>, Problem> {
    text.map(str::parse).transpose().map_err(|_| {
        invalid(vec![FieldProblem {
            pointer: "on".to_owned(),
            code: "not-a-date".to_owned(),
            message: Text::new(
                "`on` là một ngày từ 1900-01-01 đến 2199-12-31, ví dụ 2026-03-02",
                "`on` is a date between 1900-01-01 and 2199-12-31, such as 2026-03-02",
            ),
        }])
    })
}

fn wrong_parameters(known: &str) -> Problem {
    invalid(vec![FieldProblem {
        pointer: String::new(),
        code: "unknown-member".to_owned(),
        message: Text::new(
            format!("địa chỉ này chỉ nhận các tham số: {known}, mỗi tham số một lần"),
            format!("this address takes the parameters {known} only, each once"),
        ),
    }])
}
