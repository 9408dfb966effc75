//! Arrays of numbers: those of fixed size are copied whole, others read in one loop. Imports `error`, `format` and its siblings
//! only.
//!
//! Serde shows a `Vec<f64>` element by element, which is two to ten times as slow as a copy of its bytes, and these are the
//! same bytes. So its type is recognised: on encode where a value is handed to the writer, on decode by the visitor that `Vec`
//! brings along. Numbers of any length, in `plain`, gain on decode too. Nothing has to be annotated. What looks alike and is
//! not, as a visitor of a user that makes a `Vec<u8>` of something else, is of another type and is read as ever.
//!
//! Invariant: bytes, limits and errors are those of the way element by element; but what is copied whole is no item.

use super::parts::SPARE;
use super::plain::{take_signed, take_unsigned};
use super::session::Session;
use crate::error::{Result, Step};
use crate::format::Primitives;
use castaway::match_type;
use serde::de::{Deserialize, Deserializer, Visitor};
use serde::forward_to_deserialize_any;
use std::any::TypeId;
use std::cell::Cell;
use std::fmt;
use std::mem::needs_drop;
use std::sync::OnceLock;

/// What a `Vec` is recognised of.
trait Element: Sized {
    /// The type of the visitor that `Vec<Self>` decodes by.
    fn visitor() -> Option<TypeId>;
}

macro_rules! elements {
    ($($ty:ty)*) => {$(
        impl Element for $ty {
            fn visitor() -> Option<TypeId> {
                static VISITOR: OnceLock<Option<TypeId>> = OnceLock::new();
                *VISITOR.get_or_init(|| visitor_of::<Vec<$ty>>())
            }
        }
    )*};
}

elements!(u8 i8 f32 f64 u16 u32 u64 i16 i32 i64);

/// Whether a `Vec` of the type of this name is copied whole.
pub(super) fn is_copied_whole(name: &str) -> bool {
    ["u8", "i8", "f32", "f64"].contains(&name)
}

/// The type of the visitor that `T` decodes by, if it decodes by that of a sequence.
pub(crate) fn visitor_of<'de, T: Deserialize<'de>>() -> Option<TypeId> {
    T::deserialize(WhichVisitor).err().and_then(|found| found.0)
}

/// A number that both binary formats write as its bytes, little endian.
trait Number: Sized {
    fn append(numbers: &[Self], out: &mut Vec<u8>);

    fn read(bytes: &[u8]) -> Vec<Self>;
}

/// How many numbers are copied at a time. Their bytes are gathered in a buffer that the nearest cache holds.
const CHUNK: usize = 128;

macro_rules! numbers {
    ($($ty:ty)*) => {$(
        impl Number for $ty {
            fn append(numbers: &[$ty], out: &mut Vec<u8>) {
                const SIZE: usize = size_of::<$ty>();
                out.reserve(numbers.len().saturating_mul(SIZE));
                for chunk in numbers.chunks(CHUNK) {
                    let mut bytes = [0; CHUNK * SIZE];
                    for (place, number) in bytes.chunks_exact_mut(SIZE).zip(chunk) {
                        place.copy_from_slice(&number.to_le_bytes());
                    }
                    out.extend_from_slice(bytes.get(..chunk.len().saturating_mul(SIZE)).unwrap_or_default());
                }
            }

            fn read(bytes: &[u8]) -> Vec<$ty> {
                let numbers = bytes.chunks_exact(size_of::<$ty>());
                numbers.map(|bytes| <$ty>::from_le_bytes(bytes.try_into().unwrap_or_default())).collect()
            }
        }
    )*};
}

numbers!(u8 i8 f32 f64);

