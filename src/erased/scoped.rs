//! `Scoped`: a generic value that was created in a method of an erased value and has left it. Imports `codec`, `error` and
//! `state`.
//!
//! Invariant: its name and bytes are the same as inside the method.

use crate::codec::{About, Naming, Portable, Value};
use crate::error::{Kind, Result};
use crate::state::{AnyBox, Input, Plan, Scope, Sink};
use serde::ser::{Serialize, Serializer};
use std::any::Any;
use std::fmt;
use std::sync::Arc;

/// A value together with the arguments of its type name.
pub(crate) struct Scoped<T> {
    value: T,
    plan: Arc<Plan>,
}

impl<T: Portable> Scoped<T> {
    /// The value itself if its type has no free parameters, or the value with their arguments if its content or the current scope
    /// tells them.
    pub(crate) fn of(value: T) -> Option<Box<dyn Value>> {
        if !T::TYPE.has_params() {
            return Some(Box::new(value));
        }
        let plan = Value::__about(&value).settled(Naming::ByScope).ok()?.scope().map(Arc::clone);
        Some(Box::new(Scoped { value, plan: plan? }))
    }
}

impl<T: Portable> Value for Scoped<T> {
    fn __about(&self) -> About<'_> {
        About::scoped::<T>(&self.plan, scoped::<T>)
    }

    fn __subject(&self) -> &dyn Value {
        self
    }

    fn __write(&self, sink: &mut Sink<'_>) -> Result<()> {
        let _scope = Scope::enter(&self.plan);
        sink.scoped(&self.plan, |sink| self.value.__write(sink))
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
        let value = T::take_into(input, slot)?;
        let plan = input.scope.cloned().or_else(Scope::innermost);
        Ok(Box::new(Scoped { value, plan: plan.ok_or(Kind::Unbound { parameter: None })? }))
    }
}

/// A decoded value, in the current scope.
fn scoped<T: Portable>(value: AnyBox) -> Option<Box<dyn Value>> {
    Some(Box::new(Scoped { value: *value.downcast::<T>().ok()?, plan: Scope::innermost()? }))
}

impl<T: Serialize> Serialize for Scoped<T> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let _scope = Scope::enter(&self.plan);
        self.value.serialize(serializer)
    }
}

impl<T: fmt::Debug> fmt::Debug for Scoped<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let _scope = Scope::enter(&self.plan);
        self.value.fmt(f)
    }
}
