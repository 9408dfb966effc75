//! Plans: how to decode a value of one run-time type, resolved once. Imports `error`, `format`, `shape`, `type_name` and its
//! siblings.

#[cfg(feature = "json")]
use super::argument::read_json;
use crate::error::{Kind, Result};
use crate::format::Format;
use crate::shape::{Argument, Arguments, Head, Identity, Spelling, TypeExpr, type_hash};
use crate::state::binary::direct::State;
use crate::state::budget::handle::{Handle, Sizes, is_number};
#[cfg(feature = "json")]
use crate::state::decode::contain::once;
#[cfg(feature = "json")]
use crate::state::decode::types::Sourced;
use crate::state::decode::types::{AnyBox, Glue, Input, Plan, PlanArgument, Session, Wrap};
use crate::state::plan::own_traits::OwnTraits;
#[cfg(feature = "json")]
use crate::state::tape::{At, read_text};
use crate::type_name::{TypeName, TypeRef};
#[cfg(feature = "json")]
use serde::Deserializer;
use std::marker::PhantomData;
use std::sync::{Arc, OnceLock};

impl Plan {
    /// A plan whose arguments are in scope while a value of `expr` is written; nothing is decoded by it. Its name is still to come.
    pub(crate) fn of_scope(expr: &'static TypeExpr, glue: &'static Glue, arguments: Vec<PlanArgument>) -> Plan {
        let mut handles = Vec::new();
        Handle::all(expr, &arguments, &mut handles);
        let (name, own_traits) = (TypeName::unknown(), &OwnTraits::NONE);
        Plan { name, expr, arguments, handles, glue, cast: &(), own_traits, identity: OnceLock::new() }
    }

    /// Whether the compiled form is the type of the name itself.
    pub(crate) fn is_native(&self) -> bool {
        self.arguments.is_empty()
    }

    /// The most bytes of memory that the plan takes with the plans of its arguments. A native plan, which has none of these, is
    /// counted alike, so that a verdict does not depend on the form.
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
    /// `spelled` is the name as the envelope spells it, which differs from ours if an id has changed.
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
        session.contain(|| self.name.to_string(), decode)
    }

    /// Decodes a whole binary state by a function of the compiled form.
    pub(crate) fn decode_binary<T>(
        self: &Arc<Self>,
        format: Format,
        state: &[u8],
        session: &Session,
        read: impl FnOnce(&mut Input<'_, '_>, usize) -> Result<T>,
    ) -> Result<T> {
        session.contain(|| self.name.to_string(), || self.read_binary(format, state, session, read))
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

impl Handle {
    /// Collects the handles of an erased form.
    pub(crate) fn all(expr: &TypeExpr, arguments: &[PlanArgument], found: &mut Vec<Handle>) {
        match expr.head {
            Head::Param { index, types, .. } => {
                if let Some(PlanArgument::Type(plan)) = arguments.get(index) {
                    let sizes = plan.is_native().then(|| plan.glue.sizes());
                    let is_number = plan.is_native() && is_number(plan.name.as_str());
                    found.push(Handle { types: types(), is_number, sizes });
                }
            }
            _ => expr.args.iter().for_each(|arg| Handle::all(arg, arguments, found)),
        }
    }
}

/// The most bytes of memory that a plan for this name takes.
fn memory_of(name: TypeRef<'_>) -> usize {
    const OWN: usize = 2 * size_of::<Plan>() + size_of::<PlanArgument>() + size_of::<Handle>();
    let arguments = name.args().map(memory_of).fold(0, usize::saturating_add);
    OWN.saturating_add(name.as_str().len().saturating_mul(2)).saturating_add(arguments)
}

/// Checks a claimed type hash with the current ids, and with those in `spelled`.
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

impl Glue {
    /// The sizes of the compiled form.
    pub(in crate::state) fn sizes(&self) -> Sizes {
        self.sizes
    }

    /// Decodes a whole state into a slot of `slot` bytes.
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
                Some(readable) => {
                    let mut value = None;
                    read_json(state, session, slot, &mut |source| {
                        value = Some(readable(source)?);
                        Ok(())
                    })?;
                    once(&mut value)
                }
            },
            _ => Input::whole(state, session, format, |input| (self.binary)(input, slot)),
        }
    }
}

/// The compiled form behind a plan, which creates a value from a state.
pub(crate) trait Form: Sized + 'static {
    /// Whether texts are read by the shape of the type.
    #[cfg(feature = "json")]
    const IS_SHAPED: bool;

    /// Decodes a value from a readable format if they are not.
    #[cfg(feature = "json")]
    fn decode<'de, D: Deserializer<'de>>(deserializer: D) -> Result<AnyBox, D::Error>;

    /// Decodes a value from a binary format into a slot of `slot` bytes.
    fn take(input: &mut Input<'_, '_>, slot: usize) -> Result<AnyBox>;

    const SIZES: Sizes;
    /// Bytes of stack that [`Form::take`] uses.
    const STACK: usize;
    /// Whether the type is plain, which only a native form can be.
    const IS_PLAIN: bool = false;
    /// See [`Glue::wrap`].
    const WRAP: Option<&'static Wrap> = None;
    /// Whether it has no parts.
    const IS_LEAF: bool = false;

    const GLUE: &'static Glue = &Glue {
        sizes: Self::SIZES,
        stack: Self::STACK,
        is_plain: Self::IS_PLAIN,
        wrap: Self::WRAP,
        is_leaf: Self::IS_LEAF,
        binary: Self::take,
        #[cfg(feature = "json")]
        readable: if Self::IS_SHAPED { None } else { Some(by_guard::<Self>) },
    };
}

// A named function, because a closure behind a pointer compiles to two functions.

#[cfg(feature = "json")]
fn by_guard<F: Form>(source: Sourced<'_, '_>) -> Result<AnyBox> {
    Ok(F::decode(source)?)
}

/// The form of a native type.
pub(crate) struct Native<T>(PhantomData<T>);

impl<T: State + Send + Sync> Form for Native<T> {
    const SIZES: Sizes = Sizes::of::<T>();
    const STACK: usize = T::STACK;
    const IS_PLAIN: bool = T::IS_PLAIN;
    const IS_LEAF: bool = T::IS_LEAF;

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
