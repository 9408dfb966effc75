//! Serde's serializer for the binary formats: the twin of `reader`, with the same layout. Imports `error` and its siblings.

use super::writer_parts::{Elements, Fields, Writer};
use crate::error::{Error, Kind, Result};
use crate::state::encode::sink::Sink;
use crate::state::handoff::{ARGUMENT, NESTED, Offer, answer};
use serde::ser::{Serialize, Serializer};
use std::rc::Rc;

impl<'s, 'a> Writer<'s, 'a> {
    pub(crate) fn new(sink: &'s mut Sink<'a>) -> Self {
        let depth = sink.depth();
        Writer::at(sink, depth)
    }

    /// A writer inside `depth` levels of compound values.
    #[inline]
    pub(in crate::state) fn at(sink: &'s mut Sink<'a>, depth: usize) -> Self {
        Writer { sink, depth }
    }

    #[inline]
    pub(in crate::state) fn again(&mut self) -> Writer<'_, 'a> {
        Writer::at(self.sink, self.depth)
    }

    /// Notes the depth of the next part, which may run an encode of its own.
    #[inline]
    pub(in crate::state) fn note_depth(&self) {
        self.sink.encoding.budget.set_depth(self.depth);
    }

    /// Enters one level.
    #[inline]
    fn descend(mut self) -> Result<Self> {
        self.depth = self.sink.encoding.budget.one_deeper(self.depth)?;
        Ok(self)
    }

    /// A primitive of fixed size: its bytes, little endian.
    #[inline]
    fn fixed(self, bytes: &[u8]) -> Result<()> {
        self.sink.bytes.extend_from_slice(bytes);
        Ok(())
    }

    #[inline]
    fn unsigned(self, value: impl Into<u64>) -> Result<()> {
        self.sink.put_number(value.into());
        Ok(())
    }

    #[inline]
    fn signed(self, value: impl Into<i64>) -> Result<()> {
        self.sink.put_signed(value.into());
        Ok(())
    }

    /// A primitive that is not plain, written by the format's crate.
    fn other<T: Serialize>(self, value: T) -> Result<()> {
        self.sink.put_other(&value)
    }

    /// Begins a compound value whose type fixes the number of parts.
    #[inline]
    fn fields(self) -> Result<Fields<'s, 'a>> {
        self.descend().map(Fields)
    }

    /// Begins a variant.
    #[inline]
    fn variant(self, index: u32) -> Result<Self> {
        self.sink.put_variant(index);
        self.descend()
    }

    /// Begins a sequence or a map. An unknown length is inserted in front at the end.
    fn elements(self, length: Option<usize>) -> Result<Elements<'s, 'a>> {
        let Writer { sink, depth } = self.descend()?;
        Ok(Elements::new(sink, depth, length))
    }

    /// Lets `value`, which made a request under a private name, write itself into the sink with the data of the session.
    #[inline]
    fn hand_over<T: Serialize + ?Sized>(self, value: &T) -> Result<()> {
        let encoding = &self.sink.encoding;
        let length = self.sink.bytes.len();
        encoding.budget.set_depth(self.depth);
        encoding.is_written.set(false);
        encoding.parked.set(std::mem::take(&mut self.sink.bytes));
        Offer { encoding: Rc::clone(encoding), format: self.sink.format }.put();
        let handed = value.serialize(Writer::at(self.sink, self.depth));
        let encoding = &self.sink.encoding;
        self.sink.bytes = encoding.parked.take();
        if encoding.is_written.take() && handed.is_ok() {
            return Ok(());
        }
        // After an error the sink gets its former bytes back: a caller may swallow the error and go on.
        drop(Offer::take());
        self.sink.bytes.truncate(length);
        handed.and(Err(Kind::reserved_name().into()))
    }
}

macro_rules! primitives {
    ($($write:ident: $($serialize:ident $ty:ty),*;)*) => {$($(
        #[inline]
        fn $serialize(self, value: $ty) -> Result<()> {
            self.$write(value)
        }
    )*)*};
}

