//! The life of a version, from a department's desk to force, as types. Each stage carries the facts that it and the stages
//! before it brought, and offers only the steps that can follow. A step that the law of the platform forbids is refused
//! with its [`Forbidden`] reason.
//!
//! ```text
//! Submitted ─ passed ─► InReview ─ approve ─► Approved ─ activate ─► Active ─ suspend ─► Suspended
//!     └─ failed ─► Failed   └─ send back ─► SentBack └─ withdraw ─► Withdrawn ◄─ withdraw ─┘ (before its first day)
//! ```
//!
//! Whether an active version is scheduled, in force or superseded hangs on the day and on its neighbours: see
//! [`crate::timeline`]. Nothing here is ever edited: a stage is worked out from the deeds that were recorded.

use serde::{Deserialize, Serialize};

use crate::{Date, Moment, Text};

/// What a department has submitted: a component and a signed statement about it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
pub struct Submitted {
    /// National code of the procedure.
    pub procedure: String,
    /// Number of the statement, counted for each procedure.
    pub number: u32,
    /// Digest of the component.
    pub component: String,
    /// First day of receipt that it shall decide.
    pub from: Date,
    /// The department.
    pub department: String,
    /// The key that signed.
    pub key: String,
    /// The statement, as it was signed.
    pub statement: String,
    /// The signature, base64.
    pub signature: String,
    /// Who submitted it.
    pub person: String,
    /// When, by the host's clock.
    pub at: Moment,
}

/// It failed the gate. The end; a mended version is submitted anew.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
pub struct Failed {
    /// What was submitted.
    pub submitted: Submitted,
    /// Digest of the gate's report.
    pub report: String,
}

/// It passed the gate and waits for somebody else to read it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
pub struct InReview {
    /// What was submitted.
    pub submitted: Submitted,
    /// Digest of the gate's report.
    pub report: String,
}

/// A reviewer sent it back. The end; a mended version is submitted anew.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
pub struct SentBack {
    /// What was in review.
    pub reviewed: InReview,
    /// Who sent it back.
    pub person: String,
    /// Why.
    pub comment: String,
    /// When.
    pub at: Moment,
}

/// Somebody other than the submitter approved it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
pub struct Approved {
    /// What was in review.
    pub reviewed: InReview,
    /// Who approved it.
    pub person: String,
    /// What they wrote; may be empty.
    pub comment: String,
    /// When.
    pub at: Moment,
}

/// It decides from its day on, unless another version takes its place.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
pub struct Active {
    /// The approval it rests on.
    pub approved: Approved,
    /// Who activated it.
    pub person: String,
    /// When: from this moment on it is known.
    pub at: Moment,
}

/// It decides nothing received from a day on. What was received before stays decided by it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
pub struct Suspended {
    /// What was active.
    pub active: Active,
    /// The first day of receipt that it decides no more.
    pub from: Date,
    /// Who suspended it.
    pub person: String,
    /// Why.
    pub reason: String,
    /// When.
    pub at: Moment,
}

/// It was taken back before it decided anything.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
pub struct Withdrawn {
    /// What was approved.
    pub approved: Approved,
    /// When it had been activated, if it had.
    pub activated_at: Option<Moment>,
    /// Who withdrew it.
    pub person: String,
    /// Why.
    pub reason: String,
    /// When.
    pub at: Moment,
}

/// Where a version stands in its life.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(tag = "stage", rename_all = "kebab-case")]
pub enum Stage {
    /// Failed the gate.
    Failed(Failed),
    /// Waits for a reviewer.
    InReview(InReview),
    /// Sent back to the department.
    SentBack(SentBack),
    /// Waits to be activated.
    Approved(Approved),
    /// Decides from its day on.
    Active(Active),
    /// Decides no more.
    Suspended(Suspended),
    /// Taken back.
    Withdrawn(Withdrawn),
}

/// Why a step is refused.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Forbidden {
    /// The one who submitted it would approve it.
    OwnApproval {
        /// Who.
        person: String,
    },
    /// The approval names another component than the one in review.
    OtherComponent {
        /// What the approval names.
        named: String,
        /// What is in review.
        reviewed: String,
    },
    /// No reason was given.
    NoReason,
    /// The step does not follow from this stage.
    NotFrom {
        /// The step.
        step: &'static str,
        /// The stage's word.
        stage: &'static str,
    },
    /// A later statement about the procedure is active: an older one must not take its place.
    Overtaken {
        /// The number of the later one.
        by: u32,
    },
    /// What the reviewer was shown compared it with another version than the one that decides now.
    OtherBefore {
        /// The component it was compared with; nothing: none decided.
        compared: Option<String>,
        /// The one that decides its first day now.
        deciding: Option<String>,
    },
    /// It is suspended from an earlier day already.
    SuspendedBefore {
        /// That day.
        from: Date,
    },
    /// It has begun to decide, and so cannot be withdrawn.
    HasBegun {
        /// Its first day.
        from: Date,
    },
}

