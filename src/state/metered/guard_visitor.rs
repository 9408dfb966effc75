//! The visitor's side of a guard, which sees the values of another crate's deserializer part by part. Imports `error`, `shape`
//! and its siblings.
//!
//! Invariant: a compound value is counted before its first part is decoded.

use super::buffer::{Progress, is_buffer, next_text};
use super::guard_seed::GuardedSeed;
use crate::error::{Error, Result, Step};
use crate::shape::Listed;
use crate::state::binary::parts::Parts;
use crate::state::binary::run::SPARE;
use crate::state::budget::as_native::PAID;
use crate::state::decode::types::{Guarded, Session, Watch};
use serde::de::{DeserializeSeed, Deserializer, EnumAccess, MapAccess, SeqAccess, VariantAccess, Visitor};
use std::cell::Cell;
use std::fmt;

impl<'a> Watch<'a> {
    fn new(names: &'static [&'static str]) -> Self {
        Watch::renaming(names, None)
    }

    pub(in crate::state) fn renaming(names: &'static [&'static str], renamed: Option<(usize, &'static str)>) -> Self {
        Watch { names, renamed, listed: None, found: Cell::new(usize::MAX) }
    }

    /// Notes whether the text is the name of a nested type.
    fn for_listed(session: &'a Session) -> Self {
        Watch { listed: Some(session), ..Watch::new(&[]) }
    }

    /// The index of the name that was read.
    fn found(&self) -> Option<usize> {
        Some(self.found.get()).filter(|found| *found != usize::MAX)
    }

    /// Notes `text`; returns the text to hand over instead, if any.
    fn note(&self, text: &str) -> Option<&'static str> {
        if self.listed.is_some_and(|session| session.lists(text)) {
            self.found.set(0);
            return None;
        }
        let found = self.names.iter().position(|name| *name == text);
        self.found.set(found.unwrap_or(usize::MAX));
        self.renamed.filter(|(index, _)| found == Some(*index)).map(|(_, other)| other)
    }
}

/// A visitor that counts its compound values.
pub(in crate::state) struct Guard<'a, V> {
    pub(in crate::state) visitor: V,
    pub(in crate::state) session: &'a Session,
    pub(in crate::state) parts: Parts,
    /// The bytes already charged for the value.
    pub(in crate::state) slot: usize,
    pub(in crate::state) watch: Option<&'a Watch<'a>>,
    /// Whether the value is a level of its own; the content of a variant is not.
    pub(in crate::state) is_level: bool,
}

impl<'a, V> Guard<'a, V> {
    /// Counts a level around `visit`, which gets the slot of the value's parts: its own size, as a larger outer slot does not
    /// extend to boxed parts.
    fn compound<'de, E: serde::de::Error>(
        self,
        visit: impl FnOnce(Self, usize) -> Result<V::Value>,
    ) -> Result<V::Value, E>
    where
        V: Visitor<'de>,
    {
        let (session, size, slot) = (self.session, size_of::<V::Value>(), self.slot);
        let n_variants = if let Parts::Fields(listed) = self.parts { listed.names.len() } else { 0 };
        let counted =
            if self.is_level { session.level(size, slot, n_variants, || visit(self, size)) } else { visit(self, size) };
        counted.map_err(Error::carry)
    }

    /// Charges a value without parts, whose type may nevertheless be large.
    fn empty<'de, E: serde::de::Error>(self, visit: impl FnOnce(V) -> Result<V::Value>) -> Result<V::Value, E>
    where
        V: Visitor<'de>,
    {
        let charge = || {
            self.session.note_variants::<V::Value>();
            self.session.charge_beyond(size_of::<V::Value>(), self.slot)
        };
        charge().and_then(|()| visit(self.visitor)).map_err(Error::carry)
    }

    fn see(&self, text: &str) -> Option<&'static str> {
        self.watch.and_then(|watch| watch.note(text))
    }
}

