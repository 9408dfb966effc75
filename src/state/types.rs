//! The types of a running decode that know each other: what they do stands in files of their own. Imports `error`, `format`,
//! `limits`, `policy`, `schema`, `shape`, `type_name` and its siblings.

use super::handle::{Handle, Sizes};
use super::own_traits::OwnTraits;
#[cfg(feature = "json")]
use super::source::Source;
use super::stack::Stack;
use crate::error::{Error, Result};
use crate::format::Format;
use crate::limits::Limits;
use crate::policy::Policy;
use crate::schema::Schema;
use crate::shape::{Identity, InterfaceInfo, TypeExpr};
use crate::type_name::{NameList, TypeName, TypeRef};
use std::any::{Any, TypeId};
use std::cell::{Cell, RefCell};
use std::collections::BTreeMap;
use std::rc::Rc;
use std::sync::atomic::AtomicUsize;
use std::sync::{Arc, OnceLock};

/// A decoded value of a type that only its plan knows.
pub type AnyBox = Box<dyn Any + Send + Sync>;

/// How a value of one type name is decoded as a member of one interface.
pub(crate) struct Plan {
    /// The name, as this program spells it.
    pub(crate) name: TypeName,
    /// The expression of the compiled form; its parameters stand for `arguments`.
    pub(crate) expr: &'static TypeExpr,
    /// By parameter index.
    pub(crate) arguments: Vec<PlanArgument>,
    /// What stands for the parameters in the compiled form.
    pub(crate) handles: Vec<Handle>,
    pub(crate) glue: &'static Glue,
    /// A `Cast<I>` of the interface that the plan was made for.
    pub(crate) cast: &'static (dyn Any + Send + Sync),
    pub(crate) own_traits: &'static OwnTraits,
    pub(crate) identity: OnceLock<Arc<Identity>>,
}

/// What a parameter of a plan stands for.
pub(crate) enum PlanArgument {
    Type(Arc<Plan>),
    Const(String),
}

/// The decode functions of one compiled form: one for the binary formats, one for all readable ones.
pub struct Glue {
    pub(super) sizes: Sizes,
    /// Bytes of stack that a decode from a binary format takes.
    pub(crate) stack: usize,
    /// See [`State::IS_PLAIN`].
    pub(crate) is_plain: bool,
    /// `slot` bytes are charged for the value.
    pub(crate) binary: for<'i, 'a, 'de> fn(&'i mut Input<'a, 'de>, usize) -> Result<AnyBox>,
    /// For JSON and any deserializer that is not ours; those of readable formats are, and only these get so far. None where the
    /// shape tells how a text is read.
    #[cfg(feature = "json")]
    pub(super) readable: Option<for<'a, 'de> fn(Guarded<'a, Sourced<'a, 'de>>) -> Result<AnyBox>>,
}

/// Finds plans: what a registry has.
pub(crate) trait Lookup: Send + Sync {
    /// The plan for `name` as a member of `interface`; `hash` is checked where the bytes claim one.
    fn plan(
        &self,
        name: &str,
        hash: Option<u64>,
        interface: &'static InterfaceInfo,
        limits: &Limits,
    ) -> Result<Arc<Plan>>;

    /// Whether a type is a member of `interface` here.
    fn is_member(&self, name: TypeRef<'_>, interface: &'static InterfaceInfo) -> bool;
}

/// Who has a [`Lookup`].
pub(crate) trait LookupSource {
    fn lookup(&self) -> Arc<dyn Lookup>;
}

