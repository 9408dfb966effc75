//! The output of a running encode: the bytes, and the context of the next value. Both binary formats share it. Imports `error`,
//! `format`, `limits` and its siblings.
//!
//! Invariant: levels and scope are those of the next value; code that writes through serde finds them in the encoding.

use super::fronts::Fronts;
use super::tables::Tables;
#[cfg(feature = "json")]
use super::text_types::TextTypes;
use crate::error::Result;
use crate::format::{Format, Primitives, dispatch};
use crate::limits::Limits;
use crate::state::budget::counters::Budget;
use crate::state::budget::handle::{Handle, is_number_type, stand_for_numbers};
use crate::state::decode::types::Plan;
use serde::Serialize;
use std::cell::Cell;
use std::rc::Rc;
use std::sync::Arc;

/// The output of a running encode, with the context of the next value.
pub struct Sink<'a> {
    pub(crate) bytes: Vec<u8>,
    pub(crate) encoding: Rc<Encoding>,
    pub(crate) format: Format,
    /// Whether the bytes are a tape, which becomes JSON text later.
    pub(in crate::state) is_tape: bool,
    /// How many more levels of compound values are allowed.
    pub(in crate::state) left: usize,
    /// The plan with the arguments for the parameters of an erased form.
    pub(crate) scope: Option<&'a Arc<Plan>>,
}

/// The state of a running encode, shared with its nested values.
pub(crate) struct Encoding {
    pub(crate) budget: Budget,
    /// The encode whose counts this one continues.
    outer: Option<Rc<Encoding>>,
    pub(crate) tables: Tables,
    /// The bytes of the sink while a nested value writes to them; in JSON only those of the nested value.
    pub(in crate::state) parked: Cell<Vec<u8>>,
    /// The expected fronts of nested values, and a reused buffer for a longer one.
    pub(crate) fronts: Fronts,
    pub(crate) front: Cell<Vec<u8>>,
    /// Whether the value that was offered the bytes has written itself.
    pub(in crate::state) is_written: Cell<bool>,
    /// Whether the value that is offered the bytes is the content of a `Some`. Only JSON needs this.
    #[cfg(feature = "json")]
    pub(in crate::state) is_some: Cell<bool>,
    /// Whether something was written that serde's buffer would lose. Only JSON sets this.
    #[cfg(feature = "json")]
    pub(in crate::state) is_doubtful: Cell<bool>,
    /// The types of the nested values of a text.
    #[cfg(feature = "json")]
    pub(crate) text_types: TextTypes,
    /// A reused buffer for the tape of the next text.
    #[cfg(feature = "json")]
    pub(in crate::state) tape: Cell<Vec<u8>>,
}

thread_local! {
    /// The encoding of the last encode on this thread, whose allocations the next one reuses.
    static IDLE: Cell<Option<Rc<Encoding>>> = const { Cell::new(None) };
}

/// Bytes of most numbers, at most.
const LONG: usize = 9;

impl<'a> Sink<'a> {
    pub(crate) fn new(bytes: Vec<u8>, limits: &Limits, format: Format) -> Self {
        // A thread that is about to end has none.
        let mut idle = IDLE.try_with(Cell::take).ok().flatten();
        if let Some(encoding) = idle.as_mut().and_then(Rc::get_mut) {
            encoding.budget.begin_encode(limits);
            #[cfg(feature = "json")]
            {
                encoding.is_doubtful.set(false);
                encoding.text_types.clear();
            }
            encoding.tables.clear();
        } else {
            idle = None;
        }
        let encoding = idle.unwrap_or_else(|| Encoding::new(limits));
        let left = encoding.budget.levels_left().0;
        Sink { bytes, encoding, format, is_tape: false, left, scope: None }
    }

