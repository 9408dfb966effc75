//! Values to envelopes. Imports `envelope`, `format`, `schema`, `state` and its siblings.

use super::{Codec, Incoming, Opaque, VALUE, Value};
use crate::envelope::{self, Envelope};
use crate::error::{Kind, Result};
use crate::format::Format;
use crate::limits::Limits;
use crate::schema::Schema;
use crate::shape::Identity;
use crate::state::{AnyBox, LookupSource as _, Names, Noted, Session, Sink, Terms, contain, two_names};
use crate::type_name::TypeName;
use serde::Serialize;
use std::cell::Cell;
use std::collections::{BTreeMap, HashSet};
use std::sync::Arc;
use std::thread::LocalKey;

/// Room for a small envelope, so that it is one allocation.
const SMALL: usize = 128;

/// An envelope that has been written, and what was noted of the values in it.
pub(crate) struct Encoded {
    pub(super) bytes: Vec<u8>,
    /// Unless it is carried.
    root: Option<Arc<Identity>>,
    noted: Option<Box<Noted>>,
    /// Whether serde reads it by way of its buffer, and it holds what that buffer may lose.
    is_doubtful: bool,
    /// Whether a value was left out that cannot go in this format.
    has_left_out: bool,
}

impl Encoded {
    /// What binds a decode of it in this process: what bound the values that are carried in it, and not those that are not.
    pub(super) fn terms(&self) -> Terms {
        let Some(noted) = &self.noted else { return Terms::default() };
        // A carried value of a type is told from an own one by the hash or by the name, or not at all.
        let names: HashSet<&str> = noted.carried.values().map(TypeName::as_str).collect();
        let is_told = |own: &&Arc<Identity>| !noted.carried.contains_key(&own.hash) && !names.contains(&*own.name);
        let own = noted.own.values().chain(&self.root).filter(is_told).cloned().collect();
        Terms { own, ..noted.terms() }
    }
}

/// What an encode asks of a value. Trait objects, as the code around them is the same for all types.
struct Parts<'a> {
    /// Appends the state.
    write: &'a dyn Fn(&mut Sink) -> Result<()>,
    /// The shapes of its type.
    schema: &'a dyn Fn() -> Result<Arc<Schema>>,
}

/// The parts of a value that may be of a type without a size, which no trait object can stand for.
macro_rules! parts {
    ($value:expr, $format:expr) => {
        Parts { write: &|sink| $value.__write(sink, $format), schema: &|| $value.__about().schema() }
    };
}

impl Codec {
    /// As [`to_vec`](crate::to_vec), by this codec.
    pub fn to_vec<V: Value + ?Sized>(&self, value: &V) -> Result<Vec<u8>> {
        let mut buffer = Vec::with_capacity(SMALL);
        self.to_buffer(&mut buffer, value)?;
        Ok(buffer)
    }

    /// As [`to_vec`](crate::to_vec), into a buffer that is used again: what was in it is replaced, and its room is kept. After
    /// an error it is empty.
    ///
    /// A value without trait objects is encoded without an allocation where the buffer is large enough, but for the first
    /// on a thread; trait objects cost a few for the whole envelope, however many there are.
    ///
    /// ```
    /// let codec = typeport::Codec::default();
    /// let mut buffer = Vec::new();
    /// for number in [1_u64, 2, 3] {
    ///     codec.to_buffer(&mut buffer, &number)?;
    ///     assert_eq!(codec.from_slice::<u64>(&buffer)?, number);
    /// }
    /// # Ok::<(), typeport::Error>(())
    /// ```
    pub fn to_buffer<V: Value + ?Sized>(&self, buffer: &mut Vec<u8>, value: &V) -> Result<()> {
        let value = value.__subject();
        let mut bytes = std::mem::take(buffer);
        bytes.clear();
        let encoded = self.encode_value(bytes, value)?;
        if self.verify {
            self.verify_encoding(value, &encoded, true)?;
        } else {
            self.verify_if_doubtful(value, &encoded)?;
        }
        *buffer = encoded.bytes;
        Ok(())
    }

