//! Decodes envelopes. Imports `envelope`, `error`, `format`, `limits`, `registry`, `shape`, `state`, `type_name` and its
//! siblings.

use super::config::{Codec, Given};
use super::encoded::Encoded;
use super::identity::identity_of;
use super::plain::keep_near;
use super::value::{Contents, Incoming, Interface, Opaque, Portable};
use crate::envelope::{Envelope, PREFIX, Parts, Prefix};
use crate::error::{Error, Kind, Result};
#[cfg(feature = "json")]
use crate::format::Format;
use crate::limits::Limits;
use crate::registry::{Cast, Registry};
use crate::shape::{Identity, NoArguments, TypeExpr};
use crate::state::{
    AnyBox, EnvelopeParts, Glue, Input, LookupSource as _, Plan, Scope, Session, Terms, check_hash, contain, once,
};
#[cfg(feature = "json")]
use crate::state::{At, decode_text, read_text};
use crate::type_name::TypeName;
use serde::de::DeserializeOwned;
use std::any::Any;
use std::borrow::Cow;
use std::io::Read;
use std::sync::Arc;

impl Codec {
    /// Decodes as [`from_slice`](crate::from_slice), with this codec.
    pub fn from_slice<T: Portable>(&self, bytes: &[u8]) -> Result<T> {
        match T::__decode_at_once(self, bytes) {
            Some(decoded) => decoded,
            None => self.decode_exact(bytes, |incoming| T::__decode(incoming)),
        }
    }

    /// Decodes as [`take_from_slice`](crate::take_from_slice), with this codec.
    pub fn take_from_slice<'a, T: Portable>(&self, bytes: &'a [u8]) -> Result<(T, &'a [u8])> {
        let parsed = Envelope::parse_front(bytes, &self.limits_here());
        let (envelope, rest) = parsed.map_err(|error| self.noted(error))?;
        Ok((self.decode(&envelope, |incoming| T::__decode(incoming))?, rest))
    }

    /// Decodes as [`from_reader`](crate::from_reader), with this codec.
    pub fn from_reader<T: Portable>(&self, mut reader: impl Read) -> Result<T> {
        let mut bytes = read_prefix(&mut reader)?;
        let length = Prefix::parse(&bytes, &self.limits_here()).map_err(|error| self.noted(error))?.length;
        // The length is only a claim, so the buffer grows with the bytes received.
        let missing = length.saturating_sub(PREFIX) as u64;
        reader.by_ref().take(missing).read_to_end(&mut bytes).map_err(Kind::from)?;
        self.from_slice(&bytes)
    }

    pub(crate) fn decode_exact<T>(&self, bytes: &[u8], decode: impl FnOnce(&Incoming<'_>) -> Result<T>) -> Result<T> {
        let envelope = Envelope::parse_exact(bytes, &self.limits_here()).map_err(|error| self.noted(error))?;
        self.decode(&envelope, decode)
    }

    /// Notes an exceeded limit for a surrounding decode, unless it is a limit of this codec.
    #[cold]
    fn noted(&self, error: Error) -> Error {
        if self.given.limits { error } else { Session::noted_here(error) }
    }

    pub(super) fn decode<T>(
        &self,
        envelope: &Envelope<'_>,
        decode: impl FnOnce(&Incoming<'_>) -> Result<T>,
    ) -> Result<T> {
        Incoming::decode(&self.terms(), envelope, decode)
    }

    /// Decodes as [`Opaque::decode`], with this codec: the tighter of each limit applies, and the type has to be in both
    /// registries and allowed by both policies.
    ///
    /// # Errors
    ///
    /// As [`from_slice`](crate::from_slice).
    pub fn decode_opaque<T: Portable>(&self, opaque: &Opaque) -> Result<T> {
        self.decode_kept(opaque, |incoming| T::__decode(incoming))
    }

    /// Decodes an opaque value, under the terms of this codec and of the decode that carried it.
    pub(super) fn decode_kept<T>(&self, opaque: &Opaque, decode: impl FnOnce(&Incoming<'_>) -> Result<T>) -> Result<T> {
        let Contents { name, format, state, table, came, .. } = &*opaque.0;
        let (names, schema) = (Some(came.names.clone()), came.schema.clone());
        let type_hash = opaque.known_hash()?;
        let parts = Parts { format: *format, type_hash, name: name.as_str(), state, names, table, schema };
        let terms = self.terms().and(&came.terms);
        // The bytes were checked against their original limits; the limits of this codec may be tighter.
        let limits = limits_here(terms.limits.as_ref().unwrap_or(&self.limits), terms.limits.is_some());
        check_limit("envelope_bytes", limits.envelope_bytes, state.len())?;
        if let Some(schema) = came.schema.as_ref().filter(|_| self.given.limits) {
            schema.check_limits(schema.section().len(), &limits)?;
        }
        Incoming::decode(&terms, &Envelope::of_parts(parts), decode)
    }

    /// The terms of this codec.
    pub(super) fn terms(&self) -> Terms {
        let Given { limits, registry } = self.given;
        Terms {
            limits: limits.then(|| self.limits.clone()),
            policy: self.policy.clone(),
            lookups: if registry { vec![self.registry.lookup()] } else { Vec::new() },
            ..Terms::default()
        }
    }

    /// The limits of a decode that begins now.
    fn limits_here(&self) -> Cow<'_, Limits> {
        limits_here(&self.limits, self.given.limits)
    }
}

pub(super) fn check_limit(limit: &'static str, value: usize, asked: usize) -> Result<()> {
    if asked <= value {
        return Ok(());
    }
    Err(Kind::Limit { limit, value: value as u64, asked: asked as u64 }.into())
}

/// The limits of a decode that begins now: `own`; inside another decode its limits, combined with `own` if these were given.
fn limits_here(own: &Limits, are_given: bool) -> Cow<'_, Limits> {
    match Session::current() {
        None => Cow::Borrowed(own),
        Some(session) if are_given => Cow::Owned(session.budget.limits.tighter(own)),
        Some(session) => Cow::Owned(session.budget.limits.clone()),
    }
}

