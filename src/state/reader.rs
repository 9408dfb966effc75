//! Serde's deserializer for the binary formats: compound values here, primitives by the format crate.
//! Imports `error`, `format` and its siblings only.
//!
//! Invariant: the layout is the one that postcard and bincode share, so their own crates read the same bytes: tuples
//! and structs are their elements, sequences and maps have a length in front, an option is a byte, a variant a number.

use super::decode_plan::Binary;
use super::exchange::Exchange;
use super::scope::Scope;
use super::session::Session;
use super::{ARGUMENT, NESTED};
use crate::error::{Error, Kind, Result};
use crate::format::Primitives;
use serde::de::value::{BorrowedBytesDeserializer, U32Deserializer, UnitDeserializer};
use serde::de::{
    DeserializeSeed, Deserializer, EnumAccess, IntoDeserializer, MapAccess, SeqAccess, VariantAccess, Visitor,
};
use std::marker::PhantomData;

/// Reads values off the front of `input`, in place.
pub struct Reader<'a, 'de, B> {
    input: &'a mut &'de [u8],
    session: &'a Session,
    format: PhantomData<B>,
}

impl<'a, 'de, B: Primitives> Reader<'a, 'de, B> {
    pub(crate) fn new(input: &'a mut &'de [u8], session: &'a Session) -> Self {
        Reader { input, session, format: PhantomData }
    }

    fn again(&mut self) -> Reader<'_, 'de, B> {
        Reader::new(self.input, self.session)
    }

    /// The length of a sequence or map.
    fn length(&mut self) -> Result<usize> {
        let length: u64 = B::get(self.input)?;
        let out_of_range =
            |_| Kind::Malformed { what: "the state", reason: "a length does not fit this machine" }.into();
        usize::try_from(length).map_err(out_of_range)
    }
}

/// What no positional format can do.
fn needs_a_self_describing_format<T>() -> Result<T> {
    let message = "the type asks for a self-describing format (flatten, untagged, an internal tag, or a foreign type \
                   that does so); use Format::Json";
    Err(Kind::State { message: message.to_owned() }.into())
}

macro_rules! primitives {
    ($($deserialize:ident $visit:ident $ty:ty),* $(,)?) => {$(
        #[inline]
        fn $deserialize<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value> {
            visitor.$visit(B::get::<$ty>(self.input)?)
        }
    )*};
}

impl<'de, B: Binary> Deserializer<'de> for Reader<'_, 'de, B> {
    type Error = Error;

    primitives! {
        deserialize_bool visit_bool bool,
        deserialize_i8 visit_i8 i8, deserialize_i16 visit_i16 i16, deserialize_i32 visit_i32 i32,
        deserialize_i64 visit_i64 i64, deserialize_i128 visit_i128 i128,
        deserialize_u8 visit_u8 u8, deserialize_u16 visit_u16 u16, deserialize_u32 visit_u32 u32,
        deserialize_u64 visit_u64 u64, deserialize_u128 visit_u128 u128,
        deserialize_f32 visit_f32 f32, deserialize_f64 visit_f64 f64, deserialize_char visit_char char,
        deserialize_str visit_borrowed_str &'de str, deserialize_string visit_borrowed_str &'de str,
        deserialize_bytes visit_borrowed_bytes &'de [u8], deserialize_byte_buf visit_borrowed_bytes &'de [u8],
    }

    fn deserialize_any<V: Visitor<'de>>(self, _: V) -> Result<V::Value> {
        needs_a_self_describing_format()
    }

    fn deserialize_identifier<V: Visitor<'de>>(self, _: V) -> Result<V::Value> {
        needs_a_self_describing_format()
    }

    fn deserialize_ignored_any<V: Visitor<'de>>(self, _: V) -> Result<V::Value> {
        needs_a_self_describing_format()
    }

    fn deserialize_option<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value> {
        let _level = self.session.descend()?;
        match B::get::<u8>(self.input)? {
            0 => visitor.visit_none(),
            1 => visitor.visit_some(self),
            _ => Err(Kind::Malformed { what: "the state", reason: "an option is neither 0 nor 1" }.into()),
        }
    }

    fn deserialize_unit<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value> {
        visitor.visit_unit()
    }

    fn deserialize_unit_struct<V: Visitor<'de>>(self, _: &'static str, visitor: V) -> Result<V::Value> {
        visitor.visit_unit()
    }

    fn deserialize_newtype_struct<V: Visitor<'de>>(self, name: &'static str, visitor: V) -> Result<V::Value> {
        match name {
            // The two add nothing to the value, so they add no level either.
            ARGUMENT => self.argument(visitor),
            NESTED => self.nested(visitor),
            _ => {
                let _level = self.session.descend()?;
                visitor.visit_newtype_struct(self)
            }
        }
    }

    fn deserialize_seq<V: Visitor<'de>>(mut self, visitor: V) -> Result<V::Value> {
        let _level = self.session.descend()?;
        let left = self.length()?;
        visitor.visit_seq(Elements { reader: self, left, is_claimed: true })
    }

    fn deserialize_tuple<V: Visitor<'de>>(self, left: usize, visitor: V) -> Result<V::Value> {
        let _level = self.session.descend()?;
        visitor.visit_seq(Elements { reader: self, left, is_claimed: false })
    }

    fn deserialize_tuple_struct<V: Visitor<'de>>(self, _: &'static str, left: usize, visitor: V) -> Result<V::Value> {
        self.deserialize_tuple(left, visitor)
    }

    fn deserialize_map<V: Visitor<'de>>(mut self, visitor: V) -> Result<V::Value> {
        let _level = self.session.descend()?;
        let left = self.length()?;
        visitor.visit_map(Elements { reader: self, left, is_claimed: true })
    }

    fn deserialize_struct<V: Visitor<'de>>(
        self,
        _: &'static str,
        fields: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value> {
        self.deserialize_tuple(fields.len(), visitor)
    }

    fn deserialize_enum<V: Visitor<'de>>(
        self,
        _: &'static str,
        _: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value> {
        let _level = self.session.descend()?;
        visitor.visit_enum(self)
    }

    fn is_human_readable(&self) -> bool {
        false
    }
}

