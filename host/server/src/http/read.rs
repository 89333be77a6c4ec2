//! To read what comes with a request: a JSON body, a query, a number in a path. What is wrong is told with what would be
//! right.

use axum::extract::Query;
use axum::extract::rejection::QueryRejection;
use axum::http::StatusCode;
use motcua_model::Text;
use serde::de::DeserializeOwned;

use super::problem::{FieldProblem, Problem};

/// A JSON body; `form` shows what it looks like.
///
/// # Errors
/// It is no JSON, or not of that form.
pub fn body<T: DeserializeOwned>(body: &[u8], form: &str) -> Result<T, Problem> {
    serde_json::from_slice(body).map_err(|error| {
        let (line, column) = (error.line(), error.column());
        if error.is_data() {
            return invalid(
                "",
                "wrong-form",
                Text::new(
                    format!("dòng {line}, cột {column}: cần {form}"),
                    format!("line {line}, column {column}: expected {form}"),
                ),
            );
        }
        Problem::new(
            StatusCode::BAD_REQUEST,
            "broken-json",
            Text::new("Không phải JSON", "Not JSON"),
            Text::new(
                format!("dòng {line}, cột {column}: JSON bị hỏng ở đây; cần {form}"),
                format!("line {line}, column {column}: the JSON is broken here; expected {form}"),
            ),
        )
    })
}

/// The query of a URL; `known` lists its parameters.
///
/// # Errors
/// There is another one, or one has a wrong value.
pub fn query<T>(query: Result<Query<T>, QueryRejection>, known: &str) -> Result<T, Problem> {
    query.map(|Query(query)| query).map_err(|_| {
        invalid(
            "",
            "unknown-option",
            Text::new(
                format!("địa chỉ này chỉ nhận các tham số: {known}, mỗi tham số một lần"),
                format!("this address takes the parameters {known} only, each once"),
            ),
        )
    })
}

/// One place of a request is wrong.
pub fn invalid(pointer: &str, code: &str, message: Text) -> Problem {
    Problem::new(
        StatusCode::UNPROCESSABLE_ENTITY,
        "invalid-request",
        Text::new("Yêu cầu có chỗ sai", "The request is wrong"),
        message.clone(),
    )
    .with_errors(vec![FieldProblem {
        pointer: pointer.to_owned(),
        code: code.to_owned(),
        message,
    }])
}
