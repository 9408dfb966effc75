//! The table of all kinds: code, name, blame, predicate, sample, remedy. Imports its siblings.
//!
//! Invariant: rows are only appended, and codes are never changed or reused. `docs/errors.md` is generated from this table.

use super::hint::Hint;
use super::{Error, Kind};
use std::io;
use std::sync::Arc;

/// Who has to act.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Blame {
    /// The sender: the bytes are wrong for every program.
    Bytes,
    /// The builder of the programs: their types differ, or one of them lacks a type.
    Types,
    /// A linked crate, which registers its types wrongly.
    Registration,
    /// The caller, who requests something that typeport cannot do.
    Caller,
    /// The author of code that is neither typeport's nor the caller's.
    Foreign,
    /// The receiver, if anyone, whose limits or policy are too tight.
    Receiver,
}

/// The narrowest predicate that is true.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Predicate {
    /// [`Error::is_malformed`].
    Malformed,
    /// [`Error::is_unlinked`].
    Unlinked,
    /// [`Error::is_mismatch`].
    Mismatch,
    /// [`Error::is_ambiguous`].
    Ambiguous,
    /// [`Error::is_registration`].
    Registration,
    /// [`Error::is_format`].
    Format,
    /// [`Error::is_misuse`].
    Misuse,
    /// [`Error::is_limit`].
    Limit,
    /// [`Error::is_denied`].
    Denied,
    /// [`Error::is_panic`].
    Panic,
    /// [`Error::is_io`].
    Io,
    /// [`Error::is_foreign`].
    Foreign,
}

/// The properties of one kind of error.
#[derive(Debug)]
pub struct Row {
    /// The stable number.
    pub code: u16,
    /// The name of the kind.
    pub name: &'static str,
    /// Who has to act.
    pub blame: Blame,
    /// The narrowest predicate that is true.
    pub predicate: Predicate,
    /// The remedy, as far as it does not depend on the error.
    pub remedy: &'static str,
    /// An error of this kind.
    pub sample: fn() -> Error,
}

/// `8 Checksum Bytes Malformed: Kind::Checksum { stored: 1, computed: 2 }, "Send it again.";` becomes a row of the table, and an
/// arm of the function that finds the row of a kind.
macro_rules! table {
    ($($code:literal $name:ident $blame:ident $predicate:ident: $sample:expr, $remedy:literal;)*) => {
        /// A row for each kind, in the order of the codes.
        pub const TABLE: &[Row] = &[$(Row {
            code: $code,
            name: stringify!($name),
            blame: Blame::$blame,
            predicate: Predicate::$predicate,
            remedy: $remedy,
            sample: || Error::new($sample),
        }),*];

        #[derive(Clone, Copy)]
        enum Place { $($name),* }

        fn place(kind: &Kind) -> Place {
            match kind { $(Kind::$name { .. } => Place::$name),* }
        }
    };
}

impl Kind {
    /// The row of this kind.
    #[expect(clippy::indexing_slicing, reason = "the table has a row for each place")]
    pub(super) fn row(&self) -> &'static Row {
        &TABLE[place(self) as usize]
    }
}

