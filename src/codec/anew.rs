//! Rewrites a carried value in another state format, or without the other values of its envelope. Imports `envelope`, `error`,
//! `format`, `limits`, `registry`, `schema`, `state`, `type_name` and its siblings.
//!
//! Invariant: a value neither pays for the schema and names that it shares with other values, nor takes them along.

use super::config::Codec;
use super::decode::check_limit;
use super::value::{Contents, Incoming, Opaque, Rewriting, Value};
use crate::envelope::Envelope;
use crate::error::Result;
use crate::format::Format;
use crate::limits::Limits;
use crate::registry::Registry;
#[cfg(feature = "json")]
use crate::schema::Schema;
use crate::state::{Budget, EnvelopeParts, Names, Provenance, Session, Terms, contain, once};
use crate::type_name::NameList;
#[cfg(feature = "json")]
use std::cell::RefCell;
use std::sync::Arc;
use std::sync::atomic::Ordering;

thread_local! {
    /// The value that pays for rewriting by a schema: the outermost one, as its inner values are rewritten with it each time.
    #[cfg(feature = "json")]
    static PAYER: RefCell<Option<Payer>> = const { RefCell::new(None) };
}

#[cfg(feature = "json")]
#[derive(Clone)]
struct Payer {
    came: Arc<Provenance>,
    /// Whether it has paid at an earlier rewriting.
    has_paid: bool,
}

#[cfg(feature = "json")]
impl Payer {
    fn of(opaque: &Opaque) -> Self {
        let Contents { came, rewriting, .. } = &*opaque.0;
        Payer { came: Arc::clone(came), has_paid: rewriting.is_counted.swap(true, Ordering::Relaxed) }
    }

    /// Lets `opaque` pay until the guard ends, unless an outer value does.
    fn begin(opaque: &Opaque) -> Option<PayerGuard> {
        PAYER.with_borrow_mut(|payer| payer.is_none().then(|| *payer = Some(Payer::of(opaque))).map(PayerGuard))
    }
}

#[cfg(feature = "json")]
struct PayerGuard(());

#[cfg(feature = "json")]
impl Drop for PayerGuard {
    fn drop(&mut self) {
        PAYER.take();
    }
}

impl Opaque {
    /// Encodes `value`, which was decoded from this one, in another state format and under the same terms, for the running encode:
    /// that one notes its shapes, and its levels continue the count of `budget`.
    pub(crate) fn reformatted(&self, value: &dyn Value, format: Format, budget: Option<&Budget>) -> Result<Opaque> {
        let Limits { envelope_bytes, .. } = self.terms().own_limits();
        let limits = Limits { envelope_bytes, ..Limits::trusted() };
        let bytes = {
            let _around = Budget::pass_on(budget, || self.terms().own_limits())?;
            let _within = Names::convert();
            #[cfg(feature = "json")]
            let _payer = Payer::begin(self);
            Codec::default().format(format).limits(limits.clone()).to_vec(value)?
        };
        let terms = Terms { is_copy: true, ..self.terms().clone() };
        let made = Incoming::decode(&terms, &Envelope::parse_exact(&bytes, &limits)?, |incoming| incoming.opaque())?;
        if !Names::is_writing() {
            return Ok(made);
        }
        // The outer encode notes the names once, and not for each value.
        Names::note_names(&made.0.came.names)?;
        Ok(made.with_came(Arc::clone(self.0.came.bare())))
    }

    /// The value without the data that it shares with other values of its envelope: the schema, and the names that it does not reach.
    /// Another crate's format would repeat them for each value. A root keeps its own.
    ///
    /// Even a small value may reach many names, so all values of an envelope share the memory limit of one decode for them.
    pub(super) fn alone(&self) -> Result<Option<Opaque>> {
        let came = &self.0.came;
        if self.0.has_checksum.is_some() || (came.schema.is_none() && came.names.is_empty()) {
            return Ok(None);
        }
        let names = self.reached();
        if !self.0.rewriting.are_names_counted.swap(true, Ordering::Relaxed) {
            let bytes = names.iter().map(|(_, name)| name.memory()).fold(0, usize::saturating_add);
            let earlier = came.rewritten.fetch_add(bytes, Ordering::Relaxed);
            check_limit("memory_bytes", came.terms.own_limits().memory_bytes, earlier.saturating_add(bytes))?;
        }
        Ok(Some(self.with_came(Provenance { names, terms: came.terms.clone(), ..Provenance::default() }.into())))
    }