    /// Appends one value without parts, in a binary format, to `bytes`: nothing is counted, so nothing is reset.
    #[inline]
    pub(crate) fn put_leaf(
        bytes: &mut Vec<u8>,
        limits: &Limits,
        format: Format,
        write: impl FnOnce(&mut Sink<'_>) -> Result<()>,
    ) -> Result<()> {
        let idle = IDLE.try_with(Cell::take).ok().flatten();
        let encoding = idle.unwrap_or_else(|| Encoding::new(limits));
        let mut sink = Sink { bytes: std::mem::take(bytes), encoding, format, is_tape: false, left: 0, scope: None };
        let written = write(&mut sink);
        let Sink { bytes: all, encoding, .. } = sink;
        *bytes = all;
        encoding.rest();
        written
    }

    /// Returns the bytes, and keeps the encoding for the next encode.
    #[inline]
    pub(crate) fn end(self) -> Vec<u8> {
        // The buffer of a nested value in JSON may be large.
        drop(self.encoding.parked.take());
        self.encoding.rest();
        self.bytes
    }

    /// Writes in the scope of a plan.
    pub(crate) fn scoped<T>(&mut self, plan: &Arc<Plan>, write: impl FnOnce(&mut Sink<'_>) -> Result<T>) -> Result<T> {
        let (bytes, encoding) = (std::mem::take(&mut self.bytes), Rc::clone(&self.encoding));
        let Sink { format, is_tape, left, .. } = *self;
        let mut inner = Sink { bytes, encoding, format, is_tape, left, scope: Some(plan) };
        let written = write(&mut inner);
        self.bytes = inner.bytes;
        written
    }

    /// The handles of the parameters in scope.
    #[inline]
    pub(in crate::state) fn handles(&self) -> &'a [Handle] {
        self.scope.map_or(&[], |plan| &plan.handles)
    }

    /// Enters one level of compound values. An error ends the encode, so then nothing counts the level back.
    #[inline]
    pub fn enter(&mut self) -> Result<()> {
        match self.left.checked_sub(1) {
            Some(left) => {
                self.left = left;
                Ok(())
            }
            None => Err(self.encoding.budget.too_deep()),
        }
    }

    /// Like [`Sink::enter`], for a value with boxed parts: its levels are unbounded, so the stack is checked.
    #[inline]
    pub(crate) fn enter_heap(&mut self) -> Result<()> {
        self.check_stack()?;
        self.enter()
    }

    /// Checks that the stack has room for the content of a box.
    #[inline]
    pub(crate) fn check_stack(&self) -> Result<()> {
        self.encoding.budget.stack.check_written(self.depth())
    }

    /// Leaves a level.
    #[inline]
    pub fn leave(&mut self) {
        self.left = self.left.wrapping_add(1);
    }

    /// The number of compound values around the next value.
    pub(in crate::state) fn depth(&self) -> usize {
        self.encoding.budget.depth_at(self.left)
    }

    #[inline]
    pub(crate) fn put_byte(&mut self, byte: u8) {
        self.bytes.push(byte);
    }

    /// A number of up to 64 bits, or a length. Both formats write numbers below 0x80 as one byte.
    #[inline]
    pub(crate) fn put_number(&mut self, number: u64) {
        let [low, ..] = number.to_le_bytes();
        if number < 0x80 { self.bytes.push(low) } else { self.put_long(number) }
    }

    #[inline(never)]
    fn put_long(&mut self, number: u64) {
        if self.bytes.capacity().wrapping_sub(self.bytes.len()) < LONG {
            return self.put_in_new_room(number);
        }
        // Here the compiler sees that nothing has to grow, so no register is saved: a third of what a number takes.
        dispatch!(self.format, F => F::put_number(&mut self.bytes, number), _ => ());
    }

    #[cold]
    #[inline(never)]
    fn put_in_new_room(&mut self, number: u64) {
        self.format.put_number(&mut self.bytes, number);
    }

    /// Booleans.
    pub(crate) fn put_booleans(&mut self, values: &[bool]) {
        self.bytes.extend(values.iter().map(|value| u8::from(*value)));
    }

    /// A signed number, zigzag-encoded as in both formats.
    #[inline]
    pub(crate) fn put_signed(&mut self, value: i64) {
        self.put_number(u64::from_le_bytes((value << 1 ^ value >> 63).to_le_bytes()));
    }

    /// Bytes or text, with the length in front.
    #[inline]
    pub(crate) fn put_slice(&mut self, bytes: &[u8]) {
        self.put_number(bytes.len() as u64);
        self.bytes.extend_from_slice(bytes);
    }

    /// Bytes as one value; in JSON a list of numbers.
    pub(crate) fn put_bytes(&mut self, bytes: &[u8]) -> Result<()> {
        if self.is_tape {
            self.enter()?;
            self.encoding.budget.count_elements(bytes.len(), true, 0)?;
            self.leave();
        }
        self.put_slice(bytes);
        Ok(())
    }

    /// The number of a variant.
    #[inline]
    pub fn put_variant(&mut self, index: u32) {
        self.put_number(index.into());
    }

    /// A primitive that is not plain, written by the format's crate.
    pub(crate) fn put_other<T: Serialize + ?Sized>(&mut self, value: &T) -> Result<()> {
        dispatch!(self.format, F => F::put(&mut self.bytes, value), format => format.missing())
    }

    /// Counts elements of a sequence as a decode does: numbers of fixed size are not items, except in JSON.
    #[inline]
    pub(in crate::state) fn count_elements<T: ?Sized>(&self, number: usize) -> Result<()> {
        let handles = self.handles();
        let are_numbers = || is_number_type::<T>() || (!handles.is_empty() && stand_for_numbers::<T>(handles));
        self.encoding.budget.count_elements(number, self.is_tape || !are_numbers(), 0)
    }

    /// The length of a sequence of such elements.
    #[inline]
    pub(crate) fn put_length<T>(&mut self, length: usize) -> Result<()> {
        self.count_elements::<T>(length)?;
        self.put_number(length as u64);
        Ok(())
    }

    /// A sequence without elements.
    #[inline]
    pub(crate) fn put_empty(&mut self) -> Result<()> {
        if self.left == 0 {
            return Err(self.encoding.budget.too_deep());
        }
        self.bytes.push(0);
        Ok(())
    }

    /// The length of a map, whose entries are two items.
    #[inline]
    pub(crate) fn put_map_length(&mut self, length: usize) -> Result<()> {
        self.encoding.budget.count_elements(length.saturating_mul(2), true, 0)?;
        self.put_number(length as u64);
        Ok(())
    }

    /// Marks a field as present that a text may lack.
    #[inline]
    pub fn put_present(&mut self) {
        if self.is_tape {
            self.bytes.push(1);
        }
    }

    /// Whether the bytes are a tape.
    #[cfg(feature = "json")]
    pub(crate) fn is_tape(&self) -> bool {
        self.is_tape
    }

    /// Whether states are written directly: into a binary format, or on a tape.
    pub(crate) fn is_direct(&self) -> bool {
        self.is_tape || self.format.is_binary()
    }
}

impl Encoding {
    /// Whether something was written that serde's buffer would lose if a reader used it.
    pub(crate) fn is_doubtful(&self) -> bool {
        #[cfg(feature = "json")]
        return self.is_doubtful.get();
        #[cfg(not(feature = "json"))]
        false
    }

