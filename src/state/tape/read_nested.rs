//! Reads nested values while a tape is recorded. Each is decoded at once and kept aside. Imports `error`, `shape` and its
//! siblings.
//!
//! A nested value that is not `type` followed by `value` is handed to the field's own serde code, with the keys read so far.
//!
//! Invariant: limits, errors and values equal those of that serde code.

use super::at::At;
use super::known_types::Found;
use super::recorder::{Extent, Recorder, Seed};
use crate::error::{Error, Result};
use crate::shape::InterfaceInfo;
use crate::state::binary::by_serde::BySerde;
use crate::state::decode::types::{AnyBox, Guarded, Kept, Plan, Session, Sourced};
use crate::state::handoff::{ARGUMENT, Exchange, NESTED_FORM, NO_VALUE, NOTHING_ELSE};
use crate::state::metered::once::Once;
use serde::de::value::{MapAccessDeserializer, SeqAccessDeserializer, StrDeserializer};
use serde::de::{DeserializeSeed, Deserializer, Error as _, MapAccess, SeqAccess, Visitor};
use std::any::Any;
use std::fmt;
use std::sync::Arc;

/// The size of a trait object.
const SLOT: usize = size_of::<Box<dyn Any>>();

/// A visitor of a nested value.
pub(super) struct NestedVisitor<'t, 'a> {
    pub(super) recorder: &'t mut Recorder<'a>,
    pub(super) by: &'static BySerde,
    pub(super) interface: &'static InterfaceInfo,
}

impl NestedVisitor<'_, '_> {
    /// Lets the field's serde code read the value.
    #[inline(never)]
    fn by_serde<'de, D: Deserializer<'de>>(self, from: D) -> Result<(), D::Error> {
        let NestedVisitor { recorder, by, .. } = self;
        recorder.aside_by(by, None, |session| {
            (by.read)(Sourced(&mut Guarded::new(&mut Once::new(from), session, by.size))).map_err(Error::carry)
        })
    }
}

impl<'de> Visitor<'de> for NestedVisitor<'_, '_> {
    type Value = ();

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(NESTED_FORM)
    }

    fn visit_map<A: MapAccess<'de>>(self, mut access: A) -> Result<(), A::Error> {
        let read = match access.next_key_seed(KeySeed)? {
            Some(Key::Type) => match self.recorder.typed(self.interface, &mut access)? {
                Some(key) => vec!["type".into(), self.recorder.types.last_name().into(), key],
                None => return end(&mut access),
            },
            Some(Key::Value) => vec!["value".into()],
            Some(Key::Other(key)) => vec![key],
            None => Vec::new(),
        };
        self.by_serde(MapAccessDeserializer::new(Begun { read: read.into_iter(), access }))
    }

    fn visit_seq<A: SeqAccess<'de>>(self, access: A) -> Result<(), A::Error> {
        self.by_serde(SeqAccessDeserializer::new(access))
    }
}

/// Checks that no key follows.
fn end<'de, A: MapAccess<'de>>(access: &mut A) -> Result<(), A::Error> {
    match access.next_key_seed(KeySeed)? {
        Some(_) => Err(A::Error::custom(NOTHING_ELSE)),
        None => Ok(()),
    }
}

impl Recorder<'_> {
    /// Reads the rest of a map whose first key was `type`; returns the next key if the field's serde code has to continue there.
    fn typed<'de, A: MapAccess<'de>>(
        &mut self,
        interface: &'static InterfaceInfo,
        access: &mut A,
    ) -> Result<Option<Box<str>>, A::Error> {
        self.level(|recorder| {
            let Some(nested_left) = recorder.nested_left.checked_sub(1) else {
                return Err(recorder.session.budget.too_nested().carry());
            };
            recorder.nested_left = nested_left;
            let read = recorder.named(interface, access);
            recorder.nested_left = nested_left.saturating_add(1);
            read
        })
    }

    fn named<'de, A: MapAccess<'de>>(
        &mut self,
        interface: &'static InterfaceInfo,
        access: &mut A,
    ) -> Result<Option<Box<str>>, A::Error> {
        let found = access.next_value_seed(NameSeed { recorder: self, interface })?;
        match access.next_key_seed(KeySeed)? {
            Some(Key::Value) => access.next_value_seed(ValueSeed { recorder: self, found })?,
            Some(Key::Other(key)) if &*key == "json" => {
                return Ok(Some(key));
            }
            Some(_) => return Err(A::Error::custom(NOTHING_ELSE)),
            None => return Err(A::Error::custom(NO_VALUE)),
        }
        Ok(None)
    }

    /// Reads a value by its shape and decodes it.
    fn shaped_value<'de, D: Deserializer<'de>>(&mut self, found: &Found, from: D) -> Result<(), D::Error> {
        let at = match found {
            Found::Native(native) => At::new(native.expr, None),
            Found::Planned(plan) => At::new(plan.expr, Some(plan)),
        };
        let extent = Extent::new(self.bytes.len(), self.aside.len(), 0);
        let around = std::mem::replace(&mut self.extent, extent);
        let read = Seed { recorder: &mut *self, at }.deserialize(from);
        let made = read.and_then(|()| {
            let made = self.play(false, |input| match found {
                Found::Native(native) => Ok((input.by_native(native, 0)?, native.cast)),
                Found::Planned(plan) => {
                    Ok((input.by_plan(plan, 0, |input, slot| (plan.glue.binary)(input, slot))?, plan.cast))
                }
            });
            made.map_err(Error::carry)
        });
        let extent = std::mem::replace(&mut self.extent, around);
        self.session.budget.give_back(extent.charged);
        self.bytes.truncate(extent.start);
        self.aside.truncate(extent.aside_start);
        let (value, cast) = made?;
        self.keep(SLOT, Kept::Nested(value, cast)).map_err(Error::carry)
    }

    /// Lets serde read a value of a type without a shape for texts.
    #[inline(never)]
    fn value_by_serde<'de, D: Deserializer<'de>>(&mut self, plan: &Arc<Plan>, from: D) -> Result<(), D::Error> {
        let session = self.session;
        let at = self.shown(false);
        session.slot.set(0);
        Exchange::WantValue(Arc::clone(plan)).put();
        let value = from.deserialize_newtype_struct(ARGUMENT, ArgumentVisitor { plan, session })?;
        drop(at);
        self.keep(SLOT, Kept::Nested(value, plan.cast)).map_err(Error::carry)
    }
}

