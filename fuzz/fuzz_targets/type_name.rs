//! Fuzz target: any text as a type name.
#![no_main]

libfuzzer_sys::fuzz_target!(|data: &[u8]| typeport_fuzz::type_name(data));
