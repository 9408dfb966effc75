//! Nested values of the open envelopes: their names and tables, and whether to decode or carry each. Imports `error`,
//! `shape`, `type_name` and its siblings.
//!
//! Invariant: an envelope resolves a type once for each interface, and a field gets a carried value only if its `Carry` allows
//! that.

use super::open_envelope::{Carry, Resolved};
use super::types::{
    Answer, Input, NativePlan, OpenEnvelope, Plan, Provenance, Reads, Session, Slot, SlotPlan, Slots, Table,
};
use crate::error::{Error, Kind, Result};
use crate::shape::InterfaceInfo;
use crate::state::budget::count::OnDrop;
use crate::state::frame::{FrameTable, Hashes, open_frame};
use crate::state::handoff::Member;
use crate::type_name::TypeName;
use std::any::TypeId;
use std::sync::Arc;

/// A listed name of an envelope: its index, type hash and name, and the answer if there is one.
type Listed = (usize, u64, TypeName, Option<Result<Resolved>>);

/// The memory of a kept answer, without its plan or error.
const ANSWER: usize = 4 * size_of::<(usize, TypeId, Answer)>();

/// Decodes or carries, according to an answer.
fn answer_for(answer: Answer, hash: Option<u64>, name: TypeName, carry: Carry) -> Result<Resolved> {
    match answer {
        Ok(plan) => Ok(Resolved::Plan(plan)),
        Err(error) if carry.takes(&error) => Ok(Resolved::Carried(hash, name)),
        Err(error) => Err(error),
    }
}

fn not_in_table() -> Error {
    Kind::Malformed { what: "a nested value", reason: "its type is not in the table" }.into()
}

impl Table {
    /// The table of the first entries.
    #[inline]
    pub(crate) fn first(self, length: usize) -> Option<Table> {
        (length <= self.length).then_some(Table { length, ..self })
    }
}

impl Slots {
    pub(in crate::state) fn clear(&mut self) {
        self.0.clear();
    }

    pub(in crate::state) fn capacity(&self) -> usize {
        self.0.capacity()
    }

    fn add(&mut self, table: impl Iterator<Item = u64>) -> Table {
        let start = self.0.len();
        self.0.extend(table.map(|hash| Slot { hash, plan: None }));
        Table { start, length: self.0.len().saturating_sub(start) }
    }
}

impl Input<'_, '_> {
    /// Decodes the frame of a nested value as a member of `interface`: the value, and the `Cast` of its plan. Only serde needs this
    /// pair; a direct decode builds the trait object at once.
    pub(in crate::state) fn member(&mut self, frame: &[u8], interface: &'static InterfaceInfo) -> Result<Member> {
        let (index, table, state) = open_frame(frame)?;
        let session = self.session;
        let plan = match session.known(self.table(), index, interface) {
            Some(SlotPlan::Native(native)) => {
                let decode = || self.nested(table, state, |input| native.take(input, native.glue.binary));
                return Ok(Member(session.contain(|| native.expr.display(), decode)?, native.cast));
            }
            Some(SlotPlan::Erased(plan)) => plan,
            None => self.new_plan(index, interface)?,
        };
        let decode = || {
            self.nested(table, state, |input| input.by_plan(&plan, 0, |input, slot| (plan.glue.binary)(input, slot)))
        };
        Ok(Member(session.contain(|| plan.name.to_string(), decode)?, plan.cast))
    }

    /// The plan of a nested value whose type is new in the envelope.
    pub(crate) fn new_plan(&mut self, index: u64, interface: &'static InterfaceInfo) -> Result<Arc<Plan>> {
        match self.shown(|input| input.session.nested(index, interface, Carry::Nothing))? {
            Resolved::Plan(plan) => Ok(plan),
            Resolved::Carried(..) => Err(not_in_table()),
        }
    }
}

