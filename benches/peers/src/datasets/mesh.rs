//! `mesh`: one object of a renderer, 125,000 triangles of plain numbers. Imports `seeded`.

use super::seeded;
use crate::seeded::Seeded;
use bincode::{Decode, Encode};
use typeport::portable;

/// The object.
#[portable]
#[derive(Encode, Decode, PartialEq)]
pub struct Mesh {
    triangles: Vec<Triangle>,
}

#[portable]
#[derive(Encode, Decode, PartialEq)]
struct Triangle {
    v0: Vector3,
    v1: Vector3,
    v2: Vector3,
    normal: Vector3,
}

#[portable]
#[derive(Encode, Decode, PartialEq)]
struct Vector3 {
    x: f32,
    y: f32,
    z: f32,
}

const TRIANGLES: usize = 125_000;

/// The data set.
pub fn mesh() -> Mesh {
    let seeded = &mut seeded();
    let triangle = |_| Triangle { v0: vector(seeded), v1: vector(seeded), v2: vector(seeded), normal: vector(seeded) };
    Mesh { triangles: (0..TRIANGLES).map(triangle).collect() }
}

fn vector(seeded: &mut Seeded) -> Vector3 {
    Vector3 { x: seeded.unit_f32(), y: seeded.unit_f32(), z: seeded.unit_f32() }
}
