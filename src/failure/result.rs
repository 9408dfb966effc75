//! Reads the failure in a `Result<T, Failure>` with an unknown `T`. Imports `codec`, `envelope`, `error`, `format`, `shape`
//! and its siblings.

use super::Failure;
use crate::codec::{Codec, Incoming};
use crate::envelope::Envelope;
use crate::error::{Kind, Result};
use crate::format::Format;
use crate::shape::FAILURE;
use serde::de::{Deserialize, Deserializer, Error as _, IgnoredAny, MapAccess, Visitor};
use std::fmt;

impl Codec {
    /// Returns the failure in an envelope of a `Result<T, Failure>`, whatever `T` is: for programs that list the outcomes of jobs
    /// without linking their result types. Returns `None` for an `Ok`, which is not decoded; [`Opaque`](crate::Opaque) can keep it.
    ///
    /// # Errors
    ///
    /// The bytes are not an envelope, hold another type, or their `Err` is not a valid failure.
    ///
    /// ```
    /// use typeport::{Codec, Failure};
    /// let result: Result<Vec<u8>, Failure> = Err(Failure::from("no disk"));
    /// let bytes = typeport::to_vec(&result)?;
    /// // No code here knows the type of the `Ok`.
    /// let failure = Codec::default().failure_in(&bytes)?.expect("it failed");
    /// assert_eq!(failure.to_string(), "no disk");
    /// # Ok::<(), typeport::Error>(())
    /// ```
    pub fn failure_in(&self, bytes: &[u8]) -> Result<Option<Failure>> {
        self.decode_exact(bytes, |incoming| incoming.failure())
    }
}

impl Incoming<'_> {
    fn failure(&self) -> Result<Option<Failure>> {
        let envelope = self.envelope()?;
        check_name(envelope)?;
        self.session().check_policy(FAILURE, &|| FAILURE.parse())?;
        match (envelope.format(), envelope.state()) {
            (Format::Json, _) => self.untyped_state::<Branches>(envelope.state()).map(|Branches(failure)| failure),
            // Both formats write the number of the variant, here one byte, and then its content.
            (_, [0, ..]) => Ok(None),
            (_, [1, failure @ ..]) => self.untyped_state::<Failure>(failure).map(Some),
            _ => Err(Kind::Malformed { what: "the state", reason: "a result is neither `Ok` nor `Err`" }.into()),
        }
    }
}

/// Checks that the type is a result with a failure. The hash cannot be checked, as the type of the `Ok` is unknown.
fn check_name(envelope: &Envelope<'_>) -> Result<()> {
    let name = envelope.type_name();
    if name.origin() == "Result" && name.args().nth(1).is_some_and(|error| error.as_str() == FAILURE) {
        return Ok(());
    }
    Err(Kind::WrongType { expected: format!("Result<_, {FAILURE}>"), found: name.to_string() }.into())
}

/// A result in JSON.
struct Branches(Option<Failure>);

impl<'de> Deserialize<'de> for Branches {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_map(BranchesVisitor)
    }
}

struct BranchesVisitor;

impl<'de> Visitor<'de> for BranchesVisitor {
    type Value = Branches;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a map with `Ok` or `Err`")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Branches, A::Error> {
        let branches = match map.next_key::<String>()?.as_deref() {
            Some("Ok") => {
                map.next_value::<IgnoredAny>()?;
                Branches(None)
            }
            Some("Err") => Branches(Some(map.next_value()?)),
            _ => return Err(A::Error::custom("a result is neither `Ok` nor `Err`")),
        };
        match map.next_key::<IgnoredAny>()? {
            Some(_) => Err(A::Error::custom("a result has more than one of `Ok` and `Err`")),
            None => Ok(branches),
        }
    }
}
