//! Turns a text into a tape, and the tape into a value. Imports `error`, `format`, `shape` and its siblings.

use super::at::{At, List, Parts, Variants, misshaped};
use super::missing::Missing;
use super::read_nested::NestedVisitor;
use super::recorder::{RecordAt, Recorder, Seed};
use super::visitors::AsideVisitor;
use crate::error::{Error, Result, Step};
use crate::format::{Format, json_state, json_text};
use crate::shape::{Absent, Style};
use crate::state::binary::by_serde::{ASIDE, BySerde, Nested};
use crate::state::decode::types::{Bytes, Input, Kept, Plan, Session, Sourced};
use crate::state::handoff::{BY_SERDE, FOREIGN_FIELDS, Scope, WantBySerde};
use crate::state::metered::once::Once;
use crate::state::view::{TypeAt, View};
use serde::de::{self, DeserializeSeed, Deserializer, Expected};
use std::any::Any;
use std::marker::PhantomData;
use std::sync::Arc;

/// Decodes a value of the type `at` from a text.
pub(crate) fn read_text<T>(
    text: &[u8],
    session: &Session,
    at: At<'_>,
    take: impl FnOnce(&mut Input<'_, '_>) -> Result<T>,
) -> Result<T> {
    let recorder = &mut Recorder::new(session, text.len(), Format::Json);
    in_scope(at, |at| match std::str::from_utf8(text) {
        Ok(text) => {
            recorder.is_utf8 = true;
            json_text(text, &mut |json| recorder.read(at, json))
        }
        // serde_json does not check a string that is skipped.
        Err(_) => json_state(text, &mut |json| recorder.read(at, Sourced(&mut Once::new(json)))),
    })?;
    recorder.play(session.is_erased.get(), take)
}

/// Decodes a value of the type `at` from a source: a value inside a text, or of another crate's format.
pub(in crate::state) fn read_source<T>(
    source: Sourced<'_, '_>,
    session: &Session,
    at: At<'_>,
    take: impl FnOnce(&mut Input<'_, '_>) -> Result<T>,
) -> Result<T> {
    let recorder = &mut Recorder::new(session, 0, Format::Json);
    in_scope(at, |at| recorder.read(at, source))?;
    recorder.play(session.is_erased.get(), take)
}

/// Gives a type without a plan the plan in scope on this thread.
fn in_scope<T>(at: At<'_>, run: impl FnOnce(At<'_>) -> Result<T>) -> Result<T> {
    let innermost = if at.plan.is_none() && at.expr.has_params() { Scope::innermost() } else { None };
    run(At { plan: at.plan.or(innermost.as_ref()), ..at })
}

