//! The predicates of an error. Imports its siblings.
//!
//! Invariant: the table gives the answers; only `is_end` looks at the error itself.

use super::table::{Blame, Predicate};
use super::{Error, Kind};

impl Error {
    /// Returns the number of the error's kind, the same in every version: codes are added, never changed or reused.
    ///
    /// ```
    /// assert_eq!(typeport::from_slice::<i64>(b"hello").unwrap_err().code(), 1);
    /// ```
    pub fn code(&self) -> u16 {
        self.0.kind.row().code
    }

    fn blames(&self, blame: Blame) -> bool {
        self.0.kind.row().blame == blame
    }

    fn is(&self, predicate: Predicate) -> bool {
        self.0.kind.row().predicate == predicate
    }

    /// Returns whether the bytes are wrong for any program: truncated, damaged, of another version, or not an envelope.
    ///
    /// ```
    /// let bytes = typeport::to_vec(&"hello".to_owned())?;
    /// let error = typeport::from_slice::<String>(&bytes[..9]).unwrap_err();
    /// assert!(error.is_malformed(), "{error}");
    /// # Ok::<(), typeport::Error>(())
    /// ```
    pub fn is_malformed(&self) -> bool {
        self.blames(Blame::Bytes)
    }

    /// Returns whether the input was empty: the stream ended where an envelope could have begun.
    ///
    /// ```
    /// let mut stream = typeport::to_vec(&5_i64)?;
    /// stream.extend(typeport::to_vec(&6_i64)?);
    /// let (mut reader, mut sum) = (stream.as_slice(), 0);
    /// let end = loop {
    ///     match typeport::from_reader::<i64>(&mut reader) {
    ///         Ok(number) => sum += number,
    ///         Err(error) => break error,
    ///     }
    /// };
    /// assert!(end.is_end() && sum == 11);
    /// # Ok::<(), typeport::Error>(())
    /// ```
    pub fn is_end(&self) -> bool {
        matches!(self.0.kind, Kind::NotAnEnvelope { found: None })
    }

    /// Returns whether this process lacks a type, an argument or a membership: another process may decode the same bytes.
    ///
    /// ```
    /// use typeport::portable;
    ///
    /// #[portable]
    /// trait Shape {}
    ///
    /// let error = typeport::from_slice::<Box<dyn Shape>>(&typeport::to_vec(&5_i64)?).unwrap_err();
    /// assert!(error.is_unlinked(), "{error}");
    /// # Ok::<(), typeport::Error>(())
    /// ```
    pub fn is_unlinked(&self) -> bool {
        self.is(Predicate::Unlinked)
    }

    /// Returns whether the bytes hold a type other than the requested one, or a different shape of that type.
    ///
    /// ```
    /// let error = typeport::from_slice::<String>(&typeport::to_vec(&5_i64)?).unwrap_err();
    /// assert!(error.is_mismatch(), "{error}");
    /// # Ok::<(), typeport::Error>(())
    /// ```
    pub fn is_mismatch(&self) -> bool {
        self.is(Predicate::Mismatch)
    }

    /// Returns whether a linked crate registers its types wrongly; [`is_ambiguous`](Error::is_ambiguous) has an example.
    ///
    /// ```
    /// assert!(!typeport::from_slice::<i64>(b"hello").unwrap_err().is_registration());
    /// ```
    pub fn is_registration(&self) -> bool {
        self.blames(Blame::Registration)
    }

    /// Returns whether two linked types claim one id.
    ///
    /// ```standalone_crate
    /// use serde::{Deserialize, Serialize};
    /// use typeport::Portable;
    ///
    /// #[derive(Debug, Serialize, Deserialize, Portable)]
    /// #[portable(id = "acme::Price")]
    /// struct Price(i64);
    ///
    /// #[derive(Debug, Serialize, Deserialize, Portable)]
    /// #[portable(id = "acme::Price")]
    /// struct OtherPrice(i64);
    ///
    /// # fn main() {
    /// let error = typeport::to_vec(&Price(5)).unwrap_err();
    /// assert!(error.is_ambiguous() && error.is_registration(), "{error}");
    /// # }
    /// ```
    pub fn is_ambiguous(&self) -> bool {
        self.is(Predicate::Ambiguous)
    }

    /// Returns whether the state format is not compiled in, is not allowed by the type, or cannot represent the value.
    ///
    /// ```
    /// use typeport::{Codec, Format};
    /// let error = Codec::default().format(Format::Json).to_vec(&f64::NAN).unwrap_err();
    /// assert!(error.is_format(), "{error}");
    /// ```
    pub fn is_format(&self) -> bool {
        self.is(Predicate::Format)
    }

