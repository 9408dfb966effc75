//! Numbers, text and paths: the std types with one primitive as state. Imports `error`, `registry`, `shape`, `state` and its
//! siblings.

use super::{portable, submit};
use crate::__own_traits as own_traits;
use crate::error::{Error, Result};
use crate::registry::Entry;
use crate::shape::{Leaf, Shape};
use crate::state::{Input, Sink, State};
use serde::de::Unexpected;
use std::ffi::CString;
use std::num::{
    NonZeroI8, NonZeroI16, NonZeroI32, NonZeroI64, NonZeroI128, NonZeroIsize, NonZeroU8, NonZeroU16, NonZeroU32,
    NonZeroU64, NonZeroU128, NonZeroUsize,
};
use std::path::{Path, PathBuf};

/// Types with one primitive as state: `leaves! { i64 = "i64" as "i64" { .. } }` becomes the impls and the entry.
macro_rules! leaves {
    ($($ty:ty = $id:literal as $leaf:literal { $($state:item)* })*) => {
        portable! { $([] $ty = $id [], Shape::Leaf(Leaf::named($leaf)), { $($state)* };)* }
        submit! { $(Entry::native_type::<$ty>().compared_by(own_traits!($ty));)* }
    };
}

/// Reads a primitive into any slot: it is charged nothing in a box either.
macro_rules! in_any_slot {
    () => {
        #[inline]
        fn take_into(input: &mut Input<'_, '_>, _: usize) -> Result<Self> {
            Self::take(input)
        }
    };
}

/// Numbers of fixed size, which the binary formats write little endian.
macro_rules! fixed {
    ($($ty:ident $id:literal)*) => { leaves! { $($ty = $id as $id {
        const MIN: usize = size_of::<$ty>();
        const IS_PLAIN: bool = true;
        const IS_LEAF: bool = true;
        const IS_FIXED: bool = true;

        #[inline]
        fn put(&self, sink: &mut Sink<'_>) -> Result<()> {
            sink.bytes.extend_from_slice(&self.to_le_bytes());
            Ok(())
        }

        #[inline]
        fn take(input: &mut Input<'_, '_>) -> Result<Self> {
            match input.fixed() {
                Some(bytes) => Ok(<$ty>::from_le_bytes(bytes)),
                None => {
                    let number = input.foreign()?;
                    Ok(number)
                }
            }
        }

        in_any_slot!();

        fn put_all(values: &[Self], sink: &mut Sink<'_>) -> Result<()> {
            sink.put_numbers(values);
            Ok(())
        }

        fn take_all(input: &mut Input<'_, '_>, length: u64) -> Result<Vec<Self>> {
            input.take_numbers(length)
        }

        #[inline]
        fn fill(&self, bytes: &mut [u8]) {
            bytes.copy_from_slice(&self.to_le_bytes());
        }

        #[inline]
        fn read(bytes: &[u8]) -> Option<Self> {
            Some(<$ty>::from_le_bytes(*bytes.first_chunk()?))
        }
    })* } };
}

/// Numbers of any length: `number!(put_number(u64) unsigned take_unsigned: u16 u32 u64)`.
macro_rules! number {
    ($put:ident($wide:ty) $take:ident $take_all:ident: $($ty:ident $id:literal)*) => { leaves! { $($ty = $id as $id {
        const MIN: usize = 1;
        const IS_PLAIN: bool = true;
        const IS_LEAF: bool = true;

        #[inline]
        fn put(&self, sink: &mut Sink<'_>) -> Result<()> {
            sink.$put(<$wide>::from(*self));
            Ok(())
        }

        #[inline]
        fn take(input: &mut Input<'_, '_>) -> Result<Self> {
            input.$take()
        }

        in_any_slot!();

        fn take_all(input: &mut Input<'_, '_>, length: u64) -> Result<Vec<Self>> {
            input.$take_all(length)
        }
    })* } };
}

/// Machine words, which are written as numbers of 64 bits.
macro_rules! words {
    ($($ty:ident $id:literal as $wide:ident $leaf:literal $found:ident $take_all:ident)*) => { leaves! { $($ty = $id as $leaf {
        const MIN: usize = 1;
        const IS_PLAIN: bool = true;
        const IS_LEAF: bool = true;

        #[inline]
        fn put(&self, sink: &mut Sink<'_>) -> Result<()> {
            (*self as $wide).put(sink)
        }

        #[inline]
        fn take(input: &mut Input<'_, '_>) -> Result<Self> {
            let number = $wide::take(input)?;
            Self::try_from(number).map_err(|_| is_none_of(Unexpected::$found(number), stringify!($ty)))
        }

        in_any_slot!();

        fn take_all(input: &mut Input<'_, '_>, length: u64) -> Result<Vec<Self>> {
            // Only a word of 64 bits holds every number.
            if size_of::<Self>() == size_of::<$wide>() { input.$take_all(length) } else { input.take_vec(length) }
        }
    })* } };
}

/// Primitives that the format's crate writes, and reads by the method `take`.
macro_rules! other {
    ($($ty:ident $id:literal $take:ident)*) => { leaves! { $($ty = $id as $id {
        const MIN: usize = 1;
        const IS_PLAIN: bool = true;
        const IS_LEAF: bool = true;

        fn put(&self, sink: &mut Sink<'_>) -> Result<()> {
            sink.put_other(self)
        }

        fn take(input: &mut Input<'_, '_>) -> Result<Self> {
            input.$take()
        }

        in_any_slot!();
    })* } };
}