macro_rules! fixed {
    ($($serialize:ident $ty:ty),*) => {$(
        #[inline]
        fn $serialize(self, value: $ty) -> Result<()> {
            self.fixed(&value.to_le_bytes())
        }
    )*};
}

impl<'s, 'a> Serializer for Writer<'s, 'a> {
    type Ok = ();
    type Error = Error;
    type SerializeSeq = Elements<'s, 'a>;
    type SerializeTuple = Fields<'s, 'a>;
    type SerializeTupleStruct = Fields<'s, 'a>;
    type SerializeTupleVariant = Fields<'s, 'a>;
    type SerializeMap = Elements<'s, 'a>;
    type SerializeStruct = Fields<'s, 'a>;
    type SerializeStructVariant = Fields<'s, 'a>;

    primitives! {
        unsigned: serialize_u16 u16, serialize_u32 u32, serialize_u64 u64;
        signed: serialize_i16 i16, serialize_i32 i32, serialize_i64 i64;
        other: serialize_u128 u128, serialize_i128 i128, serialize_char char;
    }

    fixed! { serialize_f32 f32, serialize_f64 f64, serialize_u8 u8, serialize_i8 i8 }

    #[inline]
    fn serialize_bool(self, value: bool) -> Result<()> {
        self.fixed(&[u8::from(value)])
    }

    #[inline]
    fn serialize_str(self, value: &str) -> Result<()> {
        self.serialize_bytes(value.as_bytes())
    }

    #[inline]
    fn serialize_bytes(self, value: &[u8]) -> Result<()> {
        self.sink.put_slice(value);
        Ok(())
    }

    fn serialize_none(self) -> Result<()> {
        self.fixed(&[0])
    }

    fn serialize_some<T: Serialize + ?Sized>(self, value: &T) -> Result<()> {
        self.sink.bytes.push(1);
        value.serialize(self.descend()?)
    }

    fn serialize_unit(self) -> Result<()> {
        Ok(())
    }

    fn serialize_unit_struct(self, _: &'static str) -> Result<()> {
        Ok(())
    }

    fn serialize_unit_variant(self, _: &'static str, index: u32, _: &'static str) -> Result<()> {
        self.descend()?.unsigned(index)
    }

    /// Inlined, so that the compiler compares the names.
    #[inline]
    fn serialize_newtype_struct<T: Serialize + ?Sized>(self, name: &'static str, value: &T) -> Result<()> {
        match name {
            ARGUMENT | NESTED => self.hand_over(value),
            _ => value.serialize(self.descend()?),
        }
    }

    fn serialize_newtype_variant<T: Serialize + ?Sized>(
        self,
        _: &'static str,
        index: u32,
        _: &'static str,
        value: &T,
    ) -> Result<()> {
        value.serialize(self.variant(index)?)
    }

    fn serialize_seq(self, length: Option<usize>) -> Result<Self::SerializeSeq> {
        self.elements(length)
    }

    fn serialize_tuple(self, _: usize) -> Result<Self::SerializeTuple> {
        self.fields()
    }

    fn serialize_tuple_struct(self, _: &'static str, _: usize) -> Result<Self::SerializeTupleStruct> {
        self.fields()
    }

    fn serialize_tuple_variant(
        self,
        _: &'static str,
        index: u32,
        _: &'static str,
        _: usize,
    ) -> Result<Self::SerializeTupleVariant> {
        self.variant(index).map(Fields)
    }

    fn serialize_map(self, length: Option<usize>) -> Result<Self::SerializeMap> {
        self.elements(length)
    }

    fn serialize_struct(self, _: &'static str, _: usize) -> Result<Self::SerializeStruct> {
        self.fields()
    }

    fn serialize_struct_variant(
        self,
        _: &'static str,
        index: u32,
        _: &'static str,
        _: usize,
    ) -> Result<Self::SerializeStructVariant> {
        self.variant(index).map(Fields)
    }

    fn is_human_readable(&self) -> bool {
        answer();
        false
    }
}
