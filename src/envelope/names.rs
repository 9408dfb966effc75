//! The names section of an envelope, and the memory of parsed sections. Imports `error`, `limits`, `type_name` and `wire`.
//!
//! Invariant: the memory of a parsed section is checked against the limits before it is allocated.

use crate::error::{Kind, Result};
use crate::limits::Limits;
use crate::type_name::{NameList, TypeName};
use crate::wire::{Cursor, put_prefixed, put_varint};
use std::cell::Cell;
use std::sync::Arc;

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
    section: &'a [u8],
    /// Empty in a decode, which does not ask.
    nested: Vec<NestedType<'a>>,
    /// The parsed names; `None` if there are none.
    pub(super) names: Option<NameList>,
    table: Option<Arc<[u64]>>,
}

impl<'a> ParsedNames<'a> {
    /// Names that were parsed before, without their bytes.
    pub(super) fn known(names: Option<NameList>, table: &[u64]) -> Self {
        ParsedNames { names, table: Some(table.into()), ..ParsedNames::default() }
    }

    /// Makes the entries for a caller.
    pub(super) fn list(&mut self) -> Result<()> {
        self.nested = entries(self.section)?;
        Ok(())
    }

    pub(super) fn nested(&self) -> &[NestedType<'a>] {
        &self.nested
    }

    pub(super) fn table(&self) -> &[u64] {
        self.table.as_deref().unwrap_or_default()
    }
}

/// The entries of a section that has been checked.
fn entries(section: &[u8]) -> Result<Vec<NestedType<'_>>> {
    if section.is_empty() {
        return Ok(Vec::new());
    }
    let mut cursor = Cursor::new("the names section", section);
    let count = cursor.varint()?;
    (0..count).map(|_| Ok(NestedType { type_hash: cursor.u64()?, name: name_text(cursor.prefixed()?)? })).collect()
}

thread_local! {
    /// The last short section that was parsed on this thread: who sends many envelopes sends the same few types again and again.
    static LAST: Cell<Option<Box<Last>>> = const { Cell::new(None) };
}

/// A section that has been parsed.
struct Last {
    section: Box<[u8]>,
    names: NameList,
    table: Arc<[u64]>,
    /// The bytes of its longest name, and the memory that it takes.
    longest: usize,
    memory: usize,
}

/// The longest section that is kept.
const KEPT: usize = 1 << 10;

impl Last {
    /// The names in this section, if it was the last one, and is surely within the limits.
    fn same<'a>(section: &'a [u8], limits: &Limits, memory: &mut Memory<'_>) -> Option<ParsedNames<'a>> {
        let last = LAST.try_with(Cell::take).ok()??;
        let is_same = *last.section == *section && last.longest <= limits.sure_name_bytes();
        let found = (is_same && memory.take(last.memory).is_ok()).then(|| {
            let (names, table) = (Some(last.names.clone()), Some(Arc::clone(&last.table)));
            ParsedNames { section, nested: Vec::new(), names, table }
        });
        let _ = LAST.try_with(|place| place.set(Some(last)));
        found
    }

    /// Keeps a section.
    fn keep(section: &[u8], names: &NameList, table: &Arc<[u64]>, memory: usize) {
        if section.len() <= KEPT {
            let longest = names.iter().map(|(_, name)| name.as_str().len()).max().unwrap_or(0);
            let (section, names, table) = (section.into(), names.clone(), Arc::clone(table));
            let last = Box::new(Last { section, names, table, longest, memory });
            let _ = LAST.try_with(|place| place.set(Some(last)));
        }
    }
}

/// The memory of the sections of one envelope, checked while they are parsed, as no session is running yet.
pub(super) struct Memory<'a> {
    pub(super) limits: &'a Limits,
    pub(super) input: usize,
    pub(super) taken: usize,
}

impl Memory<'_> {
    pub(super) fn take(&mut self, bytes: usize) -> Result<()> {
        let asked = self.taken.saturating_add(bytes);
        if asked <= self.limits.memory_of(self.input) {
            self.taken = asked;
            return Ok(());
        }
        let (limit, value, asked) = self.limits.over_memory(asked, self.input);
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
    if let Some(same) = Last::same(section, limits, memory) {
        return Ok(same);
    }
    let (malformed, before) = (|reason| Kind::Malformed { what: "the names section", reason }, memory.taken);
    let mut cursor = Cursor::new("the names section", section);
    let mut names = Vec::<(u64, TypeName)>::new();
    for _ in 0..cursor.varint()? {
        let (type_hash, name) = (cursor.u64()?, name_text(cursor.prefixed()?)?);
        let parsed = TypeName::parse(name, limits)?;
        memory.take(NAME_MEMORY.saturating_add(parsed.memory()))?;
        if names.last().is_some_and(|(last, _)| *last >= type_hash) {
            return Err(malformed("its names are not sorted by type hash").into());
        }
        names.push((type_hash, parsed));
    }
    let mut table = Vec::new();
    let mut unused: Vec<Option<u64>> = names.iter().map(|(type_hash, _)| Some(*type_hash)).collect();
    for _ in 0..cursor.varint()? {
        let index = usize::try_from(cursor.varint()?).ok();
        let hash = index.and_then(|index| unused.get_mut(index));
        let hash = hash.ok_or_else(|| malformed("an index in the table is out of range"))?.take();
        table.push(hash.ok_or_else(|| malformed("the table repeats a type"))?);
    }
    cursor.finish()?;
    if names.is_empty() {
        return Err(malformed("it has no names").into());
    }
    let (names, table) = (names.into_iter().collect(), table.into());
    Last::keep(section, &names, &table, memory.taken.saturating_sub(before));
    Ok(ParsedNames { section, nested: Vec::new(), names: Some(names), table: Some(table) })
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

#[cfg(test)]
mod tests {
    use super::*;

    fn section(names: &[(u64, &str)]) -> Vec<u8> {
        let mut section = Vec::new();
        put_names(&mut section, names, &[7]).unwrap();
        section
    }

    fn parsed(section: &[u8], limits: &Limits) -> Result<Vec<(u64, String)>> {
        let mut memory = Memory { limits, input: 100, taken: 0 };
        let names = parse_names(section, limits, &mut memory)?.names.unwrap_or_default();
        assert!(memory.taken > 0);
        Ok(names.iter().map(|(hash, name)| (*hash, name.to_string())).collect())
    }

    #[test]
    fn a_section_that_was_parsed_before_gives_the_same() {
        let (limits, names) = (Limits::default(), [(7, "acme::Foo<i64>"), (8, "bool")]);
        let section = section(&names);
        for _ in 0..2 {
            assert_eq!(parsed(&section, &limits).unwrap(), names.map(|(hash, name)| (hash, name.to_owned())));
            // One byte is different.
            let mut other = section.clone();
            other[9] ^= 1;
            parsed(&other, &limits).unwrap_err();
            for limits in [
                limits.clone().with_name_bytes(5),
                limits.clone().with_name_nodes(1),
                limits.clone().with_name_depth(1),
                limits.clone().with_memory_bytes(100),
            ] {
                assert!(parsed(&section, &limits).unwrap_err().is_limit(), "{limits:?}");
                parsed(&section, &Limits::default()).unwrap();
                assert!(parsed(&section, &limits).unwrap_err().is_limit(), "{limits:?}");
            }
        }
    }
}
