//! State formats: names, numbers, and reading and writing of primitives. Imports nothing.
//!
//! `state` reads and writes compound values of the binary formats itself, because a session has to see every element. The
//! format's own crate handles primitives, except for plain numbers.

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
