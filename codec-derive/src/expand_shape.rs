//! The shape literal of a type: what serde's derive makes of its fields and variants. Imports `attr`, `item` and
//! `serde_attr`.

use proc_macro2::TokenStream;
use quote::quote;
use syn::Type;
use syn::ext::IdentExt;

use crate::attr::Krate;
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
            let fields = fields(krate, struct_fields);
            quote!(#private::Shape::Struct { fields: #fields, json_only: #json_only })
        }
        Body::Enum(variants) => {
            let tagging = tagging(&item.serde);
            let variants = variants.iter().filter(|variant| variant.is_written()).map(|each| variant(krate, each));
            quote! {
                #private::Shape::Enum {
                    tagging: #private::Tagging::#tagging,
                    variants: &[#(#variants),*],
                    json_only: #json_only,
                }
            }
        }
    }
}

/// The type whose state stands for the item's: `#[serde(from = "P", into = "P")]`.
fn proxy(item: &Item) -> Option<Type> {
    item.serde.into.as_ref()?.value.parse().ok()
}

/// The type of the one field that `#[serde(transparent)]` writes; serde reports it when there is not exactly one.
fn transparent(item: &Item) -> Option<TokenStream> {
    let (Some(_), Body::Struct(fields)) = (&item.serde.transparent, &item.body) else { return None };
    let mut written = fields.written().filter(|field| !field.is_phantom());
    let field = written.next()?;
    written.next().is_none().then(|| field_type(&item.attrs.krate, field))
}

/// A struct with a tag is written as an internally tagged enum that has this one variant.
fn tagged_struct(item: &Item, struct_fields: &Fields) -> TokenStream {
    let private = item.attrs.krate.private();
    let json_only = item.attrs.json_only;
    let name = item.serde.rename.name().unwrap_or_else(|| item.ident.unraw().to_string());
    let tagging = tagging(&item.serde);
    let fields = fields(&item.attrs.krate, struct_fields);
    quote! {
        #private::Shape::Enum {
            tagging: #private::Tagging::#tagging,
            variants: &[#private::Variant { name: #name, index: 0u32, fields: #fields }],
            json_only: #json_only,
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

/// A variant. One that is untagged in a tagged enum is written without its name, and so has none.
fn variant(krate: &Krate, variant: &Variant) -> TokenStream {
    let private = krate.private();
    let Variant { index, .. } = variant;
    let name = if variant.serde.untagged.is_some() { "" } else { &variant.name };
    let fields = match variant.serde.with() {
        Some(with) => replaced_fields(krate, &with),
        None => fields(krate, &variant.fields),
    };
    quote!(#private::Variant { name: #name, index: #index, fields: #fields })
}

/// A variant that a function writes in place of its fields is a newtype variant to serde.
fn replaced_fields(krate: &Krate, with: &str) -> TokenStream {
    let private = krate.private();
    let ty = opaque(krate, with, None);
    quote! {
        #private::Fields {
            style: #private::Style::Newtype,
            fields: &[#private::Field { name: "", ty: #ty, flatten: false, optional: false }],
        }
    }
}

fn fields(krate: &Krate, fields: &Fields) -> TokenStream {
    let private = krate.private();
    let style = match fields.style {
        Style::Unit => quote!(Unit),
        Style::Newtype => quote!(Newtype),
        Style::Tuple => quote!(Tuple),
        Style::Named => quote!(Named),
    };
    let list = fields.written().map(|each| field(krate, each));
    quote!(#private::Fields { style: #private::Style::#style, fields: &[#(#list),*] })
}

fn field(krate: &Krate, field: &Field) -> TokenStream {
    let private = krate.private();
    let name = &field.name;
    let ty = field_type(krate, field);
    let flatten = field.serde.flatten.is_some();
    // The type may be an `Option` by another name: the compiler looks once more.
    let ty = if field.is_flattened() && field.opaque().is_none() { quote!(#private::flattened(#ty)) } else { ty };
    let optional = field.serde.skip_serializing_if.is_some();
    quote!(#private::Field { name: #name, ty: #ty, flatten: #flatten, optional: #optional })
}

fn field_type(krate: &Krate, field: &Field) -> TokenStream {
    match field.opaque() {
        Some(name) if field.serde.with().is_some() => opaque(krate, &name, None),
        Some(name) => opaque(krate, &name, Some(&field.ty)),
        None => type_expr(krate, &field.ty),
    }
}

fn type_expr(krate: &Krate, ty: &Type) -> TokenStream {
    quote!(<#ty as #krate::Portable>::TYPE)
}

/// A foreign type, which its own `Deserialize` reads if it is given.
fn opaque(krate: &Krate, name: &str, ty: Option<&Type>) -> TokenStream {
    let private = krate.private();
    let shape = ty.map_or_else(|| quote!(#private::opaque_shape), |ty| quote!(#private::foreign_shape!(#ty)));
    quote! {
        &#private::TypeExpr { head: #private::Head::Opaque(#name), args: &[], shape: #shape }
    }
}
