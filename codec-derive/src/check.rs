//! The rules for a type under `#[derive(Portable)]`, one per function. Imports `bounds`, `check_attr`, `errors`,
//! `item`, `serde_attr` and `tokens`. After them the expansion cannot fail.

use quote::ToTokens;
use syn::Type;

use crate::bounds::has_parameters;
use crate::check_attr::{check_alone, check_keys};
use crate::errors::{Code, Errors};
use crate::item::{ConstKind, Item, Variant, is_rc, is_reference};
use crate::serde_attr::{Serde, Text};
use crate::tokens::spelled;

/// Why positional formats cannot support what JSON can.
const POSITIONAL: &str = "postcard and bincode write fields by position, without names";
const OFFER: &str = "if the type is for JSON only, add #[portable(format = \"json\")]";

type Rule = fn(&mut Errors, &Item);

const RULES: [Rule; 9] = [
    keys_are_good,
    no_lifetime_parameters,
    const_parameters_are_primitive,
    not_remote,
    names_agree,
    proxies_agree,
    no_flattened_option,
    fields_are_owned,
    fields_are_shared_between_threads,
];

/// The rules that `#[portable(format = "json")]` lifts.
const POSITIONAL_RULES: [Rule; 8] = [
    not_flattened,
    not_untagged,
    not_tagged,
    not_skipped_by_value,
    not_skipped_on_one_side,
    no_other_variant,
    skipped_variants_are_last,
    not_replaced_on_one_side,
];

/// Runs every rule.
pub fn check(errors: &mut Errors, item: &Item) {
    if item.attrs.as_failure.is_some() {
        check_alone(errors, &item.attrs);
        return no_lifetime_parameters(errors, item);
    }
    RULES.iter().for_each(|rule| rule(errors, item));
    if !item.attrs.json_only {
        POSITIONAL_RULES.iter().for_each(|rule| rule(errors, item));
    }
}

fn keys_are_good(errors: &mut Errors, item: &Item) {
    check_keys(errors, &item.attrs, Some(&item.ident), has_parameters(&item.generics));
}

fn no_lifetime_parameters(errors: &mut Errors, item: &Item) {
    for param in item.generics.lifetimes() {
        let what = format!("a value with the lifetime `{}` cannot leave its process", param.lifetime);
        errors.add(param, Code::LifetimeParameter, what, "own the data, for example with String or Vec");
    }
}

fn const_parameters_are_primitive(errors: &mut Errors, item: &Item) {
    for param in item.generics.const_params().filter(|param| ConstKind::of(&param.ty).is_none()) {
        let what = format!("the macro does not know the type `{}` of a const parameter", spelled(&param.ty));
        errors.add(&param.ty, Code::ConstParameter, what, "spell it as an integer type, bool or char");
    }
}

fn not_remote(errors: &mut Errors, item: &Item) {
    if let Some(key) = &item.serde.remote {
        let what = "a remote definition stands for a type of another crate";
        errors.add(key, Code::Remote, what, "mark fields of that type with #[portable(opaque = \"..\")]");
    }
}

fn names_agree(errors: &mut Errors, item: &Item) {
    for serde in item.serdes() {
        for halves in [&serde.rename, &serde.rename_all, &serde.rename_all_fields] {
            if let Some(text) = halves.first_difference() {
                let what = "the name differs between writing and reading, so a process cannot read what it wrote";
                errors.add(
                    &text.value,
                    Code::OneSidedRename,
                    what,
                    "use one name, and #[serde(alias)] for former ones",
                );
            }
        }
    }
}

fn proxies_agree(errors: &mut Errors, item: &Item) {
    let Serde { from, try_from, into, .. } = &item.serde;
    let spelled = |text: &Option<Text>| text.as_ref().map(|text| text.value.value().replace(' ', ""));
    let from = if from.is_some() { from } else { try_from };
    let Some(text) = into.as_ref().or(from.as_ref()).filter(|_| spelled(from) != spelled(into)) else { return };
    let what = "`from` or `try_from` and `into` must name the same type, which is the state";
    errors.add(&text.key, Code::OneSidedProxy, what, "give both, with the same type");
}

fn no_flattened_option(errors: &mut Errors, item: &Item) {
    for field in item.fields().into_iter().filter(|field| field.is_flattened() && field.is_option()) {
        let what =
            "serde reads a flattened `Option` as `None` when its content is invalid, so an error would lose data";
        let remedy = "do not flatten the field, or flatten a struct whose own fields are optional";
        errors.add(&field.ty, Code::FlattenedOption, what, remedy);
    }
}

