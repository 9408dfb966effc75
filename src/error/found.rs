//! Names for unexpected values in messages: their kind without the content, which may be secret. Imports nothing.

use serde::de::Unexpected;
use std::fmt;

/// The kind of an unexpected value.
pub(super) fn kind_of(unexpected: &Unexpected<'_>) -> &'static str {
    match unexpected {
        Unexpected::Bool(_) => "a boolean",
        Unexpected::Unsigned(_) | Unexpected::Signed(_) => "an integer",
        Unexpected::Float(_) => "a floating point number",
        Unexpected::Char(_) => "a character",
        Unexpected::Str(_) => "a string",
        Unexpected::Bytes(_) => "bytes",
        Unexpected::Unit => "nothing (a unit or null)",
        Unexpected::Option => "an option",
        Unexpected::NewtypeStruct => "a newtype struct",
        Unexpected::Seq => "a sequence",
        Unexpected::Map => "a map",
        Unexpected::Enum => "an enum",
        Unexpected::UnitVariant => "a unit variant",
        Unexpected::NewtypeVariant => "a newtype variant",
        Unexpected::TupleVariant => "a tuple variant",
        Unexpected::StructVariant => "a struct variant",
        Unexpected::Other(_) => "another value",
    }
}

/// Prints a list of expected names.
pub(super) struct OneOf(pub(super) &'static [&'static str]);

impl fmt::Display for OneOf {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.0 {
            [] => f.write_str("none"),
            [names @ .., last] => {
                names.iter().try_for_each(|name| write!(f, "`{name}` or "))?;
                write!(f, "`{last}`")
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::error::Error;
    use serde::de::Error as _;

    /// Messages name the kind of each value, and not the content.
    #[test]
    fn each_kind_of_content_has_a_name() {
        let kinds = [
            (Unexpected::Bool(true), "a boolean"),
            (Unexpected::Unsigned(77), "an integer"),
            (Unexpected::Signed(-77), "an integer"),
            (Unexpected::Float(7.7), "a floating point number"),
            (Unexpected::Char('s'), "a character"),
            (Unexpected::Str("secret"), "a string"),
            (Unexpected::Bytes(b"secret"), "bytes"),
            (Unexpected::Unit, "nothing (a unit or null)"),
            (Unexpected::Option, "an option"),
            (Unexpected::NewtypeStruct, "a newtype struct"),
            (Unexpected::Seq, "a sequence"),
            (Unexpected::Map, "a map"),
            (Unexpected::Enum, "an enum"),
            (Unexpected::UnitVariant, "a unit variant"),
            (Unexpected::NewtypeVariant, "a newtype variant"),
            (Unexpected::TupleVariant, "a tuple variant"),
            (Unexpected::StructVariant, "a struct variant"),
            (Unexpected::Other("secret"), "another value"),
        ];
        for (unexpected, name) in kinds {
            let said = format!("invalid state: invalid type: {name}, expected a unit");
            assert_eq!(Error::invalid_type(unexpected, &"a unit").to_string(), said);
            let said = said.replace("invalid type", "invalid value");
            assert_eq!(Error::invalid_value(unexpected, &"a unit").to_string(), said);
        }
    }
}
