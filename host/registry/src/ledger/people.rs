//! Who may do what. A person acts by a token; a token has one role. Somebody with two tasks has two tokens, and is still
//! one person: two-people rules go by the person.

use motcua_model::{Moment, Text};
use motcua_store::Digest;
use serde::{Deserialize, Serialize};

use crate::refusal::Refusal;

/// What a token allows.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(tag = "role", rename_all = "kebab-case")]
pub enum Role {
    /// Writes and submits versions for one department.
    Author {
        /// The department.
        department: String,
    },
    /// Reads what was submitted, approves or sends back.
    Reviewer,
    /// Runs the host: departments, tokens, keys, activation.
    Operator,
    /// Reads everything that was done, and replays decisions.
    Auditor,
    /// Asks and records decisions.
    Portal,
}

/// What somebody wants to do.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Act {
    /// Enter departments, issue and revoke tokens, register keys.
    Administer,
    /// Revoke a key of a department.
    RevokeKey,
    /// Submit a version.
    Submit,
    /// Read submissions and the reports of the gate.
    Read,
    /// Approve.
    Approve,
    /// Send back.
    SendBack,
    /// Activate.
    Activate,
    /// Suspend.
    Suspend,
    /// Withdraw.
    Withdraw,
    /// Record a decision.
    Decide,
    /// Read decisions and replay one; a portal only its own.
    ReadDecisions,
    /// Replay many decisions.
    Replay,
    /// Read and verify the chain of deeds.
    Audit,
    /// Erase facts whose time is up.
    Erase,
}

impl Act {
    /// Its word, as it stands in the chain.
    pub const fn word(self) -> &'static str {
        match self {
            Self::Administer => "administer",
            Self::RevokeKey => "revoke-key",
            Self::Submit => "submit",
            Self::Read => "read",
            Self::Approve => "approve",
            Self::SendBack => "send-back",
            Self::Activate => "activate",
            Self::Suspend => "suspend",
            Self::Withdraw => "withdraw",
            Self::Decide => "decide",
            Self::ReadDecisions => "read-decisions",
            Self::Replay => "replay",
            Self::Audit => "audit",
            Self::Erase => "erase",
        }
    }

    /// What it is to do it, for a person to read.
    pub fn name(self) -> Text {
        let (vi, en) = match self {
            Self::Administer => (
                "quản lý cơ quan, mã truy cập và khóa",
                "manage departments, tokens and keys",
            ),
            Self::RevokeKey => ("thu hồi khóa của cơ quan", "revoke a key of a department"),
            Self::Submit => ("trình phiên bản", "submit a version"),
            Self::Read => ("xem phiên bản đã trình", "read what was submitted"),
            Self::Approve => ("duyệt phiên bản", "approve a version"),
            Self::SendBack => ("trả lại phiên bản", "send a version back"),
            Self::Activate => ("kích hoạt phiên bản", "activate a version"),
            Self::Suspend => ("tạm ngừng phiên bản", "suspend a version"),
            Self::Withdraw => ("rút lại phiên bản", "withdraw a version"),
            Self::Decide => ("ghi quyết định", "record a decision"),
            Self::ReadDecisions => ("xem quyết định", "read decisions"),
            Self::Replay => ("tính lại các quyết định", "replay decisions"),
            Self::Audit => ("xem nhật ký", "read the chain of deeds"),
            Self::Erase => ("xóa dữ kiện đã hết hạn lưu", "erase facts whose time is up"),
        };
        Text::new(vi, en)
    }
}

