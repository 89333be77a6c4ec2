//! To decide: an assessment is recorded with a receipt, so that anybody can see later which version decided and get the
//! same answer again.

use std::sync::Arc;

use motcua_model::{Date, Moment, Text};
use motcua_store::{DecisionRecord, Digest, NewDeed, Recorded, StoreError};
use serde::{Deserialize, Serialize};

use super::recorder::ToRecord;
use super::{DeedError, Registry};
use crate::answer::Texts;
use crate::assess::Context;
use crate::error::AssessError;
use crate::ledger::{Act, Deed, Principal, Role};
use crate::refusal::Refusal;
use crate::seal::{Seal, SealError, hex, random};

/// The form of receipts.
const FORM: &str = "motcua receipt 1";
/// Random bytes before the facts, so that nobody finds the facts by trying digests.
pub(super) const SALT: usize = 32;
/// The longest idempotency key, in bytes.
const LONGEST_KEY: usize = 255;

/// What is kept of a decision for ever: everything by which the answer can be worked out again.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Receipt {
    /// Always `motcua receipt 1`.
    pub form: String,
    /// The decision's id.
    pub decision: String,
    /// National code.
    pub procedure: String,
    /// Digest of the component that decided.
    pub component: String,
    /// The contract it was built against.
    pub contract: String,
    /// The engine that ran it.
    pub engine: String,
    /// Digest of the calendar that days were counted by.
    pub calendar: String,
    /// Digest of the office hours.
    pub office: String,
    /// When it was decided, by the host's clock; also stands in for instants that were not told.
    pub decided_at: Moment,
    /// The day of receipt that chose the version.
    pub received_on: Date,
    /// Who asked.
    pub person: String,
    /// Fuel that was used.
    pub fuel: u64,
    /// Digest of a secret salt and the question: it proves what was asked once both are shown, and tells nothing before.
    pub facts: String,
    /// Digest of the answer, in the form without texts.
    pub answer: String,
}

/// A question to decide.
#[derive(Clone, Copy, Debug)]
pub struct ToDecide<'a> {
    /// National code or slug.
    pub procedure: &'a str,
    /// The question, JSON.
    pub question: &'a [u8],
    /// A key under which a retry is the same request.
    pub key: Option<&'a str>,
}

/// A recorded decision, as its asker sees it.
#[derive(Clone, Debug)]
pub struct Decided {
    /// Its id.
    pub id: String,
    /// The receipt, one line of JSON.
    pub receipt: String,
    /// The answer, JSON, in the form asked for.
    pub answer: Vec<u8>,
    /// Whether it was recorded now; else it had been by the same request before.
    pub new: bool,
}

/// Why nothing was decided.
#[derive(Debug)]
pub enum DecideError {
    /// The question has no answer.
    Assess(AssessError),
    /// It may not be recorded, or could not.
    Deed(DeedError),
    /// It cannot be sealed or opened.
    Seal(SealError),
}

impl From<DeedError> for DecideError {
    fn from(error: DeedError) -> Self {
        Self::Deed(error)
    }
}

impl From<AssessError> for DecideError {
    fn from(error: AssessError) -> Self {
        Self::Assess(error)
    }
}

impl From<SealError> for DecideError {
    fn from(error: SealError) -> Self {
        Self::Seal(error)
    }
}

impl From<Refusal> for DecideError {
    fn from(refusal: Refusal) -> Self {
        Self::Deed(refusal.into())
    }
}

impl From<StoreError> for DecideError {
    fn from(error: StoreError) -> Self {
        Self::Deed(error.into())
    }
}

impl Registry {
    /// Keeps what decisions refer to by digest: calendar and office hours. Called once at the start.
    ///
    /// # Errors
    /// The database does not keep it.
    pub async fn keep_grounds(&self, now: Moment) -> Result<(), StoreError> {
        self.calendar().keep(&**self.store(), now).await?;
        let calendar = self.calendar().calendar().canonical_bytes();
        self.store()
            .keep_texts(&[&calendar, &self.office_bytes()])
            .await?;
        let mut history: Vec<_> = self
            .store()
            .calendars()
            .await?
            .into_iter()
            .filter_map(|record| {
                let year = serde_json::from_slice(&record.bytes).ok()?;
                Some((record.first_seen_at, year))
            })
            .collect();
        history.sort_by_key(|(since, _)| *since);
        // Called once at the start; a second call would find the same.
        let _ = self.history.set(history);
        Ok(())
    }

