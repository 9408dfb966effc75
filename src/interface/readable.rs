//! Writes trait objects to our JSON, or to another crate's serializer. `form` reads the result.
//! Imports `codec`, `error`, `format`, `limits`, `shape`, `state` and its siblings.
//!
//! Our JSON is appended to the text. Another crate's serializer gets a struct of two fields if its format is readable, otherwise a
//! struct of one field, the whole envelope: then positional formats add nothing to its bytes, and formats with names write a map,
//! which serde's buffer keeps and BSON accepts as a root.

use super::reformat::Needs;
#[cfg(feature = "json")]
use super::text::{Outgoing, foreign, into, merged, not_text};
use crate::codec::{About, Interface, Naming, Opaque, Value, encode_to_leave};
use crate::error::Result;
use crate::format::Format;
#[cfg(feature = "json")]
use crate::format::put_json;
use crate::limits::Limits;
use crate::shape::Identity;
#[cfg(feature = "json")]
use crate::state::{NESTED_FIELDS, Sink};
use crate::state::{Names, Scope, enter_outside, serialize_erased};
use serde::ser::{Error as _, Serialize, SerializeStruct, Serializer};
#[cfg(feature = "json")]
use serde_json::value::RawValue;
use std::borrow::Cow;
use std::sync::Arc;

/// Notes a nested value's type in the envelope that is being written, and its shapes if requested.
pub(super) fn note(about: &About<'_>, identity: &Arc<Identity>) -> Result<()> {
    if Names::wants_schema(identity.hash) {
        Names::describe(&*about.schema()?);
    }
    Names::note(identity)
}

/// Appends `value` as `{"type": .., "value": ..}`: two fields, which a decode counts as one level.
#[cfg(feature = "json")]
pub(super) fn write_readable<I: Interface + ?Sized>(value: &I, sink: &mut Sink<'_>) -> Result<()> {
    if is_asked(&value.__about()) {
        sink.bytes.extend_from_slice(b"null");
        return Ok(());
    }
    let about = value.__about().settled(Naming::ByContent)?;
    let budget = &sink.encoding.budget;
    budget.begin_nested()?;
    budget.set_depth(budget.one_deeper(budget.depth())?);
    let written = match about.carried() {
        Some(opaque) => {
            let opaque = Needs::of(true).fulfil(opaque, Some(&sink.encoding.budget));
            opaque.and_then(|opaque| put_carried(sink, &opaque))
        }
        None => about.identity().and_then(|identity| {
            note(&about, &identity)?;
            put_readable(sink, &identity.name, |sink| about.write(value, sink))
        }),
    };
    sink.encoding.budget.end_nested();
    written
}

/// Whether the values of parameters are asked for their arguments. A trait object is asked on its own.
pub(super) fn is_asked(about: &About<'_>) -> bool {
    Scope::is_asking() && (!about.is_unsettled() || Scope::tell_unsettled())
}

/// Writes `value` to a tape, as a value of its type, or as text if the type has free parameters.
#[cfg(feature = "json")]
#[inline(never)]
pub(super) fn put_on_tape<I: Interface + ?Sized>(value: &I, sink: &mut Sink<'_>) -> Result<()> {
    let known = sink.encoding.text_types.place_of(value.__own_type_id());
    let Some((place, name_len)) = known.map_or_else(|| new_on_tape(value, sink), |known| Ok(Some(known)))? else {
        if is_asked(&value.__about()) {
            return Ok(());
        }
        let _scope = sink.scope.map(Scope::enter);
        return sink.put_nested_text(|sink| write_readable(value, sink));
    };
    sink.put_nested_value(place, name_len, |sink| value.__write(sink))
}

/// The index of a type that is new in the encode, or not known by `TypeId`. Notes the type in the envelope.
#[cfg(feature = "json")]
#[inline(never)]
fn new_on_tape<I: Interface + ?Sized>(value: &I, sink: &Sink<'_>) -> Result<Option<(usize, usize)>> {
    if Scope::is_asking() {
        return Ok(None);
    }
    let about = value.__about();
    let Some(standing) = about.standing() else { return Ok(None) };
    let types = &sink.encoding.text_types;
    if let Some(known) = types.place(standing) {
        return Ok(Some(known));
    }
    let identity = about.identity()?;
    note(&about, &identity)?;
    types.add(standing, &identity.name)?;
    Ok(types.place(standing))
}

#[cfg(feature = "json")]
fn put_carried(sink: &mut Sink<'_>, opaque: &Opaque) -> Result<()> {
    let text = noted_text(opaque)?;
    sink.encoding.budget.count_repeated(text.get().len())?;
    if let Some(whole) = in_space(opaque, text) {
        return put_as_text(sink, opaque.type_name().as_str(), whole);
    }
    put_readable(sink, opaque.type_name().as_str(), |sink| {
        sink.bytes.extend_from_slice(text.get().as_bytes());
        Ok(())
    })
}

/// The state with the white space around its value, if there is any: a JSON reader would drop it.
#[cfg(feature = "json")]
fn in_space<'a>(opaque: &'a Opaque, text: &RawValue) -> Option<&'a str> {
    (text.get().len() != opaque.state().len()).then(|| std::str::from_utf8(opaque.state()).ok()).flatten()
}

/// Appends a value as one string, which is read back byte for byte.
#[cfg(feature = "json")]
fn put_as_text(sink: &mut Sink, name: &str, text: &str) -> Result<()> {
    sink.encoding.budget.count_repeated(name.len())?;
    sink.bytes.extend_from_slice(b"{\"json\":");
    put_json(&mut sink.bytes, text)?;
    sink.bytes.extend_from_slice(b",\"type\":");
    put_json(&mut sink.bytes, name)?;
    sink.bytes.push(b'}');
    Ok(())
}

