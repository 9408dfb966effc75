//! Properties of a value that depend only on its type. One method of each type returns them; the rest is compiled once for all
//! types. Imports `error`, `limits`, `schema`, `shape`, `state`, `type_name` and its siblings.
//!
//! A generic value that a method of an erased value has made is *unsettled* until a `Specialized` holds it: its type mentions
//! parameters, and it has no arguments. What it holds tells them, see `unsettled`.

use super::identity::{self, identity_by};
use super::unsettled::{Naming, own_scope};
use super::value::{About, Compiled, Incoming, IntoValue, Known, Opaque, Portable, Value};
use crate::error::{Kind, Result};
use crate::limits::Limits;
use crate::schema::Schema;
use crate::shape::{Identity, NoArguments, Spelling};
#[cfg(feature = "json")]
use crate::state::Standing;
use crate::state::{AnyBox, Form as _, Native, Plan, Scope, Sink};
use crate::type_name::TypeName;
use std::any::TypeId;
use std::sync::Arc;

impl Compiled {
    #[inline]
    pub(super) fn of<T: Portable>() -> Self {
        Compiled {
            expr: T::TYPE,
            own_id: const { if T::TYPE.has_params() { None } else { Some(TypeId::of::<T>) } },
            glue: Native::<T>::GLUE,
            into_value: <T as Value>::__cast,
        }
    }

    /// The name, with the arguments in the current scope.
    pub(super) fn type_name(&self) -> TypeName {
        let text = match Scope::innermost() {
            Some(plan) => self.expr.text(&*plan, &Spelling::Current),
            None => self.expr.text(&NoArguments, &Spelling::Current),
        };
        let parsed = text.and_then(|text| TypeName::parse(&text, &Limits::trusted()));
        parsed.unwrap_or_else(|_| TypeName::unknown())
    }

    fn identity(&self) -> Result<Arc<Identity>> {
        identity_by(self.own_id.map(|id| id()), self.expr)
    }

    fn schema(&self) -> Result<Schema> {
        match Scope::innermost() {
            Some(plan) => Schema::reached(self.expr, &*plan),
            None => Schema::reached(self.expr, &NoArguments),
        }
    }

    fn decode(&self, incoming: &Incoming<'_>) -> Result<Box<dyn Value>> {
        alike(self.into_value, incoming.by_glue(self.expr, self.glue)?)
    }
}

impl<'a> About<'a> {
    #[inline]
    pub(crate) fn compiled<T: Portable>(value: &'a T) -> Self {
        let compiled = Compiled::of::<T>();
        About(if const { T::TYPE.has_params() } {
            Known::Unsettled(compiled, value)
        } else {
            Known::Compiled(compiled)
        })
    }

    /// These properties, with the arguments of an unsettled value.
    ///
    /// # Errors
    ///
    /// Nothing tells the arguments, or two values tell different ones.
    pub(crate) fn settled(self, naming: Naming) -> Result<Self> {
        match self.0 {
            Known::Unsettled(compiled, value) => {
                let (plan, has_unsettled_parts) = own_scope(compiled, value, naming)?;
                Ok(About(Known::Scoped(compiled, plan, has_unsettled_parts)))
            }
            known => Ok(About(known)),
        }
    }

    /// Whether the value is unsettled.
    #[inline]
    pub(crate) fn is_unsettled(&self) -> bool {
        matches!(self.0, Known::Unsettled(..))
    }

    /// The scope of a generic value that was made in a method of an erased value.
    pub(crate) fn scope(&self) -> Option<&Arc<Plan>> {
        match &self.0 {
            Known::Scoped(_, plan, _) => Some(plan),
            _ => None,
        }
    }

    /// Whether the value contains trait objects that are unsettled as well.
    pub(crate) fn has_unsettled_parts(&self) -> bool {
        matches!(self.0, Known::Scoped(.., true))
    }

    /// Calls `run` in the value's own scope, if it has one.
    pub(crate) fn within<T>(&self, run: impl FnOnce() -> T) -> T {
        let _scope = self.scope().map(Scope::enter);
        run()
    }

    /// Appends the state of `value`, which has these properties.
    pub(crate) fn write(&self, value: &(impl Value + ?Sized), sink: &mut Sink<'_>) -> Result<()> {
        match self.scope() {
            Some(plan) => sink.scoped(plan, |sink| self.within(|| value.__write(sink))),
            None => value.__write(sink),
        }
    }

    /// Like [`About::compiled`], for a value that was created in the scope of `plan`; `into_value` gives a decoded value its scope.
    pub(crate) fn scoped<T: Portable>(plan: &Arc<Plan>, into_value: IntoValue) -> Self {
        About(Known::Scoped(Compiled { into_value, ..Compiled::of::<T>() }, Arc::clone(plan), false))
    }

    pub(crate) fn erased(plan: &'a Arc<Plan>, into_value: IntoValue) -> Self {
        About(Known::Erased(plan, into_value))
    }

    /// The properties of a value that stands for one of unknown type.
    pub fn carrying(opaque: &'a Opaque) -> Self {
        About(Known::Carried(opaque))
    }