    /// Answers a question by the version in force on its day of receipt, and records that.
    ///
    /// # Errors
    /// Every [`DecideError`].
    pub async fn decide(
        &self,
        who: &Principal,
        to_decide: ToDecide<'_>,
        texts: Texts,
        now: Moment,
    ) -> Result<Decided, DecideError> {
        self.permit(who, Act::Decide, None, now).await?;
        if let Some(key) = to_decide.key
            && (key.is_empty() || key.len() > LONGEST_KEY)
        {
            return Err(Refusal::Conflict {
                what: Text::new(
                    format!("khóa chống lặp dài từ 1 đến {LONGEST_KEY} ký tự"),
                    format!("an idempotency key has 1 to {LONGEST_KEY} characters"),
                ),
            }
            .into());
        }
        let seal = self.parts.seal.as_ref().ok_or(SealError::NoKey)?;
        // A retry gets what was recorded, whatever has come into force or been suspended since.
        if let Some(key) = to_decide.key
            && let Some((id, request)) = self.store().request(&who.person, key).await?
        {
            if request == request_of(to_decide) {
                return self.recorded_before(&id, texts).await;
            }
            return Err(self.key_reused(who, key, id, now).await);
        }
        let (to_record, answer) = self.prepare(seal, who, to_decide, texts, now).await?;
        let (id, receipt) = (to_record.id.clone(), to_record.receipt.clone());
        match self
            .recorder
            .record(Arc::clone(self.store()), to_record)
            .await?
        {
            Recorded::New => Ok(Decided {
                id,
                receipt,
                answer,
                new: true,
            }),
            Recorded::Before(id) => self.recorded_before(&id, texts).await,
            Recorded::Another(decision) => {
                let key = to_decide.key.unwrap_or_default();
                Err(self.key_reused(who, key, decision, now).await)
            }
        }
    }

    /// Refuses a key that stands for another request, and keeps that.
    async fn key_reused(
        &self,
        who: &Principal,
        key: &str,
        decision: String,
        now: Moment,
    ) -> DecideError {
        let subject = decision.clone();
        let refusal = Refusal::KeyReused {
            key: key.to_owned(),
            decision,
        };
        self.keep_refusal(&who.person, Act::Decide.word(), &subject, &refusal, now)
            .await;
        refusal.into()
    }

    async fn prepare(
        &self,
        seal: &Seal,
        who: &Principal,
        to_decide: ToDecide<'_>,
        texts: Texts,
        now: Moment,
    ) -> Result<(ToRecord, Vec<u8>), DecideError> {
        let ToDecide {
            procedure,
            question,
            key,
        } = to_decide;
        let context = |texts| Context {
            now,
            calendar: self.calendar().calendar(),
            office: &self.parts.office,
            texts,
        };
        let short = context(Texts::None);
        let snapshot = self.catalogue().snapshot();
        let (version, read, start) = snapshot.procedure(procedure)?.read(question, &short)?;
        if start.told_at > now {
            return Err(Refusal::Day {
                day: start.told_at.date(),
                what: Text::new(
                    format!("hồ sơ chưa được nhận: {} chưa đến; chỉ ghi quyết định cho hồ sơ đã nhận", start.told_at),
                    format!("the dossier has not been received: {} lies in the future; only what has been received is decided", start.told_at),
                ),
            }
            .into());
        }
        let assess = || version.assess_for_portal(read, start, &short, now);
        let assessed = if version.is_quick() {
            assess()?
        } else {
            version.in_order(now)?;
            let lane = self.lanes().of(version.class());
            let _place = lane
                .queue()
                .enter()
                .await
                .map_err(AssessError::Unavailable)?;
            kept_busy(|| lane.run(assess))?
        };
        let compact = assessed.to_json(&short)?;
        let shown = match texts {
            Texts::None => compact.clone(),
            Texts::All => assessed.to_json(&context(texts))?,
        };
        let id = hex(&random::<16>(seal.entropy()));
        let mut salted = random::<SALT>(seal.entropy()).to_vec();
        salted.extend_from_slice(question);
        let component = version.digest();
        let receipt = Receipt {
            form: FORM.to_owned(),
            decision: id.clone(),
            procedure: version.manifest().code.clone(),
            component: component.to_owned(),
            contract: version.contract().to_owned(),
            engine: crate::load::ENGINE.to_owned(),
            calendar: self.calendar().digest().to_owned(),
            office: Digest::of(&self.office_bytes()).to_string(),
            decided_at: now,
            received_on: assessed.start().day0,
            person: who.person.clone(),
            fuel: assessed.fuel_used(),
            facts: Digest::of(&salted).to_string(),
            answer: Digest::of(&compact).to_string(),
        };
        // Texts, numbers and dates: none of them can fail to be written.
        let receipt_text = serde_json::to_string(&receipt).unwrap_or_default();
        let (_, body) = Deed::DecisionRecorded {
            receipt: Digest::of(receipt_text.as_bytes()).to_string(),
        }
        .parts();
        let to_record = ToRecord {
            code: receipt.procedure,
            component: component.parse().map_err(|_| SealError::Broken)?,
            key: key.map(str::to_owned),
            request: request_of(to_decide),
            facts: seal.seal(&salted, &id)?,
            answer: seal.seal(&compact, &id)?,
            receipt: receipt_text,
            who: who.person.clone(),
            at: now,
            body,
            id,
        };
        Ok((to_record, shown))
    }