#[cfg(feature = "json")]
fn put_readable(sink: &mut Sink<'_>, name: &str, value: impl FnOnce(&mut Sink<'_>) -> Result<()>) -> Result<()> {
    sink.encoding.budget.count_repeated(name.len())?;
    sink.bytes.extend_from_slice(b"{\"type\":");
    put_json(&mut sink.bytes, name)?;
    sink.bytes.extend_from_slice(b",\"value\":");
    value(sink)?;
    sink.bytes.push(b'}');
    Ok(())
}

/// Serializes a trait object for another crate's format.
pub(super) fn serialize_foreign<I: Interface + ?Sized, S: Serializer>(
    value: &I,
    serializer: S,
) -> Result<S::Ok, S::Error> {
    if !serializer.is_human_readable() {
        return enveloped(value, serializer);
    }
    Names::merge();
    let about = value.__about().settled(Naming::ByContent).map_err(|error| error.pass(S::Error::custom))?;
    if let Some(opaque) = about.carried() {
        return serialize_carried(opaque, serializer);
    }
    // Inside our encode its own limits count levels. Otherwise the default limits of a reader apply, and an encode refuses more.
    let most = if Names::is_writing() { usize::MAX } else { Limits::default().nested };
    let _level = enter_outside(most).map_err(|error| error.pass(S::Error::custom))?;
    let identity = about.identity().map_err(|error| error.pass(S::Error::custom))?;
    note(&about, &identity).map_err(|error| error.pass(S::Error::custom))?;
    let mut fields = serializer.serialize_struct("Nested", 2)?;
    fields.serialize_field("type", &identity.name)?;
    #[cfg(feature = "json")]
    about.within(|| into::<S, _>(|| fields.serialize_field("value", &Foreign(value.__serialize()))))?;
    #[cfg(not(feature = "json"))]
    about.within(|| fields.serialize_field("value", &Foreign(value.__serialize())))?;
    fields.end()
}

fn enveloped<I: Interface + ?Sized, S: Serializer>(value: &I, serializer: S) -> Result<S::Ok, S::Error> {
    let about = value.__about();
    if let Some(Cow::Owned(opaque)) = about.carried().and_then(|opaque| Needs::of(false).fulfil(opaque, None).ok()) {
        return enveloped::<dyn Value, S>(&opaque, serializer);
    }
    let bytes = encode_to_leave(value).map_err(|error| error.pass(S::Error::custom))?;
    let mut fields = serializer.serialize_struct("Nested", 1)?;
    fields.serialize_field("envelope", &Bytes(&bytes))?;
    fields.end()
}

struct Bytes<'a>(&'a [u8]);

impl Serialize for Bytes<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        // Some readable formats have no bytes.
        if serializer.is_human_readable() {
            return serializer.collect_seq(self.0);
        }
        serializer.serialize_bytes(self.0)
    }
}

struct Foreign<'a>(&'a dyn erased_serde::Serialize);

impl Serialize for Foreign<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serialize_erased(self.0, serializer)
    }
}

/// Writes a carried value: as part of the format, or as one string if the format would change it.
///
/// A string is written before the type, which distinguishes it from a value in formats without field names.
#[cfg(feature = "json")]
fn serialize_carried<S: Serializer>(opaque: &Opaque, serializer: S) -> Result<S::Ok, S::Error> {
    let is_ours = Names::is_writing();
    Names::merge();
    let opaque = match Needs::of(true).fulfil(opaque, None) {
        Ok(opaque) => opaque,
        // Formats without bytes write a list of numbers; but serde's `flatten` calls any format readable.
        Err(error) if error.is_format() && !is_ours => return enveloped::<dyn Value, S>(opaque, serializer),
        Err(error) => return Err(error.pass(S::Error::custom)),
    };
    let opaque = &*opaque;
    let text = if is_ours { noted_text(opaque) } else { text_of(opaque) };
    let text = text.map_err(|error| error.pass(S::Error::custom))?;
    let whole = in_space(opaque, text);
    let way = match whole {
        Some(_) => Outgoing::Text,
        None if is_ours => merged(text.get()),
        None => foreign::<S>(),
    };
    let mut fields = serializer.serialize_struct("Nested", NESTED_FIELDS.len())?;
    match way {
        Outgoing::Raw => {
            fields.serialize_field("type", opaque.type_name().as_str())?;
            fields.serialize_field("value", text)?;
        }
        Outgoing::Tree(tree) => {
            fields.serialize_field("type", opaque.type_name().as_str())?;
            fields.serialize_field("value", &tree)?;
        }
        Outgoing::Text => {
            fields.serialize_field("json", whole.unwrap_or(text.get()))?;
            fields.serialize_field("type", opaque.type_name().as_str())?;
        }
    }
    fields.end()
}

#[cfg(not(feature = "json"))]
fn serialize_carried<S: Serializer>(opaque: &Opaque, _: S) -> Result<S::Ok, S::Error> {
    let _ = (opaque, Names::is_writing());
    Format::Json.missing().map_err(|error| error.pass(S::Error::custom))
}

/// The JSON text of a carried value; notes its types in the envelope that is being written.
#[cfg(feature = "json")]
fn noted_text(opaque: &Opaque) -> Result<&RawValue> {
    opaque.note()?;
    text_of(opaque)
}

/// Checks that the unread state is a single JSON value, as it is written beside other values.
#[cfg(feature = "json")]
fn text_of(opaque: &Opaque) -> Result<&RawValue> {
    opaque.check_format(Format::Json)?;
    serde_json::from_slice(opaque.state()).map_err(|_| not_text())
}
