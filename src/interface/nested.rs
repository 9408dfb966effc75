//! Trait objects inside other values: frames in our binary formats; `readable` and `form` handle all other forms. Imports
//! `codec`, `error`, `format`, `state` and its siblings.

use super::form::read_form;
use super::place::Place;
use super::readable::{is_asked, note, serialize_foreign};
#[cfg(feature = "json")]
use super::readable::{put_on_tape, write_readable};
use super::reformat::Needs;
use crate::codec::{About, Interface, Naming, Opaque, OpaqueParts, Value, cast, cast_by, cast_in};
use crate::error::{Error, Kind, Result};
use crate::format::Format;
use crate::state::{
    Carry, Exchange, Input, Member, NESTED, Names, Offer, Resolved, Scope, Session, Sink, SlotPlan, WantMember,
    open_frame, reads_ours, short_frame,
};
use serde::de::{Deserializer, Error as _, Visitor};
use serde::ser::{Error as _, Serialize, Serializer};
use std::borrow::Cow;
use std::fmt;
use std::marker::PhantomData;

/// Serializes a trait object as a nested value.
///
/// # Errors
///
/// The value's `Serialize` fails, or its type is ambiguous.
pub fn serialize_nested<I: Interface + ?Sized, S: Serializer>(value: &I, serializer: S) -> Result<S::Ok, S::Error> {
    let _elsewhere = Names::elsewhere(&serializer);
    // Outside our encodes the name is not needed, and some formats show the newtype.
    if !Names::is_writing() {
        return serialize_foreign(value, serializer);
    }
    serializer.serialize_newtype_struct(NESTED, &NestedRef(value))
}

struct NestedRef<'a, I: ?Sized>(&'a I);

impl<I: Interface + ?Sized> Serialize for NestedRef<'_, I> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match Offer::take() {
            Some(offer) => {
                let written = offer.accept(|sink| match sink.format {
                    #[cfg(feature = "json")]
                    Format::Json => write_readable(self.0, sink),
                    _ => put_nested(self.0, sink),
                });
                written.map_err(|error| error.pass(S::Error::custom))?;
                serializer.serialize_unit()
            }
            None => serialize_foreign(self.0, serializer),
        }
    }
}

/// Appends `value` as a frame: length, type and table, state.
///
/// # Errors
///
/// The value's `Serialize` fails, or its type is ambiguous.
pub fn put_nested<I: Interface + ?Sized>(value: &I, sink: &mut Sink<'_>) -> Result<()> {
    #[cfg(feature = "json")]
    if sink.is_tape() {
        return put_on_tape(value, sink);
    }
    let (index, is_plain) = match sink.encoding.tables.known(value.__own_type_id()) {
        Some(known) => known,
        None => match new_place(value, sink)? {
            Some(index) => (index, false),
            None => return Ok(()),
        },
    };
    sink.put_frame(index, is_plain, |sink| value.__write(sink))
}

/// Appends a generic value that was made in a method of an erased value.
#[cold]
#[inline(never)]
fn put_unsettled<I: Interface + ?Sized>(value: &I, about: About<'_>, sink: &mut Sink<'_>) -> Result<()> {
    let about = {
        let _scope = sink.scope.map(Scope::enter);
        about.settled(Naming::ByContent)?
    };
    let index = place_of(&about, sink)?;
    sink.put_frame(index, false, |sink| about.write(value, sink))
}

/// The index of a type that is new in the table of its container. Notes the type in the envelope. Returns `None` if the value has
/// been written: it is carried in another format, or unsettled. Or the values of parameters are asked for their arguments, and those
/// of a nested value are not those of the value around it.
#[inline(never)]
fn new_place<I: Interface + ?Sized>(value: &I, sink: &mut Sink<'_>) -> Result<Option<usize>> {
    let about = value.__about();
    if is_asked(&about) {
        return Ok(None);
    }
    if about.is_unsettled() {
        return put_unsettled(value, about, sink).map(|()| None);
    }
    if let Some(opaque) = about.carried() {
        let budget = &sink.encoding.budget;
        budget.begin_nested()?;
        let converted = Needs::of(false).fulfil(opaque, Some(budget));
        budget.end_nested();
        if let Cow::Owned(converted) = converted? {
            return put_nested::<dyn Value>(&converted, sink).map(|()| None);
        }
        let _scope = sink.scope.map(Scope::enter);
        opaque.note()?;
        return Ok(Some(sink.encoding.tables.of_hash(opaque.known_hash()?)));
    }
    place_of(&about, sink).map(Some)
}

/// The index of the type of a value that is not carried.
fn place_of(about: &About<'_>, sink: &Sink<'_>) -> Result<usize> {
    let tables = &sink.encoding.tables;
    // Each erased value of a batch takes this path.
    if let Some(place) = about.known_identity().and_then(|identity| tables.same(identity)) {
        return Ok(place);
    }
    let _scope = sink.scope.map(Scope::enter);
    let (identity, id) = (about.identity()?, about.own_type_id());
    if id.is_none() || tables.same(&identity).is_none() {
        identity.check_format(sink.format)?;
        note(about, &identity)?;
    }
    Ok(tables.of(&identity, id, about.is_plain()))
}

/// Deserializes a nested value as a trait object of `I`.
///
/// # Errors
///
/// The bytes are not a nested value, or its type is not linked or not a member of `I`.
pub fn deserialize_nested<'de, I: Interface + ?Sized, D: Deserializer<'de>>(
    deserializer: D,
) -> Result<Box<I>, D::Error> {
    deserialize_into(deserializer)
}

