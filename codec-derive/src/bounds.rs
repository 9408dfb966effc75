//! Decides which type parameters can be erased, and with which bound. Imports `tokens`.
//! Invariant: decisions depend only on the last segment of a bound's path, as a macro cannot see types.

use std::collections::HashMap;

use proc_macro2::TokenStream;
use quote::{ToTokens, quote};
use syn::{
    GenericArgument, GenericParam, Generics, Ident, Path, PathArguments, PathSegment, PredicateType, TraitBound, Type,
    TypeParamBound, WherePredicate,
};

use crate::tokens::spelled;

/// Traits that every erased argument has.
const ERASABLE: &[&str] = &[
    "Any",
    "Debug",
    "Clone",
    "Deserialize",
    "DeserializeOwned",
    "Eq",
    "Hash",
    "Ord",
    "PartialEq",
    "PartialOrd",
    "Portable",
    "Send",
    "Serialize",
    "Sized",
    "Sync",
    "Unpin",
    "Value",
];

/// Standard traits that an erased argument cannot have. Every other trait counts as an interface.
const UNERASABLE: &[&str] = &[
    "Add",
    "AddAssign",
    "AsMut",
    "AsRef",
    "BitAnd",
    "BitAndAssign",
    "BitOr",
    "BitOrAssign",
    "BitXor",
    "BitXorAssign",
    "Borrow",
    "BorrowMut",
    "Copy",
    "Default",
    "Deref",
    "DerefMut",
    "Display",
    "Div",
    "DivAssign",
    "DoubleEndedIterator",
    "Error",
    "ExactSizeIterator",
    "Extend",
    "Fn",
    "FnMut",
    "FnOnce",
    "From",
    "FromIterator",
    "FromStr",
    "Future",
    "Index",
    "IndexMut",
    "Into",
    "IntoIterator",
    "Iterator",
    "Mul",
    "MulAssign",
    "Neg",
    "Not",
    "Product",
    "Read",
    "Rem",
    "RemAssign",
    "Shl",
    "ShlAssign",
    "Shr",
    "ShrAssign",
    "Step",
    "Sub",
    "SubAssign",
    "Sum",
    "ToOwned",
    "ToString",
    "TryFrom",
    "TryInto",
    "Write",
];

/// A type parameter that can be erased.
pub struct Slot {
    pub ident: Ident,
    /// The index among the type parameters.
    pub index: usize,
    /// The interface of its bound.
    pub interface: Option<Path>,
}

/// A parameter or bound that cannot be erased.
pub struct Barrier {
    /// The tokens to underline.
    pub at: TokenStream,
    /// Its text in the message: `T: Copy`, `const N`.
    pub text: String,
    /// Two interfaces, of which a parameter can have one: `Scorable + Named`.
    pub interfaces: Option<String>,
}

impl Barrier {
    pub fn new(at: impl ToTokens, text: String) -> Self {
        Barrier { at: at.into_token_stream(), text, interfaces: None }
    }
}

