//! Fuzz target: a state, converted to the other formats and back.
#![no_main]

libfuzzer_sys::fuzz_target!(|data: &[u8]| typeport_fuzz::cross_format(data));