    /// Keeps the encoding for the next encode, or adds its counts to those of the encode around.
    #[inline]
    fn rest(self: Rc<Self>) {
        match &self.outer {
            // A thread that is about to end drops it.
            None => _ = IDLE.try_with(|idle| idle.set(Some(self))),
            Some(outer) => outer.budget.add_inner_encode(&self.budget),
        }
    }

    /// While an encode runs, none is idle. So one inside it comes here.
    #[cold]
    #[inline(never)]
    fn new(limits: &Limits) -> Rc<Self> {
        let (outer, tables) = (Encoding::outer().filter(|_| !Budget::is_within()), Tables::default());
        let budget = match &outer {
            Some(outer) => Budget::of_inner_encode(limits, &outer.budget),
            None => Budget::of_encode(limits),
        };
        Rc::new(Encoding {
            budget,
            outer,
            tables,
            parked: Cell::default(),
            fronts: Fronts::default(),
            front: Cell::default(),
            is_written: Cell::new(false),
            #[cfg(feature = "json")]
            is_some: Cell::new(false),
            #[cfg(feature = "json")]
            is_doubtful: Cell::new(false),
            #[cfg(feature = "json")]
            text_types: TextTypes::default(),
            #[cfg(feature = "json")]
            tape: Cell::default(),
        })
    }
}
