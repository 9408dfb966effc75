//! Fuzz target: a state, decoded into a type and into a trait object.
#![no_main]

libfuzzer_sys::fuzz_target!(|data: &[u8]| typeport_fuzz::native_vs_erased(data));
