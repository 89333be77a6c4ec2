//! To write decisions: those that come at the same time share a transaction.

use std::sync::Arc;

use motcua_model::Moment;
use motcua_store::{Digest, NewDecision, NewDeed, Recorded, Store, StoreError};
use tokio::sync::oneshot;

use super::DeedError;

/// A decision on its way into the database.
pub(super) struct ToRecord {
    pub(super) id: String,
    pub(super) code: String,
    pub(super) component: Digest,
    pub(super) key: Option<String>,
    pub(super) request: Digest,
    pub(super) receipt: String,
    pub(super) facts: Vec<u8>,
    pub(super) answer: Vec<u8>,
    pub(super) who: String,
    pub(super) at: Moment,
    pub(super) body: String,
}

/// Records decisions that come at the same time in one transaction: a disk that takes a thousand writes a second takes
/// many thousand decisions so.
#[derive(Clone, Default)]
pub(super) struct Recorder {
    shared: Arc<Shared>,
}

type Answered = oneshot::Sender<Result<Recorded, Arc<StoreError>>>;

#[derive(Default)]
struct Shared {
    waiting: std::sync::Mutex<Vec<(ToRecord, Answered)>>,
    /// Held by whoever writes for all that wait.
    writing: tokio::sync::Mutex<()>,
}

impl Recorder {
    /// The most decisions of one transaction.
    const MOST: usize = 256;

    pub(super) async fn record(
        &self,
        store: Arc<dyn Store>,
        to_record: ToRecord,
    ) -> Result<Recorded, DeedError> {
        let (sender, receiver) = oneshot::channel();
        if let Ok(mut waiting) = self.shared.waiting.lock() {
            waiting.push((to_record, sender));
        }
        let shared = Arc::clone(&self.shared);
        // On a task of its own: an asker who hangs up must not break off the transaction of the others.
        let task = tokio::spawn(async move { shared.write(store, receiver).await });
        match task.await {
            Ok(Some(Ok(recorded))) => Ok(recorded),
            Ok(Some(Err(error))) => Err(DeedError::Store(error)),
            Ok(None) | Err(_) => Err(DeedError::Busy),
        }
    }
}

impl Shared {
    /// Waits for its turn; if nobody has written its decision by then, writes those that wait.
    async fn write(
        &self,
        store: Arc<dyn Store>,
        mut receiver: oneshot::Receiver<Result<Recorded, Arc<StoreError>>>,
    ) -> Option<Result<Recorded, Arc<StoreError>>> {
        let _writing = self.writing.lock().await;
        loop {
            match receiver.try_recv() {
                Ok(result) => return Some(result),
                Err(oneshot::error::TryRecvError::Closed) => return None,
                Err(oneshot::error::TryRecvError::Empty) => {}
            }
            let batch: Vec<(ToRecord, Answered)> = {
                let mut waiting = self.waiting.lock().ok()?;
                let count = waiting.len().min(Recorder::MOST);
                waiting.drain(..count).collect()
            };
            let decisions: Vec<NewDecision<'_>> = batch
                .iter()
                .map(|(to_record, _)| to_record.as_new())
                .collect();
            let recorded = store.record(&decisions).await;
            drop(decisions);
            match recorded {
                Ok(recorded) => {
                    for ((_, sender), recorded) in batch.into_iter().zip(recorded) {
                        // Whoever has gone does not wait for the answer.
                        let _ = sender.send(Ok(recorded));
                    }
                }
                Err(error) => {
                    let error = Arc::new(error);
                    for (_, sender) in batch {
                        let _ = sender.send(Err(Arc::clone(&error)));
                    }
                }
            }
        }
    }
}

impl ToRecord {
    fn as_new(&self) -> NewDecision<'_> {
        NewDecision {
            id: &self.id,
            code: &self.code,
            component: self.component,
            key: self.key.as_deref(),
            request: self.request,
            receipt: &self.receipt,
            facts: &self.facts,
            answer: &self.answer,
            entry: NewDeed {
                kind: motcua_store::DECISION_RECORDED,
                subject: &self.id,
                who: &self.who,
                at: self.at,
                body: &self.body,
                governs: false,
            },
        }
    }
}
