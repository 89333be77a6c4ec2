//! `POST /submissions` and what was submitted: where each stands, the gate's report, the component and its source.

use std::sync::Arc;
use std::time::Duration;

use axum::extract::rejection::QueryRejection;
use axum::extract::{Path, Query, State};
use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use motcua_model::lifecycle::Stage;
use motcua_model::{Date, Moment, Text};
use motcua_registry::engine::{Classes, inspect};
use motcua_registry::store::Digest;
use motcua_registry::{Act, GateReport, Submission, ToSubmit};
use serde::{Deserialize, Serialize};
use tokio::runtime::Handle;
use tokio::sync::{OwnedSemaphorePermit, Semaphore};
use utoipa::{IntoParams, ToSchema};

use super::assess::json;
use super::body::{Pieces, Upload};
use super::caller::Caller;
use super::problem::Problem;
use super::refused::{missing, of_deed};
use super::{App, internal, read};

/// What a submission looks like.
const TO_SUBMIT: &str = r#"{"statement": "…", "signature": "…", "component": "…"}"#;

/// A version to submit.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct SubmissionBody {
    /// The statement, exactly as it was signed: JSON in a text.
    statement: String,
    /// Ed25519 signature over the bytes of `statement`, base64.
    signature: String,
    /// The component, base64.
    #[schema(format = Byte)]
    component: String,
}

/// A submission: a version on its way from a department's desk to force.
#[derive(Debug, Serialize, ToSchema)]
pub struct SubmissionView {
    /// National code.
    procedure: String,
    /// Number of the statement.
    number: u32,
    /// `failed`, `in-review`, `sent-back`, `approved`, `active`, `suspended` or `withdrawn`.
    #[schema(example = "in-review")]
    stage: &'static str,
    /// Digest of the component: an approval must name it.
    component: String,
    /// First day of receipt that it shall decide.
    from: Date,
    /// The department.
    department: String,
    /// Who submitted it; may not approve it.
    submitted_by: String,
    /// When.
    submitted_at: Moment,
    /// The whole life so far: who did what and when, with the signed statement at its root.
    life: Stage,
}

/// A submission with the gate's report.
#[derive(Debug, Serialize, ToSchema)]
pub struct SubmissionWithReport {
    /// Where it stands.
    #[serde(flatten)]
    submission: SubmissionView,
    /// What the gate found: each check, and what changes for whom.
    report: GateReport,
}

/// A list of submissions.
#[derive(Debug, Serialize, ToSchema)]
pub struct Submissions {
    /// By code and number.
    submissions: Vec<SubmissionView>,
}

/// Which submissions.
#[derive(Debug, Default, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(deny_unknown_fields)]
pub struct Which {
    /// Only of this procedure: national code.
    procedure: Option<String>,
    /// Only at this stage, for example `in-review`.
    stage: Option<String>,
}

impl SubmissionView {
    /// How a submission is shown.
    pub fn of(submission: &Submission, stage: &Stage) -> Self {
        let submitted = stage.submitted();
        Self {
            procedure: submission.procedure.clone(),
            number: submission.number,
            stage: stage.word(),
            component: submitted.component.clone(),
            from: submitted.from,
            department: submitted.department.clone(),
            submitted_by: submitted.person.clone(),
            submitted_at: submitted.at,
            life: stage.clone(),
        }
    }
}

/// Which submission a path names.
///
/// # Errors
/// The number is none.
pub fn named((procedure, number): (String, String)) -> Result<Submission, Problem> {
    let number = number.parse().map_err(|_| {
        missing(
            "unknown",
            Text::new(
                "một hồ sơ trình có dạng mã-thủ-tục/số, ví dụ 1.003868/3",
                "a submission is code/number, for example 1.003868/3",
            ),
        )
    })?;
    Ok(Submission { procedure, number })
}

