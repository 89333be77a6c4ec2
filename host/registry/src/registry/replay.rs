//! To replay: a recorded decision is worked out again, by the version, calendar and office hours that its receipt names, and
//! held against what was answered then, byte for byte. Or by another version: what would have been answered then.

use std::sync::Arc;

use motcua_model::calendar::{Calendar, CalendarYear};
use motcua_model::office::OfficeHours;
use motcua_model::{Moment, Text};
use motcua_store::{DecisionRange, DecisionRecord, Digest};
use serde::Serialize;
use serde_json::Value;

use super::align::LoadVersionError;
use super::decide::{DecideError, Receipt, SALT};
use super::{DeedError, Registry};
use crate::answer::Texts;
use crate::assess::Context;
use crate::refusal::Refusal;
use crate::seal::Seal;
use crate::version::Version;

/// The most differences that are told of one decision.
const MOST_DIFFERENCES: usize = 20;
/// Of so many last entries of the chain the decisions are looked at when a version is submitted.
const RECENT_ENTRIES: u64 = 5_000;
/// The most recorded decisions that a new version is tried on.
const MOST_RECENT: u32 = 2_000;

/// What a replay found.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, utoipa::ToSchema)]
#[serde(tag = "outcome", rename_all = "kebab-case")]
pub enum Replayed {
    /// The answer is the same, byte for byte.
    Same,
    /// It is not.
    Different {
        /// Where, at most twenty places.
        differences: Vec<Changed>,
    },
    /// The facts have been erased: only the receipt is left.
    Erased,
    /// It could not be worked out.
    Failed {
        /// Why.
        why: Text,
    },
}

/// One place in which two answers differ.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, utoipa::ToSchema)]
pub struct Changed {
    /// JSON pointer (RFC 6901).
    pub pointer: String,
    /// What was recorded; nothing if it was not there.
    #[schema(value_type = Option<Object>)]
    pub before: Option<Value>,
    /// What came now; nothing if it did not.
    #[schema(value_type = Option<Object>)]
    pub now: Option<Value>,
}

/// A replay of many decisions.
#[derive(Clone, Debug, Default, Serialize, utoipa::ToSchema)]
pub struct ReplayedMany {
    /// How many were looked at.
    pub decisions: u64,
    /// How many are the same, byte for byte.
    pub same: u64,
    /// How many are not.
    pub different: u64,
    /// Of how many the facts have been erased.
    pub erased: u64,
    /// How many could not be worked out.
    pub failed: u64,
    /// Number of the last entry that was looked at: to go on after it.
    pub last: u64,
    /// The first that are not the same, at most a hundred.
    pub examples: Vec<ReplayedOne>,
}

/// One of them.
#[derive(Clone, Debug, Serialize, utoipa::ToSchema)]
pub struct ReplayedOne {
    /// The decision.
    pub decision: String,
    /// What was found.
    #[serde(flatten)]
    pub replayed: Replayed,
}

/// What a decision hung on.
struct Grounds {
    calendar: Arc<Calendar>,
    office: OfficeHours,
}

impl Registry {
    /// Works a decision out again.
    ///
    /// # Errors
    /// There is none, or the database does not answer. What the replay finds is no error.
    pub async fn replay(&self, id: &str) -> Result<Replayed, DeedError> {
        let record = self.record_of(id).await?;
        self.replay_record(&record, None).await
    }

