//! The signature of a method: its receiver, and the names in its types. Imports no other file.

use proc_macro2::{TokenStream, TokenTree};
use quote::ToTokens;
use syn::{FnArg, GenericArgument, PathArguments, Receiver, ReceiverKind, ReturnType, Signature, Type};

/// The receiver of a method.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Access {
    /// `&self`
    Shared,
    /// `&mut self`
    Mutable,
    /// `self: Box<Self>`
    Boxed,
    /// `self`, or a smart pointer other than `Box`.
    Other,
    /// No receiver.
    Static,
}

impl Access {
    pub fn of(sig: &Signature) -> Self {
        match sig.receiver() {
            None => Access::Static,
            Some(Receiver { kind: ReceiverKind::Reference(_, _, None), .. }) => Access::Shared,
            Some(Receiver { kind: ReceiverKind::Reference(_, _, Some(_)), .. }) => Access::Mutable,
            Some(Receiver { kind: ReceiverKind::Typed(_, ty), .. }) => Access::of_type(ty),
            Some(_) => Access::Other,
        }
    }

    fn of_type(ty: &Type) -> Self {
        match ty {
            Type::Reference(ty) if !is_self(&ty.elem) => Access::Other,
            Type::Reference(ty) if ty.mutability.is_some() => Access::Mutable,
            Type::Reference(_) => Access::Shared,
            _ if is_box_of_self(ty) => Access::Boxed,
            _ => Access::Other,
        }
    }
}

fn is_self(ty: &Type) -> bool {
    matches!(ty, Type::Path(ty) if ty.path.is_ident("Self"))
}

fn is_box_of_self(ty: &Type) -> bool {
    let Type::Path(ty) = ty else { return false };
    let Some(last) = ty.path.segments.last().filter(|last| last.ident == "Box") else { return false };
    let PathArguments::AngleBracketed(arguments) = &last.arguments else { return false };
    matches!(arguments.args.first(), Some(GenericArgument::Type(ty)) if arguments.args.len() == 1 && is_self(ty))
}

/// Whether the argument types or the return type contain the identifier `word`.
pub fn mentions(sig: &Signature, word: &str) -> bool {
    let is_in = |ty: &Type| contains(ty.to_token_stream(), word);
    let is_returned = matches!(&sig.output, ReturnType::Type(_, ty) if is_in(ty));
    is_returned || sig.inputs.iter().any(|input| matches!(input, FnArg::Typed(arg) if is_in(&arg.ty)))
}

fn contains(tokens: TokenStream, word: &str) -> bool {
    tokens.into_iter().any(|token| match token {
        TokenTree::Ident(ident) => ident == word,
        TokenTree::Group(group) => contains(group.stream(), word),
        _ => false,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(sig: &str, access: Access) {
        let sig: Signature = syn::parse_str(sig).expect("a signature");
        assert_eq!(Access::of(&sig), access, "{}", sig.to_token_stream());
    }

    #[test]
    fn receivers_are_told_apart() {
        check("fn f(&self)", Access::Shared);
        check("fn f<'a>(&'a self, other: &'a str)", Access::Shared);
        check("fn f(self: &Self)", Access::Shared);
        check("fn f(&mut self)", Access::Mutable);
        check("fn f(self: &mut Self)", Access::Mutable);
        check("fn f(self: Box<Self>)", Access::Boxed);
        check("fn f(mut self: ::std::boxed::Box<Self>)", Access::Boxed);
        check("fn f(self)", Access::Other);
        check("fn f(self: Rc<Self>)", Access::Other);
        check("fn f(self: Pin<&mut Self>)", Access::Other);
        check("fn f(self: Box<Rc<Self>>)", Access::Other);
        check("fn f(value: i64)", Access::Static);
    }

    #[test]
    fn words_are_found_in_types_only() {
        let sig: Signature =
            syn::parse_str("fn f<T: X>(self: Box<Self>, list: Vec<(A, impl B)>) -> C").expect("a signature");
        for (word, is_there) in
            [("A", true), ("impl", true), ("C", true), ("Self", false), ("X", false), ("list", false)]
        {
            assert_eq!(mentions(&sig, word), is_there, "{word}");
        }
    }
}
