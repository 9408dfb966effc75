//! The two impls of an interface that forward every method: for an erased argument, and for an erased value with its
//! real type name. Imports `expansion`, `interface`, `settle` and `signature`.

use proc_macro2::TokenStream;
use quote::{format_ident, quote};
use syn::{FnArg, GenericParam, Ident, Receiver, Signature, parse_quote};

use crate::expansion::{cfgs, hidden_method};
use crate::interface::{Interface, Method};
use crate::settle::Passing;
use crate::signature::Access;

/// The type that forwards the methods.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Wrapper {
    Erased,
    Specialized,
}

/// `impl Trait for Erased`; `None` if a required method is not for trait objects, as the interface cannot then be
/// the bound of an erased parameter.
pub fn erased(interface: &Interface) -> Option<TokenStream> {
    let is_complete = interface.methods.iter().all(|method| !method.needs_sized || method.has_default);
    let (krate, private) = (&interface.attrs.krate, interface.attrs.krate.private());
    let ident = &interface.item.ident;
    is_complete.then(|| {
        let head = quote! {
            impl<const __P: ::core::primitive::usize, __I> #ident for #private::Erased<__P, __I>
            where
                __I: ?::core::marker::Sized + #krate::Interface + #ident,
        };
        implementation(interface, Wrapper::Erased, &head)
    })
}

/// `impl Trait for Specialized`.
pub fn specialized(interface: &Interface) -> TokenStream {
    let private = interface.attrs.krate.private();
    let ident = &interface.item.ident;
    let head = quote! {
        impl<__G> #ident for #private::Specialized<__G>
        where
            __G: #ident + #private::ErasedForm,
    };
    implementation(interface, Wrapper::Specialized, &head)
}

fn implementation(interface: &Interface, wrapper: Wrapper, head: &TokenStream) -> TokenStream {
    let private = interface.attrs.krate.private();
    let async_trait = interface.async_trait();
    let passed_on = interface.methods.iter().filter(|method| !(method.needs_sized && method.has_default));
    let methods = passed_on.map(|method| passed_on_method(interface, wrapper, method));
    let hidden_method = hidden_method(&private, &interface.item.ident, quote!({}));
    quote! {
        #async_trait
        #[doc(hidden)]
        #[automatically_derived]
        #head
        {
            #(#methods)*

            #hidden_method
        }
    }
}

fn passed_on_method(interface: &Interface, wrapper: Wrapper, method: &Method) -> TokenStream {
    let cfgs = cfgs(&method.attributes);
    let (sig, args) = with_named_arguments(&method.sig);
    let body = match sig.receiver() {
        Some(receiver) if can_be_passed_on(method) => {
            let call = Call { interface, method, args };
            match wrapper {
                Wrapper::Erased => call.through_erased(receiver),
                Wrapper::Specialized => call.through_specialized(receiver),
            }
        }
        _ => quote!(::core::unreachable!("this value only exists as a trait object, which has no such method")),
    };
    quote! {
        #(#cfgs)*
        #sig {
            #body
        }
    }
}

/// Whether the method can be forwarded: each method of a trait object, and others whose types do not depend on the wrapper.
fn can_be_passed_on(method: &Method) -> bool {
    matches!(method.access, Access::Shared | Access::Mutable | Access::Boxed) && !method.mentions_self()
}

/// The signature with plain names instead of argument patterns, and the names.
fn with_named_arguments(sig: &Signature) -> (Signature, Vec<Ident>) {
    let mut sig = sig.clone();
    let mut names = Vec::new();
    for input in &mut sig.inputs {
        match input {
            FnArg::Receiver(receiver) => receiver.mutability = None,
            FnArg::Typed(arg) => {
                let name = format_ident!("__arg{}", names.len());
                *arg.pat = parse_quote!(#name);
                names.push(name);
            }
        }
    }
    (sig, names)
}

/// A call of one method on the content of a wrapper.
struct Call<'a> {
    interface: &'a Interface,
    method: &'a Method,
    args: Vec<Ident>,
}

impl Call<'_> {
    fn through_erased(&self, receiver: &Receiver) -> TokenStream {
        let private = self.interface.attrs.krate.private();
        let this = receiver.self_token;
        let value = match self.method.access {
            Access::Shared => quote!(#private::Erased::get(#this)),
            Access::Mutable => quote!(#private::Erased::get_mut(#this)),
            _ => quote!(#private::Erased::into_inner(*#this)),
        };
        self.on(&quote!(__I), &value)
    }

    /// The arguments of the value's type are in scope until a method returns; an async method, or a future or stream that a
    /// method returns, enters the scope at each poll. What passes through is settled: arguments in the scope of the caller, the
    /// result in that of the value.
    fn through_specialized(&self, receiver: &Receiver) -> TokenStream {
        let private = self.interface.attrs.krate.private();
        let this = receiver.self_token;
        let call = self.on(&quote!(__G), &quote!(__value));
        let (get, enter) = match self.method.access {
            Access::Shared => (quote!(get), quote!(enter)),
            Access::Mutable => (quote!(get_mut), quote!(enter_mut)),
            _ => (quote!(get_box), quote!(enter_box)),
        };
        // No trait object has a method that needs `Sized`, so nothing passes through it.
        let passing = match self.method.needs_sized {
            true => Passing::nothing(&private),
            false => Passing::of(&private, &self.method.sig, &self.args),
        };
        if self.method.sig.asyncness.is_some() {
            // The body runs at the first poll, in whatever scope that is.
            let (arguments, body) = (passing.arguments("late"), passing.awaited(&call));
            return quote! {
                #arguments
                let __scope = #private::Specialized::scope(&#this);
                let __value = #private::Specialized::#get(#this);
                #private::in_scope(__scope, async move { #body }).await
            };
        }
        let (arguments, output) = (passing.arguments("default"), passing.output());
        let kept = passing.is_polled().then(|| quote!(let __arguments = #private::Specialized::scope(&#this);));
        quote! {
            #arguments
            #kept
            let (__value, __scope) = #private::Specialized::#enter(#this);
            let __out = #call;
            #output
        }
    }

    fn on(&self, ty: &TokenStream, value: &TokenStream) -> TokenStream {
        let trait_ = &self.interface.item.ident;
        let (name, args) = (&self.method.sig.ident, &self.args);
        let turbofish = self.turbofish();
        let dot_await = self.method.sig.asyncness.map(|_| quote!(.await));
        quote!(<#ty as #trait_>::#name #turbofish(#value, #(#args),*) #dot_await)
    }

    /// The method's own type and const parameters, which the compiler may be unable to infer.
    fn turbofish(&self) -> Option<TokenStream> {
        let params = self.method.sig.generics.params.iter().filter_map(|param| match param {
            GenericParam::Lifetime(_) => None,
            GenericParam::Type(param) => Some(&param.ident),
            GenericParam::Const(param) => Some(&param.ident),
        });
        let params: Vec<_> = params.collect();
        (!params.is_empty()).then(|| quote!(::<#(#params),*>))
    }
}
