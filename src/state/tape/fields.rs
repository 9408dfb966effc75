//! The fields of structs and variants on their way to a tape, and variants by their names. Imports `error`, `shape` and its
//! siblings.
//!
//! Invariant: the tape has all fields, in the order of the type, whatever the order of those that come.

use super::at::At;
use super::read_parts::within;
use super::recorder::{Recorder, Seed};
use super::visitors::Ignored;
use crate::error::{Error, Result, Step};
use crate::shape::{Absent, Field, Fields, Manners, Style, Variant};
use serde::de::{DeserializeSeed, Deserializer, EnumAccess, MapAccess, SeqAccess, Unexpected, VariantAccess, Visitor};
use std::fmt;

/// Whose fields they are.
#[derive(Clone, Copy)]
pub(super) enum Kinds {
    Struct,
    Variant(&'static str),
}

/// A visitor of fields.
pub(super) struct FieldsVisitor<'t, 'a, 'p> {
    recorder: &'t mut Recorder<'a>,
    at: At<'p>,
    fields: &'static Fields,
    manners: &'static Manners,
    of: Kinds,
}

/// What stands for the span of a field that has not come.
const NONE: (usize, usize) = (usize::MAX, usize::MAX);

impl<'t, 'a, 'p> FieldsVisitor<'t, 'a, 'p> {
    pub(super) fn new(
        recorder: &'t mut Recorder<'a>,
        at: At<'p>,
        fields: &'static Fields,
        manners: &'static Manners,
        of: Kinds,
    ) -> Self {
        FieldsVisitor { recorder, at, fields, manners, of }
    }

    /// Before the value of a field.
    fn begin(&mut self, field: &Field) -> Seed<'_, 'a, 'p> {
        if field.absent == Absent::Default {
            self.recorder.bytes.push(1);
        }
        Seed { recorder: &mut *self.recorder, at: self.at.with(field.ty) }
    }

    /// The fields that come by their names, in whatever order.
    fn by_name<'de, A: MapAccess<'de>>(mut self, mut access: A) -> Result<(), A::Error> {
        let fields = self.fields.fields;
        // As long as each is the next one, they stand where they have to.
        let mut next = 0_usize;
        let (manners, listed) = (self.manners, self.fields.listed);
        let likely = |next: usize| fields.get(next).map(|field| field.name);
        let name = |next| Name { known: Known::Fields(fields), manners, listed, likely: likely(next), next };
        let other = loop {
            match access.next_key_seed(name(next))? {
                None => break None,
                Some(None) => access.next_value_seed(Ignored(self.recorder))?,
                Some(Some(at)) if at == next => {
                    let Some(field) = fields.get(at) else { break None };
                    let read = access.next_value_seed(self.begin(field));
                    read.map_err(|error| within(error, Step::Field(field.name)))?;
                    next = next.saturating_add(1);
                }
                Some(Some(at)) => break Some(at),
            }
        };
        match other {
            None => self.rest(next),
            Some(at) => self.in_any_order(next, at, access),
        }
    }

    /// Writes what stands for the fields from one on.
    fn rest<E: serde::de::Error>(self, from: usize) -> Result<(), E> {
        let missing = self.fields.fields.iter().skip(from);
        missing.into_iter().try_for_each(|field| self.recorder.missing(self.at, field))
    }

    /// The fields, of which one has come out of order: those up to `next` stand on the tape, and `at` comes now.
    #[inline(never)]
    fn in_any_order<'de, A: MapAccess<'de>>(mut self, next: usize, at: usize, mut access: A) -> Result<(), A::Error> {
        let fields = self.fields.fields;
        let in_order = self.recorder.bytes.len();
        let mut spans = vec![NONE; fields.len().saturating_sub(next)];
        let mut found = Some(at);
        loop {
            if let Some(at) = found {
                let Some(field) = fields.get(at) else { break };
                let place = at.checked_sub(next).and_then(|at| spans.get_mut(at)).filter(|span| **span == NONE);
                let Some(place) = place else { return Err(serde::de::Error::duplicate_field(field.name)) };
                let begin = self.recorder.bytes.len();
                let read = access.next_value_seed(self.begin(field));
                read.map_err(|error| within(error, Step::Field(field.name)))?;
                *place = (begin, self.recorder.bytes.len());
            } else {
                access.next_value_seed(Ignored(self.recorder))?;
            }
            let (known, manners, listed) = (Known::Fields(fields), self.manners, self.fields.listed);
            let name = Name { known, manners, listed, likely: None, next: 0 };
            match access.next_key_seed(name)? {
                Some(name) => found = name,
                None => break,
            }
        }
        // Behind those that came, all in their order; then these take the place of those.
        let came = self.recorder.bytes.len();
        for (field, span) in fields.iter().skip(next).zip(spans) {
            match span {
                NONE => self.recorder.missing(self.at, field)?,
                (begin, end) => self.recorder.bytes.extend_from_within(begin..end),
            }
        }
        self.recorder.bytes.drain(in_order..came);
        Ok(())
    }

    /// The fields by their positions.
    fn by_position<'de, A: SeqAccess<'de>>(mut self, mut access: A) -> Result<(), A::Error> {
        for (place, field) in self.fields.fields.iter().enumerate() {
            let step = if self.fields.style == Style::Named { Step::Field(field.name) } else { Step::Position(place) };
            let (before, seed) = (self.recorder.bytes.len(), self.begin(field));
            match access.next_element_seed(seed) {
                Ok(Some(())) => {}
                Ok(None) if field.absent == Absent::Default => {
                    self.recorder.bytes.truncate(before);
                    self.recorder.bytes.push(0);
                    self.recorder.count().map_err(Error::carry)?;
                }
                Ok(None) => return Err(serde::de::Error::invalid_length(place, &&*self.counted())),
                Err(error) => return Err(within(error, step)),
            }
        }
        Ok(())
    }

    /// What serde's derive expects where the number of fields is wrong.
    fn counted(&self) -> String {
        let count = self.fields.fields.len();
        format!("{} with {count} element{}", self.expected(), if count == 1 { "" } else { "s" })
    }

    /// What serde's derive expects.
    fn expected(&self) -> String {
        let Manners { name, expecting, .. } = self.manners;
        if let Some(expecting) = expecting {
            return (*expecting).to_owned();
        }
        match (self.of, self.fields.style) {
            (Kinds::Struct, Style::Named) => format!("struct {name}"),
            (Kinds::Struct, Style::Unit) => format!("unit struct {name}"),
            (Kinds::Struct, _) => format!("tuple struct {name}"),
            (Kinds::Variant(variant), Style::Named) => format!("struct variant {name}::{variant}"),
            (Kinds::Variant(variant), _) => format!("tuple variant {name}::{variant}"),
        }
    }
}

