//! What an erased value is charged: what the native one would be. Imports `error`, `shape` and its siblings only.
//!
//! Where a native form has a value, an erased one has a handle. So the sizes of its types are not those that the native
//! decode charges, and a verdict would depend on who decodes. The handles of one value, or of one element, are gathered in a
//! unit; at its end it is charged with the real sizes in the place of the handles.
//!
//! Invariant: an erased decode is never charged more than the native one. It is charged the same where types have the
//! alignment of a word and no variants; where padding or a variant hides how large the native type is, it may be less.

use super::bulk::is_copied_whole;
use super::count::count;
use super::decode_plan::{Plan, PlanArgument};
use super::scope::Scope;
use super::session::Session;
use crate::error::Result;
use crate::shape::{Head, StandIns, TypeExpr};
use std::any::TypeId;
use std::sync::Arc;

/// What stands for a parameter in an erased form: a box with its table, a function, and a plan. `Erased` is held to it.
pub(crate) const HANDLE: usize = 4 * WORD;
/// So many boxes may stand in one erased value, whatever the limits.
const HANDLES: usize = 1 << 20;

/// The slot of a value that is charged already, whatever its size.
pub(super) const PAID: usize = usize::MAX;

const WORD: usize = size_of::<usize>();

/// The sizes of a type that is compiled as such.
#[derive(Clone, Copy)]
pub(crate) struct Sizes {
    pub(super) value: usize,
    pub(super) option: usize,
}

impl Sizes {
    pub(crate) const fn of<T>() -> Self {
        Sizes { value: size_of::<T>(), option: size_of::<Option<T>>() }
    }
}

/// A parameter of an erased form.
pub(crate) struct Handle {
    types: StandIns,
    /// Whether it stands for a number of which a `Vec` is copied whole.
    is_number: bool,
    /// Those of the argument; none where it is erased itself.
    sizes: Option<Sizes>,
}

impl Handle {
    /// Those of an erased form.
    pub(crate) fn all(expr: &TypeExpr, arguments: &[PlanArgument], found: &mut Vec<Handle>) {
        match expr.head {
            Head::Param { index, types, .. } => {
                if let Some(PlanArgument::Type(plan)) = arguments.get(index) {
                    let sizes = plan.is_native().then(|| plan.glue.sizes());
                    let is_number = plan.is_native() && is_copied_whole(plan.name.as_str());
                    found.push(Handle { types: types(), is_number, sizes });
                }
            }
            _ => expr.args.iter().for_each(|arg| Handle::all(arg, arguments, found)),
        }
    }

    /// Whether this is the visitor that makes a `Vec` of such numbers.
    fn makes_numbers(visitor: TypeId) -> bool {
        let is_of = |one: &Handle| one.is_number && one.types.visitor_of_list == Some(visitor);
        Handle::of_innermost(|all| all.iter().any(is_of)).unwrap_or(false)
    }

    /// Whether this is a `Vec` of such numbers, or a reference to one.
    pub(super) fn are_numbers(list: TypeId) -> bool {
        Handle::of_innermost(|all| all.iter().any(|one| one.is_number && one.types.lists.contains(&list)))
            .unwrap_or(false)
    }

    fn of_innermost<T>(with: impl FnOnce(&[Handle]) -> T) -> Option<T> {
        Scope::with_innermost(|plan| with(&plan.handles))
    }
}

/// How each element of a sequence, or key or value of a map, is charged.
#[derive(Clone, Copy)]
pub(super) enum Each {
    /// By the size of its type.
    Plain,
    /// It is a handle, of an argument of this size.
    Exact(usize),
    /// It is a unit of its own.
    Unit,
}

/// What has come of one value.
#[derive(Clone, Copy, Default)]
pub(super) struct Unit {
    /// The sizes of the types in it, handles and all.
    own: usize,
    handles: usize,
    /// The real sizes of what the handles stand for.
    real: usize,
    /// Compound values, each of which may have padding.
    levels: usize,
    /// Whether one of the real sizes is no multiple of a word.
    is_ragged: bool,
    /// Whether there may be handles in a variant that has not come.
    has_variants: bool,
}

impl Unit {
    /// What the native value would be charged, or less.
    fn cost(self) -> usize {
        let mut rest = self.own.saturating_sub(self.handles.saturating_mul(HANDLE));
        let mut is_ragged = self.is_ragged;
        if self.has_variants {
            let smallest =
                Handle::of_innermost(|all| all.iter().map(|one| one.sizes.map_or(0, |sizes| sizes.value)).min());
            let smallest = smallest.flatten().unwrap_or(0).min(HANDLE);
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
pub(super) struct UnitGuard<'a> {
    session: &'a Session,
    outer: Unit,
    was_erased: bool,
}

impl UnitGuard<'_> {
    /// What is to be charged for the unit.
    fn cost(&self) -> usize {
        self.session.unit.get().cost()
    }

    /// Charges the unit `room` times.
    pub(super) fn end(self, room: usize) -> Result<()> {
        self.session.charge(self.cost().saturating_mul(room))
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
    pub(super) fn begin_unit(&self, own: usize) -> UnitGuard<'_> {
        self.begin(self.is_erased.get(), own)
    }

    /// What follows is a value without parameters, until the guard ends.
    pub(super) fn natively(&self) -> UnitGuard<'_> {
        self.begin(false, 0)
    }

