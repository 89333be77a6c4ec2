//! The registry: what this host knows of the chain of deeds, and the deeds themselves, a verb a file.
//!
//! Every deed goes the same way ([`Registry::enact`]): read the chain to its end, decide on what follows from it, append
//! with the number that was decided on; if somebody else was faster, read on and decide again. So any number of hosts on one
//! database come to one order of deeds, and a deed is either wholly there or not at all.
//!
//! What is in force is the catalogue; [`Registry::read_on`] brings it in line with the ledger. A version that cannot be
//! loaded leaves its procedure as it was, and raises an alarm.

mod activate;
mod administer;
mod align;
mod decide;
mod recorder;
mod replay;
mod review;
mod seed;
mod submit;

use std::collections::BTreeMap;
use std::sync::atomic::{AtomicI64, Ordering};
use std::sync::{Arc, Mutex, OnceLock, PoisonError};
use std::time::Duration;

use arc_swap::ArcSwap;
use motcua_engine::Engine;
use motcua_model::calendar::{Calendar, CalendarYear};
use motcua_model::office::OfficeHours;
use motcua_model::{Moment, Text};
use motcua_store::{Appended, Deed as Append, NewDeed, NewVersion, Store, StoreError, chain};
use serde::Serialize;

use crate::LoadedCalendar;
use crate::catalogue::Catalogue;
use crate::lane::Lanes;
use crate::ledger::{Act, Authority, Deed, Done, Inapplicable, Ledger, Principal};
use crate::refusal::Refusal;
use crate::seal::Seal;
use crate::version::Version;

pub use administer::{NewKey, NewToken};
pub use align::MOST_UNPUBLISHED;
pub use decide::{DecideError, Decided, Receipt, ToDecide};
pub use replay::{Changed, Replayed, ReplayedMany, ReplayedOne};
pub use seed::Seeded;
pub use submit::ToSubmit;

/// How often a deed is decided anew because somebody else was faster.
const ATTEMPTS: usize = 16;
/// How many refusals of one person are kept in a minute; more are only logged.
const REFUSALS_A_MINUTE: u32 = 30;
/// The alarm that is no procedure's: the chain does not verify.
const CHAIN: &str = "*";
/// How many entries are read at once.
const PAGE: u32 = 1_000;

/// What a registry is made of.
pub struct Parts {
    /// Loads components.
    pub engine: Engine,
    /// Keeps everything.
    pub store: Arc<dyn Store>,
    /// The calendar of the country.
    pub calendar: Arc<LoadedCalendar>,
    /// The hours of the receiving office.
    pub office: OfficeHours,
    /// Seals facts and answers; nothing: decisions cannot be recorded.
    pub seal: Option<Arc<Seal>>,
    /// Processors of the machine: so many threads load at the same time, and fewer are kept busy by slow versions.
    pub threads: usize,
}

/// What this host knows and does.
pub struct Registry {
    pub(crate) parts: Parts,
    catalogue: Arc<Catalogue>,
    ledger: ArcSwap<Ledger>,
    /// Held while reading on: entries are applied one after the other.
    reading: tokio::sync::Mutex<()>,
    /// Every version that was loaded, by digest.
    versions: Mutex<align::Versions>,
    /// Every state of knowledge about a year's days off, with when it came; ascending.
    history: OnceLock<Vec<(Moment, CalendarYear)>>,
    /// Calendars that replays have needed, by digest.
    calendars: Mutex<BTreeMap<String, Arc<Calendar>>>,
    recorder: recorder::Recorder,
    lanes: Lanes,
    /// The second in which an unknown token last made this host read on.
    looked_at: AtomicI64,
    /// How many refusals of a person were kept in a minute.
    refusals: Mutex<BTreeMap<String, (i64, u32)>>,
    /// What could not be done, by procedure; empty for the chain itself.
    alarms: Mutex<BTreeMap<String, Alarm>>,
}

/// Something that an operator must look after; the last good state goes on.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, utoipa::ToSchema)]
pub struct Alarm {
    /// National code; empty where it concerns all.
    pub procedure: String,
    /// Since when.
    pub since: Moment,
    /// What happened and what to do.
    pub what: Text,
}

