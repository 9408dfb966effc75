//! Fuzz target: any bytes as an envelope that is only parsed.
#![no_main]

libfuzzer_sys::fuzz_target!(|data: &[u8]| typeport_fuzz::envelope(data));
