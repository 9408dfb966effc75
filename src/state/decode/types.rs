//! The types of a running decode that refer to each other; their methods are in other files. Imports `error`, `format`,
//! `limits`, `policy`, `schema`, `shape`, `type_name` and its siblings.

use crate::error::{Error, Result};
use crate::format::Format;
use crate::limits::Limits;
use crate::policy::Policy;
use crate::schema::Schema;
use crate::shape::{Identity, InterfaceInfo, TypeExpr};
use crate::state::budget::counters::Budget;
use crate::state::budget::handle::{Handle, Sizes};
use crate::state::few::FewMap;
#[cfg(feature = "json")]
use crate::state::metered::source::Source;
use crate::state::plan::own_traits::OwnTraits;
use crate::type_name::{NameList, TypeName, TypeRef};
use std::any::{Any, TypeId};
use std::cell::{Cell, RefCell};
use std::rc::Rc;
use std::sync::atomic::AtomicUsize;
use std::sync::{Arc, OnceLock};

/// A decoded value of a type that only its plan knows.
pub type AnyBox = Box<dyn Any + Send + Sync>;

/// How to decode a value of one type name as a member of one interface.
pub(crate) struct Plan {
    /// The name, as this program spells it.
    pub(crate) name: TypeName,
    /// The expression of the compiled form; its parameters stand for `arguments`.
    pub(crate) expr: &'static TypeExpr,
    /// By parameter index.
    pub(crate) arguments: Vec<PlanArgument>,
    /// The handles of the parameters in the compiled form.
    pub(crate) handles: Vec<Handle>,
    pub(crate) glue: &'static Glue,
    /// A `Cast<I>` of the interface that the plan was made for.
    pub(crate) cast: &'static (dyn Any + Send + Sync),
    pub(crate) own_traits: &'static OwnTraits,
    pub(crate) identity: OnceLock<Arc<Identity>>,
}

/// The argument for a parameter of a plan.
pub(crate) enum PlanArgument {
    Type(Arc<Plan>),
    Const(String),
}

/// The decode functions of one compiled form: one for the binary formats, one for all readable ones.
pub struct Glue {
    pub(in crate::state) sizes: Sizes,
    /// Bytes of stack that a decode from a binary format uses.
    pub(crate) stack: usize,
    /// See [`State::IS_PLAIN`].
    pub(crate) is_plain: bool,
    /// How to give a value of an erased form its plan.
    pub(crate) wrap: Option<&'static Wrap>,
    /// See [`State::IS_LEAF`].
    pub(crate) is_leaf: bool,
    /// Reads a value from a binary format; the second argument is its slot.
    pub(crate) binary: for<'i, 'a, 'de> fn(&'i mut Input<'a, 'de>, usize) -> Result<AnyBox>,
    /// Reads a value from JSON or a readable format of another crate. `None` if the type's shape says how to read a text.
    #[cfg(feature = "json")]
    pub(in crate::state) readable: Option<for<'a, 'de> fn(Sourced<'a, 'de>) -> Result<AnyBox>>,
}

/// Puts a value of an erased form into the [`Specialized`](crate::erased::Specialized) of its plan.
pub(crate) struct Wrap {
    /// The form.
    pub(crate) type_id: fn() -> TypeId,
    /// `None` for a value of another type.
    pub(crate) wrap: fn(AnyBox, &Arc<Plan>) -> Option<AnyBox>,
}

/// Finds plans; implemented by registries.
pub(crate) trait Lookup: Send + Sync {
    /// The plan for `name` as a member of `interface`; checks `hash` if the bytes claim one.
    fn plan(
        &self,
        name: &str,
        hash: Option<u64>,
        interface: &'static InterfaceInfo,
        limits: &Limits,
    ) -> Result<Arc<Plan>>;

    /// Whether the type is a member of `interface`.
    fn is_member(&self, name: TypeRef<'_>, interface: &'static InterfaceInfo) -> bool;
}

/// The owner of a [`Lookup`].
pub(crate) trait LookupSource {
    fn lookup(&self) -> Arc<dyn Lookup>;
}

