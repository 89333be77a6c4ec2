//! The sandbox: bytes of a component and a question in, a checked answer out. It alone names wasmtime.
//!
//! - [`Engine::load`]: [`admit`] checks the file by a list of rules before a compiler sees it; then it is compiled in a
//!   process of its own ([`CompileIn`]) or taken from the [`Cache`], and instantiated once as a trial.
//! - [`Procedure::assess`] asks a fresh instance and checks the answer against the manifest; [`Procedure::grounds`] asks on
//!   which of the facts a result rests, and proves what it is told.
//! - [`inspect`] tells what a file contains, also of one that is refused.
//! - [`Limits`] has every limit, with its unit, its default and the reason for it; [`Class`] tells the two classes apart.
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
//! - **No compiled code from outside.** Precompiled files are refused. Bytes become code in one place (`code.rs`), and only
//!   those that this program's own compiling process has just written, or that carry the seal of this host's own key.
//! - **No waiting.** No async, no queue: a call runs on its caller's thread, or is told at once that there is no place.
//! - **No float, no clock and no order of a hash map** on the way from question to answer. The wall clock can end a call,
//!   but then there is no answer.

mod admission;
mod anatomy;
mod cache;
mod child;
mod code;
mod contract;
mod declared;
mod engine;
mod error;
mod inspection;
mod limits;
mod plain;
mod quote;
mod sandbox;
mod turns;
mod valid;

use sha2::{Digest, Sha256};

pub use admission::{Admitted, Refusal, Rule, admit};
pub use cache::{Cache, CacheError, CacheFigures, CacheState};
pub use child::{COMPILE_COMMAND, compile_for_parent};
pub use engine::{Answered, CompileIn, Engine, Procedure, Settings};
pub use error::{CallError, CompileLimit, EngineError, FalseGrounds, Fault, LoadError, TrapKind};
pub use inspection::{
    Inspection, MemoryInspection, ModuleInspection, Refused, SectionInspection, inspect,
};
pub use limits::{Class, Classes, Limits};
pub use motcua_model::{CASES_SECTION, MANIFEST_SECTION, SOURCE_SECTION};
pub use quote::{printable, printable_lines};
pub use turns::{NICE, give_way};

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
