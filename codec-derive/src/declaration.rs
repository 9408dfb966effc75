//! A type under `#[portable]`, with its other attributes. Imports `attr`, `errors` and `item`.

use proc_macro2::TokenStream;
use syn::parse::Parser;
use syn::punctuated::Punctuated;
use syn::visit_mut::VisitMut;
use syn::{Attribute, DeriveInput, Meta, Path, Token};

use crate::attr::{Attrs, Derive, Place};
use crate::errors::Errors;
use crate::item::Item;

/// A struct or an enum, for which the attribute derives serde's traits and `Debug` as well.
pub struct Declaration {
    /// The item below the attribute.
    pub input: DeriveInput,
    pub item: Item,
    /// The arguments of the attribute.
    pub arguments: TokenStream,
    /// All traits that are derived below the attribute.
    pub derives_below: Vec<Path>,
    /// Whether the item contains a `cfg` or `cfg_attr`: an attribute macro sees it before the compiler resolves it, a derive
    /// after.
    pub has_cfg: bool,
}

impl Declaration {
    /// Reads a type. Adds the errors of its keys to `errors`.
    pub fn parse(errors: &mut Errors, arguments: TokenStream, mut input: DeriveInput) -> Self {
        let attrs = Attrs::from_arguments(errors, Place::Declaration, arguments.clone());
        let mut item = Item::with_attrs(errors, attrs, input.clone());
        let has_cfg = has_cfg(&mut input);
        let derives_serde = !item.attrs.skips(Derive::Serialize) && !item.attrs.skips(Derive::Deserialize);
        item.is_derived = derives_serde && !has_cfg;
        let derives_below = input.attrs.iter().flat_map(derives).collect();
        Declaration { input, item, arguments, derives_below, has_cfg }
    }

    /// The traits that the attribute derives beside `Portable`.
    pub fn derives(&self) -> impl Iterator<Item = Derive> {
        Derive::ALL.into_iter().filter(|derive| !self.item.attrs.skips(*derive))
    }

    /// Whether one of serde's derives reads the item, so that `#[serde(..)]` is allowed on it.
    pub fn derives_serde(&self) -> bool {
        self.derives().any(|derive| derive != Derive::Debug)
    }

    /// The keys that `#[derive(Portable)]` also supports.
    pub fn shared_arguments(&self) -> Vec<Meta> {
        let keys = Punctuated::<Meta, Token![,]>::parse_terminated.parse2(self.arguments.clone()).unwrap_or_default();
        keys.into_iter().filter(|key| !key.path().is_ident("skip")).collect()
    }
}

/// The list of a `#[derive(..)]`.
fn derives(attribute: &Attribute) -> Vec<Path> {
    if !attribute.path().is_ident("derive") {
        return Vec::new();
    }
    // The compiler reports a malformed list.
    let list = attribute.parse_args_with(Punctuated::<Path, Token![,]>::parse_terminated);
    list.unwrap_or_default().into_iter().collect()
}

fn has_cfg(input: &mut DeriveInput) -> bool {
    let mut search = Cfgs { found: false };
    search.visit_derive_input_mut(input);
    search.found
}

struct Cfgs {
    found: bool,
}

impl VisitMut for Cfgs {
    fn visit_attribute_mut(&mut self, attribute: &mut Attribute) {
        self.found |= attribute.path().is_ident("cfg") || attribute.path().is_ident("cfg_attr");
    }
}