fixed! { u8 "u8" i8 "i8" f32 "f32" f64 "f64" }
number! { put_number(u64) unsigned take_unsigned: u16 "u16" u32 "u32" u64 "u64" }
number! { put_signed(i64) signed take_signed: i16 "i16" i32 "i32" i64 "i64" }
words! { usize "usize" as u64 "u64" Unsigned take_unsigned isize "isize" as i64 "i64" Signed take_signed }
other! { i128 "i128" other u128 "u128" other char "char" character }

leaves! {
    bool = "bool" as "bool" {
        const MIN: usize = 1;
        const IS_PLAIN: bool = true;
        const IS_LEAF: bool = true;

        #[inline]
        fn put(&self, sink: &mut Sink<'_>) -> Result<()> {
            sink.put_byte(u8::from(*self));
            Ok(())
        }

        #[inline]
        fn take(input: &mut Input<'_, '_>) -> Result<Self> {
            input.boolean()
        }

        in_any_slot!();

        fn put_all(values: &[Self], sink: &mut Sink<'_>) -> Result<()> {
            sink.put_booleans(values);
            Ok(())
        }

        fn take_all(input: &mut Input<'_, '_>, length: u64) -> Result<Vec<Self>> {
            input.take_booleans(length)
        }
    }
    String = "String" as "str" {
        const MIN: usize = 1;
        const IS_PLAIN: bool = true;
        const IS_LEAF: bool = true;

        #[inline]
        fn put(&self, sink: &mut Sink<'_>) -> Result<()> {
            sink.put_slice(self.as_bytes());
            Ok(())
        }

        #[inline]
        fn take(input: &mut Input<'_, '_>) -> Result<Self> {
            Ok(input.text()?.to_owned())
        }

        in_any_slot!();
    }
    PathBuf = "PathBuf" as "str" {
        const MIN: usize = 1;

        fn put(&self, sink: &mut Sink<'_>) -> Result<()> {
            put_path(self, sink)
        }

        fn take(input: &mut Input<'_, '_>) -> Result<Self> {
            Ok(input.text()?.into())
        }

        in_any_slot!();
    }
    CString = "CString" as "bytes" {
        const MIN: usize = 1;

        fn put(&self, sink: &mut Sink<'_>) -> Result<()> {
            sink.put_bytes(self.as_bytes())
        }

        fn take(input: &mut Input<'_, '_>) -> Result<Self> {
            CString::new(input.slice()?).map_err(serde::de::Error::custom)
        }

        /// In JSON the state is a list of numbers, which is charged when it is boxed.
        fn take_into(input: &mut Input<'_, '_>, slot: usize) -> Result<Self> {
            if input.is_tape() { input.boxed::<Self, Self>(slot, Self::take) } else { Self::take(input) }
        }
    }
}

/// Writes a path as text, as serde does.
pub(super) fn put_path(path: &Path, sink: &mut Sink<'_>) -> Result<()> {
    match path.to_str() {
        Some(text) => {
            sink.put_slice(text.as_bytes());
            Ok(())
        }
        None => Err(serde::ser::Error::custom("path contains invalid UTF-8 characters")),
    }
}

/// Registers native vectors of these types, as an erased vector has a box for each element. Numbers and texts come in
/// thousands, so every program has these vectors; users list vectors of their own types.
macro_rules! vectors {
    ($($ty:ty)*) => {
        submit! { $(Entry::listed_type::<Vec<$ty>>().compared_by(own_traits!(Vec<$ty>));)* }
    };
}

vectors! { bool char String i8 i16 i32 i64 i128 u8 u16 u32 u64 u128 isize usize f32 f64 }

/// Like `leaves!`, for types with an argument in their name: `NonZero<i64>`.
macro_rules! non_zero {
    ($($ty:ident = $inner:ident),* $(,)?) => {
        portable! { $([] $ty = "NonZero" [$inner], Shape::Transparent { inner: <$inner>::TYPE }, {
            const MIN: usize = <$inner as State>::MIN;

            #[inline]
            fn put(&self, sink: &mut Sink<'_>) -> Result<()> {
                self.get().put(sink)
            }

            #[inline]
            fn take(input: &mut Input<'_, '_>) -> Result<Self> {
                let number = <$inner>::take(input)?;
                $ty::new(number).ok_or_else(|| is_none_of(Unexpected::Unsigned(0), concat!("a nonzero ", stringify!($inner))))
            }

            in_any_slot!();
        };)* }
        submit! { $(Entry::native_type::<$ty>().compared_by(own_traits!($ty));)* }
    };
}

/// The error of a number that the type cannot have, in serde's words.
#[cold]
fn is_none_of(found: Unexpected<'_>, expected: &'static str) -> Error {
    serde::de::Error::invalid_value(found, &expected)
}

non_zero! {
    NonZeroI8 = i8, NonZeroI16 = i16, NonZeroI32 = i32, NonZeroI64 = i64, NonZeroI128 = i128, NonZeroIsize = isize,
    NonZeroU8 = u8, NonZeroU16 = u16, NonZeroU32 = u32, NonZeroU64 = u64, NonZeroU128 = u128, NonZeroUsize = usize,
}
