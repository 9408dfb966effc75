//! Gives generic values that a method of an erased value has made the name that they have natively. Imports `codec`, `error`,
//! `registry`, `shape` and `state`.
//!
//! Such a value, for example a `GenericResult<Erased<0>>` in a `Box<dyn ResultBase>`, is *unsettled*: outside of the method nothing
//! says what parameter 0 stands for. To settle it is to put it into the `Specialized` of its whole name, as a decode does. The
//! methods that forward to an erased value settle what passes through them.

use crate::codec::{About, Incoming, Interface, Naming, Value, cast, encode_copy_as};
use crate::error::{Error, Result};
use crate::registry::Registry;
use crate::shape::InterfaceInfo;
use crate::state::{Plan, PlanArgument, Scope, Varied, Wrap};
use std::any::TypeId;
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
    settled(value, Naming::ByScope, true, &mut None).map_err(|unsettled| unsettled.1)
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
        match settled(value, naming, self.strangers.is_empty(), &mut self.last) {
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
        match about.and_then(|about| copied(value.__subject(), &about, self.strangers.is_empty())) {
            Ok(made) => *value = made,
            Err(_) if !self.is_leaving => self.strangers.push(address(&**value)),
            Err(_) => {}
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

/// Whether a trait object is unsettled.
pub fn is_unsettled<I: Interface + ?Sized>(value: &I) -> bool {
    value.__own_type_id() == TypeId::of::<Varied>() && value.__about().is_unsettled()
}

/// A type whose values may be unsettled: a box of a trait object, and what contains one.
pub trait Settle: Sized {
    /// Whether there may be a trait object inside.
    const MAY: bool = true;

    /// The value, settled on its way in or out.
    #[must_use]
    fn settle(self, passage: &mut Passage) -> Self;

    /// Whether there is something to settle. A long list counts as settled, as to look at it at each call would take the square of its
    /// length: then what is inside is named by its content.
    fn is_unsettled(&self) -> bool;

    /// Settles the value in its place.
    fn settle_in_place(&mut self, passage: &mut Passage);
}

/// A value whose settling failed, and the reason. It is on the heap, since nearly every call succeeds.
type Unsettled<I> = Box<(Box<I>, Error)>;

/// Settles a value, if it is unsettled.
fn settled<I: Interface + ?Sized>(
    value: Box<I>,
    naming: Naming,
    names_parts: bool,
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
            let copied = about.within(|| copied(value.__subject(), &about, names_parts));
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

/// The value, encoded in its own scope and decoded by its name. If `names_parts`, the scope names unsettled values inside, too;
/// otherwise one of them may have come with an argument.
fn copied<I: Interface + ?Sized>(value: &dyn Value, about: &About<'_>, names_parts: bool) -> Result<Box<I>> {
    let _settling = about.scope().filter(|_| names_parts).map(Scope::settle);
    Incoming::copy(&encode_copy_as(value, about)?, |incoming| incoming.interface())
}
