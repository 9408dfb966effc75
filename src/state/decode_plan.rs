//! Plans: how a value of one run-time type is decoded, resolved once. Imports `error`, `format`, `shape`, siblings.

use super::direct::State;
#[cfg(feature = "json")]
use super::guard::Guarded;
use super::handle::{Handle, Sizes};
use super::input::Input;
#[cfg(feature = "json")]
use super::once::Once;
use super::own_traits::OwnTraits;
use super::session::Session;
#[cfg(feature = "json")]
use super::sourced::Sourced;
#[cfg(feature = "json")]
use super::tape::{At, read_text};
use crate::error::{Kind, Result};
use crate::format::Format;
use crate::shape::{Argument, Arguments, Identity, Spelling, TypeExpr, type_hash};
use crate::type_name::{TypeName, TypeRef};
#[cfg(feature = "json")]
use serde::Deserializer;
use std::any::Any;
use std::marker::PhantomData;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::{Arc, OnceLock};

/// A decoded value of a type that only its plan knows.
pub type AnyBox = Box<dyn Any + Send + Sync>;

/// How a value of one type name is decoded as a member of one interface.
pub(crate) struct Plan {
    /// The name, as this program spells it.
    pub(crate) name: TypeName,
    /// The expression of the compiled form; its parameters stand for `arguments`.
    pub(crate) expr: &'static TypeExpr,
    /// By parameter index.
    pub(crate) arguments: Vec<PlanArgument>,
    /// What stands for the parameters in the compiled form.
    pub(crate) handles: Vec<Handle>,
    pub(crate) glue: &'static Glue,
    /// A `Cast<I>` of the interface that the plan was made for.
    pub(crate) cast: &'static (dyn Any + Send + Sync),
    pub(crate) own_traits: &'static OwnTraits,
    pub(crate) identity: OnceLock<Arc<Identity>>,
}

/// What a parameter of a plan stands for.
pub(crate) enum PlanArgument {
    Type(Arc<Plan>),
    Const(String),
}

impl Plan {
    /// Whether the compiled form is the very type that the name says.
    pub(crate) fn is_native(&self) -> bool {
        self.arguments.is_empty()
    }

    /// Bytes of memory that it takes with its arguments at most, as deep as its name is: as many where it is native and has none,
    /// so that a verdict does not depend on which it is.
    pub(crate) fn memory(&self) -> usize {
        memory_of(self.name.as_ref())
    }

    pub(crate) fn argument(&self, index: usize) -> Option<Arc<Plan>> {
        match self.arguments.get(index)? {
            PlanArgument::Type(plan) => Some(Arc::clone(plan)),
            PlanArgument::Const(_) => None,
        }
    }

    pub(crate) fn identity(&self) -> Result<Arc<Identity>> {
        if let Some(identity) = self.identity.get() {
            return Ok(Arc::clone(identity));
        }
        let identity = Arc::new(Identity::new(self.expr, self)?);
        Ok(Arc::clone(self.identity.get_or_init(|| identity)))
    }

    /// Checks the type hash that an envelope claims for this type.
    ///
    /// `spelled` is the name as the envelope spells it, which differs from ours where an id has changed.
    pub(crate) fn check_hash(&self, found: u64, spelled: &TypeName) -> Result<()> {
        check_hash(&*self.identity()?, self.expr, self, found, spelled)
    }

    /// Decodes a whole state.
    pub(crate) fn decode_state(self: &Arc<Self>, format: Format, state: &[u8], session: &Session) -> Result<AnyBox> {
        let decode = || match format {
            #[cfg(feature = "json")]
            Format::Json => match self.glue.readable {
                None => read_text(state, session, At::new(self.expr, Some(self)), |input| {
                    input.by_plan(self, 0, |input, slot| (self.glue.binary)(input, slot))
                }),
                Some(_) => session.by_plan(self, 0, |slot| self.glue.decode(self.expr, format, state, session, slot)),
            },
            _ => self.read_binary(format, state, session, |input, slot| (self.glue.binary)(input, slot)),
        };
        contain(|| self.name.to_string(), decode)
    }

    /// Decodes a whole binary state by a function of the compiled form.
    pub(crate) fn decode_binary<T>(
        self: &Arc<Self>,
        format: Format,
        state: &[u8],
        session: &Session,
        read: impl FnOnce(&mut Input<'_, '_>, usize) -> Result<T>,
    ) -> Result<T> {
        contain(|| self.name.to_string(), || self.read_binary(format, state, session, read))
    }

    fn read_binary<T>(
        self: &Arc<Self>,
        format: Format,
        state: &[u8],
        session: &Session,
        read: impl FnOnce(&mut Input<'_, '_>, usize) -> Result<T>,
    ) -> Result<T> {
        Input::whole(state, session, format, |input| input.by_plan(self, 0, |input, slot| read(input, slot)))
    }
}

/// Bytes of memory that a plan for this name takes at most.
fn memory_of(name: TypeRef<'_>) -> usize {
    const OWN: usize = 2 * size_of::<Plan>() + size_of::<PlanArgument>() + size_of::<Handle>();
    let arguments = name.args().map(memory_of).fold(0, usize::saturating_add);
    OWN.saturating_add(name.as_str().len().saturating_mul(2)).saturating_add(arguments)
}

/// Runs code of a user's type, and turns a panic in it into an error.
///
/// Unwinding drops what was built so far, and guards restore sessions and scopes, so nothing half-done is seen later.
#[inline]
pub(crate) fn contain<T>(name: impl FnOnce() -> String, decode: impl FnOnce() -> Result<T>) -> Result<T> {
    catch_unwind(AssertUnwindSafe(decode)).unwrap_or_else(|panic| {
        discard(panic);
        Err(Kind::Panicked { name: name() }.into())
    })
}

