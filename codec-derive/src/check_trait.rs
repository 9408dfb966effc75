//! The rules for a trait under `#[portable]`, one per function. Imports `check_attr`, `errors`, `interface`,
//! `signature` and `tokens`. After them the expansion cannot fail.

use syn::{Safety, TraitBound, TraitItem, TypeParamBound};

use crate::check_attr::check_keys;
use crate::errors::{Code, Errors};
use crate::interface::{Interface, Method};
use crate::signature::Access;
use crate::tokens::spelled;

/// The alternative remedy of each rule for methods.
const OR_SIZED: &str = "or exclude the method from trait objects with `where Self: Sized`";

type Rule = fn(&mut Errors, &Interface);

const RULES: [Rule; 5] =
    [keys_are_good, is_an_ordinary_trait, has_no_parameters, supertraits_are_object_safe, items_are_methods];

/// Runs every rule.
pub fn check(errors: &mut Errors, interface: &Interface) {
    RULES.iter().for_each(|rule| rule(errors, interface));
    for method in &interface.methods {
        name_is_not_reserved(errors, method);
        is_safe(errors, method);
        if !method.needs_sized {
            is_not_generic(errors, method);
            takes_self(errors, method);
            has_no_self_in_its_types(errors, method);
            is_not_bare_async(errors, method, interface.async_trait().is_some());
        }
    }
}

fn keys_are_good(errors: &mut Errors, interface: &Interface) {
    check_keys(errors, &interface.attrs, Some(&interface.item.ident), false);
}

fn is_an_ordinary_trait(errors: &mut Errors, interface: &Interface) {
    let remedy = "remove the keyword";
    if let Some(keyword) = &interface.item.unsafety {
        errors.add(keyword, Code::SpecialTrait, "an interface cannot be an unsafe trait", remedy);
    }
    if let Some(keyword) = &interface.item.modifiers.auto_token {
        errors.add(keyword, Code::SpecialTrait, "an interface cannot be an auto trait", remedy);
    }
}

fn has_no_parameters(errors: &mut Errors, interface: &Interface) {
    let params = &interface.item.generics.params;
    if !params.is_empty() {
        let what = format!("an interface cannot have parameters, and this one has <{}>", spelled(params));
        errors.add(params, Code::GenericInterface, what, "write one interface per argument");
    }
}

fn supertraits_are_object_safe(errors: &mut Errors, interface: &Interface) {
    const NEVER: [&str; 12] = [
        "Clone",
        "Copy",
        "Default",
        "Deserialize",
        "DeserializeOwned",
        "Eq",
        "Hash",
        "Ord",
        "PartialEq",
        "PartialOrd",
        "Serialize",
        "Sized",
    ];
    for supertrait in &interface.item.supertraits {
        let TypeParamBound::Trait(TraitBound { path, maybe: None, .. }) = supertrait else { continue };
        if path.segments.last().is_some_and(|last| NEVER.contains(&last.ident.to_string().as_str())) {
            let what = format!("a trait object cannot have the supertrait `{}`", spelled(path));
            errors.add(
                supertrait,
                Code::Supertrait,
                what,
                "remove it; every member is Serialize, Deserialize, Debug, Send and Sync already",
            );
        }
    }
}

fn items_are_methods(errors: &mut Errors, interface: &Interface) {
    for item in &interface.item.items {
        match item {
            TraitItem::Fn(_) => {}
            TraitItem::Const(item) => {
                let what = "a trait object cannot have an associated const";
                errors.add(&item.ident, Code::AssociatedConst, what, "write a method that returns the value");
            }
            TraitItem::Type(item) => {
                let what = "a trait object of an interface cannot have an associated type";
                errors.add(
                    &item.ident,
                    Code::AssociatedType,
                    what,
                    "use a concrete type, or Box<dyn ..> of an interface",
                );
            }
            _ => errors.add(
                item,
                Code::OpaqueItem,
                "the macro cannot see the items that this macro call expands to",
                "write the methods out",
            ),
        }
    }
}

fn name_is_not_reserved(errors: &mut Errors, method: &Method) {
    let name = &method.sig.ident;
    if name.to_string().starts_with("__") {
        errors.add(
            name,
            Code::ReservedName,
            "names that begin with `__` are reserved for the macro",
            "rename the method",
        );
    }
}

fn is_safe(errors: &mut Errors, method: &Method) {
    if let Safety::Unsafe(keyword) = &method.sig.safety {
        errors.add(keyword, Code::SpecialTrait, "a method of an interface cannot be unsafe", "remove the keyword");
    }
}

fn is_not_generic(errors: &mut Errors, method: &Method) {
    if method.is_generic() {
        let what = format!("a trait object cannot have the generic method `{}`", method.sig.ident);
        let remedy = format!("use concrete types or `&dyn` arguments, {OR_SIZED}");
        errors.add(&method.sig.ident, Code::GenericMethod, what, remedy);
    }
}

fn takes_self(errors: &mut Errors, method: &Method) {
    let name = &method.sig.ident;
    match method.access {
        Access::Shared | Access::Mutable | Access::Boxed => {}
        Access::Static => {
            let what = format!("a trait object cannot have `{name}`, which takes no `self`");
            errors.add(name, Code::StaticMethod, what, format_args!("add `&self`, {OR_SIZED}"));
        }
        Access::Other => {
            let what = format!("`{name}` has a receiver that an erased value cannot forward");
            let remedy = format!("use `&self`, `&mut self` or `self: Box<Self>`, {OR_SIZED}");
            errors.add(method.sig.receiver(), Code::Receiver, what, remedy);
        }
    }
}

fn has_no_self_in_its_types(errors: &mut Errors, method: &Method) {
    if method.mentions_self() {
        let what = format!("a trait object cannot resolve the `Self` in the signature of `{}`", method.sig.ident);
        let remedy = format!("use a concrete type or Box<dyn ..>, {OR_SIZED}");
        errors.add(&method.sig.ident, Code::SelfInSignature, what, remedy);
    }
}

fn is_not_bare_async(errors: &mut Errors, method: &Method, is_async_trait: bool) {
    if let (Some(keyword), false) = (&method.sig.asyncness, is_async_trait) {
        let what = format!("a trait object cannot have the async method `{}`", method.sig.ident);
        let remedy = format!("add #[async_trait] to the trait and its impls, {OR_SIZED}");
        errors.add(keyword, Code::AsyncMethod, what, remedy);
    }
}
