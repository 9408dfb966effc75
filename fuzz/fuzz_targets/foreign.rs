//! Fuzz target: any bytes as a value that goes through formats of other crates, and as bytes of those.
#![no_main]

libfuzzer_sys::fuzz_target!(|data: &[u8]| typeport_fuzz::foreign(data));
