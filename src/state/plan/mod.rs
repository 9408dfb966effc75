//! Plans: how to decode a value of one type name. Imports its siblings.

pub(in crate::state) mod argument;
pub(in crate::state) mod decode_plan;
pub(in crate::state) mod own_traits;
