//! The types of a running decode that know each other: what they do stands in files of their own. Imports `error`, `format`,
//! `limits`, `policy`, `schema`, `shape`, `type_name` and its siblings.

use crate::error::{Error, Result};
use crate::format::Format;
use crate::limits::Limits;
use crate::policy::Policy;
use crate::schema::Schema;
use crate::shape::{Identity, InterfaceInfo, TypeExpr};
use crate::state::budget::counters::Budget;
use crate::state::budget::handle::{Handle, Sizes};
#[cfg(feature = "json")]
use crate::state::metered::source::Source;
use crate::state::plan::own_traits::OwnTraits;
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
    pub(in crate::state) sizes: Sizes,
    /// Bytes of stack that a decode from a binary format takes.
    pub(crate) stack: usize,
    /// See [`State::IS_PLAIN`].
    pub(crate) is_plain: bool,
    /// `slot` bytes are charged for the value.
    pub(crate) binary: for<'i, 'a, 'de> fn(&'i mut Input<'a, 'de>, usize) -> Result<AnyBox>,
    /// For JSON and any deserializer that is not ours; those of readable formats are, and only these get so far. None where the
    /// shape tells how a text is read.
    #[cfg(feature = "json")]
    pub(in crate::state) readable: Option<for<'a, 'de> fn(Sourced<'a, 'de>) -> Result<AnyBox>>,
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
    pub(crate) budget: Budget,
    /// What it was given, and what was given around it.
    pub(in crate::state) given: Terms,
    /// Where types are looked up if nothing else was given.
    pub(in crate::state) global: Arc<dyn Lookup>,
    /// The session around this one, which was given less.
    pub(in crate::state) outer: Option<Rc<Session>>,
    /// Whether what is decoded is an erased form, and what is to be charged for it.
    pub(in crate::state) is_erased: Cell<bool>,
    pub(in crate::state) unit: Cell<Unit>,
    /// The bytes that are charged for an argument that comes next, where nothing else tells it.
    pub(in crate::state) slot: Cell<usize>,
    /// Whether a key was asked for its hash whose type has none.
    pub(in crate::state) has_bad_key: Cell<bool>,
    pub(in crate::state) envelopes: RefCell<Vec<OpenEnvelope>>,
    pub(in crate::state) slots: RefCell<Slots>,
    pub(in crate::state) table: Cell<Table>,
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
pub(in crate::state) struct OpenEnvelope {
    /// Those of the codec that opened it, and of all around it.
    pub(in crate::state) policy: Policy,
    /// None where there are no names.
    pub(in crate::state) names: Option<NameList>,
    /// Whether a nested value has said its name, as in JSON each does: the first one pays for the order in which it is found.
    pub(in crate::state) is_indexed: bool,
    /// What was found for a name, by its place and by the interface that asked.
    pub(in crate::state) answers: BTreeMap<(usize, TypeId), Answer>,
    pub(in crate::state) schema: Option<Arc<Schema>>,
    /// Made when a value is first carried out.
    pub(in crate::state) provenance: Option<Arc<Provenance>>,
    /// Whether it is no envelope of ours, but a value that a foreign deserializer reads.
    pub(in crate::state) is_foreign: bool,
    /// What that deserializer reads.
    pub(in crate::state) reads: Reads,
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
    pub(in crate::state) glue: &'static Glue,
    pub(crate) cast: &'static (dyn Any + Send + Sync),
}

/// What was found for a name and an interface: the plan, or why there is none, which is so for each value of the name.
pub(in crate::state) type Answer = Result<Arc<Plan>, Error>;

/// An entry of a container's table.
#[derive(Clone, Copy)]
pub(in crate::state) struct Slot {
    pub(in crate::state) hash: u64,
    /// What is to be done with its values, if the type is compiled as such: no more than this is needed then, and a copy of
    /// it costs nothing. A batch of 10,000 values decodes a sixth faster than with a counted reference to the plan for each.
    pub(in crate::state) native: Option<(TypeId, NativePlan)>,
}

/// The tables of all open containers, the innermost last.
#[derive(Default)]
pub(in crate::state) struct Slots(pub(in crate::state) Vec<Slot>);

