//! `GET /`: what this is, which procedures there are, where the documentation is.

use std::collections::BTreeMap;
use std::sync::Arc;

use askama::Template;
use axum::extract::State;
use axum::http::header;
use axum::response::{Html, IntoResponse, Response};
use motcua_model::{Date, Text};

use super::App;
use super::problem::Problem;

/// The first page.
#[derive(Debug, Template)]
#[template(path = "page.html")]
struct Page {
    fields: Vec<Field>,
    count: usize,
    curl: &'static str,
    version: &'static str,
}

#[derive(Debug)]
struct Field {
    name: Text,
    rows: Vec<Row>,
}

#[derive(Debug)]
struct Row {
    code: String,
    code_confirmed: bool,
    slug: String,
    name: Text,
    valid_from: Option<Date>,
    demonstration: bool,
}

/// A question that gets a whole answer, to copy into a terminal.
const CURL: &str = r#"curl -s http://127.0.0.1:8080/api/v1/procedures/licence-to-print-publications/assess -d '{
  "received_at": "2026-03-02T09:00", "channel": "online",
  "facts": {"head_is_vietnamese_citizen": true, "head_resides_in_vietnam": true, "equipment": "planned"}
}'"#;

/// The first page.
pub async fn first(State(app): State<Arc<App>>) -> Result<Response, Problem> {
    let today = app.now();
    let snapshot = app.catalogue().snapshot();
    let mut fields: BTreeMap<&str, Vec<Row>> = BTreeMap::new();
    let mut count = 0;
    for procedure in snapshot.procedures() {
        let Ok((version, in_force)) = procedure.shown(None, today) else {
            continue;
        };
        let manifest = version.manifest();
        count += 1;
        fields.entry(&manifest.field).or_default().push(Row {
            code: manifest.code.clone(),
            code_confirmed: manifest.code_confirmed,
            slug: manifest.slug.clone(),
            name: manifest.name.clone(),
            valid_from: in_force.then_some(manifest.valid_from),
            demonstration: version.is_demonstration(),
        });
    }
    let fields = fields
        .into_iter()
        .map(|(field, rows)| Field {
            name: field_name(field),
            rows,
        })
        .collect();
    let page = Page {
        fields,
        count,
        curl: CURL,
        version: env!("CARGO_PKG_VERSION"),
    };
    match page.render() {
        Ok(html) => Ok(Html(html).into_response()),
        Err(error) => {
            tracing::error!(%error, "the first page cannot be written");
            Err(super::internal())
        }
    }
}

/// The words of a field; one that is not known here is shown by its id.
fn field_name(field: &str) -> Text {
    match field {
        "publishing" => Text::new("Xuất bản, in, phát hành", "Publishing and printing"),
        "press" => Text::new("Báo chí", "Press"),
        "post" => Text::new("Bưu chính", "Post"),
        "broadcasting-electronic-information" => Text::new(
            "Phát thanh, truyền hình và thông tin điện tử",
            "Broadcasting and electronic information",
        ),
        other => Text::new(other, other),
    }
}

/// `GET /style.css`
pub async fn style() -> impl IntoResponse {
    let headers = [
        (header::CONTENT_TYPE, "text/css; charset=utf-8"),
        (header::CACHE_CONTROL, "max-age=3600"),
    ];
    (headers, include_str!("../../templates/style.css"))
}
