//! The data that a value and its session exchange through thread-locals, as serde has no parameter for it. Imports `error`,
//! `format`, `shape` and its siblings.
//!
//! A value that needs its session stores a request here and calls serde with a private newtype name. Our serializers and
//! deserializers know the name, take the request, and store the response here. A foreign one ignores the name and calls the
//! value back, which finds its own request still here and so knows that the session is not ours. The arguments in scope are here
//! because serde's impls of a user's type take no parameter. To recognize our own serializer behind wrappers, a value calls
//! `is_human_readable`, which wrappers forward, and ours records the call. Serde's adapters for `tag` and `flatten` do not
//! forward it, but have the error type of the serializer that they wrap.
//!
//! Invariant: the very next call of serde takes a request, so no value sees the data of another; the innermost scope counts,
//! and its guard restores the outer one, also after a panic; a name alone decides nothing.

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

// The names are identifiers because some formats, such as RON, check that.

/// The newtype name under which an erased argument asks its session for the real type.
pub(crate) const ARGUMENT: &str = "__typeport_argument";
/// The newtype name under which a trait object asks its session for a frame.
pub(crate) const NESTED: &str = "__typeport_nested";
/// The newtype name under which the reader of a text requests a value through serde.
#[cfg(feature = "json")]
pub(crate) const BY_SERDE: &str = "__typeport_by_serde";
/// The fields of a nested value in a readable format.
pub(crate) static NESTED_FIELDS: [&str; 2] = ["type", "value"];
/// All fields that a nested value in a foreign format may have: the two above, the JSON text of a value that the format would
/// change, and the envelope in binary formats.
pub(crate) static FOREIGN_FIELDS: [&str; 4] = ["type", "value", "json", "envelope"];

/// The error of a nested value that has other fields, or a field twice.
pub(crate) const NOTHING_ELSE: &str = "a nested value must have exactly the fields `type` and `value`";
pub(crate) const NO_VALUE: &str = "a nested value has no `value`";
/// The expectation of a nested value, as serde's messages print it.
pub(crate) const NESTED_FORM: &str = "a nested value: a map of `type` and `value`, or an envelope";

pub(crate) enum Exchange {
    Empty,
    /// Request of a decode: a value by this plan.
    WantValue(Arc<Plan>),
    /// Response: the value.
    Value(AnyBox),
    /// Request of a decode: the frame of a nested value.
    WantFrame,
    /// Response: the bytes that follow are a frame in this format.
    Frame(Format),
    /// Response: not a frame, but a readable or foreign format behind a guard.
    #[cfg_attr(not(feature = "json"), allow(dead_code, reason = "readable formats need it"))]
    Guarded,
}

/// The encoding, which holds the bytes written so far, and the format: for a value that needs more than serde's interface.
pub(crate) struct Offer {
    pub(crate) encoding: Rc<Encoding>,
    pub(crate) format: Format,
}

/// Request while a text is read: the next value, through its `Deserialize`.
#[cfg(feature = "json")]
pub(super) struct WantBySerde(pub(super) &'static BySerde);

/// The response to [`WantBySerde`].
#[cfg(feature = "json")]
pub(super) struct ReadBySerde(pub(super) Box<dyn Any>);

/// Request of a decode: the next nested value, as a member of this interface. It is apart from [`Exchange`] and small, since a
/// batch makes it for each value.
pub(crate) struct WantMember(pub(crate) &'static InterfaceInfo);

/// The response to [`WantMember`]: the value, and its plan's `Cast` for the interface.
pub(crate) struct Member(pub(crate) AnyBox, pub(crate) &'static (dyn Any + Send + Sync));

// All of these are taken within the same call, so nothing is left to drop when a thread ends. `ManuallyDrop` saves the check
// for a destructor at each access, of which a nested value makes four.
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
    /// Requests a frame, and drops a request for a member that an earlier deserializer left unanswered.
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
    /// Lets `write` append to the bytes of the encoding.
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

    /// Calls `with` on the plan whose arguments are in scope. `with` must not enter a scope.
    pub(super) fn with_innermost<T>(with: impl FnOnce(&Plan) -> T) -> Option<T> {
        PLANS.with_borrow(|plans| plans.last().map(|plan| with(plan)))
    }

    /// The plan of the argument for parameter `index`.
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

/// Records that `is_human_readable` of one of our serializers or deserializers was called.
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

/// Whether `E` is the error type of our serializers and deserializers, which serde's adapters around them share.
#[inline]
fn is_own_error<E>() -> bool {
    let error = typeid::of::<E>();
    #[cfg(feature = "json")]
    if error == TypeId::of::<crate::error::Passing>() {
        return true;
    }
    error == TypeId::of::<Error>()
}

/// Whether `serializer` writes into one of our states.
#[inline]
pub(super) fn writes_ours<S: Serializer>(serializer: &S) -> bool {
    is_own_error::<S::Error>() || answers(|| serializer.is_human_readable())
}

/// Whether one of our sessions counts the values of `deserializer`, or counted them when serde buffered them.
#[inline]
pub(crate) fn reads_ours<'de, D: Deserializer<'de>>(deserializer: &D) -> bool {
    is_own_error::<D::Error>() || asks_ours(deserializer)
}

/// Like [`reads_ours`], but false for serde's buffer.
#[inline]
pub(super) fn asks_ours<'de, D: Deserializer<'de>>(deserializer: &D) -> bool {
    answers(|| deserializer.is_human_readable())
}
