//! Origins: ids and the places of their definitions. Imports nothing.

use std::any::TypeId;
use std::fmt;

/// A type constructor: the id that its author chose and keeps, and where it was defined.
#[derive(Debug)]
pub struct Origin {
    /// The current id.
    pub id: &'static str,
    /// Former ids, oldest first, that are also accepted.
    pub aliases: &'static [&'static str],
    /// Where it was defined.
    pub site: Site,
    /// The hash of the id, computed at compile time: each process builds the registry's index, which takes a third less time then.
    hash: u64,
}

/// A result of [`TypeName::origin`](crate::TypeName::origin): an id, after `dyn ` for an interface.
#[derive(Clone, Copy)]
pub(crate) struct Key<'a> {
    pub(crate) is_dyn: bool,
    pub(crate) id: &'a str,
    hash: u64,
}

/// A place in the source of a crate, for messages.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Site {
    /// The package.
    pub krate: &'static str,
    /// Its version.
    pub version: &'static str,
    /// The file.
    pub file: &'static str,
    /// The line.
    pub line: u32,
}

/// An interface: an object-safe trait marked `#[portable]`.
#[derive(Debug)]
pub struct InterfaceInfo {
    /// Its id and where it was defined.
    pub origin: Origin,
    /// The trait object's type.
    pub type_id: fn() -> TypeId,
}

/// The site of types of the language and its standard library.
pub(crate) const STD: Site = Site { krate: "std", version: "", file: "", line: 0 };

/// The only id of this crate's own.
pub(crate) const FAILURE: &str = "typeport::Failure";

impl Origin {
    /// An origin with this id and these former ids.
    pub const fn new(id: &'static str, aliases: &'static [&'static str], site: Site) -> Self {
        Origin { id, aliases, site, hash: hash(id) }
    }

    /// The id that fingerprints use: the oldest one, so that a rename does not change them.
    pub(crate) fn eldest(&self) -> &'static str {
        self.aliases.first().copied().unwrap_or(self.id)
    }

    /// Whether every program with this crate has the type: true of standard types and failures.
    pub(crate) fn is_everywhere(&self) -> bool {
        self.site == STD || self.id == FAILURE
    }

    /// Whether `id` is the current id or a former one.
    pub(crate) fn answers_to(&self, id: &str) -> bool {
        self.id == id || self.aliases.contains(&id)
    }

    pub(crate) fn ids(&self) -> impl Iterator<Item = &'static str> + use<> {
        std::iter::once(self.id).chain(self.aliases.iter().copied())
    }

    /// Calls `file` with each key of the origin's types, or of its trait object if it is an interface.
    #[inline]
    pub(crate) fn each_key(&'static self, is_dyn: bool, mut file: impl FnMut(Key<'static>)) {
        file(Key { is_dyn, id: self.id, hash: self.hash });
        for id in self.aliases {
            file(Key { is_dyn, id, hash: hash(id) });
        }
    }
}

impl<'a> Key<'a> {
    pub(crate) fn new(origin: &'a str) -> Self {
        match origin.strip_prefix("dyn ") {
            Some(id) => Key { is_dyn: true, id, hash: hash(id) },
            None => Key { is_dyn: false, id: origin, hash: hash(origin) },
        }
    }

    /// A hash of the key.
    pub(crate) fn hash(&self) -> u64 {
        self.hash ^ if self.is_dyn { 1 } else { 0 }
    }
}

/// Hashes eight bytes at a time; the last eight may overlap the others. The constant is 2^64 divided by the golden ratio.
///
/// A product propagates bits upwards only. So the last byte, in which ids differ most, becomes the lowest of its word, and the
/// higher bits of the product choose the slot.
const fn hash(id: &str) -> u64 {
    let mut hash = 0;
    let mut bytes = id.as_bytes();
    while let Some((word, rest)) = bytes.split_first_chunk() {
        hash = mix(hash, u64::from_be_bytes(*word));
        bytes = rest;
    }
    if let Some(word) = id.as_bytes().last_chunk() {
        return mix(hash, u64::from_be_bytes(*word));
    }
    while let Some((byte, rest)) = bytes.split_first() {
        hash = mix(hash, *byte as u64);
        bytes = rest;
    }
    hash
}

const fn mix(hash: u64, word: u64) -> u64 {
    (hash ^ word).wrapping_mul(0x9e37_79b9_7f4a_7c15).rotate_left(29)
}

/// The entries of one type share its text, so comparing addresses first decides most equal keys.
impl PartialEq for Key<'_> {
    fn eq(&self, other: &Self) -> bool {
        self.hash() == other.hash()
            && self.is_dyn == other.is_dyn
            && (std::ptr::eq(self.id, other.id) || self.id == other.id)
    }
}

impl fmt::Display for Key<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(if self.is_dyn { "dyn " } else { "" })?;
        f.write_str(self.id)
    }
}

impl fmt::Display for Site {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if *self == STD {
            return f.write_str("std");
        }
        write!(f, "{} {} ({}:{})", self.krate, self.version, self.file, self.line)
    }
}
