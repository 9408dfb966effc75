//! Decodes a value whose type only its plan knows, inside another value. Imports `error`, `format`, `shape` and its siblings.

use crate::error::{Error, Kind, Result};
#[cfg(feature = "json")]
use crate::format::json_state;
use crate::shape::is_read_as_option;
#[cfg(feature = "json")]
use crate::state::decode::contain::once;
use crate::state::decode::types::{AnyBox, Plan, Session};
#[cfg(feature = "json")]
use crate::state::decode::types::{Guarded, Reads, Sourced};
use crate::state::handoff::{ARGUMENT, Exchange, asks_ours, reads_ours};
#[cfg(feature = "json")]
use crate::state::metered::once::Once;
#[cfg(feature = "json")]
use crate::state::tape::{At, read_source};
#[cfg(feature = "json")]
use serde::de::{Deserialize, DeserializeOwned};
use serde::de::{Deserializer, Error as _, Visitor};
use std::fmt;
use std::sync::Arc;

impl Plan {
    /// Decodes the next value: by its own glue if the deserializer is ours, otherwise behind a guard.
    pub(crate) fn decode_next<'de, D: Deserializer<'de>>(
        self: &Arc<Self>,
        deserializer: D,
    ) -> Result<AnyBox, D::Error> {
        // Some formats show a newtype. And serde's deserializer for a missing field supports an option only, which may be behind
        // a wrapper.
        let is_ours = asks_ours(&deserializer) || reads_ours(&deserializer) && !is_read_as_option(self.expr, &**self);
        if !is_ours {
            return self.decode_beside(deserializer);
        }
        Exchange::WantValue(Arc::clone(self)).put();
        deserializer.deserialize_newtype_struct(ARGUMENT, ValueVisitor(self))
    }

    /// Decodes from another crate's deserializer that a value runs inside the decode, or from serde's buffer.
    fn decode_beside<'de, D: Deserializer<'de>>(self: &Arc<Self>, deserializer: D) -> Result<AnyBox, D::Error> {
        #[cfg(feature = "json")]
        let around = Session::current().filter(|_| !reads_ours(&deserializer));
        #[cfg(feature = "json")]
        let _foreign = around.as_ref().map(|session| session.enter_foreign(Reads::by_error::<D::Error>()));
        self.decode_in_session(deserializer)
    }

    fn decode_in_session<'de, D: Deserializer<'de>>(self: &Arc<Self>, deserializer: D) -> Result<AnyBox, D::Error> {
        let outside = || Error::from(Kind::Malformed { what: "an erased value", reason: "no decode is running" });
        let decoded =
            Session::current().ok_or_else(outside).and_then(|session| self.decode_foreign(deserializer, &session));
        decoded.map_err(|error| error.pass(D::Error::custom))
    }
}

/// Decodes a JSON text through serde; `slot` bytes are already charged for the value.
#[cfg(feature = "json")]
pub(crate) fn decode_text<T: DeserializeOwned>(text: &[u8], session: &Session, slot: usize) -> Result<T> {
    let mut value = None;
    read_json(text, session, slot, &mut |source| {
        value = Some(T::deserialize(source)?);
        Ok(())
    })?;
    once(&mut value)
}

/// Calls `read` with the deserializer of a JSON text.
#[cfg(feature = "json")]
pub(in crate::state) fn read_json(
    text: &[u8],
    session: &Session,
    slot: usize,
    read: &mut dyn FnMut(Sourced<'_, '_>) -> Result<()>,
) -> Result<()> {
    json_state(text, &mut |json| read(Sourced(&mut Guarded::new(&mut Once::new(json), session, slot))))
}

/// Decodes from a foreign deserializer, and counts its values.
#[cfg(feature = "json")]
pub(crate) fn decode_guarded<'de, T: Deserialize<'de>, D: Deserializer<'de>>(
    deserializer: D,
    session: &Session,
    slot: usize,
) -> Result<T> {
    Ok(T::deserialize(Sourced(&mut Guarded::new(&mut Once::new(deserializer), session, slot)))?)
}

#[cfg(feature = "json")]
impl Plan {
    /// Decodes from a foreign deserializer of a readable format, or from serde's buffer of one.
    pub(crate) fn decode_foreign<'de, D: Deserializer<'de>>(
        self: &Arc<Self>,
        deserializer: D,
        session: &Session,
    ) -> Result<AnyBox> {
        self.contained(Sourced(&mut Once::new(deserializer)), session)
    }

    /// Decodes from serde's buffer of our own JSON.
    pub(crate) fn decode_buffered<'de, D: Deserializer<'de>>(
        self: &Arc<Self>,
        deserializer: D,
        session: &Session,
    ) -> Result<AnyBox> {
        self.contained(Sourced(&mut Once::buffered(deserializer)), session)
    }

    /// Decodes from a source, and turns a panic into an error.
    fn contained(self: &Arc<Self>, source: Sourced<'_, '_>, session: &Session) -> Result<AnyBox> {
        session.contain(|| self.name.to_string(), || self.decode_source(source, session))
    }

    /// Decodes from a source.
    pub(in crate::state) fn decode_source(
        self: &Arc<Self>,
        source: Sourced<'_, '_>,
        session: &Session,
    ) -> Result<AnyBox> {
        session.check_refusal()?;
        let slot = session.slot.take();
        match self.glue.readable {
            None => read_source(source, session, At::new(self.expr, Some(self)), |input| {
                input.by_plan(self, slot, |input, slot| (self.glue.binary)(input, slot))
            }),
            Some(readable) => {
                session.by_plan(self, slot, |slot| readable(Sourced(&mut Guarded::new(source.0, session, slot))))
            }
        }
    }
}

/// Without the feature `json` no type reads readable formats.
#[cfg(not(feature = "json"))]
impl Plan {
    pub(crate) fn decode_foreign<'de, D: Deserializer<'de>>(self: &Arc<Self>, _: D, _: &Session) -> Result<AnyBox> {
        crate::format::Format::Json.missing()
    }
}

struct ValueVisitor<'a>(&'a Arc<Plan>);

impl<'de> Visitor<'de> for ValueVisitor<'_> {
    type Value = AnyBox;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "a value of `{}`", self.0.name)
    }

    fn visit_newtype_struct<D: Deserializer<'de>>(self, deserializer: D) -> Result<AnyBox, D::Error> {
        if let Exchange::Value(value) = Exchange::take() {
            return Ok(value);
        }
        // Behind one of our guards.
        self.0.decode_in_session(deserializer)
    }
}
