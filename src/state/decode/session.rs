//! One running decode: look-up, policies, and the use of its budget. Imports `error`, `policy`, `shape`,
//! `type_name` and its siblings.
//!
//! Invariant: whatever the input claims is counted before it is built; only levels are counted back, by their guards.

use super::types::{EnvelopeParts, Lookup, LookupSource, OpenEnvelope, Plan, Session, Table, Terms};
use crate::error::{Error, Kind, Result};
use crate::policy::Policy;
use crate::shape::InterfaceInfo;
use crate::state::budget::as_native::UnitGuard;
use crate::state::budget::count::OnDrop;
use crate::state::budget::counters::Budget;
use crate::state::budget::stack;
use crate::state::made::Made;
use crate::type_name::{TypeName, TypeRef};
use std::cell::{Cell, RefCell};
use std::sync::Arc;

/// The value size by which a level of our own code is estimated: frames of serde_json, and of a visitor or a walk.
const OWN_LEVEL: usize = 128;

impl Session {
    /// Runs `decode` for one envelope: in the running session, in a session inside it if `terms` are tighter, or in a new one.
    ///
    /// The value has `size` bytes. `decode` calls [`Session::verdict`] itself, because a refused value must be dropped inside
    /// [`contain`](super::contain::contain).
    pub(crate) fn with_envelope(
        terms: &Terms,
        global: &impl LookupSource,
        envelope: EnvelopeParts<'_>,
        size: usize,
        decode: &mut dyn FnMut(&Session) -> Result<()>,
    ) -> Result<()> {
        let input = envelope.state.len();
        let around = if terms.are_tighter() { Session::current() } else { None };
        let Some(outer) = around else {
            let (session, guard) = Session::join_or_start(terms, 0, global);
            // An envelope inside a decode is one more level of nesting, wherever its bytes are from.
            let _level = if guard.is_none() { Some(session.budget.descend_nested()?) } else { None };
            let _native = guard.is_none().then(|| session.natively());
            session.budget.earn(input);
            return match guard {
                Some(_) => session.decode_envelope(terms, envelope, size, decode),
                None => session.apart(
                    || session.decode_envelope(terms, envelope, size, decode),
                    |error| session.refuses_too(error),
                ),
            };
        };
        let _level = outer.budget.descend_nested()?;
        outer.budget.earn(input);
        let (session, _guard) = Session::start_within(&outer, terms, input);
        let decoded = session.decode_envelope(terms, envelope, size, decode);
        decoded.map_err(|error| outer.noted_of_inner(error))
    }

    /// Takes over the error of a decode with limits or a registry of its own, which ends this one too if this one refuses the same.
    #[cold]
    fn noted_of_inner(&self, error: Error) -> Error {
        let mut is_ours = self.refuses_too(&error);
        let error = error.map_limit(|limit, value, asked| {
            let own = self.budget.own_limit(limit, value, asked);
            is_ours = own.is_some();
            own.unwrap_or((limit, value, asked))
        });
        if is_ours { self.noted(error) } else { error }
    }

    fn decode_envelope(
        &self,
        terms: &Terms,
        envelope: EnvelopeParts<'_>,
        size: usize,
        decode: &mut dyn FnMut(&Session) -> Result<()>,
    ) -> Result<()> {
        self.budget.charge(envelope.memory)?;
        let policy = self.policy().and(terms.policy.clone());
        self.envelopes.borrow_mut().push(OpenEnvelope::new(policy, &envelope));
        let _open = OnDrop(|| drop(self.envelopes.borrow_mut().pop()));
        let _root = self.open_container(envelope.table.iter().copied());
        // The value passes through many frames before it is a level of its own.
        self.budget.stack.check(size)?;
        decode(self)
    }

    pub(in crate::state) fn new(budget: Budget, given: Terms, global: Arc<dyn Lookup>) -> Self {
        Session {
            budget,
            given,
            global,
            outer: None,
            is_erased: Cell::new(false),
            unit: Cell::default(),
            slot: Cell::new(0),
            envelopes: RefCell::default(),
            slots: RefCell::default(),
            table: Cell::default(),
        }
    }

    /// Whether the session looks types up in the default registry.
    pub(crate) fn looks_up_globally(&self) -> bool {
        self.given.lookups.is_empty()
    }

    /// Takes over the levels of an input until the guard ends.
    pub(in crate::state) fn at_levels(
        &self,
        left: usize,
        nested_left: usize,
        table: Table,
        is_erased: bool,
    ) -> impl Drop {
        let budget = &self.budget;
        let depth = budget.depth.replace(budget.depth_at(left));
        let nested = budget.nested.replace(budget.limits.nested.saturating_sub(nested_left));
        let (table, is_erased) = (self.table.replace(table), self.is_erased.replace(is_erased));
        OnDrop(move || {
            budget.depth.set(depth);
            budget.nested.set(nested);
            self.table.set(table);
            self.is_erased.set(is_erased);
        })
    }

    /// Runs `decode` one level of compound values deeper, on a stack with room for it. The value of the level has `size` bytes, and is
    /// charged if it is larger than its slot.
    #[inline]
    pub(in crate::state) fn level<T>(
        &self,
        size: usize,
        slot: usize,
        n_variants: usize,
        decode: impl FnOnce() -> Result<T>,
    ) -> Result<T> {
        let unit = self.begin_level(size, slot)?;
        let _level = self.budget.descend()?;
        let needed = stack::needed(size, n_variants);
        let value = if self.budget.stack.has_level(needed, self.budget.depth()) {
            decode()
        } else {
            self.elsewhere(needed, self.budget.depth(), decode)
        };
        match unit {
            Some(unit) if value.is_ok() => unit.charge_boxed(slot).and(value),
            _ => value,
        }
    }

