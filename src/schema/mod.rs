//! Schemas: the shapes of types as a value, in an envelope or a file, for reading values without their types. `names` handles
//! the spelling, `section` the bytes in an envelope, `types` look-up and hashes. Imports `error` and
//! `shape`.
//!
//! Invariant: a shape is never trusted: a reader of a state compares the type hash first.

mod names;
mod section;
mod types;

pub(crate) use types::{Node, Types};

use crate::error::Result;
use crate::shape::{Arguments, Head, Reached, Spelling, TextShape, TypeExpr, visit};
use serde::{Deserialize, Deserializer, Serialize};
use std::collections::BTreeMap;
use std::fmt;

/// The prefix of the name of a foreign type, for which the schema has only the name.
const OPAQUE: &str = "opaque ";
/// The version of a schema's text form.
const VERSION: u8 = 1;

/// The shapes of types: enough to read their values without the types.
///
/// [`Registry::schema`](crate::Registry::schema) has the shapes of all linked types, generic ones with their parameters. Export it
/// once, to a file: it also describes specializations that do not exist yet. [`Codec::schema`](crate::Codec::schema) writes
/// the shapes that a value reaches into its envelope. [`Codec::read`](crate::Codec::read) reads with either. The types of the
/// standard library and [`Failure`](crate::Failure) are known everywhere, so neither contains them.
///
/// ```
/// use serde::{Deserialize, Serialize};
/// use typeport::{Codec, Portable, Registry, Schema};
///
/// #[derive(Debug, Serialize, Deserialize, Portable)]
/// #[portable(id = "acme::Pair")]
/// struct Pair<T> {
///     first: T,
///     second: Vec<T>,
/// }
///
/// let file = serde_json::to_string(&Registry::global().schema())?;
/// let bytes = typeport::to_vec(&Pair { first: 1_u8, second: vec![2, 3] })?;
/// // Elsewhere, without the type.
/// let schema: Schema = serde_json::from_str(&file)?;
/// let value: serde_json::Value = Codec::default().read(&bytes, &schema)?;
/// assert_eq!(value, serde_json::json!({ "first": 1, "second": [2, 3] }));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Schema {
    #[serde(rename = "typeport_schema", deserialize_with = "version")]
    version: u8,
    /// The shapes by name. The parameters of a generic type are `?0`, `?1`.
    types: BTreeMap<String, TextShape>,
    /// The former ids of origins and interfaces, oldest first, by the current id.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    former: BTreeMap<String, Vec<String>>,
}

impl Schema {
    /// The number of all former ids.
    #[cfg(feature = "json")]
    pub(crate) fn former_ids(&self) -> usize {
        self.former.values().map(Vec::len).sum()
    }
}

impl Default for Schema {
    fn default() -> Self {
        Schema { version: VERSION, types: BTreeMap::new(), former: BTreeMap::new() }
    }
}

fn version<'de, D: Deserializer<'de>>(deserializer: D) -> Result<u8, D::Error> {
    match u8::deserialize(deserializer)? {
        VERSION => Ok(VERSION),
        other => {
            Err(serde::de::Error::custom(format_args!("schema version {other} is not supported: expected {VERSION}")))
        }
    }
}

impl Schema {
    /// Iterates over the names of the types, sorted; parameters are `?0`, `?1`.
    pub fn types(&self) -> impl Iterator<Item = &str> {
        self.types.keys().map(String::as_str)
    }

    /// Returns whether it has no types.
    pub fn is_empty(&self) -> bool {
        self.types.is_empty()
    }

    /// Adds the types of another schema. If both have a type of one name, this schema's is kept.
    pub fn merge(&mut self, other: &Schema) {
        for (name, shape) in &other.types {
            self.types.entry(name.clone()).or_insert_with(|| shape.clone());
        }
        for (id, former) in &other.former {
            self.former.entry(id.clone()).or_insert_with(|| former.clone());
        }
    }

    /// The shapes of all user types that `expr` reaches.
    pub(crate) fn reached(expr: &'static TypeExpr, arguments: &dyn Arguments) -> Result<Self> {
        let mut schema = Schema::default();
        visit(expr, arguments, &Spelling::Current, &mut |reached| schema.add(reached))?;
        Ok(schema)
    }

    /// Adds a type, unless every program has it.
    pub(crate) fn add(&mut self, reached: &Reached<'_>) -> Result<()> {
        self.add_former(reached.expr);
        if matches!(reached.expr.head, Head::Origin(origin) if !origin.is_everywhere()) {
            let shape = TextShape::of(reached.shape, reached.arguments, &Spelling::Current)?;
            self.types.insert(reached.text.clone(), shape);
        }
        Ok(())
    }

    /// Notes the former ids that an expression mentions.
    pub(crate) fn add_former(&mut self, expr: &TypeExpr) {
        let origin = match expr.head {
            Head::Origin(origin) => Some(origin),
            Head::Dyn(interface) => Some(&interface.origin),
            _ => None,
        };
        if let Some(origin) = origin.filter(|origin| !origin.aliases.is_empty()) {
            let aliases = origin.aliases.iter().map(|alias| (*alias).to_owned());
            self.former.insert(origin.id.to_owned(), aliases.collect());
        }
        expr.args.iter().for_each(|arg| self.add_former(arg));
    }

    /// Adds a type by name and shape, for an entry of a registry.
    pub(crate) fn insert(&mut self, name: String, shape: TextShape) {
        self.types.insert(name, shape);
    }
}

impl fmt::Debug for Schema {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Schema")?;
        f.debug_list().entries(self.types()).finish()
    }
}
