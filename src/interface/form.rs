//! Reads nested values that are not frames. The form is detected from the data, as serde's buffer does not say what it has
//! buffered. Imports `codec`, `error`, `format`, `limits`, `registry`, `state`, `type_name` and its siblings.
//!
//! The forms are `{"type": .., "value": ..}` and `{"type": .., "json": ".."}`, both in any order, and `{"envelope": ..}`; in
//! formats without field names the same as sequences.

use super::form_fields::{EnvelopeSeed, First, FirstSeed, MissingValue, WithKey, WithText};
use super::place::Place;
#[cfg(feature = "json")]
use super::text::{Described, Otherwise, take_text};
use crate::codec::{Interface as _, Opaque, OpaqueParts, Value, cast};
use crate::error::{Error, Result};
use crate::format::Format;
use crate::limits::Limits;
use crate::registry::Registry;
#[cfg(feature = "json")]
use crate::state::{AnyBox, Carry, Plan};
use crate::state::{
    FOREIGN_FIELDS, NESTED_FORM, NO_VALUE, NOTHING_ELSE, Reads, Resolved, Session, Terms, contain, reads_ours,
};
use crate::type_name::TypeName;
use serde::de::{DeserializeSeed, Deserializer, Error as _, MapAccess, SeqAccess, Visitor};
use std::fmt;
use std::marker::PhantomData;
use std::rc::Rc;
#[cfg(feature = "json")]
use std::sync::Arc;

/// The field in formats without field names.
static ENVELOPE_FIELD: [&str; 1] = ["envelope"];

/// Reads a nested value of any form.
pub(super) fn read_form<'de, P: Place, D: Deserializer<'de>>(deserializer: D, is_guarded: bool) -> Result<P, D::Error> {
    let is_readable = deserializer.is_human_readable();
    let fields: &[&str] = if is_readable { &FOREIGN_FIELDS } else { &ENVELOPE_FIELD };
    let is_ours = is_guarded || reads_ours(&deserializer);
    let visitor = FormVisitor { is_guarded, is_ours, is_readable, place: PhantomData };
    let read = || deserializer.deserialize_struct("Nested", fields, visitor);
    if Session::is_running() {
        return read();
    }
    // A decode begins here, so a panic of user code in it becomes its error.
    let read = contain(|| format!("dyn {}", P::Interface::INFO.origin.id), || Ok(read()));
    read.unwrap_or_else(|error| Err(error.pass(D::Error::custom)))
}

/// Decodes a carried value that has a name and no type hash.
pub(super) fn decode_named(opaque: &Opaque) -> Result<Box<dyn Value>> {
    let visitor =
        FormVisitor::<Box<dyn Value>> { is_guarded: false, is_ours: false, is_readable: true, place: PhantomData };
    visitor.within(|reading| {
        let named = reading.name::<Box<dyn Value>>(opaque.type_name().as_str())?;
        let text = std::str::from_utf8(opaque.state()).map_err(Error::custom)?;
        reading.text(text, &named)
    })
}

struct FormVisitor<P> {
    /// Whether the deserializer is behind one of our guards, and not foreign.
    is_guarded: bool,
    /// Whether it is behind a guard, or serde's buffer filled by one.
    is_ours: bool,
    is_readable: bool,
    place: PhantomData<P>,
}

/// The names of the fields.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Key {
    Type,
    Value,
    Json,
    Envelope,
}

impl Key {
    fn parse(text: &str) -> Result<Self> {
        match text {
            "type" => Ok(Key::Type),
            "value" => Ok(Key::Value),
            "json" => Ok(Key::Json),
            "envelope" => Ok(Key::Envelope),
            _ => Err(Error::custom(NOTHING_ELSE)),
        }
    }
}

/// A decode of a nested value that states its type name.
struct Reading {
    session: Rc<Session>,
    /// Whether the deserializer is behind one of our guards, which counts its values.
    #[cfg_attr(not(feature = "json"), allow(dead_code, reason = "readable formats need it"))]
    is_guarded: bool,
    /// Whether our envelope lists the name.
    is_listed: bool,
}

/// A resolved name.
struct Named {
    resolved: Resolved,
    hash: Option<u64>,
    name: TypeName,
}

impl<'de, P: Place> Visitor<'de> for FormVisitor<P> {
    type Value = P;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(NESTED_FORM)
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<P, A::Error> {
        let Some(first) = next_key(&mut map)? else { return Err(A::Error::custom("a nested value has no `type`")) };
        let place = match first {
            Key::Envelope => map.next_value_seed(EnvelopeSeed(PhantomData)),
            first => self.named(first, &mut map),
        }?;
        match map.next_key_seed(WithKey(|_: &str| Ok(())))? {
            Some(()) => Err(A::Error::custom(NOTHING_ELSE)),
            None => Ok(place),
        }
    }

