//! The macros of [`typeport`](https://docs.rs/typeport), which re-exports them: use them through it.
//!
//! Each macro has three stages, one file each: the input is parsed (`item`, `declaration`, `interface`, `member`, with
//! `attr`, `serde_attr`, `bounds` and `signature`), checked (`check`, `check_declaration`, `check_trait`, `check_impl`), and
//! expanded (`expand_type`, `expand_declaration`, `expand_trait`, `expand_impl`). All errors of one item are reported at once; an
//! item without errors always expands.

#![forbid(unsafe_code)]
// A macro that panics says nothing of what is wrong with its input.
#![cfg_attr(
    not(test),
    deny(clippy::expect_used, clippy::indexing_slicing, clippy::panic, clippy::string_slice, clippy::unwrap_used)
)]

mod attr;
mod bounds;
mod case;
mod check;
mod check_attr;
mod check_declaration;
mod check_impl;
mod check_trait;
mod declaration;
mod delegate;
mod errors;
mod expand_declaration;
mod expand_direct;
mod expand_impl;
mod expand_listed;
mod expand_shape;
mod expand_trait;
mod expand_type;
mod expansion;
mod id;
mod interface;
mod item;
mod member;
mod serde_attr;
mod serde_bounds;
mod signature;
#[cfg(test)]
mod tests;
mod tokens;

use proc_macro2::TokenStream;
use quote::{ToTokens, quote};
use syn::parse::{ParseStream, Parser};
use syn::{Attribute, DeriveInput, ItemImpl, ItemTrait, parse_macro_input};

use declaration::Declaration;
use errors::{Code, Errors};
use interface::Interface;
use item::Item;
use member::Member;

