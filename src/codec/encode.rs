//! Values to envelopes. Imports `envelope`, `format`, `state` and its siblings.

use super::{Codec, Value};
use crate::envelope;
use crate::error::Result;
use crate::format::Format;
use crate::state::{Names, Sink};
use serde::Serialize;
use std::io::Write;

/// Room for a small envelope, so that it is one allocation.
const SMALL: usize = 128;

impl Codec {
    /// As [`to_vec`](crate::to_vec), by this codec.
    pub fn to_vec<V: Value + ?Sized>(&self, value: &V) -> Result<Vec<u8>> {
        self.encode(value.__subject(), self.format)
    }

    /// As [`to_writer`](crate::to_writer), by this codec.
    pub fn to_writer<V: Value + ?Sized>(&self, mut writer: impl Write, value: &V) -> Result<()> {
        let bytes = self.to_vec(value)?;
        writer.write_all(&bytes).map_err(|error| crate::error::Kind::Io(error).into())
    }

    fn encode<V: Value + ?Sized>(&self, value: &V, format: Format) -> Result<Vec<u8>> {
        let identity = value.__identity()?;
        identity.check_format(format)?;
        let names = Names::begin();
        let mut sink = Sink { bytes: Vec::with_capacity(SMALL), ..Sink::default() };
        envelope::begin(&mut sink.bytes, format, self.checksum, identity.hash, &identity.name);
        value.__write(&mut sink, format)?;
        let noted = names.noted();
        let noted: Vec<(u64, &str)> = noted.iter().map(|identity| (identity.hash, identity.name.as_str())).collect();
        let Sink { mut bytes, table } = sink;
        envelope::finish(&mut bytes, 0, &noted, table.hashes())?;
        Ok(bytes)
    }
}

/// Encodes this very value, a box as a box, in whatever format can carry it within this process.
pub(crate) fn encode_exact<V: Value + ?Sized>(value: &V) -> Result<Vec<u8>> {
    Codec::default().encode(value, value.__identity()?.any_format())
}

/// Appends the state of `value`.
pub(crate) fn write_state<T: Serialize>(value: &T, sink: &mut Sink, format: Format) -> Result<()> {
    match format {
        #[cfg(feature = "postcard")]
        Format::Postcard => value.serialize(crate::state::Writer::<crate::format::Postcard>::new(sink)),
        #[cfg(feature = "bincode")]
        Format::Bincode => value.serialize(crate::state::Writer::<crate::format::Bincode>::new(sink)),
        #[cfg(feature = "json")]
        Format::Json => crate::format::put_json(&mut sink.bytes, value),
        #[allow(unreachable_patterns, reason = "unreachable with all formats compiled in")]
        format => {
            let _ = (value, sink);
            format.missing()
        }
    }
}