    /// Reads fields by position: the type is before a value but after JSON text, and an envelope is the only field.
    fn visit_seq<A: SeqAccess<'de>>(self, mut fields: A) -> Result<P, A::Error> {
        if !self.is_readable {
            return fields
                .next_element_seed(EnvelopeSeed(PhantomData))?
                .ok_or_else(|| A::Error::invalid_length(0, &self));
        }
        let first = fields.next_element_seed(FirstSeed(PhantomData))?;
        match first.ok_or_else(|| A::Error::invalid_length(0, &self))? {
            First::Place(place) => Ok(place),
            First::Text(text) => self.positions(&text, &mut fields),
        }
    }
}

impl<P: Place> FormVisitor<P> {
    /// Runs `read` in a session; a foreign deserializer has no list of names.
    fn within<T, E: serde::de::Error>(&self, read: impl FnOnce(&Reading) -> Result<T, E>) -> Result<T, E> {
        // A foreign deserializer does not tell the size of its input, so the whole memory limit counts as earned.
        let (session, guard) = Session::join_or_start(&Terms::default(), usize::MAX, Registry::global());
        let _level = session.budget.descend_nested().map_err(|error| error.pass(E::custom))?;
        let is_listed = self.is_ours && !session.is_foreign();
        let read = read(&Reading { session: Rc::clone(&session), is_guarded: self.is_guarded, is_listed });
        // A decode that begins here also ends here.
        if guard.is_some() { session.foreign_verdict(read) } else { read }
    }

    fn named<'de, A: MapAccess<'de>>(&self, first: Key, map: &mut A) -> Result<P, A::Error> {
        self.within(|reading| {
            if first == Key::Type {
                let named = map.next_value_seed(WithText(|name: &str| reading.name::<P>(name)))?;
                return match next_key(map)? {
                    Some(Key::Value) => reading.value(named, |seed| map.next_value_seed(seed)),
                    Some(Key::Json) => map.next_value_seed(WithText(|text: &str| reading.text(text, &named))),
                    Some(_) => Err(A::Error::custom(NOTHING_ELSE)),
                    None => reading.value(named, |seed| MissingValue(PhantomData).read(seed)),
                };
            }
            let text = match first {
                Key::Json => map.next_value_seed(WithText(|text: &str| Ok(Box::from(text))))?,
                _ => map.next_value_seed(TextSeed(reading))?,
            };
            reading.session.budget.charge(text.len()).map_err(|error| error.pass(A::Error::custom))?;
            match next_key(map)? {
                Some(Key::Type) => {
                    map.next_value_seed(WithText(|name: &str| reading.text(&text, &reading.name::<P>(name)?)))
                }
                Some(_) => Err(A::Error::custom(NOTHING_ELSE)),
                None => Err(A::Error::custom("a nested value has no `type`")),
            }
        })
    }

    fn positions<'de, A: SeqAccess<'de>>(&self, first: &str, fields: &mut A) -> Result<P, A::Error> {
        let missing = || A::Error::invalid_length(1, self);
        self.within(|reading| {
            if is_text(first) {
                let text = |name: &str| reading.text(first, &reading.name::<P>(name)?);
                return fields.next_element_seed(WithText(text))?.ok_or_else(missing);
            }
            let named = reading.name::<P>(first).map_err(|error| error.pass(A::Error::custom))?;
            reading.value(named, |seed| fields.next_element_seed(seed)?.ok_or_else(missing))
        })
    }
}

/// Whether a text is JSON and not a type name. `null` and lists of it parse as both, but no type has such a name.
fn is_text(text: &str) -> bool {
    let of_null = text.contains("null") && text.replace("null", "").bytes().all(|byte| matches!(byte, b'[' | b']'));
    of_null || TypeName::parse(text, &Limits::trusted()).is_err()
}

fn next_key<'de, A: MapAccess<'de>>(map: &mut A) -> Result<Option<Key>, A::Error> {
    map.next_key_seed(WithKey(Key::parse))
}

impl Reading {
    fn name<P: Place>(&self, name: &str) -> Result<Named> {
        let (resolved, hash, name) = self.session.named(name, P::Interface::INFO, self.is_listed, P::CARRY)?;
        Ok(Named { resolved, hash, name })
    }

    /// Runs `decode`, as inside a foreign deserializer if our envelope does not list the value.
    fn decode<T>(&self, named: &Named, reads: Reads, decode: impl FnOnce() -> T) -> T {
        let _foreign = named.hash.is_none().then(|| self.session.enter_foreign(reads));
        decode()
    }

    /// Decodes or carries a value that was read as JSON text.
    fn text<P: Place>(&self, text: &str, named: &Named) -> Result<P> {
        self.session.budget.charge(text.len())?;
        let Resolved::Plan(plan) = &named.resolved else { return self.carry(text, named) };
        let decode = || plan.decode_state(Format::Json, text.as_bytes(), &self.session);
        let decode = || self.decode(named, Reads::Json, decode).and_then(|value| cast(plan, value));
        match self.session.or_carried(P::CARRY, decode) {
            // An inner type is unknown and its field does not carry, so the whole value is carried.
            Err(error) if P::CARRY.takes(&error) => self.carry(text, named),
            value => value.and_then(P::known),
        }
    }