impl Slot {
    /// The stand-in type of the parameter.
    pub fn erased(&self, private: &TokenStream) -> TokenStream {
        let index = self.index;
        match &self.interface {
            Some(interface) => quote!(#private::Erased<#index, dyn #interface>),
            None => quote!(#private::Erased<#index>),
        }
    }
}

/// Decides whether all parameters can be erased, with the predicates of `generics` and `extra`.
pub fn slots(generics: &Generics, extra: &[WherePredicate]) -> Result<Vec<Slot>, Vec<Barrier>> {
    let mut survey = Survey::of(generics);
    for param in generics.type_params() {
        survey.bounds(&param.ident, &param.bounds);
    }
    let own = generics.where_clause.iter().flat_map(|clause| &clause.predicates);
    for predicate in own.chain(extra) {
        if let WherePredicate::Type(predicate) = predicate {
            survey.predicate(predicate);
        }
    }
    survey.finish()
}

/// The findings so far.
struct Survey {
    barriers: Vec<Barrier>,
    interfaces: HashMap<Ident, Path>,
    params: Vec<Ident>,
}

impl Survey {
    fn of(generics: &Generics) -> Self {
        let consts = generics.const_params().map(|param| Barrier::new(&param.ident, format!("const {}", param.ident)));
        let params = generics.type_params().map(|param| param.ident.clone());
        Survey { barriers: consts.collect(), interfaces: HashMap::new(), params: params.collect() }
    }

    fn predicate(&mut self, predicate: &PredicateType) {
        let param = match &predicate.bounded_ty {
            Type::Path(ty) if ty.qself.is_none() => ty.path.get_ident().filter(|ident| self.params.contains(ident)),
            _ => None,
        };
        match param {
            Some(param) => self.bounds(param, &predicate.bounds),
            None => {
                self.barriers.push(Barrier::new(predicate, spelled(predicate)));
            }
        }
    }

    fn bounds<'a>(&mut self, param: &Ident, bounds: impl IntoIterator<Item = &'a TypeParamBound>) {
        for bound in bounds {
            let is_erasable = match bound {
                TypeParamBound::Lifetime(_) => true,
                TypeParamBound::Trait(bound) => self.trait_bound(param, bound),
                _ => false,
            };
            if !is_erasable {
                let interfaces = self.two_interfaces(param, bound);
                let text = format!("{param}: {}", interfaces.clone().unwrap_or_else(|| spelled(bound)));
                self.barriers.push(Barrier { interfaces, ..Barrier::new(bound, text) });
            }
        }
    }

    /// Whether the bound can be erased. Notes the first interface; a parameter can have only one.
    fn trait_bound(&mut self, param: &Ident, bound: &TraitBound) -> bool {
        if is_interface(bound) {
            let first = self.interfaces.entry(param.clone()).or_insert_with(|| bound.path.clone());
            return spelled(first) == spelled(&bound.path);
        }
        let Some(last) = bound.path.segments.last() else { return false };
        bound.maybe.is_some() || is_listed(ERASABLE, last) && has_only_lifetimes(last)
    }

    /// The first interface and `bound`, if that is a second one.
    fn two_interfaces(&self, param: &Ident, bound: &TypeParamBound) -> Option<String> {
        match (self.interfaces.get(param), bound) {
            (Some(first), TypeParamBound::Trait(bound)) if is_interface(bound) => {
                Some(format!("{} + {}", spelled(first), spelled(bound)))
            }
            _ => None,
        }
    }

    fn finish(self) -> Result<Vec<Slot>, Vec<Barrier>> {
        let Survey { barriers, mut interfaces, params } = self;
        if !barriers.is_empty() {
            return Err(barriers);
        }
        let slots = params.into_iter().enumerate();
        Ok(slots.map(|(index, ident)| Slot { index, interface: interfaces.remove(&ident), ident }).collect())
    }
}

/// Whether the bound counts as an interface: a trait without arguments that is in neither list.
fn is_interface(bound: &TraitBound) -> bool {
    let Some(last) = bound.path.segments.last() else { return false };
    bound.maybe.is_none() && last.arguments.is_none() && !is_listed(ERASABLE, last) && !is_listed(UNERASABLE, last)
}

fn is_listed(list: &[&str], segment: &PathSegment) -> bool {
    list.contains(&segment.ident.to_string().as_str())
}

/// Whether a trait has only lifetime arguments, such as `Deserialize<'de>`, which counts as no arguments.
fn has_only_lifetimes(segment: &PathSegment) -> bool {
    match &segment.arguments {
        PathArguments::None => true,
        PathArguments::AngleBracketed(arguments) => {
            arguments.args.iter().all(|argument| matches!(argument, GenericArgument::Lifetime(_)))
        }
        PathArguments::Parenthesized(_) => false,
    }
}

/// Whether there is a type or const parameter.
pub fn has_parameters(generics: &Generics) -> bool {
    generics.params.iter().any(|param| !matches!(param, GenericParam::Lifetime(_)))
}