impl Session {
    /// Runs `decode` inside a nested container with this table.
    pub(crate) fn with_container<T>(&self, table: FrameTable<'_>, decode: impl FnOnce() -> Result<T>) -> Result<T> {
        match table {
            FrameTable::Own(hashes) => {
                let _open = self.open_container(hashes.iter());
                decode()
            }
            _ => {
                let inner = self.inner_table(self.table.get(), table)?;
                let outer = self.table.replace(inner);
                let _open = OnDrop(|| self.table.set(outer));
                decode()
            }
        }
    }

    /// The type hashes of a table in the innermost container, for a carried value.
    pub(crate) fn hashes(&self, table: FrameTable<'_>) -> Result<Vec<u64>> {
        let Table { start, length } = match table {
            FrameTable::Own(hashes) => return Ok(hashes.iter().collect()),
            _ => self.inner_table(self.table.get(), table)?,
        };
        let slots = self.slots.borrow();
        let slots = slots.0.get(start..start.saturating_add(length)).unwrap_or_default();
        Ok(slots.iter().map(|slot| slot.hash).collect())
    }

    /// Opens a container until the guard ends. Most containers have no table.
    #[inline]
    pub(in crate::state) fn open_container(&self, table: impl ExactSizeIterator<Item = u64>) -> impl Drop {
        let inner = if table.len() == 0 { Table::default() } else { self.slots.borrow_mut().add(table) };
        let outer = self.table.replace(inner);
        OnDrop(move || {
            let inner = self.table.replace(outer);
            if inner.length > 0 {
                self.slots.borrow_mut().0.truncate(inner.start);
            }
        })
    }

    /// The table of a container inside the container with the table `around`. A table of its own is pushed, and
    /// [`Session::end_table`] removes it.
    #[inline]
    pub(in crate::state) fn inner_table(&self, around: Table, table: FrameTable<'_>) -> Result<Table> {
        match table {
            FrameTable::None => Ok(Table::default()),
            FrameTable::Around(length) => around.first(length).ok_or_else(not_in_table),
            FrameTable::Own(hashes) => Ok(self.add_table(hashes)),
        }
    }

    #[inline(never)]
    fn add_table(&self, hashes: Hashes<'_>) -> Table {
        self.slots.borrow_mut().add(hashes.iter())
    }

    /// Removes a container's own table. After an error its entries remain until the session, or an outer container, ends.
    #[inline(never)]
    pub(in crate::state) fn end_table(&self, table: Table) {
        self.slots.borrow_mut().0.truncate(table.start);
    }

    /// Calls `with` on entry `index` of a table.
    #[inline]
    fn slot_in<T>(&self, table: Table, index: u64, with: impl FnOnce(&mut Slot) -> T) -> Option<T> {
        let index = usize::try_from(index).ok().filter(|index| *index < table.length)?;
        self.slots.borrow_mut().0.get_mut(table.start.wrapping_add(index)).map(with)
    }

    #[inline]
    fn slot<T>(&self, index: u64, with: impl FnOnce(&mut Slot) -> T) -> Option<T> {
        self.slot_in(self.table.get(), index, with)
    }

    /// The plan for entry `index` of a table, if an earlier value of this container was native and read for this interface.
    #[inline]
    pub(crate) fn native(&self, table: Table, index: u64, interface: &'static InterfaceInfo) -> Option<NativePlan> {
        let type_id = (interface.type_id)();
        self.slot_in(table, index, |slot| match &slot.plan {
            Some((of, SlotPlan::Native(native))) if *of == type_id => Some(*native),
            _ => None,
        })?
    }

