//! Fuzz target: any bytes as a value that passes through other crates' formats, and as bytes of these formats.
#![no_main]

libfuzzer_sys::fuzz_target!(|data: &[u8]| typeport_fuzz::foreign(data));