macro_rules! forward {
    ($($visit:ident $ty:ty),* $(,)?) => {$(
        #[inline]
        fn $visit<E: serde::de::Error>(self, value: $ty) -> Result<V::Value, E> {
            self.visitor.$visit(value).map_err(Error::carry)
        }
    )*};
}

macro_rules! forward_text {
    ($($visit:ident $ty:ty),* $(,)?) => {$(
        fn $visit<E: serde::de::Error>(self, text: $ty) -> Result<V::Value, E> {
            match self.see(&text) {
                Some(other) => self.visitor.visit_str(other),
                None => self.visitor.$visit(text),
            }
            .map_err(Error::carry)
        }
    )*};
}

impl<'de, V: Visitor<'de>> Visitor<'de> for Guard<'_, V> {
    type Value = V::Value;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.visitor.expecting(f)
    }

    forward! {
        visit_bool bool, visit_char char, visit_i8 i8, visit_i16 i16, visit_i32 i32, visit_i64 i64, visit_i128 i128,
        visit_u8 u8, visit_u16 u16, visit_u32 u32, visit_u64 u64, visit_u128 u128, visit_f32 f32, visit_f64 f64,
        visit_bytes &[u8], visit_borrowed_bytes &'de [u8], visit_byte_buf Vec<u8>,
    }

    forward_text! { visit_str &str, visit_borrowed_str &'de str, visit_string String }

    fn visit_none<E: serde::de::Error>(self) -> Result<V::Value, E> {
        match self.session.in_scope(|handles| self.session.pays_option::<V::Value>(handles, self.slot)) {
            Ok(true) => self.visitor.visit_none().map_err(Error::carry),
            Ok(false) => self.empty(V::visit_none),
            Err(error) => Err(Error::carry(error)),
        }
    }

    fn visit_unit<E: serde::de::Error>(self) -> Result<V::Value, E> {
        self.empty(V::visit_unit)
    }

    fn visit_some<D: Deserializer<'de>>(self, inner: D) -> Result<V::Value, D::Error> {
        if self
            .session
            .in_scope(|handles| self.session.pays_option::<V::Value>(handles, self.slot))
            .map_err(Error::carry)?
        {
            let paid = Guard { slot: PAID, ..self };
            return paid.compound(|guard, _| guard.visitor.visit_some(Guarded::new(inner, guard.session, PAID)));
        }
        self.compound(|guard, slot| {
            guard.session.note_variants::<V::Value>();
            guard.visitor.visit_some(Guarded::new(inner, guard.session, slot))
        })
    }

    fn visit_newtype_struct<D: Deserializer<'de>>(self, inner: D) -> Result<V::Value, D::Error> {
        self.compound(|guard, slot| guard.visitor.visit_newtype_struct(Guarded::new(inner, guard.session, slot)))
    }

    fn visit_seq<A: SeqAccess<'de>>(self, access: A) -> Result<V::Value, A::Error> {
        self.compound(|guard, _| {
            let (session, parts) = (guard.session, guard.parts);
            let buffer = Progress::Other;
            guard.visitor.visit_seq(GuardedParts { access, session, parts, at: 0, field: usize::MAX, buffer })
        })
    }

    fn visit_map<A: MapAccess<'de>>(self, access: A) -> Result<V::Value, A::Error> {
        self.compound(|guard, _| {
            let (session, parts) = (guard.session, guard.parts);
            let buffer = if is_buffer::<V>() { Progress::Start } else { Progress::Other };
            guard.visitor.visit_map(GuardedParts { access, session, parts, at: 0, field: usize::MAX, buffer })
        })
    }

    fn visit_enum<A: EnumAccess<'de>>(self, access: A) -> Result<V::Value, A::Error> {
        self.compound(|guard, slot| {
            guard.session.note_variants::<V::Value>();
            let none = Listed { owner: "", names: &[] };
            let variants = if let Parts::Fields(variants) = guard.parts { variants } else { none };
            guard.visitor.visit_enum(GuardedVariants { access, session: guard.session, variants, slot })
        })
    }
}

