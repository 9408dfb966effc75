//! Serde's serializer for the binary formats: the twin of `reader`, with the same layout.
//! Imports `error`, `format` and its siblings only.

use super::exchange::Exchange;
use super::spent::Spent;
use super::{ARGUMENT, NESTED};
use crate::error::{Error, Kind, Result};
use crate::format::Primitives;
use serde::ser::{self, Serialize, Serializer};
use std::collections::HashMap;
use std::marker::PhantomData;

/// What a running encode writes to: the bytes, and the table of the container that is being written.
#[derive(Default)]
pub struct Sink {
    pub(crate) bytes: Vec<u8>,
    pub(crate) table: Table,
    pub(crate) spent: Spent,
}

/// The distinct type hashes of a container's direct nested values, in order of first use.
#[derive(Default)]
pub(crate) struct Table {
    hashes: Vec<u64>,
    /// The place of each hash, kept once a scan would cost more.
    places: HashMap<u64, usize>,
}

/// Up to this many hashes are found by a scan: one cache line or two.
const SCANNED: usize = 16;

impl Table {
    /// The index of `hash`, which is added when new.
    pub(crate) fn index(&mut self, hash: u64) -> usize {
        let next = self.hashes.len();
        let found = if next <= SCANNED {
            self.hashes.iter().position(|known| *known == hash)
        } else {
            self.places.get(&hash).copied()
        };
        if let Some(place) = found {
            return place;
        }
        self.hashes.push(hash);
        if next == SCANNED {
            self.places = self.hashes.iter().enumerate().map(|(place, hash)| (*hash, place)).collect();
        } else if next > SCANNED {
            self.places.insert(hash, next);
        }
        next
    }

    pub(crate) fn hashes(&self) -> &[u64] {
        &self.hashes
    }
}

/// Writes values to the end of a sink.
pub struct Writer<'a, B> {
    sink: &'a mut Sink,
    /// Levels of compound values around this one.
    depth: usize,
    format: PhantomData<B>,
}

impl<'a, B: Primitives> Writer<'a, B> {
    pub(crate) fn new(sink: &'a mut Sink) -> Self {
        let depth = sink.spent.depth();
        Writer { sink, depth, format: PhantomData }
    }

    /// One level further in.
    fn descend(mut self) -> Result<Self> {
        self.depth = self.sink.spent.one_deeper(self.depth, 0)?;
        Ok(self)
    }

    fn put<T: Serialize + ?Sized>(self, value: &T) -> Result<()> {
        B::put(&mut self.sink.bytes, value)
    }

    /// Begins a compound value of as many parts as its type has.
    fn parts(self) -> Result<Elements<'a, B>> {
        let Writer { sink, depth, format } = self.descend()?;
        Ok(Elements { sink, depth, is_claimed: false, patch: None, format })
    }

    /// Begins a sequence or map. A length that is not known yet is put in front at the end.
    fn counted(self, length: Option<usize>) -> Result<Elements<'a, B>> {
        let mut elements = Elements { is_claimed: true, ..self.parts()? };
        match length {
            Some(length) => B::put(&mut elements.sink.bytes, &(length as u64))?,
            None => elements.patch = Some((elements.sink.bytes.len(), 0)),
        }
        Ok(elements)
    }

    /// Lets `value`, a wish under one of our private names, write itself into the sink with all that a session knows.
    fn hand_over<T: Serialize + ?Sized>(self, value: &T) -> Result<()> {
        let length = self.sink.bytes.len();
        self.sink.spent.set_depth(self.depth);
        let sink = std::mem::take(self.sink);
        Exchange::Sink(sink, B::FORMAT).put();
        let handed = value.serialize(Writer::<B>::new(self.sink));
        match Exchange::take() {
            Exchange::Written(sink) if handed.is_ok() => {
                *self.sink = sink;
                return Ok(());
            }
            // Whatever went wrong, what stood before is given back: a caller may swallow the error and go on.
            Exchange::Written(sink) | Exchange::Sink(sink, _) => {
                *self.sink = sink;
                self.sink.bytes.truncate(length);
            }
            _ => {}
        }
        handed.and(Err(Kind::Malformed { what: "value", reason: "its newtype name is reserved for typeport" }.into()))
    }
}

macro_rules! primitives {
    ($($serialize:ident $ty:ty),* $(,)?) => {$(
        #[inline]
        fn $serialize(self, value: $ty) -> Result<()> {
            self.put(&value)
        }
    )*};
}

impl<'a, B: Primitives> Serializer for Writer<'a, B> {
    type Ok = ();
    type Error = Error;
    type SerializeSeq = Elements<'a, B>;
    type SerializeTuple = Elements<'a, B>;
    type SerializeTupleStruct = Elements<'a, B>;
    type SerializeTupleVariant = Elements<'a, B>;
    type SerializeMap = Elements<'a, B>;
    type SerializeStruct = Elements<'a, B>;
    type SerializeStructVariant = Elements<'a, B>;

