//! Registers the lists of names that serde's derive builds, if they contain aliases: errors of binary states look up a
//! field or variant by its index in such a list. Imports `item` and `serde_attr`.

use std::collections::BTreeSet;

use proc_macro2::TokenStream;
use quote::quote;
use syn::ext::IdentExt;

use crate::item::{Body, Fields, Item, Style, Variant};
use crate::serde_attr::Serde;

/// The registrations of all lists of an item that contain aliases.
pub fn name_lists(item: &Item) -> Vec<TokenStream> {
    let Serde { from, try_from, rename, .. } = &item.serde;
    if from.is_some() || try_from.is_some() {
        return Vec::new();
    }
    let owner = rename.name().unwrap_or_else(|| item.ident.unraw().to_string());
    let lists = match &item.body {
        Body::Struct(list) => vec![fields(list)],
        Body::Enum(list) => {
            let of_fields = list.iter().map(|variant| fields(&variant.fields));
            of_fields.chain([variants(list)]).collect()
        }
    };
    lists.into_iter().filter_map(|list| submission(item, &owner, &list)).collect()
}

/// The names of fields; empty if they are unnamed.
pub fn fields(fields: &Fields) -> Vec<(&str, &Serde)> {
    let named = fields.list.iter().filter(|_| fields.style == Style::Named);
    named.map(|field| (field.name.as_str(), &field.serde)).collect()
}

/// The names of variants.
pub fn variants(variants: &[Variant]) -> Vec<(&str, &Serde)> {
    variants.iter().map(|variant| (variant.name.as_str(), &variant.serde)).collect()
}

/// The list that serde's derive builds, and the real names in it.
pub fn listed<'a>(list: &[(&'a str, &Serde)]) -> (Vec<String>, Vec<&'a str>) {
    let read = list.iter().filter(|(_, serde)| serde.skip_deserializing.is_none() && serde.flatten.is_none());
    let (mut listed, mut names) = (Vec::new(), Vec::new());
    for (name, serde) in read {
        listed.extend(serde.former_names().chain([(*name).to_owned()]).collect::<BTreeSet<String>>());
        names.push(*name);
    }
    (listed, names)
}

fn submission(item: &Item, owner: &str, list: &[(&str, &Serde)]) -> Option<TokenStream> {
    let private = item.attrs.krate.private();
    let (listed, names) = listed(list);
    (listed.len() > names.len()).then(|| {
        quote! {
            #private::inventory::submit! {
                #private::RealNames {
                    listed: #private::Listed { owner: #owner, names: &[#(#listed),*] },
                    names: &[#(#names),*],
                }
            }
        }
    })
}
