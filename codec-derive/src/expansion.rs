//! What all expansions share: the one wrapper around them, the origin literal, the registrations, the hidden method.
//! Imports `attr` and `tokens`.

use proc_macro2::TokenStream;
use quote::{ToTokens, quote};
use syn::ext::IdentExt;
use syn::{Attribute, Ident};

use crate::attr::Attrs;
use crate::tokens::located;

/// Puts an expansion into a scope of its own, under the `cfg`s of the item and the lints that no expansion can heed.
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

/// The `cfg`s among the attributes, for everything that is generated beside the item.
pub fn cfgs(attributes: &[Attribute]) -> Vec<&Attribute> {
    attributes.iter().filter(|attribute| attribute.path().is_ident("cfg")).collect()
}

/// An `Origin` literal: the id that was chosen, or else the name in the user's crate.
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

/// The entry of a type that is compiled as such, made by `constructor`, with what the type is asked for.
pub fn native(private: &TokenStream, constructor: &TokenStream, ty: &impl ToTokens) -> TokenStream {
    quote! {
        #constructor::<#ty>().compared_by(#private::own_traits!(#ty)).seen_by(#private::error_view!(#ty))
    }
}

/// The required method whose absence says that an impl lacks its attribute; the name is the message. `end` is a body,
/// or in the trait a semicolon; there it is for types with a size, so that no table of methods has room for it. Errors
/// about it underline `place`.
pub fn hidden_method(private: &TokenStream, place: impl ToTokens, end: TokenStream) -> TokenStream {
    let method = quote! {
        #[doc(hidden)]
        fn __add_the_portable_attribute_to_this_impl(&self, _: #private::Token) #end
    };
    located(place, &method)
}
