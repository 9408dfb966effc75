//! The leaves of serde's data model: values without parts. Imports nothing.

/// A value without parts.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[allow(missing_docs, reason = "the names are those of the data model")]
pub enum Leaf {
    Bool,
    I8,
    I16,
    I32,
    I64,
    I128,
    U8,
    U16,
    U32,
    U64,
    U128,
    F32,
    F64,
    Char,
    Str,
    Bytes,
    Unit,
}

impl Leaf {
    /// All leaves with their names in fingerprints and schemas.
    const ALL: &[(Leaf, &str)] = &[
        (Leaf::Bool, "bool"),
        (Leaf::I8, "i8"),
        (Leaf::I16, "i16"),
        (Leaf::I32, "i32"),
        (Leaf::I64, "i64"),
        (Leaf::I128, "i128"),
        (Leaf::U8, "u8"),
        (Leaf::U16, "u16"),
        (Leaf::U32, "u32"),
        (Leaf::U64, "u64"),
        (Leaf::U128, "u128"),
        (Leaf::F32, "f32"),
        (Leaf::F64, "f64"),
        (Leaf::Char, "char"),
        (Leaf::Str, "str"),
        (Leaf::Bytes, "bytes"),
        (Leaf::Unit, "unit"),
    ];

    /// The name in fingerprints and schemas.
    pub(crate) fn name(self) -> &'static str {
        Leaf::ALL.iter().find(|(leaf, _)| *leaf == self).map_or("", |(_, name)| name)
    }

    /// The leaf with this name in a schema.
    pub(crate) fn of_name(name: &str) -> Option<Self> {
        Leaf::ALL.iter().find(|(_, known)| *known == name).map(|(leaf, _)| *leaf)
    }

    /// The leaf with this name, for constants: an unknown name is a build error.
    #[expect(clippy::panic, reason = "the compiler runs it, in constants: its message is an error of the build")]
    pub(crate) const fn named(name: &str) -> Leaf {
        match name.as_bytes() {
            b"bool" => Leaf::Bool,
            b"i8" => Leaf::I8,
            b"i16" => Leaf::I16,
            b"i32" => Leaf::I32,
            b"i64" => Leaf::I64,
            b"i128" => Leaf::I128,
            b"u8" => Leaf::U8,
            b"u16" => Leaf::U16,
            b"u32" => Leaf::U32,
            b"u64" => Leaf::U64,
            b"u128" => Leaf::U128,
            b"f32" => Leaf::F32,
            b"f64" => Leaf::F64,
            b"char" => Leaf::Char,
            b"str" => Leaf::Str,
            b"bytes" => Leaf::Bytes,
            b"unit" => Leaf::Unit,
            _ => panic!("no leaf has this name"),
        }
    }
}
