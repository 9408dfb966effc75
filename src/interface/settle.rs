//! Gives generic values that a method of an erased value has made the name that they have natively. Imports `codec`, `error`,
//! `registry`, `shape`, `state` and its siblings.
//!
//! Such a value, for example a `GenericResult<Erased<0>>` in a `Box<dyn ResultBase>`, is *unsettled*: outside of the method nothing
//! says what parameter 0 stands for. To settle it is to put it into the `Specialized` of its whole name, as a decode does. The
//! methods that forward to an erased value settle what passes through them.

use super::carried::Carried;
use crate::codec::{About, Incoming, Interface, Naming, Value, cast, encode_copy_as};
use crate::error::{Error, Result};
use crate::registry::Registry;
use crate::shape::InterfaceInfo;
use crate::state::{Plan, PlanArgument, Scope, Wrap};
use std::any::TypeId;
use std::collections::{BTreeMap, HashMap, VecDeque};
use std::hash::Hash;
use std::marker::PhantomData;
use std::sync::Arc;

/// Gives a generic value that was made in this method the name that it has natively.
///
/// It is for values that leave a generic method by other ways than its signature: through a channel, a lock, a field. Arguments and
/// results of the methods of an interface are settled already, and natively nothing is to be done, so the call is free there. If the
/// program never names the value's type, as `T` is unknown to it, the value's own content tells what `T` is; only a value without
/// content, such as an empty list, needs this call.
///
/// # Errors
///
/// The content of the value contradicts itself, or the type of the value is not a member of the interface.
///
/// ```
/// use typeport::{Portable, portable};
///
/// #[portable(id = "acme::Queue")]
/// struct Queue<T> {
///     waiting: Vec<T>,
/// }
///
/// #[portable]
/// trait Stored {
///     fn reset(&self, store: &std::sync::Mutex<Vec<Box<dyn Stored>>>) -> Result<(), typeport::Error>;
/// }
///
/// #[portable]
/// impl<T: Portable> Stored for Queue<T> {
///     fn reset(&self, store: &std::sync::Mutex<Vec<Box<dyn Stored>>>) -> Result<(), typeport::Error> {
///         let empty: Box<dyn Stored> = Box::new(Queue::<T> { waiting: Vec::new() });
///         store.lock().unwrap().push(typeport::settle(empty)?);
///         Ok(())
///     }
/// }
///
/// let bytes = typeport::to_vec(&Queue { waiting: vec![vec![vec![7_u8]]] })?;
/// let erased: Box<dyn Stored> = typeport::from_slice(&bytes)?;
/// let store = std::sync::Mutex::default();
/// erased.reset(&store)?;
/// assert_eq!(store.lock().unwrap()[0].type_name().to_string(), "acme::Queue<Vec<Vec<u8>>>");
/// # Ok::<(), typeport::Error>(())
/// ```
pub fn settle<I: Interface + ?Sized>(value: Box<I>) -> Result<Box<I>> {
    settled(value, Naming::ByScope, &mut None).map_err(|unsettled| unsettled.1)
}

/// What passes through a method that forwards to an erased value.
#[derive(Default)]
pub struct Passage {
    /// The addresses of unsettled arguments, which were made elsewhere: the method's own scope does not name them.
    strangers: Vec<usize>,
    is_leaving: bool,
    /// Whether the scope around may not be the caller's, as that of a future.
    is_late: bool,
    /// How the last value was settled: a list has values of few types.
    last: Option<Moved>,
}

impl Passage {
    /// The way into an async method, which runs at its first poll, wherever that is.
    #[must_use]
    pub fn late() -> Self {
        Passage { is_late: true, ..Passage::default() }
    }

    /// The way out: from here on, the scope around is the method's own.
    pub fn leave(&mut self) {
        self.is_leaving = true;
    }

    /// [`Settle::settle`] of a trait object.
    pub fn settle<I: Interface + ?Sized>(&mut self, value: Box<I>) -> Box<I> {
        let naming = self.naming_of(&*value);
        match settled(value, naming, &mut self.last) {
            Ok(value) => value,
            // Its next use is the error.
            Err(unsettled) => {
                if !self.is_leaving {
                    self.strangers.push(address(&*unsettled.0));
                }
                unsettled.0
            }
        }
    }

    /// [`Settle::settle_in_place`] of a trait object. The value may be lent, so a copy replaces it.
    pub fn settle_in_place<I: Interface + ?Sized>(&mut self, value: &mut Box<I>) {
        if !is_unsettled(&**value) {
            return;
        }
        let naming = self.naming_of(&**value);
        let about = value.__about().settled(naming);
        let made = about.and_then(|about| copied(value.__subject(), &about));
        if let Ok(made) = made {
            *value = made;
        }
    }

    fn naming_of<I: ?Sized>(&self, value: &I) -> Naming {
        let is_elsewhere = if self.is_leaving { self.strangers.contains(&address(value)) } else { self.is_late };
        if is_elsewhere { Naming::ByContent } else { Naming::ByScope }
    }
}

