//! Charges an erased value the memory of the native one. Imports `error`, `shape` and its siblings.
//!
//! An erased form has a handle where the native form has a value. So its types have other sizes than those that a native decode
//! charges, and the verdict would depend on the form. Therefore the handles of one value, element or content of a box form a
//! unit, which is charged at its end with the real sizes instead of those of the handles.
//!
//! Invariant: an erased decode is never charged more than the native one. It is charged the same if the types have the
//! alignment of a word and no variants, and possibly less if padding or a variant hides the size of the native type.

#[cfg(feature = "json")]
use super::beside::PLACE;
use super::handle::{Each, HANDLE, Handle, is_number_type, mentions_handle};
use crate::error::Result;
use crate::shape::Head;
#[cfg(feature = "json")]
use crate::state::decode::types::{AnyBox, NativePlan};
use crate::state::decode::types::{Input, Plan, Session, Unit};
use crate::state::handoff::Scope;
use crate::state::made::Made;
use std::any::TypeId;
use std::sync::Arc;

/// The slot of a value of any size that is already charged.
pub(in crate::state) const PAID: usize = usize::MAX;

const WORD: usize = size_of::<usize>();

impl Unit {
    /// The charge of the native value, or less.
    fn cost(self, handles: &[Handle]) -> usize {
        let mut rest = self.own.saturating_sub(self.handles.saturating_mul(HANDLE));
        if self.has_variants {
            let sizes = handles.iter().map(|one| one.sizes.map_or(0, |sizes| sizes.value));
            let smallest = sizes.min().unwrap_or(0).min(HANDLE);
            rest = rest.saturating_sub((rest / HANDLE).saturating_mul(HANDLE.saturating_sub(smallest)));
            // The native value may need no tag.
            rest = rest.saturating_sub(self.levels.saturating_mul(WORD));
        } else if self.is_ragged {
            rest = rest.saturating_sub(self.levels.saturating_mul(WORD.saturating_sub(1)));
        }
        rest.saturating_add(self.real)
    }
}

/// An open unit. The surrounding unit continues when the guard ends.
pub(in crate::state) struct UnitGuard<'a> {
    session: &'a Session,
    outer: Unit,
    was_erased: bool,
}

impl UnitGuard<'_> {
    /// The charge of the unit.
    pub(in crate::state) fn cost(&self, handles: &[Handle]) -> usize {
        self.session.unit.get().cost(handles)
    }

    /// Charges the finished unit `times` times.
    pub(in crate::state) fn charge(&self, handles: &[Handle], times: usize) -> Result<()> {
        self.session.budget.charge(self.cost(handles).saturating_mul(times))
    }

    /// Charges the finished unit of a boxed value, unless the native one fits into the slot of `slot` bytes.
    #[cold]
    #[inline(never)]
    pub(in crate::state) fn charge_boxed(&self, slot: usize) -> Result<()> {
        self.session.in_scope(|handles| self.charge_beyond(handles, slot))
    }

    fn charge_beyond(&self, handles: &[Handle], slot: usize) -> Result<()> {
        let cost = self.cost(handles);
        if cost > slot { self.session.budget.charge(cost) } else { Ok(()) }
    }
}

impl Drop for UnitGuard<'_> {
    fn drop(&mut self) {
        self.session.unit.set(self.outer);
        self.session.is_erased.set(self.was_erased);
    }
}