/// Submits a version.
///
/// Ownership, signature and number of the statement are verified first; what fails there is refused. Then the gate tries
/// the version (a second or two), and its report is kept: the version is `in-review`, or `failed`.
#[utoipa::path(
    post,
    path = "/submissions",
    tag = "publishing",
    operation_id = "submit",
    security(("token" = [])),
    request_body = SubmissionBody,
    responses(
        (status = 201, description = "Kept; `stage` says whether it passed the gate", body = SubmissionWithReport),
        (status = 401, description = "No token that counts", body = Problem, content_type = "application/problem+json"),
        (status = 403, description = "Not the department's author, key or signature", body = Problem,
            content_type = "application/problem+json"),
        (status = 409, description = "The statement's number is old", body = Problem,
            content_type = "application/problem+json"),
        (status = 413, description = "The component is too large", body = Problem, content_type = "application/problem+json"),
        (status = 422, description = "Statement or component cannot be meant", body = Problem,
            content_type = "application/problem+json"),
        (status = 503, description = "Nothing was recorded; try again", body = Problem,
            content_type = "application/problem+json"),
    )
)]
pub async fn submit(
    State(app): State<Arc<App>>,
    Caller(who): Caller,
    Upload(body): Upload,
) -> Result<Response, Problem> {
    let turn = Turn::take(&app.gate).await?;
    let publishing = app.registry.lanes().publishing();
    let to_submit = publishing.run_aside(move || to_submit(body)).await?;
    let stage = app
        .registry
        .submit(&who, to_submit, app.now())
        .await
        .map_err(of_deed)?;
    drop(turn);
    let submitted = stage.submitted();
    let submission = Submission {
        procedure: submitted.procedure.clone(),
        number: submitted.number,
    };
    let mut response = with_report(&app, &submission, &stage).await?;
    *response.status_mut() = StatusCode::CREATED;
    let address = format!("/api/v1/submissions/{submission}");
    if let Ok(address) = HeaderValue::from_str(&address) {
        response.headers_mut().insert(header::LOCATION, address);
    }
    Ok(response)
}

/// How long the gate rests after each submission, whatever became of it. A department that sends one after the other, as fast as it
/// can, would keep the database and the kernel busy for the host; fifty a second are enough for a country.
const REST: Duration = Duration::from_millis(20);

/// One's turn at the gate.
struct Turn(Option<OwnedSemaphorePermit>);

impl Turn {
    async fn take(gate: &Arc<Semaphore>) -> Result<Self, Problem> {
        let turn = Arc::clone(gate).acquire_owned().await;
        turn.map(|turn| Self(Some(turn))).map_err(|_| internal())
    }
}

impl Drop for Turn {
    fn drop(&mut self) {
        let turn = self.0.take();
        // Where no runtime is left nobody waits for a turn any more.
        if let Ok(runtime) = Handle::try_current() {
            runtime.spawn(async move {
                tokio::time::sleep(REST).await;
                drop(turn);
            });
        }
    }
}

/// What was sent, decoded: of tens of megabytes that takes a while, so not where questions are answered.
fn to_submit(body: Pieces) -> Result<ToSubmit, Problem> {
    let SubmissionBody {
        statement,
        signature,
        component,
    } = read::body(&body.together(), TO_SUBMIT)?;
    let component = STANDARD.decode(component.trim()).map_err(|_| {
        read::invalid(
            "/component",
            "not-base64",
            Text::new(
                "thành phần phải ở dạng base64",
                "the component must be base64",
            ),
        )
    })?;
    Ok(ToSubmit {
        statement,
        signature,
        component,
    })
}

async fn with_report(
    app: &App,
    submission: &Submission,
    stage: &Stage,
) -> Result<Response, Problem> {
    let report = app.registry.report(submission).await.map_err(of_deed)?;
    let shown = SubmissionWithReport {
        submission: SubmissionView::of(submission, stage),
        report,
    };
    Ok(json(serde_json::to_vec(&shown).unwrap_or_default()))
}

/// Lists submissions.
#[utoipa::path(
    get,
    path = "/submissions",
    tag = "publishing",
    operation_id = "list-submissions",
    security(("token" = [])),
    params(Which),
    responses(
        (status = 200, description = "Those that fit", body = Submissions),
        (status = 401, description = "No token that counts", body = Problem, content_type = "application/problem+json"),
        (status = 422, description = "A parameter is wrong", body = Problem, content_type = "application/problem+json"),
    )
)]
pub async fn list(
    State(app): State<Arc<App>>,
    caller: Caller,
    which: Result<Query<Which>, QueryRejection>,
) -> Result<Response, Problem> {
    let which = read::query(which, "procedure, stage")?;
    caller.may(&app, Act::Read, None).await?;
    let ledger = app.registry.ledger();
    let submissions = ledger
        .submissions()
        .filter(|(submission, stage)| {
            which
                .procedure
                .as_ref()
                .is_none_or(|code| *code == submission.procedure)
                && which.stage.as_ref().is_none_or(|word| word == stage.word())
        })
        .map(|(submission, stage)| SubmissionView::of(submission, stage))
        .collect();
    let list = Submissions { submissions };
    Ok(json(serde_json::to_vec(&list).unwrap_or_default()))
}

/// Shows a submission: where it stands, what the gate found, and what changes for whom.
#[utoipa::path(
    get,
    path = "/submissions/{procedure}/{number}",
    tag = "publishing",
    operation_id = "show-submission",
    security(("token" = [])),
    params(
        ("procedure" = String, Path, description = "National code", example = "1.003868"),
        ("number" = u32, Path, description = "Number of the statement"),
    ),
    responses(
        (status = 200, description = "Submission and report", body = SubmissionWithReport),
        (status = 401, description = "No token that counts", body = Problem, content_type = "application/problem+json"),
        (status = 404, description = "No such submission", body = Problem, content_type = "application/problem+json"),
    )
)]
pub async fn show(
    State(app): State<Arc<App>>,
    caller: Caller,
    Path(path): Path<(String, String)>,
) -> Result<Response, Problem> {
    let (submission, stage) = find(&app, &caller, path).await?;
    with_report(&app, &submission, &stage).await
}