impl<'de> Visitor<'de> for FieldsVisitor<'_, '_, '_> {
    type Value = ();

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.expected())
    }

    fn visit_unit<E: serde::de::Error>(self) -> Result<(), E> {
        match self.fields.style {
            Style::Unit => Ok(()),
            _ => Err(E::invalid_type(Unexpected::Unit, &self)),
        }
    }

    fn visit_newtype_struct<D: Deserializer<'de>>(mut self, from: D) -> Result<(), D::Error> {
        match (self.fields.style, self.fields.fields) {
            (Style::Newtype, [field]) => self.begin(field).deserialize(from),
            _ => Err(serde::de::Error::invalid_type(Unexpected::NewtypeStruct, &self)),
        }
    }

    fn visit_seq<A: SeqAccess<'de>>(self, access: A) -> Result<(), A::Error> {
        match self.fields.style {
            Style::Unit => Err(serde::de::Error::invalid_type(Unexpected::Seq, &self)),
            _ => self.by_position(access),
        }
    }

    fn visit_map<A: MapAccess<'de>>(self, access: A) -> Result<(), A::Error> {
        match self.fields.style {
            Style::Named => self.by_name(access),
            _ => Err(serde::de::Error::invalid_type(Unexpected::Map, &self)),
        }
    }
}

/// What has names.
#[derive(Clone, Copy)]
enum Known {
    Fields(&'static [Field]),
    Variants(&'static [Variant]),
}

impl Known {
    fn is(self, at: usize, name: &str) -> bool {
        let (own, aliases): (&str, &[&str]) = match self {
            Known::Fields(fields) => match fields.get(at) {
                Some(Field { name, aliases, .. }) => (name, aliases),
                None => return false,
            },
            Known::Variants(variants) => match variants.get(at) {
                Some(Variant { name, aliases, .. }) => (name, aliases),
                None => return false,
            },
        };
        own == name || aliases.contains(&name)
    }

    fn len(self) -> usize {
        match self {
            Known::Fields(fields) => fields.len(),
            Known::Variants(variants) => variants.len(),
        }
    }
}

/// The name of a field or a variant: its place, or none where it is unknown and may be.
struct Name {
    known: Known,
    manners: &'static Manners,
    listed: &'static [&'static str],
    /// The name that is most likely, and whose it is.
    likely: Option<&'static str>,
    next: usize,
}

impl Name {
    /// The place of another one than the likeliest.
    #[inline(never)]
    fn find<E: serde::de::Error>(&self, name: &str) -> Result<Option<usize>, E> {
        match (0..self.known.len()).find(|at| self.known.is(*at, name)) {
            Some(at) => Ok(Some(at)),
            None => self.unknown(name),
        }
    }

