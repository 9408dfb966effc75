//! `Error` as a serde error: created by serde's visitors, and carried through the error types of other crates. Imports its siblings.
//!
//! Another crate's error is only text. We search it for our own words alone, which an error of ours has left there, and decide
//! nothing by the rest.
//!
//! Invariant: a message names the kind of an unexpected value, never its content.

use super::found::{OneOf, kind_of};
use super::{Error, Kind, printable};
use serde::de::{Expected, Unexpected};
use std::cell::{Cell, RefCell};
use std::fmt;

thread_local! {
    // Serde's `custom` takes text only. An error of ours that passes through it is kept here.
    static PASSING: RefCell<Option<Error>> = const { RefCell::new(None) };
    // Whether printing an error of ours leaves a copy in `PASSING`: code that is generic over the error type cannot recognize ours.
    static IS_ASKED: Cell<bool> = const { Cell::new(false) };
}

/// The text of an error of ours that only we will read. Users see it only if a format loses the error.
const MARK: &str = "an error inside of a portable value";

/// The prefixes of our messages in front of a message of serde.
const SAID: [&str; 2] = ["invalid state: ", "cannot be encoded: "];

impl Error {
    /// Turns an error of ours into a foreign serde error that tells the same, without losing it: see [`Error::recover`].
    pub(crate) fn pass<E>(self, custom: impl FnOnce(String) -> E) -> E {
        let text = self.to_string();
        PASSING.set(Some(self));
        custom(text)
    }

    /// The error of ours that a foreign serde error carried as `text`, or `None`.
    ///
    /// Crates add a position before or after the text, or quote it, so this searches for it.
    pub(crate) fn recover(text: &str) -> Option<Self> {
        let passing = PASSING.take()?;
        if text.contains(MARK) {
            return Some(passing);
        }
        passing.is_told_by(text).then_some(passing)
    }

    /// Whether the text of a foreign error contains that of this one.
    pub(crate) fn is_told_by(&self, text: &str) -> bool {
        let said = self.to_string();
        text.contains(&said) || text.contains(&said.escape_debug().to_string())
    }

    /// Leaves a copy for [`Error::of_foreign`], if that is printing the error.
    pub(super) fn give_copy(&self) {
        if IS_ASKED.take() {
            PASSING.set(Some(self.copy()));
        }
    }

    /// Our own error if `message` carried it; otherwise an error of `kind` with what `keep` keeps of the message, without our prefixes.
    fn of_message(message: &str, kind: fn(String) -> Kind, keep: fn(&str) -> String) -> Self {
        let once = |message| SAID.iter().fold(message, |message: String, said| message.replace(said, ""));
        Error::recover(message).unwrap_or_else(|| kind(printable(&once(keep(message)))).into())
    }

    /// Like [`Error::pass`], if [`Error::of_foreign`] follows directly. The error is not printed, so the cost does not grow
    /// with the number of levels.
    #[cold]
    pub(crate) fn carry<E: serde::de::Error>(self) -> E {
        PASSING.set(Some(self));
        E::custom(MARK)
    }

    /// Like [`Error::carry`], for serializers.
    #[cfg(feature = "json")]
    #[cold]
    pub(crate) fn carry_out<E: serde::ser::Error>(self) -> E {
        PASSING.set(Some(self));
        E::custom(MARK)
    }

    /// Our own error if the foreign one carried it; otherwise an invalid state with the foreign message.
    #[cold]
    #[cfg_attr(not(feature = "json"), allow(dead_code, reason = "readable formats need it"))]
    pub(crate) fn of_foreign(error: impl fmt::Display) -> Self {
        Error::of_message(&asked(error), state, without_content)
    }

    /// Like [`Error::of_foreign`], for the error of a serializer, which is not about bytes.
    #[cold]
    #[cfg(feature = "json")]
    pub(crate) fn of_foreign_writer(error: impl fmt::Display) -> Self {
        Error::of_message(&asked(error), refused, without_content)
    }
}

fn state(message: String) -> Kind {
    Kind::State { message }
}

fn refused(message: String) -> Kind {
    Kind::Refused { message }
}

/// The message of a foreign error; an error of ours in it leaves a copy.
fn asked(error: impl fmt::Display) -> String {
    IS_ASKED.set(true);
    let message = error.to_string();
    IS_ASKED.set(false);
    message
}

/// The error type of our own sources, which user code sees: it is an error of ours and prints as one.
///
/// A type of its own, so that [`Error::of_foreign`] takes it back without printing it, at each level of a value.
#[cfg(feature = "json")]
#[derive(Debug)]
pub struct Passing(Error);

