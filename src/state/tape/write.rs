//! Text that is made of a tape. Imports `error`, `format` and its siblings.

use super::at::At;
use super::walk::{Place, Source, Walk};
use crate::error::{Error, Kind, Result};
use crate::format::{Format, Primitives, Tape};
use crate::state::binary::by_serde::BySerde;
use crate::state::binary::primitive::signed;
use crate::state::encode::sink::Sink;
use crate::state::handoff::Scope;
use crate::state::metered::guard_writer::{TextWriter, put_by};
use crate::state::metered::json_text::Text;
use serde::de::DeserializeOwned;
use std::marker::PhantomData;
use std::rc::Rc;

/// The most room for a tape that waits for the next encode.
const KEPT: usize = 64 << 10;

/// Appends a value of the type `at` as text; `put` writes it to the tape.
pub(crate) fn put_text(
    sink: &mut Sink<'_>,
    at: At<'_>,
    put: &mut dyn FnMut(&mut Sink<'_>) -> Result<()>,
) -> Result<()> {
    let innermost = if at.plan.is_none() && at.expr.has_params() { Scope::innermost() } else { None };
    let at = At { plan: at.plan.or(innermost.as_ref()), ..at };
    let is_some = sink.encoding.is_some.take();
    let mut room = sink.encoding.tape.take();
    room.clear();
    let encoding = Rc::clone(&sink.encoding);
    let left = encoding.spent.depth_limit().saturating_sub(encoding.spent.depth());
    let mut tape = Sink { bytes: room, encoding, format: Format::Json, is_tape: true, left, scope: at.plan };
    put(&mut tape)?;
    let bytes = tape.bytes;
    let text = Text::new(&mut sink.bytes, &sink.encoding);
    let mut walk = Walk { source: OnTape { rest: &bytes, at: PhantomData }, text, encoding: &sink.encoding };
    walk.value(at, Place::of_some(is_some))?;
    if bytes.capacity() <= KEPT {
        sink.encoding.tape.set(bytes);
    }
    Ok(())
}

impl Sink<'_> {
    /// Writes to the tape what serde writes as text, behind its length.
    pub(in crate::state) fn put_text_part(
        &mut self,
        write: impl FnOnce(TextWriter<'_, '_>) -> Result<()>,
    ) -> Result<()> {
        self.put_part_of_text(|sink| put_by(sink, write))
    }

    /// Writes to the tape what is text already, behind its length.
    pub(crate) fn put_part_of_text(&mut self, write: impl FnOnce(&mut Sink<'_>) -> Result<()>) -> Result<()> {
        let start = self.bytes.len();
        self.bytes.extend_from_slice(&Tape::long_number(0));
        let text_at = self.bytes.len();
        let depth = self.encoding.spent.depth();
        self.encoding.spent.set_depth(self.depth());
        self.is_tape = false;
        let written = write(self);
        self.is_tape = true;
        self.encoding.spent.set_depth(depth);
        written?;
        let length = self.bytes.len().saturating_sub(text_at) as u64;
        if let Some(place) = self.bytes.get_mut(start..text_at) {
            place.copy_from_slice(&Tape::long_number(length));
        }
        Ok(())
    }
}

/// What is left of a tape.
struct OnTape<'t, 'p> {
    rest: &'t [u8],
    at: PhantomData<At<'p>>,
}

#[cold]
fn cut() -> Error {
    Kind::Malformed { what: "the state", reason: "it ends within a value" }.into()
}

impl<'t> OnTape<'t, '_> {
    #[inline]
    fn number(&mut self) -> Result<u64> {
        let (number, taken) = Tape::plain_number(self.rest);
        self.skip(taken).filter(|_| taken > 0).map(|_| number).ok_or_else(cut)
    }

    #[inline]
    fn skip(&mut self, length: usize) -> Option<&'t [u8]> {
        let (front, rest) = self.rest.split_at_checked(length)?;
        self.rest = rest;
        Some(front)
    }
}

impl<'t, 'p> Source<'t> for OnTape<'t, 'p> {
    type At = At<'p>;

    #[inline]
    fn fixed<const N: usize>(&mut self) -> Result<[u8; N]> {
        let (front, rest) = self.rest.split_first_chunk().ok_or_else(cut)?;
        self.rest = rest;
        Ok(*front)
    }

    fn tag(&mut self) -> Result<bool> {
        self.fixed().map(|[byte]| byte == 1)
    }

    fn boolean(&mut self) -> Result<bool> {
        self.tag()
    }

    #[inline]
    fn unsigned<T: DeserializeOwned + TryFrom<u64>>(&mut self) -> Result<T> {
        T::try_from(self.number()?).map_err(|_| cut())
    }

    #[inline]
    fn signed<T: DeserializeOwned + TryFrom<i64>>(&mut self) -> Result<T> {
        T::try_from(signed(self.number()?)).map_err(|_| cut())
    }

    fn other<T: DeserializeOwned>(&mut self) -> Result<T> {
        Tape::get(&mut self.rest)
    }

    fn character(&mut self) -> Result<char> {
        self.other()
    }

    #[inline]
    fn slice(&mut self) -> Result<&'t [u8]> {
        let length = self.unsigned()?;
        self.skip(length).ok_or_else(cut)
    }

    #[inline]
    fn level<'w, T>(walk: &mut Walk<'w, Self>, run: impl FnOnce(&mut Walk<'w, Self>) -> Result<T>) -> Result<T> {
        walk.encoding.spent.check_stack(0)?;
        run(walk)
    }

    fn own(walk: &mut Walk<'_, Self>, _: (At<'p>, &'static BySerde), place: Place) -> Result<()> {
        let text = walk.source.slice()?;
        walk.by_serde(text, place)
    }
}
