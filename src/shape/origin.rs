//! Origins: what defines an id, and where. Imports std only.

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
}

/// What [`TypeName::origin`](crate::TypeName::origin) says of a type: an id, which stands behind `dyn ` for an interface.
#[derive(Clone, Copy)]
pub(crate) struct Key<'a> {
    pub(crate) is_dyn: bool,
    pub(crate) id: &'a str,
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
}

impl<'a> Key<'a> {
    pub(crate) fn new(origin: &'a str) -> Self {
        match origin.strip_prefix("dyn ") {
            Some(id) => Key { is_dyn: true, id },
            None => Key { is_dyn: false, id: origin },
        }
    }
}

/// The entries of one type share its text, so that most equal keys need no look at it.
impl PartialEq for Key<'_> {
    fn eq(&self, other: &Self) -> bool {
        self.is_dyn == other.is_dyn && (std::ptr::eq(self.id, other.id) || self.id == other.id)
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
