//! Fuzz target: parts of two envelopes as one.
#![no_main]

libfuzzer_sys::fuzz_target!(|data: &[u8]| typeport_fuzz::splice(data));
