//! The contracts this host speaks: one module for each released version, frozen with it. A component is matched with its
//! version once, when it is admitted; from then on everybody meets it through [`Rules`] and speaks `motcua_model`.
//!
//! To add a version: write `vX_Y_Z.rs` beside the others, convert there between the version's types and the model's, and
//! add its [`Version`] to [`VERSIONS`]. Nothing else names a version.

pub(crate) mod shape;
pub(crate) mod v1_0_0;

use motcua_model::{Application, Assessment};

use crate::anatomy::Anatomy;
use crate::code::Code;
use crate::error::{CallError, LoadError};
use crate::sandbox::{Room, Sandbox};

/// A released version of the contract.
pub(crate) struct Version {
    /// Its package, as it stands in the manifest: `motcua:procedure@1.0.0`.
    pub contract: &'static str,
    /// The one export that a component must have.
    pub export: &'static str,
    /// The one function in it.
    pub function: &'static str,
    /// The function's type: every record, case and name as the contract has them.
    pub shape: &'static shape::Function,
    /// Makes the compiled code of an admitted component ready to be asked in a room.
    pub load: fn(&Sandbox, Room, Code) -> Result<Box<dyn Rules>, LoadError>,
}

/// All of them, the newest last.
pub(crate) const VERSIONS: &[&Version] = &[&v1_0_0::VERSION];

impl Version {
    /// The version whose export the component has.
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
