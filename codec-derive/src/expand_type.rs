//! Expands `#[derive(Portable)]`. Imports `attr`, `bounds`, `expand_direct`, `expand_listed`, `expand_shape`, `expansion`, `item`
//! and `tokens`.

use proc_macro2::TokenStream;
use quote::quote;
use syn::{ConstParam, GenericParam, Generics, parse_quote};

use crate::attr::Krate;
use crate::bounds::{has_parameters, slots};
use crate::expand_direct::state;
use crate::expand_listed::name_lists;
use crate::expand_shape::shape;
use crate::expansion::{native, origin, submit, submit_listed_type, wrap};
use crate::item::{ConstKind, Field, Item};
use crate::tokens::located;

/// Expands an item that passed the checks.
pub fn expand(item: &Item) -> TokenStream {
    if item.attrs.as_failure.is_some() {
        return text_alone(item);
    }
    let (krate, private) = (&item.attrs.krate, item.attrs.krate.private());
    let ident = &item.ident;
    let origin = origin(&item.attrs, ident);
    let args = item.generics.params.iter().filter_map(|param| argument(krate, param));
    let shape = shape(item);
    let state = state(item);
    let generics = with_bounds(item);
    let (impl_generics, ty_generics, where_clause) = generics.split_for_impl();
    let unknown = item.attrs.is_unknown.then(|| unknown_methods(krate, &private));
    let stands = item.attrs.is_unknown.then(|| {
        quote! {
            #[doc(hidden)]
            #[automatically_derived]
            impl #impl_generics #private::StandsForUnknown for #ident #ty_generics #where_clause {}
        }
    });
    let submissions = submissions(item);
    let checks = flattened(item);
    let listed = name_lists(item);
    wrap(
        &[],
        quote! {
            const __ORIGIN: #private::Origin = #origin;
            #(#checks)*

            #[doc(hidden)]
            #[automatically_derived]
            impl #impl_generics #private::State for #ident #ty_generics #where_clause {
                #state
            }

            #[automatically_derived]
            impl #impl_generics #krate::Portable for #ident #ty_generics #where_clause {
                const TYPE: &'static #private::TypeExpr = &#private::TypeExpr {
                    head: #private::Head::Origin(&__ORIGIN),
                    args: &[#(#args),*],
                    shape: <Self as #krate::Portable>::__shape,
                    by_serde: <Self as #private::State>::BY_SERDE,
                };

                fn __shape() -> &'static #private::Shape {
                    const { &#shape }
                }

                #unknown
            }

            #stands

            #[doc(hidden)]
            #[automatically_derived]
            impl #impl_generics #private::OwnError for #ident #ty_generics #where_clause {}

            #submissions
            #(#listed)*
        },
    )
}

/// The expansion of `as_failure`: not the type itself is portable, but its text.
fn text_alone(item: &Item) -> TokenStream {
    let krate = &item.attrs.krate;
    let ident = &item.ident;
    let mut generics = item.generics.clone();
    generics.make_where_clause().predicates.push(parse_quote!(Self: ::core::error::Error + 'static));
    let (impl_generics, ty_generics, where_clause) = generics.split_for_impl();
    wrap(
        &[],
        quote! {
            #[automatically_derived]
            impl #impl_generics #krate::IntoFailure for #ident #ty_generics #where_clause {
                fn into_failure(self) -> #krate::Failure {
                    #krate::Failure::text_of(&self)
                }
            }
        },
    )
}

/// The methods of a type that stands for values of unknown types: as a root it is the value that it carries.
fn unknown_methods(krate: &Krate, private: &TokenStream) -> TokenStream {
    quote! {
        fn __decode(incoming: &#private::Incoming<'_>) -> ::core::result::Result<Self, #krate::Error> {
            incoming.opaque().map(<Self as ::core::convert::From<#krate::Opaque>>::from)
        }

        fn __about(&self) -> #private::About<'_> {
            #private::About::carrying(<Self as ::core::convert::AsRef<#krate::Opaque>>::as_ref(self))
        }
    }
}

/// The item's generics, with the bounds that the impl needs.
fn with_bounds(item: &Item) -> Generics {
    let krate = &item.attrs.krate;
    let inferred =
        || item.generics.type_params().map(|param| &param.ident).map(|ident| parse_quote!(#ident: #krate::Portable));
    let predicates = item.attrs.bound.clone().unwrap_or_else(|| inferred().collect());
    let mut generics = item.generics.clone();
    if !predicates.is_empty() {
        generics.make_where_clause().predicates.extend(predicates);
    }
    generics
}

/// The type expression of one parameter.
fn argument(krate: &Krate, param: &GenericParam) -> Option<TokenStream> {
    match param {
        GenericParam::Lifetime(_) => None,
        GenericParam::Type(param) => {
            let ident = &param.ident;
            Some(quote!(<#ident as #krate::Portable>::TYPE))
        }
        GenericParam::Const(param) => {
            let private = krate.private();
            let value = const_value(param)?;
            Some(quote! {
                &#private::TypeExpr {
                    head: #private::Head::Const(#private::ConstValue::#value),
                    args: &[],
                    shape: #private::no_shape,
                    by_serde: ::core::option::Option::None,
                }
            })
        }
    }
}

fn const_value(param: &ConstParam) -> Option<TokenStream> {
    let ident = &param.ident;
    Some(match ConstKind::of(&param.ty)? {
        ConstKind::Uint => quote!(Uint(#ident as ::core::primitive::u128)),
        ConstKind::Int => quote!(Int(#ident as ::core::primitive::i128)),
        ConstKind::Bool => quote!(Bool(#ident)),
        ConstKind::Char => quote!(Char(#ident)),
    })
}

/// Checks the flattened fields of a type without parameters again, so that `cargo check` also reports what the shape refuses.
fn flattened(item: &Item) -> Vec<TokenStream> {
    let (krate, private) = (&item.attrs.krate, item.attrs.krate.private());
    let is_generic = !item.generics.params.is_empty();
    let fields = item.fields().into_iter().filter(|field| !is_generic && field.is_flattened());
    fields
        .filter(|field| field.opaque().is_none())
        .map(|Field { ty, .. }| {
            let checked = located(ty, &quote!(#private::flattened(<#ty as #krate::Portable>::TYPE)));
            quote!(const _: &#private::TypeExpr = #checked;)
        })
        .collect()
}

/// One registration of the origin, and one for each listed specialization.
fn submissions(item: &Item) -> TokenStream {
    let private = item.attrs.krate.private();
    let ident = &item.ident;
    let entry = match slots(&item.generics, item.attrs.bound.as_deref().unwrap_or_default()) {
        Ok(_) if !has_parameters(&item.generics) => native(&private, &quote!(native_type), ident),
        Ok(slots) => {
            let erased = slots.iter().map(|slot| slot.erased(&private));
            let ty = located(ident, &quote!(#ident<#(#erased),*>));
            quote!(erased_type::<#ty>().compared_by(#private::own_traits!(erased #ty)))
        }
        Err(_) => quote! {
            unlisted_type(&#private::TypeExpr {
                head: #private::Head::Origin(&__ORIGIN),
                args: &[],
                shape: #private::no_shape,
                    by_serde: ::core::option::Option::None,
            })
        },
    };
    let listed = item.attrs.specialize.iter().flat_map(|list| &list.types);
    std::iter::once(submit(&private, entry)).chain(listed.map(|ty| submit_listed_type(&private, ty))).collect()
}
