//! Serde's serializers of compound values for the binary formats: the twin of `parts` and `elements`. Imports `error` and its
//! siblings.

use crate::error::{Error, Result};
use crate::state::encode::sink::Sink;
use serde::ser::{self, Serialize};

/// Writes the fields of a struct or the positions of a tuple, whose number the type fixes.
pub struct Fields<'s, 'a>(pub(in crate::state) Writer<'s, 'a>);

impl Fields<'_, '_> {
    #[inline]
    fn field<T: Serialize + ?Sized>(&mut self, value: &T) -> Result<()> {
        self.0.note_depth();
        value.serialize(self.0.again())
    }
}

/// Writes the elements of a sequence, or the keys and values of a map, and counts them, as a decode will.
pub struct Elements<'s, 'a> {
    sink: &'s mut Sink<'a>,
    depth: usize,
    length: Length,
}

/// The state of the length in front of the elements.
#[derive(Clone, Copy)]
enum Length {
    /// Written but not counted: no element has come yet, and only an element says the type.
    Claimed(usize),
    /// Written and counted.
    Counted,
    /// Missing at this position, after this many elements.
    Missing(usize, u64),
}

impl<'s, 'a> Elements<'s, 'a> {
    pub(in crate::state) fn new(sink: &'s mut Sink<'a>, depth: usize, length: Option<usize>) -> Self {
        let length = match length {
            Some(length) => {
                sink.put_number(length as u64);
                Length::Claimed(length)
            }
            None => Length::Missing(sink.bytes.len(), 0),
        };
        Elements { sink, depth, length }
    }

    fn element<T: Serialize + ?Sized>(&mut self, value: &T) -> Result<()> {
        match self.length {
            Length::Claimed(length) => {
                self.sink.count_elements::<T>(length)?;
                self.length = Length::Counted;
            }
            Length::Counted => {}
            Length::Missing(at, count) => {
                self.sink.count_elements::<T>(1)?;
                self.length = Length::Missing(at, count.saturating_add(1));
            }
        }
        self.part(value)
    }

    fn key<T: Serialize + ?Sized>(&mut self, key: &T) -> Result<()> {
        let budget = &self.sink.encoding.budget;
        match self.length {
            Length::Claimed(length) => {
                budget.count_elements(length.saturating_mul(2), true, 0)?;
                self.length = Length::Counted;
            }
            Length::Counted => {}
            Length::Missing(at, count) => {
                budget.count_elements(1, true, 0)?;
                self.length = Length::Missing(at, count.saturating_add(1));
            }
        }
        self.part(key)
    }

    fn value<T: Serialize + ?Sized>(&mut self, value: &T) -> Result<()> {
        if let Length::Missing(..) = self.length {
            self.sink.encoding.budget.count_elements(1, true, 0)?;
        }
        self.part(value)
    }

    #[inline]
    fn part<T: Serialize + ?Sized>(&mut self, value: &T) -> Result<()> {
        let before = self.sink.bytes.len();
        self.sink.encoding.budget.set_depth(self.depth);
        value.serialize(Writer::at(self.sink, self.depth))?;
        if self.sink.bytes.len() == before {
            self.sink.encoding.budget.count_unbacked_item()?;
        }
        Ok(())
    }

    fn finish(self) -> Result<()> {
        if let Length::Missing(at, count) = self.length {
            let elements = self.sink.bytes.split_off(at);
            self.sink.put_number(count);
            self.sink.bytes.extend(elements);
        }
        Ok(())
    }
}

impl ser::SerializeSeq for Elements<'_, '_> {
    type Ok = ();
    type Error = Error;

    #[inline]
    fn serialize_element<T: Serialize + ?Sized>(&mut self, value: &T) -> Result<()> {
        self.element(value)
    }

    #[inline]
    fn end(self) -> Result<()> {
        self.finish()
    }
}

impl ser::SerializeMap for Elements<'_, '_> {
    type Ok = ();
    type Error = Error;

    #[inline]
    fn serialize_key<T: Serialize + ?Sized>(&mut self, key: &T) -> Result<()> {
        self.key(key)
    }

    #[inline]
    fn serialize_value<T: Serialize + ?Sized>(&mut self, value: &T) -> Result<()> {
        self.value(value)
    }

    #[inline]
    fn end(self) -> Result<()> {
        self.finish()
    }
}

macro_rules! fields {
    ($($trait:ident $method:ident ($($name:ty)?)),* $(,)?) => {$(
        impl ser::$trait for Fields<'_, '_> {
            type Ok = ();
            type Error = Error;

            #[inline]
            fn $method<T: Serialize + ?Sized>(&mut self, $(_: $name,)? value: &T) -> Result<()> {
                self.field(value)
            }

            #[inline]
            fn end(self) -> Result<()> {
                Ok(())
            }
        }
    )*};
}

fields! {
    SerializeTuple serialize_element (),
    SerializeTupleStruct serialize_field (),
    SerializeTupleVariant serialize_field (),
    SerializeStruct serialize_field (&'static str),
    SerializeStructVariant serialize_field (&'static str),
}

/// Writes values to the end of a sink, for types whose state only their `Serialize` knows.
pub struct Writer<'s, 'a> {
    pub(in crate::state) sink: &'s mut Sink<'a>,
    /// The levels of compound values around this one.
    pub(in crate::state) depth: usize,
}
