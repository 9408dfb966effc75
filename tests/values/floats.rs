//! Floats: each is read back with the very bits that were written, or the encode refuses it; natively, erased and below a trait
//! object. All exponents with mantissas of every kind, and random bits: 100,000 per format and width, or the number in
//! `TYPEPORT_FLOATS`.
#![cfg(all(feature = "derive", feature = "postcard", feature = "bincode", feature = "json"))]

use proptest::prelude::RngCore;
use proptest::test_runner::{RngAlgorithm, TestRng};
use serde::{Deserialize, Serialize};
use std::fmt::Debug;
use typeport::{Codec, Format, Portable, Value};

/// A float and its bits, of either width.
trait Float: Portable + Copy + Default {
    const MANTISSA_BITS: u32;
    const EXPONENT_BITS: u32;
    fn from_low(bits: u64) -> Self;
    fn bits(self) -> u64;
    fn is_finite(self) -> bool;
}

macro_rules! float {
    ($($ty:ty, $bits:ty, $exponent_bits:literal;)*) => {$(
        impl Float for $ty {
            const MANTISSA_BITS: u32 = <$ty>::MANTISSA_DIGITS - 1;
            const EXPONENT_BITS: u32 = $exponent_bits;

            fn from_low(bits: u64) -> Self {
                <$ty>::from_bits(bits as $bits)
            }

            fn bits(self) -> u64 {
                u64::from(self.to_bits())
            }

            fn is_finite(self) -> bool {
                <$ty>::is_finite(self)
            }
        }
    )*};
}

float! {
    f32, u32, 8;
    f64, u64, 11;
}

/// A float in places of every kind; erased when it is decoded as a trait object.
#[derive(Debug, Clone, Serialize, Deserialize, Portable)]
struct Places<T> {
    plain: T,
    maybe: Option<T>,
    list: Vec<T>,
    pair: (T, [T; 1]),
}

impl<T: Float> Places<T> {
    fn of(float: T) -> Self {
        Places { plain: float, maybe: Some(float), list: vec![float], pair: (float, [float]) }
    }

    fn bits(&self) -> [u64; 5] {
        let maybe = self.maybe.expect("a float, and no `null`");
        [self.plain, maybe, self.list[0], self.pair.0, self.pair.1[0]].map(Float::bits)
    }
}

/// Every exponent, both signs, and mantissas: none, the least, the greatest, one bit, patterns; NaNs of all kinds.
fn every_exponent<T: Float>() -> Vec<T> {
    let all = (1_u64 << T::MANTISSA_BITS) - 1;
    let bits = (0..T::MANTISSA_BITS).map(|bit| 1 << bit);
    let mantissas: Vec<u64> = [0, all, all - 1, all / 3, all / 3 * 2, 0x5a5a_5a5a_5a5a_5a5a & all, all / 10]
        .into_iter()
        .chain(bits)
        .collect();
    let exponents = 0..1_u64 << T::EXPONENT_BITS;
    let signed = exponents.flat_map(|exponent| [exponent, exponent | 1 << T::EXPONENT_BITS]);
    let floats = signed.flat_map(|top| mantissas.iter().map(move |low| T::from_low(top << T::MANTISSA_BITS | low)));
    floats.step_by(STEP).collect()
}

/// Each is tried, but under Miri, which is a thousand times slower.
const STEP: usize = if cfg!(miri) { 3001 } else { 1 };

fn random<T: Float>(count: usize) -> Vec<T> {
    let mut rng = TestRng::from_seed(RngAlgorithm::ChaCha, &[35; 32]);
    (0..count).map(|_| T::from_low(rng.next_u64())).collect()
}

fn codec(format: Format) -> Codec {
    Codec::default().format(format)
}

/// Many at once, since a float is small and an envelope is not.
fn check_lists<T: Float>(format: Format, floats: &[T]) {
    for chunk in floats.chunks(1000) {
        let bytes = codec(format).to_vec(&chunk.to_vec()).unwrap();
        let again: Vec<T> = codec(format).from_slice(&bytes).unwrap();
        for (float, again) in chunk.iter().zip(&again) {
            assert_eq!(again.bits(), float.bits(), "{format}: {float:?} became {again:?}");
        }
        assert_eq!(again.len(), chunk.len());
        let any: Box<dyn Value> = codec(format).from_slice(&bytes).unwrap();
        assert_eq!(codec(format).to_vec(&any).unwrap(), bytes, "{format}");
    }
}

