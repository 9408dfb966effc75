//! The values inside of the envelopes that are open: their names and tables, and what is to be done with each.
//! Imports `error`, `schema`, `shape`, `wire` and its siblings only.
//!
//! Invariant: a type is resolved once an envelope for each interface that asks in turn, and what a place does not take
//! undecoded is never carried into it.

use super::decode_plan::{Binary, contain, in_session};
use super::exchange::Member;
use super::open_envelope::{Carry, NameList, NativePlan, OpenEnvelope, Resolved};
use super::session::{OnDrop, Session};
use crate::error::{Error, Kind, Result};
use crate::schema::Schema;
use crate::shape::InterfaceInfo;
use crate::wire::Cursor;
use std::any::TypeId;
use std::collections::HashSet;
use std::sync::Arc;

/// An entry of a container's table.
struct Slot {
    hash: u64,
    /// What is to be done with its values, if the type is compiled as such: no more than this is needed then, and a copy of
    /// it costs nothing. A batch of 10,000 values decodes a sixth faster than with a counted reference to the plan for each.
    native: Option<(TypeId, NativePlan)>,
}

fn not_in_table() -> Error {
    Kind::Malformed { what: "nested value", reason: "its type is not in the table" }.into()
}

/// Whether a hash stands twice. Up to a cache line or two of them are compared one by one: a tree has a small table in each
/// of its nodes.
fn has_twins(table: &[u64]) -> bool {
    if table.len() > 16 {
        let distinct: HashSet<&u64> = table.iter().collect();
        return distinct.len() < table.len();
    }
    table.iter().enumerate().any(|(at, hash)| table.iter().take(at).any(|other| other == hash))
}

/// The tables of all open containers, the innermost last.
#[derive(Default)]
pub(super) struct Slots(Vec<Slot>);

/// Where the innermost table is among them.
#[derive(Clone, Copy, Default)]
pub(super) struct Table {
    start: usize,
    length: usize,
}

impl Slots {
    pub(super) fn capacity(&self) -> usize {
        self.0.capacity()
    }

    fn add(&mut self, table: &[u64]) -> Table {
        let (start, length) = (self.0.len(), table.len());
        self.0.extend(table.iter().map(|hash| Slot { hash: *hash, native: None }));
        Table { start, length }
    }
}

/// The parts of a frame: the place of its type in its container's table, its own table, its state.
#[inline]
pub(crate) fn open_frame(frame: &[u8]) -> Result<(u64, Vec<u64>, &[u8])> {
    let mut cursor = Cursor::new("nested value", frame);
    let head = cursor.varint()?;
    let table = if head & 1 == 1 { read_table(&mut cursor)? } else { Vec::new() };
    Ok((head >> 1, table, cursor.rest()))
}

#[inline(never)]
fn read_table(cursor: &mut Cursor<'_>) -> Result<Vec<u64>> {
    let mut table = Vec::new();
    for _ in 0..cursor.varint()? {
        table.push(cursor.u64()?);
    }
    if table.is_empty() || has_twins(&table) {
        return Err(Kind::Malformed { what: "nested value", reason: "its table is empty or repeats a type" }.into());
    }
    Ok(table)
}

impl Session {
    /// Runs `decode` inside a nested container with this table.
    pub(crate) fn with_container<T>(&self, table: &[u64], decode: impl FnOnce() -> Result<T>) -> Result<T> {
        let _open = self.open_container(table);
        decode()
    }

    /// Begins a container, until the guard ends. Most have no table, and then there is nothing to be done but to say so.
    #[inline]
    pub(super) fn open_container(&self, table: &[u64]) -> impl Drop {
        let inner = if table.is_empty() { Table::default() } else { self.slots.borrow_mut().add(table) };
        let outer = self.table.replace(inner);
        OnDrop(move || {
            let inner = self.table.replace(outer);
            if inner.length > 0 {
                self.slots.borrow_mut().0.truncate(inner.start);
            }
        })
    }

    /// Does something with entry `index` of the innermost table.
    #[inline]
    fn slot<T>(&self, index: u64, with: impl FnOnce(&mut Slot) -> T) -> Option<T> {
        let Table { start, length } = self.table.get();
        let index = usize::try_from(index).ok().filter(|index| *index < length)?;
        self.slots.borrow_mut().0.get_mut(start.saturating_add(index)).map(with)
    }

    /// Decodes the frame of a nested value as a member of `interface`: the value, and the `Cast` that its plan has.
    pub(super) fn member<B: Binary>(&self, frame: &[u8], interface: &'static InterfaceInfo) -> Result<Member> {
        let _level = self.descend_nested()?;
        let (index, table, state) = open_frame(frame)?;
        if let Some(NativePlan { expr, glue, cast }) = self.native(index, interface) {
            let _open = self.open_container(&table);
            let decode = || in_session::<B, _>(state, self, 0, |reader| B::decode(glue, reader));
            return Ok(Member(contain(|| expr.display(), decode)?, cast));
        }
        let plan = match self.nested(index, interface, Carry::Nothing)? {
            Resolved::Plan(plan) => plan,
            Resolved::Carried(..) => return Err(not_in_table()),
        };
        let _open = self.open_container(&table);
        Ok(Member(plan.decode_state(B::FORMAT, state, self)?, plan.cast))
    }

