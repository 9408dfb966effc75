//! Guards around the serde code of other crates: JSON, and all foreign formats. Imports its siblings.

pub(in crate::state) mod answering;
#[cfg(feature = "json")]
pub(in crate::state) mod buffer;
#[cfg(feature = "json")]
pub(in crate::state) mod guard;
#[cfg(feature = "json")]
pub(in crate::state) mod guard_compound;
#[cfg(feature = "json")]
pub(in crate::state) mod guard_part;
#[cfg(feature = "json")]
pub(in crate::state) mod guard_take;
#[cfg(feature = "json")]
pub(in crate::state) mod guard_writer;
#[cfg(feature = "json")]
pub(in crate::state) mod guarded_value;
#[cfg(feature = "json")]
pub(in crate::state) mod json_number;
#[cfg(feature = "json")]
pub(in crate::state) mod json_text;
#[cfg(feature = "json")]
pub(in crate::state) mod once;
#[cfg(feature = "json")]
pub(in crate::state) mod probe;
#[cfg(feature = "json")]
pub(in crate::state) mod reserved;
#[cfg(feature = "json")]
pub(in crate::state) mod source;
#[cfg(feature = "json")]
pub(in crate::state) mod sourced;
