//! Encodes envelopes. Imports `envelope`, `error`, `format`, `limits`, `schema`, `shape`, `state`, `type_name` and its
//! siblings.

use super::config::Codec;
use super::encoded::Encoded;
use super::unsettled::Naming;
use super::value::{About, Incoming, Opaque, VALUE, Value};
use super::verify::{Compared, Trial};
use crate::envelope;
#[cfg(feature = "json")]
use crate::error::Kind;
use crate::error::Result;
use crate::format::Format;
use crate::limits::Limits;
use crate::schema::Schema;
use crate::shape::Identity;
use crate::state::{AnyBox, LookupSource as _, Names, Noted, Sink, apart, two_names};
use crate::type_name::TypeName;
use std::any::TypeId;
use std::collections::BTreeMap;
use std::sync::Arc;

/// The initial capacity, so that a small envelope needs one allocation.
const SMALL: usize = 128;

/// What an encode needs of a value. Closures as trait objects, so that the encode is compiled once for all types.
struct Parts<'a> {
    /// Appends the state.
    write: &'a dyn Fn(&mut Sink<'_>) -> Result<()>,
    /// The schema of its type.
    schema: &'a dyn Fn() -> Result<Arc<Schema>>,
}

/// The [`Parts`] of a value, whose type may be unsized, with its properties.
macro_rules! parts {
    ($value:expr, $about:expr) => {
        Parts { write: &|sink| $about.write($value, sink), schema: &|| $about.schema() }
    };
}

impl Codec {
    /// Encodes as [`to_vec`](crate::to_vec), with this codec.
    pub fn to_vec<V: Value + ?Sized>(&self, value: &V) -> Result<Vec<u8>> {
        let mut buffer = Vec::with_capacity(SMALL);
        self.to_buffer(&mut buffer, value)?;
        Ok(buffer)
    }