/// One running decode, nested values included.
pub(crate) struct Session {
    pub(crate) budget: Budget,
    /// The terms of this decode combined with those of the outer ones.
    pub(in crate::state) given: Terms,
    /// The registry if the terms name none.
    pub(in crate::state) global: Arc<dyn Lookup>,
    /// The outer session, if this one has tighter terms of its own.
    pub(in crate::state) outer: Option<Rc<Session>>,
    /// Whether the value being decoded is an erased form, and its unit.
    pub(in crate::state) is_erased: Cell<bool>,
    pub(in crate::state) unit: Cell<Unit>,
    /// The slot of the next argument, where no parameter can pass it.
    pub(in crate::state) slot: Cell<usize>,
    pub(in crate::state) envelopes: RefCell<Vec<OpenEnvelope>>,
    pub(in crate::state) slots: RefCell<Slots>,
    pub(in crate::state) table: Cell<Table>,
}

/// The parts of an envelope that a session needs.
pub(crate) struct EnvelopeParts<'a> {
    pub(crate) state: &'a [u8],
    pub(crate) names: Option<&'a NameList>,
    pub(crate) table: &'a [u64],
    pub(crate) schema: Option<&'a Arc<Schema>>,
    /// Bytes of memory that names, table and schema take.
    pub(crate) memory: usize,
}

/// What a codec was given. The rest it takes from the outer decode, or from the defaults.
#[derive(Clone, Default)]
pub(crate) struct Terms {
    pub(crate) limits: Option<Limits>,
    pub(crate) policy: Policy,
    /// All of them have to know a type; the first one provides its plan.
    pub(crate) lookups: Vec<Arc<dyn Lookup>>,
    /// Whether the bytes are a copy of a value of this process, which was counted when it was decoded: then the limits bind only the
    /// carried values in it.
    pub(crate) is_copy: bool,
    /// The types of this process's own values in a copy, which no policy restricts.
    pub(crate) own: Vec<Arc<Identity>>,
}

/// The origin of a carried value: the data of its envelope beside the state, shared by all values of the envelope.
#[derive(Default)]
pub(crate) struct Provenance {
    /// The names of the types that may be inside.
    pub(crate) names: NameList,
    /// The schema, if the envelope had one.
    pub(crate) schema: Option<Arc<Schema>>,
    /// The terms of the decode that carried the value.
    pub(crate) terms: Terms,
    /// The bytes of memory charged so far for rewriting values of the envelope by its schema, or for copying their names.
    pub(crate) rewritten: AtomicUsize,
    /// The same with the terms alone.
    pub(crate) bare: OnceLock<Arc<Provenance>>,
}

/// An envelope that is being decoded.
pub(in crate::state) struct OpenEnvelope {
    /// The policy of the codec that opened the envelope, combined with the outer ones.
    pub(in crate::state) policy: Policy,
    /// `None` if there are no names.
    pub(in crate::state) names: Option<NameList>,
    /// Whether the names have been looked up by name, which JSON needs: the first look-up is charged for the index.
    pub(in crate::state) is_indexed: bool,
    /// The answers by index of the name and by interface.
    pub(in crate::state) answers: FewMap<(usize, TypeId), Answer>,
    pub(in crate::state) schema: Option<Arc<Schema>>,
    /// Created for the first carried value.
    pub(in crate::state) provenance: Option<Arc<Provenance>>,
    /// Whether this stands for a value of a foreign deserializer and not for an envelope.
    pub(in crate::state) is_foreign: bool,
    /// What the foreign deserializer reads.
    pub(in crate::state) reads: Reads,
}

/// What a deserializer reads, as far as carried values need to know.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Reads {
    Json,
    #[cfg_attr(not(feature = "json"), allow(dead_code, reason = "only readable formats are told apart"))]
    Other,
}

/// The parts of a native plan that its values need.
#[derive(Clone, Copy)]
pub(crate) struct NativePlan {
    pub(crate) expr: &'static TypeExpr,
    pub(in crate::state) glue: &'static Glue,
    pub(crate) cast: &'static (dyn Any + Send + Sync),
}

/// The result of resolving a name for an interface: the plan, or an error that holds for each value of the name.
pub(in crate::state) type Answer = Result<Arc<Plan>, Error>;

/// The plan of the values of a table's entry.
#[derive(Clone)]
pub(crate) enum SlotPlan {
    /// Copying it is free: a batch of 10,000 values decodes a sixth faster than with a counted reference to a plan for each value.
    Native(NativePlan),
    Erased(Arc<Plan>),
}

/// An entry of a container's table.
pub(in crate::state) struct Slot {
    pub(in crate::state) hash: u64,
    /// The plan, and the interface for which it was resolved.
    pub(in crate::state) plan: Option<(TypeId, SlotPlan)>,
}

