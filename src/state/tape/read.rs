//! The tape that is made of a text, and the value that is made of the tape. Imports `error`, `format`, `shape` and its siblings.

use super::at::{At, List, Parts, Variants, misshaped};
use super::missing::Missing;
use super::recorder::{RecordAt, Recorder, Seed};
use super::visitors::AsideVisitor;
use crate::error::{Error, Result, Step};
use crate::format::{Format, json_state};
use crate::shape::{Absent, Style};
use crate::state::binary::by_serde::{ASIDE, BySerde};
use crate::state::decode::types::{Input, Session, Sourced};
use crate::state::handoff::{BY_SERDE, Scope, WantBySerde};
use crate::state::view::{TypeAt, View};
use serde::de::{self, DeserializeSeed, Deserializer, Expected};
use std::marker::PhantomData;

/// Makes a value of the type `at` of a text.
pub(crate) fn read_text<T>(
    text: &[u8],
    session: &Session,
    at: At<'_>,
    take: impl FnOnce(&mut Input<'_, '_>) -> Result<T>,
) -> Result<T> {
    in_scope(at, |at| {
        let mut recorder = Recorder::new(session, text.len(), Format::Json);
        json_state(text, |json| recorder.read(at, json))?;
        recorder.play(take)
    })
}

/// The same of what a source gives: a value within a text, or of a format of another crate.
pub(in crate::state) fn read_source<T>(
    source: Sourced<'_, '_>,
    session: &Session,
    at: At<'_>,
    take: impl FnOnce(&mut Input<'_, '_>) -> Result<T>,
) -> Result<T> {
    in_scope(at, |at| {
        let mut recorder = Recorder::new(session, 0, Format::Json);
        recorder.read(at, source)?;
        recorder.play(take)
    })
}

/// Gives a type without a plan that of this thread.
fn in_scope<T>(at: At<'_>, run: impl FnOnce(At<'_>) -> Result<T>) -> Result<T> {
    let innermost = if at.plan.is_none() && at.expr.has_params() { Scope::innermost() } else { None };
    run(At { plan: at.plan.or(innermost.as_ref()), ..at })
}

impl Recorder<'_> {
    fn read<'de, D: Deserializer<'de>>(&mut self, at: At<'_>, from: D) -> Result<()> {
        Seed { recorder: self, at }.deserialize(from).map_err(Error::of_foreign)
    }

    /// Makes the value. What stands aside goes into it, and is charged there: what was charged for it is no more.
    fn play<T>(mut self, take: impl FnOnce(&mut Input<'_, '_>) -> Result<T>) -> Result<T> {
        let handed_over = self.charged.min(self.beside);
        self.session.budget.give_back(handed_over);
        self.charged = self.charged.saturating_sub(handed_over);
        Input::of_tape(&self.bytes, self.session, &self.aside, take)
    }

    /// Lets serde read a value, which stands aside.
    fn by_serde<'de, D: Deserializer<'de>>(
        &mut self,
        at: At<'_>,
        by: &'static BySerde,
        from: D,
    ) -> Result<(), D::Error> {
        let session = self.session;
        // What has no parameters is native in any scope.
        let plan = at.plan.filter(|plan| !plan.is_native() && at.expr.has_params());
        let _scope = plan.map(Scope::enter);
        let _at = self.shown(plan.is_some());
        let unit = session.begin_unit(0);
        let read = || {
            WantBySerde(by).put();
            from.deserialize_newtype_struct(BY_SERDE, AsideVisitor { by, session })
        };
        let value = session.room(by.size, || Ok(read())).unwrap_or_else(|error| Err(error.carry()))?;
        if let Some(plan) = plan {
            unit.charge(&plan.handles, 1).map_err(Error::carry)?;
        }
        let beside = size_of_val(&*value).saturating_add(ASIDE);
        self.beside = self.beside.saturating_add(beside);
        let place = self.aside.keep(value);
        self.number(place as u64);
        self.count().map_err(Error::carry)
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
                Step::Field(fields.fields.get(at)?.name)
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
                let missing = Missing { name: field.name, error: PhantomData };
                return Seed { recorder, at }.deserialize(missing);
            }
            _ => return Err(E::missing_field(field.name)),
        }
        recorder.count().map_err(Error::carry)
    }

    fn own<'de, D: Deserializer<'de>>(
        recorder: &mut Recorder<'_>,
        (at, by): (At<'p>, &'static BySerde),
        from: D,
    ) -> Result<(), D::Error> {
        recorder.by_serde(at, by, from)
    }
}
