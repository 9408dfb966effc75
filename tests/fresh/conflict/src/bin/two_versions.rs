//! Links both versions of `twin`, version 1 in front: `extern crate` fixes the order, which `use` does not. Imports the peer.
#![forbid(unsafe_code)]

extern crate twin_1 as _;

extern crate twin_2 as _;

fn main() -> Result<(), Box<dyn std::error::Error>> {
    fresh_peer::serve()
}
