//! See `tests/src/fuzz/call.rs`.
#![no_main]

use libfuzzer_sys::fuzz_target;
use tests::fuzz::{Seen, Target};

fuzz_target!(|bytes: &[u8]| Target::Call.run(bytes, &mut Seen::default()));
