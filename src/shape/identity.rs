//! What a type is known by: its name as this program spells it, and its hash. Imports `error`, `format` and its siblings.

use super::data::TypeExpr;
use super::expr::{Arguments, Spelling};
use super::fingerprint::fingerprint;
use super::restriction::{Restriction, is_buffered, restrictions};
use crate::error::{Kind, Result};
use crate::format::Format;
use std::sync::OnceLock;

/// The name and the type hash of one type.
#[derive(Debug)]
pub struct Identity {
    pub(crate) name: String,
    pub(crate) hash: u64,
    /// What may keep it from the binary formats, and which of it does. That is asked by encodes alone.
    restrictions: Vec<Restriction>,
    json_only: OnceLock<Option<String>>,
    /// Whether serde reads it, or something that it reaches, by way of its buffer.
    pub(crate) is_buffered: bool,
}

impl Identity {
    pub(crate) fn new(expr: &'static TypeExpr, arguments: &dyn Arguments) -> Result<Self> {
        Ok(Identity {
            name: expr.text(arguments, &Spelling::Current)?,
            hash: type_hash(expr, arguments, &Spelling::Eldest(None))?,
            restrictions: restrictions(expr, arguments)?,
            json_only: OnceLock::new(),
            is_buffered: is_buffered(expr, arguments)?,
        })
    }

    /// Of a type that is not linked here.
    pub(crate) fn carried(name: String, hash: u64) -> Self {
        Identity { name, hash, restrictions: Vec::new(), json_only: OnceLock::new(), is_buffered: false }
    }

    /// Checks that the type can be carried by `format`.
    pub(crate) fn check_format(&self, format: Format) -> Result<()> {
        if format == Format::Json || self.restrictions.is_empty() {
            return Ok(());
        }
        match self.json_only()? {
            Some(reason) => {
                let (name, reason) = (self.name.clone(), reason.clone());
                Err(Kind::FormatNotAllowed { name, format: format.name(), reason }.into())
            }
            None => Ok(()),
        }
    }

    /// Why only JSON can carry the type, if that is so.
    fn json_only(&self) -> Result<&Option<String>> {
        if let Some(known) = self.json_only.get() {
            return Ok(known);
        }
        let mut reasons = self.restrictions.iter().map(Restriction::reason);
        let reason = reasons.find_map(Result::transpose).transpose()?;
        Ok(self.json_only.get_or_init(|| reason))
    }

    fn is_json_only(&self) -> bool {
        self.json_only().is_ok_and(Option::is_some)
    }

    /// The format that the type is written in where nobody named one.
    pub(crate) fn default_format(&self) -> Format {
        if self.is_json_only() { Format::Json } else { Format::Postcard }
    }

    /// A format that can carry the type within this process.
    pub(crate) fn format_of_copies(&self) -> Format {
        if self.is_json_only() { Format::Json } else { Format::of_copies() }
    }
}

/// The first eight bytes of the fingerprint, little endian.
pub(crate) fn type_hash(expr: &'static TypeExpr, arguments: &dyn Arguments, spelling: &Spelling<'_>) -> Result<u64> {
    let [b0, b1, b2, b3, b4, b5, b6, b7, ..] = fingerprint(expr, arguments, spelling)?;
    Ok(narrowed(u64::from_le_bytes([b0, b1, b2, b3, b4, b5, b6, b7])))
}

#[cfg(not(test))]
fn narrowed(hash: u64) -> u64 {
    hash
}

/// The tests of collisions run in processes of their own, in which this variable says how many bits of a hash are kept.
#[cfg(test)]
pub(crate) const HASH_BITS: &str = "TYPEPORT_TEST_HASH_BITS";

#[cfg(test)]
fn narrowed(hash: u64) -> u64 {
    match std::env::var(HASH_BITS) {
        Ok(bits) => hash & ((1 << bits.parse::<u32>().expect("a number of bits")) - 1),
        Err(_) => hash,
    }
}