    #[cold]
    fn unknown<E: serde::de::Error>(&self, name: &str) -> Result<Option<usize>, E> {
        match self.known {
            Known::Fields(_) if self.manners.denies_unknown => Err(E::unknown_field(name, self.listed)),
            Known::Fields(_) => Ok(None),
            Known::Variants(_) => Err(E::unknown_variant(name, self.listed)),
        }
    }
}

impl<'de> DeserializeSeed<'de> for Name {
    type Value = Option<usize>;

    #[inline]
    fn deserialize<D: Deserializer<'de>>(self, from: D) -> Result<Option<usize>, D::Error> {
        from.deserialize_identifier(self)
    }
}

impl Visitor<'_> for Name {
    type Value = Option<usize>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self.known {
            Known::Fields(_) => "field identifier",
            Known::Variants(_) => "variant identifier",
        })
    }

    #[inline]
    fn visit_str<E: serde::de::Error>(self, name: &str) -> Result<Option<usize>, E> {
        // Where names have others beside them, one of a field before may be the same, and serde takes the first.
        if self.likely == Some(name) && self.listed.len() == self.known.len() {
            return Ok(Some(self.next));
        }
        self.find(name)
    }

    fn visit_bytes<E: serde::de::Error>(self, name: &[u8]) -> Result<Option<usize>, E> {
        self.visit_str(&String::from_utf8_lossy(name))
    }

    /// By place, as some formats say it.
    fn visit_u64<E: serde::de::Error>(self, place: u64) -> Result<Option<usize>, E> {
        let at = usize::try_from(place).ok().filter(|at| *at < self.known.len());
        match (at, self.known) {
            (Some(at), _) => Ok(Some(at)),
            (None, Known::Fields(_)) if !self.manners.denies_unknown => Ok(None),
            (None, known) => {
                let kind = if matches!(known, Known::Fields(_)) { "field" } else { "variant" };
                let expected = format!("{kind} index 0 <= i < {}", known.len());
                Err(E::invalid_value(Unexpected::Unsigned(place), &&*expected))
            }
        }
    }
}

/// A visitor of an enum.
pub(super) struct VariantVisitor<'t, 'a, 'p> {
    pub(super) recorder: &'t mut Recorder<'a>,
    pub(super) at: At<'p>,
    pub(super) variants: &'static [Variant],
    pub(super) manners: &'static Manners,
}

impl<'de> Visitor<'de> for VariantVisitor<'_, '_, '_> {
    type Value = ();

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.manners.expecting {
            Some(expecting) => f.write_str(expecting),
            None => write!(f, "enum {}", self.manners.name),
        }
    }

    fn visit_enum<A: EnumAccess<'de>>(self, access: A) -> Result<(), A::Error> {
        let VariantVisitor { recorder, at, variants, manners } = self;
        let known = Known::Variants(variants);
        let name = Name { known, manners, listed: manners.listed, likely: None, next: 0 };
        let (found, content) = access.variant_seed(name)?;
        let variant = found.and_then(|found| variants.get(found));
        let Some(Variant { name, index, fields, .. }) = variant else {
            return Err(serde::de::Error::custom("there is no such variant"));
        };
        recorder.number((*index).into());
        let read = match (fields.style, fields.fields) {
            (Style::Unit, _) => content.unit_variant(),
            (Style::Newtype, [field]) => {
                if field.absent == Absent::Default {
                    recorder.bytes.push(1);
                }
                content.newtype_variant_seed(Seed { recorder: &mut *recorder, at: at.with(field.ty) })
            }
            (style, list) => {
                let visitor = FieldsVisitor::new(&mut *recorder, at, fields, manners, Kinds::Variant(name));
                match style {
                    Style::Named => content.struct_variant(fields.listed, visitor),
                    _ => content.tuple_variant(list.len(), visitor),
                }
            }
        };
        read.map_err(|error| within(error, Step::Variant(name)))?;
        recorder.count().map_err(Error::carry)
    }
}
