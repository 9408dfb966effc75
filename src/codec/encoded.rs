//! An envelope that has been written. Imports `shape`, `state` and `type_name`.

use crate::shape::Identity;
use crate::state::{Noted, Terms};
use crate::type_name::TypeName;
use std::collections::HashSet;
use std::sync::Arc;

/// An envelope that has been written, and what was noted of the values in it.
pub(crate) struct Encoded {
    pub(super) bytes: Vec<u8>,
    /// Unless it is carried.
    pub(super) root: Option<Arc<Identity>>,
    pub(super) noted: Option<Box<Noted>>,
    /// Whether serde reads it by way of its buffer, and it holds what that buffer may lose.
    pub(super) is_doubtful: bool,
    /// Whether a value was left out that cannot go in this format.
    pub(super) has_left_out: bool,
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
