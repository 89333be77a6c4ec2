//! `motcua:procedure@1.0.0`, frozen with `wit/procedure@1.0.0`.
//!
//! [`plain`] speaks the canonical ABI itself, for components that are a single module; [`composed`] leaves it to
//! wasmtime, for all others. Both mean the same: a test asks the same guests both ways and compares answers and fuel.

mod composed;
mod plain;

use super::Version;
use super::common::ASSESS;
use super::shape::Function;
use crate::code::Code;

/// See [`super`].
pub(crate) const VERSION: Version = Version {
    contract: "motcua:procedure@1.0.0",
    export: "motcua:procedure/rules@1.0.0",
    draft: false,
    functions: FUNCTIONS,
    load: |sandbox, room, code| match code {
        Code::Module(module, plain) => Ok(Box::new(plain::Plain::load(
            sandbox, room, &module, &plain,
        )?)),
        Code::Component(component) => Ok(Box::new(composed::Composed::load(
            sandbox, room, &component,
        )?)),
    },
};

static FUNCTIONS: &[Function] = &[ASSESS];
