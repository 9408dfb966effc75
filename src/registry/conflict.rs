//! Conflicts: two linked types that claim one id. Imports `error` and `shape`.

use crate::error::{Error, Kind};
use crate::shape::Site;
use std::any::TypeId;
use std::fmt;

/// A type that claims an id.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Claim {
    pub(super) type_id: TypeId,
    pub(super) site: Site,
}

/// One id that several linked types claim. All of these types are disabled under that id; other types are unaffected.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Conflict {
    id: String,
    /// Sorted, so that the text does not depend on link order.
    claims: Vec<String>,
}

impl Conflict {
    pub(super) fn new(id: String, claims: &[Claim]) -> Self {
        let mut claims: Vec<String> = claims.iter().map(|claim| claim.site.to_string()).collect();
        claims.sort();
        Conflict { id, claims }
    }

    /// Returns the id.
    pub fn id(&self) -> &str {
        &self.id
    }

    /// Returns package, version, file and line of each claim.
    pub fn claims(&self) -> &[String] {
        &self.claims
    }

    fn text(&self) -> String {
        format!("claimed by {}", self.claims.join(" and by "))
    }
}

impl From<Conflict> for Error {
    fn from(conflict: Conflict) -> Self {
        let claims = conflict.text();
        Kind::AmbiguousId { id: conflict.id, claims }.into()
    }
}

/// All conflicts among the linked types: the error of [`Registry::check`](crate::Registry::check).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Conflicts(pub(super) Vec<Conflict>);

impl Conflicts {
    /// Iterates over the conflicts, sorted by id.
    pub fn iter(&self) -> impl Iterator<Item = &Conflict> {
        self.0.iter()
    }
}

impl fmt::Display for Conflicts {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("ambiguous ids: ")?;
        self.0.iter().enumerate().try_for_each(|(place, conflict)| {
            let separator = if place == 0 { "" } else { "; " };
            write!(f, "{separator}`{}` is {}", conflict.id, conflict.text())
        })
    }
}

impl std::error::Error for Conflicts {}
