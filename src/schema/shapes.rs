//! Looking types up in schemas, and computing what their hashes have to be. Imports `error`, `limits`, `shape`,
//! `type_name` and its siblings.

use super::names::{arguments, generic, only, respelled, substituted};
use super::{OPAQUE, Schema};
use crate::error::{Kind, Result};
use crate::limits::Limits;
use crate::shape::{Fingerprint, TextShape};
use crate::type_name::{NodeKind, TypeName, TypeRef};
use std::collections::{HashSet, VecDeque};

/// Schemas that are asked one after the other.
pub(crate) struct Shapes<'a> {
    schemas: Vec<&'a Schema>,
    limits: &'a Limits,
}

impl<'a> Shapes<'a> {
    pub(crate) fn new(schemas: Vec<&'a Schema>, limits: &'a Limits) -> Self {
        Shapes { schemas, limits }
    }

    /// The shape of the type of this name, with what its parameters stand for.
    pub(crate) fn of(&self, name: &str) -> Result<TextShape> {
        if name.starts_with(OPAQUE) {
            return Ok(TextShape::Opaque);
        }
        let parsed = TypeName::parse(name, self.limits)?;
        let found = self.find(parsed.as_ref());
        let present = || TypeName::parse(&respelled(parsed.as_ref(), &|id| self.present(id)), self.limits).ok();
        let found = found.or_else(|| self.find(present()?.as_ref()));
        found.ok_or_else(|| Kind::NoShape { name: name.to_owned() }.into())
    }

    fn find(&self, name: TypeRef<'_>) -> Option<TextShape> {
        if only(name).is_some_and(|argument| argument.kind() == NodeKind::Dyn) {
            return Some(TextShape::Nested);
        }
        let exact = |schema: &&Schema| schema.types.get(name.as_str()).cloned();
        self.schemas.iter().find_map(exact).or_else(|| {
            let key = generic(name)?;
            let arguments = arguments(name);
            let shape = self.schemas.iter().find_map(|schema| schema.types.get(&key))?;
            shape
                .map_types(&mut |ty| {
                    Ok(if ty.starts_with(OPAQUE) { ty.to_owned() } else { substituted(ty, &arguments) })
                })
                .ok()
        })
    }

    /// The present id of what was called `id`.
    fn present(&self, id: &str) -> Option<String> {
        let mut all = self.schemas.iter().flat_map(|schema| &schema.former);
        all.find(|(_, former)| former.iter().any(|former| former == id)).map(|(present, _)| present.clone())
    }

    /// The eldest id of what is called `id` now.
    fn eldest(&self, id: &str) -> Option<String> {
        self.schemas.iter().find_map(|schema| schema.former.get(id)?.first().cloned())
    }

    /// Checks that these are the shapes that a sender meant by a name and a type hash.
    pub(crate) fn check(&self, name: &str, found: u64) -> Result<()> {
        let eldest = |id: &str| self.eldest(&self.present(id).unwrap_or_else(|| id.to_owned()));
        let expected = self.hash(name, &eldest)?;
        // A sender that is older than the present id may have known fewer of the former ones.
        let root = TypeName::parse(name, self.limits)?;
        let as_spelled = |id: &str| if mentions(root.as_ref(), id) { None } else { eldest(id) };
        if expected == found || self.hash(name, &as_spelled)? == found {
            return Ok(());
        }
        Err(Kind::WrongSchema { name: name.to_owned(), found, expected }.into())
    }

    /// The type hash of the type of this name: what the derive computes of the type itself.
    fn hash(&self, name: &str, spell: &dyn Fn(&str) -> Option<String>) -> Result<u64> {
        let mut fingerprint = Fingerprint::new();
        let respell = |name: &str| -> Result<String> {
            if name.starts_with(OPAQUE) {
                return Ok(name.to_owned());
            }
            Ok(respelled(TypeName::parse(name, self.limits)?.as_ref(), spell))
        };
        let (mut seen, mut queue) = (HashSet::new(), VecDeque::from([name.to_owned()]));
        while let Some(name) = queue.pop_front() {
            let spelled = respell(&name)?;
            if !seen.insert(spelled.clone()) {
                continue;
            }
            if seen.len() > self.limits.schema_fields {
                let (value, asked) = (self.limits.schema_fields as u64, seen.len() as u64);
                return Err(Kind::Limit { limit: "schema_fields", value, asked }.into());
            }
            let shape = self.of(&name)?;
            fingerprint.absorb(&spelled, &shape.map_types(&mut |ty| respell(ty))?);
            queue.extend(shape.types().into_iter().map(str::to_owned));
        }
        let [b0, b1, b2, b3, b4, b5, b6, b7, ..] = fingerprint.finish();
        Ok(u64::from_le_bytes([b0, b1, b2, b3, b4, b5, b6, b7]))
    }
}

/// Whether `name` has this id anywhere in it.
fn mentions(name: TypeRef<'_>, id: &str) -> bool {
    let origin = name.origin();
    origin.strip_prefix("dyn ").unwrap_or(origin) == id || name.args().any(|argument| mentions(argument, id))
}
