//! The rules for an impl under `#[portable]`, one per function. Imports `bounds`, `check_attr`, `errors`, `member` and
//! `tokens`. After them the expansion cannot fail.

use proc_macro2::{Spacing, TokenStream, TokenTree};
use quote::ToTokens;
use syn::Type;

use crate::bounds::Barrier;
use crate::check_attr::check_keys;
use crate::errors::{Code, Errors};
use crate::member::Member;
use crate::tokens::spelled;

type Rule = fn(&mut Errors, &Member);

const RULES: [Rule; 7] = [
    is_of_a_trait,
    is_an_ordinary_impl,
    trait_has_no_arguments,
    is_not_for_every_type,
    borrows_nothing,
    keys_are_good,
    can_be_erased,
];

/// Runs every rule.
pub fn check(errors: &mut Errors, member: &Member) {
    RULES.iter().for_each(|rule| rule(errors, member));
}

fn is_of_a_trait(errors: &mut Errors, member: &Member) {
    if member.interface().is_none() {
        let what = "an impl without a trait cannot make its type a member of an interface";
        errors.add(
            &member.item.self_ty,
            Code::InherentImpl,
            what,
            "remove #[portable], or write `impl Interface for` the type",
        );
    }
}

fn is_an_ordinary_impl(errors: &mut Errors, member: &Member) {
    let remedy = "remove #[portable]";
    if let Some(keyword) = &member.item.unsafety {
        errors.add(keyword, Code::SpecialImpl, "an impl of an interface cannot be unsafe", remedy);
    }
    if let Some(mark) = &member.item.modifiers.polarity {
        errors.add(mark, Code::SpecialImpl, "a negative impl registers nothing", remedy);
    }
}

fn trait_has_no_arguments(errors: &mut Errors, member: &Member) {
    let Some(last) = member.interface().and_then(|path| path.segments.last()) else { return };
    if !last.arguments.is_none() {
        let what = format!("`{}` has arguments, but an interface has no parameters", spelled(last));
        errors.add(&last.arguments, Code::GenericTraitPath, what, "remove #[portable], or the arguments");
    }
}

fn is_not_for_every_type(errors: &mut Errors, member: &Member) {
    let Type::Path(ty) = &*member.item.self_ty else { return };
    let Some(ident) = ty.path.get_ident() else { return };
    if member.item.generics.type_params().any(|param| param.ident == *ident) {
        let what = format!("an impl for every type `{ident}` has no type name to register");
        errors.add(
            &member.item.self_ty,
            Code::BlanketImpl,
            what,
            "write one impl for each origin, such as `impl<T> .. for Vec<T>`",
        );
    }
}

fn borrows_nothing(errors: &mut Errors, member: &Member) {
    let what = "a value that borrows cannot leave its process";
    let remedy = "own the data, for example with String or Vec";
    for param in member.item.generics.lifetimes() {
        errors.add(param, Code::BorrowedMember, what, remedy);
    }
    let self_ty = &member.item.self_ty;
    let has_own_lifetime = member.item.generics.lifetimes().next().is_none() && has_lifetime(self_ty.to_token_stream());
    if matches!(**self_ty, Type::Reference(_)) || has_own_lifetime {
        errors.add(self_ty, Code::BorrowedMember, what, remedy);
    }
}

/// Whether the tokens contain a lifetime other than `'static`.
fn has_lifetime(tokens: TokenStream) -> bool {
    let mut tokens = tokens.into_iter();
    while let Some(token) = tokens.next() {
        let is_found = match token {
            TokenTree::Punct(punct) if punct.as_char() == '\'' && punct.spacing() == Spacing::Joint => {
                !matches!(tokens.next(), Some(TokenTree::Ident(ident)) if ident == "static")
            }
            TokenTree::Group(group) => has_lifetime(group.stream()),
            _ => false,
        };
        if is_found {
            return true;
        }
    }
    false
}

fn keys_are_good(errors: &mut Errors, member: &Member) {
    check_keys(errors, &member.attrs, None, member.is_generic());
}

/// An impl that cannot be erased lists its specializations.
fn can_be_erased(errors: &mut Errors, member: &Member) {
    let (Err(barriers), None) = (&member.slots, &member.attrs.specialize) else { return };
    let texts: Vec<String> = barriers.iter().map(|Barrier { text, .. }| format!("`{text}`")).collect();
    let what = format!("{} cannot be erased", texts.join(", "));
    let example = member.example();
    let list = format!("list the specializations that the program uses: #[portable(specialize({example}, ..))]");
    let remedy = match barriers.iter().find_map(|barrier| barrier.interfaces.as_ref()) {
        Some(both) => format!(
            "bound it by one interface that has both as supertraits (#[portable] trait Both: {both} {{}}), or {list}"
        ),
        None => list,
    };
    errors.add(barriers.first().map(|barrier| &barrier.at), Code::CannotErase, what, remedy);
}
