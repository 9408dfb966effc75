//! Fuzz target: a state, decoded directly and by serde.
#![no_main]

libfuzzer_sys::fuzz_target!(|data: &[u8]| typeport_fuzz::direct(data));