    /// Encodes as [`to_vec`](crate::to_vec), into a buffer that is reused: the content is replaced, and the capacity is kept.
    /// After an error the buffer is empty.
    ///
    /// If the buffer is large enough, a value without trait objects is encoded without an allocation, except for the first on a
    /// thread. Trait objects cost a few allocations for the whole envelope, however many there are.
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
        buffer.clear();
        if let Some(encoded) = self.encode_plain(buffer, value) {
            return encoded;
        }
        self.encode_any(buffer, value, TypeId::of::<V>)
    }

    /// `named` is the type that the caller names.
    fn encode_any(&self, buffer: &mut Vec<u8>, value: &dyn Value, named: fn() -> TypeId) -> Result<()> {
        let bytes = std::mem::take(buffer);
        let about = value.__about();
        let is_named = about.is_unsettled() && value.__as_any().type_id() == named();
        let about = about.settled(if is_named { Naming::ByScope } else { Naming::ByContent })?;
        let encoded = self.encode_value(bytes, value, &about, self.format)?;
        if self.verify {
            self.verify_encoding(&about, &encoded, Compared::Whole)?;
        } else {
            self.verify_if_doubtful(&about, &encoded)?;
        }
        *buffer = encoded.bytes;
        if let Some(noted) = encoded.noted {
            noted.keep();
        }
        Ok(())
    }

    /// Encodes as [`to_writer`](crate::to_writer), with this codec.
    pub fn to_writer<V: Value + ?Sized>(&self, mut writer: impl std::io::Write, value: &V) -> Result<()> {
        let bytes = self.to_vec(value)?;
        writer.write_all(&bytes).map_err(|error| crate::error::Kind::from(error).into())
    }

    /// Encodes into `bytes`, which is empty, in `format`, or in the format of a carried value.
    pub(super) fn encode_value(
        &self,
        bytes: Vec<u8>,
        value: &dyn Value,
        about: &About<'_>,
        format: Format,
    ) -> Result<Encoded> {
        let (identity, carried) = (about.identity()?, about.carried());
        let format = carried.map_or(format, Opaque::format);
        self.encode(bytes, &identity, carried, format, parts!(value, about))
    }

    /// Refuses what a decode by this codec would refuse, except for memory, which only a decode knows: see `verify_encoding`.
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
        // A carried value is written as it was read: with its schema, or without one.
        let wants_schema = carried.map_or(self.schema, |opaque| opaque.schema().is_some());
        let names = Names::begin(format, wants_schema);
        let mut sink = Sink::new(bytes, &self.limits, format);
        sink.encoding.budget.check_nested()?;
        let checksum = carried.and_then(Opaque::has_checksum).unwrap_or(self.checksum);
        envelope::begin(&mut sink.bytes, format, checksum, identity.hash, &identity.name);
        (parts.write)(&mut sink)?;
        carried.map_or(Ok(()), Opaque::note_inside)?;
        if wants_schema || Names::wants_schema(identity.hash) {
            Names::describe(&*(parts.schema)()?);
        }
        let (noted, has_left_out, has_merged) = names.end();
        // A carried root is neither built nor read, so no policy applies to it.
        let root = carried.is_none().then_some(identity);
        let own = noted.iter().flat_map(|noted| noted.own.values());
        self.check_types(root.into_iter().chain(own))?;
        let merged = noted.as_ref().map_or(Ok(Vec::new()), |noted| self.merged(noted))?;
        let table = sink.encoding.tables.hashes();
        let is_any_buffered = || {
            let mut own = noted.iter().flat_map(|noted| noted.own.values());
            identity.is_buffered || own.any(|one| one.is_buffered)
        };
        let is_doubtful = (sink.encoding.is_doubtful() || format == Format::Json && has_merged) && is_any_buffered();
        let schema = noted.as_ref().and_then(|noted| noted.schema.as_ref());
        envelope::finish(&mut sink.bytes, &merged, &table, schema, &self.limits)?;
        sink.encoding.tables.keep(table);
        let bytes = sink.end();
        Ok(Encoded { bytes, root: root.cloned(), noted, is_doubtful, has_left_out })
    }

    /// The names of decoded and of carried values, by hash.
    fn merged<'a>(&self, noted: &'a Noted) -> Result<Vec<(u64, &'a str)>> {
        if noted.carried.is_empty() {
            return Ok(noted.own.iter().map(|(hash, identity)| (*hash, &*identity.name)).collect());
        }
        let mut names: BTreeMap<u64, &str> = noted.carried.iter().map(|(hash, name)| (*hash, name.as_str())).collect();
        for (hash, identity) in noted.own.iter() {
            // The sender of the carried value may use a former id.
            if let Some(carried) = names.insert(*hash, &identity.name).filter(|carried| *carried != identity.name) {
                let plan = self.registry.lookup().plan(carried, Some(*hash), &VALUE, &self.limits);
                plan.ok().filter(|plan| plan.name.as_str() == identity.name).ok_or_else(two_names)?;
            }
        }
        Ok(names.into_iter().collect())
    }

    /// Checks the types of the root and of all nested values.
    fn check_types<'a>(&self, identities: impl Iterator<Item = &'a Arc<Identity>>) -> Result<()> {
        let lookup = (!self.policy.is_open()).then(|| self.registry.lookup());
        for identity in identities {
            if lookup.is_none() && self.limits.surely_allow_name(&identity.name) {
                continue;
            }
            let name = TypeName::parse(&identity.name, &self.limits)?;
            if let Some(lookup) = &lookup {
                self.policy.check(&name, &|part, interface| lookup.is_member(part, interface))?;
            }
        }
        Ok(())
    }
}

/// Encodes this very value, a box as a box, for this process, in a format that its type allows and, if it contains a carried
/// value, in the format of that value.
pub(crate) fn encode_exact<V: Value + ?Sized>(value: &V) -> Result<Vec<u8>> {
    encode_copy(value).map(|encoded| encoded.bytes)
}

/// Like [`encode_exact`], for a copy that is decoded at once.
pub(super) fn encode_copy<V: Value + ?Sized>(value: &V) -> Result<Encoded> {
    encode_copy_as(value, &value.__about().settled(Naming::ByContent)?)
}

