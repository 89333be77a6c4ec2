//! To administer: departments, tokens and keys.

use base64::Engine as _;
use motcua_model::{Moment, Text};

use super::{DeedError, Registry, ToAppend, may};
use crate::ledger::{Act, Deed, Department, Principal, Role, Secret, Token};
use crate::refusal::Refusal;
use crate::signature::key_id;

/// The longest id of a department or a person, in bytes.
const LONGEST_ID: usize = 80;

/// A token to issue.
#[derive(Clone, Debug)]
pub struct NewToken {
    /// Whose it will be.
    pub person: String,
    /// What it allows.
    pub role: Role,
    /// From then on it counts no more.
    pub expires_at: Moment,
    /// 32 random bytes.
    pub random: [u8; 32],
}

/// A key to register.
#[derive(Clone, Debug)]
pub struct NewKey {
    /// The department.
    pub department: String,
    /// Ed25519 public key, 32 bytes in base64.
    pub public: String,
    /// Its signatures count from this moment on.
    pub from: Moment,
    /// Until this moment, if it shall be limited.
    pub until: Option<Moment>,
}

impl Registry {
    /// Enters a department, or gives it other codes or another name.
    ///
    /// # Errors
    /// Every [`DeedError`].
    pub async fn add_department(
        &self,
        who: &Principal,
        department: Department,
        now: Moment,
    ) -> Result<(), DeedError> {
        let subject = department.id.clone();
        self.enact(who, Act::Administer, &subject, now, |ledger| {
            may(ledger, who, Act::Administer, None)?;
            must_be_id(&department.id)?;
            if department.codes.iter().any(|code| {
                let beginning = code.strip_suffix('*').unwrap_or(code);
                beginning.is_empty()
                    || !beginning
                        .bytes()
                        .all(|byte| byte.is_ascii_alphanumeric() || b".-".contains(&byte))
            }) {
                return Err(conflict(
                    "mã thủ tục chỉ gồm chữ, số, dấu chấm và gạch nối, có thể kết thúc bằng `*` (ví dụ `1.003*`)",
                    "a code has letters, digits, dots and hyphens, and may end in `*` (for example `1.003*`)",
                ));
            }
            if let Some(other) = ledger.departments().find(|other| {
                other.id != department.id
                    && other.codes.iter().any(|code| department.codes.contains(code))
            }) {
                return Err(conflict(
                    format!("có mã đã thuộc {}", other.id),
                    format!("a code belongs to {} already", other.id),
                ));
            }
            Ok(ToAppend::one(
                Deed::DepartmentAdded {
                    department: department.id.clone(),
                    name: department.name.clone(),
                    codes: department.codes.clone(),
                },
                department.id.as_str(),
            ))
        })
        .await?;
        Ok(())
    }

    /// Issues a token. The secret is in the answer and nowhere else.
    ///
    /// # Errors
    /// Every [`DeedError`].
    pub async fn issue_token(
        &self,
        who: &Principal,
        token: &NewToken,
        now: Moment,
    ) -> Result<(String, Secret), DeedError> {
        self.issue(who, token, now, false).await
    }

    /// Issues the first token of an operator. Only somebody with the database at hand can call this; it is refused once an
    /// operator has a token that counts.
    ///
    /// # Errors
    /// Every [`DeedError`].
    pub async fn issue_first_token(
        &self,
        token: &NewToken,
        now: Moment,
    ) -> Result<(String, Secret), DeedError> {
        let who = Principal {
            person: "host".to_owned(),
            role: Role::Operator,
        };
        self.issue(&who, token, now, true).await
    }

    async fn issue(
        &self,
        who: &Principal,
        token: &NewToken,
        now: Moment,
        first: bool,
    ) -> Result<(String, Secret), DeedError> {
        let secret = Secret::new(token.random);
        let digest = secret.digest().to_string();
        let id: String = digest
            .trim_start_matches("sha256:")
            .chars()
            .take(12)
            .collect();
        self.enact(who, Act::Administer, &id, now, |ledger| {
            may(ledger, who, Act::Administer, None)?;
            must_be_id(&token.person)?;
            let counts = |token: &Token| {
                token.role == Role::Operator && token.revoked_at.is_none() && token.expires_at > now
            };
            if first && ledger.tokens().any(counts) {
                return Err(conflict(
                    "đã có mã truy cập của người vận hành; hãy dùng mã đó để cấp mã mới",
                    "an operator has a token already; use that one to issue others",
                ));
            }
            if token.expires_at <= now {
                return Err(conflict(
                    "thời hạn của mã truy cập đã qua",
                    "the token would have expired already",
                ));
            }
            if let Role::Author { department } = &token.role
                && ledger.department(department).is_none()
            {
                return Err(no_department(department));
            }
            Ok(ToAppend::one(
                Deed::TokenIssued {
                    token: id.clone(),
                    digest: digest.clone(),
                    person: token.person.clone(),
                    role: token.role.clone(),
                    expires_at: token.expires_at,
                },
                id.as_str(),
            ))
        })
        .await?;
        Ok((id, secret))
    }

