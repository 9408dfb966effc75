//! The rules for the keys of `#[portable(..)]` that types, interfaces and members share. Imports `attr`, `errors` and
//! `id`.

use syn::ext::IdentExt;
use syn::{Attribute, Ident};

use crate::attr::{Attrs, Specialize};
use crate::errors::{Code, Errors};
use crate::id::is_identifier;

/// Runs every rule for the keys of a type, an interface or a member; a member has no id.
pub fn check_keys(errors: &mut Errors, attrs: &Attrs, ident: Option<&Ident>, is_generic: bool) {
    if let Some(ident) = ident {
        check_ids(errors, attrs, ident);
    }
    check_specialize(errors, attrs, is_generic);
}

/// The given or default id is valid, and each alias differs from it.
fn check_ids(errors: &mut Errors, attrs: &Attrs, ident: &Ident) {
    let name = ident.unraw().to_string();
    if attrs.id.is_none() && !is_identifier(&name) {
        let what = format!("`{name}` cannot be part of an id, which must be ASCII");
        errors.add(ident, Code::InvalidId, what, "choose one with #[portable(id = \"..\")]");
    }
    let mut seen: Vec<String> = attrs.id.iter().map(|id| id.value()).collect();
    for alias in &attrs.aliases {
        if seen.contains(&alias.value()) {
            let what = format!("`{}` is given twice", alias.value());
            errors.add(alias, Code::GivenTwice, what, "an alias is a former id, not the current one");
        }
        seen.push(alias.value());
    }
}

/// `as_failure` is the only key: nothing of the type is sent that other keys could affect.
pub fn check_alone(errors: &mut Errors, attrs: &Attrs) {
    let Some(key) = &attrs.as_failure else { return };
    for other in attrs.about_state() {
        let what = format!("`{other}` has no effect beside `as_failure`, which sends only the text of the error");
        errors.add(key, Code::NotAlone, what, "keep one of them");
    }
}

/// A list of specializations is not empty, and its item is generic.
fn check_specialize(errors: &mut Errors, attrs: &Attrs, is_generic: bool) {
    let Some(Specialize { key, types }) = &attrs.specialize else { return };
    if types.is_empty() {
        let remedy = "name types, as in specialize(Sum<i64>, Sum<f64>)";
        errors.add(key, Code::NeedlessSpecialize, "the list is empty", remedy);
    } else if !is_generic {
        errors.add(key, Code::NeedlessSpecialize, "there are no parameters to specialize", "remove the list");
    }
}

/// The attributes below `#[portable]` contain no second one.
pub fn check_once(errors: &mut Errors, attributes: &[Attribute]) {
    if let Some(attribute) = attributes.iter().find(|attribute| is_portable(attribute)) {
        errors.add(attribute, Code::PortableTwice, "#[portable] is given twice", "put all keys into the first one");
    }
}

/// The attributes below `#[derive(Portable)]` contain no `#[typeport::portable]`, which is not a helper attribute of the derive.
pub fn check_not_beside_derive(errors: &mut Errors, attributes: &[Attribute]) {
    let is_macro = |attribute: &&Attribute| is_portable(attribute) && !attribute.path().is_ident("portable");
    for attribute in attributes.iter().filter(is_macro) {
        let what = "#[portable] derives `Portable`, and so does the #[derive(Portable)] above";
        errors.add(attribute, Code::PortableTwice, what, "keep one of them");
    }
}

/// Whether the attribute is `#[portable]`, by any path.
fn is_portable(attribute: &Attribute) -> bool {
    attribute.path().segments.last().is_some_and(|last| last.ident == "portable")
}
