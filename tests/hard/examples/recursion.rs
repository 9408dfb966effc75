//! Types that contain themselves, alone and in pairs, also through an interface.
#![allow(dead_code)]

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use typeport::{Portable, portable};

#[derive(Debug, Serialize, Deserialize, Portable)]
struct List<T> {
    first: T,
    rest: Option<Box<List<T>>>,
}

#[derive(Debug, Serialize, Deserialize, Portable)]
enum Json {
    Null,
    Text(String),
    Array(Vec<Json>),
    Object(BTreeMap<String, Json>),
}

#[derive(Debug, Serialize, Deserialize, Portable)]
struct Folder<T> {
    files: Vec<File<T>>,
}

#[derive(Debug, Serialize, Deserialize, Portable)]
enum File<T> {
    Plain(T),
    Archive(Folder<T>),
}

#[portable]
trait Part {
    fn weight(&self) -> u64;
}

#[derive(Debug, Serialize, Deserialize, Portable)]
struct Machine {
    parts: Vec<Box<dyn Part>>,
    spares: Option<List<Box<dyn Part>>>,
}

#[portable]
impl Part for Machine {
    fn weight(&self) -> u64 {
        self.parts.iter().map(|part| part.weight()).sum()
    }
}

fn main() {}
