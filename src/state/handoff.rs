//! What a value and its session hand to each other across serde, which has no channel for it: by thread-locals. Imports `error`,
//! `format`, `shape` and its siblings.
//!
//! A value that needs its session puts a wish here and calls serde with a private newtype name. A serializer or deserializer of
//! ours knows the name, takes the wish, fulfils it, and puts the answer here. A foreign one calls straight back, and the value
//! finds its own wish: so it knows with whom it speaks. The arguments in scope are here because serde's impls of a user's type
//! take no parameter. Whether a serializer is one of ours is found out by a question that wrappers pass on, as there is nothing
//! else that one could ask: ours notes that it was asked. Serde's own for `tag` and `flatten` pass on no question, but
//! have the error type of what they stand around.
//!
//! Invariant: a wish is taken by the very next call of serde, so nothing of one value is ever seen by another; the innermost
//! scope counts, and a guard's end restores the one before, also after a panic; nothing is decided by a name.

#[cfg(feature = "json")]
use super::binary::by_serde::BySerde;
use super::decode::types::{AnyBox, Plan};
use super::encode::sink::{Encoding, Sink};
use crate::error::{Error, Kind, Result};
use crate::format::Format;
use crate::shape::InterfaceInfo;
use serde::{Deserializer, Serializer};
use std::any::{Any, TypeId};
use std::cell::{Cell, RefCell};
use std::marker::PhantomData;
use std::mem::ManuallyDrop;
use std::rc::Rc;
use std::sync::Arc;

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

/// What is wrong with a nested value that has other fields, or lacks one.
pub(crate) const NOTHING_ELSE: &str = "a nested value must have exactly the fields `type` and `value`";
pub(crate) const NO_VALUE: &str = "a nested value has no `value`";
/// What a nested value is.
pub(crate) const NESTED_FORM: &str = "a nested value: a map of `type` and `value`, or an envelope";

pub(crate) enum Exchange {
    Empty,
    /// Wish, decode: a value by this plan.
    WantValue(Arc<Plan>),
    /// Answer: the value.
    Value(AnyBox),
    /// Wish, decode: the frame of a nested value.
    WantFrame,
    /// Answer: the bytes that follow are a frame in this format.
    Frame(Format),
    /// Answer: no frame, but a readable or foreign format under guard.
    #[cfg_attr(not(feature = "json"), allow(dead_code, reason = "readable formats need it"))]
    Guarded,
}

/// What an encode hands to a value that needs more than serde's interface: the encoding, in which the bytes so far are parked,
/// and the format.
pub(crate) struct Offer {
    pub(crate) encoding: Rc<Encoding>,
    pub(crate) format: Format,
}

