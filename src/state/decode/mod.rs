//! A running decode: the session, the input, the open envelopes. Imports its siblings.

pub(in crate::state) mod again;
pub(in crate::state) mod contain;
pub(in crate::state) mod input;
pub(in crate::state) mod nested;
pub(in crate::state) mod open_envelope;
pub(in crate::state) mod provenance;
pub(in crate::state) mod refused;
pub(in crate::state) mod running;
pub(in crate::state) mod session;
pub(in crate::state) mod terms;
pub(in crate::state) mod types;
pub(in crate::state) mod within;
