//! Fields that a decode cannot fill: it owns what it makes, and any thread may have it.

use std::path::Path;
use std::rc::Rc;
use typeport::portable;

#[portable]
struct Borrowed {
    title: &'static str,
    parts: Vec<(u8, &'static [u8])>,
    path: Option<&'static Path>,
}

#[portable]
struct Counted {
    shared: Rc<String>,
    list: Vec<std::rc::Rc<u8>>,
}

fn main() {}