/// The parts of a sequence, map or struct.
struct GuardedParts<'a, A> {
    access: A,
    session: &'a Session,
    parts: Parts,
    /// How many parts have been read.
    at: usize,
    /// The index of the field whose value is next.
    field: usize,
    /// How much of a nested value serde's buffer has read.
    buffer: Progress,
}

impl<'a, A> GuardedParts<'a, A> {
    fn seed<'w, T>(&self, seed: T) -> GuardedSeed<'w, T>
    where
        'a: 'w,
    {
        let room = match self.parts {
            Parts::Claimed if self.at == 1 => 1 + SPARE,
            Parts::Claimed => 1,
            _ => 0,
        };
        GuardedSeed { seed, session: self.session, room, watch: None }
    }

    fn index(&self) -> usize {
        self.at.saturating_sub(1)
    }

    /// Checks the stack before a part, whose type may be large.
    fn begin<T>(&self) -> Result<()> {
        self.session.check_stack_for(size_of::<T>())
    }
}

impl<'de, A: SeqAccess<'de>> SeqAccess<'de> for GuardedParts<'_, A> {
    type Error = Error;

    // The whole loop over elements is inlined: otherwise a `Vec<u8>` in JSON takes a sixth longer.
    #[inline]
    #[expect(clippy::arithmetic_side_effects, reason = "no loop runs as often as a usize counts")]
    fn next_element_seed<T: DeserializeSeed<'de>>(&mut self, seed: T) -> Result<Option<T::Value>> {
        self.at += 1;
        // Elements have one type, so one check is enough.
        if self.at == 1 || !matches!(self.parts, Parts::Claimed) {
            self.begin::<T::Value>()?;
        }
        let element = self.access.next_element_seed(self.seed(seed)).map_err(Error::of_foreign);
        element.map_err(|error| error.within(self.parts.step(self.index())))
    }
}

impl<'de, A: MapAccess<'de>> MapAccess<'de> for GuardedParts<'_, A> {
    type Error = Error;

    #[expect(clippy::arithmetic_side_effects, reason = "no loop runs as often as a usize counts")]
    fn next_key_seed<K: DeserializeSeed<'de>>(&mut self, seed: K) -> Result<Option<K::Value>> {
        self.at += 1;
        self.begin::<K::Value>()?;
        let Parts::Fields(Listed { names, .. }) = self.parts else {
            let key = if self.buffer == Progress::Other { self.claimed_key(seed) } else { self.buffered_key(seed) };
            return key.map_err(|error| error.within(self.parts.key(self.index())));
        };
        let watch = Watch::new(names);
        let seed = GuardedSeed { seed, session: self.session, room: 0, watch: Some(&watch) };
        let key = self.access.next_key_seed(seed).map_err(Error::of_foreign);
        self.field = watch.found.get();
        key
    }

    fn next_value_seed<T: DeserializeSeed<'de>>(&mut self, seed: T) -> Result<T::Value> {
        self.begin::<T::Value>()?;
        let value = if self.buffer == Progress::Other { self.value(seed) } else { self.buffered_value(seed) };
        value.map_err(|error| match self.parts {
            Parts::Fields(Listed { names, .. }) => error.within(names.get(self.field).map(|name| Step::Field(name))),
            _ => error.within(self.parts.step(self.index())),
        })
    }
}

