//! The rules for the other attributes of a type under `#[portable]`, one per function. Imports `check`, `declaration`,
//! `errors` and `tokens`. After them the expansion cannot fail.

use syn::Attribute;

use crate::check::check as check_item;
use crate::declaration::Declaration;
use crate::errors::{Code, Errors};
use crate::tokens::spelled;

/// Attributes of serde_with that add a `#[serde(with)]` to fields, which derives above them do not see.
const REWRITING: [&str; 3] = ["serde_as", "skip_serializing_none", "apply"];

type Rule = fn(&mut Errors, &Declaration);

const RULES: [Rule; 3] = [nothing_is_derived_twice, serde_is_ours, fields_are_final];

/// Runs every rule, and the rules for the type. If the type contains a `cfg`, the derive runs the latter after the compiler has
/// resolved it.
pub fn check(errors: &mut Errors, declaration: &Declaration) {
    RULES.iter().for_each(|rule| rule(errors, declaration));
    if !declaration.has_cfg {
        check_item(errors, &declaration.item);
    }
}

fn nothing_is_derived_twice(errors: &mut Errors, declaration: &Declaration) {
    for path in &declaration.derives_below {
        let Some(name) = path.segments.last().map(|last| last.ident.to_string()) else { continue };
        if name == "Portable" {
            let what = "#[portable] derives `Portable`";
            errors.add(path, Code::PortableTwice, what, "remove it from the #[derive(..)]");
        } else if declaration.derives().any(|derive| name == derive.name()) {
            let what = format!("#[portable] derives `{name}`");
            let remedy = format!("remove it from the #[derive(..)], or write #[portable(skip({name}))]");
            errors.add(path, Code::DerivedTwice, what, remedy);
        }
    }
}

fn serde_is_ours(errors: &mut Errors, declaration: &Declaration) {
    let Some(key) = declaration.item.serde.krate.as_ref().filter(|_| declaration.derives_serde()) else { return };
    let what = "#[portable] derives through typeport's serde";
    errors.add(key, Code::SerdeCrate, what, "remove it; #[portable(crate = \"..\")] sets the path of typeport");
}

fn fields_are_final(errors: &mut Errors, declaration: &Declaration) {
    for attribute in declaration.input.attrs.iter().filter(|attribute| rewrites_fields(attribute)) {
        let what =
            format!("`{}` changes fields after the derives of #[portable] have read them", spelled(attribute.path()));
        errors.add(attribute, Code::RewrittenFields, what, "move it above #[portable]");
    }
}

/// Whether the attribute changes fields in a way that derives above it do not see.
pub fn rewrites_fields(attribute: &Attribute) -> bool {
    attribute.path().segments.last().is_some_and(|last| REWRITING.iter().any(|name| last.ident == name))
}
