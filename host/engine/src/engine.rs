//! Loading a component and asking it.

use std::fmt;
use std::path::PathBuf;
use std::sync::{Arc, Condvar, Mutex, PoisonError};

use motcua_model::{Application, Assessment, Fact, Manifest, Subject};

use crate::admission::{Admitted, admit};
use crate::cache::{Cache, Name};
use crate::child;
use crate::code::{Artifact, Code};
use crate::contract::Rules;
use crate::error::{CallError, EngineError, FalseGrounds, LoadError};
use crate::limits::{Class, Classes, Limits};
use crate::sandbox::{Sandbox, platform};

/// What an engine is set up with.
#[derive(Debug, Default)]
pub struct Settings {
    /// What is admitted: the limits of both classes, and whether drafts are.
    pub classes: Classes,
    /// Where components of strangers are compiled.
    pub compile_in: CompileIn,
    /// Where compiled code is kept from one start to the next; nothing: nowhere.
    pub cache: Option<Cache>,
}

/// Where components of strangers are compiled.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum CompileIn {
    /// In this process, on the thread that loads: for tests and benches, whose components are their own. A component that
    /// admission did not see through could take all the memory and minutes of the host.
    #[default]
    ThisProcess,
    /// In a process of its own, started from this program with the command [`crate::COMPILE_COMMAND`]: it must be the same
    /// program as this one.
    Child(PathBuf),
}

impl From<Limits> for Settings {
    /// These limits for compiled components; nothing is kept, and everything compiled in this process.
    fn from(limits: Limits) -> Self {
        Self::from(Classes::from(limits))
    }
}

impl From<Classes> for Settings {
    /// Nothing is kept, and everything compiled in this process.
    fn from(classes: Classes) -> Self {
        Self {
            classes,
            ..Self::default()
        }
    }
}

/// The sandbox in which components are compiled and asked. Cheap to clone; all clones are one sandbox, with one set of
/// slots and one clock for each class, which end with the last clone and the last [`Procedure`] loaded by it.
///
/// Every call is synchronous and keeps its thread busy: call from a bounded pool of threads, each with
/// [`Classes::thread_bytes`] of stack.
#[derive(Clone)]
pub struct Engine {
    parts: Arc<Parts>,
}

struct Parts {
    classes: Classes,
    compiled: Ward,
    interpreted: Ward,
    compile_in: CompileIn,
    cache: Option<Cache>,
}

/// What a class has for itself.
struct Ward {
    sandbox: Arc<Sandbox>,
    desks: Desks,
}

impl Ward {
    fn new(class: Class, limits: &Limits) -> Result<Self, EngineError> {
        Ok(Self {
            sandbox: Arc::new(Sandbox::new(class, limits.clone())?),
            desks: Desks::new(limits.compilers),
        })
    }
}

impl Engine {
    /// Sets up a sandbox. For each class it reserves address space for [`Limits::slots`] places (not memory), and starts a
    /// thread for the clock.
    pub fn new(settings: impl Into<Settings>) -> Result<Self, EngineError> {
        let Settings {
            classes,
            compile_in,
            cache,
        } = settings.into();
        Ok(Self {
            parts: Arc::new(Parts {
                compiled: Ward::new(Class::Compiled, &classes.compiled)?,
                interpreted: Ward::new(Class::Interpreted, &classes.interpreted)?,
                classes,
                compile_in,
                cache,
            }),
        })
    }

    /// The limits it was set up with.
    pub fn classes(&self) -> &Classes {
        &self.parts.classes
    }

    /// Where compiled code is kept, if it is.
    pub fn cache(&self) -> Option<&Cache> {
        self.parts.cache.as_ref()
    }

    /// Admits and compiles a component, and makes one instance of it as a trial: what fails, fails here, and not at a
    /// citizen's question.
    ///
    /// Takes a slot for the trial. Unless its code is kept, it is compiled where [`Settings::compile_in`] says; that takes some
    /// tens of milliseconds for a package, and up to [`Limits::compile_seconds`] for the worst file that the limits admit.
    pub fn load(&self, bytes: &[u8]) -> Result<Procedure, LoadError> {
        self.load_if_own(bytes, || false)
    }

    /// The same for a component that may be the caller's own: one that he makes himself, byte for byte, of the package that
    /// it carries. Such a component is compiled in this process wherever others are compiled: what the package compiler emits
    /// is bounded by what it is made from, and starting a process takes longer than compiling it. `is_own` is asked only if
    /// it makes a difference: not where the component's code is kept.
    pub fn load_if_own(
        &self,
        bytes: &[u8],
        is_own: impl FnOnce() -> bool,
    ) -> Result<Procedure, LoadError> {
        let admitted = admit(bytes, self.classes())?;
        let ward = match admitted.class {
            Class::Compiled => &self.parts.compiled,
            Class::Interpreted => &self.parts.interpreted,
        };
        let code = self.code(ward, &admitted, bytes, is_own)?;
        let Admitted {
            manifest,
            digest,
            version,
            room,
            ..
        } = admitted;
        let sandbox = Arc::clone(&ward.sandbox);
        let rules = (version.load)(&sandbox, room, code)?;
        rules.instantiate(&sandbox).map_err(LoadError::Trial)?;
        Ok(Procedure {
            loaded: Arc::new(Loaded {
                sandbox,
                manifest: Arc::new(manifest),
                digest: digest.into(),
                contract: version.contract,
                rules,
            }),
        })
    }

