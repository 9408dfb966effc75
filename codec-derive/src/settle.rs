//! Code that settles what passes through a forwarded method: the trait objects in arguments and results. Imports no other file.
//!
//! The macro sees tokens. It looks into the containers whose parts may be of different kinds, such as `Result`; for all other
//! types the compiler finds out whether the library can settle them. Futures and streams are settled item by item.

use proc_macro2::{TokenStream, TokenTree};
use quote::{ToTokens, format_ident, quote};
use syn::{
    FnArg, GenericArgument, Ident, Path, PathArguments, PathSegment, ReturnType, Signature, TraitBound, Type,
    TypeParamBound, TypePath, TypeTraitObject,
};

/// The code that settles what passes through one method.
pub struct Passing<'a> {
    private: &'a TokenStream,
    /// Before the call: settles arguments, and counts the parts of lent ones.
    arguments: Vec<TokenStream>,
    /// After the call: settles the new parts of lent arguments.
    lent: Vec<TokenStream>,
    /// The result, if its type is spelled.
    output: Option<&'a Type>,
}

impl<'a> Passing<'a> {
    /// What passes through a method whose arguments have these names.
    pub fn of(private: &'a TokenStream, sig: &'a Signature, names: &[Ident]) -> Self {
        let output = match &sig.output {
            ReturnType::Default => None,
            ReturnType::Type(_, ty) => Some(&**ty),
        };
        let mut passing = Passing { private, arguments: Vec::new(), lent: Vec::new(), output };
        let types = sig.inputs.iter().filter_map(|input| match input {
            FnArg::Typed(arg) => Some(&*arg.ty),
            FnArg::Receiver(_) => None,
        });
        for (ty, name) in types.zip(names) {
            if let Type::Reference(reference) = ty {
                // A result that borrows from an argument keeps it.
                if reference.mutability.is_some() && !output.is_some_and(borrows) {
                    passing.lend(&reference.elem, name);
                }
            } else if let Some(settled) = settled(private, ty, &quote!(#name)) {
                passing.arguments.push(quote!(let #name = #settled;));
            }
        }
        passing
    }

    fn lend(&mut self, ty: &Type, name: &Ident) {
        let private = self.private;
        if is_surely_settled(ty) || matches!(ty, Type::TraitObject(_)) || borrows(ty) {
            return;
        }
        let parts = format_ident!("{}_parts", name);
        let kind = quote!((&#private::KindOf::value(&*#name)).__kind());
        self.arguments.push(quote!(let #parts = #kind.parts(&*#name);));
        self.lent.push(quote!(#kind.settle_in_place(&mut *#name, &mut __passage, #parts);));
    }

    /// Whether the result is polled later, so that it has to enter the scope again.
    pub fn is_polled(&self) -> bool {
        self.output.is_some_and(|ty| matches!(shape(ty), Shape::Future(_) | Shape::Stream(..)))
    }

    /// The settled result, or the item of a polled one.
    fn settled_output(&self) -> Option<TokenStream> {
        let (ty, name) = match shape(self.output?) {
            Shape::Future(output) => (output, quote!(__out)),
            Shape::Stream(_, item) if !borrows(item) => (item, quote!(__item)),
            Shape::Stream(..) => return None,
            _ => (self.output?, quote!(__out)),
        };
        settled(self.private, ty, &name)
    }

    fn passes(&self) -> bool {
        !self.arguments.is_empty() || !self.lent.is_empty() || self.settled_output().is_some()
    }

    /// The code before the call; `how` names the constructor of the passage.
    pub fn arguments(&self, how: &str) -> Option<TokenStream> {
        let (private, arguments, how) = (self.private, &self.arguments, format_ident!("{}", how));
        self.passes().then(|| {
            quote! {
                #[allow(unused_imports)]
                use #private::{MaySettle as _, NeedsNothing as _};
                #[allow(unused_mut)]
                let mut __passage = <#private::Passage>::#how();
                #(#arguments)*
            }
        })
    }

    /// The call, and the code after it, in an async block.
    pub fn awaited(&self, call: &TokenStream) -> TokenStream {
        if !self.passes() {
            return call.clone();
        }
        let output = self.output();
        quote! {
            let __out = #call;
            #output
        }
    }

    /// The code after the call, whose result is `__out`.
    pub fn output(&self) -> TokenStream {
        let (private, lent, settled) = (self.private, &self.lent, self.settled_output());
        let leave = self.passes().then(|| quote!(__passage.leave();));
        let result = match self.output.map(|ty| (ty, shape(ty))) {
            Some((ty, Shape::Future(_))) => {
                let output = settled.unwrap_or(quote!(__out));
                quote! {
                    let __out: #ty = ::std::boxed::Box::pin(#private::in_scope(__arguments, async move {
                        let __out = __out.await;
                        #output
                    }));
                    __out
                }
            }
            Some((ty, Shape::Stream(stream, item))) => self.stream(ty, &stream.path, item),
            _ => settled.unwrap_or(quote!(__out)),
        };
        quote! {
            #leave
            #(#lent)*
            #result
        }
    }

    /// A stream whose items are settled, in its own scope.
    fn stream(&self, ty: &Type, stream: &Path, item: &Type) -> TokenStream {
        if borrows(item) {
            return quote!(__out);
        }
        let private = self.private;
        let passes = self.passes();
        let mut stream_trait = stream.clone();
        if let Some(last) = stream_trait.segments.last_mut() {
            last.arguments = PathArguments::None;
        }
        let (settled, moved) = match self.settled_output() {
            Some(settled) => (quote! {{ let mut __passage = &mut __this.2; #settled }}, quote!(__passage)),
            None if passes => (quote!(__item), quote!(__passage)),
            None => (quote!(__item), quote!(<#private::Passage as ::core::default::Default>::default())),
        };
        quote! {
            struct __Items<__S>(__S, #private::Arguments, #private::Passage);

            impl<__S: #stream + ::core::marker::Unpin> #stream_trait for __Items<__S> {
                type Item = #item;

                fn poll_next(
                    mut self: ::core::pin::Pin<&mut Self>,
                    __context: &mut ::core::task::Context<'_>,
                ) -> ::core::task::Poll<::core::option::Option<#item>> {
                    let __this = &mut *self;
                    let __scope = __this.1.enter();
                    match ::core::pin::Pin::new(&mut __this.0).poll_next(__context) {
                        ::core::task::Poll::Ready(::core::option::Option::Some(__item)) => {
                            ::core::task::Poll::Ready(::core::option::Option::Some(#settled))
                        }
                        __other => __other,
                    }
                }

                fn size_hint(&self) -> (::core::primitive::usize, ::core::option::Option<::core::primitive::usize>) {
                    self.0.size_hint()
                }
            }

            let __out: #ty = ::std::boxed::Box::pin(__Items(__out, __arguments, #moved));
            __out
        }
    }
}

/// Whether a value of the type, seen as tokens, surely contains no trait object.
fn is_surely_settled(ty: &Type) -> bool {
    const PLAIN: [&str; 18] = [
        "bool", "char", "f32", "f64", "i128", "i16", "i32", "i64", "i8", "isize", "str", "u128", "u16", "u32", "u64",
        "u8", "usize", "String",
    ];
    match ty {
        Type::Path(TypePath { qself: None, path, .. }) => {
            path.get_ident().is_some_and(|ident| PLAIN.contains(&ident.to_string().as_str()))
        }
        Type::Tuple(tuple) => tuple.elems.iter().all(is_surely_settled),
        Type::Array(array) => is_surely_settled(&array.elem),
        Type::Paren(inner) => is_surely_settled(&inner.elem),
        Type::Group(inner) => is_surely_settled(&inner.elem),
        Type::Reference(_) | Type::Slice(_) | Type::Ptr(_) | Type::FnPtr(_) | Type::Never(_) => true,
        _ => false,
    }
}

/// Code for the settled `value` of type `ty`; `None` if the value stays as it is. `__passage` is in scope.
fn settled(private: &TokenStream, ty: &Type, value: &TokenStream) -> Option<TokenStream> {
    if is_surely_settled(ty) {
        return None;
    }
    match shape(ty) {
        Shape::Future(..) | Shape::Stream(..) => None,
        Shape::Tuple(parts) => tuple(private, &parts, value),
        Shape::Result(ok, error) => {
            let ok = settled(private, ok, &quote!(__ok));
            let error = error.and_then(|error| settled(private, error, &quote!(__error)));
            if ok.is_none() && error.is_none() {
                return None;
            }
            let (ok, error) = (ok.unwrap_or(quote!(__ok)), error.unwrap_or(quote!(__error)));
            Some(quote! {
                match #value {
                    ::core::result::Result::Ok(__ok) => ::core::result::Result::Ok(#ok),
                    ::core::result::Result::Err(__error) => ::core::result::Result::Err(#error),
                }
            })
        }
        Shape::Container(part) if needs_a_look(part) => {
            let part = settled(private, part, &quote!(__part))?;
            Some(quote! {
                ::core::iter::Iterator::collect(::core::iter::Iterator::map(
                    ::core::iter::IntoIterator::into_iter(#value),
                    |__part| #part,
                ))
            })
        }
        Shape::Map(part) if needs_a_look(part) => {
            let part = settled(private, part, &quote!(__part))?;
            Some(quote! {
                ::core::iter::Iterator::collect(::core::iter::Iterator::map(
                    ::core::iter::IntoIterator::into_iter(#value),
                    |(__key, __part)| (__key, #part),
                ))
            })
        }
        Shape::Option(part) if needs_a_look(part) => {
            let part = settled(private, part, &quote!(__part))?;
            Some(quote! {
                match #value {
                    ::core::option::Option::Some(__part) => ::core::option::Option::Some(#part),
                    ::core::option::Option::None => ::core::option::Option::None,
                }
            })
        }
        // The library settles only what is owned.
        _ if borrows(ty) => None,
        _ => Some(quote! {{
            let __value = #value;
            (&#private::KindOf::value(&__value)).__kind().settle(__value, &mut __passage)
        }}),
    }
}

fn tuple(private: &TokenStream, parts: &[&Type], value: &TokenStream) -> Option<TokenStream> {
    let names: Vec<_> = (0..parts.len()).map(|at| format_ident!("__part{}", at)).collect();
    let settled: Vec<_> = parts.iter().zip(&names).map(|(part, name)| settled(private, part, &quote!(#name))).collect();
    if settled.iter().all(Option::is_none) {
        return None;
    }
    let settled = settled.into_iter().zip(&names).map(|(part, name)| part.unwrap_or(quote!(#name)));
    let settled: Vec<_> = settled.collect();
    Some(quote!({
        let (#(#names,)*) = #value;
        (#(#settled,)*)
    }))
}

/// Whether the library cannot settle the part, and the macro has to.
fn needs_a_look(ty: &Type) -> bool {
    match shape(ty) {
        Shape::Result(..) | Shape::Tuple(_) => true,
        Shape::Container(part) | Shape::Map(part) | Shape::Option(part) => needs_a_look(part),
        Shape::Future(..) | Shape::Stream(..) | Shape::Other => false,
    }
}

/// What a type looks like.
enum Shape<'a> {
    Tuple(Vec<&'a Type>),
    /// The second part is missing in an alias of one parameter.
    Result(&'a Type, Option<&'a Type>),
    Option(&'a Type),
    Container(&'a Type),
    /// The values.
    Map(&'a Type),
    /// A boxed future of this output.
    Future(&'a Type),
    /// A boxed stream: the path of its trait, and its items.
    Stream(&'a TraitBound, &'a Type),
    Other,
}

/// What `ty` looks like.
fn shape(ty: &Type) -> Shape<'_> {
    match ty {
        Type::Tuple(tuple) => Shape::Tuple(tuple.elems.iter().collect()),
        Type::Paren(inner) => shape(&inner.elem),
        Type::Group(inner) => shape(&inner.elem),
        Type::Path(TypePath { qself: None, path, .. }) => path.segments.last().map_or(Shape::Other, of_path),
        _ => Shape::Other,
    }
}

fn of_path(last: &PathSegment) -> Shape<'_> {
    let args = arguments(last);
    match (last.ident.to_string().as_str(), args.as_slice()) {
        ("Result", [ok]) => Shape::Result(ok, None),
        ("Result", [ok, error]) => Shape::Result(ok, Some(error)),
        ("Option", [part]) => Shape::Option(part),
        ("Vec" | "VecDeque", [part]) => Shape::Container(part),
        ("BTreeMap" | "HashMap", [_, part, ..]) => Shape::Map(part),
        ("Pin", [boxed]) => of_pinned(boxed),
        ("BoxFuture" | "LocalBoxFuture", [output]) => Shape::Future(output),
        _ => Shape::Other,
    }
}

/// The type arguments of a segment.
fn arguments(segment: &PathSegment) -> Vec<&Type> {
    let PathArguments::AngleBracketed(arguments) = &segment.arguments else { return Vec::new() };
    let types = arguments.args.iter().filter_map(|argument| match argument {
        GenericArgument::Type(ty) => Some(ty),
        _ => None,
    });
    types.collect()
}

/// `Box<dyn Future<Output = T> + ..>`, or of a stream.
fn of_pinned(boxed: &Type) -> Shape<'_> {
    let Type::Path(path) = boxed else { return Shape::Other };
    let Some(last) = path.path.segments.last().filter(|last| last.ident == "Box") else { return Shape::Other };
    let [Type::TraitObject(TypeTraitObject { bounds, .. })] = arguments(last).as_slice() else { return Shape::Other };
    let traits = bounds.iter().filter_map(|bound| match bound {
        TypeParamBound::Trait(bound) => Some(bound),
        _ => None,
    });
    for bound in traits {
        let Some(last) = bound.path.segments.last() else { continue };
        match last.ident.to_string().as_str() {
            "Future" => return associated(last, "Output").map_or(Shape::Other, Shape::Future),
            "Stream" => return associated(last, "Item").map_or(Shape::Other, |item| Shape::Stream(bound, item)),
            _ => {}
        }
    }
    Shape::Other
}

/// The associated type that a segment binds.
fn associated<'a>(segment: &'a PathSegment, name: &str) -> Option<&'a Type> {
    let PathArguments::AngleBracketed(arguments) = &segment.arguments else { return None };
    arguments.args.iter().find_map(|argument| match argument {
        GenericArgument::AssocType(assoc) if assoc.ident == name => Some(&assoc.ty),
        _ => None,
    })
}

/// Whether a value of the type may borrow from an argument.
fn borrows(ty: &Type) -> bool {
    fn has_mark(tokens: TokenStream) -> bool {
        tokens.into_iter().any(|token| match token {
            TokenTree::Punct(punct) => matches!(punct.as_char(), '\'' | '&'),
            TokenTree::Group(group) => has_mark(group.stream()),
            _ => false,
        })
    }
    has_mark(ty.to_token_stream())
}
