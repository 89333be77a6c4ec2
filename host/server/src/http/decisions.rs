//! `POST /procedures/{code}/decisions` and what was decided: receipts, answers, replays, erasures.

use std::sync::Arc;

use axum::extract::rejection::QueryRejection;
use axum::extract::{Path, Query, State};
use axum::http::{HeaderMap, HeaderValue, StatusCode, header};
use axum::response::Response;
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use motcua_model::{Moment, Text};
use motcua_registry::store::{DecisionRange, Digest};
use motcua_registry::{Act, Receipt, Replayed, ReplayedMany, Role, ToDecide};
use serde::{Deserialize, Serialize};
use serde_json::value::RawValue;
use utoipa::{IntoParams, ToSchema};

use super::assess::{TextsParam, json};
use super::caller::Caller;
use super::problem::Problem;
use super::refused::{missing, of_decision, of_deed, of_seal};
use super::{App, Body, internal, read};

/// The most decisions that one request replays; more are asked for with `after`.
const MOST_REPLAYED: u32 = 10_000;
/// As many are replayed where no number is given.
const REPLAYED: u32 = 1_000;

/// Whether the answer carries words.
#[derive(Debug, Default, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(deny_unknown_fields)]
pub struct Words {
    /// `all`: with names, articles and reasons. `none`: ids, outcomes, dates and amounts.
    #[serde(default)]
    #[param(inline)]
    texts: TextsParam,
}

/// A recorded decision.
#[derive(Serialize, ToSchema)]
pub struct DecidedView<'a> {
    /// Its id.
    id: &'a str,
    /// By what it can be worked out again, and proved.
    #[schema(value_type = Receipt)]
    receipt: &'a RawValue,
    /// The answer, as an assessment gives it.
    #[schema(value_type = motcua_registry::Answer)]
    answer: &'a RawValue,
}

/// A decision, as it is kept.
#[derive(Serialize, ToSchema)]
pub struct DecisionView<'a> {
    /// Its id.
    id: &'a str,
    /// Number of its entry in the chain of deeds, which holds the receipt's digest.
    number: u64,
    /// Who asked.
    person: &'a str,
    /// When.
    at: Moment,
    /// By what it can be worked out again, and proved. Its bytes are those whose digest stands in the chain.
    #[schema(value_type = Receipt)]
    receipt: &'a RawValue,
    /// The answer: with words while what was asked is kept, without once it has been erased.
    #[schema(value_type = motcua_registry::Answer)]
    answer: &'a RawValue,
    /// Whether what was asked has been erased.
    erased: bool,
    /// What was asked: for an auditor, and for whoever asked it.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<super::assess::Question>)]
    question: Option<&'a RawValue>,
    /// Stands before the question in what the receipt's `facts` is the SHA-256 of, base64.
    #[serde(skip_serializing_if = "Option::is_none")]
    salt: Option<String>,
}

/// Decides: answers a question by the version in force on its day of receipt, and records that with a receipt.
///
/// With the header `Idempotency-Key` a retry is safe: the same request under the same key gets the decision that was
/// recorded before (200), another request under it is refused (409).
#[utoipa::path(
    post,
    path = "/procedures/{code}/decisions",
    tag = "decisions",
    operation_id = "decide",
    security(("token" = [])),
    params(
        ("code" = String, Path, description = "National code or slug", example = "licence-to-print-publications"),
        ("Idempotency-Key" = Option<String>, Header, description = "A key of the asker's own, at most 255 characters"),
        Words,
    ),
    request_body = super::assess::Question,
    responses(
        (status = 201, description = "Recorded", body = DecidedView),
        (status = 200, description = "The same request was recorded before", body = DecidedView),
        (status = 400, description = "The body is no JSON", body = Problem, content_type = "application/problem+json"),
        (status = 401, description = "No token that counts", body = Problem, content_type = "application/problem+json"),
        (status = 403, description = "No portal", body = Problem, content_type = "application/problem+json"),
        (status = 404, description = "No such procedure, or no version in force on that day", body = Problem,
            content_type = "application/problem+json"),
        (status = 409, description = "The key stands for another request", body = Problem,
            content_type = "application/problem+json"),
        (status = 422, description = "The question is wrong; each place is told", body = Problem,
            content_type = "application/problem+json"),
        (status = 502, description = "The rules of the version failed", body = Problem,
            content_type = "application/problem+json"),
        (status = 503, description = "Nothing was recorded; ask again", body = Problem,
            content_type = "application/problem+json"),
    )
)]
pub async fn decide(
    State(app): State<Arc<App>>,
    Caller(who): Caller,
    Path(code): Path<String>,
    words: Result<Query<Words>, QueryRejection>,
    headers: HeaderMap,
    Body(body): Body,
) -> Result<Response, Problem> {
    let Words { texts } = read::query(words, "texts")?;
    let key = headers
        .get("idempotency-key")
        .map(|key| {
            key.to_str().map_err(|_| {
                read::invalid(
                    "Idempotency-Key",
                    "wrong-characters",
                    Text::new(
                        "khóa chống lặp chỉ gồm ký tự ASCII",
                        "an idempotency key has ASCII characters only",
                    ),
                )
            })
        })
        .transpose()?;
    let to_decide = ToDecide {
        procedure: &code,
        question: &body,
        key,
    };
    let decided = app
        .registry
        .decide(&who, to_decide, texts.into(), app.now())
        .await
        .map_err(of_decision)?;
    let (receipt, answer) = (raw(decided.receipt.into())?, raw(decided.answer)?);
    let view = DecidedView {
        id: &decided.id,
        receipt: &receipt,
        answer: &answer,
    };
    let mut response = json(serde_json::to_vec(&view).unwrap_or_default());
    if decided.new {
        *response.status_mut() = StatusCode::CREATED;
    }
    let address = format!("/api/v1/decisions/{}", decided.id);
    if let Ok(address) = HeaderValue::from_str(&address) {
        response.headers_mut().insert(header::LOCATION, address);
    }
    Ok(response)
}

