//! `TextShape`: a shape with type names as text, for fingerprints and schemas. Imports `error` and its
//! siblings.
//!
//! It is that part of a [`Shape`] on which two programs have to agree, and comes from bytes, so it owns its text. One type for both
//! would hold a `Cow` in each place: 72 bytes of constants for a field instead of 48, and 96 for a variant instead of 80. As a
//! generic type it would need an associated type for each of the seven places where constants say more, and `of` all the same.

use super::data::TypeExpr;
use super::expr::{Arguments, Spelling};
use super::{Fields, Shape, Style, Tagging};
use crate::error::Result;
use serde::{Deserialize, Serialize};

/// The shape of a type's state, like [`Shape`].
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum TextShape {
    None,
    Leaf(String),
    Opaque,
    Transparent(String),
    Option(String),
    Seq(String),
    Array(String),
    Map(String, String),
    Tuple(Vec<String>),
    Text(Box<TextShape>),
    Nested,
    Struct(TextFields),
    Enum { tagging: TextTagging, variants: Vec<TextVariant> },
}

#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub(crate) struct TextFields {
    pub(crate) style: Style,
    pub(crate) fields: Vec<TextField>,
}

#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub(crate) struct TextField {
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub(crate) name: String,
    #[serde(rename = "type")]
    pub(crate) ty: String,
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub(crate) flatten: bool,
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub(crate) optional: bool,
}

#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub(crate) struct TextVariant {
    pub(crate) name: String,
    pub(crate) index: u32,
    #[serde(flatten)]
    pub(crate) fields: TextFields,
}

#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum TextTagging {
    External,
    Internal { tag: String },
    Adjacent { tag: String, content: String },
    Untagged,
}

impl TextShape {
    /// Converts a shape, and prints its types.
    pub(crate) fn of(shape: &Shape, arguments: &dyn Arguments, spelling: &Spelling<'_>) -> Result<Self> {
        let text = |ty: &TypeExpr| ty.text(arguments, spelling);
        Ok(match shape {
            Shape::None => TextShape::None,
            Shape::Leaf(leaf) => TextShape::Leaf(leaf.name().to_owned()),
            Shape::Opaque { .. } => TextShape::Opaque,
            Shape::Transparent { inner } => TextShape::Transparent(text(inner)?),
            Shape::Option { inner } => TextShape::Option(text(inner)?),
            Shape::Seq { element } => TextShape::Seq(text(element)?),
            Shape::Array { element } => TextShape::Array(text(element)?),
            Shape::Map { key, value } => TextShape::Map(text(key)?, text(value)?),
            Shape::Tuple { elements } => TextShape::Tuple(elements.iter().map(|ty| text(ty)).collect::<Result<_>>()?),
            Shape::Text { binary } => TextShape::Text(Box::new(TextShape::of(binary, arguments, spelling)?)),
            Shape::Nested { .. } => TextShape::Nested,
            Shape::Struct { fields, .. } => TextShape::Struct(TextFields::of(fields, &text)?),
            Shape::Enum { tagging, variants, .. } => {
                let variants = variants.iter().map(|variant| {
                    let fields = TextFields::of(&variant.fields, &text)?;
                    Ok(TextVariant { name: variant.name.to_owned(), index: variant.index, fields })
                });
                TextShape::Enum { tagging: TextTagging::of(tagging), variants: variants.collect::<Result<_>>()? }
            }
        })
    }

    /// The types that this shape mentions, in order.
    pub(crate) fn types(&self) -> Vec<&str> {
        match self {
            TextShape::None | TextShape::Leaf(_) | TextShape::Opaque | TextShape::Nested => Vec::new(),
            TextShape::Transparent(ty) | TextShape::Option(ty) | TextShape::Seq(ty) | TextShape::Array(ty) => vec![ty],
            TextShape::Map(key, value) => vec![key, value],
            TextShape::Tuple(types) => types.iter().map(String::as_str).collect(),
            TextShape::Text(binary) => binary.types(),
            TextShape::Struct(fields) => fields.types().collect(),
            TextShape::Enum { variants, .. } => variants.iter().flat_map(|variant| variant.fields.types()).collect(),
        }
    }
}

