//! Fuzz target: any bytes as a schema, and as a state that is read by it.
#![no_main]

libfuzzer_sys::fuzz_target!(|data: &[u8]| typeport_fuzz::schema(data));