    fn begin(&self, is_erased: bool, own: usize) -> UnitGuard<'_> {
        let outer = self.unit.replace(Unit { own, ..Unit::default() });
        UnitGuard { session: self, outer, was_erased: self.is_erased.replace(is_erased) }
    }

    /// Decodes a value by its plan, in a place where `slot` bytes are charged. If these are a handle's, what the value
    /// is really charged there is told to the unit that the handle is in.
    pub(super) fn by_plan<T>(
        &self,
        plan: &Arc<Plan>,
        slot: usize,
        decode: impl FnOnce(usize) -> Result<T>,
    ) -> Result<T> {
        self.count_handle()?;
        let is_in_place = slot >= HANDLE;
        let is_told = is_in_place && slot != PAID && self.is_erased.get();
        if plan.is_native() {
            let size = plan.glue.sizes().value;
            if is_told {
                self.tell(size);
            }
            let _native = self.natively();
            return self.room(size, || decode(if is_in_place { size } else { slot }));
        }
        let _scope = Scope::enter(plan);
        let (own, slot) = match plan.expr.head {
            // An erased array is a vector of its elements, which is not what the native one is.
            Head::Array => (0, PAID),
            _ if is_in_place => (plan.glue.sizes().value, plan.glue.sizes().value),
            _ => (0, slot),
        };
        let unit = self.begin(true, own);
        let value = self.room(plan.glue.sizes().value, || decode(slot))?;
        let cost = unit.cost();
        drop(unit);
        if is_told {
            self.tell(cost);
        } else {
            self.charge(cost)?;
        }
        Ok(value)
    }

    /// Counts a box. No native decode has such a count, so no value of honest size may meet it.
    fn count_handle(&self) -> Result<()> {
        count(&self.handles, 1, "items", self.limits.items.max(HANDLES))
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
    pub(super) fn note_in_unit(&self, size: usize, slot: usize) {
        let mut unit = self.unit.get();
        unit.levels = unit.levels.saturating_add(usize::from(size >= HANDLE));
        unit.own = unit.own.saturating_add(if size > slot { size } else { 0 });
        self.unit.set(unit);
    }

    /// Whether `V` makes a list of numbers that a native decode copies whole. They are no items then: each is a box all the
    /// same, and is counted as one.
    #[inline]
    pub(super) fn makes_numbers<V>(&self) -> bool {
        self.is_erased.get() && Handle::makes_numbers(typeid::of::<V>())
    }

    /// How elements of type `T` are charged.
    #[inline]
    pub(super) fn each<T>(&self) -> Each {
        if self.is_erased.get() { each(typeid::of::<T>()) } else { Each::Plain }
    }

    /// The value is one of several variants, as is an option: a part of it may be there or not.
    #[inline]
    pub(super) fn note_variants<T>(&self) {
        if self.is_erased.get() && size_of::<T>() >= HANDLE {
            self.note_variants_of(std::any::type_name::<T>());
        }
    }

    /// Only a type that mentions a handle has one in it. Its name may say what it likes: a wrong answer moves a limit by the
    /// size of a handle.
    #[cold]
    #[inline(never)]
    fn note_variants_of(&self, name: &str) {
        if name.contains("Erased<") {
            let unit = self.unit.get();
            self.unit.set(Unit { has_variants: true, ..unit });
        }
    }

    /// Whether `T` is an option of a handle whose real size is known. It is charged then.
    #[inline]
    pub(super) fn pays_option<T>(&self, slot: usize) -> Result<bool> {
        if self.is_erased.get() { self.pay_option(typeid::of::<T>(), slot) } else { Ok(false) }
    }

    #[inline(never)]
    fn pay_option(&self, id: TypeId, slot: usize) -> Result<bool> {
        let size = Handle::of_innermost(|all| {
            all.iter().find(|one| one.types.option == id).and_then(|one| Some(one.sizes?.option))
        });
        let Some(size) = size.flatten() else { return Ok(false) };
        if slot >= HANDLE && slot != PAID {
            self.tell(size);
        } else if size > slot {
            self.charge(size)?;
        }
        Ok(true)
    }
}

#[cold]
#[inline(never)]
fn each(id: TypeId) -> Each {
    let exact = Handle::of_innermost(|all| {
        all.iter().find_map(|one| {
            let sizes = one.sizes?;
            if id == one.types.one { Some(sizes.value) } else { (id == one.types.option).then_some(sizes.option) }
        })
    });
    match exact.flatten() {
        Some(size) => Each::Exact(size),
        None => Each::Unit,
    }
}
