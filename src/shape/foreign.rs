//! Detects whether a foreign type needs a self-describing format, as `serde_json::Value` does: runs its
//! `Deserialize` on invented values and watches for `deserialize_any`. Imports `error` and its siblings.
//!
//! Invariant: the answer is false if no such call was seen. Depth and steps of the search are bounded.

use super::data::Shape;
use crate::error::Kind;
use serde::de::value::{Error, StrDeserializer, U32Deserializer};
use serde::de::{
    DeserializeOwned, DeserializeSeed, Deserializer, EnumAccess, Error as _, IntoDeserializer, MapAccess, SeqAccess,
    VariantAccess, Visitor,
};
use std::any::TypeId;
use std::cell::{Cell, RefCell};
use std::collections::BTreeMap;
use std::marker::PhantomData;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::{PoisonError, RwLock};

/// The depths of the searches. A type with many recursive variants has more paths than can be tried, so shallow values are
/// tried first.
const LEVELS: [usize; 4] = [3, 6, 12, 24];
/// The most runs per depth: one for each field and variant that is reached.
const RUNS: usize = 500;
/// The most values of all these runs together, for types that never stop reading.
const STEPS: usize = 10_000;

type Result<T, E = Error> = std::result::Result<T, E>;

/// The answers for types of this program; input cannot make it grow.
static KNOWN: RwLock<BTreeMap<TypeId, bool>> = RwLock::new(BTreeMap::new());

thread_local! {
    static IS_RUNNING: Cell<bool> = const { Cell::new(false) };
}

/// Detects whether `T` has a `Deserialize`: an inherent constant takes precedence over a trait's.
pub struct ForeignProbe<T>(PhantomData<T>);

/// The constant of types that only a function reads.
pub trait NoForeign {
    /// The shape of a foreign type.
    const SHAPE: fn() -> &'static Shape = super::opaque_shape;
}

impl<T> NoForeign for ForeignProbe<T> {}

impl<T: DeserializeOwned> ForeignProbe<T> {
    /// The shape of a foreign type.
    pub const SHAPE: fn() -> &'static Shape = shape::<T>;
}

fn shape<T: DeserializeOwned>() -> &'static Shape {
    const { &Shape::Opaque { asks: Some(asks::<T>) } }
}

fn asks<T: DeserializeOwned>() -> crate::error::Result<bool> {
    known(typeid::of::<T>(), |tracer| drop(T::deserialize(tracer)))
}

/// The part of the search that is the same for all types.
fn known(id: TypeId, read: fn(Tracer<'_>)) -> crate::error::Result<bool> {
    if let Some(known) = KNOWN.read().unwrap_or_else(PoisonError::into_inner).get(&id) {
        return Ok(*known);
    }
    // A `Deserialize` that encodes values would start a search in a search.
    if IS_RUNNING.replace(true) {
        return Err(
            Kind::Contract { reason: "a `Deserialize` encodes a value while typeport traces its type".into() }.into()
        );
    }
    let found = LEVELS.into_iter().any(|levels| is_seen(levels, read));
    IS_RUNNING.set(false);
    KNOWN.write().unwrap_or_else(PoisonError::into_inner).insert(id, found);
    Ok(found)
}

fn is_seen(levels: usize, read: fn(Tracer<'_>)) -> bool {
    let trace = Trace::default();
    for _ in 0..RUNS {
        // A panic counts as no call. Its payload is leaked, as dropping it may panic.
        let run = catch_unwind(AssertUnwindSafe(|| read(Tracer { trace: &trace, left: levels, is_plain: false })));
        run.unwrap_or_else(std::mem::forget);
        if trace.found.get() || !trace.advance() {
            break;
        }
    }
    trace.found.get()
}

/// The findings so far, and the path of the next run: a run looks into one part of each value on its path.
#[derive(Default)]
struct Trace {
    found: Cell<bool>,
    steps: Cell<usize>,
    ways: RefCell<Vec<Way>>,
    /// The number of choices that this run has made.
    at: Cell<usize>,
}

/// A choice among the parts of one value.
struct Way {
    part: usize,
    parts: usize,
    /// Whether a run reached this part.
    is_reached: bool,
    /// Whether the parts before this one, which could not be read, are left out.
    is_alone: bool,
}

impl Trace {
    /// The part to look into, and whether the parts before it are left out; `None` if there is none.
    fn choose(&self, parts: usize) -> Option<(usize, bool)> {
        let (at, mut ways) = (self.at.get(), self.ways.borrow_mut());
        self.at.set(at.saturating_add(1));
        if ways.len() <= at {
            ways.push(Way { part: 0, parts, is_reached: false, is_alone: false });
        }
        ways.get(at).filter(|way| way.part < parts).map(|way| (way.part, way.is_alone))
    }

    /// The index of the last choice.
    fn place(&self) -> usize {
        self.at.get().saturating_sub(1)
    }

    fn reach(&self, place: usize) {
        if let Some(way) = self.ways.borrow_mut().get_mut(place) {
            way.is_reached = true;
        }
    }

    /// Switches to the next path; returns false after the last one.
    fn advance(&self) -> bool {
        self.at.set(0);
        let mut ways = self.ways.borrow_mut();
        while let Some(way) = ways.last_mut() {
            if !way.is_reached && !way.is_alone {
                way.is_alone = true;
                return true;
            }
            let part = way.part.saturating_add(1);
            if part < way.parts {
                *way = Way { part, parts: way.parts, is_reached: false, is_alone: false };
                return true;
            }
            ways.pop();
        }
        false
    }
}

/// A deserializer that invents the requested value, like one of a binary format.
#[derive(Clone, Copy)]
struct Tracer<'a> {
    trace: &'a Trace,
    left: usize,
    /// Whether the value is only skipped: invented empty, or as its first variant.
    is_plain: bool,
}

impl<'a> Tracer<'a> {
    fn inside(self, is_plain: bool) -> Result<Self> {
        let steps = self.trace.steps.get();
        self.trace.steps.set(steps.saturating_add(1));
        let left = self.left.checked_sub(1).filter(|_| steps < STEPS).ok_or_else(nothing_more)?;
        Ok(Tracer { left, is_plain: self.is_plain || is_plain, ..self })
    }

    fn asks<T>(self) -> Result<T> {
        self.trace.found.set(true);
        Err(nothing_more())
    }

    /// The parts of a value with a known number of parts.
    fn parts(self, names: &'static [&'static str], count: usize) -> Result<Parts<'a>> {
        let tracer = self.inside(false)?;
        let (target, is_alone) = if tracer.is_plain || count == 0 {
            (usize::MAX, false)
        } else {
            self.trace.choose(count).ok_or_else(nothing_more)?
        };
        Ok(Parts { tracer, names, count, at: 0, target, is_alone, place: self.trace.place() })
    }
}