    /// The plan for entry `index` of a table, if the type was already resolved for this interface, maybe in another container: in a
    /// tree that is every second value, so nothing is counted or resolved twice.
    #[inline(never)]
    pub(crate) fn known(&self, table: Table, index: u64, interface: &'static InterfaceInfo) -> Option<SlotPlan> {
        let type_id = (interface.type_id)();
        let found = self.slot_in(table, index, |slot| match &slot.plan {
            Some((of, plan)) if *of == type_id => Ok(plan.clone()),
            _ => Err(slot.hash),
        });
        let hash = match found? {
            Ok(plan) => return Some(plan),
            Err(hash) => hash,
        };
        let found = self.innermost(|envelope| {
            let (at, _) = envelope.find(hash)?;
            Some(SlotPlan::of(envelope.answer(at, type_id)?.as_ref().ok()?))
        });
        let plan = found.flatten()?;
        self.slot_in(table, index, |slot| slot.plan = Some((type_id, plan.clone())));
        Some(plan)
    }

    /// Resolves a nested value with entry `index` of the innermost container's table.
    pub(crate) fn nested(&self, index: u64, interface: &'static InterfaceInfo, carry: Carry) -> Result<Resolved> {
        let type_id = (interface.type_id)();
        let hash = self.slot(index, |slot| slot.hash).ok_or_else(not_in_table)?;
        let found = self.innermost(|envelope| {
            let (at, name) = envelope.find(hash)?;
            Some((at, name.clone(), envelope.resolved(at, type_id, carry)))
        });
        let nameless = Kind::Malformed { what: "a nested value", reason: "its type has no name in the envelope" };
        let (at, name, known) = found.flatten().ok_or(nameless)?;
        let resolved =
            self.known_or_resolved(at, name, hash, known, interface, carry).map_err(|error| self.noted(error))?;
        if let (Resolved::Plan(plan), true) = (&resolved, carry != Carry::All) {
            self.slot(index, |slot| slot.plan = Some((type_id, SlotPlan::of(plan))));
        }
        Ok(resolved)
    }

    /// The type hash and the name of entry `index` of a container's table.
    pub(crate) fn nested_type(&self, table: Table, index: u64) -> Result<(u64, TypeName)> {
        let hash = self.slot_in(table, index, |slot| slot.hash).ok_or_else(not_in_table)?;
        let name = self.innermost(|envelope| envelope.find(hash).map(|(_, name)| name.clone())).flatten();
        let reason = "its type has no name in the envelope";
        Ok((hash, name.ok_or(Kind::Malformed { what: "a nested value", reason })?))
    }

    /// Resolves values of the name at `at`, unless `known` has the result; keeps the answer for the next value.
    fn known_or_resolved(
        &self,
        at: usize,
        name: TypeName,
        hash: u64,
        known: Option<Result<Resolved>>,
        interface: &'static InterfaceInfo,
        carry: Carry,
    ) -> Result<Resolved> {
        if carry == Carry::All {
            // Nothing is looked up, so there is no answer to keep.
            return Ok(Resolved::Carried(Some(hash), name));
        }
        if let Some(known) = known {
            return known;
        }
        let answer = self.plan(name.as_str(), Some(hash), interface);
        let (kept, memory) = match &answer {
            Ok(plan) => (Some(Ok(Arc::clone(plan))), plan.memory()),
            // The error contains the name and parts of it.
            Err(error) => (error.again().map(Err), name.memory().saturating_mul(3)),
        };
        if let Some(kept) = kept {
            self.budget.charge(memory.saturating_add(ANSWER))?;
            self.innermost(|envelope| envelope.keep(at, (interface.type_id)(), kept));
        }
        answer_for(answer, Some(hash), name, carry)
    }

    /// Finds a name among those that the envelope lists.
    fn listed(&self, name: &str, interface: &'static InterfaceInfo, carry: Carry) -> Result<Option<Listed>> {
        self.budget.charge(self.innermost(|envelope| envelope.cost_of_names()).unwrap_or(0))?;
        let found = self.innermost(|envelope| {
            let (at, hash, name) = envelope.find_name(name)?;
            let name = name.clone();
            Some((at, hash, name, envelope.resolved(at, (interface.type_id)(), carry)))
        });
        Ok(found.flatten())
    }

