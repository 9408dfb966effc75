//! Code that settles what passes through a forwarded method: the trait objects in arguments and results. Imports no other file.
//!
//! The macro sees tokens. It takes tuples apart; for all other types the compiler finds out whether the library can settle them.
//! Futures and streams are settled item by item.

use proc_macro2::{TokenStream, TokenTree};
use quote::{ToTokens, format_ident, quote};
use syn::{
    FnArg, GenericArgument, Ident, Path, PathArguments, PathSegment, ReturnType, Signature, TraitBound, Type,
    TypeParamBound, TypePath, TypeTraitObject,
};

/// The code that settles what passes through one method.
pub struct Passing<'a> {
    private: &'a TokenStream,
    /// Before the call: settles arguments.
    arguments: Vec<TokenStream>,
    /// After the call: settles lent arguments.
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
                // A result that borrows from an argument keeps it; without a name it borrows from `self`.
                if reference.mutability.is_some() && !output.is_some_and(|ty| has_lifetime(ty, |name| name != "_")) {
                    passing.lend(&reference.elem, name);
                }
            } else if let Some(settled) = settled(private, ty, &quote!(#name)) {
                passing.arguments.push(quote!(let #name = #settled;));
            }
        }
        passing
    }

    /// Nothing.
    pub fn nothing(private: &'a TokenStream) -> Self {
        Passing { private, arguments: Vec::new(), lent: Vec::new(), output: None }
    }

    fn lend(&mut self, ty: &Type, name: &Ident) {
        if !is_owner(ty) || borrows(ty) {
            return;
        }
        let kind = kind(self.private, &quote!(*#name));
        self.arguments.push(quote!(#kind.settle_in_place(&mut *#name, &mut __passage);));
        self.lent.push(quote!(#kind.settle_in_place(&mut *#name, &mut __passage);));
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
                use #private::{MaySettle as _, MaySettleErr as _, MaySettleOk as _, NeedsNothing as _};
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
        // The library settles only what is owned.
        Shape::Other if borrows(ty) => None,
        Shape::Other => {
            let kind = kind(private, &quote!(__value));
            Some(quote! {{
                let __value = #value;
                #kind.settle(__value, &mut __passage)
            }})
        }
    }
}

/// Code that asks the compiler for the kind of a value's type.
fn kind(private: &TokenStream, place: &TokenStream) -> TokenStream {
    quote!((&&&&#private::KindOf::value(&#place)).__kind())
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

/// Whether the type is spelled as a container or box, which has a size.
fn is_owner(ty: &Type) -> bool {
    match ty {
        Type::Path(TypePath { qself: None, path, .. }) => path.segments.last().is_some_and(|last| {
            const OWNERS: [&str; 6] = ["BTreeMap", "Box", "HashMap", "Option", "Vec", "VecDeque"];
            !last.arguments.is_none() && OWNERS.contains(&last.ident.to_string().as_str())
        }),
        Type::Tuple(tuple) => tuple.elems.iter().any(is_owner),
        Type::Array(array) => is_owner(&array.elem),
        Type::Paren(inner) => is_owner(&inner.elem),
        Type::Group(inner) => is_owner(&inner.elem),
        _ => false,
    }
}

/// What a type looks like.
enum Shape<'a> {
    Tuple(Vec<&'a Type>),
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
    let traits: Vec<_> = traits.collect();
    // The wrapper of a future is `Send` and `Sync` if the future is, and nothing else.
    let is_known = |bound: &&TraitBound| {
        const KNOWN: [&str; 4] = ["Future", "Send", "Stream", "Sync"];
        const CRATES: [&str; 6] = ["core", "futures", "futures_core", "futures_util", "std", "tokio_stream"];
        let is_in = |segment: Option<&PathSegment>, list: &[&str]| {
            segment.is_some_and(|segment| list.contains(&segment.ident.to_string().as_str()))
        };
        let segments = &bound.path.segments;
        // A longer path may lead to a trait of the same name.
        is_in(segments.last(), &KNOWN) && (segments.len() == 1 || is_in(segments.first(), &CRATES))
    };
    if !traits.iter().all(is_known) {
        return Shape::Other;
    }
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

/// Whether a value of the type may borrow: it has a reference or a lifetime that is not `'static`.
fn borrows(ty: &Type) -> bool {
    fn has_reference(tokens: TokenStream) -> bool {
        let mut tokens = tokens.into_iter().peekable();
        while let Some(token) = tokens.next() {
            let is_one = match token {
                // `&'static` is followed by a lifetime, which is looked at on its own.
                TokenTree::Punct(punct) if punct.as_char() == '&' => {
                    !matches!(tokens.peek(), Some(TokenTree::Punct(next)) if next.as_char() == '\'')
                }
                TokenTree::Group(group) => has_reference(group.stream()),
                _ => false,
            };
            if is_one {
                return true;
            }
        }
        false
    }
    has_reference(ty.to_token_stream()) || has_lifetime(ty, |_| true)
}

/// Whether the type spells a lifetime, other than `'static`, whose name `is_wanted`.
fn has_lifetime(ty: &Type, is_wanted: fn(&str) -> bool) -> bool {
    fn find(tokens: TokenStream, is_wanted: fn(&str) -> bool) -> bool {
        let mut is_name = false;
        for token in tokens {
            match token {
                TokenTree::Ident(ident) if is_name => {
                    let name = ident.to_string();
                    if name != "static" && is_wanted(&name) {
                        return true;
                    }
                }
                TokenTree::Group(group) if find(group.stream(), is_wanted) => return true,
                TokenTree::Punct(ref punct) if punct.as_char() == '\'' => {
                    is_name = true;
                    continue;
                }
                _ => {}
            }
            is_name = false;
        }
        false
    }
    find(ty.to_token_stream(), is_wanted)
}