fn nothing_more() -> Error {
    Error::custom("nothing more to see")
}

macro_rules! invent {
    ($($deserialize:ident $visit:ident $value:expr),* $(,)?) => {$(
        fn $deserialize<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value> {
            visitor.$visit($value)
        }
    )*};
}

impl<'de> Deserializer<'de> for Tracer<'_> {
    type Error = Error;

    invent! {
        deserialize_bool visit_bool true, deserialize_char visit_char '1',
        deserialize_i8 visit_i8 1, deserialize_i16 visit_i16 1, deserialize_i32 visit_i32 1, deserialize_i64 visit_i64 1,
        deserialize_i128 visit_i128 1, deserialize_u8 visit_u8 1, deserialize_u16 visit_u16 1,
        deserialize_u32 visit_u32 1, deserialize_u64 visit_u64 1, deserialize_u128 visit_u128 1,
        deserialize_f32 visit_f32 1.0, deserialize_f64 visit_f64 1.0,
        deserialize_str visit_str "1", deserialize_string visit_str "1",
        deserialize_bytes visit_bytes b"1", deserialize_byte_buf visit_bytes b"1",
    }

    fn deserialize_any<V: Visitor<'de>>(self, _: V) -> Result<V::Value> {
        self.asks()
    }

    fn deserialize_identifier<V: Visitor<'de>>(self, _: V) -> Result<V::Value> {
        self.asks()
    }

    fn deserialize_ignored_any<V: Visitor<'de>>(self, _: V) -> Result<V::Value> {
        self.asks()
    }

    fn deserialize_unit<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value> {
        visitor.visit_unit()
    }

    fn deserialize_unit_struct<V: Visitor<'de>>(self, _: &'static str, visitor: V) -> Result<V::Value> {
        visitor.visit_unit()
    }

    fn deserialize_option<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value> {
        if self.is_plain { visitor.visit_none() } else { visitor.visit_some(self.inside(false)?) }
    }

    fn deserialize_newtype_struct<V: Visitor<'de>>(self, _: &'static str, visitor: V) -> Result<V::Value> {
        visitor.visit_newtype_struct(self.inside(false)?)
    }

    fn deserialize_seq<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value> {
        visitor.visit_seq(self.parts(&[], usize::from(!self.is_plain))?)
    }

    /// A map of one key and one value, one of which is looked into.
    fn deserialize_map<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value> {
        visitor.visit_map(Entry(self.parts(&[], if self.is_plain { 0 } else { 2 })?))
    }

    fn deserialize_tuple<V: Visitor<'de>>(self, length: usize, visitor: V) -> Result<V::Value> {
        visitor.visit_seq(self.parts(&[], length)?)
    }

    fn deserialize_tuple_struct<V: Visitor<'de>>(self, _: &'static str, length: usize, visitor: V) -> Result<V::Value> {
        visitor.visit_seq(self.parts(&[], length)?)
    }

    fn deserialize_struct<V: Visitor<'de>>(
        self,
        _: &'static str,
        fields: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value> {
        let parts = self.parts(fields, fields.len())?;
        if parts.is_alone { visitor.visit_map(Alone(parts)) } else { visitor.visit_seq(parts) }
    }

    fn deserialize_enum<V: Visitor<'de>>(
        self,
        _: &'static str,
        variants: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value> {
        let tracer = self.inside(false)?;
        let mut variant = 0;
        if !tracer.is_plain {
            (variant, _) = self.trace.choose(variants.len()).ok_or_else(nothing_more)?;
            self.trace.reach(self.trace.place());
        }
        visitor.visit_enum(Variant { tracer, index: u32::try_from(variant).unwrap_or(u32::MAX) })
    }

    fn is_human_readable(&self) -> bool {
        false
    }
}