impl Submitted {
    /// The gate let it through.
    pub fn passed(self, report: String) -> InReview {
        InReview {
            submitted: self,
            report,
        }
    }

    /// The gate did not.
    pub fn failed(self, report: String) -> Failed {
        Failed {
            submitted: self,
            report,
        }
    }
}

impl InReview {
    /// Approves what was reviewed.
    ///
    /// # Errors
    /// The submitter would approve it, or another component is named than the one in review.
    pub fn approve(
        self,
        person: String,
        component: &str,
        comment: String,
        at: Moment,
    ) -> Result<Approved, Forbidden> {
        // Names differ by more than the case of their letters.
        if self.submitted.person.eq_ignore_ascii_case(&person) {
            return Err(Forbidden::OwnApproval { person });
        }
        if self.submitted.component != component {
            return Err(Forbidden::OtherComponent {
                named: component.to_owned(),
                reviewed: self.submitted.component,
            });
        }
        Ok(Approved {
            reviewed: self,
            person,
            comment,
            at,
        })
    }

    /// Sends it back, saying why.
    ///
    /// # Errors
    /// No reason is given.
    pub fn send_back(
        self,
        person: String,
        comment: String,
        at: Moment,
    ) -> Result<SentBack, Forbidden> {
        if comment.trim().is_empty() {
            return Err(Forbidden::NoReason);
        }
        Ok(SentBack {
            reviewed: self,
            person,
            comment,
            at,
        })
    }
}

impl Approved {
    /// What was submitted.
    pub const fn submitted(&self) -> &Submitted {
        &self.reviewed.submitted
    }

    /// Puts it on the timeline.
    pub fn activate(self, person: String, at: Moment) -> Active {
        Active {
            approved: self,
            person,
            at,
        }
    }

    /// Takes it back.
    ///
    /// # Errors
    /// No reason is given.
    pub fn withdraw(
        self,
        person: String,
        reason: String,
        at: Moment,
    ) -> Result<Withdrawn, Forbidden> {
        if reason.trim().is_empty() {
            return Err(Forbidden::NoReason);
        }
        Ok(Withdrawn {
            approved: self,
            activated_at: None,
            person,
            reason,
            at,
        })
    }
}

impl Active {
    /// What was submitted.
    pub const fn submitted(&self) -> &Submitted {
        self.approved.submitted()
    }

    /// Whether it decides days that had passed when it was activated.
    pub fn is_retroactive(&self) -> bool {
        self.submitted().from < self.at.date()
    }

    /// Ends it from a day on.
    ///
    /// # Errors
    /// No reason is given.
    pub fn suspend(
        self,
        from: Date,
        person: String,
        reason: String,
        at: Moment,
    ) -> Result<Suspended, Forbidden> {
        if reason.trim().is_empty() {
            return Err(Forbidden::NoReason);
        }
        Ok(Suspended {
            active: self,
            from,
            person,
            reason,
            at,
        })
    }

    /// Takes it back before its first day.
    ///
    /// # Errors
    /// It has begun, or no reason is given.
    pub fn withdraw(
        self,
        person: String,
        reason: String,
        at: Moment,
    ) -> Result<Withdrawn, Forbidden> {
        let from = self.submitted().from;
        if at.date() >= from {
            return Err(Forbidden::HasBegun { from });
        }
        let activated_at = Some(self.at);
        let withdrawn = self.approved.withdraw(person, reason, at)?;
        Ok(Withdrawn {
            activated_at,
            ..withdrawn
        })
    }
}

impl Suspended {
    /// Ends it from an earlier day on than was said before.
    ///
    /// # Errors
    /// The day is not earlier, or no reason is given.
    pub fn earlier(
        self,
        from: Date,
        person: String,
        reason: String,
        at: Moment,
    ) -> Result<Self, Forbidden> {
        if from >= self.from {
            return Err(Forbidden::SuspendedBefore { from: self.from });
        }
        self.active.suspend(from, person, reason, at)
    }
}

impl Stage {
    /// The stage's word, as it stands in JSON.
    pub const fn word(&self) -> &'static str {
        match self {
            Self::Failed(_) => "failed",
            Self::InReview(_) => "in-review",
            Self::SentBack(_) => "sent-back",
            Self::Approved(_) => "approved",
            Self::Active(_) => "active",
            Self::Suspended(_) => "suspended",
            Self::Withdrawn(_) => "withdrawn",
        }
    }

    /// What was submitted.
    pub const fn submitted(&self) -> &Submitted {
        match self {
            Self::Failed(stage) => &stage.submitted,
            Self::InReview(stage) => &stage.submitted,
            Self::SentBack(stage) => &stage.reviewed.submitted,
            Self::Approved(stage) => stage.submitted(),
            Self::Active(stage) => stage.submitted(),
            Self::Suspended(stage) => stage.active.submitted(),
            Self::Withdrawn(stage) => stage.approved.submitted(),
        }
    }

    /// Digest of the gate's report.
    pub fn report(&self) -> &str {
        match self {
            Self::Failed(stage) => &stage.report,
            Self::InReview(stage) => &stage.report,
            Self::SentBack(stage) => &stage.reviewed.report,
            Self::Approved(stage) => &stage.reviewed.report,
            Self::Active(stage) => &stage.approved.reviewed.report,
            Self::Suspended(stage) => &stage.active.approved.reviewed.report,
            Self::Withdrawn(stage) => &stage.approved.reviewed.report,
        }
    }

    /// That a step does not follow from here.
    pub const fn forbids(&self, step: &'static str) -> Forbidden {
        Forbidden::NotFrom {
            step,
            stage: self.word(),
        }
    }
}