impl<'de, B: Binary> Reader<'_, 'de, B> {
    /// Decodes an erased argument by the function of its real type and hands it over.
    fn argument<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value> {
        let Exchange::WantArgument(index) = Exchange::take() else {
            return visitor.visit_newtype_struct(self);
        };
        let plan = Scope::argument(index)?;
        let value = plan.decode_with(|glue| B::decode(glue, self))?;
        Exchange::Argument(value, plan).put();
        visitor.visit_newtype_struct(UnitDeserializer::<Error>::new())
    }

    /// Hands over the frame of a nested value.
    fn nested<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value> {
        let Exchange::WantNested = Exchange::take() else {
            return visitor.visit_newtype_struct(self);
        };
        let frame = B::get::<&'de [u8]>(self.input)?;
        Exchange::Frame(B::FORMAT).put();
        visitor.visit_newtype_struct(BorrowedBytesDeserializer::<Error>::new(frame))
    }
}

/// The elements of a compound value of known length.
struct Elements<'a, 'de, B> {
    reader: Reader<'a, 'de, B>,
    left: usize,
    /// Whether the number of elements is a claim of the input, as of a sequence; that of a struct is in its type, and
    /// its fields are part of its size.
    is_claimed: bool,
}

impl<'de, B: Binary> Elements<'_, 'de, B> {
    /// Decodes one element and counts it, if the input claims it.
    fn element<T: DeserializeSeed<'de>>(&mut self, seed: T) -> Result<T::Value> {
        if !self.is_claimed {
            return seed.deserialize(self.reader.again());
        }
        let (session, before) = (self.reader.session, self.reader.input.len());
        session.count_item(size_of::<T::Value>())?;
        let value = seed.deserialize(self.reader.again())?;
        if self.reader.input.len() == before {
            session.count_unbacked_item()?;
        }
        Ok(value)
    }
}

impl<'de, B: Binary> SeqAccess<'de> for Elements<'_, 'de, B> {
    type Error = Error;

    fn next_element_seed<T: DeserializeSeed<'de>>(&mut self, seed: T) -> Result<Option<T::Value>> {
        let Some(left) = self.left.checked_sub(1) else { return Ok(None) };
        self.left = left;
        self.element(seed).map(Some)
    }

    fn size_hint(&self) -> Option<usize> {
        Some(self.left)
    }
}

impl<'de, B: Binary> MapAccess<'de> for Elements<'_, 'de, B> {
    type Error = Error;

    fn next_key_seed<K: DeserializeSeed<'de>>(&mut self, seed: K) -> Result<Option<K::Value>> {
        self.next_element_seed(seed)
    }

    fn next_value_seed<V: DeserializeSeed<'de>>(&mut self, seed: V) -> Result<V::Value> {
        self.element(seed)
    }

    fn size_hint(&self) -> Option<usize> {
        Some(self.left)
    }
}

impl<'de, B: Binary> EnumAccess<'de> for Reader<'_, 'de, B> {
    type Error = Error;
    type Variant = Self;

    fn variant_seed<V: DeserializeSeed<'de>>(self, seed: V) -> Result<(V::Value, Self)> {
        let index: u32 = B::get(self.input)?;
        let deserializer: U32Deserializer<Error> = index.into_deserializer();
        Ok((seed.deserialize(deserializer)?, self))
    }
}

impl<'de, B: Binary> VariantAccess<'de> for Reader<'_, 'de, B> {
    type Error = Error;

    fn unit_variant(self) -> Result<()> {
        Ok(())
    }

    fn newtype_variant_seed<T: DeserializeSeed<'de>>(self, seed: T) -> Result<T::Value> {
        seed.deserialize(self)
    }

    fn tuple_variant<V: Visitor<'de>>(self, left: usize, visitor: V) -> Result<V::Value> {
        visitor.visit_seq(Elements { reader: self, left, is_claimed: false })
    }

    fn struct_variant<V: Visitor<'de>>(self, fields: &'static [&'static str], visitor: V) -> Result<V::Value> {
        self.tuple_variant(fields.len(), visitor)
    }
}
