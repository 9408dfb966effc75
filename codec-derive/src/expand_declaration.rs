//! Expands `#[portable]` on a type: the type with its derives, and the expansion of `#[derive(Portable)]`. Imports
//! `attr`, `check_declaration`, `declaration`, `expand_type` and `serde_bounds`.

use proc_macro2::{Span, TokenStream};
use quote::quote;
use syn::visit_mut::{VisitMut, visit_variant_mut};
use syn::{Attribute, Data, DeriveInput, Field, Ident, Variant, parse_quote};

use crate::attr::{Derive, Krate};
use crate::check_declaration::rewrites_fields;
use crate::declaration::Declaration;
use crate::expand_type::expand as expand_item;
use crate::serde_bounds::set_bounds;

/// Expands a type that passed the checks.
pub fn expand(declaration: &Declaration) -> TokenStream {
    let mut item = derived(declaration, &declaration.derives().collect::<Vec<_>>());
    if declaration.has_cfg {
        let krate = &declaration.item.attrs.krate;
        let keys = declaration.shared_arguments();
        // The derive reads the item after the compiler has resolved its `cfg`s.
        return quote!(#[derive(#krate::Portable)] #[portable(#(#keys),*)] #item);
    }
    WithoutKeys.visit_derive_input_mut(&mut item);
    let expansion = expand_item(&declaration.item);
    quote!(#item #expansion)
}

/// The type of a declaration with errors: it derives what it can, so that uses of the type cause no further errors.
pub fn completed(declaration: &Declaration) -> DeriveInput {
    let names_below: Vec<&Ident> =
        declaration.derives_below.iter().filter_map(|path| Some(&path.segments.last()?.ident)).collect();
    let can_derive = |derive: &Derive| {
        !matches!(declaration.input.data, Data::Union(_)) && !names_below.iter().any(|name| *name == derive.name())
    };
    let mut item = derived(declaration, &declaration.derives().filter(can_derive).collect::<Vec<_>>());
    item.attrs.retain(|attribute| !rewrites_fields(attribute));
    WithoutKeys.visit_derive_input_mut(&mut item);
    item
}

/// The type with derives in front of its other attributes, so that they read it before the attributes below change
/// it.
fn derived(declaration: &Declaration, derives: &[Derive]) -> DeriveInput {
    let krate = &declaration.item.attrs.krate;
    let mut item = declaration.input.clone();
    if derives.iter().any(|derive| *derive != Derive::Debug) {
        set_bounds(&mut item, &declaration.item);
        if declaration.item.serde.krate.is_none() {
            let serde = quote!(#krate::serde).to_string();
            item.attrs.insert(0, parse_quote!(#[serde(crate = #serde)]));
        }
    }
    if !derives.is_empty() {
        let paths = derives.iter().map(|derive| path(krate, *derive));
        item.attrs.insert(0, parse_quote!(#[derive(#(#paths),*)]));
    }
    item
}

fn path(krate: &Krate, derive: Derive) -> TokenStream {
    let name = Ident::new(derive.name(), Span::call_site());
    match derive {
        Derive::Debug => quote!(::core::fmt::#name),
        Derive::Serialize | Derive::Deserialize => quote!(#krate::serde::#name),
    }
}

/// Removes `#[portable(..)]` from fields and variants if no derive reads it.
struct WithoutKeys;

impl VisitMut for WithoutKeys {
    fn visit_field_mut(&mut self, field: &mut Field) {
        remove_keys(&mut field.attrs);
    }

    fn visit_variant_mut(&mut self, variant: &mut Variant) {
        remove_keys(&mut variant.attrs);
        visit_variant_mut(self, variant);
    }
}

fn remove_keys(attributes: &mut Vec<Attribute>) {
    attributes.retain(|attribute| !attribute.path().is_ident("portable"));
}
