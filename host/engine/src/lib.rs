//! The sandbox: bytes of a component and a question in, a checked answer out. It alone names wasmtime.
//!
//! - [`Engine::load`]: [`admit`] checks the file by a list of rules before a compiler sees it; then it is compiled, and
//!   instantiated once as a trial.
//! - [`Procedure::assess`] asks a fresh instance and checks the answer against the manifest.
//! - [`inspect`] tells what a file contains, also of one that is refused.
//! - [`Limits`] has every limit, with its unit, its default and the reason for it.
//!
//! What is absent, and must stay so:
//!
//! - **No import.** Linkers are empty. No function of the host can be called by a guest, so there is nothing to guard:
//!   no clock, no files, no network, no randomness.
//! - **No memory of an earlier question.** Each call has its own store and its own instance, and both are gone before the
//!   call returns. No pool of instances, no snapshot, no cache of answers.
//! - **No trust in what comes back.** An answer is read with limits on every list, and nothing leaves this crate that
//!   has not passed `Assessment::check`.
//! - **No text of a stranger as it is.** Names out of a component go through [`printable`] before they reach a message.
//!   Backtraces, which hold names, are switched off.
//! - **No compiled code from outside.** Precompiled files are refused; nothing is ever deserialised.
//! - **No waiting.** No async, no queue: a call runs on its caller's thread, or is told at once that there is no place.
//! - **No float, no clock and no order of a hash map** on the way from question to answer. The wall clock can end a call,
//!   but then there is no answer.

mod admission;
mod anatomy;
mod contract;
mod engine;
mod error;
mod inspection;
mod limits;
mod plain;
mod quote;
mod sandbox;

use sha2::{Digest, Sha256};

pub use admission::{Admitted, Refusal, Rule, admit};
pub use engine::{Answered, Engine, Procedure};
pub use error::{CallError, EngineError, Fault, LoadError, TrapKind};
pub use inspection::{
    Inspection, MemoryInspection, ModuleInspection, Refused, SectionInspection, inspect,
};
pub use limits::Limits;
pub use motcua_model::{CASES_SECTION, MANIFEST_SECTION, SOURCE_SECTION};
pub use quote::{printable, printable_lines};

/// The identity of a component: `sha256:` and the digest of its bytes in small hexadecimal letters.
pub fn digest(bytes: &[u8]) -> String {
    use std::fmt::Write;
    let mut out = String::with_capacity(71);
    out.push_str("sha256:");
    for byte in Sha256::digest(bytes) {
        // Writing to a string cannot fail.
        let _ = write!(out, "{byte:02x}");
    }
    out
}
