//! The positions of a nested value. May import serde and typeport's macros.

use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use typeport::Portable;

/// A place for an `N`, with neighbours that show what was lost or shifted.
pub trait Position<N>: Sized {
    const NAME: &'static str;
    /// Whether the type is restricted to JSON among the formats of ours, as serde's attributes need names in the data.
    const JSON_ONLY: bool;

    fn wrap(nested: N) -> Self;

    /// The nested value, if its neighbours are what they were.
    fn unwrap(self) -> Option<N>;
}

/// Alone. The types of ours are compared without it: there the value itself is the root.
#[derive(Debug, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Root<N>(pub N);

#[derive(Debug, Serialize, Deserialize, Portable)]
pub struct Field<N> {
    before: u8,
    it: N,
    after: String,
}

#[derive(Debug, Serialize, Deserialize, Portable)]
pub struct InVec<N> {
    items: Vec<N>,
    after: u8,
}

#[derive(Debug, Serialize, Deserialize, Portable)]
pub struct InOption<N> {
    it: Option<N>,
    after: u8,
}

#[derive(Debug, Serialize, Deserialize, Portable)]
pub struct InMap<N> {
    map: BTreeMap<String, N>,
}

#[derive(Debug, Serialize, Deserialize, Portable)]
#[portable(format = "json")]
#[serde(tag = "kind")]
pub enum Tagged<N> {
    Other { number: u8 },
    It { before: u8, it: N },
}

/// The fields of the value are those of the variant.
#[derive(Debug, Serialize, Deserialize, Portable)]
#[portable(format = "json")]
#[serde(tag = "kind")]
pub enum TaggedNewtype<N> {
    Other { number: u8 },
    It(N),
}

#[derive(Debug, Serialize, Deserialize, Portable)]
#[portable(format = "json")]
#[serde(tag = "kind", content = "content")]
pub enum Adjacent<N> {
    Other { number: u8 },
    It(N),
}

#[derive(Debug, Serialize, Deserialize, Portable)]
#[portable(format = "json")]
#[serde(untagged)]
pub enum Untagged<N> {
    Other { no_such_field: Impossible, nor_this_one: Impossible },
    It(N),
}

/// What no data is.
#[derive(Debug, Serialize, Deserialize, Portable)]
pub enum Impossible {}

#[derive(Debug, Serialize, Deserialize, Portable)]
#[portable(format = "json")]
pub struct FlattenedMap<N> {
    id: u8,
    #[serde(flatten)]
    map: BTreeMap<String, N>,
}

#[derive(Debug, Serialize, Deserialize, Portable)]
#[portable(format = "json")]
pub struct FlattenedOne<N> {
    id: u8,
    #[serde(flatten)]
    it: N,
}

#[derive(Debug, Serialize, Deserialize, Portable)]
#[portable(format = "json")]
pub struct FlattenedField<N> {
    id: u8,
    #[serde(flatten)]
    inner: Field<N>,
}

/// `Type "name" json_only: nested => wrapped, wrapped => unwrapped;`.
macro_rules! positions {
    ($($position:ident $name:literal $json_only:literal: $nested:ident => $wrapped:expr, $back:ident => $unwrapped:expr;)*) => {$(
        impl<N> Position<N> for $position<N> {
            const NAME: &'static str = $name;
            const JSON_ONLY: bool = $json_only;

            fn wrap($nested: N) -> Self {
                $wrapped
            }

            fn unwrap(self) -> Option<N> {
                let $back = self;
                $unwrapped
            }
        }
    )*};
}

fn only<K: PartialEq<&'static str>, N>(map: BTreeMap<K, N>) -> Option<N> {
    let mut entries = map.into_iter();
    entries.next().filter(|(key, _)| *key == "a key").filter(|_| entries.next().is_none()).map(|(_, nested)| nested)
}

fn map<N>(nested: N) -> BTreeMap<String, N> {
    BTreeMap::from([("a key".to_owned(), nested)])
}

fn field<N>(it: N) -> Field<N> {
    Field { before: 7, it, after: "after".to_owned() }
}

fn of_field<N>(field: Field<N>) -> Option<N> {
    (field.before == 7 && field.after == "after").then_some(field.it)
}

positions! {
    Root "root" false: it => Root(it), back => Some(back.0);
    Field "field" false: it => field(it), back => of_field(back);
    InVec "vec" false: it => InVec { items: vec![it], after: 7 },
        back => back.items.into_iter().next().filter(|_| back.after == 7);
    InOption "option" false: it => InOption { it: Some(it), after: 7 }, back => back.it.filter(|_| back.after == 7);
    InMap "map" false: it => InMap { map: map(it) }, back => only(back.map);
    Tagged "tag" true: it => Tagged::It { before: 7, it }, back => match back {
        Tagged::It { before: 7, it } => Some(it),
        _ => None,
    };
    TaggedNewtype "tag newtype" true: it => TaggedNewtype::It(it), back => match back {
        TaggedNewtype::It(it) => Some(it),
        TaggedNewtype::Other { .. } => None,
    };
    Adjacent "tag content" true: it => Adjacent::It(it), back => match back {
        Adjacent::It(it) => Some(it),
        Adjacent::Other { .. } => None,
    };
    Untagged "untagged" true: it => Untagged::It(it), back => match back {
        Untagged::It(it) => Some(it),
        Untagged::Other { .. } => None,
    };
    FlattenedMap "flatten map" true: it => FlattenedMap { id: 7, map: map(it) },
        back => only(back.map).filter(|_| back.id == 7);
    FlattenedOne "flatten one" true: it => FlattenedOne { id: 7, it }, back => Some(back.it).filter(|_| back.id == 7);
    FlattenedField "flatten field" true: it => FlattenedField { id: 7, inner: field(it) },
        back => of_field(back.inner).filter(|_| back.id == 7);
}
