//! What the end-to-end tests and the campaigns share: the real binary, a plain HTTP client, generated procedures.
//!
//! Kinds of tests, and what each is for:
//! - `tests/*.rs`: the real binary over real HTTP, as a portal or an operator meets it. Not for rules of a single crate;
//!   those are tested in the crate.
//! - `benches/*`: speed as ratios in one run, answers checked equal first. No test depends on wall time.
//! - `src/main.rs`: campaigns, each a command of its own that prints its figures.
//! - `src/fuzz/`: promises that hold for any bytes, run in small by `tests/fuzz.rs`, long by a campaign, and by cargo-fuzz in
//!   `fuzz/`.

pub mod binary;
pub mod contracts;
pub mod desk;
pub mod dice;
pub mod failover;
pub mod fuzz;
pub mod generate;
pub mod hostile;
pub mod http;
pub mod kills;
pub mod languages;
pub mod load;
pub mod postgres;
pub mod questions;
pub mod replay;
pub mod swaps;
pub mod toolchain;
pub mod world;
