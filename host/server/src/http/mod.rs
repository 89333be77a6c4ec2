//! The HTTP API and the first page. This file is the list of all routes; each lives in a file of its own.

mod assess;
mod audit;
mod body;
mod calendars;
mod caller;
mod decisions;
mod departments;
mod docs;
mod due_date;
mod health;
mod keys;
mod metrics;
mod page;
pub mod problem;
mod procedures;
mod read;
mod refused;
mod steps;
mod submissions;
pub mod tokens;
mod versions;

use std::sync::Arc;
use std::sync::atomic::AtomicBool;

use axum::Router;
use axum::extract::{DefaultBodyLimit, Request};
use axum::http::{HeaderValue, StatusCode, header};
use axum::middleware::{from_fn_with_state, map_request, map_response};
use axum::response::Response;
use axum::routing::{get, post};
use motcua_model::office::OfficeHours;
use motcua_model::{Moment, Text};
use motcua_registry::engine::{Class, Classes};
use motcua_registry::{AssessError, Catalogue, Context, LoadedCalendar, Queue, Registry, Texts};
use tokio::sync::Semaphore;
use tower_http::catch_panic::CatchPanicLayer;

use crate::clock::Clock;
use body::Body;
pub use metrics::Metrics;
use problem::Problem;

/// The largest body of one question, in bytes.
pub const QUESTION_BYTES: usize = 256 << 10;
/// The largest body of many questions, in bytes.
pub const BATCH_BYTES: usize = 16 << 20;
/// What a submission has beside its component: the statement, the signature, and JSON around them, in bytes.
const SUBMISSION_REST: usize = 64 << 10;

/// Everything that answers hang on.
pub struct App {
    /// What is in force, and every deed.
    pub registry: Arc<Registry>,
    /// The hours of the receiving office.
    pub office: OfficeHours,
    /// Tells the time.
    pub clock: Arc<dyn Clock>,
    /// Figures for the operator.
    pub metrics: Metrics,
    /// Whether every procedure is loaded.
    pub loaded: AtomicBool,
    /// For the host's own work that keeps a thread busy.
    pub queue: Queue,
    /// One submission is tried at a time: the questions of the portal need the other threads.
    pub gate: Arc<Semaphore>,
}

impl App {
    /// What time it is.
    fn now(&self) -> Moment {
        self.clock.now()
    }

    /// The versions that can be asked.
    fn catalogue(&self) -> &Catalogue {
        self.registry.catalogue()
    }

    /// The calendar of the country.
    fn calendar(&self) -> &LoadedCalendar {
        self.registry.calendar()
    }

    /// What an answer hangs on besides the question: as of now, or as it was known at a moment in the past.
    fn seen(&self, texts: Texts, known_at: Option<Moment>) -> Seen {
        Seen {
            now: known_at.unwrap_or_else(|| self.now()),
            calendar: match known_at {
                Some(moment) => self.registry.calendar_at(moment),
                None => Arc::clone(self.registry.calendar()),
            },
            office: self.office,
            texts,
        }
    }

    /// Does the host's own work that keeps a thread busy; says "busy" instead of letting a queue grow.
    async fn work<T: Send + 'static>(
        self: &Arc<Self>,
        work: impl FnOnce(&Self) -> T + Send + 'static,
    ) -> Result<T, Problem> {
        self.queued(&self.queue, work).await
    }

    /// Asks versions of a class that may take as long as they like; says "busy" too.
    async fn ask<T: Send + 'static>(
        self: &Arc<Self>,
        class: Class,
        ask: impl FnOnce(&Self) -> T + Send + 'static,
    ) -> Result<T, Problem> {
        let queue = self.registry.lanes().of(class).queue();
        self.queued(queue, move |app| {
            app.registry.lanes().of(class).run(|| ask(app))
        })
        .await
    }

    async fn queued<T: Send + 'static>(
        self: &Arc<Self>,
        queue: &Queue,
        work: impl FnOnce(&Self) -> T + Send + 'static,
    ) -> Result<T, Problem> {
        let place = queue.enter().await;
        let place = place.map_err(|busy| assess::problem(AssessError::Unavailable(busy), ""))?;
        let app = Arc::clone(self);
        // The work holds the place, and not this future, which ends when the asker hangs up.
        let done = tokio::task::spawn_blocking(move || {
            let done = work(&app);
            drop(place);
            done
        })
        .await;
        done.map_err(|error| {
            tracing::error!(%error, "a request failed inside");
            internal()
        })
    }
}

