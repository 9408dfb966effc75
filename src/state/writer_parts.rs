//! Serde's serializers of compound values for the binary formats: the twin of `parts` and `elements`.
//! Imports `error`, `format` and its siblings only.

use super::writer::{Sink, Writer};
use crate::error::{Error, Result};
use crate::format::Primitives;
use serde::ser::{self, Serialize};
use std::marker::PhantomData;

/// Writes the fields of a struct, the positions of a tuple: their number is in the type.
pub struct Fields<'a, B>(pub(super) Writer<'a, B>);

impl<B: Primitives> Fields<'_, B> {
    #[inline]
    fn field<T: Serialize + ?Sized>(&mut self, value: &T) -> Result<()> {
        self.0.again().value(value)
    }
}

/// Writes the elements of a sequence, the keys and values of a map: a decode sees their number as a claim, and counts them.
pub struct Elements<'a, B> {
    pub(super) sink: &'a mut Sink,
    pub(super) depth: usize,
    /// Where a length is missing, and how many elements have come. Those of a known length were counted with it.
    pub(super) patch: Option<(usize, u64)>,
    pub(super) format: PhantomData<B>,
}

impl<B: Primitives> Elements<'_, B> {
    #[inline]
    fn element<T: Serialize + ?Sized>(&mut self, value: &T) -> Result<()> {
        if let Some((_, count)) = &mut self.patch {
            *count = count.saturating_add(1);
        }
        self.part(value)
    }

    #[inline]
    fn part<T: Serialize + ?Sized>(&mut self, value: &T) -> Result<()> {
        if self.patch.is_some() {
            self.sink.encoding.spent.count_items(1)?;
        }
        let before = self.sink.bytes.len();
        Writer::<B>::at(self.sink, self.depth).value(value)?;
        if self.sink.bytes.len() == before {
            self.sink.encoding.spent.count_unbacked_item()?;
        }
        Ok(())
    }

    #[inline]
    fn finish(self) -> Result<()> {
        if let Some((at, count)) = self.patch {
            let mut length = Vec::new();
            B::put_number(&mut length, count);
            self.sink.bytes.splice(at..at, length);
        }
        Ok(())
    }
}

impl<B: Primitives> ser::SerializeSeq for Elements<'_, B> {
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

impl<B: Primitives> ser::SerializeMap for Elements<'_, B> {
    type Ok = ();
    type Error = Error;

    #[inline]
    fn serialize_key<T: Serialize + ?Sized>(&mut self, key: &T) -> Result<()> {
        self.element(key)
    }

    #[inline]
    fn serialize_value<T: Serialize + ?Sized>(&mut self, value: &T) -> Result<()> {
        self.part(value)
    }

    #[inline]
    fn end(self) -> Result<()> {
        self.finish()
    }
}

macro_rules! fields {
    ($($trait:ident $method:ident ($($name:ty)?)),* $(,)?) => {$(
        impl<B: Primitives> ser::$trait for Fields<'_, B> {
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