/// Why a deed was not done.
#[derive(Debug)]
pub enum DeedError {
    /// It is not allowed, or does not fit. Kept in the chain.
    Refused(Refusal),
    /// The database could not keep it. Nothing was done.
    Store(Arc<StoreError>),
    /// The chain holds an entry that this motcua does not understand.
    Chain(Inapplicable),
    /// Others were faster, again and again. Nothing was done.
    Busy,
}

impl DeedError {
    /// What happened and what to do.
    pub fn text(&self) -> Text {
        match self {
            Self::Refused(refusal) => refusal.text(),
            Self::Store(error) => error.text(),
            Self::Chain(fault) => Text::new(
                format!(
                    "không đọc được nhật ký: {fault}. Máy chủ này giữ nguyên trạng thái trước đó; hãy chạy `motcua audit verify`."
                ),
                format!(
                    "the chain of deeds cannot be read: {fault}. This host stays as it was; run `motcua audit verify`."
                ),
            ),
            Self::Busy => Text::new(
                "nhiều việc đang được ghi cùng lúc; hãy thử lại. Chưa có gì được ghi.",
                "many deeds are being recorded at once; try again. Nothing was recorded.",
            ),
        }
    }
}

impl std::fmt::Display for DeedError {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&self.text().en)
    }
}

impl std::error::Error for DeedError {}

impl From<Refusal> for DeedError {
    fn from(refusal: Refusal) -> Self {
        Self::Refused(refusal)
    }
}

impl From<StoreError> for DeedError {
    fn from(error: StoreError) -> Self {
        Self::Store(Arc::new(error))
    }
}

/// Deeds to append, with what they speak of.
#[derive(Default)]
struct ToAppend<'a> {
    deeds: Vec<(Deed, String)>,
    versions: Vec<NewVersion<'a>>,
    texts: Vec<&'a [u8]>,
}

impl ToAppend<'_> {
    fn one(deed: Deed, subject: impl Into<String>) -> Self {
        Self {
            deeds: vec![(deed, subject.into())],
            ..Self::default()
        }
    }
}

impl Registry {
    /// A registry that knows nothing yet; [`Registry::read_on`] reads the chain.
    pub fn new(parts: Parts) -> Self {
        Self {
            lanes: Lanes::new(parts.threads, parts.engine.classes().thread_bytes()),
            parts,
            catalogue: Arc::default(),
            ledger: ArcSwap::default(),
            reading: tokio::sync::Mutex::default(),
            versions: Mutex::default(),
            looked_at: AtomicI64::new(i64::MIN),
            refusals: Mutex::default(),
            history: OnceLock::new(),
            calendars: Mutex::default(),
            recorder: recorder::Recorder::default(),
            alarms: Mutex::default(),
        }
    }

    /// What can be asked.
    pub fn catalogue(&self) -> &Arc<Catalogue> {
        &self.catalogue
    }

    /// Where questions to versions that are not known to be quick wait for a thread.
    pub fn lanes(&self) -> &Lanes {
        &self.lanes
    }

    /// What follows from the deeds, as far as this host has read.
    pub fn ledger(&self) -> Arc<Ledger> {
        self.ledger.load_full()
    }

    /// Where everything is kept.
    pub fn store(&self) -> &Arc<dyn Store> {
        &self.parts.store
    }

    /// The calendar of the country.
    pub fn calendar(&self) -> &Arc<LoadedCalendar> {
        &self.parts.calendar
    }

    /// The calendar as it was known at a moment: of each year what had been told last by then; years of which nothing had
    /// been told are counted provisionally.
    pub fn calendar_at(&self, known_at: Moment) -> Arc<LoadedCalendar> {
        let history = self.history.get().map(Vec::as_slice).unwrap_or_default();
        if history.iter().all(|(since, _)| *since <= known_at) {
            return Arc::clone(self.calendar());
        }
        let mut years: BTreeMap<i16, &CalendarYear> = BTreeMap::new();
        for (_, year) in history.iter().filter(|(since, _)| *since <= known_at) {
            years.insert(year.year, year);
        }
        let years = years.into_values().cloned().collect();
        match Calendar::new(self.calendar().calendar().id(), years) {
            Ok(calendar) => Arc::new(LoadedCalendar::new(calendar)),
            // Years that were kept fit each other, since each was once part of a calendar that did.
            Err(_) => Arc::clone(self.calendar()),
        }
    }

