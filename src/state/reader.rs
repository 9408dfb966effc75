//! Serde's deserializer for the binary formats: compound values here, primitives in `primitive`.
//! Imports `error`, `format`, `shape` and its siblings only.
//!
//! Invariant: the layout is the one that postcard and bincode share, so their own crates read the same bytes: tuples
//! and structs are their elements, sequences and maps have a length in front, an option is a byte, a variant a number.

use super::as_native::PAID;
use super::bulk;
use super::decode_plan::Binary;
use super::elements::Elements;
use super::exchange::{Exchange, WantMember};
use super::ours::answer;
use super::parts::{Fields, Parts, Variants};
use super::session::Session;
use super::{ARGUMENT, NESTED};
use crate::error::{Error, Kind, Result};
use crate::format::Primitives;
use crate::shape::Listed;
use serde::de::value::{BorrowedBytesDeserializer, UnitDeserializer};
use serde::de::{Deserializer, Visitor};
use std::marker::PhantomData;

/// Reads values off the front of `input`, in place.
pub struct Reader<'a, 'de, B> {
    pub(super) input: &'a mut &'de [u8],
    pub(super) session: &'a Session,
    /// Bytes that are already charged for the value that is about to be decoded; one that is larger is in a box.
    slot: usize,
    format: PhantomData<B>,
}

impl<'a, 'de, B: Primitives> Reader<'a, 'de, B> {
    pub(crate) fn new(input: &'a mut &'de [u8], session: &'a Session, slot: usize) -> Self {
        Reader { input, session, slot, format: PhantomData }
    }

    pub(super) fn again(&mut self, slot: usize) -> Reader<'_, 'de, B> {
        Reader::new(self.input, self.session, slot)
    }

    /// The inside of a value of type `T`. The place may have more room than that; what is in a box is not in that place.
    fn inside<T>(self) -> Self {
        Reader { slot: size_of::<T>(), ..self }
    }
}

/// What no positional format can do.
fn needs_a_self_describing_format<T>() -> Result<T> {
    let message = "the type asks for a self-describing format (flatten, untagged, an internal tag, or a foreign type \
                   that does so); use Format::Json";
    Err(Kind::State { message: message.to_owned() }.into())
}

macro_rules! primitives {
    ($($deserialize:ident $visit:ident $read:ident),* $(,)?) => {$(
        #[inline]
        fn $deserialize<V: Visitor<'de>>(mut self, visitor: V) -> Result<V::Value> {
            visitor.$visit(self.$read()?)
        }
    )*};
}

impl<'de, B: Binary> Deserializer<'de> for Reader<'_, 'de, B> {
    type Error = Error;

    primitives! {
        deserialize_bool visit_bool fixed, deserialize_i8 visit_i8 fixed, deserialize_u8 visit_u8 fixed,
        deserialize_f32 visit_f32 fixed, deserialize_f64 visit_f64 fixed,
        deserialize_i16 visit_i16 signed, deserialize_i32 visit_i32 signed, deserialize_i64 visit_i64 signed,
        deserialize_i128 visit_i128 number, deserialize_u16 visit_u16 unsigned, deserialize_u32 visit_u32 unsigned,
        deserialize_u64 visit_u64 unsigned, deserialize_u128 visit_u128 number,
        deserialize_char visit_char character,
        deserialize_str visit_borrowed_str text,
        deserialize_string visit_borrowed_str text,
        deserialize_bytes visit_borrowed_bytes bytes,
        deserialize_byte_buf visit_borrowed_bytes bytes,
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
        match B::get::<u8>(self.input)? {
            0 => {
                if !self.session.pays_option::<V::Value>(self.slot)? {
                    self.session.charge_beyond(size_of::<V::Value>(), self.slot)?;
                    self.session.note_variants::<V::Value>();
                }
                visitor.visit_none()
            }
            1 => {
                if self.session.pays_option::<V::Value>(self.slot)? {
                    let size = size_of::<V::Value>();
                    return self.session.level(size, PAID, 0, || visitor.visit_some(Reader { slot: PAID, ..self }));
                }
                self.session.note_variants::<V::Value>();
                self.level::<V>(0, |reader| visitor.visit_some(reader.inside::<V::Value>()))
            }
            _ => Err(Kind::Malformed { what: "the state", reason: "an option is neither 0 nor 1" }.into()),
        }
    }

