//! A trait object inside another value: framed in our binary formats, `{"type", "value"}` in readable ones, a whole
//! envelope in foreign binary ones. Imports `codec`, `error`, `registry`, `state`, `wire`.

use super::place::Place;
#[cfg(feature = "json")]
use super::raw::text_of;
use super::raw::{read_raw, readable_opaque};
use crate::codec::{Codec, Interface, Opaque, OpaqueParts, cast, cast_by, encode_exact};
use crate::error::{Error, Kind, Result};
use crate::format::Format;
#[cfg(feature = "json")]
use crate::format::put_json;
use crate::limits::Limits;
use crate::registry::Registry;
use crate::shape::Identity;
use crate::state::{
    Carry, Exchange, Member, NESTED, NESTED_FIELDS, Names, Offer, Plan, Resolved, Session, Sink, WantMember, open_frame,
};
use crate::wire::{put_varint, varint_len};
use serde::de::{DeserializeSeed, Deserializer, Error as _, MapAccess, Visitor};
use serde::ser::{Error as _, Serialize, SerializeStruct, Serializer};
use std::any::TypeId;
use std::fmt;
use std::marker::PhantomData;
use std::sync::Arc;

/// Serializes a trait object as a nested value.
///
/// # Errors
///
/// The value's `Serialize` fails, or its type is ambiguous.
pub fn serialize_nested<I: Interface + ?Sized, S: Serializer>(value: &I, serializer: S) -> Result<S::Ok, S::Error> {
    serializer.serialize_newtype_struct(NESTED, &NestedRef(value))
}

struct NestedRef<'a, I: ?Sized>(&'a I);

impl<I: Interface + ?Sized> Serialize for NestedRef<'_, I> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match Offer::take() {
            Some(offer) => {
                let written = offer.accept(|sink, format| match format {
                    #[cfg(feature = "json")]
                    Format::Json => write_readable(self.0, sink),
                    format => write_frame(self.0, sink, format),
                });
                written.map_err(|error| error.pass(S::Error::custom))?;
                serializer.serialize_unit()
            }
            None if serializer.is_human_readable() => self.readable(serializer),
            None => self.envelope(serializer),
        }
    }
}

impl<I: Interface + ?Sized> NestedRef<'_, I> {
    fn readable<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        if let Some(opaque) = self.0.__carried() {
            return readable_opaque(opaque, serializer);
        }
        let identity = self.0.__identity().map_err(|error| error.pass(S::Error::custom))?;
        note(self.0, &identity).map_err(|error| error.pass(S::Error::custom))?;
        let mut fields = serializer.serialize_struct("Nested", 2)?;
        fields.serialize_field("type", &identity.name)?;
        fields.serialize_field("value", &Foreign(self.0.__serialize()))?;
        fields.end()
    }

    fn envelope<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let bytes = encode_exact(self.0).map_err(|error| error.pass(S::Error::custom))?;
        serializer.serialize_bytes(&bytes)
    }
}

struct Foreign<'a>(&'a dyn erased_serde::Serialize);

impl Serialize for Foreign<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        erased_serde::serialize(self.0, serializer)
    }
}

/// Notes a nested value's type in the envelope that is being written, and its shapes if they are wanted.
fn note<I: Interface + ?Sized>(value: &I, identity: &Arc<Identity>) -> Result<()> {
    if Names::wants_schema(identity.hash) {
        Names::describe(&*value.__schema()?);
    }
    Names::note(identity)
}

/// Appends `value` as `{"type": .., "value": ..}`: two fields, which a decode counts as one level.
#[cfg(feature = "json")]
fn write_readable<I: Interface + ?Sized>(value: &I, sink: &mut Sink) -> Result<()> {
    let spent = &sink.encoding.spent;
    spent.begin_nested()?;
    spent.set_depth(spent.one_deeper(spent.depth())?);
    let written = match value.__carried() {
        Some(opaque) => text_of(opaque, true).and_then(|text| {
            put_readable(sink, opaque.type_name().as_str(), |sink| {
                sink.bytes.extend_from_slice(text.as_bytes());
                Ok(())
            })
        }),
        None => value.__identity().and_then(|identity| {
            note(value, &identity)?;
            put_readable(sink, &identity.name, |sink| value.__write(sink, Format::Json))
        }),
    };
    sink.encoding.spent.end_nested();
    written
}

#[cfg(feature = "json")]
fn put_readable(sink: &mut Sink, name: &str, value: impl FnOnce(&mut Sink) -> Result<()>) -> Result<()> {
    sink.bytes.extend_from_slice(b"{\"type\":");
    put_json(&mut sink.bytes, name)?;
    sink.bytes.extend_from_slice(b",\"value\":");
    value(sink)?;
    sink.bytes.push(b'}');
    Ok(())
}

