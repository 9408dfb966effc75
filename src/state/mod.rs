//! A running encode or decode: the session, the arguments in scope, and serde's two sides for the binary formats. Imports
//! nothing.

mod binary;
mod budget;
mod by_schema;
mod decode;
mod encode;
mod few;
mod frame;
mod handoff;
mod made;
mod metered;
mod plan;
#[cfg(feature = "json")]
mod tape;
mod view;

pub use binary::by_serde::BySerde;
pub use binary::direct::{
    Boxed, State, deepest, fill_part, in_field, in_position, in_variant, no_variant, read_part, stack_of,
};
pub(crate) use budget::beside::{LINKS, PLACE};
pub(crate) use budget::counters::Budget;
#[cfg(test)]
pub(crate) use budget::handle::mentions_handle;
pub(crate) use budget::handle::{HANDLE, Handle, Sizes};
pub(crate) use budget::stack::enter_outside;
pub(crate) use by_schema::read_by_schema;
#[cfg(feature = "json")]
pub(crate) use by_schema::{append_as_json, to_binary};
pub(crate) use decode::contain::{contain, once};
pub(crate) use decode::open_envelope::{Carry, Resolved};
pub use decode::types::{AnyBox, Glue, Input};
pub(crate) use decode::types::{
    EnvelopeParts, Lookup, LookupSource, Plan, PlanArgument, Provenance, Reads, Session, SlotPlan, Terms, Wrap,
};
pub(crate) use encode::inner::apart;
pub(crate) use encode::names::{Names, Noted, two_names};
pub use encode::sink::Sink;
pub(crate) use encode::tables::Varied;
#[cfg(feature = "json")]
pub(crate) use encode::text_types::Standing;
pub(crate) use frame::{open_frame, short_frame};
#[cfg(feature = "json")]
pub(crate) use handoff::NESTED_FIELDS;
pub use handoff::ScopeGuard;
pub(crate) use handoff::reads_ours;
pub(crate) use handoff::{ARGUMENT, FOREIGN_FIELDS, NESTED, NESTED_FORM, NO_VALUE, NOTHING_ELSE};
pub(crate) use handoff::{Exchange, Member, Offer, WantMember};
pub(crate) use handoff::{Scope, Told};
pub(crate) use metered::answering::serialize_erased;
#[cfg(feature = "json")]
pub(crate) use metered::guard_writer::put_json;
#[cfg(feature = "json")]
pub(crate) use plan::argument::{decode_guarded, decode_text};
pub(crate) use plan::decode_plan::{Form, Native, check_hash};
pub use plan::own_traits::{Fallback, OwnTraits, Probe};
#[cfg(feature = "json")]
pub(crate) use tape::{At, put_text, read_text};
