//! What is answered when a question cannot be: problem details (RFC 9457) with a pointer (RFC 6901) and a message in both
//! languages for each place that is wrong. The asker learns what to mend; nobody learns how the inside works.

use axum::http::{HeaderName, HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use motcua_model::Text;
use serde::Serialize;
use utoipa::ToSchema;

/// The media type of RFC 9457.
pub const MEDIA_TYPE: &str = "application/problem+json";

/// Problem details.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct Problem {
    /// `urn:motcua:problem:` and a stable word for the kind of problem.
    #[serde(rename = "type")]
    #[schema(example = "urn:motcua:problem:invalid-question")]
    pub kind: String,
    /// The kind of problem in a few words.
    #[schema(value_type = TextSchema)]
    pub title: Text,
    /// The HTTP status.
    #[schema(example = 422)]
    pub status: u16,
    /// What happened this time, and a way out.
    #[schema(value_type = TextSchema)]
    pub detail: Text,
    /// Each place that is wrong.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub errors: Vec<FieldProblem>,
    /// After how many seconds it is worth trying again.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub retry_after: Option<u32>,
}

/// One place that is wrong.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct FieldProblem {
    /// Where, as a JSON pointer; empty for the whole body. For the query of a URL: the name of the parameter.
    #[schema(example = "/facts/pages")]
    pub pointer: String,
    /// A stable word for the kind of mistake.
    #[schema(example = "wrong-type")]
    pub code: String,
    /// What is wrong and what would be right.
    #[schema(value_type = TextSchema)]
    pub message: Text,
}

/// The same thing in Vietnamese and in English.
#[derive(Debug, ToSchema)]
#[schema(as = Text)]
#[expect(
    dead_code,
    reason = "only described, never built: the model knows nothing of OpenAPI"
)]
pub struct TextSchema {
    /// Tiếng Việt.
    pub vi: String,
    /// English.
    pub en: String,
}

impl Problem {
    /// A problem of a kind.
    pub fn new(status: StatusCode, kind: &str, title: Text, detail: Text) -> Self {
        Self {
            kind: format!("urn:motcua:problem:{kind}"),
            title,
            status: status.as_u16(),
            detail,
            errors: Vec::new(),
            retry_after: None,
        }
    }

    /// With the places that are wrong.
    pub fn with_errors(mut self, errors: Vec<FieldProblem>) -> Self {
        self.errors = errors;
        self
    }

    /// Worth trying again after so many seconds.
    pub const fn retry_after(mut self, seconds: u32) -> Self {
        self.retry_after = Some(seconds);
        self
    }
}

impl IntoResponse for Problem {
    fn into_response(self) -> Response {
        let status = StatusCode::from_u16(self.status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
        let body = serde_json::to_vec(&self).unwrap_or_else(|_| b"{}".to_vec());
        let mut response = (status, body).into_response();
        let headers = response.headers_mut();
        headers.insert(header::CONTENT_TYPE, HeaderValue::from_static(MEDIA_TYPE));
        headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
        if status == StatusCode::UNAUTHORIZED {
            headers.insert(header::WWW_AUTHENTICATE, HeaderValue::from_static("Bearer"));
        }
        if let Some(seconds) = self.retry_after {
            headers.insert(
                HeaderName::from_static("retry-after"),
                HeaderValue::from(seconds),
            );
        }
        response
    }
}
