//! What can be done, as it stands in the chain of deeds: `kind` and `body` of an entry.

use std::collections::BTreeMap;

use motcua_model::lifecycle::Submitted;
use motcua_model::{Date, Moment, Text};
use motcua_store::{DeedRecord, chain};
use serde::{Deserialize, Serialize};

use super::Role;

/// A deed.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "kind", content = "body", rename_all = "kebab-case")]
pub enum Deed {
    /// A department was entered.
    DepartmentAdded {
        /// Its id.
        department: String,
        /// Its name.
        name: Text,
        /// National codes that belong to it; one that ends in `*` stands for all that begin so.
        codes: Vec<String>,
    },
    /// A token was issued. Only its digest is kept.
    TokenIssued {
        /// Its id.
        token: String,
        /// SHA-256 of its secret.
        digest: String,
        /// Whose it is.
        person: String,
        /// What it allows.
        role: Role,
        /// From then on it counts no more.
        expires_at: Moment,
    },
    /// A token counts no more.
    TokenRevoked {
        /// Its id.
        token: String,
        /// Why.
        reason: String,
    },
    /// A key of a department was registered.
    KeyRegistered {
        /// Its id.
        key: String,
        /// The department.
        department: String,
        /// Ed25519 public key, 32 bytes in base64.
        public: String,
        /// From this moment on its signatures count.
        from: Moment,
        /// Until this moment, if it is limited.
        until: Option<Moment>,
    },
    /// Signatures of a key count no more.
    KeyRevoked {
        /// Its id.
        key: String,
        /// From this moment on; may lie in the past, when the key was lost then.
        from: Moment,
        /// Why.
        reason: String,
    },
    /// The operator's folder held this version when the host started. It is not signed, and shown as such.
    VersionSeeded {
        /// National code.
        procedure: String,
        /// Digest of the component.
        component: String,
        /// First day of receipt it decides.
        from: Date,
        /// Last such day, if it says so.
        to: Option<Date>,
        /// Whether it decides what was received before, too.
        #[serde(default)]
        moves: bool,
    },
    /// A department submitted a version, and the gate looked at it.
    VersionSubmitted {
        /// What was submitted.
        submitted: Submitted,
        /// Digest of the gate's report.
        report: String,
        /// Whether the gate let it through.
        passed: bool,
        /// The component that decided its first day then, with which the gate compared it.
        #[serde(default)]
        against: Option<String>,
        /// Last day it decides, if it says so.
        to: Option<Date>,
        /// Whether it decides what was received before, too.
        #[serde(default)]
        moves: bool,
    },
    /// A reviewer approved it.
    VersionApproved {
        /// Which.
        submission: Submission,
        /// The component that was reviewed.
        component: String,
        /// What the reviewer wrote.
        comment: String,
    },
    /// A reviewer sent it back.
    VersionSentBack {
        /// Which.
        submission: Submission,
        /// Why.
        comment: String,
    },
    /// It was put on the timeline.
    VersionActivated {
        /// Which.
        submission: Submission,
        /// Its component.
        component: String,
    },
    /// It decides no more what is received from a day on.
    VersionSuspended {
        /// Which.
        submission: Submission,
        /// The first day.
        from: Date,
        /// Why.
        reason: String,
    },
    /// It was taken back before it decided anything.
    VersionWithdrawn {
        /// Which.
        submission: Submission,
        /// Why.
        reason: String,
    },
    /// Somebody wanted something that is not allowed.
    Refused {
        /// What they wanted.
        act: String,
        /// A stable word for the reason.
        code: String,
        /// The reason, as it was told.
        reason: Text,
    },
    /// A decision was recorded.
    DecisionRecorded {
        /// SHA-256 of its receipt.
        receipt: String,
    },
    /// Facts of decisions were erased.
    FactsErased {
        /// Decisions recorded before this moment.
        before: Moment,
        /// How many.
        #[serde(default)]
        count: u64,
    },
    /// The rules of a version keep failing, so that a host does not run them for a while.
    AlarmRaised {
        /// What happened.
        what: Text,
    },
}

/// Which submission: a procedure and the number of the statement.
#[derive(
    Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, utoipa::ToSchema,
)]
pub struct Submission {
    /// National code.
    pub procedure: String,
    /// Number of the statement.
    pub number: u32,
}

impl std::fmt::Display for Submission {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{}/{}", self.procedure, self.number)
    }
}

/// An entry of the chain, read.
#[derive(Clone, Debug)]
pub struct Done {
    /// Its number.
    pub number: u64,
    /// When.
    pub at: Moment,
    /// By whom.
    pub who: String,
    /// To what.
    pub subject: String,
    /// What.
    pub deed: Deed,
}

impl Deed {
    /// `kind` and `body`, as the store takes them.
    pub fn parts(&self) -> (String, String) {
        // Texts, numbers and dates: none of them can fail to be written.
        let mut value = serde_json::to_value(self).unwrap_or_default();
        let kind = value["kind"].as_str().unwrap_or_default().to_owned();
        (kind, value["body"].take().to_string())
    }

    /// Whether it changes what is in force or who may do what.
    pub const fn governs(&self) -> bool {
        !matches!(
            self,
            Self::Refused { .. }
                | Self::DecisionRecorded { .. }
                | Self::FactsErased { .. }
                | Self::AlarmRaised { .. }
        )
    }
}

impl Done {
    /// Reads an entry.
    ///
    /// # Errors
    /// A later motcua wrote it, or somebody else.
    pub fn read(record: &DeedRecord) -> Result<Self, serde_json::Error> {
        let entry: chain::Entry<'_> = serde_json::from_str(&record.entry)?;
        let tagged = BTreeMap::from([
            ("kind", serde_json::Value::from(&*entry.kind)),
            ("body", serde_json::from_str(entry.body.get())?),
        ]);
        Ok(Self {
            number: entry.number,
            at: entry.at,
            who: entry.who.into_owned(),
            subject: entry.subject.into_owned(),
            deed: serde_json::from_value(serde_json::to_value(tagged)?)?,
        })
    }
}
