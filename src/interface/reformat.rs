//! A carried value that has to go out in another state format than it came in. Imports `codec`, `error`, `format`, `state` and
//! its siblings.
//!
//! Invariant: what goes out is what the value itself would write in that format, or there is an error.

use super::form::decode_named;
use crate::codec::{Codec, Incoming, Opaque, Value};
use crate::error::Result;
use crate::format::Format;
use crate::limits::Limits;
use crate::state::{Names, Session};
use std::borrow::Cow;

/// The format in which a carried value has to be to go out by a serializer; none where its own will do.
pub(crate) fn wanted_format(is_readable: bool) -> Option<Format> {
    Names::format().or_else(|| is_readable.then_some(Format::Json))
}

/// `opaque` as it can go out in `format`: as it came, or by way of its type, where that is linked and allowed.
pub(crate) fn in_format(opaque: &Opaque, format: Format) -> Result<Cow<'_, Opaque>> {
    let missing = || {
        opaque
            .check_format(format)
            .and_then(|()| if Names::is_writing() { opaque.known_hash().map(drop) } else { Ok(()) })
    };
    let Err(reason) = missing() else { return Ok(Cow::Borrowed(opaque)) };
    match by_type(opaque, format) {
        Ok(converted) => Ok(Cow::Owned(converted)),
        Err(error) if error.is_unlinked() || error.is_denied() => Err(reason),
        Err(error) => Err(error),
    }
}

fn by_type(opaque: &Opaque, format: Format) -> Result<Opaque> {
    // The decode that may run has counted the value.
    let _aside = Session::set_aside();
    let value: Box<dyn Value> = match opaque.type_hash() {
        Some(_) => opaque.decode()?,
        None => decode_named(opaque)?,
    };
    let codec = Codec::default().format(format).limits(Limits::trusted()).schema(opaque.schema().is_some());
    Incoming::decode(&codec.to_vec(&*value)?, |incoming| incoming.opaque())
}
