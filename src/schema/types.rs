//! The types of one reading: each is looked up, spelled and hashed once, and then knows its parts.
//! Imports `error`, `limits`, `shape`, `type_name` and its siblings.
//!
//! Invariant: the memory of a type, and each hashed byte, is charged before the next step. A hash covers all types that a type
//! reaches, so the work is names times types, and only the charge bounds it.

use super::names::{arguments, generic, ids, only, respelled, substituted};
use super::{OPAQUE, Schema};
use crate::error::{Error, Kind, Result};
use crate::limits::Limits;
use crate::shape::{Fingerprint, Leaf, Style, TextShape, TextVariant};
use crate::type_name::{NodeKind, TypeName, TypeRef};
use std::cell::{Cell, OnceCell, RefCell};
use std::collections::{HashMap, HashSet, VecDeque};
use std::rc::Rc;

/// The memory of a type without its texts: itself, and its entries in list and map.
const NODE: usize = size_of::<(Node<'_>, [usize; 8])>();

/// The types found so far. The first schema that contains a type describes it.
pub(crate) struct Types<'s> {
    schemas: Vec<&'s Schema>,
    limits: &'s Limits,
    charge: Box<dyn Fn(usize) -> Result<()> + 's>,
    /// The current id of each former id.
    present: HashMap<&'s str, &'s str>,
    nodes: RefCell<Vec<Rc<Node<'s>>>>,
    by_name: RefCell<HashMap<Rc<str>, usize>>,
}

/// One type. It refers to others by index, as types may be recursive.
pub(crate) struct Node<'s> {
    pub(crate) name: Rc<str>,
    /// The name with the oldest ids, which is hashed.
    eldest: Rc<str>,
    /// The shape of the origin, with parameters; `parts` has their arguments.
    pub(crate) shape: &'s TextShape,
    /// The leaf, if the shape is one that serde has.
    pub(crate) leaf: Option<Leaf>,
    /// The types that the shape mentions, in order.
    parts: OnceCell<Box<[usize]>>,
    /// The length of an array.
    pub(crate) length: Option<usize>,
    /// For each variant: its number, its index among the variants, and the index of its first part; sorted.
    variants: OnceCell<Box<[(u32, usize, usize)]>>,
    by_name: OnceCell<HashMap<&'s str, &'s TextVariant>>,
    hash: Cell<Option<u64>>,
    /// The type with the same state, after following all transparent types.
    target: Cell<Option<usize>>,
}

impl<'s> Node<'s> {
    /// The variant with this name.
    #[cfg_attr(not(feature = "json"), allow(dead_code, reason = "JSON says variants by name"))]
    pub(crate) fn variant_named(&self, name: &str) -> Option<&'s TextVariant> {
        let TextShape::Enum { variants, .. } = self.shape else { return None };
        let by_name = || variants.iter().rev().map(|variant| (variant.name.as_str(), variant)).collect();
        self.by_name.get_or_init(by_name).get(name).copied()
    }

    /// The types that the shape mentions, in order. They are set for each type that a checked type reaches.
    pub(crate) fn parts(&self) -> &[usize] {
        self.parts.get().map_or(&[], |parts| parts)
    }

    /// The type with the same state: the inner type of a transparent type or newtype.
    fn same_as(&self) -> Option<usize> {
        let is_same = match self.shape {
            TextShape::Transparent(_) => true,
            TextShape::Struct(fields) => fields.style == Style::Newtype && !fields.has_json_only(),
            _ => false,
        };
        if let [inner] = self.parts() { is_same.then_some(*inner) } else { None }
    }

    /// The index of a variant, and of its first part.
    pub(crate) fn variant(&self, index: u32) -> Option<(usize, usize)> {
        let variants = self.variants.get()?;
        let at = variants.binary_search_by_key(&index, |(index, ..)| *index).ok()?;
        variants.get(at).map(|(_, place, start)| (*place, *start))
    }
}

impl<'s> Types<'s> {
    pub(crate) fn new(schemas: Vec<&'s Schema>, limits: &'s Limits, charge: impl Fn(usize) -> Result<()> + 's) -> Self {
        let mut present = HashMap::new();
        for (id, former) in schemas.iter().flat_map(|schema| &schema.former) {
            for former in former {
                present.entry(former.as_str()).or_insert(id.as_str());
            }
        }
        let (nodes, by_name) = (RefCell::default(), RefCell::default());
        Types { schemas, limits, charge: Box::new(charge), present, nodes, by_name }
    }

