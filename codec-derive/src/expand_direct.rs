//! The direct state of a type whose serde impls are known to be derived: code that writes and reads it field by field.
//! Imports `item` and `serde_attr`.
//!
//! Invariant: the emitted code writes and reads the same state as serde's derive.

use proc_macro2::TokenStream;
use quote::{format_ident, quote};
use syn::{ExprPath, Ident, Member};

use crate::item::{Body, Field, Fields, Item, Style, Variant};
use crate::serde_attr::{DefaultBy, Text};

/// The items of `impl State`; empty if serde's code for the type does not follow its fields.
pub fn state(item: &Item) -> TokenStream {
    if !is_direct(item) {
        return TokenStream::new();
    }
    match &item.body {
        Body::Struct(fields) if item.serde.transparent.is_some() => transparent(item, fields),
        Body::Struct(fields) => of_struct(item, fields),
        Body::Enum(variants) => of_enum(item, variants),
    }
}

/// Whether both serde impls are derived and follow the fields of the type.
pub fn is_direct(item: &Item) -> bool {
    let serde = &item.serde;
    let is_replaced =
        serde.from.is_some() || serde.try_from.is_some() || serde.into.is_some() || serde.remote.is_some();
    let is_restricted =
        item.attrs.json_only || item.attrs.is_unknown || item.serdes().iter().any(|serde| serde.unknown.is_some());
    let has_code = serde.transparent.is_some() && item.fields().iter().any(|field| field.opaque().is_some());
    let are_plain = item.variants().iter().all(|variant| variant.is_written() && variant.serde.with().is_none());
    item.is_derived && !is_replaced && !is_restricted && !has_code && are_plain
}

