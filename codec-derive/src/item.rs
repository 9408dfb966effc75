//! A type under `#[derive(Portable)]` or `#[portable]`, with parsed attributes and final names. Imports `attr`, `case`, `errors`
//! and `serde_attr`.
//!
//! ```text
//! Item ─ Body ┬ Struct ─────────────┬ Fields ─ Field*
//!             └ Enum ─ Variant* ────┘
//! ```

use syn::ext::IdentExt;
use syn::{Data, DeriveInput, GenericArgument, Generics, Ident, PathArguments, Type};

use crate::attr::{Attrs, Place};
use crate::case::Case;
use crate::errors::{Code, Errors};
use crate::serde_attr::Serde;

/// A struct or an enum.
pub struct Item {
    pub ident: Ident,
    pub generics: Generics,
    pub attrs: Attrs,
    pub serde: Serde,
    pub body: Body,
    /// Whether serde's impls are known to be derived from this very item.
    // INVARIANT: true only if `#[portable]` emits both of serde's derives with this expansion. A claim of the user, a derive
    // that somebody else wrote, or an item that changes before the derives see it never sets it.
    pub is_derived: bool,
}

pub enum Body {
    Struct(Fields),
    Enum(Vec<Variant>),
}

pub struct Variant {
    /// The name in the source.
    pub ident: Ident,
    /// The name in the state.
    pub name: String,
    /// The index among all variants of the source, which is the number that serde writes.
    pub index: u32,
    pub serde: Serde,
    pub fields: Fields,
}

pub struct Fields {
    pub style: Style,
    pub list: Vec<Field>,
}

#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Style {
    Unit,
    Newtype,
    Tuple,
    Named,
}

pub struct Field {
    /// The name in the source; `None` if unnamed.
    pub ident: Option<Ident>,
    /// The name in the state; empty when unnamed.
    pub name: String,
    pub attrs: Attrs,
    pub serde: Serde,
    pub ty: Type,
}

impl Item {
    /// Reads the input of the derive. Adds errors to `errors`.
    pub fn parse(errors: &mut Errors, input: DeriveInput) -> Self {
        let attrs = Attrs::from_attributes(errors, Place::Type, &input.attrs);
        Item::with_attrs(errors, attrs, input)
    }

    /// Reads a type with the keys `attrs`.
    pub fn with_attrs(errors: &mut Errors, attrs: Attrs, input: DeriveInput) -> Self {
        let serde = Serde::from_attributes(&input.attrs);
        let body = Body::parse(errors, input.data, &serde);
        Item { ident: input.ident, generics: input.generics, attrs, serde, body, is_derived: false }
    }

    /// The fields of the struct, or of all variants.
    pub fn fields(&self) -> Vec<&Field> {
        match &self.body {
            Body::Struct(fields) => fields.list.iter().collect(),
            Body::Enum(variants) => variants.iter().flat_map(|variant| &variant.fields.list).collect(),
        }
    }

    /// The variants; empty for a struct.
    pub fn variants(&self) -> &[Variant] {
        match &self.body {
            Body::Struct(_) => &[],
            Body::Enum(variants) => variants,
        }
    }

    /// Whether an absent field has a default, whatever its type is.
    pub fn has_default(&self, field: &Field) -> bool {
        field.serde.default.is_some() || self.serde.default.is_some()
    }

    /// serde's keys on the item, its variants and its fields.
    pub fn serdes(&self) -> Vec<&Serde> {
        let variants = self.variants().iter().map(|variant| &variant.serde);
        let fields = self.fields().into_iter().map(|field| &field.serde);
        std::iter::once(&self.serde).chain(variants).chain(fields).collect()
    }
}

impl Body {
    fn parse(errors: &mut Errors, data: Data, serde: &Serde) -> Self {
        match data {
            Data::Struct(data) => {
                let mut fields = Fields::parse(errors, data.fields, serde.rename_all.case());
                fields.unskip_newtype();
                Body::Struct(fields)
            }
            Data::Enum(data) => {
                let variants = data.variants.into_iter().zip(0..);
                Body::Enum(variants.map(|(variant, index)| Variant::parse(errors, variant, index, serde)).collect())
            }
            Data::Union(data) => {
                errors.add(data.union_token, Code::Union, "serde cannot serialize a union", "use an enum");
                Body::Enum(Vec::new())
            }
        }
    }
}

impl Variant {
    fn parse(errors: &mut Errors, variant: syn::Variant, index: u32, container: &Serde) -> Self {
        Attrs::from_attributes(errors, Place::Variant, &variant.attrs);
        let serde = Serde::from_attributes(&variant.attrs);
        let field_case = serde.rename_all.case().or(container.rename_all_fields.case());
        let source = variant.ident.unraw().to_string();
        let by_rule =
            || container.rename_all.case().map_or_else(|| source.clone(), |case| case.rename_variant(&source));
        let name = serde.rename.name().unwrap_or_else(by_rule);
        let mut fields = Fields::parse(errors, variant.fields, field_case);
        fields.empty_skipped_newtype();
        Variant { ident: variant.ident, name, index, serde, fields }
    }

    /// Whether serde ever writes this variant.
    pub fn is_written(&self) -> bool {
        self.serde.skip_serializing.is_none()
    }
}

