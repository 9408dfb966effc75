//! A schema's bytes in an envelope. Imports `error`, `limits`, `shape`, `type_name`, `wire` and its siblings.
//!
//! Invariant: what parses is canonical, so writing it again gives the same bytes.

use super::{OPAQUE, Schema};
use crate::error::{Error, Kind, Result};
use crate::limits::Limits;
use crate::shape::{Style, TextField, TextFields, TextShape, TextTagging, TextVariant, Tokens};
use crate::type_name::TypeName;
use crate::wire::{Cursor, put_prefixed, put_varint};
use std::collections::BTreeMap;

impl Tokens for Vec<u8> {
    fn number(&mut self, number: u64) {
        put_varint(self, number);
    }

    fn text(&mut self, text: &str) {
        put_prefixed(self, text.as_bytes());
    }
}

impl Schema {
    /// The bytes of this schema's section.
    pub(crate) fn section(&self) -> Vec<u8> {
        let mut out = Vec::new();
        out.number(self.types.len() as u64);
        for (name, shape) in &self.types {
            out.text(name);
            shape.write(&mut out);
        }
        out.number(self.former.len() as u64);
        for (id, former) in &self.former {
            out.text(id);
            out.number(former.len() as u64);
            former.iter().for_each(|former| out.text(former));
        }
        out
    }

    /// Checks that a reader accepts a section of this length: counts the same things as [`SectionReader::count`].
    pub(crate) fn check_limits(&self, length: usize, limits: &Limits) -> Result<()> {
        within("schema_bytes", limits.schema_bytes, length)?;
        let variants =
            |shape: &TextShape| if let TextShape::Enum { variants, .. } = shape { variants.len() } else { 0 };
        let types = self.types.values().flat_map(|shape| [1, shape.types().len(), variants(shape)]);
        let former = self.former.values().flat_map(|former| [1, former.len()]);
        within("schema_fields", limits.schema_fields, types.chain(former).fold(0, usize::saturating_add))
    }

    /// Parses a section.
    pub(crate) fn parse(section: &[u8], limits: &Limits) -> Result<Self> {
        within("schema_bytes", limits.schema_bytes, section.len())?;
        let mut reader =
            SectionReader { cursor: Cursor::new("the schema section", section), left: limits.schema_fields, limits };
        let types = reader.sorted(|reader| reader.shape())?;
        let former = reader.sorted(|reader| reader.many(|reader| reader.name()))?;
        reader.cursor.finish()?;
        Ok(Schema { types, former, ..Schema::default() })
    }
}

fn within(limit: &'static str, value: usize, asked: usize) -> Result<()> {
    if asked <= value {
        return Ok(());
    }
    Err(Kind::Limit { limit, value: value as u64, asked: asked as u64 }.into())
}

fn malformed(reason: &'static str) -> Error {
    Kind::Malformed { what: "the schema section", reason }.into()
}

struct SectionReader<'a> {
    cursor: Cursor<'a>,
    /// How many more types, fields, variants and ids are allowed.
    left: usize,
    limits: &'a Limits,
}

