//! The bytes of an envelope: header, type name, state, sections, trailer. Imports `error`, `format`, `limits`, `schema`,
//! `type_name`, `wire` and its siblings.
//!
//! Invariant: what parses is canonical, so writing it again gives the same bytes. Layout: `docs/wire-format.md`.

mod names;
mod sections;

use crate::error::{Error, Kind, Result};
use crate::format::Format;
use crate::limits::Limits;
use crate::schema::Schema;
use crate::type_name::{NameList, TypeName};
use crate::wire::{Cursor, put_prefixed};
pub use names::NestedType;
use names::{Memory, ParsedNames, name_text, parse_names, put_names, schema_memory};
use sections::{NESTED, SCHEMA, Sections, split_sections};
use std::sync::{Arc, OnceLock};

const MAGIC: u8 = 0xD7;
const VERSION: u8 = 1;
const CHECKSUM: u8 = 0b0001;
/// The length of magic, version and flags, format and length, which give the size of the envelope.
pub(crate) const PREFIX: usize = 7;

/// The parts of one envelope, read without building its value.
///
/// ```
/// use typeport::Envelope;
/// let bytes = typeport::to_vec(&vec![1_i64, 2])?;
/// let envelope = Envelope::parse(&bytes)?;
/// assert_eq!(envelope.type_name().to_string(), "Vec<i64>");
/// assert_eq!(envelope.state(), [2, 2, 4]);
/// # Ok::<(), typeport::Error>(())
/// ```
#[derive(Clone, Debug)]
pub struct Envelope<'a> {
    format: Format,
    has_checksum: bool,
    type_hash: u64,
    name: &'a str,
    /// Parsed at the first use, as most decodes find their plan by the text; always set in an envelope that a caller gets.
    type_name: OnceLock<TypeName>,
    state: &'a [u8],
    names: ParsedNames<'a>,
    schema: Option<Arc<Schema>>,
    /// Bytes of memory that the parsed sections take.
    memory: usize,
}

/// The parts from which a carried value is decoded.
pub(crate) struct Parts<'a> {
    pub(crate) format: Format,
    pub(crate) type_hash: u64,
    pub(crate) name: &'a str,
    pub(crate) state: &'a [u8],
    pub(crate) names: Option<NameList>,
    pub(crate) table: &'a [u64],
    pub(crate) schema: Option<Arc<Schema>>,
}

impl<'a> Envelope<'a> {
    /// Like [`Envelope::parse`], without the type name, which [`Envelope::checked_name`] parses.
    pub(crate) fn parse_exact(bytes: &'a [u8], limits: &Limits) -> Result<Self> {
        match Envelope::parse_front(bytes, limits)? {
            (envelope, []) => Ok(envelope),
            (_, rest) => Err(Kind::TrailingBytes { what: "the envelope", count: rest.len() }.into()),
        }
    }

    /// An envelope of known parts, without bytes. Its name is parsed under the limits of the decode.
    pub(crate) fn of_parts(parts: Parts<'a>) -> Self {
        let Parts { format, type_hash, name, state, names, table, schema } = parts;
        let names = ParsedNames::known(names, table);
        let (has_checksum, type_name, memory) = (false, OnceLock::new(), 0);
        Envelope { format, has_checksum, type_hash, name, type_name, state, names, schema, memory }
    }

    /// Parses the envelope at the front of `bytes`, and returns the rest.
    pub(crate) fn parse_front(bytes: &'a [u8], limits: &Limits) -> Result<(Self, &'a [u8])> {
        let prefix = Prefix::parse(bytes, limits)?;
        let Some((whole, rest)) = bytes.split_at_checked(prefix.length) else {
            let (needed, available) = (prefix.length as u64, bytes.len() as u64);
            return Err(Kind::Truncated { what: "the envelope", needed, available }.into());
        };
        Ok((prefix.parse_body(whole, limits)?, rest))
    }

    /// Prepares an envelope that a caller gets.
    pub(crate) fn complete(&mut self, limits: &Limits) -> Result<()> {
        self.names.list()?;
        self.checked_name(limits).map(drop)
    }

    /// Returns the name of the value's type.
    pub fn type_name(&self) -> &TypeName {
        self.type_name.get_or_init(TypeName::unknown)
    }

