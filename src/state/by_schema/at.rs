//! Positions in types that a schema describes. Imports `error`, `schema`, `shape`, `type_name` and its siblings.

use super::address::Address;
use crate::error::{Error, Kind, Result};
use crate::schema::{Node, Schema, Types};
use crate::shape::{Leaf, Style, TextFields, TextShape, TextTagging, TextVariant};
use crate::state::decode::types::{Input, Session};
use crate::state::frame::open_frame;
use crate::state::view::{Part, PartsAt, TypeAt, VariantsAt, View};
#[cfg(feature = "json")]
use crate::type_name::NameList;
use crate::type_name::TypeName;
use std::cell::{Cell, RefCell};
use std::collections::HashMap;
use std::rc::Rc;

/// The context that all parts of one reading share.
pub(in crate::state) struct Context<'s> {
    pub(super) session: &'s Session,
    types: Types<'s>,
    /// The checked types by type hash, each with the name that it was checked for.
    checked: RefCell<HashMap<u64, (TypeName, usize)>>,
    /// Whether a target left part of a value unread.
    pub(super) is_unread: Cell<bool>,
    /// The names of types in a text, and the table of the innermost container that is built from the text.
    #[cfg(feature = "json")]
    pub(super) names: Option<&'s NameList>,
    #[cfg(feature = "json")]
    pub(super) table: RefCell<Table>,
}

/// The type hashes of a container's direct nested values, in order of first use, and the index of each.
#[cfg(feature = "json")]
#[derive(Default)]
pub(super) struct Table {
    pub(super) hashes: Vec<u64>,
    places: HashMap<u64, usize>,
}

#[cfg(feature = "json")]
impl Table {
    pub(super) fn place_of(&mut self, hash: u64) -> usize {
        let next = self.hashes.len();
        let place = *self.places.entry(hash).or_insert(next);
        if place == next {
            self.hashes.push(hash);
        }
        place
    }
}

impl<'s> Context<'s> {
    pub(super) fn new(session: &'s Session, schemas: Vec<&'s Schema>) -> Self {
        let types = Types::new(schemas, &session.budget.limits, |size| session.budget.charge(size));
        Context {
            session,
            types,
            checked: RefCell::default(),
            is_unread: Cell::default(),
            #[cfg(feature = "json")]
            names: None,
            #[cfg(feature = "json")]
            table: RefCell::default(),
        }
    }

    /// The type of a root, if its type hash equals that of the schema.
    pub(super) fn root(&self, (name, hash): (&str, u64)) -> Result<At<'_, 's>> {
        let place = self.types.checked(name, hash).map_err(|error| self.session.noted(error))?;
        Ok(At { context: self, place })
    }

    /// The type of a nested value, cached because many have the same type.
    pub(super) fn checked(&self, name: &TypeName, hash: u64) -> Result<At<'_, 's>> {
        if let Some((known, place)) = self.checked.borrow().get(&hash) {
            if known == name {
                return Ok(At { context: self, place: *place });
            }
        }
        let at = self.root((name.as_str(), hash))?;
        self.session.budget.charge(size_of::<(u64, (TypeName, usize))>())?;
        self.checked.borrow_mut().insert(hash, (name.clone(), at.place));
        Ok(at)
    }

    /// Reads the next frame, a nested value.
    pub(super) fn nested<'de, T>(
        &self,
        input: &mut Input<'_, 'de>,
        read: impl FnOnce(&mut Input<'_, 'de>, &TypeName, At<'_, 's>) -> Result<T>,
    ) -> Result<T> {
        let (index, table, state) = open_frame(input.slice()?)?;
        let (hash, name) = self.session.nested_type(input.table(), index)?;
        let at = self.checked(&name, hash)?;
        self.session.on_level(input.depth(), || input.nested(table, state, |input| read(input, &name, at)))
    }
}

/// One of the types of a reading, by index.
#[derive(Clone, Copy)]
pub(in crate::state) struct At<'c, 's> {
    pub(super) context: &'c Context<'s>,
    place: usize,
}

/// The values that only schemas describe.
#[derive(Clone, Copy)]
pub(in crate::state) enum Own<'c, 's> {
    Nested(&'c Context<'s>),
    Address(Address),
}

fn not_described(node: &Node<'_>, reason: &'static str) -> Error {
    Kind::NotDescribed { name: node.name.to_string(), reason }.into()
}

impl<'c, 's> TypeAt for At<'c, 's> {
    type Parts = Parts<'c, 's>;
    type Variants = Variants<'c, 's>;
    type Own = Own<'c, 's>;

