//! Guests for the tests of several crates, and the questions they are asked.
//!
//! - [`written`]: components written as WebAssembly text around an honest core, for what no compiler would make;
//!   [`files`] has whole files of that kind.
//! - [`generate`]: random programs and applications drawn from a tape of numbers, with [`build`] to write one by hand, and the
//!   manifest that fits ([`fitting`]).

pub mod build;
pub mod files;
pub mod fitting;
pub mod generate;
pub mod written;