    /// Resolves a nested value that states its name, and returns its hash and name too. In a state of ours (`is_ours`) the envelope
    /// lists the name; a foreign deserializer has only the name, also inside a decode of an envelope that lists the same name.
    pub(crate) fn named(
        &self,
        name: &str,
        interface: &'static InterfaceInfo,
        is_ours: bool,
        carry: Carry,
    ) -> Result<(Resolved, Option<u64>, TypeName)> {
        self.find_named(name, interface, is_ours, carry).map_err(|error| self.noted(error))
    }

    fn find_named(
        &self,
        name: &str,
        interface: &'static InterfaceInfo,
        is_ours: bool,
        carry: Carry,
    ) -> Result<(Resolved, Option<u64>, TypeName)> {
        let found = if is_ours { self.listed(name, interface, carry)? } else { None };
        if let Some((at, hash, name, known)) = found {
            let resolved = self.known_or_resolved(at, name.clone(), hash, known, interface, carry)?;
            return Ok((resolved, Some(hash), name));
        }
        let name = TypeName::parse(name, &self.budget.limits)?;
        self.budget.charge(name.memory())?;
        let resolved = match carry {
            Carry::All => Resolved::Carried(None, name.clone()),
            _ => answer_for(self.plan(name.as_str(), None, interface), None, name.clone(), carry)?,
        };
        if is_ours {
            let reason = "its type has no name in the envelope";
            return Err(Kind::Malformed { what: "a nested value", reason }.into());
        }
        Ok((resolved, None, name))
    }

    /// Treats all values read until the guard ends as those of a foreign deserializer.
    pub(crate) fn enter_foreign(&self, reads: Reads) -> impl Drop {
        let policy = self.policy();
        self.envelopes.borrow_mut().push(OpenEnvelope::foreign(reads, policy));
        OnDrop(|| drop(self.envelopes.borrow_mut().pop()))
    }

    /// Whether the innermost envelope lists this type name.
    #[cfg_attr(not(feature = "json"), allow(dead_code, reason = "readable formats need it"))]
    pub(in crate::state) fn lists(&self, name: &str) -> bool {
        let cost = self.innermost(|envelope| envelope.cost_of_names()).unwrap_or(0);
        self.budget.charge(cost).is_ok()
            && self.innermost(|envelope| envelope.find_name(name).is_some()).unwrap_or(false)
    }

    /// What the running deserializer reads.
    #[cfg_attr(not(feature = "json"), allow(dead_code, reason = "readable formats need it"))]
    pub(crate) fn reads(&self) -> Reads {
        let reads = self.innermost(|envelope| if envelope.is_foreign { envelope.reads } else { Reads::Json });
        reads.unwrap_or(Reads::Other)
    }

    /// Whether the running deserializer is foreign, so that nothing lists the names of nested values.
    pub(crate) fn is_foreign(&self) -> bool {
        self.innermost(|envelope| envelope.is_foreign).unwrap_or(true)
    }

    /// The provenance of values that are carried out of the innermost envelope.
    pub(crate) fn provenance(&self) -> Result<Arc<Provenance>> {
        if let Some(known) = self.innermost(|envelope| envelope.provenance.clone()).flatten() {
            return Ok(known);
        }
        self.budget.charge(Provenance::MEMORY)?;
        let made = self.innermost(|envelope| Arc::clone(envelope.provenance(&self.given, &self.global)));
        // A foreign deserializer reads without an open envelope.
        let terms = || self.given.of_kept(self.given.policy.clone(), &self.global);
        Ok(made.unwrap_or_else(|| Arc::new(Provenance { terms: terms(), ..Provenance::default() })))
    }

    fn innermost<T>(&self, with: impl FnOnce(&mut OpenEnvelope) -> T) -> Option<T> {
        self.envelopes.borrow_mut().last_mut().map(with)
    }
}