    /// What an operator must look after: what this host could not do, and the versions that are out of order.
    pub fn alarms(&self) -> Vec<Alarm> {
        let mut alarms: Vec<Alarm> = self
            .alarms
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .values()
            .cloned()
            .collect();
        alarms.extend(self.out_of_order().iter().filter_map(|version| {
            Some(Alarm {
                procedure: version.manifest().code.clone(),
                since: version.out_of_order_since()?,
                what: version.out_of_order(),
            })
        }));
        alarms
    }

    /// The versions in force at some time whose rules keep failing.
    fn out_of_order(&self) -> Vec<Arc<Version>> {
        let snapshot = self.catalogue().snapshot();
        snapshot
            .procedures()
            .flat_map(|procedure| procedure.timeline().periods())
            .map(|period| &period.version)
            .filter(|version| version.out_of_order_since().is_some())
            .map(Arc::clone)
            .collect()
    }

    /// Tells the departments of versions that have gone out of order, each time once: it is entered in the chain.
    ///
    /// # Errors
    /// The database does not keep it: then it is told another time.
    pub async fn tell_departments(&self, now: Moment) -> Result<(), StoreError> {
        for version in self.out_of_order() {
            let Some(open) = version.breaker().open().filter(|open| !open.told) else {
                continue;
            };
            let deed = Deed::AlarmRaised {
                what: version.out_of_order(),
            };
            let code = version.manifest().code.as_str();
            self.append("host", now, None, &ToAppend::one(deed, code))
                .await?;
            version.breaker().told(open.since);
        }
        Ok(())
    }

