//! What a type is called and what its state looks like: the types of the constant data that the derive writes. Imports `error`
//! and its siblings.

use super::leaf::Leaf;
use super::origin::{InterfaceInfo, Origin};
use crate::error::Result;
use serde::{Deserialize, Serialize};
use std::any::{Any, TypeId};

/// A type as constant data: what a [`TypeName`](crate::TypeName) says as text, and where to find the shape.
///
/// The derive writes these; a name costs no allocation until somebody asks for its text.
#[derive(Clone, Copy)]
pub struct TypeExpr {
    /// What stands before the arguments.
    pub head: Head,
    /// The arguments, in order.
    pub args: &'static [&'static TypeExpr],
    /// The shape; a function, so that recursive types are finite data.
    pub shape: fn() -> &'static Shape,
    /// How serde reads a value whose state is not what its shape says: a `BySerde`, which `state` knows.
    pub by_serde: Option<&'static AnyBySerde>,
}

/// What a layer above knows how to use.
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
    /// Parameter `index` of the impl that the expression stands in, erased with the bound `interface`.
    Param {
        /// The place among the impl's type parameters.
        index: usize,
        /// What the argument has to be a member of.
        interface: &'static InterfaceInfo,
        /// What stands for it, and what is made of that.
        types: fn() -> StandIns,
    },
    /// As `Param`, for a const value: the length of an erased array.
    ConstParam(usize),
}

/// The types of what stands for a parameter, and of what is made of that.
#[derive(Clone, Copy)]
pub struct StandIns {
    /// Itself.
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
    /// Other names that it is read by.
    pub aliases: &'static [&'static str],
    /// What becomes of it where it is not there.
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

/// Answers whether the type asks for a self-describing format.
pub type Asks = fn() -> Result<bool>;
