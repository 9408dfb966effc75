//! What an erased value is charged: what the native one would be. Imports `error`, `shape` and its siblings.
//!
//! Where a native form has a value, an erased one has a handle. So the sizes of its types are not those that the native
//! decode charges, and a verdict would depend on who decodes. The handles of one value, or of one element, are gathered in a
//! unit; at its end it is charged with the real sizes in the place of the handles.
//!
//! Invariant: an erased decode is never charged more than the native one. It is charged the same where types have the
//! alignment of a word and no variants; where padding or a variant hides how large the native type is, it may be less.

use super::handle::{Each, HANDLE, HANDLE_NAME, Handle, is_number_type};
use crate::error::Result;
use crate::shape::Head;
#[cfg(feature = "json")]
use crate::state::decode::types::{AnyBox, NativePlan};
use crate::state::decode::types::{Input, Plan, Session, Unit};
#[cfg(feature = "json")]
use crate::state::handoff::Scope;
use std::any::TypeId;
use std::sync::Arc;

/// The slot of a value that is charged already, whatever its size.
pub(in crate::state) const PAID: usize = usize::MAX;

const WORD: usize = size_of::<usize>();

impl Unit {
    /// What the native value would be charged, or less.
    fn cost(self, handles: &[Handle]) -> usize {
        let mut rest = self.own.saturating_sub(self.handles.saturating_mul(HANDLE));
        let mut is_ragged = self.is_ragged;
        if self.has_variants {
            let sizes = handles.iter().map(|one| one.sizes.map_or(0, |sizes| sizes.value));
            let smallest = sizes.min().unwrap_or(0).min(HANDLE);
            rest = rest.saturating_sub((rest / HANDLE).saturating_mul(HANDLE.saturating_sub(smallest)));
            is_ragged |= smallest % WORD != 0;
        }
        if is_ragged {
            rest = rest.saturating_sub(self.levels.saturating_mul(WORD.saturating_sub(1)));
        }
        rest.saturating_add(self.real)
    }
}

/// A unit that is open; the one around it goes on when this ends.
pub(in crate::state) struct UnitGuard<'a> {
    session: &'a Session,
    outer: Unit,
    was_erased: bool,
}

impl UnitGuard<'_> {
    /// What is to be charged for the unit.
    fn cost(&self, handles: &[Handle]) -> usize {
        self.session.unit.get().cost(handles)
    }

    /// Charges the unit, which is at its end, `times` times.
    pub(in crate::state) fn charge(&self, handles: &[Handle], times: usize) -> Result<()> {
        self.session.budget.charge(self.cost(handles).saturating_mul(times))
    }
}

impl Drop for UnitGuard<'_> {
    fn drop(&mut self) {
        self.session.unit.set(self.outer);
        self.session.is_erased.set(self.was_erased);
    }
}