/// The state of the only written field.
fn transparent(item: &Item, fields: &Fields) -> TokenStream {
    let (krate, private) = (&item.attrs.krate, item.attrs.krate.private());
    let named = members(fields);
    let is_inner = |field: &Field| field.is_written() && !field.is_phantom();
    let inner = named.iter().find(|(_, field)| is_inner(field));
    let Some((member, ty)) = inner.map(|(member, field)| (member, &field.ty)) else {
        return TokenStream::new();
    };
    let values = named.iter().map(|(member, field)| {
        let value = if is_inner(field) { quote!(__inner) } else { skipped(item, field, member) };
        quote!(#member: #value)
    });
    let state = quote!(<#ty as #private::State>);
    let default = struct_default(item, fields);
    quote! {
        const BY_SERDE: ::core::option::Option<&'static #private::AnyBySerde> = ::core::option::Option::None;
        const MIN: usize = #state::MIN;
        const STACK: usize = #private::stack_of::<Self>(0, &[#state::STACK]);

        fn put(&self, __sink: &mut #private::Sink<'_>) -> ::core::result::Result<(), #krate::Error> {
            #state::put(&self.#member, __sink)
        }

        fn take(__input: &mut #private::Input<'_, '_>) -> ::core::result::Result<Self, #krate::Error> {
            Self::take_into(__input, ::core::mem::size_of::<Self>())
        }

        fn take_into(
            __input: &mut #private::Input<'_, '_>,
            __slot: usize,
        ) -> ::core::result::Result<Self, #krate::Error> {
            let __inner = #state::take_into(__input, __slot)?;
            #default
            ::core::result::Result::Ok(Self { #(#values),* })
        }
    }
}

fn of_struct(item: &Item, fields: &Fields) -> TokenStream {
    let (krate, private) = (&item.attrs.krate, item.attrs.krate.private());
    let sizes = sizes(item, fields.list.iter(), 0);
    if fields.style == Style::Unit {
        return quote! {
            #sizes
            const IS_FIXED: bool = true;

            fn put(&self, _: &mut #private::Sink<'_>) -> ::core::result::Result<(), #krate::Error> {
                ::core::result::Result::Ok(())
            }

            fn take(_: &mut #private::Input<'_, '_>) -> ::core::result::Result<Self, #krate::Error> {
                ::core::result::Result::Ok(Self {})
            }

            fn read(_: &[u8]) -> ::core::option::Option<Self> {
                ::core::option::Option::Some(Self {})
            }
        };
    }
    let (fixed, try_fixed) = fixed(item, fields).unzip();
    let (pattern, puts, value) = (pattern(fields), puts(item, fields), struct_value(item, fields));
    quote! {
        #sizes
        #fixed

        fn put(&self, __sink: &mut #private::Sink<'_>) -> ::core::result::Result<(), #krate::Error> {
            let Self #pattern = *self;
            __sink.enter()?;
            #puts
            __sink.leave();
            ::core::result::Result::Ok(())
        }

        fn take(__input: &mut #private::Input<'_, '_>) -> ::core::result::Result<Self, #krate::Error> {
            #try_fixed
            __input.enter::<Self>()?;
            let __value = #value;
            __input.leave();
            ::core::result::Result::Ok(__value)
        }
    }
}

fn of_enum(item: &Item, variants: &[Variant]) -> TokenStream {
    let (krate, private) = (&item.attrs.krate, item.attrs.krate.private());
    let count = variants.len() as u32;
    let sizes = sizes(item, variants.iter().flat_map(|variant| &variant.fields.list), variants.len());
    let puts = variants.iter().map(|variant| {
        let (ident, index, pattern) = (&variant.ident, variant.index, pattern(&variant.fields));
        let puts = puts(item, &variant.fields);
        quote! {
            Self::#ident #pattern => {
                __sink.put_variant(#index);
                #puts
            }
        }
    });
    let takes = variants.iter().map(|variant| {
        let (ident, index) = (&variant.ident, variant.index);
        let values = values(item, &variant.fields, Some(&variant.name), Tape::Maybe);
        quote!(#index => Self::#ident { #values },)
    });
    quote! {
        #sizes

        fn put(&self, __sink: &mut #private::Sink<'_>) -> ::core::result::Result<(), #krate::Error> {
            __sink.enter()?;
            match *self { #(#puts)* }
            __sink.leave();
            ::core::result::Result::Ok(())
        }

        fn take(__input: &mut #private::Input<'_, '_>) -> ::core::result::Result<Self, #krate::Error> {
            __input.enter_variants::<Self>()?;
            let __value = match __input.variant()? {
                #(#takes)*
                __index => return ::core::result::Result::Err(#private::no_variant(__index, #count)),
            };
            __input.leave();
            ::core::result::Result::Ok(__value)
        }
    }
}

/// The value of a struct. Fields that the struct's default supplies are taken from one default value, as serde does.
fn struct_value(item: &Item, fields: &Fields) -> TokenStream {
    let Some(default) = &item.serde.default else {
        let values = values(item, fields, None, Tape::Maybe);
        return quote!(Self { #values });
    };
    let (never, maybe) = (values(item, fields, None, Tape::Never), values(item, fields, None, Tape::Maybe));
    let (value, needed) = (value_of(Some(default)), struct_default(item, fields));
    quote! {
        if __input.is_tape() {
            let __default: Self = #value;
            Self { #maybe }
        } else {
            #needed
            Self { #never }
        }
    }
}

/// The size constants of a type with these fields.
fn sizes<'a>(item: &Item, fields: impl Iterator<Item = &'a Field>, n_variants: usize) -> TokenStream {
    let private = item.attrs.krate.private();
    let states: Vec<Option<TokenStream>> = fields.map(|field| own_state(item, field)).collect();
    // The default of a skipped field may be foreign code.
    let has_all = states.iter().all(Option::is_some);
    let states: Vec<TokenStream> = states.into_iter().flatten().collect();
    let min = match &item.body {
        Body::Struct(_) => quote!(0 #(+ #states::MIN)*),
        Body::Enum(_) => quote!(1),
    };
    quote! {
        const BY_SERDE: ::core::option::Option<&'static #private::AnyBySerde> = ::core::option::Option::None;
        const MIN: usize = #min;
        const IS_PLAIN: bool = #has_all #(&& #states::IS_PLAIN)*;
        const IS_FLAT: bool = #has_all #(&& (#states::IS_LEAF || #states::IS_FIXED))*;
        const IS_DIRECT: bool = true;
        const STACK: usize = #private::stack_of::<Self>(#n_variants, &[#(#states::STACK),*]);
    }
}

/// The type of a field that is read by its own `State`.
fn own_state(item: &Item, field: &Field) -> Option<TokenStream> {
    let (private, ty) = (item.attrs.krate.private(), &field.ty);
    (field.is_written() && field.opaque().is_none()).then(|| quote!(<#ty as #private::State>))
}

/// The functions of a struct that may have a fixed size, and the code that calls them.
fn fixed(item: &Item, fields: &Fields) -> Option<(TokenStream, TokenStream)> {
    let private = item.attrs.krate.private();
    let states: Vec<TokenStream> = fields.list.iter().map(|field| own_state(item, field)).collect::<Option<_>>()?;
    let named = members(fields);
    let members: Vec<&Member> = named.iter().map(|(member, _)| member).collect();
    let types = fields.list.iter().map(|field| &field.ty);
    let fixed = quote! {
        const IS_FIXED: bool = true #(&& #states::IS_FIXED)*;
        const LEVELS: usize = #private::deepest(&[#(#states::LEVELS),*]);

        #[inline]
        fn fill(&self, __bytes: &mut [u8]) {
            #(let __bytes = #private::fill_part(&self.#members, __bytes);)*
            let _ = __bytes;
        }

        #[inline]
        fn read(mut __bytes: &[u8]) -> ::core::option::Option<Self> {
            ::core::option::Option::Some(Self { #(#members: #private::read_part::<#types>(&mut __bytes)?),* })
        }
    };
    let try_fixed = quote! {
        if const { <Self as #private::State>::IS_FIXED } {
            if let ::core::option::Option::Some(__value) = __input.fixed_state() {
                return ::core::result::Result::Ok(__value);
            }
        }
    };
    Some((fixed, try_fixed))
}

/// The fields with their member names.
fn members(fields: &Fields) -> Vec<(Member, &Field)> {
    let named = fields.list.iter().enumerate().map(|(at, field)| match &field.ident {
        Some(ident) => (Member::Named(ident.clone()), field),
        None => (Member::Unnamed(at.into()), field),
    });
    named.collect()
}

fn binding(at: usize) -> Ident {
    format_ident!("__field{at}")
}

/// Binds the fields that are written.
fn pattern(fields: &Fields) -> TokenStream {
    let all = members(fields);
    let written = all.iter().enumerate().filter(|(_, (_, field))| field.is_written());
    let bound = written.map(|(at, (member, _))| {
        let name = binding(at);
        quote!(#member: ref #name)
    });
    quote!({ #(#bound,)* .. })
}

/// Writes the fields that [`pattern`] binds.
fn puts(item: &Item, fields: &Fields) -> TokenStream {
    let written = fields.list.iter().enumerate().filter(|(_, field)| field.is_written());
    let puts = written.map(|(at, field)| {
        let name = binding(at);
        let put = match own_state(item, field) {
            Some(state) => quote!(#state::put(#name, __sink)?;),
            None => put_by_serde(field, &name),
        };
        if item.has_default(field) { quote!(__sink.put_present(); #put) } else { put }
    });
    puts.collect()
}

/// Whether fields with a default may be absent, which is possible only on a tape.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Tape {
    Never,
    Maybe,
}

/// Reads the fields: `name: value, ..`. An error gets its step.
fn values(item: &Item, fields: &Fields, variant: Option<&str>, tape: Tape) -> TokenStream {
    let private = item.attrs.krate.private();
    let mut at = 0_usize;
    let values = members(fields).into_iter().map(|(member, field)| {
        if !field.is_written() {
            let value = skipped(item, field, &member);
            return quote!(#member: #value,);
        }
        let take = match own_state(item, field) {
            Some(state) => quote!(#state::take(__input)),
            None => take_by_serde(field),
        };
        let take = match item.has_default(field) {
            true if tape != Tape::Never => {
                let value = skipped(item, field, &member);
                quote!(if __input.is_absent() { ::core::result::Result::Ok(#value) } else { #take })
            }
            _ => take,
        };
        let name = &field.name;
        let within = match fields.style {
            Style::Named => quote!(#private::in_field(__error, #name)),
            Style::Tuple => quote!(#private::in_position(__error, #at)),
            Style::Newtype | Style::Unit => quote!(__error),
        };
        at = at.saturating_add(1);
        let within = match variant {
            Some(variant) => quote!(#private::in_variant(#within, #variant)),
            None => within,
        };
        quote! {
            #member: match #take {
                ::core::result::Result::Ok(__value) => __value,
                ::core::result::Result::Err(__error) => return ::core::result::Result::Err(#within),
            },
        }
    });
    values.collect()
}

/// The value of a skipped field: the field's default, or that of the struct.
fn skipped(item: &Item, field: &Field, member: &Member) -> TokenStream {
    match (&field.serde.default, &item.serde.default) {
        (None, Some(_)) => quote!(__default.#member),
        (default, _) => value_of(default.as_ref()),
    }
}

/// The default value of the struct, if [`skipped`] needs it.
fn struct_default(item: &Item, fields: &Fields) -> Option<TokenStream> {
    let default = item.serde.default.as_ref()?;
    let is_needed = fields.list.iter().any(|field| !field.is_written() && field.serde.default.is_none());
    let value = value_of(Some(default));
    is_needed.then(|| quote!(let __default: Self = #value;))
}

/// The value of a default.
fn value_of(default: Option<&DefaultBy>) -> TokenStream {
    let path: Option<ExprPath> = match default {
        Some(DefaultBy::Path(text)) => text.value.parse().ok(),
        _ => None,
    };
    match path {
        Some(path) => quote!(#path()),
        None => quote!(::core::default::Default::default()),
    }
}

/// Writes a field through serde: through its given functions, or its type's impls.
fn put_by_serde(field: &Field, name: &Ident) -> TokenStream {
    match with_path(field.serde.serialize_with.as_ref(), "serialize") {
        Some(path) => {
            quote!(__sink.put_with(|__writer| #path(#name, __writer), |__writer| #path(#name, __writer))?;)
        }
        None => quote!(__sink.by_serde(#name)?;),
    }
}

/// Reads a field through serde.
fn take_by_serde(field: &Field) -> TokenStream {
    let ty = &field.ty;
    match with_path(field.serde.deserialize_with.as_ref(), "deserialize") {
        Some(path) => quote!(__input.take_with::<#ty>(|__reader| #path(__reader))),
        None => quote!(__input.value_in_place::<#ty>()),
    }
}

/// The function that a key names, directly or as a module.
fn with_path(text: Option<&Text>, function: &str) -> Option<TokenStream> {
    let text = text?;
    let path: ExprPath = text.value.parse().ok()?;
    let function = format_ident!("{function}");
    Some(if text.key.is_ident("with") { quote!(#path::#function) } else { quote!(#path) })
}

/// The reader of a field that serde reads as a part of a text.
pub fn by_serde_of_field(item: &Item, field: &Field) -> TokenStream {
    let (private, ty) = (item.attrs.krate.private(), &field.ty);
    let read = match with_path(field.serde.deserialize_with.as_ref(), "deserialize") {
        Some(path) => quote!(#path(__reader)),
        None => quote!(<#ty as #private::serde::Deserialize<'_>>::deserialize(__reader)),
    };
    quote! {
        ::core::option::Option::Some(const {
            &#private::BySerde::new::<#ty>(|__reader| match #read {
                ::core::result::Result::Ok(__value) => {
                    let __value: #ty = __value;
                    ::core::result::Result::Ok(::std::boxed::Box::new(__value))
                }
                ::core::result::Result::Err(__error) => ::core::result::Result::Err(::core::convert::From::from(__error)),
            })
        })
    }
}
