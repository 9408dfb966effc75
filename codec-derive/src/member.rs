//! An impl under `#[portable]`, and the types that it registers. Imports `attr`, `bounds`, `errors`, `item` and `tokens`.

use std::collections::HashMap;

use proc_macro2::TokenStream;
use quote::quote;
use syn::visit_mut::{self, VisitMut};
use syn::{Ident, ItemImpl, Path, PathSegment, Type, TypePath, parse_quote};

use crate::attr::{Attrs, Place};
use crate::bounds::{Barrier, Slot, has_parameters, slots};
use crate::errors::Errors;
use crate::item::ConstKind;
use crate::tokens::spelled;

/// A member of an interface, generic or not.
pub struct Member {
    pub item: ItemImpl,
    pub attrs: Attrs,
    /// The slots of the type parameters, or the barriers to erasing them.
    pub slots: Result<Vec<Slot>, Vec<Barrier>>,
}

impl Member {
    /// Reads an impl. Adds the errors of the arguments to `errors`.
    pub fn parse(errors: &mut Errors, arguments: TokenStream, item: ItemImpl) -> Self {
        let attrs = Attrs::from_arguments(errors, Place::Impl, arguments);
        let slots = slots(&item.generics, &[]).and_then(|slots| without_projections(slots, &item.self_ty));
        Member { item, attrs, slots }
    }

    /// The interface; `None` for an inherent impl.
    pub fn interface(&self) -> Option<&Path> {
        self.item.trait_.as_ref().map(|(path, _)| path)
    }

    pub fn is_generic(&self) -> bool {
        has_parameters(&self.item.generics)
    }

    /// The self type with every parameter erased, if the impl has parameters and that is possible.
    pub fn erased(&self) -> Option<Type> {
        let slots = self.slots.as_ref().ok().filter(|slots| !slots.is_empty())?;
        let private = self.attrs.krate.private();
        let erased = slots.iter().map(|slot| {
            let erased = slot.erased(&private);
            (slot.ident.clone(), parse_quote!(#erased))
        });
        Some(replaced(&self.item.self_ty, erased.collect()))
    }

    /// The self type as an example for a list of specializations, for the error that requests one.
    pub fn example(&self) -> String {
        let types = self.item.generics.type_params().map(|param| (param.ident.clone(), parse_quote!(i64)));
        let consts = self.item.generics.const_params().map(|param| {
            let value = match ConstKind::of(&param.ty) {
                Some(ConstKind::Bool) => quote!(true),
                Some(ConstKind::Char) => quote!('x'),
                _ => quote!(3),
            };
            (param.ident.clone(), Type::Verbatim(value))
        });
        spelled(replaced(&self.item.self_ty, types.chain(consts).collect()))
    }

    /// The types that are registered natively.
    pub fn natives(&self) -> Vec<&Type> {
        match &self.attrs.specialize {
            Some(list) => list.types.iter().collect(),
            None if self.is_generic() => Vec::new(),
            None => vec![&self.item.self_ty],
        }
    }
}

/// `ty` with each parameter in `by` replaced.
fn replaced(ty: &Type, by: HashMap<Ident, Type>) -> Type {
    let mut ty = ty.clone();
    Replace { by }.visit_type_mut(&mut ty);
    ty
}

struct Replace {
    by: HashMap<Ident, Type>,
}

impl VisitMut for Replace {
    fn visit_type_mut(&mut self, ty: &mut Type) {
        let replacement = match ty {
            Type::Path(TypePath { qself: None, path, .. }) => path.get_ident().and_then(|ident| self.by.get(ident)),
            _ => None,
        };
        match replacement {
            Some(replacement) => *ty = replacement.clone(),
            None => visit_mut::visit_type_mut(self, ty),
        }
    }
}

/// Refuses associated types of parameters, which are unknown when the parameter is erased.
fn without_projections(slots: Vec<Slot>, self_ty: &Type) -> Result<Vec<Slot>, Vec<Barrier>> {
    let mut search = Projections { params: slots.iter().map(|slot| slot.ident.clone()).collect(), found: Vec::new() };
    search.visit_type_mut(&mut self_ty.clone());
    if search.found.is_empty() { Ok(slots) } else { Err(search.found) }
}

struct Projections {
    params: Vec<Ident>,
    found: Vec<Barrier>,
}

impl VisitMut for Projections {
    fn visit_type_path_mut(&mut self, ty: &mut TypePath) {
        let is_param = |first: &PathSegment| self.params.contains(&first.ident);
        let starts_with_param = ty.path.segments.len() > 1 && ty.path.segments.first().is_some_and(is_param);
        if ty.qself.is_some() || starts_with_param {
            let text = spelled(&*ty);
            self.found.push(Barrier::new(ty, text));
            return;
        }
        visit_mut::visit_type_path_mut(self, ty);
    }
}