impl Recorder<'_> {
    fn read<'de, D: Deserializer<'de>>(&mut self, at: At<'_>, from: D) -> Result<()> {
        Seed { recorder: self, at }.deserialize(from).map_err(Error::of_foreign)
    }

    /// Decodes the value that was recorded last. It takes the values kept aside and charges them itself, so their former charge is
    /// given back.
    pub(super) fn play<T>(&mut self, is_erased: bool, take: impl FnOnce(&mut Input<'_, '_>) -> Result<T>) -> Result<T> {
        let handed_over = self.extent.charged.min(self.extent.beside);
        self.session.budget.give_back(handed_over);
        self.extent.charged = self.extent.charged.saturating_sub(handed_over);
        self.extent.settle();
        let bytes = self.bytes.get(self.extent.start..).unwrap_or_default();
        let Recorder { session, left, nested_left, table, ref aside, .. } = *self;
        let (state, aside) = (Bytes { bytes, format: Format::Json }, Some(aside));
        let mut input = Input { state, session, scope: None, left, nested_left, table, is_erased, aside };
        let value = take(&mut input)?;
        input.end()?;
        Ok(value)
    }

    /// Lets serde read a value, and keeps it aside.
    fn by_serde<'de, D: Deserializer<'de>>(
        &mut self,
        at: At<'_>,
        by: &'static BySerde,
        from: D,
    ) -> Result<(), D::Error> {
        // A type without parameters is native in any scope.
        let plan = at.plan.filter(|plan| !plan.is_native() && at.expr.has_params());
        let _scope = plan.map(Scope::enter);
        let is_key = self.is_key;
        self.aside_by(by, plan, |session| {
            WantBySerde(by).put();
            from.deserialize_newtype_struct(BY_SERDE, AsideVisitor { is_key, by, session })
        })
    }

    /// Reads a value through a function, and keeps it aside.
    pub(super) fn aside_by<E: de::Error>(
        &mut self,
        by: &'static BySerde,
        plan: Option<&Arc<Plan>>,
        read: impl FnOnce(&Session) -> Result<Box<dyn Any>, E>,
    ) -> Result<(), E> {
        let session = self.session;
        let _at = self.shown(plan.is_some());
        let unit = session.begin_unit(by.size);
        let value = session.room(by.size, || Ok(read(session))).unwrap_or_else(|error| Err(error.carry()))?;
        let native = plan.map_or(by.size, |plan| unit.cost(&plan.handles));
        self.keep(native, Kept::BySerde(value, native)).map_err(Error::carry)
    }

    /// Keeps a value of `size` bytes aside, and writes its index to the tape.
    pub(super) fn keep(&mut self, size: usize, value: Kept) -> Result<()> {
        self.extent.beside = self.extent.beside.saturating_add(size).saturating_add(ASIDE);
        self.extent.settle();
        let place = self.aside.keep(value);
        self.number(place as u64);
        self.count()
    }
}

impl<'p> RecordAt for At<'p> {
    const IS_LENIENT: bool = true;

    fn variant(variants: &Variants<'p>, found: usize) -> Result<(u32, Parts<'p>)> {
        let variant = variants.variants.get(found).ok_or_else(misshaped)?;
        Ok((variant.index, variants.parts(variant)))
    }

    #[cold]
    fn step(parts: &Parts<'p>, index: Option<usize>) -> Option<Step> {
        Some(match (parts.list, index) {
            (_, None) => Step::Variant(parts.variant),
            (List::Fields(fields, _), Some(at)) if fields.style == Style::Named => {
                Step::Field(fields.fields.get(at)?.name())
            }
            (_, Some(at)) => Step::Position(at),
        })
    }

    fn too_short<E: de::Error>(length: usize, expected: &dyn Expected) -> E {
        E::invalid_length(length, expected)
    }

    fn missing<E: de::Error>(recorder: &mut Recorder<'_>, parts: &Parts<'p>, index: usize) -> Result<(), E> {
        let List::Fields(fields, _) = parts.list else { return Ok(()) };
        let Some(field) = fields.fields.get(index) else { return Ok(()) };
        let view = parts.at.with(field.ty).view().map_err(Error::carry)?;
        match (field.absent, view) {
            (Absent::Default, _) | (Absent::ByType, View::Option(_)) => recorder.bytes.push(0),
            (Absent::ByType, View::Own((at, _))) => {
                let missing = Missing { name: field.name(), error: PhantomData };
                return Seed { recorder, at }.deserialize(missing);
            }
            _ => return Err(E::missing_field(field.name())),
        }
        recorder.count().map_err(Error::carry)
    }

    fn own<'de, D: Deserializer<'de>>(
        recorder: &mut Recorder<'_>,
        (at, by): (At<'p>, &'static BySerde),
        from: D,
    ) -> Result<(), D::Error> {
        match by.nested {
            Some(Nested { interface, is_exact: true }) if recorder.types.are_listed => {
                from.deserialize_struct("Nested", &FOREIGN_FIELDS, NestedVisitor { recorder, by, interface })
            }
            _ => recorder.by_serde(at, by, from),
        }
    }
}