/// The submission that a path names, if the caller may read it.
async fn find(
    app: &App,
    caller: &Caller,
    path: (String, String),
) -> Result<(Submission, Stage), Problem> {
    let submission = named(path)?;
    caller
        .may(app, Act::Read, Some(&submission.procedure))
        .await?;
    let stage = app
        .registry
        .ledger()
        .stage(&submission)
        .cloned()
        .ok_or_else(|| of_deed(motcua_registry::Refusal::no_submission(&submission).into()))?;
    Ok((submission, stage))
}

/// Gives the component of a submission, for whoever wants to look at it on a machine of his own.
#[utoipa::path(
    get,
    path = "/submissions/{procedure}/{number}/component",
    tag = "publishing",
    operation_id = "submitted-component",
    security(("token" = [])),
    params(
        ("procedure" = String, Path, description = "National code"),
        ("number" = u32, Path, description = "Number of the statement"),
    ),
    responses(
        (status = 200, description = "The component, byte for byte", body = Vec<u8>, content_type = "application/wasm"),
        (status = 401, description = "No token that counts", body = Problem, content_type = "application/problem+json"),
        (status = 404, description = "No such submission, or it was no component", body = Problem,
            content_type = "application/problem+json"),
    )
)]
pub async fn component(
    State(app): State<Arc<App>>,
    caller: Caller,
    Path(path): Path<(String, String)>,
) -> Result<Response, Problem> {
    let (_, stage) = find(&app, &caller, path).await?;
    let bytes = bytes_of(&app, &stage.submitted().component).await?;
    Ok((
        [
            (header::CONTENT_TYPE, "application/wasm"),
            (header::CACHE_CONTROL, "no-store"),
        ],
        bytes,
    )
        .into_response())
}

/// Gives the text of the package that a submitted component carries. The gate has compiled it again: its check `source`
/// says whether this text is what runs.
#[utoipa::path(
    get,
    path = "/submissions/{procedure}/{number}/source",
    tag = "publishing",
    operation_id = "submitted-source",
    security(("token" = [])),
    params(
        ("procedure" = String, Path, description = "National code"),
        ("number" = u32, Path, description = "Number of the statement"),
    ),
    responses(
        (status = 200, description = "The package, YAML", body = String, content_type = "text/plain"),
        (status = 401, description = "No token that counts", body = Problem, content_type = "application/problem+json"),
        (status = 404, description = "No such submission, or it carries no package", body = Problem,
            content_type = "application/problem+json"),
    )
)]
pub async fn source(
    State(app): State<Arc<App>>,
    caller: Caller,
    Path(path): Path<(String, String)>,
) -> Result<Response, Problem> {
    let (_, stage) = find(&app, &caller, path).await?;
    let bytes = bytes_of(&app, &stage.submitted().component).await?;
    let source = app
        .work(move |_| inspect(&bytes, &Classes::default()).source)
        .await?
        .ok_or_else(|| {
            missing(
                "no-source",
                Text::new(
                    "thành phần này không mang theo văn bản gói",
                    "this component carries no package",
                ),
            )
        })?;
    // Plain text: whatever a stranger wrote into it, a browser runs none of it.
    Ok((
        [
            (header::CONTENT_TYPE, "text/plain; charset=utf-8"),
            (header::CACHE_CONTROL, "no-store"),
        ],
        source,
    )
        .into_response())
}

/// The bytes of a component that was submitted. What the gate did not admit is not kept.
pub async fn bytes_of(app: &App, component: &str) -> Result<Vec<u8>, Problem> {
    let digest: Digest = component.parse().map_err(|_| internal())?;
    app.registry
        .store()
        .component(digest)
        .await
        .map_err(|error| of_deed(error.into()))?
        .ok_or_else(|| {
            missing(
                "component-not-kept",
                Text::new(
                    "thành phần không được lưu: cổng kiểm tra đã không nhận",
                    "the component is not kept: the gate did not admit it",
                ),
            )
        })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_gate_rests_after_each_turn() {
        let runtime = tokio::runtime::Builder::new_current_thread()
            .enable_time()
            .build()
            .unwrap();
        runtime.block_on(async {
            let gate = Arc::new(Semaphore::new(1));
            let turn = Turn::take(&gate).await.unwrap();
            drop(turn);
            tokio::task::yield_now().await;
            assert!(gate.try_acquire().is_err(), "no rest");
            assert!(Turn::take(&gate).await.is_ok());
        });
    }
}
