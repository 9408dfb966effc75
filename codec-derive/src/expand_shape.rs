//! The shape literal of a type: its fields and variants as serde's derive treats them, and its manners. Imports `attr`,
//! `expand_direct`, `expand_listed`, `item` and `serde_attr`.

use proc_macro2::TokenStream;
use quote::quote;
use syn::Type;
use syn::ext::IdentExt;

use crate::attr::Krate;
use crate::expand_direct::{by_serde_of_field, is_direct};
use crate::expand_listed::{self, listed};
use crate::item::{Body, Field, Fields, Item, Style, Variant};
use crate::serde_attr::Serde;

/// The shape of an item that passed the checks.
pub fn shape(item: &Item) -> TokenStream {
    let krate = &item.attrs.krate;
    let private = krate.private();
    if let Some(inner) = proxy(item).map(|ty| type_expr(krate, &ty)).or_else(|| transparent(item)) {
        return quote!(#private::Shape::Transparent { inner: #inner });
    }
    let json_only = item.attrs.json_only;
    match &item.body {
        Body::Struct(struct_fields) if item.serde.tag.is_some() => tagged_struct(item, struct_fields),
        Body::Struct(struct_fields) => {
            let (fields, manners) = (fields(item, struct_fields), manners(item, &[]));
            quote!(#private::Shape::Struct { fields: #fields, json_only: #json_only, manners: #manners })
        }
        Body::Enum(variants) => {
            let (tagging, manners) = (tagging(&item.serde), manners(item, variants));
            let variants = variants.iter().filter(|variant| variant.is_written()).map(|each| variant(item, each));
            quote! {
                #private::Shape::Enum {
                    tagging: #private::Tagging::#tagging,
                    variants: &[#(#variants),*],
                    json_only: #json_only,
                    manners: #manners,
                }
            }
        }
    }
}

/// The manners of the type.
fn manners(item: &Item, variants: &[Variant]) -> TokenStream {
    let private = item.attrs.krate.private();
    let name = serde_name(item);
    let expecting = match &item.serde.expecting {
        Some(text) => {
            let text = &text.value;
            quote!(::core::option::Option::Some(#text))
        }
        None => quote!(::core::option::Option::None),
    };
    let denies_unknown = item.serde.deny_unknown_fields.is_some();
    let (listed, _) = listed(&expand_listed::variants(variants));
    quote! {
        #private::Manners {
            name: #name,
            expecting: #expecting,
            denies_unknown: #denies_unknown,
            listed: &[#(#listed),*],
        }
    }
}

/// The type's name for serde.
fn serde_name(item: &Item) -> String {
    item.serde.rename.name().unwrap_or_else(|| item.ident.unraw().to_string())
}

/// The type whose state replaces the item's: `#[serde(from = "P", into = "P")]`.
fn proxy(item: &Item) -> Option<Type> {
    item.serde.into.as_ref()?.value.parse().ok()
}

/// The type of the only field that `#[serde(transparent)]` writes; serde reports other numbers of fields.
fn transparent(item: &Item) -> Option<TokenStream> {
    let (Some(_), Body::Struct(fields)) = (&item.serde.transparent, &item.body) else { return None };
    let mut written = fields.written().filter(|field| !field.is_phantom());
    let field = written.next()?;
    written.next().is_none().then(|| field_type(item, field))
}

/// A struct with a tag, which is written like an internally tagged enum with this variant.
fn tagged_struct(item: &Item, struct_fields: &Fields) -> TokenStream {
    let private = item.attrs.krate.private();
    let json_only = item.attrs.json_only;
    let name = serde_name(item);
    let (tagging, manners) = (tagging(&item.serde), manners(item, &[]));
    let fields = fields(item, struct_fields);
    quote! {
        #private::Shape::Enum {
            tagging: #private::Tagging::#tagging,
            variants: &[#private::Variant { name: #name, aliases: &[], index: 0u32, fields: #fields }],
            json_only: #json_only,
            manners: #manners,
        }
    }
}

fn tagging(serde: &Serde) -> TokenStream {
    let value = |text: &crate::serde_attr::Text| text.value.value();
    match (serde.tag.as_ref().map(value), serde.content.as_ref().map(value)) {
        (Some(tag), Some(content)) => quote!(Adjacent { tag: #tag, content: #content }),
        (Some(tag), None) => quote!(Internal { tag: #tag }),
        (None, _) if serde.untagged.is_some() => quote!(Untagged),
        (None, _) => quote!(External),
    }
}

/// A variant. An untagged variant of a tagged enum is written without its name, and so has none.
fn variant(item: &Item, variant: &Variant) -> TokenStream {
    let (krate, private) = (&item.attrs.krate, item.attrs.krate.private());
    let aliases = variant.serde.former_names();
    let Variant { index, .. } = variant;
    let name = if variant.serde.untagged.is_some() { "" } else { &variant.name };
    let fields = match variant.serde.with() {
        Some(with) => replaced_fields(krate, &with),
        None => fields(item, &variant.fields),
    };
    quote!(#private::Variant { name: #name, aliases: &[#(#aliases),*], index: #index, fields: #fields })
}

/// The fields of a variant that a function writes: serde treats it as a newtype variant.
fn replaced_fields(krate: &Krate, with: &str) -> TokenStream {
    let private = krate.private();
    let ty = opaque(krate, with, None, None);
    quote! {
        #private::Fields {
            style: #private::Style::Newtype,
            fields: &[#private::Field::new("", #ty)],
            listed: &[],
        }
    }
}

fn fields(item: &Item, fields: &Fields) -> TokenStream {
    let private = item.attrs.krate.private();
    let style = match fields.style {
        Style::Unit => quote!(Unit),
        Style::Newtype => quote!(Newtype),
        Style::Tuple => quote!(Tuple),
        Style::Named => quote!(Named),
    };
    let list = fields.written().map(|each| field(item, each));
    let (listed, _) = listed(&expand_listed::fields(fields));
    quote!(#private::Fields { style: #private::Style::#style, fields: &[#(#list),*], listed: &[#(#listed),*] })
}

fn field(item: &Item, field: &Field) -> TokenStream {
    let private = item.attrs.krate.private();
    let (member, is_plain) = member(field);
    let ty = field_type(item, field);
    let (aliases, absent) = (field.serde.former_names(), absent(item, field));
    let flatten = field.serde.flatten.is_some();
    // The type may be an alias of `Option`, so the compiler checks it again.
    let ty = if field.is_flattened() && field.opaque().is_none() { quote!(#private::flattened(#ty)) } else { ty };
    let optional = field.serde.skip_serializing_if.is_some();
    quote! {
        #private::Field {
            member: #member,
            is_plain: #is_plain,
            ty: #ty,
            flatten: #flatten,
            optional: #optional,
            aliases: &[#(#aliases),*],
            absent: #private::Absent::#absent,
        }
    }
}

/// The field's name as JSON text after another field, and whether JSON leaves the name unescaped.
fn member(field: &Field) -> (String, bool) {
    let Field { ident, name, .. } = field;
    let member = if ident.is_some() { format!(",\"{name}\":") } else { String::new() };
    (member, !name.contains(|char| matches!(char, '\0'..' ' | '"' | '\\')))
}

/// The treatment of an absent field.
fn absent(item: &Item, field: &Field) -> TokenStream {
    match () {
        () if item.has_default(field) => quote!(Default),
        () if field.serde.deserialize_with.is_some() => quote!(Refused),
        () => quote!(ByType),
    }
}

fn field_type(item: &Item, field: &Field) -> TokenStream {
    let krate = &item.attrs.krate;
    let Some(name) = field.opaque() else { return type_expr(krate, &field.ty) };
    let ty = if field.serde.with().is_some() { None } else { Some(&field.ty) };
    let part = is_direct(item).then(|| by_serde_of_field(item, field));
    opaque(krate, &name, ty, part)
}

fn type_expr(krate: &Krate, ty: &Type) -> TokenStream {
    quote!(<#ty as #krate::Portable>::TYPE)
}

/// A foreign type; `ty` is given if its own `Deserialize` reads it, and `part` is its reader inside a direct type.
fn opaque(krate: &Krate, name: &str, ty: Option<&Type>, part: Option<TokenStream>) -> TokenStream {
    let private = krate.private();
    let shape = ty.map_or_else(|| quote!(#private::opaque_shape), |ty| quote!(#private::foreign_shape!(#ty)));
    let part = part.unwrap_or_else(|| quote!(::core::option::Option::None));
    quote! {
        &#private::TypeExpr { head: #private::Head::Opaque(#name), args: &[], shape: #shape, by_serde: #part }
    }
}