    fn carry<P: Place>(&self, text: &str, named: &Named) -> Result<P> {
        let (name, hash, format, state) = (named.name.clone(), named.hash, Format::Json, text.as_bytes());
        let parts = OpaqueParts { name, hash, format, state, table: &[] };
        // The names and schema of the surrounding envelope do not describe this value.
        let is_alone = hash.is_none() && !self.session.is_foreign();
        let _foreign = is_alone.then(|| self.session.enter_foreign(Reads::Json));
        P::carried(Opaque::of_nested(&self.session, parts)?)
    }
}

/// The seed of a nested value's `value`, after its name. The result is boxed and its own code charges it, so the seed's type is
/// `()`, for which nothing is charged.
struct ValueSeed<'a, P> {
    reading: &'a Reading,
    named: Named,
    made: &'a mut Option<P>,
}

impl Reading {
    /// Reads the value through its seed.
    fn value<P, E: serde::de::Error>(
        &self,
        named: Named,
        read: impl FnOnce(ValueSeed<'_, P>) -> Result<(), E>,
    ) -> Result<P, E> {
        let mut made = None;
        read(ValueSeed { reading: self, named, made: &mut made })?;
        made.ok_or_else(|| E::custom(NO_VALUE))
    }
}

impl<'de, P: Place> DeserializeSeed<'de> for ValueSeed<'_, P> {
    type Value = ();

    #[cfg(feature = "json")]
    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<(), D::Error> {
        let ValueSeed { reading, named, made } = self;
        let place = match &named.resolved {
            Resolved::Carried(..) => {
                let text = take_text(deserializer, reading.reads::<D::Error>(), Described(&reading.session))?;
                reading.text(&text, &named)
            }
            Resolved::Plan(plan) if P::CARRY == Carry::Unknown => {
                let mut value = None;
                let text = take_text(
                    deserializer,
                    reading.reads::<D::Error>(),
                    Decoded { reading, named: &named, plan, value: &mut value },
                )?;
                match value {
                    Some(value) => cast(plan, value).and_then(P::known),
                    None => reading.text(&text, &named),
                }
            }
            Resolved::Plan(plan) => cast(plan, reading.plan(&named, plan, deserializer)?).and_then(P::known),
        };
        *made = Some(place.map_err(|error| error.pass(D::Error::custom))?);
        Ok(())
    }

    #[cfg(not(feature = "json"))]
    fn deserialize<D: Deserializer<'de>>(self, _: D) -> Result<(), D::Error> {
        let _ = (self.reading, self.named.resolved, self.made);
        Format::Json.missing().map_err(|error| error.pass(D::Error::custom))
    }
}

#[cfg(feature = "json")]
impl Reading {
    /// What a deserializer with this error type reads. The content of serde's buffer no longer counts as the original format.
    fn reads<E>(&self) -> Reads {
        if self.is_guarded { self.session.reads() } else { Reads::by_error::<E>() }
    }

    fn plan<'de, D: Deserializer<'de>>(
        &self,
        named: &Named,
        plan: &Arc<Plan>,
        deserializer: D,
    ) -> Result<AnyBox, D::Error> {
        if self.is_guarded {
            return self.decode(named, self.session.reads(), || plan.decode_next(deserializer));
        }
        let decoded = match named.hash {
            Some(_) => plan.decode_buffered(deserializer, &self.session),
            None => self.decode(named, self.reads::<D::Error>(), || plan.decode_foreign(deserializer, &self.session)),
        };
        decoded.map_err(|error| error.pass(D::Error::custom))
    }
}

/// Decodes a value if the format does not hand over its text.
#[cfg(feature = "json")]
struct Decoded<'a> {
    reading: &'a Reading,
    named: &'a Named,
    plan: &'a Arc<Plan>,
    value: &'a mut Option<AnyBox>,
}

#[cfg(feature = "json")]
impl<'de> Otherwise<'de> for Decoded<'_> {
    fn take<D: Deserializer<'de>>(self, deserializer: D) -> Result<String, D::Error> {
        *self.value = Some(self.reading.plan(self.named, self.plan, deserializer)?);
        // The text is not used, but has to be valid raw JSON.
        Ok("null".to_owned())
    }
}

/// The seed of a value before its type name.
struct TextSeed<'a>(&'a Reading);

impl<'de> DeserializeSeed<'de> for TextSeed<'_> {
    type Value = Box<str>;

    #[cfg(feature = "json")]
    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<Box<str>, D::Error> {
        take_text(deserializer, self.0.reads::<D::Error>(), Described(&self.0.session))
    }

    #[cfg(not(feature = "json"))]
    fn deserialize<D: Deserializer<'de>>(self, _: D) -> Result<Box<str>, D::Error> {
        let _ = self.0;
        Format::Json.missing().map_err(|error| error.pass(D::Error::custom))
    }
}

impl<E: serde::de::Error> MissingValue<E> {
    fn read<P: Place>(self, seed: ValueSeed<'_, P>) -> Result<(), E> {
        match seed.named.resolved {
            Resolved::Plan(_) if !seed.reading.is_listed => seed.deserialize(self),
            _ => Err(E::custom(NO_VALUE)),
        }
    }
}
