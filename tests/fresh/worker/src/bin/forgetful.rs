//! The worker without a mention of `domain`: the crate is in the manifest, but the linker drops it. Imports the peer.
#![forbid(unsafe_code)]

fn main() -> Result<(), Box<dyn std::error::Error>> {
    fresh_peer::serve()
}