impl Session {
    /// Begins a unit of types of `own` bytes.
    pub(in crate::state) fn begin_unit(&self, own: usize) -> UnitGuard<'_> {
        self.begin(self.is_erased.get(), own)
    }

    /// What follows is a value without parameters, until the guard ends.
    pub(in crate::state) fn natively(&self) -> UnitGuard<'_> {
        self.begin(false, 0)
    }

    fn begin(&self, is_erased: bool, own: usize) -> UnitGuard<'_> {
        let outer = self.unit.replace(Unit { own, ..Unit::default() });
        UnitGuard { session: self, outer, was_erased: self.is_erased.replace(is_erased) }
    }

    /// Decodes a value by its plan from a readable format, in a place where `slot` bytes are charged. If these are a handle's,
    /// what the value is really charged there is told to the unit that the handle is in.
    #[cfg(feature = "json")]
    pub(in crate::state) fn by_plan<T>(
        &self,
        plan: &Arc<Plan>,
        slot: usize,
        decode: impl FnOnce(usize) -> Result<T>,
    ) -> Result<T> {
        self.budget.count_handle()?;
        let place = Place::new(plan, slot, self.is_erased.get());
        if plan.is_native() {
            if place.is_told {
                self.tell(place.size);
            }
            let _native = self.natively();
            return self.room(place.size, || decode(place.slot));
        }
        let _scope = Scope::enter(plan);
        let unit = self.begin(true, place.own);
        let value = self.room(place.size, || decode(place.slot))?;
        place.end(plan, unit)?;
        Ok(value)
    }

    /// Notes a handle, and what the value behind it is charged.
    fn tell(&self, real: usize) {
        let mut unit = self.unit.get();
        unit.handles = unit.handles.saturating_add(1);
        unit.real = unit.real.saturating_add(real);
        unit.is_ragged |= real % WORD != 0;
        self.unit.set(unit);
    }

    /// Notes a value of an erased form, which is charged at the end of its unit.
    #[cold]
    #[inline(never)]
    pub(in crate::state) fn note_in_unit(&self, size: usize, slot: usize) {
        let mut unit = self.unit.get();
        unit.levels = unit.levels.saturating_add(usize::from(size >= HANDLE));
        unit.own = unit.own.saturating_add(if size > slot { size } else { 0 });
        self.unit.set(unit);
    }

    /// How elements of type `T` are charged.
    #[cfg(feature = "json")]
    #[inline]
    pub(in crate::state) fn each<T>(&self) -> Each {
        if self.is_erased.get() { self.in_scope(|handles| Each::of(handles, typeid::of::<T>())) } else { Each::Plain }
    }

    /// Runs something with what stands for the parameters in the scope of this thread.
    #[cfg(feature = "json")]
    pub(in crate::state) fn in_scope<T>(&self, run: impl Fn(&[Handle]) -> T) -> T {
        Scope::with_innermost(|plan| run(&plan.handles)).unwrap_or_else(|| run(&[]))
    }

    /// Notes that a value of an erased form stands in a box; its level notes the rest.
    #[cold]
    #[inline(never)]
    fn note_boxed(&self, size: usize) {
        let mut unit = self.unit.get();
        unit.own = unit.own.saturating_add(size);
        self.unit.set(unit);
    }

    /// The value is one of several variants, as is an option: a part of it may be there or not.
    #[inline]
    pub(in crate::state) fn note_variants<T>(&self) {
        if self.is_erased.get() && size_of::<T>() >= HANDLE {
            self.note_variants_of(std::any::type_name::<T>());
        }
    }

    /// As [`Session::note_variants`], of a value in an erased form.
    pub(in crate::state) fn note_erased_variants<T>(&self) {
        if size_of::<T>() >= HANDLE {
            self.note_variants_of(std::any::type_name::<T>());
        }
    }

    /// Only a type that mentions a handle has one in it. Serde's visitors say no more of a type than what the compiler knows of any,
    /// and of that the name alone tells what is mentioned. What is looked for is our own type, by its whole path, which no other
    /// crate's has; and a wrong answer would move a limit by the size of a handle.
    #[cold]
    #[inline(never)]
    fn note_variants_of(&self, name: &str) {
        if name.contains(HANDLE_NAME) {
            let unit = self.unit.get();
            self.unit.set(Unit { has_variants: true, ..unit });
        }
    }

    /// Whether `T` is an option of a handle whose real size is known. It is charged then.
    #[inline]
    pub(in crate::state) fn pays_option<T>(&self, handles: &[Handle], slot: usize) -> Result<bool> {
        if self.is_erased.get() { self.pays_option_of(handles, typeid::of::<T>(), slot) } else { Ok(false) }
    }

    /// The same of an option in an erased form.
    #[inline(never)]
    pub(in crate::state) fn pays_option_of(&self, handles: &[Handle], id: TypeId, slot: usize) -> Result<bool> {
        let found = handles.iter().find(|one| one.types.option == id).and_then(|one| Some(one.sizes?.option));
        let Some(size) = found else { return Ok(false) };
        if slot >= HANDLE && slot != PAID {
            self.tell(size);
        } else if size > slot {
            self.budget.charge(size)?;
        }
        Ok(true)
    }
}

