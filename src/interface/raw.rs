//! A carried value in a readable format: as the JSON text that it is. Imports `codec`, `error`, `format`, `state`.

use crate::codec::Opaque;
#[cfg(feature = "json")]
use crate::codec::OpaqueParts;
use crate::error::{Kind, Result};
use crate::format::Format;
use crate::state::{Names, Session};
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
fn text_of(opaque: &Opaque, is_ours: bool) -> Result<&str> {
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

/// Reads the value of a nested value that is to be carried; without the feature `json` there is no form for it.
#[cfg_attr(not(feature = "json"), allow(unused_variables, reason = "there is nothing to read it into"))]
pub(super) fn read_raw<'de, A: MapAccess<'de>>(
    map: &mut A,
    session: &Session,
    hash: Option<u64>,
    name: &Arc<str>,
    is_guarded: bool,
) -> Result<Result<Opaque>, A::Error> {
    #[cfg(not(feature = "json"))]
    return Ok(Err(Kind::FormatNotCompiledIn { format: Format::Json.name() }.into()));
    #[cfg(feature = "json")]
    {
        let text = if is_guarded || speaks_json::<A>() {
            String::from(Box::<str>::from(map.next_value::<Box<serde_json::value::RawValue>>()?))
        } else {
            map.next_value::<serde_json::Value>()?.to_string()
        };
        let (limits, format, state, names) = (&session.limits, Format::Json, text.as_bytes(), session.names());
        let parts = OpaqueParts { name, limits, hash, format, state, table: &[], names };
        Ok(session.charge(text.len()).and_then(|()| Opaque::of_nested(parts)))
    }
}
