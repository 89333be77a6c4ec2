//! `/departments`: who owns which procedures.

use std::sync::Arc;

use axum::extract::State;
use axum::http::StatusCode;
use axum::response::Response;
use motcua_model::Text;
use motcua_registry::{Act, Department};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::assess::json;
use super::caller::Caller;
use super::problem::Problem;
use super::refused::of_deed;
use super::{App, Body, read};

/// A department to enter, or to give other codes or another name.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct DepartmentBody {
    /// Its id: letters without diacritics, digits and `.-_@`.
    #[schema(example = "so-thong-tin-va-truyen-thong")]
    id: String,
    /// Its name.
    name: Text,
    /// National codes that belong to it; one that ends in `*` stands for all that begin so.
    #[schema(example = json!(["1.003868", "2.0015*"]))]
    codes: Vec<String>,
}

/// All departments.
#[derive(Debug, Serialize, ToSchema)]
pub struct Departments {
    /// By id.
    departments: Vec<Department>,
}

/// Enters a department, or gives it other codes or another name. Its procedures are those whose codes it has.
#[utoipa::path(
    post,
    path = "/departments",
    tag = "administration",
    operation_id = "add-department",
    security(("token" = [])),
    request_body = DepartmentBody,
    responses(
        (status = 201, description = "Entered", body = Department),
        (status = 401, description = "No token that counts", body = Problem, content_type = "application/problem+json"),
        (status = 403, description = "No operator", body = Problem, content_type = "application/problem+json"),
        (status = 409, description = "A code belongs to another department, or an id or code cannot be one", body = Problem,
            content_type = "application/problem+json"),
        (status = 422, description = "The request is wrong", body = Problem, content_type = "application/problem+json"),
    )
)]
pub async fn add(
    State(app): State<Arc<App>>,
    Caller(who): Caller,
    Body(body): Body,
) -> Result<Response, Problem> {
    let DepartmentBody { id, name, codes } = read::body(
        &body,
        r#"{"id": "…", "name": {"vi": "…", "en": "…"}, "codes": ["1.003868", "2.0015*"]}"#,
    )?;
    let department = Department { id, name, codes };
    app.registry
        .add_department(&who, department.clone(), app.now())
        .await
        .map_err(of_deed)?;
    let mut response = json(serde_json::to_vec(&department).unwrap_or_default());
    *response.status_mut() = StatusCode::CREATED;
    Ok(response)
}

/// Lists departments.
#[utoipa::path(
    get,
    path = "/departments",
    tag = "administration",
    operation_id = "list-departments",
    security(("token" = [])),
    responses(
        (status = 200, description = "All of them", body = Departments),
        (status = 401, description = "No token that counts", body = Problem, content_type = "application/problem+json"),
    )
)]
pub async fn list(State(app): State<Arc<App>>, caller: Caller) -> Result<Response, Problem> {
    caller.may(&app, Act::Read, None).await?;
    let list = Departments {
        departments: app.registry.ledger().departments().cloned().collect(),
    };
    Ok(json(serde_json::to_vec(&list).unwrap_or_default()))
}