    /// The type at an index.
    pub(crate) fn node(&self, at: usize) -> Result<Rc<Node<'s>>> {
        self.nodes.borrow().get(at).map(Rc::clone).ok_or_else(lost)
    }

    /// The type at an index, after following newtypes, so that a value does not pay for each of many newtypes around it.
    pub(crate) fn read_as(&self, at: usize) -> Result<Rc<Node<'s>>> {
        let node = {
            let nodes = self.nodes.borrow();
            let node = nodes.get(at).ok_or_else(lost)?;
            if let Some(target) = node.target.get() {
                return nodes.get(target).map(Rc::clone).ok_or_else(lost);
            }
            Rc::clone(node)
        };
        let (mut target, mut passed) = (Rc::clone(&node), Vec::new());
        let mut place = at;
        for _ in 0..=self.limits.name_nodes {
            let Some(inner) = target.same_as() else {
                passed.iter().for_each(|node: &Rc<Node<'_>>| node.target.set(Some(place)));
                target.target.set(Some(place));
                return Ok(target);
            };
            place = inner;
            passed.push(std::mem::replace(&mut target, self.node(inner)?));
        }
        Err(Kind::NotDescribed { name: node.name.to_string(), reason: "the schema defines this type as itself" }.into())
    }

    /// The index of the type with this name, if its shapes have the sender's type hash.
    pub(crate) fn checked(&self, name: &str, found: u64) -> Result<usize> {
        let at = self.place(name)?;
        let root = self.node(at)?;
        let expected = match root.hash.get() {
            Some(hash) => hash,
            None => self.hash(at, &|_, node| Ok(Rc::clone(&node.eldest)))?,
        };
        root.hash.set(Some(expected));
        if expected == found || self.hash_as_spelled(at, name)? == Some(found) {
            return Ok(at);
        }
        Err(Kind::WrongSchema { name: name.to_owned(), found, expected }.into())
    }

    fn place(&self, name: &str) -> Result<usize> {
        if let Some(at) = self.by_name.borrow().get(name) {
            return Ok(*at);
        }
        (self.charge)(NODE.saturating_add(name.len()))?;
        let (parsed, shape, _) = self.find(name)?;
        let eldest = |id: &str| self.eldest(id);
        let eldest = parsed.as_ref().map(|parsed| respelled(parsed.as_ref(), &eldest));
        let name: Rc<str> = Rc::from(name);
        let eldest = match eldest.filter(|eldest| **eldest != *name) {
            Some(eldest) => {
                (self.charge)(eldest.len())?;
                Rc::from(eldest)
            }
            None => Rc::clone(&name),
        };
        let node = Node {
            length: parsed.as_ref().and_then(|parsed| length_of(parsed.as_ref())),
            eldest,
            shape,
            leaf: if let TextShape::Leaf(name) = shape { Leaf::of_name(name) } else { None },
            parts: OnceCell::new(),
            variants: OnceCell::new(),
            by_name: OnceCell::new(),
            hash: Cell::new(None),
            target: Cell::new(None),
            name: Rc::clone(&name),
        };
        let mut nodes = self.nodes.borrow_mut();
        let at = nodes.len();
        nodes.push(Rc::new(node));
        self.by_name.borrow_mut().insert(name, at);
        Ok(at)
    }

    /// The parsed name, the shape of its type, and the name whose arguments replace the parameters in the shape.
    fn find(&self, name: &str) -> Result<(Option<TypeName>, &'s TextShape, Option<TypeName>)> {
        if name.starts_with(OPAQUE) {
            return Ok((None, &TextShape::Opaque, None));
        }
        let parsed = TypeName::parse(name, self.limits)?;
        if let Some((shape, is_generic)) = self.find_in_schemas(parsed.as_ref()) {
            return Ok((Some(parsed.clone()), shape, is_generic.then_some(parsed)));
        }
        let present = |id: &str| self.present.get(id).map(|id| (*id).to_owned());
        let present = TypeName::parse(&respelled(parsed.as_ref(), &present), self.limits).ok();
        let found = present.and_then(|name| Some((self.find_in_schemas(name.as_ref())?, name)));
        let no_shape = || Kind::NoShape { name: name.to_owned() };
        let ((shape, is_generic), name) = found.ok_or_else(no_shape)?;
        Ok((Some(parsed), shape, is_generic.then_some(name)))
    }

    /// The shape of a type, and whether it is the shape of a generic type.
    fn find_in_schemas(&self, name: TypeRef<'_>) -> Option<(&'s TextShape, bool)> {
        if only(name).is_some_and(|argument| argument.kind() == NodeKind::Dyn) {
            return Some((&TextShape::Nested, false));
        }
        let find = |name: &str| self.schemas.iter().find_map(|schema| schema.types.get(name));
        let exact = find(name.as_str()).map(|shape| (shape, false));
        exact.or_else(|| find(&generic(name)?).map(|shape| (shape, true)))
    }

    /// The oldest id of a type, by any of its ids.
    fn eldest(&self, id: &str) -> Option<String> {
        let id = self.present.get(id).copied().unwrap_or(id);
        self.schemas.iter().find_map(|schema| schema.former.get(id)?.first().cloned())
    }

    /// Looks up what a type's shape mentions.
    fn with_parts(&self, at: usize) -> Result<Rc<Node<'s>>> {
        let node = self.node(at)?;
        if node.parts.get().is_some() {
            return Ok(node);
        }
        let (_, shape, generic) = self.find(&node.name)?;
        let arguments = generic.as_ref().map(|generic| arguments(generic.as_ref()));
        let mut parts = Vec::new();
        for part in shape.types() {
            let part = match &arguments {
                Some(arguments) if !part.starts_with(OPAQUE) => {
                    // A longer text exceeds the limit on names.
                    let longest = self.limits.name_bytes;
                    let name = substituted(part, arguments, longest);
                    let asked = longest.saturating_add(1) as u64;
                    name.ok_or(Kind::Limit { limit: "name_bytes", value: longest as u64, asked })?
                }
                _ => part.to_owned(),
            };
            (self.charge)(part.len().saturating_add(size_of::<usize>()))?;
            parts.push(self.place(&part)?);
        }
        if let TextShape::Enum { variants, .. } = shape {
            (self.charge)(variants.len().saturating_mul(size_of::<(u32, usize, usize)>()))?;
            let mut start = 0_usize;
            let mut sorted = Vec::new();
            for (place, variant) in variants.iter().enumerate() {
                sorted.push((variant.index, place, start));
                start = start.saturating_add(variant.fields.fields.len());
            }
            // Of equal numbers the first one counts.
            sorted.sort_unstable();
            sorted.dedup_by_key(|(index, ..)| *index);
            let _ = node.variants.set(sorted.into());
        }
        let _ = node.parts.set(parts.into());
        Ok(node)
    }

    /// The hash with the ids that the root's name spells: an older sender may know fewer of the former ids. `None` if the name
    /// spells no other ids.
    fn hash_as_spelled(&self, at: usize, name: &str) -> Result<Option<u64>> {
        let (root, mut spelled) = (TypeName::parse(name, self.limits)?, HashSet::new());
        ids(root.as_ref(), &mut spelled);
        if !spelled.iter().any(|id| self.eldest(id).is_some_and(|eldest| eldest != *id)) {
            return Ok(None);
        }
        let known: RefCell<HashMap<usize, Rc<str>>> = RefCell::default();
        let spell = |id: &str| if spelled.contains(id) { None } else { self.eldest(id) };
        let name_of = |at: usize, node: &Node<'_>| -> Result<Rc<str>> {
            if let Some(name) = known.borrow().get(&at) {
                return Ok(Rc::clone(name));
            }
            (self.charge)(NODE.saturating_add(node.name.len()))?;
            let name = match node.name.starts_with(OPAQUE) {
                true => Rc::clone(&node.name),
                false => respelled(TypeName::parse(&node.name, self.limits)?.as_ref(), &spell).into(),
            };
            known.borrow_mut().insert(at, Rc::clone(&name));
            Ok(name)
        };
        self.hash(at, &name_of).map(Some)
    }

    /// The type hash, as the derive computes it from the type itself.
    fn hash(&self, root: usize, name_of: &dyn Fn(usize, &Node<'_>) -> Result<Rc<str>>) -> Result<u64> {
        let mut fingerprint = Fingerprint::new();
        let (mut seen, mut queue) = (HashSet::new(), VecDeque::from([root]));
        while let Some(at) = queue.pop_front() {
            let node = self.node(at)?;
            let name = name_of(at, &node)?;
            if !seen.insert(Rc::clone(&name)) {
                continue;
            }
            if seen.len() > self.limits.schema_fields {
                let (value, asked) = (self.limits.schema_fields as u64, seen.len() as u64);
                return Err(Kind::Limit { limit: "schema_fields", value, asked }.into());
            }
            let node = self.with_parts(at)?;
            let parts = node.parts().iter().map(|part| name_of(*part, &*self.node(*part)?));
            let parts = parts.collect::<Result<Vec<_>>>()?;
            (self.charge)(fingerprint.absorb_as(&name, node.shape, &mut parts.iter().map(|part| &**part)))?;
            queue.extend(node.parts());
        }
        let [b0, b1, b2, b3, b4, b5, b6, b7, ..] = fingerprint.finish();
        Ok(u64::from_le_bytes([b0, b1, b2, b3, b4, b5, b6, b7]))
    }
}

#[cold]
fn lost() -> Error {
    Kind::Malformed { what: "the schema", reason: "a reference to a type leads nowhere" }.into()
}

/// The length in the name of an array; a length beyond `usize` becomes `usize::MAX`, which no limit allows.
fn length_of(name: TypeRef<'_>) -> Option<usize> {
    let length = name.args().nth(1).filter(|_| name.kind() == NodeKind::Array)?.as_str();
    length.bytes().all(|byte| byte.is_ascii_digit()).then(|| length.parse().unwrap_or(usize::MAX))
}
