//! Arrays of numbers are read at once, without a visible difference: values, errors and limits equal those of reading one by
//! one. May use any public item.
#![cfg(all(feature = "derive", feature = "postcard", feature = "bincode"))]

use proptest::prelude::RngCore;
use proptest::test_runner::{RngAlgorithm, TestRng};
use serde::{Deserialize, Serialize};
use std::fmt::Debug;
use typeport::{Codec, Format, Limits, Portable};

const ROUNDS: usize = if cfg!(miri) { 2 } else { 500 };

/// A vector that serde reads.
#[derive(Debug, Serialize, Deserialize, Portable)]
#[serde(transparent)]
#[portable(id = "bulk::OneByOne")]
struct OneByOne<T>(Vec<T>);

impl<T> Default for OneByOne<T> {
    fn default() -> Self {
        OneByOne(Vec::new())
    }
}

impl<T> IntoIterator for OneByOne<T> {
    type Item = T;
    type IntoIter = std::vec::IntoIter<T>;

    fn into_iter(self) -> Self::IntoIter {
        self.0.into_iter()
    }
}

/// An envelope of a `C` with this state.
fn envelope<C: Portable + Default>(format: Format, state: &[u8]) -> Vec<u8> {
    let mut bytes = Codec::default().format(format).checksum(false).to_vec(&C::default()).unwrap();
    // The state of an empty collection is its length.
    bytes.pop();
    bytes.extend_from_slice(state);
    let length = bytes.len() as u32;
    bytes[3..7].copy_from_slice(&length.to_le_bytes());
    bytes
}

/// What a decode as `C` gives, as text: a NaN is none otherwise.
fn outcome<C, T: Debug>(format: Format, state: &[u8], limits: &Limits) -> Result<String, String>
where
    C: Portable + Default + IntoIterator<Item = T>,
{
    let decoded = Codec::default().limits(limits.clone()).from_slice::<C>(&envelope::<C>(format, state));
    decoded.map(|all| format!("{:?}", all.into_iter().collect::<Vec<T>>())).map_err(|error| error.to_string())
}

fn below(random: &mut TestRng, end: usize) -> usize {
    random.next_u64() as usize % end
}

/// States of numbers of all lengths, most of them damaged.
fn states<T: Portable>(format: Format, random: &mut TestRng, number: impl Fn(u64) -> T) -> Vec<Vec<u8>> {
    let codec = Codec::default().format(format).checksum(false);
    let head = codec.to_vec(&Vec::<T>::new()).unwrap().len() - 1;
    let mut states = Vec::new();
    for _ in 0..ROUNDS {
        let count = below(random, 12);
        let numbers: Vec<T> = (0..count).map(|_| number(random.next_u64() >> below(random, 64))).collect();
        let mut state = codec.to_vec(&numbers).unwrap().split_off(head);
        for _ in 0..below(random, 3) {
            let at = below(random, state.len());
            match below(random, 5) {
                0 => state[at] = [0, 0x7f, 0x80, 0xff, 0xfb, 0xfd][below(random, 6)],
                1 => state[at] ^= 1 << below(random, 8),
                2 => state.truncate(at + 1),
                3 => state.insert(at, below(random, 256) as u8),
                _ => state.extend([0x80, 0]),
            }
        }
        states.push(state);
    }
    states
}

const ITEMS: [usize; 4] = [0, 1, 3, 1 << 20];

#[track_caller]
fn check<T: Portable>(items: &[usize], number: impl Fn(u64) -> T) {
    let mut random = TestRng::from_seed(RngAlgorithm::ChaCha, &[7; 32]);
    let (mut decoded, mut refused) = (0, 0);
    for format in [Format::Postcard, Format::Bincode] {
        for state in states(format, &mut random, &number) {
            for items in items.iter().copied() {
                // The collection, elements of eight bytes, and the spare room of a collection.
                for memory_bytes in [0, 64, 1 << 20] {
                    let limits = Limits::default().with_items(items).with_memory_bytes(memory_bytes);
                    let at_once = outcome::<Vec<T>, T>(format, &state, &limits);
                    let one_by_one = outcome::<OneByOne<T>, T>(format, &state, &limits);
                    assert_eq!(at_once, one_by_one, "{format}: {state:?}, {items} items, {memory_bytes} bytes");
                    *(if at_once.is_ok() { &mut decoded } else { &mut refused }) += 1;
                }
            }
        }
    }
    assert!(decoded > ROUNDS && refused > ROUNDS, "{decoded} decoded, {refused} refused");
}

#[test]
fn numbers_of_any_length_are_read_as_one_by_one() {
    check(&ITEMS, |number| number);
    check(&ITEMS, |number| number as u32);
    check(&ITEMS, |number| number as u16);
    check(&ITEMS, |number| number as i64);
    check(&ITEMS, |number| number as i32);
    check(&ITEMS, |number| number as i16);
}

#[test]
fn numbers_of_fixed_size_are_read_as_one_by_one() {
    // They are no items where they are copied whole.
    check(&ITEMS[3..], |number| number as u8);
    check(&ITEMS[3..], |number| number as i8);
    check(&ITEMS[3..], f64::from_bits);
    check(&ITEMS[3..], |number| f32::from_bits(number as u32));
}
