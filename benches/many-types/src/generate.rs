//! Generates the source of many types, always the same. Imports std only.

use std::fmt::Write as _;

/// Whose attributes the types have.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Library {
    /// `#[portable]`.
    Typeport,
    /// `#[typetag::serde]`.
    Typetag,
}

/// A field's name, its type, and a value of it.
const FIELDS: [(&str, &str, &str); 5] = [
    ("id", "u64", "7"),
    ("title", "String", "\"a title\".to_owned()"),
    ("ratio", "f64", "0.5"),
    ("limit", "Option<u32>", "Some(3)"),
    ("parts", "Vec<u32>", "vec![1, 2]"),
];

/// So many types, each a `Job` with four of the five fields, and `last`, a value of the last one.
///
/// Which fields, and in which order, depends on a type's number; there are 120 ways.
pub fn jobs(library: Library, count: usize) -> String {
    let mut out = String::new();
    for number in 0..count {
        push_type(&mut out, library, number);
    }
    let last = count.saturating_sub(1);
    let values = fields(last).map(|(name, _, value)| format!("{name}: {value}")).join(", ");
    writeln!(out, "pub fn last() -> Box<dyn Job> {{ Box::new(Job{last} {{ {values} }}) }}").expect("a string grows");
    out
}

fn push_type(out: &mut String, library: Library, number: usize) {
    let (of_type, of_impl) = match library {
        Library::Typeport => ("portable", "portable"),
        Library::Typetag => ("derive(Serialize, Deserialize, Debug)", "typetag::serde"),
    };
    let fields = fields(number).map(|(name, ty, _)| format!("pub {name}: {ty}")).join(", ");
    let text = format!(
        "#[{of_type}]\n\
         pub struct Job{number} {{ {fields} }}\n\
         #[{of_impl}]\n\
         impl Job for Job{number} {{ fn weight(&self) -> u64 {{ {number} }} }}\n"
    );
    out.push_str(&text);
}

/// The fields of one type: those at the places that the digits of its number say, in a system of places left.
fn fields(number: usize) -> [(&'static str, &'static str, &'static str); 4] {
    let mut left = FIELDS.to_vec();
    let mut digits = number;
    std::array::from_fn(|_| {
        let (place, rest) = (digits % left.len(), digits / left.len());
        digits = rest;
        left.remove(place)
    })
}
