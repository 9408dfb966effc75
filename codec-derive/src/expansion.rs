//! The common parts of all expansions: the wrapper, the origin literal, the registrations, the hidden method.
//! Imports `attr` and `tokens`.

use proc_macro2::TokenStream;
use quote::{ToTokens, quote};
use syn::ext::IdentExt;
use syn::{Attribute, Ident};

use crate::attr::Attrs;
use crate::tokens::located;

/// Wraps an expansion into a scope of its own, with the `cfg`s of the item and `allow`s for lints that no expansion can satisfy.
pub fn wrap(attributes: &[Attribute], expansion: TokenStream) -> TokenStream {
    let cfgs = cfgs(attributes);
    quote! {
        #(#cfgs)*
        #[doc(hidden)]
        #[allow(
            clippy::all,
            clippy::nursery,
            clippy::pedantic,
            clippy::restriction,
            deprecated,
            non_camel_case_types,
            non_local_definitions,
            private_bounds,
            private_interfaces,
            unknown_lints,
            unreachable_code,
            unused_lifetimes,
            unused_qualifications,
            unused_variables
        )]
        const _: () = {
            #expansion
        };
    }
}

/// The `cfg`s among the attributes, for all generated items.
pub fn cfgs(attributes: &[Attribute]) -> Vec<&Attribute> {
    attributes.iter().filter(|attribute| attribute.path().is_ident("cfg")).collect()
}

/// An `Origin` literal: with the given id, or the default one.
pub fn origin(attrs: &Attrs, ident: &Ident) -> TokenStream {
    let private = attrs.krate.private();
    let name = ident.unraw().to_string();
    let id = attrs.id.as_ref().map_or_else(|| quote!(#private::id!(#name)), ToTokens::to_token_stream);
    let aliases = &attrs.aliases;
    quote!(#private::Origin::new(#id, &[#(#aliases),*], #private::site!()))
}

/// Hands an entry to the registry.
pub fn submit(private: &TokenStream, entry: TokenStream) -> TokenStream {
    quote!(#private::inventory::submit! { #private::Entry::#entry })
}

/// Registers a specialization of a type whose definition registers something else.
pub fn submit_listed_type(private: &TokenStream, ty: &impl ToTokens) -> TokenStream {
    submit(private, native(private, &quote!(listed_type), ty))
}

/// The entry of a native type, from `constructor`, with the detected traits of the type.
pub fn native(private: &TokenStream, constructor: &TokenStream, ty: &impl ToTokens) -> TokenStream {
    quote! {
        #constructor::<#ty>().compared_by(#private::own_traits!(#ty)).seen_by(#private::error_view!(#ty))
    }
}

/// The required method that an impl without its attribute lacks; the compiler prints its name as the message. `end` is a body,
/// or a semicolon in the trait, where it is limited to sized types, so that no vtable contains it. Errors
/// about it underline `place`.
pub fn hidden_method(private: &TokenStream, place: impl ToTokens, end: TokenStream) -> TokenStream {
    let method = quote! {
        #[doc(hidden)]
        fn __add_the_portable_attribute_to_this_impl(&self, _: #private::Token) #end
    };
    located(place, &method)
}