impl Forbidden {
    /// A stable word for it.
    pub const fn code(&self) -> &'static str {
        match self {
            Self::OwnApproval { .. } => "own-approval",
            Self::OtherComponent { .. } => "other-component",
            Self::NoReason => "no-reason",
            Self::NotFrom { .. } => "wrong-stage",
            Self::Overtaken { .. } => "overtaken",
            Self::OtherBefore { .. } => "other-before",
            Self::SuspendedBefore { .. } => "suspended-before",
            Self::HasBegun { .. } => "has-begun",
        }
    }

    /// Why, and what to do.
    pub fn text(&self) -> Text {
        match self {
            Self::OwnApproval { person } => Text::new(
                format!(
                    "{person} đã trình phiên bản này nên không được tự duyệt; cần một người khác duyệt"
                ),
                format!(
                    "{person} submitted this version and cannot approve it; somebody else must"
                ),
            ),
            Self::OtherComponent { named, reviewed } => Text::new(
                format!(
                    "ý kiến duyệt ghi {named}, nhưng phiên bản đang xét là {reviewed}; hãy xem lại rồi duyệt đúng phiên bản"
                ),
                format!(
                    "the approval names {named}, but {reviewed} is in review; read it again and approve that one"
                ),
            ),
            Self::NoReason => Text::new(
                "phải ghi lý do, để đơn vị trình biết cần sửa gì",
                "a reason must be given, so that the department knows what to mend",
            ),
            Self::NotFrom { step, stage } => Text::new(
                format!(
                    "không thể {} khi phiên bản đang ở trạng thái “{}”",
                    vietnamese(step),
                    vietnamese(stage)
                ),
                format!("`{step}` is not possible while the version is `{stage}`"),
            ),
            Self::Overtaken { by } => Text::new(
                format!(
                    "bản tuyên bố số {by} đã được kích hoạt sau bản này; muốn dùng lại phiên bản này hãy trình với bản tuyên bố mới"
                ),
                format!(
                    "statement {by} came later and is active; to bring this version back, submit it with a new statement"
                ),
            ),
            Self::OtherBefore { compared, deciding } => {
                let (none_vi, none_en) = ("không có phiên bản nào", "no version");
                let or = |digest: &Option<String>, none: &str| {
                    digest.clone().unwrap_or_else(|| none.to_owned())
                };
                Text::new(
                    format!(
                        "khi duyệt, phiên bản này được so với {}, nhưng nay {} đang có hiệu lực; hãy trình lại để người duyệt thấy đúng thay đổi",
                        or(compared, none_vi),
                        or(deciding, none_vi),
                    ),
                    format!(
                        "the reviewer saw it compared with {}, but {} decides now; submit it again, so that what is read is what changes",
                        or(compared, none_en),
                        or(deciding, none_en),
                    ),
                )
            }
            Self::SuspendedBefore { from } => Text::new(
                format!("phiên bản đã tạm ngừng từ ngày {from}; chỉ có thể tạm ngừng sớm hơn"),
                format!("it is suspended from {from} on already; only an earlier day can be named"),
            ),
            Self::HasBegun { from } => Text::new(
                format!(
                    "phiên bản đã có hiệu lực từ ngày {from} nên không rút được; hãy tạm ngừng, hoặc trình phiên bản thay thế"
                ),
                format!(
                    "it has decided since {from} and cannot be withdrawn; suspend it, or submit one in its place"
                ),
            ),
        }
    }
}

/// A step or a stage in Vietnamese; a word that is neither stays as it is.
pub fn vietnamese(word: &str) -> &str {
    match word {
        "approve" => "duyệt",
        "send-back" => "trả lại",
        "activate" => "kích hoạt",
        "suspend" => "tạm ngừng",
        "withdraw" => "rút lại",
        "not submitted" => "chưa trình",
        "failed" => "không qua cổng kiểm tra",
        "in-review" => "đang xét duyệt",
        "sent-back" => "bị trả lại",
        "approved" => "đã duyệt",
        "active" => "đã kích hoạt",
        "suspended" => "đã tạm ngừng",
        "withdrawn" => "đã rút lại",
        other => other,
    }
}

#[cfg(test)]
mod tests;
