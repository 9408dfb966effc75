//! The one error type of the crate. Imports its siblings.
//!
//! Invariant: codes are append-only, and a message never holds payload bytes or control characters.

mod foreign;
mod found;
mod hint;
mod kind;
mod path;
mod predicates;
mod table;

#[cfg(feature = "json")]
pub(crate) use foreign::Passing;
pub(crate) use hint::Hint;
pub(crate) use kind::{Kind, cut};
use path::Path;
pub(crate) use path::Step;
use std::fmt;
pub use table::{Blame, Row, TABLE};

/// An error of an encode, a decode or a look-up: what is wrong, found and expected, what to do.
///
/// The kind is private; a program acts on the predicates or on the stable [`code`](Error::code). The predicates say who
/// has to act:
///
/// - the sender of the bytes: [`is_malformed`](Error::is_malformed);
/// - the builder of the two programs: [`is_unlinked`](Error::is_unlinked), [`is_mismatch`](Error::is_mismatch);
/// - the crate that registers a type: [`is_registration`](Error::is_registration);
/// - the caller: [`is_format`](Error::is_format), [`is_misuse`](Error::is_misuse);
/// - the author of other code: [`is_foreign`](Error::is_foreign);
/// - the receiver, by its own choice: [`is_limit`](Error::is_limit), [`is_denied`](Error::is_denied).
///
/// Exactly one of these is true. `docs/errors.md` lists all codes.
///
/// ```
/// let error = typeport::from_slice::<i64>(b"{\"not\": \"an envelope\"}").unwrap_err();
/// assert!(error.is_malformed());
/// assert_eq!(error.code(), 1);
/// assert!(error.to_string().starts_with("not an envelope"));
/// ```
pub struct Error(Box<Inner>);

#[derive(Clone)]
struct Inner {
    kind: Kind,
    path: Path,
}

/// The result of this crate's functions.
pub type Result<T, E = Error> = std::result::Result<T, E>;

impl Error {
    pub(crate) fn new(kind: Kind) -> Self {
        Error(Box::new(Inner { kind, path: Path::default() }))
    }

    pub(crate) fn into_kind(self) -> Kind {
        self.0.kind
    }

    /// Whether the error is the message of a `Deserialize` or a format about a state.
    #[cfg(feature = "json")]
    pub(crate) fn is_of_state(&self) -> bool {
        matches!(self.0.kind, Kind::State { .. })
    }

    /// The error with another kind at the same path.
    #[cfg(feature = "json")]
    pub(crate) fn with_kind(mut self, kind: Kind) -> Self {
        self.0.kind = kind;
        self
    }

    /// A copy with its path.
    #[cold]
    pub(crate) fn copy(&self) -> Self {
        Error(self.0.clone())
    }

    /// Whether the error ends a decode even if the code of a type catches it: a limit, the policy, or a panic.
    pub(crate) fn ends_decode(&self) -> bool {
        self.is_limit() || self.is_denied() || self.is_panic()
    }

    /// Whether the error says the same as `other`, perhaps at another path.
    #[cold]
    pub(crate) fn says_as(&self, other: &Error) -> bool {
        self.0.kind.to_string() == other.0.kind.to_string()
    }

    /// The name of the type that a policy forbids.
    pub(crate) fn denied_name(&self) -> Option<&str> {
        match &self.0.kind {
            Kind::NotAllowed { name, .. } => Some(name),
            _ => None,
        }
    }

    /// A copy for another value of the same type; `None` if another value may fail differently.
    pub(crate) fn again(&self) -> Option<Error> {
        (self.is_unlinked() || self.is_denied()).then(|| Error::new(self.0.kind.clone()))
    }

    /// Replaces the name and value of an exceeded limit, and the needed value, by the result of `with`.
    #[cold]
    pub(crate) fn map_limit(mut self, with: impl FnOnce(&'static str, u64, u64) -> (&'static str, u64, u64)) -> Self {
        if let Kind::Limit { limit, value, asked } = &mut self.0.kind {
            (*limit, *value, *asked) = with(limit, *value, *asked);
        }
        self
    }

    /// Adds a step to the front of the path; a level without a name adds none.
    #[cold]
    pub(crate) fn within(mut self, step: impl Into<Option<Step>>) -> Self {
        if let Some(step) = step.into() {
            self.0.path.push(step);
        }
        self
    }

    /// Returns the path in the value, such as `jobs[3].value`, or `None` if the error is about the whole value.
    ///
    /// Fields and variants have their names, elements their positions, map entries their positions in the input. A path of more
    /// than 32 steps is shortened to the first and the last 16.
    pub fn path(&self) -> Option<String> {
        (!self.0.path.is_empty()).then(|| self.0.path.to_string())
    }
}

impl From<Kind> for Error {
    fn from(kind: Kind) -> Self {
        Error::new(kind)
    }
}

/// For loops that also read from the stream by other functions than [`from_reader`](crate::from_reader).
impl From<std::io::Error> for Error {
    fn from(error: std::io::Error) -> Self {
        Kind::from(error).into()
    }
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.give_copy();
        if !self.0.path.is_empty() {
            write!(f, "{}: ", self.0.path)?;
        }
        self.0.kind.fmt(f)
    }
}

impl fmt::Debug for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Error(code {}: {self})", self.code())
    }
}

impl std::error::Error for Error {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        match &self.0.kind {
            Kind::Io(error) => Some(&**error),
            _ => None,
        }
    }
}

/// The most characters of foreign text in a message.
const PRINTED: usize = 200;

/// `text` with control and invisible characters escaped, cut if it is long.
pub(crate) fn printable(text: &str) -> String {
    let mut out: String = text.chars().take(PRINTED).flat_map(escaped).collect();
    if text.chars().nth(PRINTED).is_some() {
        out.push_str("...");
    }
    out
}

fn escaped(character: char) -> impl Iterator<Item = char> {
    // Quotes are harmless in a message; everything that is neither printable ASCII nor a letter or digit is escaped,
    // which covers bidirectional marks and other format characters.
    let plain =
        character == '"' || character == '\'' || (' '..='~').contains(&character) || character.is_alphanumeric();
    let kept = plain.then_some(character);
    let replaced = (!plain).then(|| character.escape_unicode());
    kept.into_iter().chain(replaced.into_iter().flatten())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_message_holds_no_control_characters() {
        assert_eq!(printable("a\u{1b}[31m\u{202e}b\n"), "a\\u{1b}[31m\\u{202e}b\\u{a}");
        assert_eq!(printable(&"x".repeat(300)).len(), PRINTED + 3);
    }
}
