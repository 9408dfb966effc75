//! A process that passes on values whose types it links, and names none of them. Imports the peer; mentions `domain`.
#![forbid(unsafe_code)]

use domain as _;

fn main() -> Result<(), Box<dyn std::error::Error>> {
    fresh_peer::forward()
}