    /// The text of the type name, which may be invalid.
    pub(crate) fn name(&self) -> &'a str {
        self.name
    }

    /// Parses the name, unless it has been parsed.
    pub(crate) fn checked_name(&self, limits: &Limits) -> Result<&TypeName> {
        if let Some(name) = self.type_name.get() {
            return Ok(name);
        }
        let name = TypeName::parse(self.name, limits)?;
        Ok(self.type_name.get_or_init(|| name))
    }

    /// Returns the type hash: the first eight bytes of the fingerprint of the value's type.
    pub fn type_hash(&self) -> u64 {
        self.type_hash
    }

    /// Returns the format of the state.
    pub fn format(&self) -> Format {
        self.format
    }

    /// Returns whether the envelope has a checksum. Parsing has verified it.
    pub fn has_checksum(&self) -> bool {
        self.has_checksum
    }

    /// Returns the value in the state format.
    pub fn state(&self) -> &'a [u8] {
        self.state
    }

    /// Returns the types of the nested values, sorted by type hash.
    pub fn nested(&self) -> &[NestedType<'a>] {
        self.names.nested()
    }

    /// Returns the shapes of all user types in the value, if the envelope has them.
    pub fn schema(&self) -> Option<&Schema> {
        self.schema.as_deref()
    }

    pub(crate) fn shared_schema(&self) -> Option<&Arc<Schema>> {
        self.schema.as_ref()
    }

    /// The names of the types of the trait objects below the root, if there are any.
    pub(crate) fn names(&self) -> Option<&NameList> {
        self.names.names.as_ref()
    }

    /// Bytes of memory that names, table and schema take, as a decode charges them.
    pub(crate) fn memory(&self) -> usize {
        self.memory
    }

    /// The type hashes of the root's own trait objects, in order of first use.
    pub(crate) fn table(&self) -> &[u64] {
        self.names.table()
    }
}

/// The first seven bytes of an envelope, which give its size.
pub(crate) struct Prefix {
    flags: u8,
    format: u8,
    /// The size of the whole envelope in bytes.
    pub(crate) length: usize,
}

impl Prefix {
    /// Checks that the bytes read so far can begin an envelope.
    pub(crate) fn check_magic(bytes: &[u8]) -> Result<()> {
        // The magic byte also begins a Hebrew letter in UTF-8; then a continuation byte follows, which is not a version.
        let is_text = bytes.get(1).is_some_and(|byte| (0x80..0xc0).contains(byte));
        if bytes.first() == Some(&MAGIC) && !is_text {
            return Ok(());
        }
        Err(Kind::NotAnEnvelope { found: bytes.first().copied() }.into())
    }

    pub(crate) fn parse(bytes: &[u8], limits: &Limits) -> Result<Self> {
        Prefix::check_magic(bytes)?;
        let mut cursor = Cursor::new("the envelope", bytes);
        let [_, version_and_flags, format] = cursor.array()?;
        let (version, flags) = (version_and_flags >> 4, version_and_flags & 0x0f);
        if version != VERSION {
            return Err(Kind::UnsupportedVersion { found: version }.into());
        }
        if flags & !(CHECKSUM | NESTED | SCHEMA) != 0 {
            return Err(Kind::UnknownFlags { found: flags }.into());
        }
        let length = cursor.u32()?;
        let (value, asked) = (limits.envelope_bytes as u64, u64::from(length));
        if asked > value {
            return Err(Kind::Limit { limit: "envelope_bytes", value, asked }.into());
        }
        let length = length as usize;
        if length < PREFIX {
            return Err(Kind::Malformed {
                what: "the header",
                reason: "the stored length is less than the length of the header",
            }
            .into());
        }
        Ok(Prefix { flags, format, length })
    }

    /// Parses the rest of `whole`, the envelope with its prefix, after verifying the checksum.
    fn parse_body<'a>(&self, whole: &'a [u8], limits: &Limits) -> Result<Envelope<'a>> {
        let has_checksum = self.flags & CHECKSUM != 0;
        let whole = if has_checksum { verify_checksum(whole)? } else { whole };
        let format = Format::from_number(self.format)?;
        let mut cursor = Cursor::new("the envelope", whole);
        cursor.take(PREFIX)?;
        let type_hash = cursor.u64()?;
        let name = name_text(cursor.prefixed()?)?;
        let Sections { state, names, schema } = split_sections(cursor.rest(), self.flags)?;
        let mut memory = Memory { limits, input: whole.len(), taken: 0 };
        let names = match names {
            Some(section) => parse_names(section, limits, &mut memory)?,
            None => ParsedNames::default(),
        };
        memory.take(schema.map_or(0, schema_memory))?;
        let schema = schema.map(|section| Schema::parse(section, limits)).transpose()?.map(Arc::new);
        if format == Format::Json && !names.table().is_empty() {
            return Err(Kind::Malformed {
                what: "the names section",
                reason: "it has a table, which a JSON state does not use",
            }
            .into());
        }
        let (type_name, memory) = (OnceLock::new(), memory.taken);
        Ok(Envelope { format, has_checksum, type_hash, name, type_name, state, names, schema, memory })
    }
}

fn verify_checksum(whole: &[u8]) -> Result<&[u8]> {
    let Some((covered, stored)) = whole.split_last_chunk::<4>().filter(|(covered, _)| covered.len() >= PREFIX) else {
        return Err(Kind::Malformed {
            what: "the header",
            reason: "the stored length leaves no room for the checksum",
        }
        .into());
    };
    let (stored, computed) = (u32::from_le_bytes(*stored), crc32c::crc32c(covered));
    if stored != computed {
        return Err(Kind::Checksum { stored, computed }.into());
    }
    Ok(covered)
}

