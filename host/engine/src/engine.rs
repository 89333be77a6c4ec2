//! Loading a component and asking it.

use std::fmt;
use std::sync::Arc;

use motcua_model::{Application, Assessment, Manifest};

use crate::admission::{Admitted, admit};
use crate::contract::Rules;
use crate::error::{CallError, EngineError, LoadError};
use crate::limits::Limits;
use crate::sandbox::Sandbox;

/// The sandbox in which components are compiled and asked. Cheap to clone; all clones are one sandbox, with one set of
/// slots and one clock, which ends with the last clone and the last [`Procedure`] loaded by it.
///
/// Every call is synchronous and keeps its thread busy: call from a bounded pool of threads.
#[derive(Clone)]
pub struct Engine {
    sandbox: Arc<Sandbox>,
}

impl Engine {
    /// Sets up a sandbox with these limits. It reserves address space for [`Limits::slots`] places (not memory), and starts
    /// a thread for the clock.
    pub fn new(limits: Limits) -> Result<Self, EngineError> {
        Ok(Self {
            sandbox: Arc::new(Sandbox::new(limits)?),
        })
    }

    /// The limits it was set up with.
    pub fn limits(&self) -> &Limits {
        &self.sandbox.limits
    }

    /// Admits and compiles a component, and makes one instance of it as a trial: what fails, fails here, and not at a
    /// citizen's question.
    ///
    /// Takes a slot for the trial. Compiling takes milliseconds for a package, and up to seconds for the worst file that
    /// the limits admit.
    pub fn load(&self, bytes: &[u8]) -> Result<Procedure, LoadError> {
        let Admitted {
            manifest,
            digest,
            version,
            room,
            plain,
        } = admit(bytes, self.limits())?;
        let rules = (version.load)(&self.sandbox, room, bytes, plain.as_ref())?;
        rules.instantiate(&self.sandbox).map_err(LoadError::Trial)?;
        Ok(Procedure {
            loaded: Arc::new(Loaded {
                sandbox: Arc::clone(&self.sandbox),
                manifest: Arc::new(manifest),
                digest: digest.into(),
                contract: version.contract,
                rules,
            }),
        })
    }
}

impl fmt::Debug for Engine {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Engine")
            .field("limits", self.limits())
            .finish_non_exhaustive()
    }
}

/// A version of a procedure, compiled and ready to be asked. Cheap to clone.
#[derive(Clone)]
pub struct Procedure {
    loaded: Arc<Loaded>,
}

struct Loaded {
    sandbox: Arc<Sandbox>,
    manifest: Arc<Manifest>,
    digest: Arc<str>,
    contract: &'static str,
    rules: Box<dyn Rules>,
}

/// An answer, checked against the manifest of the component that gave it and against its question.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Answered {
    /// The answer, each list in the manifest's order, missing facts in the order to ask.
    pub assessment: Assessment,
    /// Fuel used, out of [`Limits::fuel`]. The same for the same question, on every run and every machine, for one version
    /// of the engine.
    pub fuel_used: u64,
}

impl Procedure {
    /// What the component says of itself.
    pub fn manifest(&self) -> &Arc<Manifest> {
        &self.loaded.manifest
    }

    /// `sha256:` and the digest of the component's bytes, in small hexadecimal letters: its identity.
    pub fn digest(&self) -> &Arc<str> {
        &self.loaded.digest
    }

    /// The version of the contract it was built against, for example `motcua:procedure@1.0.0`.
    pub fn contract(&self) -> &'static str {
        self.loaded.contract
    }

    /// The limits under which it is asked.
    pub fn limits(&self) -> &Limits {
        &self.loaded.sandbox.limits
    }

    /// Asks a fresh instance, which has never been asked before and never will be again.
    ///
    /// The application is taken as it is: facts have been checked against the manifest, and put into its order, by whoever
    /// made it.
    pub fn assess(&self, application: &Application<'_>) -> Result<Answered, CallError> {
        let Loaded {
            sandbox,
            rules,
            manifest,
            ..
        } = &*self.loaded;
        let raw = rules.assess(sandbox, application)?;
        let mut assessment = raw.assessment;
        assessment.check(manifest, &application.facts)?;
        Ok(Answered {
            assessment,
            fuel_used: raw.fuel_used,
        })
    }
}

impl fmt::Debug for Procedure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Procedure")
            .field("digest", &self.loaded.digest)
            .field("contract", &self.loaded.contract)
            .finish_non_exhaustive()
    }
}