    /// Decodes a value without a type hash, under the terms of the decode that carried it and of a running one.
    pub(crate) fn under_terms<T>(&self, decode: impl FnOnce() -> Result<T>) -> Result<T> {
        let is_running = Session::is_running();
        let parts = EnvelopeParts { state: self.state(), names: None, table: &[], schema: None, memory: 0 };
        let (mut decode, mut decoded) = (Some(decode), None);
        let mut run = |session: &Session| {
            if !is_running {
                // The text is already in memory, so the whole memory limit counts as earned.
                session.budget.earn(usize::MAX);
            }
            decoded = Some(session.verdict(once(&mut decode)?())?);
            Ok(())
        };
        let name = || self.type_name().to_string();
        contain(name, || Session::with_envelope(self.terms(), Registry::global(), parts, size_of::<T>(), &mut run))?;
        once(&mut decoded)
    }

    /// The names of types that this value may reach.
    pub(super) fn reached(&self) -> NameList {
        let Contents { format, state, table, came, .. } = &*self.0;
        match format {
            Format::Json => came.names.reached_in_json(state),
            _ => came.names.reached(state, table),
        }
    }

    fn with_came(&self, came: Arc<Provenance>) -> Opaque {
        let Contents { name, hash, format, has_checksum, state, table, .. } = &*self.0;
        let (name, state, table) = (name.clone(), state.clone(), table.clone());
        let (hash, format, has_checksum, rewriting) = (*hash, *format, *has_checksum, Rewriting::default());
        Opaque(Arc::new(Contents { name, hash, format, has_checksum, state, table, came, rewriting }))
    }

    /// The cached rewriting by the schema, or the result of `rewrite`: a schema may be large, so a value pays for it once.
    #[cfg(feature = "json")]
    pub(super) fn rewritten(&self, format: Format, rewrite: impl FnOnce() -> Result<Opaque>) -> Result<Opaque> {
        match self.0.rewriting.made.get() {
            Some(known) if known.format() == format => Ok(known.clone()),
            _ => rewrite().inspect(|made| drop(self.0.rewriting.made.set(made.clone()))),
        }
    }

    /// Runs a rewriting by the schema, and counts its memory the first time. All values of an envelope share the limit of one
    /// decode, as each may reach the whole schema. A failed rewriting is free when it is tried again.
    #[cfg(feature = "json")]
    pub(super) fn counted<T>(&self, session: &Session, rewrite: impl FnOnce() -> Result<T>) -> Result<T> {
        let outermost = PAYER.with_borrow(Clone::clone);
        let Payer { came, has_paid } = outermost.unwrap_or_else(|| Payer::of(self));
        let (all, limit) = (&came.rewritten, session.budget.limits.memory_bytes);
        check_limit("memory_bytes", limit, all.load(Ordering::Relaxed))?;
        let before = session.budget.charged();
        let rewritten = rewrite();
        if has_paid {
            return rewritten;
        }
        let former = self.schema().map_or(0, Schema::former_ids).saturating_mul(size_of::<[&str; 2]>());
        let memory = session.budget.charged().saturating_sub(before).saturating_add(former);
        let earlier = all.fetch_add(memory, Ordering::Relaxed);
        check_limit("memory_bytes", limit, earlier.saturating_add(memory))?;
        rewritten
    }

    /// The value with its state in another format.
    #[cfg(feature = "json")]
    pub(super) fn with_state(&self, format: Format, state: Vec<u8>, table: Vec<u64>) -> Self {
        let Contents { name, hash, has_checksum, came, .. } = &*self.0;
        let (name, came, state, table) = (name.clone(), Arc::clone(came), state.into(), table.into());
        let (hash, has_checksum, rewriting) = (*hash, *has_checksum, Rewriting::default());
        Opaque(Arc::new(Contents { name, hash, format, has_checksum, state, table, came, rewriting }))
    }
}
