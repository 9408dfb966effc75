//! Encodes that are tried: decoded and encoded again, to see whether what was written is read. Imports `envelope`, `error`,
//! `format`, `limits`, `policy`, `state`, `type_name` and its siblings.

use super::config::Codec;
use super::encoded::Encoded;
use super::value::{Incoming, VALUE, Value};
use crate::envelope::Envelope;
use crate::error::{Kind, Result};
#[cfg(feature = "json")]
use crate::format::{Format, same_but_for_order};
#[cfg(feature = "json")]
use crate::limits::Limits;
use crate::policy::Policy;
use crate::state::{LookupSource as _, Session, Terms, contain};
use crate::type_name::TypeName;
use std::cell::Cell;
use std::collections::{BTreeMap, BTreeSet};
use std::thread::LocalKey;

/// How a value that came back is compared with the one that was written.
pub(super) enum Compared {
    NotAtAll,
    Whole,
    /// With the values of these types kept as they came.
    AsCarried(BTreeSet<String>),
}

/// Whether `again` is the same as the bytes of `envelope`, but for the order of what has none. In binary states that changes the
/// places of types in tables, so the number of bytes alone is compared.
fn is_the_same(bytes: &[u8], envelope: &Envelope<'_>, again: &[u8]) -> Result<bool> {
    #[cfg(feature = "json")]
    if envelope.format() == Format::Json && bytes.len() == again.len() {
        let again = Envelope::parse_exact(again, &Limits::trusted())?;
        return Ok(same_but_for_order(envelope.state(), again.state()));
    }
    let _ = envelope;
    Ok(bytes.len() == again.len())
}

/// An encode that is one of several of the same value.
///
/// A value may be written by way of another serializer, with values in it that are, and so on. If each level had several encodes
/// within each of those around it, they would double with each level. So within one of them there is one of each value.
pub(crate) struct Trial {
    is_running: &'static LocalKey<Cell<bool>>,
    was_running: bool,
}

thread_local! {
    static IS_OTHER: Cell<bool> = const { Cell::new(false) };
    static IS_AGAIN: Cell<bool> = const { Cell::new(false) };
}

impl Trial {
    fn begin(is_running: &'static LocalKey<Cell<bool>>) -> Self {
        Trial { is_running, was_running: is_running.replace(true) }
    }

    /// In another format than the first. What `encode` gives, or nothing within another such trial.
    pub(crate) fn in_others<T>(encode: impl FnOnce() -> T) -> Option<T> {
        let trial = Trial::begin(&IS_OTHER);
        (!trial.was_running).then(encode)
    }

    /// Whether a value that came back is encoded again. What is in it was verified when it was first written.
    fn is_again() -> bool {
        IS_AGAIN.get()
    }
}

impl Drop for Trial {
    fn drop(&mut self) {
        self.is_running.set(self.was_running);
    }
}

impl Codec {
    /// Checks that `encoded`, the encoding of `value`, comes back as such a value. What is carried in it is not built from it
    /// unless its own terms allow that.
    pub(super) fn verify_encoding<V: Value + ?Sized>(
        &self,
        value: &V,
        encoded: &Encoded,
        compared: Compared,
    ) -> Result<()> {
        // A decode that runs is not to pay for it.
        let _aside = Session::set_aside();
        let envelope = Envelope::parse_exact(&encoded.bytes, &self.limits)?;
        let mut terms = self.terms().and(&Terms { limits: None, ..encoded.terms() });
        if let Compared::AsCarried(names) = &compared {
            terms.policy = terms.policy.and(Policy::all_but(names.clone()));
        }
        let copy = Incoming::decode(&terms, &envelope, |incoming| value.__about().decode_alike(incoming))?;
        let name = || envelope.name().to_owned();
        if let Compared::NotAtAll = compared {
            return contain(name, || {
                drop(copy);
                Ok(())
            });
        }
        // What is within has been tried already, and the work would double with each level.
        let _within = Trial::begin(&IS_AGAIN);
        let again = contain(name, || Ok(self.encode_value(Vec::new(), &*{ copy }, envelope.format())?.bytes))?;
        if !is_the_same(&encoded.bytes, &envelope, &again)? {
            let (name, written, again) = (name(), encoded.bytes.len(), again.len());
            return Err(Kind::NotTheSame { name, written, again }.into());
        }
        Ok(())
    }

    /// Checks what serde's buffer may have spoilt.
    pub(super) fn verify_if_doubtful<V: Value + ?Sized>(&self, value: &V, encoded: &Encoded) -> Result<()> {
        if !encoded.is_doubtful || Trial::is_again() {
            return Ok(());
        }
        let carried = encoded.noted.as_ref().map(|noted| &noted.carried).filter(|carried| !carried.is_empty());
        let verified = match carried {
            None => self.verify_encoding(value, encoded, Compared::Whole),
            // What is carried would come back as a value where its type is linked, with another text.
            Some(carried) => {
                let names = Compared::AsCarried(self.names_of_carried(carried));
                match self.verify_encoding(value, encoded, names) {
                    // One of its type stands in a place that carries nothing.
                    Err(error) if error.is_denied() => self.verify_encoding(value, encoded, Compared::NotAtAll),
                    verified => verified,
                }
            }
        };
        match verified {
            // It is for another process.
            Err(error) if error.is_unlinked() || error.is_denied() => Ok(()),
            Err(error) => {
                let (name, reason) = (value.type_name().to_string(), error.to_string());
                Err(Kind::Buffered { name, reason }.into())
            }
            Ok(()) => Ok(()),
        }
    }

    /// The names of these types, as their senders spelled them and as they are spelled here.
    fn names_of_carried(&self, carried: &BTreeMap<u64, TypeName>) -> BTreeSet<String> {
        let lookup = self.registry.lookup();
        let here = |(hash, name): (&u64, &TypeName)| lookup.plan(name.as_str(), Some(*hash), &VALUE, &self.limits);
        let here = carried.iter().filter_map(|entry| Some(here(entry).ok()?.name.to_string()));
        carried.values().map(TypeName::to_string).chain(here).collect()
    }
}
