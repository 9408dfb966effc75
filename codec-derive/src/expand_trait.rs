//! Expands `#[portable]` on a trait. Imports `delegate`, `expansion`, `interface` and `tokens`.

use proc_macro2::TokenStream;
use quote::quote;
use syn::{Attribute, ItemTrait, TraitItem, parse_quote};

use crate::delegate::{erased, specialized};
use crate::expansion::{hidden_method, origin, submit, submit_listed_type, wrap};
use crate::interface::Interface;
use crate::tokens::located;

/// Expands a trait that passed the checks.
pub fn expand(interface: &Interface) -> TokenStream {
    let item = completed(interface);
    let registration = registration(interface);
    let serde_impls = serde_impls(interface);
    let portable_impl = portable_impl(interface);
    let erased = erased(interface);
    let specialized = specialized(interface);
    let expansion = wrap(
        &interface.item.attrs,
        quote! {
            #registration
            #serde_impls
            #portable_impl
            #erased
            #specialized
        },
    );
    quote! {
        #item
        #expansion
    }
}

/// The trait itself, with its root supertrait and the hidden method.
fn completed(interface: &Interface) -> ItemTrait {
    let (krate, private) = (&interface.attrs.krate, interface.attrs.krate.private());
    let mut item = interface.item.clone();
    item.colon_token = Some(Default::default());
    item.supertraits.push(parse_quote!(#krate::Value));
    if !item.attrs.iter().any(is_on_unimplemented) {
        let ident = &item.ident;
        let note = format!("to make `{{Self}}` a member, write `#[portable] impl {ident} for {{Self}}`");
        item.attrs.push(parse_quote!(#[diagnostic::on_unimplemented(note = #note)]));
    }
    item.items.push(TraitItem::Verbatim(hidden_method(
        &private,
        &item.ident,
        quote!(where Self: ::core::marker::Sized;),
    )));
    item
}

fn is_on_unimplemented(attribute: &Attribute) -> bool {
    attribute.path().segments.last().is_some_and(|last| last.ident == "on_unimplemented")
}

fn registration(interface: &Interface) -> TokenStream {
    let (krate, private) = (&interface.attrs.krate, interface.attrs.krate.private());
    let ident = &interface.item.ident;
    let origin = origin(&interface.attrs, ident);
    let boxed = submit(&private, quote!(interface::<dyn #ident>()));
    let unknown = interface.attrs.unknown.as_ref().map(|ty| {
        let ty = located(ty, &quote!(#ty));
        quote! {
            const UNKNOWN: ::core::option::Option<fn(#krate::Opaque) -> ::std::boxed::Box<Self>> =
                ::core::option::Option::Some(|opaque| ::std::boxed::Box::new(#private::stand_for::<#ty>(opaque)));
        }
    });
    let shared = submit_listed_type(&private, &quote!(::std::sync::Arc<dyn #ident>));
    quote! {
        const __INTERFACE: #private::InterfaceInfo =
            #private::InterfaceInfo { origin: #origin, type_id: #private::type_id_of::<dyn #ident> };

        #[automatically_derived]
        impl #krate::Interface for dyn #ident {
            const INFO: &'static #private::InterfaceInfo = &__INTERFACE;
            #unknown
        }

        #boxed
        #shared
    }
}

fn serde_impls(interface: &Interface) -> TokenStream {
    let private = interface.attrs.krate.private();
    let ident = &interface.item.ident;
    quote! {
        #[automatically_derived]
        impl #private::serde::Serialize for dyn #ident {
            fn serialize<__S>(&self, __serializer: __S) -> ::core::result::Result<__S::Ok, __S::Error>
            where
                __S: #private::serde::Serializer,
            {
                #private::serialize_nested(self, __serializer)
            }
        }

        #[automatically_derived]
        impl<'de> #private::serde::Deserialize<'de> for ::std::boxed::Box<dyn #ident> {
            fn deserialize<__D>(__deserializer: __D) -> ::core::result::Result<Self, __D::Error>
            where
                __D: #private::serde::Deserializer<'de>,
            {
                #private::deserialize_nested::<dyn #ident, __D>(__deserializer)
            }
        }
    }
}

fn portable_impl(interface: &Interface) -> TokenStream {
    let (krate, private) = (&interface.attrs.krate, interface.attrs.krate.private());
    let ident = &interface.item.ident;
    quote! {
        #[doc(hidden)]
        #[automatically_derived]
        impl #private::Boxed for dyn #ident {
            fn put_boxed(&self, __sink: &mut #private::Sink<'_>) -> ::core::result::Result<(), #krate::Error> {
                #private::put_nested::<dyn #ident>(self, __sink)
            }
        }

        #[doc(hidden)]
        #[automatically_derived]
        impl #private::Settle for ::std::boxed::Box<dyn #ident> {
            fn settle(self, __passage: &mut #private::Passage) -> Self {
                __passage.settle(self)
            }

            fn is_unsettled(&self) -> ::core::primitive::bool {
                #private::is_unsettled::<dyn #ident>(&**self)
            }

            fn settle_in_place(&mut self, __passage: &mut #private::Passage) {
                __passage.settle_in_place(self);
            }
        }

        #[automatically_derived]
        impl #private::State for ::std::boxed::Box<dyn #ident> {
            #private::boxed_interface_state!(dyn #ident);
        }

        #[automatically_derived]
        impl #krate::Portable for ::std::boxed::Box<dyn #ident> {
            const TYPE: &'static #private::TypeExpr = &#private::TypeExpr {
                head: #private::Head::Origin(&#private::BOX),
                args: &[&#private::TypeExpr {
                    head: #private::Head::Dyn(&__INTERFACE),
                    args: &[],
                    shape: #private::dyn_shape,
                    by_serde: ::core::option::Option::None,
                }],
                shape: <Self as #krate::Portable>::__shape,
                by_serde: <Self as #private::State>::BY_SERDE,
            };

            fn __shape() -> &'static #private::Shape {
                const { &#private::Shape::Nested { interface: &__INTERFACE } }
            }

            #private::boxed_interface_methods!(dyn #ident);
        }
    }
}
