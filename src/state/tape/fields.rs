//! Records the fields of structs and variants on a tape or in a binary state. Imports `error` and its siblings.
//!
//! Invariant: all fields are written in the order of the type, whatever their order in the text.

use super::names::Name;
use super::recorder::{Names, RecordAt, Recorder, Seed, within};
use super::visitors::Ignored;
use crate::error::{Error, Result};
use crate::state::view::{Part, PartsAt};
use serde::de::{Error as _, MapAccess, SeqAccess};

/// The span of a field that has not been read.
const NONE: (usize, usize) = (usize::MAX, usize::MAX);

/// Prepares the value of a part.
pub(super) fn begin<'t, 'a, A: Copy>(recorder: &'t mut Recorder<'a>, part: &Part<A>) -> Seed<'t, 'a, A> {
    if part.is_marked {
        recorder.bytes.push(1);
    }
    Seed { recorder, at: part.at }
}

/// Reads the value of one field.
fn read<'de, A: RecordAt, M: MapAccess<'de>>(
    recorder: &mut Recorder<'_>,
    parts: &A::Parts,
    at: usize,
    access: &mut M,
) -> Result<(), M::Error> {
    let Some(part) = parts.part(at) else { return Ok(()) };
    access.next_value_seed(begin(recorder, &part)).map_err(|error| within(error, A::step(parts, Some(at))))
}

/// Fields by name, in any order.
pub(super) fn by_name<'de, A: RecordAt, M: MapAccess<'de>>(
    recorder: &mut Recorder<'_>,
    parts: &A::Parts,
    mut access: M,
) -> Result<(), M::Error> {
    // As long as the fields come in order, each is written at its final position.
    let mut next = 0_usize;
    loop {
        match access.next_key_seed(Name { known: parts, next })? {
            None => break,
            Some(None) => access.next_value_seed(Ignored(recorder))?,
            Some(Some(at)) if at == next || !A::IS_LENIENT => {
                (next..at).try_for_each(|at| A::missing(recorder, parts, at))?;
                read::<A, M>(recorder, parts, at, &mut access)?;
                next = at.saturating_add(1);
            }
            Some(Some(at)) => return in_any_order::<A, M>(recorder, parts, (next, at), access),
        }
    }
    (next..parts.len()).try_for_each(|at| A::missing(recorder, parts, at))
}

/// Continues when field `at` comes out of order; the fields before `next` have been written.
#[inline(never)]
fn in_any_order<'de, A: RecordAt, M: MapAccess<'de>>(
    recorder: &mut Recorder<'_>,
    parts: &A::Parts,
    (next, at): (usize, usize),
    mut access: M,
) -> Result<(), M::Error> {
    let in_order = recorder.bytes.len();
    let mut spans = vec![NONE; parts.len().saturating_sub(next)];
    let mut found = Some(at);
    loop {
        if let Some(at) = found {
            let place = at.checked_sub(next).and_then(|at| spans.get_mut(at)).filter(|span| **span == NONE);
            let Some(place) = place else {
                return Err(M::Error::custom(format_args!("duplicate field `{}`", parts.name(at))));
            };
            let begin = recorder.bytes.len();
            read::<A, M>(recorder, parts, at, &mut access)?;
            *place = (begin, recorder.bytes.len());
        } else {
            access.next_value_seed(Ignored(recorder))?;
        }
        match access.next_key_seed(Name { known: parts, next: 0 })? {
            Some(name) => found = name,
            None => break,
        }
    }
    // A sorted copy is appended to the fields as they came, and then replaces them.
    let came = recorder.bytes.len();
    for (at, span) in (next..).zip(spans) {
        match span {
            NONE => A::missing(recorder, parts, at)?,
            (begin, end) => recorder.bytes.extend_from_within(begin..end),
        }
    }
    recorder.bytes.drain(in_order..came);
    Ok(())
}

/// Parts by position.
pub(super) fn by_position<'de, A: RecordAt, S: SeqAccess<'de>>(
    recorder: &mut Recorder<'_>,
    parts: &A::Parts,
    mut access: S,
) -> Result<(), S::Error> {
    for (at, part) in (0..parts.len()).flat_map(|at| Some((at, parts.part(at)?))) {
        let before = recorder.bytes.len();
        match access.next_element_seed(begin(recorder, &part)) {
            Ok(Some(())) => {}
            Ok(None) if part.is_marked => {
                recorder.bytes.truncate(before);
                recorder.bytes.push(0);
                recorder.count().map_err(Error::carry)?;
            }
            Ok(None) => return Err(A::too_short(at, &&*counted(parts))),
            Err(error) => return Err(within(error, A::step(parts, Some(at)))),
        }
    }
    Ok(())
}

/// The expectation that serde's derive states for a wrong number of parts.
fn counted<P: PartsAt + Names>(parts: &P) -> String {
    let (expected, count) = (parts.expected(), parts.len());
    match parts.hints() {
        ("", _) => expected,
        _ => format!("{expected} with {count} element{}", if count == 1 { "" } else { "s" }),
    }
}
