//! A trait under `#[portable]`, with its methods classified. Imports `attr`, `errors` and `signature`.

use proc_macro2::TokenStream;
use syn::{Attribute, Generics, ItemTrait, Signature, TraitItem, Type, TypeParamBound, WherePredicate};

use crate::attr::{Attrs, Place};
use crate::errors::Errors;
use crate::signature::{Access, mentions};

/// An interface.
pub struct Interface {
    pub item: ItemTrait,
    pub attrs: Attrs,
    pub methods: Vec<Method>,
}

/// A method, with the properties that decide how it is forwarded.
pub struct Method {
    pub sig: Signature,
    /// All code that is generated for the method gets its `cfg`s.
    pub attributes: Vec<Attribute>,
    pub access: Access,
    /// Whether it has `where Self: Sized`, so that trait objects lack it.
    pub needs_sized: bool,
    pub has_default: bool,
}

impl Interface {
    /// Reads a trait. Adds the errors of the arguments to `errors`.
    pub fn parse(errors: &mut Errors, arguments: TokenStream, item: ItemTrait) -> Self {
        let attrs = Attrs::from_arguments(errors, Place::Trait, arguments);
        let methods = item.items.iter().filter_map(Method::parse).collect();
        Interface { item, attrs, methods }
    }

    /// The unexpanded `#[async_trait]` below `#[portable]`.
    pub fn async_trait(&self) -> Option<&Attribute> {
        let is_async_trait =
            |attribute: &&Attribute| attribute.path().segments.last().is_some_and(|last| last.ident == "async_trait");
        self.item.attrs.iter().find(is_async_trait)
    }
}

impl Method {
    fn parse(item: &TraitItem) -> Option<Self> {
        let TraitItem::Fn(method) = item else { return None };
        Some(Method {
            access: Access::of(&method.sig),
            needs_sized: needs_sized(&method.sig.generics),
            has_default: method.default.is_some(),
            attributes: method.attrs.clone(),
            sig: method.sig.clone(),
        })
    }

    /// Whether a parameter of the method, or an `impl Trait`, would make it generic.
    pub fn is_generic(&self) -> bool {
        let has_params =
            self.sig.generics.type_params().next().is_some() || self.sig.generics.const_params().next().is_some();
        has_params || mentions(&self.sig, "impl")
    }

    /// Whether its types, except the receiver's, mention `Self`.
    pub fn mentions_self(&self) -> bool {
        mentions(&self.sig, "Self")
    }
}

fn needs_sized(generics: &Generics) -> bool {
    let predicates = generics.where_clause.iter().flat_map(|clause| &clause.predicates);
    predicates.into_iter().any(|predicate| match predicate {
        WherePredicate::Type(predicate) => {
            matches!(&predicate.bounded_ty, Type::Path(ty) if ty.path.is_ident("Self"))
                && predicate.bounds.iter().any(is_sized)
        }
        _ => false,
    })
}

/// Whether a bound is `Sized`.
pub fn is_sized(bound: &TypeParamBound) -> bool {
    let TypeParamBound::Trait(bound) = bound else { return false };
    bound.maybe.is_none() && bound.path.segments.last().is_some_and(|last| last.ident == "Sized")
}
