//! Records the values of a text on a tape or in a binary state. Imports `error`, `shape` and its siblings.

use super::fields::{begin, by_name, by_position};
use super::names::Name;
use super::recorder::{Names, RecordAt, Recorder, Seed, within};
use super::visitors::{BoolKey, Bytes, Text};
use crate::error::{Error, Result, Step};
use crate::shape::{Leaf, Style};
use crate::state::view::{PartsAt, View};
use serde::de::{
    Deserialize, DeserializeSeed, Deserializer, EnumAccess, MapAccess, SeqAccess, Unexpected, VariantAccess, Visitor,
};
use std::fmt;

impl<'de, A: RecordAt> DeserializeSeed<'de> for Seed<'_, '_, A> {
    type Value = ();

    #[inline]
    fn deserialize<D: Deserializer<'de>>(self, from: D) -> Result<(), D::Error> {
        let Seed { recorder, at } = self;
        if let Some(leaf) = at.leaf() {
            return recorder.leaf(leaf, from);
        }
        // Lent, as a view is large.
        let view = at.view().map_err(Error::carry)?;
        Of { recorder, view: &view }.read(from)
    }
}

/// Reads an element, or the key or the value of an entry. All of them have one view.
struct Element<'t, 'a, A: RecordAt> {
    recorder: &'t mut Recorder<'a>,
    at: A,
    view: &'t mut Option<View<A>>,
}

impl<'de, A: RecordAt> DeserializeSeed<'de> for Element<'_, '_, A> {
    type Value = ();

    #[inline]
    fn deserialize<D: Deserializer<'de>>(self, from: D) -> Result<(), D::Error> {
        let Element { recorder, at, view } = self;
        recorder.count_element().map_err(Error::carry)?;
        let view = match view {
            Some(view) => view,
            None => view.insert(at.view().map_err(Error::carry)?),
        };
        Of { recorder, view }.read(from)
    }
}

impl Recorder<'_> {
    fn leaf<'de, D: Deserializer<'de>>(&mut self, leaf: Leaf, from: D) -> Result<(), D::Error> {
        match leaf {
            Leaf::Bool if self.is_key => from.deserialize_str(BoolKey(self))?,
            Leaf::Bool => self.bytes.push(u8::from(bool::deserialize(from)?)),
            Leaf::U8 => self.bytes.push(u8::deserialize(from)?),
            Leaf::I8 => self.bytes.extend_from_slice(&i8::deserialize(from)?.to_le_bytes()),
            Leaf::U16 => self.number(u16::deserialize(from)?.into()),
            Leaf::U32 => self.number(u32::deserialize(from)?.into()),
            Leaf::U64 => self.number(u64::deserialize(from)?),
            Leaf::I16 => self.signed(i16::deserialize(from)?.into()),
            Leaf::I32 => self.signed(i32::deserialize(from)?.into()),
            Leaf::I64 => self.signed(i64::deserialize(from)?),
            Leaf::F32 => self.bytes.extend_from_slice(&f32::deserialize(from)?.to_le_bytes()),
            Leaf::F64 => self.bytes.extend_from_slice(&f64::deserialize(from)?.to_le_bytes()),
            Leaf::I128 => self.other(i128::deserialize(from)?)?,
            Leaf::U128 => self.other(u128::deserialize(from)?)?,
            Leaf::Char => self.other(char::deserialize(from)?)?,
            Leaf::Str => from.deserialize_string(Text(self))?,
            Leaf::Bytes => from.deserialize_byte_buf(Bytes(self))?,
            Leaf::Unit => <()>::deserialize(from)?,
        }
        self.count().map_err(Error::carry)
    }
}

fn is_by_position<A: RecordAt>(style: Style) -> bool {
    match style {
        Style::Unit => false,
        Style::Named => A::IS_LENIENT,
        Style::Newtype | Style::Tuple => true,
    }
}

/// The visitor of a value with parts, or of an option.
pub(super) struct Of<'t, 'a, A: RecordAt> {
    recorder: &'t mut Recorder<'a>,
    view: &'t View<A>,
}

