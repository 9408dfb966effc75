//! The error among serde's: made by serde's visitors, and carried through the error types of other crates. Imports its siblings.
//!
//! Of another crate's error there is nothing but its text. In that we look for our own words alone, as those of an error of ours
//! that passed through it; of the rest some is left out, and nothing is decided by it.
//!
//! Invariant: what serde says of an unexpected value is told by its kind, never by its content.

use super::found::{OneOf, kind_of};
use super::{Error, Kind, printable};
use serde::de::{Expected, Unexpected};
use std::cell::{Cell, RefCell};
use std::fmt;

thread_local! {
    // Serde's `custom` takes text only. An error of ours that has to pass through it waits here.
    static PASSING: RefCell<Option<Error>> = const { RefCell::new(None) };
    // Whether an error of ours that is printed leaves a copy there, as code that is generic over the error cannot see it.
    static IS_ASKED: Cell<bool> = const { Cell::new(false) };
}

/// The text under which an error passes that nobody but us will read; where a format loses it, somebody else does.
const MARK: &str = "an error inside of a portable value";

/// In front of what serde says, where an error of ours tells it.
const SAID: [&str; 2] = ["invalid state: ", "cannot be encoded: "];

impl Error {
    /// Turns an error of ours into a foreign serde error that tells the same, without losing it: see [`Error::recover`].
    pub(crate) fn pass<E>(self, custom: impl FnOnce(String) -> E) -> E {
        let text = self.to_string();
        PASSING.set(Some(self));
        custom(text)
    }

    /// The error of ours that became `text` on its way through a foreign serde error, or `None`.
    ///
    /// Crates put a place in front of the text, or behind it, or quote it, so it is looked for.
    pub(crate) fn recover(text: &str) -> Option<Self> {
        let passing = PASSING.take()?;
        if text.contains(MARK) {
            return Some(passing);
        }
        let said = passing.to_string();
        (text.contains(&said) || text.contains(&said.escape_debug().to_string())).then_some(passing)
    }

    /// Leaves a copy to [`Error::of_foreign`], if that is who prints it.
    pub(super) fn give_copy(&self) {
        if IS_ASKED.take() {
            PASSING.set(Some(Error(self.0.clone())));
        }
    }

    /// Our own error if it passed through these words, or `kind` of what `keep` keeps of them, without what it says again.
    fn of_message(message: &str, kind: fn(String) -> Kind, keep: fn(&str) -> String) -> Self {
        let once = |message| SAID.iter().fold(message, |message: String, said| message.replace(said, ""));
        Error::recover(message).unwrap_or_else(|| kind(printable(&once(keep(message)))).into())
    }

    /// As [`Error::pass`] where [`Error::of_foreign`] follows at once: no text is made of it, so that the cost does
    /// not grow with the levels that it passes.
    #[cold]
    pub(crate) fn carry<E: serde::de::Error>(self) -> E {
        PASSING.set(Some(self));
        E::custom(MARK)
    }

    /// The same on the side of the serializer.
    #[cfg(feature = "json")]
    #[cold]
    pub(crate) fn carry_out<E: serde::ser::Error>(self) -> E {
        PASSING.set(Some(self));
        E::custom(MARK)
    }

    /// Our own error if it passed through the foreign one, or what that says of the state that it reads.
    #[cold]
    #[cfg_attr(not(feature = "json"), allow(dead_code, reason = "readable formats need it"))]
    pub(crate) fn of_foreign(error: impl fmt::Display) -> Self {
        Error::of_message(&asked(error), state, without_content)
    }

    /// The same of one that writes, which speaks of no bytes.
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

/// What a foreign error says; an error of ours in it leaves a copy.
fn asked(error: impl fmt::Display) -> String {
    IS_ASKED.set(true);
    let message = error.to_string();
    IS_ASKED.set(false);
    message
}

/// An error of ours on its way through serde where nobody else's error type is in between: it waits as the others do.
///
/// Ours cannot stand here itself: serde's visitors are generic over the error, and could not tell it from one of theirs.
#[cfg(feature = "json")]
#[derive(Debug)]
pub struct Passing(());

#[cfg(feature = "json")]
impl Passing {
    /// Our own error if it passed through the foreign one, or what that says.
    #[cold]
    pub(crate) fn of_foreign(error: impl fmt::Display) -> Self {
        Error::of_foreign(error).into()
    }

    /// As [`Error::carry`].
    #[cold]
    pub(crate) fn carry<E: serde::de::Error>(self) -> E {
        E::custom(MARK)
    }
}

#[cfg(feature = "json")]
impl fmt::Display for Passing {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(MARK)
    }
}

#[cfg(feature = "json")]
impl std::error::Error for Passing {}

#[cfg(feature = "json")]
impl From<Error> for Passing {
    #[cold]
    fn from(error: Error) -> Self {
        PASSING.set(Some(error));
        Passing(())
    }
}

#[cfg(feature = "json")]
impl serde::de::Error for Passing {
    #[cold]
    fn custom<T: fmt::Display>(message: T) -> Self {
        match message.to_string() {
            message if message == MARK => Passing(()),
            message => <Error as serde::de::Error>::custom(message).into(),
        }
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

/// What a foreign deserializer says, without the value that it found.
///
/// Serde's words are ``invalid type: string "..", expected .. `` and the like, and a place may stand in front; the content is
/// all from the first quote behind them to the last `, expected`.
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

/// What a `Serialize` says is about its value.
impl serde::ser::Error for Error {
    fn custom<T: fmt::Display>(message: T) -> Self {
        Error::of_message(&message.to_string(), refused, str::to_owned)
    }
}

/// What a `Deserialize` says is about the bytes.
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

    /// YAML puts a path in front, RON a place, CBOR quotes, and most append a line.
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