/// The tables of all open containers, the innermost last.
#[derive(Default)]
pub(in crate::state) struct Slots(pub(in crate::state) Vec<Slot>);

/// The range of one table in [`Slots`].
#[derive(Clone, Copy, Default)]
pub(crate) struct Table {
    pub(in crate::state) start: usize,
    pub(in crate::state) length: usize,
}

/// The sizes collected for one erased value, or element, that is charged at its end.
#[derive(Clone, Copy, Default)]
pub(in crate::state) struct Unit {
    /// The sizes of its types, with those of the handles in them.
    pub(in crate::state) own: usize,
    pub(in crate::state) handles: usize,
    /// The real sizes of the arguments behind the handles.
    pub(in crate::state) real: usize,
    /// Compound values, each of which may have padding.
    pub(in crate::state) levels: usize,
    /// Whether one of the real sizes is not a multiple of a word.
    pub(in crate::state) is_ragged: bool,
    /// Whether an absent variant may contain handles.
    pub(in crate::state) has_variants: bool,
}

/// The rest of a binary state or of a tape; reads primitives off its front.
#[derive(Clone, Copy)]
pub struct Bytes<'de> {
    pub(in crate::state) bytes: &'de [u8],
    pub(crate) format: Format,
}

/// Reads values off the front of a binary state, with the context of the position.
pub struct Input<'a, 'de> {
    pub(in crate::state) state: Bytes<'de>,
    pub(crate) session: &'a Session,
    /// The plan with the arguments for the parameters of an erased form.
    pub(crate) scope: Option<&'a Arc<Plan>>,
    /// How many more levels of compound values are allowed.
    pub(in crate::state) left: usize,
    /// How many more levels of nested values are allowed.
    pub(in crate::state) nested_left: usize,
    pub(in crate::state) table: Table,
    /// Whether the value is an erased form, whose memory is charged by units.
    pub(in crate::state) is_erased: bool,
    /// The values kept aside, if the bytes are a tape.
    pub(in crate::state) aside: Option<&'a Aside>,
}

/// The values kept beside one tape.
#[derive(Default)]
pub(crate) struct Aside(pub(in crate::state) RefCell<Vec<Kept>>);

/// A value kept beside a tape.
#[cfg_attr(not(feature = "json"), allow(dead_code, reason = "readable formats need it"))]
pub(in crate::state) enum Kept {
    /// Already taken.
    Taken,
    /// A value that serde has read, and the size of the native one.
    BySerde(Box<dyn Any>, usize),
    /// The value of a trait object, and the `Cast` of its plan.
    Nested(AnyBox, &'static (dyn Any + Send + Sync)),
}

/// A source that counts its compound values.
#[cfg(feature = "json")]
pub(crate) struct Guarded<'a, 'de> {
    pub(in crate::state) inner: &'a mut dyn Source<'de>,
    pub(in crate::state) session: &'a Session,
    /// The bytes already charged for the next value.
    pub(in crate::state) slot: usize,
    /// Notes the name of the next field or variant.
    pub(in crate::state) watch: Option<&'a Watch<'a>>,
    /// Whether the value is the key of an entry.
    pub(in crate::state) is_key: bool,
}

/// Notes which of the known names was read.
#[cfg(feature = "json")]
pub(in crate::state) struct Watch<'a> {
    pub(in crate::state) names: &'static [&'static str],
    /// The name to replace by another one.
    pub(in crate::state) renamed: Option<(usize, &'static str)>,
    /// The session whose listed types count as the first name.
    pub(in crate::state) listed: Option<&'a Session>,
    /// The index of the name, or an index out of range. An index is one word where the name has two: loading two words that were
    /// just stored one by one stalls the processor, which took 4 % of the time of JSON records.
    pub(in crate::state) found: Cell<usize>,
}

/// A deserializer that reads from a source.
#[cfg(feature = "json")]
pub struct Sourced<'a, 'de>(pub(in crate::state) &'a mut dyn Source<'de>);

/// Reads values off the front of an input, for types whose state only their `Deserialize` knows.
pub struct Reader<'i, 'a, 'de> {
    pub(in crate::state) input: &'i mut Input<'a, 'de>,
    /// The bytes already charged for the next value; a larger one is boxed.
    pub(in crate::state) slot: usize,
}
