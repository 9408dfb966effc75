//! The errors of the macros: their ids, and the collection that reports all of one item at once. Imports no other file.

use std::fmt::{self, Display};

use proc_macro2::TokenStream;
use quote::ToTokens;

/// The table of codes, whose meanings never change. `derive_codes { TP010 Union "a union"; }` becomes `Code::Union`,
/// which prints as `TP010`, and a row of the table that the documentation takes from `derive_codes!()`.
macro_rules! codes {
    ($($rows:ident {$($id:ident $code:ident $wrong:literal;)*})*) => {
        /// A kind of error in an item. Its id is part of the message.
        #[derive(Clone, Copy, Debug, PartialEq, Eq)]
        pub enum Code {$($(
            #[doc = $wrong]
            $code,
        )*)*}

        impl Display for Code {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(match self {$($(Code::$code => stringify!($id),)*)*})
            }
        }

        $(
            macro_rules! $rows {
                () => {
                    concat!($("| ", stringify!($id), " | ", $wrong, " |\n"),*)
                };
            }
            pub(crate) use $rows;
        )*
    };
}

codes! {
    derive_codes {
        TP001 UnknownKey "an unknown key in `#[portable(..)]`, or one that belongs elsewhere";
        TP002 MalformedKey "a value in `#[portable(..)]` that cannot be parsed";
        TP003 GivenTwice "a key or an alias that is given twice";
        TP004 InvalidId "an id or alias that is not two or more ASCII identifiers joined by `::`";
        TP005 NeedlessSpecialize "`specialize(..)` that is empty, or has no parameters to specialize";
        TP006 NotAlone "a key beside `as_failure`";
        TP010 Union "a union";
        TP011 LifetimeParameter "a lifetime parameter";
        TP012 ConstParameter "a const parameter whose type is not spelled as a primitive";
        TP013 Remote "`#[serde(remote)]`";
        TP014 OneSidedRename "a serde name that differs between writing and reading";
        TP015 OneSidedProxy "`from`, `try_from` and `into` that do not name one type";
        TP016 FlattenedOption "`flatten` on an `Option`: serde reads it as `None` when its content is invalid";
        TP017 BorrowedField "a field that borrows, such as `&'static str`";
        TP018 UnsharedField "a field of an `Rc`";
    }

    positional_codes {
        TP020 Flatten "`flatten`";
        TP021 Untagged "`untagged`";
        TP022 Tagged "`tag`, with or without `content`";
        TP023 SkipIf "`skip_serializing_if`";
        TP024 OneSidedSkip "`skip_serializing` or `skip_deserializing` alone";
        TP025 Other "`other`";
        TP026 SkippedVariant "`skip` on a variant that is not last";
        TP027 OneSidedWith "`serialize_with` or `deserialize_with` alone";
    }

    attribute_codes {
        TP030 InherentImpl "an impl without a trait";
        TP031 CannotErase "a bound or parameter that cannot be erased, without a list of specializations";
        TP032 SpecialImpl "a negative or unsafe impl";
        TP033 GenericTraitPath "an impl of a trait with generic arguments";
        TP034 BlanketImpl "an impl for a bare type parameter";
        TP035 BorrowedMember "an impl for a type that borrows, or with a lifetime parameter";
        TP040 GenericInterface "a trait with parameters";
        TP041 AssociatedType "an associated type";
        TP042 AssociatedConst "an associated const";
        TP043 GenericMethod "a generic method";
        TP044 StaticMethod "a method without `self`";
        TP045 Receiver "a receiver other than `&self`, `&mut self` and `self: Box<Self>`";
        TP046 SpecialTrait "an unsafe or auto trait, or an unsafe method";
        TP047 AsyncMethod "an `async fn` without `#[async_trait]`";
        TP048 ReservedName "a method whose name begins with `__`";
        TP049 SelfInSignature "`Self` in an argument or in the return type of a method";
        TP050 Supertrait "a supertrait that no trait object can have";
        TP051 OpaqueItem "a macro call among the items of a trait";
        TP060 WrongItem "the attribute on an item that is not a type, trait or impl";
        TP061 DerivedTwice "a derive below the attribute of a trait that it derives, without `skip(..)`";
        TP062 PortableTwice "the attribute twice, or beside `#[derive(Portable)]`";
        TP063 SerdeCrate "`#[serde(crate)]` below the attribute, which sets it";
        TP064 RewrittenFields "an attribute below that changes the fields, such as `serde_as`; it belongs above";
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

    /// Adds an error of syn in an attribute.
    pub fn syntax(&mut self, error: syn::Error) {
        for error in error {
            self.push(syn::Error::new(error.span(), format!("{error} ({})", Code::MalformedKey)));
        }
    }

    /// Returns all errors as `compile_error!` calls, if there are any.
    pub fn finish(mut self) -> Result<(), TokenStream> {
        let list = self.list.take().unwrap_or_default();
        if list.is_empty() { Ok(()) } else { Err(list.iter().map(syn::Error::to_compile_error).collect()) }
    }

    fn push(&mut self, error: syn::Error) {
        self.list.get_or_insert_default().push(error);
    }

    /// The ids in order, for tests.
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
