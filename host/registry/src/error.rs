//! Why a question has no answer, and whose turn it is.

use std::fmt;

use motcua_engine::{CallError, Fault};
use motcua_model::text::counted;
use motcua_model::{Date, Text};

use crate::question::{FieldError, FieldErrors, Mistake, QuestionError};

/// Why a question has no answer.
#[derive(Clone, Debug)]
pub enum AssessError {
    /// The asker's: there is no such procedure.
    UnknownProcedure(UnknownProcedure),
    /// The asker's: no version of it was in force on the day of receipt.
    NotInForce(NotInForce),
    /// The asker's: the question cannot be read.
    Question(QuestionError),
    /// The department's: the rules of the version failed. They will fail again for this question.
    Failed(Failed),
    /// The department's: the rules of the version have failed again and again, and were not run.
    OutOfOrder(OutOfOrder),
    /// The platform's: ask again.
    Unavailable(Unavailable),
}

/// No such procedure.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct UnknownProcedure {
    /// The code or name asked for, made fit to be shown.
    pub asked: String,
    /// The code or name nearest to it.
    pub near: Option<String>,
}

/// No version in force on a day. Neither an older nor a newer one is used instead.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NotInForce {
    /// National code.
    pub code: String,
    /// The day asked for.
    pub day: Date,
    /// The version that would decide is suspended for what is received from this day on.
    pub suspended_from: Option<Date>,
    /// When versions are in force, ascending.
    pub periods: Vec<Period>,
}

/// The days on which a version is in force, both inclusive.
#[derive(Clone, Copy, Debug, PartialEq, Eq, serde::Serialize, utoipa::ToSchema)]
pub struct Period {
    /// The first day.
    pub from: Date,
    /// The last day; nothing while no end is known.
    pub to: Option<Date>,
}

/// The rules of a version failed.
#[derive(Clone, Debug)]
pub struct Failed {
    /// National code.
    pub code: String,
    /// Digest of the component.
    pub digest: String,
    /// What happened, for the log and the department; not for the asker.
    pub cause: Failure,
}

/// How the rules of a version failed.
#[derive(Clone, Debug, thiserror::Error)]
pub enum Failure {
    /// The sandbox stopped it, or its answer contradicts its manifest or the question.
    #[error(transparent)]
    Call(#[from] CallError),
    /// A term of its manifest cannot be counted.
    #[error("a term of the manifest cannot be counted: {0}")]
    Term(#[from] motcua_model::due::DueError),
}

impl Failure {
    /// A stable word for it, for logs and metrics.
    pub fn code(&self) -> &'static str {
        match self {
            Self::Call(error) => error.code(),
            Self::Term(_) => "term",
        }
    }
}

/// A version whose rules are not run for a while, because they have failed again and again.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OutOfOrder {
    /// National code.
    pub code: String,
    /// Digest of the component.
    pub digest: String,
    /// After how many seconds a question is tried again.
    pub retry_after: u32,
}

/// The platform cannot answer now.
#[derive(Clone, Debug)]
pub struct Unavailable {
    /// What happened, for the log; not for the asker.
    pub cause: CallError,
    /// After how many seconds it is worth asking again.
    pub retry_after: u32,
}

impl AssessError {
    /// What a call of the sandbox that gave no answer means.
    pub(crate) fn of_call(code: &str, digest: &str, error: CallError) -> Self {
        match error.fault() {
            Fault::Plugin => Self::failed(code, digest, Failure::Call(error)),
            Fault::Platform => Self::Unavailable(Unavailable {
                cause: error,
                retry_after: 1,
            }),
        }
    }

    pub(crate) fn failed(code: &str, digest: &str, cause: Failure) -> Self {
        Self::Failed(Failed {
            code: code.to_owned(),
            digest: digest.to_owned(),
            cause,
        })
    }

    /// One mistake of the asker that only shows once the question is read.
    pub(crate) fn field(pointer: String, code: Mistake, message: Text) -> Self {
        let error = FieldError {
            pointer,
            code,
            message,
            allowed: Vec::new(),
        };
        Self::Question(QuestionError::Fields(FieldErrors {
            errors: vec![error],
            more: false,
        }))
    }