impl Fields {
    fn parse(errors: &mut Errors, fields: syn::Fields, case: Option<Case>) -> Self {
        let style = match &fields {
            syn::Fields::Unit => Style::Unit,
            syn::Fields::Unnamed(fields) if fields.unnamed.len() == 1 => Style::Newtype,
            syn::Fields::Unnamed(_) => Style::Tuple,
            syn::Fields::Named(_) => Style::Named,
        };
        Fields { style, list: fields.into_iter().map(|field| Field::parse(errors, field, case)).collect() }
    }

    /// Drops `skip` on the field of a newtype struct, as serde_derive writes and reads the field nevertheless.
    fn unskip_newtype(&mut self) {
        if let (Style::Newtype, [field]) = (self.style, &mut self.list[..]) {
            (field.serde.skip_serializing, field.serde.skip_deserializing) = (None, None);
        }
    }

    /// Removes the skipped field of a newtype variant, as serde_derive writes the variant as a unit variant.
    fn empty_skipped_newtype(&mut self) {
        if self.style == Style::Newtype && self.list.iter().all(|field| !field.is_written()) {
            self.style = Style::Unit;
        }
    }

    /// The fields that are part of the state.
    pub fn written(&self) -> impl Iterator<Item = &Field> {
        self.list.iter().filter(|field| field.is_written())
    }
}

impl Field {
    fn parse(errors: &mut Errors, field: syn::Field, case: Option<Case>) -> Self {
        let attrs = Attrs::from_attributes(errors, Place::Field, &field.attrs);
        let serde = Serde::from_attributes(&field.attrs);
        let name = field.ident.as_ref().map_or_else(String::new, |ident| {
            let source = ident.unraw().to_string();
            let by_rule = || case.map_or_else(|| source.clone(), |case| case.rename_field(&source));
            serde.rename.name().unwrap_or_else(by_rule)
        });
        Field { ident: field.ident, name, attrs, serde, ty: field.ty }
    }

    pub fn is_written(&self) -> bool {
        self.serde.skip_serializing.is_none()
    }

    /// The name for the field's type, if the type itself need not be portable.
    pub fn opaque(&self) -> Option<String> {
        // No type name contains a word and a space, so the text of an attribute never collides with a type.
        self.attrs.opaque.as_ref().map(|name| format!("opaque {}", name.value())).or_else(|| self.serde.with())
    }

    /// Whether the type is spelled as a `PhantomData`.
    pub fn is_phantom(&self) -> bool {
        is_spelled(&self.ty, "PhantomData")
    }

    /// Whether the type is spelled as an `Option`.
    pub fn is_option(&self) -> bool {
        is_spelled(&self.ty, "Option")
    }

    /// The part of the type that satisfies `is_wanted`, if the type's own serde impls write and read the field.
    pub fn find(&self, is_wanted: fn(&Type) -> bool) -> Option<&Type> {
        let is_written = self.is_written() && !self.is_phantom() && self.opaque().is_none();
        if is_written { find(&self.ty, is_wanted) } else { None }
    }

    /// Whether serde flattens the field's own type into the fields around it.
    pub fn is_flattened(&self) -> bool {
        let Serde { flatten, skip_deserializing, deserialize_with, .. } = &self.serde;
        flatten.is_some() && skip_deserializing.is_none() && deserialize_with.is_none()
    }
}

fn find(ty: &Type, is_wanted: fn(&Type) -> bool) -> Option<&Type> {
    if is_wanted(ty) {
        return Some(ty);
    }
    match ty {
        Type::Group(group) => find(&group.elem, is_wanted),
        Type::Paren(paren) => find(&paren.elem, is_wanted),
        Type::Array(array) => find(&array.elem, is_wanted),
        Type::Tuple(tuple) => tuple.elems.iter().find_map(|ty| find(ty, is_wanted)),
        Type::Path(path) if !is_spelled(ty, "PhantomData") => {
            let PathArguments::AngleBracketed(arguments) = &path.path.segments.last()?.arguments else { return None };
            arguments.args.iter().find_map(|argument| match argument {
                GenericArgument::Type(ty) => find(ty, is_wanted),
                _ => None,
            })
        }
        _ => None,
    }
}

/// Whether the type is a reference.
pub fn is_reference(ty: &Type) -> bool {
    matches!(ty, Type::Reference(_))
}

/// Whether the type is spelled as an `Rc` of something.
pub fn is_rc(ty: &Type) -> bool {
    let Type::Path(path) = ty else { return false };
    path.path.segments.last().is_some_and(|last| last.ident == "Rc" && !last.arguments.is_none())
}

/// Whether the last segment of a type's path is `name`. A `macro_rules!` passes types on in an invisible group.
fn is_spelled(ty: &Type, name: &str) -> bool {
    match ty {
        Type::Path(ty) => ty.path.segments.last().is_some_and(|last| last.ident == name),
        Type::Group(group) => is_spelled(&group.elem, name),
        Type::Paren(paren) => is_spelled(&paren.elem, name),
        _ => false,
    }
}

/// The kinds of const parameters.
#[derive(Clone, Copy)]
pub enum ConstKind {
    Uint,
    Int,
    Bool,
    Char,
}

impl ConstKind {
    /// The kind of a primitive type, by its spelling.
    pub fn of(ty: &Type) -> Option<Self> {
        let Type::Path(ty) = ty else { return None };
        Some(match ty.path.segments.last()?.ident.to_string().as_str() {
            "u8" | "u16" | "u32" | "u64" | "u128" | "usize" => ConstKind::Uint,
            "i8" | "i16" | "i32" | "i64" | "i128" | "isize" => ConstKind::Int,
            "bool" => ConstKind::Bool,
            "char" => ConstKind::Char,
            _ => return None,
        })
    }
}
