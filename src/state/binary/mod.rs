//! States in the binary formats: a type's own code, and serde's two sides of the same. Imports its siblings.

pub(in crate::state) mod by_serde;
pub(in crate::state) mod collections;
pub(in crate::state) mod direct;
pub(in crate::state) mod elements;
pub(in crate::state) mod levels;
pub(in crate::state) mod numbers;
pub(in crate::state) mod parts;
pub(in crate::state) mod primitive;
pub(in crate::state) mod reader;
pub(in crate::state) mod run;
pub(in crate::state) mod writer;
pub(in crate::state) mod writer_parts;