impl Role {
    /// Its word.
    pub const fn word(&self) -> &'static str {
        match self {
            Self::Author { .. } => "author",
            Self::Reviewer => "reviewer",
            Self::Operator => "operator",
            Self::Auditor => "auditor",
            Self::Portal => "portal",
        }
    }

    /// Who acts in it, for a person to read.
    pub fn name(&self) -> Text {
        match self {
            Self::Author { department } => Text::new(
                format!("người soạn của {department}"),
                format!("an author of {department}"),
            ),
            Self::Reviewer => Text::new("người duyệt", "a reviewer"),
            Self::Operator => Text::new("người vận hành", "an operator"),
            Self::Auditor => Text::new("người kiểm tra", "an auditor"),
            Self::Portal => Text::new("cổng dịch vụ công", "a portal"),
        }
    }

    /// Whether it allows an act; on a procedure, where `department` says whose that is.
    pub fn allows(&self, act: Act, department: Option<&str>) -> bool {
        match act {
            Act::Read => true,
            Act::Administer | Act::Erase => matches!(self, Self::Operator),
            Act::Submit => self.is_author_of(department),
            Act::Approve | Act::SendBack => matches!(self, Self::Reviewer),
            Act::Activate | Act::Suspend | Act::Withdraw | Act::RevokeKey => {
                matches!(self, Self::Operator) || self.is_author_of(department)
            }
            Act::Decide => matches!(self, Self::Portal),
            Act::ReadDecisions => {
                matches!(self, Self::Portal | Self::Auditor | Self::Operator)
            }
            Act::Replay | Act::Audit => matches!(self, Self::Auditor | Self::Operator),
        }
    }

    fn is_author_of(&self, department: Option<&str>) -> bool {
        matches!((self, department), (Self::Author { department: own }, Some(department)) if own == department)
    }
}

/// Who is asking, once it is established.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Principal {
    /// The person.
    pub person: String,
    /// What they may do.
    pub role: Role,
}

/// Establishes who is asking. Tokens of the chain are the built-in way; an OpenID Connect provider would be another.
pub trait Authority: Send + Sync {
    /// Whose this bearer token is.
    ///
    /// # Errors
    /// Nobody's, or it counts no more.
    fn principal(&self, bearer: &str, now: Moment) -> Result<Principal, Refusal>;
}

/// What every token begins with, so that one that was published by mistake can be found.
pub const TOKEN_PREFIX: &str = "mct_";

/// A token's secret and what is kept of it.
#[derive(Clone, PartialEq, Eq)]
pub struct Secret(String);

impl Secret {
    /// A new secret from 32 random bytes.
    pub fn new(random: [u8; 32]) -> Self {
        use base64::Engine as _;
        let text = base64::engine::general_purpose::URL_SAFE_NO_PAD.encode(random);
        Self(format!("{TOKEN_PREFIX}{text}"))
    }

    /// The text to hand over once.
    pub fn reveal(&self) -> &str {
        &self.0
    }

    /// What is kept. The secret has 256 random bits: no salt and no slow hash could make it harder to guess.
    pub fn digest(&self) -> Digest {
        digest_of(&self.0)
    }
}

impl std::fmt::Debug for Secret {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Secret(…)")
    }
}

/// What is kept of a token's text.
pub(super) fn digest_of(bearer: &str) -> Digest {
    Digest::of(bearer.as_bytes())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::refusal::Refusal;

    #[test]
    fn a_refusal_names_acts_and_roles_in_the_language_it_is_in() {
        let acts = [
            Act::Administer,
            Act::RevokeKey,
            Act::Submit,
            Act::Read,
            Act::Approve,
            Act::SendBack,
            Act::Activate,
            Act::Suspend,
            Act::Withdraw,
            Act::Decide,
            Act::ReadDecisions,
            Act::Replay,
            Act::Audit,
            Act::Erase,
        ];
        let department = "so-thu".to_owned();
        let roles = [
            Role::Author { department },
            Role::Reviewer,
            Role::Operator,
            Role::Auditor,
            Role::Portal,
        ];
        for act in acts {
            for role in &roles {
                let role = role.clone();
                let words = [act.word(), role.word()];
                let text = Refusal::NotAllowed { act, role }.text();
                for word in words {
                    assert!(!text.vi.contains(word), "{word}: {}", text.vi);
                }
                assert!(text.en.contains(" may not "), "{}", text.en);
            }
        }
    }
}