impl<'de, A: MapAccess<'de>> GuardedParts<'_, A> {
    fn claimed_key<K: DeserializeSeed<'de>>(&mut self, seed: K) -> Result<Option<K::Value>> {
        self.access.next_key_seed(self.seed(seed)).map_err(Error::of_foreign)
    }

    fn value<T: DeserializeSeed<'de>>(&mut self, seed: T) -> Result<T::Value> {
        self.access.next_value_seed(self.seed(seed)).map_err(Error::of_foreign)
    }

    /// Reads a key for serde's buffer that may belong to a nested value.
    #[inline(never)]
    fn buffered_key<K: DeserializeSeed<'de>>(&mut self, seed: K) -> Result<Option<K::Value>> {
        let watch = self.buffer.watch_key();
        let key = self.access.next_key_seed(GuardedSeed { watch: Some(&watch), ..self.seed(seed) });
        self.buffer = self.buffer.after_key(watch.found());
        key.map_err(Error::of_foreign)
    }

    /// Reads the value of such a key.
    #[inline(never)]
    fn buffered_value<T: DeserializeSeed<'de>>(&mut self, seed: T) -> Result<T::Value> {
        if self.buffer == Progress::Value {
            self.buffer = Progress::Other;
            return next_text(&mut self.access, self.session, seed);
        }
        let watch = Watch::for_listed(self.session);
        let value = self.access.next_value_seed(GuardedSeed { watch: Some(&watch), ..self.seed(seed) });
        self.buffer = if watch.found().is_some() { Progress::Listed } else { Progress::Other };
        value.map_err(Error::of_foreign)
    }
}

/// An enum whose variant is still to be read.
struct GuardedVariants<'a, A> {
    access: A,
    session: &'a Session,
    variants: Listed,
    slot: usize,
}

impl<'de, 'a, A: EnumAccess<'de>> EnumAccess<'de> for GuardedVariants<'a, A> {
    type Error = Error;
    type Variant = GuardedContent<'a, A::Variant>;

    fn variant_seed<T: DeserializeSeed<'de>>(self, seed: T) -> Result<(T::Value, Self::Variant)> {
        let GuardedVariants { access, session, variants: Listed { owner, names }, slot } = self;
        let watch = Watch::new(names);
        let seed = GuardedSeed { seed, session, room: 0, watch: Some(&watch) };
        let (value, access) = access.variant_seed(seed).map_err(Error::of_foreign)?;
        Ok((value, GuardedContent { access, session, owner, variant: names.get(watch.found.get()).copied(), slot }))
    }
}

/// The content of a variant.
struct GuardedContent<'a, A> {
    access: A,
    session: &'a Session,
    /// The name of the enum that serde passed.
    owner: &'static str,
    variant: Option<&'static str>,
    slot: usize,
}

impl<'a, A> GuardedContent<'a, A> {
    fn guard<V>(&self, visitor: V, parts: Parts) -> Guard<'a, V> {
        Guard { visitor, session: self.session, parts, slot: self.slot, watch: None, is_level: false }
    }
}

#[cold]
fn in_variant(error: impl fmt::Display, variant: Option<&'static str>) -> Error {
    Error::of_foreign(error).within(variant.map(Step::Variant))
}

impl<'de, A: VariantAccess<'de>> VariantAccess<'de> for GuardedContent<'_, A> {
    type Error = Error;

    fn unit_variant(self) -> Result<()> {
        self.access.unit_variant().map_err(|error| in_variant(error, self.variant))
    }

    fn newtype_variant_seed<T: DeserializeSeed<'de>>(self, seed: T) -> Result<T::Value> {
        let seed = GuardedSeed { seed, session: self.session, room: 0, watch: None };
        self.access.newtype_variant_seed(seed).map_err(|error| in_variant(error, self.variant))
    }

    fn tuple_variant<V: Visitor<'de>>(self, length: usize, visitor: V) -> Result<V::Value> {
        let guard = self.guard(visitor, Parts::Positions);
        self.access.tuple_variant(length, guard).map_err(|error| in_variant(error, self.variant))
    }

    fn struct_variant<V: Visitor<'de>>(self, fields: &'static [&'static str], visitor: V) -> Result<V::Value> {
        let guard = self.guard(visitor, Parts::Fields(Listed { owner: self.owner, names: fields }));
        self.access.struct_variant(fields, guard).map_err(|error| in_variant(error, self.variant))
    }
}
