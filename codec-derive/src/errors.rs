//! The errors of the macros: their ids, and the collection that reports all of one item at once. Imports no other file.

use std::fmt::{self, Display};

use proc_macro2::TokenStream;
use quote::ToTokens;

/// What is wrong with an item. The number is part of the message and keeps its meaning for ever.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Code {
    /// A key in `#[portable(..)]` that does not exist, or not in this place.
    UnknownKey = 1,
    /// A key in `#[portable(..)]` whose value cannot be read.
    MalformedKey = 2,
    /// A key or an alias that is given twice.
    GivenTwice = 3,
    /// An id or alias that is not two or more identifiers joined by `::`.
    InvalidId = 4,
    /// A `specialize(..)` where there is nothing to specialize, or with nothing in it.
    NeedlessSpecialize = 5,
    /// A key beside `as_failure` that is about the state of the type.
    NotAlone = 6,

    /// A union.
    Union = 10,
    /// A lifetime parameter on a type.
    LifetimeParameter = 11,
    /// A const parameter of a type that is not spelled as a primitive.
    ConstParameter = 12,
    /// `#[serde(remote)]`.
    Remote = 13,
    /// A serde name that differs between writing and reading.
    OneSidedRename = 14,
    /// `#[serde(from)]`, `#[serde(try_from)]` and `#[serde(into)]` that do not name one type.
    OneSidedProxy = 15,
    /// `#[serde(flatten)]` on an `Option`.
    FlattenedOption = 16,

    /// `#[serde(flatten)]` for a positional format.
    Flatten = 20,
    /// `#[serde(untagged)]` for a positional format.
    Untagged = 21,
    /// `#[serde(tag)]`, with or without `content`, for a positional format.
    Tagged = 22,
    /// `#[serde(skip_serializing_if)]` for a positional format.
    SkipIf = 23,
    /// `#[serde(skip_serializing)]` or `#[serde(skip_deserializing)]` alone for a positional format.
    OneSidedSkip = 24,
    /// `#[serde(other)]` for a positional format.
    Other = 25,
    /// `#[serde(skip)]` on a variant in front of others, for a positional format.
    SkippedVariant = 26,
    /// `#[serde(serialize_with)]` or `#[serde(deserialize_with)]` alone for a positional format.
    OneSidedWith = 27,

    /// `#[portable]` on an impl without a trait.
    InherentImpl = 30,
    /// A parameter that cannot be erased, without a list of specializations.
    CannotErase = 31,
    /// A negative or unsafe impl.
    SpecialImpl = 32,
    /// An impl of a trait with generic arguments.
    GenericTraitPath = 33,
    /// An impl for a bare type parameter.
    BlanketImpl = 34,
    /// An impl with a lifetime in its self type or parameters.
    BorrowedMember = 35,

    /// An interface with parameters.
    GenericInterface = 40,
    /// An associated type in an interface.
    AssociatedType = 41,
    /// An associated const in an interface.
    AssociatedConst = 42,
    /// A generic method in an interface.
    GenericMethod = 43,
    /// A method without `self` in an interface.
    StaticMethod = 44,
    /// A method whose receiver a trait object cannot pass on.
    Receiver = 45,
    /// An unsafe or auto trait, or an unsafe method.
    SpecialTrait = 46,
    /// An `async fn` without `#[async_trait]`.
    AsyncMethod = 47,
    /// A method whose name begins with `__`.
    ReservedName = 48,
    /// `Self` in an argument or in the return type of a method.
    SelfInSignature = 49,
    /// A supertrait that no trait object can have.
    Supertrait = 50,
    /// A macro call, or other syntax that cannot be read, among the items of an interface.
    OpaqueItem = 51,

    /// `#[portable]` on something that is no type, trait or impl.
    WrongItem = 60,
    /// A derive below `#[portable]` of what the attribute derives.
    DerivedTwice = 61,
    /// `#[portable]` twice, or beside `#[derive(Portable)]`.
    PortableTwice = 62,
    /// `#[serde(crate)]` below `#[portable]`.
    SerdeCrate = 63,
    /// An attribute below `#[portable]` that changes the fields.
    RewrittenFields = 64,
}

impl Display for Code {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "TP{:03}", *self as u16)
    }
}

/// The errors of one item. Dropping it without [`Errors::finish`] is a bug of the macro and panics.
pub struct Errors {
    // INVARIANT: `Some` until `finish`.
    list: Option<Vec<syn::Error>>,
}

impl Errors {
    pub fn new() -> Self {
        Errors { list: Some(Vec::new()) }
    }

    /// Adds the error `what (TPnnn): remedy`, which underlines `at`.
    pub fn add(&mut self, at: impl ToTokens, code: Code, what: impl Display, remedy: impl Display) {
        self.push(syn::Error::new_spanned(at, format!("{what} ({code}): {remedy}")));
    }

    /// Adds what syn could not read in an attribute.
    pub fn syntax(&mut self, error: syn::Error) {
        for error in error {
            self.push(syn::Error::new(error.span(), format!("{error} ({})", Code::MalformedKey)));
        }
    }

    /// Gives all errors as `compile_error!` calls, if there are any.
    pub fn finish(mut self) -> Result<(), TokenStream> {
        let list = self.list.take().unwrap_or_default();
        if list.is_empty() { Ok(()) } else { Err(list.iter().map(syn::Error::to_compile_error).collect()) }
    }

    fn push(&mut self, error: syn::Error) {
        self.list.get_or_insert_default().push(error);
    }

    /// The ids in the order of report, for tests.
    #[cfg(test)]
    pub fn into_ids(mut self) -> Vec<String> {
        let list = self.list.take().unwrap_or_default();
        list.iter()
            .map(|error| error.to_string().split_once("(TP").map_or("", |(_, rest)| &rest[..3]).to_owned())
            .collect()
    }
}

impl Drop for Errors {
    #[expect(clippy::panic, reason = "a stage that reports nothing is a bug, which a panic shows at the macro's place")]
    fn drop(&mut self) {
        if self.list.is_some() && !std::thread::panicking() {
            panic!("errors were collected and never reported");
        }
    }
}