/// Like [`encode_copy`], of a value with these properties.
pub(crate) fn encode_copy_as<V: Value + ?Sized>(value: &V, about: &About<'_>) -> Result<Encoded> {
    let _apart = apart();
    encode_first(&Codec::default().limits(Limits::trusted()), value, about, Identity::format_of_copies)
}

/// The JSON text of this value without a type hash: for a value that contains one without a type hash, which an envelope cannot
/// represent.
#[cfg(feature = "json")]
pub(crate) fn encode_by_name<V: Value + ?Sized>(value: &V) -> Result<Opaque> {
    let about = value.__about().settled(Naming::ByContent)?;
    let (identity, limits) = (about.identity()?, Limits::trusted());
    let _names = Names::begin_bare(Format::Json);
    let mut sink = Sink::new(Vec::new(), &limits, Format::Json);
    about.write(value, &mut sink)?;
    if sink.encoding.is_doubtful() && identity.is_buffered {
        let reason = "it holds a value without a type hash, so the encode cannot be verified".to_owned();
        return Err(Kind::Buffered { name: identity.name.clone(), reason }.into());
    }
    Ok(Opaque::by_name(TypeName::parse(&identity.name, &limits)?, sink.end()))
}

/// Encodes a value that leaves this process inside a foreign format: the features of this build do not affect the bytes, and the
/// limits are those of the decode that will read it.
pub(crate) fn encode_to_leave<V: Value + ?Sized>(value: &V) -> Result<Vec<u8>> {
    let about = value.__about().settled(Naming::ByContent)?;
    match about.carried() {
        None => about.identity()?.default_format().check_written()?,
        Some(opaque) => {
            if let Some(alone) = opaque.alone()? {
                return encode_in_any::<dyn Value>(&alone);
            }
        }
    }
    encode_in_any(value)
}

/// Encodes in the first format that works.
fn encode_in_any<V: Value + ?Sized>(value: &V) -> Result<Vec<u8>> {
    let codec = Codec::default();
    let about = value.__about().settled(Naming::ByContent)?;
    let encoded = encode_first(&codec, value, &about, Identity::default_format)?;
    codec.verify_if_doubtful(&about, &encoded)?;
    Ok(encoded.bytes)
}

fn encode_first<V: Value + ?Sized>(
    codec: &Codec,
    value: &V,
    about: &About<'_>,
    choose: fn(&Identity) -> Format,
) -> Result<Encoded> {
    let (identity, carried) = (about.identity()?, about.carried());
    let encode = |format| codec.encode(Vec::with_capacity(SMALL), &identity, carried, format, parts!(value, about));
    let first = carried.map_or_else(|| choose(&identity), Opaque::format);
    let encoded = encode(first);
    let is_whole = |encoded: &Encoded| !encoded.has_left_out;
    let may_be_better = encoded.as_ref().map_or_else(|error| error.is_format(), |encoded| encoded.has_left_out);
    let others = || {
        let others = Format::ALL.iter().copied().filter(|format| *format != first && may_be_better);
        others.flat_map(encode).collect()
    };
    let mut others: Vec<Encoded> = Trial::in_others(others).unwrap_or_default();
    // The first encode that leaves nothing out, otherwise the first one.
    match others.iter().position(is_whole) {
        Some(whole) => Ok(others.swap_remove(whole)),
        None => encoded.or_else(|error| others.into_iter().next().ok_or(error)),
    }
}

/// Copies a value by encoding and decoding it.
pub(crate) fn copy_of<V: Value + ?Sized>(value: &V) -> Result<AnyBox> {
    if let Some(opaque) = value.__about().carried() {
        return Ok(Box::new(opaque.clone()));
    }
    let about = value.__about().settled(Naming::ByContent)?;
    let copy = Incoming::copy(&encode_copy_as(value, &about)?, |incoming| about.decode_alike(incoming))?;
    Ok(copy.__into_any())
}
