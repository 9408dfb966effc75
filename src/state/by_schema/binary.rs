//! Turns a JSON state into the binary state that the type's own encode writes, by the schema. Imports `error`, `format`,
//! `schema`, `type_name`, `wire` and its siblings.
//!
//! Invariant: only texts that our encode writes are accepted, so fields come in the order of the type.

use super::at::{At, Context, Own, Parts, Variants};
use crate::error::{Error, Kind, Result, Step};
use crate::format::{Format, json_state};
use crate::schema::Schema;
use crate::state::decode::types::Session;
use crate::state::handoff::NESTED_FIELDS;
use crate::state::tape::{Names, RecordAt, Recorder, Seed};
use crate::state::view::{PartsAt, TypeAt, VariantsAt, View};
use crate::type_name::NameList;
use crate::wire::put_varint;
use serde::de::{self, DeserializeSeed, Deserializer, Expected, MapAccess, Visitor};
use std::fmt;

/// Turns a JSON state into a binary one; returns it with the table of its nested values.
pub(crate) fn to_binary<'s>(
    session: &'s Session,
    schemas: Vec<&'s Schema>,
    identity: (&str, u64),
    names: &'s NameList,
    state: &[u8],
    format: Format,
) -> Result<(Vec<u8>, Vec<u64>)> {
    let mut context = Context::new(session, schemas);
    context.names = Some(names);
    let at = context.root(identity)?;
    let mut recorder = Recorder::new(session, state.len(), format);
    json_state(state, &mut |json| Seed { recorder: &mut recorder, at }.deserialize(json).map_err(Error::of_foreign))?;
    Ok((std::mem::take(&mut recorder.bytes), context.table.take().hashes))
}

fn malformed<E: de::Error>(reason: &'static str) -> E {
    Error::from(Kind::Malformed { what: "the state", reason }).carry()
}

/// The error of a field that is unknown, missing or out of order.
fn not_in_place<E: de::Error>() -> E {
    malformed("a field is missing, unknown or out of order")
}

impl Names for Parts<'_, '_> {
    const KIND: &'static str = "field";

    fn find<E: de::Error>(&self, next: usize, name: &str) -> Result<Option<usize>, E> {
        let found = (next..self.len()).find(|at| PartsAt::name(self, *at) == name);
        found.map(Some).ok_or_else(not_in_place)
    }
}

impl Names for Variants<'_, '_> {
    const KIND: &'static str = "variant";

    /// Returns the variant's number and not its index, as a schema may have gaps.
    fn find<E: de::Error>(&self, _: usize, name: &str) -> Result<Option<usize>, E> {
        let number = self.number(name).and_then(|number| usize::try_from(number).ok());
        number.map(Some).ok_or_else(|| malformed("it has an unknown variant"))
    }
}

impl<'c, 's> RecordAt for At<'c, 's> {
    const IS_LENIENT: bool = false;

    fn variant(variants: &Variants<'c, 's>, found: usize) -> Result<(u32, Parts<'c, 's>)> {
        let number = u32::try_from(found).unwrap_or(u32::MAX);
        Ok((number, variants.numbered(number)?))
    }

    fn step(_: &Parts<'c, 's>, index: Option<usize>) -> Option<Step> {
        index.map(Step::Position)
    }

    fn too_short<E: de::Error>(_: usize, _: &dyn Expected) -> E {
        malformed("an element is missing")
    }

    /// Writes `None`, or fails if the field is not an option.
    fn missing<E: de::Error>(recorder: &mut Recorder<'_>, parts: &Parts<'c, 's>, index: usize) -> Result<(), E> {
        let Some(part) = parts.part(index) else { return Err(not_in_place()) };
        let View::Option(_) = part.at.view().map_err(Error::carry)? else { return Err(not_in_place()) };
        recorder.bytes.push(0);
        recorder.count().map_err(Error::carry)
    }

    fn own<'de, D: Deserializer<'de>>(recorder: &mut Recorder<'_>, own: Own<'c, 's>, from: D) -> Result<(), D::Error> {
        match own {
            Own::Nested(context) => recorder.level(|recorder| from.deserialize_map(Nested { recorder, context })),
            Own::Address(address) => address.record(recorder, from),
        }
    }
}

/// The visitor of a nested value.
struct Nested<'t, 'a, 'c, 's> {
    recorder: &'t mut Recorder<'a>,
    context: &'c Context<'s>,
}

impl<'de> Visitor<'de> for Nested<'_, '_, '_, '_> {
    type Value = ();

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a nested value")
    }

    fn visit_map<M: MapAccess<'de>>(self, mut access: M) -> Result<(), M::Error> {
        let Nested { recorder, context } = self;
        let [of_type, of_value] = NESTED_FIELDS;
        let is_type = access.next_key::<String>()?.as_deref() == Some(of_type);
        let name: Option<String> = if is_type { Some(access.next_value()?) } else { None };
        let is_value = name.is_some() && access.next_key::<String>()?.as_deref() == Some(of_value);
        let Some(name) = name.filter(|_| is_value) else {
            return Err(malformed("a nested value is not `type` and `value`, in this order"));
        };
        // The type is checked like that of the root.
        let listed = context.names.and_then(|names| names.get(names.place_of_name(&name)?));
        let nameless = Kind::Malformed { what: "a nested value", reason: "its type has no name in the envelope" };
        let (hash, name) = listed.ok_or_else(|| Error::from(nameless).carry())?;
        let at = context.checked(name, *hash).map_err(Error::carry)?;
        let _level = context.session.budget.descend_nested().map_err(Error::carry)?;
        let place = context.table.borrow_mut().place_of(*hash);
        let (around, start) = (context.table.take(), recorder.bytes.len());
        access.next_value_seed(Seed { recorder: &mut *recorder, at })?;
        let table = context.table.replace(around).hashes;
        let is_around = context.table.borrow().hashes.starts_with(&table);
        let mut front = Vec::new();
        put_varint(&mut front, (place as u64) << 1 | u64::from(!table.is_empty()));
        if !table.is_empty() {
            put_varint(&mut front, (table.len() as u64) << 1 | u64::from(is_around));
        }
        if !is_around {
            front.extend(table.iter().flat_map(|hash| hash.to_le_bytes()));
        }
        recorder.put_front(start, &front);
        recorder.count().map_err(Error::carry)
    }
}