    /// Returns whether the caller requests something that typeport cannot do: to encode a value of an erased type alone, or two
    /// types with the same hash in one envelope.
    ///
    /// ```
    /// use typeport::{Portable, Value, portable};
    /// # use serde::{Deserialize, Serialize};
    ///
    /// #[derive(Debug, Serialize, Deserialize, Portable)]
    /// struct Pair<T>(T, T);
    ///
    /// #[portable]
    /// trait Halved {
    ///     fn keep_none(&self, kept: &std::sync::Mutex<Vec<Box<dyn Value>>>);
    /// }
    ///
    /// #[portable]
    /// impl<T: Portable> Halved for Pair<T> {
    ///     fn keep_none(&self, kept: &std::sync::Mutex<Vec<Box<dyn Value>>>) {
    ///         kept.lock().unwrap().push(Box::new(Vec::<T>::new()));
    ///     }
    /// }
    ///
    /// let pair: Box<dyn Halved> = typeport::from_slice(&typeport::to_vec(&Pair(1_u8, 2))?)?;
    /// let kept = std::sync::Mutex::default();
    /// pair.keep_none(&kept);
    /// // Outside the method `T` is unknown, and an empty list does not tell it.
    /// let error = typeport::to_vec(&*kept.lock().unwrap()[0]).unwrap_err();
    /// assert!(error.is_misuse(), "{error}");
    /// # Ok::<(), typeport::Error>(())
    /// ```
    pub fn is_misuse(&self) -> bool {
        self.is(Predicate::Misuse)
    }

    /// Returns whether code other than typeport's is at fault: a `Serialize` or `Deserialize` that fails, breaks its contract or
    /// panics, or a stream.
    ///
    /// ```
    /// use std::time::{Duration, SystemTime};
    /// let early = SystemTime::UNIX_EPOCH - Duration::from_secs(1);
    /// let error = typeport::to_vec(&early).unwrap_err(); // serde has no such time
    /// assert!(error.is_foreign(), "{error}");
    /// ```
    pub fn is_foreign(&self) -> bool {
        self.blames(Blame::Foreign)
    }

    /// Returns whether a type's code panicked. The panic was caught.
    ///
    /// ```
    /// use serde::{Deserialize, Deserializer, Serialize};
    /// use typeport::Portable;
    ///
    /// #[derive(Debug, Serialize, Portable)]
    /// struct Untested(u8);
    ///
    /// impl<'de> Deserialize<'de> for Untested {
    ///     fn deserialize<D: Deserializer<'de>>(_: D) -> Result<Self, D::Error> {
    ///         panic!("not yet written")
    ///     }
    /// }
    ///
    /// let error = typeport::from_slice::<Untested>(&typeport::to_vec(&Untested(1))?).unwrap_err();
    /// assert!(error.is_panic() && error.is_foreign(), "{error}");
    /// # Ok::<(), typeport::Error>(())
    /// ```
    pub fn is_panic(&self) -> bool {
        self.is(Predicate::Panic)
    }

    /// Returns whether reading or writing the underlying stream failed.
    ///
    /// ```
    /// let mut small = [0_u8; 4];
    /// let error = typeport::to_writer(small.as_mut_slice(), &5_i64).unwrap_err();
    /// assert!(error.is_io() && error.is_foreign(), "{error}");
    /// ```
    pub fn is_io(&self) -> bool {
        self.is(Predicate::Io)
    }

    /// Returns whether the value exceeds one of the [`Limits`](crate::Limits), or the thread has too little stack left.
    ///
    /// ```
    /// use typeport::{Codec, Limits};
    /// let bytes = typeport::to_vec(&vec![1_i64, 2, 3])?;
    /// let few = Limits::default().with_items(2);
    /// let error = Codec::default().limits(few).from_slice::<Vec<i64>>(&bytes).unwrap_err();
    /// assert!(error.is_limit(), "{error}");
    /// # Ok::<(), typeport::Error>(())
    /// ```
    pub fn is_limit(&self) -> bool {
        self.is(Predicate::Limit)
    }

    /// Returns whether the [`Policy`](crate::Policy) forbids a type.
    ///
    /// ```
    /// use typeport::{Codec, Policy};
    /// let codec = Codec::default().policy(Policy::deny_all().allow::<i64>());
    /// let error = codec.from_slice::<String>(&typeport::to_vec(&"hello".to_owned())?).unwrap_err();
    /// assert!(error.is_denied(), "{error}");
    /// # Ok::<(), typeport::Error>(())
    /// ```
    pub fn is_denied(&self) -> bool {
        self.is(Predicate::Denied)
    }
}
