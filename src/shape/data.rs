//! The types of the constant data that the derive writes: a type's name and the shape of its state. Imports `error`
//! and its siblings.

use super::leaf::Leaf;
use super::origin::{InterfaceInfo, Origin};
use crate::error::Result;
use serde::{Deserialize, Serialize};
use std::any::{Any, TypeId};

/// A type as constant data: the content of a [`TypeName`](crate::TypeName), and the shape.
///
/// The derive writes these; a name costs no allocation until its text is needed.
#[derive(Clone, Copy)]
pub struct TypeExpr {
    /// The head in front of the arguments.
    pub head: Head,
    /// The arguments, in order.
    pub args: &'static [&'static TypeExpr],
    /// The shape; a function, so that recursive types are finite data.
    pub shape: fn() -> &'static Shape,
    /// How serde reads a value whose state does not follow its shape: a `BySerde` of the module `state`.
    pub by_serde: Option<&'static AnyBySerde>,
}

/// Data for a higher layer.
pub type AnyBySerde = dyn Any + Send + Sync;

/// The head of a type expression.
#[derive(Clone, Copy)]
pub enum Head {
    /// A type constructor with an id.
    Origin(&'static Origin),
    /// A tuple of the arguments.
    Tuple,
    /// A slice of the argument.
    Slice,
    /// An array: element and length are the arguments.
    Array,
    /// A trait object.
    Dyn(&'static InterfaceInfo),
    /// A const value.
    Const(ConstValue),
    /// A foreign type, by the name that the user gave it.
    Opaque(&'static str),
    /// Parameter `index` of the impl that contains the expression, erased with the bound `interface`.
    Param {
        /// The index among the impl's type parameters.
        index: usize,
        /// The interface that the argument has to implement.
        interface: &'static InterfaceInfo,
        /// The stand-in types of the parameter.
        types: fn() -> StandIns,
    },
    /// Like `Param`, for a const value: the length of an erased array.
    ConstParam(usize),
}

/// The stand-in type of a parameter, and types made of it.
#[derive(Clone, Copy)]
pub struct StandIns {
    /// The stand-in itself.
    pub one: TypeId,
    /// A reference to it, which is what serde's collections hand over.
    pub reference: TypeId,
    /// An `Option` of it.
    pub option: TypeId,
}

/// The value of a const argument.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ConstValue {
    /// Of an unsigned integer type.
    Uint(u128),
    /// Of a signed integer type.
    Int(i128),
    /// Of type `bool`.
    Bool(bool),
    /// Of type `char`.
    Char(char),
}

/// What the derive knows about a type's state, in terms of the type's parameters.
#[derive(Debug)]
#[allow(missing_docs, reason = "the fields say what their names say")]
pub enum Shape {
    /// No state of its own: a type parameter, a const value.
    None,
    /// One value of serde's data model.
    Leaf(Leaf),
    /// A foreign type, known by the name that the user gave it. `asks` is set unless a function replaces its `Deserialize`.
    Opaque { asks: Option<Asks> },
    /// The same state as another type's.
    Transparent { inner: &'static TypeExpr },
    /// Serde's option.
    Option { inner: &'static TypeExpr },
    /// A sequence with a length in front.
    Seq { element: &'static TypeExpr },
    /// A sequence whose length is in the type name.
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
    /// The fields of the state, in order.
    pub fields: &'static [Field],
    /// All field names that serde's derive accepts, in its order.
    pub listed: &'static [&'static str],
}

/// What matters only when a type is read; not part of its fingerprint or of a schema.
#[derive(Clone, Copy, Debug)]
pub struct Manners {
    /// The type's name for serde.
    pub name: &'static str,
    /// The `#[serde(expecting)]` text.
    pub expecting: Option<&'static str>,
    /// `#[serde(deny_unknown_fields)]`.
    pub denies_unknown: bool,
    /// All variant names that serde's derive accepts, in its order.
    pub listed: &'static [&'static str],
}

/// The treatment of an absent field.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Absent {
    /// The type decides: an `Option` is `None`.
    ByType,
    /// An error, as a function reads the field.
    Refused,
    /// The field has a default.
    Default,
}

/// The syntax of fields in the source, which serde's data model distinguishes.
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
    /// Its name in the state, as it stands in JSON behind another field: `,"name":`. Empty when unnamed.
    pub member: &'static str,
    /// Whether JSON escapes nothing in the name. Nothing is escaped in `member`.
    pub is_plain: bool,
    /// Its type.
    pub ty: &'static TypeExpr,
    /// `#[serde(flatten)]`.
    pub flatten: bool,
    /// `#[serde(skip_serializing_if)]`.
    pub optional: bool,
    /// Other accepted names.
    pub aliases: &'static [&'static str],
    /// The treatment if the field is absent.
    pub absent: Absent,
}

impl Field {
    /// A field without attributes.
    pub const fn new(member: &'static str, ty: &'static TypeExpr) -> Self {
        let (flatten, optional, is_plain) = (false, false, true);
        Field { member, is_plain, ty, flatten, optional, aliases: &[], absent: Absent::ByType }
    }

    /// Its name in the state; empty when unnamed.
    pub(crate) fn name(&self) -> &'static str {
        self.member.get(2..self.member.len().saturating_sub(2)).unwrap_or_default()
    }

    /// Whether it is read by this name.
    #[inline]
    #[cfg(feature = "json")]
    pub(crate) fn answers_to(&self, name: &str) -> bool {
        let member = self.member.as_bytes();
        let is_it = member.len() == name.len().saturating_add(4)
            && member.get(2..).is_some_and(|member| member.starts_with(name.as_bytes()));
        is_it || self.aliases.contains(&name)
    }
}

/// One variant of an enum.
#[derive(Debug)]
pub struct Variant {
    /// Its name in the state.
    pub name: &'static str,
    /// Other accepted names.
    pub aliases: &'static [&'static str],
    /// The number in the state: the index among all variants of the source.
    pub index: u32,
    /// Its fields.
    pub fields: Fields,
}

/// The position of the variant's name in an enum's state.
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

/// Returns whether the type needs a self-describing format.
pub type Asks = fn() -> Result<bool>;