    primitives! {
        serialize_bool bool, serialize_i8 i8, serialize_i16 i16, serialize_i32 i32, serialize_i64 i64,
        serialize_i128 i128, serialize_u8 u8, serialize_u16 u16, serialize_u32 u32, serialize_u64 u64,
        serialize_u128 u128, serialize_f32 f32, serialize_f64 f64, serialize_char char, serialize_str &str,
    }

    fn serialize_bytes(self, value: &[u8]) -> Result<()> {
        self.put(&Bytes(value))
    }

    fn serialize_none(self) -> Result<()> {
        self.put(&0u8)
    }

    fn serialize_some<T: Serialize + ?Sized>(self, value: &T) -> Result<()> {
        B::put(&mut self.sink.bytes, &1u8)?;
        value.serialize(self.descend()?)
    }

    fn serialize_unit(self) -> Result<()> {
        Ok(())
    }

    fn serialize_unit_struct(self, _: &'static str) -> Result<()> {
        Ok(())
    }

    fn serialize_unit_variant(self, _: &'static str, index: u32, _: &'static str) -> Result<()> {
        self.descend()?.put(&index)
    }

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
        B::put(&mut self.sink.bytes, &index)?;
        value.serialize(self.descend()?)
    }

    fn serialize_seq(self, length: Option<usize>) -> Result<Self::SerializeSeq> {
        self.counted(length)
    }

    fn serialize_tuple(self, _: usize) -> Result<Self::SerializeTuple> {
        self.parts()
    }

    fn serialize_tuple_struct(self, _: &'static str, _: usize) -> Result<Self::SerializeTupleStruct> {
        self.parts()
    }

    fn serialize_tuple_variant(
        self,
        _: &'static str,
        index: u32,
        _: &'static str,
        _: usize,
    ) -> Result<Self::SerializeTupleVariant> {
        B::put(&mut self.sink.bytes, &index)?;
        self.parts()
    }

    fn serialize_map(self, length: Option<usize>) -> Result<Self::SerializeMap> {
        self.counted(length)
    }

    fn serialize_struct(self, _: &'static str, _: usize) -> Result<Self::SerializeStruct> {
        self.parts()
    }

    fn serialize_struct_variant(
        self,
        _: &'static str,
        index: u32,
        _: &'static str,
        _: usize,
    ) -> Result<Self::SerializeStructVariant> {
        B::put(&mut self.sink.bytes, &index)?;
        self.parts()
    }

    fn is_human_readable(&self) -> bool {
        false
    }
}

/// A byte slice as serde's bytes, not as a sequence.
struct Bytes<'a>(&'a [u8]);

impl Serialize for Bytes<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_bytes(self.0)
    }
}

/// Writes the elements of one compound value.
pub struct Elements<'a, B> {
    sink: &'a mut Sink,
    depth: usize,
    /// Whether a decode will see the number of elements as a claim, and count them.
    is_claimed: bool,
    /// Where a length is missing, and how many elements have come.
    patch: Option<(usize, u64)>,
    format: PhantomData<B>,
}

impl<B: Primitives> Elements<'_, B> {
    fn element<T: Serialize + ?Sized>(&mut self, value: &T) -> Result<()> {
        if let Some((_, count)) = &mut self.patch {
            *count = count.saturating_add(1);
        }
        self.part(value)
    }

    fn part<T: Serialize + ?Sized>(&mut self, value: &T) -> Result<()> {
        let before = self.sink.bytes.len();
        if self.is_claimed {
            self.sink.spent.count_item()?;
        }
        value.serialize(Writer::<B> { sink: self.sink, depth: self.depth, format: PhantomData })?;
        if self.is_claimed && self.sink.bytes.len() == before {
            self.sink.spent.count_unbacked_item()?;
        }
        Ok(())
    }

    fn finish(self) -> Result<()> {
        let Some((at, count)) = self.patch else { return Ok(()) };
        let mut length = Vec::new();
        B::put(&mut length, &count)?;
        self.sink.bytes.splice(at..at, length);
        Ok(())
    }
}

macro_rules! compounds {
    ($($trait:ident $method:ident ($($name:ty)?)),* $(,)?) => {$(
        impl<B: Primitives> ser::$trait for Elements<'_, B> {
            type Ok = ();
            type Error = Error;

            fn $method<T: Serialize + ?Sized>(&mut self, $(_: $name,)? value: &T) -> Result<()> {
                self.element(value)
            }

            fn end(self) -> Result<()> {
                self.finish()
            }
        }
    )*};
}

compounds! {
    SerializeSeq serialize_element (),
    SerializeTuple serialize_element (),
    SerializeTupleStruct serialize_field (),
    SerializeTupleVariant serialize_field (),
    SerializeStruct serialize_field (&'static str),
    SerializeStructVariant serialize_field (&'static str),
}

impl<B: Primitives> ser::SerializeMap for Elements<'_, B> {
    type Ok = ();
    type Error = Error;

    fn serialize_key<T: Serialize + ?Sized>(&mut self, key: &T) -> Result<()> {
        self.element(key)
    }

    fn serialize_value<T: Serialize + ?Sized>(&mut self, value: &T) -> Result<()> {
        self.part(value)
    }

    fn end(self) -> Result<()> {
        self.finish()
    }
}
