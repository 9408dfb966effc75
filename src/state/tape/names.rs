//! The names of fields and variants of constant shapes. Imports `error`, `shape` and its siblings.

use super::at::{List, Parts, Variants};
use super::recorder::Names;
use crate::error::Result;
use crate::shape::{Field, Manners, Style, Variant};
use crate::state::view::PartsAt;
use serde::de::{DeserializeSeed, Deserializer, Error, Unexpected, Visitor};
use std::fmt;

/// Reads a name as its index, or `None` if it is unknown and unknown names are allowed.
pub(super) struct Name<'k, K> {
    pub(super) known: &'k K,
    /// The most likely index.
    pub(super) next: usize,
}

impl<'de, K: Names> DeserializeSeed<'de> for Name<'_, K> {
    type Value = Option<usize>;

    #[inline]
    fn deserialize<D: Deserializer<'de>>(self, from: D) -> Result<Option<usize>, D::Error> {
        from.deserialize_identifier(self)
    }
}

impl<K: Names> Visitor<'_> for Name<'_, K> {
    type Value = Option<usize>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} identifier", K::KIND)
    }

    #[inline]
    fn visit_str<E: Error>(self, name: &str) -> Result<Option<usize>, E> {
        self.known.find(self.next, name)
    }

    fn visit_bytes<E: Error>(self, name: &[u8]) -> Result<Option<usize>, E> {
        self.visit_str(&String::from_utf8_lossy(name))
    }

    /// An index instead of a name, as some formats give it.
    fn visit_u64<E: Error>(self, place: u64) -> Result<Option<usize>, E> {
        self.known.at_place(place)
    }
}

/// The index of a name among `length` names; with their aliases, serde lists `n_listed`.
#[inline]
fn find(length: usize, n_listed: usize, next: usize, is: impl Fn(usize) -> bool) -> Option<usize> {
    // With aliases, two fields may accept the same name, and serde takes the first field.
    let has_others = n_listed != length;
    if is(next) && !(has_others && (0..next).any(&is)) {
        return Some(next);
    }
    (0..length).find(|at| is(*at))
}

#[cold]
fn no_place<E: Error>(kind: &str, place: u64, length: usize) -> E {
    E::invalid_value(Unexpected::Unsigned(place), &&*format!("{kind} index 0 <= i < {length}"))
}

fn place_within(place: u64, length: usize) -> Option<usize> {
    usize::try_from(place).ok().filter(|at| *at < length)
}

impl Parts<'_> {
    fn fields(&self) -> (&'static [Field], Option<&'static Manners>) {
        match self.list {
            List::Tuple(_) => (&[], None),
            List::Fields(fields, manners) => (fields.fields, Some(manners)),
        }
    }

    fn denies_unknown(&self) -> bool {
        self.fields().1.is_some_and(|manners| manners.denies_unknown)
    }
}

impl Names for Parts<'_> {
    const KIND: &'static str = "field";

    #[inline]
    fn find<E: Error>(&self, next: usize, name: &str) -> Result<Option<usize>, E> {
        let ((fields, _), (_, listed)) = (self.fields(), self.hints());
        let is = |at: usize| fields.get(at).is_some_and(|it| it.answers_to(name));
        match find(fields.len(), listed.len(), next, is) {
            None if self.denies_unknown() => Err(E::unknown_field(name, listed)),
            found => Ok(found),
        }
    }

    fn at_place<E: Error>(&self, place: u64) -> Result<Option<usize>, E> {
        match place_within(place, self.len()) {
            None if self.denies_unknown() => Err(no_place(Self::KIND, place, self.len())),
            found => Ok(found),
        }
    }

    #[inline]
    fn hints(&self) -> (&'static str, &'static [&'static str]) {
        match self.list {
            List::Tuple(_) => ("", &[]),
            List::Fields(fields, manners) => (manners.name, fields.listed),
        }
    }

    fn expected(&self) -> String {
        let List::Fields(fields, Manners { name, expecting, .. }) = self.list else {
            return format!("a tuple of size {}", self.len());
        };
        match (*expecting, self.variant, fields.style) {
            (Some(expecting), ..) => expecting.to_owned(),
            (_, "", Style::Named) => format!("struct {name}"),
            (_, "", Style::Unit) => format!("unit struct {name}"),
            (_, "", _) => format!("tuple struct {name}"),
            (_, variant, Style::Named) => format!("struct variant {name}::{variant}"),
            (_, variant, _) => format!("tuple variant {name}::{variant}"),
        }
    }
}

impl Names for Variants<'_> {
    const KIND: &'static str = "variant";

    fn find<E: Error>(&self, next: usize, name: &str) -> Result<Option<usize>, E> {
        let listed = self.manners.listed;
        let is =
            |at: usize| self.variants.get(at).is_some_and(|it: &Variant| it.name == name || it.aliases.contains(&name));
        let found = find(self.variants.len(), listed.len(), next, is);
        found.map(Some).ok_or_else(|| E::unknown_variant(name, listed))
    }

    fn at_place<E: Error>(&self, place: u64) -> Result<Option<usize>, E> {
        let (length, found) = (self.variants.len(), place_within(place, self.variants.len()));
        found.map(Some).ok_or_else(|| no_place(Self::KIND, place, length))
    }

    fn hints(&self) -> (&'static str, &'static [&'static str]) {
        (self.manners.name, self.manners.listed)
    }

    fn expected(&self) -> String {
        let Manners { name, expecting, .. } = self.manners;
        expecting.map_or_else(|| format!("enum {name}"), str::to_owned)
    }
}