    /// Runs `decode` for a value of `size` bytes on a stack with room for it: for the frames that the value passes through before it
    /// is a level.
    #[cfg(feature = "json")]
    #[inline]
    pub(in crate::state) fn room<T>(&self, size: usize, decode: impl FnOnce() -> Result<T>) -> Result<T> {
        let needed = stack::needed(size, 0);
        if self.budget.stack.has(needed) { decode() } else { self.elsewhere(needed, self.budget.depth(), decode) }
    }

    /// Runs `run`, level `depth` of our own code, on a stack with room for it.
    #[inline]
    pub(in crate::state) fn on_level<T>(&self, depth: usize, run: impl FnOnce() -> Result<T>) -> Result<T> {
        let needed = stack::needed(OWN_LEVEL, 0);
        if self.budget.stack.has_level(needed, depth) { run() } else { self.elsewhere(needed, depth, run) }
    }

    /// Runs `decode` on added stack. Not inlined, because its frame holds the value twice.
    #[cold]
    #[inline(never)]
    pub(in crate::state) fn elsewhere<T>(
        &self,
        needed: usize,
        depth: usize,
        decode: impl FnOnce() -> Result<T>,
    ) -> Result<T> {
        let (mut decode, mut decoded) = (Some(decode), None);
        let mut run = || {
            if let Some(decode) = decode.take() {
                decoded = Some(decode());
            }
        };
        self.budget.stack.add(needed, depth, &mut run).map_err(|error| self.budget.refuse(error))?;
        match decoded {
            Some(decoded) => decoded,
            None => Err(self.budget.refuse(Kind::Stack { left: 0, needed }.into())),
        }
    }

    /// Checks that the stack has room for a part of `size` bytes. Not inlined into the code of each type.
    #[cfg_attr(not(feature = "json"), allow(dead_code, reason = "readable formats need it"))]
    #[inline(never)]
    pub(in crate::state) fn check_stack_for(&self, size: usize) -> Result<()> {
        self.budget.stack.check_part(size).map_err(|error| self.budget.refuse(error))
    }

    /// Charges a value that is boxed, or begins its unit.
    #[inline]
    fn begin_level(&self, size: usize, slot: usize) -> Result<Option<UnitGuard<'_>>> {
        if self.is_erased.get() {
            return Ok(self.begin_erased_level(size, slot));
        }
        if size > slot {
            self.budget.charge(size)?;
        }
        Ok(None)
    }

    /// Charges a value of `size` bytes without parts in a slot of `slot` bytes, if it is larger and so boxed.
    #[inline]
    pub(in crate::state) fn charge_beyond(&self, size: usize, slot: usize) -> Result<()> {
        if size > slot { self.budget.charge(size) } else { Ok(()) }
    }

    /// Like [`Session::charge_beyond`], for a value that may be of an erased form.
    #[inline]
    pub(in crate::state) fn charge_whole(&self, made: &Made, slot: usize) -> Result<()> {
        if self.is_erased.get() { self.charge_erased(made, slot) } else { self.charge_beyond(made.size, slot) }
    }

    #[cold]
    #[inline(never)]
    fn charge_erased(&self, made: &Made, slot: usize) -> Result<()> {
        let unit = self.begin_erased_level(made.size, slot);
        self.note_variants(made);
        unit.map_or(Ok(()), |unit| unit.charge_boxed(slot))
    }

    /// The plan for a type, if all registries know it and every policy allows it.
    pub(crate) fn plan(&self, name: &str, hash: Option<u64>, interface: &'static InterfaceInfo) -> Result<Arc<Plan>> {
        let find = |lookup: &Arc<dyn Lookup>| lookup.plan(name, hash, interface, &self.budget.limits);
        let plan = match self.given.lookups.split_first() {
            None => find(&self.global)?,
            Some((first, others)) => {
                let plan = find(first)?;
                others.iter().try_for_each(|other| find(other).map(drop))?;
                plan
            }
        };
        self.check_policy(name, &|| Ok(plan.name.clone()))?;
        Ok(plan)
    }

    /// The policy of the innermost open envelope, which includes the outer ones.
    pub(in crate::state) fn policy(&self) -> Policy {
        let envelopes = self.envelopes.borrow();
        envelopes.last().map_or(&self.given.policy, |envelope| &envelope.policy).clone()
    }

    /// Checks a type's current name, which its envelope spells `spelled`, against the policies of all open envelopes.
    pub(crate) fn check_policy(&self, spelled: &str, name: &dyn Fn() -> Result<TypeName>) -> Result<()> {
        if self.envelopes.borrow().last().map_or(&self.given.policy, |envelope| &envelope.policy).is_open() {
            return Ok(());
        }
        let policy = self.policy();
        // A decode that a type's own code runs inside is not part of the copy.
        let is_own = || self.envelopes.borrow().len() <= 1 && self.given.own.iter().any(|own| own.name == spelled);
        if is_own() {
            return Ok(());
        }
        let all = |part: TypeRef<'_>, interface| {
            let mut lookups = self.given.lookups.iter();
            match lookups.len() {
                0 => self.global.is_member(part, interface),
                _ => lookups.all(|lookup| lookup.is_member(part, interface)),
            }
        };
        policy.check(&name()?, &all)
    }
}
