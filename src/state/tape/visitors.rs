//! Visitors of values without parts, and of values that serde reads. Imports `error` and its siblings.

use super::recorder::{Recorder, within};
use crate::error::{Error, Passing, Result, Step};
use crate::state::binary::by_serde::BySerde;
use crate::state::binary::run::SPARE;
use crate::state::decode::types::{Guarded, Session, Sourced};
use crate::state::handoff::{ReadBySerde, WantBySerde};
use crate::state::metered::once::Once;
use serde::de::{Deserialize, DeserializeSeed, Deserializer, IgnoredAny, SeqAccess, Unexpected, Visitor};
use std::any::Any;
use std::fmt;

/// Text.
pub(super) struct Text<'t, 'a>(pub(super) &'t mut Recorder<'a>);

impl Visitor<'_> for Text<'_, '_> {
    type Value = ();

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a string")
    }

    fn visit_str<E: serde::de::Error>(self, text: &str) -> Result<(), E> {
        self.0.slice(text.as_bytes());
        Ok(())
    }

    fn visit_bytes<E: serde::de::Error>(self, bytes: &[u8]) -> Result<(), E> {
        match std::str::from_utf8(bytes) {
            Ok(text) => self.visit_str(text),
            Err(_) => Err(E::invalid_value(Unexpected::Bytes(bytes), &self)),
        }
    }
}

/// A boolean as the key of an entry, from its text: serde_json's own `deserialize_bool` splits a character where the key is another
/// text, which is undefined behavior if nobody checks strings.
pub(super) struct BoolKey<'t, 'a>(pub(super) &'t mut Recorder<'a>);

impl<'de> Visitor<'de> for BoolKey<'_, '_> {
    type Value = ();

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a boolean")
    }

    fn visit_bool<E: serde::de::Error>(self, value: bool) -> Result<(), E> {
        self.0.bytes.push(u8::from(value));
        Ok(())
    }

    fn visit_borrowed_str<E: serde::de::Error>(self, text: &'de str) -> Result<(), E> {
        match text.parse() {
            Ok(value) => self.visit_bool(value),
            Err(_) => self.visit_str(text),
        }
    }

    /// A text with escapes is no boolean to serde_json.
    fn visit_str<E: serde::de::Error>(self, text: &str) -> Result<(), E> {
        Err(E::invalid_type(Unexpected::Str(text), &self))
    }
}

/// Bytes.
pub(super) struct Bytes<'t, 'a>(pub(super) &'t mut Recorder<'a>);

impl<'de> Visitor<'de> for Bytes<'_, '_> {
    type Value = ();

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("byte array")
    }

    fn visit_str<E: serde::de::Error>(self, text: &str) -> Result<(), E> {
        self.visit_bytes(text.as_bytes())
    }

    fn visit_bytes<E: serde::de::Error>(self, bytes: &[u8]) -> Result<(), E> {
        self.0.slice(bytes);
        Ok(())
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut access: A) -> Result<(), A::Error> {
        // A list of numbers is a level, and each number is counted and charged as an element.
        self.0.level(|recorder| {
            let (start, session) = (recorder.begin_claim(), recorder.session);
            let mut length = 0_usize;
            loop {
                match access.next_element() {
                    Ok(Some(byte)) => recorder.bytes.push(byte),
                    Ok(None) => break,
                    Err(error) => return Err(within(error, Step::Element(length))),
                }
                let room = if length == 0 { SPARE.saturating_add(1) } else { 1 };
                let counted = session.budget.count_elements(1, true, room).and_then(|()| recorder.count());
                counted.map_err(|error| error.within(Step::Element(length)).carry())?;
                length = length.saturating_add(1);
            }
            recorder.end_claim(start, length as u64);
            Ok(())
        })
    }
}

/// The visitor of a value that serde reads: a source has answered with it, or it is read here.
pub(super) struct AsideVisitor<'a> {
    /// Whether the value is the key of an entry.
    pub(super) is_key: bool,
    pub(super) by: &'static BySerde,
    pub(super) session: &'a Session,
}

impl<'de> Visitor<'de> for AsideVisitor<'_> {
    type Value = Box<dyn Any>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a value that serde reads")
    }

    fn visit_newtype_struct<D: Deserializer<'de>>(self, from: D) -> Result<Self::Value, D::Error> {
        if let Some(ReadBySerde(value)) = ReadBySerde::take() {
            return Ok(value);
        }
        let _ = WantBySerde::take();
        let mut once = if self.is_key { Once::key(from) } else { Once::new(from) };
        (self.by.read)(Sourced(&mut Guarded::new(&mut once, self.session, self.by.size))).map_err(Error::carry)
    }
}

/// The visitor of an unknown field's value.
pub(super) struct Ignored<'t, 'a>(pub(super) &'t Recorder<'a>);

impl<'de> DeserializeSeed<'de> for Ignored<'_, '_> {
    type Value = ();

    fn deserialize<D: Deserializer<'de>>(self, from: D) -> Result<(), D::Error> {
        let _at = self.0.shown(false);
        let mut once = Once::new(from);
        let guarded = &mut Guarded::new(&mut once, self.0.session, size_of::<IgnoredAny>());
        IgnoredAny::deserialize(Sourced(guarded)).map(drop).map_err(Passing::carry)
    }
}
