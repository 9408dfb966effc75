//! The names section of an envelope, and the memory of parsed sections. Imports `error`, `limits`, `type_name` and `wire`.
//!
//! Invariant: the memory of a parsed section is checked against the limits before it is allocated.

use crate::error::{Kind, Result};
use crate::limits::Limits;
use crate::type_name::{NameList, TypeName};
use crate::wire::{Cursor, put_prefixed, put_varint};

/// The type of nested values in an envelope.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct NestedType<'a> {
    /// The type hash.
    pub type_hash: u64,
    /// The name, as the sender spelled it.
    pub name: &'a str,
}

/// The parsed names section.
#[derive(Clone, Debug, Default)]
pub(super) struct ParsedNames<'a> {
    pub(super) nested: Vec<NestedType<'a>>,
    /// The parsed names; `None` if there are none.
    pub(super) names: Option<NameList>,
    pub(super) table: Vec<u64>,
}

/// The memory of the sections of one envelope, checked while they are parsed, as no session is running yet.
pub(super) struct Memory<'a> {
    pub(super) limits: &'a Limits,
    pub(super) input: usize,
    pub(super) taken: usize,
}

impl Memory<'_> {
    pub(super) fn take(&mut self, bytes: usize) -> Result<()> {
        self.taken = self.taken.saturating_add(bytes);
        if self.taken <= self.limits.memory_of(self.input) {
            return Ok(());
        }
        let (limit, value, asked) = self.limits.over_memory(self.taken, self.input);
        Err(Kind::Limit { limit, value: value as u64, asked: asked as u64 }.into())
    }
}

/// The memory of a name without its text: in the two lists, in the table, and while the table is read.
const NAME_MEMORY: usize =
    size_of::<NestedType<'static>>() + size_of::<(u64, TypeName)>() + size_of::<u64>() + size_of::<Option<u64>>();

/// The memory of a schema beyond its bytes: maps with spare room, a string for each field and type.
pub(super) fn schema_memory(section: &[u8]) -> usize {
    section.len().saturating_mul(16).saturating_add(1024)
}

pub(super) fn parse_names<'a>(section: &'a [u8], limits: &Limits, memory: &mut Memory<'_>) -> Result<ParsedNames<'a>> {
    let malformed = |reason| Kind::Malformed { what: "the names section", reason };
    let mut cursor = Cursor::new("the names section", section);
    let (mut nested, mut names) = (Vec::<NestedType<'a>>::new(), Vec::new());
    for _ in 0..cursor.varint()? {
        let (type_hash, name) = (cursor.u64()?, name_text(cursor.prefixed()?)?);
        let parsed = TypeName::parse(name, limits)?;
        memory.take(NAME_MEMORY.saturating_add(parsed.memory()))?;
        names.push((type_hash, parsed));
        if nested.last().is_some_and(|last| last.type_hash >= type_hash) {
            return Err(malformed("its names are not sorted by type hash").into());
        }
        nested.push(NestedType { type_hash, name });
    }
    let mut table = Vec::new();
    let mut unused: Vec<Option<u64>> = nested.iter().map(|nested| Some(nested.type_hash)).collect();
    for _ in 0..cursor.varint()? {
        let index = usize::try_from(cursor.varint()?).ok();
        let hash = index.and_then(|index| unused.get_mut(index));
        let hash = hash.ok_or_else(|| malformed("an index in the table is out of range"))?.take();
        table.push(hash.ok_or_else(|| malformed("the table repeats a type"))?);
    }
    cursor.finish()?;
    if nested.is_empty() {
        return Err(malformed("it has no names").into());
    }
    Ok(ParsedNames { nested, names: Some(names.into_iter().collect()), table })
}

/// Appends the names section.
pub(super) fn put_names(section: &mut Vec<u8>, names: &[(u64, &str)], table: &[u64]) -> Result<()> {
    put_varint(section, names.len() as u64);
    for (hash, name) in names {
        section.extend(hash.to_le_bytes());
        put_prefixed(section, name.as_bytes());
    }
    put_varint(section, table.len() as u64);
    for hash in table {
        let nameless = |_| Kind::Malformed { what: "the names section", reason: "a type in the table has no name" };
        let index = names.binary_search_by_key(hash, |(hash, _)| *hash).map_err(nameless)?;
        put_varint(section, index as u64);
    }
    Ok(())
}

pub(super) fn name_text(bytes: &[u8]) -> Result<&str> {
    std::str::from_utf8(bytes).map_err(|error| {
        let (text, at) = ("..".to_owned(), error.valid_up_to());
        Kind::InvalidTypeName { text, at, reason: "not UTF-8" }.into()
    })
}
