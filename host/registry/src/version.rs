//! A loaded version: a component that can be asked, and its manifest made ready to be read against.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use motcua_engine::{Class, Engine, LoadError, Procedure, inspect};
use motcua_model::manifest::Transition;
use motcua_model::{Date, Manifest, Moment, Text};

use crate::answer::Fragments;
use crate::breaker::Breaker;
use crate::form::Form;
use crate::gate::Rebuilt;

/// One version of a procedure, ready to be asked.
#[derive(Debug)]
pub struct Version {
    procedure: Procedure,
    form: Form,
    fragments: Fragments,
    /// What a search looks through: names, code and slug, folded.
    pub(crate) haystack: String,
    /// The most fuel that an answer has taken so far; 0 before the first.
    most_fuel: AtomicU64,
    breaker: Breaker,
}

/// Up to this much fuel a version counts as quick: some tens of microseconds.
const QUICK_FUEL: u64 = 50_000;

impl Version {
    /// Admits and compiles a component, wherever it comes from. What is not made of the package that it carries is compiled in
    /// a process of its own. Takes milliseconds for one whose code is kept, and longer for one that is compiled; keeps its
    /// thread busy.
    ///
    /// # Errors
    /// The component is not admitted, cannot be compiled, or does not start.
    pub fn load(engine: &Engine, component: &[u8]) -> Result<Self, LoadError> {
        let is_own = || {
            let inspection = inspect(component, engine.classes());
            Rebuilt::of(component, &inspection).program().is_some()
        };
        Ok(Self::new(engine.load_if_own(component, is_own)?))
    }

    /// The same for a component that the package compiler has just made in this process.
    ///
    /// # Errors
    /// Like [`Version::load`].
    pub fn load_own(engine: &Engine, component: &[u8]) -> Result<Self, LoadError> {
        Ok(Self::new(engine.load_if_own(component, || true)?))
    }

    fn new(procedure: Procedure) -> Self {
        let manifest = procedure.manifest();
        let form = Form::new(manifest);
        let fragments = Fragments::new(manifest, &form, procedure.digest());
        let haystack = crate::find::haystack(manifest);
        Self {
            form,
            fragments,
            haystack,
            procedure,
            most_fuel: AtomicU64::new(0),
            breaker: Breaker::new(),
        }
    }

    /// What it says of itself.
    pub fn manifest(&self) -> &Arc<Manifest> {
        self.procedure.manifest()
    }

    /// `sha256:` and the digest of the component in hexadecimal: its identity.
    pub fn digest(&self) -> &str {
        self.procedure.digest()
    }

    /// The contract it was built against.
    pub fn contract(&self) -> &'static str {
        self.procedure.contract()
    }

    /// The class of component that it is: compiled, or a language runtime with a program inside.
    pub fn class(&self) -> Class {
        self.procedure.class()
    }

    /// Since when it has been out of order, if it is: its rules fail again and again, and are not run for a while.
    pub fn out_of_order_since(&self) -> Option<Moment> {
        self.breaker.open().map(|open| open.since)
    }

    /// What operator and department are told of a version that is out of order.
    pub(crate) fn out_of_order(&self) -> Text {
        let (digest, faults, calls, pause) = (
            self.digest(),
            Breaker::FAULTS,
            Breaker::CALLS,
            Breaker::PAUSE,
        );
        Text::new(
            format!(
                "phiên bản {digest} tạm ngắt: quy tắc gặp lỗi {faults} lần trong {calls} câu hỏi gần nhất. Cứ {pause} giây thử lại \
                 một câu hỏi; không phiên bản nào khác thay thế. Cơ quan phát hành cần trình phiên bản đã sửa, hoặc tạm ngừng \
                 phiên bản này."
            ),
            format!(
                "version {digest} is out of order: its rules failed {faults} times within {calls} questions. One question is \
                 tried every {pause} seconds; no other version takes its place. Its department should submit a mended version, \
                 or suspend this one."
            ),
        )
    }

    pub(crate) fn breaker(&self) -> &Breaker {
        &self.breaker
    }

    /// The first day of receipt it decides.
    pub fn valid_from(&self) -> Date {
        self.manifest().valid_from
    }

    /// Whether it also decides what was received before its first day and is still undecided (its transition rule).
    pub fn moves(&self) -> bool {
        let transition = self.manifest().transition.as_ref();
        transition.is_some_and(Transition::moves)
    }

    /// Whether a part of it only demonstrates and must not be presented as published.
    pub fn is_demonstration(&self) -> bool {
        use motcua_model::manifest::CommitmentSource;
        let rows = self
            .manifest()
            .time_limit
            .iter()
            .flat_map(|limit| &limit.rows);
        rows.filter_map(|row| row.committed.as_ref())
            .any(|term| term.source == CommitmentSource::Demonstration)
    }

    /// Whether it has answered, and always in some tens of microseconds: so short that handing the question to another
    /// thread would take longer. Only a guess from what was seen; the sandbox's limits hold whatever comes.
    pub fn is_quick(&self) -> bool {
        (1..=QUICK_FUEL).contains(&self.most_fuel.load(Ordering::Relaxed))
    }

    /// Notes what an answer took; nothing if there was none.
    pub(crate) fn took(&self, fuel: Option<u64>) {
        self.most_fuel
            .fetch_max(fuel.unwrap_or(u64::MAX).max(1), Ordering::Relaxed);
    }

    pub(crate) fn procedure(&self) -> &Procedure {
        &self.procedure
    }

    pub(crate) fn form(&self) -> &Form {
        &self.form
    }

    pub(crate) fn fragments(&self) -> &Fragments {
        &self.fragments
    }
}