/// JSON as it is kept, to be handed on byte for byte.
fn raw(json: Vec<u8>) -> Result<Box<RawValue>, Problem> {
    String::from_utf8(json)
        .ok()
        .and_then(|text| RawValue::from_string(text).ok())
        .ok_or_else(|| {
            tracing::error!("a recorded text is no JSON");
            internal()
        })
}

/// Shows a decision: receipt and answer, and to an auditor what was asked.
#[utoipa::path(
    get,
    path = "/decisions/{id}",
    tag = "decisions",
    operation_id = "show-decision",
    security(("token" = [])),
    params(("id" = String, Path, description = "The decision's id")),
    responses(
        (status = 200, description = "The decision", body = DecisionView),
        (status = 401, description = "No token that counts", body = Problem, content_type = "application/problem+json"),
        (status = 403, description = "The role does not allow it", body = Problem,
            content_type = "application/problem+json"),
        (status = 404, description = "No such decision", body = Problem, content_type = "application/problem+json"),
        (status = 503, description = "The key for facts is missing, or the database does not answer", body = Problem,
            content_type = "application/problem+json"),
    )
)]
pub async fn show(
    State(app): State<Arc<App>>,
    caller: Caller,
    Path(id): Path<String>,
) -> Result<Response, Problem> {
    let record = app
        .registry
        .read_decision(&caller.0, &id, app.now())
        .await
        .map_err(of_deed)?;
    let erased = record.facts.is_none();
    let answer = if erased {
        app.registry
            .answer_of(&record)
            .map_err(|error| of_seal(&error))?
    } else {
        app.registry
            .shown_answer(&record)
            .await
            .map_err(of_decision)?
    };
    // Whoever runs the host or reads figures needs no personal data.
    let may_read = caller.0.role == Role::Auditor || caller.0.person == record.who;
    let asked = if may_read {
        app.registry
            .question_of(&record)
            .map_err(|error| of_seal(&error))?
    } else {
        None
    };
    let (question, salt) = match asked {
        Some((salt, question)) => (Some(raw(question)?), Some(STANDARD.encode(salt))),
        None => (None, None),
    };
    let (receipt, answer) = (raw(record.receipt.into())?, raw(answer)?);
    let view = DecisionView {
        id: &record.id,
        number: record.number,
        person: &record.who,
        at: record.at,
        receipt: &receipt,
        answer: &answer,
        erased,
        question: question.as_deref(),
        salt,
    };
    Ok(json(serde_json::to_vec(&view).unwrap_or_default()))
}

/// Works a decision out again, by the version, calendar and office hours of its receipt: the same byte for byte, or where
/// it differs.
#[utoipa::path(
    post,
    path = "/decisions/{id}/replay",
    tag = "decisions",
    operation_id = "replay",
    security(("token" = [])),
    params(("id" = String, Path, description = "The decision's id")),
    responses(
        (status = 200, description = "What the replay found", body = Replayed),
        (status = 401, description = "No token that counts", body = Problem, content_type = "application/problem+json"),
        (status = 403, description = "The role does not allow it", body = Problem,
            content_type = "application/problem+json"),
        (status = 404, description = "No such decision", body = Problem, content_type = "application/problem+json"),
    )
)]
pub async fn replay(
    State(app): State<Arc<App>>,
    caller: Caller,
    Path(id): Path<String>,
) -> Result<Response, Problem> {
    app.registry
        .read_decision(&caller.0, &id, app.now())
        .await
        .map_err(of_deed)?;
    let replayed = app.registry.replay(&id).await.map_err(of_deed)?;
    Ok(json(serde_json::to_vec(&replayed).unwrap_or_default()))
}

