//! From checked rules to the bytes of a component.
//!
//! [`component`] writes a core module with `wasm-encoder` and has `wit-component` wrap it into a component of the contract,
//! which then carries its manifest and its sources in custom sections. The component imports nothing, has one memory
//! that never grows, and is the same for the same input on every machine.
//!
//! What a call does: the host writes the application into the arena; facts are decoded into slots; definitions, then
//! rules are computed; their outcomes go into an answer that lies ready in memory with all its numbers. Only if something
//! is unknown, the functions of [`ask`] go through the rules once more.
//!
//! - [`scan`]: what expressions speak of; [`layout`], [`answer`]: where everything stands in memory; [`abi`]: the records
//!   of the contract.
//! - [`expr`], [`truth`], [`rows`]: code for expressions; [`helpers`]: functions they call; [`marks`]: what they ask for.
//! - [`rules`], [`documents`], [`fees`]: code for outcomes; [`ask`]: code for missing facts.
//! - [`assembler`], [`module`]: functions and the module; [`wrap`]: the component around it.

mod abi;
mod answer;
mod ask;
mod assembler;
mod documents;
mod expr;
mod fees;
mod helpers;
mod layout;
mod marks;
mod module;
mod rows;
mod rules;
mod scan;
mod truth;
mod wrap;

use motcua_model::MANIFEST_SECTION;
use wasm_encoder::{ComponentSection, CustomSection, Encode};

#[cfg(test)]
pub(crate) use wrap::contract;

use crate::ir::Program;

/// The largest memory a component may have, in bytes.
pub const MAX_MEMORY_BYTES: u64 = 64 << 20;

/// Why a program cannot become a component.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum EmitError {
    /// The contract numbers everything by 16 bits, and no procedure needs as many operations as make a host suffer.
    #[error("{count} {what}: a component holds at most {limit}")]
    TooMany {
        /// Of what.
        what: &'static str,
        /// How many there are.
        count: usize,
        /// How many there may be.
        limit: usize,
    },
    /// The largest application the facts allow does not fit.
    #[error(
        "the facts allow applications for which the component would need {bytes} bytes of memory; at most {limit}: give \
         texts a smaller `max_length` and repeating facts a smaller `max_rows`"
    )]
    Memory {
        /// What would be needed.
        bytes: u64,
        /// What is allowed.
        limit: u64,
    },
    /// The program is none that the checker makes. A mistake of the compiler, never of the package.
    #[error("the checked rules are malformed: {0}")]
    Malformed(&'static str),
    /// The code of a plugin is none that can become a component.
    #[error("{0}")]
    Code(String),
    /// The module could not be wrapped. A mistake of the compiler, never of the package.
    #[error("the module does not fit the contract: {0}")]
    Wrap(String),
}

/// The component of a program: see the contract for what it answers.
///
/// `manifest_json` goes into the section [`MANIFEST_SECTION`], and each of `sources`, by its name and in its order, into
/// one more ([`motcua_model::SOURCE_SECTION`], [`motcua_model::CASES_SECTION`]). The same input gives the same bytes.
///
/// # Errors
///
/// When the program is too large for the contract or for [`MAX_MEMORY_BYTES`], or is not one that the checker makes.
pub fn component(
    program: &Program,
    manifest_json: &[u8],
    sources: &[(&str, &[u8])],
) -> Result<Vec<u8>, EmitError> {
    let component = wrap::component(module::module(program)?)?;
    Ok(with_sections(component, manifest_json, sources))
}

/// The component of a plugin: its code, a core module as `wit-bindgen` and a linker make it or a component, with the same
/// sections as [`component`]. Every other custom section is left out, so that the same code and texts give the same bytes
/// and nothing that tools note beside it.
///
/// # Errors
///
/// When the code is no module or component, or a module that does not say the types of the contract.
pub fn plugin(
    code: &[u8],
    manifest_json: &[u8],
    sources: &[(&str, &[u8])],
) -> Result<Vec<u8>, EmitError> {
    let component = wrap::plugin(code)?;
    Ok(with_sections(component, manifest_json, sources))
}

fn with_sections(
    mut component: Vec<u8>,
    manifest_json: &[u8],
    sources: &[(&str, &[u8])],
) -> Vec<u8> {
    for (name, data) in [(MANIFEST_SECTION, manifest_json)].iter().chain(sources) {
        let section = CustomSection {
            name: (*name).into(),
            data: (*data).into(),
        };
        component.push(ComponentSection::id(&section));
        section.encode(&mut component);
    }
    component
}