#[cfg(feature = "json")]
impl Passing {
    /// Like [`Error::of_foreign`].
    #[cold]
    pub(crate) fn of_foreign(error: impl fmt::Display) -> Self {
        Passing(Error::of_foreign(error))
    }

    /// Like [`Error::carry`].
    #[cold]
    pub(crate) fn carry<E: serde::de::Error>(self) -> E {
        self.0.carry()
    }
}

#[cfg(feature = "json")]
impl From<Passing> for Error {
    #[cold]
    fn from(error: Passing) -> Self {
        error.0
    }
}

#[cfg(feature = "json")]
impl fmt::Display for Passing {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if !IS_ASKED.take() {
            return self.0.fmt(f);
        }
        // Our own code asks, and needs no text.
        PASSING.set(Some(self.0.copy()));
        f.write_str(MARK)
    }
}

#[cfg(feature = "json")]
impl std::error::Error for Passing {}

#[cfg(feature = "json")]
impl From<Error> for Passing {
    #[cold]
    fn from(error: Error) -> Self {
        Passing(error)
    }
}

#[cfg(feature = "json")]
impl serde::de::Error for Passing {
    #[cold]
    fn custom<T: fmt::Display>(message: T) -> Self {
        Passing(<Error as serde::de::Error>::custom(message))
    }

    #[cold]
    fn invalid_type(unexpected: Unexpected<'_>, expected: &dyn Expected) -> Self {
        <Error as serde::de::Error>::invalid_type(unexpected, expected).into()
    }

    #[cold]
    fn invalid_value(unexpected: Unexpected<'_>, expected: &dyn Expected) -> Self {
        <Error as serde::de::Error>::invalid_value(unexpected, expected).into()
    }

    #[cold]
    fn unknown_variant(name: &str, expected: &'static [&'static str]) -> Self {
        <Error as serde::de::Error>::unknown_variant(name, expected).into()
    }

    #[cold]
    fn unknown_field(name: &str, expected: &'static [&'static str]) -> Self {
        <Error as serde::de::Error>::unknown_field(name, expected).into()
    }
}

/// The message of a foreign deserializer, without the value that it found.
///
/// Serde's messages have the form ``invalid type: string "..", expected .. ``, possibly after a position; the content is
/// everything from the first quote to the last `, expected`.
#[cfg_attr(not(feature = "json"), allow(dead_code, reason = "readable formats need it"))]
fn without_content(message: &str) -> String {
    let tells_content = ["invalid type: ", "invalid value: ", "unknown variant ", "unknown field "];
    let told = tells_content.iter().filter_map(|begin| message.find(begin)).min();
    let quote = told.and_then(|told| Some(message.get(told..)?.find(['"', '`'])?.saturating_add(told)));
    let Some(quote) = quote else { return message.to_owned() };
    let (Some(begin), end) = (message.get(..quote), message.rfind(", expected").unwrap_or(message.len())) else {
        return message.to_owned();
    };
    let rest = message.get(end.max(quote)..).unwrap_or_default();
    format!("{}{rest}", begin.trim_end())
}

/// The errors of a `Serialize` are about its value.
impl serde::ser::Error for Error {
    fn custom<T: fmt::Display>(message: T) -> Self {
        Error::of_message(&message.to_string(), refused, str::to_owned)
    }
}

/// The errors of a `Deserialize` are about the bytes.
impl serde::de::Error for Error {
    fn custom<T: fmt::Display>(message: T) -> Self {
        Error::of_message(&message.to_string(), state, str::to_owned)
    }

    fn invalid_type(unexpected: Unexpected<'_>, expected: &dyn Expected) -> Self {
        Self::custom(format_args!("invalid type: {}, expected {expected}", kind_of(&unexpected)))
    }

    fn invalid_value(unexpected: Unexpected<'_>, expected: &dyn Expected) -> Self {
        Self::custom(format_args!("invalid value: {}, expected {expected}", kind_of(&unexpected)))
    }

