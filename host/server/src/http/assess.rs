//! `POST /procedures/{code}/assess` and `POST /assess`: questions and their answers.

use std::sync::Arc;

use axum::extract::{Path, Query, State};
use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use motcua_model::text::counted;
use motcua_model::{Moment, Text};
use motcua_registry::engine::Class;
use motcua_registry::{Answer, AssessError, QuestionError, Quickly, Texts};
use serde::Deserialize;
use serde_json::value::RawValue;
use utoipa::{IntoParams, ToSchema};

use super::body::Questions;
use super::problem::{FieldProblem, Problem};
use super::{App, Body, Seen};

/// The most questions in one body.
pub const MOST_QUESTIONS: usize = 1_000;

/// Whether the answer carries words.
#[derive(Debug, Default, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(deny_unknown_fields)]
pub struct Form {
    /// `all`: with names, articles and reasons. `none`: ids, outcomes, dates and amounts for a portal that has the words.
    #[serde(default)]
    #[param(inline)]
    pub texts: TextsParam,
    /// Answers as it would have been answered at this moment, with what had been published by then.
    #[param(value_type = Option<String>, format = DateTime, example = "2026-03-02T09:00")]
    pub known_at: Option<Moment>,
}

/// `all` or `none`.
#[derive(Clone, Copy, Debug, Default, Deserialize, ToSchema)]
#[serde(rename_all = "kebab-case")]
pub enum TextsParam {
    /// With the words.
    #[default]
    All,
    /// Without.
    None,
}

impl From<TextsParam> for Texts {
    fn from(param: TextsParam) -> Self {
        match param {
            TextsParam::All => Self::All,
            TextsParam::None => Self::None,
        }
    }
}

/// A question. Everything but `facts` may be left out.
#[derive(Debug, ToSchema)]
#[expect(
    dead_code,
    reason = "only described: questions are read without an intermediate tree"
)]
pub struct Question {
    /// When the applicant sent the dossier; left out: the earliest of the other two, or now.
    #[schema(value_type = Option<String>, format = DateTime, example = "2026-03-02T08:30")]
    filed_at: Option<String>,
    /// When an officer accepted it as complete and correct.
    #[schema(value_type = Option<String>, format = DateTime)]
    accepted_at: Option<String>,
    /// When the competent agency had it complete and correct: day 0 of the time limit, and the day whose law applies.
    #[schema(value_type = Option<String>, format = DateTime, example = "2026-03-02T09:00")]
    received_at: Option<String>,
    /// How it was filed.
    channel: Option<motcua_model::Channel>,
    /// What is known, by the ids of `facts.schema.json`; what is left out is unknown, not "no".
    #[schema(value_type = Object)]
    facts: serde_json::Value,
    /// Documents the department has already, by id.
    on_file: Option<Vec<String>>,
    /// Databases that have been consulted, by id.
    data_sources: Option<Vec<String>>,
}

/// Answers one question by the version in force on its day of receipt.
///
/// The rules run in a fresh, empty sandbox. What is not told is unknown: the answer says what is certain already, and in
/// `ask_next` which facts can still change it.
#[utoipa::path(
    post,
    path = "/procedures/{code}/assess",
    tag = "assess",
    operation_id = "assess",
    params(("code" = String, Path, description = "National code or slug", example = "licence-to-print-publications"), Form),
    request_body = Question,
    responses(
        (status = 200, description = "The answer", body = Answer),
        (status = 400, description = "The body is no JSON", body = Problem, content_type = "application/problem+json"),
        (status = 404, description = "No such procedure, or no version in force on that day", body = Problem,
            content_type = "application/problem+json"),
        (status = 413, description = "The body is too large", body = Problem, content_type = "application/problem+json"),
        (status = 422, description = "The question is wrong; each place is told", body = Problem,
            content_type = "application/problem+json"),
        (status = 502, description = "The rules of the version failed", body = Problem,
            content_type = "application/problem+json"),
        (status = 503, description = "Busy, or the version is out of order; ask again after the seconds told", body = Problem,
            content_type = "application/problem+json"),
    )
)]
pub async fn one(
    State(app): State<Arc<App>>,
    Path(code): Path<String>,
    form: Result<Query<Form>, axum::extract::rejection::QueryRejection>,
    Body(body): Body,
) -> Result<Response, Problem> {
    let seen = read_form(&app, form)?;
    // A version that is known to be quick is asked on this thread; handing a question of some microseconds to another one
    // takes longer than the answer. Any other is asked where it may keep a thread busy.
    let at = app.now();
    let quick = app
        .catalogue()
        .assess_if_quick(&code, &body, &seen.context(), at);
    let result = match quick {
        Ok(Quickly::Answered(answer)) => Ok(answer),
        Err(error) => Err(error),
        Ok(Quickly::NotQuick(class)) => {
            app.ask(class, move |app| {
                app.catalogue().assess(&code, &body, &seen.context(), at)
            })
            .await?
        }
    };
    match result {
        Ok(answer) => {
            app.metrics.assessed("answered");
            Ok(json(answer))
        }
        Err(error) => {
            app.metrics.assessed(end(&error));
            Err(problem(error, ""))
        }
    }
}