/// Begins an envelope with everything in front of the state. [`finish`] fills in the length.
pub(crate) fn begin(out: &mut Vec<u8>, format: Format, checksum: bool, type_hash: u64, name: &str) {
    out.extend([MAGIC, VERSION << 4 | if checksum { CHECKSUM } else { 0 }, format as u8, 0, 0, 0, 0]);
    out.extend(type_hash.to_le_bytes());
    put_prefixed(out, name.as_bytes());
}

/// The common front of all envelopes of one type. [`finish_plain`] fills in flags, format and length.
pub(crate) fn front(type_hash: u64, name: &str) -> Box<[u8]> {
    let mut front = Vec::new();
    begin(&mut front, Format::Postcard, false, type_hash, name);
    front.into()
}

/// Ends the envelope in `out`, which consists of a [`front`] and a state and has no sections.
#[inline]
pub(crate) fn finish_plain(out: &mut Vec<u8>, format: Format, has_checksum: bool, limits: &Limits) -> Result<()> {
    let length = out.len().saturating_add(if has_checksum { 4 } else { 0 });
    if length > limits.envelope_bytes.min(u32::MAX as usize) {
        return Err(over_limit(length, limits));
    }
    if let Some(prefix) = out.first_chunk_mut::<PREFIX>() {
        let [l0, l1, l2, l3, ..] = (length as u64).to_le_bytes();
        *prefix = [MAGIC, VERSION << 4 | u8::from(has_checksum), format as u8, l0, l1, l2, l3];
    }
    if has_checksum {
        put_checksum(out);
    }
    Ok(())
}

/// The state in `bytes`, if they are exactly one envelope with this [`front`], in a binary format and without sections. All other
/// bytes are for [`Envelope::parse_exact`].
#[inline]
pub(crate) fn plain_state<'a>(bytes: &'a [u8], front: &[u8], limits: &Limits) -> Option<(Format, &'a [u8])> {
    let ([_, _, _, _, _, _, _, named @ ..], Some(rest)) = (front, bytes.get(PREFIX..)) else { return None };
    let ([magic, flags, format, length @ ..], Some(state)) = (bytes.first_chunk::<PREFIX>()?, rest.strip_prefix(named))
    else {
        return None;
    };
    let format = Format::binary_of(*format)?;
    let is_whole = u32::from_le_bytes(*length) as usize == bytes.len() && bytes.len() <= limits.envelope_bytes;
    if *magic != MAGIC || *flags & !CHECKSUM != VERSION << 4 || !is_whole {
        return None;
    }
    if *flags & CHECKSUM == 0 {
        return Some((format, state));
    }
    verify_checksum(bytes).ok()?;
    Some((format, state.split_last_chunk::<4>()?.0))
}

#[inline(never)]
fn put_checksum(out: &mut Vec<u8>) {
    let crc = crc32c::crc32c(out);
    out.extend(crc.to_le_bytes());
}

/// Ends the envelope in `out`, which [`begin`] began: sections, length, checksum.
///
/// `names` is sorted by hash; `table` holds hashes of `names`.
pub(crate) fn finish(
    out: &mut Vec<u8>,
    names: &[(u64, &str)],
    table: &[u64],
    schema: Option<&Schema>,
    limits: &Limits,
) -> Result<()> {
    let state_end = out.len();
    if !names.is_empty() {
        put_names(out, names, table)?;
    }
    let names_end = out.len();
    if let Some(schema) = schema {
        let section = schema.section();
        schema.check_limits(section.len(), limits)?;
        out.extend(section);
    }
    let (names_length, schema_length) = (names_end.saturating_sub(state_end), out.len().saturating_sub(names_end));
    for (length, is_there) in [(names_length, !names.is_empty()), (schema_length, schema.is_some())] {
        if is_there {
            out.extend(checked_length(length, limits)?.to_le_bytes());
        }
    }
    let so_far = out.len();
    let Some([_, flags, _, length @ ..]) = out.first_chunk_mut::<PREFIX>() else {
        return Err(
            Kind::Malformed { what: "the header", reason: "it is shorter than the prefix of an envelope" }.into()
        );
    };
    if !names.is_empty() {
        *flags |= NESTED;
    }
    if schema.is_some() {
        *flags |= SCHEMA;
    }
    let has_checksum = *flags & CHECKSUM != 0;
    *length = checked_length(so_far.saturating_add(if has_checksum { 4 } else { 0 }), limits)?.to_le_bytes();
    if has_checksum {
        put_checksum(out);
    }
    Ok(())
}

#[inline]
fn checked_length(length: usize, limits: &Limits) -> Result<u32> {
    match u32::try_from(length) {
        Ok(within) if length <= limits.envelope_bytes => Ok(within),
        _ => Err(over_limit(length, limits)),
    }
}

#[cold]
#[inline(never)]
fn over_limit(length: usize, limits: &Limits) -> Error {
    let value = limits.envelope_bytes.min(u32::MAX as usize) as u64;
    Kind::Limit { limit: "envelope_bytes", value, asked: length as u64 }.into()
}