    /// As [`to_writer`](crate::to_writer), by this codec.
    pub fn to_writer<V: Value + ?Sized>(&self, mut writer: impl std::io::Write, value: &V) -> Result<()> {
        let bytes = self.to_vec(value)?;
        writer.write_all(&bytes).map_err(|error| crate::error::Kind::from(error).into())
    }

    /// Appends to `bytes`, which are empty and have room.
    fn encode_value(&self, bytes: Vec<u8>, value: &dyn Value) -> Result<Encoded> {
        let about = value.__about();
        let (identity, carried) = (about.identity()?, about.carried());
        let format = carried.map_or(self.format, Opaque::format);
        self.encode(bytes, &identity, carried, format, parts!(value, format))
    }

    /// Checks that `encoded`, the encoding of `value`, comes back as such a value. What is carried in it is not built from it
    /// unless its own terms allow that.
    fn verify_encoding<V: Value + ?Sized>(&self, value: &V, encoded: &Encoded, is_compared: bool) -> Result<()> {
        // A decode that runs is not to pay for it.
        let _aside = Session::set_aside();
        let envelope = Envelope::parse_exact(&encoded.bytes, &self.limits)?;
        let terms = self.terms().and(&Terms { limits: None, ..encoded.terms() });
        let copy = Incoming::decode(&terms, &envelope, |incoming| value.__about().decode_alike(incoming))?;
        let name = || envelope.name().to_owned();
        if !is_compared {
            return contain(name, || {
                drop(copy);
                Ok(())
            });
        }
        let again = contain(name, || Ok(self.encode_value(Vec::new(), &*{ copy })?.bytes.len()))?;
        let written = encoded.bytes.len();
        if written != again {
            let name = envelope.name().to_owned();
            return Err(Kind::NotTheSame { name, written, again }.into());
        }
        Ok(())
    }

    /// Checks what serde's buffer may have spoilt.
    fn verify_if_doubtful<V: Value + ?Sized>(&self, value: &V, encoded: &Encoded) -> Result<()> {
        if !encoded.is_doubtful {
            return Ok(());
        }
        // What is carried may come back as a value, or stand as one text where it stood as a part of the format.
        let has_carried = encoded.noted.as_ref().is_some_and(|noted| !noted.carried.is_empty());
        let verified = Trial::again(|| self.verify_encoding(value, encoded, !has_carried));
        match verified.unwrap_or(Ok(())) {
            // It is for another process.
            Err(error) if error.is_unlinked() || error.is_denied() => Ok(()),
            Err(error) => {
                let (name, reason) = (value.type_name().to_string(), error.to_string());
                Err(Kind::Buffered { name, reason }.into())
            }
            Ok(()) => Ok(()),
        }
    }

    /// Refuses what a decode by this codec would refuse, but for memory, which only a decode sees: `verify_encoding`.
    fn encode(
        &self,
        bytes: Vec<u8>,
        identity: &Arc<Identity>,
        carried: Option<&Opaque>,
        format: Format,
        parts: Parts<'_>,
    ) -> Result<Encoded> {
        identity.check_format(format)?;
        carried.map_or_else(|| format.check_written(), |_| Ok(()))?;
        // What is carried goes out as it came: with its schema, or without one.
        let wants_schema = carried.map_or(self.schema, |opaque| opaque.schema().is_some());
        let names = Names::begin(format, wants_schema);
        let mut sink = Sink::new(bytes, &self.limits);
        let checksum = carried.and_then(Opaque::has_checksum).unwrap_or(self.checksum);
        envelope::begin(&mut sink.bytes, format, checksum, identity.hash, &identity.name);
        (parts.write)(&mut sink)?;
        carried.map_or(Ok(()), Opaque::note_inside)?;
        if wants_schema || Names::wants_schema(identity.hash) {
            Names::describe(&*(parts.schema)()?);
        }
        let (noted, has_left_out, has_merged) = names.end();
        // What is carried is neither built nor looked at, so no policy is asked about it.
        let root = carried.is_none().then_some(identity);
        let own = noted.iter().flat_map(|noted| noted.own.values());
        self.check_types(root.into_iter().chain(own))?;
        let merged = noted.as_ref().map_or(Ok(Vec::new()), |noted| self.merged(noted))?;
        let table = sink.encoding.tables.hashes();
        let own = noted.iter().flat_map(|noted| noted.own.values());
        let is_doubtful = (sink.encoding.is_doubtful() || format == Format::Json && has_merged)
            && std::iter::once(identity).chain(own).any(|one| one.is_buffered);
        let mut bytes = sink.end();
        let schema = noted.as_ref().and_then(|noted| noted.schema.as_ref());
        envelope::finish(&mut bytes, &merged, &table, schema, &self.limits)?;
        Ok(Encoded { bytes, root: root.cloned(), noted, is_doubtful, has_left_out })
    }

