//! Names and shapes of types as constant data, which the derive writes. Imports its siblings.

mod data;
mod expr;
mod fingerprint;
mod foreign;
mod identity;
mod leaf;
mod listed;
mod origin;
mod restriction;
mod text_shape;
mod type_id;

pub use data::{
    Absent, AnyBySerde, Asks, ConstValue, Field, Fields, Head, Manners, Shape, StandIns, Style, Tagging, TypeExpr,
    Variant,
};
pub(crate) use expr::{Argument, Arguments, NoArguments, Placeholders, Spelling};
pub(crate) use fingerprint::{Fingerprint, Reached, visit};
pub use foreign::{ForeignProbe, NoForeign};
#[cfg(test)]
#[allow(unused_imports, reason = "the tests that use it need all formats")]
pub(crate) use identity::HASH_BITS;
pub use identity::Identity;
pub(crate) use identity::type_hash;
pub use leaf::Leaf;
pub use listed::{Listed, RealNames};
pub(crate) use origin::{FAILURE, Key, STD};
pub use origin::{InterfaceInfo, Origin, Site};
pub(crate) use restriction::is_read_as_option;
pub(crate) use text_shape::{TextField, TextFields, TextShape, TextTagging, TextVariant, Tokens};
pub(crate) use type_id::low_byte;

impl Shape {
    /// The types that this shape mentions, in order.
    pub(crate) fn types(&self) -> Vec<&'static TypeExpr> {
        match self {
            Shape::None | Shape::Leaf(_) | Shape::Opaque { .. } | Shape::Nested { .. } => Vec::new(),
            Shape::Transparent { inner } | Shape::Option { inner } => vec![inner],
            Shape::Seq { element } | Shape::Array { element } => vec![element],
            Shape::Map { key, value } => vec![key, value],
            Shape::Tuple { elements } => elements.to_vec(),
            Shape::Text { binary } => binary.types(),
            Shape::Struct { fields, .. } => fields.types().collect(),
            Shape::Enum { variants, .. } => variants.iter().flat_map(|variant| variant.fields.types()).collect(),
        }
    }

    /// The fields of a struct, or of all variants.
    fn fields(&self) -> impl Iterator<Item = &'static Field> + use<> {
        let (fields, variants): (&'static [Field], &'static [Variant]) = match self {
            Shape::Struct { fields, .. } => (fields.fields, &[]),
            Shape::Enum { variants, .. } => (&[], variants),
            _ => (&[], &[]),
        };
        fields.iter().chain(variants.iter().flat_map(|variant| variant.fields.fields))
    }

    /// Whether serde buffers a value of this shape.
    pub(crate) fn is_buffered(&self) -> bool {
        let flattens = |fields: &Fields| fields.fields.iter().any(|field| field.flatten);
        match self {
            Shape::Struct { fields, .. } => flattens(fields),
            Shape::Enum { tagging, variants, .. } => {
                matches!(tagging, Tagging::Internal { .. } | Tagging::Untagged)
                    || variants.iter().any(|variant| flattens(&variant.fields))
            }
            _ => false,
        }
    }

    pub(crate) fn is_json_only(&self) -> bool {
        matches!(self, Shape::Struct { json_only: true, .. } | Shape::Enum { json_only: true, .. })
    }
}

impl Fields {
    fn types(&self) -> impl Iterator<Item = &'static TypeExpr> + use<> {
        self.fields.iter().map(|field| field.ty)
    }
}

/// The shape of a type without state.
pub fn no_shape() -> &'static Shape {
    &Shape::None
}

/// The type of a flattened field. An `Option` behind an alias or a parameter, which the derive cannot see, does not compile.
pub const fn flattened(ty: &'static TypeExpr) -> &'static TypeExpr {
    assert!(
        !ty.is_read_as_option(),
        "serde reads a flattened `Option` as `None` when its content is invalid, so an error would lose data (TP016): do not flatten the field, or flatten a struct whose own fields are optional"
    );
    ty
}

/// The shape of a foreign type.
pub fn opaque_shape() -> &'static Shape {
    &Shape::Opaque { asks: None }
}