    fn deserialize_unit<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value> {
        self.session.charge_beyond(size_of::<V::Value>(), self.slot)?;
        visitor.visit_unit()
    }

    fn deserialize_unit_struct<V: Visitor<'de>>(self, _: &'static str, visitor: V) -> Result<V::Value> {
        self.deserialize_unit(visitor)
    }

    /// Inlined, so that the names are compared when they are compiled.
    #[inline]
    fn deserialize_newtype_struct<V: Visitor<'de>>(self, name: &'static str, visitor: V) -> Result<V::Value> {
        match name {
            // The two add nothing to the value, so they add no level either.
            ARGUMENT => self.argument(visitor),
            NESTED => self.nested(visitor),
            _ => self.level::<V>(0, |reader| visitor.visit_newtype_struct(reader.inside::<V::Value>())),
        }
    }

    fn deserialize_seq<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value> {
        self.level::<V>(0, |mut reader| {
            let left = reader.length()?;
            if let Some(numbers) = bulk::read::<B, V>(reader.input, left, reader.session) {
                return numbers;
            }
            let are_items = !reader.session.makes_numbers::<V>();
            Elements::visit(reader, left, are_items, |elements| visitor.visit_seq(elements))
        })
    }

    fn deserialize_tuple<V: Visitor<'de>>(self, left: usize, visitor: V) -> Result<V::Value> {
        self.level::<V>(0, |reader| visitor.visit_seq(Fields::new(reader, left, Parts::Positions)))
    }

    fn deserialize_tuple_struct<V: Visitor<'de>>(self, _: &'static str, left: usize, visitor: V) -> Result<V::Value> {
        self.deserialize_tuple(left, visitor)
    }

    fn deserialize_map<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value> {
        self.level::<V>(0, |mut reader| {
            let left = reader.length()?;
            Elements::visit(reader, left, true, |elements| visitor.visit_map(elements))
        })
    }

    fn deserialize_struct<V: Visitor<'de>>(
        self,
        owner: &'static str,
        fields: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value> {
        let listed = Parts::Fields(Listed { owner, names: fields });
        self.level::<V>(0, |reader| visitor.visit_seq(Fields::new(reader, fields.len(), listed)))
    }

    fn deserialize_enum<V: Visitor<'de>>(
        self,
        owner: &'static str,
        variants: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value> {
        self.session.note_variants::<V::Value>();
        let listed = Listed { owner, names: variants };
        self.level::<V>(variants.len(), |reader| visitor.visit_enum(Variants { reader, variants: listed }))
    }

    fn is_human_readable(&self) -> bool {
        answer();
        false
    }
}

impl<'de, B: Binary> Reader<'_, 'de, B> {
    /// Reads one level of a value, of one of so many variants.
    #[inline]
    fn level<V: Visitor<'de>>(
        self,
        n_variants: usize,
        read: impl FnOnce(Self) -> Result<V::Value>,
    ) -> Result<V::Value> {
        let (session, slot) = (self.session, self.slot);
        session.level(size_of::<V::Value>(), slot, n_variants, || read(self))
    }

    /// Decodes a value by the function of its real type and hands it over.
    fn argument<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value> {
        let Exchange::WantValue(plan) = Exchange::take() else {
            return visitor.visit_newtype_struct(self);
        };
        self.session.check_keys()?;
        let (session, slot) = (self.session, self.slot);
        let value = session.by_plan(&plan, slot, |slot| B::decode(plan.glue, Reader { slot, ..self }))?;
        Exchange::Value(value).put();
        visitor.visit_newtype_struct(UnitDeserializer::<Error>::new())
    }

    /// Hands over a nested value, or its frame.
    #[inline]
    fn nested<V: Visitor<'de>>(mut self, visitor: V) -> Result<V::Value> {
        if let Some(WantMember(interface)) = WantMember::take() {
            let frame = self.bytes()?;
            self.session.member::<B>(frame, interface)?.put();
            return visitor.visit_newtype_struct(UnitDeserializer::<Error>::new());
        }
        match Exchange::take() {
            Exchange::WantFrame => {
                let frame = self.bytes()?;
                Exchange::Frame(B::FORMAT).put();
                visitor.visit_newtype_struct(BorrowedBytesDeserializer::<Error>::new(frame))
            }
            _ => visitor.visit_newtype_struct(self),
        }
    }
}
