//! A process that passes on values of types that it has never heard of. Imports the peer.
#![forbid(unsafe_code)]

fn main() -> Result<(), Box<dyn std::error::Error>> {
    fresh_peer::forward()
}