/// Derives the portable identity of a type with serde impls: an id that its author chooses, and the shape of its state.
///
/// Use it for types whose `Serialize` or `Deserialize` is hand-written, to validate for example, or derived with another
/// serde; [`#[portable]`](macro@portable) derives everything. The serde impls write and read the state, whoever wrote
/// them. The type needs `Debug` too. A generic type is registered once, for erased arguments, and so for all arguments.
///
/// Do not derive it for a type that only borrows, or that has no state of its own: a handle, a lock, a closure.
///
/// The impl adds the bound `Portable` to each type parameter. A type with `T: Portable` in its own declaration also needs
/// `#[serde(bound = "")]`: serde's derive adds `T: Deserialize`, and the compiler finds two candidates.
///
/// # Examples
///
/// ```ignore
/// #[derive(Debug, Serialize, Portable)]
/// #[portable(id = "acme::Percent")]
/// pub struct Percent(u8);
///
/// impl<'de> Deserialize<'de> for Percent {
///     fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
///         let percent = u8::deserialize(deserializer)?;
///         if percent <= 100 { Ok(Percent(percent)) } else { Err(D::Error::custom("more than 100 percent")) }
///     }
/// }
/// ```
///
/// # Attributes
///
/// | on the type | |
/// | --- | --- |
/// | `id = "acme::Money"` | The id in encoded type names. By default the name of the package, `::`, and the name of the type. |
/// | `alias = "acme::Price"` | A former id that is still accepted; repeatable, the eldest first. |
/// | `as_failure` | Sends only the text of the error: it converts into a `Failure`, and is not portable itself. No other key may be beside it. |
/// | `bound = "T: Unit"` | Replaces the bounds `T: Portable` that the impl puts on every type parameter. |
/// | `crate = "path"` | The path of `typeport`, where it is not `::typeport`. |
/// | `format = "json"` | Restricts the type to JSON, and permits serde attributes that need field names in the data. |
/// | `specialize(Sum<i64>, Sum<f64>)` | Registers these natively: they are faster, and a type with const parameters or bounds that cannot be erased has no other form. |
/// | `unknown` | The type stands for values whose type is not linked: it is created with `From<Opaque>`, and returns the carried value with `AsRef<Opaque>`. |
///
/// | on a field | |
/// | --- | --- |
/// | `opaque = "chrono::DateTime<Utc>"` | The field's type need not be `Portable`; the text stands for it in the shape, so change it when the type's state changes. If the type needs a self-describing format, as `serde_json::Value` does, the field works in JSON only, unless a `serde(with)` reads it. |
///
/// Write the attributes below the derive. serde's own attributes are respected: a renamed field has its new name in the
/// shape, a skipped field is not in it, a field with `with` is opaque, a `transparent` struct has the shape of its field, and a
/// type with `from` and `into` has the shape of the type that they name.
///
/// # Errors
///
/// Each message has an id, and says what to do:
///
/// | id | what is wrong |
/// | --- | --- |
/// | TP001 | an unknown key in `#[portable(..)]`, or one that belongs elsewhere |
/// | TP002 | a value in `#[portable(..)]` that cannot be parsed |
/// | TP003 | a key or an alias that is given twice |
/// | TP004 | an id or alias that is not two or more ASCII identifiers joined by `::` |
/// | TP005 | `specialize(..)` that is empty, or has no parameters to specialize |
/// | TP006 | a key beside `as_failure` |
/// | TP010 | a union |
/// | TP011 | a lifetime parameter |
/// | TP012 | a const parameter whose type is not spelled as a primitive |
/// | TP013 | `#[serde(remote)]` |
/// | TP014 | a serde name that differs between writing and reading |
/// | TP015 | `from`, `try_from` and `into` that do not name one type |
/// | TP016 | `flatten` on an `Option`: serde reads it as `None` where its content is wrong |
///
/// The following attributes break the positional formats, postcard and bincode, which write no names. They are errors unless the
/// type is restricted with `#[portable(format = "json")]`:
///
/// | id | serde attribute |
/// | --- | --- |
/// | TP020 | `flatten` |
/// | TP021 | `untagged` |
/// | TP022 | `tag`, with or without `content` |
/// | TP023 | `skip_serializing_if` |
/// | TP024 | `skip_serializing` or `skip_deserializing` alone |
/// | TP025 | `other` |
/// | TP026 | `skip` on a variant with others behind it |
/// | TP027 | `serialize_with` or `deserialize_with` alone |
///
/// [`#[portable]`](macro@portable) and this derive on one type are TP062.
#[proc_macro_derive(Portable, attributes(portable))]
pub fn derive_portable(input: proc_macro::TokenStream) -> proc_macro::TokenStream {
    let input = parse_macro_input!(input as DeriveInput);
    expand_derive(input).into()
}