    fn unknown_variant(_: &str, expected: &'static [&'static str]) -> Self {
        Self::custom(format_args!("unknown variant, expected {}", OneOf(expected)))
    }

    fn unknown_field(_: &str, expected: &'static [&'static str]) -> Self {
        Self::custom(format_args!("unknown field, expected {}", OneOf(expected)))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde::de::Error as _;

    #[test]
    fn an_error_survives_a_foreign_error_type() {
        let passed: fmt::Error = Error::from(Kind::Unbound { parameter: None }).pass(|_| fmt::Error);
        assert_eq!(passed, fmt::Error);
        let text = Kind::Unbound { parameter: None }.to_string();
        assert_eq!(Error::custom(format!("{text} at line 1")).code(), 21);
        assert_eq!(Error::custom(&text).code(), 18, "it is recovered once only");
    }

    /// YAML prepends a path, RON a position, CBOR quotes the text, and most formats append a line number.
    #[test]
    fn an_error_is_found_wherever_it_stands_in_a_foreign_text() {
        let refused = || {
            let what = "a \"number\"";
            Error::from(Kind::NotRepresentable { format: "json", what, remedy: "use another".into() })
        };
        let around: [fn(&str) -> String; 4] = [
            |text| format!("item.value: {text} at line 3 column 10"),
            |text| format!("3:10: {text}"),
            |text| format!("Semantic(None, {text:?})"),
            |text| format!("TOML parse error at line 3\n  |\n3 | item = 1\n  |\n{text}\n"),
        ];
        for around in around {
            let passed: serde::de::value::Error = refused().pass(|text| serde::de::Error::custom(around(&text)));
            assert_eq!(Error::of_foreign(&passed).code(), 25, "{passed}");
            let carried: serde::de::value::Error = refused().carry();
            assert_eq!(Error::of_foreign(around(&carried.to_string())).code(), 25);
        }
    }

    #[test]
    fn what_is_wrong_is_said_once() {
        let inner = Error::custom("invalid type: a string, expected u8").to_string();
        let again = Error::of_foreign(format!("item.value: {inner} at line 1"));
        let said = "invalid state: item.value: invalid type: a string, expected u8 at line 1";
        assert_eq!(again.to_string(), said);
        assert_eq!(Error::custom(again.to_string()).to_string(), said);
    }

    #[test]
    fn an_error_is_carried_without_its_text() {
        let carried: serde::de::value::Error = Error::from(Kind::Unbound { parameter: None }).carry();
        assert_eq!(carried.to_string(), MARK);
        assert_eq!(Error::of_foreign(carried).code(), 21);
        let stale: serde::de::value::Error = Error::from(Kind::Unbound { parameter: None }).carry();
        drop(stale);
        assert_eq!(Error::of_foreign("another error").code(), 18, "an error that nobody passed on is not taken for it");
    }

    #[test]
    fn content_is_not_told() {
        let told = [
            (
                "invalid type: string \"a, expected b\", expected u8 at line 1",
                "invalid type: string, expected u8 at line 1",
            ),
            ("invalid value: integer `-7`, expected u8", "invalid value: integer, expected u8"),
            ("invalid type: string \"cut", "invalid type: string"),
            ("unknown field `x`, expected `a`", "unknown field, expected `a`"),
            (
                "items[1].a: invalid type: string \"x\", expected u8 at line 2",
                "items[1].a: invalid type: string, expected u8 at line 2",
            ),
            ("`a`: unknown variant `x`, expected `A`", "`a`: unknown variant, expected `A`"),
            ("expected value at line 1 column 2", "expected value at line 1 column 2"),
        ];
        for (message, expected) in told {
            assert_eq!(without_content(message), expected);
        }
        let error = Error::invalid_type(Unexpected::Str("secret"), &"a number");
        assert_eq!(error.to_string(), "invalid state: invalid type: a string, expected a number");
        let error = Error::unknown_variant("secret", &["A", "B"]);
        assert_eq!(error.to_string(), "invalid state: unknown variant, expected `A` or `B`");
    }
    #[test]
    #[cfg(feature = "json")]
    fn an_error_on_its_way_says_the_same() {
        let of_type = Passing::invalid_type(Unexpected::Char('s'), &"a unit");
        assert_eq!(Error::of_foreign(of_type).to_string(), "invalid state: invalid type: a character, expected a unit");
        let of_value = Passing::invalid_value(Unexpected::Seq, &"a unit");
        assert_eq!(
            Error::of_foreign(of_value).to_string(),
            "invalid state: invalid value: a sequence, expected a unit"
        );
        let unknown = Passing::unknown_field("secret", &[]);
        assert_eq!(Error::of_foreign(unknown).to_string(), "invalid state: unknown field, expected none");
        let unknown = Passing::unknown_variant("secret", &["A"]);
        assert_eq!(Error::of_foreign(unknown).to_string(), "invalid state: unknown variant, expected `A`");
        let custom = Passing::custom("a user's words");
        assert_eq!(Error::of_foreign(custom).to_string(), "invalid state: a user's words");
    }
}
