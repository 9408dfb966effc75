//! Text that is made of a tape, by serde_json. Imports `error`, `format`, `shape` and its siblings only.
//!
//! Invariant: what a decode would refuse, or what JSON would write as `null` though it is something else, is refused.

use super::at::{At, View};
use crate::error::{Error, Kind, Result};
use crate::format::{Format, Primitives, Tape};
use crate::shape::{Fields, Leaf, Shape, Style, TypeExpr, Variant};
use crate::state::guard_writer::{JsonWriter, NOT_FINITE, NULL_IN_SOME, Text, TextWriter, is_tag, put_by};
use crate::state::scope::Scope;
use crate::state::sink::{Encoding, Sink};
use serde::Deserialize;
use serde::ser::{
    Error as _, Serialize, SerializeMap, SerializeSeq, SerializeStruct, SerializeStructVariant, SerializeTuple,
    SerializeTupleStruct, SerializeTupleVariant, Serializer,
};
use std::cell::Cell;
use std::rc::Rc;

/// The most room for a tape that waits for the next encode.
const KEPT: usize = 64 << 10;

/// Appends a value of the type `at` as text; `put` writes it to the tape.
pub(crate) fn put_text(
    sink: &mut Sink<'_>,
    at: At<'_>,
    put: &mut dyn FnMut(&mut Sink<'_>) -> Result<()>,
) -> Result<()> {
    let innermost = if at.plan.is_none() && at.expr.has_params() { Scope::innermost() } else { None };
    let at = At { plan: at.plan.or(innermost.as_ref()), ..at };
    let is_some = sink.encoding.is_some.take();
    let mut room = sink.encoding.tape.take();
    room.clear();
    let encoding = Rc::clone(&sink.encoding);
    let left = encoding.spent.depth_limit().saturating_sub(encoding.spent.depth());
    let mut tape = Sink { bytes: room, encoding, format: Format::Json, is_tape: true, left, scope: at.plan };
    put(&mut tape)?;
    let bytes = tape.bytes;
    let rest = Cell::new(&*bytes);
    let walk = Walk { rest: &rest, encoding: &sink.encoding, at, is_some, is_key: false };
    let mut writer = JsonWriter::new(Text::new(&mut sink.bytes, &sink.encoding));
    walk.serialize(&mut writer).map_err(Error::of_foreign_writer)?;
    if bytes.capacity() <= KEPT {
        sink.encoding.tape.set(bytes);
    }
    Ok(())
}

impl Sink<'_> {
    /// Writes to the tape what serde writes as text, behind its length.
    pub(in crate::state) fn put_text_part(
        &mut self,
        write: impl FnOnce(TextWriter<'_, '_>) -> Result<()>,
    ) -> Result<()> {
        self.put_part_of_text(|sink| put_by(sink, write))
    }

    /// Writes to the tape what is text already, behind its length.
    pub(crate) fn put_part_of_text(&mut self, write: impl FnOnce(&mut Sink<'_>) -> Result<()>) -> Result<()> {
        let start = self.bytes.len();
        self.bytes.extend_from_slice(&Tape::long_number(0));
        let text_at = self.bytes.len();
        let depth = self.encoding.spent.depth();
        self.encoding.spent.set_depth(self.depth());
        self.is_tape = false;
        let written = write(self);
        self.is_tape = true;
        self.encoding.spent.set_depth(depth);
        written?;
        let length = self.bytes.len().saturating_sub(text_at) as u64;
        if let Some(place) = self.bytes.get_mut(start..text_at) {
            place.copy_from_slice(&Tape::long_number(length));
        }
        Ok(())
    }
}

/// A value on the tape.
struct Walk<'w> {
    rest: &'w Cell<&'w [u8]>,
    encoding: &'w Encoding,
    at: At<'w>,
    /// Whether it is what a `Some` holds, so that `null` would mean `None`.
    is_some: bool,
    /// Whether it is the key of a map, which is written as text.
    is_key: bool,
}

