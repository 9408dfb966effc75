//! A process that forwards values whose types it links but does not name. Imports the peer; mentions `domain`.
#![forbid(unsafe_code)]

use domain as _;

fn main() -> Result<(), Box<dyn std::error::Error>> {
    fresh_peer::forward()
}
