//! One running decode: limits, look-up, policies, and what of the limits is used.
//! Imports `error`, `limits`, `policy`, `schema`, `shape`, `type_name` and its siblings only.
//!
//! Invariant: what bytes claim is counted before it is built; only a level is counted back, by its guard.

use super::count::{CountGuard, OnDrop, count, over};
use super::decode_plan::Plan;
use super::nested::{Slots, Table};
use super::open_envelope::OpenEnvelope;
use super::stack::Stack;
use crate::error::{Error, Kind, Result};
use crate::limits::Limits;
use crate::policy::Policy;
use crate::schema::Schema;
use crate::shape::InterfaceInfo;
use crate::type_name::{NameList, TypeName, TypeRef};
use std::cell::{Cell, RefCell};
use std::sync::Arc;

/// Finds plans: what a registry has.
pub(crate) trait Lookup {
    /// The plan for `name` as a member of `interface`; `hash` is checked where the bytes claim one.
    fn plan(
        &self,
        name: &str,
        hash: Option<u64>,
        interface: &'static InterfaceInfo,
        limits: &Limits,
    ) -> Result<Arc<Plan>>;

    /// Whether a type is a member of `interface` here.
    fn is_member(&self, name: TypeRef<'_>, interface: &'static InterfaceInfo) -> bool;
}

/// Who has a [`Lookup`].
pub(crate) trait LookupSource {
    fn lookup(&self) -> Arc<dyn Lookup>;

    /// Whether it is the one that is there as long as the process is.
    fn is_global(&self) -> bool;
}

/// One running decode, nested values included.
pub(crate) struct Session {
    pub(crate) limits: Limits,
    lookup: Arc<dyn Lookup>,
    is_global: bool,
    depth: Cell<usize>,
    nested: Cell<usize>,
    items: Cell<usize>,
    unbacked_items: Cell<usize>,
    memory: Cell<usize>,
    /// The bytes of state that really came.
    input: Cell<usize>,
    /// What `memory` may reach: grows with `input`.
    memory_limit: Cell<usize>,
    stack: Stack,
    /// Whether a key was asked for its hash whose type has none.
    has_bad_key: Cell<bool>,
    pub(super) envelopes: RefCell<Vec<OpenEnvelope>>,
    pub(super) slots: RefCell<Slots>,
    pub(super) table: Cell<Table>,
}

/// Room for so many envelopes or entries of tables, open at one time, is kept for the next decode.
const KEPT: usize = 256;

/// What a session has to know of an envelope.
pub(crate) struct EnvelopeParts<'a> {
    pub(crate) state: &'a [u8],
    pub(crate) names: Option<&'a NameList>,
    pub(crate) table: &'a [u64],
    pub(crate) schema: Option<&'a Arc<Schema>>,
    /// Bytes of memory that names, table and schema take.
    pub(crate) memory: usize,
}

impl Session {
    /// Runs `decode` for one envelope, in the session that runs on this thread or in a new one.
    pub(crate) fn with_envelope<T>(
        limits: &Limits,
        policy: &Policy,
        registry: &impl LookupSource,
        envelope: EnvelopeParts<'_>,
        decode: impl FnOnce(&Session) -> Result<T>,
    ) -> Result<T> {
        let (session, guard) = Session::join_or_start(limits, 0, registry);
        // An envelope within a decode is one more level of nesting, however it came there.
        let _level = if guard.is_none() { Some(session.descend_nested()?) } else { None };
        session.earn(envelope.state.len());
        session.charge(envelope.memory)?;
        session.envelopes.borrow_mut().push(OpenEnvelope::new(policy, &envelope));
        let _open = OnDrop(|| drop(session.envelopes.borrow_mut().pop()));
        let _root = session.open_container(envelope.table.iter().copied());
        // The value passes through many frames before it is a level of its own.
        session.check_stack(size_of::<T>())?;
        let decoded = decode(&session);
        if decoded.is_ok() {
            session.check_keys()?;
        }
        decoded
    }

    pub(super) fn new(limits: &Limits, registry: &impl LookupSource) -> Self {
        Session {
            limits: limits.clone(),
            lookup: registry.lookup(),
            is_global: registry.is_global(),
            depth: Cell::new(0),
            nested: Cell::new(0),
            items: Cell::new(0),
            unbacked_items: Cell::new(0),
            memory: Cell::new(0),
            input: Cell::new(0),
            memory_limit: Cell::new(0),
            stack: Stack::here(),
            has_bad_key: Cell::new(false),
            envelopes: RefCell::default(),
            slots: RefCell::default(),
            table: Cell::default(),
        }
    }

    /// The same, in the room of one that has ended, and with its lookup.
    pub(super) fn renew(&mut self, limits: &Limits) {
        // All fields are named, so that none is forgotten.
        let Session {
            limits: old_limits,
            lookup: _,
            is_global: _,
            depth,
            nested,
            items,
            unbacked_items,
            memory,
            input,
            memory_limit,
            stack,
            has_bad_key,
            envelopes,
            slots,
            table,
        } = self;
        old_limits.clone_from(limits);
        for counter in [depth, nested, items, unbacked_items, memory, input, memory_limit] {
            counter.set(0);
        }
        *stack = Stack::here();
        has_bad_key.set(false);
        envelopes.get_mut().clear();
        slots.get_mut().clear();
        table.set(Table::default());
    }

