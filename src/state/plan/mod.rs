//! Plans: how a value of one type name is decoded. Imports its siblings.

pub(in crate::state) mod argument;
pub(in crate::state) mod decode_plan;
pub(in crate::state) mod own_traits;
