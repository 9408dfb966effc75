//! What is in a value: elements, entries, fields. Imports `error`, `shape` and its siblings.
//!
//! Invariant: a target that leaves any of them is an error, as those behind would be taken for them.

use super::context::{Context, Spare};
use super::due::{Unread, unread};
use crate::error::{Error, Kind, Result};
use crate::shape::TextField;
use serde::de::value::StrDeserializer;
use serde::de::{DeserializeSeed, Deserializer, IntoDeserializer, MapAccess, SeqAccess, Visitor};
use std::fmt;

/// A visitor of what is in a value, around the target's own.
macro_rules! visitors {
    ($($(#[$doc:meta])* $visitor:ident { $($field:ident: $ty:ty),* })*) => {$(
        $(#[$doc])*
        pub(super) struct $visitor<'c, 's, V> {
            pub(super) visitor: V,
            pub(super) context: &'c Context<'s>,
            $(pub(super) $field: $ty),*
        }
    )*};
}

visitors! {
    /// An option.
    Inner { at: usize }
    /// A sequence whose length the input claims.
    SeqOf { at: usize }
    /// A map.
    Entries { key: usize, value: usize }
    /// Named fields, and their types.
    FieldsOf { fields: &'c [TextField], parts: &'c [usize] }
}

/// Positions, of these types.
pub(super) struct PositionsOf<'c, 's, V, N> {
    pub(super) visitor: V,
    pub(super) context: &'c Context<'s>,
    pub(super) types: N,
}

/// A seed for a value of one type.
pub(super) struct Of<'c, 's, S> {
    pub(super) seed: S,
    pub(super) context: &'c Context<'s>,
    pub(super) at: usize,
}

impl<'de, S: DeserializeSeed<'de>> DeserializeSeed<'de> for Of<'_, '_, S> {
    type Value = S::Value;

    fn deserialize<D: Deserializer<'de>>(self, inner: D) -> Result<S::Value, D::Error> {
        let Of { seed, context, at } = self;
        seed.deserialize(context.typed(inner, at))
    }
}

/// Passes on what the target expects.
macro_rules! as_expected {
    () => {
        type Value = V::Value;

        fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
            self.visitor.expecting(f)
        }
    };
}
pub(super) use as_expected;

impl<'de, V: Visitor<'de>> Visitor<'de> for Inner<'_, '_, V> {
    as_expected!();

    fn visit_none<E: serde::de::Error>(self) -> Result<V::Value, E> {
        self.visitor.visit_none()
    }

    fn visit_some<D: Deserializer<'de>>(self, inner: D) -> Result<V::Value, D::Error> {
        self.visitor.visit_some(self.context.typed(inner, self.at))
    }
}

impl<'de, V: Visitor<'de>> Visitor<'de> for SeqOf<'_, '_, V> {
    as_expected!();

    fn visit_seq<A: SeqAccess<'de>>(self, access: A) -> Result<V::Value, A::Error> {
        let mut elements = Elements { access, context: self.context, at: self.at, has_ended: false };
        let value = self.visitor.visit_seq(&mut elements)?;
        if !elements.has_ended {
            elements.access.next_element_seed(Unread("an element"))?;
        }
        Ok(value)
    }
}

struct Elements<'c, 's, A> {
    access: A,
    context: &'c Context<'s>,
    at: usize,
    has_ended: bool,
}

impl<'de, A: SeqAccess<'de>> SeqAccess<'de> for Elements<'_, '_, A> {
    type Error = A::Error;

    fn next_element_seed<S: DeserializeSeed<'de>>(&mut self, seed: S) -> Result<Option<S::Value>, A::Error> {
        let element = self.access.next_element_seed(Of { seed, context: self.context, at: self.at })?;
        self.has_ended = element.is_none();
        Ok(element)
    }

    fn size_hint(&self) -> Option<usize> {
        self.access.size_hint()
    }
}

impl<'de, V: Visitor<'de>> Visitor<'de> for Entries<'_, '_, V> {
    as_expected!();

    fn visit_map<A: MapAccess<'de>>(self, access: A) -> Result<V::Value, A::Error> {
        let Entries { visitor, context, key, value } = self;
        let mut entries = TypedMap { access, context, key, value, value_is_due: false, has_ended: false };
        let map = visitor.visit_map(&mut entries)?;
        entries.check_value().map_err(Error::carry)?;
        if !entries.has_ended {
            entries.access.next_key_seed(Unread("an entry"))?;
        }
        Ok(map)
    }
}

struct TypedMap<'c, 's, A> {
    access: A,
    context: &'c Context<'s>,
    key: usize,
    value: usize,
    /// A key has been handed over, and not its value.
    value_is_due: bool,
    has_ended: bool,
}

