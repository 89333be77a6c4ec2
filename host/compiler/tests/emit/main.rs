//! The emitter against the evaluator: random programs and questions, then each construct by itself.
//!
//! Every component runs in wasmtime with an empty linker, as the host runs it.

mod component;
mod constructs;
mod host;
mod properties;
mod results;
