//! A deserializer of another crate behind one pointer, so that a type has one decode function for all of them. Its two sides:
//! `once` wraps the crate's deserializer, `sourced` is the one that a type sees. Imports `error` and its siblings.
//!
//! `erased_serde` is for this as well, and we used it. Here the code of a type is a quarter of what it was, since numbers and
//! texts come in one width, one function looks at all that may come, and its answer stands where the caller wants it and
//! in no box. And a value inside of another one reads from where that one reads: no layer is put around a layer.
//!
//! Invariant: a source is read once, and an error of ours comes out as it went in.

use crate::error::{Error, Kind, Passing};

/// What passes between the two sides: errors of ours, until a crate's own error type takes them on.
pub(in crate::state) type Result<T, E = Passing> = std::result::Result<T, E>;

/// What a type asks its deserializer for.
#[derive(Clone, Copy)]
pub(in crate::state) enum Hint {
    Any,
    Bool,
    I8,
    I16,
    I32,
    I64,
    I128,
    U8,
    U16,
    U32,
    U64,
    U128,
    F32,
    F64,
    Char,
    Str,
    String,
    Bytes,
    ByteBuf,
    Option,
    Unit,
    UnitStruct(&'static str),
    Newtype(&'static str),
    Seq,
    Tuple(usize),
    TupleStruct(&'static str, usize),
    Map,
    Struct(&'static str, &'static [&'static str]),
    Enum(&'static str, &'static [&'static str]),
    Identifier,
    Ignored,
}

/// What comes. Formats that are read from text tell no widths of numbers, so no visitor can rely on one; and nothing of a
/// decoded value borrows from its input.
pub(in crate::state) enum Token<'t, 'de> {
    Bool(bool),
    Signed(i64),
    Signed128(i128),
    Unsigned(u64),
    Unsigned128(u128),
    Float(f64),
    Text(&'t str),
    Bytes(&'t [u8]),
    None,
    Some(&'t mut dyn Source<'de>),
    Unit,
    Newtype(&'t mut dyn Source<'de>),
    Seq(&'t mut dyn SeqSource<'de>),
    Map(&'t mut dyn MapSource<'de>),
    Enum(&'t mut dyn EnumSource<'de>),
}

/// Takes what comes, once. A closure would do, and cost each type a second function for those that are called by value.
pub(in crate::state) trait Take<'de> {
    fn take(&mut self, token: Token<'_, 'de>) -> Result<()>;
}

/// Takes the source of a part, once.
pub(in crate::state) trait TakePart<'de> {
    fn take(&mut self, source: &mut dyn Source<'de>) -> Result<()>;
}

/// A deserializer.
pub(in crate::state) trait Source<'de> {
    fn read(&mut self, hint: Hint, take: &mut dyn Take<'de>) -> Result<()>;
    fn is_human_readable(&self) -> bool;
}

/// The parts of a sequence.
pub(in crate::state) trait SeqSource<'de> {
    /// Whether there was another one.
    fn next(&mut self, take: &mut dyn TakePart<'de>) -> Result<bool>;
    fn size_hint(&self) -> Option<usize>;
}

/// The parts of a map.
pub(in crate::state) trait MapSource<'de> {
    /// Whether there was another one.
    fn key(&mut self, take: &mut dyn TakePart<'de>) -> Result<bool>;
    fn value(&mut self, take: &mut dyn TakePart<'de>) -> Result<()>;
    fn size_hint(&self) -> Option<usize>;
}

/// A variant, then what it holds.
pub(in crate::state) trait EnumSource<'de> {
    fn variant(&mut self, take: &mut dyn TakePart<'de>) -> Result<()>;
    fn unit(&mut self) -> Result<()>;
    fn newtype(&mut self, take: &mut dyn TakePart<'de>) -> Result<()>;
    fn tuple(&mut self, length: usize, take: &mut dyn Take<'de>) -> Result<()>;
    fn fields(&mut self, fields: &'static [&'static str], take: &mut dyn Take<'de>) -> Result<()>;
}

#[cold]
fn out_of_turn() -> Passing {
    Error::from(Kind::Contract { reason: "a visitor reads the parts of a value out of order".into() }).into()
}

/// What was there to be taken once.
pub(in crate::state) fn once<T>(place: &mut Option<T>) -> Result<T> {
    place.take().ok_or_else(out_of_turn)
}