    /// Works a decision out again, by another version if one is given.
    async fn replay_record(
        &self,
        record: &DecisionRecord,
        instead: Option<&Arc<Version>>,
    ) -> Result<Replayed, DeedError> {
        let failed = |vi: String, en: String| {
            Ok(Replayed::Failed {
                why: Text::new(vi, en),
            })
        };
        let Ok(receipt) = serde_json::from_str::<Receipt>(&record.receipt) else {
            return failed(
                "không đọc được biên nhận".to_owned(),
                "the receipt cannot be read".to_owned(),
            );
        };
        let salted = match self.salted_question(record) {
            Ok(Some(salted)) => salted,
            Ok(None) => return Ok(Replayed::Erased),
            Err(error) => return Ok(Replayed::Failed { why: error.text() }),
        };
        let recorded = match self.answer_of(record) {
            Ok(answer) => answer,
            Err(error) => return Ok(Replayed::Failed { why: error.text() }),
        };
        if Digest::of(&salted).to_string() != receipt.facts
            || Digest::of(&recorded).to_string() != receipt.answer
        {
            return failed(
                "hồ sơ hoặc câu trả lời đang lưu không khớp với biên nhận".to_owned(),
                "facts or answer are not those of the receipt".to_owned(),
            );
        }
        let version = match instead {
            Some(version) => Arc::clone(version),
            None => match self.load_version(&receipt.component).await {
                Ok(version) => version,
                Err(LoadVersionError::Store(error)) => return Err(error.into()),
                Err(error) => return Ok(Replayed::Failed { why: error.text() }),
            },
        };
        let Some(grounds) = self.grounds(&receipt).await? else {
            return failed(
                format!(
                    "không còn lịch {} hoặc giờ làm việc {}",
                    receipt.calendar, receipt.office
                ),
                format!(
                    "calendar {} or office hours {} are not kept",
                    receipt.calendar, receipt.office
                ),
            );
        };
        let context = Context {
            now: receipt.decided_at,
            calendar: &grounds.calendar,
            office: &grounds.office,
            texts: Texts::None,
        };
        let question = salted.get(SALT..).unwrap_or_default();
        match version.assess_json(question, &context) {
            Ok(now) if now == recorded => Ok(Replayed::Same),
            Ok(now) => {
                let mut differences = differences(&recorded, &now);
                if instead.is_some() {
                    // That another version answers was the question.
                    differences.retain(|changed| !changed.pointer.starts_with("/version"));
                    if differences.is_empty() {
                        return Ok(Replayed::Same);
                    }
                }
                Ok(Replayed::Different { differences })
            }
            Err(error) => Ok(Replayed::Failed { why: error.text() }),
        }
    }

    /// The answer of a decision with its words, worked out again.
    pub(super) async fn answer_again(
        &self,
        record: &DecisionRecord,
        texts: Texts,
    ) -> Result<Vec<u8>, DecideError> {
        let unreadable = |what: Text| DecideError::from(Refusal::Altered { what });
        let receipt: Receipt = serde_json::from_str(&record.receipt).map_err(|_| {
            unreadable(Text::new(
                "không đọc được biên nhận",
                "the receipt cannot be read",
            ))
        })?;
        let Some(salted) = self.salted_question(record)? else {
            return Ok(self.answer_of(record)?);
        };
        let version = self
            .load_version(&receipt.component)
            .await
            .map_err(|error| match error {
                LoadVersionError::Store(error) => error.into(),
                error => unreadable(error.text()),
            })?;
        let grounds = self.grounds(&receipt).await?.ok_or_else(|| {
            unreadable(Text::new(
                "không còn lưu lịch hoặc giờ làm việc",
                "calendar or office hours are not kept",
            ))
        })?;
        let context = Context {
            now: receipt.decided_at,
            calendar: &grounds.calendar,
            office: &grounds.office,
            texts,
        };
        Ok(version.assess_json(salted.get(SALT..).unwrap_or_default(), &context)?)
    }

    /// The answer of a decision with its words where they can still be had, else without.
    ///
    /// # Errors
    /// It cannot be opened, or the database does not answer.
    pub async fn shown_answer(&self, record: &DecisionRecord) -> Result<Vec<u8>, DecideError> {
        self.answer_again(record, Texts::All).await
    }