    /// The names of the values of ours and of those that are carried, by hash.
    fn merged<'a>(&self, noted: &'a Noted) -> Result<Vec<(u64, &'a str)>> {
        if noted.own.is_empty() && noted.carried.is_empty() {
            return Ok(Vec::new());
        }
        let mut names: BTreeMap<u64, &str> = noted.carried.iter().map(|(hash, name)| (*hash, name.as_str())).collect();
        for (hash, identity) in &noted.own {
            // Who sent the carried one may call the type by a former id.
            if let Some(carried) = names.insert(*hash, &identity.name).filter(|carried| *carried != identity.name) {
                let plan = self.registry.lookup().plan(carried, Some(*hash), &VALUE, &self.limits);
                plan.ok().filter(|plan| plan.name.as_str() == identity.name).ok_or_else(two_names)?;
            }
        }
        Ok(names.into_iter().collect())
    }

    /// Checks the types of the root and of all that is nested.
    fn check_types<'a>(&self, mut identities: impl Iterator<Item = &'a Arc<Identity>>) -> Result<()> {
        let lookup = (!self.policy.is_open()).then(|| self.registry.lookup());
        identities.try_for_each(|identity| {
            if lookup.is_none() && self.limits.surely_allow_name(&identity.name) {
                return Ok(());
            }
            let name = TypeName::parse(&identity.name, &self.limits)?;
            lookup
                .iter()
                .try_for_each(|lookup| self.policy.check(&name, &|part, interface| lookup.is_member(part, interface)))
        })
    }
}

/// Encodes this very value, a box as a box, in whatever format can carry it within this process: one that its type allows
/// and, if it holds something that is carried, the one in which that came.
pub(crate) fn encode_exact<V: Value + ?Sized>(value: &V) -> Result<Vec<u8>> {
    encode_copy(value).map(|encoded| encoded.bytes)
}

/// As [`encode_exact`], to be decoded at once.
pub(super) fn encode_copy<V: Value + ?Sized>(value: &V) -> Result<Encoded> {
    let codec = Codec::default().limits(Limits::trusted());
    encode_first(&codec, value, Identity::format_of_copies)
}

/// The JSON text of this value, by name alone: for what holds a value that came so, which no envelope can hold.
#[cfg(feature = "json")]
pub(crate) fn encode_by_name<V: Value + ?Sized>(value: &V) -> Result<Opaque> {
    let (identity, limits) = (value.__about().identity()?, Limits::trusted());
    let _names = Names::begin_bare(Format::Json);
    let mut sink = Sink::new(Vec::new(), &limits);
    value.__write(&mut sink, Format::Json)?;
    if sink.encoding.is_doubtful() && identity.is_buffered {
        let reason = "it holds a value that came by name alone, so that nothing can read it for a trial".to_owned();
        return Err(Kind::Buffered { name: identity.name.clone(), reason }.into());
    }
    Ok(Opaque::by_name(TypeName::parse(&identity.name, &limits)?, sink.end()))
}

/// The same for what leaves this process inside of a foreign format: the features of this build choose nothing, and the limits
/// are those of the decode that reads it.
pub(crate) fn encode_to_leave<V: Value + ?Sized>(value: &V) -> Result<Vec<u8>> {
    let about = value.__about();
    match about.carried() {
        None => about.identity()?.default_format().check_written()?,
        Some(opaque) => {
            if let Some(alone) = opaque.alone()? {
                return encode_any::<dyn Value>(&alone);
            }
        }
    }
    encode_any(value)
}

