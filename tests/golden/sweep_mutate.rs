//! Seeded mutations of whole envelopes, most with corrected length and checksum. `TYPEPORT_SWEEP` multiplies their number; a
//! release uses `TYPEPORT_SWEEP=50`, which is more than ten million. Imports `attempt`, `corpus`, `surgery`.

use crate::attempt::Tally;
use crate::corpus::{Entry, corpus};
use crate::scale::scaled;
use crate::surgery::{HASH, layout, length_in, repair};
use proptest::prelude::RngCore;
use proptest::test_runner::{RngAlgorithm, TestRng};
use std::env;
use std::thread;

/// Mutated inputs per shard, when `TYPEPORT_SWEEP` is 1: what an ordinary test run has the time for.
const INPUTS: u64 = scaled(50_000, 20) as u64;
/// Shards have seeds of their own, so that the inputs do not depend on the number of processors.
const SHARDS: u8 = 4;
/// Inputs of one entry in a row, after which it decodes as it was.
const ROW: u64 = scaled(100, 5) as u64;

struct Random(TestRng);

impl Random {
    fn below(&mut self, bound: usize) -> usize {
        self.0.next_u64() as usize % bound.max(1)
    }

    fn pick<'a, T>(&mut self, items: &'a [T]) -> &'a T {
        &items[self.below(items.len())]
    }
}

fn multiplier() -> u64 {
    let text = env::var("TYPEPORT_SWEEP").unwrap_or_else(|_| "1".to_owned());
    text.parse().unwrap_or_else(|_| panic!("TYPEPORT_SWEEP is a number, not {text}"))
}

#[test]
fn sweep_mutate() {
    let count = INPUTS * multiplier();
    let mut tally = Tally::new("sweep_mutate");
    thread::scope(|scope| {
        let shards: Vec<_> = (0..SHARDS).map(|seed| scope.spawn(move || shard(seed, count))).collect();
        shards.into_iter().for_each(|shard| tally.absorb(shard.join().expect("a shard has no failure")));
    });
    tally.print();
    assert_eq!(tally.inputs, count * u64::from(SHARDS));
    assert!(tally.accepted > 0, "some mutations are sound values");
}

fn shard(seed: u8, count: u64) -> Tally {
    let mut tally = Tally::new("sweep_mutate");
    let mut random = Random(TestRng::from_seed(RngAlgorithm::ChaCha, &[seed; 32]));
    while tally.inputs < count {
        let entry = random.pick(corpus());
        for _ in 0..ROW.min(count - tally.inputs) {
            let bytes = mutated(entry, &mut random);
            let n_input = tally.inputs;
            tally.attempt(entry, &bytes, || format!("input {n_input} of seed {seed}"));
        }
        tally.check_sound(entry);
    }
    tally
}

fn mutated(entry: &Entry, random: &mut Random) -> Vec<u8> {
    let mut bytes = entry.bytes.clone();
    for _ in 0..=random.below(4) {
        mutate(entry, &mut bytes, random);
    }
    // Most are repaired, because the checksum would stop all others at the door.
    if random.below(16) != 0 {
        repair(&mut bytes);
    }
    bytes
}

/// One change; three of four are to what stands behind the header and the name, where the values are.
fn mutate(entry: &Entry, bytes: &mut Vec<u8>, random: &mut Random) {
    let first = if random.below(4) == 0 { 0 } else { layout(&entry.bytes).state.start.min(bytes.len()) };
    let at = first + random.below(bytes.len() - first);
    match random.below(9) {
        0 if at < bytes.len() => bytes[at] ^= 1 << random.below(8),
        1 if at < bytes.len() => bytes[at] = random.below(256) as u8,
        2 if at < bytes.len() => drop(bytes.remove(at)),
        3 => bytes.insert(at.min(bytes.len()), random.below(256) as u8),
        4 if at < bytes.len() => {
            let interesting = [0, 1, 2, 0x7f, 0x80, 0xfa, 0xfb, 0xfc, 0xfd, 0xff, b'"', b'{', b'[', b'-', b'9', b'n'];
            bytes[at] = *random.pick(&interesting);
        }
        5 if at < bytes.len() => {
            let value = random.0.next_u64() >> random.below(64);
            let number = length_in(entry.format, value);
            bytes.splice(at..at + 1, number);
        }
        6 => repeat_a_part(bytes, at, random),
        7 => take_from_another(bytes, at, random),
        _ => take_a_hash(bytes, random),
    }
}

fn repeat_a_part(bytes: &mut Vec<u8>, at: usize, random: &mut Random) {
    let end = at + random.below((bytes.len() - at).min(32));
    let part = bytes[at..end].to_vec();
    let to = random.below(bytes.len() + 1);
    bytes.splice(to..to, part);
}

/// Replaces the rest of one part by bytes of another entry.
fn take_from_another(bytes: &mut Vec<u8>, at: usize, random: &mut Random) {
    let other = random.pick(corpus());
    let from = random.below(other.bytes.len());
    let part = &other.bytes[from..(from + random.below(48)).min(other.bytes.len())];
    let end = (at + random.below(48)).min(bytes.len());
    bytes.splice(at..end, part.iter().copied());
}

/// Puts another type's name and hash in front of the state.
fn take_a_hash(bytes: &mut Vec<u8>, random: &mut Random) {
    let other = random.pick(corpus());
    let front = &other.bytes[HASH.start..layout(&other.bytes).name.end];
    let end = layout_end(bytes);
    bytes.splice(HASH.start.min(bytes.len())..end, front.iter().copied());
}

/// Where the name ends, if the bytes are long enough to have one.
fn layout_end(bytes: &[u8]) -> usize {
    let length = bytes.get(HASH.end).map_or(0, |length| usize::from(*length & 0x7f));
    (HASH.end + 1 + length).min(bytes.len())
}
