//! A foreign deserializer behind a trait object, so that a type has one decode function for all of them. It has two sides:
//! `once` wraps the foreign deserializer, and a type sees `sourced`. Imports `error` and its siblings.
//!
//! `erased_serde` does the same, but generates four times the code per type. Here numbers and texts have one width, one function
//! handles all tokens, and results are written in place and not boxed. A nested value reads from the source of the outer one,
//! without another layer.
//!
//! Invariant: a source is read once, and an error of ours passes through unchanged.

use crate::error::Passing;
use crate::state::made::Made;
use std::fmt;

/// The result between the two sides: errors are ours, until the foreign crate's error type carries them.
pub(in crate::state) type Result<T, E = Passing> = std::result::Result<T, E>;

/// What a type requests of its deserializer.
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

/// What the deserializer has found. Text formats give no widths of numbers, so no visitor can rely on one. A decoded value borrows
/// nothing from its input, but its visitor may accept only borrowed text.
pub(in crate::state) enum Token<'t, 'de> {
    Bool(bool),
    Signed(i64),
    Signed128(i128),
    Unsigned(u64),
    Unsigned128(u128),
    Float(f64),
    Text(&'t str),
    BorrowedText(&'de str),
    Bytes(&'t [u8]),
    BorrowedBytes(&'de [u8]),
    None,
    Some(&'t mut dyn Source<'de>),
    Unit,
    Newtype(&'t mut dyn Source<'de>),
    Seq(&'t mut dyn SeqSource<'de>),
    Map(&'t mut dyn MapSource<'de>),
    Enum(&'t mut dyn EnumSource<'de>),
}

/// Takes a token, once. A closure would do, but a call by value would cost each type a second function.
pub(in crate::state) trait Take<'de> {
    fn take(&mut self, token: Token<'_, 'de>) -> Result<()>;
    /// Writes the expected type, for errors of the foreign deserializer.
    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result;
}

/// Takes the source of a part, once.
pub(in crate::state) trait TakePart<'de> {
    fn take(&mut self, source: &mut dyn Source<'de>) -> Result<()>;
}

/// A deserializer as a trait object.
pub(in crate::state) trait Source<'de> {
    fn read(&mut self, hint: Hint, made: &'static Made, take: &mut dyn Take<'de>) -> Result<()>;
    fn is_human_readable(&self) -> bool;
    /// Whether a session counts the values.
    fn is_guarded(&self) -> bool;
    /// The source inside the guard, for a value that its plan counts. The guard leaves the value's slot in the session.
    fn unguarded(&mut self) -> &mut dyn Source<'de>;
}

/// The parts of a sequence.
pub(in crate::state) trait SeqSource<'de> {
    /// Whether there was another one.
    fn next(&mut self, made: &'static Made, take: &mut dyn TakePart<'de>) -> Result<bool>;
    fn size_hint(&self) -> Option<usize>;
}

/// The parts of a map.
pub(in crate::state) trait MapSource<'de> {
    /// Whether there was another one.
    fn key(&mut self, made: &'static Made, take: &mut dyn TakePart<'de>) -> Result<bool>;
    fn value(&mut self, made: &'static Made, take: &mut dyn TakePart<'de>) -> Result<()>;
    fn size_hint(&self) -> Option<usize>;
}

/// A variant, then its content.
pub(in crate::state) trait EnumSource<'de> {
    fn variant(&mut self, made: &'static Made, take: &mut dyn TakePart<'de>) -> Result<()>;
    fn unit(&mut self) -> Result<()>;
    fn newtype(&mut self, made: &'static Made, take: &mut dyn TakePart<'de>) -> Result<()>;
    fn tuple(&mut self, length: usize, made: &'static Made, take: &mut dyn Take<'de>) -> Result<()>;
    fn fields(&mut self, fields: &'static [&'static str], made: &'static Made, take: &mut dyn Take<'de>) -> Result<()>;
}
