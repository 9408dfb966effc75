//! The rules for the keys of `#[portable(..)]` that types, interfaces and members share. Imports `attr`, `errors` and
//! `id`.

use syn::Ident;
use syn::ext::IdentExt;

use crate::attr::{Attrs, Specialize};
use crate::errors::{Code, Errors};
use crate::id::is_identifier;

/// The id, given or by default, is one, and each alias is another.
pub fn check_ids(errors: &mut Errors, attrs: &Attrs, ident: &Ident) {
    let name = ident.unraw().to_string();
    if attrs.id.is_none() && !is_identifier(&name) {
        let what = format!("`{name}` cannot be part of an id, which is ASCII");
        errors.add(ident, Code::InvalidId, what, "choose one with #[portable(id = \"..\")]");
    }
    let mut seen: Vec<String> = attrs.id.iter().map(|id| id.value()).collect();
    for alias in &attrs.aliases {
        if seen.contains(&alias.value()) {
            let what = format!("`{}` is given twice", alias.value());
            errors.add(alias, Code::GivenTwice, what, "an alias is a former id, not the present one");
        }
        seen.push(alias.value());
    }
}

/// `as_failure` stands alone: nothing of the type travels that the other keys could be about.
pub fn check_alone(errors: &mut Errors, attrs: &Attrs) {
    let Some(key) = &attrs.as_failure else { return };
    let others = [
        ("id", attrs.id.is_some()),
        ("alias", !attrs.aliases.is_empty()),
        ("bound", attrs.bound.is_some()),
        ("format", attrs.json_only),
        ("specialize", attrs.specialize.is_some()),
        ("unknown", attrs.is_unknown),
    ];
    for (other, _) in others.iter().filter(|(_, is_given)| *is_given) {
        let what = format!("`{other}` stands beside `as_failure`, by which only the text of an error travels");
        errors.add(key, Code::NotAlone, what, "keep one of them");
    }
}

/// A list of specializations has entries, and stands on something generic.
pub fn check_specialize(errors: &mut Errors, attrs: &Attrs, is_generic: bool) {
    let Some(Specialize { key, types }) = &attrs.specialize else { return };
    if types.is_empty() {
        let remedy = "name types, as in specialize(Sum<i64>, Sum<f64>)";
        errors.add(key, Code::NeedlessSpecialize, "the list is empty", remedy);
    } else if !is_generic {
        errors.add(key, Code::NeedlessSpecialize, "there are no parameters to specialize", "remove the list");
    }
}