/// Where the innermost table is among them.
#[derive(Clone, Copy, Default)]
pub(crate) struct Table {
    pub(in crate::state) start: usize,
    pub(in crate::state) length: usize,
}

/// What has come of one value.
#[derive(Clone, Copy, Default)]
pub(in crate::state) struct Unit {
    /// The sizes of the types in it, handles and all.
    pub(in crate::state) own: usize,
    pub(in crate::state) handles: usize,
    /// The real sizes of what the handles stand for.
    pub(in crate::state) real: usize,
    /// Compound values, each of which may have padding.
    pub(in crate::state) levels: usize,
    /// Whether one of the real sizes is no multiple of a word.
    pub(in crate::state) is_ragged: bool,
    /// Whether there may be handles in a variant that has not come.
    pub(in crate::state) has_variants: bool,
}

/// What is left of a binary state, or of a tape: reads primitives off its front.
#[derive(Clone, Copy)]
pub struct Bytes<'de> {
    pub(in crate::state) bytes: &'de [u8],
    pub(crate) format: Format,
}

/// Reads values off the front of a binary state. The session is a parameter of everything that reads.
pub struct Input<'a, 'de> {
    pub(in crate::state) state: Bytes<'de>,
    pub(crate) session: &'a Session,
    /// The plan whose arguments the parameters of an erased form stand for.
    pub(crate) scope: Option<&'a Arc<Plan>>,
    /// Levels of compound values that may follow.
    pub(in crate::state) left: usize,
    /// Levels of nested values that may follow.
    pub(in crate::state) nested_left: usize,
    pub(in crate::state) table: Table,
    /// Whether the value is an erased form, whose memory is charged by the unit.
    pub(in crate::state) is_erased: bool,
    /// What stands aside of a text, where the bytes are its tape.
    pub(in crate::state) aside: Option<&'a Aside>,
}

/// The values of one text that stand aside.
#[derive(Default)]
pub(crate) struct Aside(pub(in crate::state) RefCell<Vec<Kept>>);

/// One of them.
#[cfg_attr(not(feature = "json"), allow(dead_code, reason = "readable formats need it"))]
pub(in crate::state) enum Kept {
    /// It is there no more.
    Taken,
    /// Serde has read it.
    BySerde(Box<dyn Any>),
    /// What is in a trait object, and the `Cast` of its plan.
    Nested(AnyBox, &'static (dyn Any + Send + Sync)),
}

/// A source whose compound values are counted.
#[cfg(feature = "json")]
pub(crate) struct Guarded<'a, 'de> {
    pub(in crate::state) inner: &'a mut dyn Source<'de>,
    pub(in crate::state) session: &'a Session,
    /// Bytes that are already charged for the value that is about to be decoded.
    pub(in crate::state) slot: usize,
    /// Where the name of a field or variant is to be noted.
    pub(in crate::state) watch: Option<&'a Watch<'a>>,
}

/// Notes which of the known names comes.
#[cfg(feature = "json")]
pub(in crate::state) struct Watch<'a> {
    pub(in crate::state) names: &'static [&'static str],
    /// Which of the names is to be handed over as another one.
    pub(in crate::state) renamed: Option<(usize, &'static str)>,
    /// Whose nested types count as the first name.
    pub(in crate::state) listed: Option<&'a Session>,
    /// The index of the name, or one that is none's. The name itself is two words, and a copy of two words that were just
    /// written one by one makes the processor wait: 4 % of the time of JSON records.
    pub(in crate::state) found: Cell<usize>,
}

/// A deserializer that reads from a source.
#[cfg(feature = "json")]
pub struct Sourced<'a, 'de>(pub(in crate::state) &'a mut dyn Source<'de>);

/// Reads values off the front of an input, for types whose state only their `Deserialize` knows.
pub struct Reader<'i, 'a, 'de> {
    pub(in crate::state) input: &'i mut Input<'a, 'de>,
    /// Bytes that are already charged for the value that is about to be decoded; one that is larger is in a box.
    pub(in crate::state) slot: usize,
}
