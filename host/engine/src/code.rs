//! Compiled code: how it is made, and the one place where bytes become code.

use wasmtime::component::Component;
use wasmtime::{Engine, Module};

use crate::error::LoadError;
use crate::plain::Plain;
use crate::quote::printable;

/// A compiled component, ready to be instantiated by the engine it was made for.
pub(crate) enum Code {
    /// Of a plain component: its only module.
    Module(Module, Plain),
    /// Of any other.
    Component(Component),
}

/// Compiled code as bytes. Whoever holds one vouches for it: running forged code would be running anything.
pub(crate) struct Artifact(Vec<u8>);

impl Artifact {
    /// Vouches for bytes. Two may: whoever has just read them from a compiling process that it started itself from this very
    /// program ([`crate::child`]), and whoever has just found their seal good ([`crate::cache`]).
    pub fn vouched_for(bytes: Vec<u8>) -> Self {
        Self(bytes)
    }

    /// To be kept.
    pub fn bytes(&self) -> &[u8] {
        &self.0
    }
}

impl Code {
    /// Compiles an admitted component in this process.
    pub fn compile(engine: &Engine, bytes: &[u8], plain: Option<Plain>) -> Result<Self, LoadError> {
        match plain {
            Some(plain) => Module::from_binary(engine, module_of(bytes, &plain))
                .map(|module| Self::Module(module, plain)),
            None => Component::from_binary(engine, bytes).map(Self::Component),
        }
        .map_err(|error| compile_error(&error))
    }

    /// Loads compiled code. An error says that it was made by another engine, or for another machine.
    #[expect(
        unsafe_code,
        reason = "compiled code can only be loaded without a check of what it does; see SAFETY"
    )]
    pub fn load(
        engine: &Engine,
        artifact: &Artifact,
        plain: Option<Plain>,
    ) -> Result<Self, String> {
        let bytes = artifact.bytes();
        // SAFETY: wasmtime asks that the bytes are what its own compiler made, unchanged. They are: an `Artifact` was read
        // either from the pipe of a process that this one started from its own executable and that does nothing but compile,
        // or from the cache, where a seal made with a key of this host alone was verified over just these bytes in memory.
        // Nothing can change them in between: they are never mapped from a file.
        let code = unsafe {
            match plain {
                Some(plain) => {
                    Module::deserialize(engine, bytes).map(|module| Self::Module(module, plain))
                }
                None => Component::deserialize(engine, bytes).map(Self::Component),
            }
        };
        code.map_err(|error| printable(&format!("{error:#}")))
    }

    /// The code as bytes; nothing if it cannot be written.
    pub fn artifact(&self) -> Option<Artifact> {
        match self {
            Self::Module(module, _) => module.serialize(),
            Self::Component(component) => component.serialize(),
        }
        .ok()
        .map(Artifact::vouched_for)
    }
}

/// Compiles an admitted component into bytes.
pub(crate) fn precompile(
    engine: &Engine,
    bytes: &[u8],
    plain: Option<&Plain>,
) -> wasmtime::Result<Vec<u8>> {
    match plain {
        Some(plain) => engine.precompile_module(module_of(bytes, plain)),
        None => engine.precompile_component(bytes),
    }
}

fn module_of<'b>(bytes: &'b [u8], plain: &Plain) -> &'b [u8] {
    // The place was found by reading these bytes; nothing is no module, and told as such.
    bytes.get(plain.module.clone()).unwrap_or_default()
}

pub(crate) fn compile_error(error: &wasmtime::Error) -> LoadError {
    LoadError::Compile {
        what: printable(&format!("{error:#}")),
    }
}
