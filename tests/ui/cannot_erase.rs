use serde::{Deserialize, Serialize};
use typeport::{Portable, portable};

use std::ops::Add;

#[portable]
trait Base {
    fn total(&self) -> i64;
}

#[derive(Debug, Serialize, Deserialize, Portable)]
struct Sum<T> {
    value: T,
}

#[portable]
impl<T: Copy + Add<Output = T> + Into<i64>> Base for Sum<T> {
    fn total(&self) -> i64 {
        (self.value + self.value).into()
    }
}

#[derive(Debug, Serialize, Deserialize, Portable)]
struct Grid<T, const N: usize> {
    cells: Vec<T>,
}

#[portable]
impl<T, const N: usize> Base for Grid<T, N> {
    fn total(&self) -> i64 {
        self.cells.len() as i64
    }
}

fn main() {}