/// A wish of a text that is read: the value that comes next, as serde reads it.
#[cfg(feature = "json")]
pub(super) struct WantBySerde(pub(super) &'static BySerde);

/// Its answer.
#[cfg(feature = "json")]
pub(super) struct ReadBySerde(pub(super) Box<dyn Any>);

/// A wish of a decode: the nested value that comes next, as a member of this interface. It is apart, and small, since a batch
/// has it for each value.
pub(crate) struct WantMember(pub(crate) &'static InterfaceInfo);

/// Its answer: the value, and the `Cast` that its plan has for the interface.
pub(crate) struct Member(pub(crate) AnyBox, pub(crate) &'static (dyn Any + Send + Sync));

// All are taken back within the same call, so nothing is there to be dropped when a thread ends. To say so saves a check
// at each access, of which a nested value has four.
thread_local! {
    static EXCHANGE: Cell<ManuallyDrop<Exchange>> = const { Cell::new(ManuallyDrop::new(Exchange::Empty)) };
    static OFFER: Cell<Option<ManuallyDrop<Offer>>> = const { Cell::new(None) };
    static WANT_MEMBER: Cell<Option<&'static InterfaceInfo>> = const { Cell::new(None) };
    static MEMBER: Cell<Option<ManuallyDrop<Member>>> = const { Cell::new(None) };
    #[cfg(feature = "json")]
    static WANT_BY_SERDE: Cell<Option<&'static BySerde>> = const { Cell::new(None) };
    #[cfg(feature = "json")]
    static READ_BY_SERDE: Cell<Option<ManuallyDrop<Box<dyn Any>>>> = const { Cell::new(None) };
}

#[cfg(feature = "json")]
impl WantBySerde {
    pub(super) fn put(self) {
        WANT_BY_SERDE.set(Some(self.0));
    }

    pub(super) fn take() -> Option<Self> {
        WANT_BY_SERDE.take().map(WantBySerde)
    }
}

#[cfg(feature = "json")]
impl ReadBySerde {
    pub(super) fn put(self) {
        drop(READ_BY_SERDE.replace(Some(ManuallyDrop::new(self.0))).map(ManuallyDrop::into_inner));
    }

    pub(super) fn take() -> Option<Self> {
        READ_BY_SERDE.take().map(|value| ReadBySerde(ManuallyDrop::into_inner(value)))
    }
}

impl WantMember {
    #[inline]
    pub(crate) fn put(self) {
        WANT_MEMBER.set(Some(self.0));
    }

    #[inline]
    pub(crate) fn take() -> Option<Self> {
        WANT_MEMBER.take().map(WantMember)
    }
}

impl Member {
    #[inline]
    pub(crate) fn put(self) {
        drop(MEMBER.replace(Some(ManuallyDrop::new(self))).map(ManuallyDrop::into_inner));
    }

    #[inline]
    pub(crate) fn take() -> Option<Self> {
        MEMBER.take().map(ManuallyDrop::into_inner)
    }
}

impl Exchange {
    /// Wishes for a frame, and for nothing else that a deserializer before may have left unanswered.
    pub(crate) fn want_frame() {
        WANT_MEMBER.set(None);
        Exchange::WantFrame.put();
    }

    #[inline]
    pub(crate) fn put(self) {
        drop(ManuallyDrop::into_inner(EXCHANGE.replace(ManuallyDrop::new(self))));
    }

    #[inline]
    pub(crate) fn take() -> Self {
        ManuallyDrop::into_inner(EXCHANGE.replace(ManuallyDrop::new(Exchange::Empty)))
    }
}

impl Offer {
    #[inline]
    pub(crate) fn put(self) {
        drop(OFFER.replace(Some(ManuallyDrop::new(self))).map(ManuallyDrop::into_inner));
    }

    #[inline]
    pub(crate) fn take() -> Option<Self> {
        OFFER.take().map(ManuallyDrop::into_inner)
    }
}

impl Offer {
    /// Lets `write` append to the bytes that were handed over.
    #[inline]
    pub(crate) fn accept(self, write: impl FnOnce(&mut Sink<'_>) -> Result<()>) -> Result<()> {
        let Offer { encoding, format } = self;
        let left = encoding.budget.levels_left().0;
        let mut sink = Sink { bytes: encoding.parked.take(), encoding, format, is_tape: false, left, scope: None };
        let written = write(&mut sink);
        sink.encoding.parked.set(sink.bytes);
        sink.encoding.is_written.set(true);
        written
    }
}

thread_local! {
    static PLANS: RefCell<Vec<Arc<Plan>>> = const { RefCell::new(Vec::new()) };
}

/// The scope of this thread.
pub(crate) enum Scope {}

impl Scope {
    /// Puts the arguments of `plan` in scope until the guard ends.
    pub(crate) fn enter(plan: &Arc<Plan>) -> ScopeGuard {
        PLANS.with_borrow_mut(|plans| plans.push(Arc::clone(plan)));
        ScopeGuard { _not_send: PhantomData }
    }

    /// The plan whose arguments are in scope.
    pub(crate) fn innermost() -> Option<Arc<Plan>> {
        PLANS.with_borrow(|plans| plans.last().cloned())
    }

    /// Does something with the plan whose arguments are in scope. It may not enter a scope.
    #[cfg(feature = "json")]
    pub(super) fn with_innermost<T>(with: impl FnOnce(&Plan) -> T) -> Option<T> {
        PLANS.with_borrow(|plans| plans.last().map(|plan| with(plan)))
    }

    /// The plan of the argument that parameter `index` stands for.
    pub(crate) fn argument(index: usize) -> Result<Arc<Plan>> {
        let found = PLANS.with_borrow(|plans| plans.last().and_then(|plan| plan.argument(index)));
        found.ok_or_else(|| Kind::Unbound { parameter: Some(index) }.into())
    }
}

/// Ends a scope when dropped.
pub struct ScopeGuard {
    // The scope belongs to the thread that entered it.
    _not_send: PhantomData<*const ()>,
}

impl Drop for ScopeGuard {
    fn drop(&mut self) {
        PLANS.with_borrow_mut(|plans| plans.pop());
    }
}

thread_local! {
    static HAS_ANSWERED: Cell<bool> = const { Cell::new(false) };
}

/// Says that one of ours was asked whether it is readable.
#[inline]
pub(super) fn answer() {
    HAS_ANSWERED.set(true);
}

#[inline(never)]
fn answers(ask: impl FnOnce() -> bool) -> bool {
    HAS_ANSWERED.set(false);
    ask();
    HAS_ANSWERED.take()
}

/// Whether `E` is the error of one of ours, and so of what serde puts around it.
#[inline]
fn is_own_error<E>() -> bool {
    let error = typeid::of::<E>();
    #[cfg(feature = "json")]
    if error == TypeId::of::<crate::error::Passing>() {
        return true;
    }
    error == TypeId::of::<Error>()
}

/// Whether what goes into `serializer` goes into a state of ours.
#[inline]
pub(super) fn writes_ours<S: Serializer>(serializer: &S) -> bool {
    is_own_error::<S::Error>() || answers(|| serializer.is_human_readable())
}

/// Whether what comes out of `deserializer` is counted by a session of ours, or was when serde buffered it.
#[inline]
pub(crate) fn reads_ours<'de, D: Deserializer<'de>>(deserializer: &D) -> bool {
    is_own_error::<D::Error>() || asks_ours(deserializer)
}

/// As [`reads_ours`], and not from a buffer.
#[inline]
pub(super) fn asks_ours<'de, D: Deserializer<'de>>(deserializer: &D) -> bool {
    answers(|| deserializer.is_human_readable())
}
