//! The bytes of an envelope: header, type name, state, sections, trailer. Imports `error`, `limits`, `wire`,
//! `type_name` and `format` only: a hostile file is looked at without running anything.
//!
//! Invariant: what parses is canonical, so writing it again gives the same bytes. Layout: `docs/wire-format.md`.

use crate::error::{Kind, Result};
use crate::format::Format;
use crate::limits::Limits;
use crate::type_name::TypeName;
use crate::wire::{Cursor, put_prefixed, put_varint};

const MAGIC: u8 = 0xD7;
const VERSION: u8 = 1;
const CHECKSUM: u8 = 0b0001;
const NESTED: u8 = 0b0010;
/// Magic, version and flags, format, length: what tells how many bytes the envelope has.
pub(crate) const PREFIX: usize = 7;
const LENGTH_AT: usize = 3;

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
    type_name: TypeName,
    state: &'a [u8],
    nested: Vec<NestedType<'a>>,
    table: Vec<u64>,
}

/// A type of which an envelope holds values below its root.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct NestedType<'a> {
    /// The type hash.
    pub type_hash: u64,
    /// The name, as its sender spelled it.
    pub name: &'a str,
}

impl<'a> Envelope<'a> {
    /// Parses exactly one envelope, under `Limits::default()`.
    ///
    /// # Errors
    ///
    /// The bytes are no envelope of a known version, are cut, damaged or followed by others, or exceed a limit.
    pub fn parse(bytes: &'a [u8]) -> Result<Self> {
        Envelope::parse_exact(bytes, &Limits::default())
    }

    pub(crate) fn parse_exact(bytes: &'a [u8], limits: &Limits) -> Result<Self> {
        match Envelope::parse_front(bytes, limits)? {
            (envelope, []) => Ok(envelope),
            (_, rest) => Err(Kind::TrailingBytes { what: "the envelope", count: rest.len() }.into()),
        }
    }

    /// Parses the envelope at the front of `bytes`, and gives the rest back.
    pub(crate) fn parse_front(bytes: &'a [u8], limits: &Limits) -> Result<(Self, &'a [u8])> {
        let prefix = Prefix::parse(bytes, limits)?;
        let Some((whole, rest)) = bytes.split_at_checked(prefix.length) else {
            let (needed, available) = (prefix.length as u64, bytes.len() as u64);
            return Err(Kind::Truncated { what: "the envelope", needed, available }.into());
        };
        Ok((prefix.parse_body(whole, limits)?, rest))
    }

    /// The name of the value's type.
    pub fn type_name(&self) -> &TypeName {
        &self.type_name
    }

    /// The first eight bytes of the fingerprint of the value's type.
    pub fn type_hash(&self) -> u64 {
        self.type_hash
    }

    /// The format of the state.
    pub fn format(&self) -> Format {
        self.format
    }

    /// Whether the envelope carries a checksum. Parsing has verified it.
    pub fn has_checksum(&self) -> bool {
        self.has_checksum
    }

    /// The value, in the state format.
    pub fn state(&self) -> &'a [u8] {
        self.state
    }

    /// The types of the trait objects below the root, by type hash.
    pub fn nested(&self) -> &[NestedType<'a>] {
        &self.nested
    }

    /// The type hashes of the root's own trait objects, in order of first use.
    pub(crate) fn table(&self) -> &[u64] {
        &self.table
    }
}

/// The first seven bytes: enough to know how many follow.
pub(crate) struct Prefix {
    flags: u8,
    format: u8,
    /// Bytes of the whole envelope.
    pub(crate) length: usize,
}

impl Prefix {
    /// Checks that this much of an input can be the front of an envelope.
    pub(crate) fn check_magic(bytes: &[u8]) -> Result<()> {
        // The magic byte also begins a Hebrew letter in UTF-8; then a continuation byte follows, which is no version.
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
        if flags & !(CHECKSUM | NESTED) != 0 {
            return Err(Kind::UnknownFlags { found: flags }.into());
        }
        let length = cursor.u32()?;
        let (value, asked) = (limits.envelope_bytes as u64, u64::from(length));
        if asked > value {
            return Err(Kind::Limit { limit: "envelope_bytes", value, asked }.into());
        }
        let length = length as usize;
        if length < PREFIX {
            return Err(Kind::Malformed { what: "header", reason: "the length is shorter than the header" }.into());
        }
        Ok(Prefix { flags, format, length })
    }

    /// Parses what follows; `whole` is the envelope with its prefix. The checksum comes first.
    fn parse_body<'a>(&self, whole: &'a [u8], limits: &Limits) -> Result<Envelope<'a>> {
        let has_checksum = self.flags & CHECKSUM != 0;
        let whole = if has_checksum { verify_checksum(whole)? } else { whole };
        let format = Format::from_number(self.format)?;
        let mut cursor = Cursor::new("the envelope", &whole[PREFIX..]);
        let type_hash = cursor.u64()?;
        let type_name = parse_name(cursor.prefixed()?, limits)?;
        let (state, sections) = split_sections(cursor.rest(), self.flags)?;
        let (nested, table) = match sections {
            Some(section) => parse_names(section, limits)?,
            None => (Vec::new(), Vec::new()),
        };
        if format == Format::Json && !table.is_empty() {
            return Err(Kind::Malformed { what: "names section", reason: "JSON has no table" }.into());
        }
        Ok(Envelope { format, has_checksum, type_hash, type_name, state, nested, table })
    }
}