impl Session {
    /// Begins a unit whose own types take `own` bytes.
    pub(in crate::state) fn begin_unit(&self, own: usize) -> UnitGuard<'_> {
        self.begin(self.is_erased.get(), own)
    }

    /// Charges values as native ones until the guard ends: for a value without parameters.
    pub(in crate::state) fn natively(&self) -> UnitGuard<'_> {
        self.begin(false, 0)
    }

    fn begin(&self, is_erased: bool, own: usize) -> UnitGuard<'_> {
        let outer = self.unit.replace(Unit { own, ..Unit::default() });
        UnitGuard { session: self, outer, was_erased: self.is_erased.replace(is_erased) }
    }

    /// Decodes a value by its plan from a readable format into a slot of `slot` bytes. If that is the slot of a handle, the unit of
    /// the handle learns the real charge.
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

    /// Notes a handle, and the charge `real` of its value.
    fn tell(&self, real: usize) {
        let mut unit = self.unit.get();
        unit.handles = unit.handles.saturating_add(1);
        unit.real = unit.real.saturating_add(real);
        unit.is_ragged |= real % WORD != 0;
        self.unit.set(unit);
    }

    /// Notes a value of `size` bytes of an erased form; its unit charges it at the end.
    #[cold]
    #[inline(never)]
    pub(in crate::state) fn note_in_unit(&self, size: usize) {
        let mut unit = self.unit.get();
        unit.levels = unit.levels.saturating_add(usize::from(size >= HANDLE));
        self.unit.set(unit);
    }

    /// Notes a value of an erased form in a slot of `slot` bytes. A larger one is boxed, and a unit of its own.
    #[cold]
    #[inline(never)]
    pub(in crate::state) fn begin_erased_level(&self, size: usize, slot: usize) -> Option<UnitGuard<'_>> {
        let unit = (size > slot).then(|| self.begin_unit(size));
        self.note_in_unit(size);
        unit
    }

    /// Notes a value that was kept aside: the unit counts its `size`, and learns that of the native one.
    #[cold]
    #[inline(never)]
    fn note_aside(&self, size: usize, native: usize) {
        let mut unit = self.unit.get();
        unit.own = unit.own.saturating_sub(size);
        unit.real = unit.real.saturating_add(native);
        unit.is_ragged |= native % WORD != 0;
        self.unit.set(unit);
    }

    /// How to charge elements of a type.
    #[cfg(feature = "json")]
    #[inline]
    pub(in crate::state) fn each(&self, made: &Made) -> Each {
        if self.is_erased.get() { self.in_scope(|handles| Each::of(handles, (made.id)())) } else { Each::Plain }
    }

    /// The bytes that a map takes beside each key and value.
    #[cfg(feature = "json")]
    #[inline]
    pub(in crate::state) fn beside_entry(&self, key: &Made, value: &Made) -> usize {
        let is_hidden = self.is_erased.get() && ((key.mentions_handle)() || (value.mentions_handle)());
        if is_hidden { PLACE } else { key.layout().beside_entry(value.layout()) }
    }

    /// Calls `run` with the handles in the scope of this thread.
    pub(in crate::state) fn in_scope<T>(&self, run: impl Fn(&[Handle]) -> T) -> T {
        Scope::with_innermost(|plan| run(&plan.handles)).unwrap_or_else(|| run(&[]))
    }

    /// Notes that the value is an enum or option, so that parts of it may be absent.
    #[inline]
    pub(in crate::state) fn note_variants(&self, made: &Made) {
        if self.is_erased.get() && made.size >= HANDLE {
            self.note_variants_of(made.mentions_handle);
        }
    }

    /// Like [`Session::note_variants`], for a value known to be in an erased form.
    pub(in crate::state) fn note_erased_variants<T>(&self) {
        if size_of::<T>() >= HANDLE {
            self.note_variants_of(mentions_handle::<T>);
        }
    }

    #[cold]
    #[inline(never)]
    fn note_variants_of(&self, mentions_handle: fn() -> bool) {
        if mentions_handle() {
            let unit = self.unit.get();
            self.unit.set(Unit { has_variants: true, ..unit });
        }
    }

    /// Charges the type if it is an option of a handle whose real size is known; returns whether it is.
    #[inline]
    pub(in crate::state) fn pays_option(&self, handles: &[Handle], made: &Made, slot: usize) -> Result<bool> {
        if self.is_erased.get() { self.pays_option_of(handles, (made.id)(), slot) } else { Ok(false) }
    }

    /// Like [`Session::pays_option`], with the handles in the scope of this thread.
    #[cfg(feature = "json")]
    pub(in crate::state) fn pays_option_in_scope(&self, made: &Made, slot: usize) -> Result<bool> {
        if !self.is_erased.get() {
            return Ok(false);
        }
        self.in_scope(|handles| self.pays_option(handles, made, slot))
    }

    /// Like [`Session::pays_option`], for a value known to be in an erased form.
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

