//! Why a deed is refused: told to the one who wanted it, and kept in the chain.

use motcua_model::lifecycle::Forbidden;
use motcua_model::statement::StatementError;
use motcua_model::{Date, Moment, Text};

use crate::ledger::{Act, Role, Submission};

/// Why a deed is refused.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Refusal {
    /// No such token. Not kept in the chain: anybody could fill it.
    UnknownToken,
    /// The token's time is up.
    ExpiredToken {
        /// The token.
        token: String,
        /// Whose it was.
        person: String,
        /// When.
        expired_at: Moment,
    },
    /// The token was revoked.
    RevokedToken {
        /// The token.
        token: String,
        /// Whose it was.
        person: String,
    },
    /// The role does not allow it.
    NotAllowed {
        /// What was wanted.
        act: Act,
        /// The role.
        role: Role,
    },
    /// The procedure belongs to another department, or to none.
    NotOwner {
        /// National code.
        procedure: String,
        /// Who wants it.
        department: String,
        /// Whose it is.
        owner: Option<String>,
    },
    /// The statement cannot be read.
    Statement(StatementError),
    /// The key is not registered, belongs to another department or did not count at that moment.
    Key {
        /// The key.
        key: String,
        /// What is wrong with it.
        what: KeyFault,
    },
    /// The signature is missing, or not over this text by this key.
    Signature,
    /// The statement's number was used, or lies before one that was.
    OldStatement {
        /// Its number.
        number: u32,
        /// The last one taken.
        last: u32,
    },
    /// The statement's number lies far beyond the last one: it would leave no room for later ones.
    FarStatement {
        /// Its number.
        number: u32,
        /// The last one taken.
        last: u32,
    },
    /// The component is not the one that the statement names.
    OtherComponent {
        /// What the statement names.
        named: String,
        /// What was sent.
        sent: String,
    },
    /// The component that is kept is not what was reviewed.
    Altered {
        /// What is wrong.
        what: Text,
    },
    /// The engine does not load it.
    NotLoaded {
        /// Why.
        what: Text,
    },
    /// The lifecycle forbids it.
    Forbidden(Forbidden),
    /// There is no such thing.
    Unknown {
        /// What was looked for.
        what: Text,
    },
    /// It exists already, or cannot be meant.
    Conflict {
        /// What.
        what: Text,
    },
    /// An idempotency key stands for another request.
    KeyReused {
        /// The key.
        key: String,
        /// The decision that it stands for.
        decision: String,
    },
    /// The day lies too far back to be meant.
    Day {
        /// The day.
        day: Date,
        /// What is wrong with it.
        what: Text,
    },
}

/// What is wrong with a key.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum KeyFault {
    /// Nobody registered it.
    Unknown,
    /// It belongs to another department.
    Foreign,
    /// Its time has not begun.
    Early,
    /// Its time is up.
    Late,
    /// It was revoked.
    Revoked,
}

/// Whose turn it is, for a status code or an exit code.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Turn {
    /// Say who you are.
    SayWho,
    /// You may not.
    MayNot,
    /// There is no such thing.
    Missing,
    /// It does not fit what is there.
    Conflict,
    /// What was sent is wrong.
    Mend,
}

impl Refusal {
    /// No such submission.
    pub fn no_submission(submission: &Submission) -> Self {
        Self::Unknown {
            what: Text::new(
                format!("không có hồ sơ trình {submission}"),
                format!("there is no submission {submission}"),
            ),
        }
    }

