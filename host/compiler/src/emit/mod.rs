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

use motcua_model::{MANIFEST_SECTION, Text};
use wasm_encoder::{ComponentSection, CustomSection, Encode};

#[cfg(test)]
pub(crate) use wrap::contract;

use crate::ir::Program;
use crate::source::Span;

// What compiles must be admitted by every host, and to the class of components that answer in microseconds. So these are
// the limits of that class; a test of the registry, which knows both, holds them against each other.

/// The largest memory a component of a package may have, in bytes.
pub const MAX_MEMORY_BYTES: u64 = 16 << 20;
/// The longest function, in bytes.
pub const MAX_FUNCTION_BYTES: usize = 64 << 10;
/// The most local variables of one function.
pub const MAX_LOCALS: usize = 1_000;
/// The largest component of a package, in bytes, with the texts it carries.
pub const MAX_COMPONENT_BYTES: usize = 1 << 20;
/// The longest manifest, in bytes.
pub const MAX_MANIFEST_BYTES: usize = 512 << 10;

/// Why a program cannot become a component.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum EmitError {
    /// The contract numbers everything by 16 bits, and no procedure needs as many operations as make a host suffer.
    #[error("{count} {}: a component holds at most {limit}", what.1)]
    TooMany {
        /// Of what, in Vietnamese and English.
        what: (&'static str, &'static str),
        /// How many there are.
        count: usize,
        /// How many there may be.
        limit: usize,
    },
    /// The code of one rule is more than a host compiles in one piece.
    #[error("the code of this rule has {count} {}; at most {limit} are allowed", what.1)]
    Long {
        /// Where the rule stands.
        span: Span,
        /// Of what there is too much, in Vietnamese and English.
        what: (&'static str, &'static str),
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

impl EmitError {
    /// What is wrong, to the author.
    pub fn text(&self) -> Text {
        let vi = match self {
            Self::TooMany { what, count, limit } => {
                format!(
                    "có {count} {}; một thành phần chứa nhiều nhất {limit}",
                    what.0
                )
            }
            Self::Long {
                what, count, limit, ..
            } => format!(
                "mã của quy tắc này có {count} {}; nhiều nhất là {limit}",
                what.0
            ),
            Self::Memory { bytes, limit } => format!(
                "các dữ kiện cho phép những hồ sơ cần {bytes} byte bộ nhớ; nhiều nhất là {limit}: hãy giảm `max_length` của \
                 văn bản và `max_rows` của dữ kiện lặp lại"
            ),
            Self::Malformed(_) | Self::Code(_) | Self::Wrap(_) => self.to_string(),
        };
        Text::new(vi, self.to_string())
    }
}

/// The component of a program: see the contract for what it answers.
///
/// `manifest_json` goes into the section [`MANIFEST_SECTION`], and each of `sources`, by its name and in its order, into
/// one more ([`motcua_model::SOURCE_SECTION`], [`motcua_model::CASES_SECTION`]). The same input gives the same bytes.
///
/// # Errors
///
/// When the program is too large for the contract or for the limits above, or is not one that the checker makes.
pub fn component(
    program: &Program,
    manifest_json: &[u8],
    sources: &[(&str, &[u8])],
) -> Result<Vec<u8>, EmitError> {
    let component = wrap::component(module::module(program)?)?;
    let component = with_sections(component, manifest_json, sources);
    for (what, count, limit) in [
        (
            ("byte trong bản mô tả", "bytes of manifest"),
            manifest_json.len(),
            MAX_MANIFEST_BYTES,
        ),
        (
            (
                "byte, kể cả các tệp của gói",
                "bytes, with the files of the package",
            ),
            component.len(),
            MAX_COMPONENT_BYTES,
        ),
    ] {
        if count > limit {
            return Err(EmitError::TooMany { what, count, limit });
        }
    }
    Ok(component)
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