fn check_places<T: Float>(format: Format, float: T) {
    let (value, codec) = (Places::of(float), codec(format));
    let bytes = codec.to_vec(&value).unwrap();
    assert_eq!(codec.from_slice::<Places<T>>(&bytes).unwrap().bits(), value.bits(), "{format}: {float:?}");
    let any: Box<dyn Value> = codec.from_slice(&bytes).unwrap();
    assert_eq!(codec.to_vec(&any).unwrap(), bytes, "{format}: {float:?}");
    assert_eq!(typeport::downcast::<Places<T>, _>(any).unwrap().bits(), value.bits(), "{format}: {float:?}");
    let nested = codec.to_vec(&vec![Box::new(value.clone()) as Box<dyn Value>]).unwrap();
    let mut list: Vec<Box<dyn Value>> = codec.from_slice(&nested).unwrap();
    let again = typeport::downcast::<Places<T>, _>(list.remove(0)).unwrap();
    assert_eq!(again.bits(), value.bits(), "{format}: {float:?}");
}

/// A float that JSON cannot say is refused when it is written, wherever it stands.
fn check_refused<T: Float>(float: T) {
    let one = Places::of(float);
    let empty = Places { maybe: None, list: Vec::new(), ..Places::of(T::default()) };
    let in_one_place = [
        Places { plain: float, ..empty.clone() },
        Places { maybe: Some(float), ..empty.clone() },
        Places { list: vec![T::default(), float], ..empty.clone() },
        Places { pair: (T::default(), [float]), ..empty },
    ];
    let values = in_one_place.into_iter().chain([one]).map(|value| Box::new(value) as Box<dyn Value>);
    let roots: Vec<Box<dyn Value>> = vec![Box::new(float), Box::new(Some(float)), Box::new(vec![Some(float)])];
    for value in values.chain(roots) {
        let error = match codec(Format::Json).to_vec(&value) {
            Ok(bytes) => panic!("{value:?} was written: {}", String::from_utf8_lossy(&bytes)),
            Err(error) => error,
        };
        assert!(error.to_string().contains("infinity or NaN"), "{error}");
        let nested = vec![value];
        assert!(codec(Format::Json).to_vec(&nested).is_err(), "{nested:?} was written");
    }
}

fn count() -> usize {
    std::env::var("TYPEPORT_FLOATS").map_or(100_000 / STEP, |count| count.parse().unwrap())
}

fn check<T: Float>() {
    let (exponents, random) = (every_exponent::<T>(), random::<T>(count()));
    for &format in Format::ALL {
        let floats =
            || exponents.iter().chain(&random).copied().filter(|float| format != Format::Json || float.is_finite());
        let floats: Vec<T> = floats().collect();
        check_lists(format, &floats);
        floats.iter().step_by(97).for_each(|float| check_places(format, *float));
        println!("{}: {format}: {} bit-exact", std::any::type_name::<T>(), floats.len());
    }
}

#[test]
fn every_f32_comes_back_bit_by_bit() {
    check::<f32>();
}

#[test]
fn every_f64_comes_back_bit_by_bit() {
    check::<f64>();
}

#[test]
fn json_refuses_what_it_cannot_say() {
    let refused = |floats: Vec<f64>| floats.into_iter().filter(|float| !float.is_finite()).for_each(check_refused);
    refused(every_exponent());
    refused(random(count() / 10));
    every_exponent::<f32>().into_iter().filter(|float| !float.is_finite()).for_each(check_refused);
}

/// JSON has numbers of any size: one that exceeds all floats must not become infinity.
#[test]
fn a_json_number_beyond_the_floats_is_refused() {
    for text in ["1e309", "-1e309", "1e39", "179769313486231580793728971405301e277"] {
        let bytes = codec(Format::Json).checksum(false).to_vec(&1.5_f32).unwrap();
        let mut bytes = bytes[..bytes.len() - 3].to_vec();
        bytes.extend(text.as_bytes());
        let length = bytes.len() as u32;
        bytes[3..7].copy_from_slice(&length.to_le_bytes());
        let decoded = typeport::from_slice::<f32>(&bytes);
        assert!(decoded.is_err(), "{text} became {decoded:?}");
    }
}
