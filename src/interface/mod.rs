//! Interfaces: trait objects as serde values, and the entries that register members. Imports nothing.

mod carried;
mod entries;
mod form;
mod form_fields;
mod nested;
mod place;
mod readable;
mod reformat;
mod settle;
mod settle_parts;
#[cfg(feature = "json")]
mod text;
#[cfg(feature = "json")]
mod tree;

pub use carried::Carried;
pub use entries::origin_only;
pub use nested::{deserialize_nested, put_nested, serialize_nested, take_nested};
pub use place::{boxed_by_serde, interface_at_once};
pub(crate) use reformat::Needs;
pub use settle::{Passage, Settle, is_unsettled, settle};
pub use settle_parts::{KindOf, MaySettle, MaySettleErr, MaySettleOk, NeedsNothing};
