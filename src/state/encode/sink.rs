//! What a running encode writes to: the bytes, and what is known around the value that comes next. One sink for both binary
//! formats. Imports `error`, `format`, `limits` and its siblings.
//!
//! Invariant: the levels and the scope are those of the value that comes next; code that writes by serde sees them in the encoding.

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

/// What a running encode writes to. It is a parameter of everything that writes.
pub struct Sink<'a> {
    pub(crate) bytes: Vec<u8>,
    pub(crate) encoding: Rc<Encoding>,
    pub(crate) format: Format,
    /// Whether the bytes are a tape, and not yet the text that JSON is.
    pub(in crate::state) is_tape: bool,
    /// Levels of compound values that may follow.
    pub(in crate::state) left: usize,
    /// The plan whose arguments the parameters of an erased form stand for.
    pub(crate) scope: Option<&'a Arc<Plan>>,
}

/// What a running encode knows, nested values included.
pub(crate) struct Encoding {
    pub(crate) budget: Budget,
    pub(crate) tables: Tables,
    /// The bytes of the sink, on their way to a nested value and back; in JSON those of the nested value alone.
    pub(in crate::state) parked: Cell<Vec<u8>>,
    /// Room for what stands in front of a nested value.
    pub(crate) front: Cell<Vec<u8>>,
    /// Whether the value to which the bytes were handed has written itself.
    pub(in crate::state) is_written: Cell<bool>,
    /// Whether the value that is handed the bytes is what a `Some` holds. JSON asks.
    #[cfg(feature = "json")]
    pub(in crate::state) is_some: Cell<bool>,
    /// Whether something was written that serde's buffer would lose. JSON tells.
    #[cfg(feature = "json")]
    pub(in crate::state) is_doubtful: Cell<bool>,
    /// The types of the nested values of a text.
    #[cfg(feature = "json")]
    pub(crate) text_types: TextTypes,
    /// Room for the tape of the next text.
    #[cfg(feature = "json")]
    pub(in crate::state) tape: Cell<Vec<u8>>,
}

thread_local! {
    /// That of the last encode on this thread, whose room serves the next one.
    static IDLE: Cell<Option<Rc<Encoding>>> = const { Cell::new(None) };
}

/// Bytes of most numbers, at most.
const LONG: usize = 9;

impl<'a> Sink<'a> {
    pub(crate) fn new(bytes: Vec<u8>, limits: &Limits, format: Format) -> Self {
        // A thread that is about to end has none any more.
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

    /// The bytes; what else there is waits for the next encode.
    #[inline]
    pub(crate) fn end(self) -> Vec<u8> {
        // The room of a nested value in JSON may be large.
        drop(self.encoding.parked.take());
        // Where there is no place for it, it is dropped.
        let _ = IDLE.try_with(|idle| idle.set(Some(self.encoding)));
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

    /// What stands for the parameters here.
    #[inline]
    pub(in crate::state) fn handles(&self) -> &'a [Handle] {
        self.scope.map_or(&[], |plan| &plan.handles)
    }

    /// One level of compound values further in. After an error nothing goes on, so nothing is counted back then.
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

    /// As [`Sink::enter`], of a value whose parts stand in boxes: so levels are without number, and the stack is looked at.
    #[inline]
    pub(crate) fn enter_heap(&mut self) -> Result<()> {
        self.check_stack()?;
        self.enter()
    }

    /// Checks that there is room on the stack for what stands in a box.
    #[inline]
    pub(crate) fn check_stack(&self) -> Result<()> {
        self.encoding.budget.stack.check_written(self.depth())
    }

    /// Back from a level.
    #[inline]
    pub fn leave(&mut self) {
        self.left = self.left.wrapping_add(1);
    }

    /// Levels of compound values around what comes next.
    pub(in crate::state) fn depth(&self) -> usize {
        self.encoding.budget.depth_at(self.left)
    }

    #[inline]
    pub(crate) fn put_byte(&mut self, byte: u8) {
        self.bytes.push(byte);
    }

    /// A number of up to 64 bits, or a length. Both formats write what is below 0x80 as one byte.
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

    /// Both formats write 0, -1, 1, -2 as 0, 1, 2, 3.
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

    /// Bytes that are one value, and in JSON a list of numbers.
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

    /// A primitive that is not plain, by the format's crate.
    pub(crate) fn put_other<T: Serialize + ?Sized>(&mut self, value: &T) -> Result<()> {
        dispatch!(self.format, F => F::put(&mut self.bytes, value), format => format.missing())
    }

    /// Counts elements of a sequence. Numbers of fixed size are no items, as a decode finds; but JSON has a list of numbers.
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

    /// The length of a map, whose entries are two items.
    #[inline]
    pub(crate) fn put_map_length(&mut self, length: usize) -> Result<()> {
        self.encoding.budget.count_elements(length.saturating_mul(2), true, 0)?;
        self.put_number(length as u64);
        Ok(())
    }

    /// Says that a field is there which may be absent from a text.
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
    /// Whether something was written that serde's buffer would lose, if it is read by way of that.
    pub(crate) fn is_doubtful(&self) -> bool {
        #[cfg(feature = "json")]
        return self.is_doubtful.get();
        #[cfg(not(feature = "json"))]
        false
    }

    #[cold]
    #[inline(never)]
    fn new(limits: &Limits) -> Rc<Self> {
        let (budget, tables) = (Budget::of_encode(limits), Tables::default());
        Rc::new(Encoding {
            budget,
            tables,
            parked: Cell::default(),
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
