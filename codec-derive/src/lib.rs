//! The macros of [`typeport`](https://docs.rs/typeport), which re-exports them: use them through it.
//!
//! Each macro has three stages, one file each: the input is parsed (`item`, `declaration`, `interface`, `member`, with
//! `attr`, `serde_attr`, `bounds` and `signature`), checked (`check`, `check_declaration`, `check_trait`, `check_impl`), and
//! expanded (`expand_type`, `expand_declaration`, `expand_trait`, `expand_impl`). All errors of one item are reported at once; an
//! item without errors always expands.

#![forbid(unsafe_code)]
// A panic of a macro does not tell what is wrong with its input.
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
mod settle;
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
#[doc = attr::on_type!()]
///
/// | on a field | |
/// | --- | --- |
#[doc = attr::on_field!()]
///
/// Write the attributes below the derive. serde's own attributes are respected: a renamed field has its new name in the
/// shape, a skipped field is not in it, a field with `with` is opaque, a `transparent` struct has the shape of its field, and a
/// type with `from` and `into` has the shape of the type that they name.
///
/// # Errors
///
/// Each message has an id and a remedy:
///
/// | id | what is wrong |
/// | --- | --- |
#[doc = errors::derive_codes!()]
///
/// The following attributes break the positional formats, postcard and bincode, which write no names. They are errors unless the
/// type is restricted with `#[portable(format = "json")]`:
///
/// | id | serde attribute |
/// | --- | --- |
#[doc = errors::positional_codes!()]
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
/// parameter, needs a list of the specializations that the program uses.
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
#[doc = attr::on_declaration!()]
///
/// `bound = "T: Unit"` also replaces the bounds of serde's impls, unless a `#[serde(bound)]` gives others.
///
/// A type parameter with `T: Portable` in the declaration needs no `#[serde(bound)]`: serde's impls get no second bound for
/// it. With your own trait as the bound, whose supertrait is `Portable`, write `bound = "T: Unit"`: a macro cannot see supertraits.
///
/// | on the trait | |
/// | --- | --- |
#[doc = attr::on_trait!()]
///
/// | on the impl | |
/// | --- | --- |
#[doc = attr::on_impl!()]
///
/// # Errors
///
/// On a type those of [`#[derive(Portable)]`](derive@Portable), on traits and impls its TP001 to TP005, and:
///
/// | id | what is wrong |
/// | --- | --- |
#[doc = errors::attribute_codes!()]
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
    // The second attribute expands the item, so this one only reports the duplicate.
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

/// The expansion, or the errors and the item, so that uses of the item cause no further errors.
fn report_or(errors: Errors, item: impl ToTokens, expansion: impl FnOnce() -> TokenStream) -> TokenStream {
    match errors.finish() {
        Ok(()) => expansion(),
        Err(compile_errors) => quote!(#item #compile_errors),
    }
}