    /// Calendar and office hours that a receipt names; nothing if they are not kept.
    async fn grounds(&self, receipt: &Receipt) -> Result<Option<Grounds>, DeedError> {
        let office = if receipt.office == Digest::of(&self.office_bytes()).to_string() {
            Some(self.parts.office)
        } else {
            self.kept(&receipt.office)
                .await?
                .and_then(|bytes| serde_json::from_slice(&bytes).ok())
        };
        let calendar = self.calendar_of(&receipt.calendar).await?;
        Ok(calendar
            .zip(office)
            .map(|(calendar, office)| Grounds { calendar, office }))
    }

    async fn calendar_of(&self, digest: &str) -> Result<Option<Arc<Calendar>>, DeedError> {
        if let Ok(calendars) = self.calendars.lock()
            && let Some(calendar) = calendars.get(digest)
        {
            return Ok(Some(Arc::clone(calendar)));
        }
        let calendar = if digest == self.calendar().digest() {
            Some(self.calendar().calendar().clone())
        } else {
            self.kept(digest).await?.and_then(|bytes| {
                let years: Vec<CalendarYear> = serde_json::from_slice(&bytes).ok()?;
                Calendar::new(self.calendar().calendar().id(), years).ok()
            })
        };
        let calendar = calendar.map(Arc::new);
        if let (Some(calendar), Ok(mut calendars)) = (&calendar, self.calendars.lock()) {
            calendars.insert(digest.to_owned(), Arc::clone(calendar));
        }
        Ok(calendar)
    }

    async fn kept(&self, digest: &str) -> Result<Option<Vec<u8>>, DeedError> {
        match digest.parse() {
            Ok(digest) => Ok(self.store().text(digest).await?),
            Err(_) => Ok(None),
        }
    }

    /// Replays all decisions of a range, several at a time; with another version in their place if one is named.
    /// `progress` is told how many are done.
    ///
    /// # Errors
    /// The database does not answer, or the version named cannot be had.
    pub async fn replay_many(
        self: &Arc<Self>,
        range: DecisionRange<'_>,
        instead: Option<&str>,
        progress: impl Fn(u64) + Send + Sync,
    ) -> Result<ReplayedMany, DeedError> {
        const PAGE: u32 = 2_000;
        const EXAMPLES: usize = 100;
        let instead =
            match instead {
                Some(digest) => Some(self.load_version(digest).await.map_err(
                    |error| match error {
                        LoadVersionError::Store(error) => error.into(),
                        error => DeedError::from(Refusal::Unknown { what: error.text() }),
                    },
                )?),
                None => None,
            };
        let mut found = ReplayedMany::default();
        let mut after = range.after;
        let mut left = u64::from(range.limit);
        while left > 0 {
            let limit = PAGE.min(u32::try_from(left).unwrap_or(u32::MAX));
            let page = self
                .store()
                .decisions(DecisionRange {
                    after,
                    limit,
                    ..range
                })
                .await?;
            let Some(last) = page.last() else { break };
            after = last.number;
            found.last = after;
            left -= page.len() as u64;
            for (id, replayed) in self.replay_page(page, instead.as_ref()).await? {
                found.decisions += 1;
                match &replayed {
                    Replayed::Same => found.same += 1,
                    Replayed::Different { .. } => found.different += 1,
                    Replayed::Erased => found.erased += 1,
                    Replayed::Failed { .. } => found.failed += 1,
                }
                if !matches!(replayed, Replayed::Same | Replayed::Erased)
                    && found.examples.len() < EXAMPLES
                {
                    found.examples.push(ReplayedOne {
                        decision: id,
                        replayed,
                    });
                }
            }
            progress(found.decisions);
        }
        Ok(found)
    }