    fn view(self) -> Result<View<Self>> {
        let At { context, place } = self;
        let node = context.types.read_as(place).map_err(|error| context.session.noted(error))?;
        let at = |place: &usize| At { context, place: *place };
        let reason = match (node.shape, node.parts()) {
            (TextShape::Leaf(_), _) => match node.leaf {
                Some(leaf) => return Ok(View::Leaf(leaf)),
                None => "the schema names a primitive that serde does not have",
            },
            (TextShape::None, _) => return Ok(View::Leaf(Leaf::Unit)),
            (TextShape::Option(_), [inner]) => return Ok(View::Option(at(inner))),
            (TextShape::Seq(_), [element]) => return Ok(View::Seq(at(element))),
            (TextShape::Array(_), [element]) => match node.length {
                Some(length) => return Ok(View::Array(at(element), length)),
                None => "its name gives no array length",
            },
            (TextShape::Map(..), [key, value]) => return Ok(View::Map(at(key), at(value))),
            (TextShape::Tuple(_), _) => {
                return Ok(View::Parts(Parts { context, node, fields: None, variant: "", start: 0 }));
            }
            (TextShape::Struct(fields), _) if !fields.has_json_only() => {
                return Ok(View::Parts(Parts { context, node, fields: Some(fields), variant: "", start: 0 }));
            }
            (TextShape::Struct(_), _) => "binary formats cannot represent its optional or flattened fields",
            (TextShape::Enum { tagging: TextTagging::External, variants }, _) => {
                return Ok(View::Enum(Variants { context, node, variants }));
            }
            (TextShape::Enum { .. }, _) => "binary formats cannot represent its enum tag",
            (TextShape::Nested, _) => return Ok(View::Own(Own::Nested(context))),
            (TextShape::Text(_), _) => match Address::named(&node.name) {
                Some(address) => return Ok(View::Own(Own::Address(address))),
                None => "only the type's own code can read its text form",
            },
            (TextShape::Transparent(_), _) => "the schema defines this type as itself",
            _ => "the schema gives only the name of this foreign type",
        };
        Err(not_described(&node, reason))
    }
}

/// The parts of a tuple, a struct or a variant.
#[derive(Clone)]
pub(in crate::state) struct Parts<'c, 's> {
    pub(super) context: &'c Context<'s>,
    node: Rc<Node<'s>>,
    /// `None` for a tuple.
    fields: Option<&'s TextFields>,
    variant: &'s str,
    /// The index of the first part among those of all variants.
    start: usize,
}

impl<'c, 's> PartsAt for Parts<'c, 's> {
    type At = At<'c, 's>;

    fn style(&self) -> Style {
        self.fields.map_or(Style::Tuple, |fields| fields.style)
    }

    fn len(&self) -> usize {
        self.fields.map_or(self.node.parts().len(), |fields| fields.fields.len())
    }

    fn part(&self, index: usize) -> Option<Part<At<'c, 's>>> {
        if index >= self.len() {
            return None;
        }
        let place = *self.node.parts().get(self.start.saturating_add(index))?;
        Some(Part { at: At { context: self.context, place }, is_marked: false })
    }

    fn name(&self, index: usize) -> &str {
        self.fields.and_then(|fields| fields.fields.get(index)).map_or("", |field| &field.name)
    }

    fn variant(&self) -> &str {
        self.variant
    }
}

/// The variants of an enum.
pub(in crate::state) struct Variants<'c, 's> {
    context: &'c Context<'s>,
    node: Rc<Node<'s>>,
    variants: &'s [TextVariant],
}

impl Variants<'_, '_> {
    /// The number of the variant with this name.
    #[cfg(feature = "json")]
    pub(super) fn number(&self, name: &str) -> Option<u32> {
        self.node.variant_named(name).map(|variant| variant.index)
    }
}

impl<'c, 's> VariantsAt for Variants<'c, 's> {
    type Parts = Parts<'c, 's>;

    fn numbered(&self, index: u32) -> Result<Parts<'c, 's>> {
        let found = self.node.variant(index).and_then(|(at, start)| Some((self.variants.get(at)?, start)));
        let unknown = Kind::Malformed { what: "the state", reason: "it has an unknown variant" };
        let (variant, start) = found.ok_or(unknown)?;
        if variant.fields.has_json_only() {
            return Err(not_described(&self.node, "binary formats cannot represent its optional or flattened fields"));
        }
        let (context, node) = (self.context, Rc::clone(&self.node));
        Ok(Parts { context, node, fields: Some(&variant.fields), variant: &variant.name, start })
    }
}