impl TextFields {
    fn of(fields: &Fields, text: &dyn Fn(&TypeExpr) -> Result<String>) -> Result<Self> {
        let of_field = |field: &super::Field| {
            let (name, ty) = (field.name().to_owned(), text(field.ty)?);
            Ok(TextField { name, ty, flatten: field.flatten, optional: field.optional })
        };
        Ok(TextFields { style: fields.style, fields: fields.fields.iter().map(of_field).collect::<Result<_>>()? })
    }

    /// Whether there are fields that only JSON can represent: optional or flattened ones.
    pub(crate) fn has_json_only(&self) -> bool {
        self.fields.iter().any(|field| field.flatten || field.optional)
    }

    fn types(&self) -> impl Iterator<Item = &str> {
        self.fields.iter().map(|field| field.ty.as_str())
    }
}

impl TextTagging {
    fn of(tagging: &Tagging) -> Self {
        match tagging {
            Tagging::External => TextTagging::External,
            Tagging::Internal { tag } => TextTagging::Internal { tag: (*tag).to_owned() },
            Tagging::Adjacent { tag, content } => {
                TextTagging::Adjacent { tag: (*tag).to_owned(), content: (*content).to_owned() }
            }
            Tagging::Untagged => TextTagging::Untagged,
        }
    }
}

/// The output of a shape: a fingerprint, or a schema in an envelope. The order of the tokens is part of the definition.
pub(crate) trait Tokens {
    fn number(&mut self, number: u64);
    fn text(&mut self, text: &str);
}

impl TextShape {
    /// Writes the shape; `docs/wire-format.md` has the definition.
    pub(crate) fn write(&self, out: &mut dyn Tokens) {
        self.write_as(&mut self.types().into_iter(), out);
    }

    /// Like [`TextShape::write`], with these names for the types that the shape mentions.
    pub(crate) fn write_as(&self, names: &mut dyn Iterator<Item = &str>, out: &mut dyn Tokens) {
        out.number(self.tag());
        match self {
            TextShape::Leaf(name) => out.text(name),
            TextShape::Text(binary) => binary.write_as(names, out),
            TextShape::Struct(fields) => fields.write_as(names, out),
            TextShape::Enum { tagging, variants } => {
                tagging.write(out);
                out.number(variants.len() as u64);
                for variant in variants {
                    out.text(&variant.name);
                    out.number(variant.index.into());
                    variant.fields.write_as(names, out);
                }
            }
            _ => {
                let length = self.types().len();
                out.number(length as u64);
                names.take(length).for_each(|name| out.text(name));
            }
        }
    }

    fn tag(&self) -> u64 {
        match self {
            TextShape::None => 0,
            TextShape::Leaf(_) => 1,
            TextShape::Opaque => 2,
            TextShape::Transparent(_) => 3,
            TextShape::Option(_) => 4,
            TextShape::Seq(_) => 5,
            TextShape::Array(_) => 6,
            TextShape::Map(..) => 7,
            TextShape::Tuple(_) => 8,
            TextShape::Text(_) => 9,
            TextShape::Nested => 10,
            TextShape::Struct(_) => 11,
            TextShape::Enum { .. } => 12,
        }
    }
}

impl TextFields {
    fn write_as(&self, names: &mut dyn Iterator<Item = &str>, out: &mut dyn Tokens) {
        out.number(match self.style {
            Style::Unit => 0,
            Style::Newtype => 1,
            Style::Tuple => 2,
            Style::Named => 3,
        });
        out.number(self.fields.len() as u64);
        for (field, name) in self.fields.iter().zip(names) {
            out.text(&field.name);
            out.number(u64::from(field.flatten) | u64::from(field.optional) << 1);
            out.text(name);
        }
    }
}

impl TextTagging {
    fn write(&self, out: &mut dyn Tokens) {
        match self {
            TextTagging::External => out.number(0),
            TextTagging::Internal { tag } => {
                out.number(1);
                out.text(tag);
            }
            TextTagging::Adjacent { tag, content } => {
                out.number(2);
                out.text(tag);
                out.text(content);
            }
            TextTagging::Untagged => out.number(3),
        }
    }
}