/// In the first format that does.
fn encode_any<V: Value + ?Sized>(value: &V) -> Result<Vec<u8>> {
    let codec = Codec::default();
    let encoded = encode_first(&codec, value, Identity::default_format)?;
    codec.verify_if_doubtful(value, &encoded)?;
    Ok(encoded.bytes)
}

fn encode_first<V: Value + ?Sized>(codec: &Codec, value: &V, choose: fn(&Identity) -> Format) -> Result<Encoded> {
    let about = value.__about();
    let (identity, carried) = (about.identity()?, about.carried());
    let encode = |format| codec.encode(Vec::with_capacity(SMALL), &identity, carried, format, parts!(value, format));
    let first = carried.map_or_else(|| choose(&identity), Opaque::format);
    let encoded = encode(first);
    let is_whole = |encoded: &Encoded| !encoded.has_left_out;
    let may_be_better = encoded.as_ref().map_or_else(|error| error.is_format(), |encoded| encoded.has_left_out);
    let others =
        || Format::ALL.into_iter().filter(|format| *format != first && may_be_better).flat_map(encode).collect();
    let mut others: Vec<Encoded> = Trial::in_others(others).unwrap_or_default();
    // The first that leaves nothing out, or else the first.
    match others.iter().position(is_whole) {
        Some(whole) => Ok(others.swap_remove(whole)),
        None => encoded.or_else(|error| others.into_iter().next().ok_or(error)),
    }
}

/// An encode that is one of several of the same value.
///
/// A value may be written by way of another serializer, with values in it that are, and so on. If each level had several encodes
/// within each of those around it, they would double with each level. So within one of them there is one of each value.
pub(crate) struct Trial(&'static LocalKey<Cell<bool>>);

thread_local! {
    static IS_OTHER: Cell<bool> = const { Cell::new(false) };
    static IS_AGAIN: Cell<bool> = const { Cell::new(false) };
}

impl Trial {
    /// In another format than the first. What `encode` gives, or nothing within another such trial.
    pub(crate) fn in_others<T>(encode: impl FnOnce() -> T) -> Option<T> {
        Trial::run(&IS_OTHER, encode)
    }

    /// Of what came back, to see whether it is the same. What is in it was verified when it was first written.
    fn again<T>(encode: impl FnOnce() -> T) -> Option<T> {
        Trial::run(&IS_AGAIN, encode)
    }

    fn run<T>(is_running: &'static LocalKey<Cell<bool>>, encode: impl FnOnce() -> T) -> Option<T> {
        if is_running.replace(true) {
            return None;
        }
        let _end = Trial(is_running);
        Some(encode())
    }
}

impl Drop for Trial {
    fn drop(&mut self) {
        self.0.set(false);
    }
}

/// A copy, made by encoding and decoding.
pub(crate) fn copy_of<V: Value + ?Sized>(value: &V) -> Result<AnyBox> {
    if let Some(opaque) = value.__about().carried() {
        return Ok(Box::new(opaque.clone()));
    }
    let copy = Incoming::copy(&encode_copy(value)?, |incoming| value.__about().decode_alike(incoming))?;
    Ok(copy.__into_any())
}

/// Appends the state of `value`.
pub(crate) fn write_state<T: Serialize>(value: &T, sink: &mut Sink, format: Format) -> Result<()> {
    match format {
        #[cfg(feature = "postcard")]
        Format::Postcard => crate::state::Writer::<crate::format::Postcard>::new(sink).root(value),
        #[cfg(feature = "bincode")]
        Format::Bincode => crate::state::Writer::<crate::format::Bincode>::new(sink).root(value),
        #[cfg(feature = "json")]
        Format::Json => crate::state::put_json(sink, value),
        #[allow(unreachable_patterns, reason = "unreachable with all formats compiled in")]
        format => {
            let _ = (value, sink);
            format.missing()
        }
    }
}