/// One running decode, nested values included.
pub(crate) struct Session {
    pub(crate) limits: Limits,
    /// What it was given, and what was given around it.
    pub(super) given: Terms,
    /// Where types are looked up if nothing else was given.
    pub(super) global: Arc<dyn Lookup>,
    /// The session around this one, which was given less.
    pub(super) outer: Option<Rc<Session>>,
    pub(super) depth: Cell<usize>,
    pub(super) nested: Cell<usize>,
    pub(super) items: Cell<usize>,
    pub(super) unbacked_items: Cell<usize>,
    pub(super) memory: Cell<usize>,
    /// The bytes of state that really came.
    pub(super) input: Cell<usize>,
    /// What `memory` may reach: grows with `input`.
    pub(super) memory_limit: Cell<usize>,
    /// The boxes of erased arguments.
    pub(super) handles: Cell<usize>,
    /// Whether what is decoded is an erased form, and what is to be charged for it.
    pub(super) is_erased: Cell<bool>,
    pub(super) unit: Cell<Unit>,
    /// The bytes that are charged for an argument that comes next, where nothing else tells it.
    pub(super) slot: Cell<usize>,
    pub(super) stack: Stack,
    /// Whether a key was asked for its hash whose type has none.
    pub(super) has_bad_key: Cell<bool>,
    pub(super) envelopes: RefCell<Vec<OpenEnvelope>>,
    pub(super) slots: RefCell<Slots>,
    pub(super) table: Cell<Table>,
}

/// What a session has to know of an envelope.
pub(crate) struct EnvelopeParts<'a> {
    pub(crate) state: &'a [u8],
    pub(crate) names: Option<&'a NameList>,
    pub(crate) table: &'a [u64],
    pub(crate) schema: Option<&'a Arc<Schema>>,
    /// Bytes of memory that names, table and schema take.
    pub(crate) memory: usize,
}

/// What a codec was given; what it was not given it takes from the decode around it, or from the defaults.
#[derive(Clone, Default)]
pub(crate) struct Terms {
    pub(crate) limits: Option<Limits>,
    pub(crate) policy: Policy,
    /// All of them have to know a type; the first says how it is decoded.
    pub(crate) lookups: Vec<Arc<dyn Lookup>>,
    /// The bytes are a copy of a value of this process, which was counted when it came: the limits bind only what is carried
    /// in it.
    pub(crate) is_copy: bool,
    /// The types of values of this process in what is copied: no policy is asked about them.
    pub(crate) own: Vec<Arc<Identity>>,
}

/// Where a carried value came from: what its envelope says beside the state. All values of one envelope share it.
#[derive(Default)]
pub(crate) struct Provenance {
    /// The names of what may be inside.
    pub(crate) names: NameList,
    /// The shapes of it, if the envelope had them.
    pub(crate) schema: Option<Arc<Schema>>,
    /// What bound the decode that it came in.
    pub(crate) terms: Terms,
    /// Bytes of memory that were charged while values of the envelope were written anew by its schema, or took their names along,
    /// all together.
    pub(crate) rewritten: AtomicUsize,
    /// The terms alone.
    pub(crate) bare: OnceLock<Arc<Provenance>>,
}

/// The names of an envelope that is being decoded, and what goes with them.
pub(super) struct OpenEnvelope {
    /// Those of the codec that opened it, and of all around it.
    pub(super) policy: Policy,
    /// None where there are no names.
    pub(super) names: Option<NameList>,
    /// Whether a nested value has said its name, as in JSON each does: the first one pays for the order in which it is found.
    pub(super) is_indexed: bool,
    /// What was found for a name, by its place and by the interface that asked.
    pub(super) answers: BTreeMap<(usize, TypeId), Answer>,
    pub(super) schema: Option<Arc<Schema>>,
    /// Made when a value is first carried out.
    pub(super) provenance: Option<Arc<Provenance>>,
    /// Whether it is no envelope of ours, but a value that a foreign deserializer reads.
    pub(super) is_foreign: bool,
    /// What that deserializer reads.
    pub(super) reads: Reads,
}

/// What a deserializer reads, as far as it matters to what is carried.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Reads {
    Json,
    #[cfg_attr(not(feature = "json"), allow(dead_code, reason = "only readable formats are told apart"))]
    Other,
}

/// What a value of a native plan is decoded by.
#[derive(Clone, Copy)]
pub(crate) struct NativePlan {
    pub(crate) expr: &'static TypeExpr,
    pub(super) glue: &'static Glue,
    pub(crate) cast: &'static (dyn Any + Send + Sync),
}