/// Makes a type portable, makes a trait an interface, whose trait objects are portable, or makes a type a member of an interface.
///
/// On a struct or enum it derives `Serialize` and `Deserialize`, through the serde that typeport re-exports, `Debug` and
/// `Portable`. Write it above the other derives, and below any attribute that changes the fields, such as `serde_as`.
/// It respects serde's own attributes as [`#[derive(Portable)]`](derive@Portable) does. That derive is for hand-written serde
/// impls.
///
/// On a trait it makes `Box<dyn Trait>` `Portable`, `Serialize` and `Deserialize`. Every implementor must be `Portable` and have
/// the attribute on its impl.
///
/// On an impl it registers the type, so that a decode finds it by its name and returns a trait object. A generic impl is registered
/// once, for erased arguments. Its bounds must be erasable: interfaces, at most one for each parameter, and
/// `Debug`, `Clone`, `PartialEq`, `Eq`, `PartialOrd`, `Ord`, `Hash`, `Send`, `Sync`, serde's. Any other bound, and any const
/// parameter, needs a list of the specializations that may arrive.
///
/// Do not use it on a trait with one implementor, or on a trait with a fixed set of implementors: a plain `Portable` enum is
/// smaller and faster.
///
/// # Examples
///
/// ```ignore
/// #[portable(id = "acme::GenericResult", alias = "acme::OldResult")]
/// #[derive(Clone, PartialEq)]
/// pub struct GenericResult<T> {
///     pub value: T,
///     #[portable(opaque = "chrono::DateTime<Utc>")]
///     pub made_at: chrono::DateTime<chrono::Utc>,
/// }
///
/// #[portable]
/// pub trait ResultBase {
///     fn summary(&self) -> String;
/// }
///
/// #[portable]
/// impl<T: Portable> ResultBase for GenericResult<T> {
///     fn summary(&self) -> String {
///         format!("{:?}", self.value)
///     }
/// }
///
/// #[portable(specialize(Sum<i64>, Sum<f64>))]
/// impl<T: Copy + Add<Output = T>> ResultBase for Sum<T> {
///     fn summary(&self) -> String {
///         format!("{:?}", self.left + self.right)
///     }
/// }
/// ```
///
/// # Attributes
///
/// On a type and its fields: those of [`#[derive(Portable)]`](derive@Portable), and these:
///
/// | on the type | |
/// | --- | --- |
/// | `skip(Debug)`, `skip(Serialize, Deserialize)` | Does not derive these traits: the impls are hand-written, or derived below by another macro. |
/// | `bound = "T: Unit"` | Also replaces the bounds of serde's impls, unless a `#[serde(bound)]` gives others. |
///
/// A type parameter with `T: Portable` in the declaration needs no `#[serde(bound)]`: serde's impls get no second bound for
/// it. With your own trait as the bound, whose supertrait is `Portable`, write `bound = "T: Unit"`: a macro cannot see supertraits.
///
/// | on the trait | |
/// | --- | --- |
/// | `id = "acme::ResultBase"` | The id in encoded type names. By default the name of the package, `::`, and the name of the trait. |
/// | `alias = "acme::Base"` | A former id that is still accepted; repeatable, the eldest first. |
/// | `crate = "path"` | The path of `typeport`, where it is not `::typeport`. |
/// | `unknown = UnknownResult` | The member that stands for a value whose type is not linked, or not allowed; a type with `#[portable(unknown)]`. |
///
/// | on the impl | |
/// | --- | --- |
/// | `specialize(Sum<i64>, Sum<f64>)` | Registers these natively, beside the erased form or in place of it. |
/// | `crate = "path"` | As above. |
///
/// # Errors
///
/// On a type those of [`#[derive(Portable)]`](derive@Portable), on traits and impls its TP001 to TP005, and:
///
/// | id | what is wrong |
/// | --- | --- |
/// | TP030 | an impl without a trait |
/// | TP031 | a bound or parameter that cannot be erased, without a list of specializations |
/// | TP032 | a negative or unsafe impl |
/// | TP033 | an impl of a trait with generic arguments |
/// | TP034 | an impl for a bare type parameter |
/// | TP035 | an impl for a type that borrows, or with a lifetime parameter |
/// | TP040 | a trait with parameters |
/// | TP041 | an associated type |
/// | TP042 | an associated const |
/// | TP043 | a generic method |
/// | TP044 | a method without `self` |
/// | TP045 | a receiver other than `&self`, `&mut self` and `self: Box<Self>` |
/// | TP046 | an unsafe or auto trait, or an unsafe method |
/// | TP047 | an `async fn` without `#[async_trait]` |
/// | TP048 | a method whose name begins with `__` |
/// | TP049 | `Self` in an argument or in the return type of a method |
/// | TP050 | a supertrait that no trait object can have |
/// | TP051 | a macro call among the items of a trait |
/// | TP060 | the attribute on an item that is not a type, trait or impl |
/// | TP061 | a derive below the attribute of a trait that it derives, without `skip(..)` |
/// | TP062 | the attribute twice, or beside `#[derive(Portable)]` |
/// | TP063 | `#[serde(crate)]` below the attribute, which sets it |
/// | TP064 | an attribute below that changes the fields, such as `serde_as`; it belongs above |
///
/// A derive above the attribute is expanded first, and the attribute does not see it. If it derives the same trait, the compiler
/// reports two impls (E0119); a derive of another trait does no harm.
///
/// TP043, TP044, TP045, TP047 and TP049 do not apply to methods with `where Self: Sized`. If such a method has no default
/// body, the interface cannot be the bound of an erased parameter.
///
/// An interface cannot be defined under `#![no_implicit_prelude]`, where Rust does not find `#[diagnostic]`; types and
/// members can.
#[proc_macro_attribute]
pub fn portable(arguments: proc_macro::TokenStream, input: proc_macro::TokenStream) -> proc_macro::TokenStream {
    expand_attribute(arguments.into(), input.into()).into()
}

