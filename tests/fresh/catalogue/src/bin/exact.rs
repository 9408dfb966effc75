//! Reads the whole catalogue as envelopes from the standard input, makes the exact type of each, and prints whether it
//! equals the catalogue's value. Imports the catalogue and the peer.
#![forbid(unsafe_code)]

use fresh_peer::{Equality, print};
use std::io::Read;
use typeport::{Codec, Value};

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let mut input = Vec::new();
    std::io::stdin().lock().read_to_end(&mut input)?;
    let (codec, mut rest) = (Codec::default(), &*input);
    let mut equalities: Vec<Equality> = Vec::new();
    for entry in fresh_catalogue::all() {
        let (_, behind) = codec.take_from_slice::<Box<dyn Value>>(rest)?;
        let (bytes, behind) = rest.split_at(rest.len() - behind.len());
        equalities.push(entry.equality(&codec, bytes)?);
        rest = behind;
    }
    print(&equalities)
}
