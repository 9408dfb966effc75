//! Reading a state by its schema, without its types: as a self-describing serde deserializer. Imports all layers below.
//! Its parts: `typed` (a value of one type), `parts` (what is in it), `nested` (trait objects in it).
//!
//! Invariant: the session counts what is read as it counts typed values, and the parts of structs too, which here are no
//! part of any type's size.

mod nested;
mod parts;
mod typed;

use crate::codec::{Codec, Incoming};
use crate::error::{Kind, Result};
use crate::format::{Format, Primitives};
use crate::registry::std_schema;
use crate::schema::{Schema, Shapes};
use crate::shape::TextShape;
use crate::state::{Binary, SPARE, Session, in_session};
use serde::Deserialize;
use serde::de::DeserializeOwned;
use std::cell::RefCell;
use std::collections::{HashMap, HashSet};
use std::rc::Rc;
use typed::Typed;

impl Codec {
    /// Reads a value without its type, by the schema in its envelope and by `schema`, which may be empty where the envelope
    /// has one: structs as maps of their fields, variants by name, a trait object as a map of `type` and `value`. The
    /// target is anything that takes what comes, such as `serde_json::Value`. A JSON state is read as it is, and needs
    /// no schema.
    ///
    /// What the target makes of the value is held against the [`Limits`](crate::Limits) of memory: each element, name and
    /// map by the size of the target's own. Many small structs take more of it than they take as themselves.
    ///
    /// # Errors
    ///
    /// As [`from_slice`](crate::from_slice); [`is_unlinked`](crate::Error::is_unlinked) where no schema has a type or a field
    /// is of a foreign type, [`is_mismatch`](crate::Error::is_mismatch) where the schema has another shape of it than the
    /// sender.
    ///
    /// ```
    /// use typeport::{Codec, Schema};
    /// let bytes = typeport::to_vec(&(1_u8, vec![Some("text".to_owned()), None]))?;
    /// let value: serde_json::Value = Codec::default().read(&bytes, &Schema::default())?;
    /// assert_eq!(value, serde_json::json!([1, ["text", null]]));
    /// # Ok::<(), typeport::Error>(())
    /// ```
    pub fn read<T: DeserializeOwned>(&self, bytes: &[u8], schema: &Schema) -> Result<T> {
        self.decode_exact(bytes, |incoming| incoming.read(schema))
    }
}

impl Incoming<'_> {
    fn read<T: DeserializeOwned>(&self, schema: &Schema) -> Result<T> {
        let (envelope, session) = (self.envelope()?, self.session());
        match envelope.format() {
            #[cfg(feature = "json")]
            Format::Json => crate::format::json_state(envelope.state(), |json| {
                T::deserialize(crate::state::Guarded::new(json, session, size_of::<T>()))
            }),
            format => {
                let schemas = [Some(std_schema()), envelope.schema(), Some(schema)];
                let context = Context::new(session, schemas.into_iter().flatten().collect());
                let name = envelope.type_name().as_str();
                context.check(name, envelope.type_hash())?;
                context.read(format, envelope.state(), name)
            }
        }
    }
}

/// What all parts of one reading share.
struct Context<'s> {
    session: &'s Session,
    shapes: Shapes<'s>,
    /// Shapes by name, looked up once.
    known: RefCell<HashMap<String, Rc<Known>>>,
    /// Type hashes that are those of the shapes.
    checked: RefCell<HashSet<u64>>,
}

/// What a type is read as: that of another one, if it is the same as that.
struct Known {
    name: String,
    shape: TextShape,
}

impl<'s> Context<'s> {
    fn new(session: &'s Session, schemas: Vec<&'s Schema>) -> Self {
        let shapes = Shapes::new(schemas, &session.limits);
        Context { session, shapes, known: RefCell::default(), checked: RefCell::default() }
    }

    /// Checks that the schemas have what the sender meant.
    fn check(&self, name: &str, hash: u64) -> Result<()> {
        if self.checked.borrow().contains(&hash) {
            return Ok(());
        }
        self.shapes.check(name, hash)?;
        self.checked.borrow_mut().insert(hash);
        Ok(())
    }

    /// The shape of a type, or of what it is the same as.
    fn shape(&self, name: &str) -> Result<Rc<Known>> {
        if let Some(known) = self.known.borrow().get(name) {
            return Ok(Rc::clone(known));
        }
        let mut known = Known { name: name.to_owned(), shape: self.shapes.of(name)? };
        for _ in 0..self.session.limits.name_nodes {
            let TextShape::Transparent(inner) = known.shape else {
                let known = Rc::new(known);
                self.known.borrow_mut().insert(name.to_owned(), Rc::clone(&known));
                return Ok(known);
            };
            known = Known { shape: self.shapes.of(&inner)?, name: inner };
        }
        Err(Kind::NotDescribed { name: name.to_owned(), reason: "by the schema it is the same as itself" }.into())
    }

    /// Reads a whole binary state.
    fn read<'de, T: Deserialize<'de>>(&self, format: Format, state: &'de [u8], name: &str) -> Result<T> {
        match format {
            #[cfg(feature = "postcard")]
            Format::Postcard => self.read_in::<crate::format::Postcard, T>(state, name),
            #[cfg(feature = "bincode")]
            Format::Bincode => self.read_in::<crate::format::Bincode, T>(state, name),
            #[allow(unreachable_patterns, reason = "unreachable with all formats compiled in")]
            format => {
                let _ = (state, name);
                format.missing()
            }
        }
    }

    fn read_in<'de, B: Binary + Primitives, T: Deserialize<'de>>(&self, state: &'de [u8], name: &str) -> Result<T> {
        in_session::<B, T>(state, self.session, size_of::<T>(), |reader| {
            T::deserialize(Typed { inner: reader, context: self, name })
        })
    }

    /// Counts a part whose number stands in the type: there it would be part of the value's size, here it is none.
    fn count_part(&self, size: usize) -> Result<()> {
        self.session.count_items(1)?;
        self.session.charge(size)
    }

    /// Charges a name that the target gets a copy of.
    fn charge_name(&self, name: &str) -> Result<()> {
        self.session.charge(name.len())
    }
}

/// What a map of the target pays for before it has so many entries: a collection of less has room for them too.
#[derive(Clone, Copy)]
struct Spare(usize);

impl Spare {
    const NONE: Spare = Spare(0);

    /// That of a map with so many entries.
    fn of(entries: usize) -> Self {
        Spare(SPARE.saturating_add(1).saturating_sub(entries))
    }

    /// The size of one entry's key, or value, and of those that it pays for.
    fn with(self, size: usize) -> usize {
        size.saturating_add(size.saturating_mul(self.0))
    }
}
