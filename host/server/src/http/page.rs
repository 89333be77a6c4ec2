//! `GET /`: what this is, which procedures there are, where the documentation is.

use std::collections::BTreeMap;
use std::net::Ipv6Addr;
use std::sync::Arc;

use askama::Template;
use axum::extract::State;
use axum::http::{HeaderMap, header};
use axum::response::{Html, IntoResponse, Response};
use motcua_model::timeline::Gap;
use motcua_model::{Date, Text};
use motcua_registry::Origin;

use super::App;
use super::problem::Problem;

/// The first page.
#[derive(Debug, Template)]
#[template(path = "page.html")]
struct Page {
    fields: Vec<Field>,
    count: usize,
    /// Years of the calendar of days off that can be shown.
    years: Vec<i16>,
    curl: String,
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
    standing: Standing,
    /// Whether nobody signed the version: it is from the operator's folder.
    unsigned: bool,
    demonstration: bool,
}

/// Whether a version is in force today.
#[derive(Debug)]
enum Standing {
    From(Date),
    SuspendedFrom(Date),
    None,
}

/// A question that gets a whole answer, to copy into a terminal; after the address of this host.
const CURL: &str = r#"/api/v1/procedures/licence-to-print-publications/assess -d '{
  "received_at": "2026-03-02T09:00", "channel": "online",
  "facts": {"head_is_vietnamese_citizen": true, "head_resides_in_vietnam": true, "equipment": "planned"}
}'"#;

/// This host as the reader of the page has reached it. The header is anybody's text, and what is shown is copied into a
/// terminal: only a plain name or address with a port is taken.
fn address(headers: &HeaderMap) -> String {
    let text = |name: &str| headers.get(name).and_then(|value| value.to_str().ok());
    let host = text("host")
        .filter(|host| is_plain_host(host))
        .unwrap_or("127.0.0.1:8080");
    let scheme = match text("x-forwarded-proto") {
        Some("https") => "https",
        _ => "http",
    };
    format!("{scheme}://{host}")
}

fn is_plain_host(host: &str) -> bool {
    const LONGEST: usize = 260;
    let (name, port) = match host.rsplit_once(':') {
        Some((name, port)) if !port.contains(']') => (name, Some(port)),
        _ => (host, None),
    };
    let is_v6 = name
        .strip_prefix('[')
        .and_then(|name| name.strip_suffix(']'))
        .is_some_and(|name| name.parse::<Ipv6Addr>().is_ok());
    let is_name = name.starts_with(|first: char| first.is_ascii_alphanumeric())
        && name
            .bytes()
            .all(|byte| byte.is_ascii_alphanumeric() || b".-".contains(&byte));
    host.len() <= LONGEST
        && (is_name || is_v6)
        && port.is_none_or(|port| port.parse::<u16>().is_ok_and(|port| port > 0))
}

/// The first page.
pub async fn first(State(app): State<Arc<App>>, headers: HeaderMap) -> Result<Response, Problem> {
    let today = app.now();
    let snapshot = app.catalogue().snapshot();
    let mut fields: BTreeMap<&str, Vec<Row>> = BTreeMap::new();
    let mut count = 0;
    for procedure in snapshot.procedures() {
        let Ok((version, in_force)) = procedure.shown(None, today) else {
            continue;
        };
        let standing = match procedure.timeline().deciding(today.date(), today) {
            Ok(period) => Standing::From(period.from),
            Err(Gap::Suspended(from)) => Standing::SuspendedFrom(from),
            Err(Gap::None) => Standing::None,
        };
        let origin = procedure.origin(version, in_force.then(|| today.date()), today);
        let manifest = version.manifest();
        count += 1;
        fields.entry(&manifest.field).or_default().push(Row {
            code: manifest.code.clone(),
            code_confirmed: manifest.code_confirmed,
            slug: manifest.slug.clone(),
            name: manifest.name.clone(),
            standing,
            unsigned: *origin == Origin::Folder,
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
    let (year, ..) = today.date().ymd();
    let page = Page {
        fields,
        count,
        years: [year, year + 1]
            .into_iter()
            .filter(|year| app.calendar().year("vn", &year.to_string()).is_ok())
            .collect(),
        curl: format!("curl -s {}{CURL}", address(&headers)),
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_a_plain_host_is_shown() {
        for plain in [
            "127.0.0.1:9000",
            "localhost",
            "motcua.example.vn:443",
            "[::1]:8080",
            "[::1]",
        ] {
            assert!(is_plain_host(plain), "{plain}");
        }
        for other in [
            "",
            ":80",
            "a:b",
            "a:0",
            "a:99999",
            "-o.example",
            "a;rm -rf ~",
            "a$(id)",
            "a/b",
            "[x]",
            "user@a",
        ] {
            assert!(!is_plain_host(other), "{other}");
        }
    }
}
