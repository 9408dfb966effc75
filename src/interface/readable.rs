//! A trait object in a readable format: `{"type": .., "value": ..}`. Imports `codec`, `error`, `format`, `registry`, `state`
//! and its siblings.
//!
//! JSON of ours is appended to what stands before it; another crate's serializer gets a struct of two fields.

use super::nested::note;
use super::place::Place;
#[cfg(feature = "json")]
use super::raw::text_of;
use super::raw::{read_raw, readable_opaque};
use crate::codec::{Interface, cast};
use crate::error::Result;
#[cfg(feature = "json")]
use crate::format::{Format, put_json};
use crate::limits::Limits;
use crate::registry::Registry;
#[cfg(feature = "json")]
use crate::state::Sink;
use crate::state::{AnyBox, Carry, NESTED_FIELDS, Plan, Resolved, Session};
use serde::de::{DeserializeSeed, Deserializer, Error as _, MapAccess, Visitor};
use serde::ser::{Error as _, Serialize, SerializeStruct, Serializer};
use std::fmt;
use std::marker::PhantomData;
use std::sync::Arc;

/// Appends `value` as `{"type": .., "value": ..}`: two fields, which a decode counts as one level.
#[cfg(feature = "json")]
pub(super) fn write_readable<I: Interface + ?Sized>(value: &I, sink: &mut Sink) -> Result<()> {
    let spent = &sink.encoding.spent;
    spent.begin_nested()?;
    spent.set_depth(spent.one_deeper(spent.depth())?);
    let about = value.__about();
    let written = match about.carried() {
        Some(opaque) => text_of(opaque, true).and_then(|text| {
            put_readable(sink, opaque.type_name().as_str(), |sink| {
                sink.bytes.extend_from_slice(text.as_bytes());
                Ok(())
            })
        }),
        None => about.identity().and_then(|identity| {
            note(value, &identity)?;
            put_readable(sink, &identity.name, |sink| value.__write(sink, Format::Json))
        }),
    };
    sink.encoding.spent.end_nested();
    written
}

#[cfg(feature = "json")]
fn put_readable(sink: &mut Sink, name: &str, value: impl FnOnce(&mut Sink) -> Result<()>) -> Result<()> {
    sink.bytes.extend_from_slice(b"{\"type\":");
    put_json(&mut sink.bytes, name)?;
    sink.bytes.extend_from_slice(b",\"value\":");
    value(sink)?;
    sink.bytes.push(b'}');
    Ok(())
}

/// Serializes a trait object for a readable format that is not ours to write.
pub(super) fn serialize_readable<I: Interface + ?Sized, S: Serializer>(
    value: &I,
    serializer: S,
) -> Result<S::Ok, S::Error> {
    let about = value.__about();
    if let Some(opaque) = about.carried() {
        return readable_opaque(opaque, serializer);
    }
    let identity = about.identity().map_err(|error| error.pass(S::Error::custom))?;
    note(value, &identity).map_err(|error| error.pass(S::Error::custom))?;
    let mut fields = serializer.serialize_struct("Nested", 2)?;
    fields.serialize_field("type", &identity.name)?;
    fields.serialize_field("value", &Foreign(value.__serialize()))?;
    fields.end()
}

struct Foreign<'a>(&'a dyn erased_serde::Serialize);

impl Serialize for Foreign<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        erased_serde::serialize(self.0, serializer)
    }
}

/// Reads `{"type": .., "value": ..}`, in this order, which is also the one that databases sort keys into.
pub(super) struct ReadableVisitor<P> {
    /// Whether a session of ours reads it, and not a foreign deserializer.
    pub(super) is_guarded: bool,
    pub(super) place: PhantomData<P>,
}

impl<'de, P: Place> Visitor<'de> for ReadableVisitor<P> {
    type Value = P;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a map of `type`, then `value`")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<P, A::Error> {
        let expect = |key: Option<bool>, wanted: &str| match key {
            Some(true) => Ok(()),
            Some(false) => Err(A::Error::custom("a nested value is `type`, then `value`, and nothing else")),
            None => Err(A::Error::custom(format_args!("a nested value needs `{wanted}`"))),
        };
        let [ty, value] = NESTED_FIELDS;
        expect(map.next_key_seed(WithText(|key: &str| Ok(key == ty)))?, ty)?;
        // A foreign deserializer does not say how much input it has, so all memory of the limit counts as earned.
        let limits = Limits::default();
        let (session, _guard) = Session::join_or_start(&limits, usize::MAX, Registry::global());
        let _level = session.descend_nested().map_err(|error| error.pass(A::Error::custom))?;
        let is_guarded = self.is_guarded;
        let named = |name: &str| session.named(name, P::Interface::INFO, is_guarded, P::CARRY);
        let (resolved, hash, name) = map.next_value_seed(WithText(named))?;
        expect(map.next_key_seed(WithText(|key: &str| Ok(key == value)))?, value)?;
        let place = match resolved {
            Resolved::Carried(hash, name) => read_raw(&mut map, is_guarded)?.carry(&session, hash, name),
            Resolved::Plan(plan) if is_guarded && P::CARRY == Carry::Unknown => {
                let raw = read_raw(&mut map, is_guarded)?;
                match raw.decode(&session, &plan).and_then(|value| cast(&plan, value)) {
                    // As in a frame: something inside is not known here.
                    Err(error) if P::CARRY.takes(&error) => raw.carry(&session, hash, name),
                    value => value.and_then(P::known),
                }
            }
            Resolved::Plan(plan) => {
                let value = map.next_value_seed(PlanSeed { plan: &plan, session: &session, is_guarded })?;
                cast(&plan, value).and_then(P::known)
            }
        };
        match map.next_key::<String>()? {
            Some(_) => Err(A::Error::custom("a nested value is `type`, then `value`, and nothing else")),
            None => place.map_err(|error| error.pass(A::Error::custom)),
        }
    }
}

/// What a function makes of a text, which need not be kept.
struct WithText<F>(F);

impl<'de, T, F: FnOnce(&str) -> Result<T>> DeserializeSeed<'de> for WithText<F> {
    type Value = T;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<T, D::Error> {
        deserializer.deserialize_str(self)
    }
}

impl<T, F: FnOnce(&str) -> Result<T>> Visitor<'_> for WithText<F> {
    type Value = T;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a string")
    }

    fn visit_str<E: serde::de::Error>(self, text: &str) -> Result<T, E> {
        (self.0)(text).map_err(|error| error.pass(E::custom))
    }
}

struct PlanSeed<'a> {
    plan: &'a Arc<Plan>,
    session: &'a Session,
    is_guarded: bool,
}

impl<'de> DeserializeSeed<'de> for PlanSeed<'_> {
    type Value = AnyBox;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<Self::Value, D::Error> {
        if self.is_guarded {
            return self.plan.decode_next(deserializer);
        }
        self.plan.decode_foreign(deserializer, self.session).map_err(|error| error.pass(D::Error::custom))
    }
}
