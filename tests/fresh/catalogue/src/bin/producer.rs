//! Prints values of the catalogue as their producer sees them. The first argument names the format, the second the list:
//! `matrix` or `unlisted`. Imports the catalogue and the peer.
#![forbid(unsafe_code)]

use fresh_peer::{Sent, format_named, print};

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let mut arguments = std::env::args().skip(1);
    let codec = format_named(arguments.next())?;
    let entries = match arguments.next().as_deref() {
        Some("matrix") => fresh_catalogue::all(),
        Some("unlisted") => fresh_catalogue::unlisted(),
        _ => return Err("the second argument is matrix or unlisted".into()),
    };
    print(&entries.iter().map(|entry| entry.sent(&codec)).collect::<Result<Vec<Sent>, _>>()?)
}
