//! Splits the sections off the end of an envelope. Imports `error`.

use crate::error::{Kind, Result};

pub(super) const NESTED: u8 = 0b0010;
pub(super) const SCHEMA: u8 = 0b0100;

/// The sections between the type name and the checksum.
pub(super) struct Sections<'a> {
    pub(super) state: &'a [u8],
    pub(super) names: Option<&'a [u8]>,
    pub(super) schema: Option<&'a [u8]>,
}

/// Splits the sections off the end, where their lengths are.
pub(super) fn split_sections(body: &[u8], flags: u8) -> Result<Sections<'_>> {
    let mut sections = Sections { state: body, names: None, schema: None };
    let mut length_of = |flag: u8| -> Result<Option<usize>> {
        if flags & flag == 0 {
            return Ok(None);
        }
        let (front, length) = sections.state.split_last_chunk::<4>().ok_or_else(too_long)?;
        sections.state = front;
        Ok(Some(u32::from_le_bytes(*length) as usize))
    };
    let (schema, names) = (length_of(SCHEMA)?, length_of(NESTED)?);
    let mut split = |length: Option<usize>| -> Result<Option<&[u8]>> {
        let Some(length) = length else { return Ok(None) };
        let at = sections.state.len().checked_sub(length).ok_or_else(too_long)?;
        let (state, section) = sections.state.split_at(at);
        sections.state = state;
        Ok(Some(section))
    };
    (sections.schema, sections.names) = (split(schema)?, split(names)?);
    Ok(sections)
}

fn too_long() -> Kind {
    Kind::Malformed { what: "the trailer", reason: "a stored section length exceeds the envelope" }
}
