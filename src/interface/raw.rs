//! A carried value in a readable format: as the JSON text that it is. Imports `codec`, `error`, `format`, `state`.

use super::place::Place;
use crate::codec::{Opaque, OpaqueParts};
#[cfg(not(feature = "json"))]
use crate::error::Error;
use crate::error::{Kind, Result};
use crate::format::Format;
use crate::state::{AnyBox, Names, Plan, Session};
use crate::type_name::TypeName;
#[cfg(not(feature = "json"))]
use serde::de::Error as _;
use serde::de::MapAccess;
use serde::ser::{Error as _, SerializeStruct, Serializer};
use std::sync::Arc;

/// Writes `{"type": .., "value": ..}` of a carried value.
pub(super) fn readable_opaque<S: Serializer>(opaque: &Opaque, serializer: S) -> Result<S::Ok, S::Error> {
    let is_ours = Names::is_writing();
    let text = text_of(opaque, is_ours).map_err(|error| error.pass(S::Error::custom))?;
    let mut fields = serializer.serialize_struct("Nested", 2)?;
    fields.serialize_field("type", opaque.type_name().as_str())?;
    #[cfg(feature = "json")]
    if is_ours || speaks_json::<S>() {
        let raw: &serde_json::value::RawValue = serde_json::from_str(text).map_err(S::Error::custom)?;
        fields.serialize_field("value", raw)?;
    } else {
        fields.serialize_field("value", &serde_json::from_str::<serde_json::Value>(text).map_err(S::Error::custom)?)?;
    }
    #[cfg(not(feature = "json"))]
    let _ = text;
    fields.end()
}

/// The JSON text of a carried value, whose types are noted if an envelope is being written.
pub(super) fn text_of(opaque: &Opaque, is_ours: bool) -> Result<&str> {
    if is_ours {
        opaque.note()?;
    }
    match std::str::from_utf8(opaque.state()) {
        Ok(text) if opaque.format() == Format::Json && cfg!(feature = "json") => Ok(text),
        _ => {
            let what = "a carried value that came in another state format";
            Err(Kind::NotRepresentable { format: Format::Json.name(), what }.into())
        }
    }
}

/// Whether raw JSON text can pass. There is nothing in serde that one could ask; in another format the text would stand
/// as a strange struct.
#[cfg(feature = "json")]
fn speaks_json<T>() -> bool {
    std::any::type_name::<T>().contains("serde_json::")
}

/// The value of a nested value, undecoded: its JSON text.
pub(super) struct Raw(#[cfg_attr(not(feature = "json"), allow(dead_code, reason = "there is no text"))] String);

/// Reads a value as text; without the feature `json` there is no form for it.
pub(super) fn read_raw<'de, A: MapAccess<'de>>(map: &mut A, is_guarded: bool) -> Result<Raw, A::Error> {
    #[cfg(not(feature = "json"))]
    {
        let _ = (map, is_guarded);
        Err(Error::from(Kind::FormatNotCompiledIn { format: Format::Json.name(), is_choice: false })
            .pass(A::Error::custom))
    }
    #[cfg(feature = "json")]
    if is_guarded || speaks_json::<A>() {
        Ok(Raw(Box::<str>::from(map.next_value::<Box<serde_json::value::RawValue>>()?).into()))
    } else {
        Ok(Raw(map.next_value::<serde_json::Value>()?.to_string()))
    }
}

impl Raw {
    /// Decodes the value.
    pub(super) fn decode(&self, session: &Session, plan: &Arc<Plan>) -> Result<AnyBox> {
        session.charge(self.0.len())?;
        plan.decode_state(Format::Json, self.0.as_bytes(), session)
    }

    /// Carries the value.
    pub(super) fn carry<P: Place>(&self, session: &Session, hash: Option<u64>, name: TypeName) -> Result<P> {
        let (format, state) = (Format::Json, self.0.as_bytes());
        P::carried(Opaque::of_nested(session, OpaqueParts { name, hash, format, state, table: &[] })?)
    }
}