#[cold]
fn cut() -> Error {
    Kind::Malformed { what: "the state", reason: "it ends within a value" }.into()
}

impl<'w> Walk<'w> {
    fn number(&self) -> Result<u64> {
        let (number, taken) = Tape::plain_number(self.rest.get());
        self.skip(taken).filter(|_| taken > 0).map(|_| number).ok_or_else(cut)
    }

    fn signed(&self) -> Result<i64> {
        self.number().map(crate::state::primitive::signed)
    }

    fn skip(&self, length: usize) -> Option<&'w [u8]> {
        let (front, rest) = self.rest.get().split_at_checked(length)?;
        self.rest.set(rest);
        Some(front)
    }

    fn fixed<const N: usize>(&self) -> Result<[u8; N]> {
        let (front, rest) = self.rest.get().split_first_chunk().ok_or_else(cut)?;
        self.rest.set(rest);
        Ok(*front)
    }

    fn byte(&self) -> Result<u8> {
        let [byte] = self.fixed()?;
        Ok(byte)
    }

    fn slice(&self) -> Result<&'w [u8]> {
        let length = usize::try_from(self.number()?).ok();
        length.and_then(|length| self.skip(length)).ok_or_else(cut)
    }

    fn text(&self) -> Result<&'w str> {
        std::str::from_utf8(self.slice()?).map_err(|_| cut())
    }

    fn other<T: Deserialize<'w>>(&self) -> Result<T> {
        let mut rest = self.rest.get();
        let value = Tape::get(&mut rest)?;
        self.rest.set(rest);
        Ok(value)
    }

    /// A part of this value.
    fn part(&self, expr: &'static TypeExpr) -> Walk<'w> {
        Walk { rest: self.rest, encoding: self.encoding, at: self.at.with(expr), is_some: false, is_key: false }
    }

    /// A field of it, which is always there.
    fn field(&self, field: &crate::shape::Field) -> Result<Walk<'w>> {
        if field.absent == crate::shape::Absent::Default {
            self.byte()?;
        }
        Ok(self.part(field.ty))
    }

    fn doubtful(&self) {
        self.encoding.is_doubtful.set(true);
    }

    /// What serde's buffer loses in a key.
    fn doubtful_key(&self) {
        if self.is_key {
            self.doubtful();
        }
    }

    fn null<S: Serializer>(&self, write: impl FnOnce() -> Result<S::Ok, S::Error>) -> Result<S::Ok, S::Error> {
        if self.is_some { Err(Error::from(NULL_IN_SOME).carry_out()) } else { write() }
    }

    fn leaf<S: Serializer>(&self, leaf: Leaf, serializer: S) -> Result<S::Ok, S::Error> {
        macro_rules! read {
            ($read:expr) => {
                $read.map_err(Error::carry_out)?
            };
        }
        macro_rules! number {
            ($serialize:ident $ty:ty: $read:expr) => {{
                self.doubtful_key();
                let number = read!($read);
                serializer.$serialize(<$ty>::try_from(number).map_err(|_| cut().carry_out::<S::Error>())?)
            }};
        }
        match leaf {
            Leaf::Bool => {
                self.doubtful_key();
                serializer.serialize_bool(read!(self.byte()) == 1)
            }
            Leaf::U8 => number!(serialize_u8 u8: self.byte()),
            Leaf::I8 => number!(serialize_i8 i8: self.fixed().map(i8::from_le_bytes)),
            Leaf::U16 => number!(serialize_u16 u16: self.number()),
            Leaf::U32 => number!(serialize_u32 u32: self.number()),
            Leaf::U64 => number!(serialize_u64 u64: self.number()),
            Leaf::I16 => number!(serialize_i16 i16: self.signed()),
            Leaf::I32 => number!(serialize_i32 i32: self.signed()),
            Leaf::I64 => number!(serialize_i64 i64: self.signed()),
            Leaf::I128 => {
                self.doubtful();
                serializer.serialize_i128(read!(self.other()))
            }
            Leaf::U128 => {
                self.doubtful();
                serializer.serialize_u128(read!(self.other()))
            }
            Leaf::F32 => match f32::from_le_bytes(read!(self.fixed())) {
                number if number.is_finite() => serializer.serialize_f32(number),
                _ => Err(Error::from(NOT_FINITE).carry_out()),
            },
            Leaf::F64 => match f64::from_le_bytes(read!(self.fixed())) {
                number if number.is_finite() => serializer.serialize_f64(number),
                _ => Err(Error::from(NOT_FINITE).carry_out()),
            },
            Leaf::Char => serializer.serialize_char(read!(self.other())),
            Leaf::Str => self.write_str(read!(self.text()), serializer),
            Leaf::Bytes => serializer.serialize_bytes(read!(self.slice())),
            Leaf::Unit => self.null::<S>(|| serializer.serialize_unit()),
        }
    }

    fn write_str<S: Serializer>(&self, text: &str, serializer: S) -> Result<S::Ok, S::Error> {
        // A map of a user that looks like a nested value.
        if self.is_key && is_tag(text) {
            self.doubtful();
        }
        serializer.serialize_str(text)
    }

    /// What serde has written.
    fn by_serde<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let text = self.text().map_err(Error::carry_out)?;
        if self.is_key {
            return self.key_by_serde(text, serializer);
        }
        if self.is_some && text == "null" {
            return Err(Error::from(NULL_IN_SOME).carry_out());
        }
        // The text is put in the place of the `null`: only serde_json can make the answer.
        let mut parked = self.encoding.parked.take();
        parked.clear();
        parked.extend_from_slice(text.as_bytes());
        self.encoding.parked.set(parked);
        self.encoding.is_written.set(true);
        let written = serializer.serialize_unit();
        self.encoding.is_written.set(false);
        written
    }

    /// The same of a key: text, or a number or truth as text.
    #[cold]
    fn key_by_serde<S: Serializer>(&self, text: &str, serializer: S) -> Result<S::Ok, S::Error> {
        if let Ok(key) = serde_json::from_str::<String>(text) {
            return self.write_str(&key, serializer);
        }
        self.doubtful();
        match text.as_bytes().first() {
            Some(b'-' | b'0'..=b'9' | b't' | b'f') => serializer.serialize_str(text),
            _ => Err(S::Error::custom("key must be a string")),
        }
    }

    fn elements<S: Serializer>(&self, element: &'static TypeExpr, serializer: S) -> Result<S::Ok, S::Error> {
        let length = self.length().map_err(Error::carry_out)?;
        let mut seq = serializer.serialize_seq(Some(length))?;
        (0..length).try_for_each(|_| seq.serialize_element(&self.part(element)))?;
        seq.end()
    }

    fn length(&self) -> Result<usize> {
        usize::try_from(self.number()?).map_err(|_| cut())
    }

    fn entries<S: Serializer>(
        &self,
        key: &'static TypeExpr,
        value: &'static TypeExpr,
        serializer: S,
    ) -> Result<S::Ok, S::Error> {
        let length = self.length().map_err(Error::carry_out)?;
        let mut map = serializer.serialize_map(Some(length))?;
        for _ in 0..length {
            map.serialize_key(&Walk { is_key: true, ..self.part(key) })?;
            map.serialize_value(&self.part(value))?;
        }
        map.end()
    }

    fn positions<S: Serializer>(
        &self,
        types: impl ExactSizeIterator<Item = &'static TypeExpr>,
        serializer: S,
    ) -> Result<S::Ok, S::Error> {
        let mut tuple = serializer.serialize_tuple(types.len())?;
        for ty in types {
            tuple.serialize_element(&self.part(ty))?;
        }
        tuple.end()
    }

    fn fields<S: Serializer>(
        &self,
        name: &'static str,
        fields: &'static Fields,
        serializer: S,
    ) -> Result<S::Ok, S::Error> {
        let count = fields.fields.len();
        match (fields.style, fields.fields) {
            (Style::Unit, _) => self.null::<S>(|| serializer.serialize_unit_struct(name)),
            (Style::Newtype, [field]) => {
                let inner = self.field(field).map_err(Error::carry_out)?;
                let inner = Walk { is_some: self.is_some, is_key: self.is_key, ..inner };
                serializer.serialize_newtype_struct(name, &inner)
            }
            (Style::Named, list) => {
                let mut parts = serializer.serialize_struct(name, count)?;
                for field in list {
                    parts.serialize_field(field.name, &self.field(field).map_err(Error::carry_out)?)?;
                }
                parts.end()
            }
            (_, list) => {
                let mut parts = serializer.serialize_tuple_struct(name, count)?;
                for field in list {
                    parts.serialize_field(&self.field(field).map_err(Error::carry_out)?)?;
                }
                parts.end()
            }
        }
    }

    fn variant<S: Serializer>(
        &self,
        name: &'static str,
        variant: &'static Variant,
        serializer: S,
    ) -> Result<S::Ok, S::Error> {
        let Variant { name: own, index, fields, .. } = variant;
        let count = fields.fields.len();
        match (fields.style, fields.fields) {
            (Style::Unit, _) => serializer.serialize_unit_variant(name, *index, own),
            (Style::Newtype, [field]) => {
                let inner = self.field(field).map_err(Error::carry_out)?;
                serializer.serialize_newtype_variant(name, *index, own, &inner)
            }
            (Style::Named, list) => {
                let mut parts = serializer.serialize_struct_variant(name, *index, own, count)?;
                for field in list {
                    parts.serialize_field(field.name, &self.field(field).map_err(Error::carry_out)?)?;
                }
                parts.end()
            }
            (_, list) => {
                let mut parts = serializer.serialize_tuple_variant(name, *index, own, count)?;
                for field in list {
                    parts.serialize_field(&self.field(field).map_err(Error::carry_out)?)?;
                }
                parts.end()
            }
        }
    }

    fn shaped<S: Serializer>(&self, shape: &'static Shape, serializer: S) -> Result<S::Ok, S::Error> {
        let malformed = || Error::from(Kind::Registration { reason: "its shape is not one of its state" }).carry_out();
        self.encoding.spent.check_stack(0).map_err(Error::carry_out)?;
        match shape {
            Shape::Option { inner } => match self.byte().map_err(Error::carry_out)? {
                0 => self.null::<S>(|| serializer.serialize_none()),
                _ => serializer.serialize_some(&Walk { is_some: true, is_key: self.is_key, ..self.part(inner) }),
            },
            Shape::Seq { element } => self.elements(element, serializer),
            Shape::Array { element } => {
                let length = self.at.length().map_err(Error::carry_out)?;
                self.positions((0..length).map(|_| *element), serializer)
            }
            Shape::Tuple { elements } => self.positions(elements.iter().copied(), serializer),
            Shape::Map { key, value } => self.entries(key, value, serializer),
            Shape::Text { .. } => self.leaf(Leaf::Str, serializer),
            Shape::Struct { fields, manners, .. } => self.fields(manners.name, fields, serializer),
            Shape::Enum { variants, manners, .. } => {
                let index = self.number().map_err(Error::carry_out)?;
                let is_it = |variant: &&Variant| u64::from(variant.index) == index;
                let at_place = usize::try_from(index).ok().and_then(|index| variants.get(index)).filter(is_it);
                let variant = at_place.or_else(|| variants.iter().find(is_it));
                self.variant(manners.name, variant.ok_or_else(malformed)?, serializer)
            }
            _ => Err(malformed()),
        }
    }
}

impl Serialize for Walk<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let (at, view) = self.at.view().map_err(Error::carry_out)?;
        let walk = Walk { at, rest: self.rest, encoding: self.encoding, is_some: self.is_some, is_key: self.is_key };
        match view {
            View::Shaped(Shape::Leaf(leaf)) => walk.leaf(*leaf, serializer),
            View::Shaped(shape) => walk.shaped(shape, serializer),
            View::BySerde(_) => walk.by_serde(serializer),
        }
    }
}