impl<A> TypedMap<'_, '_, A> {
    fn check_value(&self) -> Result<()> {
        if self.value_is_due { Err(unread("the value of an entry")) } else { Ok(()) }
    }
}

impl<'de, A: MapAccess<'de>> MapAccess<'de> for TypedMap<'_, '_, A> {
    type Error = A::Error;

    fn next_key_seed<S: DeserializeSeed<'de>>(&mut self, seed: S) -> Result<Option<S::Value>, A::Error> {
        self.check_value().map_err(Error::carry)?;
        let key = self.access.next_key_seed(Of { seed, context: self.context, at: self.key })?;
        (self.value_is_due, self.has_ended) = (key.is_some(), key.is_none());
        Ok(key)
    }

    fn next_value_seed<S: DeserializeSeed<'de>>(&mut self, seed: S) -> Result<S::Value, A::Error> {
        if !std::mem::take(&mut self.value_is_due) {
            return Err(early());
        }
        self.access.next_value_seed(Of { seed, context: self.context, at: self.value })
    }

    fn size_hint(&self) -> Option<usize> {
        self.access.size_hint()
    }
}

impl<'de, V: Visitor<'de>, N: Iterator<Item = usize>> Visitor<'de> for PositionsOf<'_, '_, V, N> {
    as_expected!();

    fn visit_seq<A: SeqAccess<'de>>(self, access: A) -> Result<V::Value, A::Error> {
        let mut positions = Positions { access, context: self.context, types: self.types };
        let value = self.visitor.visit_seq(&mut positions)?;
        match positions.types.next() {
            None => Ok(value),
            Some(_) => Err(unread("a position").carry()),
        }
    }
}

struct Positions<'c, 's, A, N> {
    access: A,
    context: &'c Context<'s>,
    types: N,
}

impl<'de, A: SeqAccess<'de>, N: Iterator<Item = usize>> SeqAccess<'de> for Positions<'_, '_, A, N> {
    type Error = A::Error;

    fn next_element_seed<S: DeserializeSeed<'de>>(&mut self, seed: S) -> Result<Option<S::Value>, A::Error> {
        let Some(at) = self.types.next() else { return Ok(None) };
        self.context.count_part(size_of::<S::Value>()).map_err(Error::carry)?;
        self.access.next_element_seed(Of { seed, context: self.context, at })
    }
}

impl<'de, V: Visitor<'de>> Visitor<'de> for FieldsOf<'_, '_, V> {
    as_expected!();

    fn visit_seq<A: SeqAccess<'de>>(self, access: A) -> Result<V::Value, A::Error> {
        let FieldsOf { visitor, context, fields, parts } = self;
        let (fields, spare) = (fields.iter().zip(parts), Spare::of(fields.len()));
        let mut fields = FieldMap { access, context, fields, next: None, spare };
        let value = visitor.visit_map(&mut fields)?;
        match fields.next.is_some() || fields.fields.next().is_some() {
            false => Ok(value),
            true => Err(unread("a field").carry()),
        }
    }
}

/// Fields that come by position, handed over by name.
struct FieldMap<'c, 's, A> {
    access: A,
    context: &'c Context<'s>,
    fields: std::iter::Zip<std::slice::Iter<'c, TextField>, std::slice::Iter<'c, usize>>,
    /// The type of the field whose name has been handed over.
    next: Option<usize>,
    /// Until the first field has been handed over.
    spare: Spare,
}

impl<'de, A: SeqAccess<'de>> MapAccess<'de> for FieldMap<'_, '_, A> {
    type Error = A::Error;

    fn next_key_seed<S: DeserializeSeed<'de>>(&mut self, seed: S) -> Result<Option<S::Value>, A::Error> {
        if self.next.is_some() {
            return Err(unread("a field").carry());
        }
        let Some((field, at)) = self.fields.next() else { return Ok(None) };
        self.next = Some(*at);
        let size = self.spare.with(size_of::<S::Value>());
        self.context.count_part(size).and_then(|()| self.context.charge_name(&field.name)).map_err(Error::carry)?;
        let name: StrDeserializer<'_, A::Error> = field.name.as_str().into_deserializer();
        seed.deserialize(name).map(Some)
    }

    fn next_value_seed<S: DeserializeSeed<'de>>(&mut self, seed: S) -> Result<S::Value, A::Error> {
        let missing = || Error::from(Kind::Malformed { what: "the state", reason: "a field is missing" }).carry();
        let at = self.next.take().ok_or_else(early)?;
        let spare = std::mem::replace(&mut self.spare, Spare::NONE);
        self.context.count_part(spare.with(size_of::<S::Value>())).map_err(Error::carry)?;
        self.access.next_element_seed(Of { seed, context: self.context, at })?.ok_or_else(missing)
    }
}

fn early<E: serde::de::Error>() -> E {
    Error::from(Kind::Contract { reason: "the target asks for a value before its key".into() }).carry()
}
