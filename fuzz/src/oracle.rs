//! The body that compares our reader and writer of the binary formats with the crates of these formats. Imports `repair`;
//! beside typeport it uses these crates.

use crate::repair::assemble;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use std::fmt::Debug;
use std::sync::OnceLock;
use typeport::{Codec, Envelope, Format, Portable};

/// All that a number can be.
#[derive(Clone, Debug, Default, Serialize, Deserialize, Portable)]
struct Numbers {
    signed: (i8, i16, i32, i64, i128),
    unsigned: (u8, u16, u32, u64, u128),
    floats: (f32, f64),
    others: (bool, char),
}

/// The arrays that are copied whole, and what looks like them. No array of nothing: the crates believe its length, and count
/// up to it.
#[derive(Clone, Debug, Default, Serialize, Deserialize, Portable)]
struct Arrays {
    whole: (Vec<u8>, Vec<i8>, Vec<f32>, Vec<f64>),
    single: (Vec<u64>, Vec<bool>),
    slices: (Box<[u8]>, Box<[f64]>, [u8; 3]),
}

/// Each kind of variant, and text.
#[derive(Clone, Debug, Default, Serialize, Deserialize, Portable)]
enum Kinds {
    #[default]
    Unit,
    Newtype(String),
    Tuple(i64, Vec<i8>),
    Struct {
        bytes: Vec<u8>,
        next: Option<Box<Kinds>>,
    },
}

/// What nests.
#[derive(Clone, Debug, Default, Serialize, Deserialize, Portable)]
struct Compounds {
    option: Option<Option<i64>>,
    map: BTreeMap<u16, Vec<Kinds>>,
    list: Vec<Numbers>,
}

/// Reads a state by our reader and by the format's crate, and asserts that both read the same value, or both refuse it; and
/// that both write the value alike. We refuse on purpose what is another encoding than the one that is written.
pub fn oracle(data: &[u8]) {
    let Some((pick, state)) = data.split_first() else { return };
    let format = if pick & 1 == 0 { Format::Postcard } else { Format::Bincode };
    match pick >> 1 & 3 {
        0 => check::<Numbers>(format, state),
        1 => check::<Arrays>(format, state),
        2 => check::<Kinds>(format, state),
        _ => check::<Compounds>(format, state),
    }
}

fn check<T: Portable + Default>(format: Format, state: &[u8]) {
    let bytes = with_state::<T>(format, state);
    let (ours, stock) = (codec(format).from_slice::<T>(&bytes), read::<T>(format, state));
    match (ours, stock) {
        (Ok(ours), Some(stock)) => {
            // Values with NaN in them have no equality, but a text.
            assert_eq!(format!("{ours:?}"), format!("{stock:?}"), "{format}");
            let written = codec(format).to_vec(&ours).expect("it was just decoded");
            assert_eq!(
                Envelope::parse(&written).expect("it was just encoded").state(),
                write(format, &stock),
                "{format}"
            );
        }
        (Err(_), None) => {}
        (Ok(ours), None) => panic!("{format}: only we read {ours:?} of {state:?}"),
        (Err(error), Some(stock)) => {
            let is_on_purpose = error.is_limit() || write(format, &stock) != state;
            assert!(is_on_purpose, "{format}: only we refuse {state:?}: {error}");
        }
    }
}

fn codec(format: Format) -> Codec {
    Codec::default().format(format).checksum(false)
}

/// The envelope of a `T` with this state.
fn with_state<T: Portable + Default>(format: Format, state: &[u8]) -> Vec<u8> {
    let own = codec(format).to_vec(&T::default()).expect("a default value can be encoded");
    let envelope = Envelope::parse(&own).expect("it was just encoded");
    assemble(format as u8, envelope.type_hash(), envelope.type_name().as_str().as_bytes(), state)
}

/// The whole of `state` as the format's crate reads it.
fn read<T: for<'de> Deserialize<'de>>(format: Format, state: &[u8]) -> Option<T> {
    let (value, rest) = match format {
        // A length of bincode is a claim, and the crate reserves room by it, within this.
        Format::Bincode => {
            let config = bincode::config::standard().with_limit::<{ 1 << 20 }>();
            let (value, used) = bincode::serde::borrow_decode_from_slice(state, config).ok()?;
            (value, state.get(used..)?)
        }
        _ => postcard::take_from_bytes(state).ok()?,
    };
    rest.is_empty().then_some(value)
}

fn write<T: Serialize>(format: Format, value: &T) -> Vec<u8> {
    match format {
        Format::Bincode => bincode::serde::encode_to_vec(value, bincode::config::standard()).expect("it was decoded"),
        _ => postcard::to_allocvec(value).expect("it was decoded"),
    }
}

/// A name and an input for each type and format, with a bit of everything in it.
pub(crate) fn samples() -> &'static [(String, Vec<u8>)] {
    static SAMPLES: OnceLock<Vec<(String, Vec<u8>)>> = OnceLock::new();
    SAMPLES.get_or_init(|| {
        let numbers = Numbers {
            signed: (-1, 300, -70_000, i64::MIN, i128::MAX),
            unsigned: (255, 128, 70_000, u64::MAX, 1 << 90),
            floats: (1.5, -0.0),
            others: (true, 'é'),
        };
        let arrays = Arrays {
            whole: (b"bytes".to_vec(), vec![-1, 2], vec![0.5, f32::NAN], vec![f64::MAX, 1e-300, 0.0]),
            single: (vec![0, 250, 251, 1 << 40], vec![true, false]),
            slices: (Box::from(*b"xy"), Box::from([2.5]), [1, 2, 3]),
        };
        let last = Kinds::Struct { bytes: vec![7; 3], next: Some(Box::new(Kinds::Tuple(-5, vec![1, -1]))) };
        let kinds = Kinds::Struct { bytes: Vec::new(), next: Some(Box::new(last)) };
        let compounds = Compounds {
            option: Some(Some(-9)),
            map: BTreeMap::from([(1, vec![Kinds::Newtype("text".to_owned())]), (300, vec![Kinds::Unit])]),
            list: vec![Numbers::default(), numbers.clone()],
        };
        let mut samples = Vec::new();
        for (at, format) in [Format::Postcard, Format::Bincode].into_iter().enumerate() {
            let states = [
                ("numbers", write(format, &numbers)),
                ("arrays", write(format, &arrays)),
                ("kinds", write(format, &kinds)),
                ("compounds", write(format, &compounds)),
            ];
            for (kind, (name, state)) in states.into_iter().enumerate() {
                let pick = u8::try_from(kind << 1 | at).expect("a small number");
                samples.push((format!("{name}_{format}"), [&[pick], &state[..]].concat()));
            }
        }
        samples
    })
}
