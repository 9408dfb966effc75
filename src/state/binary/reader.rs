//! Serde's deserializer for the binary formats: compound values here, primitives in `primitive`. Imports `error`, `format`,
//! `shape` and its siblings.
//!
//! Invariant: the layout is the one that postcard and bincode share, so their own crates read the same bytes: tuples and
//! structs are their elements in order, sequences and maps begin with a length, an option with a byte, a variant with a number.

use super::elements::Elements;
use super::parts::{Fields, Parts, Variants};
use super::primitive::no_option;
use crate::error::{Error, Kind, Result};
use crate::format::Format;
use crate::shape::Listed;
use crate::state::budget::as_native::PAID;
use crate::state::decode::types::{Reader, Session};
use crate::state::handoff::{ARGUMENT, Exchange, NESTED, WantMember, answer};
use crate::state::made::Made;
use serde::de::value::{BorrowedBytesDeserializer, UnitDeserializer};
use serde::de::{Deserializer, Visitor};

impl<'a, 'de> Reader<'_, 'a, 'de> {
    pub(in crate::state) fn again(&mut self, slot: usize) -> Reader<'_, 'a, 'de> {
        Reader { input: self.input, slot }
    }

    pub(in crate::state) fn session(&self) -> &'a Session {
        self.input.session
    }

    /// The reader for the parts of a value of type `T`, whose slots are within its own size.
    fn inside<T>(self) -> Self {
        Reader { slot: size_of::<T>(), ..self }
    }
}

/// The error of `deserialize_any`, which no positional format supports.
fn needs_a_self_describing_format<T>(format: Format) -> Result<T> {
    let what = "a type that calls `deserialize_any` (for `flatten`, `untagged`, an internal tag or a foreign type)";
    Err(Kind::NotRepresentable { format: format.name(), what, remedy: "use Format::Json".into() }.into())
}

macro_rules! primitives {
    ($($deserialize:ident $visit:ident $read:ident),* $(,)?) => {$(
        #[inline]
        fn $deserialize<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value> {
            visitor.$visit(self.input.$read()?)
        }
    )*};
}