table! {
    1 NotAnEnvelope Bytes Malformed: Kind::NotAnEnvelope { found: Some(b'{') },
        "Find out which program wrote these bytes, or where their start was lost. `is_end` is true of empty input.";
    2 UnsupportedVersion Bytes Malformed: Kind::UnsupportedVersion { found: 2 },
        "Upgrade typeport in the reader.";
    3 UnknownFlags Bytes Malformed: Kind::UnknownFlags { found: 0b1000 },
        "Upgrade typeport in the reader.";
    4 UnknownFormat Bytes Malformed: Kind::UnknownFormat { found: 9, known: "1 (postcard), 2 (bincode) or 3 (json)".into() },
        "Upgrade typeport in the reader.";
    5 FormatNotCompiledIn Caller Format: Kind::FormatNotCompiledIn { format: "json", is_choice: true },
        "Enable typeport's feature of that name, or use another format.";
    6 Truncated Bytes Malformed: Kind::Truncated { what: "the envelope", needed: 40, available: 12 },
        "Read more, or request the bytes again.";
    7 TrailingBytes Bytes Malformed: Kind::TrailingBytes { what: "the envelope", count: 3 },
        "Read one envelope of several with `take_from_slice` or `from_reader`.";
    8 Checksum Bytes Malformed: Kind::Checksum { stored: 0x1234_5678, computed: 0x8765_4321 },
        "Request the bytes again.";
    9 InvalidTypeName Bytes Malformed: Kind::InvalidTypeName { text: "Vec<".to_owned(), at: 4, reason: "expected a type" },
        "Spell the name as `Value::type_name` does.";
    10 UnknownOrigin Types Unlinked:
        Kind::UnknownOrigin { name: name("acme::Price"), origin: name("acme::Price"), hint: hint("acme") },
        "Link the crate that defines the type, and name it once (`use acme as _;`), or keep the value as `Opaque` or `Carried`.";
    11 UnknownArgument Types Unlinked: Kind::UnknownArgument {
            name: name("Vec<acme::Price>"), argument: name("acme::Price"), origin: name("acme::Price"), hint: hint("acme"),
        },
        "As for `UnknownOrigin`, for the crate of the argument.";
    12 NotAMember Types Unlinked:
        Kind::NotAMember { name: name("acme::Price"), interface: "acme::Shown", hint: Hint::new(String::new) },
        "Write `#[portable] impl` of the interface for the type, or ask for another interface.";
    13 WrongShape Types Mismatch: Kind::WrongShape { name: "acme::Price".to_owned(), found: 1, expected: 2 },
        "Build both programs with one definition of the type, or give the new definition a different id.";
    14 AmbiguousId Registration Ambiguous: Kind::AmbiguousId {
            id: "acme::Price".to_owned(), claims: "claimed by acme 1.0.0 and by acme 2.0.0".to_owned(),
        },
        "Link one version of the crate, or give one type a different id. `Registry::check` finds ambiguous ids at start-up.";
    15 WrongType Types Mismatch: Kind::WrongType { expected: "i64".to_owned(), found: "String".to_owned() },
        "Ask for the type that was sent, or for an interface.";
    16 NotSpecialized Types Unlinked: Kind::NotSpecialized { name: name("acme::Grid<3>"), origin: name("acme::Grid") },
        "List the specialization with `specialize!`.";
    17 Malformed Bytes Malformed: Kind::Malformed { what: "the envelope", reason: "over-long varint" },
        "Request the bytes again; if they are the same, their writer is at fault.";
    18 State Bytes Malformed: Kind::State { message: "invalid value: an integer, expected a boolean".to_owned() },
        "As for `Malformed`; the message of a hand-written `Deserialize` may say why it refuses the value.";
    19 FormatNotAllowed Caller Format: Kind::FormatNotAllowed {
            name: "acme::Loose".to_owned(), format: "postcard",
            reason: "`acme::Loose` is restricted to JSON by #[portable(format = \"json\")]; use Format::Json".to_owned(),
        },
        "Use the format that the type requires.";
    20 Limit Receiver Limit: Kind::Limit { limit: "depth", value: 256, asked: 257 },
        "Raise this field of `Limits` if the sender is trusted.";
    21 Unbound Caller Misuse: Kind::Unbound { parameter: Some(0) },
        "Encode the trait object that holds the value, not the value alone. A value that leaves a method by another way than its \
         signature, and contains nothing of its parameters, needs `typeport::settle(value)` in the method.";
    22 Io Foreign Io: Kind::from(io::Error::other("unplugged")),
        "See `Error::source`, the error of the stream.";
    23 Panicked Foreign Panic: Kind::Panicked { name: "acme::Price".to_owned() },
        "Return an error from the type's `Deserialize` instead of panicking.";
    24 NotAllowed Receiver Denied: Kind::NotAllowed { name: name("Vec<acme::Price>"), part: name("acme::Price") },
        "Add the type to the `Policy` if this peer may send it.";
    25 NotRepresentable Caller Format: Kind::NotRepresentable {
            format: "json", what: "infinity or NaN", remedy: "use Format::Postcard".into(),
        },
        "Use another format, or another value.";
    26 Stack Receiver Limit: Kind::Stack { left: 8192, needed: 16_384 },
        "Use a thread with a larger stack, or lower `Limits::depth`.";
    27 NotTheSame Foreign Foreign: Kind::NotTheSame { name: "acme::Price".to_owned(), written: 24, again: 16 },
        "Make the type's `Serialize` and `Deserialize` inverses of each other.";
    28 NoShape Types Unlinked: Kind::NoShape { name: "acme::Price".to_owned() },
        "Write the envelope with `Codec::schema(true)`, or give `Codec::read` the schema of a program that links the type.";
    29 WrongSchema Types Mismatch: Kind::WrongSchema { name: "acme::Price".to_owned(), found: 1, expected: 2 },
        "Export the schema from the program that wrote the envelope.";
    30 NotDescribed Types Unlinked: Kind::NotDescribed { name: "acme::Price".to_owned(), reason: "the schema gives only the name of this foreign type" },
        "Decode it in a program that links the type.";
    31 Buffered Caller Format: Kind::Buffered { name: "acme::Loose".to_owned(), reason: "it has a number as a map key".to_owned() },
        "Use other keys and numbers there, or put the value behind a `Box<dyn Value>`.";
    32 Registration Registration Registration: Kind::Registration { reason: "the cast of a member is for another type" },
        "Register types with the macros only, not with the entries in `__private`.";
    33 SameHash Caller Misuse: Kind::SameHash,
        "Encode the two values in two envelopes.";
    34 Contract Foreign Foreign: Kind::Contract { reason: "a visitor asks for a map value before its key".into() },
        "Correct the hand-written `Serialize`, `Deserialize` or `Visitor`.";
    35 Refused Foreign Foreign: Kind::Refused { message: "SystemTime must be later than UNIX_EPOCH".to_owned() },
        "Encode a value that the type's `Serialize` accepts.";
}

fn name(name: &str) -> Arc<str> {
    name.into()
}

fn hint(krate: &'static str) -> Hint {
    Hint::new(move || {
        format!("; link the crate that defines it (perhaps `{krate}`: `use {krate} as _;` keeps it in this program)")
    })
}