/// What an answer hangs on besides the question, held for as long as it takes.
struct Seen {
    now: Moment,
    calendar: Arc<LoadedCalendar>,
    office: OfficeHours,
    texts: Texts,
}

impl Seen {
    fn context(&self) -> Context<'_> {
        Context {
            now: self.now,
            calendar: self.calendar.calendar(),
            office: &self.office,
            texts: self.texts,
        }
    }
}

/// All routes.
pub fn router(app: Arc<App>) -> Router {
    let questions = Router::new()
        .route("/procedures", get(procedures::list))
        .route("/procedures/{code}", get(procedures::show))
        .route(
            "/procedures/{code}/facts.schema.json",
            get(procedures::facts_schema),
        )
        .route("/procedures/{code}/assess", post(assess::one))
        .route("/procedures/{code}/decisions", post(decisions::decide))
        .route("/procedures/{code}/versions", get(versions::versions))
        .route("/procedures/{code}/diff", get(versions::diff))
        .route("/due-date", post(due_date::count))
        .route("/calendars/{country}/{year}", get(calendars::year))
        .route("/decisions/{id}", get(decisions::show))
        .route("/decisions/{id}/replay", post(decisions::replay))
        .route("/replays", post(decisions::replay_many))
        .route("/erasures", post(decisions::erase));
    let batch = Router::new()
        .route("/assess", post(assess::many))
        .layer(DefaultBodyLimit::max(BATCH_BYTES));
    let submission = Router::new()
        .route(
            "/submissions",
            post(submissions::submit).get(submissions::list),
        )
        .layer(DefaultBodyLimit::max(submission_bytes()));
    let steps = Router::new()
        .route("/submissions/{procedure}/{number}", get(submissions::show))
        .route(
            "/submissions/{procedure}/{number}/component",
            get(submissions::component),
        )
        .route(
            "/submissions/{procedure}/{number}/source",
            get(submissions::source),
        )
        .route(
            "/submissions/{procedure}/{number}/approve",
            post(steps::approve),
        )
        .route(
            "/submissions/{procedure}/{number}/send-back",
            post(steps::send_back),
        )
        .route(
            "/submissions/{procedure}/{number}/activate",
            post(steps::activate),
        )
        .route(
            "/submissions/{procedure}/{number}/suspend",
            post(steps::suspend),
        )
        .route(
            "/submissions/{procedure}/{number}/withdraw",
            post(steps::withdraw),
        );
    let administration = Router::new()
        .route(
            "/departments",
            post(departments::add).get(departments::list),
        )
        .route("/tokens", post(tokens::issue).get(tokens::list))
        .route("/tokens/{id}/revoke", post(tokens::revoke))
        .route("/keys", post(keys::register).get(keys::list))
        .route("/keys/{id}/revoke", post(keys::revoke))
        .route("/audit", get(audit::export))
        .route("/audit/head", get(audit::head))
        .route("/audit/verify", get(audit::verify))
        .route("/alarms", get(audit::alarms));
    let small = questions
        .merge(steps)
        .merge(administration)
        .layer(DefaultBodyLimit::max(QUESTION_BYTES));
    Router::new()
        .nest("/api/v1", small.merge(batch).merge(submission))
        .route("/", get(page::first))
        .route("/style.css", get(page::style))
        .route("/openapi.json", get(docs::openapi))
        .route("/healthz", get(health::healthz))
        .route("/readyz", get(health::readyz))
        .route("/metrics", get(metrics::metrics))
        .with_state(Arc::clone(&app))
        .merge(docs::pages())
        .fallback(unknown_path)
        .method_not_allowed_fallback(wrong_method)
        .layer(map_request(with_readable_path))
        .layer(from_fn_with_state(app, metrics::observe))
        .layer(map_response(with_safe_headers))
        .layer(CatchPanicLayer::custom(panicked))
}

