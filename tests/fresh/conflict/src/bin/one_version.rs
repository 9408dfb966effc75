//! Links version 1 of `twin` only, and prints its values as their producer sees them. Imports `results` and the peer.
#![forbid(unsafe_code)]

use fresh_peer::{Seen, format_named, print, see};
use results::{GenericResult, ListResult, ResultBase};
use twin_1::Twin;

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let codec = format_named(std::env::args().nth(1))?;
    let twin = || Twin { value: 1 };
    let values: [Box<dyn ResultBase>; 4] = [
        Box::new(twin()),
        Box::new(ListResult { items: vec![twin(), twin()] }),
        Box::new(ListResult { items: vec![Box::new(twin()) as Box<dyn ResultBase>] }),
        Box::new(GenericResult { value: 1_i64 }),
    ];
    let seen: Vec<Seen> = values.into_iter().map(|value| see(&codec, value)).collect::<Result<_, _>>()?;
    print(&seen)
}
