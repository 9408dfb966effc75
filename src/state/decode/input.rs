//! The input of a binary state: the position, the session, and the context of the position. Both binary formats share it.
//! Imports `error`, `format` and its siblings.
//!
//! Invariant: levels, table and scope are those of the position; code that reads through serde finds them in the session.

use super::types::{Bytes, Input, Plan, PlanArgument, Reader, Session, Table};
use crate::error::{Error, Kind, Result};
use crate::format::Format;
use crate::state::frame::FrameTable;
use crate::state::handoff::Scope;
use std::borrow::Cow;
use std::ops::{Deref, DerefMut};
use std::sync::Arc;

/// An input reads primitives through its bytes.
impl<'de> Deref for Input<'_, 'de> {
    type Target = Bytes<'de>;

    #[inline]
    fn deref(&self) -> &Bytes<'de> {
        &self.state
    }
}

impl DerefMut for Input<'_, '_> {
    #[inline]
    fn deref_mut(&mut self) -> &mut Self::Target {
        &mut self.state
    }
}

impl<'a, 'de> Input<'a, 'de> {
    /// Runs `read` on a whole state and checks that nothing is left.
    pub(crate) fn whole<T>(
        bytes: &'de [u8],
        session: &'a Session,
        format: Format,
        read: impl FnOnce(&mut Input<'a, 'de>) -> Result<T>,
    ) -> Result<T> {
        if !format.is_binary() {
            return format.missing();
        }
        let (left, nested_left) = session.budget.levels_left();
        let (table, is_erased) = (session.table.get(), session.is_erased.get());
        let state = Bytes { bytes, format };
        let mut input = Input { state, session, scope: None, left, nested_left, table, is_erased, aside: None };
        let value = read(&mut input)?;
        input.end()?;
        Ok(value)
    }

    #[inline]
    pub(in crate::state) fn end(&self) -> Result<()> {
        if self.bytes.is_empty() { Ok(()) } else { Err(trailing(self.bytes.len())) }
    }

    /// Reads the state of a nested value, natively or in the scope of its plan.
    #[inline]
    pub(crate) fn nested<T>(
        &self,
        table: FrameTable<'_>,
        state: &'de [u8],
        read: impl FnOnce(&mut Input<'_, 'de>) -> Result<T>,
    ) -> Result<T> {
        if self.nested_left == 0 {
            return Err(self.session.budget.too_nested());
        }
        let inner = self.session.inner_table(self.table, table)?;
        let value = self.inside(inner, state, read)?;
        if let FrameTable::Own(_) = table {
            self.session.end_table(inner);
        }
        Ok(value)
    }

    /// Like [`Input::nested`], with the table of the nested value.
    #[inline]
    pub(crate) fn inside<T>(
        &self,
        table: Table,
        state: &'de [u8],
        read: impl FnOnce(&mut Input<'_, 'de>) -> Result<T>,
    ) -> Result<T> {
        let Some(nested_left) = self.nested_left.checked_sub(1) else { return Err(self.session.budget.too_nested()) };
        let state = Bytes { bytes: state, ..self.state };
        let mut input = Input { state, scope: None, nested_left, table, is_erased: false, ..*self };
        let value = read(&mut input)?;
        input.end()?;
        Ok(value)
    }

    /// Reads the next value natively, or in the scope of a plan.
    #[inline]
    pub(in crate::state) fn scoped<T>(
        &mut self,
        scope: Option<&Arc<Plan>>,
        read: impl FnOnce(&mut Input<'_, 'de>) -> Result<T>,
    ) -> Result<T> {
        let mut input = Input { scope, is_erased: scope.is_some(), ..*self };
        let value = read(&mut input)?;
        self.bytes = input.bytes;
        Ok(value)
    }

    /// Whether the text lacks the next field.
    #[inline]
    pub fn is_absent(&mut self) -> bool {
        self.is_tape() && self.byte().is_ok_and(|byte| byte == 0)
    }

    /// The table of the container.
    #[inline]
    pub(crate) fn table(&self) -> Table {
        self.table
    }

    /// The plan of the argument for parameter `index` in the current scope.
    pub(crate) fn argument(&self, index: usize) -> Result<Cow<'a, Arc<Plan>>> {
        match self.scope.map(|plan| plan.arguments.get(index)) {
            Some(Some(PlanArgument::Type(plan))) => Ok(Cow::Borrowed(plan)),
            _ => Scope::argument(index).map(Cow::Owned),
        }
    }

    /// Runs code that reads a value through serde into a slot of `slot` bytes, with the context of this input in the session.
    pub(in crate::state) fn by_serde<T>(
        &mut self,
        slot: usize,
        read: impl FnOnce(Reader<'_, 'a, 'de>) -> Result<T>,
    ) -> Result<T> {
        let (left, is_erased) = (self.left, self.is_erased);
        let value = self.shown(|input| read(Reader { input, slot }))?;
        (self.left, self.is_erased) = (left, is_erased);
        Ok(value)
    }

    /// Runs code that expects the context of this input in the session and in the scope of this thread.
    pub(crate) fn shown<T>(&mut self, run: impl FnOnce(&mut Self) -> Result<T>) -> Result<T> {
        let _scope = self.scope.map(Scope::enter);
        let _at = self.session.at_levels(self.left, self.nested_left, self.table, self.is_erased);
        run(self)
    }

    /// Runs code that reads directly from this input, called by code that reads through serde.
    pub(in crate::state) fn direct<T>(&mut self, read: impl FnOnce(&mut Self) -> Result<T>) -> Result<T> {
        (self.left, _) = self.session.budget.levels_left();
        self.is_erased = self.session.is_erased.get();
        read(self)
    }

    /// The number of compound values around the position.
    pub(in crate::state) fn depth(&self) -> usize {
        self.session.budget.depth_at(self.left)
    }
}

#[cold]
#[inline(never)]
fn trailing(count: usize) -> Error {
    Kind::TrailingBytes { what: "the state", count }.into()
}