/// A place for the value of a plan.
struct Place {
    /// The size of the compiled form.
    size: usize,
    /// What of it is the unit's own.
    own: usize,
    /// The bytes that are charged for the value when it is decoded.
    slot: usize,
    /// Whether the unit that it is in is to know what it costs.
    is_told: bool,
}

impl Place {
    /// One where `slot` bytes are charged, in a value that is erased or not.
    #[inline]
    fn new(plan: &Plan, slot: usize, is_erased: bool) -> Self {
        let size = plan.glue.sizes().value;
        let is_in_place = slot >= HANDLE;
        let is_told = is_in_place && slot != PAID && is_erased;
        let (own, slot) = match plan.expr.head {
            // An erased array is a vector of its elements, which is not what the native one is.
            Head::Array if !plan.is_native() => (0, PAID),
            _ if is_in_place => (size, size),
            _ => (0, slot),
        };
        Place { size, own, slot, is_told }
    }

    /// Ends the unit of an erased value.
    fn end(self, plan: &Plan, unit: UnitGuard<'_>) -> Result<()> {
        let (cost, session) = (unit.cost(&plan.handles), unit.session);
        drop(unit);
        if self.is_told {
            session.tell(cost);
            return Ok(());
        }
        session.budget.charge(cost)
    }
}

impl<'de> Input<'_, 'de> {
    /// Decodes a value by its plan, in a place where `slot` bytes are charged: see [`Session::by_plan`].
    pub(crate) fn by_plan<T>(
        &mut self,
        plan: &Arc<Plan>,
        slot: usize,
        read: impl FnOnce(&mut Input<'_, 'de>, usize) -> Result<T>,
    ) -> Result<T> {
        let session = self.session;
        session.check_keys()?;
        session.budget.count_handle()?;
        let place = Place::new(plan, slot, self.is_erased);
        let stack = plan.glue.stack;
        if plan.is_native() {
            if place.is_told {
                session.tell(place.size);
            }
            return self.scoped(None, |input| input.room(stack, |input| read(input, place.slot)));
        }
        let unit = session.begin(true, place.own);
        let value = self.scoped(Some(plan), |input| input.room(stack, |input| read(input, place.slot)))?;
        place.end(plan, unit)?;
        Ok(value)
    }

    /// The same by the functions of a native form, in a place that is no handle's.
    #[cfg(feature = "json")]
    #[inline]
    pub(in crate::state) fn by_native(&mut self, native: &NativePlan, slot: usize) -> Result<AnyBox> {
        self.session.check_keys()?;
        self.session.budget.count_handle()?;
        self.room(native.glue.stack, |input| (native.glue.binary)(input, slot))
    }

    /// What stands for the parameters here.
    pub(in crate::state) fn handles(&self) -> &[Handle] {
        self.scope.map_or(&[], |plan| &plan.handles)
    }

    #[cold]
    #[inline(never)]
    pub(in crate::state) fn note_variants<T>(&self) {
        self.session.note_erased_variants::<T>();
    }

    /// How elements of type `T` are charged, and whether they are numbers that are no items.
    #[inline]
    pub(in crate::state) fn counts_of<T>(&self) -> (Each, bool) {
        if !self.is_erased {
            return (Each::Plain, is_number_type::<T>());
        }
        let id = typeid::of::<T>();
        (Each::of(self.handles(), id), is_number_type::<T>() || Handle::stands_for_number(self.handles(), id))
    }

    /// Charges a value of type `T` that is about to be read, for which `slot` bytes are charged: one that is larger cannot stand
    /// there, but in a box.
    #[inline]
    pub(crate) fn charge_boxed<T>(&self, slot: usize) -> Result<()> {
        if size_of::<T>() <= slot {
            return Ok(());
        }
        if self.is_erased {
            self.session.note_boxed(size_of::<T>());
            return Ok(());
        }
        self.session.budget.charge(size_of::<T>())
    }
}