impl<'de> Deserializer<'de> for Reader<'_, '_, 'de> {
    type Error = Error;

    primitives! {
        deserialize_bool visit_bool foreign, deserialize_i8 visit_i8 foreign, deserialize_u8 visit_u8 foreign,
        deserialize_f32 visit_f32 foreign, deserialize_f64 visit_f64 foreign,
        deserialize_i16 visit_i16 signed, deserialize_i32 visit_i32 signed, deserialize_i64 visit_i64 signed,
        deserialize_i128 visit_i128 other, deserialize_u16 visit_u16 unsigned, deserialize_u32 visit_u32 unsigned,
        deserialize_u64 visit_u64 unsigned, deserialize_u128 visit_u128 other,
        deserialize_char visit_char character,
        deserialize_str visit_borrowed_str text,
        deserialize_string visit_borrowed_str text,
        deserialize_bytes visit_borrowed_bytes slice,
        deserialize_byte_buf visit_borrowed_bytes slice,
    }

    fn deserialize_any<V: Visitor<'de>>(self, _: V) -> Result<V::Value> {
        needs_a_self_describing_format(self.input.format)
    }

    fn deserialize_identifier<V: Visitor<'de>>(self, _: V) -> Result<V::Value> {
        needs_a_self_describing_format(self.input.format)
    }

    fn deserialize_ignored_any<V: Visitor<'de>>(self, _: V) -> Result<V::Value> {
        needs_a_self_describing_format(self.input.format)
    }

    fn deserialize_option<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value> {
        let (session, slot) = (self.session(), self.slot);
        let made = const { &Made::new::<V::Value, V>() };
        match self.input.foreign::<u8>()? {
            0 => {
                if !session.pays_option(self.input.handles(), made, slot)? {
                    session.charge_whole(made, slot)?;
                }
                visitor.visit_none()
            }
            1 => {
                if session.pays_option(self.input.handles(), made, slot)? {
                    return session.level(made.size, PAID, 0, || visitor.visit_some(Reader { slot: PAID, ..self }));
                }
                self.level::<V>(0, |reader| {
                    session.note_variants(made);
                    visitor.visit_some(reader.inside::<V::Value>())
                })
            }
            _ => Err(no_option()),
        }
    }

    fn deserialize_unit<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value> {
        self.session().charge_whole(const { &Made::new::<V::Value, V>() }, self.slot)?;
        visitor.visit_unit()
    }

    fn deserialize_unit_struct<V: Visitor<'de>>(self, _: &'static str, visitor: V) -> Result<V::Value> {
        self.deserialize_unit(visitor)
    }

    /// Inlined, so that the compiler compares the names.
    #[inline]
    fn deserialize_newtype_struct<V: Visitor<'de>>(self, name: &'static str, visitor: V) -> Result<V::Value> {
        match name {
            // The two names do not nest the value, so they add no level.
            ARGUMENT => self.argument(visitor),
            NESTED => self.nested(visitor),
            _ => self.level::<V>(0, |reader| visitor.visit_newtype_struct(reader.inside::<V::Value>())),
        }
    }

    fn deserialize_seq<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value> {
        self.level::<V>(0, |reader| Elements::visit(reader, |elements| visitor.visit_seq(elements)))
    }

    fn deserialize_tuple<V: Visitor<'de>>(self, left: usize, visitor: V) -> Result<V::Value> {
        self.level::<V>(0, |reader| visitor.visit_seq(Fields::new(reader, left, Parts::Positions)))
    }

    fn deserialize_tuple_struct<V: Visitor<'de>>(self, _: &'static str, left: usize, visitor: V) -> Result<V::Value> {
        self.deserialize_tuple(left, visitor)
    }

    fn deserialize_map<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value> {
        self.level::<V>(0, |reader| Elements::visit(reader, |elements| visitor.visit_map(elements)))
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
        let listed = Listed { owner, names: variants };
        self.level::<V>(variants.len(), |reader| {
            reader.session().note_variants(const { &Made::new::<V::Value, V>() });
            visitor.visit_enum(Variants { reader, variants: listed })
        })
    }

    fn is_human_readable(&self) -> bool {
        answer();
        false
    }
}

impl<'de> Reader<'_, '_, 'de> {
    /// Reads one level of a value that has `n_variants` variants.
    #[inline]
    fn level<V: Visitor<'de>>(
        self,
        n_variants: usize,
        read: impl FnOnce(Self) -> Result<V::Value>,
    ) -> Result<V::Value> {
        let (session, slot) = (self.session(), self.slot);
        session.level(size_of::<V::Value>(), slot, n_variants, || read(self))
    }

    /// Decodes an argument by the glue of its real type and hands it over.
    fn argument<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value> {
        let Exchange::WantValue(plan) = Exchange::take() else {
            return visitor.visit_newtype_struct(self);
        };
        let slot = self.slot;
        let value =
            self.input.direct(|input| input.by_plan(&plan, slot, |input, slot| (plan.glue.binary)(input, slot)))?;
        Exchange::Value(value).put();
        visitor.visit_newtype_struct(UnitDeserializer::<Error>::new())
    }

    /// Hands over a nested value or its frame.
    #[inline]
    fn nested<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value> {
        if let Some(WantMember(interface)) = WantMember::take() {
            let frame = self.input.slice()?;
            self.input.direct(|input| input.member(frame, interface))?.put();
            return visitor.visit_newtype_struct(UnitDeserializer::<Error>::new());
        }
        match Exchange::take() {
            Exchange::WantFrame => {
                let frame = self.input.slice()?;
                Exchange::Frame(self.input.format).put();
                visitor.visit_newtype_struct(BorrowedBytesDeserializer::<Error>::new(frame))
            }
            _ => visitor.visit_newtype_struct(self),
        }
    }
}