    /// Revokes a token.
    ///
    /// # Errors
    /// Every [`DeedError`].
    pub async fn revoke_token(
        &self,
        who: &Principal,
        token: &str,
        reason: &str,
        now: Moment,
    ) -> Result<(), DeedError> {
        self.enact(who, Act::Administer, token, now, |ledger| {
            may(ledger, who, Act::Administer, None)?;
            if !ledger.tokens().any(|present| present.id == token) {
                return Err(Refusal::Unknown {
                    what: Text::new("không có mã truy cập này", "there is no such token"),
                });
            }
            Ok(ToAppend::one(
                Deed::TokenRevoked {
                    token: token.to_owned(),
                    reason: reason.to_owned(),
                },
                token,
            ))
        })
        .await?;
        Ok(())
    }

    /// Registers a key of a department; answers its id.
    ///
    /// # Errors
    /// Every [`DeedError`].
    pub async fn register_key(
        &self,
        who: &Principal,
        key: &NewKey,
        now: Moment,
    ) -> Result<String, DeedError> {
        let id = key_id(&key.public);
        let subject = id.clone().unwrap_or_default();
        self.enact(who, Act::Administer, &subject, now, |ledger| {
            may(ledger, who, Act::Administer, None)?;
            let Some(id) = &id else {
                return Err(conflict(
                    "không phải khóa công khai Ed25519 (32 byte dạng base64)",
                    "no Ed25519 public key (32 bytes in base64)",
                ));
            };
            if ledger.department(&key.department).is_none() {
                return Err(no_department(&key.department));
            }
            if ledger.key(id).is_some() {
                return Err(conflict(
                    format!("khóa {id} đã được đăng ký"),
                    format!("key {id} is registered already"),
                ));
            }
            if key.until.is_some_and(|until| until <= key.from) {
                return Err(conflict(
                    "thời hạn của khóa kết thúc trước khi bắt đầu",
                    "the key would end before it begins",
                ));
            }
            Ok(ToAppend::one(
                Deed::KeyRegistered {
                    key: id.clone(),
                    department: key.department.clone(),
                    public: base64::engine::general_purpose::STANDARD
                        .decode(&key.public)
                        .map(|bytes| base64::engine::general_purpose::STANDARD.encode(bytes))
                        .unwrap_or_default(),
                    from: key.from,
                    until: key.until,
                },
                id.as_str(),
            ))
        })
        .await?;
        Ok(subject)
    }

    /// Revokes a key from a moment on, which may lie in the past. What was submitted with it since can no longer be
    /// activated; what is in force stays.
    ///
    /// # Errors
    /// Every [`DeedError`].
    pub async fn revoke_key(
        &self,
        who: &Principal,
        key: &str,
        from: Moment,
        reason: &str,
        now: Moment,
    ) -> Result<(), DeedError> {
        self.enact(who, Act::RevokeKey, key, now, |ledger| {
            let Some(present) = ledger.key(key) else {
                return Err(Refusal::Unknown {
                    what: Text::new("không có khóa này", "there is no such key"),
                });
            };
            if !who.role.allows(Act::RevokeKey, Some(&present.department)) {
                return Err(Refusal::NotAllowed {
                    act: Act::RevokeKey,
                    role: who.role.clone(),
                });
            }
            Ok(ToAppend::one(
                Deed::KeyRevoked {
                    key: key.to_owned(),
                    from,
                    reason: reason.to_owned(),
                },
                key,
            ))
        })
        .await?;
        Ok(())
    }
}

/// Ids stand in URLs, logs and signed texts.
fn must_be_id(id: &str) -> Result<(), Refusal> {
    let sound = !id.is_empty()
        && id.len() <= LONGEST_ID
        && id != "host"
        && id.bytes().all(|byte| {
            byte.is_ascii_lowercase() || byte.is_ascii_digit() || b".-_@".contains(&byte)
        });
    if sound {
        return Ok(());
    }
    if id.is_empty() {
        return Err(conflict("tên còn để trống", "the name is empty"));
    }
    let shown = crate::question::shown(id);
    Err(conflict(
        format!(
            "`{shown}` không dùng làm tên được: chỉ gồm chữ thường không dấu, số và `.-_@`, nhiều nhất {LONGEST_ID} ký tự"
        ),
        format!(
            "`{shown}` cannot be a name: only small letters, digits and `.-_@`, at most {LONGEST_ID} of them"
        ),
    ))
}

fn no_department(department: &str) -> Refusal {
    let shown = crate::question::shown(department);
    Refusal::Unknown {
        what: Text::new(
            format!("không có cơ quan {shown}"),
            format!("there is no department {shown}"),
        ),
    }
}

fn conflict(vi: impl Into<String>, en: impl Into<String>) -> Refusal {
    Refusal::Conflict {
        what: Text::new(vi, en),
    }
}
