//! Fuzz target: any bytes as a value, encoded and decoded.
#![no_main]

libfuzzer_sys::fuzz_target!(|data: &[u8]| typeport_fuzz::roundtrip(data));
