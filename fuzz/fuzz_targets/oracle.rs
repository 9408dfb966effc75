//! Fuzz target: a state, read by us and by the format's own crate.
#![no_main]

libfuzzer_sys::fuzz_target!(|data: &[u8]| typeport_fuzz::oracle(data));
