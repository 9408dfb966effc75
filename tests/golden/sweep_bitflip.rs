//! Flips every single bit of every envelope: under the checksum, without one, and with the checksum corrected. Imports
//! `attempt`, `corpus`, `surgery`.

use crate::attempt::Tally;
use crate::corpus::corpus;
use crate::scale::thinned;
use crate::surgery::{layout, repair_checksum};

fn flipped(bytes: &[u8], bit: usize) -> Vec<u8> {
    let mut flipped = bytes.to_vec();
    flipped[bit / 8] ^= 1 << (bit % 8);
    flipped
}

#[test]
fn sweep_bitflip_under_the_checksum() {
    let mut tally = Tally::new("sweep_bitflip_under_the_checksum");
    for entry in corpus().iter().filter(|entry| entry.manifest.checksum) {
        for bit in thinned(499, 0..entry.bytes.len() * 8) {
            tally.refuse(entry, &flipped(&entry.bytes, bit), || format!("bit {} of byte {}", bit % 8, bit / 8));
        }
        tally.check_sound(entry);
    }
    tally.print();
    assert_eq!(tally.accepted, 0);
    tally.assert_inputs(100_000);
}

/// What no checksum protects becomes another value, or an error: all of an envelope without checksum; of the others the
/// state and the names, with the checksum put right.
#[test]
fn sweep_bitflip_without_the_checksum() {
    let mut tally = Tally::new("sweep_bitflip_without_the_checksum");
    for entry in corpus() {
        let layout = layout(&entry.bytes);
        let first = if entry.manifest.checksum { layout.state.start } else { 0 };
        for bit in thinned(499, first * 8..layout.names_length.end * 8) {
            let mut bytes = flipped(&entry.bytes, bit);
            repair_checksum(&mut bytes);
            tally.attempt(entry, &bytes, || format!("bit {} of byte {}", bit % 8, bit / 8));
        }
        tally.check_sound(entry);
    }
    tally.print();
    tally.assert_inputs(100_000);
    assert!(tally.accepted > 0);
}
