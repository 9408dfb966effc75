//! How a decode ends after a refusal: a limit, the policy, a panic or a forged key. Imports `error`, `limits`, `type_name` and its
//! siblings.
//!
//! Invariant: the decode ends with its first refusal, also if the code of a type has caught the error and gone on.

use super::contain::contain;
use super::open_envelope::Carry;
use super::types::Session;
use crate::error::{Error, Kind, Result};
use crate::limits::Limits;
use crate::type_name::TypeName;

impl Session {
    /// Notes an error if it is a refusal.
    #[cold]
    pub(crate) fn noted(&self, error: Error) -> Error {
        if error.ends_decode() { self.budget.refuse(error) } else { error }
    }

    /// Notes that a value was hashed whose type has `PartialEq` but no `Hash`. The compiler accepts no such key, so the container is
    /// forged, and all its keys would collide in one bucket.
    pub(crate) fn refuse_key() {
        Session::with_current(|session| {
            if session.check_refusal().is_ok() {
                let reason = "it has a key type without `Hash`";
                session.budget.refuse(Kind::Malformed { what: "the type name", reason }.into());
            }
        });
    }

    /// Ends a decode after a refusal: before the next key or argument is decoded, so that work stops soon.
    #[inline]
    pub(crate) fn check_refusal(&self) -> Result<()> {
        self.budget.refusal.check()
    }

    /// The result of a decode, or its first refusal.
    #[inline]
    pub(crate) fn verdict<T>(&self, decoded: Result<T>) -> Result<T> {
        match (decoded, self.check_refusal()) {
            (decoded, Ok(())) => decoded,
            // The same with its path.
            (Err(error), Err(first)) if error.says_as(&first) => Err(error),
            (_, Err(first)) => Err(first),
        }
    }

    /// Runs code of a user's type; a panic in it is an error that ends the decode.
    #[inline]
    pub(crate) fn contain<T>(&self, name: impl FnOnce() -> String, decode: impl FnOnce() -> Result<T>) -> Result<T> {
        contain(name, decode).map_err(|error| if error.is_denied() { error } else { self.noted(error) })
    }

    /// Notes the error of an envelope that a value decodes inside this decode.
    #[cold]
    pub(crate) fn noted_here(error: Error) -> Error {
        match Session::current() {
            Some(session) => session.noted(error),
            None => error,
        }
    }

    /// The result of a decode of a nested value in another crate's format, or the first refusal.
    pub(crate) fn foreign_verdict<T, E: serde::de::Error>(&self, decoded: Result<T, E>) -> Result<T, E> {
        match (decoded, self.check_refusal()) {
            (decoded, Ok(())) => decoded,
            // The same with the position in the input.
            (Err(error), Err(first)) if first.is_told_by(&error.to_string()) => Err(error),
            (_, Err(first)) => Err(first.pass(E::custom)),
        }
    }

    /// Decodes a nested value that is kept undecoded if its type, or one inside it, is not linked or not allowed.
    pub(crate) fn or_carried<T>(&self, carry: Carry, decode: impl FnOnce() -> Result<T>) -> Result<T> {
        match carry {
            Carry::Nothing | Carry::All => decode(),
            Carry::Unknown => self.apart(decode, |error| !carry.takes(error)),
        }
    }

    /// Runs a decode that ends with its own first refusal, which ends this decode too if `is_ours`.
    pub(in crate::state) fn apart<T>(
        &self,
        decode: impl FnOnce() -> Result<T>,
        is_ours: impl FnOnce(&Error) -> bool,
    ) -> Result<T> {
        let refusal = &self.budget.refusal;
        let outer = refusal.replace(None);
        let decoded = self.verdict(decode());
        let inner = refusal.replace(outer);
        match (decoded, inner) {
            (Err(error), inner) => {
                if is_ours(&error) {
                    self.noted(inner.unwrap_or_else(|| error.copy()));
                }
                Err(error)
            }
            (decoded, _) => decoded,
        }
    }

    /// Whether the error of a decode that a value runs inside this one is this decode's refusal: the inner decode may have a policy of
    /// its own, and its caller is told of a panic.
    #[cold]
    pub(in crate::state) fn refuses_too(&self, error: &Error) -> bool {
        let denies = |name| {
            let parsed = || TypeName::parse(name, &Limits::trusted());
            self.check_policy(name, &parsed).is_err_and(|error| error.is_denied())
        };
        !error.is_panic() && error.denied_name().is_none_or(denies)
    }
}
