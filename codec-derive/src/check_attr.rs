//! The rules for the keys of `#[portable(..)]` that types, interfaces and members share. Imports `attr`, `errors` and
//! `id`.

use syn::ext::IdentExt;
use syn::{Attribute, Ident};

use crate::attr::{Attrs, Specialize};
use crate::errors::{Code, Errors};
use crate::id::is_identifier;

/// Runs every rule for keys that a type, an interface or a member has; the last one has no id.
pub fn check_keys(errors: &mut Errors, attrs: &Attrs, ident: Option<&Ident>, is_generic: bool) {
    if let Some(ident) = ident {
        check_ids(errors, attrs, ident);
    }
    check_specialize(errors, attrs, is_generic);
}

/// The id, given or by default, is one, and each alias is another.
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

/// `as_failure` stands alone: nothing of the type travels that the other keys could be about.
pub fn check_alone(errors: &mut Errors, attrs: &Attrs) {
    let Some(key) = &attrs.as_failure else { return };
    for other in attrs.about_state() {
        let what = format!("`{other}` has no effect beside `as_failure`, which sends only the text of the error");
        errors.add(key, Code::NotAlone, what, "keep one of them");
    }
}

/// A list of specializations has entries, and stands on something generic.
fn check_specialize(errors: &mut Errors, attrs: &Attrs, is_generic: bool) {
    let Some(Specialize { key, types }) = &attrs.specialize else { return };
    if types.is_empty() {
        let remedy = "name types, as in specialize(Sum<i64>, Sum<f64>)";
        errors.add(key, Code::NeedlessSpecialize, "the list is empty", remedy);
    } else if !is_generic {
        errors.add(key, Code::NeedlessSpecialize, "there are no parameters to specialize", "remove the list");
    }
}

/// No second `#[portable]` stands among the attributes below the first.
pub fn check_once(errors: &mut Errors, attributes: &[Attribute]) {
    if let Some(attribute) = attributes.iter().find(|attribute| is_portable(attribute)) {
        errors.add(attribute, Code::PortableTwice, "#[portable] is given twice", "put all keys into the first one");
    }
}

/// No `#[typeport::portable]`, which is no key of the derive, stands below `#[derive(Portable)]`.
pub fn check_not_beside_derive(errors: &mut Errors, attributes: &[Attribute]) {
    let is_macro = |attribute: &&Attribute| is_portable(attribute) && !attribute.path().is_ident("portable");
    for attribute in attributes.iter().filter(is_macro) {
        let what = "#[portable] derives `Portable`, and so does the #[derive(Portable)] above";
        errors.add(attribute, Code::PortableTwice, what, "keep one of them");
    }
}

/// Whether the attribute is `#[portable]`, by whatever path.
fn is_portable(attribute: &Attribute) -> bool {
    attribute.path().segments.last().is_some_and(|last| last.ident == "portable")
}