/// A value that is a slice of numbers, on its way out.
pub(super) enum Numbers<'a> {
    U8(&'a [u8]),
    I8(&'a [i8]),
    F32(&'a [f32]),
    F64(&'a [f64]),
}

impl<'a> Numbers<'a> {
    /// The numbers, if `value` is a `Vec` or a slice of them. Decided when it is compiled, and mostly before: each cast is
    /// code for each type of a field, and most types are told by what they are not. That is a fifth less for the compiler to
    /// read of this crate, and 3 % fewer instructions to encode a nested value.
    #[inline]
    pub(super) fn of<T: ?Sized>(value: &'a T) -> Option<Self> {
        if const { size_of::<&T>() == size_of::<&[u8]>() } {
            return Self::of_slice(value);
        }
        if const { needs_drop::<T>() } { Self::of_vec(value) } else { None }
    }

    #[inline]
    fn of_slice<T: ?Sized>(value: &'a T) -> Option<Self> {
        match_type!(value, {
            &[u8] as numbers => Some(Numbers::U8(numbers)),
            &[f64] as numbers => Some(Numbers::F64(numbers)),
            &[f32] as numbers => Some(Numbers::F32(numbers)),
            &[i8] as numbers => Some(Numbers::I8(numbers)),
            _ => None,
        })
    }

    #[inline]
    fn of_vec<T: ?Sized>(value: &'a T) -> Option<Self> {
        match_type!(value, {
            &Vec<u8> as numbers => Some(Numbers::U8(numbers)),
            &Vec<f64> as numbers => Some(Numbers::F64(numbers)),
            &Vec<f32> as numbers => Some(Numbers::F32(numbers)),
            &Vec<i8> as numbers => Some(Numbers::I8(numbers)),
            _ => None,
        })
    }

    pub(super) fn len(&self) -> usize {
        match self {
            Numbers::U8(numbers) => numbers.len(),
            Numbers::I8(numbers) => numbers.len(),
            Numbers::F32(numbers) => numbers.len(),
            Numbers::F64(numbers) => numbers.len(),
        }
    }

    pub(super) fn append(&self, out: &mut Vec<u8>) {
        match self {
            Numbers::U8(numbers) => out.extend_from_slice(numbers),
            Numbers::I8(numbers) => i8::append(numbers, out),
            Numbers::F32(numbers) => f32::append(numbers, out),
            Numbers::F64(numbers) => f64::append(numbers, out),
        }
    }
}

/// The value of a visitor that makes a `Vec` of numbers, if all its bytes can be there.
#[inline]
pub(super) fn read<'de, B: Primitives, V: Visitor<'de>>(
    input: &mut &'de [u8],
    length: u64,
    session: &Session,
) -> Option<Result<V::Value>> {
    if const { size_of::<V::Value>() != size_of::<Vec<u8>>() } {
        return None;
    }
    let length = usize::try_from(length).ok()?;
    // A cell, as a cast of `&mut` is against the rules of Stacked Borrows in castaway 0.2.4, which Miri sees.
    let value: Cell<Option<V::Value>> = Cell::new(None);
    let reading = Reading { visitor: typeid::of::<V>(), input, length, session };
    let read = match_type!(&value, {
        &Cell<Option<Vec<u8>>> as place => reading.into(place, take),
        &Cell<Option<Vec<f64>>> as place => reading.into(place, take),
        &Cell<Option<Vec<f32>>> as place => reading.into(place, take),
        &Cell<Option<Vec<i8>>> as place => reading.into(place, take),
        &Cell<Option<Vec<u64>>> as place => reading.into(place, take_unsigned::<B, _>),
        &Cell<Option<Vec<u32>>> as place => reading.into(place, take_unsigned::<B, _>),
        &Cell<Option<Vec<u16>>> as place => reading.into(place, take_unsigned::<B, _>),
        &Cell<Option<Vec<i64>>> as place => reading.into(place, take_signed::<B, _>),
        &Cell<Option<Vec<i32>>> as place => reading.into(place, take_signed::<B, _>),
        &Cell<Option<Vec<i16>>> as place => reading.into(place, take_signed::<B, _>),
        _ => return None,
    });
    match read {
        Ok(()) => value.into_inner().map(Ok),
        Err(error) => Some(Err(error)),
    }
}

/// An array that is about to be read for the visitor of this type.
struct Reading<'r, 'de> {
    visitor: TypeId,
    input: &'r mut &'de [u8],
    length: usize,
    session: &'r Session,
}

impl<'de> Reading<'_, 'de> {
    /// Reads the array to its place, if it is the visitor of a `Vec` that asks, and all can be there.
    fn into<T: Element>(
        self,
        place: &Cell<Option<Vec<T>>>,
        take: impl FnOnce(&mut &'de [u8], usize, &Session) -> Result<Option<Vec<T>>>,
    ) -> Result<()> {
        if T::visitor() == Some(self.visitor) {
            place.set(take(self.input, self.length, self.session)?);
        }
        Ok(())
    }
}

/// Takes so many numbers of fixed size off the front, if they are there. They are no items: as a text, they count by their bytes.
fn take<T: Number>(input: &mut &[u8], length: usize, session: &Session) -> Result<Option<Vec<T>>> {
    let size = length.checked_mul(size_of::<T>()).filter(|size| *size > 0);
    let Some((bytes, rest)) = size.and_then(|size| input.split_at_checked(size)) else { return Ok(None) };
    let charge = || {
        session.check_stack(size_of::<T>())?;
        session.charge(size_of::<T>().saturating_mul(length.saturating_add(SPARE)))
    };
    charge().map_err(|error| error.within(Step::Element(0)))?;
    *input = rest;
    Ok(Some(T::read(bytes)))
}

/// A deserializer that only wants to know who asks for a sequence, or for anything.
pub(super) struct WhichVisitor;

/// The answer.
#[derive(Debug)]
pub(super) struct Found(pub(super) Option<TypeId>);

impl<'de> Deserializer<'de> for WhichVisitor {
    type Error = Found;

    fn deserialize_any<V: Visitor<'de>>(self, _: V) -> Result<V::Value, Found> {
        Err(Found(Some(typeid::of::<V>())))
    }

    fn deserialize_seq<V: Visitor<'de>>(self, _: V) -> Result<V::Value, Found> {
        Err(Found(Some(typeid::of::<V>())))
    }

    forward_to_deserialize_any! {
        bool i8 i16 i32 i64 i128 u8 u16 u32 u64 u128 f32 f64 char str string bytes byte_buf option unit unit_struct
        newtype_struct tuple tuple_struct map struct enum identifier ignored_any
    }
}

impl fmt::Display for Found {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("no value, but the type of its visitor")
    }
}

impl std::error::Error for Found {}

impl serde::de::Error for Found {
    fn custom<T: fmt::Display>(_: T) -> Self {
        Found(None)
    }
}
