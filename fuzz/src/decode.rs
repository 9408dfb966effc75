//! The body that really decodes. Imports `laws`, `repair`, `samples`.

use crate::laws::{check_base, check_bases, check_value};
use crate::repair::{assemble, repair, repair_hashes};
use crate::samples::samples;
use typeport::{Codec, Value};

/// First byte: the rest is a whole envelope, whose length and checksum are repaired.
pub(crate) const RAW: u8 = b'r';
/// First byte: the second one picks a type and a format, and the rest is its state.
pub(crate) const STATE: u8 = b's';
/// First byte: the second one is the format, the third the length of a type name; the name and the state follow.
pub(crate) const NAMED: u8 = b'n';

/// Decodes bytes from anywhere into trait objects and asserts the laws of decoding.
pub fn decode_dyn(data: &[u8]) {
    match data {
        [RAW, envelope @ ..] => {
            let mut bytes = envelope.to_vec();
            repair(&mut bytes);
            check_all(&bytes);
        }
        [STATE, pick, state @ ..] => {
            let samples = samples();
            let sample = &samples[usize::from(*pick) % samples.len()];
            let mut bytes = sample.with_state(state);
            repair(&mut bytes);
            (sample.check)(&bytes);
        }
        [NAMED, format, length, rest @ ..] => {
            let (name, state) = rest.split_at(usize::from(*length).min(rest.len()));
            let mut bytes = assemble(*format, name, state);
            repair_hashes::<Box<dyn Value>>(&Codec::default(), &mut bytes);
            check_all(&bytes);
        }
        _ => {}
    }
}

fn check_all(bytes: &[u8]) {
    check_base(bytes);
    check_value(bytes);
    check_bases(bytes);
}