    /// The code of an admitted component: kept, or compiled now and kept from now on.
    fn code(
        &self,
        ward: &Ward,
        admitted: &Admitted,
        bytes: &[u8],
        is_own: impl FnOnce() -> bool,
    ) -> Result<Code, LoadError> {
        let (sandbox, room, plain) = (&*ward.sandbox, admitted.room, &admitted.plain);
        let engine = sandbox.engine(room);
        let load = |artifact: &Artifact| Code::load(engine, artifact, plain.clone());
        let kept = self.cache().map(|cache| {
            let plain = plain.is_some();
            let name = Name::of(&admitted.digest, admitted.class, room, plain, engine);
            (cache, name)
        });
        if let Some((cache, name)) = &kept
            && let Some(artifact) = cache.read(name, sandbox.limits.code_bytes)
        {
            match load(&artifact) {
                Ok(code) => {
                    cache.found();
                    return Ok(code);
                }
                Err(why) => cache.spoiled(name, &why),
            }
        }
        match &self.parts.compile_in {
            CompileIn::Child(program) if !is_own() => {
                let artifact = {
                    let _desk = ward.desks.take();
                    child::compile(program, self.classes(), admitted.class, bytes)?
                };
                let code = load(&artifact).map_err(|what| {
                    LoadError::Compiler(CallError::Platform {
                        what: format!("the compiling process is no copy of this program: {what}"),
                    })
                })?;
                if let Some((cache, name)) = &kept {
                    cache.keep(name, &artifact);
                }
                Ok(code)
            }
            CompileIn::Child(_) | CompileIn::ThisProcess => {
                let code = Code::compile(engine, bytes, plain.clone())?;
                if let Some((cache, name)) = &kept
                    && let Some(artifact) = code.artifact()
                {
                    cache.keep(name, &artifact);
                }
                Ok(code)
            }
        }
    }
}

/// Places for compiling processes; who finds none waits.
struct Desks {
    free: Mutex<u32>,
    freed: Condvar,
}

struct Desk<'a>(&'a Desks);

impl Desks {
    fn new(count: u32) -> Self {
        Self {
            free: Mutex::new(count.max(1)),
            freed: Condvar::new(),
        }
    }

    fn take(&self) -> Desk<'_> {
        let free = self.free.lock().unwrap_or_else(PoisonError::into_inner);
        let mut free = self
            .freed
            .wait_while(free, |free| *free == 0)
            .unwrap_or_else(PoisonError::into_inner);
        *free -= 1;
        Desk(self)
    }
}

impl Drop for Desk<'_> {
    fn drop(&mut self) {
        *self.0.free.lock().unwrap_or_else(PoisonError::into_inner) += 1;
        self.0.freed.notify_one();
    }
}

impl fmt::Debug for Engine {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Engine")
            .field("classes", self.classes())
            .field("compile_in", &self.parts.compile_in)
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

    /// The class whose limits it keeps.
    pub fn class(&self) -> Class {
        self.loaded.sandbox.class
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

    /// Which of the facts told are the reason for a result: an application that tells only these has the same one. Ascending,
    /// each once; empty where the result rests on no fact.
    ///
    /// Nothing where nothing is told of it: the component's contract has no such function, or the result is unknown, in
    /// whole or in part (then `missing` says on what it hangs).
    ///
    /// Nobody believes the component: it is asked three times, each time a fresh instance under all limits. `assess` with all
    /// the facts says what the result is, `grounds` on which of them it rests, and `assess` with these alone proves that they
    /// suffice. As telling more never changes what was certain, no other fact could have turned the result.
    ///
    /// # Errors
    /// Like [`Procedure::assess`], and [`CallError::Grounds`]. A subject that the manifest does not have is
    /// [`CallError::Platform`]: whoever asks takes it from the manifest.
    pub fn grounds(
        &self,
        application: &Application<'_>,
        subject: Subject,
    ) -> Result<Option<Vec<u16>>, CallError> {
        let Loaded { sandbox, rules, .. } = &*self.loaded;
        let whole = self.assess(application)?.assessment;
        if whole.is_unknown(subject).map_err(platform)? {
            return Ok(None);
        }
        let Some(grounds) = rules.grounds(sandbox, application, subject)? else {
            return Ok(None);
        };
        let false_grounds = |why| CallError::Grounds { subject, why };
        let facts = told(&application.facts, &grounds).map_err(false_grounds)?;
        let only = Application {
            facts,
            ..*application
        };
        let proof = self.assess(&only)?.assessment;
        if !whole.agrees_on(subject, &proof).map_err(platform)? {
            return Err(false_grounds(FalseGrounds::TooFew));
        }
        Ok(Some(grounds))
    }
}

/// The facts of these numbers, which must ascend and all be told.
fn told<'f>(facts: &[Fact<'f>], numbers: &[u16]) -> Result<Vec<Fact<'f>>, FalseGrounds> {
    let mut last = None;
    let mut found = Vec::new();
    for &number in numbers {
        match last.replace(number) {
            Some(last) if last == number => return Err(FalseGrounds::Twice(number)),
            Some(last) if last > number => return Err(FalseGrounds::Order(number)),
            _ => {}
        }
        let fact = facts
            .binary_search_by_key(&number, |fact| fact.fact)
            .ok()
            .and_then(|at| facts.get(at));
        found.push(fact.ok_or(FalseGrounds::NotTold(number))?.clone());
    }
    Ok(found)
}

impl fmt::Debug for Procedure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Procedure")
            .field("digest", &self.loaded.digest)
            .field("contract", &self.loaded.contract)
            .finish_non_exhaustive()
    }
}