    /// What the same request got before.
    async fn recorded_before(&self, id: &str, texts: Texts) -> Result<Decided, DecideError> {
        let record = self.record_of(id).await?;
        let answer = match texts {
            Texts::None => self.answer_of(&record)?,
            Texts::All => self.answer_again(&record, texts).await?,
        };
        Ok(Decided {
            id: record.id,
            receipt: record.receipt,
            answer,
            new: false,
        })
    }

    /// A decision for somebody to read: a portal reads its own, and is told of no other.
    ///
    /// # Errors
    /// They may not, there is none, or the database does not answer.
    pub async fn read_decision(
        &self,
        who: &Principal,
        id: &str,
        now: Moment,
    ) -> Result<DecisionRecord, DeedError> {
        self.permit(who, Act::ReadDecisions, None, now).await?;
        let record = self.record_of(id).await?;
        if who.role == Role::Portal && record.who != who.person {
            return Err(no_decision(id).into());
        }
        Ok(record)
    }

    /// A decision as it is kept.
    ///
    /// # Errors
    /// There is none, or the database does not answer.
    pub async fn record_of(&self, id: &str) -> Result<DecisionRecord, DeedError> {
        let record = self.store().decision(id).await?;
        Ok(record.ok_or_else(|| no_decision(id))?)
    }

    /// The answer of a decision as it was recorded, in the form without texts.
    ///
    /// # Errors
    /// It cannot be opened.
    pub fn answer_of(&self, record: &DecisionRecord) -> Result<Vec<u8>, SealError> {
        let seal = self.parts.seal.as_ref().ok_or(SealError::NoKey)?;
        seal.open(&record.answer, &record.id)
    }

    /// What was asked, and the salt whose digest together with it stands in the receipt; nothing once it was erased.
    ///
    /// # Errors
    /// It cannot be opened.
    pub fn question_of(
        &self,
        record: &DecisionRecord,
    ) -> Result<Option<([u8; SALT], Vec<u8>)>, SealError> {
        let Some(salted) = self.salted_question(record)? else {
            return Ok(None);
        };
        let (salt, question) = salted
            .split_first_chunk::<SALT>()
            .ok_or(SealError::Broken)?;
        Ok(Some((*salt, question.to_vec())))
    }

    /// Question, salt in front, of a decision; nothing once it was erased.
    pub(super) fn salted_question(
        &self,
        record: &DecisionRecord,
    ) -> Result<Option<Vec<u8>>, SealError> {
        let seal = self.parts.seal.as_ref().ok_or(SealError::NoKey)?;
        record
            .facts
            .as_ref()
            .map(|facts| seal.open(facts, &record.id))
            .transpose()
    }

    /// The office hours as they are kept.
    pub(super) fn office_bytes(&self) -> Vec<u8> {
        // Times of day: they cannot fail to be written.
        serde_json::to_vec(&self.parts.office).unwrap_or_default()
    }

    /// Erases facts of decisions recorded before a moment; answers how many. Receipts, answers and digests stay.
    ///
    /// # Errors
    /// Every [`DeedError`].
    pub async fn erase_facts(
        &self,
        who: &Principal,
        before: Moment,
        now: Moment,
    ) -> Result<u64, DeedError> {
        self.permit(who, Act::Erase, None, now).await?;
        let deed = Deed::FactsErased { before, count: 0 };
        let (kind, body) = deed.parts();
        let mut erased = 0;
        loop {
            let entry = NewDeed {
                kind: &kind,
                subject: "",
                who: &who.person,
                at: now,
                body: &body,
                governs: deed.governs(),
            };
            let count = self.store().erase_facts(before, entry).await?;
            erased += count;
            if count == 0 {
                return Ok(erased);
            }
        }
    }
}

/// Does work that may keep the thread busy for a while: the runtime moves what else waits for this thread to another one.
fn kept_busy<T>(work: impl FnOnce() -> T) -> T {
    use tokio::runtime::{Handle, RuntimeFlavor};
    match Handle::try_current().map(|runtime| runtime.runtime_flavor()) {
        Ok(RuntimeFlavor::MultiThread) => tokio::task::block_in_place(work),
        // Of a runtime with one thread nothing else could go on.
        _ => work(),
    }
}

/// The digest by which a retry is told from another request under the same key.
fn request_of(to_decide: ToDecide<'_>) -> Digest {
    let mut request = to_decide.procedure.as_bytes().to_vec();
    request.push(0);
    request.extend_from_slice(to_decide.question);
    Digest::of(&request)
}

fn no_decision(id: &str) -> Refusal {
    let shown = crate::question::shown(id);
    Refusal::Unknown {
        what: Text::new(
            format!("không có quyết định {shown}"),
            format!("there is no decision {shown}"),
        ),
    }
}
