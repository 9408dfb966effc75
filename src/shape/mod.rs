//! What a type is called and what its state looks like, as constant data that the derive writes.
//! Imports `error`, `type_name` and its own parts only; knows no trait of a user and no registry.

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

pub use expr::{AnyBySerde, ConstValue, Head, StandIns, TypeExpr};
pub(crate) use expr::{Argument, Arguments, NoArguments, Placeholders, Spelling};
pub(crate) use fingerprint::{Fingerprint, Reached, visit};
pub use foreign::{Asks, ForeignProbe, NoForeign};
#[cfg(test)]
#[allow(unused_imports, reason = "the tests that use it need all formats")]
pub(crate) use identity::HASH_BITS;
pub use identity::Identity;
pub(crate) use identity::type_hash;
pub use leaf::Leaf;
pub use listed::{Listed, RealNames};
pub(crate) use origin::{FAILURE, Key, STD};
pub use origin::{InterfaceInfo, Origin, Site};
pub(crate) use text_shape::{TextField, TextFields, TextShape, TextTagging, TextVariant, Tokens};
pub(crate) use type_id::low_byte;

use serde::{Deserialize, Serialize};

/// What the derive knows of a type's state; symbolic in the type's parameters.
#[derive(Debug)]
#[allow(missing_docs, reason = "the fields say what their names say")]
pub enum Shape {
    /// No state of its own: a type parameter, a const value.
    None,
    /// One value of serde's data model.
    Leaf(Leaf),
    /// A foreign type, known by the name that the user gave it; `asks` where no function reads it in place of its `Deserialize`.
    Opaque { asks: Option<Asks> },
    /// The same state as another type's.
    Transparent { inner: &'static TypeExpr },
    /// Serde's option.
    Option { inner: &'static TypeExpr },
    /// A sequence with a length in front.
    Seq { element: &'static TypeExpr },
    /// A sequence whose length stands in the type name.
    Array { element: &'static TypeExpr },
    /// A map with a length in front.
    Map { key: &'static TypeExpr, value: &'static TypeExpr },
    /// A sequence of known types.
    Tuple { elements: &'static [&'static TypeExpr] },
    /// Text in human-readable formats, the given shape in binary ones: IP addresses.
    Text { binary: &'static Shape },
    /// A trait object: a nested value.
    Nested { interface: &'static InterfaceInfo },
    /// A struct; `json_only` when its author restricted it.
    Struct { fields: Fields, json_only: bool, manners: Manners },
    /// An enum.
    Enum { tagging: Tagging, variants: &'static [Variant], json_only: bool, manners: Manners },
}

/// The fields of a struct or of a variant.
#[derive(Debug)]
pub struct Fields {
    /// How they are written in the source.
    pub style: Style,
    /// Those that are part of the state, in order.
    pub fields: &'static [Field],
    /// All names that serde's derive reads them by, as it lists them.
    pub listed: &'static [&'static str],
}

/// What a type says of reading alone: no part of its fingerprint, nor of a schema.
#[derive(Clone, Copy, Debug)]
pub struct Manners {
    /// The type's name to serde.
    pub name: &'static str,
    /// What serde's messages call it, where its author says so.
    pub expecting: Option<&'static str>,
    /// `#[serde(deny_unknown_fields)]`.
    pub denies_unknown: bool,
    /// All names that serde's derive reads variants by, as it lists them.
    pub listed: &'static [&'static str],
}

/// What becomes of a field that is not there.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Absent {
    /// Its type decides: an `Option` is `None`.
    ByType,
    /// It is an error, as a function reads the field.
    Refused,
    /// It has a default.
    Default,
}

/// How fields are written in the source, which serde's formats keep apart.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Style {
    /// No fields and no brackets.
    Unit,
    /// Exactly one unnamed field.
    Newtype,
    /// Unnamed fields.
    Tuple,
    /// Named fields.
    Named,
}

/// One field of the state.
#[derive(Debug)]
pub struct Field {
    /// Its name in the state; empty when unnamed.
    pub name: &'static str,
    /// Its type.
    pub ty: &'static TypeExpr,
    /// `#[serde(flatten)]`.
    pub flatten: bool,
    /// `#[serde(skip_serializing_if)]`.
    pub optional: bool,
    /// Other names that it is read by.
    pub aliases: &'static [&'static str],
    /// What becomes of it where it is not there.
    pub absent: Absent,
}

impl Field {
    /// A field without attributes.
    pub const fn new(name: &'static str, ty: &'static TypeExpr) -> Self {
        Field { name, ty, flatten: false, optional: false, aliases: &[], absent: Absent::ByType }
    }
}

/// One variant of an enum.
#[derive(Debug)]
pub struct Variant {
    /// Its name in the state.
    pub name: &'static str,
    /// Other names that it is read by.
    pub aliases: &'static [&'static str],
    /// Its number in the state: its place among all variants of the source.
    pub index: u32,
    /// Its fields.
    pub fields: Fields,
}

/// Where an enum's state says which variant it is.
#[derive(Debug)]
#[allow(missing_docs, reason = "the fields are serde's attributes")]
pub enum Tagging {
    /// Around the fields: serde's default.
    External,
    /// Among the fields.
    Internal { tag: &'static str },
    /// Beside the fields.
    Adjacent { tag: &'static str, content: &'static str },
    /// Nowhere.
    Untagged,
}

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

    /// Whether serde reads a value of this shape by way of its buffer.
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

/// The shape of what has no state.
pub fn no_shape() -> &'static Shape {
    &Shape::None
}

/// The type of a flattened field. An `Option` that the derive did not see, behind an alias or a parameter, does not compile.
pub const fn flattened(ty: &'static TypeExpr) -> &'static TypeExpr {
    assert!(
        !ty.is_read_as_option(),
        "serde reads a flattened `Option` as `None` where its content is wrong, so an error would become a loss (TP016): do not flatten the field, or flatten a struct whose own fields are optional"
    );
    ty
}

/// The shape of a foreign type.
pub fn opaque_shape() -> &'static Shape {
    &Shape::Opaque { asks: None }
}
