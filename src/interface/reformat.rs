//! Rewrites a carried value in another state format. Imports `codec`, `error`, `format`, `limits`,
//! `state` and its siblings.
//!
//! Invariant: the result is what the value itself would write in that format, or an error.

use super::form::decode_named;
#[cfg(feature = "json")]
use super::text::writes_json;
#[cfg(feature = "json")]
use crate::codec::encode_by_name;
use crate::codec::{Codec, Opaque, Trial, Value};
use crate::error::{Error, Result};
use crate::format::Format;
use crate::limits::Limits;
use crate::state::{Budget, Names, contain};
use serde::Serializer;
use std::borrow::Cow;
use std::iter::once_with;

/// What the output needs of a carried value.
#[derive(Clone, Copy)]
pub(crate) struct Needs {
    /// Its state in this format; `None` if any format will do.
    format: Option<Format>,
    /// Its type hash.
    hash: bool,
}

impl Needs {
    /// The needs of our envelope, or of another crate's serializer.
    pub(crate) fn of(is_readable: bool) -> Self {
        match Names::format() {
            Some(format) => Needs { format: Some(format), hash: !Names::is_bare() },
            None => Needs { format: is_readable.then_some(Format::Json), hash: !is_readable },
        }
    }

    fn check(self, opaque: &Opaque) -> Result<()> {
        self.format.map_or(Ok(()), |format| opaque.check_format(format))?;
        if self.hash { opaque.known_hash().map(drop) } else { Ok(()) }
    }

    /// `value` in the form in which a reader would carry it, if another crate's readable format would change it. JSON text preserves
    /// it.
    pub(crate) fn text_of<V: Value + ?Sized, S: Serializer>(self, value: &V) -> Option<Result<Opaque>> {
        if Names::is_writing() || writes_json::<S>() {
            return None;
        }
        let format = self.format?;
        // A value that JSON cannot represent is written as a whole envelope, in a format that can.
        Some(carried_in(format, value).or_else(|error| {
            let whole = || {
                let others = Format::binary().map(|format| carried_in(format, value));
                others.chain(once_with(|| by_name(value))).find_map(Result::ok)
            };
            Trial::in_others(whole).flatten().ok_or(error)
        }))
    }

    /// `opaque` unchanged, if a whole envelope will do, as another crate's format needs no state format.
    pub(crate) fn envelope(self, opaque: &Opaque, error: Error) -> Result<Cow<'_, Opaque>> {
        let will_do = error.is_format() && opaque.type_hash().is_some() && !Names::is_writing();
        if will_do { Ok(Cow::Borrowed(opaque)) } else { Err(error) }
    }

    /// `opaque` in the needed form: unchanged, or rewritten by its type if that is linked and allowed, or by the schema that came
    /// with it. `budget`, if given, has counted the level of `opaque`.
    pub(crate) fn fulfil<'a>(self, opaque: &'a Opaque, budget: Option<&Budget>) -> Result<Cow<'a, Opaque>> {
        let Err(reason) = self.check(opaque) else { return Ok(Cow::Borrowed(opaque)) };
        let format = self.format.unwrap_or(opaque.format());
        let converted = match by_type(opaque, format, budget) {
            Err(error) if error.is_unlinked() || error.is_denied() => match opaque.by_schema(format) {
                // No schema describes the value.
                Err(error) if error.is_unlinked() => return Err(reason),
                converted => converted,
            },
            converted => converted,
        };
        let converted = converted?;
        self.check(&converted)?;
        Ok(Cow::Owned(converted))
    }
}

fn by_type(opaque: &Opaque, format: Format, budget: Option<&Budget>) -> Result<Opaque> {
    let value: Box<dyn Value> = match opaque.type_hash() {
        Some(_) => opaque.decode()?,
        None => opaque.under_terms(|| decode_named(opaque))?,
    };
    let converted = opaque.reformatted(&*value, format, budget);
    // The value is decoded from foreign bytes, and its `Drop` may panic.
    let dropped = || {
        drop(value);
        Ok(())
    };
    contain(|| opaque.type_name().to_string(), dropped)?;
    converted
}

fn carried_in<V: Value + ?Sized>(format: Format, value: &V) -> Result<Opaque> {
    let codec = Codec::default().format(format).limits(Limits::trusted());
    codec.from_slice(&codec.to_vec(value)?)
}

#[cfg(feature = "json")]
fn by_name<V: Value + ?Sized>(value: &V) -> Result<Opaque> {
    encode_by_name(value)
}

#[cfg(not(feature = "json"))]
fn by_name<V: Value + ?Sized>(_: &V) -> Result<Opaque> {
    Format::Json.missing()
}

/// Without the feature `json` no carried value can be written to a readable format.
#[cfg(not(feature = "json"))]
fn writes_json<S: Serializer>() -> bool {
    true
}
