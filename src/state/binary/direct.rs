//! `State`: a type's own code for writing and reading its values in the binary formats, given the sink or the input. Imports
//! `error`, `shape` and its siblings.
//!
//! Invariant: bytes, verdicts, limits and error paths equal those of serde's impls through `writer` and `reader`, which are the
//! default.

use super::by_serde::BySerde;
use crate::error::{Error, Result, Step};
use crate::shape::AnyBySerde;
use crate::state::budget::stack::frame;
use crate::state::decode::types::Input;
use crate::state::encode::sink::Sink;
use serde::Serialize;
use serde::de::DeserializeOwned;

/// The state of a type in the binary formats. The macros implement it where they know that serde's impls are derived.
#[diagnostic::on_unimplemented(
    message = "`{Self}` is not portable",
    label = "needs `Portable`",
    note = "write `#[portable]` above `{Self}`"
)]
pub trait State: Serialize + DeserializeOwned + 'static {
    /// Reads a value through serde, for a type whose state does not follow its shape.
    const BY_SERDE: Option<&'static AnyBySerde> = Some(const { &BySerde::of::<Self>() });
    /// The least number of bytes of a state.
    const MIN: usize = 0;
    /// Whether each state has exactly `MIN` bytes in each format, and any such bytes are a state: true of numbers of fixed size.
    const IS_FIXED: bool = false;
    /// The levels of compound values in a state of fixed size.
    const LEVELS: usize = 0;
    /// Whether a state runs no foreign code and contains no trait object: then it needs no table, and nothing asks for the running
    /// encode.
    const IS_PLAIN: bool = false;
    /// Whether the type is plain because it has no parts: then a binary state asks for nothing but the format, and nothing is counted.
    const IS_LEAF: bool = false;
    /// Whether the type is plain because its parts have no parts. A type may contain itself through a collection, so a collection
    /// asks its elements for this and not for `IS_PLAIN`, which would be a cycle.
    const IS_FLAT: bool = Self::IS_LEAF || Self::IS_FIXED;
    /// Whether each value with unbounded levels inside checks the stack itself, so that a collection of such values need not.
    const IS_CHECKED: bool = false;
    /// Whether the methods are the type's own, and the value is a level that is charged when it is boxed.
    const IS_DIRECT: bool = false;
    /// The stack in bytes that a decode of the type uses, without the content of boxes.
    const STACK: usize = stack_of::<Self>(0, &[]);

    /// Appends the state.
    fn put(&self, sink: &mut Sink<'_>) -> Result<()> {
        sink.by_serde(self)
    }

    /// Reads a state into a slot of the type's own size.
    fn take(input: &mut Input<'_, '_>) -> Result<Self> {
        input.value_by_serde(size_of::<Self>())
    }

    /// Reads a state into a slot of `slot` bytes: a larger value is boxed.
    fn take_into(input: &mut Input<'_, '_>, slot: usize) -> Result<Self> {
        if Self::IS_DIRECT {
            return input.boxed::<Self, Self>(slot, Self::take);
        }
        input.value_by_serde(slot)
    }

    /// Appends the states of elements whose number has been written.
    fn put_all(values: &[Self], sink: &mut Sink<'_>) -> Result<()> {
        sink.put_all(values)
    }

    /// Reads the elements of a vector, of which the input claims `length`.
    fn take_all(input: &mut Input<'_, '_>, length: u64) -> Result<Vec<Self>> {
        input.take_vec(length)
    }

    /// Writes a state of fixed size into `MIN` bytes.
    fn fill(&self, _: &mut [u8]) {}

    /// Reads a state of fixed size from `MIN` bytes.
    fn read(_: &[u8]) -> Option<Self> {
        None
    }
}

/// The content of a box, or of a type with the state of a box: types, text, slices, trait objects.
#[diagnostic::on_unimplemented(message = "a `{Self}` in a box is not portable", label = "needs `Portable`")]
pub trait Boxed {
    /// Appends the state of the box.
    fn put_boxed(&self, sink: &mut Sink<'_>) -> Result<()>;
}

impl<T: State> Boxed for T {
    fn put_boxed(&self, sink: &mut Sink<'_>) -> Result<()> {
        sink.check_stack()?;
        self.put(sink)
    }
}

/// One level more than the deepest part.
pub const fn deepest(parts: &[usize]) -> usize {
    most(parts).saturating_add(1)
}

/// The stack for a level of type `T`, which has `n_variants` variants, and for its part that uses most.
pub const fn stack_of<T>(n_variants: usize, parts: &[usize]) -> usize {
    frame(size_of::<T>(), n_variants).saturating_add(most(parts))
}

const fn most(mut parts: &[usize]) -> usize {
    let mut most = 0;
    while let [part, rest @ ..] = parts {
        if *part > most {
            most = *part;
        }
        parts = rest;
    }
    most
}

/// Writes a part of fixed size to the front and returns the rest.
#[inline]
pub fn fill_part<'b, T: State>(part: &T, bytes: &'b mut [u8]) -> &'b mut [u8] {
    match bytes.split_at_mut_checked(T::MIN) {
        Some((front, rest)) => {
            part.fill(front);
            rest
        }
        None => &mut [],
    }
}

/// Reads a part of fixed size off the front.
#[inline]
pub fn read_part<T: State>(bytes: &mut &[u8]) -> Option<T> {
    let (front, rest) = bytes.split_at_checked(T::MIN)?;
    *bytes = rest;
    T::read(front)
}

#[cold]
#[inline(never)]
pub(crate) fn in_element(error: Error, at: usize) -> Error {
    error.within(Step::Element(at))
}

#[cold]
#[inline(never)]
pub(crate) fn in_key(error: Error, at: usize) -> Error {
    error.within(Step::Key(at))
}

/// The error of a variant that the type does not have, in serde's words.
#[cold]
#[inline(never)]
pub fn no_variant(index: u32, count: u32) -> Error {
    use serde::de::{Error as _, Unexpected};
    let expected = format!("variant index 0 <= i < {count}");
    Error::invalid_value(Unexpected::Unsigned(index.into()), &&*expected)
}

/// The error as seen from the struct.
#[cold]
#[inline(never)]
pub fn in_field(error: Error, name: &'static str) -> Error {
    error.within(Step::Field(name))
}

/// The error as seen from the tuple.
#[cold]
#[inline(never)]
pub fn in_position(error: Error, at: usize) -> Error {
    error.within(Step::Position(at))
}

/// The error as seen from the enum.
#[cold]
#[inline(never)]
pub fn in_variant(error: Error, name: &'static str) -> Error {
    error.within(Step::Variant(name))
}
