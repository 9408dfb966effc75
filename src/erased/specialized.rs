//! `Specialized`: an erased value together with its real type. Imports `codec`, `error`, `registry` and `state`.
//!
//! Invariant: it is visible only as a trait object; its name and bytes are those of the real type.

use crate::codec::{About, Value, write_state};
use crate::error::{Kind, Result};
use crate::registry::Cast;
use crate::state::{AnyBox, Form, Input, Plan, Scope, ScopeGuard, Sink, Sizes, State, Wrap};
#[cfg(feature = "json")]
use serde::de::{Deserializer, Error as _};
use serde::ser::{Serialize, Serializer};
use std::any::{Any, TypeId};
use std::cmp::Ordering;
use std::fmt;
use std::hash::{Hash, Hasher};
use std::sync::Arc;

/// The requirements on the compiled form of an erased type.
pub trait ErasedForm: State + fmt::Debug + Send + Sync {}

impl<G: State + fmt::Debug + Send + Sync> ErasedForm for G {}

/// An erased value and its plan. The interface macro makes it a member of each interface that its form implements.
pub struct Specialized<G> {
    value: G,
    plan: Arc<Plan>,
}

#[allow(clippy::boxed_local, reason = "methods with `self: Box<Self>` come here with the box they have")]
impl<G> Specialized<G> {
    /// The value, and a guard that enters the scope of its arguments: until it is dropped, `T` in the form's code has a name.
    pub fn enter(this: &Self) -> (&G, ScopeGuard) {
        (&this.value, Scope::enter(&this.plan))
    }

    /// Like [`Specialized::enter`], mutable.
    pub fn enter_mut(this: &mut Self) -> (&mut G, ScopeGuard) {
        (&mut this.value, Scope::enter(&this.plan))
    }

    /// Like [`Specialized::enter`], owned.
    pub fn enter_box(this: Box<Self>) -> (Box<G>, ScopeGuard) {
        let scope = Scope::enter(&this.plan);
        (Box::new(this.value), scope)
    }

    /// The arguments of the value, for entering their scope later.
    pub fn scope(this: &Self) -> Arguments {
        Arguments(Arc::clone(&this.plan))
    }

    /// The value, without its scope.
    pub fn get(this: &Self) -> &G {
        &this.value
    }

    /// The value, mutable, without its scope.
    pub fn get_mut(this: &mut Self) -> &mut G {
        &mut this.value
    }

    /// The value, owned, without its scope.
    pub fn get_box(this: Box<Self>) -> Box<G> {
        Box::new(this.value)
    }
}

/// The arguments for the parameters of an erased value.
pub struct Arguments(Arc<Plan>);

impl Arguments {
    /// Enters their scope until the guard is dropped.
    #[must_use]
    pub fn enter(&self) -> ScopeGuard {
        Scope::enter(&self.0)
    }
}

/// Runs a future with these arguments in scope at each poll.
pub async fn in_scope<F: Future>(arguments: Arguments, future: F) -> F::Output {
    let mut future = std::pin::pin!(future);
    std::future::poll_fn(|context| {
        let _scope = Scope::enter(&arguments.0);
        future.as_mut().poll(context)
    })
    .await
}

impl<G: ErasedForm> Value for Specialized<G> {
    fn __about(&self) -> About<'_> {
        About::erased(&self.plan, <Self as Value>::__cast)
    }

    fn __subject(&self) -> &dyn Value {
        self
    }

    fn __write(&self, sink: &mut Sink<'_>) -> Result<()> {
        if sink.is_direct() {
            return sink.scoped(&self.plan, |sink| self.value.put(sink));
        }
        let (value, _scope) = Specialized::enter(self);
        write_state(value, self.plan.expr, Some(&self.plan), sink)
    }

    fn __serialize(&self) -> &dyn erased_serde::Serialize {
        self
    }

    fn __as_any(&self) -> &dyn Any {
        self
    }

    fn __into_any(self: Box<Self>) -> AnyBox {
        self
    }

    fn __take(input: &mut Input<'_, '_>, slot: usize) -> Result<Box<dyn Value>> {
        Ok(Self::take_box(input, slot)?)
    }
}

impl<G: ErasedForm> Specialized<G> {
    /// The cast to the root interface.
    pub(crate) const AS_VALUE: &'static Cast<dyn Value> =
        &Cast { cast: <Self as Value>::__cast, take: <Self as Value>::__take };

    /// Reads a value by the plan in scope into a box; the form has a slot of `slot` bytes.
    pub fn take_box(input: &mut Input<'_, '_>, slot: usize) -> Result<Box<Self>> {
        let Some(plan) = input.scope else {
            return Err(Kind::Unbound { parameter: None }.into());
        };
        Ok(Box::new(Specialized { value: G::take_into(input, slot)?, plan: Arc::clone(plan) }))
    }
}

impl<G: Serialize> Serialize for Specialized<G> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let (value, _scope) = Specialized::enter(self);
        value.serialize(serializer)
    }
}

impl<G: fmt::Debug> fmt::Debug for Specialized<G> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (value, _scope) = Specialized::enter(self);
        value.fmt(f)
    }
}

impl<G: fmt::Display> fmt::Display for Specialized<G> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (value, _scope) = Specialized::enter(self);
        value.fmt(f)
    }
}

impl<G: std::error::Error> std::error::Error for Specialized<G> {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        self.value.source()
    }
}

impl<G: PartialEq> PartialEq for Specialized<G> {
    fn eq(&self, other: &Self) -> bool {
        self.plan.name == other.plan.name && self.value == other.value
    }
}

impl<G: Eq> Eq for Specialized<G> {}

impl<G: PartialOrd> PartialOrd for Specialized<G> {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        match self.plan.name.cmp(&other.plan.name) {
            Ordering::Equal => self.value.partial_cmp(&other.value),
            names => Some(names),
        }
    }
}

impl<G: Ord> Ord for Specialized<G> {
    fn cmp(&self, other: &Self) -> Ordering {
        self.plan.name.cmp(&other.plan.name).then_with(|| self.value.cmp(&other.value))
    }
}

impl<G: Hash> Hash for Specialized<G> {
    fn hash<H: Hasher>(&self, state: &mut H) {
        self.value.hash(state);
    }
}

/// Gives a value its plan.
fn wrap<G: ErasedForm>(value: AnyBox, plan: &Arc<Plan>) -> Option<AnyBox> {
    Some(Box::new(Specialized { value: *value.downcast::<G>().ok()?, plan: Arc::clone(plan) }))
}

impl<G: ErasedForm> Form for Specialized<G> {
    const SIZES: Sizes = Sizes::of::<G>();
    const STACK: usize = G::STACK;
    const WRAP: Option<&'static Wrap> = Some(&Wrap { type_id: TypeId::of::<G>, wrap: wrap::<G> });

    #[cfg(feature = "json")]
    const IS_SHAPED: bool = G::BY_SERDE.is_none();

    #[cfg(feature = "json")]
    fn decode<'de, D: Deserializer<'de>>(deserializer: D) -> Result<AnyBox, D::Error> {
        let Some(plan) = Scope::innermost() else {
            return Err(D::Error::custom("an erased form can only be decoded by its plan"));
        };
        Ok(Box::new(Specialized { value: G::deserialize(deserializer)?, plan }))
    }

    fn take(input: &mut Input<'_, '_>, slot: usize) -> Result<AnyBox> {
        Ok(Self::take_box(input, slot)?)
    }
}
