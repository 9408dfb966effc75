//! Fuzz target: any bytes as the state of a known type, or as an envelope, decoded into trait objects.
#![no_main]

libfuzzer_sys::fuzz_target!(|data: &[u8]| typeport_fuzz::decode_dyn(data));