    /// Whether one that has ended may wait for the next decode: what it holds is small, and would be there without it.
    pub(super) fn may_wait(&self) -> bool {
        let is_small = |room: usize| room <= KEPT;
        self.is_global
            && self.envelopes.try_borrow().is_ok_and(|envelopes| is_small(envelopes.capacity()))
            && self.slots.try_borrow().is_ok_and(|slots| is_small(slots.capacity()))
    }

    /// Counts one level of compound values until the guard ends, and the value of this level, of `size` bytes, if it is
    /// larger than the `slot` bytes that are charged.
    #[inline]
    pub(super) fn descend(&self, size: usize, slot: usize) -> Result<CountGuard<'_>> {
        self.check_stack(size)?;
        self.charge_beyond(size, slot)?;
        CountGuard::new(&self.depth, "depth", self.limits.depth)
    }

    /// As [`Session::descend`], and no part of the code of a type, of which readable formats have the most.
    #[cfg_attr(not(feature = "json"), allow(dead_code, reason = "readable formats need it"))]
    #[inline(never)]
    pub(super) fn descend_into(&self, size: usize, slot: usize) -> Result<CountGuard<'_>> {
        self.descend(size, slot)
    }

    /// Counts an element and charges it.
    #[cfg_attr(not(feature = "json"), allow(dead_code, reason = "readable formats need it"))]
    #[inline]
    pub(super) fn begin_part(&self, size: usize) -> Result<()> {
        self.count_items(1)?;
        self.charge(size)
    }

    /// As [`Session::check_stack`], and no part of the code of a type.
    #[cfg_attr(not(feature = "json"), allow(dead_code, reason = "readable formats need it"))]
    #[inline(never)]
    pub(super) fn check_stack_for(&self, size: usize) -> Result<()> {
        self.check_stack(size)
    }

    /// Charges a value of `size` bytes for which `slot` bytes are charged: one that is larger cannot stand there, but in a box.
    #[inline]
    pub(super) fn charge_beyond(&self, size: usize, slot: usize) -> Result<()> {
        if size > slot { self.charge(size) } else { Ok(()) }
    }

    /// Lets `input` bytes of a new envelope earn their memory.
    pub(super) fn earn(&self, input: usize) {
        self.input.set(self.input.get().saturating_add(input));
        self.memory_limit.set(self.limits.memory_of(self.input.get()));
    }

    /// Counts elements, before they are decoded.
    #[inline]
    pub(crate) fn count_items(&self, number: usize) -> Result<()> {
        count(&self.items, number, "items", self.limits.items)
    }

    /// Checks that a value of `size` bytes can stand on the stack.
    #[inline]
    pub(super) fn check_stack(&self, size: usize) -> Result<()> {
        self.stack.check(size)
    }

    /// Charges `size` bytes of memory, before they are taken.
    #[inline]
    pub(crate) fn charge(&self, size: usize) -> Result<()> {
        let asked = self.memory.get().saturating_add(size);
        if asked > self.memory_limit.get() {
            return Err(self.out_of_memory(asked));
        }
        self.memory.set(asked);
        Ok(())
    }

    #[cold]
    fn out_of_memory(&self, asked: usize) -> Error {
        let (limit, value, asked) = self.limits.over_memory(asked, self.input.get());
        over(limit, value, asked)
    }

    /// Counts one element that took no input.
    pub(crate) fn count_unbacked_item(&self) -> Result<()> {
        count(&self.unbacked_items, 1, "unbacked_items", self.limits.unbacked_items)
    }

    /// Counts one level of nested values until the guard ends.
    pub(crate) fn descend_nested(&self) -> Result<CountGuard<'_>> {
        CountGuard::new(&self.nested, "nested", self.limits.nested)
    }

    /// Notes that a value was asked for its hash whose type has `PartialEq` and no `Hash`. No compiler lets such a value be
    /// a key, so its container is forged. All these keys would meet in one bucket.
    pub(crate) fn refuse_key() {
        Session::with_current(|session| session.has_bad_key.set(true));
    }

    /// Ends a decode after [`Session::refuse_key`], before the next key is decoded, or at its end.
    #[inline]
    pub(super) fn check_keys(&self) -> Result<()> {
        if self.has_bad_key.get() {
            return Err(Kind::Malformed { what: "type name", reason: "it has a key whose type has no `Hash`" }.into());
        }
        Ok(())
    }

    /// The plan for a type, if every policy of the open envelopes allows it.
    pub(crate) fn plan(&self, name: &str, hash: Option<u64>, interface: &'static InterfaceInfo) -> Result<Arc<Plan>> {
        let plan = self.lookup.plan(name, hash, interface, &self.limits)?;
        self.check_policy(|| Ok(plan.name.clone()))?;
        Ok(plan)
    }

    /// Checks a type's present name against the policies of all open envelopes.
    pub(crate) fn check_policy(&self, name: impl FnOnce() -> Result<TypeName>) -> Result<()> {
        let policies: Vec<Policy> = {
            let envelopes = self.envelopes.borrow();
            let closed = envelopes.iter().map(|envelope| &envelope.policy).filter(|policy| !policy.is_open());
            closed.cloned().collect()
        };
        if policies.is_empty() {
            return Ok(());
        }
        let name = name()?;
        let is_member = |part: TypeRef<'_>, interface| self.lookup.is_member(part, interface);
        policies.iter().try_for_each(|policy| policy.check(&name, &is_member))
    }
}
