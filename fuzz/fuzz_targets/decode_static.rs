//! Fuzz target: a state, decoded into a type that is named at compile time.
#![no_main]

libfuzzer_sys::fuzz_target!(|data: &[u8]| typeport_fuzz::decode_static(data));
