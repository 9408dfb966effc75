//! A running encode or decode: the session, the arguments in scope, and serde's two sides for the binary formats. Imports its
//! siblings.

mod again;
mod answering;
mod argument;
mod as_native;
#[cfg(feature = "json")]
mod buffer;
mod by_serde;
mod collections;
mod contain;
mod count;
mod decode_plan;
mod direct;
mod elements;
mod exchange;
mod frame;
#[cfg(feature = "json")]
mod guard;
#[cfg(feature = "json")]
mod guard_compound;
#[cfg(feature = "json")]
mod guard_seed;
#[cfg(feature = "json")]
mod guard_visitor;
#[cfg(feature = "json")]
mod guard_writer;
#[cfg(feature = "json")]
mod guarded_value;
mod handle;
mod input;
#[cfg(feature = "json")]
mod json_number;
#[cfg(feature = "json")]
mod json_text;
mod levels;
mod names;
mod nested;
mod numbers;
#[cfg(feature = "json")]
mod once;
mod open_envelope;
mod ours;
mod own_traits;
mod parts;
mod primitive;
mod provenance;
mod reader;
mod run;
mod running;
mod scope;
mod session;
mod sink;
mod sink_by_serde;
#[cfg(feature = "json")]
mod source;
#[cfg(feature = "json")]
mod sourced;
mod spent;
mod stack;
mod tables;
#[cfg(feature = "json")]
mod tape;
mod terms;
mod types;
mod within;
mod writer;
mod writer_parts;

pub(crate) use answering::serialize_erased;
#[cfg(feature = "json")]
pub(crate) use argument::decode_guarded;
pub use by_serde::BySerde;
pub(crate) use contain::contain;
pub(crate) use decode_plan::{Form, Native, check_hash};
pub use direct::{
    Boxed, State, deepest, fill_part, in_field, in_position, in_variant, no_variant, read_part, stack_of,
};
pub(crate) use exchange::{Exchange, Member, Offer, WantMember};
pub(crate) use frame::open_frame;
#[cfg(feature = "json")]
pub(crate) use guard_writer::put_json;
pub(crate) use handle::{HANDLE, Handle, Sizes};
pub(crate) use names::{Names, Noted, two_names};
pub(crate) use nested::not_in_table;
pub(crate) use open_envelope::{Carry, Resolved};
pub(crate) use ours::reads_ours;
pub use own_traits::{Fallback, OwnTraits, Probe};
pub(crate) use run::SPARE;
pub(crate) use scope::Scope;
pub use scope::ScopeGuard;
pub use sink::Sink;
pub(crate) use spent::Spent;
pub(crate) use stack::enter_outside;
pub(crate) use tables::Container;
#[cfg(feature = "json")]
pub(crate) use tape::{At, put_text, read_text};
#[cfg(feature = "json")]
pub(crate) use types::Guarded;
pub use types::{AnyBox, Glue, Input};
pub(crate) use types::{EnvelopeParts, Lookup, LookupSource, Plan, PlanArgument, Provenance, Reads, Session, Terms};
#[cfg(feature = "json")]
pub(crate) use writer_parts::Writer;

// Identifiers, as some formats check names: RON does.

/// The newtype name under which an erased argument asks its session for the real type.
pub(crate) const ARGUMENT: &str = "__typeport_argument";
/// The newtype name under which a trait object asks its session for a frame.
pub(crate) const NESTED: &str = "__typeport_nested";
/// The newtype name under which a value of a text asks to be read by serde.
#[cfg(feature = "json")]
pub(crate) const BY_SERDE: &str = "__typeport_by_serde";
/// The fields of a nested value in a readable format.
pub(crate) static NESTED_FIELDS: [&str; 2] = ["type", "value"];
/// All fields that a nested value of a foreign format may have: those, the JSON text of a value that cannot pass as it stands,
/// and the envelope that binary formats carry.
pub(crate) static FOREIGN_FIELDS: [&str; 4] = ["type", "value", "json", "envelope"];