/// The memory accounting of one value that is decoded by a plan.
struct Place {
    /// The size of the compiled form.
    size: usize,
    /// The bytes of it that its own unit counts.
    own: usize,
    /// The slot of the value when it is decoded.
    slot: usize,
    /// Whether the surrounding unit learns its charge.
    is_told: bool,
}

impl Place {
    /// The value of `plan` in a slot of `slot` bytes, inside a value that is erased or not.
    #[inline]
    fn new(plan: &Plan, slot: usize, is_erased: bool) -> Self {
        let size = plan.glue.sizes().value;
        let is_in_place = slot >= HANDLE;
        let is_told = is_in_place && slot != PAID && is_erased;
        let (own, slot) = match plan.expr.head {
            // An erased array is a vector, unlike the native one, so only its elements are charged.
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
    /// Decodes a value by its plan into a slot of `slot` bytes: see [`Session::by_plan`].
    pub(crate) fn by_plan<T>(
        &mut self,
        plan: &Arc<Plan>,
        slot: usize,
        read: impl FnOnce(&mut Input<'_, 'de>, usize) -> Result<T>,
    ) -> Result<T> {
        let session = self.session;
        session.check_refusal()?;
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

    /// Like [`Input::by_plan`], with the glue of a native form and a slot that is not a handle's.
    #[cfg(feature = "json")]
    #[inline]
    pub(in crate::state) fn by_native(&mut self, native: &NativePlan, slot: usize) -> Result<AnyBox> {
        self.session.check_refusal()?;
        self.session.budget.count_handle()?;
        self.room(native.glue.stack, |input| (native.glue.binary)(input, slot))
    }

    /// The handles of the parameters in scope.
    pub(in crate::state) fn handles(&self) -> &[Handle] {
        self.scope.map_or(&[], |plan| &plan.handles)
    }

    #[cold]
    #[inline(never)]
    pub(in crate::state) fn note_variants<T>(&self) {
        self.session.note_erased_variants::<T>();
    }

    /// How to charge elements of type `T`, and whether they are numbers that do not count as items.
    #[inline]
    pub(in crate::state) fn counts_of<T>(&self) -> (Each, bool) {
        // A number contains no handle.
        if !self.is_erased || is_number_type::<T>() {
            return (Each::Plain, is_number_type::<T>());
        }
        let id = typeid::of::<T>();
        (Each::of(self.handles(), id), Handle::stands_for_number(self.handles(), id))
    }

    /// Reads a value of type `T` into a slot of `slot` bytes: a larger one does not fit, is boxed, and charged.
    #[inline]
    pub(crate) fn boxed<T, R>(&mut self, slot: usize, read: impl FnOnce(&mut Self) -> Result<R>) -> Result<R> {
        if size_of::<T>() > slot {
            // Apart, so that a native value is not moved once more: that takes 4 % of a small decode.
            if self.is_erased {
                return self.boxed_in_unit(size_of::<T>(), slot, read);
            }
            self.session.budget.charge(size_of::<T>())?;
        }
        read(self)
    }

    #[cold]
    #[inline(never)]
    fn boxed_in_unit<R>(&mut self, size: usize, slot: usize, read: impl FnOnce(&mut Self) -> Result<R>) -> Result<R> {
        let unit = self.session.begin_unit(size);
        let value = read(self)?;
        unit.charge_beyond(self.handles(), slot)?;
        Ok(value)
    }

    /// Whether an option of type `T` in a slot of `slot` bytes is boxed, and a unit of its own.
    #[inline]
    pub(crate) fn is_unit<T>(&self, slot: usize) -> bool {
        self.is_erased && size_of::<T>() > slot && !self.is_known_option(typeid::of::<T>())
    }

    #[cold]
    #[inline(never)]
    fn is_known_option(&self, id: TypeId) -> bool {
        self.handles().iter().any(|one| one.types.option == id && one.sizes.is_some())
    }

    /// Charges a value that was kept aside, in a slot of `slot` bytes: the native one has `native` bytes, where this has `size`.
    pub(in crate::state) fn charge_aside(&self, size: usize, native: usize, slot: usize) -> Result<()> {
        if size <= slot {
            if self.is_erased {
                self.session.note_aside(size, native);
            }
            return Ok(());
        }
        if native > slot { self.session.budget.charge(native) } else { Ok(()) }
    }
}