fn verify_checksum(whole: &[u8]) -> Result<&[u8]> {
    let Some((covered, stored)) = whole.split_last_chunk::<4>().filter(|(covered, _)| covered.len() >= PREFIX) else {
        return Err(Kind::Malformed { what: "header", reason: "the length leaves no place for the checksum" }.into());
    };
    let (stored, computed) = (u32::from_le_bytes(*stored), crc32c::crc32c(covered));
    if stored != computed {
        return Err(Kind::Checksum { stored, computed }.into());
    }
    Ok(covered)
}

/// Splits the names section off the end, where its length stands.
fn split_sections(body: &[u8], flags: u8) -> Result<(&[u8], Option<&[u8]>)> {
    if flags & NESTED == 0 {
        return Ok((body, None));
    }
    let malformed = || Kind::Malformed { what: "trailer", reason: "the names section is longer than the envelope" };
    let (body, length) = body.split_last_chunk::<4>().ok_or_else(malformed)?;
    let length = u32::from_le_bytes(*length) as usize;
    let at = body.len().checked_sub(length).ok_or_else(malformed)?;
    let (state, section) = body.split_at(at);
    Ok((state, Some(section)))
}

fn parse_name(text: &[u8], limits: &Limits) -> Result<TypeName> {
    match std::str::from_utf8(text) {
        Ok(text) => TypeName::parse(text, limits),
        Err(error) => {
            let (text, at) = ("..".to_owned(), error.valid_up_to());
            Err(Kind::InvalidTypeName { text, at, reason: "not UTF-8" }.into())
        }
    }
}

fn parse_names<'a>(section: &'a [u8], limits: &Limits) -> Result<(Vec<NestedType<'a>>, Vec<u64>)> {
    let malformed = |reason| Kind::Malformed { what: "names section", reason };
    let mut cursor = Cursor::new("names section", section);
    let mut nested: Vec<NestedType<'a>> = Vec::new();
    for _ in 0..cursor.varint()? {
        let (type_hash, text) = (cursor.u64()?, cursor.prefixed()?);
        parse_name(text, limits)?;
        let name = std::str::from_utf8(text).expect("parsed above");
        if nested.last().is_some_and(|last| last.type_hash >= type_hash) {
            return Err(malformed("not sorted by type hash").into());
        }
        nested.push(NestedType { type_hash, name });
    }
    let mut table = Vec::new();
    let mut used = vec![false; nested.len()];
    for _ in 0..cursor.varint()? {
        let index = usize::try_from(cursor.varint()?).ok().filter(|index| *index < nested.len());
        let index = index.ok_or_else(|| malformed("an index is out of range"))?;
        if std::mem::replace(&mut used[index], true) {
            return Err(malformed("a type stands twice in the table").into());
        }
        table.push(nested[index].type_hash);
    }
    cursor.finish()?;
    if nested.is_empty() {
        return Err(malformed("empty").into());
    }
    Ok((nested, table))
}

/// Begins an envelope: all that stands before the state. The length is filled in by [`finish`].
pub(crate) fn begin(out: &mut Vec<u8>, format: Format, checksum: bool, type_hash: u64, name: &str) {
    out.extend([MAGIC, VERSION << 4 | if checksum { CHECKSUM } else { 0 }, format as u8, 0, 0, 0, 0]);
    out.extend(type_hash.to_le_bytes());
    put_prefixed(out, name.as_bytes());
}

/// Ends the envelope in `out`: sections, length, checksum.
///
/// `names` is sorted by hash; `table` holds hashes of `names`.
pub(crate) fn finish(out: &mut Vec<u8>, names: &[(u64, &str)], table: &[u64], limits: &Limits) -> Result<()> {
    if !names.is_empty() {
        out[1] |= NESTED;
        let section_at = out.len();
        put_varint(out, names.len() as u64);
        for (hash, name) in names {
            out.extend(hash.to_le_bytes());
            put_prefixed(out, name.as_bytes());
        }
        put_varint(out, table.len() as u64);
        for hash in table {
            let index = names.binary_search_by_key(hash, |(hash, _)| *hash).expect("each hash of the table has a name");
            put_varint(out, index as u64);
        }
        let length = checked_length(out.len() - section_at, limits)?;
        out.extend(length.to_le_bytes());
    }
    let checksum = out[1] & CHECKSUM != 0;
    let length = checked_length(out.len() + if checksum { 4 } else { 0 }, limits)?;
    out[LENGTH_AT..PREFIX].copy_from_slice(&length.to_le_bytes());
    if checksum {
        let crc = crc32c::crc32c(out);
        out.extend(crc.to_le_bytes());
    }
    Ok(())
}

fn checked_length(length: usize, limits: &Limits) -> Result<u32> {
    let value = limits.envelope_bytes.min(u32::MAX as usize);
    let too_long = || Kind::Limit { limit: "envelope_bytes", value: value as u64, asked: length as u64 };
    let within = u32::try_from(length).ok().filter(|_| length <= value);
    within.ok_or_else(|| too_long().into())
}
