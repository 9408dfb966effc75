//! A process that links `results` and `domain` and names no specialization. Imports the peer; mentions `domain`.
#![forbid(unsafe_code)]

use domain as _;

fn main() -> Result<(), Box<dyn std::error::Error>> {
    fresh_peer::serve()
}
