//! The budget of a decode or encode: counts, memory, the stack. Imports its siblings.

pub(in crate::state) mod around;
pub(in crate::state) mod as_native;
pub(in crate::state) mod beside;
pub(in crate::state) mod count;
pub(in crate::state) mod counters;
pub(in crate::state) mod handle;
pub(in crate::state) mod refusal;
pub(in crate::state) mod stack;
