//! A process that forwards values of types that it does not link. Imports the peer.
#![forbid(unsafe_code)]

fn main() -> Result<(), Box<dyn std::error::Error>> {
    fresh_peer::forward()
}
