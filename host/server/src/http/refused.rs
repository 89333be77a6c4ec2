//! What is answered when a deed is not done: the reason in both languages, under the status that says whose turn it is.

use axum::http::StatusCode;
use motcua_model::Text;
use motcua_registry::{DecideError, DeedError, Refusal, SealError, Turn};

use super::problem::Problem;
use super::{assess, internal};

/// After how many seconds a database that does not answer is worth another try.
const DATABASE_RETRY: u32 = 2;

/// Why a deed was not done.
pub fn of_deed(error: DeedError) -> Problem {
    match error {
        DeedError::Refused(refusal) => of_refusal(&refusal),
        DeedError::Store(error) => {
            // Paths and addresses of the database are for the operator's log, not for an answer.
            tracing::error!(%error, "the database could not keep or read something");
            Problem::new(
                StatusCode::SERVICE_UNAVAILABLE,
                "unavailable",
                Text::new(
                    "Cơ sở dữ liệu không trả lời",
                    "The database does not answer",
                ),
                Text::new(
                    "việc này chưa được ghi; hãy thử lại sau giây lát",
                    "this has not been recorded; try again in a moment",
                ),
            )
            .retry_after(DATABASE_RETRY)
        }
        error @ DeedError::Chain(_) => {
            tracing::error!(%error, "the chain of deeds cannot be read");
            Problem::new(
                StatusCode::SERVICE_UNAVAILABLE,
                "unreadable-chain",
                Text::new(
                    "Không đọc được nhật ký",
                    "The chain of deeds cannot be read",
                ),
                error.text(),
            )
        }
        error @ DeedError::Busy => Problem::new(
            StatusCode::SERVICE_UNAVAILABLE,
            "busy",
            Text::new("Hệ thống đang bận", "Busy"),
            error.text(),
        )
        .retry_after(1),
    }
}

/// Why something is refused.
fn of_refusal(refusal: &Refusal) -> Problem {
    let (status, vi, en) = match refusal.turn() {
        Turn::SayWho => (
            StatusCode::UNAUTHORIZED,
            "Chưa biết ai đang hỏi",
            "It is not known who is asking",
        ),
        Turn::MayNot => (StatusCode::FORBIDDEN, "Không được phép", "Not allowed"),
        Turn::Missing => (StatusCode::NOT_FOUND, "Không có", "There is no such thing"),
        Turn::Conflict => (
            StatusCode::CONFLICT,
            "Không khớp với hiện trạng",
            "It does not fit what is there",
        ),
        Turn::Mend => (
            StatusCode::UNPROCESSABLE_ENTITY,
            "Nội dung gửi lên có chỗ sai",
            "What was sent is wrong",
        ),
    };
    Problem::new(status, refusal.code(), Text::new(vi, en), refusal.text())
}

/// Why nothing was decided, or a decision cannot be shown.
pub fn of_decision(error: DecideError) -> Problem {
    match error {
        DecideError::Assess(error) => assess::problem(error, ""),
        DecideError::Deed(error) => of_deed(error),
        DecideError::Seal(error) => of_seal(&error),
    }
}

/// What is sealed cannot be opened here: the operator's turn.
pub fn of_seal(error: &SealError) -> Problem {
    tracing::error!(%error, "facts cannot be sealed or opened");
    match error {
        SealError::NoKey | SealError::UnknownKey { .. } => Problem::new(
            StatusCode::SERVICE_UNAVAILABLE,
            "no-facts-key",
            Text::new("Thiếu khóa mã hóa hồ sơ", "The key for facts is missing"),
            error.text(),
        ),
        SealError::NotAKey { .. } | SealError::Broken => internal(),
    }
}

/// No such thing as was asked for.
pub fn missing(kind: &str, detail: Text) -> Problem {
    Problem::new(
        StatusCode::NOT_FOUND,
        kind,
        Text::new("Không có", "There is no such thing"),
        detail,
    )
}