/// The largest body of a submission, in bytes: the largest component that the engine admits, in base64, and the rest.
fn submission_bytes() -> usize {
    Classes::default().component_bytes().div_ceil(3) * 4 + SUBMISSION_REST
}

fn internal() -> Problem {
    Problem::new(
        StatusCode::INTERNAL_SERVER_ERROR,
        "internal",
        Text::new("Lỗi của hệ thống", "A fault of the system"),
        Text::new(
            "lỗi này là của hệ thống, không phải của câu hỏi; đã ghi lại cho người vận hành",
            "the fault is the system's, not the question's; it has been recorded for the operator",
        ),
    )
}

/// Lets through what has an address that can be read: once its escapes are undone it is UTF-8.
async fn with_readable_path(request: Request) -> Result<Request, Problem> {
    if is_utf8(request.uri().path()) {
        return Ok(request);
    }
    Err(Problem::new(
        StatusCode::BAD_REQUEST,
        "unreadable-path",
        Text::new("Không đọc được địa chỉ", "The address cannot be read"),
        Text::new(
            "sau dấu % của địa chỉ phải là mã của chữ UTF-8, ví dụ %C4%91 là `đ`",
            "after a % of an address stands the code of UTF-8, such as %C4%91 for `đ`",
        ),
    ))
}

/// Whether a path is UTF-8 once its escapes are undone; an escape that is none stands for itself.
fn is_utf8(path: &str) -> bool {
    if !path.contains('%') {
        return true;
    }
    let mut bytes = Vec::with_capacity(path.len());
    let mut rest = path.as_bytes();
    while let Some((&first, after)) = rest.split_first() {
        let digit = |at: usize| char::from(*after.get(at)?).to_digit(16);
        match (first, digit(0), digit(1)) {
            (b'%', Some(high), Some(low)) => {
                // Two digits make a byte.
                bytes.push((high * 16 + low) as u8);
                rest = after.get(2..).unwrap_or_default();
            }
            _ => {
                bytes.push(first);
                rest = after;
            }
        }
    }
    std::str::from_utf8(&bytes).is_ok()
}

async fn unknown_path() -> Problem {
    Problem::new(
        StatusCode::NOT_FOUND,
        "unknown-path",
        Text::new("Không có địa chỉ này", "No such address"),
        Text::new(
            "các địa chỉ có ở /docs và /openapi.json",
            "the addresses are listed at /docs and /openapi.json",
        ),
    )
}

async fn wrong_method() -> Problem {
    Problem::new(
        StatusCode::METHOD_NOT_ALLOWED,
        "wrong-method",
        Text::new("Sai phương thức", "Wrong method"),
        Text::new(
            "địa chỉ này không nhận phương thức đó; xem /docs",
            "this address does not take that method; see /docs",
        ),
    )
}

fn panicked(panic: Box<dyn std::any::Any + Send>) -> Response {
    let what = panic
        .downcast_ref::<String>()
        .map(String::as_str)
        .or_else(|| panic.downcast_ref::<&str>().copied())
        .unwrap_or("unknown");
    tracing::error!(panic = what, "a request failed inside");
    axum::response::IntoResponse::into_response(internal())
}

/// What a browser must not do with an answer.
async fn with_safe_headers(mut response: Response) -> Response {
    let headers = response.headers_mut();
    headers.insert(
        header::X_CONTENT_TYPE_OPTIONS,
        HeaderValue::from_static("nosniff"),
    );
    headers.insert(
        header::REFERRER_POLICY,
        HeaderValue::from_static("no-referrer"),
    );
    headers.entry(header::CONTENT_SECURITY_POLICY).or_insert(HeaderValue::from_static(
        "default-src 'none'; style-src 'self'; img-src 'self' data:; base-uri 'none'; form-action 'none'; \
         frame-ancestors 'none'",
    ));
    response
}