/// What was found for a name and an interface: the plan, or why there is none, which is so for each value of the name.
pub(super) type Answer = Result<Arc<Plan>, Error>;

/// An entry of a container's table.
#[derive(Clone, Copy)]
pub(super) struct Slot {
    pub(super) hash: u64,
    /// What is to be done with its values, if the type is compiled as such: no more than this is needed then, and a copy of
    /// it costs nothing. A batch of 10,000 values decodes a sixth faster than with a counted reference to the plan for each.
    pub(super) native: Option<(TypeId, NativePlan)>,
}

/// The tables of all open containers, the innermost last.
#[derive(Default)]
pub(super) struct Slots(pub(super) Vec<Slot>);

/// Where the innermost table is among them.
#[derive(Clone, Copy, Default)]
pub(crate) struct Table {
    pub(super) start: usize,
    pub(super) length: usize,
}

/// What has come of one value.
#[derive(Clone, Copy, Default)]
pub(super) struct Unit {
    /// The sizes of the types in it, handles and all.
    pub(super) own: usize,
    pub(super) handles: usize,
    /// The real sizes of what the handles stand for.
    pub(super) real: usize,
    /// Compound values, each of which may have padding.
    pub(super) levels: usize,
    /// Whether one of the real sizes is no multiple of a word.
    pub(super) is_ragged: bool,
    /// Whether there may be handles in a variant that has not come.
    pub(super) has_variants: bool,
}

/// Reads values off the front of a binary state. The session is a parameter of everything that reads.
pub struct Input<'a, 'de> {
    pub(super) bytes: &'de [u8],
    pub(crate) session: &'a Session,
    /// The plan whose arguments the parameters of an erased form stand for.
    pub(crate) scope: Option<&'a Arc<Plan>>,
    /// Levels of compound values that may follow.
    pub(super) left: usize,
    /// Levels of nested values that may follow.
    pub(super) nested_left: usize,
    pub(super) table: Table,
    pub(crate) format: Format,
    /// Whether the value is an erased form, whose memory is charged by the unit.
    pub(super) is_erased: bool,
    /// What serde has read of a text, where the bytes are its tape.
    pub(super) aside: Option<&'a Aside>,
}

/// The values that serde has read of one text.
#[derive(Default)]
pub(crate) struct Aside(pub(super) RefCell<Vec<Option<Box<dyn Any>>>>);

/// A deserializer whose compound values are counted.
#[cfg(feature = "json")]
pub struct Guarded<'a, D> {
    pub(super) inner: D,
    pub(super) session: &'a Session,
    /// Bytes that are already charged for the value that is about to be decoded.
    pub(super) slot: usize,
    /// Where the name of a field or variant is to be noted.
    pub(super) watch: Option<&'a Watch<'a>>,
}

/// Notes which of the known names comes.
#[cfg(feature = "json")]
pub(super) struct Watch<'a> {
    pub(super) names: &'static [&'static str],
    /// Which of the names is to be handed over as another one.
    pub(super) renamed: Option<(usize, &'static str)>,
    /// Whose nested types count as the first name.
    pub(super) listed: Option<&'a Session>,
    /// The index of the name, or one that is none's. The name itself is two words, and a copy of two words that were just
    /// written one by one makes the processor wait: 4 % of the time of JSON records.
    pub(super) found: Cell<usize>,
}

/// A deserializer that reads from a source.
#[cfg(feature = "json")]
pub struct Sourced<'a, 'de>(pub(super) &'a mut dyn Source<'de>);

/// Reads values off the front of an input, for types whose state only their `Deserialize` knows.
pub struct Reader<'i, 'a, 'de> {
    pub(super) input: &'i mut Input<'a, 'de>,
    /// Bytes that are already charged for the value that is about to be decoded; one that is larger is in a box.
    pub(super) slot: usize,
}
