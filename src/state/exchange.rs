//! What a session and a value hand to each other across serde, which has no channel for it. Imports its siblings only.
//!
//! A value that needs its session puts a wish here and calls serde with a private newtype name. A serializer or
//! deserializer of ours knows the name, takes the wish, fulfils it, and puts the answer here. A foreign one calls
//! straight back, and the value finds its own wish: so it knows with whom it speaks. We wish we could write a
//! parameter; serde's traits leave only this.
//!
//! Invariant: a wish is taken by the very next call of serde, so nothing of one value is ever seen by another.

use super::decode_plan::{AnyBox, Plan};
use super::writer::Sink;
use crate::format::Format;
use std::cell::Cell;
use std::sync::Arc;

#[derive(Default)]
pub(crate) enum Exchange {
    #[default]
    Empty,
    /// Wish, decode: a value by this plan.
    WantValue(Arc<Plan>),
    /// Answer: the value.
    Value(AnyBox),
    /// Wish, decode: the frame of a nested value.
    WantNested,
    /// Answer: the bytes that follow are a frame in this format.
    Frame(Format),
    /// Answer: no frame, but a readable or foreign format under guard.
    Guarded,
    /// Offer, encode: write yourself into this, in this format.
    Sink(Sink, Format),
    /// Answer: done.
    Written(Sink),
}

thread_local! {
    static EXCHANGE: Cell<Exchange> = const { Cell::new(Exchange::Empty) };
}

impl Exchange {
    pub(crate) fn put(self) {
        EXCHANGE.set(self);
    }

    pub(crate) fn take() -> Self {
        EXCHANGE.take()
    }
}
