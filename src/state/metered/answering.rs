//! Writes a value behind a trait object into one of serde's adapters around our serializer. Imports its siblings.
//!
//! Serde's adapters for `tag` and `flatten` do not forward `is_human_readable`, by which a value recognizes our serializer, and
//! behind a trait object it cannot see their error type either.

use crate::state::handoff::{answer, writes_ours};
use serde::ser::{Serialize, Serializer};
use std::fmt::Display;

/// Serializes `value`, and lets the values in it recognize our serializer.
pub(crate) fn serialize_erased<S: Serializer>(
    value: &dyn erased_serde::Serialize,
    serializer: S,
) -> Result<S::Ok, S::Error> {
    if writes_ours(&serializer) {
        erased_serde::serialize(value, Answering(serializer))
    } else {
        erased_serde::serialize(value, serializer)
    }
}

/// Our serializer, or one of serde's adapters around it.
struct Answering<S>(S);

/// Serializes a value through [`Answering`].
struct Part<'a, T: ?Sized>(&'a T);

impl<T: Serialize + ?Sized> Serialize for Part<'_, T> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        self.0.serialize(Answering(serializer))
    }
}

/// `method(argument: Type) -> Answer;` becomes a method that forwards its arguments.
macro_rules! forward {
    ($($serialize:ident ($($argument:ident: $ty:ty),*) -> $answer:ident;)*) => {$(
        fn $serialize(self, $($argument: $ty),*) -> Result<S::$answer, S::Error> {
            self.0.$serialize($($argument),*)
        }
    )*};
}

impl<S: Serializer> Serializer for Answering<S> {
    type Ok = S::Ok;
    type Error = S::Error;
    type SerializeSeq = S::SerializeSeq;
    type SerializeTuple = S::SerializeTuple;
    type SerializeTupleStruct = S::SerializeTupleStruct;
    type SerializeTupleVariant = S::SerializeTupleVariant;
    type SerializeMap = S::SerializeMap;
    type SerializeStruct = S::SerializeStruct;
    type SerializeStructVariant = S::SerializeStructVariant;

    forward! {
        serialize_bool(value: bool) -> Ok; serialize_char(value: char) -> Ok; serialize_str(value: &str) -> Ok;
        serialize_i8(value: i8) -> Ok; serialize_i16(value: i16) -> Ok; serialize_i32(value: i32) -> Ok;
        serialize_i64(value: i64) -> Ok; serialize_i128(value: i128) -> Ok; serialize_u8(value: u8) -> Ok;
        serialize_u16(value: u16) -> Ok; serialize_u32(value: u32) -> Ok; serialize_u64(value: u64) -> Ok;
        serialize_u128(value: u128) -> Ok; serialize_f32(value: f32) -> Ok; serialize_f64(value: f64) -> Ok;
        serialize_bytes(value: &[u8]) -> Ok; serialize_none() -> Ok; serialize_unit() -> Ok;
        serialize_unit_struct(name: &'static str) -> Ok;
        serialize_unit_variant(name: &'static str, index: u32, variant: &'static str) -> Ok;
        serialize_seq(length: Option<usize>) -> SerializeSeq;
        serialize_tuple(length: usize) -> SerializeTuple;
        serialize_tuple_struct(name: &'static str, length: usize) -> SerializeTupleStruct;
        serialize_tuple_variant(name: &'static str, index: u32, variant: &'static str, length: usize)
            -> SerializeTupleVariant;
        serialize_map(length: Option<usize>) -> SerializeMap;
        serialize_struct(name: &'static str, length: usize) -> SerializeStruct;
        serialize_struct_variant(name: &'static str, index: u32, variant: &'static str, length: usize)
            -> SerializeStructVariant;
    }

    fn serialize_some<T: Serialize + ?Sized>(self, value: &T) -> Result<S::Ok, S::Error> {
        self.0.serialize_some(&Part(value))
    }

    fn serialize_newtype_struct<T: Serialize + ?Sized>(self, name: &'static str, value: &T) -> Result<S::Ok, S::Error> {
        self.0.serialize_newtype_struct(name, &Part(value))
    }

    fn serialize_newtype_variant<T: Serialize + ?Sized>(
        self,
        name: &'static str,
        index: u32,
        variant: &'static str,
        value: &T,
    ) -> Result<S::Ok, S::Error> {
        self.0.serialize_newtype_variant(name, index, variant, &Part(value))
    }

    fn collect_str<T: Display + ?Sized>(self, value: &T) -> Result<S::Ok, S::Error> {
        self.0.collect_str(value)
    }

    fn is_human_readable(&self) -> bool {
        answer();
        self.0.is_human_readable()
    }
}
