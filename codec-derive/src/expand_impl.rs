//! Expands `#[portable]` on an impl. Imports `expansion`, `member` and `tokens`.

use proc_macro2::TokenStream;
use quote::quote;
use syn::{ImplItem, ItemImpl, Path, Type, TypeParam, WherePredicate, parse_quote};

use crate::expansion::{hidden_method, submit, submit_listed_type, wrap};
use crate::member::Member;
use crate::tokens::located;

/// Expands an impl that passed the checks.
pub fn expand(member: &Member) -> TokenStream {
    let item = completed(member);
    let registrations = member.interface().map(|interface| {
        let interface = located(interface, &quote!(dyn #interface));
        let natives = member.natives().into_iter().map(|ty| native(member, &interface, ty));
        let erased = member.erased().map(|ty| erased(member, &interface, &ty));
        wrap(&member.item.attrs, natives.chain(erased).collect())
    });
    quote! {
        #item
        #registrations
    }
}

/// The impl itself, with the bounds of a member and, if its trait can be an interface, the hidden method.
pub fn completed(member: &Member) -> ItemImpl {
    let (krate, private) = (&member.attrs.krate, member.attrs.krate.private());
    let mut item = member.item.clone();
    let predicates = item.generics.type_params().map(|TypeParam { ident, .. }| parse_quote!(#ident: #krate::Portable));
    let predicates: Vec<WherePredicate> = predicates.collect();
    if !predicates.is_empty() {
        item.generics.make_where_clause().predicates.extend(predicates);
    }
    let can_be_interface = |path: &&Path| path.segments.iter().all(|segment| segment.arguments.is_none());
    if let Some(interface) = member.interface().filter(can_be_interface) {
        item.items.push(ImplItem::Verbatim(hidden_method(&private, interface, quote!({}))));
    }
    item
}

/// Registers `ty` natively, and also as a type if it is a specialization, which its origin's definition does not register.
fn native(member: &Member, interface: &TokenStream, ty: &Type) -> TokenStream {
    let private = member.attrs.krate.private();
    let cast = cast(member, interface, &quote!(#ty), &quote!(#private::take_box::<#ty>));
    let entry = submit(
        &private,
        quote! {
            native_member::<#ty, #interface>(&__CAST, #private::site!()).compared_by(#private::own_traits!(#ty))
        },
    );
    let listed_type = is_specialization(ty).then(|| submit_listed_type(&private, ty));
    quote! {
        const _: () = {
            #cast
            #entry
            #listed_type
        };
    }
}

/// Whether the type has arguments.
fn is_specialization(ty: &Type) -> bool {
    matches!(ty, Type::Path(ty) if ty.path.segments.last().is_some_and(|last| !last.arguments.is_none()))
}

/// Registers `ty`, whose parameters are erased, as the pattern of all specializations.
fn erased(member: &Member, interface: &TokenStream, ty: &Type) -> TokenStream {
    let private = member.attrs.krate.private();
    let cast =
        cast(member, interface, &quote!(#private::Specialized<#ty>), &quote!(#private::Specialized::<#ty>::take_box));
    let entry = submit(
        &private,
        quote! {
            erased_member::<#ty, #interface>(&__CAST, #private::site!())
                .compared_by(#private::own_traits!(erased #ty))
        },
    );
    quote! {
        const _: () = {
            #cast
            #entry
        };
    }
}

/// The cast of a boxed `held`, and of the value that `take` reads, to a trait object. Named functions, because a
/// closure behind a pointer compiles to two.
fn cast(member: &Member, interface: &TokenStream, held: &TokenStream, take: &TokenStream) -> TokenStream {
    let (krate, private) = (&member.attrs.krate, member.attrs.krate.private());
    quote! {
        fn __cast(__boxed: #private::AnyBox) -> ::core::option::Option<::std::boxed::Box<#interface>> {
            match #private::unbox::<#held>(__boxed) {
                ::core::option::Option::Some(__value) => {
                    ::core::option::Option::Some(__value as ::std::boxed::Box<#interface>)
                }
                ::core::option::Option::None => ::core::option::Option::None,
            }
        }
        fn __take(
            __input: &mut #private::Input<'_, '_>,
            __slot: usize,
        ) -> ::core::result::Result<::std::boxed::Box<#interface>, #krate::Error> {
            match #take(__input, __slot) {
                ::core::result::Result::Ok(__value) => {
                    ::core::result::Result::Ok(__value as ::std::boxed::Box<#interface>)
                }
                ::core::result::Result::Err(__error) => ::core::result::Result::Err(__error),
            }
        }
        const __CAST: #private::Cast<#interface> = #private::Cast { cast: __cast, take: __take };
    }
}
