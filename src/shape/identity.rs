//! The identity of a type: its name as this program spells it, and its type hash. Imports `error`, `format` and its siblings.

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
    /// What may exclude the type from binary formats, and the resolved reason. Only encodes need these.
    restrictions: Vec<Restriction>,
    json_only: OnceLock<Option<String>>,
    /// Whether serde buffers the type, or a type that it reaches.
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

    /// The identity of a type that is not linked.
    pub(crate) fn carried(name: String, hash: u64) -> Self {
        Identity { name, hash, restrictions: Vec::new(), json_only: OnceLock::new(), is_buffered: false }
    }

    /// Checks that `format` can represent the type.
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

    /// The reason why only JSON can represent the type, if there is one.
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

    /// The format of the type if the caller names none.
    pub(crate) fn default_format(&self) -> Format {
        if self.is_json_only() { Format::Json } else { Format::Postcard }
    }

    /// A format that can represent the type inside this process.
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

/// The environment variable by which the collision tests set the number of hash bits that a child process keeps.
#[cfg(test)]
pub(crate) const HASH_BITS: &str = "TYPEPORT_TEST_HASH_BITS";

#[cfg(test)]
fn narrowed(hash: u64) -> u64 {
    match std::env::var(HASH_BITS) {
        Ok(bits) => hash & ((1 << bits.parse::<u32>().expect("a number of bits")) - 1),
        Err(_) => hash,
    }
}