    /// A stable word for it.
    pub const fn code(&self) -> &'static str {
        match self {
            Self::UnknownToken => "unknown-token",
            Self::ExpiredToken { .. } => "expired-token",
            Self::RevokedToken { .. } => "revoked-token",
            Self::NotAllowed { .. } => "not-allowed",
            Self::NotOwner { .. } => "not-owner",
            Self::Statement(_) => "unreadable-statement",
            Self::Key { what, .. } => match what {
                KeyFault::Unknown => "unknown-key",
                KeyFault::Foreign => "foreign-key",
                KeyFault::Early => "early-key",
                KeyFault::Late => "late-key",
                KeyFault::Revoked => "revoked-key",
            },
            Self::Signature => "wrong-signature",
            Self::OldStatement { .. } => "old-statement",
            Self::FarStatement { .. } => "far-statement",
            Self::OtherComponent { .. } => "component-differs",
            Self::Altered { .. } => "altered",
            Self::NotLoaded { .. } => "not-loaded",
            Self::Forbidden(forbidden) => forbidden.code(),
            Self::Unknown { .. } => "unknown",
            Self::Conflict { .. } => "conflict",
            Self::KeyReused { .. } => "idempotency-key-reused",
            Self::Day { .. } => "day",
        }
    }

    /// Whose turn it is.
    pub const fn turn(&self) -> Turn {
        match self {
            Self::UnknownToken | Self::ExpiredToken { .. } | Self::RevokedToken { .. } => {
                Turn::SayWho
            }
            Self::NotAllowed { .. }
            | Self::NotOwner { .. }
            | Self::Key { .. }
            | Self::Signature
            | Self::Forbidden(Forbidden::OwnApproval { .. }) => Turn::MayNot,
            Self::Unknown { .. } => Turn::Missing,
            Self::OldStatement { .. }
            | Self::FarStatement { .. }
            | Self::Altered { .. }
            | Self::NotLoaded { .. }
            | Self::Conflict { .. }
            | Self::KeyReused { .. }
            | Self::Forbidden(
                Forbidden::NotFrom { .. }
                | Forbidden::HasBegun { .. }
                | Forbidden::Overtaken { .. }
                | Forbidden::OtherBefore { .. }
                | Forbidden::SuspendedBefore { .. }
                | Forbidden::OtherComponent { .. },
            ) => Turn::Conflict,
            Self::Statement(_)
            | Self::OtherComponent { .. }
            | Self::Day { .. }
            | Self::Forbidden(Forbidden::NoReason) => Turn::Mend,
        }
    }

    /// Why, and what to do.
    pub fn text(&self) -> Text {
        match self {
            Self::UnknownToken => Text::new(
                "cần mã truy cập hợp lệ trong tiêu đề `Authorization: Bearer …`; hãy xin người vận hành cấp",
                "a valid token is needed in the header `Authorization: Bearer …`; ask the operator for one",
            ),
            Self::ExpiredToken {
                token, expired_at, ..
            } => Text::new(
                format!("mã truy cập {token} đã hết hạn lúc {expired_at}; hãy xin cấp mã mới"),
                format!("token {token} expired at {expired_at}; ask for a new one"),
            ),
            Self::RevokedToken { token, .. } => Text::new(
                format!("mã truy cập {token} đã bị thu hồi; hãy xin cấp mã mới"),
                format!("token {token} has been revoked; ask for a new one"),
            ),
            Self::NotAllowed { act, role } => {
                let (act, role) = (act.name(), role.name());
                Text::new(
                    format!(
                        "{} không được {}; hãy dùng mã truy cập có vai trò phù hợp",
                        role.vi, act.vi
                    ),
                    format!(
                        "{} may not {}; use a token with a role that may",
                        role.en, act.en
                    ),
                )
            }
            Self::NotOwner {
                procedure,
                department,
                owner,
            } => match owner {
                Some(owner) => Text::new(
                    format!("thủ tục {procedure} thuộc {owner}, không thuộc {department}"),
                    format!("procedure {procedure} belongs to {owner}, not to {department}"),
                ),
                None => Text::new(
                    format!(
                        "thủ tục {procedure} chưa được giao cho cơ quan nào; người vận hành phải giao mã này cho {department} trước"
                    ),
                    format!(
                        "procedure {procedure} belongs to no department; the operator must give its code to {department} first"
                    ),
                ),
            },
            Self::Statement(error) => error.text(),
            Self::Key { key, what } => {
                let (vi, en) = match what {
                    KeyFault::Unknown => ("chưa được đăng ký", "is not registered"),
                    KeyFault::Foreign => ("là của cơ quan khác", "belongs to another department"),
                    KeyFault::Early => ("chưa đến ngày có hiệu lực", "does not count yet"),
                    KeyFault::Late => ("đã hết hiệu lực", "counts no more"),
                    KeyFault::Revoked => ("đã bị thu hồi", "has been revoked"),
                };
                Text::new(
                    format!("khóa {key} {vi}; hãy ký bằng khóa khác của cơ quan"),
                    format!("key {key} {en}; sign with another key of the department"),
                )
            }
            Self::Signature => Text::new(
                "chữ ký thiếu hoặc không đúng với bản tuyên bố này; hãy ký lại bằng `motcua sign`",
                "the signature is missing or is not over this statement; sign again with `motcua sign`",
            ),
            Self::OldStatement { number, last } => Text::new(
                format!(
                    "bản tuyên bố số {number} đã cũ: số gần nhất là {last}; hãy ký bản mới với số {}",
                    last.saturating_add(1)
                ),
                format!(
                    "statement {number} is old: the last one is {last}; sign a new one with number {}",
                    last.saturating_add(1)
                ),
            ),
            Self::FarStatement { number, last } => Text::new(
                format!(
                    "số {number} của bản tuyên bố quá xa số gần nhất ({last}); hãy ký bản mới với số {}",
                    last.saturating_add(1)
                ),
                format!(
                    "the number {number} of the statement lies too far beyond the last one ({last}); sign a new one with number {}",
                    last.saturating_add(1)
                ),
            ),
            Self::OtherComponent { named, sent } => Text::new(
                format!("bản tuyên bố ghi {named}, nhưng tệp gửi lên là {sent}"),
                format!("the statement names {named}, but the file sent is {sent}"),
            ),
            Self::Altered { what } => Text::new(
                format!(
                    "phiên bản đang lưu không đúng như lúc xét duyệt: {}. Không có gì được kích hoạt; hãy báo người vận hành.",
                    what.vi
                ),
                format!(
                    "what is kept is not what was reviewed: {}. Nothing was activated; tell the operator.",
                    what.en
                ),
            ),
            Self::NotLoaded { what } => Text::new(
                format!("không nạp được phiên bản: {}", what.vi),
                format!("the version cannot be loaded: {}", what.en),
            ),
            Self::Forbidden(forbidden) => forbidden.text(),
            Self::Unknown { what } | Self::Conflict { what } | Self::Day { what, .. } => {
                what.clone()
            }
            Self::KeyReused { key, decision } => {
                let key = crate::question::shown(key);
                Text::new(
                    format!(
                        "khóa chống lặp {key} đã dùng cho một yêu cầu khác (quyết định {decision}); hãy dùng khóa mới"
                    ),
                    format!(
                        "idempotency key {key} stands for another request (decision {decision}); use a new key"
                    ),
                )
            }
        }
    }

    /// Whose token it was, where it was somebody's.
    pub fn person(&self) -> Option<&str> {
        match self {
            Self::ExpiredToken { person, .. } | Self::RevokedToken { person, .. } => Some(person),
            _ => None,
        }
    }
}

impl From<Forbidden> for Refusal {
    fn from(forbidden: Forbidden) -> Self {
        Self::Forbidden(forbidden)
    }
}

impl From<StatementError> for Refusal {
    fn from(error: StatementError) -> Self {
        Self::Statement(error)
    }
}

impl std::fmt::Display for Refusal {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&self.text().en)
    }
}

impl std::error::Error for Refusal {}
