//! State formats: their names and numbers, and how each writes and reads one primitive. Imports nothing.
//!
//! The compound values of the binary formats are the session's own (`state`), because it has to see every element;
//! the bytes of each primitive are the format crate's, of which only plain numbers are read without it.

#[cfg(feature = "bincode")]
mod bincode;
mod dispatch;
#[cfg(feature = "json")]
mod json;
#[cfg(feature = "postcard")]
mod postcard;
mod primitives;
#[cfg(feature = "json")]
mod tape;

#[cfg(feature = "bincode")]
pub(crate) use self::bincode::Bincode;
pub(crate) use self::dispatch::dispatch;
#[cfg(not(any(feature = "_binary", feature = "json")))]
pub(crate) use self::dispatch::{IS_NONE_WRITTEN, NoFormat};
#[cfg(feature = "json")]
pub(crate) use self::json::{json_state, json_text, put_json, same_but_for_order};
#[cfg(feature = "postcard")]
pub(crate) use self::postcard::Postcard;
pub use self::primitives::Format;
pub(crate) use self::primitives::Primitives;
#[cfg(feature = "json")]
pub(crate) use self::tape::{LONG_NUMBER, Tape};