    /// The native plan for entry `index` of the innermost table, if it was resolved before.
    #[inline]
    fn native(&self, index: u64, interface: &'static InterfaceInfo) -> Option<NativePlan> {
        self.slot(index, |slot| slot.native)
            .flatten()
            .filter(|(of, _)| *of == (interface.type_id)())
            .map(|(_, native)| native)
    }

    /// What is to be done with a value of entry `index` of the innermost container's table.
    pub(crate) fn nested(&self, index: u64, interface: &'static InterfaceInfo, carry: Carry) -> Result<Resolved> {
        let type_id = (interface.type_id)();
        let hash = self.slot(index, |slot| slot.hash).ok_or_else(not_in_table)?;
        let found = self.innermost(|envelope| {
            let (at, name) = envelope.find(hash)?;
            Some((at, Arc::clone(name), envelope.resolved(at, type_id).cloned()))
        });
        let nameless = Kind::Malformed { what: "nested value", reason: "its type has no name in the envelope" };
        let (at, name, known) = found.flatten().ok_or(nameless)?;
        let resolved = self.known_or_resolved(at, name, hash, known, interface, carry)?;
        if carry != Carry::All {
            self.slot(index, |slot| slot.native = resolved.native().map(|native| (type_id, native)));
        }
        Ok(resolved)
    }

    /// What is to be done with values of the name at `at`, unless that is `known`; it is kept for the next one.
    fn known_or_resolved(
        &self,
        at: usize,
        name: Arc<str>,
        hash: u64,
        known: Option<Resolved>,
        interface: &'static InterfaceInfo,
        carry: Carry,
    ) -> Result<Resolved> {
        match known {
            // Nothing is looked up, so there is nothing to keep for others.
            _ if carry == Carry::All => Ok(Resolved::Carried(Some(hash), name)),
            Some(known @ Resolved::Plan(_)) => Ok(known),
            Some(known @ Resolved::Carried(..)) if carry == Carry::Unknown => Ok(known),
            _ => {
                let resolved = self.resolved(name, Some(hash), interface, carry)?;
                self.innermost(|envelope| envelope.keep(at, (interface.type_id)(), &resolved));
                Ok(resolved)
            }
        }
    }

    /// What is to be done with a nested value that says its name beside itself: that, and the name with its hash. In a state
    /// of ours the envelope lists it; a foreign deserializer has no more than the name.
    pub(crate) fn named(
        &self,
        name: &str,
        interface: &'static InterfaceInfo,
        is_ours: bool,
        carry: Carry,
    ) -> Result<(Resolved, Option<u64>, Arc<str>)> {
        let found = self.innermost(|envelope| {
            let (at, hash, name) = envelope.find_name(name)?;
            let name = Arc::clone(name);
            Some((at, hash, name, envelope.resolved(at, (interface.type_id)()).cloned()))
        });
        if let Some((at, hash, name, known)) = found.flatten() {
            let resolved = self.known_or_resolved(at, Arc::clone(&name), hash, known, interface, carry)?;
            return Ok((resolved, Some(hash), name));
        }
        let name: Arc<str> = Arc::from(name);
        let resolved = self.resolved(Arc::clone(&name), None, interface, carry)?;
        if is_ours {
            let reason = "its type has no name in the envelope";
            return Err(Kind::Malformed { what: "nested value", reason }.into());
        }
        Ok((resolved, None, name))
    }

    fn resolved(
        &self,
        name: Arc<str>,
        hash: Option<u64>,
        interface: &'static InterfaceInfo,
        carry: Carry,
    ) -> Result<Resolved> {
        if carry == Carry::All {
            return Ok(Resolved::Carried(hash, name));
        }
        match self.plan(&name, hash, interface) {
            Ok(plan) => Ok(Resolved::Plan(plan)),
            Err(error) if carry.takes(&error) => Ok(Resolved::Carried(hash, name)),
            Err(error) => Err(error),
        }
    }

    /// The names of the innermost envelope.
    pub(crate) fn names(&self) -> NameList {
        self.innermost(|envelope| Arc::clone(&envelope.names)).unwrap_or_else(|| Arc::from([]))
    }

    /// The schema of the innermost envelope.
    pub(crate) fn schema(&self) -> Option<Arc<Schema>> {
        self.innermost(|envelope| envelope.schema.clone()).flatten()
    }

    fn innermost<T>(&self, with: impl FnOnce(&mut OpenEnvelope) -> T) -> Option<T> {
        self.envelopes.borrow_mut().last_mut().map(with)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::wire::put_varint;

    fn frame(table: &[u64]) -> Vec<u8> {
        let mut frame = vec![1];
        put_varint(&mut frame, table.len() as u64);
        frame.extend(table.iter().flat_map(|hash| hash.to_le_bytes()));
        frame.push(9);
        frame
    }

    #[test]
    fn a_table_has_each_type_once() {
        // One by one, and by a set.
        for length in [1, 2, 16, 17, 40_u64] {
            let table: Vec<u64> = (0..length).map(|hash| hash << 32).collect();
            let bytes = frame(&table);
            assert_eq!(open_frame(&bytes).unwrap(), (0, table.clone(), &[9_u8][..]));
            if length > 1 {
                let twins = [&table[1..], &table[1..2]].concat();
                let error = open_frame(&frame(&twins)).unwrap_err();
                assert!(error.to_string().contains("repeats a type"), "{length}: {error}");
            }
        }
        assert_eq!(open_frame(&frame(&[])).unwrap_err().code(), 17);
    }
}