impl<A: RecordAt> Of<'_, '_, A> {
    fn read<'de, D: Deserializer<'de>>(self, from: D) -> Result<(), D::Error> {
        let Of { recorder, view } = self;
        match view {
            View::Leaf(leaf) => return recorder.leaf(*leaf, from),
            View::Own(own) => return A::own(recorder, *own, from),
            View::Option(_) => return from.deserialize_option(Of { recorder, view }),
            View::Parts(parts) if parts.style() == Style::Unit => {
                return from.deserialize_unit_struct(parts.hints().0, Of { recorder, view });
            }
            _ => {}
        }
        recorder.level(|recorder| match view {
            View::Map(..) => from.deserialize_map(Of { recorder, view }),
            View::Array(_, length) => from.deserialize_tuple(*length, Of { recorder, view }),
            View::Enum(variants) => {
                let (name, listed) = variants.hints();
                from.deserialize_enum(name, listed, Of { recorder, view })
            }
            View::Parts(parts) => {
                let ((name, listed), style, length) = (parts.hints(), parts.style(), parts.len());
                let of = Of { recorder, view };
                match style {
                    Style::Newtype => from.deserialize_newtype_struct(name, of),
                    Style::Named => from.deserialize_struct(name, listed, of),
                    _ if name.is_empty() => from.deserialize_tuple(length, of),
                    _ => from.deserialize_tuple_struct(name, length, of),
                }
            }
            _ => from.deserialize_seq(Of { recorder, view }),
        })
    }

    /// Elements of one type.
    fn elements<'de, S: SeqAccess<'de>>(recorder: &mut Recorder<'_>, at: A, mut access: S) -> Result<(), S::Error> {
        let (start, mut length, mut view) = (recorder.begin_claim(), 0_usize, None);
        loop {
            match access.next_element_seed(Element { recorder: &mut *recorder, at, view: &mut view }) {
                Ok(Some(())) => length = length.saturating_add(1),
                Ok(None) => break,
                Err(error) => return Err(within(error, Step::Element(length))),
            }
        }
        recorder.end_claim(start, length as u64);
        recorder.count().map_err(Error::carry)
    }

    fn entries<'de, M: MapAccess<'de>>(
        recorder: &mut Recorder<'_>,
        (key, value): (A, A),
        mut access: M,
    ) -> Result<(), M::Error> {
        let (start, mut length, mut views) = (recorder.begin_claim(), 0_usize, (None, None));
        loop {
            recorder.is_key = recorder.is_utf8;
            let read = access.next_key_seed(Element { recorder: &mut *recorder, at: key, view: &mut views.0 });
            recorder.is_key = false;
            match read {
                Ok(Some(())) => {}
                Ok(None) => break,
                Err(error) => return Err(within(error, Step::Key(length))),
            }
            let read = access.next_value_seed(Element { recorder: &mut *recorder, at: value, view: &mut views.1 });
            read.map_err(|error| within(error, Step::Element(length)))?;
            length = length.saturating_add(1);
        }
        recorder.end_claim(start, length as u64);
        recorder.count().map_err(Error::carry)
    }

    fn array<'de, S: SeqAccess<'de>>(self, at: A, length: usize, mut access: S) -> Result<(), S::Error> {
        let mut view = None;
        for place in 0..length {
            match access.next_element_seed(Element { recorder: &mut *self.recorder, at, view: &mut view }) {
                Ok(Some(())) => {}
                Ok(None) => return Err(A::too_short(place, &self)),
                Err(error) => return Err(within(error, Step::Position(place))),
            }
        }
        Ok(())
    }
}

