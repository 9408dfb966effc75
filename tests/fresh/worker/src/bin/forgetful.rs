//! The worker without its mention of `domain`: the manifest has the crate, and the linker leaves it out. Imports the peer.
#![forbid(unsafe_code)]

fn main() -> Result<(), Box<dyn std::error::Error>> {
    fresh_peer::serve()
}
