//! Hands a value that is read by a schema to serde. Imports `error`, `shape` and its siblings.

use super::at::{At, Context, Own, Parts};
use super::due::{Due, Typed, What, unread};
use super::parts::{Claimed, Known, List};
use crate::error::{Error, Result};
use crate::shape::{Leaf, Style};
use crate::state::decode::types::Reader;
use crate::state::view::{PartsAt, TypeAt, VariantsAt, View};
use serde::de::value::SeqDeserializer;
use serde::de::{Deserializer, Visitor};
use serde::forward_to_deserialize_any;

/// A primitive, which is read completely before it is visited.
fn leaf<'de, V: Visitor<'de>>(reader: Reader<'_, '_, 'de>, due: Due<'_>, leaf: Leaf, visitor: V) -> Result<V::Value> {
    let Reader { input, slot } = reader;
    macro_rules! visit {
        ($visit:ident $value:expr) => {{
            let value = $value;
            due.settle();
            return visitor.$visit(value);
        }};
    }
    match leaf {
        Leaf::Bool => visit!(visit_bool input.boolean()?),
        Leaf::I8 => visit!(visit_i8 input.foreign()?),
        Leaf::I16 => visit!(visit_i16 input.signed()?),
        Leaf::I32 => visit!(visit_i32 input.signed()?),
        Leaf::I64 => visit!(visit_i64 input.signed()?),
        Leaf::U8 => visit!(visit_u8 input.byte()?),
        Leaf::U16 => visit!(visit_u16 input.unsigned()?),
        Leaf::U32 => visit!(visit_u32 input.unsigned()?),
        Leaf::U64 => visit!(visit_u64 input.unsigned()?),
        // Few targets accept 128 bits, and few values need them.
        Leaf::I128 => {
            let number: i128 = input.other()?;
            let Ok(short) = i64::try_from(number) else { visit!(visit_i128 number) };
            visit!(visit_i64 short)
        }
        Leaf::U128 => {
            let number: u128 = input.other()?;
            let Ok(short) = u64::try_from(number) else { visit!(visit_u128 number) };
            visit!(visit_u64 short)
        }
        Leaf::F32 => visit!(visit_f32 input.foreign()?),
        Leaf::F64 => visit!(visit_f64 input.foreign()?),
        Leaf::Char => visit!(visit_char input.character()?),
        Leaf::Str => visit!(visit_borrowed_str input.text()?),
        Leaf::Unit => {
            input.session.charge_beyond(size_of::<V::Value>(), slot)?;
            due.settle();
            visitor.visit_unit()
        }
        // A sequence, as in JSON, because most targets accept that. Each byte becomes a value of the target.
        Leaf::Bytes => {
            let bytes = input.slice()?;
            input.session.budget.count_elements(bytes.len(), true, 0)?;
            input.session.budget.charge(bytes.len().saturating_mul(size_of::<V::Value>()))?;
            let mut left = SeqDeserializer::<_, Error>::new(bytes.iter().copied());
            let value = visitor.visit_seq(&mut left)?;
            due.settle_if(left.end().map(|()| value).map_err(|_| unread()))
        }
    }
}

fn option<'de, V: Visitor<'de>>(reader: Reader<'_, '_, 'de>, inner: At<'_, '_>, visitor: V) -> Result<V::Value> {
    let (session, slot, size) = (reader.input.session, reader.slot, size_of::<V::Value>());
    if reader.input.tag()? {
        let inner = What::At(inner);
        return session
            .level(size, slot, 0, || visitor.visit_some(inner.read_by(Reader { input: reader.input, slot: size })));
    }
    session.charge_beyond(size, slot)?;
    visitor.visit_none()
}

/// The parts of a struct, a tuple or a variant.
fn parts<'de, V: Visitor<'de>>(reader: Reader<'_, '_, 'de>, parts: Parts<'_, '_>, visitor: V) -> Result<V::Value> {
    match parts.style() {
        Style::Named => Known::visit(reader, List::Parts(parts), |fields| visitor.visit_map(fields)),
        _ => Known::visit(reader, List::Parts(parts), |positions| visitor.visit_seq(positions)),
    }
}

/// A value that is a level.
fn compound<'c, 's, 'de, V: Visitor<'de>>(
    reader: Reader<'_, '_, 'de>,
    view: View<At<'c, 's>>,
    visitor: V,
) -> Result<V::Value> {
    match view {
        View::Seq(at) => Claimed::visit(reader, at, at, |elements| visitor.visit_seq(elements)),
        View::Map(key, value) => Claimed::visit(reader, key, value, |entries| visitor.visit_map(entries)),
        View::Array(at, length) => Known::visit(reader, List::Array(at, length), |array| visitor.visit_seq(array)),
        View::Parts(all) => parts(reader, all, visitor),
        View::Enum(variants) => {
            let parts = variants.numbered(reader.input.unsigned()?)?;
            if parts.style() == Style::Unit {
                reader.input.session.budget.charge(parts.variant().len())?;
                return visitor.visit_str(parts.variant());
            }
            Known::visit(reader, List::Variant(parts), |variant| visitor.visit_map(variant))
        }
        View::Option(inner) => option(reader, inner, visitor),
        View::Leaf(_) | View::Own(_) => Err(unread()),
    }
}

/// A trait object, as a map of `type` and `value`.
fn nested<'de, V: Visitor<'de>>(reader: Reader<'_, '_, 'de>, context: &Context<'_>, visitor: V) -> Result<V::Value> {
    reader.input.direct(|input| {
        context.nested(input, |input, name, at| {
            input.by_serde(size_of::<V::Value>(), |reader| {
                let value = Known::visit(reader, List::Nested(name, at), |entries| visitor.visit_map(entries))?;
                if context.is_unread.get() { Err(unread()) } else { Ok(value) }
            })
        })
    })
}

impl<'de> Deserializer<'de> for Typed<'_, '_, '_, '_, 'de> {
    type Error = Error;

    fn deserialize_any<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value> {
        let Typed { reader, what, due } = self;
        let at = match what {
            What::At(at) => at,
            What::Content(all) => return due.settle_if(parts(reader, all, visitor)),
        };
        let read = match at.view()? {
            View::Leaf(primitive) => return leaf(reader, due, primitive, visitor),
            View::Parts(parts) if parts.style() == Style::Unit => return leaf(reader, due, Leaf::Unit, visitor),
            View::Own(Own::Address(address)) => {
                let text = address.text(reader)?;
                due.settle();
                return visitor.visit_string(text);
            }
            View::Own(Own::Nested(context)) => nested(reader, context, visitor),
            View::Option(inner) => option(reader, inner, visitor),
            view => {
                let (session, slot) = (reader.input.session, reader.slot);
                session.level(size_of::<V::Value>(), slot, 0, || compound(reader, view, visitor))
            }
        };
        due.settle_if(read)
    }

    fn deserialize_option<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value> {
        match &self.what {
            What::At(at) if matches!(at.view()?, View::Option(_)) => self.deserialize_any(visitor),
            _ => visitor.visit_some(self),
        }
    }

    fn deserialize_newtype_struct<V: Visitor<'de>>(self, _: &'static str, visitor: V) -> Result<V::Value> {
        visitor.visit_newtype_struct(self)
    }

    /// True because the values have the forms of readable formats: addresses as text, variants by name, trait objects as maps.
    fn is_human_readable(&self) -> bool {
        true
    }

    forward_to_deserialize_any! {
        bool i8 i16 i32 i64 i128 u8 u16 u32 u64 u128 f32 f64 char str string bytes byte_buf unit unit_struct seq tuple
        tuple_struct map struct enum identifier ignored_any
    }
}