impl<'de, A: RecordAt> Visitor<'de> for Of<'_, '_, A> {
    type Value = ();

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.view {
            View::Option(_) => f.write_str("option"),
            View::Array(_, 0) => f.write_str("an empty array"),
            View::Array(_, length) => write!(f, "an array of length {length}"),
            View::Map(..) => f.write_str("a map"),
            View::Parts(parts) => f.write_str(&parts.expected()),
            View::Enum(variants) => f.write_str(&variants.expected()),
            View::Seq(_) | View::Leaf(_) | View::Own(_) => f.write_str("a sequence"),
        }
    }

    fn visit_none<E: serde::de::Error>(self) -> Result<(), E> {
        let View::Option(_) = self.view else { return Err(E::invalid_type(Unexpected::Option, &self)) };
        self.recorder.bytes.push(0);
        self.recorder.count().map_err(Error::carry)
    }

    fn visit_unit<E: serde::de::Error>(self) -> Result<(), E> {
        match self.view {
            View::Option(_) => self.visit_none(),
            View::Parts(parts) if parts.style() == Style::Unit => Ok(()),
            _ => Err(E::invalid_type(Unexpected::Unit, &self)),
        }
    }

    fn visit_some<D: Deserializer<'de>>(self, from: D) -> Result<(), D::Error> {
        let View::Option(at) = *self.view else {
            return Err(serde::de::Error::invalid_type(Unexpected::Option, &self));
        };
        self.recorder.bytes.push(1);
        self.recorder.level(|recorder| Seed { recorder, at }.deserialize(from))
    }

    fn visit_newtype_struct<D: Deserializer<'de>>(self, from: D) -> Result<(), D::Error> {
        match self.view {
            View::Parts(parts) if parts.style() == Style::Newtype => match parts.part(0) {
                Some(part) => begin(self.recorder, &part).deserialize(from),
                None => Ok(()),
            },
            _ => Err(serde::de::Error::invalid_type(Unexpected::NewtypeStruct, &self)),
        }
    }

    fn visit_seq<S: SeqAccess<'de>>(self, access: S) -> Result<(), S::Error> {
        match self.view {
            View::Seq(at) => Self::elements(self.recorder, *at, access),
            View::Array(at, length) => {
                let (at, length) = (*at, *length);
                self.array(at, length, access)
            }
            View::Parts(parts) if is_by_position::<A>(parts.style()) => {
                by_position::<A, S>(self.recorder, parts, access)
            }
            _ => Err(serde::de::Error::invalid_type(Unexpected::Seq, &self)),
        }
    }

    fn visit_map<M: MapAccess<'de>>(self, access: M) -> Result<(), M::Error> {
        match self.view {
            View::Map(key, value) => Self::entries(self.recorder, (*key, *value), access),
            View::Parts(parts) if parts.style() == Style::Named => by_name::<A, M>(self.recorder, parts, access),
            _ => Err(serde::de::Error::invalid_type(Unexpected::Map, &self)),
        }
    }

    fn visit_enum<N: EnumAccess<'de>>(self, access: N) -> Result<(), N::Error> {
        let View::Enum(variants) = self.view else {
            return Err(serde::de::Error::invalid_type(Unexpected::Enum, &self));
        };
        let recorder = self.recorder;
        let (found, content) = access.variant_seed(Name { known: variants, next: 0 })?;
        let none = || serde::de::Error::custom("unknown variant");
        let (index, parts) = A::variant(variants, found.ok_or_else(none)?).map_err(Error::carry)?;
        recorder.number(index.into());
        let step = A::step(&parts, None);
        let read = match (parts.style(), parts.part(0)) {
            (Style::Unit, _) => content.unit_variant(),
            (Style::Newtype, Some(part)) => content.newtype_variant_seed(begin(recorder, &part)),
            (style, _) => {
                let (listed, length) = (parts.hints().1, parts.len());
                let view: View<A> = View::Parts(parts);
                let of = Of { recorder: &mut *recorder, view: &view };
                match style {
                    Style::Named => content.struct_variant(listed, of),
                    _ => content.tuple_variant(length, of),
                }
            }
        };
        read.map_err(|error| match step {
            Some(step) => within(error, step),
            None => error,
        })?;
        recorder.count().map_err(Error::carry)
    }
}