/// The parts of one value: the one that is looked into, and the skipped ones before it.
struct Parts<'a> {
    tracer: Tracer<'a>,
    names: &'static [&'static str],
    count: usize,
    at: usize,
    target: usize,
    is_alone: bool,
    place: usize,
}

impl Parts<'_> {
    fn part<'de, T: DeserializeSeed<'de>>(&mut self, seed: T) -> Result<T::Value> {
        let is_target = self.at == self.target;
        self.at = self.at.saturating_add(1);
        if is_target && !self.tracer.is_plain {
            self.tracer.trace.reach(self.place);
        }
        seed.deserialize(Tracer { is_plain: self.tracer.is_plain || !is_target, ..self.tracer })
    }
}

impl<'de> SeqAccess<'de> for Parts<'_> {
    type Error = Error;

    fn next_element_seed<T: DeserializeSeed<'de>>(&mut self, seed: T) -> Result<Option<T::Value>> {
        if self.at == self.count { Ok(None) } else { self.part(seed).map(Some) }
    }
}

/// A map with one entry, whose parts are key and value.
struct Entry<'a>(Parts<'a>);

impl<'de> MapAccess<'de> for Entry<'_> {
    type Error = Error;

    fn next_key_seed<T: DeserializeSeed<'de>>(&mut self, seed: T) -> Result<Option<T::Value>> {
        self.0.next_element_seed(seed)
    }

    fn next_value_seed<T: DeserializeSeed<'de>>(&mut self, seed: T) -> Result<T::Value> {
        self.0.part(seed)
    }
}

/// A struct with one field, by name, as the fields before it could not be invented.
struct Alone<'a>(Parts<'a>);

impl<'de> MapAccess<'de> for Alone<'_> {
    type Error = Error;

    fn next_key_seed<T: DeserializeSeed<'de>>(&mut self, seed: T) -> Result<Option<T::Value>> {
        let Some(name) = self.0.names.get(self.0.target).filter(|_| self.0.at == 0) else { return Ok(None) };
        self.0.at = self.0.target;
        let name: StrDeserializer<'_, Error> = name.into_deserializer();
        seed.deserialize(name).map(Some)
    }

    fn next_value_seed<T: DeserializeSeed<'de>>(&mut self, seed: T) -> Result<T::Value> {
        self.0.part(seed)
    }
}

struct Variant<'a> {
    tracer: Tracer<'a>,
    index: u32,
}

impl<'de> EnumAccess<'de> for Variant<'_> {
    type Error = Error;
    type Variant = Self;

    fn variant_seed<T: DeserializeSeed<'de>>(self, seed: T) -> Result<(T::Value, Self)> {
        let index: U32Deserializer<Error> = self.index.into_deserializer();
        Ok((seed.deserialize(index)?, self))
    }
}

impl<'de> VariantAccess<'de> for Variant<'_> {
    type Error = Error;

    fn unit_variant(self) -> Result<()> {
        Ok(())
    }

    fn newtype_variant_seed<T: DeserializeSeed<'de>>(self, seed: T) -> Result<T::Value> {
        seed.deserialize(self.tracer)
    }

    fn tuple_variant<V: Visitor<'de>>(self, length: usize, visitor: V) -> Result<V::Value> {
        self.tracer.deserialize_tuple(length, visitor)
    }

    fn struct_variant<V: Visitor<'de>>(self, fields: &'static [&'static str], visitor: V) -> Result<V::Value> {
        self.tracer.deserialize_struct("", fields, visitor)
    }
}