    /// Reads the chain to its end, and brings the catalogue in line with it. Answers whether there was anything new.
    ///
    /// # Errors
    /// The database does not answer, or an entry cannot be applied; everything before it is.
    pub async fn read_on(&self, now: Moment) -> Result<bool, DeedError> {
        let _reading = self.reading.lock().await;
        let before = self.ledger.load_full();
        let mut ledger = Arc::clone(&before);
        let mut fault = None;
        'chain: loop {
            let page = self.store().deeds(ledger.number(), PAGE, true).await?;
            let full = page.len() == PAGE as usize;
            for record in &page {
                // Copied with the first: most who look find nothing new.
                if let Err(error) = Arc::make_mut(&mut ledger).apply(record) {
                    fault = Some(error);
                    break 'chain;
                }
            }
            if !full {
                break;
            }
        }
        let new = ledger.number() > before.number();
        if new {
            self.ledger.store(ledger);
        }
        let unaligned = {
            let alarms = self.alarms.lock().unwrap_or_else(PoisonError::into_inner);
            !alarms.is_empty()
        };
        if new || unaligned {
            self.align(now).await?;
        }
        let error = fault.map(DeedError::Chain);
        self.alarm("", now, error.as_ref().map(DeedError::text));
        error.map_or(Ok(new), Err)
    }

    /// Reads on whenever there is something new, for as long as the host runs. Trouble with the database is waited out:
    /// questions are answered from what is known.
    pub async fn follow(&self, now: impl Fn() -> Moment) {
        const PATIENCE: Duration = Duration::from_secs(10);
        const PAUSE: Duration = Duration::from_millis(500);
        loop {
            let waited = self.store().wait(self.ledger().number(), PATIENCE).await;
            let read = match waited {
                Ok(_) => match self.read_on(now()).await {
                    Ok(_) => self.tell_departments(now()).await.map_err(Into::into),
                    Err(error) => Err(error),
                },
                Err(StoreError::Closed) => return,
                Err(error) => Err(error.into()),
            };
            if let Err(error) = read {
                tracing::warn!(%error, "the chain of deeds could not be read; trying again");
                tokio::time::sleep(PAUSE).await;
            }
        }
    }

    /// Establishes who is asking.
    ///
    /// # Errors
    /// The token is nobody's, or counts no more; the latter is kept in the chain.
    pub async fn authenticate(&self, bearer: &str, now: Moment) -> Result<Principal, DeedError> {
        let mut found = self.ledger().principal(bearer, now);
        // Another process may have issued it a moment ago. Guesses do not make the database work: once a second is enough.
        if matches!(found, Err(Refusal::UnknownToken))
            && self.looked_at.swap(now.seconds(), Ordering::Relaxed) != now.seconds()
            && self.read_on(now).await?
        {
            found = self.ledger().principal(bearer, now);
        }
        match found {
            Ok(principal) => Ok(principal),
            Err(refusal) => {
                if let Some(person) = refusal.person() {
                    let person = person.to_owned();
                    self.keep_refusal(&person, "authenticate", "", &refusal, now)
                        .await;
                }
                Err(refusal.into())
            }
        }
    }

    /// Checks that somebody may do something with a procedure.
    ///
    /// # Errors
    /// They may not; kept in the chain.
    pub async fn permit(
        &self,
        who: &Principal,
        act: Act,
        code: Option<&str>,
        now: Moment,
    ) -> Result<(), DeedError> {
        match may(&self.ledger(), who, act, code) {
            Ok(()) => Ok(()),
            Err(refusal) => {
                self.keep_refusal(&who.person, act.word(), code.unwrap_or(""), &refusal, now)
                    .await;
                Err(refusal.into())
            }
        }
    }

    /// Does a deed: decides on the chain as it is, and appends what was decided; decides anew if somebody was faster. A
    /// refusal is kept in the chain.
    async fn enact<'a>(
        &self,
        who: &Principal,
        act: Act,
        subject: &str,
        now: Moment,
        decide: impl Fn(&Ledger) -> Result<ToAppend<'a>, Refusal>,
    ) -> Result<Arc<Ledger>, DeedError> {
        for _ in 0..ATTEMPTS {
            self.read_on(now).await?;
            let ledger = self.ledger();
            let at = ledger.moment(now);
            let decided = decide(&ledger).and_then(|to_append| {
                self.rehearse(&ledger, &who.person, at, &to_append)?;
                Ok(to_append)
            });
            let to_append = match decided {
                Ok(to_append) => to_append,
                Err(refusal) => {
                    self.keep_refusal(&who.person, act.word(), subject, &refusal, now)
                        .await;
                    return Err(refusal.into());
                }
            };
            if self
                .append(&who.person, at, Some(ledger.number()), &to_append)
                .await?
            {
                self.read_on(now).await?;
                return Ok(self.ledger());
            }
        }
        Err(DeedError::Busy)
    }

    /// Whether the deeds would follow from the ledger: what every reader of the chain will ask.
    fn rehearse(
        &self,
        ledger: &Ledger,
        who: &str,
        at: Moment,
        to_append: &ToAppend<'_>,
    ) -> Result<(), Refusal> {
        let mut next = ledger.clone();
        for (deed, subject) in &to_append.deeds {
            next.take(Done {
                number: 0,
                at,
                who: who.to_owned(),
                subject: subject.clone(),
                deed: deed.clone(),
            })?;
        }
        Ok(())
    }

    async fn append(
        &self,
        who: &str,
        at: Moment,
        expected: Option<u64>,
        to_append: &ToAppend<'_>,
    ) -> Result<bool, StoreError> {
        let parts: Vec<(String, String)> = to_append
            .deeds
            .iter()
            .map(|(deed, _)| deed.parts())
            .collect();
        let entries: Vec<NewDeed<'_>> = to_append
            .deeds
            .iter()
            .zip(&parts)
            .map(|((deed, subject), (kind, body))| NewDeed {
                kind,
                subject,
                who,
                at,
                body,
                governs: deed.governs(),
            })
            .collect();
        let appended = self
            .store()
            .append(Append {
                expected,
                versions: &to_append.versions,
                texts: &to_append.texts,
                entries: &entries,
            })
            .await?;
        Ok(matches!(appended, Appended::Done(_)))
    }

    /// Keeps a refusal in the chain. Where the database does not answer, it is only logged: the refusal stands anyway.
    pub(crate) async fn keep_refusal(
        &self,
        who: &str,
        act: &str,
        subject: &str,
        refusal: &Refusal,
        now: Moment,
    ) {
        if !self.may_fill(who, now) {
            tracing::warn!(
                who,
                act,
                subject,
                code = refusal.code(),
                "too many refusals in a minute; this one is not kept"
            );
            return;
        }
        let deed = Deed::Refused {
            act: act.to_owned(),
            code: refusal.code().to_owned(),
            reason: refusal.text(),
        };
        let kept = self
            .append(who, now, None, &ToAppend::one(deed, subject))
            .await;
        if let Err(error) = kept {
            tracing::error!(%error, who, act, subject, code = refusal.code(), "a refusal could not be kept");
        }
    }

    /// Whether another refusal of a person is kept: nobody fills the chain by being refused.
    fn may_fill(&self, who: &str, now: Moment) -> bool {
        let minute = now.seconds().div_euclid(60);
        let mut refusals = self.refusals.lock().unwrap_or_else(PoisonError::into_inner);
        refusals.retain(|_, (kept_in, _)| *kept_in == minute);
        let (_, count) = refusals.entry(who.to_owned()).or_insert((minute, 0));
        *count += 1;
        *count <= REFUSALS_A_MINUTE
    }

    /// Verifies the whole chain and raises an alarm if it is broken. Takes a while on a long one.
    ///
    /// # Errors
    /// The database does not answer.
    pub async fn verify_chain(&self, now: Moment) -> Result<Result<(), chain::Broken>, StoreError> {
        let mut verifier = chain::Verifier::default();
        loop {
            let page = self.store().deeds(verifier.head().0, PAGE, false).await?;
            let broken = page.iter().try_for_each(|record| verifier.next(record));
            if let Err(broken) = broken {
                let text = broken.text();
                self.alarm(
                    CHAIN,
                    now,
                    Some(Text::new(
                        format!("nhật ký bị hỏng: {}; hãy khôi phục từ bản sao lưu", text.vi),
                        format!(
                            "the chain of deeds is broken: {}; restore it from a backup",
                            text.en
                        ),
                    )),
                );
                return Ok(Err(broken));
            }
            if page.len() < PAGE as usize {
                return Ok(Ok(()));
            }
        }
    }

    /// Raises or ends the alarm of a procedure.
    fn alarm(&self, procedure: &str, now: Moment, what: Option<Text>) {
        let mut alarms = self.alarms.lock().unwrap_or_else(PoisonError::into_inner);
        match what {
            Some(what) => {
                if alarms.get(procedure).is_none_or(|alarm| alarm.what != what) {
                    tracing::error!(procedure, what = what.en, "alarm");
                }
                let since = alarms.get(procedure).map_or(now, |alarm| alarm.since);
                let procedure = procedure.to_owned();
                alarms.insert(
                    procedure.clone(),
                    Alarm {
                        procedure,
                        since,
                        what,
                    },
                );
            }
            None => {
                alarms.remove(procedure);
            }
        }
    }
}

/// Whether somebody may do something with a procedure.
fn may(ledger: &Ledger, who: &Principal, act: Act, code: Option<&str>) -> Result<(), Refusal> {
    let owner = code
        .and_then(|code| ledger.owner(code))
        .map(|department| department.id.as_str());
    if who.role.allows(act, owner) {
        return Ok(());
    }
    match (&who.role, code) {
        (crate::ledger::Role::Author { department }, Some(code))
            if who.role.allows(act, Some(department)) =>
        {
            Err(Refusal::NotOwner {
                procedure: code.to_owned(),
                department: department.clone(),
                owner: owner.map(str::to_owned),
            })
        }
        _ => Err(Refusal::NotAllowed {
            act,
            role: who.role.clone(),
        }),
    }
}