/// Drops what a panic came with. That may panic itself; what that one comes with is left alone.
#[cold]
pub(super) fn discard(panic: Box<dyn Any + Send>) {
    if let Err(another) = catch_unwind(AssertUnwindSafe(|| drop(panic))) {
        std::mem::forget(another);
    }
}

/// Checks a claimed type hash, under today's ids and under those that `spelled` uses.
pub(crate) fn check_hash(
    identity: &Identity,
    expr: &'static TypeExpr,
    arguments: &dyn Arguments,
    found: u64,
    spelled: &TypeName,
) -> Result<()> {
    let as_spelled = || type_hash(expr, arguments, &Spelling::Eldest(Some(spelled.as_ref())));
    if identity.hash == found || (identity.name != spelled.as_str() && as_spelled()? == found) {
        return Ok(());
    }
    Err(Kind::WrongShape { name: identity.name.clone(), found, expected: identity.hash }.into())
}

impl Arguments for Plan {
    fn argument(&self, index: usize) -> Option<Argument<'_>> {
        Some(match self.arguments.get(index)? {
            PlanArgument::Type(plan) => Argument::Type(plan.expr, &**plan),
            PlanArgument::Const(text) => Argument::Const(text),
        })
    }

    fn name(&self) -> Option<&str> {
        Some(self.name.as_str())
    }
}

/// The decode functions of one compiled form: one for the binary formats, one for all readable ones.
pub struct Glue {
    sizes: Sizes,
    /// Bytes of stack that a decode from a binary format takes.
    pub(crate) stack: usize,
    /// See [`State::IS_PLAIN`].
    pub(crate) is_plain: bool,
    /// `slot` bytes are charged for the value.
    pub(crate) binary: for<'i, 'a, 'de> fn(&'i mut Input<'a, 'de>, usize) -> Result<AnyBox>,
    /// For JSON and any deserializer that is not ours; those of readable formats are, and only these get so far. None where the
    /// shape tells how a text is read.
    #[cfg(feature = "json")]
    pub(super) readable: Option<for<'a, 'de> fn(Guarded<'a, Sourced<'a, 'de>>) -> Result<AnyBox>>,
}

impl Glue {
    /// Those of the compiled form.
    pub(super) fn sizes(&self) -> Sizes {
        self.sizes
    }

    /// Decodes a whole state; `slot` bytes are charged for the value.
    #[cfg_attr(not(feature = "json"), allow(unused_variables, reason = "readable formats need it"))]
    pub(crate) fn decode(
        &self,
        expr: &'static TypeExpr,
        format: Format,
        state: &[u8],
        session: &Session,
        slot: usize,
    ) -> Result<AnyBox> {
        match format {
            #[cfg(feature = "json")]
            Format::Json => match self.readable {
                None => read_text(state, session, At::new(expr, None), |input| (self.binary)(input, slot)),
                Some(readable) => crate::format::json_state(state, |json| {
                    readable(Guarded::new(Sourced(&mut Once::new(json)), session, slot))
                }),
            },
            _ => Input::whole(state, session, format, |input| (self.binary)(input, slot)),
        }
    }
}

/// A way to make a value from a state: the compiled form behind a plan.
pub(crate) trait Form: Sized + 'static {
    /// Whether the shape of the type tells how a text is read.
    #[cfg(feature = "json")]
    const IS_SHAPED: bool;

    /// Decodes a value from a readable format, where it does not.
    #[cfg(feature = "json")]
    fn decode<'de, D: Deserializer<'de>>(deserializer: D) -> Result<AnyBox, D::Error>;

    /// Decodes a value from a binary format, with `slot` bytes charged for it.
    fn take(input: &mut Input<'_, '_>, slot: usize) -> Result<AnyBox>;

    const SIZES: Sizes;
    /// Bytes of stack that [`Form::take`] takes.
    const STACK: usize;
    /// Whether the type is plain, as a type that is compiled as such may be.
    const IS_PLAIN: bool = false;

    const GLUE: &'static Glue = &Glue {
        sizes: Self::SIZES,
        stack: Self::STACK,
        is_plain: Self::IS_PLAIN,
        binary: Self::take,
        #[cfg(feature = "json")]
        readable: if Self::IS_SHAPED { None } else { Some(by_guard::<Self>) },
    };
}

// A function with a name, as a closure behind a pointer is two of them.

#[cfg(feature = "json")]
fn by_guard<F: Form>(guarded: Guarded<'_, Sourced<'_, '_>>) -> Result<AnyBox> {
    F::decode(guarded)
}

/// The form of a type that is compiled as such.
pub(crate) struct Native<T>(PhantomData<T>);

impl<T: State + Send + Sync> Form for Native<T> {
    const SIZES: Sizes = Sizes::of::<T>();
    const STACK: usize = T::STACK;
    const IS_PLAIN: bool = T::IS_PLAIN;

    #[cfg(feature = "json")]
    const IS_SHAPED: bool = T::BY_SERDE.is_none();

    #[cfg(feature = "json")]
    fn decode<'de, D: Deserializer<'de>>(deserializer: D) -> Result<AnyBox, D::Error> {
        Ok(Box::new(T::deserialize(deserializer)?))
    }

    fn take(input: &mut Input<'_, '_>, slot: usize) -> Result<AnyBox> {
        Ok(Box::new(T::take_into(input, slot)?))
    }
}

impl std::fmt::Debug for Plan {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Plan({}, {})", self.name, if self.is_native() { "native" } else { "erased" })
    }
}
