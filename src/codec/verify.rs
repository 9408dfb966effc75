//! Verifies encodes by decoding and re-encoding them. Imports `envelope`, `error`,
//! `format`, `limits`, `policy`, `state`, `type_name` and its siblings.

use super::config::Codec;
use super::encoded::Encoded;
use super::unsettled::Naming;
use super::value::{About, Incoming, VALUE};
use crate::envelope::Envelope;
use crate::error::{Kind, Result};
#[cfg(feature = "json")]
use crate::format::{Format, same_but_for_order};
#[cfg(feature = "json")]
use crate::limits::Limits;
use crate::policy::Policy;
use crate::state::{LookupSource as _, Session, Terms, apart, contain};
use crate::type_name::TypeName;
use std::cell::Cell;
use std::collections::{BTreeMap, BTreeSet};
use std::thread::LocalKey;

/// How to compare the decoded value with the encoded one.
pub(super) enum Compared {
    NotAtAll,
    Whole,
    /// Values of these types stay carried.
    AsCarried(BTreeSet<String>),
}

/// Whether `again` equals the bytes of `envelope`, apart from the order of unordered collections. In binary states the order changes
/// indexes into tables, so only the number of bytes is compared.
fn is_the_same(bytes: &[u8], envelope: &Envelope<'_>, again: &[u8]) -> Result<bool> {
    #[cfg(feature = "json")]
    if envelope.format() == Format::Json && bytes.len() == again.len() {
        let again = Envelope::parse_exact(again, &Limits::trusted())?;
        return Ok(same_but_for_order(envelope.state(), again.state()));
    }
    let _ = envelope;
    Ok(bytes.len() == again.len())
}

/// An encode that is one of several attempts for the same value.
///
/// A value may encode inner values through another serializer, and so on. Several attempts at each level would multiply with each
/// level, so inside one attempt each inner value is encoded once.
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

    /// Runs `encode`, an attempt in other formats, or returns `None` inside another such attempt.
    pub(crate) fn in_others<T>(encode: impl FnOnce() -> T) -> Option<T> {
        let trial = Trial::begin(&IS_OTHER);
        (!trial.was_running).then(encode)
    }

    /// Whether a decoded value is being re-encoded. Its inner values were verified at the first encode.
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
    /// Checks that `encoded`, the encoding of a value with these properties, decodes to an equal value. A carried value in it is
    /// built only if its own terms allow that.
    pub(super) fn verify_encoding(&self, about: &About<'_>, encoded: &Encoded, compared: Compared) -> Result<()> {
        // A running decode must not pay for this.
        let (_aside, _apart) = (Session::set_aside(), apart());
        let envelope = Envelope::parse_exact(&encoded.bytes, &self.limits)?;
        let mut terms = self.terms().and(&Terms { limits: None, ..encoded.terms() });
        if let Compared::AsCarried(names) = &compared {
            terms.policy = terms.policy.and(Policy::all_but(names.clone()));
        }
        let copy = Incoming::decode(&terms, &envelope, |incoming| about.decode_alike(incoming))?;
        let name = || envelope.name().to_owned();
        if let Compared::NotAtAll = compared {
            return contain(name, || {
                drop(copy);
                Ok(())
            });
        }
        // Inner values have been verified already, and the work would double with each level.
        let _within = Trial::begin(&IS_AGAIN);
        let again = contain(name, || {
            let copy = copy;
            let alike = about.within(|| (*copy).__about().settled(Naming::ByScope))?;
            Ok(self.encode_value(Vec::new(), &*copy, &alike, envelope.format())?.bytes)
        })?;
        if !is_the_same(&encoded.bytes, &envelope, &again)? {
            let (name, written, again) = (name(), encoded.bytes.len(), again.len());
            return Err(Kind::NotTheSame { name, written, again }.into());
        }
        Ok(())
    }

    /// Verifies an encode that serde's buffer may have changed.
    pub(super) fn verify_if_doubtful(&self, about: &About<'_>, encoded: &Encoded) -> Result<()> {
        if !encoded.is_doubtful || Trial::is_again() {
            return Ok(());
        }
        let carried = encoded.noted.as_ref().map(|noted| &noted.carried).filter(|carried| !carried.is_empty());
        let verified = match carried {
            None => self.verify_encoding(about, encoded, Compared::Whole),
            // A carried value whose type is linked would be decoded, and its text would differ.
            Some(carried) => {
                let names = Compared::AsCarried(self.names_of_carried(carried));
                match self.verify_encoding(about, encoded, names) {
                    // A field that does not carry has a value of this type.
                    Err(error) if error.is_denied() => self.verify_encoding(about, encoded, Compared::NotAtAll),
                    verified => verified,
                }
            }
        };
        match verified {
            // Only another process can decode it.
            Err(error) if error.is_unlinked() || error.is_denied() => Ok(()),
            Err(error) => {
                let (name, reason) = (about.type_name().to_string(), error.to_string());
                Err(Kind::Buffered { name, reason }.into())
            }
            Ok(()) => Ok(()),
        }
    }

    /// The names of these types, as their senders spell them and as this process does.
    fn names_of_carried(&self, carried: &BTreeMap<u64, TypeName>) -> BTreeSet<String> {
        let lookup = self.registry.lookup();
        let here = |(hash, name): (&u64, &TypeName)| lookup.plan(name.as_str(), Some(*hash), &VALUE, &self.limits);
        let here = carried.iter().filter_map(|entry| Some(here(entry).ok()?.name.to_string()));
        carried.values().map(TypeName::to_string).chain(here).collect()
    }
}
