use serde::{Deserialize, Serialize};
use typeport::Portable;

type Size = usize;

#[derive(Debug, Serialize, Deserialize, Portable)]
struct Grid<const N: Size> {
    cells: Vec<i64>,
}

fn main() {}