    pub(crate) fn type_name(&self) -> TypeName {
        match &self.0 {
            Known::Compiled(compiled) => compiled.type_name(),
            Known::Unsettled(compiled, value) => match own_scope(*compiled, *value, Naming::ByScope) {
                Ok((plan, _)) => within(&plan, || compiled.type_name()),
                Err(_) => TypeName::unknown(),
            },
            Known::Scoped(compiled, plan, _) => within(plan, || compiled.type_name()),
            Known::Erased(plan, _) => plan.name.clone(),
            Known::Carried(opaque) => opaque.type_name().clone(),
        }
    }

    pub(crate) fn identity(&self) -> Result<Arc<Identity>> {
        match &self.0 {
            Known::Compiled(compiled) => compiled.identity(),
            Known::Unsettled(compiled, value) => {
                within(&own_scope(*compiled, *value, Naming::ByContent)?.0, || compiled.identity())
            }
            Known::Scoped(compiled, plan, _) => within(plan, || compiled.identity()),
            Known::Erased(plan, _) => plan.identity(),
            Known::Carried(opaque) => opaque.identity(),
        }
    }

    /// The ready data of the type, and whether it has no parts, if it is plain: see [`State::IS_PLAIN`](crate::state::State).
    #[inline]
    pub(super) fn plain(&self) -> Option<(Result<&'static identity::Ready>, bool)> {
        match &self.0 {
            Known::Compiled(Compiled { expr, own_id, glue, .. }) if glue.is_plain => {
                Some((identity::ready((*own_id)?(), expr), glue.is_leaf))
            }
            _ => None,
        }
    }

    /// Whether the type is plain: see [`State::IS_PLAIN`](crate::state::State).
    pub(crate) fn is_plain(&self) -> bool {
        matches!(&self.0, Known::Compiled(compiled) if compiled.glue.is_plain)
    }

    /// The type, if it has no free parameters.
    #[cfg(feature = "json")]
    pub(crate) fn standing(&self) -> Option<Standing<'a>> {
        match &self.0 {
            Known::Compiled(compiled) => Some(Standing::Native((compiled.own_id?)(), compiled.expr)),
            Known::Erased(plan, _) => Some(Standing::Erased(plan)),
            Known::Unsettled(..) | Known::Scoped(..) | Known::Carried(_) => None,
        }
    }

    /// The identity of an erased value, if it has been computed.
    #[inline]
    pub(crate) fn known_identity(&self) -> Option<&'a Arc<Identity>> {
        match &self.0 {
            Known::Erased(plan, _) => plan.identity.get(),
            _ => None,
        }
    }

    /// See [`Value::__own_type_id`].
    #[inline]
    pub(crate) fn own_type_id(&self) -> Option<TypeId> {
        match &self.0 {
            Known::Compiled(compiled) => compiled.own_id.map(|id| id()),
            Known::Unsettled(..) | Known::Scoped(..) | Known::Erased(..) | Known::Carried(_) => None,
        }
    }

    /// The schema of all types that the type reaches.
    pub(crate) fn schema(&self) -> Result<Arc<Schema>> {
        match &self.0 {
            Known::Compiled(compiled) => compiled.schema().map(Arc::new),
            Known::Unsettled(compiled, value) => {
                within(&own_scope(*compiled, *value, Naming::ByContent)?.0, || compiled.schema()).map(Arc::new)
            }
            Known::Scoped(compiled, plan, _) => within(plan, || compiled.schema()).map(Arc::new),
            Known::Erased(plan, _) => Schema::reached(plan.expr, &***plan).map(Arc::new),
            Known::Carried(opaque) => Ok(opaque.shared_schema()),
        }
    }

    /// Decodes another value of this type, erased if this one is.
    pub(crate) fn decode_alike(&self, incoming: &Incoming<'_>) -> Result<Box<dyn Value>> {
        match &self.0 {
            Known::Compiled(compiled) => compiled.decode(incoming),
            Known::Unsettled(compiled, value) => {
                within(&own_scope(*compiled, *value, Naming::ByContent)?.0, || compiled.decode(incoming))
            }
            Known::Scoped(compiled, plan, _) => within(plan, || compiled.decode(incoming)),
            Known::Erased(plan, into_value) => alike(*into_value, incoming.by_plan(plan)?),
            Known::Carried(_) => Ok(Box::new(incoming.opaque()?)),
        }
    }

    /// The carried value, if this is one.
    #[inline]
    pub(crate) fn carried(&self) -> Option<&'a Opaque> {
        match &self.0 {
            Known::Carried(opaque) => Some(opaque),
            Known::Compiled(_) | Known::Unsettled(..) | Known::Scoped(..) | Known::Erased(..) => None,
        }
    }
}

fn within<T>(plan: &Arc<Plan>, run: impl FnOnce() -> T) -> T {
    let _scope = Scope::enter(plan);
    run()
}

fn alike(into_value: IntoValue, value: AnyBox) -> Result<Box<dyn Value>> {
    into_value(value).ok_or_else(|| Kind::Registration { reason: "a decode function returns another type" }.into())
}
