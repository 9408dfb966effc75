//! A process that links `results` and not `domain`. Imports the peer.
#![forbid(unsafe_code)]

fn main() -> Result<(), Box<dyn std::error::Error>> {
    fresh_peer::serve()
}
