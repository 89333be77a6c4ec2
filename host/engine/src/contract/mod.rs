//! The contracts this host speaks: one module for each version, frozen with it once it is released. A component is matched
//! with its version once, when it is admitted; from then on everybody meets it through [`Rules`] and speaks `motcua_model`.
//!
//! To add a version: write a module `vX_Y_Z` beside the others, convert there between the version's types and the model's, and
//! add its [`Version`] to [`VERSIONS`]. Nothing else names a version. As long as its WIT is a draft it says so
//! ([`Version::draft`]), and is admitted only where [`crate::Classes::drafts`] allows it.
//!
//! What versions have in common stands once: the types they share ([`common`]), their conversion ([`conversions`]), and the
//! call of a component of several parts ([`composed`]). A version whose types are others brings its own; what a frozen version
//! uses stays as it is.

pub(crate) mod common;
pub(crate) mod composed;
pub(crate) mod conversions;
pub(crate) mod shape;
pub(crate) mod v1_0_0;
pub(crate) mod v1_1_0;

use motcua_model::{Application, Assessment, Subject};

use crate::anatomy::Anatomy;
use crate::code::Code;
use crate::error::{CallError, LoadError};
use crate::sandbox::{Room, Sandbox};

/// A version of the contract.
pub(crate) struct Version {
    /// Its package, as it stands in the manifest: `motcua:procedure@1.0.0`.
    pub contract: &'static str,
    /// The one export that a component must have.
    pub export: &'static str,
    /// Whether it may still change. What is built against a draft must not come into force.
    pub draft: bool,
    /// The functions in the export, with their types: every record, case and name as the contract has them.
    pub functions: &'static [shape::Function],
    /// Makes the compiled code of an admitted component ready to be asked in a room.
    pub load: fn(&Sandbox, Room, Code) -> Result<Box<dyn Rules>, LoadError>,
}

/// All of them, the newest last.
pub(crate) const VERSIONS: &[&Version] = &[&v1_0_0::VERSION, &v1_1_0::VERSION];

impl Version {
    /// The version whose export the component has. The oldest, if it has several: how a component is asked must not change
    /// because the host has learnt another version.
    pub fn of(anatomy: &Anatomy<'_>) -> Option<&'static Version> {
        VERSIONS
            .iter()
            .copied()
            .find(|version| anatomy.exports.contains(&version.export))
    }
}

impl std::fmt::Debug for Version {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(self.contract)
    }
}

/// A compiled component, whatever its version. Its answer is untrusted: it is well-formed, but not yet checked against
/// the manifest.
pub(crate) trait Rules: Send + Sync {
    /// Asks a fresh instance.
    fn assess(&self, sandbox: &Sandbox, application: &Application<'_>) -> Result<Raw, CallError>;

    /// Asks a fresh instance for the facts on which a result rests. Nothing: its contract has no such function.
    fn grounds(
        &self,
        _sandbox: &Sandbox,
        _application: &Application<'_>,
        _subject: Subject,
    ) -> Result<Option<Vec<u16>>, CallError> {
        Ok(None)
    }

    /// Makes an instance and throws it away, as a first trial.
    fn instantiate(&self, sandbox: &Sandbox) -> Result<(), CallError>;
}

/// An answer as the component gave it.
pub(crate) struct Raw {
    /// In the words of the model.
    pub assessment: Assessment,
    /// Fuel that instantiation and call have used.
    pub fuel_used: u64,
}