impl SectionReader<'_> {
    fn text(&mut self) -> Result<String> {
        let text = std::str::from_utf8(self.cursor.prefixed()?).map_err(|_| malformed("a string is not UTF-8"))?;
        Ok(text.to_owned())
    }

    /// The name of a type, which may be foreign.
    fn name(&mut self) -> Result<String> {
        let name = self.text()?;
        if !name.starts_with(OPAQUE) {
            TypeName::parse(&name, self.limits)?;
        }
        Ok(name)
    }

    /// Counts one type, field, variant or id.
    fn count(&mut self) -> Result<()> {
        let value = self.limits.schema_fields;
        let over = Kind::Limit { limit: "schema_fields", value: value as u64, asked: value.saturating_add(1) as u64 };
        self.left = self.left.checked_sub(1).ok_or(over)?;
        Ok(())
    }

    /// A number, then that many items.
    fn many<T>(&mut self, mut one: impl FnMut(&mut Self) -> Result<T>) -> Result<Vec<T>> {
        let mut all = Vec::new();
        for _ in 0..self.cursor.varint()? {
            self.count()?;
            all.push(one(self)?);
        }
        Ok(all)
    }

    /// Pairs of a name and an item, sorted by name.
    fn sorted<T>(&mut self, mut one: impl FnMut(&mut Self) -> Result<T>) -> Result<BTreeMap<String, T>> {
        let mut all: BTreeMap<String, T> = BTreeMap::new();
        for _ in 0..self.cursor.varint()? {
            self.count()?;
            let name = self.name()?;
            if all.last_key_value().is_some_and(|(last, _)| *last >= name) {
                return Err(malformed("its entries are not sorted by name"));
            }
            let value = one(self)?;
            all.insert(name, value);
        }
        Ok(all)
    }

    fn shape(&mut self) -> Result<TextShape> {
        Ok(match self.cursor.varint()? {
            9 => TextShape::Text(Box::new(match self.cursor.varint()? {
                9 => return Err(malformed("a text shape contains a text shape")),
                tag => self.shape_of(tag)?,
            })),
            tag => self.shape_of(tag)?,
        })
    }

    fn shape_of(&mut self, tag: u64) -> Result<TextShape> {
        Ok(match tag {
            0 => self.types().map(|[]| TextShape::None)?,
            1 => TextShape::Leaf(self.text()?),
            2 => self.types().map(|[]| TextShape::Opaque)?,
            3 => self.types().map(|[inner]| TextShape::Transparent(inner))?,
            4 => self.types().map(|[inner]| TextShape::Option(inner))?,
            5 => self.types().map(|[element]| TextShape::Seq(element))?,
            6 => self.types().map(|[element]| TextShape::Array(element))?,
            7 => self.types().map(|[key, value]| TextShape::Map(key, value))?,
            8 => TextShape::Tuple(self.many(|reader| reader.name())?),
            10 => self.types().map(|[]| TextShape::Nested)?,
            11 => TextShape::Struct(self.fields()?),
            12 => {
                let tagging = self.tagging()?;
                let variants = self.many(|reader| {
                    let (name, index) = (reader.text()?, reader.cursor.varint()?);
                    let index = u32::try_from(index).map_err(|_| malformed("a variant index exceeds 32 bits"))?;
                    Ok(TextVariant { name, index, fields: reader.fields()? })
                })?;
                TextShape::Enum { tagging, variants }
            }
            _ => return Err(malformed("a shape has an unknown tag")),
        })
    }

    /// The `N` types of a shape.
    fn types<const N: usize>(&mut self) -> Result<[String; N]> {
        let all = self.many(|reader| reader.name())?;
        all.try_into().map_err(|_| malformed("a shape has the wrong number of types"))
    }

    fn fields(&mut self) -> Result<TextFields> {
        let style = match self.cursor.varint()? {
            0 => Style::Unit,
            1 => Style::Newtype,
            2 => Style::Tuple,
            3 => Style::Named,
            _ => return Err(malformed("a list of fields has an unknown style")),
        };
        let fields = self.many(|reader| {
            let (name, marks, ty) = (reader.text()?, reader.cursor.varint()?, reader.name()?);
            if marks > 3 {
                return Err(malformed("a field has unknown marks"));
            }
            Ok(TextField { name, ty, flatten: marks & 1 != 0, optional: marks & 2 != 0 })
        })?;
        Ok(TextFields { style, fields })
    }

    fn tagging(&mut self) -> Result<TextTagging> {
        Ok(match self.cursor.varint()? {
            0 => TextTagging::External,
            1 => TextTagging::Internal { tag: self.text()? },
            2 => TextTagging::Adjacent { tag: self.text()?, content: self.text()? },
            3 => TextTagging::Untagged,
            _ => return Err(malformed("an enum has an unknown tagging")),
        })
    }
}
