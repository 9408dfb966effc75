//! The samples of the corpus: values by type, and how to decode each type. Imports `std_values`, `user_values` and typeport.
//! Samples may be added anywhere; a sample in the corpus is never changed or removed.

use crate::scale::thinned;
use crate::{std_values, user_values};
use std::collections::HashMap;
use typeport::{Codec, Envelope, Format, Portable, Result, Value};

/// Decodes bytes as one type, and gives the value as one whose type is not named.
pub type Decode = fn(&Codec, &[u8]) -> Result<Box<dyn Value>>;

/// One value of the corpus.
pub struct Sample {
    /// The stem of its files: the type's name in lower case, with a number where a type has several values.
    pub label: String,
    pub value: Box<dyn Value>,
    pub exact: Decode,
    pub formats: &'static [Format],
    /// A former name of the type, if the envelope spells that one.
    pub former: Option<&'static str>,
}

/// Samples in the making.
#[derive(Default)]
pub struct Samples {
    made: Vec<Sample>,
    of_type: HashMap<String, usize>,
}

impl Samples {
    /// A value that every format carries.
    pub fn add<T: Portable>(&mut self, value: T) {
        self.add_in(Format::ALL, value);
    }

    pub fn add_in<T: Portable>(&mut self, formats: &'static [Format], value: T) {
        let name = value.type_name().to_string();
        self.push(&name, formats, value, None);
    }

    /// A value whose envelope has a former name of its type.
    pub fn add_former<T: Portable>(&mut self, name: &'static str, value: T) {
        self.push(name, Format::ALL, value, Some(name));
    }

    fn push<T: Portable>(&mut self, name: &str, formats: &'static [Format], value: T, former: Option<&'static str>) {
        let exact: Decode = |codec, bytes| Ok(Box::new(codec.from_slice::<T>(bytes)?));
        let stem = stem(name);
        let count = self.of_type.entry(stem.clone()).or_default();
        *count += 1;
        let label = if *count == 1 { stem } else { format!("{stem}-{count}") };
        self.made.push(Sample { label, value: Box::new(value), exact, formats, former });
    }
}

/// A type's name as part of a file's name.
fn stem(name: &str) -> String {
    let name = name.replace("()", "unit");
    let words = name.split(|character: char| !character.is_ascii_alphanumeric()).filter(|word| !word.is_empty());
    words.collect::<Vec<_>>().join("-").to_lowercase()
}

pub fn samples() -> Vec<Sample> {
    let mut samples = Samples::default();
    std_values::add(&mut samples);
    user_values::add(&mut samples);
    thinned(67, samples.made).collect()
}

impl Sample {
    /// The sample's value as JSON text; `null` where JSON is none of its formats.
    pub fn json(&self) -> String {
        if self.formats.contains(&Format::Json) { json(&*self.value) } else { "null".to_owned() }
    }

    /// As the corpus has it.
    pub fn encode(&self, codec: &Codec) -> Vec<u8> {
        let bytes = codec.to_vec(&*self.value).unwrap_or_else(|error| panic!("{}: {error}", self.label));
        match self.former {
            Some(name) => crate::surgery::renamed(&bytes, name),
            None => bytes,
        }
    }
}

/// A value as JSON text.
pub fn json(value: &dyn Value) -> String {
    let bytes = Codec::default().format(Format::Json).to_vec(value).unwrap();
    String::from_utf8(Envelope::parse(&bytes).unwrap().state().to_vec()).unwrap()
}