/// Appends `value` as a frame: length, type and table, state.
fn write_frame<I: Interface + ?Sized>(value: &I, sink: &mut Sink, format: Format) -> Result<()> {
    let id = value.__own_type_id();
    let known = id.and_then(|id| sink.encoding.tables.known(id));
    let index = match known {
        Some(place) => place,
        None => new_place(value, id, sink, format)?,
    } as u64;
    sink.encoding.spent.begin_nested()?;
    let outer = sink.encoding.tables.begin();
    // Most frames are short and have no table: then this is all, and only the length is filled in.
    let start = sink.bytes.len();
    sink.bytes.push(0);
    put_varint(&mut sink.bytes, index << 1);
    let written = value.__write(sink, format).and_then(|()| end_frame(sink, format, start, index));
    sink.encoding.tables.end(outer);
    sink.encoding.spent.end_nested();
    written
}

/// The place of a type that has none yet in the table of its container. What the envelope has to know of it is noted.
#[inline(never)]
fn new_place<I: Interface + ?Sized>(value: &I, id: Option<TypeId>, sink: &Sink, format: Format) -> Result<usize> {
    let identity = value.__identity()?;
    if let Some(opaque) = value.__carried() {
        opaque.note()?;
        return Ok(sink.encoding.tables.of_hash(identity.hash));
    }
    if !sink.encoding.tables.has(&identity) {
        identity.check_format(format)?;
        note(value, &identity)?;
    }
    Ok(sink.encoding.tables.of(&identity, id))
}

/// Fills in the length of the frame that begins at `start`, and its table, if it has one.
#[inline]
fn end_frame(sink: &mut Sink, format: Format, start: usize, index: u64) -> Result<()> {
    let length = sink.bytes.len().saturating_sub(start).saturating_sub(1);
    match (u8::try_from(length), sink.bytes.get_mut(start)) {
        (Ok(length), Some(place)) if length < 0x80 && sink.encoding.tables.is_empty() => {
            *place = length;
            Ok(())
        }
        _ => end_long_frame(sink, format, start, index),
    }
}

/// The length is known only now, and so is the table; what was written moves up once per level.
#[inline(never)]
fn end_long_frame(sink: &mut Sink, format: Format, start: usize, index: u64) -> Result<()> {
    let Sink { bytes, encoding } = sink;
    let (tables, head_at) = (&encoding.tables, start.saturating_add(1));
    let state_at = head_at.saturating_add(varint_len(index << 1));
    let mut head = Vec::new();
    put_varint(&mut head, index << 1 | u64::from(!tables.is_empty()));
    if !tables.is_empty() {
        let hashes = tables.hashes();
        put_varint(&mut head, hashes.len() as u64);
        hashes.into_iter().for_each(|hash| head.extend_from_slice(&hash.to_le_bytes()));
    }
    let mut front = Vec::with_capacity(head.len().saturating_add(10));
    let length = bytes.len().saturating_sub(state_at).saturating_add(head.len());
    format.put_length(&mut front, length)?;
    front.append(&mut head);
    bytes.splice(start..state_at, front);
    Ok(())
}

/// Deserializes a nested value as a trait object of `I`.
///
/// # Errors
///
/// The bytes are no nested value, or its type is not linked or no member of `I`.
pub fn deserialize_nested<'de, I: Interface + ?Sized, D: Deserializer<'de>>(
    deserializer: D,
) -> Result<Box<I>, D::Error> {
    deserialize_into(deserializer)
}

/// Deserializes a nested value into a place of any kind.
pub(super) fn deserialize_into<'de, P: Place, D: Deserializer<'de>>(deserializer: D) -> Result<P, D::Error> {
    match P::CARRY {
        // The session does it all: no frame is handed over.
        Carry::Nothing => WantMember(P::Interface::INFO).put(),
        _ => Exchange::want_frame(),
    }
    deserializer.deserialize_newtype_struct(NESTED, NestedVisitor::<P>(PhantomData))
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
        // Whoever runs this did not know the wish.
        let _ = WantMember::take();
        match Exchange::take() {
            Exchange::Frame(format) => deserializer.deserialize_bytes(FrameVisitor::<P>(format, PhantomData)),
            wish if deserializer.is_human_readable() => {
                let is_guarded = matches!(wish, Exchange::Guarded);
                let visitor = ReadableVisitor::<P> { is_guarded, place: PhantomData };
                deserializer.deserialize_struct("Nested", &NESTED_FIELDS, visitor)
            }
            _ => deserializer.deserialize_bytes(EnvelopeVisitor::<P>(PhantomData)),
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
        read_frame(frame, self.0).map_err(|error| error.pass(E::custom))
    }
}