/// Many questions, each to its procedure.
#[derive(Debug, ToSchema)]
#[expect(dead_code, reason = "only described: the body is read piece by piece")]
pub struct Batch {
    /// At most 1,000.
    #[schema(max_items = 1000)]
    questions: Vec<ToProcedure>,
}

/// A question with the procedure it goes to.
#[derive(Debug, ToSchema)]
#[expect(dead_code, reason = "only described: the body is read piece by piece")]
pub struct ToProcedure {
    /// National code or slug.
    procedure: String,
    /// The question, as for one procedure.
    question: Question,
}

/// Answers in the order of the questions: each is an answer, or a problem in its place.
#[derive(Debug, ToSchema)]
#[expect(
    dead_code,
    reason = "only described: the answers are written piece by piece"
)]
pub struct Answers {
    /// In the order asked: each an answer, or a problem.
    #[schema(value_type = Vec<Object>)]
    answers: Vec<serde_json::Value>,
}

/// Answers up to 1,000 questions at once, to one procedure or to many.
///
/// A question that is wrong does not spoil the others: its place holds a problem.
#[utoipa::path(
    post,
    path = "/assess",
    tag = "assess",
    operation_id = "assess-many",
    params(Form),
    request_body = Batch,
    responses(
        (status = 200, description = "Answers in the order asked", body = Answers),
        (status = 400, description = "The body is no JSON", body = Problem, content_type = "application/problem+json"),
        (status = 413, description = "The body is too large", body = Problem, content_type = "application/problem+json"),
        (status = 422, description = "Not a list of questions", body = Problem, content_type = "application/problem+json"),
    )
)]
pub async fn many(
    State(app): State<Arc<App>>,
    form: Result<Query<Form>, axum::extract::rejection::QueryRejection>,
    Questions(body): Questions,
) -> Result<Response, Problem> {
    let seen = read_form(&app, form)?;
    // Whatever their class: of few lists each is long.
    app.ask(Class::Compiled, move |app| {
        answer_all(app, &body.together(), &seen)
    })
    .await?
    .map(json)
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Pieces<'a> {
    #[serde(borrow)]
    questions: Vec<Piece<'a>>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Piece<'a> {
    procedure: String,
    #[serde(borrow)]
    question: &'a RawValue,
}

fn answer_all(app: &App, body: &[u8], seen: &Seen) -> Result<Vec<u8>, Problem> {
    let Pieces { questions } = serde_json::from_slice(body).map_err(|error| no_batch(&error))?;
    if questions.len() > MOST_QUESTIONS {
        return Err(invalid(vec![FieldProblem {
            pointer: "/questions".to_owned(),
            code: "too-long".to_owned(),
            message: Text::new(
                format!(
                    "nhiều nhất {MOST_QUESTIONS} câu hỏi một lần, ở đây có {}",
                    questions.len()
                ),
                format!(
                    "at most {MOST_QUESTIONS} questions at once, here are {}",
                    questions.len()
                ),
            ),
        }]));
    }
    let (context, at) = (seen.context(), app.now());
    let mut answers = b"{\"answers\":[".to_vec();
    for (
        number,
        Piece {
            procedure,
            question,
        },
    ) in questions.iter().enumerate()
    {
        if number > 0 {
            answers.push(b',');
        }
        match app
            .catalogue()
            .assess(procedure, question.get().as_bytes(), &context, at)
        {
            Ok(answer) => {
                app.metrics.assessed("answered");
                answers.extend_from_slice(&answer);
            }
            Err(error) => {
                app.metrics.assessed(end(&error));
                let problem = problem(error, &format!("/questions/{number}/question"));
                answers.extend(serde_json::to_vec(&problem).unwrap_or_else(|_| b"null".to_vec()));
            }
        }
    }
    answers.extend_from_slice(b"]}");
    Ok(answers)
}

fn no_batch(error: &serde_json::Error) -> Problem {
    if error.is_data() {
        return invalid(vec![FieldProblem {
            pointer: String::new(),
            code: "wrong-type".to_owned(),
            message: Text::new(
                format!(
                    "dòng {}, cột {}: cần {{\"questions\": [{{\"procedure\": …, \"question\": {{…}}}}]}}",
                    error.line(),
                    error.column()
                ),
                format!(
                    "line {}, column {}: expected {{\"questions\": [{{\"procedure\": …, \"question\": {{…}}}}]}}",
                    error.line(),
                    error.column()
                ),
            ),
        }]);
    }
    Problem::new(
        StatusCode::BAD_REQUEST,
        "broken-json",
        Text::new("Không phải JSON", "Not JSON"),
        Text::new(
            format!(
                "dòng {}, cột {}: JSON bị hỏng ở đây",
                error.line(),
                error.column()
            ),
            format!(
                "line {}, column {}: the JSON is broken here",
                error.line(),
                error.column()
            ),
        ),
    )
}

/// Which form the answer shall have, and of which moment.
fn read_form(
    app: &App,
    form: Result<Query<Form>, axum::extract::rejection::QueryRejection>,
) -> Result<Seen, Problem> {
    let wrong = |pointer: &str, code: &str, message: Text| {
        invalid(vec![FieldProblem {
            pointer: pointer.to_owned(),
            code: code.to_owned(),
            message,
        }])
    };
    let Query(form) = form.map_err(|_| {
        wrong(
            "",
            "unknown-option",
            Text::new(
                "`texts` là `all` hoặc `none`; `known_at` là thời điểm như 2026-03-02T09:00; không có tham số khác",
                "`texts` is `all` or `none`; `known_at` is a moment such as 2026-03-02T09:00; there is no other parameter",
            ),
        )
    })?;
    if form.known_at.is_some_and(|moment| moment > app.now()) {
        return Err(not_yet());
    }
    Ok(app.seen(form.texts.into(), form.known_at))
}

/// What was known at a moment that has not come.
pub fn not_yet() -> Problem {
    invalid(vec![FieldProblem {
        pointer: "known_at".to_owned(),
        code: "date-out-of-range".to_owned(),
        message: Text::new(
            "`known_at` chưa đến: không ai biết trước những gì sẽ được ban hành",
            "`known_at` lies in the future: nobody knows what will have been published by then",
        ),
    }])
}

/// A question that is wrong in the places told.
pub fn invalid(errors: Vec<FieldProblem>) -> Problem {
    let number = errors.len();
    Problem::new(
        StatusCode::UNPROCESSABLE_ENTITY,
        "invalid-question",
        Text::new("Câu hỏi có chỗ sai", "The question is wrong"),
        Text::new(
            format!("{number} chỗ sai; xem từng chỗ trong `errors`"),
            format!(
                "{} wrong; each is told in `errors`",
                counted(number, "place is", "places are")
            ),
        ),
    )
    .with_errors(errors)
}

/// What the asker is told of an error; pointers begin at `base`.
pub fn problem(error: AssessError, base: &str) -> Problem {
    let kind = error.code();
    let detail = error.text();
    match error {
        AssessError::Question(error) => of_question(&error, base),
        AssessError::UnknownProcedure(_) => Problem::new(
            StatusCode::NOT_FOUND,
            kind,
            Text::new("Không có thủ tục này", "No such procedure"),
            detail,
        ),
        AssessError::NotInForce(_) => Problem::new(
            StatusCode::NOT_FOUND,
            kind,
            Text::new("Không có phiên bản nào có hiệu lực", "No version in force"),
            detail,
        ),
        AssessError::Failed(_) => Problem::new(
            StatusCode::BAD_GATEWAY,
            kind,
            Text::new(
                "Quy tắc của phiên bản gặp lỗi",
                "The rules of this version failed",
            ),
            detail,
        ),
        AssessError::OutOfOrder(out_of_order) => Problem::new(
            StatusCode::SERVICE_UNAVAILABLE,
            kind,
            Text::new(
                "Thủ tục tạm thời không tra cứu được",
                "The procedure is out of order",
            ),
            detail,
        )
        .retry_after(out_of_order.retry_after),
        AssessError::Unavailable(unavailable) => Problem::new(
            StatusCode::SERVICE_UNAVAILABLE,
            kind,
            Text::new("Hệ thống đang bận", "Busy"),
            detail,
        )
        .retry_after(unavailable.retry_after),
    }
}

/// What the asker is told of a question that cannot be read.
pub fn of_question(error: &QuestionError, base: &str) -> Problem {
    let detail = error.text();
    match error {
        QuestionError::Broken(_) => Problem::new(
            StatusCode::BAD_REQUEST,
            "broken-json",
            Text::new("Không phải JSON", "Not JSON"),
            detail,
        ),
        QuestionError::Fields(fields) => Problem::new(
            StatusCode::UNPROCESSABLE_ENTITY,
            "invalid-question",
            Text::new("Câu hỏi có chỗ sai", "The question is wrong"),
            detail,
        )
        .with_errors(
            fields
                .errors
                .iter()
                .map(|error| FieldProblem {
                    pointer: format!("{base}{}", error.pointer),
                    code: error.code.word().to_owned(),
                    message: error.message.clone(),
                })
                .collect(),
        ),
    }
}

fn end(error: &AssessError) -> &'static str {
    match error {
        AssessError::UnknownProcedure(_)
        | AssessError::NotInForce(_)
        | AssessError::Question(_) => "asker",
        AssessError::Failed(_) => "plugin",
        AssessError::OutOfOrder(_) => "out-of-order",
        AssessError::Unavailable(_) => "platform",
    }
}

/// A body of JSON that changes from question to question.
pub fn json(body: Vec<u8>) -> Response {
    let mut response = body.into_response();
    let headers = response.headers_mut();
    headers.insert(
        header::CONTENT_TYPE,
        HeaderValue::from_static("application/json"),
    );
    headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    response
}