fn address<I: ?Sized>(value: &I) -> usize {
    std::ptr::from_ref(value).cast::<()>().addr()
}

fn is_unsettled<I: Interface + ?Sized>(value: &I) -> bool {
    value.__own_type_id().is_none() && value.__about().is_unsettled()
}

/// A type whose values may be unsettled: a box of a trait object, and what contains one.
pub trait Settle: Sized {
    /// The value, settled on its way in or out.
    #[must_use]
    fn settle(self, passage: &mut Passage) -> Self;

    /// How many parts were there before the method ran.
    fn parts(&self) -> usize {
        0
    }

    /// Settles the value in its place, except for so many first parts.
    fn settle_in_place(&mut self, passage: &mut Passage, parts: usize);
}

/// A value whose settling failed, and the reason. It is on the heap, since nearly every call succeeds.
type Unsettled<I> = Box<(Box<I>, Error)>;

/// Settles a value, if it is unsettled.
fn settled<I: Interface + ?Sized>(
    value: Box<I>,
    naming: Naming,
    last: &mut Option<Moved>,
) -> Result<Box<I>, Unsettled<I>> {
    if !is_unsettled(&*value) {
        return Ok(value);
    }
    match way(value.__subject(), I::INFO, naming, last.take()) {
        #[expect(clippy::expect_used, reason = "`way` has compared the type of the value with that of the plan")]
        Ok(Way::Move(moved)) => {
            let Moved { plan, wrap, .. } = last.insert(moved);
            let wrapped = (wrap.wrap)(value.__into_any(), plan).and_then(|value| cast(plan, value).ok());
            Ok(wrapped.expect("the value has the type of its plan"))
        }
        Ok(Way::Copy(about)) => {
            let copied = about.within(|| copied(value.__subject(), &about));
            copied.map_err(|error| Box::new((value, error)))
        }
        Err(error) => Err(Box::new((value, error))),
    }
}

/// How a value is settled.
enum Way<'a> {
    /// It is of the compiled form of a plan.
    Move(Moved),
    /// Its type is registered natively, or as a form with other parameters, or it contains values that only its scope names.
    Copy(About<'a>),
}

/// How a value was moved.
struct Moved {
    interface: fn() -> TypeId,
    /// Its own scope.
    scope: Arc<Plan>,
    plan: Arc<Plan>,
    wrap: &'static Wrap,
}

impl Moved {
    /// Whether a value of this type and scope is moved in the same way.
    fn applies(&self, interface: &'static InterfaceInfo, ty: TypeId, scope: &Arc<Plan>) -> bool {
        (self.interface)() == (interface.type_id)() && (self.wrap.type_id)() == ty && Arc::ptr_eq(&self.scope, scope)
    }
}

fn way<'a>(
    value: &'a dyn Value,
    interface: &'static InterfaceInfo,
    naming: Naming,
    last: Option<Moved>,
) -> Result<Way<'a>> {
    let about = value.__about().settled(naming)?;
    let ty = value.__as_any().type_id();
    let Some(scope) = about.scope().filter(|_| !about.has_unsettled_parts()) else { return Ok(Way::Copy(about)) };
    if let Some(last) = last.filter(|last| last.applies(interface, ty, scope)) {
        return Ok(Way::Move(last));
    }
    let plan = Registry::global().plan(&about.type_name(), interface)?;
    match plan.glue.wrap.filter(|wrap| (wrap.type_id)() == ty && have_one_meaning(scope, &plan)) {
        Some(wrap) => Ok(Way::Move(Moved { interface: interface.type_id, scope: Arc::clone(scope), plan, wrap })),
        None => Ok(Way::Copy(about)),
    }
}

/// Whether the parameters of the compiled form of `plan` stand for the same types in both.
fn have_one_meaning(scope: &Plan, plan: &Plan) -> bool {
    plan.arguments.iter().zip(&scope.arguments).all(|pair| match pair {
        (PlanArgument::Type(one), PlanArgument::Type(other)) => one.name == other.name,
        (PlanArgument::Const(one), PlanArgument::Const(other)) => one == other,
        _ => false,
    }) && plan.arguments.len() <= scope.arguments.len()
}

/// The value, encoded in its own scope and decoded by its name.
fn copied<I: Interface + ?Sized>(value: &dyn Value, about: &About<'_>) -> Result<Box<I>> {
    let _settling = about.scope().map(Scope::settle);
    Incoming::copy(&encode_copy_as(value, about)?, |incoming| incoming.interface())
}

impl Settle for Box<dyn Value> {
    fn settle(self, passage: &mut Passage) -> Self {
        passage.settle(self)
    }

    fn settle_in_place(&mut self, passage: &mut Passage, _: usize) {
        passage.settle_in_place(self);
    }
}

impl<I: Interface + ?Sized> Settle for Carried<I> {
    fn settle(self, passage: &mut Passage) -> Self {
        match self {
            Carried::Known(value) => Carried::Known(passage.settle(value)),
            opaque @ Carried::Opaque(_) => opaque,
        }
    }