fn read_frame<P: Place>(frame: &[u8], format: Format) -> Result<P> {
    let outside = || Error::from(Kind::Malformed { what: "nested value", reason: "a frame outside of a session" });
    let session = Session::current().ok_or_else(outside)?;
    let _level = session.descend_nested()?;
    let (index, table, state) = open_frame(frame)?;
    let carried = |hash, name| {
        session.charge(frame.len())?;
        let (limits, table, names, schema) = (&session.limits, table.as_slice(), session.names(), session.schema());
        P::carried(Opaque::of_nested(OpaqueParts { name: &name, limits, hash, format, state, table, names, schema })?)
    };
    let plan = match session.nested(index, P::Interface::INFO, P::CARRY)? {
        Resolved::Plan(plan) => plan,
        Resolved::Carried(hash, name) => return carried(hash, name),
    };
    let value = session.with_container(&table, || plan.decode_state(format, state, &session));
    match value.and_then(|value| cast(&plan, value)) {
        Ok(value) => P::known(value),
        // Something inside is not known here, and no place in there takes it: so the whole is carried.
        Err(error) if P::CARRY.takes(&error) => match session.nested(index, P::Interface::INFO, Carry::All)? {
            Resolved::Carried(hash, name) => carried(hash, name),
            Resolved::Plan(_) => Err(error),
        },
        Err(error) => Err(error),
    }
}

/// Reads a whole envelope that a foreign binary format carries as bytes.
struct EnvelopeVisitor<P>(PhantomData<P>);

impl<'de, P: Place> Visitor<'de> for EnvelopeVisitor<P> {
    type Value = P;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an envelope as bytes")
    }

    fn visit_bytes<E: serde::de::Error>(self, bytes: &[u8]) -> Result<P, E> {
        Codec::default().decode_place(bytes).map_err(|error| error.pass(E::custom))
    }
}

/// Reads `{"type": .., "value": ..}`, in this order, which is also the one that databases sort keys into.
struct ReadableVisitor<P> {
    /// Whether a session of ours reads it, and not a foreign deserializer.
    is_guarded: bool,
    place: PhantomData<P>,
}

impl<'de, P: Place> Visitor<'de> for ReadableVisitor<P> {
    type Value = P;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a map of `type`, then `value`")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<P, A::Error> {
        let expect = |key: Option<String>, wanted: &str| match key {
            Some(key) if key == wanted => Ok(()),
            Some(_) => Err(A::Error::custom("a nested value is `type`, then `value`, and nothing else")),
            None => Err(A::Error::custom(format_args!("a nested value needs `{wanted}`"))),
        };
        expect(map.next_key()?, "type")?;
        let name: String = map.next_value()?;
        // A foreign deserializer does not say how much input it has, so all memory of the limit counts as earned.
        let limits = Limits::default();
        let (session, _guard) = Session::join_or_start(&limits, usize::MAX, || Registry::global().lookup(&limits));
        let _level = session.descend_nested().map_err(|error| error.pass(A::Error::custom))?;
        let resolved = session.named(&name, P::Interface::INFO, self.is_guarded, P::CARRY);
        let resolved = resolved.map_err(|error| error.pass(A::Error::custom))?;
        expect(map.next_key()?, "value")?;
        let is_guarded = self.is_guarded;
        let place = match resolved {
            Resolved::Carried(hash, name) => read_raw(&mut map, is_guarded)?.carry(&session, hash, &name),
            Resolved::Plan(plan) if is_guarded && P::CARRY == Carry::Unknown => {
                let raw = read_raw(&mut map, is_guarded)?;
                match raw.decode(&session, &plan).and_then(|value| cast(&plan, value)) {
                    // As in a frame: something inside is not known here.
                    Err(error) if P::CARRY.takes(&error) => {
                        raw.carry(&session, session.hash_of(&name), &Arc::from(name))
                    }
                    value => value.and_then(P::known),
                }
            }
            Resolved::Plan(plan) => {
                let value = map.next_value_seed(PlanSeed { plan: &plan, session: &session, is_guarded })?;
                cast(&plan, value).and_then(P::known)
            }
        };
        match map.next_key::<String>()? {
            Some(_) => Err(A::Error::custom("a nested value is `type`, then `value`, and nothing else")),
            None => place.map_err(|error| error.pass(A::Error::custom)),
        }
    }
}

struct PlanSeed<'a> {
    plan: &'a Arc<Plan>,
    session: &'a Session,
    is_guarded: bool,
}

impl<'de> DeserializeSeed<'de> for PlanSeed<'_> {
    type Value = crate::state::AnyBox;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<Self::Value, D::Error> {
        if self.is_guarded {
            return self.plan.decode_next(deserializer);
        }
        self.plan.decode_foreign(deserializer, self.session).map_err(|error| error.pass(D::Error::custom))
    }
}
