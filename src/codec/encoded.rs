//! A written envelope. Imports `shape`, `state` and `type_name`.

use crate::shape::Identity;
use crate::state::{Noted, Terms};
use crate::type_name::TypeName;
use std::collections::HashSet;
use std::sync::Arc;

/// A written envelope, and the notes about its values.
pub(crate) struct Encoded {
    pub(super) bytes: Vec<u8>,
    /// The identity of the root, unless it is carried.
    pub(super) root: Option<Arc<Identity>>,
    pub(super) noted: Option<Box<Noted>>,
    /// Whether serde buffers the value, and it contains something that the buffer may lose.
    pub(super) is_doubtful: bool,
    /// Whether a value was left out that this format cannot represent.
    pub(super) has_left_out: bool,
}

impl Encoded {
    /// The terms of a decode of it in this process: those of its carried values, from which its own values are exempt.
    pub(super) fn terms(&self) -> Terms {
        let Some(noted) = &self.noted else { return Terms::default() };
        // An own type with the hash or the name of a carried one cannot be distinguished from it, so it is not exempt.
        let names: HashSet<&str> = noted.carried.values().map(TypeName::as_str).collect();
        let is_told = |own: &&Arc<Identity>| !noted.carried.contains_key(&own.hash) && !names.contains(&*own.name);
        let own = noted.own.values().chain(&self.root).filter(is_told).cloned().collect();
        Terms { own, ..noted.terms() }
    }
}
