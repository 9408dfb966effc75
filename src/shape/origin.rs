//! Origins: what defines an id, and where. Imports nothing.

use std::any::TypeId;
use std::fmt;

/// A type constructor: the id that its author chose and keeps, and where it was defined.
#[derive(Debug)]
pub struct Origin {
    /// The id that is written.
    pub id: &'static str,
    /// Former ids, the eldest first, that are also accepted.
    pub aliases: &'static [&'static str],
    /// Where it was defined.
    pub site: Site,
    /// That of the id. It is made at compile time: the registry's index takes a third less to build, which each process does.
    hash: u64,
}

/// What [`TypeName::origin`](crate::TypeName::origin) says of a type: an id, which stands behind `dyn ` for an interface.
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

/// The site of what the language and its standard library define.
pub(crate) const STD: Site = Site { krate: "std", version: "", file: "", line: 0 };

/// The one type of this crate's own.
pub(crate) const FAILURE: &str = "typeport::Failure";

impl Origin {
    /// An origin with this id and these former ones.
    pub const fn new(id: &'static str, aliases: &'static [&'static str], site: Site) -> Self {
        Origin { id, aliases, site, hash: hash(id) }
    }

    /// The id that fingerprints use: the eldest, so that they outlive a change of name.
    pub(crate) fn eldest(&self) -> &'static str {
        self.aliases.first().copied().unwrap_or(self.id)
    }

    /// Whether every program with this crate has the type: those of the standard library, and failures.
    pub(crate) fn is_everywhere(&self) -> bool {
        self.site == STD || self.id == FAILURE
    }

    /// Whether `id` is this origin's, now or formerly.
    pub(crate) fn answers_to(&self, id: &str) -> bool {
        self.id == id || self.aliases.contains(&id)
    }

    pub(crate) fn ids(&self) -> impl Iterator<Item = &'static str> + use<> {
        std::iter::once(self.id).chain(self.aliases.iter().copied())
    }

    /// Hands over what its types, or its trait object if it is that of an interface, are filed under.
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

    /// The same for equal keys, and for few others.
    pub(crate) fn hash(&self) -> u64 {
        self.hash ^ if self.is_dyn { 1 } else { 0 }
    }
}

/// Eight bytes at a time; the last eight may be looked at twice. The constant is that of the golden ratio, 2^64 / 1.618.
///
/// A product hands bits on to higher ones only. So the last byte, in which ids differ most, is the lowest of its word, and the
/// higher bits of the product become those that choose the slot.
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

/// The entries of one type share its text, so that most equal keys need no look at it.
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