/// Which decisions to replay. Everything may be left out.
#[derive(Debug, Default, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Replays {
    /// Only those whose entry comes after this number of the chain: `last` of the answer before.
    #[serde(default)]
    after: u64,
    /// Only of this procedure: national code.
    procedure: Option<String>,
    /// Only by this component: digest.
    component: Option<String>,
    /// Only recorded at or after this moment.
    from: Option<Moment>,
    /// Only recorded before this moment.
    to: Option<Moment>,
    /// At most so many, and never more than 10,000; left out: 1,000.
    #[schema(maximum = 10000)]
    limit: Option<u32>,
    /// Digest of a version to ask in the place of the one that decided: what would have been answered.
    instead: Option<String>,
}

/// Replays many decisions in the order they were recorded.
#[utoipa::path(
    post,
    path = "/replays",
    tag = "decisions",
    operation_id = "replay-many",
    security(("token" = [])),
    request_body = Replays,
    responses(
        (status = 200, description = "What the replays found", body = ReplayedMany),
        (status = 401, description = "No token that counts", body = Problem, content_type = "application/problem+json"),
        (status = 403, description = "The role does not allow it", body = Problem,
            content_type = "application/problem+json"),
        (status = 404, description = "No such version", body = Problem, content_type = "application/problem+json"),
        (status = 422, description = "The request is wrong", body = Problem, content_type = "application/problem+json"),
    )
)]
pub async fn replay_many(
    State(app): State<Arc<App>>,
    caller: Caller,
    Body(body): Body,
) -> Result<Response, Problem> {
    let wanted: Replays = read::body(
        &body,
        r#"{"after": 0, "procedure": "…", "component": "sha256:…", "from": "…", "to": "…", "limit": 1000, "instead": "sha256:…"}"#,
    )?;
    caller
        .may(&app, Act::Replay, wanted.procedure.as_deref())
        .await?;
    let component = wanted
        .component
        .as_deref()
        .map(str::parse)
        .transpose()
        .map_err(|_| {
            read::invalid(
                "/component",
                "not-a-digest",
                Text::new(
                    "mã băm có dạng sha256: và 64 chữ số thập lục phân",
                    "a digest is sha256: and 64 hexadecimal digits",
                ),
            )
        })?;
    // A version that nobody ever had is a slip of the asker's, not damage to what is kept.
    if let Some(instead) = wanted.instead.as_deref() {
        let kept = match instead.parse::<Digest>() {
            // Whatever else is wrong with it is told when it is loaded.
            Ok(instead) => !matches!(app.registry.store().component(instead).await, Ok(None)),
            Err(_) => false,
        };
        if !kept {
            return Err(missing(
                "unknown",
                Text::new(
                    "không lưu phiên bản nào có mã băm ở `instead`; `motcua versions MÃ` liệt kê các phiên bản",
                    "no version with the digest of `instead` is kept; `motcua versions CODE` lists the versions",
                ),
            ));
        }
    }
    let range = DecisionRange {
        after: wanted.after,
        code: wanted.procedure.as_deref(),
        component,
        from: wanted.from,
        to: wanted.to,
        limit: wanted.limit.unwrap_or(REPLAYED).min(MOST_REPLAYED),
    };
    let found = app
        .registry
        .replay_many(range, wanted.instead.as_deref(), |_| {})
        .await
        .map_err(of_deed)?;
    Ok(json(serde_json::to_vec(&found).unwrap_or_default()))
}

/// What to erase.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Erasure {
    /// Facts of decisions recorded before this moment.
    before: Moment,
}

/// What was erased.
#[derive(Debug, Serialize, ToSchema)]
pub struct Erased {
    /// Of how many decisions.
    erased: u64,
}

/// Erases what was asked, of decisions recorded before a moment: personal data whose time is up. Receipts, answers and
/// digests stay; such a decision can no longer be replayed.
#[utoipa::path(
    post,
    path = "/erasures",
    tag = "decisions",
    operation_id = "erase",
    security(("token" = [])),
    request_body = Erasure,
    responses(
        (status = 200, description = "How many", body = Erased),
        (status = 401, description = "No token that counts", body = Problem, content_type = "application/problem+json"),
        (status = 403, description = "No operator", body = Problem, content_type = "application/problem+json"),
        (status = 422, description = "The request is wrong", body = Problem, content_type = "application/problem+json"),
    )
)]
pub async fn erase(
    State(app): State<Arc<App>>,
    Caller(who): Caller,
    Body(body): Body,
) -> Result<Response, Problem> {
    let Erasure { before } = read::body(&body, r#"{"before": "2024-01-01T00:00"}"#)?;
    let erased = app
        .registry
        .erase_facts(&who, before, app.now())
        .await
        .map_err(of_deed)?;
    Ok(json(
        serde_json::to_vec(&Erased { erased }).unwrap_or_default(),
    ))
}
