//! What every expansion keeps to: no unsafe code, and each impl marked as made by a machine.

use proc_macro2::{TokenStream, TokenTree};
use syn::visit_mut::{VisitMut, visit_item_const_mut, visit_item_impl_mut};

use super::declarations::DECLARATIONS;
use super::refusals::{IMPLS, TRAITS, TYPES};
use crate::tokens::spelled;
use crate::{expand_attribute, expand_derive};

/// The expansions of all items of the tables, refused ones too, and how many there are.
fn expansions() -> Vec<(String, TokenStream)> {
    let derived = TYPES.iter().flat_map(|(source, _)| {
        let json = format!("#[portable(format = \"json\")] {source}");
        [(*source).to_owned(), json].map(|source| {
            let expansion = expand_derive(syn::parse_str(&source).expect("a type"));
            (source, expansion)
        })
    });
    let attributed = TRAITS.iter().chain(IMPLS).map(|(source, _)| {
        let expansion = expand_attribute(TokenStream::new(), source.parse().expect("tokens"));
        ((*source).to_owned(), expansion)
    });
    let listed = expand_attribute(
        "specialize(Sum<i64>)".parse().expect("tokens"),
        "impl<T: Copy> A for Sum<T> {}".parse().expect("tokens"),
    );
    let declared = DECLARATIONS.iter().map(|(arguments, source, _)| {
        let expansion = expand_attribute(arguments.parse().expect("tokens"), source.parse().expect("tokens"));
        (format!("#[portable({arguments})] {source}"), expansion)
    });
    derived.chain(attributed).chain(declared).chain([("a list".to_owned(), listed)]).collect()
}

fn idents(tokens: TokenStream, found: &mut Vec<String>) {
    for token in tokens {
        match token {
            TokenTree::Group(group) => idents(group.stream(), found),
            TokenTree::Ident(ident) => found.push(ident.to_string()),
            TokenTree::Punct(_) | TokenTree::Literal(_) => {}
        }
    }
}

fn count_unsafe(tokens: TokenStream) -> usize {
    let mut found = Vec::new();
    idents(tokens, &mut found);
    found.iter().filter(|ident| *ident == "unsafe").count()
}

#[test]
fn no_expansion_adds_unsafe_code() {
    for (source, expansion) in expansions() {
        let own = count_unsafe(source.parse().expect("tokens"));
        assert!(count_unsafe(expansion.clone()) <= own, "{source}: {}", spelled(expansion));
    }
    assert_eq!(count_unsafe("fn a() { { unsafe {} } }".parse().expect("tokens")), 1);
}

/// Counts the impls in the scopes of expansions, beside the user's own item.
#[derive(Default)]
struct Impls {
    scopes: usize,
    marked: usize,
    unmarked: Vec<String>,
}

impl VisitMut for Impls {
    fn visit_item_const_mut(&mut self, item: &mut syn::ItemConst) {
        let is_scope = item.ident == "_";
        self.scopes += usize::from(is_scope);
        visit_item_const_mut(self, item);
        self.scopes -= usize::from(is_scope);
    }

    fn visit_item_impl_mut(&mut self, item: &mut syn::ItemImpl) {
        if self.scopes > 0 {
            match item.attrs.iter().any(|attribute| attribute.path().is_ident("automatically_derived")) {
                true => self.marked += 1,
                false => self.unmarked.push(spelled(&*item)),
            }
        }
        visit_item_impl_mut(self, item);
    }
}

#[test]
fn every_generated_impl_says_that_it_is_generated() {
    let mut impls = Impls::default();
    for (source, expansion) in expansions() {
        let mut file: syn::File = syn::parse2(expansion).unwrap_or_else(|error| panic!("{source}: {error}"));
        impls.visit_file_mut(&mut file);
        assert_eq!(impls.unmarked, [""; 0], "{source}");
    }
    assert!(impls.marked > 50, "{} impls", impls.marked);
}