    /// A stable word for the kind of error.
    pub fn code(&self) -> &'static str {
        match self {
            Self::UnknownProcedure(_) => "unknown-procedure",
            Self::NotInForce(_) => "not-in-force",
            Self::Question(QuestionError::Broken(_)) => "broken-json",
            Self::Question(QuestionError::Fields(_)) => "invalid-question",
            Self::Failed(_) => "rules-failed",
            Self::OutOfOrder(_) => "out-of-order",
            Self::Unavailable(_) => "unavailable",
        }
    }

    /// What the asker is told: what happened and a way out, nothing of how the inside works.
    pub fn text(&self) -> Text {
        match self {
            Self::UnknownProcedure(unknown) => unknown.text(),
            Self::NotInForce(missing) => missing.text(),
            Self::Question(error) => error.text(),
            Self::Failed(Failed { code, digest, .. }) => Text::new(
                format!(
                    "quy tắc của phiên bản này ({code}, {digest}) gặp lỗi với câu hỏi này; lỗi đã được ghi lại cho cơ quan phát \
                     hành. Hỏi lại cũng sẽ gặp lỗi; hãy hướng dẫn người nộp hồ sơ đến bộ phận một cửa."
                ),
                format!(
                    "the rules of this version ({code}, {digest}) failed on this question; the failure has been recorded for \
                     the department that publishes it. Asking again will fail again; send the applicant to the counter."
                ),
            ),
            Self::OutOfOrder(OutOfOrder { code, digest, .. }) => Text::new(
                format!(
                    "thủ tục {code} tạm thời không tra cứu được: quy tắc của phiên bản {digest} liên tục gặp lỗi và đã được báo cho \
                     cơ quan phát hành. Không dùng phiên bản khác thay thế. Hãy hướng dẫn người nộp hồ sơ đến bộ phận một cửa, hoặc \
                     hỏi lại sau."
                ),
                format!(
                    "procedure {code} is out of order: the rules of version {digest} keep failing, and the department that \
                     publishes it has been told. No other version is used instead. Send the applicant to the counter, or ask again \
                     later."
                ),
            ),
            Self::Unavailable(_) => Text::new(
                "hệ thống đang bận; hãy thử lại sau giây lát. Câu hỏi không có gì sai.",
                "the system is busy; try again in a moment. Nothing is wrong with the question.",
            ),
        }
    }
}

impl UnknownProcedure {
    fn text(&self) -> Text {
        let asked = &self.asked;
        let (vi, en) = match &self.near {
            Some(near) => (
                format!("; có phải ý là `{near}`?"),
                format!("; did you mean `{near}`?"),
            ),
            None => (
                "; danh sách thủ tục ở /api/v1/procedures".to_owned(),
                "; the procedures are listed at /api/v1/procedures".to_owned(),
            ),
        };
        Text::new(
            format!("không có thủ tục {asked}{vi}"),
            format!("there is no procedure {asked}{en}"),
        )
    }
}

impl NotInForce {
    fn text(&self) -> Text {
        let Self {
            code,
            day,
            suspended_from,
            periods,
        } = self;
        if let Some(from) = suspended_from {
            return Text::new(
                format!(
                    "thủ tục {code} đang tạm ngừng đối với hồ sơ nhận từ ngày {from}; không dùng phiên bản khác thay thế. Hãy hỏi bộ \
                     phận một cửa."
                ),
                format!(
                    "procedure {code} is suspended for what is received from {from} on; no other version is used instead. Ask \
                     at the counter."
                ),
            );
        }
        if periods.is_empty() {
            return Text::new(
                format!(
                    "ngày {day} không có phiên bản nào của thủ tục {code} có hiệu lực: tính đến thời điểm được hỏi, chưa có phiên bản nào \
                     được công bố (hoặc đã bị rút lại)."
                ),
                format!(
                    "on {day} no version of procedure {code} was in force: by the moment asked about none had been published (or it \
                     had been taken back)."
                ),
            );
        }
        let list = |until: &str, open: &str| {
            let one = |period: &Period| match period.to {
                Some(to) => format!("{}{until}{to}", period.from),
                None => format!("{}{open}", period.from),
            };
            periods.iter().map(one).collect::<Vec<_>>().join(", ")
        };
        Text::new(
            format!(
                "ngày {day} không có phiên bản nào của thủ tục {code} có hiệu lực; các phiên bản có hiệu lực: {}. Không dùng phiên \
                 bản cũ hơn hay mới hơn thay thế.",
                list(" đến ", " trở đi")
            ),
            format!(
                "on {day} no version of procedure {code} was in force; versions are in force: {}. No older or newer one is used \
                 instead.",
                list(" to ", " onwards")
            ),
        )
    }
}

impl QuestionError {
    /// What the asker is told in one sentence; each place has its own message.
    pub fn text(&self) -> Text {
        match self {
            Self::Broken(broken) => Text::new(
                format!(
                    "dòng {}, cột {}: {}",
                    broken.line, broken.column, broken.message.vi
                ),
                format!(
                    "line {}, column {}: {}",
                    broken.line, broken.column, broken.message.en
                ),
            ),
            Self::Fields(fields) => {
                let number = fields.errors.len();
                let (more_vi, more_en) = if fields.more {
                    ("hơn ", "more than ")
                } else {
                    ("", "")
                };
                Text::new(
                    format!("câu hỏi có {more_vi}{number} chỗ sai; xem từng chỗ trong `errors`"),
                    format!(
                        "{more_en}{} wrong; each is told in `errors`",
                        counted(
                            number,
                            "place of the question is",
                            "places of the question are"
                        )
                    ),
                )
            }
        }
    }
}

impl fmt::Display for AssessError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Question(error) => error.fmt(f),
            Self::Failed(failed) => {
                write!(f, "{} {}: {}", failed.code, failed.digest, failed.cause)
            }
            Self::Unavailable(unavailable) => unavailable.cause.fmt(f),
            Self::UnknownProcedure(_) | Self::NotInForce(_) | Self::OutOfOrder(_) => {
                f.write_str(&self.text().en)
            }
        }
    }
}

impl std::error::Error for AssessError {}

impl From<QuestionError> for AssessError {
    fn from(error: QuestionError) -> Self {
        Self::Question(error)
    }
}
