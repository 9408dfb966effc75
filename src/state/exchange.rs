//! What a session and a value hand to each other across serde, which has no channel for it. Imports `error`, `format`, `shape`
//! and its siblings.
//!
//! A value that needs its session puts a wish here and calls serde with a private newtype name. A serializer or
//! deserializer of ours knows the name, takes the wish, fulfils it, and puts the answer here. A foreign one calls
//! straight back, and the value finds its own wish: so it knows with whom it speaks. We wish we could write a
//! parameter; serde's traits leave only this.
//!
//! Invariant: a wish is taken by the very next call of serde, so nothing of one value is ever seen by another.

#[cfg(feature = "json")]
use super::by_serde::BySerde;
use super::sink::{Encoding, Sink};
use super::types::{AnyBox, Plan};
use crate::error::Result;
use crate::format::Format;
use crate::shape::InterfaceInfo;
use std::any::Any;
use std::cell::Cell;
use std::mem::ManuallyDrop;
use std::rc::Rc;
use std::sync::Arc;

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
        let left = encoding.spent.depth_limit().saturating_sub(encoding.spent.depth());
        let mut sink = Sink { bytes: encoding.parked.take(), encoding, format, is_tape: false, left, scope: None };
        let written = write(&mut sink);
        sink.encoding.parked.set(sink.bytes);
        sink.encoding.is_written.set(true);
        written
    }
}
