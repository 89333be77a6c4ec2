//! Figures for the operator, in the format of Prometheus. No personal data: routes, outcomes and times only.

use std::fmt::Write;
use std::sync::Arc;
use std::time::Duration;

use axum::extract::{MatchedPath, Request, State};
use axum::http::header;
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use prometheus_client::encoding::EncodeLabelSet;
use prometheus_client::metrics::counter::Counter;
use prometheus_client::metrics::family::Family;
use prometheus_client::metrics::gauge::Gauge;
use prometheus_client::metrics::histogram::Histogram;
use prometheus_client::registry::{Registry, Unit};

use super::App;

/// What a request is counted by: few values each, so that the figures stay few.
#[derive(Clone, Debug, PartialEq, Eq, Hash, EncodeLabelSet)]
struct RequestLabels {
    method: String,
    route: String,
    status: u16,
}

/// How an assessment ended.
#[derive(Clone, Debug, PartialEq, Eq, Hash, EncodeLabelSet)]
struct EndLabels {
    end: &'static str,
}

/// All figures of a host.
#[derive(Debug)]
pub struct Metrics {
    registry: Registry,
    requests: Family<RequestLabels, Counter>,
    seconds: Histogram,
    assessments: Family<EndLabels, Counter>,
    versions: Gauge,
    alarms: Gauge,
}

impl Default for Metrics {
    fn default() -> Self {
        let mut registry = Registry::with_prefix("motcua");
        let requests = Family::default();
        let assessments = Family::default();
        let versions = Gauge::default();
        let alarms = Gauge::default();
        // From a tenth of a millisecond to a second: a question takes well under one millisecond.
        let seconds = Histogram::new([
            0.0001, 0.00025, 0.0005, 0.001, 0.0025, 0.005, 0.01, 0.05, 0.25, 1.0,
        ]);
        registry.register(
            "http_requests",
            "Requests answered",
            Family::clone(&requests),
        );
        registry.register_with_unit(
            "http_request",
            "Time to an answer",
            Unit::Seconds,
            seconds.clone(),
        );
        registry.register(
            "assessments",
            "Assessments by how they ended",
            Family::clone(&assessments),
        );
        registry.register(
            "versions_loaded",
            "Versions of procedures loaded",
            Gauge::clone(&versions),
        );
        registry.register(
            "alarms",
            "Things an operator must look after",
            Gauge::clone(&alarms),
        );
        Self {
            registry,
            requests,
            seconds,
            assessments,
            versions,
            alarms,
        }
    }
}

impl Metrics {
    /// Counts an assessment: `answered`, `asker` (the question was wrong), `plugin` or `platform` (whose fault it was), or
    /// `out-of-order` (not run, because the version keeps failing).
    pub fn assessed(&self, end: &'static str) {
        self.assessments.get_or_create(&EndLabels { end }).inc();
    }

    /// Sets the number of loaded versions and of alarms.
    fn look(&self, versions: usize, alarms: usize) {
        let number = |count| i64::try_from(count).unwrap_or(i64::MAX);
        self.versions.set(number(versions));
        self.alarms.set(number(alarms));
    }

    fn observe(&self, method: String, route: String, status: u16, time: Duration) {
        self.requests
            .get_or_create(&RequestLabels {
                method,
                route,
                status,
            })
            .inc();
        self.seconds.observe(time.as_secs_f64());
    }

    fn text(&self) -> String {
        let mut text = String::new();
        if prometheus_client::encoding::text::encode(&mut text, &self.registry).is_err() {
            text.clear();
            let _ = writeln!(text, "# the figures cannot be written");
        }
        text
    }
}

/// Counts and times every request.
#[expect(
    clippy::disallowed_methods,
    reason = "time is measured here, not reckoned with"
)]
pub async fn observe(State(app): State<Arc<App>>, request: Request, next: Next) -> Response {
    let begin = std::time::Instant::now();
    let method = request.method().to_string();
    let route = request
        .extensions()
        .get::<MatchedPath>()
        .map_or_else(|| "unmatched".to_owned(), |path| path.as_str().to_owned());
    let response = next.run(request).await;
    app.metrics
        .observe(method, route, response.status().as_u16(), begin.elapsed());
    response
}

/// `GET /metrics`
pub async fn metrics(State(app): State<Arc<App>>) -> impl IntoResponse {
    let kind = "application/openmetrics-text; version=1.0.0; charset=utf-8";
    app.metrics.look(
        app.catalogue().snapshot().version_count(),
        app.registry.alarms().len(),
    );
    ([(header::CONTENT_TYPE, kind)], app.metrics.text())
}