/// With a lifetime parameter, that is the error.
fn fields_are_owned(errors: &mut Errors, item: &Item) {
    if item.generics.lifetimes().next().is_some() {
        return;
    }
    for (field, found) in item.fields().into_iter().filter_map(|field| Some((field, field.find(is_reference)?))) {
        let Type::Reference(reference) = found else { continue };
        let owned = match &*reference.elem {
            Type::Path(path) if path.path.is_ident("str") => "String".to_owned(),
            Type::Path(path) if path.path.is_ident("Path") => "PathBuf".to_owned(),
            Type::Slice(slice) => format!("Vec<{}>", spelled(&slice.elem)),
            other => format!("Box<{}>", spelled(other)),
        };
        let what = format!("a decode cannot lend `{}` to the field, as nobody owns it", spelled(found));
        errors.add(
            &field.ty,
            Code::BorrowedField,
            what,
            format_args!("use {owned}, or skip the field with #[serde(skip)]"),
        );
    }
}

fn fields_are_shared_between_threads(errors: &mut Errors, item: &Item) {
    for field in item.fields().into_iter().filter(|field| field.find(is_rc).is_some()) {
        let what = "a portable value is `Send` and `Sync`, and an `Rc` is neither";
        errors.add(&field.ty, Code::UnsharedField, what, "use std::sync::Arc");
    }
}

/// Reports `key`, with the reason, if it is given.
fn refuse(errors: &mut Errors, key: Option<impl ToTokens>, code: Code, what: &str, why: &str) {
    if let Some(key) = key {
        errors.add(key, code, format_args!("`{what}` breaks positional formats"), format_args!("{why}; {OFFER}"));
    }
}

fn not_flattened(errors: &mut Errors, item: &Item) {
    for serde in item.serdes() {
        refuse(errors, serde.flatten.as_ref(), Code::Flatten, "flatten", POSITIONAL);
    }
}

fn not_untagged(errors: &mut Errors, item: &Item) {
    for serde in item.serdes() {
        let why = "postcard and bincode are not self-describing, so nothing identifies the variant";
        refuse(errors, serde.untagged.as_ref(), Code::Untagged, "untagged", why);
    }
}

fn not_tagged(errors: &mut Errors, item: &Item) {
    let key = item.serde.tag.as_ref().map(|text| &text.key);
    let why = "serde finds a tag by its name, and postcard and bincode write no names";
    refuse(errors, key, Code::Tagged, "tag", why);
}

fn not_skipped_by_value(errors: &mut Errors, item: &Item) {
    for serde in item.serdes() {
        let key = serde.skip_serializing_if.as_ref();
        refuse(
            errors,
            key,
            Code::SkipIf,
            "skip_serializing_if",
            &format!("{POSITIONAL}, so a missing field shifts the rest"),
        );
    }
}

fn not_skipped_on_one_side(errors: &mut Errors, item: &Item) {
    for serde in item.serdes() {
        let (key, name) = match (&serde.skip_serializing, &serde.skip_deserializing) {
            (Some(key), None) => (key, "skip_serializing"),
            (None, Some(key)) => (key, "skip_deserializing"),
            _ => continue,
        };
        let why = "one side must read what the other writes; `skip` omits the field on both sides";
        refuse(errors, Some(key), Code::OneSidedSkip, name, why);
    }
}

fn no_other_variant(errors: &mut Errors, item: &Item) {
    for serde in item.serdes() {
        let why = "postcard and bincode cannot skip the content of an unknown variant";
        refuse(errors, serde.other.as_ref(), Code::Other, "other", why);
    }
}

fn skipped_variants_are_last(errors: &mut Errors, item: &Item) {
    let is_skipped = |variant: &&Variant| variant.serde.skip().is_some();
    let last_kept = item.variants().iter().rposition(|variant| !is_skipped(&variant)).unwrap_or_default();
    for variant in item.variants().iter().take(last_kept).filter(is_skipped) {
        let why =
            "serde counts it in the variant numbers that it writes, but not in those that it reads; move it to the end";
        refuse(errors, variant.serde.skip(), Code::SkippedVariant, "skip", why);
    }
}

fn not_replaced_on_one_side(errors: &mut Errors, item: &Item) {
    for serde in item.serdes() {
        let (text, name) = match (&serde.serialize_with, &serde.deserialize_with) {
            (Some(text), None) => (text, "serialize_with"),
            (None, Some(text)) => (text, "deserialize_with"),
            _ => continue,
        };
        let why = "one side must read what the other writes; give both attributes";
        refuse(errors, Some(&text.key), Code::OneSidedWith, name, why);
    }
}