impl<'a> Envelope<'a> {
    /// Parses exactly one envelope, under `Limits::default()`, or under those of the decode in which it is called.
    ///
    /// # Errors
    ///
    /// The bytes are not an envelope of a known version, are truncated, damaged or followed by others, or exceed a limit.
    pub fn parse(bytes: &'a [u8]) -> Result<Self> {
        let default = Limits::default();
        let limits = limits_here(&default, false);
        let mut envelope = Envelope::parse_exact(bytes, &limits)?;
        envelope.complete(&limits)?;
        Ok(envelope)
    }
}

/// Reads the prefix of an envelope, which gives its length. An early end is a truncation error, unless the first bytes do not
/// begin an envelope.
fn read_prefix(reader: &mut impl Read) -> Result<Vec<u8>> {
    let mut bytes = Vec::with_capacity(PREFIX);
    reader.by_ref().take(PREFIX as u64).read_to_end(&mut bytes).map_err(Kind::from)?;
    if bytes.len() < PREFIX {
        Prefix::check_magic(&bytes)?;
        let (needed, available) = (PREFIX as u64, bytes.len() as u64);
        return Err(Kind::Truncated { what: "the envelope", needed, available }.into());
    }
    Ok(bytes)
}

impl Incoming<'_> {
    /// The envelope, with its type name parsed.
    pub(crate) fn envelope(&self) -> Result<&Envelope<'_>> {
        self.name()?;
        Ok(self.envelope)
    }

    fn name(&self) -> Result<&TypeName> {
        self.envelope.checked_name(&self.session.budget.limits)
    }

    pub(crate) fn session(&self) -> &Session {
        self.session
    }

    /// Decodes an envelope under these terms.
    pub(super) fn decode<T>(
        terms: &Terms,
        envelope: &Envelope<'_>,
        decode: impl FnOnce(&Incoming<'_>) -> Result<T>,
    ) -> Result<T> {
        let (mut decode, mut decoded) = (Some(decode), None);
        let mut run = |incoming: &Incoming<'_>| {
            decoded = Some(incoming.session.verdict(once(&mut decode)?(incoming))?);
            Ok(())
        };
        Incoming::run(terms, envelope, size_of::<T>(), &mut run)?;
        once(&mut decoded)
    }

    /// [`Incoming::decode`] for a value of `size` bytes, compiled once for all types.
    fn run(
        terms: &Terms,
        envelope: &Envelope<'_>,
        size: usize,
        decode: &mut dyn FnMut(&Incoming<'_>) -> Result<()>,
    ) -> Result<()> {
        let (names, schema) = (envelope.names(), envelope.shared_schema());
        let (state, table, memory) = (envelope.state(), envelope.table(), envelope.memory());
        let parts = EnvelopeParts { state, names, table, schema, memory };
        let mut decode = |session: &Session| decode(&Incoming { envelope, session });
        // Contains panics of the whole decode: a value may also be dropped afterwards, or be built from a carried one.
        contain(
            || envelope.name().to_owned(),
            || Session::with_envelope(terms, Registry::global(), parts, size, &mut decode),
        )
    }

    /// Decodes a copy of a value of this process. Carried values in it stay under their terms.
    pub(crate) fn copy<T>(copied: &Encoded, decode: impl FnOnce(&Incoming<'_>) -> Result<T>) -> Result<T> {
        // The value has already been counted, so a running decode must not pay for it again.
        let _aside = Session::set_aside();
        let terms = Terms { is_copy: true, ..copied.terms() };
        Incoming::decode(&terms, &Envelope::parse_exact(&copied.bytes, &Limits::trusted())?, decode)
    }

    /// Decodes into the type that the caller names.
    pub(crate) fn exact<T: Portable>(&self) -> Result<T> {
        self.check_type::<T>()?;
        self.state()
    }

    /// Decodes into a trait object of `I`.
    pub(crate) fn boxed<I: Interface + ?Sized>(&self) -> Result<Box<I>> {
        let epoch = Registry::global().epoch();
        let plan = self.session.plan(self.envelope.name(), Some(self.envelope.type_hash()), I::INFO)?;
        let (format, state) = (self.envelope.format(), self.envelope.state());
        match format {
            #[cfg(feature = "json")]
            Format::Json => cast(&plan, plan.decode_state(format, state, self.session)?),
            _ => {
                let cast = cast_of::<I>(&plan)?;
                if self.session.looks_up_globally() {
                    keep_near(&plan, self.envelope.type_hash(), (I::INFO.type_id)(), epoch);
                }
                plan.decode_binary(format, state, self.session, |input, slot| (cast.take)(input, slot))
            }
        }
    }

    /// Checks that the value is of the plan's type.
    pub(crate) fn check_name(&self, plan: &Plan) -> Result<()> {
        let name = self.name()?;
        if plan.name != *name {
            let (expected, found) = (plan.name.to_string(), name.to_string());
            return Err(Kind::WrongType { expected, found }.into());
        }
        self.session.check_policy(self.envelope.name(), &|| Ok(plan.name.clone()))?;
        plan.check_hash(self.envelope.type_hash(), name)
    }

    /// Decodes by the given plan.
    pub(crate) fn by_plan(&self, plan: &Arc<Plan>) -> Result<AnyBox> {
        plan.decode_state(self.envelope.format(), self.envelope.state(), self.session)
    }

    /// Decodes by the glue of a type that the caller has checked.
    pub(crate) fn by_glue(&self, expr: &'static TypeExpr, glue: &Glue) -> Result<AnyBox> {
        let (format, state) = (self.envelope.format(), self.envelope.state());
        glue.decode(expr, format, state, self.session, 0)
    }

    fn check_type<T: Portable>(&self) -> Result<()> {
        self.check_identity(T::TYPE, &*identity_of::<T>()?)
    }

    fn check_identity(&self, expr: &'static TypeExpr, identity: &Identity) -> Result<()> {
        let of_identity = || TypeName::parse(&identity.name, &Limits::trusted());
        if self.is_surely(identity) {
            return self.session.check_policy(self.envelope.name(), &of_identity);
        }
        let name = self.name()?;
        if !expr.unify(name.as_ref(), &mut Vec::new()) {
            return Err(Kind::WrongType { expected: identity.name.clone(), found: name.to_string() }.into());
        }
        self.session.check_policy(self.envelope.name(), &of_identity)?;
        let found = self.envelope.type_hash();
        match Scope::innermost() {
            Some(plan) => check_hash(identity, expr, &*plan, found, name),
            None => check_hash(identity, expr, &NoArguments, found, name),
        }
    }

    /// Whether the envelope spells this type exactly so, and the name is surely within the limits: then it need not be parsed.
    fn is_surely(&self, identity: &Identity) -> bool {
        let Identity { name, hash, .. } = identity;
        *hash == self.envelope.type_hash()
            && name == self.envelope.name()
            && self.session.budget.limits.surely_allow_name(name)
    }

    fn state<T: Portable>(&self) -> Result<T> {
        let (format, state) = (self.envelope.format(), self.envelope.state());
        match format {
            #[cfg(feature = "json")]
            Format::Json => match T::BY_SERDE {
                None => read_text(state, self.session, At::new(T::TYPE, None), |input| {
                    input.room(T::STACK, |input| T::take_into(input, 0))
                }),
                Some(_) => self.untyped_state(state),
            },
            // Charged as if the value were boxed, so that the verdict is the same.
            _ => {
                Input::whole(state, self.session, format, |input| input.room(T::STACK, |input| T::take_into(input, 0)))
            }
        }
    }

    /// Decodes a state, or the end of one, in the envelope's format, without checking the type.
    pub(crate) fn untyped_state<T: DeserializeOwned + 'static>(&self, state: &[u8]) -> Result<T> {
        match self.envelope.format() {
            #[cfg(feature = "json")]
            Format::Json => decode_text(state, self.session, 0),
            format => Input::whole(state, self.session, format, |input| input.value_by_serde(0)),
        }
    }
}

/// Turns a value into the trait object that `plan` was resolved for.
pub(crate) fn cast<I: Interface + ?Sized>(plan: &Plan, value: AnyBox) -> Result<Box<I>> {
    cast_by(plan.cast, value)
}

/// Turns a value into a trait object by a plan's cast.
pub(crate) fn cast_by<I: Interface + ?Sized>(cast: &(dyn Any + Send + Sync), value: AnyBox) -> Result<Box<I>> {
    cast.downcast_ref::<Cast<I>>().ok_or_else(Cast::<I>::of_another)?.apply(value)
}

/// The cast of `plan`, with its type.
pub(crate) fn cast_of<I: Interface + ?Sized>(plan: &Plan) -> Result<&'static Cast<I>> {
    cast_in(plan.cast)
}

/// A plan's cast, with its type.
#[inline]
pub(crate) fn cast_in<I: Interface + ?Sized>(cast: &'static (dyn Any + Send + Sync)) -> Result<&'static Cast<I>> {
    cast.downcast_ref().ok_or_else(Cast::<I>::of_another)
}