/// Deserializes a nested value into any [`Place`].
pub(super) fn deserialize_into<'de, P: Place, D: Deserializer<'de>>(deserializer: D) -> Result<P, D::Error> {
    // Some formats show the newtype, also to a value inside our decode.
    if !Session::is_running() || !reads_ours(&deserializer) {
        return read_form(deserializer, false);
    }
    match P::CARRY {
        // The session decodes the value, and hands over no frame.
        Carry::Nothing => WantMember(P::Interface::INFO).put(),
        _ => Exchange::want_frame(),
    }
    deserializer.deserialize_newtype_struct(NESTED, NestedVisitor::<P>(PhantomData))
}

/// Reads a nested value as a trait object of `I`.
///
/// # Errors
///
/// As [`deserialize_nested`].
pub fn take_nested<I: Interface + ?Sized>(input: &mut Input<'_, '_>) -> Result<Box<I>> {
    take_place(input)
}

/// Reads a nested value into any [`Place`]; a trait object is built at once.
pub(super) fn take_place<P: Place>(input: &mut Input<'_, '_>) -> Result<P> {
    if input.is_tape() {
        return input.aside_nested(|value, cast| cast_by(cast, value).and_then(P::known));
    }
    let frame = input.slice()?;
    if P::CARRY != Carry::Nothing {
        let format = input.format;
        return input.shown(|_| read_frame(frame, format));
    }
    if let Some((index, n_types, state)) = short_frame(frame) {
        let (session, around) = (input.session, input.table());
        let native = session.native(around, index, P::Interface::INFO);
        if let (Some(native), Some(table)) = (native, around.first(n_types)) {
            let cast = cast_in::<P::Interface>(native.cast)?;
            let take = || input.inside(table, state, |input| native.take(input, cast.take));
            return P::known(session.contain(|| native.expr.display(), take)?);
        }
    }
    take_any(input, frame)
}

/// Reads any frame into a [`Place`] that keeps nothing undecoded.
#[inline(never)]
fn take_any<P: Place>(input: &mut Input<'_, '_>, frame: &[u8]) -> Result<P> {
    let (index, table, state) = open_frame(frame)?;
    let session = input.session;
    let plan = match session.known(input.table(), index, P::Interface::INFO) {
        Some(SlotPlan::Native(native)) => {
            let cast = cast_in::<P::Interface>(native.cast)?;
            let take = || input.nested(table, state, |input| native.take(input, cast.take));
            return P::known(session.contain(|| native.expr.display(), take)?);
        }
        Some(SlotPlan::Erased(plan)) => plan,
        None => input.new_plan(index, P::Interface::INFO)?,
    };
    let cast = cast_in::<P::Interface>(plan.cast)?;
    let take = || input.nested(table, state, |input| input.by_plan(&plan, 0, |input, slot| (cast.take)(input, slot)));
    P::known(session.contain(|| plan.name.to_string(), take)?)
}

struct NestedVisitor<P>(PhantomData<P>);

impl<'de, P: Place> Visitor<'de> for NestedVisitor<P> {
    type Value = P;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "a member of `dyn {}`", P::Interface::INFO.origin.id)
    }

    fn visit_newtype_struct<D: Deserializer<'de>>(self, deserializer: D) -> Result<P, D::Error> {
        if let Some(Member(value, cast)) = Member::take() {
            return cast_by(cast, value).and_then(P::known).map_err(|error| error.pass(D::Error::custom));
        }
        // The deserializer that called this did not take the request.
        let _ = WantMember::take();
        match Exchange::take() {
            Exchange::Frame(format) => deserializer.deserialize_bytes(FrameVisitor::<P>(format, PhantomData)),
            request => read_form(deserializer, matches!(request, Exchange::Guarded)),
        }
    }
}

/// Reads a frame of the running session.
struct FrameVisitor<P>(Format, PhantomData<P>);

impl<'de, P: Place> Visitor<'de> for FrameVisitor<P> {
    type Value = P;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("the frame of a nested value")
    }

    fn visit_bytes<E: serde::de::Error>(self, frame: &[u8]) -> Result<P, E> {
        // Our own reader hands the frame over, so only our code sees the error.
        read_frame(frame, self.0).map_err(Error::carry)
    }
}

fn read_frame<P: Place>(frame: &[u8], format: Format) -> Result<P> {
    let outside = || Error::from(Kind::Unbound { parameter: None });
    let session = Session::current().ok_or_else(outside)?;
    let _level = session.budget.descend_nested()?;
    let (index, table, state) = open_frame(frame)?;
    let carried = |hash, name| {
        let table = &session.hashes(table)?;
        P::carried(Opaque::of_nested(&session, OpaqueParts { name, hash, format, state, table })?)
    };
    let plan = match session.nested(index, P::Interface::INFO, P::CARRY)? {
        Resolved::Plan(plan) => plan,
        Resolved::Carried(hash, name) => return carried(hash, name),
    };
    let decode = || session.with_container(table, || plan.decode_state(format, state, &session));
    match session.or_carried(P::CARRY, || cast(&plan, decode()?)) {
        Ok(value) => P::known(value),
        // An inner type is unknown and its field does not carry, so the whole value is carried.
        Err(error) if P::CARRY.takes(&error) => match session.nested(index, P::Interface::INFO, Carry::All)? {
            Resolved::Carried(hash, name) => carried(hash, name),
            Resolved::Plan(_) => Err(error),
        },
        Err(error) => Err(error),
    }
}