    async fn replay_page(
        self: &Arc<Self>,
        page: Vec<DecisionRecord>,
        instead: Option<&Arc<Version>>,
    ) -> Result<Vec<(String, Replayed)>, DeedError> {
        let threads = self.parts.threads.max(1);
        let size = page.len().div_ceil(threads).max(1);
        let mut rest = page.into_iter();
        let mut tasks = Vec::new();
        loop {
            let part: Vec<DecisionRecord> = rest.by_ref().take(size).collect();
            if part.is_empty() {
                break;
            }
            let registry = Arc::clone(self);
            let instead = instead.cloned();
            tasks.push(tokio::spawn(async move {
                let mut done = Vec::with_capacity(part.len());
                for record in part {
                    let replayed = registry.replay_record(&record, instead.as_ref()).await?;
                    // A long replay lets the portal's questions through.
                    tokio::task::yield_now().await;
                    done.push((record.id, replayed));
                }
                Ok::<_, DeedError>(done)
            }));
        }
        let mut done = Vec::new();
        for task in tasks {
            // A panic in a replay is a fault of ours, told as such by whoever answers the request.
            done.extend(
                task.await
                    .unwrap_or_else(|error| std::panic::resume_unwind(error.into_panic()))?,
            );
        }
        Ok(done)
    }

    /// Recent decisions on a procedure, if their questions can be opened.
    pub(super) async fn recent_decisions(
        &self,
        code: &str,
    ) -> Result<Vec<DecisionRecord>, DeedError> {
        if self.parts.seal.is_none() {
            return Ok(Vec::new());
        }
        let (head, _) = self.store().head().await?;
        let records = self
            .store()
            .decisions(DecisionRange {
                after: head.saturating_sub(RECENT_ENTRIES),
                code: Some(code),
                limit: MOST_RECENT,
                ..DecisionRange::default()
            })
            .await?;
        Ok(records)
    }
}

/// The questions of decisions, opened, with the ids of these and when they were asked; those that cannot be opened are left out.
pub(super) fn questions(seal: &Seal, records: &[DecisionRecord]) -> Vec<(String, Vec<u8>, Moment)> {
    records
        .iter()
        .filter_map(|record| {
            let salted = seal.open(record.facts.as_ref()?, &record.id).ok()?;
            let question = salted.get(SALT..)?.to_vec();
            Some((record.id.clone(), question, record.at))
        })
        .collect()
}

/// Where two JSON texts differ.
fn differences(before: &[u8], now: &[u8]) -> Vec<Changed> {
    let read = |bytes: &[u8]| serde_json::from_slice::<Value>(bytes).ok();
    let mut found = Vec::new();
    compare(
        String::new(),
        read(before).as_ref(),
        read(now).as_ref(),
        &mut found,
    );
    found
}

fn compare(pointer: String, before: Option<&Value>, now: Option<&Value>, found: &mut Vec<Changed>) {
    if before == now || found.len() >= MOST_DIFFERENCES {
        return;
    }
    match (before, now) {
        (Some(Value::Object(before)), Some(Value::Object(now))) => {
            let more = now.keys().filter(|key| !before.contains_key(*key));
            for key in before.keys().chain(more) {
                let escaped = key.replace('~', "~0").replace('/', "~1");
                compare(
                    format!("{pointer}/{escaped}"),
                    before.get(key),
                    now.get(key),
                    found,
                );
            }
        }
        (Some(Value::Array(before)), Some(Value::Array(now))) => {
            for at in 0..before.len().max(now.len()) {
                compare(
                    format!("{pointer}/{at}"),
                    before.get(at),
                    now.get(at),
                    found,
                );
            }
        }
        (before, now) => found.push(Changed {
            pointer,
            before: before.cloned(),
            now: now.cloned(),
        }),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn differences_are_told_by_place() {
        let found = differences(
            br#"{"a":[1,2],"b/c":true,"d":1}"#,
            br#"{"a":[1,3],"d":1,"e":null}"#,
        );
        let places: Vec<&str> = found.iter().map(|changed| &*changed.pointer).collect();
        assert_eq!(places, ["/a/1", "/b~1c", "/e"]);
        assert_eq!(found[2].before, None);
        assert_eq!(found[2].now, Some(Value::Null));
    }
}