fn expand_derive(input: DeriveInput) -> TokenStream {
    let mut errors = Errors::new();
    check_attr::check_not_beside_derive(&mut errors, &input.attrs);
    let item = Item::parse(&mut errors, input);
    check::check(&mut errors, &item);
    report_or(errors, TokenStream::new(), || expand_type::expand(&item))
}

fn expand_attribute(arguments: TokenStream, input: TokenStream) -> TokenStream {
    let mut errors = Errors::new();
    check_attr::check_once(&mut errors, &outer_attributes(&input));
    // A second attribute expands the item, so this one reports it and no more.
    report_or(errors, &input, || expand_item(arguments, input.clone()))
}

fn expand_item(arguments: TokenStream, input: TokenStream) -> TokenStream {
    match syn::parse2(input.clone()) {
        Ok(syn::Item::Trait(item)) => expand_interface(arguments, item),
        Ok(syn::Item::Impl(item)) => expand_member(arguments, item),
        Ok(syn::Item::Struct(item)) => expand_declared(arguments, item.into()),
        Ok(syn::Item::Enum(item)) => expand_declared(arguments, item.into()),
        Ok(syn::Item::Union(item)) => expand_declared(arguments, item.into()),
        _ => refuse_item(input),
    }
}

/// The attributes on an item of any kind.
fn outer_attributes(input: &TokenStream) -> Vec<Attribute> {
    let parser = |input: ParseStream| {
        let attributes = input.call(Attribute::parse_outer);
        input.parse::<TokenStream>()?;
        attributes
    };
    parser.parse2(input.clone()).unwrap_or_default()
}

fn expand_declared(arguments: TokenStream, input: DeriveInput) -> TokenStream {
    let mut errors = Errors::new();
    let declaration = Declaration::parse(&mut errors, arguments, input);
    check_declaration::check(&mut errors, &declaration);
    report_or(errors, expand_declaration::completed(&declaration), || expand_declaration::expand(&declaration))
}

fn expand_interface(arguments: TokenStream, item: ItemTrait) -> TokenStream {
    let mut errors = Errors::new();
    let interface = Interface::parse(&mut errors, arguments, item);
    check_trait::check(&mut errors, &interface);
    report_or(errors, &interface.item, || expand_trait::expand(&interface))
}

fn expand_member(arguments: TokenStream, item: ItemImpl) -> TokenStream {
    let mut errors = Errors::new();
    let member = Member::parse(&mut errors, arguments, item);
    check_impl::check(&mut errors, &member);
    report_or(errors, expand_impl::completed(&member), || expand_impl::expand(&member))
}

fn refuse_item(input: TokenStream) -> TokenStream {
    let mut errors = Errors::new();
    let what = "#[portable] stands on a type, on an interface, or on the impl of one, which this is not";
    let remedy = "remove it";
    // An error without tokens of its own underlines the attribute.
    errors.add(TokenStream::new(), Code::WrongItem, what, remedy);
    report_or(errors, input, TokenStream::new)
}

/// The expansion; or the errors, and the item, so that not everything that uses it is reported too.
fn report_or(errors: Errors, item: impl ToTokens, expansion: impl FnOnce() -> TokenStream) -> TokenStream {
    match errors.finish() {
        Ok(()) => expansion(),
        Err(compile_errors) => quote!(#item #compile_errors),
    }
}
