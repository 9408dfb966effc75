//! Compares two schemas: types, and the fields and variants of each. Imports `tree` and `tree_diff`.

use crate::tree::{Tree, key_text};
use crate::tree_diff::{Difference, Search};
use serde_json::{Map, Value};
use std::collections::BTreeMap;
use typeport::Schema;

/// A whole schema as a tree, for comparison as a part of an envelope.
pub fn tree(schema: &Schema) -> Tree {
    Tree::Map(types(schema).into_iter().map(|(name, shape)| (Tree::Text(name), described(&shape))).collect())
}

/// The types of a schema with their shapes, in the JSON form of schema files.
fn types(schema: &Schema) -> Map<String, Value> {
    match serde_json::to_value(schema) {
        Ok(Value::Object(mut parts)) => match parts.remove("types") {
            Some(Value::Object(types)) => types,
            _ => Map::new(),
        },
        _ => Map::new(),
    }
}

/// Types that were added, removed or changed, a changed one field by field.
pub fn compare(before: &Schema, after: &Schema) -> Vec<Difference> {
    let (before, mut after) = (types(before), types(after));
    let mut found = Vec::new();
    for (name, shape) in before {
        let mut search = Search::below(&name);
        match after.remove(&name) {
            Some(other) => {
                search.compare(&described(&shape), &described(&other));
                search.found.extend(moved(&name, &shape, &other));
            }
            None => search.found.push(Difference { path: name, before: Some(described(&shape)), after: None }),
        }
        found.extend(search.found);
    }
    found.extend(after.into_iter().map(|(name, shape)| {
        let after = Some(described(&shape));
        Difference { path: name, before: None, after }
    }));
    found
}

/// Fields of a struct or variant that both schemas have in a different order, which changes the bytes.
fn moved(name: &str, before: &Value, after: &Value) -> Vec<Difference> {
    let (before, after) = (field_lists(name, before), field_lists(name, after));
    let pairs = before.iter().filter_map(|(path, fields)| Some((path, fields, after.get(path)?)));
    let pairs = pairs.filter_map(|(path, before, after)| {
        let [both, other] = [(before, after), (after, before)]
            .map(|(fields, others)| fields.iter().filter(|field| others.contains(field)).cloned().collect::<Vec<_>>());
        let text = |fields: Vec<String>| Some(Tree::Text(fields.join(", ")));
        let path = format!("{path}.(order)");
        (both != other).then(|| Difference { path, before: text(both), after: text(other) })
    });
    pairs.collect()
}

/// The names of fields in order, by the path of their struct or variant.
fn field_lists(name: &str, shape: &Value) -> BTreeMap<String, Vec<String>> {
    let names = |parts: &Value| -> Vec<String> {
        let fields = parts.get("fields").and_then(Value::as_array).into_iter().flatten();
        fields.filter_map(|field| field.get("name")?.as_str().map(str::to_owned)).collect()
    };
    let of_struct = shape.get("struct").map(|parts| (name.to_owned(), names(parts)));
    let variants = shape.get("enum").and_then(|parts| parts.get("variants")?.as_array()).into_iter().flatten();
    let of_variants = variants.map(|variant| (format!("{name}.{}", key_text(&name_of(variant))), names(variant)));
    of_struct.into_iter().chain(of_variants).collect()
}

/// A shape with its fields and variants as maps, so that they are compared by name.
fn described(shape: &Value) -> Tree {
    if let Some(parts) = shape.get("struct") {
        return described_fields(parts);
    }
    let variants = shape.get("enum").and_then(|parts| parts.get("variants")).and_then(Value::as_array);
    match variants {
        Some(variants) => {
            Tree::Map(variants.iter().map(|variant| (name_of(variant), described_variant(variant))).collect())
        }
        None => plain(shape),
    }
}

fn described_variant(variant: &Value) -> Tree {
    let index = variant.get("index").map(plain).unwrap_or(Tree::Null);
    match described_fields(variant) {
        Tree::Map(mut fields) => {
            fields.insert(0, (Tree::text("index"), index));
            Tree::Map(fields)
        }
        other => other,
    }
}

/// Fields by name, or by position if unnamed, and whether they are named.
fn described_fields(parts: &Value) -> Tree {
    let fields = parts.get("fields").and_then(Value::as_array).map(Vec::as_slice).unwrap_or_default();
    let mut entries: Vec<(Tree, Tree)> = Vec::new();
    for (at, field) in fields.iter().enumerate() {
        let name = if field.get("name").is_some() { name_of(field) } else { Tree::text(at.to_string()) };
        entries.push((name, described_field(field)));
    }
    if let Some(style) = parts.get("style") {
        entries.push((Tree::text("(style)"), plain(style)));
    }
    Tree::Map(entries)
}

/// The type of a field, and its attributes if it has any.
fn described_field(field: &Value) -> Tree {
    let ty = field.get("type").and_then(Value::as_str).unwrap_or_default();
    let attributes = ["flatten", "optional"].into_iter().filter(|name| field.get(name).is_some());
    Tree::Text(attributes.fold(ty.to_owned(), |text, attribute| format!("{text}, {attribute}")))
}

fn name_of(part: &Value) -> Tree {
    Tree::text(part.get("name").and_then(Value::as_str).unwrap_or_default())
}

fn plain(value: &Value) -> Tree {
    match value {
        Value::String(text) => Tree::text(text),
        Value::Number(number) => {
            number.as_u64().map_or_else(|| Tree::text(number.to_string()), |it| Tree::Unsigned(it.into()))
        }
        _ => Tree::Text(value.to_string()),
    }
}