/// A key of the map of a nested value.
enum Key {
    Type,
    Value,
    Other(Box<str>),
}

struct KeySeed;

impl<'de> DeserializeSeed<'de> for KeySeed {
    type Value = Key;

    #[inline]
    fn deserialize<D: Deserializer<'de>>(self, from: D) -> Result<Key, D::Error> {
        from.deserialize_identifier(self)
    }
}

impl Visitor<'_> for KeySeed {
    type Value = Key;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a string")
    }

    #[inline]
    fn visit_str<E: serde::de::Error>(self, key: &str) -> Result<Key, E> {
        Ok(match key {
            "type" => Key::Type,
            "value" => Key::Value,
            key => Key::Other(key.into()),
        })
    }
}

/// The seed of the type's name.
struct NameSeed<'t, 'a> {
    recorder: &'t mut Recorder<'a>,
    interface: &'static InterfaceInfo,
}

impl<'de> DeserializeSeed<'de> for NameSeed<'_, '_> {
    type Value = Found;

    fn deserialize<D: Deserializer<'de>>(self, from: D) -> Result<Found, D::Error> {
        from.deserialize_string(self)
    }
}

impl Visitor<'_> for NameSeed<'_, '_> {
    type Value = Found;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a string")
    }

    fn visit_str<E: serde::de::Error>(self, name: &str) -> Result<Found, E> {
        let Recorder { types, session, .. } = self.recorder;
        types.find(session, name, self.interface).map_err(Error::carry)
    }
}

/// The seed of the value.
struct ValueSeed<'t, 'a> {
    recorder: &'t mut Recorder<'a>,
    found: Found,
}

impl<'de> DeserializeSeed<'de> for ValueSeed<'_, '_> {
    type Value = ();

    fn deserialize<D: Deserializer<'de>>(self, from: D) -> Result<(), D::Error> {
        self.recorder.session.check_refusal().map_err(Error::carry)?;
        match &self.found {
            Found::Planned(plan) if plan.glue.readable.is_some() => self.recorder.value_by_serde(plan, from),
            found => self.recorder.shaped_value(found, from),
        }
    }
}

/// The visitor of a value that serde has to read: a source has answered with it, or it is read here.
struct ArgumentVisitor<'p> {
    plan: &'p Arc<Plan>,
    session: &'p Session,
}

impl<'de> Visitor<'de> for ArgumentVisitor<'_> {
    type Value = AnyBox;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "a value of `{}`", self.plan.name)
    }

    fn visit_newtype_struct<D: Deserializer<'de>>(self, from: D) -> Result<AnyBox, D::Error> {
        if let Exchange::Value(value) = Exchange::take() {
            return Ok(value);
        }
        self.plan.decode_source(Sourced(&mut Once::new(from)), self.session).map_err(Error::carry)
    }
}

/// A map whose first keys and text values have already been read. If none have, the map is at its end.
struct Begun<A> {
    read: std::vec::IntoIter<Box<str>>,
    access: A,
}

impl<'de, A: MapAccess<'de>> MapAccess<'de> for Begun<A> {
    type Error = A::Error;

    fn next_key_seed<T: DeserializeSeed<'de>>(&mut self, seed: T) -> Result<Option<T::Value>, A::Error> {
        match self.read.next() {
            Some(key) => seed.deserialize(StrDeserializer::new(&key)).map(Some),
            None => self.access.next_key_seed(seed),
        }
    }

    fn next_value_seed<T: DeserializeSeed<'de>>(&mut self, seed: T) -> Result<T::Value, A::Error> {
        match self.read.next() {
            Some(text) => seed.deserialize(StrDeserializer::new(&text)),
            None => self.access.next_value_seed(seed),
        }
    }
}
