//! The bounds of serde's impls for a generic type under `#[portable]`. Imports `attr`, `item` and `serde_attr`.
//!
//! serde's derive adds `T: Deserialize<'de>` for each parameter that a field mentions. `T: Portable` in the declaration implies
//! the same for every lifetime, and the compiler cannot choose between the two bounds.

use proc_macro2::TokenStream;
use quote::quote;
use syn::visit_mut::{self, VisitMut};
use syn::{Data, DeriveInput, Generics, Ident, Macro, Path, Type, TypeParamBound, WherePredicate, parse_quote};

use crate::attr::Krate;
use crate::item::{Body, Field, Fields, Item};
use crate::serde_attr::Serde;

/// Traits that make a parameter deserializable for every lifetime.
const DESERIALIZABLE: [&str; 3] = ["Portable", "DeserializeOwned", "Deserialize"];

/// Sets the bounds in `input` that serde's derive would get wrong. The user's own `#[serde(bound)]` takes precedence.
pub fn set_bounds(input: &mut DeriveInput, item: &Item) {
    if let Some(predicates) = &item.attrs.bound {
        let predicates = quote!(#(#predicates),*).to_string();
        let halves = [("serialize", &item.serde.bound.serialize), ("deserialize", &item.serde.bound.deserialize)];
        for (half, _) in halves.iter().filter(|(_, given)| given.is_none()) {
            let half = Ident::new(half, proc_macro2::Span::call_site());
            input.attrs.insert(0, parse_quote!(#[serde(bound(#half = #predicates))]));
        }
    } else if item.serde.bound.deserialize.is_none() {
        let params = Params::of(&item.attrs.krate, &item.generics);
        match (&mut input.data, &item.body) {
            (Data::Struct(data), Body::Struct(fields)) => params.set(&mut data.fields, fields),
            (Data::Enum(data), Body::Enum(variants)) => {
                let variants = data.variants.iter_mut().zip(variants);
                let inferred = variants.filter(|(_, variant)| is_inferred(&variant.serde));
                inferred.for_each(|(source, variant)| params.set(&mut source.fields, &variant.fields));
            }
            _ => {}
        }
    }
}

/// Whether serde's derive infers `Deserialize` bounds from a field or variant.
fn is_inferred(serde: &Serde) -> bool {
    serde.bound.deserialize.is_none() && serde.skip_deserializing.is_none() && serde.deserialize_with.is_none()
}

/// The type parameters.
struct Params<'a> {
    krate: &'a Krate,
    all: Vec<&'a Ident>,
    /// The parameters that are deserializable by the declaration.
    declared: Vec<&'a Ident>,
}

impl<'a> Params<'a> {
    fn of(krate: &'a Krate, generics: &'a Generics) -> Self {
        let in_place = generics.type_params().map(|param| (&param.ident, &param.bounds));
        let predicates = generics.where_clause.iter().flat_map(|clause| &clause.predicates);
        let in_clause = predicates.filter_map(|predicate| match predicate {
            WherePredicate::Type(predicate) => match &predicate.bounded_ty {
                Type::Path(ty) => Some((ty.path.get_ident()?, &predicate.bounds)),
                _ => None,
            },
            _ => None,
        });
        let declared = in_place.chain(in_clause).filter(|(_, bounds)| bounds.iter().any(is_deserializable));
        let declared = declared.map(|(ident, _)| ident).collect();
        Params { krate, all: generics.type_params().map(|param| &param.ident).collect(), declared }
    }

    /// Gives each field that mentions a declared parameter the bounds of only its other parameters.
    fn set(&self, sources: &mut syn::Fields, fields: &Fields) {
        for (source, Field { serde, ty, .. }) in sources.iter_mut().zip(&fields.list) {
            let mentioned = self.mentioned(ty);
            if is_inferred(serde) && mentioned.iter().any(|param| self.declared.contains(&param)) {
                let bounds = self.bounds(&mentioned).to_string();
                source.attrs.push(parse_quote!(#[serde(bound(deserialize = #bounds))]));
            }
        }
    }

    fn bounds(&self, mentioned: &[Ident]) -> TokenStream {
        let krate = self.krate;
        let others = mentioned.iter().filter(|param| !self.declared.contains(param));
        quote!(#(#others: #krate::serde::Deserialize<'de>),*)
    }

    /// The parameters that serde's derive sees in a type.
    fn mentioned(&self, ty: &Type) -> Vec<Ident> {
        let mut search = Mentions { params: &self.all, found: Vec::new() };
        search.visit_type_mut(&mut ty.clone());
        search.found
    }
}

fn is_deserializable(bound: &TypeParamBound) -> bool {
    let TypeParamBound::Trait(bound) = bound else { return false };
    let last = bound.path.segments.last();
    bound.maybe.is_none() && last.is_some_and(|last| DESERIALIZABLE.iter().any(|name| last.ident == name))
}

struct Mentions<'a> {
    params: &'a [&'a Ident],
    found: Vec<Ident>,
}

impl VisitMut for Mentions<'_> {
    fn visit_path_mut(&mut self, path: &mut Path) {
        // A `PhantomData` needs no bound on its argument.
        if path.segments.last().is_some_and(|last| last.ident == "PhantomData") {
            return;
        }
        let param = path.get_ident().filter(|ident| self.params.contains(ident) && !self.found.contains(ident));
        self.found.extend(param.cloned());
        visit_mut::visit_path_mut(self, path);
    }

    /// serde's derive does not look into macros.
    fn visit_macro_mut(&mut self, _: &mut Macro) {}
}