    fn settle_in_place(&mut self, passage: &mut Passage, _: usize) {
        if let Carried::Known(value) = self {
            passage.settle_in_place(value);
        }
    }
}

impl<T: Settle> Settle for Box<T> {
    fn settle(mut self, passage: &mut Passage) -> Self {
        self.settle_in_place(passage, 0);
        self
    }

    fn settle_in_place(&mut self, passage: &mut Passage, parts: usize) {
        (**self).settle_in_place(passage, parts);
    }
}

impl<T: Settle> Settle for Option<T> {
    fn settle(self, passage: &mut Passage) -> Self {
        self.map(|value| value.settle(passage))
    }

    fn settle_in_place(&mut self, passage: &mut Passage, _: usize) {
        *self = self.take().settle(passage);
    }
}

impl<T: Settle, E: Settle> Settle for Result<T, E> {
    fn settle(self, passage: &mut Passage) -> Self {
        match self {
            Ok(value) => Ok(value.settle(passage)),
            Err(error) => Err(error.settle(passage)),
        }
    }

    fn settle_in_place(&mut self, passage: &mut Passage, parts: usize) {
        match self {
            Ok(value) => value.settle_in_place(passage, parts),
            Err(error) => error.settle_in_place(passage, parts),
        }
    }
}

/// A list, whose parts are its elements: those that were there before have been settled then, or were made elsewhere.
macro_rules! lists {
    ($($list:ident),*) => {$(
        impl<T: Settle> Settle for $list<T> {
            fn settle(self, passage: &mut Passage) -> Self {
                self.into_iter().map(|element| element.settle(passage)).collect()
            }

            fn parts(&self) -> usize {
                self.len()
            }

            fn settle_in_place(&mut self, passage: &mut Passage, parts: usize) {
                let new = self.split_off(parts.min(self.len()));
                self.extend(new.into_iter().map(|element| element.settle(passage)));
            }
        }
    )*};
}

lists!(Vec, VecDeque);

impl<T: Settle, const N: usize> Settle for [T; N] {
    fn settle(self, passage: &mut Passage) -> Self {
        self.map(|element| element.settle(passage))
    }

    fn settle_in_place(&mut self, passage: &mut Passage, _: usize) {
        self.iter_mut().for_each(|element| element.settle_in_place(passage, 0));
    }
}

impl<K: Ord, T: Settle> Settle for BTreeMap<K, T> {
    fn settle(self, passage: &mut Passage) -> Self {
        self.into_iter().map(|(key, value)| (key, value.settle(passage))).collect()
    }

    fn settle_in_place(&mut self, passage: &mut Passage, _: usize) {
        self.values_mut().for_each(|value| value.settle_in_place(passage, 0));
    }
}

impl<K: Eq + Hash, T: Settle> Settle for HashMap<K, T> {
    fn settle(self, passage: &mut Passage) -> Self {
        self.into_iter().map(|(key, value)| (key, value.settle(passage))).collect()
    }

    fn settle_in_place(&mut self, passage: &mut Passage, _: usize) {
        self.values_mut().for_each(|value| value.settle_in_place(passage, 0));
    }
}

/// The kind of a value that may be unsettled.
pub struct Settled;

/// The kind of any other value.
pub struct AsItIs;

/// Asks for the kind of a type that the macro sees only as tokens: `(&probe).__kind()` finds [`MaySettle`] before [`NeedsNothing`],
/// as the latter is one reference further away.
pub struct KindOf<T>(PhantomData<T>);

impl<T> KindOf<T> {
    /// Of the type of a value.
    pub fn value(_: &T) -> Self {
        KindOf(PhantomData)
    }
}

/// The kind of what implements [`Settle`].
pub trait MaySettle {
    /// The kind.
    fn __kind(&self) -> Settled {
        Settled
    }
}

impl<T: Settle> MaySettle for KindOf<T> {}

/// The kind of all types.
pub trait NeedsNothing {
    /// The kind.
    fn __kind(&self) -> AsItIs {
        AsItIs
    }
}

impl<T> NeedsNothing for &KindOf<T> {}

impl Settled {
    /// See [`Settle::settle`].
    pub fn settle<T: Settle>(self, value: T, passage: &mut Passage) -> T {
        value.settle(passage)
    }

    /// See [`Settle::parts`].
    pub fn parts<T: Settle>(self, value: &T) -> usize {
        value.parts()
    }

    /// See [`Settle::settle_in_place`].
    pub fn settle_in_place<T: Settle>(self, value: &mut T, passage: &mut Passage, parts: usize) {
        value.settle_in_place(passage, parts);
    }
}

impl AsItIs {
    /// The value, as it is.
    pub fn settle<T>(self, value: T, _: &mut Passage) -> T {
        value
    }

    /// No parts.
    pub fn parts<T>(self, _: &T) -> usize {
        0
    }

    /// Nothing.
    pub fn settle_in_place<T>(self, _: &mut T, _: &mut Passage, _: usize) {}
}
